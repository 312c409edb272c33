"""Reading on the page, before the worker is ready and when it is gone."""

import pytest

from app.model import readability
from app.pyscript.bridge.bridge import CALL_LIMIT_SECONDS, FAILED, READY, STARTING
from app.pyscript.draw.state import Draw
from app.pyscript.messages import KEPT_BY_OTHER_TAB
from app.pyscript.page import Page
from app.pyscript.read.page_reader import (
    MODULE_LIMIT_SECONDS,
    REASONS,
    WEIGHTS_PATH,
    WEIGHTS_TYPE,
)
from app.pyscript.read.state import LOOK_SECONDS, LOOKS, Read
from app.pyscript.start import texts as start_texts
from app.pyscript.start.state import Start
from app.pyscript.worker.api_client import NPZ
from tests.ui.fake_browser import Bytes, FakeBrowser, FakeReader, StoredRecord
from tests.ui.live_page import (
    PLAN,
    WASM,
    WHEEL,
    answer,
    begin,
    begin_slowly,
    bring_script,
    clear,
    digit_read,
    draw,
    finish_start,
    notices,
    reading,
    report_problem,
)

SHARED, KEPT = Bytes(FakeReader.NPZ_BYTES), Bytes(FakeReader.NPZ_BYTES)


@pytest.fixture(autouse=True)
def module(browser: FakeBrowser) -> FakeReader:
    """It reads 4, where the workers of these tests read something else."""
    assert browser.reader is not None
    browser.reader.digit = 4
    return browser.reader


def bring_module(browser: FakeBrowser, module: FakeReader) -> None:
    """After a test said that it does not come at once."""
    for promise in browser.modules:
        promise.resolve(module)
    browser.settle()


def bring_weights(browser: FakeBrowser, weights: Bytes = SHARED) -> None:
    media_type, request = browser.fetched[-1]
    assert (media_type, request.path) == (WEIGHTS_TYPE, browser.SITE + WEIGHTS_PATH)
    request.resolve(weights)
    browser.settle()


def read_by_page(page: Page) -> bool:
    shown = page.of(Read).prediction.value
    assert shown is not None
    return shown["worker_milliseconds"] is None


def test_names_are_those_that_the_model_and_the_worker_have() -> None:
    assert REASONS == readability.REASONS
    assert WEIGHTS_TYPE == NPZ


