"""Task 7: backpropagation through time."""

SOLUTION_CELL = "backward"

BACK = """
def backward(d_outputs, x, weights, h0, c0):
    W, U, b = weights
    batch, time, features = x.shape
    h, c = [h0], [c0]
    for t in range(time):
        new_h, new_c = step(x[:, t], h[t], c[t], W, U, b)
        h.append(new_h)
        c.append(new_c)
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    dh, dc = np.zeros(h0.shape), np.zeros(c0.shape)
    for t in reversed(range(time)):
        dh = dh + d_outputs[:, t]
        back = step_backward(dh, dc, x[:, t], h[t], c[t], W, U, b)
        dx[:, t] = back["dx"]
        dW += back["dW"]
        dU += back["dU"]
        db += back["db"]
        dh = back["dh_old"]
        dc = back["dc_old"]
    return {"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh, "dc0": dc}
"""

MY_STEP = """
def my_step_backward(dh, dc, x, h_old, c_old, W, U, b):
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
        "dx": da @ W.T,
        "dh_old": da @ U.T,
        "dc_old": dc_all * f,
        "dW": x.T @ da,
        "dU": h_old.T @ da,
        "db": da.sum(axis=0),
    }
"""

START = "dh, dc = np.zeros(h0.shape), np.zeros(c0.shape)"
LOOP = "for t in reversed(range(time)):"
CALL = "step_backward(dh, dc, x[:, t], h[t], c[t], W, U, b)"


def change(*pairs: str, code: str = BACK) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def with_step(*pairs: str) -> str:
    """The loop with a step back of its own, which has a mistake."""
    return change(*pairs, code=MY_STEP) + change("= step_backward", "= my_step_backward")


DIFFERENCES = """
def backward(d_outputs, x, weights, h0, c0):
    def loss(x, W, U, b, h0, c0):
        outputs = forward(x, [W, U, b], h0, c0)[0]
        return (d_outputs * outputs).sum()

    inputs = [x, *weights, h0, c0]
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
    return dict(zip(["dx", "dW", "dU", "db", "dh0", "dc0"], gradients))
"""


