"""09-preprocessing, a scaler that is fitted on the training part."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.series.Scaler",
    "sklearn.preprocessing.StandardScaler",
    "sklearn.preprocessing.scale",
    "scipy.stats.zscore",
    "keras.layers.Normalization",
)
CALLS: dict[str, str] = {}

NAN = float("nan")
STEPS = ["time", "feature"]
WINDOWS = ["window", "step", "feature"]


def example() -> tuple[np.ndarray, np.ndarray]:
    """series (9, 3) and the steps of its training part; a value is missing, a feature is constant.

    The first feature is in kilometres, the second in grams, and the third was never switched on.
    """
    series = np.array(
        [
            [1.0, 200.0, 7.0],
            [3.0, 400.0, 7.0],
            [9.0, 900.0, 8.0],
            [2.0, 300.0, 7.0],
            [6.0, NAN, 7.0],
            [8.0, 100.0, 7.0],
            [5.0, 800.0, 7.0],
            [4.0, NAN, 9.0],
            [7.0, 500.0, 7.0],
        ]
    )
    return series, np.array([1, 3, 4, 5, 6])


MEAN = [4.8, 400.0, 7.0]  # of 3, 2, 6, 8, 5 and of 400, 300, 100, 800
SCALE = [2.13542, 254.95098, 1.0]


def check(fit_scaler: Any, apply: Any, invert: Any) -> None:
    """The tests that students see."""
    series, train = example()
    compare_fit(fit_scaler, (series, train), (MEAN, SCALE), tolerance=2e-4)
    finer = np.array([1e-3, 1.0, 1.0])  # the first feature in other units: a scale below 1
    compare_fit(fit_scaler, (series * finer, train), (MEAN * finer, SCALE * finer), tolerance=2e-4)
    mean, scale = np.array([4.0, 500.0, 7.0]), np.array([2.0, 250.0, 1.0])
    scaled = [[2.0, -1.6, 0.0], [0.5, 1.2, 0.0], [0.0, NAN, 2.0], [1.5, 0.0, 0.0]]
    compare(apply, (series[5:], mean, scale), scaled)
    windows = np.stack([series[:4], series[5:]])
    scaled_windows = [
        [[-1.5, -1.2, 0.0], [-0.5, -0.4, 0.0], [2.5, 1.6, 1.0], [-1.0, -0.8, 0.0]],
        scaled,
    ]
    compare(apply, (windows, mean, scale), scaled_windows, " of windows")
    compare_back(invert, (np.array(scaled), mean, scale), series[5:])
    compare_back(invert, (np.array(scaled_windows), mean, scale), windows, " of windows")


def compare_fit(fit_scaler: Any, inputs: Any, expected: Any, tolerance: float = 1e-6) -> None:
    """What fit_scaler returns for inputs (series, train)."""
    series, train = inputs
    got = checks.unpack(checks.call(fit_scaler, *inputs), "the means", "the scales")
    wrong = mistakes(*inputs)
    case = f" (training part: {len(train)} of {len(series)} steps)"
    for name, mine, wanted in zip(("mean", "scale"), got, expected, strict=True):
        what, times = f"the array of {name}s{case}", 1 / np.abs(wanted)
        checks.close(mine, wanted, what, wrong[name], ["feature"], tolerance, times)


def compare(apply: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """What apply returns for inputs (x, mean, scale)."""
    axes = WINDOWS if inputs[0].ndim == 3 else STEPS
    got = checks.call(apply, *inputs)
    checks.close(got, expected, f"what `apply` gives{case}", mistakes_apply(*inputs), axes)


def compare_back(invert: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """What invert returns for inputs (z, mean, scale)."""
    axes = WINDOWS if inputs[0].ndim == 3 else STEPS
    got = checks.call(invert, *inputs)
    checks.close(got, expected, f"what `invert` gives{case}", mistakes_invert(*inputs), axes)


def mistakes(series: Any, train: Any) -> dict[str, dict[str, Callable[[], Any]]]:
    """For the means and for the scales of fit_scaler: mistake → what it leads to."""
    part = series[train]
    others = np.delete(series, train, axis=0)
    zeros = np.nan_to_num(part)
    complete = part[~np.isnan(part).any(axis=1)]

    def mean(x: Any) -> Callable[[], Any]:
        return _quiet(lambda: np.nanmean(x, axis=0))

    def deviation(x: Any, ddof: int = 0, **fixed: Any) -> Callable[[], Any]:
        def measured() -> Any:
            scale = np.nanstd(x, axis=0, ddof=ddof, **fixed)
            return np.where(scale == 0, 1.0, scale)

        return _quiet(measured)

    def bare() -> Any:
        return np.nanstd(part, axis=0)

    whole = (
        "it is fitted on the whole series; fit it on the training part alone, or the test leaks "
        "into it"
    )
    rest = "it is fitted on the steps that are not in the training part"
    first = (
        "it is fitted on the first steps, as many as the training part has; `train` says which "
        "steps these are"
    )
    missing = (
        "a missing value spoils it: one NaN makes a mean NaN. Leave missing values out "
        "(np.nanmean, np.nanstd)"
    )
    filled = "missing values count as 0; leave them out"
    rows = "steps with a missing value are left out whole; the other features of the step count"
    one = "all features share one number; each has its own (axis=0)"
    across = "it is taken over the features of each step; take it over the steps (axis=0)"
    return {
        "mean": {
            whole: mean(series),
            rest: mean(others),
            first: mean(series[: len(train)]),
            missing: lambda: part.mean(axis=0),
            f"{whole}. And {missing}": lambda: series.mean(axis=0),
            filled: lambda: zeros.mean(axis=0),
            rows: mean(complete),
            one: _quiet(lambda: np.full(part.shape[1], np.nanmean(part))),
            f"{one}; you return it once": _quiet(lambda: np.nanmean(part)),
            across: _quiet(lambda: np.nanmean(part, axis=1)),
            "it is the median": _quiet(lambda: np.nanmedian(part, axis=0)),
            "it is the smallest value, as for scaling to 0 … 1": _quiet(
                lambda: np.nanmin(part, axis=0)
            ),
            "the scales come first in what you return; the means come first": deviation(part),
        },
        "scale": {
            whole: deviation(series),
            rest: deviation(others),
            first: deviation(series[: len(train)]),
            missing: lambda: np.where(part.std(axis=0) == 0, 1, part.std(axis=0)),
            f"{missing}. And a feature that does not vary needs the scale 1": lambda: part.std(
                axis=0
            ),
            filled: lambda: np.where(zeros.std(axis=0) == 0, 1, zeros.std(axis=0)),
            rows: deviation(complete),
            one: _quiet(lambda: np.full(part.shape[1], np.nanstd(part))),
            f"{one}; you return it once": _quiet(lambda: np.nanstd(part)),
            across: _quiet(lambda: np.nanstd(part, axis=1)),
            "it is the variance; its root is wanted": lambda: np.where(bare() == 0, 1, bare() ** 2),
            "it is divided by n - 1, and here by n (np.nanstd as it is)": deviation(part, 1),
            "a feature that does not vary in the training part has the scale 0, or next to it, and "
            "`apply` would divide by that; its scale is 1, whatever it does in the rest of the "
            "series": bare,
            "1 is added to every scale; only where a feature does not vary is it 1": lambda: (
                bare() + 1
            ),
            "scales below 1 are 1, too; only where a feature does not vary is it 1": lambda: (
                np.maximum(bare(), 1)
            ),
            "it is the range from the smallest to the largest value": _quiet(
                lambda: np.where(bare() == 0, 1, np.nanmax(part, axis=0) - np.nanmin(part, axis=0))
            ),
            "it is the largest value, as for scaling to 0 … 1": _quiet(
                lambda: np.nanmax(part, axis=0)
            ),
            "it is the mean once more": mean(part),
        },
    }


def _quiet(numbers: Callable[[], Any]) -> Callable[[], Any]:
    """The same without warnings of columns in which all is missing."""

    def quiet() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return numbers()

    return quiet


def mistakes_apply(x: Any, mean: Any, scale: Any) -> dict[str, Callable[[], Any]]:
    """For apply: mistake → what it leads to."""
    over = tuple(range(x.ndim - 1))

    def own(deviation: Any) -> Any:
        varies = np.where(deviation == 0, 1, deviation)
        return (x - np.nanmean(x, axis=over)) / varies

    return {
        "x is scaled with its own mean and deviation; every part is scaled with those that are "
        "given, from the training part": _quiet(lambda: own(np.nanstd(x, axis=over))),
        "only the mean is subtracted; divide by the scale": lambda: x - mean,
        "only the scale is divided by; subtract the mean first": lambda: x / scale,
        "the mean is subtracted after the division; mind the brackets": lambda: x / scale - mean,
        "only the mean is divided by the scale; mind the brackets": lambda: x - mean / scale,
        "it is multiplied by the scale; divide": lambda: (x - mean) * scale,
        "the mean is added; subtract it": lambda: (x + mean) / scale,
        "it is divided by the square of the scale": lambda: (x - mean) / scale**2,
        "mean and scale are exchanged": lambda: (x - scale) / mean,
        "x is subtracted from the mean": lambda: (mean - x) / scale,
        "it goes the way back, as `invert` does": lambda: x * scale + mean,
        "missing values became 0; they stay missing, and what fills them is another step": lambda: (
            np.nan_to_num((x - mean) / scale)
        ),
        "missing values are filled before scaling; they stay missing": lambda: (
            (np.nan_to_num(x) - mean) / scale
        ),
        "the mean and scale of the first feature are used for all": lambda: (
            (x - mean[0]) / scale[0]
        ),
    }


def mistakes_invert(z: Any, mean: Any, scale: Any) -> dict[str, Callable[[], Any]]:
    """For invert: mistake → what it leads to."""
    return {
        "it is scaled once more; multiply by the scale, then add the mean": lambda: (
            (z - mean) / scale
        ),
        "the mean is added before the multiplication; undo the last step first": lambda: (
            (z + mean) * scale
        ),
        "only the scale is undone; add the mean": lambda: z * scale,
        "only the mean is undone; multiply by the scale": lambda: z + mean,
        "it is divided by the scale; multiply": lambda: z / scale + mean,
        "the mean is subtracted; add it": lambda: z * scale - mean,
        "mean and scale are exchanged": lambda: z * mean + scale,
        "nothing is undone": lambda: z,
        "missing values became 0; they stay missing": lambda: np.nan_to_num(z * scale + mean),
    }
