"""04-gradient-flow, three ways to clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
    "course_utils.gradients.clip_by_value",
    "course_utils.gradients.clip_by_norm",
    "course_utils.gradients.clip_by_global_norm",
    "course_utils.gradients.global_norm",
    "tensorflow.clip_by_value",
    "tensorflow.clip_by_norm",
    "tensorflow.clip_by_global_norm",
    "tensorflow.linalg.global_norm",
    "keras.ops.clip",
    "keras.optimizers.Optimizer",
    "keras.src.optimizers.base_optimizer.clip_by_global_norm",
    "keras.src.optimizers.base_optimizer.global_norm",
    "optax.clip_by_global_norm",
    "optax.global_norm",
)

Named = dict[str, Callable[[], Any]]


def example() -> tuple[list[np.ndarray], float]:
    """Gradients of the shapes (2,), (2, 3) and (2, 2, 1), and a limit."""
    gradients = [
        [0.6, -0.8],
        [[3.0, -1.0, 0.5], [-4.0, 2.0, 1.0]],
        [[[2.7], [-1.2]], [[0.4], [3.2]]],
    ]
    return [np.array(values) for values in gradients], 2.5


SMALL = [np.array([0.06, -0.08]), np.array([[0.3, -0.1, 0.05], [-0.4, 0.2, 0.1]])]
ZEROS = [np.zeros((2, 2)), np.zeros(3)]

EXPECTED: dict[str, Any] = {
    "value": [
        [0.6, -0.8],
        [[2.5, -1.0, 0.5], [-2.5, 2.0, 1.0]],
        [[[2.5], [-1.2]], [[0.4], [2.5]]],
    ],
    "each": [
        [0.6, -0.8],
        [[1.34164, -0.44721, 0.22361], [-1.78885, 0.89443, 0.44721]],
        [[[1.54329], [-0.6859]], [[0.22863], [1.82908]]],
    ],
    "norm": 7.16798,
    "together": [
        [0.20926, -0.27902],
        [[1.04632, -0.34877, 0.17439], [-1.39509, 0.69755, 0.34877]],
        [[[0.94169], [-0.41853]], [[0.13951], [1.11607]]],
    ],
    "norm of SMALL": 0.56789,
}

HINTS = {
    "norm order": "`np.linalg.norm(g)` alone is the root of the sum of all squares, for an array "
    "of any shape; a second argument asks for a norm of vectors, or of matrices."
}

TOO_LARGE = 1e15  # the squares of larger numbers are beyond float32

LARGEST = (
    "For a matrix, your norm is its largest singular value, which is what `np.linalg.norm(g, 2)` "
    "returns. Take all its numbers: the root of the sum of squares. That is `np.linalg.norm(g)` "
    "without the 2, and it works for arrays of any shape."
)


def check(clip_by_value: Any) -> None:
    """The tests of the first function that students see."""
    gradients, limit = example()
    got = checks.call(clip_by_value, gradients, limit)
    compare_value(got, EXPECTED["value"], gradients, limit)
    compare(checks.call(clip_by_value, SMALL, limit), SMALL, "small gradients, clipped by value,")


def check_each(clip_each: Any) -> None:
    """The tests of the second function that students see."""
    gradients, limit = example()
    matrix = gradients[1]
    one = checks.call(clip_each, [matrix], limit)
    largest = [matrix * (limit / np.linalg.norm(matrix, 2))]
    if np.shape(one) == np.shape(largest) and np.allclose(one, largest, atol=1e-4):
        checks.fail(LARGEST)
    got = checks.call(clip_each, gradients, limit, hints=HINTS)
    _rounded_on_the_way(got, EXPECTED["each"], gradients, limit)
    compare_each(got, EXPECTED["each"], gradients, limit)
    what = "small gradients, each clipped,"
    compare(checks.call(clip_each, SMALL, limit), SMALL, what, mistakes(SMALL, limit)["each small"])
    compare(checks.call(clip_each, ZEROS, limit), ZEROS, "gradients of zero, each clipped,")


def check_together(clip_by_global_norm: Any) -> None:
    """The tests of the third function that students see."""
    gradients, limit = example()
    _, norm = both(checks.call(clip_by_global_norm, gradients[1:2], limit), gradients[1:2])
    if np.ndim(norm) == 0 and np.isclose(norm, np.linalg.norm(gradients[1], 2), atol=1e-4):
        checks.fail(LARGEST)
    got = checks.call(clip_by_global_norm, gradients, limit, hints=HINTS)
    clipped, norm = both(got, gradients)
    if np.ndim(norm) == 0 and common.roughly(norm, EXPECTED["norm"]):
        common.all_digits(norm, "the norm of all arrays together")
    _rounded_on_the_way(clipped, EXPECTED["together"], gradients, limit)
    compare_together(got, EXPECTED["together"], EXPECTED["norm"], gradients, limit)
    for given, norm, which in (
        (SMALL, EXPECTED["norm of SMALL"], "small gradients"),
        (ZEROS, 0.0, "gradients of zero"),
    ):
        got = checks.call(clip_by_global_norm, given, limit)
        compare_together(got, given, norm, given, limit, which=which)


def compare_value(
    got: Any,
    expected: Any,
    gradients: list[np.ndarray],
    limit: float,
    size: float = 1.0,
    case: str = "",
) -> None:
    """What `clip_by_value` makes of gradients and a limit that are `size` as large."""
    what = f"the gradients, clipped by value to {size * limit:.3g}{case},"
    compare(got, expected, what, mistakes(gradients, limit)["value"], size)
    if size == 1 and not common.is_short(_flat(gradients)):
        common.all_digits(_flat(got), what)


def compare_each(
    got: Any,
    expected: Any,
    gradients: list[np.ndarray],
    limit: float,
    size: float = 1.0,
    case: str = "",
) -> None:
    """What `clip_each` makes of gradients and a limit that are `size` as large."""
    what = f"the gradients, each clipped to a norm of {size * limit:.3g}{case},"
    compare(got, expected, what, mistakes(gradients, limit)["each"], size)
    if size == 1:
        common.all_digits(_flat(got), what)


def compare_together(
    got: Any,
    expected: Any,
    expected_norm: Any,
    gradients: list[np.ndarray],
    limit: float,
    size: float = 1.0,
    case: str = "",
    which: str = "the gradients",
) -> None:
    """What `clip_by_global_norm` makes of gradients and a limit that are `size` as large."""
    clipped, norm = both(got, gradients)
    wrong = mistakes(gradients, limit)
    whose = "all arrays together" if which == "the gradients" else which
    said = f"the norm of {whose}{case}"
    if size != 1:
        checks.shape(norm, (), said)
        if np.isinf(norm) and common.is_double(norm) and size >= TOO_LARGE:
            checks.fail(f"{said[0].upper()}{said[1:]} {_OVERFLOW.format('infinite')}")
        norm, said = np.asarray(norm) / size, f"{said} and divided by {size:g},"
    if size < TOO_LARGE or common.is_double(norm):
        checks.close(norm, expected_norm, said, wrong["norm"], tolerance=1e-5)
    what = f"{which}, clipped together to a norm of {size * limit:.3g}{case},"
    compare(clipped, expected, what, wrong["together"], size)
    if size == 1 and which == "the gradients":
        common.all_digits(_flat(clipped), what)


def compare(
    got: Any,
    expected: Any,
    what: str,
    mistakes: Mapping[str, Any] | None = None,
    size: float = 1.0,
) -> None:
    """A list of arrays: all are right, or all of them show the same mistake, or one is wrong.

    `got` is `size` as large as `expected` and the mistakes are.
    """
    if not isinstance(got, (list, tuple)) or len(got) != len(expected):
        have = f"a list of {len(got)}" if isinstance(got, (list, tuple)) else "something else"
        checks.fail(
            f"{what[0].upper()}{what[1:]} should be a list of {len(expected)} arrays, one for each "
            f"gradient. You returned {have}."
        )
    for i, (mine, wanted) in enumerate(zip(got, expected, strict=True)):
        checks.shape(mine, np.shape(wanted), f"array {i} of {what}")
    if size != 1:
        if size >= TOO_LARGE and not all(common.is_double(a) for a in got):
            return
        if size >= TOO_LARGE:
            for i, (mine, wanted) in enumerate(zip(got, expected, strict=True)):
                if np.any(wanted) and not np.any(mine):
                    checks.fail(f"Array {i} of {what} {_OVERFLOW.format('zero')}")
        got = [np.asarray(a) / size for a in got]
        what = f"{what} and divided by {size:g},"

    def near(wanted: Any) -> bool:
        return all(_near(a, b) for a, b in zip(got, wanted, strict=True))

    for mistake, outcome in (mistakes or {}).items():
        with np.errstate(all="ignore"):
            outcome = outcome()
        if near(outcome) and not near(expected):
            i = next(i for i in range(len(got)) if not _near(got[i], expected[i]))
            checks.close(
                got[i], expected[i], f"array {i} of {what}", {mistake: got[i]}, tolerance=1e-5
            )
    for i, (mine, wanted) in enumerate(zip(got, expected, strict=True)):
        checks.close(mine, wanted, f"array {i} of {what}", {}, tolerance=1e-5)


def _rounded_on_the_way(got: Any, expected: Any, gradients: list[np.ndarray], limit: float) -> None:
    """Fail where arrays were scaled with a norm, or a factor, that ends after a few places."""
    if not isinstance(got, (list, tuple)) or len(got) != len(expected):
        return
    if not all(common.roughly(mine, wanted) for mine, wanted in zip(got, expected, strict=True)):
        return
    pairs = list(zip(got, gradients, strict=True))
    factors = [np.max(np.abs(a)) / np.max(np.abs(g)) for a, g in pairs]
    if not all(
        np.allclose(a, f * g, rtol=1e-14, atol=0) for (a, g), f in zip(pairs, factors, strict=True)
    ):
        return
    factors = [factor for factor in factors if factor < 1]
    for name, used in (("norm", limit / np.array(factors)), ("factor", np.array(factors))):
        for places in common.PLACES:
            if np.allclose(used, np.round(used, places), rtol=1e-14, atol=0):
                checks.fail(
                    f"The clipped arrays look like this mistake: the {name} is rounded to "
                    f"{places} places on the way; round nothing on the way."
                )


def both(got: Any, gradients: list[np.ndarray]) -> tuple[Any, Any]:
    """The two results of clip_by_global_norm for the list `gradients`."""
    alone = isinstance(got, (list, tuple)) and all(isinstance(a, np.ndarray) for a in got)
    if alone and [a.shape for a in got] == [g.shape for g in gradients]:
        checks.fail(
            "Return 2 things: the list of clipped arrays, and the norm before clipping (`return "
            "clipped, norm`). You returned the list alone."
        )
    clipped, norm = checks.unpack(got, "the list of clipped arrays", "the norm before clipping")
    if isinstance(norm, (list, tuple)) and not isinstance(clipped, (list, tuple)):
        checks.fail(
            "The two results are exchanged: return the list of clipped arrays first, then the norm."
        )
    return clipped, norm


def mistakes(gradients: list[np.ndarray], limit: float) -> dict[str, Named]:
    """Mistake → what it leads to, for the three lists and for the norm.

    "value", "each" and "together" are the lists of `clip_by_value`, `clip_each` and
    `clip_by_global_norm`, "norm" the second result of the last one; "each small" is for
    gradients that `clip_each` should leave.
    """
    norms: list[Any] = [np.linalg.norm(g) for g in gradients]
    whole: Any = np.linalg.norm(norms)
    every = np.concatenate([g.ravel() for g in gradients])

    def scaled(norm: Callable[[Any], Any], to: float = limit) -> Callable[[], Any]:
        """Every array scaled by itself, where the norm that is measured is above the limit."""
        return lambda: [
            g * np.where(norm(g) > limit, to / np.maximum(norm(g), 1e-300), 1.0) for g in gradients
        ]

    def times(factor: Any) -> Callable[[], Any]:
        return lambda: [g * factor for g in gradients]

    def where_above(change: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: [
            change(g) if n > limit else g for g, n in zip(gradients, norms, strict=True)
        ]

    def numbers(change: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: [change(g) for g in gradients]

    def scaled_up() -> Any:
        return [g * (limit / n) for g, n in zip(gradients, norms, strict=True)]

    def row_norms(g: Any) -> Any:
        return np.sqrt(np.sum(g**2, axis=-1, keepdims=True))

    def two_norm(g: Any) -> Any:
        return np.linalg.norm(g, 2) if g.ndim == 2 else np.linalg.norm(g)

    factor = limit / max(limit, whole)
    cut = numbers(lambda g: np.clip(g, -limit, limit))
    nothing = numbers(lambda g: g)
    each = scaled(np.linalg.norm)
    return {
        "value": {
            "only large positive numbers are cut; very negative ones should be too": numbers(
                lambda g: np.minimum(g, limit)
            ),
            "only very negative numbers are cut; large positive ones should be too": numbers(
                lambda g: np.maximum(g, -limit)
            ),
            "negative numbers are cut to 0; the interval begins at -limit": numbers(
                lambda g: np.clip(g, 0, limit)
            ),
            "the arrays are scaled by their norm; here every number is cut by itself": each,
            "all arrays are scaled by one factor; here every number is cut by itself": times(
                factor
            ),
            "too large numbers are set to 0; they should become the limit": numbers(
                lambda g: np.where(np.abs(g) > limit, 0, g)
            ),
            "every number becomes limit or -limit; those between stay": numbers(
                lambda g: limit * np.sign(g)
            ),
            "the sign of negative numbers is lost": numbers(lambda g: np.minimum(np.abs(g), limit)),
            "a very negative number becomes limit; it should become -limit": numbers(
                lambda g: np.where(np.abs(g) > limit, limit, g)
            ),
            "nothing is clipped": nothing,
        },
        "each": {
            "all arrays are scaled by one factor; here every array has its own": times(factor),
            "an array below the limit is scaled up to it; it should stay": scaled_up,
            "the comparison is the wrong way round: arrays above the limit are scaled, those "
            "below it stay": lambda: [
                g * limit / n if n < limit else g for g, n in zip(gradients, norms, strict=True)
            ],
            "every number is cut by itself; here every array is scaled as a whole": cut,
            "every row of a matrix is scaled by itself; the norm is that of the whole "
            "array": scaled(row_norms),
            "the root is missing in the norm": scaled(lambda g: np.sum(g**2)),
            "the norm is the sum of absolute values; take the root of the sum of squares": scaled(
                lambda g: np.sum(np.abs(g))
            ),
            "the norm is the largest entry; take the root of the sum of squares": scaled(
                lambda g: np.max(np.abs(g))
            ),
            "for a matrix the norm is its largest singular value; take all numbers: the root of "
            "the sum of squares": scaled(two_norm),
            "an array above the limit is scaled to norm 1; it should be the limit": scaled(
                np.linalg.norm, to=1.0
            ),
            "an array above the limit becomes zero": where_above(lambda g: 0 * g),
            "an array above the limit is divided by the limit; multiply by limit / "
            "norm": where_above(lambda g: g / limit),
            "an array above the limit is multiplied by the limit; multiply by limit / "
            "norm": where_above(lambda g: g * limit),
            "nothing is clipped": nothing,
        },
        "each small": {
            "small gradients are scaled up; clipping only ever scales down": scaled_up,
        },
        "norm": {
            "the norms of the arrays are added up; add up their squares, and take the root at the "
            "end": lambda: np.sum(norms),
            "it is the largest of the arrays' norms; all numbers count together": lambda: np.max(
                norms
            ),
            "it is the mean of the arrays' norms; all numbers count together": lambda: np.mean(
                norms
            ),
            "there is one norm for each array; there should be one for all together": lambda: norms,
            "the root is missing": lambda: whole**2,
            "it is the sum of absolute values; take the root of the sum of squares": lambda: np.sum(
                np.abs(every)
            ),
            "it is the root of the mean of the squares; take the sum": lambda: np.sqrt(
                np.mean(every**2)
            ),
            "it is the root of the sum of the norms; square them first": lambda: np.sqrt(
                np.sum(norms)
            ),
            "it is the norm after clipping; return the one before": lambda: min(whole, limit),
            "it is the limit; return the norm that there was": lambda: limit,
            "it is the factor; return the norm": lambda: factor,
            "the last array is left out; all arrays count": lambda: np.linalg.norm(norms[:-1]),
            "the first array is left out; all arrays count": lambda: np.linalg.norm(norms[1:]),
            "it is the norm of the first array only": lambda: norms[0],
            "it is the norm of the last array only": lambda: norms[-1],
            "it is the largest number of all": lambda: np.max(np.abs(every)),
        },
        "together": {
            "each array is clipped by itself; one factor, from the norm of all together, is for "
            "all": each,
            "each array is scaled to the limit by itself; one factor, from the norm of all "
            "together, is for all": scaled_up,
            "every number is cut by itself; that changes the direction": cut,
            "the norm becomes 1; it should become the limit": times(1 / max(whole, 1e-300)),
            "the arrays are divided by the limit; multiply by limit / norm": times(1 / limit),
            "the factor is upside down: it should be limit / norm": times(whole / limit),
            "the root is missing in the norm that makes the factor": times(
                limit / max(whole**2, 1e-300)
            ),
            "the factor is made with the sum of the arrays' norms": times(
                limit / max(np.sum(norms), 1e-300)
            ),
            "the factor is made with the largest of the arrays' norms": times(
                limit / max(np.max(norms), 1e-300)
            ),
            "small gradients are scaled up; clipping only ever scales down": times(
                limit / max(whole, 1e-300)
            ),
            "nothing is clipped": nothing,
            "every array becomes zero": times(0.0),
        },
    }


def _flat(arrays: Any) -> np.ndarray:
    return np.concatenate([np.ravel(array) for array in arrays])


_OVERFLOW = (
    "is {}, and should not be: are the squares in float32? There they are infinite from about "
    "1e38 on. Keep float64 from beginning to end."
)


def _near(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=0, atol=1e-4))
