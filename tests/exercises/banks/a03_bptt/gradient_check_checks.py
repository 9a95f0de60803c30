"""Task 8: a gradient checker, which has to find three planted mistakes and pass the right one."""

SOLUTION_CELL = "gradient-check"

ANSWER = """
def gradient_check(arrays, target, claimed, limit=1e-6):
    errors, wrong = {}, []
    for name in arrays:
        a = claimed[name]
        b = numerical_gradient(arrays, target, name)
        size = np.linalg.norm(a) + np.linalg.norm(b)
        error = np.linalg.norm(a - b) / size if size else 0.0
        errors[name] = error
        if error > limit:
            wrong.append(name)
    return errors, wrong
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def error(expression: str) -> str:
    return change("np.linalg.norm(a - b) / size if size else 0.0", expression)


WRONG = {
    "keys with a d": (
        change("claimed[name]", 'claimed["d" + name]'),
        "the same, without a d: 'x'",
    ),
    "absolute": (error("np.linalg.norm(a - b)"), "the absolute error"),
    "by the claimed norm": (
        error("np.linalg.norm(a - b) / np.linalg.norm(a)"),
        "divided by the norm of one array only",
    ),
    "by the numerical norm": (
        error("np.linalg.norm(a - b) / np.linalg.norm(b)"),
        "the norm of the numerical gradient only",
    ),
    "largest of the entries": (
        error("np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-300))"),
        "one by one, and the largest returned",
    ),
    "mean of the entries": (
        error("np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-300))"),
        "one by one and averaged",
    ),
    "entries": (
        change(
            "np.linalg.norm(a - b) / size if size else 0.0",
            "np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-300)",
            "if error > limit",
            "if np.any(error > limit)",
        ),
        "these are the errors of the entries",
    ),
    "no roots": (
        error("((a - b) ** 2).sum() / ((a**2).sum() + (b**2).sum())"),
        "the roots are missing",
    ),
    "absolute values": (
        error("np.abs(a - b).sum() / (np.abs(a).sum() + np.abs(b).sum())"),
        "absolute values are summed",
    ),
    "difference of the norms": (
        error("abs(np.linalg.norm(a) - np.linalg.norm(b)) / size"),
        "the two norms are subtracted",
    ),
    "largest difference": (error("np.abs(a - b).max() / size"), "in place of the norm"),
    "norm of the sum": (
        error("np.linalg.norm(a - b) / np.linalg.norm(a + b)"),
        "the norm of the sum",
    ),
    "mean of the norms": (
        error("2 * np.linalg.norm(a - b) / size"),
        "not by their mean",
    ),
    "one-sided differences in task 7": (
        ANSWER
        + """

def numerical_gradient(arrays, target, name, step=1e-5):
    gradient = np.zeros(arrays[name].shape)
    for index in np.ndindex(gradient.shape):
        moved = arrays[name].copy()
        moved[index] += step
        difference = sequence_loss({**arrays, name: moved}, target) - sequence_loss(arrays, target)
        gradient[index] = difference / step
    return gradient
""",
        "it is the numerical gradient that is not exact enough",
    ),
    "twice the gradient in task 7": (
        ANSWER
        + """

right_one = numerical_gradient

def numerical_gradient(arrays, target, name, step=1e-5):
    return 2 * right_one(arrays, target, name, step)
""",
        "from a numerical gradient that is twice too large",
    ),
    "signed sum": (
        error("(a - b).sum() / (a.sum() + b.sum())"),
        "The relative error of U in the second backward pass is",
    ),
    "0/0": (error("np.linalg.norm(a - b) / size"), "is 0/0"),
    "0/0 is an error of 1": (
        change("else 0.0", "else 1.0"),
        "equal arrays have the error 0",
    ),
    "compared with itself": (
        change("b = numerical_gradient(arrays, target, name)", "b = claimed[name]"),
        "the claimed gradient is compared with itself",
    ),
    "always the same array": (
        change("a = claimed[name]", 'a = claimed["U"]', "target, name)", 'target, "U")'),
        "it is the error of another array",
    ),
    "the right ones": (
        change("error > limit", "error <= limit"),
        "it holds the arrays that are right",
    ),
    "all of them": (change("error > limit", "True"), "it holds every array"),
    "none of them": (change("error > limit", "False"), "so a wrong backward pass goes through"),
    "a mild judge": (change("error > limit", "error > 0.5"), "the list of wrong arrays"),
    "a strict judge": (change("error > limit", "error > 0"), "it holds every array"),
    "limit ignored": (change("error > limit", "error > 1e-6"), "the limit is ignored"),
    "stops at the first": (
        change("wrong.append(name)", "return errors, [name]"),
        "the names in errors",
    ),
    "only the weights": (change("in arrays:", 'in ["W", "U", "b"]:'), "the names in errors"),
    "true or false": (
        change("return errors, wrong", "return errors, len(wrong) == 0"),
        "a list of names",
    ),
    "only the errors": (change("return errors, wrong", "return errors"), "Return 2 things"),
    "only the list": (change("return errors, wrong", "return wrong"), "Return 2 things"),
    "the other way round": (
        change("return errors, wrong", "return wrong, errors"),
        "should be a dictionary",
    ),
    "list of errors": (
        change("return errors, wrong", "return list(errors.values()), wrong"),
        "should be a dictionary",
    ),
    "True in place of names": (
        change("return errors, wrong", "return errors, [e > limit for e in errors.values()]"),
        "the list of wrong arrays",
    ),
    "claimed changed": (
        change("a = claimed[name]", "a = claimed[name]\n        a /= np.abs(a).max() + 1e-300"),
        "changed its input `claimed` in place",
    ),
    "the numerical gradient of the package": (
        """
