"""Task 1: the gradient of softmax and cross-entropy at the logits, a mean over the batch."""

SOLUTION_CELL = "cross-entropy-gradient"

ANSWER = """
def cross_entropy_gradient(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    y = np.eye(logits.shape[1])[labels]
    return (p - y) / len(labels)
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def result(expression: str) -> str:
    return change("(p - y) / len(labels)", expression)


WRONG = {
    "not averaged": (result("p - y"), "divided by the number of examples; that is missing"),
    "averaged over the classes too": (result("(p - y) / p.size"), "number of classes as well"),
    "averaged over the classes": (result("(p - y) / p.shape[1]"), "divided by the number of class"),
    "downhill": (result("(y - p) / len(labels)"), "a gradient points up"),
    "downhill and not averaged": (result("y - p"), "the mean over the batch is missing"),
    "probabilities": (result("p / len(labels)"), "nothing is subtracted at the right class"),
    "probabilities, not averaged": (result("p"), "without the label"),
    "no softmax": (result("(logits - y) / len(labels)"), "the softmax is missing"),
    "at the probabilities": (result("-y / p / len(labels)"), "gradient at the probabilities"),
    "only the right class": (
        result("np.where(y == 1, p - y, 0) / len(labels)"),
        "only the right class has a gradient",
    ),
    "only the wrong classes": (
        result("np.where(y == 1, 0, p) / len(labels)"),
        "only the wrong classes do",
    ),
    "softmax over the batch": (
        change(
            "logits.max(axis=1, keepdims=True)",
            "logits.max()",
            "e.sum(axis=1, keepdims=True)",
            "e.sum(axis=0)",
        ),
        "the softmax is taken over the batch",
    ),
    "one sum for all": (
        change("e.sum(axis=1, keepdims=True)", "e.sum()"),
        "divided by one and the same sum",
    ),
    "labels from 1": (change("[labels]", "[labels - 1]"), "the labels are off by one"),
    "slope of the sigmoid as well": (
        result("(p - y) * p * (1 - p) / len(labels)"),
        "that slope has cancelled already",
    ),
    "the losses": (
        result("-np.log(p[np.arange(len(labels)), labels])"),
        "the loss of each example",
    ),
    "the loss": (
        result("-np.mean(np.log(p[np.arange(len(labels)), labels]))"),
        "this is the loss; asked is its gradient",
    ),
    "averaged away": (result("(p - y).mean(axis=0)"), "every example keeps a row of its own"),
    "summed away": (
        result("(p - y).sum(axis=0) / len(labels)"),
        "it is summed over the batch",
    ),
    "keepdims forgotten": (
        change("e.sum(axis=1, keepdims=True)", "e.sum(axis=1)"),
        "The shapes do not fit",
    ),
    "overflow": (change(" - logits.max(axis=1, keepdims=True)", ""), "it holds NaN"),
    "the batch of the example": (
        result("(p - y) / 3"),
        "it is divided by a fixed number",
    ),
    "rows at the labels": (
        change("y = np.eye(logits.shape[1])[labels]", "p[labels] -= 1", "(p - y)", "p"),
        "takes whole rows",
    ),
    "as many classes as examples": (
        change("np.eye(logits.shape[1])", "np.eye(len(labels))"),
        "needs as many rows as there are classes",
    ),
    "columns of all labels": (
        change("y = np.eye(logits.shape[1])[labels]", "p[:, labels] -= 1", "(p - y)", "p"),
        "in the columns of all the labels, in every row; each row",
    ),
    "columns of all labels, not averaged": (
        change(
            "y = np.eye(logits.shape[1])[labels]",
            "p[:, labels] -= 1",
            "(p - y) / len(labels)",
            "p",
        ),
        "and the mean over the batch is missing",
    ),
    "labels subtracted": (result("(p - labels[:, None]) / len(labels)"), "the label itself"),
    "labels subtracted, not averaged": (
        result("p - labels[:, None]"),
        "the label itself is subtracted; it is the number of a class, the place where the one is "
        "subtracted. The mean over the batch is missing too",
    ),
    "sum over the batch": (
        change("e.sum(axis=1, keepdims=True)", "e.sum(axis=0)"),
        "the sum of the softmax is taken over the batch (axis 0)",
    ),
    "sum over the batch, keepdims": (
        change("e.sum(axis=1, keepdims=True)", "e.sum(axis=0, keepdims=True)"),
        "the sum of the softmax is taken over the batch (axis 0)",
    ),
    "labels as they are": (change("np.eye(logits.shape[1])[labels]", "labels"), "do not fit"),
    "logits changed in place": (
        """
def cross_entropy_gradient(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return (p - np.eye(logits.shape[1])[labels]) / len(labels)
""",
        "changed its input `logits` in place",
    ),
    "TensorFlow's tape": (
        """
def cross_entropy_gradient(logits, labels):
    import tensorflow as tf

    s = tf.constant(logits)
    with tf.GradientTape() as tape:
        tape.watch(s)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=s)
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, s).numpy()
""",
        "Write this one by hand",
    ),
    "JAX": (
        """
def cross_entropy_gradient(logits, labels):
    import jax

    def loss(s):
        return -jax.nn.log_softmax(s)[np.arange(len(labels)), labels].mean()

    return np.asarray(jax.grad(loss)(logits))
