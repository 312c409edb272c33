"""Addresses as limits count them, and what counts: limits.py says where."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

NAT64 = IPv6Network("64:ff9b::/96")
"""Its last 32 bits are an IPv4 address (RFC 6052, section 2.1)."""


def visitor() -> str:
    """Who an allowance is for: an IPv4 address, or the 64 bits that name an IPv6 network.

    One household or server has a network of 2**64 addresses to itself (RFC 6177). Addresses that
    stand for an IPv4 one count as that.
    """
    text = get_remote_address()
    try:
        address = ip_address(text)
    except ValueError:  # of a socket without addresses
        return text
    if address.version == 4:
        return str(address)
    behind = _ipv4_behind(address)
    if behind is not None:
        return str(behind)
    return f"{IPv6Address(address.packed[:8] + bytes(8))}/64"


def _ipv4_behind(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that this one stands for: mapped, through NAT64, or by 6to4. Otherwise all
    IPv4 clients of a network would share one /64, or one of them would have 65,536."""
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


limiter = Limiter(visitor, strategy="moving-window", in_memory_fallback_enabled=True)
