"""A gradient walks back through time: one unit, six steps, the chain rule one step at a time.

h_t = tanh(w x_t + u h_{t-1}), and a loss ½ (h_t − 1)² at the last step or at every step. The reader
walks back from the loss; each step hands its part to w, u and b, and the rest on to the step
before. The parts are summed, because every step used the same three weights.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.explorers._description import Choice, Explorer, Slider, Traces

STEPS = 6
X = np.array([1.0, 0.0, -0.5, 0.0, 0.5, 0.0])  # the input at steps 1 to 6
TARGET = 1.0  # what the state should be, where a loss sits

LOSSES = {"last": "at the last step only", "every": "at every step"}


def compute(back: int, u: float, w: float, losses: str) -> Traces:
    """The whole walk; entry i of an array of STEPS belongs to step i + 1.

    h (STEPS + 1,) with h_0 = 0 first; loss; own: ∂L_t/∂h_t; later: what the step after sends;
    dh = own + later; slope; da = dh · slope; to_w, to_u, to_b; the three sums over the `back` steps
    that are walked (so_far) and over all (total), in the order w, u, b.
    """
    h = np.zeros(STEPS + 1)
    for t in range(STEPS):
        h[t + 1] = math.tanh(w * X[t] + u * h[t])
    has_loss = np.ones(STEPS) if losses == "every" else np.eye(STEPS)[-1]
    own = has_loss * (h[1:] - TARGET)
    later, dh, da = np.zeros(STEPS), np.zeros(STEPS), np.zeros(STEPS)
    slope = 1 - h[1:] ** 2
    for t in reversed(range(STEPS)):
        later[t] = da[t + 1] * u if t + 1 < STEPS else 0.0
        dh[t] = own[t] + later[t]
        da[t] = dh[t] * slope[t]
    parts = np.stack([X * da, h[:-1] * da, da])
    walked = np.arange(STEPS) >= STEPS - back
    return {
        "h": h,
        "loss": float(np.sum(has_loss * (h[1:] - TARGET) ** 2) / 2),
        "has_loss": has_loss,
        "own": own,
        "later": later,
        "dh": dh,
        "slope": slope,
        "da": da,
        "to_w": parts[0],
        "to_u": parts[1],
        "to_b": parts[2],
        "so_far": np.sum(parts * walked, axis=1),
        "total": np.sum(parts, axis=1),
    }


EXPLORER = Explorer(
    name="gradient-walk",
    title="A gradient walks back through time",
    description=(
        "One unit over six steps: states in a row, losses above, inputs below. Thin arrows run"
        " forward; thick ones show how far the gradient has been walked back. Under them two rows"
        " of bars: the gradient that arrives at each state, and the part that each step gives to"
        " the recurrent weight u. Below, the present step as a sum, and the sums so far for w, u"
        " and b."
    ),
    parameters=(
        Slider("back", "Steps walked back", 0, STEPS, 1, 1, stepper=True),
        Slider("u", "Recurrent weight u", -2, 2, 0.1, 0.9),
        Slider("w", "Input weight w", -2, 2, 0.1, 1.0),
        Choice("losses", "Where losses sit", tuple(LOSSES.items()), "last"),
    ),
    compute=compute,
    presets=(
        ("It fades", {"back": STEPS, "u": 0.4}),
        ("It arrives", {"back": STEPS, "u": 1.3, "w": 0.4}),
        ("Saturated", {"back": STEPS, "u": 2.0, "w": 2.0}),
        ("A loss at every step", {"back": STEPS, "losses": "every"}),
    ),
)
