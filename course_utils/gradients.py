"""Gradients: checking them, measuring them through time, and clipping them.

NumPy alone. A gradient has the shape of what it is the gradient of; a list of gradients is in the
order of the weights, as Keras' ``model.trainable_variables`` has them. Anything that NumPy reads as
numbers will do: arrays, lists, what ``tape.gradient`` returns. All is computed in float64, and no
norm is lost because its squares are too large or too small for that.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

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
    array or that number is not of float64 (in float32 the difference of two nearly equal losses is
    mostly noise).
    """
    array = np.asarray(array)
    if array.dtype != np.float64:
        raise ValueError(
            f"array is of {array.dtype}, expected float64: the difference of two nearly equal "
            "numbers needs all digits. Use array.astype('float64')."
        )
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        values = []
        for sign in (1, -1):
            moved = array.copy()  # afresh for each call, in case f works in place
            moved[index] += sign * step
            values.append(_one_number(f(moved)))
        gradient[index] = (values[0] - values[1]) / (2 * step)
    return gradient


def _one_number(value: Any) -> float:
    """What the function returned to ``numerical``."""
    if value is None:
        raise ValueError("f returned None, expected one number: does it end in a `return`?")
    array = np.asarray(value)
    if array.size != 1:
        raise ValueError(
            f"f returned an array of shape {array.shape}, expected one number: the gradient "
            "belongs to a scalar, such as the loss."
        )
    if not np.can_cast(np.float64, array.dtype) and array.dtype.kind not in "iub":
        raise ValueError(
            f"f returned {array.dtype}, expected float64: the difference of two nearly equal "
            "numbers needs all digits. Compute the loss in float64 throughout."
        )
    return float(array.item())


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """‖a − b‖ / (‖a‖ + ‖b‖) over all entries: 0 for equal arrays, 1 for opposite ones.

    0 when both are zero everywhere; NaN, which is below no limit, when an entry is infinite or not
    a number. ValueError when the shapes differ.
    """
    a, b = _numbers(a, "a"), _numbers(b, "b")
    if a.shape != b.shape:
        raise ValueError(f"a has shape {a.shape} and b {b.shape}; only equal shapes compare")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return float("nan")
    exponent = _exponent(a, b)
    a, b = np.ldexp(a, -exponent), np.ldexp(b, -exponent)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0


# Through time -------------------------------------------------------------------------------------

