"""Task 3: the states of a simple recurrent layer, with the initial one."""

SOLUTION_CELL = "forward"

LOOP = """
def forward(x, W, U, b, h0):
    batch, time, features = x.shape
    states = np.zeros((batch, time + 1, len(b)))
    states[:, 0] = h0
    for t in range(time):
        a = x[:, t] @ W + states[:, t] @ U + b
        states[:, t + 1] = np.tanh(a)
    return states
"""


def change(*pairs: str) -> str:
    code = LOOP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "h0 left out": (change("return states", "return states[:, 1:]"), "h0 is not among the states"),
    "last state left out": (
        change("return states", "return states[:, :-1]"),
        "the state after the last step is missing",
    ),
    "h0 at the end": (
        change("return states", "return np.concatenate([states[:, 1:], h0[:, None]], axis=1)"),
        "h0 stands at the end",
    ),
    "h0 ignored": (change("states[:, 0] = h0", "pass"), "h0 is ignored"),
    "h0 kept but not used": (
        """
def forward(x, W, U, b, h0):
    h, states = np.zeros(h0.shape), [h0]
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)
""",
        "the first step starts from zeros",
    ),
    "pre-activations kept": (
        """
def forward(x, W, U, b, h0):
    h, kept = h0, [h0]
    for t in range(x.shape[1]):
        a = x[:, t] @ W + h @ U + b
        h = np.tanh(a)
        kept.append(a)
    return np.stack(kept, axis=1)
""",
        "these are the pre-activations",
    ),
    "tanh forgotten": (change("np.tanh(a)", "a"), "the tanh is missing"),
    "no state": (change(" + states[:, t] @ U", ""), "no step hears the one before it"),
    "from h0 each time": (
        change("states[:, t] @ U", "h0 @ U"),
        "each step starts from h0 again",
    ),
    "backwards": (change("x[:, t] @ W", "x[:, -1 - t] @ W"), "reversed order"),
    "results backwards": (
        change("return states", "return states[:, ::-1]"),
        "the results stand in reversed order",
    ),
    "no bias": (change(" + b\n", "\n"), "the bias b is missing"),
    "U transposed": (change("@ U + b", "@ U.T + b"), "U is transposed"),
    "tanh of h0": (
        change("return states", "states[:, 0] = np.tanh(h0)\n    return states"),
        "tanh is applied to h0",
    ),
    "last state": (change("return states", "return states[:, -1]"), "only the last state"),
    "one array again and again": (
        """
def forward(x, W, U, b, h0):
    h, states = h0.copy(), []
    states.append(h)
    for t in range(x.shape[1]):
        h[:] = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)
""",
        "was one array filled again and again",
    ),
    "time first": (
        change("return states", "return np.swapaxes(states, 0, 1)"),
        "axes are in another order",
    ),
    "too few places": (change("time + 1, len(b)", "time, len(b)"), "An index runs past the end"),
    "a tuple": (change("return states", "return states, h0"), "You returned 2 things"),
    "Keras": (
        """
import keras

def forward(x, W, U, b, h0):
    layer = keras.layers.SimpleRNN(len(b), return_sequences=True)
    layer.build(x.shape)
    layer.set_weights([W, U, b])
    return np.concatenate([h0[:, None], layer(x, initial_state=h0)], axis=1)
""",
        "Write this one by hand",
    ),
    "the package": (
        """
from course_utils.cells import SimpleRNN

def forward(x, W, U, b, h0):
    states, _ = SimpleRNN.forward(x, W, U, b, h0)
    return np.concatenate([h0[:, None], states], axis=1)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "a filled array": LOOP,
    "float32, einsum, other names": """
def forward(inputs, kernel, recurrent, bias, start):
    state = start.astype(np.float32)
    tape = [state]
    for step in np.moveaxis(inputs, 1, 0):
        z = np.einsum("bf,fu->bu", step, kernel) + np.einsum("bv,vu->bu", tape[-1], recurrent)
        tape += [np.tanh(z + bias).astype(np.float32)]
    return np.transpose(np.array(tape), (1, 0, 2))
""",
    "four loops": """
import math

def forward(x, W, U, b, h0):
    out = []
    for i in range(len(x)):
        rows = [list(h0[i])]
        for t in range(x.shape[1]):
            new = []
            for j in range(len(b)):
                a = b[j] + sum(x[i, t, f] * W[f, j] for f in range(len(W)))
                a += sum(rows[-1][m] * U[m, j] for m in range(len(U)))
                new.append(math.tanh(a))
            rows.append(new)
        out.append(rows)
    return out
""",
}
