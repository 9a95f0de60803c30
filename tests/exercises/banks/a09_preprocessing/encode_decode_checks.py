"""Task 2: from words to ids, and back."""

SOLUTION_CELL = "encode-decode"

TURNED = "back = {number: word for word, number in ids.items()}\n    "


def answer(
    encode: str = "return [ids.get(word, 1) for word in words]",
    decode: str = "return ['[UNK]' if n == 1 else back[n] for n in numbers if n != 0]",
    turned: str = TURNED,
) -> str:
    return f"""
def encode(words, ids):
    {encode}

def decode(numbers, ids):
    {turned}{decode}
"""


WRONG = {
    "unknown left out": (
        answer("return [ids[word] for word in words if word in ids]"),
        "unknown words are left out; each becomes 1",
    ),
    "unknown is padding": (
        answer("return [ids.get(word, 0) for word in words]"),
        "that is padding",
    ),
    "unknown is -1": (answer("return [ids.get(word, -1) for word in words]"), "become -1"),
    "unknown is None": (answer("return [ids.get(word) for word in words]"), "become None"),
    "unknown stays": (
        answer("return [ids.get(word, word) for word in words]"),
        "unknown words stay words",
    ),
    "unknown is a text": (
        answer("return [ids.get(word, '[UNK]') for word in words]"),
        "their id is 1",
    ),
    "unknown looked up": (answer("return [ids[word] for word in words]"), "`ids.get(word, …)`"),
    "unknown is learned": (
        answer(
            """for word in words:
        if word not in ids:
            ids[word] = len(ids) + 2
    return [ids[word] for word in words]"""
        ),
        "changed its input `ids` in place",
    ),
    "unknown gets ids in a copy": (
        answer(
            """ids = dict(ids)
    return [ids.setdefault(word, len(ids) + 2) for word in words]"""
        ),
        "unknown words get ids of their own",
    ),
    "unknown behind the others": (
        answer("return [ids.get(word, len(ids) + 2) for word in words]"),
        "unknown words get a new id",
    ),
    "each word once": (
        answer("return [ids.get(word, 1) for word in dict.fromkeys(words)]"),
        "a word that comes again is left out; every word",
    ),
    "in order of size": (
        answer("return sorted(ids.get(word, 1) for word in words)"),
        "put in order of size",
    ),
    "places in a list": (
        answer(
            "known = list(ids)\n    return [known.index(w) if w in known else 1 for w in words]"
        ),
        "every id is 2 too small",
    ),
    "counted in the dictionary": (
        answer(
            "known = list(ids)\n    return [known.index(w) + 2 if w in known else 1 for w in words]"
        ),
        "place in the dictionary is counted",
    ),
    "one too large": (
        answer("return [ids.get(word, 0) + 1 for word in words]"),
        "every id is 1 too large",
    ),
    "through the dictionary": (
        answer("return [ids[word] for word in ids]"),
        "it goes through the dictionary",
    ),
    "encode gives a dictionary": (
        answer("return {word: ids.get(word, 1) for word in words}"),
        "should be a list",
    ),
    "padding as an empty text": (
        answer(decode="return [{0: '', 1: '[UNK]', **back}[n] for n in numbers]"),
        "padding becomes an empty text",
    ),
    "padding as a word": (
        answer(decode="return [{0: '[PAD]', 1: '[UNK]', **back}[n] for n in numbers]"),
        "padding becomes '[PAD]'",
    ),
    "padding as unknown": (
        answer(decode="return [back.get(n, '[UNK]') for n in numbers]"),
        "padding becomes '[UNK]'",
    ),
    "unknown left out on the way back": (
        answer(decode="return [back[n] for n in numbers if n in back]"),
        "unknown words are left out; each becomes '[UNK]'",
    ),
    "0 and 1 exchanged": (
        answer(decode="return [back.get(n, '[UNK]') for n in numbers if n != 1]"),
        "0 is padding and 1 is unknown",
    ),
    "unknown as an empty text": (
        answer(decode="return [back.get(n, '') for n in numbers if n]"),
        "unknown words become an empty text",
    ),
    "unknown in other letters": (
        answer(decode="return [back.get(n, '<unk>') for n in numbers if n]"),
        "written otherwise",
    ),
    "stops at the first 0": (
        answer(
            decode="""words = []
    for n in numbers:
        if n == 0:
            break
        words.append(back.get(n, "[UNK]"))
    return words"""
        ),
        "it stops at the first 0",
    ),
    "padding at the end only": (
        answer(
            decode="""numbers = list(numbers)
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return [back.get(n, "[UNK]") for n in numbers]"""
        ),
        "only padding at the end is left out",
    ),
    "padding at both ends only": (
        answer(
            decode="return [back.get(int(n), '[UNK]') for n in np.trim_zeros(np.array(numbers))]"
        ),
        "only padding at the two ends is left out",
    ),
    "place is the id": (
        answer(
            decode="""known = list(ids)
    return ["[UNK]" if n == 1 else known[n] for n in numbers if n and n < len(known)]"""
        ),
        "the id is taken for the place",
    ),
    "place is the id less one": (
        answer(
            decode="known = list(ids)\n"
            "    return ['[UNK]' if n == 1 else known[n - 1] for n in numbers if n > 0 and n < 6]"
        ),
        "the place in the list of words is the id less 1",
    ),
    "place is the id less two": (
        answer(
            decode="known = list(ids)\n"
            "    return ['[UNK]' if n == 1 else known[n - 2] for n in numbers if n > 0]"
        ),
        "the id less 2 is taken for the place",
    ),
    "place past the end": (
        answer(decode="known = list(ids)\n    return [known[n] for n in numbers if n]"),
        "The ids begin at 2",
    ),
    "dictionary not turned round": (
        answer(decode="return [ids[n] for n in numbers if n]"),
        "one that leads from ids to words",
    ),
    "None": (
        answer(decode="return [back.get(n) for n in numbers]"),
        "None stands where the number has no word",
    ),
    "one text": (
        answer(decode="return ' '.join(back.get(n, '[UNK]') for n in numbers if n)"),
        "it is one text; a list",
    ),
    "in the dictionary's order": (
        answer(decode="return [word for word, n in ids.items() if n in list(numbers)]"),
        "in the order of the dictionary",
    ),
    "numbers changed": (
        answer(
            decode="""for i, n in enumerate(numbers):
        numbers[i] = max(n, 1)
    return [back.get(n, "[UNK]") for n in numbers if n > 1]"""
        ),
        "changed its input `numbers` in place",
    ),
    "by the package": (
        """
from course_utils.preprocessing.text import Vocabulary

def encode(words, ids):
    return Vocabulary(ids).encode(words)

def decode(numbers, ids):
    return Vocabulary(ids).decode(numbers)
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "loops": """
def encode(words, ids):
    numbers = []
    for word in words:
        if word in ids:
            numbers.append(ids[word])
        else:
            numbers.append(1)
    return numbers

def decode(numbers, ids):
    words = []
    for number in numbers:
        if number == 1:
            words.append("[UNK]")
        for word in ids:
            if ids[word] == number:
                words.append(word)
    return words
""",
    "a dictionary of all": """
from collections import defaultdict

def encode(words, ids):
    return np.array([defaultdict(lambda: 1, ids)[w] for w in words], dtype=int)

def decode(numbers, ids):
    table = {1: "[UNK]"} | dict(zip(ids.values(), ids.keys()))
    return [table[n] for n in np.asarray(numbers, int).tolist() if n in table]
""",
    "a list of tokens": """
def encode(words, ids):
    return tuple(map(lambda word: ids[word] if word in ids else 1, words))

def decode(numbers, ids):
    tokens = ["", "[UNK]", *sorted(ids, key=ids.get)]
    return [token for token in (tokens[n] for n in numbers) if token]
""",
}
