"""Holds photos against a pack of rules. Pure: the same photos and the same pack give the same findings."""

from __future__ import annotations

from collections.abc import Iterable

from roomlens.listings.linting.checks import CHECKS, required_rooms
from roomlens.listings.linting.subject import Found, Subject
from roomlens.schemas import FindingOut, RulePack, Severity, UncheckedOut
from roomlens.schemas.linting import Compliance, Duplicate, RequiredRoom, Rule, UndeclaredEdit
from roomlens.vocabulary import CopyKind


def findings(pack: RulePack, subject: Subject) -> list[FindingOut]:
    """The gravest first, then in the pack's order, then in that of the photos."""
    wanted = [rule for rule in pack.rules if isinstance(rule, RequiredRoom)]
    missing = {rule.about: found for rule, found in zip(wanted, required_rooms(wanted, subject), strict=True)}
    every = [
        _finding(rule, found)
        for rule in pack.rules
        for found in (missing[rule.about] if isinstance(rule, RequiredRoom) else CHECKS[type(rule)](rule, subject))
    ]
    return sorted(every, key=lambda finding: list(Severity).index(finding.severity))


def unchecked(pack: RulePack, subject: Subject) -> list[UncheckedOut]:
    """The rules that nothing was found by because nothing could be."""
    return [
        UncheckedOut(rule=rule.about, reason=reason) for rule in pack.rules for reason in _why_unchecked(rule, subject)
    ]


def _finding(rule: Rule, found: Found) -> FindingOut:
    return FindingOut(
        rule=rule.rule,
        severity=rule.severity,
        image_id=found.image_id,
        other_image_id=found.other_image_id,
        message=found.message,
        fix=found.fix,
    )


def _why_unchecked(rule: Rule, subject: Subject) -> Iterable[str]:
    if isinstance(rule, Compliance) and rule.flag not in subject.told.flags:
        yield "The model in force does not look for it."
    if isinstance(rule, Duplicate) and rule.kind is CopyKind.SAME_SCENE and not subject.scenes_told:
        yield "Nobody has measured how much alike two pictures of one scene are to the model in force."
    if isinstance(rule, Duplicate | UndeclaredEdit) and len(subject.photos) > subject.compared:
        yield f"Only {subject.compared} photos were compared with each other."
