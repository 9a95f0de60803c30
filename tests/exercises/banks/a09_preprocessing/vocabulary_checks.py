"""Task 1: the ids of the words of the training part."""

SOLUTION_CELL = "vocabulary"


def answer(
    order: str = "sorted(counts, key=lambda word: (-counts[word], word))",
    words: str = "[word for text in texts for word in text]",
    cut: str = "[: size - 2]",
    first: str = "2",
    end: str = "return {word: number for number, word in enumerate(order, first)}",
) -> str:
    return f"""
from collections import Counter

def vocabulary(texts, size):
    counts = Counter({words})
    order = {order}
    order = order{cut}
    first = {first}
    {end}
"""


WRONG = {
    "from 0": (answer(first="0"), "the numbers start at 0; 0 is padding"),
    "from 0, size words": (answer(first="0", cut="[:size]"), "there are `size` words besides"),
    "from 1": (answer(first="1"), "the numbers start at 1, which is the unknown word"),
    "from 1, as many as fit": (
        answer(first="1", cut="[: size - 1]"),
        "the numbers start at 1, and there are `size` - 1 words",
    ),
    "from 3": (answer(first="3"), "the numbers start at 3"),
    "size words": (answer(cut="[:size]"), "there are `size` words; padding"),
    "one word too many": (answer(cut="[: size - 1]"), "one word too many"),
    "one word too few": (answer(cut="[: max(size - 3, 0)]"), "one word too few"),
    "no limit": (answer(cut=""), "size is not looked at"),
    "ties as they appear": (
        answer(order="[word for word, _ in counts.most_common()]"),
        "stands first what appeared first",
    ),
    "most_common with a number": (
        answer(order="[word for word, _ in counts.most_common(size - 2)]", cut=""),
        "stands first what appeared first",
    ),
    "ties from Z to A": (
        answer(order="sorted(counts, key=lambda word: (counts[word], word), reverse=True)"),
        "the last of the alphabet stands first",
    ),
    "rarest first": (
        answer(order="sorted(counts, key=lambda word: (counts[word], word))"),
        "the rarest word stands first",
    ),
    "alphabet alone": (answer(order="sorted(counts)"), "in the order of the alphabet alone"),
    "as they appear": (answer(order="list(counts)"), "in the order in which they first appear"),
    "cut before sorting": (
        answer(
            order="sorted(list(counts)[: size - 2], key=lambda word: (-counts[word], word))", cut=""
        ),
        "cut off before they were sorted",
    ),
    "alphabet after the cut": (
        answer(end="return {word: i for i, word in enumerate(sorted(order), 2)}"),
        "numbered in the order of the alphabet",
    ),
    "each text counts once": (
        answer(words="[word for text in texts for word in set(text)]"),
        "each text counts a word once",
    ),
    "counts": (
        answer(end="return {word: counts[word] for word in order}"),
        "it holds how often each word occurs",
    ),
    "all counts": (answer(end="return dict(counts)"), "it holds how often each word occurs"),
    "one number for equals": (
        answer(
            end="levels = sorted(set(counts.values()), reverse=True)\n"
            "    return {word: levels.index(counts[word]) + 2 for word in order}"
        ),
        "share a number",
    ),
    "only the first text": (answer(words="texts[0] if texts else []"), "only the first text"),
    "counting starts afresh": (
        """
from collections import Counter

def vocabulary(texts, size):
    counts = {}
    for text in texts:
        counts = Counter(text)
    order = sorted(counts, key=lambda word: (-counts[word], word))[: size - 2]
    return {word: i + 2 for i, word in enumerate(order)}
""",
        "only the last text is read",
    ),
    "last text left out": (
        answer(words="[word for text in texts[:-1] for word in text]"),
        "the last text is left out",
    ),
    "rare words dropped": (
        answer(order="[w for w in sorted(counts, key=lambda w: (-counts[w], w)) if counts[w] > 1]"),
        "words that occur once are left out",
    ),
    "characters": (
        answer(words="''.join(word for text in texts for word in text)"),
        "it is characters that are counted",
    ),
    "padding and unknown in it": (
        answer(end="return {'[PAD]': 0, '[UNK]': 1} | {w: i for i, w in enumerate(order, first)}"),
        "Leave them out of the dictionary",
    ),
    "exchanged": (
        answer(end="return dict(enumerate(order, first))"),
        "keys and values are exchanged",
    ),
    "a list": (answer(end="return order"), "should be a dictionary"),
    "pairs": (answer(end="return list(zip(order, range(2, size)))"), "should be a dictionary"),
    "counts kept between calls": (
        """
def vocabulary(texts, size, counts={}):
    counts = counts if not texts else counts.clear() or counts
    for text in texts:
        for word in text:
            counts[word] = counts.get(word, 0) + 1
    order = sorted(counts, key=lambda word: (-counts[word], word))[: size - 2]
    return {word: i + 2 for i, word in enumerate(order)}
""",
        "The words of the call before are still in it",
    ),
    "by the package": (
        """
from course_utils.preprocessing.text import Vocabulary

def vocabulary(texts, size):
    return {t: i for i, t in enumerate(Vocabulary.build(texts, size=size).tokens) if i > 1}
""",
        "Write this one by hand",
    ),
    "by Keras": (
        """
import keras

def vocabulary(texts, size):
    layer = keras.layers.TextVectorization(max_tokens=size, standardize=None)
    layer.adapt([" ".join(text) for text in texts])
    return {word: i for i, word in enumerate(layer.get_vocabulary()) if i > 1}
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "loops and two sorts": """
def vocabulary(texts, size):
    counts = {}
    for text in texts:
        for word in text:
            if word not in counts:
                counts[word] = 0
            counts[word] += 1
    words = sorted(counts)
    words.sort(key=counts.get, reverse=True)
    ids = {}
    for word in words:
        if len(ids) + 2 < size:
            ids[word] = len(ids) + 2
    return ids
""",
    "the best one again and again": """
def vocabulary(texts, size):
    words = sum(texts, [])
    left, ids = set(words), {}
    for number in range(2, size):
        if left:
            best = min(left, key=lambda word: (-words.count(word), word))
            ids[best] = number
            left.remove(best)
    return ids
""",
    "NumPy": """
def vocabulary(texts, size):
    if not texts:
        return {}
    words, counts = np.unique(np.concatenate(texts), return_counts=True)
    order = np.argsort(-counts, kind="stable")[: size - 2]
    return dict(zip(words[order].tolist(), range(2, size)))
""",
    "by rank": """
import itertools

def vocabulary(texts, size):
    words = sorted(itertools.chain.from_iterable(texts))
    runs = [(-len(list(run)), word) for word, run in itertools.groupby(words)]
    return {word: rank + 2 for rank, (_, word) in enumerate(sorted(runs)) if rank + 2 < size}
""",
}
