"""The teacher's board, from the events that it shows to the requests that its buttons make."""

from typing import Any

import pytest

from app.pyscript.board.board_dialog import BoardDialog
from app.pyscript.classroom.state import Classroom
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.page import Page
from tests.ui.class_page import (
    CODE,
    PROJECTOR_VIEW,
    SECRET,
    kept,
    of_teacher,
    order,
    pupil,
    status,
)
from tests.ui.fake_browser import Bytes, Element, FakeBrowser, FetchError, Request

PATH = f"/api/classes/{CODE}"
TEACHER = kept(
    "teacher",
    projector_view=PROJECTOR_VIEW,
    addresses=["http://192.168.1.5:8000/"],
    is_reachable=True,
)


@pytest.fixture(autouse=True)
def board(page: Page, browser: FakeBrowser) -> BoardDialog:
    membership: Any = dict(TEACHER)
    page.of(Classroom).go_on(membership)
    board = BoardDialog(page)
    board.mount()
    board.open()
    tell(browser, of_teacher(pupil(1, "Wolf", status()), pupil(2, "Ant")))
    return board


def tell(browser: FakeBrowser, document: Any, kind: str = "class") -> None:
    browser.streams[-1].send(kind, document)
    browser.settle()


def press(browser: FakeBrowser, identifier: str) -> None:
    browser.get(identifier).click()
    browser.settle()


def sent(browser: FakeBrowser, path: str, answer: Any = None) -> Request:
    """The request that was made, now answered."""
    request = browser.request(f"{PATH}{path}")
    assert request.token == SECRET
    request.resolve(answer or {})
    browser.settle()
    return request


def order_of_tiles(browser: FakeBrowser) -> list[str]:
    return [tile.attributes["id"] for tile in browser.get("board-tiles").children]


class TestTiles:
    def test_show_what_each_pupil_does(self, browser: FakeBrowser) -> None:
        assert browser.text("tile-1-name") == "Wolf"
        assert browser.text("tile-1-doing") == "training"
        assert browser.text("tile-1-digits") == "90%"
        assert browser.text("tile-1-drawings") == "50%"
        assert browser.text("tile-1-steps") == "1,200"
        assert browser.get("tile-1-curve").getAttribute("points") != ""
        assert browser.get("tile-1-shared").hidden
        assert browser.text("tile-2-doing") == "ready"
        assert browser.text("tile-2-digits") == "-"
        assert browser.text("board-present") == "2 of 2"
        assert browser.text("board-mean-digits") == "90%"
        assert browser.text("board-range-digits") == "from 90% to 90%"

    def test_keep_their_nodes_and_change_alone(self, browser: FakeBrowser) -> None:
        nodes = [browser.get("tile-1"), browser.get("tile-2")]
        drawing = {"pixels": "ff" + "00" * 783, "prediction": 4}
        changed = status(doing="paused", drawing=drawing)
        tell(browser, [pupil(1, "Wolf", changed)], "pupils")

        assert [browser.get("tile-1"), browser.get("tile-2")] == nodes
        assert browser.text("tile-1-doing") == "paused"
        assert browser.get("tile-1-ink").getAttribute("data-ink") == "255"
        assert browser.text("tile-1-read") == "read as 4"
        assert not browser.get("tile-1-shared").hidden

        tell(browser, [pupil(1, "Wolf", status(), is_present=False)], "pupils")
        assert browser.text("tile-1-doing") == "away"
        assert browser.get("tile-1").classList.contains("is-away")
        assert browser.get("tile-1-shared").hidden
        assert browser.text("board-present") == "1 of 2"

    def test_come_and_go_with_their_pupils(self, browser: FakeBrowser) -> None:
        tell(browser, of_teacher(pupil(2, "Ant"), pupil(3, "Bear")))
        browser.advance(2000)
        assert order_of_tiles(browser) == ["tile-2", "tile-3"]
        tell(browser, of_teacher())

        assert order_of_tiles(browser) == []
        assert not browser.get("board-nobody").hidden

    def test_stand_in_the_order_that_is_chosen(self, browser: FakeBrowser) -> None:
        browser.advance(2000)
        assert order_of_tiles(browser) == ["tile-2", "tile-1"]
        browser.get("sort-pupils").value = "digits"
        browser.get("sort-pupils").fire("change")
        browser.settle()

        assert order_of_tiles(browser) == ["tile-1", "tile-2"]

    def test_change_places_now_and_then(self, browser: FakeBrowser) -> None:
        browser.get("sort-pupils").value = "digits"
        browser.get("sort-pupils").fire("change")
        browser.advance(3000)
        for share in (0.95, 0.1):
            tell(browser, [pupil(2, "Ant", status(validation_digits=share))], "pupils")
        assert order_of_tiles(browser) == ["tile-2", "tile-1"]
        browser.advance(1000)
        assert order_of_tiles(browser) == ["tile-2", "tile-1"]
        browser.advance(2000)

        assert order_of_tiles(browser) == ["tile-1", "tile-2"]

    def test_are_left_alone_while_the_board_is_closed(
        self, browser: FakeBrowser, board: BoardDialog
    ) -> None:
        press(browser, "close-board")
        tell(browser, [pupil(1, "Wolf", status(steps=5))], "pupils")
        assert browser.text("tile-1-steps") == "1,200"
        board.open()

        assert browser.text("tile-1-steps") == "5"


