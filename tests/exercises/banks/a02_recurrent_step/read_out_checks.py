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
}
