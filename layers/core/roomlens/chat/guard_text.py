"""Text as the guard reads it: whatever disguises a word is taken off. For matching only, never shown."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Letters of other alphabets that look like Latin ones (Unicode TS 39, confusables): those that Latin words are
# disguised with, not the whole table, which maps "m" to "rn".
_PAIRS: Final = "аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh вb кk мm нh тt ӏl αa βb εe ιi κk νv οo ρp τt υu χx ɡg ıi"
_LOOK_ALIKES: Final = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
_DIGITS: Final = tuple(str.maketrans("013457@$!|", f"o{one}eastasi{one}") for one in "il")  # a 1 may be an i or an l
_DISGUISED: Final = re.compile(r"(?<!\w)(?=[\w@$!|]*[a-z])(?=[\w@$!|]*[0-9@$|]|\w+!\w)[a-z0-9@$!|]{3,}(?!\w)")
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th|br|ba|k|m|sqft|ft)")
_SPACED: Final = re.compile(r"(?<![\w'])(?:[a-z][ .\-_*]){3,}[a-z](?![\w'])")
_SEPARATORS: Final = re.compile(r"[\s\-_*/~^`\"“”«»()\[\]{}<>¿¡]+")
_APOSTROPHES: Final = str.maketrans("’‘ʼ´", "''''")

# Spanish, French and German words as far as the rules need them, and what the rules call them. A word that is an
# English one as well is left out, unless it does no harm there.
_FOREIGN: Final = {
    "families": "familias familles familien",
    "family": "familia famille familie",
    "children": "ninos ninas hijos enfants kinder kindern",
    "people": "gente personas gens personnes leute menschen",
    "couples": "parejas paare",
    "women": "mujeres femmes frauen",
    "men": "hombres hommes manner",
    "seniors": "jubilados ancianos retraites rentner senioren",
    "students": "estudiantes etudiants studenten",
    "blacks": "negros noirs schwarze schwarzen",
    "whites": "blancos blancs weisse weissen",
    "muslims": "musulmanes musulmans muslime muslimen moslems",
    "christians": "cristianos chretiens christen",
    "jews": "judios juifs juden",
    "jewish": "judia judias juive juives judisch judische judischen",
    "muslim": "musulmana musulmane musulmanas muslimisch muslimische",
    "christian": "cristiana cristianas chretienne chretiennes christlich christliche",
    "immigrants": "inmigrantes migrantes immigres migranten einwanderer",
    "foreigners": "extranjeros etrangers auslander auslandern",
    "gays": "homosexuales homosexuels schwule schwulen",
    "disabled": "discapacitados handicapes behinderte behinderten",
    "arabs": "arabes araber turcos turken turcs",
    "gypsies": "gitanos gitans zigeuner",
    "neighborhood": "barrio vecindario quartier voisinage gegend nachbarschaft wohngegend stadtviertel viertel",
    "area": "zona",
    "neighbors": "vecinos voisins nachbarn",
    "live": "viven habitent vivent wohnen leben",
    "lives": "vive habite wohnt lebt",
    "here": "aqui hier",
    "who": "quien quienes qui wer",
    "type": "tipo clase",
    "good": "buen buena bueno bon bonne gute guter gutes gut",
    "bad": "malo mala mauvais mauvaise schlecht schlechte",
    "safe": "seguro segura sicher sichere sicheres",
    "dangerous": "peligroso peligrosa dangereux dangereuse gefahrlich gefahrliche",
    "for": "para pour fur",
    "many": "muchos muchas beaucoup viele",
    "without": "sin ohne sans",
    "only": "solo solamente seulement nur",
    "near": "cerca proche",
    "crime": "delincuencia criminalidad criminalite delinquance kriminalitat",
    "church": "iglesia eglise kirche",
    "mosque": "mezquita mosquee moschee",
    "synagogue": "sinagoga",
    "ignore": "ignora ignorez ignoriere ignorieren olvida oublie oubliez vergiss vergessen",
    "instructions": "instrucciones anweisungen consignes",
    "rules": "reglas regles regeln",
    "all": "todas toutes alle",
    "perfect": "perfecto perfecta parfait parfaite perfekt ideale",
}
_ENGLISH: Final = {word: english for english, words in _FOREIGN.items() for word in words.split()}
_ACCENTED: Final = {"sûr": "safe", "sûre": "safe", "à côté": "nearby"}  # without accents they mean something else
_PHRASES: Final = {"in der nahe": "nearby", "a proximite": "nearby", "nebenan": "nearby"}


def readings(text: str) -> tuple[str, ...]:
    """What a text may be read as: lower case, Latin, one space between words. Two where a 1 may be an i or an l."""
    plain = _latin(text)
    digits = _DIGITS if "1" in plain else _DIGITS[:1]
    return tuple(dict.fromkeys(_undisguised(plain, one) for one in digits))


def _latin(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.casefold()
    signs = unicodedata.normalize("NFKC", text)
    shown = "".join(sign for sign in signs if sign.isspace() or unicodedata.category(sign) not in ("Cf", "Cc"))
    folded = shown.casefold().translate(_APOSTROPHES)
    for phrase, english in _ACCENTED.items():
        folded = re.sub(rf"(?<!\w){phrase}(?!\w)", english, folded)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", folded) if unicodedata.category(sign) != "Mn")
    return bare.translate(_LOOK_ALIKES)


def _undisguised(plain: str, digits: dict[int, int]) -> str:
    def letters(word: re.Match[str]) -> str:
        return word.group() if _ORDINAL.fullmatch(word.group()) else word.group().translate(digits)

    joined = _SPACED.sub(lambda run: re.sub(r"[ .\-_*]", "", run.group()), plain)
    words = _SEPARATORS.sub(" ", _DISGUISED.sub(letters, joined))
    english = re.sub(r"\w+", lambda word: _ENGLISH.get(word.group(), word.group()), words)
    for phrase, meaning in _PHRASES.items():
        english = english.replace(phrase, meaning)
    return english.strip()
