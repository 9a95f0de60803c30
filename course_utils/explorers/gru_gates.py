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

from course_utils._svg import ACCENT, ACCENT2, ACCENT3, ACCENT4, INK, fixed, group, text
from course_utils.explorers._description import (
    Drawing,
    Explorer,
    Pulses,
    Slider,
    Traces,
    Values,
    pulses,
)
from course_utils.explorers._lanes import Lanes, end_of_axis

STEPS = 24
CANDIDATE = 3.0  # weight of the input in both candidates: a pulse alone is worth tanh(3) = 0.995
SIGNAL = 8.0  # weight of the typed signals in the gates
HIGH = 400  # pixels: one of the two cells


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


def summary(values: Values, traces: Traces) -> str:
    """What both hold at the end, and how they came apart."""
    c, h = traces["c"], traces["h"]
    end = (
        f"At step {STEPS} the LSTM's cell holds {fixed(c[-1], 2)} and the GRU's state is"
        f" {fixed(h[-1], 2)}."
    )
    most = float(np.max(np.abs(c)))
    if most > 1.005:
        return (
            f"{end} The cell has added up to {fixed(most, 2)}; the GRU's state is a weighted mean"
            " of candidates and cannot leave the space between −1 and 1."
        )
    apart = np.abs(c - h)
    largest = float(np.max(apart))
    if largest < 0.05:
        return f"{end} With these settings the two can hardly be told apart."
    where = int(np.argmax(apart > largest - 1e-9)) + 1
    return (
        f"{end} They were furthest apart at step {where}: {fixed(c[where - 1], 2)} in the cell"
        f" against {fixed(h[where - 1], 2)} in the GRU."
    )


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """The input on top; below it the LSTM and, beside it (or below, if narrow), the GRU."""
    wide, t = width >= 600, traces
    half = width / 2 if wide else width
    below = 0 if wide else HIGH
    lstm, gru = Lanes(STEPS, 30, half - 10), Lanes(STEPS, half + 30 if wide else 30, width - 10)
    end = end_of_axis(t["c"], t["h"])
    body = [
        text(lstm.left, 16, "LSTM", "font-weight:700"),
        lstm.pulses("input xₜ", t["x"], 28),
        lstm.gate("input gate iₜ: write", t["i"], t["s"], ACCENT3, 104),
        lstm.gate("forget gate fₜ: keep", t["f"], 0 * t["s"], ACCENT4, 166),
        lstm.gate("output gate oₜ: show", t["o"], t["q"], ACCENT2, 228),
        lstm.curve("cell state cₜ", t["c"], end, ACCENT, 284, 80),
        lstm.times(388),
        text(gru.left, below + 16, "GRU", "font-weight:700"),
        gru.pulses("input xₜ", t["x"], below + 28),
        gru.gate("1 − zₜ: write", 1 - t["z"], t["s"], ACCENT3, below + 104),
        gru.gate("update gate zₜ: keep", t["z"], -t["s"], ACCENT4, below + 166),
        gru.gate("reset gate rₜ: show", t["r"], t["q"], ACCENT2, below + 228),
        gru.curve("state hₜ", t["h"], end, ACCENT, below + 284, 80),
        gru.times(below + 388),
    ]
    return Drawing(width, below + HIGH, group(f"font-size:13px;fill:{INK}", *body))


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
    summary=summary,
    draw=draw,
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
