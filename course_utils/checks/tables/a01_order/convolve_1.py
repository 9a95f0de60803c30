"""01-order, slide a small window."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = ("keras.layers.Conv1D", "keras.ops.conv", "tensorflow.nn.conv1d")
CALLS: dict[str, str] = {}

AXES = ["time", "filter"]


def example() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x (7, 2), whole numbers; kernel (3, 2, 4); bias (4,)."""
    x = [[1, 0], [0, 2], [3, 1], [0, 1], [2, 2], [1, 4], [0, 3]]
    kernel = [
        [[0.5, -1.0, 0.2, 0.9], [1.0, 0.0, -0.4, -0.3]],
        [[-0.5, 0.3, 1.5, 0.4], [2.0, 0.1, 0.7, -1.2]],
        [[0.8, -0.6, -0.1, 1.1], [-0.7, 0.4, 0.6, 0.2]],
    ]
    return np.array(x), np.array(kernel), np.array([0.1, -0.2, 0.3, 0.5])


EXPECTED = [
    [6.3, -2.4, 2.2, 2.5],
    [1.9, 1.2, 5.3, 0.1],
    [4.8, -3.5, 2.2, 4.3],
    [2.1, 1.6, 6.6, 0.5],
    [8.5, -0.3, 6.0, -2.1],
]


def check(convolve: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(checks.call(convolve, *inputs), EXPECTED, inputs, "the convolution")
    pulse = np.zeros((6, 1))
    pulse[2] = 1.0
    ramps = np.array([[[1.0, 3.0]], [[2.0, 2.0]], [[3.0, 1.0]]])
    compare(
        checks.call(convolve, pulse, ramps, np.zeros(2)),
        [[3.0, 1.0], [2.0, 2.0], [1.0, 3.0], [0.0, 0.0]],
        (pulse, ramps, np.zeros(2)),
        "the convolution of a single pulse with the kernels 1, 2, 3 and 3, 2, 1",
    )


def compare(got: Any, expected: Any, inputs: Any, what: str, times: float = 1.0) -> None:
    """A convolution against the expected one. inputs: x, kernel, bias.

    times: both are looked at so many times as large; it shows when tiny numbers were rounded.
    """
    checks.close(got, expected, what, mistakes(*inputs), AXES, times=times)


def mistakes(x: Any, kernel: Any, bias: Any) -> dict[str, Any]:
    """Mistake → the convolution that it leads to."""
    width, features, filters = kernel.shape
    y = _convolution(x, kernel, bias)
    zeros = np.zeros((width - 1, features))
    before = (width - 1) // 2

    def padded(*parts: Any) -> Any:
        return lambda: _convolution(np.concatenate(parts), kernel, bias)

    return {
        "the kernel is flipped in time; its first row meets the earliest step of the window": (
            lambda: _convolution(x, kernel[::-1], bias)
        ),
        "the bias is missing": lambda: y - bias,
        "the bias is added once for every step of the window; add it once": (
            lambda: y + (width - 1) * bias
        ),
        "the bias is subtracted": lambda: y - 2 * bias,
        "the last window is left out (off by one)": lambda: y[:-1],
        "the first window is left out (off by one)": lambda: y[1:],
        "the sequence was padded with zeros; use only windows that fit wholly": padded(x, zeros),
        "the sequence was padded with zeros at the start; use only windows that fit wholly": padded(
            zeros, x
        ),
        "the sequence was padded with zeros at both ends; use only windows that fit wholly": padded(
            zeros[:before], x, zeros[before:]
        ),
        "the windows do not overlap; each starts one step after the one before": lambda: y[::width],
        "only the first window is computed": lambda: y[0],
        "everything after the point was cut off: the array of results has a dtype for whole "
        "numbers": lambda: np.trunc(y),
        "it is summed over all filters; each filter has an output of its own": lambda: y.sum(1),
        "the axes are exchanged; the shape should be (windows, filters)": lambda: y.T,
        "each step is multiplied with the first row of the kernel only": lambda: (
            x[: len(y)] @ kernel[0] + bias
        ),
        "only the first two rows of the kernel are used": lambda: (
            x[: len(y)] @ kernel[0] + x[1 : len(y) + 1] @ kernel[1] + bias
        ),
        "the features were averaged, not summed": lambda: (y - bias) / features + bias,
        "the steps of the window were averaged, not summed": lambda: (y - bias) / width + bias,
        "the window is laid out feature by feature, and the kernel step by step": lambda: (
            _convolution(x, kernel.reshape(features, width, filters).transpose(1, 0, 2), bias)
        ),
        "negative results are set to zero; a relu is a step of its own": lambda: np.maximum(y, 0),
        "the results are cut off at -5 and 5": lambda: np.clip(y, -5, 5),
        **_rounded_on_the_way(x, kernel, bias),
    }


def _rounded_on_the_way(x: Any, kernel: Any, bias: Any) -> dict[str, Any]:
    """Each product is rounded before it is added."""

    def with_places(places: int) -> Any:
        windows = np.lib.stride_tricks.sliding_window_view(x, len(kernel), axis=0)
        products = np.einsum("tfw,wfo->wto", windows, kernel)
        return lambda: np.round(products, places).sum(axis=0) + bias

    return {
        f"the products are rounded to {places} places after the point before they are "
        "added": with_places(places)
        for places in (2, 4, 6, 8)
    }


def _convolution(x: Any, kernel: Any, bias: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(x, len(kernel), axis=0)
    return np.einsum("tfw,wfo->to", windows, kernel) + bias
