"""Synthetic handwriting: strokes from templates, each time in another hand.

A template is text, one string for each stroke: the points that the pen passes, "x,y" in hundredths
of the glyph's box, and "|" after a point where it turns a corner. Between corners the pen moves
along a Catmull-Rom spline (Catmull and Rom, "A class of local interpolating splines", 1974).

    "25,30 50,3 | 50,98"   up to the top, a corner, and down: a 1 with a flag
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app.model.arrays import ByteArray, FloatArray
from app.model.drawings.rasterizer import PEN_WIDTH, THINNEST_PEN_WIDTH, Strokes, draw, place
from app.model.preprocessing import SIDE

POINTS_OF_A_CURVE = 8
"""Points drawn from one point of a template to the next."""


class Template(NamedTuple):
    """One way to write a glyph, and how often it is taken, in proportion to the others."""

    frequency: float
    strokes: tuple[str, ...]


class Hand(NamedTuple):
    """How far writing strays from its template: standard deviations, or the ends of a range."""

    wobble: float = 4.5
    """Of the template's points, in hundredths of the box; each drawing has its own share of it."""
    bend: float = 5.0
    """Of slow waves that bend the whole glyph, likewise."""
    rotation_degrees: float = 7.0
    slant: tuple[float, float] = (-0.2, 0.45)
    """Columns that a row leans to the right for each row it is higher."""
    aspect: float = 0.22
    """Of the logarithm of width by height."""
    overshoot: tuple[float, float] = (-0.08, 0.05)
    """By how much of its length a stroke begins and ends too late, negative for too early."""


HAND = Hand()


def write(templates: Sequence[Template], rng: np.random.Generator, hand: Hand = HAND) -> Strokes:
    """Strokes of one glyph, by one of its templates; about 1 high, anywhere near the origin."""
    frequencies = np.array([template.frequency for template in templates])
    template = templates[rng.choice(len(templates), p=frequencies / frequencies.sum())]
    neatness = rng.uniform(0.3, 1.5)
    strokes = [
        _curve(stroke, rng, hand.wobble * neatness, hand.overshoot) for stroke in template.strokes
    ]
    waves = rng.normal(0, hand.bend / 100 * neatness, (2, 2))
    phases = rng.uniform(0, 2 * np.pi, (2, 2))
    shape = _shape(
        np.exp(rng.normal(0, hand.aspect) / 2),
        rng.uniform(*hand.slant),
        rng.normal(0, hand.rotation_degrees),
    )
    unit = [stroke / 100 for stroke in strokes]
    return [(stroke + _wave(stroke, waves, phases)) @ shape.T for stroke in unit]


class Rewriting(NamedTuple):
    """How far `rewrite` strays from what somebody wrote: standard deviations, or ends of a range,
    in heights of the digit where they are lengths."""

    bend: float = 0.06
    """Of slow waves that bend the whole digit: loops open and close, parts grow and shrink."""
    ripple: float = 0.02
    """Of waves twice as fast."""
    stroke_shift: float = 0.02
    """Of each stroke by itself, so that bars cross elsewhere."""
    stroke_scale: float = 0.03
    """Of the logarithm of each stroke's size."""
    overshoot: tuple[float, float] = (-0.06, 0.05)
    """As in `Hand`."""
    aspect: float = 0.2
    slant: float = 0.3
    rotation_degrees: float = 12.0


REWRITING = Rewriting()


def rewrite(
    strokes: Strokes, rng: np.random.Generator, variation: Rewriting = REWRITING
) -> list[FloatArray]:
    """Strokes that somebody wrote, as another hand might; about 1 high, around the origin."""
    neatness = rng.uniform(0.2, 1.4)
    unit = [_overshot(stroke, rng, variation.overshoot) for stroke in place(strokes, 1, (0, 0))]
    if len(unit) > 1:
        scales = np.exp(rng.normal(0, variation.stroke_scale * neatness, len(unit)))
        shifts = rng.normal(0, variation.stroke_shift * neatness, (len(unit), 2))
        unit = [
            stroke * scale + shift
            for stroke, scale, shift in zip(unit, scales, shifts, strict=True)
        ]
    waves = rng.normal(0, variation.bend * neatness, (2, 2))
    ripples = rng.normal(0, variation.ripple * neatness, (2, 2))
    wave_phases, ripple_phases = rng.uniform(0, 2 * np.pi, (2, 2, 2))
    shape = _shape(
        np.exp(rng.uniform(-variation.aspect, variation.aspect)),
        rng.uniform(-variation.slant, variation.slant),
        rng.uniform(-variation.rotation_degrees, variation.rotation_degrees),
    )
    return [
        (stroke + _wave(stroke, waves, wave_phases) + _wave(2 * stroke, ripples, ripple_phases))
        @ shape.T
        for stroke in unit
    ]


