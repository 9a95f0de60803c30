"""From measurements over time to arrays: UTC, a regular grid, gaps filled, scaled, in windows.

NumPy alone, with the standard library's time zones. A series is ``(time, features)``; NaN is a
value that was not measured.
"""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Scaler", "forward_fill", "regular", "since_seen", "to_utc", "windows"]

Array = NDArray[Any]


# Windows ------------------------------------------------------------------------------------------


def windows(
    series: ArrayLike, length: int, horizon: int = 1, stride: int = 1
) -> tuple[Array, Array]:
    """Every stretch of a series with what comes after it: the examples of a forecast.

    series: (time, features), or (time,) for a single feature, in order of time.
    length: steps that the network sees   horizon: steps that follow, to be forecast
    stride: steps from the start of one window to the start of the next.

    Returns x (batch, length, features) and y (batch, horizon, features): x[i] starts at step
    i·stride, and y[i] at the step after its last. The value `horizon` steps ahead alone is
    ``y[:, -1]``. x and y are those of ``keras.utils.timeseries_dataset_from_array``.
    Raises ValueError for sizes below 1 and for a series too short for one window.
    """
    series = np.asarray(series)
    if series.ndim == 1:
        series = series[:, None]
    if series.ndim != 2:
        raise ValueError(f"series has shape {series.shape}, expected (time, features) or (time,)")
    for name, size in {"length": length, "horizon": horizon, "stride": stride}.items():
        if size < 1:
            raise ValueError(f"{name} is {size}, expected at least 1 step")
    if len(series) < length + horizon:
        raise ValueError(
            f"the series has {len(series)} steps, and one window needs {length + horizon}: "
            f"{length} to see and {horizon} to forecast"
        )
    starts = np.arange(0, len(series) - length - horizon + 1, stride)[:, None]
    return series[starts + np.arange(length)], series[starts + length + np.arange(horizon)]


# Scaling ------------------------------------------------------------------------------------------


