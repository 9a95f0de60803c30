"""Task 7: weights from other conventions, in Keras' layout."""

SOLUTION_CELL = "to-keras"

CONVERT = """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order, z_keeps=True):
    def in_order(rows):
        blocks = dict(zip(order, np.split(rows, 3)))
        if not z_keeps:
            blocks["z"] = -blocks["z"]
        return np.concatenate([blocks[gate] for gate in "zrh"])

    bias = np.stack([in_order(bias_ih), in_order(bias_hh)])
    return [in_order(weight_ih).T, in_order(weight_hh).T, bias]


def keras_gru(weights):
    W, U, b = weights
    layer = keras.layers.GRU(len(U), return_sequences=True)
    layer.build((None, None, len(W)))
    layer.set_weights(weights)
    return layer
"""


def change(*pairs: str) -> str:
    code = CONVERT
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "not sorted": (change('for gate in "zrh"', "for gate in order"), "the blocks are not sorted"),
    "sorted backwards": (
        change(
            "dict(zip(order, np.split(rows, 3)))",
            'dict(zip("zrh", [np.split(rows, 3)["zrh".index(g)] for g in order]))',
        ),
        "`order` says where each block comes from",
    ),
    "LSTM-like order": (change('in "zrh"', 'in "rzh"'), "the blocks are not sorted"),
    "candidate first": (change('in "zrh"', 'in "hzr"'), "the candidate stands first"),
    "z never negated": (
        change("if not z_keeps:", "if False:"),
        "z_keeps is False, and the update gate is not turned round",
    ),
    "z always negated": (
        change("if not z_keeps:", "if True:"),
        "the update gate is turned round although z_keeps is True",
    ),
    "everything negated": (
        change('blocks["z"] = -blocks["z"]', "blocks = {g: -B for g, B in blocks.items()}"),
        "all blocks are negated",
    ),
    "one minus the weights": (
        change('blocks["z"] = -blocks["z"]', 'blocks["z"] = 1 - blocks["z"]'),
        "1 minus the weights",
    ),
    "biases not negated": (
        change(
            "np.stack([in_order(bias_ih), in_order(bias_hh)])",
            'np.stack([np.concatenate([dict(zip(order, np.split(c, 3)))[g] for g in "zrh"])'
            " for c in (bias_ih, bias_hh)])",
        ),
        "the biases of the update gate keep their sign",
    ),
    "not transposed": (
        change(
            "in_order(weight_ih).T, in_order(weight_hh).T",
            "in_order(weight_ih), in_order(weight_hh)",
        ),
        "transposed",
    ),
    "biases added": (
        change("np.stack([in_order(bias_ih), in_order(bias_hh)])", "in_order(bias_ih + bias_hh)"),
        "the two biases are added up",
    ),
    "biases exchanged": (
        change("[in_order(bias_ih), in_order(bias_hh)]", "[in_order(bias_hh), in_order(bias_ih)]"),
        "the two biases are exchanged",
    ),
    "biases not sorted": (
        change("[in_order(bias_ih), in_order(bias_hh)]", "[bias_ih, bias_hh]"),
        "the blocks are not sorted",
    ),
    "reset before": (
        change("GRU(len(U), return", "GRU(len(U), reset_after=False, return"),
        "is not compatible",
    ),
    "layer of new weights": (
        change("    layer.set_weights(weights)\n", ""),
        "its own random weights",
    ),
    "the last output alone": (
        change(", return_sequences=True", ""),
        "The time axis is missing",
    ),
    "the last state, too": (
        change("return_sequences=True", "return_sequences=True, return_state=True"),
        "leave out return_state",
    ),
    "no layer": (
        CONVERT[: CONVERT.index("def keras_gru")]
        + "def keras_gru(weights):\n    return lambda x: forward(x, weights)[0]\n",
        "should return a Keras layer",
    ),
    "never built": (
        change("    layer.build((None, None, len(W)))\n", ""),
        "set_weights",
    ),
    "U and W exchanged": (
        change(
            "return [in_order(weight_ih).T, in_order(weight_hh).T, bias]",
            "return [in_order(weight_hh).T, in_order(weight_ih).T, bias]",
        ),
        "W and U are exchanged",
    ),
    "order ignored": (change("zip(order,", 'zip("rzh",'), "`order` is not read"),
    "order and z_keeps ignored": (
        change("zip(order,", 'zip("rzh",', "if not z_keeps:", "if False:"),
        "neither `order` nor z_keeps is read",
    ),
    "the wrong gate negated, r": (
        change('blocks["z"] = -blocks["z"]', 'blocks["r"] = -blocks["r"]'),
        "the reset gate is negated",
    ),
    "the candidate negated": (
        change('blocks["z"] = -blocks["z"]', 'blocks["h"] = -blocks["h"]'),
        "the candidate is negated",
    ),
    "the first block negated": (
        change('blocks["z"] = -blocks["z"]', "blocks[order[0]] = -blocks[order[0]]"),
        "the candidate is negated",
    ),
    "z and h exchanged": (
        change('blocks["z"] = -blocks["z"]', 'blocks["z"], blocks["h"] = blocks["h"], blocks["z"]'),
        "the blocks of z and h are exchanged",
    ),
    "only W negated": (
        change(
            "in_order(weight_hh).T",
            'np.concatenate([dict(zip(order, np.split(weight_hh, 3)))[g] for g in "zrh"]).T',
        ),
        "U keeps its sign in the update gate",
    ),
    "each block of U left as it was": (
        change("in_order(weight_hh).T", "np.concatenate(np.split(in_order(weight_hh), 3), axis=1)"),
        "each block of U is transposed",
    ),
    "reshaped, not transposed": (
        change("in_order(weight_ih).T", "in_order(weight_ih).reshape(weight_ih.shape[::-1])"),
        "it is reshaped",
    ),
    "biases in one flat row": (
        change(
            "np.stack([in_order(bias_ih), in_order(bias_hh)])",
            "np.concatenate([in_order(bias_ih), in_order(bias_hh)])",
        ),
        "lie one after the other",
    ),
    "both biases in the first row": (
        change(
            "np.stack([in_order(bias_ih), in_order(bias_hh)])",
            "np.stack([in_order(bias_ih + bias_hh), 0 * bias_hh])",
        ),
        "both biases are in the first row",
    ),
    "the first bias twice": (
        change(
            "np.stack([in_order(bias_ih), in_order(bias_hh)])",
            "np.stack([in_order(bias_ih), in_order(bias_ih)])",
        ),
        "bias_ih stands in both rows",
    ),
    "dropout left on": (
        change("GRU(len(U), return", "GRU(len(U), dropout=0.3, return"),
        "is dropout or",
    ),
    "recurrent dropout left on": (
        change("GRU(len(U), return", "GRU(len(U), recurrent_dropout=0.2, return"),
        "is dropout or",
    ),
    "a layer of dropout behind": (
        change(
            "    layer = keras.layers.GRU(len(U), return_sequences=True)",
            "    layer = keras.Sequential([keras.layers.GRU(len(U), return_sequences=True),"
            " keras.layers.Dropout(0.5)])",
        ),
        "With training=True",
    ),
    "reset before, told by its bias": (
        change("GRU(len(U), return", "GRU(len(U), reset_after=False, return"),
        "These weights have two, in two rows",
    ),
    "reset before, the biases added": (
        change(
            "GRU(len(U), return",
            "GRU(len(U), reset_after=False, return",
            "set_weights(weights)",
            "set_weights([W, U, b[0] + b[1]])",
        ),
        "The layer has one bias, as with reset_after=False",
    ),
    "hard sigmoid": (
        change("GRU(len(U), return", 'GRU(len(U), recurrent_activation="hard_sigmoid", return'),
        "leave out recurrent_activation",
    ),
    "relu": (
        change("GRU(len(U), return", 'GRU(len(U), activation="relu", return'),
        "goes through relu",
    ),
    "no activation": (
        change("GRU(len(U), return", "GRU(len(U), activation=None, return"),
        "is not squeezed",
    ),
    "backwards": (
        change("GRU(len(U), return", "GRU(len(U), go_backwards=True, return"),
        "leave out go_backwards",
    ),
    "neither built nor set": (
        change("    layer.build((None, None, len(W)))\n    layer.set_weights(weights)\n", ""),
        "The layer has no weights: build it",
    ),
    "built for other inputs": (
        change("(None, None, len(W))", "(None, None, len(U))"),
        "as many features as W has rows",
    ),
    "a layer that keeps its state": (
        change(
            "GRU(len(U), return",
            "GRU(len(U), stateful=True, return",
            "(None, None, len(W))",
            "(1, None, len(W))",
        ),
        "Called a second time",
    ),
    "another layer behind": (
        change(
            "    layer = keras.layers.GRU(len(U), return_sequences=True)",
            "    layer = keras.Sequential([keras.layers.GRU(len(U), return_sequences=True),"
            " keras.layers.Dense(2)])",
            "    layer.set",
            "    layer.layers[0].set",
        ),
        "The layer has 5 arrays of weights",
    ),
    "the class": (
        change("    return layer", "    return keras.layers.GRU"),
        "should return a Keras layer",
    ),
    "only W and U set": (
        change(
            "    layer.set_weights(weights)\n",
            "    for variable, array in zip(layer.weights, [W, U]):\n"
            "        variable.assign(array)\n",
        ),
        "given: b differs",
    ),
    "U left out on the way into the layer": (
        change("set_weights(weights)", "set_weights([W, 0 * U, b])"),
        "given: U differs",
    ),
    **{
        f"weights rounded to {places} places": (
            change(
                "return [in_order(weight_ih).T, in_order(weight_hh).T, bias]",
                f"return [np.round(a, {places}) for a in"
                " (in_order(weight_ih).T, in_order(weight_hh).T, bias)]",
            ),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"rounded to {places} places on the way into the layer": (
            change(
                "set_weights(weights)", f"set_weights([np.round(a, {places}) for a in weights])"
            ),
            "does not have the weights",
        )
        for places in (4, 6, 8)
    },
    "weights clipped": (
        change("in_order(weight_ih).T", "np.clip(in_order(weight_ih), -1, 1).T"),
        "W, from weights",
    ),
    "only the first bias negated": (
        change(
            "in_order(bias_hh)])",
            "in_order(bias_hh) * np.repeat([2 * z_keeps - 1, 1, 1], len(bias_hh) // 3)])",
        ),
        "the second bias of the update gate keeps its sign",
    ),
    "only the second bias negated": (
        change(
            "[in_order(bias_ih), ",
            "[in_order(bias_ih) * np.repeat([2 * z_keeps - 1, 1, 1], len(bias_ih) // 3), ",
        ),
        "the first bias of the update gate keeps its sign",
    ),
    "biases in columns": (
        change(
            "np.stack([in_order(bias_ih), in_order(bias_hh)])",
            "np.stack([in_order(bias_ih), in_order(bias_hh)], axis=1)",
        ),
        "stand in columns",
    ),
    "U reshaped, not transposed": (
        change("in_order(weight_hh).T", "in_order(weight_hh).reshape(weight_hh.shape[::-1])"),
        "it is reshaped",
    ),
    "right for the order rzh alone": (
        change("zip(order,", 'zip(order if order[0] == "r" else "zrh",'),
        "W, from weights in the order",
    ),
}

