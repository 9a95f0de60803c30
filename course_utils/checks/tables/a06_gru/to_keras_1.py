"""06-gru, weights from other conventions, in Keras' layout, and a Keras layer that has them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a06_gru import _common_1 as common

BY_HAND = ("course_utils.cells.GRU.forward",)

BLOCKS = "3·units"
AXES = {"W": ["feature", BLOCKS], "U": ["unit", BLOCKS], "b": ["row", BLOCKS]}


def example() -> tuple[Any, ...]:
    """weight_ih (6, 3), weight_hh (6, 2), bias_ih (6,), bias_hh (6,), order: 3 features, 2 units.

    They are tried a second time with the order "hzr" and z_keeps=False.
    """
    weight_ih = [
        [-1.0, 0.4, -0.3],
        [0.9, -0.8, 0.3],
        [0.6, 0.4, 1.0],
        [0.5, -0.4, -0.4],
        [0.2, 0.3, -0.6],
        [0.6, 0.8, 0.4],
    ]
    weight_hh = [[-0.8, 0.6], [-0.3, -0.8], [-1.0, 0.4], [0.8, 0.6], [0.0, 0.8], [1.0, -0.3]]
    bias_ih = [-0.8, 0.8, 0.0, 1.0, 0.5, -0.9]
    bias_hh = [0.7, 0.3, -0.1, 0.3, 0.2, 0.0]
    arrays = (np.array(values) for values in (weight_ih, weight_hh, bias_ih, bias_hh))
    return (*arrays, "rzh")


INPUTS = [[[-0.1, -0.8, -0.9], [0.8, 0.1, 0.6], [0.6, 0.3, 0.2], [0.4, -0.2, 1.0]]]
OUTPUTS = [[[0.5634, -0.1218], [0.4719, -0.0483], [0.5137, -0.0166], [0.3098, -0.0097]]]


def check(to_keras: Any, keras_gru: Any) -> None:
    """The tests that students see."""
    *arrays, order = example()
    weights = _converted(arrays, order)
    case = ', from weights in the order "rzh",'
    compare(checks.call(to_keras, *arrays, order), weights, (*arrays, order), case)
    compare(
        checks.call(to_keras, *arrays, "hzr", z_keeps=False),
        _converted(arrays, "hzr", z_keeps=False),
        (*arrays, "hzr", False),
        ', from weights in the order "hzr" with z_keeps=False,',
    )
    compare_layer(call(keras_gru, weights), np.array(INPUTS), OUTPUTS, weights)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", times: float = 1.0) -> None:
    """W, U and b against the expected ones, all `times` as large."""
    parts = checks.unpack(got, *AXES)
    have, want = [np.shape(part) for part in parts[:2]], [np.shape(part) for part in expected[:2]]
    if have != want and have == want[::-1]:
        checks.fail("W and U are exchanged: W, the weights of the input, comes first.")
    if have == [shape[::-1] for shape in want]:
        checks.fail(
            "W and U are still to be transposed: in Keras a row belongs to a feature or to an old "
            "unit."
        )
    wrong = mistakes(*inputs)
    for part, right, (name, axes) in zip(parts, expected, AXES.items(), strict=True):
        common.close(part, right, name + case, wrong[name], axes, times=times)


def call(keras_gru: Any, weights: Any) -> Any:
    """The layer that keras_gru makes of the weights."""
    blocks = np.shape(weights[1])[1]
    hints = {
        f"({blocks},) is not compatible": "The layer has one bias, as with reset_after=False. "
        "These weights have two, in two rows: they are of reset_after=True, Keras' default.",
        "is not compatible": "The layer's arrays have other shapes than the weights: it needs as "
        "many units as U has rows, and `build` as many features as W has rows.",
        "expecting 0 weights": "A Keras layer has no weights before it is built: "
        "`layer.build((None, None, features))`.",
    }
    return checks.call(keras_gru, weights, seconds=60, hints=hints)


def compare_layer(
    layer: Any, x: Any, expected: Any, weights: Any, what: str = "what the Keras layer returns"
) -> None:
    """The layer, and its outputs for x, (batch, time, features), against the expected ones."""
    if isinstance(layer, type) or not hasattr(layer, "get_weights"):
        checks.fail("`keras_gru` should return a Keras layer, built and with its weights set.")
    _check_weights([np.asarray(array) for array in layer.get_weights()], weights)
    outputs = layer(x.astype("float32"))
    if isinstance(outputs, (list, tuple)):
        checks.fail("The layer returns its last state as well: leave out return_state.")
    slips = layer_mistakes(x, weights)
    common.close(np.asarray(outputs), expected, what, slips, common.STATES, tolerance=1e-3)
    again = np.asarray(layer(x.astype("float32")))
    if not np.allclose(again, outputs, atol=1e-3):
        checks.fail(
            "Called a second time, the layer returns other numbers for the same inputs. Does it "
            "keep its state from call to call (stateful)?"
        )
    many = np.repeat(x, 256, axis=0).astype("float32")
    trained = np.asarray(layer(many, training=True))
    if not np.allclose(trained, np.repeat(again, 256, axis=0), atol=1e-3):
        checks.fail(
            "With training=True the layer returns other numbers than without: is dropout or "
            "recurrent_dropout on? Leave both out; only the weights are to be moved."
        )


def _check_weights(have: Any, weights: Any) -> None:
    """The arrays in the layer are those that it was given."""
    if not have:
        checks.fail(
            "The layer has no weights: build it, `layer.build((None, None, features))`, then "
            "layer.set_weights(weights)."
        )
    if len(have) == 3 and have[2].shape == weights[2].shape[1:]:
        checks.fail(
            "The layer has one bias, as with reset_after=False. These weights have two, in two "
            "rows: they are of reset_after=True, Keras' default."
        )
    if len(have) != 3:
        checks.fail(f"The layer has {len(have)} arrays of weights. A GRU has three: W, U and b.")
    others = [
        name
        for name, mine, given in zip(AXES, have, weights, strict=True)
        if mine.shape != given.shape or not np.allclose(mine, given, rtol=1e-6, atol=1e-12)
    ]
    if {"W", "U"} <= set(others) and not np.any(have[2]):
        checks.fail(
            "The layer does not have the weights that it was given, but its own random weights: "
            "layer.set_weights(weights)."
        )
    if others:
        checks.fail(
            f"The layer does not have the weights that it was given: {' and '.join(others)} "
            "differs. `layer.set_weights(weights)` sets all three."
        )


def mistakes(
    weight_ih: Any,
    weight_hh: Any,
    bias_ih: Any,
    bias_hh: Any,
    order: str,
    z_keeps: bool = True,
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For "W", "U" and "b": mistake → what it leads to."""
    turn = "" if z_keeps else "z"

    def sort(rows: Any, order: str = order, to: str = "zrh", turn: str = turn) -> Any:
        return _sorted(rows, order, to, turn)

    def W(**slips: str) -> Callable[[], Any]:
        return lambda: sort(weight_ih, **slips).T

    def b(first: Any, second: Any) -> Callable[[], Any]:
        return lambda: np.stack([first, second])

    def where_it_goes() -> Any:
        blocks = np.split(weight_ih, 3)
        taken = [blocks["zrh".index(gate)] for gate in order]
        return _sorted(np.concatenate(taken), "zrh", "zrh", turn).T

    def one_minus() -> Any:
        blocks = dict(zip(order, np.split(weight_ih, 3), strict=True))
        return np.concatenate([1 - blocks["z"], blocks["r"], blocks["h"]]).T

    def one_minus_turned() -> Any:
        return W(order=order.translate(str.maketrans("zh", "hz")), turn="")()

    ih, hh = sort(bias_ih), sort(bias_hh)
    unsorted = "the blocks are not sorted: they still stand in the order that was given"
    if z_keeps:
        turned = {
            "the update gate is turned round although z_keeps is True": W(turn="z"),
        }
        kept_U, kept_b = {}, {}
    else:
        turned = {
            "z_keeps is False, and the update gate is not turned round": W(turn=""),
            "all blocks are negated; only the update gate is turned round": W(turn="zrh"),
            "it is 1 minus the weights; σ(-a) is 1 - σ(a), so what is turned round is the "
            "sign": one_minus,
            "neither `order` nor z_keeps is read: the blocks are taken as r, z, h, and z keeps its "
            "sign": W(order="rzh", turn=""),
            "the reset gate is negated; with z_keeps=False the update gate is turned round": W(
                turn="r"
            ),
            "the candidate is negated; with z_keeps=False the update gate is turned round": W(
                turn="h"
            ),
            "the blocks of z and h are exchanged; turning z round leaves each block in its "
            "place": one_minus_turned,
        }
        kept_U = {
            "U keeps its sign in the update gate; -(x W + h U + b) turns it round, too": lambda: (
                sort(weight_hh, turn="").T
            )
        }
        kept_b = {
            "the biases of the update gate keep their sign; -(xW + b) turns the bias round, too": b(
                sort(bias_ih, turn=""), sort(bias_hh, turn="")
            ),
            "the first bias of the update gate keeps its sign; -(xW + b) turns the bias round, "
            "too": b(sort(bias_ih, turn=""), hh),
            "the second bias of the update gate keeps its sign; -(hU + b') turns the bias round, "
            "too": b(ih, sort(bias_hh, turn="")),
        }
    return {
        "W": {
            unsorted: W(to=order),
            "the candidate stands first; Keras' order is z, r, h": W(to="hzr"),
            "the reset gate stands first; Keras' order is z, r, h": W(to="rzh"),
            **turned,
            "W and U are exchanged": lambda: sort(weight_hh).T,
            "it is reshaped, not transposed (.T): reshape keeps the numbers in reading "
            "order": lambda: sort(weight_ih).reshape(weight_ih.shape[::-1]),
            "`order` says where each block comes from": where_it_goes,
            "`order` is not read: the blocks are taken as r, z, h": W(order="rzh"),
        },
        "U": {
            "each block of U is transposed; a row of U is what one unit sends": lambda: (
                np.concatenate(np.split(sort(weight_hh), 3), axis=1)
            ),
            "it is reshaped, not transposed (.T): reshape keeps the numbers in reading "
            "order": lambda: sort(weight_hh).reshape(weight_hh.shape[::-1]),
            unsorted: lambda: sort(weight_hh, to=order).T,
            **kept_U,
        },
        "b": {
            "the two biases are added up; Keras keeps them in two rows, since only one of them "
            "stands inside r": lambda: ih + hh,
            "the two biases are exchanged: the first row belongs to the input, the second to the "
            "state": b(hh, ih),
            unsorted: b(bias_ih, bias_hh),
            "the two biases lie one after the other; Keras keeps them in two rows "
            "(np.stack)": lambda: np.concatenate([ih, hh]),
            "both biases are in the first row; in the candidate r scales only the second, so they "
            "cannot be added": b(ih + hh, 0 * hh),
            "bias_ih stands in both rows; the second is bias_hh": b(ih, ih),
            "the two biases stand in columns; Keras keeps them in two rows": lambda: np.stack(
                [ih, hh], axis=1
            ),
            **kept_b,
        },
    }


