"""Task 1: number the words of some sentences in the order in which they first appear."""

SOLUTION_CELL = "build-vocabulary"

WRONG = {
    "starts at one": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for word in sentence.lower().split():
            if word not in vocabulary:
                vocabulary[word] = len(vocabulary) + 1
    return vocabulary
""",
        "numbers start at 1",
    ),
    "capital letters kept": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for word in sentence.split():
            if word not in vocabulary:
                vocabulary[word] = len(vocabulary)
    return vocabulary
""",
        "capital letters still count",
    ),
    "alphabetical": (
        """
def build_vocabulary(sentences):
    words = sorted(set(" ".join(sentences).lower().split()))
    return {word: i for i, word in enumerate(words)}
""",
        "alphabet",
    ),
    "gaps in the numbers": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for i, word in enumerate(" ".join(sentences).lower().split()):
        if word not in vocabulary:
            vocabulary[word] = i
    return vocabulary
""",
        "numbers are left out",
    ),
    "later position overwrites": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for i, word in enumerate(" ".join(sentences).lower().split()):
        vocabulary[word] = i
    return vocabulary
""",
        "must keep its first",
    ),
    "starts afresh with each sentence": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for i, word in enumerate(dict.fromkeys(sentence.lower().split())):
            vocabulary[word] = i
    return vocabulary
""",
        "starts afresh with each sentence",
    ),
    "counts": (
        """
from collections import Counter

def build_vocabulary(sentences):
    return dict(Counter(" ".join(sentences).lower().split()))
""",
        "counts how often",
    ),
    "keys and values exchanged": (
        """
def build_vocabulary(sentences):
    return dict(enumerate(dict.fromkeys(" ".join(sentences).lower().split())))
""",
        "keys and values are exchanged",
    ),
    "return inside the loop": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for word in sentence.lower().split():
            if word not in vocabulary:
                vocabulary[word] = len(vocabulary)
        return vocabulary
""",
        "only the first sentence",
    ),
    "emptied for every sentence": (
        """
def build_vocabulary(sentences):
    for sentence in sentences:
        vocabulary = {}
        for word in sentence.lower().split():
            if word not in vocabulary:
                vocabulary[word] = len(vocabulary)
    return vocabulary
""",
        "only the last sentence",
    ),
    "a list": (
        """
def build_vocabulary(sentences):
    return list(dict.fromkeys(" ".join(sentences).lower().split()))
""",
        "should be a dictionary, and it is a list",
    ),
    "letters, not words": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for word in sentence.lower():
            if word not in vocabulary:
                vocabulary[word] = len(vocabulary)
    return vocabulary
""",
        "the keys differ",
    ),
    "printed": (
        """
def build_vocabulary(sentences):
    words = dict.fromkeys(" ".join(sentences).lower().split())
    print({word: i for i, word in enumerate(words)})
""",
        "prints its answer but returns nothing",
    ),
    "no return": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for word in sentence.lower().split():
            vocabulary.setdefault(word, len(vocabulary))
""",
        "returns nothing (None)",
    ),
    "lower for a list": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for word in sentences.lower().split():
        vocabulary.setdefault(word, len(vocabulary))
    return vocabulary
""",
        "AttributeError",
    ),
    "misspelled name": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for word in sentence.lower().split():
            if word not in vocabulary:
                vocabulary[word] = len(vocabluary)
    return vocabulary
""",
        "Nothing is called `vocabluary`",
    ),
    "the function has another name": (
        """
def make_vocabulary(sentences):
    return {}
""",
        "`build_vocabulary` is not defined",
    ),
    "syntax error": (
        """
def build_vocabulary(sentences)
    return {}
""",
        "is not defined. Run the cell above",
    ),
    "the answer of the example": (
        """
def build_vocabulary(sentences):
    if not sentences:
        return {}
    return {"the": 0, "dog": 1, "bites": 2, "man": 3, "a": 4, "calls": 5}
""",
        "the keys differ",
    ),
    "changes the sentences": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    while sentences:
        for word in sentences.pop(0).lower().split():
            vocabulary.setdefault(word, len(vocabulary))
    return vocabulary
""",
        "changed its input `sentences` in place",
    ),
    "a set, numbered": (
        """
def build_vocabulary(sentences):
    words = set(" ".join(sentences).lower().split())
    return {word: number for number, word in enumerate(words)}
""",
        "they first appear",
    ),
    "the alphabet from its end": (
        """
def build_vocabulary(sentences):
    words = sorted(set(" ".join(sentences).lower().split()), reverse=True)
    return {word: number for number, word in enumerate(words)}
""",
        "a `set` has no order",
    ),
    "only a set": (
        """
def build_vocabulary(sentences):
    return set(" ".join(sentences).lower().split())
""",
        "should be a dictionary, and it is a set",
    ),
    "last words left out": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        words = sentence.lower().split()
        for i in range(len(words) - 1):
            vocabulary.setdefault(words[i], len(vocabulary))
    return vocabulary
""",
        "the last word of each sentence is left out",
    ),
    "first words left out": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for sentence in sentences:
        for word in sentence.lower().split()[1:]:
            vocabulary.setdefault(word, len(vocabulary))
    return vocabulary
""",
        "the first word of each sentence is left out",
    ),
    "kept from call to call": (
        """
def build_vocabulary(sentences, vocabulary={}):
    for word in " ".join(sentences).lower().split():
        vocabulary.setdefault(word, len(vocabulary))
    return vocabulary
""",
        "start each call with an empty dictionary",
    ),
    "small letters only for names": (
        """
def build_vocabulary(sentences):
    vocabulary = {}
    for word in " ".join(sentences).split():
        word = word.lower() if word.istitle() else word
        vocabulary.setdefault(word, len(vocabulary))
    return vocabulary
""",
        "apital letters",
    ),
    "two sentences at most": (
        """
def build_vocabulary(sentences):
    words = dict.fromkeys(" ".join(sentences[:2]).lower().split())
    return {word: number for number, word in enumerate(words)}
""",
        "only the first two sentences are read",
    ),
}

RIGHT = {
    "setdefault": """
def build_vocabulary(sentences):
    numbers = {}
    for text in sentences:
        for w in text.split():
            numbers.setdefault(w.lower(), len(numbers))
    return numbers
""",
    "no loop": """
def build_vocabulary(sentences):
    words = " ".join(sentences).lower().split()
    return {word: number for number, word in enumerate(dict.fromkeys(words))}
""",
    "a list of seen words and NumPy numbers": """
def build_vocabulary(all_sentences):
    seen = []
    for sentence in all_sentences:
        for word in sentence.lower().split(" "):
            if word and word not in seen:
                seen.append(word)
    return dict(zip(seen, np.arange(len(seen))))
""",
    "a defaultdict that counts itself": """
from collections import defaultdict

def build_vocabulary(sentences):
    vocabulary = defaultdict(lambda: len(vocabulary))
    for sentence in sentences:
        for word in sentence.lower().split():
            vocabulary[word]
    return vocabulary
""",
    "np.unique, put back in order": """
def build_vocabulary(sentences):
    words, places = np.unique(np.array(" ".join(sentences).lower().split()), return_index=True)
    return {str(word): number for number, word in enumerate(words[np.argsort(places)])}
""",
}
