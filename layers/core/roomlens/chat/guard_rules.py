"""What the guard looks for in one clause, as patterns over `guard_text.readings`. The first rule that holds is told.

A rule describes a judgement of people or of who lives somewhere. A property fact ("white cabinets", "family room") is
none, whatever words it is made of: such names are taken out first (`guard_words.THINGS`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

from roomlens.chat import guard_words as words
from roomlens.chat.guard_text import readings


class Cause(StrEnum):
    """Why a part is not answered, or not said."""

    AREA = "area"  # who lives there, whether it is safe or good, where one prays
    SUITS = "suits"  # for whom a home is right
    PEOPLE = "people"  # people by what the law protects
    KEEPS_OUT = "keeps_out"  # choosing, favouring or keeping out people
    ORDERS = "orders"  # to set the rules aside


@dataclass(frozen=True)
class Finding:
    cause: Cause
    said: str  # the words that gave it away, as they are read


@dataclass(frozen=True)
class _Rule:
    cause: Cause
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None


@lru_cache(maxsize=1_000)
def found(clause: str) -> Finding | None:
    """The first rule that a clause meets. Remembered: a turn reads again what was said in those before it."""
    for reading in readings(clause):
        plain = _things().sub("thing", " ".join(_STOPS.sub(" ", reading).split()))
        for rule in _rules():
            match = rule.pattern.search(plain)
            if match and not (rule.unless and rule.unless.search(plain)):
                return Finding(rule.cause, match.group())
    return None


_STOPS: Final = re.compile(r"[,.;!]+")


@cache
def _things() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.THINGS)})(?!\w)")


_OF_A_PHOTO: Final = r"\b(?:seen|visible|shown|shows?|photos?|pictures?|images?|view|can you see|do you see)\b"

# {P}: people in plain words; {Q}: perhaps people; {A}: adjectives of people; {PERSONS}: nouns of people.
# A possessive ("the kids' things") speaks of a thing.
_PARTS: Final = {
    "P": rf"\b(?:{words.PLAINLY_PEOPLE})\b",
    "Q": rf"\b(?:{words.PERHAPS_PEOPLE})\b(?!')",
    "A": rf"(?:{words.COLOURS}|{words.FAITHS}|{words.ORIGINS}|{words.OTHERS})",
    "AF": rf"(?:{words.FAITHS}|{words.ORIGINS})",
    "C": rf"(?:{words.COLOURS}|{words.ORIGINS})",
    "FAITHS": rf"(?:{words.FAITHS})",
    "PERSONS": rf"(?:{words.PERSONS})",
    "DISTRICTS": rf"(?:{words.DISTRICTS})",
    "STREETS": rf"(?:{words.STREETS})",
    "HOUSES": rf"(?:{words.HOUSES})",
    "WORSHIP": rf"(?:{words.WORSHIP})",
    "NEAR": rf"(?:{words.NEAR})",
    "AROUND": rf"(?:{words.AROUND})",
    "OTHERS": rf"(?:{words.OTHERS})",
    "POLITICS": rf"(?:{words.POLITICS})",
    "LIVING": rf"(?:{words.LIVING})",
    "REPUTE": rf"(?:{words.REPUTE})",
    "CRIMES": rf"(?:{words.CRIMES})",
    "SUITS": rf"(?:{words.SUITS})",
    "FARES": rf"(?:{words.FARES})",
    "KEEPS_OUT": rf"(?:{words.KEEPS_OUT})",
    "ONLY": rf"(?:{words.ONLY})",
    "ORIGINS": rf"(?:{words.ORIGINS})",
}

_YOU: Final = r"\b(?:you|bot|ai|assistant|model|agent|realtor|dan)\b"
_ORDERS: Final = (
    r"\b(?:ignore|disregard|forget|override|bypass|overrule|break|set aside)\b.{0,30}\b(?:instructions?|rules?|prompts?"
    r"|guidelines?|guardrails|polic(?:y|ies)|training|laws?|restrictions?|(?:content|safety) filters?"
    r"|everything (?:above|before|you))\b",
    r"\byou are now\b(?! looking| in the)|\bfrom now on you (?:are|will be)\b|^(?:please |now |then )*(?:act"
    r"|behave|respond|answer|speak) as (?:if"
    r"|though|an?|my|the)\b"
    r"|\byou (?:will |must |should |are to |shall )?(?:act|behave) (?:as|like)\b"
    r"|\bpretend (?:that|to be|you)\b|\brole ?play\b|\bimagine (?:that )?you(?: are|'re| were)\b",
    r"\b(?:developer|god|dan|jailbreak|unrestricted) mode\b|\bjailbreak\b",
    rf"{_YOU}.{{0,30}}\b(?:no|without)(?: any)? (?:restrictions|rules|filters?|limits|guidelines)\b"
    r"|^(?:you )?have no (?:restrictions|rules|filters?|limits|guidelines)\b",
    r"\b(?:system|hidden|initial) prompt\b|^system ?:|\bnote to (?:the )?(?:ai|assistant|model|bot)\b"
    r"|^(?:ai|assistant|model|bot|human|tool) ?: ",
    r"\brepeat after me\b|\bnew instructions?\b|\byour new (?:rules?|task|role)\b"
    r"|\byou must (?:now )?(?:say|answer|reply|write|tell)\b|\byour (?:reply|answer|response) must\b",
)
_KEEPS_OUT: Final = (
    r"\b{KEEPS_OUT}\b(?: \S+){{0,2}} (?:{P}|{Q}|{A} {PERSONS}\b)",
    r"(?:{P}|{Q}|\b{A} {PERSONS}\b|\b{ORIGINS}s?|\b{FAITHS})(?: \S+){{0,2}}? {ONLY}\b",
    r"\badults? (?:only|building|communit\w+|oriented)\b",
    r"\b(?:tenants?|buyers?|people|residents?|anyone|applicants?|persons?) (?:over|under|above|below|aged|older"
    r"|younger)\b",
)
_AREA: Final = (
    r"\bwho\b.{{0,20}}\b(?:{LIVING}|next door)\b",
    r"\b(?:kind|sort|type|class|caliber)s? (?:of|de) (?:people|persons?|folks?|residents?|neighbou?rs?|crowd)\b"
    r"|\b(?:people|folks?|someone|famil(?:y|ies)|buyers?|persons?) like (?:us|me|them|that|you)\b|\bour kind\b",
    r"\bdemographic\w*|\bethnic(?:ity|ities|ally)?\b|\bracial(?:ly)?\b|\braces?\b|\breligions?\b"
    r"|\bnationalit(?:y|ies)\b"
    r"|\bskin colou?r\b|\bspeaks? (?:english|spanish)\b|\b(?:english|spanish) speaking\b",
    r"\b(?:full of|many|lots? of|mostly|mainly|majority of|how many|percentage of)(?: \S+)? {Q}"
    r"|\b{POLITICS} (?:{DISTRICTS})\b"
    r"|\b(?:incomes?|salar(?:y|ies)|wages|jobs?|education)(?: \S+){{0,4}} (?:neighbou?rs?|residents?"
    r"|{DISTRICTS}|{STREETS})\b"
    r"|\b(?:retirement|senior|senior citizens?|active adult) (?:communit(?:y|ies)|living|village|home|complex)\b",
    r"\b(?:neighbou?rs?|residents?)\b(?!')(?: \w+)? {REPUTE}(?= *\W*$| people| folks)|\b(?:it|this|that|house"
    r"|home) (?:is )?in"
    r" the (?:hood|ghetto)\b",
    r"\b(?:let|send) (?:your|my|our|a) (?:daughters?|sons?|wife|mother|kids?|children)\b"
    r"|\bwalk(?:s|ing)?\b(?: \S+){{0,3}} (?:at night|after dark|alone)\b",
    r"(?:{Q}|\b{FAITHS}\b|\bthem\b)(?: \S+){{0,5}} (?:(?:who )?{LIVING}|next door|{AROUND})\b"
    r"|\b(?:{LIVING}|{AROUND})(?: \S+){{0,4}} {Q}",
    r"\b(?:neighbou?rs?|residents?|tenants)\b(?!')(?: \S+){{0,3}} {A}(?= *\W*$| (?:and|or|too|as well|here|people)\b)",
    r"\b(?:owners?|sellers?|landlords?|buyers?|applicants?|agents?|realtors?|landlad(?:y|ies))(?: (?:is|are|be|was))? "
    r"(?:{FAITHS}|{ORIGINS}|{OTHERS})(?= *\W*$| (?:and|or)\b)",
    r"\b(?:{DISTRICTS}|{STREETS}) (?:is|are|was|were)(?: \w+)? {AF}(?= *\W*$| (?:and|or)\b)",
    r"\b(?:mostly|mainly|too|very|all|predominantly|largely|majority|more|less|is|are|isn't) {C}\b"
    r"(?: \S+){{0,4}} (?:{AROUND})\b|\b(?:{AROUND})\b(?: \S+){{0,4}} (?:mostly|mainly|too|all|predominantly"
    r"|largely|majority) {C}\b",
    r"\b{CRIMES}\b",
    r"\b{REPUTE}(?: \S+){{0,1}} {DISTRICTS}\b(?!(?<=area) for )(?!(?<=areas) for )(?! (?:for|of|in|on|to"
    r"|inside) (?:an?|the|my|our|this) (?!town"
    r"|city))|\b{REPUTE} area (?:for living|to (?:live|raise|move|settle))\b|\b{DISTRICTS}\b(?: \S+){{0,4}} {REPUTE}\b"
    r"|\b{REPUTE} (?:street|block|road|part of)\b|\b(?:street|block|road)(?: \S+){{0,2}} {REPUTE}\b",
    r"\b(?:un)?safe(?:r|ty|ly|st)?\b(?: \S+){{0,5}} (?:here|around|outside|at night|alone|late|after dark"
    r"|to live|to walk|subway|metro|station|stop|train"
    r"|{DISTRICTS}|street|road|de noche|nachts)\b|\b(?:{DISTRICTS}|street|walk\w*|live"
    r"|living)\b(?: \S+){{0,4}} (?:un)?safe\w*\b",
    r"^(?:\w+ ){{0,3}}(?:is|are|was|it's|es|ist) (?:it|this|that|they|es)?(?: really| very"
    r"| even)? ?(?:un)?safe(?: place| home| house)?\W*$",
    r"\b{NEAR}\b(?: \S+){{0,5}} {WORSHIP}\b|\b{WORSHIP}\b(?: \S+){{0,5}} {NEAR}\b|\beruv\b",
)
_SUITS: Final = (
    r"\bwhom?\b.{{0,30}}\b(?:ideal|perfect|suit\w*|right for|good for|best for|meant|enjoy|for *\W*$)",
    r"\b(?:bachelor|student|singles|retiree)(?:'s|s'|s)? (?:place|flat|pad|building|apartment|digs|house)\b",
    r"\b(?:kind|sort|type)s? of (?:buyers?|tenants?|households?|famil(?:y|ies)|owners?|renters?|clients?)\b"
    r"|\b(?:ideal|target|typical|right) (?:buyers?|tenants?|audience|owners?|renters?|group)\b",
    r"\b(?:famil(?:y|ies)|kids?|child|children|seniors?|gay|students?|elder|couples?|{FAITHS}) friendly\b",
    r"\brais(?:e|ing) (?:our |my |a |your )?(?:kids?|children|famil\w+)|\bstart(?:ing)? a family\b"
    r"|\bto grow up\b|\bgrow(?:ing)? up (?:here|in)\b",
    r"\b{SUITS}\b(?: \S+){{0,5}}? (?:{P}|{Q}|{A} {PERSONS}\b)(?: only)?",
    r"(?:{P}|{Q}|\b{A} {PERSONS}\b)(?: \S+){{0,3}} {FARES}\b(?: in| here| there| at home| it)?",
    r"\b(?:i|we|you|they|he|she)(?:'d|'ll)?(?: would| will| might| could)? (?:fit in|belong|feel (?:at home"
    r"|safe|welcome))\b",
    r"\b(?:i'm|i am|we're|we are|he's|he is|she's|she is) (?:an? )?{A}\b",
    r"\b(?:right|good|best|suitable|perfect|ideal|better)(?: (?:place|home|house|area|neighbou?rhood|fit|one|choice))?"
    r" for (?:me|us|you|him|her|them)\b",
    r"\b(?:an?|any|some|fellow) {FAITHS}(?= *\W*$| (?:would|could|will|can|may|fit|feel|live|like|want|buy|move|be)\b)",
    r"^(?:and|or|but|so|also)? ?(?:what about|how about)? ?(?:for|with)? ?(?:the|an?|any)? ?(?:{P}|{Q})(?: too"
    r"| as well)?\W*$",
)
_PEOPLE: Final = (
    r"{P}",
    r"\b(?:{A}) {PERSONS}\b|\b{PERSONS} {AF}\b",
    r"\b(?:{A}) {DISTRICTS}\b|\b(?:{AF}) {STREETS}\b|\b{FAITHS} {HOUSES}\b",
    r"\b(?:hispanic|latin[oa]|chicano|negro|caucasian) (?:residence|{HOUSES})\b|\b(?:white|black"
    r"|colou?red) private {HOUSES}\b",
)


@cache
def _rules() -> tuple[_Rule, ...]:
    seen = re.compile(_OF_A_PHOTO)

    def made(cause: Cause, patterns: tuple[str, ...], unless: re.Pattern[str] | None = None) -> list[_Rule]:
        return [_Rule(cause, re.compile(pattern.format(**_PARTS)), unless) for pattern in patterns]

    return (
        *(_Rule(Cause.ORDERS, re.compile(pattern)) for pattern in _ORDERS),
        *made(Cause.KEEPS_OUT, _KEEPS_OUT, seen),
        *made(Cause.AREA, _AREA[:-1]),
        *made(Cause.AREA, _AREA[-1:], seen),
        *made(Cause.SUITS, _SUITS),
        *made(Cause.PEOPLE, _PEOPLE),
    )
