"""Decoding finds what enumeration finds, draws as often as it should, and says what is wrong."""

import itertools
from collections import Counter, namedtuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils import decoding
from course_utils.cells import LSTM, SimpleRNN
from course_utils.decoding import by_length, wu

PENALTIES = {"none": None, "by_length": by_length, "wu": wu(0.6)}


def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)


def chain(table):
    """A Markov chain as a model: the next token hangs on the last one alone. It has no states."""
    with np.errstate(divide="ignore"):
        log_p = np.log(np.asarray(table, float))

    def step(states, tokens):
        return log_p[tokens], states

    return step


class Network:
    """A recurrent network of random weights that scores sequences, and steps as decoding wants it.

    The states are nested in every way that is allowed.
    """

    def __init__(self, rng, vocabulary, units=3):
        self.vocabulary, self.units = vocabulary, units
        self.embedding = rng.normal(size=(vocabulary, 2))
        self.weights = [rng.normal(0, 1.5, s) for s in ((2, 4 * units), (units, 4 * units))]
        self.weights.append(rng.normal(size=4 * units))
        self.readout = rng.normal(0, 2, (units, vocabulary))

    def first_states(self, rng, batch):
        h, c = rng.normal(size=(2, batch, self.units))
        return {"layers": [(h, c)], "nothing": None}

    def step(self, states, tokens):
        ((h, c),) = states["layers"]
        h, c = LSTM.step(self.embedding[tokens], h, c, *self.weights)
        return log_softmax(h @ self.readout), {"layers": [(h, c)], "nothing": None}

    def log_probability(self, states, start, tokens):
        """Of one whole sequence from the states of one example, by LSTM.forward."""
        ((h, c),) = states["layers"]
        x = self.embedding[[start, *tokens[:-1]]][None]
        outputs, *_ = LSTM.forward(x, *self.weights, h, c)
        log_p = log_softmax(outputs[0] @ self.readout)
        return sum(log_p[t, token] for t, token in enumerate(tokens))


def example(states, k):
    ((h, c),) = states["layers"]
    return {"layers": [(h[k : k + 1], c[k : k + 1])], "nothing": None}


def every_sequence(vocabulary, end, max_length):
    """All that end, and all of the greatest length that do not."""
    others = [token for token in range(vocabulary) if token != end]
    for length in range(max_length):
        for body in itertools.product(others, repeat=length):
            yield (*body, end)
    yield from itertools.product(others, repeat=max_length)


def search(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],  # on a busy machine
    )


