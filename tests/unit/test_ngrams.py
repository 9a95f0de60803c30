"""n-grams: counts, smoothing, both directions, and what stands in a gap."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import datasets, ngrams
from course_utils.ngrams import Blank, NGrams

VERSE = "the cat sat on the mat and the rat sat on the cat that sat at that"


def kneser_ney(texts, order, vocabulary, discounts):
    """p(token, context) as Chen and Goodman (1999) write it, from sets of longer contexts.

    A text's beginning, where the context cannot be longer, counts as one longer context.
    discounts: for each length of context, those for counts of 1, 2 and 3 or more.
    """

    def contexts(longest):
        for number, text in enumerate(texts):
            for place, token in enumerate(text):
                if place >= longest:
                    yield (number, place), text[place - longest : place], token

    def counts(k):
        if k == order - 1:
            return Counter((c, token) for _, c, token in contexts(k))
        longer = {(c, token) for _, c, token in contexts(k + 1)}
        found = Counter((c[1:], token) for c, token in longer)
        starts = [text for text in texts if len(text) > k]
        return found + Counter((text[:k], text[k]) for text in starts)

    table = [counts(k) for k in range(order)]

    def p(token, context):
        context = context[len(context) - order + 1 :] if len(context) >= order else context
        k = len(context)
        shorter = p(token, context[1:]) if k else Fraction(1, len(vocabulary))
        beside = {t: n for (c, t), n in table[k].items() if c == context}
        if not beside:
            return shorter
        d = {t: discounts[k][min(n, 3) - 1] for t, n in beside.items()}
        kept = beside.get(token, 0) - d.get(token, 0)
        return (kept + sum(d.values()) * shorter) / sum(beside.values())

    return p


def chain(rng, length):
    """A random walk on three letters, (text, transitions (from, to), how often each comes)."""
    transitions = np.array([[0.8, 0.15, 0.05], [0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])
    letter, letters = 0, []
    for u in rng.random(length):
        letter = int(np.searchsorted(np.cumsum(transitions[letter]), u))
        letters.append(letter)
    often = np.linalg.matrix_power(transitions, 99)[0]
    return "".join("abc"[i] for i in letters), transitions, often


# Counting -----------------------------------------------------------------------------------------


def test_a_tiny_text_is_counted_as_by_hand():
    """Of "aabab": the pairs ab, ab, aa and ba.

    After a letter, two counts are 1 (aa, ba) and one is 2 (ab), so that Y = 2/(2 + 2·1) = ½ and
    D(1) = 1 − 2Y·½ = ½. No count is 3, so that D(2) is not to be told: ½. Without a letter before,
    a comes after a, after b and at the start, 3, and b after a, 1; with no 2 both give up ½.
    """
    model = NGrams(2).fit("aabab")
    assert model.vocabulary == ["a", "b"]
    np.testing.assert_allclose(model.probabilities(""), [3 / 4, 1 / 4])  # (2½ + 1·½)/4, (½ + ½)/4
    np.testing.assert_allclose(model.probabilities("a"), [5 / 12, 7 / 12])  # (½ + 1·¾)/3, …
    np.testing.assert_allclose(model.probabilities("b"), [7 / 8, 1 / 8])  # (½ + ½·¾)/1, …
    np.testing.assert_allclose(model.nats("aba"), -np.log([3 / 4, 7 / 12, 7 / 8]))


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_are_those_of_the_textbook(order):
    """With the discounts at hand, from the recursive formula over sets, in fractions."""
    model = NGrams(order).fit(VERSE)
    discounts = [[Fraction(d) for d in row[1:]] for row in model._counts.discounts]
    p = kneser_ney([VERSE], order, model.vocabulary, discounts)
    for context in ("", "t", "at", "the c", "n the ", "tah", "sat on the"):
        expected = [float(p(token, context)) for token in model.vocabulary]
        np.testing.assert_allclose(model.probabilities(context), expected, rtol=1e-12)


def test_the_discounts_are_those_of_chen_and_goodman():
    """Singles 4, twos 3, threes 2, fours 1: Y = 4/10, 1 − 2Y·3/4, 2 − 3Y·2/3, 3 − 4Y·1/2."""
    model = NGrams(1).fit("abcd" + "efg" * 2 + "hi" * 3 + "j" * 4 + "k" * 9)
    np.testing.assert_allclose(model._counts.discounts[0], [0, 0.4, 1.2, 2.2])


def test_no_discount_is_nothing_or_the_whole_count():
    """One single and five twos: 1 − 2·(1/11)·5 = 0.09. Forty and one: 1 − 2·(40/42)/40 = 0.95."""
    few, many = [range(1), *[range(1, 6)] * 2], [range(40), *[range(40, 41)] * 2]
    for counted, expected in ((few, 0.1), (many, 0.9)):
        model = NGrams(1).fit([token for tokens in counted for token in tokens])
        assert model._counts.discounts[0][1] == pytest.approx(expected)


def test_a_chain_is_learned_up_to_its_entropy():
    """Nats a token reach the entropy rate −Σ π(i) Σ p(j|i) ln p(j|i), no lower, from either end."""
    text, transitions, often = chain(np.random.default_rng(0), 40_000)
    entropy = -(often @ (transitions * np.log(transitions)).sum(1))
    for direction in ("left", "right"):
        for order, close in ((2, 0.005), (4, 0.02)):
            nats = NGrams(order, direction).fit(text[:30_000]).nats(text[30_000:]).mean()
            assert abs(nats - entropy) < close
    alone = -(often @ np.log(often))
    assert abs(NGrams(1).fit(text[:30_000]).nats(text[30_000:]).mean() - alone) < 0.01


def test_from_the_right_is_from_the_left_read_backwards():
    right, left = NGrams(4, "right").fit(VERSE), NGrams(4).fit(VERSE[::-1], sorted(set(VERSE)))
    unknown = "a rat that ate"
    backwards = left.nats(unknown[::-1])[::-1]
    np.testing.assert_allclose(right.nats(unknown), backwards)
    by_name = dict(zip(left.vocabulary, left.probabilities("tas"), strict=True))
    ordered = [by_name[token] for token in right.vocabulary]
    np.testing.assert_allclose(right.probabilities("sat on"), ordered)


tokens = st.lists(st.sampled_from("abcd"), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(tokens, tokens, st.integers(1, 6), st.sampled_from(["left", "right"]))
def test_every_known_token_has_a_probability_and_all_sum_to_one(text, other, order, direction):
    """In contexts seen and not seen; and what nats says of each place, probabilities says."""
    model = NGrams(order, direction).fit(text, "abcde")
    nats = model.nats(other)
    for i, token in enumerate(other):
        p = model.probabilities(other[:i] if direction == "left" else other[i + 1 :])
        assert p.shape == (5,) and p.min() > 0
        assert p.sum() == pytest.approx(1, abs=1e-12)
        assert nats[i] == pytest.approx(-np.log(p["abcde".index(token)]))


def test_any_tokens_will_do():
    words = ["to", "be", "or", "not", "to", "be", "that", "is", "the", "question"]
    ids = np.array([sorted(set(words)).index(word) for word in words])
    nats = NGrams(3).fit(words).nats(words)
    np.testing.assert_allclose(NGrams(3).fit(ids).nats(ids), nats)
    np.testing.assert_allclose(NGrams(3).fit(iter(words)).nats(iter(words)), nats)


def test_fitting_again_forgets_what_was_there():
    model = NGrams(3).fit("abcabc")
    assert model.fit(VERSE) is model
    np.testing.assert_array_equal(model.nats("the cat"), NGrams(3).fit(VERSE).nats("the cat"))


# While reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize("order", [1, 2, 4])
def test_an_adaptive_reader_scores_each_token_as_if_fitted_on_all_before_it(order, direction):
    """By the textbook formula, counted anew before each token; the discounts are fit's."""
    model = NGrams(order, direction).fit(VERSE)
    discounts = [[Fraction(d) for d in row[1:]] for row in model._counts.discounts]
    new = "sat the hat on the hat".replace("h", "m")
    turn = slice(None, None, 1 if direction == "left" else -1)
    known, text = VERSE[turn], new[turn]
    expected = []
    for i, token in enumerate(text):
        p = kneser_ney([known, text[:i]], order, model.vocabulary, discounts)
        expected.append(-np.log(float(p(token, text[:i]))))
    np.testing.assert_allclose(model.adaptive_nats(new), expected[turn], rtol=1e-9)


