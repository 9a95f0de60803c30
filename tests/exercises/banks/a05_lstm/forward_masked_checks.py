"""Task 5: an LSTM that steps over padding."""

SOLUTION_CELL = "forward-masked"

LOOP = """
def forward_masked(x, mask, weights):
    W, U, b = weights
    batch, time, features = x.shape
    h = np.zeros((batch, len(U)))
    c = np.zeros((batch, len(U)))
    outputs = np.zeros((batch, time, len(U)))
    for t in range(time):
        new_h, new_c = step(x[:, t], h, c, W, U, b)
        real = mask[:, t, None]
        h = np.where(real, new_h, h)
        c = np.where(real, new_c, c)
        outputs[:, t] = h
    return outputs, h, c
"""

HOLD_H = "np.where(real, new_h, h)"
HOLD_C = "np.where(real, new_c, c)"


def change(*pairs: str) -> str:
    code = LOOP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "mask ignored": (change(HOLD_H, "new_h", HOLD_C, "new_c"), "the mask is not used"),
    "input multiplied by the mask": (
        change(
            "step(x[:, t],", "step(x[:, t] * mask[:, t, None],", HOLD_H, "new_h", HOLD_C, "new_c"
        ),
        "to set x to zero at a padded step is not enough",
    ),
    "c not held": (change(HOLD_C, "new_c"), "c goes on changing"),
    "h not held": (change(HOLD_H, "new_h"), "h goes on changing"),
    "states set to zero": (
        change(HOLD_H, "np.where(real, new_h, 0)", HOLD_C, "np.where(real, new_c, 0)"),
        "both states are set to zero",
    ),
    "states times mask": (
        change(HOLD_H, "new_h * real", HOLD_C, "new_c * real"),
        "both states are set to zero",
    ),
    "h set to zero": (change(HOLD_H, "np.where(real, new_h, 0)"), "h is set to zero"),
    "c set to zero": (change(HOLD_C, "np.where(real, new_c, 0)"), "c is set to zero"),
    "output zero": (
        change("outputs[:, t] = h", "outputs[:, t] = np.where(real, h, 0)"),
        "it should repeat the output before it",
    ),
    "mask only on the outputs": (
        change(
            HOLD_H,
            "new_h",
            HOLD_C,
            "new_c",
            "return outputs,",
            "return outputs * mask[:, :, None],",
        ),
        "the output is zero at a padded step, and the states go on changing",
    ),
    "only the output repeats": (
        change(
            HOLD_H,
            "new_h",
            HOLD_C,
            "new_c",
            "outputs[:, t] = h",
            "outputs[:, t] = np.where(real, h, outputs[:, t - 1] if t else 0)",
        ),
        "the states go on changing behind it",
    ),
    "inverted": (
        change(HOLD_H, "np.where(real, h, new_h)", HOLD_C, "np.where(real, c, new_c)"),
        "the mask is inverted",
    ),
    "all sequences must be real": (
        change("mask[:, t, None]", "mask[:, t].all()"),
        "skipped for the whole batch",
    ),
    "one sequence is enough": (
        change("mask[:, t, None]", "mask[:, t].any()"),
        "taken for the whole batch",
    ),
    "padding recognised by zeros": (
        change("mask[:, t, None]", "(x[:, t] != 0).any(axis=1)[:, None]"),
        "padding is recognised by its zeros",
    ),
    "h for c": (change(HOLD_C, "np.where(real, new_c, h)"), "h is put in place of c"),
    "outputs not held": (
        change("outputs[:, t] = h", "outputs[:, t] = new_h"),
        "the output should repeat, too",
    ),
    "stops at the first padding": (
        change(
            "        real = ",
            "        if not mask[:, t].any():\n            break\n        real = ",
        ),
        "stays zero",
    ),
    "shortened": (
        """
def forward_masked(x, mask, weights):
    W, U, b = weights
    outputs, hs, cs = [], [], []
    for sequence, real in zip(x, mask):
        h = c = np.zeros((1, len(U)))
        row = []
        for x_t in sequence[real]:
            h, c = step(x_t[None], h, c, W, U, b)
            row.append(h[0])
        row += [h[0]] * (len(sequence) - len(row))
        outputs.append(row)
        hs.append(h[0])
        cs.append(c[0])
    return np.array(outputs), np.array(hs), np.array(cs)
""",
        "the real steps are moved together",
    ),
    "reversed": (change("range(time)", "reversed(range(time))"), "the time runs backwards"),
    "outputs are c": (change("outputs[:, t] = h", "outputs[:, t] = c"), "the cell states c"),
    "final states exchanged": (change("outputs, h, c", "outputs, c, h"), "c and h are exchanged"),
    "c is h": (change("return outputs, h, c", "return outputs, h, h"), "h is returned for c"),
    "final c not held": (
        change("return outputs, h, c", "return outputs, h, new_c"),
        "c of the step that was skipped",
    ),
    "final h not held": (
        change("return outputs, h, c", "return outputs, new_h, c"),
        "h of the step that was skipped",
    ),
    "truth of an array": (
        change(HOLD_H, "new_h if mask[:, t] else h"),
        "use `np.where(condition",
    ),
    "mask of the wrong shape": (change("mask[:, t, None]", "mask[:, t]"), "The shapes do not fit"),
    "one array filled again and again": (
        """
def forward_masked(x, mask, weights):
    W, U, b = weights
    h, c = np.zeros((2, len(x), len(U)))
    outputs = []
    for t in range(x.shape[1]):
        m = mask[:, t]
        new_h, new_c = step(x[:, t], h, c, W, U, b)
        h[m] = new_h[m]
        c[m] = new_c[m]
        outputs.append(h)
    return np.stack(outputs, axis=1), h, c
""",
        "was one array filled again and again",
    ),
    "outputs only": (change("return outputs, h, c", "return outputs"), "Return 3 things"),
    "no bias": (change("U, b)", "U, 0 * b)"), "the bias b is missing"),
    "changes x": (
        change("    for t", "    x[~mask] = 0\n    for t"),
        "changed its input `x` in place",
    ),
    "the package's answer": (
        """
from course_utils.cells import LSTM

def forward_masked(x, mask, weights):
    return LSTM.forward(x, *weights, mask=mask)
""",
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
def forward_masked(x, mask, weights):
    layer = keras.layers.LSTM(len(weights[1]), return_sequences=True, return_state=True)
    layer.build(x.shape)
    layer.set_weights(weights)
    return [np.asarray(part) for part in layer(x, mask=mask)]
""",
        "Write this one by hand",
    ),
    "the mask of the step before": (
        change("mask[:, t, None]", "mask[:, t - 1, None]"),
        "at step t the mask of step t - 1 decides",
    ),
    "the mask of the step before, but for the first": (
        change("mask[:, t, None]", "mask[:, t - 1, None] if t else True"),
        "at step t the mask of step t - 1 decides",
    ),
    "the mask of the next step": (
        change("mask[:, t, None]", "mask[:, min(t + 1, time - 1), None]"),
        "at step t the mask of step t + 1 decides",
    ),
    "padding at the end only": (
        change("    for t", "    mask = np.logical_and.accumulate(mask, axis=1)\n    for t"),
        "everything after the first padded step is taken for padding",
    ),
    "lengths in place of the mask": (
        change("    for t", "    mask = np.arange(time) < mask.sum(axis=1)[:, None]\n    for t"),
        "as many steps as are real are taken from the start",
    ),
    "the mask of the first sequence": (
        change("mask[:, t, None]", "mask[:1, t, None]"),
        "as many steps as are real are taken from the start",
    ),
    "zeros are padding, too": (
        change("mask[:, t, None]", "(mask & x.any(axis=2))[:, t, None]"),
        "a real step of zeros is taken for padding",
    ),
    **{
        f"rounded to {places} places": (
            change("return outputs, h, c", f"return np.round(outputs, {places}), h, c"),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    "last states rounded to 6 places": (
        change("return outputs, h, c", "return outputs, h.round(6), c.round(6)"),
        "rounded to 6 places after the point",
    ),
    "c rounded to 8 places at each step": (
        change(HOLD_C, HOLD_C + ".round(8)"),
        "with a tiny candidate",
    ),
    "c clipped to 5": (
        change(HOLD_C, f"np.clip({HOLD_C}, -5, 5)"),
        "c grows at every step",
    ),
    "the last step left out": (
        change("for t in range(time)", "for t in range(time - 1)"),
        "the output stays zero after the loop has ended",
    ),
    "the first step left out": (
        change("for t in range(time)", "for t in range(1, time)"),
        "the first step is left out",
    ),
    "nothing at a step that is padding everywhere": (
        change(
            "        real =",
            "        if not mask[:, t].any():\n            continue\n        real =",
        ),
        "the output stays zero",
    ),
    "1 added to the forget bias": (
        change("U, b)", "U, b + np.repeat([0, 1, 0, 0], len(U)))"),
        "1 is added to the forget gate's bias",
    ),
}

RIGHT = {
    "sequence by sequence": """
def forward_masked(x, mask, weights):
    W, U, b = weights
    outputs, hs, cs = [], [], []
    for sequence, real in zip(x, mask):
        h = c = np.zeros((1, len(U)))
        row = []
        for x_t, is_real in zip(sequence, real):
            if is_real:
                h, c = step(x_t[None], h, c, W, U, b)
            row.append(h[0])
        outputs.append(row)
        hs.append(h[0])
        cs.append(c[0])
    return outputs, hs, cs
""",
    "arithmetic in place of where": """
def forward_masked(x, mask, weights):
    h = np.zeros((x.shape[0], weights[1].shape[0]))
    c = np.zeros_like(h)
    seen = []
    for t in range(x.shape[1]):
        m = mask[:, t:t + 1].astype(float)
        new_h, new_c = step(x[:, t], h, c, *weights)
        h, c = m * new_h + (1 - m) * h, m * new_c + (1 - m) * c
        seen.append(h)
    return np.stack(seen, axis=1), h, c
""",
    "an index of the real rows, float32": """
def forward_masked(x, mask, weights):
    W, U, b = weights
    outputs = np.zeros(mask.shape + (len(U),), dtype="float32")
    h = np.zeros((len(x), len(U)), dtype="float32")
    c = np.zeros_like(h)
    for t in range(x.shape[1]):
        rows = mask[:, t]
        if rows.any():
            h[rows], c[rows] = step(x[rows, t], h[rows], c[rows], W, U, b)
        outputs[:, t] = h
    return outputs, h, c
""",
    "np.choose, lists": """
def forward_masked(x, mask, weights):
    h = c = np.zeros((len(x), len(weights[1])))
    outputs = []
    for x_t, real in zip(x.swapaxes(0, 1), mask.T[..., np.newaxis]):
        new = step(x_t, h, c, *weights)
        h, c = (np.choose(real.astype(int), [old, n]) for old, n in zip((h, c), new))
        outputs.append(h.tolist())
    return np.transpose(outputs, (1, 0, 2)), h.tolist(), c
""",
    "each sequence's real steps by forward, then put back": """
def forward_masked(x, mask, weights):
    outputs, hs, cs = [], [], []
    for sequence, real in zip(x, mask):
        zero = np.zeros(len(weights[1]))
        if not real.any():
            outputs.append([zero] * len(real)), hs.append(zero), cs.append(zero)
            continue
        seen, h, c = forward(sequence[real][None], weights)
        outputs.append(np.concatenate([zero[None], seen[0]])[np.cumsum(real)])
        hs.append(h[0])
        cs.append(c[0])
    return np.array(outputs), np.array(hs), np.array(cs)
""",
}
