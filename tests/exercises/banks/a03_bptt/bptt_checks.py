"""Task 5: backpropagation through time, with a loss at any step and an initial state."""

SOLUTION_CELL = "bptt"

ANSWER = """
def bptt(x, states, W, U, d_outputs):
    batch, time, features = x.shape
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(len(U))
    dh = np.zeros((batch, len(U)))
    for t in reversed(range(time)):
        h, h_prev = states[:, t + 1], states[:, t]
        dh = dh + d_outputs[:, t]
        da = dh * (1 - h**2)
        dx[:, t] = da @ W.T
        dW += x[:, t].T @ da
        dU += h_prev.T @ da
        db += da.sum(axis=0)
        dh = da @ U.T
    return dx, dW, dU, db, dh
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "accumulation forgotten": (
        change("dW +=", "dW =", "dU +=", "dU =", "db +=", "db ="),
        "dW looks like this mistake: the accumulation over time is forgotten",
    ),
    "accumulation of dU forgotten": (
        change("dU +=", "dU ="),
        "accumulation over time is forgotten",
    ),
    "accumulation of db forgotten": (
        change("db +=", "db ="),
        "db looks like this mistake: the accumulation over time is forgotten",
    ),
    "zeros again at every step": (
        change("        dh = dh + d", "        dW = np.zeros(W.shape)\n        dh = dh + d"),
        "accumulation over time is forgotten",
    ),
    "state gradient not passed on": (
        change("dh = dh + d_outputs", "dh = d_outputs"),
        "the state gradient is not passed on",
    ),
    "own loss dropped": (
        change("dh = dh + d_outputs[:, t]", "dh = d_outputs[:, t] if t == time - 1 else dh"),
        "only the loss of the last step is counted",
    ),
    "the last loss twice": (
        change("dh = np.zeros((batch, len(U)))", "dh = d_outputs[:, -1]"),
        "are counted twice: dh starts with them, and the loop adds them again",
    ),
    "own loss after the step": (
        change(
            "        dh = dh + d_outputs[:, t]\n", "", "da @ U.T\n", "da @ U.T + d_outputs[:, t]\n"
        ),
        "they reach only the steps before it",
    ),
    "own loss after the step, the last one before": (
        change(
            "dh = np.zeros((batch, len(U)))",
            "dh = d_outputs[:, -1]",
            "        dh = dh + d_outputs[:, t]\n",
            "",
            "da @ U.T\n",
            "da @ U.T + d_outputs[:, t]\n",
        ),
        "where those of the step before belong",
    ),
    "the last loss at h0": (
        change(
            "dh = np.zeros((batch, len(U)))",
            "dh = d_outputs[:, -1]",
            "        dh = dh + d_outputs[:, t]\n",
            "",
            "da @ U.T\n",
            "da @ U.T + d_outputs[:, t - 1]\n",
        ),
        "when t is 0, `d_outputs[:, t - 1]` is `d_outputs[:, -1]`",
    ),
    "dh added to the old dh": (
        change("dh = da @ U.T", "dh = dh + da @ U.T"),
        "dh is added to da @ U.T",
    ),
    "never through tanh and U": (
        change("        dh = da @ U.T\n", ""),
        "never go back through tanh and U",
    ),
    "no slope": (change("dh * (1 - h**2)", "dh"), "the slope of tanh is missing"),
    "slope at the pre-activation": (
        change("(1 - h**2)", "(1 - np.arctanh(h) ** 2)"),
        "slope of tanh is taken at the input",
    ),
    "slope with tanh of the state": (
        change("(1 - h**2)", "(1 - np.tanh(h) ** 2)"),
        "h is the output of tanh already",
    ),
    "slope at the old state": (change("(1 - h**2)", "(1 - h_prev**2)"), "off by one"),
    "U not transposed": (change("U.T", "U"), "transposed recurrent weights"),
    "state gradient without slope": (
        change("dh = da @ U.T", "dh = dh @ U.T"),
        "the slope of tanh is left out of the state gradient",
    ),
    "state gradient without U": (change("dh = da @ U.T", "dh = da"), "skips U"),
    "forwards": (change("reversed(range(time))", "range(time)"), "time order is reversed"),
    "dU from the state after": (
        change("h_prev.T @ da", "h.T @ da"),
        "made from the state after the step",
    ),
    "dU transposed": (change("h_prev.T @ da", "da.T @ h_prev"), "it is transposed"),
    "share of h0 left out": (
        change("dU += h_prev.T @ da", "dU += h_prev.T @ da if t else 0"),
        "the share of h0 is missing",
    ),
    "W not transposed": (change("W.T", "W"), "The shapes do not fit"),
    "dW the other way round": (change("x[:, t].T @ da", "da.T @ x[:, t]"), "The shapes do not fit"),
    "averaged over time": (
        change("return dx, dW,", "dW /= time\n    return dx, dW,"),
        "averaged over time",
    ),
    "dU averaged over the batch": (
        change("h_prev.T @ da", "h_prev.T @ da / batch"),
        "averaged over the batch",
    ),
    "db averaged over the batch": (
        change("da.sum(axis=0)", "da.mean(axis=0)"),
        "db looks like this mistake: it is averaged over the batch",
    ),
    "db averaged over all": (
        change("da.sum(axis=0)", "da.mean(axis=0) / time"),
        "averaged over batch and time",
    ),
    "db not summed over the batch": (
        change("np.zeros(len(U))\n    dh", "0.0\n    dh", "da.sum(axis=0)", "da"),
        "not summed over the batch",
    ),
    "db not summed over time": (
        change(
            "db += da.sum(axis=0)",
            "all_db[:, t] = da.sum(axis=0)",
            "    dh = np.zeros(",
            "    all_db = np.zeros((len(U), time))\n    dh = np.zeros(",
            "return dx, dW, dU, db,",
            "return dx, dW, dU, all_db.T,",
        ),
        "not summed over time",
    ),
    "db summed over the units": (
        change("da.sum(axis=0)", "da.sum()", "np.zeros(len(U))\n    dh", "0.0\n    dh"),
        "summed over the units as well",
    ),
    "db collects dh": (change("db += da.sum(axis=0)", "db += dh.sum(axis=0)"), "collects dh"),
    "dx in the order of the walk": (
        """
