"""03-bptt, the gradient of softmax and cross-entropy at the logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a03_bptt import _common_1 as common

BY_HAND = (
    *common.TAPES,
    "keras.losses.SparseCategoricalCrossentropy",
    "keras.losses.CategoricalCrossentropy",
    *common.DIFFERENCES,
)
CALLS: dict[str, str] = {}

AXES = ["batch", "class"]
HINTS = {
    "IndexError": "An index is too large. There are 3 examples (rows) and 4 classes (columns), and "
    "a label is the number of a column. `y[labels]` takes whole rows, and `np.eye(n)[labels]` "
    "needs as many rows as there are classes. To reach one number in each row, give a row and a "
    "column for each example."
}


def example() -> tuple[np.ndarray, ...]:
    """logits (3, 4), labels (3,): batch 3, 4 classes."""
    logits = [[0.5, -1.2, 2.0, 0.3], [1.1, 0.4, -0.6, 0.0], [-0.3, 0.9, 0.2, -1.5]]
    return np.array(logits), np.array([2, 0, 3])


EXPECTED = [
    [0.0514, 0.0094, -0.1029, 0.0421],
    [-0.1677, 0.0823, 0.0303, 0.0551],
    [0.0532, 0.1765, 0.0877, -0.3173],
]
LARGE = (np.array([[800.0, 900.0], [-900.0, -901.0], [0.0, 0.0]]), np.array([1, 0, 0]))
EXPECTED_LARGE = [[0.0, 0.0], [-0.08965, 0.08965], [-0.16667, 0.16667]]
# Nearly sure of the right class, but for the last example: float32 holds these logits exactly.
SURE = np.array(
    [
        [0.25, 0.0, -0.875, 1.125, 0.0],
        [0.0, -0.5, 0.75, -0.25, -0.875],
        [0.0, -600.0, 0.0, 0.5, 0.0],
    ]
)
SURE_LABELS = np.array([1, 0, 1])
MARGINS = ((6, 1_000), (12, 1_000_000))  # how much larger the logit of the label is; times
TINY = (
    "it is right to a few digits only. Is it measured, as a difference of losses, or is something "
    "rounded on the way?"
)


def check(cross_entropy_gradient: Any) -> None:
    """The tests that students see."""
    inputs = example()
    got = checks.call(cross_entropy_gradient, *inputs, hints=HINTS)
    compare(got, EXPECTED, inputs, tolerance=2e-4)
    got = checks.call(cross_entropy_gradient, *LARGE)
    compare(got, EXPECTED_LARGE, LARGE, ", with large logits,", tolerance=2e-4)
    for margin, times in MARGINS:
        sure = (1000 + SURE + margin * np.eye(5)[SURE_LABELS], SURE_LABELS)
        compare_small(checks.call(cross_entropy_gradient, *sure), _gradient(*sure), sure, times)


def compare(got: Any, expected: Any, inputs: Any, case: str = "", tolerance: float = 1e-6) -> None:
    """The gradient against the expected one."""
    checks.close(got, expected, f"d_logits{case}", mistakes(*inputs), AXES, tolerance)


def compare_small(got: Any, expected: Any, inputs: Any, times: int, case: str = "") -> None:
    """The tiny gradients at the wrong classes, where the model is nearly sure of the right one."""
    logits, labels = inputs
    right = np.eye(logits.shape[1])[labels]
    sure = logits.argmax(axis=1) == labels
    what = f"d_logits at the wrong classes of examples that are nearly sure{case}, times {times:,},"
    where = times * sure[:, None] * (1 - right)
    checks.close(got, expected, what, mistakes(*inputs), AXES, times=where, otherwise=TINY)


def mistakes(logits: Any, labels: Any) -> dict[str, Any]:
    """Each mistake → what it leads to."""
    batch, classes = logits.shape
    rows, label = np.arange(batch), np.eye(classes)[labels]
    one, columns = _softmax(logits), np.eye(classes)[labels].max(axis=0)

    def tops() -> Any:
        return np.exp(logits - logits.max(axis=1, keepdims=True))

    def gradient(**slips: Any) -> Any:
        return lambda: _gradient(logits, labels, **slips)

    rounded = {
        f"the probabilities are rounded to {places} places; round nothing on the way": gradient(
            softmax=lambda s, places=places: np.round(_softmax(s), places)
        )
        for places in common.PLACES
    }
    return {
        "the loss is a mean over the batch, so the gradient is divided by the number of examples; "
        "that is missing": gradient(divisor=1),
        "it is divided by the number of classes as well; the mean is over the examples "
        "only": gradient(divisor=batch * classes),
        "it is divided by the number of classes; the mean is over the examples": gradient(
            divisor=classes
        ),
        "it is divided by a fixed number; the batch has another size now": gradient(divisor=3),
        "the sign is wrong everywhere: it points down the hill; a gradient points up": gradient(
            divisor=-batch
        ),
        "the sign is wrong everywhere, and the mean over the batch is missing": gradient(
            divisor=-1
        ),
        "these are the probabilities: nothing is subtracted at the right class": gradient(
            subtract=0
        ),
        "these are the probabilities, without the label": gradient(subtract=0, divisor=1),
        "the softmax is missing: the one is subtracted from the logits": gradient(
            softmax=lambda s: s
        ),
        "this is the gradient at the probabilities (-1/y); go one step further, through the "
        "softmax to the logits": lambda: -label / one / batch,
        "only the right class has a gradient; raising a wrong logit takes probability from the "
        "right class": lambda: label * (one - 1) / batch,
        "the right class has no gradient: only the wrong classes do": lambda: (
            (1 - label) * one / batch
        ),
        "one is subtracted in the columns of all the labels, in every row; each row has one right "
        "class of its own, so give a row and a column for each example": gradient(subtract=columns),
        "one is subtracted in the columns of all the labels, in every row (each row has one right "
        "class of its own), and the mean over the batch is missing": gradient(
            subtract=columns, divisor=1
        ),
        "the label itself is subtracted; it is the number of a class, the place where the one is "
        "subtracted": gradient(subtract=labels[:, None]),
        "the label itself is subtracted; it is the number of a class, the place where the one is "
        "subtracted. The mean over the batch is missing too": gradient(
            subtract=labels[:, None], divisor=1
        ),
        "the sum of the softmax is taken over the batch (axis 0), not over the classes; each row "
        "should sum to one": gradient(softmax=lambda s: tops() / tops().sum(axis=0)),
        "the softmax is taken over the batch; each row should sum to one": gradient(
            softmax=lambda s: _softmax(s, axis=0)
        ),
        "all rows are divided by one and the same sum; each row should sum to one": gradient(
            softmax=lambda s: tops() / tops().sum()
        ),
        "all rows are divided by one sum; each row should sum to one": gradient(
            softmax=lambda s: _softmax(s, axis=None)
        ),
        "all rows are divided by the sum of the first row; each row should sum to one": gradient(
            softmax=lambda s: tops() / tops()[0].sum()
        ),
        "the labels are off by one: classes are counted from 0": gradient(
            subtract=np.eye(classes)[labels - 1]
        ),
        "the label of the first example is taken for all; each row has one of its own": gradient(
            subtract=label[:1]
        ),
        "it is multiplied by y(1 - y) as well; that slope has cancelled already": lambda: (
            (one - label) * one * (1 - one) / batch
        ),
        "the sigmoid stands in place of the softmax": gradient(
            softmax=lambda s: 1 / (1 + np.exp(-s))
        ),
        "the logarithms of the probabilities stand in place of the probabilities": gradient(
            softmax=lambda s: np.log(_softmax(s))
        ),
        "this is the loss of each example; asked is its gradient": lambda: (
            -np.log(one[rows, labels])
        ),
        "this is the loss; asked is its gradient": lambda: -np.log(one[rows, labels]).mean(),
        "it is averaged over the batch; every example keeps a row of its own": lambda: (
            (one - label) / batch
        ).mean(axis=0),
        "it is summed over the batch; every example keeps a row of its own": lambda: (
            (one - label) / batch
        ).sum(axis=0),
        "large logits are clipped, and so become equal; subtract the largest of each row, and "
        "nothing is lost": gradient(softmax=lambda s: _softmax(np.clip(s, -100, 100))),
        **rounded,
    }


def _softmax(s: Any, axis: int | None = 1) -> Any:
    e = np.exp(s - s.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _gradient(
    logits: Any,
    labels: Any,
    softmax: Any = _softmax,
    subtract: Any = None,
    divisor: float | None = None,
) -> Any:
    """The gradient with slips: another softmax, something else subtracted, another divisor."""
    label = np.eye(logits.shape[1])[labels] if subtract is None else subtract
    return (softmax(logits) - label) / (len(logits) if divisor is None else divisor)
