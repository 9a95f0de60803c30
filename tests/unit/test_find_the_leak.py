"""Find the leak: its forecasters are scikit-learn's; what it shows of leaks is so, and said so."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.preprocessing import StandardScaler

from bookkit.sphinx.explorers import figures
from course_utils import explorers
from course_utils.explorers.find_the_leak import DEALT, STEPS, TRAINING, USE, VALIDATION
from tests.helpers.random_settings import random_settings

EXPLORER = explorers.get("find-the-leak")
SETTINGS = list(random_settings(EXPLORER, np.random.default_rng(4), 24))


def traces(**start):
    return EXPLORER.compute(**EXPLORER.values(**start))


def inputs(series, width):
    """What each window reads, (windows, width)."""
    return np.array([series[i : i + width] for i in range(STEPS - width)])


def steps(window, width):
    """The steps of a window, counted from 1: those it reads, and its target."""
    return set(range(window + 1, window + width + 2))


@pytest.mark.parametrize("values", SETTINGS)
def test_the_errors_are_those_of_scikit_learn(values):
    """Scaler, forecaster and mean absolute error, in kW."""
    found = EXPLORER.compute(**values)
    series, width = found["series"], values["width"]
    scaler = StandardScaler().fit(series[found["first"] - 1 : found["last"], None])
    scaled = scaler.transform(series[:, None]).ravel()
    x, y = inputs(scaled, width), scaled[width:]
    trains, validates, uses = (found["part"] == part for part in (TRAINING, VALIDATION, USE))
    model = KNeighborsRegressor(3) if values["forecaster"] == "neighbours" else Ridge(alpha=1.0)
    model.fit(x[trains], y[trains])
    off = np.abs(scaler.inverse_transform(model.predict(x)[:, None]).ravel() - series[width:])
    assert found["validation"] == pytest.approx(off[validates].mean(), abs=1e-9)
    assert found["use"] == pytest.approx(off[uses].mean(), abs=1e-9)
    assert found["scaled"] == pytest.approx(off[validates].mean() / scaler.scale_[0], abs=1e-9)
    repeated = np.abs(np.diff(series))[DEALT - 1 :]
    assert found["repeat"] == pytest.approx(repeated.mean(), abs=1e-9)


@pytest.mark.parametrize("values", SETTINGS)
def test_a_window_is_thick_when_it_shares_a_step_with_the_other_part(values):
    """And each part holds what it says: as many windows, targets on its side, none twice."""
    found, width = EXPLORER.compute(**values), values["width"]
    part = found["part"]
    targets = {p: np.flatnonzero(part == p) + width + 1 for p in (TRAINING, VALIDATION, USE)}
    assert targets[USE].tolist() == list(range(DEALT + 1, STEPS + 1))
    if values["deal"] == "time":
        assert targets[TRAINING].max() == values["border"] - values["gap"]
        assert targets[VALIDATION].tolist() == list(range(values["border"] + 1, DEALT + 1))
    else:
        assert len(targets[TRAINING]) == values["border"] - width
        assert len(targets[VALIDATION]) == DEALT - values["border"]
    of = {p: [steps(i, width) for i in np.flatnonzero(part == p)] for p in (TRAINING, VALIDATION)}
    every = {p: set().union(*windows) for p, windows in of.items()}
    for i, own in enumerate(part):
        other = every.get(VALIDATION if own == TRAINING else TRAINING)
        shares = own in every and bool(steps(i, width) & other)
        assert found["touches"][i] == shares, i
    assert found["touched"] == sum(bool(w & every[TRAINING]) for w in of[VALIDATION])


@pytest.mark.parametrize("values", SETTINGS)
def test_a_scaler_of_the_training_windows_is_what_it_is_held_against(values):
    """The steps that training windows hold, each once."""
    found, width = EXPLORER.compute(**values), values["width"]
    series, trains = found["series"], np.flatnonzero(found["part"] == TRAINING)
    held = sorted(set().union(*(steps(i, width) for i in trains)))
    sd = StandardScaler().fit(series[np.array(held) - 1, None]).scale_[0]
    assert found["own_scaled"] == pytest.approx(found["own"] / sd, abs=1e-9)
    if values["forecaster"] == "neighbours":  # who is nearest hangs on no scale
        assert found["own"] == pytest.approx(found["validation"], abs=1e-9)
    else:
        x, y = inputs(series, width), series[width:]
        mean = series[np.array(held) - 1].mean()
        model = Ridge().fit((x[trains] - mean) / sd, (y[trains] - mean) / sd)
        off = np.abs(model.predict((x - mean) / sd) * sd + mean - y)
        validates = found["part"] == VALIDATION
        assert found["own"] == pytest.approx(off[validates].mean(), abs=1e-9)


def test_shuffled_windows_flatter_who_remembers_and_hardly_who_does_not():
    """In use it is as bad either way; only the score differs."""
    shuffled, in_time = traces(), traces(deal="time")
    assert shuffled["use"] > 1.6 * shuffled["validation"]
    assert in_time["use"] == pytest.approx(in_time["validation"], rel=0.15)
    assert shuffled["validation"] < shuffled["repeat"] < shuffled["use"]
    for deal in ("shuffled", "time"):
        linear = traces(deal=deal, forecaster="linear")
        assert linear["use"] == pytest.approx(linear["validation"], rel=0.15)


def test_a_gap_as_wide_as_the_window_parts_the_windows_and_changes_little():
    for width in (4, 12, 20):
        shared = [traces(deal="time", width=width, gap=gap)["touched"] for gap in range(21)]
        assert shared == [max(0, width - gap) for gap in range(21)]
    without, with_gap = traces(deal="time"), traces(deal="time", gap=12)
    assert with_gap["validation"] == pytest.approx(without["validation"], rel=0.1)


@pytest.mark.parametrize("forecaster", ["neighbours", "linear"])
def test_a_scaler_fitted_on_everything_changes_the_units_and_hardly_the_error(forecaster):
    clean = {"deal": "time", "gap": 12, "forecaster": forecaster}
    honest, leaking = traces(**clean, end=72), traces(**clean, end=STEPS)
    assert honest["own"] == pytest.approx(honest["validation"], abs=1e-9)
    assert abs(leaking["validation"] - honest["validation"]) < 0.04  # kW
    assert leaking["scaled"] < 0.9 * honest["scaled"]


SAID = [
    (
        {},
        [
            "Shuffled: all 36 validation windows share steps",
            "1.8 times as much: the score flatters",
            "saw 36 steps of validation and 40 of use",
            "by less than 0.01 kW",
        ],
    ),
    ({"forecaster": "linear"}, ["about as much: sharing steps alone does not flatter"]),
    (
        {"deal": "time"},
        ["In time: 12 of 36 validation windows", "in use, about as much. The scaler saw 36 steps"],
    ),
    (
        {"deal": "time", "gap": 12, "end": 72},
        [
            "12 windows left out: no validation window shares a step",
            "The scaler saw neither validation nor use.",
        ],
    ),
    ({"deal": "time", "start": 100, "end": 120}, ["The scaler saw 21 steps of validation. Ag"]),
    ({"deal": "time", "start": 130}, ["The scaler saw 31 of use. Against"]),
]


def test_the_sentence_says_what_is_shared_what_the_score_is_worth_and_what_the_scaler_saw():
    shown = figures([("find-the-leak", start) for start, _ in SAID])
    for (start, expected), figure in zip(SAID, shown, strict=True):
        for words in expected:
            assert words in figure["drawn"]["summary"], (start, figure["drawn"]["summary"])


def test_the_scaler_s_stretch_is_in_order_and_never_too_short():
    """However its two sliders stand to each other."""
    for start, end in ((1, 160), (100, 40), (50, 52), (151, 10), (151, 160), (1, 10)):
        found = traces(start=start, end=end)
        assert found["first"] == min(start, end) and found["last"] <= STEPS
        assert found["last"] - found["first"] + 1 == max(10, abs(end - start) + 1)
