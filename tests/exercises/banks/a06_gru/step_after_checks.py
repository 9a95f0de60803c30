"""Task 3: one step of a GRU whose reset gate acts after the product, Keras' default."""

SOLUTION_CELL = "step-after"

STEP = """
def step_after(x, h, W, U, b):
    a_z, a_r, a_h = np.split(x @ W + b[0], 3, axis=1)
    s_z, s_r, s_h = np.split(h @ U + b[1], 3, axis=1)
    z = sigmoid(a_z + s_z)
    r = sigmoid(a_r + s_r)
    h_tilde = np.tanh(a_h + r * s_h)
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
        "a_z, a_r, a_h =",
        ", ".join(f"a_{letter}" for letter in letters) + " =",
        "s_z, s_r, s_h =",
        ", ".join(f"s_{letter}" for letter in letters) + " =",
    )


WRONG = {
    "z and r swapped": (order("rzh"), "the update gate and the reset gate are swapped"),
    "z and h swapped": (order("hrz"), "the update gate and the candidate are swapped"),
    "r and h swapped": (order("zhr"), "the reset gate and the candidate are swapped"),
    "z turned round": (
        change("z * h + (1 - z) * h_tilde", "(1 - z) * h + z * h_tilde"),
        "z and 1 - z are exchanged",
    ),
    "reset before the product": (
        change("r * s_h", "(r * h) @ np.split(U, 3, axis=1)[2] + b[1, 2 * len(U) :]"),
        "the reset gate acts before the product",
    ),
    "recurrent bias outside the reset": (
        change("r * s_h", "r * (s_h - b[1, 2 * len(U) :]) + b[1, 2 * len(U) :]"),
        "the recurrent bias stands outside the reset gate",
    ),
    "no recurrent bias": (change(" + b[1]", ""), "the recurrent bias, b[1], is missing"),
    "no input bias": (change(" + b[0]", ""), "the input bias, b[0], is missing"),
    "biases exchanged": (
        change("@ W + b[0]", "@ W + b[1]", "@ U + b[1]", "@ U + b[0]"),
        "the two biases are exchanged",
    ),
    "both biases at the input": (
        change("@ W + b[0]", "@ W + b[0] + b[1]", "@ U + b[1]", "@ U"),
        "the recurrent bias stands outside the reset gate",
    ),
    "no reset": (change("r * s_h", "s_h"), "the reset gate is left out"),
    "reset on everything": (change("a_h + r * s_h", "r * (a_h + s_h)"), "also on the input"),
    "tanh for the gates": (
        change("z = sigmoid(", "z = np.tanh(", "r = sigmoid(", "r = np.tanh("),
        "the gates go through tanh",
    ),
    "sigmoid for the candidate": (
        change("np.tanh(", "sigmoid("),
        "the candidate goes through the sigmoid",
    ),
    "candidate without tanh": (change("np.tanh(", "("), "the candidate has no tanh"),
    "blocks transposed": (
        change(
            "h @ U + b[1]",
            "h @ np.concatenate([B.T for B in np.split(U, 3, axis=1)], axis=1) + b[1]",
        ),
        "each block of U is transposed",
    ),
    "no old state": (
        change("z * h + (1 - z) * h_tilde", "(1 - z) * h_tilde"),
        "the old state is left out of the sum",
    ),
    "the new added": (
        change("z * h + (1 - z) * h_tilde", "h + (1 - z) * h_tilde"),
        "the old state is added whole",
    ),
    "the candidate alone": (
        change("return z * h + (1 - z) * h_tilde", "return h_tilde"),
        "this is the candidate",
    ),
    "one bias for all": (change("b[0]", "b", "b[1]", "b"), "The shapes do not fit"),
    "changes h": (
        change(
            "return z * h + (1 - z) * h_tilde", "h *= z\n    h += (1 - z) * h_tilde\n    return h"
        ),
        "changed its input `h`",
    ),
    "the package's step": (
        """
from course_utils.cells import GRU

def step_after(x, h, W, U, b):
    return GRU.step(x, h, W, U, b)
""",
        "Write this one by hand",
    ),
    "the package's forward": (
        """
import course_utils.cells as cells

def step_after(x, h, W, U, b):
    return cells.GRU.forward(x[:, None], W, U, b, h)[1]
""",
        "Write this one by hand",
    ),
    "a Keras cell": (
        """
def step_after(x, h, W, U, b):
    cell = keras.layers.GRUCell(U.shape[0])
    cell.build(x.shape)
    cell.set_weights([W, U, b])
    return np.asarray(cell(x, h)[0])
