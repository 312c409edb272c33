from app.pyscript.kit.notices import LIMIT as NOTICE_LIMIT
from app.pyscript.page import Page
from tests.ui.fake_browser import (
    FakeBrowser,
)
from tests.ui.live_page import heard


class TestNotices:
    def test_are_kept_in_order(self, page: Page, browser: FakeBrowser) -> None:
        told = heard(page, notices=page.notices.shown)
        page.notices.notify("a", "A failed", "Because.")
        page.notices.notify("b", "B failed", "Because.", "Try again")
        browser.settle()

        assert page.notices.shown.value == [
            {"key": "a", "title": "A failed", "detail": "Because.", "action": None},
            {"key": "b", "title": "B failed", "detail": "Because.", "action": "Try again"},
        ]
        assert told == ["notices"]

    def test_of_one_key_replace_one_another(self, page: Page) -> None:
        page.notices.notify("a", "A failed", "Once.")
        page.notices.notify("b", "B failed", "Once.")
        page.notices.notify("a", "A failed", "Twice.")

        assert [(notice["key"], notice["detail"]) for notice in page.notices.shown.value] == [
            ("b", "Once."),
            ("a", "Twice."),
        ]

    def test_are_few(self, page: Page) -> None:
        for number in range(NOTICE_LIMIT + 2):
            page.notices.notify(str(number), "It failed", "Because.")

        assert [notice["key"] for notice in page.notices.shown.value] == ["2", "3", "4"]

    def test_with_a_way_on_are_not_crowded_out(self, page: Page) -> None:
        page.notices.notify("worker", "The network stopped", "Because.", "Try again")
        for number in range(NOTICE_LIMIT):
            page.notices.notify(str(number), "It failed", "Because.")

        assert [notice["key"] for notice in page.notices.shown.value] == ["worker", "1", "2"]

    def test_go_when_dismissed(self, page: Page, browser: FakeBrowser) -> None:
        page.notices.notify("a", "A failed", "Because.")
        browser.settle()
        told = heard(page, notices=page.notices.shown)

        page.notices.dismiss("a")
        browser.settle()

        assert page.notices.shown.value == []
        assert told == ["notices"]

    def test_that_are_not_there_are_dismissed_in_silence(
        self, page: Page, browser: FakeBrowser
    ) -> None:
        told = heard(page, notices=page.notices.shown)
        page.notices.dismiss("a")
        browser.settle()

        assert told == []
