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
}
