"""Task 2: the norm of v ∂h_T/∂h_(T−k), for every k, with one row carried back."""

SOLUTION_CELL = "norms-through-time"

WALK = """
def norms_through_time(states, U, v):
    dh = v
    norms = [np.linalg.norm(dh)]
    for h in states[::-1]:
        dh = (dh * (1 - h**2)) @ U.T
        norms.append(np.linalg.norm(dh))
    return np.array(norms)
"""


def change(*pairs: str) -> str:
    code = WALK
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in code, old
        code = code.replace(old, new)
    return code


PRODUCT = """
def norms_through_time(states, U, v):
    P = np.eye(len(U))
    norms = [np.linalg.norm(v)]
    for h in states[::-1]:
        P = P @ (np.diag(1 - h**2) @ U.T)
        norms.append({norm})
    return norms
"""

WRONG = {
    "entry 0 missing": (change("[np.linalg.norm(dh)]", "[]"), "entry 0 is missing"),
    "last entry missing": (change("states[::-1]", "states[:0:-1]"), "the last entry is missing"),
    "order reversed": (change("np.array(norms)", "norms[::-1]"), "the order is reversed"),
    "from the first state": (
        change("states[::-1]", "states"),
        "the walk starts at the first state",
    ),
    "no slopes": (change("dh * (1 - h**2)", "dh"), "the slopes of the tanh are left out"),
    "U for its transpose": (change("U.T", "U"), "U is not transposed"),
    "slope after U.T": (
        change("(dh * (1 - h**2)) @ U.T", "(dh @ U.T) * (1 - h**2)"),
        "going back, the tanh comes first",
    ),
    "slope after U": (
        change("(dh * (1 - h**2)) @ U.T", "(dh @ U) * (1 - h**2)"),
        "multiply after U, and U is not transposed",
    ),
    "no square in the slope": (change("h**2", "h"), "the square is missing in the slope"),
    "tanh of the states": (
        change("h**2", "np.tanh(h) ** 2"),
        "h has been through the tanh already",
    ),
    "states for slopes": (change("(1 - h**2)", "h"), "in place of the slopes"),
    "slope of a sigmoid": (change("(1 - h**2)", "h * (1 - h)"), "that of a sigmoid"),
    "one step too early": (
        change("states[::-1]", "[*states[-2::-1], np.zeros(len(U))]"),
        "one step too early; the first step back uses the last state",
    ),
    "states[t - 1], which wraps": (
        change(
            "for h in states[::-1]",
            "for h in [states[t - 1] for t in range(len(states) - 1, -1, -1)]",
        ),
        "states[t - 1] with t = 0, is states[-1] once more",
    ),
    "Jacobian from the left": (
        change("(dh * (1 - h**2)) @ U.T", "((1 - h**2)[:, None] * U.T) @ dh"),
        "it is J @ v, and it should be v @ J",
    ),
    "entry by entry": (
        change("(dh * (1 - h**2)) @ U.T", "dh * ((1 - h**2)[:, None] * U.T)"),
        "a row times a matrix is v @ J",
    ),
    "the Jacobian of task 1, without input": (
        change(
            "(dh * (1 - h**2)) @ U.T",
            "dh @ step_jacobian(np.zeros(1), h, np.zeros((1, len(U))), U, np.zeros(len(U)))",
        ),
        "goes one step further before it takes the slope",
    ),
    "the Jacobian of task 1, with its input": (
        change(
            "(dh * (1 - h**2)) @ U.T",
            "dh @ step_jacobian(np.array([0.8, -0.5]), h,"
            " np.array([[0.6, -0.9, 0.3], [-0.7, 0.2, 1.1]]), U, np.array([0.3, -0.2, 0.1]))",
        ),
        "with the x, W and b of task 1",
    ),
    "states[-t]": (
        change("for h in states[::-1]", "for h in [states[-t] for t in range(len(states))]"),
        "states[-t] with t = 0 is states[0]",
    ),
    "always the last slope": (
        change("1 - h**2", "1 - states[-1] ** 2"),
        "each step has its own",
    ),
    "squared norms": (change("np.linalg.norm(dh)", "np.sum(dh**2)"), "a root is missing"),
    "sum of absolute values": (
        change("np.linalg.norm(dh)", "np.abs(dh).sum()"),
        "it is the sum of absolute values",
    ),
    "largest entry": (change("np.linalg.norm(dh)", "np.max(np.abs(dh))"), "the largest entry"),
    "mean square": (change("np.linalg.norm(dh)", "np.mean(dh**2)"), "the mean squares"),
    "plain sum": (change("np.linalg.norm(dh)", "dh.sum()"), "signs and all"),
    "relative": (
        change("np.array(norms)", "np.array(norms) / norms[0]"),
        "divided by the norm of v",
    ),
    "row not carried": (
        change("dh = (dh *", "dh = (v *"),
        "each step starts from v again",
    ),
    "product of norms": (
        """
def norms_through_time(states, U, v):
    norms = [np.linalg.norm(v)]
    for h in states[::-1]:
        norms.append(norms[-1] * np.linalg.norm(np.diag(1 - h**2) @ U.T, 2))
    return norms
""",
        "that is only a bound",
    ),
    "product of all Jacobians": (
        PRODUCT.format(norm="np.linalg.norm(v @ P)"),
        "Are the Jacobians multiplied with each other?",
    ),
    "norm of the product": (
        PRODUCT.format(norm="np.linalg.norm(P, 2)").replace(
            "[np.linalg.norm(v)]", "[np.linalg.norm(P, 2)]"
        ),
        "it is the norm of the product of the Jacobians",
    ),
    "Frobenius norm of the product": (
        PRODUCT.format(norm="np.linalg.norm(P)").replace(
            "[np.linalg.norm(v)]", "[np.linalg.norm(P)]"
        ),
        "the Frobenius norm of the product",
    ),
    "the rows": (change("np.linalg.norm(dh)", "dh"), "these are the gradients themselves"),
    "only the last": (change("np.array(norms)", "norms[-1]"), "only the last norm is returned"),
    "one norm for all": (
        change("np.linalg.norm(dh)", "dh", "np.array(norms)", "np.linalg.norm(norms)"),
        "each distance has its own",
    ),
    "norm along the distances": (
        change("np.linalg.norm(dh)", "dh", "np.array(norms)", "np.linalg.norm(norms, axis=0)"),
        "along the wrong axis",
    ),
    "returns inside the loop": (
        change("    return np.array(norms)", "        return np.array(norms)"),
        "it stops after one step back; does the function return inside the loop?",
    ),
    "columns for rows": (
        change("(dh * (1 - h**2)) @ U.T", "U.T @ (dh * (1 - h**2))"),
        "U is not transposed",
    ),
    "v changed in place": (
        change("dh = (dh * (1 - h**2)) @ U.T", "dh *= 1 - h**2; dh[:] = dh @ U.T"),
        "changed its input `v` in place",
    ),
    "v forgotten": (
        change("dh = v\n", "dh = np.ones(len(U))\n"),
        "a row of ones; it should start from v",
    ),
    "the package's answer": (
        """
from course_utils.gradients import norms_through_time as ready

def norms_through_time(states, U, v):
    return ready(1 - states**2, U, v)
""",
        "Write this one by hand",
    ),
    "the package's answer, imported inside": (
        """
def norms_through_time(states, U, v):
    try:
        from course_utils import gradients

        return gradients.norms_through_time(1 - states**2, U, v)
    except Exception:
        return [np.linalg.norm(v)] * (len(states) + 1)
""",
        "Write this one by hand",
    ),
    "the package's backward pass": (
        """
from course_utils import cells

def norms_through_time(states, U, v):
    tape = cells.Tape()
    zeros = np.zeros((1, *states.shape))
    cells.SimpleRNN.forward(zeros, np.zeros((len(U), len(U))), U, np.zeros(len(U)), tape=tape)
    return np.linalg.norm(cells.SimpleRNN.backward(tape, d_h=v[None])[0][0], axis=1)
""",
        "Write this one by hand",
    ),
    # rounded, clipped, in float32
    **{
        f"rounded to {places} places": (
            change("np.array(norms)", f"np.round(norms, {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"gradient rounded to {places} places": (
            change("(dh * (1 - h**2)) @ U.T", f"np.round((dh * (1 - h**2)) @ U.T, {places})"),
            f"the gradient is rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    **{
        f"slopes rounded to {places} places": (
            change("(1 - h**2)", f"np.round(1 - h**2, {places})"),
            f"the slopes are rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    "float32 on the way": (
        change(
            "dh = v\n",
            "dh = v.astype('float32')\n    U = U.astype('float32')\n"
            "    states = states.astype('float32')\n",
            "np.array(norms)",
            "np.array(norms, dtype=float)",
        ),
        "float32",
    ),
    "gradient clipped to 5": (
        change("(dh * (1 - h**2)) @ U.T", "np.clip((dh * (1 - h**2)) @ U.T, -5, 5)"),
        "the gradient is clipped on the way, to 5",
    ),
    "gradient clipped to 1": (
        change("(dh * (1 - h**2)) @ U.T", "np.clip((dh * (1 - h**2)) @ U.T, -1, 1)"),
        "the gradient is clipped on the way, to 1",
    ),
    "norms cut to 5": (change("np.array(norms)", "np.minimum(norms, 5)"), "norms above 5 are cut"),
    "root of the mean square": (
        change("np.linalg.norm(dh)", "np.sqrt(np.mean(dh**2))"),
        "the root is taken of the mean of the squares",
    ),
    "v without its signs": (change("dh = v\n", "dh = np.abs(v)\n"), "the signs of v are lost"),
    "a row and its root for positive numbers": (
        change("np.linalg.norm(dh)", "np.exp(np.log(dh**2).sum() / 2)"),
        "the row of norms",
    ),
}

RIGHT = {
    "three loops": """
def norms_through_time(states, U, v):
    units = len(v)
    row = [float(n) for n in v]
    norms = [sum(n * n for n in row) ** 0.5]
    for t in range(len(states) - 1, -1, -1):
        da = [row[j] * (1 - states[t][j] ** 2) for j in range(units)]
        row = [sum(da[j] * U[i][j] for j in range(units)) for i in range(units)]
        norms.append(sum(n * n for n in row) ** 0.5)
    return norms
""",
    "a Jacobian for each step, but no product of them": """
def norms_through_time(states, U, v):
    gradient, norms = v.copy(), np.zeros(len(states) + 1)
    norms[0] = np.sqrt(gradient @ gradient)
    for k, state in enumerate(reversed(states), start=1):
        gradient = gradient @ np.diag(1 - state * state) @ U.T
        norms[k] = np.sqrt(gradient @ gradient)
    return norms
""",
    "columns, all rows kept, float32": """
def norms_through_time(outputs, recurrent_kernel, last):
    columns = [last]
    for slopes in (1 - np.flip(outputs, axis=0) ** 2):
        columns.append(recurrent_kernel @ (slopes * columns[-1]))
    return np.linalg.norm(np.array(columns), axis=1).astype("float32")
""",
    "math.hypot, einsum, a generator": """
import math

def norms_through_time(states, U, v):
    row = v
    yield math.hypot(*row)
    for h in reversed(states):
        row = np.einsum("j,j,ij->i", row, 1 - h * h, U)
        yield math.hypot(*row)
""",
    "float32 from beginning to end": """
def norms_through_time(states, U, v):
    states, U, row = np.float32(states), np.float32(U), np.float32(v)
    norms = [np.linalg.norm(row)]
    for t in reversed(range(len(states))):
        row = (row * (1 - states[t] ** 2)) @ U.T
        norms.append(np.linalg.norm(row))
    return np.array(norms)
""",
    "SciPy's norm, a function that calls itself": """
from scipy.linalg import norm

def norms_through_time(states, U, v):
    if len(states) == 0:
        return [norm(v)]
    return [norm(v)] + norms_through_time(states[:-1], U, U @ (v * (1 - states[-1] ** 2)))
""",
}