class TestOnePupil:
    def test_is_shown_large_and_renamed(self, browser: FakeBrowser) -> None:
        press(browser, "tile-1-name")
        assert not browser.get("board-pupil").hidden
        assert browser.text("pupil-card-title") == "Wolf"
        assert browser.get("tile-1").classList.contains("is-chosen")
        assert "1,200 steps" in browser.text("pupil-figures")
        assert "does not share" in browser.text("pupil-shares")
        tell(browser, [pupil(1, "Wolf", status(steps=1500))], "pupils")
        assert "1,500 steps" in browser.text("pupil-figures")
        browser.get("pupil-name").value = " Lion "
        press(browser, "rename-pupil")
        request = sent(browser, "/pupils/1")

        assert (request.method, request.body) == ("PATCH", {"name": "Lion"})
        press(browser, "close-pupil")
        assert browser.get("board-pupil").hidden
        assert browser.get("tile-1-name").is_focused

    def test_is_removed_only_for_sure(self, browser: FakeBrowser) -> None:
        press(browser, "tile-1-name")
        press(browser, "remove-pupil")
        assert browser.requests == []
        press(browser, "remove-confirm")

        assert sent(browser, "/pupils/1").method == "DELETE"
        assert browser.get("board-pupil").hidden

    def test_who_is_gone_is_shown_no_more(self, browser: FakeBrowser) -> None:
        press(browser, "tile-1-name")
        tell(browser, of_teacher(pupil(2, "Ant")))

        assert browser.get("board-pupil").hidden


class TestOrders:
    def test_a_lesson_goes_to_everybody(self, browser: FakeBrowser) -> None:
        browser.get("board-lesson").value = "high"
        press(browser, "send-lesson")
        request = sent(browser, "/orders", {"class": {}})
        assert request.method == "POST"
        assert request.body == {"order": "lesson", "lesson": "preset=high", "starts": True}
        assert "on its way" in browser.text("board-state")

        browser.get("board-lesson").value = "own-settings"
        browser.get("board-starts").checked = False
        press(browser, "send-lesson")
        body = sent(browser, "/orders", {"class": {}}).body or {}
        assert body["starts"] is False
        assert body["lesson"].startswith("weights=random&batch_size=64")

    @pytest.mark.parametrize("name", ["start", "pause"])
    def test_all_start_and_pause(self, browser: FakeBrowser, name: str) -> None:
        press(browser, f"{name}-all")

        assert sent(browser, "/orders").body == {"order": name, "lesson": "", "starts": False}

    def test_all_are_reset_only_for_sure(self, browser: FakeBrowser) -> None:
        press(browser, "reset-all")
        assert browser.requests == []
        press(browser, "reset-confirm")

        assert (sent(browser, "/orders").body or {})["order"] == "reset"

    @pytest.mark.parametrize(
        ("button", "name"), [("want-attention", "wants_attention"), ("lock-class", "is_locked")]
    )
    def test_what_is_on_can_be_turned_off(
        self, browser: FakeBrowser, button: str, name: str
    ) -> None:
        press(browser, button)
        request = sent(browser, "")
        assert (request.method, request.body) == ("PATCH", {name: True})
        tell(browser, of_teacher(**{name: True}))
        assert browser.get(button).getAttribute("aria-pressed") == "true"
        press(browser, button)

        assert sent(browser, "").body == {name: False}

    def test_the_class_ends_only_for_sure(self, page: Page, browser: FakeBrowser) -> None:
        press(browser, "end-class")
        press(browser, "end-cancel")
        assert browser.requests == []
        press(browser, "end-class")
        press(browser, "end-confirm")

        assert sent(browser, "").method == "DELETE"
        assert page.of(Classroom).membership.value is None
        assert not browser.get("board").open
        assert browser.streams[-1].is_closed

    def test_results_are_saved_as_a_file(self, browser: FakeBrowser) -> None:
        press(browser, "save-results")
        ((media_type, request),) = browser.fetched
        assert request.path == f"http://digits.test{PATH}/results.csv"
        assert request.token == SECRET
        content = Bytes(100)
        request.resolve(content)
        browser.settle()

        assert browser.saved == [(f"digits-class-{CODE}.csv", media_type, content)]

    def test_what_the_server_refuses_is_said(self, browser: FakeBrowser) -> None:
        press(browser, "start-all")
        error = FetchError(401, "", "This secret is unknown.")
        browser.request(f"{PATH}/orders").reject(error)
        browser.settle()
        assert browser.text("board-problem") == "This secret is unknown."
        press(browser, "pause-all")
        sent(browser, "/orders")

        assert browser.text("board-problem") == ""


