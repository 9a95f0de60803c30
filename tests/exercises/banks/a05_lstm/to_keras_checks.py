"""Task 10: weights from another program, in the order of Keras and in a Keras layer."""

SOLUTION_CELL = "to-keras"

CONVERT = """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order):
    units = weight_hh.shape[1]
    def sort(rows):
        blocks = dict(zip(order, np.split(rows, 4)))
        return np.concatenate([blocks[gate] for gate in "ifco"])
    W = sort(weight_ih).T
    U = sort(weight_hh).T
    b = sort(bias_ih + bias_hh)
    return [W, U, b]
"""

LAYER = """
def keras_lstm(weights):
    W, U, b = weights
    layer = keras.layers.LSTM(U.shape[0], return_sequences=True)
    layer.build((None, None, W.shape[0]))
    layer.set_weights(weights)
    return layer
"""


def convert(*pairs: str) -> str:
    return _change(CONVERT, *pairs) + LAYER


def layer(*pairs: str) -> str:
    return CONVERT + _change(LAYER, *pairs)


def _change(code: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "order ignored": (convert("zip(order,", 'zip("ifco",'), "the blocks are not sorted"),
    "always ONNX": (convert("zip(order,", 'zip("iofc",'), "whatever order is given"),
    "sorted the wrong way": (
        convert("zip(order,", 'zip("ifco",', 'for gate in "ifco"', "for gate in order"),
        "sorted the wrong way round",
    ),
    "alphabet": (convert('for gate in "ifco"', "for gate in sorted(order)"), "c, f, i, o"),
    "c and o swapped": (
        convert('for gate in "ifco"', 'for gate in "ifoc"'),
        "the candidate and the output gate are swapped",
    ),
    "i and f swapped": (
        convert('for gate in "ifco"', 'for gate in "fico"'),
        "the input gate and the forget gate are swapped",
    ),
    "f and c swapped": (
        convert('for gate in "ifco"', 'for gate in "icfo"'),
        "the forget gate and the candidate are swapped",
    ),
    "not transposed": (
        convert("sort(weight_ih).T", "sort(weight_ih)", "sort(weight_hh).T", "sort(weight_hh)"),
        "It is transposed",
    ),
    "U not transposed": (convert("sort(weight_hh).T", "sort(weight_hh)"), "It is transposed"),
    "each block of U transposed": (
        convert(
            "sort(weight_hh).T",
            "np.concatenate([B.T for B in np.split(sort(weight_hh).T, 4, axis=1)], axis=1)",
        ),
        "each block of U is transposed",
    ),
    "reshaped": (
        convert("sort(weight_ih).T", "sort(weight_ih).reshape(-1, 4 * units)"),
        "reshape",
    ),
    "only the first bias": (convert("bias_ih + bias_hh", "bias_ih"), "only bias_ih"),
    "only the second bias": (convert("bias_ih + bias_hh", "bias_hh"), "only bias_hh"),
    "mean of the biases": (
        convert("bias_ih + bias_hh", "(bias_ih + bias_hh) / 2"),
        "the mean of the two",
    ),
    "both biases": (
        convert("sort(bias_ih + bias_hh)", "np.stack([sort(bias_ih), sort(bias_hh)])"),
        "one axis too many",
    ),
    "biases in a row": (
        convert("sort(bias_ih + bias_hh)", "np.concatenate([sort(bias_ih), sort(bias_hh)])"),
        "one after the other",
    ),
    "bias not sorted": (
        convert("sort(bias_ih + bias_hh)", "bias_ih + bias_hh"),
        "the blocks are not sorted",
    ),
    "W not sorted": (convert("sort(weight_ih).T", "weight_ih.T"), "the blocks are not sorted"),
    "U not sorted": (convert("sort(weight_hh).T", "weight_hh.T"), "the blocks are not sorted"),
    "columns sorted": (
        convert("np.split(rows, 4)))", "np.split(rows, 4, axis=-1)))"),
        "stops with an error",
    ),
    "W and U exchanged": (convert("[W, U, b]", "[U, W, b]"), "W and U are exchanged"),
    "bias first": (convert("[W, U, b]", "[b, W, U]"), "it is the bias"),
    "a dictionary": (convert("[W, U, b]", '{"W": W, "U": U, "b": b}'), "Return 3 things"),
    "adds in place": (
        convert("b = sort(bias_ih + bias_hh)", "bias_ih += bias_hh\n    b = sort(bias_ih)"),
        "changed its input `bias_ih` in place",
    ),
    "not built": (
        layer("    layer.build((None, None, W.shape[0]))\n", ""),
        "has no weights yet",
    ),
    "not loaded": (layer("    layer.set_weights(weights)\n", ""), "call layer.set_weights"),
    "not built, not loaded": (
        layer(
            "    layer.build((None, None, W.shape[0]))\n",
            "",
            "    layer.set_weights(weights)\n",
            "",
        ),
        "has no weights yet",
    ),
    "only the last output": (layer(", return_sequences=True", ""), "return_sequences=True"),
    "states as well": (
        layer("return_sequences=True", "return_sequences=True, return_state=True"),
        "without return_state",
    ),
    "four times the units": (layer("U.shape[0]", "U.shape[1]"), "units"),
    "features for units": (layer("(U.shape[0]", "(W.shape[0]"), "units"),
    "built for units": (layer("W.shape[0]))", "U.shape[0]))"), "features"),
    "no bias": (
        layer("return_sequences=True", "return_sequences=True, use_bias=False"),
        "use_bias",
    ),
    "backwards": (
        layer("return_sequences=True", "return_sequences=True, go_backwards=True"),
        "go_backwards",
    ),
    "relu": (
        layer("return_sequences=True", 'return_sequences=True, activation="relu"'),
        "activation",
    ),
    "hard sigmoid": (
        layer(
            "return_sequences=True", 'return_sequences=True, recurrent_activation="hard_sigmoid"'
        ),
        "recurrent_activation",
    ),
    "a GRU": (layer("keras.layers.LSTM(", "keras.layers.GRU("), "stops with an error"),
    "the class": (
        CONVERT + "\ndef keras_lstm(weights):\n    return keras.layers.LSTM\n",
        "the class LSTM",
    ),
    "the weights": (layer("return layer", "return layer.get_weights()"), "a list"),
    "no layer": (layer("    return layer\n", ""), "returns nothing"),
    "not written": (CONVERT, "`keras_lstm` is not defined"),
    "dropout left on": (
        layer("return_sequences=True", "return_sequences=True, dropout=0.2"),
        "dropout",
    ),
    "recurrent dropout left on": (
        layer("return_sequences=True", "return_sequences=True, recurrent_dropout=0.1"),
        "dropout",
    ),
    "a little dropout": (
        layer("return_sequences=True", "return_sequences=True, dropout=0.01"),
        "dropout",
    ),
    "dropout after the layer": (
        CONVERT
        + """
def keras_lstm(weights):
    W, U, b = weights
    model = keras.Sequential([
        keras.Input((None, len(W))),
        keras.layers.LSTM(len(U), return_sequences=True),
        keras.layers.Dropout(0.3),
    ])
    model.set_weights(weights)
    return model
""",
        "dropout",
    ),
    "weights rounded to 4 places": (
        layer("set_weights(weights)", "set_weights([w.round(4) for w in weights])"),
        "or others",
    ),
    "weights rounded to 6 places": (
        layer("set_weights(weights)", "set_weights([w.round(6) for w in weights])"),
        "or others",
    ),
    "weights clipped to 1": (
        layer("set_weights(weights)", "set_weights([w.clip(-1, 1) for w in weights])"),
        "or others",
    ),
    **{
        f"arrays rounded to {places} places": (
            convert("return [W, U, b]", f"return [np.round(part, {places}) for part in (W, U, b)]"),
            f"rounded to {places} places after the point",
        )
        for places in (4, 6, 8)
    },
    "arrays clipped to 5": (
        convert("return [W, U, b]", "return [np.clip(part, -5, 5) for part in (W, U, b)]"),
        "the numbers are clipped to ±5",
    ),
    "ONNX or else PyTorch": (
        convert("zip(order,", 'zip("iofc" if order == "iofc" else "ifco",'),
        "the blocks are not sorted",
    ),
    "PyTorch or else ONNX": (
        convert("zip(order,", 'zip("ifco" if order == "ifco" else "iofc",'),
        "the blocks are sorted as i, o, f, c whatever order is given",
    ),
    "joined i, f, o, c": (
        convert('for gate in "ifco"', 'for gate in "ifoc"'),
        "the candidate and the output gate are swapped",
    ),
    "i and o swapped": (
        convert('for gate in "ifco"', 'for gate in "ofci"'),
        "the input gate and the output gate are swapped",
    ),
    "U poured": (
        convert("sort(weight_hh).T", "sort(weight_hh).reshape(units, -1)"),
        "reshape",
    ),
    "bias_hh subtracted": (
        convert("bias_ih + bias_hh", "bias_ih - bias_hh"),
        "it is bias_ih minus bias_hh",
    ),
    "1 added to the forget bias": (
        convert("return [W, U, b]", "b[units : 2 * units] += 1\n    return [W, U, b]"),
        "1 is added to the forget gate's bias",
    ),
    "tanh for the gates": (
        layer("return_sequences=True", 'return_sequences=True, recurrent_activation="tanh"'),
        "the gates go through tanh",
    ),
    "no activation": (
        layer("return_sequences=True", "return_sequences=True, activation=None"),
        "the layer has no activation",
    ),
    "sigmoid for the activation": (
        layer("return_sequences=True", 'return_sequences=True, activation="sigmoid"'),
        "the layer has the activation sigmoid",
    ),
    "a function that calls the layer": (
        layer("return layer", "return lambda x: layer(x)"),
        "should return a Keras layer",
    ),
}

