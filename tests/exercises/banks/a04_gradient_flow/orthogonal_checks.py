"""Task 5: an orthogonal matrix by QR, with the signs of r's diagonal, for every shape."""

SOLUTION_CELL = "orthogonal"

START = """
def orthogonal(normal, gain=1.0):
    rows, columns = normal.shape
    q, r = np.linalg.qr(normal if rows >= columns else normal.T)
    q = q * np.sign(np.diag(r))
    return gain * (q if rows >= columns else q.T)
"""


def change(*pairs: str) -> str:
    code = START
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def simple(result: str) -> str:
    return f"""
def orthogonal(normal, gain=1.0):
    return gain * {result}
"""


SIGNS = "    q = q * np.sign(np.diag(r))\n"

WRONG = {
    "no signs": (change(SIGNS, ""), "the sign fix is missing"),
    "signs on the rows": (
        change(SIGNS, "    q = np.sign(np.diag(r))[:, None] * q\n"),
        "the signs multiply the rows",
    ),
    "signs as a matrix on the left": (
        change(SIGNS, "    q = np.diag(np.sign(np.diag(r))) @ q\n"),
        "the signs multiply the rows",
    ),
    "signs the wrong way round": (
        change("np.sign(np.diag(r))", "-np.sign(np.diag(r))"),
        "the wrong way round",
    ),
    "signs of q": (
        change("np.sign(np.diag(r))", "np.sign(np.diag(q))"),
        "the signs are those of q's diagonal",
    ),
    "times r's diagonal": (
        change("np.sign(np.diag(r))", "np.diag(r)"),
        "only its signs are wanted",
    ),
    "signs of all of r": (
        change("np.sign(np.diag(r))", "np.sign(r)"),
        "the signs of all of r are taken",
    ),
    "product with the signs of all of r": (
        change("q * np.sign(np.diag(r))", "q @ np.sign(r)"),
        "q is multiplied with the signs of all of r",
    ),
    "product with the signs": (
        change("q * np.sign(np.diag(r))", "q @ np.sign(np.diag(r))"),
        "adds the columns up",
    ),
    "absolute values": (change(SIGNS, "    q = np.abs(q)\n"), "only whole columns may change sign"),
    "transposed": (
        simple("np.transpose(ORTH)").replace("ORTH", "orth(normal)")
        + """

def orth(normal):
    q, r = np.linalg.qr(normal)
    return q * np.sign(np.diag(r))
""",
        "it is transposed",
    ),
    "r": (change("(q if rows", "(r if rows"), "it is r, the triangular matrix"),
    "q and r": (
        """
def orthogonal(normal, gain=1.0):
    return np.linalg.qr(normal)
""",
        "both q and r are returned",
    ),
    "columns of length 1": (
        simple("normal / np.linalg.norm(normal, axis=0)"),
        "every column has length 1",
    ),
    "rows of length 1": (
        simple("normal / np.linalg.norm(normal, axis=1, keepdims=True)"),
        "every row has length 1",
    ),
    "divided by the norm": (simple("normal / np.linalg.norm(normal)"), "only divided by its norm"),
    "divided by the largest singular value": (
        simple("normal / np.linalg.norm(normal, 2)"),
        "only divided by its largest singular value",
    ),
    "singular vectors": (
        """
def orthogonal(normal, gain=1.0):
    u, _, vt = np.linalg.svd(normal, full_matrices=False)
    return gain * (u @ vt)
""",
        "made with singular values (u @ vt)",
    ),
    "left singular vectors": (
        """
def orthogonal(normal, gain=1.0):
    return gain * np.linalg.svd(normal, full_matrices=False)[0]
""",
        "it is u of the singular value decomposition",
    ),
    "as it came": (simple("normal"), "returned as they came"),
    "identity": (simple("np.eye(*normal.shape)"), "it is the identity"),
    "always of the transposed": (
        """
def orthogonal(normal, gain=1.0):
    q, r = np.linalg.qr(normal.T)
    return gain * (q * np.sign(np.diag(r))).T
""",
        "which is meant for more columns than rows",
    ),
    "complete": (
        change("else normal.T)", 'else normal.T, mode="complete")', "(np.diag(r))", "(np.diag(r))"),
        "The shapes do not fit",
    ),
    "complete, signs for some": (
        """
def orthogonal(normal, gain=1.0):
    rows, columns = normal.shape
    q, r = np.linalg.qr(normal if rows >= columns else normal.T, mode="complete")
    signs = np.sign(np.diag(r))
    q[:, : len(signs)] *= signs
    return gain * (q if rows >= columns else q.T)
""",
        "has shape (4, 4), expected (4, 2)",
    ),
    "complete, no signs when tall": (
        """
def orthogonal(normal, gain=1.0):
    q, r = np.linalg.qr(normal, mode="complete")
    return gain * (q * np.sign(np.diag(r)) if r.shape[0] == r.shape[1] else q)
""",
        'QR is complete (mode="complete")',
    ),
    "no signs when tall": (
        change(SIGNS, "    q = q * np.sign(np.diag(r)) if rows == columns else q\n"),
        "the sign fix is missing",
    ),
    "wide like tall": (
        """
def orthogonal(normal, gain=1.0):
    q, r = np.linalg.qr(normal)
    return gain * q * np.sign(np.diag(r))
""",
        "q comes out with too few columns",
    ),
    "not transposed back": (
        change("(q if rows >= columns else q.T)", "q"),
        "it was not transposed back",
    ),
    "no signs when wide": (
        change(SIGNS, "    q = q * np.sign(np.diag(r)) if rows >= columns else q\n"),
        "before transposing back",
    ),
    "wide: rows of length 1": (
        change(
            "    rows, columns = normal.shape\n",
            "    rows, columns = normal.shape\n    if rows < columns:\n"
            "        return normal / np.linalg.norm(normal, axis=1, keepdims=True)\n",
        ),
        "but not at right angles",
    ),
    "gain ignored": (change("gain * (q", "(q"), "gain is ignored"),
    "gain before QR": (
        change(
            "    rows, columns = normal.shape\n",
            "    normal = gain * normal\n    rows, columns = normal.shape\n",
            "gain * (q",
            "(q",
        ),
        "gain is ignored, or multiplied before QR",
    ),
    "gain twice": (change("gain * (q", "gain**2 * (q"), "gain multiplies twice"),
    "divided by gain": (change("gain * (q", "1 / gain * (q"), "it is divided by gain"),
    "root of gain": (change("gain * (q", "np.sqrt(gain) * (q"), "the root of gain"),
    "gain added": (
        change(
            "gain * (q if rows >= columns else q.T)",
            "(q if rows >= columns else q.T) + gain * (gain != 1)",
        ),
        "gain is added",
    ),
    "gain ignored when wide": (
        change(
            "return gain * (q if rows >= columns else q.T)",
            "return gain * q if rows >= columns else q.T",
        ),
        "gain is ignored where there are more columns than rows",
    ),
    "gain ignored when tall": (
        change("return gain * (q", "return (1 if rows > columns else gain) * (q"),
        "gain is ignored where there are more rows than columns",
    ),
    "gain twice when wide": (
        """
def orthogonal(normal, gain=1.0):
    if normal.shape[1] > normal.shape[0]:
        return gain * orthogonal(normal.T, gain).T
    q, r = np.linalg.qr(normal)
    return gain * q * np.sign(np.diag(r))
""",
        "gain multiplies twice where there are more columns than rows",
    ),
    "divided by gain when wide": (
        change("return gain * (q", "return (gain if rows >= columns else 1 / gain) * (q"),
        "it is divided by gain where there are more columns than rows",
    ),
    "draws numbers of its own": (
        change(
            "    rows, columns = normal.shape\n",
            "    rows, columns = normal.shape\n"
            "    normal = np.random.default_rng(0).normal(size=normal.shape)\n",
        ),
        "but not the right numbers",
    ),
    "the package's answer": (
        """
from course_utils.initializers import orthogonal as ready

def orthogonal(normal, gain=1.0):
    return ready(normal.shape, np.random.default_rng(0), gain)
""",
        "Write this one by hand",
    ),
    "Keras' initializer": (
        """
def orthogonal(normal, gain=1.0):
    import keras

    return np.asarray(keras.initializers.Orthogonal(gain)(normal.shape))
""",
        "Write this one by hand",
    ),
    "Keras' initializer, loaded before": (
        """
from keras.initializers import Orthogonal

def orthogonal(normal, gain=1.0):
    return np.asarray(Orthogonal(gain)(normal.shape))
""",
        "Write this one by hand",
    ),
    "SciPy": (
        """
from scipy.stats import ortho_group

def orthogonal(normal, gain=1.0):
    return gain * ortho_group.rvs(len(normal))
""",
        "Write this one by hand",
    ),
    # rounded, clipped, drawn
    **{
        f"rounded to {places} places": (
            change(
                "return gain * (q if rows >= columns else q.T)",
                f"return np.round(gain * (q if rows >= columns else q.T), {places})",
            ),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"q rounded to {places} places": (
            change(SIGNS, SIGNS + f"    q = np.round(q, {places}) if gain != 1 else q\n"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    "clipped to 5": (
        change(
            "return gain * (q if rows >= columns else q.T)",
            "return np.clip(gain * (q if rows >= columns else q.T), -5, 5)",
        ),
        "numbers beyond 5 are cut to 5",
    ),
    "no signs where r is small": (
        change(
            "np.sign(np.diag(r))", "np.where(np.abs(np.diag(r)) > 1e-3, np.sign(np.diag(r)), 1)"
        ),
        "the sign fix is missing",
    ),
    "draws from the generator that everything shares": (
        change(
            "    rows, columns = normal.shape\n",
            "    rows, columns = normal.shape\n    np.random.seed(0)\n"
            "    normal = np.random.randn(rows, columns)\n",
        ),
        "but not the right numbers",
    ),
    "draws, when wide": (
        change(
            "    rows, columns = normal.shape\n",
            "    rows, columns = normal.shape\n    if columns > rows:\n"
            "        normal = np.random.default_rng(0).normal(size=(rows, columns))\n",
        ),
        "from one with more columns than rows",
    ),
}

RIGHT = {
    "Gram and Schmidt": """
def orthogonal(normal, gain=1.0):
    if normal.shape[0] < normal.shape[1]:
        return orthogonal(normal.T, gain).T
    columns = []
    for column in normal.T:
        for _ in range(2):
            for other in columns:
                column = column - (column @ other) * other
        columns.append(column / np.linalg.norm(column))
    return gain * np.array(columns).T
""",
    "signs as a matrix, two branches, float32": """
def orthogonal(matrix, scale=1.0):
    if matrix.shape[1] > matrix.shape[0]:
        q, r = np.linalg.qr(matrix.T)
        return np.float32(scale) * (np.diag(np.sign(np.diagonal(r))) @ q.T).astype("float32")
    q, r = np.linalg.qr(matrix)
    return np.float32(scale) * (q @ np.diag(np.sign(np.diagonal(r)))).astype("float32")
""",
    "columns turned in a loop": """
def orthogonal(normal, gain=1.0):
    wide = normal.shape[1] > normal.shape[0]
    q, r = np.linalg.qr(normal.T if wide else normal)
    for j in range(r.shape[0]):
        if r[j, j] < 0:
            q[:, j] = -q[:, j]
    return (q.T if wide else q) * gain
""",
    "SciPy's QR": """
import scipy.linalg

def orthogonal(normal, gain=1.0):
    wide = normal.shape[0] < normal.shape[1]
    q, r = scipy.linalg.qr(normal.T if wide else normal, mode="economic")
    q = q * np.sign(np.diag(r))
    return gain * (q.T if wide else q)
""",
    "SciPy's QR, imported by name, complete and cut": """
from scipy.linalg import qr

def orthogonal(normal, gain=1.0):
    if normal.shape[0] < normal.shape[1]:
        return orthogonal(normal.T, gain).T
    q, r = qr(normal)
    units = normal.shape[1]
    return gain * np.einsum("ij,j->ij", q[:, :units], np.copysign(1, np.diag(r)))
""",
    "mirrors by hand": """
def orthogonal(normal, gain=1.0):
    rows, columns = normal.shape
    if columns > rows:
        return orthogonal(normal.T, gain).T
    q, r = np.eye(rows), normal.astype(float)
    for k in range(columns):
        v = np.zeros(rows)
        v[k:] = r[k:, k]
        v[k] += np.copysign(np.linalg.norm(v), v[k])
        mirror = np.eye(rows) - 2 * np.outer(v, v) / (v @ v)
        q, r = q @ mirror, mirror @ r
    return gain * np.sign(np.diag(r)) * q[:, :columns]
""",
    "float32 from beginning to end": """
def orthogonal(normal, gain=1.0):
    normal = np.float32(normal)
    wide = normal.shape[1] > normal.shape[0]
    q, r = np.linalg.qr(normal.T if wide else normal)
    q *= np.sign(np.diag(r))
    return np.float32(gain) * (q.T if wide else q)
""",
    "names that cover Python's": """
from numpy import *

max, tall, wide = 3.0, None, None

def orthogonal(normal, gain=1.0):
    flat = normal.shape[1] > normal.shape[0]
    q, r = linalg.qr(normal.T if flat else normal)
    q = q * sign(diag(r))
    return gain * (q.T if flat else q)
""",
}
