"""Firefox and WebKitGTK, each driven by WebDriver, with one set of verbs.

The other journeys are told to Chromium by Playwright; this is for what has to hold in every engine.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from e2e.gestures import GRID_SIDE, Stroke
from e2e.marionette import MarionetteConnection
from tools import browsers

WIDTH, HEIGHT = 1280, 900
START_LIMIT_SECONDS = 60
# On a busy machine WebKitGTK takes half a minute until its worker is ready.
WAIT_SECONDS = 90
POLL_SECONDS = 0.1
SETTLED_POLLS = 15
STROKE_MILLISECONDS = 8  # from one point to the next
FIREFOX_PREFERENCES = {
    "marionette.port": 0,  # any free one; Firefox writes into its profile which
    "app.normandy.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.w3c_touch_events.enabled": 1,
    "toolkit.telemetry.enabled": False,
}
# From the page's load event on: none of the drivers has a way to listen before. What goes wrong by
# then the page tells in a notice.
LISTEN = """
window.overheard = [];
for (const kind of ["error", "warn"]) {
  const say = console[kind].bind(console);
  console[kind] = (...words) => { overheard.push(`${kind}: ${words.join(" ")}`); say(...words); };
}
addEventListener("error", event => overheard.push(`uncaught: ${event.message}`));
addEventListener("unhandledrejection", event => overheard.push(`rejected: ${event.reason}`));
"""
WATCH_POINTERS = """
window.pointers = new Set();
document.getElementById("grid").addEventListener("pointerdown", e => pointers.add(e.pointerType));
"""


class NotInstalledError(Exception):
    """There is no such browser on this machine, or no driver for it."""


class Page:
    """The app in one engine: a visitor's verbs, and what the page shows."""

    def __init__(self, driver: WebDriver) -> None:
        self._driver = driver

    def open(self, url: str) -> None:
        """Open it anew, and wait until all of it stands."""
        self._driver.get(url)
        self.script(LISTEN)
        self.wait_for("html[data-ui=ready][data-panels=ready]")

    def script(self, body: str, *arguments: object) -> Any:
        """Run JavaScript in the page: a function's body, with `arguments`."""
        return self._driver.execute_script(body, *arguments)

    def wait_until(self, what: str, is_so: Callable[[], object]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while not is_so():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {WAIT_SECONDS} s until {what}; {self.said()}")
            time.sleep(POLL_SECONDS)

    def wait_for(self, selector: str) -> None:
        """Wait until something on the page matches a CSS selector."""
        found = "return document.querySelector(arguments[0]) !== null"
        self.wait_until(f"there is {selector}", lambda: self.script(found, selector))

    def wait_for_text(self, identifier: str, words: str) -> None:
        try:
            self.wait_until(f"#{identifier} says {words!r}", lambda: words in self.text(identifier))
        except AssertionError as error:
            raise AssertionError(f"{error}; it says {self.text(identifier)!r}") from None

    def wait_for_figure(self, identifier: str, at_least: float) -> None:
        what = f"#{identifier} is at least {at_least}"
        self.wait_until(what, lambda: self.figure(identifier) >= at_least)

    def text(self, identifier: str) -> str:
        return str(self.script(f"return document.getElementById('{identifier}').textContent"))

    def figure(self, identifier: str) -> float:
        """The exact value of a shown number; NaN while there is none."""
        value = self.script(f"return document.getElementById('{identifier}').dataset.value")
        return float(value or "nan")

    def said(self) -> list[str]:
        """Errors and warnings: what the page told, and what the console was told."""
        heard = "return [...document.querySelectorAll('.notice')].filter(n => n.checkVisibility())"
        notices: list[str] = self.script(heard + ".map(notice => notice.textContent)")
        overheard: list[str] = self.script("return window.overheard || []")
        return notices + overheard

    def click(self, selector: str) -> None:
        def is_done() -> bool:
            try:
                self._driver.find_element(By.CSS_SELECTOR, selector).click()
            except (NoSuchElementException, StaleElementReferenceException):  # made again just now
                return False
            return True

        self.wait_until(f"{selector} can be clicked", is_done)

    def fill(self, identifier: str, text: str) -> None:
        field = self._driver.find_element(By.ID, identifier)
        field.clear()
        field.send_keys(text + "\n")

    def draw(self, strokes: list[Stroke], pointer: str = "mouse") -> str:
        """Draw with a mouse or by touch, positions in cells; returns what it was to the page.

        Not every driver has touch: it may arrive as a mouse.
        """
        grid = self._driver.find_element(By.ID, "grid")
        self.script("arguments[0].scrollIntoView({block: 'center'})", grid)
        side: float = self.script("return arguments[0].getBoundingClientRect().width", grid)
        self.script(WATCH_POINTERS)
        for stroke in strokes:
            actions = ActionBuilder(
                self._driver, mouse=PointerInput(pointer, pointer), duration=STROKE_MILLISECONDS
            )
            hand = actions.pointer_action
            for index, (x, y) in enumerate(stroke):
                offset = [round((position / GRID_SIDE - 0.5) * side) for position in (x, y)]
                hand.move_to(grid, *offset)
                if index == 0:
                    hand.pointer_down()
            hand.pointer_up()
            actions.perform()
        return str(self.script("return [...pointers].join()"))

    def settled_reading(self) -> str:
        """What it reads in the whole drawing: the same for so long that no answer is on its way."""
        readings: list[str] = []

        def is_settled() -> bool:
            readings.append(self.text("prediction"))
            return readings[-SETTLED_POLLS:] == [readings[-1]] * SETTLED_POLLS

        self.wait_until("the reading stays the same", is_settled)
        return readings[-1]

    def expect_reading(self, digit: int) -> None:
        self.wait_until(f"it reads a {digit}", lambda: self.text("prediction") == str(digit))

    def screenshot(self, path: Path) -> None:
        self._driver.save_screenshot(str(path))


@contextmanager
def opened(engine: str) -> Iterator[Page]:
    """A page in a fresh profile of "firefox" or "webkit".

    Raises NotInstalledError where it is not.
    """
    with ExitStack() as stack:
        driver = STARTS[engine](stack)
        driver.set_window_size(WIDTH, HEIGHT)
        yield Page(driver)


def _start_firefox(stack: ExitStack) -> WebDriver:
    firefox = browsers.find_firefox()
    if firefox is None:
        raise NotInstalledError("no Firefox (Debian: firefox-esr)")
    profile = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
    preferences = [
        f'user_pref("{name}", {str(value).lower()});' for name, value in FIREFOX_PREFERENCES.items()
    ]
    (profile / "user.js").write_text("\n".join(preferences))
    command = [str(firefox), "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    silence = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=silence, stderr=silence)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    port = profile / "MarionetteActivePort"
    deadline = time.monotonic() + START_LIMIT_SECONDS
    while not (port.exists() and port.read_text()):
        if time.monotonic() > deadline:
            raise RuntimeError(f"Firefox did not listen within {START_LIMIT_SECONDS} s")
        time.sleep(POLL_SECONDS)
    connection = MarionetteConnection(int(port.read_text()))
    options = webdriver.FirefoxOptions()
    return stack.enter_context(webdriver.Remote(connection, options=options))


def _start_webkit(stack: ExitStack) -> WebDriver:
    webkit = browsers.find_webkit()
    if webkit is None:
        raise NotInstalledError("no WebKitGTK (Debian: webkit2gtk-driver, xvfb)")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(webkit.browser)
    options.add_argument("--automation")
    environment = {
        **os.environ,
        "DISPLAY": _start_screen(stack, webkit.screen),
        # The locale of a bare machine, where it calls the visitor's language "C".
        "LC_ALL": "C",
        # The last of its three compilers takes half of a journey's processor time, for Pyodide's
        # thousands of functions.
        "JSC_useOMGJIT": "0",
    }
    service = webdriver.WebKitGTKService(str(webkit.driver), env=environment)
    return stack.enter_context(webdriver.WebKitGTK(options, service))


def _start_screen(stack: ExitStack, program: Path) -> str:
    """Start a screen in memory; returns what DISPLAY has to be."""
    read_end, write_end = os.pipe()
    command = [str(program), "-displayfd", str(write_end), "-screen", "0", "1400x1000x24"]
    silence = subprocess.DEVNULL
    process = subprocess.Popen(command, pass_fds=[write_end], stdout=silence, stderr=silence)
    stack.callback(process.wait)
    stack.callback(process.terminate)
    os.close(write_end)
    with os.fdopen(read_end) as told:
        return f":{told.readline().strip()}"


STARTS: dict[str, Callable[[ExitStack], WebDriver]] = {
    "firefox": _start_firefox,
    "webkit": _start_webkit,
}
