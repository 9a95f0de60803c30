"""Task 3: one step of an LSTM."""

SOLUTION_CELL = "step"

STEP = """
def step(x, h, c, W, U, b):
    a_i, a_f, a_c, a_o = np.split(x @ W + h @ U + b, 4, axis=1)
    i = sigmoid(a_i)
    f = sigmoid(a_f)
    g = np.tanh(a_c)
    o = sigmoid(a_o)
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c
"""

ORDER = "a_i, a_f, a_c, a_o"


def change(*pairs: str) -> str:
    code = STEP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def order(letters: str) -> str:
    return change(ORDER, ", ".join(f"a_{letter}" for letter in letters))


WRONG = {
    "i and f swapped": (order("fico"), "the input gate and the forget gate are swapped"),
    "i and c swapped": (order("cfio"), "the input gate and the candidate are swapped"),
    "i and o swapped": (order("ofci"), "the input gate and the output gate are swapped"),
    "f and c swapped": (order("icfo"), "the forget gate and the candidate are swapped"),
    "f and o swapped": (order("iocf"), "the forget gate and the output gate are swapped"),
    "c and o swapped": (order("ifoc"), "the candidate and the output gate are swapped"),
    "the order of ONNX": (order("iofc"), "i, o, f, c"),
    "sigmoid and tanh exchanged": (
        change(
            "sigmoid(a_i)",
            "np.tanh(a_i)",
            "sigmoid(a_f)",
            "np.tanh(a_f)",
            "np.tanh(a_c)",
            "sigmoid(a_c)",
            "sigmoid(a_o)",
            "np.tanh(a_o)",
        ),
        "sigmoid and tanh are exchanged",
    ),
    "tanh for the gates": (
        change(
            "sigmoid(a_i)",
            "np.tanh(a_i)",
            "sigmoid(a_f)",
            "np.tanh(a_f)",
            "sigmoid(a_o)",
            "np.tanh(a_o)",
        ),
        "the gates go through tanh",
    ),
    "sigmoid for the candidate": (
        change("np.tanh(a_c)", "sigmoid(a_c)"),
        "the candidate goes through the sigmoid",
    ),
    "sigmoid on all four blocks first": (
        change("np.tanh(a_c)", "np.tanh(sigmoid(a_c))"),
        "the candidate goes through the sigmoid, and then through tanh",
    ),
    "sigmoid of c": (change("np.tanh(c)", "sigmoid(c)"), "the sigmoid of c"),
    "candidate without tanh": (change("np.tanh(a_c)", "a_c"), "the candidate has no tanh"),
    "gates without sigmoid": (
        change("sigmoid(a_i)", "a_i", "sigmoid(a_f)", "a_f", "sigmoid(a_o)", "a_o"),
        "the gates have no sigmoid",
    ),
    "no forget gate": (change("f * c +", "c +"), "the forget gate is left out"),
    "no input gate": (change("i * g", "g"), "the input gate is left out"),
    "the old c forgotten": (change("f * c + i * g", "i * g"), "the old cell state is left out"),
    "forgets by f": (
        change("f * c +", "(1 - f) * c +"),
        "the old c is multiplied by 1 - f",
    ),
    "one minus f": (change("i * g", "(1 - f) * g"), "1 - f stands in place of the input gate"),
    "f and i on the wrong sides": (
        change("f * c + i * g", "i * c + f * g"),
        "the input gate and the forget gate are swapped",
    ),
    "no output gate": (change("o * np.tanh(c)", "np.tanh(c)"), "the output gate is missing"),
    "no tanh of c": (change("o * np.tanh(c)", "o * c"), "the tanh of c is forgotten"),
    "h from the old c": (
        change("c = f * c + i * g", "new = f * c + i * g", "return h, c", "return h, new"),
        "made from the old c",
    ),
    "the old c returned": (
        change(
            "c = f * c + i * g",
            "new = f * c + i * g",
            "np.tanh(c)",
            "np.tanh(new)",
        ),
        "the old c is returned",
    ),
    "h for c in the update": (
        change("f * c +", "f * h +"),
        "h stands in place of the old c",
    ),
    "tanh kept in c": (
        change("c = f * c + i * g", "c = np.tanh(f * c + i * g)", "o * np.tanh(c)", "o * c"),
        "the tanh belongs to h alone",
    ),
    "c added to h": (change("h = o *", "h = h + o *"), "added to the old h"),
    "returned the other way round": (change("return h, c", "return c, h"), "exchanged"),
    "c for h": (change("return h, c", "return c, c"), "c is returned for h"),
    "h for c": (change("return h, c", "return h, h"), "h is returned for c"),
    "only h": (change("return h, c", "return h"), "Return 2 things"),
    "no bias": (change(" + b", ""), "the bias b is missing"),
    "no input": (change("x @ W + ", ""), "the input x is left out"),
    "no old h": (change(" + h @ U", ""), "the old h is left out"),
    "c into the gates": (change("h @ U", "c @ U"), "the gates listen to c"),
    "blocks transposed": (
        change(
            "x @ W + h @ U + b",
            "x @ W + h @ np.concatenate([B.T for B in np.split(U, 4, axis=1)], axis=1) + b",
        ),
        "each block of U is transposed",
    ),
    "U transposed": (change("h @ U", "h @ U.T"), "The shapes do not fit"),
    "split along the batch": (change("4, axis=1", "4"), "np.split"),
    "every fourth column": (
        change(
            "np.split(x @ W + h @ U + b, 4, axis=1)",
            "((x @ W + h @ U + b)[:, k::4] for k in range(4))",
        ),
        "every fourth column",
    ),
    "c in place": (change("c = f * c + i * g", "c *= f\n    c += i * g"), "changed its input `c`"),
    "prints": (change("return h, c", "print(h, c)"), "prints its answer"),
    "the package's answer": (
        """
from course_utils.cells import LSTM

def step(x, h, c, W, U, b):
    return LSTM.step(x, h, c, W, U, b)
""",
        "Write this one by hand",
    ),
    "the package's forward": (
        """
import course_utils.cells as cells

def step(x, h, c, W, U, b):
    return cells.LSTM.forward(x[:, None], W, U, b, h, c)[1:]
""",
        "Write this one by hand",
    ),
    "the package's gates": (
        """
from course_utils.cells import LSTM

def step(x, h, c, W, U, b):
    i, f, g, o = LSTM._gates(x @ W + h @ U + b)
    c = f * c + i * g
    return o * np.tanh(c), c
""",
        "Write this one by hand",
    ),
    "a Keras cell": (
        """
def step(x, h, c, W, U, b):
    cell = keras.layers.LSTMCell(U.shape[0])
    cell.build(x.shape)
    cell.set_weights([W, U, b])
    return [np.asarray(state) for state in cell(x, [h, c])[1]]
""",
        "Write this one by hand",
    ),
    **{
        f"rounded to {places} places": (
            change("return h, c", f"return np.round(h, {places}), np.round(c, {places})"),
            f"rounded to {places} places after the point",
        )
        for places in (4, 6, 8)
    },
    **{
        f"gates rounded to {places} places": (
            change(
                "sigmoid(a_i)",
                f"np.round(sigmoid(a_i), {places})",
                "sigmoid(a_f)",
                f"np.round(sigmoid(a_f), {places})",
                "sigmoid(a_o)",
                f"np.round(sigmoid(a_o), {places})",
            ),
            f"the gates are rounded to {places} places after the point",
        )
        for places in (4, 6, 8)
    },
    "candidate rounded to 8 places": (
        change("np.tanh(a_c)", "np.round(np.tanh(a_c), 8)"),
        "with tiny c and candidates",
    ),
    "c clipped to 5": (
        change("c = f * c + i * g", "c = np.clip(f * c + i * g, -5, 5)"),
        "c is clipped to ±5",
    ),
    "pre-activations clipped to 5": (
        change("np.split(x @ W + h @ U + b,", "np.split(np.clip(x @ W + h @ U + b, -5, 5),"),
        "the pre-activations are clipped to ±5",
    ),
    "in single precision, given back in double": (
        change(
            "    a_i,",
            "    x, h, c, W, U, b = (np.float32(v) for v in (x, h, c, W, U, b))\n    a_i,",
            "return h, c",
            "return h.astype(float), c.astype(float)",
        ),
        "with gates that are nearly closed",
    ),
    "hard sigmoid": (
        change(
            "sigmoid(a_i)",
            "np.clip(a_i / 6 + 0.5, 0, 1)",
            "sigmoid(a_f)",
            "np.clip(a_f / 6 + 0.5, 0, 1)",
            "sigmoid(a_o)",
            "np.clip(a_o / 6 + 0.5, 0, 1)",
        ),
        "the gates are hard sigmoids",
    ),
    "the hard sigmoid of older Keras": (
        change(
            "sigmoid(a_i)",
            "np.clip(0.2 * a_i + 0.5, 0, 1)",
            "sigmoid(a_f)",
            "np.clip(0.2 * a_f + 0.5, 0, 1)",
            "sigmoid(a_o)",
            "np.clip(0.2 * a_o + 0.5, 0, 1)",
        ),
        "the gates are hard sigmoids",
    ),
    "1 added to the forget bias": (
        change("sigmoid(a_f)", "sigmoid(a_f + 1)"),
        "1 is added to the forget gate's bias",
    ),
    "tanh of tanh": (
        change("np.tanh(a_c)", "np.tanh(np.tanh(a_c))"),
        "the candidate goes through tanh twice",
    ),
    "tanh of tanh of c": (
        change("np.tanh(c)", "np.tanh(np.tanh(c))"),
        "tanh is taken twice",
    ),
    "sigmoid of sigmoid": (
        change(
            "sigmoid(a_i)",
            "sigmoid(sigmoid(a_i))",
            "sigmoid(a_f)",
            "sigmoid(sigmoid(a_f))",
            "sigmoid(a_o)",
            "sigmoid(sigmoid(a_o))",
        ),
        "the gates go through the sigmoid twice",
    ),
    "relu for the candidate": (
        change("np.tanh(a_c)", "np.maximum(a_c, 0)"),
        "the candidate is a relu",
    ),
    "the first example for all": (
        change("x @ W + h @ U + b", "x[:1] @ W + h[:1] @ U + b"),
        "every example gets the gates of the first",
    ),
    "peepholes": (
        change("sigmoid(a_i)", "sigmoid(a_i + c)", "sigmoid(a_f)", "sigmoid(a_f + c)"),
        "not the right numbers",
    ),
}

