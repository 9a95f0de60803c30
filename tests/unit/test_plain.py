"""Plain data: what goes to JSON and raw arrays and comes back, and what is refused by name."""

import json
import math
import struct
from collections import Counter, namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_utils import plain

SIZES = hnp.array_shapes(min_dims=0, min_side=0, max_side=3)
COMMON = st.one_of(
    hnp.scalar_dtypes(),
    hnp.byte_string_dtypes(endianness="?"),
    hnp.unicode_string_dtypes(endianness="?"),
)
RARE = st.sampled_from(["V5", np.longdouble, np.clongdouble]).map(np.dtype)


@st.composite
def bits(draw):
    """An array of any dtype and shape, of any bits: every NaN, and text that is none."""
    dtype, shape = draw(COMMON | RARE), draw(SIZES)
    size = math.prod(shape) * dtype.itemsize
    return np.frombuffer(draw(st.binary(min_size=size, max_size=size)), dtype).reshape(shape)


TEXT = st.text(st.characters(exclude_categories=()))  # halves of characters included
NUMBERS = st.one_of(st.booleans(), st.integers(), st.floats(), st.complex_numbers())
KEYS = st.recursive(
    st.none() | NUMBERS.filter(lambda x: not isinstance(x, complex)) | TEXT,
    lambda inner: st.tuples(inner, inner),
    max_leaves=3,
)
VALUES = st.recursive(
    st.none() | NUMBERS | TEXT | hnp.arrays("float32", SIZES),
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(KEYS, inner),
    ),
    max_leaves=12,
)


def there_and_back(value):
    """What arrives elsewhere, of JSON in ASCII and bytes."""
    text, raw = plain.encode(value)
    assert text.isascii() and all(type(data) is bytes for data in raw.values())
    return plain.decode(text, raw)


