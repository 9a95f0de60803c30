"""How far a gradient reaches: ‖vᵀ ∂h_T/∂h_{T−k}‖ against the distance k, on a log axis.

A layer of 24 units runs for as many steps as the reader asks for; then a fixed unit vector v walks
back from the last state, through one Jacobian a step. The same small generator makes U, v and the
inputs here and in the page, so that both walk through the same network.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from course_utils.explorers._description import Choice, Explorer, Slider, Traces

UNITS, LONGEST, SEED = 24, 100, 45

# Of the matrix of sums of uniforms that `network` draws: its spectral radius and its largest
# singular value. The page has no eigenvalue solver, so both sides carry the two numbers.
RADIUS, LARGEST = 5.177746087865416, 9.5758684331798

ACTIVATIONS = {"linear": "linear", "tanh": "tanh", "sigmoid": "sigmoid", "relu": "ReLU"}
KINDS = {"orthogonal": "orthogonal", "gaussian": "Gaussian"}


@cache
def network() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(orthogonal, gaussian, v, noise): (UNITS, UNITS) twice, (UNITS,), (LONGEST + 1, UNITS).

    Drawn by a linear congruential generator, which any language has in one line. Both matrices
    have the spectral radius 1, v has norm 1, and the noise has mean 0 and variance 1.
    """
    seed = SEED

    def uniform() -> float:
        nonlocal seed
        seed = (1664525 * seed + 1013904223) % 2**32
        return seed / 2**32

    def normal() -> float:  # nearly: a sum of twelve uniforms has variance 1
        return sum(uniform() for _ in range(12)) - 6

    drawn = np.array([[normal() for _ in range(UNITS)] for _ in range(UNITS)])
    orthogonal = drawn.copy()
    for i in range(UNITS):  # Gram and Schmidt: from each row take its part along those above
        for j in range(i):
            orthogonal[i] -= (orthogonal[i] @ orthogonal[j]) * orthogonal[j]
        orthogonal[i] /= math.sqrt(orthogonal[i] @ orthogonal[i])
    v = np.array([normal() for _ in range(UNITS)])
    noise = [[math.sqrt(12) * (uniform() - 0.5) for _ in range(UNITS)] for _ in range(LONGEST + 1)]
    return orthogonal, drawn / RADIUS, v / math.sqrt(v @ v), np.array(noise)


def _step(activation: str, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The activation of a, and its slope there."""
    if activation == "tanh":
        h = np.tanh(a)
        return h, 1 - h * h
    if activation == "sigmoid":
        h = 1 / (1 + np.exp(-a))
        return h, h * (1 - h)
    if activation == "relu":
        return np.maximum(a, 0), np.where(a > 0, 1.0, 0.0)
    return a, np.ones_like(a)


def compute(radius: float, activation: str, kind: str, size: float, length: int) -> Traces:
    """measured, predicted, bound: (length + 1,) logarithms to base 10, from k = 0 to k = length.

    squared: the mean of φ′² over all steps and units.
    """
    orthogonal, gaussian, v, noise = network()
    U = radius * (orthogonal if kind == "orthogonal" else gaussian)
    largest = radius if kind == "orthogonal" else radius * LARGEST / RADIUS
    h = noise[LONGEST] * 0.5
    slopes = np.empty((length, UNITS))
    for t in range(length):
        h, slopes[t] = _step(activation, h @ U + size * noise[t])
    measured, bound = [0.0], [0.0]
    back = v
    for k in range(length):
        slope = slopes[length - 1 - k]
        back = (back * slope) @ U.T
        norm = max(math.sqrt(back @ back), 1e-30)
        back = back / norm  # only the logarithm grows, so nothing overflows
        measured.append(measured[-1] + math.log10(norm))
        bound.append(bound[-1] + math.log10(max(largest * slope.max(), 1e-30)))
    squared = float(np.mean(slopes**2))
    rate = math.log10(radius) + 0.5 * math.log10(max(squared, 1e-30))
    predicted = rate * np.arange(length + 1)
    return {
        "measured": np.array(measured),
        "predicted": predicted,
        "bound": np.array(bound),
        "squared": squared,
    }


EXPLORER = Explorer(
    name="gradient-norms",
    title="How far does a gradient reach?",
    description=(
        "The norm of the gradient against the distance that it has walked back, on a logarithmic"
        " axis. Solid: measured on a network of 24 units. Dashed: the prediction, a straight line"
        " with the slope log ρ + ½ log mean φ′². Dotted: the bound, at each step the largest"
        " singular value of U times the largest slope of the activation."
    ),
    parameters=(
        Slider("radius", "Spectral radius ρ of U", 0.5, 1.6, 0.05, 1.2),
        Choice("activation", "Activation", tuple(ACTIVATIONS.items()), "tanh"),
        Choice("kind", "Kind of U", tuple(KINDS.items()), "orthogonal"),
        Slider("size", "Size of the inputs", 0, 1, 0.05, 0.1),
        Slider("length", "Length T", 20, LONGEST, 10, 60, unit="steps"),
    ),
    compute=compute,
    presets=(
        ("The textbook: linear", {"activation": "linear"}),
        ("ReLU, radius 1.2", {"activation": "relu"}),
        ("Loud inputs", {"size": 1.0}),
        ("Gaussian and quiet", {"kind": "gaussian", "radius": 1.6, "size": 0.0, "length": 100}),
    ),
)
