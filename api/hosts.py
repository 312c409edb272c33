"""The names and addresses that the service answers to: what stops DNS rebinding.

The owner of a domain can point it at their own page first and at this machine a moment later. The
visitor's browser then takes their page for ours, and it reaches past the firewall. But its requests
still name their host, which is not one of ours.
"""

import re
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

Address = IPv4Address | IPv6Address

ANY = "*"
HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]*)?")
"""A host in lower case, perhaps with a port. Underscores are in names of machines, not of DNS."""
ALWAYS = ("localhost", "*.localhost", "*.local")
"""Browsers never look up the first two (RFC 6761), and the third in the local network only."""
RESOLVER_FILE = Path("/etc/resolv.conf")
MOST_REMEMBERED = 256


class Hosts:
    """Knows the machine's names and addresses, and those in `more`: names, *.domains, addresses, or
    * for any host."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        patterns = {*ALWAYS, *machine_names(), *more}
        self._is_any = ANY in patterns
        self._suffixes = tuple(name[1:] for name in patterns if name.startswith("*."))
        self._names = {name for name in patterns if not name.startswith("*")}
        self._accepted: set[str] = set()

    def __contains__(self, host: str) -> bool:
        """Does the service answer to this Host header?"""
        if self._is_any or host in self._accepted:
            return True
        found = HOST.fullmatch(host.lower())
        is_known = found is not None and self._is_known(found[1])
        if is_known and len(self._accepted) < MOST_REMEMBERED:
            self._accepted.add(host)
        return is_known

    def _is_known(self, text: str) -> bool:
        address = _address(text)
        if address is not None:
            return str(address) in self._names or is_own_address(address)
        name = text.removesuffix(".")
        # A dot more than the suffix: *.local is not .local.
        is_below = name.endswith(self._suffixes) and not name.startswith(".")
        return name in self._names or is_below


def host_pattern(text: str) -> str | None:
    """An operator's entry, as Hosts takes it; None if it names no host."""
    if text == ANY:
        return ANY
    prefix, name = ("*.", text[2:]) if text.startswith("*.") else ("", text)
    address = _address(name)
    if address is not None:
        return None if prefix else str(address)
    try:
        # Browsers send names of other scripts in this form.
        name = (name if name.isascii() else name.encode("idna").decode()).lower().removesuffix(".")
    except UnicodeError:
        return None
    is_name = re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", name) is not None
    return prefix + name if is_name else None


def machine_names() -> set[str]:
    """This machine's name, alone and within its search domains.

    No name server is asked: one that does not answer would delay the start.
    """
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return {name, short, *(f"{short}.{domain}" for domain in _search_domains())} - {""}


def _search_domains() -> list[str]:
    try:
        lines = RESOLVER_FILE.read_text("utf-8", "replace").lower().splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    listed = [domain for line in words if line[:1] in (["search"], ["domain"]) for domain in line]
    return [domain.strip(".") for domain in listed if domain.strip(".")]


def is_own_address(address: Address) -> bool:
    """Is this an address of this machine? It may have got it since the start.

    It is if a socket can bind to it; that sends no packet.
    """
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return True
    if address.is_multicast:
        return False
    if address.version == 4:
        return _can_have(socket.AF_INET, (str(address), 0))
    # Link-local addresses need their interface.
    scopes = [number for number, _ in socket.if_nameindex()] if address.is_link_local else [0]
    return any(_can_have(socket.AF_INET6, (str(address), 0, 0, scope)) for scope in scopes)


def _can_have(family: socket.AddressFamily, place: tuple[object, ...]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind(place)
    except OSError:
        return False
    return True


def _address(text: str) -> Address | None:
    try:
        return ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
