"""Task 2: the gradient of the mean squared error over all entries."""

SOLUTION_CELL = "squared-error-gradient"


def answer(expression: str) -> str:
    return f"""
def squared_error_gradient(prediction, target):
    return {expression}
"""


WRONG = {
    "no 2": (answer("(prediction - target) / prediction.size"), "the factor 2"),
    "no mean": (answer("2 * (prediction - target)"), "the loss is a mean"),
    "only the difference": (answer("prediction - target"), "the difference alone"),
    "mean over the batch": (
        answer("2 * (prediction - target) / len(prediction)"),
        "divided by the number of examples",
    ),
    "mean over the outputs": (
        answer("2 * (prediction - target) / prediction.shape[-1]"),
        "number of outputs only",
    ),
    "mean over two axes": (
        answer("2 * (prediction - target) / (prediction.shape[0] * prediction.shape[1])"),
        "the outputs count as well",
    ),
    "mean over batch and outputs": (
        answer("2 * (prediction - target) / (prediction.shape[0] * prediction.shape[-1])"),
        "the steps are not counted",
    ),
    "sign": (answer("2 * (target - prediction) / target.size"), "The sign is wrong everywhere"),
    "sign and mean": (answer("2 * (target - prediction)"), "and the mean is missing"),
    "absolute error": (
        answer("np.sign(prediction - target) / target.size"),
        "gradient of the absolute error",
    ),
    "squared errors": (answer("(prediction - target) ** 2"), "the squared error of each number"),
    "the loss": (answer("np.mean((prediction - target) ** 2)"), "this is the loss, one number"),
    "summed up": (
        answer("np.sum(2 * (prediction - target)) / target.size ** 2"),
        "keeps a gradient of its own",
    ),
    "averaged over the batch": (
        answer("np.mean(2 * (prediction - target), axis=0)"),
        "it is averaged over the batch",
    ),
    "the size of the example": (
        answer("2 * (prediction - target) / 12"),
        "count the numbers of this array",
    ),
    "in place": (
        """
def squared_error_gradient(prediction, target):
    prediction -= target
    return 2 * prediction / prediction.size
""",
        "changed its input `prediction` in place",
    ),
    "loss by TensorFlow's tape": (
        """
import tensorflow

def squared_error_gradient(prediction, target):
    y = tensorflow.Variable(prediction)
    with tensorflow.GradientTape() as tape:
        loss = tensorflow.reduce_mean((y - target) ** 2)
    return np.asarray(tape.gradient(loss, y))
""",
        "Write this one by hand",
    ),
    "rounded to 4 places": (
        answer("np.round(2 * (prediction - target) / prediction.size, 4)"),
        "rounded to 4 places",
    ),
    "rounded to 6 places": (
        answer("np.round(2 * (prediction - target) / prediction.size, 6)"),
        "rounded to 6 places",
    ),
    "rounded to 8 places": (
        answer("np.round(2 * (prediction - target) / prediction.size, 8)"),
        "rounded to 8 places",
    ),
    "difference rounded to 6 places": (
        answer("2 * np.round(prediction - target, 6) / prediction.size"),
        "the differences are rounded to 6 places",
    ),
    "difference clipped to 5": (
        answer("2 * np.clip(prediction - target, -5, 5) / prediction.size"),
        "the differences are clipped to ±5",
    ),
    "Huber": (
        answer("2 * np.clip(prediction - target, -1, 1) / prediction.size"),
        "the differences are clipped to ±1",
    ),
    "root of squares in float32": (
        """
def squared_error_gradient(prediction, target):
    d = (prediction - target).astype(np.float32)
    return (2 * np.sign(d) * np.sqrt(d * d)).astype(float) / d.size
""",
        "the squares are computed in float32",
    ),
    "float16": (
        answer("2 * (prediction - target).astype(np.float16).astype(float) / prediction.size"),
        "it does not grow and shrink with what comes in",
    ),
    "positive": (
        answer("2 * np.abs(prediction - target) / prediction.size"),
        "the signs are lost",
    ),
    "the first example for all": (
        answer("2 * (prediction - target)[:1] / target.size + 0 * target"),
        "the first example is taken for all",
    ),
    "the last output left out": (
        answer(
            "2 * (prediction - target) / target.size"
            " * (np.arange(target.shape[-1]) < target.shape[-1] - 1)"
        ),
        "the last output is left out",
    ),
    "central differences of its own loss": (
        """
def squared_error_gradient(prediction, target):
    gradient = np.zeros(prediction.shape)
    for i in np.ndindex(prediction.shape):
        losses = []
        for move in (1e-5, -1e-5):
            moved = prediction.copy()
            moved[i] += move
            losses.append(np.mean((moved - target) ** 2))
        gradient[i] = (losses[0] - losses[1]) / 2e-5
    return gradient
""",
        "Is it measured, as a difference of losses",
    ),
}

RIGHT = {
    "flat loop": """
def squared_error_gradient(prediction, target):
    y, t = prediction.ravel(), target.ravel()
    g = [2 * (y[i] - t[i]) / len(y) for i in range(len(y))]
    return np.array(g).reshape(prediction.shape)
""",
    "float32, other names": """
def squared_error_gradient(out, wanted):
    error = np.subtract(out, wanted, dtype=np.float32)
    return error / (0.5 * np.prod(out.shape))
""",
    "nested lists": """
def squared_error_gradient(prediction, target):
    def walk(y, t):
        if isinstance(y, list):
            return [walk(a, b) for a, b in zip(y, t)]
        return (y - t) * 2.0 / n

    n = np.asarray(prediction).size
    return walk(prediction.tolist(), target.tolist())
""",
    "halves and einsum": """
def squared_error_gradient(prediction, target):
    ones = np.ones(prediction.ndim, dtype=int)
    weight = np.full(ones, 2.0) / np.prod(prediction.shape)
    return np.einsum("...,...->...", prediction - target, weight)
""",
    "a class, float32 returned": """
class Loss:
    def __init__(self, y, t):
        self.d = (y - t).astype("float32")

    def gradient(self):
        return np.divide(self.d + self.d, np.float32(self.d.size))

def squared_error_gradient(prediction, target):
    return Loss(prediction, target).gradient()
""",
}