def bptt(x, states, W, U, d_outputs):
    dh, dx, dW, dU, db = 0.0, [], 0.0, 0.0, 0.0
    for t in range(x.shape[1])[::-1]:
        dh = dh + d_outputs[:, t]
        da = dh * (1 - states[:, t + 1] ** 2)
        dx.append(da @ W.T)
        dW, dU = dW + x[:, t].T @ da, dU + states[:, t].T @ da
        db, dh = db + da.sum(axis=0), da @ U.T
    return np.stack(dx, axis=1), dW, dU, db, dh
""",
        "order is reversed along the time axis",
    ),
    "dx time first": (
        change("return dx,", "return np.swapaxes(dx, 0, 1),"),
        "put the batch first",
    ),
    "dx summed over time": (
        change("return dx,", "return dx.sum(axis=1),"),
        "every step has an input of its own",
    ),
    "only the last dx kept": (
        change("dx[:, t] = da", "dx = da"),
        "only the first step is kept",
    ),
    "dx without slope": (change("da @ W.T", "dh @ W.T"), "on the way to x stands the tanh"),
    "dh0 one step too early": (
        change("        dh = da @ U.T", "        dh = da @ U.T if t else dh"),
        "it stops one step too early (off by one)",
    ),
    "dh0 is da": (change("db, dh\n", "db, da\n"), "it is da of the first step"),
    "dh0 zero": (change("db, dh\n", "db, np.zeros((batch, len(U)))\n"), "h0 has a gradient"),
    "dh0 with a loss of its own": (
        change("db, dh\n", "db, dh + d_outputs[:, 0]\n"),
        "h0 has no loss of its own",
    ),
    "dh0 averaged": (
        change("db, dh\n", "db, dh / batch\n"),
        "dh0 looks like this mistake: it is averaged over the batch",
    ),
    "dh0 summed": (
        change("db, dh\n", "db, dh.sum(axis=0)\n"),
        "a starting state of its own",
    ),
    "returns inside the loop": (
        change("    return dx, dW, dU, db, dh\n", "        return dx, dW, dU, db, dh\n"),
        "the share of the last step alone",
    ),
    "the wrong end of the states": (
        change("states[:, t + 1], states[:, t]", "states[:, t], states[:, t - 1]"),
        "off by one",
    ),
    "the steps from 1": (change("range(time)", "range(1, time)"), "the first step is left out"),
    "one step further": (change("range(time)", "range(time + 1)"), "An index runs past the end"),
    "the order of the chapter's symbols": (
        change("return dx, dW, dU, db, dh", "return dW, dU, db, dx, dh"),
        "come in another order",
    ),
    "the order of the arguments": (
        change("return dx, dW, dU, db, dh", "return dx, dh, dW, dU, db"),
        "by their shapes, you return dx, dh0, dW, dU, db",
    ),
    "d_outputs in place": (
        """
