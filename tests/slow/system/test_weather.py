"""Tests of the whole system once more, with events and steps that come twice, and with those that come in another
order: nothing may end otherwise than on a calm day."""

import pytest

from rig.chaos import Chaos
from tests.integration.system.test_analyze_photo import (
    test_a_bad_upload_is_refused_at_once_and_starts_nothing,
    test_a_start_that_fails_leaves_nothing,
    test_a_step_that_is_killed_is_tried_again_and_not_shown_as_running,
    test_a_task_whose_model_fails_says_so_and_so_does_its_photo,
    test_an_asynchronous_upload_becomes_a_task_that_succeeds,
    test_an_original_that_vanishes_fails_with_its_reason,
    test_an_unknown_task_is_not_found,
    test_the_same_step_twice_changes_nothing,
    test_what_passes_is_tried_again,
)
from tests.integration.system.test_corrections import (
    test_a_corrected_photo_is_found_by_what_was_said_whenever_it_is_looked_at_again,
)
from tests.integration.system.test_photo_travels import (
    test_a_bad_object_is_shown_with_its_reason_and_loses_no_other,
    test_a_photo_is_one_photo_whatever_door_it_comes_by,
    test_one_event_delivered_to_several_at_once_leaves_one_photo,
    test_photos_put_into_the_bucket_are_found_and_spoken_of,
    test_what_can_not_be_recorded_lies_in_the_dead_letter_queue,
)

__all__ = [
    "test_a_bad_object_is_shown_with_its_reason_and_loses_no_other",
    "test_a_bad_upload_is_refused_at_once_and_starts_nothing",
    "test_a_corrected_photo_is_found_by_what_was_said_whenever_it_is_looked_at_again",
    "test_a_photo_is_one_photo_whatever_door_it_comes_by",
    "test_a_start_that_fails_leaves_nothing",
    "test_a_step_that_is_killed_is_tried_again_and_not_shown_as_running",
    "test_a_task_whose_model_fails_says_so_and_so_does_its_photo",
    "test_an_asynchronous_upload_becomes_a_task_that_succeeds",
    "test_an_original_that_vanishes_fails_with_its_reason",
    "test_an_unknown_task_is_not_found",
    "test_one_event_delivered_to_several_at_once_leaves_one_photo",
    "test_photos_put_into_the_bucket_are_found_and_spoken_of",
    "test_the_same_step_twice_changes_nothing",
    "test_what_can_not_be_recorded_lies_in_the_dead_letter_queue",
    "test_what_passes_is_tried_again",
]


@pytest.fixture(params=["duplicate", "reorder"], autouse=True)
def weather(request: pytest.FixtureRequest, chaos: Chaos, chaos_kinds: tuple[str, ...]) -> None:
    chaos.switch(*{*chaos_kinds, request.param})
