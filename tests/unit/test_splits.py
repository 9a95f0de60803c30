"""Splits keep what they promise; the audit finds what leaks, and is silent where nothing does."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from course_utils import preprocessing
from course_utils.preprocessing import series, splits
from course_utils.preprocessing.splits import audit

SEARCH = settings(max_examples=40, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)
shares = st.sampled_from([(0.7, 0.15, 0.15), (0.5, 0.5), (0.6, 0.4), (0.4, 0.2, 0.2, 0.2)])


def whole(parts, n):
    """Nothing lost, nothing twice, each part in rising order."""
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert all((np.diff(part) > 0).all() for part in parts)


# Splitting ----------------------------------------------------------------------------------------


@SEARCH
@given(seeds, st.integers(20, 200), shares, st.booleans())
def test_every_part_lies_after_the_one_before_it(seed, n, of, dates):
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 3 * n, n)
    times = np.datetime64("2024-02-28") + times if dates else times / 8
    parts = splits.in_time(times, of)
    whole(parts, n)
    for a, b in itertools.pairwise(parts):
        assert times[a].max() < times[b].min()
    same = max(np.unique(times, return_counts=True)[1])  # of one time, all on one side
    for part, share in zip(parts, of, strict=True):
        assert abs(len(part) - share * n) <= same + 1


@SEARCH
@given(seeds, st.integers(1, 9), st.integers(1, 3))
def test_with_a_gap_no_window_reaches_across_the_border(seed, length, horizon):
    values = np.random.default_rng(seed).normal(size=300)
    x, _ = series.windows(np.arange(300), length, horizon)
    start = x[:, 0, 0]
    parts = splits.in_time(start, gap=length + horizon)
    used = [
        {int(step) for s in start[part] for step in range(s, s + length + horizon)}
        for part in parts
    ]
    assert not (used[0] & used[1] or used[1] & used[2])
    lost = len(start) - sum(map(len, parts))
    assert lost == 2 * (length + horizon - 1) and len(values) == 300


def test_a_gap_in_days():
    times = np.datetime64("2024-01-01") + np.arange(10)
    a, b = splits.in_time(times, (0.5, 0.5), gap=np.timedelta64(3, "D"))
    assert a.tolist() == [0, 1, 2, 3, 4] and b.tolist() == [7, 8, 9]


@SEARCH
@given(seeds, st.integers(3, 30), shares)
def test_groups_stay_whole_and_no_part_is_empty(seed, names, of):
    rng = np.random.default_rng(seed)
    names = max(names, len(of))
    groups = np.repeat([f"speaker {i}" for i in range(names)], rng.integers(1, 20, names))
    groups = rng.permutation(groups)
    parts = splits.by_group(groups, of, rng=np.random.default_rng(seed))
    whole(parts, len(groups))
    for a, b in itertools.combinations(parts, 2):
        assert not set(groups[a]) & set(groups[b])
    again = splits.by_group(groups, of, rng=np.random.default_rng(seed))
    assert [part.tolist() for part in again] == [part.tolist() for part in parts]


def test_shares_of_groups_are_missed_by_less_than_a_group():
    groups = np.repeat(np.arange(200), 5)
    for seed in range(20):
        parts = splits.by_group(groups, rng=np.random.default_rng(seed))
        for part, share in zip(parts, splits.SHARES, strict=True):
            assert abs(len(part) - 1000 * share) <= 5


@SEARCH
@given(seeds, st.integers(20, 200), shares)
def test_every_label_has_its_share_to_within_one_example(seed, n, of):
    rng = np.random.default_rng(seed)
    labels = rng.choice(["cat", "dog", "eel", "fox"], n, p=[0.6, 0.3, 0.08, 0.02])
    parts = splits.stratified(labels, of, rng=np.random.default_rng(seed))
    whole(parts, n)
    for label, count in zip(*np.unique(labels, return_counts=True), strict=True):
        for part, share in zip(parts, of, strict=True):
            assert abs(np.sum(labels[part] == label) - share * count) < 1
    again = splits.stratified(labels, of, rng=np.random.default_rng(seed))
    assert [part.tolist() for part in again] == [part.tolist() for part in parts]


def test_what_is_rounded_off_does_not_always_hit_the_same_part():
    labels = np.repeat(np.arange(40), 5)  # 3.5, 0.75 and 0.75 of each
    parts = splits.stratified(labels, rng=np.random.default_rng(0))
    assert [len(part) for part in parts] == [140, 30, 30]


def test_another_generator_splits_otherwise():
    labels, groups = np.arange(60) % 3, np.arange(60) // 3
    for split, what in ((splits.stratified, labels), (splits.by_group, groups)):
        one, other = (split(what, rng=np.random.default_rng(s)) for s in (1, 2))
        assert any(a.tolist() != b.tolist() for a, b in zip(one, other, strict=True))


def test_splits_that_cannot_be_are_errors():
    rng = np.random.default_rng(0)
    for wrong in ((0.7, 0.2), (1.2, -0.2)):
        for split in (
            lambda of: splits.in_time(np.arange(9), of),
            lambda of: splits.by_group(np.arange(9), of, rng=rng),
            lambda of: splits.stratified(np.arange(9), of, rng=rng),
        ):
            with pytest.raises(ValueError, match="positive numbers that add up to 1"):
                split(wrong)
    with pytest.raises(ValueError, match="empty: 2 groups do not suffice"):
        splits.by_group([1, 1, 2], rng=rng)
    with pytest.raises(ValueError, match="empty: 2 different times"):
        splits.in_time([1, 1, 1, 2])
    with pytest.raises(ValueError, match="a gap of 9 do not suffice"):
        splits.in_time(np.arange(20), gap=9)
    with pytest.raises(ValueError, match="empty: 2 examples of 1 labels"):
        splits.stratified([1, 1], rng=rng)
    with pytest.raises(ValueError, match="not known"):
        splits.in_time([1, 2, np.nan])
    with pytest.raises(ValueError, match=r"labels has shape \(2, 1\), expected \(n,\)"):
        splits.stratified([[1], [2]], rng=rng)


# The audit: clean splits --------------------------------------------------------------------------


def cut(indices, **data):
    """The parts, each with its rows of every array."""
    return [{key: np.asarray(value)[i] for key, value in data.items()} for i in indices]


def table(rng, n, columns):
    """Measured, counted, rounded, mostly zero: columns as tables have them."""
    kinds = [
        lambda: rng.normal(size=n),
        lambda: rng.integers(0, 7, n),
        lambda: rng.integers(0, 1000, n),
        lambda: rng.random(n) < 0.4,
        lambda: np.round(rng.normal(20, 5, n), 1),
        lambda: np.where(rng.random(n) < 0.5, 0, rng.exponential(size=n)),
    ]
    return np.stack([kinds[rng.integers(6)]() for _ in range(columns)], axis=1).astype(float)


def silent(result):
    assert not result.findings, result


@SEARCH
@given(seeds, st.integers(25, 250), st.integers(1, 7))
def test_a_clean_table_gives_no_finding(seed, n, columns):
    rng = np.random.default_rng(seed)
    x, y = table(rng, n, columns), rng.integers(0, 3, n)
    if x.std(axis=0).min() == 0:
        return
    parts = splits.stratified(y, rng=rng)
    result = audit(*cut(parts, x=x, y=y), scaler=series.Scaler().fit(x[parts[0]]))
    silent(result)
    assert {"copies", "scaler", "constant", "one class"} <= set(result.checked)
    silent(audit(*cut(parts, x=((x - x.mean(0)) / x.std(0)).astype("float32"), y=y)))


@SEARCH
@given(seeds, st.integers(25, 250))
def test_values_that_few_rows_can_have_are_no_copies(seed, n):
    """Weekdays, hours as angles, one-hot rows, short lists of ids, remarks of three words."""
    rng = np.random.default_rng(seed)
    hour, day, y = rng.integers(0, 24, n), rng.integers(0, 7, n), rng.integers(0, 2, n)
    parts = splits.stratified(y, rng=rng)
    angle = 2 * np.pi * np.stack([hour / 24, day / 7], axis=1)
    few = np.stack([rng.integers(0, rng.integers(2, 8), n) for _ in range(8)], axis=1)
    for x in (
        np.stack([hour, day], axis=1),
        np.concatenate([np.sin(angle), np.cos(angle)], axis=1),
        np.eye(7)[day],
        hour / 24,
        few,
        np.repeat(few[:, :3], 4, axis=1),
    ):
        if np.std(x, axis=0).min() > 0:
            silent(audit(*cut(parts, x=x, y=y)))
    ids = [rng.integers(2, 50, rng.integers(1, 6)).tolist() for _ in range(n)]
    remarks = [" ".join(rng.choice(["a", "good", "bad", "film"], 3)) for _ in range(n)]
    for x in (ids, remarks):
        silent(audit(*({"x": [x[i] for i in part], "y": y[part]} for part in parts)))


def recording(rng, time):
    """A series of two features: steps or a walk, measured finely or to a tenth, or a wave."""
    values = rng.normal(size=(time, 2))
    values = values.cumsum(axis=0) if rng.random() < 0.5 else values
    values = np.round(values, 1) if rng.random() < 0.3 else values
    if rng.random() < 0.3:
        values[:, 1] = np.sin(np.arange(time) / 5)
    return values


@SEARCH
@given(seeds, st.integers(200, 600), st.integers(2, 12), st.integers(1, 4))
def test_a_clean_forecast_gives_no_finding(seed, time, length, horizon):
    values = recording(np.random.default_rng(seed), time)
    x, y = series.windows(values, length, horizon)
    times = np.datetime64("2024-01-01T00") + np.arange(len(x))
    window = np.timedelta64(length + horizon, "h")
    parts = splits.in_time(times, gap=window)
    bare = values[: parts[0][-1] + length]  # the series behind the training windows
    for scaler in (series.Scaler().fit(x[parts[0]]), series.Scaler().fit(bare)):
        for target in (y, y[:, -1, 0]):
            result = audit(*cut(parts, x=x, y=target, times=times), scaler=scaler, window=window)
            silent(result)
            assert {"order", "windows", "future"} <= set(result.checked)


@SEARCH
@given(seeds, st.integers(8, 30))
def test_clean_groups_may_speak_at_the_same_time(seed, names):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, names, 120)
    parts = splits.by_group(groups, rng=rng)
    data = {"x": rng.normal(size=(120, 3)), "y": rng.random(120), "groups": groups}
    result = audit(*cut(parts, **data, times=rng.random(120)), window=0.1)
    silent(result)
    assert "groups" in result.checked and "no group is in two parts" in result.unchecked["order"]


def test_a_target_that_follows_from_its_own_past_is_no_finding_and_is_told():
    for values in (np.sin(2 * np.pi * np.arange(300) / 12), np.arange(300.0)):
        x, y = series.windows(values, 12)
        parts = splits.in_time(np.arange(len(x)), gap=13)
        result = audit(*cut(parts, x=x, y=y, times=np.arange(len(x))))
        assert "future" not in result.kinds
        assert "follows exactly from its own past" in result.unchecked["future"]


@SEARCH
@given(seeds)
def test_a_small_part_of_one_class_or_without_a_rare_value_is_chance(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(40, 3))
    x[rng.integers(40), 2] = x[:, 2].max() + 1
    x[:, 2] = x[:, 2] == x[:, 2].max()  # one row in forty
    order = rng.permutation(40)
    for y in (np.arange(40) % 10 == 0, x[:, 2] == 1):  # which may be the one of a rare label
        silent(audit(*cut([order[:28], order[28:34], order[34:]], x=x, y=y)))


# The audit: planted leaks -------------------------------------------------------------------------


def clean(seed, n=150, columns=4):
    """Three clean parts with everything in them."""
    rng = np.random.default_rng(seed)
    parts = splits.in_time(np.arange(n))
    data = {"x": rng.normal(size=(n, columns)), "y": rng.integers(0, 2, n), "times": np.arange(n)}
    return rng, cut(parts, **data)


def only(result, kind, *parts):
    """The findings of this kind, when there are no others; of these parts, when any are named."""
    assert result.kinds == {kind}, result
    found = [f for f in result.findings if not parts or f.parts == parts]
    assert found, result
    return found[0]


def test_the_clean_parts_that_leaks_are_planted_in_are_clean():
    for seed in range(20):
        silent(audit(*clean(seed)[1], window=1))


@SEARCH
@given(seeds, st.integers(1, 8), st.sampled_from(["fine", "float32", "tenths", "mixed", "ids"]))
def test_copied_rows_are_found_and_named(seed, copies, kind):
    rng, (train, valid, test) = clean(seed)
    if kind == "tenths":  # windows of a thermometer that shows tenths
        for part in (train, valid, test):
            part["x"] = np.round(rng.normal(20, 3, (len(part["x"]), 12, 1)), 1)
    elif kind == "mixed":
        for part in (train, valid, test):
            part["x"][:, :3] = rng.integers(0, 5, (len(part["x"]), 3))
    elif kind == "ids":
        for part in (train, valid, test):
            part["x"] = rng.integers(1, 500, (len(part["x"]), 15))
    elif kind == "float32":
        test["x"] = test["x"].astype("float32")
    at = rng.choice(len(test["x"]), copies, replace=False)
    source = rng.choice(len(train["x"]), copies, replace=False)
    test["x"][at] = train["x"][source]
    finding = only(audit(train, valid, test), "copies", "train", "test")
    assert finding.count == copies
    pairs = dict(zip(at.tolist(), source.tolist(), strict=True))
    first = sorted(pairs)[:3]
    assert finding.examples == tuple(f"test[{j}] is train[{pairs[j]}]" for j in first)


@SEARCH
@given(seeds)
def test_rows_copied_many_times_before_the_split_are_found(seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(80, 3))
    x = np.concatenate([x, np.repeat(x[:20], 7, axis=0)])  # a rare class made more frequent
    parts = splits.stratified(np.arange(len(x)) % 2, rng=rng)
    assert "copies" in audit(*cut(parts, x=x)).kinds


def test_a_text_is_the_same_however_it_is_written():
    long = "This film was not as good as I had hoped, é."
    train = {"x": [long, "Thank you.", "Something that is only said here, once and never again."]}
    test = {"x": ["thank you.", "  THIS film was not as good\nas I had hoped, e\u0301."]}
    finding = only(audit(train, test=test), "copies")
    assert finding.count == 1 and finding.examples == ("test[1] is train[0]",)
    assert only(audit(train, test=test, short=5), "copies").count == 2
    tokens = [{"x": [text.split() for text in part["x"]]} for part in (train, test)]
    assert only(audit(tokens[0], test=tokens[1]), "copies").count == 1


def test_lists_of_ids_are_copies_only_when_they_are_equal_in_length_too():
    rng = np.random.default_rng(0)
    ids = [rng.integers(2, 900, rng.integers(9, 15)).tolist() for _ in range(60)]
    train, test = {"x": ids[:40]}, {"x": [*ids[40:], ids[3], ids[4][:-1], [*ids[5], 0]]}
    assert only(audit(train, test=test), "copies").examples == ("test[20] is train[3]",)


@SEARCH
@given(seeds, st.booleans())
def test_a_group_on_both_sides_is_found(seed, names):
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 12, 200)
    groups = np.array([f"speaker {g}" for g in groups]) if names else groups
    parts = splits.by_group(groups, rng=rng)
    moved = parts[0][0]
    parts = [parts[0][1:], parts[1], np.append(parts[2], moved)]
    result = audit(*cut(parts, x=rng.normal(size=(200, 2)), groups=groups))
    left = groups[moved] in groups[parts[0]]
    assert left
    finding = only(result, "groups", "train", "test")
    assert finding.count == 1 and finding.examples == (repr(groups[moved].item()),)


@SEARCH
@given(seeds, st.booleans())
def test_a_shuffled_series_is_out_of_order_and_its_windows_overlap(seed, grouped):
    rng = np.random.default_rng(seed)
    x, y = series.windows(rng.normal(size=(200, 1)), 6)
    times = np.arange(len(x)) * 0.1
    order = rng.permutation(len(x))
    data = {"x": x, "y": y, "times": times}
    if grouped:
        data["groups"] = np.zeros(len(x), int)
    parts = cut([order[:140], order[140:]], **data)
    result = audit(parts[0], test=parts[1], window=0.7)
    assert result.kinds == {"order", "windows"} | ({"groups"} if grouped else set())
    late = sum(t > parts[1]["times"].min() for t in parts[0]["times"])
    apart = np.abs(parts[1]["times"][:, None] - parts[0]["times"])
    counts = {f.kind: f.count for f in result.findings}
    assert counts["order"] == late
    assert counts["windows"] == (apart < 0.7 - 1e-6).any(axis=1).sum()


@SEARCH
@given(seeds, st.integers(2, 9), st.integers(1, 3))
def test_windows_across_the_border_are_counted(seed, length, horizon):
    rng = np.random.default_rng(seed)
    x, y = series.windows(rng.normal(size=(200, 1)), length, horizon)
    parts = splits.in_time(np.arange(len(x)), (0.7, 0.3))
    train, test = cut(parts, x=x, y=y, times=np.arange(len(x)))
    span = length + horizon
    assert only(audit(train, test=test, window=span), "windows").count == span - 1
    silent(audit(train, test={key: value[span - 1 :] for key, value in test.items()}, window=span))


def test_a_window_touches_those_before_and_after_it():
    train = {"x": np.arange(2.0), "times": [0, 10]}
    test = {"x": np.arange(2.0, 5.0), "times": [2, 5, 9]}
    found = {f.kind: f for f in audit(train, test=test, window=3).findings}
    assert found["windows"].examples == ("test[0] overlaps train[0]", "test[2] overlaps train[1]")
    assert found["order"].count == 1


SCALERS = {
    "ours": lambda x: series.Scaler().fit(x),
    "theirs": lambda x: StandardScaler().fit(x),
    "pair": lambda x: (x.mean(0), x.std(0)),
    "sample": lambda x: (x.mean(0), x.std(0, ddof=1)),
    "written": lambda x: (np.round(x.mean(0), 4), np.round(x.std(0), 4)),
}


@pytest.mark.parametrize("kind", SCALERS)
@settings(SEARCH, max_examples=10)
@given(seeds, st.sampled_from([("valid",), ("test",), ("valid", "test")]))
def test_a_scaler_fitted_on_more_is_found_and_the_parts_are_named(kind, seed, more):
    _, (train, valid, test) = clean(seed)
    given_parts = {"valid": valid, "test": test}
    everything = np.concatenate([train["x"], *(given_parts[name]["x"] for name in more)])
    found = only(audit(train, valid, test, scaler=SCALERS[kind](everything)), "scaler")
    assert found.parts == ("train", *more)
    silent(audit(train, valid, test, scaler=SCALERS[kind](train["x"])))


def test_a_scaler_of_the_bare_series_is_judged_by_what_fits_it_far_better():
    values = np.random.default_rng(1).normal(size=(500, 2)).cumsum(axis=0)
    x, _ = series.windows(values, 24)
    parts = cut(splits.in_time(np.arange(len(x))), x=x)
    found = only(audit(*parts, scaler=series.Scaler().fit(values)), "scaler")
    assert found.parts == ("train", "valid", "test")


@pytest.mark.parametrize("seed", [27, 51, 69, 81])  # where the whole happens to be nearer
def test_a_scaler_of_the_bare_training_series_is_no_finding(seed):
    rng = np.random.default_rng(seed)
    time, length = rng.integers(60, 300), rng.integers(2, 24)
    values = np.convolve(rng.normal(size=time), np.ones(5) / 5, "same")[:, None]
    x, _ = series.windows(values, length)
    parts = splits.in_time(np.arange(len(x)))
    result = audit(*cut(parts, x=x), scaler=series.Scaler().fit(values[: parts[0][-1] + length]))
    silent(result)
    assert "explain it no better" in result.unchecked["scaler"]


def test_a_scaler_that_fits_nothing_is_told_as_not_looked_for():
    _, parts = clean(0)
    result = audit(*parts, scaler=([5.0] * 4, [1.0] * 4))
    silent(result)
    assert "not yet scaled" in result.unchecked["scaler"] and "scaler" not in result.checked


@SEARCH
@given(seeds, st.integers(0, 3))
def test_a_column_that_never_varies_is_found_and_named(seed, j):
    _, parts = clean(seed)
    for part in parts:
        part["x"][:, j] = 3.5
        part["columns"] = ["wind", "sun", "rain", "snow"]
    finding = only(audit(*parts), "constant")
    assert finding.examples == (f"'{parts[0]['columns'][j]}' is 3.5",)
    assert finding.parts == ("train", "valid", "test")
    parts[2]["x"][:, j] = np.arange(len(parts[2]["x"]))
    assert only(audit(*parts), "constant").parts == ("train",)


@SEARCH
@given(seeds, st.integers(0, 3), st.sampled_from(["same", "scaled", "text", "gaps", "later"]))
def test_a_column_that_holds_the_target_is_found_and_named(seed, j, how):
    rng, parts = clean(seed)
    later = int(rng.integers(1, 20))
    y = rng.normal(size=150 + later).cumsum()
    at = 0
    for part in parts:
        n = len(part["x"])
        mine = y[at : at + n]
        part["y"] = mine
        part["x"][:, j] = -3 * mine + 7 if how in ("scaled", "gaps") else mine
        if how == "gaps":
            part["x"][rng.integers(n), j] = np.nan
        if how == "later":
            part["x"][:, j] = 2 * y[at + later : at + later + n]
        if how == "text":
            label = rng.integers(0, 3, n)
            part["y"] = np.array(["bad", "fair", "good"])[label]
            part["x"][:, j] = np.array([5, 1, 9])[label]
        at += n
    finding = only(audit(*parts), "future")
    expected = f"equals the target {later} example" if how == "later" else "equals the target"
    assert finding.examples[0].startswith(f"column {j} {expected}") and finding.count == 1


def test_a_window_that_reaches_into_its_target_is_found_at_its_step():
    values = np.random.default_rng(0).normal(size=(200, 2)).cumsum(axis=0)
    x, y = series.windows(values, 6)
    peeking = np.concatenate([x[:, 1:], y], axis=1)
    train, test = cut(splits.in_time(np.arange(len(x)), (0.7, 0.3)), x=peeking, y=y[:, 0, 0])
    assert only(audit(train, test=test), "future").examples == (
        "column 0 at step 5 equals the target",
    )


@pytest.mark.parametrize("how", ["whole", "names", "one-hot"])
def test_folders_read_in_order_give_parts_of_one_class(how):
    rng = np.random.default_rng(0)
    y = np.arange(120) // 60
    y = {"whole": y, "names": np.array(["neg", "pos"])[y], "one-hot": np.eye(2)[y]}[how]
    parts = cut(np.split(np.arange(120), [84, 102]), x=rng.normal(size=(120, 3)), y=y)
    found = only(audit(*parts), "one class", "test")
    assert found.count == 18 and found.examples == ("'pos'" if how == "names" else "1",)


# The audit: the report ----------------------------------------------------------------------------


def test_the_report_says_what_was_found_and_what_could_not_be_looked_for():
    _, (train, valid, test) = clean(3)
    test["x"][4] = train["x"][7]
    del train["times"], test["y"]
    result = audit(train, valid, test)
    report = str(result)
    assert report.startswith(
        "copies, train and test: 1 example of test is in train as well (test[4] is train[7]).\n"
    )
    assert "Looked for: copies, constant." in report
    assert result.unchecked == {
        "groups": "no groups were given",
        "order": "train came without times",
        "windows": "train came without times; how long an example lasts was not given (window)",
        "scaler": "no scaler was given",
        "future": "train came without times, so later values of the target were not looked at",
        "one class": "test came without y",
    }
    for kind, reason in result.unchecked.items():
        assert f"  {kind}: {reason}" in report
    assert repr(result) == report


def test_every_kind_is_looked_for_or_not():
    for kinds in (clean(0)[1], [{"x": ["a", "b"]}, {"x": ["c"]}, None]):
        result = preprocessing.audit(*kinds)
        assert set(result.checked) | set(result.unchecked) == set(splits.KINDS)
        assert not set(result.checked) & set(result.unchecked)
        assert "No finding." in str(result)


def test_missing_values_give_no_warning():
    _, parts = clean(0)
    for part in parts:
        part["x"][::3, 1] = np.nan
        part["x"][:, 2] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = audit(*parts, scaler=([0, 0, 0, 0], [1, 1, 1, 1]))
    assert only(result, "constant").examples == ("column 2 is nan",)


def test_parts_that_do_not_fit_are_errors():
    x = np.ones((4, 2))
    cases = [
        ([{"x": x}], "one part only"),
        ([x, {"x": x}], 'train is array.*expected a mapping with "x"'),
        ([{"x": x, "label": 3}, {"x": x}], "train has 'label', expected only x, y, groups"),
        ([{"x": x, "y": [1]}, {"x": x}], "train has 4 examples in x and 1 in y"),
        ([{"x": x}, {"x": np.ones((4, 3))}], r"train has shape \(4, 2\) and that of valid"),
        ([{"x": x}, {"x": ["a"]}], "x is text in one of train and valid"),
        ([{"x": x}, {"x": x[:0]}], "valid has no examples"),
        ([{"x": x, "columns": ["a"]}, {"x": x}], "train names 1 columns, and x has 2"),
        ([{"x": x, "times": [1, 2, 3, np.nan]}, {"x": x}], "times of train are not"),
        ([{"x": x.astype(complex)}, {"x": x}], "complex128, expected numbers or texts"),
    ]
    for parts, message in cases:
        with pytest.raises(ValueError, match=message):
            audit(*parts)
    for wrong, message in (
        (3, "scaler is 3, expected a scaler with mean and scale"),
        (([1], [1]), r"means of shape \(1,\).*x has 2 features"),
        (series.Scaler(), "not fitted"),
    ):
        with pytest.raises(ValueError, match=message):
            audit({"x": x}, {"x": x}, scaler=wrong)
