"""The checks of the exercises: what a student is told, and what they leave as they found it."""

import contextlib
import functools
import math
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from IPython.core.error import StdinNotImplementedError

from course_utils import cells, checks
from course_utils.checks import tables

ROOT = Path(__file__).resolve().parents[2]


def diagnosis(check, *args, **kwargs):
    with pytest.raises(checks.CheckError) as caught:
        check(*args, **kwargs)
    return str(caught.value)


# --- comparing arrays -----------------------------------------------------------------------------

TIMES = np.array([[[0.1, -0.5], [0.3, 0.9], [0.7, 0.2]], [[0.4, 0.6], [-0.8, -0.1], [0.5, -0.3]]])
AXES = ["batch", "time", "unit"]


@pytest.mark.parametrize(
    "got",
    [
        TIMES,
        TIMES.tolist(),
        TIMES.astype("float32"),
        tuple(map(tuple, TIMES.tolist())),
        TIMES + 1e-12,
    ],
    ids=["array", "lists", "float32", "tuples", "rounding"],
)
def test_a_right_array_passes_in_any_dress(got):
    checks.close(got, TIMES)


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (None, "is None"),
        ("0.1", "You returned a text"),
        ({"h": 1}, "You returned a dictionary"),
        (np.tanh, "Did you forget the round brackets"),
        (map(float, [1]), "put `list(…)` around it"),
        ([[1.0], [1.0, 2.0]], "differ in length or shape"),
        (np.array([None, 1.0]), "dtype object"),
        (TIMES + 0j, "complex"),
        (TIMES[:, -1], "The time axis is missing"),
        (TIMES[:, :-1], "The time axis is off by one: one entry too few"),
        (
            np.concatenate([TIMES[:, :1], TIMES], 1),
            "The time axis is off by one: one entry too many",
        ),
        (TIMES.transpose(1, 0, 2), "The axes are in another order"),
        (TIMES[None], "one axis too many"),
        (TIMES.ravel(), "one flat row"),
        (TIMES[:, ::-1], "reversed along the time axis"),
        (-TIMES, "the sign is wrong"),
        (np.arctanh(TIMES), "the tanh is missing"),
        (np.tanh(TIMES), "tanh is applied once too often"),
        (TIMES.astype(int), "the dtype is int64, whole numbers only, so everything after the"),
        (np.round(TIMES).astype(int), "rounded to whole numbers"),
        (np.array(TIMES * 9, int), "the dtype is int64: it can hold whole numbers only"),
        (np.round(TIMES / 3, 5) * 3, "is right to some digits, but not to all"),
        (TIMES + 0.02 * np.arange(12).reshape(2, 3, 2), "not the right numbers"),
        (0 * TIMES, "zero everywhere"),
        (np.where(TIMES > 0.8, np.nan, TIMES), "NaN"),
        (np.where(TIMES > 0.8, np.inf, TIMES), "infinity"),
        (TIMES + 0.5, "off by the same amount, 0.5"),
        (TIMES * 3, "3 times what it should be"),
        (np.sort(TIMES, axis=None).reshape(TIMES.shape), "stand in another order"),
        (TIMES * [[[1], [1.1], [1.3]]], "only the first step is right"),
        (TIMES * [[[1], [1], [1.3]]], "the first 2 steps are right, and none of those after"),
        (TIMES * [[[1.1], [1.2], [1]]], "only the last step is right"),
        (TIMES * [[[1.1], [1], [1]]], "the last 2 steps are right, and none of those before"),
        (
            np.concatenate([TIMES[:, 1:], 0.2 * TIMES[:, :1]], 1),
            "one place too early along the time axis",
        ),
        (
            np.concatenate([0 * TIMES[:, :1], TIMES[:, :-1]], 1),
            "one place too late along the time axis",
        ),
        (TIMES + np.eye(3)[None, :, :2], "At batch 0, time 0, unit 0 you have 1.1, expected 0.1"),
    ],
)
def test_a_wrong_array_is_told_what_it_looks_like(got, words):
    assert words in diagnosis(checks.close, got, TIMES, "the states", axes=AXES)


