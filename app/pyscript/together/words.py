"""What to say of the rounds. Pure; runs on MicroPython and on CPython."""

from app.pyscript.kit.chart_table import ROW_LIMIT
from app.pyscript.kit.formats import rough_percent, whole
from app.pyscript.together import texts
from app.pyscript.together.state import RUNNING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.classroom.records import Learning, Participant


def state_of(learning: "Learning") -> str:
    """Where the rounds are, for the teacher and the projector."""
    history = learning["history"]
    last = rough_percent(history[-1]["accuracy"]) if history else texts.TOGETHER_UNKNOWN
    if learning["state"] != RUNNING:
        return texts.TOGETHER_DONE.format(rounds=whole(learning["round"]), share=last)
    of = learning["rounds"]
    round_ = whole(learning["round"])
    if of is not None:
        round_ = texts.TOGETHER_ROUND_OF.format(round=round_, rounds=whole(of))
    return texts.TOGETHER_RUNNING.format(
        round=round_,
        answered=whole(len(learning["answered"])),
        count=whole(len(learning["participants"])),
        share=last,
    )


def left_out_of(learning: "Learning") -> str:
    """Whose answers the last round left out, and why."""
    history = learning["history"]
    left_out = history[-1]["left_out"] if history else []
    each = [
        texts.TOGETHER_LEFT_OUT_ONE.format(name=one["name"], reason=one["reason"])
        for one in left_out
    ]
    return texts.TOGETHER_LEFT_OUT.format(names=" ".join(each)) if each else ""


def part_of(learning: "Learning", part: "Participant | None", is_left_out: bool) -> str:
    """What a pupil does in the rounds."""
    if part is None:
        return texts.TOGETHER_NEXT_ROUND
    history = learning["history"]
    share = rough_percent(history[-1]["accuracy"]) if history else texts.TOGETHER_UNKNOWN
    if learning["state"] != RUNNING:
        return texts.TOGETHER_OVER.format(share=share)
    learns = texts.TOGETHER_LEARNS_SHARES
    if learning["split"] == "own":
        learns = texts.TOGETHER_LEARNS_OWN
    elif part["digits"] is not None:
        first, second = part["digits"]
        learns = texts.TOGETHER_LEARNS_DIGITS.format(first=first, second=second)
    words = texts.TOGETHER_PART.format(round=whole(learning["round"]), learns=learns, share=share)
    return f"{words} {texts.TOGETHER_YOU_LEFT_OUT}" if is_left_out else words


def columns_of(learning: "Learning") -> list:
    """For the chart: rounds, and accuracies of the common network, alone, and of all data in one
    place; None where it is not known."""
    history, central = learning["history"], learning["central"] or []
    rounds = [each["round"] for each in history]
    in_one_place = [central[number - 1] if number <= len(central) else None for number in rounds]
    common = [each["accuracy"] for each in history]
    return [rounds, common, [each["alone"] for each in history], in_one_place]


def rows_of(learning: "Learning") -> list:
    """For the table: texts, at most ROW_LIMIT rows, the last round among them."""
    columns = columns_of(learning)
    count = len(columns[0])
    step = -(-count // ROW_LIMIT) or 1
    rows = []
    for place in range((count - 1) % step, count, step):
        shares = [_share(column[place]) for column in columns[1:]]
        rows.append([whole(columns[0][place])] + shares)
    return rows


def _share(share: "float | None") -> str:
    return texts.TOGETHER_UNKNOWN if share is None else rough_percent(share)
