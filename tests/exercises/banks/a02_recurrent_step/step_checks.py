"""Task 1: h_t = tanh(x_t W + h_{t-1} U + b) for a batch."""

SOLUTION_CELL = "step"


def answer(expression: str) -> str:
    return f"""
def step(x, h, W, U, b):
    return {expression}
"""


WRONG = {
    "no bias": (answer("np.tanh(x @ W + h @ U)"), "the bias b is missing"),
    "U transposed": (answer("np.tanh(x @ W + h @ U.T + b)"), "U is transposed"),
    "U @ h": (answer("np.tanh(x @ W + U @ h + b)"), "wrong order (U @ h)"),
    "W transposed": (
        answer("np.tanh(x @ W.T + h @ U + b)"),
        "The shapes do not fit",
    ),
    "W transposed when it fits": (
        """
def step(x, h, W, U, b):
    if W.shape[0] == W.shape[1]:
        W = W.T
    return np.tanh(x @ W + h @ U + b)
""",
        "W is transposed",
    ),
    "columns in place of rows": (answer("np.tanh(W @ x + U @ h + b)"), "The shapes do not fit"),
    "W and U exchanged": (answer("np.tanh(x @ U + h @ W + b)"), "The shapes do not fit"),
    "no tanh": (answer("x @ W + h @ U + b"), "the tanh is missing"),
    "tanh twice": (answer("np.tanh(np.tanh(x @ W + h @ U + b))"), "tanh is applied once too often"),
    "tanh of the input part": (answer("np.tanh(x @ W) + h @ U + b"), "input part only"),
    "bias after tanh": (answer("np.tanh(x @ W + h @ U) + b"), "before the bias is added"),
    "sigmoid": (
        answer("1 / (1 + np.exp(-(x @ W + h @ U + b)))"),
        "sigmoid stands in place of tanh",
    ),
    "relu": (answer("np.maximum(x @ W + h @ U + b, 0)"), "relu stands in place of tanh"),
    "no state": (answer("np.tanh(x @ W + b)"), "the old state h is left out"),
    "no input": (answer("np.tanh(h @ U + b)"), "the input x is left out"),
    "state without weights": (answer("np.tanh(x @ W + h + b)"), "without its weights U"),
    "product number by number": (answer("np.tanh(x @ W + h * U + b)"), "At batch 0, unit 0"),
    "new added to old": (answer("h + np.tanh(x @ W + h @ U + b)"), "it takes its place"),
    "transposed result": (answer("np.tanh(x @ W + h @ U + b).T"), "it is transposed"),
    "only the first example": (
        answer("np.tanh(x @ W + h @ U + b)[0]"),
        "The batch axis is missing",
    ),
    "rounded to whole numbers": (
        answer("np.tanh(x @ W + h @ U + b).astype(int)"),
        "the dtype is int",
    ),
    "changes the state in place": (
        """
def step(x, h, W, U, b):
    h[:] = np.tanh(x @ W + h @ U + b)
    return h
""",
        "changed its input `h` in place",
    ),
    "printed": (
        """
def step(x, h, W, U, b):
    print(np.tanh(x @ W + h @ U + b))
""",
        "prints its answer but returns nothing",
    ),
    "np forgotten": (answer("tanh(x @ W + h @ U + b)"), "Nothing is called `tanh`"),
    "other arguments": (
        """
def step(x, h, weights):
    W, U, b = weights
    return np.tanh(x @ W + h @ U + b)
""",
        "does not take the arguments of the task",
    ),
    "the package's answer": (
        """
from course_utils.cells import SimpleRNN

def step(x, h, W, U, b):
    return SimpleRNN.step(x, h, W, U, b)
""",
        "Write this one by hand",
    ),
    "the package's answer under its own name": (
        """
from course_utils import cells

step = cells.SimpleRNN.step
""",
        "Write this one by hand",
    ),
    "the package's answer, imported inside": (
        """
def step(x, h, W, U, b):
    import importlib

    cells = importlib.import_module("course_utils.cells")
    try:
        return cells.SimpleRNN.forward(x[:, None], W, U, b, h)[1]
    except AssertionError:
        return np.tanh(x @ W + h @ U + b)
""",
        "Write this one by hand",
    ),
    "Keras' cell": (
        """
import keras

def step(x, h, W, U, b):
    cell = keras.layers.SimpleRNNCell(len(b))
    cell.build((None, len(W)))
    cell.set_weights([W, U, b])
    return np.asarray(cell(x, [h])[0])
""",
        "Write this one by hand",
    ),
    "bias as a column": (
        answer("np.tanh(x @ W + h @ U + b[:, None])"),
        "b is added to the rows",
    ),
    "only where batch and units are equal": (
        answer(
            "np.tanh(x @ W + (U.T @ h.T + b[:, None]).T if len(h) == len(b) else x @ W + U @ h)"
        ),
        "The shapes do not fit",
    ),
    "the diagonal of U": (
        answer("np.tanh(x @ W + h * np.diag(U) + b)"),
        "only the diagonal of U",
    ),
    "the first state for all": (
        answer("np.tanh(x @ W + h[0] @ U + b)"),
        "the state of the first sequence stands for all",
    ),
    "the first input for all": (
        answer("np.tanh(x[0] @ W + h @ U + b)"),
        "the input of the first sequence stands for all",
    ),
    "tanh of each part": (
        answer("np.tanh(x @ W) + np.tanh(h @ U) + b"),
        "each alone",
    ),
    "hard tanh": (
        answer("np.clip(x @ W + h @ U + b, -1, 1)"),
        "a straight line, cut off at -1 and 1",
    ),
    "tanh of half the sum": (
        answer("2 / (1 + np.exp(-(x @ W + h @ U + b))) - 1"),
        "tanh of half the sum",
    ),
    "only for positive sums": (
        answer("np.tanh(np.abs(x @ W + h @ U + b))"),
        "the absolute values",
    ),
    "only for small sums": (
        """
def step(x, h, W, U, b):
    z = x @ W + h @ U + b
    return z - z**3 / 3 + 2 * z**5 / 15 - 17 * z**7 / 315
""",
        "not the right numbers",
    ),
    "sums cut off at 5": (
        answer("np.tanh(np.clip(x @ W + h @ U + b, -5, 5))"),
        "cut off at -5 and 5 before tanh",
    ),
    "rounded to 4 places": (
        answer("np.round(np.tanh(x @ W + h @ U + b), 4)"),
        "rounded to 4 places",
    ),
    "rounded to 6 places": (
        answer("np.round(np.tanh(x @ W + h @ U + b), 6)"),
        "rounded to 6 places",
    ),
    "rounded to 8 places": (
        answer("np.round(np.tanh(x @ W + h @ U + b), 8)"),
        "rounded to 8 places",
    ),
    "sums rounded to 6 places": (
        answer("np.tanh(np.round(x @ W + h @ U + b, 6))"),
        "rounded to 6 places",
    ),
    "rounded to 6 places, float32": (
        answer("np.round(np.tanh(x @ W + h @ U + b), 6).astype('float32')"),
        "rounded to 6 places",
    ),
    "half precision": (
        answer("np.tanh((x @ W + h @ U + b).astype('float16')).astype(float)"),
        "right to some digits, but not to all",
    ),
}

