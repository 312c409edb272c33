"""The class in figures: means, spreads, an order of its pupils, and curves on one axis.

Pure functions of the documents that the server sends; they run on MicroPython and on CPython.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from app.pyscript.annotations import Any
    from app.pyscript.classroom.records import Pupil, PupilStatus

DIGITS, DRAWINGS = "validation_digits", "validation_drawings"
BY_NAME, BY_DIGITS, BY_DRAWINGS, BY_STEPS = "name", "digits", "drawings", "steps"
# Where the curves of all pupils are looked at, from step 0 to the most that anybody has taken.
CURVE_POINTS = 40
# Of a pupil who has not told any yet.
NO_STATUS: "PupilStatus" = {
    "doing": "idle",
    "steps": 0,
    "validation_digits": None,
    "validation_drawings": None,
    "curve": [],
    "drawing": None,
}


def figure(pupil: "Pupil", name: str) -> "float | None":
    """A figure of a pupil's status, or None while it is not known."""
    status: Any = pupil["status"]
    return None if status is None else status.get(name)


def spread(pupils: list, name: str) -> "tuple | None":
    """(mean, lowest, highest) of a figure among those who have one, or None."""
    found = [value for value in [figure(pupil, name) for pupil in pupils] if value is not None]
    return (sum(found) / len(found), min(found), max(found)) if found else None


def in_order(pupils: list, by: str) -> list:
    """The pupils' ids: by name, or with the highest figure first and then by name."""
    names = {BY_DIGITS: DIGITS, BY_DRAWINGS: DRAWINGS, BY_STEPS: "steps"}

    def place(pupil: "Pupil") -> tuple:
        value = figure(pupil, names[by]) if by in names else None
        return (0 if value is None else -value, pupil["name"].lower(), pupil["id"])

    return [pupil["id"] for pupil in sorted(pupils, key=place)]


def curves(pupils: list) -> list:
    """The steps of CURVE_POINTS places, and each pupil's accuracy there, None beyond its end."""
    most = max([figure(pupil, "steps") or 0 for pupil in pupils] or [0])
    if not most:
        return []
    places = [most * (index + 1) / CURVE_POINTS for index in range(CURVE_POINTS)]
    return [places] + [[_height(pupil["status"], place) for place in places] for pupil in pupils]


def mean_of(columns: list) -> list:
    """At each place, the mean of the curves that reach it."""
    means = []
    for values in zip(*columns):
        there = [value for value in values if value is not None]
        means.append(sum(there) / len(there) if there else None)
    return means


def _height(status: "PupilStatus | None", step: float) -> "float | None":
    """A curve's accuracy at a step; its points are evenly spaced over the pupil's steps."""
    if status is None or not status["curve"] or not status["steps"] or step > status["steps"]:
        return None
    points = status["curve"]
    return float(points[min(int(step / status["steps"] * len(points)), len(points) - 1)])


def sparkline(points: list, width: int, height: int) -> str:
    """The points of an SVG polyline: accuracies from 0 to 1, from left to right."""
    across = width / max(len(points) - 1, 1)
    return " ".join(
        [f"{index * across:.1f},{(1 - each) * height:.1f}" for index, each in enumerate(points)]
    )
