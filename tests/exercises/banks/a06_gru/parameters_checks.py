"""Task 1: shapes and number of the weights of a GRU."""

SOLUTION_CELL = "parameters"


def answer(
    W="(features, 3 * units)",
    U="(units, 3 * units)",
    after="(2, 3 * units)",
    before="(3 * units,)",
    total="sum(int(np.prod(s)) for s in shapes.values())",
) -> str:
    return f"""
def parameters(features, units, reset_after=True):
    shapes = {{"W": {W}, "U": {U}, "b": {after} if reset_after else {before}}}
    return {{**shapes, "total": {total}}}
"""


WRONG = {
    "as an LSTM": (
        answer("(features, 4 * units)", "(units, 4 * units)", "(2, 4 * units)", "(4 * units,)"),
        "there are four blocks in it, as in an LSTM",
    ),
    "one gate": (
        answer("(features, units)", "(units, units)", "(2, units)", "(units,)"),
        "these are the weights of one gate",
    ),
    "W transposed": (answer(W="(3 * units, features)"), "it is transposed"),
    "U transposed": (answer(U="(3 * units, units)"), "it is transposed"),
    "blocks under one another": (answer(W="(3 * features, units)"), "stand side by side"),
    "gates fed back": (answer(U="(3 * units, 3 * units)"), "only h, as wide as the units"),
    "U from the features": (answer(U="(features, 3 * units)"), "from the state to the gates"),
    "one bias in both": (answer(after="(3 * units,)"), "there is one bias in it"),
    "two biases in both": (answer(before="(2, 3 * units)"), "reset_after=False has one bias"),
    "the biases in one row": (answer(after="(6 * units,)"), "in two rows"),
    "a bias for each gate": (answer(after="(2, 3)", before="(3,)"), "one bias for each gate"),
    "total without b": (
        answer(total="3 * units * (features + units)"),
        "the biases are not counted",
    ),
    "total with one bias": (
        answer(total="3 * units * (features + units + 1)"),
        "one bias too few is counted",
    ),
    "total of an LSTM": (
        answer(total="4 * units * (features + units + 1)"),
        "the number of an LSTM",
    ),
    "a list": (
        "def parameters(features, units, reset_after=True):\n    return [1, 2]\n",
        "dictionary",
    ),
    "by a Keras layer": (
        """
def parameters(features, units, reset_after=True):
    layer = keras.layers.GRU(units, reset_after=reset_after)
    layer.build((None, None, features))
    shapes = {k: tuple(w.shape) for k, w in zip("WUb", layer.weights)}
    return {**shapes, "total": layer.count_params()}
""",
        "Write this one by hand",
    ),
    "W from input and state": (answer(W="(features + units, 3 * units)"), "W meets x_t alone"),
    "two gates without the candidate": (
        answer(W="(features, 2 * units)"),
        "the candidate has a block, too",
    ),
    "blocks on an axis of their own": (answer(W="(3, features, units)"), "not stacked on an axis"),
    "blocks of the bias on their own axis": (
        answer(after="(2, 3, units)"),
        "not on an axis of their own",
    ),
    "biases in columns": (answer(after="(3 * units, 2)"), "the rows are the two biases"),
    "a row for one bias": (answer(before="(1, 3 * units)"), "one flat row"),
    "bias as wide as the input": (
        answer(after="(2, 3 * features)", before="(3 * features,)"),
        "as wide as the units, not the features",
    ),
    "total of one block": (
        answer(total="units * (features + units + (2 if reset_after else 1))"),
        "one block alone is counted",
    ),
    "total of two gates": (
        answer(total="2 * units * (features + units + (2 if reset_after else 1))"),
        "two blocks are counted",
    ),
    "total of an LSTM with two biases": (
        answer(total="4 * units * (features + units + (2 if reset_after else 1))"),
        "four blocks are counted",
    ),
    "total without U": (
        answer(total="3 * units * (features + (2 if reset_after else 1))"),
        "U is not counted",
    ),
    "total with two biases in both": (
        answer(total="3 * units * (features + units + 2)"),
        "one bias too many is counted",
    ),
    "total of the shapes": (
        answer(total="sum(sum(s) for s in shapes.values())"),
        "sizes of the axes are added",
    ),
    "features and units exchanged": (answer(W="(units, 3 * features)"), "are exchanged"),
    "right for equal sizes alone": (answer(W="(units, 3 * units)"), "not as units"),
    "bias of an LSTM": (answer(after="(2, 4 * units)"), "a GRU's bias has three"),
    "U without the candidate": (answer(U="(units, 2 * units)"), "the candidate has a block, too"),
    "total without W": (
        answer(total="3 * units * (units + (2 if reset_after else 1))"),
        "W is not counted",
    ),
    "another variant when nothing is said": (
        answer().replace("reset_after=True", "reset_after=False"),
        "with reset_after left out",
    ),
    "total in few bits": (
        answer(total="int(sum(np.prod(s, dtype=np.int16) for s in shapes.values()))"),
        '"total" for 64 features',
    ),
    "total rounded": (
        answer(total="round(sum(math.prod(s) for s in shapes.values()), -1)").replace(
            "\ndef", "\nimport math\ndef", 1
        ),
        '"total"',
    ),
}

RIGHT = {
    "by formula": answer(total="3 * units * (features + units + (2 if reset_after else 1))"),
    "from arrays": """
def parameters(features, units, reset_after=True):
    W = np.zeros([features, 3 * units])
    U = np.zeros([units, 3 * units])
    b = np.zeros([2, 3 * units] if reset_after else 3 * units)
    return {"total": W.size + U.size + b.size, "b": b.shape, "U": U.shape, "W": W.shape}
""",
    "lists, and numbers of NumPy": """
def parameters(features, units, reset_after=True):
    blocks = np.int64(3) * units
    shapes = dict(W=[features, blocks], U=[units, blocks])
    shapes["b"] = [2, blocks] if reset_after else [blocks]
    shapes["total"] = np.sum([np.prod(shape) for shape in shapes.values()])
    return shapes
""",
    "gate by gate, with names that the tests use": """
from collections import OrderedDict

table = rng = right = None

def block(features, units, biases):
    return units * features, units * units, biases * units

def parameters(features, units, reset_after=True):
    biases = 1 + bool(reset_after)
    total = sum(sum(block(features, units, biases)) for gate in "zrh")
    bias = (units * 3,) if biases == 1 else (2, units * 3)
    return OrderedDict(total=total, b=bias, W=(features, units * 3), U=(units, units * 3))
""",
}
