"""Task 9: the leaks of a data set that others have spoilt."""

SOLUTION_CELL = "leaks"


def answer(
    copies: str = 'any((row == train["x"]).all(axis=1).any() for row in test["x"])',
    groups: str = 'set(train["group"]) & set(test["group"])',
    order: str = 'max(train["time"]) >= min(test["time"])',
    scaler: str = 'not np.allclose(mean, train["x"].mean(axis=0))',
    future: str = '(train["x"] == train["y"][:, None]).all(axis=0).any()',
    end: str = "return found",
) -> str:
    return f"""
def leaks(train, test, mean):
    found = []
    if {copies}:
        found.append("copies")
    if {groups}:
        found.append("groups")
    if {order}:
        found.append("order")
    if {scaler}:
        found.append("scaler")
    if {future}:
        found.append("future")
    {end}
"""


WRONG = {
    "one value in common": (
        answer(copies='np.isin(test["x"], train["x"]).any()'),
        "'copies' looks like this mistake",
    ),
    "one value in its column": (
        answer(copies='any((row == train["x"]).any() for row in test["x"])'),
        "the whole row must be equal",
    ),
    "values from several rows": (
        answer(copies='any((row == train["x"]).any(axis=0).all() for row in test["x"])'),
        "every value is looked for by itself",
    ),
    "values from anywhere": (
        answer(copies='any(all(v in train["x"] for v in row) for row in test["x"])'),
        "all must stand in one row",
    ),
    "a row in an array": (
        answer(copies='any(row in train["x"] for row in test["x"])'),
        "the whole row must be equal",
    ),
    "row by row": (
        answer(copies='(test["x"] == train["x"][: len(test["x"])]).all(axis=1).any()'),
        "compare each with all",
    ),
    "shapes that do not fit": (
        answer(copies='(test["x"] == train["x"]).all(axis=1).any()'),
        "These two differ in length",
    ),
    "twice in one part": (
        """
def leaks(train, test, mean):
    both = [tuple(row) for row in np.concatenate([train["x"], test["x"]])]
    return ["copies"] if len(set(both)) < len(both) else []
""",
        "a leak leads from one part to the other",
    ),
    "the target as well": (
        answer(
            copies='any(((row == train["x"]).all(axis=1) & (y == train["y"])).any()'
            ' for row, y in zip(test["x"], test["y"]))'
        ),
        "the target is compared as well",
    ),
    "arrays in a set": (
        answer(copies='set(train["x"]) & set(test["x"])'),
        "make each row a tuple",
    ),
    "all groups": (
        answer(groups='set(test["group"]) <= set(train["group"])'),
        "all groups of test must be in train",
    ),
    "equal groups": (
        answer(groups='set(test["group"]) == set(train["group"])'),
        "must be the same, for you",
    ),
    "groups side by side": (
        answer(groups='any(a == b for a, b in zip(train["group"], test["group"]))'),
        "'groups' looks like this mistake",
    ),
    "the same time allowed": (
        answer(order='max(train["time"]) > min(test["time"])'),
        "a time that is in both parts is no leak for you",
    ),
    "the same time only": (
        answer(order='set(train["time"]) & set(test["time"])'),
        "only a time that is in both parts",
    ),
    "last and first in the list": (
        answer(order='train["time"][-1] >= test["time"][0]'),
        "as they stand in the list",
    ),
    "latest times": (
        answer(order='max(train["time"]) >= max(test["time"])'),
        "the latest times of the two parts",
    ),
    "earliest times": (
        answer(order='min(train["time"]) >= min(test["time"])'),
        "the earliest times of the two parts",
    ),
    "direction": (
        answer(order='max(test["time"]) >= min(train["time"])'),
        "the direction is wrong",
    ),
    "must rise": (
        answer(order='(np.diff(train["time"]) < 0).any()'),
        "the times within a part must rise",
    ),
    "mean times": (
        answer(order='np.mean(train["time"]) >= np.mean(test["time"])'),
        "the mean times are compared",
    ),
    "to the last digit": (
        answer(scaler='(mean != train["x"].mean(axis=0)).any()'),
        "to the last digit",
    ),
    "the whole alone": (
        answer(scaler='np.allclose(mean, np.concatenate([train["x"], test["x"]]).mean(axis=0))'),
        "only the mean of train and test together",
    ),
    "all features off": (
        answer(scaler='(~np.isclose(mean, train["x"].mean(axis=0))).all()'),
        "all features must be off",
    ),
    "one mean": (
        answer(scaler='not np.allclose(mean, train["x"].mean())'),
        "'scaler' looks like this mistake",
    ),
    "mean of the means": (
        answer(scaler='not np.isclose(np.mean(mean), np.mean(train["x"]))'),
        "or their mean, is compared",
    ),
    "close rows": (
        answer(
            copies='any(np.allclose(row, other, atol=0.05) for row in test["x"]'
            ' for other in train["x"])'
        ),
        "rows that are close",
    ),
    "correlation": (
        answer(
            future='any(abs(np.corrcoef(column, train["y"])[0, 1]) > 0.99'
            ' for column in train["x"].T)'
        ),
        "a column that goes with the target",
    ),
    "mean of test": (
        answer(scaler='not np.allclose(mean, test["x"].mean(axis=0))'),
        "'scaler' looks like this mistake",
    ),
    "one row of the target": (
        answer(future='(train["x"] == train["y"][:, None]).any()'),
        "it must be all rows",
    ),
    "all columns": (
        answer(future='(train["x"] == train["y"][:, None]).all()'),
        "all columns must be the target",
    ),
    "last column": (
        answer(future='(train["x"][:, -1] == train["y"]).all()'),
        "only the last column",
    ),
    "first column": (
        answer(future='(train["x"][:, 0] == train["y"]).all()'),
        "only the first column",
    ),
    "rows in place of columns": (
        answer(future='any((row == train["y"]).all() for row in train["x"])'),
        "These two differ in length",
    ),
    "target as a row": (
        answer(future='(train["x"] == train["y"]).all(axis=0).any()'),
        "These two differ in length",
    ),
    "nothing": ("def leaks(train, test, mean):\n    return []\n", "you never name it"),
    "everything": (
        "def leaks(train, test, mean):\n"
        "    return ['copies', 'groups', 'order', 'scaler', 'future']\n",
        "you always name it",
    ),
    "another name": (answer(end="return ['leak' for one in found]"), "is no name of a leak"),
    "a number": (answer(end="return len(found)"), "it should be a list"),
    "a text": (answer(end="return ', '.join(found)"), "it should be a list"),
    "a dictionary": (answer(end="return dict.fromkeys(found, True)"), "it should be a list"),
    "sorts the times": (
        answer().replace("found = []", 'found = []\n    train["time"].sort()'),
        "changed its input `train` in place",
    ),
    "by the package": (
        """
from course_utils.preprocessing.splits import audit

def leaks(train, test, mean):
    return list(audit(train, None, test, scaler=(mean, mean * 0 + 1)).kinds)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "sets of tuples": """
def leaks(train, test, mean):
    found = set()
    if {tuple(row) for row in train["x"]} & {tuple(row) for row in test["x"]}:
        found.add("copies")
    if not set(train["group"]).isdisjoint(test["group"]):
        found.add("groups")
    if not np.max(train["time"]) < np.min(test["time"]):
        found.add("order")
    if np.abs(train["x"].mean(axis=0) - mean).max() > 1e-6:
        found.add("scaler")
    if any(np.array_equal(column, train["y"]) for column in train["x"].T):
        found.add("future")
    return found
""",
    "loops": """
def leaks(train, test, mean):
    copies = groups = order = future = False
    for i in range(len(test["x"])):
        for j in range(len(train["x"])):
            if list(test["x"][i]) == list(train["x"][j]):
                copies = True
            if test["group"][i] == train["group"][j]:
                groups = True
            if test["time"][i] <= train["time"][j]:
                order = True
    for f in range(train["x"].shape[1]):
        same = [train["x"][j, f] == train["y"][j] for j in range(len(train["y"]))]
        future = future or all(same)
    means = [sum(column) / len(column) for column in train["x"].T]
    scaler = any(abs(a - b) > 1e-9 for a, b in zip(means, mean))
    answers = [copies, groups, order, scaler, future]
    names = ["copies", "groups", "order", "scaler", "future"]
    return tuple(name for name, there in zip(names, answers) if there)
""",
    "one array of all comparisons": """
def leaks(train, test, mean):
    there = {
        "future": np.all(train["x"] == train["y"].reshape(-1, 1), axis=0).any(),
        "scaler": ~np.isclose(train["x"].mean(0), mean).all(),
        "order": np.greater_equal.outer(train["time"], test["time"]).any(),
        "groups": np.isin(train["group"], test["group"]).any(),
        "copies": (train["x"][:, None] == test["x"]).all(axis=-1).any(),
    }
    return [name for name in there if there[name]]
""",
}
