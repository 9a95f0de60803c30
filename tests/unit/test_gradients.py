"""Gradients are measured and clipped as Keras, NumPy and the closed forms say."""

import keras
import numpy as np
import pytest
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


@pytest.mark.parametrize("limit", [0, -1, float("nan")])
@pytest.mark.parametrize("clip", ["clip_by_value", "clip_by_norm", "clip_by_global_norm"])
def test_a_limit_that_is_not_positive_is_refused(clip, limit):
    with pytest.raises(ValueError, match=rf"limit is {limit}, expected a positive number"):
        getattr(gradients, clip)([np.ones(2)], limit)
