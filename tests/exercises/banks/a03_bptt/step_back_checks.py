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
    "rounded to 4 places": (
        change(
            "return dx, dW, dU, db, dh_prev",
            "return [np.round(g, 4) for g in (dx, dW, dU, db, dh_prev)]",
        ),
        "rounded to 4 places",
    ),
    "rounded to 6 places": (
        change(
            "return dx, dW, dU, db, dh_prev",
            "return [np.round(g, 6) for g in (dx, dW, dU, db, dh_prev)]",
        ),
        "rounded to 6 places",
    ),
    "dh_prev rounded to 8 places": (
        change("da @ U.T", "np.round(da @ U.T, 8)"),
        "rounded to 8 places",
    ),
    "da rounded to 4 places": (da("np.round(dh * (1 - h**2), 4)"), "da is rounded to 4 places"),
    "da rounded to 6 places": (da("np.round(dh * (1 - h**2), 6)"), "da is rounded to 6 places"),
    "dh clipped to 5": (da("np.clip(dh, -5, 5) * (1 - h**2)"), "dh is clipped to ±5"),
    "da clipped to 5": (da("np.clip(dh * (1 - h**2), -5, 5)"), "da is clipped to ±5"),
    "dh_prev clipped to 5": (
        change("da @ U.T", "np.clip(da @ U.T, -5, 5)"),
        "dh_prev for dh 20 times larger, divided by 20, looks like this mistake: it is clipped "
        "to ±5",
    ),
    "dW clipped to 5": (change("x.T @ da", "np.clip(x.T @ da, -5, 5)"), "it is clipped to ±5"),
    "da in float16": (
        da("(dh * (1 - h**2)).astype(np.float16).astype(float)"),
        "da is float16",
    ),
    "gradients scaled to norm 1 at most": (
        change("return dx", "dW = dW / max(1, np.linalg.norm(dW))\n    return dx"),
        "the norm of it is clipped to 1",
    ),
    "slope with plus": (da("dh * (1 + h**2)"), "the slope is 1 + h²"),
    "slope halved": (da("dh * (1 - h**2) / 2"), "da is half of what it should be"),
    "dh without signs": (da("np.abs(dh) * (1 - h**2)"), "the signs of dh are lost"),
    "the sign": (da("-dh * (1 - h**2)"), "the sign is wrong everywhere"),
    "the last example left out": (
        change("x.T @ da", "x[:-1].T @ da[:-1]"),
        "the last example is left out",
    ),
    "the first example left out": (
        change("x.T @ da", "x[1:].T @ da[1:]"),
        "the first example is left out",
    ),
    "db without the last example": (
        change("da.sum(axis=0)", "da[:-1].sum(axis=0)"),
        "db looks like this mistake: the last example is left out",
    ),
    "dU without the last example": (
        change("h_prev.T @ da", "h_prev[:-1].T @ da[:-1]"),
        "dU looks like this mistake: the last example is left out",
    ),
    "h_prev taken as zeros": (
        change("h_prev.T @ da", "np.zeros_like(h_prev).T @ da"),
        "it is zero: U met h_prev",
    ),
    "dx averaged": (
        change("da @ W.T", "da @ W.T / len(x)"),
        "dx looks like this mistake: it is averaged over the batch",
    ),
    "dx of the first example": (
        change("da @ W.T", "da[:1] @ W.T + 0 * x"),
        "the first example is taken for all",
    ),
    "differences of one's own forward": (
        """
def step_back(dh, x, h_prev, h, W, U):
    b = (np.arctanh(h) - x @ W - h_prev @ U)[0]
    parts = [x, W, U, b, h_prev]

    def loss(parts):
        x, W, U, b, h_prev = parts
        return np.sum(dh * forward(x[:, None], W, U, b, h_prev)[:, 1])

    gradients = []
    for k, part in enumerate(parts):
        gradient = np.zeros(part.shape)
        for i in np.ndindex(part.shape):
            moved = [[p.copy() for p in parts] for _ in range(2)]
            moved[0][k][i] += 1e-5
            moved[1][k][i] -= 1e-5
            gradient[i] = (loss(moved[0]) - loss(moved[1])) / 2e-5
        gradients.append(gradient)
    return gradients
""",
        "`step_back` calls your `forward`",
    ),
    "differences of a loss": (
        """
def step_back(dh, x, h_prev, h, W, U):
    b = np.arctanh(h) - x @ W - h_prev @ U
    parts = [x, W, U, b, h_prev]

    def loss(parts):
        x, W, U, b, h_prev = parts
        return np.sum(dh * np.tanh(x @ W + h_prev @ U + b))

    gradients = []
    for k, part in enumerate(parts):
        gradient = np.zeros(part.shape)
        for i in np.ndindex(part.shape):
            moved = [[p.copy() for p in parts] for _ in range(2)]
            moved[0][k][i] += 1e-5
            moved[1][k][i] -= 1e-5
            gradient[i] = (loss(moved[0]) - loss(moved[1])) / 2e-5
        gradients.append(gradient)
    gradients[3] = gradients[3].sum(axis=0)
    return gradients
""",
        "Are they measured, as differences of one loss",
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
    "one wide matrix for x, h_prev and b": """
def step_back(dh, x, h_prev, h, W, U):
    ones = np.ones((len(x), 1))
    left, V = np.hstack([x, h_prev, ones]), np.vstack([W, U])
    da = dh - h * h * dh
    d_left, dV = da @ V.T, left.T @ da
    f = x.shape[1]
    return d_left[:, :f], dV[:f], dV[f:-1], dV[-1], d_left[:, f:]
""",
    "tensordot": """
def step_back(dh, x, h_prev, h, W, U):
    da = np.multiply(dh, 1 - np.square(h))
    batch = ([0], [0])
    return (
        np.tensordot(da, W, ([1], [1])),
        np.tensordot(x, da, batch),
        np.tensordot(h_prev, da, batch),
        np.add.reduce(da),
        np.inner(da, U),
    )
""",
    "a class, sums of outer products, lists": """
class Step:
    def __init__(self, x, h_prev, h, W, U):
        self.x, self.h_prev, self.h, self.W, self.U = x, h_prev, h, W, U

    def back(self, dh):
        da = np.array([[g * (1 - s * s) for g, s in zip(*rows)] for rows in zip(dh, self.h)])
        dW = sum(np.outer(x, d) for x, d in zip(self.x, da))
        dU = sum(np.outer(h, d) for h, d in zip(self.h_prev, da))
        dx = [(self.W @ d).tolist() for d in da]
        return [dx, dW.tolist(), dU.tolist(), sum(da).tolist(), [self.U @ d for d in da]]

def step_back(dh, x, h_prev, h, W, U):
    return Step(x, h_prev, h, W, U).back(dh)
""",
    "float32 returned": """
def step_back(dh, x, h_prev, h, W, U):
    dh, x, h_prev, h, W, U = (v.astype(np.float32) for v in (dh, x, h_prev, h, W, U))
    da = dh * (1 - h) * (1 + h)
    return da @ W.T, x.T @ da, h_prev.T @ da, da.sum(0), da @ U.T
""",
}