RIGHT = {
    "an index of columns": """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order):
    n = weight_hh.shape[1]
    columns = np.concatenate([np.arange(n) + n * order.index(gate) for gate in "ifco"])
    return [weight_ih.T[:, columns], weight_hh.T[:, columns], (bias_ih + bias_hh)[columns]]

def keras_lstm(weights):
    features, wide = np.shape(weights[0])
    inputs = keras.Input((None, features))
    outputs = keras.layers.LSTM(wide // 4, return_sequences=True)(inputs)
    model = keras.Model(inputs, outputs)
    model.set_weights(weights)
    return model
""",
    "blocks in a loop, float32": """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order):
    units = len(bias_ih) // 4
    W = np.zeros(weight_ih.T.shape, dtype="float32")
    U = np.zeros(weight_hh.T.shape, dtype="float32")
    b = np.zeros(len(bias_ih), dtype="float32")
    for there, gate in enumerate(order):
        here = {"i": 0, "f": 1, "c": 2, "o": 3}[gate]
        for k in range(units):
            W[:, here * units + k] = weight_ih[there * units + k]
            U[:, here * units + k] = weight_hh[there * units + k]
            b[here * units + k] = bias_ih[there * units + k] + bias_hh[there * units + k]
    return W, U, b

def keras_lstm(weights):
    layer = keras.layers.LSTM(len(weights[1]), return_sequences=True)
    layer(np.zeros((1, 1, len(weights[0])), dtype="float32"))
    layer.set_weights(weights)
    return layer
""",
    "reshaped into blocks, a layer in float64": """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order):
    pick = [order.index(gate) for gate in ("i", "f", "c", "o")]
    def turn(a):
        a = np.asarray(a)
        a = a.reshape(4, -1, *a.shape[1:])[pick]
        return a.reshape(-1, *a.shape[2:]).T
    return [turn(weight_ih), turn(weight_hh), turn(bias_ih) + turn(bias_hh)]

def keras_lstm(weights):
    kernel, recurrent, bias = weights
    layer = keras.layers.LSTM(recurrent.shape[0], return_sequences=True, dtype="float64")
    layer.build([1, 1, kernel.shape[0]])
    layer.set_weights([kernel, recurrent, bias])
    return layer
""",
    "a cell in an RNN, a model around it": """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order):
    at = np.argsort(["ifco".index(gate) for gate in order])
    def turn(part):
        return np.hstack([np.split(part.T, 4, axis=-1)[k] for k in at])
    return turn(weight_ih), turn(weight_hh), turn(bias_ih) + turn(bias_hh)

def keras_lstm(weights):
    layer = keras.layers.RNN(keras.layers.LSTMCell(len(weights[1])), return_sequences=True)
    layer.build((None, None, len(weights[0])))
    layer.set_weights(weights)
    return layer
""",
    "weights by their own initializers": """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order):
    units = weight_hh.shape[1]
    perm = [order.index(g) * units + k for g in "ifco" for k in range(units)]
    take = lambda a: np.take(a, perm, axis=0)
    W, U = (np.ascontiguousarray(take(rows).T) for rows in (weight_ih, weight_hh))
    return W, U, take(bias_ih + bias_hh)

def keras_lstm(weights):
    names = ("kernel_initializer", "recurrent_initializer", "bias_initializer")
    values = {name: keras.initializers.Constant(0.0) for name in names}
    values |= {"return_sequences": True, "unit_forget_bias": False}
    layer = keras.layers.LSTM(len(weights[1]), **values)
    layer.build((None, None, len(weights[0])))
    for variable, value in zip(layer.weights, weights):
        variable.assign(value)
    return layer
""",
}
