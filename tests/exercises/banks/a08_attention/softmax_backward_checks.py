"""Task 6: the way back through the softmax."""

SOLUTION_CELL = "softmax-backward"

ANSWER = """
def softmax_backward(d_weights, weights):
    mean = (weights * d_weights).sum(axis=-1, keepdims=True)
    return weights * (d_weights - mean)
"""
MEAN, LAST = "(weights * d_weights).sum(axis=-1, keepdims=True)", "weights * (d_weights - mean)"


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "own weight alone": (
        change(LAST, "d_weights * weights * (1 - weights)"),
        "only a score's own weight is looked at",
    ),
    "nothing taken off": (change(LAST, "d_weights * weights"), "is not taken off"),
    "plain mean": (change(MEAN, "d_weights.mean(axis=-1, keepdims=True)"), "the plain mean of d"),
    "plain sum": (change(MEAN, "d_weights.sum(axis=-1, keepdims=True)"), "the plain sum of d"),
    "mean of the products": (change(".sum(", ".mean("), "the mean of α · d is taken off"),
    "over the steps": (change("axis=-1", "axis=1"), "over the steps is taken off"),
    "over the batch": (change("axis=-1", "axis=0"), "over the sequences is taken off"),
    "over steps and time": (change("axis=-1", "axis=(1, 2)"), "over the steps and the time"),
    "over everything": (
        change(".sum(axis=-1, keepdims=True)", ".sum()"),
        "over the whole batch is taken off",
    ),
    "added": (change("d_weights - mean", "d_weights + mean"), "the weighted mean is added"),
    "sign": (change("d_weights - mean", "mean - d_weights"), "the sign is wrong everywhere"),
    "without the weight": (change(LAST, "d_weights - mean"), "α is left out in front"),
    "brackets": (change(LAST, "weights * d_weights - mean"), "α multiplies d alone"),
    "cross-entropy": (change(LAST, "d_weights - weights"), "as in the gradient of a cross-entropy"),
    "cross-entropy, other sign": (change(LAST, "weights - d_weights"), "weights − d"),
    "slopes alone": (change(LAST, "weights * (1 - weights)"), "without d"),
    "as it came": (change(LAST, "d_weights.copy()"), "d is returned as it came"),
    "squared": (change(LAST, f"weights * {LAST}"), "α is squared"),
    "forwards": (
        change(LAST, "np.exp(d_weights) / np.exp(d_weights).sum(-1, keepdims=True)"),
        "the softmax of d is taken",
    ),
    "wrong index of the slopes": (
        """
def softmax_backward(d_weights, weights):
    slopes = np.eye(weights.shape[2]) - weights[:, :, None]
    return (weights[..., None] * slopes * d_weights[..., None]).sum(axis=-1)
""",
        "inside the sum over i",
    ),
    "sigmoid's slope as well": (
        change(LAST, "weights * (1 - weights) * (d_weights - mean)"),
        "left out twice",
    ),
    "averaged over the batch": (change(LAST, f"{LAST} / len(weights)"), "averaged over the batch"),
    "summed over the steps": (change(LAST, f"({LAST}).sum(axis=1)"), "it is summed over the steps"),
    "no keepdims": (change(", keepdims=True", ""), "`keepdims=True` keeps it"),
    "in place": (
        """
def softmax_backward(d_weights, weights):
    d_weights -= (weights * d_weights).sum(axis=-1, keepdims=True)
    return weights * d_weights
""",
        "changed its input `d_weights` in place",
    ),
    "rounded": (change(LAST, f"np.round({LAST}, 6)"), "6 places"),
    "the package's answer": (
        """
from course_utils import attention

def softmax_backward(d_weights, weights):
    return attention.masked_softmax_backward(d_weights, weights)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "with all slopes": """
def softmax_backward(d_weights, weights):
    result = np.zeros(weights.shape)
    for place in np.ndindex(weights.shape[:2]):
        a = weights[place]
        slopes = np.diag(a) - np.outer(a, a)
        result[place] = slopes @ d_weights[place]
    return result
""",
    "score by score": """
def softmax_backward(d_weights, weights):
    batch, steps, time = weights.shape
    d_scores = np.zeros_like(weights)
    for j in range(time):
        for i in range(time):
            slope = weights[:, :, i] * ((i == j) - weights[:, :, j])
            d_scores[:, :, j] += d_weights[:, :, i] * slope
    return d_scores
""",
    "einsum, in single precision": """
def softmax_backward(d_weights, weights):
    d, a = np.float32(d_weights), np.float32(weights)
    mean = np.einsum("bst,bst->bs", d, a)
    return a * (d - mean[:, :, None])
""",
}
