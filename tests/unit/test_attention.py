"""Attention by hand equals Keras' layers, after adding what these leave out, and its own slopes."""

import inspect

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils import attention
from course_utils.attention import Additive, Dot, General, ScaledDot
from course_utils.cells import SimpleRNN, Tape
from course_utils.gradients import numerical, relative_error

FORWARD, NUMERICAL = 1e-10, 1e-7  # relative errors promised, array by array
KINDS = [Additive, Dot, General, ScaledDot]
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


class Case:
    """Random numbers for a kind of attention: what goes in, a mask, and a loss.

    The loss is linear in the contexts and in the weights.
    """

    def __init__(self, kind, rng, sizes, mask=None):
        self.kind = kind
        batch, T_q, T_k, d_q, d_k, d_v, units = sizes
        if kind in (Dot, ScaledDot):
            d_q = d_k
        shapes = {"queries": (batch, T_q, d_q), "keys": (batch, T_k, d_k)}
        shapes |= {"values": (batch, T_k, d_v)}
        if kind is Additive:
            shapes |= {"W_q": (d_q, units), "W_k": (d_k, units), "v": (units,)}
        if kind is General:
            shapes |= {"W": (d_q, d_k)}
        self.arguments = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        self.mask = mask
        self.d_results = rng.normal(size=(batch, T_q, d_v)), rng.normal(size=(batch, T_q, T_k))

    def forward(self, tape=None, **changed):
        return self.kind.forward(**{**self.arguments, **changed}, mask=self.mask, tape=tape)

    def backward(self):
        tape = Tape()
        self.forward(tape)
        return self.kind.backward(tape, *self.d_results)

    def numerical_gradients(self):
        def loss(name, moved):
            pairs = zip(self.forward(**{name: moved}), self.d_results, strict=True)
            return sum(np.sum(result * d) for result, d in pairs)

        return [
            numerical(lambda moved, name=name: loss(name, moved), array)
            for name, array in self.arguments.items()
        ]

    def keras_forward(self):
        """Contexts and weights by Keras' layer, after what it leaves out has been added."""
        arrays = dict(self.arguments)
        q, k, values = arrays.pop("queries"), arrays.pop("keys"), arrays.pop("values")
        if self.kind is Additive:
            q, k = q @ arrays["W_q"], k @ arrays["W_k"]
            layer = keras.layers.AdditiveAttention(dtype="float64")
            layer.build([q.shape, values.shape, k.shape])
            layer.set_weights([arrays["v"]])
        else:
            layer = keras.layers.Attention(dtype="float64")
            if self.kind is General:
                q = q @ arrays["W"]
            if self.kind is ScaledDot:
                q = q / np.sqrt(q.shape[-1])
        mask = None if self.mask is None else [None, tf.constant(self.mask)]
        return layer([q, values, k], mask=mask, return_attention_scores=True)


def masks(batch, T_q, T_k, least):
    """None, one for the keys, or one for each query; at least `least` real keys in each row."""

    def rows(*shape):
        row = st.lists(st.booleans(), min_size=T_k, max_size=T_k).filter(lambda r: sum(r) >= least)
        count = int(np.prod(shape))
        many = st.lists(row, min_size=count, max_size=count)
        return many.map(lambda rows: np.array(rows, bool).reshape(*shape, T_k))

    return st.none() | rows(batch) | rows(batch, T_q)


@st.composite
def cases(draw, kind, least=0):
    sizes = [draw(st.integers(1, most)) for most in (3, 4, 4, 3, 3, 3, 4)]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return Case(kind, rng, sizes, draw(masks(*sizes[:3], least)))


def search(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],  # on a busy machine
    )


def a_case(kind, seed=0, **options):
    """With no two sizes alike."""
    return Case(kind, np.random.default_rng(seed), (2, 3, 5, 4, 6, 7, 8), **options)


# Equal to Keras, and to central differences -------------------------------------------------------


@every_kind
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1")  # of one key
@search(40)
@given(data=st.data())
def test_contexts_and_weights_equal_keras_after_adding_what_its_layer_leaves_out(kind, data):
    case = data.draw(cases(kind, least=1))
    for ours, theirs in zip(case.forward(), case.keras_forward(), strict=True):
        assert relative_error(ours, theirs) < FORWARD


@every_kind
@search(40)
@given(data=st.data())
def test_backward_equals_central_differences_for_any_shape_and_mask(kind, data):
    case = data.draw(cases(kind))
    for ours, differences in zip(case.backward(), case.numerical_gradients(), strict=True):
        assert relative_error(ours, differences) < NUMERICAL


