"""Task 5: the values mixed by the weights."""

SOLUTION_CELL = "context"

HEAD = "def context(weights, values):\n"


def line(text: str) -> str:
    return f"{HEAD}    return {text}\n"


EACH = "np.repeat({}, weights.shape[1], axis=1)"

WRONG = {
    "the best alone": (
        line("np.take_along_axis(values, weights.argmax(-1)[..., None], 1)"),
        "only the value with the largest weight",
    ),
    "mean of weighted values": (
        line("(weights[..., None] * values[:, None]).mean(axis=2)"),
        "it is the mean of the weighted values",
    ),
    "mean of the values": (
        line(EACH.format("values.mean(axis=1, keepdims=True)")),
        "the values are averaged",
    ),
    "sum of the values": (
        line(EACH.format("values.sum(axis=1, keepdims=True)")),
        "the weights are left out",
    ),
    "first step for all": (
        line(EACH.format("weights[:, :1] @ values")),
        "the first step's weights are taken for all steps",
    ),
    "not summed": (
        line("weights[..., None] * values[:, None]"),
        "the weighted values are not summed",
    ),
    "summed over the numbers": (
        line("(weights[..., None] * values[:, None]).sum(axis=-1)"),
        "summed over the numbers of a value",
    ),
    "summed over the steps": (
        line('np.einsum("bst,btd->bd", weights, values)'),
        "it is summed over the steps, too",
    ),
    "summed over the batch": (
        line('np.einsum("bst,btd->sd", weights, values)'),
        "it is summed over the batch, too",
    ),
    "steps and numbers exchanged": (
        line("values.swapaxes(1, 2) @ weights.swapaxes(1, 2)"),
        "a row belongs to a step",
    ),
    "softmax once more": (
        line("np.exp(weights) / np.exp(weights).sum(-1, keepdims=True) @ values"),
        "the softmax is taken once more",
    ),
    "first values for all": (line("weights @ values[0]"), "the first sequence's values"),
    "tanh": (line("np.tanh(weights @ values)"), "tanh is taken"),
    "turned round": (line("weights @ values[:, ::-1]"), "the order of time is turned round"),
    "transposed where that fits": (
        line("weights @ (values if values.shape[1] != values.shape[2] else values.swapaxes(1, 2))"),
        "the values are transposed",
    ),
    "the other way round": (line("values @ weights"), "The shapes do not fit"),
    "np.dot": (line("np.dot(weights, values)"), "has shape (2, 3, 2, 4)"),
    "entry by entry": (line("weights * values"), "the time is what is summed over"),
    "one sequence": (line("weights[-1] @ values[-1]"), "did you keep only one sequence"),
    "rounded": (line("np.round(weights @ values, 6)"), "6 places"),
    "the package's answer": (
        """
import course_utils.attention

def context(weights, values):
    return course_utils.attention.context(weights, values)
""",
        "Write this one by hand",
    ),
    "Keras' layer": (
        """
import keras

def context(weights, values):
    return np.asarray(keras.layers.Dot(axes=(2, 1))([weights, values]))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "step by step": """
def context(weights, values):
    contexts = np.zeros((*weights.shape[:2], values.shape[2]))
    for t in range(values.shape[1]):
        contexts += weights[:, :, t, None] * values[:, None, t]
    return contexts
""",
    "einsum": """
def context(weights, values):
    return np.einsum("bst,btd->bsd", weights, values)
""",
    "one sequence after the other, in single precision": """
def context(weights, values):
    return np.array([np.float32(w) @ np.float32(v) for w, v in zip(weights, values)])
""",
}
