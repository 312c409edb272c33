from app.pyscript.kit.announcement import Announcement
from tests.ui.fake_browser import Element, FakeBrowser


def test_tells_of_an_event_once_and_of_each(browser: FakeBrowser) -> None:
    def line() -> Element:
        return browser.get("offline").children[0]

    announcement = Announcement(browser, "offline")
    event, other = {"loss": 1}, {"loss": 1}
    announcement.tell("Tuned.", event)
    first = line()
    announcement.tell("Tuned.", event)
    assert line() is first

    announcement.tell("Tuned.", other)
    second = line()
    assert second is not first

    announcement.tell("Tuned.", None)
    assert line() is second
    announcement.tell("Tuned, long ago.", None)
    assert browser.text("offline") == "Tuned, long ago."