def bptt(x, states, W, U, d_outputs):
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(len(U))
    for t in reversed(range(x.shape[1])):
        da = d_outputs[:, t] * (1 - states[:, t + 1] ** 2)
        dx[:, t] = da @ W.T
        dW += x[:, t].T @ da
        dU += states[:, t].T @ da
        db += da.sum(axis=0)
        if t:
            d_outputs[:, t - 1] += da @ U.T
    return dx, dW, dU, db, da @ U.T
""",
        "changed its input `d_outputs` in place",
    ),
    "the package": (
        """
from course_utils import cells

def bptt(x, states, W, U, d_outputs):
    tape = cells.Tape()
    b = (np.arctanh(states[:, 1]) - x[:, 0] @ W - states[:, 0] @ U)[0]
    cells.SimpleRNN.forward(x, W, U, b, states[:, 0], tape=tape)
    return cells.SimpleRNN.backward(tape, d_outputs)
""",
        "Write this one by hand",
    ),
    "the package, imported inside": (
        """
def bptt(x, states, W, U, d_outputs):
    from course_utils.cells import SimpleRNN

    return SimpleRNN.backward({"x": x, "h": states, "W": W, "U": U}, d_outputs)
""",
        "Write this one by hand",
    ),
    "TensorFlow's tape": (
        """
import tensorflow as tf

def bptt(x, states, W, U, d_outputs):
    b = (np.arctanh(states[:, 1]) - x[:, 0] @ W - states[:, 0] @ U)[0]
    parts = [tf.Variable(part) for part in (x, W, U, b, states[:, 0])]
    with tf.GradientTape() as tape:
        h, loss = parts[4], 0.0
        for t in range(x.shape[1]):
            h = tf.tanh(parts[0][:, t] @ parts[1] + h @ parts[2] + parts[3])
            loss += tf.reduce_sum(h * d_outputs[:, t])
    return [np.asarray(g) for g in tape.gradient(loss, parts)]
""",
        "Write this one by hand",
    ),
    "numerical differences of the package": (
        """
from course_utils import gradients

def bptt(x, states, W, U, d_outputs):
    b = (np.arctanh(states[:, 1]) - x[:, 0] @ W - states[:, 0] @ U)[0]
    parts = [x, W, U, b, states[:, 0]]

    def loss_of(i, part):
        x, W, U, b, h = [part if i == j else other for j, other in enumerate(parts)]
        total = 0.0
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U + b)
            total += np.sum(h * d_outputs[:, t])
        return total

    return [gradients.numerical(lambda p, i=i: loss_of(i, p), a) for i, a in enumerate(parts)]
