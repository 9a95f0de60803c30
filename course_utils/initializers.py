"""First weights for recurrent layers, in Keras' layout. NumPy alone; generators are passed in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.gradients import spectral_radius

__all__ = ["chrono", "forget_bias", "identity", "orthogonal", "with_spectral_radius"]

Array = NDArray[Any]


def orthogonal(shape: tuple[int, int], rng: np.random.Generator, gain: float = 1.0) -> Array:
    """A random matrix whose rows, or columns if these are fewer, are orthonormal, times `gain`.

    Uniform over all such matrices: the Q of a Gaussian matrix with the signs of R's diagonal
    (Saxe, McClelland and Ganguli, 2014; Keras' ``Orthogonal``, ``random_initializers.py``).
    ValueError for a shape that is not that of a matrix.
    """
    if len(shape) != 2 or min(shape) < 1:
        raise ValueError(f"shape is {shape}, expected (rows, columns)")
    rows, columns = shape
    q, r = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    q = q * np.sign(np.diag(r))
    return gain * (q if rows >= columns else q.T)


def identity(units: int, gain: float = 1.0) -> Array:
    """gain times the identity, (units, units): the recurrent weights of an identity RNN.

    With ReLU and a zero bias the state is copied until something is learned (Le, Jaitly and
    Hinton, 2015). ValueError when units is not positive.
    """
    _check_units(units)
    return gain * np.eye(units)


def with_spectral_radius(U: Array, radius: float) -> Array:
    """U scaled so that its spectral radius is `radius`.

    U: (units, units). ValueError when it is not square, or when all its eigenvalues are zero, so
    that no factor helps.
    """
    present = spectral_radius(U)
    if present <= 1e-12 * np.linalg.norm(U):
        raise ValueError("every eigenvalue of U is zero: no factor gives it another radius")
    return np.asarray(U) * (radius / present)


def forget_bias(units: int, bias: float = 1.0) -> Array:
    """The bias of an LSTM, (4 · units,): `bias` on the forget gate, zero on the others.

    Keras' order i, f, c, o; with 1.0 this is Keras' ``unit_forget_bias=True`` (Gers, Schmidhuber
    and Cummins, 2000; Jozefowicz, Zaremba and Sutskever, 2015). ValueError when units is not
    positive.
    """
    _check_units(units)
    b = np.zeros((4, units))
    b[1] = bias
    return b.reshape(-1)


def chrono(units: int, longest: int, rng: np.random.Generator) -> Array:
    """The bias of an LSTM, (4 · units,), for memories of up to `longest` steps.

    b_f = ln τ with τ uniform in [1, longest − 1), anew for each unit, b_i = −b_f, the others zero
    (Tallec and Ollivier, 2018). A unit with b_f = ln τ forgets in about τ steps. Keras' order
    i, f, c, o.
    ValueError when units is not positive, or longest is below 3: there is no interval then.
    """
    _check_units(units)
    if longest < 3:
        raise ValueError(f"longest is {longest}, expected at least 3 steps")
    b = np.zeros((4, units))
    b[1] = np.log(rng.uniform(1, longest - 1, units))
    b[0] = -b[1]
    return b.reshape(-1)


def _check_units(units: int) -> None:
    if units < 1:
        raise ValueError(f"units is {units}, expected at least 1")
