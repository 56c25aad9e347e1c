"""While a debugger is open nobody is given up for being slow; otherwise everybody is."""

import threading
from collections.abc import Callable, Iterator

import pytest

from rig import patience
from rig.activity import Activity, StillBusyError
from rig.gateway import Gateway
from rig.patience import PatientEvent
from rig.runtimes import InvokeResult


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    patience.restore()


@pytest.fixture(params=["before", "while"])
def lifted(request: pytest.FixtureRequest) -> Iterator[None]:
    """The debugger opens before the wait begins, or while it goes on."""
    if request.param == "before":
        patience.lift()
        yield
    else:
        timer = threading.Timer(0.01, patience.lift)
        timer.start()
        yield
        timer.join()


def in_a_moment(action: Callable[[], None]) -> None:
    threading.Timer(0.15, action).start()


def test_what_is_in_flight_is_waited_for(lifted: None) -> None:
    activity = Activity()
    token = activity.begin("a handler at a breakpoint")
    in_a_moment(lambda: activity.end(token))
    activity.wait(0.05)


def test_without_a_debugger_it_is_given_up() -> None:
    activity = Activity()
    activity.begin("a handler that hangs")
    with pytest.raises(StillBusyError, match="a handler that hangs"):
        activity.wait(0.05)


def test_an_event_is_waited_for(lifted: None) -> None:
    event = PatientEvent()
    in_a_moment(event.set)
    assert event.wait(0.05)


def test_without_a_debugger_an_event_may_not_come() -> None:
    assert not PatientEvent().wait(0.01)


@pytest.mark.parametrize(("person", "status"), [(True, 200), (False, 503)])
def test_the_api_waits_for_a_function_only_while_a_person_looks(person: bool, status: int) -> None:
    from starlette.testclient import TestClient

    may_answer = threading.Event()

    def invoke(name: str, event: object) -> InvokeResult:
        may_answer.wait(0.15)
        return InvokeResult({"statusCode": 200})

    if person:
        patience.lift()
    gateway = Gateway({"GET /thing": "Function"}, invoke, timeout=0.05)
    with TestClient(gateway) as client:
        assert client.get("/thing").status_code == status
    may_answer.set()
    gateway.close()