RIGHT = {
    "with slices": """
def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order, z_keeps=True):
    n = weight_hh.shape[1]
    sign = {"z": 1.0 if z_keeps else -1.0, "r": 1.0, "h": 1.0}

    def move(array):
        moved = np.zeros_like(array)
        for k, gate in enumerate("zrh"):
            start = order.index(gate) * n
            moved[k * n : (k + 1) * n] = sign[gate] * array[start : start + n]
        return moved

    return move(weight_ih).T, move(weight_hh).T, np.array([move(bias_ih), move(bias_hh)])


def keras_gru(weights):
    layer = keras.layers.GRU(weights[1].shape[0], return_sequences=True)
    layer(np.zeros((1, 1, weights[0].shape[0])))
    layer.set_weights(weights)
    return layer
""",
    "with indices, the weights set one by one": """
def to_keras(w, u, b, c, order, z_keeps=True):
    n = len(b) // 3
    rows = np.concatenate([np.arange(n) + n * order.index(g) for g in "zrh"])
    sign = np.repeat([1 if z_keeps else -1, 1, 1], n)
    return [w[rows].T * sign, u[rows].T * sign, np.stack([b[rows], c[rows]]) * sign]


def keras_gru(weights):
    layer = keras.layers.GRU(len(weights[1]), return_sequences=True, reset_after=True)
    layer.build([None, None, len(weights[0])])
    for variable, array in zip(layer.weights, weights):
        variable.assign(array)
    return layer
""",
    "with names that the tests use": """
def right(rows, order, turn):
    n = len(rows) // 3
    parts = [rows[order.find(g) * n : (order.find(g) + 1) * n] for g in "zrh"]
    return np.concatenate([parts[0] * turn, *parts[1:]])

def outputs(*arrays):
    return np.array(arrays)

def to_keras(weight_ih, weight_hh, bias_ih, bias_hh, order, z_keeps=True):
    table = [right(a, order, 2 * z_keeps - 1) for a in (weight_ih, weight_hh, bias_ih, bias_hh)]
    return table[0].transpose(), table[1].transpose(), outputs(*table[2:])


def keras_gru(weights):
    return keras.Sequential(
        [
            keras.layers.Input((None, len(weights[0]))),
            keras.layers.GRU(
                len(weights[1]),
                weights=None,
                return_sequences=True,
            ),
        ]
    )
""".replace("                weights=None,\n", "").replace(
        "    return keras.Sequential(", "    model = keras.Sequential("
    )
    + "    model.set_weights(weights)\n    return model\n",
    "a model, made with its functions": change(
        "    return layer",
        "    x = keras.Input((None, len(W)))\n    return keras.Model(x, layer(x))",
    ),
    "in single precision, set by constants": """
def to_keras(w, u, b, c, order, z_keeps=True):
    sign = {"z": 1 if z_keeps else -1}
    cut = [dict(zip(order, np.split(np.float32(a), 3))) for a in (w, u, b, c)]
    w, u, b, c = (np.concatenate([sign.get(g, 1) * a[g] for g in "zrh"]) for a in cut)
    return w.T, u.T, np.stack([b, c])


def keras_gru(weights):
    W, U, b = (keras.initializers.Constant(np.asarray(a, "float32")) for a in weights)
    layer = keras.layers.GRU(
        np.shape(weights[1])[0],
        kernel_initializer=W,
        recurrent_initializer=U,
        bias_initializer=b,
        return_sequences=True,
        dropout=0.0,
    )
    layer.build((None, None, np.shape(weights[0])[0]))
    return layer
""",
}
