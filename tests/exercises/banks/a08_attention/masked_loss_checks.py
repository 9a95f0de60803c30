"""Task 2: the mean negative log-probability of the real tokens."""

SOLUTION_CELL = "masked-loss"

ANSWER = """
def masked_loss(log_probabilities, targets):
    real = targets != 0
    said = np.take_along_axis(log_probabilities, targets[:, :, None], axis=2)[:, :, 0]
    kept = np.where(real, said, 0)
    return -kept.sum() / real.sum()
"""
LAST = "-kept.sum() / real.sum()"


def change(*pairs: str) -> str:
    code = ANSWER
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


WRONG = {
    "divided by all steps": (change(LAST, "-kept.mean()"), "divide it by the number of real"),
    "padding scored": (change(LAST, "-said.mean()"), "padding is scored like any other token"),
    "sum": (change(LAST, "-kept.sum()"), "it is the sum over the real tokens"),
    "sum over padding too": (change(LAST, "-said.sum()"), "it is the sum over padding too"),
    "mean of means": (
        change(LAST, "np.mean(-kept.sum(axis=1) / real.sum(axis=1))"),
        "the mean of the means",
    ),
    "mean of means, empty rows left out": (
        change(LAST, "np.nanmean(-kept.sum(axis=1) / real.sum(axis=1))"),
        "the mean of the means",
    ),
    "mean of means, empty rows as zero": (
        change(LAST, "np.mean(-kept.sum(axis=1) / np.maximum(real.sum(axis=1), 1))"),
        "the mean of the means",
    ),
    "by the answers": (
        change(LAST, "-kept.sum() / len(targets)"),
        "divided by the number of answers",
    ),
    "by the steps": (
        change(LAST, "-kept.sum() / targets.shape[1]"),
        "divided by the number of steps",
    ),
    "one for each answer": (
        change(LAST, "-kept.sum(axis=1) / real.sum(axis=1)"),
        "one number for each answer",
    ),
    "one sum for each answer": (change(LAST, "-kept.sum(axis=1)"), "one sum for each answer"),
    "one for each token": (change(LAST, "-kept"), "one number for each token"),
    "one for each real token": (change(LAST, "-said[real]"), "one number for each real token"),
    "sign": (change(LAST, "kept.sum() / real.sum()"), "the sign is wrong"),
    "multiplied by the mask": (change("np.where(real, said, 0)", "said * real"), "is NaN"),
    "mean probability": (
        change(LAST, "np.exp(said[real]).mean()"),
        "it is the mean probability of the targets",
    ),
    "what is missing to certainty": (
        change(LAST, "1 - np.exp(said[real]).mean()"),
        "it is 1 minus the mean probability",
    ),
    "probabilities in place of logarithms": (
        change(LAST, "-np.exp(said[real]).mean()"),
        "probabilities stand in place of log-probabilities",
    ),
    "logarithm of the mean probability": (
        change(LAST, "-np.log(np.exp(said[real]).mean())"),
        "it is the mean of the logarithms",
    ),
    "perplexity": (change(LAST, "np.exp(-kept.sum() / real.sum())"), "it is the perplexity, e to"),
    "perplexity upside down": (
        change(LAST, "np.exp(kept.sum() / real.sum())"),
        "the perplexity's inverse",
    ),
    "logarithm once more": (
        change(LAST, "-np.log(said[real]).mean()"),
        "the logarithm is taken once more",
    ),
    "in bits": (change(LAST, "-kept.sum() / real.sum() / np.log(2)"), "it is in bits"),
    "most probable token": (
        change(
            "np.take_along_axis(log_probabilities, targets[:, :, None], axis=2)[:, :, 0]",
            "log_probabilities.max(axis=2)",
        ),
        "the most probable token is scored",
    ),
    "mask upside down": (change(LAST, "-said[~real].mean()"), "the mask is upside down"),
    "mask of what is said": (
        change("targets != 0", "log_probabilities.argmax(axis=2) != 0"),
        "the mask is taken from what the model says",
    ),
    "all entries averaged": (
        change(LAST, "-log_probabilities[real].mean()"),
        "all entries of a real step are averaged",
    ),
    "all entries summed": (
        change(LAST, "-log_probabilities[real].sum(axis=1).mean()"),
        "all entries of a real step are summed",
    ),
    "the end left out": (
        change(
            "    kept",
            "    real &= np.cumsum(real, axis=1) < real.sum(axis=1, keepdims=True)\n    kept",
        ),
        "the last real token of each answer is left out",
    ),
    "the first left out": (
        change(LAST, "-said[:, 1:][real[:, 1:]].mean()"),
        "the first token of each answer is left out",
    ),
    "tokens from 1": (
        change("targets[:, :, None]", "targets[:, :, None] - 1"),
        "the entry before the target's is read",
    ),
    "shifted once more": (
        change("targets[:, :, None]", "np.roll(targets, -1, axis=1)[:, :, None]"),
        "against the target of the step after it",
    ),
    "indexed whole": (
        """
def masked_loss(log_probabilities, targets):
    return -log_probabilities[targets].mean()
""",
        "takes whole sentences, by number",
    ),
    "rounded": (change(LAST, "round(-kept.sum() / real.sum(), 4)"), "rounded to 4 places"),
    "Keras' loss": (
        """
import keras

def masked_loss(log_probabilities, targets):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0)
    return float(loss(targets, log_probabilities))
""",
        "Write this one by hand",
    ),
}

RIGHT = {
    "token by token": """
def masked_loss(log_probabilities, targets):
    total, count = 0.0, 0
    for sentence, row in enumerate(targets):
        for t, token in enumerate(row):
            if token != 0:
                total -= log_probabilities[sentence, t, token]
                count += 1
    return total / count
""",
    "one-hot": """
def masked_loss(log_probabilities, targets):
    one_hot = targets[..., None] == np.arange(log_probabilities.shape[-1])
    return -np.mean(log_probabilities[one_hot & (targets > 0)[..., None]])
""",
    "picked by three indices, with names that the tests use": """
def masked_loss(log_probabilities, targets):
    rows, steps = np.nonzero(targets)
    return np.average(-log_probabilities[rows, steps, targets[rows, steps]])
""",
    "in single precision": """
def masked_loss(log_probabilities, targets):
    real = np.float32(targets > 0)
    said = np.take_along_axis(np.float32(log_probabilities), targets[..., None], -1).squeeze(-1)
    return np.sum(np.where(real, -said, np.float32(0)) * real) / np.sum(real)
""",
}
