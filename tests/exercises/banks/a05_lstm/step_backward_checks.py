"""Task 6: one step back, the gradients of one step of an LSTM."""

SOLUTION_CELL = "step-backward"

BACK = """
def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    a_i, a_f, a_c, a_o = np.split(x @ W + h_old @ U + b, 4, axis=1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_c), sigmoid(a_o)
    c = f * c_old + i * g
    do = dh * np.tanh(c)
    dc_all = dc + dh * o * (1 - np.tanh(c) ** 2)
    df = dc_all * c_old
    di = dc_all * g
    dg = dc_all * i
    da_i = di * i * (1 - i)
    da_f = df * f * (1 - f)
    da_c = dg * (1 - g**2)
    da_o = do * o * (1 - o)
    da = np.concatenate([da_i, da_f, da_c, da_o], axis=1)
    return {
        "da": da,
        "dx": da @ W.T,
        "dh_old": da @ U.T,
        "dc_old": dc_all * f,
        "dW": x.T @ da,
        "dU": h_old.T @ da,
        "db": da.sum(axis=0),
    }
"""

ORDER = "[da_i, da_f, da_c, da_o]"


def change(*pairs: str) -> str:
    code = BACK
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def order(letters: str) -> str:
    """Only the result in another order; the forward half is right."""
    return change(ORDER, "[" + ", ".join(f"da_{letter}" for letter in letters) + "]")


def order_everywhere(letters: str) -> str:
    names = ", ".join(f"a_{letter}" for letter in letters)
    blocks = ", ".join(f"da_{letter}" for letter in letters)
    return change("    a_i, a_f, a_c, a_o =", f"    {names} =", ORDER, f"[{blocks}]")


DIFFERENCES = """
def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    def loss(x, h_old, c_old, W, U, b):
        h, c = step(x, h_old, c_old, W, U, b)
        return (dh * h).sum() + (dc * c).sum()

    inputs = [x, h_old, c_old, W, U, b]
    gradients = []
    for k, array in enumerate(inputs):
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            sides = []
            for small in (1e-5, -1e-5):
                moved = array.copy()
                moved[place] += small
                sides.append(loss(*inputs[:k], moved, *inputs[k + 1 :]))
            gradient[place] = (sides[0] - sides[1]) / 2e-5
        gradients.append(gradient)
    back = dict(zip(["dx", "dh_old", "dc_old", "dW", "dU", "db"], gradients))
    da = np.zeros((len(x), 4 * len(U)))
    for n in range(len(x)):
        one = slice(n, n + 1)
        for k in range(4 * len(U)):
            sides = []
            for small in (1e-5, -1e-5):
                h, c = step(x[one], h_old[one], c_old[one], W, U, b + np.eye(4 * len(U))[k] * small)
                sides.append((dh[one] * h).sum() + (dc[one] * c).sum())
            da[n, k] = (sides[0] - sides[1]) / 2e-5
    return {"da": da, **back}
"""


