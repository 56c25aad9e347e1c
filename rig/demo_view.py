"""What the demonstration prints. Fits 80 columns; without a terminal it is plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text


def show_start(console: Console, api_url: str) -> None:
    """That the system is up, and where."""
    console.print(Text.assemble(("Roomlens", "bold"), f" runs on {api_url}"))


def show_photos(console: Console, listing: Mapping[str, Any], images: Sequence[Mapping[str, Any]]) -> None:
    """What was found in each photo of a listing, and why a photo could not be analysed."""
    title = f"Listing {listing['id']}: {listing['title'] or 'untitled'}"
    console.print(Text(f"\n{title}", style="bold"))
    if listing["address"]:
        console.print(Text(str(listing["address"]), style="dim"))
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("photo", no_wrap=True, max_width=20)
    table.add_column("room", no_wrap=True)
    for name in ("sure", "condition", "light"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("tags", ratio=1)
    table.add_column("ms", justify="right", no_wrap=True)
    for image in images:
        if image["predictions"]:
            table.add_row(*_cells(image))
    console.print(table)
    for image in images:
        if image["status"] == "failed":
            reason = (image["failure"] or {}).get("detail", "no reason was given")
            console.print(Text.assemble((f"{image['filename']}: ", "red"), str(reason)))


def show_time(console: Console, photos: int, seconds: float) -> None:
    """How long the photos took, from the first put to the last analysis."""
    console.print(Text(f"{count(photos, 'photo')} in {seconds:.1f} s.\n", style="dim"))


def show_search(
    console: Console, query: str, hits: Sequence[Mapping[str, Any]], names: Mapping[int, str]
) -> None:
    """One search with its hits."""
    console.print(Text.assemble(("Search  ", "bold"), query))
    table = Table(box=None, pad_edge=False, show_header=False)
    for hit in hits:
        photo = Text(_named(hit["id"], names), style="cyan")
        table.add_row(f"{hit['score']:.2f}", photo, hit["relevance"], hit["caption"])
    _print_indented(console, table)
    console.print()


def show_answer(
    console: Console,
    question: str,
    listing: Mapping[str, Any],
    answer: Mapping[str, Any],
    names: Mapping[int, str],
) -> None:
    """One question with its answer, and the photos that the answer rests on."""
    console.print(Text.assemble(("Ask  ", "bold"), f"{question}", (f"  (listing {listing['id']})", "dim")))
    _print_indented(console, Text(answer["reply"]))
    cited = [number for citation in answer["citations"] for number in citation["image_ids"]]
    photos = ", ".join(_named(number, names) for number in dict.fromkeys(cited))
    _print_indented(console, Text(f"Cited: {photos or 'no photo'}", style="cyan"))
    console.print()


def show_next_steps(
    console: Console, api_url: str, s3_url: str, folder: str, photo: str, data: str, asks: str = ""
) -> None:
    """Where to go next, with lines to paste; they are never broken, so that they can be.

    `folder`: of a listing in the bucket, as `bucket/incoming/1/`. `photo`: one that is there to be sent.
    `data`: how a command names the data folder, ` --data DIR`, or nothing. `asks`: how `rig token` is asked for one,
    where calls need it.
    """
    listing_id = folder.split("/")[-2]
    ask = f"TOKEN=$(.venv/bin/python -m rig token {asks}{data})"
    curl = 'curl -H "authorization: Bearer $TOKEN"' if asks else "curl"
    lines = (
        ("The API", f"{api_url}/api/docs"),
        *([("A token, for an hour", ask)] if asks else []),
        ("S3 endpoint", s3_url),
        ("A photo over HTTP", f"{curl} -F file=@{photo} -F listing_id={listing_id} {api_url}/api/upload/"),
        (
            "The same over S3",
            "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_DEFAULT_REGION=us-east-1 "
            f"aws --endpoint-url {s3_url} s3 cp {photo} s3://{folder}",
        ),
        ("What was found", f"{curl} '{api_url}/api/images?listing_id={listing_id}'"),
        ("What its photos say together", f"{curl} '{api_url}/api/listings/{listing_id}/aggregation'"),
        ("What they lack", f".venv/bin/python -m rig lint {listing_id}{data}"),
    )
    console.print(Text("Go on", style="bold"))
    for label, line in lines:
        console.print(Text.assemble("  ", (f"{label}: ", "dim"), line), soft_wrap=True)


def _print_indented(console: Console, shown: Text | Table) -> None:
    console.print(Padding(shown, (0, 0, 0, 2), expand=False))


def count(number: int, noun: str) -> str:
    """`1 photo`, `2 photos`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _named(image_id: int, names: Mapping[int, str]) -> str:
    return f"photo {image_id} ({names[image_id]})" if image_id in names else f"photo {image_id}"


def _cells(image: Mapping[str, Any]) -> tuple[str | Text, ...]:
    seen = image["predictions"]
    room = seen["room_type"]
    condition = "–" if seen["condition_score"] is None else f"{seen['condition_band']} {seen['condition_score']:.2f}"
    light = "–" if seen["natural_light_score"] is None else f"{seen['natural_light_score']:.2f}"
    tags = ", ".join(tag.replace("_", " ") for tag in seen["feature_tags"])
    took = "" if image["analysis_ms"] is None else f"{image['analysis_ms']:.0f}"
    name, label = Text(image["filename"]), room["label"].replace("_", " ")
    return name, label, f"{room['confidence']:.0%}", condition, light, tags, took
