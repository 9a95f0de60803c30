"""04-gradient-flow, two sizes of one matrix, and a matrix scaled to one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
    "course_utils.gradients.spectral_radius",
    "course_utils.initializers.with_spectral_radius",
)

Named = dict[str, Callable[[], Any]]


def example() -> tuple[np.ndarray, float]:
    """U (3, 3), whose largest eigenvalues are complex, and a radius to which it is scaled."""
    return np.array([[-0.6, 0.5, -0.4], [-0.7, -1.3, 1.2], [0.7, -1.1, 0.5]]), 0.9


NEGATIVE = np.array([[-0.8, 0.4], [0.2, 0.3]])  # its largest eigenvalue is negative

EXPECTED = {
    "radius": 1.19241,
    "radius of NEGATIVE": 0.86847,
    "stretch": 2.21356,
    "rescaled": [
        [-0.45286, 0.37739, -0.30191],
        [-0.52834, -0.9812, 0.90573],
        [0.52834, -0.83025, 0.37739],
    ],
}


def check(spectral_radius: Any) -> None:
    """The tests of the first function that students see."""
    U, _ = example()
    rho = checks.call(spectral_radius, U)
    compare_radius(rho, EXPECTED["radius"], U, " of the example U", tolerance=2e-4)
    common.all_digits(rho, "the spectral radius of the example U")
    rho = checks.call(spectral_radius, NEGATIVE)
    case = " of a matrix whose largest eigenvalue is negative"
    compare_radius(rho, EXPECTED["radius of NEGATIVE"], NEGATIVE, case, tolerance=2e-4)


def check_stretch(largest_singular_value: Any) -> None:
    """The tests of the second function that students see."""
    U, _ = example()
    stretch = checks.call(largest_singular_value, U)
    compare_stretch(stretch, EXPECTED["stretch"], U, " of the example U", tolerance=2e-4)
    common.all_digits(stretch, "the largest singular value of the example U")


def check_rescaled(rescale: Any) -> None:
    """The tests of the third function that students see."""
    U, radius = example()
    got = checks.call(rescale, U, radius)
    compare_rescaled(got, EXPECTED["rescaled"], U, radius, tolerance=2e-4)


def compare_radius(
    got: Any,
    expected: Any,
    U: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """A spectral radius against the expected one."""
    if isinstance(got, tuple):
        checks.fail(
            "You returned several things. np.linalg.eig returns the eigenvalues and the "
            "eigenvectors; here one number, made of the eigenvalues, is asked for."
        )
    if np.iscomplexobj(got):
        checks.fail(
            f"You returned {np.round(got, 4)}, which is complex. Eigenvalues can be complex "
            "numbers; take the absolute value of each (np.abs) first, and then the largest."
        )
    wrong = mistakes(U)["radius"]
    checks.close(got, expected, f"the spectral radius{case}", wrong, (), tolerance, times)


def compare_stretch(
    got: Any,
    expected: Any,
    U: Any,
    case: str = "",
    tolerance: float = 1e-6,
    times: float = 1.0,
) -> None:
    """A largest singular value against the expected one."""
    wrong = mistakes(U)["stretch"]
    checks.close(got, expected, f"the largest singular value{case}", wrong, (), tolerance, times)


def compare_rescaled(
    got: Any, expected: Any, U: Any, radius: float, case: str = "", tolerance: float = 1e-6
) -> None:
    """A matrix scaled to a spectral radius against the expected one."""
    what = f"U with the spectral radius {radius:.3g}{case}"
    wrong = mistakes(U, radius)["rescaled"]
    checks.close(got, expected, what, wrong, ["row", "column"], tolerance)
    if np.size(got) > 2:
        common.all_digits(got, what)


def mistakes(U: Any, radius: float = 1.0) -> dict[str, Named]:
    """For the "radius", the "stretch" and the "rescaled" U: mistake → what it leads to."""
    values = np.linalg.eigvals(U)
    sizes = np.abs(values)
    rho, stretch = sizes.max(), np.linalg.norm(U, 2)
    return {
        "radius": _of_radius(U, values),
        "stretch": {
            "it is the spectral radius; a single step can stretch more than that": lambda: rho,
            "it is the largest eigenvalue of U.T @ U; the singular value is its root": lambda: (
                stretch**2
            ),
            "it is the Frobenius norm, the root of the sum of all squares (np.linalg.norm without "
            "2)": lambda: np.linalg.norm(U),
            "it is the smallest singular value": lambda: np.linalg.norm(U, -2),
            "it is the largest number in u, the first thing that np.linalg.svd returns; the "
            "singular values are the second": lambda: np.linalg.svd(U)[0].max(),
            "it is the sum of the singular values": lambda: np.linalg.norm(U, "nuc"),
            "all singular values are returned; only the largest is asked for": lambda: (
                np.linalg.svd(U)[1]
            ),
            "it is the largest entry of U": lambda: np.abs(U).max(),
            "it is the largest row sum (np.linalg.norm with inf)": lambda: np.linalg.norm(
                U, np.inf
            ),
            "it is the largest column sum (np.linalg.norm with 1)": lambda: np.linalg.norm(U, 1),
        },
        "rescaled": {
            "the largest singular value is brought to the radius; the spectral radius should "
            "be": lambda: U * (radius / stretch),
            "the Frobenius norm is brought to the radius; the spectral radius should be": lambda: (
                U * (radius / np.linalg.norm(U))
            ),
            "only the real part of the complex eigenvalues is looked at (np.real); their length is "
            "np.abs": lambda: U * (radius / np.abs(values.real).max()),
            "it is multiplied by the radius without being divided by the radius it has": lambda: (
                U * radius
            ),
            "the spectral radius becomes 1: it is divided by the radius it has, but the wanted "
            "radius is missing": lambda: U / rho,
            "the factor is upside down": lambda: U * (rho / radius),
            "it is multiplied by the radius it has, not divided": lambda: U * (radius * rho),
            "the largest entry is brought to the radius; the spectral radius should be": lambda: (
                U * (radius / np.abs(U).max())
            ),
            "every row is scaled by itself; one factor scales them all": lambda: (
                radius * U / np.linalg.norm(U, axis=1, keepdims=True)
            ),
            "every column is scaled by itself; one factor scales them all": lambda: (
                radius * U / np.linalg.norm(U, axis=0)
            ),
            "only the factor is returned; return U times the factor": lambda: radius / rho,
            "it is divided by the wanted radius; the radius it has is not used": lambda: U / radius,
            "a number is added to U; only a factor moves all eigenvalues alike": lambda: (
                U + (radius - rho)
            ),
            **common.clipped(
                "numbers beyond {0} are cut to {0}",
                lambda limit: np.clip(U * (radius / rho), -limit, limit),
            ),
            **common.rounded(
                "the spectral radius is", lambda places: U * (radius / np.round(rho, places))
            ),
            **common.rounded("the factor is", lambda places: U * np.round(radius / rho, places)),
        },
    }


def _of_radius(U: Any, values: Any) -> Named:
    """Mistakes with the eigenvalues, `values`: mistake → the spectral radius that it leads to."""
    sizes = np.abs(values)
    signs: Named = {}
    if not np.iscomplexobj(values):
        signs = {
            "the absolute value is missing: an eigenvalue of -0.9 counts as 0.9": values.max,
            "the absolute value is missing, and the sign stays": lambda: values[sizes.argmax()],
        }
    return signs | {
        "it is the largest real part (np.real, or the maximum of complex numbers); take the "
        "absolute value of each eigenvalue first": lambda: values.real.max(),
        "the absolute value of the real part is taken; the length of a complex number is np.abs of "
        "the whole number": lambda: np.abs(values.real).max(),
        "only the imaginary part of the complex eigenvalues is looked at; their length is "
        "np.abs": lambda: values.imag.max(),
        "it is the largest singular value (the 2-norm), a bound for one step; the eigenvalues are "
        "asked for": lambda: np.linalg.norm(U, 2),
        "it is the square of the largest singular value, an eigenvalue of U.T @ U; the eigenvalues "
        "of U itself are asked for": lambda: np.linalg.norm(U, 2) ** 2,
        "it is the Frobenius norm, the root of the sum of all squares": lambda: np.linalg.norm(U),
        "it is the largest entry of U": lambda: np.abs(U).max(),
        "it is the largest row sum": lambda: np.linalg.norm(U, np.inf),
        "it is the largest column sum": lambda: np.linalg.norm(U, 1),
        "it is the mean of the absolute values; the largest counts": sizes.mean,
        "it is the smallest absolute value (or the largest was chosen before np.abs): take the "
        "absolute value of each eigenvalue first, and then the largest": sizes.min,
        "the largest was chosen before np.abs: take the absolute value of each eigenvalue first, "
        "and then the largest": lambda: np.abs(values.max()),
        "the eigenvalues are those of a symmetric matrix (eigvalsh or eigh), and U is not "
        "symmetric": lambda: np.abs(np.linalg.eigvalsh(U)).max(),
        "the eigenvalues are added up; the largest absolute value is asked for": lambda: np.trace(
            U
        ),
        "it is the determinant": lambda: np.linalg.det(U),
        "it is the square of the absolute value (a root is missing)": lambda: sizes.max() ** 2,
        "all absolute values are returned; only the largest is asked for": lambda: sizes,
    }
