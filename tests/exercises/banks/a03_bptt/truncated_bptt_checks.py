"""Task 6: backpropagation through time where each loss walks back through k steps at most."""

SOLUTION_CELL = "truncated-bptt"

ANSWER = """
def truncated_bptt(x, states, W, U, d_outputs, k):
    dx, dW, dU = np.zeros(x.shape), np.zeros(W.shape), np.zeros(U.shape)
    db, dh0 = np.zeros(len(U)), np.zeros(states[:, 0].shape)
    for end in range(x.shape[1]):
        dh = d_outputs[:, end]
        for t in range(end, max(end - k, -1), -1):
            da = dh * (1 - states[:, t + 1] ** 2)
            dx[:, t] += da @ W.T
            dW += x[:, t].T @ da
            dU += states[:, t].T @ da
            db += da.sum(axis=0)
            dh = da @ U.T
        if end < k:
            dh0 += dh
    return dx, dW, dU, db, dh0
"""

PARTS = """
def truncated_bptt(x, states, W, U, d_outputs, k):
    time = x.shape[1]
    dx, dW, dU, db, dh0 = np.zeros(x.shape), 0.0, 0.0, 0.0, 0.0
    for end in range(1, time + 1):
        start = max(0, end - k)
        own = np.zeros(d_outputs[:, start:end].shape)
        own[:, -1] = d_outputs[:, end - 1]
        share = bptt(x[:, start:end], states[:, start:end + 1], W, U, own)
        dx[:, start:end] += share[0]
        dW, dU, db = dW + share[1], dU + share[2], db + share[3]
        if start == 0:
            dh0 = dh0 + share[4]
    return dx, dW, dU, db, dh0
"""


