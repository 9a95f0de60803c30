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
from course_utils._svg import (
    ACCENT,
    ACCENT2,
    INK,
    LINE,
    MUTED,
    at,
    fixed,
    group,
    line,
    rect,
    text,
)
from course_utils.explorers._description import Choice, Drawing, Explorer, Slider, Traces, Values

ROWS = 28  # and columns: the network's picture, in pixels
BOX = 20.0  # the digit's longer side, ink included, as in MNIST
HALF_PEN = 1.25  # half the width of a stroke
SOFT = 0.7  # ink fades from 1 to 0 between HALF_PEN - SOFT and HALF_PEN + SOFT
CENTRE = 14.5  # mean centre of mass of MNIST digits, from the upper left corner
SMALLEST = 4.0  # a drawing smaller than this is not enlarged further: a dot stays a dot

HANDS = {"upright": "upright", "slanted": "slanted", "loose": "loose"}

Cells = list[tuple[float, float, float]]  # x, y, strength in 0..1
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


# Words and picture --------------------------------------------------------------------------------


def _percent(p: float) -> str:
    if p >= 0.995:
        return "over 99 %"
    return f"{fixed(100 * p)} %" if p >= 0.005 else "under 1 %"


def _short(p: float) -> str:
    return ">99 %" if p >= 0.995 else f"{fixed(100 * p)} %"


def summary(values: Values, traces: Traces) -> str:
    """What the network thinks after the rows it has read."""
    rows, what = int(values["rows"]), f"the example {values['digit']}"
    if rows == 0:
        return f"No row of {what} is read yet: all {len(traces['memory'])} numbers in memory are 0."
    now = traces["probabilities"][rows - 1]
    first, second, third = np.argsort(-now, kind="stable")[:3]
    likely = f"{first} ({_percent(now[first])})"
    if rows == ROWS:
        since = traces["settled"]
        return (
            f"After all 28 rows of {what} the network reads {likely};"
            f" {first} has led since row {since}."
        )
    return (
        f"After {rows} of 28 rows of {what} the network leans to {likely},"
        f" then {second} ({_percent(now[second])})"
        f" and {third} ({_percent(now[third])})."
    )


def _levels(cells: Cells, width: float, height: float, steps: int, colour: str) -> str:
    """Boxes (x, y, strength in 0..1) as one path for each of `steps` strengths."""
    paths: list[list[str]] = [[] for _ in range(steps + 1)]
    for x, y, strength in cells:
        box = f"M{at(x)} {at(y)}h{at(width)}v{at(height)}h-{at(width)}z"
        paths[int(np.floor(strength * steps + 0.5))].append(box)
    return "".join(
        f'<path d="{"".join(path)}" style="fill:{colour};fill-opacity:{fixed(level / steps, 2)}"/>'
        for level, path in enumerate(paths)
        if level and path
    )


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """The picture, the probabilities after each row, the last ones as bars, and the memory."""
    rows = int(values["rows"])
    wide = width >= 600
    pixel = 9 if wide else (width - 24) // 28 / 2
    side = ROWS * pixel
    column = 17 if wide else (width - 24 - side) // 10
    top, heat = 40, side + 24
    body = [
        _picture(traces["picture"], rows, pixel, top),
        _heat(traces["probabilities"], rows, heat, top, column, pixel),
    ]
    y = top + rows * pixel
    end = heat + 10 * column
    if rows:
        body.append(line(0, y, end, y, f"stroke:{ACCENT2};stroke-width:2"))
        body.append(text(side + 12, y - 4 if rows > 1 else y + 10, str(rows), _MIDDLE))
    now = traces["probabilities"][rows - 1] if rows else np.zeros(10)
    if wide:
        body.append(_bars(now, rows, (end + 26, top), width - end - 26, side / 10))
        below = top + side + 30
    else:
        body.append(_bars(now, rows, (0, top + side + 36), width, 20))
        below = top + side + 36 + 200 + 28
    memory, height = _memory(traces["memory"], below, width)
    body.append(memory)
    return Drawing(width, below + height + 2, group(f"font-size:13px;fill:{INK}", *body))


_MIDDLE = f"text-anchor:middle;fill:{MUTED}"


def _picture(picture: np.ndarray, rows: int, pixel: float, top: float) -> str:
    """The 28 × 28 pixels: rows already read in full ink, the others pale."""
    read_: Cells = []
    unread: Cells = []
    for r, c in zip(*np.nonzero(picture > 1 / 16), strict=True):
        cell = (c * pixel, top + r * pixel, float(picture[r, c]))
        (read_ if r < rows else unread).append(cell)
    side = ROWS * pixel
    return "".join(
        [
            text(0, 14, "The 28 rows it gets"),
            rect(0, top, side, side, 0, f"fill:none;stroke:{LINE}"),
            _levels(read_, pixel, pixel, 8, INK),
            group("opacity:0.3", _levels(unread, pixel, pixel, 8, INK)),
        ]
    )


def _heat(
    probabilities: np.ndarray, rows: int, left: float, top: float, column: float, pixel: float
) -> str:
    """One line for each row read, one column for each digit: the darker, the likelier."""
    cells = [
        (left + digit * column, top + r * pixel, float(probabilities[r, digit]))
        for r in range(rows)
        for digit in range(10)
    ]
    heads = [text(left + (digit + 0.5) * column, top - 6, str(digit)) for digit in range(10)]
    return "".join(
        [
            text(left, 14, "Its guess, row by row"),
            group(_MIDDLE, *heads),
            rect(left, top, 10 * column, ROWS * pixel, 0, f"fill:none;stroke:{LINE}"),
            _levels(cells, column, pixel, 20, ACCENT),
        ]
    )


def _bars(
    now: np.ndarray, rows: int, corner: tuple[float, float], width: float, step: float
) -> str:
    """The ten probabilities after the last row read."""
    left, top = corner
    room = width - 20 - 54  # for a bar of probability 1
    leader = int(now.argmax()) if rows else -1
    parts = [text(left, top - 26 if step > 20 else top - 8, f"After row {rows}")]
    for digit in range(10):
        y = top + digit * step
        middle = y + step / 2 + 4.5
        bold = "font-weight:700" if digit == leader else ""
        colour = ACCENT if digit == leader else ACCENT2
        length = room * float(now[digit])
        parts.append(text(left, middle, str(digit), bold))
        parts.append(rect(left + 18, y + 3, room, step - 6, 2, f"fill:{LINE};fill-opacity:0.35"))
        parts.append(rect(left + 18, y + 3, length, step - 6, 2, f"fill:{colour}"))
        words = _short(now[digit]) if rows else "–"
        parts.append(text(left + 26 + room, middle, words, bold))
    return "".join(parts)


def _memory(memory: np.ndarray, top: float, width: float) -> tuple[str, float]:
    """The state h, one cell a number: one colour above zero, another below."""
    across = 64 if width >= 600 else 32
    step = width / across
    above: Cells = []
    below: Cells = []
    for i, h in enumerate(memory):
        cell = ((i % across) * step, top + (i // across) * step, abs(float(h)))
        (above if h > 0 else below).append(cell)
    height = -(-len(memory) // across) * step
    return (
        "".join(
            [
                text(0, top - 8, f"What it carries to the next row: {len(memory)} numbers"),
                rect(0, top, width, height, 0, f"fill:none;stroke:{LINE}"),
                _levels(above, step - 1, step - 1, 10, ACCENT),
                _levels(below, step - 1, step - 1, 10, ACCENT2),
            ]
        ),
        height,
    )


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
    summary=summary,
    draw=draw,
)
