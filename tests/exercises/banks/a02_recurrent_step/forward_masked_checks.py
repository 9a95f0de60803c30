"""Task 5: all the states, held at padded steps."""

SOLUTION_CELL = "forward-masked"

LOOP = """
def forward_masked(x, mask, weights):
    W, U, b = weights
    batch, time, features = x.shape
    h = np.zeros((batch, len(b)))
    states = np.zeros((batch, time, len(b)))
    for t in range(time):
        new = np.tanh(x[:, t] @ W + h @ U + b)
        h = np.where(mask[:, t, None], new, h)
        states[:, t] = h
    return states
"""


def change(*pairs: str) -> str:
    code = LOOP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "mask ignored": (change("np.where(mask[:, t, None], new, h)", "new"), "the mask is not used"),
    "input multiplied by the mask": (
        change(
            "x[:, t] @ W",
            "(x[:, t] * mask[:, t, None]) @ W",
            "np.where(mask[:, t, None], new, h)",
            "new",
        ),
        "the input is multiplied by the mask, but",
    ),
    "state set to zero": (change("new, h)", "new, 0)"), "the state is set to zero"),
    "state times mask": (
        change("np.where(mask[:, t, None], new, h)", "new * mask[:, t, None]"),
        "the state is set to zero",
    ),
    "result zero": (
        change("states[:, t] = h", "states[:, t] = np.where(mask[:, t, None], h, 0)"),
        "it should repeat the state that is held",
    ),
    "mask only on the results": (
        change("np.where(mask[:, t, None], new, h)", "new").replace(
            "return states", "return states * mask[:, :, None]"
        ),
        "both should be held",
    ),
    "inverted": (change("new, h)", "h, new)"), "the mask is inverted"),
    "all sequences must be real": (
        change("np.where(mask[:, t, None], new, h)", "new if mask[:, t].all() else h"),
        "skipped for the whole batch",
    ),
    "one sequence is enough": (
        change("np.where(mask[:, t, None], new, h)", "new if mask[:, t].any() else h"),
        "taken for the whole batch",
    ),
    "only the result repeats": (
        """
def forward_masked(x, mask, weights):
    W, U, b = weights
    batch, time, features = x.shape
    h = np.zeros((batch, len(b)))
    out = np.zeros((batch, len(b)))
    states = np.zeros((batch, time, len(b)))
    for t in range(time):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        out = np.where(mask[:, t, None], h, out)
        states[:, t] = out
    return states
""",
        "the state goes on changing behind it",
    ),
    "padding recognised by zeros": (
        change(
            "np.where(mask[:, t, None], new, h)",
            "np.where((x[:, t] != 0).any(axis=1)[:, None], new, h)",
        ),
        "padding is recognised by its zeros",
    ),
    "truth of an array": (
        change("np.where(mask[:, t, None], new, h)", "new if mask[:, t] else h"),
        "use `np.where(condition",
    ),
    "mask of the wrong shape": (
        change("mask[:, t, None]", "mask"),
        "The shapes do not fit",
    ),
    "mask along the wrong axis": (
        change("mask[:, t, None]", "mask.T[:, t % 2, None]"),
        "The shapes do not fit",
    ),
    "no bias": (change("h @ U + b", "h @ U"), "the bias b is missing"),
    "only the last state": (change("return states", "return h"), "The time axis is missing"),
    "reversed": (change("in range(time)", "in reversed(range(time))"), "the time runs backwards"),
    "shortened": (
        """
def forward_masked(x, mask, weights):
    W, U, b = weights
    result = []
    for sequence, real in zip(x, mask):
        h, states = np.zeros(len(b)), []
        for x_t in sequence[real]:
            h = np.tanh(x_t @ W + h @ U + b)
            states.append(h)
        states += [h] * (len(sequence) - len(states))
        result.append(states)
    return np.array(result)
""",
        "the real steps are moved together",
    ),
    "ragged": (
        """
def forward_masked(x, mask, weights):
    W, U, b = weights
    result = []
    for sequence, real in zip(x, mask):
        h, states = np.zeros(len(b)), []
        for x_t in sequence[real]:
            h = np.tanh(x_t @ W + h @ U + b)
            states.append(h)
        result.append(states[:len(result) + 1])
    return result
""",
        "differ in length",
    ),
    "changes x": (
        change("    for t", "    x[~mask] = 0\n    for t"),
        "changed its input `x` in place",
    ),
    "the package's answer": (
        """
from course_utils.cells import SimpleRNN

def forward_masked(x, mask, weights):
    return SimpleRNN.forward(x, *weights, mask=mask)[0]
""",
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
def forward_masked(x, mask, weights):
    import keras

    layer = keras.layers.SimpleRNN(len(weights[2]), return_sequences=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    return np.asarray(layer(x, mask=mask))
""",
        "Write this one by hand",
    ),
    "mask one step late": (
        change("mask[:, t, None]", "mask[:, t - 1, None]"),
        "one step late (mask[:, t - 1])",
    ),
    "mask one step early": (
        change("mask[:, t, None]", "mask[:, (t + 1) % time, None]"),
        "one step early",
    ),
    "a forgotten axis": (
        change("mask[:, t, None]", "mask[:, t]"),
        "`[:, None]`",
    ),
    "the first mask for all": (
        change("mask[:, t, None]", "mask[0, t]"),
        "the mask of the first sequence is used for all",
    ),
    "the end after the first padded step": (
        change("    for t", "    mask = np.logical_and.accumulate(mask, axis=1)\n    for t"),
        "everything after the first padded step",
    ),
    "only the number of real steps": (
        change("mask[:, t, None]", "(t < mask.sum(axis=1))[:, None]"),
        "only the number of real steps is used",
    ),
    "input and bias masked": (
        change(
            "x[:, t] @ W + h @ U + b",
            "(x[:, t] @ W + b) * mask[:, t, None] + h @ U",
            "np.where(mask[:, t, None], new, h)",
            "new",
        ),
        "the old state still goes through U and tanh",
    ),
    "each real step from zeros": (
        change("h @ U + b", "0 * h @ U + b"),
        "each real step starts from zeros",
    ),
    "no state": (
        change(" + h @ U", ""),
        "each real step starts from zeros",
    ),
    "last step left out": (
        change("in range(time)", "in range(time - 1)"),
        "the last step is left out",
    ),
    "first step left out": (
        change("in range(time)", "in range(1, time)"),
        "the first step is left out",
    ),
    "state before each step": (
        change(
            "        new =",
            "        states[:, t] = h\n        new =",
            "        states[:, t] = h\n    return",
            "    return",
        ),
        "the state before its step",
    ),
    "U transposed": (
        change("h @ U", "h @ U.T"),
        "U is transposed",
    ),
    "tanh twice": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "np.tanh(np.tanh(x[:, t] @ W + h @ U + b))"),
        "tanh is applied once too often",
    ),
    "no tanh": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "x[:, t] @ W + h @ U + b"),
        "the tanh is missing",
    ),
    "sums cut off at 5": (
        change(
            "np.tanh(x[:, t] @ W + h @ U + b)", "np.tanh(np.clip(x[:, t] @ W + h @ U + b, -5, 5))"
        ),
        "cut off at -5 and 5 before tanh",
    ),
    "states rounded to 4 places": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "np.round(np.tanh(x[:, t] @ W + h @ U + b), 4)"),
        "the new state is rounded to 4 places",
    ),
    "states rounded to 6 places": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "np.round(np.tanh(x[:, t] @ W + h @ U + b), 6)"),
        "rounded to 6 places",
    ),
    "states rounded to 8 places": (
        change("np.tanh(x[:, t] @ W + h @ U + b)", "np.round(np.tanh(x[:, t] @ W + h @ U + b), 8)"),
        "rounded to 8 places",
    ),
    "rounded at the end": (
        change("return states", "return np.round(states, 6)"),
        "rounded to 6 places",
    ),
    "one state for all sequences": (
        change("h @ U + b", "h[0] @ U + b"),
        "the state of the first sequence stands for all",
    ),
}

RIGHT = {
    "sequence by sequence": """
def forward_masked(x, mask, weights):
    W, U, b = weights
    result = []
    for sequence, real in zip(x, mask):
        h = np.zeros(len(b))
        row = []
        for x_t, is_real in zip(sequence, real):
            if is_real:
                h = np.tanh(x_t @ W + h @ U + b)
            row.append(h)
        result.append(row)
    return result
""",
    "arithmetic in place of where": """
def forward_masked(x, mask, weights):
    W, U, b = weights
    h = np.zeros((x.shape[0], U.shape[0]))
    states = []
    for t in range(x.shape[1]):
        m = mask[:, t:t + 1].astype(float)
        h = m * np.tanh(x[:, t] @ W + h @ U + b) + (1 - m) * h
        states.append(h)
    return np.stack(states, axis=1)
""",
    "an index of the real rows, float32": """
def forward_masked(x, mask, weights):
    W, U, b = weights
    states = np.zeros(mask.shape + b.shape, dtype="float32")
    h = np.zeros((len(x), len(b)))
    for t in range(x.shape[1]):
        h = h.copy()
        rows = mask[:, t]
        h[rows] = np.tanh(x[rows, t] @ W + h[rows] @ U + b)
        states[:, t] = h
    return states
""",
    "with the student's own step": """
def forward_masked(x, mask, weights):
    h = np.zeros((len(x), len(weights[2])))
    states = []
    for t in range(x.shape[1]):
        h = np.where(mask[:, [t]], step(x[:, t], h, *weights), h)
        states.append(h)
    return np.stack(states, axis=1)
""",
    "forward over the real steps, and an index": """
def forward_masked(x, mask, weights):
    result = []
    for sequence, real in zip(x, mask):
        states, _ = forward(sequence[real][None], weights)
        states = np.concatenate([np.zeros((1, len(weights[2]))), states[0]])
        result.append(states[np.cumsum(real)])
    return np.stack(result)
""",
    "np.copyto": """
def forward_masked(x, mask, weights):
    kernel, recurrent, bias = weights
    state = np.zeros((len(x), len(bias)))
    result = []
    for x_t, real in zip(np.moveaxis(x, 1, 0), mask.T):
        np.copyto(state, np.tanh(x_t @ kernel + state @ recurrent + bias), where=real[:, None])
        result.append(state.copy())
    return np.array(result).swapaxes(0, 1)
""",
    "repeat and where, float32": """
def forward_masked(x, mask, weights):
    W, U, b = (w.astype("float32") for w in weights)
    wide = np.repeat(mask[:, :, np.newaxis], len(b), axis=2)
    h = np.zeros((len(x), len(b)), dtype="float32")
    states = []
    for t in range(mask.shape[1]):
        h = np.where(wide[:, t], np.tanh(x[:, t].astype("float32") @ W + h @ U + b), h)
        states.append(h)
    return np.stack(states, 1)
""",
}
