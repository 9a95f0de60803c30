"""The scalar recurrent network: h_t = tanh(w x_t + u h_{t-1} + b), one unit, forty steps.

With 0 < u < 1 it is a leaky integrator, with u < 0 it alternates, with u > 1 it is a switch. The
right-hand panel shows why: where the curve tanh(u h + b) crosses the diagonal, the state stays.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils._svg import (
    ACCENT,
    ACCENT2,
    INK,
    LINE,
    MUTED,
    SURFACE,
    circle,
    fixed,
    group,
    line,
    polyline,
    rect,
    text,
)
from course_utils.explorers._description import Choice, Drawing, Explorer, Slider, Traces, Values

STEPS = 40

INPUTS = {
    "pulse": "one pulse",
    "pulses": "two pulses",
    "opposite": "a pulse, then its opposite",
    "step": "a step that stays",
    "alternating": "alternating signs",
}


def inputs(shape: str, height: float, start: int) -> np.ndarray:
    """x (STEPS,): the input from step 1 to step 40; pulses are 15 steps apart."""
    t = np.arange(1, STEPS + 1)
    if shape == "step":
        return np.where(t >= start, height, 0.0)
    if shape == "alternating":
        return np.where(t >= start, np.where((t - start) % 2 == 0, height, -height), 0.0)
    second = {"pulse": 0.0, "pulses": height, "opposite": -height}[shape]
    return np.where(t == start, height, np.where(t == start + 15, second, 0.0))


def _crossing(u: float, b: float, low: float, high: float) -> float | None:
    """The h in [low, high] with tanh(u h + b) = h, by bisection; None without a change of sign."""

    def excess(h: float) -> float:
        return math.tanh(u * h + b) - h

    rising = excess(low) < 0
    if (excess(high) < 0) == rising:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        value = excess(middle)
        if value == 0:
            return middle
        if (value < 0) == rising:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def fixed_points(u: float, b: float) -> tuple[list[float], list[float]]:
    """Where the state stays when nothing comes in, and the slope u (1 - h²) of the map there.

    The map has one fixed point, or up to three when u > 1: the curve can cross the diagonal only
    once between the places where its slope is 1.
    """
    ends = [-1.0, 1.0]
    if u > 1:
        bend = math.acosh(math.sqrt(u))
        places = ((-bend - b) / u, (bend - b) / u)
        ends = [-1.0, *(min(1.0, max(-1.0, place)) for place in places), 1.0]
    found = []
    for i in range(len(ends) - 1):
        h = _crossing(u, b, ends[i], ends[i + 1])
        if h is not None:
            found.append(h)
    return found, [u * (1 - h * h) for h in found]


def compute(w: float, u: float, b: float, input: str, height: float, start: int) -> Traces:
    """x and h (STEPS,) with h_0 = 0; fixed_points of the map without input, its slopes there."""
    x = inputs(input, height, start)
    h = np.empty(STEPS)
    state = 0.0
    for t in range(STEPS):
        state = math.tanh(w * x[t] + u * state + b)
        h[t] = state
    points, slopes = fixed_points(u, b)
    return {"x": x, "h": h, "fixed_points": np.array(points), "slopes": np.array(slopes)}


def _regime(u: float, points: np.ndarray, slopes: np.ndarray) -> str:
    """What kind of memory this is."""
    if len(points) == 3:
        return (
            f"A switch: without input the state rests at {fixed(points[0], 2)} or at"
            f" {fixed(points[2], 2)}, and {fixed(points[1], 2)} between them is the tipping point."
        )
    where, slope = f"rests at {fixed(points[0], 2)}", slopes[0]
    if u == 0:
        return "No memory: u is 0, so each state depends on its own input alone."
    if slope < -1:
        return (
            "An oscillator: the state overshoots its resting point"
            f" {fixed(points[0], 2)} at every step, and never comes to rest."
        )
    if slope < 0:
        return (
            f"A damped oscillation: the state changes side at every step, and {where}; each step"
            f" keeps {fixed(-100 * slope)} % of the distance."
        )
    if slope > 0.995:
        return f"On the edge: the state {where}, but ever more slowly."
    half = math.log(0.5) / math.log(slope) if slope > 0 else 0.0
    return (
        f"A leaky integrator: without input the state {where}; near it each step keeps"
        f" {fixed(100 * slope)} % of the distance, so half is forgotten in {fixed(half, 1)} steps."
    )


def _ending(values: Values, traces: Traces) -> str:
    """Where the state is at the end."""
    x, h, points = traces["x"], traces["h"], traces["fixed_points"]
    last, before = h[-1], h[-2]
    if abs(last - before) > 0.02:
        return f"At the end it still moves between {fixed(before, 2)} and {fixed(last, 2)}."
    if x[-1] != 0:
        return f"Under the lasting input the state holds {fixed(last, 2)}."
    size = np.abs(h)
    peak = h[np.argmax(size > size.max() - 1e-9)]  # the first of equals
    if len(points) == 3 and min(abs(last - points[0]), abs(last - points[2])) < 0.02:
        return f"After the input the state settles at {fixed(last, 2)} and stays."
    if size.max() < 0.005:
        return f"Nothing pushes it: the state stays at {fixed(last, 2)} throughout."
    return f"Its largest state was {fixed(peak, 2)}; at step {STEPS} it is {fixed(last, 2)}."


def summary(values: Values, traces: Traces) -> str:
    """The kind of memory, and where the state ends."""
    regime = _regime(values["u"], traces["fixed_points"], traces["slopes"])
    return f"{regime} {_ending(values, traces)}"


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """The input above the state over time; beside it (or below, if narrow) the map of the state."""
    wide = width >= 600
    side = 210 if wide else min(width - 44, 260)  # of the map's square
    left, right = 34, (width - side - 86 if wide else width - 52)
    body = [_input_panel(traces["x"], left, right), _state_panel(traces, left, right)]
    body.append(_map_panel(values, traces, (width - side - 8, 106) if wide else (34, 372), side))
    style = f"font-size:13px;fill:{INK}"
    return Drawing(width, 350 if wide else 372 + side + 34, group(style, *body))


def _across(t: float, left: float, right: float) -> float:
    return left + (right - left) * t / STEPS


def _input_panel(x: np.ndarray, left: float, right: float) -> str:
    def up(value: float) -> float:
        return 52 - 10 * value

    bars = [
        line(_across(t + 1, left, right), up(0), _across(t + 1, left, right), up(x[t]))
        for t in range(STEPS)
        if x[t] != 0
    ]
    return "".join(
        [
            text(left, 14, "input xₜ"),
            line(left, up(0), right, up(0), f"stroke:{LINE}"),
            group(f"stroke:{ACCENT2};stroke-width:3;fill:none", *bars),
        ]
    )


def _state_panel(traces: Traces, left: float, right: float) -> str:
    h, points, slopes = traces["h"], traces["fixed_points"], traces["slopes"]

    def up(value: float) -> float:
        return 211 - 105 * value

    frame = [line(left, up(v), right, up(v)) for v in (-1.0, 0.0, 1.0)]
    ticks = [text(left - 8, up(v) + 4, fixed(v)) for v in (-1.0, 0.0, 1.0)]
    times = [text(_across(t, left, right), 338, str(t)) for t in range(0, STEPS + 1, 10)]
    rests = []
    for point, slope in zip(points, slopes, strict=True):
        dashes = "7 4" if abs(slope) < 1 else "1.5 4"
        rests.append(line(left, up(point), right, up(point), f"stroke-dasharray:{dashes}"))
    marks = [text(right + 8, up(point) + 4, fixed(point, 2)) for point in points]
    path = [(_across(t + 1, left, right), up(h[t])) for t in range(STEPS)]
    path.insert(0, (_across(0, left, right), up(0.0)))
    return "".join(
        [
            text(left, 100, "state hₜ"),
            group(f"stroke:{LINE};fill:none", *frame),
            group(f"fill:{MUTED};text-anchor:end", *ticks),
            group(f"fill:{MUTED};text-anchor:middle", *times),
            group(f"stroke:{MUTED};stroke-width:1.5;fill:none", *rests),
            group(f"fill:{MUTED}", *marks),
            polyline(path, f"stroke:{ACCENT};stroke-width:2;fill:none;stroke-linejoin:round"),
            group(f"fill:{ACCENT}", *(circle(x, y, 2.6) for x, y in path)),
        ]
    )


def _map_panel(values: Values, traces: Traces, corner: tuple[float, float], side: float) -> str:
    left, top = corner
    u, b, h = values["u"], values["b"], traces["h"]

    def to(before: float, after: float) -> tuple[float, float]:
        return left + side * (before + 1) / 2, top + side * (1 - after) / 2

    curve = [to(i / 20 - 1, math.tanh(u * (i / 20 - 1) + b)) for i in range(41)]
    rest, tip = (f"fill:{fill};stroke:{INK};stroke-width:1.5" for fill in (INK, SURFACE))
    below = top + side + 20
    crossings = []
    for point, slope in zip(traces["fixed_points"], traces["slopes"], strict=True):
        x, y = to(point, point)
        crossings.append(circle(x, y, 5, rest if abs(slope) < 1 else tip))
    steps = [circle(*to(h[t - 1] if t else 0.0, h[t]), 2.6) for t in range(STEPS)]
    return "".join(
        [
            text(left, top - 6, "hₜ against hₜ₋₁"),
            rect(left, top, side, side, 0, f"fill:none;stroke:{LINE}"),
            line(left, top + side, left + side, top, f"stroke:{LINE}"),
            polyline(curve, f"stroke:{ACCENT};stroke-width:2;fill:none"),
            *crossings,
            group(f"fill:{ACCENT2}", *steps),
            circle(left + 5, below - 4, 5, rest),
            circle(left + 64, below - 4, 5, tip),
            circle(left + 149, below - 4, 3, f"fill:{ACCENT2}"),
            group(
                f"fill:{MUTED}",
                text(left + 15, below, "rests"),
                text(left + 74, below, "tips away"),
                text(left + 156, below, "a step"),
            ),
        ]
    )


EXPLORER = Explorer(
    name="scalar-rnn",
    title="One unit that remembers",
    description=(
        "Top: the input at each of 40 steps. Below it: the state at each step, with dashed lines"
        " where it would rest without input, dotted where it would tip away. Beside them: each"
        " state against the one before, and the curve that they follow without input; where it"
        " crosses the diagonal, the state stays."
    ),
    parameters=(
        Slider("w", "Input weight w", -3, 3, 0.1, 1.0),
        Slider("u", "Recurrent weight u", -2, 2, 0.05, 0.8),
        Slider("b", "Bias b", -1, 1, 0.05, 0.0),
        Choice("input", "Input", tuple(INPUTS.items()), "pulse"),
        Slider("height", "Height of the input", -3, 3, 0.1, 1.5),
        Slider("start", "Input begins at step", 1, 20, 1, 5),
    ),
    compute=compute,
    summary=summary,
    draw=draw,
    presets=(
        ("Leaky integrator", {"u": 0.9, "input": "pulses"}),
        ("Switch", {"u": 2.0}),
        ("Switch on and off", {"u": 2.0, "input": "opposite", "height": 3.0}),
        ("Oscillator", {"u": -1.5}),
    ),
)
