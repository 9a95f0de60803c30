"""04-gradient-flow, a start that keeps lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
    "course_utils.initializers.orthogonal",
    "keras.initializers.Orthogonal",
    "keras.initializers.get",
    "jax.nn.initializers.orthogonal",
    "jax.random.orthogonal",
    "scipy.stats.ortho_group.rvs",
)

AXES = ["row", "column"]
KINDS = {
    0: "a square one",
    1: "one with more rows than columns",
    -1: "one with more columns than rows",
}

Named = dict[str, Callable[[], Any]]


def example() -> dict[str, np.ndarray]:
    """Three arrays of normal numbers: square (3, 3), tall (4, 2) and wide (2, 4)."""
    numbers = {
        "square": [[-0.8, -1.1, 0.3], [0.5, 0.4, 1.6], [-1.3, 0.9, -0.7]],
        "tall": [[-0.9, 0.5], [1.2, 0.7], [0.4, -1.4], [0.1, 0.6]],
        "wide": [[-1.2, 0.6, 0.3, -0.5], [0.9, 1.1, -0.4, 0.2]],
    }
    return {shape: np.array(values) for shape, values in numbers.items()}


GAIN = 1.4
EXPECTED = {
    "square": [
        [-0.49806, -0.76447, 0.4093],
        [0.31129, 0.28293, 0.90722],
        [-0.80934, 0.57926, 0.09705],
    ],
    "tall": [[-0.57854, 0.26266], [0.77139, 0.4317], [0.25713, -0.79058], [0.06428, 0.34588]],
    "wide": [[-0.8203, 0.41015, 0.20508, -0.34179], [0.37992, 0.8983, -0.21785, 0.03543]],
}


def check(orthogonal: Any) -> None:
    """The tests that students see."""
    numbers = example()
    for shape, normal in numbers.items():
        compare(checks.call(orthogonal, normal), EXPECTED[shape], normal, tolerance=2e-4)
    for shape, normal in numbers.items():
        expected = GAIN * np.array(EXPECTED[shape])
        got = checks.call(orthogonal, normal, GAIN)
        compare(got, expected, normal, GAIN, tolerance=4e-4)


def compare(
    got: Any, expected: Any, normal: Any, gain: float = 1.0, tolerance: float = 1e-6
) -> None:
    """A matrix against the expected one."""
    rows, columns = normal.shape
    times = f" with gain {gain:.3g}" if gain != 1 else ""
    what = f"the matrix{times} from {KINDS[np.sign(rows - columns)]}, ({rows}, {columns}),"
    checks.close(got, expected, what, mistakes(normal, gain), AXES, tolerance)
    if np.size(got) > 2:
        common.all_digits(got, what)
        common.all_digits(np.asarray(got) / gain, f"{what} divided by gain,")


def mistakes(normal: Any, gain: float = 1.0) -> Named:
    """Mistake → the matrix that it leads to."""
    rows, columns = normal.shape
    found = (
        _wide(normal) if columns > rows else _tall(normal) if rows > columns else _square(normal)
    )
    return _of_gain(normal, gain) | {
        text: (lambda matrix=matrix: gain * np.asarray(matrix())) for text, matrix in found.items()
    }


def _square(normal: Any) -> Named:
    q, r = np.linalg.qr(normal)
    signs = np.sign(np.diag(r))
    u, s, vt = np.linalg.svd(normal)
    return {
        _NO_SIGNS: lambda: q,
        "the signs multiply the rows of q; each belongs to a column": lambda: signs[:, None] * q,
        "the sign fix is the wrong way round": lambda: -q * signs,
        "it is transposed": lambda: (q * signs).T,
        "it is r, the triangular matrix; q is the orthogonal one": lambda: r,
        "both q and r are returned; q with its signs is asked for": lambda: [q, r],
        "q is multiplied by the diagonal of r itself; only its signs are wanted": lambda: (
            q * np.diag(r)
        ),
        "the signs of all of r are taken; only those of its diagonal are wanted, one for each "
        "column of q": lambda: q * np.sign(r),
        "q is multiplied with the signs of all of r; only those of its diagonal are wanted, one "
        "for each column of q": lambda: q @ np.sign(r),
        "q @ signs adds the columns up; multiply each column by its sign and leave it": lambda: (
            q @ signs
        ),
        "the signs are those of q's diagonal; they should be those of r's": lambda: (
            q * np.sign(np.diag(q))
        ),
        "the absolute value of every number is taken; only whole columns may change sign": lambda: (
            np.abs(q)
        ),
        "every column has length 1, but they are not at right angles": lambda: (
            normal / np.linalg.norm(normal, axis=0)
        ),
        "every row has length 1, but they are not at right angles": lambda: (
            normal / np.linalg.norm(normal, axis=1, keepdims=True)
        ),
        "the matrix is only divided by its norm; its columns are not at right angles": lambda: (
            normal / np.linalg.norm(normal)
        ),
        "the matrix is only divided by its largest singular value; the other singular values are "
        "not 1": lambda: normal / s[0],
        "it is orthogonal, but made with singular values (u @ vt); here take QR and the "
        "signs": lambda: u @ vt,
        "it is orthogonal, but it is u of the singular value decomposition; here take QR and the "
        "signs": lambda: u,
        "the normal numbers are returned as they came": lambda: normal,
        "it is the identity; orthogonal, but not made of the normal numbers": lambda: np.eye(
            len(normal)
        ),
        _TURNED: lambda: _orthogonal(normal.T).T,
    }


def _tall(normal: Any) -> Named:
    return {
        _NO_SIGNS: lambda: np.linalg.qr(normal)[0],
        'QR is complete (mode="complete"): q has more columns than the matrix': lambda: (
            np.linalg.qr(normal, mode="complete")[0]
        ),
        _TURNED: lambda: _orthogonal(normal.T).T,
        "it is transposed; the shape should be that of the normal numbers": lambda: (
            _orthogonal(normal).T
        ),
    }


def _wide(normal: Any) -> Named:
    def square_part() -> Any:
        q, r = np.linalg.qr(normal)
        return np.hstack([q * np.sign(np.diag(r)), normal[:, len(normal) :]])

    return {
        "QR is taken of the wide matrix itself, and q comes out with too few columns: take it of "
        "the transposed matrix, then transpose back": lambda: _orthogonal(normal),
        "it was not transposed back": lambda: _orthogonal(normal.T),
        f"{_NO_SIGNS}, before transposing back": lambda: np.linalg.qr(normal.T)[0].T,
        "these are the rows of the normal numbers with length 1, but not at right angles": lambda: (
            normal / np.linalg.norm(normal, axis=1, keepdims=True)
        ),
        "only the columns of the square part are orthonormal; the rows of the whole should "
        "be": square_part,
    }


def _of_gain(normal: Any, gain: float) -> Named:
    rows, columns = normal.shape
    kind = "more rows than columns" if rows > columns else "more columns than rows"
    where = "" if rows == columns else f" where there are {kind}"
    once = _orthogonal(normal) if rows >= columns else _orthogonal(normal.T).T
    ignored = "gain is ignored, or multiplied before QR, which undoes it"
    if where:
        ignored = f"gain is ignored{where}; it multiplies matrices of every shape"
    return {
        ignored: lambda: once,
        f"it is divided by gain{where}": lambda: once / gain,
        f"it is multiplied by the root of gain{where}": lambda: once * np.sqrt(gain),
        f"gain multiplies twice{where}": lambda: once * gain**2,
        f"gain is added{where}": lambda: once + gain,
        **common.clipped(
            "numbers beyond {0} are cut to {0}", lambda limit: np.clip(gain * once, -limit, limit)
        ),
    }


_NO_SIGNS = "the sign fix is missing: multiply column j of q by the sign of r[j, j]"
_TURNED = "QR is taken of the transposed matrix, which is meant for more columns than rows"


def _orthogonal(normal: Any) -> Any:
    """q with the signs of r's diagonal; a wide matrix loses columns."""
    q, r = np.linalg.qr(normal)
    return q * np.sign(np.diag(r))
