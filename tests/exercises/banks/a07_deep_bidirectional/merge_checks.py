"""Task 1: the two directions as one array, in Keras' four modes."""

SOLUTION_CELL = "merge"

PARTS = {
    "concat": "np.concatenate([forward, backward], axis=-1)",
    "sum": "forward + backward",
    "mul": "forward * backward",
    "ave": "(forward + backward) / 2",
}


def answer(**parts: str) -> str:
    """parts: for a mode other code."""
    lines = [f'    if mode == "{k}":\n        return {v}' for k, v in {**PARTS, **parts}.items()]
    return "\n".join(["def merge(forward, backward, mode='concat'):", *lines, ""])


WRONG = {
    "backward first": (
        answer(concat="np.concatenate([backward, forward], axis=-1)"),
        "the backward array stands first",
    ),
    "joined along the batch": (
        answer(concat="np.concatenate([forward, backward])"),
        "the arrays are joined along the batch",
    ),
    "joined along the time": (
        answer(concat="np.concatenate([forward, backward], axis=1)"),
        "the arrays are joined along the time",
    ),
    "stacked": (answer(concat="np.stack([forward, backward])"), "np.concatenate, not np.stack"),
    "stacked at the end": (
        answer(concat="np.stack([forward, backward], axis=-1)"),
        "the arrays lie on a new last axis",
    ),
    "stacked before the units": (
        answer(concat="np.stack([forward, backward], axis=-2)"),
        "the arrays lie on a new axis before the units",
    ),
    "lists added": (
        answer(concat="list(forward) + list(backward)"),
        "the arrays are joined along the batch",
    ),
    "units alternate": (
        answer(concat="np.stack([forward, backward], axis=-1).reshape(*forward.shape[:-1], -1)"),
        "the units alternate",
    ),
    "forward twice": (
        answer(concat="np.concatenate([forward, forward], axis=-1)"),
        "the forward array stands there twice",
    ),
    "last axis by number": (
        answer(concat="np.concatenate([forward, backward], axis=2)"),
        "`axis=-1` is the last, however many there are",
    ),
    "turned round once more": (
        "def merge(forward, backward, mode='concat'):\n"
        "    backward = backward[:, ::-1]\n"
        "    return np.concatenate([forward, backward], axis=-1)\n",
        "the backward array is turned round once more",
    ),
    "turned round once more in the sum": (
        answer(sum="forward + backward[:, ::-1]"),
        "the backward array is turned round once more",
    ),
    "sum for concat": (answer(concat="forward + backward"), 'the two are added, as in mode "sum"'),
    "mean for sum": (
        answer(sum="np.mean([forward, backward], axis=0)"),
        'it is the mean of the two, as in mode "ave"',
    ),
    "sum for mean": (answer(ave="forward + backward"), 'the two are added, as in mode "sum"'),
    "always concat": (
        "def merge(forward, backward, mode='concat'):\n"
        "    return np.concatenate([forward, backward], axis=-1)\n",
        "the two stand side by side",
    ),
    "summed over the units": (answer(sum="(forward + backward).sum(-1)"), "summed over its units"),
    "subtracted": (answer(sum="forward - backward"), "the backward array is subtracted"),
    "matrix product": (
        answer(mul="forward @ backward.swapaxes(-1, -2)"),
        "it is a matrix product",
    ),
    "matrix product of shapes that do not fit": (
        answer(mul="forward @ backward"),
        "The shapes do not fit",
    ),
    "half of the product": (answer(mul="forward * backward / 2"), "the product is halved"),
    "divided": (answer(mul="forward / backward"), "the arrays are divided"),
    "brackets forgotten": (
        answer(ave="forward + backward / 2"),
        "only the backward array is halved",
    ),
    "brackets forgotten the other way": (
        answer(ave="forward / 2 + backward"),
        "only the forward array is halved",
    ),
    "mean of everything": (answer(ave="np.mean([forward, backward])"), "one number"),
    "mean over the units": (
        answer(ave="np.mean(np.concatenate([forward, backward], axis=-1), axis=-1)"),
        "it is the mean over the units",
    ),
    "whole numbers": (answer(ave="(forward + backward) // 2"), "whole numbers only"),
    "forward alone": (answer(ave="forward"), "it is the forward array alone"),
    "backward alone": (answer(mul="backward"), "it is the backward array alone"),
    "the mode by another name": (
        answer().replace('"ave"', '"average"'),
        "returns nothing (None). Does it end with `return …`, whichever way it goes? The mode was "
        '"ave"',
    ),
    "the mode in Keras' other word": (answer().replace('"ave"', '"mean"'), 'The mode was "ave"'),
    "two modes of four": (
        answer().replace('"sum"', '"add"').replace('"mul"', '"multiply"'),
        'The mode was "sum"; the four are "concat", "sum", "mul", "ave"',
    ),
    "printed": (
        answer().replace("return (forward + backward) / 2", "print((forward + backward) / 2)"),
        'The mode was "ave"',
    ),
    "units of the third axis": (
        answer(sum="forward[..., : forward.shape[2]] + backward").replace(
            'if mode == "concat"', 'if mode == "concat" and forward.shape[2]'
        ),
        "States, (batch, units), are merged as well",
    ),
    "in place": (
        answer(ave="np.divide(forward, 2, out=forward) + backward / 2"),
        "changed its input `forward` in place",
    ),
    "both returned": (answer(concat="forward, backward"), "np.concatenate, not np.stack"),
    "rounded": (answer(mul="np.round(forward * backward, 6)"), "6 places"),
    "the package's answer": (
        """
def merge(forward, backward, mode="concat"):
    from course_utils import wiring

    return wiring.merge(forward, backward, mode)
""",
        "Write this one by hand",
    ),
    "a Keras layer": (
        """
import keras

def merge(forward, backward, mode="concat"):
    layers = {"concat": "Concatenate", "sum": "Add", "mul": "Multiply", "ave": "Average"}
    return np.asarray(getattr(keras.layers, layers[mode])()([forward, backward]))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "a dictionary of functions": """
MODES = {
    "concat": lambda f, b: np.concatenate((f, b), axis=-1),
    "sum": np.add,
    "mul": np.multiply,
    "ave": lambda f, b: 0.5 * f + 0.5 * b,
}

def merge(forward, backward, mode="concat"):
    return MODES[mode](forward, backward)
""",
    "unit by unit": """
def merge(forward, backward, mode="concat"):
    units = forward.shape[-1]
    result = np.zeros(forward.shape[:-1] + (2 * units if mode == "concat" else units,))
    for k in range(units):
        f, b = forward[..., k], backward[..., k]
        if mode == "concat":
            result[..., k], result[..., units + k] = f, b
        elif mode == "mul":
            result[..., k] = f * b
        else:
            result[..., k] = (f + b) / (2 if mode == "ave" else 1)
    return result
""",
    "in single precision, with names that the tests use": """
def merge(forward, backward, mode="concat"):
    table = np.float32([forward, backward])
    match mode:
        case "concat":
            return np.dstack(table) if table.ndim == 4 else np.hstack(table)
        case "sum":
            return table.sum(axis=0)
        case "mul":
            return table.prod(axis=0)
        case "ave":
            return table.mean(axis=0)
""",
}