def test_an_adaptive_reader_knows_nothing_of_what_comes():
    model = NGrams(3).fit(VERSE)
    one, other = model.adaptive_nats("the mat sat"), model.adaptive_nats("the mat and")
    np.testing.assert_allclose(one[:8], other[:8], rtol=1e-12)
    np.testing.assert_array_equal(model.adaptive_nats("the mat sat"), one)


def test_reading_something_twice_an_adaptive_reader_expects_it():
    model = NGrams(4).fit(VERSE)
    once = len(strange := "tnetnehnothdno")
    nats = model.adaptive_nats(strange * 2)
    assert nats[once + 3 :].mean() < 0.5 * nats[3:once].mean()


# In a gap -----------------------------------------------------------------------------------------

ways = pytest.mark.parametrize("way", ["sides", "pattern", "pooled"])


@ways
@pytest.mark.parametrize("order", [1, 2, 4])
def test_what_may_stand_in_a_gap_sums_to_one_at_either_edge_too(way, order):
    model = Blank(order, way).fit(VERSE, [*sorted(set(VERSE)), "x"])
    text = "a mad cat ate"
    nats = model.nats(text)
    for i, token in enumerate(text):
        p = model.probabilities(text[:i], text[i + 1 :])
        assert p.min() > 0 and p.sum() == pytest.approx(1, abs=1e-12)
        assert nats[i] == pytest.approx(-np.log(p[model.vocabulary.index(token)]))


