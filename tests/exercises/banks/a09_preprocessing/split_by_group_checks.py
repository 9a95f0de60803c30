"""Task 7: a split that keeps groups together."""

SOLUTION_CELL = "split-by-group"


def answer(
    order: str = "order",
    enough: str = "count >= share * len(groups)",
    test: str = "[i for i, g in enumerate(groups) if g in chosen]",
    train: str = "[i for i, g in enumerate(groups) if g not in chosen]",
    end: str = "return train, test",
) -> str:
    return f"""
def split_by_group(groups, order, share):
    chosen, count = [], 0
    for group in {order}:
        if {enough}:
            break
        chosen.append(group)
        count += list(groups).count(group)
    test = {test}
    train = {train}
    {end}
"""


WRONG = {
    "exchanged": (answer(end="return test, train"), "train and test are exchanged"),
    "first examples": (
        """
def split_by_group(groups, order, share):
    n = int(share * len(groups))
    return list(range(n, len(groups))), list(range(n))
""",
        "whatever their group",
    ),
    "last examples": (
        """
def split_by_group(groups, order, share):
    n = len(groups) - int(share * len(groups))
    return np.arange(n), np.arange(n, len(groups))
""",
        "the last examples are the test part",
    ),
    "share of the groups": (
        """
def split_by_group(groups, order, share):
    chosen = order[: int(share * len(order))]
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test
""",
        "it is the share of the groups",
    ),
    "share of the groups, rounded up": (
        answer(enough="len(chosen) >= share * len(order)"),
        "it is the share of the groups, rounded up",
    ),
    "one group too many": (answer(enough="count > share * len(groups)"), "a group too many"),
    "one group too few": (
        answer(enough="count + list(groups).count(group) > share * len(groups)"),
        "a group too few is in test",
    ),
    "filled up": (
        """
def split_by_group(groups, order, share):
    chosen, count = [], 0
    for group in order:
        if count + groups.count(group) <= share * len(groups):
            chosen.append(group)
            count += groups.count(group)
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test
""",
        "smaller groups fill it up",
    ),
    "alphabet": (answer("sorted(order)"), "in the order of the alphabet"),
    "as they appear": (answer("dict.fromkeys(groups)"), "as they first appear"),
    "from the end": (answer("reversed(order)"), "from the end of `order`"),
    "largest first": (
        answer("sorted(order, key=groups.count, reverse=True)"),
        "the largest groups are taken first",
    ),
    "smallest first": (
        answer("sorted(order[::-1], key=groups.count)"),
        "the smallest groups are taken first",
    ),
    "train filled first": (
        answer(enough="count >= (1 - share) * len(groups)", end="return test, train"),
        "train has its share first",
    ),
    "share of train": (
        answer(enough="count >= (1 - share) * len(groups)"),
        "until train has its share",
    ),
    "a share cut to a whole number": (
        answer(enough="count >= int(share * len(groups))"),
        "cut or rounded to a whole number",
    ),
    "a share rounded to a whole number": (
        answer(enough="count >= round(share * len(groups))"),
        "cut or rounded to a whole number",
    ),
    "shares added up": (
        """
def split_by_group(groups, order, share):
    test, held = [], 0
    for group in order:
        if held < share:
            new = [i for i, g in enumerate(groups) if g == group]
            test += new
            held += len(new) / len(groups)
    return [i for i in range(len(groups)) if i not in test], sorted(test)
""",
        "each sum is rounded",
    ),
    "cut inside a group": (
        """
def split_by_group(groups, order, share):
    idx = [i for group in order for i, g in enumerate(groups) if g == group]
    n = int(np.ceil(share * len(groups)))
    return sorted(idx[n:]), sorted(idx[:n])
""",
        "tears a group apart",
    ),
    "cut inside a group, rounded": (
        """
def split_by_group(groups, order, share):
    idx = sorted(range(len(groups)), key=lambda i: order.index(groups[i]))
    n = round(share * len(groups))
    return np.sort(idx[n:]), np.sort(idx[:n])
""",
        "tears a group apart",
    ),
    "first group alone": (answer(enough="len(chosen) == 1"), "only one group is in test"),
    "names of groups": (
        answer(end="return [g for g in order if g not in chosen], chosen"),
        "it is the names of the groups",
    ),
    "groups of examples": (
        answer(
            "order",
            test="[g for g in groups if g in chosen]",
            train="[g for g in groups if g not in chosen]",
        ),
        "it is the group of each example",
    ),
    "masks": (
        answer(test="np.isin(groups, chosen)", train="~test"),
        "it says True or False",
    ),
    "not in rising order": (
        answer(test="[i for c in chosen for i, g in enumerate(groups) if g == c]"),
        "put them in rising order",
    ),
    "neither in rising order": (
        answer(
            test="[i for c in chosen for i, g in enumerate(groups) if g == c]",
            train="[i for c in order if c not in chosen for i, g in enumerate(groups) if g == c]",
        ),
        "the indices stand in the order of the groups",
    ),
    "one of each group": (
        """
def split_by_group(groups, order, share):
    test = sorted(groups.index(group) for group in order)
    return [i for i in range(len(groups)) if i not in test], test
""",
        "one example of each group",
    ),
    "test in train as well": (answer(train="list(range(len(groups)))"), "in train as well"),
    "from 1": (
        answer(
            test="[i for i, g in enumerate(groups, 1) if g in chosen]",
            train="[i for i, g in enumerate(groups, 1) if g not in chosen]",
        ),
        "the indices count from 1",
    ),
    "test alone": (answer(end="return test"), "Return 2 things"),
    "sets": (answer(end="return set(train), set(test)"), "should be a list"),
    "pops the order": (
        """
def split_by_group(groups, order, share):
    chosen, count = [], 0
    while count < share * len(groups):
        chosen.append(order.pop(0))
        count += groups.count(chosen[-1])
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test
""",
        "changed its input `order` in place",
    ),
    "a count of groups against a count of examples": (
        """
def split_by_group(groups, order, share):
    chosen = []
    while len(chosen) < share * len(groups):
        chosen.append(order[len(chosen)])
    test = [i for i, g in enumerate(groups) if g in chosen]
    return [i for i in range(len(groups)) if i not in test], test
""",
        "The",
    ),
    "by the package": (
        """
from course_utils.preprocessing.splits import by_group

def split_by_group(groups, order, share):
    return by_group(groups, (1 - share, share), rng=np.random.default_rng(0))
""",
        "Write this one by hand",
    ),
    "by scikit-learn": (
        """
from sklearn.model_selection import GroupShuffleSplit

def split_by_group(groups, order, share):
    split = GroupShuffleSplit(1, test_size=share, random_state=0)
    return next(split.split(groups, groups=groups))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "arrays": """
def split_by_group(groups, order, share):
    groups = np.array(groups)
    sizes = np.array([(groups == g).sum() for g in order])
    k = np.searchsorted(np.cumsum(sizes), share * len(groups)) + 1
    inside = np.isin(groups, order[:k])
    return np.flatnonzero(~inside), np.flatnonzero(inside)
""",
    "a growing test part": """
def split_by_group(groups, order, share):
    test = []
    for group in order:
        if len(test) / len(groups) < share:
            test += [i for i in range(len(groups)) if groups[i] == group]
    train = sorted(set(range(len(groups))) - set(test))
    return train, sorted(test)
""",
    "until train has no more than the rest": """
def split_by_group(groups, order, share):
    train, taken = list(groups), 0
    while len(train) > (1 - share) * len(groups):
        train = [g for g in train if g != order[taken]]
        taken += 1
    inside = [g in order[:taken] for g in groups]
    parts = [i for i, t in enumerate(inside) if not t], [i for i, t in enumerate(inside) if t]
    return parts
""",
    "while, with a queue": """
from collections import Counter, deque

def split_by_group(groups, order, share):
    queue, sizes, test_groups, held = deque(order), Counter(groups), set(), 0
    while held < share * len(groups):
        group = queue.popleft()
        test_groups.add(group)
        held += sizes[group]
    parts = ([], [])
    for index, group in enumerate(groups):
        parts[group in test_groups].append(index)
    return parts
""",
}
