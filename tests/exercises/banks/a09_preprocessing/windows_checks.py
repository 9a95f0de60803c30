"""Task 5: a series cut into windows with what follows them."""

SOLUTION_CELL = "windows"


def answer(
    starts: str = "range(0, len(series) - width - horizon + 1, stride)",
    x: str = "series[start : start + width]",
    y: str = "series[start + width : start + width + horizon]",
    end: str = "return np.stack(inputs), np.stack(targets)",
) -> str:
    return f"""
def windows(series, width, horizon=1, stride=1):
    inputs, targets = [], []
    for start in {starts}:
        inputs.append({x})
        targets.append({y})
    {end}
"""


WRONG = {
    "last window missing": (
        answer("range(0, len(series) - width - horizon, stride)"),
        "the last window is missing",
    ),
    "begins at step 1": (
        answer("range(1, len(series) - width - horizon + 1, stride)"),
        "begins one step late",
    ),
    "past the end": (
        answer("range(0, len(series) - width, stride)"),
        "run past the end of the series",
    ),
    "past the end, without stack": (
        answer("range(0, len(series), stride)", end="return np.array(inputs), np.array(targets)"),
        "run past the end of the series",
    ),
    "too many windows": (
        """
def windows(series, width, horizon=1, stride=1):
    starts = range(0, len(series) - width + 1, stride)
    inputs = np.stack([series[s : s + width] for s in starts])
    good = range(0, len(series) - width - horizon + 1, stride)
    return inputs, np.stack([series[s + width : s + width + horizon] for s in good])
""",
        "the last ones have nothing to forecast",
    ),
    "no stride": (answer("range(len(series) - width - horizon + 1)"), "stride is not looked at"),
    "no overlap": (
        answer("range(0, len(series) - width - horizon + 1, width)"),
        "the windows do not overlap",
    ),
    "no overlap with targets": (
        answer("range(0, len(series) - width - horizon + 1, width + horizon)"),
        "where the targets of the last one end",
    ),
    "horizon as stride": (
        answer("range(0, len(series) - width - horizon + 1, horizon)"),
        "begins `horizon` steps later",
    ),
    "counted and cut": (
        answer("range((len(series) - width - horizon) // stride + 1)"),
        "stride is forgotten when they are counted",
    ),
    "from the end": (
        answer(
            "range((len(series) - width - horizon) % stride, "
            "len(series) - width - horizon + 1, stride)"
        ),
        "laid from the end",
    ),
    "inside the loop": (
        answer(end="    return np.stack(inputs), np.stack(targets)"),
        "Does the function return inside the loop",
    ),
    "stride inside": (
        answer(x="series[start : start + width * stride : stride]"),
        "stride is taken inside the windows",
    ),
    "stride inside, a window at every step": (
        answer(
            "range(len(series) - width * stride - horizon + 1)",
            "series[start : start + width * stride : stride]",
            "series[start + width * stride : start + width * stride + horizon]",
        ),
        "stride is taken inside the windows",
    ),
    "stride inside, fewer steps": (
        answer(x="series[start : start + width : stride]"),
        "stride is taken inside the windows",
    ),
    "stride inside, past the end": (
        answer(
            x="series[start : start + width * stride : stride]",
            y="series[start + width * stride : start + width * stride + horizon]",
        ),
        "inside a window every step is taken",
    ),
    "counted, and one too few": (
        """
def windows(series, width, horizon=1, stride=1):
    n, starts, start = len(series), [], 0
    while start + width + horizon < n:
        starts.append(start)
        start += stride
    inputs = np.stack([series[s : s + width] for s in starts])
    return inputs, np.stack([series[s + width : s + width + horizon] for s in starts])
""",
        "it may still begin at step time - width - horizon",
    ),
    "targets among the inputs": (
        answer(x="series[start : start + width + horizon]"),
        "their targets are among the inputs",
    ),
    "a step too long": (answer(x="series[start : start + width + 1]"), "one step too long"),
    "a step too short": (answer(x="series[start : start + width - 1]"), "one step too short"),
    "turned round": (answer(x="series[start : start + width][::-1]"), "are turned round"),
    "one long array": (
        answer(end="return np.concatenate(inputs), np.concatenate(targets)"),
        "one after the other in one long array",
    ),
    "flat windows": (
        answer(x="series[start : start + width].ravel()"),
        "keep an axis for the features",
    ),
    "features before steps": (
        answer(x="series[start : start + width].T"),
        "step and feature are exchanged",
    ),
    "first feature": (answer(x="series[start : start + width, 0]"), "only the first feature"),
    "targets too late": (
        answer(
            "range(0, len(series) - width - horizon, stride)",
            y="series[start + width + 1 : start + width + 1 + horizon]",
        ),
        "the last window is missing",
    ),
    "targets too late, all windows": (
        answer(y="series[min(start + width + 1, len(series) - horizon) :][:horizon]"),
        "The array of targets",
    ),
    "targets too early": (
        answer(y="series[start + width - 1 : start + width - 1 + horizon]"),
        "the window's own last step",
    ),
    "targets in the window": (
        answer(y="series[start + width - horizon : start + width][:horizon]"),
        "the last steps of the windows, which the network has seen",
    ),
    "targets of the start": (
        answer(y="series[start : start + horizon]"),
        "the window's own first steps",
    ),
    "shifted windows": (
        answer(y="series[start + stride : start + stride + horizon]"),
        "begin where the next window does",
    ),
    "one value ahead": (
        answer(y="series[start + width + horizon - 1]"),
        "the value `horizon` steps ahead alone; all steps",
    ),
    "one value ahead with an axis": (
        answer(y="series[start + width + horizon - 1 : start + width + horizon]"),
        "with an axis for the step; all steps up",
    ),
    "next value": (answer(y="series[start + width]"), "it is the next value alone; `horizon`"),
    "next value with an axis": (
        answer(y="series[start + width : start + width + 1]"),
        "the next value alone, with an axis",
    ),
    "first feature of the targets": (
        answer(y="series[start + width : start + width + horizon, 0]"),
        "there is only the first feature; keep all",
    ),
    "first feature of the targets with an axis": (
        answer(y="series[start + width : start + width + horizon, :1]"),
        "with an axis of its own; keep all",
    ),
    "targets turned round": (
        answer(y="series[start + width : start + width + horizon][::-1]"),
        "the steps ahead are turned round",
    ),
    "inputs twice": (
        answer(end="return np.stack(inputs), np.stack(inputs)"),
        "the inputs are returned again",
    ),
    "pairs": (
        answer(end="return list(zip(inputs, targets))"),
        "Return 2 things",
    ),
    "whole numbers as texts": (answer(end="return inputs"), "Return 2 things"),
    "by the package": (
        """
from course_utils.preprocessing.series import windows as ready

def windows(series, width, horizon=1, stride=1):
    return ready(series, width, horizon, stride)
""",
        "Write this one by hand",
    ),
    "by Keras": (
        """
import keras

def windows(series, width, horizon=1, stride=1):
    made = keras.utils.timeseries_dataset_from_array(
        series, None, width + horizon, sequence_stride=stride, batch_size=None
    )
    both = np.stack(list(made))
    return both[:, :width], both[:, width:]
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "an index for every step": """
def windows(series, width, horizon=1, stride=1):
    starts = np.arange(0, len(series) - width - horizon + 1, stride)[:, None]
    both = series[starts + np.arange(width + horizon)]
    return both[:, :width], both[:, width:]
""",
    "lists and while": """
def windows(series, width, horizon=1, stride=1):
    inputs, targets, start = [], [], 0
    while start + width + horizon <= len(series):
        inputs.append(series[start : start + width].tolist())
        targets.append([list(series[start + width + k]) for k in range(horizon)])
        start += stride
    return inputs, targets
""",
    "a sliding view": """
def windows(series, width, horizon=1, stride=1):
    view = np.lib.stride_tricks.sliding_window_view(series, width + horizon, axis=0)
    view = view[::stride].transpose(0, 2, 1)
    return view[:, :width].copy(), view[:, width:].copy()
""",
    "counted first, in single precision": """
def windows(series, width, horizon=1, stride=1):
    time, features = series.shape
    n = (time - width - horizon) // stride + 1
    inputs = np.zeros((n, width, features), dtype="float32")
    targets = np.zeros((n, horizon, features), dtype="float32")
    for i in range(n):
        inputs[i] = series[i * stride : i * stride + width]
        targets[i] = series[i * stride + width : i * stride + width + horizon]
    return inputs, targets
""",
}