WRONG = {
    "dh not passed on": (
        change("dh = back[", "old = back[", "dh = dh + d_outputs[:, t]", "dh = d_outputs[:, t]"),
        "dh is not passed on",
    ),
    "dc not passed on": (change("dc = back[", "old = back["), "dc is not passed on"),
    "neither passed on": (
        change(
            "dh = back[",
            "old = back[",
            "dc = back[",
            "old = back[",
            "dh = dh + d_outputs[:, t]",
            "dh = d_outputs[:, t]",
        ),
        "neither dh nor dc is passed on",
    ),
    "dh replaced by the output's": (
        change("dh = dh + d_outputs[:, t]", "dh = d_outputs[:, t]"),
        "dh is not passed on",
    ),
    "dh summed up for ever": (
        change("dh = back[", "dh = dh + back["),
        "dh is added to the dh before it",
    ),
    "dc summed up for ever": (
        change("dc = back[", "dc = dc + back["),
        "dc is added to the dc before it",
    ),
    "output's gradient added to dc, too": (
        change("dh = dh + d_outputs[:, t]", "dh, dc = dh + d_outputs[:, t], dc + d_outputs[:, t]"),
        "added to dc, too",
    ),
    "both summed up for ever": (
        change("dh = back[", "dh = dh + back[", "dc = back[", "dc = dc + back["),
        "dh and dc are each added to the one before",
    ),
    "dh and dc one array": (
        change(START, "dh = dc = np.zeros(h0.shape)", "dh = dh + d", "dh += d"),
        "dh and dc are one and the same array",
    ),
    "last output twice": (
        change(START, "dh, dc = d_outputs[:, -1], np.zeros(c0.shape)"),
        "the gradient of the last output comes in twice",
    ),
    "loop ends before the first step": (
        change(LOOP, "for t in range(time - 1, 0, -1):"),
        "the loop ends before the first step",
    ),
    "loop begins after the last step": (
        change(LOOP, "for t in reversed(range(time - 1)):"),
        "the last step is left out",
    ),
    "only the last output": (
        change("dh = dh + d_outputs[:, t]", "dh = dh + d_outputs[:, t] * (t == time - 1)"),
        "only the gradient of the last output",
    ),
    "last output at every step": (
        change("d_outputs[:, t]", "d_outputs[:, -1]"),
        "the gradient of the last output comes in at every step",
    ),
    "dh and dc exchanged": (
        change(
            'dh = back["dh_old"]',
            'dh = back["dc_old"]',
            'dc = back["dc_old"]',
            'dc = back["dh_old"]',
        ),
        "dh and dc are exchanged",
    ),
    "no accumulation": (
        change(
            "dW += back",
            "dW = back",
            "dU += back",
            "dU = back",
            "db += back",
            "db = back",
        ),
        "forgotten accumulation over time",
    ),
    "only the last step": (
        change(
            "dW += back",
            "dW = dW if dW.any() else back",
            "dU += back",
            "dU = dU if dU.any() else back",
            "db += back",
            "db = db if db.any() else back",
        ),
        "only the last step",
    ),
    "no accumulation of dW": (
        change("dW += back", "dW = back"),
        "forgotten accumulation over time",
    ),
    "no accumulation of dU": (
        change("dU += back", "dU = back"),
        "forgotten accumulation over time",
    ),
    "mean over time": (
        change('"dW": dW, "dU": dU, "db": db', '"dW": dW / time, "dU": dU / time, "db": db / time'),
        "a mean over the steps",
    ),
    "mean over the batch": (
        change(
            '"dW": dW, "dU": dU, "db": db', '"dW": dW / batch, "dU": dU / batch, "db": db / batch'
        ),
        "a mean over the batch",
    ),
    "db not summed over time": (
        change(
            "db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)",
            "db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), []",
            'db += back["db"]',
            'db.insert(0, back["db"])',
        ),
        "not summed over time",
    ),
    "db not summed over the batch": (
        with_step("da.sum(axis=0)", "da").replace("np.zeros(b.shape)", "0.0"),
        "not summed over the batch",
    ),
    "forwards": (change(LOOP, "for t in range(time):"), "the loop runs forwards"),
    "the new states": (
        change(
            "x[:, t], h[t], c[t], W, U, b)\n        dx",
            "x[:, t], h[t + 1], c[t + 1], W, U, b)\n        dx",
        ),
        "the states after the step",
    ),
    "the new h": (
        change(
            "x[:, t], h[t], c[t], W, U, b)\n        dx",
            "x[:, t], h[t + 1], c[t], W, U, b)\n        dx",
        ),
        "the state h after the step",
    ),
    "the new c": (
        change(
            "x[:, t], h[t], c[t], W, U, b)\n        dx",
            "x[:, t], h[t], c[t + 1], W, U, b)\n        dx",
        ),
        "the cell state c after the step",
    ),
    "starting states ignored": (
        change("h, c = [h0], [c0]", "h, c = [0 * h0], [0 * c0]"),
        "h0 and c0 are ignored",
    ),
    "starting states exchanged": (change("[h0], [c0]", "[c0], [h0]"), "h0 and c0 are exchanged"),
    "dx in reversed order": (
        change("dx[:, t] = back", "dx[:, time - 1 - t] = back"),
        "the order is reversed along the time axis",
    ),
    "dx of one step": (change("dx[:, t] = back", "dx = back"), "The time axis is missing"),
    "dx summed over time": (
        change(
            "dx[:, t] = back",
            "dx += back",
            "dx, dW, dU, db = np.zeros(x.shape)",
            "dx, dW, dU, db = np.zeros((batch, features))",
        ),
        "The time axis is missing",
    ),
    "dx time-major": (
        change('{"dx": dx', '{"dx": dx.transpose(1, 0, 2)'),
        "The axes are in another order",
    ),
    "dh0 of the outputs": (
        change('"dh0": dh', '"dh0": d_outputs[:, 0]'),
        "the gradient of the first output",
    ),
    "dh0 with the last output": (
        change(
            START,
            "dh, dc = d_outputs[:, -1], np.zeros(c0.shape)",
            "dh = dh + d_outputs[:, t]",
            "pass",
            'dh = back["dh_old"]',
            'dh = back["dh_old"] + d_outputs[:, t - 1]',
        ),
        "there t - 1 is -1",
    ),
    "dh0 with the first output": (
        change('"dh0": dh', '"dh0": dh + d_outputs[:, 0]'),
        "the gradient of the first output is added",
    ),
    "dh0 a step too late": (
        change("        dh = back[", "        if t > 0:\n            dh = back["),
        "dh after the first step",
    ),
    "dh0 a step too late, without its output": (
        change(
            "        dh = dh + d",
            "        late = dh\n        dh = dh + d",
            '"dh0": dh',
            '"dh0": late',
        ),
        "dh after the first step",
    ),
    "dc0 a step too late": (
        change("        dc = back[", "        if t > 0:\n            dc = back["),
        "dc after the first step",
    ),
    "dh0 is zero": (change('"dh0": dh', '"dh0": 0 * dh'), "it is zero everywhere"),
    "dc0 is zero": (change('"dc0": dc', '"dc0": 0 * dc'), "it is zero everywhere"),
    "dh0 and dc0 exchanged": (
        change('"dh0": dh, "dc0": dc', '"dh0": dc, "dc0": dh'),
        "dh0 and dc0 are exchanged",
    ),
    "forget gate missing on the direct path": (
        with_step("dc_all * f,", "dc_all,"),
        "without the forget gate",
    ),
    "path through h forgotten": (
        with_step("dc + dh * o * (1 - np.tanh(c) ** 2)", "dc"),
        "the path from h to c is missing",
    ),
    "gates' derivatives at the pre-activation": (
        with_step(
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
    "blocks of U transposed": (
        with_step(
            "da @ U.T",
            "sum(d @ B for d, B in zip(np.split(da, 4, axis=1), np.split(U, 4, axis=1)))",
        ),
        "each block of U should be transposed",
    ),
    "U not transposed": (with_step("da @ U.T", "da @ U"), "The shapes do not fit"),
    "i and f swapped": (
        with_step("[da_i, da_f, da_c, da_o]", "[da_f, da_i, da_c, da_o]"),
        "the input gate and the forget gate are swapped",
    ),
    "f and c swapped": (
        with_step("[da_i, da_f, da_c, da_o]", "[da_i, da_c, da_f, da_o]"),
        "the forget gate and the candidate are swapped",
    ),
    "c and o swapped": (
        with_step("[da_i, da_f, da_c, da_o]", "[da_i, da_f, da_o, da_c]"),
        "the candidate and the output gate are swapped",
    ),
    "no dc0": (change(', "dc0": dc}', "}"), "lacks dc0"),
    "a tuple": (
        change(
            '{"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh, "dc0": dc}',
            "dx, dW, dU, db, dh, dc",
        ),
        "Return a dictionary",
    ),
    "changes d_outputs": (
        change("dh = dh + d_outputs[:, t]", "d_outputs[:, t] += dh\n        dh = d_outputs[:, t]"),
        "changed its input `d_outputs` in place",
    ),
    "the package's answer": (
        """
from course_utils.cells import LSTM, Tape

def backward(d_outputs, x, weights, h0, c0):
    tape = Tape()
    LSTM.forward(x, *weights, h0, c0, tape=tape)
    names = ["dx", "dW", "dU", "db", "dh0", "dc0"]
    return dict(zip(names, LSTM.backward(tape, d_outputs)))
""",
        "Write this one by hand",
    ),
    "the tape of TensorFlow": (
        """
import tensorflow as tf

def backward(d_outputs, x, weights, h0, c0):
    names = ["dx", "dW", "dU", "db", "dh0", "dc0"]
    inputs = [tf.Variable(v) for v in (x, *weights, h0, c0)]
    with tf.GradientTape() as tape:
        x, W, U, b, h, c = inputs
        loss = 0.0
        for t in range(x.shape[1]):
            i, f, g, o = tf.split(x[:, t] @ W + h @ U + b, 4, axis=1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
            h = tf.sigmoid(o) * tf.tanh(c)
            loss += tf.reduce_sum(h * d_outputs[:, t])
    return dict(zip(names, [tf.convert_to_tensor(g).numpy() for g in tape.gradient(loss, inputs)]))
""",
        "Write this one by hand",
    ),
    "numerical gradients": (
        """
from course_utils.gradients import numerical

def backward(d_outputs, x, weights, h0, c0):
    W, U, b = weights
    loss = lambda bias: float((forward(x, [W, U, bias], h0, c0)[0] * d_outputs).sum())
    return {"db": numerical(loss, b)}
""",
        "Write this one by hand",
    ),
    "a Keras layer for the way forward": (
        """
def backward(d_outputs, x, weights, h0, c0):
    layer = keras.layers.LSTM(len(weights[1]), return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    return {"dx": np.asarray(layer(x))}
""",
        "Write this one by hand",
    ),
    **{
        f"{name} rounded to {places} places": (
            change(
                f'"{name}": {name.strip("0")}', f'"{name}": np.round({name.strip("0")}, {places})'
            ),
            f"rounded to {places} places after the point",
        )
        for name, places in (("dx", 4), ("dW", 6), ("db", 8), ("dh0", 8), ("dc0", 6))
    },
    "dh rounded to 8 places on the way": (
        change('dh = back["dh_old"]', 'dh = np.round(back["dh_old"], 8)'),
        "not the right numbers",
    ),
    "dh clipped to 5": (
        change('dh = back["dh_old"]', 'dh = np.clip(back["dh_old"], -5, 5)'),
        "dh is clipped to ±5",
    ),
    "dc clipped to 5": (
        change('dc = back["dc_old"]', 'dc = np.clip(back["dc_old"], -5, 5)'),
        "dc is clipped to ±5",
    ),
    "dh and dc clipped to 1": (
        change(
            'dh = back["dh_old"]',
            'dh = np.clip(back["dh_old"], -1, 1)',
            'dc = back["dc_old"]',
            'dc = np.clip(back["dc_old"], -1, 1)',
        ),
        "with d_outputs a thousand times as large",
    ),
    "dh clipped to 5 where the output's gradient comes in": (
        change("dh = dh + d_outputs[:, t]", "dh = np.clip(dh + d_outputs[:, t], -5, 5)"),
        "with d_outputs a thousand times as large",
    ),
    "dh0 clipped to 5": (
        change('"dh0": dh', '"dh0": np.clip(dh, -5, 5)'),
        "clipped to ±5",
    ),
    "norm of dh held at 10": (
        change(
            'dh = back["dh_old"]',
            'dh = back["dh_old"] * min(1, 10 / (np.linalg.norm(back["dh_old"]) + 1e-30))',
        ),
        "with d_outputs a thousand times as large",
    ),
    "dW clipped to 5": (
        change("dW += back", "dW = np.clip(dW, -5, 5)\n        dW += back"),
        "with d_outputs a thousand times as large",
    ),
    "the gradient of the output before": (
        change("d_outputs[:, t]", "d_outputs[:, t - 1]"),
        "each step gets the gradient of the output before its own",
    ),
    "the walk ends after four steps": (
        change(LOOP, "for t in reversed(range(max(0, time - 4), time)):"),
        "not the right numbers",
    ),
    "dW is a mean over time": (
        change('"dW": dW', '"dW": dW / time'),
        "a mean over the steps",
    ),
    "dU is a mean over the batch": (
        change('"dU": dU', '"dU": dU / batch'),
        "a mean over the batch",
    ),
    "db of the first sequence": (
        change(
            "W, U, b)\n        dx",
            "W, U, b)\n"
            "        first = (v[:1] for v in (dh, dc, x[:, t], h[t], c[t]))\n"
            '        back["db"] = step_backward(*first, W, U, b)["db"]\n'
            "        dx",
        ),
        "the first sequence only",
    ),
    "dU with the new states": (
        change('dU += back["dU"]', 'dU += h[t + 1].T @ back["da"]'),
        "the states after the steps stand in it",
    ),
    "dx summed up": (
        change(
            'dx[:, t] = back["dx"]',
            'dx[:, t] = back["dx"] + (dx[:, t + 1] if t + 1 < time else 0)',
        ),
        "a running sum",
    ),
    "h0 ignored": (change("[h0], [c0]", "[0 * h0], [c0]"), "h0 is ignored on the way forward"),
    "c0 ignored": (change("[h0], [c0]", "[h0], [0 * c0]"), "c0 is ignored on the way forward"),
    "only the slope of the input gate missing": (
        with_step("di * i * (1 - i)", "di"),
        "the derivative of the input gate is missing",
    ),
    "i and o swapped": (
        with_step("[da_i, da_f, da_c, da_o]", "[da_o, da_f, da_c, da_i]"),
        "the input gate and the output gate are swapped",
    ),
    "cut i, f, o, c, joined i, f, c, o": (
        with_step("a_i, a_f, a_c, a_o =", "a_i, a_f, a_o, a_c ="),
        "cut out in the order i, f, o, c",
    ),
    "derivative of tanh missing on the way to c": (
        with_step("dh * o * (1 - np.tanh(c) ** 2)", "dh * o"),
        "from h to c the derivative of tanh is missing",
    ),
    "a wrong step_backward of an earlier task": (
        change(
            "def my_step",
            "def step",
            "np.tanh(c) ** 2",
            "c**2",
            "return {",
            'return {\n        "da": da,',
            code=MY_STEP,
        )
        + BACK,
        "`backward` calls your `step_backward`, whose own check does not hold",
    ),
    "central differences of forward": (
        DIFFERENCES,
        "That measures the gradients by small changes",
    ),
    "central differences of step": (
        DIFFERENCES.replace(
            "outputs = forward(x, [W, U, b], h0, c0)[0]",
            "h, c, outputs = h0, c0, []\n"
            "        for x_t in x.swapaxes(0, 1):\n"
            "            h, c = step(x_t, h, c, W, U, b)\n"
            "            outputs.append(h)\n"
            "        outputs = np.stack(outputs, axis=1)",
        ),
        "That measures the gradients by small changes",
    ),
}

RIGHT = {
    "a tape of gates, sums at the end": """
def backward(d_outputs, x, weights, h0, c0):
    W, U, b = weights
    h, c, tape = h0, c0, []
    for t in range(x.shape[1]):
        a = x[:, t] @ W + h @ U + b
        i, f, g, o = np.split(a, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        new_c = f * c + i * g
        tape.append((i, f, g, o, h, c, np.tanh(new_c)))
        h, c = o * np.tanh(new_c), new_c
    dh, dc = np.zeros_like(h0), np.zeros_like(c0)
    da = []
    for t, (i, f, g, o, h_old, c_old, squashed) in reversed(list(enumerate(tape))):
        dh = dh + d_outputs[:, t]
        dc = dc + dh * o * (1 - squashed**2)
        blocks = [dc * g * i * (1 - i), dc * c_old * f * (1 - f), dc * i * (1 - g**2)]
        blocks.append(dh * squashed * o * (1 - o))
        da.insert(0, np.hstack(blocks))
        dh, dc = da[0] @ U.T, dc * f
    da = np.stack(da, axis=1)
    states = np.stack([entry[4] for entry in tape], axis=1)
    return {
        "dx": da @ W.T,
        "dW": np.einsum("btf,btk->fk", x, da),
        "dU": np.einsum("btu,btk->uk", states, da),
        "db": da.sum(axis=(0, 1)),
        "dh0": dh,
        "dc0": dc,
    }
""",
    "sequence by sequence, with lists": """
def backward(d_outputs, x, weights, h0, c0):
    total, dxs, dh0s, dc0s = None, [], [], []
    for n in range(len(x)):
        states = [(h0[n : n + 1], c0[n : n + 1])]
        for x_t in x[n]:
            states.append(step(x_t[None], *states[-1], *weights))
        dh, dc = np.zeros((2, 1, h0.shape[1]))
        dx = []
        for x_t, state, d in list(zip(x[n], states, d_outputs[n]))[::-1]:
            back = step_backward(dh + d, dc, x_t[None], *state, *weights)
            dh, dc = back["dh_old"], back["dc_old"]
            dx = [back["dx"][0].tolist()] + dx
            grads = [back[k] for k in ("dW", "dU", "db")]
            total = grads if total is None else [p + q for p, q in zip(total, grads)]
        dxs.append(dx)
        dh0s.append(dh[0])
        dc0s.append(dc[0])
    return dict(zip(["dW", "dU", "db"], total), dx=dxs, dh0=dh0s, dc0=dc0s)
""",
    "float32": """
def backward(d_outputs, x, weights, h0, c0):
    x, h0, c0, d_outputs = (np.float32(v) for v in (x, h0, c0, d_outputs))
    weights = [np.float32(w) for w in weights]
    states = [(h0, c0)]
    for t in range(x.shape[1] - 1):
        states.append(step(x[:, t], *states[t], *weights))
    dx = np.empty_like(x)
    sums = {"dW": 0, "dU": 0, "db": 0}
    dh = dc = np.zeros_like(h0)
    t = x.shape[1] - 1
    while t >= 0:
        back = step_backward(d_outputs[:, t] + dh, dc, x[:, t], *states[t], *weights)
        dx[:, t], dh, dc = back["dx"], back["dh_old"], back["dc_old"]
        sums = {name: sums[name] + back[name] for name in sums}
        t -= 1
    return {**sums, "dx": dx, "dh0": dh, "dc0": dc}
""",
    "the states from forward, run up to each step": """
def backward(d_outputs, x, weights, h0, c0):
    time = x.shape[1]
    states = [(h0, c0)] + [forward(x[:, : t + 1], weights, h0, c0)[1:] for t in range(time)]
    backs = []
    carried = {"dh_old": 0, "dc_old": np.zeros(c0.shape)}
    for t in range(time - 1, -1, -1):
        carried = step_backward(
            d_outputs[:, t] + carried["dh_old"], carried["dc_old"], x[:, t], *states[t], *weights
        )
        backs.insert(0, carried)
    total = {k: np.add.reduce([back[k] for back in backs]) for k in ("dW", "dU", "db")}
    dx = np.moveaxis([back["dx"] for back in backs], 0, 1)
    return dict(total, dx=dx, dh0=carried["dh_old"], dc0=carried["dc_old"])
""",
    "one step inside the other": """
def backward(d_outputs, x, weights, h0, c0):
    W, U, b = weights

    def rest(t, h, c):
        if t == x.shape[1]:
            return np.zeros_like(h0), np.zeros_like(c0), 0, 0, 0, []
        dh, dc, dW, dU, db, dx = rest(t + 1, *step(x[:, t], h, c, W, U, b))
        back = step_backward(dh + d_outputs[:, t], dc, x[:, t], h, c, W, U, b)
        sums = [s + back[k] for s, k in zip((dW, dU, db), ("dW", "dU", "db"))]
        return back["dh_old"], back["dc_old"], *sums, [back["dx"], *dx]

    dh, dc, dW, dU, db, dx = rest(0, h0, c0)
    return {"dx": np.stack(dx, 1), "dW": dW, "dU": dU, "db": db, "dh0": dh, "dc0": dc}
""",
}
