"""Rules that a listing's photos are held against, packs of them, and what they find (docs/lint.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, get_args

from pydantic import Discriminator, Field, StringConstraints, Tag, model_validator

from roomlens.fields import ALTERNATIVE, Line, Readable
from roomlens.schemas.base import Answer, Request
from roomlens.vocabulary import ComplianceFlag, CopyKind, QualityFlag, RoomType

Rooms = Annotated[list[RoomType], Field(min_length=1, max_length=len(RoomType))]
_Pixels = Annotated[int, Field(ge=1, le=100_000)]
_Photos = Annotated[int, Field(ge=1, le=10_000)]


class Severity(StrEnum):
    """How grave a finding is, the gravest first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class _Rule(Request):
    severity: Severity

    @property
    def about(self) -> str:
        """What a pack may say but once: the rule, and the room, flag or kind that it is about."""
        about = (getattr(self, name) for name in ("rule", "rooms", "flag", "kind") if hasattr(self, name))
        return " ".join(" ".join(value) if isinstance(value, list) else str(value) for value in about)


class PhotoCount(_Rule):
    """So many photos at least, and at most."""

    rule: Literal["photo_count"]
    min: _Photos | None = None
    max: _Photos | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is greater than max")
        return self


class RequiredRoom(_Rule):
    """At least so many photos of any of these rooms."""

    rule: Literal["required_room"]
    rooms: Rooms
    at_least: Annotated[int, Field(ge=1, le=100)] = 1


class FirstPhoto(_Rule):
    """The first photo shows one of these; where `unaltered`, as it is."""

    rule: Literal["first_photo"]
    rooms: Rooms
    unaltered: bool = False


class Resolution(_Rule):
    """Each photo has so many pixels on its sides at least, as it came."""

    rule: Literal["resolution"]
    long_side: _Pixels
    short_side: _Pixels


class Quality(_Rule):
    """No photo is blurry, dark and so on."""

    rule: Literal["quality"]
    flag: QualityFlag


class Compliance(_Rule):
    """No photo shows a person's face, text laid over it, a watermark and so on."""

    rule: Literal["compliance"]
    flag: ComplianceFlag


class Duplicate(_Rule):
    """No two photos are the same picture, or of the same scene."""

    rule: Literal["duplicate"]
    kind: Literal[CopyKind.EDITED, CopyKind.SAME_SCENE]


class UndeclaredEdit(_Rule):
    """No photo is an edited copy of another without standing in the alteration ledger."""

    rule: Literal["undeclared_edit"]


class MissingOriginal(_Rule):
    """The original of every altered photo is there."""

    rule: Literal["missing_original"]


class UndisclosedAlteration(_Rule):
    """Of every altered photo something says so."""

    rule: Literal["undisclosed_alteration"]


class NotAnalyzed(_Rule):
    """Every photo has been looked at by the model in force; the other rules see only those."""

    rule: Literal["not_analyzed"]


_RULES: Final = (
    PhotoCount, RequiredRoom, FirstPhoto, Resolution, Quality, Compliance, Duplicate, UndeclaredEdit, MissingOriginal,
    UndisclosedAlteration, NotAnalyzed,
)  # fmt: skip
RULES: Final[tuple[str, ...]] = tuple(get_args(rule.model_fields["rule"].annotation)[0] for rule in _RULES)


def _name_of(rule: Any) -> str:
    name = rule.get("rule") if isinstance(rule, dict) else getattr(rule, "rule", None)
    return f"{ALTERNATIVE}{name}"


Rule = Annotated[
    Annotated[PhotoCount, Tag(f"{ALTERNATIVE}photo_count")]
    | Annotated[RequiredRoom, Tag(f"{ALTERNATIVE}required_room")]
    | Annotated[FirstPhoto, Tag(f"{ALTERNATIVE}first_photo")]
    | Annotated[Resolution, Tag(f"{ALTERNATIVE}resolution")]
    | Annotated[Quality, Tag(f"{ALTERNATIVE}quality")]
    | Annotated[Compliance, Tag(f"{ALTERNATIVE}compliance")]
    | Annotated[Duplicate, Tag(f"{ALTERNATIVE}duplicate")]
    | Annotated[UndeclaredEdit, Tag(f"{ALTERNATIVE}undeclared_edit")]
    | Annotated[MissingOriginal, Tag(f"{ALTERNATIVE}missing_original")]
    | Annotated[UndisclosedAlteration, Tag(f"{ALTERNATIVE}undisclosed_alteration")]
    | Annotated[NotAnalyzed, Tag(f"{ALTERNATIVE}not_analyzed")],
    Discriminator(
        _name_of,
        custom_error_type="unknown_rule",
        custom_error_message=f"No such rule; rules are {', '.join(RULES)}",
    ),
]


class RulePack(Request):
    """Rules under one name. `version` rises whenever a rule changes: an answer names what it was held against."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    title: Line
    rules: Annotated[list[Rule], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _says_each_thing_once(self) -> Self:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.about in seen:
                raise ValueError(f"two rules are about the same: {rule.about}")
            seen.add(rule.about)
        return self


class LintRequest(Request):
    """Which rules: those of a pack that is there, or of one that is sent. Without either, the pack `default`."""

    rule_pack: Annotated[str, Field(min_length=1, max_length=60), Readable] | None = Field(
        None, description="The name of a pack: `default`, `rmls`, `swmls`."
    )
    pack: RulePack | None = Field(None, description="Rules of the caller's own.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.rule_pack is not None and self.pack is not None:
            raise ValueError("give rule_pack or pack, not both")
        return self


class FindingOut(Answer):
    rule: str
    severity: Severity
    image_id: int | None = Field(description="Null: it is about the listing.")
    other_image_id: int | None = Field(description="The photo that it is a copy of.")
    message: str
    fix: str


class UncheckedOut(Answer):
    """A rule that could not be held against the photos, or not against all of them."""

    rule: str
    reason: str


class PackOut(Answer):
    name: str
    version: int
    title: str


class LintAnswer(Answer):
    """`passed`: no finding is an error. Photos that no model in force has looked at are seen by no rule but two."""

    listing_id: int
    passed: bool
    pack: PackOut
    model: str
    photo_count: int
    counts: dict[Severity, int]
    findings: list[FindingOut]
    unchecked: list[UncheckedOut]
