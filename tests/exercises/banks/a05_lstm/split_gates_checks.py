"""Task 2: Keras' three arrays, taken apart into the four gates."""

SOLUTION_CELL = "split-gates"

ANSWER = """
def split_gates(W, U, b):
    units = U.shape[0]
    parts = {}
    for k, gate in enumerate("ifco"):
        own = slice(k * units, (k + 1) * units)
        parts[gate] = (W[:, own], U[:, own], b[own])
    return parts
"""


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def order(letters: str) -> str:
    return change('"ifco"', f'"{letters}"')


WRONG = {
    "b first": (
        """
def split_gates(W, U, b):
    parts = zip(np.split(b, 4), np.split(W, 4, axis=1), np.split(U, 4, axis=1))
    return dict(zip("ifco", parts))
""",
        "b stands where W should",
    ),
    "i and f swapped": (order("fico"), "the block of gate f"),
    "i and c swapped": (order("cfio"), "the block of gate c"),
    "i and o swapped": (order("ofci"), "the block of gate o"),
    "f and c swapped": (order("icfo"), "the block of gate c"),
    "f and o swapped": (order("iocf"), "the block of gate o"),
    "c and o swapped, as in other courses": (order("ifoc"), "the block of gate o"),
    "the order of ONNX": (order("iofc"), "the block of gate c"),
    "every fourth column": (
        change(
            "slice(k * units, (k + 1) * units)",
            "slice(k, None, 4)",
        ),
        "every fourth column",
    ),
    "blocks of the width of the features": (
        change("units = U.shape[0]", "units = W.shape[0]"),
        "as wide as there are features",
    ),
    "rows of W": (
        change("W[:, own]", "W[own]"),
        "these are rows of all the gates",
    ),
    "a quarter of the rows": (
        """
def split_gates(W, U, b):
    return {
        gate: parts
        for gate, *parts in zip(
            "ifco", np.array_split(W, 4), np.array_split(U, 4), np.array_split(b, 4)
        )
    }
""",
        "a row of all the gates",
    ),
    "the bias whole": (change("b[own])", "b)"), "the bias of all four gates"),
    "U whole": (change("U[:, own]", "U"), "the matrix of all four gates"),
    "U transposed": (change("U[:, own]", "U[:, own].T"), "it is transposed"),
    "W and U exchanged": (
        change("(W[:, own], U[:, own], b[own])", "(U[:, own], W[:, own], b[own])"),
        "W and U are exchanged",
    ),
    "one past the end": (
        change("(k + 1) * units)", "(k + 1) * units + 1)"),
        "off by one: one entry too many",
    ),
    "the same gate four times": (
        change("slice(k * units, (k + 1) * units)", "slice(0, units)"),
        "the block of gate i",
    ),
    "a list": (change("return parts", "return list(parts.values())"), "Return a dictionary"),
    "capital letters": (change("parts[gate]", "parts[gate.upper()]"), "lacks"),
    "full names": (
        change('enumerate("ifco")', 'enumerate(["input", "forget", "cell", "output"])'),
        "lacks",
    ),
    "no bias": (change(", b[own])", ")"), "Return 3 things"),
    "bias as a row": (change("b[own])", "b[None, own])"), "one axis too many"),
    **{
        f"rounded to {places} places": (
            f"""
def split_gates(W, U, b):
    parts = (np.split(np.round(part, {places}), 4, axis=-1) for part in (W, U, b))
    return dict(zip("ifco", zip(*parts)))
""",
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    "clipped to 5": (
        """
def split_gates(W, U, b):
    parts = (np.split(np.clip(part, -5, 5), 4, axis=-1) for part in (W, U, b))
    return dict(zip("ifco", zip(*parts)))
""",
        "the numbers are clipped to ±5",
    ),
    "without signs": (
        """
def split_gates(W, U, b):
    parts = (np.split(np.abs(part), 4, axis=-1) for part in (W, U, b))
    return dict(zip("ifco", zip(*parts)))
""",
        "the signs are lost",
    ),
    "for two units only": (
        """
def split_gates(W, U, b):
    return {g: tuple(a[..., 2 * k : 2 * k + 2] for a in (W, U, b)) for k, g in enumerate("ifco")}
""",
        "in place of 5",
    ),
    "every fourth column of U": (
        """
def split_gates(W, U, b):
    W, b = np.split(W, 4, axis=1), np.split(b, 4)
    return {g: (W[k], U[:, k::4], b[k]) for k, g in enumerate("ifco")}
""",
        "every fourth column is taken",
    ),
    "every fourth number of b": (
        """
def split_gates(W, U, b):
    W, U = np.split(W, 4, axis=1), np.split(U, 4, axis=1)
    return {g: (W[k], U[k], b[k::4]) for k, g in enumerate("ifco")}
""",
        "every fourth number is taken",
    ),
}

RIGHT = {
    "np.split": """
def split_gates(W, U, b):
    blocks = zip(np.split(W, 4, axis=1), np.split(U, 4, axis=1), np.split(b, 4))
    return dict(zip("ifco", blocks))
""",
    "by reshaping, as lists": """
def split_gates(kernel, recurrent, bias):
    n = recurrent.shape[0]
    wide = kernel.reshape(kernel.shape[0], 4, n)
    square = recurrent.reshape(n, 4, n)
    flat = bias.reshape(4, n)
    order = ["i", "f", "c", "o"]
    return {
        name: [wide[:, g].tolist(), square[:, g].tolist(), flat[g].tolist()]
        for g, name in enumerate(order)
    }
""",
    "each by itself, float32": """
def split_gates(W, U, b):
    W, U, b = (a.astype("float32") for a in (W, U, b))
    u = len(b) // 4
    i = W[:, :u], U[:, :u], b[:u]
    f = W[:, u : 2 * u], U[:, u : 2 * u], b[u : 2 * u]
    c = W[:, 2 * u : 3 * u], U[:, 2 * u : 3 * u], b[2 * u : 3 * u]
    o = W[:, -u:], U[:, -u:], b[-u:]
    return {"o": o, "c": c, "f": f, "i": i}
""",
    "a dictionary of another order, views": """
def split_gates(W, U, b):
    n = b.shape[0] // 4
    gates = {"o": 3, "c": 2, "f": 1, "i": 0}
    return {g: [a[..., k * n : k * n + n] for a in (W, U, b)] for g, k in gates.items()}
""",
    "einsum with a choice": """
def split_gates(W, U, b):
    n = len(U)
    one = np.eye(4)
    pick = lambda a, k: np.einsum("...gn,g->...n", a.reshape(*a.shape[:-1], 4, n), one[k])
    return {g: (pick(W, k), pick(U, k), pick(b, k)) for k, g in enumerate("ifco")}
""",
}
