"""A message on its way to a stranger's server: over real TLS, on this machine, with a name server that we make up."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from rig.receiver import Receiver
from roomlens.callbacks import sending
from roomlens.callbacks.sending import deliver
from roomlens.errors import CallbackFailedError, CallbackRefusedError
from roomlens.settings import forget_settings

SECRET = "whsec_" + 8 * "c2Vj"
HOST = "hooks.example.test"
PUBLIC, PRIVATE = "93.184.216.34", "10.0.0.7"

Allow = Callable[[str], None]
Names = Callable[..., list[str]]
Reached = Callable[[Receiver], list[str]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of HOST, signed by itself, with its key in the same file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    kind = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("certificate") / "host.pem"
    path.write_bytes(key.private_bytes(pem, *kind) + made.public_bytes(pem))
    return path


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch) -> Allow:
    def allow(targets: str) -> None:
        monkeypatch.setenv("CALLBACK_TARGETS", targets)
        monkeypatch.setenv("CALLBACK_SECRET", SECRET)
        forget_settings()

    return allow


@pytest.fixture
def secure_receiver(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Speaks https as HOST, which this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with Receiver(tls=tls) as receiver:
        yield receiver


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """What a name leads to: one answer after the other. Returns the names that were asked for."""
    known = socket.getaddrinfo

    def names(*answers: list[str]) -> list[str]:
        asked: list[str] = []

        def getaddrinfo(host: str, port: int, *args: Any, **options: Any) -> list[Any]:
            if host[0].isdigit():  # an address, for which nobody is asked
                return known(host, port, *args, **options)
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in answers[len(asked) - 1]]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return names


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Reached:
    """Every address leads to the receiver; returns those that were connected to."""

    def reached(receiver: Receiver) -> list[str]:
        addresses: list[str] = []

        def connect(address: str, port: int) -> socket.socket:
            addresses.append(address)
            made = socket.socket()
            made.connect(("127.0.0.1", receiver.port))
            return made

        monkeypatch.setattr(sending, "open_connection", connect)
        return addresses

    return reached


def test_a_message_is_signed_json_with_its_key(allow: Allow, receiver: Receiver) -> None:
    allow("any")
    deliver(f"{receiver.url}hook?x=1#part", "tsk_1", '{"caption":"Küche"}'.encode())
    (message,) = receiver.received
    assert (message.path, message.json) == ("/hook?x=1", {"caption": "Küche"})
    assert message.is_signed_with(SECRET)
    told = {name: message.headers[name] for name in ("host", "content-type", "user-agent", "webhook-id")}
    assert told == {
        "host": f"127.0.0.1:{receiver.port}",
        "content-type": "application/json",
        "user-agent": "Roomlens/0.1.0",
        "webhook-id": "tsk_1",
    }


@pytest.mark.parametrize("status", [200, 202, 204])
def test_whoever_answers_with_success_has_taken_it(allow: Allow, receiver: Receiver, status: int) -> None:
    allow("any")
    receiver.answers(status)
    deliver(receiver.url, "tsk_1", b"{}")


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
def test_any_other_answer_is_worth_another_try(allow: Allow, receiver: Receiver, status: int) -> None:
    allow("any")
    receiver.answers(status)
    with pytest.raises(CallbackFailedError, match=str(status)):
        deliver(receiver.url, "tsk_1", b"{}")


def test_whoever_is_gone_is_not_asked_again(allow: Allow, receiver: Receiver) -> None:
    allow("any")
    receiver.answers(410)
    with pytest.raises(CallbackRefusedError, match="no more"):
        deliver(receiver.url, "tsk_1", b"{}")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(allow: Allow, receiver: Receiver, status: int) -> None:
    allow("any")
    receiver.answers(status, location=f"{receiver.url}elsewhere")
    with pytest.raises(CallbackFailedError, match=str(status)):
        deliver(receiver.url, "tsk_1", b"{}")
    assert [message.path for message in receiver.received] == ["/"]


def test_what_can_not_be_reached_is_worth_another_try(allow: Allow) -> None:
    allow("any")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(CallbackFailedError, match="can't be reached"):
        deliver(f"http://127.0.0.1:{port}/", "tsk_1", b"{}")


def test_the_second_address_of_a_name_is_tried_when_the_first_is_dead(
    allow: Allow, receiver: Receiver, names: Names
) -> None:
    allow("any")
    names(["127.0.0.2", "127.0.0.1"])  # the receiver listens on the second one alone
    deliver(f"http://{HOST}:{receiver.port}/", "tsk_1", b"{}")
    assert receiver.received[0].headers["host"] == f"{HOST}:{receiver.port}"


def test_the_certificate_must_be_the_name_s(allow: Allow, secure_receiver: Receiver, names: Names) -> None:
    allow("any")
    names(["127.0.0.1"], ["127.0.0.1"])
    deliver(f"https://{HOST}:{secure_receiver.port}/", "tsk_1", b"{}")
    with pytest.raises(CallbackFailedError, match="SSLCertVerificationError"):
        deliver(f"https://other.example.test:{secure_receiver.port}/", "tsk_1", b"{}")
    assert len(secure_receiver.received) == 1


def test_a_name_is_resolved_once_and_the_address_that_was_looked_at_is_the_one_that_is_reached(
    allow: Allow,
    secure_receiver: Receiver,
    names: Names,
    reached: Reached,
) -> None:
    """DNS rebinding: the first answer is public, and each later one would lead inside."""
    allow("public")
    asked, addresses = names([PUBLIC], [PRIVATE]), reached(secure_receiver)
    deliver(f"https://{HOST}/", "tsk_1", b"{}")
    assert (asked, addresses) == ([HOST], [PUBLIC])
    assert secure_receiver.received[0].headers["host"] == HOST
    with pytest.raises(CallbackRefusedError, match="public address"):
        deliver(f"https://{HOST}/", "tsk_1", b"{}")
    assert addresses == [PUBLIC]


@pytest.mark.parametrize(
    "answer", [[PRIVATE], [PUBLIC, PRIVATE], ["127.0.0.1"], ["169.254.169.254"], ["::ffff:10.0.0.7"], ["fe80::1%lo"]]
)
def test_a_name_that_leads_inside_is_refused_and_nothing_is_reached(
    allow: Allow,
    receiver: Receiver,
    names: Names,
    reached: Reached,
    answer: list[str],
) -> None:
    allow("public")
    names(answer)
    addresses = reached(receiver)
    with pytest.raises(CallbackRefusedError, match="public address"):
        deliver(f"https://{HOST}/", "tsk_1", b"{}")
    assert addresses == []


def test_a_url_that_was_taken_in_other_times_is_looked_at_again(allow: Allow, receiver: Receiver) -> None:
    allow("public")
    with pytest.raises(CallbackRefusedError, match="https"):
        deliver(receiver.url, "tsk_1", b"{}")
    assert receiver.received == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(
    allow: Allow, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """Each byte comes well within a socket's timeout, the last of them never."""
    allow("any")
    monkeypatch.setattr(sending, "ANSWER_SECONDS", 0.2)
    first, drop = (b"", b"H") if scheme == "http" else (b"\x16\x03\x03\x40\x00", b"\x02")  # of a handshake of 16 kB
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(first)
            while not stop.wait(0.02):
                connection.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        with pytest.raises(CallbackFailedError, match="can't be reached"):
            deliver(f"{scheme}://127.0.0.1:{server.getsockname()[1]}/", "tsk_1", b"{}")
        stop.set()
        thread.join()


def test_a_literal_ipv6_address_is_named_in_brackets() -> None:
    from roomlens.callbacks.urls import Target

    address = str(ipaddress.ip_address("2606:4700::1"))
    assert Target(True, address, 443, "/").authority == "[2606:4700::1]"
    assert Target(True, address, 8443, "/").authority == "[2606:4700::1]:8443"
