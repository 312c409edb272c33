"""Drawings that are not glyphs: scribbles, hatching, blots and dots.

Each function takes a generator and returns strokes about 1 high, anywhere near the origin.
"""

from collections.abc import Callable

import numpy as np

from app.model.arrays import FloatArray
from app.model.drawings.handwriting import spline

Scribbler = Callable[[np.random.Generator], list[FloatArray]]


def tangle(rng: np.random.Generator) -> list[FloatArray]:
    """One smooth stroke through many places."""
    return [spline(rng.uniform(0, 1, (rng.integers(8, 20), 2)))]


def straight_lines(rng: np.random.Generator) -> list[FloatArray]:
    """Some lines across one another."""
    return list(rng.uniform(0, 1, (rng.integers(4, 9), 2, 2)))


def short_strokes(rng: np.random.Generator) -> list[FloatArray]:
    """Some bent strokes that hardly touch."""
    return [
        spline(rng.uniform(0, 1, 2) + rng.uniform(-0.3, 0.3, (3, 2)))
        for _ in range(rng.integers(4, 8))
    ]


def hatching(rng: np.random.Generator) -> list[FloatArray]:
    """Back and forth, as when filling a field."""
    turns = int(rng.integers(7, 16))
    along = np.linspace(0, 1, turns) + rng.normal(0, 0.02, turns)
    across = np.where(np.arange(turns) % 2, 1.0, 0.0) + rng.normal(0, 0.08, turns)
    return [_turned(np.stack([across, along], axis=1), rng)]


def spiral(rng: np.random.Generator) -> list[FloatArray]:
    """Two to four turns, outwards."""
    angles = np.linspace(0, 2 * np.pi * rng.uniform(2.2, 4), 60)
    radius = angles / angles[-1] / 2
    centered = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    return [_turned(centered + rng.normal(0, 0.01, centered.shape), rng)]


def lattice(rng: np.random.Generator) -> list[FloatArray]:
    """Lines one way and across, like a window or a fence."""
    count = int(rng.integers(3, 6))
    places = np.linspace(0, 1, count) + rng.normal(0, 0.03, count)
    lines = [np.array([[place, 0.0], [place, 1.0]]) for place in places]
    lines += [np.array([[0.0, place], [1.0, place]]) for place in places]
    return [line + rng.normal(0, 0.02, (2, 2)) for line in lines]


def dots(rng: np.random.Generator) -> list[FloatArray]:
    """Some dots here and there."""
    return list(rng.uniform(0, 1, (rng.integers(3, 12), 1, 2)))


def wave(rng: np.random.Generator) -> list[FloatArray]:
    """A wavy line."""
    along = np.linspace(0, 1, 60)
    up = rng.uniform(0.1, 0.35) * np.sin(2 * np.pi * rng.uniform(2.5, 5) * along)
    return [_turned(np.stack([along, up], axis=1), rng)]


def _turned(points: FloatArray, rng: np.random.Generator) -> FloatArray:
    angle = rng.uniform(0, 2 * np.pi)
    cosine, sine = np.cos(angle), np.sin(angle)
    turned: FloatArray = points @ np.array([[cosine, -sine], [sine, cosine]])
    return turned


TRAINING_SCRIBBLES: tuple[Scribbler, ...] = (tangle, straight_lines, short_strokes, spiral)
"""For training: the network has to reject them."""
MEASURING_SCRIBBLES: tuple[Scribbler, ...] = (hatching, lattice, dots, wave)
"""Kept to measure with."""
