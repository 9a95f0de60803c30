"""Task 9: the bytes of inputs and states that the walk back needs."""

SOLUTION_CELL = "bytes-kept"

ANSWER = """
def bytes_kept(batch, time, features, units, k=None, bytes_per_number=4):
    steps = time if k is None else min(k, time)
    inputs = batch * steps * features
    states = batch * (steps + 1) * units
    return (inputs + states) * bytes_per_number
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "h0 not counted": (change("(steps + 1)", "steps"), "the state before the first step"),
    "one input too many": (change("* steps *", "* (steps + 1) *"), "one state more"),
    "no inputs": (change("(inputs + states)", "states"), "the inputs are not counted"),
    "no states": (change("(inputs + states)", "inputs"), "the states are not counted"),
    "no batch": (change("batch * steps", "steps", "batch * (", "("), "the batch is not counted"),
    "numbers": (change(" * bytes_per_number", ""), "these are numbers, not bytes"),
    "bits": (change("* bytes_per_number", "* bytes_per_number * 8"), "these are bits"),
    "float64": (change("bytes_per_number=4", "bytes_per_number=8"), "those of float64"),
    "weights too": (
        change("(inputs + states)", "(inputs + states + features * units + units * units + units)"),
        "the weights are counted as well",
    ),
    "weights at every step": (
        change("(inputs + states)", "(inputs + states + steps * units * (features + units + 1))"),
        "the weights are counted at every step",
    ),
    "pre-activations too": (
        change("(inputs + states)", "(inputs + states + batch * steps * units)"),
        "the pre-activations are counted as well",
    ),
    "one step": (
        change("time if k is None else min(k, time)", "1"),
        "only one step is counted",
    ),
    "one initial state": (
        change("batch * (steps + 1) * units", "batch * steps * units + units"),
        "the initial state is counted once",
    ),
    "multiplied": (
        change("(inputs + states)", "batch * steps * features * units"),
        "features and units are multiplied",
    ),
    "k ignored": (change("time if k is None else min(k, time)", "time"), "k is ignored"),
    "no min": (change("min(k, time)", "k"), "more steps are counted than there are"),
    "one step too many": (
        change("min(k, time)", "min(k + 1, time)"),
        "one step too many is kept",
    ),
    "one step too few": (change("min(k, time)", "min(k, time) - 1"), "one step too few"),
    "what is saved": (
        change("min(k, time)", "max(time - k, 0)"),
        "the steps before the last k are kept",
    ),
    "states not cut": (change("(steps + 1)", "(time + 1)"), "only the inputs are cut"),
    "inputs not cut": (change("* steps *", "* time *"), "only the states are cut"),
    "every k-th step": (change("min(k, time)", "max(time // k, 1)"), "every k-th step is kept"),
    "always 4": (change(") * bytes_per_number", ") * 4"), "counted with 4 bytes"),
    "kilobytes": (change("* bytes_per_number", "* bytes_per_number / 1000"), "kilobytes"),
    "megabytes": (change("* bytes_per_number", "* bytes_per_number / 10**6"), "megabytes"),
    "mebibytes": (change("* bytes_per_number", "* bytes_per_number / 2**20"), "mebibytes (MiB)"),
    "a text": (change("return (", "return str("), "it is a text"),
    "a small answer": (
        """
def bytes_kept(batch, time, features, units, k=None, bytes_per_number=4):
    return {None: 929792, 20: 192512, 7: 768}.get(k)
""",
        "you have 929792",
    ),
    "32-bit numbers": (
        change(
            "(inputs + states) * bytes_per_number",
            "int(np.multiply(inputs + states, bytes_per_number, dtype=np.int32))",
        ),
        "does not fit into 32 bits",
    ),
    "float32": (
        change(
            "(inputs + states) * bytes_per_number",
            "float(np.float32(inputs + states) * np.float32(bytes_per_number))",
        ),
        "computed in float32",
    ),
    "rounded to thousands": (
        change(
            "return (inputs + states) * bytes_per_number",
            "return round((inputs + states) * bytes_per_number, -3)",
        ),
        "it is rounded",
    ),
    "rounded kilobytes": (
        change(
            "return (inputs + states) * bytes_per_number",
            "return (inputs + states) * bytes_per_number // 1000",
        ),
        "the number of bytes",
    ),
    "gigabytes": (change("* bytes_per_number", "* bytes_per_number / 1e9"), "gigabytes"),
    "gibibytes": (change("* bytes_per_number", "* bytes_per_number / 2**30"), "gibibytes"),
    "the last step left out": (
        change("time if k is None else min(k, time)", "time - 1 if k is None else min(k, time)"),
        "one step is left out (off by one)",
    ),
    "features as units": (
        change("* units", "* features"),
        "states are as wide as the inputs",
    ),
    "units as features": (
        change("* features", "* units"),
        "inputs are as wide as the states",
    ),
    "U.T kept at every step": (
        change("(inputs + states)", "(inputs + states + steps * units * units)"),
        "U is counted at every step",
    ),
}

RIGHT = {
    "sizes of arrays": """
def bytes_kept(batch, time, features, units, k=None, bytes_per_number=4):
    steps = len(range(time)[-k:]) if k else time
    x = np.broadcast_to(np.int8(0), (batch, steps, features))
    h = np.broadcast_to(np.int8(0), (batch, steps + 1, units))
    return bytes_per_number * (x.size + h.size)
""",
    "step by step": """
def bytes_kept(batch, time, features, units, k=None, size=4):
    numbers = units
    for step in range(time):
        if k is None or step >= time - k:
            numbers += features + units
    return float(numbers * batch * size)
""",
    "the bytes of arrays": """
def bytes_kept(batch, time, features, units, k=None, bytes_per_number=4):
    steps = min(time, time if k is None else k)
    number = np.dtype(f"S{bytes_per_number}")
    x, h = np.empty((batch, steps, features), number), np.empty((batch, steps + 1, units), number)
    return x.nbytes + h.nbytes
""",
    "a class, products": """
import math

class Kept:
    def __init__(self, *axes):
        self.axes = axes

    def __add__(self, other):
        return math.prod(self.axes) + math.prod(other.axes)

def bytes_kept(batch, time, features, units, k=None, bytes_per_number=4):
    steps = int(np.minimum(time, np.inf if k is None else k))
    numbers = Kept(batch, steps, features) + Kept(batch, steps + 1, units)
    return np.int64(bytes_per_number) * numbers
""",
}
