"""Task 3: one merge of byte pairs."""

SOLUTION_CELL = "merge-once"

MERGE = """new, i = [], 0
        while i < len(symbols):
            if symbols[i : i + 2] == best:
                new.append(symbols[i] + symbols[i + 1])
                i += 2
            else:
                new.append(symbols[i])
                i += 1"""


def answer(
    pairs: str = "list(zip(symbols, symbols[1:]))",
    amount: str = "count",
    best: str = "max(counts, key=counts.get)",
    merge: str = MERGE,
    keep: str = "merged[tuple(new)] = count",
    start: str = "{}",
    end: str = "return best, merged",
    none: str = "return None, words",
) -> str:
    return f"""
def merge_once(words):
    counts = {{}}
    for symbols, count in words.items():
        for pair in {pairs}:
            counts[pair] = counts.get(pair, 0) + {amount}
    if not counts:
        {none}
    best = {best}
    merged = {start}
    for symbols, count in words.items():
        {merge}
        {keep}
    {end}
"""


WRONG = {
    "words count once": (answer(amount="1"), "every word counts once"),
    "pairs of a word count once": (
        answer(pairs="dict.fromkeys(zip(symbols, symbols[1:]))"),
        "a pair that a word has twice is counted once",
    ),
    "counted without overlap": (
        """
import re

def merge_once(words):
    counts = {}
    for symbols, count in words.items():
        last = None
        for i, pair in enumerate(zip(symbols, symbols[1:])):
            if last == (i - 1, pair) and pair[0] == pair[1]:
                last = None
                continue
            last = (i, pair)
            counts[pair] = counts.get(pair, 0) + count
    if not counts:
        return None, words
    best = max(counts, key=counts.get)
    merged = {}
    for symbols, count in words.items():
        MERGE
        merged[tuple(new)] = count
    return best, merged
""".replace("MERGE", MERGE),
        "counted without overlap",
    ),
    "one stream of all words": (
        """
def merge_once(words):
    stream = [s for word in words for s in word]
    counts = {}
    for pair in zip(stream, stream[1:]):
        counts[pair] = counts.get(pair, 0) + 1
    best = max(counts, key=counts.get)
    return best, words
""",
        "every word counts once",
    ),
    "last of equals": (
        answer(best="max(reversed(counts), key=counts.get)"),
        "the last that is met is taken",
    ),
    "first of the alphabet": (
        answer(best="min(counts, key=lambda pair: (-counts[pair], pair))"),
        "the first of the alphabet is taken",
    ),
    "last of the alphabet": (
        answer(best="max(counts, key=lambda pair: (counts[pair], pair))"),
        "the last of the alphabet is taken",
    ),
    "rarest": (answer(best="min(counts, key=counts.get)"), "it is the rarest pair"),
    "largest key": (answer(best="max(counts)"), "`max(counts)` compares the pairs"),
    "joined pair": (answer(end="return ''.join(best), merged"), "the merged symbol, one text"),
    "pair with a space": (answer(end="return ' '.join(best), merged"), "one text with a space"),
    "pair and count": (
        answer(end="return (best, counts[best]), merged"),
        "it is the pair with its count",
    ),
    "pair exchanged": (answer(end="return best[::-1], merged"), "are exchanged"),
    "not neighbours": (
        answer(pairs="[(a, b) for i, a in enumerate(symbols) for b in symbols[i + 1 :]]"),
        "a pair stands side by side",
    ),
    "letters counted": (
        answer(pairs="list(zip(''.join(symbols), ''.join(symbols)[1:]))"),
        "parted into letters",
    ),
    "most frequent word": (
        """
def merge_once(words):
    word = max(words, key=words.get)
    best = word[:2]
    return best, words
""",
        "the word that occurs most often",
    ),
    "first place only": (
        answer(
            merge="""new = list(symbols)
        for i in range(len(symbols) - 1):
            if symbols[i : i + 2] == best:
                new[i : i + 2] = [best[0] + best[1]]
                break"""
        ),
        "only the first place in each word",
    ),
    "from the right": (
        answer(
            merge="""new = list(symbols)
        i = len(new) - 2
        while i >= 0:
            if tuple(new[i : i + 2]) == best:
                new[i : i + 2] = ["".join(best)]
                i -= 1
            i -= 1"""
        ),
        "from right to left",
    ),
    "overlapping": (
        answer(
            merge="""new = []
        for i, s in enumerate(symbols):
            if symbols[i : i + 2] == best:
                new.append("".join(best))
            elif i == 0 or symbols[i - 1 : i + 1] != best:
                new.append(s)"""
        ),
        "the merges overlap",
    ),
    "text replaced": (
        answer(merge='new = " ".join(symbols).replace(" ".join(best), "".join(best)).split()'),
        "Compare whole symbols",
    ),
    "nothing merged": (answer(merge="new = symbols"), "nothing is merged"),
    "new symbol with a space": (
        answer(merge=MERGE.replace("symbols[i] + symbols[i + 1]", '" ".join(best)')),
        "the new symbol has a space",
    ),
    "new symbol a tuple": (
        answer(merge=MERGE.replace("symbols[i] + symbols[i + 1]", "best")),
        "the new symbol is a tuple",
    ),
    "halves exchanged": (
        answer(merge=MERGE.replace("symbols[i] + symbols[i + 1]", "symbols[i + 1] + symbols[i]")),
        "the right one before the left one",
    ),
    "other words lost": (
        answer(keep="if len(new) < len(symbols): merged[tuple(new)] = count"),
        "the words without this pair are lost",
    ),
    "old words kept": (answer(start="dict(words)"), "the old words are still there"),
    "first word only": (
        answer(
            keep="""merged[tuple(new)] = count
        if len(new) < len(symbols):
            merged |= {k: n for k, n in words.items() if list(words).index(k) > len(merged) - 1}
            break"""
        ),
        "only the first word that has the pair",
    ),
    "counts lost": (answer(keep="merged[tuple(new)] = 1"), "every word has the count 1"),
    "joined words": (
        answer(keep='merged[" ".join(new)] = count'),
        "The keys of the words are texts",
    ),
    "lists as keys": (answer(keep="merged[new] = count"), "make a tuple"),
    "changes the words": (
        answer(start="words", keep="if len(new) < len(symbols): merged[tuple(new)] = count"),
        "A dictionary must not change while a loop goes through it",
    ),
    "changes the words, over a copy": (
        answer(
            start="words",
            keep="del merged[symbols]; merged[tuple(new)] = count",
        ).replace("in words.items():\n        new", "in list(words.items()):\n        new"),
        "changed its input `words` in place",
    ),
    "words first": (answer(end="return merged, best"), "The words come first"),
    "words alone": (answer(end="return merged"), "Return 2 things"),
    "no pair not thought of": (answer(none="pass"), "Where no word has two symbols left"),
    "an empty pair": (answer(none="return (), words"), "The pair where no pair is left"),
    "by the package": (
        """
from course_utils.preprocessing.text import merge_pair, pair_counts

def merge_once(words):
    counts = pair_counts(words)
    if not counts:
        return None, words
    best = max(counts, key=counts.get)
    return best, {merge_pair(symbols, best): count for symbols, count in words.items()}
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "a Counter, and pieces popped from the left": """
from collections import Counter, deque

def merge_once(words):
    counts = Counter()
    for symbols in words:
        for i in range(1, len(symbols)):
            counts[symbols[i - 1], symbols[i]] += words[symbols]
    if len(counts) == 0:
        return None, dict(words)
    [(pair, _)] = counts.most_common(1)
    result = {}
    for symbols in words:
        rest, done = deque(symbols), []
        while rest:
            piece = rest.popleft()
            if rest and (piece, rest[0]) == pair:
                piece += rest.popleft()
            done.append(piece)
        result[tuple(done)] = words[symbols]
    return pair, result
""",
    "in place in a list, and a list for the pair": """
def merge_once(words):
    pairs = []
    for symbols, count in words.items():
        for left, right in zip(symbols, symbols[1:]):
            for known in pairs:
                if known[:2] == [left, right]:
                    known[2] += count
                    break
            else:
                pairs.append([left, right, count])
    if not pairs:
        return None, words
    best = pairs[0]
    for pair in pairs:
        if pair[2] > best[2]:
            best = pair
    left, right, _ = best
    result = {}
    for symbols, count in words.items():
        new, i = list(symbols), 0
        while i < len(new) - 1:
            if new[i] == left and new[i + 1] == right:
                new[i : i + 2] = [left + right]
            i += 1
        result[tuple(new)] = count
    return [left, right], result
""",
    "a text with marks around every symbol": """
import re

def merge_once(words):
    counts = {}
    for symbols, count in words.items():
        for pair in zip(symbols, symbols[1:]):
            counts[pair] = counts.get(pair, 0) + count
    if not counts:
        return (None, words)
    best = max(counts, key=lambda pair: counts[pair])
    pattern = r"(?<!\\S)" + re.escape(" ".join(best)) + r"(?!\\S)"
    join = lambda symbols: tuple(re.sub(pattern, "".join(best), " ".join(symbols)).split())
    return best, {join(symbols): count for symbols, count in words.items()}
""",
}
