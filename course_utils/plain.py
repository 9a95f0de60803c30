"""Python values as plain data: the one codec to JSON and raw arrays.

Plain data is None, True and False, numbers, text, NumPy arrays, and lists, tuples and dictionaries
of them; a tensor of TensorFlow or JAX counts as an array. `simplify` makes of it what JSON can hold
and people compare. `encode` and `decode` carry it to another process and back, exact to the bit and
without pickle: what comes in is data, whoever wrote it.

A subclass comes back as what it is a kind of: a Counter as a dictionary, a named tuple as a tuple.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

__all__ = ["NotPlainError", "decode", "encode", "simplify"]

Array = NDArray[Any]
Place = tuple[Any, ...]  # the keys and indices on the way to a value, from the outside in

# The dtypes of bits alone, as NumPy's short names have them. NumPy evaluates what else it is given.
DTYPES = re.compile(r"[<>|][biufcSUV]\d+|[<>][mM]8(\[\d*\w+\])?")
LARGE = 2**64  # whole numbers from here on are written in hexadecimal, which has no limit of digits


class NotPlainError(TypeError):
    """A value is, or holds, something that is no plain data; the text says what, and where."""


def simplify(value: Any, name: str = "value", *, strict: bool = True) -> Any:
    """`value` in lists, dictionaries and Python's own numbers: arrays and tuples become lists.

    Keys are as they were, NumPy's numbers as Python's. strict: NotPlainError, which calls the value
    by `name`, for what is no plain data (``answer["h"][3] is a generator``). Else that is left as
    it is, a tensor too.
    """

    def simple(value: Any, place: Place) -> Any:
        if isinstance(value, np.ndarray):
            return simple(value.tolist(), place)
        if isinstance(value, np.generic):
            item = value.item()
            if strict and isinstance(item, np.generic):  # a long double, say
                _refuse(item, place)
            return simple(item, place) if strict else item
        if isinstance(value, (list, tuple)):
            return [simple(part, (*place, i)) for i, part in enumerate(value)]
        if isinstance(value, Mapping):
            return {
                _key(key, place, strict): simple(part, (*place, key)) for key, part in value.items()
            }
        if not strict or value is None or isinstance(value, (bool, int, float, str)):
            return value
        return simple(_array(value, place), place)

    try:
        return simple(value, (name,))
    except RecursionError:
        raise _too_deep(name) from None


def encode(value: Any, name: str = "value") -> tuple[str, dict[str, bytes]]:
    """`value` as JSON in ASCII, and the raw bytes of its arrays by the names that they have there.

    In the JSON a list is a list; everything that JSON has no word for is an object with one tag.
    Raises NotPlainError, which calls the value by `name`, for what is no plain data.
    """
    raw: dict[str, bytes] = {}

    def kept(array: Array) -> dict[str, Any]:
        label = str(len(raw))
        raw[label] = array.tobytes()
        return {"array": label, "dtype": array.dtype.str, "shape": array.shape}

    def written(value: Any, place: Place) -> Any:
        if isinstance(value, np.ndarray):
            return kept(_array(value, place))
        if isinstance(value, np.generic):
            return {"scalar": kept(_array(value, place))}
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return value if abs(value) < LARGE else {"int": hex(value)}
        if isinstance(value, float):
            return value if math.isfinite(value) else {"float": struct.pack(">d", value).hex()}
        if isinstance(value, complex):
            return {"complex": struct.pack(">dd", value.real, value.imag).hex()}
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, list):
            return [written(part, (*place, i)) for i, part in enumerate(value)]
        if isinstance(value, tuple):
            return {"tuple": [written(part, (*place, i)) for i, part in enumerate(value)]}
        if isinstance(value, Mapping):
            return {
                "dict": [
                    [written(_key(key, place), place), written(part, (*place, key))]
                    for key, part in value.items()
                ]
            }
        return kept(_array(value, place))

    try:
        return json.dumps(written(value, (name,)), separators=(",", ":")), raw
    except RecursionError:
        raise _too_deep(name) from None


def decode(text: str, raw: Mapping[str, bytes]) -> Any:
    """The value that `encode` wrote. Its arrays can be written to.

    Whatever `text` and `raw` hold, nothing of them is run. ValueError when `encode` wrote no such
    thing.
    """

    def array(label: str, dtype: str, shape: list[int]) -> Array:
        if not DTYPES.fullmatch(dtype):
            raise ValueError(f"{dtype!r} is no dtype of plain data")
        kind, data = np.dtype(dtype), raw[label]
        if len(data) != math.prod(shape) * kind.itemsize:
            raise ValueError(f"{len(data)} bytes are no array of dtype {dtype} and shape {shape}")
        return np.ndarray(shape, kind, buffer=data).copy()

    def read(value: Any) -> Any:
        if isinstance(value, list):
            return [read(part) for part in value]
        if not isinstance(value, dict):
            return value
        if "array" in value:
            return array(value["array"], value["dtype"], value["shape"])
        ((tag, content),) = value.items()
        match tag:
            case "scalar":
                return read(content)[()]
            case "int":
                return int(content, 16)
            case "float":
                return struct.unpack(">d", bytes.fromhex(content))[0]
            case "complex":
                return complex(*struct.unpack(">dd", bytes.fromhex(content)))
            case "text":
                return bytes.fromhex(content).decode("utf-8", "surrogatepass")
            case "tuple":
                return tuple(read(part) for part in content)
            case "dict":
                return {read(key): read(part) for key, part in content}
        raise ValueError(f"{tag!r} is no tag")

    try:
        return read(json.loads(text))
    except (LookupError, RecursionError, TypeError, ValueError, struct.error) as e:
        raise ValueError(f"this is no encoded plain data: {type(e).__name__}: {e}") from e


def _text(text: str) -> str | dict[str, str]:
    """The text, or its bytes: where halves of characters follow each other, JSON joins them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return {"text": text.encode("utf-8", "surrogatepass").hex()}
    return text


