"""By keyboard alone, on small screens, enlarged, with a thumb, without motion, in few colors."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from e2e.gestures import Visitor, placed, stored_drawings

# WCAG 2.2: 44 is its best, 24 what each target must have at least.
FINGER, LEAST_FINGER = 44, 24
TAB_LIMIT = 200
WALK_LIMIT = 4

# Sections that were opened ask the worker what to show: wait until nothing comes for two seconds.
SETTLED = """
() => new Promise(resolve => {
  const end = () => { watcher.disconnect(); resolve(); };
  let timer = setTimeout(end, 2000);
  const again = () => { clearTimeout(timer); timer = setTimeout(end, 2000); };
  const watcher = new MutationObserver(again);
  watcher.observe(document.body, {childList: true, subtree: true, attributes: true});
});
"""
# What Tab should stop at, in the order of the page.
STOPS = """
() => [...document.querySelectorAll("button, select, input, summary, a[href], [tabindex]")]
  .filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility())
  .filter(each => !each.closest("dialog:not([open])"))
  .map((each, index) => { each.dataset.stop = index; return name(each); });
"""
NAME = """
const name = each => each.id || `${each.tagName} ${each.textContent.trim().slice(0, 20)}`;
"""
STOPPED = """
() => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const style = getComputedStyle(here), box = here.getBoundingClientRect();
  const x = box.x + box.width / 2, y = box.y + Math.min(box.height / 2, 10);
  const over = document.elementFromPoint(x, y);
  return {
    stop: Number(here.dataset.stop ?? -1),
    name: name(here),
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    isSeen: over !== null && (here.contains(over) || over.contains(here)),
  };
}
"""
# Without the focus alone, Tab would go on from where it was last.
TO_THE_TOP = """
document.body.tabIndex = -1;
document.body.focus();
document.body.removeAttribute("tabindex");
"""


def evaluate(page: Page, script: str) -> Any:
    return page.evaluate(f"() => {{ {NAME} return ({script.strip().rstrip(';')})(); }}")


def open_everything(page: Page) -> None:
    """All that is closed at first, but for dialogs."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def draw_and_train(visitor: Visitor, steps: int = 30) -> None:
    """Have something to show everywhere."""
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    visitor.expect_reading(3)
    visitor.page.locator("#start").evaluate("button => button.click()")
    visitor.wait_for_figure("iteration", steps)
    visitor.page.locator("#pause").evaluate("button => button.click()")


def evaluate_the_network(page: Page) -> None:
    page.locator("#evaluate").evaluate("button => button.click()")
    page.wait_for_selector("#evaluation-result:not([hidden])", timeout=60_000)
    page.evaluate(SETTLED)


def walk(page: Page) -> list[dict[str, Any]]:
    """Tab from the top of the page until it is left."""
    page.evaluate(TO_THE_TOP)
    stops: list[dict[str, Any]] = []
    for _ in range(TAB_LIMIT):
        page.keyboard.press("Tab")
        stop = evaluate(page, STOPPED)
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError(f"Tab never leaves the page: {[stop['name'] for stop in stops[-6:]]}")


def test_tab_comes_by_everything_in_order_and_is_seen(regular: Visitor) -> None:
    draw_and_train(regular)
    open_everything(regular.page)
    evaluate_the_network(regular.page)
    for width, height in ((1280, 800), (390, 844)):
        regular.page.set_viewport_size({"width": width, "height": height})
        regular.page.evaluate(SETTLED)
        tab_through(regular.page)


def tab_through(page: Page) -> None:
    # What is loaded when it is first seen comes during the first walk, and later on a busy machine:
    # one counts that has changed nothing.
    for _ in range(WALK_LIMIT):
        expected = evaluate(page, STOPS)
        stops = walk(page)
        page.evaluate(SETTLED)
        if evaluate(page, STOPS) == expected:
            break

    assert [stop["name"] for stop in stops] == expected
    assert [stop["stop"] for stop in stops] == list(range(len(expected)))
    assert [stop["name"] for stop in stops if stop["ring"] < 2] == [], "the focus is not seen"
    assert [stop["name"] for stop in stops if not stop["isSeen"]] == [], "it is covered"


def test_dialogs_are_opened_and_left_by_keyboard(regular: Visitor) -> None:
    page = regular.page
    draw_and_train(regular)
    for opener, dialog in (("show-data", "data-dialog"), ("show-history", "history-dialog")):
        page.focus(f"#{opener}")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{dialog}")).to_be_visible()
        assert page.evaluate(f"document.activeElement.closest('#{dialog}') !== null")
        page.keyboard.press("Escape")
        expect(page.locator(f"#{dialog}")).to_be_hidden()
        assert page.evaluate("document.activeElement.id") == opener


