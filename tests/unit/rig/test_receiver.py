"""The rig's receiver keeps what is posted to it, answers as it is told, and knows a signature."""

import threading
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from rig.receiver import Received, Receiver, TooFewMessagesError, shown_as


def post(url: str, body: bytes = b"{}", **headers: str) -> int:
    try:
        with urlopen(Request(url, body, headers)) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def test_what_is_posted_is_kept_with_its_headers(receiver: Receiver) -> None:
    assert post(f"{receiver.url}hook?x=1", b'{"type": "task.finished"}', **{"Webhook-Id": "tsk_1"}) == 204
    (message,) = receiver.received
    assert (message.path, message.headers["webhook-id"]) == ("/hook?x=1", "tsk_1")
    assert message.json == {"type": "task.finished"}


def test_it_answers_as_it_is_told_and_then_takes_all(receiver: Receiver) -> None:
    receiver.answers(503, 410)
    assert [post(receiver.url) for _ in range(3)] == [503, 410, 204]


def test_a_test_can_wait_for_messages_that_others_send(receiver: Receiver) -> None:
    thread = threading.Thread(target=lambda: [post(receiver.url, body) for body in (b"1", b"2")])
    thread.start()
    assert [message.json for message in receiver.wait(2)] == [1, 2]
    thread.join()


def test_what_does_not_come_is_told(receiver: Receiver) -> None:
    with pytest.raises(TooFewMessagesError, match="of 1 messages 0 came within 0 s"):
        receiver.wait(timeout=0)


def test_a_person_sees_whether_a_message_is_signed() -> None:
    unsigned = Received("/hook", {"webhook-id": "tsk_1"}, b"{}")
    assert shown_as(unsigned, None) == "POST /hook tsk_1\n{}"
    assert shown_as(unsigned, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == (
        "POST /hook tsk_1, NOT SIGNED with this secret\n{}"
    )


def test_a_signature_is_one_of_standard_webhooks() -> None:
    """The example of the specification's reference libraries."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,nonsense v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    message = Received("/", headers, b'{"test": 2432232314}')
    assert message.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert ", signed\n" in shown_as(message, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert not message.is_signed_with("whsec_AfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert not message.is_signed_with("no base64 at all")
    assert not Received("/", {}, b"").is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
