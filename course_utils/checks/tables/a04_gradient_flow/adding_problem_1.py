"""04-gradient-flow, the data of the adding problem, and the constant to beat."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a04_gradient_flow import _common_1 as common

BY_HAND = (
    "course_utils.tasks.adding",
    "course_utils.tasks.baseline",
    "keras.losses.MeanSquaredError",
    "keras.losses.mean_squared_error",
    "sklearn.metrics.mean_squared_error",
    "sklearn.dummy.DummyRegressor",
)

# A right answer fails a test of chance with a probability below this, whatever it draws with.
FALSE_ALARM = 1e-11

Named = dict[str, Callable[[], Any]]


def example() -> np.ndarray:
    """Answers y (7, 1), for best_constant."""
    return np.array([[0.7], [1.6], [1.4], [0.2], [1.5], [1.9], [0.5]])


EXPECTED = {"constant": 1.11429, "loss": 0.35265}


def check(adding_problem: Any) -> None:
    """The tests of the first function that students see."""
    for n, length in ((3, 8), (60, 11), (40, 2)):
        inspect(adding_problem, n, length, seed=1)
    for length in (10, 50):
        inspect_spread(adding_problem, 4000, length, seed=2)
    inspect_seeds(adding_problem, 8, 12, seed=3)


def check_constant(best_constant: Any) -> None:
    """The tests of the second function that students see."""
    y = example()
    constant, loss = EXPECTED["constant"], EXPECTED["loss"]
    got = checks.call(best_constant, y)
    compare_constant(got, constant, loss, y, tolerance=1e-4)
    for number, what in zip(got, ("the best constant", "its mean squared error"), strict=True):
        common.all_digits(number, what)


def inspect(
    adding_problem: Any, n: int, length: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The data of the adding problem, or a diagnosis of the first thing that is wrong.

    Returns the numbers (n, length) and the places of the two markers, (n,) each.
    """
    x, y = checks.unpack(checks.call(adding_problem, n, length, seed), "x", "y")
    case = f"({n} sequences, {length} steps)"
    if np.shape(x) == (n, 1) and np.shape(y) == (n, length, 2):
        checks.fail("The two results are exchanged: return x first, then y.")
    checks.shape(x, (n, length, 2), f"x {case}", axes=["sequence", "time", "feature"])
    dtype = np.asarray(x).dtype
    numbers, markers = np.moveaxis(np.asarray(x, dtype=float), 2, 0)
    if dtype.kind in "iu" and not numbers.any():
        checks.fail(
            f"The numbers x[:, :, 0] are all 0, because the dtype of x is {dtype}: whole numbers "
            "only, so everything after the point was cut off. Make x as an array of floats: "
            "np.zeros((n, length, 2)), without int."
        )
    first, second = _places(numbers, markers, case)
    if n > 1 and np.shape(y) == (n, n):
        checks.fail(
            f"y {case} has shape ({n}, {n}): every sequence is combined with every other. Multiply "
            "numbers and markers entry by entry, and sum over time."
        )
    checks.shape(y, (n, 1), f"y {case}", axes=["sequence", "answer"])
    _range(numbers, markers)
    rows = np.arange(n)
    right = numbers[rows, first] + numbers[rows, second]
    answers = np.asarray(y, dtype=float)
    for mistake, outcome in mistakes(numbers, first, second)["y"].items():
        if _near(answers[:, 0], outcome()) and not _near(answers[:, 0], right):
            checks.fail(f"y looks like this mistake: {mistake}.")
    checks.close(y, right[:, None], f"y {case}", axes=["sequence", "answer"])
    if n > 2:
        common.all_digits(numbers, f"the numbers x[:, :, 0] {case}")
        common.all_digits(y, f"y {case}")
    return numbers, first, second


