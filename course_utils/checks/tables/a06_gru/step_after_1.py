"""06-gru, one step of a GRU with the reset gate after the product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a06_gru import _common_1 as common

BY_HAND = common.CELLS


def example() -> tuple[np.ndarray, ...]:
    """x (3, 4), h (3, 2), W (4, 6), U (2, 6), b (2, 6): batch 3, 4 features, 2 units."""
    x = [[0.6, 0.6, 0.0, -0.4], [-0.9, -0.2, -0.2, -0.9], [-0.9, 1.0, 0.3, -0.5]]
    h = [[-0.1, 0.9], [0.8, 0.7], [-0.2, 0.0]]
    W = [
        [0.4, -0.9, 0.1, -0.5, 0.8, -0.9],
        [0.4, 0.7, -0.5, 0.8, 0.7, -1.0],
        [0.4, -1.0, 0.0, -0.1, -0.6, -0.4],
        [0.6, -0.4, -0.7, 0.4, -0.1, 0.6],
    ]
    U = [[-0.5, -0.4, 0.6, 0.0, 0.0, -0.5], [-1.0, 0.9, -0.8, 0.7, -0.3, 0.9]]
    b = [[-0.2, 0.9, 0.1, -0.5, 0.5, 0.3], [0.4, -0.1, -0.6, 0.3, -0.8, 0.4]]
    return tuple(np.array(values) for values in (x, h, W, U, b))


def check(step_after: Any) -> None:
    """The tests that students see."""
    inputs = example()
    compare(checks.call(step_after, *inputs), common.step(*inputs), inputs)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", times: float = 1.0) -> None:
    """The new state against the expected one, both `times` as large."""
    what = f"the new state{case}"
    common.close(got, expected, what, mistakes(*inputs), common.STATE, times=times)


def mistakes(x: Any, h: Any, W: Any, U: Any, b: Any) -> dict[str, Callable[[], Any]]:
    """Each mistake → what it leads to."""
    second_h = b[1, 2 * len(U) :]

    def new(**slips: Any) -> Callable[[], Any]:
        return lambda: common.step(x, h, W, U, b, **slips)

    def inside(slip: Callable[..., Any]) -> Callable[[], Any]:
        return new(inside=slip)

    def with_biases(first: Any, second: Any) -> Callable[[], Any]:
        return lambda: common.step(x, h, W, U, np.stack([first, second]))

    return {
        **{text: new(order=order) for order, text in common.SWAPPED.items()},
        **{text: new(mix=mix) for text, mix in common.MIXED.items()},
        **{text: new(**slips) for text, slips in common.SQUEEZED.items()},
        **common.clipped(common.step(x, h, W, U, b)),
        "the old state is not used at all": lambda: common.step(x, 0 * h, W, U, b),
        "the result of the first example stands in every row": lambda: np.repeat(
            common.step(x, h, W, U, b)[:1], len(x), axis=0
        ),
        "the reset gate acts before the product; in this variant it multiplies what comes out of "
        "it: r * (h @ U_h + b'_h)": inside(lambda z, r, a, s, h, U_h: a + (r * h) @ U_h + second_h),
        "the recurrent bias stands outside the reset gate; it belongs inside: "
        "r * (h @ U_h + b'_h)": inside(
            lambda z, r, a, s, h, U_h: a + r * (s - second_h) + second_h
        ),
        "the recurrent bias, b[1], is missing": with_biases(b[0], 0 * b[1]),
        "the input bias, b[0], is missing": with_biases(0 * b[0], b[1]),
        "both biases are missing": with_biases(0 * b[0], 0 * b[1]),
        "the two biases are exchanged: the first row belongs to the input, the second to the "
        "state": with_biases(b[1], b[0]),
        "the reset gate is left out": inside(lambda z, r, a, s, h, U_h: a + s),
        "the reset gate acts also on the input; it acts on the recurrent part alone": inside(
            lambda z, r, a, s, h, U_h: r * (a + s)
        ),
        "each block of U is transposed; a row of U is what one unit sends": lambda: common.step(
            x, h, W, common.blocks_transposed(U), b
        ),
        "r and 1 - r are exchanged; r itself multiplies": inside(
            lambda z, r, a, s, h, U_h: a + (1 - r) * s
        ),
        "the gates do not see the old state; h is a part of both (h @ U_z, h @ U_r)": new(
            hears=lambda a, s: a
        ),
        "the gates do not see the input; x is a part of both (x @ W_z, x @ W_r)": new(
            hears=lambda a, s: s
        ),
        "the candidate does not see the old state at all; h @ U_h, reset by r, is a part of "
        "it": inside(lambda z, r, a, s, h, U_h: a),
        "z stands where r belongs, inside the candidate": inside(
            lambda z, r, a, s, h, U_h: a + z * s
        ),
        "the reset gate multiplies the input's side; it belongs to the recurrent one": inside(
            lambda z, r, a, s, h, U_h: r * a + s
        ),
        "b[0] is used twice; h @ U has the second row, b[1]": with_biases(b[0], b[0]),
        "b[1] is used twice; x @ W has the first row, b[0]": with_biases(b[1], b[1]),
        "b'_h is missing in the candidate: r * (h @ U_h + b'_h)": inside(
            lambda z, r, a, s, h, U_h: a + r * (s - second_h)
        ),
        "the reset gate stands before the product, and b'_h is missing: "
        "r * (h @ U_h + b'_h)": inside(common.reset_before),
        "h is multiplied in once more behind the product; h @ U_h has it already": inside(
            lambda z, r, a, s, h, U_h: a + r * h * s
        ),
        "it takes every third column; a block is one third of the columns, side by side "
        "(np.split)": lambda: common.step(x, h, *map(common.every_third, (W, U, b))),
    }
