"""Task 4: an LSTM over a batch of sequences."""

SOLUTION_CELL = "forward"

LOOP = """
def forward(x, weights, h0=None, c0=None):
    W, U, b = weights
    batch, time, features = x.shape
    h = np.zeros((batch, len(U))) if h0 is None else h0
    c = np.zeros((batch, len(U))) if c0 is None else c0
    outputs = np.zeros((batch, time, len(U)))
    for t in range(time):
        h, c = step(x[:, t], h, c, W, U, b)
        outputs[:, t] = h
    return outputs, h, c
"""

STEP = """
def my_step(x, h, c, W, U, b):
    a_i, a_f, a_c, a_o = np.split(x @ W + h @ U + b, 4, axis=1)
    i = sigmoid(a_i)
    f = sigmoid(a_f)
    g = np.tanh(a_c)
    o = sigmoid(a_o)
    c = f * c + i * g
    h = o * np.tanh(c)
    return h, c
"""


def change(*pairs: str, code: str = LOOP) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def with_step(*pairs: str) -> str:
    """The loop with a step of its own, which has a mistake."""
    return change(*pairs, code=STEP) + change("step(x", "my_step(x")


def order(letters: str) -> str:
    return with_step("a_i, a_f, a_c, a_o", ", ".join(f"a_{letter}" for letter in letters))


STEP_LINE = "h, c = step(x[:, t], h, c, W, U, b)"

