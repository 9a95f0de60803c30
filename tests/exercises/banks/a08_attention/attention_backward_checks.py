"""Task 7: the way back through attention."""

SOLUTION_CELL = "attention-backward"

ANSWER = """
def attention_backward(d_context, queries, keys, values, mask):
    weights = masked_softmax(queries @ keys.swapaxes(1, 2), mask)
    d_weights = d_context @ values.swapaxes(1, 2)
    d_scores = softmax_backward(d_weights, weights)
    d_queries = d_scores @ keys
    d_keys = d_scores.swapaxes(1, 2) @ queries
    d_values = weights.swapaxes(1, 2) @ d_context
    return d_queries, d_keys, d_values
"""
SCORES = "masked_softmax(queries @ keys.swapaxes(1, 2), mask)"
BACK = "softmax_backward(d_weights, weights)"
QUERIES, KEYS = "d_scores @ keys", "d_scores.swapaxes(1, 2) @ queries"
VALUES = "weights.swapaxes(1, 2) @ d_context"
RETURN = "return d_queries, d_keys, d_values"


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


FORWARD = """
def mixed(queries, keys, values, mask):
    scores = np.where(mask[:, None], queries @ keys.swapaxes(1, 2), -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ values
"""
MEASURED = """
def attention_backward(d_context, queries, keys, values, mask):
    gradients = []
    for array in (queries, keys, values):
        slopes = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + 1e-4
            up = np.sum(d_context * mixed(queries, keys, values, mask))
            array[index] = kept - 1e-4
            slopes[index] = (up - np.sum(d_context * mixed(queries, keys, values, mask))) / 2e-4
            array[index] = kept
        gradients.append(slopes)
    return gradients
"""

