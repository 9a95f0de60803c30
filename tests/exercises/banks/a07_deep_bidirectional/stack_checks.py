"""Task 6: layers on top of each other, with residual connections."""

SOLUTION_CELL = "stack"

TOWER = """
def stack(x, layers, residual=False):
    first = x
    for k, weights in enumerate(layers):
        outputs, last = run(x, *weights)
        if residual and outputs.shape == x.shape:
            outputs = outputs + x
        x = outputs
    return x
"""


def change(*pairs: str) -> str:
    code = TOWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "every layer reads x": (
        change("        x = outputs\n    return x", "    return outputs"),
        "A layer reads what the layer right below it gives",
    ),
    "last layer left out": (
        change("enumerate(layers)", "enumerate(layers[:-1])"),
        "last layer is left",
    ),
    "first layer left out": (
        change("enumerate(layers)", "enumerate(layers[1:])"),
        "the first layer is left out",
    ),
    "return inside the loop": (
        change("    return x", "        return x"),
        "does the function return inside the loop?",
    ),
    "the first layer's weights": (
        change("run(x, *weights)", "run(x, *layers[0])"),
        "every layer has the first layer's weights",
    ),
    "from the top": (change("enumerate(layers)", "enumerate(layers[::-1])"), "shapes do not fit"),
    "the last step": (change("return x", "return x[:, -1]"), "it is the last step alone"),
    "last state goes up": (
        change(
            "        x = outputs", "        x = np.repeat(outputs[:, -1:], x.shape[1], axis=1)"
        ).replace("return x", "return outputs"),
        "the layer below hands on its last output only",
    ),
    "the last state, without time": (
        change("x = outputs", "x = last"),
        "A layer reads what the layer right below it gives",
    ),
    "state carried up": (
        """
def stack(x, layers, residual=False):
    h = None
    for W, U, b in layers:
        if h is None or h.shape[1] != len(b):
            h = np.zeros((len(x), len(b)))
        outputs = np.zeros((*x.shape[:2], len(b)))
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U + b)
            outputs[:, t] = h
        x = outputs + x if residual and outputs.shape == x.shape else outputs
    return x
""",
        "each layer begins with the last state of the one below",
    ),
    "tanh between": (
        change("x = outputs", "x = np.tanh(outputs) if k < len(layers) - 1 else outputs"),
        "goes through tanh once more",
    ),
    "all outputs": (
        """
def stack(x, layers, residual=False):
    found = []
    for weights in layers:
        x, last = run(x, *weights)
        found.append(x)
    return found
""",
        "differ in length or shape",
    ),
    "residual always": (
        change("if residual and outputs.shape", "if outputs.shape"),
        "the layers' inputs are added although",
    ),
    "residual never": (
        change("outputs = outputs + x", "pass"),
        "the residual connections are missing",
    ),
    "residual wherever": (
        change(" and outputs.shape == x.shape", ""),
        "are added only where they have one shape",
    ),
    "not in the first layer": (
        change("if residual and", "if residual and k > 0 and"),
        "the first layer adds nothing",
    ),
    "not in the last layer": (
        change("if residual and", "if residual and k < len(layers) - 1 and"),
        "the last layer adds nothing",
    ),
    "only in the last layer": (
        change("if residual and", "if residual and k == len(layers) - 1 and"),
        "only the last layer adds its input",
    ),
    "the first input in every layer": (
        change(
            "outputs + x",
            "outputs + first",
            "outputs.shape == x.shape",
            "outputs.shape == first.shape",
        ),
        "x is added in every layer",
    ),
    "inside the recurrence": (
        """
def stack(x, layers, residual=False):
    for W, U, b in layers:
        h, rows = np.zeros((len(x), len(b))), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U + b)
            if residual and len(b) == x.shape[2]:
                h = h + x[:, t]
            rows.append(h)
        x = np.stack(rows, axis=1)
    return x
""",
        "the sum is the state of the next step",
    ),
    "mean of both": (change("outputs + x", "(outputs + x) / 2"), "the mean of input and output"),
    "input subtracted": (change("outputs + x", "outputs - x"), "the input is subtracted"),
    "output subtracted": (change("outputs + x", "x - outputs"), "the output is subtracted"),
    "multiplied": (change("outputs + x", "outputs * x"), "input and output are multiplied"),
    "tanh of the sum": (change("outputs + x", "np.tanh(outputs + x)"), "the sum goes through tanh"),
    "input in place of the output": (
        change("outputs = outputs + x", "outputs = x"),
        "the input takes the place of the output",
    ),
    "added twice": (change("outputs + x", "outputs + 2 * x"), "the input is added twice"),
    "output doubled": (change("outputs + x", "outputs + outputs"), "the output is doubled"),
    "output doubled, for x is the output already": (
        change(
            "        if residual and outputs.shape == x.shape:\n"
            "            outputs = outputs + x\n        x = outputs",
            "        same = outputs.shape == x.shape\n        x = outputs\n"
            "        if residual and same:\n            x = x + outputs",
        ),
        "the output is doubled",
    ),
    "joined": (
        change("outputs + x", "np.concatenate([outputs, x], axis=-1)"),
        "shapes do not fit",
    ),
    "the first entries where it does not fit": (
        change(
            "if residual and outputs.shape == x.shape:\n            outputs = outputs + x",
            "if residual:\n            outputs = outputs + x[..., : outputs.shape[-1]]",
        ),
        "there nothing is added",
    ),
    "not handed on": (
        """
def stack(x, layers, residual=False):
    for weights in layers:
        outputs, last = run(x, *weights)
        shown = outputs + x if residual and outputs.shape == x.shape else outputs
        x = outputs
    return shown
""",
        "or what the others add is not handed on",
    ),
    "in place": (
        change("outputs = outputs + x", "x += outputs; outputs = x"),
        "changed its input `x` in place",
    ),
    "layers emptied": (
        """
def stack(x, layers, residual=False):
    while layers:
        y, last = run(x, *layers.pop(0))
        x = y + x if residual and y.shape == x.shape else y
    return x
""",
        "changed its input `layers` in place",
    ),
    "weights without the star": (
        change("run(x, *weights)", "run(x, weights)"),
        "The star lays out a list of weights",
    ),
    "the pair": (change("outputs, last = run", "outputs = run"), "`run` returns two things"),
    "NumPy's by the same name": (
        f"{TOWER}\nfrom numpy import *\n",
        "not yours, as after `from numpy import *`",
    ),
    "rounded": (change("return x", "return np.round(x, 6)"), "6 places"),
    "the package's answer": (
        """
def stack(x, layers, residual=False):
    from course_utils import wiring

    return wiring.stack([(None, weights) for weights in layers], x, residual)
""",
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
import keras

def stack(x, layers, residual=False):
    for weights in layers:
        layer = keras.layers.SimpleRNN(len(weights[2]), return_sequences=True)
        layer.build(x.shape)
        layer.set_weights(weights)
        x = np.asarray(layer(x))
    return x
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "one layer, then the rest": """
def stack(x, layers, residual=False):
    if not layers:
        return x
    y = run(x, *layers[0])[0]
    if residual and y.shape[-1] == x.shape[-1]:
        y += x
    return stack(y, layers[1:], residual)
""",
    "a loop over time, all layers at once": """
def stack(x, layers, residual=False):
    states = [np.zeros((len(x), len(b))) for _, _, b in layers]
    top = []
    for t in range(x.shape[1]):
        given = x[:, t]
        for k, (W, U, b) in enumerate(layers):
            states[k] = np.tanh(given @ W + states[k] @ U + b)
            adds = residual and W.shape[0] == W.shape[1]
            given = states[k] + given if adds else states[k]
        top.append(given)
    return np.stack(top, axis=1)
""",
    "a list of outputs, in single precision": """
def stack(x, layers, residual=False):
    rows = [x.astype("float32")]
    for W, U, b in layers:
        outputs = run(rows[-1], W, U, b)[0]
        rows.append(np.float32(outputs + rows[-1] * (residual and W.shape[0] == len(b)))
                    if W.shape[0] == len(b) else np.float32(outputs))
    return rows[-1]
""",
}
