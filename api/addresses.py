"""What others on the local network type to reach this service.

No name server is asked and no packet is sent: that could take long, or go to the internet.
"""

import re
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from types import ModuleType

from api.config import LOOPBACK_HOSTS

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ANY_IPV4, ANY_IPV6 = "0.0.0.0", "::"  # noqa: S104 - compared only
ELSEWHERE = ("198.51.100.1", 9)
"""An address of no machine (RFC 5737)."""
SIOCGIFADDR = 0x8915
"""Linux's request for the IPv4 address of an interface (netdevice(7))."""
IPV6_FILE = Path("/proc/net/if_inet6")
MDNS_SOCKET = Path("/run/avahi-daemon/socket")
VIRTUAL = re.compile(r"(docker|br-|veth|virbr|vmnet|vboxnet|lxc|podman|cni)")
"""Interfaces that lead to other programs of this machine only."""
HTTP_PORT = 80
OTHER_THAN_LASTING = 0x01 | 0x20 | 0x40
"""Flags of IPv6 addresses that will soon be others, or are not in use (linux/if_addr.h): temporary,
deprecated, tentative."""


def listening_host(host: str) -> str:
    """The address to listen on for this HOST. All of IPv4 is all of IPv6 too, where the system
    passes both on to one socket: pupils type what their network has."""
    return ANY_IPV6 if host == ANY_IPV4 and listens_for_both() else host


@cache
def listens_for_both() -> bool:
    """Is there IPv6 here, and does a socket that listens on it hear IPv4 as well?"""
    with suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        is_for_both = not probe.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
        probe.bind((ANY_IPV6, 0))
        return is_for_both
    return False


def network_hosts(host: str) -> list[str]:
    """The addresses, and the name, that others reach a service by which listens at `host`; the best
    first, none if only this machine can. IPv6 addresses are in brackets."""
    if host in LOOPBACK_HOSTS:
        return []
    if host not in (ANY_IPV4, ANY_IPV6):
        return [_in_brackets(host)]
    found = ipv4_addresses()
    if listening_host(host) == ANY_IPV6:
        found += [_in_brackets(address) for address in ipv6_addresses()]
    return found + local_names()


def network_urls(host: str, port: int, path: str = "") -> list[str]:
    """Such as http://192.168.1.5:8000/."""
    suffix = "" if port == HTTP_PORT else f":{port}"
    return [f"http://{each}{suffix}{path}/" for each in network_hosts(host)]


def ipv4_addresses() -> list[str]:
    """Of this machine's interfaces; the one that leads to other networks first."""
    usual = _usual_address()
    found = map(_ipv4_of, _interfaces()) if fcntl else _of_this_name()
    others = [address for address in found if address and not ip_address(address).is_loopback]
    return list(dict.fromkeys([*usual, *others]))


def ipv6_addresses() -> list[str]:
    """Those that others can type, and that will be there tomorrow: link-local ones would need the
    name of an interface of theirs."""
    try:
        lines = IPV6_FILE.read_text().split("\n")
    except OSError:
        return []
    found = []
    for line in filter(str.strip, lines):
        digits, _, _, _, flags, interface = line.split()
        address = IPv6Address(bytes.fromhex(digits))
        is_local = address.is_loopback or address.is_link_local or VIRTUAL.match(interface)
        if not is_local and not int(flags, 16) & OTHER_THAN_LASTING:
            found.append(str(address))
    return found


def local_names() -> list[str]:
    """The name in the domain .local, if this machine tells it to others (RFC 6762)."""
    short = socket.gethostname().partition(".")[0].lower()
    tells = sys.platform == "darwin" or MDNS_SOCKET.exists()
    return [f"{short}.local"] if tells and short and short != "localhost" else []


def _usual_address() -> Iterator[str]:
    """The address of packets to another network. Connecting a datagram socket sends none."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(ELSEWHERE)
        address = str(probe.getsockname()[0])
        if not ip_address(address).is_loopback:
            yield address


def _interfaces() -> list[str]:
    with suppress(OSError):
        return [name for _, name in socket.if_nameindex() if not VIRTUAL.match(name)]
    return []


def _of_this_name() -> list[str]:
    """For Windows, which answers for its own name by itself, with the addresses of all
    interfaces."""
    with suppress(OSError):
        return socket.gethostbyname_ex(socket.gethostname())[2]
    return []


def _ipv4_of(interface: str) -> str | None:
    assert fcntl is not None  # noqa: S101 - see ipv4_addresses
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("256s", interface.encode()[:15])
        answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, request)
        return socket.inet_ntoa(answer[20:24])
    return None


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host