def same(a, b):
    """The same to the bit, in type and in content."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a), list(b)) and same(list(a.values()), list(b.values()))
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b)
    if isinstance(a, complex):
        return same((a.real, a.imag), (b.real, b.imag))
    return a == b


@given(VALUES)
def test_plain_data_comes_back_as_it_was(value):
    assert same(there_and_back(value), value)


@given(bits())
def test_an_array_comes_back_to_the_bit_whatever_its_dtype_and_shape(array):
    back = there_and_back({"h": [array]})["h"][0]
    assert same(back, array)
    assert back.flags.writeable


@given(COMMON.flatmap(lambda dtype: hnp.arrays(dtype, 1)))
def test_one_of_numpys_numbers_comes_back_with_its_dtype(array):
    number = array[0]
    assert same(there_and_back(number), number)


@pytest.mark.parametrize(
    "array",
    [np.empty((0, 3)), np.array(2.5), np.arange(12).reshape(3, 4).T, np.arange(9)[::-2]],
    ids=["empty", "0-d", "transposed", "backwards"],
)
def test_an_array_of_any_layout_keeps_its_numbers(array):
    assert same(there_and_back(array), array)


def test_what_json_has_no_word_for():
    values = [math.nan, math.inf, -math.inf, -0.0, True, 1, 1.0, 10**5000, -(2**64), 1j, (), [], {}]
    values += ["\ud83d\ude00", "😀", "\ud83d", {1: "a", "1": "b", (1, None): ["c"]}]
    assert same(there_and_back(values), values)
    json.loads(plain.encode(values)[0], parse_constant=pytest.fail)  # NaN is no JSON


def test_a_subclass_comes_back_as_what_it_is_a_kind_of():
    assert same(there_and_back(Counter("aab")), {"a": 2, "b": 1})
    assert same(there_and_back(namedtuple("Cut", "first last")(0, 3)), (0, 3))


def test_a_tensor_counts_as_an_array():
    import tensorflow as tf

    assert same(there_and_back(tf.constant([1.5, 2])), np.array([1.5, 2], "float32"))
    assert plain.simplify({"loss": tf.constant(1.5)}) == {"loss": 1.5}


def generator():
    yield 1


class Record:
    """Not plain."""


REFUSED = {
    "a generator": ({"h": [0, 1, 2, generator()]}, 'answer["h"][3] is a generator'),
    "a set": ({1}, "answer is a set"),
    "bytes": ([b"ab"], "answer[0] is a bytes"),
    "a function": ((len, 1), "answer[0] is a builtin_function_or_method"),
    "a class": ([np.float64], "answer[0] is a type"),
    "a range": ({2: range(3)}, "answer[2] is a range"),
    "an object": ({"größe": {(1, "a"): Record()}}, "answer[\"größe\"][(1, 'a')] is a Record"),
    "a key": ([{frozenset(): 1}], "a key of answer[0] is a frozenset"),
    "a part of a key": ({(1, len): 1}, "a key of answer is a builtin"),
}


@pytest.mark.parametrize("write", [plain.encode, plain.simplify])
@pytest.mark.parametrize(("value", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_data_is_named_with_its_place(write, value, words):
    with pytest.raises(plain.NotPlainError) as caught:
        write(value, "answer")
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.array([None, 1]), "answer[0] is an array of dtype object"),
        (np.zeros(2, "i4, f8"), "answer[0] is an array of dtype [('f0'"),
    ],
)
def test_an_array_of_more_than_numbers_and_text_is_refused(array, words):
    with pytest.raises(plain.NotPlainError) as caught:
        plain.encode([array], "answer")
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (np.datetime64("1997-11-15"), "answer[0] is a date"),
        (np.longdouble(1), "answer[0] is a longdouble"),
        (np.bytes_(b"a"), "answer[0] is a bytes"),
    ],
)
def test_what_json_cannot_hold_is_not_simple(number, words):
    with pytest.raises(plain.NotPlainError) as caught:
        plain.simplify([number], "answer")
    assert str(caught.value).startswith(words)
    assert plain.simplify([number], strict=False) == [number.item()]


@pytest.mark.parametrize("write", [plain.encode, plain.simplify])
def test_what_holds_itself_is_refused(write):
    endless = []
    endless.append(endless)
    with pytest.raises(plain.NotPlainError, match="answer is nested too deeply, or holds itself"):
        write(endless, "answer")


def test_simple_is_what_json_and_people_compare():
    value = {
        np.int64(2): np.arange(6.0).reshape(2, 3),
        "b": (np.float32(0.5), np.bool_(True), [np.array(7)]),
        (np.int8(1), "c"): Counter("a"),
    }
    expected = {
        2: [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]],
        "b": [0.5, True, [7]],
        (1, "c"): {"a": 1},
    }
    assert same(plain.simplify(value), expected)
    assert same(plain.simplify(value, strict=False), expected)


@given(VALUES)
def test_to_simplify_twice_changes_nothing(value):
    once = plain.simplify(value, strict=False)
    assert same(plain.simplify(once, strict=False), once)


def test_what_is_no_plain_data_can_be_left_as_it_is():
    odd = Record(), generator(), {1}, len
    assert plain.simplify(odd, strict=False) == list(odd)


DAMAGED = {
    "no JSON": ("[1,", {}),
    "a tag of nobody": ('{"eval": "1"}', {}),
    "two tags": ('{"int": "1", "float": "1"}', {}),
    "nested without end": ("[" * 100_000, {}),
    "a key that is a list": ('{"dict": [[[], 1]]}', {}),
    "half a pair": ('{"dict": [[1]]}', {}),
    "no such array": ('{"array": "1", "dtype": "<f8", "shape": [1]}', {"0": bytes(8)}),
    "too few bytes": ('{"array": "0", "dtype": "<f8", "shape": [2]}', {"0": bytes(8)}),
    "too many bytes": ('{"array": "0", "dtype": "<f8", "shape": [1]}', {"0": bytes(16)}),
    "negative sizes": ('{"array": "0", "dtype": "<f8", "shape": [-1, -1]}', {"0": bytes(8)}),
    "a huge size": ('{"array": "0", "dtype": "<f8", "shape": [0, 1%s]}' % ("0" * 30), {"0": b""}),
    "objects": ('{"array": "0", "dtype": "|O", "shape": [1]}', {"0": bytes(8)}),
    "a dtype of nobody": ('{"array": "0", "dtype": "a,,b", "shape": [1]}', {"0": bytes(8)}),
    "half a float": ('{"float": "7ff8"}', {}),
    "an odd digit": ('{"text": "f"}', {}),
}


@pytest.mark.parametrize(("text", "raw"), DAMAGED.values(), ids=DAMAGED)
def test_what_was_not_encoded_is_refused_and_never_run(text, raw):
    with pytest.raises(ValueError, match="this is no encoded plain data"):
        plain.decode(text, raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["array", "scalar", "int", "text", "tuple", "dict"]), inner
        )
        | st.fixed_dictionaries({"array": st.just("0"), "dtype": inner, "shape": inner})
    ),
)


@given(JSON, st.binary())
def test_whatever_arrives_is_a_value_or_a_value_error(content, data):
    try:
        plain.decode(json.dumps(content), {"0": data})
    except ValueError as error:
        assert "this is no encoded plain data" in str(error)