""",
        "Write this one by hand",
    ),
    "r turned round": (change("r * s_h", "(1 - r) * s_h"), "r and 1 - r are exchanged"),
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
        change("a_z + s_z", "a_z", "a_r + s_r", "a_r"),
        "the gates do not see the old state",
    ),
    "gates blind to the input": (
        change("a_z + s_z", "s_z", "a_r + s_r", "s_r"),
        "the gates do not see the input",
    ),
    "candidate blind to the state": (
        change("a_h + r * s_h", "a_h"),
        "the candidate does not see the old state",
    ),
    "z in place of r": (change("r * s_h", "z * s_h"), "z stands where r belongs"),
    "r on the wrong side": (
        change("a_h + r * s_h", "r * a_h + s_h"),
        "the reset gate multiplies the input's side",
    ),
    "first bias twice": (change("+ b[1]", "+ b[0]"), "b[0] is used twice"),
    "second bias twice": (change("+ b[0]", "+ b[1]"), "b[1] is used twice"),
    "candidate without the second bias": (
        change("r * s_h", "r * (s_h - b[1, 2 * len(U) :])"),
        "b'_h is missing in the candidate",
    ),
    "reset before, one bias": (
        change("r * s_h", "(r * h) @ np.split(U, 3, axis=1)[2]"),
        "and b'_h is missing",
    ),
    "r times h besides": (change("r * s_h", "r * h * s_h"), "h is multiplied in once more"),
    "sigmoid upside down": (
        change(
            "sigmoid(a_z + s_z)", "sigmoid(-a_z - s_z)", "sigmoid(a_r + s_r)", "sigmoid(-a_r - s_r)"
        ),
        "both gates are turned round",
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
    "for positive states alone": (change("h @ U", "np.abs(h) @ U"), "the new state"),
    "for a state of zeros": (
        change("    a_z, a_r, a_h = np", "    h = 0 * h\n    a_z, a_r, a_h = np"),
        "the old state is not used at all",
    ),
    "no bias at all": (change(" + b[0]", "", " + b[1]", ""), "both biases are missing"),
    "every third column": (
        change(
            "np.split(x @ W + b[0], 3, axis=1)",
            "((x @ W + b[0])[:, k::3] for k in range(3))",
            "np.split(h @ U + b[1], 3, axis=1)",
            "((h @ U + b[1])[:, k::3] for k in range(3))",
        ),
        "every third column",
    ),
}

RIGHT = {
    "gate by gate": """
def step_after(x, h, W, U, b):
    units = len(U)
    parts = []
    for k in range(3):
        block = slice(k * units, (k + 1) * units)
        parts.append((x @ W[:, block] + b[0, block], h @ U[:, block] + b[1, block]))
    z = sigmoid(sum(parts[0]))
    r = 1 / (1 + np.exp(-parts[1][0] - parts[1][1]))
    return (z * h + (1 - z) * np.tanh(parts[2][0] + r * parts[2][1])).tolist()
""",
    "with einsum, in single precision": """
def step_after(x_t, state, kernel, recurrent, bias):
    n = recurrent.shape[0]
    a = np.einsum("bf,fu->bu", x_t, kernel) + bias[0]
    s = np.einsum("bv,vu->bu", state, recurrent) + bias[1]
    zr = sigmoid(a[:, : 2 * n] + s[:, : 2 * n])
    new = np.tanh(a[:, 2 * n :] + zr[:, n:] * s[:, 2 * n :])
    return np.float32(new + zr[:, :n] * (state - new))
""",
    "with a helper called gate": """
def gate(side, k):
    return np.split(side, 3, axis=1)[k]

def step_after(x, h, W, U, b):
    a, s = x @ W + b[0], h @ U + b[1]
    z, r = sigmoid(gate(a + s, 0)), sigmoid(gate(a + s, 1))
    return z * h + (1 - z) * np.tanh(gate(a, 2) + r * gate(s, 2))
""",
    "a class, and the sigmoid of SciPy": """
from scipy.special import expit

class Cell:
    def __init__(self, units):
        self.parts = [slice(k * units, (k + 1) * units) for k in range(3)]

    def __call__(self, x, h, W, U, b):
        Z, R, H = self.parts
        a, s = np.matmul(x, W) + b[0], np.matmul(h, U) + b[1]
        z, r = expit(a[:, Z] + s[:, Z]), expit(a[:, R] + s[:, R])
        return (1 - z) * np.tanh(a[:, H] + r * s[:, H]) + h * z

def step_after(x, h, W, U, b):
    return Cell(U.shape[0])(x, h, W, U, b)
""",
    "number by number, in single precision, as lists": """
def step_after(x, h, W, U, b):
    x, h, W, U, b = (np.float32(a) for a in (x, h, W, U, b))
    n, rows = len(U), []
    for x_row, h_row in zip(x, h):
        a, s = b[0] + x_row @ W, b[1] + h_row @ U
        z, r = sigmoid(a[:n] + s[:n]), sigmoid(a[n : 2 * n] + s[n : 2 * n])
        new = np.tanh(a[2 * n :] + r * s[2 * n :])
        rows.append([float(z[k] * h_row[k] + (1 - z[k]) * new[k]) for k in range(n)])
    return rows
""",
}
