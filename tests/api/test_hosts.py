"""By which names the service may be asked for."""

import socket
from pathlib import Path

import pytest

from api import hosts
from api.hosts import Hosts, host_pattern, machine_names


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine with a name, in a network with a domain, and with an address."""
    resolver_file = tmp_path / "resolv.conf"
    resolver_file.write_text(
        "# of the router\nnameserver 192.0.2.1\nsearch Fritz.Box. school.test\n"
    )
    monkeypatch.setattr(hosts, "RESOLVER_FILE", resolver_file)
    monkeypatch.setattr(socket, "gethostname", lambda: "My_PC")
    monkeypatch.setattr(hosts, "_can_have", lambda _family, place: place[0] in ADDRESSES)


ADDRESSES = ("192.0.2.5", "2001:db8::5", "fe80::5")


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:8000", "localhost.:8000", "digits.localhost:8000"),
        *("127.0.0.1", "127.0.0.1:8000", "127.8.9.10:1", "[::1]", "[::1]:8000"),
        "[::ffff:127.0.0.1]:8000",
        *("my_pc", "my_pc:8000", "My_PC:8000", "my_pc.fritz.box", "my_pc.school.test:8000"),
        *("my_pc.local", "other_pc.local:8000", "mypc.local.:8000"),
        *("192.0.2.5", "192.0.2.5:8000", "[2001:DB8::5]:8000", "[2001:db8:0::5]", "[fe80::5]:1"),
    ],
)
def test_it_is_known_by_the_machines_names_and_addresses(host: str) -> None:
    known = Hosts()
    assert host in known
    assert host in known  # and again, from memory


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:8000", "localhost.evil.example", "my_pc.evil.example"),
        *("evillocalhost", "evil-local", "local", ".local", "my_pc2", "fritz.box"),
        *("192.0.2.6", "192.0.2.6:8000", "[2001:db8::6]", "8.8.8.8:80", "224.0.0.1"),
        *("", ":8000", " ", "localhost evil.example", "localhost,evil.example", "localhost:8000:1"),
        *("localhost/", "user@localhost", "http://localhost", "localhost\n", "[localhost]", "[]"),
        *("b\xfccher.local", "127.0.0.1.evil.example", "localhost:8000x", "[::1", "::1"),
    ],
)
def test_it_is_not_known_by_others(host: str) -> None:
    assert host not in Hosts()


@pytest.mark.parametrize(
    ("setting", "host", "is_known"),
    [
        ("digits.example", "Digits.Example:8443", True),
        ("digits.example", "www.digits.example", False),
        ("*.school.example", "digits.school.example", True),
        ("*.school.example", "a.b.school.example:80", True),
        ("*.school.example", "school.example", False),
        ("*.school.example", "evilschool.example", False),
        ("203.0.113.9", "203.0.113.9:8000", True),
        ("[2001:DB8:0::9]", "[2001:db8::9]", True),
        ("room_4", "room_4:8000", True),
        ("b\xfccher.example", "xn--bcher-kva.example", True),
        ("*", "evil.example", True),
        ("digits.example", "localhost:8000", True),
        ("digits.example", "192.0.2.5:8000", True),
        ("digits.example", "evil.example", False),
    ],
)
def test_an_operator_adds_names(setting: str, host: str, is_known: bool) -> None:
    pattern = host_pattern(setting)
    assert pattern is not None
    assert (host in Hosts([pattern])) == is_known


def test_many_ports_fill_no_memory() -> None:
    known = Hosts()
    for port in range(2 * hosts.MOST_REMEMBERED):
        assert f"localhost:{port}" in known
    assert len(known._accepted) == hosts.MOST_REMEMBERED


def test_a_machine_without_a_resolver_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "RESOLVER_FILE", Path("/nowhere"))
    monkeypatch.setattr(socket, "gethostname", lambda: "pc.school.test")
    assert machine_names() == {"pc", "pc.school.test"}
