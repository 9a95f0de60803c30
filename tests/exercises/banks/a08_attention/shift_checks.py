"""Task 1: teacher forcing, one step late."""

SOLUTION_CELL = "shift"

HEAD = "def shift(targets, start):\n"
JOINED = "    column = np.full((len(targets), 1), start)\n    return np.concatenate([{}], axis=1)\n"


def joined(parts: str) -> str:
    return HEAD + JOINED.format(parts)


WRONG = {
    "not shifted": (f"{HEAD}    return targets.copy()\n", "nothing is shifted"),
    "rolled": (
        f"{HEAD}    return np.roll(targets, 1, axis=1)\n",
        "the last token of each row comes back at its front",
    ),
    "shifted to the left": (joined("targets[:, 1:], column"), "it is shifted to the left"),
    "shifted to the left, padded": (
        joined("targets[:, 1:], 0 * column"),
        "it is shifted to the left",
    ),
    "rolled to the left": (
        f"{HEAD}    return np.roll(targets, -1, axis=1)\n",
        "it is shifted to the left",
    ),
    "one step too many": (joined("column, targets"), "one step too many"),
    "last column left out": (
        f"{HEAD}    return targets[:, :-1]\n",
        "the start token is not put in front",
    ),
    "first column left out": (f"{HEAD}    return targets[:, 1:]\n", "the first column is left out"),
    "in the place of the first": (
        joined("column, targets[:, 1:]"),
        "the start token stands in the place of the first token",
    ),
    "in the place of the last": (
        joined("targets[:, :-1], column"),
        "the start token stands in the place of the last token",
    ),
    "only the first row": (
        f"{HEAD}    r = np.roll(targets, 1, axis=1)\n    r[0, 0] = start\n    return r\n",
        "only the first row begins with the start token",
    ),
    "as one long row": (
        f"{HEAD}    r = np.roll(targets, 1)\n    r[0, 0] = start\n    return r\n",
        "the rows are moved as one long row",
    ),
    "rolled without an axis": (
        f"{HEAD}    return np.roll(targets, 1)\n",
        "as np.roll does it without an axis",
    ),
    "along the batch": (
        f"{HEAD}    r = np.roll(targets, 1, axis=0)\n    r[0] = start\n    return r\n",
        "the shift goes along the batch",
    ),
    "padding in front": (joined("0 * column, targets[:, :-1]"), "0 stands in front"),
    "by two steps": (joined("column, column, targets[:, :-2]"), "it is shifted by two steps"),
    "only start tokens": (
        f"{HEAD}    return np.full_like(targets, start)\n",
        "every token is the start token",
    ),
    "the end taken out": (
        """
def shift(targets, start):
    result = []
    for row in targets.tolist():
        real = [token for token in row if token != 0]
        result.append(([start] + real[:-1] + [0] * len(row))[: len(row)])
    return np.array(result)
""",
        "the last real token of each row is taken out",
    ),
    "the start token always 1": (
        joined("column, targets[:, :-1]").replace("start)", "1)", 2).replace(", 1):", ", start):"),
        "with start token 3",
    ),
    "floats": (
        f"{HEAD}    r = np.zeros(targets.shape)\n    r[:, 0] = start\n"
        "    r[:, 1:] = targets[:, :-1]\n    return r\n",
        "it stays a whole number",
    ),
    "in place": (
        f"{HEAD}    targets[:, 1:] = targets[:, :-1].copy()\n    targets[:, 0] = start\n"
        "    return targets\n",
        "changed its input `targets` in place",
    ),
    "a flat column": (
        f"{HEAD}    return np.concatenate([np.full(len(targets), start), targets[:, :-1]], 1)\n",
        "the start tokens have to be a column",
    ),
    "returns nothing": (f"{HEAD}    print(targets)\n", "prints its answer but returns nothing"),
}

RIGHT = {
    "row by row, as lists": """
def shift(targets, start):
    return [[start] + list(row)[:-1] for row in targets]
""",
    "rolled and overwritten": """
def shift(targets, start):
    given = np.roll(targets, 1, axis=1)
    given[:, 0] = start
    return given
""",
    "padded in front": """
def shift(targets, start):
    return np.pad(targets, ((0, 0), (1, 0)), constant_values=start)[:, :-1]
""",
    "with names that the tests use, in 32 bits": """
def shift(targets, start):
    column, expected = np.full_like(targets[:, :1], start), targets[:, : targets.shape[1] - 1]
    return np.hstack((column, expected)).astype("int32")
""",
}
