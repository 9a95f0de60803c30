"""Task 4: a GRU over a batch of sequences."""

SOLUTION_CELL = "forward"

LOOP = """
def forward(x, weights, h0=None):
    W, U, b = weights
    batch, time, features = x.shape
    h = np.zeros((batch, len(U))) if h0 is None else h0
    outputs = np.zeros((batch, time, len(U)))
    for t in range(time):
        h = step_after(x[:, t], h, W, U, b)
        outputs[:, t] = h
    return outputs, h
"""


def change(*pairs: str) -> str:
    code = LOOP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def inline(order="zrh", gate="sigmoid(a)", after="h", start="np.zeros((len(x), len(U)))") -> str:
    """The loop with a step of its own: the blocks in this order, another gate or new state."""
    names = [", ".join(f"{side}_{block}" for block in order) for side in "as"]
    return f"""
def gate(a):
    return {gate}

def forward(x, weights, h0=None):
    W, U, b = weights
    h = {start} if h0 is None else h0
    outputs = []
    for t in range(x.shape[1]):
        {names[0]} = np.split(x[:, t] @ W + b[0], 3, axis=1)
        {names[1]} = np.split(h @ U + b[1], 3, axis=1)
        z, r = gate(a_z + s_z), gate(a_r + s_r)
        h = z * h + (1 - z) * np.tanh(a_h + r * s_h)
        h = {after}
        outputs.append(h)
    return np.stack(outputs, axis=1), h
"""


