from app.pyscript.kit.gallery import Gallery
from tests.ui.fake_browser import FakeBrowser


def test_pictures_have_captions_and_can_be_chosen(browser: FakeBrowser) -> None:
    browser.get("grid-panel").innerHTML = '<ol id="digits"></ol>'
    chosen: list[int] = []
    gallery = Gallery(browser, "digits", chosen.append)
    gallery.mount()
    gallery.show(browser.pictures("rgba", 2), [["7", "97% sure"], ["1"]])

    items = browser.get("digits")
    buttons = [item.children[0] for item in items.children]
    lines = [[line.textContent for line in button.children[1:]] for button in buttons]
    assert lines == [["7", "97% sure"], ["1"]]
    assert [line.tag for line in buttons[0].children] == ["canvas", "strong", "span"]
    assert buttons[1].children[0].getAttribute("data-shows") == "1 of rgba"

    items.fire("click", target=buttons[1])
    items.fire("click", target=items)  # beside them
    assert chosen == [1]

    gallery.show([], [])
    assert items.children == []
