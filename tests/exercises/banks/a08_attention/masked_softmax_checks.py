"""Task 4: weights that sum to 1 over the real steps."""

SOLUTION_CELL = "masked-softmax"

ANSWER = """
def masked_softmax(scores, mask):
    real = mask[:, None]
    low = np.where(real, scores, -np.inf)
    top = low.max(axis=-1, keepdims=True)
    e = np.exp(low - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1)
"""
RETURN = "return e / np.where(total > 0, total, 1)"


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


def simple(body: str) -> str:
    lines = [f"    {line}\n" for line in body.split("\n")]
    return "def masked_softmax(scores, mask):\n    real = mask[:, None]\n" + "".join(lines)


PLAIN = """e = np.exp(scores - scores.max(axis=-1, keepdims=True))
e = e / e.sum(axis=-1, keepdims=True)
"""

WRONG = {
    "no mask": (simple(f"{PLAIN}return e"), "the mask is not used"),
    "mask after the softmax": (simple(f"{PLAIN}return e * real"), "the mask comes after"),
    "upside down": (change("mask[:, None]", "~mask[:, None]"), "the mask is upside down"),
    "score 0": (
        simple("s = scores * real\ne = np.exp(s)\nreturn e / e.sum(axis=-1, keepdims=True)"),
        "the score of padding is set to 0",
    ),
    "score 0, then masked": (
        simple("s = scores * real\ne = np.exp(s)\nreturn real * e / e.sum(axis=-1, keepdims=True)"),
        "padding counts in the sum",
    ),
    "over the steps": (
        change("low.max(axis=-1,", "low.max(axis=1,", "e.sum(axis=-1,", "e.sum(axis=1,"),
        "the softmax runs over the steps",
    ),
    "over the batch": (
        change("low.max(axis=-1,", "low.max(axis=0,", "e.sum(axis=-1,", "e.sum(axis=0,"),
        "the softmax runs over the batch",
    ),
    "over steps and time": (
        change("low.max(axis=-1,", "low.max(axis=(1, 2),", "e.sum(axis=-1,", "e.sum(axis=(1, 2),"),
        "over steps and time together",
    ),
    "over everything": (
        change(
            "low.max(axis=-1, keepdims=True)",
            "low.max()",
            "e.sum(axis=-1, keepdims=True)",
            "e.sum()",
        ),
        "the softmax runs over everything",
    ),
    "not divided": (
        simple("return np.exp(scores) * real"),
        "the powers of e are not divided by their sum",
    ),
    "shifted and not divided": (
        change(RETURN, "return e"),
        "the largest score taken off, are not divided",
    ),
    "overflow": (
        simple(
            "e = np.exp(scores) * real\nt = e.sum(axis=-1, keepdims=True)\n"
            "return e / np.where(t > 0, t, 1)"
        ),
        "np.exp overflows",
    ),
    "NaN for nothing": (
        simple(
            "s = np.where(real, scores, -np.inf)\ne = np.exp(s - s.max(axis=-1, keepdims=True))\n"
            "return e / e.sum(axis=-1, keepdims=True)"
        ),
        "padding throughout leads to",
    ),
    "minus a billion": (
        simple(
            "s = np.where(real, scores, -1e9)\ne = np.exp(s - s.max(axis=-1, keepdims=True))\n"
            "return e / e.sum(axis=-1, keepdims=True)"
        ),
        "padding throughout gets weights all the same",
    ),
    "a billion taken off": (
        simple(
            "s = scores - 1e9 * ~real\ne = np.exp(s - s.max(axis=-1, keepdims=True))\n"
            "return e / e.sum(axis=-1, keepdims=True)"
        ),
        "padding throughout gets weights all the same",
    ),
    "minus twenty": (
        simple(
            "s = np.where(real, scores, -20)\ne = np.exp(s - s.max(axis=-1, keepdims=True))\n"
            "return e / e.sum(axis=-1, keepdims=True)"
        ),
        "It has to be exactly 0",
    ),
    "a little added": (
        simple(
            "e = np.exp(scores - scores.max(axis=-1, keepdims=True)) * real + 1e-9\n"
            "return e / e.sum(axis=-1, keepdims=True)"
        ),
        "It has to be exactly 0",
    ),
    "no exp": (
        simple("s = scores * real\nreturn s / s.sum(axis=-1, keepdims=True)"),
        "without np.exp",
    ),
    "all the same": (
        simple("return real / real.sum(axis=-1, keepdims=True) + 0 * scores"),
        "all real steps have the same weight",
    ),
    "highest over padding": (
        simple(
            "e = np.exp(scores - scores.max(axis=-1, keepdims=True)) * real\n"
            "t = e.sum(axis=-1, keepdims=True)\nreturn e / np.where(t > 0, t, 1)"
        ),
        "padding decides how large",
    ),
    "renormalised": (
        simple(f"{PLAIN}e = e * real\nreturn e / e.sum(axis=-1, keepdims=True)"),
        "padding decides how large",
    ),
    "highest of everything": (
        simple(
            "e = np.exp(scores - scores.max()) * real\nt = e.sum(axis=-1, keepdims=True)\n"
            "return e / np.where(t == 0, 1, t)"
        ),
        "the largest score is taken over everything, padding and all",
    ),
    "highest of everything, np.divide": (
        simple(
            "e = np.exp(scores - np.max(scores)) * real\nt = e.sum(axis=-1, keepdims=True)\n"
            "return np.divide(e, t, out=np.zeros_like(e), where=t > 0)"
        ),
        "the largest score is taken over everything, padding and all",
    ),
    "highest of a sequence, padding and all": (
        simple(
            "e = np.exp(scores - scores.max(axis=(1, 2), keepdims=True)) * real\n"
            "t = e.sum(axis=-1, keepdims=True)\nreturn e / np.where(t == 0, 1, t)"
        ),
        "padding decides how large",
    ),
    "highest of a sequence": (
        change("low.max(axis=-1, keepdims=True)", "low.max(axis=(1, 2), keepdims=True)"),
        "the largest score is taken over several queries",
    ),
    "highest of a sequence, NaN": (
        change(
            "low.max(axis=-1, keepdims=True)",
            "low.max(axis=(1, 2), keepdims=True)",
            RETURN,
            "return np.where(top > -np.inf, e / total, 0)",
        ),
        "the largest score is taken over several queries",
    ),
    "highest of all that is real": (
        change("low.max(axis=-1, keepdims=True)", "low.max()"),
        "the largest score is taken over several queries",
    ),
    "a little added to the sum": (
        change(RETURN, "return e / (total + 1e-6)"),
        "a small number is added to the sum",
    ),
    "very little added to the sum": (
        change(RETURN, "return e / (total + 1e-8)"),
        "a small number is added to the sum",
    ),
    "first mask": (
        change("real = mask[:, None]", "real = mask[0] & np.ones(scores.shape, bool)"),
        "the first sequence's mask is taken for all",
    ),
    "logarithm": (change(RETURN, "return np.log(e / total)"), "the logarithm is taken"),
    "hard": (
        change(RETURN, "return (low == top) * real * 1.0"),
        "the whole weight goes to the largest score",
    ),
    "powers of 2": (change("np.exp(", "np.exp2("), "2 is taken to the scores"),
    "smallest first": (
        change("low = np.where(real, scores,", "low = np.where(real, -scores,"),
        "the sign of the scores is turned",
    ),
    "sigmoid": (simple("return real / (1 + np.exp(-scores))"), "a sigmoid of each score"),
    "scaled": (
        change("low = np.where(real, scores,", "low = np.where(real, scores / 5**0.5,"),
        "divided by √time",
    ),
    "mask without an axis": (
        change("mask[:, None]", "mask"),
        "`mask[:, None]` is (batch, 1, time)",
    ),
    "mask along the steps": (
        change("mask[:, None]", "mask[:, :, None]"),
        "`mask[:, None]` is (batch, 1, time)",
    ),
    "no keepdims": (
        change("low.max(axis=-1, keepdims=True)", "low.max(axis=-1)"),
        "`keepdims=True` keeps it",
    ),
    "in place": (
        simple(f"scores -= scores.max(axis=-1, keepdims=True)\n{PLAIN}return e"),
        "changed its input `scores` in place",
    ),
    "the package's answer": (
        """
from course_utils.attention import masked_softmax as softmax

def masked_softmax(scores, mask):
    return softmax(scores, mask)
""",
        "Write this one by hand",
    ),
    "Keras' layer": (
        """
import keras

def masked_softmax(scores, mask):
    every = mask[:, None] & np.ones(scores.shape, bool)
    return np.asarray(keras.layers.Softmax()(scores, mask=every))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "query by query": """
def masked_softmax(scores, mask):
    weights = np.zeros(scores.shape)
    for b in range(len(scores)):
        steps = np.flatnonzero(mask[b])
        if len(steps) == 0:
            continue
        for s in range(scores.shape[1]):
            row = scores[b, s, steps]
            e = np.exp(row - row.max())
            weights[b, s, steps] = e / sum(e)
    return weights
""",
    "a very low score, then zeros": """
def masked_softmax(scores, mask):
    low = np.where(mask[:, None, :], scores, -1e9)
    e = np.exp(low - low.max(axis=2, keepdims=True))
    return e / e.sum(axis=2, keepdims=True) * mask[:, None, :]
""",
    "logaddexp, with names that the tests use": """
def masked_softmax(scores, mask):
    padding = ~np.repeat(mask[:, None], scores.shape[1], axis=1)
    low = np.where(padding, -np.inf, scores)
    total = np.logaddexp.reduce(low, axis=-1, keepdims=True)
    return np.where(padding, 0, np.exp(low - total))
""",
    "NaN taken away, in single precision": """
def masked_softmax(scores, mask):
    low = np.where(mask[:, None], np.float32(scores), np.float32(-np.inf))
    e = np.exp(low - low.max(-1, keepdims=True))
    return np.nan_to_num(e / e.sum(-1, keepdims=True))
""",
}
