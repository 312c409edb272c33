import re
from importlib import import_module
from pathlib import Path

import pytest

from app.pyscript import page as page_module
from app.pyscript.bridge.bridge import (
    CALL_LIMIT_SECONDS,
    FAILED,
    PING,
    PING_LIMIT_SECONDS,
    READY,
    SILENCE_SECONDS,
    STARTING,
)
from app.pyscript.draw.state import Draw
from app.pyscript.evaluate.state import Evaluations
from app.pyscript.keep.state import Keep
from app.pyscript.messages import NO_SAMPLES
from app.pyscript.page import Page
from app.pyscript.read.state import Read
from app.pyscript.settings.state import Settings
from app.pyscript.start.state import PATIENCE_SECONDS, START_LIMIT_SECONDS, Start
from app.pyscript.train.data import TrainingData
from app.pyscript.train.state import Train
from app.pyscript.tune.state import Tune
from app.pyscript.weights.state import LOAD_LIMIT_SECONDS, Weights
from app.pyscript.worker.features import Connection, calls_of_panels
from app.pyscript.worker.report_fields import Report
from tests.ui.fake_browser import DamagedError, FakeBrowser, FakeWorker, FetchError
from tests.ui.live_page import (
    ASKS,
    CONNECTED,
    NOTHING_KEPT,
    OK,
    PLAN,
    REFUSED,
    answer,
    begin,
    begin_slowly,
    bring_files,
    bring_script,
    digit_read,
    draw,
    finish_start,
    notices,
    progress,
    reading,
    report_problem,
)

pytestmark = pytest.mark.started


def test_what_is_asked_is_offered_and_what_is_reported_is_heard(page: Page) -> None:
    """The names on both sides, which no type checker compares."""
    ways = r"(?:attach\(worker, |(?:ask|call|send|ask_with|_list|_explain|want|files.save)\(\s*)"
    folder = Path(page_module.__file__).parent
    states = [folder / "bridge/bridge.py", *folder.glob("*/state.py")]
    source = "".join(path.read_text("utf-8") for path in states)
    asked = set(re.findall(rf'{ways}"([a-z]\w*)"', source))  # no HTTP method, such as "POST"
    asked |= set(re.findall(r'"(save_\w+)"', source))
    offered = {
        name
        for calls in (Connection, *calls_of_panels())
        for name, method in vars(calls).items()
        if hasattr(method, "_title_of_refusal")
    }
    assert asked | {PING} == offered
    reports = {
        report.kind
        for path in [folder / "worker/reports.py", *folder.glob("*/worker/reports.py")]
        for report in vars(import_module(path_to_module(path.relative_to(folder)))).values()
        if isinstance(report, Report)
    }
    assert set(page.bridge.handled) == reports


def path_to_module(path: Path) -> str:
    return "app.pyscript." + ".".join(path.with_suffix("").parts)