WRONG = {
    "state not carried": (
        change("        h = step_after(x[:, t], h,", "        h = step_after(x[:, t], 0 * h,"),
        "the state is not carried",
    ),
    "time backwards": (
        change("range(time)", "reversed(range(time))"),
        "the time runs backwards",
    ),
    "along the batch": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((x.shape[1], len(U)))
    outputs = np.zeros((*x.shape[:2], len(U)))
    for k in range(x.shape[0]):
        h = step_after(x[k], h, W, U, b)
        outputs[k] = h
    return outputs, h
""",
        "along the wrong axis",
    ),
    "the state before the step": (
        change(
            "        h = step_after(x[:, t], h, W, U, b)\n        outputs[:, t] = h\n",
            "        outputs[:, t] = h\n        h = step_after(x[:, t], h, W, U, b)\n",
        ),
        "the state before its step",
    ),
    "the last step left out": (
        change("range(time)", "range(time - 1)"),
        "the last step is left out",
    ),
    "the same input always": (
        change("x[:, t], h,", "x[:, 0], h,"),
        "the first input at every step",
    ),
    "h0 ignored": (
        change("np.zeros((batch, len(U))) if h0 is None else h0", "np.zeros((batch, len(U)))"),
        "h0 is ignored",
    ),
    "h0 at every step": (
        change(
            "        h = step_after(x[:, t], h,",
            "        h = step_after(x[:, t], h if h0 is None else h + h0,",
        ),
        "h0 is added at every step",
    ),
    "z turned round": (
        "def turned(x, h, W, U, b):\n"
        "    W, U, b = W.copy(), U.copy(), b.copy()\n"
        "    n = len(U)\n"
        "    W[:, :n], U[:, :n], b[:, :n] = -W[:, :n], -U[:, :n], -b[:, :n]\n"
        "    return step_after(x, h, W, U, b)\n" + change("h = step_after(", "h = turned("),
        "z and 1 - z are exchanged",
    ),
    "returns inside the loop": (
        change("outputs[:, t] = h\n", "outputs[:, t] = h\n        return outputs, h\n"),
        "return inside the loop",
    ),
    "only the last": (
        change("return outputs, h", "return h, h"),
        "only the last state is returned",
    ),
    "outputs alone": (change("return outputs, h", "return outputs"), "Return 2 things"),
    "last of the batch": (
        change("return outputs, h", "return outputs, outputs[-1]"),
        "the last sequence of the batch",
    ),
    "the first for the last": (
        change("return outputs, h", "return outputs, outputs[:, 0]"),
        "it is the state after the first step",
    ),
    "a Keras layer": (
        """
def forward(x, weights, h0=None):
    layer = keras.layers.GRU(weights[1].shape[0], return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    return [np.asarray(a) for a in layer(x, initial_state=h0)]
""",
        "Write this one by hand",
    ),
    "the package's forward": (
        """
from course_utils.cells import GRU

def forward(x, weights, h0=None):
    return GRU.forward(x, *weights, h0)
""",
        "Write this one by hand",
    ),
    "the other variant": (
        change("step_after(x[:, t], h, W, U, b)", "step_before(x[:, t], h, W, U, b.sum(axis=0))"),
        "made with reset before",
    ),
    "starts from ones": (
        change("np.zeros((batch, len(U))) if", "np.ones((batch, len(U))) if"),
        "starts from ones",
    ),
    "first step left out": (change("range(time)", "range(1, time)"), "the first step is left out"),
    "gates in the order r, z, h": (inline("rzh"), "the update gate and the reset gate are swapped"),
    "blocks in the order h, r, z": (inline("hrz"), "the update gate and the candidate are swapped"),
    "blocks in the order z, h, r": (inline("zhr"), "the reset gate and the candidate are swapped"),
    "hard sigmoid": (inline(gate="np.clip(a / 6 + 0.5, 0, 1)"), "the gates are hard sigmoids"),
    "the older hard sigmoid": (
        inline(gate="np.clip(0.2 * a + 0.5, 0, 1)"),
        "the gates are hard sigmoids",
    ),
    "the states clipped": (inline(after="np.clip(h, -5, 5)"), "the states are clipped to ±5"),
    "the states clipped to 1": (inline(after="np.clip(h, -1, 1)"), "the states are clipped to ±1"),
    **{
        f"the states rounded to {places} places": (
            inline(after=f"np.round(h, {places})"),
            "the array of outputs",
        )
        for places in (4, 6, 8)
    },
    **{
        f"the outputs rounded to {places} places": (
            change("return outputs, h", f"return np.round(outputs, {places}), h"),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    "the last state rounded": (
        change("return outputs, h", "return outputs, np.round(h, 6)"),
        "the numbers are rounded to",
    ),
    "one state for the whole batch": (
        change("x[:, t], h, W", "x[:, t], np.repeat(h[:1], batch, axis=0), W"),
        "the state of the first sequence stands in all of them",
    ),
    "h0 of the first sequence": (
        change("else h0", "else np.repeat(h0[:1], batch, axis=0)"),
        "with a starting state h0",
    ),
    "the state before the last": (
        change("return outputs, h", "return outputs, outputs[:, -2 % time]"),
        "it is the state before the last step",
    ),
    "the outputs twice": (change("return outputs, h", "return outputs, outputs"), "a second time"),
    "h0 returned": (
        change(
            "    for t in",
            "    start = h\n    for t in",
            "return outputs, h",
            "return outputs, start",
        ),
        "it is the starting state",
    ),
    "zeros as wide as the input": (
        change("np.zeros((batch, len(U))) if", "np.zeros((batch, features)) if"),
        "The shapes do not fit",
    ),
}

RIGHT = {
    "one sequence at a time": """
def forward(x, weights, h0=None):
    W, U, b = weights
    rows = []
    for k, sequence in enumerate(x):
        h = np.zeros((1, len(U))) if h0 is None else h0[k : k + 1]
        states = []
        for x_t in sequence:
            h = np.asarray(step_after(x_t[None], h, W, U, b))
            states.append(h[0])
        rows.append(states)
    return np.array(rows), np.array(rows)[:, -1]
""",
    "without the step": """
def forward(x, weights, h0=None):
    kernel, recurrent, bias = weights
    n = recurrent.shape[0]
    a = x @ kernel + bias[0]
    h = np.zeros((x.shape[0], n)) if h0 is None else np.array(h0)
    states = []
    for t in range(x.shape[1]):
        s = h @ recurrent + bias[1]
        z, r = sigmoid(a[:, t, :n] + s[:, :n]), sigmoid(a[:, t, n : 2 * n] + s[:, n : 2 * n])
        h = z * h + (1 - z) * np.tanh(a[:, t, 2 * n :] + r * s[:, 2 * n :])
        states.append(h)
    return np.stack(states, axis=1), h
""",
    "a generator, and lists": """
def walk(x, h, W, U, b):
    for x_t in np.moveaxis(x, 1, 0):
        h = step_after(x_t, h, W, U, b)
        yield h

def forward(x, weights, h0=None):
    if h0 is None:
        h0 = [[0.0] * len(weights[1])] * len(x)
    states = list(walk(x, np.array(h0), *weights))
    return np.moveaxis(np.array(states), 0, 1).tolist(), states[-1].tolist()
""",
    "with names that the tests use": """
def right(x, h, W, U, b):
    return step_after(x, h, W, U, b)

def test(x, weights, h):
    table = []
    for t in range(x.shape[1]):
        h = right(x[:, t], h, *weights)
        table.append(h)
    return np.stack(table, axis=1), h

def forward(x, weights, h0=None):
    rng = np.zeros((x.shape[0], weights[1].shape[0]))
    return test(x, weights, rng if h0 is None else h0)
""",
    "reduced": """
from itertools import accumulate

def forward(x, weights, h0=None):
    first = h0 if h0 is not None else np.zeros((x.shape[0], weights[1].shape[0]))
    steps = accumulate(x.swapaxes(0, 1), lambda h, x_t: step_after(x_t, h, *weights), initial=first)
    outputs = np.stack(list(steps)[1:], axis=1)
    return outputs, outputs[:, -1, :]
""",
    "all in single precision": """
def forward(x, weights, h0=None):
    W, U, b = (np.float32(w) for w in weights)
    h = np.zeros((len(x), len(U)), "float32") if h0 is None else np.float32(h0)
    outputs = np.zeros((*x.shape[:2], len(U)), "float32")
    for t in range(x.shape[1]):
        h = np.float32(step_after(np.float32(x[:, t]), h, W, U, b))
        outputs[:, t] = h
    return outputs, h
""",
}
