"""Learning together: a pupil's page that takes part, and the teacher's form and chart."""

from typing import Any

import pytest

from app.pyscript.board.board_dialog import BoardDialog
from app.pyscript.classroom.state import Classroom
from app.pyscript.kit.chart_library import ChartLibrary
from app.pyscript.page import Page
from app.pyscript.together.state import Together
from app.pyscript.together.together_note import TogetherNote
from app.pyscript.together.together_panel import TogetherPanel
from app.pyscript.together.words import rows_of
from tests.ui.class_page import (
    CODE,
    SECRET,
    VIEW,
    entry,
    kept,
    learning,
    of_pupil,
    of_teacher,
)
from tests.ui.fake_browser import FakeBrowser, FakeWorker, FetchError
from tests.ui.live_page import REFUSED, start

PATH = f"/api/classes/{CODE}/learning"
TRAINED = {"samples": 1024, "name": "round.npz", "content": "weights"}


def tell(browser: FakeBrowser, role: str, said: Any) -> None:
    document = of_pupil() if role == "pupil" else of_teacher()
    browser.streams[-1].send("class", {**document, "role": role, "learning": said})
    browser.settle()


class TestAPupil:
    @pytest.fixture(autouse=True)
    def worker(self, page: Page, browser: FakeBrowser) -> FakeWorker:
        worker = start(page, browser)
        page.of(Classroom).go_on(kept("pupil"))
        TogetherNote(page).mount()
        return worker

    def trained(self, browser: FakeBrowser, worker: FakeWorker) -> None:
        worker.waiting("train_round")[0].resolve(TRAINED)
        browser.settle()

    def put(self, number: int) -> str:
        return f"{PATH}/rounds/{number}/weights?samples=1024"

    def test_trains_each_round_once_and_sends_the_weights(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        tell(browser, "pupil", learning(1))
        tell(browser, "pupil", learning(1))
        ((path, task),) = worker.asked("train_round")
        assert path == f"{PATH}/weights?view={VIEW}&round=1"
        assert task == {
            "round": 1,
            "split": "two_digits",
            "digits": [3, 7],
            "index": 0,
            "seed": 5,
            "steps": 20,
        }
        self.trained(browser, worker)
        request = browser.request(self.put(1))
        assert (request.method, request.token) == ("PUT", SECRET)
        assert request.body == {"application/x-npz": "weights"}
        request.resolve()
        browser.settle()
        tell(browser, "pupil", learning(1))
        assert len(worker.asked("train_round")) == 1
        tell(browser, "pupil", learning(2))

        assert worker.asked("train_round")[1][1]["round"] == 2

    def test_says_what_it_learns_from(self, browser: FakeBrowser, worker: FakeWorker) -> None:
        assert browser.get("together-note").hidden
        tell(browser, "pupil", learning(2))
        words = browser.text("together-note-text")
        assert (
            words == "Round 2: you learn from 3s and 7s alone. The class's network reads 20% right."
        )
        assert not browser.get("take-result").disabled
        tell(browser, "pupil", learning(3, state="done"))
        assert "It is over" in browser.text("together-note-text")
        tell(browser, "pupil", None)

        assert browser.get("together-note").hidden

    def test_a_newcomer_waits_for_the_next_round(
        self, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        tell(browser, "pupil", learning(1, participants=[]))

        assert worker.asked("train_round") == []
        assert "next round" in browser.text("together-note-text")

    def test_a_round_that_is_over_is_let_go(self, browser: FakeBrowser, worker: FakeWorker) -> None:
        tell(browser, "pupil", learning(1))
        tell(browser, "pupil", learning(2))
        self.trained(browser, worker)
        browser.request(self.put(1)).reject(FetchError(409, "", "Round 1 is over."))
        browser.settle()

        assert [task["round"] for _, task in worker.asked("train_round")] == [1, 2]

    def test_hears_that_an_answer_was_no_good(
        self, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        tell(browser, "pupil", learning(1))
        self.trained(browser, worker)
        browser.request(self.put(1)).reject(FetchError(422, "", "Not finite."))
        browser.settle()
        tell(browser, "pupil", learning(2))

        assert "could not be used" in browser.text("together-note-text")

    def test_answers_again_when_the_server_is_back(
        self, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        tell(browser, "pupil", learning(1))
        self.trained(browser, worker)
        browser.request(self.put(1)).reject(FetchError(0, "no answer"))
        browser.advance(1500)
        self.trained(browser, worker)

        browser.request(self.put(1))

    def test_a_worker_that_refuses_sits_one_round_out(
        self, page: Page, browser: FakeBrowser, worker: FakeWorker
    ) -> None:
        tell(browser, "pupil", learning(1))
        worker.waiting("train_round")[0].resolve(REFUSED)
        browser.settle()
        tell(browser, "pupil", learning(1))
        assert len(worker.asked("train_round")) == 1
        tell(browser, "pupil", learning(2))

        assert len(worker.asked("train_round")) == 2

    def test_takes_the_result(self, browser: FakeBrowser, worker: FakeWorker) -> None:
        tell(browser, "pupil", learning(3, state="stopped"))
        browser.get("take-result").click()
        browser.settle()

        assert worker.asked("take_together") == [(f"{PATH}/weights?view={VIEW}", f"class {CODE}")]


class TestTheTeacher:
    @pytest.fixture(autouse=True)
    def panel(self, page: Page, browser: FakeBrowser) -> TogetherPanel:
        start(page, browser)
        page.of(Classroom).go_on(kept("teacher"))
        board = BoardDialog(page)
        board.mount()
        panel = TogetherPanel(page)
        panel.mount()
        board.open()
        tell(browser, "teacher", None)
        return panel

    def begin(self, browser: FakeBrowser, **fields: str) -> None:
        browser.get("together-split").value = "shares"
        for name, text in fields.items():
            browser.get(f"together-{name}").value = text
        browser.get("begin-together").click()
        browser.settle()

    def test_begins_and_stops(self, browser: FakeBrowser) -> None:
        assert browser.get("stop-together").disabled
        self.begin(browser, steps="10", rounds="")
        request = browser.request(PATH)
        assert (request.method, request.body) == (
            "POST",
            {"split": "shares", "local_steps": 10, "rounds": None, "seconds": 60},
        )
        request.resolve({"learning": {}})
        tell(browser, "teacher", learning(1))
        assert browser.get("begin-together").disabled
        assert browser.text("together-state").startswith("Round 1 of 3: 1 of 2 have answered.")
        browser.get("stop-together").click()
        browser.settle()

        assert browser.request(PATH).method == "DELETE"

    @pytest.mark.parametrize(
        ("name", "text"), [("steps", ""), ("steps", "1001"), ("rounds", "0"), ("seconds", "x")]
    )
    def test_says_what_a_field_may_be(self, browser: FakeBrowser, name: str, text: str) -> None:
        self.begin(browser, **{name: text})

        assert [request for request in browser.requests if request.path == PATH] == []
        assert "expected a whole number from" in browser.text("together-problem")
        assert browser.get(f"together-{name}").is_focused

    def test_says_why_the_server_refuses(self, browser: FakeBrowser) -> None:
        self.begin(browser)
        browser.request(PATH).reject(FetchError(409, "", "Learning together needs 3 pupils."))
        browser.settle()

        assert browser.text("together-problem") == "Learning together needs 3 pupils."

    def test_draws_the_rounds_beside_alone_and_central(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(ChartLibrary).is_there.set(True)
        browser.get("board-together").open = True
        browser.get("board-together").fire("toggle")
        tell(browser, "teacher", learning(3))

        columns = browser.charts["together-chart"].columns
        assert columns == [[1, 2], [20, 40], [10, 10], [50, None]]

    def test_names_who_was_left_out(self, browser: FakeBrowser) -> None:
        left_out = entry(1, {"name": "<b>Ant</b>", "reason": "Not finite."})
        tell(browser, "teacher", learning(2, history=[left_out]))

        assert "<b>Ant</b>: Not finite." in browser.text("together-left-out")

    def test_the_projector_only_shows(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Classroom).project(CODE, VIEW)
        tell(browser, "projector", learning(2))

        assert browser.get("together-form").hidden
        assert browser.get("board-together").open
        assert page.of(Together).part is None


def test_a_long_run_has_a_short_table_that_ends_with_the_last_round() -> None:
    rows = rows_of(learning(1, history=[entry(each) for each in range(1, 48)], central=None))

    assert len(rows) <= 20
    assert rows[-1][0] == "47"
    assert rows[0][3] == "-"
