import re
from pathlib import Path

from app.pyscript.kit import live_region
from app.pyscript.kit.live_region import say
from tests.ui.fake_browser import Element, FakeBrowser


def lines(browser: FakeBrowser) -> list[Element]:
    return browser.get("offline").children


def test_the_same_words_are_written_once(browser: FakeBrowser) -> None:
    say(browser, "offline", "Kept.")
    (line,) = lines(browser)
    say(browser, "offline", "Kept.")

    assert lines(browser) == [line]
    assert browser.text("offline") == "Kept."


def test_the_same_words_of_another_event_are_written_anew(browser: FakeBrowser) -> None:
    say(browser, "offline", "Kept.")
    (line,) = lines(browser)
    say(browser, "offline", "Kept.", is_news=True)

    assert len(lines(browser)) == 1
    assert lines(browser)[0] is not line
    assert browser.text("offline") == "Kept."


def test_nothing_is_said_with_an_empty_region(browser: FakeBrowser) -> None:
    say(browser, "offline", "Kept.")
    say(browser, "offline", "", is_news=True)

    assert browser.get("offline").textContent == ""
    assert lines(browser) == []


REGION = re.compile(r'<[^>]*(?:aria-live|role="(?:alert|status)")[^>]*>', re.DOTALL)


def test_components_write_into_live_regions_by_this_alone() -> None:
    """Whoever sets a region's text by themselves may set equal text, which is read out again."""
    count = 0
    for folder in sorted(Path(live_region.__file__).parents[1].iterdir()):
        sources = [path.read_text() for path in sorted(folder.rglob("*.py"))]
        for tag in REGION.findall("".join(sources)):
            for identifier in re.findall(r'\bid="([\w-]+)"', tag):
                count += 1
                writes = rf'\("{identifier}"\)\.(?:textContent|innerHTML) = '
                wrong = [source for source in sources if re.search(writes, source)]
                assert not wrong, (folder.name, identifier)
    assert count > 20
