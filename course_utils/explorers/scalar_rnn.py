"""The scalar recurrent network: h_t = tanh(w x_t + u h_{t-1} + b), one unit, forty steps.

With 0 < u < 1 it is a leaky integrator, with u < 0 it alternates, with u > 1 it is a switch. The
right-hand panel shows why: where the curve tanh(u h + b) crosses the diagonal, the state stays.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.explorers._description import Choice, Explorer, Slider, Traces

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
    presets=(
        ("Leaky integrator", {"u": 0.9, "input": "pulses"}),
        ("Switch", {"u": 2.0}),
        ("Switch on and off", {"u": 2.0, "input": "opposite", "height": 3.0}),
        ("Oscillator", {"u": -1.5}),
    ),
)
