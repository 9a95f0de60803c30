"""Task 7: the gradient of the given loss by central differences."""

SOLUTION_CELL = "numerical-gradient"

ANSWER = """
def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays[name].shape)
    for index in np.ndindex(gradient.shape):
        up, down = arrays[name].copy(), arrays[name].copy()
        up[index] += step
        down[index] -= step
        above = sequence_loss({**arrays, name: up}, target)
        below = sequence_loss({**arrays, name: down}, target)
        gradient[index] = (above - below) / (2 * step)
    return gradient
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "divided by one step": (change("(2 * step)", "step"), "divide by 2 * step"),
    "divided by four steps": (change("(2 * step)", "(4 * step)"), "half of what it should be"),
    "half in place of brackets": (
        change("/ (2 * step)", "/ 2 * step"),
        "put 2 * step in brackets",
    ),
    "not divided": (change(" / (2 * step)", ""), "not divided by anything"),
    "sign": (change("above - below", "below - above"), "the sign is wrong everywhere"),
    "one-sided": (
        change("down[index] -= step", "pass", "(2 * step)", "step"),
        "the differences are one-sided",
    ),
    "one-sided, below": (
        change("up[index] += step", "pass", "(2 * step)", "step"),
        "the differences are one-sided",
    ),
    "all numbers together": (
        change("up[index] += step", "up += step", "down[index] -= step", "down -= step"),
        "move one at a time",
    ),
    "one number": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    above = sequence_loss({**arrays, name: arrays[name] + step}, target)
    below = sequence_loss({**arrays, name: arrays[name] - step}, target)
    return (above - below) / (2 * step)
""",
        "which gives one number",
    ),
    "rows together": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays[name].shape)
    for i in range(len(gradient)):
        losses = []
        for move in (step, -step):
            moved = arrays[name].copy()
            moved[i] += move
            losses.append(sequence_loss({**arrays, name: moved}, target))
        gradient[i] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "whole rows are moved together",
    ),
    "W whatever the name": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays["W"].shape)
    for index in np.ndindex(gradient.shape):
        losses = []
        for move in (step, -step):
            moved = arrays["W"].copy()
            moved[index] += move
            losses.append(sequence_loss({**arrays, "W": moved}, target))
        gradient[index] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "this is the gradient of W",
    ),
    "step ignored": (
        change("    gradient = np", "    step = 1e-5\n    gradient = np"),
        "the step is ignored",
    ),
    "step ignored in the division": (
        change("(2 * step)", "2e-5"),
        "the step that is given as default",
    ),
    "half steps": (
        change("+= step", "+= step / 2", "-= step", "-= step / 2", "(2 * step)", "step"),
        "move by half a step",
    ),
    "not put back": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    moved = arrays[name].copy()
    gradient = np.zeros(moved.shape)
    for index in np.ndindex(gradient.shape):
        moved[index] += step
        above = sequence_loss({**arrays, name: moved}, target)
        moved[index] -= 2 * step
        gradient[index] = (above - sequence_loss({**arrays, name: moved}, target)) / (2 * step)
    return gradient
