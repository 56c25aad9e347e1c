"""Tests of the whole system once more, with events and steps that come twice, and with those that come in another
order: nothing may end otherwise than on a calm day. Of tasks that is every test there is."""

import pytest

from rig.chaos import Chaos
from tests.integration.system.test_analyze_photo import *  # noqa: F403
from tests.integration.system.test_callbacks import *  # noqa: F403
from tests.integration.system.test_corrections import (  # noqa: F401
    test_a_corrected_photo_is_found_by_what_was_said_whenever_it_is_looked_at_again,
)
from tests.integration.system.test_photo_travels import (  # noqa: F401
    test_a_bad_object_is_shown_with_its_reason_and_loses_no_other,
    test_a_photo_is_one_photo_whatever_door_it_comes_by,
    test_one_event_delivered_to_several_at_once_leaves_one_photo,
    test_photos_put_into_the_bucket_are_found_and_spoken_of,
    test_what_can_not_be_recorded_lies_in_the_dead_letter_queue,
)
from tests.integration.system.test_workflows import *  # noqa: F403


@pytest.fixture(params=["duplicate", "reorder"], autouse=True)
def weather(request: pytest.FixtureRequest, chaos: Chaos, chaos_kinds: tuple[str, ...]) -> None:
    chaos.switch(*{*chaos_kinds, request.param})
