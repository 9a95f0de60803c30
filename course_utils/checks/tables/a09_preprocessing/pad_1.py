"""09-preprocessing, sequences of all lengths in one array, with a mask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND = (
    "course_utils.preprocessing.text.pad",
    "keras.utils.pad_sequences",
    "tensorflow.ragged.constant",
)
CALLS: dict[str, str] = {}

AXES = ["sequence", "step"]
PLACES = ("pre", "post")
HINTS = {
    "inhomogeneous": "The sequences differ in length, so they are no array yet: start from zeros "
    "of shape (n, length) and put the ids of each sequence into its row.",
    "could not broadcast": "As many ids as places must meet. Cut what is too long before you put "
    "it in. And in a short or empty sequence look at a slice such as `[-n:]`: with n = 0 it is "
    "the whole row.",
    "index can't contain negative values": "A sequence longer than `length` has to be cut first.",
}


def example() -> tuple[list[list[int]], int, str, str]:
    """Sequences of 0 to 7 ids, the length 5, padding and truncating."""
    sequences = [[4, 7, 2], [9, 3, 5, 8, 6, 2, 4], [], [6, 2, 9, 7, 3], [8], [5, 3, 4, 6], [1] * 6]
    return sequences, 5, "post", "pre"


ROWS = {
    "post": [[4, 7, 2, 0, 0], [], [0] * 5, [6, 2, 9, 7, 3], [8, 0, 0, 0, 0], [5, 3, 4, 6, 0]],
    "pre": [[0, 0, 4, 7, 2], [], [0] * 5, [6, 2, 9, 7, 3], [0, 0, 0, 0, 8], [0, 5, 3, 4, 6]],
}
CUT = {"post": [9, 3, 5, 8, 6], "pre": [5, 8, 6, 2, 4]}


def check(pad: Any) -> None:
    """The tests that students see."""
    sequences, length, *_ = example()
    rows = [*ROWS["post"], [1] * 5]
    rows[1] = CUT["post"]
    compare(pad, (sequences, length), (np.array(rows), np.array(rows) > 0))
    for padding in reversed(PLACES):
        for truncating in reversed(PLACES):
            rows = [*ROWS[padding], [1] * 5]
            rows[1] = CUT[truncating]
            expected = np.array(rows), np.array(rows) > 0
            compare(pad, (sequences, length, padding, truncating), expected)


def compare(pad: Any, inputs: Any, expected: tuple[Any, Any]) -> None:
    """What pad returns for inputs (sequences, length[, padding, truncating])."""
    words = (
        ", padding {!r}, truncating {!r}".format(*inputs[2:]) if inputs[2:] else ", no ends given"
    )
    case = f"(length {inputs[1]}{words})"
    array, mask = checks.unpack(checks.call(pad, *inputs, hints=HINTS), "the array", "the mask")
    wrong = mistakes(*inputs)
    exchanged = np.array_equal(array, expected[1]) and np.array_equal(mask, expected[0])
    if exchanged and not np.array_equal(*expected):
        checks.fail(
            f"The array and the mask {case} are exchanged: return the array first, then the mask."
        )
    checks.close(array, expected[0], f"the array {case}", wrong["array"], AXES)
    if np.asarray(array).dtype.kind not in "iu":
        checks.fail(
            f"The array {case} has dtype {np.asarray(array).dtype}. Ids are whole numbers, and an "
            "embedding looks rows up by them: make the array with dtype=int."
        )
    checks.close(mask, expected[1], f"the mask {case}", wrong["mask"], AXES)
    if np.asarray(mask).dtype.kind == "f":
        checks.fail(
            f"The mask {case} has dtype {np.asarray(mask).dtype}. True and False are wanted, or "
            "the whole numbers 1 and 0: compare, as in `array != 0`, or make the mask with "
            "dtype=bool."
        )


def mistakes(
    sequences: Sequence[Sequence[int]], length: int, padding: str = "", truncating: str = ""
) -> dict[str, dict[str, Callable[[], Any]]]:
    """For the array and for the mask: mistake → what it leads to."""
    other = {"pre": "post", "post": "pre"}
    keras = ""
    if not padding:
        padding = truncating = "post"
        keras = (
            '. The call gives no ends, so those of the `def` line hold: "post" for both here; in '
            'Keras it is "pre"'
        )

    def cut(sequence: Sequence[int], place: str) -> list[int]:
        start = max(len(sequence) - length, 0) if place == "pre" else 0
        return list(sequence[start : start + length])

    def rows(
        padding: str = padding,
        truncating: str = truncating,
        fill: Callable[[list[int]], int] = lambda kept: 0,
        length: int = length,
        cut: Callable[[Sequence[int], str], list[int]] = cut,
    ) -> Iterator[list[int]]:
        for sequence in sequences:
            kept = cut(sequence, truncating)
            rest = [fill(kept)] * (length - len(kept))
            yield rest + kept if padding == "pre" else kept + rest

    def array(**slips: Any) -> Callable[[], Any]:
        return lambda: np.array(list(rows(**slips)))

    def wide() -> Any:
        longest = max(map(len, sequences))
        return np.array(list(rows(length=longest, cut=lambda s, _: list(s))))

    def short_too(sequence: Sequence[int], place: str) -> list[int]:
        start = len(sequence) - length if place == "pre" else 0
        return list(sequence[start:][:length])

    real = array()() > 0
    lengths = np.array([min(len(sequence), length) for sequence in sequences])
    steps = np.arange(length)
    return {
        "array": {
            f"short sequences are padded at the {'start' if padding == 'post' else 'end'}; padding "
            f"{padding!r} puts the zeros {'after' if padding == 'post' else 'before'} the "
            f"ids{keras}": array(padding=other[padding]),
            f"the wrong end of long sequences is kept; truncating {truncating!r} cuts off the "
            f"{'last' if truncating == 'post' else 'first'} ids{keras}": array(
                truncating=other[truncating]
            ),
            "padding and truncating are exchanged": array(padding=truncating, truncating=padding),
            f"both padding and truncating go to the wrong end{keras}": array(
                padding=other[padding], truncating=other[truncating]
            ),
            "every row is as long as the longest sequence; `length` says how long": wide,
            "sequences that are too long are left out; cut them": lambda: np.array(
                [r for s, r in zip(sequences, rows(), strict=True) if len(s) <= length]
            ),
            "sequences that are too long are zeros; cut them": lambda: np.array(
                [
                    r if len(s) <= length else [0] * length
                    for s, r in zip(sequences, rows(), strict=True)
                ]
            ),
            "empty sequences are left out; each is a row of zeros": lambda: np.array(
                [r for s, r in zip(sequences, rows(), strict=True) if len(s)]
            ),
            "sequences shorter than `length` are cut, too: len(sequence) - length is negative "
            "there, and a slice that begins at a negative place counts from the end": array(
                cut=short_too
            ),
            "it says True or False (1 or 0); the ids are wanted, and the mask comes "
            "second": lambda: real,
            "the padding is 1, which means an unknown word; it is 0": array(fill=lambda kept: 1),
            "the padding is -1; it is 0": array(fill=lambda kept: -1),
            "short sequences are filled with their last id; padding is 0": array(
                fill=lambda kept: kept[-1] if kept else 0
            ),
            "short sequences are filled with their first id; padding is 0": array(
                fill=lambda kept: kept[0] if kept else 0
            ),
            "rows are one step too short (off by one)": array(length=length - 1),
            "the ids of each row are turned round": lambda: np.array(list(rows()))[:, ::-1],
            "one id too few of long sequences is kept (off by one)": array(
                cut=lambda s, place: (
                    cut(s, place)[1 if place == "pre" else 0 :][: length - 1]
                    if len(s) >= length
                    else list(s)
                )
            ),
        },
        "mask": {
            "it is inverted: True is a real step, False is padding": lambda: ~real,
            "it is True everywhere; padding is False": lambda: np.ones_like(real),
            "it is False everywhere; a real step is True": lambda: np.zeros_like(real),
            "it is as if the padding stood at the end; here it stands at the start": lambda: (
                steps < lengths[:, None]
            ),
            "it is as if the padding stood at the start; here it stands at the end": lambda: (
                steps >= length - lengths[:, None]
            ),
            "it holds the number of real steps; say for each step whether it is real": lambda: (
                lengths
            ),
            "it holds the lengths before cutting; say for each step whether it is real": lambda: (
                np.array([len(s) for s in sequences])
            ),
            "it says of each row whether there is anything in it; say it of each step": lambda: (
                real.any(axis=1)
            ),
            "it is False for the whole row where there is any padding": lambda: (
                real.all(axis=1, keepdims=True) & real
            ),
            "it is the array again; True and False are wanted, `array != 0`": array(),
            "id 1, the unknown word, is taken for padding; only 0 is": lambda: array()() > 1,
        },
    }
