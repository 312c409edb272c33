"""docs/operating.md: nginx takes its configuration, and its shell commands are ones."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from api.config import CHECKOUT

TEXT = (CHECKOUT / "docs" / "operating.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(
    None in (shutil.which("nginx", path="/usr/sbin:/usr/bin"), shutil.which("openssl")),
    reason="needs nginx and openssl. Debian, Ubuntu: apt-get install nginx openssl",
)
def test_nginx_takes_the_configuration(tmp_path: Path) -> None:
    certificate = next(block for block in blocks("sh") if "openssl req" in block)
    in_test = certificate.replace("/etc/nginx/digits", str(tmp_path))
    subprocess.run(["sh", "-ec", in_test], check=True, capture_output=True)
    # Part of a server, where it begins with `location`.
    servers = [
        f"server {{ listen 80; {block} }}" if block.lstrip().startswith("location") else block
        for block in blocks("nginx")
    ]
    assert servers
    for number, server in enumerate(servers):
        # Without ports, which another program may have.
        own = re.sub(r"listen (\d+)", rf"listen unix:{tmp_path}/{number}-\1", server)
        own = own.replace("/etc/nginx/digits", str(tmp_path))
        path = tmp_path / "nginx.conf"
        path.write_text(
            f"pid {tmp_path}/pid; events {{}} http {{ access_log {tmp_path}/access;\n{own}\n}}"
        )
        tested = subprocess.run(
            ["nginx", "-t", "-p", tmp_path, "-c", path, "-e", tmp_path / "errors"],
            env={"PATH": "/usr/sbin:/usr/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert tested.returncode == 0, tested.stderr
        assert "[warn]" not in tested.stderr


@pytest.mark.parametrize("commands", blocks("sh"))
def test_the_shell_can_read_its_commands(commands: str) -> None:
    subprocess.run(["sh", "-n"], input=commands, text=True, check=True)
