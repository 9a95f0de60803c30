"""Stepping through the unfolded graph: one recurrent layer, drawn once for each of five steps.

Every step uses the same W, U and b. Two features come in, three units remember, two outputs are
read with V and b_y. The weights are round numbers, so that a reader can follow with a pencil.
"""

from __future__ import annotations

import numpy as np

from course_utils.explorers._description import Choice, Explorer, Slider, Traces

STEPS = 5
X = np.array([[1, 0], [0, 1], [1, 1], [0, 0], [0, -1]], float)  # (time, features)
W = np.array([[0.5, -1.0, 0.0], [1.0, 0.5, -0.5]])  # (features, units)
U = np.array([[0.5, 0.0, 1.0], [0.0, 0.5, -0.5], [-1.0, 0.0, 0.5]])  # (units, units)
B = np.array([0.0, 0.5, 0.0])  # (units,)
V = np.array([[2.0, -1.0], [0.0, 1.0], [-1.0, 1.0]])  # (units, outputs)
B_Y = np.array([0.0, 0.5])  # (outputs,)

MODES = {
    "many-to-many": "many to many: an output at every step",
    "many-to-one": "many to one: one output, at the end",
    "one-to-many": "one to many: one input, then outputs",
}


def compute(step: int, mode: str) -> Traces:
    """The whole forward pass.

    x (5, 2), from_x = x W (5, 3), from_h = h_{t-1} U (5, 3), a (5, 3), h (6, 3) with h_0 = 0 first,
    y (5, 2); which inputs and outputs exist: has_input, has_output (5,), 0 or 1.
    """
    has_input = np.ones(STEPS) if mode != "one-to-many" else np.eye(STEPS)[0]
    has_output = np.ones(STEPS) if mode != "many-to-one" else np.eye(STEPS)[-1]
    x = X * has_input[:, None]
    h = np.zeros((STEPS + 1, 3))
    from_x, from_h, a, y = (np.zeros((STEPS, n)) for n in (3, 3, 3, 2))
    for t in range(STEPS):
        from_x[t] = x[t] @ W
        from_h[t] = h[t] @ U
        a[t] = from_x[t] + from_h[t] + B
        h[t + 1] = np.tanh(a[t])
        scores = np.exp(h[t + 1] @ V + B_Y)
        y[t] = scores / scores.sum()
    return {
        "x": x,
        "from_x": from_x,
        "from_h": from_h,
        "a": a,
        "h": h,
        "y": y,
        "has_input": has_input,
        "has_output": has_output,
    }


EXPLORER = Explorer(
    name="unfolded-graph",
    title="One layer, five steps",
    description=(
        "The unfolded graph: inputs below, states in a row, outputs above, joined by arrows W, U"
        " and V; the present step is in colour. Under it, the numbers of this step as a sum: x"
        " times W, the old state times U, and b; then tanh. Beside them the weights"
        " with their shapes."
    ),
    parameters=(
        Slider("step", "Time step", 1, STEPS, 1, 1, stepper=True),
        Choice("mode", "Inputs and outputs", tuple(MODES.items()), "many-to-many"),
    ),
    compute=compute,
)