""",
        "Write this one by hand",
    ),
    "state gradient clipped to 5": (
        change("dh = da @ U.T", "dh = np.clip(da @ U.T, -5, 5)"),
        "da @ U.T is clipped to ±5 on the way",
    ),
    "dh clipped to 5": (
        change("dh = dh + d_outputs[:, t]", "dh = np.clip(dh + d_outputs[:, t], -5, 5)"),
        "dh is clipped to ±5 on the way",
    ),
    "da clipped to 5": (
        change("dh * (1 - h**2)", "np.clip(dh * (1 - h**2), -5, 5)"),
        "da is clipped to ±5 on the way",
    ),
    "norm of dh clipped to 1": (
        change("dh = da @ U.T", "dh = da @ U.T\n        dh = dh / max(1, np.linalg.norm(dh))"),
        "the norm of what goes back is clipped to 1",
    ),
    "norm of dh clipped to 5": (
        change("dh = da @ U.T", "dh = da @ U.T\n        dh = dh / max(1, np.linalg.norm(dh) / 5)"),
        "the norm of what goes back is clipped to 5",
    ),
    "all gradients clipped to 5": (
        change(
            "return dx, dW, dU, db, dh",
            "return [np.clip(g, -5, 5) for g in (dx, dW, dU, db, dh)]",
        ),
        "it is clipped to ±5",
    ),
    "dU clipped to 5": (
        change("return dx, dW, dU,", "return dx, dW, np.clip(dU, -5, 5),"),
        "it is clipped to ±5",
    ),
    "rounded to 4 places": (
        change("return dx, dW, dU, db, dh", "return [g.round(4) for g in (dx, dW, dU, db, dh)]"),
        "rounded to 4 places",
    ),
    "rounded to 6 places": (
        change("return dx, dW, dU, db, dh", "return [g.round(6) for g in (dx, dW, dU, db, dh)]"),
        "rounded to 6 places",
    ),
    "dh0 rounded to 8 places": (
        change("return dx, dW, dU, db, dh", "return dx, dW, dU, db, dh.round(8)"),
        "rounded to 8 places",
    ),
    "da rounded to 4 places": (
        change("dh * (1 - h**2)", "np.round(dh * (1 - h**2), 4)"),
        "da is rounded to 4 places",
    ),
    "da rounded to 6 places": (
        change("dh * (1 - h**2)", "np.round(dh * (1 - h**2), 6)"),
        "da is rounded to 6 places",
    ),
    "dh in float16": (
        change("dh = da @ U.T", "dh = (da @ U.T).astype(np.float16).astype(float)"),
        "da @ U.T is float16",
    ),
    "no square": (change("(1 - h**2)", "(1 - h)"), "h is not squared in the slope"),
    "slope of the sigmoid": (change("(1 - h**2)", "h * (1 - h)"), "the slope of the sigmoid"),
    "slope twice": (change("(1 - h**2)", "(1 - h**2) ** 2"), "multiplied in twice"),
    "dx accumulated": (
        change(
            "    dh = np.zeros(",
            "    share = 0.0\n    dh = np.zeros(",
            "dx[:, t] = da @ W.T",
            "share = share + da @ W.T\n        dx[:, t] = share",
        ),
        "the shares are added up on the way back",
    ),
    "dx of all steps the same": (
        change("dx[:, t] = da @ W.T", "dx[:] = (da @ W.T)[:, None]"),
        "the share of the first step stands at every step",
    ),
    "dx added up over all steps": (
        change("dx[:, t] = da @ W.T", "dx[:] += (da @ W.T)[:, None]"),
        "the sum over the steps stands at every step",
    ),
    "dx one step too late": (
        change("dx[:, t] = da @ W.T", "dx[:, (t + 1) % time] = da @ W.T"),
        "dx looks like this mistake",
    ),
    "dx without the last step": (
        change("return dx,", "dx[:, -1] = 0\n    return dx,"),
        "the entry of the last step is missing",
    ),
    "dx without the first step": (
        change("dx[:, t] = da @ W.T", "dx[:, t] = da @ W.T * (t > 0)"),
        "the entry of the first step is missing",
    ),
    "the last step left out": (
        change("reversed(range(time))", "reversed(range(time - 1))"),
        "the last step is left out of the walk",
    ),
    "dU without the last step": (
        change("dU += h_prev.T @ da", "dU += h_prev.T @ da * (t < time - 1)"),
        "dU looks like this mistake: the last step is left out",
    ),
    "db without the first step": (
        change("db += da.sum(axis=0)", "db += da.sum(axis=0) * (t > 0)"),
        "db looks like this mistake: the first step is left out",
    ),
    "dU collects dh": (change("h_prev.T @ da", "h_prev.T @ dh"), "it collects dh"),
    "dW from the states": (
        change("x[:, t].T @ da", "h_prev.T @ da", "np.zeros(W.shape)", "0.0"),
        "it is made from the states",
    ),
    "the first example for all": (
        change("dh = da @ U.T", "dh = da[:1] @ U.T + 0 * dh"),
        "what goes back from the first example is taken for all",
    ),
    "h0 taken as zeros": (
        change("states[:, t + 1], states[:, t]", "states[:, t + 1], states[:, t] * (t > 0)"),
        "the share of h0 is missing",
    ),
    "slope of h0 as well": (
        change("db, dh\n", "db, dh * (1 - states[:, 0] ** 2)\n"),
        "it is multiplied by the slope of h0 as well",
    ),
    "mean over the batch": (
        change("x[:, t].T @ da", "x[:, t].T @ da / batch"),
        "it is averaged over the batch",
    ),
    "differences of one's own forward": (
        """
