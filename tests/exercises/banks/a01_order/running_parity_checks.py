"""Task 8: after each bit, is the number of ones so far odd or even?"""

SOLUTION_CELL = "running-parity"

LOOP = """
def running_parity(bits):
    state = 0
    parities = []
    for bit in bits:
        state = (state + bit) % 2
        parities.append(state)
    return parities
"""


def change(old: str, new: str) -> str:
    assert LOOP.count(old) == 1
    return LOOP.replace(old, new)


WRONG = {
    "only the last": (change("return parities", "return state"), "only the last parity"),
    "a list of the last": (change("return parities", "return [state]"), "has 1 entry"),
    "counts": (change("(state + bit) % 2", "state + bit"), "it counts the ones"),
    "starts at one": (change("state = 0", "state = 1"), "does the state start at 0?"),
    "before each bit": (
        """
def running_parity(bits):
    state = 0
    parities = []
    for bit in bits:
        parities.append(state)
        state = (state + bit) % 2
    return parities
""",
        "it is the parity before each bit",
    ),
    "state not carried": (
        """
def running_parity(bits):
    parities = []
    for bit in bits:
        state = 0
        state = (state + bit) % 2
        parities.append(state)
    return parities
""",
        "the state is not carried",
    ),
    "a window of two": (
        """
def running_parity(bits):
    return [sum(bits[max(0, i - 1) : i + 1]) % 2 for i in range(len(bits))]
""",
        "the last two bits only",
    ),
    "a window of three": (
        """
def running_parity(bits):
    return [sum(bits[max(0, i - 2) : i + 1]) % 2 for i in range(len(bits))]
""",
        "the last three bits only",
    ),
    "a window of nine": (
        """
def running_parity(bits):
    return [sum(bits[max(0, i - 8) : i + 1]) % 2 for i in range(len(bits))]
""",
        "first difference is at index 9",
    ),
    "a window of twenty": (
        """
def running_parity(bits):
    return [sum(bits[max(0, i - 19) : i + 1]) % 2 for i in range(len(bits))]
""",
        "first difference is at index 20",
    ),
    "turns once": (
        change("(state + bit) % 2", "1 if state or bit else 0"),
        "a second one must turn it back",
    ),
    "reversed": (change("in bits:", "in bits[::-1]:"), "reversed order"),
    "starting state included": (
        change("parities = []", "parities = [state]"),
        "the starting state is in the list",
    ),
    "position": (
        """
def running_parity(bits):
    return [(i + 1) % 2 for i, bit in enumerate(bits)]
""",
        "whether the position is odd",
    ),
    "counts zeros": (change("state + bit", "state + 1 - bit"), "it counts the zeros"),
    "state never set": (
        """
def running_parity(bits):
    parities = []
    for bit in bits:
        state = (state + bit) % 2
        parities.append(state)
    return parities
""",
        "used before it has a value",
    ),
    "a text": (
        """
def running_parity(bits):
    state, text = 0, ""
    for bit in bits:
        state ^= bit
        text += str(state)
    return text
""",
        "should be a list, and it is a text",
    ),
    "odd and even": (
        change("parities.append(state)", "parities.append('odd' if state else 'even')"),
        "first difference is at index 0",
    ),
    "changes its input": (
        """
def running_parity(bits):
    for i in range(1, len(bits)):
        bits[i] = (bits[i] + bits[i - 1]) % 2
    return bits
""",
        "changed its input `bits` in place",
    ),
    "printed": (
        change("    return parities", "    print(parities)"),
        "prints its answer but returns nothing",
    ),
    "never ends": (
        """
def running_parity(bits):
    state, parities, i = 0, [], 0
    while i < len(bits):
        state = (state + bits[i]) % 2
        parities.append(state) if len(parities) < 100 else None
    return parities
""",
        "Does a loop never end?",
    ),
}

RIGHT = {
    "exclusive or": """
def running_parity(bits):
    odd, result = 0, []
    for b in bits:
        odd ^= b
        result.append(odd)
    return result
""",
    "cumulative sum": """
def running_parity(bits):
    return np.cumsum(np.array(bits, dtype=int)) % 2
""",
    "truth values": """
def running_parity(sequence):
    odd = False
    answer = []
    for bit in sequence:
        if bit == 1:
            odd = not odd
        answer.append(int(odd))
    return tuple(answer)
""",
    "accumulate": """
from itertools import accumulate
from operator import xor

def running_parity(bits):
    return list(accumulate(bits, xor))
""",
}
