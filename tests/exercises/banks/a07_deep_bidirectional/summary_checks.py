"""Task 5: the last state of each direction."""

SOLUTION_CELL = "summary"

LAST = """
def summary(x, forward_weights, backward_weights, mask=None):
    turned_mask = None if mask is None else mask[:, ::-1]
    f, forward = run(x, *forward_weights, mask)
    b, backward = run(x[:, ::-1], *backward_weights, turned_mask)
    return np.concatenate([forward, backward], axis=-1)
"""
RETURN = "return np.concatenate([forward, backward], axis=-1)"


def change(*pairs: str) -> str:
    code = LAST
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def of_sequence(line: str) -> str:
    """line: what is taken of the sequence, which is right."""
    return f"""
def summary(x, forward_weights, backward_weights, mask=None):
    sequence = bidirectional(x, forward_weights, backward_weights, mask)
    units = len(forward_weights[2])
    real = np.ones(x.shape[:2], bool) if mask is None else mask
    rows = np.arange(len(x))
    return {line}
"""


def reversed_within(mask: str) -> str:
    """mask: which the backward direction is given."""
    return f"""
def summary(x, forward_weights, backward_weights, mask=None):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    _, f = run(x, *forward_weights, mask)
    _, b = run(reverse_within(x, lengths), *backward_weights, {mask})
    return np.concatenate([f, b], axis=-1)
"""


