"""Recurrent cells in NumPy, in the weight layout of Keras.

Each cell is a class that is only a namespace: its functions hold no weights and remember nothing.
Everything an equation needs is an argument, so the line of code reads like the line of mathematics,
a numerical gradient can wiggle any argument, and every cell answers to the same names:

* ``step``: one time step, the equation itself;
* ``forward``: a whole batch of sequences, from the first step to the last.

The weights come in Keras' order and shapes, so a layer can be checked in one line::

    outputs, state = SimpleRNN.forward(x, *layer.get_weights())

Symbols and shapes are those of the course (see the notation page): arrays are batch-major,
``(batch, time, features)``; a row is one example; a state is ``(batch, units)``.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["SimpleRNN"]

Array = NDArray[Any]


class SimpleRNN:
    """h_t = tanh(x_t W + h_{t-1} U + b): the simple recurrent layer (Elman, 1990).

    W: (features, units)   Keras' ``kernel``
    U: (units, units)      Keras' ``recurrent_kernel``; row i: what old unit i sends to each unit
    b: (units,)            Keras' ``bias``

    Follows ``SimpleRNNCell`` in ``keras/src/layers/rnn/simple_rnn.py`` with its default activation.
    """

    @staticmethod
    def step(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
        """One step: the old state and one input give the new state.

        x: (batch, features)   h: (batch, units)   W: (features, units)   U: (units, units)
        b: (units,)            Returns the new state, (batch, units).
        Raises ValueError when a shape does not fit.
        """
        x, h, W, U, b = map(np.asarray, (x, h, W, U, b))
        _check_weights(W, U, b)
        _check_input(x, ("batch", "features"), W)
        _check_state("h", h, len(x), U)
        return np.tanh(x @ W + h @ U + b)

    @staticmethod
    def forward(
        x: Array,
        W: Array,
        U: Array,
        b: Array,
        h0: Array | None = None,
        mask: ArrayLike | None = None,
    ) -> tuple[Array, Array]:
        """Every step of a batch of sequences, in order.

        x: (batch, time, features)   W: (features, units)   U: (units, units)   b: (units,)
        h0: (batch, units), the state before the first step; zeros when it is left out.
        mask: (batch, time), True where a step is real and False where it is padding.

        Returns ``outputs`` (batch, time, units) and the final ``state`` (batch, units), as Keras'
        layer does with ``return_sequences=True, return_state=True``.

        A padded step is skipped: the state is held and the output repeats the output before it.
        Where no real step came before, the output is zero (even when h0 is not), and the state is
        still h0. This is Keras' rule, from ``rnn`` in ``keras/src/backend/tensorflow/rnn.py``.
        Raises ValueError when a shape does not fit.
        """
        x, W, U, b = map(np.asarray, (x, W, U, b))
        _check_weights(W, U, b)
        _check_input(x, ("batch", "time", "features"), W)
        batch, time, _ = x.shape
        units = len(U)
        dtype = np.result_type(x, W, U, b)

        h = np.zeros((batch, units), dtype) if h0 is None else np.asarray(h0)
        _check_state("h0", h, batch, U)
        real = _check_mask(mask, batch, time)

        output = np.zeros((batch, units), dtype)
        outputs = np.zeros((batch, time, units), np.result_type(dtype, h))
        for t in range(time):
            new = SimpleRNN.step(x[:, t], h, W, U, b)
            h = np.where(real[:, t], new, h)
            output = np.where(real[:, t], new, output)
            outputs[:, t] = output
        return outputs, h


def _check_weights(W: Array, U: Array, b: Array) -> None:
    """W, U and b agree on the number of units."""
    if U.ndim != 2 or U.shape[0] != U.shape[1]:
        raise ValueError(
            f"U has shape {U.shape}, expected (units, units): it carries the state to the next "
            "state, so it is square. Are W and U swapped?"
        )
    units = len(U)
    if W.ndim != 2 or W.shape[1] != units:
        hint = " Is W transposed?" if W.ndim == 2 and W.shape[0] == units else ""
        raise ValueError(
            f"W has shape {W.shape}, expected (features, {units}): "
            f"units is {units} because U is {U.shape}.{hint}"
        )
    if b.shape != (units,):
        raise ValueError(
            f"b has shape {b.shape}, expected ({units},): units is {units} because U is {U.shape}. "
            "One bias for each unit, in one dimension."
        )


def _check_input(x: Array, axes: tuple[str, ...], W: Array) -> None:
    """x has the axes named, and as many features as W has rows."""
    features = len(W)
    expected = f"({', '.join(axes[:-1])}, {features})"
    if x.ndim != len(axes):
        raise ValueError(
            f"x has shape {x.shape}, expected {expected}: {len(axes)} axes, and this has {x.ndim}. "
            "A single example still needs a batch axis: x[None]."
        )
    if x.shape[-1] != features:
        raise ValueError(
            f"x has shape {x.shape}, expected {expected}: features is {features} because W is "
            f"{W.shape}. The features are the last axis of x."
        )


def _check_state(name: str, h: Array, batch: int, U: Array) -> None:
    """A state has one row for each example and one column for each unit."""
    units = len(U)
    if h.shape != (batch, units):
        raise ValueError(
            f"{name} has shape {h.shape}, expected ({batch}, {units}): x holds {batch} examples, "
            f"and units is {units} because U is {U.shape}."
        )


def _check_mask(mask: ArrayLike | None, batch: int, time: int) -> Array:
    """The mask as booleans (batch, time, 1), ready to select rows; all True when there is none."""
    if mask is None:
        return np.ones((batch, time, 1), bool)
    real = np.asarray(mask)
    if real.shape != (batch, time):
        raise ValueError(
            f"mask has shape {real.shape}, expected ({batch}, {time}): one truth value for each "
            "step of each sequence in x."
        )
    return real.astype(bool)[:, :, None]
