"""Task 3: shapes and number of the weights of a recurrent layer with a read-out."""

SOLUTION_CELL = "parameters"

ANSWER = """
def parameters(features, units, classes):
    shapes = {
        "W": (features, units),
        "U": (units, units),
        "b": (units,),
        "V": (units, classes),
        "b_y": (classes,),
    }
    total = features * units + units * units + units + units * classes + classes
    shapes["total"] = total
    return shapes
"""


def change(old: str, new: str) -> str:
    assert ANSWER.count(old) == 1, old
    return ANSWER.replace(old, new)


WRONG = {
    "W transposed": (change("(features, units)", "(units, features)"), "the features come first"),
    "U from the input": (change('"U": (units, units)', '"U": (features, units)'), "no part in it"),
    "U a row": (change('"U": (units, units)', '"U": (units,)'), "every unit hears every unit"),
    "one bias": (change('"b": (units,)', '"b": (1,)'), "each unit has one"),
    "bias a matrix": (change('"b": (units,)', '"b": (1, units)'), "a bias is flat"),
    "bias for features": (change('"b": (units,)', '"b": (features,)'), "each unit has one bias"),
    "bias a number": (change('"b": (units,)', '"b": (units)'), "should be a tuple"),
    "V transposed": (change("(units, classes)", "(classes, units)"), "the units come first"),
    "V from the input": (change("(units, classes)", "(features, classes)"), "from the state"),
    "b_y for units": (change('"b_y": (classes,)', '"b_y": (units,)'), "each class has one"),
    "total without read-out": (
        change(" + units * classes + classes", ""),
        "the read-out is not counted",
    ),
    "total without biases": (
        change(
            "units * units + units + units * classes + classes", "units * units + units * classes"
        ),
        "the biases are not counted",
    ),
    "total without U": (change(" + units * units", ""), "U is not counted"),
    "total without W": (change("features * units + ", ""), "W are not counted"),
    "shapes added up": (
        change(
            "features * units + units * units + units + units * classes + classes",
            "sum(sum(shape) for shape in shapes.values())",
        ),
        "the shapes are added up",
    ),
    "no total": (change('    shapes["total"] = total\n', ""), "missing: 'total'"),
    "a list": (change("return shapes", "return list(shapes.values())"), "should be a dictionary"),
    "small letters": (change('"W":', '"w":'), "Mind capital letters"),
    "the numbers of the example": (
        """
def parameters(features, units, classes):
    return {"W": (4, 5), "U": (5, 5), "b": (5,), "V": (5, 2), "b_y": (2,), "total": 62}
""",
        "expected",
    ),
    "a wrong variable": (change("units * units", "units * unit"), "Nothing is called `unit`"),
    "Keras counts": (
        """
def parameters(features, units, classes):
    import keras

    layer, head = keras.layers.SimpleRNN(units), keras.layers.Dense(classes)
    layer.build((None, None, features))
    head.build((None, units))
    names = ["W", "U", "b", "V", "b_y"]
    answer = {n: tuple(w.shape) for n, w in zip(names, layer.weights + head.weights)}
    return {**answer, "total": layer.count_params() + head.count_params()}
""",
        "Write this one by hand",
    ),
    "b as a column": (
        change('"b": (units,)', '"b": (units, 1)'),
        "one column; a bias is flat",
    ),
    "b_y as a column": (
        change('"b_y": (classes,)', '"b_y": (classes, 1)'),
        "one column; a bias is flat",
    ),
    "one bias for all classes": (
        change('"b_y": (classes,)', '"b_y": (1,)'),
        "one bias for all classes",
    ),
    "total without b": (
        change("units * units + units + units * classes", "units * units + units * classes"),
        "the bias b is not counted",
    ),
    "total without V": (
        change(" + units * classes + classes", " + classes"),
        "weights V are not counted",
    ),
    "total without b_y": (
        change(" + units * classes + classes", " + units * classes"),
        "bias b_y is not counted",
    ),
    "U as twice the units": (
        change("units * units", "2 * units"),
        "not 2 times units",
    ),
    "total in float32": (
        change(
            "    total = ",
            "    features, units, classes = np.float32([features, units, classes])\n    total = ",
        ),
        "the total (5001 features",
    ),
    "arrays for shapes": (
        """
def parameters(features, units, classes):
    arrays = {
        "W": np.zeros((features, units)), "U": np.zeros((units, units)), "b": np.zeros(units),
        "V": np.zeros((units, classes)), "b_y": np.zeros(classes),
    }
    return {**arrays, "total": sum(array.size for array in arrays.values())}
""",
        "the shape of W (4 features",
    ),
}

RIGHT = {
    "sizes of arrays": """
def parameters(features, units, classes):
    arrays = {
        "W": np.zeros((features, units)), "U": np.eye(units), "b": np.zeros(units),
        "V": np.zeros((units, classes)), "b_y": np.zeros(classes),
    }
    answer = {name: array.shape for name, array in arrays.items()}
    answer["total"] = sum(array.size for array in arrays.values())
    return answer
""",
    "factored, lists for tuples": """
def parameters(n, m, k):
    answer = dict(W=[n, m], U=[m, m], b=[m], V=[m, k], b_y=[k])
    answer["total"] = m * (n + m + 1) + k * (m + 1)
    return answer
""",
    "NumPy's product": """
def parameters(features, units, classes):
    result = {"b": (units,), "b_y": (classes,), "U": (units, units)}
    result.update(V=(units, classes), W=(features, units))
    result["total"] = np.sum([np.prod(shape) for shape in result.values()])
    return result
""",
    "arrays of two numbers": """
def parameters(features, units, classes):
    answer = {"W": [features, units], "U": [units, units], "V": [units, classes]}
    answer = {name: np.array(shape) for name, shape in answer.items()}
    answer |= {"b": np.array([units]), "b_y": np.array([classes])}
    return {**answer, "total": float(sum(shape.prod() for shape in answer.values()))}
""",
    "a table of pairs": """
def parameters(features, units, classes):
    pairs = zip(["W", "U", "V", "b", "b_y"], [(features, units), (units,) * 2, (units, classes)]
                + [(n,) for n in (units, classes)])
    shapes = dict(pairs)
    total = 0
    for shape in shapes.values():
        size = 1
        for n in shape:
            size *= n
        total += size
    shapes["total"] = np.int64(total)
    return shapes
""",
}
