"""Task 10: the share of exactly right answers, for each length."""

SOLUTION_CELL = "exact-match"

ANSWER = """
def exact_match(written, truth, lengths):
    right, count = {}, {}
    for a, b, length in zip(written, truth, lengths):
        right[length] = right.get(length, 0) + (a == b)
        count[length] = count.get(length, 0) + 1
    return {length: right[length] / count[length] for length in count}
"""
SHARE = "right[length] / count[length]"


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "numbers": (change(SHARE, "right[length]"), "these are numbers of right answers"),
    "divided by all": (change(SHARE, "right[length] / len(truth)"), "is divided by all answers"),
    "one share": (
        """
def exact_match(written, truth, lengths):
    return float(np.mean([a == b for a, b in zip(written, truth)]))
""",
        "it is the share over all answers",
    ),
    "wrong ones": (change("(a == b)", "(a != b)"), "these are the shares of wrong answers"),
    "characters": (
        change("(a == b)", "sum(x == y for x, y in zip(a, b)) / len(b)"),
        "the share of right characters",
    ),
    "dates": (
        change("(a == b)", "sum(map(str.__eq__, a.split(), b.split())) / length"),
        "the share of right dates",
    ),
    "spaces": (change("(a == b)", "(a.split() == b.split())"), "spaces are taken away"),
    "a beginning": (change("(a == b)", "b.startswith(a)"), "the truth begins with what was"),
    "only a beginning": (change("(a == b)", "a.startswith(b)"), "begins with the truth"),
    "the truth as a part": (change("(a == b)", "(b in a)"), "the truth occurs in what was written"),
    "anywhere in truth": (change("(a == b)", "(a in truth)"), "looked for among all of truth"),
    "spaces at the ends": (
        change("(a == b)", "(a.strip() == b.strip())"),
        "spaces at the ends are taken away",
    ),
    "spaces at the end": (
        change("(a == b)", "(a.rstrip() == b.rstrip())"),
        "spaces at the end are taken away",
    ),
    "dates, wherever they stand": (
        change("(a == b)", "sum(date in b.split() for date in a.split()) / length"),
        "wherever they stand",
    ),
    "up to this length": (
        """
def exact_match(written, truth, lengths):
    shares = {}
    for n in set(lengths):
        hits = [w == t for w, t, length in zip(written, truth, lengths) if length <= n]
        shares[n] = sum(hits) / len(hits)
    return shares
""",
        "all answers up to this length count",
    ),
    "from this length on": (
        """
def exact_match(written, truth, lengths):
    shares = {}
    for n in set(lengths):
        hits = [w == t for w, t, length in zip(written, truth, lengths) if length >= n]
        shares[n] = sum(hits) / len(hits)
    return shares
""",
        "all answers from this length on count",
    ),
    "lengths that do not occur": (
        change("for length in count}", "for length in range(1, max(lengths) + 1)}").replace(
            SHARE, "right.get(length, 0) / max(count.get(length, 0), 1)"
        ),
        "a length that does not occur has a share",
    ),
    "lengths that do not occur, as NaN": (
        """
def exact_match(written, truth, lengths):
    hits, lengths = np.array(written) == np.array(truth), np.array(lengths)
    return {n: hits[lengths == n].mean() for n in range(1, max(lengths) + 1)}
""",
        "has the share NaN",
    ),
    "a part": (change("(a == b)", "(a in b)"), "it is enough that"),
    "any order": (
        change("(a == b)", "(sorted(a.split()) == sorted(b.split()))"),
        "the order of the dates does not count",
    ),
    "as long": (change("(a == b)", "(len(a) == len(b))"), "only the length of the text"),
    "first date": (change("(a == b)", "(a[:10] == b[:10])"), "only the first ten characters"),
    "first date, however far": (
        change("(a == b)", "(a.split()[0] == b.split()[0])"),
        "only the first date is compared",
    ),
    "lengths without a hit": (
        change("for length in count}", "for length in count if right[length]}"),
        "a length with no right answer is left out",
    ),
    "by characters": (
        change("zip(written, truth, lengths)", "zip(written, truth, map(len, truth))"),
        "by the number of characters",
    ),
    "by what was written": (
        change(
            "zip(written, truth, lengths)",
            "zip(written, truth, (len(w.split()) for w in written))",
        ),
        "by how many dates were written",
    ),
    "percent": (change(SHARE, f"100 * {SHARE}"), "these are percentages"),
    "whole numbers": (change(SHARE, "right[length] // count[length]"), "// in place of /"),
    "the last": (
        """
def exact_match(written, truth, lengths):
    return {length: float(a == b) for a, b, length in zip(written, truth, lengths)}
""",
        "only the last answer of each length counts",
    ),
    "number of answers": (change(SHARE, "count[length]"), "the numbers of answers are returned"),
    "a list": (
        change("{length: " + SHARE, "[" + SHARE, "for length in count}", "for length in count]"),
        "listed without their lengths",
    ),
    "keys as texts": (change("{length: ", "{str(length): "), "the keys are texts"),
    "return in the loop": (
        change("    return {", "        return {"),
        "the keys differ",
    ),
    "lists compared": (
        """
def exact_match(written, truth, lengths):
    return {length: float(written == truth) for length in lengths}
""",
        "the whole lists are compared",
    ),
}

RIGHT = {
    "arrays": """
def exact_match(written, truth, lengths):
    hits = np.array([a == b for a, b in zip(written, truth)])
    lengths = np.array(lengths)
    return {int(n): hits[lengths == n].mean() for n in np.unique(lengths)}
""",
    "lists in a dictionary, with names that the tests use": """
def exact_match(written, truth, lengths):
    shares = {}
    for k in range(len(lengths)):
        shares.setdefault(lengths[k], []).append(written[k] == truth[k])
    return {total: sum(rows) / len(rows) for total, rows in shares.items()}
""",
    "counters": """
from collections import Counter

def exact_match(written, truth, lengths):
    every = Counter(lengths)
    right = Counter(n for w, t, n in zip(written, truth, lengths) if w == t)
    return {n: np.float32(right[n]) / every[n] for n in sorted(every)}
""",
}
