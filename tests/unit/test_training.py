"""Profiles: what is chosen in each, and how little the smoke profile trains.

What a training does until its task is solved is tested with real models in test_trials.py.
"""

from types import SimpleNamespace

import pytest

from course_utils import training


@pytest.fixture
def profile(monkeypatch):
    return lambda name: monkeypatch.setenv("COURSE_PROFILE", name)


def test_the_profile_is_quick_unless_something_else_is_asked_for(monkeypatch, profile):
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    assert training.profile() == "quick"
    for name in ("quick", "full", "smoke"):
        profile(name)
        assert training.profile() == name


def test_a_profile_that_does_not_exist_is_an_error(profile):
    profile("huge")
    with pytest.raises(ValueError, match="'huge'; it must be one of quick, full, smoke"):
        training.profile()


@pytest.mark.parametrize(
    ("values", "picked"),
    [
        ({"quick": 1, "full": 2, "smoke": 3}, [1, 2, 3]),
        ({"quick": 1, "full": 2}, [1, 2, 1]),
        ({"quick": 1, "smoke": 3}, [1, 1, 3]),
        ({"quick": (), "full": None, "smoke": None}, [(), None, None]),
    ],
)
def test_each_profile_has_its_value_and_else_that_of_quick(values, picked, profile):
    for name, value in zip(("quick", "full", "smoke"), picked, strict=True):
        profile(name)
        assert training.pick(**values) == value


class Network:
    """A network that only counts its updates."""

    def __init__(self):
        self.updates = []

    def fit(self, x, y, batch_size, **_):
        self.updates.append(len(x) // batch_size)
        return SimpleNamespace(history={"loss": [1.0]})


@pytest.mark.parametrize(
    ("name", "updates"), [("quick", [100, 100, 50]), ("full", [100, 100, 50]), ("smoke", [2, 2])]
)
def test_the_smoke_profile_measures_twice_and_makes_a_few_updates(name, updates, profile):
    profile(name)
    network = Network()
    result = training.until_solved(
        network,
        lambda n: ([0] * n, [0] * n),
        lambda _: 0.5,
        lambda score: False,
        steps=250,
        batch=8,
    )
    assert network.updates == updates
    assert result["metrics"]["steps"] == sum(updates)
    assert len(result["history"]["score"]) == len(updates)


def test_the_smoke_profile_never_makes_more_updates_than_were_asked_for(profile):
    profile("smoke")
    network = Network()
    options = {"steps": 3, "batch": 8, "every": 1}
    training.until_solved(
        network, lambda n: ([0] * n, [0] * n), lambda _: 0.5, lambda score: False, **options
    )
    assert network.updates == [1, 1]
