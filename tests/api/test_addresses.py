"""What pupils type: addresses of this machine, by the system's own word."""

import ipaddress
import socket
import sys
from pathlib import Path

import pytest

from api import addresses
from api.addresses import (
    ipv4_addresses,
    ipv6_addresses,
    listening_host,
    local_names,
    network_hosts,
    network_urls,
)
from api.hosts import is_own_address


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a cable, a container's bridge and a name; it tells the name to others."""
    found = {"lo": "127.0.0.1", "eth0": "192.168.1.5", "wlan0": "10.0.0.7", "docker0": "172.17.0.1"}
    monkeypatch.setattr(socket, "if_nameindex", lambda: list(enumerate(found)))
    monkeypatch.setattr(addresses, "_ipv4_of", found.get)
    monkeypatch.setattr(addresses, "_usual_address", lambda: iter(["10.0.0.7"]))
    monkeypatch.setattr(socket, "gethostname", lambda: "Room-4.school.example")
    interfaces = tmp_path / "if_inet6"
    interfaces.write_text(
        "00000000000000000000000000000001 01 80 10 80       lo\n"
        "fe800000000000000000000000000005 02 40 20 80     eth0\n"
        "fd000000000000000000000000000005 02 40 00 80     eth0\n"
        "fd000000000000000000000000000006 02 40 00 01     eth0\n"  # for today only
        "fd000000000000000000000000000007 03 40 00 80  docker0\n"
    )
    monkeypatch.setattr(addresses, "IPV6_FILE", interfaces)
    monkeypatch.setattr(addresses, "listens_for_both", lambda: True)
    tells = tmp_path / "socket"
    tells.touch()
    monkeypatch.setattr(addresses, "MDNS_SOCKET", tells)


@pytest.mark.usefixtures("machine")
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("0.0.0.0", ["10.0.0.7", "192.168.1.5", "[fd00::5]", "room-4.local"]),
        ("::", ["10.0.0.7", "192.168.1.5", "[fd00::5]", "room-4.local"]),
        ("192.168.1.5", ["192.168.1.5"]),
        ("fd00::5", ["[fd00::5]"]),
        ("127.0.0.1", []),
        ("localhost", []),
        ("::1", []),
    ],
)
def test_others_reach_what_it_listens_at(host: str, expected: list[str]) -> None:
    assert network_hosts(host) == expected


@pytest.mark.usefixtures("machine")
def test_without_ipv6_all_is_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "listens_for_both", lambda: False)
    assert network_hosts("0.0.0.0") == ["10.0.0.7", "192.168.1.5", "room-4.local"]
    assert listening_host("0.0.0.0") == "0.0.0.0"
    monkeypatch.setattr(addresses, "listens_for_both", lambda: True)
    assert listening_host("0.0.0.0") == "::"
    assert listening_host("127.0.0.1") == "127.0.0.1"


@pytest.mark.usefixtures("machine")
def test_addresses_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert network_urls("192.168.1.5", 8000) == ["http://192.168.1.5:8000/"]
    assert network_urls("192.168.1.5", 80, "/digits") == ["http://192.168.1.5/digits/"]
    monkeypatch.setattr(addresses, "MDNS_SOCKET", Path("/nowhere"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert local_names() == []
    monkeypatch.setattr(addresses, "IPV6_FILE", Path("/nowhere"))
    assert ipv6_addresses() == []


def test_they_are_this_machines() -> None:
    """Whatever this machine has: the service answers to each of them (hosts.py)."""
    for text in [*ipv4_addresses(), *ipv6_addresses()]:
        address = ipaddress.ip_address(text)
        assert not address.is_loopback
        assert is_own_address(address)