@pytest.mark.parametrize("places", [1, 2, 4, 8])
def test_numbers_that_were_rounded_are_told_to_how_many_places(places):
    exact = TIMES / 7
    text = diagnosis(checks.close, np.round(exact, places), exact, tolerance=1e-12)
    assert f"rounded to {places} place" in text and "dtype" not in text


def test_an_axis_of_length_one_that_was_lost_is_told_how_to_keep_it():
    text = diagnosis(checks.close, np.ones(3), np.ones((3, 1)))
    assert "`keepdims=True`" in text and "`[:, None]`" in text


def test_the_matrix_that_is_transposed():
    matrix = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert "it is transposed" in diagnosis(checks.close, matrix.T, matrix)
    assert "It is transposed" in diagnosis(checks.close, np.ones((3, 2)), np.ones((2, 3)))


def test_softmax_missing_or_over_the_wrong_axis():
    logits = np.array([[1.0, 2.0, 4.0], [0.0, 3.0, 1.0]])
    right = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    wrong = np.exp(logits) / np.exp(logits).sum(0, keepdims=True)
    axes = ["batch", "class"]
    assert "the softmax is missing" in diagnosis(checks.close, logits, right, axes=axes)
    assert "wrong axis (the batch axis)" in diagnosis(checks.close, wrong, right, axes=axes)


def test_tiny_numbers_are_looked_at_as_closely_as_asked_and_told_as_they_are():
    tiny = 1e-9 * TIMES
    checks.close(2 * tiny, tiny)
    text = diagnosis(
        checks.close, 2 * tiny, tiny, mistakes={"doubled": lambda: 2 * tiny}, times=1e9
    )
    assert (
        "looks like this mistake: doubled. At index [0, 0, 0] you have 2e-10, expected 1e-10"
        in text
    )
    each_by_its_own = 1e9 * np.ones((2, 1, 1))
    assert "are right" in diagnosis(
        checks.close, tiny + 1e-11 * TIMES**2, tiny, times=each_by_its_own
    )
    checks.close(tiny, tiny, times=1e9)


def test_of_several_mistakes_that_fit_the_nearest_is_told():
    mistakes = {"roughly": TIMES + 0.1 + 4e-7, "exactly": TIMES + 0.1, "the same": TIMES + 0.1}
    assert "mistake: exactly." in diagnosis(checks.close, TIMES + 0.1, TIMES, mistakes=mistakes)


def test_a_small_error_is_not_given_the_name_of_a_large_one():
    text = diagnosis(checks.close, TIMES * (1 + 3e-6 * TIMES), TIMES, axes=AXES)
    assert "right to some digits, but not to all: the largest difference is 2e-06" in text


def test_a_named_mistake_comes_before_the_general_ones():
    text = diagnosis(checks.close, TIMES[:, ::-1], TIMES, mistakes={"mirrored": TIMES[:, ::-1]})
    assert "looks like this mistake: mirrored." in text


def test_a_named_mistake_that_happens_to_be_right_is_not_held_against_the_answer():
    checks.close(TIMES, TIMES, mistakes={"mirrored": TIMES})
    assert "mirrored" not in diagnosis(checks.close, TIMES * 2, TIMES, mistakes={"mirrored": TIMES})


def test_a_named_mistake_may_be_computed_when_it_is_needed_and_may_fail():
    mistakes = {"cannot be": lambda: 1 / 0, "doubled": lambda: 2 * TIMES}
    assert "doubled" in diagnosis(checks.close, 2 * TIMES, TIMES, mistakes=mistakes)


def test_a_number_is_compared_without_an_index():
    assert diagnosis(checks.close, 3.0, 2.0, "w") == "w is 3, expected 2."
    assert "not an array with one in it" in diagnosis(checks.close, [3.0], 3.0, "w")