class Scaler:
    """Each feature to a mean of 0 and a standard deviation of 1, as measured on the training part.

    As scikit-learn's ``StandardScaler``: the deviation of the population (divided by n), NaN left
    out of the statistics and left in place, and a feature that never varies only moved to 0. Unlike
    it, a batch of windows is taken whole, and a second ``fit`` is refused.

    mean, scale: (features,), once fitted; None before.
    """

    def __init__(self) -> None:
        self.mean: Array | None = None
        self.scale: Array | None = None

    def fit(self, x: ArrayLike) -> Scaler:
        """Measure mean and deviation of each feature; returns the scaler.

        x: (..., features), the training part and nothing else.
        Raises ValueError when it was fitted before, for infinite values, and for a feature without
        a single measured value.
        """
        if self.mean is not None:
            raise ValueError(
                "this scaler is fitted already. It is fitted once, on the training part, and then "
                "applied to every part; for other data, make a new Scaler()."
            )
        x = np.asarray(x, float)
        if x.ndim < 2:
            raise ValueError(
                f"x has shape {x.shape}, expected (..., features). For a single feature, "
                "x[:, None] adds the axis."
            )
        rows = x.reshape(-1, x.shape[-1])
        if np.isinf(rows).any():
            raise ValueError(f"feature {_first(np.isinf(rows))} has an infinite value")
        missing = np.isnan(rows).all(axis=0)
        if missing.any():
            raise ValueError(
                f"feature {int(missing.argmax())} has no measured value: there is nothing to "
                "scale it by. Leave it out."
            )
        mean, scale = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
        # The deviation of equal numbers is rarely 0: their mean is rounded.
        rounding = np.sum(~np.isnan(rows), axis=0) * np.finfo(float).eps * np.abs(mean)
        self.mean, self.scale = mean, np.where(scale <= rounding, 1.0, scale)
        return self

    def apply(self, x: ArrayLike) -> Array:
        """(x − mean) / scale.   x: (..., features)

        Raises ValueError when the scaler is not fitted, and for another number of features.
        """
        x, mean, scale = self._ready(x)
        return (x - mean) / scale

    def invert(self, x: ArrayLike) -> Array:
        """x · scale + mean, back in the units of the data: the inverse of ``apply``."""
        x, mean, scale = self._ready(x)
        return x * scale + mean

    def _ready(self, x: ArrayLike) -> tuple[Array, Array, Array]:
        if self.mean is None or self.scale is None:
            raise ValueError("this scaler is not fitted. Call fit with the training part first.")
        x = np.asarray(x, float)
        if x.shape[-1:] != self.mean.shape:
            raise ValueError(
                f"x has shape {x.shape}, expected (..., {len(self.mean)}): the scaler was fitted "
                f"on {len(self.mean)} features"
            )
        return x, self.mean, self.scale

    def to_plain(self) -> dict[str, Any]:
        """Mean and scale as plain data, for ``json.dump`` beside the model."""
        if self.mean is None or self.scale is None:
            raise ValueError("this scaler is not fitted: it has nothing to save yet")
        return {"mean": self.mean.tolist(), "scale": self.scale.tolist()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Scaler:
        """The scaler that ``to_plain`` wrote."""
        scaler = cls()
        scaler.mean, scaler.scale = np.array(plain["mean"]), np.array(plain["scale"])
        return scaler


def _first(found: Array) -> int:
    """The first column with something in it."""
    return int(found.any(axis=0).argmax())


# Uneven sampling ----------------------------------------------------------------------------------


def regular(
    times: ArrayLike, values: ArrayLike, step: Any, start: Any = None, stop: Any = None
) -> tuple[Array, Array, Array]:
    """Measurements at uneven times as a series with even steps, and what was measured when.

    times: (n,) numbers or ``datetime64``, in order   values: (n, features) or (n,); NaN: missing
    step: of the grid, in the units of times (a ``timedelta64`` for dates)
    start, stop: the first grid time, and one that the last does not pass; None: the first time, and
    the first grid time that is not before the last measurement.

    A grid time t has the mean of what was measured in (t − step, t], so that it knows nothing of
    what comes after it. Returns the grid (time,), the series (time, features), NaN where nothing
    was measured, and the mask ``measured`` of its shape.
    Raises ValueError for times that run backwards or are unknown, shapes that do not fit, and a
    step that is not positive.
    """
    times, values = np.asarray(times), np.asarray(values, float)
    if times.dtype.kind == "u":
        times = times.astype(np.int64)  # of what cannot be negative no difference is
    values = values[:, None] if values.ndim == 1 else values
    if times.ndim != 1 or values.shape[:1] != times.shape or values.ndim != 2 or not len(times):
        raise ValueError(
            f"times has shape {times.shape} and values {values.shape}, expected (n,) and "
            "(n, features) with at least one measurement"
        )
    if (times != times).any():
        raise ValueError("times holds a time that is not known (NaN or NaT): leave it out first")
    back = np.flatnonzero(np.diff(times) < np.diff(times) * 0)
    if len(back):
        i = int(back[0]) + 1
        raise ValueError(
            f"times runs backwards: {times[i]} comes after {times[i - 1]}. Sort by time, or, if "
            "these are local times, turn them into UTC first."
        )
    if not step > step * 0:
        raise ValueError(f"step is {step}, expected a positive length of time")
    start = times[0] if start is None else np.asarray(start, times.dtype)[()]
    slack = step * 1e-9  # what floats are rounded by; nothing in dates
    if stop is None:
        steps = -((start - times[-1] + slack) // step)
    else:
        steps = (stop - start + slack) // step
    grid = start + step * np.arange(max(int(steps) + 1, 0))

    # Grid index i takes in (t_i − step, t_i]: the first grid time that is not before.
    index = np.searchsorted(grid + slack, times, side="left")
    inside = (index < len(grid)) & (times > start - step + slack)
    total, count = np.zeros((2, len(grid), values.shape[1]))
    seen = ~np.isnan(values[inside])
    np.add.at(total, index[inside], np.where(seen, values[inside], 0))
    np.add.at(count, index[inside], seen)
    measured = count > 0
    return grid, np.where(measured, total / np.maximum(count, 1), np.nan), measured


def forward_fill(series: ArrayLike, first: ArrayLike | None = None) -> Array:
    """Each missing value replaced by the last one measured before it.

    series: (time, features), NaN where missing
    first: (features,) or one number: what stands before the first measurement, such as the mean of
    the training part; None leaves NaN there. It is never filled from what comes later.
    """
    series = _series(series)
    last = _last_seen(~np.isnan(series))
    filled = np.take_along_axis(series, np.maximum(last, 0), axis=0)
    before = np.nan if first is None else np.asarray(first, float)
    return np.where(last >= 0, filled, before)


def since_seen(measured: ArrayLike, step: float = 1.0) -> Array:
    """How long ago each feature was last measured, at every step of a regular series.

    measured: (time, features), True where measured, as from :func:`regular`
    step: the length of a step, so that the answer is in its units.

    Returns (time, features): 0 where it is measured now, and before the first measurement the time
    since the step before the series. Beside a filled series it tells the network how stale each
    value is (Che et al., 2018, have a like one).
    """
    measured = np.asarray(measured)
    if measured.ndim != 2 or measured.dtype != bool:
        raise ValueError(
            f"measured has shape {measured.shape} and type {measured.dtype}, expected "
            "(time, features) of True and False"
        )
    return step * (np.arange(len(measured))[:, None] - _last_seen(measured))


def _series(series: ArrayLike) -> Array:
    series = np.asarray(series, float)
    if series.ndim != 2:
        raise ValueError(
            f"series has shape {series.shape}, expected (time, features). For a single feature, "
            "series[:, None] adds the axis."
        )
    return series


def _last_seen(measured: Array) -> Array:
    """The last step up to now at which each feature was measured; −1: never."""
    steps = np.where(measured, np.arange(len(measured))[:, None], -1)
    return np.maximum.accumulate(steps, axis=0)


# Clocks -------------------------------------------------------------------------------------------


def to_utc(
    local: Iterable[Any], zone: str, *, twice: str = "raise", missing: str = "raise"
) -> Array:
    """What clocks on a wall showed, as UTC, which knows no daylight saving.

    In UTC every hour exists once. On a wall, the night in spring lacks an hour, and the night in
    autumn has one twice.

    local: times without a zone: ``datetime``, ``datetime64`` or texts such as "2024-03-31T02:30"
    zone: its name, such as "Europe/Berlin"
    twice: which one is meant of a time that was shown twice: "earlier", "later", "raise", or
    "infer", for times in order and in steps no longer than the change: the earlier, unless that
    would not be after the time before it.
    missing: a time that no clock showed: "forward" takes it as a clock that was not put forward
    (02:30, which is 03:30 by the new time), "raise" refuses it.

    Returns ``datetime64[us]`` in UTC, one for each.
    Raises ValueError for such times unless told what to do, for a zone that is not known, and when
    the machine has no zone data: ``pip install tzdata`` brings them.
    """
    if twice not in ("raise", "earlier", "later", "infer"):
        raise ValueError(f'twice is {twice!r}, expected "raise", "earlier", "later" or "infer"')
    if missing not in ("raise", "forward"):
        raise ValueError(f'missing is {missing!r}, expected "raise" or "forward"')
    info = _zone(zone)
    result: list[datetime.datetime] = []
    for wall in np.asarray(local, "datetime64[us]").ravel().tolist():
        if wall is None:
            raise ValueError("local holds a time that is not known (NaT): leave it out first")
        earlier, later = (wall.replace(tzinfo=info, fold=f).astimezone(_UTC) for f in (0, 1))
        time = earlier
        if earlier > later:  # before and after the change give each other's offset: no such time
            if missing == "raise":
                raise ValueError(
                    f"no clock in {zone} showed {wall}: that night it was put forward. Perhaps "
                    'these times are of another zone, or of a clock that nobody put forward: "UTC" '
                    'or a fixed zone such as "Etc/GMT-1" (one hour ahead of UTC) is then the zone; '
                    'or take missing="forward".'
                )
        elif earlier < later:
            if twice == "raise":
                raise ValueError(
                    f"clocks in {zone} showed {wall} twice: that night they were put back. Say "
                    'which is meant: twice="earlier" or "later", or "infer" for times in order.'
                )
            if twice == "later" or (twice == "infer" and result and earlier <= result[-1]):
                time = later
        result.append(time)
    return np.array([time.replace(tzinfo=None) for time in result], "datetime64[us]")


_UTC = datetime.UTC


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        if zoneinfo.available_timezones():
            raise ValueError(
                f'there is no time zone {name!r}. Names read like "Europe/Berlin"; '
                "zoneinfo.available_timezones() has all of them."
            ) from None
        raise ValueError(
            f"{name!r} was not found because this machine has no time zone data (Windows brings "
            "none). Install them with: pip install tzdata"
        ) from None
