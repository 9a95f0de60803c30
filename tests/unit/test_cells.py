"""The NumPy cells agree with Keras and with TensorFlow's gradients, and explain what is wrong."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils import cells
from course_utils.cells import GRU, LSTM, SimpleRNN, Tape
from course_utils.gradients import numerical

FORWARD, BACKWARD, NUMERICAL = 1e-10, 1e-8, 1e-7  # relative errors promised, array by array


def relative_error(a, b):
    """‖a−b‖ / (‖a‖+‖b‖), and 0 where both are zero."""
    a, b = np.asarray(a), np.asarray(b)
    assert a.shape == b.shape
    scale = np.linalg.norm(a) + np.linalg.norm(b)
    return 0.0 if scale == 0 else np.linalg.norm(a - b) / scale


class Kind:
    """A cell with its options, and the Keras layer that it should equal."""

    def __init__(self, cell, blocks, states, **options):
        self.cell, self.blocks, self.states, self.options = cell, blocks, states, options
        self.step = functools.partial(cell.step, **options)
        self.forward = functools.partial(cell.forward, **options)
        self.backward = cell.backward

    def weights(self, rng, features, units, dtype="float64"):
        columns = self.blocks * units
        bias = (2, columns) if self.options.get("reset_after") else (columns,)
        shapes = [(features, columns), (units, columns), bias]
        return [rng.normal(0, 0.7, shape).astype(dtype) for shape in shapes]

    def layer(self, weights, zero_output_for_mask=False):
        """A float64 Keras layer that holds these weights."""
        features, units = weights[0].shape[0], weights[1].shape[0]
        layer = built(self, features, units, zero_output_for_mask)
        layer.set_weights(weights)
        return layer

    def __repr__(self):
        return "_".join([self.cell.__name__, *(f"{k}_{v}" for k, v in self.options.items())])


@functools.cache
def built(kind, features, units, zero_output_for_mask):
    """A Keras layer of this kind, built once for each size."""
    layer = getattr(keras.layers, kind.cell.__name__)(
        units,
        return_sequences=True,
        return_state=True,
        zero_output_for_mask=zero_output_for_mask,
        dtype="float64",
        **kind.options,
    )
    layer.build((None, None, features))
    return layer


KINDS = [
    Kind(SimpleRNN, 1, 1),
    Kind(LSTM, 4, 2),
    Kind(GRU, 3, 1, reset_after=True),
    Kind(GRU, 3, 1, reset_after=False),
]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=repr)


@every_kind
def test_a_layer_without_a_bias_has_two_weights_which_are_enough(kind):
    """Keras' use_bias=False: b is left out or None, and has no gradient."""
    rng = np.random.default_rng(20)
    layer = getattr(keras.layers, kind.cell.__name__)(
        3, use_bias=False, return_sequences=True, dtype="float64", **kind.options
    )
    x, d_outputs = tf.constant(rng.normal(size=(4, 6, 2))), rng.normal(size=(4, 6, 3))
    with tf.GradientTape() as watch:
        watch.watch(x)
        expected = layer(x)
        loss = tf.reduce_sum(expected * d_outputs)
    wanted = watch.gradient(loss, [x, *layer.trainable_variables])
    tape = Tape()
    outputs, *_ = kind.forward(x, *layer.get_weights(), tape=tape)
    dx, dW, dU, db, *_ = kind.backward(tape, d_outputs)
    assert relative_error(outputs, expected) < FORWARD and db is None
    for mine, theirs in zip([dx, dW, dU], wanted, strict=True):
        assert relative_error(mine, theirs) < BACKWARD
    none, *_ = kind.forward(x, *layer.get_weights(), None)
    np.testing.assert_array_equal(none, outputs)
    state = kind.step(x[:, 0], *[np.zeros((4, 3))] * kind.states, *layer.get_weights())
    first = state[0] if kind.states == 2 else state
    assert relative_error(first, expected[:, 0]) < FORWARD


