"""A list of pictures with captions; each is a button that chooses the picture."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, Callable, JsProxy


class Gallery:
    def __init__(self, browser: "Browser", identifier: str, on_choose: "Callable") -> None:
        """identifier: the list's id. `on_choose(index)` is called when a picture is chosen."""
        self._browser = browser
        self._identifier = identifier
        self._on_choose = on_choose

    def mount(self) -> None:
        """Listen to the whole list, because its buttons come and go."""
        items = self._browser.element(self._identifier)
        self._browser.listen(items, "click", self.on_click)

    def on_click(self, event: "JsProxy") -> None:
        index = event.target.getAttribute("data-index")
        if index is not None:
            self._on_choose(int(index))

    def show(self, pictures: list, captions: list) -> None:
        """pictures: canvases; captions: a list of lines for each, the first line in bold."""
        create = self._browser.create_element
        items = self._browser.element(self._identifier)
        items.textContent = ""
        for index, canvas in enumerate(pictures):
            item, button = create("li"), create("button")
            button.setAttribute("data-index", str(index))
            button.appendChild(canvas)
            for number, words in enumerate(captions[index]):
                line = create("span" if number else "strong")
                line.textContent = words
                button.appendChild(line)
            item.appendChild(button)
            items.appendChild(item)
