"""Task 4: one step back through h = tanh(x W + h_prev U + b)."""

SOLUTION_CELL = "step-back"

ANSWER = """
def step_back(dh, x, h_prev, h, W, U):
    da = dh * (1 - h**2)
    dx = da @ W.T
    dW = x.T @ da
    dU = h_prev.T @ da
    db = da.sum(axis=0)
    dh_prev = da @ U.T
    return dx, dW, dU, db, dh_prev
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def da(expression: str) -> str:
    return change("dh * (1 - h**2)", expression)


WRONG = {
    "no slope": (da("dh"), "the slope of tanh is missing"),
    "slope at the pre-activation": (
        da("dh * (1 - np.arctanh(h) ** 2)"),
        "slope of tanh is taken at the input",
    ),
    "slope with tanh of the state": (
        da("dh * (1 - np.tanh(h) ** 2)"),
        "h is the output of tanh already",
    ),
    "slope with cosh": (da("dh / np.cosh(h) ** 2"), "h is the output of tanh already"),
    "slope at the old state": (da("dh * (1 - h_prev**2)"), "taken at the old state"),
    "no square": (da("dh * (1 - h)"), "h is not squared"),
    "slope of the sigmoid": (da("dh * h * (1 - h)"), "the slope of the sigmoid"),
    "tanh in place of its slope": (da("np.tanh(dh)"), "it is multiplied by the slope"),
    "square only": (da("dh * h**2"), "multiplied by h²"),
    "divided": (da("dh / (1 - h**2)"), "divided by the slope"),
    "slope twice": (da("dh * (1 - h**2) ** 2"), "multiplied in twice"),
    "slope alone": (da("1 - h**2"), "dh is left out"),
    "power with ^": (da("dh * (1 - h^2)"), "a power is written with `**`"),
    "U not transposed": (change("U.T", "U"), "U is not transposed"),
    "W not transposed": (change("W.T", "W"), "The shapes do not fit"),
    "dW the other way round": (
        change("x.T @ da", "(da.T @ x)"),
        "a gradient has the shape of its array",
    ),
    "dU transposed": (change("h_prev.T @ da", "da.T @ h_prev"), "dU looks like this mistake"),
    "dU from the new state": (change("h_prev.T", "h.T"), "made from the new state h"),
    "dW from the old state": (change("x.T @ da", "h_prev.T @ da"), "made from the old state"),
    "dU without slope": (change("h_prev.T @ da", "h_prev.T @ dh"), "the slope of tanh is missing"),
    "dW averaged": (change("x.T @ da", "x.T @ da / len(x)"), "averaged over the batch"),
    "dU averaged": (
        change("h_prev.T @ da", "h_prev.T @ da / len(x)"),
        "dU looks like this mistake: it is averaged over the batch",
    ),
    "db averaged": (change("da.sum(axis=0)", "da.mean(axis=0)"), "averaged over the batch"),
    "db not summed": (change("da.sum(axis=0)", "da"), "not summed over the batch"),
    "db summed over all": (change("da.sum(axis=0)", "da.sum()"), "summed over the units as well"),
    "db summed over the units": (change("da.sum(axis=0)", "da.sum(axis=1)"), "the wrong axis"),
    "db a matrix": (
        change("da.sum(axis=0)", "da.sum(axis=0, keepdims=True)"),
        "the batch axis is kept",
    ),
    "db without slope": (change("da.sum(axis=0)", "dh.sum(axis=0)"), "so it collects da, not dh"),
    "db of the last example": (change("da.sum(axis=0)", "da[-1]"), "only the last example"),
    "dW per example": (
        change("x.T @ da", "x[:, :, None] * da[:, None, :]"),
        "it is kept for each example",
    ),
    "dU per example": (
        change("h_prev.T @ da", "h_prev[:, :, None] * da[:, None, :]"),
        "dU looks like this mistake: it is kept for each example",
    ),
    "dW of the first example": (
        change("x.T @ da", "np.outer(x[0], da[0])"),
        "only the first example is counted",
    ),
    "dx without slope": (change("da @ W.T", "dh @ W.T"), "on the way to x stands the tanh"),
    "dx summed": (change("da @ W.T", "(da @ W.T).sum(axis=0)"), "an input of its own"),
    "dh_prev without slope": (change("da @ U.T", "dh @ U.T"), "dh goes through the tanh first"),
    "dh_prev without U": (change("dh_prev = da @ U.T", "dh_prev = da"), "back through U"),
    "dh_prev is dh": (change("dh_prev = da @ U.T", "dh_prev = dh"), "as it came"),
    "dh added": (change("da @ U.T", "da @ U.T + dh"), "dh is added to it"),
    "the next slope as well": (
        change("da @ U.T", "da @ U.T * (1 - h_prev**2)"),
        "belongs to the next step back",
    ),
    "another order": (
        change("return dx, dW, dU, db, dh_prev", "return dW, dU, db, dx, dh_prev"),
        "come in another order",
    ),
    "the order of the arguments": (
        change("return dx, dW, dU, db, dh_prev", "return dx, dh_prev, dW, dU, db"),
        "in another order: by their shapes, you return dx, dh_prev, dW, dU, db",
    ),
    "weights last": (
        change("return dx, dW, dU, db, dh_prev", "return dh_prev, dx, dW, dU, db"),
        "by their shapes, you return dh_prev, dx",
    ),
    "one missing": (change("return dx, dW, dU, db, dh_prev", "return dx, dW, dU, db"), "5 things"),
    "in place": (da("dh\n    da *= 1 - h**2"), "changed its input `dh` in place"),
    "the package": (
        """
