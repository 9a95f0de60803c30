"""One GRU unit beside one LSTM unit, on the same input and the same signals, over 24 steps.

Three typed rows go into both: the input x_t, a signal that opens the doors for writing, s_t, and
one for showing the state, q_t. Both are ordinary layers with three features and one unit; all that
is not shared is what the GRU changed:

    LSTM  i = sigma(b_w + 8 s)   f = sigma(b_f)   o = sigma(b_o + 8 q)
          c = f c + i tanh(3 x + u h)    h = o tanh(c)
    GRU   1 - z = i              z = 1 - i        r = o
          h = z h + (1 - z) tanh(3 x + u r h)
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.explorers._description import (
    Explorer,
    Pulses,
    Slider,
    Traces,
    pulses,
)

STEPS = 24
CANDIDATE = 3.0  # weight of the input in both candidates: a pulse alone is worth tanh(3) = 0.995
SIGNAL = 8.0  # weight of the typed signals in the gates


def _sigma(a: float) -> float:
    return 1 / (1 + math.exp(-a))


def compute(x: str, s: str, q: str, b_w: float, b_f: float, b_o: float, u: float) -> Traces:
    """All (STEPS,): x, s and q as typed; i, f, o, the cell state c and the state h_lstm; then z, r
    and the state h of the GRU. All states start at 0.
    """
    rows = {"x": pulses(x, STEPS), "s": pulses(s, STEPS), "q": pulses(q, STEPS)}
    names = ("i", "f", "o", "c", "h_lstm", "z", "r", "h")
    found: dict[str, list[float]] = {name: [] for name in names}
    c = h_lstm = h = 0.0
    for t in range(STEPS):
        came = CANDIDATE * rows["x"][t]
        i, f = _sigma(b_w + SIGNAL * rows["s"][t]), _sigma(b_f)
        o = _sigma(b_o + SIGNAL * rows["q"][t])
        c = f * c + i * math.tanh(came + u * h_lstm)
        h_lstm = o * math.tanh(c)
        z, r = 1 - i, o
        h = z * h + (1 - z) * math.tanh(came + u * r * h)
        for name, value in zip(names, (i, f, o, c, h_lstm, z, r, h), strict=True):
            found[name].append(value)
    every: dict[str, list[float]] = {**rows, **found}
    return {name: np.array(values) for name, values in every.items()}


EXPLORER = Explorer(
    name="gru-gates",
    title="A GRU unit beside an LSTM unit",
    description=(
        "An LSTM unit and a GRU unit over the same 24 steps. For each, from top to bottom: the"
        " input as bars up and down; three gates as bars between 0, closed, and 1, open; and the"
        " state. A plus or a minus above a bar is the signal that was typed for this step. The"
        " writing gate of the GRU is one minus its keeping gate; the LSTM sets the two apart."
    ),
    parameters=(
        Pulses("x", "Input xₜ", STEPS, "+......+.......-"),
        Pulses(
            "s",
            "Signal: write",
            STEPS,
            "+..............+",
            "Here + opens the gates that write, - shuts them: iₜ, and 1 − zₜ.",
        ),
        Pulses(
            "q",
            "Signal: show",
            STEPS,
            "",
            "Here - hides the old state from the candidate: oₜ, and rₜ.",
        ),
        Slider("b_w", "Writing at rest: bias of iₜ and 1 − zₜ", -6, 6, 0.5, -5.0),
        Slider("b_f", "LSTM's forget gate: bias", -6, 8, 0.5, 6.0),
        Slider("b_o", "Showing at rest: bias of oₜ and rₜ", -6, 6, 0.5, 5.0),
        Slider("u", "Weight u of the old state in both candidates", -3, 3, 0.25, 0.0),
    ),
    compute=compute,
    presets=(
        ("Write, ignore, replace", {}),
        ("Count", {"x": "+..+..+..+..+", "s": "+..+..+..+..+", "b_f": 8.0}),
        ("A leak", {"x": "+", "s": "+", "b_w": -2.0, "b_f": 2.0}),
        (
            "Reset a switch",
            {"x": "+", "s": "", "q": "............--", "b_w": 5.0, "b_f": -5.0, "u": 1.5},
        ),
    ),
)