@every_kind
def test_scores_are_those_that_forward_turns_into_weights(kind):
    case = a_case(kind, mask=np.array([[1, 0, 1, 1, 0], [1, 1, 1, 1, 1]]))
    names = [name for name in inspect.signature(kind.scores).parameters]
    scores = kind.scores(*(case.arguments[name] for name in names))
    contexts, weights = case.forward()
    np.testing.assert_array_equal(attention.masked_softmax(scores, case.mask), weights)
    expected = attention.context(weights, case.arguments["values"])
    np.testing.assert_array_equal(contexts, expected)


def test_additive_scores_are_the_equation_pair_by_pair():
    case = a_case(Additive)
    q, k, _, W_q, W_k, v = case.arguments.values()
    scores = Additive.scores(q, k, W_q, W_k, v)
    for b, i, j in np.ndindex(scores.shape):
        expected = v @ np.tanh(W_q.T @ q[b, i] + W_k.T @ k[b, j])
        np.testing.assert_allclose(scores[b, i, j], expected, rtol=1e-12)


def test_the_scale_of_keras_attention_is_a_factor_of_the_queries():
    case = a_case(Dot)
    q, k, values = case.arguments.values()
    layer = keras.layers.Attention(use_scale=True, dtype="float64")
    layer.build([q.shape, values.shape, k.shape])
    layer.set_weights([np.array(0.3)])
    expected = layer([q, values, k], return_attention_scores=True)
    for ours, theirs in zip(Dot.forward(0.3 * q, k, values), expected, strict=True):
        assert relative_error(ours, theirs) < FORWARD


def test_keras_attention_does_not_divide_by_the_root_of_d():
    case = a_case(ScaledDot)
    q, k, values = case.arguments.values()
    unscaled = keras.layers.Attention(dtype="float64")([q, values, k])
    assert relative_error(ScaledDot.forward(q, k, values)[0], unscaled) > 0.01
    assert relative_error(Dot.forward(q, k, values)[0], unscaled) < FORWARD


@pytest.mark.parametrize("masked", [False, True], ids=["all", "causal-and-padded"])
@pytest.mark.parametrize(("key_dim", "promised"), [(16, FORWARD), (7, 1e-8)])
def test_multi_head_attention_is_scaled_dot_product_on_projections_head_by_head(
    key_dim, promised, masked
):
    """Keras rounds 1/√key_dim to float32, also in a float64 layer: 1/4 is exact, 1/√7 is not."""
    rng = np.random.default_rng(1)
    x, memory = rng.normal(size=(2, 4, 6)), rng.normal(size=(2, 4, 5))
    mask = np.tril(np.ones((4, 4), bool)) & np.array([[[1, 1, 1, 1]], [[1, 1, 0, 0]]], bool)
    mask = mask if masked else None
    layer = keras.layers.MultiHeadAttention(3, key_dim, value_dim=2, dtype="float64")
    layer.build(x.shape, memory.shape)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.get_weights()])
    expected, weights = layer(x, memory, attention_mask=mask, return_attention_scores=True)

    # Kernels (features, heads, d) and biases (heads, d) for queries, keys, values; then the output.
    W_q, b_q, W_k, b_k, W_v, b_v, W_o, b_o = layer.get_weights()
    outputs = b_o
    for head in range(3):
        contexts, ours = ScaledDot.forward(
            x @ W_q[:, head] + b_q[head],
            memory @ W_k[:, head] + b_k[head],
            memory @ W_v[:, head] + b_v[head],
            mask,
        )
        assert relative_error(ours, weights[:, head]) < promised
        outputs = outputs + contexts @ W_o[head]
    assert relative_error(outputs, expected) < promised


# Masks --------------------------------------------------------------------------------------------


def test_masked_softmax_equals_the_softmax_layer_of_keras_also_where_nothing_is_real():
    rng = np.random.default_rng(2)
    scores = rng.normal(size=(40, 3, 5))
    mask = rng.random(scores.shape) < 0.4
    assert (~mask.any(-1)).any()
    expected = keras.layers.Softmax(dtype="float64")(scores, mask=mask)
    assert relative_error(attention.masked_softmax(scores, mask), expected) < FORWARD


