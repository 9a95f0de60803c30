"""The assertions that exercises use: each one that fails says which mistake it looks like.

A test cell reads like this:

    with checks.task("step", by_hand=["course_utils.cells.SimpleRNN.step"]):
        h = checks.call(step, x, h0, W, U, b)
        mistakes = {"the bias b is missing": [[0.2, 0.1]]}
        checks.close(h, [[0.46, -0.1]], "the new state", mistakes)

`task` is the frame around it, `call` runs the student's function, `close`, `equal` and `shape`
compare what came back. A failure is a `CheckError`: one diagnosis in plain words, and in a notebook
no stack.
"""

from __future__ import annotations

import contextlib
import copy
import importlib.abc
import inspect
import io
import linecache
import os
import signal
import sys
import textwrap
import threading
import types
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = [
    "CheckError",
    "by_hand",
    "call",
    "close",
    "draw",
    "equal",
    "fail",
    "shape",
    "task",
    "unpack",
]

Mistakes = Mapping[str, Any]


class CheckError(AssertionError):
    """An answer is not right yet; the text is the diagnosis."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a stack: the diagnosis, in lines that fit a cell."""
        return textwrap.wrap(f"Not yet. {self}", 90, break_long_words=False, break_on_hyphens=False)


def fail(diagnosis: str) -> None:
    """Raise CheckError with this diagnosis."""
    raise CheckError(diagnosis)


def draw(name: str) -> np.random.Generator:
    """The generator from which the hidden tests of task `name` draw their data.

    The environment variable COURSE_GRADING_SEED (a whole number) changes every draw at once, so
    that nobody can know the data beforehand.
    """
    seed = int(os.environ.get("COURSE_GRADING_SEED", "2026"))
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


# --- the frame around a test cell ---------------------------------------------------------------


@contextlib.contextmanager
def task(name: str, by_hand: Iterable[str] = ()) -> Iterator[None]:
    """The frame around the checks of the task whose function is called `name`.

    by_hand: dotted names that would do the task; they may not be used inside (see `by_hand`).
    Whatever goes wrong inside becomes a CheckError. Says so in one line when all checks hold.
    """
    try:
        with _by_hand(by_hand):
            yield
    except CheckError:
        raise
    except NameError as error:
        missing = getattr(error, "name", None) or name
        raise CheckError(
            f"`{missing}` is not defined. Run the cell above this one first. If it shows an error, "
            "repair that one before anything else; if you gave the function another name, "
            "change it back."
        ) from None
    except Exception as error:
        raise CheckError(
            f"The check could not work with what `{name}` returned "
            f"({type(error).__name__}: {error}). Compare what you return with the task: "
            "the kind of thing, its length and its shape."
        ) from None
    print(f"✓ {name}: all checks in this cell hold.")


@contextlib.contextmanager
def by_hand(*names: str) -> Iterator[None]:
    """Inside, each named function or class raises the diagnosis "write this one by hand".

    names: dotted, as "course_utils.cells.SimpleRNN.step" or "keras.layers.SimpleRNN". It does not
    matter under which name, or how long ago, the student imported them: functions are changed in
    place. A module that is not loaded is not loaded; importing it inside raises the diagnosis as
    well. That something was used is remembered, so that `except Exception` does not hide it.
    """
    used: list[str] = []

    def refuse(name: str, imported: str = "") -> None:
        used.append(_by_hand_text(name, imported))
        raise CheckError(used[-1])

    with contextlib.ExitStack() as undo:
        absent: dict[str, str] = {}
        for name in names:
            owner, rest = _loaded_part(name)
            for part in rest[:-1]:
                owner = getattr(owner, part, None)
            if owner is not None and hasattr(owner, rest[-1]):
                _refuse_use(owner, rest[-1], name, refuse, undo)
            else:
                loaded = name.split(".")[: -len(rest)]
                absent.setdefault(".".join([*loaded, rest[0]]), name)
        if absent:
            finder = _RefuseImport(absent, refuse)
            sys.meta_path.insert(0, finder)
            undo.callback(sys.meta_path.remove, finder)
        try:
            yield
        except Exception:
            if used:
                raise CheckError(used[0]) from None
            raise
    if used:
        raise CheckError(used[0])


