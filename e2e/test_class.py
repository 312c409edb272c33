"""The journey of a class on plain HTTP: a teacher and three pupils, each in their own browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from e2e.conftest import LAN_HOST
from e2e.gestures import Visitor, placed, stored_drawings
from e2e.server import Server
from e2e.test_accessibility import AT_A_DESK, ON_A_PHONE, ON_A_PROJECTOR, violations

# A class's pages share two processors here.
PATIENCE, USUAL_PATIENCE = 90_000, 15_000
DIGIT = 3


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=USUAL_PATIENCE)


FILL_THE_CLASS = """
async ([code, count]) => {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
  for (let i = 0; i < count; i++) await fetch(`/api/classes/${code}/pupils`, options);
}
"""


def start_class(teacher: Visitor) -> str:
    """Returns the code."""
    teacher.open()
    teacher.page.click("#open-class")
    teacher.page.fill("#class-title", "8b")
    teacher.page.click("#start-class")
    expect(teacher.page.locator("#board-title")).to_have_text("8b")
    return teacher.page.locator("#board-letters").inner_text()


def join(pupil: Visitor, code: str, name: str) -> None:
    """By typing the code."""
    pupil.open()
    pupil.page.click("#open-class")
    pupil.page.fill("#join-code", code.lower())
    pupil.page.fill("#join-name", name)
    pupil.page.click("#join-class")
    expect(pupil.page.locator("#strip-name")).to_have_text(f"You are {name}")


def join_by_link(pupil: Visitor, code: str, name: str) -> None:
    home, pupil.url = pupil.url, f"{pupil.url}/#class={code}"
    pupil.open()
    expect(pupil.page.locator("#join-code")).to_have_value(code)
    pupil.page.fill("#join-name", name)
    pupil.page.press("#join-name", "Enter")
    expect(pupil.page.locator("#strip-name")).to_have_text(f"You are {name}")
    pupil.url = home


def test_a_class_from_its_code_to_its_end(
    server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    url = f"http://{LAN_HOST}:{server.port}"
    teacher = new_visitor(url)
    code = start_class(teacher)
    pupils = [new_visitor(url, width=390, height=844, has_touch=True, is_mobile=True)]
    pupils += [new_visitor(url), new_visitor(url)]
    join(pupils[0], code, "Ada")
    join_by_link(pupils[1], code, "Ben")
    join(pupils[2], code, "Cem")
    expect(teacher.page.locator("#board-tiles li")).to_have_count(3)
    assert violations(pupils[1], AT_A_DESK, ON_A_PHONE) == []

    have_a_lesson(teacher, pupils)
    share_a_drawing(teacher, pupils[1])
    hand_in(teacher, pupils[1])
    learn_together(teacher, pupils)
    publish_the_result(pupils[1])
    ask_for_attention(teacher, pupils[0])
    leave_and_return(teacher, pupils[2], code)
    assert violations(teacher, AT_A_DESK, ON_A_PHONE) == []
    teacher.page.set_viewport_size({"width": 1280, "height": 800})
    project(teacher, new_visitor(url))
    end(teacher, pupils)
    # Streams end with the class, some while the browser connects again; and it logs the refusal.
    expected = ("/events", "/api/weights?base=")
    console[:] = [line for line in console if not any(path in line for path in expected)]


def have_a_lesson(teacher: Visitor, pupils: list[Visitor]) -> None:
    for pupil in pupils:
        pupil.wait_for_the_network()
    teacher.page.select_option("#board-lesson", "low")
    teacher.page.click("#send-lesson")
    for pupil in pupils:
        expect(pupil.page.locator("#lesson-title")).to_have_text("Learning rate far too low")
        pupil.wait_for_figure("iteration", 5)
    teacher.page.click("#pause-all")
    for pupil in pupils:
        expect(pupil.page.locator("#strip-state")).to_have_text("The teacher has paused training.")
    expect(teacher.page.locator("#tile-1-doing")).to_have_text("paused")
    expect(teacher.page.locator("#tile-1-steps")).not_to_have_text("0")


def share_a_drawing(teacher: Visitor, pupil: Visitor) -> None:
    """Nothing of it is seen before the pupil allows it."""
    pupil.draw(placed(stored_drawings()[DIGIT]["strokes"]))
    expect(teacher.page.locator("#tile-2-doing")).to_have_text("drawing")
    expect(teacher.page.locator("#tile-2-shared")).to_be_hidden()
    pupil.page.check("#share-drawing")
    expect(teacher.page.locator("#tile-2-shared")).to_be_visible()


def hand_in(teacher: Visitor, pupil: Visitor) -> None:
    pupil.page.click("#hand summary")
    pupil.page.select_option("#hand-label", str(DIGIT))
    pupil.page.click("#keep-drawing")
    expect(pupil.page.locator("#tray-digits li")).to_have_count(1)
    pupil.page.click("#class-digits summary")
    pupil.page.click("#hand-in")
    expect(pupil.page.locator("#class-digits-count")).to_have_text("Handed in: 1")
    expect(pupil.page.locator("#class-digits-list li")).to_have_count(1)
    assert violations(pupil, AT_A_DESK, ON_A_PHONE) == []
    pupil.page.set_viewport_size({"width": 1280, "height": 800})
    pupil.page.click("#measure-class-digits")
    expect(pupil.page.locator("#evaluation-hands tr")).to_contain_text("Ben")
    expect(pupil.page.locator("#test-set")).to_have_value("class_digits")

    teacher.page.click("#close-board")
    teacher.wait_for_the_network()
    teacher.page.click("#class-digits summary")
    expect(teacher.page.locator("#class-digits-list li")).to_contain_text("Ben")
    teacher.page.click("#take-class-digits")
    expect(teacher.page.locator("#class-digits-said")).to_contain_text("New in your tray: 1.")
    teacher.page.click("#class-digits-list button")
    expect(pupil.page.locator("#class-digits-count")).to_have_text("Handed in: 0")
    teacher.page.click("#open-class")


def learn_together(teacher: Visitor, pupils: list[Visitor]) -> None:
    page = teacher.page
    page.click("#board-together summary")
    page.select_option("#together-split", "two_digits")
    page.fill("#together-steps", "5")
    page.fill("#together-rounds", "2")
    page.click("#begin-together")
    for pupil in pupils:
        expect(pupil.page.locator("#together-note-text")).to_contain_text("alone")
    expect(page.locator("#together-state")).to_contain_text("Over after 2 rounds.")
    page.wait_for_selector("#together-chart canvas")
    pupils[1].page.click("#take-result")
    expect(pupils[1].page.locator("#weights-panel")).to_contain_text("The weights of class")


def publish_the_result(pupil: Visitor) -> None:
    """It goes through the gate as all weights do. Ten steps from random weights are too few."""
    pupil.page.click("#publish-weights")
    note = pupil.page.locator("#publish-note")
    expect(note).to_have_attribute("data-state", "refused")
    expect(note).to_contain_text("held-out digits")


def ask_for_attention(teacher: Visitor, pupil: Visitor) -> None:
    teacher.page.click("#want-attention")
    expect(pupil.page.locator("#attention")).to_be_visible()
    pupil.page.keyboard.press("Escape")
    expect(pupil.page.locator("#attention")).to_be_visible()
    # A press turns what the button shows, and a pupil's page may hear of it sooner.
    expect(teacher.page.locator("#want-attention")).to_have_attribute("aria-pressed", "true")
    teacher.page.click("#want-attention")
    expect(pupil.page.locator("#attention")).to_be_hidden()


def leave_and_return(teacher: Visitor, pupil: Visitor, code: str) -> None:
    """Whose page is closed is away; opened again, it is back in the class by itself."""
    pupil.page.goto("about:blank")
    expect(teacher.page.locator("#tile-3-doing")).to_have_text("away")
    pupil.open()
    expect(pupil.page.locator("#strip-name")).to_have_text("You are Cem")
    expect(teacher.page.locator("#tile-3-doing")).not_to_have_text("away")
    pupil.page.click("#leave-class")
    pupil.page.click("#leave-confirm")
    expect(teacher.page.locator("#board-tiles li")).to_have_count(2)
    expect(pupil.page.locator("#class-strip")).to_be_hidden()


def project(teacher: Visitor, projector: Visitor) -> None:
    page = projector.page
    page.goto(str(teacher.page.locator("#projector-link").get_attribute("href")))
    expect(page.locator("#board-tiles li")).to_have_count(2)
    expect(page.locator("#board-letters")).to_have_text(teacher.page.inner_text("#board-letters"))
    expect(page.locator("#board-orders")).to_be_hidden()
    assert violations(projector, ON_A_PROJECTOR) == []
    sideways = "board => board.scrollWidth - board.clientWidth"
    assert page.locator("#board").evaluate(sideways) == 0
    code = page.inner_text("#board-letters")
    for size in (30, 60):  # who is seen at once, without scrolling
        page.evaluate(FILL_THE_CLASS, [code, size - page.locator("#board-tiles li").count()])
        expect(page.locator("#board-tiles li")).to_have_count(size)
        bottom = "tiles => tiles.getBoundingClientRect().bottom"
        assert page.locator("#board-tiles").evaluate(bottom) < ON_A_PROJECTOR.height
    page.goto("about:blank")


def end(teacher: Visitor, pupils: list[Visitor]) -> None:
    teacher.page.click("#end-class")
    teacher.page.click("#end-confirm")
    expect(teacher.page.locator("#board")).to_be_hidden()
    for pupil in pupils[:2]:
        expect(pupil.page.locator("#notices")).to_contain_text("The class is over")
        expect(pupil.page.locator("#class-strip")).to_be_hidden()
        assert not pupil.page.evaluate("localStorage.getItem('digits.class')")


def test_a_class_comes_back_after_its_server(
    own_server: Server, new_visitor: Callable[..., Visitor], console: list[str]
) -> None:
    url = f"http://{LAN_HOST}:{own_server.port}"
    teacher, pupil = new_visitor(url), new_visitor(url)
    join(pupil, start_class(teacher), "Ada")
    expect(teacher.page.locator("#tile-1-doing")).to_have_text("ready")
    own_server.stop()
    expect(teacher.page.locator("#board-state")).to_contain_text("does not answer")
    expect(pupil.page.locator("#strip-state")).to_contain_text("does not answer")
    own_server.start()
    expect(teacher.page.locator("#board-state")).to_have_text("")
    expect(pupil.page.locator("#strip-state")).to_have_text("")
    teacher.page.click("#tile-1-name")
    teacher.page.fill("#pupil-name", "Eva")
    teacher.page.click("#rename-pupil")
    expect(pupil.page.locator("#strip-name")).to_have_text("You are Eva")
    console.clear()  # of a server that was away
