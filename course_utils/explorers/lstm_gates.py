"""One LSTM unit over 24 steps, with its three gates under the reader's hands.

The reader types four rows: the input x_t, and one signal for each gate. It is an ordinary LSTM with
four features and one unit: a gate is sigma(b + w s_t), where b says how open it is at rest and s_t
is the typed signal; the candidate is tanh(3 x_t); U is zero.
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
CANDIDATE = 3.0  # weight of the input in the candidate: a pulse is worth tanh(3) = 0.995


def _sigma(a: float) -> float:
    return 1 / (1 + math.exp(-a))


def compute(x: str, i: str, f: str, o: str, b_i: float, b_f: float, b_o: float, w: float) -> Traces:
    """All (STEPS,): the input x, the signals s_i, s_f, s_o, the gates i, f, o, the cell state c and
    the state h, from c_0 = 0; and half_life (steps) of the cell state while the gates rest.
    """
    row = pulses(x, STEPS)
    signals = {"i": pulses(i, STEPS), "f": pulses(f, STEPS), "o": pulses(o, STEPS)}
    rest = {"i": b_i, "f": b_f, "o": b_o}
    gates = {gate: [_sigma(rest[gate] + w * s) for s in signals[gate]] for gate in signals}
    cells, states = [], []
    c = 0.0
    for t in range(STEPS):
        c = gates["f"][t] * c + gates["i"][t] * math.tanh(CANDIDATE * row[t])
        cells.append(c)
        states.append(gates["o"][t] * math.tanh(c))
    return {
        "x": np.array(row),
        **{f"s_{gate}": np.array(signal) for gate, signal in signals.items()},
        **{gate: np.array(values) for gate, values in gates.items()},
        "c": np.array(cells),
        "h": np.array(states),
        "half_life": -math.log(2) / math.log(_sigma(b_f)),
    }


WAVE = "+....-....+....-"

EXPLORER = Explorer(
    name="lstm-gates",
    title="One LSTM unit, and your hands on its gates",
    description=(
        "Over 24 steps, from top to bottom: the input as bars up and down; the input gate and the"
        " forget gate, each as bars between 0, closed, and 1, open; the cell state; the output"
        " gate; and the state that the next layer sees. A plus or a minus above a bar is the signal"
        " that was typed for this gate and step."
    ),
    parameters=(
        Pulses("x", "Input xₜ", STEPS, WAVE),
        Pulses(
            "i",
            "Signal to the input gate",
            STEPS,
            "+",
            "Here + pushes the gate open, - pushes it shut.",
        ),
        Pulses("f", "Signal to the forget gate", STEPS, "", "As above: a - wipes the cell."),
        Pulses("o", "Signal to the output gate", STEPS, "....................++++", "As above."),
        Slider("b_i", "Input gate at rest: bias", -6, 8, 0.5, -4.0),
        Slider("b_f", "Forget gate at rest: bias", -6, 8, 0.5, 6.0),
        Slider("b_o", "Output gate at rest: bias", -6, 8, 0.5, -4.0),
        Slider("w", "Weight of the signals", 0, 12, 0.5, 8.0),
    ),
    compute=compute,
    presets=(
        ("Keep the first", {}),
        ("Add them up", {"i": "", "o": "", "x": "+..+..+..-", "b_i": 5.0, "b_o": 5.0}),
        ("Leak", {"x": "+", "i": "", "o": "", "b_i": 5.0, "b_f": 1.0, "b_o": 5.0}),
        (
            "Write, wipe, write",
            {"x": "+...........-", "i": "+...........+", "f": "...........-", "o": "", "b_o": 5.0},
        ),
        ("Doors shut", {"i": "", "o": ""}),
    ),
)
