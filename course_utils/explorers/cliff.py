"""The cliff: the loss of one unit that is unrolled for twenty steps, over its two weights.

h_t = tanh(u h_{t-1} + b) from h_0 = 0.5, with no input; the loss is (h_20 − y)² with y = −0.5. To
one side of a line the state ends high, to the other it ends low: there the loss has a wall, and on
it the gradient is large. The walk down takes plain gradient steps, clipped or not.
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from course_utils._svg import (
    ACCENT,
    ACCENT2,
    INK,
    LINE,
    MUTED,
    at,
    circle,
    fixed,
    group,
    line,
    polyline,
    rect,
    text,
)
from course_utils.explorers._description import Choice, Drawing, Explorer, Slider, Traces, Values

TIME, START, GOAL = 20, 0.5, -0.5  # steps of the unit, h_0, y
LEFT, RIGHT, LOW, HIGH = -0.5, 2.5, -1.25, 0.5  # the map: u from left to right, b upwards
COLUMNS, ROWS, LEVELS, HIGHEST = 60, 42, 8, 2.25  # of the map's shading
FAR = 1000.0  # weights are not followed further than this

STARTS = {"below": (1.9, -0.6), "above": (2.2, 0.1)}
RULES = {"none": "no clipping", "value": "by value", "norm": "by norm"}


def loss_and_gradient(u: float, b: float) -> tuple[float, float, float]:
    """(loss, its derivative by u, by b). The derivatives of the state are carried along."""
    h, by_u, by_b = START, 0.0, 0.0
    for _ in range(TIME):
        new = math.tanh(u * h + b)
        slope = 1 - new * new
        by_u, by_b = slope * (h + u * by_u), slope * (1 + u * by_b)
        h = new
    return (h - GOAL) ** 2, 2 * (h - GOAL) * by_u, 2 * (h - GOAL) * by_b


def _kept(weight: float) -> float:
    """A weight to six decimals, so that two languages walk the very same path on the wall."""
    weight = min(FAR, max(-FAR, weight))
    return math.floor(weight * 1e6 + 0.5) / 1e6


def compute(rate: float, rule: str, limit: float, start: str, steps: int) -> Traces:
    """u, b, loss, norm: (steps + 1,), from the start to the last step; norm is before clipping."""
    u, b = STARTS[start]
    path: list[tuple[float, float, float, float]] = []
    for _ in range(steps + 1):
        loss, by_u, by_b = loss_and_gradient(u, b)
        norm = math.sqrt(by_u * by_u + by_b * by_b)
        path.append((u, b, loss, norm))
        if rule == "value":
            by_u = min(limit, max(-limit, by_u))
            by_b = min(limit, max(-limit, by_b))
        elif rule == "norm" and norm > limit:
            by_u, by_b = by_u * limit / norm, by_b * limit / norm
        u, b = _kept(u - rate * by_u), _kept(b - rate * by_b)
    columns = np.array(path).T
    return dict(zip(("u", "b", "loss", "norm"), columns, strict=True))


def _outside(u: float, b: float) -> bool:
    """Whether a point is off the map."""
    return not (LEFT <= u <= RIGHT and LOW <= b <= HIGH)


def summary(values: Values, traces: Traces) -> str:
    """The largest gradient, what was done about it, and where the walk ends."""
    u, b, loss, norm = (traces[name] for name in ("u", "b", "loss", "norm"))
    steps, limit = values["steps"], values["limit"]
    most = int(np.argmax(norm))
    words = f"The largest gradient, of norm {fixed(norm[most], 2)}, is met after step {most}."
    if values["rule"] == "norm" and norm[most] > limit:
        words += f" It is shortened to {fixed(limit, 1)} and keeps its direction."
    if values["rule"] == "value" and norm[most] > limit:
        words += f" No part of it may pass {fixed(limit, 1)}, so its direction can change."
    gone = next((t for t in range(steps + 1) if _outside(u[t], b[t])), None)
    if gone is not None:
        words += f" Step {gone} throws the weights off the map, to u = {fixed(u[gone], 2)} and"
        words += f" b = {fixed(b[gone], 2)}."
    return (
        f"{words} After step {steps} the loss is {fixed(loss[steps], 3)}"
        f" and the gradient has norm {fixed(norm[steps], 3)}."
    )


def _shading() -> list[list[int]]:
    """levels[row][column], from the top: how high the loss is, 0 to LEVELS − 1."""
    levels = []
    for row in range(ROWS):
        b = HIGH - (HIGH - LOW) * (row + 0.5) / ROWS
        line_of = []
        for column in range(COLUMNS):
            u = LEFT + (RIGHT - LEFT) * (column + 0.5) / COLUMNS
            h = START
            for _ in range(TIME):
                h = math.tanh(u * h + b)
            line_of.append(min(LEVELS - 1, math.floor(LEVELS * (h - GOAL) ** 2 / HIGHEST)))
        levels.append(line_of)
    return levels


SHADING = _shading()


def _map(left: float, top: float, width: float, height: float) -> str:
    """The shaded map: for each level one path of all its runs of cells."""
    across, down = width / COLUMNS, height / ROWS
    parts = []
    for level in range(1, LEVELS):
        runs = []
        for row, levels in enumerate(SHADING):
            column = 0
            while column < COLUMNS:
                end = column
                while end < COLUMNS and levels[end] == level:
                    end += 1
                if end > column:
                    x, y = at(left + column * across), at(top + row * down)
                    length, high = at((end - column) * across), at(down + 0.3)
                    runs.append(f"M{x} {y}h{length}v{high}h-{length}z")
                column = max(end, column + 1)
        opacity = fixed(0.08 * level, 2)
        parts.append(f'<path d="{"".join(runs)}" style="fill-opacity:{opacity}"/>')
    return group(f"fill:{ACCENT2};stroke:none", *parts)


def _cut(
    a: tuple[float, float], b: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The part of the way from a to b that lies on the map; None if there is none."""
    first, last = 0.0, 1.0
    for start, change, low, high in (
        (a[0], b[0] - a[0], LEFT, RIGHT),
        (a[1], b[1] - a[1], LOW, HIGH),
    ):
        if change == 0:
            if not low <= start <= high:
                return None
            continue
        ends = ((low - start) / change, (high - start) / change)
        first, last = max(first, min(ends)), min(last, max(ends))
    if first >= last:
        return None
    return (
        (a[0] + first * (b[0] - a[0]), a[1] + first * (b[1] - a[1])),
        (a[0] + last * (b[0] - a[0]), a[1] + last * (b[1] - a[1])),
    )


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """The map with the walk on it; beside it (or below, if narrow) the gradient norm."""
    wide = width >= 600
    left, top = 40, 30
    map_width = width * 0.56 - left if wide else width - left - 12
    map_height = 270 if wide else map_width * 0.72
    second = (width * 0.56 + 52, top) if wide else (left, top + map_height + 84)
    size = (width - second[0] - 12, map_height if wide else 130)
    body = [
        _map_panel(traces, (left, top), (map_width, map_height)),
        _norm_panel(values, traces, second, size),
    ]
    height = second[1] + size[1] + 46
    return Drawing(width, height, group(f"font-size:13px;fill:{INK}", *body))


