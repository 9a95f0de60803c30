"""Measurements over time become windows, scaled and evenly spaced, without a look ahead."""

import datetime
import itertools
import json
import sys
import zoneinfo

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from course_utils.preprocessing import series
from course_utils.preprocessing.series import Scaler

SEARCH = settings(max_examples=60, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)


# Windows ------------------------------------------------------------------------------------------


def keras_windows(data, length, stride):
    batches = keras.utils.timeseries_dataset_from_array(data, None, length, stride, batch_size=7)
    return np.concatenate([batch.numpy() for batch in batches])


@pytest.mark.parametrize(
    ("time", "length", "horizon", "stride"),
    [(30, 5, 1, 1), (30, 4, 3, 2), (31, 7, 2, 5), (12, 9, 3, 1), (20, 1, 1, 3)],
)
def test_windows_are_those_of_keras(time, length, horizon, stride):
    values = np.random.default_rng(time).normal(size=(time, 3))
    x, y = series.windows(values, length, horizon, stride)
    np.testing.assert_array_equal(x, keras_windows(values[:-horizon], length, stride))
    np.testing.assert_array_equal(y, keras_windows(values[length:], horizon, stride))
    targets = keras.utils.timeseries_dataset_from_array(
        values, values[length + horizon - 1 :], length, stride
    )
    np.testing.assert_array_equal(y[:, -1], np.concatenate([t.numpy() for _, t in targets]))


def test_windows_by_hand():
    x, y = series.windows([10, 11, 12, 13, 14], 2, stride=2)
    assert x.tolist() == [[[10], [11]], [[12], [13]]]
    assert y.tolist() == [[[12]], [[14]]]


@SEARCH
@given(st.integers(2, 40), st.integers(1, 8), st.integers(1, 5), st.integers(1, 6))
def test_a_window_never_sees_what_it_is_to_forecast(time, length, horizon, stride):
    if time < length + horizon:
        return
    x, y = series.windows(np.arange(time), length, horizon, stride)
    assert (x[:, -1, 0] + 1 == y[:, 0, 0]).all()
    assert (np.diff(np.concatenate([x, y], axis=1)[:, :, 0]) == 1).all()
    assert y.max() < time <= y.max() + stride


def test_wrong_windows_are_errors():
    with pytest.raises(ValueError, match="has 4 steps, and one window needs 5: 3 to see and 2"):
        series.windows(np.ones(4), 3, 2)
    with pytest.raises(ValueError, match="stride is 0, expected at least 1"):
        series.windows(np.ones(9), 3, 2, 0)
    with pytest.raises(ValueError, match=r"shape \(2, 3, 4\), expected \(time, features\)"):
        series.windows(np.ones((2, 3, 4)), 1)


# Scaling ------------------------------------------------------------------------------------------