# --- comparing plain data -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ((1, 2), [1, 2]),
        (np.array([1, 2]), [1, 2]),
        ({"a": np.int64(3), "b": (1,)}, {"a": 3, "b": [1]}),
        (np.True_, True),
        (3.0, 3),
        (float("nan"), np.nan),
        ({(1, (2, 3)): "a"}, {(1, (2, 3)): "a"}),
        ("yes", "yes"),
    ],
)
def test_plain_data_that_says_the_same_passes(got, expected):
    checks.equal(got, expected)


@pytest.mark.parametrize(
    ("got", "expected", "words"),
    [
        (None, [1], "should be a list, and it is None"),
        ({1, 2}, [1, 2], "should be a list, and it is a set"),
        (map(int, "12"), [1, 2], "put `list(…)` around it"),
        (len, 3, "round brackets"),
        ([1, 2, 3], [1, 2], "off by one: one entry too many"),
        ([1], [1, 2], "off by one: one entry too few"),
        ([1, 2], [1, 2, 3, 4], "has 2 entries, expected 4"),
        ([3, 2, 1], [1, 2, 3], "the order is reversed"),
        ([2, 1, 3], [1, 2, 3], "stand in another order"),
        ([0, 1, 2, 4], [1, 2, 4, 5], "one place too late"),
        ([2, 4, 5, 9], [1, 2, 4, 5], "one place too early"),
        ([1, 5, 3], [1, 2, 3], "index 1: you have 5, expected 2"),
        ({0: "a", 1: "b"}, {"a": 0, "b": 1}, "keys and values are exchanged"),
        ({"a": 0}, {"a": 0, "b": 1}, "missing: 'b'"),
        ({"A": 0}, {"a": 0}, "Mind capital letters"),
        ({"a": 1, "b": 2}, {"a": 0, "b": 1}, "every value is off by 1"),
        ({"a": 1, "b": 5}, {"a": 1, "b": 2}, "for 'b' you have 5, expected 2"),
        ("Yes ", "yes", "only capitals or spaces differ"),
        (4, 3, "off by one: you have 4, expected 3"),
        (7, 3, "you have 7, expected 3"),
        (True, False, "it is True, expected False"),
        ("3", 3, "it is a text"),
    ],
)
def test_wrong_plain_data_is_told_what_it_looks_like(got, expected, words):
    assert words in diagnosis(checks.equal, got, expected)


def test_named_mistakes_in_plain_data():
    text = diagnosis(checks.equal, [0, 1], [1, 2], "the list", {"it starts at 0": [0, 1]})
    assert text.startswith("The list looks like this mistake: it starts at 0. You returned [0, 1]")


def test_unpack_wants_as_many_things_as_there_are_names():
    assert checks.unpack((1, 2), "w", "u") == [1, 2]
    assert checks.unpack(np.array([1, 2]), "w", "u") == [1, 2]
    assert "Return 2 things: w, u" in diagnosis(checks.unpack, 1, "w", "u")
    assert "You returned 3." in diagnosis(checks.unpack, (1, 2, 3), "w", "u")
    assert "You returned 3, in one list." in diagnosis(checks.unpack, [1, 2, 3], "w", "u")


def test_numbers_that_differ_late_are_shown_so_that_one_sees_it():
    text = diagnosis(checks.close, 1.11412, 1.11407, "the best constant")
    assert text == (
        "The best constant is 1.11412, expected 1.11407. "
        "Is anything rounded on the way, or computed in float32?"
    )


def test_a_whole_number_is_called_cut_off_only_if_that_explains_it():
    assert "cut off" in diagnosis(checks.close, 2, 2.7)
    assert "cut off" not in diagnosis(checks.close, 0, -1.0986)


