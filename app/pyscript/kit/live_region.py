"""Live regions: screen readers read out what is written there.

So write there once for each event, and never without one: each needless write may be heard. Setting
the same words again is not heard, even if they are news. Figures that change all the time stand
elsewhere.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser


def say(browser: "Browser", identifier: str, words: str, is_news: bool = False) -> None:
    """Write these words to a live region unless they are there; is_news: write them anyway."""
    region = browser.element(identifier)
    if region.textContent == words and not (is_news and words):
        return
    region.textContent = ""
    if words:
        # A new element is heard, even if the old one had the same words.
        line = browser.create_element("span")
        line.textContent = words
        region.appendChild(line)
