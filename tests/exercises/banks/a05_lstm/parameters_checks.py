"""Task 1: shapes and number of the weights of an LSTM."""

SOLUTION_CELL = "parameters"

ANSWER = """
def parameters(features, units):
    shapes = {"W": (features, 4 * units), "U": (units, 4 * units), "b": (4 * units,)}
    total = features * 4 * units + units * 4 * units + 4 * units
    return {**shapes, "total": total}
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "W of a simple layer": (change("(features, 4 * units)", "(features, units)"), "one gate"),
    "W with three blocks": (change("(features, 4 * units)", "(features, 3 * units)"), "three"),
    "W transposed": (
        change("(features, 4 * units)", "(4 * units, features)"),
        "features come first",
    ),
    "W for four times the features": (
        change("(features, 4 * units)", "(4 * features, units)"),
        "the four blocks stand side by side",
    ),
    "U of a simple layer": (change("(units, 4 * units)", "(units, units)"), "one gate"),
    "U square": (
        change("(units, 4 * units)", "(4 * units, 4 * units)"),
        "the gates are not fed back",
    ),
    "U transposed": (change("(units, 4 * units)", "(4 * units, units)"), "units come first"),
    "U from the input": (change("(units, 4 * units)", "(features, 4 * units)"), "no part in it"),
    "U with three blocks": (change("(units, 4 * units)", "(units, 3 * units)"), "three"),
    "b of a simple layer": (change("(4 * units,)", "(units,)"), "one gate"),
    "one bias for each gate": (change("(4 * units,)", "(4,)"), "each unit of each gate"),
    "b in four rows": (change("(4 * units,)", "(4, units)"), "Keras keeps it flat"),
    "b a row": (change("(4 * units,)", "(1, 4 * units)"), "one axis too many"),
    "b a column": (change("(4 * units,)", "(4 * units, 1)"), "one axis too many"),
    "two biases": (change("(4 * units,)", "(8 * units,)"), "PyTorch"),
    "b a number": (change("(4 * units,)", "(4 * units)"), "should be a tuple"),
    "total without biases": (change(" + 4 * units\n", "\n"), "the biases are not counted"),
    "total of a simple layer": (
        change(
            "features * 4 * units + units * 4 * units + 4 * units",
            "features * units + units * units + units",
        ),
        "one gate only",
    ),
    "total with three": (
        change(
            "features * 4 * units + units * 4 * units + 4 * units",
            "3 * (features * units + units * units + units)",
        ),
        "three of the four blocks",
    ),
    "total without U": (change("units * 4 * units + 4", "4"), "U is not counted"),
    "total without W": (change("features * 4 * units + ", ""), "W are not counted"),
    "total with two biases": (change("+ 4 * units\n", "+ 8 * units\n"), "counted twice"),
    "total with four times too much": (
        change(
            "features * 4 * units + units * 4 * units + 4 * units",
            "4 * units * (features + 4 * units + 1)",
        ),
        "four times the units send",
    ),
    "shapes added up": (
        change(
            "features * 4 * units + units * 4 * units + 4 * units",
            "sum(sum(shape) for shape in shapes.values())",
        ),
        "the shapes are added up",
    ),
    "no total": (change(', "total": total', ""), "missing: 'total'"),
    "a list": (change('{**shapes, "total": total}', "[*shapes.values(), total]"), "a dictionary"),
    "the numbers of the example": (
        """
def parameters(features, units):
    return {"W": (5, 12), "U": (3, 12), "b": (12,), "total": 108}
""",
        "expected",
    ),
    "Keras counts": (
        """
def parameters(features, units):
    layer = keras.layers.LSTM(units)
    layer.build((None, None, features))
    answer = {n: tuple(w.shape) for n, w in zip("WUb", layer.weights)}
    return {**answer, "total": layer.count_params()}
""",
        "Write this one by hand",
    ),
    "units for features": (
        """
def parameters(features, units):
    shapes = {"W": (units, 4 * units), "U": (units, 4 * units), "b": (4 * units,)}
    return {**shapes, "total": 4 * (features + units + 1) * units}
""",
        "the units stand in place of the features",
    ),
    "a total of 16 bits": (
        """
def parameters(features, units):
    shapes = {"W": (features, 4 * units), "U": (units, 4 * units), "b": (4 * units,)}
    sizes = [int(np.prod(shape)) for shape in shapes.values()]
    return {**shapes, "total": int(np.sum(sizes).astype(np.int16))}
""",
        "the total (64 features, 128 units) is not right",
    ),
    "the biases of three blocks in the total": (
        """
def parameters(features, units):
    shapes = {"W": (features, 4 * units), "U": (units, 4 * units), "b": (4 * units,)}
    return {**shapes, "total": 4 * (features + units) * units + 3 * units}
""",
        "three of the four biases are counted",
    ),
}

RIGHT = {
    "sizes of arrays": """
def parameters(features, units):
    gates = 4
    arrays = {
        "W": np.zeros((features, gates * units)),
        "U": np.zeros((units, gates * units)),
        "b": np.zeros(gates * units),
    }
    answer = {name: array.shape for name, array in arrays.items()}
    answer["total"] = sum(array.size for array in arrays.values())
    return answer
""",
    "factored, lists for tuples": """
def parameters(n, m):
    return dict(W=[n, 4 * m], U=[m, 4 * m], b=[4 * m], total=4 * m * (n + m + 1))
""",
    "four simple layers": """
def parameters(features, units):
    total = 0
    for gate in "ifco":
        total += np.prod((features, units)) + np.prod((units, units)) + units
    wide = units * len("ifco")
    return {"total": total, "b": (wide,), "U": (units, wide), "W": (features, wide)}
""",
    "a class, numbers of NumPy": """
class Shapes:
    def __init__(self, features, units):
        self.W = np.zeros((features, 4 * units))
        self.U = np.zeros((units, 4 * units))
        self.b = np.zeros(4 * units)

def parameters(features, units):
    parts = vars(Shapes(features, units))
    shapes = {name: part.shape for name, part in parts.items()}
    return dict(shapes, total=np.add.reduce([part.size for part in parts.values()]))
""",
}