def test_parts_in_another_order_are_told_by_their_shapes():
    dx, dW, db = np.zeros((4, 3)), np.zeros((3, 2)), np.zeros(2)
    options = {"shapes": [(4, 3), (3, 2), (2,)], "what": "the gradients"}
    taken = checks.unpack((dx, dW, db), "dx", "dW", "db", **options)
    assert all(a is b for a, b in zip(taken, (dx, dW, db), strict=True))
    text = diagnosis(checks.unpack, (dx, db, dW), "dx", "dW", "db", **options)
    assert text == (
        "The gradients come in another order: by their shapes, you return dx, db, dW."
        " Return dx, dW, db."
    )
    checks.unpack((dx, dW, dW), "dx", "dW", "db", **options)  # a wrong shape is for `close` to tell


# --- calling the answer ---------------------------------------------------------------------------


def test_call_returns_the_answer_and_shows_what_it_prints(capsys):
    def double(x):
        print("looking at", x)
        return 2 * x

    assert checks.call(double, 4) == 8
    assert capsys.readouterr().out == "looking at 4\n"


def stub(x):
    raise NotImplementedError("Your turn")


def shouts(x):
    print(2 * x)


def silent(x):
    x + 1


def adds_in_place(h):
    h += 1
    return h


def scales_in_place(gradients):
    for g in gradients:
        g *= 0.5
    return gradients


def multiplies_a_list(gradients):
    return gradients * 0.5


def appends(words):
    words.append("!")
    return words


def adds_to_an_entry(arrays):
    arrays["W"] += 1
    return arrays["W"]


def misspelled(x):
    return xx + 1  # noqa: F821


def misses_a_key(x):
    return {"a": 1}[x]


def does_not_fit(x):
    return np.ones((2, 3)) @ np.ones((2, 3))


def asks_for_truth(x):
    return 1 if np.ones(2) else 0


def asks_whether_there_is_a_state(x, h0=None, c0=None):
    return h0 if np.ones(2) else c0


def joins(x):
    return np.concatenate([np.ones((2, 1)), np.ones((3, 2))])


def leaves(x):
    sys.exit(1)


def turns_forever(x):
    while True:
        with contextlib.suppress(Exception):
            x += 1


def asks(x):
    raise StdinNotImplementedError("raw_input was called")


def uses_math(x):
    return cmath.sqrt(x)  # noqa: F821


def raises_to_a_power(x):
    return x ^ 0.5


def keeps_what_append_returns(x):
    parts = []
    parts = parts.append(x)
    return parts.append(x)


def stacks_unequal_parts(x):
    return np.array([np.ones(2), np.ones(3)])


def forgets_enumerate(words):
    return [word for i, word in words]


def multiplies_with_none(x):
    return np.asarray(x @ np.array(None))


def adds_to_a_slice(x):
    part = x[1:]
    part += 1
    return part


def flattens_without_ravel(x):
    return np.concatenate([np.ones((2, 1)), np.ones(3)])


def takes_all_of_eig(U):
    return np.abs(np.linalg.eig(U)).max()


def asks_for_a_matrix_norm(x):
    return np.linalg.norm(np.ones((2, 2, 2)), 2)


def indexes_rows_with_classes(x):
    return np.eye(2)[[0, 5]]


def indexes_an_empty_slice(x):
    return x[2:2][-1]


def expects_two_axes(x):
    return x.shape[1]


def needs_the_stub(x):
    return 2 * stub(x)


def masks_the_wrong_axis(x):
    return x[np.ones(3, dtype=bool)]