@ways
def test_in_a_gap_of_a_chain_both_neighbours_are_used_as_bayes_would(way):
    """Of a chain, p(w | a, b) ∝ p(w | a) p(b | w), whatever stands farther away."""
    text, transitions, _ = chain(np.random.default_rng(1), 60_000)
    model = Blank(2, way).fit(text, "abc")
    for i, before in enumerate("abc"):
        for j, after in enumerate("abc"):
            exact = transitions[i] * transitions[:, j]
            p = model.probabilities("ab" + before, after + "c")
            np.testing.assert_allclose(p, exact / exact.sum(), atol=0.03)


def test_a_long_text_is_scored_in_parts_as_if_in_one(monkeypatch):
    model = Blank(3).fit(VERSE)
    whole = model.nats(VERSE)
    monkeypatch.setattr(ngrams, "PART", 7 * len(model.vocabulary))
    np.testing.assert_allclose(model.nats(VERSE), whole, rtol=1e-12)


def test_the_sides_are_two_ngrams_multiplied():
    left, right, alone = NGrams(3).fit(VERSE), NGrams(3, "right").fit(VERSE), NGrams(1).fit(VERSE)
    p = left.probabilities("on th") * right.probabilities(" cat") / alone.probabilities("")
    sides = Blank(3, "sides").fit(VERSE).probabilities("on th", " cat")
    np.testing.assert_allclose(sides, p / p.sum())
    pattern = Blank(3, "pattern").fit(VERSE).probabilities("on th", " cat")
    pooled = np.sqrt(sides * pattern)
    np.testing.assert_allclose(
        Blank(3).fit(VERSE).probabilities("on th", " cat"), pooled / pooled.sum()
    )


def test_a_pattern_sees_what_the_sides_do_not():
    """Here a 2 stands between different letters, a 1 between equal ones; one side tells nothing."""
    words = ["a1a--", "b1b--", "a2b--", "b2a--"]
    text = "".join(np.random.default_rng(0).choice(words, 500))
    two = {}
    for way in ("sides", "pattern", "pooled"):
        model = Blank(2, way).fit(text)
        two[way] = model.probabilities("a", "b")[model.vocabulary.index("2")]
    assert two["sides"] < 0.6 < two["pooled"] < 0.99 < two["pattern"]


# A real text --------------------------------------------------------------------------------------


def test_on_the_story_more_context_helps_and_both_sides_help_most():
    story = datasets.load("story").train
    cut = len(story) * 9 // 10
    known, new = story[:cut], "".join(c for c in story[cut:] if c in story[:cut])
    alone, few, more = (NGrams(n).fit(known).nats(new).mean() for n in (1, 2, 4))
    after = NGrams(4, "right").fit(known).nats(new).mean()
    growing = NGrams(4).fit(known).adaptive_nats(new).mean()
    gap = Blank(4).fit(known).nats(new).mean()
    assert gap + 0.5 < min(more, after) and growing < more < few - 0.2 < alone - 0.5


# What is said -------------------------------------------------------------------------------------


def test_a_context_ends_before_an_unknown_token():
    model = NGrams(4).fit(VERSE)
    np.testing.assert_array_equal(model.probabilities("t£e "), model.probabilities("e "))
    np.testing.assert_array_equal(model.probabilities("£"), model.probabilities(""))
    gap = Blank(3).fit(VERSE)
    np.testing.assert_array_equal(gap.probabilities("£h", "£"), gap.probabilities("h", ""))


def test_an_unknown_token_cannot_be_scored_unless_fit_was_told_of_it():
    for model in (NGrams(2), Blank(2)):
        with pytest.raises(ValueError, match=r"'£' at place 4 is not among the 4 .*vocabulary"):
            model.fit("abca ").nats(iter("abc £"))
    nats = NGrams(2).fit("abca ", "abc £").nats("abc £")
    assert np.log(5) < nats[-1] < np.inf  # less likely than one in five
    with pytest.raises(ValueError, match="'d' at place 3"):
        NGrams(2).fit("abcd", "abc")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: NGrams(0), "order is 0, expected 1 or more"),
        (lambda: Blank(0), "order is 0, expected 1 or more"),
        (lambda: NGrams(2, "up"), "direction is 'up', expected 'left' or 'right'"),
        (lambda: Blank(2, "up"), "way is 'up', expected 'sides', 'pattern' or 'pooled'"),
        (lambda: NGrams(2).fit(""), "no tokens to count"),
        (lambda: NGrams(2).nats("a"), r"call fit\(tokens\) first"),
        (lambda: Blank(2).probabilities("a", "b"), r"call fit\(tokens\) first"),
    ],
)
def test_what_is_wrong_is_said(call, words):
    with pytest.raises(ValueError, match=words):
        call()
