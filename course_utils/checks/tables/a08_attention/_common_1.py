"""08-attention: what several of its tables share."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks

ATTENTION = (
    *(
        f"course_utils.attention.{score}.{method}"
        for score in ("Additive", "Dot", "General", "ScaledDot")
        for method in ("forward", "backward")
    ),
    "keras.layers.Attention",
    "keras.layers.AdditiveAttention",
    "keras.layers.MultiHeadAttention",
    "keras.layers.GroupedQueryAttention",
    "keras.ops.dot_product_attention",
)
GRADIENTS = (
    "course_utils.attention.masked_softmax_backward",
    "course_utils.attention.context_backward",
    "course_utils.gradients.numerical",
    "tensorflow.GradientTape",
    "jax.grad",
    "jax.value_and_grad",
    "jax.vjp",
    "scipy.optimize.approx_fprime",
    "scipy.differentiate.derivative",
    "scipy.differentiate.jacobian",
)
DECODING = (
    "course_utils.decoding.greedy",
    "course_utils.decoding.sample",
    "course_utils.decoding.beam",
)
PAIR = "`step` returns two things: `log_probabilities, state = step(state, token)`."
STEP_HINTS = {
    "cannot unpack": PAIR,
    "'tuple' object": PAIR,
    "tuple indices": PAIR,
    "inhomogeneous": PAIR,
    "missing 1 required positional argument": "`step` takes the state and the token: "
    "`step(state, token)`.",
}

Step = Callable[[Any, Any], tuple[Any, Any]]


def numbers(*shape: int, start: int = 0) -> np.ndarray:
    """Numbers from -1 to 1 with one digit; they look drawn, and are the same everywhere."""
    squares = (start + np.arange(1, np.prod(shape) + 1)) ** 2
    return np.round(np.sin(squares), 1).reshape(shape)


def softmax(scores: Any, axis: Any = -1) -> Any:
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def masked(scores: Any, mask: Any) -> Any:
    """Attention weights (batch, steps, time): zeros where masked and where nothing is real."""
    real = np.broadcast_to(mask[:, None], scores.shape)
    powers = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:2]):
        kept = scores[place][real[place]]
        if kept.size:
            powers[place][real[place]] = softmax(kept)
    return powers


def decoder(E: Any, U: Any, V: Any) -> Step:
    """The `step` of a small recurrent decoder.

    E: (vocabulary, units), the embedding   U: (units, units)   V: (units, vocabulary)
    Its state is an array (units,), its token a whole number.
    """

    def step(state: Any, token: Any) -> tuple[Any, Any]:
        try:
            token = operator.index(token)
        except TypeError:
            checks.fail(
                f"`step` was given the token {token!r}; it takes one token, a whole number."
            )
        if not 0 <= token < len(E):
            checks.fail(
                f"`step` was given the token {token}; there are {len(E)} tokens, 0 to {len(E) - 1}."
            )
        if np.shape(state) != (len(U),):
            checks.fail(
                f"`step` was given a state of shape {np.shape(state)}, expected ({len(U)},). It "
                "takes the state first, then the token, and the state is what it returned before."
            )
        state = np.tanh(E[token] + np.asarray(state) @ U)
        logits = state @ V
        logits = logits - logits.max()
        return logits - np.log(np.exp(logits).sum()), state

    return step


# First states of `model` that lead to answers of unlike length; the last one never ends.
STATES = tuple(
    map(
        np.array,
        ([0.0, 0.7, 1.0, 0.8], [1.0, 0.9, 0.4, -0.3], [-1.0, -0.6, 0.0, 0.7], [0.3, 0.9, 1.0, 0.6]),
    )
)


def model() -> Step:
    """The decoder of the tests that students see: 6 tokens, 4 units."""
    E, U, V = numbers(6, 4, start=600), numbers(4, 4, start=650), numbers(4, 6, start=690)
    return decoder(2 * E, 1.5 * U, 3 * V)
