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


def run(solved, steps, score, **more):
    metrics = {"solved": solved, "steps": steps, "score": score} | more
    return {"experiment": "adding", "setting": "gru-50", "metrics": metrics}


def test_an_outcome_is_the_updates_if_all_solved_it_and_else_the_scores():
    won = [run(1, 300, 0.004), run(1, 500, 0.002)]
    assert trials.outcome(won) == "2 of 2; 400 ± 141 updates"
    assert trials.outcome([won[0], run(0, 3000, 0.16)]) == "1 of 2; 0.082 ± 0.110"
    assert trials.outcome([run(0, 10_000, 0.5)], percent=True) == "0 of 1; 50 %"


def test_runs_that_diverged_are_counted_and_not_averaged():
    lost = run(0, 700, None, loss=None)
    assert trials.outcome([lost]) == "0 of 1; 1 diverged"
    assert trials.outcome([run(0, 3000, 0.2), lost]) == "0 of 2; 0.200, 1 diverged"
    assert trials.loss([run(0, 1500, 0.1, loss=0.0206), lost]) == "0.0206, 1 diverged"


def test_a_report_has_a_line_for_each_run(capsys):
    trials.report([run(1, 300, 0.004), run(0, 3000, None)])
    assert capsys.readouterr().out.splitlines() == [
        "adding gru-50            updates   300   score 0.004",
        "adding gru-50            updates  3000   score diverged",
    ]