class TestStart:
    def test_shows_how_much_of_the_files_has_come(self, page: Page, browser: FakeBrowser) -> None:
        begin_slowly(page, browser)
        browser.request("/vendor/pyodide.wasm").receive(2_000_000)
        browser.request("/vendor/numpy.whl").receive(1_000_000)

        assert page.of(Start).boot.value["stage"].endswith("12 MB")
        assert page.of(Start).boot.value["fraction"] == 0.25

    def test_never_shows_more_than_everything(self, page: Page, browser: FakeBrowser) -> None:
        begin_slowly(page, browser)
        browser.request("/vendor/pyodide.wasm").receive(99_000_000)

        assert page.of(Start).boot.value["fraction"] == 1

    def test_asks_for_no_file_that_the_worker_soon_has(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        worker = begin(page, browser)
        browser.advance(1000 * PATIENCE_SECONDS - 1)
        finish_start(browser, worker)
        browser.advance(1)

        assert page.bridge.state.value == READY
        asked = {request.path for request in browser.requests}
        assert asked.isdisjoint(file["path"] for file in PLAN["files"])

    def test_goes_through_its_stages(self, page: Page, browser: FakeBrowser) -> None:
        worker = begin(page, browser)
        worker.answers = {}
        assert (worker.source, worker.config) == (PLAN["source"], PLAN["config"])

        assert page.of(Start).boot.value["stage"] == "Starting Python and NumPy…"
        browser.advance(1000 * PATIENCE_SECONDS)
        bring_files(browser)
        assert page.of(Start).boot.value["stage"] == "Starting Python and NumPy…"
        worker.become_ready()
        browser.settle()
        (connect,) = worker.calls
        assert (connect.name, connect.arguments) == ("connect", (browser.SITE,))

        answer(browser, connect, CONNECTED)
        assert page.of(Start).boot.value["stage"] == "Looking for your last visit's network…"
        (restore,) = worker.waiting("restore")

        worker.answers = {"change_settings": OK}
        answer(browser, restore, NOTHING_KEPT)
        assert page.of(Start).boot.value["stage"] == "Loading the shared weights…"
        assert page.bridge.state.value == STARTING
        assert page.of(Keep).restored.value is None
        (load,) = worker.waiting("load_shared_weights")

        answer(browser, load, OK)
        assert page.of(Start).boot.value == {"stage": "Ready", "fraction": 1.0}
        assert page.bridge.state.value == READY
        assert page.notices.shown.value == []

    def test_reads_what_was_drawn_meanwhile_but_not_before(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        worker = begin(page, browser)
        del worker.answers["load_shared_weights"]
        draw(page, browser)
        finish_start(browser, worker)
        draw(page, browser, 20.5)
        assert worker.waiting("predict") == []

        answer(browser, worker.waiting("load_shared_weights")[0], OK)

        (predict,) = worker.waiting("predict")
        assert predict.arguments == (page.of(Draw).drawing.pixels.hex(),)

    def test_goes_on_where_the_shared_weights_are_refused(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        worker = begin(page, browser)
        worker.answers["load_shared_weights"] = REFUSED
        finish_start(browser, worker)

        assert page.bridge.state.value == READY
        assert notices(page) == [("Not now", "Because.")]


class TestMendedStart:
    """What went wrong once is no visitor's business."""

    def answer(self, worker: FakeWorker) -> None:
        worker.answers = {
            "connect": CONNECTED,
            "restore": NOTHING_KEPT,
            "change_settings": OK,
            "load_shared_weights": OK,
        }

    def test_after_a_damaged_file_another_worker_gets_the_right_one(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        first = begin_slowly(page, browser)
        browser.request("/vendor/numpy.whl").reject(DamagedError(200, "damaged"))
        browser.settle()
        assert not first.is_terminated  # before the right file is there
        bring_files(browser)
        first.become_ready()  # with whatever it got
        second = browser.workers[1]
        self.answer(second)
        second.become_ready()
        browser.settle()

        assert page.bridge.state.value == READY
        assert page.notices.shown.value == []
        assert (first.is_terminated, second.is_terminated) == (True, False)
        assert [call.name for call in first.calls] == []

    def test_the_workers_script_is_asked_for_again(self, page: Page, browser: FakeBrowser) -> None:
        browser.config = PLAN
        browser.run(page.of(Start).start())
        browser.settle()
        browser.request(str(PLAN["source"])).reject(DamagedError(200, "a web page"))
        browser.settle()
        assert browser.workers == []
        again = browser.request(str(PLAN["source"]))
        assert again.is_fresh
        bring_script(browser)
        self.answer(browser.workers[0])
        finish_start(browser, browser.workers[0])

        assert page.bridge.state.value == READY

    @pytest.mark.parametrize("fails_by", ["starting", "calling"])
    @pytest.mark.parametrize("is_slow", [True, False])
    def test_a_worker_that_alone_got_a_damaged_file_is_replaced(
        self, page: Page, browser: FakeBrowser, is_slow: bool, fails_by: str
    ) -> None:
        first = begin(page, browser)
        if is_slow:
            browser.advance(1000 * PATIENCE_SECONDS)
            bring_files(browser)
        if fails_by == "starting":
            first.ready.reject(OSError("Python could not be started"))
        else:
            first.answers = {}
            first.become_ready()
            browser.settle()
            first.waiting("connect")[0].reject(OSError("the worker offers no connect"))
        browser.settle()
        assert browser.request("/vendor/numpy.whl").is_fresh
        # One that the first worker did not come to may be damaged as well.
        browser.request("/vendor/numpy.whl").reject(DamagedError(200, "damaged"))
        browser.settle()
        assert browser.request("/vendor/numpy.whl").is_fresh
        bring_files(browser)
        second = browser.workers[1]
        self.answer(second)
        second.become_ready()
        browser.settle()

        assert page.bridge.state.value == READY
        assert first.is_terminated
        assert first.name != second.name


class TestFailedStart:
    """Each stage can fail; the page then says so, offers another try and never seems ready."""

    def assert_failed(self, page: Page, browser: FakeBrowser, *words: str) -> None:
        assert page.bridge.state.value == FAILED
        assert all(worker.is_terminated for worker in browser.workers)
        (notice,) = page.notices.shown.value
        assert notice["key"] == "worker"
        assert notice["action"] == "Try again"
        assert page.of(Start).boot.value == {"stage": notice["title"], "fraction": None}
        for word in words:
            assert word in notice["detail"]
        # Nobody asks the worker any more.
        calls = [len(worker.calls) for worker in browser.workers]
        draw(page, browser)
        assert [len(worker.calls) for worker in browser.workers] == calls

    def test_for_a_missing_file(self, page: Page, browser: FakeBrowser) -> None:
        begin_slowly(page, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(404, "numpy.whl is missing"))
        browser.settle()

        self.assert_failed(page, browser, "numpy.whl is missing", "Drawing still works")

    def test_is_not_overwritten_by_files_still_coming(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        begin_slowly(page, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(404, "numpy.whl is missing"))
        browser.settle()
        browser.request("/vendor/pyodide.wasm").receive(5_000_000)

        self.assert_failed(page, browser, "numpy.whl is missing")

    def test_for_a_connection_that_breaks(self, page: Page, browser: FakeBrowser) -> None:
        begin_slowly(page, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(0, "the connection broke"))
        browser.settle()

        self.assert_failed(page, browser, "the connection broke")

    def test_for_a_file_that_comes_damaged_twice(self, page: Page, browser: FakeBrowser) -> None:
        begin_slowly(page, browser)
        browser.request("/vendor/numpy.whl").reject(DamagedError(200, "numpy.whl is damaged"))
        browser.settle()
        again = browser.request("/vendor/numpy.whl")
        assert again.is_fresh
        again.reject(DamagedError(200, "numpy.whl is damaged"))
        browser.settle()

        self.assert_failed(page, browser, "numpy.whl is damaged")

    def test_for_a_worker_that_never_becomes_ready(self, page: Page, browser: FakeBrowser) -> None:
        begin_slowly(page, browser)
        bring_files(browser)
        browser.advance(START_LIMIT_SECONDS * 1000 - 1)
        assert page.bridge.state.value == STARTING
        browser.advance(1)

        self.assert_failed(page, browser, f"no answer within {START_LIMIT_SECONDS} seconds")

    def test_for_a_worker_that_exports_nothing(self, page: Page, browser: FakeBrowser) -> None:
        worker = begin(page, browser)
        worker.answers = {}
        finish_start(browser, worker)
        worker.waiting("connect")[0].reject(OSError("the worker offers no connect"))
        browser.settle()
        bring_files(browser)
        browser.workers[1].become_ready()
        browser.settle()
        browser.workers[1].waiting("connect")[0].reject(OSError("the worker offers no connect"))
        browser.settle()

        self.assert_failed(page, browser, "the worker offers no connect")

    def test_for_a_handshake_that_raises(self, page: Page, browser: FakeBrowser) -> None:
        worker = begin(page, browser)
        worker.answers = {}
        finish_start(browser, worker)
        worker.waiting("connect")[0].reject(RuntimeError("ImportError: no module named numpy"))
        browser.settle()
        bring_files(browser)
        browser.workers[1].ready.reject(OSError("Python could not be started"))
        browser.settle()

        self.assert_failed(page, browser, "Python could not be started")

    def test_for_a_handshake_that_is_refused(self, page: Page, browser: FakeBrowser) -> None:
        worker = begin(page, browser)
        worker.answers = {"connect": REFUSED}
        finish_start(browser, worker)

        self.assert_failed(page, browser, "Because.")

    @pytest.mark.parametrize(
        ("silent", "limit_seconds"),
        [
            ("connect", CALL_LIMIT_SECONDS),
            ("restore", CALL_LIMIT_SECONDS),
            ("load_shared_weights", LOAD_LIMIT_SECONDS),
        ],
    )
    def test_for_a_worker_that_falls_silent(
        self, page: Page, browser: FakeBrowser, silent: str, limit_seconds: float
    ) -> None:
        worker = begin(page, browser)
        del worker.answers[silent]
        finish_start(browser, worker)
        browser.advance(limit_seconds * 1000)

        self.assert_failed(page, browser, "no answer")

    def test_can_be_tried_again_under_a_new_name(self, page: Page, browser: FakeBrowser) -> None:
        first = begin_slowly(page, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(404, "numpy.whl is missing"))
        browser.settle()
        # The first try's other file comes to its end beside the second try.
        leftover = browser.request("/vendor/pyodide.wasm")
        leftover.receive(5_000_000)
        leftover.resolve()

        second = begin_slowly(page, browser)
        assert page.bridge.state.value == STARTING
        assert page.notices.shown.value == []
        browser.request("/vendor/pyodide.wasm").receive(3_000_000)
        assert page.of(Start).boot.value["fraction"] == 0.25
        bring_files(browser)
        finish_start(browser, second)

        assert page.bridge.state.value == READY
        assert second.name != first.name


class TestLivingWorker:
    """Whatever becomes of a call: who answers has the network, and keeps it."""

    def test_a_drawing_that_cannot_be_read_is_told_once_until_one_can(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.calls[0], reading(7))
        draw(page, browser, 16.5)
        answer(browser, worker.waiting("predict")[0], REFUSED)
        assert page.of(Read).prediction.value is None
        assert notices(page) == [("Not now", "Because.")]
        page.notices.dismiss("predict")
        draw(page, browser, 18.5)
        answer(browser, worker.waiting("predict")[0], REFUSED)
        assert page.notices.shown.value == []
        assert (page.bridge.state.value, worker.is_terminated) == (READY, False)

        draw(page, browser, 20.5)
        answer(browser, worker.waiting("predict")[0], reading(5))
        assert digit_read(page) == 5
        draw(page, browser, 22.5)
        answer(browser, worker.waiting("predict")[0], REFUSED)
        assert notices(page) == [("Not now", "Because.")]
        draw(page, browser, 24.5)
        answer(browser, worker.waiting("predict")[0], reading(5))
        assert page.notices.shown.value == []

    @pytest.mark.parametrize("name", ["save_weights", "save_program", "save_tray"])
    def test_a_file_that_cannot_be_made_is_told(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser, name: str
    ) -> None:
        ASKS[name](page)
        browser.settle()
        answer(browser, worker.waiting(name)[0], REFUSED)
        assert browser.saved == []
        assert notices(page) == [("Not now", "Because.")]
        assert page.bridge.state.value == READY

    @pytest.mark.parametrize("is_alive", [True, False])
    def test_after_an_odd_rejection_it_is_asked_whether_it_lives(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser, is_alive: bool
    ) -> None:
        page.of(Tune).tune(3)
        browser.settle()
        worker.waiting("tune")[0].reject(RuntimeError("odd"))
        browser.settle()
        (ping,) = worker.waiting("ping")
        if is_alive:
            answer(browser, ping, OK)
            (notice,) = notices(page)
            assert notice[0] == "Something went wrong in the network's program"
            assert "made a mistake (odd)" in notice[1]
        else:
            browser.advance(PING_LIMIT_SECONDS * 1000)
        assert (page.bridge.state.value, worker.is_terminated) == (
            READY if is_alive else FAILED,
            not is_alive,
        )


class TestDeadWorker:
    def test_is_given_up_after_a_while(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        browser.advance(CALL_LIMIT_SECONDS * 1000)

        assert page.bridge.state.value == FAILED
        assert worker.is_terminated
        (notice,) = page.notices.shown.value
        assert notice["title"] == "The network stopped working"
        assert notice["detail"].startswith("Drawing still works, reading does not.")
        assert "Details: predict, no answer within" in notice["detail"]
        assert notice["action"] == "Try again"

    def test_leaves_no_reading_of_a_drawing_that_goes_on(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        draw(page, browser)
        answer(browser, worker.calls[0], reading())
        draw(page, browser, 20.5)
        browser.advance(CALL_LIMIT_SECONDS * 1000)

        assert page.of(Read).prediction.value is None

    def test_is_replaced_by_one_that_reads_at_once(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Tune).tune(3)
        browser.advance(CALL_LIMIT_SECONDS * 500)
        draw(page, browser)
        browser.advance(CALL_LIMIT_SECONDS * 500)
        assert page.bridge.state.value == FAILED
        assert len(worker.waiting("predict")) == 1

        successor = begin(page, browser)
        finish_start(browser, successor)

        (predict,) = successor.waiting("predict")
        browser.advance(CALL_LIMIT_SECONDS * 500)
        assert page.bridge.state.value == READY
        answer(browser, predict, reading(5))
        assert digit_read(page) == 5

    def test_takes_its_run_with_it(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(500))
        worker.report(type="pool", cached=9, fetching=4, total=108, state="retrying", detail="Oh.")
        worker.report(type="weights", source="shared", digest="ab", changed_by_training=True)
        draw(page, browser)
        browser.advance(CALL_LIMIT_SECONDS * 1000)

        begin(page, browser)

        assert page.of(Train).training.value["iteration"] == 0
        assert not page.of(Train).training.value["is_training"]
        assert page.of(Train).history.value.iterations == []
        pool = page.of(TrainingData).pool.value
        assert pool["cached"] == pool["fetching"] == 0
        assert (pool["state"], pool["detail"]) == ("ok", "")
        assert page.of(Weights).origin.value is None

    def test_is_not_asked(self, page: Page, browser: FakeBrowser) -> None:
        for ask in (
            page.of(Train).start,
            page.of(Train).pause,
            page.of(Train).reset,
            page.of(Weights).load_shared,
            page.of(Weights).randomize,
            lambda: page.of(Tune).tune(3),
            lambda: page.of(Settings).send({"prefetch": 2}),
        ):
            ask()
            browser.settle()

        assert browser.workers == []
        assert page.notices.shown.value == []


def test_what_a_former_worker_said_was_wrong_is_over(
    page: Page, worker: FakeWorker, browser: FakeBrowser
) -> None:
    """The next one would never say that it is mended."""
    report_problem(worker, NO_SAMPLES)
    assert len(page.notices.shown.value) == 1
    finish_start(browser, begin(page, browser))
    assert page.notices.shown.value == []


class TestSilence:
    """Nothing is drawn, so that nobody asks the worker anything."""

    def test_of_a_worker_that_trains_ends_with_its_giving_up(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        browser.advance(SILENCE_SECONDS * 1000)
        (ping,) = worker.calls
        assert ping.name == "ping"
        browser.advance(PING_LIMIT_SECONDS * 1000)

        assert page.bridge.state.value == FAILED
        assert worker.is_terminated
        (notice,) = page.notices.shown.value
        assert notice["title"] == "The network stopped working"
        assert notice["action"] == "Try again"

    def test_of_a_worker_that_evaluates_is_noticed_too(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="evaluating", set="test", stage="reading", done=1, total=9, detail="")
        browser.advance((SILENCE_SECONDS + PING_LIMIT_SECONDS) * 1000)

        assert page.bridge.state.value == FAILED
        assert page.of(Evaluations).evaluating is None

    def test_of_one_that_waits_for_the_server_is_no_harm(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.answers["ping"] = OK
        worker.report(type="progress", **progress(10))
        browser.advance(60_000)

        assert page.bridge.state.value == READY
        assert page.notices.shown.value == []
        assert len(worker.calls) == 60 // SILENCE_SECONDS

    def test_is_broken_by_any_report(self, worker: FakeWorker, browser: FakeBrowser) -> None:
        for iteration in range(10, 110, 10):
            worker.report(type="progress", **progress(iteration))
            browser.advance(SILENCE_SECONDS * 900)

        assert worker.calls == []

    def test_of_one_that_has_nothing_more_to_do_is_as_it_should_be(
        self, worker: FakeWorker, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        worker.report(type="progress", **{**progress(20), "is_training": False})
        worker.report(type="evaluating", set="test", stage="reading", done=1, total=9, detail="")
        worker.report(
            type="evaluating", set="test", stage="failed", done=0, total=0, detail="Gone."
        )
        browser.advance(60_000)

        assert worker.calls == []

    def test_is_watched_for_in_the_next_worker(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        browser.advance((SILENCE_SECONDS + PING_LIMIT_SECONDS) * 1000)
        successor = begin(page, browser)
        finish_start(browser, successor)
        browser.advance(60_000)
        assert successor.waiting("ping") == []

        successor.report(type="progress", **progress(10))
        browser.advance((SILENCE_SECONDS + PING_LIMIT_SECONDS) * 1000)
        assert page.bridge.state.value == FAILED
        assert successor.is_terminated
