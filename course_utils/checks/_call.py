"""The student's function, called so that whatever it does becomes a diagnosis."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import linecache
import signal
import sys
import threading
import types
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from course_utils.checks import _hints, _names
from course_utils.checks._by_hand import by_hand
from course_utils.checks._words import CheckError, kind


class _TooSlow(BaseException):
    pass


_REFUSED: list[str] = []  # what the student's function may not use, in the test that runs now


@contextlib.contextmanager
def refusing(names: Iterable[str]) -> Iterator[None]:
    """Inside, functions that are called may not use these (see `by_hand`).

    Only while they run: the test itself, and its table of mistakes, may.
    """
    before = list(_REFUSED)
    _REFUSED[:] = names
    try:
        yield
    finally:
        _REFUSED[:] = before


def call(
    function: Any,
    *args: Any,
    seconds: float = 5.0,
    hints: Mapping[str, str] | None = None,
    seldom: Mapping[Any, int] | None = None,
    **kwargs: Any,
) -> Any:
    """What the student's `function` returns for copies of these arguments.

    hints: what to say after an error of this task, in place of the general advice; the first whose
    key occurs in "IndexError: the text of the error" is taken.
    seldom: functions of the student that this one may call so many times at most. A backward pass
    that calls the forward step for every weight measures gradients, and was asked to derive them.

    Raises CheckError when it is not a function, is not written yet, stops with an error, does not
    end within `seconds`, changes an argument in place, or returns None. Warnings are not shown;
    what it prints is shown on standard output.
    """
    name = getattr(function, "__name__", "the answer")
    if not callable(function):
        raise CheckError(
            f"Expected a function, found {kind(function)}. Keep the line `def …` of the cell "
            "above. If it is there, its name was given to something else since, by a loop for "
            "one: run that cell again."
        )
    given = [_copy(value) for value in args]
    given_names = {key: _copy(value) for key, value in kwargs.items()}
    printed = io.StringIO()
    names_there = [getattr(inspect.unwrap(function), "__globals__", {})]
    try:
        with (
            by_hand(*_REFUSED, also_in=names_there),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            _counted(seldom or {}) as counts,
            _limit(seconds),
        ):
            warnings.simplefilter("ignore")
            result = function(*given, **given_names)
            if isinstance(result, types.GeneratorType):
                result = list(result)
    except (CheckError, KeyboardInterrupt):
        raise
    except _TooSlow as error:
        raise CheckError(
            f"`{name}` had not finished after {seconds:g} seconds"
            f"{_student_line(error, function)}. Does a loop never end?"
        ) from None
    except BaseException as error:
        raise CheckError(_explain(error, function, name, hints or {})) from None
    finally:
        if printed.getvalue():
            print(printed.getvalue()[:2000].rstrip("\n"))
    for often, times in counts.items():
        raise CheckError(
            f"`{name}` calls your `{often}` {times} times. That measures the gradients by small "
            "changes; here they are to be derived, with the chain rule. Numerical gradients are "
            "for checking the result."
        )
    if result is None:
        if printed.getvalue():
            raise CheckError(
                f"`{name}` prints its answer but returns nothing (None). End it with `return …` "
                "in place of `print(…)`."
            )
        raise CheckError(
            f"`{name}` returns nothing (None). Does it end with `return …`, whichever way it goes?"
        )
    names = _argument_names(function, len(args)) + list(kwargs)
    before = list(args) + list(kwargs.values())
    after = list(given) + list(given_names.values())
    for argument, old, new in zip(names, before, after, strict=True):
        if not _same(old, new):
            raise CheckError(
                f"`{name}` changed its input `{argument}` in place. Whoever called it still needs "
                f"the old values: {_how_to_copy(argument, old)}"
            )
    return result


def _copy(value: Any) -> Any:
    """A copy of an argument; what cannot be copied, as a generator, is given as it is."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


@contextlib.contextmanager
def _counted(seldom: Mapping[Any, int]) -> Iterator[dict[str, int]]:
    """Afterwards the dictionary has each of these functions that was called too often."""
    too_often: dict[str, int] = {}
    if not seldom:
        yield too_often
        return
    most = {f.__code__: times for f, times in seldom.items() if hasattr(f, "__code__")}
    calls = dict.fromkeys(most, 0)

    def count(frame: types.FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code in calls:
            calls[frame.f_code] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield too_often
    finally:
        sys.setprofile(before)
        too_often.update({code.co_name: n for code, n in calls.items() if n > most[code]})


def _how_to_copy(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return (
            f"work on a new array. `{name} = {name} + …` makes one; `{name} += …` and "
            f"`{name}[…] = …` write into the old one. So does `part = {name}[…]` followed by "
            "`part += …`, since a slice is a view: take its `.copy()`."
        )
    if isinstance(value, (list, tuple)) and any(isinstance(v, np.ndarray) for v in value):
        return (
            "make new arrays. `g = g * …` makes one; "
            "`g *= …` and `g[…] = …` write into the old one."
        )
    if isinstance(value, dict) and any(isinstance(v, np.ndarray) for v in value.values()):
        return (
            "a copy of the dictionary holds the same arrays, so copy the array as well, with "
            "`.copy()`, before you write into it."
        )
    return f"work on a copy, `{type(value).__name__}({name})`, or start an empty one."


def _argument_names(function: Any, count: int) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    return [names[i] if i < len(names) else f"argument {i + 1}" for i in range(count)]


def _same(a: Any, b: Any) -> bool:
    if a is b or (isinstance(a, float) and isinstance(b, float) and a != a and b != b):
        return True
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return (
            isinstance(a, np.ndarray)
            and isinstance(b, np.ndarray)
            and a.shape == b.shape
            and bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc"))
        )
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[k], b[k]) for k in a)
    if callable(a):
        return True
    return bool(a == b)


