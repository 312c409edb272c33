import pytest

from app.pyscript.kit.newest import Newest
from tests.ui.fake_browser import FakeBrowser, Promise


class Oracle:
    """Remembers what it was asked; the test resolves the answers."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.answers: list[Promise] = []

    async def ask(self, number: int) -> None:
        self.asked.append(number)
        self.answers.append(Promise())
        await self.answers[-1]


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def newest(browser: FakeBrowser, oracle: Oracle) -> Newest:
    return Newest(browser, oracle.ask)


def test_the_newest_question_is_asked_next(
    newest: Newest, browser: FakeBrowser, oracle: Oracle
) -> None:
    newest.want(1)
    browser.settle()
    newest.want(2)
    newest.want(3)
    browser.settle()
    assert oracle.asked == [1]

    oracle.answers[0].resolve()
    browser.settle()
    assert oracle.asked == [1, 3]

    oracle.answers[1].resolve()
    browser.settle()
    newest.want(3)
    browser.settle()
    assert oracle.asked == [1, 3, 3]


def test_says_whether_it_is_asking(newest: Newest, browser: FakeBrowser, oracle: Oracle) -> None:
    states = [newest.is_asking]
    newest.want(1)
    browser.settle()
    states.append(newest.is_asking)
    oracle.answers[0].resolve()
    browser.settle()
    states.append(newest.is_asking)

    assert states == [False, True, False]


def test_a_question_that_failed_is_not_the_last(
    newest: Newest, browser: FakeBrowser, oracle: Oracle
) -> None:
    newest.want(1)
    browser.settle()
    oracle.answers[0].reject(OSError("it broke"))
    browser.settle()
    assert [str(error) for error in browser.uncaught] == ["it broke"]
    browser.uncaught.clear()

    newest.want(2)
    browser.settle()
    assert oracle.asked == [1, 2]