def layer_mistakes(x: Any, weights: Any) -> dict[str, Callable[[], Any]]:
    """For the outputs of a layer that has the weights: mistake → what it leads to."""

    def outputs(x: Any = x, **slips: Any) -> Callable[[], Any]:
        def walk() -> Any:
            h, rows = np.zeros((len(x), len(weights[1]))), []
            for t in range(x.shape[1]):
                h = common.step(x[:, t], h, *weights, **slips)
                rows.append(h)
            return np.stack(rows, axis=1)

        return walk

    activation = "leave out `activation`: the candidate of a GRU goes through tanh"
    return {
        "the layer goes backwards in time; leave out go_backwards": outputs(x[:, ::-1]),
        "the gates are hard sigmoids; leave out recurrent_activation": outputs(
            gate=lambda a: np.clip(a / 6 + 0.5, 0, 1)
        ),
        f"the candidate is not squeezed; {activation}": outputs(candidate=lambda a: a),
        f"the candidate goes through relu; {activation}": outputs(
            candidate=lambda a: np.maximum(a, 0)
        ),
        f"the candidate goes through the sigmoid; {activation}": outputs(candidate=common.sigmoid),
    }


def _sorted(rows: Any, order: str, to: str, turn: str) -> Any:
    """The blocks, which lie under one another, in another order, those in `turn` negated."""
    blocks = dict(zip(order, np.split(rows, 3), strict=True))
    return np.concatenate([-blocks[gate] if gate in turn else blocks[gate] for gate in to])


def _converted(arrays: Sequence[Any], order: str, z_keeps: bool = True) -> list[Any]:
    W, U, first, second = (_sorted(rows, order, "zrh", "" if z_keeps else "z") for rows in arrays)
    return [W.T, U.T, np.stack([first, second])]
