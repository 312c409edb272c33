from collections.abc import Callable

import pytest

from app.pyscript.draw.state import Draw
from app.pyscript.hand.state import Hand
from app.pyscript.messages import MAX_TRAY_FILE_SIZE
from app.pyscript.page import Page
from tests.ui.fake_browser import Bytes, FakeBrowser, FakeWorker, File
from tests.ui.live_page import OK, REFUSED, answer

pytestmark = pytest.mark.started


class TestHand:
    def test_a_kept_drawing_makes_room(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Draw).drawing.begin_stroke(14, 14)
        page.of(Draw).drawing_changed()
        pixels = page.of(Draw).drawing.pixels.hex()
        page.of(Hand).add(3)
        browser.settle()
        (call,) = worker.waiting("add_drawing")
        assert call.arguments == (pixels, 3)
        assert not page.of(Draw).drawing.is_blank

        answer(browser, call, OK)

        assert not any(page.of(Draw).drawing.pixels)
        assert page.of(Draw).drawing.can_undo

    def test_a_drawing_is_sent_once_until_it_is_answered(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Hand).add(3)
        page.of(Hand).add(3)
        browser.settle()
        (call,) = worker.waiting("add_drawing")

        answer(browser, call, REFUSED)
        page.of(Hand).add(3)
        browser.settle()
        assert len(worker.waiting("add_drawing")) == 1

    def test_a_drawing_that_is_refused_stays(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        page.of(Draw).drawing.begin_stroke(14, 14)
        page.of(Draw).drawing_changed()
        page.of(Hand).add(3)
        browser.settle()

        answer(browser, worker.waiting("add_drawing")[0], REFUSED)

        assert not page.of(Draw).drawing.is_blank
        assert page.notices.shown.value[0]["title"] == "Not now"

    def test_lists_the_tray(self, worker: FakeWorker, page: Page, browser: FakeBrowser) -> None:
        page.of(Hand).list_tray(24)
        browser.settle()
        (call,) = worker.waiting("list_tray")
        assert call.arguments == (24,)
        call.resolve({"first": 24, "total": 25, "drawings": [], "pictures": "pictures"})
        browser.settle()

        assert page.of(Hand).tray_page.value is not None
        assert page.of(Hand).tray_page.value["pictures"] == "pictures"
        assert page.of(Hand).tray_page.value["total"] == 25

    def test_opens_a_tray_unless_it_is_too_large(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        for size in (1000, MAX_TRAY_FILE_SIZE + 1):
            file = File("mine.json")
            page.of(Hand).open_file(file)
            browser.settle()
            file.reading.resolve(Bytes(size))
            browser.settle()

        assert len(worker.waiting("open_tray")) == 1
        assert [notice["detail"][:22] for notice in page.notices.shown.value] == [
            "It is larger than 2 MB"
        ]

    def test_a_tray_that_cannot_be_read_is_told(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        file = File("gone.json")
        page.of(Hand).open_file(file)
        browser.settle()
        file.reading.reject(OSError("it cannot be read"))
        browser.settle()

        assert page.notices.shown.value[0]["title"] == "gone.json could not be opened"

    @pytest.mark.parametrize(
        ("ask", "asked"),
        [
            (lambda hand: hand.remove(3), ("remove_drawing", (3,))),
            (Hand.clear, ("clear_tray", ())),
            (Hand.undo, ("undo_tray", ())),
            (Hand.save, ("save_tray", ())),
            (lambda hand: hand.watch(True), ("watch_hand", (True,))),
        ],
    )
    def test_passes_on_what_else_is_asked(
        self,
        worker: FakeWorker,
        page: Page,
        browser: FakeBrowser,
        ask: Callable[[Hand], None],
        asked: tuple[str, tuple[object, ...]],
    ) -> None:
        ask(page.of(Hand))
        browser.settle()

        name, arguments = asked
        assert [call.arguments for call in worker.waiting(name)] == [arguments]

    def test_takes_reports_until_the_worker_is_lost(
        self, worker: FakeWorker, page: Page, browser: FakeBrowser
    ) -> None:
        worker.report(type="tray", count=1, held_out=0, of_digit=[1] + [0] * 9, removed=0)
        worker.report(type="hand", iteration=0, learned=1, held_out=None, mnist=0.9)
        assert (page.of(Hand).tray.value or {})["count"] == 1
        assert page.of(Hand).measures.value[0]["mnist"] == 0.9
        page.bridge.lost.tell()
        assert not page.of(Hand).tray.value
        assert page.of(Hand).measures.value == []
