"""`digits predict`: what the network reads in PNG files, normalized as everywhere."""

from collections.abc import Sequence
from pathlib import Path

from digits import HOME
from digits.cli import CommandError, complain, parser, say

EXAMPLES = """\
  digits predict five.png
  digits predict --weights mine.npz scans/*.png
  digits predict --probabilities five.png"""


def main(arguments: Sequence[str]) -> int:
    options = parser(
        "predict",
        "Read one digit in each PNG file: dark on light, light on dark, or on nothing. The digit "
        "is cropped, scaled and centered as the page does it. The exit status is 1 if a file "
        "cannot be read, but not for a picture of no digit.",
        EXAMPLES,
    )
    options.add_argument("files", nargs="+", type=Path, metavar="FILE.png")
    options.add_argument("--weights", type=Path, metavar="FILE.npz", help="default: the shipped")
    options.add_argument(
        "--probabilities", action="store_true", help="say all ten, not only the digit's"
    )
    chosen = options.parse_args(arguments)
    import numpy as np

    from app.model.evaluate.readings import load_network
    from app.model.predict.pictures import DrawingError, drawing_of_png
    from app.model.predict.readings import read_drawings
    from app.model.serialization import WeightsError

    path = chosen.weights or HOME / "api" / "assets" / "weights.npz"
    try:
        network = load_network(path)
    except WeightsError as error:
        raise CommandError(f"{error}. Expected weights that the page saved.") from error
    status = 0
    for file in chosen.files:
        try:
            drawing = drawing_of_png(file.read_bytes())
        except (DrawingError, OSError) as error:
            complain(f"{file}: {getattr(error, 'strerror', None) or error}")
            status = 1
            continue
        (reading,) = read_drawings(network, np.atleast_2d(drawing))
        found = (
            f"no answer ({reading.unreadable})"
            if reading.digit is None
            else f"{reading.digit}  {reading.probabilities[reading.digit]:.1%}"
        )
        ten = "  ".join(f"{digit}:{p:.3f}" for digit, p in enumerate(reading.probabilities))
        say(f"{file}: {found}{f'   {ten}' if chosen.probabilities else ''}")
    return status
