"""Task 4: every step, from both ends."""

SOLUTION_CELL = "bidirectional"

BOTH = """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    turned_mask = None if mask is None else mask[:, ::-1]
    forward, last = run(x, *forward_weights, mask)
    backward, _ = run(x[:, ::-1], *backward_weights, turned_mask)
    return np.concatenate([forward, backward[:, ::-1]], axis=-1)
"""


def change(*pairs: str) -> str:
    code = BOTH
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def own_run(hold: str, shown: str) -> str:
    """With a layer of the student's own."""
    return (
        BOTH.replace("run(", "layer(")
        + f"""
def layer(x, W, U, b, mask):
    h = np.zeros((len(x), len(b)))
    outputs = []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ W + h @ U + b)
        real = np.ones((len(x), 1), bool) if mask is None else mask[:, t, None]
        h = np.where(real, new, {hold})
        outputs.append({shown})
    return np.stack(outputs, axis=1), h
"""
    )


def reversed_within(mask: str, end: str = "reverse_within(backward, lengths)") -> str:
    """mask: which the backward direction is given   end: what it says, in the order of time."""
    return f"""
def bidirectional(x, forward_weights, backward_weights, mask=None):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    real = 1 if mask is None else mask[:, :, None]
    forward, _ = run(x, *forward_weights, mask)
    backward, _ = run(reverse_within(x, lengths), *backward_weights, {mask})
    return np.concatenate([forward, {end}], axis=-1)
"""