WRONG = {
    "step T of the sequence": (
        of_sequence("sequence[:, -1]"),
        "you take both directions at the end of the sequence",
    ),
    "the last real step of the sequence": (
        of_sequence("sequence[rows, real.shape[1] - 1 - real[:, ::-1].argmax(axis=1)]"),
        "you take both directions at the end of the sequence",
    ),
    "step 0 of the sequence": (
        of_sequence("sequence[:, 0]"),
        "you take both directions at the start of the sequence",
    ),
    "each where it begins": (
        of_sequence("np.hstack([sequence[:, 0, :units], sequence[:, -1, units:]])"),
        "each direction is taken where it has read one step only",
    ),
    "both ends of the sequence": (
        of_sequence("np.hstack([sequence[:, -1, :units], sequence[:, 0, units:]])"),
        "where these steps are masked it holds zeros",
    ),
    "both ends, counted": (
        of_sequence(
            "np.hstack([sequence[rows, real.sum(axis=1) - 1, :units], "
            "sequence[rows, real.argmax(axis=1), units:]])"
        ),
        "counted from the number of real steps",
    ),
    "counted, and step 0": (
        of_sequence(
            "np.hstack([sequence[rows, real.sum(axis=1) - 1, :units], sequence[:, 0, units:]])"
        ),
        "And step 0, where you take the backward direction, may be masked",
    ),
    "both directions at the step counted": (
        of_sequence("sequence[rows, real.sum(axis=1) - 1]"),
        "you take both directions at the end of the sequence",
    ),
    "forward counted, backward its last state": (
        change(
            RETURN,
            "last = (np.ones(x.shape[:2]) if mask is None else mask).sum(axis=1).astype(int) - 1\n"
            "    return np.concatenate([f[np.arange(len(x)), last], backward], axis=-1)",
        ),
        "counted from the number of real steps",
    ),
    "forward counted, without a mask": (
        change(
            "*forward_weights, mask)",
            "*forward_weights)",
            RETURN,
            "last = (np.ones(x.shape[:2]) if mask is None else mask).sum(axis=1).astype(int) - 1\n"
            "    return np.concatenate([f[np.arange(len(x)), last], backward], axis=-1)",
        ),
        "`run` has no mask, and the last real step is counted",
    ),
    "forward state, backward at step 0": (
        change(RETURN, "return np.concatenate([forward, b[:, ::-1][:, 0]], axis=-1)"),
        "the backward direction is taken at step 0 of the sequence",
    ),
    "forward at the last step, backward state": (
        change(RETURN, "return np.concatenate([f[:, -1], backward], axis=-1)"),
        "the forward direction is taken at the last step of the sequence",
    ),
    "the last outputs of both runs": (
        change(RETURN, "return np.concatenate([f[:, -1], b[:, -1]], axis=-1)"),
        "where these steps are masked it holds zeros",
    ),
    "the sequence": (of_sequence("sequence"), "one summary is wanted for the whole"),
    "mean": (of_sequence("sequence.mean(axis=1)"), "it is the mean over the steps"),
    "mean of the real steps": (
        of_sequence("sequence.sum(axis=1) / np.maximum(real.sum(axis=1), 1)[:, None]"),
        "it is the mean over",
    ),
    "maximum": (of_sequence("sequence.max(axis=1)"), "it is the largest output of each unit"),
    "sum": (of_sequence("sequence.sum(axis=1)"), "it is the sum over the steps"),
    "the last sequence": (of_sequence("sequence[-1]"), "the summary"),
    "wrong axis": (
        change(RETURN, "return np.concatenate([f[-1], b[-1][::-1]], axis=-1)"),
        "the summary",
    ),
    "backward first": (
        change("[forward, backward]", "[backward, forward]"),
        "the backward direction stands first",
    ),
    "added": (change(RETURN, "return forward + backward"), "the directions are added"),
    "joined along the batch": (change(", axis=-1", ""), "joined along the batch"),
    "stacked": (
        change(RETURN, "return np.stack([forward, backward], axis=1)"),
        "the directions lie on a new axis",
    ),
    "forward alone": (change(RETURN, "return forward"), "of the forward direction alone"),
    "backward alone": (change(RETURN, "return backward"), "of the backward direction alone"),
    "forward weights for both": (
        change("*backward_weights", "*forward_weights"),
        "both directions have the forward weights",
    ),
    "backward weights for both": (
        change("*forward_weights", "*backward_weights"),
        "both directions have the backward weights",
    ),
    "weights exchanged": (
        change(
            "*forward_weights",
            "*other",
            "*backward_weights",
            "*forward_weights",
            "    f,",
            "    other = backward_weights\n    f,",
        ),
        "the weights of the two directions are exchanged",
    ),
    "both read forward": (
        change(
            "run(x[:, ::-1], *backward_weights, turned_mask)", "run(x, *backward_weights, mask)"
        ),
        "the backward direction reads from the start",
    ),
    "both read backward": (
        change("run(x, *forward_weights, mask)", "run(x[:, ::-1], *forward_weights, turned_mask)"),
        "both directions read from the end",
    ),
    "batch turned": (
        change("run(x[:, ::-1]", "run(x[::-1]", "mask[:, ::-1]", "mask[::-1]"),
        "the order of the sequences is turned round",
    ),
    "states turned": (
        change("[forward, backward]", "[forward, backward[::-1]]"),
        "turned round once more, along the batch",
    ),
    "features turned": (
        change(
            "run(x[:, ::-1], *backward_weights, turned_mask)",
            "run(x[:, :, ::-1], *backward_weights, mask)",
        ),
        "the features are turned round",
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
    "mask not turned": (
        change("else mask[:, ::-1]", "else mask"),
        "the mask is not turned round with the time",
    ),
    "mask turned along the batch": (
        change("mask[:, ::-1]", "mask[::-1]"),
        "the mask is turned round along the batch",
    ),
    "mask inverted": (
        change(
            "    turned_mask =", "    mask = None if mask is None else ~mask\n    turned_mask ="
        ),
        "the mask is inverted",
    ),
    "reversed within the number of real steps": (
        """
def summary(x, forward_weights, backward_weights, mask=None):
    marks = np.ones(x.shape[:2], bool) if mask is None else mask
    lengths = marks.sum(axis=1)
    turned = reverse_within(marks[:, :, None], lengths)[:, :, 0]
    _, f = run(x, *forward_weights, marks)
    _, b = run(reverse_within(x, lengths), *backward_weights, turned)
    return np.concatenate([f, b], axis=-1)
""",
        "each row is turned round within its number of real steps",
    ),
    "reversed within, the mask as it was": (
        reversed_within("mask"),
        "read with the mask as it was: that holds only where all padding is at the end",
    ),
    "reversed within, the mask flipped": (
        reversed_within("None if mask is None else mask[:, ::-1]"),
        "but the mask is flipped as a whole: the two do not belong together",
    ),
    "reversed within, no mask": (
        reversed_within("None"),
        "read without a mask: the padding is read as well, and changes the state",
    ),
    "reversed within, no mask, the last real step counted": (
        """
def summary(x, forward_weights, backward_weights, mask=None):
    lengths = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
    rows = np.arange(len(x))
    f, _ = run(x, *forward_weights)
    b, _ = run(reverse_within(x, lengths), *backward_weights)
    return np.concatenate([f[rows, lengths - 1], b[rows, lengths - 1]], axis=-1)
""",
        "`run` has no mask, each row is turned round",
    ),
    "is there a mask?": (
        change("None if mask is None else mask[:, ::-1]", "mask[:, ::-1] if mask else None"),
        "To ask whether there is a mask, write `if mask is None`",
    ),
    "weights without the star": (
        change("*forward_weights, mask)", "forward_weights, mask)"),
        "The star lays out a list of weights",
    ),
    "a row of nothing but padding": (
        """
def summary(x, forward_weights, backward_weights, mask=None):
    sequence = bidirectional(x, forward_weights, backward_weights, mask)
    units = len(forward_weights[2])
    real = np.ones(x.shape[:2], bool) if mask is None else mask
    rows = [np.r_[r[m][-1, :units], r[m][0, units:]] for r, m in zip(sequence, real)]
    return np.stack(rows)
""",
        "A row may have no real step at all",
    ),
    "no mask turned all the same": (
        change("None if mask is None else mask[:, ::-1]", "mask[:, ::-1]"),
        "`mask` is None",
    ),
    "two things": (change(RETURN, "return forward, backward"), "the summary"),
    "rounded": (
        change(RETURN, "return np.round(np.concatenate([forward, backward], axis=-1), 6)"),
        "6 places",
    ),
    "the package's answer": (
        """
def summary(x, forward_weights, backward_weights, mask=None):
    from course_utils import wiring

    return wiring.Bidirectional.forward(None, x, forward_weights, backward_weights, mask)
""",
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
import keras

def summary(x, forward_weights, backward_weights, mask=None):
    layer = keras.layers.Bidirectional(keras.layers.SimpleRNN(len(forward_weights[2])))
    layer.build(x.shape)
    layer.set_weights([*forward_weights, *backward_weights])
    return np.asarray(layer(x, mask=mask))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "both ends of the sequence, where they are real": """
def summary(x, forward_weights, backward_weights, mask=None):
    sequence = bidirectional(x, forward_weights, backward_weights, mask)
    units = len(forward_weights[2])
    real = np.ones(x.shape[:2], bool) if mask is None else mask
    rows = np.arange(len(x))
    first, last = real.argmax(axis=1), real.shape[1] - 1 - real[:, ::-1].argmax(axis=1)
    return np.concatenate([sequence[rows, last, :units], sequence[rows, first, units:]], axis=1)
""",
    "row by row, over the real steps": """
def summary(x, forward_weights, backward_weights, mask=None):
    rows = []
    for i, sequence in enumerate(x):
        steps = list(sequence if mask is None else sequence[mask[i]])
        row = []
        for (W, U, b), order in ((forward_weights, steps), (backward_weights, steps[::-1])):
            h = 0 * b
            for x_t in order:
                h = np.tanh(x_t @ W + h @ U + b)
            row += h.tolist()
        rows.append(row)
    return rows
""",
    "with merge, in single precision": """
def right(array):
    return np.flip(np.float32(array), axis=1)

def summary(x, forward_weights, backward_weights, mask=None):
    table = None if mask is None else right(mask).astype(bool)
    return merge(
        np.float32(run(np.float32(x), *forward_weights, mask)[1]),
        np.float32(run(right(x), *backward_weights, table)[-1]),
        "concat",
    )
""",
}