class TestBeforeTheWorker:
    def test_a_reading_has_the_fields_of_the_workers(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        begin(page, browser)
        bring_weights(browser)
        draw(page, browser)

        assert module.taken == [SHARED]
        assert module.drawings == [page.of(Draw).hexadecimal]
        assert page.of(Read).prediction.value == {
            "version": page.of(Draw).version,
            "digit": 4,
            "unreadable": "",
            "probabilities": [0, 0, 0, 0, 0.75, 0, 0, 0, 0, 0],
            "seen": "the picture",
            "worker_milliseconds": None,
            "milliseconds": 0,
        }

    def test_comes_before_the_next_frame(self, page: Page, browser: FakeBrowser) -> None:
        begin(page, browser)
        bring_weights(browser)
        page.of(Draw).drawing.begin_stroke(14.5, 14.5)
        page.of(Draw).drawing_changed()

        assert digit_read(page) == 4

    @pytest.mark.parametrize(("number", "reason"), [*enumerate(("", *readability.REASONS))])
    def test_says_why_a_drawing_cannot_be_read(
        self, page: Page, browser: FakeBrowser, module: FakeReader, number: int, reason: str
    ) -> None:
        begin(page, browser)
        module.reason = number
        bring_weights(browser)
        draw(page, browser)

        assert page.of(Read).prediction.value is not None
        assert page.of(Read).prediction.value["unreadable"] == reason

    def test_what_was_drawn_earlier_is_read_when_the_weights_have_come(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        begin(page, browser)
        draw(page, browser)
        assert not page.of(Read).page_reads.value
        bring_weights(browser)

        assert page.of(Read).page_reads.value
        assert digit_read(page) == 4

    def test_a_worker_starts_when_the_page_can_read(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        """It would take all of a small machine."""
        browser.config, browser.reader = PLAN, None
        browser.run(page.of(Start).start())
        browser.settle()
        browser.request(str(PLAN["source"])).resolve()
        browser.settle()
        bring_module(browser, module)
        assert browser.workers == []

        bring_weights(browser)
        bring_module(browser, module)
        assert page.of(Read).page_reads.value
        browser.advance(1000 * LOOK_SECONDS)

        assert len(browser.workers) == 1

    def test_a_worker_does_not_wait_long_for_that(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        browser.config, browser.reader = PLAN, None
        browser.run(page.of(Start).start())
        browser.settle()
        browser.request(str(PLAN["source"])).resolve()
        browser.advance(1000 * (MODULE_LIMIT_SECONDS + LOOKS * LOOK_SECONDS))
        assert len(browser.workers) == 1

        bring_weights(browser)
        bring_module(browser, module)  # it is asked for again

        assert page.of(Read).page_reads.value

    def test_a_blank_grid_is_not_read(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        begin(page, browser)
        bring_weights(browser)
        draw(page, browser)
        clear(page, browser)

        assert len(module.drawings) == 1
        assert page.of(Read).prediction.value is None

    def test_weights_that_are_kept_are_read_with_and_no_others_fetched(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        browser.record = StoredRecord(KEPT)
        begin(page, browser)

        assert module.taken == [KEPT]
        assert browser.fetched == []

    def test_settings_kept_without_weights_leave_the_shared_ones(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        browser.record = StoredRecord(Bytes(0))
        begin(page, browser)
        bring_weights(browser)

        assert module.taken == [SHARED]

    def test_weights_that_are_none_leave_the_reading_to_the_worker(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        for weights in (SHARED, Bytes(12)):
            browser.fetched = []
            begin(page, browser)
            module.refused = [SHARED]
            bring_weights(browser, weights)
            draw(page, browser)

            assert not page.of(Read).page_reads.value
            assert page.of(Read).prediction.value is None
            page.bridge.set_state(FAILED)

    def test_weights_that_do_not_come_are_asked_for_again_with_the_next_worker(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        begin(page, browser)
        browser.fetched[-1][1].reject(browser.FetchError(0, "no answer"))
        browser.settle()
        draw(page, browser)
        assert not page.of(Read).page_reads.value

        page.bridge.set_state(STARTING)
        browser.settle()
        bring_weights(browser)

        assert digit_read(page) == 4

    def test_without_its_module_the_page_waits_for_the_worker(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        browser.config, browser.reader = PLAN, None
        browser.run(page.of(Start).start())
        browser.settle()
        browser.modules[-1].reject(OSError("not there"))
        bring_script(browser)
        assert len(browser.workers) == 1

        bring_weights(browser)
        browser.modules[-1].reject(OSError("not there"))
        draw(page, browser)

        assert not page.of(Read).page_reads.value
        assert page.of(Read).prediction.value is None


class TestHandOver:
    def test_the_worker_reads_as_soon_as_it_is_ready_and_the_page_no_more(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        worker = begin(page, browser)
        bring_weights(browser)
        draw(page, browser)
        finish_start(browser, worker)

        assert page.bridge.state.value == READY
        assert digit_read(page) == 4  # until the worker has answered
        answer(browser, worker.waiting("predict")[0], reading(4))
        assert not read_by_page(page)

        before = len(module.drawings)
        draw(page, browser, 20.5)
        assert len(worker.waiting("predict")) == 1
        assert len(module.drawings) == before

    def test_a_late_module_changes_nothing(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        worker = begin(page, browser)
        draw(page, browser)
        finish_start(browser, worker)
        answer(browser, worker.waiting("predict")[0], reading(9))
        bring_weights(browser)

        assert module.drawings == []
        assert digit_read(page) == 9
        assert worker.waiting("predict") == []


class TestWithoutTheWorker:
    def test_a_worker_that_does_not_start_leaves_a_page_that_reads(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        begin_slowly(page, browser)
        bring_weights(browser)
        draw(page, browser)
        for path in (str(WASM["path"]), str(WHEEL["path"])):
            browser.request(path).reject(browser.FetchError(404, "not there"))
        browser.settle()

        assert page.bridge.state.value == FAILED
        assert digit_read(page) == 4
        ((_, detail),) = notices(page)
        assert start_texts.STATUS_PAGE_READS in detail

    def test_that_it_reads_is_said_when_it_does(self, page: Page, browser: FakeBrowser) -> None:
        """The first file may be missing before the weights have come."""
        browser.config = PLAN
        browser.run(page.of(Start).start())
        browser.settle()
        browser.request(str(PLAN["source"])).reject(browser.FetchError(404, "not there"))
        browser.settle()
        ((_, detail),) = notices(page)
        assert start_texts.STATUS_NOTHING_READS in detail

        bring_weights(browser)

        ((title, detail),) = notices(page)
        assert title == start_texts.STATUS_NOT_STARTED
        assert start_texts.STATUS_PAGE_READS in detail

    def test_when_the_worker_dies_the_page_reads_with_what_was_kept(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        worker = begin(page, browser)
        bring_weights(browser)
        finish_start(browser, worker)
        draw(page, browser)
        answer(browser, worker.waiting("predict")[0], reading(9))
        browser.record = StoredRecord(KEPT)  # it has learned since
        draw(page, browser, 20.5)
        browser.advance(CALL_LIMIT_SECONDS * 1000)

        assert page.bridge.state.value == FAILED
        assert module.taken == [SHARED, KEPT]
        assert module.drawings == [page.of(Draw).hexadecimal]
        assert digit_read(page) == 4
        ((_, detail),) = notices(page)
        assert detail.startswith(start_texts.STATUS_PAGE_READS)

    def test_what_another_tab_has_kept_is_not_read_with(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        worker = begin(page, browser)
        bring_weights(browser)
        finish_start(browser, worker)
        browser.record = StoredRecord(KEPT)
        report_problem(worker, KEPT_BY_OTHER_TAB)
        page.bridge.set_state(FAILED)
        browser.settle()
        bring_weights(browser)

        assert module.taken == [SHARED, SHARED]

    def test_where_nothing_newer_comes_it_reads_with_the_weights_that_it_has(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        worker = begin(page, browser)
        bring_weights(browser)
        finish_start(browser, worker)
        page.bridge.set_state(FAILED)
        browser.settle()
        draw(page, browser)
        assert page.of(Read).prediction.value is None  # it asks for newer ones first

        browser.fetched[-1][1].reject(browser.FetchError(0, "no answer"))
        browser.settle()

        assert module.taken == [SHARED]
        assert digit_read(page) == 4

    def test_weights_that_a_worker_outruns_are_asked_for_again_when_it_dies(
        self, page: Page, browser: FakeBrowser, module: FakeReader
    ) -> None:
        worker = begin(page, browser)
        finish_start(browser, worker)
        page.bridge.set_state(FAILED)
        browser.record = StoredRecord(KEPT)
        bring_weights(browser)

        assert module.taken == [SHARED, KEPT]
        assert page.of(Read).page_reads.value