def test_a_query_that_may_look_at_nothing_gets_zeros_and_passes_no_gradient_on():
    mask = np.array([[0] * 5, [1, 1, 0, 1, 1]])
    for kind in KINDS:
        case = a_case(kind, mask=mask)
        contexts, weights = case.forward()
        np.testing.assert_array_equal(weights[0], 0)
        np.testing.assert_array_equal(contexts[0], 0)
        for gradient in case.backward()[:3]:
            np.testing.assert_array_equal(gradient[0], 0)
            assert np.any(gradient[1])


@pytest.mark.parametrize("layer", [keras.layers.Attention, keras.layers.AdditiveAttention])
def test_where_nothing_is_real_keras_attention_looks_at_the_padding(layer):
    rng = np.random.default_rng(3)
    q, k = rng.normal(size=(1, 2, 4)), rng.normal(size=(1, 3, 4))
    layer = layer(dtype="float64")
    _, weights = layer([q, k], mask=[None, np.zeros((1, 3), bool)], return_attention_scores=True)
    _, unmasked = layer([q, k], return_attention_scores=True)
    np.testing.assert_allclose(weights, unmasked, atol=1e-6)  # 1e9 is subtracted from every score


def test_where_nothing_is_real_multi_head_attention_gives_zeros_only_with_its_scores():
    rng = np.random.default_rng(4)
    q, k = rng.normal(size=(1, 2, 4)), rng.normal(size=(1, 3, 4))
    layer = keras.layers.MultiHeadAttention(1, 4, use_bias=False, dtype="float64")
    nothing = np.zeros((1, 2, 3), bool)
    contexts, _ = layer(q, k, attention_mask=nothing, return_attention_scores=True)
    np.testing.assert_array_equal(contexts, 0)
    assert np.all(layer(q, k, attention_mask=nothing) != 0)


@every_kind
def test_what_is_masked_changes_nothing_and_gets_no_gradient(kind):
    case = a_case(kind, mask=np.array([[1, 1, 0, 1, 0], [1, 1, 1, 0, 0]]))
    before, (_, d_keys, d_values, *_) = case.forward(), case.backward()
    hidden = ~case.mask.astype(bool)
    np.testing.assert_array_equal(d_keys[hidden], 0)
    np.testing.assert_array_equal(d_values[hidden], 0)
    case.arguments["keys"][hidden] += 5
    case.arguments["values"][hidden] += 5
    for old, new in zip(before, case.forward(), strict=True):
        np.testing.assert_array_equal(old, new)