from course_utils import gradients

def gradient_check(arrays, target, claimed, limit=1e-6):
    errors = {}
    for name in arrays:
        f = lambda a: sequence_loss({**arrays, name: a}, target)
        errors[name] = gradients.relative_error(claimed[name], gradients.numerical(f, arrays[name]))
    return errors, [name for name in errors if errors[name] > limit]
""",
        "Write this one by hand",
    ),
    "the relative error of the package": (
        """
from course_utils.gradients import relative_error

def gradient_check(arrays, target, claimed, limit=1e-6):
    errors = {
        name: relative_error(claimed[name], numerical_gradient(arrays, target, name))
        for name in claimed
    }
    return errors, [name for name in errors if errors[name] > limit]
""",
        "Write this one by hand",
    ),
    "TensorFlow's tape": (
        """
import tensorflow as tf

def gradient_check(arrays, target, claimed, limit=1e-6):
    parts = {name: tf.Variable(a) for name, a in arrays.items()}
    with tf.GradientTape() as tape:
        h, loss = parts["h0"], 0.0
        for t in range(target.shape[1]):
            h = tf.tanh(parts["x"][:, t] @ parts["W"] + h @ parts["U"] + parts["b"])
            loss += tf.reduce_sum((h - target[:, t]) ** 2) / target.size
    exact = tape.gradient(loss, parts)
    errors = {}
    for name in parts:
        a, b = claimed[name], exact[name].numpy()
        size = np.linalg.norm(a) + np.linalg.norm(b)
        errors[name] = np.linalg.norm(a - b) / size if size else 0.0
    return errors, [name for name in errors if errors[name] > limit]
""",
        "Write this one by hand",
    ),
    "errors rounded to 4 places": (
        error("round(np.linalg.norm(a - b) / size, 4) if size else 0.0"),
        "rounded to 4 places",
    ),
    "errors rounded to 6 places": (
        error("round(np.linalg.norm(a - b) / size, 6) if size else 0.0"),
        "digits are lost",
    ),
    "errors rounded to 8 places": (
        error("round(np.linalg.norm(a - b) / size, 8) if size else 0.0"),
        "digits are lost",
    ),
    "claims rounded to 8 places": (
        change("a = claimed[name]", "a = np.round(claimed[name], 8)"),
        "digits are lost",
    ),
    "claims rounded to 4 places": (
        change("a = claimed[name]", "a = np.round(claimed[name], 4)"),
        "rounded to 4 places",
    ),
    "both rounded to 6 places": (
        change(
            "a = claimed[name]",
            "a = np.round(claimed[name], 6)",
            "b = numerical_gradient(arrays, target, name)",
            "b = np.round(numerical_gradient(arrays, target, name), 6)",
        ),
        "digits are lost",
    ),
    "both in float32": (
        change(
            "a = claimed[name]",
            "a = claimed[name].astype(np.float32)",
            "b = numerical_gradient(arrays, target, name)",
            "b = numerical_gradient(arrays, target, name).astype(np.float32)",
        ),
        "digits are lost",
    ),
    "squares in float32": (
        """
def gradient_check(arrays, target, claimed, limit=1e-6):
    def norm(v):
        return float(np.sqrt(np.sum(v.astype(np.float32) ** 2)))

    errors = {}
    for name in arrays:
        a, b = claimed[name], numerical_gradient(arrays, target, name)
        errors[name] = norm(a - b) / (norm(a) + norm(b)) if np.any(a) or np.any(b) else 0.0
    return errors, [name for name in errors if errors[name] > limit]
""",
        "float64 holds that, float32 does not",
    ),
    "claims clipped to 5": (
        change("a = claimed[name]", "a = np.clip(claimed[name], -5, 5)"),
        "the relative error of U where the claim is",
    ),
    "by the larger norm": (
        error("np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b), 1e-300)"),
        "divide by the sum of both",
    ),
    "the error squared": (
        error("(np.linalg.norm(a - b) / size) ** 2 if size else 0.0"),
        "this is the square of what it should be",
    ),
    "the limit as step": (
        change("target, name)", "target, name, limit)"),
        "the numerical gradient taken with another step",
    ),
    "a limit of 1e-7 at least": (
        change("error > limit", "error > max(limit, 1e-7)"),
        "the list of wrong arrays with limit=1e-8",
    ),
    "the error of the first row": (
        error(
            "np.linalg.norm((a - b)[0]) / max(np.linalg.norm(a[0]) + np.linalg.norm(b[0]), 1e-300)"
        ),
        "only the first row is compared",
    ),
    "the last array left out": (
        change("in arrays:", "in list(arrays)[:-1]:"),
        "the names in errors",
    ),
    "a mean in place of the root": (
        error("np.mean((a - b) ** 2) / (np.mean(a**2) + np.mean(b**2)) if size else 0.0"),
        "the roots are missing",
    ),
    "one large gradient": (
        """
