"""Task 4: probabilities of the classes, from the last state or from every state."""

SOLUTION_CELL = "read-out"

ANSWER = """
def read_out(states, V, b_y, every_step=False):
    h = states if every_step else states[:, -1]
    z = h @ V + b_y
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "softmax over the batch": (
        change("e.sum(axis=-1,", "e.sum(axis=0,", "z.max(axis=-1,", "z.max(axis=0,"),
        "the sum over the batch is one",
    ),
    "softmax over time": (
        change(
            "e.sum(axis=-1,",
            "e.sum(axis=e.ndim - 2 if every_step else -1,",
            "z - z.max(axis=-1, keepdims=True)",
            "z",
        ),
        "the sum over time is one",
    ),
    "axis 1, right only without time": (
        change("e.sum(axis=-1,", "e.sum(axis=1,"),
        "answer at every step looks like this mistake",
    ),
    "softmax over everything": (
        change(
            "e.sum(axis=-1, keepdims=True)", "e.sum()", "z.max(axis=-1, keepdims=True)", "z.max()"
        ),
        "the softmax runs over the whole array",
    ),
    "no softmax": (
        change("return e / e.sum(axis=-1, keepdims=True)", "return z"),
        "softmax is missing",
    ),
    "not divided": (
        """
def read_out(states, V, b_y, every_step=False):
    h = states if every_step else states[:, -1]
    return np.exp(h @ V + b_y)
""",
        "not divided by their sum",
    ),
    "no exp": (
        """
def read_out(states, V, b_y, every_step=False):
    h = states if every_step else states[:, -1]
    z = h @ V + b_y
    return z / z.sum(axis=-1, keepdims=True)
""",
        "divided by their sum without exp",
    ),
    "sigmoid": (
        """
def read_out(states, V, b_y, every_step=False):
    h = states if every_step else states[:, -1]
    return 1 / (1 + np.exp(-(h @ V + b_y)))
""",
        "sigmoid stands in place of the softmax",
    ),
    "overflow": (
        change("z - z.max(axis=-1, keepdims=True)", "z"),
        "NaN",
    ),
    "first state": (change("states[:, -1]", "states[:, 0]"), "it reads the first state"),
    "mean state": (change("states[:, -1]", "states.mean(axis=1)"), "the mean of all states"),
    "mean of the answers": (
        """
def read_out(states, V, b_y, every_step=False):
    z = states @ V + b_y
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    y = e / e.sum(axis=-1, keepdims=True)
    return y if every_step else y.mean(axis=1)
""",
        "averages the answers of all steps",
    ),
    "last sequence": (change("states[:, -1]", "states[-1]"), "the last sequence of the batch"),
    "no bias": (change(" + b_y", ""), "the bias b_y is missing"),
    "bias after the softmax": (
        change(
            " + b_y", "", "e.sum(axis=-1, keepdims=True)", "e.sum(axis=-1, keepdims=True) + b_y"
        ),
        "added after the softmax",
    ),
    "always every step": (
        change(" if every_step else states[:, -1]", ""),
        "although every_step is False",
    ),
    "never every step": (change("states if every_step else ", ""), "although every_step is True"),
    "classes, not probabilities": (
        change("return e / e.sum(axis=-1, keepdims=True)", "return z.argmax(axis=-1)"),
        "most probable classes",
    ),
    "logarithm": (
        change(
            "return e / e.sum(axis=-1, keepdims=True)",
            "return np.log(e / e.sum(axis=-1, keepdims=True))",
        ),
        "logarithm of the probabilities",
    ),
    "sum without keepdims": (
        change("e.sum(axis=-1, keepdims=True)", "e.sum(axis=-1)"),
        "The shapes do not fit",
    ),
    "changes the states": (
        """
def read_out(states, V, b_y, every_step=False):
    states -= states.max(axis=-1, keepdims=True)
    h = states if every_step else states[:, -1]
    z = h @ V + b_y
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
""",
        "changed its input `states` in place",
    ),
    "Keras' softmax": (
        """
def read_out(states, V, b_y, every_step=False):
    import keras

    h = states if every_step else states[:, -1]
    return np.asarray(keras.ops.softmax(h @ V + b_y))
""",
        "Write this one by hand",
    ),
    "SciPy's softmax": (
        """
from scipy.special import softmax

def read_out(states, V, b_y, every_step=False):
    h = states if every_step else states[:, -1]
    return softmax(h @ V + b_y, axis=-1)
