"""Task 2: all the states and the last one, over a batch of sequences."""

SOLUTION_CELL = "forward"

LOOP = """
def forward(x, weights, h0=None):
    W, U, b = weights
    batch, time, features = x.shape
    h = np.zeros((batch, len(b))) if h0 is None else h0
    states = np.zeros((batch, time, len(b)))
    for t in range(time):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states[:, t] = h
    return states, h
"""


def change(*pairs: str) -> str:
    code = LOOP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "state not carried": (
        change("        h = np.tanh(", "        start = h\n        states[:, t] = np.tanh(")
        .replace("        states[:, t] = h\n", "")
        .replace("return states, h", "return states, states[:, -1]"),
        "the state is not carried",
    ),
    "state set back inside the loop": (
        change(
            "    h = np.zeros((batch, len(b))) if h0 is None else h0\n",
            "",
            "        h = np.tanh(",
            "        h = np.zeros((batch, len(b))) if h0 is None else h0\n        h = np.tanh(",
        ),
        "the state is not carried",
    ),
    "reversed": (
        change("in range(time)", "in reversed(range(time))"),
        "reversed order, and so do the results",
    ),
    "input reversed": (change("x[:, t] @", "x[:, -1 - t] @"), "the time runs backwards"),
    "loop over the batch": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros(len(b)) if h0 is None else h0
    states = []
    for x_t in x:
        h = np.tanh(x_t @ W + h @ U + b)
        states.append(h)
    return np.array(states), h
""",
        "the loop runs along the wrong axis",
    ),
    "time first in the result": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h0 is None else h0
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.array(states), h
""",
        "The axes are in another order",
    ),
    "stacked along the last axis": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h0 is None else h0
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=2), h
""",
        "The axes are in another order",
    ),
    "only the last state": (change("return states, h", "return h"), "only the last state"),
    "only the states": (change("return states, h", "return states"), "Return 2 things"),
    "exchanged results": (change("return states, h", "return h, states"), "only the last state"),
    "one array filled again and again": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b)))
    if h0 is not None:
        h += h0
    states = []
    for t in range(x.shape[1]):
        h[:] = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1), h
""",
        "filled again and again",
    ),
    "starting state included": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h0 is None else h0
    states = [h]
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1), h
""",
        "the starting state is among the results",
    ),
    "the state before each step": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h0 is None else h0
    states = []
    for t in range(x.shape[1]):
        states.append(h)
        h = np.tanh(x[:, t] @ W + h @ U + b)
    return np.stack(states, axis=1), h
""",
        "the state before its step (off by one)",
    ),
    "one step too few": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h0 is None else h0
    states = []
    for t in range(x.shape[1] - 1):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1), h
""",
        "the last step is left out",
    ),
    "return inside the loop": (
        change("    return states, h", "        return states, h"),
        "does the function return inside the loop?",
    ),
    "no bias": (change("h @ U + b", "h @ U"), "the bias b is missing"),
    "U transposed": (change("h @ U", "h @ U.T"), "U is transposed"),
    "no tanh": (change("np.tanh(", "("), "not the right numbers"),
    "no state": (change(" + h @ U", ""), "the state is not carried"),
    "h0 ignored": (change(" if h0 is None else h0", ""), "h0 is ignored"),
    "h0 asked for truth": (change("if h0 is None", "if not h0"), "stops with an error"),
    "h0 or zeros": (
        change("np.zeros((batch, len(b))) if h0 is None else h0", "h0"),
        "stops with an error",
    ),
    "weights in another order": (change("W, U, b = weights", "U, W, b = weights"), "do not fit"),
    "units and features confused": (
        change("states = np.zeros((batch, time, len(b)))", "states = np.zeros(x.shape)"),
        "The shapes do not fit",
    ),
    "last along the wrong axis": (
        change("return states, h", "return states, states[-1]"),
        "the wrong axis",
    ),
    "first in place of last": (
        change("return states, h", "return states, states[:, 0]"),
        "the state after the first step",
    ),
    "whole numbers": (
        change("len(b)))\n    for", "len(b)), dtype=int)\n    for"),
        "the dtype is int64",
    ),
    "changes h0 in place": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h0 is None else h0
    states = []
    for t in range(x.shape[1]):
        h[:] = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h.copy())
    return np.stack(states, axis=1), h.copy()
""",
        "changed its input `h0` in place",
    ),
    "the package's answer": (
        """
from course_utils.cells import SimpleRNN as Layer

def forward(x, weights, h0=None):
    return Layer.forward(x, *weights, h0=h0)
""",
        "Write this one by hand",
    ),
    "the package's step": (
        """
from course_utils.cells import SimpleRNN

one_step = SimpleRNN.step

def forward(x, weights, h0=None):
    h = np.zeros((len(x), len(weights[2]))) if h0 is None else h0
    states = []
    for t in range(x.shape[1]):
        h = one_step(x[:, t], h, *weights)
        states.append(h)
    return np.stack(states, axis=1), h
""",
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
def forward(x, weights, h0=None):
    import keras

    layer = keras.layers.SimpleRNN(len(weights[2]), return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    states, last = layer(x, initial_state=h0)
    return np.asarray(states), np.asarray(last)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "with the student's own step": """
def forward(x, weights, h0=None):
    h = h0
    if h is None:
        h = np.zeros((x.shape[0], weights[1].shape[0]))
    states = []
    for t in range(x.shape[1]):
        h = step(x[:, t, :], h, *weights)
        states.append(h)
    return np.stack(states, axis=1), states[-1]
""",
    "lists, sequence by sequence": """
def forward(x, weights, h0=None):
    W, U, b = weights
    states = []
    for i, sequence in enumerate(x):
        h = [0.0] * len(b) if h0 is None else list(h0[i])
        row = []
        for x_t in sequence:
            h = [np.tanh(sum(x_t[f] * W[f][j] for f in range(len(x_t)))
                         + sum(h[k] * U[k][j] for k in range(len(b))) + b[j])
                 for j in range(len(b))]
            row.append(h)
        states.append(row)
    return states, [row[-1] for row in states]
""",
    "time first, float32": """
def forward(inputs, weights, h0=None):
    kernel, recurrent, bias = (w.astype("float32") for w in weights)
    projected = (inputs.astype("float32") @ kernel + bias).transpose(1, 0, 2)
    state = np.zeros_like(projected[0]) if h0 is None else h0.astype("float32")
    every = []
    for p in projected:
        state = np.tanh(p + state @ recurrent)
        every.append(state)
    return np.array(every).transpose(1, 0, 2), state
""",
    "recursion": """
def forward(x, weights, h0=None):
    W, U, b = weights
    h0 = np.zeros((len(x), len(b))) if h0 is None else h0
    if x.shape[1] == 0:
        return np.zeros((len(x), 0, len(b))), h0
    before, h = forward(x[:, :-1], weights, h0)
    h = np.tanh(x[:, -1] @ W + h @ U + b)
    return np.concatenate([before, h[:, None]], axis=1), h
""",
}
