"""Attention in NumPy, forwards and backwards: a query looks at keys, and takes what it finds.

Every attention does the same three things. It scores each key against the query; it turns the
scores into weights that sum to 1, with nothing for padding (:func:`masked_softmax`); and it mixes
the values by these weights (:func:`context`). Only the score differs:

* :class:`Additive`: e = v · tanh(q W_q + k W_k);
* :class:`Dot`: e = q · k;
* :class:`General`: e = q W · k;
* :class:`ScaledDot`: e = q · k / √d.

As with the cells, each class is only a namespace, and everything an equation needs is an argument.
``scores`` is the equation itself; ``forward`` gives contexts and weights; ``backward`` reads what
``forward`` wrote on a :class:`~course_utils.cells.Tape`::

    tape = Tape()
    contexts, weights = Dot.forward(queries, keys, values, mask, tape=tape)
    d_queries, d_keys, d_values = Dot.backward(tape, d_context=contexts - y)

Shapes: queries (batch, T_q, d_q), keys (batch, T_k, d_k), values (batch, T_k, d_v). In a decoder
the queries are its states, and keys and values are both the outputs of the encoder. A mask is
(batch, T_k), True where a key is real, or (batch, T_q, T_k) where each query has its own; with a
first axis of 1 it holds for the whole batch.

A query that may look at nothing gets weights of zero and a context of zero. Keras 3 has no one rule
here. ``keras.layers.Softmax``, and so ``MultiHeadAttention`` when it returns its scores, does the
same. ``Attention`` and ``AdditiveAttention`` look at the padding instead, as
``MultiHeadAttention`` does without its scores.
"""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Additive",
    "Dot",
    "General",
    "ScaledDot",
    "context",
    "context_backward",
    "masked_softmax",
    "masked_softmax_backward",
]

Array = NDArray[Any]


# What all have in common --------------------------------------------------------------------------


