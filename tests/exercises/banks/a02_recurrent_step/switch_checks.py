"""Task 8: w, u, b such that one tanh unit keeps a bit."""

SOLUTION_CELL = "switch"


def answer(*values: str) -> str:
    return f"""
def switch():
    return {", ".join(values)}
"""


WRONG = {
    "u of one": (answer("5", "1", "0"), "the memory fades"),
    "u below one": (answer("2", "0.9", "0"), "the memory fades"),
    "u a little above one": (answer("5", "1.05", "0"), "the memory fades"),
    "no memory": (answer("5", "0", "0"), "the memory fades"),
    "u negative": (answer("5", "-2", "0"), "u is negative"),
    "w too small to switch on": (answer("0.3", "2", "0"), "w is too small"),
    "w too small to switch off": (answer("1.0", "3", "0"), "cannot be switched off"),
    "memory too strong": (answer("5", "20", "0"), "cannot be switched off"),
    "w negative": (answer("-5", "2", "0"), "The sign of w is wrong"),
    "bias pulls off": (answer("5", "1.5", "-2"), "The bias b pulls it away"),
    "bias pulls on": (answer("6", "1.5", "2"), "does not stay off"),
    "bias hinders one side": (answer("1.5", "1.5", "1.2"), "is not below -0.5"),
    "exchanged": (answer("2", "5", "0"), "cannot be switched off"),
    "hardly turns": (answer("2.2", "2", "0"), "w is too small beside u"),
    "no bias returned": (answer("5", "2"), "Return 3 things"),
    "infinite": (answer("5", "float('inf')", "0"), "choose an ordinary number"),
    "a bias in an array": (answer("5", "2", "[0]"), "has shape (1,), expected ()"),
    "a text": (answer("'5'", "2", "0"), "should be numbers"),
    "printed": (
        """
def switch():
    print(5, 2, 0)
""",
        "prints its answer but returns nothing",
    ),
    "switches only after a pause": (
        answer("1.6", "1.3", "0"),
        "after pulses without a pause",
    ),
    "bias against the first pulse": (
        answer("5", "2", "-6"),
        "The bias b works against the pulse",
    ),
    "w too small, hidden by the bias": (answer("0.3", "3", "1"), "is not below -0.5"),
    "a complex weight": (
        answer("5", "2j", "0"),
        "complex",
    ),
}

RIGHT = {
    "large": answer("20.0", "4.0", "0.0"),
    "small, with a little bias": answer("4", "1.8", "0.05"),
    "an array": """
def switch():
    return np.array([3.5, 1.6, 0.0], dtype="float32")
""",
    "found by search": """
def switch():
    for u in np.arange(1.0, 3.0, 0.1):
        h = 1.0
        for _ in range(200):
            h = np.tanh(u * h)
        if h > 0.9:
            return 3 * u, u, 0
""",
    "whole numbers in a list": """
def switch():
    return [9, 3, 0]
""",
    "a search over both": """
def switch():
    for u in np.linspace(1, 3, 21):
        for w in np.linspace(1, 8, 36):
            h, right = 0.0, True
            for x in [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, -1, 1, 0, 0, 0, 0] * 3:
                h = np.tanh(w * x + u * h)
                wanted = x or wanted
                right = right and wanted * h > 0.7
            if right:
                return w, u, 0.0
""",
}
