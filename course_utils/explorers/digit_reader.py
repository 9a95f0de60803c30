"""A trained LSTM reads a drawn digit row by row, and its ten probabilities change at every row.

The drawing is a list of pen strokes, polylines in a 28 × 28 square. :func:`preprocess` makes of
it what MNIST would have made: the digit fills a box of 20 × 20 pixels, and its centre of mass lies
where it lies in MNIST. The network (``digit-reader.json``, trained in the project on MNIST rows)
then gets 28 rows of 28 numbers, one after another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from course_utils import exporting
from course_utils.explorers._description import Choice, Explorer, Slider, Traces

ROWS = 28  # and columns: the network's picture, in pixels
BOX = 20.0  # the digit's longer side, ink included, as in MNIST
HALF_PEN = 1.25  # half the width of a stroke
SOFT = 0.7  # ink fades from 1 to 0 between HALF_PEN - SOFT and HALF_PEN + SOFT
CENTRE = 14.5  # mean centre of mass of MNIST digits, from the upper left corner
SMALLEST = 4.0  # a drawing smaller than this is not enlarged further: a dot stays a dot

HANDS = {"upright": "upright", "slanted": "slanted", "loose": "loose"}

Strokes = Sequence[Sequence[Sequence[float]]]  # strokes, points, (x to the right, y down)


# The picture --------------------------------------------------------------------------------------


def _segments(strokes: Strokes) -> tuple[np.ndarray, np.ndarray]:
    """From and to, each (segments, 2); a stroke of one point is a segment of no length."""
    pairs = [(a, b) for s in strokes for a, b in zip(s, s[1:] if len(s) > 1 else s, strict=False)]
    ends = np.array(pairs, float).reshape(-1, 2, 2)
    return ends[:, 0], ends[:, 1]


def _ink(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The ink in each pixel, (28, 28) in 0..1, from the distance of its centre to the strokes."""
    centres = np.arange(ROWS) + 0.5
    x, y = centres[None, None, :], centres[None, :, None]
    ax, ay, bx, by = (v[:, None, None] for v in (*start.T, *end.T))
    length2 = (bx - ax) ** 2 + (by - ay) ** 2
    along = (x - ax) * (bx - ax) + (y - ay) * (by - ay)
    t = np.clip(along / np.where(length2 > 0, length2, 1.0), 0.0, 1.0)
    distance = np.sqrt((x - ax - t * (bx - ax)) ** 2 + (y - ay - t * (by - ay)) ** 2).min(axis=0)
    return np.clip((HALF_PEN + SOFT - distance) / (2 * SOFT), 0.0, 1.0)


def preprocess(strokes: Strokes) -> tuple[np.ndarray, np.ndarray]:
    """Strokes -> the picture (28, 28) in 0..1, and where the drawing went: (scale, right, down).

    A point (x, y) of the drawing lies at (scale x + right, scale y + down) in the picture.
    Without any stroke, the picture is blank.
    """
    start, end = _segments(strokes)
    if not len(start):
        return np.zeros((ROWS, ROWS)), np.array([1.0, 0.0, 0.0])
    points = np.concatenate([start, end])
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (BOX - 2 * HALF_PEN) / max(*(high - low), SMALLEST)
    move = ROWS / 2 - scale * (low + high) / 2
    first = _ink(start * scale + move, end * scale + move)
    mass, centres = first.sum(), np.arange(ROWS) + 0.5
    move = (
        move + CENTRE - np.array([first.sum(axis=0) @ centres, first.sum(axis=1) @ centres]) / mass
    )
    return _ink(start * scale + move, end * scale + move), np.array([scale, *move])


# The network --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def network() -> dict[str, Any]:
    """The exported network: LSTM, then softmax at every row."""
    return exporting.load_exported(exporting.model_path("digit-reader"))


@lru_cache(maxsize=1)
def examples() -> dict[str, dict[str, Strokes]]:
    """digit -> hand -> strokes, drawn for this book."""
    return dict(json.loads(exporting.model_path("digit-strokes").read_text("utf-8")))


def read(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture (28, 28) -> probabilities (28, 10) and memory h (28, units) after each row."""
    first, *others = network()["layers"]
    memory = exporting.predict({"layers": [first]}, picture[None])
    return exporting.predict({"layers": others}, memory)[0], memory[0]


def settled(probabilities: np.ndarray) -> int:
    """The row, counted from 1, from which the leading digit stays the last one."""
    leader = probabilities.argmax(axis=1)
    other = np.flatnonzero(leader != leader[-1])
    return int(other[-1]) + 2 if len(other) else 1


@lru_cache(maxsize=64)
def _example(digit: str, hand: str) -> tuple[np.ndarray, ...]:
    picture, place = preprocess(examples()[digit][hand])
    return (picture, place, *read(picture))


def compute(digit: str, hand: str, rows: int) -> Traces:
    """picture (28, 28), place (3,), probabilities (28, 10), memory (units,), settled.

    `settled`: the row from which the leading digit stays the last one.
    """
    picture, place, probabilities, memory = _example(digit, hand)
    return {
        "picture": picture,
        "place": place,
        "probabilities": probabilities,
        "memory": memory[rows - 1] if rows else np.zeros(memory.shape[1]),
        "settled": settled(probabilities),
    }


EXPLORER = Explorer(
    name="digit-reader",
    title="A network reads your digit",
    description=(
        "Left: the drawing as the network gets it, 28 rows of 28 pixels, with a line under the last"
        " row read. Right of it: one line for each row read, one column for each digit, stronger"
        " where the digit is likelier. Bars: the ten probabilities after the last row read. Below:"
        " the numbers that the network carries from row to row."
    ),
    parameters=(
        Choice("digit", "Example", tuple((str(d), str(d)) for d in range(10)), "3"),
        Choice("hand", "Handwriting", tuple(HANDS.items()), "upright"),
        Slider("rows", "Rows read", 0, ROWS, 1, 11, stepper=True),
    ),
    compute=compute,
    models=("digit-reader", "digit-strokes"),
)