def masked_softmax(scores: Array, mask: ArrayLike | None = None) -> Array:
    """Weights that sum to 1 over the keys: α = e^score / Σ e^score over the keys that are real.

    scores: (batch, T_q, T_k)
    mask: (batch, T_k) or (batch, T_q, T_k), True where there is something to look at.

    Returns (batch, T_q, T_k): exactly 0 where masked, and 0 throughout where nothing is real.
    Raises ValueError when a shape does not fit.
    """
    scores = _floats(scores)
    if mask is not None:
        scores = np.where(_read_mask(mask, scores), scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    powers = np.exp(scores - np.where(top == -np.inf, 0, top))  # at most 1: nothing overflows
    total = powers.sum(axis=-1, keepdims=True)
    return powers / np.where(total == 0, 1, total)


def masked_softmax_backward(d_weights: Array, weights: Array) -> Array:
    """∂L/∂scores from ∂L/∂weights; all (batch, T_q, T_k). Zero where masked: there the weight is 0.

    ∂α_i/∂e_j = α_i (1[i = j] − α_j)
    """
    d_weights, weights = _floats(d_weights), _floats(weights)
    mean = np.sum(weights * d_weights, axis=-1, keepdims=True)
    return weights * (d_weights - mean)


def context(weights: Array, values: Array) -> Array:
    """The values mixed by the weights, c = Σ α_k value_k.

    weights: (batch, T_q, T_k)   values: (batch, T_k, d_v)   Returns (batch, T_q, d_v).
    """
    return _floats(weights) @ _floats(values)


def context_backward(d_context: Array, weights: Array, values: Array) -> tuple[Array, Array]:
    """∂L/∂weights (batch, T_q, T_k) and ∂L/∂values (batch, T_k, d_v).

    d_context: (batch, T_q, d_v)   weights, values: what ``context`` was given.
    """
    d_context, weights, values = map(_floats, (d_context, weights, values))
    return d_context @ _transposed(values), _transposed(weights) @ d_context


# The scores ---------------------------------------------------------------------------------------


class Additive:
    """e = v · tanh(q W_q + k W_k): a small network compares (Bahdanau, Cho and Bengio, 2015).

    W_q: (d_q, units)   W_k: (d_k, units)   v: (units,)

    ``keras.layers.AdditiveAttention`` has no W_q and no W_k: it is this with queries W_q and keys
    W_k in the place of queries and keys, and v as its ``scale``.
    """

    @staticmethod
    def scores(queries: Array, keys: Array, W_q: Array, W_k: Array, v: Array) -> Array:
        """How well each key answers each query, (batch, T_q, T_k).

        Raises ValueError when a shape does not fit.
        """
        return Additive._hidden(queries, keys, W_q, W_k, v) @ v

    @staticmethod
    def _hidden(queries: Array, keys: Array, W_q: Array, W_k: Array, v: Array) -> Array:
        """tanh(q W_q + k W_k) for each pair, (batch, T_q, T_k, units)."""
        queries, keys, W_q, W_k, v = map(_floats, (queries, keys, W_q, W_k, v))
        _check_pair(queries, keys)
        _check_projection("W_q", W_q, "queries", queries)
        _check_projection("W_k", W_k, "keys", keys)
        units = W_q.shape[1]
        if W_k.shape[1] != units or v.shape != (units,):
            raise ValueError(
                f"W_k has shape {W_k.shape} and v {v.shape}, expected (d_k, {units}) and "
                f"({units},): units is {units} because W_q is {W_q.shape}"
            )
        q, k = queries @ W_q, keys @ W_k
        return np.tanh(q[:, :, None] + k[:, None, :])

    @staticmethod
    def forward(
        queries: Array,
        keys: Array,
        values: Array,
        W_q: Array,
        W_k: Array,
        v: Array,
        mask: ArrayLike | None = None,
        *,
        tape: SimpleNamespace | None = None,
    ) -> tuple[Array, Array]:
        """Contexts (batch, T_q, d_v) and weights (batch, T_q, T_k).

        queries: (batch, T_q, d_q)   keys: (batch, T_k, d_k)   values: (batch, T_k, d_v)
        mask: (batch, T_k) or (batch, T_q, T_k)   tape: a Tape, when ``backward`` is to follow.
        Raises ValueError when a shape does not fit.
        """
        hidden = Additive._hidden(queries, keys, W_q, W_k, v)
        arrays = {"queries": queries, "keys": keys, "W_q": W_q, "W_k": W_k, "v": v}
        return _attend("Additive", hidden @ v, values, mask, tape, **arrays, hidden=hidden)

    @staticmethod
    def backward(
        tape: SimpleNamespace, d_context: Array | None = None, d_weights: Array | None = None
    ) -> tuple[Array, Array, Array, Array, Array, Array]:
        """The gradients of the loss with respect to all that went in.

        tape: the one that ``forward`` wrote   d_context, d_weights: ∂L/∂contexts (batch, T_q, d_v)
        and ∂L/∂weights (batch, T_q, T_k); None is zero.
        Returns ``d_queries``, ``d_keys``, ``d_values``, ``dW_q``, ``dW_k`` and ``dv``, each of its
        argument's shape. Raises ValueError when a shape does not fit.
        """
        d_scores, d_values = _attend_backward(tape, "Additive", d_context, d_weights)
        queries, keys, hidden = tape.queries, tape.keys, tape.hidden
        W_q, W_k, v = tape.W_q, tape.W_k, tape.v

        d_hidden = d_scores[..., None] * v  # e = hidden · v
        dv = np.sum(d_scores[..., None] * hidden, axis=(0, 1, 2))
        da = d_hidden * (1 - hidden**2)  # tanh′(a) = 1 − tanh²(a)
        dq = da.sum(axis=2)  # one query meets every key,
        dk = da.sum(axis=1)  # and one key every query
        d_queries, dW_q = dq @ W_q.T, _sum_over_steps(queries, dq)
        d_keys, dW_k = dk @ W_k.T, _sum_over_steps(keys, dk)
        return d_queries, d_keys, d_values, dW_q, dW_k, dv


class Dot:
    """e = q · k, so d_q = d_k (Luong, Pham and Manning, 2015): ``keras.layers.Attention``.

    Keras' ``use_scale=True`` is one number more: this with scale · queries.
    """

    @staticmethod
    def scores(queries: Array, keys: Array) -> Array:
        """How well each key answers each query, (batch, T_q, T_k).

        Raises ValueError when a shape does not fit.
        """
        queries, keys = _floats(queries), _floats(keys)
        _check_pair(queries, keys)
        if queries.shape[-1] != keys.shape[-1]:
            raise ValueError(
                f"queries has shape {queries.shape} and keys {keys.shape}, expected one d for "
                "both: a dot product needs vectors of one length. General puts a matrix between."
            )
        return queries @ _transposed(keys)

    @staticmethod
    def forward(
        queries: Array,
        keys: Array,
        values: Array,
        mask: ArrayLike | None = None,
        *,
        tape: SimpleNamespace | None = None,
    ) -> tuple[Array, Array]:
        """Contexts (batch, T_q, d_v) and weights (batch, T_q, T_k).

        queries: (batch, T_q, d)   keys: (batch, T_k, d)   values: (batch, T_k, d_v)
        mask: (batch, T_k) or (batch, T_q, T_k)   tape: a Tape, when ``backward`` is to follow.
        Raises ValueError when a shape does not fit.
        """
        scores = Dot.scores(queries, keys)
        return _attend("Dot", scores, values, mask, tape, queries=queries, keys=keys)

    @staticmethod
    def backward(
        tape: SimpleNamespace, d_context: Array | None = None, d_weights: Array | None = None
    ) -> tuple[Array, Array, Array]:
        """``d_queries``, ``d_keys`` and ``d_values``; arguments as of :meth:`Additive.backward`."""
        d_scores, d_values = _attend_backward(tape, "Dot", d_context, d_weights)
        return *_products_backward(d_scores, tape.queries, tape.keys), d_values


class General:
    """e = q W · k: a matrix stands between, and d_q and d_k may differ (Luong et al., 2015).

    W: (d_q, d_k)   ``keras.layers.Attention`` is this with queries W in the place of queries.
    """

    @staticmethod
    def scores(queries: Array, keys: Array, W: Array) -> Array:
        """How well each key answers each query, (batch, T_q, T_k).

        Raises ValueError when a shape does not fit.
        """
        queries, keys, W = map(_floats, (queries, keys, W))
        _check_pair(queries, keys)
        if W.shape != (queries.shape[-1], keys.shape[-1]):
            raise ValueError(
                f"W has shape {W.shape}, expected {(queries.shape[-1], keys.shape[-1])}: it leads "
                f"from queries {queries.shape} to keys {keys.shape}"
            )
        return queries @ W @ _transposed(keys)

    @staticmethod
    def forward(
        queries: Array,
        keys: Array,
        values: Array,
        W: Array,
        mask: ArrayLike | None = None,
        *,
        tape: SimpleNamespace | None = None,
    ) -> tuple[Array, Array]:
        """Contexts (batch, T_q, d_v) and weights (batch, T_q, T_k).

        queries: (batch, T_q, d_q)   keys: (batch, T_k, d_k)   values: (batch, T_k, d_v)
        mask: (batch, T_k) or (batch, T_q, T_k)   tape: a Tape, when ``backward`` is to follow.
        Raises ValueError when a shape does not fit.
        """
        scores = General.scores(queries, keys, W)
        return _attend("General", scores, values, mask, tape, queries=queries, keys=keys, W=W)

    @staticmethod
    def backward(
        tape: SimpleNamespace, d_context: Array | None = None, d_weights: Array | None = None
    ) -> tuple[Array, Array, Array, Array]:
        """``d_queries``, ``d_keys``, ``d_values`` and ``dW``, as of :meth:`Additive.backward`."""
        d_scores, d_values = _attend_backward(tape, "General", d_context, d_weights)
        queries, keys, W = tape.queries, tape.keys, tape.W

        d_projected, d_keys = _products_backward(d_scores, queries @ W, keys)  # of q W, and of k
        d_queries, dW = d_projected @ W.T, _sum_over_steps(queries, d_projected)
        return d_queries, d_keys, d_values, dW


class ScaledDot:
    """e = q · k / √d (Vaswani et al., 2017): the variance of the score does not grow with d.

    A head of ``keras.layers.MultiHeadAttention`` is this on projected queries, keys and values;
    ``keras.layers.Attention`` does not divide.
    """

    @staticmethod
    def scores(queries: Array, keys: Array) -> Array:
        """How well each key answers each query, (batch, T_q, T_k).

        Raises ValueError when a shape does not fit.
        """
        return Dot.scores(queries, keys) / math.sqrt(np.shape(keys)[-1])

    @staticmethod
    def forward(
        queries: Array,
        keys: Array,
        values: Array,
        mask: ArrayLike | None = None,
        *,
        tape: SimpleNamespace | None = None,
    ) -> tuple[Array, Array]:
        """Contexts (batch, T_q, d_v) and weights (batch, T_q, T_k), as :meth:`Dot.forward`."""
        scores = ScaledDot.scores(queries, keys)
        return _attend("ScaledDot", scores, values, mask, tape, queries=queries, keys=keys)

    @staticmethod
    def backward(
        tape: SimpleNamespace, d_context: Array | None = None, d_weights: Array | None = None
    ) -> tuple[Array, Array, Array]:
        """``d_queries``, ``d_keys`` and ``d_values``; arguments as of :meth:`Additive.backward`."""
        d_scores, d_values = _attend_backward(tape, "ScaledDot", d_context, d_weights)
        d_scores = d_scores / math.sqrt(tape.keys.shape[-1])
        return *_products_backward(d_scores, tape.queries, tape.keys), d_values


# From scores to contexts, and back ----------------------------------------------------------------


def _attend(
    name: str,
    scores: Array,
    values: Array,
    mask: ArrayLike | None,
    tape: SimpleNamespace | None,
    **arrays: Array,
) -> tuple[Array, Array]:
    """Contexts and weights; on the tape, in the place of any old recording, what they are from."""
    values = _floats(values)
    if values.ndim != 3 or values.shape[:2] != (len(scores), scores.shape[2]):
        raise ValueError(
            f"values has shape {values.shape}, expected ({len(scores)}, {scores.shape[2]}, d_v): "
            "one value for each key"
        )
    weights = masked_softmax(scores, mask)
    if tape is not None:
        arrays |= {"values": values, "weights": weights.copy()}
        vars(tape).clear()
        vars(tape).update({key: _floats(array) for key, array in arrays.items()})
        tape.attention = name
    return context(weights, values), weights


def _attend_backward(
    tape: SimpleNamespace, name: str, d_context: ArrayLike | None, d_weights: ArrayLike | None
) -> tuple[Array, Array]:
    """∂L/∂scores and ∂L/∂values."""
    written = getattr(tape, "attention", None)
    if written != name:
        what = "nothing is" if written is None else f"{written}.forward has"
        raise ValueError(
            f"{what} written on the tape: make one, tape = Tape(), pass it to {name}.forward(..., "
            f"tape=tape) first, and then to {name}.backward(tape, ...)"
        )
    weights, values = tape.weights, tape.values
    shape = (*weights.shape[:2], values.shape[-1])
    d_context = _gradient("d_context", d_context, shape, weights.dtype)
    d_mixed, d_values = context_backward(d_context, weights, values)
    d_weights = _gradient("d_weights", d_weights, weights.shape, weights.dtype) + d_mixed
    return masked_softmax_backward(d_weights, weights), d_values


def _gradient(name: str, given: ArrayLike | None, shape: tuple[int, ...], dtype: Any) -> Array:
    """The gradient that was given, or zeros."""
    if given is None:
        return np.zeros(shape, dtype)
    given = np.asarray(given, dtype)
    if given.shape != shape:
        raise ValueError(f"{name} has shape {given.shape}, expected {shape}: one for each number")
    return given


def _products_backward(d_scores: Array, queries: Array, keys: Array) -> tuple[Array, Array]:
    """∂L/∂queries and ∂L/∂keys, when the scores are queries keysᵀ."""
    return d_scores @ keys, _transposed(d_scores) @ queries


def _transposed(a: Array) -> Array:
    """(batch, n, m) as (batch, m, n)."""
    return np.swapaxes(a, -1, -2)


def _sum_over_steps(left: Array, right: Array) -> Array:
    """Σ leftᵀ right over batch and steps, (n, m); left: (batch, T, n), right: (batch, T, m)."""
    return np.tensordot(left, right, axes=((0, 1), (0, 1)))


# Numbers ------------------------------------------------------------------------------------------


def _floats(array: ArrayLike) -> Array:
    """An array in its floating dtype; of whole numbers, whose products wrap around, in float64."""
    array = np.asarray(array)
    return array.astype(np.float64) if array.dtype.kind in "iub" else array


# Shapes -------------------------------------------------------------------------------------------


def _read_mask(mask: ArrayLike, scores: Array) -> Array:
    """True where a query may look at a key, to be broadcast to (batch, T_q, T_k)."""
    if scores.ndim != 3:
        raise ValueError(f"scores has shape {scores.shape}, expected (batch, T_q, T_k)")
    real = np.asarray(mask)
    batch, T_q, T_k = scores.shape
    allowed = [(batch, T_k), (batch, T_q, T_k), (1, T_k), (1, T_q, T_k)]
    if real.shape not in allowed:
        raise ValueError(
            f"mask has shape {real.shape}, expected {allowed[0]}, a truth value for each key, or "
            f"{allowed[1]}, for each query and key"
        )
    return real[:, None] if real.ndim == 2 else real


def _check_pair(queries: Array, keys: Array) -> None:
    """Queries and keys have three axes each, and are of the same batch."""
    for name, array in (("queries", queries), ("keys", keys)):
        if array.ndim != 3:
            raise ValueError(
                f"{name} has shape {array.shape}, expected (batch, time, d): three axes. A single "
                "query for each example still needs a time axis: query[:, None]."
            )
    if len(queries) != len(keys):
        raise ValueError(
            f"queries has shape {queries.shape} and keys {keys.shape}: {len(queries)} examples are "
            f"not {len(keys)}"
        )


def _check_projection(name: str, W: Array, of: str, array: Array) -> None:
    """A matrix takes what it is to project."""
    if W.ndim != 2 or len(W) != array.shape[-1]:
        raise ValueError(
            f"{name} has shape {W.shape}, expected ({array.shape[-1]}, units): {of} is "
            f"{array.shape}"
        )