@pytest.mark.parametrize(
    ("function", "argument", "words"),
    [
        (stub, 1, "is not written yet"),
        (asks, 1, "take the values from the arguments"),
        (uses_math, 1, "`import cmath`"),
        (raises_to_a_power, 2.0, "a power is written with `**`"),
        (raises_to_a_power, np.ones(2), "a power is written with `**`"),
        (keeps_what_append_returns, 1, "alone on its line"),
        (stacks_unequal_parts, 1, "they do not make one array"),
        (forgets_enumerate, ["man"], "enumerate"),
        (multiplies_with_none, np.ones((2, 2)), "a single number or None"),
        (masks_the_wrong_axis, np.ones(2), "The index does not fit the array"),
        (adds_to_a_slice, np.ones(2), "a slice is a view"),
        (flattens_without_ravel, 1, "`.ravel()` each array first"),
        (takes_all_of_eig, np.eye(2), "Take the one you need"),
        (asks_for_a_matrix_norm, 1, "however many axes"),
        (indexes_rows_with_classes, 1, "which axis the index belongs to"),
        (indexes_an_empty_slice, np.ones(3), "That array is empty"),
        (expects_two_axes, np.ones(3), "fewer axes than the line expects"),
        (needs_the_stub, 1, "`needs_the_stub` needs `stub`, which is still to be written"),
        (asks_whether_there_is_a_state, 1, "write `if h0 is None` or `if c0 is None`"),
        (shouts, 1, "prints its answer but returns nothing"),
        (silent, 1, "returns nothing (None)"),
        (adds_in_place, np.zeros(2), "changed its input `h` in place"),
        (multiplies_a_list, [np.ones(2)], "A list is not an array"),
        (appends, ["a"], "work on a copy, `list(words)`"),
        (adds_to_an_entry, {"W": np.zeros(2)}, "copy the array as well, with `.copy()`"),
        (scales_in_place, [np.ones(2)], "`g *= …` and `g[…] = …` write into the old one"),
        (misspelled, 1, "Nothing is called `xx`"),
        (misses_a_key, "b", "has no entry 'b'"),
        (does_not_fit, 1, "The shapes do not fit"),
        (asks_for_truth, 1, "not true or false as a whole"),
        (joins, 1, "which axis should grow?"),
        (leaves, 1, "leaves Python with exit()"),
        (np.zeros(2), 1, "found an array of shape (2,)"),
        (3, 1, "Expected a function, found a whole number"),
    ],
)
def test_what_goes_wrong_in_an_answer_is_said_plainly(function, argument, words):
    assert words in diagnosis(checks.call, function, argument)


def test_only_who_may_leave_an_argument_out_is_told_how_to_ask_for_it():
    assert "is None" not in diagnosis(checks.call, asks_for_truth, 1)


