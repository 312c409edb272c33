import pytest

from app.pyscript.kit.focus_keeper import FocusKeeper
from tests.ui.fake_browser import Element, FakeBrowser

MARKUP = """
<div id="list"><p><button id="a">a</button></p><p><button id="b">b</button></p>
  <p><button id="c">c</button></p></div>
<div id="row"><button id="first">1</button><button id="second">2</button></div>
"""


@pytest.fixture(autouse=True)
def keeper(browser: FakeBrowser) -> None:
    browser.get("data-panel").innerHTML = MARKUP
    FocusKeeper(browser).mount()


def at(browser: FakeBrowser) -> str | None:
    focused = browser.focused()
    return None if focused is None else focused.textContent


def make_anew(browser: FakeBrowser, *names: str, is_named: bool) -> None:
    items = browser.get("list")
    items.textContent = ""
    for name in names:
        button = browser.create_element("button")
        button.textContent = f"new {name}"
        if is_named:
            button.setAttribute("id", name)
        items.appendChild(button)
    browser.redraw()


def test_a_redraw_elsewhere_moves_nothing(browser: FakeBrowser) -> None:
    browser.move_focus(browser.get("first"))
    make_anew(browser, "a", is_named=True)

    assert at(browser) == "1"


def test_what_is_made_anew_under_its_id_has_the_focus_again(browser: FakeBrowser) -> None:
    browser.move_focus(browser.get("b"))
    make_anew(browser, "x", "y", "z", "b", is_named=True)

    assert at(browser) == "new b"


@pytest.mark.parametrize(
    ("left", "expected"), [("abc", "new c"), ("ab", "new b"), ("abcd", "new c"), ("", "2")]
)
def test_else_what_stands_at_its_place_has_it(
    browser: FakeBrowser, left: str, expected: str
) -> None:
    browser.move_focus(browser.get("c"))
    make_anew(browser, *left, is_named=False)

    assert at(browser) == expected


@pytest.mark.parametrize(("gone", "expected"), [("first", "2"), ("second", "1")])
@pytest.mark.parametrize("how", ["disabled", "hidden"])
def test_a_control_that_cannot_have_it_hands_it_to_its_neighbor(
    browser: FakeBrowser, gone: str, expected: str, how: str
) -> None:
    browser.move_focus(browser.get(gone))
    setattr(browser.get(gone), how, True)
    browser.redraw()

    assert at(browser) == expected


def test_a_part_that_is_hidden_hands_it_on(browser: FakeBrowser) -> None:
    browser.move_focus(browser.get("second"))
    browser.get("row").hidden = True
    browser.redraw()

    assert at(browser) in ("a", "b", "c")


def test_what_is_not_laid_out_is_passed_by(browser: FakeBrowser) -> None:
    browser.move_focus(browser.get("a"))
    browser.get("b").box.height = 0
    browser.get("a").disabled = True
    browser.redraw()

    assert at(browser) == "c"


def test_who_left_is_not_called_back(browser: FakeBrowser) -> None:
    target: Element = browser.get("first")
    browser.move_focus(target)
    browser.move_focus(None)
    target.disabled = True
    browser.redraw()

    assert at(browser) is None
