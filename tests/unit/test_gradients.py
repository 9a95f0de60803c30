"""Gradients are measured and clipped as Keras, NumPy and the closed forms say."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import gradients
from course_utils.cells import SimpleRNN, Tape

SEARCH = settings(max_examples=40, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)


def arrays(seed, dtype="float64"):
    """Gradients of different shapes and very different sizes."""
    rng = np.random.default_rng(seed)
    shapes = [(3, 4), (5,), (2, 2, 3), ()]
    return [(10.0 ** rng.uniform(-3, 3) * rng.normal(size=s)).astype(dtype) for s in shapes]


def flat(gradients_):
    return np.concatenate([np.ravel(g) for g in gradients_])


# Checking -----------------------------------------------------------------------------------------


def test_numerical_gives_the_gradient_of_a_cubic():
    a = np.random.default_rng(0).normal(size=(3, 4))
    difference = gradients.numerical(lambda m: np.sum(m**3), a)
    np.testing.assert_allclose(difference, 3 * a**2, atol=1e-9)


def test_numerical_is_of_second_order_in_its_step():
    def error(step):
        return gradients.numerical(np.exp, np.array(0.5), step) - np.exp(0.5)

    assert error(1e-2) / error(1e-3) == pytest.approx(100, rel=0.01)


def test_numerical_moves_a_copy_and_keeps_the_shape():
    a = np.arange(6.0).reshape(1, 2, 3)
    before = a.copy()
    difference = gradients.numerical(lambda m: [m.sum()], a)
    assert difference.shape == a.shape and difference.dtype == np.float64
    np.testing.assert_array_equal(a, before)
    assert gradients.numerical(np.sum, np.zeros((0, 3))).shape == (0, 3)


def test_numerical_refuses_single_precision_and_says_why():
    with pytest.raises(ValueError, match=r"array is of float32, expected float64.*astype"):
        gradients.numerical(np.sum, np.ones(3, "float32"))


def test_numerical_refuses_a_function_of_many_values():
    with pytest.raises(ValueError, match=r"f returned an array of shape \(3,\), expected one"):
        gradients.numerical(lambda m: m**2, np.ones(3))


def test_numerical_is_not_spoilt_by_a_loss_that_works_in_place():
    def loss(m):
        m *= 2
        return m.sum()

    np.testing.assert_allclose(gradients.numerical(loss, np.ones(3)), 2)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_numerical_refuses_a_loss_in_single_precision(dtype):
    with pytest.raises(ValueError, match=f"f returned {dtype}, expected float64"):
        gradients.numerical(lambda m: (m**2).sum().astype(dtype), np.ones(2))


def test_numerical_says_what_is_wrong_with_a_loss_that_returns_nothing():
    with pytest.raises(ValueError, match=r"f returned None, expected one number.*return"):
        gradients.numerical(lambda m: None, np.ones(2))


@pytest.mark.parametrize("number", [int, float, np.int64, np.float64, np.longdouble])
def test_numerical_takes_every_kind_of_exact_number(number):
    np.testing.assert_allclose(
        gradients.numerical(lambda m: number(5e5 * m.sum()), np.ones(2)), 5e5
    )


def test_the_relative_error_is_zero_for_equal_one_for_opposite_and_blind_to_units():
    a, b = np.random.default_rng(1).normal(size=(2, 3, 4))
    assert gradients.relative_error(a, a) == 0
    assert gradients.relative_error(a, -a) == pytest.approx(1)
    assert gradients.relative_error(np.zeros(3), np.zeros(3)) == 0
    assert gradients.relative_error(np.zeros(3), np.ones(3)) == 1
    error = gradients.relative_error(a, b)
    assert error == gradients.relative_error(b, a)
    assert error == pytest.approx(gradients.relative_error(1e9 * a, 1e9 * b))
    both = np.linalg.norm(a) + np.linalg.norm(b)
    assert error == pytest.approx(np.linalg.norm((a - b).ravel()) / both)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_relative_error_is_below_no_limit_where_an_entry_is_not_finite(bad):
    for a, b in ([1.0, bad], [1.0, 2.0]), ([1.0, bad], [1.0, bad]), ([bad], [0.0]):
        assert not gradients.relative_error(a, b) < np.inf
        assert not gradients.relative_error(b, a) < np.inf


SIZES = [("float64", 1e-300), ("float64", 1e300), ("float64", 5e-324), ("float32", 1e-38)]
SIZES += [("float32", 1e38), ("float16", 1e-7), ("float16", 6e4)]
SIZES += [("float64", 1e-170), ("float64", 1e200), ("float32", 1e-24), ("float32", 1e20)]


@pytest.mark.parametrize(("dtype", "size"), SIZES)
def test_no_norm_is_lost_while_the_numbers_themselves_are_there(dtype, size):
    """The squares of these numbers are 0 or infinite in their dtype; norms are of their size."""
    a, b = np.full((2, 2), size, dtype), np.full((2, 2), size, dtype) / np.asarray(2, dtype)
    whole = float(a[0, 0])  # as the dtype holds it
    expected = (whole - float(b[0, 0])) / (whole + float(b[0, 0]))
    assert gradients.relative_error(a, b) == pytest.approx(expected, rel=1e-12)
    assert gradients.global_norm([a]) == pytest.approx(2 * whole, rel=1e-12)
    for clipped in (
        gradients.clip_by_norm([a, a], 1e-3)[1],
        gradients.clip_by_global_norm([a[0], a[1]], 1e-3)[0][1],
    ):
        expected = np.full(clipped.shape, min(5e-4, whole), dtype)
        np.testing.assert_allclose(clipped, expected, rtol=np.finfo(dtype).eps, atol=0)
        assert clipped.dtype == dtype


def test_gradients_whose_norm_no_float64_holds_are_clipped_all_the_same():
    clipped, norm = gradients.clip_by_global_norm([np.full(4, 1.7e308)], 1.0)
    assert norm == np.inf
    np.testing.assert_allclose(clipped[0], 0.5)


def test_the_relative_error_refuses_shapes_that_would_be_broadcast():
    with pytest.raises(ValueError, match=r"a has shape \(3, 1\) and b \(3,\)"):
        gradients.relative_error(np.ones((3, 1)), np.ones(3))


# Through time -------------------------------------------------------------------------------------

FUNCTIONS = {
    "linear": lambda a: a,
    "tanh": np.tanh,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "relu": lambda a: np.maximum(a, 0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_slope_is_the_derivative_read_from_the_outputs(name):
    a = np.random.default_rng(2).normal(size=(4, 5))
    difference = gradients.numerical(lambda m: FUNCTIONS[name](m).sum(), a)
    np.testing.assert_allclose(gradients.slope(name, FUNCTIONS[name](a)), difference, atol=1e-9)


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"linear"}))
def test_the_slope_at_what_is_not_a_number_is_not_a_number(name):
    assert np.isnan(gradients.slope(name, [np.nan, 0.5])).tolist() == [True, False]


def test_the_slope_of_an_unknown_activation_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"activation is 'gelu', expected one of linear, tanh"):
        gradients.slope("gelu", np.ones(3))


@SEARCH
@given(seeds, st.integers(1, 5), st.integers(0, 6))
def test_norms_through_time_are_those_of_the_product_of_jacobians(seed, units, time):
    rng = np.random.default_rng(seed)
    slopes, U, v = (
        rng.random((time, units)),
        rng.normal(size=(units, units)),
        rng.normal(size=units),
    )
    expected, jacobian = [np.linalg.norm(v)], np.eye(units)
    for slope_t in slopes[::-1]:
        jacobian = jacobian @ np.diag(slope_t) @ U.T  # from h_T back to h_{t-1}, for rows
        expected.append(np.linalg.norm(v @ jacobian))
    norms = gradients.norms_through_time(slopes, U, v)
    assert norms.shape == (time + 1,)
    np.testing.assert_allclose(norms, expected, rtol=1e-10)


def test_norms_through_time_are_those_of_backpropagation_through_a_network():
    rng = np.random.default_rng(3)
    time, units = 7, 4
    W, U, b = rng.normal(size=(2, units)), rng.normal(size=(units, units)), rng.normal(size=units)
    x, v = rng.normal(size=(1, time, 2)), rng.normal(size=units)
    outputs, _ = SimpleRNN.forward(x, W, U, b)
    norms = gradients.norms_through_time(gradients.slope("tanh", outputs[0]), U, v)
    for k in range(time + 1):
        before = outputs[:, time - k - 1] if k < time else np.zeros((1, units))
        tape = Tape()
        SimpleRNN.forward(x[:, time - k :], W, U, b, h0=before, tape=tape)
        *_, dh0 = SimpleRNN.backward(tape, d_h=v[None])
        assert norms[k] == pytest.approx(np.linalg.norm(dh0), rel=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("factor", [0.25, 4.0])
def test_norms_through_time_reach_as_far_as_float64(factor, dtype):
    """Down to 0.25^530 or up to 4^500, where squares are long gone; even there and back again."""
    there = 500 if factor > 1 else 530
    slopes = np.concatenate([np.full((there, 4), 1 / factor), np.full((there, 4), factor)])
    norms = gradients.norms_through_time(
        slopes.astype(dtype), np.eye(4, dtype=dtype), np.full(4, 0.5, dtype)
    )
    exponents = [*range(there + 1), *range(there - 1, -1, -1)]
    np.testing.assert_array_equal(norms, factor ** np.array(exponents, float))


def test_norms_through_time_come_back_from_where_no_float64_is():
    norms = gradients.norms_through_time(np.repeat([[4.0], [0.25]], 700, axis=0), [[1]], [1])
    assert norms[700] == 0 and norms[-1] == 1


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (((5, 3), (3, 4), (3,)), r"U has shape \(3, 4\), expected \(units, units\)"),
        (((5, 4), (3, 3), (3,)), r"slopes has shape \(5, 4\), expected \(time, 3\)"),
        (((1, 5, 3), (3, 3), (3,)), r"slopes has shape \(1, 5, 3\).*without a batch axis"),
        (((5, 3), (3, 3), (1, 3)), r"v has shape \(1, 3\), expected \(3,\)"),
    ],
)
def test_norms_through_time_name_the_shape_that_does_not_fit(shapes, words):
    with pytest.raises(ValueError, match=words):
        gradients.norms_through_time(*map(np.ones, shapes))


def test_the_spectral_radius_counts_complex_and_negative_eigenvalues():
    turn = np.array([[0.0, 2.0], [-2.0, 0.0]])  # eigenvalues ±2i
    assert gradients.spectral_radius(turn) == pytest.approx(2)
    assert gradients.spectral_radius(np.diag([1.0, -3.0])) == pytest.approx(3)
    shear = np.array([[0.5, 100.0], [0.0, 0.25]])  # its largest singular value is 100
    assert gradients.spectral_radius(shear) == pytest.approx(0.5)


def test_the_spectral_radius_is_the_growth_of_long_products():
    U = np.random.default_rng(4).normal(size=(6, 6))
    growth = np.linalg.norm(np.linalg.matrix_power(U / 2, 400)) ** (1 / 400)
    assert gradients.spectral_radius(U) == pytest.approx(2 * growth, rel=0.02)


def test_the_spectral_radius_needs_a_square_matrix():
    with pytest.raises(ValueError, match=r"U has shape \(2, 3\), expected \(units, units\)"):
        gradients.spectral_radius(np.ones((2, 3)))


# Clipping -----------------------------------------------------------------------------------------


def clipped_by_keras(grads, **option):
    """What an optimizer with this option subtracts at a learning rate of 1."""
    variables = [keras.Variable(np.zeros(g.shape), dtype="float64") for g in grads]
    optimizer = keras.optimizers.SGD(1.0, **option)
    optimizer.apply([keras.ops.convert_to_tensor(g) for g in grads], variables)
    return [-v.numpy() for v in variables]


@SEARCH
@given(seeds, st.floats(1e-3, 1e3))
def test_clipping_by_value_is_clipvalue_of_keras(seed, limit):
    grads = arrays(seed)
    clipped = gradients.clip_by_value(grads, limit)
    for ours, theirs in zip(clipped, clipped_by_keras(grads, clipvalue=limit), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@SEARCH
@given(seeds, st.floats(1e-3, 1e3))
def test_clipping_by_norm_is_clipnorm_of_keras_each_array_by_itself(seed, limit):
    grads = arrays(seed)
    clipped = gradients.clip_by_norm(grads, limit)
    for ours, theirs in zip(clipped, clipped_by_keras(grads, clipnorm=limit), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@SEARCH
@given(seeds, st.floats(1e-3, 1e3))
def test_clipping_by_global_norm_is_global_clipnorm_of_keras(seed, limit):
    grads = arrays(seed)
    clipped, norm = gradients.clip_by_global_norm(grads, limit)
    assert norm == pytest.approx(np.linalg.norm(flat(grads)))
    for ours, theirs in zip(clipped, clipped_by_keras(grads, global_clipnorm=limit), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_only_clipping_by_global_norm_keeps_the_direction():
    grads = [np.array([3.0, 4.0]), np.array([0.1])]

    def cosine(clipped):
        a, b = flat(grads), flat(clipped)
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    assert cosine(gradients.clip_by_global_norm(grads, 0.5)[0]) == pytest.approx(1)
    assert cosine(gradients.clip_by_norm(grads, 0.5)) < 0.99
    assert cosine(gradients.clip_by_value(grads, 0.5)) < 0.99


def test_small_gradients_and_zeros_pass_unchanged_as_copies():
    grads = [np.array([0.3, -0.4]), np.zeros(3)]
    by_global, norm = gradients.clip_by_global_norm(grads, 1.0)
    assert norm == pytest.approx(0.5)
    for clipped in (gradients.clip_by_value(grads, 1), gradients.clip_by_norm(grads, 1), by_global):
        for array, gradient in zip(clipped, grads, strict=True):
            np.testing.assert_array_equal(array, gradient)
            assert not np.shares_memory(array, gradient)


def test_clipping_leaves_its_arguments_and_the_dtype_alone():
    grads = arrays(5, "float32")
    before = [g.copy() for g in grads]
    by_global, _ = gradients.clip_by_global_norm(grads, 0.1)
    for clipped in (
        gradients.clip_by_value(grads, 0.1),
        gradients.clip_by_norm(grads, 0.1),
        by_global,
    ):
        assert [c.dtype for c in clipped] == [np.float32] * len(grads)
        assert [c.shape for c in clipped] == [g.shape for g in grads]
    for gradient, copy in zip(grads, before, strict=True):
        np.testing.assert_array_equal(gradient, copy)


def test_a_norm_beyond_single_precision_is_still_found_and_clipped():
    grads = [np.full(4, 1e30, "float32")]  # the square of an entry is no float32
    assert gradients.global_norm(grads) == pytest.approx(2e30)
    clipped, _ = gradients.clip_by_global_norm(grads, 1.0)
    np.testing.assert_allclose(clipped[0], 0.5, rtol=1e-6)
    np.testing.assert_allclose(gradients.clip_by_norm(grads, 1.0)[0], 0.5, rtol=1e-6)


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_clipping_by_global_norm_does_not_hide_what_is_not_finite(bad):
    with pytest.raises(ValueError, match=r"the global norm is (inf|nan): .*Skip this step"):
        gradients.clip_by_global_norm([np.array([1.0, bad])], 1.0)


@pytest.mark.parametrize("clip", [gradients.clip_by_norm, gradients.clip_by_global_norm])
def test_clipping_says_where_the_entry_is_that_is_not_finite(clip):
    with pytest.raises(ValueError, match=r"norm is inf: so is entry \(1, 0\) of gradient 1,"):
        clip([np.ones(2), [[1.0], [np.inf]]], 1.0)


CLIPS = [
    gradients.clip_by_value,
    gradients.clip_by_norm,
    lambda grads, limit: gradients.clip_by_global_norm(grads, limit)[0],
]


@pytest.mark.parametrize("clip", CLIPS)
@pytest.mark.parametrize(
    "given", [[0, 4], np.array([0, 4]), np.array([0, 4], "uint8"), [0.0, 4.0], [False, True]]
)
def test_clipping_takes_whole_numbers_and_lists(clip, given):
    [clipped] = clip([given], 0.6)
    assert isinstance(clipped, np.ndarray) and clipped.dtype == np.float64
    np.testing.assert_allclose(clipped, [0, 0.6])


@pytest.mark.parametrize("clip", CLIPS)
def test_clipping_takes_what_a_tape_returns_and_names_what_it_does_not(clip):
    [clipped] = clip([tf.constant([0.0, 4.0])], 0.6)
    assert clipped.dtype == np.float32
    np.testing.assert_allclose(clipped, [0, 0.6], rtol=1e-6)
    table, unused = tf.Variable(np.ones((3, 2))), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.gather(table, [0, 2]))
    rows, nothing = tape.gradient(loss, [table, unused])
    with pytest.raises(ValueError, match="gradient 1 is None: the loss does not depend"):
        clip([np.ones(2), nothing], 1.0)
    with pytest.raises(ValueError, match=r"gradient 0 is IndexedSlices.*convert_to_tensor"):
        clip([rows], 1.0)
    np.testing.assert_array_equal(clip([tf.convert_to_tensor(rows)], 1e9)[0][1], 0)
    with pytest.raises(ValueError, match="gradient 0 is of <U1, expected an array of real"):
        clip([["a"]], 1.0)


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
@pytest.mark.parametrize("clip", ["clip_by_value", "clip_by_norm", "clip_by_global_norm"])
def test_a_limit_that_is_not_positive_is_refused(clip, limit):
    with pytest.raises(ValueError, match=rf"limit is {limit}, expected a positive number"):
        getattr(gradients, clip)([np.ones(2)], limit)
