"""05-lstm, weights on the move: another program's weights in Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a05_lstm import _common_1 as common

BY_HAND = ("course_utils.cells.LSTM.forward",)
CALLS: dict[str, str] = {}

AXES = {"W": ["feature", "column"], "U": ["old unit", "column"], "b": ["place"]}
NAMES = {"W": "the kernel W", "U": "the recurrent kernel U", "b": "the bias b"}


def example() -> tuple[Any, ...]:
    """weight_ih (8, 3), weight_hh (8, 2), bias_ih, bias_hh (8,), order: 3 features, 2 units."""
    weight_ih = [
        [-1.0, 0.4, -0.3],
        [0.9, -0.8, 0.3],
        [0.6, 0.4, 1.0],
        [0.5, -0.4, -0.4],
        [0.2, 0.3, -0.6],
        [0.6, 0.8, 0.4],
        [-0.8, 0.6, -0.3],
        [-0.8, -1.0, 0.4],
    ]
    weight_hh = [
        [0.8, 0.6],
        [0.0, 0.8],
        [1.0, -0.3],
        [-0.8, 0.8],
        [0.0, 1.0],
        [0.5, -0.9],
        [0.7, 0.3],
        [-0.1, 0.3],
    ]
    bias_ih = [0.2, 0.0, -0.1, -0.8, -0.9, 0.8, 0.1, 0.6]
    bias_hh = [0.6, 0.3, 0.2, 0.4, -0.2, 1.0, 0.0, 0.5]
    return (*(np.array(part) for part in (weight_ih, weight_hh, bias_ih, bias_hh)), "iofc")


EXPECTED = {
    "iofc": (
        [
            [-1.0, 0.9, 0.2, 0.6, -0.8, -0.8, 0.6, 0.5],
            [0.4, -0.8, 0.3, 0.8, 0.6, -1.0, 0.4, -0.4],
            [-0.3, 0.3, -0.6, 0.4, -0.3, 0.4, 1.0, -0.4],
        ],
        [[0.8, 0.0, 0.0, 0.5, 0.7, -0.1, 1.0, -0.8], [0.6, 0.8, 1.0, -0.9, 0.3, 0.3, -0.3, 0.8]],
        [0.8, 0.3, -1.1, 1.8, 0.1, 1.1, 0.1, -0.4],
    ),
    "ifco": (
        [
            [-1.0, 0.9, 0.6, 0.5, 0.2, 0.6, -0.8, -0.8],
            [0.4, -0.8, 0.4, -0.4, 0.3, 0.8, 0.6, -1.0],
            [-0.3, 0.3, 1.0, -0.4, -0.6, 0.4, -0.3, 0.4],
        ],
        [[0.8, 0.0, 1.0, -0.8, 0.0, 0.5, 0.7, -0.1], [0.6, 0.8, -0.3, 0.8, 1.0, -0.9, 0.3, 0.3]],
        [0.8, 0.3, 0.1, -0.4, -1.1, 1.8, 0.1, 1.1],
    ),
}
X = np.array([[[1.0, -0.4, -0.2], [-0.1, -0.7, 0.2], [-0.2, 0.7, -0.2], [-0.8, -0.3, -0.4]]])
OUTPUTS = [[[-0.0867, 0.4253], [-0.2546, 0.6561], [-0.2531, 0.4888], [-0.3286, 0.5125]]]


def check(to_keras: Any, keras_lstm: Any) -> None:
    """The tests that students see."""
    for order, expected in EXPECTED.items():
        inputs = (*example()[:-1], order)
        compare(checks.call(to_keras, *inputs), expected, inputs)
    weights = [np.array(part) for part in EXPECTED["ifco"]]
    compare_layer(keras_lstm, OUTPUTS, weights, X, tolerance=5e-4)


def compare(got: Any, expected: Any, inputs: Any, case: str = "") -> None:
    """The three arrays against the expected ones."""
    parts = checks.unpack(got, "W", "U", "b")
    wrong = mistakes(*inputs)
    for part, wanted, (name, words) in zip(parts, expected, NAMES.items(), strict=True):
        what = f'{words}, from weights in the order "{inputs[-1]}"{case},'
        checks.close(part, wanted, what, wrong[name], AXES[name])


def mistakes(
    weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any, order: str
) -> dict[str, dict[str, Any]]:
    """For each of "W", "U" and "b": mistake → what it leads to."""
    both = bias_ih + bias_hh

    def slips(rows: Any) -> dict[str, Any]:
        return {
            "the blocks are not sorted: they still stand in the order that was given": lambda: (
                rows.T
            ),
            "the blocks are sorted the wrong way round: `order` says where each gate comes from, "
            "not where it goes": lambda: _sorted(rows, "ifco", order),
            "the blocks are sorted as i, o, f, c whatever order is given": lambda: _sorted(
                rows, "iofc"
            ),
            "the blocks stand in the order c, f, i, o, by the alphabet; Keras' order is i, f, c, "
            "o": lambda: _sorted(rows, order, "cfio"),
            **{
                f"{text}; Keras' order is i, f, c, o": lambda place=place: _sorted(
                    rows, order, place
                )
                for place, text in common.swaps()
            },
        }

    def clipped(rows: Any) -> dict[str, Any]:
        text = "the numbers are clipped to ±5; leave them as they are"
        return {text: lambda: np.clip(_sorted(rows, order), -5, 5)}

    def poured(rows: Any) -> dict[str, Any]:
        return {
            "the numbers are poured into the new shape with reshape; that mixes rows and columns, "
            "so transpose": lambda: _sorted(rows, order).T.reshape(rows.shape[1], -1)
        }

    def only(bias: Any) -> Callable[[], Any]:
        return lambda: _sorted(bias, order)

    one = "Keras has one, which does the work of both"
    return {
        "W": {
            **slips(weight_ih),
            **clipped(weight_ih),
            **poured(weight_ih),
            "W and U are exchanged": lambda: _sorted(weight_hh, order),
            "it is the bias; return [W, U, b] in this order": lambda: _sorted(both, order),
        },
        "U": {
            **slips(weight_hh),
            **clipped(weight_hh),
            **poured(weight_hh),
            "each block of U is transposed; it is the whole matrix that is": lambda: (
                common.blocks_transposed(_sorted(weight_hh, order))
            ),
        },
        "b": {
            **slips(both),
            **clipped(both),
            "1 is added to the forget gate's bias; the biases hold it already": lambda: (
                _sorted(both, order) + np.repeat([0, 1, 0, 0], len(both) // 4)
            ),
            "it is only bias_ih; Keras has one bias, which does the work of both": only(bias_ih),
            "it is only bias_hh; Keras has one bias, which does the work of both": only(bias_hh),
            "it is the mean of the two biases; both are added in the cell": only(both / 2),
            "it is bias_ih minus bias_hh; both are added in the cell": only(bias_ih - bias_hh),
            f"there is one axis too many, for the two biases; {one}": lambda: np.stack(
                [_sorted(bias_ih, order), _sorted(bias_hh, order)]
            ),
            f"the two biases stand one after the other; {one}": lambda: np.concatenate(
                [_sorted(bias_ih, order), _sorted(bias_hh, order)]
            ),
        },
    }


def _sorted(rows: Any, order: str, wanted: str = "ifco") -> Any:
    """The blocks of rows, which stand in this order, as columns in the wanted one."""
    blocks = dict(zip(order, np.split(rows, 4), strict=True))
    return np.concatenate([blocks[gate] for gate in wanted]).T


HINTS = {
    "expecting 0 weights": "The layer has no weights yet: build it first, "
    "`layer.build((None, None, features))`, then set them.",
    "expecting 2 weights": "It has no bias: leave use_bias as it is.",
    "weight shape": "The layer keeps weights of other shapes than those given: U has a row for "
    "each unit, W one for each feature, and an LSTM has four blocks side by side. Is it an LSTM, "
    "with as many units and features?",
}


def compare_layer(
    keras_lstm: Any, expected: Any, weights: Any, x: Any, case: str = "", tolerance: float = 1e-4
) -> None:
    """What the layer of `keras_lstm` makes of x, against the expected outputs."""
    layer = _layer(keras_lstm, weights)
    outputs = _outputs(layer, x)
    checks.close(
        outputs,
        expected,
        f"the output of the layer{case}",
        mistakes_layer(weights, x),
        ["batch", "time", "unit"],
        tolerance,
    )
    ones = np.ones((1000, *np.shape(x)[1:]))
    if not np.allclose(_outputs(layer, ones), _outputs(layer, ones, training=True), atol=1e-3):
        checks.fail(
            "Called with training=True, as `fit` does, the layer returns other outputs than "
            "without: does it have dropout? Leave dropout and recurrent_dropout out; nothing was "
            "said of them."
        )


def _layer(keras_lstm: Any, weights: Any) -> Any:
    """The layer that `keras_lstm` makes; the usual slips are told by name."""
    features, units = len(weights[0]), len(weights[1])
    try:
        import keras
    except ImportError:
        checks.fail(
            "Keras is not installed here (the set-up cell says so). Install it, `pip install "
            "tensorflow`, and restart the notebook; or do this task in Colab."
        )
    layer = checks.call(keras_lstm, weights, seconds=60, hints=HINTS)
    if isinstance(layer, type):
        checks.fail(
            f"`keras_lstm` returns the class {layer.__name__}; return a layer, made with round "
            "brackets."
        )
    if not isinstance(layer, keras.layers.Layer):
        checks.fail(
            f"`keras_lstm` should return a Keras layer. It returns a {type(layer).__name__}."
        )
    stored = layer.get_weights()
    if not stored:
        checks.fail(
            "The layer has no weights yet: build it, `layer.build((None, None, features))`, and "
            "set them, `layer.set_weights(weights)`."
        )
    if [w.shape for w in stored] != [np.shape(w) for w in weights]:
        checks.fail(
            f"The layer has weights of the shapes {[w.shape for w in stored]}, expected "
            f"{[np.shape(w) for w in weights]}: {features} features, {units} units."
        )
    pairs = list(zip(stored, weights, strict=True))
    if not all(np.allclose(mine, given, rtol=1e-6, atol=1e-7) for mine, given in pairs):
        checks.fail(
            "The layer still has the weights it was born with, or others: call "
            "layer.set_weights(weights) before you return it."
        )
    return layer


def _outputs(layer: Any, x: Any, **how: Any) -> Any:
    import keras

    outputs = checks.call(layer, x, seconds=60, **how)
    if isinstance(outputs, (list, tuple)):
        checks.fail(
            "The layer returns its last states as well; make it without return_state, so that the "
            "outputs come alone."
        )
    return keras.ops.convert_to_numpy(outputs)


def mistakes_layer(weights: Any, x: Any) -> dict[str, Any]:
    """For the layer of `keras_lstm`: mistake → what it leads to."""
    W, U, b = weights
    start = np.zeros((len(x), len(U)))

    def run(x: Any = x, **slips: Any) -> Any:
        return common.run(x, W, U, b, start, start, **slips)[0]

    def relu(a: Any) -> Any:
        return np.maximum(a, 0)

    return {
        "the layer has the activation relu; an LSTM's is tanh, Keras' default for "
        "activation": lambda: run(candidate=relu, out=lambda o, new: o * relu(new)),
        "the gates are hard sigmoids; leave recurrent_activation as it is": lambda: run(
            gate=common.hard_sigmoid
        ),
        "the gates go through tanh; leave recurrent_activation as it is": lambda: run(gate=np.tanh),
        "the layer has no activation; an LSTM's is tanh, Keras' default for activation": lambda: (
            run(candidate=lambda a: a, out=lambda o, new: o * new)
        ),
        "the layer has the activation sigmoid; an LSTM's is tanh, Keras' default for "
        "activation": lambda: run(
            candidate=common.sigmoid, out=lambda o, new: o * common.sigmoid(new)
        ),
        "the layer reads time backwards (go_backwards)": lambda: run(x=x[:, ::-1]),
        "it is only the last output; ask the layer for all of them, "
        "return_sequences=True": lambda: run()[:, -1],
    }
