"""The fields of what the server tells of a class (api/class_schemas.py), and of what the browser
keeps of it, seen by type checkers alone."""

from typing import NotRequired, Required, TypedDict

class Member(TypedDict):
    """A pupil's id and name."""

    id: int
    name: str

class Membership(TypedDict, total=False):
    """This browser's place in a class. done: the last order that was carried out; shares: whether
    the drawing may be sent; handed: the tray's drawings that the class has got."""

    code: Required[str]
    role: Required[str]
    secret: Required[str]
    view: Required[str]
    projector_view: str
    addresses: list[str]
    is_reachable: bool
    pupil: Member
    done: int
    shares: bool
    handed: list[str]

class Order(TypedDict):
    """What all pupils' pages are to do, once. lesson: what stands behind # in its link."""

    number: int
    order: str
    lesson: NotRequired[str | None]
    starts: NotRequired[bool]
    given_at: str

class TheClass(TypedDict):
    code: str
    title: str
    is_locked: bool
    wants_attention: bool
    begun_at: str
    ends_at: str
    orders: list[Order]
    pupils: int

class SharedDrawing(TypedDict):
    """pixels: 784 intensities in hexadecimal; prediction: the digit that was read, if any."""

    pixels: str
    prediction: int | None

class PupilStatus(TypedDict):
    """What a pupil's page does. curve: accuracies, evenly spaced over the steps."""

    doing: str
    steps: int
    validation_digits: float | None
    validation_drawings: float | None
    curve: list[float]
    drawing: SharedDrawing | None

class Pupil(Member):
    """digits: how many drawings were handed in."""

    is_present: bool
    seen_at: str | None
    status: PupilStatus | None
    digits: int

class Participant(TypedDict):
    """A pupil's part in learning together. digits: the two that it learns from, or None."""

    id: int
    index: int
    digits: list[int] | None

class LeftOut(TypedDict):
    name: str
    reason: str

class FinishedRound(TypedDict):
    """accuracy: of the common network; alone: the mean of the answers' own."""

    round: int
    accuracy: float
    answered: int
    left_out: list[LeftOut]
    alone: float | None

class Learning(TypedDict):
    """Rounds of learning together. central: by round, the accuracy of as many steps on all data."""

    id: int
    split: str
    local_steps: int
    rounds: int | None
    seconds: int
    round: int
    state: str
    deadline_at: str | None
    answered: list[int]
    participants: list[Participant]
    seed: int
    history: list[FinishedRound]
    central: list[float] | None

class DigitsNews(TypedDict):
    """Of the class's digits: how many, and a number that changes with them."""

    count: int
    revision: int

ClassDocument = TypedDict(
    "ClassDocument",
    {
        "role": str,
        "class": TheClass,
        "learning": Learning | None,
        "digits": DigitsNews,
        "me": NotRequired[Member],
        "pupils": NotRequired[list[Pupil]],
        "addresses": NotRequired[list[str]],
        "is_reachable": NotRequired[bool],
    },
)
"""The event "class": all that this reader may know of it."""