""",
        "the numbers are not put back",
    ),
    "multiplied": (
        change(
            "up[index] += step",
            "up[index] *= 1 + step",
            "down[index] -= step",
            "down[index] *= 1 - step",
        ),
        "multiplied by 1 ± step",
    ),
    "in the array itself": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    array = arrays[name]
    gradient = np.zeros(array.shape)
    for index in np.ndindex(gradient.shape):
        array[index] += step
        above = sequence_loss(arrays, target)
        array[index] -= 2 * step
        below = sequence_loss(arrays, target)
        array[index] += step
        gradient[index] = (above - below) / (2 * step)
    return gradient
""",
        "copy the array as well",
    ),
    "no copy": (
        change("up, down = arrays[name].copy(), arrays[name].copy()", "up = down = arrays[name]"),
        "changed its input `arrays` in place",
    ),
    "transposed": (change("return gradient", "return gradient.T"), "it is transposed"),
    "a flat row": (change("return gradient", "return gradient.ravel()"), "one flat row"),
    "only two axes": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    rows, columns = arrays[name].shape
    gradient = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            losses = []
            for move in (step, -step):
                moved = arrays[name].copy()
                moved[i, j] += move
                losses.append(sequence_loss({**arrays, name: moved}, target))
            gradient[i, j] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "a fixed number of loops, or of indices, does not do for all",
    ),
    "two loops over the shape": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays[name].shape)
    for i in range(gradient.shape[0]):
        for j in range(gradient.shape[1]):
            losses = []
            for move in (step, -step):
                moved = arrays[name].copy()
                moved[i, j] += move
                losses.append(sequence_loss({**arrays, name: moved}, target))
            gradient[i, j] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "U has two axes, b has one and x has three",
    ),
    "two loops over the lengths": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    array = arrays[name]
    gradient = np.zeros(array.shape)
    for i in range(len(array)):
        for j in range(len(array[i])):
            losses = []
            for move in (step, -step):
                moved = array.copy()
                moved[i][j] += move
                losses.append(sequence_loss({**arrays, name: moved}, target))
            gradient[i][j] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "U has two axes, b has one and x has three",
    ),
    "one loop for b, two for all else": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays[name].shape)
    if gradient.ndim == 1:
        places = list(range(len(gradient)))
    else:
        places = [(i, j) for i in range(gradient.shape[0]) for j in range(gradient.shape[1])]
    for place in places:
        losses = []
        for move in (step, -step):
            moved = arrays[name].copy()
            moved[place] += move
            losses.append(sequence_loss({**arrays, name: moved}, target))
        gradient[place] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "both features of a step are moved together",
    ),
    "whole numbers": (
        change("np.zeros(arrays[name].shape)", "np.zeros(arrays[name].shape, dtype=int)"),
        "dtype int",
    ),
    "the package": (
        """
from course_utils.gradients import numerical

def numerical_gradient(arrays, target, name, step=1e-5):
    return numerical(lambda a: sequence_loss({**arrays, name: a}, target), arrays[name], step)
""",
        "Write this one by hand",
    ),
    "SciPy": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    from scipy.optimize import approx_fprime

    shape = arrays[name].shape
    f = lambda flat: sequence_loss({**arrays, name: flat.reshape(shape)}, target)
    return approx_fprime(arrays[name].ravel(), f, step).reshape(shape)
""",
        "Write this one by hand",
    ),
    "the backward pass of the package": (
        """
from course_utils import cells

def numerical_gradient(arrays, target, name, step=1e-5):
    tape = cells.Tape()
    parts = [arrays[key] for key in ("x", "W", "U", "b", "h0")]
    states, _ = cells.SimpleRNN.forward(*parts, tape=tape)
    grads = cells.SimpleRNN.backward(tape, 2 * (states - target) / target.size)
    return grads[["x", "W", "U", "b", "h0"].index(name)]
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "flat, moved and put back": """
def numerical_gradient(arrays, target, name, step=1e-5):
    array = arrays[name].copy()
    everything = dict(arrays)
    everything[name] = array
    flat, grad = array.reshape(-1), np.zeros(array.size)
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + step
        grad[i] = sequence_loss(everything, target)
        flat[i] = old - step
        grad[i] -= sequence_loss(everything, target)
        flat[i] = old
    return grad.reshape(array.shape) / step / 2
""",
    "moved in place and put back exactly": """
def numerical_gradient(arrays, target, name, step=1e-5):
    a = arrays[name]
    g = np.empty_like(a)
    it = np.nditer(a, flags=["multi_index"])
    for old in it:
        i, old = it.multi_index, float(old)
        a[i] = old + step
        plus = sequence_loss(arrays, target)
        a[i] = old - step
        minus = sequence_loss(arrays, target)
        a[i] = old
        g[i] = (plus - minus) / (2 * step)
    return g
""",
    "directions from the identity matrix": """
def numerical_gradient(arrays, target, name, step=1e-5):
    shape, n = arrays[name].shape, arrays[name].size
    def loss(move):
        return sequence_loss({**arrays, name: arrays[name] + move.reshape(shape)}, target)
    slopes = [(loss(step * e) - loss(-step * e)) / (2 * step) for e in np.eye(n)]
    return np.reshape(slopes, shape).tolist()
""",
}
