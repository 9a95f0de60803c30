"""Task 3: v · tanh(q W_q + k W_k) for each query and each key."""

SOLUTION_CELL = "additive-scores"

ANSWER = """
def additive_scores(queries, keys, W_q, W_k, v):
    q, k = (queries @ W_q)[:, :, None], (keys @ W_k)[:, None]
    hidden = np.tanh(q + k)
    return hidden @ v
"""
TANH, LAST = "np.tanh(q + k)", "return hidden @ v"


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "no tanh": (change(TANH, "q + k"), "the tanh is left out"),
    "tanh of the score": (
        change(TANH, "q + k", LAST, "return np.tanh(hidden @ v)"),
        "tanh is taken of the whole score",
    ),
    "tanh twice": (change(LAST, "return np.tanh(hidden @ v)"), "tanh is taken twice"),
    "tanh of each": (
        change(TANH, "np.tanh(q) + np.tanh(k)"),
        "tanh is taken of query and key apart",
    ),
    "product inside": (change(TANH, "np.tanh(q * k)"), "multiplied inside the tanh"),
    "product": (change(TANH, "q * k"), "query and key are multiplied, as in a dot product"),
    "dot product": (
        change(LAST, "return (queries @ W_q) @ (keys @ W_k).swapaxes(1, 2)"),
        "it is the dot product",
    ),
    "difference": (change(TANH, "np.tanh(q - k)"), "the key is subtracted"),
    "sigmoid": (change(TANH, "1 / (1 + np.exp(-(q + k)))"), "a sigmoid stands in place of tanh"),
    "ReLU": (change(TANH, "np.maximum(q + k, 0)"), "a ReLU stands in place of tanh"),
    "transposed": (
        change("[:, :, None]", "[:, None]", "(keys @ W_k)[:, None]", "(keys @ W_k)[:, :, None]"),
        "a row belongs to a query",
    ),
    "summed without v": (change(LAST, "return hidden.sum(axis=-1)"), "the units are added up"),
    "averaged without v": (
        change(LAST, "return hidden.mean(axis=-1)"),
        "it is the mean over the units",
    ),
    "hidden": (change(LAST, "return hidden"), "the axis of the units is still there"),
    "times v": (change(LAST, "return hidden * v"), "multiplied by v and not summed"),
    "mean over the units": (
        change(LAST, "return (hidden * v).mean(axis=-1)"),
        "is the sum",
    ),
    "divided by the root": (
        change(LAST, "return hidden @ v / np.sqrt(len(v))"),
        "that belongs to scaled dot products",
    ),
    "softmax": (
        change(LAST, "e = np.exp(hidden @ v)\n    return e / e.sum(axis=-1, keepdims=True)"),
        "the softmax is taken already",
    ),
    "v as a column": (change(LAST, "return hidden @ v[:, None]"), "of length 1, is still there"),
    "first query": (
        change(
            "(queries @ W_q)[:, :, None]", "(queries[:, :1] @ W_q)[:, :, None] + 0 * W_q[0]"
        ).replace("return hidden @ v", "return np.repeat(hidden @ v, queries.shape[1], axis=1)"),
        "the first query is taken for all steps",
    ),
    "keys forgotten": (change(TANH, "np.tanh(q + 0 * k)"), "the keys are left out"),
    "queries forgotten": (change(TANH, "np.tanh(0 * q + k)"), "the queries are left out"),
    "as many keys as queries": (
        """
def additive_scores(queries, keys, W_q, W_k, v):
    scores = np.zeros((len(queries), queries.shape[1], keys.shape[1]))
    for k in range(queries.shape[1]):
        if k < keys.shape[1]:
            scores[:, :, k] = np.tanh(queries @ W_q + (keys[:, [k]] @ W_k)) @ v
    return scores
""",
        "The array of scores looks like this mistake: only as many keys as there are queries",
    ),
    "two keys": (
        change(LAST, "return (hidden @ v) * (np.arange(keys.shape[1]) < 2)"),
        "the first 2 steps of time are right",
    ),
    "first sequence's keys": (
        change("(keys @ W_k)[:, None]", "(keys @ W_k)[:1, None]"),
        "the first sequence's keys",
    ),
    "mean key": (
        change(
            "(keys @ W_k)[:, None]",
            "((keys @ W_k).mean(1, keepdims=True) + 0 * keys @ W_k)[:, None]",
        ),
        "each key has a score of its own",
    ),
    "step by step": (
        """
def additive_scores(queries, keys, W_q, W_k, v):
    steps = queries.shape[1]
    return np.tanh(queries @ W_q + keys[:, :steps] @ W_k) @ v
""",
        "each query meets each key",
    ),
    "without new axes": (
        """
def additive_scores(queries, keys, W_q, W_k, v):
    return np.tanh(queries @ W_q + keys @ W_k) @ v
""",
        "Put a new axis into each",
    ),
    "matrices exchanged": (
        change("queries @ W_q", "queries @ W_k"),
        "In `a @ b` the last axis of `a` and the first of `b` must be equal",
    ),
    "weights on the left": (change("queries @ W_q", "W_q @ queries"), "on the wrong side of `@`"),
    "matrix transposed": (
        change("queries @ W_q", "queries @ W_q.T"),
        "Is one of them transposed",
    ),
    "np.dot with v in front": (
        change(LAST, "return np.dot(v, hidden.T)"),
        "tanh(…) (…, units) @ v (units,)",
    ),
    "one sequence": (
        """
def additive_scores(queries, keys, W_q, W_k, v):
    q, k = queries[0] @ W_q, keys[0] @ W_k
    return np.tanh(q[:, None] + k[None]) @ v
""",
        "did you keep only one sequence, or sum over it?",
    ),
    "rounded": (change(LAST, "return np.round(hidden @ v, 5)"), "rounded to 5 places"),
    "the package's answer": (
        """
from course_utils.attention import Additive

def additive_scores(queries, keys, W_q, W_k, v):
    return Additive.scores(queries, keys, W_q, W_k, v)
""",
        "Write this one by hand",
    ),
    "Keras' layer": (
        """
import keras

def additive_scores(queries, keys, W_q, W_k, v):
    layer = keras.layers.AdditiveAttention(use_scale=False)
    return np.asarray(layer._calculate_scores(queries @ W_q, keys @ W_k))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "pair by pair": """
def additive_scores(queries, keys, W_q, W_k, v):
    batch, steps, _ = queries.shape
    scores = np.empty((batch, steps, keys.shape[1]))
    for b in range(batch):
        for s in range(steps):
            for t in range(keys.shape[1]):
                hidden = np.tanh(queries[b, s] @ W_q + keys[b, t] @ W_k)
                scores[b, s, t] = (hidden * v).sum()
    return scores
""",
    "einsum, with names that the tests use": """
def additive_scores(queries, keys, W_q, W_k, v):
    q = np.einsum("bsd,du->bsu", queries, W_q)
    pairs = np.expand_dims(q, 2) + np.einsum("btd,du->btu", keys, W_k)[:, None]
    return np.einsum("bstu,u->bst", np.tanh(pairs), v)
""",
    "query by query, in single precision": """
def additive_scores(queries, keys, W_q, W_k, v):
    k = np.float32(keys) @ np.float32(W_k)
    rows = []
    for t in range(queries.shape[1]):
        q = np.float32(queries[:, t] @ W_q)
        rows.append(np.tanh(k + q[:, None, :]) @ np.float32(v))
    return np.stack(rows, axis=1)
""",
}
