"""Task 4: sequences of all lengths in one array, with a mask."""

SOLUTION_CELL = "pad"


def answer(
    cut: str = 'kept = s[:length] if truncating == "post" else s[max(len(s) - length, 0) :]',
    put: str = 'place = 0 if padding == "post" else length - len(kept)',
    start: str = "np.zeros((len(sequences), length), dtype=int)",
    mask: str = "array != 0",
    end: str = "return array, mask",
    fill: str = "array[i, place : place + len(kept)] = kept",
) -> str:
    return f"""
def pad(sequences, length, padding="post", truncating="post"):
    array = {start}
    for i, s in enumerate(sequences):
        {cut}
        {put}
        {fill}
    mask = {mask}
    {end}
"""


WRONG = {
    "always at the end": (answer(put="place = 0"), "are padded at the end; padding 'pre'"),
    "always at the start": (
        answer(put="place = length - len(kept)"),
        "are padded at the start; padding 'post'",
    ),
    "padding the other way": (
        answer(put='place = 0 if padding == "pre" else length - len(kept)'),
        "are padded at the start; padding 'post'",
    ),
    "always cut at the end": (answer("kept = s[:length]"), "truncating 'pre' cuts off the first"),
    "always cut at the start": (
        answer("kept = s[max(len(s) - length, 0) :]"),
        "truncating 'post' cuts off the last",
    ),
    "truncating says where to pad": (
        answer(
            'kept = s[:length] if padding == "post" else s[max(len(s) - length, 0) :]',
            'place = 0 if truncating == "post" else length - len(kept)',
        ),
        "padding and truncating are exchanged",
    ),
    "both the other way": (
        answer(
            'kept = s[:length] if truncating == "pre" else s[max(len(s) - length, 0) :]',
            'place = 0 if padding == "pre" else length - len(kept)',
        ),
        "both padding and truncating go to the wrong end",
    ),
    "Keras' defaults": (
        answer().replace('padding="post", truncating="post"', 'padding="pre", truncating="pre"'),
        'those of the `def` line hold: "post" for both',
    ),
    "Keras' default for padding": (
        answer().replace('padding="post"', 'padding="pre"', 1),
        'those of the `def` line hold: "post" for both',
    ),
    "Keras' default for truncating": (
        answer().replace('truncating="post"', 'truncating="pre"', 1),
        'those of the `def` line hold: "post" for both',
    ),
    "an array of sequences of all lengths": (
        answer(start="np.array(sequences)"),
        "start from zeros of shape (n, length)",
    ),
    "True and False": (
        answer(end="return array > 0, mask"),
        "it says True or False (1 or 0); the ids",
    ),
    "a mask of floats": (
        answer(mask="(array > 0).astype(float)"),
        "True and False are wanted, or the whole numbers 1 and 0",
    ),
    "nothing cut": (answer("kept = s"), "Cut what is too long"),
    "np.pad and nothing cut": (
        """
def pad(sequences, length, padding="post", truncating="post"):
    rows = [np.pad(np.array(s, int), (0, length - len(s))) for s in sequences]
    return np.stack(rows), np.stack(rows) != 0
""",
        "has to be cut first",
    ),
    "as long as the longest": (
        """
def pad(sequences, length, padding="post", truncating="post"):
    length = max(len(s) for s in sequences)
    rows = [s + [0] * (length - len(s)) for s in sequences]
    if padding == "pre":
        rows = [[0] * (length - len(s)) + s for s in sequences]
    return np.array(rows), np.array(rows) != 0
""",
        "as long as the longest sequence",
    ),
    "long ones left out": (
        answer().replace(
            "    for i, s",
            "    sequences = [s for s in sequences if len(s) <= length]\n"
            "    array = array[: len(sequences)]\n    for i, s",
        ),
        "sequences that are too long are left out",
    ),
    "long ones zeros": (
        answer("kept = s if len(s) <= length else []"),
        "sequences that are too long are zeros",
    ),
    "empty ones left out": (
        answer(start="np.zeros((sum(len(s) > 0 for s in sequences), length), dtype=int)").replace(
            "enumerate(sequences)", "enumerate(s for s in sequences if s)"
        ),
        "empty sequences are left out",
    ),
    "a negative start": (
        answer('kept = s[:length] if truncating == "post" else s[len(s) - length :]'),
        "a slice that begins at a negative place counts from the end",
    ),
    "an empty sequence and -0": (
        answer(
            fill='if padding == "post": array[i, : len(kept)] = kept\n'
            "        else: array[i, -len(kept) :] = kept"
        ),
        "with n = 0 it is the whole row",
    ),
    "padded with 1": (
        answer(start="np.ones((len(sequences), length), dtype=int)"),
        "the padding is 1",
    ),
    "padded with -1": (
        answer(start="np.full((len(sequences), length), -1)"),
        "the padding is -1",
    ),
    "padded with the last id": (
        answer(
            put="array[i] = kept[-1] if len(kept) else 0\n        "
            'place = 0 if padding == "post" else length - len(kept)'
        ),
        "filled with their last id",
    ),
    "off by one": (
        answer('kept = s[: length - 1] if truncating == "post" else s[max(len(s) - length, 0) :]'),
        "one id too few of long sequences",
    ),
    "floats": (answer(start="np.zeros((len(sequences), length))"), "Ids are whole numbers"),
    "texts": (answer(end="return array.astype(str), mask"), "should be numbers"),
    "steps first": (answer(end="return array.T, mask.T"), "It is transposed"),
    "lists of different lengths": (
        """
def pad(sequences, length, padding="post", truncating="post"):
    return [s[:length] for s in sequences], [[True] * len(s[:length]) for s in sequences]
""",
        "differ in length",
    ),
    "mask inverted": (answer(mask="array == 0"), "it is inverted"),
    "mask all True": (answer(mask="np.ones(array.shape, bool)"), "it is True everywhere"),
    "mask at the end": (
        answer(
            mask="np.arange(length) < np.array([min(len(s), length) for s in sequences])[:, None]"
        ),
        "as if the padding stood at the end",
    ),
    "mask of lengths": (
        answer(mask="np.array([min(len(s), length) for s in sequences])"),
        "it holds the number of real steps",
    ),
    "mask of rows": (answer(mask="array.any(axis=1)"), "say it of each step"),
    "mask without the unknown": (answer(mask="array > 1"), "only 0 is"),
    "mask is the array": (answer(mask="array"), "it is the array again"),
    "no mask": (answer(end="return array"), "Return 2 things"),
    "mask first": (answer(end="return mask, array"), "are exchanged"),
    "cuts in place": (
        """
def pad(sequences, length, padding="post", truncating="post"):
    for s in sequences:
        while len(s) > length:
            s.pop(0 if truncating == "pre" else -1)
        while len(s) < length:
            s.insert(0 if padding == "pre" else len(s), 0)
    return np.array(sequences), np.array(sequences) != 0
""",
        "changed its input `sequences` in place",
    ),
    "by the package": (
        """
from course_utils.preprocessing import text

def pad(sequences, length, padding="post", truncating="post"):
    return text.pad(sequences, length, padding, truncating)
""",
        "Write this one by hand",
    ),
    "by Keras": (
        """
import keras

def pad(sequences, length, padding="post", truncating="post"):
    array = keras.utils.pad_sequences(sequences, length, padding=padding, truncating=truncating)
    return array, array != 0
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "lists": """
def pad(sequences, length, padding="post", truncating="post"):
    rows, masks = [], []
    for sequence in sequences:
        cut = len(sequence) - length
        kept = list(sequence)
        if cut > 0:
            kept = kept[cut:] if truncating == "pre" else kept[:-cut]
        fill = [0] * (length - len(kept))
        real = [True] * len(kept)
        if padding == "pre":
            rows.append(fill + kept)
            masks.append([False] * len(fill) + real)
        else:
            rows.append(kept + fill)
            masks.append(real + [False] * len(fill))
    return rows, masks
""",
    "np.pad": """
def pad(sequences, length, padding="post", truncating="post"):
    rows = []
    for s in sequences:
        s = np.array(s, dtype="int32")
        if len(s) > length:
            s = s[:length] if truncating == "post" else s[-length:]
        missing = length - len(s)
        rows.append(np.pad(s, (missing, 0) if padding == "pre" else (0, missing)))
    array = np.stack(rows)
    return array, array > 0
""",
    "a mask of 1 and 0": answer(mask="np.where(array > 0, 1, 0)"),
    "step by step": """
def pad(sequences, length, padding="post", truncating="post"):
    array = np.zeros((len(sequences), length), "int64")
    mask = np.full(array.shape, False)
    for i, s in enumerate(sequences):
        n = min(len(s), length)
        for k in range(n):
            where = k if padding == "post" else length - n + k
            array[i, where] = s[k] if truncating == "post" else s[len(s) - n + k]
            mask[i, where] = True
    return array, mask
""",
}