def gradient_check(arrays, target, claimed, limit=1e-6):
    slow = {name: numerical_gradient(arrays, target, name) for name in arrays}
    size = sum(np.linalg.norm(claimed[name]) + np.linalg.norm(slow[name]) for name in arrays)
    errors = {name: np.linalg.norm(claimed[name] - slow[name]) / size for name in arrays}
    return errors, [name for name in errors if errors[name] > limit]
""",
        "it is divided by the norms of all arrays together",
    ),
}

RIGHT = {
    "roots of sums": """
def gradient_check(arrays, target, claimed, limit=1e-6):
    def norm(v):
        return sum(float(n) ** 2 for n in np.ravel(v)) ** 0.5

    errors = {}
    for key, mine in sorted(claimed.items()):
        slow = np.array(numerical_gradient(arrays, target, key))
        below = norm(mine) + norm(slow)
        errors[key] = 0 if below == 0 else norm(mine - slow) / below
    return errors, tuple(key for key, e in errors.items() if e > limit)
""",
    "differences of its own, in another order": """
def gradient_check(arrays, target, claimed, limit=1e-6):
    names, errors = ["h0", "b", "U", "W", "x"], {}
    for name in names:
        slow = []
        for i in np.ndindex(arrays[name].shape):
            unit = np.zeros(arrays[name].shape)
            unit[i] = 3e-6
            up = sequence_loss({**arrays, name: arrays[name] + unit}, target)
            slow.append((up - sequence_loss({**arrays, name: arrays[name] - unit}, target)) / 6e-6)
        difference = np.sqrt(np.sum((np.ravel(claimed[name]) - slow) ** 2))
        sizes = np.sqrt(np.sum(claimed[name] ** 2)) + np.sqrt(np.sum(np.square(slow)))
        errors[name] = difference / max(sizes, 1e-12)
    return errors, [name for name in names if not errors[name] <= limit]
""",
    "NaN becomes 0": """
def gradient_check(arrays, target, claimed, limit=1e-6):
    errors = {}
    for name, a in claimed.items():
        b = numerical_gradient(arrays, target, name)
        error = np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))
        errors[name] = np.nan_to_num(error)
    return errors, [name for name in errors if errors[name] > limit]
""",
    "hypot, and a dictionary of slow gradients": """
import math

def gradient_check(arrays, target, claimed, limit=1e-6):
    slow = {name: numerical_gradient(arrays, target, name) for name in claimed}
    norm = lambda v: math.hypot(*np.ravel(v))
    errors = {}
    for name in slow:
        below = norm(claimed[name]) + norm(slow[name])
        errors[name] = norm(claimed[name] - slow[name]) / below if below != 0 else 0
    return [errors, [name for name, error in errors.items() if error > limit]]
""",
    "a class, vdot, an array of names": """
class Judge:
    def __init__(self, limit):
        self.limit, self.errors = limit, {}

    def hear(self, name, a, b):
        size = np.sqrt(np.vdot(a, a)) + np.sqrt(np.vdot(b, b))
        self.errors[name] = np.sqrt(np.vdot(a - b, a - b)) / size if size > 0 else np.float64(0)

    def verdict(self):
        return self.errors, np.array([n for n, e in self.errors.items() if e > self.limit])

def gradient_check(arrays, target, claimed, limit=1e-6):
    judge = Judge(limit)
    for name in ("W", "x", "h0", "U", "b"):
        judge.hear(name, np.asarray(claimed[name]), numerical_gradient(arrays, target, name))
    return judge.verdict()
""",
    "equal arrays first, scipy's norm": """
from scipy.linalg import norm

def gradient_check(arrays, target, claimed, limit=1e-6):
    errors, wrong = {}, set()
    for name in arrays:
        a, b = claimed[name].ravel(), np.ravel(numerical_gradient(arrays, target, name))
        errors[name] = 0.0 if np.array_equal(a, b) else norm(a - b) / (norm(a) + norm(b))
        if errors[name] > limit:
            wrong.add(name)
    return errors, wrong
""",
    "helpers called error, judge, right and table": """
def error(a, b):
    return np.linalg.norm(a - b) / right(np.linalg.norm(a) + np.linalg.norm(b))

def right(size):
    return size if size > 0 else 1.0

def judge(errors, limit):
    return [name for name in errors if errors[name] > limit]

def table(arrays, target, claimed):
    return {n: error(a, numerical_gradient(arrays, target, n)) for n, a in claimed.items()}

def gradient_check(arrays, target, claimed, limit=1e-6):
    errors = table(arrays, target, claimed)
    return errors, judge(errors, limit)
""",
}
