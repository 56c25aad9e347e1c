"""Which addresses are anybody's, and which lead into a network that only we are let into."""

from __future__ import annotations

import ipaddress
from typing import Final

_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 addresses as a subnet without IPv4 sees them (DNS64)."""
# These stand for other addresses, or for none; Python 3.11 takes the last ones for global.
_NOT_ANYBODYS: Final = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2002::/16", "3fff::/20")))
_RELAYS: Final = ipaddress.IPv4Network("192.88.99.0/24")


def is_public(address: str) -> bool:
    """Whether an IPv4 or IPv6 address is one of the open internet. Raises ValueError when it is none.

    Not so are private networks, this machine, the link (with the metadata of the machine), those shared by carriers,
    multicast, what is reserved, and addresses that carry another one of these kinds within.
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return _is_public_v4(found)
    if found.ipv4_mapped is not None:
        return _is_public_v4(found.ipv4_mapped)
    if found in _NAT64:
        return _is_public_v4(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    carries_another = any(found in network for network in _NOT_ANYBODYS)
    return found in _GLOBAL_UNICAST and found.is_global and not carries_another


def _is_public_v4(address: ipaddress.IPv4Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address in _RELAYS)
