"""Task 7: the first and the last input that each output sees."""

SOLUTION_CELL = "cone"


def answer(
    pair: str = "(int(seen[0]), int(seen[-1]))",
    seen: str = "np.flatnonzero(row > tolerance)",
    nothing: str = "None",
    rows: str = "influence",
    end: str = "return pairs",
) -> str:
    return f"""
def cone(influence, tolerance=0.0):
    pairs = []
    for t, row in enumerate({rows}):
        seen = {seen}
        pairs.append({pair} if len(seen) else {nothing})
    {end}
"""


WRONG = {
    "outputs and inputs exchanged": (answer(rows="influence.T"), "a row belongs to an output"),
    "equal to the tolerance": (
        answer(seen="np.flatnonzero(row >= tolerance)"),
        "an influence equal to the tolerance is counted",
    ),
    "tolerance forgotten": (answer(seen="np.flatnonzero(row)"), "the tolerance is not used"),
    "a part of the largest": (
        answer(seen="np.flatnonzero(row > tolerance * influence.max())"),
        "a part of the largest influence",
    ),
    "a part of the row's largest": (
        answer(seen="np.flatnonzero(row > tolerance * row.max())"),
        "a part of the row's largest influence",
    ),
    "from 1": (answer(pair="(int(seen[0]) + 1, int(seen[-1]) + 1)"), "counted from 1"),
    "as a range": (
        answer(pair="(int(seen[0]), int(seen[-1]) + 1)"),
        "the second number is the step after the last one",
    ),
    "number of inputs": (
        answer(pair="(int(seen[0]), len(seen))"),
        "the second number is how many inputs are seen",
    ),
    "reach": (
        answer(pair="(int(seen[0]), int(seen[-1] - seen[0]))"),
        "how far the pair reaches",
    ),
    "stops at a gap": (
        answer(
            seen="[s for s in range(len(row)) if row[s] > tolerance and "
            "(row[np.flatnonzero(row > tolerance)[0] : s + 1] > tolerance).all()]"
        ),
        "the row ends at the first input that is not seen",
    ),
    "last first": (answer(pair="(int(seen[-1]), int(seen[0]))"), "last and first are exchanged"),
    "all that are seen": (
        answer(pair="seen.tolist()"),
        "all inputs that are seen are listed",
    ),
    "values": (
        answer(pair="(row[seen].min(), row[seen].max())"),
        "these are the smallest and the largest influence",
    ),
    "inputs of the extremes": (
        answer(pair="(int(seen[row[seen].argmin()]), int(row.argmax()))"),
        "these are the inputs of the smallest and the largest influence",
    ),
    "from the largest": (
        answer(pair="(int(row.argmax()), int(seen[-1]))"),
        "the first number is the input of the largest influence",
    ),
    "(0, 0) for nothing": (answer(nothing="(0, 0)"), "which says that it sees input 0"),
    "argmax": (
        """
def cone(influence, tolerance=0.0):
    seen = influence > tolerance
    last = seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    return list(zip(seen.argmax(axis=1), last))
""",
        "the argmax of nothing but False is 0",
    ),
    "(-1, -1) for nothing": (answer(nothing="(-1, -1)"), "gets (-1, -1); give None"),
    "(None, None) for nothing": (answer(nothing="(None, None)"), "give None alone"),
    "an empty pair for nothing": (answer(nothing="()"), "gets an empty pair"),
    "nothing left out": (
        answer(end="return [pair for pair in pairs if pair is not None]"),
        "an output that sees nothing is left out",
    ),
    "nothing forgotten": (
        """
def cone(influence, tolerance=0.0):
    return [(np.flatnonzero(row > tolerance)[0], np.flatnonzero(row > tolerance)[-1])
            for row in influence]
""",
        "An output may see nothing",
    ),
    "nothing forgotten, with min and max": (
        """
def cone(influence, tolerance=0.0):
    return [(min(seen), max(seen)) for row in influence
            for seen in [[s for s in range(len(row)) if row[s] > tolerance]]]
""",
        "An output may see nothing",
    ),
    "nothing forgotten, with index": (
        """
def cone(influence, tolerance=0.0):
    rows = [[bool(size > tolerance) for size in row] for row in influence]
    return [(row.index(True), len(row) - 1 - row[::-1].index(True)) for row in rows]
""",
        "An output may see nothing",
    ),
    "nothing forgotten, with NumPy's min and max": (
        """
def cone(influence, tolerance=0.0):
    rows = [np.flatnonzero(row > tolerance) for row in influence]
    return [(seen.min(), seen.max()) for seen in rows]
""",
        "An output may see nothing",
    ),
    "seen.any()": (
        answer().replace("if len(seen)", "if seen.any()"),
        "`seen.any()` is False where `seen` holds nothing but a 0",
    ),
    "if first": (
        """
def cone(influence, tolerance=0.0):
    pairs = []
    for row in influence:
        first = last = None
        for step, size in enumerate(row):
            if size > tolerance:
                first = step if first is None else first
                last = step
        pairs.append((first, last) if first else None)
    return pairs
""",
        "an output whose first input is step 0 gets None",
    ),
    "last input left out": (
        answer(seen="[s for s in range(len(row) - 1) if row[s] > tolerance]"),
        "the last input is left out",
    ),
    "return inside the loop": (
        answer(end="    return pairs[0]"),
        "does the function return inside the loop?",
    ),
    "list of one, inside the loop": (
        answer(end="    return pairs"),
        "does the function return inside the loop?",
    ),
    "offsets": (
        answer(pair="(int(seen[0]) - t, int(seen[-1]) - t)"),
        "these are the offsets from the output's own step",
    ),
    "only the past": (
        answer(pair="(int(seen[0]), min(int(seen[-1]), t))"),
        "no output may see past its own step here",
    ),
    "text": (answer(nothing="'nothing'"), "the cone"),
    "nan": (answer(nothing="float('nan')"), "the cone"),
    "changes the influence": (
        answer(seen="np.flatnonzero(row > tolerance)").replace(
            "    pairs = []", "    influence[influence <= tolerance] = 0\n    pairs = []"
        ),
        "changed its input `influence` in place",
    ),
    "the package's answer": (
        """
def cone(influence, tolerance=0.0):
    from course_utils import wiring

    return wiring.cone(influence, tolerance)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "number by number": """
def cone(influence, tolerance=0.0):
    result = []
    for row in influence:
        first = last = None
        for step, size in enumerate(row):
            if size > tolerance:
                first = step if first is None else first
                last = step
        result.append(None if first is None else (first, last))
    return result
""",
    "argmax from both ends": """
def cone(influence, tolerance=0.0):
    seen = np.asarray(influence) > tolerance
    first, last = seen.argmax(1), seen.shape[1] - 1 - seen[:, ::-1].argmax(1)
    return [(a, b) if any_ else None for a, b, any_ in zip(first, last, seen.any(1))]
""",
    "lists as pairs, with names that the tests use": """
def right(row, tolerance):
    table = [k for k, size in enumerate(row) if not size <= tolerance]
    return [min(table), max(table)] if table else None

def cone(influence, tolerance=0.0):
    return tuple(right(row, tolerance) for row in influence.tolist())
""",
}
