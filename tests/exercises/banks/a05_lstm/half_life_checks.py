"""Task 9: the half-life of a memory, from the forget bias and back."""

SOLUTION_CELL = "half-life"


def answer(
    life: str = "-np.log(2) / np.log(sigmoid(bias))",
    f: str = "0.5 ** (1 / half_life)",
    bias: str = "np.log(f / (1 - f))",
) -> str:
    return f"""
def half_life(bias):
    return {life}

def bias_for(half_life):
    f = {f}
    return {bias}
"""


WRONG = {
    "the sign of the exponent": (
        answer(f="2 ** (1 / half_life)"),
        "a logarithm or root was taken of a negative number",
    ),
    "minus forgotten": (answer(life="np.log(2) / np.log(sigmoid(bias))"), "the sign is wrong"),
    "bias for the gate": (answer(life="-np.log(2) / np.log(bias)"), "the bias is not the gate"),
    "time constant": (answer(life="-1 / np.log(sigmoid(bias))"), "a time constant"),
    "one over one minus f": (answer(life="1 / (1 - sigmoid(bias))"), "1 / (1 - f)"),
    "near for long half-lives": (
        answer(life="np.log(2) / (1 - sigmoid(bias))"),
        "near for long half-lives",
    ),
    "upside down": (answer(life="-np.log(sigmoid(bias)) / np.log(2)"), "upside down"),
    "base 2 twice": (answer(life="-np.log(2) / np.log2(sigmoid(bias))"), "log2"),
    "exponential alone": (answer(life="np.log(2) * np.exp(bias)"), "exp(bias)"),
    "tanh for the gate": (answer(life="-np.log(2) / np.log(np.tanh(bias))"), "tanh"),
    "a half of the gate": (answer(life="0.5 / (1 - sigmoid(bias))"), "does not subtract"),
    "the gate": (answer(life="sigmoid(bias)"), "the value of the gate"),
    "whole steps": (answer(life="np.ceil(-np.log(2) / np.log(sigmoid(bias)))"), "rounded"),
    "nothing": (answer(life="None"), "returns nothing"),
    "the numbers of the example": (
        answer(life="{2.0: 5.4611, 1.0: 2.2127, 0.0: 1.0}[bias]"),
        "stops with an error",
    ),
    "f returned": (answer(bias="f"), "the value of the gate"),
    "log of f": (answer(bias="np.log(f)"), "the logarithm of f"),
    "logit the wrong way round": (answer(bias="np.log((1 - f) / f)"), "the sign is wrong"),
    "no logarithm": (answer(bias="f / (1 - f)"), "the logarithm is missing"),
    "artanh": (answer(bias="np.arctanh(f)"), "undoes tanh"),
    "sigmoid again": (answer(bias="sigmoid(f)"), "sigmoid once more"),
    "power, not root": (answer(f="0.5**half_life"), "take the root"),
    "one minus one over": (answer(f="1 - 1 / half_life"), "1 - 1 / half-life"),
    "time constant back": (answer(f="np.exp(-1 / half_life)"), "a time constant"),
    "chrono": (answer(bias="np.log(half_life)"), "ln(half-life)"),
    "chrono with T - 1": (answer(bias="np.log(half_life - 1)"), "1 - 1 / half-life"),
    "linear fading": (answer(f="1 - 0.5 / half_life"), "does not subtract"),
    "no bias below zero": (
        answer(bias="max(0, np.log(f / (1 - f)))"),
        "cut off at 0; a bias may be negative",
    ),
    "no bias below zero, with NumPy": (
        answer(bias="np.maximum(0.0, np.log(f / (1 - f)))"),
        "cut off at 0; a bias may be negative",
    ),
    "no sign": (answer(bias="np.abs(np.log(f / (1 - f)))"), "the sign is wrong"),
    "rounded": (answer(bias="round(np.log(f / (1 - f)), 1)"), "the bias for a half-life of"),
    "a text": (answer(bias='f"{np.log(f / (1 - f)):.4f}"'), "should be numbers"),
    "an array": (answer(bias="np.array([np.log(f / (1 - f))])"), "has shape (1,), expected ()"),
    "the second not written": (
        """
def half_life(bias):
    return -np.log(2) / np.log(sigmoid(bias))
""",
        "`bias_for` is not defined",
    ),
    **{
        f"half-life rounded to {places} places": (
            answer(life=f"round(-np.log(2) / np.log(sigmoid(bias)), {places})"),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"bias rounded to {places} places": (
            answer(bias=f"round(np.log(f / (1 - f)), {places})"),
            "the numbers are rounded to",
        )
        for places in (4, 6, 8)
    },
    **{
        f"gate rounded to {places} places": (
            answer(life=f"-np.log(2) / np.log(np.round(sigmoid(bias), {places}))"),
            "it holds infinity" if places < 6 else f"gate is rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"gate rounded to {places} places on the way back": (
            answer(f=f"np.round(0.5 ** (1 / half_life), {places})"),
            "it holds infinity" if places < 6 else f"gate is rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    "in single precision, given back in double": (
        answer(life="float(-np.log(2) / np.log(sigmoid(np.float32(bias))))"),
        "the half-life for a forget bias of 12",
    ),
    "bias clipped to 5": (
        answer(life="-np.log(2) / np.log(sigmoid(np.clip(bias, -5, 5)))"),
        "the bias is clipped to ±5",
    ),
    "bias clipped to 5 on the way back": (
        answer(bias="np.clip(np.log(f / (1 - f)), -5, 5)"),
        "it is clipped to ±5",
    ),
    "for positive biases only": (
        answer(life="-np.log(2) / np.log(sigmoid(abs(bias)))"),
        "the sign of the bias is lost",
    ),
    "hard sigmoid": (
        answer(life="-np.log(2) / np.log(np.clip(bias / 6 + 0.5, 0, 1))"),
        "the gate is a hard sigmoid",
    ),
    "1 added to the bias": (
        answer(life="-np.log(2) / np.log(sigmoid(bias + 1))"),
        "1 is added to the bias",
    ),
    "base 10": (
        answer(life="-np.log(2) / np.log10(sigmoid(bias))"),
        "the other is log10",
    ),
    "base 2 on the way back": (
        answer(bias="np.log2(f / (1 - f))"),
        "the logarithm is to base 2",
    ),
    "a near bias for long half-lives": (
        answer(bias="np.log(half_life / np.log(2))"),
        "that is near for long half-lives, but not equal",
    ),
    "counted, step by step": (
        """
def half_life(bias):
    steps, left = 0, 1.0
    while left > 0.5 and steps < 10**6:
        left *= sigmoid(bias)
        steps += 1
    return steps

def bias_for(half_life):
    f = 0.5 ** (1 / half_life)
    return np.log(f / (1 - f))
""",
        "rounded to a whole number",
    ),
}

RIGHT = {
    "log1p": """
def half_life(bias):
    return np.log(2) / np.log1p(np.exp(-bias))

def bias_for(half_life):
    return -np.log(np.exp2(1 / half_life) - 1)
""",
    "powers of two, math": """
import math

def half_life(b):
    gate = 1 / (1 + math.exp(-b))
    return 1 / math.log2(1 / gate)

def bias_for(steps):
    gate = math.pow(2, -1 / steps)
    return -math.log(1 / gate - 1)
""",
    "found by trying, float32 results": """
def half_life(bias):
    return np.float32(np.log(0.5) / np.log(sigmoid(bias)))

def bias_for(half_life):
    low, high = -60.0, 60.0
    for _ in range(100):
        middle = (low + high) / 2
        if (1 / (1 + np.exp(-middle))) ** half_life < 0.5:
            low = middle
        else:
            high = middle
    return np.float32(low)
""",
    "scipy's functions": """
def half_life(bias):
    from scipy.special import log_expit

    return -np.log(2) / log_expit(bias)

def bias_for(half_life):
    from scipy.special import logit

    return logit(2 ** (-1 / half_life))
""",
    "logaddexp and expm1": """
def half_life(bias):
    return float(np.log(2) / np.logaddexp(0, -bias))

def bias_for(half_life):
    return -np.log(np.expm1(np.log(2) / half_life))
""",
}
