"""Task 7: the weights of h_t = w x_t + u h_{t-1} for a half-life and a level of 1."""

SOLUTION_CELL = "leaky-integrator"


def answer(u: str, w: str = "1 - u", result: str = "w, u") -> str:
    return f"""
def leaky_integrator(half_life):
    u = {u}
    w = {w}
    return {result}
"""


U = "0.5 ** (1 / half_life)"

WRONG = {
    "one over": (answer("1 / half_life"), "u is 1 divided by the half-life"),
    "one minus one over": (answer("1 - 1 / half_life"), "u is 1 minus 1 divided by the half-life"),
    "power, not root": (answer("0.5 ** half_life"), "to the power of the half-life"),
    "time constant": (answer("np.exp(-1 / half_life)"), "a time constant, not a half-life"),
    "grows": (answer("2 ** (1 / half_life)"), "the state grows"),
    "always a half": (answer("0.5"), "whatever the half-life"),
    "a half divided": (answer("0.5 / half_life"), "a half divided by the half-life"),
    "a half divided, from one": (answer("1 - 0.5 / half_life"), "1 minus a half divided"),
    "near for long half-lives": (answer("1 - np.log(2) / half_life"), "u for a half-life of 4"),
    "minus in the root": (answer("0.5 ** (-1 / half_life)"), "the state grows"),
    "w is one": (answer(U, "1"), "the state rests far above 1"),
    "w is u": (answer(U, "u"), "w equals u"),
    "w with the wrong sign": (answer(U, "u - 1"), "the sign of w is wrong"),
    "w is one over the half-life": (answer(U, "1 / half_life"), "w is 1 divided by the half-life"),
    "w is a half": (answer(U, "0.5"), "w is 1/2 whatever the half-life"),
    "w upside down": (answer(U, "1 / (1 - u)"), "solve for w"),
    "exchanged": (answer(U, result="u, w"), "exchanged"),
    "rounded": (answer(f"round({U}, 2)"), "u for a half-life of 4"),
    "only u": (answer(U, result="u"), "Return 2 things"),
    "arrays": (answer(f"np.array([{U}])"), "has shape (1,), expected ()"),
    "a text": (answer(U, result='f"{w}", f"{u}"'), "should be numbers"),
    "the numbers of the example": (
        """
def leaky_integrator(half_life):
    return (0.5, 0.5) if half_life == 1 else (0.1591036, 0.8408964)
""",
        "expected",
    ),
    "whole division": (answer("0.5 ** (1 // half_life)"), "u for a half-life of 4"),
    "half-lives below 1 treated as 1": (
        answer("0.5 ** (1 / max(half_life, 1))"),
        "a half-life below 1 is treated as 1",
    ),
    "half-life cut to whole steps": (
        answer("0.5 ** (1 / max(0.5, int(half_life)))"),
        "is made a whole number",
    ),
    "half-life rounded to whole steps": (
        answer("0.5 ** (1 / max(0.5, round(half_life)))"),
        "is made a whole number",
    ),
    "whole steps only": (
        answer("0.5 ** (1 / half_life) if half_life >= 1 else 0.25"),
        "u for a half-life of",
    ),
    "whole division, but for 1": (
        answer("0.5 ** (1 // half_life) if half_life > 1 else 0.5 ** (1 / half_life)"),
        "as // does",
    ),
    "root of the level": (
        answer(U, "(1 - u * u) ** 0.5"),
        "keeps the size of noise",
    ),
    "a half only at four": (
        answer("0.5 if half_life == 4 else 0.5 ** (1 / half_life)"),
        "is 0.5, expected 0.8409",
    ),
    "u rounded to 4 places": (
        answer("round(0.5 ** (1 / half_life), 4)"),
        "rounded to 4 places",
    ),
    "u rounded to 6 places": (
        answer("round(0.5 ** (1 / half_life), 6)"),
        "rounded to 6 places",
    ),
    "u rounded to 8 places": (
        answer("round(0.5 ** (1 / half_life), 8)"),
        "rounded to 8 places",
    ),
    "w rounded to 6 places": (
        answer(U, "round(1 - u, 6)"),
        "rounded to 6 places",
    ),
    "in float32": (
        answer("np.float32(0.5) ** (np.float32(1) / np.float32(half_life))"),
        "expected 3.466e-06",
    ),
}

RIGHT = {
    "exponential of the logarithm": """
def leaky_integrator(half_life):
    u = np.exp(-np.log(2) / half_life)
    return 1 - u, u
""",
    "found by trying": """
def leaky_integrator(half_life):
    low, high = 0.0, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        if middle**half_life < 0.5:
            low = middle
        else:
            high = middle
    return [1 - low, low]
""",
    "a root, expm1 and an array": """
def leaky_integrator(n):
    return np.array([-np.expm1(-np.log(2.0) / n), 2.0 ** -(1.0 / n)])
""",
    "a root found by SciPy": """
from scipy.optimize import brentq

def leaky_integrator(half_life):
    u = brentq(lambda u: u**half_life - 0.5, 0, 1)
    return 1 - u, u
""",
    "base two, and a dictionary's values": """
import math

def leaky_integrator(half_life):
    weights = {"w": 0.0, "u": math.pow(2, -1 / half_life)}
    weights["w"] = 1 - weights["u"]
    return tuple(weights.values())
""",
}
