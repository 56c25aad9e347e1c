"""What every refusal has in common, whichever function it comes from."""

import pytest
from sqlalchemy.orm import Session

from tasks.app import handler
from tests.http import call


@pytest.mark.parametrize("path", ["/api/tasks/a%09b", "/api/tasks/k%C3%BCche%20%3F", "/api/tasks/%EF%BF%BD"])
def test_a_problem_names_the_path_that_was_asked_for_as_it_was_written(db: Session, path: str) -> None:
    answer = call(handler, "GET", path)
    assert (answer.status, answer.problem["instance"]) == (404, path)
