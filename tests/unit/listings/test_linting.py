"""Rules, packs of them, and what they find."""

from typing import Any

import pytest
from pydantic import ValidationError

from roomlens.errors import ValidationError as Refused
from roomlens.listings.alterations import Altered
from roomlens.listings.copies import Pair
from roomlens.listings.linting import pack_names, read_pack
from roomlens.listings.linting.checks import CHECKS
from roomlens.listings.linting.engine import findings, unchecked
from roomlens.listings.linting.subject import Subject, Unseen
from roomlens.models import ImageStatus
from roomlens.schemas import RULES, FindingOut, LintRequest, RulePack
from roomlens.schemas.linting import RequiredRoom, Severity
from roomlens.vocabulary import (
    EMBEDDED_TELLS,
    EVERYTHING,
    ComplianceFlag,
    CopyKind,
    QualityFlag,
    RoomType,
    Tag,
)
from tests.listed import listed

EDITED = Pair(1, 2, CopyKind.EDITED, 3, 0.99)
SCENE = Pair(2, 3, CopyKind.SAME_SCENE, 20, 0.9)
STAGED = Altered(2, 1, "virtual_staging", "Staged.")


def pack(*rules: dict[str, Any]) -> RulePack:
    return RulePack.model_validate(
        {"name": "mine", "version": 1, "title": "Mine", "rules": [{"severity": "error"} | rule for rule in rules]}
    )


def found(rule: dict[str, Any], *photos: Any, **known: Any) -> list[FindingOut]:
    return findings(pack(rule), Subject(photos, known.pop("told", EVERYTHING), **known))


def about(rule: dict[str, Any], *photos: Any, **known: Any) -> list[int | None]:
    return [finding.image_id for finding in found(rule, *photos, **known)]


def required(*rooms: RoomType, at_least: int = 1) -> dict[str, Any]:
    return {"rule": "required_room", "rooms": list(rooms), "at_least": at_least}


# ----------------------------------------------------------------------------------------------------------- packs


def test_every_pack_of_the_package_can_be_read() -> None:
    assert pack_names() == ("default", "rmls", "swmls")
    assert {read_pack(name).name for name in pack_names()} == set(pack_names())


def test_a_pack_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused, match="there are default, rmls, swmls") as refused:
        read_pack("../default")
    assert refused.value.pointer == "/body/rule_pack"


