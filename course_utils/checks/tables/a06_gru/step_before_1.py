"""06-gru, one step of a GRU with the reset gate before the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a06_gru import _common_1 as common

BY_HAND = common.CELLS


def example() -> tuple[np.ndarray, ...]:
    """x (3, 4), h (3, 2), W (4, 6), U (2, 6), b (6,): batch 3, 4 features, 2 units."""
    x = [[-0.8, -0.5, 0.6, 0.2], [-0.8, -0.1, 0.0, -0.7], [0.5, -0.8, -0.2, 0.0]]
    h = [[-0.1, 0.2], [0.5, 0.9], [-0.4, 0.3]]
    W = [
        [0.4, -0.4, -1.0, 0.9, -0.4, -0.4],
        [0.8, 0.2, -0.1, 0.5, -0.9, 0.4],
        [-0.3, -0.8, 0.3, 0.9, -0.6, 0.3],
        [-0.4, 0.5, 0.4, -0.6, 0.7, 0.3],
    ]
    U = [[0.4, 0.6, -0.1, 0.5, 0.8, -0.8], [0.7, -0.2, 0.0, -0.7, 0.4, -0.4]]
    b = [0.7, -0.4, 0.1, -0.2, 0.2, -0.6]
    return tuple(np.array(values) for values in (x, h, W, U, b))


def check(step_before: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(checks.call(step_before, *inputs), _step(*inputs), inputs)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", times: float = 1.0) -> None:
    """The new state against the expected one, both `times` as large."""
    what = f"the new state{case}"
    common.close(got, expected, what, mistakes(*inputs), common.STATE, times=times)


def mistakes(x: Any, h: Any, W: Any, U: Any, b: Any) -> dict[str, Callable[[], Any]]:
    """Each mistake → what it leads to."""
    candidate_bias = np.concatenate([0 * b[: 2 * len(U)], b[2 * len(U) :]])

    def new(**slips: Any) -> Callable[[], Any]:
        return lambda: _step(x, h, W, U, b, **slips)

    def inside(slip: Callable[..., Any], **slips: Any) -> Callable[[], Any]:
        return new(inside=slip, **slips)

    def with_bias(bias: Any) -> Callable[[], Any]:
        return lambda: _step(x, h, W, U, bias)

    def on_the_input() -> Any:
        b_h = candidate_bias[2 * len(U) :]
        return _step(x, h, W, U, b, inside=lambda z, r, a, s, h, U_h: r * (a - b_h) + s + b_h)

    def bias_reset() -> Any:
        b_h = candidate_bias[2 * len(U) :]
        return _step(x, h, W, U, b, inside=lambda z, r, a, s, h, U_h: a - b_h + r * (s + b_h))

    return {
        **{text: new(order=order) for order, text in common.SWAPPED.items()},
        **{text: new(mix=mix) for text, mix in common.MIXED.items()},
        **{text: new(**slips) for text, slips in common.SQUEEZED.items()},
        **common.clipped(_step(x, h, W, U, b)),
        "the old state is not used at all": lambda: _step(x, 0 * h, W, U, b),
        "the result of the first example stands in every row": lambda: np.repeat(
            _step(x, h, W, U, b)[:1], len(x), axis=0
        ),
        "the reset gate acts after the product; in this variant it acts on h before it: "
        "(r * h) @ U_h": inside(lambda z, r, a, s, h, U_h: a + r * s),
        "the reset gate is left out": inside(lambda z, r, a, s, h, U_h: a + s),
        "the reset gate acts on the input; it acts on the old state alone": on_the_input,
        "the reset gate stands in the sum of old and new": inside(
            lambda z, r, a, s, h, U_h: a + s, mix=lambda z, r, h, new: z * r * h + (1 - z) * new
        ),
        "the reset state also stands in the sum of old and new; r wipes nothing, it covers h for "
        "the candidate alone": new(mix=lambda z, r, h, new: z * r * h + (1 - z) * new),
        "the bias b is missing": with_bias(0 * b),
        "the candidate's bias is missing": with_bias(b - candidate_bias),
        "the biases of the gates are missing": with_bias(candidate_bias),
        "the input x is left out": lambda: _step(0 * x, h, W, U, b),
        "each block of U is transposed; a row of U is what one unit sends": lambda: _step(
            x, h, W, common.blocks_transposed(U), b
        ),
        "r and 1 - r are exchanged; r itself multiplies": inside(
            lambda z, r, a, s, h, U_h: a + ((1 - r) * h) @ U_h
        ),
        "the gates do not see the old state; h is a part of both (h @ U_z, h @ U_r)": new(
            hears=lambda a, s: a
        ),
        "the gates do not see the input and their biases; x is a part of both (x @ W_z, "
        "x @ W_r)": new(hears=lambda a, s: s),
        "the candidate does not see the old state at all; h @ U_h, reset by r, is a part of "
        "it": inside(lambda z, r, a, s, h, U_h: a),
        "z stands where r belongs, inside the candidate": inside(
            lambda z, r, a, s, h, U_h: a + (z * h) @ U_h
        ),
        "r multiplies all of the candidate's pre-activation; the input and the bias are not "
        "reset": inside(lambda z, r, a, s, h, U_h: r * (a + s)),
        "the reset gate acts after the product, and b_h has come with it; in this variant it acts "
        "on h alone": bias_reset,
        "it takes every third column; a block is one third of the columns, side by side "
        "(np.split)": lambda: _step(x, h, *map(common.every_third, (W, U, b))),
    }


def _step(
    x: Any,
    h: Any,
    W: Any,
    U: Any,
    b: Any,
    *,
    inside: Callable[..., Any] = common.reset_before,
    **slips: Any,
) -> Any:
    """A step with slips, in which the candidate meets (r ⊙ h) U_h."""
    return common.step(x, h, W, U, np.stack([b, 0 * b]), inside=inside, **slips)
