import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from app.pyscript import worker_client
from app.pyscript.bridge.bridge import (
    CALL_LIMIT_SECONDS,
    PING,
    PING_LIMIT_SECONDS,
    SILENCE_SECONDS,
)
from app.pyscript.bridge.wire import RefusedError
from app.pyscript.lessons.lesson import make_lesson
from app.pyscript.messages import (
    DEFAULT_SETTINGS,
    KEPT_BY_OTHER_TAB,
    MAX_TRAY_FILE_SIZE,
    MAX_WEIGHTS_FILE_SIZE,
    NO_SAMPLES,
    NOT_KEPT,
    PROBLEMS,
    REPORTS,
)
from app.pyscript.store import FAILED, READY, SENDING, STARTING, Store
from app.pyscript.texts import KEEP_LOST
from app.pyscript.worker import features
from app.pyscript.worker_client import (
    DRAWING_MILLISECONDS,
    LOAD_LIMIT_SECONDS,
    START_LIMIT_SECONDS,
    WorkerClient,
)
from tests.ui.fake_browser import (
    Bytes,
    Call,
    DamagedError,
    FakeBrowser,
    FakeWorker,
    FetchError,
    File,
)

WASM = {"path": "/vendor/pyodide.wasm", "bytes": 9_000_000}
WHEEL = {"path": "/vendor/numpy.whl", "bytes": 3_000_000}
PLAN = {"source": "/app/worker/main.py", "config": {"packages": ["numpy"]}, "files": [WASM, WHEEL]}
OK: dict[str, Any] = {}
CONNECTED = {"kernels": "simd", "no_simd": ""}
NOTHING_KEPT = {"saved_at": "", "settings": None, "digest": ""}
REFUSED = RefusedError("Not now", "Because.")


def reading(digit: int = 7, share: float = 0.75) -> dict[str, Any]:
    """What `predict` answers."""
    return {
        "digit": digit,
        "unreadable": "",
        "probabilities": [share if each == digit else 0 for each in range(10)],
        "seen": "the picture",
        "milliseconds": 0.5,
    }


@pytest.fixture
def client(store: Store, browser: FakeBrowser) -> WorkerClient:
    browser.config = PLAN
    return WorkerClient(store, browser)


def begin(client: WorkerClient, browser: FakeBrowser) -> FakeWorker:
    """Start a worker: its files are on their way, and its calls will be answered."""
    browser.run(client.start())
    browser.settle()
    browser.request(str(PLAN["source"])).resolve()
    browser.settle()
    worker = browser.workers[-1]
    worker.answers = {
        "connect": CONNECTED,
        "restore": NOTHING_KEPT,
        "change_settings": OK,
        "load_shared_weights": OK,
    }
    return worker


def bring_files(browser: FakeBrowser) -> None:
    for file in (WASM, WHEEL):
        browser.request(str(file["path"])).resolve()
    browser.settle()


def finish_start(browser: FakeBrowser, worker: FakeWorker) -> None:
    bring_files(browser)
    worker.become_ready()
    browser.settle()


@pytest.fixture
def worker(client: WorkerClient, store: Store, browser: FakeBrowser) -> FakeWorker:
    """A worker that is up; calls of it wait for the test."""
    worker = begin(client, browser)
    finish_start(browser, worker)
    assert store.worker == READY
    worker.answers = {}
    worker.calls = []
    return worker


def draw(store: Store, browser: FakeBrowser, x: float = 14.5) -> None:
    """A stroke, and the frame after it."""
    store.drawing.begin_stroke(x, 14.5)
    store.drawing.end_stroke()
    store.drawing_changed()
    browser.settle()


def clear(store: Store, browser: FakeBrowser) -> None:
    store.drawing.clear()
    store.drawing_changed()
    browser.settle()


def answer(browser: FakeBrowser, call: Call, value: Any) -> None:
    call.resolve(value)
    browser.settle()


def digit_read(store: Store) -> int | None:
    return store.prediction["digit"] if store.prediction else None


def notices(store: Store) -> list[tuple[str, str]]:
    return [(notice["title"], notice["detail"]) for notice in store.notices]


def report_problem(worker: FakeWorker, kind: str, detail: str = "So.") -> None:
    worker.report(type="problem", kind=kind, title=PROBLEMS[kind], detail=detail, recoverable=True)


def test_what_is_asked_is_offered_and_what_is_reported_is_heard(client: WorkerClient) -> None:
    """The names on both sides, which no type checker compares."""
    ways = r"(?:attach\(worker, |(?:ask|call|tell|_ask_with_settings|_list|_explain)\()"
    source = Path(worker_client.__file__).read_text()
    asked = set(re.findall(rf'{ways}"(\w+)"', source)) | set(re.findall(r'"(save_\w+)"', source))
    offered = {
        name
        for calls in vars(features).values()
        if inspect.isclass(calls)
        for name, method in vars(calls).items()
        if hasattr(method, "_title_of_refusal")
    }
    assert asked | {PING} == offered
    assert set(client._bridge._handlers) == set(REPORTS)


