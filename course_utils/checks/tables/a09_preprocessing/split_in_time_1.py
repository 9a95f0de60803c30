"""09-preprocessing, a split in time from which windows that touch two parts are dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.splits.in_time",
    "sklearn.model_selection.TimeSeriesSplit",
)
CALLS: dict[str, str] = {}

Case = tuple[tuple[Any, ...], list[list[int]]]  # inputs and what is expected

HINTS = {
    "index out of range": "With two borders there are three parts: before the first, between the "
    "two, and from the second on. The last part has no border behind it.",
}


def example() -> tuple[list[int], int, list[int]]:
    """The starts of ten windows, in no order, their span of 4 steps, and borders at 8 and 14."""
    return [10, 0, 5, 2, 14, 8, 11, 4, 20, 6], 4, [8, 14]


def check(split_in_time: Any) -> None:
    """The tests that students see."""
    starts, span, borders = example()
    cases: list[Case] = [
        ((starts, span, borders), [[1, 3, 7], [0, 5], [4, 8]]),
        ((starts, 1, [8]), [[1, 2, 3, 7, 9], [0, 4, 5, 6, 8]]),
        ((starts, 5, [8, 14]), [[1, 3], [5], [4, 8]]),
        ((list(range(0, 24, 2)), 6, [10, 14, 18]), [[0, 1, 2], [], [], [9, 10, 11]]),
        (([3, 0, 9, 6], 3, [6]), [[0, 1], [2, 3]]),
    ]
    compare(split_in_time, cases)


def compare(split_in_time: Any, cases: Sequence[Case]) -> None:
    """What it returns for inputs (starts, span, borders) against the indices of each part.

    A mistake is told when it explains what is returned in all cases.
    """
    found = []
    for (starts, span, borders), expected in cases:
        got = checks.call(split_in_time, starts, span, borders, hints=HINTS)
        case = f"(span {span}, borders {borders})"
        if isinstance(got, np.ndarray) or not isinstance(got, (list, tuple)):
            checks.equal(got, expected, f"the list of parts {case}")
        parts = [part.tolist() if isinstance(part, np.ndarray) else part for part in got]
        found.append([list(part) if isinstance(part, tuple) else part for part in parts])
    wrong = [k for k, (_, expected) in enumerate(cases) if found[k] != expected]
    if not wrong:
        return
    (starts, span, borders), expected = cases[wrong[0]]
    parts = found[wrong[0]]
    case = f"(starts {starts}, span {span}, borders {borders})"
    for text in mistakes(*cases[0][0]):
        if [mistakes(*inputs)[text]() for inputs, _ in cases] == found:
            checks.fail(
                f"The split {case} looks like this mistake: {text}. You have {parts}, expected "
                f"{expected}."
            )
    if len(parts) != len(expected):
        checks.fail(
            f"There are {len(parts)} parts {case}, expected {len(expected)}: one more than borders."
        )
    for number, (mine, wanted) in enumerate(zip(parts, expected, strict=True)):
        checks.equal(mine, wanted, f"part {number} {case}")


def mistakes(
    starts: Sequence[int], span: int, borders: Sequence[int]
) -> dict[str, Callable[[], list[list[Any]]]]:
    """Mistake → the parts that it leads to."""
    far = 10**9
    every = range(len(starts))

    def split(
        inside: Callable[[int, int, int], bool],
        starts: Sequence[int] = starts,
        borders: Sequence[int] = borders,
    ) -> list[list[int]]:
        """inside: of a start, and of the border before and behind a part."""
        edges = list(zip([-far, *borders], [*borders, far], strict=True))
        return [[i for i in every if inside(starts[i], low, high)] for low, high in edges]

    def whole(start: int, low: int, high: int) -> bool:
        return low <= start and start + span <= high

    def whole_to(end: int) -> Callable[[int, int, int], bool]:
        return lambda start, low, high: whole(start, low, min(high, end))

    def by(rule: Callable[[int, int, int], bool]) -> Callable[[], list[list[int]]]:
        return lambda: split(rule)

    def only_first() -> list[list[int]]:
        first, *_ = split(whole)
        others = split(lambda start, low, high: low <= start < high)[1:]
        return [first, *others]

    def each(change: Callable[[list[int]], list[Any]]) -> Callable[[], list[list[Any]]]:
        return lambda: [change(part) for part in split(whole)]

    order = sorted(every, key=lambda i: starts[i])
    counted = [sum(start < border for start in starts) for border in borders]
    return {
        "a window belongs to the part in which it begins, so that it may reach into the next; "
        "windows that touch two parts are dropped": by(lambda s, low, high: low <= s < high),
        "a window belongs to the part in which it ends, so that it may begin in the one before; "
        "windows that touch two parts are dropped": by(
            lambda s, low, high: low <= s + span - 1 < high
        ),
        "a window belongs to the part in which the step behind it lies, so that it may begin in "
        "the one before; windows that touch two parts are dropped": by(
            lambda s, low, high: low <= s + span < high
        ),
        "a window that just fits is dropped (off by one): its last step is start + span - 1, and "
        "the step of the border is the next part's": by(
            lambda s, low, high: low <= s and s + span < high
        ),
        "a window that touches the border's step is kept in the part before (off by one): that "
        "step is the first of the next part": by(
            lambda s, low, high: low <= s and s + span - 1 <= high
        ),
        "a window that begins at the border is dropped; that step is the first of its part": by(
            lambda s, low, high: low < s and s + span <= high
        ),
        "a window that begins at the border belongs to the part before, for you; that step is the "
        "first of the next part": by(lambda s, low, high: low < s <= high),
        "the step of the border counts for the part before; it is the first of the next": by(
            lambda s, low, high: low < s and s + span - 1 <= high
        ),
        "both sides of a border are cleared of windows; only those that touch both sides are "
        "dropped": by(lambda s, low, high: (low < 0 or s >= low + span) and s + span <= high),
        "the windows behind a border are dropped, in place of those that reach across it": by(
            lambda s, low, high: (s if low < 0 else s - span) >= low and s < high
        ),
        "it drops windows at the first border alone; do it at all borders": only_first,
        "the places in the list are compared with the borders; compare the starts": lambda: split(
            whole, starts=range(len(starts))
        ),
        "the places in the list are compared with the borders, and nothing is dropped; compare "
        "the starts, and the ends": lambda: split(
            lambda s, low, high: low <= s < high, starts=range(len(starts))
        ),
        "it is the starts; the indices of the windows are wanted": each(
            lambda part: [starts[i] for i in part]
        ),
        "it is the starts, in order; the indices of the windows are wanted": each(
            lambda part: sorted(starts[i] for i in part)
        ),
        "the indices stand in the order of the starts; put them in rising order": each(
            lambda part: [i for i in order if i in part]
        ),
        "the indices are those of the sorted starts; `starts` is in no order, and its own indices "
        "are wanted": each(lambda part: [order.index(i) for i in order if i in part]),
        "the windows are cut at the places where as many are behind as lie before the border; "
        "`starts` is in no order": lambda: split(
            lambda i, low, high: low <= i < high, range(len(starts)), counted
        ),
        "the last part is missing: it has no border behind it": lambda: split(whole)[:-1],
        "the last part ends at the last start; it has no border behind it, and every window that "
        "begins there stays": by(whole_to(max(starts))),
        "the last part ends one step behind the last start; it has no border behind it, and every "
        "window that begins there stays": by(whole_to(max(starts) + 1)),
        "the window with the last start is dropped; the last part has no border behind it": by(
            lambda s, low, high: whole(s, low, high) and s < max(starts)
        ),
        "the first part is missing: it has no border before it": lambda: split(whole)[1:],
        "the parts stand from the last to the first; the earliest comes first": lambda: split(
            whole
        )[::-1],
        "parts without windows are left out; each is an empty list": lambda: [
            part for part in split(whole) if part
        ],
        "the windows that are dropped are returned as a part of their own": lambda: [
            *split(whole),
            [i for i in every if not any(i in part for part in split(whole))],
        ],
        "windows from earlier parts are in the later ones as well": by(
            lambda s, low, high: s + span <= high
        ),
        "the indices count from 1; they count from 0": each(lambda part: [i + 1 for i in part]),
    }