@contextlib.contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """Raise _TooSlow after this time, where the system can (the main thread, not on Windows).

    `while True: try … except: pass` swallows it. Then it is raised again at every further line of
    the functions that run, so that it also arises where nothing catches it.
    """
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        yield
        return
    ours = {__file__, contextlib.__file__}
    rung = False

    def again(frame: types.FrameType, event: str, _: Any) -> Any:
        if event == "line":
            raise _TooSlow
        return None if frame.f_code.co_filename in ours else again

    def stop(_: int, frame: types.FrameType | None) -> None:
        nonlocal rung
        if rung:
            inside = frame
            while inside is not None and inside.f_code.co_filename not in ours:
                inside.f_trace = again
                inside = inside.f_back
            if inside is frame:  # it has left the student's function
                return
            sys.settrace(again)
        rung = True
        raise _TooSlow

    alarm, trace = signal.signal(signal.SIGALRM, stop), sys.gettrace()
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.settrace(trace)
        signal.signal(signal.SIGALRM, alarm)


def _student_frames(error: BaseException, home: str | None) -> list[tuple[str, int, str]]:
    """Where the error went through the student's cells: (file, line, function), outermost first."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if filename == home or "ipykernel_" in filename or filename.startswith("<ipython"):
            frames.append((filename, trace.tb_lineno, trace.tb_frame.f_code.co_name))
        trace = trace.tb_next
    return frames if home != __file__ else []


def _home(function: Any) -> str | None:
    """The file, or the cell, in which a function is written."""
    return getattr(getattr(function, "__code__", None), "co_filename", None)


def _student_line(error: BaseException, function: Any) -> str:
    """Where in the student's cells it happened: " (line 3 of your cell: `h = x @ U`)".

    If that is in another cell, the line of `function` from which it was called follows.
    """
    home = _home(function)
    lines = []
    for filename, number, within in _student_frames(error, home):
        source = linecache.getline(filename, number).strip()
        cell = "your cell" if filename == home else f"the cell with `{within}`"
        lines.append((filename, f"line {number} of {cell}{f': `{source}`' if source else ''}"))
    if not lines:
        return ""
    last, text = lines[-1]
    own = [line for filename, line in lines if filename == home]
    return f" ({text}; called from {own[-1]})" if own and last != home else f" ({text})"


def _explain(error: BaseException, function: Any, name: str, hints: Mapping[str, str]) -> str:
    """The diagnosis for an exception that the student's function raised."""
    where = _student_line(error, function)
    text = str(error).split("\n")[0]
    if type(error) is NotImplementedError:
        frames = _student_frames(error, _home(function))
        stub = frames[-1][2] if frames else name
        if stub != name and name.isidentifier():
            return f"`{name}` needs `{stub}`, which is still to be written{where}. Start with that."
        return (
            f"`{name}` is not written yet. Put your code in place of the line "
            "`raise NotImplementedError(…)`, run that cell, then this one."
        )
    if isinstance(error, SystemExit):
        return f"`{name}` leaves Python with exit(){where}. Use `return` to leave a function."
    if isinstance(error, TypeError) and not where and "argument" in text:
        try:
            signature = f"{name}{inspect.signature(function)}"
        except (TypeError, ValueError):
            signature = name
        return (
            f"`{signature}` does not take the arguments of the task: {text}. "
            "Keep the line `def …` as it was given."
        )
    said = f"{type(error).__name__}: {text.rstrip('.')}"
    covered = _covered_where_it_stopped(error)
    what = f"`{name}` stops with an error{where}: {said}."
    if len(what) > 600:
        what = what[:600] + " …"
    hint = next((hints[key] for key in hints if key in said), None)
    hint = hint or _hints.hint(error, text, function)
    return f"{what} {covered or hint}".rstrip()


def _covered_where_it_stopped(error: BaseException) -> str:
    """Names on the line that stopped which no longer mean what everybody expects."""
    trace = error.__traceback__
    told: list[str] = []
    while trace is not None:
        names = trace.tb_frame.f_globals
        if names.get("__name__") == "__main__":
            covered = _names.covered_at(trace.tb_frame.f_code, trace.tb_lineno, names)
            told = _names.told(covered, names)
        trace = trace.tb_next
    return " ".join(told)
