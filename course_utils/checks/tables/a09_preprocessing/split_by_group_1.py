"""09-preprocessing, a split that keeps groups together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.splits.by_group",
    "sklearn.model_selection.GroupShuffleSplit",
    "sklearn.model_selection.GroupKFold",
    "sklearn.model_selection.train_test_split",
)
CALLS: dict[str, str] = {}

Case = tuple[tuple[Any, ...], tuple[list[int], list[int]]]  # inputs and what is expected

HINTS = {
    "index out of range": "The groups are used up before there are enough examples: is it the "
    "share of the examples that you ask for, `share * len(groups)`?",
    "pop from empty list": "The groups are used up before there are enough examples: is it the "
    "share of the examples that you ask for, `share * len(groups)`?",
}

# Of 16 examples: a 3, b 4, c 1, d 2, e 6.
GROUPS = list("ebaedbeaecbedaeb")
ORDER = list("daceb")


def example() -> tuple[list[str], list[str], float]:
    """Who spoke each of 16 recordings, the order in which speakers are taken, and the share."""
    return GROUPS, ORDER, 0.25


NUMBERED = [7, 3, 3, 11, 7, 3, 3, 3]  # groups may be numbers

# Who is in the test part at which share.
CHOSEN = {
    0.25: "da",
    0.375: "dac",
    0.5: "dace",
    0.125: "d",
    0.0625: "d",
    0.875: "daceb",
    0.4: "dace",  # 6.4 examples
}
# 5 and 1 of 15 are 0.4 exactly, and 5/15 + 1/15 is a little less.
THIRDS = list("yxyzyyxyxyxyyxy")


def check(split_by_group: Any) -> None:
    """The tests that students see."""
    cases: list[Case] = [((NUMBERED, [11, 7, 3], 0.25), ([1, 2, 5, 6, 7], [0, 3, 4]))]
    for share, chosen in CHOSEN.items():
        test = [i for i, group in enumerate(GROUPS) if group in chosen]
        train = [i for i, group in enumerate(GROUPS) if group not in chosen]
        cases.append(((GROUPS, ORDER, share), (train, test)))
    test = [i for i, group in enumerate(THIRDS) if group != "y"]
    train = [i for i, group in enumerate(THIRDS) if group == "y"]
    cases.append(((THIRDS, list("xzy"), 0.4), (train, test)))
    compare(split_by_group, cases)


def compare(split_by_group: Any, cases: Sequence[Case]) -> None:
    """What it returns for inputs (groups, order, share) against the indices of both parts.

    A mistake is told when it explains what is returned in all cases.
    """
    found = []
    for inputs, _ in cases:
        got = checks.call(split_by_group, *inputs, hints=HINTS)
        found.append([_listed(part) for part in checks.unpack(got, "train", "test")])
    wrong = [k for k, (_, expected) in enumerate(cases) if found[k] != [*expected]]
    if not wrong:
        return
    (groups, _, share), expected = cases[wrong[0]]
    parts = found[wrong[0]]
    case = f"(share {share:g} of {len(groups)} examples)"
    for text in mistakes(*cases[0][0]):
        outcomes = [mistakes(*inputs)[text]() for inputs, _ in cases]
        if [[*outcome] for outcome in outcomes] == found:
            checks.fail(
                f"The split {case} looks like this mistake: {text}. In test you have {parts[1]}, "
                f"expected {expected[1]}."
            )
    for k in wrong:
        if torn := _torn(cases[k][0][0], *found[k]):
            group, left, taken = torn
            checks.fail(
                f"The split (share {cases[k][0][2]:g} of {len(cases[k][0][0])} examples) tears a "
                f"group apart: the examples {left} and {taken} are both of group {group!r}, and "
                f"{left} is in train, {taken} in test. Take whole groups, as `order` names them, "
                "and then the indices of all their examples."
            )
    for name, mine, wanted in zip(("train", "test"), parts, expected, strict=True):
        checks.equal(mine, wanted, f"the part {name} {case}")


def _torn(groups: Sequence[Any], train: Any, test: Any) -> tuple[Any, int, int] | None:
    """A group that has an example in train and another in test, and these two; None if none has."""
    for part in (train, test):
        if not isinstance(part, (list, tuple)):
            return None
        if not all(type(i) is int and 0 <= i < len(groups) for i in part):
            return None
    for i in train:
        for j in test:
            if i != j and groups[i] == groups[j]:
                return groups[i], i, j
    return None


def _listed(part: Any) -> Any:
    """Arrays as lists, so that parts can be compared."""
    return part.tolist() if isinstance(part, np.ndarray) else part


def mistakes(
    groups: Sequence[Any], order: Sequence[Any], share: float
) -> dict[str, Callable[[], Sequence[Any]]]:
    """Mistake → the two parts that it leads to."""
    sizes = Counter(groups)
    n = len(groups)
    every = list(range(n))

    def taken(order: Sequence[Any], enough: Callable[[int], bool]) -> list[Any]:
        """enough: are so many examples enough?"""
        chosen: list[Any] = []
        for group in order:
            if enough(sum(sizes[g] for g in chosen)):
                break
            chosen.append(group)
        return chosen

    def parts(chosen: Sequence[Any]) -> tuple[list[int], list[int]]:
        test = [i for i in every if groups[i] in chosen]
        return [i for i in every if i not in test], test

    def whole(
        order: Sequence[Any] = order, enough: Callable[[int], bool] = lambda m: m >= share * n
    ) -> Callable[[], tuple[list[int], list[int]]]:
        return lambda: parts(taken(order, enough))

    def below() -> list[Any]:
        chosen: list[Any] = []
        for group in order:
            if sum(sizes[g] for g in [*chosen, group]) > share * n:
                break
            chosen.append(group)
        return chosen

    def fitting() -> list[Any]:
        chosen: list[Any] = []
        for group in order:
            if sum(sizes[g] for g in [*chosen, group]) <= share * n:
                chosen.append(group)
        return chosen

    def summed() -> list[Any]:
        chosen: list[Any] = []
        held = 0.0
        for group in order:
            if held >= share:
                break
            chosen.append(group)
            held += sizes[group] / n
        return chosen

    right = taken(order, lambda m: m >= share * n)
    train, test = parts(right)
    first = list(dict.fromkeys(groups))
    count = int(share * n)
    by_size = sorted(order, key=lambda g: -sizes[g])
    masks = [i in train for i in every], [i in test for i in every]
    of_groups = int(share * len(order))
    return {
        "train and test are exchanged; return train first": lambda: (test, train),
        "the first examples are the test part, whatever their group; take whole groups": lambda: (
            every[count:],
            every[:count],
        ),
        "the last examples are the test part, whatever their group; take whole groups": lambda: (
            every[: n - count],
            every[n - count :],
        ),
        "it is the share of the groups; it is that of the examples, and groups differ in "
        "size": lambda: parts(order[:of_groups]),
        "it is the share of the groups, rounded up; it is that of the examples, and groups differ "
        "in size": lambda: parts(order[: -int(-share * len(order) // 1)]),
        "a group too many is in test: as soon as it has the share exactly, it has enough": whole(
            enough=lambda m: m > share * n
        ),
        "a group too few is in test: it has fewer examples than its share. It stops when it has "
        "at least the share": lambda: parts(below()),
        "test never gets more than its share, and smaller groups fill it up; take the groups in "
        "their order until it has at least the share": lambda: parts(fitting()),
        "share * len(groups) is cut or rounded to a whole number, so that test may have less than "
        "its share; compare with the product as it is": whole(enough=lambda m: m >= count),
        "the shares of the groups are added up, and each sum is rounded: 5/15 + 1/15 comes out "
        "below 0.4. Count examples, and compare their number with share * len(groups)": lambda: (
            parts(summed())
        ),
        "only one group is in test": lambda: parts(order[:1]),
        "the groups are taken in the order of the alphabet (or of size); take them in the order "
        "that is given": whole(sorted(order)),
        "the groups are taken as they first appear in `groups`; take them in the order that is "
        "given": whole(first),
        "the groups are taken from the end of `order`; begin at its start": whole(order[::-1]),
        "the largest groups are taken first; take them in the order that is given": whole(by_size),
        "the smallest groups are taken first; take them in the order that is given": whole(
            by_size[::-1]
        ),
        "the share is that of the training part; it is that of test": lambda: parts(
            taken(order, lambda m: m >= share * n)
        )[::-1],
        "train has its share first, and the rest is test; the groups taken in order are the test "
        "part": lambda: parts(taken(order, lambda m: m >= (1 - share) * n))[::-1],
        "test has the first groups in order until train has its share": lambda: parts(
            taken(order, lambda m: m >= (1 - share) * n)
        ),
        "it is the names of the groups; the indices of the examples are wanted": lambda: (
            [g for g in order if g not in right],
            right,
        ),
        "it is the group of each example; the indices of the examples are wanted": lambda: (
            [groups[i] for i in train],
            [groups[i] for i in test],
        ),
        "it says True or False for each example; the indices are wanted (np.flatnonzero)": lambda: (
            masks
        ),
        "the indices stand in the order of the groups; put them in rising order": lambda: (
            [i for g in order for i in every if groups[i] == g and g not in right],
            [i for g in right for i in every if groups[i] == g],
        ),
        "the test part alone has its indices in the order of the groups; put them in rising "
        "order": lambda: (train, [i for g in right for i in every if groups[i] == g]),
        "one example of each group is in test; a group lies in one part as a whole": lambda: (
            [i for i in every if i != groups.index(groups[i])],
            [i for i in every if i == groups.index(groups[i])],
        ),
        "the test part is in train as well": lambda: (every, test),
        "the indices count from 1; they count from 0": lambda: (
            [i + 1 for i in train],
            [i + 1 for i in test],
        ),
    }
