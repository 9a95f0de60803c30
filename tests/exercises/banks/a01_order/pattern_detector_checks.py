"""Task 7: a kernel and a bias that detect one pattern of zeros and ones, and nothing else."""

SOLUTION_CELL = "pattern-detector"


def answer(kernel: str, bias: str) -> str:
    return f"""
def pattern_detector(pattern):
    pattern = np.array(pattern)
    kernel = {kernel}
    bias = {bias}
    return kernel, bias
"""


WRONG = {
    "the pattern as kernel": (
        answer("pattern", "0.5 - pattern.sum()"),
        "a one in place of a zero goes unpunished",
    ),
    "the pattern as kernel, without bias": (
        answer("pattern", "0"),
        "also fires on",
    ),
    "no bias": (
        answer("2 * pattern - 1", "0"),
        "only resemble the pattern",
    ),
    "bias of the wrong sign": (
        answer("2 * pattern - 1", "pattern.sum() - 0.5"),
        "the bias is too high",
    ),
    "exactly zero": (
        answer("2 * pattern - 1", "-pattern.sum()"),
        "The bias is too low",
    ),
    "bias from the length": (
        answer("2 * pattern - 1", "0.5 - len(pattern)"),
        "The bias is too low",
    ),
    "one short": (
        answer("2 * pattern - 1", "1.5 - pattern.sum()"),
        "only resemble the pattern",
    ),
    "reversed": (
        answer("(2 * pattern - 1)[::-1]", "0.5 - pattern.sum()"),
        "reversed order",
    ),
    "zeros and ones exchanged": (
        answer("1 - 2 * pattern", "0.5 - (1 - pattern).sum()"),
        "opposite of the pattern",
    ),
    "sign": (
        answer("1 - 2 * pattern", "pattern.sum() - 0.5"),
        "The sign is wrong",
    ),
    "always": (answer("pattern", "100"), "always fires"),
    "only the kernel": (
        """
def pattern_detector(pattern):
    return np.where(np.array(pattern) == 1, 1, -1)
""",
        "Return 2 things",
    ),
    "kernel in Conv1D's shape": (
        answer("(2 * pattern - 1).reshape(-1, 1, 1)", "0.5 - pattern.sum()"),
        "has shape (4, 1, 1), expected (4,)",
    ),
    "a bias for each step": (
        answer("2 * pattern - 1", "0.5 - pattern"),
        "the bias has shape (4,)",
    ),
    "fixed to the example": (
        """
def pattern_detector(pattern):
    return [1, 1, -1, 1], -2.5
""",
        "expected (3,)",
    ),
    "division by the number of ones": (
        answer("np.where(pattern == 1, 1 / pattern.sum(), -1)", "-1 + 0.5 / pattern.sum()"),
        "infinity",
    ),
    "the zeros as kernel": (
        answer("pattern - 1", "0.5"),
        "a zero in place of a one goes unpunished",
    ),
    "only with a one in the pattern": (
        answer("2 * pattern - 1", "0.5 - max(1, pattern.sum())"),
        "The bias is too low",
    ),
    "only with a zero in the pattern": (
        answer("2 * pattern - 1", "0.5 - min(len(pattern) - 1, pattern.sum())"),
        "the bias is too high",
    ),
    "always the same window": (
        answer("np.ones(len(pattern))", "0.5 - len(pattern)"),
        "fires on",
    ),
    "one step late": (
        answer("np.roll(2 * pattern - 1, 1)", "0.5 - pattern.sum()"),
        "misses the pattern and fires on",
    ),
    "no more than five steps": (
        """
def pattern_detector(pattern):
    kernel = [0.0] * len(pattern)
    for i, bit in enumerate(pattern[:5]):
        kernel[i] = 1.0 if bit else -1.0
    return kernel, 0.5 - sum(pattern[:5])
""",
        "also fires on",
    ),
    "no more than seven steps": (
        """
def pattern_detector(pattern):
    kernel = np.zeros(len(pattern))
    kernel[:7] = 2 * np.array(pattern[:7]) - 1
    return kernel, 0.5 - sum(pattern[:7])
""",
        "also fires on",
    ),
}

RIGHT = {
    "lists": """
def pattern_detector(pattern):
    kernel = [1 if bit == 1 else -1 for bit in pattern]
    return kernel, -(pattern.count(1)) + 0.5
""",
    "larger weights": """
def pattern_detector(pattern):
    signs = 2 * np.array(pattern, dtype="float32") - 1
    threshold = 10 * np.sum(pattern)
    return 10 * signs, -threshold + 1
""",
    "the zeros weigh more": """
def pattern_detector(pattern):
    weights = [1.0 if bit else -100.0 for bit in pattern]
    best = sum(w * bit for w, bit in zip(weights, pattern))
    return np.array(weights), np.array(-(best - 0.25))
""",
    "whole numbers": """
def pattern_detector(pattern):
    kernel = np.array([2 * (2 * bit - 1) for bit in pattern])
    bias = 1 - 2 * sum(pattern)
    return [kernel, bias]
""",
    "thirds": """
def pattern_detector(pattern):
    kernel = [(1 if bit else -1) / 3 for bit in pattern]
    return kernel, (1 - sum(pattern)) / 3
""",
    "tenths": """
def pattern_detector(pattern):
    kernel = 0.1 * np.where(np.array(pattern) == 1, 1, -1)
    return kernel, 0.1 - sum(kernel[kernel > 0])
""",
    "found by an update rule": """
from itertools import product

def pattern_detector(pattern):
    kernel, bias, changed = np.zeros(len(pattern)), 0.0, True
    while changed:
        changed = False
        for window in product([0, 1], repeat=len(pattern)):
            sign = 1 if list(window) == list(pattern) else -1
            if sign * (kernel @ window + bias) <= 0:
                kernel, bias, changed = kernel + sign * np.array(window), bias + sign, True
    return kernel, bias
""",
}
