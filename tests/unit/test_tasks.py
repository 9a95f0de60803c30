"""The synthetic tasks are what they say, and no answer without memory beats a baseline."""

import math

import numpy as np
import pytest

from course_utils import tasks

DRAWS = {
    "adding": lambda n, rng: tasks.adding(n, 20, rng),
    "copy_memory": lambda n, rng: tasks.copy_memory(n, 7, rng),
    "temporal_order": lambda n, rng: tasks.temporal_order(n, 40, rng),
    "parity": lambda n, rng: tasks.parity(n, 9, rng),
}


@pytest.mark.parametrize("name", DRAWS)
def test_a_seed_gives_the_same_examples_again_and_a_generator_fresh_ones(name):
    first, again = (DRAWS[name](5, np.random.default_rng(0)) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
    rng = np.random.default_rng(0)
    assert not np.array_equal(DRAWS[name](5, rng)[0], DRAWS[name](5, rng)[0])


# Adding -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [2, 3, 20, 51])
def test_the_adding_problem_marks_one_number_in_each_half_and_asks_for_their_sum(length):
    x, y = tasks.adding(300, length, np.random.default_rng(1))
    assert x.shape == (300, length, 2) and y.shape == (300, 1)
    assert x.dtype == y.dtype == np.float32
    for sequence, (answer,) in zip(x, y, strict=True):
        marked = [t for t in range(length) if sequence[t, 1] == 1]
        assert len(marked) == 2 and np.count_nonzero(sequence[:, 1]) == 2
        assert marked[0] < length // 2 <= marked[1]
        assert answer == pytest.approx(sequence[marked[0], 0] + sequence[marked[1], 0])
    numbers = x[..., 0]
    assert numbers.min() >= 0 and numbers.max() < 1
    assert numbers.mean() == pytest.approx(0.5, abs=4 / (12 * numbers.size) ** 0.5)


def test_the_markers_of_the_adding_problem_may_stand_anywhere_in_their_half():
    x, _ = tasks.adding(4000, 7, np.random.default_rng(2))
    counts = x[..., 1].sum(0)
    np.testing.assert_allclose(counts[:3], 4000 / 3, atol=4 * 30)
    np.testing.assert_allclose(counts[3:], 4000 / 4, atol=4 * 28)


def test_the_baseline_of_the_adding_problem_is_the_best_constant():
    _, y = tasks.adding(100_000, 10, np.random.default_rng(3))
    losses = {constant: np.mean((y - constant) ** 2) for constant in (0.9, 1.0, 1.1)}
    assert min(losses, key=losses.get) == 1.0
    assert losses[1.0] == pytest.approx(tasks.baseline("adding"), rel=0.02)


# Copy memory --------------------------------------------------------------------------------------


@pytest.mark.parametrize("delay", [1, 5, 100])
def test_copy_memory_shows_ten_symbols_and_asks_for_them_after_the_delay(delay):
    x, y = tasks.copy_memory(50, delay, np.random.default_rng(4))
    assert x.shape == y.shape == (50, delay + 20)
    assert x.dtype == y.dtype == np.int32
    for shown, asked in zip(x.tolist(), y.tolist(), strict=True):
        symbols = shown[:10]
        assert set(symbols) <= set(range(1, 9))
        assert shown[10:] == [0] * (delay - 1) + [9] * 11
        assert asked == [0] * (delay + 10) + symbols


def test_copy_memory_uses_all_eight_symbols_alike():
    x, _ = tasks.copy_memory(2000, 1, np.random.default_rng(5))
    counts = np.bincount(x[:, :10].ravel(), minlength=10)
    np.testing.assert_allclose(counts[1:9], 2500, atol=4 * 47)


def entropy_given(cause, effect):
    """H(effect | cause) in nats, counted: the loss of the best answer that sees only the cause."""
    pairs, counts = np.unique(np.stack([cause, effect]), axis=1, return_counts=True)
    totals = {c: counts[pairs[0] == c].sum() for c in np.unique(cause)}
    chances = np.array([n / totals[c] for c, n in zip(pairs[0], counts, strict=True)])
    return -np.sum(counts * np.log(chances)) / len(cause)


@pytest.mark.parametrize("delay", [3, 30])
def test_the_baseline_of_copy_memory_is_the_entropy_left_when_only_the_present_is_known(delay):
    x, y = tasks.copy_memory(20_000, delay, np.random.default_rng(6))
    losses = [entropy_given(x[:, t], y[:, t]) for t in range(delay + 20)]
    assert np.mean(losses) == pytest.approx(tasks.baseline("copy_memory", delay=delay), rel=1e-3)


def test_the_baseline_of_copy_memory_at_a_thousand_is_the_published_figure():
    assert round(tasks.baseline("copy_memory", delay=1000), 4) == 0.0204


# Temporal order -----------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [10, 25, 100])
def test_temporal_order_hides_two_marks_and_asks_which_came_first_and_second(length):
    x, y = tasks.temporal_order(400, length, np.random.default_rng(7))
    assert x.shape == (400, length, 6) and y.shape == (400,)
    assert x.dtype == np.float32 and y.dtype == np.int32
    np.testing.assert_array_equal(x.sum(-1), 1)
    names = ["AA", "AB", "BA", "BB"]
    tenth = length // 10
    for sequence, answer in zip(x.argmax(-1), y, strict=True):
        marked = [t for t in range(length) if sequence[t] < 2]
        assert names[answer] == "".join("AB"[sequence[t]] for t in marked)
        first, second = marked
        assert tenth <= first < 2 * tenth and 5 * tenth <= second < 6 * tenth


def test_temporal_order_draws_places_distractors_and_answers_alike():
    x, y = tasks.temporal_order(8000, 40, np.random.default_rng(8))
    np.testing.assert_allclose(np.bincount(y), 2000, atol=4 * 39)
    places = x[..., :2].sum((0, 2))
    np.testing.assert_allclose(places[4:8], 2000, atol=4 * 39)
    np.testing.assert_allclose(places[20:24], 2000, atol=4 * 39)
    distractors = x[..., 2:].sum((0, 1))
    np.testing.assert_allclose(distractors, 8000 * 38 / 4, rtol=0.02)


def test_the_baseline_of_temporal_order_is_the_entropy_of_its_answers():
    x, y = tasks.temporal_order(8000, 40, np.random.default_rng(9))
    last = x[:, -1].argmax(-1)
    assert entropy_given(last, y) == pytest.approx(tasks.baseline("temporal_order"), rel=2e-3)


# Parity -------------------------------------------------------------------------------------------


def test_parity_asks_after_each_bit_whether_the_ones_so_far_are_odd():
    x, y = tasks.parity(60, 25, np.random.default_rng(10))
    assert x.shape == (60, 25, 1) and y.shape == (60, 25)
    assert x.dtype == np.float32 and y.dtype == np.int32
    for bits, answers in zip(x[..., 0], y, strict=True):
        odd = False
        for bit, answer in zip(bits, answers, strict=True):
            assert bit in (0, 1)
            odd ^= bool(bit)
            assert answer == odd


def test_the_baseline_of_parity_is_the_entropy_left_when_only_the_last_bit_is_known():
    x, y = tasks.parity(20_000, 5, np.random.default_rng(11))
    losses = [entropy_given(x[:, t, 0], y[:, t]) for t in range(5)]
    assert losses[0] == 0
    np.testing.assert_allclose(losses[1:], tasks.baseline("parity"), rtol=1e-3)


# What is refused ----------------------------------------------------------------------------------


def test_the_baselines_are_the_closed_forms():
    assert tasks.baseline("adding") == 1 / 6
    assert tasks.baseline("copy_memory", delay=80) == pytest.approx(10 * math.log(8) / 100)
    assert tasks.baseline("temporal_order") == math.log(4)
    assert tasks.baseline("parity") == math.log(2)


@pytest.mark.parametrize(
    ("task", "sizes", "words"),
    [
        ("sorting", {}, r"task is 'sorting', expected one of adding, copy_memory"),
        ("copy_memory", {}, r"copy_memory needs \['delay'\], and was given \{\}"),
        ("adding", {"length": 50}, r"adding needs no size, and was given \{'length': 50\}"),
    ],
)
def test_a_baseline_that_is_not_known_is_refused(task, sizes, words):
    with pytest.raises(ValueError, match=words):
        tasks.baseline(task, **sizes)


@pytest.mark.parametrize(
    ("draw", "shortest"),
    [(tasks.adding, 2), (tasks.copy_memory, 1), (tasks.temporal_order, 10), (tasks.parity, 1)],
)
def test_lengths_that_leave_no_room_for_the_task_are_refused(draw, shortest):
    rng = np.random.default_rng(12)
    draw(1, shortest, rng)
    with pytest.raises(ValueError, match=f"expected at least 1 and {shortest}"):
        draw(1, shortest - 1, rng)
    with pytest.raises(ValueError, match="n is 0"):
        draw(0, shortest, rng)
