"""05-lstm, one step of an LSTM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND = common.CELLS
CALLS = {"split_gates": "05-lstm/split-gates@1"}

AXES = ["batch", "unit"]


def example() -> tuple[np.ndarray, ...]:
    """x (3, 4), h (3, 2), c (3, 2), W (4, 8), U (2, 8), b (8,): batch 3, 4 features, 2 units."""
    x = [[-0.8, -0.5, 0.6, 0.2], [-0.8, -0.1, 0.0, -0.7], [0.5, -0.8, -0.2, 0.0]]
    h = [[-0.1, 0.2], [0.5, 0.9], [-0.4, 0.3]]
    c = [[0.6, -0.6], [-1.5, 1.4], [-0.6, -0.6]]
    W = [
        [0.8, 0.2, -0.1, 0.5, -0.9, 0.4, -0.3, -0.8],
        [0.3, 0.9, -0.6, 0.3, -0.4, 0.5, 0.4, -0.6],
        [0.7, 0.3, 0.4, 0.6, -0.1, 0.5, 0.8, -0.8],
        [0.7, -0.2, 0.0, -0.7, 0.4, -0.4, 0.7, -0.4],
    ]
    U = [
        [0.1, -0.2, 0.2, -0.6, -0.6, 0.5, 0.5, 0.1],
        [0.8, -0.6, 0.7, -0.7, 0.9, 0.2, 0.2, 0.9],
    ]
    b = [0.6, 0.6, -0.9, -0.3, -0.8, -0.6, -0.6, 0.7]
    return tuple(np.array(values) for values in (x, h, c, W, U, b))


EXPECTED = (
    [[0.2383, -0.4037], [-0.2173, 0.1954], [-0.0939, -0.4086]],
    [[0.5035, -0.5755], [-0.6351, 0.214], [-0.5017, -0.5977]],
)


def check(step: Any) -> None:
    """The tests that students see."""
    x, h, c, W, U, b = example()
    compare(checks.call(step, *example()), EXPECTED, example(), tolerance=2e-4)
    _check_case(step, (x, h, 0.7 * c, W, U, b), SMALLER)
    _check_case(step, (x, h, c, *common.closed(W, U, b)), CLOSED)
    _check_case(step, (x, h, 1.23456e-6 * c, *common.faint(W, U, b)), FAINT)
    _check_case(step, (100 * x, h, 20 * c, W, U, b), LARGE)


SMALLER = ", with a smaller c,"
LARGE = ", with large x and c,"
CLOSED = ", with gates that are nearly closed,"
FAINT = ", with tiny c and candidates,"


def _check_case(step: Any, inputs: Any, case: str) -> None:
    compare(checks.call(step, *inputs), common.step(*inputs), inputs, case)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", tolerance: float = 1e-6) -> None:
    """The new states against the expected ones; the new c first, since the new h follows from it.

    Where they are tiny, they are compared in proportion.
    """
    h, c = checks.unpack(got, "the new h", "the new c")
    new_h, new_c = expected
    wrong = mistakes(*inputs)
    for part, name in ((h, "h"), (c, "c")):
        checks.shape(part, np.shape(new_h), f"the new {name}{case}", AXES)
    if common.exchanged(h, c, expected):
        checks.fail("The two results are exchanged: return h first, then c.")
    tiny = np.max(np.abs(new_c)) < 1e-3
    if tiny and common.single(h, c):
        return
    sides = ((c, new_c, "c", ""), (h, new_h, "h", " (the new c is right)"))
    for part, wanted, name, more in sides:
        times = 1 / np.abs(wanted) if tiny else 1.0
        what = f"the new {name}{case}{more}"
        checks.close(part, wanted, what, wrong[name], AXES, 1e-4 if tiny else tolerance, times)


def mistakes(x: Any, h: Any, c: Any, W: Any, U: Any, b: Any) -> dict[str, dict[str, Any]]:
    """For the new "c", and for the new "h" where the new c is right: mistake → what it leads to."""

    def new_c(**slips: Any) -> Callable[[], Any]:
        return lambda: common.step(x, h, c, W, U, b, **slips)[1]

    def new_h(**slips: Any) -> Callable[[], Any]:
        return lambda: common.step(x, h, c, W, U, b, **slips)[0]

    return {
        "c": {
            "the bias b is missing": lambda: common.step(x, h, c, W, U, 0 * b)[1],
            "the input x is left out of the gates": lambda: common.step(0 * x, h, c, W, U, b)[1],
            "the old h is left out of the gates (h @ U)": lambda: common.step(x, h, c, W, 0 * U, b)[
                1
            ],
            "the gates listen to c (c @ U); they listen to h": lambda: common.step(
                x, c, c, W, U, b
            )[1],
            **{
                f"{text}; Keras' order is i, f, c, o": new_c(order=order)
                for order, text in common.swaps()
            },
            "the blocks are taken in the order i, o, f, c; Keras' order is i, f, c, o": new_c(
                order="iofc"
            ),
            "each gate takes every fourth column; the blocks stand side by side, so a gate's "
            "columns are neighbours": lambda: common.step(
                x, h, c, *(_every_fourth(array) for array in (W, U, b))
            )[1],
            "sigmoid and tanh are exchanged: the gates go through the sigmoid, the candidate "
            "through tanh": new_c(gate=np.tanh, candidate=common.sigmoid),
            "the gates go through tanh; a gate lies between 0 and 1, so it needs the "
            "sigmoid": new_c(gate=np.tanh),
            "the candidate goes through the sigmoid; it may be negative, so it needs tanh": new_c(
                candidate=common.sigmoid
            ),
            "the candidate goes through the sigmoid, and then through tanh; it needs tanh "
            "alone": new_c(candidate=lambda a: np.tanh(common.sigmoid(a))),
            "the candidate goes through tanh twice; once is enough": new_c(
                candidate=lambda a: np.tanh(np.tanh(a))
            ),
            "the gates go through the sigmoid twice; once is enough": new_c(
                gate=lambda a: common.sigmoid(common.sigmoid(a))
            ),
            "the candidate has no tanh": new_c(candidate=lambda a: a),
            "the gates have no sigmoid": new_c(gate=lambda a: a),
            "the gates are hard sigmoids; an LSTM's are smooth": new_c(gate=common.hard_sigmoid),
            **{
                f"the gates are rounded to {places} places after the point; go on with them as "
                "they are": new_c(gate=lambda a, places=places: np.round(common.sigmoid(a), places))
                for places in common.PLACES
            },
            "the gates are hard sigmoids, with the slope 0.2; an LSTM's are smooth": new_c(
                gate=lambda a: common.hard_sigmoid(a, 0.2)
            ),
            "1 is added to the forget gate's bias; b holds it already": new_c(forget_bias=1),
            "the forget gate is left out: the old c should be multiplied by f": new_c(
                belt=lambda c, i, f, g: c + i * g
            ),
            "the old c is multiplied by 1 - f; f itself says how much is kept, so it is "
            "f * c": new_c(belt=lambda c, i, f, g: (1 - f) * c + i * g),
            "the input gate is left out: the candidate should be multiplied by i": new_c(
                belt=lambda c, i, f, g: f * c + g
            ),
            "the old cell state is left out (f * c)": new_c(belt=lambda c, i, f, g: i * g),
            "1 - f stands in place of the input gate; an LSTM's input gate has weights of its "
            "own": new_c(belt=lambda c, i, f, g: f * c + (1 - f) * g),
            "h stands in place of the old c: it is f * c": new_c(
                belt=lambda c, i, f, g: f * h + i * g
            ),
            "the tanh belongs to h alone; c itself is not squeezed": new_c(
                belt=lambda c, i, f, g: np.tanh(f * c + i * g)
            ),
            "the candidate is a relu; it needs tanh": new_c(candidate=lambda a: np.maximum(a, 0)),
            "c is clipped to ±5; it has no limits": lambda: np.clip(new_c()(), -5, 5),
            "the pre-activations are clipped to ±5; they have no limits": new_c(
                gate=lambda a: common.sigmoid(np.clip(a, -5, 5)),
                candidate=lambda a: np.tanh(np.clip(a, -5, 5)),
            ),
            "every example gets the gates of the first": lambda: common.step(
                np.repeat(x[:1], len(x), axis=0), np.repeat(h[:1], len(h), axis=0), c, W, U, b
            )[1],
            "the old c is returned, not the new one": lambda: c,
            "h is returned for c": new_h(),
            "each block of U is transposed; a row of U is what one unit sends": lambda: common.step(
                x, h, c, W, common.blocks_transposed(U), b
            )[1],
        },
        "h": {
            "tanh is taken twice: h is o times tanh(c)": new_h(
                out=lambda o, new: o * np.tanh(np.tanh(new))
            ),
            "c is returned for h": new_c(),
            "the sigmoid of c stands in place of tanh(c)": new_h(
                out=lambda o, new: o * common.sigmoid(new)
            ),
            "the output gate is missing: h is o times tanh(c)": new_h(
                out=lambda o, new: np.tanh(new)
            ),
            "the tanh of c is forgotten: h is o times tanh(c)": new_h(out=lambda o, new: o * new),
            "h is made from the old c; it needs the new one": new_h(
                out=lambda o, new: o * np.tanh(c)
            ),
            "the new h is added to the old h; it takes its place": new_h(
                out=lambda o, new: h + o * np.tanh(new)
            ),
        },
    }


def _every_fourth(array: Any) -> Any:
    """The columns k, k + 4, k + 8 … side by side, for k = 0 to 3."""
    return np.concatenate([array[..., k::4] for k in range(4)], axis=-1)