WRONG = {
    "not turned back": (
        change("backward[:, ::-1]]", "backward]"),
        "what the backward direction says is not turned round again",
    ),
    "mask not turned": (
        change("else mask[:, ::-1]", "else mask"),
        "the mask is not turned round with the time",
    ),
    "neither": (
        change("else mask[:, ::-1]", "else mask", "backward[:, ::-1]]", "backward]"),
        "what the backward direction says is not turned round again",
    ),
    "mask forgotten": (
        change("*forward_weights, mask)", "*forward_weights)", ", turned_mask)", ")"),
        "the mask is not used",
    ),
    "mask forgotten in the backward direction": (
        change(", turned_mask)", ")"),
        "only the forward direction has the mask",
    ),
    "mask forgotten in the forward direction": (
        change("*forward_weights, mask)", "*forward_weights)"),
        "only the backward direction has the mask",
    ),
    "only the results masked": (
        change(
            "*forward_weights, mask)",
            "*forward_weights)",
            ", turned_mask)",
            ")",
            "return np.concatenate([forward, backward[:, ::-1]], axis=-1)",
            "both = np.concatenate([forward, backward[:, ::-1]], axis=-1)\n"
            "    return both if mask is None else both * mask[:, :, None]",
        ),
        "only the results are masked",
    ),
    "inputs masked": (
        change(
            "    forward, last = run(x, *forward_weights, mask)",
            "    if mask is not None:\n        x = x * mask[:, :, None]\n"
            "    forward, last = run(x, *forward_weights)",
            ", turned_mask)",
            ")",
        ),
        "the inputs are multiplied by the mask",
    ),
    "mask inverted": (
        change(
            "    turned_mask =",
            "    mask = None if mask is None else ~mask\n    turned_mask =",
        ),
        "the mask is inverted",
    ),
    "both read forward": (
        change(
            "run(x[:, ::-1], *backward_weights, turned_mask)",
            "run(x, *backward_weights, mask)",
            "backward[:, ::-1]]",
            "backward]",
        ),
        "the backward direction reads from the start, as the forward one does",
    ),
    "only the output turned": (
        change(
            "run(x[:, ::-1], *backward_weights, turned_mask)", "run(x, *backward_weights, mask)"
        ),
        "only what it says is turned round",
    ),
    "both read backward": (
        change(
            "forward, last = run(x, *forward_weights, mask)",
            "forward = run(x[:, ::-1], *forward_weights, turned_mask)[0][:, ::-1]",
        ),
        "both directions read from the end",
    ),
    "batch turned, before and after": (
        change(
            "x[:, ::-1]",
            "x[::-1]",
            "mask[:, ::-1]",
            "mask[::-1]",
            "backward[:, ::-1]",
            "backward[::-1]",
        ),
        "the first axis is turned round and back",
    ),
    "batch turned": (
        change(
            "x[:, ::-1]", "x[::-1]", "mask[:, ::-1]", "mask[::-1]", "backward[:, ::-1]", "backward"
        ),
        "the order of the sequences is turned round",
    ),
    "inputs turned along the batch": (
        change("x[:, ::-1]", "x[::-1]", "mask[:, ::-1]", "mask[::-1]"),
        "both times it is the time, the second",
    ),
    "mask turned along the batch": (
        change("mask[:, ::-1]", "mask[::-1]"),
        "the mask is turned round along the batch",
    ),
    "output turned along the batch": (
        change("backward[:, ::-1]", "backward[::-1]"),
        "along the batch, the first axis",
    ),
    "output turned along the units": (
        change("backward[:, ::-1]", "backward[..., ::-1]"),
        "along the units, the last axis",
    ),
    "np.flip without an axis": (
        change("backward[:, ::-1]", "np.flip(backward)"),
        "along all axes",
    ),
    "features turned as well": (
        change("run(x[:, ::-1],", "run(x[:, ::-1, ::-1],"),
        "the features are turned round",
    ),
    "forward weights for both": (
        change("*backward_weights", "*forward_weights"),
        "both directions have the forward weights",
    ),
    "backward weights for both": (
        change("*forward_weights, mask)", "*backward_weights, mask)"),
        "both directions have the backward weights",
    ),
    "weights exchanged": (
        change(
            "*forward_weights, mask)",
            "*backward_weights, mask)",
            "*backward_weights, turned_mask)",
            "*forward_weights, turned_mask)",
        ),
        "the weights of the two directions are exchanged",
    ),
    "backward first": (
        change("[forward, backward[:, ::-1]]", "[backward[:, ::-1], forward]"),
        "the backward direction stands first",
    ),
    "added": (
        change(
            "np.concatenate([forward, backward[:, ::-1]], axis=-1)",
            "forward + backward[:, ::-1]",
        ),
        "the directions are added",
    ),
    "joined along the time": (change("axis=-1", "axis=1"), "joined along the time"),
    "joined along the batch": (change(", axis=-1", ""), "joined along the batch"),
    "stacked": (change("np.concatenate", "np.stack"), "the directions lie on a new axis"),
    "forward alone": (
        change("return np.concatenate([forward, backward[:, ::-1]], axis=-1)", "return forward"),
        "it is the forward direction alone",
    ),
    "backward reads what forward says": (
        change("run(x[:, ::-1]", "run(forward[:, ::-1]"),
        "The shapes do not fit",
    ),
    "state goes over": (
        own_run("h", "h * real")
        .replace("U, b, mask)", "U, b, mask, h=None)")
        .replace("h = np.zeros((len(x), len(b)))", "h = 0 * x[:, 0] @ W if h is None else h")
        .replace("turned_mask)", "turned_mask, last)"),
        "the backward direction starts from the last state of the forward one",
    ),
    "one step late": (
        change(
            "backward[:, ::-1]]",
            "np.concatenate([backward[:, -2::-1], 0 * backward[:, :1]], axis=1)]",
        ),
        "the backward output of the step after it",
    ),
    "reversed within the length": (
        """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    marks = np.ones(x.shape[:2], bool) if mask is None else mask
    forward, _ = run(x, *forward_weights, mask)
    turned = reverse_within(marks[:, :, None], lengths)[:, :, 0]
    backward, _ = run(reverse_within(x, lengths), *backward_weights, turned)
    return np.concatenate([forward, reverse_within(backward, lengths)], axis=-1)
""",
        "each row is turned round within its number of real steps",
    ),
    "reversed within the length, the mask as it was": (
        reversed_within("mask"),
        "read with the mask as it was: that holds only where all padding is at the end",
    ),
    "reversed within the length, the mask flipped": (
        reversed_within("None if mask is None else mask[:, ::-1]"),
        "but the mask is flipped as a whole: the two do not belong together",
    ),
    "reversed within the length, no mask": (
        reversed_within("None"),
        "read without a mask: padding is then read wherever it is not at the end",
    ),
    "reversed within the length, no mask, results masked": (
        reversed_within("None", end="reverse_within(backward, lengths) * real"),
        "read without a mask; the results are masked",
    ),
    "reversed within the length, then flipped": (
        reversed_within("mask", end="backward[:, ::-1]"),
        "read with the mask as it was; what the backward direction says is flipped as a whole",
    ),
    "reversed within the length, the mask flipped, then flipped": (
        reversed_within("None if mask is None else mask[:, ::-1]", end="backward[:, ::-1]"),
        "real steps, and what the backward direction says is flipped as a whole",
    ),
    "reversed within the length, no mask, then flipped": (
        reversed_within("None", end="backward[:, ::-1]"),
        "read without a mask; what the backward direction says is flipped as a whole",
    ),
    "is there a mask?": (
        change("None if mask is None else mask[:, ::-1]", "mask[:, ::-1] if mask else None"),
        "To ask whether there is a mask, write `if mask is None`",
    ),
    "weights without the star": (
        change("*forward_weights, mask)", "forward_weights, mask)"),
        "The star lays out a list of weights",
    ),
    "weights without the star, the mask by name": (
        change("*forward_weights, mask)", "forward_weights, mask=mask)"),
        "The star lays out a list of weights",
    ),
    "a row of nothing but padding": (
        """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    real = np.ones(x.shape[:2], bool) if mask is None else mask
    result = np.zeros((*x.shape[:2], 2 * len(forward_weights[2])))
    for i, row in enumerate(real):
        steps = np.flatnonzero(row)
        first, last = steps[0], steps[-1] + 1
        part, marks = x[i : i + 1, first:last], real[i : i + 1, first:last]
        there, _ = run(part, *forward_weights, marks)
        back, _ = run(part[:, ::-1], *backward_weights, marks[:, ::-1])
        result[i, first:last] = np.concatenate([there, back[:, ::-1]], axis=-1)[0]
    return result
""",
        "A row may have no real step at all",
    ),
    "held where masked": (own_run("h", "h"), "a masked step repeats the state"),
    "reset where masked": (own_run("0", "h"), "a masked step sets the state to zero"),
    "last states alone": (
        """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    turned_mask = None if mask is None else mask[:, ::-1]
    _, forward = run(x, *forward_weights, mask)
    _, backward = run(x[:, ::-1], *backward_weights, turned_mask)
    return np.concatenate([forward, backward], axis=-1)
""",
        "time axis is missing",
    ),
    "what run returns is a pair": (
        change("backward, _ = run", "backward = run"),
        "`run` returns two things",
    ),
    "no mask turned all the same": (
        change("None if mask is None else mask[:, ::-1]", "mask[:, ::-1]"),
        "`mask` is None",
    ),
    "both returned": (
        change(
            "return np.concatenate([forward, backward[:, ::-1]], axis=-1)",
            "return forward, backward",
        ),
        "the array of both directions",
    ),
    "rounded": (
        change(
            "return np.concatenate([forward, backward[:, ::-1]], axis=-1)",
            "return np.round(np.concatenate([forward, backward[:, ::-1]], axis=-1), 6)",
        ),
        "6 places",
    ),
    "x turned in place": (
        change("    forward, last", "    x[:] = x[:, ::-1].copy()\n    forward, last"),
        "changed its input `x` in place",
    ),
    "the package's answer": (
        """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    from course_utils.cells import SimpleRNN
    from course_utils.wiring import Bidirectional

    return Bidirectional.forward(
        SimpleRNN, x, forward_weights, backward_weights, mask, return_sequences=True
    )
""",
        "Write this one by hand",
    ),
    "the package's layer": (
        """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    from course_utils.cells import SimpleRNN

    y, _ = SimpleRNN.forward(x, *forward_weights)
    return np.concatenate([y, y], axis=-1)
""",
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
import keras

def bidirectional(x, forward_weights, backward_weights, mask=None):
    simple = keras.layers.SimpleRNN(len(forward_weights[2]), return_sequences=True)
    layer = keras.layers.Bidirectional(simple)
    layer.build(x.shape)
    layer.set_weights([*forward_weights, *backward_weights])
    return np.asarray(layer(x, mask=mask))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "with np.flip and merge": """
def turned(array):
    return None if array is None else np.flip(array, axis=1)

def bidirectional(x, forward_weights, backward_weights, mask=None):
    forward = run(x, *forward_weights, mask=mask)[0]
    backward = run(turned(x), *backward_weights, mask=turned(mask))[0]
    return merge(forward, turned(backward), "concat")
""",
    "a loop of its own, from the end": """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    batch, time, features = x.shape
    units = len(forward_weights[2])
    result = np.zeros((batch, time, 2 * units))
    for i in range(batch):
        for weights, steps, start in (
            (forward_weights, range(time), 0),
            (backward_weights, range(time - 1, -1, -1), units),
        ):
            W, U, b = weights
            h = np.zeros(units)
            for t in steps:
                if mask is None or mask[i, t]:
                    h = np.tanh(x[i, t] @ W + h @ U + b)
                    result[i, t, start : start + units] = h
    return result
""",
    "always with a mask, in single precision": """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    table = np.ones(x.shape[:2], dtype=bool) if mask is None else mask.copy()
    rows = []
    for weights, step in ((forward_weights, 1), (backward_weights, -1)):
        weights = [w.astype("float32") for w in weights]
        outputs, state = run(np.float32(x[:, ::step]), *weights, table[:, ::step])
        rows.append(np.float32(outputs[:, ::step]))
    return np.concatenate(rows, axis=2)
""",
    "reversed within each length, holes and all": """
def bidirectional(x, forward_weights, backward_weights, mask=None):
    real = np.ones(x.shape[:2], bool) if mask is None else mask
    ends = np.array([row.nonzero()[0].max(initial=-1) + 1 for row in real])
    wide = np.repeat(real[:, :, None], x.shape[2], axis=2)
    there, _ = run(x, *forward_weights, real)
    back, _ = run(reverse_within(x, ends), *backward_weights, reverse_within(wide, ends)[:, :, 0])
    return np.concatenate([there, reverse_within(back, ends)], axis=-1)
""",
}
