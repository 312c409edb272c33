"""What any server of the app does at its start: see that the address is free, and say where it is.

gunicorn_config.py and waitress_server.py serve; this knows neither.
"""

import errno
import logging
import socket
import sys
import threading
import webbrowser
from collections.abc import Mapping

from api.addresses import ANY_IPV4, ANY_IPV6, listening_host, network_urls
from api.config import Settings, is_set_by_shell
from api.start import CannotStartError
from app.model.data.datasets import Dataset
from app.model.served.dataset import ServedDataset

OPEN_VARIABLE = "DIGITS_OPEN"
"""1 opens the browser of whoever started the server, once it serves (`digits serve --open`)."""


def shown_address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket at this address, or on all of IPv6 too if it is all of IPv4 (listening_host). Raises
    CannotStartError unless a program can listen there."""
    place = listening_host(host)
    family = socket.AF_INET6 if ":" in place else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform == "win32":
        # There SO_REUSEADDR would let two programs have one port.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((place, port))
    except (OSError, UnicodeError) as error:  # UnicodeError: for impossible names
        bound.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise CannotStartError(
                f"port {port} of {host} is taken by another program. "
                f"Stop that program or choose another port: PORT={port % 65535 + 1}."
            ) from error
        raise CannotStartError(
            f"it cannot listen at {shown_address(host, port)}: "
            f"{getattr(error, 'strerror', error)}. Set HOST and PORT to an address of this "
            "machine, for example HOST=127.0.0.1 PORT=8000; some shells set HOST by themselves."
        ) from error
    return bound


def greet(
    settings: Settings, dataset: Dataset, address: tuple[str, int], environ: Mapping[str, str]
) -> None:
    """Say the address and the data, once the server is about to serve at (host, port)."""
    host, port = address
    is_for_all = host in (ANY_IPV4, ANY_IPV6)
    url = f"http://{shown_address('localhost' if is_for_all else host, port)}"

    def tell(text: str) -> None:
        """For the person at the terminal, whatever the log level; or else for a program, in the
        log."""
        if settings.log_format == "json":
            logging.getLogger(__name__).info(text)
        else:
            print(text, flush=True)  # noqa: T201

    if is_set_by_shell(environ.get("HOST", "")):
        tell(
            f"HOST={environ['HOST']} is the name of this machine, as some shells set it by "
            "themselves, so it counts as unset. For the local network set HOST=0.0.0.0."
        )
    size = sum(len(dataset.splits[name]) for name in ("train", "validation", "test"))
    tell(f"Digits is ready at {url} — data: {dataset.title}, {size:,} digits")
    if is_for_all:
        others = [each.removesuffix("/") for each in network_urls(host, port)]
        tell(
            f"On the local network: {' or '.join(others)}"
            if others
            else "This machine has no address on a network, so nobody else can reach it."
        )
    if isinstance(dataset, ServedDataset) and not dataset.is_drawn:
        tell("The digits to train on are being drawn, once: that takes some ten seconds.")
    if environ.get(OPEN_VARIABLE) == "1":
        # A browser in a terminal would end before this returned.
        threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()