def side_by_side(left: Strokes, right: Strokes, rng: np.random.Generator) -> list[FloatArray]:
    """Two digits in one drawing, nearly of one height, near each other or just touching; about 1
    high."""
    left, right = (place(rewrite(strokes, rng), 1, (0, 0)) for strokes in (left, right))
    left = _as_high_as(left, 1)
    right = _as_high_as(right, rng.uniform(0.8, 1.2))
    gap = rng.uniform(-0.05, 0.45)
    offset = np.array(
        [
            max(stroke[:, 0].max() for stroke in left)
            - min(stroke[:, 0].min() for stroke in right)
            + gap,
            rng.normal(0, 0.06),
        ]
    )
    return [*left, *(stroke + offset for stroke in right)]


def draw_somewhere(strokes: Strokes, rng: np.random.Generator) -> ByteArray:
    """The drawing, (784,) uint8, of strokes at a random size and place, with a random pen.

    Sizes are from tiny, about 8 cells with the pen, to as large as the grid. Half are drawn with
    the page's initial pen, a quarter with its thinnest, none so thick that the ink runs together.
    """
    size = rng.uniform(6, 26)
    width = rng.choice([PEN_WIDTH, THINNEST_PEN_WIDTH, rng.uniform(1, 3.2)], p=[0.5, 0.25, 0.25])
    margin = min(size / 2 + 0.5, SIDE / 2)
    x, y = rng.uniform(margin, SIDE - margin, 2)
    return draw(place(strokes, size, (x, y)), min(width, size / 4))


def _shape(aspect: float, lean: float, degrees: float) -> FloatArray:
    """The matrix (2, 2) that makes wider and lower by `aspect`, leans to the right and turns."""
    angle = np.deg2rad(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    shape: FloatArray = turn @ np.array([[aspect, -lean], [0, 1 / aspect]])
    return shape


def _curve(
    text: str, rng: np.random.Generator, wobble: float, overshoot: tuple[float, float]
) -> FloatArray:
    """Points (n, 2) of a stroke, in hundredths, its template's points moved at random."""
    points, corners = _parse(text)
    moved = points + rng.normal(0, wobble, points.shape)
    pieces = [spline(moved[first : last + 1]) for first, last in pairwise(corners)]
    stroke = np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])
    return _overshot(stroke, rng, overshoot)


@lru_cache
def _parse(text: str) -> tuple[FloatArray, list[int]]:
    """The points (n, 2) of a stroke, and the indices of those at which its curves begin and end."""
    points: list[list[float]] = []
    corners = [0]
    for word in text.split():
        if word == "|":
            corners.append(len(points) - 1)
        else:
            points.append([float(number) for number in word.split(",")])
    return np.array(points), [*corners, len(points) - 1]


def spline(points: FloatArray) -> FloatArray:
    """A curve through points (n, 2), n at least 2; straight for two."""
    before = np.concatenate([points[:1], points[:-2]])
    start, end = points[:-1], points[1:]
    after = np.concatenate([points[2:], points[-1:]])
    t = (np.arange(POINTS_OF_A_CURVE) / POINTS_OF_A_CURVE)[None, :, None]
    curve = 0.5 * (
        2 * start[:, None]
        + (end - before)[:, None] * t
        + (2 * before - 5 * start + 4 * end - after)[:, None] * t**2
        + (3 * start - before - 3 * end + after)[:, None] * t**3
    )
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def _overshot(
    stroke: FloatArray, rng: np.random.Generator, overshoot: tuple[float, float]
) -> FloatArray:
    """The stroke begun and ended earlier or later, each by its own share of its points."""
    if len(stroke) < 4:
        return stroke
    begin, end = rng.uniform(*overshoot, 2)
    return _lengthened(_lengthened(stroke, begin)[::-1], end)[::-1]


def _lengthened(stroke: FloatArray, share: float) -> FloatArray:
    """The stroke begun this share of its points earlier, straight on, or later if negative."""
    if share < 0:
        return stroke[min(int(-share * len(stroke)), len(stroke) - 2) :]
    earlier = stroke[0] + (stroke[0] - stroke[1]) * share * len(stroke)
    return np.concatenate([earlier[None], stroke])


def _wave(points: FloatArray, amplitudes: FloatArray, phases: FloatArray) -> FloatArray:
    """Displacements (n, 2) of points (n, 2) about 1 high: half a wave along each axis for each."""
    displacements: FloatArray = (amplitudes * np.sin(points[:, None, :] * np.pi + phases)).sum(
        axis=2
    )
    return displacements


def _as_high_as(strokes: Strokes, height: float) -> list[FloatArray]:
    """Strokes around the origin, scaled to a height; flat ones fivefold at most."""
    present = float(np.ptp(np.concatenate(strokes)[:, 1]))
    return [stroke * (height / max(present, 0.2)) for stroke in strokes]
