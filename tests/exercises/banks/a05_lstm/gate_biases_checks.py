"""Task 8: the first bias of an LSTM: a forget bias, and chrono initialisation."""

SOLUTION_CELL = "gate-biases"

FORGET = """
def forget_bias(units, bias=1.0):
    b = np.zeros(4 * units)
    b[units : 2 * units] = bias
    return b
"""

CHRONO = """
def chrono_bias(longest, u):
    units = len(u)
    steps = 1 + u * (longest - 2)
    b = np.zeros(4 * units)
    b[units : 2 * units] = np.log(steps)
    b[:units] = -np.log(steps)
    return b
"""


def forget(*pairs: str) -> str:
    return _change(FORGET, *pairs) + CHRONO


def chrono(*pairs: str) -> str:
    return FORGET + _change(CHRONO, *pairs)


def _change(code: str, *pairs: str) -> str:
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


OWN = "b[units : 2 * units]"

WRONG = {
    "on the input gate": (forget(OWN, "b[:units]"), "the bias lies on the input gate"),
    "on the candidate": (forget(OWN, "b[2 * units : 3 * units]"), "the bias lies on the candidate"),
    "on the output gate": (forget(OWN, "b[3 * units :]"), "the bias lies on the output gate"),
    "on every gate": (forget(OWN, "b[:]"), "the bias lies on all four blocks"),
    "on the gates, not on the candidate": (
        forget("    return b", "    b[:units] = b[3 * units :] = bias\n    return b"),
        "on all three gates",
    ),
    "every fourth": (forget(OWN, "b[1::4]"), "every fourth number"),
    "one number": (forget(OWN, "b[units]"), "only the first unit"),
    "up to the end": (forget(OWN, "b[units:]"), "to the end of the array"),
    "always one": (forget("= bias\n", "= 1.0\n"), "whatever bias is asked for"),
    "the gate's value": (forget("= bias\n", "= sigmoid(bias)\n"), "the sigmoid of the bias"),
    "minus": (forget("= bias\n", "= -bias\n"), "the sign is wrong"),
    "only the block": (
        forget("return b", "return b[units : 2 * units]"),
        "has 3 entries in place of 12",
    ),
    "in four rows": (forget("return b", "return b.reshape(4, units)"), "not in one flat row"),
    "whole numbers": (
        forget("np.zeros(4 * units)", "np.zeros(4 * units, int)"),
        "whole numbers only",
    ),
    "no forget bias": (forget("= bias\n", "= 0.0\n"), "zero everywhere"),
    "the package's answer": (
        """
from course_utils import initializers

def forget_bias(units, bias=1.0):
    return initializers.forget_bias(units, bias)
"""
        + CHRONO,
        "Write this one by hand",
    ),
    "Keras' answer": (
        """
def forget_bias(units, bias=1.0):
    layer = keras.layers.LSTM(units)
    layer.build((None, None, 1))
    return bias * layer.get_weights()[2]
"""
        + CHRONO,
        "Write this one by hand",
    ),
    "no input bias": (chrono("    b[:units] = -np.log(steps)\n", ""), "the input gate has no bias"),
    "input bias with the same sign": (
        chrono("= -np.log(steps)", "= np.log(steps)"),
        "the input gate has the same sign",
    ),
    "signs exchanged": (
        chrono(f"{OWN} = np.log", f"{OWN} = -np.log", "b[:units] = -np", "b[:units] = np"),
        "exchanged",
    ),
    "minus on the output gate": (
        chrono("b[:units]", "b[3 * units :]"),
        "lies on the output gate",
    ),
    "minus on the candidate": (
        chrono("b[:units]", "b[2 * units : 3 * units]"),
        "lies on the candidate",
    ),
    "no logarithm": (
        chrono("= np.log(steps)", "= steps", "= -np.log(steps)", "= -steps"),
        "the logarithm is missing",
    ),
    "logarithm to base 10": (
        chrono("= np.log(steps)", "= np.log10(steps)", "= -np.log(", "= -np.log10("),
        "to base 10",
    ),
    "logarithm to base 2": (
        chrono("= np.log(steps)", "= np.log2(steps)", "= -np.log(", "= -np.log2("),
        "to base 2",
    ),
    "up to T": (
        chrono("(longest - 2)", "(longest - 1)"),
        "between 1 and T; it should end at T - 1",
    ),
    "up to T + 1": (chrono("(longest - 2)", "longest"), "between 1 and T + 1"),
    "without the 1": (chrono("1 + u * (longest - 2)", "u * (longest - 2)"), "the 1 is missing"),
    "from zero": (chrono("1 + u * (longest - 2)", "u * (longest - 1)"), "they start at 0"),
    "two steps too many": (
        chrono("1 + u * (longest - 2)", "1 + u * (longest - 2) + 1"),
        "between 2 and T",
    ),
    "uniform biases": (
        chrono("1 + u * (longest - 2)", "(longest - 1) ** u"),
        "the biases are drawn uniformly",
    ),
    "the longest for every unit": (
        chrono("1 + u * (longest - 2)", "(longest - 1) * np.ones(units)"),
        "the same bias",
    ),
    "draws of its own": (
        chrono("1 + u *", "1 + np.random.default_rng(1).random(units) *"),
        "not the right numbers",
    ),
    "whole steps": (
        chrono("(longest - 2)\n", "(longest - 2)\n    steps = steps.round()\n"),
        "rounded",
    ),
    "logit of u": (
        chrono("1 + u * (longest - 2)", "u / (1 - u)"),
        "the longest time has no part in it",
    ),
    "blocks of four": (
        chrono(OWN, "b[1::4]", "b[:units]", "b[0::4]"),
        "every fourth number",
    ),
    "only the forget gate's block": (chrono("return b", "return np.log(steps)"), "in place of 12"),
    "changes u": (
        chrono("steps = 1 + u * (longest - 2)", "u *= longest - 2\n    u += 1\n    steps = u"),
        "changed its input `u` in place",
    ),
    "chrono not written": (FORGET, "`chrono_bias` is not defined"),
    "the package's chrono": (
        FORGET
        + """
from course_utils.initializers import chrono

def chrono_bias(longest, u):
    return chrono(len(u), longest, np.random.default_rng(0))
""",
        "Write this one by hand",
    ),
    **{
        f"forget bias rounded to {places} places": (
            forget("= bias\n", f"= round(bias, {places})\n"),
            "rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"chrono bias rounded to {places} places": (
            chrono("return b", f"return np.round(b, {places})"),
            f"rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"steps rounded to {places} places": (
            chrono("(longest - 2)\n", f"(longest - 2)\n    steps = np.round(steps, {places})\n"),
            "are rounded to",
        )
        for places in (4, 6, 8)
    },
    "whole steps, cut off": (
        chrono("(longest - 2)\n", "(longest - 2)\n    steps = np.floor(steps)\n"),
        "cut off to whole numbers",
    ),
    "steps in single precision": (
        chrono("(longest - 2)\n", "(longest - 2)\n    steps = np.float32(steps).astype(float)\n"),
        "chrono_bias(50, u) with u = [2.0117e-07",
    ),
    "forget bias clipped to 5": (
        forget("= bias\n", "= np.clip(bias, -5, 5)\n"),
        "the bias is clipped to ±5",
    ),
    "chrono clipped to 5": (
        chrono("return b", "return np.clip(b, -5, 5)"),
        "the biases are clipped to ±5",
    ),
    "no forget bias below zero": (
        forget("= bias\n", "= max(0, bias)\n"),
        "the bias is cut off at 0",
    ),
    "one more than asked": (forget("= bias\n", "= bias + 1\n"), "1 is added to the bias"),
    "units sorted": (chrono("u * (", "np.sort(u) * ("), "the units are sorted"),
    "draws of the old generator": (
        chrono("1 + u *", "1 + np.random.rand(units) *"),
        "not the right numbers",
    ),
    "draws of a generator with the same seed": (
        chrono("1 + u *", "1 + np.random.default_rng(2026).random(units) *"),
        "not the right numbers",
    ),
    "u turned round": (
        chrono("1 + u * (longest - 2)", "longest - 1 - u * (longest - 2)"),
        "u is turned round",
    ),
}