def _places(numbers: np.ndarray, markers: np.ndarray, case: str) -> tuple[np.ndarray, np.ndarray]:
    """Where the two markers of each sequence stand."""
    (n, length), half = markers.shape, markers.shape[1] // 2
    if np.isin(numbers, [0, 1]).all() and not np.isin(markers, [0, 1]).all():
        checks.fail(
            "The features are exchanged: the numbers belong in x[:, :, 0], the markers in "
            "x[:, :, 1]."
        )
    if not np.isin(markers, [0, 1]).all():
        checks.fail(
            "The markers x[:, :, 1] should be 0 or 1. Do they start as zeros, and get a 1 at two "
            "places?"
        )
    count = markers.sum(axis=1)
    if (count == 0).all():
        checks.fail("There are no markers: x[:, :, 1] is zero everywhere.")
    if n > 1 and (markers == markers[0]).all() and (count > 2).any():
        checks.fail(
            "Some steps are marked in every sequence. `markers[:, places] = 1` marks all places in "
            "all rows; use `markers[np.arange(n), places] = 1`, or a loop over the sequences."
        )
    if (count != 2).any():
        i = int(np.argmax(count != 2))
        more = ""
        if count[i] == 1:
            more = (
                f" Only step {int(np.argmax(markers[i]))} is marked. Are there two draws, from "
                f"separate halves (the steps 0 to {half - 1}, and {half} to {length - 1}), so that "
                "they never fall on the same step?"
            )
        checks.fail(
            f"Each sequence should have two markers; sequence {i} of {n} has {int(count[i])} "
            f"{case}.{more}"
        )
    first, second = np.array([np.flatnonzero(row) for row in markers]).T
    early, late = second < half, first >= half
    if (early | late).any():
        i = int(np.argmax(early | late))
        one_side = not (early.any() and late.any()) and (early | late).mean() < 0.35
        if half >= 2 and one_side and (np.where(early | late, first, half) == half).all():
            checks.fail(
                f"The first marker reaches too far: in sequence {i} it is at step {first[i]}, and "
                f"the first half are the steps 0 to {half - 1}. rng.integers leaves out its upper "
                "end already, and `//` rounds down."
            )
        checks.fail(
            f"The markers are not in separate halves: those of sequence {i} are at steps "
            f"{first[i]} and {second[i]}, and the first half are the steps 0 to {half - 1} {case}. "
            "Draw one from the first half and one from the second."
        )
    return first, second


def _range(numbers: np.ndarray, markers: np.ndarray) -> None:
    """Are these numbers from 0 to 1, at every step, with all their digits?"""
    if not numbers.any():
        checks.fail("The numbers x[:, :, 0] are zero everywhere. Are they drawn, and put into x?")
    if numbers.shape[1] > 2 and not numbers[markers == 0].any():
        checks.fail(
            "The numbers are zero where no marker stands. They should be drawn for every step: "
            "those without a marker are there to distract."
        )
    if np.allclose(numbers, np.round(numbers)):
        checks.fail(
            "The numbers x[:, :, 0] are whole; they should be drawn evenly from 0 to 1, such as "
            "0.3745."
        )
    if numbers.min() < 0 or numbers.max() > 1:
        checks.fail(
            f"The numbers x[:, :, 0] run from {numbers.min():.3g} to {numbers.max():.3g}; they "
            "should be drawn evenly from 0 to 1. Are they normal numbers? See rng.random or "
            "rng.uniform."
        )


