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
}
