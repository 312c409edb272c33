from typing import Any

import pytest

from app.pyscript.bridge.bridge import READY
from app.pyscript.draw.state import Draw
from app.pyscript.keep.state import Keep
from app.pyscript.keep.texts import KEEP_LOST
from app.pyscript.messages import KEPT_BY_OTHER_TAB, MAX_WEIGHTS_FILE_SIZE, NOT_KEPT, PROBLEMS
from app.pyscript.page import Page
from app.pyscript.settings.limits import DEFAULT_SETTINGS
from app.pyscript.settings.state import Settings
from app.pyscript.train.state import Train
from tests.ui.fake_browser import Bytes, FakeBrowser, FakeWorker, File
from tests.ui.live_page import (
    ASKS,
    OK,
    REFUSED,
    answer,
    begin,
    draw,
    finish_start,
    notices,
    progress,
    reading,
    report_problem,
)

KEPT = {"batch_size": 16, "learning_rate": 0.5, "prefetch": 2, "optimizer": "sgd"}

pytestmark = pytest.mark.started


class TestKeeping:
    def restored(self, digest: str) -> dict[str, Any]:
        return {"saved_at": "then", "settings": KEPT, "digest": digest}

    def test_begins_where_the_last_visit_ended(self, page: Page, browser: FakeBrowser) -> None:
        page.of(Settings).change(DEFAULT_SETTINGS)
        worker = begin(page, browser)
        worker.answers["restore"] = self.restored("abc")
        finish_start(browser, worker)

        assert page.bridge.state.value == READY
        assert page.of(Settings).values.value == {**DEFAULT_SETTINGS, **KEPT}
        assert page.of(Keep).restored.value == {"saved_at": "then", "digest": "abc"}
        assert [call.name for call in worker.calls] == ["connect", "restore"]

    def test_loads_the_shared_weights_where_only_settings_were_left(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Settings).change(DEFAULT_SETTINGS)
        worker = begin(page, browser)
        worker.answers["restore"] = self.restored("")
        finish_start(browser, worker)

        assert page.of(Settings).values.value == {**DEFAULT_SETTINGS, **KEPT}
        assert worker.calls[-1].name == "load_shared_weights"

    def test_leaves_settings_that_were_chosen_meanwhile(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        chosen = dict(page.of(Settings).values.value)
        worker = begin(page, browser)
        worker.answers["restore"] = self.restored("abc")
        finish_start(browser, worker)

        assert page.of(Settings).values.value == chosen
        assert worker.calls[-1].name == "change_settings"
        assert worker.calls[-1].arguments[0] == chosen

    def test_starts_afresh_with_nothing_of_the_run(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        page.of(Keep).restored.set({"saved_at": "then", "digest": "abc"})
        page.of(Keep).start_afresh()
        browser.settle()
        (call,) = worker.waiting("start_afresh")
        worker.report(type="run", start="reset", number=2, iteration=0)
        worker.report(type="progress", **{**progress(0), "learning_rate": 0.05})
        answer(browser, call, {"settings": DEFAULT_SETTINGS})

        assert (
            page.of(Train).training.value["iteration"],
            page.of(Train).training.value["learning_rate"],
        ) == (0, 0.05)
        assert page.of(Settings).values.value == DEFAULT_SETTINGS
        assert page.of(Keep).restored.value is None

    def test_keeps_everything_where_it_cannot_start_afresh(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="progress", **progress(10))
        worker.answers["start_afresh"] = REFUSED
        page.of(Keep).start_afresh()
        browser.settle()

        assert page.of(Train).training.value["iteration"] == 10
        assert notices(page) == [("Not now", "Because.")]

    def test_opens_a_file(self, worker: FakeWorker, page: Page, browser: FakeBrowser) -> None:
        draw(page, browser)
        answer(browser, worker.waiting("predict")[0], reading(1))
        file, content = File("mine.npz"), Bytes(407_000)
        page.of(Keep).open_weights(file)
        browser.settle()
        file.reading.resolve(content)
        browser.settle()
        (call,) = worker.waiting("open_weights")
        assert call.arguments == (content, "mine.npz")
        answer(browser, call, OK)

        assert len(worker.waiting("predict")) == 1
        assert page.notices.shown.value == []

    def test_refuses_a_file_that_is_too_large_or_gone(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        file = File("film.mp4")
        page.of(Keep).open_weights(file)
        browser.settle()
        file.reading.resolve(Bytes(MAX_WEIGHTS_FILE_SIZE + 1))
        browser.settle()
        (notice,) = notices(page)
        assert notice[0] == "film.mp4 could not be opened"
        assert notice[1].startswith("it is larger than 1 MB")

        file = File("gone.npz")
        page.of(Keep).open_weights(file)
        browser.settle()
        file.reading.reject(OSError("it cannot be read"))
        browser.settle()
        (notice,) = notices(page)
        assert notice == (
            "gone.npz could not be opened",
            "it cannot be read. The network stays as it is.",
        )
        assert worker.waiting("open_weights") == []

    @pytest.mark.parametrize("name", ["save_weights", "save_program"])
    def test_saves_what_the_worker_makes(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser, name: str
    ) -> None:
        media_type = "application/" + ("zip" if name == "save_program" else "octet-stream")

        ASKS[name](page)
        browser.settle()
        (call,) = worker.waiting(name)
        pixels = page.of(Draw).drawing.pixels.hex()
        assert call.arguments == ((pixels,) if name == "save_program" else ())
        answer(browser, call, {"name": "a file", "content": "its bytes"})

        assert browser.saved == [("a file", media_type, "its bytes")]

    def test_knows_whether_the_browser_keeps_anything(self, worker: FakeWorker, page: Page) -> None:
        report_problem(worker, NOT_KEPT, "It is full.")
        known = [page.of(Keep).not_kept.value]
        assert notices(page) == [(PROBLEMS[NOT_KEPT], "It is full.")]
        page.notices.notify("samples", "No sample", "The server is away.")

        worker.report(type="recovered", kind=NOT_KEPT)
        assert [*known, page.of(Keep).not_kept.value] == [NOT_KEPT, ""]
        # The server has nothing to do with it.
        assert notices(page) == [("No sample", "The server is away.")]

    def test_another_tabs_network_is_not_taken_over_by_the_next_worker(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        report_problem(worker, KEPT_BY_OTHER_TAB)
        for _ in range(2):  # nor by the one after that
            worker = begin(page, browser)
            assert (page.of(Keep).not_kept.value, notices(page)) == ("", [])
            finish_start(browser, worker)
            assert [call.arguments for call in worker.calls if call.name == "restore"] == [(False,)]
            assert [title for title, _ in notices(page)] == [KEEP_LOST]
            page.notices.dismiss("restore")

        worker.report(type="recovered", kind=KEPT_BY_OTHER_TAB)
        worker = begin(page, browser)
        finish_start(browser, worker)
        assert [call.arguments for call in worker.calls if call.name == "restore"] == [(True,)]
        assert notices(page) == []
