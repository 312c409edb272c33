"""The browser as the benchmarks use it: one Chromium, fresh profiles, a few pages of their own.

The benchmarks' own pages are at the server's address, beside the app's, where the real files and
the real API are; the browser gets them from here instead of the server. Only these few requests are
intercepted: all others are as fast, and cached, as usual.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Worker, sync_playwright

from tools import browsers

FOLDER = "/bench/"
HTML, JAVASCRIPT = "text/html; charset=utf-8", "text/javascript; charset=utf-8"
EMPTY_PAGE = "<!doctype html><meta charset=utf-8><title>bench</title>"
READY_LIMIT_MILLISECONDS = 90_000
AS_IF_ALONE = (
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--disable-background-timer-throttling",
)
"""Each page as if it were in front, as it is on a pupil's own machine."""


@contextmanager
def launched(*arguments: str) -> Iterator[Browser]:
    """arguments: more of Chromium's than are usual here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.find_chromium(with_windows=True),
            args=[*browsers.CHROMIUM_ARGUMENTS, *arguments],
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh_page(browser: Browser) -> Iterator[Page]:
    """A page in a profile of its own: nothing is cached."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        yield context.new_page()
    finally:
        context.close()


def provide(page: Page, url: str, files: dict[str, tuple[str, str]]) -> None:
    """Let the page find these files, name to media type and text, under `url`/bench/."""
    session = page.context.new_cdp_session(page)

    def answer(event: dict[str, Any]) -> None:
        media_type, text = files[event["request"]["url"].removeprefix(url + FOLDER)]
        session.send(
            "Fetch.fulfillRequest",
            {
                "requestId": event["requestId"],
                "responseCode": 200,
                "responseHeaders": [{"name": "Content-Type", "value": media_type}],
                "body": base64.b64encode(text.encode()).decode(),
            },
        )

    session.on("Fetch.requestPaused", answer)
    session.send("Fetch.enable", {"patterns": [{"urlPattern": f"{url}{FOLDER}*"}]})


def start_worker(page: Page, name: str, options: str = "{}") -> Worker:
    """A worker of the page that runs a file given by `provide`."""
    with page.expect_worker() as started:
        page.evaluate(f"void new Worker('{FOLDER}{name}', {options})")
    return started.value


def vendor_folders(page: Page) -> dict[str, str]:
    """The address of each runtime, from set-up's manifest, by its name."""
    manifest: dict[str, str] = page.evaluate("fetch('/vendor/manifest.json').then(r => r.json())")
    return {runtime: f"/vendor/{folder}" for runtime, folder in manifest.items()}