_SLOPES: dict[str, Callable[[Array], Array]] = {
    "linear": lambda h: np.ones_like(h),
    "tanh": lambda h: 1 - h**2,
    "sigmoid": lambda h: h * (1 - h),
    "relu": lambda h: np.heaviside(h, 0.0),  # unlike h > 0, not 0 where h is not a number
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
    Returns (time + 1,) in float64. One step back is da = dh ⊙ φ′(a_t), then dh = da Uᵀ; the
    Jacobians are never multiplied with each other. ValueError when a shape does not fit.
    """
    slopes, U, v = _numbers(slopes, "slopes"), _numbers(U, "U"), _numbers(v, "v")
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
    exponent, dh = 0, v  # the gradient is dh · 2^exponent, so that dh stays in range
    norms = [_scaled(*_norm([v]))]
    for slope_t in slopes[::-1]:
        by = _exponent(dh)
        exponent, dh = exponent + by, np.ldexp(dh, -by)
        da = dh * slope_t
        dh = da @ U.T
        norms.append(_scaled(float(np.linalg.norm(dh)), exponent))
    return np.array(norms)


def spectral_radius(U: ArrayLike) -> float:
    """ρ(U), the largest absolute value among the eigenvalues, which may be complex.

    U: (units, units); ValueError when it is not square.
    """
    U = _numbers(U, "U")
    if U.ndim != 2 or U.shape[0] != U.shape[1]:
        raise ValueError(f"U has shape {U.shape}, expected (units, units): only a square matrix")
    return float(np.abs(np.linalg.eigvals(U)).max())


# Clipping -----------------------------------------------------------------------------------------


def global_norm(gradients: Sequence[ArrayLike]) -> float:
    """The Euclidean norm over all entries of all arrays together."""
    return _scaled(*_norm([array for array, _ in _read(gradients)]))


def clip_by_value(gradients: Sequence[ArrayLike], limit: float) -> list[Array]:
    """Each entry cut to [−limit, limit]; Keras' ``clipvalue``. The direction changes.

    Here and below, each array keeps its dtype, but whole numbers become float64. ValueError when
    limit is not positive, or a gradient is not an array of numbers.
    """
    _check_limit(limit)
    return [np.clip(array, -limit, limit).astype(dtype) for array, dtype in _read(gradients)]


def clip_by_norm(gradients: Sequence[ArrayLike], limit: float) -> list[Array]:
    """Each array by itself scaled down to a norm of at most `limit`; Keras' ``clipnorm``.

    Each array keeps its direction, all together do not. ValueError as above, and when an entry is
    not finite: no factor mends an infinite gradient.
    """
    _check_limit(limit)
    return [_scale_down([one], limit)[0][0] for one in _read_finite("norm", gradients)]


def clip_by_global_norm(gradients: Sequence[ArrayLike], limit: float) -> tuple[list[Array], float]:
    """All arrays scaled by one factor, to a global norm of at most `limit`: ``global_clipnorm``.

    The direction is kept (Pascanu, Mikolov and Bengio, 2013). Returns the gradients and the global
    norm before. ValueError as in :func:`clip_by_norm`.
    """
    _check_limit(limit)
    return _scale_down(_read_finite("global norm", gradients), limit)


def _check_limit(limit: float) -> None:
    if not limit > 0:
        raise ValueError(f"limit is {limit}, expected a positive number")


def _scale_down(read: list[tuple[Array, np.dtype[Any]]], limit: float) -> tuple[list[Array], float]:
    """The arrays times limit / norm where their norm is above the limit, else as they are."""
    norm, exponent = _norm([array for array, _ in read])
    whole = _scaled(norm, exponent)
    if whole > limit:
        read = [(np.ldexp(array, -exponent) * (limit / norm), dtype) for array, dtype in read]
    return [np.array(array, dtype) for array, dtype in read], whole


# Numbers ------------------------------------------------------------------------------------------


def _numbers(value: ArrayLike, name: str) -> Array:
    """The value in float64. ValueError, by this name, for what is no array of real numbers."""
    array = np.asarray(value)
    if array.dtype.kind in "OUSMmc":
        raise ValueError(f"{name} is {_described(value, array)}")
    return array.astype(np.float64, copy=False)


def _described(value: Any, array: Array) -> str:
    if value is None:
        return (
            "None: the loss does not depend on that weight. Leave it out, or ask the tape with "
            "unconnected_gradients='zero'."
        )
    if type(value).__name__ == "IndexedSlices":
        return "IndexedSlices, the rows of an embedding: make it whole, tf.convert_to_tensor(g)."
    return f"of {array.dtype}, expected an array of real numbers"


def _read(gradients: Sequence[ArrayLike]) -> list[tuple[Array, np.dtype[Any]]]:
    """Each gradient in float64, and the dtype in which it goes out again."""
    read = [_numbers(g, f"gradient {place}") for place, g in enumerate(gradients)]
    dtypes = [np.asarray(g).dtype for g in gradients]
    return [
        (array, array.dtype if dtype.kind in "iub" else dtype)
        for array, dtype in zip(read, dtypes, strict=True)
    ]


def _read_finite(norm: str, gradients: Sequence[ArrayLike]) -> list[tuple[Array, np.dtype[Any]]]:
    read = _read(gradients)
    for place, (array, _) in enumerate(read):
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            index = tuple(bad[0].tolist())
            raise ValueError(
                f"the {norm} is {array[index]}: so is entry {index} of gradient {place}, and "
                "clipping cannot mend that. Skip this step, or look for the first value that was "
                "not finite."
            )
    return read


def _exponent(*arrays: Array) -> int:
    """e for which the largest entry of all arrays is between 2^(e−1) and 2^e in size."""
    largest = max((np.abs(array).max(initial=0.0) for array in arrays), default=0.0)
    return int(np.frexp(largest)[1])


def _norm(arrays: Sequence[Array]) -> tuple[float, int]:
    """m and e, the Euclidean norm over all entries of all arrays being m · 2^e.

    A power of two changes no digit, and near 1 no square is too large or too small for float64.
    """
    exponent = _exponent(*arrays)
    squares = sum(np.sum(np.square(np.ldexp(array, -exponent))) for array in arrays)
    return float(np.sqrt(squares)), exponent


def _scaled(number: float, exponent: int) -> float:
    """number · 2^exponent, infinite when float64 does not reach that far."""
    with np.errstate(over="ignore"):
        return float(np.ldexp(number, exponent))