def test_an_error_in_another_cell_is_traced_to_the_line_that_called_it(tmp_path):
    """Cells are files to Python: `forward` is in one, the `step` that it calls in another."""
    scope = {"np": np}
    texts = {
        "ipykernel_1.py": "def step(x, U):\n    return x @ U\n",
        "ipykernel_2.py": "def forward(x, U):\n    return step(x, U)\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
        exec(compile(text, str(tmp_path / name), "exec"), scope)
    text = diagnosis(checks.call, scope["forward"], np.ones((2, 3)), np.ones((2, 3)))
    assert "line 2 of the cell with `step`: `return x @ U`" in text
    assert "called from line 2 of your cell: `return step(x, U)`" in text


def test_a_task_can_say_what_an_error_means_there():
    hints = {"with size 2": "There are two classes.", "IndexError": "Not this one."}
    text = diagnosis(checks.call, indexes_rows_with_classes, 1, hints=hints)
    assert text.endswith("size 2. There are two classes.")


def test_parts_of_wrong_kinds_are_told_apart():
    two = (np.zeros((1, 2)), np.zeros((1, 2, 3)))
    assert "You returned 2 things" in diagnosis(checks.close, two, np.zeros((1, 2)))
    text = diagnosis(checks.equal, 5, (5,), "the shape")
    assert "should be a tuple, and it is a whole number" in text
    assert "needs a comma" in text
    assert "return inside the loop?" in diagnosis(checks.equal, [1], [1, 2, 3])
    softmax = np.array([[0.5, 0.5], [0.25, 0.75]])
    assert "all of it together sums to one" in diagnosis(
        checks.close, np.array([[0.1, 0.2], [0.3, 0.4]]), softmax
    )


def test_the_line_of_the_answer_is_quoted():
    text = diagnosis(checks.call, does_not_fit, 1)
    assert "of your cell: `return np.ones((2, 3)) @ np.ones((2, 3))`" in text


def test_an_answer_with_other_arguments_is_told_so():
    assert "`stub(x)` does not take the arguments" in diagnosis(checks.call, stub, 1, 2)


def test_a_loop_variable_that_covers_a_function_is_named():
    def calls_its_own(x):
        for max in range(2):
            x = max(x, 1)
        return x

    text = diagnosis(checks.call, calls_its_own, 1)
    assert "Inside `calls_its_own`, `max` is a whole number. Give that another name" in text
    assert "Round brackets follow" in diagnosis(checks.call, lambda x: (3 + x)(2), 1)


def test_a_function_of_math_that_meets_an_array_is_told_to_be_numpys():
    assert "as `np.tanh`" in diagnosis(checks.call, lambda a: math.tanh(a), np.ones((2, 2)))


def test_an_endless_loop_ends():
    assert "had not finished" in diagnosis(checks.call, turns_forever, 0, seconds=0.2)


def swallows_everything(x):
    while True:
        try:  # noqa: SIM105
            x += 1
        except:  # noqa: E722
            pass


def swallows_everything_further_in(x):
    try:
        return swallows_everything(x)
    except BaseException:
        return x


def test_an_endless_loop_that_catches_everything_ends():
    assert "had not finished" in diagnosis(checks.call, swallows_everything, 0, seconds=0.2)
    with contextlib.suppress(checks.CheckError):  # it may get away with a wrong answer, in time
        checks.call(swallows_everything_further_in, 0, seconds=0.2)
    assert sys.gettrace() is None and checks.call(abs, -1) == 1


def test_an_answer_that_calls_a_step_for_every_weight_is_told_that_this_measures_gradients():
    def step(x):
        return x**2

    def backward(x):
        return [(step(x + 1e-5) - step(x - 1e-5)) / 2e-5 for _ in range(10)]

    assert checks.call(backward, 3.0, seldom={step: 20})
    text = diagnosis(checks.call, backward, 3.0, seldom={step: 19})
    assert "`backward` calls your `step` 20 times. That measures the gradients" in text


def test_nan_and_generators_among_the_arguments_are_not_called_changed():
    assert checks.call(lambda a, b: 1, float("nan"), {"a": [float("nan"), np.nan]}) == 1
    assert checks.call(lambda numbers: sum(numbers), (n for n in range(3))) == 3


def test_a_row_that_meets_the_wrong_axis_is_told_how_to_make_it_a_column():
    def softmax(a):
        return a / a.sum(axis=1)

    text = diagnosis(checks.call, softmax, np.ones((3, 4)))
    assert "`[:, None]`" in text and "`keepdims=True`" in text
    assert "make them a column" not in diagnosis(
        checks.call, lambda a: a + np.ones(5), np.ones((3, 4))
    )


def test_the_parts_of_a_result_may_come_stacked_in_one_array():
    h, c = checks.unpack(np.stack([TIMES, 2 * TIMES]), "h", "c")
    checks.close(c, 2 * h)
    assert "You returned one, an array" in diagnosis(checks.unpack, np.ones((3, 4)), "h", "c")
    assert "You returned one, an array" in diagnosis(checks.unpack, np.array(1.0), "h", "c")


def test_the_answer_gets_copies():
    h = np.zeros(3)
    diagnosis(checks.call, adds_in_place, h)
    assert not h.any()


def test_an_answer_that_warns_keeps_its_marks(capfd):
    def warns(x):
        print("hm", file=sys.stderr)
        return np.log(np.array(-1.0)) if x else np.array([1.0]) / 0

    with np.errstate(all="warn"):
        checks.call(warns, 1)
        checks.call(warns, 0)
    assert capfd.readouterr().err == ""


# --- the frame ------------------------------------------------------------------------------------


def test_a_task_says_so_when_all_checks_hold(capsys):
    with checks.task("step"):
        checks.equal(1, 1)
    assert capsys.readouterr().out == "✓ step: all checks in this cell hold.\n"


def test_a_missing_function_is_a_diagnosis():
    def cell():
        with checks.task("step"):
            checks.call(step, 1)  # noqa: F821

    assert "`step` is not defined. Run the cell above" in diagnosis(cell)


def test_whatever_else_goes_wrong_in_a_check_is_a_diagnosis():
    def cell():
        with checks.task("step"):
            (3).shape  # noqa: B018

    assert "could not work with what `step` returned" in diagnosis(cell)


def test_a_notebook_shows_the_diagnosis_and_no_stack():
    error = checks.CheckError("The bias is missing.")
    assert error._render_traceback_() == ["Not yet. The bias is missing."]
    long = checks.CheckError("word " * 60)._render_traceback_()
    assert len(long) > 1 and max(map(len, long)) <= 90


def test_hidden_data_follows_the_seed(monkeypatch):
    def first(name):
        return checks.draw(name).random()

    assert first("step") == first("step") != first("forward")
    before = first("step")
    monkeypatch.setenv("COURSE_GRADING_SEED", "7")
    assert first("step") != before


# --- by hand --------------------------------------------------------------------------------------

STEP = "course_utils.cells.SimpleRNN.step"
imported_long_ago = cells.SimpleRNN.step
X, H, W, U, B = np.ones((1, 2)), np.ones((1, 3)), np.ones((2, 3)), np.eye(3), np.zeros(3)


def test_a_function_of_the_package_refuses_under_every_name():
    with checks.by_hand():
        expected = imported_long_ago(X, H, W, U, B)

    def cell():
        with checks.by_hand(STEP):
            imported_long_ago(X, H, W, U, B)

    assert f"Write this one by hand: your answer uses `{STEP}`" in diagnosis(cell)
    np.testing.assert_array_equal(imported_long_ago(X, H, W, U, B), expected)


def test_a_refusal_that_was_swallowed_is_remembered():
    def cell():
        with checks.by_hand(STEP):
            with contextlib.suppress(Exception):
                imported_long_ago(X, H, W, U, B)
            checks.equal(1, 2)

    assert "Write this one by hand" in diagnosis(cell)


@pytest.fixture
def library(monkeypatch):
    """A module with each kind of thing that an answer may use."""
    module = types.ModuleType("a_library")

    def outer(scale):
        @functools.wraps(abs)
        def with_free_variables(x):
            return scale * x

        return with_free_variables

    class Base:
        def __new__(cls, *args):
            return super().__new__(cls)

        def __call__(self, x):
            return 2 * x

    class Layer(Base):
        def __init__(self, units):
            self.units = units

    class Plain:
        pass

    module.function, module.Layer, module.Plain, module.builtin = outer(3), Layer, Plain, len
    monkeypatch.setitem(sys.modules, "a_library", module)
    return module


def test_functions_with_closures_classes_and_builtins_refuse_and_recover(library):
    function, layer, plain = library.function, library.Layer(4), library.Plain
    before = {name: dict(vars(getattr(library, name))) for name in ("Layer", "Plain")}
    names = [f"a_library.{name}" for name in ("function", "Layer", "Plain", "builtin")]
    uses = [
        lambda: function(2),
        lambda: library.Layer(5),
        lambda: layer(1),
        lambda: plain(),
        lambda: library.builtin([1]),
    ]
    for use in uses:

        def cell(use=use):
            with checks.by_hand(*names):
                use()

        assert "Write this one by hand" in diagnosis(cell)
    assert (function(2), layer(1), library.Layer(5).units, library.builtin([1])) == (6, 2, 5, 1)
    assert isinstance(plain(), library.Plain)
    assert {name: dict(vars(getattr(library, name))) for name in before} == before


def test_what_is_written_in_c_is_refused_where_the_answer_has_imported_it():
    names = {}
    exec("from numpy import convolve as slide\ndef answer(a): return slide(a, [1.0])", names)
    with checks.task("answer", by_hand=["numpy.convolve"]):
        text = diagnosis(checks.call, names["answer"], np.ones(3))
    assert "Write this one by hand: your answer uses `numpy.convolve`" in text
    assert names["slide"] is np.convolve and len(names["answer"](np.ones(3))) == 3


def test_a_test_itself_may_use_what_the_answer_may_not():
    with checks.task("step", by_hand=[STEP]):
        assert imported_long_ago(X, H, W, U, B).shape == (1, 3)
        assert "Write this one" in diagnosis(checks.call, imported_long_ago, X, H, W, U, B)


def test_a_module_that_is_not_loaded_is_refused_but_not_loaded():
    code = """
import sys
from course_utils import checks
with checks.by_hand("keras.layers.SimpleRNN", "course_utils.cells.SimpleRNN.step"):
    pass
assert "keras" not in sys.modules and "course_utils.cells" not in sys.modules
lines = "import keras", "from keras.layers import SimpleRNN", "from course_utils import cells"
for line in lines:
    try:
        with checks.by_hand("keras.layers.SimpleRNN", "course_utils.cells.SimpleRNN.step"):
            exec(line)
    except checks.CheckError as error:
        assert "Write this one by hand" in str(error), error
    else:
        raise SystemExit(line + " was not refused")
from course_utils import cells
assert not [f for f in sys.meta_path if type(f).__module__.startswith("course_utils.checks")]
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_of_a_library_that_is_not_loaded_the_rest_may_be_imported():
    code = """
import sys
from course_utils import checks
assert "scipy" not in sys.modules
with checks.by_hand("scipy.optimize.approx_fprime"):
    from scipy.special import expit
try:
    with checks.by_hand("scipy.optimize.approx_fprime"):
        from scipy.optimize import approx_fprime
        approx_fprime([1.0], expit)
except checks.CheckError as error:
    assert "Write this one by hand" in str(error), error
else:
    raise SystemExit("was not refused")
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_keras_layers_refuse_and_recover():
    keras = pytest.importorskip("keras")
    made_before = keras.layers.SimpleRNN(3)
    x = np.ones((1, 2, 2), "float32")
    before = np.asarray(made_before(x))
    for use in (
        lambda: made_before(x),
        lambda: keras.layers.SimpleRNN(3),
        lambda: keras.layers.Conv1D(3, 2),
        lambda: keras.ops.softmax(x),
    ):

        def cell(use=use):
            names = ("layers.SimpleRNN", "layers.Conv1D", "ops.softmax")
            with checks.by_hand(*(f"keras.{name}" for name in names)):
                use()

        assert "Write this one by hand" in diagnosis(cell)
    np.testing.assert_array_equal(np.asarray(made_before(x)), before)
    assert keras.layers.SimpleRNN(3).units == 3
    assert np.asarray(keras.ops.softmax(x)).shape == x.shape


def test_the_output_that_assignment_02_compares_with_is_what_keras_gives():
    """Its table calls these numbers those of a real Keras layer."""
    keras = pytest.importorskip("keras")
    table = tables.load("02-recurrent-step/forward@1")
    x, (W, U, b), h0 = table.example()
    layer = keras.layers.SimpleRNN(len(b), return_sequences=True)
    layer.build((None, None, len(W)))
    layer.set_weights([W, U, b])
    x = x.astype("float32")
    np.testing.assert_allclose(np.asarray(layer(x)), table.KERAS, atol=1e-5)
    began = layer(x, initial_state=[keras.ops.convert_to_tensor(h0, "float32")])
    np.testing.assert_allclose(np.asarray(began), table.KERAS_FROM_H0, atol=1e-5)


def test_importing_the_checks_loads_no_framework():
    code = (
        "import sys, course_utils.checks; "
        "sys.exit(bool({'keras', 'tensorflow', 'IPython', 'matplotlib'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
