"""The words that tell what a question is after. Pure data: `intents` says in which order they count."""

from __future__ import annotations

import re
from typing import Final


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)


GREETING: Final = re.compile(
    r"(?:\W*\b(?:hello|hi|hey|thanks|thank you|good (?:morning|day|afternoon|evening|night)|ok|okay|"
    r"bye|goodbye|there|"
    r"cheers|great|very much|so much|you|a lot|again|everyone|all|help|what can you (?:do|tell me)|"
    r"who are you|what are you)\b)+\W*",
    re.IGNORECASE,
)
LISTINGS: Final = _words(
    r"(?:which|what|any|some|find|list|show|all|of your|do you have|have you)\b.{0,30}\b"
    r"(?:listings?|homes|houses|properties|apartments|flats)",
    r"(?:which|what) (?:one of )?(?:the |your )?(?:home|house|property|apartment|flat|listing)",
    r"(?:which|what) (?:is|has|gets) the \w+ (?:home|house|property|apartment|flat|listing)(?=\W*$)",
    r"(?:want|need|like|looking for|find me|got|have you|do you have) an? (?:\w+ )?"
    r"(?:home|house|property|apartment|flat)",
)
WHY: Final = re.compile(
    r"\W*(?:but\s+|and\s+)?(?:why|how come|how so|how do you know|says who|what makes you (?:say|"
    r"think) (?:so|that))\b"
    r".{0,40}",
    re.IGNORECASE | re.DOTALL,
)
MISSING: Final = _words(
    r"missing",
    r"lacks?",
    r"lacking",
    r"not (?:shown|photographed|covered|pictured)",
    r"gaps?",
    r"left out",
    r"(?:else|more) (?:should|must|do|could|to) (?:i |we |be )*(?:need to )?(?:photograph\w*|shoot|shot|take|upload)",
    r"(?:what|which)\b.{0,40}\b(?:don'?t|do not|can'?t|cannot|didn'?t) (?:you |i |we )?(?:see|show|find|have)",
    r"(?:rooms|photos|views|pictures) (?:are|do you|do i|do we) (?:still )?(?:need|want|lack)\w*",
    r"what (?:else )?do you (?:still )?need",
    r"(?:what|which) (?:other |more )?(?:photos?|pictures?|rooms?|views?|shots?) (?:should|must|do|could|can) (?:i|we) "
    r"(?:still )?(?:add|take|need|make|shoot|upload|send)",
)
_PHOTOS: Final = r"(?:photos?|pictures?|images?|shots?)"
_TAMPERED: Final = r"altered|retouched|photoshopped|manipulated|doctored"
_TOUCHED: Final = rf"{_TAMPERED}|staged|edited|ai[- ]generated|unedited|unaltered"
ALTERED: Final = _words(
    r"virtual(?:ly)? stag(?:ed|ing)",
    r"digital(?:ly)? (?:altered|edited|staged|enhanced|changed|alterations?)",
    rf"{_PHOTOS}\b.{{0,40}}\b(?:{_TOUCHED})",
    rf"(?:{_TOUCHED}|fake|original) {_PHOTOS}",
    rf"(?:what|which|any|anything|everything) (?:\w+ ){{0,3}}(?:{_TAMPERED})",
    r"alterations?",
)
COVER: Final = _words(
    rf"cover {_PHOTOS}",
    r"the cover(?=\W*$)",
    rf"(?:which|what|choose|pick|suggest|best)\b.{{0,30}}\b(?:hero|lead|main|primary|title) {_PHOTOS}",
    rf"(?:which|what)\b.{{0,20}}\b{_PHOTOS}\b.{{0,30}}\b(?:comes?|be|goe?s?|is|use|put|shown?|upload) first",
    rf"{_PHOTOS} order",
    rf"(?:order|arrange|sort) (?:of |for )?(?:the |my |our |these )?{_PHOTOS}",
    rf"{_PHOTOS}\b.{{0,30}}\b(?:what|which|the right|the best) order",
    rf"(?:what|which|the right|the best) order\b.{{0,40}}\b{_PHOTOS}",
)
BEGINS: Final = r"(?:did|has|have|was|were|is|are)\b.{0,40}\b"
CHANGES: Final = _words(
    r"(?<!should i )(?<!should we )(?<!could i )(?<!could we )(?<!to )(?:chang(?:ed|es)|change since|change over)",
    r"what (?:is|'s) (?:new|different)(?! between)",
    r"before and after",
    r"before[/-]after",
    r"(?:than|as|like|with) (?:it was )?before",
    r"better now",
    r"worse now",
    r"(?:than|to|with|since) (?:last|the last|the previous) (?:year|month|spring|summer|autumn|fall|"
    r"winter|time|visit|photos?)",
    r"used to (?:look|be)",
    r"over (?:time|the years)",
    r"(?:than|as) it (?:was|used)",
    r"(?:better|worse|brighter|darker|nicer|cleaner) than in (?:\w+ )?(?:19|20)\d\d",
    r"any progress",
    rf"{BEGINS}(?:improved?|worsened?|got better|gotten (?:better|worse)|deteriorated?)",
    r"improvements? (?:have been|has been|were|was) (?:made|done)",
    r"(?:older|earlier|old) (?:photos?|pictures?)",
    r"between the (?:dates|photos|years|visits)",
    r"difference between (?:the )?(?:19|20)\d\d",
    r"since (?:then|(?:\w+ )?(?:19|20)\d\d)",
    r"(?:19|20)\d\d (?:and|vs\.?|versus|with|to) (?:\w+ )?(?:19|20)\d\d",
)
RENOVATED: Final = _words(r"renovat(?:ed|ions?)", r"remodell?ed", r"(?:been|was|were|recently) updated")
IMPROVE: Final = _words(
    r"improv(?:e|es|ing|ement|ements)",
    r"resale",
    r"before (?:i |we |you |they )?(?:sell|selling|sale|list|listing)\b.*",
    r"(?:about|want|plan|going|ready|prepare\w*|get it ready) (?:to|for) (?:sell|sale|list)",
    r"sell (?:it )?(?:better|faster|for more|quick\w*)",
    r"(?:raise|increase|add|boost|lift|more) (?:\w+ ){0,3}(?:value|worth|price)",
    r"needs? (?:some |to be |most |the most )?(?:\w+ )?(?:fixing|fixed|work|repair\w*|attention|"
    r"renovation|updating|replac\w*)",
    r"fix (?:first|up)",
    r"what (?:should|could|can|would|must|to) (?:i |we |you |be )?(?:fix|repair|do|work|change|"
    r"renovate|upgrade|update|redo|paint|tidy)\w*",
    r"(?:should|could|can) (?:i|we) (?:paint|repaint|replace|redo|refresh|"
    r"fix|repair|renovate|upgrade|update|redo|stage|tidy|declutter)",
    r"upgrades?",
    r"worth (?:fixing|renovating|repairing|upgrading)",
    r"work on(?: first)?",
    r"stage (?:it|the)",
    r"make\b.{0,40}\b(?:sell|nicer|better|more attractive)",
)
COUNT: Final = _words(
    r"how many",
    r"(?:the )?number of",
    r"count",
    r"(?:have|has|there|got) (?:more than |less than |at least |at most |exactly |only |just )?"
    r"(?:[2-9]|two|three|four|five|six)(?= \w*(?:rooms|baths|kitchens)\b)",
)
COMPARE: Final = _words(
    r"rank(?:ed|ing)?",
    r"compar\w+",
    r"versus",
    r"vs",
    r"difference between",
    r"differ",
    r"(?:\w+er|more|less|worse|better)\b.*\bthan",
    r"(?:of|between) (?:the )?(?:two|both)\b.*",
    r"(?:which|what)\b.*\bor\b",
)
RANK: Final = _words(
    r"best",
    r"worst",
    r"most",
    r"least",
    r"fewest",
    r"\w{3,}iest",
    r"brightest",
    r"darkest",
    r"lightest",
    r"weakest",
    r"nicest",
    r"cleanest",
    r"dimmest",
    r"strongest",
    r"finest",
    r"(?:which|what)\b.*\b(?:better|worse|nicer|more|less|"
    r"brighter|darker|weaker|sunnier|lighter)",
)
WORST: Final = _words(
    r"worst",
    r"worse",
    r"least",
    r"less",
    r"darkest",
    r"darker",
    r"dimmest",
    r"gloomiest",
    r"weakest",
    r"weaker",
    r"ugliest",
    r"shabbiest",
    r"dirtiest",
    r"poorest",
    r"run[- ]?down",
    r"dingiest",
    r"fewest",
    r"most (?:worn|dated|damaged)",
)
FEATURES: Final = _words(r"features|amenities|highlights|selling points")
INVENTORY: Final = _words(
    r"appliances|furniture|what(?: is|'s) (?:good|nice|special)",
    r"what does (?:it|the home|the house|this home|this house|this place|the place) (?:have|offer)",
    r"(?:what|which) (?:\w+ )?rooms",
    r"list (?:me )?(?:all )?(?:of )?(?:the )?(?:rooms|photos)",
    r"rooms are there",
    r"overview",
    r"summar\w+",
    r"what(?: all)? (?:can|do|could|is there to|is to be|will) (?:i |you |we |be )?(?:see|seen|show)",
    r"what(?: is|'s| else is)? (?:there|in (?:the|these|this)|on (?:the|these)|shown)",
    r"what (?:do|can) (?:the|these) (?:photos|pictures|images) (?:show|tell)",
    r"(?:describe|tell me (?:more )?about|show(?: me)?|what do you know about|"
    r"walk me through) (?:me )?(?:the |this |my |our )?(?:whole |entire )?"
    r"(?:home|house|property|listing|place|apartment|flat|photos|pictures|everything|rest|tour)",
    r"show (?:me )?(?:all|every|everything)",
    r"(?:show me|tell me more|let me see|let'?s see)(?=\W*$)",
)
SHOW: Final = _words(
    r"show(?! (?:a|an|any)\b)(?<!photos show)(?<!pictures show)",
    r"see it",
    r"let me see",
    r"let'?s see",
    r"let me have a look",
    r"describe",
    r"tell me",
    r"looks? like",
    r"what about",
    r"how about",
    r"(?:photos?|pictures?|images?) of",
    r"i (?:want|would like|'d like) to see",
    r"take me to",
    r"where is",
    r"where'?s",
    r"which (?:photos?|pictures?|images?)",
    r"display",
    r"more about",
)
THERE: Final = re.compile(
    r"^\W*(?:so |and |but |ok |okay |please )?(?:is|are|was|were|does|do|has|have|can|could|any|got|"
    r"isn'?t|aren'?t|doesn'?t|hasn'?t)\b"
    r"|\b(?:is|are) there?\b|\bany\b|\bis one\b|\bhas it\b|\bwhether\b",
    re.IGNORECASE,
)
PHOTOS_COUNTED: Final = re.compile(r"\b(?:photos|pictures|images)\b", re.IGNORECASE)