def test_every_rule_has_its_check() -> None:
    assert len(CHECKS) + 1 == len(RULES)  # `required_room` shares photos among its rules
    assert {rule.model_fields["rule"].annotation.__args__[0] for rule in CHECKS} == set(RULES) - {"required_room"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"rule": "no_cats"}, "No such rule; rules are photo_count"),
        ({}, "No such rule"),
        ({"rule": "quality", "flag": "ugly"}, "'blurry'"),
        ({"rule": "quality", "flag": "dark", "severity": "fatal"}, "'error', 'warning' or 'info'"),
        ({"rule": "required_room", "rooms": ["ballroom"]}, "'kitchen'"),
        ({"rule": "required_room", "rooms": []}, "at least 1"),
        ({"rule": "photo_count"}, "give min, max or both"),
        ({"rule": "photo_count", "min": 5, "max": 4}, "min is greater than max"),
        ({"rule": "duplicate", "kind": "identical"}, "'edited'"),
        ({"rule": "first_photo", "rooms": ["exterior"], "colour": "red"}, "not permitted"),
    ],
)
def test_a_malformed_rule_is_refused_with_what_is_wrong(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        pack(rule)


def test_two_rules_about_the_same_are_refused() -> None:
    with pytest.raises(ValidationError, match="two rules are about the same: required_room kitchen"):
        pack(required(RoomType.KITCHEN), required(RoomType.KITCHEN, at_least=2))
    assert len(pack({"rule": "quality", "flag": "dark"}, {"rule": "quality", "flag": "blurry"}).rules) == 2


def test_a_request_names_one_pack() -> None:
    with pytest.raises(ValidationError, match="not both"):
        LintRequest(rule_pack="default", pack=pack({"rule": "not_analyzed"}))


# ----------------------------------------------------------------------------------------------------------- rules


def test_too_few_and_too_many_photos_are_told() -> None:
    two = {"rule": "photo_count", "min": 2, "max": 2}
    (few,), (none,) = found(two, listed(1)), found(two)
    (many,) = found(two, *map(listed, (1, 2, 3)))
    assert (few.message, none.message) == (
        "1 photo; at least 2 are wanted.", "No photos; at least 2 are wanted.",
    )  # fmt: skip
    assert many.message == "3 photos; at most 2 are taken."
    assert found(two, listed(1), listed(2)) == []


def test_a_missing_room_is_told() -> None:
    (missing,) = found(required(RoomType.BATHROOM, RoomType.LAUNDRY_ROOM), listed(1))
    assert (missing.message, missing.image_id) == ("No photo shows a bathroom or a laundry room.", None)
    assert found(required(RoomType.BATHROOM), listed(1, RoomType.PRIMARY_BATHROOM)) == []
    (few,) = found(required(RoomType.BEDROOM, at_least=2), listed(1, RoomType.NURSERY))
    assert few.message == "1 photo of a bedroom; at least 2 are wanted."


def test_a_place_may_be_seen_from_another_room() -> None:
    assert found(required(RoomType.POOL), listed(1, RoomType.KITCHEN, tags=(Tag.IN_GROUND_POOL,))) == []


def test_one_photo_of_an_unknown_side_is_not_both_the_front_and_the_back() -> None:
    sides = pack(required(RoomType.FRONT_EXTERIOR), required(RoomType.BACK_EXTERIOR, RoomType.YARD))

    def missing(*rooms: RoomType) -> list[str]:
        photos = [listed(n, room) for n, room in enumerate(rooms, 1)]
        return [one.message for one in findings(sides, Subject(photos, EMBEDDED_TELLS))]

    assert missing(RoomType.EXTERIOR) == ["No photo shows the back or a yard."]
    assert missing(RoomType.EXTERIOR, RoomType.EXTERIOR) == []
    assert missing(RoomType.EXTERIOR, RoomType.FRONT_EXTERIOR) == []
    assert missing(RoomType.BACK_EXTERIOR) == ["No photo shows the front."]


def test_a_room_that_the_model_can_not_tell_has_to_be_named_by_a_person() -> None:
    (garage,) = found(required(RoomType.GARAGE), listed(1), told=EMBEDDED_TELLS)
    assert "the model in force can't tell it" in garage.fix
    (kitchen,) = found(required(RoomType.KITCHEN), listed(1, RoomType.BATHROOM), told=EMBEDDED_TELLS)
    assert kitchen.fix == "Add one."


def test_the_first_photo_shows_the_front_as_it_is() -> None:
    front = {"rule": "first_photo", "rooms": ["front_exterior"], "unaltered": True}
    assert about(front, listed(1), listed(2, RoomType.FRONT_EXTERIOR)) == [1]
    assert about(front, listed(2, RoomType.EXTERIOR)) == []  # which side is not told
    assert about(front, listed(2, RoomType.BACK_EXTERIOR)) == [2]
    assert about(front, listed(2, RoomType.FRONT_EXTERIOR), altered={2: STAGED}) == [2]
    assert about(front) == []


def test_small_photos_are_told_whichever_way_they_are_turned() -> None:
    sides = {"rule": "resolution", "long_side": 1024, "short_side": 768}
    sizes = [(1024, 768), (768, 1024), (1023, 768), (4000, 700)]
    photos = [listed(number, size=size) for number, size in enumerate(sizes, 1)]
    assert about(sides, *photos) == [3, 4]
    assert found(sides, *photos)[0].message == "Photo 3 has 1023 by 768 pixels; 1024 by 768 are wanted."


def test_flags_of_a_photo_are_told_one_by_one() -> None:
    photos = [
        listed(1, faults=(QualityFlag.BLURRY, QualityFlag.DARK)), listed(2, flags=(ComplianceFlag.TEXT_OVERLAY,)),
    ]  # fmt: skip
    assert [one.message for one in found({"rule": "quality", "flag": "dark"}, *photos)] == ["Photo 1 is dark."]
    assert about({"rule": "quality", "flag": "tilted"}, *photos) == []
    (text,) = found({"rule": "compliance", "flag": "text_overlay"}, *photos)
    assert (text.image_id, text.message) == (2, "Photo 2 has text laid over it.")


def test_a_photo_is_told_to_be_a_copy_once() -> None:
    photos = [listed(number) for number in (1, 2, 3)]
    pairs = [Pair(one, other, CopyKind.EDITED, 3, 0.99) for one, other in ((1, 2), (1, 3), (2, 3))]
    told = found({"rule": "duplicate", "kind": "edited"}, *photos, copies=pairs)
    assert [(one.image_id, one.other_image_id) for one in told] == [(2, 1), (3, 1)]


def test_copies_are_told_by_their_kind() -> None:
    photos, known = [listed(number) for number in (1, 2, 3)], {"copies": [EDITED, SCENE]}
    (edited,) = found({"rule": "duplicate", "kind": "edited"}, *photos, **known)
    assert (edited.image_id, edited.other_image_id) == (2, 1)
    assert about({"rule": "duplicate", "kind": "same_scene"}, *photos, **known) == [3]
    assert about({"rule": "undeclared_edit"}, *photos, **known) == [2]


def test_what_the_ledger_explains_is_no_copy() -> None:
    known = {"copies": [EDITED, SCENE], "altered": {2: STAGED}}
    assert about({"rule": "undeclared_edit"}, listed(1), listed(2), **known) == []
    assert about({"rule": "duplicate", "kind": "same_scene"}, listed(2), listed(3), **known) == [3]  # not its original


def test_altered_photos_without_original_or_disclosure_are_told() -> None:
    altered = {1: Altered(1, None, "other", "Altered."), 2: Altered(2, 3, "other", ""), 4: STAGED}
    assert about({"rule": "missing_original"}, altered=altered) == [1]
    (silent,) = found({"rule": "undisclosed_alteration"}, altered=altered)
    assert (silent.image_id, silent.message) == (2, "Photo 2 is altered, and nothing discloses it.")
    assert "PUT /api/images/2/alteration" in silent.fix


def test_photos_that_no_rule_has_seen_are_told() -> None:
    unseen = [
        Unseen(1, ImageStatus.FAILED, "The file is empty."),
        Unseen(2, ImageStatus.FAILED),
        Unseen(3, ImageStatus.QUEUED),
    ]
    assert [one.message for one in found({"rule": "not_analyzed"}, unseen=unseen)] == [
        "Photo 1 could not be analysed (The file is empty).",
        "Photo 2 could not be analysed.",
        "Photo 3 has not been analysed yet.",
    ]


def test_the_gravest_come_first_then_the_packs_order() -> None:
    rules = pack(
        {"rule": "quality", "flag": "tilted", "severity": "info"},
        required(RoomType.BATHROOM) | {"severity": "warning"},
        required(RoomType.BEDROOM),
        {"rule": "photo_count", "min": 9},
    )
    told = findings(rules, Subject([listed(1, faults=(QualityFlag.TILTED,))], EVERYTHING))
    assert [(one.severity, one.rule) for one in told] == [
        (Severity.ERROR, "required_room"), (Severity.ERROR, "photo_count"), (Severity.WARNING, "required_room"),
        (Severity.INFO, "quality"),
    ]  # fmt: skip


def test_what_could_not_be_checked_is_said() -> None:
    rules = pack(
        {"rule": "compliance", "flag": "face"},
        {"rule": "compliance", "flag": "watermark"},
        {"rule": "duplicate", "kind": "same_scene"},
        {"rule": "undeclared_edit"},
    )
    nothing = unchecked(rules, Subject([listed(1)], EVERYTHING))
    some = unchecked(rules, Subject([listed(1), listed(2)], EMBEDDED_TELLS, scenes_told=False, compared=1))
    assert nothing == []
    assert [one.rule for one in some] == [
        "compliance face", "duplicate same_scene", "duplicate same_scene", "undeclared_edit",
    ]  # fmt: skip


def test_a_required_room_is_about_all_its_rooms() -> None:
    rule = RequiredRoom(rule="required_room", severity=Severity.INFO, rooms=[RoomType.YARD, RoomType.POOL])
    assert rule.about == "required_room yard pool"
