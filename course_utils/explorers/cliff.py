"""The cliff: the loss of one unit that is unrolled for twenty steps, over its two weights.

h_t = tanh(u h_{t-1} + b) from h_0 = 0.5, with no input; the loss is (h_20 − y)² with y = −0.5. To
one side of a line the state ends high, to the other it ends low: there the loss has a wall, and on
it the gradient is large. The walk down takes plain gradient steps, clipped or not.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.explorers._description import Choice, Explorer, Slider, Traces

TIME, START, GOAL = 20, 0.5, -0.5  # steps of the unit, h_0, y
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
    presets=(
        ("No clipping", {"rule": "none"}),
        ("Clipped by norm", {"rule": "norm"}),
        ("Clipped by value", {"rule": "value"}),
        ("Over the edge", {"rule": "none", "start": "above", "rate": 0.2}),
    ),
)
