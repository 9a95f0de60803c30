"""Layers put together by hand equal Keras', and what an output sees is measured, not assumed."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils import wiring
from course_utils.cells import GRU, LSTM, SimpleRNN, Tape
from course_utils.gradients import numerical, relative_error
from course_utils.wiring import Bidirectional

FORWARD, BACKWARD = 1e-10, 1e-8  # relative errors promised, array by array
MODES = ["concat", "sum", "mul", "ave", None]


class Kind:
    """A cell, and the Keras layer that it should equal."""

    def __init__(self, cell, blocks, **options):
        self.cell, self.blocks, self.options = cell, blocks, options

    def weights(self, rng, features, units, dtype="float64"):
        columns = self.blocks * units
        bias = (2, columns) if self.options.get("reset_after") else (columns,)
        shapes = [(features, columns), (units, columns), bias]
        return [rng.normal(0, 0.7, shape).astype(dtype) for shape in shapes]

    def layer(self, units, **options):
        layer = getattr(keras.layers, self.cell.__name__)
        return layer(units, dtype="float64", **self.options, **options)

    def __repr__(self):
        return "_".join([self.cell.__name__, *(f"{k}_{v}" for k, v in self.options.items())])


KINDS = [
    Kind(SimpleRNN, 1),
    Kind(LSTM, 4),
    Kind(GRU, 3, reset_after=True),
    Kind(GRU, 3, reset_after=False),
]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=repr)
every_mode = pytest.mark.parametrize("mode", MODES)
sequences_or_last = pytest.mark.parametrize(
    "return_sequences", [True, False], ids=["sequences", "last"]
)

EVERY_MASK = [
    [1, 1, 1, 1, 1, 1],
    [1, 1, 1, 0, 0, 0],  # padding at the end
    [0, 0, 1, 1, 1, 1],  # padding at the front
    [1, 0, 1, 1, 0, 1],  # holes
    [0, 1, 0, 0, 1, 0],
    [0, 0, 0, 0, 0, 0],
]


@functools.cache
def keras_bidirectional(kind, features, units, mode, return_sequences):
    """Built once for each size."""
    layer = kind.layer(units, return_sequences=return_sequences)
    both = keras.layers.Bidirectional(layer, merge_mode=mode, dtype="float64")
    both.build((None, None, features))
    return both


class Case:
    """Random numbers for both directions of a kind, and a loss that is linear in the outputs."""

    def __init__(self, kind, rng, sizes, mode="concat", return_sequences=True, mask=None):
        self.kind, self.mode, self.return_sequences = kind, mode, return_sequences
        batch, time, features, units = self.sizes = sizes
        self.x = rng.normal(size=(batch, time, features))
        self.forward_weights = kind.weights(rng, features, units)
        self.backward_weights = kind.weights(rng, features, units)
        self.mask = None if mask is None else np.asarray(mask, bool)
        shape = (batch, time, units) if return_sequences else (batch, units)
        if mode == "concat":
            shape = (*shape[:-1], 2 * units)
        parts = 2 if mode is None else 1
        self.d_outputs = [rng.normal(size=shape) for _ in range(parts)]

    def forward(self, tape=None):
        """A list of one array, or of two where nothing is merged."""
        outputs = Bidirectional.forward(
            self.kind.cell,
            self.x,
            self.forward_weights,
            self.backward_weights,
            self.mask,
            merge_mode=self.mode,
            return_sequences=self.return_sequences,
            tape=tape,
        )
        return list(outputs) if self.mode is None else [outputs]

    def backward(self):
        """dx and the six gradients of the weights."""
        tape = Tape()
        self.forward(tape)
        d = self.d_outputs if self.mode is None else self.d_outputs[0]
        dx, d_forward, d_backward = Bidirectional.backward(tape, d)
        return [dx, *d_forward, *d_backward]

    def keras_forward(self, x=None):
        _, _, features, units = self.sizes
        both = keras_bidirectional(self.kind, features, units, self.mode, self.return_sequences)
        both.set_weights([*self.forward_weights, *self.backward_weights])
        outputs = both(self.x if x is None else x, mask=self.mask)
        self.variables = [v.value for v in both.trainable_variables]
        return list(outputs) if self.mode is None else [outputs]

    def tensorflow_gradients(self):
        x = tf.constant(self.x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            pairs = zip(self.keras_forward(x), self.d_outputs, strict=True)
            loss = sum(tf.reduce_sum(outputs * d) for outputs, d in pairs)
        return tape.gradient(loss, [x, *self.variables], unconnected_gradients="zero")

    def holds(self):
        pairs = zip(self.forward(), self.keras_forward(), strict=True)
        assert all(relative_error(ours, theirs) < FORWARD for ours, theirs in pairs)
        pairs = zip(self.backward(), self.tensorflow_gradients(), strict=True)
        assert all(relative_error(ours, theirs) < BACKWARD for ours, theirs in pairs)


def masks(batch, time):
    """Of any pattern: holes, padding at either end, rows without a real step."""
    row = st.lists(st.booleans(), min_size=time, max_size=time)
    return st.lists(row, min_size=batch, max_size=batch)


@st.composite
def cases(draw, kind, return_sequences):
    mode = draw(st.sampled_from(MODES))
    batch, time, features, units = (draw(st.integers(1, most)) for most in (4, 6, 3, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    mask = draw(st.none() | masks(batch, time))
    return Case(kind, rng, (batch, time, features, units), mode, return_sequences, mask)


def search(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],  # on a busy machine
    )


# Bidirectional ------------------------------------------------------------------------------------


@every_kind
@sequences_or_last
@search(20)
@given(data=st.data())
def test_bidirectional_and_its_gradients_equal_keras(kind, return_sequences, data):
    data.draw(cases(kind, return_sequences)).holds()


@every_mode
@sequences_or_last
def test_each_merge_mode_equals_keras(mode, return_sequences):
    rng = np.random.default_rng(0)
    Case(KINDS[0], rng, (6, 6, 3, 4), mode, return_sequences, EVERY_MASK).holds()


@every_kind
@sequences_or_last
def test_each_pattern_of_a_mask_equals_keras_row_by_row(kind, return_sequences):
    for k, mask in enumerate(EVERY_MASK):
        rng = np.random.default_rng(k)
        Case(kind, rng, (1, 6, 3, 4), None, return_sequences, [mask]).holds()


@every_kind
def test_bidirectional_equals_keras_over_a_hundred_steps(kind):
    rng = np.random.default_rng(1)
    Case(kind, rng, (3, 100, 5, 8), mask=rng.random((3, 100)) < 0.8).holds()


def test_a_row_without_a_real_step_gives_zeros_and_touches_no_weight():
    for return_sequences in (True, False):
        rng = np.random.default_rng(2)
        case = Case(KINDS[1], rng, (1, 4, 3, 2), "sum", return_sequences, [[0, 0, 0, 0]])
        for array in [*case.forward(), *case.backward()]:
            np.testing.assert_array_equal(array, 0)


@every_kind
def test_a_mask_of_real_steps_only_is_no_mask(kind):
    case = Case(kind, np.random.default_rng(3), (2, 5, 3, 4))
    without = [*case.forward(), *case.backward()]
    case.mask = np.ones((2, 5), bool)
    for masked, plain in zip([*case.forward(), *case.backward()], without, strict=True):
        np.testing.assert_array_equal(masked, plain)


@every_kind
def test_without_sequences_each_direction_gives_its_output_where_it_stops_reading(kind):
    case = Case(kind, np.random.default_rng(4), (2, 5, 3, 4), None)
    forward, backward = case.forward()
    case.return_sequences = False
    last, first = case.forward()
    np.testing.assert_array_equal(last, forward[:, -1])
    np.testing.assert_array_equal(first, backward[:, 0])


@every_kind
def test_with_a_mask_it_stops_at_the_last_and_the_first_real_step(kind):
    case = Case(kind, np.random.default_rng(5), (1, 6, 3, 4), None, mask=[[0, 1, 0, 1, 1, 0]])
    forward, backward = case.forward()
    case.return_sequences = False
    last, first = case.forward()
    np.testing.assert_array_equal(last, forward[:, 4])
    np.testing.assert_array_equal(first, backward[:, 1])


@every_kind
def test_at_the_last_step_of_the_sequence_the_backward_layer_has_read_that_step_only(kind):
    case = Case(kind, np.random.default_rng(6), (2, 5, 3, 4), None)
    _, before = case.forward()
    case.x[:, :-1] += 1
    _, after = case.forward()
    np.testing.assert_array_equal(after[:, -1], before[:, -1])
    assert relative_error(after[:, 0], before[:, 0]) > 0.01


# Flipping, and reversing within the length --------------------------------------------------------


def read_backwards(case, lengths):
    """The backward layer's outputs when each row is reversed within its length, mask included.

    By TensorFlow's ``reverse_sequence``, which leaves what lies beyond the length in its place.
    """

    def reverse(array):
        return tf.reverse_sequence(array, lengths, seq_axis=1, batch_axis=0).numpy()

    options = {"reset_after": case.kind.options["reset_after"]} if case.kind.options else {}
    outputs, *_ = case.kind.cell.forward(
        reverse(case.x),
        *case.backward_weights,
        mask=reverse(case.mask),
        zero_output_for_mask=True,
        **options,
    )
    return reverse(outputs)


def with_mask(kind, mask, seed=7):
    mask = np.asarray(mask)
    return Case(kind, np.random.default_rng(seed), (*mask.shape, 3, 4), None, mask=mask)


@every_kind
@search(30)
@given(lengths=st.lists(st.integers(0, 7), min_size=1, max_size=5))
def test_with_padding_at_the_end_the_flip_is_reversing_within_the_length(kind, lengths):
    case = with_mask(kind, np.arange(7) < np.array(lengths)[:, None])
    _, flipped = case.forward()
    assert relative_error(read_backwards(case, lengths), flipped) < FORWARD


@every_kind
def test_with_padding_at_the_front_reversing_the_first_steps_reads_another_order(kind):
    case = with_mask(kind, [[0, 0, 1, 1, 1, 1]])
    _, flipped = case.forward()
    assert relative_error(read_backwards(case, [4]), flipped) > 0.01


@every_kind
def test_with_a_hole_reversing_as_many_steps_as_are_real_reads_another_order(kind):
    case = with_mask(kind, [[1, 1, 0, 1, 0, 0]])
    _, flipped = case.forward()
    assert relative_error(read_backwards(case, [3]), flipped) > 0.01


@every_kind
@search(40)
@given(mask=masks(1, 7))
def test_the_two_differ_exactly_when_several_steps_are_real_and_do_not_fill_the_front(kind, mask):
    case = with_mask(kind, mask)
    _, flipped = case.forward()
    real = np.flatnonzero(case.mask[0])
    fills_the_front = np.array_equal(real, np.arange(real.size))
    error = relative_error(read_backwards(case, [real.size]), flipped)
    if fills_the_front or real.size < 2:
        assert error < FORWARD
    else:
        assert error > 1e-6


@every_kind
@search(40)
@given(mask=masks(3, 7), beyond=st.integers(0, 7))
def test_reversed_as_far_as_the_last_real_step_they_never_differ(kind, mask, beyond):
    case = with_mask(kind, mask)
    _, flipped = case.forward()
    as_far_as_real = [max(np.flatnonzero(row) + 1, default=0) for row in case.mask]
    lengths = np.minimum(7, np.array(as_far_as_real) + beyond)
    assert relative_error(read_backwards(case, lengths), flipped) < FORWARD


# Merging ------------------------------------------------------------------------------------------


@every_mode
def test_merge_backward_equals_central_differences(mode):
    rng = np.random.default_rng(8)
    pair = [rng.normal(size=(3, 4, 2)) for _ in range(2)]
    shape = {"concat": (3, 4, 4), None: (2, 3, 4, 2)}.get(mode, (3, 4, 2))
    d = rng.normal(size=shape)
    ours = wiring.merge_backward(d, *pair, mode)
    forward, backward = pair
    slopes = [
        numerical(lambda moved: np.sum(d * np.array(wiring.merge(moved, backward, mode))), forward),
        numerical(lambda moved: np.sum(d * np.array(wiring.merge(forward, moved, mode))), backward),
    ]
    for gradient, slope in zip(ours, slopes, strict=True):
        assert relative_error(gradient, slope) < BACKWARD


def test_an_unknown_merge_mode_is_named_with_those_of_keras():
    with pytest.raises(ValueError, match=r"merge mode is 'add', expected 'concat', 'sum', 'mul'"):
        wiring.merge(np.ones((2, 3)), np.ones((2, 3)), "add")


def test_two_directions_of_different_shapes_are_not_broadcast():
    words = r"forward has shape \(2, 5, 3\) and backward \(2, 1, 3\), expected one shape"
    with pytest.raises(ValueError, match=words):
        wiring.merge(np.ones((2, 5, 3)), np.ones((2, 1, 3)), "sum")


@pytest.mark.parametrize(("mode", "expected"), [("concat", r"\(2, 6\)"), ("ave", r"\(2, 3\)")])
def test_a_gradient_of_another_shape_than_the_outputs_is_named(mode, expected):
    with pytest.raises(ValueError, match=rf"d has shape \(2, 5\), expected {expected}"):
        wiring.merge_backward(np.ones((2, 5)), np.ones((2, 3)), np.ones((2, 3)), mode)


# Stacks -------------------------------------------------------------------------------------------


class Stacked:
    """Layers of the given units on top of each other, in NumPy and in Keras."""

    def __init__(self, rng, kinds, units, residual, mask=None, batch=3, time=6, features=4):
        self.residual, self.mask = residual, mask
        self.x = rng.normal(size=(batch, time, features))
        self.kinds, self.units = kinds, units
        below = [features, *units[:-1]]
        self.weights = [k.weights(rng, *n) for k, *n in zip(kinds, below, units, strict=True)]
        self.layers = [(kind.cell, w) for kind, w in zip(kinds, self.weights, strict=True)]
        self.d = rng.normal(size=(batch, time, units[-1]))

    def keras_model(self):
        inputs = y = keras.Input(self.x.shape[1:], dtype="float64")
        mask = None if self.mask is None else tf.constant(self.mask)
        for kind, units, weights in zip(self.kinds, self.units, self.weights, strict=True):
            below = y
            layer = kind.layer(units, return_sequences=True)
            y = layer(y, mask=mask)
            layer.set_weights(weights)
            if self.residual and y.shape == below.shape:
                y = keras.layers.Add(dtype="float64")([below, y])
        return keras.Model(inputs, y)

    def holds(self):
        model, x = self.keras_model(), tf.constant(self.x)
        with tf.GradientTape() as recorded:
            recorded.watch(x)
            expected = model(x)
            loss = tf.reduce_sum(expected * self.d)
        variables = [v.value for v in model.trainable_variables]
        tape = Tape()
        outputs = wiring.stack(self.layers, self.x, self.residual, self.mask, tape=tape)
        assert relative_error(outputs, expected) < FORWARD
        dx, d_layers = wiring.stack_backward(tape, self.d)
        ours = [dx, *(gradient for layer in d_layers for gradient in layer)]
        theirs = recorded.gradient(loss, [x, *variables])
        for gradient, other in zip(ours, theirs, strict=True):
            assert relative_error(gradient, other) < BACKWARD


@pytest.mark.parametrize("residual", [True, False], ids=["residual", "plain"])
@every_kind
def test_a_stack_and_its_gradients_equal_keras_layers_and_add(kind, residual):
    rng = np.random.default_rng(9)
    Stacked(rng, [kind] * 4, [4, 5, 5, 3], residual).holds()  # the first and third may add


def test_a_stack_of_different_cells_with_holes_in_the_mask_equals_keras():
    rng = np.random.default_rng(10)
    Stacked(rng, KINDS, [5, 5, 5, 5], True, np.array(EVERY_MASK, bool), batch=6).holds()


def test_a_layer_adds_its_input_only_where_the_shapes_are_the_same():
    rng = np.random.default_rng(11)
    narrow = Stacked(rng, [KINDS[0]] * 2, [3, 5], True)
    np.testing.assert_array_equal(
        wiring.stack(narrow.layers, narrow.x, residual=True), wiring.stack(narrow.layers, narrow.x)
    )
    one = Stacked(rng, KINDS[:1], [4], True)
    plain = wiring.stack(one.layers, one.x)
    added = wiring.stack(one.layers, one.x, residual=True)
    np.testing.assert_allclose(added, plain + one.x, rtol=1e-14)


def test_a_layer_that_does_not_fit_the_one_below_is_named():
    case = Stacked(np.random.default_rng(12), [KINDS[0]] * 2, [3, 5], False)
    words = r"layer 2 of 2: x has shape \(3, 6, 3\), expected \(batch, time, 4\)"
    with pytest.raises(ValueError, match=words):
        wiring.stack([case.layers[0], case.layers[0]], case.x)


# What an output sees ------------------------------------------------------------------------------


def test_influence_is_the_norm_of_the_jacobian_that_tensorflow_computes():
    rng = np.random.default_rng(13)
    case = Case(KINDS[1], rng, (1, 5, 3, 2))
    measured = wiring.influence(
        lambda x: Bidirectional.forward(
            LSTM, x, case.forward_weights, case.backward_weights, return_sequences=True
        ),
        case.x[0],
    )
    x = tf.constant(case.x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        (outputs,) = case.keras_forward(x)
    jacobian = tape.jacobian(outputs, x).numpy()[0, :, :, 0]  # (time_out, units, time, features)
    assert relative_error(measured, np.sqrt(np.sum(jacobian**2, axis=(1, 3)))) < 1e-8


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_of_a_linear_function_influence_gives_its_coefficients(size):
    """A Jacobian known by heart, not square: two outputs of three units, four steps."""
    rng = np.random.default_rng(14)
    A = rng.normal(size=(2, 3, 4, 5))
    measured = wiring.influence(
        lambda x: size * np.einsum("tusf,bsf->btu", A, x), rng.normal(size=(4, 5))
    )
    np.testing.assert_allclose(measured, size * np.sqrt(np.sum(A**2, axis=(1, 3))), rtol=1e-8)


def run(kind, weights, x):
    return wiring.stack([(kind.cell, weights)], x)


def test_a_recurrent_layer_sees_the_past_one_from_the_other_end_the_future_both_everything():
    case = Case(KINDS[0], np.random.default_rng(15), (1, 6, 3, 4))

    def seen(function):
        return wiring.cone(wiring.influence(function, case.x[0]), 1e-9)

    def back(x):
        return run(case.kind, case.backward_weights, x[:, ::-1])[:, ::-1]

    def both(x):
        return wiring.merge(run(case.kind, case.forward_weights, x), back(x))

    assert seen(lambda x: run(case.kind, case.forward_weights, x)) == [(0, t) for t in range(6)]
    assert seen(back) == [(t, 5) for t in range(6)]
    assert seen(both) == [(0, 5)] * 6


def convolutions(dtype):
    """Two causal convolutions over three steps each."""
    layers = [
        keras.layers.Conv1D(units, 3, padding="causal", activation="tanh", dtype=dtype)
        for units in (8, 4)
    ]
    return keras.Sequential([keras.Input((9, 3), dtype=dtype), *layers])


def test_two_causal_convolutions_of_keras_in_float32_see_five_steps_as_in_float64():
    keras.utils.set_random_seed(16)
    single, double = convolutions("float32"), convolutions("float64")
    double.set_weights(single.get_weights())
    x = np.random.default_rng(16).normal(size=(9, 3))
    measured, exact = (
        wiring.influence(lambda batch, model=model: model.predict(batch, verbose=0), x)
        for model in (single, double)
    )
    assert wiring.cone(measured, 1e-3) == [(max(0, t - 4), t) for t in range(9)]
    assert relative_error(measured, exact) < 2e-3


def test_a_function_of_one_output_for_each_sequence_is_one_row():
    case = Case(KINDS[2], np.random.default_rng(17), (1, 5, 3, 4), return_sequences=False)
    measured = wiring.influence(
        lambda x: Bidirectional.forward(GRU, x, case.forward_weights, case.backward_weights),
        case.x[0],
    )
    assert measured.shape == (1, 5)
    assert wiring.cone(measured, 1e-9) == [(0, 4)]


def test_all_moved_sequences_come_in_one_call():
    sizes = []

    def function(x):
        sizes.append(len(x))
        return x

    x = np.arange(6).reshape(3, 2)
    np.testing.assert_allclose(wiring.influence(function, x), np.sqrt(2) * np.eye(3), atol=1e-9)
    wiring.influence(function, x, step=0.1)
    assert sizes == [1, 12, 12]


def test_cone_takes_the_first_and_last_step_above_the_tolerance_or_none():
    influence = [[0, 0.2, 0, 0.3], [0.1, 0, 0, 0], [0.01, 0.01, 0, 0.01]]
    assert wiring.cone(influence, 0.05) == [(1, 3), (0, 0), None]
    assert wiring.cone(influence, 0.1) == [(1, 3), None, None]  # above it, not at it


# Manners ------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_kept(kind, dtype):
    rng = np.random.default_rng(18)
    x, mask = rng.normal(size=(2, 5, 4)).astype(dtype), [[1, 0, 1, 1, 0]] * 2
    forth, back = kind.weights(rng, 4, 3, dtype), kind.weights(rng, 4, 3, dtype)
    for mode in MODES[:-1]:
        tape = Tape()
        outputs = Bidirectional.forward(
            kind.cell, x, forth, back, mask, merge_mode=mode, return_sequences=True, tape=tape
        )
        dx, d_forth, d_back = Bidirectional.backward(tape, np.ones(outputs.shape, dtype))
        assert {a.dtype for a in [outputs, dx, *d_forth, *d_back]} == {np.dtype(dtype)}


@every_mode
def test_arguments_are_left_as_they_were(mode):
    case = Case(KINDS[1], np.random.default_rng(19), (6, 6, 3, 4), mode, mask=EVERY_MASK)
    weights = [*case.forward_weights, *case.backward_weights]
    arrays = [case.x, case.mask, *weights, *case.d_outputs]
    before = [array.copy() for array in arrays]
    case.backward()
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_backward_without_its_forward_says_how_to_make_one():
    with pytest.raises(ValueError, match=r"nothing is written .* Bidirectional\.forward\(\.\.\., "):
        Bidirectional.backward(Tape(), np.ones((1, 2, 3)))
    tape = Tape()
    SimpleRNN.forward(np.ones((1, 2, 1)), np.ones((1, 3)), np.ones((3, 3)), np.ones(3), tape=tape)
    with pytest.raises(ValueError, match=r"the tape is of SimpleRNN: .* stack_backward\(tape, "):
        wiring.stack_backward(tape, np.ones((1, 2, 3)))


def test_weights_of_both_directions_in_one_list_are_explained():
    case = Case(KINDS[0], np.random.default_rng(20), (2, 5, 3, 4))
    six = [*case.forward_weights, *case.backward_weights]
    with pytest.raises(ValueError, match=r"6 arrays of weights, expected the three of one layer"):
        Bidirectional.forward(SimpleRNN, case.x, six, six)


def test_a_keras_layer_in_the_place_of_a_cell_is_named():
    case = Case(KINDS[0], np.random.default_rng(21), (2, 5, 3, 4))
    with pytest.raises(ValueError, match=r"cell is .*keras.*, expected SimpleRNN, LSTM or GRU of"):
        wiring.stack([(keras.layers.SimpleRNN, case.forward_weights)], case.x)


def test_influence_wants_one_sequence_and_a_row_for_each_copy_of_it():
    with pytest.raises(ValueError, match=r"x has shape \(1, 4, 2\), expected \(time, features\)"):
        wiring.influence(lambda x: x, np.ones((1, 4, 2)))
    with pytest.raises(ValueError, match=r"function returned shape \(4, 2\) for a batch of 16 "):
        wiring.influence(lambda x: x[0], np.ones((4, 2)))


def test_cone_wants_a_table_of_numbers():
    with pytest.raises(ValueError, match=r"influence has shape \(3,\), expected numbers"):
        wiring.cone([0.1, 0.2, 0.3], 0.1)
    with pytest.raises(ValueError, match=r"influence holds nan"):
        wiring.cone([[0.1, np.nan]], 0.1)