class Case:
    """Random numbers for a kind: input, weights, first states, mask, and a loss.

    The loss is a random linear function of the outputs and the final states; without some of these
    where `parts` is False.
    """

    def __init__(self, kind, rng, sizes, first=True, mask=None, zero=False, parts=(True,) * 3):
        self.kind, self.zero = kind, zero
        batch, time, features, units = sizes
        self.state_shape = (batch, units)
        self.x = rng.normal(size=(batch, time, features))
        self.weights = kind.weights(rng, features, units)
        states = [rng.normal(size=self.state_shape) for _ in range(kind.states)]
        self.first = states if first else [None] * kind.states
        self.mask = None if mask is None else np.asarray(mask, bool)
        shapes = [(batch, time, units)] + [self.state_shape] * kind.states
        gradients = [rng.normal(size=shape) for shape in shapes]
        self.d_results = [g if part else None for g, part in zip(gradients, parts, strict=False)]

    @property
    def arguments(self):
        """x, W, U, b and the first states, with zeros where these were left out."""
        zeros = np.zeros(self.state_shape)
        return [self.x, *self.weights, *(zeros if s is None else s for s in self.first)]

    def forward(self, tape=None, arguments=None):
        if arguments is None:
            arguments = [self.x, *self.weights, *self.first]
        return self.kind.forward(
            *arguments, mask=self.mask, zero_output_for_mask=self.zero, tape=tape
        )

    def backward(self):
        tape = Tape()
        self.forward(tape)
        return self.kind.backward(tape, *self.d_results)

    def keras_forward(self, x=None, first=None):
        layer = self.kind.layer(self.weights, self.zero)
        x, first = self.x if x is None else x, first or self.first
        state = None if first[0] is None else [tf.convert_to_tensor(s) for s in first]
        return layer(x, initial_state=state, mask=self.mask)

    def tensorflow_gradients(self):
        """dx, dW, dU, db and those of the first states, by tf.GradientTape."""
        x, _, _, _, *first = map(tf.constant, self.arguments)
        with tf.GradientTape() as tape:
            tape.watch([x, *first])
            loss = tf.zeros((), "float64")
            for result, d in zip(self.keras_forward(x, first), self.d_results, strict=True):
                loss += 0 if d is None else tf.reduce_sum(result * d)
        variables = [v.value for v in self.kind.layer(self.weights, self.zero).trainable_variables]
        return tape.gradient(loss, [x, *variables, *first], unconnected_gradients="zero")

    def numerical_gradients(self):
        """The same by central differences of our own forward."""
        arguments = self.arguments

        def loss(moved, place):
            changed = [*arguments[:place], moved, *arguments[place + 1 :]]
            pairs = zip(self.forward(arguments=changed), self.d_results, strict=True)
            return sum(np.sum(result * d) for result, d in pairs if d is not None)

        return [
            numerical(functools.partial(loss, place=k), array) for k, array in enumerate(arguments)
        ]


def masks(batch, time):
    """No mask, or one of any pattern: holes, padding left and right, rows without a real step."""
    row = st.lists(st.booleans(), min_size=time, max_size=time)
    return st.none() | st.lists(row, min_size=batch, max_size=batch)


@st.composite
def cases(draw, kind, longest=7):
    batch, features, units = (draw(st.integers(1, 4)) for _ in range(3))
    time = draw(st.integers(1, longest))
    return Case(
        kind,
        np.random.default_rng(draw(st.integers(0, 2**32 - 1))),
        (batch, time, features, units),
        first=draw(st.booleans()),
        mask=draw(masks(batch, time)),
        zero=draw(st.booleans()),
        parts=draw(st.lists(st.booleans(), min_size=3, max_size=3)),
    )


def search(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],  # on a busy machine
    )


# Equal to Keras -----------------------------------------------------------------------------------


