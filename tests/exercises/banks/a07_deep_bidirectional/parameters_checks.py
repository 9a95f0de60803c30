"""Task 8: the weights of each layer in a tower of LSTM layers."""

SOLUTION_CELL = "parameters"


def answer(
    one: str = "4 * units * (inputs + units + 1)",
    above: str = '2 * units if bidirectional and merge_mode == "concat" else units',
    both: str = "2 * one",
    end: str = "return counts",
) -> str:
    return f"""
def parameters(features, units, layers, bidirectional=False, merge_mode="concat"):
    counts = []
    inputs = features
    for k in range(layers):
        one = {one}
        counts.append({both} if bidirectional else one)
        inputs = {above}
    {end}
"""


WRONG = {
    "sum of all": (answer(end="return sum(counts)"), "it is the sum over all layers"),
    "sums so far": (
        answer(end="return np.cumsum(counts)"),
        "each number is the sum of all layers so far",
    ),
    "from the top": (answer(end="return counts[::-1]"), "the order is reversed"),
    "features in every layer": (answer(above="features"), "every layer is given the features"),
    "one gate": (answer("units * (inputs + units + 1)"), "this is one gate"),
    "a GRU": (answer("3 * units * (inputs + units + 1)"), "as in a GRU"),
    "no biases": (answer("4 * units * (inputs + units)"), "the biases are not counted"),
    "two biases": (answer("4 * units * (inputs + units + 2)"), "as PyTorch has them"),
    "a bias for each gate": (answer("4 * units * (inputs + units) + 4"), "one bias for each gate"),
    "biases not four times": (
        answer("4 * units * (inputs + units) + units"),
        "all weights are counted four times but the biases",
    ),
    "no U": (answer("4 * units * (inputs + 1)"), "U is not counted"),
    "no W": (answer("4 * units * (units + 1)"), "W is not counted"),
    "units above, always": (
        answer(above="units"),
        'after "concat" the layer above is given 2 * units',
    ),
    "2 * units above, in one direction": (
        answer(above="2 * units"),
        "a layer above the first is given 2 * units, as after both directions",
    ),
    "2 * units above, in all modes": (
        answer(above="2 * units if bidirectional else units"),
        "the two directions become one array of that width",
    ),
    "4 * units above": (
        answer(above='4 * units if bidirectional and merge_mode == "concat" else units'),
        "is given 4 * units",
    ),
    "doubled with every layer": (
        answer(above='units * 2 ** (k + 1) if bidirectional and merge_mode == "concat" else units'),
        "the inputs double with every layer",
    ),
    "one direction": (answer(both="one"), "one direction is counted"),
    "one direction, units above": (
        answer(both="one", above="units"),
        "neither is the second direction counted",
    ),
    "one direction after a sum": (
        answer(both='(2 * one if merge_mode == "concat" else one)'),
        "one direction is counted; both have weights of their own",
    ),
    "both directions always": (
        answer(both="one").replace("else one)", "else 2 * one)"),
        "both directions are counted; here there is one",
    ),
    "U as wide as both": (
        answer(both="2 * 4 * units * (inputs + 2 * units + 1)"),
        "whose U is as wide as both directions",
    ),
    "a layer of 2 * units": (
        answer(both="4 * 2 * units * (inputs + 2 * units + 1)"),
        "whose U is as wide as both directions",
    ),
    "biases once": (
        answer(both="4 * units * (2 * inputs + 2 * units + 1)"),
        "the biases are counted once for both directions",
    ),
    "features twice": (
        answer("4 * units * ((2 * inputs if bidirectional and k == 0 else inputs) + units + 1)"),
        "the features are counted twice",
    ),
    "other defaults": (
        answer().replace('merge_mode="concat"', 'merge_mode="sum"', 1),
        'after "concat" the layer above is given 2 * units',
    ),
    "both by default": (
        answer().replace("bidirectional=False", "bidirectional=True"),
        "here there is one",
    ),
    "a layer too few": (answer().replace("range(layers)", "range(layers - 1)"), "off by one"),
    "a layer too many": (answer().replace("range(layers)", "range(layers + 1)"), "off by one"),
    "inside the loop": (
        answer(end="    return counts"),
        "Does the function return inside the loop",
    ),
    "a number where there is one layer": (
        answer(end="return counts if layers > 1 else counts[0]"),
        "it is the sum over all layers",
    ),
    "a dictionary": (answer(end="return dict(enumerate(counts))"), "should be a list"),
    "the features come up as well": (
        answer(
            above='features + (2 * units if bidirectional and merge_mode == "concat" else units)'
        ),
        "is given the features as well",
    ),
    "in few bits": (
        answer(end="return np.array(counts, 'int64').astype('int16')"),
        "the list for",
    ),
    "by a Keras layer": (
        """
import keras

def parameters(features, units, layers, bidirectional=False, merge_mode="concat"):
    counts, shape = [], (None, None, features)
    for _ in range(layers):
        layer = keras.layers.LSTM(units, return_sequences=True)
        if bidirectional:
            layer = keras.layers.Bidirectional(layer, merge_mode=merge_mode)
        layer.build(shape)
        counts.append(layer.count_params())
        shape = layer.compute_output_shape(shape)
    return counts
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "first and others": """
def parameters(features, units, layers, bidirectional=False, merge_mode="concat"):
    d = 1 + bidirectional
    said = units * d if merge_mode == "concat" else units
    first, other = (4 * d * units * (n + units + 1) for n in (features, said))
    return [first] + [other] * (layers - 1)
""",
    "from arrays": """
def parameters(features, units, layers, bidirectional=False, merge_mode="concat"):
    counts = np.zeros(layers, dtype=int)
    inputs = features
    for k in range(layers):
        for direction in ("forward", "backward")[: 2 if bidirectional else 1]:
            for shape in ((inputs, 4 * units), (units, 4 * units), (4 * units,)):
                counts[k] += np.zeros(shape, dtype="int8").size
        if bidirectional and merge_mode not in ("sum", "mul", "ave"):
            inputs = units + units
        else:
            inputs = units
    return counts
""",
    "gate by gate, the layers below first": """
def table(inputs, units):
    return sum(inputs * units + units ** 2 + units for gate in "ifco")

def parameters(features, units, layers, bidirectional=False, merge_mode="concat"):
    if layers == 0:
        return []
    below = parameters(features, units, layers - 1, bidirectional, merge_mode)
    wide = bidirectional and merge_mode == "concat"
    inputs = features if layers == 1 else units * (2 if wide else 1)
    return (*below, table(inputs, units) * (2 if bidirectional else 1))
""",
}
