"""First weights have the law they are named after, in Keras' layout."""

import keras
import numpy as np
import pytest

from course_utils import initializers
from course_utils.cells import LSTM, SimpleRNN, Tape
from course_utils.gradients import spectral_radius


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3), (1, 1), (1, 4)])
@pytest.mark.parametrize("gain", [1.0, 0.5])
def test_the_rows_or_columns_of_an_orthogonal_matrix_are_orthonormal(shape, gain):
    U = initializers.orthogonal(shape, np.random.default_rng(0), gain)
    assert U.shape == shape
    singular = np.linalg.svd(U, compute_uv=False)  # all equal: it turns, and stretches by the gain
    np.testing.assert_allclose(singular, gain, rtol=1e-12)


def test_orthogonal_matrices_are_uniform_over_turns_and_mirrors():
    rng = np.random.default_rng(1)
    draws = np.array([initializers.orthogonal((2, 2), rng) for _ in range(4000)])
    angle = np.arctan2(draws[:, 1, 0], draws[:, 0, 0])  # of the first column
    counts, _ = np.histogram(angle, 8, (-np.pi, np.pi))
    chi_squared = np.sum((counts - 500) ** 2 / 500)
    assert chi_squared < 24.3  # 0.1 % point of χ² with 7 degrees of freedom
    assert np.mean(np.linalg.det(draws) > 0) == pytest.approx(0.5, abs=4 * 0.5 / 4000**0.5)


def test_orthogonal_keeps_the_length_of_a_state_as_that_of_keras_does():
    U = initializers.orthogonal((16, 16), np.random.default_rng(2))
    theirs = keras.ops.convert_to_numpy(keras.initializers.Orthogonal(seed=0)((16, 16)))
    h = np.random.default_rng(3).normal(size=(5, 16))
    length = np.linalg.norm(h, axis=1)
    np.testing.assert_allclose(np.linalg.norm(h @ U, axis=1), length, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(h @ theirs, axis=1), length, rtol=1e-5)


@pytest.mark.parametrize("shape", [(3,), (3, 0), (2, 3, 4)])
def test_orthogonal_needs_the_shape_of_a_matrix(shape):
    with pytest.raises(ValueError, match=r"shape is \(.*\), expected \(rows, columns\)"):
        initializers.orthogonal(shape, np.random.default_rng(0))


def test_an_identity_network_copies_its_state_and_a_gain_makes_it_fade():
    h = np.array([[1.0, 2.0, 0.5]])
    for gain in (1.0, 0.9):
        U, state = initializers.identity(3, gain), h
        for _ in range(10):
            state = np.maximum(state @ U, 0)
        np.testing.assert_allclose(state, gain**10 * h)


@pytest.mark.parametrize("radius", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("size", [1e-200, 1e-20, 1.0, 1e200])
def test_a_matrix_is_scaled_to_the_spectral_radius_and_keeps_its_eigenvectors(radius, size):
    U = size * np.random.default_rng(4).normal(size=(6, 6))
    scaled = initializers.with_spectral_radius(U, radius)
    assert spectral_radius(scaled) == pytest.approx(radius)
    factor = scaled / U
    np.testing.assert_allclose(factor, factor[0, 0])
    assert factor[0, 0] > 0


@pytest.mark.parametrize("U", [np.zeros((3, 3)), np.triu(np.ones((4, 4)), 1)], ids=["0", "shift"])
def test_a_matrix_whose_eigenvalues_are_all_zero_has_no_other_radius(U):
    with pytest.raises(ValueError, match="every eigenvalue of U is zero"):
        initializers.with_spectral_radius(U, 1.0)


def test_a_matrix_that_is_not_square_has_no_spectral_radius_to_set():
    with pytest.raises(ValueError, match=r"U has shape \(2, 3\)"):
        initializers.with_spectral_radius(np.ones((2, 3)), 1.0)


def test_the_forget_bias_of_one_is_the_first_bias_of_a_keras_lstm():
    layer = keras.layers.LSTM(5)
    layer.build((None, None, 2))
    np.testing.assert_array_equal(initializers.forget_bias(5), layer.get_weights()[2])


def gates_at_rest(b, units):
    """The gates that an LSTM with bias b opens when nothing comes in."""
    tape = Tape()
    LSTM.forward(
        np.zeros((1, 1, 1)), np.zeros((1, 4 * units)), np.zeros((units, 4 * units)), b, tape=tape
    )
    return tape.i[1, 0], tape.f[1, 0], tape.o[1, 0]


@pytest.mark.parametrize("bias", [-2.0, 0.0, 3.5])
def test_the_forget_bias_opens_the_forget_gate_alone(bias):
    i, f, o = gates_at_rest(initializers.forget_bias(4, bias), 4)
    np.testing.assert_allclose(f, 1 / (1 + np.exp(-bias)))
    np.testing.assert_allclose([i, o], 0.5)


def test_chrono_draws_the_times_of_forgetting_uniformly_and_the_input_gate_as_their_mirror():
    units, longest = 20_000, 101
    b = initializers.chrono(units, longest, np.random.default_rng(5))
    assert b.shape == (4 * units,)
    b_i, b_f, b_c, b_o = b.reshape(4, units)
    np.testing.assert_array_equal(b_i, -b_f)
    np.testing.assert_array_equal([b_c, b_o], 0)
    times = np.exp(b_f)  # U(1, 100): mean 50.5, sd 99 / √12
    assert times.min() >= 1 and times.max() <= 100
    deviation = 99 / 12**0.5
    assert times.mean() == pytest.approx(50.5, abs=4 * deviation / units**0.5)
    assert times.std() == pytest.approx(deviation, rel=0.02)
    i, f, _ = gates_at_rest(b[: 4 * units], units)
    np.testing.assert_allclose(i + f, 1)
    np.testing.assert_allclose(1 / (1 - f), 1 + times)  # the time constant of the forget gate


def test_the_same_generator_gives_the_same_weights():
    for draw in (
        lambda rng: initializers.orthogonal((4, 4), rng),
        lambda rng: initializers.chrono(4, 50, rng),
    ):
        first, again = (draw(np.random.default_rng(6)) for _ in range(2))
        np.testing.assert_array_equal(first, again)
        rng = np.random.default_rng(6)
        assert not np.array_equal(draw(rng), draw(rng))


def test_the_weights_fit_the_cells():
    rng = np.random.default_rng(7)
    x, W = np.ones((2, 3, 1)), np.ones((1, 4))
    for U in (initializers.orthogonal((4, 4), rng), initializers.identity(4)):
        SimpleRNN.forward(x, W, U, np.zeros(4))
    U = initializers.orthogonal((4, 16), rng)
    for b in (initializers.forget_bias(4), initializers.chrono(4, 10, rng)):
        LSTM.forward(x, np.ones((1, 16)), U, b)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: initializers.identity(0), "units is 0, expected at least 1"),
        (lambda: initializers.forget_bias(-1), "units is -1, expected at least 1"),
        (lambda: initializers.chrono(0, 9, np.random.default_rng(0)), "units is 0"),
        (lambda: initializers.chrono(4, 2, np.random.default_rng(0)), "longest is 2, .* 3 steps"),
    ],
)
def test_sizes_that_make_no_sense_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
