"""Task 7: clipping by value, each array by its norm, and all by one norm."""

SOLUTION_CELL = "clipping"

VALUE = "[np.clip(g, -limit, limit) for g in gradients]"
EACH = "[g * (limit / max(limit, np.linalg.norm(g))) for g in gradients]"
NORM = "np.sqrt(sum(np.sum(g**2) for g in gradients))"
TOGETHER = "[g * (limit / max(limit, norm)) for g in gradients]"


def answer(
    value: str = VALUE,
    each: str = EACH,
    norm: str = NORM,
    together: str = TOGETHER,
    result: str = "clipped, norm",
) -> str:
    return f"""
def clip_by_value(gradients, limit):
    return {value}


def clip_each(gradients, limit):
    return {each}


def clip_by_global_norm(gradients, limit):
    norm = {norm}
    clipped = {together}
    return {result}
"""


def body(name: str, lines: str) -> str:
    """The right answer, with one function written anew."""
    return answer() + f"\n\ndef {name}(gradients, limit):\n" + lines


WRONG = {
    # by value
    "value: only above": (
        answer("[np.minimum(g, limit) for g in gradients]"),
        "very negative ones should be too",
    ),
    "value: only below": (
        answer("[np.maximum(g, -limit) for g in gradients]"),
        "large positive ones should be too",
    ),
    "value: from zero": (
        answer("[np.clip(g, 0, limit) for g in gradients]"),
        "negative numbers are cut to 0",
    ),
    "value: by norm": (answer(EACH), "here every number is cut by itself"),
    "value: too large become zero": (
        answer("[np.where(np.abs(g) > limit, 0, g) for g in gradients]"),
        "they should become the limit",
    ),
    "value: signs": (
        answer("[limit * np.sign(g) for g in gradients]"),
        "every number becomes limit or -limit",
    ),
    "value: sign lost": (
        answer("[np.minimum(np.abs(g), limit) for g in gradients]"),
        "the sign of negative numbers is lost",
    ),
    "value: limit for very negative numbers": (
        answer("[np.where(np.abs(g) > limit, limit, g) for g in gradients]"),
        "it should become -limit",
    ),
    "value: as it came": (answer("list(gradients)"), "nothing is clipped"),
    "value: one array": (
        answer("np.concatenate([np.clip(g, -limit, limit).ravel() for g in gradients])"),
        "should be a list of 3 arrays",
    ),
    "value: the first only": (
        answer("[np.clip(gradients[0], -limit, limit)]"),
        "You returned a list of 1",
    ),
    "value: the list as an array": (
        answer("np.clip(gradients, -limit, limit)"),
        "differ in shape",
    ),
    "value: in place": (
        body(
            "clip_by_value",
            "    for g in gradients:\n        g[g > limit] = limit\n"
            "        g[g < -limit] = -limit\n    return gradients\n",
        ),
        "changed its input `gradients` in place",
    ),
    "value: truth of an array": (
        answer("[g if abs(g) < limit else limit for g in gradients]"),
        "not true or false as a whole",
    ),
    # each array
    "each: one factor": (
        answer(each="clip_by_global_norm(gradients, limit)[0]"),
        "here every array has its own",
    ),
    "each: small scaled up": (
        answer(each="[g * limit / np.linalg.norm(g) for g in gradients]"),
        "an array below the limit is scaled up",
    ),
    "each: by value": (answer(each=VALUE), "here every array is scaled as a whole"),
    "each: row by row": (
        answer(
            each="[g * (limit / np.maximum(limit, np.sqrt((g**2).sum(-1, keepdims=True))))"
            " for g in gradients]"
        ),
        "every row of a matrix is scaled by itself",
    ),
    "each: no root": (
        answer(each="[g * (limit / max(limit, np.sum(g**2))) for g in gradients]"),
        "the root is missing",
    ),
    "each: absolute values": (
        answer(each="[g * (limit / max(limit, np.abs(g).sum())) for g in gradients]"),
        "the sum of absolute values",
    ),
    "each: largest entry": (
        answer(each="[g * (limit / max(limit, np.abs(g).max())) for g in gradients]"),
        "the norm is the largest entry",
    ),
    "each: 2-norm of a matrix": (
        answer(
            each="[g * (limit / max(limit, np.linalg.norm(g, 2 if g.ndim == 2 else None)))"
            " for g in gradients]"
        ),
        "its largest singular value",
    ),
    "each: 2-norm of whatever comes": (
        answer(each="[g * (limit / max(limit, np.linalg.norm(g, 2))) for g in gradients]"),
        "`np.linalg.norm(g)` without the 2",
    ),
    "each: to norm 1": (
        answer(each="[g / max(1, np.linalg.norm(g)) for g in gradients]"),
        "scaled to norm 1",
    ),
    "each: zero": (
        answer(each="[g * (np.linalg.norm(g) <= limit) for g in gradients]"),
        "becomes zero",
    ),
    "each: divided by the limit": (
        answer(each="[g / limit if np.linalg.norm(g) > limit else g for g in gradients]"),
        "is divided by the limit",
    ),
    "each: multiplied by the limit": (
        answer(each="[g * limit if np.linalg.norm(g) > limit else g for g in gradients]"),
        "is multiplied by the limit",
    ),
    "each: as it came": (
        answer(each="[g.copy() for g in gradients]"),
        "nothing is clipped",
    ),
    "each: zero by zero": (
        answer(each="[g / np.linalg.norm(g) * min(limit, np.linalg.norm(g)) for g in gradients]"),
        "it holds NaN",
    ),
    "each: small ones swell": (
        answer(
            each="[g * (limit / np.linalg.norm(g) if np.linalg.norm(g) < 0.9 or"
            " np.linalg.norm(g) > limit else 1) for g in gradients]"
        ),
        "small gradients are scaled up",
    ),
    "each: in place": (
        body(
            "clip_each",
            "    for g in gradients:\n        g *= limit / max(limit, np.linalg.norm(g))\n"
            "    return gradients\n",
        ),
        "`g *= …` and `g[…] = …` write into the old one",
    ),
    # all together
    "together: norms added up": (
        answer(norm="sum(np.linalg.norm(g) for g in gradients)"),
        "add up their squares",
    ),
    "together: largest norm": (
        answer(norm="max(np.linalg.norm(g) for g in gradients)"),
        "it is the largest of the arrays' norms",
    ),
    "together: mean norm": (
        answer(norm="np.mean([np.linalg.norm(g) for g in gradients])"),
        "it is the mean of the arrays' norms",
    ),
    "together: a norm for each": (
        body(
            "clip_by_global_norm",
            "    return clip_each(gradients, limit), [np.linalg.norm(g) for g in gradients]\n",
        ),
        "there is one norm for each array",
    ),
    "together: no root": (
        answer(norm="sum(np.sum(g**2) for g in gradients)"),
        "the root is missing",
    ),
    "together: absolute values": (
        answer(norm="sum(np.abs(g).sum() for g in gradients)"),
        "it is the sum of absolute values",
    ),
    "together: mean of squares": (
        answer(norm="np.sqrt(np.mean(np.concatenate([g.ravel() ** 2 for g in gradients])))"),
        "the root of the mean of the squares",
    ),
    "together: root of the norms": (
        answer(norm="np.sqrt(sum(np.linalg.norm(g) for g in gradients))"),
        "the root of the sum of the norms",
    ),
    "together: first array": (
        answer(norm="np.linalg.norm(gradients[0])"),
        "the norm of the first array only",
    ),
    "together: last array": (
        answer(norm="np.linalg.norm(gradients[-1])"),
        "the norm of the last array only",
    ),
    "together: largest number": (
        answer(norm="max(np.abs(g).max() for g in gradients)"),
        "the largest number of all",
    ),
    "together: norm after": (
        answer(result="clipped, min(norm, limit)"),
        "it is the norm after clipping",
    ),
    "together: the factor": (
        answer(result="clipped, limit / max(limit, norm)"),
        "it is the factor",
    ),
    "together: each by itself": (
        answer(together="[g * (limit / max(limit, np.linalg.norm(g))) for g in gradients]"),
        "each array is clipped by itself",
    ),
    "together: each to the limit": (
        answer(together="[g * limit / np.linalg.norm(g) for g in gradients]"),
        "each array is scaled to the limit by itself",
    ),
    "together: by value": (answer(together=VALUE), "that changes the direction"),
    "together: to norm 1": (
        answer(together="[g / norm if norm > limit else g for g in gradients]"),
        "the norm becomes 1",
    ),
    "together: divided by the limit": (
        answer(together="[g / limit if norm > limit else g for g in gradients]"),
        "the arrays are divided by the limit",
    ),
    "together: upside down": (
        answer(together="[g * norm / limit if norm > limit else g for g in gradients]"),
        "the factor is upside down",
    ),
    "together: no root in the factor": (
        answer(together="[g * limit / max(limit, norm) ** 2 for g in gradients]"),
        "the root is missing in the norm that makes the factor",
    ),
    "together: small scaled up": (
        answer(together="[g * limit / norm for g in gradients]"),
        "small gradients are scaled up",
    ),
    "together: zero by zero": (
        answer(together="[g / norm * min(limit, norm) for g in gradients]"),
        "it holds NaN",
    ),
    "together: nothing": (answer(together="list(gradients)"), "nothing is clipped"),
    "together: step left out": (
        answer(together="[g * (norm <= limit) for g in gradients]"),
        "every array becomes zero",
    ),
    "together: exchanged": (
        answer(result="norm, clipped"),
        "The two results are exchanged",
    ),
    "together: a list times a number": (
        answer(together="gradients * min(1.0, limit / norm)"),
        "a list is not an array",
    ),
    "together: nothing when small": (
        body(
            "clip_by_global_norm",
            "    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))\n"
            "    if norm > limit:\n        return [g * limit / norm for g in gradients], norm\n",
        ),
        "whichever way it goes",
    ),
    "together: only the list": (
        answer(result="clipped"),
        "You returned the list alone",
    ),
    "together: only the norm": (answer(result="norm"), "You returned one, a number"),
    "together: 2-norm of a matrix": (
        answer(norm="np.sqrt(sum(np.linalg.norm(g, 2) ** 2 for g in gradients))"),
        "its largest singular value",
    ),
    "together: flat": (
        answer(together="[g.ravel() * (limit / max(limit, norm)) for g in gradients]"),
        "they lie in one flat row",
    ),
    "together: in place": (
        body(
            "clip_by_global_norm",
            "    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))\n"
            "    for g in gradients:\n        g *= limit / max(limit, norm)\n"
            "    return gradients, norm\n",
        ),
        "changed its input `gradients` in place",
    ),
    "together: inhomogeneous": (
        answer(norm="np.linalg.norm(np.array(gradients))"),
        "differ in shape",
    ),
    # ready-made
    "the package by value": (
        "from course_utils import gradients as ready\n"
        + answer("ready.clip_by_value(gradients, limit)"),
        "Write this one by hand",
    ),
    "the package for each": (
        "from course_utils.gradients import clip_by_norm\n"
        + answer(each="clip_by_norm(gradients, limit)"),
        "Write this one by hand",
    ),
    "the package together": (
        "from course_utils import gradients as ready\n"
        + body("clip_by_global_norm", "    return ready.clip_by_global_norm(gradients, limit)\n"),
        "Write this one by hand",
    ),
    "the package's norm": (
        "from course_utils.gradients import global_norm\n" + answer(norm="global_norm(gradients)"),
        "Write this one by hand",
    ),
    "TensorFlow together, loaded before": (
        "from tensorflow import clip_by_global_norm as ready\n"
        + body(
            "clip_by_global_norm",
            "    clipped, norm = ready([np.asarray(g) for g in gradients], limit)\n"
            "    return [g.numpy() for g in clipped], float(norm)\n",
        ),
        "Write this one by hand: your answer uses `tensorflow.clip_by_global_norm`",
    ),
    "TensorFlow for each": (
        body(
            "clip_each",
            "    import tensorflow as tf\n\n"
            "    return [tf.clip_by_norm(g, limit).numpy() for g in gradients]\n",
        ),
        "Write this one by hand",
    ),
    "a Keras optimizer, loaded before": (
        "import keras\n"
        + body(
            "clip_by_global_norm",
            "    optimizer = keras.optimizers.SGD(global_clipnorm=limit)\n"
            "    clipped = optimizer._clip_gradients([keras.ops.array(g) for g in gradients])\n"
            "    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))\n"
            "    return [np.asarray(g) for g in clipped], norm\n",
        ),
        "Write this one by hand",
    ),
    # rounded, in float32, what is left out
    **{
        f"value: rounded to {places} places": (
            answer(f"[np.clip(g, -limit, limit).round({places}) for g in gradients]"),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"each: rounded to {places} places": (
            answer(
                each=f"[(g * (limit / max(limit, np.linalg.norm(g)))).round({places})"
                " for g in gradients]"
            ),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"together: rounded to {places} places": (
            answer(
                together=f"[(g * (limit / max(limit, norm))).round({places}) for g in gradients]"
            ),
            f"the numbers are rounded to {places} places",
        )
        for places in (4, 6, 8)
    },
    **{
        f"each: norm rounded to {places} places": (
            answer(
                each=f"[g * (limit / max(limit, np.linalg.norm(g).round({places})))"
                " for g in gradients]"
            ),
            f"the norm is rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    **{
        f"each: factor rounded to {places} places": (
            answer(
                each="[g * np.round(limit / max(limit, np.linalg.norm(g)), " + str(places) + ")"
                " for g in gradients]"
            ),
            f"the factor is rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    **{
        f"together: norm rounded to {places} places": (
            answer(norm=f"round({NORM}, {places})"),
            "the numbers are rounded to " + {4: "3", 6: "6", 8: "8"}[places],  # 7.1680 is 7.168
        )
        for places in (4, 6, 8)
    },
    **{
        f"together: factor rounded to {places} places": (
            answer(together=f"[g * round(limit / max(limit, norm), {places}) for g in gradients]"),
            f"the factor is rounded to {places} places on the way",
        )
        for places in (4, 6, 8)
    },
    "each: squares in float32": (
        answer(
            each="[g * (limit / max(limit, float(np.linalg.norm(g.astype('float32')))))"
            " for g in gradients]"
        ),
        "are the squares in float32?",
    ),
    "together: squares in float32": (
        answer(norm="float(np.sqrt(sum(np.sum(np.float32(g) ** 2) for g in gradients)))"),
        "are the squares in float32?",
    ),
    "together: the factor in float32": (
        answer(
            together="[g * (limit / max(limit, float(np.sqrt(sum(np.sum(np.float32(a) ** 2)"
            " for a in gradients))))) for g in gradients]"
        ),
        "are the squares in float32?",
    ),
    "each: the comparison the wrong way round": (
        answer(
            each="[g * limit / np.linalg.norm(g) if np.linalg.norm(g) < limit else g"
            " for g in gradients]"
        ),
        "the comparison is the wrong way round",
    ),
    "each: the first only": (
        answer(each="[clip_by_global_norm(gradients[:1], limit)[0][0], *gradients[1:]]"),
        "nothing is clipped",
    ),
    "each: for matrices only": (
        answer(each="[g * (limit / max(limit, np.linalg.norm(g, 'fro'))) for g in gradients]"),
        "the root of the sum of all squares",
    ),
    "together: the last left out of the norm": (
        answer(norm="np.sqrt(sum(np.sum(g**2) for g in gradients[:-1]))"),
        "the last array is left out",
    ),
    "together: the first left out of the norm": (
        answer(norm="np.sqrt(sum(np.sum(g**2) for g in gradients[1:]))"),
        "the first array is left out",
    ),
    "together: a norm of positive numbers": (
        answer(norm="np.sqrt(sum(np.sum(np.maximum(g, 0) ** 2) for g in gradients))"),
        "the norm of all arrays together",
    ),
}

RIGHT = {
    "loops over the numbers": """
def clip_by_value(gradients, limit):
    result = []
    for g in gradients:
        new = g.copy()
        new[new > limit] = limit
        new[new < -limit] = -limit
        result.append(new)
    return result


def clip_each(gradients, limit):
    result = []
    for g in gradients:
        squares = 0.0
        for number in g.ravel():
            squares += number**2
        length = squares**0.5
        if length > limit:
            result.append(g / length * limit)
        else:
            result.append(g)
    return result


def clip_by_global_norm(gradients, limit):
    squares = 0.0
    for g in gradients:
        for number in g.ravel():
            squares += number**2
    length = squares**0.5
    if length <= limit:
        return gradients, length
    return [g / length * limit for g in gradients], length
""",
    "one flat row, cut up again": """
def clip_by_value(grads, c):
    return [np.minimum(np.maximum(g, -c), c) for g in grads]


def clip_each(grads, c):
    return [clip_by_global_norm([g], c)[0][0] for g in grads]


def clip_by_global_norm(grads, c):
    flat = np.concatenate([np.ravel(g) for g in grads])
    norm = np.linalg.norm(flat)
    flat = flat * min(1.0, c / norm) if norm > 0 else flat
    ends = np.cumsum([g.size for g in grads])[:-1]
    return [part.reshape(g.shape) for part, g in zip(np.split(flat, ends), grads)], norm
""",
    "float32, a norm of norms, tuples": """
def clip_by_value(gradients, limit):
    cut = [np.where(abs(g) > limit, limit * np.sign(g), g) for g in gradients]
    return tuple(g.astype("float32") for g in cut)


def clip_each(gradients, limit):
    gradients = [g.astype("float32") for g in gradients]
    return tuple(g / max(1.0, np.linalg.norm(g) / limit) for g in gradients)


def clip_by_global_norm(gradients, limit):
    gradients = [g.astype("float32") for g in gradients]
    norm = np.linalg.norm([np.linalg.norm(g) for g in gradients])
    return tuple(g / max(1.0, norm / limit) for g in gradients), norm
""",
    "a little added to the norm, as PyTorch does": """
def clip_by_value(gradients, limit):
    return [g.clip(-limit, limit) for g in gradients]


def clip_each(gradients, limit):
    return [g * min(1.0, limit / (np.sqrt(np.vdot(g, g)) + 1e-6)) for g in gradients]


def clip_by_global_norm(gradients, limit):
    norm = np.sqrt(np.sum([np.vdot(g, g) for g in gradients]))
    factor = np.minimum(1.0, limit / (norm + 1e-6))
    return list(map(lambda g: g * factor, gradients)), norm
""",
    "a norm that cannot overflow": """
import math
from scipy.linalg import norm as length

def clip_by_value(gradients, limit):
    return [np.sign(g) * np.minimum(np.abs(g), limit) for g in gradients]


def clip_each(gradients, limit):
    new = []
    for g in gradients:
        n = length(g.ravel())
        new.append(np.where(n > limit, g * (limit / (n or 1.0)), g))
    return new


def clip_by_global_norm(gradients, limit):
    numbers = [float(number) for g in gradients for number in g.flat]
    norm = math.hypot(*numbers)
    return [g if norm <= limit else g * (limit / norm) for g in gradients], norm
""",
    "names that cover Python's": """
from numpy import *

max, zeros_, small, largest, norm, both, compare = 3.0, None, None, None, None, None, None

def clip_by_value(gradients, limit):
    return [clip(g, -limit, limit) for g in gradients]


def clip_each(gradients, limit):
    return [g * (limit / maximum(limit, linalg.norm(g))) for g in gradients]


def clip_by_global_norm(gradients, limit):
    norm = sqrt(sum(array([linalg.norm(g) ** 2 for g in gradients])))
    return [g * (limit / maximum(limit, norm)) for g in gradients], norm
""",
}