@every_kind
@search(40)
@given(data=st.data())
def test_forward_equals_keras_for_any_shape_mask_and_first_state(kind, data):
    case = data.draw(cases(kind))
    for ours, theirs in zip(case.forward(), case.keras_forward(), strict=True):
        assert relative_error(ours, theirs) < FORWARD


@every_kind
@search(40)
@given(data=st.data())
def test_backward_equals_tensorflow_for_any_shape_mask_first_state_and_loss(kind, data):
    case = data.draw(cases(kind))
    for ours, theirs in zip(case.backward(), case.tensorflow_gradients(), strict=True):
        assert relative_error(ours, theirs) < BACKWARD


@every_kind
def test_forward_and_backward_equal_keras_over_a_hundred_steps(kind):
    rng = np.random.default_rng(0)
    mask = rng.random((3, 100)) < 0.8
    case = Case(kind, rng, (3, 100, 5, 8), mask=mask)
    for ours, theirs in zip(case.forward(), case.keras_forward(), strict=True):
        assert relative_error(ours, theirs) < FORWARD
    for ours, theirs in zip(case.backward(), case.tensorflow_gradients(), strict=True):
        assert relative_error(ours, theirs) < BACKWARD


@every_kind
def test_step_equals_the_keras_cell(kind):
    case = Case(kind, np.random.default_rng(1), (4, 1, 3, 5))
    x, first = case.x[:, 0], case.first
    _, expected = kind.layer(case.weights).cell(tf.constant(x), [tf.constant(s) for s in first])
    new = kind.step(x, *first, *case.weights)
    for ours, theirs in zip(new if kind.states == 2 else [new], expected, strict=True):
        assert relative_error(ours, theirs) < FORWARD


@every_kind
@pytest.mark.parametrize("merge", ["concat", "sum"])
def test_zeroed_outputs_and_states_are_those_of_keras_bidirectional(kind, merge):
    rng = np.random.default_rng(2)
    forth, back = kind.weights(rng, 3, 4), kind.weights(rng, 3, 4)
    x = rng.normal(size=(5, 6, 3))
    mask = np.array(
        [
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 0, 0, 0],
            [0, 0, 1, 1, 1, 1],
            [1, 0, 1, 1, 0, 1],
            [0, 0, 0, 0, 0, 0],
        ],
        bool,
    )
    layer = getattr(keras.layers, kind.cell.__name__)(
        4, return_sequences=True, return_state=True, dtype="float64", **kind.options
    )
    both = keras.layers.Bidirectional(layer, merge_mode=merge, dtype="float64")
    both.build(x.shape)
    both.set_weights([*forth, *back])
    expected, *states = both(x, mask=mask)

    y, *h = kind.forward(x, *forth, mask=mask, zero_output_for_mask=True)
    y_back, *h_back = kind.forward(x[:, ::-1], *back, mask=mask[:, ::-1], zero_output_for_mask=True)
    y_back = y_back[:, ::-1]
    ours = y + y_back if merge == "sum" else np.concatenate([y, y_back], axis=-1)
    assert relative_error(ours, expected) < FORWARD
    for state, theirs in zip([*h, *h_back], states, strict=True):
        assert relative_error(state, theirs) < FORWARD


