"""07-deep-bidirectional, layers on top of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a07_deep_bidirectional import _common_1 as common

BY_HAND = (*common.LAYERS, "course_utils.wiring.stack", "keras.layers.Add", "keras.Sequential")
CALLS: dict[str, str] = {}

HINTS = {
    **common.HINTS,
    "matmul": "The shapes do not fit. A layer reads what the layer right below it gives, at every "
    "step: (batch, time, units).",
    "could not be broadcast": "The shapes do not fit. Input and output are added only where they "
    "have one shape.",
}


def example() -> tuple[np.ndarray, list[list[np.ndarray]]]:
    """x (4, 5, 3), and layers of 3, 3, 2 and 2 units, each [W, U, b].

    All but the third give as many numbers as they are given.
    """
    sizes = ((3, 3), (3, 3), (3, 2), (2, 2))
    layers = [common.weights(*size, start=9 + 100 * k) for k, size in enumerate(sizes)]
    return common.numbers(4, 5, 3, start=21), layers


def check(stack: Any) -> None:
    """The tests that students see."""
    x, layers = example()
    for residual in (False, True):
        compare(stack, (x, layers, residual), _stacked(x, layers, residual))
    compare(stack, (x, layers[:1]), _stacked(x, layers[:1], False), ", for a single layer")


def compare(stack: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """What it returns for inputs (x, layers[, residual])."""
    residual = len(inputs) > 2 and inputs[2]
    what = f"the output of the top layer (residual={residual}{case})"
    got = checks.call(stack, *inputs, hints=HINTS)
    checks.close(got, expected, what, mistakes(*inputs), common.STEPS)


def mistakes(x: Any, layers: Any, residual: bool = False) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    last = len(layers) - 1

    def slip(**slips: Any) -> Callable[[], Any]:
        return lambda: _stacked(x, layers, residual, **slips)

    def whole(**slips: Any) -> Callable[[], Any]:
        """Slips in a stack with residual connections."""
        return lambda: _stacked(x, layers, True, **slips)

    def some(numbers: Sequence[int]) -> Callable[[], Any]:
        return lambda: _stacked(x, [layers[k] for k in numbers], residual)

    told = {
        "the last layer is left out (off by one)": some(range(last)),
        "the first layer is left out": some(range(1, last + 1)),
        "only the first layer is there: does the function return inside the loop?": some([0]),
        "every layer has the first layer's weights": some([0] * len(layers)),
        "the layers are taken from the last to the first": some(range(last, -1, -1)),
        "each layer reads x; it should read what the layer below gives": lambda: _stacked(
            x, layers[-1:], residual
        ),
        "it is the last step alone; the top layer gives one output for every step": lambda: (
            slip()()[:, -1]
        ),
        "the layer below hands on its last output only, again and again; it should hand on its "
        "output of every step (return_sequences=True)": slip(handed=_last_repeated),
        "each layer begins with the last state of the one below; all begin with zeros": slip(
            carried=True
        ),
        "what a layer hands on goes through tanh once more": slip(handed=np.tanh),
        "the outputs of all layers are returned; the top layer's are wanted": lambda: np.stack(
            _outputs(x, layers, residual)
        ),
        "the outputs of all layers are added up": lambda: sum(_outputs(x, layers, residual)),
        "it is the mean of all layers' outputs": lambda: np.mean(
            _outputs(x, layers, residual), axis=0
        ),
    }
    if not residual:
        return told | {
            "the layers' inputs are added although residual is False": whole(),
        }
    return told | {
        "the residual connections are missing: with residual=True a layer's input is added to its "
        "output, where it has as many units as it is given": lambda: _stacked(x, layers, False),
        "the first layer adds nothing; the rule is the same for it": whole(where=lambda k: k > 0),
        "the last layer adds nothing; the rule is the same for it": whole(where=lambda k: k < last),
        "only the last layer adds its input, or what the others add is not handed on; the rule is "
        "the same for all, and the sum goes up": whole(where=lambda k: k == last),
        "x is added in every layer; each adds what it was given itself": whole(
            added=lambda given, out: x
        ),
        "the input is added inside the layer, and the sum is the state of the next step; add it "
        "to what the layer gives": whole(inside=True),
        "the mean of input and output is handed on; it is their sum": whole(
            joined=lambda given, out: (given + out) / 2
        ),
        "the output is subtracted": whole(joined=lambda given, out: given - out),
        "the input is subtracted": whole(joined=lambda given, out: out - given),
        "input and output are multiplied; they are added": whole(
            joined=lambda given, out: given * out
        ),
        "the sum goes through tanh; it is handed on as it is": whole(
            joined=lambda given, out: np.tanh(given + out)
        ),
        "the input takes the place of the output; it is added to it": whole(
            joined=lambda given, out: given
        ),
        "the input is added twice": whole(joined=lambda given, out: out + 2 * given),
        "the output is doubled: it is added to itself, not to the input": whole(
            joined=lambda given, out: 2 * out
        ),
        "the input is added one step late": whole(
            joined=lambda given, out: out + np.roll(given, 1, axis=1)
        ),
        "where a layer has fewer units than it is given, the first entries of its input are "
        "added; there nothing is added": whole(
            where=lambda k: True, added=lambda given, out: given[..., : out.shape[-1]]
        ),
    }


def _stacked(x: Any, layers: Any, residual: bool, **slips: Any) -> Any:
    return _outputs(x, layers, residual, **slips)[-1]


def _outputs(
    x: Any,
    layers: Any,
    residual: bool,
    *,
    handed: Callable[[Any], Any] = lambda outputs: outputs,
    carried: bool = False,
    where: Callable[[int], bool] | None = None,
    added: Callable[[Any, Any], Any] = lambda given, out: given,
    joined: Callable[[Any, Any], Any] = lambda given, out: given + out,
    inside: bool = False,
) -> list[Any]:
    """What each layer gives, with slips.

    handed: what the layer above reads of it   carried: the state goes up, too   where: which of the
    layers that could do so add their input   added: what they add   joined: how   inside: before
    the state is handed to the next step
    """
    outputs: list[Any] = []
    h = None
    given = x
    for number, weights in enumerate(layers):
        units = len(weights[2])
        fits = added(given, np.zeros(units)).shape[-1] == units
        adds = residual and fits and (where is None or where(number))
        if adds and inside:
            out = _added_inside(given, weights)
        else:
            start = h if carried and h is not None and h.shape[1] == units else None
            out, h = common.walk(given, weights, h=start)
            out = joined(added(given, out), out) if adds else out
        outputs.append(out)
        given = handed(out)
    return outputs


def _last_repeated(outputs: Any) -> Any:
    return np.repeat(outputs[:, -1:], outputs.shape[1], axis=1)


def _added_inside(x: Any, weights: Any) -> Any:
    W, U, b = weights
    h, outputs = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = x[:, t] + np.tanh(x[:, t] @ W + h @ U + b)
        outputs.append(h)
    return np.stack(outputs, axis=1)
