"""How long an LSTM remembers: the half-life of its cell state against the forget bias.

One unit whose cell state is 1 and into which nothing more is written: c_t = f_t c_{t-1}. At rest
f = sigma(b_f), and half is gone after -ln 2 / ln sigma(b_f) steps. The gate may also be shaken,
b_f - shake and b_f + shake in turn, as inputs do it in a trained network: it then forgets sooner.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils.explorers._description import Explorer, Slider, Traces

POINTS = 61  # of each curve
LOWEST, HIGHEST = -2.0, 8.0  # of the forget bias
HORIZONS = (10, 30, 100, 300, 1000, 3000, 10000)  # steps that the decay is drawn over


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
    presets=(
        ("Bias 0", {"bias": 0.0}),
        ("Bias 1, as Keras", {}),
        ("Bias 3", {"bias": 3.0}),
        ("Bias 5", {"bias": 5.0}),
        ("Bias 5, shaken", {"bias": 5.0, "shake": 4.0}),
    ),
)