def _key(key: Any, place: Place, strict: bool = True) -> Any:
    """A key of a dictionary, NumPy's numbers in it as Python's."""
    if isinstance(key, np.generic):
        key = key.item()
    if isinstance(key, tuple):
        return tuple(_key(part, place, strict) for part in key)
    if strict and not (key is None or isinstance(key, (bool, int, float, str))):
        _refuse(key, place, "a key of ")
    return key


def _array(value: Any, place: Place) -> Array:
    """An array or a tensor as an array; NotPlainError when it is none, or holds no plain data."""
    if hasattr(value, "__array__") and not isinstance(value, type):
        try:
            array = np.asarray(value)
        except Exception:  # of a tensor without values, for one
            _refuse(value, place)
        if DTYPES.fullmatch(array.dtype.str) and np.dtype(array.dtype.str) == array.dtype:
            return array
        raise NotPlainError(f"{_said(place)} is an array of dtype {array.dtype}. {ADVICE}")
    _refuse(value, place)


ADVICE = (
    "Plain data is None, True and False, numbers, text, arrays of them, and lists, tuples and "
    "dictionaries of all these."
)


def _refuse(value: Any, place: Place, before: str = "") -> NoReturn:
    name = type(value).__name__
    article = "an" if name[0] in "AEIOUaeiou" else "a"
    raise NotPlainError(f"{before}{_said(place)} is {article} {name}. {ADVICE}")


def _said(place: Place) -> str:
    """``answer["h"][3]``"""
    name, *keys = place
    return str(name) + "".join(
        f"[{json.dumps(key, ensure_ascii=False) if isinstance(key, str) else repr(key)}]"
        for key in keys
    )


def _too_deep(name: str) -> NotPlainError:
    return NotPlainError(f"{name} is nested too deeply, or holds itself. {ADVICE}")