WRONG = {
    "h not carried": (
        change("h, c = step(x[:, t], h,", "h, c = step(x[:, t], 0 * h,"),
        "h is not carried",
    ),
    "c not carried": (change("h, c, W", "h, 0 * c, W"), "c is not carried"),
    "nothing carried": (
        change("h, c, W", "0 * h, 0 * c, W"),
        "neither h nor c is carried",
    ),
    "c kept from the start": (
        change("h, c = step", "h, new = step", "return outputs, h, c", "return outputs, h, new"),
        "c is not carried",
    ),
    "h and c exchanged in the step": (
        change("h, c, W", "c, h, W"),
        "h and c are exchanged where the step gets them",
    ),
    "results of the step exchanged": (
        change("h, c = step", "c, h = step"),
        "the results of the step are exchanged",
    ),
    "outputs are c": (change("outputs[:, t] = h", "outputs[:, t] = c"), "the cell states c"),
    "state before the step": (
        change(
            "        h, c = step(x[:, t], h, c, W, U, b)\n        outputs[:, t] = h\n",
            "        outputs[:, t] = h\n        h, c = step(x[:, t], h, c, W, U, b)\n",
        ),
        "the state before its step (off by one)",
    ),
    "starting state among the outputs": (
        change(
            "(batch, time, len(U))",
            "(batch, time + 1, len(U))",
            "outputs[:, t]",
            "outputs[:, t + 1]",
        ),
        "the starting state is among the results",
    ),
    "last repeated": (
        change("outputs[:, t] = h", "outputs[:] = h[:, None]"),
        "repeated for every step",
    ),
    "only the last output": (change("return outputs,", "return h,"), "only the last output"),
    "return inside the loop": (
        change("    return outputs", "        return outputs"),
        "return inside the loop",
    ),
    "last step left out": (change("range(time)", "range(time - 1)"), "the last step is left out"),
    "reversed": (change("range(time)", "reversed(range(time))"), "the time runs backwards"),
    "reversed input": (change("x[:, t]", "x[:, -1 - t]"), "the time runs backwards"),
    "over the batch": (change("x[:, t]", "x[t]"), "The shapes do not fit"),
    "time-major": (
        change("return outputs,", "return np.swapaxes(outputs, 0, 1),"),
        "The axes are in another order",
    ),
    "no bias": (change("U, b)", "U, 0 * b)"), "the bias b is missing"),
    "i and f swapped": (order("fico"), "the input gate and the forget gate are swapped"),
    "i and c swapped": (order("cfio"), "the input gate and the candidate are swapped"),
    "i and o swapped": (order("ofci"), "the input gate and the output gate are swapped"),
    "f and c swapped": (order("icfo"), "the forget gate and the candidate are swapped"),
    "f and o swapped": (order("iocf"), "the forget gate and the output gate are swapped"),
    "c and o swapped": (order("ifoc"), "the candidate and the output gate are swapped"),
    "no forget gate": (with_step("f * c +", "c +"), "the forget gate is left out"),
    "no output gate": (with_step("o * np.tanh(c)", "np.tanh(c)"), "the output gate is missing"),
    "no tanh of c": (with_step("o * np.tanh(c)", "o * c"), "the tanh of c is forgotten"),
    "final states exchanged": (change("outputs, h, c", "outputs, c, h"), "c and h are exchanged"),
    "c is h": (change("return outputs, h, c", "return outputs, h, h"), "h is returned for c"),
    "h is c": (change("return outputs, h, c", "return outputs, c, c"), "c is returned for h"),
    "c before the last step": (
        change("h, c = step", "old, (h, c) = c, step", "outputs, h, c", "outputs, h, old"),
        "c before the last step",
    ),
    "all the outputs for h": (change("outputs, h, c", "outputs, outputs, c"), "one axis too many"),
    "outputs only": (change("return outputs, h, c", "return outputs"), "Return 3 things"),
    "two results": (change("return outputs, h, c", "return outputs, h"), "Return 3 things"),
    "h0 ignored": (change(" if h0 is None else h0", ""), "h0 is ignored"),
    "c0 ignored": (change(" if c0 is None else c0", ""), "c0 is ignored"),
    "both ignored": (
        change(" if h0 is None else h0", "", " if c0 is None else c0", ""),
        "h0 and c0 are ignored",
    ),
    "h0 for c0": (
        change("if c0 is None else c0", "if c0 is None else h0"),
        "h0 stands in place of c0",
    ),
    "c0 for h0": (
        change("if h0 is None else h0", "if h0 is None else c0"),
        "c0 stands in place of h0",
    ),
    "h0 and c0 exchanged": (
        change(
            "if h0 is None else h0",
            "if h0 is None else c0",
            "if c0 is None else c0",
            "if c0 is None else h0",
        ),
        "h0 and c0 are exchanged",
    ),
    "truth of an array": (
        change(
            "np.zeros((batch, len(U))) if h0 is None else h0", "h0 or np.zeros((batch, len(U)))"
        ),
        "An array is not true or false as a whole",
    ),
    "the package's answer": (
        """
from course_utils.cells import LSTM

def forward(x, weights, h0=None, c0=None):
    return LSTM.forward(x, *weights, h0, c0)
""",
        "Write this one by hand",
    ),
    "the package's step": (
        """
from course_utils.cells import LSTM
"""
        + change("step(x", "LSTM.step(x"),
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
def forward(x, weights, h0=None, c0=None):
    layer = keras.layers.LSTM(len(weights[1]), return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    state = None if h0 is None else [h0, c0]
    return [np.asarray(part) for part in layer(x, initial_state=state)]
""",
        "Write this one by hand",
    ),
    "a Keras layer, imported": (
        """
from keras.layers import RNN, LSTMCell

def forward(x, weights, h0=None, c0=None):
    layer = RNN(LSTMCell(len(weights[1])), return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    return [np.asarray(part) for part in layer(x)]
""",
        "Write this one by hand",
    ),
    **{
        f"rounded to {places} places": (
            change("return outputs, h, c", f"return np.round(outputs, {places}), h, c"),
            f"rounded to {places} places after the point",
        )
        for places in (4, 6, 8)
    },
    "last states rounded to 8 places": (
        change("return outputs, h, c", "return outputs, h.round(8), c.round(8)"),
        "rounded to 8 places after the point",
    ),
    "states rounded to 8 places at each step": (
        change(STEP_LINE, STEP_LINE + "\n        h, c = h.round(8), c.round(8)"),
        "rounded to 8 places after the point",
    ),
    "c clipped to 5 at each step": (
        change(STEP_LINE, STEP_LINE + "\n        c = np.clip(c, -5, 5)"),
        "c is clipped to ±5",
    ),
    "first step left out": (
        change("for t in range(time)", "for t in range(1, time)"),
        "the first step is left out",
    ),
    "first step left out, shorter": (
        change("for t in range(time)", "for t in range(1, time)").replace(
            "return outputs,", "return outputs[:, 1:],"
        ),
        "off by one: one entry too few",
    ),
    "last step left out, shorter": (
        change("for t in range(time)", "for t in range(time - 1)").replace(
            "return outputs,", "return outputs[:, :-1],"
        ),
        "off by one: one entry too few",
    ),
    "the last step left out for the states": (
        change(STEP_LINE, "last = h, c\n        " + STEP_LINE).replace(
            "return outputs, h, c", "return outputs, *last"
        ),
        "h before the last step (off by one)",
    ),
    "mean of the outputs for h": (
        change("return outputs, h, c", "return outputs, outputs.mean(axis=1), c"),
        "the mean over the steps",
    ),
    "the first input at every step": (
        change("x[:, t]", "x[:, 0]"),
        "every step gets the first input",
    ),
    "1 added to the forget bias": (
        change("U, b)", "U, b + np.repeat([0, 1, 0, 0], len(U)))"),
        "1 is added to the forget gate's bias",
    ),
    "starting states in the first sequence only": (
        change("else h0", "else h0 * (np.arange(batch) == 0)[:, None]"),
        "not the right numbers",
    ),
    "the steps of four": (
        change("for t in range(time)", "for t in range(min(time, 4))"),
        "the first 4 steps are right, and none of those after them",
    ),
}

RIGHT = {
    "sequence by sequence, lists": """
def forward(x, weights, h0=None, c0=None):
    W, U, b = weights
    outputs, hs, cs = [], [], []
    for n, sequence in enumerate(x):
        h = np.zeros((1, len(U))) if h0 is None else h0[n : n + 1]
        c = np.zeros((1, len(U))) if c0 is None else c0[n : n + 1]
        row = []
        for x_t in sequence:
            h, c = step(x_t[None], h, c, W, U, b)
            row.append(h[0])
        outputs.append(row)
        hs.append(h[0])
        cs.append(c[0])
    return outputs, hs, cs
""",
    "the input part at once": """
def forward(x, weights, h0=None, c0=None):
    W, U, b = weights
    u = len(U)
    ready = x @ W + b
    h, c = np.zeros((2, len(x), u))
    if h0 is not None:
        h = h0
    if c0 is not None:
        c = c0
    states = []
    for a in np.moveaxis(ready, 1, 0):
        a = a + h @ U
        gates = sigmoid(a)
        c = gates[:, u : 2 * u] * c + gates[:, :u] * np.tanh(a[:, 2 * u : 3 * u])
        h = gates[:, 3 * u :] * np.tanh(c)
        states.append(h)
    return np.stack(states, axis=1), h, c
""",
    "float32 arrays": """
def forward(inputs, weights, h0=None, c0=None):
    W, U, b = [np.float32(w) for w in weights]
    units = b.size // 4
    start = np.zeros((inputs.shape[0], units), dtype="float32")
    state = [start if s is None else np.float32(s) for s in (h0, c0)]
    result = np.empty(inputs.shape[:2] + (units,), dtype="float32")
    for t in range(inputs.shape[1]):
        state = step(np.float32(inputs[:, t]), *state, W, U, b)
        result[:, t] = state[0]
    return [result, *state]
""",
    "accumulate": """
from itertools import accumulate

def forward(x, weights, h0=None, c0=None):
    zeros = np.zeros((len(x), len(weights[1])))
    start = (zeros if h0 is None else h0, zeros if c0 is None else c0)
    one = lambda state, x_t: step(x_t, *state, *weights)
    _, *states = accumulate(np.moveaxis(x, 1, 0), one, initial=start)
    hs, cs = zip(*states)
    return np.stack(hs, axis=1), hs[-1], cs[-1]
""",
    "the steps one inside the other": """
def forward(x, weights, h0=None, c0=None):
    W, U, b = weights
    if x.shape[1] == 0:
        zeros = np.zeros((x.shape[0], U.shape[0]))
        return zeros[:, None][:, :0], zeros if h0 is None else h0, zeros if c0 is None else c0
    before, h, c = forward(x[:, :-1], weights, h0, c0)
    h, c = step(x[:, -1], h, c, W, U, b)
    return np.concatenate([before, h[:, None]], axis=1), h, c
""",
}