def with_gaps(seed, shape=(40, 5)):
    """Features of different sizes, some values missing, one feature constant."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=shape) * 10.0 ** rng.uniform(-3, 3, shape[-1]) + rng.normal(
        0, 50, shape[-1]
    )
    x[..., 1] = 0.1
    x[rng.random(shape) < 0.1] = np.nan
    return x


@SEARCH
@given(seeds)
def test_the_scaler_is_scikit_learns_and_comes_back(seed):
    x, other = with_gaps(seed), with_gaps(seed + 1)
    scaler, theirs = Scaler().fit(x), StandardScaler().fit(x)
    np.testing.assert_allclose(scaler.mean, theirs.mean_, rtol=1e-12)
    np.testing.assert_allclose(scaler.scale, theirs.scale_, rtol=1e-9)
    np.testing.assert_allclose(scaler.apply(other), theirs.transform(other), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(scaler.invert(scaler.apply(other)), other, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(np.nanmean(scaler.apply(x), axis=0), 0, atol=1e-6)
    again = Scaler.from_plain(json.loads(json.dumps(scaler.to_plain())))
    np.testing.assert_array_equal(again.apply(other), scaler.apply(other))


def test_windows_are_scaled_as_the_rows_that_they_are_made_of():
    x = with_gaps(3, (6, 7, 5))
    np.testing.assert_array_equal(
        Scaler().fit(x).apply(x),
        Scaler().fit(x.reshape(42, 5)).apply(x.reshape(42, 5)).reshape(x.shape),
    )


def test_equal_numbers_are_constant_however_their_mean_is_rounded():
    for value in (0.1, 1e9 / 3, -7e-5, 0):
        scaler = Scaler().fit(np.full((1001, 1), value))
        assert scaler.scale == 1
        np.testing.assert_allclose(scaler.apply(np.full((2, 1), value)), 0, atol=1e-6)


def test_a_scaler_is_fitted_once_and_before_it_is_used():
    x = np.ones((4, 2))
    for use in (Scaler().apply, Scaler().invert):
        with pytest.raises(ValueError, match=r"not fitted\. Call fit with the training part first"):
            use(x)
    with pytest.raises(ValueError, match="not fitted: it has nothing to save"):
        Scaler().to_plain()
    fitted = Scaler().fit(x)
    for scaler in (fitted, Scaler.from_plain(fitted.to_plain())):
        with pytest.raises(ValueError, match=r"fitted already.*make a new Scaler\(\)"):
            scaler.fit(x)


def test_wrong_numbers_to_scale_are_errors():
    with pytest.raises(ValueError, match=r"x has shape \(3,\), expected \(..., features\)"):
        Scaler().fit(np.ones(3))
    with pytest.raises(ValueError, match="feature 1 has an infinite value"):
        Scaler().fit([[1, 2], [3, np.inf]])
    with pytest.raises(ValueError, match="feature 0 has no measured value"):
        Scaler().fit([[np.nan, 2], [np.nan, 3]])
    with pytest.raises(ValueError, match=r"shape \(4, 3\), expected \(..., 2\): .* on 2 features"):
        Scaler().fit(np.ones((4, 2))).apply(np.ones((4, 3)))


# Uneven sampling ----------------------------------------------------------------------------------


def test_uneven_measurements_on_a_grid_by_hand():
    grid, values, measured = series.regular([0, 0.5, 1, 2.2, 5], [1, 2, 3, 4, 5], 1.0)
    assert grid.tolist() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(values[:, 0], [1, 2.5, np.nan, 4, np.nan, 5])
    assert measured[:, 0].tolist() == [True, True, False, True, False, True]


def test_a_feature_that_was_not_measured_is_missing_beside_one_that_was():
    _, values, measured = series.regular([0, 1, 1], [[1, np.nan], [np.nan, 4], [3, 6]], 1)
    np.testing.assert_array_equal(values, [[1, np.nan], [3, 5]])
    assert measured.tolist() == [[True, False], [True, True]]


def test_dates_keep_their_unit_and_start_and_stop_cut_the_grid():
    minutes = np.array(
        ["2024-07-01T00:10", "2024-07-01T00:50", "2024-07-01T03:10"], "datetime64[m]"
    )
    hour = np.timedelta64(1, "h")
    grid, values, _ = series.regular(minutes, [1, 2, 3], hour, start="2024-07-01T00:00")
    assert grid.astype(str).tolist() == [f"2024-07-01T0{h}:00" for h in range(5)]
    np.testing.assert_array_equal(values[:, 0], [np.nan, 1.5, np.nan, np.nan, 3])
    grid, values, _ = series.regular(minutes, [1, 2, 3], hour, minutes[1], minutes[1] + 2 * hour)
    assert grid.astype(str).tolist() == [f"2024-07-01T0{h}:50" for h in range(3)]
    np.testing.assert_array_equal(values[:, 0], [1.5, np.nan, np.nan])
    assert series.regular(minutes, [1, 2, 3], hour, minutes[2])[1].tolist() == [[3]]


@SEARCH
@given(seeds, st.sampled_from([0.1, 0.3, 1.0, 2.5]))
def test_a_grid_holds_every_measurement_and_knows_nothing_of_what_comes_later(seed, step):
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(0, 20, 30))
    values = rng.normal(size=(30, 2))
    grid, at, measured = series.regular(times, values, step)
    for t, row, seen in zip(grid, at, measured, strict=True):
        inside = (times > t - step + 1e-9) & (times <= t + 1e-9)
        assert seen.all() == inside.any()
        if inside.any():
            np.testing.assert_allclose(row, values[inside].mean(axis=0))
    cut = int(rng.integers(1, 29))
    early = series.regular(times[:cut], values[:cut], step)[1]
    np.testing.assert_array_equal(early[:-1], at[: len(early) - 1])


@SEARCH
@given(st.integers(1, 200), st.sampled_from([0.1, 0.2, 0.7, 1 / 3]))
def test_what_is_regular_already_stays_as_it_is(time, step):
    times = np.round(np.arange(time) * step, 10)
    grid, values, measured = series.regular(times, np.arange(time), step)
    np.testing.assert_allclose(grid, times, atol=1e-8)
    assert measured.all() and (values[:, 0] == np.arange(time)).all()


def test_gaps_are_filled_from_the_past_and_their_age_is_known():
    nan = np.nan
    gaps = np.array([[nan, 1], [2, nan], [nan, nan], [nan, 5], [7, nan]])
    np.testing.assert_array_equal(
        series.forward_fill(gaps), [[nan, 1], [2, 1], [2, 1], [2, 5], [7, 5]]
    )
    assert series.forward_fill(gaps, first=[-1, -2])[0].tolist() == [-1, 1]
    assert series.forward_fill(gaps, first=0)[0].tolist() == [0, 1]
    age = series.since_seen(~np.isnan(gaps), step=0.5)
    assert age.tolist() == [[0.5, 0], [0, 0.5], [0.5, 1], [1, 0], [0, 0.5]]


@SEARCH
@given(seeds)
def test_filling_never_looks_ahead(seed):
    rng = np.random.default_rng(seed)
    gaps = np.where(rng.random((12, 2)) < 0.5, rng.normal(size=(12, 2)), np.nan)
    cut = int(rng.integers(1, 12))
    np.testing.assert_array_equal(series.forward_fill(gaps)[:cut], series.forward_fill(gaps[:cut]))
    seen = ~np.isnan(gaps)
    np.testing.assert_array_equal(series.since_seen(seen)[:cut], series.since_seen(seen[:cut]))


def test_wrong_measurements_are_errors():
    with pytest.raises(ValueError, match=r"times runs backwards: 1 comes after 2.*UTC first"):
        series.regular(np.array([0, 2, 1], "uint8"), np.zeros(3), 1)
    with pytest.raises(ValueError, match=r"times runs backwards: 1 comes after 2.*UTC first"):
        series.regular([0, 2, 1], [1, 2, 3], 1)
    with pytest.raises(ValueError, match="step is 0, expected a positive length"):
        series.regular([0, 1], [1, 2], 0)
    with pytest.raises(ValueError, match=r"times has shape \(2,\) and values \(3, 1\)"):
        series.regular([0, 1], [1, 2, 3], 1)
    with pytest.raises(ValueError, match="not known"):
        series.regular([0, np.nan], [1, 2], 1)
    with pytest.raises(ValueError, match=r"series has shape \(3,\).*series\[:, None\]"):
        series.forward_fill([1, 2, 3])
    with pytest.raises(ValueError, match=r"type int64, expected.*True and False"):
        series.since_seen(np.ones((3, 1), int))


# Clocks -------------------------------------------------------------------------------------------

SPRING, AUTUMN = "2024-03-31T02:30", "2024-10-27T02:30"  # in Berlin, at 02:00 and 03:00


def hours(times):
    return [str(t)[11:16] for t in times]


def test_summer_and_winter_have_their_offsets():
    local = [datetime.datetime(2024, 1, 1, 12), np.datetime64("2024-07-01T12:00"), "2024-07-01"]
    utc = series.to_utc(local, "Europe/Berlin")
    assert utc.astype("datetime64[m]").astype(str).tolist() == [
        "2024-01-01T11:00",
        "2024-07-01T10:00",
        "2024-06-30T22:00",
    ]
    assert hours(series.to_utc(["2024-01-01T12:00"], "Asia/Kolkata")) == ["06:30"]
    assert hours(series.to_utc(["2024-01-01T12:00"], "Etc/GMT-1")) == ["11:00"]


def test_the_hour_that_is_missing_is_refused_or_moved():
    with pytest.raises(ValueError, match=r"no clock in Europe/Berlin showed 2024-03-31 02:30:00"):
        series.to_utc([SPRING], "Europe/Berlin")
    assert hours(series.to_utc([SPRING], "Europe/Berlin", missing="forward")) == ["01:30"]
    assert hours(series.to_utc([SPRING], "Africa/Lagos")) == ["01:30"]


def test_the_hour_that_is_there_twice_is_refused_or_chosen():
    with pytest.raises(
        ValueError, match=r"clocks in Europe/Berlin showed 2024-10-27 02:30:00 twice"
    ):
        series.to_utc([AUTUMN], "Europe/Berlin")
    for twice, expected in {"earlier": "00:30", "later": "01:30", "infer": "00:30"}.items():
        assert hours(series.to_utc([AUTUMN], "Europe/Berlin", twice=twice)) == [expected]


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Europe/Berlin", "2024-03-30", 30),
        ("Europe/Berlin", "2024-10-26", 60),
        ("America/New_York", "2024-11-02", 20),
        ("Australia/Lord_Howe", "2024-04-06", 15),  # half an hour only, and in April
    ],
)
def test_wall_times_in_order_come_back_across_a_change_of_clocks(zone, day, minutes):
    first = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC)
    utc = [first + datetime.timedelta(minutes=m) for m in range(0, 3 * 24 * 60, minutes)]
    wall = [t.astimezone(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None) for t in utc]
    assert len({b - a for a, b in itertools.pairwise(wall)}) > 1
    expected = np.array([t.replace(tzinfo=None) for t in utc], "datetime64[us]")
    np.testing.assert_array_equal(series.to_utc(wall, zone, twice="infer"), expected)


def test_wrong_clocks_are_errors():
    with pytest.raises(ValueError, match="no time zone 'Mars/Olympus'"):
        series.to_utc(["2024-01-01"], "Mars/Olympus")
    with pytest.raises(ValueError, match="not known"):
        series.to_utc(["2024-01-01", "NaT"], "UTC")
    with pytest.raises(ValueError, match="twice is 'both', expected"):
        series.to_utc([], "UTC", twice="both")
    with pytest.raises(ValueError, match="missing is 'back', expected"):
        series.to_utc([], "UTC", missing="back")


def test_a_machine_without_zone_data_is_told_what_to_install(monkeypatch):
    zoneinfo.ZoneInfo.clear_cache()
    zoneinfo.reset_tzpath(to=[])
    monkeypatch.setitem(sys.modules, "tzdata", None)
    monkeypatch.setitem(sys.modules, "tzdata.zoneinfo", None)
    try:
        with pytest.raises(ValueError, match=r"no time zone data .*pip install tzdata"):
            series.to_utc(["2024-01-01"], "Europe/Berlin")
    finally:
        zoneinfo.reset_tzpath()