def inspect_spread(adding_problem: Any, n: int, length: int, seed: int) -> None:
    """Many sequences: is everything drawn evenly, and for each sequence anew?"""
    numbers, first, second = inspect(adding_problem, n, length, seed)
    half = length // 2
    again = (
        "If you do draw for each: is `default_rng(seed)` inside the loop over the sequences? There "
        "the generator starts again each time, and draws the same. Make it once, before the loop."
    )
    if (numbers == numbers[0]).all():
        checks.fail(f"All sequences have the same numbers. Draw (n, length) of them. {again}")
    if (numbers == numbers[:, :1]).all():
        checks.fail("In each sequence, all steps have the same number. Draw (n, length) of them.")
    if len(np.unique(numbers, axis=0)) < 0.9 * n:
        checks.fail("Many sequences have the same numbers. Draw (n, length) of them.")
    if np.mean(np.diff(np.sort(numbers, axis=1), axis=1) == 0) > 0.05:
        checks.fail("Numbers come more than once in a sequence. Draw one for each step.")
    if len(set(first.tolist())) == 1 and len(set(second.tolist())) == 1:
        checks.fail(
            f"The markers stand at the same places, {first[0]} and {second[0]}, in all sequences. "
            f"A network could learn the places by heart; draw new ones for each sequence. {again}"
        )
    for what, places, low, high in (("first", first, 0, half), ("second", second, half, length)):
        missing = sorted(set(range(low, high)) - set(places.tolist()))
        if missing:
            hint = "every step of its half should be possible"
            if missing == [high - 1]:
                hint = "rng.integers leaves out its upper end already"
            checks.fail(
                f"In {n} sequences of {length} steps the {what} marker never stands at step "
                f"{missing[0]}: {hint}."
            )
        share, even = np.bincount(places - low) / n, 1 / (high - low)
        step = int(np.argmax(np.abs(share - even)))
        if np.abs(share[step] - even) > _bernstein(n, even, FALSE_ALARM / (high - low)):
            checks.fail(
                f"The {what} marker stands at step {low + step} in {share[step]:.1%} of the "
                f"sequences, and it should be about {even:.1%}: draw all steps of its half evenly."
            )
    _even(numbers, first, second)
    _by_itself(numbers, first, second)
    _from_one_generator(numbers, first, second)


# Chance. A right answer may draw in any order and with any method; each of these tests fails one
# with a probability below FALSE_ALARM, by an inequality that holds for every number of draws.


