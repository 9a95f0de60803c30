"""Task 5: the weights and biases of a dense layer over a window, and of a recurrent layer."""

SOLUTION_CELL = "count-parameters"


def answer(dense: str, recurrent: str) -> str:
    return f"""
def count_parameters(time, features, units):
    dense = {dense}
    recurrent = {recurrent}
    return dense, recurrent
"""


DENSE = "time * features * units + units"
RECURRENT = "features * units + units * units + units"

WRONG = {
    "dense without bias": (
        answer("time * features * units", RECURRENT),
        "dense layer (10 steps, 3 features, 5 units) looks like this mistake: the biases are",
    ),
    "dense with a bias a step": (
        answer("time * (features * units + units)", RECURRENT),
        "one bias for every step",
    ),
    "dense with one bias": (
        answer("time * features * units + 1", RECURRENT),
        "one bias for the whole layer",
    ),
    "dense of a single step": (
        answer("features * units + units", RECURRENT),
        "those of a single step",
    ),
    "dense with one unit": (
        answer("time * features + units", RECURRENT),
        "no weight for each of the units",
    ),
    "recurrent without bias": (
        answer(DENSE, "features * units + units * units"),
        "recurrent layer (10 steps, 3 features, 5 units) looks like this mistake: the biases are",
    ),
    "recurrent without U": (
        answer(DENSE, "features * units + units"),
        "from the old state to the new one are missing",
    ),
    "recurrent grows with time": (
        answer(DENSE, "time * (features * units + units * units + units)"),
        "grows with the number of steps",
    ),
    "U with one weight a unit": (
        answer(DENSE, "features * units + units + units"),
        "a single weight for each unit",
    ),
    "recurrent with one bias": (
        answer(DENSE, "features * units + units ** 2 + 1"),
        "one bias for the whole layer",
    ),
    "input weights for every step": (
        answer(DENSE, "time * features * units + units ** 2 + units"),
        "input weights are counted for every step",
    ),
    "exchanged": (answer(RECURRENT, DENSE), "two counts are exchanged"),
    "one number": (
        """
def count_parameters(time, features, units):
    return time * features * units + units
""",
        "Return 2 things",
    ),
    "Keras counts": (
        """
def count_parameters(time, features, units):
    import keras

    layer = keras.layers.SimpleRNN(units)
    layer.build((None, time, features))
    dense = keras.layers.Dense(units)
    dense.build((None, time * features))
    return dense.count_params(), layer.count_params()
""",
        "Write this one by hand",
    ),
    "the numbers of the example": (answer("155", "45"), "expected"),
    "text": (answer(f"str({DENSE})", RECURRENT), "it is a text"),
    "two biases": (
        answer(DENSE, "features * units + units * units + 2 * units"),
        "there are two biases for each neuron",
    ),
    "steps and features added": (
        answer("(time + features) * units + units", RECURRENT),
        "steps and features are added",
    ),
    "twice the units": (
        answer(DENSE, "features * units + 2 * units + units"),
        "2 times units weights",
    ),
    "in float32": (
        """
def count_parameters(time, features, units):
    time, features, units = (np.float32(size) for size in (time, features, units))
    dense = time * features * units + units
    recurrent = features * units + units * units + units
    return int(dense), int(recurrent)
""",
        "the count of the dense layer (1001 steps",
    ),
    "in 16 bits": (
        """
def count_parameters(time, features, units):
    time, features, units = (np.int16(size) for size in (time, features, units))
    with np.errstate(all="ignore"):
        dense = time * features * units + units
        recurrent = features * units + units * units + units
    return int(dense), int(recurrent)
""",
        "expected",
    ),
}

RIGHT = {
    "factored": """
def count_parameters(time, features, units):
    return units * (time * features + 1), units * (features + units + 1)
""",
    "shapes": """
def count_parameters(steps, n, m):
    dense = np.zeros((steps * n, m)).size + np.zeros(m).size
    recurrent = sum(np.prod(shape) for shape in [(n, m), (m, m), (m,)])
    return [dense, recurrent]
""",
    "counted one by one": """
def count_parameters(time, features, units):
    dense = 0
    recurrent = 0
    for unit in range(units):
        dense += time * features + 1
        recurrent += features + 1
        for other in range(units):
            recurrent += 1
    return (dense, recurrent)
""",
    "through np.prod": """
def count_parameters(time, features, units):
    dense = np.prod([time, features, units]) + units
    return dense, np.prod([features + units + 1, units])
""",
    "whole numbers as floats": """
def count_parameters(time, features, units):
    return float(units * (time * features + 1)), float(units * (features + units + 1))
""",
}