def _map_panel(traces: Traces, corner: tuple[float, float], size: tuple[float, float]) -> str:
    (left, top), (width, height) = corner, size

    def place(u: float, b: float) -> tuple[float, float]:
        return (
            left + width * (u - LEFT) / (RIGHT - LEFT),
            top + height * (HIGH - b) / (HIGH - LOW),
        )

    points = list(zip(traces["u"].tolist(), traces["b"].tolist(), strict=True))
    legs = []
    for before, after in pairwise(points):
        part = _cut(before, after)
        if part is not None:
            legs.append(line(*place(*part[0]), *place(*part[1])))
    dots = [circle(*place(*point), 2.6) for point in points if not _outside(*point)]
    x, y = place(*points[0])
    ticks_u = [text(place(u, 0)[0], top + height + 18, fixed(u)) for u in (0.0, 1.0, 2.0)]
    ticks_b = [text(left - 6, place(0, b)[1] + 4, fixed(b, 1)) for b in (-1.0, -0.5, 0.0, 0.5)]
    return "".join(
        [
            text(left - 32, 16, "loss over the weights u and b (shaded: high)"),
            _map(left, top, width, height),
            rect(left, top, width, height, 0, f"fill:none;stroke:{LINE}"),
            group(f"stroke:{ACCENT};stroke-width:1.6;fill:none", *legs),
            group(f"fill:{ACCENT}", *dots),
            circle(x, y, 5, f"fill:none;stroke:{ACCENT};stroke-width:2"),
            group(f"fill:{MUTED};text-anchor:middle", *ticks_u),
            group(f"fill:{MUTED};text-anchor:end", *ticks_b),
            text(left + width / 2, top + height + 36, "u", f"fill:{MUTED};text-anchor:middle"),
        ]
    )


