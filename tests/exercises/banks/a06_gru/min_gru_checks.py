"""Task 8: minGRU, by its loop and by composing steps."""

SOLUTION_CELL = "min-gru"

BOTH = """
def min_gru(x, weights, h0):
    W_z, b_z, W_h, b_h = weights
    z = sigmoid(x @ W_z + b_z)
    h_tilde = x @ W_h + b_h
    outputs, h = [], h0
    for t in range(x.shape[1]):
        h = z[:, t] * h + (1 - z[:, t]) * h_tilde[:, t]
        outputs.append(h)
    return np.stack(outputs, axis=1)


def compose(first, second):
    a_1, b_1 = first
    a_2, b_2 = second
    return a_2 * a_1, a_2 * b_1 + b_2
"""


def change(*pairs: str) -> str:
    code = BOTH
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "z turned round": (
        change("z[:, t] * h + (1 - z[:, t]) * h_tilde", "(1 - z[:, t]) * h + z[:, t] * h_tilde"),
        "z and 1 - z are exchanged",
    ),
    "tanh in the candidate": (
        change("h_tilde = x @ W_h + b_h", "h_tilde = np.tanh(x @ W_h + b_h)"),
        "the candidate of a minGRU has no tanh",
    ),
    "candidate whole": (
        change("(1 - z[:, t]) * h_tilde", "h_tilde"),
        "the candidate is written whole",
    ),
    "gate without sigmoid": (
        change("z = sigmoid(x @ W_z + b_z)", "z = x @ W_z + b_z"),
        "the gate has no sigmoid",
    ),
    "no biases": (
        change("@ W_z + b_z", "@ W_z", "@ W_h + b_h", "@ W_h"),
        "the biases are missing",
    ),
    "gate and candidate exchanged": (
        change("W_z, b_z, W_h, b_h =", "W_h, b_h, W_z, b_z ="),
        "the weights of the gate and of the candidate are exchanged",
    ),
    "state not carried": (
        change("        h = z[:, t] * h +", "        h = z[:, t] * h0 +"),
        "the state is not carried",
    ),
    "h0 ignored": (change("outputs, h = [], h0", "outputs, h = [], 0 * h0"), "h0 is ignored"),
    "the gate of the first step": (
        change("h = z[:, t] * h +", "h = z[:, 0] * h +"),
        "the gate of the first step is used at every step",
    ),
    "only the last": (
        change("return np.stack(outputs, axis=1)", "return h"),
        "all the states are wanted",
    ),
    "time first": (
        change("return np.stack(outputs, axis=1)", "return np.stack(outputs)"),
        "time stands first",
    ),
    "composed the other way round": (
        change("a_2 * b_1 + b_2", "a_1 * b_2 + b_1"),
        "the other way round",
    ),
    "b_1 left as it was": (
        change("a_2 * b_1 + b_2", "b_1 + b_2"),
        "b_1 is not multiplied by a_2",
    ),
    "the sum of the factors": (
        change("return a_2 * a_1,", "return a_2 + a_1,"),
        "the factors are multiplied",
    ),
    "only the second": (
        change("return a_2 * a_1, a_2 * b_1 + b_2", "return a_2, b_2"),
        "this is the second step alone",
    ),
    "the value at one": (
        change("return a_2 * a_1, a_2 * b_1 + b_2", "return a_2 * (a_1 + b_1) + b_2"),
        "one array is returned",
    ),
    "candidate through sigmoid": (
        change("h_tilde = x @ W_h + b_h", "h_tilde = sigmoid(x @ W_h + b_h)"),
        "the candidate of a minGRU has no sigmoid",
    ),
    "gate without its bias": (change("@ W_z + b_z", "@ W_z"), "the gate's bias b_z is missing"),
    "candidate without its bias": (
        change("@ W_h + b_h", "@ W_h"),
        "the candidate's bias b_h is missing",
    ),
    "gate through tanh": (change("z = sigmoid(", "z = np.tanh("), "the gate goes through tanh"),
    "signed gate": (
        change("sigmoid(x @ W_z + b_z)", "2 * sigmoid(x @ W_z + b_z) - 1"),
        "this is the signed gate",
    ),
    "state whole": (change("h = z[:, t] * h +", "h = h +"), "the old state is added whole"),
    "tanh of the state": (
        change("        outputs.append(h)", "        h = np.tanh(h)\n        outputs.append(h)"),
        "the state of a minGRU has no tanh",
    ),
    "time backwards": (
        change("range(x.shape[1])", "reversed(range(x.shape[1]))"),
        "the time runs backwards",
    ),
    "1 + z": (change("(1 - z[:, t])", "(1 + z[:, t])"), "1 + z stands where 1 - z belongs"),
    "b_2 left out": (
        change("a_2 * b_1 + b_2", "a_2 * b_1"),
        "what the second step adds, b_2, is missing",
    ),
    "product of the parts": (change("a_2 * b_1 + b_2", "b_1 * b_2"), "b_1 and b_2 are multiplied"),
    "b_1 times a_1": (
        change("a_2 * b_1 + b_2", "a_1 * b_1 + b_2"),
        "b_1 goes through the second step",
    ),
    "b_1 times both": (
        change("a_2 * b_1 + b_2", "a_2 * a_1 * b_1 + b_2"),
        "a_1 acts before b_1 is added",
    ),
    "a_2 times the sum": (
        change("a_2 * b_1 + b_2", "a_2 * (b_1 + b_2)"),
        "b_2 is added after the second factor",
    ),
    "only the first": (
        change("return a_2 * a_1, a_2 * b_1 + b_2", "return a_1, b_1"),
        "the first step alone",
    ),
    "b before a": (
        change("return a_2 * a_1, a_2 * b_1 + b_2", "return a_2 * b_1 + b_2, a_2 * a_1"),
        "a and b are exchanged",
    ),
}

RIGHT = {
    "by composition alone": """
def compose(p, q):
    return [q[0] * p[0], q[1] + q[0] * p[1]]


def min_gru(x, weights, h0):
    W_z, b_z, W_h, b_h = weights
    z = 1 / (1 + np.exp(-(x @ W_z + b_z)))
    a, b = z, (1 - z) * (x @ W_h + b_h)
    whole, outputs = (a[:, 0], b[:, 0]), []
    for t in range(x.shape[1]):
        if t:
            whole = compose(whole, (a[:, t], b[:, t]))
        outputs.append(whole[0] * h0 + whole[1])
    return np.array(outputs).swapaxes(0, 1)
""",
    "in single precision, the difference form": """
def min_gru(x, weights, h0):
    W_z, b_z, W_h, b_h = [np.float32(w) for w in weights]
    states = np.zeros((*x.shape[:2], len(b_z)), "float32")
    h = h0
    for t in range(x.shape[1]):
        new = x[:, t] @ W_h + b_h
        h = new + sigmoid(x[:, t] @ W_z + b_z) * (h - new)
        states[:, t] = h
    return states


def compose(first, second):
    return first[0] * second[0], second[0] * first[1] + second[1]
""",
}
