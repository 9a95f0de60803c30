"""Functions leave what they are given as it is, and take numbers in whatever form they come."""

import numpy as np
import pytest

from course_utils import attention, gradients, initializers
from course_utils.cells import GRU, LSTM, SimpleRNN, Tape
from course_utils.preprocessing import series


def whole(*shape):
    """Small whole numbers, so that every form of them is exact."""
    return np.random.default_rng(len(shape)).integers(0, 3, shape).astype(float)


def cell(kind, blocks, states, bias=None):
    """Forwards and backwards through a cell of 2 units, with 4 features and 3 steps."""
    weights = [whole(4, blocks * 2), whole(2, blocks * 2), whole(*(bias or (blocks * 2,)))]

    def both(x, *arguments):
        d_outputs, arguments, tape = arguments[-1], arguments[:-1], Tape()
        results = kind.forward(x, *arguments, tape=tape)
        return [*results, *kind.backward(tape, d_outputs)]

    return both, [whole(5, 3, 4), *weights, *[whole(5, 2)] * states, whole(5, 3, 2)]


def attends(kind, *weights):
    """Forwards and backwards through an attention of 2 queries and 5 keys of 3 numbers."""

    def both(*arguments):
        d_context, arguments, tape = arguments[-1], arguments[:-1], Tape()
        results = kind.forward(*arguments, tape=tape)
        return [
            kind.scores(*arguments[:2], *arguments[3:]),
            *results,
            *kind.backward(tape, d_context),
        ]

    return both, [whole(4, 2, 3), 2 * whole(4, 5, 3), whole(4, 5, 2), *weights, whole(4, 2, 2)]


def steps(kind, blocks, states, bias=None):
    weights = [whole(4, blocks * 2), whole(2, blocks * 2), whole(*(bias or (blocks * 2,)))]
    return kind.step, [whole(5, 4), *[whole(5, 2)] * states, *weights]


U = np.array([[2.0, 1.0], [1.0, 3.0]])
CALLS = {
    "relative_error": (gradients.relative_error, [whole(3, 4), whole(4, 3).T]),
    "slope": (lambda h: gradients.slope("tanh", h), [whole(3, 4)]),
    "norms_through_time": (gradients.norms_through_time, [whole(3, 2), U, whole(2)]),
    "spectral_radius": (gradients.spectral_radius, [U]),
    "global_norm": (lambda *g: gradients.global_norm(g), [U, whole(3)]),
    "clip_by_value": (lambda *g: gradients.clip_by_value(g, 0.5), [U, whole(3)]),
    "clip_by_norm": (lambda *g: gradients.clip_by_norm(g, 0.5), [U, whole(3)]),
    "clip_by_global_norm": (lambda *g: gradients.clip_by_global_norm(g, 0.5)[0], [U, whole(3)]),
    "with_spectral_radius": (lambda m: initializers.with_spectral_radius(m, 0.5), [U]),
    "SimpleRNN": cell(SimpleRNN, 1, 1),
    "LSTM": cell(LSTM, 4, 2),
    "GRU": cell(GRU, 3, 1, bias=(2, 6)),
    "SimpleRNN.step": steps(SimpleRNN, 1, 1),
    "LSTM.step": steps(LSTM, 4, 2),
    "GRU.step": steps(GRU, 3, 1, bias=(2, 6)),
    "Additive": attends(attention.Additive, whole(3, 6), whole(3, 6), whole(6)),
    "Dot": attends(attention.Dot),
    "General": attends(attention.General, whole(3, 3)),
    "ScaledDot": attends(attention.ScaledDot),
    "masked_softmax": (attention.masked_softmax, [whole(4, 2, 5), np.ones((4, 5))]),
    "masked_softmax_backward": (attention.masked_softmax_backward, [whole(4, 2, 5)] * 2),
    "context": (attention.context, [whole(4, 2, 5), whole(4, 5, 3)]),
    "context_backward": (
        attention.context_backward,
        [whole(4, 2, 3), whole(4, 2, 5), whole(4, 5, 3)],
    ),
    "windows": (lambda s: series.windows(s, 2), [whole(6, 2)]),
    "scaled": (lambda s: series.Scaler().fit(s).apply(s), [whole(6, 2)]),
    "forward_fill": (lambda s: series.forward_fill(s, first=[0, 0]), [whole(6, 2)]),
    "regular": (lambda t, v: series.regular(t, v, 2), [np.arange(7.0), whole(7, 2)]),
}
FORMS = {
    "lists": lambda a: a.tolist(),
    "whole numbers": lambda a: a.astype("int64"),
    "bytes": lambda a: a.astype("uint8"),
    "single precision": lambda a: a.astype("float32"),
    "columns first": np.asfortranarray,
}


def results(function, arguments):
    found = function(*arguments)
    return list(found) if isinstance(found, list | tuple) else [found]


@pytest.mark.parametrize("name", CALLS)
def test_what_a_function_is_given_may_be_read_only(name):
    function, arguments = CALLS[name]
    locked = [a.copy() for a in arguments]
    for argument in locked:
        argument.setflags(write=False)
    for mine, usual in zip(results(function, locked), results(function, arguments), strict=True):
        np.testing.assert_array_equal(mine, usual)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", CALLS)
def test_the_form_in_which_numbers_come_changes_no_result(name, form):
    function, arguments = CALLS[name]
    given = [FORMS[form](a) for a in arguments]
    for mine, usual in zip(results(function, given), results(function, arguments), strict=True):
        np.testing.assert_allclose(mine, usual, rtol=1e-5, atol=1e-5)