@st.composite
def networks(draw):
    """A network, the states of a few examples, their first tokens, the end and a length."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    vocabulary, batch = draw(st.integers(2, 3)), draw(st.integers(1, 3))
    network = Network(rng, vocabulary)
    start = rng.integers(0, vocabulary, batch)
    end = draw(st.integers(0, vocabulary - 1))
    return network, network.first_states(rng, batch), start, end, draw(st.integers(1, 4))


# Beam search --------------------------------------------------------------------------------------


@pytest.mark.parametrize("penalty", PENALTIES.values(), ids=PENALTIES)
@search(25)
@given(drawn=networks())
def test_a_beam_that_keeps_everything_finds_all_sequences_and_ranks_the_best_first(penalty, drawn):
    network, states, start, end, max_length = drawn
    found = decoding.beam(
        network.step,
        states,
        start,
        end=end,
        width=network.vocabulary**max_length,
        max_length=max_length,
        penalty=penalty,
    )
    for k, hypotheses in enumerate(found):
        expected = {}
        for tokens in every_sequence(network.vocabulary, end, max_length):
            log_p = network.log_probability(example(states, k), start[k], tokens)
            expected[tokens] = log_p / (penalty(len(tokens)) if penalty else 1)
        assert {hypothesis.tokens for hypothesis in hypotheses} == set(expected)
        scores = [hypothesis.score for hypothesis in hypotheses]
        np.testing.assert_allclose(scores, sorted(expected.values(), reverse=True), rtol=1e-9)
        for hypothesis in hypotheses:
            np.testing.assert_allclose(hypothesis.score, expected[hypothesis.tokens], rtol=1e-9)


@search(50)
@given(drawn=networks())
def test_a_beam_of_width_one_is_greedy(drawn):
    network, states, start, end, max_length = drawn
    options = {"end": end, "max_length": max_length}
    greedy = decoding.greedy(network.step, states, start, **options)
    beam = decoding.beam(network.step, states, start, width=1, **options)
    assert [len(hypotheses) for hypotheses in beam] == [1] * len(start)
    for one, (other,) in zip(greedy, beam, strict=True):
        assert one.tokens == other.tokens
        assert one.ended == other.ended == (one.tokens[-1] == end)
        np.testing.assert_allclose(one.score, other.score, rtol=1e-12)


@search(50)
@given(drawn=networks(), width=st.integers(1, 5))
def test_each_hypothesis_has_the_probability_that_the_whole_sequence_has(drawn, width):
    """The states that go on belong to the tokens that go on, however the beam crosses over."""
    network, states, start, end, _ = drawn
    found = decoding.beam(network.step, states, start, end=end, width=width, max_length=9)
    for k, hypotheses in enumerate(found):
        assert 1 <= len(hypotheses) <= width
        assert len({hypothesis.tokens for hypothesis in hypotheses}) == len(hypotheses)
        for hypothesis in hypotheses:
            whole = network.log_probability(example(states, k), start[k], hypothesis.tokens)
            np.testing.assert_allclose(hypothesis.log_probability, whole, rtol=1e-9)


@search(25)
@given(drawn=networks(), width=st.integers(1, 5))
def test_examples_searched_together_find_what_each_finds_alone(drawn, width):
    network, states, start, end, max_length = drawn
    options = {"end": end, "width": width, "max_length": max_length}
    together = decoding.beam(network.step, states, start, **options)
    for k, hypotheses in enumerate(together):
        (alone,) = decoding.beam(network.step, example(states, k), start[k : k + 1], **options)
        assert [h.tokens for h in hypotheses] == [h.tokens for h in alone]


START, GOOD, POOR, END = range(4)
TRAP = [
    [0, 0.6, 0.4, 0],  # from the start GOOD looks better
    [0, 0.5, 0, 0.5],  # but after it nothing is sure
    [0, 0, 0, 1],
    [0, 0, 0, 1],
]


def test_greedy_takes_the_better_first_step_and_beam_the_better_sequence():
    options = {"end": END, "max_length": 2}
    (greedy,) = decoding.greedy(chain(TRAP), None, [START], **options)
    assert greedy.tokens == (GOOD, GOOD)
    np.testing.assert_allclose(np.exp(greedy.log_probability), 0.3)
    ((best, *_),) = decoding.beam(chain(TRAP), None, [START], width=2, **options)
    assert best.tokens == (POOR, END)
    np.testing.assert_allclose(np.exp(best.log_probability), 0.4)


LONG = [
    [0, 0.9, 0.1, 0],  # start, then A; rarely B
    [0, 0.7, 0, 0.3],  # A goes on
    [0, 0, 0, 1],  # after B it is over
    [0, 0, 0, 1],
]


def test_a_wider_beam_finds_a_sequence_that_is_more_probable_shorter_and_worse():
    """The truth is A six times. Each A costs something, so the model prefers to stop at once."""
    options = {"end": END, "max_length": 7}
    ((narrow,),) = decoding.beam(chain(LONG), None, [START], width=1, **options)
    assert narrow.tokens == (1,) * 7
    ((wide, *_),) = decoding.beam(chain(LONG), None, [START], width=5, **options)
    assert wide.tokens == (1, END)
    assert wide.log_probability > narrow.log_probability
    normalised = decoding.beam(chain(LONG), None, [START], width=5, penalty=by_length, **options)
    assert normalised[0][0].tokens == (1,) * 7


def test_the_penalty_ranks_and_leaves_the_search_as_it_is():
    found = [
        decoding.beam(chain(LONG), None, [START], end=END, width=3, max_length=6, penalty=penalty)[
            0
        ]
        for penalty in PENALTIES.values()
    ]
    assert len({frozenset(h.tokens for h in hypotheses) for hypotheses in found}) == 1
    for penalty, hypotheses in zip(PENALTIES.values(), found, strict=True):
        for h in hypotheses:
            divisor = penalty(len(h.tokens)) if penalty else 1
            np.testing.assert_allclose(h.score, h.log_probability / divisor, rtol=1e-12)


def test_the_penalties_are_those_of_the_papers():
    assert [by_length(n) for n in (1, 7)] == [1, 7]
    np.testing.assert_allclose([wu(0.6)(n) for n in (1, 7)], [1, 2**0.6])
    assert wu(0)(20) == 1


def test_a_sequence_that_ends_keeps_its_place_in_the_beam():
    """Half ends at once, so of two places one is left to go on; without an end both go on."""
    table = [[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.3, 0.2]]
    (found,) = decoding.beam(chain(table), None, [1], end=0, width=2, max_length=2)
    assert [h.tokens for h in found] == [(0,), (1, 0)]
    (open_end,) = decoding.beam(chain(table), None, [1], end=None, width=2, max_length=2)
    assert [h.tokens for h in open_end] == [(0, 0), (0, 1)]
    assert not any(h.ended for h in open_end)


def test_ties_go_to_the_more_probable_sequence_and_then_to_the_smaller_token():
    even = chain(np.full((3, 3), 1 / 3))
    options = {"end": None, "max_length": 2}
    assert decoding.greedy(even, None, [2], **options)[0].tokens == (0, 0)
    for _ in range(3):
        (found,) = decoding.beam(even, None, [2], width=4, **options)
        assert [h.tokens for h in found] == [(0, 0), (0, 1), (0, 2), (1, 0)]


def test_a_token_that_is_impossible_is_never_part_of_a_hypothesis():
    ((one, other),) = decoding.beam(chain(TRAP), None, [START], end=END, width=9, max_length=1)
    assert (one.tokens, other.tokens) == ((GOOD,), (POOR,))


def test_the_tree_holds_every_possible_candidate_with_its_parent_and_its_fate():
    trees = []
    (found,) = decoding.beam(
        chain(TRAP), None, [START], end=END, width=2, max_length=3, trees=trees
    )
    (tree,) = trees
    told = [[(c.token, c.parent, c.kept, c.ended) for c in step] for step in tree]
    assert told == [
        [(GOOD, -1, True, False), (POOR, -1, True, False)],
        [(END, 1, True, True), (GOOD, 0, True, False), (END, 0, False, True)],
        [(GOOD, 1, True, False), (END, 1, False, True)],
    ]
    np.testing.assert_allclose(np.exp([c.log_probability for c in tree[1]]), [0.4, 0.3, 0.3])
    assert [h.tokens for h in found] == [(POOR, END), (GOOD, GOOD, GOOD)]


@search(25)
@given(drawn=networks(), width=st.integers(1, 5))
def test_the_kept_ends_and_leaves_of_the_tree_are_the_hypotheses(drawn, width):
    network, states, start, end, max_length = drawn
    trees = []
    options = {"end": end, "width": width, "max_length": max_length}
    found = decoding.beam(network.step, states, start, trees=trees, **options)
    for hypotheses, tree in zip(found, trees, strict=True):

        def tokens(depth, candidate, tree=tree):
            before = tokens(depth - 1, tree[depth - 1][candidate.parent]) if depth else ()
            return (*before, candidate.token)

        leaves = {
            tokens(depth, candidate)
            for depth, step in enumerate(tree)
            for candidate in step
            if candidate.kept and (candidate.ended or depth == max_length - 1)
        }
        assert leaves == {hypothesis.tokens for hypothesis in hypotheses}
        for step in tree:
            probabilities = [candidate.log_probability for candidate in step]
            assert probabilities == sorted(probabilities, reverse=True)


# One token after the other ------------------------------------------------------------------------


def test_greedy_takes_the_most_probable_token_until_the_end_or_the_greatest_length():
    table = np.eye(4)[[1, 2, 3, 0]] * 0.7 + 0.075  # 0 → 1 → 2 → 3 → 0
    found = decoding.greedy(chain(table), None, [0, 2, 3], end=3, max_length=4)
    assert [h.tokens for h in found] == [(1, 2, 3), (3,), (0, 1, 2, 3)]
    assert [h.ended for h in found] == [True] * 3
    (cut,) = decoding.greedy(chain(table), None, [0], end=3, max_length=2)
    assert (cut.tokens, cut.ended) == ((1, 2), False)
    np.testing.assert_allclose(cut.log_probability, 2 * np.log(0.775))
    assert cut.score == cut.log_probability
    (endless,) = decoding.greedy(chain(table), None, [0], end=None, max_length=6)
    assert (endless.tokens, endless.ended) == ((1, 2, 3, 0, 1, 2), False)


@search(50)
@given(drawn=networks(), seed=st.integers(0, 2**32 - 1))
def test_each_sample_has_the_probability_that_the_whole_sequence_has(drawn, seed):
    network, states, start, end, _ = drawn
    found = decoding.sample(
        network.step,
        states,
        start,
        np.random.default_rng(seed),
        end=end,
        max_length=8,
        temperature=1.7,  # the model's own probabilities are told, not these
    )
    for k, hypothesis in enumerate(found):
        whole = network.log_probability(example(states, k), start[k], hypothesis.tokens)
        np.testing.assert_allclose(hypothesis.log_probability, whole, rtol=1e-9)
        assert end not in hypothesis.tokens[:-1]
        assert hypothesis.ended or len(hypothesis.tokens) == 8


P = np.array([0.05, 0.4, 0.25, 0.2, 0.1])
ADJUSTED = {
    "as-it-is": ({}, P),
    "cold": ({"temperature": 0.5}, P**2 / np.sum(P**2)),
    "hot": ({"temperature": 2.0}, np.sqrt(P) / np.sum(np.sqrt(P))),
    "top-2": ({"top_k": 2}, np.array([0, 0.4, 0.25, 0, 0]) / 0.65),
    "nucleus": ({"nucleus": 0.7}, np.array([0, 0.4, 0.25, 0.2, 0]) / 0.85),
    "narrow-nucleus": ({"nucleus": 0.01}, np.array([0, 1, 0, 0, 0])),
    # squares are 25, 1600, 625, 400, 100; the nucleus is of what top-k left: 1600 of 2225 is .72
    "all": (
        {"temperature": 0.5, "top_k": 2, "nucleus": 0.71},
        np.array([0, 1, 0, 0, 0]),
    ),
}


@pytest.mark.parametrize(("options", "expected"), ADJUSTED.values(), ids=ADJUSTED)
def test_the_distribution_is_adjusted_as_the_formula_says(options, expected):
    adjusted = decoding.adjust(np.log(P), **options)
    np.testing.assert_allclose(np.exp(adjusted), expected, atol=1e-12)
    many = decoding.adjust(np.log(np.array([[P, P[::-1]]])), **options)
    np.testing.assert_allclose(np.exp(many), [[expected, expected[::-1]]], atol=1e-12)


@pytest.mark.parametrize(("options", "expected"), ADJUSTED.values(), ids=ADJUSTED)
def test_tokens_are_drawn_as_often_as_the_distribution_says(options, expected):
    """Of 40,000 draws each count is within 4.5 standard deviations of a binomial."""
    n = 40_000
    drawn = decoding.sample(
        chain([P] * 5),
        None,
        np.zeros(n, int),
        np.random.default_rng(0),
        end=None,
        max_length=1,
        **options,
    )
    counts = Counter(hypothesis.tokens[0] for hypothesis in drawn)
    for token, p in enumerate(expected):
        assert abs(counts[token] - n * p) <= 4.5 * np.sqrt(n * p * (1 - p))


def test_later_tokens_are_drawn_given_the_earlier_ones():
    table = [[0.2, 0.8], [0.7, 0.3]]
    n = 40_000
    drawn = decoding.sample(
        chain(table), None, np.zeros(n, int), np.random.default_rng(1), end=None, max_length=2
    )
    counts = Counter(hypothesis.tokens for hypothesis in drawn)
    for a, b in itertools.product(range(2), repeat=2):
        p = table[0][a] * table[a][b]
        assert abs(counts[a, b] - n * p) <= 4.5 * np.sqrt(n * p * (1 - p))


def test_a_seed_repeats_its_samples_and_another_does_not():
    def draw(seed):
        rng = np.random.default_rng(seed)
        return decoding.sample(chain([P] * 5), None, [0], rng, end=None, max_length=30)

    assert draw(2) == draw(2) != draw(3)


@search(60)
@given(
    logits=st.lists(st.floats(-30, 30), min_size=1, max_size=8),
    nucleus=st.floats(0.01, 1),
    k=st.integers(1, 9),
)
def test_a_cut_keeps_the_fewest_most_probable_and_their_proportions(logits, nucleus, k):
    log_p = log_softmax(np.array(logits))
    p = np.exp(log_p)
    for options in ({"nucleus": nucleus}, {"top_k": k}):
        adjusted = decoding.adjust(log_p, **options)
        kept = np.isfinite(adjusted)
        np.testing.assert_allclose(np.exp(adjusted).sum(), 1, rtol=1e-9)
        np.testing.assert_allclose(adjusted[kept], np.log(p[kept] / p[kept].sum()), atol=1e-9)
        assert kept.all() or p[kept].min() >= p[~kept].max()
        if "top_k" in options:
            assert kept.sum() == min(k, len(logits))
        else:
            assert p[kept].sum() >= nucleus - 1e-9
            assert kept.sum() == 1 or p[kept].sum() - p[kept].min() < nucleus + 1e-9


def test_of_equal_tokens_a_cut_keeps_the_smaller():
    even = np.log(np.full(4, 0.25))
    for options in ({"top_k": 2}, {"nucleus": 0.5}):
        np.testing.assert_allclose(np.exp(decoding.adjust(even, **options)), [0.5, 0.5, 0, 0])


def test_near_zero_the_temperature_is_greedy_and_a_whole_nucleus_cuts_nothing():
    adjusted = decoding.adjust(np.log(P), temperature=1e-4)
    np.testing.assert_array_equal(np.exp(adjusted), [0, 1, 0, 0, 0])
    long_tail = log_softmax(np.array([0.0, -40, -50]))
    assert np.isfinite(decoding.adjust(long_tail, nucleus=1.0)).all()


# The model ----------------------------------------------------------------------------------------


Pair = namedtuple("Pair", "h count")


def test_states_may_be_one_array_or_a_named_tuple():
    rng = np.random.default_rng(4)
    W, U, b, V = (rng.normal(size=s) for s in ((5, 3), (3, 3), (3,), (3, 5)))

    def plain(h, tokens):
        h = SimpleRNN.step(np.eye(5)[tokens], h, W, U, b)
        return log_softmax(h @ V), h

    def named(states, tokens):
        log_p, h = plain(states.h, tokens)
        return log_p, Pair(h, states.count + 1)

    h0 = rng.normal(size=(2, 3))
    options = {"end": 0, "width": 3, "max_length": 5}
    one = decoding.beam(plain, h0, [1, 2], **options)
    assert one == decoding.beam(named, Pair(h0, np.zeros(2)), [1, 2], **options)


def test_only_rows_that_are_not_over_are_asked_for_more():
    sizes = []
    ask = chain(np.eye(4)[[1, 2, 3, 0]])

    def step(states, tokens):
        sizes.append(len(tokens))
        return ask(states, tokens)

    decoding.greedy(step, None, [0, 1, 2], end=3, max_length=9)
    assert sizes == [3, 2, 1]
    sizes.clear()
    decoding.beam(step, None, [0, 1, 2], end=3, width=2, max_length=9)
    assert sizes == [3, 2, 1]


def test_no_examples_give_no_hypotheses():
    none = np.zeros(0, int)
    options = {"end": 3, "max_length": 4}
    assert decoding.greedy(chain(TRAP), None, none, **options) == []
    assert decoding.beam(chain(TRAP), None, none, width=2, **options) == []


def test_logits_and_probabilities_are_not_taken_for_log_probabilities():
    for wrong in (np.array([[2.0, -1.0]]), np.array([[0.3, 0.7]]), np.array([[-3.0, -9.0]])):
        for decode in (decoding.greedy, lambda *a, **o: decoding.beam(*a, width=2, **o)):
            with pytest.raises(ValueError, match=r"sum to [\d.]+, expected 1: .*softmax, neither"):
                decode(lambda s, t, wrong=wrong: (wrong, s), None, [0], end=None, max_length=1)


def test_a_number_that_is_none_is_not_taken_for_a_log_probability():
    with pytest.raises(ValueError, match=r"sum to nan, expected 1"):
        decoding.greedy(
            lambda s, t: (np.full((1, 2), np.nan), s), None, [0], end=None, max_length=1
        )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"start": 0}, r"start is 0, expected whole numbers \(batch,\): .* \[token\]"),
        ({"start": [0.5]}, r"start is \[0\.5\], expected whole numbers"),
        ({"max_length": 0}, r"max_length is 0, expected at least 1 token"),
        ({"width": 0}, r"width is 0, expected at least 1"),
        ({"end": 4}, r"end is 4, expected a token of the 4 that step knows, 0 to 3, or None"),
        ({"states": np.zeros((3, 2))}, r"a state has shape \(3, 2\), expected \(1, \.\.\.\)"),
        ({"states": [np.float64(3)]}, r"a state has shape \(\), expected \(1, \.\.\.\)"),
        ({"step": lambda s, t: (np.zeros(4), s)}, r"shape \(4,\), expected \(1, vocabulary\)"),
    ],
)
def test_what_does_not_fit_is_named_with_what_is_expected(changed, words):
    arguments = {"step": chain(TRAP), "states": None, "start": [0]}
    arguments |= {"end": 3, "max_length": 2, "width": 2, **changed}
    with pytest.raises(ValueError, match=words):
        decoding.beam(**arguments)
    if "width" not in changed:
        del arguments["width"]
        with pytest.raises(ValueError, match=words):
            decoding.greedy(**arguments)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temperature": 0}, r"temperature is 0, expected a positive number; .* greedy"),
        ({"top_k": 0}, r"top_k is 0, expected at least 1, or None"),
        ({"nucleus": 0}, r"nucleus is 0, expected a probability above 0 and at most 1"),
        ({"nucleus": 90}, r"nucleus is 90, expected a probability"),
    ],
)
def test_a_setting_out_of_range_is_named(options, words):
    with pytest.raises(ValueError, match=words):
        decoding.adjust(np.log(P), **options)
