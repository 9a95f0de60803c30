"""Task 3: the first words of a sentence, one-hot, laid end to end."""

SOLUTION_CELL = "one-hot-window"

WRONG = {
    "zeros at the start": (
        """
def one_hot_window(sentence, vocabulary, length):
    words = sentence.lower().split()[:length]
    window = np.zeros((length, len(vocabulary)))
    start = length - len(words)
    for position, word in enumerate(words):
        if word in vocabulary:
            window[start + position, vocabulary[word]] = 1
    return window.ravel()
""",
        "zeros stand at the start",
    ),
    "wrong axis first": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((len(vocabulary), length))
    for position, word in enumerate(sentence.lower().split()[:length]):
        if word in vocabulary:
            window[vocabulary[word], position] = 1
    return window.ravel()
""",
        "wrong axis came first",
    ),
    "rows added up": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros(len(vocabulary))
    for word in sentence.lower().split()[:length]:
        if word in vocabulary:
            window[vocabulary[word]] += 1
    return window
""",
        "that is a bag, and order is lost",
    ),
    "no filling up": (
        """
def one_hot_window(sentence, vocabulary, length):
    rows = []
    for word in sentence.lower().split()[:length]:
        row = np.zeros(len(vocabulary))
        if word in vocabulary:
            row[vocabulary[word]] = 1
        rows.append(row)
    return np.concatenate(rows)
""",
        "no filling up",
    ),
    "numbers of the words": (
        """
def one_hot_window(sentence, vocabulary, length):
    places = [vocabulary.get(w, 0) for w in sentence.lower().split()[:length]]
    return np.array(places + [0] * (length - len(places)))
""",
        "write each as a row of zeros with a single 1",
    ),
    "the number in place of 1": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[:length]):
        if word in vocabulary:
            window[position, vocabulary[word]] = vocabulary[word]
    return window.ravel()
""",
        "where a 1 should stand",
    ),
    "filled with word 0": (
        """
def one_hot_window(sentence, vocabulary, length):
    places = [vocabulary.get(w, 0) for w in sentence.lower().split()[:length]]
    places = places + [0] * (length - len(places))
    return np.eye(len(vocabulary))[places].ravel()
""",
        "filled with word number 0",
    ),
    "not flat": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[:length]):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window
""",
        "not in one flat row",
    ),
    "keeps the last words": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[-length:]):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "keeps the last words",
    ),
    "long sentence not cut": (
        """
def one_hot_window(sentence, vocabulary, length):
    words = sentence.lower().split()
    window = np.zeros((max(length, len(words)), len(vocabulary)))
    for position, word in enumerate(words):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "a long sentence is not cut",
    ),
    "runs past the end": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "An index runs past the end",
    ),
    "unknown word skipped": (
        """
def one_hot_window(sentence, vocabulary, length):
    words = [w for w in sentence.lower().split() if w in vocabulary]
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(words[:length]):
        window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "an unknown word is skipped and the next one moves up",
    ),
    "unknown word is the last": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[:length]):
        window[position, vocabulary.get(word, -1)] = 1
    return window.ravel()
""",
        "an unknown word counts as the last word",
    ),
    "unknown word is word 0": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[:length]):
        window[position, vocabulary.get(word, 0)] = 1
    return window.ravel()
""",
        "an unknown word counts as word 0",
    ),
    "capital letters kept": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.split()[:length]):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "capital letters are not made small",
    ),
    "reversed": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[:length][::-1]):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "reversed order",
    ),
    "off by one": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[:length]):
        if word in vocabulary:
            window[position, vocabulary[word] - 1] = 1
    return window.ravel()
""",
        "off by one",
    ),
    "ready-made one-hot": (
        """
def one_hot_window(sentence, vocabulary, length):
    import keras

    places = [vocabulary[w] for w in sentence.lower().split()[:length] if w in vocabulary]
    rows = keras.utils.to_categorical(places, len(vocabulary))
    return np.concatenate([rows, np.zeros((length - len(rows), len(vocabulary)))]).ravel()