WRONG = {
    "dc through the output gate as well": (
        change(
            "dc + dh * o * (1 - np.tanh(c) ** 2)",
            "(dc + dh) * o * (1 - np.tanh(c) ** 2)",
        ),
        "dc goes through o and tanh as well",
    ),
    "i and f swapped": (order("fico"), "the input gate and the forget gate are swapped"),
    "i and c swapped": (order("cfio"), "the input gate and the candidate are swapped"),
    "i and o swapped": (order("ofci"), "the input gate and the output gate are swapped"),
    "f and c swapped": (order("icfo"), "the forget gate and the candidate are swapped"),
    "f and o swapped": (order("iocf"), "the forget gate and the output gate are swapped"),
    "c and o swapped": (order("ifoc"), "the candidate and the output gate are swapped"),
    "i and f swapped everywhere": (order_everywhere("fico"), "in the order f, i, c, o"),
    "f and c swapped everywhere": (order_everywhere("icfo"), "in the order i, c, f, o"),
    "c and o swapped everywhere": (order_everywhere("ifoc"), "in the order i, f, o, c"),
    "path through h forgotten": (
        change("dc + dh * o * (1 - np.tanh(c) ** 2)", "dc"),
        "the path from h to c is missing",
    ),
    "dc ignored": (
        change("dc + dh * o", "dh * o"),
        "dc, the gradient that came from the next step, is left out",
    ),
    "o forgotten on the way to c": (
        change("dc + dh * o *", "dc + dh *"),
        "from h to c the output gate o is missing",
    ),
    "tanh derivative at c": (
        change("(1 - np.tanh(c) ** 2)", "(1 - c**2)"),
        "the derivative of tanh is taken at c: 1 - c²",
    ),
    "no tanh derivative on the way to c": (
        change("dh * o * (1 - np.tanh(c) ** 2)", "dh * o"),
        "from h to c the derivative of tanh is missing",
    ),
    "tanh derivative without the square": (
        change("(1 - np.tanh(c) ** 2)", "(1 - np.tanh(c))"),
        "the square is missing",
    ),
    "old c in the tanh": (
        change(
            "dh * np.tanh(c)\n",
            "dh * np.tanh(c_old)\n",
            "(1 - np.tanh(c) ** 2)",
            "(1 - np.tanh(c_old) ** 2)",
        ),
        "the old c stands in the tanh",
    ),
    "new c for the forget gate": (change("dc_all * c_old", "dc_all * c"), "it meets the old c"),
    "input gate meets itself": (
        change("dc_all * g", "dc_all * i"),
        "the input gate multiplied the candidate",
    ),
    "candidate without i": (change("dc_all * i", "dc_all"), "the candidate was multiplied by i"),
    "tanh of c forgotten for o": (
        change("do = dh * np.tanh(c)", "do = dh * c"),
        "the output gate multiplied tanh(c)",
    ),
    "o gets the whole gradient": (
        change("do = dh * np.tanh(c)", "do = dh"),
        "the output gate multiplied tanh(c)",
    ),
    "o from the gradient of c": (
        change("da_o = do", "da_o = dc_all * np.tanh(c)"),
        "it gets its gradient from dh",
    ),
    "o from the dc that came in": (
        change("do = dh * np", "do = dc * np"),
        "it gets its gradient from dh",
    ),
    "the new h for o": (
        change("do = dh * np.tanh(c)", "do = dh * o * np.tanh(c)"),
        "the new h stands in place of tanh(c)",
    ),
    "gates without the bias": (
        change("x @ W + h_old @ U + b", "x @ W + h_old @ U"),
        "the bias b is missing where the gates are computed again",
    ),
    "gates without the old h": (
        change("x @ W + h_old @ U + b", "x @ W + b"),
        "the old h is left out where the gates are computed again",
    ),
    "gates without x": (
        change("x @ W + h_old @ U + b", "h_old @ U + b"),
        "the input x is left out where the gates are computed again",
    ),
    "no derivative of the gates": (
        change(
            "di * i * (1 - i)",
            "di",
            "df * f * (1 - f)",
            "df",
            "dg * (1 - g**2)",
            "dg",
            "do * o * (1 - o)",
            "do",
        ),
        "the derivatives of sigmoid and tanh are missing",
    ),
    "derivatives at the pre-activation": (
        change(
            "di * i * (1 - i)",
            "di * a_i * (1 - a_i)",
            "df * f * (1 - f)",
            "df * a_f * (1 - a_f)",
            "dg * (1 - g**2)",
            "dg * (1 - a_c**2)",
            "do * o * (1 - o)",
            "do * a_o * (1 - a_o)",
        ),
        "taken at the pre-activation",
    ),
    "sigmoid derivative at the pre-activation": (
        change(
            "di * i * (1 - i)",
            "di * a_i * (1 - a_i)",
            "df * f * (1 - f)",
            "df * a_f * (1 - a_f)",
            "do * o * (1 - o)",
            "do * a_o * (1 - a_o)",
        ),
        "taken at the pre-activation",
    ),
    "tanh derivative at the pre-activation": (
        change("dg * (1 - g**2)", "dg * (1 - a_c**2)"),
        "taken at the pre-activation",
    ),
    "sigmoid twice": (
        change(
            "di * i * (1 - i)",
            "di * sigmoid(i) * (1 - sigmoid(i))",
            "df * f * (1 - f)",
            "df * sigmoid(f) * (1 - sigmoid(f))",
            "do * o * (1 - o)",
            "do * sigmoid(o) * (1 - sigmoid(o))",
        ),
        "the sigmoid is applied twice",
    ),
    "tanh twice": (
        change("dg * (1 - g**2)", "dg * (1 - np.tanh(g) ** 2)"),
        "tanh is applied twice",
    ),
    "tanh derivative for the gates": (
        change(
            "di * i * (1 - i)",
            "di * (1 - i**2)",
            "df * f * (1 - f)",
            "df * (1 - f**2)",
            "do * o * (1 - o)",
            "do * (1 - o**2)",
        ),
        "the gates have the derivative of tanh",
    ),
    "sigmoid derivative for the candidate": (
        change("dg * (1 - g**2)", "dg * g * (1 - g)"),
        "the candidate has the derivative of the sigmoid",
    ),
    "minus": (change("da = np.concatenate(", "da = -np.concatenate("), "the sign is wrong"),
    "forget gate missing on the direct path": (
        change("dc_all * f,", "dc_all,"),
        "the forget gate is missing",
    ),
    "direct path forgotten": (
        change("dc_all * f,", "0 * dc_all,"),
        "the direct path",
    ),
    "old c gets dc alone": (change("dc_all * f,", "dc * f,"), "only dc goes back"),
    "old c through i": (change("dc_all * f,", "dc_all * i,"), "the input gate stands in place"),
    "forget gate twice": (
        change("dc_all * f,", "dc_all * f * f,"),
        "the forget gate is multiplied in twice",
    ),
    "blocks of U transposed": (
        change(
            "da @ U.T",
            "sum(d @ B for d, B in zip(np.split(da, 4, axis=1), np.split(U, 4, axis=1)))",
        ),
        "each block of U should be transposed",
    ),
    "U not transposed": (change("da @ U.T", "da @ U"), "The shapes do not fit"),
    "W not transposed": (change("da @ W.T", "da @ W"), "The shapes do not fit"),
    "dh added to the old": (change("da @ U.T", "dh + da @ U.T"), "dh itself is added"),
    "old h through the candidate only": (
        change("da @ U.T", "da_c @ np.split(U, 4, axis=1)[2].T"),
        "through the candidate only",
    ),
    "old h without the candidate": (
        change(
            "da @ U.T",
            "da @ U.T - da_c @ np.split(U, 4, axis=1)[2].T",
        ),
        "through the three gates only",
    ),
    "dx through the candidate only": (
        change("da @ W.T", "da_c @ np.split(W, 4, axis=1)[2].T"),
        "through the candidate only",
    ),
    "dU with the new h": (
        change("h_old.T @ da", "(o * np.tanh(c)).T @ da"),
        "the new h",
    ),
    "dU with c": (change("h_old.T @ da", "c_old.T @ da"), "the old c"),
    "dW is a mean": (change("x.T @ da", "x.T @ da / len(x)"), "a mean over the batch"),
    "dU is a mean": (change("h_old.T @ da", "h_old.T @ da / len(x)"), "a mean over the batch"),
    "db is a mean": (change("da.sum(axis=0)", "da.mean(axis=0)"), "a mean over the batch"),
    "dW transposed": (change("x.T @ da", "da.T @ x"), "It is transposed"),
    "dU transposed": (change("h_old.T @ da", "da.T @ h_old"), "It is transposed"),
    "db not summed": (change("da.sum(axis=0)", "da"), "not summed over the batch"),
    "db over the wrong axis": (
        change("da.sum(axis=0)", "da.sum(axis=1)"),
        "summed over the wrong axis",
    ),
    "db a single number": (change("da.sum(axis=0)", "da.sum()"), "has shape ()"),
    "db keeps the axis": (
        change("da.sum(axis=0)", "da.sum(axis=0, keepdims=True)"),
        "one axis too many",
    ),
    "db of the first example": (change("da.sum(axis=0)", "da[0]"), "the first example only"),
    "da of the gates' size": (change(ORDER + ", axis=1", ORDER), "The shapes do not fit"),
    "no db": (change('        "db": da.sum(axis=0),\n', ""), "lacks db"),
    "a tuple": (
        change(
            "return {", "return tuple({", "sum(axis=0),\n    }", "sum(axis=0),\n    }.values())"
        ),
        "Return a dictionary",
    ),
    "dc in place": (
        change(
            "dc_all = dc + dh * o * (1 - np.tanh(c) ** 2)",
            "dc += dh * o * (1 - np.tanh(c) ** 2)\n    dc_all = dc",
        ),
        "changed its input `dc` in place",
    ),
    "the package's answer": (
        """
from course_utils.cells import LSTM, Tape

def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    tape = Tape()
    LSTM.forward(x[:, None], W, U, b, h_old, c_old, tape=tape)
    names = ["dx", "dW", "dU", "db", "dh_old", "dc_old"]
    return dict(zip(names, LSTM.backward(tape, d_h=dh, d_c=dc)))
""",
        "Write this one by hand",
    ),
    "the tape of TensorFlow": (
        """
def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    import tensorflow as tf

    names = ["dx", "dh_old", "dc_old", "dW", "dU", "db"]
    inputs = [tf.Variable(v) for v in (x, h_old, c_old, W, U, b)]
    with tf.GradientTape() as tape:
        x, h_old, c_old, W, U, b = inputs
        a_i, a_f, a_c, a_o = tf.split(x @ W + h_old @ U + b, 4, axis=1)
        c = tf.sigmoid(a_f) * c_old + tf.sigmoid(a_i) * tf.tanh(a_c)
        loss = tf.reduce_sum(dc * c) + tf.reduce_sum(dh * tf.sigmoid(a_o) * tf.tanh(c))
    return dict(zip(names, (g.numpy() for g in tape.gradient(loss, inputs))))
""",
        "Write this one by hand",
    ),
    "numerical gradients": (
        """
from course_utils.gradients import numerical

def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    def loss(bias):
        h, c = step(x, h_old, c_old, W, U, bias)
        return float((dh * h).sum() + (dc * c).sum())

    return {"db": numerical(loss, b)}
""",
        "Write this one by hand",
    ),
    **{
        f"{name} rounded to {places} places": (
            change(f'"{name}": {code},', f'"{name}": np.round({code}, {places}),'),
            "rounded to",
        )
        for name, code in {"da": "da", "dW": "x.T @ da", "dc_old": "dc_all * f"}.items()
        for places in (4, 6, 8)
    },
    "da rounded to 8 places on the way": (
        change("    return {", "    da = np.round(da, 8)\n    return {"),
        "rounded to 8 places",
    ),
    "gates rounded to 6 places": (
        change(
            "i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_c), sigmoid(a_o)",
            "i, f, g, o = (np.round(v, 6) for v in "
            "(sigmoid(a_i), sigmoid(a_f), np.tanh(a_c), sigmoid(a_o)))",
        ),
        "the gates are rounded to 6 places",
    ),
    "gates rounded to 8 places": (
        change(
            "i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_c), sigmoid(a_o)",
            "i, f, g, o = (np.round(v, 8) for v in "
            "(sigmoid(a_i), sigmoid(a_f), np.tanh(a_c), sigmoid(a_o)))",
        ),
        "the gates are rounded to 8 places",
    ),
    "da clipped to 5": (
        change("    return {", "    da = np.clip(da, -5, 5)\n    return {"),
        "clipped to ±5",
    ),
    "dc clipped to 5": (
        change("    df =", "    dc_all = np.clip(dc_all, -5, 5)\n    df ="),
        "clipped to ±5",
    ),
    "dh clipped to 1": (
        change("    do =", "    dh = np.clip(dh, -1, 1)\n    do ="),
        "not the right numbers",
    ),
    "dW clipped to 5": (
        change('"dW": x.T @ da', '"dW": np.clip(x.T @ da, -5, 5)'),
        "clipped to ±5",
    ),
    "dh_old clipped to 5": (
        change('"dh_old": da @ U.T', '"dh_old": np.clip(da @ U.T, -5, 5)'),
        "clipped to ±5",
    ),
    "dc_old clipped to 5": (
        change('"dc_old": dc_all * f', '"dc_old": np.clip(dc_all * f, -5, 5)'),
        "clipped to ±5",
    ),
    "weights' gradients added up in single precision": (
        change(
            "x.T @ da",
            "(np.float32(x).T @ np.float32(da)).astype(float)",
            "h_old.T @ da",
            "(np.float32(h_old).T @ np.float32(da)).astype(float)",
            "da.sum(axis=0)",
            "np.float32(da).sum(axis=0).astype(float)",
        ),
        "float32",
    ),
    "derivative of the input gate missing": (
        change("di * i * (1 - i)", "di"),
        "belongs to the input gate looks like this mistake: the derivative of its sigmoid",
    ),
    "derivative of the forget gate missing": (
        change("df * f * (1 - f)", "df"),
        "belongs to the forget gate looks like this mistake: the derivative of its sigmoid",
    ),
    "derivative of the output gate missing": (
        change("do * o * (1 - o)", "do"),
        "belongs to the output gate looks like this mistake: the derivative of its sigmoid",
    ),
    "derivative of the candidate missing": (
        change("dg * (1 - g**2)", "dg"),
        "the derivative of its tanh, 1 - t², is missing",
    ),
    "derivatives of the sigmoids missing": (
        change("di * i * (1 - i)", "di", "df * f * (1 - f)", "df", "do * o * (1 - o)", "do"),
        "the derivatives of the three sigmoids are missing",
    ),
    **{
        f"cut {cut}, joined i, f, c, o": (
            change("    a_i, a_f, a_c, a_o =", f"    {', '.join('a_' + gate for gate in cut)} ="),
            f"in the order {', '.join(cut)}, and the blocks of da are joined in the order i, f",
        )
        for cut in ("ifoc", "fico", "icfo", "iofc")
    },
    "joined in the order of ONNX": (
        order("iofc"),
        "the blocks of da stand in the order i, o, f, c",
    ),
    "every fourth column": (
        change(
            "da = np.concatenate([da_i, da_f, da_c, da_o], axis=1)",
            "da = np.stack([da_i, da_f, da_c, da_o], axis=2).reshape(len(x), -1)",
        ),
        "the blocks stand in every fourth column",
    ),
    "slope 1 - t of the candidate": (
        change("(1 - g**2)", "(1 - g)"),
        "its slope is 1 - t²; the square is missing",
    ),
    "slope 1 - h² on the way to c": (
        change("(1 - np.tanh(c) ** 2)", "(1 - (o * np.tanh(c)) ** 2)"),
        "the derivative of tanh is taken at h: 1 - h²",
    ),
    "slope s of the gates": (
        change(
            "di * i * (1 - i)", "di * i", "df * f * (1 - f)", "df * f", "do * o * (1 - o)", "do * o"
        ),
        "the gates have the slope s",
    ),
    "slope 1 - s of the forget gate": (
        change("df * f * (1 - f)", "df * (1 - f)"),
        "the factor s is missing",
    ),
    "all of dh in dc": (
        change("dc + dh * o * (1 - np.tanh(c) ** 2)", "dc + dh"),
        "all of dh is added to dc",
    ),
    "old c for the output gate": (
        change("dh * np.tanh(c)\n", "dh * np.tanh(c_old)\n"),
        "the old c stands in the tanh; the output gate multiplied tanh of the new c",
    ),
    "old h for the forget gate": (
        change("dc_all * c_old", "dc_all * h_old"),
        "the old h is used for the forget gate",
    ),
    "1 - f on the direct path": (change("dc_all * f,", "dc_all * (1 - f),"), "1 - f stands"),
    "dx through the gates only": (
        change("da @ W.T", "da @ W.T - da_c @ np.split(W, 4, axis=1)[2].T"),
        "through the three gates only",
    ),
    "dW of the last example": (
        change("x.T @ da", "np.outer(x[-1], da[-1])"),
        "the last example only",
    ),
    "dU of the first example": (
        change("h_old.T @ da", "np.outer(h_old[0], da[0])"),
        "the first example only",
    ),
    "dU with the new c": (
        change("h_old.T @ da", "c.T @ da"),
        "the new c stands in it",
    ),
    "central differences of step": (DIFFERENCES, "calls your `step`"),
    "central differences of forward": (
        DIFFERENCES.replace(
            "h, c = step(x, h_old, c_old, W, U, b)",
            "_, h, c = forward(x[:, None], [W, U, b], h_old, c_old)",
        ),
        "That measures the gradients by small changes",
    ),
}