from course_utils import cells

def step_back(dh, x, h_prev, h, W, U):
    tape = cells.Tape()
    b = np.zeros(len(U))
    cells.SimpleRNN.forward(x[:, None], W, U, b, h_prev, tape=tape)
    dx, dW, dU, db, dh_prev = cells.SimpleRNN.backward(tape, d_h=dh)
    return dx[:, 0], dW, dU, db, dh_prev
""",
        "Write this one by hand",
    ),
    "TensorFlow's tape": (
        """
def step_back(dh, x, h_prev, h, W, U):
    import tensorflow as tf

    b = tf.Variable((np.arctanh(h) - x @ W - h_prev @ U)[0])
    parts = [tf.Variable(part) for part in (x, W, U)] + [b, tf.Variable(h_prev)]
    with tf.GradientTape() as tape:
        h = tf.tanh(parts[0] @ parts[1] + parts[4] @ parts[2] + parts[3])
    return [g.numpy() for g in tape.gradient(h, parts, output_gradients=dh)]
""",
        "Write this one by hand",
    ),
    "JAX": (
        """
import jax

def step_back(dh, x, h_prev, h, W, U):
    def f(x, W, U, b, h_prev):
        return jax.numpy.tanh(x @ W + h_prev @ U + b)

    b = (np.arctanh(h) - x @ W - h_prev @ U)[0]
    return jax.vjp(f, x, W, U, b, h_prev)[1](dh)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "einsum, float32": """
def step_back(g, x, before, after, W, U):
    delta = (g * (1 - after * after)).astype(np.float32)
    return (
        np.einsum("bu,fu->bf", delta, W),
        np.einsum("bf,bu->fu", x, delta),
        np.einsum("bv,bu->vu", before, delta),
        np.einsum("bu->u", delta),
        np.einsum("bu,vu->bv", delta, U),
    )
""",
    "example by example": """
def step_back(dh, x, h_prev, h, W, U):
    dx, dh_prev = np.zeros(x.shape), np.zeros(h.shape)
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(U.shape[0])
    for i in range(len(x)):
        da = dh[i] * (1 - h[i]) * (1 + h[i])
        dx[i] = W @ da
        dh_prev[i] = U @ da
        dW += np.outer(x[i], da)
        dU += np.outer(h_prev[i], da)
        db += da
    return [dx, dW, dU, db, dh_prev]
""",
    "the slope from the pre-activation, and lists": """
def step_back(dh, x, h_prev, h, W, U):
    a = np.arctanh(h)
    da = dh / np.cosh(a) ** 2
    ones = np.ones(len(dh))
    return (W @ da.T).T.tolist(), (da.T @ x).T, (da.T @ h_prev).T, ones @ da, (U @ da.T).T
""",
}
