"""How recurrent layers are put together: from both ends, on top of each other, and who sees what.

NumPy and the cells. What is here holds no weights, as the cells do not: three arrays, ``W``, ``U``
and ``b``, make a layer, in Keras' order and shapes. A GRU whose bias has one row is the one with
``reset_after=False``.

* :func:`merge`: two readings of a sequence become one, and :func:`merge_backward`;
* :class:`Bidirectional`: a layer that reads from both ends;
* :func:`stack`: layers on top of each other, and :func:`stack_backward`;
* :func:`influence` and :func:`cone`: which inputs an output can see.

``Bidirectional`` and ``stack`` write on a :class:`~course_utils.cells.Tape` what their ``backward``
needs. Arrays are ``(batch, time, features)``. In :func:`influence` and :func:`cone` steps count
from 0, as the entries of an array do, and not from 1, as in the equations.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils.cells import GRU, LSTM, SimpleRNN, Tape

__all__ = [
    "Bidirectional",
    "cone",
    "influence",
    "merge",
    "merge_backward",
    "stack",
    "stack_backward",
]

Array = NDArray[Any]
Cell = type[SimpleRNN] | type[LSTM] | type[GRU]
Weights = Sequence[Array]  # W, U, b
Gradients = tuple[Array, Array, Array]  # dW, dU, db


# From both ends -----------------------------------------------------------------------------------


def merge(
    forward: Array, backward: Array, mode: str | None = "concat"
) -> Array | tuple[Array, Array]:
    """What the two directions say, as one array; the merge modes of ``keras.layers.Bidirectional``.

    forward, backward: (..., units) each, step for step in the same order of time.
    mode: "concat" (..., 2·units), forward first; "sum", "mul", "ave" (..., units), entry by entry;
    None, both as they are.
    Raises ValueError for any other mode, and when the two shapes differ.
    """
    forward, backward = np.asarray(forward), np.asarray(backward)
    _check_merge(forward, backward, mode)
    match mode:
        case "concat":
            return np.concatenate([forward, backward], axis=-1)
        case "sum":
            return forward + backward
        case "mul":
            return forward * backward
        case "ave":
            return (forward + backward) / 2
    return forward, backward


def merge_backward(
    d: Any, forward: Array, backward: Array, mode: str | None = "concat"
) -> tuple[Array, Array]:
    """∂L/∂forward and ∂L/∂backward, (..., units) each, from d, which is ∂L/∂merged.

    d: of the shape that ``merge(forward, backward, mode)`` has; for None, a pair of arrays.
    Raises ValueError as ``merge`` does, and when d does not fit.
    """
    forward, backward = np.asarray(forward), np.asarray(backward)
    _check_merge(forward, backward, mode)
    if mode is None:
        d_forward, d_backward = (_check_d(part, forward.shape) for part in d)
        return d_forward, d_backward
    units = forward.shape[-1]
    d = _check_d(d, (*forward.shape[:-1], 2 * units) if mode == "concat" else forward.shape)
    match mode:
        case "concat":
            return d[..., :units], d[..., units:]
        case "mul":
            return d * backward, d * forward
        case "ave":
            return d / 2, d / 2
    return d, d


class Bidirectional:
    """Two layers of one kind: one reads from the first step on, the other from the last step back.

    ``keras/src/layers/rnn/bidirectional.py`` (Schuster and Paliwal, 1997). The backward layer gets
    the whole time axis reversed, mask included; a masked step is skipped, so padding that comes
    first in this order leaves its state at zero. What it says is turned round again, so that step t
    of both directions stands at step t of the output.
    """

    @staticmethod
    def forward(
        cell: Cell,
        x: Array,
        forward_weights: Weights,
        backward_weights: Weights,
        mask: ArrayLike | None = None,
        *,
        merge_mode: str | None = "concat",
        return_sequences: bool = False,
        tape: Tape | None = None,
    ) -> Array | tuple[Array, Array]:
        """Both directions over a batch of sequences, merged.

        cell: SimpleRNN, LSTM or GRU   x: (batch, time, features)
        forward_weights, backward_weights: W, U and b of each, as the cell has them; Keras'
        ``get_weights()`` is the three of the first, then the three of the second.
        mask: (batch, time), True where a step is real and False where it is padding.
        merge_mode: see :func:`merge`   tape: a Tape to write on, when ``backward`` is to follow.

        With return_sequences=True: (batch, time, units), or 2·units for "concat"; zeros at masked
        steps. Output t is made of the forward layer, which has read steps 1 to t, and of the
        backward layer, which has read steps T down to t.

        Without: (batch, units), or 2·units, the state of each layer when it has read everything.
        For the forward layer that is its output at the last step, for the backward layer its output
        at step 1 (at the last and the first real step, where there is a mask). The mistake that
        everybody makes is to take the sequence at step T instead: there the backward layer has read
        one step only.

        Raises ValueError when a shape does not fit, and for an unknown cell or merge mode.
        """
        forth, back = (None, None) if tape is None else (Tape(), Tape())
        y, h = _run(cell, x, forward_weights, mask, forth, zero_output_for_mask=True)
        y_back, h_back = _run(
            cell, _flip(x), backward_weights, _flip(mask), back, zero_output_for_mask=True
        )
        forward, backward = (y, _flip(y_back)) if return_sequences else (h, h_back)
        merged = merge(forward, backward, merge_mode)
        if tape is not None:
            _record(tape, "Bidirectional", forth=forth, back=back, pair=(forward, backward))
            tape.merge_mode, tape.return_sequences = merge_mode, return_sequences
        return merged

    @staticmethod
    def backward(tape: Tape, d_outputs: Any) -> tuple[Array, Gradients, Gradients]:
        """The gradients of the loss: each direction's own, and the sum of both where both read.

        tape: the one that ``forward`` wrote; its ``forth`` and ``back`` are those of the cells.
        d_outputs: ∂L/∂outputs, of the outputs' shape; for merge_mode=None, a pair.

        Returns ``dx`` (batch, time, features), then ``(dW, dU, db)`` of the forward layer and
        ``(dW, dU, db)`` of the backward layer.
        Raises ValueError when a shape does not fit, or ``forward`` has not written on the tape.
        """
        _check_tape(tape, "Bidirectional", "Bidirectional.forward", "Bidirectional.backward")
        forward, backward = tape.pair
        d_forth, d_back = merge_backward(d_outputs, forward, backward, tape.merge_mode)
        if tape.return_sequences:
            dx, d_forward_weights = _run_back(tape.forth, d_outputs=d_forth)
            dx_back, d_backward_weights = _run_back(tape.back, d_outputs=_flip(d_back))
        else:
            dx, d_forward_weights = _run_back(tape.forth, d_h=d_forth)
            dx_back, d_backward_weights = _run_back(tape.back, d_h=d_back)
        return dx + _flip(dx_back), d_forward_weights, d_backward_weights


# On top of each other -----------------------------------------------------------------------------


def stack(
    layers: Sequence[tuple[Cell, Weights]],
    x: Array,
    residual: bool = False,
    mask: ArrayLike | None = None,
    *,
    tape: Tape | None = None,
) -> Array:
    """Layers on top of each other: each reads the sequence of outputs of the one below.

    layers: pairs of a cell and its W, U and b, the lowest first   x: (batch, time, features)
    residual: every layer whose output has the shape of its input adds its input.
    mask: (batch, time), the same for every layer; at a padded step a layer repeats its last output.
    tape: a Tape to write on, when ``stack_backward`` is to follow.

    Returns the outputs of the highest layer, (batch, time, units): Keras layers with
    ``return_sequences=True`` one after the other, and ``keras.layers.Add`` where residual.
    Raises ValueError when a shape does not fit, with the layer's number, counted from 1.
    """
    x = np.asarray(x)
    tapes: list[Tape | None] = []
    added: list[bool] = []
    for number, (cell, weights) in enumerate(layers, start=1):
        tapes.append(None if tape is None else Tape())
        try:
            y, _h = _run(cell, x, weights, mask, tapes[-1], zero_output_for_mask=False)
        except ValueError as error:
            raise ValueError(f"layer {number} of {len(layers)}: {error}") from error
        added.append(residual and y.shape == x.shape)
        x = x + y if added[-1] else y
    if tape is not None:
        _record(tape, "stack", layers=tapes, added=added)
    return x


def stack_backward(tape: Tape, d_outputs: Array) -> tuple[Array, list[Gradients]]:
    """The gradients of the loss, from the highest layer down.

    tape: the one that ``stack`` wrote; its ``layers`` are those of the cells, the lowest first.
    d_outputs: (batch, time, units), ∂L/∂outputs.
    Returns ``dx`` (batch, time, features) and a list of ``(dW, dU, db)``, the lowest layer first.
    Raises ValueError when a shape does not fit, or ``stack`` has not written on the tape.
    """
    _check_tape(tape, "stack", "stack", "stack_backward")
    dy = np.asarray(d_outputs)
    gradients: list[Gradients] = []
    for layer, added in zip(tape.layers[::-1], tape.added[::-1], strict=True):
        dx, d_weights = _run_back(layer, d_outputs=dy)
        dy = dx + dy if added else dx  # y = x + layer(x): the gradient also goes straight down
        gradients.append(d_weights)
    return dy, gradients[::-1]


# Who sees what ------------------------------------------------------------------------------------


def influence(
    function: Callable[[Array], ArrayLike], x: ArrayLike, step: float | None = None
) -> Array:
    """How much each output feels each input: ‖∂y_t/∂x_j‖ at x, by central differences.

    function: from (batch, time, features) to (batch, time_out, units), or to (batch, units), which
    is one output. It gets every moved copy of x in one batch of 2·time·features; where step is left
    out, before that x alone. A Keras model's ``predict`` will do.
    x: (time, features), one sequence.
    step: how far an entry is moved, to either side. By default the cube root of the precision that
    function returns: 6·10⁻⁶ in float64, 5·10⁻³ in float32.

    Returns (time_out, time), float64: at [t, j] the Frobenius norm of the Jacobian (units,
    features) of output t with respect to input j, steps counted from 0; in float32 to three digits.
    An input that has no part in an output gives 0, as a rule exactly, and at most the noise of
    rounding: below 10⁻⁹ in float64 and 10⁻³ in float32 for outputs around 1.
    Raises ValueError when x is not one sequence, or function returns another shape.
    """
    x = np.asarray(x, float)
    if x.ndim != 2:
        raise ValueError(
            f"x has shape {x.shape}, expected (time, features): one sequence, without a batch axis"
        )
    time, features = x.shape
    if step is None:
        dtype = np.result_type(np.asarray(function(x[None])), np.float16)
        step = float(np.finfo(dtype).eps) ** (1 / 3)
    moves = step * np.eye(x.size).reshape(-1, time, features)  # each moves one entry
    moved = np.concatenate([x + moves, x - moves])
    y = np.asarray(function(moved), float)
    if y.ndim not in (2, 3) or len(y) != len(moved):
        raise ValueError(
            f"function returned shape {y.shape} for a batch of {len(moved)} sequences, expected "
            f"({len(moved)}, time, units) or ({len(moved)}, units): a row for each sequence"
        )
    up, down = y.reshape(2, time, features, -1, y.shape[-1])
    jacobians = (up - down) / (2 * step)  # (time, features, time_out, units)
    return np.sqrt(np.sum(jacobians**2, axis=(1, 3))).T


def cone(influence: ArrayLike, tolerance: float) -> list[tuple[int, int] | None]:
    """For each output the first and the last input that it sees, or None if it sees none.

    influence: (time_out, time), from :func:`influence`
    tolerance: an input is seen when its influence is above this, which should be above the noise.
    A recurrent layer forgets, so an input of long ago may be connected and still lie below.

    Returns time_out pairs of steps, counted from 0. An output of a causal network sees none after
    itself: last ≤ t. Raises ValueError when influence is not a table of numbers.
    """
    influence = np.asarray(influence, float)
    if influence.ndim != 2 or np.isnan(influence).any():
        what = f"has shape {influence.shape}" if influence.ndim != 2 else "holds nan"
        raise ValueError(
            f"influence {what}, expected numbers (time_out, time): a row for each output, a "
            "column for each input"
        )
    seen = [np.flatnonzero(row > tolerance) for row in influence]
    return [(int(steps[0]), int(steps[-1])) if steps.size else None for steps in seen]


# One layer ----------------------------------------------------------------------------------------


def _run(
    cell: Cell,
    x: ArrayLike,
    weights: Weights,
    mask: ArrayLike | None,
    tape: Tape | None,
    zero_output_for_mask: bool,
) -> tuple[Array, Array]:
    """The outputs (batch, time, units) and the final h (batch, units) of one layer."""
    if cell not in (SimpleRNN, LSTM, GRU):
        raise ValueError(f"cell is {cell!r}, expected SimpleRNN, LSTM or GRU of course_utils.cells")
    if len(weights) != 3:
        raise ValueError(
            f"there are {len(weights)} arrays of weights, expected the three of one layer: W, U "
            "and b. In get_weights() of a Keras Bidirectional the forward layer's come first."
        )
    W, U, b = weights
    options: dict[str, Any] = {"reset_after": np.ndim(b) == 2} if cell is GRU else {}
    options |= {"mask": mask, "zero_output_for_mask": zero_output_for_mask, "tape": tape}
    outputs, h, *_c = cell.forward(np.asarray(x), W, U, b, **options)
    return outputs, h


def _run_back(tape: Tape, **d_results: Array) -> tuple[Array, Gradients]:
    """dx, and dW, dU and db together, of the layer that wrote the tape."""
    cell: Any = {"SimpleRNN": SimpleRNN, "LSTM": LSTM, "GRU": GRU}[tape.cell]
    dx, dW, dU, db, *_d_first = cell.backward(tape, **d_results)
    return dx, (dW, dU, db)


def _flip(sequence: Any) -> Any:
    """Time turned round: (batch, time, ...). Of no mask, no mask."""
    return None if sequence is None else np.asarray(sequence)[:, ::-1]


# Shapes and tapes ---------------------------------------------------------------------------------


def _check_merge(forward: Array, backward: Array, mode: str | None) -> None:
    """The mode is one of Keras', and the two directions have one shape."""
    if mode not in ("concat", "sum", "mul", "ave", None):
        raise ValueError(
            f"the merge mode is {mode!r}, expected 'concat', 'sum', 'mul', 'ave' or None"
        )
    if forward.shape != backward.shape:
        raise ValueError(
            f"forward has shape {forward.shape} and backward {backward.shape}, expected one shape "
            "for both: the same steps of the same sequences, with as many units."
        )


def _check_d(d: ArrayLike, shape: tuple[int, ...]) -> Array:
    """A gradient has the shape of what it is the gradient of."""
    d = np.asarray(d)
    if d.shape != shape:
        raise ValueError(f"d has shape {d.shape}, expected {shape}, the shape of what was merged")
    return d


def _record(tape: Tape, name: str, **contents: Any) -> None:
    """A new recording, in the place of any old one."""
    vars(tape).clear()
    vars(tape).update(contents, cell=name)


def _check_tape(tape: Tape, name: str, forward: str, backward: str) -> None:
    """The tape was written by this forward."""
    written = getattr(tape, "cell", None)
    if written != name:
        what = "nothing is written on the tape" if written is None else f"the tape is of {written}"
        raise ValueError(
            f"{what}: make one, tape = Tape(), pass it to {forward}(..., tape=tape) first, and "
            f"then to {backward}(tape, ...)."
        )
