"""09-preprocessing, a series cut into windows with what follows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.series.windows",
    "keras.utils.timeseries_dataset_from_array",
    "tensorflow.data.Dataset.window",
)
CALLS: dict[str, str] = {}

INPUT_AXES = ["window", "step", "feature"]
TARGET_AXES = ["window", "step ahead", "feature"]
STRIDE_INSIDE = (
    "stride is taken inside the windows, from step to step; a window's steps follow each other, "
    "and stride parts the windows"
)
UNEQUAL = (
    "The windows or the targets differ in length: the last ones run past the end of the series. "
    "How far along may a window begin, so that its targets still fit? And only the starts depend "
    "on `stride`: inside a window every step is taken."
)
HINTS = {
    "inhomogeneous": UNEQUAL,
    "must have the same shape": UNEQUAL,
    "need at least one array": "There is not a single window. From which step to which may one "
    "begin?",
}


def example() -> tuple[np.ndarray, int, int, int]:
    """series (17, 2), width 4, horizon 3, stride 2; the last window ends where the series does."""
    steps = np.arange(17)
    return np.stack([steps, 100 + steps**2], axis=1), 4, 3, 2


# The steps at which windows begin, for a width, a horizon and a stride on the example's series.
STARTS = {
    (4, 3, 2): [0, 2, 4, 6, 8, 10],
    (5, 2, 4): [0, 4, 8],
    (2, 1, 1): list(range(15)),
    (3, 4, 6): [0, 6],
    (12, 5, 2): [0],
    (12, 5, 1): [0],
}


def check(windows: Any) -> None:
    """The tests that students see."""
    series = example()[0]
    for (width, horizon, stride), starts in STARTS.items():
        expected = (
            np.stack([series[start : start + width] for start in starts]),
            np.stack([series[start + width : start + width + horizon] for start in starts]),
        )
        compare(windows, (series, width, horizon, stride), expected)
    pairs = np.lib.stride_tricks.sliding_window_view(series, 4, axis=0).swapaxes(1, 2)
    compare(windows, (series, 3), (pairs[:, :3], pairs[:, 3:]))


def compare(windows: Any, inputs: Any, expected: tuple[Any, Any]) -> None:
    """What windows returns for inputs (series, width[, horizon[, stride]])."""
    names = ("width", "horizon", "stride")
    told = ", ".join(f"{name} {n}" for name, n in zip(names, inputs[1:], strict=False))
    case = f"({len(inputs[0])} steps, {told})"
    got = checks.unpack(checks.call(windows, *inputs, hints=HINTS), "the inputs", "the targets")
    wrong = mistakes(*inputs)
    if len(inputs) > 3 and _strides_inside(got[0], inputs[0], inputs[3]):
        wrong["inputs"] = {STRIDE_INSIDE: got[0]}
    parts = zip(("inputs", "targets"), (INPUT_AXES, TARGET_AXES), got, expected, strict=True)
    for name, axes, mine, wanted in parts:
        checks.close(mine, wanted, f"the array of {name} {case}", wrong[name], axes)


def _strides_inside(got: Any, series: Any, stride: int) -> bool:
    """Is each window taken from the series with `stride` from step to step, wherever it begins?"""
    try:
        windows = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return False
    if stride < 2 or windows.ndim != 3 or not len(windows) or windows.shape[1] < 2:
        return False
    runs = [series[start::stride][: windows.shape[1]] for start in range(len(series))]
    return all(any(np.array_equal(window, run) for run in runs) for window in windows)


def mistakes(
    series: Any, width: int, horizon: int = 1, stride: int = 1
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For the inputs and for the targets: mistake → what it leads to."""
    last = len(series) - width - horizon  # where the last window may begin at the latest
    right = np.arange(0, last + 1, stride)

    def inputs(starts: Any = right, width: int = width) -> Any:
        return series[np.asarray(starts)[:, None] + np.arange(width)]

    def targets(move: int = 0, starts: Any = right, horizon: int = horizon) -> Any:
        """move: how many steps too late the targets begin."""
        places = np.asarray(starts)[:, None] + width + move + np.arange(horizon)
        if places.max(initial=0) >= len(series):
            raise IndexError
        return series[places]

    of_starts: dict[str, Any] = {
        "the last window is missing (off by one): it may still begin at step time - width - "
        "horizon": np.arange(0, last, stride),
        "every window of the stride begins one step late (off by one): the first begins at step "
        "0": right[:-1] + 1 if right[-1] + 1 > last else right + 1,
        "stride is not looked at: a window begins at every step": np.arange(last + 1),
        "the windows do not overlap: the next begins where the last one ends, and not after "
        "`stride` steps": np.arange(0, last + 1, width),
        "the next window begins where the targets of the last one end, and not after `stride` "
        "steps": np.arange(0, last + 1, width + horizon),
        "the next window begins `horizon` steps later, and not after `stride`": np.arange(
            0, last + 1, horizon
        ),
        "there are too many windows: they are as many as fit without their targets, and the last "
        "ones have nothing to forecast": np.arange(0, len(series) - width + 1, stride),
        "the number of windows is the number of places for one, and stride is forgotten when they "
        "are counted": np.arange(0, last + 1)[: last // stride + 1],
        "the windows are laid from the end of the series; the first begins at step 0": np.arange(
            last % stride, last + 1, stride
        ),
        "it is the first window alone: does the function return inside the loop?": right[:1],
        "it is the windows from the last to the first": right[::-1],
        "the first window is left out; it begins at step 0": right[1:],
    }
    whole = inputs()
    return {
        "inputs": {
            **{text: _of(inputs, starts) for text, starts in of_starts.items() if len(starts)},
            "the windows have horizon more steps: their targets are among the inputs": lambda: (
                inputs(width=width + horizon)
            ),
            "the windows are one step too long (off by one)": lambda: inputs(width=width + 1),
            "the windows are one step too short (off by one)": lambda: inputs(width=width - 1),
            "the steps of each window are turned round; they stay in the order of time": lambda: (
                whole[:, ::-1]
            ),
            "all windows lie one after the other in one long array; stack them along a new first "
            "axis": lambda: whole.reshape(-1, series.shape[1]),
            "the steps and features of a window lie in one row; keep an axis for the "
            "features": lambda: whole.reshape(len(whole), -1),
            "step and feature are exchanged: (window, step, feature) is wanted": lambda: (
                whole.swapaxes(1, 2)
            ),
            "there is only the first feature; keep all": lambda: whole[..., 0],
            "there is only the first feature, with an axis of its own; keep all": lambda: whole[
                ..., :1
            ],
        },
        "targets": {
            "the targets begin one step too late (off by one): a window from `start` ends before "
            "step start + width, and that step is the first target": lambda: targets(1),
            "the targets begin one step too early: the first target is the window's own last step, "
            "which the network has seen. That is a leak": lambda: targets(-1),
            "the targets are the last steps of the windows, which the network has seen. That is a "
            "leak": lambda: targets(-horizon),
            "the targets are the window's own first steps": lambda: targets(-width),
            "the targets begin `horizon` steps too late: they follow the window at once": lambda: (
                targets(horizon)
            ),
            "the targets begin where the next window does; they follow their own window at "
            "once": lambda: targets(stride - width),
            "it is the value `horizon` steps ahead alone; all steps up to it are wanted": lambda: (
                targets()[:, -1]
            ),
            "it is the value `horizon` steps ahead alone, with an axis for the step; all steps up "
            "to it are wanted": lambda: targets()[:, -1:],
            "it is the next value alone; `horizon` steps are wanted": lambda: targets()[:, 0],
            "it is the next value alone, with an axis for the step; `horizon` steps are "
            "wanted": lambda: targets()[:, :1],
            "there is one step too few for each window (off by one)": lambda: targets()[:, :-1],
            "it is the mean of the targets; all steps are wanted": lambda: targets().mean(axis=1),
            "there is only the first feature; keep all": lambda: targets()[..., 0],
            "there is only the first feature, with an axis of its own; keep all": lambda: targets()[
                ..., :1
            ],
            "there is only the last feature; keep all": lambda: targets()[..., -1],
            "step and feature are exchanged: (window, step ahead, feature) is wanted": lambda: (
                targets().swapaxes(1, 2)
            ),
            "the inputs are returned again": lambda: whole,
            "the targets of all windows are those of the first": lambda: np.repeat(
                targets()[:1], len(right), axis=0
            ),
            "the steps ahead are turned round; they stay in the order of time": lambda: targets()[
                :, ::-1
            ],
            "the targets are laid out for windows at every step; their starts are `stride` "
            "apart": lambda: targets(starts=np.arange(len(right))),
        },
    }


def _of(inputs: Callable[[Any], Any], starts: Any) -> Callable[[], Any]:
    return lambda: inputs(starts)
