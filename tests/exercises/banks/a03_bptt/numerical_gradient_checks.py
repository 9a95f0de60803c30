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
    "rounded to 4 places": (change("return gradient", "return gradient.round(4)"), "rounded to 4"),
    "rounded to 6 places": (change("return gradient", "return gradient.round(6)"), "rounded to 6"),
    "rounded to 8 places": (
        change("return gradient", "return gradient.round(8)"),
        "rounded to 8 places",
    ),
    "losses rounded to 6 places": (
        change("above - below", "round(above, 6) - round(below, 6)"),
        "the losses are rounded to 6 places on the way",
    ),
    "losses rounded to 8 places": (
        change("above - below", "round(above, 8) - round(below, 8)"),
        "the losses are rounded to 8 places on the way",
    ),
    "losses rounded to 12 places": (
        change("above - below", "round(above, 12) - round(below, 12)"),
        "the losses are rounded to 12 places on the way",
    ),
    "moved in float32": (
        change(
            "arrays[name].copy(), arrays[name].copy()",
            "arrays[name].astype(np.float32), arrays[name].astype(np.float32)",
        ),
        "the moved array is float32",
    ),
    "all of it in float32": (
        change(
            "    gradient = np",
            "    arrays = {key: a.astype(np.float32) for key, a in arrays.items()}\n"
            "    target = target.astype(np.float32)\n    gradient = np",
        ),
        "all is computed in float32",
    ),
    "losses in float32": (
        change("(above - below)", "float(np.float32(above) - np.float32(below))"),
        "the losses are float32",
    ),
    "clipped to 5": (change("return gradient", "return np.clip(gradient, -5, 5)"), "clipped to ±5"),
    "clipped to 1": (change("return gradient", "return np.clip(gradient, -1, 1)"), "clipped to ±1"),
    "the last number not moved": (
        change("np.ndindex(gradient.shape)", "list(np.ndindex(gradient.shape))[:-1]"),
        "the last number was not moved",
    ),
    "the first number not moved": (
        change("np.ndindex(gradient.shape)", "list(np.ndindex(gradient.shape))[1:]"),
        "the first number was not moved",
    ),
    "five points": (
        change(
            "        above = sequence_loss({**arrays, name: up}, target)\n"
            "        below = sequence_loss({**arrays, name: down}, target)\n"
            "        gradient[index] = (above - below) / (2 * step)",
            "        def loss(by):\n"
            "            moved = arrays[name].copy()\n"
            "            moved[index] += by * step\n"
            "            return sequence_loss({**arrays, name: moved}, target)\n"
            "        far = loss(2) - loss(-2)\n"
            "        gradient[index] = (8 * (loss(1) - loss(-1)) - far) / (12 * step)",
        ),
        "at four places for each number",
    ),
    "columns together": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays[name].shape)
    for k in range(gradient.shape[-1]):
        losses = []
        for move in (step, -step):
            moved = arrays[name].copy()
            moved[..., k] += move
            losses.append(sequence_loss({**arrays, name: moved}, target))
        gradient[..., k] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "whole columns are moved together",
    ),
    "steps of an example together": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays[name].shape)
    for index in np.ndindex(gradient.shape[:1] if gradient.ndim == 3 else gradient.shape):
        losses = []
        for move in (step, -step):
            moved = arrays[name].copy()
            moved[index] += move
            losses.append(sequence_loss({**arrays, name: moved}, target))
        gradient[index] = (losses[0] - losses[1]) / (2 * step)
    return gradient
""",
        "all steps of an example are moved together",
    ),
    "the exact gradient": (
        """
def numerical_gradient(arrays, target, name, step=1e-5):
    states = forward(arrays["x"], arrays["W"], arrays["U"], arrays["b"], arrays["h0"])
    d_outputs = 2 * (states[:, 1:] - target) / target.size
    parts = bptt(arrays["x"], states, arrays["W"], arrays["U"], d_outputs)
    return parts[["x", "W", "U", "b", "h0"].index(name)]
""",
        "the step is ignored",
    ),
    "positive moves for positive numbers": (
        change(
            "up[index] += step",
            "up[index] += step * np.sign(up[index])",
            "down[index] -= step",
            "down[index] -= step * np.sign(down[index])",
        ),
        "the sign of the number is multiplied in",
    ),
    "relative steps": (
        change(
            "up[index] += step",
            "up[index] += step * up[index]",
            "down[index] -= step",
            "down[index] -= step * down[index]",
        ),
        "multiplied by 1 ± step",
    ),
    "squared losses": (change("above - below", "above**2 - below**2"), "the losses are squared"),
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
    "a class, moves by a dictionary": """
class Mover:
    def __init__(self, arrays, target, name):
        self.arrays, self.target, self.name = arrays, target, name

    def __call__(self, index, by):
        array = np.array(self.arrays[self.name])
        array[index] = array[index] + by
        return sequence_loss(dict(self.arrays, **{self.name: array}), self.target)

def numerical_gradient(arrays, target, name, step=1e-5):
    loss, shape = Mover(arrays, target, name), np.shape(arrays[name])
    places = map(lambda i: np.unravel_index(i, shape), range(int(np.prod(shape))))
    slopes = [0.5 * (loss(i, step) - loss(i, -step)) / step for i in places]
    return np.array(slopes).reshape(shape)
""",
    "with one's own forward and mean squared error": """
def numerical_gradient(arrays, target, name, step=1e-5):
    def loss(array):
        parts = {**arrays, name: array}
        states = forward(*(parts[key] for key in ("x", "W", "U", "b", "h0")))
        return np.mean(np.square(states[:, 1:] - target))

    def slopes(index):
        unit = np.zeros(arrays[name].shape)
        unit[index] = step
        return (loss(arrays[name] + unit) - loss(arrays[name] - unit)) / (2 * step)

    gradient = np.empty(arrays[name].shape)
    for index, _ in np.ndenumerate(gradient):
        gradient[index] = slopes(index)
    return gradient
""",
    "recursive over the axes": """
def numerical_gradient(arrays, target, name, step=1e-5):
    work = arrays[name].copy()

    def walk(part):
        if part.ndim > 1:
            return [walk(one) for one in part]
        row = []
        for i in range(len(part)):
            old, losses = part[i], []
            for side in (1, -1):
                part[i] = old + side * step
                losses.append(sequence_loss({**arrays, name: work}, target))
            part[i] = old
            row.append((losses[0] - losses[1]) / (2 * step))
        return row

    return walk(work)
""",
}
