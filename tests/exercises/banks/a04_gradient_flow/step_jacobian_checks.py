"""Task 1: J[j, i] = φ′(a_j) U[i, j], a row for each new unit."""

SOLUTION_CELL = "step-jacobian"


def answer(result: str, new: str = "np.tanh(x @ W + h @ U + b)") -> str:
    return f"""
def step_jacobian(x, h, W, U, b):
    new = {new}
    return {result}
"""


WRONG = {
    "transposed": (
        answer("U * (1 - new**2)"),
        "it is transposed: the new units should be the rows",
    ),
    "transposed, as products": (
        answer("(np.diag(1 - new**2) @ U.T).T"),
        "it is transposed: the new units should be the rows",
    ),
    "diagonal on the right": (
        answer("U.T @ np.diag(1 - new**2)"),
        "the slopes stand on the wrong side",
    ),
    "broadcast along the columns": (
        answer("(1 - new**2) * U.T"),
        "the slopes stand on the wrong side",
    ),
    "U for its transpose": (answer("np.diag(1 - new**2) @ U"), "U is not transposed"),
    "no slope": (answer("U.T"), "the slope of the tanh is left out"),
    "slope at the pre-activation": (
        answer("np.diag(1 - new**2) @ U.T", "x @ W + h @ U + b"),
        "this formula wants the output of the tanh",
    ),
    "slope of the slope": (
        answer("np.diag(1 - np.tanh(new) ** 2) @ U.T"),
        "tanh is applied once too often",
    ),
    "slope at the old state": (
        answer("np.diag(1 - h**2) @ U.T"),
        "the slope is taken at the old state h",
    ),
    "slope at the tanh of the old state": (
        answer("np.diag(1 - np.tanh(h) ** 2) @ U.T"),
        "compute the pre-activation first",
    ),
    "no square": (answer("np.diag(1 - new) @ U.T"), "the square is missing"),
    "tanh, not its slope": (answer("np.diag(new) @ U.T"), "in place of its slope"),
    "slope squared": (answer("np.diag((1 - new**2) ** 2) @ U.T"), "the slope is squared"),
    "slope of a sigmoid": (answer("np.diag(new * (1 - new)) @ U.T"), "the slope of a sigmoid"),
    "a sigmoid": (
        answer("np.diag(new * (1 - new)) @ U.T", "1 / (1 + np.exp(-(x @ W + h @ U + b)))"),
        "it is the slope of the sigmoid",
    ),
    "entry by entry": (
        answer("np.diag(1 - new**2) * U.T"),
        "multiplies entry by entry",
    ),
    "the slopes alone": (answer("np.diag(1 - new**2)"), "U is missing"),
    "a row of slopes": (answer("1 - new**2"), "it is the row of the slopes"),
    "slopes as a row": (answer("(1 - new**2) @ U.T"), "which adds the rows up"),
    "slopes on both sides": (
        answer("np.diag(1 - new**2) @ U.T @ np.diag(1 - new**2)"),
        "multiplied in twice",
    ),
    "state for U": (answer("np.outer(1 - new**2, h)"), "the old state stands where U.T belongs"),
    "times the state": (
        answer("h @ (np.diag(1 - new**2) @ U.T)"),
        "multiplied with the old state",
    ),
    "no bias": (
        answer("np.diag(1 - new**2) @ U.T", "np.tanh(x @ W + h @ U)"),
        "the bias b is missing",
    ),
    "no input": (
        answer("np.diag(1 - new**2) @ U.T", "np.tanh(h @ U + b)"),
        "the input x is missing",
    ),
    "no state": (
        answer("np.diag(1 - new**2) @ U.T", "np.tanh(x @ W + b)"),
        "the old state is missing in the pre-activation",
    ),
    "U @ h": (
        answer("np.diag(1 - new**2) @ U.T", "np.tanh(x @ W + U @ h + b)"),
        "states are rows, so it is h @ U",
    ),
    "with respect to the input": (
        answer("np.diag(1 - new**2) @ W.T"),
        "with respect to the input x",
    ),
    "W @ x": (
        answer("np.diag(1 - new**2) @ U.T", "np.tanh(W @ x + h @ U + b)"),
        "The shapes do not fit",
    ),
    "minus": (answer("np.diag(new**2 - 1) @ U.T"), "the sign is wrong everywhere"),
    "one number": (answer("np.sum((1 - new**2) * U.T)"), "has shape () (a single number)"),
    "the package's slope": (
        """
from course_utils import gradients

def step_jacobian(x, h, W, U, b):
    return gradients.slope("tanh", np.tanh(x @ W + h @ U + b))[:, None] * U.T
""",
        "Write this one by hand",
    ),
    "the package's numerical gradient": (
        """
from course_utils.gradients import numerical

def step_jacobian(x, h, W, U, b):
    return np.array(
        [numerical(lambda s: np.tanh(x @ W + s @ U + b)[j], h) for j in range(len(h))]
    )
""",
        "Write this one by hand",
    ),
    "TensorFlow's tape": (
        """
def step_jacobian(x, h, W, U, b):
    import tensorflow as tf

    h = tf.constant(h)
    with tf.GradientTape() as tape:
        tape.watch(h)
        new = tf.tanh(x @ W + h[None] @ U + b)[0]
    return tape.jacobian(new, h).numpy()
""",
        "Write this one by hand",
    ),
    "JAX": (
        """
def step_jacobian(x, h, W, U, b):
    import jax

    return np.asarray(jax.jacobian(lambda s: jax.numpy.tanh(x @ W + s @ U + b))(h))
""",
        "Write this one by hand",
    ),
    # rounded, clipped, in float32
    **{
        f"rounded to {places} places": (
            answer(f"np.round(np.diag(1 - new**2) @ U.T, {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"new state rounded to {places} places": (
            answer("np.diag(1 - new**2) @ U.T", f"np.tanh(x @ W + h @ U + b).round({places})"),
            f"the new state is rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    **{
        f"pre-activation rounded to {places} places": (
            answer("np.diag(1 - new**2) @ U.T", f"np.tanh(np.round(x @ W + h @ U + b, {places}))"),
            f"the pre-activation is rounded to {places} places on the way",
        )
        for places in (4, 6)
    },
    "float32 on the way": (
        answer(
            "(np.diag(1 - new**2) @ U.T).astype(float)",
            'np.tanh((x @ W + h @ U + b).astype("float32"))',
        ),
        "or computed in float32",
    ),
    "clipped to 5": (
        answer("np.clip(np.diag(1 - new**2) @ U.T, -5, 5)"),
        "numbers beyond 5 are cut to 5",
    ),
    "clipped to 1": (
        answer("np.clip(np.diag(1 - new**2) @ U.T, -1, 1)"),
        "numbers beyond 1 are cut to 1",
    ),
    "a hard tanh": (
        answer("np.diag(1 - new**2) @ U.T", "np.clip(x @ W + h @ U + b, -1, 1)"),
        "that of a hard tanh",
    ),
    "a tanh for small inputs": (
        answer("np.diag(1 - new**2) @ U.T", "(lambda a: a - a**3 / 3)(x @ W + h @ U + b)"),
        "but not the right numbers",
    ),
}

RIGHT = {
    "two loops": """
import math

def step_jacobian(x, h, W, U, b):
    units = len(h)
    rows = []
    for j in range(units):
        a = b[j]
        for f in range(len(x)):
            a += x[f] * W[f, j]
        for i in range(units):
            a += h[i] * U[i, j]
        slope = 1 / math.cosh(a) ** 2
        rows.append([slope * U[i, j] for i in range(units)])
    return rows
""",
    "broadcast, other names": """
def step_jacobian(inputs, state, kernel, recurrent_kernel, bias):
    pre = np.dot(inputs, kernel) + np.dot(state, recurrent_kernel) + bias
    return (1 - np.tanh(pre) ** 2).reshape(-1, 1) * recurrent_kernel.T
""",
    "einsum, float32": """
def step_jacobian(x, h, W, U, b):
    new = np.tanh(x @ W + h @ U + b)
    return np.einsum("j,ij->ji", 1 - new**2, U).astype("float32")
""",
    "transposed at the end": """
def step_jacobian(x, h, W, U, b):
    y = np.tanh(W.T @ x + U.T @ h + b)
    return (U @ np.diag((1 - y) * (1 + y))).T
""",
    "nudging each old unit": """
def step_jacobian(x, h, W, U, b):
    columns = []
    for i in range(len(h)):
        up, down = h.copy(), h.copy()
        up[i] += 1e-5
        down[i] -= 1e-5
        columns.append((np.tanh(x @ W + up @ U + b) - np.tanh(x @ W + down @ U + b)) / 2e-5)
    return np.stack(columns, axis=1)
""",
    "float32 from beginning to end": """
def step_jacobian(x, h, W, U, b):
    x, h, W, U, b = (np.float32(array) for array in (x, h, W, U, b))
    new = np.tanh(x @ W + h @ U + b)
    return (1 - new**2)[:, None] * U.T
""",
    "complex numbers": """
def step_jacobian(x, h, W, U, b):
    units = len(h)
    moved = h + 1e-30j * np.eye(units)
    return (np.tanh(x @ W + moved @ U + b).imag / 1e-30).T
""",
    "a class, a list": """
class Step:
    def __init__(self, W, U, b):
        self.W, self.U, self.b = W, U, b

    def slopes(self, x, h):
        return np.cosh(x @ self.W + h @ self.U + self.b) ** -2.0

def step_jacobian(x, h, W, U, b):
    slopes = Step(W, U, b).slopes(x, h)
    return [list(slope * column) for slope, column in zip(slopes, U.T)]
""",
    "names that cover Python's": """
from numpy import *

max, list, words, gate, error = 3.0, [1, 2, 3], "words", 0.5, None

def step_jacobian(x, h, W, U, b):
    new = tanh(x @ W + h @ U + b)
    return diag(1 - new**2) @ U.T
""",
}
