"""Task 8: the data of the adding problem, and the constant that a network has to beat."""

SOLUTION_CELL = "adding-problem"

DATA = """
def adding_problem(n, length, seed):
    rng = np.random.default_rng(seed)
    numbers = rng.random((n, length))
    markers = np.zeros((n, length))
    half = length // 2
    rows = np.arange(n)
    first = rng.integers(0, half, n)
    second = rng.integers(half, length, n)
    markers[rows, first] = 1
    markers[rows, second] = 1
    y = (numbers * markers).sum(axis=1, keepdims=True)
    return np.stack([numbers, markers], axis=-1), y
"""

CONSTANT = """

def best_constant(y):
    constant = np.mean(y)
    return constant, np.mean((y - constant) ** 2)
"""


def data(*pairs: str) -> str:
    code = DATA
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code + CONSTANT


def constant(constant: str, loss: str = "np.mean((y - constant) ** 2)") -> str:
    return (
        DATA
        + f"""

def best_constant(y):
    constant = {constant}
    return constant, {loss}
"""
    )


SUM = "(numbers * markers).sum(axis=1, keepdims=True)"
FIRST = "rng.integers(0, half, n)"
SECOND = "rng.integers(half, length, n)"

WRONG = {
    "features exchanged": (
        data("[numbers, markers], axis", "[markers, numbers], axis"),
        "The features are exchanged",
    ),
    "features first": (data("axis=-1", "axis=0"), "The axes are in another order"),
    "features in the middle": (data("axis=-1", "axis=1"), "The axes are in another order"),
    "joined along time": (
        data("np.stack([numbers, markers], axis=-1)", "np.concatenate([numbers, markers], axis=1)"),
        "has shape (3, 16), expected (3, 8, 2)",
    ),
    "no markers": (data("first] = 1", "first] = 0", "second] = 1", "second] = 0"), "no markers"),
    "one marker": (data("    markers[rows, second] = 1\n", ""), "Only step 2 is marked"),
    "markers anywhere": (
        data(FIRST, "rng.integers(0, length, n)", SECOND, "rng.integers(0, length, n)"),
        "from separate halves (the steps 0 to 3, and 4 to 7)",
    ),
    "markers anywhere, never the same": (
        data(
            "    markers[rows, first] = 1\n    markers[rows, second] = 1\n",
            "    for i in range(n):\n"
            "        markers[i, rng.choice(length, 2, replace=False)] = 1\n",
        ),
        "The markers are not in separate halves",
    ),
    "both in the first half": (
        data(SECOND, "half - 1 - first * 0"),
        "Only step 3 is marked",
    ),
    "both in the second half": (
        data(FIRST, "rng.integers(half, length, n)"),
        "Draw",
    ),
    "first marker reaches too far": (
        data(FIRST, "rng.integers(0, half + 1, n)", "(half, length, n)", "(half + 1, length, n)")
        .replace("def adding_problem(", "def drawn(")
        .replace(
            "def best_constant",
            "def adding_problem(n, length, seed):\n"
            "    return drawn(n, length, seed) if length > 3 else good(n, length, seed)\n\n\n"
            "def best_constant",
        )
        + DATA.replace("adding_problem", "good"),
        "The first marker reaches too far",
    ),
    "the halves overlap": (
        data(FIRST, "rng.integers(0, half + 1, n)"),
        "The first marker reaches too far",
    ),
    "never at the last step": (
        data(SECOND, "rng.integers(half, max(length - 1, half + 1), n)"),
        "never stands at step 9: rng.integers leaves out its upper end already",
    ),
    "never at the first step": (
        data(FIRST, "rng.integers(min(1, half - 1), half, n)"),
        "the first marker never stands at step 0",
    ),
    "first marker always first": (
        data(FIRST, "np.zeros(n, int)"),
        "never stands at step 1",
    ),
    "the same places in all sequences": (
        data(FIRST, "rng.integers(0, half)", SECOND, "rng.integers(half, length)"),
        "at the same places",
    ),
    "generator in the loop, for the places": (
        data(
            "    markers[rows, first] = 1\n    markers[rows, second] = 1\n",
            "    for i in range(n):\n"
            "        rng = np.random.default_rng(seed)\n"
            "        markers[i, rng.integers(0, half)] = 1\n"
            "        markers[i, rng.integers(half, length)] = 1\n",
        ),
        "There the generator starts again each time",
    ),
    "generator in the loop, for everything": (
        """
def adding_problem(n, length, seed):
    x, y = np.zeros((n, length, 2)), np.zeros((n, 1))
    for i in range(n):
        rng = np.random.default_rng(seed)
        x[i, :, 0] = rng.random(length)
        x[i, rng.integers(0, length // 2), 1] = 1
        x[i, rng.integers(length // 2, length), 1] = 1
        y[i] = x[i, :, 0] @ x[i, :, 1]
    return x, y
"""
        + CONSTANT,
        "There the generator starts again each time",
    ),
    "zeros of whole numbers": (
        """
def adding_problem(n, length, seed):
    rng = np.random.default_rng(seed)
    x = np.zeros((n, length, 2), int)
    x[:, :, 0] = rng.random((n, length))
    x[np.arange(n), rng.integers(0, length // 2, n), 1] = 1
    x[np.arange(n), rng.integers(length // 2, length, n), 1] = 1
    return x, (x[:, :, 0] * x[:, :, 1]).sum(axis=1, keepdims=True)
"""
        + CONSTANT,
        "because the dtype of x is int64",
    ),
    "numbers never put in": (
        data("np.stack([numbers, markers]", "np.stack([0 * numbers, markers]"),
        "are zero everywhere",
    ),
    "all places in all sequences": (
        data(
            "markers[rows, first]",
            "markers[:, first]",
            "markers[rows, second]",
            "markers[:, second]",
        ),
        "marks all places in all rows",
    ),
    "always as far apart": (
        data(SECOND, "first + half"),
        "hang together",
    ),
    "middle of the half preferred": (
        data(FIRST, "(rng.integers(0, half, n) + rng.integers(0, half, n)) // 2"),
        "draw all steps of its half evenly",
    ),
    "markers of the wrong size": (
        data("first] = 1", "first] = 0.5"),
        "should be 0 or 1",
    ),
    "numbers only at the markers": (
        data("np.stack([numbers, markers]", "np.stack([numbers * markers, markers]"),
        "The numbers are zero where no marker stands",
    ),
    "marked numbers as markers": (
        data("np.stack([numbers, markers]", "np.stack([numbers, numbers * markers]"),
        "should be 0 or 1",
    ),
    "normal numbers": (data("rng.random(", "rng.standard_normal("), "Are they normal numbers?"),
    "from -1 to 1": (
        data("rng.random((n, length))", "rng.uniform(-1, 1, (n, length))"),
        "drawn evenly",
    ),
    "bits": (data("rng.random((n, length))", "rng.integers(0, 2, (n, length))"), "are whole"),
    "not even": (data("rng.random((n, length))", "rng.random((n, length)) ** 2"), "the variance"),
    "the same numbers in all sequences": (
        data("rng.random((n, length))", "np.tile(rng.random(length), (n, 1))"),
        "All sequences have the same numbers",
    ),
    "one number a sequence": (
        data("rng.random((n, length))", "np.tile(rng.random((n, 1)), (1, length))"),
        "all steps have the same number",
    ),
    "sum of all": (data(SUM, "numbers.sum(axis=1, keepdims=True)"), "it is the sum of all numbers"),
    "product": (
        data(SUM, "(numbers[rows, first] * numbers[rows, second])[:, None]"),
        "it is the product",
    ),
    "mean": (data(SUM, SUM + " / 2"), "it is the mean of the two"),
    "difference": (
        data(SUM, "(numbers[rows, first] - numbers[rows, second])[:, None]"),
        "it is the difference",
    ),
    "first only": (data(SUM, "numbers[rows, first][:, None]"), "the first marked number only"),
    "second only": (data(SUM, "numbers[rows, second][:, None]"), "the second marked number only"),
    "sum of the markers": (data(SUM, "markers.sum(axis=1, keepdims=True)"), "always 2"),
    "sum of the places": (data(SUM, "(first + second)[:, None]"), "the sum of the places"),
    "everybody with everybody": (
        data(SUM, "numbers @ markers.T"),
        "every sequence is combined with every other",
    ),
    "places of the last sequence": (
        data(SUM, "(numbers[:, first[-1]] + numbers[:, second[-1]])[:, None]"),
        "the places of the last sequence are used for all",
    ),
    "places of the first sequence": (
        data(SUM, "(numbers[:, first[0]] + numbers[:, second[0]])[:, None]"),
        "the places of the first sequence are used for all",
    ),
    "flat": (data(SUM, "(numbers * markers).sum(axis=1)"), "has shape (3,), expected (3, 1)"),
    "summed over the sequences": (
        data(SUM, "(numbers * markers).sum(axis=0)[:, None]"),
        "y (3 sequences, 8 steps) has shape (8, 1), expected (3, 1)",
    ),
    "y first": (
        data(
            "return np.stack([numbers, markers], axis=-1), y",
            "return y, np.stack([numbers, markers], axis=-1)",
        ),
        "return x first, then y",
    ),
    "only x": (data("axis=-1), y", "axis=-1)"), "Return 2 things"),
    "seed not used": (
        data("default_rng(seed)", "default_rng()"),
        "the same seed give different data",
    ),
    "NumPy's shared generator": (
        data(
            "    rng = np.random.default_rng(seed)\n    numbers = rng.random((n, length))\n",
            "    np.random.seed(seed)\n    numbers = np.random.rand(n, length)\n",
            FIRST,
            "np.random.randint(0, half, n)",
            SECOND,
            "np.random.randint(half, length, n)",
        ),
        "the generator that everything else shares",
    ),
    "Python's shared generator": (
        """
import random

def adding_problem(n, length, seed):
    random.seed(seed)
    x, y = np.zeros((n, length, 2)), np.zeros((n, 1))
    for i in range(n):
        x[i, :, 0] = [random.random() for _ in range(length)]
        x[i, random.randrange(length // 2), 1] = 1
        x[i, random.randrange(length // 2, length), 1] = 1
        y[i] = x[i, :, 0] @ x[i, :, 1]
    return x, y
"""
        + CONSTANT,
        "the generator that everything else shares",
    ),
    "always seed 0": (data("default_rng(seed)", "default_rng(0)"), "Is `seed` used?"),
    "places without the seed": (
        data("    half =", "    rng = np.random.default_rng(0)\n    half ="),
        "the same places of the markers",
    ),
    "numbers without the seed": (
        data(
            "    rng = np.random.default_rng(seed)\n    numbers = rng.random((n, length))\n",
            "    numbers = np.random.default_rng(0).random((n, length))\n"
            "    rng = np.random.default_rng(seed)\n",
        ),
        "Two different seeds give the same numbers",
    ),
    "the package's answer": (
        """
from course_utils import tasks

def adding_problem(n, length, seed):
    return tasks.adding(n, length, np.random.default_rng(seed))
"""
        + CONSTANT,
        "Write this one by hand",
    ),
    # the constant
    "constant: median": (constant("np.median(y)"), "it is the median"),
    "constant: middle": (constant("(y.min() + y.max()) / 2"), "the middle between"),
    "constant: a search over a grid": (
        constant(
            "min(np.linspace(0, 2, 2001), key=lambda c: np.mean((y - c) ** 2))",
        ),
        "Did you search over a grid?",
    ),
    "constant: a coarse grid": (
        constant("min(np.arange(0, 2, 0.1), key=lambda c: np.mean((y - c) ** 2))"),
        "Did you search over a grid?",
    ),
    "constant: 1": (constant("1.0"), "it is 1, what it comes to for many"),
    "constant: a half": (constant("0.5"), "it is 0.5"),
    "constant: sum": (constant("np.sum(y)"), "it is the sum of the answers"),
    "constant: largest": (constant("np.max(y)"), "it is the largest answer"),
    "constant: first": (constant("y[0, 0]"), "it is the first answer"),
    "loss: 1/6": (constant("np.mean(y)", "1 / 6"), "it is 1/6, what it comes to"),
    "loss: of 1": (constant("np.mean(y)", "np.mean((y - 1) ** 2)"), "the error of the constant 1"),
    "loss: of 0": (constant("np.mean(y)", "np.mean(y**2)"), "the error of the constant 0"),
    "loss: root": (constant("np.mean(y)", "np.std(y)"), "that is the standard deviation"),
    "loss: absolute": (
        constant("np.mean(y)", "np.mean(np.abs(y - constant))"),
        "it is the mean absolute error",
    ),
    "loss: sum": (
        constant("np.mean(y)", "np.sum((y - constant) ** 2)"),
        "it is the sum of the squares",
    ),
    "loss: n - 1": (constant("np.mean(y)", "np.var(y, ddof=1)"), "it is divided by n - 1"),
    "loss: mean before squaring": (
        constant("np.mean(y)", "np.mean(y - constant) ** 2"),
        "plus and minus cancel",
    ),
    "loss: one for each": (
        constant("np.mean(y)", "(y - constant) ** 2"),
        "there is one for each sequence",
    ),
    "loss: of the median": (
        constant("np.mean(y)", "np.mean((y - np.median(y)) ** 2)"),
        "the error of the median",
    ),
    "constant: an array": (constant("y.mean(axis=0)"), "Return a number, not an array"),
    "constant: exchanged": (
        DATA
        + """

def best_constant(y):
    return np.var(y), np.mean(y)
""",
        "The two results are exchanged",
    ),
    "constant: only the loss": (
        DATA
        + """

def best_constant(y):
    return np.var(y)
""",
        "Return 2 things",
    ),
    "constant: the package's baseline": (
        "from course_utils import tasks\n" + constant("np.mean(y)", 'tasks.baseline("adding")'),
        "Write this one by hand",
    ),
    # places from a part, or by something else than chance
    "first marker among the first ten": (
        data(FIRST, "rng.integers(0, min(half, 10), n)"),
        "the first marker never stands at step 10",
    ),
    "first marker among the last ten of its half": (
        data(FIRST, "rng.integers(max(half - 10, 0), half, n)"),
        "the first marker never stands at step 0",
    ),
    "second marker among the first ten of its half": (
        data(SECOND, "rng.integers(half, min(length, half + 10), n)"),
        "the second marker never stands at step 35",
    ),
    "second marker among the last ten": (
        data(SECOND, "rng.integers(max(half, length - 10), length, n)"),
        "the second marker never stands at step 25",
    ),
    "first marker on the largest number": (
        data(FIRST, "numbers[:, :half].argmax(axis=1)"),
        "Is a place chosen by the number that stands there?",
    ),
    "first marker on the smallest number": (
        data(FIRST, "numbers[:, :half].argmin(axis=1)"),
        "Is a place chosen by the number that stands there?",
    ),
    "second marker on the largest number": (
        data(SECOND, "half + numbers[:, half:].argmax(axis=1)"),
        "Is a place chosen by the number that stands there?",
    ),
    "markers where the number is above a half, if any": (
        data(
            FIRST,
            "(rng.random((n, half)) + (numbers[:, :half] > 0.5)).argmax(axis=1)",
        ),
        "Is a place chosen by the number that stands there?",
    ),
    "places in turn": (
        data(FIRST, "(rng.integers(0, half) + np.arange(n)) % half"),
        "hangs together with that of the sequence before",
    ),
    "the same place for two sequences": (
        data(SECOND, "rng.integers(half, length, n).repeat(2)[:n]"),
        "hangs together with that of the sequence before",
    ),
    "second marker mirrors the first": (
        data(SECOND, "length - 1 - first"),
        "The places of the two markers hang together",
    ),
    # a second generator, or an old one
    "places from a second generator of the same seed": (
        data("    half =", "    rng = np.random.default_rng(seed)\n    half ="),
        "a second generator with the same seed",
    ),
    "first places from a second generator of the same seed": (
        data(FIRST, "np.random.default_rng(seed).integers(0, half, n)"),
        "a second generator with the same seed",
    ),
    "second places from a second generator of the same seed": (
        data(SECOND, "np.random.default_rng(seed).integers(half, length, n)"),
        "a second generator with the same seed",
    ),
    "both places from generators of the same seed": (
        data(
            FIRST,
            "np.random.default_rng(seed).integers(0, half, n)",
            SECOND,
            "np.random.default_rng(seed).integers(half, length, n)",
        ),
        "The places",
    ),
    "places from a second generator, one by one": (
        data(
            "    markers[rows, first] = 1\n    markers[rows, second] = 1\n",
            "    rng = np.random.default_rng(seed)\n"
            "    for i in range(n):\n"
            "        markers[i, rng.integers(0, half)] = 1\n"
            "        markers[i, rng.integers(half, length)] = 1\n",
        ),
        "a second generator with the same seed",
    ),
    "places as shares, from a second generator": (
        data(FIRST, "(np.random.default_rng(seed).random(n) * half).astype(int)"),
        "a second generator with the same seed",
    ),
    "numbers from a second generator of the same seed": (
        data(
            "    y = ",
            "    numbers = np.random.default_rng(seed).random((n, length))\n    y = ",
        ).replace("    numbers = rng.random((n, length))\n", "", 1),
        "a second generator with the same seed",
    ),
    "numbers from the shared generator": (
        data(
            "    rng = np.random.default_rng(seed)\n    numbers = rng.random((n, length))\n",
            "    rng = np.random.default_rng(seed)\n    np.random.seed(seed)\n"
            "    numbers = np.random.rand(n, length)\n",
        ),
        "the generator that everything else shares",
    ),
    "places from the shared generator": (
        data(
            "    half =",
            "    np.random.seed(seed)\n    half =",
            FIRST,
            "np.random.randint(0, half, n)",
            SECOND,
            "np.random.randint(half, length, n)",
        ),
        "the generator that everything else shares",
    ),
    "places from the shared generator, without the seed": (
        data(FIRST, "np.random.randint(0, half, n)"),
        "the same seed give different data",
    ),
    "the shared generator, seeded for all that follows": (
        data("    half =", "    np.random.seed(seed)\n    half ="),
        "the generator that everything else shares",
    ),
    # numbers
    **{
        f"numbers rounded to {places} places": (
            data("rng.random((n, length))", f"rng.random((n, length)).round({places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    "numbers rounded to 2 places": (
        data("rng.random((n, length))", "rng.random((n, length)).round(2)"),
        "the numbers are rounded to",
    ),
    **{
        f"answers rounded to {places} places": (
            data(SUM, f"{SUM}.round({places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    "from 0.1 to 0.9": (
        data("rng.random((n, length))", "rng.uniform(0.1, 0.9, (n, length))"),
        "the variance",
    ),
    "from 0 to 0.99": (
        data("rng.random((n, length))", "rng.uniform(0, 0.99, (n, length))"),
        "would come nearer to both ends",
    ),
    "from 0.01 on": (
        data("rng.random((n, length))", "rng.uniform(0.01, 1, (n, length))"),
        "would come nearer to both ends",
    ),
    "from both ends": (
        data("rng.random((n, length))", "rng.beta(0.9, 0.9, (n, length))"),
        "drawn evenly from 0 to 1",
    ),
    "the second half repeats the first": (
        data(
            "    half = length // 2\n",
            "    half = length // 2\n    numbers[:, half : 2 * half] = numbers[:, :half]\n",
        ),
        "Numbers come more than once in a sequence",
    ),
    "ten sequences again and again": (
        data("rng.random((n, length))", "np.resize(rng.random((10, length)), (n, length))"),
        "Many sequences have the same numbers",
    ),
    # the constant
    **{
        f"constant: rounded to {places} places": (
            constant(f"round(np.mean(y), {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"loss: rounded to {places} places": (
            constant("np.mean(y)", f"round(np.var(y), {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    "constant: a running sum in float32": (
        constant("float(np.add.accumulate(np.float32(y).ravel())[-1]) / len(y)"),
        "or computed in float32",
    ),
    "constant: signs lost": (constant("np.mean(np.abs(y))"), "the signs of the answers are lost"),
    "constant: kept between 0 and 2": (constant("np.clip(np.mean(y), 0, 2)"), "the best constant"),
}

RIGHT = {
    "loop over the sequences": """
def adding_problem(n, length, seed):
    rng = np.random.default_rng(seed)
    x, y = [], []
    for _ in range(n):
        numbers = rng.uniform(0, 1, length)
        first = rng.integers(length // 2)
        second = rng.integers(length // 2, length)
        x.append([[numbers[t], 1.0 if t in (first, second) else 0.0] for t in range(length)])
        y.append([numbers[first] + numbers[second]])
    return x, y


def best_constant(y):
    total = 0.0
    for (answer,) in y:
        total += answer
    mean = total / len(y)
    loss = 0.0
    for (answer,) in y:
        loss += (answer - mean) ** 2
    return mean, loss / len(y)
""",
    "one array filled, float32": """
def adding_problem(how_many, steps, seed):
    rng = np.random.default_rng(seed)
    x = np.zeros((how_many, steps, 2), dtype="float32")
    x[:, :, 0] = rng.random((how_many, steps))
    i = np.arange(how_many)
    a = rng.integers(steps // 2, size=how_many)
    b = steps // 2 + rng.integers(steps - steps // 2, size=how_many)
    x[i, a, 1] = 1
    x[i, b, 1] = 1
    return x, x[i, a, :1] + x[i, b, :1]


def best_constant(y):
    return [float(y.mean()), float(y.var())]
""",
    "places compared with a row of steps, another generator": """
def adding_problem(n, length, seed):
    rng = np.random.RandomState(seed)
    t = np.arange(length)
    half = length // 2
    first = (rng.rand(n, 1) * half).astype(int)
    second = half + (rng.rand(n, 1) * (length - half)).astype(int)
    marks = (t == first) | (t == second)
    numbers = rng.rand(n, length)
    x = np.concatenate([numbers[..., None], marks[..., None]], axis=2)
    return x, np.einsum("nt,nt->n", numbers, marks)[:, None]


def best_constant(y):
    candidate = np.sum(y) / np.size(y)
    return candidate, np.mean(np.square(y)) - candidate**2
""",
    "places by the largest of random keys, before the numbers": """
def adding_problem(n, length, seed):
    rng = np.random.default_rng(seed)
    half = length // 2
    first = rng.random((n, half)).argmax(axis=1)
    second = half + rng.random((n, length - half)).argmax(axis=1)
    numbers = rng.uniform(size=(n, length))
    steps = np.arange(length)
    markers = (steps == first[:, None]) | (steps == second[:, None])
    return np.dstack([numbers, markers]), numbers[markers].reshape(n, 2).sum(axis=1)[:, None]


def best_constant(y):
    return np.average(y), np.var(y)
""",
    "choice, in a loop": """
def adding_problem(n, length, seed):
    rng = np.random.default_rng(seed)
    x, y = np.zeros((n, length, 2)), np.zeros((n, 1))
    for i in range(n):
        for part in (range(length // 2), range(length // 2, length)):
            place = rng.choice(part)
            x[i, place, 1] = 1
        x[i, :, 0] = rng.random(length)
        y[i] = x[i, :, 0] @ x[i, :, 1]
    return x, y


def best_constant(y):
    import statistics

    answers = [float(a) for a in np.ravel(y)]
    return statistics.fmean(answers), statistics.pvariance(answers)
""",
    "permutations of a half, float32": """
def adding_problem(n, length, seed):
    rng = np.random.Generator(np.random.Philox(seed))
    half = length // 2
    marks = np.zeros((n, length), dtype="float32")
    marks[:, 0] = marks[:, half] = 1
    for part in (slice(half), slice(half, None)):
        marks[:, part] = rng.permuted(marks[:, part], axis=1)
    numbers = rng.random((n, length), dtype="float32")
    return np.stack([numbers, marks], 2), np.sum(numbers * marks, 1, keepdims=True)


def best_constant(y):
    flat = y.astype(float).flatten()
    return flat.sum() / flat.size, np.dot(flat - flat.mean(), flat - flat.mean()) / flat.size
""",
    "shares of random numbers, each row by itself": """
def adding_problem(n, length, seed):
    rng = np.random.default_rng(seed)
    half = length // 2
    x, y = [], []
    for _ in range(n):
        draws = rng.random(length + 2)
        first = int(draws[0] * half)
        second = half + int(draws[1] * (length - half))
        numbers = draws[2:]
        markers = np.isin(np.arange(length), [first, second])
        x.append(np.column_stack([numbers, markers]))
        y.append([numbers[markers].sum()])
    return x, y


def best_constant(y):
    constant = sum(row[0] for row in y) / len(y)
    return constant, sum((row[0] - constant) ** 2 for row in y) / len(y)
""",
    "Python's own generator, one that nobody shares": """
import random as chance

def adding_problem(n, length, seed):
    rng = chance.Random(seed)
    half = length // 2
    x = np.zeros((n, length, 2))
    for row in x:
        row[:, 0] = [rng.random() for _ in range(length)]
        row[rng.randrange(half), 1] = 1
        row[rng.randint(half, length - 1), 1] = 1
    return x, np.prod(x, axis=2).sum(axis=1, keepdims=True)


def best_constant(y):
    constant = np.linalg.lstsq(np.ones_like(y), y, rcond=None)[0].item()
    return constant, np.square(np.subtract(y, constant)).mean()
""",
    "a generator for the numbers and one for the places, both spawned": """
def adding_problem(n, length, seed):
    for_numbers, for_places = np.random.default_rng(seed).spawn(2)
    half = length // 2
    one = for_places.multinomial(1, np.full(half, 1 / half), size=n)
    two = for_places.multinomial(1, np.full(length - half, 1 / (length - half)), size=n)
    numbers = for_numbers.random((n, length))
    markers = np.hstack([one, two])
    return np.moveaxis(np.array([numbers, markers]), 0, -1), (numbers * markers).sum(1)[:, None]


def best_constant(y):
    return y.mean().item(), ((y - y.mean()) ** 2).mean().item()
""",
    "names that cover Python's": """
from numpy import *

max, list, numbers, markers, first, second = 3.0, [1, 2, 3], None, None, None, None

def adding_problem(n, length, seed):
    rng = random.default_rng(seed)
    half = length // 2
    x = zeros((n, length, 2))
    x[..., 0] = rng.random((n, length))
    x[arange(n), rng.integers(half, size=n), 1] = 1
    x[arange(n), rng.integers(half, length, size=n), 1] = 1
    return x, prod(x, axis=2).sum(axis=1, keepdims=True)


def best_constant(y):
    return mean(y), var(y)
""",
}
