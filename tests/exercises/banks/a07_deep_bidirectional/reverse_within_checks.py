"""Task 3: each row turned round within its own length."""

SOLUTION_CELL = "reverse-within"


def answer(line: str, start: str = "x.copy()") -> str:
    """line: what is done with `row`, of this `length`."""
    return f"""
def reverse_within(x, lengths):
    batch, time, features = x.shape
    result = {start}
    for row, length in enumerate(lengths):
        {line}
    return result
"""


WRONG = {
    "flipped": (
        "def reverse_within(x, lengths):\n    return x[:, ::-1]\n",
        "the whole time axis is turned round",
    ),
    "np.flip": (
        "def reverse_within(x, lengths):\n    return np.flip(x, axis=1)\n",
        "the whole time axis is turned round",
    ),
    "nothing done": (answer("pass"), "nothing is turned round"),
    "first length for all": (
        answer("result[row, :lengths[0]] = x[row, :lengths[0]][::-1]"),
        "within the first row's length",
    ),
    "longest length for all": (
        answer("result[row, :max(lengths)] = x[row, :max(lengths)][::-1]"),
        "within the longest length",
    ),
    "all rows within each length": (
        """
def reverse_within(x, lengths):
    result = x.copy()
    for length in lengths:
        result[:, :length] = x[:, :length][:, ::-1]
    return result
""",
        "within the longest length",
    ),
    "one step too many": (
        answer("result[row, :length + 1] = x[row, :length + 1][::-1]"),
        "one step too many is turned round",
    ),
    "one step too few": (
        answer("result[row, :max(length - 1, 0)] = x[row, :max(length - 1, 0)][::-1]"),
        "one step too few is turned round",
    ),
    "one step too few, and what -1 does": (
        answer("result[row, :length - 1] = x[row, :length - 1][::-1]"),
        "and in a row of length 0 all but the last",
    ),
    "first step stays": (
        answer("result[row, 1:length] = x[row, 1:length][::-1]"),
        "the first step stays where it is",
    ),
    "the other part": (
        answer("result[row, length:] = x[row, length:][::-1]"),
        "what stands after the length is turned round, and the real steps are not",
    ),
    "both parts": (
        answer("result[row] = np.concatenate([x[row, :length][::-1], x[row, length:][::-1]])"),
        "what stands after the length is turned round as well",
    ),
    "zeros after it": (
        answer("result[row, :length] = x[row, :length][::-1]", "np.zeros(x.shape)"),
        "what stands after the length is set to zero",
    ),
    "padding first": (
        answer("result[row] = np.concatenate([x[row, length:], x[row, :length][::-1]])"),
        "what stands after the length now comes first",
    ),
    "a negative step and length 0": (
        answer("result[row, :length] = x[row, length - 1 :: -1]"),
        "In a row of length 0 nothing is turned round",
    ),
    "an order and length 0": (
        answer("result[row] = np.concatenate([x[row, length - 1 :: -1], x[row, length:]])[:time]"),
        "a row of length 0 is turned round as a whole",
    ),
    "read where it was written": (
        answer("for t in range(length): result[row, t] = result[row, length - 1 - t]"),
        "the first half of the real steps is lost",
    ),
    "features": (
        answer("result[row, :length] = x[row, :length, ::-1]"),
        "the features of the real steps are turned round",
    ),
    "all features": (
        "def reverse_within(x, lengths):\n    return x[..., ::-1]\n",
        "the features are turned round",
    ),
    "time and features": (
        answer("result[row, :length] = np.flip(x[row, :length])"),
        "the time and the features are turned round",
    ),
    "sequences": (
        "def reverse_within(x, lengths):\n    return x[::-1]\n",
        "the order of the sequences is turned round",
    ),
    "in place": (
        answer("result[row, :length] = x[row, :length][::-1].copy()", "x"),
        "changed its input `x` in place",
    ),
    "cut off": (
        """
def reverse_within(x, lengths):
    return [row[:length][::-1] for row, length in zip(x, lengths)]
""",
        "differ in length",
    ),
    "one step too late": (
        answer("for t in range(length): result[row, t] = x[row, length - t]"),
        "so step t comes from length - 1 - t",
    ),
    "whole numbers": (
        answer("result[row, :length] = x[row, :length][::-1]", "x.astype(int)"),
        "whole numbers only",
    ),
}

RIGHT = {
    "an index for every step": """
def reverse_within(x, lengths):
    steps = np.arange(x.shape[1])
    ends = np.asarray(lengths)[:, None]
    order = np.where(steps < ends, ends - 1 - steps, steps)
    return np.take_along_axis(x, order[:, :, None], axis=1)
""",
    "step by step, in lists": """
def reverse_within(x, lengths):
    result = []
    for row, length in zip(x.tolist(), lengths):
        real = row[:length]
        real.reverse()
        result.append(real + row[length:])
    return result
""",
    "in single precision, with names that the tests use": """
def reverse_within(x, lengths):
    rows = np.array(x, dtype="float32")
    for table, n in zip(rows, lengths):
        table[:n] = np.flip(table[:n], axis=0).copy()
    return rows
""",
    "exchanged from both ends": """
def reverse_within(x, lengths):
    y = x.copy()
    for i in range(len(y)):
        left, right = 0, int(lengths[i]) - 1
        while left < right:
            y[i, left], y[i, right] = y[i, right].copy(), y[i, left].copy()
            left, right = left + 1, right - 1
    return y
""",
}
