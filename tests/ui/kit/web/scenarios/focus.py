"""kit/web/focus.py"""

import js

from app.pyscript.kit.web import focus
from tests.ui.kit.web.scenarios.tools import add, listed, pass_time, record, until


async def controls_are_found_in_order_without_text_fields() -> None:
    panel = add("section")
    for local_name, attributes in (
        ("button", "id=first"),
        ("input", "id=text type=text"),
        ("input", "id=box type=checkbox"),
        ("input", "id=slider type=range"),
        ("a", "id=anchor"),
        ("a", "id=link href=#x"),
        ("div", "id=grid tabindex=0"),
        ("button", "id=roving tabindex=-1"),
        ("select", "id=last disabled"),
    ):
        add(local_name, attributes, panel)
    found = [each.getAttribute("id") for each in listed(focus.controls_in(panel))]
    assert found == ["first", "box", "slider", "link", "grid", "last"]


async def only_what_is_there_open_and_enabled_can_have_the_focus() -> None:
    details = add("details")
    summary, inner = add("summary", "", details), add("div", "", details)
    button = add("button", "", inner)
    assert focus.can_have_focus(summary)
    assert not focus.can_have_focus(button)
    details.setAttribute("open", "")
    assert focus.can_have_focus(button)
    inner.setAttribute("hidden", "")
    assert not focus.can_have_focus(button)
    inner.removeAttribute("hidden")
    button.setAttribute("disabled", "")
    assert not focus.can_have_focus(button)
    button.removeAttribute("disabled")
    button.remove()
    assert not focus.can_have_focus(button)


async def a_place_is_told_by_all_that_is_around_it() -> None:
    panel = add("section")
    add("button", "", panel)
    row = add("div", "", panel)
    button = add("button", "", row)
    places = focus.places_of(button)
    assert [container.localName for container, _ in places] == ["div", "section", "body", "html"]
    assert [index for _, index in places] == [0, 1, 1, 1]
    assert focus.places_of(row)[0][1] == 0  # no control itself


async def the_focus_that_comes_and_goes_is_told() -> None:
    told: list[object] = []
    focus.on_focus(
        lambda target, former: told.append((target.localName, former and former.localName)),
        lambda: told.append("gone"),
    )
    button, link = add("button"), add("a")
    js.stage.fire(js.document, "focusin", record(target=link, relatedTarget=button))
    js.stage.fire(js.document, "focusout", record(relatedTarget=link))
    await pass_time()
    assert told == [("a", "button")]
    js.stage.fire(js.document, "focusout", record(relatedTarget=None))
    await until(lambda: told[1:] == ["gone"])
    button.focus()  # it came back by itself, within the frame
    js.stage.fire(js.document, "focusout", record(relatedTarget=None))
    await pass_time()
    assert len(told) == 2


async def a_control_is_focused_without_scrolling() -> None:
    button = add("button")
    focus.focus_in_place(button)
    assert button.focusedWith.preventScroll


async def every_redraw_is_told() -> None:
    told: list[str] = []
    focus.on_redraw(lambda: told.append("redrawn"))
    (observer,) = listed(js.stage.observers)
    assert observer.target.isSameNode(js.document.body)
    assert observer.options.childList
    assert observer.options.subtree
    assert listed(observer.options.attributeFilter) == ["hidden", "disabled", "open"]
    observer.tell(record(type="childList"))
    assert told == ["redrawn"]


async def what_is_in_view_is_told_by_its_box_and_the_page() -> None:
    panel = add("section")

    def place(top: int, height: int) -> None:
        panel.box = record(top=top, bottom=top + height, height=height)

    seen = []
    for top, height in ((0, 10), (599, 10), (600, 10), (-10, 10), (-9, 10), (5, 0)):
        place(top, height)
        seen.append(focus.is_in_view(panel))
    assert seen == [True, True, False, False, True, False]
    assert not focus.is_rendered(panel)
    place(0, 10)
    assert focus.is_rendered(panel)
    js.document.hidden = True
    assert not focus.is_in_view(panel)


async def coming_into_view_is_told_unless_the_page_is_hidden() -> None:
    panel = add("section")
    told: list[bool] = []
    focus.on_view(panel, told.append)
    (observer,) = listed(js.stage.observers)
    observer.tell(record(isIntersecting=False), record(isIntersecting=True))
    js.document.hidden = True
    js.stage.fire(js.document, "visibilitychange")
    observer.tell(record(isIntersecting=True))
    js.document.hidden = False
    js.stage.fire(js.document, "visibilitychange")
    assert told == [True, False, False, True]


async def a_node_is_moved_behind_another() -> None:
    first, second, third = add("p"), add("button"), add("section")
    focus.place_after(third, first)
    assert [each.localName for each in listed(js.document.body.children)] == [
        "p",
        "section",
        "button",
    ]
    assert second.isConnected
