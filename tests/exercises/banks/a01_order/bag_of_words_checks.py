"""Task 2: count how often each word of the vocabulary appears in a sentence."""

SOLUTION_CELL = "bag-of-words"

WRONG = {
    "presence, not counts": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.lower().split():
        if word in vocabulary:
            counts[vocabulary[word]] = 1
    return counts
""",
        "counts once only",
    ),
    "fancy index adds once": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    places = [vocabulary[w] for w in sentence.lower().split() if w in vocabulary]
    counts[places] += 1
    return counts
""",
        "counts once only",
    ),
    "capital letters kept": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.split():
        if word in vocabulary:
            counts[vocabulary[word]] += 1
    return counts
""",
        "capital letters are not made small",
    ),
    "divided by the length": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    counts = np.zeros(len(vocabulary))
    for word in words:
        if word in vocabulary:
            counts[vocabulary[word]] += 1
    return counts / len(words)
""",
        "that is the mean, not the bag",
    ),
    "the numbers of the words": (
        """
def bag_of_words(sentence, vocabulary):
    return np.array([vocabulary[w] for w in sentence.lower().split() if w in vocabulary])
""",
        "numbers of the words one after the other",
    ),
    "in the order of the sentence": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    return np.array([words.count(w) for w in words])
""",
        "in the order of the sentence",
    ),
    "no zeros": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    return np.array([words.count(w) for w in vocabulary if w in words])
""",
        "give them a 0",
    ),
    "one number": (
        """
def bag_of_words(sentence, vocabulary):
    total = 0
    for word in sentence.lower().split():
        if word in vocabulary:
            total += 1
    return total
""",
        "all words are counted together",
    ),
    "unknown word stops it": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.lower().split():
        counts[vocabulary[word]] += 1
    return counts
""",
        "The dictionary has no entry 'bird'",
    ),
    "unknown word counts as the last": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.lower().split():
        counts[vocabulary.get(word, -1)] += 1
    return counts
""",
        "unknown word is counted as some other word",
    ),
    "unknown word counts as word 0": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.lower().split():
        counts[vocabulary.get(word, 0)] += 1
    return counts
""",
        "unknown word is counted as word 0",
    ),
    "unknown word is added to the vocabulary": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    for word in words:
        if word not in vocabulary:
            vocabulary[word] = len(vocabulary)
    return np.array([words.count(w) for w in vocabulary])
""",
        "changed its input `vocabulary` in place",
    ),
    "a column": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    return np.array([[words.count(w)] for w in vocabulary])
""",
        "one axis too many",
    ),
    "reversed": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.lower().split():
        if word in vocabulary:
            counts[-1 - vocabulary[word]] += 1
    return counts
""",
        "the order is reversed",
    ),
    "never filled": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.lower().split():
        if word in vocabulary:
            counts[vocabulary[word]] + 1
    return counts
""",
        "zero everywhere",
    ),
    "order of the dictionary": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    return np.array([words.count(w) for w in vocabulary])
""",
        "the number of a word says its place",
    ),
    "parts of words count": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word, i in vocabulary.items():
        counts[i] = (sentence.lower() + " ").count(word)
    return counts
""",
        "not the right numbers",
    ),
    "a dictionary": (
        """
from collections import Counter

def bag_of_words(sentence, vocabulary):
    return Counter(w for w in sentence.lower().split() if w in vocabulary)
""",
        "should be numbers. You returned",
    ),
    "printed": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    print([words.count(w) for w in vocabulary])
""",
        "prints its answer but returns nothing",
    ),
    "last word left out": (
        """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    counts = np.zeros(len(vocabulary))
    for i in range(len(words) - 1):
        if words[i] in vocabulary:
            counts[vocabulary[words[i]]] += 1
    return counts
""",
        "the last word of the sentence is left out",
    ),
    "first word left out": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word in sentence.lower().split()[1:]:
        if word in vocabulary:
            counts[vocabulary[word]] += 1
    return counts
""",
        "the first word of the sentence is left out",
    ),
    "words inside words": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary))
    for word, number in vocabulary.items():
        counts[number] = sentence.lower().count(word)
    return counts
""",
        "a word is also found inside longer ones",
    ),
    "eight bits": (
        """
def bag_of_words(sentence, vocabulary):
    counts = np.zeros(len(vocabulary), dtype=np.uint8)
    for word in sentence.lower().split():
        if word in vocabulary:
            counts[vocabulary[word]] += 1
    return counts
""",
        "you have 44, expected 300",
    ),
    "kept from call to call": (
        """
counts = {}

def bag_of_words(sentence, vocabulary):
    for word in sentence.lower().split():
        counts[word] = counts.get(word, 0) + 1
    bag = np.zeros(len(vocabulary))
    for word, number in vocabulary.items():
        bag[number] = counts.get(word, 0)
    return bag
""",
        "not the right numbers",
    ),
}

RIGHT = {
    "a list, whole numbers": """
def bag_of_words(sentence, vocabulary):
    words = sentence.lower().split()
    bag = [0] * len(vocabulary)
    for word, place in vocabulary.items():
        bag[place] = words.count(word)
    return bag
""",
    "np.add.at": """
def bag_of_words(text, numbers):
    bag = np.zeros(len(numbers), dtype=np.float32)
    np.add.at(bag, [numbers[w] for w in text.lower().split() if w in numbers], 1)
    return bag
""",
    "bincount": """
def bag_of_words(sentence, vocabulary):
    places = [vocabulary[w] for w in sentence.lower().split() if w in vocabulary]
    return np.bincount(np.array(places, dtype=int), minlength=len(vocabulary))
""",
    "a sum of one-hot rows": """
def bag_of_words(sentence, vocabulary):
    identity = np.eye(len(vocabulary))
    total = np.zeros(len(vocabulary))
    for word in sentence.lower().split():
        if word in vocabulary:
            total = total + identity[vocabulary[word]]
    return total
""",
    "a Counter, in the order of the numbers": """
from collections import Counter

def bag_of_words(sentence, vocabulary):
    counts = Counter(sentence.lower().split())
    return [counts[word] for word in sorted(vocabulary, key=vocabulary.get)]
""",
    "one comparison of two arrays": """
def bag_of_words(sentence, vocabulary):
    words = np.array(sentence.lower().split())
    bag = np.empty(len(vocabulary), dtype="float32")
    bag[list(vocabulary.values())] = (words[:, None] == np.array(list(vocabulary))).sum(axis=0)
    return bag
""",
}