""",
        "Write this one by hand",
    ),
    "rounded to 4 places": (result("np.round((p - y) / len(labels), 4)"), "rounded to 4 places"),
    "rounded to 6 places": (result("np.round((p - y) / len(labels), 6)"), "rounded to 6 places"),
    "rounded to 8 places": (result("np.round((p - y) / len(labels), 8)"), "rounded to 8 places"),
    "probabilities rounded to 4 places": (
        result("(np.round(p, 4) - y) / len(labels)"),
        "the probabilities are rounded to 4 places",
    ),
    "probabilities rounded to 8 places": (
        result("(np.round(p, 8) - y) / len(labels)"),
        "the probabilities are rounded to 8 places",
    ),
    "logits clipped to 5": (
        change("logits - logits.max(axis=1, keepdims=True)", "np.clip(logits, -5, 5)"),
        "large logits are clipped",
    ),
    "logits clipped to 30": (
        change("logits - logits.max(axis=1, keepdims=True)", "np.clip(logits, -30, 30)"),
        "large logits are clipped",
    ),
    "exponentials in float32": (
        change(
            "np.exp(logits - logits.max(axis=1, keepdims=True))",
            "np.exp(logits.astype(np.float32)).astype(float)",
        ),
        "it holds NaN",
    ),
    "float16": (
        change(
            "logits - logits.max(axis=1, keepdims=True)",
            "(logits - logits.max(axis=1, keepdims=True)).astype(np.float16)",
            "e / e.sum(axis=1, keepdims=True)",
            "(e / e.sum(axis=1, keepdims=True)).astype(float)",
        ),
        "it is right to a few digits only",
    ),
    "no maximum below zero": (
        change("logits.max(axis=1, keepdims=True)", "logits.max(axis=1, keepdims=True, initial=0)"),
        "it holds NaN",
    ),
    "the first label for all": (change("[labels]", "[labels[0]]"), "the label of the first"),
    "the sum of the first row": (
        change("e.sum(axis=1, keepdims=True)", "e[0].sum()"),
        "the sum of the first row",
    ),
    "sigmoid": (
        change(
            "e / e.sum(axis=1, keepdims=True)",
            "e / (e + np.exp(-logits.max(axis=1, keepdims=True)))",
        ),
        "the sigmoid stands in place",
    ),
    "log softmax": (result("(np.log(p) - y) / len(labels)"), "the logarithms of the probab"),
    "central differences of its own loss": (
        """
def cross_entropy_gradient(logits, labels):
    def loss(s):
        s = s - s.max(axis=1, keepdims=True)
        log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].mean()

    gradient = np.zeros(logits.shape)
    for i in np.ndindex(logits.shape):
        move = np.zeros(logits.shape)
        move[i] = 1e-5
        gradient[i] = (loss(logits + move) - loss(logits - move)) / 2e-5
    return gradient
""",
        "Is it measured, as a difference of losses",
    ),
}

RIGHT = {
    "one subtracted at the label, float32": """
def cross_entropy_gradient(scores, classes):
    scores = scores.astype(np.float32)
    grad = np.exp(scores - scores.max(axis=-1)[:, None])
    grad /= grad.sum(axis=-1)[:, None]
    for row, label in enumerate(classes):
        grad[row, label] -= 1
    return grad / grad.shape[0]
""",
    "loops": """
import math

def cross_entropy_gradient(logits, labels):
    rows = []
    for row, label in zip(logits.tolist(), labels.tolist()):
        top = max(row)
        total = sum(math.exp(s - top) for s in row)
        rows.append([
            (math.exp(s - top) / total - (k == label)) / len(labels) for k, s in enumerate(row)
        ])
    return rows
""",
    "the Jacobian of the softmax": """
def cross_entropy_gradient(logits, labels):
    batch, classes = logits.shape
    z = logits - np.max(logits, axis=1, keepdims=True)
    p = np.exp(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))
    out = np.empty((batch, classes))
    for i in range(batch):
        J = np.diag(p[i]) - np.outer(p[i], p[i])
        out[i] = J[labels[i]] / max(p[i, labels[i]], 1e-300) * -1 / batch
    return out
""",
    "scipy's softmax": """
from scipy.special import softmax

def cross_entropy_gradient(logits, labels):
    grad = softmax(logits, axis=1)
    rows = np.arange(len(labels))
    grad[rows, labels] -= 1.0
    return grad / len(labels)
""",
    "scipy's log_softmax, put_along_axis": """
import scipy.special

def cross_entropy_gradient(logits, labels):
    y = np.zeros_like(logits)
    np.put_along_axis(y, labels[:, np.newaxis], 1.0, axis=1)
    return (np.exp(scipy.special.log_softmax(logits, axis=-1)) - y) / y.shape[0]
""",
    "an object that can be called": """
class Gradient:
    def __call__(self, logits, labels):
        shifted = logits - np.amax(logits, axis=1)[:, None]
        return np.array([self.row(s, label, len(labels)) for s, label in zip(shifted, labels)])

    @staticmethod
    def row(s, label, batch):
        p = np.exp(s) / np.sum(np.exp(s))
        return (p - (np.arange(len(s)) == label)) / batch

cross_entropy_gradient = Gradient()
""",
    "float32 on the way": """
def cross_entropy_gradient(logits, labels):
    z = logits.astype(np.float32)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    p = (e / e.sum(axis=1, keepdims=True)).astype(float)
    return (p - np.equal.outer(labels, np.arange(logits.shape[1]))) / logits.shape[0]
""",
    "probabilities kept above 1e-7, as Keras does": """
def cross_entropy_gradient(logits, labels):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = np.clip(e / e.sum(axis=1, keepdims=True), 1e-7, 1)
    return (p - np.eye(logits.shape[1])[labels]) / len(labels)
""",
}
