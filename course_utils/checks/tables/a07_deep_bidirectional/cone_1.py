"""07-deep-bidirectional, the cone of sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = ("course_utils.wiring.cone",)
CALLS: dict[str, str] = {}

NOTHING = "An output may see nothing: then there is no first input, and None stands for the pair."
HINTS = {
    "with size 0": NOTHING,
    "empty sequence": NOTHING,
    "is not in list": NOTHING,
    "zero-size array": NOTHING,
}


def example() -> tuple[np.ndarray, float]:
    """influence (4, 6): 4 outputs, 6 inputs; and a tolerance.

    Output 1 sees nothing; output 2 sees inputs with some between that it does not see.
    """
    influence = [
        [0.7, 0.2, 0.01, 0.008, 0.0, 0.0],
        [0.01, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.3, 0.0, 0.0, 0.05, 0.9],
        [0.005, 0.0095, 0.0, 0.6, 0.0, 0.0],
    ]
    return np.array(influence), 0.01


def check(cone: Any) -> None:
    """The tests that students see."""
    influence, tolerance = example()
    compare(cone, (influence, tolerance), [(0, 1), None, (1, 5), (3, 3)])
    compare(cone, (influence,), [(0, 3), (0, 0), (1, 5), (0, 3)], " without a tolerance")
    triangle = np.tril(np.ones((5, 5)))
    compare(cone, (triangle, 0.5), [(0, t) for t in range(5)], " of a network that reads forward")


def compare(cone: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """What it returns for inputs (influence[, tolerance])."""
    got = checks.call(cone, *inputs, hints=HINTS)
    checks.equal(got, expected, f"the cone{case}", mistakes(*inputs))


def mistakes(influence: Any, tolerance: float = 0.0) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    seen = influence > tolerance

    def each(
        pair: Callable[[Any], Any], seen: Any = seen, nothing: Any = None
    ) -> Callable[[], list[Any]]:
        """pair: from the steps that a row sees, as an array."""

        def outcome() -> list[Any]:
            steps = [np.flatnonzero(row) for row in seen]
            return [pair(row) if len(row) else nothing for row in steps]

        return outcome

    def ends(steps: Any) -> tuple[int, int]:
        return int(steps[0]), int(steps[-1])

    def without_a_gap(steps: Any) -> tuple[int, int]:
        holes = np.flatnonzero(np.diff(steps) > 1)
        return int(steps[0]), int(steps[holes[0] if len(holes) else -1])

    def of_values(row: Any) -> Any:
        found = row[row > tolerance]
        return (found.min(), found.max()) if len(found) else None

    return {
        "outputs and inputs are exchanged: a row belongs to an output": each(ends, seen.T),
        "an influence equal to the tolerance is counted; only what is above it is seen": each(
            ends, influence >= tolerance
        ),
        "the tolerance is not used": each(ends, influence > 0),
        "the tolerance is taken as a part of the largest influence; it is a plain number": each(
            ends, influence > tolerance * influence.max()
        ),
        "the tolerance is taken as a part of the row's largest influence; it is a plain "
        "number": each(ends, influence > tolerance * influence.max(axis=1, keepdims=True)),
        "the steps are counted from 1; here they count from 0": each(
            lambda steps: (int(steps[0]) + 1, int(steps[-1]) + 1)
        ),
        "the second number is the step after the last one, as in range(first, stop)": each(
            lambda steps: (int(steps[0]), int(steps[-1]) + 1)
        ),
        "the second number is how many inputs are seen; it is the last of them": each(
            lambda steps: (int(steps[0]), len(steps))
        ),
        "the second number is how far the pair reaches; it is the last input seen": each(
            lambda steps: (int(steps[0]), int(steps[-1] - steps[0]))
        ),
        "the row ends at the first input that is not seen; there may be others after it": each(
            without_a_gap
        ),
        "last and first are exchanged": each(lambda steps: ends(steps)[::-1]),
        "all inputs that are seen are listed; the first and the last are wanted": each(
            lambda steps: [int(step) for step in steps]
        ),
        "these are the smallest and the largest influence; the steps are wanted": lambda: [
            of_values(row) for row in influence
        ],
        "these are the inputs of the smallest and the largest influence; the first and the last "
        "input seen are wanted": lambda: [
            (int(np.where(row > tolerance, row, np.inf).argmin()), int(row.argmax()))
            if (row > tolerance).any()
            else None
            for row in influence
        ],
        "the first number is the input of the largest influence; it is the first one seen": (
            lambda: [
                (int(row.argmax()), int(np.flatnonzero(row > tolerance)[-1]))
                if (row > tolerance).any()
                else None
                for row in influence
            ]
        ),
        "an output that sees nothing gets (0, 0), which says that it sees input 0; give None": each(
            ends, nothing=(0, 0)
        ),
        "an output that sees nothing gets the whole row: the argmax of nothing but False is 0; "
        "give None": each(ends, nothing=(0, influence.shape[1] - 1)),
        "an output that sees nothing gets (-1, -1); give None": each(ends, nothing=(-1, -1)),
        "an output that sees nothing gets (None, None); give None alone": each(
            ends, nothing=(None, None)
        ),
        "an output that sees nothing gets an empty pair; give None": each(ends, nothing=()),
        "an output that sees input 0 alone gets None: `seen.any()` is False where `seen` holds "
        "nothing but a 0; ask for its length, `len(seen)`": lambda: [
            None if pair == (0, 0) else pair for pair in each(ends)()
        ],
        "an output whose first input is step 0 gets None: `if first` is False for 0 as well as for "
        "None; ask whether it `is None`": lambda: [
            pair if pair and pair[0] else None for pair in each(ends)()
        ],
        "an output that sees nothing is left out; give None": lambda: [
            pair for pair in each(ends)() if pair is not None
        ],
        "the last input is left out of every row": each(ends, seen[:, :-1]),
        "only the first output's pair is there: does the function return inside the loop?": (
            lambda: each(ends)()[0]
        ),
        "these are the offsets from the output's own step; the steps themselves are wanted": (
            lambda: [
                None if pair is None else (pair[0] - t, pair[1] - t)
                for t, pair in enumerate(each(ends)())
            ]
        ),
        "no output may see past its own step here; take what the influences say": lambda: [
            None if pair is None else (pair[0], min(pair[1], t))
            for t, pair in enumerate(each(ends)())
        ],
    }
