"""Task 2: the gradients of both directions."""

SOLUTION_CELL = "merge-backward"

PARTS = {
    "concat": "d[..., : forward.shape[-1]], d[..., forward.shape[-1] :]",
    "sum": "d, d",
    "mul": "d * backward, d * forward",
    "ave": "d / 2, d / 2",
}


def answer(**parts: str) -> str:
    """parts: for a mode other code."""
    lines = [f'    if mode == "{k}":\n        return {v}' for k, v in {**PARTS, **parts}.items()]
    return "\n".join(["def merge_backward(d, forward, backward, mode='concat'):", *lines, ""])


MEASURED = """
def merge_backward(d, forward, backward, mode="concat"):
    gradients = []
    for array in (forward, backward):
        slopes = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + 1e-4
            up = np.sum(d * merge(forward, backward, mode))
            array[index] = kept - 1e-4
            slopes[index] = (up - np.sum(d * merge(forward, backward, mode))) / 2e-4
            array[index] = kept
        gradients.append(slopes)
    return gradients
"""
OWN_MERGE = """
def combined(f, b, mode):
    if mode == "concat":
        return np.concatenate([f, b], axis=-1)
    return {"sum": f + b, "mul": f * b, "ave": (f + b) / 2}[mode]
"""

WRONG = {
    "halves exchanged": (
        answer(concat="d[..., forward.shape[-1] :], d[..., : forward.shape[-1]]"),
        "it is the other half of d",
    ),
    "not cut": (answer(concat="d, d"), "d is not cut"),
    "halves added": (
        answer(concat="(sum(np.split(d, 2, axis=-1)),) * 2"),
        "the halves are added",
    ),
    "cut along the batch": (
        answer(concat="np.array_split(d, 2)"),
        "d is cut along the batch",
    ),
    "cut along the time": (
        answer(concat="np.split(d, 2, axis=1)"),
        "d is cut along the time",
    ),
    "cut along the time, by units": (
        answer(concat="d[:, : forward.shape[-1]], d[:, forward.shape[-1] :]"),
        "d is cut along the time",
    ),
    "units alternate": (answer(concat="d[..., 0::2], d[..., 1::2]"), "every second entry is taken"),
    "times the other in concat": (
        answer(
            concat="d[..., : forward.shape[-1]] * backward, d[..., forward.shape[-1] :] * forward"
        ),
        "side by side, nothing was multiplied",
    ),
    "halved in concat": (
        answer(concat="d[..., : forward.shape[-1]] / 2, d[..., forward.shape[-1] :] / 2"),
        "side by side, nothing was halved",
    ),
    "second half turned round": (
        answer(concat="d[..., : forward.shape[-1]], d[:, ::-1, forward.shape[-1] :]"),
        "it is turned round in time",
    ),
    "the arrays themselves": (
        answer(concat="forward, backward"),
        "this is the direction itself",
    ),
    "as for concat in all modes": (
        "def merge_backward(d, forward, backward, mode='concat'):\n"
        "    return np.split(d, 2, axis=-1)\n",
        "d is cut in two, as for concat",
    ),
    "sum halved": (answer(sum="d / 2, d / 2"), "in a sum each direction counts whole"),
    "sum as mul": (answer(sum="d * backward, d * forward"), "that belongs to mul"),
    "sum with one direction": (answer(sum="d, 0 * d"), "the direction is left out"),
    "sum with a minus": (answer(sum="d, -d"), "the sign is wrong"),
    "ones": (
        answer(sum="np.ones(forward.shape), np.ones(forward.shape)"),
        "the factor alone, without d",
    ),
    "times itself": (
        answer(mul="d * forward, d * backward"),
        "d is multiplied by the direction itself",
    ),
    "passed on in mul": (answer(mul="d, d"), "d is passed on as it is"),
    "d left out in mul": (answer(mul="backward, forward"), "d is left out: it is the slope alone"),
    "times both": (
        answer(mul="d * forward * backward, d * forward * backward"),
        "d is multiplied by both directions",
    ),
    "divided": (answer(mul="d / forward, d / backward"), "d is divided by the direction itself"),
    "halved in mul": (answer(mul="d * backward / 2, d * forward / 2"), "only the mean has a half"),
    "half missing": (answer(ave="d, d"), "the half is missing"),
    "quarter": (answer(ave="d / 4, d / 4"), "it is a quarter"),
    "divided by the units": (
        answer(ave="d / forward.shape[-1], d / forward.shape[-1]"),
        "the mean is over two directions",
    ),
    "doubled": (answer(ave="2 * d, 2 * d"), "in a mean each direction counts half"),
    "summed over the batch": (
        answer(mul="(d * backward).sum(0), (d * forward).sum(0)"),
        "it is summed over the batch",
    ),
    "one array": (answer(sum="d"), "Return 2 things"),
    "in the other order": (answer(mul="d * forward, d * backward"), "the direction itself"),
    "changes d": (
        "def merge_backward(d, forward, backward, mode='concat'):\n    d /= 2\n    return d, d\n",
        "changed its input `d` in place",
    ),
    "rounded": (answer(mul="np.round(d * backward, 6), np.round(d * forward, 6)"), "6 places"),
    "measured by small changes": (MEASURED, "measures the gradients by small changes"),
    "measured by small changes of a merge of its own": (
        OWN_MERGE + MEASURED.replace("merge(forward", "combined(forward"),
        "as when all are measured by small changes",
    ),
    "the package's answer": (
        """
def merge_backward(d, forward, backward, mode="concat"):
    from course_utils import wiring

    return wiring.merge_backward(d, forward, backward, mode)
""",
        "Write this one by hand",
    ),
    "by automatic gradients": (
        """
import tensorflow as tf

def merge_backward(d, forward, backward, mode="concat"):
    f, b = tf.Variable(forward), tf.Variable(backward)
    with tf.GradientTape() as tape:
        merged = {"concat": tf.concat([f, b], -1), "sum": f + b, "mul": f * b, "ave": (f + b) / 2}
        loss = tf.reduce_sum(merged[mode] * d)
    return [np.asarray(g) for g in tape.gradient(loss, [f, b])]
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "np.split and a factor": """
def merge_backward(d, forward, backward, mode="concat"):
    if mode == "concat":
        return np.split(d, 2, axis=-1)
    ones = np.ones_like(forward)
    f, b = {"sum": (ones, ones), "mul": (backward, forward), "ave": (ones / 2, ones / 2)}[mode]
    return d * f, d * b
""",
    "entry by entry": """
def merge_backward(d, forward, backward, mode="concat"):
    d_forward, d_backward = np.zeros(forward.shape), np.zeros(forward.shape)
    units = forward.shape[-1]
    for index in np.ndindex(forward.shape):
        if mode == "concat":
            *place, unit = index
            d_forward[index] = d[(*place, unit)]
            d_backward[index] = d[(*place, units + unit)]
        elif mode == "mul":
            d_forward[index] = d[index] * backward[index]
            d_backward[index] = d[index] * forward[index]
        else:
            share = 0.5 if mode == "ave" else 1.0
            d_forward[index] = d_backward[index] = share * d[index]
    return d_forward, d_backward
""",
    "checked against merge, in single precision": """
def right(d, f, b, mode):
    assert merge(f, b, mode).shape == d.shape
    n = f.shape[-1]
    if mode == "concat":
        return d[..., :n], d[..., -n:]
    if mode == "mul":
        return b * d, f * d
    return (0.5 * d,) * 2 if mode == "ave" else (d, d)

def merge_backward(d, forward, backward, mode="concat"):
    return right(np.float32(d), np.float32(forward), np.float32(backward), mode)
""",
}
