"""Task 4: which of three models get different inputs from two sentences?"""

SOLUTION_CELL = "who-notices"

START = """
def who_notices(first, second, vocabulary, length):
    a, b = first.lower().split(), second.lower().split()
    words = sorted(set(a + b))
    bag_a, bag_b = [a.count(w) for w in words], [b.count(w) for w in words]
    mean_a, mean_b = np.array(bag_a) / len(a), np.array(bag_b) / len(b)
"""

WRONG = {
    "true and false exchanged": (
        START
        + """
    return {
        "bag": bag_a == bag_b,
        "mean": bool(np.allclose(mean_a, mean_b)),
        "window": a[:length] == b[:length],
    }
""",
        "True and False are exchanged",
    ),
    "mean like bag": (
        START
        + """
    return {"bag": bag_a != bag_b, "mean": bag_a != bag_b, "window": a[:length] != b[:length]}
""",
        "mean is treated like the bag",
    ),
    "bag like mean": (
        START
        + """
    means = not np.allclose(mean_a, mean_b)
    return {"bag": means, "mean": means, "window": a[:length] != b[:length]}
""",
        "bag is treated like the mean",
    ),
    "bag of a set": (
        START
        + """
    return {
        "bag": set(a) != set(b),
        "mean": not np.allclose(mean_a, mean_b),
        "window": a[:length] != b[:length],
    }
""",
        "not how often",
    ),
    "window without end": (
        START
        + """
    return {"bag": bag_a != bag_b, "mean": not np.allclose(mean_a, mean_b), "window": a != b}
""",
        "the window looks past its length",
    ),
    "window at the end": (
        START
        + """
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(mean_a, mean_b),
        "window": a[-length:] != b[-length:],
    }
""",
        "the window does not see the first 2 words",
    ),
    "window like a bag": (
        START
        + """
    bags = bag_a != bag_b
    return {"bag": bags, "mean": not np.allclose(mean_a, mean_b), "window": bags}
""",
        "the window is treated like a bag",
    ),
    "all compare the words": (
        """
def who_notices(first, second, vocabulary, length):
    a, b = first.lower().split(), second.lower().split()
    return {"bag": a != b, "mean": a != b, "window": a[:length] != b[:length]}
""",
        "see the order; they do not",
    ),
    "capital letters kept": (
        START.replace(".lower()", "")
        + """
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(mean_a, mean_b),
        "window": a[:length] != b[:length],
    }
""",
        "capital letters still count",
    ),
    "arrays of true and false": (
        START
        + """
    return {
        "bag": np.array(bag_a) != np.array(bag_b),
        "mean": mean_a != mean_b,
        "window": a[:length] != b[:length],
    }
""",
        "for 'bag' you have [",
    ),
    "the truth of an array": (
        START
        + """
    result = {"bag": False, "mean": False, "window": False}
    if np.array(bag_a) != np.array(bag_b):
        result["bag"] = True
    return result
""",
        "stops with an error",
    ),
    "a list": (
        START
        + """
    return [bag_a != bag_b, not np.allclose(mean_a, mean_b), a[:length] != b[:length]]
""",
        "should be a dictionary, and it is a list",
    ),
    "a key is missing": (
        START
        + """
    return {"bag": bag_a != bag_b, "window": a[:length] != b[:length]}
""",
        "missing: 'mean'",
    ),
    "words for answers": (
        START
        + """
    yes = lambda different: "True" if different else "False"
    return {
        "bag": yes(bag_a != bag_b),
        "mean": yes(not np.allclose(mean_a, mean_b)),
        "window": yes(a[:length] != b[:length]),
    }
""",
        "for 'bag' you have",
    ),
    "window one word short": (
        START
        + """
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(mean_a, mean_b),
        "window": a[: length - 1] != b[: length - 1],
    }
""",
        "leaves out the last of its words",
    ),
    "window of pairs": (
        START
        + """
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(mean_a, mean_b),
        "window": any(one != other for one, other in zip(a[:length], b[:length])),
    }
""",
        "the window stops where the shorter sentence ends",
    ),
    "window of words without order": (
        START
        + """
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(mean_a, mean_b),
        "window": sorted(a[:length]) != sorted(b[:length]),
    }
""",
        "looks like this mistake: the window",
    ),
    "window of words without order, other than the bag": (
        START
        + """
    window = sorted(a[:length]) != sorted(b[:length]) or a[0] != b[0]
    return {"bag": bag_a != bag_b, "mean": not np.allclose(mean_a, mean_b), "window": window}
""",
        "it sees the order",
    ),
    "mean of a set": (
        START
        + """
    return {"bag": bag_a != bag_b, "mean": set(a) != set(b), "window": a[:length] != b[:length]}
""",
        "the mean only asks which words appear",
    ),
    "means rounded to 4 places": (
        START
        + """
    return {
        "bag": bag_a != bag_b,
        "mean": not np.array_equal(np.round(mean_a, 4), np.round(mean_b, 4)),
        "window": a[:length] != b[:length],
    }
""",
        "the means are rounded",
    ),
    "means with a wide tolerance": (
        START
        + """
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(mean_a, mean_b, atol=0.01),
        "window": a[:length] != b[:length],
    }
""",
        "compared with a wide tolerance",
    ),
    "mean over the vocabulary": (
        START
        + """
    bags = [np.array(bag) / len(vocabulary) for bag in (bag_a, bag_b)]
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(*bags),
        "window": a[:length] != b[:length],
    }
""",
        "the mean is treated like the bag",
    ),
    "capital letters kept in the second": (
        """
def who_notices(first, second, vocabulary, length):
    a, b = first.lower().split(), second.split()
    words = sorted(set(a + b))
    bag_a, bag_b = [a.count(w) for w in words], [b.count(w) for w in words]
    return {
        "bag": bag_a != bag_b,
        "mean": not np.allclose(np.array(bag_a) / len(a), np.array(bag_b) / len(b)),
        "window": a[:length] != b[:length],
    }
""",
        "capital letters still count",
    ),
}

