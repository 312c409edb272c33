"""A class of real browsers behind one address: `python -m bench.classroom_pages [pages]`.

Forty pages in one Chromium, each with a profile and a worker of its own, against the Procfile's
gunicorn with two processes and the settings that are there by default. Each draws a digit, trains,
all at the same time, pauses, and presses Publish once, all at the same time again. What has to
hold: all are through with that one press, and the server refused nothing but publications whose
turn did not come at once (`busy`), for which the page comes again by itself. The browsers yield to
the server (NICE), since on their own machines they would not take its time. All the same, forty
that train need some eight processors: on two, answers come after the 15 seconds that a page waits.
It ends after MINUTES at the latest.
bench/classroom.py measures what publishing does to the weights, without browsers.
"""

from __future__ import annotations

import itertools
import os
import re
import sys
import time
import urllib.request
from collections import Counter
from contextlib import ExitStack

from playwright.sync_api import Browser

from bench.browser import AS_IF_ALONE, fresh_page, launched
from bench.load import children, server_memory
from bench.report import Figure, report
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server

PAGES = 40
NICE = 10
STEPS = 100
MINUTES = 8
ARRIVING = 4
"""Pages that start at a time: forty at once on two processors are none for minutes."""
START_MINUTES, TRAIN_MINUTES = 5, 6
"""When those that have their network go on without the others, and when they publish, however far
they have come."""
LOOK_SECONDS = 0.5
SERIES = re.compile(
    r'^digits_requests_total\{method="(\w+)",route="([^"]*)",status="(\d+)"\} (\S+)$', re.MULTILINE
)
REFUSED = re.compile(r'^digits_refusals_total\{reason="(\w+)"\} ([1-9]\S*)$', re.MULTILINE)
IS_READY = "() => document.documentElement.dataset.worker === 'ready'"
# Without looking where it is: forty busy pages answer that slowly.
PRESS = "name => document.getElementById(name).click()"
TRAINED = "() => Number(document.getElementById('iteration').dataset.value)"
HAS_TRAINED = f"() => ({TRAINED})() >= {STEPS}"
IS_PUBLISHED = """
() => /accepted|merged|refused/.test(document.getElementById("publish-note").dataset.state)
"""
OUTCOME = "() => document.getElementById('publish-note').dataset.state"
NOTICES = "() => [...document.querySelectorAll('#notices .notice')].map(each => each.innerText)"


def those(visitors: list[Visitor], are_so: str, end: float) -> list[Visitor]:
    """For whom this becomes true before the end."""
    found: list[Visitor] = []
    while len(found) < len(visitors) and time.monotonic() < end:
        found += [each for each in visitors if each not in found and each.page.evaluate(are_so)]
        time.sleep(LOOK_SECONDS)
    return found


def measure_pages(browser: Browser, server: Server, pages: int) -> list[Figure]:
    drawings = stored_drawings()
    marks = [time.monotonic()]

    def after(minutes: float) -> float:
        return marks[0] + 60 * minutes

    def say(text: str) -> None:
        marks.append(time.monotonic())
        print(f"{marks[-1] - marks[0]:4.0f} s  {text}", flush=True)

    with ExitStack() as stack:
        visitors = [
            Visitor(stack.enter_context(fresh_page(browser)), server.url) for _ in range(pages)
        ]
        ready: list[Visitor] = []
        for first in range(0, pages, ARRIVING):
            some = visitors[first : first + ARRIVING]
            for visitor in some:
                visitor.page.goto(visitor.url, wait_until="commit")
            ready += those(some, IS_READY, after(START_MINUTES))
        say(f"{len(ready)} pages have their network")
        for number, visitor in enumerate(ready):
            visitor.draw(placed(drawings[number % len(drawings)]["strokes"]))
            visitor.page.fill("#author", f"Pupil {number}")
        say("all have drawn")
        for visitor in ready:
            visitor.page.evaluate(PRESS, "start")
        trained = those(ready, HAS_TRAINED, after(TRAIN_MINUTES))
        steps = [visitor.page.evaluate(TRAINED) for visitor in ready]
        say(f"{len(trained)} have trained {STEPS} steps, all {min(steps):,} to {max(steps):,}")
        for name in ("pause", "publish-weights"):
            for visitor in ready:
                visitor.page.evaluate(PRESS, name)
        through = those(ready, IS_PUBLISHED, after(MINUTES))
        say(f"{len(through)} are through")
        outcomes = Counter(visitor.page.evaluate(OUTCOME) for visitor in through)
        notices = Counter(text for visitor in visitors for text in visitor.page.evaluate(NOTICES))
        memory = server_memory(server.pid)
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=60) as response:
        metrics = response.read().decode()
    answers = Counter(
        {
            f"{method} {route} {status}": float(count)
            for method, route, status, count in SERIES.findall(metrics)
        }
    )
    refusals = {reason: float(count) for reason, count in REFUSED.findall(metrics)}
    print("outcomes:", dict(outcomes))
    print("answers:", dict(sorted(answers.items())))
    print("refusals:", refusals)
    for text, count in notices.most_common():
        print(f"notice on {count} pages: {text!r}")
    seconds = [later - earlier for earlier, later in itertools.pairwise(marks)]
    taken = outcomes["accepted"] + outcomes["merged"]
    return [
        Figure("pages that are through", [taken], "", target=pages, lower_is_better=False),
        Figure("requests refused for no turn", [refusals.pop("busy", 0)], ""),
        Figure("requests refused otherwise", [sum(refusals.values())], "", target=0),
        Figure("notices of something that went wrong", [sum(notices.values())], "", target=0),
        Figure("requests", [sum(answers.values())], ""),
        Figure("until all networks are there", [seconds[0]], "s"),
        Figure("training", [seconds[2]], "s"),
        Figure("steps", steps, ""),
        Figure("from the first press until all are published", [seconds[3]], "s"),
        Figure("memory of the server", [memory], "MB"),
    ]


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    with Server(DIGITS_PROCESSES="2") as server:
        its = children(os.getpid())
        with launched(*AS_IF_ALONE) as browser:
            for process in set(children(os.getpid())) - set(its):
                os.setpriority(os.PRIO_PROCESS, process, NICE)  # what they start inherits it
            figures = measure_pages(browser, server, pages)
    report({f"{pages} pages of one address train and publish": figures})


if __name__ == "__main__":
    main()