def bptt(x, states, W, U, d_outputs):
    b = (np.arctanh(states[:, 1]) - x[:, 0] @ W - states[:, 0] @ U)[0]
    parts = [x, W, U, b, states[:, 0]]

    def loss(k, part):
        return np.sum(forward(*parts[:k], part, *parts[k + 1:])[:, 1:] * d_outputs)

    gradients = []
    for k, part in enumerate(parts):
        gradient = np.zeros(part.shape)
        for i in np.ndindex(part.shape):
            up, down = part.copy(), part.copy()
            up[i] += 1e-5
            down[i] -= 1e-5
            gradient[i] = (loss(k, up) - loss(k, down)) / 2e-5
        gradients.append(gradient)
    return gradients
""",
        "`bptt` calls your `forward`",
    ),
    "differences of a loss": (
        """
def bptt(x, states, W, U, d_outputs):
    a = np.arctanh(states[:, 1:])
    b = a - x @ W - states[:, :-1] @ U
    parts = [x, W, U, b, states[:, 0]]

    def loss(k, part):
        x, W, U, b, h = [*parts[:k], part, *parts[k + 1:]]
        total = 0.0
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U + b[:, t])
            total += np.sum(h * d_outputs[:, t])
        return total

    gradients = []
    for k, part in enumerate(parts):
        gradient = np.zeros(part.shape)
        for i in np.ndindex(part.shape):
            up, down = part.copy(), part.copy()
            up[i] += 1e-5
            down[i] -= 1e-5
            gradient[i] = (loss(k, up) - loss(k, down)) / 2e-5
        gradients.append(gradient)
    gradients[3] = gradients[3].sum(axis=(0, 1))
    return gradients
""",
        "Are they measured, as differences of one loss",
    ),
}

RIGHT = {
    "starts with the last loss, adds the next at the end of each turn": """
def bptt(x, states, W, U, d_outputs):
    dx, dW, dU, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape), np.zeros(len(U))
    dh = d_outputs[:, -1]
    for t in reversed(range(x.shape[1])):
        da = dh * (1 - states[:, t + 1] ** 2)
        dx[:, t] = da @ W.T
        dW += x[:, t].T @ da
        dU += states[:, t].T @ da
        db += da.sum(axis=0)
        dh = da @ U.T
        if t > 0:
            dh = dh + d_outputs[:, t - 1]
    return dx, dW, dU, db, dh
""",
    "with step_back": """
def bptt(x, states, W, U, d_outputs):
    dh, shares = 0.0, []
    for t in range(x.shape[1] - 1, -1, -1):
        share = step_back(dh + d_outputs[:, t], x[:, t], states[:, t], states[:, t + 1], W, U)
        dh = share[-1]
        shares.insert(0, share)
    dx = np.stack([share[0] for share in shares], axis=1)
    return dx, *(sum(share[i] for share in shares) for i in (1, 2, 3)), dh
""",
    "all da first, then einsum, float32": """
def bptt(inputs, states, W, U, d_outputs):
    s = states.astype(np.float32)
    deltas = np.zeros(d_outputs.shape, dtype=np.float32)
    carried = np.zeros_like(s[:, 0])
    for t in range(inputs.shape[1])[::-1]:
        deltas[:, t] = (d_outputs[:, t] + carried) * (1 - s[:, t + 1] ** 2)
        carried = np.einsum("bu,vu->bv", deltas[:, t], U)
    return (
        deltas @ W.T,
        np.einsum("btf,btu->fu", inputs, deltas),
        np.einsum("btv,btu->vu", s[:, :-1], deltas),
        deltas.sum(axis=(0, 1)),
        carried,
    )
