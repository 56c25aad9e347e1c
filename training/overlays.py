"""Draws what rules of listing services forbid onto photos: captions, watermarks, the screen of a phone or a browser.

Photos with such marks and leave to use them were not to be had, so the head learns from drawn ones, and is measured on
ones drawn in other type faces on other photos.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFont

# Type faces that Linux distributions ship; Pillow finds them by name. The two families are never mixed.
LEARNT_FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf")
OTHER_FACES = (
    "LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf",
)  # fmt: skip

_LINES = (
    "FOR SALE", "JUST LISTED", "Open house Sunday 2-4", "Call 555-{n}", "www.home{n}.example", "agent{n}@mail.example",
    "{n} Maple Street", "3 bed | 2 bath | {n} sq ft", "$ {n},000", "PRICE REDUCED", "Under contract", "Master suite",
    "Virtually staged", "Ask for a viewing today", "SOLD", "New kitchen {n}", "Before", "After",
)  # fmt: skip
_MARKS = ("© {n} Homes", "SAMPLE", "Realty {n}", "MLS #{n}", "PROOF", "© 20{n}", "Preview", "Photo by Studio {n}")
_COLOURS = ((255, 255, 255), (255, 255, 255), (0, 0, 0), (255, 220, 0), (220, 20, 20), (20, 60, 160))

Draw = Callable[[Image.Image, random.Random, Sequence[str]], Image.Image]


def caption(photo: Image.Image, chance: random.Random, faces: Sequence[str]) -> Image.Image:
    """One to three lines of advertising text, a twentieth to a ninth of the picture high, perhaps on a bar."""
    image = photo.convert("RGBA")
    width, height = image.size
    size = max(10, round(height * chance.uniform(0.05, 0.11)))
    lines = [_filled(chance.choice(_LINES), chance) for _ in range(chance.choice((1, 1, 2, 3)))]
    face = _fitting(chance.choice(faces), lines, size, width)
    step = round(face.size * 1.25)
    block = step * len(lines)
    top = chance.choice((round(height * 0.03), (height - block) // 2, height - block - round(height * 0.04)))
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    colour = chance.choice(_COLOURS)
    if chance.random() < 0.5:
        bar = (0, 0, 0) if sum(colour) > 300 else (255, 255, 255)
        draw.rectangle(
            (0, top - step // 4, width, top + block + step // 8), fill=(*bar, chance.choice((120, 180, 255)))
        )
    left = chance.choice((round(width * 0.03), None, None))
    for row, line in enumerate(lines):
        x = left if left is not None else max(0, (width - round(draw.textlength(line, face))) // 2)
        draw.text((x, top + row * step), line, (*colour, 255), face)
    return Image.alpha_composite(image, layer).convert("RGB")


def watermark(photo: Image.Image, chance: random.Random, faces: Sequence[str]) -> Image.Image:
    """A see-through mark: once across the middle, or again and again over the whole picture."""
    image = photo.convert("RGBA")
    width, height = image.size
    words = _filled(chance.choice(_MARKS), chance)
    tiled = chance.random() < 0.5
    size = round(height * (chance.uniform(0.05, 0.08) if tiled else chance.uniform(0.12, 0.22)))
    face = _fitting(chance.choice(faces), [words], max(10, size), round(width * (0.45 if tiled else 0.9)))
    layer = Image.new("RGBA", (2 * width, 2 * height))
    draw = ImageDraw.Draw(layer)
    colour = (*chance.choice(((255, 255, 255), (255, 255, 255), (0, 0, 0))), round(255 * chance.uniform(0.25, 0.6)))
    length = round(draw.textlength(words, face))
    if tiled:
        for row, y in enumerate(range(0, 2 * height, round(face.size * chance.uniform(2.5, 4)))):
            for x in range(-(row % 2) * length // 2, 2 * width, round(length * 1.5)):
                draw.text((x, y), words, colour, face)
    else:
        draw.text((width - length // 2, height - face.size // 2), words, colour, face)
    turned = layer.rotate(chance.choice((0, 0, 30, 45, -30)), Image.Resampling.BICUBIC)
    part = turned.crop((width // 2, height // 2, width // 2 + width, height // 2 + height))
    return Image.alpha_composite(image, part).convert("RGB")


def screenshot(photo: Image.Image, chance: random.Random, faces: Sequence[str]) -> Image.Image:
    """The photo as a phone or a browser shows it, with bars, text and buttons around it."""
    return (_phone if chance.random() < 0.6 else _browser)(photo, chance, faces)


def _phone(photo: Image.Image, chance: random.Random, faces: Sequence[str]) -> Image.Image:
    width = 540
    height = round(width * chance.uniform(1.75, 2.17))
    dark = chance.random() < 0.4
    ground, ink = ((18, 18, 20), (235, 235, 235)) if dark else ((255, 255, 255), (30, 30, 35))
    screen = Image.new("RGB", (width, height), ground)
    draw = ImageDraw.Draw(screen)
    small = ImageFont.truetype(chance.choice(faces), 20)
    draw.text((24, 10), f"{chance.randint(1, 12)}:{chance.randint(10, 59)}", ink, small)
    draw.rounded_rectangle((width - 60, 12, width - 20, 32), 5, outline=ink, width=2)
    draw.rectangle((width - 57, 15, width - 57 + chance.randint(6, 32), 29), fill=ink)
    shown = photo.resize((width, round(width * photo.height / photo.width)))
    top = chance.choice((48, 110, max(48, (height - shown.height) // 2)))
    screen.paste(shown, (0, top))
    y = top + shown.height + 24
    while y < height - 140:
        size = chance.choice((18, 22, 32))
        line = _filled(chance.choice(_LINES), chance)
        draw.text((24, y), line, ink, ImageFont.truetype(chance.choice(faces), size))
        y += round(size * 1.9)
    accent = chance.choice(_COLOURS[3:])
    draw.rounded_rectangle((24, height - 120, width - 24, height - 70), 12, fill=accent)
    for place in range(4):
        draw.ellipse((60 + place * 120, height - 50, 84 + place * 120, height - 26), outline=ink, width=3)
    return screen


def _browser(photo: Image.Image, chance: random.Random, faces: Sequence[str]) -> Image.Image:
    width, height = 960, 600
    screen = Image.new("RGB", (width, height), (255, 255, 255))
    draw = ImageDraw.Draw(screen)
    draw.rectangle((0, 0, width, 64), fill=chance.choice(((222, 225, 230), (50, 52, 58))))
    draw.rounded_rectangle((90, 34, width - 120, 58), 12, fill=(255, 255, 255))
    small = ImageFont.truetype(chance.choice(faces), 15)
    draw.text((106, 37), f"https://homes.example/listing/{chance.randint(100, 99999)}", (70, 70, 70), small)
    for place in range(3):
        draw.ellipse(
            (14 + place * 22, 12, 26 + place * 22, 24), fill=((237, 106, 94), (245, 191, 79), (98, 197, 84))[place]
        )
    wide = round(width * chance.uniform(0.45, 0.7))
    shown = photo.resize((wide, round(wide * photo.height / photo.width)))
    screen.paste(shown, (24, 90))
    for y in range(96, height - 30, 34):
        draw.text((wide + 48, y), _filled(chance.choice(_LINES), chance), (40, 40, 45), small)
    return screen


def _filled(line: str, chance: random.Random) -> str:
    return line.replace("{n}", str(chance.randint(10, 9999)))


def _fitting(face: str, lines: Sequence[str], size: int, width: int) -> ImageFont.FreeTypeFont:
    """The face at the size, or as much smaller as the longest line needs."""
    font = ImageFont.truetype(face, size)
    longest = max(font.getlength(line) for line in lines)
    return font if longest <= 0.95 * width else ImageFont.truetype(face, max(8, int(size * 0.95 * width / longest)))