class TestTheBoardItself:
    def test_says_when_the_server_is_away(self, browser: FakeBrowser) -> None:
        browser.streams[-1].fail()
        browser.settle()
        assert "does not answer" in browser.text("board-state")
        browser.advance(600)
        browser.request(PATH).resolve({})
        browser.settle()
        tell(browser, of_teacher(is_locked=True))

        assert "locked" in browser.text("board-state")

    def test_has_links_for_others(self, browser: FakeBrowser) -> None:
        link = browser.get("projector-link").getAttribute("href")
        assert link == f"http://digits.test/#projector={CODE}:{PROJECTOR_VIEW}"
        press(browser, "copy-teacher-link")

        assert browser.copied == [f"http://192.168.1.5:8000/#teach={CODE}:{SECRET}"]
        assert "Copied" in browser.text("teacher-link-note")

    def test_shows_the_address_of_now(self, browser: FakeBrowser) -> None:
        """The laptop may have come into another network since the class was started."""
        assert browser.text("board-address") == "http://192.168.1.5:8000/"
        now = {"addresses": ["http://10.0.0.7:8000/"], "is_reachable": True}
        tell(browser, of_teacher() | now)
        assert browser.text("board-address") == "http://10.0.0.7:8000/"
        assert browser.get("teacher-link").value.startswith("http://10.0.0.7:8000/#teach=")
        tell(browser, of_teacher() | now | {"is_reachable": False})
        assert browser.get("board-how").classList.contains("error")

    def test_on_the_projector_shows_the_networks_address(
        self, page: Page, browser: FakeBrowser, board: BoardDialog
    ) -> None:
        """Also where that is opened as localhost."""
        page.of(Classroom).end("")
        browser.settle()
        page.of(Classroom).project(CODE, PROJECTOR_VIEW)
        board.open()
        way_in = {"addresses": ["http://192.168.1.5:8000/"], "is_reachable": True}
        tell(browser, of_teacher(pupil(1, "Wolf")) | way_in)
        assert browser.text("board-address") == "http://192.168.1.5:8000/"

    def test_draws_all_curves_when_they_are_looked_at(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(ChartLibrary).is_there.set(True)
        assert "class-chart" not in browser.charts
        browser.get("board-curves").open = True
        browser.get("board-curves").fire("toggle")
        browser.settle()

        chart = browser.charts["class-chart"]
        assert [name for name, _ in chart.series] == ["Ant", "Wolf", "Mean of the class"]
        assert len(chart.columns) == 4
        assert chart.columns[2] == chart.columns[3]
        press(browser, "tile-1-name")
        browser.advance(2000)
        assert browser.charts["class-chart"].series[1] == ("Wolf", "chart-2")

    def test_writes_names_as_text(self, browser: FakeBrowser) -> None:
        tell(browser, of_teacher(pupil(1, "<b>Wolf</b>"), title="<i>8b</i>"))

        assert browser.text("tile-1-name") == "<b>Wolf</b>"
        assert browser.text("board-title") == "<i>8b</i>"

    def test_shows_an_order_to_nobody_else(self, browser: FakeBrowser) -> None:
        tell(browser, of_teacher(orders=[order(1, "start")]))
        browser.advance(10_000)

        assert [each for each in browser.requests if each.method == "PUT"] == []

    def test_is_left_by_the_escape_key(self, browser: FakeBrowser) -> None:
        assert not browser.get("board").fire("cancel").is_prevented


def test_a_tile_without_a_drawing_has_a_blank_canvas(browser: FakeBrowser) -> None:
    canvas: Element = browser.get("tile-1-ink")
    assert canvas.getAttribute("data-ink") is None
