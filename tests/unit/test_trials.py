"""Trials of memory: they stop when solved, at the budget, or when the loss is lost; they repeat."""

import keras
import numpy as np
import pytest

from course_utils import tasks, training, trials


def gru(return_sequences):
    return keras.layers.GRU(16, return_sequences=return_sequences)


def fit(draw, measure, solved, **options):
    training.set_seed(0)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return training.until_solved(model, draw, measure, solved, **{"batch": 8} | options)


def line(n):
    x = np.linspace(-1, 1, n)[:, None]
    return x, 3 * x


def slope(model):
    return float(model.get_weights()[0][0, 0])


def test_training_ends_with_the_first_score_that_is_good_enough():
    result = fit(line, slope, lambda score: score > 2.9, steps=10_000, every=10)
    metrics, scores = result["metrics"], result["history"]["score"]
    assert metrics["solved"] == 1 and metrics["score"] == scores[-1] > 2.9
    assert all(score <= 2.9 for score in scores[:-1])
    assert metrics["steps"] == 10 * len(scores) < 10_000


def test_training_ends_when_the_budget_is_spent():
    result = fit(line, slope, lambda score: score > 9, steps=25, every=10)
    assert result["metrics"]["solved"] == 0
    assert result["metrics"]["steps"] == 25
    assert len(result["history"]["loss"]) == 3


def test_training_ends_when_the_loss_is_no_longer_a_number():
    def huge(n):
        x, y = line(n)
        return 1e30 * x, y

    result = fit(huge, slope, lambda score: score > 9, steps=100, every=10)
    assert result["metrics"]["solved"] == 0 and result["metrics"]["steps"] == 10


def test_a_short_adding_problem_is_solved():
    result = trials.adding(gru, 4, rate=0.01, seed=0, steps=1500)
    assert result["metrics"]["solved"] == 1 and result["metrics"]["score"] < 0.01
    assert result["metrics"]["parameters"] == 3 * 16 * (2 + 16 + 2) + 16 + 1


def test_a_layer_without_memory_stays_at_the_baseline():
    def blind(return_sequences):
        return keras.layers.LSTM(
            16, return_sequences=return_sequences, recurrent_initializer="zeros", trainable=False
        )

    result = trials.adding(blind, 30, rate=0.003, seed=0, steps=300)
    assert result["metrics"]["score"] == pytest.approx(tasks.baseline("adding"), rel=0.15)


def test_copy_memory_reports_recall_and_loss():
    def simple(return_sequences):
        return keras.layers.SimpleRNN(64, return_sequences=return_sequences)

    metrics = trials.copy_memory(simple, 1, rate=0.01, seed=0, steps=600)["metrics"]
    assert 0.5 < metrics["score"] <= 1  # guessing: 1/8
    assert metrics["loss"] < 0.6 * tasks.baseline("copy_memory", delay=1)
    assert metrics["parameters"] == 64 * (10 + 64 + 1) + 64 * 10 + 10


def test_the_same_seed_gives_the_same_run():
    first, second = (trials.adding(gru, 6, rate=0.01, seed=3, steps=100) for _ in range(2))
    assert first == second
    assert trials.adding(gru, 6, rate=0.01, seed=4, steps=100) != first