RIGHT = {
    "example by example, unit by unit": """
def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    batch, units = h_old.shape
    da = np.zeros((batch, 4 * units))
    dc_old = np.zeros((batch, units))
    for n in range(batch):
        a = x[n] @ W + h_old[n] @ U + b
        for k in range(units):
            i, f, o = (sigmoid(a[k + g * units]) for g in (0, 1, 3))
            candidate = np.tanh(a[k + 2 * units])
            squashed = np.tanh(f * c_old[n, k] + i * candidate)
            total = dc[n, k] + dh[n, k] * o * (1 - squashed * squashed)
            da[n, k] = total * candidate * (i - i * i)
            da[n, k + units] = total * c_old[n, k] * (f - f * f)
            da[n, k + 2 * units] = total * i * (1 - candidate * candidate)
            da[n, k + 3 * units] = dh[n, k] * squashed * (o - o * o)
            dc_old[n, k] = total * f
    dW, dU, db = np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    dx, dh_old = [], []
    for n in range(batch):
        dW += np.outer(x[n], da[n])
        dU += np.outer(h_old[n], da[n])
        db += da[n]
        dx.append((W @ da[n]).tolist())
        dh_old.append((U @ da[n]).tolist())
    return dict(da=da, dx=dx, dh_old=dh_old, dc_old=dc_old, dW=dW, dU=dU, db=db)
""",
    "gate by gate, with the student's own parts": """
def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    parts = split_gates(W, U, b)
    a = {k: x @ w + h_old @ u + bias for k, (w, u, bias) in parts.items()}
    h, c = step(x, h_old, c_old, W, U, b)
    o = sigmoid(a["o"])
    dc = dc + dh * (o - h * np.tanh(c))
    d = {
        "i": dc * np.tanh(a["c"]) * sigmoid(a["i"]) * sigmoid(-a["i"]),
        "f": dc * c_old * sigmoid(a["f"]) * sigmoid(-a["f"]),
        "c": dc * sigmoid(a["i"]) / np.cosh(a["c"]) ** 2,
        "o": dh * np.tanh(c) * o * sigmoid(-a["o"]),
    }
    da = np.hstack([d[k] for k in "ifco"])
    return {
        "da": da,
        "dx": sum(d[k] @ np.transpose(parts[k][0]) for k in d),
        "dh_old": sum(d[k] @ np.transpose(parts[k][1]) for k in d),
        "dc_old": sigmoid(a["f"]) * dc,
        "dW": np.hstack([x.T @ d[k] for k in "ifco"]),
        "dU": np.einsum("bu,bk->uk", h_old, da),
        "db": np.ones(len(x)) @ da,
    }
""",
    "float32, with a derivative of its own": """
def step_backward(dh, dc, x, h, c, W, U, b):
    dh, dc, x, h, c, W, U, b = [np.float32(v) for v in (dh, dc, x, h, c, W, U, b)]
    slope = lambda s: s * (1 - s)
    a = (x @ W + h @ U + b).reshape(len(x), 4, -1).transpose(1, 0, 2)
    i, f, o = sigmoid(a[0]), sigmoid(a[1]), sigmoid(a[3])
    g = np.tanh(a[2])
    t = np.tanh(f * c + i * g)
    dc = dc + dh * o * (1 - t**2)
    da = [dc * g * slope(i), dc * c * slope(f), dc * i * (1 - g**2), dh * t * slope(o)]
    da = np.stack(da, axis=1).reshape(len(x), -1)
    return {
        "db": da.sum(0), "dU": h.T @ da, "dW": x.T @ da, "dc_old": dc * f,
        "dh_old": da @ U.T, "dx": da @ W.T, "da": da, "gates": [i, f, g, o],
    }
""",
    "each example by itself, with step and forward": """
def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    das, dcs = [], []
    for n in range(len(x)):
        one = slice(n, n + 1)
        h, c = step(x[one], h_old[one], c_old[one], W, U, b)
        outputs, h, c = forward(x[one, None], [W, U, b], h_old[one], c_old[one])
        i, f, g, o = np.split(x[one] @ W + h_old[one] @ U + b, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        total = dc[one] + dh[one] * o * (1 - np.tanh(c) ** 2)
        parts = [total * g * i * (1 - i), total * c_old[one] * f * (1 - f)]
        parts += [total * i * (1 - g**2), dh[one] * np.tanh(c) * o * (1 - o)]
        das.append(np.hstack(parts)[0])
        dcs.append((total * f)[0])
    da = np.array(das)
    return {
        "da": da, "dx": np.dot(da, W.T), "dh_old": np.inner(da, U), "dc_old": np.array(dcs),
        "dW": np.tensordot(x, da, (0, 0)), "dU": np.tensordot(h_old, da, (0, 0)), "db": sum(da),
    }
""",
    "slopes from scipy and cosh, a class of gates": """
def step_backward(dh, dc, x, h_old, c_old, W, U, b):
    from scipy.special import expit

    class Gate:
        def __init__(self, a):
            self.value = expit(a)
            self.slope = expit(a) * expit(-a)

    a = (np.hstack([x, h_old]) @ np.vstack([W, U]) + b).reshape(len(x), 4, -1)
    i, f, o = (Gate(a[:, k]) for k in (0, 1, 3))
    g = np.tanh(a[:, 2])
    c = f.value * c_old + i.value * g
    back = dc + dh * o.value / np.cosh(c) ** 2
    da = np.stack(
        [back * g * i.slope, back * c_old * f.slope, back * i.value / np.cosh(a[:, 2]) ** 2,
         dh * np.tanh(c) * o.slope],
        axis=1,
    ).reshape(len(x), -1)
    both = np.hstack([x, h_old]).T @ da
    dx, dh_old = np.split(da @ np.vstack([W, U]).T, [len(W)], axis=1)
    return dict(da=da, dx=dx, dh_old=dh_old, dc_old=back * f.value, dW=both[: len(W)],
                dU=both[len(W) :], db=np.add.reduce(da))
""",
}
