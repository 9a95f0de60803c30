"""Task 6: a GRU, backwards through time."""

SOLUTION_CELL = "backward"

BACK = """
def backward(d_outputs, x, weights, h0):
    W, U, b = weights
    batch, time, features = x.shape
    states = [h0]
    for t in range(time):
        states.append(step_after(x[:, t], states[-1], W, U, b))

    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(b.shape)
    dh = np.zeros(h0.shape)
    for t in reversed(range(time)):
        dh = dh + d_outputs[:, t]
        back = step_backward(dh, x[:, t], states[t], W, U, b)
        dx[:, t] = back["dx"]
        dW += back["dW"]
        dU += back["dU"]
        db += back["db"]
        dh = back["dh_old"]
    return {"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh}
"""


def change(*pairs: str) -> str:
    code = BACK
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


MEASURED = """
def backward(d_outputs, x, weights, h0):
    W, U, b = weights
    slopes = {}
    for name, array in {"dx": x, "dW": W, "dU": U, "db": b, "dh0": h0}.items():
        slopes[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            kept, ends = array[index], []
            for sign in (1, -1):
                array[index] = kept + sign * 1e-5
                ends.append(np.sum(d_outputs * states(x, h0, weights)))
            array[index] = kept
            slopes[name][index] = (ends[0] - ends[1]) / 2e-5
    return slopes
"""
OWN_LOOP = """
def states(x, h, weights):
    W, U, b = weights
    rows = []
    for t in range(x.shape[1]):
        a, s = np.split(x[:, t] @ W + b[0], 3, axis=1), np.split(h @ U + b[1], 3, axis=1)
        z, r = sigmoid(a[0] + s[0]), sigmoid(a[1] + s[1])
        h = z * h + (1 - z) * np.tanh(a[2] + r * s[2])
        rows.append(h)
    return np.stack(rows, axis=1)
"""


