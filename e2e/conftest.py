"""One browser and one server for all journeys; a fresh visitor, with a clean console, for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from e2e.gestures import Visitor
from e2e.server import Server
from tools import browsers

ARTIFACTS = Path(__file__).parent / "artifacts"
# This machine under a name that browsers do not trust, as on a class's network without HTTPS.
LAN_HOST = "digits.local"
# Playwright's five seconds are little where other things use the machine.
expect.set_options(timeout=15_000)

# Each window's address bar has two pages of its own, which cost as much as an eighth of a start of
# ours. Of such arguments Chromium obeys the last: this one repeats what Playwright disables.
ADDRESS_BAR_PAGES = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
DISABLED_BY_PLAYWRIGHT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints"),
    *("NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
)

# Nothing that the page does is a costly read.
READ_LIMIT = "1/minute"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server(DIGITS_READ_LIMIT=READ_LIMIT) as server:
        yield server


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may stop and start."""
    with Server(DIGITS_READ_LIMIT=READ_LIMIT) as server:
        yield server


CHEAPER_STARTS = ["--js-flags=--wasm-tiering-budget=1000000000", "--in-process-gpu"]
"""Pyodide's functions are compiled a second time, with optimizations, only after some more seconds
of use, and frames are drawn without a process for that: each start of a page takes a quarter less
of the processors (medians of three in turn, 5.0 and 3.7 s)."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = browsers.find_chromium()
    assert executable, "no Chromium: run make test, which finds or installs one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[
                *browsers.CHROMIUM_ARGUMENTS,
                *CHEAPER_STARTS,
                f"--host-resolver-rules=MAP {LAN_HOST} 127.0.0.1",
                f"--disable-features={','.join(ADDRESS_BAR_PAGES + DISABLED_BY_PLAYWRIGHT)}",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def console() -> list[str]:
    """Errors and warnings of the page's console; a test that provokes some removes them."""
    return []


def new_page(browser: Browser, console: list[str], width: int, height: int, **options: Any) -> Page:
    """Of a visitor without a past, whose errors and warnings go into the list."""

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            console.append(f"{message.type}: {message.text} {message.location.get('url', '')}")

    page = browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
    page.on("console", listen)
    page.on("pageerror", lambda error: console.append(f"uncaught: {error}"))
    return page


@pytest.fixture
def new_visitor(
    browser: Browser, console: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: new_visitor(url, viewport=..., has_touch=...)."""
    pages: list[Page] = []

    def make(url: str, width: int = 1280, height: int = 800, **options: object) -> Visitor:
        pages.append(new_page(browser, console, width, height, **options))
        return Visitor(pages[-1], url)

    yield make
    for index, page in enumerate(pages):
        take_screenshot(page, f"{request.node.name}-{index}")
        page.context.close()
    assert console == [], "the console must stay clean"


def take_screenshot(page: Page, name: str) -> None:
    """Of the journey's end, where DIGITS_SCREENSHOTS asks for it."""
    if os.environ.get("DIGITS_SCREENSHOTS"):
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)


@pytest.fixture
def visitor(server: Server, new_visitor: Callable[..., Visitor]) -> Visitor:
    """A visitor at a desk."""
    return new_visitor(server.url)


class Regular(NamedTuple):
    """Somebody whose page stays open, and what their console says."""

    visitor: Visitor
    console: list[str]


@pytest.fixture(scope="session")
def regulars(server: Server, browser: Browser) -> Iterator[dict[str, Regular]]:
    """Those whose pages are open, by the names of their fixtures."""
    found: dict[str, Regular] = {}
    yield found
    for regular in found.values():
        regular.visitor.page.context.close()


@contextmanager
def visit_of(
    name: str,
    regulars: dict[str, Regular],
    request: pytest.FixtureRequest,
    make: Callable[[list[str]], Visitor],
) -> Iterator[Regular]:
    """A journey of one of them. Their page is started over, or closed if the journey failed."""
    if name not in regulars:
        console: list[str] = []
        visitor = make(console)
        regulars[name] = Regular(visitor, console)
        visitor.open()
        visitor.wait_for_the_network()
    visitor, console = regular = regulars[name]
    failures = request.session.testsfailed
    yield regular
    take_screenshot(visitor.page, request.node.name)
    del regulars[name]
    if request.session.testsfailed > failures or console:
        visitor.page.context.close()
    else:
        visitor.start_over()  # now: a page that went on training would slow all other journeys down
        regulars[name] = regular
    assert console == [], "the console must stay clean"


@pytest.fixture
def regular_and_console(
    server: Server, browser: Browser, regulars: dict[str, Regular], request: pytest.FixtureRequest
) -> Iterator[Regular]:
    """As `regular`, for a journey that provokes errors: it has to take them from the console."""
    with visit_of(
        "regular",
        regulars,
        request,
        lambda console: Visitor(new_page(browser, console, 1280, 800), server.url),
    ) as regular:
        yield regular


@pytest.fixture
def regular(regular_and_console: Regular) -> Visitor:
    """A visitor at a desk whose network is there.

    Their page is one for all journeys that begin so, and started over between them, because a start
    costs both processors three seconds. After a journey that failed it is another.
    """
    return regular_and_console.visitor


@pytest.fixture
def regular_on_a_phone(
    server: Server, browser: Browser, regulars: dict[str, Regular], request: pytest.FixtureRequest
) -> Iterator[Visitor]:
    """As `regular`, with a finger on a small screen."""
    with visit_of(
        "regular_on_a_phone",
        regulars,
        request,
        lambda console: Visitor(
            new_page(browser, console, 390, 844, has_touch=True, is_mobile=True), server.url
        ),
    ) as regular:
        yield regular.visitor
