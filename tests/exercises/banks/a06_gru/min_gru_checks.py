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
    "hard sigmoid": (
        change("sigmoid(x @ W_z + b_z)", "np.clip((x @ W_z + b_z) / 6 + 0.5, 0, 1)"),
        "the gates are hard sigmoids",
    ),
    "the older hard sigmoid": (
        change("sigmoid(x @ W_z + b_z)", "np.clip(0.2 * (x @ W_z + b_z) + 0.5, 0, 1)"),
        "the gates are hard sigmoids",
    ),
    "the last step left out": (
        change(
            "outputs, h = [], h0",
            "outputs, h = np.zeros((*z.shape,)), h0",
            "range(x.shape[1])",
            "range(x.shape[1] - 1)",
            "outputs.append(h)",
            "outputs[:, t] = h",
            "np.stack(outputs, axis=1)",
            "outputs",
        ),
        "the last step is left out",
    ),
    "the last step not even there": (
        change("range(x.shape[1])", "range(x.shape[1] - 1)"),
        "one entry too few",
    ),
    "the first step left out": (
        change(
            "outputs, h = [], h0",
            "outputs, h = np.zeros((*z.shape,)), h0",
            "range(x.shape[1])",
            "range(1, x.shape[1])",
            "outputs.append(h)",
            "outputs[:, t] = h",
            "np.stack(outputs, axis=1)",
            "outputs",
        ),
        "the first step is left out",
    ),
    "the state before the step": (
        change(
            "        h = z[:, t]",
            "        outputs.append(h)\n        h = z[:, t]",
            "h_tilde[:, t]\n        outputs.append(h)",
            "h_tilde[:, t]",
        ),
        "the state before its step",
    ),
    "the states clipped": (
        change(
            "        outputs.append(h)", "        h = np.clip(h, -5, 5)\n        outputs.append(h)"
        ),
        "the states are clipped to ±5",
    ),
    **{
        f"the states rounded to {places} places": (
            change("np.stack(outputs, axis=1)", f"np.round(np.stack(outputs, axis=1), {places})"),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"the state rounded to {places} places on the way": (
            change(
                "        outputs.append(h)",
                f"        h = np.round(h, {places})\n        outputs.append(h)",
            ),
            "the array of states",
        )
        for places in (4, 6, 8)
    },
    **{
        f"the gate rounded to {places} places": (
            change("sigmoid(x @ W_z + b_z)", f"np.round(sigmoid(x @ W_z + b_z), {places})"),
            "the array of states",
        )
        for places in (4, 6, 8)
    },
    **{
        f"{part} of both rounded to {places} places": (
            change(f"{code}", f"np.round({code}, {places})"),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
        for part, code in (("a", "a_2 * a_1"), ("b", "a_2 * b_1 + b_2"))
    },
    "the gate kept from its ends": (
        change("sigmoid(x @ W_z + b_z)", "np.clip(sigmoid(x @ W_z + b_z), 0.01, 0.99)"),
        "the array of states",
    ),
    "one sequence for the whole batch": (
        change("h = z[:, t] * h +", "h = z[:, t] * h[:1] +"),
        "the states of the first sequence",
    ),
    "no old state": (change("z[:, t] * h + (1", "(1"), "the old state is left out"),
    "z in both places": (change("(1 - z[:, t])", "z[:, t]"), "z stands before both"),
    "composed for positive factors alone": (
        change("return a_2 * a_1,", "return np.exp(np.log(a_2) + np.log(a_1)),"),
        "NaN",
    ),
    "b clipped": (change("a_2 * b_1 + b_2", "np.clip(a_2 * b_1 + b_2, -5, 5)"), "the part b"),
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
    "by products, and names that the tests use": """
def test(a, axis=1):
    return np.cumprod(a, axis=axis)

def right(x, W, b):
    return np.einsum("btf,fu->btu", x, W) + b

def min_gru(x, weights, h0):
    rng, b_z, table, b_h = weights
    keep = 1 / (1 + np.exp(-right(x, rng, b_z)))
    whole = test(keep)
    return whole * (h0[:, None] + np.cumsum((1 - keep) * right(x, table, b_h) / whole, axis=1))


def compose(first, second):
    return np.multiply(second[0], first[0]), np.add(np.multiply(second[0], first[1]), second[1])
""",
    "by a scan of JAX's kind": """
def compose(first, second):
    (a, b), (c, d) = first, second
    return (c * a, d + c * b)


def scan(parts):
    if len(parts) == 1:
        return parts
    half = len(parts) // 2
    left, right = scan(parts[:half]), scan(parts[half:])
    return left + [compose(left[-1], part) for part in right]


def min_gru(x, weights, h0):
    W_z, b_z, W_h, b_h = weights
    z = np.swapaxes(sigmoid(x @ W_z + b_z), 0, 1)
    new = np.swapaxes(x @ W_h + b_h, 0, 1)
    steps = scan([(z_t, (1 - z_t) * new_t) for z_t, new_t in zip(z, new)])
    return np.stack([a * h0 + b for a, b in steps], axis=1).tolist()
""",
    "all in single precision": """
def min_gru(x, weights, h0):
    W_z, b_z, W_h, b_h = (np.float32(w) for w in weights)
    x, h, rows = np.float32(x), np.float32(h0), []
    for t in range(x.shape[1]):
        z = sigmoid(x[:, t] @ W_z + b_z)
        h = z * h + (1 - z) * (x[:, t] @ W_h + b_h)
        rows.append(h)
    return np.array(rows).transpose(1, 0, 2)


def compose(first, second):
    (a_1, b_1), (a_2, b_2) = (np.float32(first), np.float32(second))
    return np.array([a_1 * a_2, a_2 * b_1 + b_2]).astype(float)
""",
}