@every_kind
def test_weights_load_from_keras_and_into_keras(kind):
    rng = np.random.default_rng(3)
    layer = getattr(keras.layers, kind.cell.__name__)(4, dtype="float64", **kind.options)
    x = rng.normal(size=(2, 5, 3))
    expected = layer(x)
    outputs, *_ = kind.forward(x, *layer.get_weights())
    assert relative_error(outputs[:, -1], expected) < FORWARD

    ours = kind.weights(rng, 3, 4)
    layer.set_weights(ours)
    for mine, theirs in zip(ours, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    outputs, *_ = kind.forward(x, *ours)
    assert relative_error(outputs[:, -1], layer(x)) < FORWARD


def test_keras_unit_forget_bias_lies_in_the_second_block_of_the_lstm():
    layer = keras.layers.LSTM(3)
    layer.build((None, None, 2))
    W, U, b = layer.get_weights()
    np.testing.assert_array_equal(b, np.repeat([0, 1, 0, 0], 3))
    tape = Tape()
    LSTM.forward(np.zeros((1, 1, 2), "float32"), W, U, b, tape=tape)
    np.testing.assert_allclose(tape.f[1], 1 / (1 + np.exp(-1)), rtol=1e-6)
    np.testing.assert_allclose(tape.i[1], 0.5)


# Equal to central differences ---------------------------------------------------------------------


@every_kind
@search(12)
@given(data=st.data())
def test_backward_equals_central_differences(kind, data):
    case = data.draw(cases(kind, longest=5))
    for ours, differences in zip(case.backward(), case.numerical_gradients(), strict=True):
        assert relative_error(ours, differences) < NUMERICAL


# Time and state -----------------------------------------------------------------------------------


@every_kind
@search(40)
@given(data=st.data(), cut=st.integers(0, 7))
def test_two_chunks_with_states_and_gradients_carried_equal_one_sequence(kind, data, cut):
    case = data.draw(cases(kind))
    case.mask = None  # the output before the first real step of a chunk is zero
    d_outputs = case.d_results[0]
    if d_outputs is None:
        d_outputs = np.zeros_like(case.forward()[0])
    whole, expected = case.forward(), case.backward()

    first, second = Tape(), Tape()
    begin, *carried = kind.forward(case.x[:, :cut], *case.weights, *case.first, tape=first)
    end, *states = kind.forward(case.x[:, cut:], *case.weights, *carried, tape=second)
    np.testing.assert_allclose(np.concatenate([begin, end], axis=1), whole[0], atol=1e-13)
    for state, final in zip(states, whole[1:], strict=True):
        np.testing.assert_allclose(state, final, atol=1e-13)

    late = kind.backward(second, d_outputs[:, cut:], *case.d_results[1:])
    early = kind.backward(first, d_outputs[:, :cut], *late[4:])
    np.testing.assert_allclose(np.concatenate([early[0], late[0]], 1), expected[0], atol=1e-12)
    for k in (1, 2, 3):
        np.testing.assert_allclose(early[k] + late[k], expected[k], atol=1e-12)
    for ours, theirs in zip(early[4:], expected[4:], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@every_kind
def test_streaming_step_by_step_equals_forward(kind):
    case = Case(kind, np.random.default_rng(4), (3, 9, 2, 4), first=False)
    outputs, *final = case.forward()
    states = [np.zeros((3, 4))] * kind.states
    for t in range(9):
        new = kind.step(case.x[:, t], *states, *case.weights)
        states = new if kind.states == 2 else [new]
        np.testing.assert_allclose(states[0], outputs[:, t], atol=1e-14)
    for state, last in zip(states, final, strict=True):
        np.testing.assert_allclose(state, last, atol=1e-14)


@every_kind
def test_a_sequence_of_no_steps_returns_the_first_state_and_its_gradient(kind):
    case = Case(kind, np.random.default_rng(5), (4, 0, 2, 3))
    outputs, *states = case.forward()
    assert outputs.shape == (4, 0, 3)
    for state, first in zip(states, case.first, strict=True):
        np.testing.assert_array_equal(state, first)
    dx, dW, dU, db, *d_first = case.backward()
    assert dx.shape == (4, 0, 2)
    for gradient, weight in zip((dW, dU, db), case.weights, strict=True):
        np.testing.assert_array_equal(gradient, np.zeros(weight.shape))
    for gradient, final in zip(d_first, case.d_results[1:], strict=True):
        np.testing.assert_array_equal(gradient, final)
        assert not np.shares_memory(gradient, final)


@every_kind
def test_a_loss_of_nothing_has_no_gradient(kind):
    case = Case(kind, np.random.default_rng(6), (2, 3, 2, 3), parts=[False] * 3)
    gradients = case.backward()
    for gradient, array in zip(gradients, case.arguments, strict=True):
        np.testing.assert_array_equal(gradient, np.zeros(array.shape))


# Masks --------------------------------------------------------------------------------------------


@every_kind
def test_a_masked_prefix_gives_zeros_and_holds_the_first_state(kind):
    case = Case(kind, np.random.default_rng(7), (1, 4, 2, 3), mask=[[0, 0, 1, 0]])
    outputs, *states = case.forward()
    only = kind.step(case.x[:, 2], *case.first, *case.weights)
    only = only if kind.states == 2 else [only]
    np.testing.assert_array_equal(outputs[:, :2], 0)
    np.testing.assert_array_equal(outputs[:, 2], only[0])
    np.testing.assert_array_equal(outputs[:, 3], only[0])
    for state, expected in zip(states, only, strict=True):
        np.testing.assert_array_equal(state, expected)


@every_kind
def test_zero_output_for_mask_shows_zeros_at_padded_steps_and_still_holds_the_state(kind):
    mask = [[1, 0, 1, 0]]
    case = Case(kind, np.random.default_rng(8), (1, 4, 2, 3), mask=mask)
    held, *states = case.forward()
    case.zero = True
    zeroed, *same = case.forward()
    np.testing.assert_array_equal(held[:, 1], held[:, 0])
    np.testing.assert_array_equal(zeroed, held * np.array(mask)[:, :, None])
    for state, other in zip(states, same, strict=True):
        np.testing.assert_array_equal(state, other)


@every_kind
def test_a_wholly_masked_row_passes_its_state_and_gradient_on_and_touches_nothing_else(kind):
    mask = [[1, 1, 1], [0, 0, 0]]
    case = Case(kind, np.random.default_rng(9), (2, 3, 2, 3), mask=mask)
    outputs, *states = case.forward()
    np.testing.assert_array_equal(outputs[1], 0)
    for state, first in zip(states, case.first, strict=True):
        np.testing.assert_array_equal(state[1], first[1])

    dx, *d_weights_and_first = case.backward()
    np.testing.assert_array_equal(dx[1], 0)
    for gradient, final in zip(d_weights_and_first[3:], case.d_results[1:], strict=True):
        np.testing.assert_array_equal(gradient[1], final[1])

    alone = Tape()
    kind.forward(case.x[:1], *case.weights, *(s[:1] for s in case.first), tape=alone)
    expected = kind.backward(alone, *(d[:1] for d in case.d_results))
    for ours, theirs in zip(d_weights_and_first[:3], expected[1:4], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-13)


@every_kind
def test_right_padding_changes_nothing_for_the_short_sequence(kind):
    rng = np.random.default_rng(10)
    case = Case(kind, rng, (2, 7, 2, 3), mask=[[1] * 4 + [0] * 3] * 2)
    case.d_results[0][:, 4:] = 0
    results, gradients = case.forward(), case.backward()
    case.x, case.mask = case.x[:, :4], None
    case.d_results[0] = case.d_results[0][:, :4]
    short = case.forward()
    np.testing.assert_allclose(results[0][:, :4], short[0], atol=1e-14)
    for state, expected in zip(results[1:], short[1:], strict=True):
        np.testing.assert_allclose(state, expected, atol=1e-14)
    expected = case.backward()
    np.testing.assert_array_equal(gradients[0][:, 4:], 0)
    np.testing.assert_allclose(gradients[0][:, :4], expected[0], atol=1e-13)
    for ours, theirs in zip(gradients[1:], expected[1:], strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-13)


@every_kind
def test_a_mask_of_real_steps_only_is_no_mask(kind):
    case = Case(kind, np.random.default_rng(11), (2, 5, 2, 3))
    without = [*case.forward(), *case.backward()]
    case.mask = np.ones((2, 5), bool)
    for masked, plain in zip([*case.forward(), *case.backward()], without, strict=True):
        np.testing.assert_array_equal(masked, plain)


# Manners ------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_kept(kind, dtype):
    rng = np.random.default_rng(12)
    arrays = kind.weights(rng, 2, 3, dtype)
    x = rng.normal(size=(2, 5, 2)).astype(dtype)
    first = [np.ones((2, 3), dtype)] * kind.states
    mask = [[True, False, True, True, False]] * 2
    tape, masked = Tape(), Tape()
    step = kind.step(x[:, 0], *first, *arrays)
    results = [
        *kind.forward(x, *arrays, tape=tape),
        *kind.forward(x, *arrays, *first, mask=mask, tape=masked),
        *kind.backward(tape, d_outputs=np.ones((2, 5, 3))),
        *kind.backward(masked, d_outputs=np.ones((2, 5, 3), dtype)),
        *(value for value in vars(tape).values() if isinstance(value, np.ndarray)),
        *(step if kind.states == 2 else [step]),
    ]
    assert {result.dtype for result in results} == {np.dtype(dtype)}


@every_kind
def test_whole_numbers_are_taken_as_real_numbers(kind):
    arrays = [np.sign(w).astype(int) for w in kind.weights(np.random.default_rng(13), 2, 3)]
    x = np.arange(8).reshape(1, 4, 2)
    expected = kind.forward(x.astype(float), *(w.astype(float) for w in arrays))
    for ours, theirs in zip(kind.forward(x, *arrays), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@every_kind
def test_arguments_are_left_as_they_were_and_results_are_the_readers_own(kind):
    mask = [[1, 0, 1, 1], [0, 1, 1, 0]]
    case = Case(kind, np.random.default_rng(14), (2, 4, 2, 3), mask=mask)
    arrays = [*case.arguments, case.mask, *case.d_results]
    before = [array.copy() for array in arrays]
    tape = Tape()
    results = case.forward(tape)
    expected = kind.backward(tape, *case.d_results)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)
    for result in [*results, *expected]:
        assert result.flags.c_contiguous
        result += 1  # the tape does not see it
    again = kind.backward(tape, *case.d_results)
    for ours, spoiled in zip(again, expected, strict=True):
        np.testing.assert_allclose(ours, spoiled - 1, atol=1e-13)


@pytest.mark.parametrize("size", [-1e4, 1e4])
@every_kind
def test_saturated_gates_neither_overflow_nor_lose_a_number(kind, size):
    arrays = [np.full_like(w, size) for w in kind.weights(np.random.default_rng(15), 2, 3)]
    x, tape = np.ones((2, 4, 2)), Tape()
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        results = kind.forward(x, *arrays, tape=tape)
        gradients = kind.backward(tape, np.ones((2, 4, 3)))
    assert all(np.isfinite(array).all() for array in [*results, *gradients])


# The tape -----------------------------------------------------------------------------------------


def test_the_tape_of_an_lstm_shows_its_gates_and_states_step_by_step():
    kind = KINDS[1]
    case = Case(kind, np.random.default_rng(16), (2, 6, 3, 4))
    tape = Tape()
    outputs, h, c = case.forward(tape)
    for name in ("h", "c", "i", "f", "c_tilde", "o"):
        assert getattr(tape, name).shape == (7, 2, 4)
    np.testing.assert_array_equal(tape.h[0], case.first[0])
    np.testing.assert_array_equal(tape.c[0], case.first[1])
    np.testing.assert_array_equal(tape.h[1:].swapaxes(0, 1), outputs)
    np.testing.assert_array_equal(tape.h[6], h)
    np.testing.assert_array_equal(tape.c[6], c)
    W, U, b = case.weights
    for t in range(1, 7):
        a = np.split(case.x[:, t - 1] @ W + tape.h[t - 1] @ U + b, 4, axis=-1)
        gates = (tape.i[t], tape.f[t], tape.c_tilde[t], tape.o[t])
        functions = (sigmoid, sigmoid, np.tanh, sigmoid)
        for gate, function, a_k in zip(gates, functions, a, strict=True):
            np.testing.assert_allclose(gate, function(a_k), atol=1e-14)


@pytest.mark.parametrize("kind", KINDS[2:], ids=repr)
def test_the_tape_of_a_gru_shows_gates_that_mix_the_old_state_and_the_candidate(kind):
    case = Case(kind, np.random.default_rng(17), (2, 6, 3, 4))
    tape = Tape()
    case.forward(tape)
    for name in ("h", "z", "r", "h_tilde"):
        assert getattr(tape, name).shape == (7, 2, 4)
    mixed = tape.z * np.roll(tape.h, 1, axis=0) + (1 - tape.z) * tape.h_tilde
    np.testing.assert_allclose(mixed[1:], tape.h[1:], atol=1e-14)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def test_a_tape_holds_the_last_forward_only():
    long = Case(KINDS[1], np.random.default_rng(18), (2, 6, 3, 4), mask=np.ones((2, 6)))
    short = Case(KINDS[0], np.random.default_rng(19), (1, 2, 3, 4))
    tape = Tape()
    long.forward(tape)
    short.forward(tape)
    for ours, fresh in zip(
        SimpleRNN.backward(tape, *short.d_results), short.backward(), strict=True
    ):
        np.testing.assert_array_equal(ours, fresh)
    assert not hasattr(tape, "f")


@every_kind
def test_backward_without_a_forward_says_how_to_make_one(kind):
    name = kind.cell.__name__
    words = rf"nothing is written on the tape: .*{name}\.forward\(\.\.\., tape=tape\)"
    with pytest.raises(ValueError, match=words):
        kind.backward(Tape(), np.ones((1, 2, 3)))


def test_backward_on_the_tape_of_another_cell_names_both():
    tape = Tape()
    Case(KINDS[0], np.random.default_rng(20), (1, 2, 3, 4)).forward(tape)
    words = r"the tape was written by SimpleRNN\.forward, expected LSTM\.forward"
    with pytest.raises(ValueError, match=words):
        LSTM.backward(tape)


# Wrong shapes -------------------------------------------------------------------------------------

SIMPLE = {"x": (2, 5, 4), "W": (4, 3), "U": (3, 3), "b": (3,), "h0": (2, 3), "mask": (2, 5)}
GATED = {
    "LSTM": {**SIMPLE, "W": (4, 12), "U": (3, 12), "b": (12,), "c0": (2, 3)},
    "GRU": {**SIMPLE, "W": (4, 9), "U": (3, 9), "b": (2, 9)},
}


@pytest.mark.parametrize(
    ("cell", "name", "shape", "words"),
    [
        ("SimpleRNN", "U", (3, 4), r"U has shape \(3, 4\), expected \(units, units\).*swapped"),
        ("SimpleRNN", "U", (3, 12), r"expected \(units, units\).* This is the shape of U in LSTM"),
        ("SimpleRNN", "W", (3, 4), r"W has shape \(3, 4\), expected \(features, 3\).*transposed"),
        ("SimpleRNN", "W", (4, 2), r"expected \(features, 3\): units is 3 because U is \(3, 3\)"),
        ("SimpleRNN", "b", (4,), r"b has shape \(4,\), expected \(3,\)"),
        ("SimpleRNN", "b", (1, 3), r"b has shape \(1, 3\), expected \(3,\).*one dimension"),
        ("SimpleRNN", "x", (2, 5), r"x has shape \(2, 5\), expected \(batch, time, 4\).*x\[None\]"),
        ("SimpleRNN", "x", (2, 4, 5), r"x has shape \(2, 4, 5\), expected .* 4\).*last axis"),
        ("SimpleRNN", "h0", (2, 4), r"h0 has shape \(2, 4\), expected \(2, 3\): x holds 2"),
        ("SimpleRNN", "h0", (3,), r"h0 has shape \(3,\), expected \(2, 3\)"),
        ("SimpleRNN", "mask", (5, 2), r"mask has shape \(5, 2\), expected \(2, 5\)"),
        ("LSTM", "U", (3, 3), r"U has .*\(units, 4·units\): .*i, f, c, o .*of U in SimpleRNN"),
        ("LSTM", "U", (3, 9), r"U has shape \(3, 9\), expected .* This is the shape of U in GRU"),
        ("LSTM", "U", (12, 3), r"U has shape \(12, 3\), expected \(units, 4·units\)"),
        ("LSTM", "W", (12, 4), r"W has shape \(12, 4\), expected \(features, 12\).*transposed"),
        ("LSTM", "b", (3,), r"b has shape \(3,\), expected \(12,\): units is 3.* each column"),
        ("LSTM", "h0", (2, 4), r"h0 has shape \(2, 4\), expected \(2, 3\)"),
        ("LSTM", "c0", (2, 4), r"c0 has shape \(2, 4\), expected \(2, 3\)"),
        ("LSTM", "mask", (2, 5, 1), r"mask has shape \(2, 5, 1\), expected \(2, 5\)"),
        ("GRU", "U", (3, 12), r"U has .*\(units, 3·units\): .*z, r, h .*shape of U in LSTM"),
        (
            "GRU",
            "b",
            (9,),
            r"b has shape \(9,\), expected \(2, 9\): .*one row is reset_after=False",
        ),
        ("GRU", "x", (5, 4), r"x has shape \(5, 4\), expected \(batch, time, 4\)"),
    ],
)
def test_a_wrong_shape_is_named_with_the_shape_expected(cell, name, shape, words):
    right = SIMPLE if cell == "SimpleRNN" else GATED[cell]
    arrays = {key: np.ones(shape if key == name else size) for key, size in right.items()}
    with pytest.raises(ValueError, match=words):
        getattr(cells, cell).forward(**arrays)


def test_two_rows_of_bias_are_explained_where_the_gru_resets_before():
    arrays = {key: np.ones(size) for key, size in GATED["GRU"].items()}
    words = r"b has shape \(2, 9\), expected \(9,\): .*a bias in two is reset_after=True"
    with pytest.raises(ValueError, match=words):
        GRU.forward(**arrays, reset_after=False)


@every_kind
def test_step_names_the_state_that_does_not_fit(kind):
    arrays = kind.weights(np.random.default_rng(21), 4, 3)
    x, good, bad = np.ones((8, 4)), np.ones((8, 3)), np.ones((8, 4))
    words = r"h has shape \(8, 4\), expected \(8, 3\): .* units is 3 because U is \(3, "
    with pytest.raises(ValueError, match=words):
        kind.step(x, *[bad, good][: kind.states], *arrays)
    if kind.states == 2:
        with pytest.raises(ValueError, match=r"c has shape \(8, 4\), expected \(8, 3\)"):
            kind.step(x, good, bad, *arrays)
    with pytest.raises(ValueError, match=r"x has shape \(8, 5\), expected \(batch, 4\)"):
        kind.step(np.ones((8, 5)), *[good] * kind.states, *arrays)


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("d_outputs", (2, 3), r"d_outputs has shape \(2, 3\), expected \(2, 5, 3\).*pass d_h"),
        ("d_outputs", (5, 2, 3), r"d_outputs has shape \(5, 2, 3\), expected \(2, 5, 3\)"),
        ("d_h", (2, 5, 3), r"d_h has shape \(2, 5, 3\), expected \(2, 3\)"),
        ("d_c", (3,), r"d_c has shape \(3,\), expected \(2, 3\), the shape of the final state"),
    ],
)
def test_backward_names_the_gradient_that_does_not_fit(name, shape, words):
    tape = Tape()
    LSTM.forward(**{key: np.ones(size) for key, size in GATED["LSTM"].items()}, tape=tape)
    with pytest.raises(ValueError, match=words):
        LSTM.backward(tape, **{name: np.ones(shape)})
