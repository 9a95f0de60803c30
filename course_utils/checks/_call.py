"""The student's function, called so that whatever it does becomes a diagnosis."""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import linecache
import re
import signal
import sys
import threading
import types
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from course_utils.checks import _names
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
    hint = hint or _hint(error, text, function)
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


def _not_callable(error: BaseException) -> str:
    """Which name on the line that stopped is called, and is something else inside the function."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        code, own = trace.tb_frame.f_code, trace.tb_frame.f_locals
        line = linecache.getline(code.co_filename, trace.tb_lineno)
        for name in re.findall(r"\b(\w+)\(", line):
            if name in own and name in code.co_varnames and not callable(own[name]):
                return (
                    f"Inside `{code.co_name}`, `{name}` is {kind(own[name])}. "
                    "Give that another name, so that the function keeps its own."
                )
    return "Round brackets follow something that is not a function."


def _column_wanted(text: str) -> int:
    """How many numbers lie in a row that would fit as a column, says "shapes (3,4) (3,)", or 0."""
    shapes = {tuple(map(int, re.findall(r"\d+", one))) for one in re.findall(r"\([\d,]+\)", text)}
    if "broadcast" not in text or sorted(map(len, shapes)) != [1, 2]:
        return 0
    (count,), (rows, _) = sorted(shapes, key=len)
    return count if count == rows else 0


def _ask_for_none(function: Any) -> str:
    """How to ask whether an argument was left out, where `function` has one that may be None."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return ""
    asked = [f"`if {name} is None`" for name, one in parameters.items() if one.default is None]
    if not asked:
        return ""
    return f"To ask whether an argument was left out, write {' or '.join(asked)}. "


def _hint(error: BaseException, text: str, function: Any) -> str:
    if type(error).__name__ == "StdinNotImplementedError":
        return "Nobody answers `input(…)` there: take the values from the arguments."
    if isinstance(error, UnboundLocalError):
        return "That name is used before it has a value: give it one before the loop."
    if isinstance(error, NameError) and error.name in sys.stdlib_module_names:
        return f"It is a module of Python: `import {error.name}` in your cell, or use NumPy (`np`)."
    if isinstance(error, NameError):
        return (
            f"Nothing is called `{error.name}` there: is it spelled as in the line `def …`, "
            "or made in a cell that has not been run?"
        )
    if isinstance(error, KeyError):
        return (
            f"The dictionary has no entry {text}: look it up only if it is there (`if word in …`). "
            "If it should be there, print the keys and compare the spelling."
        )
    if isinstance(error, IndexError) and ("boolean index" in text or "too many indices" in text):
        return "The index does not fit the array: print the `.shape` of both on the line before."
    if isinstance(error, IndexError) and text == "tuple index out of range":
        return (
            "A shape has one entry for each axis, and here the array has fewer axes than the line "
            "expects: print its `.shape`."
        )
    if isinstance(error, IndexError) and text.endswith("with size 0"):
        return "That array is empty: does a slice begin after its end, or before the first entry?"
    if isinstance(error, IndexError):
        return (
            "An index runs past the end: print the `.shape` on the line before, see which axis the "
            "index belongs to, and count the steps of a loop on paper for a short input."
        )
    if isinstance(error, ZeroDivisionError):
        return "Which input makes the divisor zero?"
    if isinstance(error, RecursionError):
        return "The function calls itself without end."
    if isinstance(error, ModuleNotFoundError):
        return "This task needs NumPy alone."
    if isinstance(error, ValueError) and "ambiguous" in text:
        return (
            f"An array is not true or false as a whole. {_ask_for_none(function)}To choose for "
            "each of its entries, use `np.where(condition, if_true, if_false)`. If it should be a "
            "single number, print its `.shape`: an axis is left."
        )
    if isinstance(error, ValueError) and "inhomogeneous" in text:
        return (
            "The parts differ in shape, so they do not make one array. Did a function return "
            "several things, as np.linalg.eig and np.linalg.svd do? Take the one you need. To lay "
            "arrays one after the other, see np.concatenate and its `axis`."
        )
    if isinstance(error, ValueError) and "equal division" in text:
        return (
            "`np.split(a, 4)` cuts the first axis into 4 equal parts, `np.split(a, 4, axis=1)` the "
            "second: print the `.shape`, and say which axis."
        )
    if isinstance(error, ValueError) and "to unpack" in text:
        return (
            "The names on the left and the parts on the right differ in number. To have the "
            "position as well, write `for i, word in enumerate(…)`. A `.shape` has one part for "
            "each axis."
        )
    if isinstance(error, ValueError) and "enough dimensions" in text:
        return (
            "One side of `@` is a single number or None; it needs an array. Does it have its "
            "starting value?"
        )
    if isinstance(error, ValueError) and any(
        word in text for word in ("concatenat", "same shape", "same number of dimensions")
    ):
        return (
            "Arrays are joined along one axis, and all their other axes must be equal. "
            "Print their shapes: which axis should grow? To have all numbers in one flat row, "
            "`.ravel()` each array first."
        )
    if isinstance(error, ValueError) and "to norm" in text:
        return (
            "`np.linalg.norm(a)` alone is the root of the sum of all squares, however many axes "
            "there are; with a second argument it is a norm of vectors or of matrices."
        )
    if isinstance(error, ValueError) and (count := _column_wanted(text)):
        return (
            "The shapes do not fit: NumPy lines up the last axes. To let the "
            f"{count} numbers stand for the first axis, make them a column: `[:, None]`, or "
            "`keepdims=True` in the sum or mean that they come from."
        )
    if isinstance(error, ValueError) and any(
        word in text for word in ("matmul", "broadcast", "shapes", "align", "mismatch", "dimension")
    ):
        return (
            "The shapes do not fit. In `a @ b` the last axis of `a` and the first of `b` must be "
            "equal; in `a + b` the last axes must be equal. Print the `.shape` of both, and look "
            "for a matrix that is transposed, in the wrong place, or an input taken along the "
            "wrong axis."
        )
    if isinstance(error, AttributeError) and "'NoneType' object" in text:
        return (
            "What stands before the dot is None. Methods that change a list return None: write "
            "`parts.append(…)` alone on its line, not `parts = parts.append(…)`."
        )
    if isinstance(error, AttributeError):
        return "It is not the kind of thing you expect: print its `type(…)` on the line before."
    if isinstance(error, TypeError) and "subscriptable" in text:
        return "Square brackets follow something that is not an array, list or dictionary."
    if isinstance(error, TypeError) and "multiply sequence" in text:
        return (
            "A list is not an array: it cannot be multiplied as a whole. Multiply each of its "
            "parts, `[g * … for g in …]`, or make it an array first."
        )
    if isinstance(error, TypeError) and ("for ^" in text or "bitwise_xor" in text):
        return "In Python a power is written with `**`."
    if isinstance(error, TypeError) and "0-dimensional arrays" in text:
        return (
            "Functions of `math` take one number. For all numbers of an array use NumPy's, as "
            "`np.tanh`."
        )
    if isinstance(error, TypeError) and "callable" in text:
        return _not_callable(error)
    return ""
