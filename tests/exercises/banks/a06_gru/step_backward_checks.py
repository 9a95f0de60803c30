"""Task 5: one step back, the gradients of one step of a GRU with reset_after."""

SOLUTION_CELL = "step-backward"

BACK = """
def step_backward(dh, x, h_old, W, U, b):
    a_z, a_r, a_h = np.split(x @ W + b[0], 3, axis=1)
    s_z, s_r, s_h = np.split(h_old @ U + b[1], 3, axis=1)
    z, r = sigmoid(a_z + s_z), sigmoid(a_r + s_r)
    h_tilde = np.tanh(a_h + r * s_h)
    dz = dh * (h_old - h_tilde)
    da_h = dh * (1 - z) * (1 - h_tilde**2)
    dr = da_h * s_h
    da_z = dz * z * (1 - z)
    da_r = dr * r * (1 - r)
    da = np.concatenate([da_z, da_r, da_h], axis=1)
    ds = np.concatenate([da_z, da_r, da_h * r], axis=1)
    return {
        "da": da,
        "dx": da @ W.T,
        "dh_old": ds @ U.T + dh * z,
        "dW": x.T @ da,
        "dU": h_old.T @ ds,
        "db": np.stack([da.sum(axis=0), ds.sum(axis=0)]),
    }
"""


def change(*pairs: str) -> str:
    code = BACK
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def order(letters: str) -> str:
    """Only the result in another order; the forward half is right."""
    blocks = ", ".join(f"da_{letter}" for letter in letters)
    return change("[da_z, da_r, da_h], axis=1)\n    ds", f"[{blocks}], axis=1)\n    ds")


MEASURED = """
def step_backward(dh, x, h_old, W, U, b):
    arrays = {"dx": x, "dh_old": h_old, "dW": W, "dU": U, "db": b}

    def loss():
        return np.sum(dh * step(x, h_old, W, U, b))

    slopes = {}
    for name, array in arrays.items():
        slopes[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + 1e-5
            up = loss()
            array[index] = kept - 1e-5
            slopes[name][index] = (up - loss()) / 2e-5
            array[index] = kept
    b = b.copy()
    rows = []
    for k in range(len(x)):
        one = []
        for column in range(b.shape[1]):
            ends = []
            for sign in (1, -1):
                moved = b.copy()
                moved[0, column] += sign * 1e-5
                ends.append(dh[k] @ step(x[k : k + 1], h_old[k : k + 1], W, U, moved)[0])
            one.append((ends[0] - ends[1]) / 2e-5)
        rows.append(one)
    return {"da": np.array(rows), **slopes}
"""
OWN_STEP = """
def step(x, h, W, U, b):
    a, s = np.split(x @ W + b[0], 3, axis=1), np.split(h @ U + b[1], 3, axis=1)
    z, r = sigmoid(a[0] + s[0]), sigmoid(a[1] + s[1])
    return z * h + (1 - z) * np.tanh(a[2] + r * s[2])
"""


