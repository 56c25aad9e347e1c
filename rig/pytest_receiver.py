"""A receiver of webhooks in tests.

    def test_the_shop_is_told(cloud, receiver):
        receiver.answers(503)  # at first
        ...  # have the code under test post to receiver.url
        assert receiver.wait(2)[1].json["type"] == "order.paid"

Part of `rig.pytest_plugin`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rig.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server on this machine that keeps what is posted to it."""
    from rig.receiver import Receiver

    with Receiver() as receiver:
        yield receiver
