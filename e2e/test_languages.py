"""The journey of somebody whose language writes numbers, or the page, in another way."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from e2e.gestures import Visitor
from e2e.server import Server

# Where the marks of time travel and the slider's thumb stand, from the strip's left side.
ENDS = """
() => {
  const strip = document.getElementById("time-strip").getBoundingClientRect();
  const marks = [...document.querySelectorAll("#time-strip span:not([hidden])")];
  return [marks[0], marks[marks.length - 1]].map(mark => {
    const box = mark.getBoundingClientRect();
    return Math.round((box.left + box.width / 2 - strip.left) / strip.width * 20) / 20;
  });
}
"""


def test_a_decimal_comma_and_a_page_from_right_to_left(
    server: Server, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(f"{server.url}#learning_rate=0%2C02&momentum=0,8", locale="de-DE")
    visitor.open()
    visitor.wait_for_the_network()
    page = visitor.page
    rate, note = page.locator("#learning-rate"), page.locator("#settings-note")

    expect(page.locator("#lesson")).to_contain_text("learning rate 0,02, momentum 0,8")
    page.click("#start-lesson")
    expect(rate).to_have_value("0,02")
    link = f"{server.url}/#weights=random&learning_rate=0.02&momentum=0.8"
    expect(page.locator("#link-text")).to_have_value(link)
    rate.fill("0.03")
    rate.press("Enter")
    expect(rate).to_have_value("0,03")
    rate.press("Control+a")
    page.keyboard.type("0,05")
    rate.press("Tab")
    expect(rate).to_have_value("0,05")
    expect(rate).to_have_attribute("data-value", "0.05")
    rate.fill("1.000")
    rate.press("Tab")
    expect(note).to_contain_text("can be read in two ways")
    expect(note).to_contain_text("as in 1,5. It stays at 0,05.")
    page.fill("#batch-size", "64")
    page.press("#batch-size", "ArrowUp")
    expect(page.locator("#batch-size")).to_have_attribute("data-value", "65")

    visitor.wait_for_figure("iteration", 100)  # the lesson has started it
    page.click("#pause")
    expect(page.locator("#loss")).to_contain_text(",")
    assert 0 < visitor.figure("loss") < 5

    page.click("#time summary")
    expect(page.locator("#time-strip")).to_be_visible()
    assert page.evaluate(ENDS) == [0, 1]
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate(ENDS) == [1, 0]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