RIGHT = {
    "row by row, unit by unit": """
import math

def step(x, h, c, W, U, b):
    units = len(U)
    new_h, new_c = [], []
    for x_row, h_row, c_row in zip(x, h, c):
        a = x_row @ W + h_row @ U + b
        hs, cs = [], []
        for k in range(units):
            i = 1 / (1 + math.exp(-a[k]))
            f = 1 / (1 + math.exp(-a[units + k]))
            candidate = math.tanh(a[2 * units + k])
            o = 1 / (1 + math.exp(-a[3 * units + k]))
            cs.append(f * c_row[k] + i * candidate)
            hs.append(o * math.tanh(cs[-1]))
        new_h.append(hs)
        new_c.append(cs)
    return new_h, new_c
""",
    "with split_gates": """
def step(x_t, h_prev, c_prev, kernel, recurrent, bias):
    parts = split_gates(kernel, recurrent, bias)
    a = {k: x_t @ W + h_prev @ U + b for k, (W, U, b) in parts.items()}
    c_new = sigmoid(a["f"]) * c_prev + sigmoid(a["i"]) * np.tanh(a["c"])
    return [sigmoid(a["o"]) * np.tanh(c_new), c_new]
""",
    "one einsum, float32": """
def step(x, h, c, W, U, b):
    x, h, c, W, U, b = (np.asarray(v, dtype="float32") for v in (x, h, c, W, U, b))
    a = np.einsum("bf,fk->bk", x, W) + np.einsum("bu,uk->bk", h, U) + b
    a = a.reshape(len(x), 4, -1)
    s = 1 / (1 + np.exp(-a))
    c = s[:, 1] * c + s[:, 0] * np.tanh(a[:, 2])
    return s[:, 3] * np.tanh(c), c
""",
    "scipy's sigmoid, split by hand": """
def step(x, h, c, W, U, b):
    from scipy.special import expit

    n = h.shape[1]
    a = np.hstack([x, h]) @ np.vstack([W, U]) + b
    new_c = expit(a[:, n : 2 * n]) * c + expit(a[:, :n]) * np.tanh(a[:, 2 * n : 3 * n])
    return expit(a[:, 3 * n :]) * np.tanh(new_c), new_c
""",
    "a class": """
class Cell:
    def __init__(self, W, U, b):
        self.W, self.U, self.b, self.n = W, U, b, len(U)

    def block(self, k, x, h):
        part = slice(k * self.n, (k + 1) * self.n)
        return x @ self.W[:, part] + h @ self.U[:, part] + self.b[part]

    def __call__(self, x, h, c):
        i, f, o = (1 / (1 + np.exp(-self.block(k, x, h))) for k in (0, 1, 3))
        e = np.exp(2 * self.block(2, x, h))
        new = np.multiply(f, c) + i * (1 - 2 / (e + 1))
        return o * np.tanh(new), new

def step(x, h, c, W, U, b):
    return Cell(W, U, b)(x, h, c)
""",
    "float32 with the sigmoid of the notebook": """
def step(x, h, c, W, U, b):
    x, h, c, W, U, b = (np.float32(v) for v in (x, h, c, W, U, b))
    a_i, a_f, a_c, a_o = np.split(x @ W + h @ U + b, 4, axis=1)
    c = sigmoid(a_f) * c + sigmoid(a_i) * np.tanh(a_c)
    return sigmoid(a_o) * np.tanh(c), c
""",
}
