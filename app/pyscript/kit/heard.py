"""Live regions: what is written there is read out to whoever cannot see it.

So it is written for each event, and for nothing else: the same words that are set again are not
heard, though they may tell of something new, and each needless write may be heard. Figures that
move by themselves stand elsewhere.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser


def say(browser: "Browser", identifier: str, words: str, is_news: bool = False) -> None:
    """Have a live region say these words, if it does not yet; is_news: again, even so."""
    region = browser.element(identifier)
    if region.textContent == words and not (is_news and words):
        return
    region.textContent = ""
    if words:
        # A new element is an addition, which is heard whatever stood there before.
        line = browser.create_element("span")
        line.textContent = words
        region.appendChild(line)