class TestStart:
    def test_shows_how_much_of_the_files_has_come(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        begin(client, browser)
        browser.request("/vendor/pyodide.wasm").receive(2_000_000)
        browser.request("/vendor/numpy.whl").receive(1_000_000)

        assert store.boot["stage"].endswith("12 MB")
        assert store.boot["fraction"] == 0.25

    def test_never_shows_more_than_everything(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        begin(client, browser)
        browser.request("/vendor/pyodide.wasm").receive(99_000_000)

        assert store.boot["fraction"] == 1

    def test_goes_through_its_stages(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker = begin(client, browser)
        worker.answers = {}
        assert (worker.source, worker.config) == (PLAN["source"], PLAN["config"])

        bring_files(browser)
        assert store.boot["stage"] == "Starting Python and NumPy…"
        worker.become_ready()
        browser.settle()
        (connect,) = worker.calls
        assert (connect.name, connect.arguments) == ("connect", (browser.SITE,))

        answer(browser, connect, CONNECTED)
        assert store.boot["stage"] == "Looking for your last visit's network…"
        (restore,) = worker.waiting("restore")

        worker.answers = {"change_settings": OK}
        answer(browser, restore, NOTHING_KEPT)
        assert store.boot["stage"] == "Loading the shared weights…"
        assert store.worker == STARTING
        assert store.restored is None
        (load,) = worker.waiting("load_shared_weights")

        answer(browser, load, OK)
        assert store.boot == {"stage": "Ready", "fraction": 1.0}
        assert store.worker == READY
        assert store.notices == []

    def test_reads_what_was_drawn_meanwhile_but_not_before(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker = begin(client, browser)
        del worker.answers["load_shared_weights"]
        draw(store, browser)
        finish_start(browser, worker)
        draw(store, browser, 20.5)
        assert worker.waiting("predict") == []

        answer(browser, worker.waiting("load_shared_weights")[0], OK)

        (predict,) = worker.waiting("predict")
        assert predict.arguments == (store.drawing.pixels.hex(),)

    def test_goes_on_where_the_shared_weights_are_refused(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker = begin(client, browser)
        worker.answers["load_shared_weights"] = REFUSED
        finish_start(browser, worker)

        assert store.worker == READY
        assert notices(store) == [("Not now", "Because.")]


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
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        first = begin(client, browser)
        browser.request("/vendor/numpy.whl").reject(DamagedError(200, "damaged"))
        browser.settle()
        assert not first.is_terminated  # before the right file is there
        bring_files(browser)
        first.become_ready()  # with whatever it got
        second = browser.workers[1]
        self.answer(second)
        second.become_ready()
        browser.settle()

        assert store.worker == READY
        assert store.notices == []
        assert (first.is_terminated, second.is_terminated) == (True, False)
        assert [call.name for call in first.calls] == []

    def test_the_workers_script_is_asked_for_again(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        browser.run(client.start())
        browser.settle()
        browser.request(str(PLAN["source"])).reject(DamagedError(200, "a web page"))
        browser.settle()
        assert browser.workers == []
        again = browser.request(str(PLAN["source"]))
        assert again.is_fresh
        again.resolve()
        browser.settle()
        self.answer(browser.workers[0])
        finish_start(browser, browser.workers[0])

        assert store.worker == READY

    @pytest.mark.parametrize("fails_by", ["starting", "calling"])
    def test_a_worker_that_alone_got_a_damaged_file_is_replaced(
        self, client: WorkerClient, store: Store, browser: FakeBrowser, fails_by: str
    ) -> None:
        first = begin(client, browser)
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
        bring_files(browser)
        second = browser.workers[1]
        self.answer(second)
        second.become_ready()
        browser.settle()

        assert store.worker == READY
        assert first.is_terminated
        assert first.name != second.name


class TestFailedStart:
    """Each stage can fail; the page then says so, offers another try and never seems ready."""

    def assert_failed(self, store: Store, browser: FakeBrowser, *words: str) -> None:
        assert store.worker == FAILED
        assert all(worker.is_terminated for worker in browser.workers)
        (notice,) = store.notices
        assert notice["key"] == "worker"
        assert notice["action"] == "Try again"
        assert store.boot == {"stage": notice["title"], "fraction": None}
        for word in words:
            assert word in notice["detail"]
        # Nobody asks the worker any more.
        calls = [len(worker.calls) for worker in browser.workers]
        draw(store, browser)
        assert [len(worker.calls) for worker in browser.workers] == calls

    def test_for_a_missing_file(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        begin(client, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(404, "numpy.whl is missing"))
        browser.settle()

        self.assert_failed(store, browser, "numpy.whl is missing", "Drawing still works")

    def test_is_not_overwritten_by_files_still_coming(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        begin(client, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(404, "numpy.whl is missing"))
        browser.settle()
        browser.request("/vendor/pyodide.wasm").receive(5_000_000)

        self.assert_failed(store, browser, "numpy.whl is missing")

    def test_for_a_connection_that_breaks(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        begin(client, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(0, "the connection broke"))
        browser.settle()

        self.assert_failed(store, browser, "the connection broke")

    def test_for_a_file_that_comes_damaged_twice(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        begin(client, browser)
        browser.request("/vendor/numpy.whl").reject(DamagedError(200, "numpy.whl is damaged"))
        browser.settle()
        again = browser.request("/vendor/numpy.whl")
        assert again.is_fresh
        again.reject(DamagedError(200, "numpy.whl is damaged"))
        browser.settle()

        self.assert_failed(store, browser, "numpy.whl is damaged")

    def test_for_a_worker_that_never_becomes_ready(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        begin(client, browser)
        bring_files(browser)
        browser.advance(START_LIMIT_SECONDS * 1000 - 1)
        assert store.worker == STARTING
        browser.advance(1)

        self.assert_failed(store, browser, f"no answer within {START_LIMIT_SECONDS} seconds")

    def test_for_a_worker_that_exports_nothing(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker = begin(client, browser)
        worker.answers = {}
        finish_start(browser, worker)
        worker.waiting("connect")[0].reject(OSError("the worker offers no connect"))
        browser.settle()
        bring_files(browser)
        browser.workers[1].become_ready()
        browser.settle()
        browser.workers[1].waiting("connect")[0].reject(OSError("the worker offers no connect"))
        browser.settle()

        self.assert_failed(store, browser, "the worker offers no connect")

    def test_for_a_handshake_that_raises(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker = begin(client, browser)
        worker.answers = {}
        finish_start(browser, worker)
        worker.waiting("connect")[0].reject(RuntimeError("ImportError: no module named numpy"))
        browser.settle()
        bring_files(browser)
        browser.workers[1].ready.reject(OSError("Python could not be started"))
        browser.settle()

        self.assert_failed(store, browser, "Python could not be started")

    def test_for_a_handshake_that_is_refused(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker = begin(client, browser)
        worker.answers = {"connect": REFUSED}
        finish_start(browser, worker)

        self.assert_failed(store, browser, "Because.")

    @pytest.mark.parametrize(
        ("silent", "limit_seconds"),
        [
            ("connect", CALL_LIMIT_SECONDS),
            ("restore", CALL_LIMIT_SECONDS),
            ("load_shared_weights", LOAD_LIMIT_SECONDS),
        ],
    )
    def test_for_a_worker_that_falls_silent(
        self,
        client: WorkerClient,
        store: Store,
        browser: FakeBrowser,
        silent: str,
        limit_seconds: float,
    ) -> None:
        worker = begin(client, browser)
        del worker.answers[silent]
        finish_start(browser, worker)
        browser.advance(limit_seconds * 1000)

        self.assert_failed(store, browser, "no answer")

    def test_can_be_tried_again_under_a_new_name(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        first = begin(client, browser)
        browser.request("/vendor/numpy.whl").reject(FetchError(404, "numpy.whl is missing"))
        browser.settle()
        # The first try's other file comes to its end beside the second try.
        leftover = browser.request("/vendor/pyodide.wasm")
        leftover.receive(5_000_000)
        leftover.resolve()

        second = begin(client, browser)
        assert store.worker == STARTING
        assert store.notices == []
        browser.request("/vendor/pyodide.wasm").receive(3_000_000)
        assert store.boot["fraction"] == 0.25
        finish_start(browser, second)

        assert store.worker == READY
        assert second.name != first.name


class TestPrediction:
    def test_is_told_as_it_arrives_not_a_frame_later(
        self,
        worker: FakeWorker,
        store: Store,
        browser: FakeBrowser,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        draw(store, browser)
        (call,) = worker.waiting("predict")
        told: list[int | None] = []
        store.subscribe(("prediction",), lambda: told.append(digit_read(store)))
        monkeypatch.setattr(store, "_schedule", lambda flush: None)  # no frame ever comes
        answer(browser, call, reading(7))

        assert told == [7]

    def test_of_the_drawing_goes_to_the_store(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        (call,) = worker.waiting("predict")
        assert call.arguments == (store.drawing.pixels.hex(),)
        browser.advance(40)
        answer(browser, call, reading(7))

        assert store.prediction == {
            "version": store.drawing_version,
            "digit": 7,
            "unreadable": "",
            "probabilities": [0, 0, 0, 0, 0, 0, 0, 0.75, 0, 0],
            "seen": "the picture",
            "worker_milliseconds": 0.5,
            "milliseconds": 40,
        }

    def test_is_asked_for_before_the_next_frame(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        store.drawing.begin_stroke(14.5, 14.5)
        store.drawing_changed()

        (call,) = worker.waiting("predict")
        assert call.arguments == (store.drawing.pixels.hex(),)
        answer(browser, call, reading())

    def test_is_never_queued_and_the_last_drawing_is_read(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        for x in range(2, 26):
            draw(store, browser, x + 0.5)
            assert len(worker.waiting("predict")) == 1
        assert len(worker.calls) == 1

        answer(browser, worker.calls[0], reading(1))
        (last,) = worker.waiting("predict")
        assert last.arguments == (store.drawing.pixels.hex(),)
        answer(browser, last, reading(2))

        assert len(worker.calls) == 2
        assert store.prediction is not None
        assert store.prediction["digit"] == 2
        assert store.prediction["version"] == store.drawing_version

    def test_is_one_at_a_time_however_it_is_wished_for(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.calls[0], reading())
        client.request_prediction()
        client.request_prediction()
        browser.settle()
        draw(store, browser, 4.5)
        draw(store, browser, 8.5)

        assert len(worker.waiting("predict")) == 1

    def test_of_a_blank_grid_is_not_asked_for(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.request_prediction()
        browser.settle()
        assert worker.calls == []

        draw(store, browser)
        answer(browser, worker.calls[0], reading())
        clear(store, browser)

        assert len(worker.calls) == 1
        assert store.prediction is None

    def test_that_arrives_after_clearing_is_dropped(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        (late,) = worker.waiting("predict")
        clear(store, browser)
        draw(store, browser, 20.5)
        answer(browser, late, reading(1))
        assert digit_read(store) is None

        answer(browser, worker.waiting("predict")[0], reading(2))

        assert digit_read(store) == 2

    def test_is_made_again_by_a_changed_network(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.calls[0], reading())
        worker.answers = {
            "randomize_weights": OK,
            "load_shared_weights": OK,
            "tune": {"loss_before": 2.0, "loss_after": 1.0},
        }
        for change in (
            client.randomize_weights,
            client.load_shared_weights,
            lambda: client.tune(3),
        ):
            change()
            browser.settle()
            (predict,) = worker.waiting("predict")
            answer(browser, predict, reading())


class TestLivingWorker:
    """Whatever becomes of a call: who answers has the network, and keeps it."""

    def test_a_drawing_that_cannot_be_read_is_told_once_until_one_can(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.calls[0], reading(7))
        draw(store, browser, 16.5)
        answer(browser, worker.waiting("predict")[0], REFUSED)
        assert store.prediction is None
        assert notices(store) == [("Not now", "Because.")]
        store.dismiss("predict")
        draw(store, browser, 18.5)
        answer(browser, worker.waiting("predict")[0], REFUSED)
        assert store.notices == []
        assert (store.worker, worker.is_terminated) == (READY, False)

        draw(store, browser, 20.5)
        answer(browser, worker.waiting("predict")[0], reading(5))
        assert digit_read(store) == 5
        draw(store, browser, 22.5)
        answer(browser, worker.waiting("predict")[0], REFUSED)
        assert notices(store) == [("Not now", "Because.")]
        draw(store, browser, 24.5)
        answer(browser, worker.waiting("predict")[0], reading(5))
        assert store.notices == []

    @pytest.mark.parametrize("name", ["save_weights", "save_program", "save_tray"])
    def test_a_file_that_cannot_be_made_is_told(
        self,
        worker: FakeWorker,
        client: WorkerClient,
        store: Store,
        browser: FakeBrowser,
        name: str,
    ) -> None:
        getattr(client, name)()
        browser.settle()
        answer(browser, worker.waiting(name)[0], REFUSED)
        assert browser.saved == []
        assert notices(store) == [("Not now", "Because.")]
        assert store.worker == READY

    @pytest.mark.parametrize("is_alive", [True, False])
    def test_after_an_odd_rejection_it_is_asked_whether_it_lives(
        self,
        worker: FakeWorker,
        client: WorkerClient,
        store: Store,
        browser: FakeBrowser,
        is_alive: bool,
    ) -> None:
        client.tune(3)
        browser.settle()
        worker.waiting("tune")[0].reject(RuntimeError("odd"))
        browser.settle()
        (ping,) = worker.waiting("ping")
        if is_alive:
            answer(browser, ping, OK)
            (notice,) = notices(store)
            assert notice[0] == "Something went wrong in the network's program"
            assert "made a mistake (odd)" in notice[1]
        else:
            browser.advance(PING_LIMIT_SECONDS * 1000)
        assert (store.worker, worker.is_terminated) == (READY if is_alive else FAILED, not is_alive)


class TestDeadWorker:
    def test_is_given_up_after_a_while(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        browser.advance(CALL_LIMIT_SECONDS * 1000)

        assert store.worker == FAILED
        assert worker.is_terminated
        (notice,) = store.notices
        assert notice["title"] == "The network stopped working"
        assert notice["detail"].startswith("Drawing still works, reading does not.")
        assert "Details: predict, no answer within" in notice["detail"]
        assert notice["action"] == "Try again"

    def test_leaves_no_reading_of_a_drawing_that_goes_on(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.calls[0], reading())
        draw(store, browser, 20.5)
        browser.advance(CALL_LIMIT_SECONDS * 1000)

        assert store.prediction is None

    def test_is_replaced_by_one_that_reads_at_once(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.tune(3)
        browser.advance(CALL_LIMIT_SECONDS * 500)
        draw(store, browser)
        browser.advance(CALL_LIMIT_SECONDS * 500)
        assert store.worker == FAILED
        assert len(worker.waiting("predict")) == 1

        successor = begin(client, browser)
        finish_start(browser, successor)

        (predict,) = successor.waiting("predict")
        browser.advance(CALL_LIMIT_SECONDS * 500)
        assert store.worker == READY
        answer(browser, predict, reading(5))
        assert digit_read(store) == 5

    def test_takes_its_run_with_it(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(500))
        worker.report(type="pool", cached=9, fetching=4, total=108, state="retrying", detail="Oh.")
        worker.report(type="weights", source="shared", digest="ab", changed_by_training=True)
        draw(store, browser)
        browser.advance(CALL_LIMIT_SECONDS * 1000)

        begin(client, browser)

        assert store.training["iteration"] == 0
        assert not store.training["is_training"]
        assert store.history.iterations == []
        assert store.pool["cached"] == store.pool["fetching"] == 0
        assert (store.pool["state"], store.pool["detail"]) == ("ok", "")
        assert store.weights is None

    def test_is_not_asked(self, client: WorkerClient, store: Store, browser: FakeBrowser) -> None:
        for ask in (
            client.start_training,
            client.pause_training,
            client.reset_training,
            client.load_shared_weights,
            client.randomize_weights,
            lambda: client.tune(3),
            lambda: client.change_settings({"prefetch": 2}),
        ):
            ask()
            browser.settle()

        assert browser.workers == []
        assert store.notices == []


def test_what_a_former_worker_said_was_wrong_is_over(
    client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
) -> None:
    """The next one would never say that it is mended."""
    report_problem(worker, NO_SAMPLES)
    assert len(store.notices) == 1
    finish_start(browser, begin(client, browser))
    assert store.notices == []


class TestSilence:
    """Nothing is drawn, so that nobody asks the worker anything."""

    def test_of_a_worker_that_trains_ends_with_its_giving_up(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        browser.advance(SILENCE_SECONDS * 1000)
        (ping,) = worker.calls
        assert ping.name == "ping"
        browser.advance(PING_LIMIT_SECONDS * 1000)

        assert store.worker == FAILED
        assert worker.is_terminated
        (notice,) = store.notices
        assert notice["title"] == "The network stopped working"
        assert notice["action"] == "Try again"

    def test_of_a_worker_that_evaluates_is_noticed_too(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="evaluating", set="test", stage="reading", done=1, total=9, detail="")
        browser.advance((SILENCE_SECONDS + PING_LIMIT_SECONDS) * 1000)

        assert store.worker == FAILED
        assert store.evaluating is None

    def test_of_one_that_waits_for_the_server_is_no_harm(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        worker.answers["ping"] = OK
        worker.report(type="progress", **progress(10))
        browser.advance(60_000)

        assert store.worker == READY
        assert store.notices == []
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
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        browser.advance((SILENCE_SECONDS + PING_LIMIT_SECONDS) * 1000)
        successor = begin(client, browser)
        finish_start(browser, successor)
        browser.advance(60_000)
        assert successor.waiting("ping") == []

        successor.report(type="progress", **progress(10))
        browser.advance((SILENCE_SECONDS + PING_LIMIT_SECONDS) * 1000)
        assert store.worker == FAILED
        assert successor.is_terminated


class TestTune:
    def test_tells_the_losses(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        client.tune(3)
        browser.settle()
        (tune,) = worker.waiting("tune")
        assert tune.arguments == (store.drawing.pixels.hex(), 3)
        answer(browser, tune, {"loss_before": 2.0, "loss_after": 1.5})

        assert store.tuning is not None
        assert store.tuning["label"] == 3
        assert (store.tuning["loss_before"], store.tuning["loss_after"]) == (2.0, 1.5)

    def test_of_a_drawing_since_changed_tells_nothing(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        client.tune(3)
        browser.settle()
        draw(store, browser, 20.5)
        answer(
            browser,
            worker.waiting("tune")[0],
            {"loss_before": 2.0, "loss_after": 1.5},
        )

        assert store.tuning is None

    def test_refused_says_why_until_it_succeeds(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.answers["tune"] = REFUSED
        client.tune(3)
        browser.settle()
        assert notices(store) == [("Not now", "Because.")]
        assert store.tuning is None

        worker.answers["tune"] = {"loss_before": 2.0, "loss_after": 1.5}
        client.tune(3)
        browser.settle()

        assert store.notices == []


class TestTraining:
    def test_starts_with_the_settings(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.start_training()
        browser.settle()

        (call,) = worker.waiting("start_training")
        assert call.arguments[0] == store.settings

    def test_pauses(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.pause_training()
        browser.settle()

        assert [call.arguments for call in worker.waiting("pause_training")] == [()]

    def test_resets_the_figures_when_the_worker_has(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(500))
        client.reset_training()
        browser.settle()
        assert store.training["iteration"] == 500

        worker.report(type="run", start="reset", number=2, iteration=0)
        worker.report(type="progress", **{**progress(0), "learning_rate": 0.05})
        answer(browser, worker.waiting("reset_training")[0], OK)

        # What the worker said of the new run stays.
        assert (store.training["iteration"], store.training["learning_rate"]) == (0, 0.05)

    def test_passes_on_changed_settings_alone(
        self, worker: FakeWorker, client: WorkerClient, browser: FakeBrowser
    ) -> None:
        client.change_settings({"prefetch": 2})
        browser.settle()

        (call,) = worker.waiting("change_settings")
        assert call.arguments[0] == {"prefetch": 2}

    @pytest.mark.parametrize("name", ["change_settings", "start_training", "step_training"])
    def test_settings_that_are_refused_give_way_to_those_in_force(
        self,
        worker: FakeWorker,
        client: WorkerClient,
        store: Store,
        browser: FakeBrowser,
        name: str,
    ) -> None:
        in_force = dict(store.settings)
        store.settings_changed({"prefetch": 2, "seed": 3})
        if name == "change_settings":
            client.change_settings({"prefetch": 2, "seed": 3})
        else:
            getattr(client, name)()
        browser.settle()
        answer(browser, worker.waiting(name)[0], REFUSED)
        store.settings_changed({"seed": 4})  # by the visitor, meanwhile
        (call,) = worker.waiting("change_settings")
        assert call.arguments == ({},)
        answer(browser, call, {"settings": in_force})

        assert store.settings == {**in_force, "seed": 4}
        assert notices(store) == [("Not now", "Because.")]

    def test_settings_without_an_answer_stay(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        """Another worker, which has not restored its own yet, is not asked for them."""
        store.settings_changed({"batch_size": 16})
        client.change_settings({"batch_size": 16})
        browser.settle()
        late = worker.waiting("change_settings")[0]
        other = begin(client, browser)
        finish_start(browser, other)
        other.calls = []
        late.reject(OSError("no answer"))
        browser.settle()
        assert other.waiting("change_settings") == []
        assert store.settings["batch_size"] == 16

    def test_random_weights_come_of_the_settings(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        store.settings_changed({"seed": 7, "initializer": "uniform"})
        client.randomize_weights()
        browser.settle()

        (call,) = worker.waiting("randomize_weights")
        assert call.arguments == (7, "uniform")

    def test_a_single_step_uses_all_settings_and_tells_what_it_did(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.step_training()
        browser.settle()
        (call,) = worker.waiting("step_training")
        assert call.arguments[0] == store.settings
        worker.report(type="progress", **{**progress(1), "is_training": False})
        answer(browser, call, {"loss_before": 2.5})

        assert store.stepping is not None
        assert (store.stepping["iteration"], store.stepping["loss_before"]) == (1, 2.5)

    @pytest.mark.parametrize(
        ("weights", "call"),
        [
            ("random", ("randomize_weights", (3, "zeros"))),
            ("shared", ("load_shared_weights", ())),
            (4, ("load_version", (4,))),
        ],
    )
    def test_a_lesson_begins_with_its_weights_and_settings(  # noqa: PLR0917
        self,
        worker: FakeWorker,
        client: WorkerClient,
        store: Store,
        browser: FakeBrowser,
        weights: str | int,
        call: tuple[str, tuple[object, ...]],
    ) -> None:
        # Drawings of its own, nobody else has.
        store.settings_changed({"tray_share": 0.5})
        for name in ("reset_training", call[0], "start_training"):
            worker.answers[name] = OK
        before = len(worker.calls)
        lesson = make_lesson("", {"seed": 3, "initializer": "zeros"}, weights)
        client.start_lesson(lesson)
        browser.settle()

        calls = [(each.name, each.arguments) for each in worker.calls[before:]]
        settings = {**store.settings, **lesson["settings"], "tray_share": 0}
        assert calls[:2] == [("reset_training", ()), call]
        assert calls[-1][0] == "start_training"
        assert calls[-1][1][0] == settings == store.settings
        assert store.lesson is not None
        assert store.lesson["is_started"]

    def test_a_lesson_whose_weights_cannot_be_had_changes_no_setting(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        settings = dict(store.settings)
        worker.answers["reset_training"] = OK
        worker.answers["load_version"] = REFUSED
        client.start_lesson(make_lesson("", {"batch_size": 1}, 4))
        browser.settle()

        assert store.settings == settings
        assert store.lesson is None
        assert len(store.notices) == 1

    def test_where_a_run_ended_by_itself_is_kept_until_it_goes_on(
        self, worker: FakeWorker, client: WorkerClient, store: Store
    ) -> None:
        worker.report(type="reached", iteration=200, digest="abc", is_repeatable=True)
        worker.report(type="progress", **{**progress(200), "is_training": False})
        assert store.reached is not None
        assert (store.reached["iteration"], store.reached["digest"]) == (200, "abc")
        worker.report(type="progress", **progress(210))
        assert store.reached is None


def progress(iteration: int) -> dict[str, Any]:
    return {
        "iteration": iteration,
        "epoch": 0.5,
        "loss": 0.5,
        "accuracy": 0.9,
        "samples_per_second": 1000.0,
        "cached": 2,
        "fetching": 4,
        "is_training": True,
    }


# As a visit left it that knew fewer settings.
KEPT = {"batch_size": 16, "learning_rate": 0.5, "prefetch": 2, "optimizer": "sgd"}


class TestKeeping:
    def restored(self, digest: str) -> dict[str, Any]:
        return {"saved_at": "then", "settings": KEPT, "digest": digest}

    def test_begins_where_the_last_visit_ended(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        store.settings_changed(DEFAULT_SETTINGS)
        worker = begin(client, browser)
        worker.answers["restore"] = self.restored("abc")
        finish_start(browser, worker)

        assert store.worker == READY
        assert store.settings == {**DEFAULT_SETTINGS, **KEPT}
        assert store.restored == {"saved_at": "then", "digest": "abc"}
        assert [call.name for call in worker.calls] == ["connect", "restore"]

    def test_loads_the_shared_weights_where_only_settings_were_left(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        store.settings_changed(DEFAULT_SETTINGS)
        worker = begin(client, browser)
        worker.answers["restore"] = self.restored("")
        finish_start(browser, worker)

        assert store.settings == {**DEFAULT_SETTINGS, **KEPT}
        assert worker.calls[-1].name == "load_shared_weights"

    def test_leaves_settings_that_were_chosen_meanwhile(
        self, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        chosen = dict(store.settings)
        worker = begin(client, browser)
        worker.answers["restore"] = self.restored("abc")
        finish_start(browser, worker)

        assert store.settings == chosen
        assert worker.calls[-1].name == "change_settings"
        assert worker.calls[-1].arguments[0] == chosen

    def test_starts_afresh_with_nothing_of_the_run(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        store.restored_changed({"saved_at": "then", "digest": "abc"})
        client.start_afresh()
        browser.settle()
        (call,) = worker.waiting("start_afresh")
        worker.report(type="run", start="reset", number=2, iteration=0)
        worker.report(type="progress", **{**progress(0), "learning_rate": 0.05})
        answer(browser, call, {"settings": DEFAULT_SETTINGS})

        assert (store.training["iteration"], store.training["learning_rate"]) == (0, 0.05)
        assert store.settings == DEFAULT_SETTINGS
        assert store.restored is None

    def test_keeps_everything_where_it_cannot_start_afresh(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        worker.answers["start_afresh"] = REFUSED
        client.start_afresh()
        browser.settle()

        assert store.training["iteration"] == 10
        assert notices(store) == [("Not now", "Because.")]

    def test_opens_a_file(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.waiting("predict")[0], reading(1))
        file, content = File("mine.npz"), Bytes(407_000)
        client.open_weights(file)
        browser.settle()
        file.reading.resolve(content)
        browser.settle()
        (call,) = worker.waiting("open_weights")
        assert call.arguments == (content, "mine.npz")
        answer(browser, call, OK)

        assert len(worker.waiting("predict")) == 1
        assert store.notices == []

    def test_refuses_a_file_that_is_too_large_or_gone(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        file = File("film.mp4")
        client.open_weights(file)
        browser.settle()
        file.reading.resolve(Bytes(MAX_WEIGHTS_FILE_SIZE + 1))
        browser.settle()
        (notice,) = notices(store)
        assert notice[0] == "film.mp4 could not be opened"
        assert notice[1].startswith("it is larger than 1 MB")

        file = File("gone.npz")
        client.open_weights(file)
        browser.settle()
        file.reading.reject(OSError("it cannot be read"))
        browser.settle()
        (notice,) = notices(store)
        assert notice == (
            "gone.npz could not be opened",
            "it cannot be read. The network stays as it is.",
        )
        assert worker.waiting("open_weights") == []

    @pytest.mark.parametrize("name", ["save_weights", "save_program"])
    def test_saves_what_the_worker_makes(
        self,
        worker: FakeWorker,
        client: WorkerClient,
        store: Store,
        browser: FakeBrowser,
        name: str,
    ) -> None:
        media_type = "application/" + ("zip" if name == "save_program" else "octet-stream")

        getattr(client, name)()
        browser.settle()
        (call,) = worker.waiting(name)
        pixels = store.drawing.pixels.hex()
        assert call.arguments == ((pixels,) if name == "save_program" else ())
        answer(browser, call, {"name": "a file", "content": "its bytes"})

        assert browser.saved == [("a file", media_type, "its bytes")]

    def test_knows_whether_the_browser_keeps_anything(
        self, worker: FakeWorker, store: Store
    ) -> None:
        report_problem(worker, NOT_KEPT, "It is full.")
        known = [store.not_kept]
        assert notices(store) == [(PROBLEMS[NOT_KEPT], "It is full.")]
        store.notify("samples", "No sample", "The server is away.")

        worker.report(type="recovered", kind=NOT_KEPT)
        assert [*known, store.not_kept] == [NOT_KEPT, ""]
        # The server has nothing to do with it.
        assert notices(store) == [("No sample", "The server is away.")]

    def test_another_tabs_network_is_not_taken_over_by_the_next_worker(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        report_problem(worker, KEPT_BY_OTHER_TAB)
        for _ in range(2):  # nor by the one after that
            worker = begin(client, browser)
            assert (store.not_kept, notices(store)) == ("", [])
            finish_start(browser, worker)
            assert [call.arguments for call in worker.calls if call.name == "restore"] == [(False,)]
            assert [title for title, _ in notices(store)] == [KEEP_LOST]
            store.dismiss("restore")

        worker.report(type="recovered", kind=KEPT_BY_OTHER_TAB)
        worker = begin(client, browser)
        finish_start(browser, worker)
        assert [call.arguments for call in worker.calls if call.name == "restore"] == [(True,)]
        assert notices(store) == []


class TestSharing:
    def test_tells_what_became_of_it(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.publish_weights("Ada")
        browser.settle()
        assert store.publication is not None
        assert store.publication["state"] == SENDING
        (call,) = worker.waiting("publish_weights")
        assert call.arguments == ("Ada",)
        told = {"version": {"id": 2, "accuracy": 0.99}, "detail": ""}
        answer(browser, call, {**told, "outcome": "merged"})

        assert store.publication == {**told, "state": "merged"}

    def test_that_failed_says_why_and_can_be_tried_again(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.answers["publish_weights"] = REFUSED
        client.publish_weights("")
        browser.settle()

        assert notices(store) == [("Not now", "Because.")]
        assert store.publication is None

    def test_a_version_is_loaded_and_the_drawing_read_anew(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.waiting("predict")[0], reading(1))
        client.load_version(3)
        browser.settle()
        (call,) = worker.waiting("load_version")
        assert call.arguments == (3,)
        answer(browser, call, {"digest": "ab"})

        assert len(worker.waiting("predict")) == 1


class TestEvaluating:
    def test_mistakes_follow_an_evaluation(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        client.evaluate("test_uci")
        browser.settle()
        answer(browser, worker.waiting("evaluate")[0], OK)
        assert worker.waiting("evaluate") == []
        worker.report(
            type="evaluating", set="test_uci", stage="reading", done=1, total=2, detail=""
        )
        store.test_set_chosen("test_uci")
        assert store.evaluating is not None
        store.test_set_chosen("test")
        worker.report(type="evaluation", set="test_uci", accuracy=0.9)
        browser.settle()
        store.test_set_chosen("test_uci")
        assert store.evaluation == {"type": "evaluation", "set": "test_uci", "accuracy": 0.9}

        call = worker.waiting("list_mistakes")[0]
        assert call.arguments == ("test_uci", 0)
        text = {"first": 0, "total": 1, "digits": ["one"]}
        answer(browser, call, text | {"pictures": "the pictures"})

        assert store.gallery == {
            "set": "test_uci",
            "label": None,
            "digit": None,
            "first": 0,
            "total": 1,
            "digits": ["one"],
            "pictures": "the pictures",
        }

    def test_the_digits_of_a_cell(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        client.list_cell("test", 4, 9, 24)
        browser.settle()
        call = worker.waiting("list_cell")[0]
        assert call.arguments == ("test", 4, 9, 24)
        text = {"first": 24, "total": 30, "digits": []}
        answer(browser, call, text | {"pictures": "the pictures"})

        assert store.gallery is not None
        assert (store.gallery["label"], store.gallery["digit"]) == (4, 9)

    def test_a_list_that_is_refused(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        client.list_mistakes("test")
        browser.settle()
        answer(browser, worker.waiting("list_mistakes")[0], REFUSED)

        assert store.gallery is None
        assert notices(store) == [("Not now", "Because.")]


class TestLookingInside:
    def test_what_is_chosen_is_looked_at(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        store.inspected_changed({"unit": 90, "first": 3, "second": 8})
        browser.run(client.inspect())
        browser.settle()
        (call,) = worker.waiting("inspect")
        assert call.arguments == (store.drawing.pixels.hex(), 90, 3, 8)
        pictures = {"sheets": "the sheets", "unit": "the unit", "votes": "the votes"}
        answer(browser, call, {"active": 42} | pictures)

        assert store.inspection == {
            "active": 42,
            "is_blank": False,
            "sheets": "the sheets",
            "unit": "the unit",
            "votes": "the votes",
        }

    def test_a_misread_sample_is_compared_with_what_it_is(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        def compared() -> tuple[object, ...]:
            browser.run(client.inspect())
            browser.settle()
            return worker.waiting("inspect")[-1].arguments[2:]

        store.sample_arrived(4, [0] * 783 + [255])
        browser.settle()
        answer(browser, worker.waiting("predict")[0], reading(7))
        assert compared() == (-1, 4)
        store.inspected_changed({"first": 0, "second": 1})
        assert compared() == (0, 1)

        store.inspected_changed({"first": -1, "second": -1})
        store.sample_arrived(7, [0] * 783 + [255])
        assert compared() == (-1, -1)

    def test_a_look_that_is_refused(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        browser.run(client.inspect())
        browser.settle()
        answer(browser, worker.waiting("inspect")[0], REFUSED)

        assert store.inspection is None
        assert notices(store) == [("Not now", "Because.")]

    def test_the_nearest_digits_are_searched_for(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        client.find_nearest()
        browser.settle()
        assert store.searching == {"done": 0, "total": 0}
        worker.report(type="searching", done=512, total=4096)
        assert store.searching == {"type": "searching", "done": 512, "total": 4096}
        (call,) = worker.waiting("list_nearest")
        assert call.arguments == (store.drawing.pixels.hex(),)
        found = {"among": 4096, "digits": [], "pictures": "the pictures"}
        answer(browser, call, found)
        assert store.nearest == found
        assert not store.searching

    def test_a_search_that_is_refused_leaves_the_last_result(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        store.nearest_arrived({"among": 10})
        client.find_nearest()
        browser.settle()
        answer(browser, worker.waiting("list_nearest")[0], REFUSED)

        assert (store.searching, store.nearest) == (None, {"among": 10})
        assert notices(store) == [("Not now", "Because.")]


class TestTimeTravel:
    def test_checkpoints_come_with_what_they_read(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        browser.run(client.list_checkpoints())
        browser.settle()
        call = worker.waiting("list_checkpoints")[0]
        assert call.arguments == (store.drawing.pixels.hex(),)
        course = {"now": 1, "checkpoints": [], "probabilities": "the probabilities"}
        answer(browser, call, course)

        assert store.checkpoints == course

    def test_checkpoints_that_are_refused(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        browser.run(client.list_checkpoints())
        browser.settle()
        answer(browser, worker.waiting("list_checkpoints")[0], REFUSED)

        assert store.checkpoints is None
        assert notices(store) == [("Not now", "Because.")]

    def test_units_of_a_checkpoint_that_has_made_room_meanwhile_are_no_problem(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        for found in ({"picture": "the picture"}, REFUSED):
            browser.run(client.list_checkpoint_units(7, True))
            browser.settle()
            call = worker.waiting("list_checkpoint_units")[0]
            assert call.arguments == (7, True)
            answer(browser, call, found)
            assert store.units == {"number": 7, "of_change": True, "picture": "the picture"}
        assert notices(store) == []

    def test_going_on_from_a_checkpoint_reads_the_drawing_again(
        self, client: WorkerClient, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.waiting("predict")[0], reading(3))
        client.go_on_from(7)
        browser.settle()
        call = worker.waiting("go_on_from")[0]
        assert call.arguments == (7,)
        answer(browser, call, OK)
        assert len(worker.waiting("predict")) == 1

    def test_a_run_and_a_validated_checkpoint_are_told(
        self, worker: FakeWorker, store: Store
    ) -> None:
        worker.report(type="checkpoint", number=5, accuracy=0.5, loss=1)
        store.checkpoints_arrived({"checkpoints": [{"number": 5, "accuracy": None, "loss": None}]})
        assert store.checkpoints is not None
        assert store.checkpoints["checkpoints"][0]["accuracy"] == 0.5
        worker.report(type="run", start="checkpoint", number=3, iteration=40)
        assert store.training["iteration"] == 40


class TestReports:
    def test_of_progress(self, worker: FakeWorker, store: Store) -> None:
        worker.report(type="progress", **progress(10))

        assert store.training["iteration"] == 10
        assert store.pool["cached"] == 2

    def test_of_progress_has_the_drawing_read_again(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.waiting("predict")[0], reading(3))
        browser.advance(DRAWING_MILLISECONDS)

        worker.report(type="progress", **progress(10))
        browser.settle()

        assert len(worker.waiting("predict")) == 1

    def test_of_progress_does_not_get_before_a_hand_that_draws(
        self, worker: FakeWorker, store: Store, browser: FakeBrowser
    ) -> None:
        draw(store, browser)
        answer(browser, worker.waiting("predict")[0], reading(3))

        worker.report(type="progress", **progress(10))
        browser.settle()
        assert worker.waiting("predict") == []

        # The last one is of the network as it stays.
        worker.report(type="progress", **{**progress(20), "is_training": False})
        browser.settle()
        assert len(worker.waiting("predict")) == 1

    def test_of_a_validation(self, worker: FakeWorker, store: Store) -> None:
        worker.report(type="validation", iteration=10, accuracy=0.9, loss=0.3, samples=5000)

        assert store.validation is not None
        assert store.validation["accuracy"] == 0.9

    def test_of_the_pool(self, worker: FakeWorker, store: Store) -> None:
        worker.report(type="pool", cached=1, fetching=2, total=3, state="retrying", detail="Wait.")

        assert store.pool == {
            "cached": 1,
            "fetching": 2,
            "total": 3,
            "state": "retrying",
            "detail": "Wait.",
        }

    def test_of_the_weights(self, worker: FakeWorker, store: Store) -> None:
        worker.report(
            type="weights", source="shared", digest="ab", changed_by_training=False, tuned=0
        )

        assert store.weights is not None
        assert store.weights["source"] == "shared"

    def test_of_a_problem_until_it_is_gone(self, worker: FakeWorker, store: Store) -> None:
        report_problem(worker, NO_SAMPLES, "Waiting.")
        assert notices(store) == [(PROBLEMS[NO_SAMPLES], "Waiting.")]

        worker.report(type="recovered", kind=NO_SAMPLES)

        assert store.notices == []

    @pytest.mark.parametrize("kind", list(PROBLEMS))
    def test_of_a_recovery_that_is_of_its_own_problem_alone(
        self, worker: FakeWorker, store: Store, kind: str
    ) -> None:
        store.notify("load_shared_weights", "No weights", "The server is away.", "Try again")
        store.notify("samples", "No sample", "The server is away.")
        before = notices(store)
        report_problem(worker, kind)
        assert len(store.notices) == 3
        worker.report(type="recovered", kind=kind)

        assert notices(store) == before


# Taking a step apart


def test_a_step_is_explained_with_the_newest_drawing(
    client: WorkerClient, store: Store, browser: FakeBrowser, worker: FakeWorker
) -> None:
    draw(store, browser)
    client.explain_step(-1)
    browser.settle()
    (call,) = worker.waiting("explain_step")
    assert call.arguments == (store.drawing.pixels.hex(), -1)
    for label in (1, 2, 3):
        client.explain_step(label)
        browser.settle()
    assert worker.waiting("explain_step") == [call]  # never a queue

    answer(browser, call, {"label": None, "pictures": "pictures"})
    assert store.explanation == {
        "label": None,
        "pictures": "pictures",
        "version": store.drawing_version,
        "is_applied": False,
    }
    (call,) = worker.waiting("explain_step")
    assert call.arguments[1] == 3


def test_a_blank_drawing_is_not_explained(
    client: WorkerClient, browser: FakeBrowser, worker: FakeWorker
) -> None:
    client.explain_step(3)
    browser.settle()
    assert worker.waiting("explain_step") == []


@pytest.mark.parametrize("call", ["explain_step", "apply_step"])
def test_a_step_that_is_refused_says_why_beside_it(
    client: WorkerClient, store: Store, browser: FakeBrowser, worker: FakeWorker, call: str
) -> None:
    draw(store, browser)
    getattr(client, call)(3)
    browser.settle()
    answer(browser, worker.waiting(call)[0], REFUSED)
    assert store.explanation is not None
    assert store.explanation["problem"] == "Because."
    assert not store.explanation["is_applied"]
    assert store.notices == []


def test_a_step_that_was_taken_is_read_again(
    client: WorkerClient, store: Store, browser: FakeBrowser, worker: FakeWorker
) -> None:
    draw(store, browser)
    answer(browser, worker.waiting("predict")[0], reading())
    client.apply_step(3)
    browser.settle()
    answer(browser, worker.waiting("apply_step")[0], {"label": 3, "pictures": "pictures"})
    assert store.explanation is not None
    assert store.explanation["is_applied"]
    assert len(worker.waiting("predict")) == 1


def test_the_code_of_a_step_is_brought(
    client: WorkerClient, store: Store, browser: FakeBrowser, worker: FakeWorker
) -> None:
    worker.answers["step_sources"] = {"stages": [1, 2]}
    client.list_sources()
    browser.settle()
    assert store.sources == [1, 2]


class TestHand:
    def test_a_kept_drawing_makes_room(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        store.drawing.begin_stroke(14, 14)
        store.drawing_changed()
        pixels = store.drawing.pixels.hex()
        client.add_drawing(3)
        browser.settle()
        (call,) = worker.waiting("add_drawing")
        assert call.arguments == (pixels, 3)
        assert not store.drawing.is_blank

        answer(browser, call, OK)

        assert not any(store.drawing.pixels)
        assert store.drawing.can_undo

    def test_a_drawing_is_sent_once_until_it_is_answered(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.add_drawing(3)
        client.add_drawing(3)
        browser.settle()
        (call,) = worker.waiting("add_drawing")

        answer(browser, call, REFUSED)
        client.add_drawing(3)
        browser.settle()
        assert len(worker.waiting("add_drawing")) == 1

    def test_a_drawing_that_is_refused_stays(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        store.drawing.begin_stroke(14, 14)
        store.drawing_changed()
        client.add_drawing(3)
        browser.settle()

        answer(browser, worker.waiting("add_drawing")[0], REFUSED)

        assert not store.drawing.is_blank
        assert store.notices[0]["title"] == "Not now"

    def test_lists_the_tray(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        client.list_tray(24)
        browser.settle()
        (call,) = worker.waiting("list_tray")
        assert call.arguments == (24,)
        call.resolve({"first": 24, "total": 25, "drawings": [], "pictures": "pictures"})
        browser.settle()

        assert store.tray_page is not None
        assert store.tray_page["pictures"] == "pictures"
        assert store.tray_page["total"] == 25

    def test_opens_a_tray_unless_it_is_too_large(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        for size in (1000, MAX_TRAY_FILE_SIZE + 1):
            file = File("mine.json")
            client.open_tray(file)
            browser.settle()
            file.reading.resolve(Bytes(size))
            browser.settle()

        assert len(worker.waiting("open_tray")) == 1
        assert [notice["detail"][:22] for notice in store.notices] == ["It is larger than 2 MB"]

    def test_a_tray_that_cannot_be_read_is_told(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        file = File("gone.json")
        client.open_tray(file)
        browser.settle()
        file.reading.reject(OSError("it cannot be read"))
        browser.settle()

        assert store.notices[0]["title"] == "gone.json could not be opened"

    @pytest.mark.parametrize(
        ("name", "arguments"),
        [
            ("remove_drawing", (3,)),
            ("clear_tray", ()),
            ("undo_tray", ()),
            ("save_tray", ()),
            ("watch_hand", (True,)),
        ],
    )
    def test_passes_on_what_else_is_asked(
        self,
        worker: FakeWorker,
        client: WorkerClient,
        browser: FakeBrowser,
        name: str,
        arguments: tuple[object, ...],
    ) -> None:
        getattr(client, name)(*arguments)
        browser.settle()

        assert [call.arguments for call in worker.waiting(name)] == [arguments]

    def test_takes_reports_until_the_worker_is_lost(
        self, worker: FakeWorker, client: WorkerClient, store: Store, browser: FakeBrowser
    ) -> None:
        worker.report(type="tray", count=1, held_out=0, of_digit=[1] + [0] * 9, removed=0)
        worker.report(type="hand", iteration=0, learnt=1, held_out=None, mnist=0.9)
        assert (store.tray or {})["count"] == 1
        assert store.hand[0]["mnist"] == 0.9
        store.network_lost()
        assert not store.tray
        assert store.hand == []