@every_kind
def test_one_mask_for_the_keys_is_the_same_mask_for_each_query_and_one_row_for_all(kind):
    keys = np.array([[1, 0, 1, 1, 0]] * 2)
    for_each_query = np.repeat(keys[:, None], 3, axis=1)
    expected = a_case(kind, mask=keys).forward()
    for mask in (for_each_query, for_each_query.tolist(), for_each_query[:1], keys[:1]):
        for ours, theirs in zip(a_case(kind, mask=mask).forward(), expected, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_scores_of_any_size_neither_overflow_nor_lose_their_sum():
    scores = np.array([[[1e4, -1e4, 1e4], [-1e4, -1e4, -2e4], [0, 1e300, -1e300]]])
    with np.errstate(all="raise", under="ignore"):
        weights = attention.masked_softmax(scores, [[True, True, True]])
        again = attention.masked_softmax(scores)
    expected = [[[0.5, 0, 0.5], [0.5, 0.5, 0], [0, 1, 0]]]
    np.testing.assert_allclose(weights, expected, atol=1e-300)
    np.testing.assert_array_equal(weights, again)


# Manners ------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_is_kept(kind, dtype):
    case = a_case(kind, mask=np.array([[1, 1, 0, 1, 0], [0] * 5]))
    case.arguments = {name: a.astype(dtype) for name, a in case.arguments.items()}
    arrays = [*case.forward(), *case.backward()]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


def test_whole_numbers_are_taken_as_real_numbers():
    q, k = [[[1, 2], [0, 1]]], [[[3, 1], [1, 1], [0, 2]]]
    contexts, weights = Dot.forward(q, k, k)
    expected, _ = Dot.forward(*(np.array(a, float) for a in (q, k, k)))
    np.testing.assert_array_equal(contexts, expected)
    np.testing.assert_allclose(weights.sum(-1), 1)


@every_kind
def test_arguments_are_left_as_they_were_and_results_are_the_readers_own(kind):
    case = a_case(kind, mask=np.array([[1, 1, 0, 1, 0], [0] * 5]))
    arrays = [*case.arguments.values(), case.mask, *case.d_results]
    before = [array.copy() for array in arrays]
    tape = Tape()
    results = case.forward(tape)
    expected = [gradient.copy() for gradient in kind.backward(tape, *case.d_results)]
    for result in results:
        result += 1  # the tape does not see it
    for ours, fresh in zip(kind.backward(tape, *case.d_results), expected, strict=True):
        np.testing.assert_array_equal(ours, fresh)
        ours += 1
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@every_kind
def test_a_gradient_left_out_is_zero(kind):
    case = a_case(kind)
    tape = Tape()
    case.forward(tape)
    both = kind.backward(tape, *case.d_results)
    of_contexts = kind.backward(tape, case.d_results[0])
    of_weights = kind.backward(tape, d_weights=case.d_results[1])
    for whole, one, other in zip(both, of_contexts, of_weights, strict=True):
        np.testing.assert_allclose(one + other, whole, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(of_weights[2], 0)  # the weights do not hang on the values


@every_kind
def test_backward_without_a_forward_says_how_to_make_one(kind):
    name = kind.__name__
    words = rf"nothing is written on the tape: .* {name}\.forward\(\.\.\., tape=tape\)"
    with pytest.raises(ValueError, match=words):
        kind.backward(Tape(), np.ones((1, 2, 3)))


def test_backward_on_the_tape_of_another_score_or_of_a_cell_is_refused():
    tape = Tape()
    a_case(Dot).forward(tape)
    with pytest.raises(ValueError, match=r"Dot\.forward has written on the tape: .* ScaledDot\."):
        ScaledDot.backward(tape)
    SimpleRNN.forward(np.ones((1, 2, 1)), np.ones((1, 3)), np.ones((3, 3)), np.ones(3), tape=tape)
    with pytest.raises(ValueError, match=r"nothing is written on the tape: .* Dot\.backward"):
        Dot.backward(tape)


def test_a_tape_holds_the_last_forward_only():
    tape = Tape()
    a_case(Additive).forward(tape)
    a_case(Dot).forward(tape)
    assert not hasattr(tape, "hidden")


@pytest.mark.parametrize(
    ("kind", "name", "shape", "words"),
    [
        (Dot, "queries", (2, 6), r"queries has shape \(2, 6\), expected .*query\[:, None\]"),
        (Dot, "queries", (2, 3, 4), r"\(2, 3, 4\) and keys \(2, 5, 6\), expected one d .*General"),
        (Dot, "keys", (3, 5, 6), r"queries has .* keys \(3, 5, 6\): 2 examples are not 3"),
        (Dot, "values", (2, 4, 7), r"values has shape \(2, 4, 7\), expected \(2, 5, d_v\)"),
        (General, "W", (6, 4), r"W has shape \(6, 4\), expected \(4, 6\): it leads from queries"),
        (Additive, "W_q", (8, 4), r"W_q has shape \(8, 4\), expected \(4, units\): queries is"),
        (Additive, "W_k", (8, 6), r"W_k has shape \(8, 6\), expected \(6, units\): keys is"),
        (Additive, "W_k", (6, 7), r"W_k has shape \(6, 7\) .* units is 8 because W_q is \(4, 8\)"),
        (Additive, "v", (8, 1), r"and v \(8, 1\), expected \(d_k, 8\) and \(8,\)"),
    ],
)
def test_a_wrong_shape_is_named_with_the_shape_expected(kind, name, shape, words):
    with pytest.raises(ValueError, match=words):
        a_case(kind).forward(**{name: np.ones(shape)})


@pytest.mark.parametrize("shape", [(5, 2), (2, 3), (2, 5, 3), (2, 3, 5, 1)])
def test_a_mask_that_does_not_fit_is_named_with_the_two_that_would(shape):
    words = r"mask has shape .*, expected \(2, 5\), .*, or \(2, 3, 5\), for each query and key"
    with pytest.raises(ValueError, match=words):
        a_case(Dot, mask=np.ones(shape)).forward()
    with pytest.raises(ValueError, match=r"scores has shape \(3, 5\), expected \(batch, T_q, T_k"):
        attention.masked_softmax(np.ones((3, 5)), np.ones(shape))


@pytest.mark.parametrize(
    ("name", "words"),
    [("d_context", r"expected \(2, 3, 7\)"), ("d_weights", r"expected \(2, 3, 5\)")],
)
def test_backward_names_the_gradient_that_does_not_fit(name, words):
    tape = Tape()
    a_case(Dot).forward(tape)
    with pytest.raises(ValueError, match=rf"{name} has shape \(2, 3\), {words}"):
        Dot.backward(tape, **{name: np.ones((2, 3))})