""",
    "one walk for each loss": """
def bptt(x, states, W, U, d_outputs):
    dx, dW, dU = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape)
    db, dh0 = np.zeros(len(U)), np.zeros(states[:, 0].shape)
    slopes = 1 - states**2
    for start in range(x.shape[1]):
        dh = d_outputs[:, start]
        for t in range(start, -1, -1):
            da = dh * slopes[:, t + 1]
            dx[:, t] += da @ W.T
            dW += x[:, t].T @ da
            dU += states[:, t].T @ da
            db += da.sum(0)
            dh = da @ U.T
        dh0 += dh
    return dx, dW, dU, db, dh0
""",
    "one Jacobian for each step": """
def bptt(x, states, W, U, d_outputs):
    batch, time, _ = x.shape
    da = np.zeros(d_outputs.shape)
    for i in range(batch):
        back = np.zeros(len(U))
        for t in range(time)[::-1]:
            slope = np.diag(1 - states[i, t + 1] ** 2)
            da[i, t] = slope @ (d_outputs[i, t] + back)
            back = U @ da[i, t]
    flat = da.reshape(batch * time, -1)
    dW = x.reshape(batch * time, -1).T @ flat
    dU = states[:, :-1].reshape(batch * time, -1).T @ flat
    return da @ W.T, dW, dU, flat.sum(axis=0), da[:, 0] @ U.T
""",
    "recursive": """
def bptt(x, states, W, U, d_outputs):
    time = x.shape[1]
    da = (d_outputs[:, -1]) * (1 - states[:, -1] ** 2)
    own = [x[:, -1].T @ da, states[:, -2].T @ da, da.sum(axis=0)]
    back, dx = da @ U.T, [(da @ W.T)[:, None]]
    if time > 1:
        rest = d_outputs[:, :-1].copy()
        rest[:, -1] += back
        before, *shares, back = bptt(x[:, :-1], states[:, :-1], W, U, rest)
        own = [a + b for a, b in zip(own, shares)]
        dx.insert(0, before)
    return np.concatenate(dx, axis=1), *own, back
""",
    "a class, a wide matrix": """
class Walk:
    def __init__(self, W, U):
        self.V, self.dV, self.db = np.vstack([W, U]), 0.0, 0.0

    def step(self, dh, left, h):
        da = dh * (1 - h) * (1 + h)
        self.dV = self.dV + np.tensordot(left, da, axes=(0, 0))
        self.db = self.db + np.einsum("bu->u", da)
        return np.split(da @ self.V.T, [left.shape[1] - h.shape[1]], axis=1)

def bptt(x, states, W, U, d_outputs):
    walk, dh, dx = Walk(W, U), 0, []
    for x_t, h_prev, h, d in reversed(
        list(zip(*(np.moveaxis(v, 1, 0) for v in (x, states[:, :-1], states[:, 1:], d_outputs))))
    ):
        new, dh = walk.step(d + dh, np.concatenate([x_t, h_prev], axis=1), h)
        dx = [new, *dx]
    return np.stack(dx, axis=1), walk.dV[:len(W)], walk.dV[len(W):], walk.db, dh
""",
    "float32 returned": """
def bptt(x, states, W, U, d_outputs):
    x, states, W, U, d = (v.astype(np.float32) for v in (x, states, W, U, d_outputs))
    dx, dW, dU, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(U), np.zeros_like(U[0])
    dh = np.zeros_like(states[:, 0])
    for t in range(x.shape[1])[::-1]:
        da = (dh + d[:, t]) * (1 - states[:, t + 1] ** 2)
        dx[:, t], dh = da @ W.T, da @ U.T
        dW, dU, db = dW + x[:, t].T @ da, dU + states[:, t].T @ da, db + da.sum(axis=0)
    return dx, dW, dU, db, dh
""",
}
