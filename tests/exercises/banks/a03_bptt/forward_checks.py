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
    "rounded to 4 places": (change("return states", "return np.round(states, 4)"), "rounded to 4"),
    "rounded to 6 places": (change("return states", "return np.round(states, 6)"), "rounded to 6"),
    "rounded to 8 places": (
        change("return states", "return states.round(8)"),
        "rounded to 8 places",
    ),
    "states rounded to 4 places on the way": (
        change("np.tanh(a)", "np.round(np.tanh(a), 4)"),
        "the states are rounded to 4 places on the way",
    ),
    "states rounded to 6 places on the way": (
        change("np.tanh(a)", "np.round(np.tanh(a), 6)"),
        "the states are rounded to 6 places on the way",
    ),
    "pre-activations clipped to 5": (
        change("np.tanh(a)", "np.tanh(np.clip(a, -5, 5))"),
        "the pre-activations are clipped to ±5",
    ),
    "pre-activations clipped to 3": (
        change("np.tanh(a)", "np.tanh(np.clip(a, -3, 3))"),
        "the pre-activations are clipped to ±3",
    ),
    "tanh by its series": (
        change("np.tanh(a)", "a - a**3 / 3 + 2 * a**5 / 15"),
        "not the right numbers",
    ),
    "exponentials in float32": (
        change("np.tanh(a)", "1 - 2 / (np.exp((2 * a).astype(np.float32)).astype(float) + 1)"),
        "it is right to a few digits only",
    ),
    "tanh of tanh": (change("np.tanh(a)", "np.tanh(np.tanh(a))"), "tanh is taken twice"),
    "tanh of the old state": (
        change("states[:, t] @ U", "np.tanh(states[:, t]) @ U"),
        "tanh is taken of the old state as well",
    ),
    "sigmoid": (change("np.tanh(a)", "1 / (1 + np.exp(-a))"), "the sigmoid stands in place"),
    "hard tanh": (change("np.tanh(a)", "np.clip(a, -1, 1)"), "a hard tanh"),
    "bias after the tanh": (
        change(" + b\n", "\n", "np.tanh(a)", "np.tanh(a) + b"),
        "the bias b is added after the tanh",
    ),
    "bias twice": (change("@ U + b", "@ U + 2 * b"), "the bias b is added twice"),
    "the first input at every step": (
        change("x[:, t] @ W", "x[:, 0] @ W"),
        "reads the first input",
    ),
    "no inputs": (change("x[:, t] @ W + ", ""), "the inputs are left out"),
    "h0 of the first example": (
        change("states[:, 0] = h0", "states[:, 0] = h0[0]"),
        "h0 of the first example is taken for all",
    ),
    "the last step left out": (
        change("range(time)", "range(time - 1)"),
        "the last step is left out: its state is zero",
    ),
    "the last step repeats the one before": (
        change("return states", "states[:, -1] = states[:, -2]\n    return states"),
        "the last step is left out: its state repeats",
    ),
    "the first step left out": (
        change("range(time)", "range(1, time)"),
        "the first step is left out",
    ),
    "old state added": (
        change("np.tanh(a)", "np.tanh(a) + states[:, t]"),
        "the old state is added to the new one",
    ),
}

RIGHT = {
    "tanh by its definition": change(
        "np.tanh(a)", "(np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))"
    ),
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
    "scipy's expit": """
from scipy.special import expit

def forward(x, W, U, b, h0):
    states = [h0]
    for x_t in x.swapaxes(0, 1):
        states.append(2 * expit(2 * (x_t @ W + states[-1] @ U + b)) - 1)
    return np.array(states).swapaxes(0, 1)
""",
    "accumulate": """
from itertools import accumulate

def forward(x, W, U, b, h0):
    drive = np.tensordot(x, W, axes=1) + b
    steps = accumulate(np.moveaxis(drive, 1, 0), lambda h, a: np.tanh(a + h @ U), initial=h0)
    return np.stack(list(steps), axis=1)
""",
    "a class, one example after the other, lists": """
class Cell:
    def __init__(self, W, U, b):
        self.V, self.b = np.concatenate([W, U]), b

    def __call__(self, x, h):
        return np.tanh(np.concatenate([x, h]) @ self.V + self.b)

def forward(x, W, U, b, h0):
    cell, out = Cell(W, U, b), []
    for row, h in zip(x, h0):
        out.append([h.tolist()])
        for x_t in row:
            h = cell(x_t, h)
            out[-1].append(h.tolist())
    return out
""",
    "recursive": """
def forward(x, W, U, b, h0):
    if x.shape[1] == 0:
        return h0[:, None]
    before = forward(x[:, :-1], W, U, b, h0)
    new = np.tanh(x[:, -1] @ W + before[:, -1] @ U + b)
    return np.concatenate([before, new[:, None]], axis=1)
""",
}