""",
        "Write this one by hand",
    ),
    "place of the first such word": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    words = sentence.lower().split()[:length]
    for word in words:
        if word in vocabulary:
            window[words.index(word), vocabulary[word]] = 1
    return window.ravel()
""",
        "written at its first position only",
    ),
    "one row, never emptied": (
        """
def one_hot_window(sentence, vocabulary, length):
    rows, row = [], np.zeros(len(vocabulary))
    for word in sentence.lower().split()[:length]:
        if word in vocabulary:
            row[vocabulary[word]] += 1
        rows.append(row.copy())
    rows += [np.zeros(len(vocabulary))] * (length - len(rows))
    return np.concatenate(rows)
""",
        "start each row with zeros",
    ),
    "last word left out": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    words = sentence.lower().split()[:length]
    for position in range(len(words) - 1):
        if words[position] in vocabulary:
            window[position, vocabulary[words[position]]] = 1
    return window.ravel()
""",
        "the last of the words is left out",
    ),
    "first word left out": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[1 : length + 1]):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "the first word is left out",
    ),
    "first position left empty": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((length, len(vocabulary)))
    words = sentence.lower().split()[:length]
    for position in range(1, len(words)):
        if words[position] in vocabulary:
            window[position, vocabulary[words[position]]] = 1
    return window.ravel()
""",
        "its position is still zero",
    ),
    "only where length and vocabulary are equal": (
        """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros((len(vocabulary), len(vocabulary)))
    for position, word in enumerate(sentence.lower().split()[:length]):
        if word in vocabulary:
            window[position, vocabulary[word]] = 1
    return window.ravel()
""",
        "has shape (25,), expected (30,)",
    ),
    "order of the dictionary": (
        """
def one_hot_window(sentence, vocabulary, length):
    names = list(vocabulary)
    window = np.zeros((length, len(names)))
    for position, word in enumerate(sentence.lower().split()[:length]):
        if word in names:
            window[position, names.index(word)] = 1
    return window.ravel()
""",
        "the number of a word says its place",
    ),
}

RIGHT = {
    "a flat index": """
def one_hot_window(sentence, vocabulary, length):
    size = len(vocabulary)
    flat = [0] * (length * size)
    for i, word in enumerate(sentence.lower().split()):
        if i < length and word in vocabulary:
            flat[i * size + vocabulary[word]] = 1
    return flat
""",
    "concatenate and fill": """
def one_hot_window(sentence, vocabulary, length):
    rows = np.eye(len(vocabulary), dtype="float32")
    none = np.zeros(len(vocabulary), dtype="float32")
    words = sentence.lower().split()
    words = (words + [""] * length)[:length]
    return np.concatenate([rows[vocabulary[w]] if w in vocabulary else none for w in words])
""",
    "comparison of two arrays, True and False": """
def one_hot_window(text, vocabulary, n):
    numbers = [vocabulary.get(word, -1) for word in text.lower().split()]
    numbers = np.array((numbers + [-1] * n)[:n])
    return (numbers[:, None] == np.arange(len(vocabulary))).reshape(-1)
""",
    "one row more for unknown words": """
def one_hot_window(sentence, vocabulary, length):
    size = len(vocabulary)
    numbers = [vocabulary.get(word, size) for word in sentence.lower().split()] + [size] * length
    return np.eye(size + 1)[numbers[:length], :size].flatten()
""",
    "np.put": """
def one_hot_window(sentence, vocabulary, length):
    window = np.zeros(length * len(vocabulary), dtype=int)
    words = sentence.lower().split()[:length]
    places = [i * len(vocabulary) + vocabulary[w] for i, w in enumerate(words) if w in vocabulary]
    np.put(window, places, 1)
    return window
""",
}