def swap(code: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def change(*pairs: str) -> str:
    return swap(ANSWER, *pairs)


def part(*pairs: str) -> str:
    return swap(PARTS, *pairs)


WRONG = {
    "not cut": (
        """
def truncated_bptt(x, states, W, U, d_outputs, k):
    return bptt(x, states, W, U, d_outputs)
""",
        "it is not cut",
    ),
    "one step too far": (change("end - k, -1", "end - k - 1, -1"), "one step too far (off by one)"),
    "one step too few": (change("end - k, -1", "end - k + 1, -1"), "one step too few (off by one)"),
    "one step too far, with bptt": (part("end - k)", "end - k - 1)"), "one step too far"),
    "one step too few, with bptt": (part("end - k)", "end - k + 1)"), "one step too few"),
    "chunks of k steps": (
        """
def truncated_bptt(x, states, W, U, d_outputs, k):
    dx, dW, dU, db, dh0 = [], 0.0, 0.0, 0.0, None
    for start in range(0, x.shape[1], k):
        end = start + k
        share = bptt(x[:, start:end], states[:, start:end + 1], W, U, d_outputs[:, start:end])
        dx.append(share[0])
        dW, dU, db = dW + share[1], dU + share[2], db + share[3]
        dh0 = share[4] if dh0 is None else dh0
    return np.concatenate(dx, axis=1), dW, dU, db, dh0
""",
        "cut into chunks of k steps",
    ),
    "only the last loss": (
        change("for end in range(x.shape[1]):", "for end in [x.shape[1] - 1]:"),
        "only the loss of the last step",
    ),
    "only the last k steps": (
        """
def truncated_bptt(x, states, W, U, d_outputs, k):
    dx = np.zeros(x.shape)
    share = bptt(x[:, -k:], states[:, -k - 1:], W, U, d_outputs[:, -k:])
    dx[:, -k:] = share[0]
    return dx, *share[1:]
""",
        "only the last k steps of the sequence",
    ),
    "only the first k steps": (
        """
def truncated_bptt(x, states, W, U, d_outputs, k):
    dx = np.zeros(x.shape)
    share = bptt(x[:, :k], states[:, :k + 1], W, U, d_outputs[:, :k])
    dx[:, :k] = share[0]
    return dx, *share[1:]
""",
        "only the first k steps of the sequence",
    ),
    "losses counted several times": (
        part("own[:, -1] = d_outputs[:, end - 1]", "own = d_outputs[:, start:end]"),
        "losses are counted several times",
    ),
    "short walks left out": (
        change("range(x.shape[1])", "range(k - 1, x.shape[1])"),
        "the losses of the first steps are left out",
    ),
    "runs past the start": (
        change("max(end - k, -1)", "end - k"),
        "runs past the first step",
    ),
    "begins at a negative number, with bptt": (
        part("max(0, end - k)", "end - k"),
        "begins at 0 at the earliest",
    ),
    "begins at a negative number, all of it masked": (
        part(
            "max(0, end - k)",
            "end - k",
            "own = np.zeros(d_outputs[:, start:end].shape)",
            "own = d_outputs[:, start:end].copy()",
            "own[:, -1] = d_outputs[:, end - 1]",
            "own[:, :-1] = 0",
        ),
        "begins at 0 at the earliest",
    ),
    "another order": (
        change("return dx, dW, dU, db, dh0", "return dx, dh0, dW, dU, db"),
        "by their shapes, you return dx, dh0, dW, dU, db",
    ),
    "divided by k": (
        change("return dx, dW", "dW /= k\n    return dx, dW"),
        "divided by k",
    ),
    "averaged over time": (
        change("return dx, dW", "dW /= x.shape[1]\n    return dx, dW"),
        "averaged over time",
    ),
    "into the future": (
        change("range(end, max(end - k, -1), -1)", "range(end, min(end + k, x.shape[1]))"),
        "it should reach those before it",
    ),
    "U not transposed": (change("U.T", "U"), "U is not transposed"),
    "dU from the state after": (
        change("states[:, t].T", "states[:, t + 1].T"),
        "made from the state after the step",
    ),
    "dx overwritten": (change("dx[:, t] += da", "dx[:, t] = da"), "each walk overwrites"),
    "dx at the start": (
        part("dx[:, start:end] += share[0]", "dx[:, :end - start] += share[0]"),
        "it belongs to the steps that were walked",
    ),
    "dh0 from every walk": (
        change("        if end < k:\n            dh0", "        dh0"),
        "even one that ends in the middle",
    ),
    "dh0 one step too far": (change("if end < k:", "if end <= k:"), "it does not reach h0"),
    "dh0 from the first loss only": (
        change("if end < k:", "if end == 0:"),
        "only the loss of the first step reaches h0",
    ),
    "dh0 one step too few": (
        change("if end < k:", "if end < k - 1:"),
        "only the loss of the first step reaches h0; those of the first k steps do",
    ),
    "dh0 zero": (change("dh0 += dh", "pass"), "it is zero"),
    "dh0 overwritten": (change("dh0 += dh", "dh0 = dh"), "the last walk that was made"),
    "dh0 uncut": (
        change(
            "return dx, dW, dU, db, dh0",
            "return dx, dW, dU, db, bptt(x, states, W, U, d_outputs)[4]",
        ),
        "it is not cut",
    ),
    "db uncut": (
        change(
            "return dx, dW, dU, db, dh0",
            "return dx, dW, dU, bptt(x, states, W, U, d_outputs)[3], dh0",
        ),
        "db with k = 2 looks like this mistake: it is not cut",
    ),
    "k = 2 always": (
        change("end - k, -1", "end - 2, -1", "end < k", "end < 2"),
        "one step too far",
    ),
    "no more than three steps": (
        change(
            "def truncated_bptt(x, states, W, U, d_outputs, k):\n",
            "def truncated_bptt(x, states, W, U, d_outputs, k):\n    k = min(k, x.shape[1] - 1)\n",
        ),
        "the longest walks are one step short",
    ),
    "bptt cut by zeroing early losses": (
        """
def truncated_bptt(x, states, W, U, d_outputs, k):
    d = d_outputs.copy()
    d[:, :-k] = 0
    return bptt(x, states, W, U, d)
""",
        "only the losses of the last k steps are counted",
    ),
    "states too short": (
        part("states[:, start:end + 1]", "states[:, start:end]"),
        "An index runs past the end",
    ),
    "TensorFlow's tape": (
        """
import tensorflow as tf

def truncated_bptt(x, states, W, U, d_outputs, k):
    b = (np.arctanh(states[:, 1]) - x[:, 0] @ W - states[:, 0] @ U)[0]
    parts = [tf.Variable(part) for part in (x, W, U, b, states[:, 0])]
    with tf.GradientTape() as tape:
        loss = 0.0
        for end in range(x.shape[1]):
            start = max(0, end - k + 1)
            h = parts[4] if start == 0 else tf.constant(states[:, start])
            for t in range(start, end + 1):
                h = tf.tanh(parts[0][:, t] @ parts[1] + h @ parts[2] + parts[3])
            loss += tf.reduce_sum(h * d_outputs[:, end])
    return [np.asarray(g) for g in tape.gradient(loss, parts)]
""",
        "Write this one by hand",
    ),
    "the package": (
        """
from course_utils import cells

def truncated_bptt(x, states, W, U, d_outputs, k):
    tape = cells.Tape()
    cells.SimpleRNN.forward(x, W, U, np.zeros(len(U)), states[:, 0], tape=tape)
    return cells.SimpleRNN.backward(tape, d_outputs)
""",
        "Write this one by hand",
    ),
    "state gradient clipped to 5": (
        change("dh = da @ U.T", "dh = np.clip(da @ U.T, -5, 5)"),
        "da @ U.T is clipped to ±5 on the way",
    ),
    "da clipped to 5": (
        change(
            "dh * (1 - states[:, t + 1] ** 2)", "np.clip(dh * (1 - states[:, t + 1] ** 2), -5, 5)"
        ),
        "da is clipped to ±5 on the way",
    ),
    "dh0 clipped to 5": (
        change("return dx, dW, dU, db, dh0", "return dx, dW, dU, db, np.clip(dh0, -5, 5)"),
        "it is clipped to ±5",
    ),
    "all gradients clipped to 5": (
        change(
            "return dx, dW, dU, db, dh0",
            "return [np.clip(g, -5, 5) for g in (dx, dW, dU, db, dh0)]",
        ),
        "it is clipped to ±5",
    ),
    "norm of dh clipped to 1": (
        change("dh = da @ U.T", "dh = da @ U.T\n            dh = dh / max(1, np.linalg.norm(dh))"),
        "the norm of what goes back is clipped to 1",
    ),
    "rounded to 4 places": (
        change("return dx, dW, dU, db, dh0", "return [g.round(4) for g in (dx, dW, dU, db, dh0)]"),
        "rounded to 4 places",
    ),
    "rounded to 6 places": (
        change("return dx, dW, dU, db, dh0", "return [g.round(6) for g in (dx, dW, dU, db, dh0)]"),
        "rounded to 6 places",
    ),
    "dx rounded to 8 places": (change("return dx,", "return dx.round(8),"), "rounded to 8 places"),
    "da rounded to 6 places": (
        change("dh * (1 - states[:, t + 1] ** 2)", "np.round(dh * (1 - states[:, t + 1] ** 2), 6)"),
        "da is rounded to 6 places",
    ),
    "no square": (change("states[:, t + 1] ** 2", "states[:, t + 1]"), "h is not squared"),
    "no slope": (change("dh * (1 - states[:, t + 1] ** 2)", "dh"), "the slope of tanh is missing"),
    "slope at the old state": (
        change("states[:, t + 1] ** 2", "states[:, t] ** 2"),
        "the slope is taken at the state before the step",
    ),
    "slope of the sigmoid": (
        change("(1 - states[:, t + 1] ** 2)", "states[:, t + 1] * (1 - states[:, t + 1])"),
        "the slope of the sigmoid",
    ),
    "state gradient without slope": (
        change("dh = da @ U.T", "dh = dh @ U.T"),
        "the slope of tanh is left out of the state gradient",
    ),
    "state gradient without U": (change("dh = da @ U.T", "dh = da"), "the state gradient skips U"),
    "the last loss left out": (
        change("range(x.shape[1])", "range(x.shape[1] - 1)"),
        "the loss of the last step is left out",
    ),
    "the first loss left out": (
        change("range(x.shape[1])", "range(1, x.shape[1])"),
        "the losses of the first steps are left out",
    ),
    "averaged over the batch": (
        change("return dx, dW", "dW /= len(x)\n    return dx, dW"),
        "averaged over the batch",
    ),
    "db averaged over time": (
        change("return dx, dW, dU, db,", "return dx, dW, dU, db / x.shape[1],"),
        "db with k = 2 looks like this mistake: the shares are averaged over time",
    ),
    "dU transposed": (change("return dx, dW, dU,", "return dx, dW, dU.T,"), "it is transposed"),
    "dx accumulated over the walk": (
        change(
            "        dh = d_outputs[:, end]\n",
            "        dh, share = d_outputs[:, end], 0.0\n",
            "dx[:, t] += da @ W.T",
            "share = share + da @ W.T\n            dx[:, t] += share",
        ),
        "the shares are added up on the way back",
    ),
    "dx reversed": (change("return dx,", "return dx[:, ::-1],"), "the order is reversed along"),
    "accumulation of dW forgotten": (
        change("dW += x", "dW = x"),
        "the share of the step with which the last walk ends",
    ),
    "dU of the last walk": (
        change(
            "        dh = d_outputs[:, end]\n",
            "        dh, dU = d_outputs[:, end], np.zeros(U.shape)\n",
        ),
        "it is that of the last walk alone",
    ),
    "k cut to the batch": (
        change(
            "def truncated_bptt(x, states, W, U, d_outputs, k):\n",
            "def truncated_bptt(x, states, W, U, d_outputs, k):\n    k = min(k, len(x))\n",
        ),
        "one step short (off by one)",
    ),
    "differences of one's own forward": (
        """
def truncated_bptt(x, states, W, U, d_outputs, k):
    b = (np.arctanh(states[:, 1]) - x[:, 0] @ W - states[:, 0] @ U)[0]
    gradients = [np.zeros(v.shape) for v in (x, W, U, b, states[:, 0])]
    for end in range(1, x.shape[1] + 1):
        start = max(0, end - k)
        parts = [x[:, start:end], W, U, b, states[:, start]]

        def loss(i, part):
            last = forward(*parts[:i], part, *parts[i + 1:])[:, -1]
            return np.sum(last * d_outputs[:, end - 1])

        for i, part in enumerate(parts):
            share = np.zeros(part.shape)
            for j in np.ndindex(part.shape):
                up, down = part.copy(), part.copy()
                up[j] += 1e-5
                down[j] -= 1e-5
                share[j] = (loss(i, up) - loss(i, down)) / 2e-5
            if i == 0:
                gradients[0][:, start:end] += share
            elif i < 4 or start == 0:
                gradients[i] += share
    return gradients
""",
        "`truncated_bptt` calls your `forward`",
    ),
    "differences of a loss": (
        """
def truncated_bptt(x, states, W, U, d_outputs, k):
    a = np.arctanh(states[:, 1:])
    b = a - x @ W - states[:, :-1] @ U
    gradients = [np.zeros(v.shape) for v in (x, W, U, b, states[:, 0])]

    def loss(parts, end):
        x, W, U, b, h = parts
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U + b[:, t])
        return np.sum(h * d_outputs[:, end - 1])

    for end in range(1, x.shape[1] + 1):
        start = max(0, end - k)
        parts = [x[:, start:end], W, U, b[:, start:end], states[:, start]]
        for i, part in enumerate(parts):
            share = np.zeros(part.shape)
            for j in np.ndindex(part.shape):
                move = np.zeros(part.shape)
                move[j] = 1e-5
                up = loss([*parts[:i], part + move, *parts[i + 1:]], end)
                share[j] = (up - loss([*parts[:i], part - move, *parts[i + 1:]], end)) / 2e-5
            if i in (0, 3):
                gradients[i][:, start:end] += share
            elif i < 3 or start == 0:
                gradients[i] += share
    gradients[3] = gradients[3].sum(axis=(0, 1))
    return gradients
""",
        "Are they measured, as differences of one loss",
    ),
}

RIGHT = {
    "bptt on the part before each loss": PARTS,
    "recursive, float32, other names": """
def truncated_bptt(inputs, h, W, U, losses, steps):
    h, losses = h.astype(np.float32), losses.astype(np.float32)
    grads = [np.zeros(v.shape, np.float32) for v in (inputs, W, U, U[0], h[:, 0])]

    def walk(dh, t, left):
        if t == 0:
            grads[4] += dh
        if t == 0 or left == 0:
            return
        da = dh * (1 - h[:, t] ** 2)
        grads[0][:, t - 1] += np.einsum("bu,fu->bf", da, W)
        grads[1] += np.einsum("bf,bu->fu", inputs[:, t - 1], da)
        grads[2] += np.einsum("bv,bu->vu", h[:, t - 1], da)
        grads[3] += da.sum(axis=0)
        walk((da @ U.T).astype(np.float32), t - 1, left - 1)

    for t in range(inputs.shape[1]):
        walk(losses[:, t], t + 1, steps)
    return tuple(grads)
""",
    "k waves at once": """
def truncated_bptt(x, states, W, U, d_outputs, k):
    batch, time, _ = x.shape
    slopes = 1 - states[:, 1:] ** 2
    wave, total, dh0 = d_outputs, np.zeros(d_outputs.shape), np.zeros((batch, len(U)))
    for distance in range(min(k, time)):
        da = wave * slopes[:, :time - distance]
        total[:, :time - distance] += da
        back = da @ U.T
        dh0 = dh0 + back[:, 0]
        wave = back[:, 1:]
    dW = sum(x[i].T @ total[i] for i in range(batch))
    dU = sum(states[i, :-1].T @ total[i] for i in range(batch))
    return total @ W.T, dW, dU, total.sum(axis=(0, 1)), dh0
""",
    "step_back for each loss, lists": """
def truncated_bptt(x, states, W, U, d_outputs, k):
    batch, time, _ = x.shape
    dx, dh0 = np.zeros(x.shape), np.zeros(states[:, 0].shape)
    weights = [0.0, 0.0, 0.0]
    for end in range(time):
        dh, t, left = d_outputs[:, end], end, k
        while left and t >= 0:
            share, *more, dh = step_back(dh, x[:, t], states[:, t], states[:, t + 1], W, U)
            dx[:, t] += share
            weights = [a + b for a, b in zip(weights, more)]
            t, left = t - 1, left - 1
        if t < 0:
            dh0 += dh
    return [dx.tolist(), *weights, dh0.tolist()]
""",
    "the walk of each loss in an array of its own": """
def truncated_bptt(x, states, W, U, d_outputs, k):
    batch, time, _ = x.shape
    slopes = 1 - states[:, 1:] ** 2
    reach = np.zeros((time, *d_outputs.shape))
    for end in range(time):
        reach[end, :, end] = d_outputs[:, end] * slopes[:, end]
        for t in range(end - 1, max(end - k, -1), -1):
            reach[end, :, t] = np.einsum("bu,vu->bv", reach[end, :, t + 1], U) * slopes[:, t]
    da = reach.sum(axis=0)
    dh0 = np.einsum("ebu,vu->bv", reach[:k, :, 0], U)
    dW, dU = np.einsum("btf,btu->fu", x, da), np.einsum("btv,btu->vu", states[:, :-1], da)
    return np.einsum("btu,fu->btf", da, W), dW, dU, np.einsum("btu->u", da), dh0
""",
    "a class, float32 returned": """
class Shares:
    def __init__(self, x, states, W, U):
        self.x, self.h, self.W, self.U = (v.astype(np.float32) for v in (x, states, W, U))
        self.dx, self.dW, self.dU = (np.zeros_like(v) for v in (self.x, self.W, self.U))
        self.db, self.dh0 = np.zeros_like(self.U[0]), np.zeros_like(self.h[:, 0])

    def walk(self, dh, t, k):
        for at in range(t, t - k, -1):
            if at < 0:
                break
            da = dh * (1 - self.h[:, at + 1] ** 2)
            self.dx[:, at] += da @ self.W.T
            self.dW += self.x[:, at].T @ da
            self.dU += self.h[:, at].T @ da
            self.db += da.sum(axis=0)
            dh = da @ self.U.T
        if t - k < 0:
            self.dh0 += dh

def truncated_bptt(x, states, W, U, d_outputs, k):
    shares = Shares(x, states, W, U)
    for t in range(x.shape[1]):
        shares.walk(d_outputs[:, t].astype(np.float32), t, k)
    return shares.dx, shares.dW, shares.dU, shares.db, shares.dh0
""",
    "helpers called walk_back, within and right": """
def walk_back(dh, t, right):
    x, states, W, U = right
    return step_back(dh, x[:, t], states[:, t], states[:, t + 1], W, U)

def within(end, k):
    return range(end, max(end - k, -1), -1)

def truncated_bptt(x, states, W, U, d_outputs, k):
    right, dx, weights, dh0 = (x, states, W, U), np.zeros(x.shape), (0.0, 0.0, 0.0), 0.0
    for end in range(x.shape[1]):
        dh = d_outputs[:, end]
        for t in within(end, k):
            share, *more, dh = walk_back(dh, t, right)
            dx[:, t] += share
            weights = [a + b for a, b in zip(weights, more)]
        dh0 = dh0 + dh * (end < k)
    return dx, *weights, dh0
""",
}
