"""The NumPy cells agree with Keras, keep their promises, and explain a wrong shape."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.cells import SimpleRNN


def relative_error(a, b):
    """‖a−b‖ / (‖a‖+‖b‖), and 0 where both are zero."""
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return 0.0 if scale == 0 else np.linalg.norm(a - b) / scale


def weights(rng, features, units, dtype="float64"):
    shapes = [(features, units), (units, units), (units,)]
    return [rng.normal(0, 0.7, shape).astype(dtype) for shape in shapes]


def keras_layer(arrays):
    """A float64 Keras layer that holds these weights."""
    features, units = arrays[0].shape
    layer = keras.layers.SimpleRNN(units, return_sequences=True, return_state=True, dtype="float64")
    layer.build((None, None, features))
    layer.set_weights(arrays)
    return layer


@st.composite
def cases(draw):
    """Sizes, a seed, and whether there is a mask (of any pattern) and a first state."""
    batch, features, units = (draw(st.integers(1, 4)) for _ in range(3))
    time = draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    arrays = weights(rng, features, units)
    x = rng.normal(size=(batch, time, features))
    h0 = rng.normal(size=(batch, units)) if draw(st.booleans()) else None
    row = st.lists(st.booleans(), min_size=time, max_size=time)
    rows = st.lists(row, min_size=batch, max_size=batch)
    mask = draw(st.one_of(st.none(), rows))
    return x, arrays, h0, None if mask is None else np.array(mask)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(cases())
def test_forward_equals_keras_for_any_shape_mask_and_first_state(case):
    x, arrays, h0, mask = case
    outputs, state = SimpleRNN.forward(x, *arrays, h0=h0, mask=mask)
    expected = keras_layer(arrays)(x, initial_state=h0, mask=mask)
    assert relative_error(outputs, keras.ops.convert_to_numpy(expected[0])) < 1e-10
    assert relative_error(state, keras.ops.convert_to_numpy(expected[1])) < 1e-10


def test_step_equals_the_keras_cell():
    rng = np.random.default_rng(1)
    arrays = weights(rng, 3, 5)
    x, h = rng.normal(size=(4, 3)), rng.normal(size=(4, 5))
    cell = keras_layer(arrays).cell
    expected, _ = cell(keras.ops.convert_to_tensor(x), [keras.ops.convert_to_tensor(h)])
    new = SimpleRNN.step(x, h, *arrays)
    assert relative_error(new, keras.ops.convert_to_numpy(expected)) < 1e-10


def test_a_masked_prefix_gives_zeros_and_holds_the_first_state():
    rng = np.random.default_rng(2)
    arrays = weights(rng, 2, 3)
    x, h0 = rng.normal(size=(1, 4, 2)), rng.normal(size=(1, 3))
    outputs, state = SimpleRNN.forward(x, *arrays, h0=h0, mask=[[False, False, True, False]])
    only = SimpleRNN.step(x[:, 2], h0, *arrays)
    np.testing.assert_array_equal(outputs[:, :2], 0)
    np.testing.assert_array_equal(outputs[:, 2], only)
    np.testing.assert_array_equal(outputs[:, 3], only)
    np.testing.assert_array_equal(state, only)
    nothing, held = SimpleRNN.forward(x, *arrays, h0=h0, mask=np.zeros((1, 4)))
    np.testing.assert_array_equal(nothing, 0)
    np.testing.assert_array_equal(held, h0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases(), st.integers(0, 7))
def test_two_chunks_with_the_state_carried_equal_one_sequence(case, cut):
    x, arrays, h0, _ = case
    whole, final = SimpleRNN.forward(x, *arrays, h0=h0)
    first, carried = SimpleRNN.forward(x[:, :cut], *arrays, h0=h0)
    second, state = SimpleRNN.forward(x[:, cut:], *arrays, h0=carried)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, atol=1e-14)
    np.testing.assert_allclose(state, final, atol=1e-14)


def test_streaming_step_by_step_equals_forward():
    rng = np.random.default_rng(3)
    arrays = weights(rng, 2, 4)
    x, h = rng.normal(size=(3, 9, 2)), np.zeros((3, 4))
    outputs, state = SimpleRNN.forward(x, *arrays)
    for t in range(9):
        h = SimpleRNN.step(x[:, t], h, *arrays)
        np.testing.assert_array_equal(h, outputs[:, t])
    np.testing.assert_array_equal(h, state)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_kept(dtype):
    rng = np.random.default_rng(4)
    arrays = weights(rng, 2, 3, dtype)
    x, h0 = rng.normal(size=(2, 5, 2)).astype(dtype), np.ones((2, 3), dtype)
    mask = [[True, False, True, True, False]] * 2
    results = [
        *SimpleRNN.forward(x, *arrays),
        *SimpleRNN.forward(x, *arrays, h0=h0, mask=mask),
        SimpleRNN.step(x[:, 0], h0, *arrays),
    ]
    assert {result.dtype for result in results} == {np.dtype(dtype)}


def test_the_arguments_are_left_as_they_were():
    rng = np.random.default_rng(5)
    arrays = weights(rng, 2, 3)
    x, h0, mask = rng.normal(size=(2, 4, 2)), rng.normal(size=(2, 3)), np.ones((2, 4), bool)
    given_arrays = [x, *arrays, h0, mask]
    before = [array.copy() for array in given_arrays]
    SimpleRNN.forward(x, *arrays, h0=h0, mask=mask)
    for array, copy in zip(given_arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_sequence_of_no_steps_returns_the_first_state():
    arrays = weights(np.random.default_rng(6), 2, 3)
    h0 = np.full((4, 3), 0.5)
    outputs, state = SimpleRNN.forward(np.zeros((4, 0, 2)), *arrays, h0=h0)
    assert outputs.shape == (4, 0, 3)
    np.testing.assert_array_equal(state, h0)


SHAPES = {"x": (2, 5, 4), "W": (4, 3), "U": (3, 3), "b": (3,), "h0": (2, 3), "mask": (2, 5)}


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("U", (3, 4), r"U has shape \(3, 4\), expected \(units, units\).*swapped"),
        ("W", (3, 4), r"W has shape \(3, 4\), expected \(features, 3\).*transposed"),
        ("W", (4, 2), r"W has shape \(4, 2\), expected \(features, 3\): units is 3 because U is"),
        ("b", (4,), r"b has shape \(4,\), expected \(3,\)"),
        ("b", (1, 3), r"b has shape \(1, 3\), expected \(3,\).*one dimension"),
        ("x", (2, 5), r"x has shape \(2, 5\), expected \(batch, time, 4\).*x\[None\]"),
        ("x", (2, 4, 5), r"x has shape \(2, 4, 5\), expected \(batch, time, 4\).*last axis"),
        ("h0", (2, 4), r"h0 has shape \(2, 4\), expected \(2, 3\): x holds 2 examples"),
        ("h0", (3,), r"h0 has shape \(3,\), expected \(2, 3\)"),
        ("mask", (5, 2), r"mask has shape \(5, 2\), expected \(2, 5\)"),
    ],
)
def test_a_wrong_shape_is_named_with_the_shape_expected(name, shape, words):
    arrays = {key: np.ones(shape if key == name else size) for key, size in SHAPES.items()}
    with pytest.raises(ValueError, match=words):
        SimpleRNN.forward(**arrays)


def test_step_names_the_state_that_does_not_fit():
    arrays = weights(np.random.default_rng(7), 4, 3)
    words = r"h has shape \(8, 4\), expected \(8, 3\): .* units is 3 because U is \(3, 3\)"
    with pytest.raises(ValueError, match=words):
        SimpleRNN.step(np.ones((8, 4)), np.ones((8, 4)), *arrays)
