"""Task 2: one step of a GRU whose reset gate acts before the product."""

SOLUTION_CELL = "step-before"

STEP = """
def step_before(x, h, W, U, b):
    W_z, W_r, W_h = np.split(W, 3, axis=1)
    U_z, U_r, U_h = np.split(U, 3, axis=1)
    b_z, b_r, b_h = np.split(b, 3)
    z = sigmoid(x @ W_z + h @ U_z + b_z)
    r = sigmoid(x @ W_r + h @ U_r + b_r)
    h_tilde = np.tanh(x @ W_h + (r * h) @ U_h + b_h)
    return z * h + (1 - z) * h_tilde
"""


def change(*pairs: str) -> str:
    code = STEP
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def order(letters: str) -> str:
    """The blocks taken in another order."""
    return change(
        *(
            text
            for array in "WUb"
            for text in (
                f"{array}_z, {array}_r, {array}_h =",
                ", ".join(f"{array}_{letter}" for letter in letters) + " =",
            )
        )
    )


WRONG = {
    "z and r swapped": (order("rzh"), "the update gate and the reset gate are swapped"),
    "z and h swapped": (order("hrz"), "the update gate and the candidate are swapped"),
    "r and h swapped": (order("zhr"), "the reset gate and the candidate are swapped"),
    "z turned round": (
        change("z * h + (1 - z) * h_tilde", "(1 - z) * h + z * h_tilde"),
        "z and 1 - z are exchanged",
    ),
    "reset after the product": (
        change("(r * h) @ U_h", "r * (h @ U_h)"),
        "the reset gate acts after the product",
    ),
    "no reset": (change("(r * h) @ U_h", "h @ U_h"), "the reset gate is left out"),
    "reset on the input": (
        change("x @ W_h + (r * h) @ U_h", "(r @ W_h.T * 0 + x) @ W_h * r + h @ U_h"),
        "the reset gate acts on the input",
    ),
    "reset in the state": (
        change("(r * h) @ U_h", "h @ U_h", "z * h +", "z * r * h +"),
        "the reset gate stands in the sum of old and new",
    ),
    "tanh for the gates": (
        change("z = sigmoid(", "z = np.tanh(", "r = sigmoid(", "r = np.tanh("),
        "the gates go through tanh",
    ),
    "sigmoid for the candidate": (
        change("np.tanh(", "sigmoid("),
        "the candidate goes through the sigmoid",
    ),
    "candidate without tanh": (change("np.tanh(", "("), "the candidate has no tanh"),
    "the new added": (
        change("z * h + (1 - z) * h_tilde", "h + (1 - z) * h_tilde"),
        "the old state is added whole",
    ),
    "no old state": (
        change("z * h + (1 - z) * h_tilde", "(1 - z) * h_tilde"),
        "the old state is left out of the sum",
    ),
    "no bias": (change(" + b_z", "", " + b_r", "", " + b_h", ""), "the bias b is missing"),
    "candidate without bias": (change(" + b_h", ""), "the candidate's bias is missing"),
    "no input": (
        change("x @ W_z + ", "", "x @ W_r + ", "", "x @ W_h + ", ""),
        "the input x is left out",
    ),
    "blocks transposed": (
        change("h @ U_z", "h @ U_z.T", "h @ U_r", "h @ U_r.T", "(r * h) @ U_h", "(r * h) @ U_h.T"),
        "each block of U is transposed",
    ),
    "the candidate alone": (
        change("return z * h + (1 - z) * h_tilde", "return h_tilde"),
        "this is the candidate",
    ),
    "U transposed": (change("split(U,", "split(U.T,"), "np.split"),
    "changes h": (
        change(
            "return z * h + (1 - z) * h_tilde", "h *= z\n    h += (1 - z) * h_tilde\n    return h"
        ),
        "changed its input `h`",
    ),
    "prints": (
        change("return z * h + (1 - z) * h_tilde", "print(z * h + (1 - z) * h_tilde)"),
        "prints its answer",
    ),
    "the package's step": (
        """
from course_utils.cells import GRU

def step_before(x, h, W, U, b):
    return GRU.step(x, h, W, U, b, reset_after=False)
""",
        "Write this one by hand",
    ),
    "a Keras cell": (
        """
def step_before(x, h, W, U, b):
    cell = keras.layers.GRUCell(U.shape[0], reset_after=False)
    cell.build(x.shape)
    cell.set_weights([W, U, b])
    return np.asarray(cell(x, h)[0])
""",
        "Write this one by hand",
    ),
    "r turned round": (change("(r * h) @ U_h", "((1 - r) * h) @ U_h"), "r and 1 - r are exchanged"),
    "z in both places": (
        change("z * h + (1 - z) * h_tilde", "z * h + z * h_tilde"),
        "z stands before both",
    ),
    "candidate whole": (
        change("z * h + (1 - z) * h_tilde", "z * h + h_tilde"),
        "the candidate is added whole",
    ),
    "r in place of 1 - z": (
        change("z * h + (1 - z) * h_tilde", "z * h + r * h_tilde"),
        "r stands where 1 - z belongs",
    ),
    "1 + z": (
        change("z * h + (1 - z) * h_tilde", "z * h + (1 + z) * h_tilde"),
        "1 + z stands where 1 - z belongs",
    ),
    "gates blind to the state": (
        change(" + h @ U_z", "", " + h @ U_r", ""),
        "the gates do not see the old state",
    ),
    "candidate blind to the state": (
        change(" + (r * h) @ U_h", ""),
        "the candidate does not see the old state",
    ),
    "z in place of r": (change("(r * h) @ U_h", "(z * h) @ U_h"), "z stands where r belongs"),
    "r on the whole pre-activation": (
        change("x @ W_h + (r * h) @ U_h + b_h", "r * (x @ W_h + h @ U_h + b_h)"),
        "r multiplies all of the candidate's pre-activation",
    ),
    "the formula of the other variant, one bias": (
        change("(r * h) @ U_h + b_h", "r * (h @ U_h + b_h)"),
        "and b_h has come with it",
    ),
    "every third column": (
        change(
            "np.split(W, 3, axis=1)",
            "(W[:, k::3] for k in range(3))",
            "np.split(U, 3, axis=1)",
            "(U[:, k::3] for k in range(3))",
            "np.split(b, 3)",
            "(b[k::3] for k in range(3))",
        ),
        "every third column",
    ),
    "sigmoid upside down": (
        change(
            "z = sigmoid(",
            "z = sigmoid(-1 * (",
            "U_z + b_z)",
            "U_z + b_z))",
            "r = sigmoid(",
            "r = sigmoid(-1 * (",
            "U_r + b_r)",
            "U_r + b_r))",
        ),
        "both gates are turned round",
    ),
    "the reset state everywhere": (
        change("h_tilde = ", "h = r * h\n    h_tilde = ", "(r * h) @ U_h", "h @ U_h"),
        "the reset state also stands in the sum",
    ),
    "hard sigmoid": (
        change("z = sigmoid(", "z = hard(", "r = sigmoid(", "r = hard(")
        + "\ndef hard(a):\n    return np.clip(a / 6 + 0.5, 0, 1)\n",
        "the gates are hard sigmoids",
    ),
    "the older hard sigmoid": (
        change("z = sigmoid(", "z = hard(", "r = sigmoid(", "r = hard(")
        + "\ndef hard(a):\n    return np.maximum(0, np.minimum(1, 0.2 * a + 0.5))\n",
        "the gates are hard sigmoids",
    ),
    "tanh of tanh": (
        change("np.tanh(", "tanh_twice(")
        + "\ndef tanh_twice(a):\n    return np.tanh(np.tanh(a))\n",
        "tanh twice",
    ),
    "sigmoid, then tanh": (
        change("h_tilde = np.tanh(", "h_tilde = both(")
        + "\ndef both(a):\n    return np.tanh(sigmoid(a))\n",
        "the candidate goes through the sigmoid, and then through tanh",
    ),
    "sigmoid of sigmoid": (
        change("z = sigmoid(", "z = twice(", "r = sigmoid(", "r = twice(")
        + "\ndef twice(a):\n    return sigmoid(sigmoid(a))\n",
        "the sigmoid twice",
    ),
    "gates without sigmoid": (
        change("z = sigmoid(", "z = (", "r = sigmoid(", "r = ("),
        "the gates have no sigmoid",
    ),
    "the new state through tanh": (
        change("return z * h + (1 - z) * h_tilde", "return np.tanh(z * h + (1 - z) * h_tilde)"),
        "the new state goes through tanh",
    ),
    **{
        f"rounded to {places} places": (
            change(
                "return z * h + (1 - z) * h_tilde",
                f"return np.round(z * h + (1 - z) * h_tilde, {places})",
            ),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"gates rounded to {places} places": (
            change(
                "    h_tilde =",
                f"    z, r = np.round(z, {places}), np.round(r, {places})\n    h_tilde =",
            ),
            "the new state",
        )
        for places in (4, 6, 8)
    },
    **{
        f"candidate rounded to {places} places": (
            change("    return z", f"    h_tilde = np.round(h_tilde, {places})\n    return z"),
            "the new state",
        )
        for places in (4, 6, 8)
    },
    "z rounded alone": (
        change("    h_tilde =", "    z = np.round(z, 8)\n    h_tilde ="),
        "the new state",
    ),
    "r rounded alone": (
        change("    h_tilde =", "    r = np.round(r, 8)\n    h_tilde ="),
        "the new state",
    ),
    "clipped inside": (
        change("z = sigmoid(", "z = calm(", "r = sigmoid(", "r = calm(")
        + "\ndef calm(a):\n    return sigmoid(np.clip(a, -5, 5))\n",
        "the new state",
    ),
    "clipped everywhere inside": (
        change("z = sigmoid(", "z = calm(", "r = sigmoid(", "r = calm(", "np.tanh(", "tanh(")
        + "\ndef calm(a):\n    return sigmoid(np.clip(a, -5, 5))\n"
        + "\ndef tanh(a):\n    return np.tanh(np.clip(a, -5, 5))\n",
        "is clipped to ±5; they need no clipping",
    ),
    "result clipped": (
        change(
            "return z * h + (1 - z) * h_tilde",
            "return np.clip(z * h + (1 - z) * h_tilde, -5, 5)",
        ),
        "it is clipped to ±5",
    ),
    "the first example for all": (
        change(
            "return z * h + (1 - z) * h_tilde",
            "return 0 * h + (z * h + (1 - z) * h_tilde)[0]",
        ),
        "the result of the first example",
    ),
    "for a state of zeros alone": (
        change("    z = sigmoid(", "    h = 0 * h\n    z = sigmoid("),
        "the old state is not used at all",
    ),
    "for positive states alone": (
        change("(r * h) @ U_h", "(r * np.abs(h)) @ U_h"),
        "the new state",
    ),
    "biases of the candidate alone": (
        change(" + b_z", "", " + b_r", ""),
        "the biases of the gates are missing",
    ),
    "blocks as wide as the input": (
        change(
            "W_z, W_r, W_h =",
            "n = W.shape[0]\n    W_z, W_r, W_h =",
            "np.split(b, 3)",
            "(b[:n], b[n : 2 * n], b[2 * n : 3 * n])",
        ),
        "stops with an error",
    ),
}

RIGHT = {
    "row by row": """
import math

def step_before(x, h, W, U, b):
    units = len(U)
    rows = []
    for x_row, h_row in zip(x, h):
        gates = x_row @ W[:, : 2 * units] + h_row @ U[:, : 2 * units] + b[: 2 * units]
        gates = [1 / (1 + math.exp(-a)) for a in gates]
        z, r = gates[:units], gates[units:]
        kept = [r[k] * h_row[k] for k in range(units)]
        row = []
        for k in range(units):
            a = sum(x_row[j] * W[j, 2 * units + k] for j in range(len(x_row)))
            a += sum(kept[j] * U[j, 2 * units + k] for j in range(units)) + b[2 * units + k]
            row.append(z[k] * h_row[k] + (1 - z[k]) * math.tanh(a))
        rows.append(row)
    return rows
""",
    "the difference form, in single precision": """
def step_before(x_t, state, kernel, recurrent, bias):
    n = recurrent.shape[0]
    a = x_t @ kernel + bias
    z, r = np.split(sigmoid(a[:, : 2 * n] + state @ recurrent[:, : 2 * n]), 2, axis=-1)
    new = np.tanh(a[:, 2 * n :] + (state * r) @ recurrent[:, 2 * n :])
    return (new + z * (state - new)).astype("float32")
""",
    "with a helper called gate": """
def gate(k, x, h, W, U, b):
    n = U.shape[0]
    return 1 / (1 + np.exp(-(x @ W + b)[:, k * n : (k + 1) * n] - h @ U[:, k * n : (k + 1) * n]))

def right(*parts):
    return np.concatenate(parts, axis=1)

def step_before(x, h, W, U, b):
    z, r = gate(0, x, h, W, U, b), gate(1, x, h, W, U, b)
    n = len(U)
    both = np.vstack([W, U])[:, -n:]
    return z * h + (1 - z) * np.tanh(right(x, r * h) @ both + b[-n:])
""",
    "a class, and the sigmoid of SciPy": """
from scipy.special import expit

class Cell:
    def __init__(self, W, U, b):
        self.W, self.U, self.b = (a.reshape(*a.shape[:-1], 3, -1) for a in (W, U, b))

    def __call__(self, x, h):
        a = np.einsum("bf,fgu->gbu", x, self.W) + self.b[:, None]
        z, r = expit(a[:2] + np.einsum("bv,vgu->gbu", h, self.U[:, :2]))
        new = np.tanh(a[2] + np.einsum("bv,vu->bu", r * h, self.U[:, 2]))
        return (1 - z) * new + z * h

def step_before(x, h, W, U, b):
    return Cell(W, U, b)(x, h)
""",
    "single precision, returned in double": """
def step_before(x, h, W, U, b):
    x, h, W, U, b = (np.asarray(a, "float32") for a in (x, h, W, U, b))
    n = len(U)
    z, r = (sigmoid((x @ W + b)[:, s] + h @ U[:, s]) for s in (slice(n), slice(n, 2 * n)))
    new = np.tanh((x @ W + b)[:, 2 * n :] + (r * h) @ U[:, 2 * n :])
    return (z * h + (1 - z) * new).astype(float)
""",
    "a sigmoid in two halves": """
def own(a):
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, 1, small) / (1 + small)

def step_before(x, h, W, U, b):
    W, U, b = (np.array_split(a, 3, axis=-1) for a in (W, U, b))
    z, r = (own(x.dot(W[k]) + h.dot(U[k]) + b[k]) for k in range(2))
    return np.add(z * h, (1 - z) * np.tanh(x.dot(W[2]) + np.multiply(r, h).dot(U[2]) + b[2]))
""",
}
