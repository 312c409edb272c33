from app.pyscript.evaluate.evaluation_panel import EvaluationPanel
from app.pyscript.kit.section import open_later
from app.pyscript.page import Page
from tests.ui.fake_browser import FakeBrowser


def prepare(page: Page) -> None:
    module = EvaluationPanel.__module__
    open_later(page, EvaluationPanel.IDENTIFIER, module, EvaluationPanel.__name__)


def toggle(browser: FakeBrowser, is_open: bool = True) -> None:
    browser.get("evaluation").open = is_open
    browser.get("evaluation").fire("toggle")
    browser.settle()


def test_a_section_is_mounted_once_it_is_opened(page: Page, browser: FakeBrowser) -> None:
    prepare(page)
    assert browser.element("evaluate") is None
    toggle(browser)
    button = browser.get("evaluate")
    toggle(browser, is_open=False)
    toggle(browser)
    assert browser.get("evaluate") is button


def test_one_that_was_opened_before_is_mounted_at_once(page: Page, browser: FakeBrowser) -> None:
    browser.get("evaluation").open = True
    prepare(page)
    browser.settle()
    assert browser.element("evaluate") is not None
