"""Task 3: spectral radius, largest singular value, and U scaled to a spectral radius."""

SOLUTION_CELL = "spectral-radius"

RADIUS = "float(np.max(np.abs(np.linalg.eigvals(U))))"
STRETCH = "float(np.linalg.svd(U, compute_uv=False).max())"
RESCALED = "U * (radius / spectral_radius(U))"


def answer(radius: str = RADIUS, stretch: str = STRETCH, rescaled: str = RESCALED) -> str:
    return f"""
def spectral_radius(U):
    return {radius}


def largest_singular_value(U):
    return {stretch}


def rescale(U, radius):
    return {rescaled}
"""


WRONG = {
    "complex": (answer("np.max(np.linalg.eigvals(U))"), "take the absolute value of each (np.abs)"),
    "all, complex": (answer("np.linalg.eigvals(U)"), "Eigenvalues can be complex numbers"),
    "real part": (answer("np.max(np.real(np.linalg.eigvals(U)))"), "it is the largest real part"),
    "absolute value of the real part": (
        answer("np.max(np.abs(np.real(np.linalg.eigvals(U))))"),
        "the absolute value of the real part is taken",
    ),
    "absolute value too late": (
        answer("abs(np.max(np.linalg.eigvals(U)))"),
        "the largest was chosen before np.abs",
    ),
    "imaginary part": (
        answer("np.max(np.imag(np.linalg.eigvals(U)))"),
        "only the imaginary part",
    ),
    "largest singular value": (
        answer("np.linalg.norm(U, 2)"),
        "it is the largest singular value",
    ),
    "of U.T @ U": (
        answer("np.max(np.linalg.eigvals(U.T @ U))"),
        "it is the square of the largest singular value",
    ),
    "Frobenius": (answer("np.linalg.norm(U)"), "it is the Frobenius norm"),
    "largest entry": (answer("np.abs(U).max()"), "it is the largest entry"),
    "row sum": (answer("np.abs(U).sum(axis=1).max()"), "it is the largest row sum"),
    "mean": (
        answer("np.abs(np.linalg.eigvals(U)).mean()"),
        "it is the mean of the absolute values",
    ),
    "smallest": (answer("np.abs(np.linalg.eigvals(U)).min()"), "it is the smallest absolute value"),
    "symmetric": (
        answer("np.abs(np.linalg.eigvalsh(U)).max()"),
        "those of a symmetric matrix",
    ),
    "trace": (answer("np.trace(U)"), "the eigenvalues are added up"),
    "determinant": (answer("np.linalg.det(U)"), "it is the determinant"),
    "squared": (
        answer("(np.abs(np.linalg.eigvals(U)) ** 2).max()"),
        "it is the square of the absolute value",
    ),
    "all": (answer("np.abs(np.linalg.eigvals(U))"), "all absolute values are returned"),
    "real eigenvalues without their absolute value": (
        """
def spectral_radius(U):
    values = np.linalg.eigvals(U)
    return float(max(np.abs(values) if np.iscomplexobj(values) else values))
""",
        "an eigenvalue of -0.9 counts as 0.9",
    ),
    "eigenvectors too": (answer("np.linalg.eig(U)"), "the eigenvalues and the eigenvectors"),
    "stretch: spectral radius": (answer(stretch="spectral_radius(U)"), "it is the spectral radius"),
    "stretch: no root": (
        answer(stretch="np.linalg.eigvalsh(U.T @ U).max()"),
        "the singular value is its root",
    ),
    "stretch: Frobenius": (answer(stretch="np.linalg.norm(U)"), "it is the Frobenius norm"),
    "stretch: all": (
        answer(stretch="np.linalg.svd(U)[1]"),
        "all singular values are returned",
    ),
    "stretch: smallest": (
        answer(stretch="np.linalg.svd(U)[1].min()"),
        "it is the smallest singular value",
    ),
    "stretch: u": (
        answer(stretch="np.linalg.svd(U)[0].max()"),
        "the first thing that np.linalg.svd returns",
    ),
    "stretch: sum": (answer(stretch="np.linalg.norm(U, 'nuc')"), "the sum of the singular values"),
    "stretch: row sum": (
        answer(stretch="np.linalg.norm(U, np.inf)"),
        "it is the largest row sum",
    ),
    "stretch: column sum": (answer(stretch="np.linalg.norm(U, 1)"), "it is the largest column sum"),
    "stretch: entry": (answer(stretch="np.abs(U).max()"), "it is the largest entry"),
    "rescale: singular value": (
        answer(rescaled="U * radius / largest_singular_value(U)"),
        "the largest singular value is brought to the radius",
    ),
    "rescale: Frobenius": (
        answer(rescaled="U * radius / np.linalg.norm(U)"),
        "the Frobenius norm is brought to the radius",
    ),
    "rescale: real part": (
        answer(rescaled="U * radius / np.abs(np.linalg.eigvals(U).real).max()"),
        "only the real part of the complex eigenvalues",
    ),
    "rescale: not divided": (answer(rescaled="U * radius"), "without being divided"),
    "rescale: radius forgotten": (
        answer(rescaled="U / spectral_radius(U)"),
        "the wanted radius is missing",
    ),
    "rescale: divided by the radius": (
        answer(rescaled="U / radius"),
        "the radius it has is not used",
    ),
    "rescale: upside down": (
        answer(rescaled="U * spectral_radius(U) / radius"),
        "the factor is upside down",
    ),
    "rescale: multiplied": (
        answer(rescaled="U * radius * spectral_radius(U)"),
        "multiplied by the radius it has",
    ),
    "rescale: entry": (
        answer(rescaled="U * radius / np.abs(U).max()"),
        "the largest entry is brought to the radius",
    ),
    "rescale: rows": (
        answer(rescaled="radius * U / np.linalg.norm(U, axis=1)[:, None]"),
        "every row is scaled by itself",
    ),
    "rescale: columns": (
        answer(rescaled="radius * U / np.linalg.norm(U, axis=0)"),
        "every column is scaled by itself",
    ),
    "rescale: the factor": (
        answer(rescaled="radius / spectral_radius(U)"),
        "only the factor is returned",
    ),
    "rescale: added": (
        answer(rescaled="U + (radius - spectral_radius(U))"),
        "a number is added to U",
    ),
    "rescale: in place": (
        """
def spectral_radius(U):
    return max(abs(np.linalg.eigvals(U)))


def largest_singular_value(U):
    return np.linalg.norm(U, 2)


def rescale(U, radius):
    U *= radius / spectral_radius(U)
    return U
""",
        "changed its input `U` in place",
    ),
    "rescale: other arguments": (
        answer().replace("def rescale(U, radius)", "def rescale(U)"),
        "does not take the arguments of the task",
    ),
    "the package's radius": (
        "from course_utils.gradients import spectral_radius as measured\n" + answer("measured(U)"),
        "Write this one by hand",
    ),
    "the package's rescaling": (
        "from course_utils import initializers\n"
        + answer(rescaled="initializers.with_spectral_radius(U, radius)"),
        "Write this one by hand",
    ),
    # rounded, clipped
    **{
        f"rounded to {places} places": (
            answer(f"round({RADIUS}, {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"stretch: rounded to {places} places": (
            answer(stretch=f"round({STRETCH}, {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"rescale: rounded to {places} places": (
            answer(rescaled=f"np.round({RESCALED}, {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"rescale: radius rounded to {places} places": (
            answer(rescaled=f"U * (radius / round(spectral_radius(U), {places}))"),
            f"the spectral radius is rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    **{
        f"rescale: factor rounded to {places} places": (
            answer(rescaled=f"U * round(radius / spectral_radius(U), {places})"),
            f"the factor is rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    "rescale: clipped to 5": (
        answer(rescaled=f"np.clip({RESCALED}, -5, 5)"),
        "numbers beyond 5 are cut to 5",
    ),
    "rescale: only where it is too large": (
        answer(rescaled="U * min(1, radius / spectral_radius(U))"),
        "U with the spectral radius",
    ),
    "many steps from one row": (
        """
def spectral_radius(U):
    row = np.ones(len(U))
    for _ in range(200):
        before, row = np.linalg.norm(row), row @ U
        row, stretch = row / np.linalg.norm(row), np.linalg.norm(row) / 1.0
    return stretch


def largest_singular_value(U):
    return np.linalg.norm(U, 2)


def rescale(U, radius):
    return U * (radius / spectral_radius(U))
""",
        "The spectral radius of the example U",
    ),
}

RIGHT = {
    "loops over the eigenvalues": """
def spectral_radius(U):
    largest = 0.0
    for z in np.linalg.eig(U)[0]:
        largest = max(largest, (z.real**2 + z.imag**2) ** 0.5)
    return largest


def largest_singular_value(U):
    return np.sqrt(max(np.linalg.eigvalsh(U.T @ U)))


def rescale(U, radius):
    factor = radius / spectral_radius(U)
    return [[u * factor for u in row] for row in U]
""",
    "a long power, norms and float32": """
def spectral_radius(matrix):
    return np.abs(np.linalg.eigvals(matrix.T)).max().astype("float32")


def largest_singular_value(matrix):
    return np.linalg.norm(matrix, 2)


def rescale(matrix, wanted):
    return np.divide(matrix, spectral_radius(matrix)).astype("float32") * np.float32(wanted)
""",
    "sorted, and the polynomial": """
def spectral_radius(U):
    return sorted(np.abs(np.roots(np.poly(U))))[-1]


def largest_singular_value(U):
    return np.linalg.svd(U)[1][0]


def rescale(U, radius):
    scaled = U.copy()
    scaled *= radius
    scaled /= np.max(np.absolute(np.linalg.eigvals(U)))
    return scaled
""",
    "SciPy": """
import scipy.linalg

def spectral_radius(U):
    return np.abs(scipy.linalg.eigvals(U)).max()


def largest_singular_value(U):
    return scipy.linalg.svdvals(U)[0]


def rescale(U, radius):
    return np.asarray(U) / spectral_radius(U) * radius
""",
    "names that cover Python's, the eigenvalues of U.T @ U": """
from numpy import *

words, gate, error, turning = "words", 0.5, None, None

def spectral_radius(U):
    return abs(linalg.eigvals(U)).max()


def largest_singular_value(U):
    return sqrt(linalg.eigvalsh(U @ U.T)[-1])


def rescale(U, radius):
    return multiply(radius / spectral_radius(U), U)
""",
    "a number called max, hypot": """
max = 3.0

def spectral_radius(U):
    values = np.linalg.eigvals(U)
    return sorted(np.hypot(values.real, values.imag))[-1]


def largest_singular_value(U):
    return np.linalg.svd(U.T, compute_uv=False)[0]


def rescale(U, radius):
    copy = np.array(U)
    copy[:] = copy * radius / spectral_radius(copy)
    return copy.tolist()
""",
}
