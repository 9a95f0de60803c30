"""Task 8: a split in time, without windows that touch two parts."""

SOLUTION_CELL = "split-in-time"


def answer(
    inside: str = "low <= start and start + span <= high",
    what: str = "i",
    end: str = "return parts",
    edges: str = "zip([-np.inf, *borders], [*borders, np.inf])",
) -> str:
    return f"""
def split_in_time(starts, span, borders):
    parts = []
    for low, high in {edges}:
        parts.append([{what} for i, start in enumerate(starts) if {inside}])
    {end}
"""


WRONG = {
    "by the start": (answer("low <= start < high"), "the part in which it begins"),
    "by the end": (answer("low <= start + span - 1 < high"), "the part in which it ends"),
    "by the step behind": (
        answer("low <= start + span < high"),
        "in which the step behind it lies",
    ),
    "just fits, dropped": (
        answer("low <= start and start + span < high"),
        "a window that just fits is dropped",
    ),
    "touches, kept": (
        answer("low <= start and start + span - 1 <= high"),
        "a window that touches the border's step is kept",
    ),
    "begins at the border, dropped": (
        answer("low < start and start + span <= high"),
        "a window that begins at the border is dropped",
    ),
    "border before": (
        answer("low < start <= high"),
        "a window that begins at the border belongs to the part before",
    ),
    "border's step before": (
        answer("low < start and start + span - 1 <= high"),
        "the step of the border counts for the part before",
    ),
    "both sides cleared": (
        answer("(low == -np.inf or start >= low + span) and start + span <= high"),
        "both sides of a border are cleared",
    ),
    "behind the border": (
        answer("(low == -np.inf or start >= low + span) and start < high"),
        "in place of those that reach across it",
    ),
    "first border alone": (
        answer("low <= start and (start + span if high == borders[0] else start + 1) <= high"),
        "at the first border alone",
    ),
    "places": (
        answer("low <= i and i + span <= high"),
        "the places in the list are compared with the borders; compare",
    ),
    "places, nothing dropped": (answer("low <= i < high"), "and nothing is dropped"),
    "starts": (answer(what="start"), "it is the starts; the indices"),
    "sorted starts": (
        answer(end="return [sorted(starts[i] for i in part) for part in parts]"),
        "it is the starts, in order",
    ),
    "in order of the starts": (
        answer(end="return [sorted(part, key=lambda i: starts[i]) for part in parts]"),
        "the indices stand in the order of the starts",
    ),
    "indices of the sorted": (
        answer().replace("enumerate(starts)", "enumerate(sorted(starts))"),
        "the indices are those of the sorted starts",
    ),
    "cut where as many are": (
        """
def split_in_time(starts, span, borders):
    cuts = [0, *(sum(s < border for s in starts) for border in borders), len(starts)]
    return [list(range(a, b)) for a, b in zip(cuts, cuts[1:])]
""",
        "`starts` is in no order",
    ),
    "last part missing": (
        answer(edges="zip([-np.inf, *borders], borders)"),
        "the last part is missing",
    ),
    "closed at the last start": (
        answer(edges="zip([-np.inf, *borders], [*borders, max(starts)])"),
        "the last part ends at the last start",
    ),
    "closed behind the last start": (
        answer(edges="zip([0, *borders], [*borders, max(starts) + 1])"),
        "the last part ends one step behind the last start",
    ),
    "last start dropped": (
        answer(
            "low <= start and start + span <= high and start < max(starts)",
        ),
        "the window with the last start is dropped",
    ),
    "first part missing": (
        answer(edges="zip(borders, [*borders[1:], np.inf])"),
        "the first part is missing",
    ),
    "part behind the last border": (
        """
def split_in_time(starts, span, borders):
    parts = [[i for i, s in enumerate(starts) if s + span <= borders[0]]]
    for k in range(len(borders)):
        parts.append(
            [i for i, s in enumerate(starts) if borders[k] <= s and s + span <= borders[k + 1]]
        )
    return parts
""",
        "The last part has no border behind it",
    ),
    "latest first": (answer(end="return parts[::-1]"), "the earliest comes first"),
    "empty parts left out": (
        answer(end="return [part for part in parts if part]"),
        "parts without windows are left out",
    ),
    "a part of the dropped": (
        answer(
            end="kept = sum(parts, [])\n"
            "    return [*parts, [i for i in range(len(starts)) if i not in kept]]"
        ),
        "returned as a part of their own",
    ),
    "earlier ones as well": (
        answer("start + span <= high"),
        "windows from earlier parts are in the later ones",
    ),
    "from 1": (answer(what="i + 1"), "the indices count from 1"),
    "two parts": (answer(end="return parts[0], sum(parts[1:], [])"), "one more than borders"),
    "one flat list": (answer(end="return sum(parts, [])"), "parts"),
    "a dictionary": (answer(end="return dict(enumerate(parts))"), "should be a list"),
    "masks": (
        answer(end="return [[i in part for i in range(len(starts))] for part in parts]"),
        "part 0",
    ),
    "sorted in place": (
        answer().replace("parts = []", "parts = []\n    starts.sort()"),
        "changed its input `starts` in place",
    ),
    "by the package": (
        """
from course_utils.preprocessing.splits import in_time

def split_in_time(starts, span, borders):
    return in_time(starts, (0.5, 0.25, 0.25), gap=span)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "a part for the first step and one for the last": """
def split_in_time(starts, span, borders):
    def part_of(step):
        return sum(step >= border for border in borders)

    parts = [[] for _ in range(len(borders) + 1)]
    for index, start in enumerate(starts):
        if part_of(start) == part_of(start + span - 1):
            parts[part_of(start)].append(index)
    return parts
""",
    "arrays": """
def split_in_time(starts, span, borders):
    first = np.searchsorted(borders, starts, side="right")
    last = np.searchsorted(borders, np.array(starts) + span - 1, side="right")
    return [
        np.flatnonzero((first == k) & (last == k)) for k in range(len(borders) + 1)
    ]
""",
    "all steps of a window": """
def split_in_time(starts, span, borders):
    parts = []
    edges = [min(starts)] + list(borders) + [max(starts) + span]
    for k in range(len(edges) - 1):
        steps = set(range(edges[k], edges[k + 1]))
        part = ()
        for i in range(len(starts)):
            if set(range(starts[i], starts[i] + span)) <= steps:
                part += (i,)
        parts.append(part)
    return tuple(parts)
""",
    "ruled out at every border": """
def split_in_time(starts, span, borders):
    good = list(range(len(starts)))
    for border in borders:
        good = [i for i in good if not starts[i] < border < starts[i] + span]
    parts = [[i for i in good if starts[i] < borders[0]]]
    for k, border in enumerate(borders):
        later = [i for i in good if starts[i] >= border]
        if k + 1 < len(borders):
            later = [i for i in later if starts[i] < borders[k + 1]]
        parts.append(later)
    return parts
""",
}
