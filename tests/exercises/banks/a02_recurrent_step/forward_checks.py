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
    "last step left out, zeros in its place": (
        change("in range(time)", "in range(time - 1)"),
        "the last step is left out",
    ),
    "first step left out, zeros in its place": (
        change("in range(time)", "in range(1, time)"),
        "the first step is left out",
    ),
    "first step left out": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b))) if h0 is None else h0
    states = []
    for t in range(1, x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1), h
""",
        "the first step is left out",
    ),
    "each step from h0, zeros when there is none": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    start = np.zeros((len(x), len(b))) if h0 is None else h0
    states = np.tanh(x @ W + (start @ U)[:, None] + b)
    return states, states[:, -1]
""",
        "each step starts from zeros again",
    ),
    "carried from zeros, but from h0 each time": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b)))
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + (h if h0 is None else h0) @ U + b)
        states.append(h)
    return np.stack(states, axis=1), h
""",
        "each step starts from h0 again",
    ),
    "h0 for the first sequence only": (
        change("is None else h0", "is None else np.tile(h0[0], (batch, 1))"),
        "the first row of h0",
    ),
    "h0 added to the results": (
        """
def forward(x, weights, h0=None):
    W, U, b = weights
    h = np.zeros((len(x), len(b)))
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h if h0 is None else h + h0)
    return np.stack(states, axis=1), states[-1]
""",
        "h0 is added to every result",
    ),
    "one state for all sequences": (
        change("h @ U + b", "h[0] @ U + b"),
        "the state of the first sequence stands for all",
    ),
    "h without U": (
        change("h @ U + b", "h + b"),
        "without its weights U",
    ),
    "tanh twice": (
        change(
            "h = np.tanh(x[:, t] @ W + h @ U + b)", "h = np.tanh(np.tanh(x[:, t] @ W + h @ U + b))"
        ),
        "tanh is applied once too often",
    ),
    "sigmoid": (
        change(
            "h = np.tanh(x[:, t] @ W + h @ U + b)",
            "h = 1 / (1 + np.exp(-(x[:, t] @ W + h @ U + b)))",
        ),
        "the sigmoid stands in place of tanh",
    ),
    "hard tanh": (
        change(
            "h = np.tanh(x[:, t] @ W + h @ U + b)", "h = np.clip(x[:, t] @ W + h @ U + b, -1, 1)"
        ),
        "a straight line, cut off",
    ),
    "sums cut off at 5": (
        change(
            "h = np.tanh(x[:, t] @ W + h @ U + b)",
            "h = np.tanh(np.clip(x[:, t] @ W + h @ U + b, -5, 5))",
        ),
        "cut off at -5 and 5 before tanh",
    ),
    "mean as last": (
        change("return states, h", "return states, states.mean(axis=1)"),
        "the mean of the states",
    ),
    "last is h0": (
        change("return states, h", "return states, np.zeros_like(h) if h0 is None else h0"),
        "it is the starting state",
    ),
    "states rounded to 4 places on the way": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "np.tanh(x[:, t] @ W + h @ U + b).round(4)"),
        "the new state is rounded to 4 places",
    ),
    "states rounded to 6 places on the way": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "np.tanh(x[:, t] @ W + h @ U + b).round(6)"),
        "rounded to 6 places",
    ),
    "states rounded to 8 places on the way": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "np.tanh(x[:, t] @ W + h @ U + b).round(8)"),
        "rounded to 8 places",
    ),
    "rounded at the end": (
        change("return states, h", "return states.round(6), h.round(6)"),
        "rounded to 6 places",
    ),
    "only the last one rounded": (
        change("return states, h", "return states, h.round(6)"),
        "rounded to 6 places",
    ),
    "half precision on the way": (
        change(
            "np.tanh(x[:, t] @ W + h @ U + b)", "np.tanh(x[:, t] @ W + h @ U + b).astype('float16')"
        ),
        "not the right numbers",
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
    "accumulate": """
from itertools import accumulate

def forward(x, weights, h0=None):
    W, U, b = weights
    start = np.zeros((x.shape[0], b.size)) if h0 is None else h0
    walk = accumulate(np.moveaxis(x @ W + b, 1, 0), lambda h, z: np.tanh(z + h @ U), initial=start)
    states = np.stack(list(walk)[1:], axis=1)
    return [states, states[:, -1]]
""",
    "a class that keeps its state": """
class Memory:
    def __init__(self, weights, h):
        (self.W, self.U, self.b), self.h = weights, h

    def hear(self, x_t):
        self.h = np.tanh(np.einsum("bf,fu->bu", x_t, self.W) + self.h @ self.U + self.b)
        return self.h

def forward(x, weights, h0=None):
    memory = Memory(weights, np.zeros((len(x), len(weights[2]))) if h0 is None else h0.copy())
    states = np.empty((*x.shape[:2], len(weights[2])))
    for t in range(x.shape[1]):
        states[:, t] = memory.hear(x[:, t])
    return states.tolist(), memory.h.tolist()
""",
    "float32 on the way, float64 at the end": """
def forward(x, weights, h0=None):
    W, U, b = (w.astype("float32") for w in weights)
    h = np.zeros((len(x), len(b)), "float32") if h0 is None else h0.astype("float32")
    states = np.zeros((len(x), x.shape[1], len(b)))
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t].astype("float32") @ W + h @ U + b)
        states[:, t] = h
    return states, h.astype(float)
""",
}