WRONG = {
    "z and r swapped": (order("rzh"), "the update gate and the reset gate are swapped"),
    "z and h swapped": (order("hrz"), "the update gate and the candidate are swapped"),
    "r and h swapped": (order("zhr"), "the reset gate and the candidate are swapped"),
    "z turned round": (
        change("(h_old - h_tilde)", "(h_tilde - h_old)"),
        "the sign of the update gate's gradient is wrong",
    ),
    "z meets the old state alone": (
        change("dh * (h_old - h_tilde)", "dh * h_old"),
        "z also stands in 1 - z",
    ),
    "candidate gets z": (
        change("dh * (1 - z) * (1 - h_tilde**2)", "dh * z * (1 - h_tilde**2)"),
        "the candidate was multiplied by 1 - z",
    ),
    "candidate without the gate": (
        change("dh * (1 - z) * (1 - h_tilde**2)", "dh * (1 - h_tilde**2)"),
        "the candidate was multiplied by 1 - z",
    ),
    "no derivatives": (
        change(
            "dh * (1 - z) * (1 - h_tilde**2)",
            "dh * (1 - z)",
            "dz * z * (1 - z)",
            "dz",
            "dr * r * (1 - r)",
            "dr",
        ),
        "the derivatives of sigmoid and tanh are missing",
    ),
    "no derivative of tanh": (
        change("dh * (1 - z) * (1 - h_tilde**2)", "dh * (1 - z)"),
        "the derivative of tanh is missing",
    ),
    "tanh derivative at the pre-activation": (
        change("(1 - h_tilde**2)", "(1 - (a_h + r * s_h) ** 2)"),
        "the derivative of tanh is taken at the pre-activation",
    ),
    "sigmoid derivative at the pre-activation": (
        change(
            "dz * z * (1 - z)",
            "dz * (a_z + s_z) * (1 - a_z - s_z)",
            "dr * r * (1 - r)",
            "dr * (a_r + s_r) * (1 - a_r - s_r)",
        ),
        "the derivative of the sigmoid is taken at the pre-activation",
    ),
    "reset gate meets the old state": (
        change("da_h * s_h", "da_h * h_old"),
        "the reset gate multiplied h U_h + b'_h",
    ),
    "no way to r": (
        change("dr = da_h * s_h", "dr = 0 * da_h"),
        "the path to the reset gate is missing",
    ),
    "reset forgotten on the way back": (
        change("da_h * r], axis=1)", "da_h], axis=1)"),
        "the recurrent part of the candidate was multiplied by r",
    ),
    "direct path forgotten": (
        change("ds @ U.T + dh * z", "ds @ U.T"),
        "the direct path is missing",
    ),
    "the direct path alone": (
        change("ds @ U.T + dh * z", "dh * z"),
        "the paths through the gates and the candidate are missing",
    ),
    "direct path with the wrong gate": (
        change("ds @ U.T + dh * z", "ds @ U.T + dh * (1 - z)"),
        "the old state was multiplied by z, not by 1 - z",
    ),
    "dh_old through da": (
        change("ds @ U.T + dh * z", "da @ U.T + dh * z"),
        "the recurrent part of the candidate was multiplied by r",
    ),
    "blocks of U not transposed": (
        change(
            "ds @ U.T + dh * z",
            "sum(D @ B for D, B in zip(np.split(ds, 3, axis=1), np.split(U, 3, axis=1))) + dh * z",
        ),
        "U is not transposed on the way back",
    ),
    "dU from the input side": (
        change('"dU": h_old.T @ ds', '"dU": h_old.T @ da'),
        "the candidate's block of dU lacks r",
    ),
    "dU from the new state": (
        change('"dU": h_old.T @ ds', '"dU": (z * h_old + (1 - z) * h_tilde).T @ ds'),
        "the new state stands in dU",
    ),
    "dW divided by the batch": (
        change('"dW": x.T @ da', '"dW": x.T @ da / len(x)'),
        "it is divided by the batch size",
    ),
    "db not summed": (
        change("np.stack([da.sum(axis=0), ds.sum(axis=0)])", "np.stack([da, ds])"),
        "not summed over the batch",
    ),
    "db of one row": (
        change("np.stack([da.sum(axis=0), ds.sum(axis=0)])", "da.sum(axis=0)"),
        "b has two rows",
    ),
    "both rows alike": (
        change("ds.sum(axis=0)])", "da.sum(axis=0)])"),
        "both rows are alike",
    ),
    "db averaged": (
        change("da.sum(axis=0), ds.sum(axis=0)", "da.mean(axis=0), ds.mean(axis=0)"),
        "it is the mean over the batch",
    ),
    "a tuple": (
        "def step_backward(dh, x, h_old, W, U, b):\n    return x, h_old, W, U, b\n",
        "Return a dictionary",
    ),
    "the package's backward": (
        """
from course_utils.cells import GRU, Tape

def step_backward(dh, x, h_old, W, U, b):
    tape = Tape()
    GRU.forward(x[:, None], W, U, b, h_old, tape=tape)
    dx, dW, dU, db, dh0 = GRU.backward(tape, d_h=dh)
    return {"da": 0, "dx": dx[:, 0], "dh_old": dh0, "dW": dW, "dU": dU, "db": db}
""",
        "Write this one by hand",
    ),
    "way to r as with reset before": (
        change("dr = da_h * s_h", "dr = (da_h @ np.split(U, 3, axis=1)[2].T) * h_old"),
        "of the other variant, reset before",
    ),
    "s without its bias": (
        change("dr = da_h * s_h", "dr = da_h * (s_h - b[1, 2 * len(U) :])"),
        "the recurrent bias belongs to it",
    ),
    "r gets dh": (change("dr = da_h * s_h", "dr = dh * s_h"), "what reaches r is da_h"),
    "r gets it before tanh": (
        change("dr = da_h * s_h", "dr = dh * (1 - z) * s_h"),
        "the derivative of tanh is missing on the way to r",
    ),
    "r once more on the way to r": (
        change("dr = da_h * s_h", "dr = da_h * r * s_h"),
        "r is multiplied in once too often",
    ),
    "only z without derivative": (
        change("dz * z * (1 - z)", "dz"),
        "the derivative of the sigmoid of z is missing",
    ),
    "only r without derivative": (
        change("dr * r * (1 - r)", "dr"),
        "the derivative of the sigmoid of r is missing",
    ),
    "both sigmoids without derivative": (
        change("dz * z * (1 - z)", "dz", "dr * r * (1 - r)", "dr"),
        "the derivatives of both sigmoids are missing",
    ),
    "derivative of tanh at the sigmoids": (
        change("dz * z * (1 - z)", "dz * (1 - z**2)", "dr * r * (1 - r)", "dr * (1 - r**2)"),
        "the gates go through the sigmoid, whose derivative",
    ),
    "derivative of sigmoid at the tanh": (
        change("(1 - h_tilde**2)", "h_tilde * (1 - h_tilde)"),
        "the candidate goes through tanh, whose derivative",
    ),
    "square forgotten": (change("(1 - h_tilde**2)", "(1 - h_tilde)"), "without the square"),
    "tanh derivative from the new state": (
        change("(1 - h_tilde**2)", "(1 - (z * h_old + (1 - z) * h_tilde) ** 2)"),
        "taken from the new state",
    ),
    "z meets the candidate alone": (
        change("dh * (h_old - h_tilde)", "-dh * h_tilde"),
        "z also stands before the old state",
    ),
    "z meets the sum": (
        change("(h_old - h_tilde)", "(h_old + h_tilde)"),
        "the minus of 1 - z is lost",
    ),
    "da is the recurrent side": (
        change('"da": da,', '"da": ds,'),
        "this is the gradient at the recurrent side",
    ),
    "dx through ds": (change("da @ W.T", "ds @ W.T"), "x came in on the input side"),
    "dW through ds": (change("x.T @ da", "x.T @ ds"), "W stands on the input side"),
    "dU as with reset before": (
        change("h_old.T @ ds", "np.hstack([h_old.T @ da_z, h_old.T @ da_r, (r * h_old).T @ da_h])"),
        "dU of the other variant",
    ),
    "direct path whole": (
        change("ds @ U.T + dh * z", "ds @ U.T + dh"),
        "the direct path is not multiplied by z",
    ),
    "dh_old as with reset before": (
        change(
            "ds @ U.T + dh * z",
            "np.hstack([da_z, da_r, 0 * da_h]) @ U.T + (da_h @ U[:, -len(U) :].T) * r + dh * z",
        ),
        "r acts after U on the way back",
    ),
    "no path through z": (
        change("ds @ U.T + dh * z", "ds[:, len(U) :] @ U[:, len(U) :].T + dh * z"),
        "the path through the update gate is missing",
    ),
    "no path through r": (
        change(
            "ds @ U.T + dh * z",
            "np.hstack([da_z, 0 * da_r, da_h * r]) @ U.T + dh * z",
        ),
        "the path through the reset gate is missing",
    ),
    "no path through the candidate": (
        change("ds @ U.T + dh * z", "da[:, : 2 * len(U)] @ U[:, : 2 * len(U)].T + dh * z"),
        "the path through the candidate is missing",
    ),
    "only the path through the candidate": (
        change("ds @ U.T + dh * z", "(da_h * r) @ np.split(U, 3, axis=1)[2].T + dh * z"),
        "the paths through both gates are missing",
    ),
    "rows exchanged": (
        change("da.sum(axis=0), ds.sum(axis=0)", "ds.sum(axis=0), da.sum(axis=0)"),
        "the two rows are exchanged",
    ),
    "forward without b'": (
        change("@ U + b[1]", "@ U"),
        "the gates and the candidate are computed without b[1]",
    ),
    "measured by small changes of step_after": (
        MEASURED.replace("step(x", "step_after(x"),
        "measures the gradients by small changes",
    ),
    "measured by small changes of a step of its own": (OWN_STEP + MEASURED, "the gradient"),
    "no derivative of tanh and of z": (
        change("dh * (1 - z) * (1 - h_tilde**2)", "dh * (1 - z)", "dz * z * (1 - z)", "dz"),
        "the derivatives of tanh and of the sigmoid of z are missing",
    ),
    "no derivative of tanh and of r": (
        change("dh * (1 - z) * (1 - h_tilde**2)", "dh * (1 - z)", "dr * r * (1 - r)", "dr"),
        "the derivatives of tanh and of the sigmoid of r are missing",
    ),
    "half of the sigmoid's derivative": (
        change("dz * z * (1 - z)", "dz * (1 - z)", "dr * r * (1 - r)", "dr * (1 - r)"),
        "here it is 1 - z alone",
    ),
    "tanh derivative from the old state": (
        change("(1 - h_tilde**2)", "(1 - h_old**2)"),
        "taken from the old state",
    ),
    "order r, z, h throughout": (
        change(
            "a_z, a_r, a_h =",
            "a_r, a_z, a_h =",
            "s_z, s_r, s_h =",
            "s_r, s_z, s_h =",
            "np.concatenate([da_z, da_r, da_h], axis=1)",
            "np.concatenate([da_r, da_z, da_h], axis=1)",
            "np.concatenate([da_z, da_r, da_h * r], axis=1)",
            "np.concatenate([da_r, da_z, da_h * r], axis=1)",
        ),
        "They are, on the way forward as well",
    ),
    "hard sigmoid": (
        change("sigmoid(a_z + s_z), sigmoid(a_r + s_r)", "hard(a_z + s_z), hard(a_r + s_r)")
        + "\ndef hard(a):\n    return np.clip(a / 6 + 0.5, 0, 1)\n",
        "the gates are hard sigmoids",
    ),
    **{
        f"dh clipped to {limit}": (
            change("    dz = dh", f"    dh = np.clip(dh, -{limit}, {limit})\n    dz = dh"),
            f"dh is clipped to ±{limit}",
        )
        for limit in (1, 5)
    },
    **{
        f"{name} clipped to 5": (
            change(f'"{name}": {code}', f'"{name}": np.clip({code}, -5, 5)'),
            "it is clipped to ±5",
        )
        for name, code in (
            ("dx", "da @ W.T"),
            ("dh_old", "ds @ U.T + dh * z"),
            ("dW", "x.T @ da"),
            ("dU", "h_old.T @ ds"),
            ("db", "np.stack([da.sum(axis=0), ds.sum(axis=0)])"),
        )
    },
    **{
        f"all rounded to {places} places": (
            BACK.replace("return {", "back = {")
            + f"    return {{name: np.round(g, {places}) for name, g in back.items()}}\n",
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"{name} rounded to {places} places": (
            change(f'"{name}": {code}', f'"{name}": np.round({code}, {places})'),
            f"the gradient {name}",
        )
        for places in (6, 8)
        for name, code in (
            ("dx", "da @ W.T"),
            ("dh_old", "ds @ U.T + dh * z"),
            ("dW", "x.T @ da"),
            ("dU", "h_old.T @ ds"),
            ("db", "np.stack([da.sum(axis=0), ds.sum(axis=0)])"),
        )
    },
    **{
        f"{name} rounded to {places} places on the way": (
            change("    dz = dh", f"    {name} = np.round({name}, {places})\n    dz = dh"),
            "the gradient",
        )
        for places in (4, 6, 8)
        for name in ("z", "r", "h_tilde")
    },
    "dU divided by the batch": (
        change('"dU": h_old.T @ ds', '"dU": h_old.T @ ds / len(x)'),
        "it is divided by the batch size",
    ),
    "dW summed over one example": (change('"dW": x.T @ da', '"dW": x[:1].T @ da[:1]'), "dW"),
    "dh_old of the first example": (
        change('"dh_old": ds @ U.T + dh * z', '"dh_old": 0 * dh + (ds @ U.T + dh * z)[0]'),
        "dh_old",
    ),
}

RIGHT = {
    "block by block": """
def step_backward(dh, x, h_old, W, U, b):
    n = len(U)
    Z, R, H = slice(0, n), slice(n, 2 * n), slice(2 * n, None)
    a, s = x @ W + b[0], h_old @ U + b[1]
    z, r = sigmoid(a[:, Z] + s[:, Z]), sigmoid(a[:, R] + s[:, R])
    new = np.tanh(a[:, H] + r * s[:, H])
    da, ds = np.zeros(a.shape), np.zeros(a.shape)
    da[:, H] = dh * (1 - z) * (1 - new) * (1 + new)
    ds[:, H] = r * da[:, H]
    da[:, R] = ds[:, R] = da[:, H] * s[:, H] * r * (1 - r)
    da[:, Z] = ds[:, Z] = (h_old - new) * dh * z * (1 - z)
    return {
        "db": [da.sum(0), ds.sum(0)],
        "dU": np.einsum("bv,bu->vu", h_old, ds),
        "dW": np.einsum("bf,bu->fu", x, da),
        "dx": np.einsum("bu,fu->bf", da, W),
        "dh_old": z * dh + np.einsum("bu,vu->bv", ds, U),
        "da": da,
    }
""",
    "row by row, in single precision": BACK.replace("step_backward", "whole")
    + """
def step_backward(dh, x, h_old, W, U, b):
    parts = [whole(dh[k : k + 1], x[k : k + 1], h_old[k : k + 1], W, U, b) for k in range(len(x))]
    stacked = {k: np.concatenate([p[k] for p in parts]) for k in ("da", "dx", "dh_old")}
    summed = {k: sum(p[k] for p in parts) for k in ("dW", "dU", "db")}
    return {k: v.astype("float32") for k, v in (stacked | summed).items()}
""",
    "with names that the tests use": """
def right(a):
    return a * (1 - a)

def slopes(new):
    return (1 - new) * (1 + new)

def gate(a, s, k):
    return sigmoid(a[k] + s[k])

def step_backward(dh, x, h_old, W, U, b):
    a = np.split(np.einsum("bf,fk->bk", x, W) + b[0], 3, axis=-1)
    s = np.split(np.einsum("bv,vk->bk", h_old, U) + b[1], 3, axis=-1)
    z, r = gate(a, s, 0), gate(a, s, 1)
    new = np.tanh(a[2] + r * s[2])
    inside = dh * (1 - z) * slopes(new)
    shared = [dh * (h_old - new) * right(z), inside * s[2] * right(r)]
    da, ds = np.hstack([*shared, inside]), np.hstack([*shared, inside * r])
    test = {"da": da, "dx": da @ W.T, "dh_old": dh * z + ds @ U.T}
    return {**test, "dW": x.T @ da, "dU": h_old.T @ ds, "db": np.array([da.sum(0), ds.sum(0)])}
""",
    "checked against step_after": BACK.replace("step_backward", "derived")
    + """
def step_backward(dh, x, h_old, W, U, b):
    assert step_after(x, h_old, W, U, b).shape == dh.shape
    for k in range(len(x)):
        assert len(step_after(x[k : k + 1], h_old[k : k + 1], W, U, b)[0]) == len(U)
    return {name: gradient.tolist() for name, gradient in derived(dh, x, h_old, W, U, b).items()}
""",
    "all in single precision": BACK.replace("step_backward", "derived")
    + """
def step_backward(dh, x, h_old, W, U, b):
    return derived(*(np.float32(a) for a in (dh, x, h_old, W, U, b)))
""",
}
