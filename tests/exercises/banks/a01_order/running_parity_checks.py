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
    "last bit left out": (
        change("in bits:", "in bits[:-1]:"),
        "the last bit is left out",
    ),
    "first bit left out": (
        change("in bits:", "in bits[1:]:"),
        "the first bit is left out",
    ),
    "first bit not counted": (
        """
def running_parity(bits):
    parities = [0] * len(bits)
    for i in range(1, len(bits)):
        parities[i] = (parities[i - 1] + bits[i]) % 2
    return parities
""",
        "the first bit is left out of the count",
    ),
    "first bit apart, even where there is none": (
        """
def running_parity(bits):
    parities = [bits[0]]
    for bit in bits[1:]:
        parities.append(parities[-1] ^ bit)
    return parities
""",
        "An index runs past the end",
    ),
    "carried on to the next call": (
        """
state = 0

def running_parity(bits):
    global state
    parities = []
    for bit in bits:
        state = (state + bit) % 2
        parities.append(state)
    return parities
""",
        "the state of the call before goes on",
    ),
    "only for few ones": (
        """
def running_parity(bits):
    odd = {1, 3, 5, 7, 9, 11, 13, 15}
    return [int(sum(bits[: i + 1]) in odd) for i in range(len(bits))]
""",
        "first difference is at index",
    ),
    "counts in 7 bits": (
        """
def running_parity(bits):
    return (np.minimum(np.cumsum(np.array(bits, dtype=int)), 127) % 2).tolist()
""",
        "first difference is at index",
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
    "a generator": """
def running_parity(bits):
    state = 0
    for bit in bits:
        state = abs(state - bit)
        yield state
""",
    "a product of signs": """
def running_parity(bits):
    signs = np.cumprod(1 - 2 * np.array(bits, dtype=int))
    return [0 if sign == 1 else 1 for sign in signs]
""",
    "NumPy's logical_xor": """
def running_parity(bits):
    return np.logical_xor.accumulate(np.array(bits, dtype=bool))
""",
}
