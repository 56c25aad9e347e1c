"""Which URLs a task may be given for its callback."""

import pytest

from roomlens.callbacks import check_url
from roomlens.callbacks.addresses import is_public
from roomlens.errors import ValidationError
from roomlens.settings import forget_settings

TAKEN = [
    "https://example.com/hook",
    "https://example.com",
    "https://EXAMPLE.com./hook?token=a%20b&x=/#part",
    "https://example.com:443/",
    "https://example.com:8443/",
    "https://xn--bcher-kva.example/",
    "https://under_score.a-b.example.co.uk/",
    "https://0x7f.example.com/",
    "https://93.184.216.34/",
    "https://[2606:2800:220:1:248:1893:25c8:1946]/",
    "https://notlocalhost.com/",
    "https://example.com/?next=http://127.0.0.1/",
]

REFUSED = {
    "must begin with https://": [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "//example.com/", "example.com", "", "https",
    ],
    "no user name": ["https://user:word@example.com/", "https://example.com@127.0.0.1/", "https://@example.com/"],
    "names no host": ["https:///hook", "https:example.com", "https://:443/", "https://./"],
    "ASCII": [
        "https://example.com/a b", "https://bücher.example/", "https://example.com\r\nx: y/", "https://ⓛocalhost/",
        "https://１２７.0.0.1/", "https://example。com/", "https://example.com\\@127.0.0.1/", " https://example.com/",
        "https://example.com/\0",
    ],
    "can't be read": ["https://[::1/", "https://example.com:99999/", "https://example.com:port/"],
    "no name and no address": [
        "https://a..b/", "https://-a.example/", "https://exa%6Dple.com/", "https://[fe80::1%25eth0]/",
        f"https://{'a' * 64}.example/", "https://ex*mple.com/", f"https://{'a.' * 127}example.com/",
    ],
    "four decimal numbers": [
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/",
        "https://017700000001/", "https://127.0.0.0x1/", "https://1.2.3.4.5/", "https://256.1.1.1/",
        "https://example.1/", "https://0x/",
    ],
    "443, or 1024": ["https://example.com:22/", "https://example.com:0/", "https://example.com:80/"],
    "public address": [
        "https://localhost/", "https://LOCALHOST./", "https://a.localhost/", "https://intranet/",
        "https://ip-10-0-0-1.ec2.internal/", "https://metadata.google.internal/", "https://printer.local/",
        "https://nas.home.arpa/", "https://127.0.0.1/", "https://127.0.0.1./", "https://127.8.9.1:8443/",
        "https://0.0.0.0/", "https://10.1.2.3/", "https://172.16.0.1/", "https://192.168.1.1/", "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/", "https://169.254.170.2/", "https://224.0.0.1/",
        "https://255.255.255.255/", "https://240.0.0.1/", "https://192.0.2.1/", "https://198.18.0.1/", "https://[::1]/",
        "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:169.254.169.254]/",
        "https://[::127.0.0.1]/", "https://[fe80::1]/", "https://[fd00:ec2::254]/", "https://[fec0::1]/",
        "https://[ff02::1]/", "https://[64:ff9b::10.0.0.1]/", "https://[2002:7f00:1::]/", "https://[2001:db8::1]/",
    ],
    "longer than 2000": [f"https://example.com/{'a' * 1990}"],
}  # fmt: skip


@pytest.fixture
def allow(monkeypatch: pytest.MonkeyPatch):
    def allow(targets: str) -> None:
        monkeypatch.setenv("CALLBACK_TARGETS", targets)
        forget_settings()

    return allow


def test_a_deployment_takes_no_callbacks_unless_it_is_told_to() -> None:
    with pytest.raises(ValidationError, match="sends no callbacks"):
        check_url("https://example.com/")


def test_a_public_https_url_is_taken_as_it_is(allow) -> None:
    allow("public")
    for url in TAKEN:
        assert check_url(url) == url


@pytest.mark.parametrize("reason", REFUSED)
def test_others_are_refused_with_the_reason(allow, reason: str) -> None:
    allow("public")
    for url in REFUSED[reason]:
        with pytest.raises(ValidationError) as refused:
            check_url(url)
        assert reason in refused.value.detail, url
        assert refused.value.pointer == "/body/callback_url"


def test_the_rig_may_take_plain_http_and_private_addresses_and_nothing_else(allow) -> None:
    allow("any")
    for url in ("http://127.0.0.1:4000/", "http://localhost:22/", "https://10.0.0.1/", "http://[::1]/", *TAKEN):
        assert check_url(url) == url
    for reason in REFUSED.keys() - {"must begin with https://", "443, or 1024", "public address"}:
        for url in REFUSED[reason]:
            with pytest.raises(ValidationError):
                check_url(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("::ffff:93.184.216.34", True), ("64:ff9b::5db8:d822", True), ("2606:4700::1", True),
        ("192.88.99.1", False), ("2001::1", False), ("3fff::1", False), ("5f00::1", False), ("fe80::1%lo", False),
        ("64:ff9b:1::1", False),
    ],
)  # fmt: skip
def test_an_address_that_carries_another_one_is_judged_by_that(address: str, public: bool) -> None:
    assert is_public(address) == public
