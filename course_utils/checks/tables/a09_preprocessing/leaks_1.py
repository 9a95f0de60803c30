"""09-preprocessing, the leaks of a data set that others have spoilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.splits.audit",
    "course_utils.preprocessing.audit",
)
CALLS: dict[str, str] = {}

Part = dict[str, Any]
Inputs = tuple[Part, Part, np.ndarray]
Rule = Callable[[Part, Part, Any], Any]  # of train, test and the mean of the scaler

NAMES = ("copies", "groups", "order", "scaler", "future")
COMPARE = (
    "These two differ in length. Two parts have rows in different number: take a row of one and "
    "ask about every row of the other. The target has a number for each row: compare it with a "
    "column, `x[:, k]`, or make it one, `y[:, None]`."
)
HINTS = {
    "could not be broadcast": COMPARE,
    "'bool' object has no attribute": COMPARE,
    "unhashable type: 'numpy.ndarray'": "An array cannot be in a set: make each row a tuple, "
    "`tuple(row)`.",
}


def _clean() -> Inputs:
    """12 examples to train on and 7 to test, of 3 features, without a leak; times in no order."""
    numbers = np.round(np.sin(np.arange(1, 58) ** 2 / 3.0) + np.tile([2, 5, 8], 19), 3)
    numbers = numbers.reshape(19, 3)
    targets = np.round(np.cos(np.arange(1, 20) ** 2 / 5.0), 2)
    train: Part = {
        "x": numbers[:12],
        "y": targets[:12],
        "group": list("abcbaacbdcda"),
        "time": np.array([4, 9, 1, 17, 12, 3, 20, 8, 15, 6, 11, 2]),
    }
    test: Part = {
        "x": numbers[12:],
        "y": targets[12:],
        "group": list("efegfge"),
        "time": np.array([29, 24, 33, 21, 30, 27, 26]),
    }
    return train, test, train["x"].mean(axis=0)


def spoilt(inputs: Inputs, names: Sequence[str]) -> Inputs:
    """The same data with these leaks planted."""
    train, test = ({key: _copy(value) for key, value in part.items()} for part in inputs[:2])
    if "future" in names:
        for part in (train, test):
            part["x"][:, 1] = part["y"]
    if "copies" in names:
        test["x"][4] = train["x"][2]
    if "groups" in names:
        test["group"][3] = train["group"][8]
    if "order" in names:
        train["time"][5] = np.median(test["time"])
    fitted = [train["x"], test["x"]] if "scaler" in names else [train["x"]]
    return train, test, np.concatenate(fitted).mean(axis=0)


def _copy(value: Any) -> Any:
    return value.copy()


def _with(inputs: Inputs, part: int, key: str, index: Any, value: Any) -> Inputs:
    """The same data with other values at one place; the mean is that of the training part again."""
    changed = [{name: _copy(v) for name, v in one.items()} for one in inputs[:2]]
    changed[part][key][index] = value
    return changed[0], changed[1], changed[0]["x"].mean(axis=0)


def _sets() -> dict[str, tuple[Inputs, set[str]]]:
    """Data sets and the leaks in them."""
    clean = _clean()
    train, test, mean = clean
    found: dict[str, tuple[Inputs, set[str]]] = {
        "nothing spoilt": (clean, set()),
        "all five at once": (spoilt(clean, NAMES), set(NAMES)),
    }
    for name in NAMES:
        found[f"only {name}"] = (spoilt(clean, [name]), {name})
        rest = [other for other in NAMES if other != name]
        found[f"all but {name}"] = (spoilt(clean, rest), set(rest))
    mixed = [train["x"][1, 0], train["x"][2, 1], train["x"][3, 2]]
    near_future = _with(_with(clean, 0, "x", (slice(None), 0), train["y"]), 0, "x", (6, 0), 5.0)
    other_columns = [train["x"][1, 1], train["x"][2, 2], train["x"][3, 0]]
    every_group = _with(clean, 1, "group", slice(None), train["group"][:7])
    return found | {
        "a row of values that stand in three rows of train": (
            _with(clean, 1, "x", 0, mixed),
            set(),
        ),
        "a row of values that stand in other columns of train": (
            _with(clean, 1, "x", 0, other_columns),
            set(),
        ),
        "one value in common": (_with(clean, 1, "x", (2, 0), train["x"][7, 0]), set()),
        "a row that is close to one of train, and not equal": (
            _with(clean, 1, "x", 3, train["x"][5] + np.array([0.01, -0.02, 0.01])),
            set(),
        ),
        "the same row in both at the same place": (
            _with(clean, 1, "x", 1, train["x"][1]),
            {"copies"},
        ),
        "the same row in both, with the same target": (
            _with(_with(clean, 1, "x", 6, train["x"][9]), 1, "y", 6, train["y"][9]),
            {"copies"},
        ),
        "the same row twice in train": (_with(clean, 0, "x", 8, train["x"][3]), set()),
        "the same row twice in test": (_with(clean, 1, "x", 5, test["x"][1]), set()),
        "a column that is the target in all rows but one": (near_future, set()),
        "a column that is close to the target, and not equal": (
            _with(clean, 0, "x", (slice(None), 2), train["y"] + np.tile([0.01, -0.02], 6)),
            set(),
        ),
        "the target in the first column": (
            _with(clean, 0, "x", (slice(None), 0), train["y"]),
            {"future"},
        ),
        "the target in the last column": (
            _with(clean, 0, "x", (slice(None), 2), train["y"]),
            {"future"},
        ),
        "the target in every column": (
            _with(clean, 0, "x", slice(None), train["y"][:, None]),
            {"future"},
        ),
        "the same groups in both": (
            _with(clean, 1, "group", slice(None), list("abcdabc")),
            {"groups"},
        ),
        "nothing spoilt, train in the order of time": (
            _with(clean, 0, "time", slice(None), np.sort(train["time"])),
            set(),
        ),
        "every group of test in train": (every_group, {"groups"}),
        "one time in both parts": (_with(clean, 0, "time", 3, 21), {"order"}),
        "the last example of train too late": (_with(clean, 0, "time", 11, 29), {"order"}),
        "one example of train after all others": (_with(clean, 0, "time", 4, 99), {"order"}),
        "one example of test before all others": (_with(clean, 1, "time", 2, -50), {"order"}),
        "all of train but one after test": (
            _with(clean, 0, "time", slice(1, None), train["time"][1:] + 40),
            {"order"},
        ),
        "test long before train": (_with(clean, 1, "time", slice(None), -test["time"]), {"order"}),
        "a scaler fitted on test": ((train, test, test["x"].mean(axis=0)), {"scaler"}),
        "a scaler that is off in one feature": (
            (train, test, mean + np.array([0, 0, 0.1])),
            {"scaler"},
        ),
        "a scaler that is off in two features, as much up as down": (
            (train, test, mean + np.array([0.1, -0.1, 0])),
            {"scaler"},
        ),
        "a mean that is rounded in its last digit": ((train, test, mean * (1 + 1e-14)), set()),
    }


def example() -> dict[str, Inputs]:
    """Data sets by name: for each train, test and the mean of the scaler."""
    return {name: inputs for name, (inputs, _) in _sets().items()}


def check(leaks: Any) -> None:
    """The tests that students see."""
    compare(leaks, _sets())


def compare(leaks: Any, sets: Mapping[str, tuple[Inputs, set[str]]]) -> None:
    """What leaks says of these data sets. A mistake is told when it explains all answers."""
    said: dict[str, set[str]] = {}
    for name, (inputs, _) in sets.items():
        got = checks.call(leaks, *inputs, hints=HINTS)
        if isinstance(got, str) or not isinstance(got, (list, tuple, set)):
            checks.equal(got, ["…"], f"what is returned for the data set {name!r}")
        strange = [one for one in got if one not in NAMES]
        if strange:
            checks.fail(
                f"{strange[0]!r} is no name of a leak. The names are {', '.join(map(repr, NAMES))}."
            )
        said[name] = set(got)
    wrong = [name for name, (_, planted) in sets.items() if said[name] != planted]
    if not wrong:
        return
    score = f"{len(sets) - len(wrong)} of {len(sets)} data sets are judged right."
    rules = mistakes()
    for leak in NAMES:
        mine = {name: leak in said[name] for name in sets}
        off = [name for name, (_, planted) in sets.items() if mine[name] != (leak in planted)]
        if not off:
            continue
        where = "you do not name it" if not mine[off[0]] else "you name it, and it is not there"
        for text, rule in rules[leak].items():
            if _outcome(rule, sets) == mine:
                checks.fail(
                    f"{score} {leak!r} looks like this mistake: {text}. For the data set "
                    f"{off[0]!r} {where}."
                )
        checks.fail(f"{score} {leak!r}: for the data set {off[0]!r} {where}. {PRINCIPLES[leak]}")


def _outcome(rule: Rule, sets: Mapping[str, tuple[Inputs, set[str]]]) -> dict[str, bool] | None:
    try:
        return {name: bool(rule(*inputs)) for name, (inputs, _) in sets.items()}
    except Exception:
        return None


PRINCIPLES = {
    "copies": "Some row of test's x equals some row of train's x in every column.",
    "groups": "Some group has examples in both parts.",
    "order": "Every example of train should lie before every example of test.",
    "scaler": "The mean should be that of train's columns, up to rounding.",
    "future": "Some column of train's x equals train's y in every row.",
}


def mistakes() -> dict[str, dict[str, Rule]]:
    """For each leak: mistake → the rule that it follows."""

    def equal(train: Part, test: Part) -> Any:
        """(test, train, features): where values are equal."""
        return test["x"][:, None] == train["x"][None]

    def same(part: Part) -> Any:
        """(examples, features): where x is the target."""
        return part["x"] == part["y"][:, None]

    def twice(part: Part) -> bool:
        return len(np.unique(part["x"], axis=0)) < len(part["x"])

    def apart(train: Part, mean: Any, rows: Any = None) -> Any:
        rows = train["x"] if rows is None else rows
        return ~np.isclose(mean, rows.mean(axis=0))

    def whole(train: Part, test: Part) -> Any:
        return np.concatenate([train["x"], test["x"]])

    told: dict[str, dict[str, Rule]] = {
        "copies": {
            "one value in common is enough for you; the whole row must be equal": lambda a, b, m: (
                equal(a, b).any()
            ),
            "one value that stands anywhere in train is enough for you; the whole row must be "
            "equal": lambda a, b, m: np.isin(b["x"], a["x"]).any(),
            "every value is looked for by itself, in whatever row of train; all must stand in one "
            "row": lambda a, b, m: equal(a, b).any(axis=1).all(axis=1).any(),
            "every value is looked for anywhere in train, in whatever row and column; all must "
            "stand in one row": lambda a, b, m: np.isin(b["x"], a["x"]).all(axis=1).any(),
            "row 0 of test is compared with row 0 of train alone, row 1 with row 1; compare each "
            "with all": lambda a, b, m: (b["x"] == a["x"][: len(b["x"])]).all(axis=1).any(),
            "rows that are in one part twice count as well; a leak leads from one part to the "
            "other": lambda a, b, m: twice({"x": whole(a, b)}) or twice(a) or twice(b),
            "only the first column is compared; the whole row must be equal": lambda a, b, m: equal(
                a, b
            )[..., 0].any(),
            "all rows of test must be in train, for you; one is enough": lambda a, b, m: (
                equal(a, b).all(axis=2).any(axis=1).all()
            ),
            "rows that are close are copies, too, for you; they must be equal": lambda a, b, m: (
                (np.abs(b["x"][:, None] - a["x"]) < 0.05).all(axis=2).any()
            ),
            "the target is compared as well; a copy is a row of x": lambda a, b, m: (
                equal(a, b).all(axis=2) & (b["y"][:, None] == a["y"])
            ).any(),
        },
        "groups": {
            "all groups of test must be in train, for you; one is enough": lambda a, b, m: (
                set(b["group"]) <= set(a["group"])
            ),
            "the groups of both parts must be the same, for you; one in common is "
            "enough": lambda a, b, m: set(b["group"]) == set(a["group"]),
            "the group of example 0 of test is compared with that of example 0 of train alone; "
            "compare each with all": lambda a, b, m: any(
                p == q for p, q in zip(a["group"], b["group"], strict=False)
            ),
            "only the first group of test is looked for": lambda a, b, m: (
                b["group"][0] in a["group"]
            ),
        },
        "order": {
            "a time that is in both parts is no leak for you; train must lie before test, and not "
            "at the same time": lambda a, b, m: max(a["time"]) > min(b["time"]),
            "only a time that is in both parts counts for you; train must lie before "
            "test": lambda a, b, m: bool(set(a["time"]) & set(b["time"])),
            "the last example of train is compared with the first of test, as they stand in the "
            "list; the times are in no order": lambda a, b, m: a["time"][-1] >= b["time"][0],
            "the latest times of the two parts are compared; the latest of train must lie before "
            "the earliest of test": lambda a, b, m: max(a["time"]) >= max(b["time"]),
            "the earliest times of the two parts are compared; the latest of train must lie before "
            "the earliest of test": lambda a, b, m: min(a["time"]) >= min(b["time"]),
            "the earliest of train is compared with the latest of test; the latest of train must "
            "lie before the earliest of test": lambda a, b, m: min(a["time"]) >= max(b["time"]),
            "the direction is wrong: train must lie before test": lambda a, b, m: (
                max(b["time"]) >= min(a["time"])
            ),
            "the times within a part must rise, for you; compare the parts with each "
            "other": lambda a, b, m: bool((np.diff(a["time"]) < 0).any()),
            "the mean times are compared; one late example of train is enough": lambda a, b, m: (
                np.mean(a["time"]) >= np.mean(b["time"])
            ),
            "example 0 of train is compared with example 0 of test alone; compare each with "
            "all": lambda a, b, m: any(p >= q for p, q in zip(a["time"], b["time"], strict=False)),
        },
        "scaler": {
            "it must equal train's mean to the last digit, for you; a mean is rounded, so ask "
            "np.allclose": lambda a, b, m: bool((m != a["x"].mean(axis=0)).any()),
            "only the mean of train and test together counts for you; any other mean than train's "
            "is one, that of test as well": lambda a, b, m: not apart(a, m, whole(a, b)).any(),
            "all features must be off, for you; one is enough": lambda a, b, m: apart(a, m).all(),
            "only the first feature is looked at": lambda a, b, m: apart(a, m)[0],
            "it is compared with the mean of all train's numbers; each feature has its "
            "own": lambda a, b, m: not np.allclose(m, a["x"].mean()),
            "it is compared with the mean of test": lambda a, b, m: apart(a, m, b["x"]).any(),
            "it is compared with the mean of train and test together, and is a leak where it is "
            "not that": lambda a, b, m: apart(a, m, whole(a, b)).any(),
            "the sum of the means, or their mean, is compared; compare feature by "
            "feature": lambda a, b, m: not np.isclose(m.sum(), a["x"].mean(axis=0).sum()),
        },
        "future": {
            "one row in which x holds the target is enough for you; it must be all "
            "rows": lambda a, b, m: same(a).any(),
            "in every row some column must hold the target, for you; it must be one and the "
            "same": lambda a, b, m: same(a).any(axis=1).all(),
            "a column that goes with the target, or is close to it, is enough for you; it must be "
            "equal in every row": lambda a, b, m: any(
                abs(np.corrcoef(column, a["y"])[0, 1]) > 0.99 for column in a["x"].T
            ),
            "all columns must be the target, for you; one is enough": lambda a, b, m: same(a).all(),
            "only the last column is looked at": lambda a, b, m: same(a)[:, -1].all(),
            "only the first column is looked at": lambda a, b, m: same(a)[:, 0].all(),
            "it is enough for you that the target's values stand in the column in any order, or "
            "in test; compare row by row": lambda a, b, m: np.isin(a["y"], a["x"]).all(),
        },
    }
    return {
        leak: {
            f"you never name it. {PRINCIPLES[leak][:-1]}": lambda a, b, m: False,
            f"you always name it. {PRINCIPLES[leak][:-1]}": lambda a, b, m: True,
            **rules,
        }
        for leak, rules in told.items()
    }
