"""Journeys of people who improve the network for each other, and of whoever runs the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from e2e.gestures import Visitor, placed, unseen_drawings
from e2e.server import Server

TOKEN = "the operator's own token"
NewVisitor = Callable[..., Visitor]
MISREAD = 24
"""Of the unseen drawings, a 4 that the shipped weights misread: to be taught others changes their
answers too little for another version."""


@pytest.fixture
def shared_server() -> Iterator[Server]:
    """A server with a history of its own, an operator, and a worker for retraining."""
    settings = {"DIGITS_ADMIN_TOKEN": TOKEN, "DIGITS_RETRAIN_STEPS": "300"}
    with Server(has_worker=True, **settings) as server:
        yield server


def begin(new_visitor: NewVisitor, server: Server) -> Visitor:
    visitor = new_visitor(server.url)
    visitor.open()
    visitor.wait_for_the_network()
    return visitor


def learn_a_little(visitor: Visitor) -> None:
    """One step on one drawing: other weights, that read as well as before."""
    drawing = unseen_drawings()[MISREAD]
    visitor.page.locator("#clear").evaluate("button => button.click()")
    visitor.draw(placed(drawing["strokes"]))
    visitor.page.select_option("#label", str(drawing["digit"]))
    visitor.page.click("#tune")
    expect(visitor.page.locator("#publish-weights")).to_be_enabled()


def publish(visitor: Visitor) -> None:
    visitor.page.click("#publish-weights")


def expect_outcome(visitor: Visitor, state: str, words: str) -> None:
    note = visitor.page.locator("#publish-note")
    expect(note).to_have_attribute("data-state", state)
    expect(note).to_contain_text(words)


def test_what_visitors_publish_is_measured_and_averaged_and_the_next_one_gets_it(
    shared_server: Server, new_visitor: NewVisitor
) -> None:
    first, second = (begin(new_visitor, shared_server) for _ in range(2))
    expect(first.page.locator("#publish-weights")).to_be_disabled()
    learn_a_little(first)
    first.page.fill("#author", "Ada <b>Lovelace</b>")
    publish(first)
    expect_outcome(first, "accepted", "Published as version 2")

    # The second has learned meanwhile, from what the first began with.
    learn_a_little(second)
    second.page.select_option("#label", "1")
    second.page.click("#tune")
    expect(second.page.locator("#weights-note")).to_contain_text("2 times")
    publish(second)  # once, whatever others did meanwhile
    expect_outcome(second, "merged", "version 3 is the average of theirs and yours")
    note = second.page.inner_text("#weights-note")

    third = begin(new_visitor, shared_server)
    expect(third.page.locator("#weights-note")).to_have_text(note)
    third.page.click("#show-history")
    rows = third.page.locator("#history-rows tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("current")
    expect(rows.nth(1)).to_contain_text("Ada <b>Lovelace</b>")
    rows.last.get_by_text("Load").click()
    third.page.click("#close-history")
    expect(third.page.locator("#weights-note")).not_to_have_text(note)

    # Noise is refused, and the visitor keeps it.
    first.page.click("#randomize-weights")
    expect(first.page.locator("#weights-note")).to_contain_text("Random weights")
    publish(first)
    expect_outcome(first, "refused", "Not taken")
    expect(first.page.locator("#weights-note")).to_contain_text("Random weights")


def test_the_operator_rolls_back_and_trains_anew(
    shared_server: Server, new_visitor: NewVisitor, console: list[str]
) -> None:
    visitor = begin(new_visitor, shared_server)
    page = visitor.page
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    learn_a_little(visitor)
    page.fill("#author", "Zo\u00eb")
    publish(visitor)
    expect_outcome(visitor, "accepted", "version 2")
    assert any("/api/weights?base=" in address for address in addresses)
    assert [address for address in addresses if "Zo" in address] == []
    page.click("#show-history")
    page.click("#operator summary")
    page.fill("#admin-token", "a guess of a stranger")
    rows = page.locator("#history-rows tr")
    rows.last.get_by_text("Make current").click()
    expect(page.locator("#history-problem")).to_contain_text("Only the operator may do this")
    console.clear()  # the browser logs the refusal itself

    page.fill("#admin-token", TOKEN)
    rows.last.get_by_text("Make current").click()
    expect(rows.last).to_contain_text("current")
    expect(rows.first.get_by_text("Make current")).to_be_visible()
    page.click("#retrain")
    page.click("#operator-confirm")
    expect(page.locator("#job-note")).to_contain_text("Done: it is version 3", timeout=180_000)
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("trained anew")

    # What was published goes again: the name, and then the version.
    expect(rows.nth(1)).to_contain_text("Zo\u00eb")
    rows.nth(1).get_by_text("Clear name").click()
    page.click("#operator-everywhere")
    expect(rows.nth(1)).not_to_contain_text("Zo\u00eb")
    rows.nth(1).get_by_text("Delete").click()
    page.click("#operator-confirm")
    expect(rows).to_have_count(2)
    expect(page.locator("#history-problem")).to_be_empty()
