"""08-attention, the loss over real tokens only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common

BY_HAND = (
    "keras.losses.SparseCategoricalCrossentropy",
    "keras.losses.CategoricalCrossentropy",
    "keras.ops.sparse_categorical_crossentropy",
    "keras.ops.categorical_crossentropy",
    "tensorflow.nn.sparse_softmax_cross_entropy_with_logits",
)
CALLS: dict[str, str] = {}

PICK = (
    "To pick one number at each step: np.take_along_axis(log_probabilities, targets[:, :, None], "
    "axis=2)[:, :, 0], or a loop over rows and steps."
)
HINTS = {
    "IndexError": f"`log_probabilities[targets]` takes whole sentences, by number. {PICK}",
    "take_along_axis": PICK,
    "same number of dimensions": PICK,
    "must have the same": PICK,
}


def example() -> tuple[np.ndarray, np.ndarray]:
    """log_probabilities (3, 4, 5), of 5 tokens; targets (3, 4), padded with 0."""
    logits = 2 * common.numbers(3, 4, 5)
    targets = np.array([[3, 1, 4, 2], [4, 2, 0, 0], [1, 3, 2, 0]])
    return np.log(common.softmax(logits)), targets


def check(masked_loss: Any) -> None:
    """The tests that students see."""
    log_p, targets = example()
    compare(masked_loss, (log_p, targets), _right(log_p, targets))
    whole = (log_p[:, :2], targets[:, :2])
    compare(masked_loss, whole, _right(*whole), " without any padding")
    empty = (log_p, targets * np.array([[1], [1], [0]]))
    compare(masked_loss, empty, _right(*empty), " when one answer is padding throughout")
    never = log_p.copy()
    never[:, :, 0] = -np.inf
    case = " when the model gives padding the probability 0"
    compare(masked_loss, (never, targets), _right(never, targets), case)


def compare(masked_loss: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """The loss for inputs (log_probabilities, targets)."""
    got = checks.call(masked_loss, *inputs, hints=HINTS)
    checks.close(got, expected, f"the loss{case}", mistakes(*inputs))


def _right(log_p: Any, targets: Any) -> float:
    said = [log_p[place][targets[place]] for place in zip(*np.nonzero(targets), strict=True)]
    return -float(np.mean(said))


def mistakes(log_p: Any, targets: Any) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    batch, steps, vocabulary = log_p.shape
    real = targets != 0
    count = real.sum()
    said = np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    kept = np.where(real, said, 0.0)

    def of_rows(rows: Any) -> Any:
        """The mean over real tokens of each of these rows, NaN where there is none."""
        return -kept[rows].sum(axis=1) / real[rows].sum(axis=1)

    def of_column(columns: Any) -> Callable[[], Any]:
        """The loss when other entries than those of the targets are read."""
        others = np.take_along_axis(log_p, columns[..., None], axis=-1)[..., 0]
        return lambda: -np.where(real, others, 0.0).sum() / count

    rows_alike = (
        "it is the mean of the means of the answers, so that a token of a short answer counts "
        "more; take one mean over all real tokens"
    )
    return {
        "padding counts as zero loss, but it counts: the sum is divided by all steps; divide it by "
        "the number of real tokens": lambda: -kept.mean(),
        "padding is scored like any other token; leave out where targets is 0": lambda: (
            -said.mean()
        ),
        "it is the sum over the real tokens; divide it by their number": lambda: -kept.sum(),
        rows_alike: lambda: of_rows(slice(None)).mean(),
        f"{rows_alike} (an answer without real tokens has none)": lambda: of_rows(
            real.any(axis=1)
        ).mean(),
        f"{rows_alike} (and an answer without real tokens does not count as 0)": lambda: (
            of_rows(real.any(axis=1)).sum() / batch
        ),
        "it is divided by the number of answers; divide by the number of real tokens": lambda: (
            -kept.sum() / batch
        ),
        "it is divided by the number of steps; divide by the number of real tokens": lambda: (
            -kept.sum() / steps
        ),
        "it is the sum over padding too; it is the mean over real tokens": lambda: -said.sum(),
        "there is one number for each answer; the loss is one number": lambda: of_rows(slice(None)),
        "there is one sum for each answer; the loss is one number": lambda: -kept.sum(axis=1),
        "there is one number for each token; the loss is their mean": lambda: -kept,
        "there is one number for each real token; the loss is their mean": lambda: -said[real],
        "0 · (−∞) is NaN: where targets is 0 the log-probability may be −∞, and multiplying by the "
        "mask does not take it away; pick out the real tokens, or put 0 there with "
        "np.where": lambda: -(said * real).sum() / count,
        "it is the mean probability of the targets; the loss is made of its logarithm": lambda: (
            np.exp(said[real]).mean()
        ),
        "it is 1 minus the mean probability of the targets; the loss is minus the mean of their "
        "logarithms, which are given": lambda: 1 - np.exp(said[real]).mean(),
        "probabilities stand in place of log-probabilities: e is taken of what is given; leave the "
        "logarithms as they are": lambda: -np.exp(said[real]).mean(),
        "it is the logarithm of the mean probability; it is the mean of the logarithms": lambda: (
            -np.log(np.exp(said[real]).mean())
        ),
        "it is the perplexity, e to the loss": lambda: np.exp(-kept.sum() / count),
        "it is the perplexity's inverse: e was taken to the mean; the mean itself is "
        "asked": lambda: np.exp(kept.sum() / count),
        "the logarithm is taken once more: log_probabilities are logarithms already": lambda: (
            -np.log(said[real]).mean()
        ),
        "it is in bits: log_probabilities are natural logarithms, and stay so": lambda: (
            -kept.sum() / count / np.log(2)
        ),
        "the most probable token is scored; score the target, whatever the model would "
        "say": lambda: -np.where(real, log_p.max(axis=-1), 0.0).sum() / count,
        "the mask is upside down: padding is counted, and the real tokens are left out": lambda: (
            -said[~real].mean()
        ),
        "the mask is taken from what the model says, not from the targets": lambda: (
            -said[log_p.argmax(axis=-1) != 0].mean()
        ),
        "all entries of a real step are averaged; one of them is the target's": lambda: (
            -log_p[real].mean()
        ),
        "all entries of a real step are summed; one of them is the target's": lambda: (
            -log_p[real].sum(axis=-1).mean()
        ),
        "the last real token of each answer is left out; the end token is to be learned like the "
        "others": lambda: -said[_without_last(real)].mean(),
        "the first token of each answer is left out": lambda: -said[:, 1:][real[:, 1:]].mean(),
        "the entry before the target's is read; tokens are counted from 0": of_column(
            (targets - 1) % vocabulary
        ),
        "each step is scored against the target of the step after it": lambda: of_column(
            np.roll(targets, -1, axis=1)
        )(),
    }


def _without_last(real: Any) -> Any:
    """The mask without the last real token of each row."""
    after = np.concatenate([real[:, 1:], np.zeros_like(real[:, :1])], axis=1)
    return real & after
