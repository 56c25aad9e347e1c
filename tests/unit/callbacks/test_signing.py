"""The signature of a message, against the library that receivers use."""

import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from rig.receiver import Received
from roomlens.callbacks.signing import signed_headers
from roomlens.errors import ConfigurationError
from roomlens.settings import callback_settings, forget_settings
from tests.pages import README

BODY = '{"type":"task.finished","data":{"task_id":"tsk_1","caption":"Küche"}}'.encode()
SECRETS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "Zm9v" * 10 + "Zg==", "whsec_" + "Zm9v" * 10 + "Zg"]


@pytest.fixture
def share(monkeypatch: pytest.MonkeyPatch):
    def share(secret: str) -> None:
        monkeypatch.setenv("CALLBACK_SECRET", secret)
        forget_settings()

    return share


@pytest.mark.parametrize("secret", SECRETS)
def test_a_receiver_that_shares_the_secret_can_tell_the_message(share, secret: str) -> None:
    share(secret)
    headers = signed_headers("tsk_1", int(time.time()), BODY)
    assert Webhook(secret).verify(BODY, headers)["type"] == "task.finished"
    assert Received("/", headers, BODY).is_signed_with(secret)


@pytest.mark.parametrize("change", ["body", "id", "timestamp", "secret"])
def test_whatever_is_changed_on_the_way_is_noticed(share, change: str) -> None:
    share(SECRETS[0])
    now = int(time.time())
    headers = signed_headers("tsk_1", now, BODY)
    body, secret = BODY, SECRETS[0]
    match change:
        case "body":
            body = BODY.replace(b"tsk_1", b"tsk_2")
        case "id":
            headers["webhook-id"] = "tsk_2"
        case "timestamp":
            headers["webhook-timestamp"] = str(now + 1)
        case "secret":
            secret = SECRETS[1]
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)
    assert not Received("/", headers, body).is_signed_with(secret)


def test_the_readmes_example_verifies(share) -> None:
    _, _, after = README.read_text().partition("```python\nimport base64")
    names: dict = {}
    exec("import base64" + after.partition("```")[0], names)
    share(SECRETS[0])
    headers = signed_headers("tsk_1", int(time.time()), BODY)
    assert names["is_from_roomlens"](SECRETS[0], headers, BODY)
    assert not names["is_from_roomlens"](SECRETS[0], headers, BODY + b" ")
    assert not names["is_from_roomlens"](SECRETS[1], headers, BODY)
    late = signed_headers("tsk_1", int(time.time()) - 301, BODY)
    assert not names["is_from_roomlens"](SECRETS[0], late, BODY)


def test_without_a_secret_nothing_is_signed() -> None:
    with pytest.raises(ConfigurationError, match="CALLBACK_SECRET"):
        signed_headers("tsk_1", 0, BODY)


@pytest.mark.parametrize("secret", ["secret", "whsec_", "whsec_c2hvcnQ=", "whsec_" + "Zm9v" * 10 + "Z", "whsec_ä" * 9])
def test_a_secret_that_is_weak_or_unreadable_is_refused_and_not_shown(share, secret: str) -> None:
    share(secret)
    with pytest.raises(ConfigurationError, match="CALLBACK_SECRET") as refused:
        callback_settings()
    assert "c2hvcnQ" not in str(refused.value)
