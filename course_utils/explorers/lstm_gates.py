"""One LSTM unit over 24 steps, with its three gates under the reader's hands.

The reader types four rows: the input x_t, and one signal for each gate. It is an ordinary LSTM with
four features and one unit: a gate is sigma(b + w s_t), where b says how open it is at rest and s_t
is the typed signal; the candidate is tanh(3 x_t); U is zero.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.explorers._description import (
    Drawing,
    Explorer,
    Pulses,
    Slider,
    Traces,
    Values,
    pulses,
)
from course_utils.explorers._svg import (
    ACCENT,
    ACCENT2,
    ACCENT3,
    ACCENT4,
    INK,
    LINE,
    MUTED,
    circle,
    fixed,
    group,
    line,
    polyline,
    rect,
    text,
)

STEPS = 24
CANDIDATE = 3.0  # weight of the input in the candidate: a pulse is worth tanh(3) = 0.995
SCALES = (1, 2, 5, 10, 25)  # ends of the axis of the cell state
LANE = 30  # pixels: a gate that is wide open


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


def summary(values: Values, traces: Traces) -> str:
    """What was let in, how long it is held, and what is shown at the end."""
    x, c, h, o = traces["x"], traces["c"], traces["h"], traces["o"]
    came = int(np.sum(x != 0))
    written = int(np.sum((x != 0) & (traces["i"] > 0.5)))
    half = traces["half_life"]
    first = (
        f"Of {came} pulse{'' if came == 1 else 's'} the input gate lets in {written}."
        if came
        else "Nothing comes in, so the cell stays empty."
    )
    return (
        f"{first} While the forget gate rests, half of what is held is gone in"
        f" {fixed(half, 1 if half < 10 else 0)} steps. At step {STEPS} the cell state is"
        f" {fixed(c[-1], 2)}, the output gate is {fixed(100 * o[-1])} % open, and the state shows"
        f" {fixed(h[-1], 2)}."
    )


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """From top to bottom over time: the input, the three gates, the cell state, the state."""
    left, right = 34, width - 10
    c = traces["c"]
    most = float(np.max(np.abs(c)))
    scale = next((s for s in SCALES if s >= most), SCALES[-1])
    times = [text(_across(t, left, right), 496, str(t)) for t in (1, 6, 12, 18, 24)]
    body = [
        _input_lane(traces["x"], left, right),
        _gate_lane("input gate iₜ: write", traces["i"], traces["s_i"], ACCENT3, 86, left, right),
        _gate_lane("forget gate fₜ: keep", traces["f"], traces["s_f"], ACCENT4, 150, left, right),
        _curve("cell state cₜ", c, scale, ACCENT, (208, 90), left, right),
        _gate_lane("output gate oₜ: show", traces["o"], traces["s_o"], ACCENT2, 336, left, right),
        _curve("state hₜ", traces["h"], 1, INK, (394, 80), left, right),
        group(f"fill:{MUTED};text-anchor:middle", *times),
    ]
    return Drawing(width, 503, group(f"font-size:13px;fill:{INK}", *body))


def _across(t: float, left: float, right: float) -> float:
    """The middle of step t, counted from 1."""
    return left + (right - left) * (t - 0.5) / STEPS


def _input_lane(x: np.ndarray, left: float, right: float) -> str:
    bars = [
        line(_across(t + 1, left, right), 40, _across(t + 1, left, right), 40 - 18 * x[t])
        for t in range(STEPS)
        if x[t] != 0
    ]
    return "".join(
        [
            text(left, 14, "input xₜ"),
            line(left, 40, right, 40, f"stroke:{LINE}"),
            group(f"stroke:{INK};stroke-width:4;fill:none", *bars),
        ]
    )


def _gate_lane(
    name: str,
    gate: np.ndarray,
    signal: np.ndarray,
    colour: str,
    top: float,
    left: float,
    right: float,
) -> str:
    wide = 0.7 * (right - left) / STEPS
    bars, signs = [], []
    for t in range(STEPS):
        x, high = _across(t + 1, left, right), LANE * gate[t]
        bars.append(rect(x - wide / 2, top + LANE - high, wide, high))
        if signal[t] != 0:
            signs.append(text(x, top - 1, "+" if signal[t] > 0 else "−"))
    frame = [line(left, y, right, y) for y in (top, top + LANE)]
    return "".join(
        [
            text(left, top - 16, name),
            group(f"stroke:{LINE};fill:none", *frame),
            group(f"fill:{colour}", *bars),
            group("text-anchor:middle;font-weight:700", *signs),
            group(
                f"fill:{MUTED};text-anchor:end",
                text(left - 8, top + 6, "1"),
                text(left - 8, top + LANE + 3, "0"),
            ),
        ]
    )


def _curve(
    name: str,
    values: np.ndarray,
    scale: float,
    colour: str,
    place: tuple[float, float],
    left: float,
    right: float,
) -> str:
    top, high = place

    def up(value: float) -> float:
        return top + high / 2 * (1 - value / scale)

    ticks = (-scale, 0.0, scale)
    path = [(_across(t + 1, left, right), up(values[t])) for t in range(STEPS)]
    return "".join(
        [
            text(left, top - 8, name),
            group(f"stroke:{LINE};fill:none", *(line(left, up(v), right, up(v)) for v in ticks)),
            group(
                f"fill:{MUTED};text-anchor:end",
                *(text(left - 8, up(v) + 4, fixed(v)) for v in ticks),
            ),
            polyline(path, f"stroke:{colour};stroke-width:2;fill:none;stroke-linejoin:round"),
            group(f"fill:{colour}", *(circle(x, y, 2.6) for x, y in path)),
        ]
    )


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
    summary=summary,
    draw=draw,
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