WRONG = {
    "no mask": (change(", mask)\n    d_w", ", mask | True)\n    d_w"), "the mask is not used"),
    "no softmax": (
        change(SCORES, "queries @ keys.swapaxes(1, 2)"),
        "the softmax is left out",
    ),
    "scaled scores": (
        change(SCORES, "masked_softmax(queries @ keys.swapaxes(1, 2) / 7**0.5, mask)"),
        "the scores are divided by √d",
    ),
    "all of d_context": (
        change(VALUES, "np.ones_like(weights).swapaxes(1, 2) @ d_context"),
        "each value gets all of d_context, as if",
    ),
    "all of d_context where real": (
        change(VALUES, "(weights > 0).swapaxes(1, 2) @ d_context"),
        "each real value gets all of d_context",
    ),
    "scores' gradient for values": (
        change(VALUES, "d_scores.swapaxes(1, 2) @ d_context"),
        "the gradient of the scores stands in place of the weights",
    ),
    "values, mean over steps": (
        change(VALUES, f"{VALUES} / queries.shape[1]"),
        "it is the mean over the steps; a value collects",
    ),
    "values from the last step": (
        change(VALUES, "weights[:, -1:].swapaxes(1, 2) @ d_context[:, -1:]"),
        "a value has a part in the context of every step",
    ),
    "values not transposed": (change(VALUES, "weights @ d_context"), "The shapes do not fit"),
    "softmax left out on the way back": (
        change(BACK, "d_weights"),
        "the way back through the softmax is left out",
    ),
    "own weight alone": (
        change(BACK, "d_weights * weights * (1 - weights)"),
        "only each score's own weight is looked at",
    ),
    "mean not taken off": (
        change(BACK, "d_weights * weights"),
        "the weighted mean is not taken off",
    ),
    "plain mean": (
        change(BACK, "weights * (d_weights - d_weights.mean(axis=-1, keepdims=True))"),
        "the plain mean is taken off",
    ),
    "arguments exchanged": (
        change(BACK, "softmax_backward(weights, d_weights)"),
        "the gradient d_queries",
    ),
    "queries scaled": (
        change(QUERIES, f"{QUERIES} / np.sqrt(queries.shape[-1])"),
        "as for scaled scores",
    ),
    "queries with the weights": (
        change(QUERIES, "weights @ keys"),
        "the weights stand in place of d_scores",
    ),
    "queries with queries": (
        change(QUERIES, "d_scores.sum(axis=-1, keepdims=True) * queries"),
        "the slope of q · k along q is k",
    ),
    "queries summed over the steps": (
        change(QUERIES, f"({QUERIES}).sum(axis=1)"),
        "every query has its own",
    ),
    "keys with the weights": (
        change(KEYS, "weights.swapaxes(1, 2) @ queries"),
        "the weights stand in place of d_scores",
    ),
    "keys, mean over steps": (
        change(KEYS, f"{KEYS} / queries.shape[1]"),
        "a key collects the sum",
    ),
    "keys from the last step": (
        change(KEYS, "d_scores[:, -1:].swapaxes(1, 2) @ queries[:, -1:]"),
        "every query has met this key",
    ),
    "keys with keys": (
        change(KEYS, "d_scores.sum(axis=1)[..., None] * keys"),
        "the slope of q · k along k is q",
    ),
    "keys not transposed": (change(KEYS, "d_scores @ queries"), "The shapes do not fit"),
    "keys as zeros": (change(KEYS, "np.zeros(keys.shape)"), "it is zero; it has a part"),
    "averaged over the batch": (
        change(KEYS, f"{KEYS} / len(mask)"),
        "it is averaged over the batch",
    ),
    "last sequence": (change(RETURN, RETURN.replace(",", "[-1],") + "[-1]"), "only one sequence"),
    "last sequence, with its axis": (
        change(RETURN, RETURN.replace(",", "[-1:],") + "[-1:]"),
        "The batch axis has 1 entry in place of 2: did you keep only one sequence?",
    ),
    "transposed by .T": (change("values.swapaxes(1, 2)", "values.T"), "turns the batch round"),
    "another order": (change(RETURN, "return d_values, d_queries, d_keys"), "in another order"),
    "keys and queries exchanged": (
        change(RETURN, "return d_keys, d_queries, d_values"),
        "in another order",
    ),
    "one array": (change(RETURN, "return d_values"), "Return 3 things"),
    "the arrays themselves": (
        change(RETURN, "return queries, keys, values"),
        "this is values itself",
    ),
    "in place": (
        change("    d_queries =", "    d_context *= 1.5\n    d_queries ="),
        "changed its input `d_context` in place",
    ),
    "rounded": (change(VALUES, f"np.round({VALUES}, 5)"), "5 places"),
    "measured by small changes of the tasks before": (
        MEASURED.replace(
            "mixed(queries, keys, values, mask)",
            "context(masked_softmax(queries @ keys.swapaxes(1, 2), mask), values)",
        ),
        "measures the gradients by small changes",
    ),
    "measured by small changes": (FORWARD + MEASURED, "Are they measured"),
    "the package's answer": (
        """
from course_utils.attention import Dot
from course_utils.cells import Tape

def attention_backward(d_context, queries, keys, values, mask):
    tape = Tape()
    Dot.forward(queries, keys, values, mask, tape=tape)
    return Dot.backward(tape, d_context=d_context)
""",
        "Write this one by hand",
    ),
    "by automatic gradients": (
        """
import tensorflow as tf

def attention_backward(d_context, queries, keys, values, mask):
    arrays = [tf.Variable(a) for a in (queries, keys, values)]
    with tf.GradientTape() as tape:
        scores = tf.matmul(arrays[0], arrays[1], transpose_b=True)
        scores = tf.where(mask[:, None], scores, tf.constant(-1e9, scores.dtype))
        loss = tf.reduce_sum(tf.nn.softmax(scores) @ arrays[2] * d_context)
    return [g.numpy() for g in tape.gradient(loss, arrays)]
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "sequence by sequence, query by query": """
def attention_backward(d_context, queries, keys, values, mask):
    d_q, d_k, d_v = np.zeros(queries.shape), np.zeros(keys.shape), np.zeros(values.shape)
    for b in range(len(queries)):
        real = mask[b]
        if not real.any():
            continue
        k, v = keys[b][real], values[b][real]
        for s in range(queries.shape[1]):
            q, d = queries[b, s], d_context[b, s]
            e = np.exp(k @ q - np.max(k @ q))
            a = e / e.sum()
            d_a = v @ d
            d_e = a * (d_a - a @ d_a)
            d_q[b, s] = d_e @ k
            d_k[b, real] += np.outer(d_e, q)
            d_v[b, real] += np.outer(a, d)
    return d_q, d_k, d_v
""",
    "einsum, one sequence at a time through the tasks before": """
def attention_backward(d_context, queries, keys, values, mask):
    parts = []
    for b in range(len(mask)):
        q, k, v, d = queries[b : b + 1], keys[b : b + 1], values[b : b + 1], d_context[b : b + 1]
        a = masked_softmax(np.einsum("bsd,btd->bst", q, k), mask[b : b + 1])
        e = softmax_backward(np.einsum("bsv,btv->bst", d, v), a)
        parts.append(
            (
                np.einsum("bst,btd->sd", e, k),
                np.einsum("bst,bsd->td", e, q),
                np.einsum("bst,bsv->tv", a, d),
            )
        )
    return [np.array(gradient) for gradient in zip(*parts)]
""",
    "in single precision, checked against context, with names that the tests use": """
def attention_backward(d_context, queries, keys, values, mask):
    d, q, k, v = (np.float32(part) for part in (d_context, queries, keys, values))
    weights = np.float32(masked_softmax(q @ np.moveaxis(k, 1, 2), mask))
    assert context(weights, v).shape == d.shape
    inputs = d @ np.moveaxis(v, 1, 2)
    back = weights * (inputs - np.sum(inputs * weights, axis=-1)[..., None])
    return back @ k, np.moveaxis(back, 1, 2) @ q, np.moveaxis(weights, 1, 2) @ d
""",
}
