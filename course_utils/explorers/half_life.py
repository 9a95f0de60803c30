"""How long an LSTM remembers: the half-life of its cell state against the forget bias.

One unit whose cell state is 1 and into which nothing more is written: c_t = f_t c_{t-1}. At rest
f = sigma(b_f), and half is gone after -ln 2 / ln sigma(b_f) steps. The gate may also be shaken,
b_f - s and b_f + s in turn, as inputs shake it in a trained network: it then forgets sooner.
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
    circle,
    fixed,
    group,
    line,
    polyline,
    text,
)
from course_utils.explorers._description import Drawing, Explorer, Slider, Traces, Values

POINTS = 61  # of each curve
LOWEST, HIGHEST = -2.0, 8.0  # of the forget bias
HORIZONS = (10, 30, 100, 300, 1000, 3000, 10000)  # steps that the decay is drawn over
MARKS = (1.0, 3.0, 5.0)


def _log_sigma(a: float) -> float:
    """ln sigma(a)."""
    return -math.log1p(math.exp(-a))


def predicted(bias: float) -> float:
    """Steps in which half of the cell state is gone while the gate rests at sigma(bias)."""
    return -math.log(2) / _log_sigma(bias)


def compute(bias: float, shake: float) -> Traces:
    """``curve`` (POINTS,): the predicted half-life over the biases from LOWEST to HIGHEST;
    ``steps`` and ``cell`` (POINTS,): the cell state of the simulated unit at these steps;
    ``predicted`` at rest and ``measured`` on the simulated unit, the step at which c = 1/2.
    """
    biases = np.linspace(LOWEST, HIGHEST, POINTS)
    rest = predicted(bias)
    up, down = _log_sigma(bias + shake), _log_sigma(bias - shake)
    log_c, half, measured = 0.0, -math.log(2), 0.0
    horizon = next((h for h in HORIZONS if h >= 3 * rest), HORIZONS[-1])
    every = [0.0]  # ln c after each step
    t = 0
    while t < horizon or log_c > half:
        before = log_c
        log_c += down if t % 2 == 0 else up
        t += 1
        if before > half >= log_c:
            measured = t - 1 + (before - half) / (before - log_c)
        if t <= horizon:
            every.append(log_c)
    steps = [horizon * k // (POINTS - 1) for k in range(POINTS)]
    return {
        "curve": np.array([predicted(b) for b in biases]),
        "steps": np.array(steps),
        "cell": np.array([math.exp(every[k]) for k in steps]),
        "gate": math.exp(_log_sigma(bias)),
        "predicted": rest,
        "measured": measured,
    }


def _number(steps: float) -> str:
    """A number of steps with two or three digits that count."""
    return fixed(steps, 2 if steps < 1 else 1 if steps < 10 else 0)


def summary(values: Values, traces: Traces) -> str:
    """The gate at rest, and the two half-lives."""
    kept = fixed(100 * traces["gate"], 1 if traces["gate"] < 0.99 else 2)
    rest, measured = traces["predicted"], traces["measured"]
    first = (
        f"With a forget bias of {fixed(values['bias'], 1)} the gate at rest keeps {kept} % at each"
        f" step, so half is gone in {_number(rest)} steps."
    )
    if values["shake"] == 0:
        return f"{first} The simulated unit needs {_number(measured)}."
    return (
        f"{first} Shaken by {fixed(values['shake'], 1)} either way, the simulated unit needs"
        f" {_number(measured)}: a closing gate loses more than an opening one saves."
    )


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """Half-life against bias; beside it (or below, if narrow) the decay of the cell state."""
    wide = width >= 600
    left = 48
    end = width / 2 - 12 if wide else width - 12
    body = [_bias_panel(values, traces, left, end, 30)]
    if wide:
        body.append(_decay_panel(traces, width / 2 + 36, width - 22, 30))
    else:
        body.append(_decay_panel(traces, left, width - 22, 296))
    return Drawing(width, 270 if wide else 536, group(f"font-size:13px;fill:{INK}", *body))


HIGH = 190  # pixels of a panel


def _bias_panel(values: Values, traces: Traces, left: float, right: float, top: float) -> str:
    def to(bias: float, steps: float) -> tuple[float, float]:
        across = left + (right - left) * (bias - LOWEST) / (HIGHEST - LOWEST)
        return across, top + HIGH * (3.5 - math.log10(steps)) / 4.5

    biases = [LOWEST + (HIGHEST - LOWEST) * k / (POINTS - 1) for k in range(POINTS)]
    curve = [to(b, steps) for b, steps in zip(biases, traces["curve"], strict=True)]
    ticks = [(1, "1"), (10, "10"), (100, "100"), (1000, "1000")]
    here = to(values["bias"], traces["predicted"])
    shaken = to(values["bias"], max(traces["measured"], 0.1))
    return "".join(
        [
            text(left, top - 12, "half-life, in steps"),
            group(
                f"stroke:{LINE};fill:none",
                *(line(left, to(0, n)[1], right, to(0, n)[1]) for n, _ in ticks),
                line(left, top + HIGH, right, top + HIGH),
            ),
            group(
                f"fill:{MUTED};text-anchor:end",
                *(text(left - 8, to(0, n)[1] + 4, words) for n, words in ticks),
            ),
            group(
                f"fill:{MUTED};text-anchor:middle",
                *(text(to(b, 1)[0], top + HIGH + 16, fixed(b)) for b in (-2, 0, 2, 4, 6, 8)),
                text((left + right) / 2, top + HIGH + 36, "forget bias b_f"),
            ),
            polyline(curve, f"stroke:{ACCENT};stroke-width:2;fill:none"),
            group(
                f"fill:none;stroke:{MUTED};stroke-width:1.5",
                *(circle(*to(b, predicted(b)), 4) for b in MARKS),
            ),
            circle(*here, 6, f"fill:{ACCENT}"),
            circle(*shaken, 4, f"fill:{ACCENT2}"),
        ]
    )


def _decay_panel(traces: Traces, left: float, right: float, top: float) -> str:
    horizon = int(traces["steps"][-1])

    def to(step: float, cell: float) -> tuple[float, float]:
        return left + (right - left) * step / horizon, top + HIGH * (1 - cell)

    path = [to(s, c) for s, c in zip(traces["steps"], traces["cell"], strict=True)]
    ticks = [(0.0, "0"), (0.5, "½"), (1.0, "1")]
    rest = min(traces["predicted"], horizon)
    ends = [to(horizon * k / 2, 0)[0] for k in range(3)]
    return "".join(
        [
            text(left, top - 12, "cell state cₜ, from 1"),
            group(
                f"stroke:{LINE};fill:none",
                *(line(left, to(0, c)[1], right, to(0, c)[1]) for c, _ in ticks),
            ),
            group(
                f"fill:{MUTED};text-anchor:end",
                *(text(left - 8, to(0, c)[1] + 4, words) for c, words in ticks),
            ),
            group(
                f"fill:{MUTED};text-anchor:middle",
                *(text(ends[k], top + HIGH + 16, fixed(horizon * k / 2)) for k in range(3)),
                text((left + right) / 2, top + HIGH + 36, "steps"),
            ),
            line(*to(rest, 0), *to(rest, 1), f"stroke:{ACCENT};stroke-dasharray:4 4"),
            polyline(path, f"stroke:{ACCENT2};stroke-width:2;fill:none;stroke-linejoin:round"),
            circle(*to(min(traces["measured"], horizon), 0.5), 4, f"fill:{ACCENT2}"),
        ]
    )


EXPLORER = Explorer(
    name="half-life",
    title="How long does the cell state last?",
    description=(
        "First panel: the predicted half-life of the cell state, on a logarithmic axis, against"
        " the forget bias; small circles at the biases 1, 3 and 5, a large dot at the chosen bias,"
        " a small dot at what the simulated unit shows. Second panel: the cell state of that unit"
        " over time, with a dashed line at the predicted half-life."
    ),
    parameters=(
        Slider("bias", "Forget bias", LOWEST, HIGHEST, 0.1, 1.0),
        Slider("shake", "The gate is shaken by", 0, 4, 0.1, 0.0),
    ),
    compute=compute,
    summary=summary,
    draw=draw,
    presets=(
        ("Bias 0", {"bias": 0.0}),
        ("Bias 1, as Keras", {}),
        ("Bias 3", {"bias": 3.0}),
        ("Bias 5", {"bias": 5.0}),
        ("Bias 5, shaken", {"bias": 5.0, "shake": 4.0}),
    ),
)
