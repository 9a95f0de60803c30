"""08-attention, what the decoder is given while it learns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}

COLUMN = (
    "To stand in front of the tokens, the start tokens have to be a column, (batch, 1): "
    "np.full((len(targets), 1), start)."
)
HINTS = {"array of dimension 1": COLUMN, "number of dimensions": COLUMN}


def example() -> tuple[np.ndarray, int]:
    """targets (3, 4), three answers of up to 4 tokens, padded with 0; and the start token, 1."""
    return np.array([[5, 8, 6, 2], [7, 2, 0, 0], [9, 4, 2, 0]]), 1


def check(shift: Any) -> None:
    """The tests that students see."""
    targets, start = example()
    compare(shift, (targets, start), [[1, 5, 8, 6], [1, 7, 2, 0], [1, 9, 4, 2]])
    compare(shift, (targets, 3), [[3, 5, 8, 6], [3, 7, 2, 0], [3, 9, 4, 2]], " with start token 3")
    compare(shift, (targets[:, :1], start), [[1], [1], [1]], " for answers of one token")


def compare(shift: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """What it returns for inputs (targets, start) against the expected tokens."""
    got = checks.call(shift, *inputs, hints=HINTS)
    what = f"what the decoder is given{case}"
    checks.close(got, expected, what, mistakes(*inputs), ["batch", "step"])
    if np.asarray(got).dtype.kind not in "iu":
        checks.fail(
            f"The tokens are right, but their dtype is {np.asarray(got).dtype}. A token is the "
            "number of an entry, so it stays a whole number: np.zeros and np.ones make others "
            "unless you say dtype=int, and np.zeros_like(targets) takes the dtype of targets."
        )


def mistakes(targets: Any, start: int) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    batch, steps = targets.shape
    column = np.full((batch, 1), start)

    def joined(*parts: Any) -> Any:
        return np.concatenate(parts, axis=1)

    def first(result: Any, place: Any) -> Any:
        """result with the start token at this place, or these."""
        result = result.copy()
        result[place] = start
        return result

    left = (
        "it is shifted to the left: at each step the decoder is given the token after the one that "
        "it has to write; it is given the one before"
    )
    return {
        "nothing is shifted: at each step the decoder is given the very token that it has to "
        "write; it is given the one before": lambda: targets,
        "the last token of each row comes back at its front, as np.roll does it; the start token "
        "stands there": lambda: np.roll(targets, 1, axis=1),
        left: lambda: joined(targets[:, 1:], column),
        f"{left} (and nothing stands in front)": lambda: joined(targets[:, 1:], 0 * column),
        f"{left}, and the first comes back at the end": lambda: np.roll(targets, -1, axis=1),
        "the start token stands in front, but the last token is still there, one step too many; "
        "leave out the last column": lambda: joined(column, targets),
        "the last column is left out, but the start token is not put in front": lambda: targets[
            :, :-1
        ],
        "the first column is left out; put the start token in front, and leave out the last "
        "column": lambda: targets[:, 1:],
        "the start token stands in the place of the first token; the others have to move one step "
        "on": lambda: first(targets, (slice(None), 0)),
        "the start token stands in the place of the last token": lambda: first(
            targets, (slice(None), -1)
        ),
        "only the first row begins with the start token; every row does": lambda: first(
            np.roll(targets, 1, axis=1), (0, 0)
        ),
        "the rows are moved as one long row: the last token of a row is given to the next; each "
        "row begins anew, with the start token": lambda: first(np.roll(targets, 1), (0, 0)),
        "the rows are moved as one long row, as np.roll does it without an axis; each row begins "
        "with the start token": lambda: np.roll(targets, 1),
        "the shift goes along the batch, from row to row; it goes along the steps": lambda: first(
            np.roll(targets, 1, axis=0), 0
        ),
        "the shift goes along the batch, and the last row comes first; it goes along the "
        "steps": lambda: np.roll(targets, 1, axis=0),
        "0 stands in front, which is padding; the start token stands there": lambda: joined(
            0 * column, targets[:, :-1]
        ),
        "it is shifted by two steps; one is enough": lambda: joined(
            column, column, targets[:, :-2]
        )[:, :steps],
        "every token is the start token; after it come the tokens of the answer, one step "
        "late": lambda: np.full((batch, steps), start),
        "the last real token of each row is taken out; only the last column is left out, and what "
        "stands after the end does not matter": lambda: np.stack(
            [_without_last(row, start) for row in targets]
        ),
        "the order of the tokens is reversed": lambda: joined(column, targets[:, :0:-1]),
    }


def _without_last(row: Any, start: int) -> Any:
    """The row one step on, its last real token replaced by padding."""
    real = int(np.count_nonzero(row))
    kept = np.where(np.arange(len(row)) < real - 1, row, 0)
    return np.concatenate([[start], kept])[: len(row)]
