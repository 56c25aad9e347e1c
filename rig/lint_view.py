"""What `rig lint` prints. Fits 80 columns; without a terminal it is plain text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

_COLOURS: Final = {"error": "red", "warning": "yellow", "info": "cyan"}


def show(console: Console, answer: Mapping[str, Any], names: Mapping[int, str]) -> None:
    """The findings, the gravest first, each with its remedy; what was not looked at; and how many there are.

    `names`: of the photos' files, by their ids.
    """
    pack = answer["pack"]
    title = f"Listing {answer['listing_id']}: {_count(answer['photo_count'], 'photo')}, rules of {pack['name']}"
    console.print(Text.assemble((title, "bold"), (f" {pack['version']} ({pack['title']})", "dim")))
    if answer["findings"]:
        console.print(_table(answer["findings"], names))
    for one in answer["unchecked"]:
        console.print(Text.assemble(("not checked: ", "dim"), one["rule"], (f". {one['reason']}", "dim")))
    console.print(_summary(answer))


def _table(findings: list[Mapping[str, Any]], names: Mapping[int, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("severity", no_wrap=True)
    table.add_column("photo", no_wrap=True, max_width=18)
    table.add_column("finding", ratio=1)
    for finding in findings:
        severity, photo = finding["severity"], names.get(finding["image_id"], "")
        said = Text.assemble(_message(finding, names), (f" {finding['fix']}", "dim"), (f" ({finding['rule']})", "dim"))
        table.add_row(Text(severity, style=_COLOURS[severity]), Text(photo), said)
    return table


def _message(finding: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """With the file of the other photo: the one that the finding is about stands in a column of its own."""
    other = finding["other_image_id"]
    if other not in names:
        return str(finding["message"])
    return re.sub(rf"\bphoto {other}\b", lambda found: f"{found[0]} ({names[other]})", finding["message"])


def _summary(answer: Mapping[str, Any]) -> Text:
    counts = answer["counts"]
    parts = (_count(counts["error"], "error"), _count(counts["warning"], "warning"), f"{counts['info']} info")
    passed = answer["passed"]
    return Text.assemble(("passed" if passed else "failed", "green" if passed else "red"), f": {', '.join(parts)}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
