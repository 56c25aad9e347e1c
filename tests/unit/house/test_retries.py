"""An error that says "come again" is tried again by the workflow, which knows errors by their class's name."""

import json
from collections.abc import Iterator

from roomlens.errors import UnavailableError
from tests.unit.house.project import stack


def kinds(error: type[Exception]) -> Iterator[str]:
    yield error.__name__
    for kind in error.__subclasses__():
        yield from kinds(kind)


def test_the_look_at_a_photo_is_tried_again_after_every_error_that_will_pass() -> None:
    (machine,) = stack().state_machines.values()
    retried = {
        name
        for retry in json.loads(machine.definition)["States"]["AnalyzePhoto"]["Retry"]
        for name in retry["ErrorEquals"]
    }
    assert set(kinds(UnavailableError)) <= retried
