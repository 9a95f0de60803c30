"""Task 4: ln ρ(U) + ½ ln mean φ′², and what it says."""

SOLUTION_CELL = "predict"


def answer(
    log_slope: str = "np.log(rho) + 0.5 * np.log(np.mean(slopes**2))",
    slopes: str = "1 - states**2",
    rho: str = "np.max(np.abs(np.linalg.eigvals(U)))",
    low: str = "log_slope < -0.01",
    high: str = "log_slope > 0.01",
    words: tuple[str, str, str] = ("vanishes", "explodes", "holds"),
    result: str = "log_slope, verdict",
) -> str:
    return f"""
def predict(U, states):
    slopes = {slopes}
    rho = {rho}
    log_slope = {log_slope}
    if {low}:
        verdict = "{words[0]}"
    elif {high}:
        verdict = "{words[1]}"
    else:
        verdict = "{words[2]}"
    return {result}
"""


WRONG = {
    "slopes not squared": (
        answer("np.log(rho) + 0.5 * np.log(np.mean(slopes))"),
        "the slopes are not squared before the mean",
    ),
    "logarithm of the mean slope": (
        answer("np.log(rho * np.mean(slopes))"),
        "the logarithm of the mean slope",
    ),
    "mean squared": (
        answer("np.log(rho) + 0.5 * np.log(np.mean(slopes) ** 2)"),
        "square the slopes first",
    ),
    "no half": (answer("np.log(rho) + np.log(np.mean(slopes**2))"), "the ½ is missing"),
    "half of both": (
        answer("0.5 * (np.log(rho) + np.log(np.mean(slopes**2)))"),
        "the ½ is taken of both",
    ),
    "linear": (answer("np.log(rho)"), "that is the linear network"),
    "without U": (answer("0.5 * np.log(np.mean(slopes**2))"), "U is left out"),
    "no logarithm of the radius": (
        answer("rho + 0.5 * np.log(np.mean(slopes**2))"),
        "the logarithm of the spectral radius is missing",
    ),
    "no logarithm of the slopes": (
        answer("np.log(rho) + 0.5 * np.mean(slopes**2)"),
        "the logarithm of the slopes is missing",
    ),
    "the factor": (
        answer("rho * np.sqrt(np.mean(slopes**2))"),
        "no logarithm is taken: this is the factor",
    ),
    "base 10": (
        answer("np.log10(rho) + 0.5 * np.log10(np.mean(slopes**2))"),
        "to base 10",
    ),
    "base 2": (answer("np.log2(rho) + 0.5 * np.log2(np.mean(slopes**2))"), "to base 2"),
    "singular value": (
        answer(rho="np.linalg.norm(U, 2)"),
        "the largest singular value stands in place of the spectral radius",
    ),
    "real part": (
        answer(rho="np.max(np.real(np.linalg.eigvals(U)))"),
        "only the real part of the complex eigenvalues",
    ),
    "absolute value too late": (
        answer(rho="np.abs(np.max(np.linalg.eigvals(U)))"),
        "only the real part of the complex eigenvalues",
    ),
    "complex": (
        answer(rho="np.max(np.linalg.eigvals(U))"),
        "take the absolute value of each (np.abs)",
    ),
    "tanh again": (
        answer(slopes="1 - np.tanh(states) ** 2"),
        "the states have been through the tanh already",
    ),
    "no square in the slope": (answer(slopes="1 - states"), "the square is missing in the slope"),
    "states for slopes": (answer(slopes="states"), "in place of the slopes"),
    "mean of logarithms": (
        answer("np.log(rho) + 0.5 * np.mean(np.log(slopes**2))"),
        "it is the mean of the logarithms",
    ),
    "sum": (
        answer("np.log(rho) + 0.5 * np.log(np.sum(slopes**2))"),
        "the sum over steps and units",
    ),
    "last state": (answer(slopes="1 - states[-1] ** 2"), "only the last state is used"),
    "minus": (
        answer("np.log(rho) - 0.5 * np.log(np.mean(slopes**2))"),
        "their logarithm is subtracted",
    ),
    "all steps together": (
        answer("len(states) * (np.log(rho) + 0.5 * np.log(np.mean(slopes**2)))"),
        "the slope over all steps together",
    ),
    "one for each unit": (
        """
def predict(U, states):
    rho = np.abs(np.linalg.eigvals(U)).max()
    return np.log(rho) + 0.5 * np.log(np.mean((1 - states**2) ** 2, axis=0)), "vanishes"
""",
        "it is one number for each unit",
    ),
    "one for each step": (
        """
def predict(U, states):
    rho = np.abs(np.linalg.eigvals(U)).max()
    return np.log(rho) + 0.5 * np.log(np.mean((1 - states**2) ** 2, axis=1)), "vanishes"
""",
        "it is one number for each step",
    ),
    "exchanged results": (answer(result="verdict, log_slope"), "The two results are exchanged"),
    "only the number": (answer(result="log_slope"), "Return 2 things"),
    "a sentence": (
        answer(words=("it vanishes", "it explodes", "it holds")),
        "you have 'it vanishes', expected 'vanishes'",
    ),
    "capitals": (
        answer(words=("Vanishes", "Explodes", "Holds")),
        "only capitals or spaces differ",
    ),
    "verdicts exchanged": (
        answer(words=("explodes", "vanishes", "holds")),
        "below zero, every step makes the gradient smaller",
    ),
    "compared with 1": (
        answer(low="log_slope < 0.99", high="log_slope > 1.01"),
        "a factor of 1 has the logarithm 0",
    ),
    "limits around 1 of a factor that is a logarithm": (
        answer(low="log_slope < -1", high="log_slope > 1"),
        "a factor of 1 has the logarithm 0",
    ),
    "compared with zero": (
        answer(low="log_slope < 0", high="log_slope > 0"),
        "compare that number with -0.01 and 0.01",
    ),
    "never holds": (
        answer(low="log_slope <= 0", high="True"),
        "compare that number with -0.01 and 0.01",
    ),
    "never explodes": (
        answer(high="False"),
        "compare that number with -0.01 and 0.01",
    ),
    "judged by the singular value": (
        answer(
            low="np.linalg.norm(U, 2) * np.mean(slopes) < 1 - 0.01",
            high="np.linalg.norm(U, 2) * np.mean(slopes) > 1.01",
        ),
        "it does not follow from the log-slope",
    ),
    "judged by the spectral radius": (
        answer(low="rho < 0.99", high="rho > 1.01"),
        "it is what the size of U alone would say",
    ),
    "judged by its logarithm": (
        answer(low="np.log(rho) < -0.01", high="np.log(rho) > 0.01"),
        "it is what the size of U alone would say",
    ),
    "the factor against the limits": (
        answer(low="np.exp(log_slope) < -0.01", high="np.exp(log_slope) > 0.01"),
        "Is the factor exp(log-slope), which is always above 0, compared with -0.01 and 0.01?",
    ),
    "a wide band": (
        answer(low="log_slope < -0.05", high="log_slope > 0.05"),
        "expected 'vanishes'",
    ),
    "the package's radius": (
        "from course_utils import gradients\n" + answer(rho="gradients.spectral_radius(U)"),
        "Write this one by hand",
    ),
    "the package's slope": (
        "from course_utils.gradients import slope\n" + answer(slopes='slope("tanh", states)'),
        "Write this one by hand",
    ),
    # rounded, clipped, steps left out
    **{
        f"rounded to {places} places": (
            answer(result=f"round(log_slope, {places}), verdict"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"radius rounded to {places} places": (
            answer(rho=f"round(np.max(np.abs(np.linalg.eigvals(U))), {places})"),
            f"the spectral radius is rounded to {places} places on the way",
        )
        for places in (6, 8)
    },
    "radius rounded to 4 places": (
        answer(rho="round(np.max(np.abs(np.linalg.eigvals(U))), 4)"),
        "the log-slope",
    ),
    **{
        f"slopes rounded to {places} places": (
            answer(slopes=f"np.round(1 - states**2, {places})"),
            f"the slopes are rounded to {places} places on the way",
        )
        for places in (4, 6)
    },
    "float32 on the way": (
        answer(slopes="1 - np.float32(states) ** 2", result="float(log_slope), verdict"),
        "or computed in float32",
    ),
    "verdict from a rounded number": (
        answer(low="round(log_slope, 2) < -0.01", high="round(log_slope, 2) > 0.01"),
        "for a log-slope of -0.0105",
    ),
    "clipped to 5": (
        answer("np.clip(np.log(rho) + 0.5 * np.log(np.mean(slopes**2)), -5, 5)"),
        "it is cut to 5",
    ),
    "first step left out": (answer(slopes="1 - states[1:] ** 2"), "the first step is left out"),
    "last step left out": (answer(slopes="1 - states[:-1] ** 2"), "the last step is left out"),
    "the largest state for all": (
        answer(slopes="1 - np.max(states) ** 2"),
        "the log-slope",
    ),
}

RIGHT = {
    "loops": """
import math

def predict(U, states):
    rho = max(abs(z) for z in np.linalg.eigvals(U))
    total, count = 0.0, 0
    for row in states:
        for h in row:
            total += (1 - h * h) ** 2
            count += 1
    log_slope = math.log(rho) + math.log(total / count) / 2
    verdict = "holds"
    if log_slope > 0.01:
        verdict = "explodes"
    elif log_slope < -0.01:
        verdict = "vanishes"
    return [log_slope, verdict]
""",
    "one logarithm of the factor": """
def predict(recurrent_kernel, outputs):
    factor = np.abs(np.linalg.eigvals(recurrent_kernel)).max()
    factor = factor * np.sqrt(((1 - outputs**2) ** 2).mean())
    number = np.log(factor)
    return number, ("holds" if abs(number) <= 0.01 else "explodes" if number > 0 else "vanishes")
""",
    "the own spectral radius, float32": """
def predict(U, states):
    slopes = (1 - states.astype("float32") ** 2).ravel()
    log_slope = np.float32(np.log(spectral_radius(U)) + np.log(slopes @ slopes / slopes.size) / 2)
    return log_slope, ["vanishes", "holds", "explodes"][int(np.sign(np.trunc(log_slope * 100)) + 1)]
""",
    "SciPy's eigenvalues, a class": """
from scipy.linalg import eigvals

class Gradient:
    def __init__(self, U, states):
        self.log_slope = np.log(abs(eigvals(U)).max()) + np.log(np.linalg.norm(1 - states**2))
        self.log_slope -= np.log(states.size) / 2

    def verdict(self):
        if abs(self.log_slope) <= 0.01:
            return "holds"
        return "vanishes" if self.log_slope < 0 else "explodes"

def predict(U, states):
    gradient = Gradient(U, states)
    return gradient.log_slope, gradient.verdict()
""",
    "names that cover Python's": """
from numpy import *

max, words, still, factor = 3.0, "words", None, None

def predict(U, states):
    number = log(absolute(linalg.eigvals(U)).max()) + log(mean((1 - states**2) ** 2)) / 2
    words = where(number < -0.01, "vanishes", where(number > 0.01, "explodes", "holds"))
    return number, str(words)
""",
}