""",
        "Write this one by hand",
    ),
    "shifted, not divided": (
        change("return e / e.sum(axis=-1, keepdims=True)", "return e"),
        "but the exponentials are not divided",
    ),
    "softmax twice": (
        change(
            "return e / e.sum(axis=-1, keepdims=True)",
            "e = np.exp(e / e.sum(axis=-1, keepdims=True))\n"
            "    return e / e.sum(axis=-1, keepdims=True)",
        ),
        "the softmax is applied twice",
    ),
    "powers of two": (
        change("np.exp(", "np.exp2("),
        "2 stands in place of e",
    ),
    "largest of the whole array": (
        change("z.max(axis=-1, keepdims=True)", "z.max()"),
        "the largest number of the whole array",
    ),
    "mean in place of the largest": (
        change("z.max(", "z.mean("),
        "the mean is subtracted",
    ),
    "smallest in place of the largest": (
        change("z.max(", "z.min("),
        "the smallest number is subtracted",
    ),
    "cut off at 5": (
        change("z - z.max(axis=-1, keepdims=True)", "np.clip(z, -5, 5)"),
        "cut off at -5 and 5 before exp",
    ),
    "cut off at 500": (
        change("z - z.max(axis=-1, keepdims=True)", "np.clip(z, -500, 500)"),
        "large numbers are cut off before exp",
    ),
    "state before the last": (
        change("states[:, -1]", "states[:, -2] if states.shape[1] > 1 else states[:, -1]"),
        "the state before the last",
    ),
    "sum of the states": (
        change("states[:, -1]", "states.sum(axis=1)"),
        "the sum of all states",
    ),
    "a column, right only for the last step": (
        change("e.sum(axis=-1, keepdims=True)", "e.sum(axis=-1)[:, None]"),
        "keepdims=True",
    ),
    "rounded to 4 places": (
        change(
            "return e / e.sum(axis=-1, keepdims=True)",
            "return np.round(e / e.sum(axis=-1, keepdims=True), 4)",
        ),
        "rounded to 4 places",
    ),
    "rounded to 6 places": (
        change(
            "return e / e.sum(axis=-1, keepdims=True)",
            "return np.round(e / e.sum(axis=-1, keepdims=True), 6)",
        ),
        "rounded to 6 places",
    ),
    "rounded to 8 places": (
        change(
            "return e / e.sum(axis=-1, keepdims=True)",
            "return np.round(e / e.sum(axis=-1, keepdims=True), 8)",
        ),
        "rounded to 8 places",
    ),
    "rounded to 6 places, float32": (
        change(
            "return e / e.sum(axis=-1, keepdims=True)",
            "return np.round(e / e.sum(axis=-1, keepdims=True), 6).astype('float32')",
        ),
        "rounded to 6 places",
    ),
    "logits rounded": (
        change("z = h @ V + b_y", "z = np.round(h @ V + b_y, 4)"),
        "before the softmax are rounded to 4 places",
    ),
    "never below 1e-7": (
        change(
            "return e / e.sum(axis=-1, keepdims=True)",
            "return np.maximum(e / e.sum(axis=-1, keepdims=True), 1e-7)",
        ),
        "tiny probability",
    ),
    "float32 overflows": (
        change("z - z.max(axis=-1, keepdims=True)", "z.astype('float32')"),
        "NaN",
    ),
}

RIGHT = {
    "row by row": """
def read_out(states, V, b_y, every_step=False):
    def softmax(z):
        z = [np.exp(value - max(z)) for value in z]
        return [value / sum(z) for value in z]

    answers = [[softmax(h @ V + b_y) for h in sequence] for sequence in states]
    return answers if every_step else [sequence[-1] for sequence in answers]
""",
    "through logarithms": """
def read_out(states, V, b_y, every_step=False):
    logits = np.einsum("btu,uc->btc", states, V) + b_y
    log_sum = np.logaddexp.reduce(logits, axis=2, keepdims=True)
    answer = np.exp(logits - log_sum)
    if every_step:
        return answer
    return answer[:, -1, :]
""",
    "two functions, float32": """
def softmax(a):
    a = np.exp((a.T - a.max(axis=-1).T).T.astype("float32"))
    return (a.T / a.sum(axis=-1).T).T

def read_out(states, V, b_y, every_step=False):
    if not every_step:
        states = states[:, states.shape[1] - 1, :]
    return softmax(np.matmul(states, V) + b_y)
""",
    "SciPy's logsumexp": """
from scipy.special import logsumexp

def read_out(states, V, b_y, every_step=False):
    z = (states if every_step else states[:, -1]) @ V + b_y
    return np.exp(z - logsumexp(z, axis=-1, keepdims=True))
""",
    "one over a sum of ratios": """
def read_out(states, V, b_y, every_step=False):
    z = np.dot(states, V) + b_y
    with np.errstate(over="ignore"):
        p = 1 / np.exp(z[..., None, :] - z[..., :, None]).sum(axis=-1)
    return p if every_step else p[:, -1]
""",
    "along an axis, as lists": """
def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)

def read_out(states, V, b_y, every_step=False):
    answers = np.apply_along_axis(softmax, 2, states @ V + b_y)
    return (answers if every_step else answers[:, -1]).tolist()
""",
    "float32 inside, float64 outside": """
def read_out(states, V, b_y, every_step=False):
    states, V, b_y = (array.astype("float32") for array in (states, V, b_y))
    z = (states if every_step else states[:, -1]) @ V + b_y
    e = np.exp(z - z.max(axis=-1, keepdims=True)).astype(float)
    return e / e.sum(axis=-1)[..., None]
""",
}