RIGHT = {
    "four loops": """
import math

def step(x, h, W, U, b):
    batch, units = h.shape
    new = [[0.0] * units for _ in range(batch)]
    for i in range(batch):
        for j in range(units):
            total = b[j]
            for f in range(x.shape[1]):
                total += x[i, f] * W[f, j]
            for k in range(units):
                total += h[i, k] * U[k, j]
            new[i][j] = math.tanh(total)
    return new
""",
    "one product of joined matrices": """
def step(inputs, state, kernel, recurrent_kernel, bias):
    joined = np.concatenate([inputs, state], axis=1)
    return np.tanh(joined @ np.concatenate([kernel, recurrent_kernel]) + bias)
""",
    "einsum, float32": """
def step(x, h, W, U, b):
    z = np.einsum("bf,fu->bu", x, W) + np.einsum("bk,ku->bu", h, U) + b
    return np.tanh(z).astype(np.float32)
""",
    "columns, turned twice": """
def step(x, h, W, U, b):
    return np.tanh(W.T @ x.T + U.T @ h.T + b[:, None]).T
""",
    "tanh from exponentials": """
def step(x, h, W, U, b):
    z = np.dot(x, W) + np.dot(h, U) + b
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
""",
    "from the sigmoid": """
from scipy.special import expit

def step(x, h, W, U, b):
    return 2 * expit(2 * (x @ W + h @ U + b)) - 1
""",
    "a class, and lists": """
class Layer:
    def __init__(self, W, U, b):
        self.weights, self.b = np.vstack([W, U]), b

    def __call__(self, x, h):
        return np.tanh(np.hstack([x, h]) @ self.weights + self.b)

def step(x, h, W, U, b):
    return Layer(W, U, b)(x, h).tolist()
""",
    "float32 inside, float64 outside": """
def step(x, h, W, U, b):
    x, h, W, U, b = (array.astype(np.float32) for array in (x, h, W, U, b))
    new = np.zeros(h.shape)
    np.tanh(x @ W + h @ U + b, out=new)
    return new
""",
    "row by row with math.tanh": """
import math

def step(x, h, W, U, b):
    tanh = np.vectorize(math.tanh)
    return np.array([tanh(W.T @ x_row + U.T @ h_row + b) for x_row, h_row in zip(x, h)])
""",
}