def _loaded_part(name: str) -> tuple[Any, list[str]]:
    """The longest part of a dotted name that is a loaded module, and the names after it."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        module = sys.modules.get(".".join(parts[:end]))
        if module is not None:
            return module, parts[end:]
    return None, parts


def _by_hand(names: Iterable[str]) -> contextlib.AbstractContextManager[None]:
    return by_hand(*names)


def _by_hand_text(name: str, imported: str = "") -> str:
    if imported and imported != name:
        what = f"imports `{imported}`, where the task is done already"
    else:
        what = f"uses `{name}`, which already does the task"
    return (
        f"Write this one by hand: your answer {what}. "
        "Here the point is to build it from NumPy and loops, once; later you may import it."
    )


def _refuse_use(
    owner: Any,
    attribute: str,
    name: str,
    refuse: Callable[[str], None],
    undo: contextlib.ExitStack,
) -> None:
    target = getattr(owner, attribute)

    def refused(*args: Any, **kwargs: Any) -> None:
        refuse(name)

    if isinstance(target, types.FunctionType):
        undo.callback(setattr, target, "__code__", target.__code__)
        target.__code__ = _refusing_code(target, refused)
        undo.callback(_REFUSALS.pop, id(refused), None)
    elif inspect.isclass(target):
        make = "__init__" if target.__new__ is object.__new__ else "__new__"
        for method in (make, "__call__", "call"):
            if method != make and not hasattr(target, method):
                continue
            if method in vars(target):
                undo.callback(setattr, target, method, vars(target)[method])
            else:
                undo.callback(delattr, target, method)
            setattr(target, method, refused)
    else:  # a function written in C, or an object that can be called
        undo.callback(setattr, owner, attribute, target)
        setattr(owner, attribute, refused)


_REFUSALS: dict[int, Callable[..., None]] = {}


def _refusing_code(function: types.FunctionType, refused: Callable[..., None]) -> types.CodeType:
    """Code that calls `refused`, with as many free variables as `function` has, as Python asks."""
    _REFUSALS[id(refused)] = refused
    free = [f"free_{i}" for i in range(len(function.__code__.co_freevars))]
    lines = ["def outer():"]
    lines += [f"    {name} = None" for name in free]
    lines += ["    def inner(*args, **kwargs):"]
    lines += [f"        ({', '.join(free)},)"] if free else []
    lines += [
        "        import course_utils.checks as checks",
        f"        return checks._REFUSALS[{id(refused)}](*args, **kwargs)",
        "    return inner",
    ]
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)
    code: types.CodeType = scope["outer"]().__code__
    return code


class _RefuseImport(importlib.abc.MetaPathFinder):
    """Refuses to import the modules in `absent` (module name → the forbidden name in it)."""

    def __init__(self, absent: Mapping[str, str], refuse: Callable[[str, str], None]) -> None:
        self.absent = absent
        self.refuse = refuse

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname in self.absent:
            self.refuse(self.absent[fullname], fullname)
        return None


# --- running the student's function ---------------------------------------------------------------


class _TooSlow(BaseException):
    pass


def call(
    function: Any,
    *args: Any,
    seconds: float = 5.0,
    hints: Mapping[str, str] | None = None,
    **kwargs: Any,
) -> Any:
    """What the student's `function` returns for copies of these arguments.

    hints: what to say after an error of this task, in place of the general advice; the first whose
    key occurs in "IndexError: the text of the error" is taken.

    Raises CheckError when it is not a function, is not written yet, stops with an error, does not
    end within `seconds`, changes an argument in place, or returns None. Warnings are not shown;
    what it prints is shown on standard output.
    """
    name = getattr(function, "__name__", "the answer")
    if not callable(function):
        raise CheckError(
            f"Expected a function, found {_kind(function)}. "
            "Keep the line `def …` of the cell above."
        )
    given, given_names = copy.deepcopy((args, kwargs))
    printed = io.StringIO()
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
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
    """Raise _TooSlow after this time, where the system can (the main thread, not on Windows)."""
    main = threading.current_thread() is threading.main_thread()
    if not (main and hasattr(signal, "setitimer")):
        yield
        return

    def stop(*_: Any) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


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
    what = f"`{name}` stops with an error{where}: {said}."
    if len(what) > 600:
        what = what[:600] + " …"
    hint = next((hints[key] for key in hints if key in said), None) or _hint(error, text)
    return f"{what} {hint}".rstrip()


def _hint(error: BaseException, text: str) -> str:
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
            f"The dictionary has no entry {text}: look it up only if it is there (`if word in …`)."
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
            "An array is not true or false as a whole. To ask whether an argument was left out, "
            "write `if h0 is None`. To choose for each of its entries, use "
            "`np.where(condition, if_true, if_false)`. If it should be a single number, print its "
            "`.shape`: an axis is left."
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
    if isinstance(error, TypeError) and "callable" in text:
        return "Round brackets follow something that is not a function."
    return ""


def unpack(
    got: Any, *names: str, shapes: Sequence[Sequence[int]] = (), what: str = "the parts"
) -> list[Any]:
    """The parts of a returned tuple, which must be as many as `names`.

    shapes: of the parts, all different; then parts that come in another order are told so by name.
    """
    wanted = f"{len(names)} things: " + ", ".join(names)
    if isinstance(got, np.ndarray) and got.ndim == 1:
        got = list(got)
    if not isinstance(got, (tuple, list)):
        raise CheckError(
            f"Return {wanted} (`return a, b` returns two). You returned one, {_kind(got)}."
        )
    if len(got) != len(names):
        given = f"{len(got)}, in one list" if isinstance(got, list) else str(len(got))
        raise CheckError(f"Return {wanted}. You returned {given}.")
    if shapes:
        owner = dict(zip(map(tuple, shapes), names, strict=True))
        found = [owner.get(np.shape(part), "") for part in got]
        if found != list(names) and sorted(found) == sorted(names):
            raise CheckError(
                f"{_start(what)} come in another order: by their shapes, you return"
                f" {', '.join(found)}. Return {', '.join(names)}."
            )
    return list(got)


# --- numbers and arrays ---------------------------------------------------------------------------


def shape(
    got: Any, expected: Sequence[int], what: str = "the result", axes: Sequence[str] = ()
) -> None:
    """`got` is an array of numbers of this shape. axes: the name of each, for the diagnosis."""
    array = _numbers(got, what)
    if array.shape != tuple(expected):
        raise CheckError(_wrong_shape(array, np.empty(expected), what, tuple(axes)))


def close(
    got: Any,
    expected: Any,
    what: str = "the result",
    mistakes: Mistakes | None = None,
    axes: Sequence[str] = (),
    tolerance: float = 1e-6,
) -> None:
    """`got` is `expected`, up to rounding (`tolerance`; looser when `got` is float32).

    mistakes: for each mistake, in the words of the diagnosis, the numbers that it leads to (or a
    function without arguments that returns them). axes: the name of each axis of `expected`.
    Lists are as good as arrays. Common mistakes (transposed, reversed in time, a missing tanh or
    softmax, whole numbers, one step off) are recognised without being named.
    """
    wanted = np.asarray(expected, dtype=float)
    array = _numbers(got, what)
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        tolerance = max(tolerance, 1e-4 if array.dtype.itemsize == 4 else 5e-3)
    values = array.astype(float)
    if _near(values, wanted, tolerance):
        return
    axes = tuple(axes)
    for mistake, outcome in (mistakes or {}).items():
        if callable(outcome):
            try:
                with np.errstate(all="ignore"):
                    outcome = outcome()
            except Exception:
                continue
        outcome = np.asarray(outcome, dtype=float)
        if _near(values, outcome, tolerance) and not _near(outcome, wanted, tolerance):
            raise CheckError(_looks_like(what, mistake, values, wanted, axes))
    if values.shape != wanted.shape:
        raise CheckError(_wrong_shape(values, wanted, what, axes))
    mistake = _recognise(array, values, wanted, axes, tolerance)
    if mistake:
        raise CheckError(_looks_like(what, mistake, values, wanted, axes))
    raise CheckError(_wrong_numbers(what, values, wanted, axes, tolerance))


def _near(a: np.ndarray, b: np.ndarray, tolerance: float) -> bool:
    if a.shape != b.shape:
        return False
    if a.size == 0:
        return True
    scale = float(np.max(np.abs(b[np.isfinite(b)]), initial=0.0))
    return bool(np.allclose(a, b, rtol=tolerance, atol=tolerance * max(1.0, scale), equal_nan=True))


def _numbers(got: Any, what: str) -> np.ndarray:
    """`got` as an array of numbers, or a diagnosis of what it is instead."""
    what = _start(what)
    if got is None:
        raise CheckError(f"{what} is None. Is there a `return` on the way your code went?")
    if isinstance(got, (str, bytes, dict, set, frozenset)) or callable(got):
        hint = " Did you forget the round brackets of a call?" if callable(got) else ""
        raise CheckError(f"{what} should be numbers. You returned {_kind(got)}.{hint}")
    if isinstance(got, (Iterator, range)):
        raise CheckError(
            f"{what} should be numbers. You returned {_kind(got)}: put `list(…)` around it."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = np.asarray(got)
    except ValueError:
        if isinstance(got, tuple):
            raise CheckError(
                f"{what} should be one array. You returned {len(got)} things (a tuple)."
            ) from None
        raise CheckError(
            f"{what} is a list of parts that differ in length or shape, so it is not an array. "
            "Make every part the same shape."
        ) from None
    except Exception:
        raise CheckError(f"{what} should be numbers. You returned {_kind(got)}.") from None
    if array.dtype.kind == "O":
        raise CheckError(
            f"{what} has dtype object: it holds Python things (lists, None, arrays of different "
            "shapes), not numbers. Build it with np.zeros(…) or np.stack([…])."
        )
    if array.dtype.kind == "c":
        raise CheckError(f"{what} is complex; the dtype should be float.")
    if array.dtype.kind not in "fiub":
        raise CheckError(f"{what} should be numbers. Its dtype is {array.dtype}.")
    return array


def _start(what: str) -> str:
    """`what` at the start of a sentence; a symbol (w and W are two things) stays as it is."""
    word = what.split(" ")[0]
    return what if len(word) == 1 or "_" in word else what[:1].upper() + what[1:]


def _looks_like(
    what: str, mistake: str, values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...]
) -> str:
    stop = "" if mistake.endswith("?") else "."
    text = f"{_start(what)} looks like this mistake: {mistake}{stop}"
    if values.shape == wanted.shape:
        return f"{text} {_first_difference(values, wanted, axes)}".rstrip()
    return f"{text} Shape {_shape_text(values.shape)}, expected {_shape_text(wanted.shape)}."


def _first_difference(values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...]) -> str:
    off = ~np.isclose(values, wanted, rtol=1e-3, atol=1e-4, equal_nan=True)
    if not off.any():
        off = values != wanted
    if not off.any():
        return ""
    index = tuple(int(i) for i in np.argwhere(off)[0]) if values.ndim else ()
    mine, yours = _numbers_apart(values[index], wanted[index])
    place = _place(index, axes)
    return f"{place} you have {mine}, expected {yours}." if place else f"Expected {yours}."


def _place(index: tuple[int, ...], axes: tuple[str, ...]) -> str:
    if not index:
        return ""
    if len(axes) == len(index):
        return "At " + ", ".join(f"{a} {i}" for a, i in zip(axes, index, strict=True))
    return f"At index {list(index) if len(index) > 1 else index[0]}"


def _number(value: Any) -> str:
    return f"{float(value):.4g}"


def _numbers_apart(a: Any, b: Any) -> tuple[str, str]:
    """Two numbers with so many digits that one can see the difference."""
    texts = [(f"{float(a):.{digits}g}", f"{float(b):.{digits}g}") for digits in (4, 7, 17)]
    return next((pair for pair in texts if pair[0] != pair[1]), texts[0])


def _shape_text(dimensions: Sequence[int]) -> str:
    return str(tuple(int(d) for d in dimensions)) if len(dimensions) else "() (a single number)"


def _axis(axis: int, axes: tuple[str, ...]) -> str:
    return f"the {axes[axis]} axis" if axis < len(axes) else f"axis {axis}"


def _wrong_shape(values: np.ndarray, wanted: np.ndarray, what: str, axes: tuple[str, ...]) -> str:
    have, want = values.shape, wanted.shape
    named = f" = ({', '.join(axes)})" if len(axes) == len(want) and axes else ""
    text = f"{_start(what)} has shape {_shape_text(have)}, expected {_shape_text(want)}{named}."
    return f"{text} {_shape_hint(values, wanted, axes)}".rstrip()


def _shape_hint(values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...]) -> str:
    have, want = values.shape, wanted.shape
    if have == want[::-1] and len(want) == 2:
        return "It is transposed: rows and columns are exchanged."
    if len(have) == len(want) and sorted(have) == sorted(want):
        return "The axes are in another order. Which comes first?"
    if have == (1,) and not want:
        return "Return a number, not an array with one in it."
    for axis in range(len(have)):
        if have[:axis] + have[axis + 1 :] == want:
            return f"There is one axis too many (axis {axis})."
    if values.size == wanted.size:
        if len(want) == 1:
            return (
                "The numbers are as many, but not in one flat row: see np.concatenate and .ravel()."
            )
        if len(have) == 1:
            return "The numbers are as many, but they lie in one flat row."
        return "The numbers are as many, but arranged otherwise."
    for axis in range(len(want)):
        without = want[:axis] + want[axis + 1 :]
        if have == without:
            return (
                f"{_axis(axis, axes).capitalize()} is missing: did you keep only one step, or sum "
                "over it?"
            )
    if len(have) == len(want):
        off = [i for i in range(len(want)) if have[i] != want[i]]
        if len(off) == 1:
            axis = off[0]
            difference = have[axis] - want[axis]
            name = _axis(axis, axes).capitalize()
            if difference == 1:
                return f"{name} is off by one: one entry too many."
            if difference == -1:
                return f"{name} is off by one: one entry too few."
            return f"{name} has {have[axis]} entries in place of {want[axis]}."
    return ""


def _softmax(a: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _recognise(
    array: np.ndarray,
    values: np.ndarray,
    wanted: np.ndarray,
    axes: tuple[str, ...],
    tolerance: float,
) -> str:
    """A mistake that needs no naming by the exercise, or "". Shapes are equal here."""
    near = lambda a, b: _near(np.asarray(a), np.asarray(b), max(tolerance, 1e-5))  # noqa: E731
    if np.isnan(values).any() and not np.isnan(wanted).any():
        return (
            "it holds NaN (not a number): something was divided 0/0 or inf/inf, or an exponential "
            "overflowed"
        )
    if np.isinf(values).any() and not np.isinf(wanted).any():
        return "it holds infinity: something was divided by zero, or an exponential overflowed"
    whole = array.dtype.kind in "iub" and not near(wanted, np.round(wanted))
    if whole and (wanted.ndim or near(values, np.trunc(wanted))):
        return (
            f"the dtype is {array.dtype}, whole numbers only, so everything after the point was "
            "cut off; make the array with dtype=float"
        )
    if wanted.size > 1 and not np.any(values) and np.any(wanted):
        return "it is zero everywhere: was the array of zeros ever filled?"
    if near(values, -wanted):
        return "the sign is wrong everywhere" if values.size > 1 else "the sign is wrong"
    with np.errstate(all="ignore"):
        if wanted.size > 1 or np.any(wanted):
            if near(np.tanh(values), wanted):
                return "the tanh is missing"
            if near(values, np.tanh(wanted)):
                return "tanh is applied once too often"
        if (
            wanted.ndim
            and wanted.shape[-1] > 1
            and near(wanted.sum(-1), np.ones(wanted.shape[:-1]))
        ):
            if near(_softmax(values), wanted):
                return "the softmax is missing"
            if wanted.ndim > 1 and wanted.shape[:-1] != (1,) and near(values.sum(), 1.0):
                return "all of it together sums to one; each row should have a sum of its own"
            if not near(values.sum(-1), np.ones(wanted.shape[:-1])):
                for axis in range(wanted.ndim - 1):
                    if near(values.sum(axis), np.ones_like(values.sum(axis))):
                        return f"it sums to one over the wrong axis ({_axis(axis, axes)})"
    if values.ndim == 2 and values.shape[0] == values.shape[1] and near(values.T, wanted):
        return "it is transposed"
    for axis in range(values.ndim):
        if values.shape[axis] > 1 and near(np.flip(values, axis), wanted):
            return f"the order is reversed along {_axis(axis, axes)}"
    for axis in range(values.ndim):
        if values.shape[axis] > 2:
            mine, yours = np.moveaxis(values, axis, 0), np.moveaxis(wanted, axis, 0)
            if near(mine[1:], yours[:-1]):
                return f"it is off by one: one place too late along {_axis(axis, axes)}"
            if near(mine[:-1], yours[1:]):
                return f"it is off by one: one place too early along {_axis(axis, axes)}"
    if "time" in axes and len(axes) == values.ndim:
        axis = axes.index("time")
        mine, yours = np.moveaxis(values, axis, 0), np.moveaxis(wanted, axis, 0)
        if len(mine) > 1 and near(mine[0], yours[0]) and not near(mine[1], yours[1]):
            return (
                "the first step is right and those after it are not: does each step start from the "
                "state that the step before it left?"
            )
        if len(mine) > 1 and near(mine[-1], yours[-1]):
            return "only the last step is right"
    if values.size > 1:
        offset = values - wanted
        if near(offset, np.full_like(offset, offset.flat[0])):
            return f"every number is off by the same amount, {_number(offset.flat[0])}"
        with np.errstate(all="ignore"):
            ratio = values[wanted != 0] / wanted[wanted != 0]
        if (
            ratio.size > 1
            and near(ratio, np.full_like(ratio, ratio.flat[0]))
            and near(values, wanted * ratio.flat[0])
        ):
            return f"every number is {_number(ratio.flat[0])} times what it should be"
        if near(np.sort(values, axis=None), np.sort(wanted, axis=None)):
            return "the numbers are right but stand in another order"
    return ""


def _wrong_numbers(
    what: str, values: np.ndarray, wanted: np.ndarray, axes: tuple[str, ...], tolerance: float
) -> str:
    what = _start(what)
    if not values.ndim:
        mine, yours = _numbers_apart(values, wanted)
        return f"{what} is {mine}, expected {yours}."
    right = int(np.isclose(values, wanted, rtol=1e-4, atol=1e-4).sum())
    return (
        f"{what} has the right shape, but not the right numbers "
        f"({right} of {wanted.size} are right). {_first_difference(values, wanted, axes)}"
    )


# --- plain data: lists, dictionaries, texts, whole numbers ----------------------------------------


def equal(
    got: Any, expected: Any, what: str = "the result", mistakes: Mistakes | None = None
) -> None:
    """`got` is `expected`: numbers, texts, and lists and dictionaries of them.

    A tuple or an array is as good as a list, and NumPy's numbers as Python's. mistakes: as in
    `close`.
    """
    mine, wanted = _plain(got), _plain(expected)
    if _equal(mine, wanted):
        return
    what = _start(what)
    for mistake, outcome in (mistakes or {}).items():
        if callable(outcome):
            try:
                outcome = outcome()
            except Exception:
                continue
        outcome = _plain(outcome)
        if _equal(mine, outcome) and not _equal(outcome, wanted):
            raise CheckError(
                f"{what} looks like this mistake: {mistake}. "
                f"You returned {_shown(got, mine)}, expected {_shown(expected, wanted)}."
            )
    raise CheckError(f"{what} is not right: {_difference(got, mine, expected, wanted)}")


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {_plain_key(k): _plain(v) for k, v in value.items()}
    return value


def _plain_key(key: Any) -> Any:
    key = key.item() if isinstance(key, np.generic) else key
    return tuple(_plain(key)) if isinstance(key, tuple) else key


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[k], b[k]) for k in a)
    if _is_number(a) and _is_number(b):
        return bool(a == b)
    return type(a) is type(b) and bool(a == b)


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float))


def _shown(given: Any, plain: Any) -> str:
    return _short(tuple(plain) if isinstance(given, tuple) else plain)


def _difference(got: Any, mine: Any, expected: Any, wanted: Any) -> str:
    """What is different between `got` and `expected`; `mine` and `wanted` are the same, plain."""
    if isinstance(got, (Iterator, range)):
        return f"it is {_kind(got)}: put `list(…)` around it."
    if callable(got):
        return f"it is {_kind(got)}. Did you forget the round brackets of a call?"
    kinds = (list, dict, str, bool)
    same_kind = type(mine) is type(wanted) or (_is_number(mine) and _is_number(wanted))
    if not same_kind and (isinstance(wanted, kinds) or isinstance(mine, kinds) or mine is None):
        one = isinstance(expected, tuple) and len(expected) == 1
        comma = " A tuple of one needs a comma: `(5,)`, not `(5)`." if one else ""
        return f"it should be {_kind(expected)}, and it is {_kind(got)}.{comma}"
    if isinstance(wanted, dict):
        return _dict_difference(mine, wanted)
    if isinstance(wanted, list):
        return _list_difference(mine, wanted)
    if isinstance(wanted, str) and mine.strip().lower() == wanted.strip().lower():
        return f"only capitals or spaces differ: you have {mine!r}, expected {wanted!r}."
    if isinstance(wanted, bool):
        return f"it is {mine}, expected {wanted}."
    if _is_number(wanted) and _is_number(mine):
        if abs(mine - wanted) == 1:
            return f"it is off by one: you have {mine}, expected {wanted}."
        return f"you have {mine}, expected {wanted}."
    return f"you have {_short(mine)}, expected {_short(wanted)}."


def _dict_difference(mine: dict[Any, Any], wanted: dict[Any, Any]) -> str:
    try:
        exchanged = _equal({v: k for k, v in mine.items()}, wanted)
    except TypeError:
        exchanged = False
    if exchanged:
        return "keys and values are exchanged."
    missing = [k for k in wanted if k not in mine]
    extra = [k for k in mine if k not in wanted]
    if missing or extra:
        parts = []
        if missing:
            parts.append("missing: " + ", ".join(repr(k) for k in missing[:5]))
        if extra:
            parts.append("too many: " + ", ".join(repr(k) for k in extra[:5]))
        lowered = {str(k).lower() for k in mine} == {str(k).lower() for k in wanted}
        hint = " Mind capital letters." if lowered else ""
        return f"the keys differ ({'; '.join(parts)}).{hint}"
    key = next(k for k in wanted if not _equal(mine[k], wanted[k]))
    numbers = all(_is_number(v) for v in [*mine.values(), *wanted.values()])
    if numbers and len(wanted) > 1 and len({mine[k] - wanted[k] for k in wanted}) == 1:
        amount = mine[key] - wanted[key]
        return (
            f"every value is off by {amount}; "
            f"for {key!r} you have {mine[key]}, expected {wanted[key]}."
        )
    return f"for {key!r} you have {_short(mine[key])}, expected {_short(wanted[key])}."


def _list_difference(mine: list[Any], wanted: list[Any]) -> str:
    both = f"You have {_short(mine)}, expected {_short(wanted)}."
    if len(mine) != len(wanted):
        if len(mine) == len(wanted) + 1:
            return f"it is off by one: one entry too many. {both}"
        if len(mine) == len(wanted) - 1:
            return f"it is off by one: one entry too few. {both}"
        entries = "1 entry" if len(mine) == 1 else f"{len(mine)} entries"
        hint = " Does the function return inside the loop?" if mine == wanted[:1] else ""
        return f"it has {entries}, expected {len(wanted)}. {both}{hint}"
    if len(wanted) > 1 and _equal(mine[::-1], wanted):
        return f"the order is reversed. {both}"
    if sorted(map(repr, mine)) == sorted(map(repr, wanted)):
        return f"the entries are right but stand in another order. {both}"
    if len(wanted) > 2 and _equal(mine[1:], wanted[:-1]):
        return f"it is off by one: everything stands one place too late. {both}"
    if len(wanted) > 2 and _equal(mine[:-1], wanted[1:]):
        return f"it is off by one: everything stands one place too early. {both}"
    place = next(i for i, (a, b) in enumerate(zip(mine, wanted, strict=True)) if not _equal(a, b))
    return (
        f"the first difference is at index {place}: you have {_short(mine[place])}, "
        f"expected {_short(wanted[place])}."
    )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "…"


def _kind(value: Any) -> str:
    """A thing in a beginner's words."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if inspect.isgenerator(value):
        return "a generator"
    names = {
        bool: "True or False",
        int: "a whole number",
        float: "a number",
        str: "a text",
        list: "a list",
        tuple: "a tuple",
        dict: "a dictionary",
        set: "a set",
        map: "a map object",
        zip: "a zip object",
        range: "a range",
    }
    if type(value) in names:
        return names[type(value)]
    if inspect.isclass(value):
        return f"the class {value.__name__}"
    if callable(value):
        return "a function"
    if isinstance(value, np.generic):
        return "a number"
    return f"an object of type {type(value).__name__}"
