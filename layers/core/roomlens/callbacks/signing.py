"""The signature of a message, as Standard Webhooks has it: whoever shares the secret knows that it comes from here."""

from __future__ import annotations

import base64
import hashlib
import hmac

from roomlens.errors import ConfigurationError
from roomlens.settings import callback_settings


def signed_headers(message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers that say which message this is, when it was sent (seconds since 1970), and that both are true.

    Raises ConfigurationError when there is no secret to sign with.
    """
    secret = callback_settings().callback_secret
    if secret is None:
        raise ConfigurationError("CALLBACK_SECRET: needed to sign callbacks.")
    encoded = secret.get_secret_value().removeprefix("whsec_").rstrip("=")
    key = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
    digest = hmac.digest(key, b".".join((message_id.encode(), str(timestamp).encode(), body)), hashlib.sha256)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