def test_a_small_or_enlarged_page_is_not_moved_sideways(regular: Visitor) -> None:
    draw_and_train(regular)
    open_everything(regular.page)
    evaluate_the_network(regular.page)
    # A window of 1280 pixels at 200 % and at 400 % is as wide as one of 640 and of 320.
    for width, height in ((640, 400), (320, 640)):
        regular.page.set_viewport_size({"width": width, "height": height})
        regular.page.evaluate(SETTLED)
        stay_in_the_window(regular.page, width)


def stay_in_the_window(page: Page, width: int) -> None:
    page_width = "document.documentElement.scrollWidth"
    assert page.evaluate(page_width) == width
    for opener, dialog in (("show-data", "data-dialog"), ("show-history", "history-dialog")):
        page.locator(f"#{opener}").evaluate("button => button.click()")
        box = page.locator(f"#{dialog}").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        close = page.locator(f"#{dialog} button.primary:visible").last
        close.scroll_into_view_if_needed()
        close.click()
    assert page.evaluate(page_width) == width


TARGETS = """
() => [...document.querySelectorAll("button, select, input, summary, a[href]")]
  .filter(each => each.checkVisibility())
  // The words beside a box to tick can be touched as well.
  .map(each => [each, (each.type === "checkbox" ? each.closest("label") : each)])
  .map(([each, touched]) => [each, touched.getBoundingClientRect()])
  .map(([each, box]) => ({
    name: name(each), width: box.width, height: box.height,
    inMatrix: each.closest(".confusion") !== null,
  }));
"""


def test_fingers_find_what_they_aim_at(regular_on_a_phone: Visitor) -> None:
    page = regular_on_a_phone.page
    draw_and_train(regular_on_a_phone)
    open_everything(page)
    evaluate_the_network(page)
    targets = evaluate(page, TARGETS)
    page.locator("#show-history").evaluate("button => button.click()")
    page.wait_for_selector("#history-rows tr")
    targets += [each for each in evaluate(page, TARGETS) if each not in targets]

    assert len(targets) > 130
    # Ten columns of the matrix do not fit in otherwise.
    small = [
        each
        for each in targets
        if each["height"] < FINGER or each["width"] < (LEAST_FINGER if each["inMatrix"] else FINGER)
    ]
    assert small == []


def test_a_thumb_trains_while_the_reading_is_watched(regular_on_a_phone: Visitor) -> None:
    visitor, page = regular_on_a_phone, regular_on_a_phone.page
    page.set_viewport_size({"width": 390, "height": 664})
    visitor.draw(placed(stored_drawings()[3]["strokes"]))
    page.locator("#charts").scroll_into_view_if_needed()

    digit, train = page.locator("#bar-digit"), page.locator("#bar-train")
    expect(digit).to_have_text("3")
    expect(digit).to_be_in_viewport()
    train.tap()
    visitor.wait_for_figure("iteration", 10)
    expect(train).to_have_text("Pause")
    train.tap()
    expect(train).to_have_text("Resume")
    page.locator("#bar-reading").tap()
    expect(page.locator("#grid")).to_be_in_viewport(ratio=1)


MOVING = """
() => [...document.querySelectorAll("body *")].filter(each => {
  const style = getComputedStyle(each);
  const isMoving = style.transitionDuration.split(",").some(time => parseFloat(time) > 0);
  // The one animation waits for ten seconds, and moves nothing.
  const isAnimated = style.animationName !== "none" && !each.matches(".stalled");
  return isMoving || isAnimated || style.scrollBehavior === "smooth";
}).map(name);
"""


def test_nothing_moves_for_who_wants_no_motion(regular: Visitor) -> None:
    page = regular.page
    open_everything(page)
    assert evaluate(page, MOVING) != [], "for others, something does"
    page.emulate_media(reduced_motion="reduce")
    assert evaluate(page, MOVING) == []


def test_system_colors_still_tell_what_is_chosen_and_read(regular: Visitor) -> None:
    page = regular.page
    page.emulate_media(forced_colors="active")
    regular.draw(placed(stored_drawings()[3]["strokes"]))
    regular.expect_reading(3)

    def background(selector: str) -> str:
        color: str = page.locator(selector).first.evaluate(
            "each => getComputedStyle(each).backgroundColor"
        )
        return color

    best, other = background(".bars .is-best .fill"), background(".bars li:not(.is-best) .fill")
    assert len({best, other, background(".bars .track")}) == 3
    assert background("#pen") != background("#eraser")
