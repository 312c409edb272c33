"""The table of an evaluation whose digits are of several people: how well each hand is read.

Shows: what it is given.
"""

from app.pyscript.kit.formats import rough_percent, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Browser, JsProxy
    from app.pyscript.evaluate.records import Group


class HandsTable:
    def __init__(self, browser: "Browser") -> None:
        self._browser = browser

    def show(self, groups: "list[Group]") -> None:
        """The best read hand first; nothing is shown of nobody."""
        self._browser.element("evaluation-hands-scroll").hidden = not groups
        rows = self._browser.element("evaluation-hands")
        rows.textContent = ""
        for group in sorted(groups, key=_worst_last):
            rows.appendChild(self._row(group))

    def _row(self, group: "Group") -> "JsProxy":
        create = self._browser.create_element
        row = create("tr")
        share = rough_percent(group["right"] / group["samples"])
        for tag, text in (("th", group["name"]), ("td", whole(group["samples"])), ("td", share)):
            cell = create(tag)
            cell.textContent = text
            row.appendChild(cell)
        row.children[0].setAttribute("scope", "row")
        return row


def _worst_last(group: "Group") -> tuple:
    return (-group["right"] / group["samples"], group["name"])
