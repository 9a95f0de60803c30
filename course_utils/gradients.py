"""Gradients: checking them, measuring them through time, and clipping them.

NumPy alone. A gradient has the shape of what it is the gradient of; a list of gradients is in the
order of the weights, as Keras' ``model.trainable_variables`` has them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "clip_by_global_norm",
    "clip_by_norm",
    "clip_by_value",
    "global_norm",
    "norms_through_time",
    "numerical",
    "relative_error",
    "slope",
    "spectral_radius",
]

Array = NDArray[Any]


# Checking -----------------------------------------------------------------------------------------


def numerical(f: Callable[[Array], Any], array: Array, step: float = 1e-5) -> Array:
    """The gradient of the scalar function f at `array`, by central differences.

    Each entry in turn is moved by ±step in a copy: (f(a + s) − f(a − s)) / 2s, with an error of the
    order of step². Twice as many calls of f as the array has entries: for tests, not for training.

    Returns float64 of the array's shape. ValueError when f does not return one number, or when the
    array is not of float64 (in float32 the difference of two nearly equal losses is mostly noise).
    """
    array = np.asarray(array)
    if array.dtype != np.float64:
        raise ValueError(
            f"array is of {array.dtype}, expected float64: the difference of two nearly equal "
            "numbers needs all digits. Use array.astype('float64')."
        )
    moved = array.copy()
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        values = []
        for sign in (1, -1):
            moved[index] = array[index] + sign * step
            value = np.asarray(f(moved))
            if value.size != 1:
                raise ValueError(
                    f"f returned an array of shape {value.shape}, expected one number: the "
                    "gradient belongs to a scalar, such as the loss."
                )
            values.append(value.item())
        moved[index] = array[index]
        gradient[index] = (values[0] - values[1]) / (2 * step)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    """‖a − b‖ / (‖a‖ + ‖b‖) over all entries: 0 for equal arrays, 1 for opposite ones.

    0 when both are zero everywhere. ValueError when the shapes differ.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b {b.shape}; only equal shapes compare")
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0


# Through time -------------------------------------------------------------------------------------

_SLOPES: dict[str, Callable[[Array], Array]] = {
    "linear": lambda h: np.ones_like(h),
    "tanh": lambda h: 1 - h**2,
    "sigmoid": lambda h: h * (1 - h),
    "relu": lambda h: (h > 0).astype(h.dtype),
}


def slope(activation: str, outputs: Array) -> Array:
    """φ′ at each pre-activation, from what the activation φ returned; the shape of `outputs`.

    activation: "linear", "tanh", "sigmoid" or "relu"; ValueError for any other.
    """
    if activation not in _SLOPES:
        raise ValueError(f"activation is {activation!r}, expected one of {', '.join(_SLOPES)}")
    return _SLOPES[activation](np.asarray(outputs, dtype=float))


def norms_through_time(slopes: Array, U: Array, v: Array) -> Array:
    """‖vᵀ ∂h_T/∂h_{T−k}‖ for k = 0, 1, …, T: what is left of a gradient after k steps back.

    slopes: (time, units), φ′(a_t) at steps 1 to T   U: (units, units)
    v: (units,), the gradient with respect to the last state h_T
    Returns (time + 1,). One step back is da = dh ⊙ φ′(a_t), then dh = da Uᵀ; the Jacobians are
    never multiplied with each other. ValueError when a shape does not fit.
    """
    slopes, U, v = np.asarray(slopes), np.asarray(U), np.asarray(v)
    units = len(U)
    if U.shape != (units, units):
        raise ValueError(f"U has shape {U.shape}, expected (units, units)")
    if slopes.ndim != 2 or slopes.shape[1] != units:
        raise ValueError(
            f"slopes has shape {slopes.shape}, expected (time, {units}): units is {units} because "
            f"U is {U.shape}. One sequence at a time, without a batch axis."
        )
    if v.shape != (units,):
        raise ValueError(f"v has shape {v.shape}, expected ({units},), the shape of one state")
    dh = v
    norms = [np.linalg.norm(dh)]
    for slope_t in slopes[::-1]:
        da = dh * slope_t
        dh = da @ U.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms)


def spectral_radius(U: Array) -> float:
    """ρ(U), the largest absolute value among the eigenvalues, which may be complex.

    U: (units, units); ValueError when it is not square.
    """
    U = np.asarray(U)
    if U.ndim != 2 or U.shape[0] != U.shape[1]:
        raise ValueError(f"U has shape {U.shape}, expected (units, units): only a square matrix")
    return float(np.abs(np.linalg.eigvals(U)).max())


# Clipping -----------------------------------------------------------------------------------------


def global_norm(gradients: Sequence[Array]) -> float:
    """The Euclidean norm over all entries of all arrays together."""
    return float(np.sqrt(sum(np.sum(np.square(g, dtype=np.float64)) for g in gradients)))


def clip_by_value(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Each entry cut to [−limit, limit]; Keras' ``clipvalue``. The direction changes.

    ValueError when limit is not positive.
    """
    _check_limit(limit)
    return [np.clip(g, -limit, limit) for g in gradients]


def clip_by_norm(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Each array by itself scaled down to a norm of at most `limit`; Keras' ``clipnorm``.

    Each array keeps its direction, all together do not. ValueError when limit is not positive.
    """
    _check_limit(limit)
    return [_scaled_down(g, global_norm([g]), limit) for g in gradients]


def clip_by_global_norm(gradients: Sequence[Array], limit: float) -> tuple[list[Array], float]:
    """All arrays scaled by one factor, to a global norm of at most `limit`: ``global_clipnorm``.

    The direction is kept (Pascanu, Mikolov and Bengio, 2013). Returns the gradients and the global
    norm before. ValueError when limit is not positive, or when an entry is not finite: no factor
    mends an infinite gradient.
    """
    _check_limit(limit)
    norm = global_norm(gradients)
    if not np.isfinite(norm):
        raise ValueError(
            f"the global norm is {norm}: an entry is infinite or not a number, and clipping cannot "
            "mend that. Skip this step, or look for the first value that was not finite."
        )
    return [_scaled_down(g, norm, limit) for g in gradients], norm


def _check_limit(limit: float) -> None:
    if not limit > 0:
        raise ValueError(f"limit is {limit}, expected a positive number")


def _scaled_down(gradient: Array, norm: float, limit: float) -> Array:
    """The gradient times limit / norm where the norm is above the limit, else unchanged."""
    return np.array(gradient * np.asarray(min(1.0, limit / norm) if norm else 1.0, gradient.dtype))
