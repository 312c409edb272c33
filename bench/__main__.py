"""All benchmarks, one table: `python -m bench`; `make bench` first installs what they need.

About eight minutes on two cores; close other busy programs. Figures are compared only within one
run.
"""

from __future__ import annotations

import time

from bench.boot import measure_boot, measure_traffic
from bench.browser import launched
from bench.first_reading import SECTION, measure_first_readings
from bench.page import measure_page
from bench.report import Figure, report
from bench.serving import measure_serving
from bench.slow_page import measure_slow_page
from bench.steps import measure_steps
from e2e.server import Server


def main() -> None:
    sections: dict[str, list[Figure]] = {}
    start = time.monotonic()

    def begin(title: str) -> None:
        print(f"{time.monotonic() - start:4.0f} s  {title}", flush=True)

    with Server() as server, launched() as browser:
        begin("Training step")
        sections["Training step"], versions = measure_steps(browser, server.url)
        begin("The page")
        sections["The page"] = measure_page(browser, server.url)
        begin("Start-up")
        sections["Start-up, nothing cached"] = measure_boot(browser, server.url)
        sections["Traffic"] = measure_traffic(browser, server.port)
        begin("A slow machine")
        sections["A slow machine"] = measure_slow_page(browser, server.url)
        versions["Chromium"] = browser.version
        begin("Other browsers")
        sections[SECTION] = measure_first_readings(server.url)
    with Server(DIGITS_READ_LIMIT="none") as server:
        begin("Serving")
        sections["Serving"] = measure_serving(server)
    begin("done")
    report(sections, versions, keeps_others=False)


if __name__ == "__main__":
    main()