RIGHT = {
    "with the functions of the earlier tasks": """
def who_notices(first, second, vocabulary, length):
    bags = [bag_of_words(text, vocabulary) for text in (first, second)]
    means = [bag / bag.sum() for bag in bags]
    windows = [one_hot_window(text, vocabulary, length) for text in (first, second)]
    return {
        "bag": not np.array_equal(*bags),
        "mean": not np.allclose(*means),
        "window": not np.array_equal(*windows),
    }
""",
    "fractions and counters": """
from collections import Counter
from fractions import Fraction

def who_notices(first, second, vocabulary, length):
    a, b = (text.lower().split() for text in (first, second))
    shares = [{w: Fraction(n, len(words)) for w, n in Counter(words).items()} for words in (a, b)]
    answer = {"window": a[:length] != b[:length]}
    answer["bag"] = Counter(a) != Counter(b)
    answer["mean"] = shares[0] != shares[1]
    return answer
""",
    "loops, NumPy truth values": """
def who_notices(first, second, vocabulary, length):
    a, b = first.lower().split(), second.lower().split()
    bag = mean = np.False_
    for word in vocabulary:
        if a.count(word) != b.count(word):
            bag = np.True_
        if abs(a.count(word) / len(a) - b.count(word) / len(b)) > 1e-9:
            mean = np.True_
    return {"bag": bag, "mean": mean, "window": a[:length] != b[:length]}
""",
    "the dictionary's own numbers": """
def who_notices(first, second, vocabulary, length):
    a, b = ([vocabulary[w] for w in text.lower().split()] for text in (first, second))
    size = len(vocabulary)
    bag_a, bag_b = np.bincount(a, minlength=size), np.bincount(b, minlength=size)
    return dict(
        bag=bool((bag_a != bag_b).any()),
        mean=bool((bag_a * len(b) != bag_b * len(a)).any()),
        window=a[:length] != b[:length],
    )
""",
    "distances": """
def who_notices(first, second, vocabulary, length):
    bags = [bag_of_words(text, vocabulary) for text in (first, second)]
    windows = [one_hot_window(text, vocabulary, length) for text in (first, second)]
    means = [bag / len(text.split()) for bag, text in zip(bags, (first, second))]
    apart = {"bag": bags, "mean": means, "window": windows}
    return {model: np.linalg.norm(one - other) > 1e-9 for model, (one, other) in apart.items()}
""",
}