def _norm_panel(
    values: Values, traces: Traces, corner: tuple[float, float], size: tuple[float, float]
) -> str:
    (left, top), (width, height) = corner, size
    low, high = -4, 3  # powers of ten

    def up(norm: float) -> float:
        log = min(high, max(low, math.log10(max(norm, 1e-9))))
        return top + height * (high - log) / (high - low)

    steps = values["steps"]
    path = [
        (left + width * t / max(steps, 1), up(norm))
        for t, norm in enumerate(traces["norm"].tolist())
    ]
    frame = [line(left, up(10.0**p), left + width, up(10.0**p)) for p in (-4, -2, 0, 2)]
    ticks = [
        text(left - 6, up(10.0**p) + 4, label)
        for p, label in ((-4, "10⁻⁴"), (-2, "10⁻²"), (0, "1"), (2, "100"))
    ]
    clip = up(values["limit"])
    threshold = line(left, clip, left + width, clip, f"stroke:{ACCENT2};stroke-dasharray:7 4")
    return "".join(
        [
            text(left - 40, top - 14, "gradient norm at each step"),
            group(f"stroke:{LINE};fill:none", *frame),
            group(f"fill:{MUTED};text-anchor:end", *ticks),
            "" if values["rule"] == "none" else threshold,
            polyline(path, f"stroke:{ACCENT};stroke-width:1.6;fill:none"),
            group(f"fill:{ACCENT}", *(circle(x, y, 2.2) for x, y in path)),
            text(left, top + height + 18, "0", f"fill:{MUTED};text-anchor:middle"),
            text(left + width, top + height + 18, str(steps), f"fill:{MUTED};text-anchor:end"),
        ]
    )


EXPLORER = Explorer(
    name="cliff",
    title="Walking beside a cliff",
    description=(
        "A map of the loss of one unrolled unit over its recurrent weight u and its bias b: a low"
        " plain on the left and below, a high one at the upper right, and a wall between them. On"
        " it the points of a walk by gradient steps, from the ringed start. The second picture has"
        " the norm of the gradient at each step, with the clipping threshold dashed."
    ),
    parameters=(
        Choice("rule", "Clipping", tuple(RULES.items()), "norm"),
        Slider("limit", "Threshold", 0.1, 2, 0.1, 0.5),
        Slider("rate", "Learning rate η", 0.1, 1, 0.1, 0.5),
        Choice("start", "Start", (("below", "below the wall"), ("above", "above it")), "below"),
        Slider("steps", "Steps taken", 0, 60, 1, 40, stepper=True),
    ),
    compute=compute,
    summary=summary,
    draw=draw,
    presets=(
        ("No clipping", {"rule": "none"}),
        ("Clipped by norm", {"rule": "norm"}),
        ("Clipped by value", {"rule": "value"}),
        ("Over the edge", {"rule": "none", "start": "above", "rate": 0.2}),
    ),
)
