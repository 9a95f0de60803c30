"""Task 6: the starting weights of an identity RNN."""

SOLUTION_CELL = "identity-rnn"


def answer(
    W: str = "0.001 * normal",
    U: str = "gain * np.eye(units)",
    b: str = "np.zeros(units)",
    result: str = "[W, U, b]",
) -> str:
    return f"""
def identity_rnn(normal, gain=1.0):
    features, units = normal.shape
    W = {W}
    U = {U}
    b = {b}
    return {result}
"""


WRONG = {
    "W not small": (answer(W="normal"), "W is not made small"),
    "variance": (answer(W="np.sqrt(0.001) * normal"), "not the variance"),
    "divided": (answer(W="normal / 0.001"), "divided by 0.001"),
    "a hundredth": (answer(W="0.01 * normal"), "0.01 in place of 0.001"),
    "added": (answer(W="normal + 0.001"), "0.001 is added"),
    "W zero": (answer(W="0 * normal"), "would never hear its input"),
    "W constant": (answer(W="np.full(normal.shape, 0.001)"), "the normal numbers are lost"),
    "W transposed": (answer(W="0.001 * normal.T"), "It is transposed"),
    "W with gain": (answer(W="0.001 * gain * normal"), "gain multiplies W too"),
    "draws W itself": (
        answer(W="np.random.default_rng(0).normal(0, 0.001, normal.shape)"),
        "use the numbers you are given",
    ),
    "draws W itself, unseeded and large": (
        answer(W="np.random.standard_normal(normal.shape)"),
        "use the numbers you are given",
    ),
    "two rows exchanged": (answer(W="0.001 * normal[::-1]"), "use the numbers you are given"),
    "ones": (answer(U="gain * np.ones((units, units))"), "ones on the diagonal only"),
    "rows for the features": (
        answer(U="gain * np.eye(features, units)"),
        "as many rows as there are",
    ),
    "size of the input": (answer(U="gain * np.eye(features)"), "the size of the input"),
    "only the diagonal": (answer(U="gain * np.ones(units)"), "it is only the diagonal"),
    "U small": (answer(U="0.001 * gain * np.eye(units)"), "U is made small as well"),
    "mirrored": (answer(U="gain * np.eye(units)[:, ::-1]"), "the identity mirrored"),
    "beside the diagonal": (answer(U="gain * np.eye(units, k=1)"), "beside the diagonal"),
    "orthogonal start": (
        answer(U="gain * np.linalg.qr(normal.T @ normal + 0.3)[0]"),
        "U has the right shape, but not the right numbers",
    ),
    "gain ignored": (answer(U="np.eye(units)"), "gain is ignored"),
    "gain added": (answer(U="np.eye(units) + (gain if gain < 1 else 0)"), "gain is added"),
    "divided by gain": (answer(U="np.eye(units) / gain"), "it is divided by gain"),
    "gain everywhere": (
        answer(U="np.full((units, units), gain) if gain < 1 else np.eye(units)"),
        "gain stands beside the diagonal as well",
    ),
    "bias of one": (answer(b="np.ones(units)"), "a bias would push the state up"),
    "bias of gain": (answer(b="np.full(units, gain) - 1 + (gain < 1)"), "b is gain"),
    "bias for the features": (answer(b="np.zeros(features)"), "there is one for each feature"),
    "bias as a matrix": (answer(b="np.zeros((1, units))"), "a matrix with one row"),
    "bias as a number": (answer(b="0.0"), "it is a single number"),
    "W and U exchanged": (answer(result="[U, W, b]"), "W and U are exchanged"),
    "no bias": (answer(result="W, U"), "Return 3 things"),
    "bias first": (answer(result="b, W, U"), "W has shape (3,), expected (2, 3)"),
    "a dictionary": (answer(result="dict(W=W, U=U, b=b)"), "You returned one, a dictionary"),
    "in place": (
        """
def identity_rnn(normal, gain=1.0):
    normal *= 0.001
    return normal, gain * np.eye(normal.shape[1]), np.zeros(normal.shape[1])
""",
        "changed its input `normal` in place",
    ),
    "the package's answer": (
        "from course_utils import initializers\n" + answer(U="initializers.identity(units, gain)"),
        "Write this one by hand",
    ),
    "Keras' initializer": (
        """
def identity_rnn(normal, gain=1.0):
    from keras import initializers

    units = normal.shape[1]
    U = np.asarray(initializers.Identity(gain)((units, units)))
    return [0.001 * normal, U, np.zeros(units)]
""",
        "Write this one by hand",
    ),
    # rounded, clipped, drawn
    **{
        f"W rounded to {places} places": (
            answer(W=f"np.round(0.001 * normal, {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"U rounded to {places} places": (
            answer(U=f"np.round(gain * np.eye(units), {places})"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    "gain cut to 5": (answer(U="min(gain, 5) * np.eye(units)"), "gain is cut to 5"),
    "gain cut to 1": (answer(U="min(gain, 1) * np.eye(units)"), "gain is cut to 1"),
    "gain twice": (answer(U="gain**2 * np.eye(units)"), "gain multiplies twice"),
    "W with a standard deviation of its own": (
        answer(W="0.001 * normal / normal.std()"),
        "a standard deviation of their own",
    ),
    "b of the normal numbers": (answer(b="0.001 * normal[0]"), "b is made of the normal numbers"),
    "draws W from the generator that everything shares": (
        answer(W="(np.random.seed(0), 0.001 * np.random.randn(*normal.shape))[1]"),
        "use the numbers you are given",
    ),
    "W right where all sizes are equal": (
        answer(W="0.001 * normal.reshape(units, features)"),
        "W has shape (3, 2), expected (2, 3)",
    ),
}

RIGHT = {
    "loops and lists": """
def identity_rnn(normal, gain=1.0):
    units = len(normal[0])
    W = [[n / 1000 for n in row] for row in normal]
    U = [[gain if i == j else 0.0 for j in range(units)] for i in range(units)]
    return W, U, [0.0] * units
""",
    "a filled diagonal": """
def identity_rnn(numbers, factor=1.0):
    features, units = numbers.shape
    recurrent = np.zeros((units, units))
    np.fill_diagonal(recurrent, factor)
    return [numbers * 1e-3, recurrent, np.zeros((units,))]
""",
    "float32, np.diag": """
def identity_rnn(normal, gain=1.0):
    units = np.shape(normal)[-1]
    weights = [np.multiply(normal, 0.001), np.diag([gain] * units), np.zeros(units)]
    return tuple(np.float32(w) for w in weights)
""",
    "blocks, a class": """
class Start:
    def __init__(self, normal, gain):
        self.units = normal.shape[1]
        self.weights = [normal / 1000, np.identity(self.units) * gain, 0 * normal.sum(axis=0)]

def identity_rnn(normal, gain=1.0):
    return Start(normal, gain).weights
""",
    "names that cover Python's": """
from numpy import *

max, list, normal, state = 3.0, [1, 2, 3], None, None

def identity_rnn(numbers, gain=1.0):
    units = shape(numbers)[1]
    return 1e-3 * numbers, diagflat(full(units, gain)), zeros(units)
""",
}
