"""Find the leak: how windows are dealt out, where a scaler looks, and how good the score then is.

A load of 160 steps. The first 120 are dealt out as windows for training and validation; the last 40
are "in use": nothing is chosen or fitted on them, unless the scaler's stretch is moved there. A
forecaster is fitted on the training windows and meets both. Whether validation told the truth is
then seen, in kW.

The same small generator makes the series and the order of a shuffle here and in the page. Of 500
pairs of seeds (SEED, SHUFFLE) is the one whose errors in validation, and whose ratios to the error
in use, are closest to their medians over widths, borders, ways of dealing and both forecasters: the
figure is typical.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from course_utils.explorers._description import Choice, Explorer, Slider, Traces
from course_utils.preprocessing.series import windows

STEPS, DEALT, SHORTEST = 160, 120, 10
RHYTHM, MEMORY, SEED, SHUFFLE = 12, 40, 3911, 7038
NEAREST, PENALTY = 3, 1.0
TRAINING, VALIDATION, USE, LEFT_OUT = range(4)

DEALS = {"shuffled": "shuffled", "time": "in time"}
FORECASTERS = {"neighbours": "the 3 most similar windows", "linear": "linear (ridge)"}

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


def uniforms(seed: int) -> Iterator[float]:
    """Numbers from 0 to 1, from a linear congruential generator."""
    while True:
        seed = (1664525 * seed + 1013904223) % 2**32
        yield seed / 2**32


@cache
def load() -> Array:
    """The series in kW, (STEPS,): a level that wanders and comes back, a rhythm of 12, noise."""
    drawn = uniforms(SEED)

    def normal() -> float:  # nearly: a sum of twelve uniforms has variance 1
        return sum(next(drawn) for _ in range(12)) - 6

    stays = math.exp(-1 / MEMORY)
    wander, level = 0.0, 0.0
    levels = []
    for _ in range(100 + STEPS):  # the first hundred only lead in
        wander = stays * wander + math.sqrt(1 - stays * stays) * normal()
        level += 0.3 * (wander - level)
        levels.append(level)
    turns = [2 * math.pi * t / RHYTHM for t in range(STEPS)]
    return np.array(
        [
            80 + 14 * level + 10 * math.sin(turn) + 0.8 * normal()
            for level, turn in zip(levels[100:], turns, strict=True)
        ]
    )


def shuffled(count: int) -> list[int]:
    """The numbers below `count`, shuffled (Fisher and Yates)."""
    drawn = uniforms(SHUFFLE)
    order = list(range(count))
    for i in range(count - 1, 0, -1):
        j = int(next(drawn) * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def parts(deal: str, border: int, gap: int, width: int) -> NDArray[np.int_]:
    """The part of each window, (STEPS − width,): a window belongs where its target is.

    In time, training targets end at step border − gap and validation targets begin after the
    border. Shuffled, as many windows train as would do so in time without a gap.
    """
    target = np.arange(width, STEPS) + 1
    part = np.full(STEPS - width, USE)
    if deal == "time":
        part[target <= DEALT] = LEFT_OUT
        part[target <= border - gap] = TRAINING
        part[(target > border) & (target <= DEALT)] = VALIDATION
    else:
        order = shuffled(DEALT - width)
        part[order[: border - width]] = TRAINING
        part[order[border - width :]] = VALIDATION
    return part


def touching(part: NDArray[np.int_], width: int) -> Flags:
    """Which windows of training and validation share a step with one of the other part."""
    starts = np.arange(len(part))
    near = np.abs(starts[:, None] - starts) <= width  # of width + 1 steps, target included
    trains, validates = part == TRAINING, part == VALIDATION
    return (trains & (near @ validates)) | (validates & (near @ trains))


def forecast(forecaster: str, x: Array, y: Array, trains: Flags) -> Array:
    """Forecasts for all windows of a forecaster fitted on some.   x: (n, width)   y, trains: (n,)

    neighbours: the mean target of the NEAREST training windows (Euclidean)
    linear: least squares with the PENALTY on the squared weights, not on the intercept.
    """
    if forecaster == "neighbours":
        apart = ((x[:, None] - x[trains]) ** 2).sum(axis=-1)
        return y[trains][np.argsort(apart, axis=1, kind="stable")[:, :NEAREST]].mean(axis=1)
    middle, centre = x[trains].mean(axis=0), y[trains].mean()
    a = x[trains] - middle
    weights = np.linalg.solve(a.T @ a + PENALTY * np.eye(a.shape[1]), a.T @ (y[trains] - centre))
    return (x - middle) @ weights + centre


def compute(
    deal: str, border: int, gap: int, width: int, start: int, end: int, forecaster: str
) -> Traces:
    """The parts, the scaler and the errors, which are mean absolute ones in kW.

    series (160,); of each window, the first first: part (0 training, 1 validation, 2 in use, 3 of
    no part), touches (it shares a step with the other part) and forecasts. trained, validated,
    touched: windows in training, in validation, and those of validation that touch.
    first, last: the scaler's stretch, at least SHORTEST steps; mean and sd there; seen_validation,
    seen_use: targets of these parts in it.
    validation, use: errors; repeat: of repeating the last value, in use. scaled: the validation
    error in the scaler's units. own and own_scaled: the same validation errors with a scaler fitted
    on the steps of training windows alone.
    """
    series = load()
    x, y = (array.squeeze() for array in windows(series, width))
    part = parts(deal, border, gap, width)
    trains, validates, uses = (part == which for which in (TRAINING, VALIDATION, USE))
    touches = touching(part, width)

    first, last = min(start, end), max(start, end)
    last = max(last, first + SHORTEST - 1)
    target = np.arange(width, STEPS) + 1
    inside = (first <= target) & (target <= last)

    def scaled_by(stretch: Array) -> tuple[float, float, Array]:
        mean, sd = stretch.mean(), stretch.std()
        scaled = forecast(forecaster, (x - mean) / sd, (y - mean) / sd, trains)
        return mean, sd, scaled * sd + mean

    mean, sd, forecasts = scaled_by(series[first - 1 : last])
    held = np.unique(np.flatnonzero(trains)[:, None] + np.arange(width + 1))
    _, own_sd, own_forecasts = scaled_by(series[held])
    off, own_off = np.abs(forecasts - y), np.abs(own_forecasts - y)
    validation, own = off[validates].mean(), own_off[validates].mean()
    return {
        "series": series,
        "part": part,
        "touches": touches,
        "forecasts": forecasts,
        "trained": int(trains.sum()),
        "validated": int(validates.sum()),
        "touched": int((validates & touches).sum()),
        "first": first,
        "last": last,
        "mean": mean,
        "sd": sd,
        "seen_validation": int((validates & inside).sum()),
        "seen_use": int((uses & inside).sum()),
        "validation": validation,
        "use": off[uses].mean(),
        "repeat": np.abs(x[uses, -1] - y[uses]).mean(),
        "scaled": validation / sd,
        "own": own,
        "own_scaled": own / own_sd,
    }


EXPLORER = Explorer(
    name="find-the-leak",
    title="Find the leak",
    description=(
        "A load over 160 steps, training in one colour, validation in another with dots, the last"
        " 40 steps, in use, in a third on a shaded ground. A band shows the scaler's stretch, its"
        " mean and one standard deviation up and down. Below, each window is a bar that ends at the"
        " step it forecasts; those that share steps with the other part are thick. At the foot,"
        " bars compare the errors in validation, in use, and of repeating the last value in use."
    ),
    parameters=(
        Choice("deal", "Windows are dealt out", tuple(DEALS.items()), "shuffled"),
        Choice("forecaster", "Forecaster", tuple(FORECASTERS.items()), "neighbours"),
        Slider("border", "Border after step", 60, 108, 1, 84),
        Slider("gap", "Gap before the border", 0, 20, 1, 0, unit="windows"),
        Slider("width", "Window width", 4, 20, 1, 12, unit="steps"),
        Slider("start", "Scaler from step", 1, STEPS - SHORTEST + 1, 1, 1),
        Slider("end", "Scaler to step", SHORTEST, STEPS, 1, STEPS),
    ),
    compute=compute,
    presets=(
        ("In time, scaler on all", {"deal": "time"}),
        ("In time, with a gap", {"deal": "time", "gap": 12, "end": 72}),
        ("Shuffled, linear", {"forecaster": "linear"}),
    ),
)