WRONG = {
    "not accumulated": (
        change("dW += ", "dW = ", "dU += ", "dU = ", "db += ", "db = "),
        "the sum over time is forgotten",
    ),
    "dW not accumulated": (change("dW += ", "dW = "), "the sum over time is forgotten"),
    "dU not accumulated": (change("dU += ", "dU = "), "the sum over time is forgotten"),
    "state gradient not passed on": (
        change('        dh = back["dh_old"]\n', "        dh = np.zeros(h0.shape)\n"),
        "the state gradient is not passed on",
    ),
    "only what was passed on": (
        change("dh = dh + d_outputs[:, t]", "dh = dh + d_outputs[:, t] * (t == time - 1)"),
        "only the last output's gradient enters",
    ),
    "its own loss forgotten later": (
        change("dh = dh + d_outputs[:, t]", "dh = d_outputs[:, t] if t == time - 1 else dh"),
        "only the last output's gradient enters",
    ),
    "the new state for the old": (
        change("x[:, t], states[t], W", "x[:, t], states[t + 1], W"),
        "the state after the step stands where the state before it belongs",
    ),
    "from the first step on": (
        change("reversed(range(time))", "range(time)"),
        "the walk begins at the first step",
    ),
    "h0 ignored": (change("states = [h0]", "states = [0 * h0]"), "h0 is ignored"),
    "the mean over time": (
        change('"dW": dW, "dU": dU, "db": db', '"dW": dW / time, "dU": dU / time, "db": db / time'),
        "it is the mean over time",
    ),
    "dx from the last step alone": (
        change("dx[:, t] = ", "dx[:] = 0; dx[:, t] = "),
        "only the first step has a gradient",
    ),
    "dh0 lacks the first step": (
        change('"dh0": dh', '"dh0": back["dh_old"] * 0 + d_outputs[:, 0]'),
        "this is the gradient at the first output",
    ),
    "changes its input": (
        change(
            "        dh = dh + d_outputs[:, t]\n",
            "        d_outputs[:, t] += dh\n        dh = d_outputs[:, t]\n",
        ),
        "changed its input `d_outputs`",
    ),
    "a tuple": (
        change(
            'return {"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh}',
            "return dx, dW, dU, db, dh",
        ),
        "Return a dictionary",
    ),
    "numerical": (
        """
from course_utils import gradients

def backward(d_outputs, x, weights, h0):
    def loss(W):
        states, _ = forward(x, [W, *weights[1:]], h0)
        return np.sum(states * d_outputs)

    dW = gradients.numerical(loss, weights[0])
    return {"dx": 0 * x, "dW": dW, "dU": 0, "db": 0, "dh0": 0}
""",
        "Write this one by hand",
    ),
    "the package's backward": (
        """
from course_utils.cells import GRU, Tape

def backward(d_outputs, x, weights, h0):
    tape = Tape()
    GRU.forward(x, *weights, h0, tape=tape)
    return dict(zip(("dx", "dW", "dU", "db", "dh0"), GRU.backward(tape, d_outputs)))
""",
        "Write this one by hand",
    ),
    "TensorFlow's tape": (
        """
import tensorflow as tf

def backward(d_outputs, x, weights, h0):
    with tf.GradientTape() as tape:
        pass
    return {}
""",
        "Write this one by hand",
    ),
    "the old gradient kept": (
        change('dh = back["dh_old"]', 'dh = dh + back["dh_old"]'),
        "added to the gradient of the step after it",
    ),
    "through forward, without h0": (
        change(
            "        states.append(step_after(x[:, t], states[-1], W, U, b))",
            "        states.append(forward(x, weights)[0][:, t])",
        ),
        "the states are computed without h0",
    ),
    "the last state always": (
        change("states[t], W", "states[-1], W"),
        "the last state stands at every step",
    ),
    "the first state always": (change("states[t], W", "h0, W"), "h0 stands at every step"),
    "the first input always": (
        change("dh, x[:, t], states", "dh, x[:, 0], states"),
        "the first input stands at every step",
    ),
    "the mean over the batch": (
        change(
            '"dW": dW, "dU": dU, "db": db', '"dW": dW / batch, "dU": dU / batch, "db": db / batch'
        ),
        "it is the mean over the batch",
    ),
    "its own output too late": (
        change(
            "        dh = dh + d_outputs[:, t]\n",
            "",
            'dh = back["dh_old"]',
            'dh = back["dh_old"] + d_outputs[:, t]',
        ),
        "one step too late",
    ),
    "outputs from the wrong end": (
        change("dh + d_outputs[:, t]", "dh + d_outputs[:, time - 1 - t]"),
        "the gradients of the outputs are read from the wrong end",
    ),
    "all outputs at each step": (
        change("dh + d_outputs[:, t]", "dh + d_outputs.sum(axis=1)"),
        "all outputs enter at every step",
    ),
    "back inside the loop": (
        change(
            '        dh = back["dh_old"]\n    return', '        dh = back["dh_old"]\n        return'
        ),
        "only the last step is in it",
    ),
    "the first step left out": (
        change("reversed(range(time))", "range(time - 1, 0, -1)"),
        "the first step is left out",
    ),
    "dh0 before the last move": (
        change(
            '        dh = back["dh_old"]',
            '        last, dh = dh, back["dh_old"]',
            '"dh0": dh',
            '"dh0": last',
        ),
        "the gradient at the first state, after its step",
    ),
    "dh0 added up": (
        change(
            "dh = np.zeros(h0.shape)",
            "dh = np.zeros(h0.shape)\n    total = 0",
            'dh = back["dh_old"]\n',
            'dh = back["dh_old"]\n        total = total + dh\n',
            '"dh0": dh',
            '"dh0": total',
        ),
        "h0 was used in the first step alone",
    ),
    "measured by small changes of step_after": (
        MEASURED.replace("states(x, h0, weights)", "by_step_after(x, h0, weights)")
        + """
def by_step_after(x, h, weights):
    rows = []
    for t in range(x.shape[1]):
        h = step_after(x[:, t], h, *weights)
        rows.append(h)
    return np.stack(rows, axis=1)
""",
        "measures the gradients by small changes",
    ),
    "measured by small changes of forward": (
        MEASURED.replace("states(x, h0, weights)", "forward(x, weights, h0)[0]"),
        "measures the gradients by small changes",
    ),
    "measured by small changes of a loop of its own": (MEASURED + OWN_LOOP, "the gradient"),
    **{
        f"the state gradient clipped to {limit}": (
            change('dh = back["dh_old"]', f'dh = np.clip(back["dh_old"], -{limit}, {limit})'),
            f"the state gradient is clipped to ±{limit} on its way",
        )
        for limit in (1, 5)
    },
    **{
        f"the state gradient clipped to {limit} before each step": (
            change(
                "dh = dh + d_outputs[:, t]",
                f"dh = np.clip(dh + d_outputs[:, t], -{limit}, {limit})",
            ),
            f"the state gradient is clipped to ±{limit} before each step",
        )
        for limit in (1, 5)
    },
    "the gradients clipped at the end": (
        change(
            'return {"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh}',
            'back = {"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh}\n'
            "    return {name: np.clip(g, -5, 5) for name, g in back.items()}",
        ),
        "it is clipped to ±5",
    ),
    "dx clipped": (change('"dx": dx', '"dx": np.clip(dx, -5, 5)'), "it is clipped to ±5"),
    "dh0 clipped": (change('"dh0": dh', '"dh0": np.clip(dh, -5, 5)'), "it is clipped to ±5"),
    "the last step left out": (
        change("reversed(range(time))", "reversed(range(time - 1))"),
        "the last step is left out",
    ),
    **{
        f"all rounded to {places} places": (
            change(
                'return {"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh}',
                'back = {"dx": dx, "dW": dW, "dU": dU, "db": db, "dh0": dh}\n'
                f"    return {{name: np.round(g, {places}) for name, g in back.items()}}",
            ),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"dx and dh0 rounded to {places} places": (
            change(
                '"dx": dx',
                f'"dx": np.round(dx, {places})',
                '"dh0": dh',
                f'"dh0": np.round(dh, {places})',
            ),
            "the numbers are rounded to",
        )
        for places in (6, 8)
    },
    **{
        f"the state gradient rounded to {places} places": (
            change('dh = back["dh_old"]', f'dh = np.round(back["dh_old"], {places})'),
            "the gradient",
        )
        for places in (4, 6, 8)
    },
    "the states rounded": (
        change(
            "step_after(x[:, t], states[-1], W, U, b)",
            "np.round(step_after(x[:, t], states[-1], W, U, b), 4)",
        ),
        "the gradient",
    ),
    "one h0 for the whole batch": (
        change("states = [h0]", "states = [np.repeat(h0[:1], batch, axis=0)]"),
        "the gradient",
    ),
    "dU without the first step": (
        change('dU += back["dU"]', 'dU += back["dU"] * (t > 0)'),
        "first step is left out",
    ),
    "dW without the last step": (
        change('dW += back["dW"]', 'dW += back["dW"] * (t < time - 1)'),
        "dW",
    ),
    "dx in the order of the walk": (
        change("dx[:, t] = ", "dx[:, time - 1 - t] = "),
        "the order is reversed",
    ),
}

RIGHT = {
    "recursive": """
def backward(d_outputs, x, weights, h0):
    W, U, b = weights
    if x.shape[1] == 0:
        return {"dx": x, "dW": 0 * W, "dU": 0 * U, "db": 0 * b, "dh0": 0 * h0}
    h1 = step_after(x[:, 0], h0, W, U, b)
    later = backward(d_outputs[:, 1:], x[:, 1:], weights, h1)
    back = step_backward(d_outputs[:, 0] + later["dh0"], x[:, 0], h0, W, U, b)
    return {
        "dx": np.concatenate([back["dx"][:, None], later["dx"]], axis=1),
        **{k: later[k] + back[k] for k in ("dW", "dU", "db")},
        "dh0": back["dh_old"],
    }
""",
    "lists, summed at the end": """
def backward(d_outputs, x, weights, h0):
    steps, states = x.shape[1], [h0]
    for t in range(steps):
        states += [step_after(x[:, t], states[t], *weights)]
    backs, dh = [], 0
    for t in range(steps - 1, -1, -1):
        backs.insert(0, step_backward(dh + d_outputs[:, t], x[:, t], states[t], *weights))
        dh = backs[0]["dh_old"]
    return {
        "dh0": dh,
        "dx": np.stack([back["dx"] for back in backs], axis=1),
        **{k: np.sum([back[k] for back in backs], axis=0) for k in ("dW", "dU", "db")},
    }
""",
    "through forward at each step": """
def backward(d_outputs, x, weights, h0):
    right = {"dx": np.zeros(x.shape), "dW": 0.0, "dU": 0.0, "db": 0.0}
    dh = np.zeros(h0.shape)
    for t in range(x.shape[1] - 1, -1, -1):
        before = forward(x[:, :t], weights, h0)[1] if t else h0
        test = step_backward(dh + d_outputs[:, t], x[:, t], before, *weights)
        right["dx"][:, t], dh = test["dx"], test["dh_old"]
        for name in ("dW", "dU", "db"):
            right[name] = right[name] + test[name]
    return {**right, "dh0": dh}
""",
    "one sequence at a time": BACK.replace("backward(d_outputs", "alone(d_outputs")
    + """
def backward(d_outputs, x, weights, h0):
    parts = [
        alone(d_outputs[k : k + 1], x[k : k + 1], weights, h0[k : k + 1]) for k in range(len(x))
    ]
    result = {name: np.concatenate([p[name] for p in parts]) for name in ("dx", "dh0")}
    return result | {name: sum(p[name] for p in parts) for name in ("dW", "dU", "db")}
""",
    "without the earlier tasks": """
def backward(d_outputs, x, weights, h0):
    W, U, b = weights
    n, kept, h = len(U), [], h0
    for t in range(x.shape[1]):
        a, s = x[:, t] @ W + b[0], h @ U + b[1]
        z, r = sigmoid(a[:, :n] + s[:, :n]), sigmoid((a + s)[:, n : 2 * n])
        new = np.tanh(a[:, 2 * n :] + r * s[:, 2 * n :])
        kept.append((h, z, r, new, s[:, 2 * n :]))
        h = z * h + (1 - z) * new
    dx, da, ds = np.zeros(x.shape), [], []
    dh = np.zeros(h0.shape)
    for t, (h, z, r, new, s_h) in reversed(list(enumerate(kept))):
        dh = dh + d_outputs[:, t]
        inside = dh * (1 - z) * (1 - new**2)
        gates = [dh * (h - new) * z * (1 - z), inside * s_h * r * (1 - r)]
        da.append(np.hstack([*gates, inside]))
        ds.append(np.hstack([*gates, inside * r]))
        dx[:, t] = da[-1] @ W.T
        dh = dh * z + ds[-1] @ U.T
    before = np.stack([h for h, *_ in kept[::-1]])
    return {
        "dx": dx,
        "dW": np.einsum("tbf,tbk->fk", x.swapaxes(0, 1)[::-1], np.stack(da)),
        "dU": np.einsum("tbv,tbk->vk", before, np.stack(ds)),
        "db": np.stack([np.sum(da, axis=(0, 1)), np.sum(ds, axis=(0, 1))]),
        "dh0": dh,
    }
""",
    "in single precision at the end": BACK.replace("return {", "back = {")
    + "    return {name: np.float32(gradient) for name, gradient in back.items()}\n",
}