def _even(numbers: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
    """Are the numbers, all and those at the markers, spread evenly from 0 to 1?"""
    if abs(numbers.mean() - 0.5) > 0.02 or abs(numbers.var() - 1 / 12) > 0.01:  # Hoeffding
        checks.fail(
            f"The numbers have the mean {numbers.mean():.3g} and the variance {numbers.var():.3g}; "
            "drawn evenly from 0 to 1 they would have 0.5 and 0.0833."
        )
    edge = -np.log(FALSE_ALARM / 2) / numbers.size  # (1 - edge)^size is less than FALSE_ALARM / 2
    if numbers.min() > edge or numbers.max() < 1 - edge:
        checks.fail(
            f"Of {numbers.size} numbers the smallest is {numbers.min():.4g} and the largest "
            f"{numbers.max():.4g}; drawn evenly from 0 to 1 they would come nearer to both ends."
        )
    rows = np.arange(len(numbers))
    looked = " Is a place chosen by the number that stands there? Draw it without looking."
    for which, drawn, more in (
        ("all numbers", numbers.ravel(), ""),
        ("the numbers at the first marker", numbers[rows, first], looked),
        ("the numbers at the second marker", numbers[rows, second], looked),
    ):
        drawn = np.sort(drawn)
        off = np.arange(1, len(drawn) + 1) / len(drawn) - drawn
        at = int(np.argmax(np.abs(off)))
        bound = np.sqrt(np.log(2 / FALSE_ALARM) / (2 * len(drawn)))  # Dvoretzky, Kiefer, Wolfowitz
        if abs(off[at]) > bound + 1 / len(drawn):
            checks.fail(
                f"Of {which}, {(at + 1) / len(drawn):.1%} are at most {drawn[at]:.3g}; drawn "
                f"evenly from 0 to 1, about {drawn[at]:.1%} would be.{more}"
            )


def _by_itself(numbers: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
    """Is each place drawn by itself, and each sequence anew?"""
    n, length = numbers.shape
    half = length // 2
    a, b = (first + 0.5) / half - 0.5, (second - half + 0.5) / (length - half) - 0.5
    if abs(np.mean(a * b)) > np.sqrt(np.log(2 / FALSE_ALARM) / 8 / n):  # Hoeffding: |a b| < 1/4
        checks.fail(
            "The places of the two markers hang together (the same distance apart?). Draw each by "
            "itself."
        )
    for what, places, many in (("first", first, half), ("second", second, length - half)):
        pairs = places[: n // 2 * 2].reshape(-1, 2)  # disjoint, so that they are independent
        same, chance = np.mean(pairs[:, 0] == pairs[:, 1]), 1 / many
        if many > 1 and abs(same - chance) > _bernstein(len(pairs), chance, FALSE_ALARM):
            checks.fail(
                f"The {what} marker of a sequence hangs together with that of the sequence before: "
                f"{same:.1%} stand at the same step, and it should be about {chance:.1%}. Draw a "
                "place for each sequence."
            )


def _from_one_generator(numbers: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
    """Do the places repeat the draws of the numbers, as a second generator of the same seed does?

    Such a place is the number's share of its half. So one is compared with the other at every
    distance between the two streams, for each place and for every second one, since one draw of a
    number gives two of small whole numbers.
    """
    length = numbers.shape[1]
    half = length // 2
    a, b = (first + 0.5) / half - 0.5, (second - half + 0.5) / (length - half) - 0.5
    stream = numbers.ravel() - 0.5
    for places in (a, b, np.stack([a, b], axis=1).ravel()):
        for part in (places, places[::2], places[1::2]):
            size = 2 ** int(np.ceil(np.log2(len(stream) + len(part))))
            product = np.fft.rfft(stream, size) * np.conj(np.fft.rfft(part, size))
            sums = np.fft.irfft(product, size)
            chance = FALSE_ALARM / 9 / size
            if np.max(np.abs(sums)) > np.sqrt(
                np.log(2 / chance) * np.sum(part**2) / 2
            ):  # Hoeffding
                checks.fail(
                    "The places of the markers hang together with the numbers. Is there a second "
                    "generator with the same seed? It draws the same once more. Make one "
                    "generator, and draw everything from it."
                )


def _bernstein(n: int, p: float, chance: float) -> float:
    """How far a share of n draws with probability p is from p, but for this chance (Bernstein)."""
    log = np.log(2 / chance)
    return float((log / 3 + np.sqrt((log / 3) ** 2 + 2 * n * p * (1 - p) * log)) / n)


def inspect_seeds(adding_problem: Any, n: int, length: int, seed: int) -> None:
    """The same seed gives the same data, another other data, and nobody else's draws change."""

    def shared() -> tuple[str, Any]:
        return repr(np.random.get_state(legacy=False)), random.getstate()

    before = shared()
    x, y = checks.call(adding_problem, n, length, seed)
    untouched = before == shared()
    x_again, y_again = checks.call(adding_problem, n, length, seed)
    if not (np.array_equal(x, x_again) and np.array_equal(y, y_again)):
        checks.fail(
            "Two calls with the same seed give different data. Draw everything from `rng = "
            "np.random.default_rng(seed)`."
        )
    x_other, _ = checks.call(adding_problem, n, length, seed + 1)
    x, x_other = np.asarray(x), np.asarray(x_other)
    if np.array_equal(x, x_other):
        checks.fail("Two different seeds give the same data. Is `seed` used?")
    if np.array_equal(x[:, :, 1], x_other[:, :, 1]):
        checks.fail(
            "Two different seeds give the same places of the markers. Draw them from the same "
            "generator as the numbers."
        )
    if np.array_equal(x[:, :, 0], x_other[:, :, 0]):
        checks.fail(
            "Two different seeds give the same numbers. Draw them from the same generator as the "
            "places of the markers."
        )
    if not untouched:
        checks.fail(
            "Your function draws from the generator that everything else shares (np.random.seed, "
            "np.random.rand, random.random …), and so it changes what others draw after it. Make a "
            "generator of its own, `rng = np.random.default_rng(seed)`, and draw everything from "
            "it."
        )


def compare_constant(
    got: Any,
    expected: float,
    expected_loss: float,
    y: Any,
    case: str = "",
    tolerance: float = 1e-5,
) -> None:
    """The best constant and its mean squared error against the expected ones."""
    constant, loss = checks.unpack(got, "the constant", "its mean squared error")
    numbers = np.ndim(constant) == np.ndim(loss) == 0 and not _near(expected, expected_loss)
    if numbers and _near(constant, expected_loss) and _near(loss, expected):
        checks.fail("The two results are exchanged: return the constant first, then its error.")
    wrong = mistakes_of_constant(y)
    _on_a_grid(constant, float(np.mean(y)))
    what = f"the best constant{case}"
    checks.close(constant, expected, what, wrong["constant"], tolerance=tolerance)
    what = f"the mean squared error of the best constant{case}"
    checks.close(loss, expected_loss, what, wrong["loss"], tolerance=tolerance)


def _on_a_grid(constant: Any, wanted: float) -> None:
    """Near the best constant, but not equal to it?"""
    if not isinstance(constant, (float, np.floating)) or constant == 1:
        return
    constant = float(constant)
    if common.roughly(constant, wanted) and abs(constant - round(constant, 4)) > 1e-9:
        return
    if 1e-5 * (abs(wanted) + max(1, abs(wanted))) < abs(constant - wanted) < 0.03:
        checks.fail(
            f"The constant {constant:.6f} is near the best one, {wanted:.6f}, and not equal to it. "
            "Did you search over a grid? Then you find the point of the grid that is nearest. No "
            "search is needed: which number, made of the answers, has the smallest mean squared "
            "distance from them? The chapter says why."
        )


def mistakes(numbers: Any, first: Any, second: Any) -> dict[str, Named]:
    """For "y", flat, (n,): mistake → what it leads to, where the markers stand at these places."""
    rows = np.arange(len(numbers))
    one, two = numbers[rows, first], numbers[rows, second]
    return {
        "y": {
            "it is the sum of all numbers; only the two marked ones count": lambda: numbers.sum(
                axis=1
            ),
            "it is the product of the two marked numbers; they are added": lambda: one * two,
            "it is the mean of the two marked numbers; it should be the sum": lambda: (
                (one + two) / 2
            ),
            "it is the difference of the two marked numbers; they are added": lambda: one - two,
            "it is the first marked number only": lambda: one,
            "it is the second marked number only": lambda: two,
            "it is the sum of the markers, always 2": lambda: np.full(len(one), 2.0),
            "the places of the last sequence are used for all; each sequence has its own": lambda: (
                numbers[:, first[-1]] + numbers[:, second[-1]]
            ),
            "the places of the first sequence are used for all; each sequence has its "
            "own": lambda: numbers[:, first[0]] + numbers[:, second[0]],
            "it is the sum of the places of the markers; the numbers at these places are "
            "added": lambda: first + second,
        }
    }


def mistakes_of_constant(y: Any) -> dict[str, Named]:
    """For the "constant" and the "loss": mistake → what it leads to."""
    n = len(y)

    def loss(constant: Any) -> Callable[[], Any]:
        return lambda: np.mean((y - constant) ** 2)

    mean, median = np.mean(y), np.median(y)
    return {
        "constant": {
            "it is the median, which has the smallest absolute error; here the error is "
            "squared": lambda: median,
            "it is the middle between the smallest and the largest answer": lambda: (
                (y.min() + y.max()) / 2
            ),
            "it is 1, what it comes to for many sequences; measure it on the answers y": lambda: (
                1.0
            ),
            "it is 0.5, the mean of one number; an answer is the sum of two": lambda: 0.5,
            "it is the sum of the answers; divide it by how many there are": lambda: np.sum(y),
            "it is the largest answer": lambda: y.max(),
            "it is the first answer": lambda: y[0, 0],
            "the signs of the answers are lost": lambda: np.mean(np.abs(y)),
        },
        "loss": {
            "it is 1/6, what it comes to for many sequences; measure it on the answers y": lambda: (
                1 / 6
            ),
            "it is the error of the constant 1; take the best constant": loss(1),
            "it is the error of the constant 0": loss(0),
            "the root is taken; that is the standard deviation": lambda: np.std(y),
            "it is the mean absolute error; square the differences": lambda: np.mean(
                np.abs(y - mean)
            ),
            "it is the sum of the squares; take the mean": lambda: n * loss(mean)(),
            "it is divided by n - 1; the mean squared error divides by n": lambda: np.var(
                y, ddof=1
            ),
            "the mean is taken before squaring, and so plus and minus cancel": lambda: 0.0,
            "there is one for each sequence; take their mean": lambda: (y - mean) ** 2,
            "it is the error of the median; here the mean is the best constant": loss(median),
        },
    }


def _near(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, atol=1e-4))