RIGHT = {
    "joined blocks": """
def forget_bias(units, bias=1.0):
    zero = np.zeros(units)
    return np.concatenate([zero, zero + bias, zero, zero])

def chrono_bias(longest, u):
    forget = np.log(1 + np.asarray(u) * (longest - 2))
    return np.concatenate([-forget, forget, 0 * forget, 0 * forget])
""",
    "loops and lists": """
import math

def forget_bias(n, bias=1.0):
    return [0.0] * n + [bias] * n + [0.0] * n * 2

def chrono_bias(T, u):
    steps = [(T - 1) * p + 1 * (1 - p) for p in u]
    b_f = [math.log(s) for s in steps]
    return [-v for v in b_f] + b_f + [0] * (2 * len(u))
""",
    "four rows, laid flat, float32": """
def forget_bias(units, bias=1.0):
    return np.float32(np.outer([0, 1, 0, 0], np.full(units, bias)).ravel())

def chrono_bias(longest, u):
    b = np.zeros((4, len(u)), dtype="float32")
    b[1] = np.log1p(u * (longest - 2))
    b[0] -= b[1]
    return b.reshape(-1)
""",
    "np.interp and np.where": """
def forget_bias(units, bias=1.0):
    block = np.arange(4 * units) // units
    return np.where(block == 1, bias, 0.0)

def chrono_bias(longest, u):
    steps = np.interp(u, [0, 1], [1, longest - 1])
    sign = np.repeat([-1, 1, 0, 0], len(u))
    return sign * np.tile(np.log(steps), 4)
""",
}
