"""Text becomes ids as Keras has them, and comes back; padding and buckets lose nothing."""

import json
import re
import unicodedata
from collections import Counter

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.preprocessing import text
from course_utils.preprocessing.text import BytePairs, Vocabulary

SEARCH = settings(max_examples=60, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)
any_text = st.text(max_size=40)


# Text to tokens -----------------------------------------------------------------------------------


def test_one_text_written_in_several_ways_is_one_text():
    assert text.normalise("  Caf\u00e9\tIM\nPark ") == text.normalise("cafe\u0301 im park")
    assert text.normalise("Où?  ÉTÉ") == "où? été"


def test_each_change_of_a_text_can_be_switched_off():
    raw = " E\u0301a  b"
    alone = {"unicode": " Éa  b", "case": " e\u0301a  b", "space": "E\u0301a b"}
    for switch, expected in alone.items():
        switches = {name: name == switch for name in alone}
        assert text.normalise(raw, **switches) == expected
    assert text.normalise(raw, unicode=False, case=False, space=False) == raw


@SEARCH
@given(any_text)
def test_what_is_normal_stays_as_it_is(raw):
    once = text.normalise(raw)
    assert text.normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Don't stop, Ann!", ["Don't", "stop", ",", "Ann", "!"]),
        ("the cats’ 3.5 well-known", ["the", "cats", "’", "3", ".", "5", "well", "-", "known"]),
        ("पानी été e\u0301te\u0301", ["पानी", "été", "e\u0301te\u0301"]),
        ("'tis so...", ["'", "tis", "so", ".", ".", "."]),
        ("", []),
    ],
)
def test_words_are_cut_where_a_reader_would_cut_them(raw, expected):
    assert text.words(raw) == expected


@SEARCH
@given(any_text)
def test_tokens_with_their_spaces_give_the_text_back(raw):
    assert "".join(text.words(raw, spaces=True)) == raw
    assert "".join(text.characters(raw)) == raw
    assert text.words(raw) == [t for t in text.words(raw, spaces=True) if t.strip()]


# Tokens to ids ------------------------------------------------------------------------------------


def random_texts(seed, known=30, texts=25):
    """Tokenised texts of a few short words, many of them equally frequent."""
    rng = np.random.default_rng(seed)
    letters = list("abcdé日Z")
    words = ["".join(rng.choice(letters, rng.integers(1, 4))) for _ in range(known)]
    return [list(rng.choice(words, rng.integers(0, 9))) for _ in range(texts)]


def layer_of(texts, **options):
    layer = keras.layers.TextVectorization(standardize=None, split="whitespace", **options)
    layer.adapt(tf.constant([" ".join(tokens) for tokens in texts]))
    return layer


@pytest.mark.parametrize("size", [None, 3, 8, 500])
@pytest.mark.parametrize("seed", range(3))
def test_ids_are_those_of_text_vectorization(seed, size):
    train, other = random_texts(seed), random_texts(seed + 100)
    layer = layer_of(train, max_tokens=size)
    vocabulary = Vocabulary.build(train, size=size)
    assert vocabulary.tokens == layer.get_vocabulary()
    ids, _ = text.pad([vocabulary.encode(tokens) for tokens in other])
    np.testing.assert_array_equal(ids, layer(tf.constant([" ".join(t) for t in other])))


def test_characters_have_the_ids_that_keras_gives_them():
    raw = "An echo in Hask took nine days. Nine days!"
    layer = keras.layers.TextVectorization(standardize=None, split="character")
    layer.adapt(tf.constant([raw]))
    vocabulary = Vocabulary.build([text.characters(raw)])
    assert vocabulary.encode(text.characters(raw + "?")) == layer(raw + "?").numpy().tolist()


def test_keras_lowers_ascii_only_and_normalise_every_letter():
    raw = "ÉTÉ IM Park"
    layer = keras.layers.TextVectorization(standardize="lower", split="whitespace")
    layer.adapt(tf.constant([raw]))
    assert "ÉtÉ" in layer.get_vocabulary()
    assert "été" in text.words(text.normalise(raw))


def test_rare_tokens_can_be_left_out():
    texts = [["a", "a", "b"], ["a", "b", "c"]]
    assert Vocabulary.build(texts, min_count=2).tokens == ["", "[UNK]", "a", "b"]
    assert Vocabulary.build(texts, min_count=3, size=9).tokens == ["", "[UNK]", "a"]


@SEARCH
@given(st.lists(st.lists(st.text(min_size=1, max_size=4), max_size=6), max_size=5))
def test_known_tokens_come_back_and_unknown_ones_are_marked(texts):
    vocabulary = Vocabulary.build(texts)
    for tokens in texts:
        assert vocabulary.decode(vocabulary.encode(tokens)) == tokens
        assert vocabulary.decode([*vocabulary.encode(tokens), 0, 0]) == tokens
    assert vocabulary.encode(["longer than any token"]) == [1]
    again = Vocabulary.from_plain(json.loads(json.dumps(vocabulary.to_plain())))
    assert again.tokens == vocabulary.tokens
    assert len(again) == len(vocabulary) == len(set(vocabulary.tokens))


def test_a_token_that_reads_unknown_is_unknown():
    vocabulary = Vocabulary.build([["[UNK]", "", "a"]])
    assert vocabulary.tokens == ["", "[UNK]", "a"]
    assert vocabulary.encode(["[UNK]", "a"]) == [1, 2] and "[UNK]" not in vocabulary


def test_coverage_is_the_share_of_tokens_that_are_known():
    vocabulary = Vocabulary.build([["a", "b"]])
    assert vocabulary.coverage([["a", "x", "a"], ["y"]]) == 0.5
    assert vocabulary.coverage([["b"]]) == 1
    with pytest.raises(ValueError, match="no tokens in these texts"):
        vocabulary.coverage([[], []])


def test_wrong_vocabularies_are_errors():
    with pytest.raises(ValueError, match="'the cat' is a text, expected its tokens"):
        Vocabulary.build(["the cat"])
    with pytest.raises(ValueError, match="'the cat' is a text, expected its tokens"):
        Vocabulary(["cat"]).encode("the cat")
    with pytest.raises(ValueError, match="size is 2, expected 3 or more"):
        Vocabulary.build([["a"]], size=2)
    with pytest.raises(ValueError, match="'a' comes twice"):
        Vocabulary(["a", "b", "a"])
    with pytest.raises(ValueError, match=r"'\[UNK\]' comes twice"):
        Vocabulary(["[UNK]"])
    for wrong in (3, -1):
        with pytest.raises(ValueError, match=f"{wrong} is no id .* are 0 to 2"):
            Vocabulary(["a"]).decode([2, wrong])


# Byte pairs ---------------------------------------------------------------------------------------

TOY = {"low": 5, "lower": 2, "newest": 6, "widest": 3}  # the example of Sennrich et al., 2016
MERGES = [
    ("e", "s"),
    ("es", "t"),
    ("est", "</w>"),
    ("l", "o"),
    ("lo", "w"),
    ("n", "e"),
    ("ne", "w"),
    ("new", "est</w>"),
    ("low", "</w>"),
    ("w", "i"),
]
# What subword-nmt 0.3.8, the authors' program, makes of words by these merges (version 0.1).
REFERENCE = {
    "low": "low</w>",
    "lower": "low e r </w>",
    "newest": "newest</w>",
    "widest": "wi d est</w>",
    "lowest": "low est</w>",
    "newer": "new e r </w>",
    "wider": "wi d e r </w>",
    "slowest": "s low est</w>",
    "owl": "o w l </w>",
    "estes": "est es </w>",
}


def test_the_toy_example_of_the_paper_gives_its_merges():
    assert BytePairs.train(TOY, 10).merges == MERGES
    in_full = [word for word, count in TOY.items() for _ in range(count)]
    assert BytePairs.train(in_full, 10).merges == MERGES


@pytest.mark.parametrize("word", REFERENCE)
def test_given_merges_give_the_pieces_of_the_authors_program(word):
    assert BytePairs(MERGES).encode([word]) == REFERENCE[word].split(" ")


def test_merges_are_made_in_the_order_in_which_they_were_learned():
    assert BytePairs([("b", "c"), ("bc", "d")]).encode(["bcd"]) == ["bcd", "</w>"]
    assert BytePairs([("bc", "d"), ("b", "c")]).encode(["bcd"]) == ["bc", "d", "</w>"]


def test_counts_and_merges_of_the_toy_example_by_hand():
    words = {("l", "o", "w", "</w>"): 5, ("l", "o", "w", "e", "r", "</w>"): 2}
    expected = {("l", "o"): 7, ("o", "w"): 7, ("w", "</w>"): 5, ("w", "e"): 2, ("e", "r"): 2}
    counts = text.pair_counts(words)
    assert counts == {**expected, ("r", "</w>"): 2}
    assert next(iter(counts)) == ("l", "o")
    assert text.merge_pair(("l", "o", "w", "l", "o"), ("l", "o")) == ("lo", "w", "lo")
    assert text.merge_pair("aaa", ("a", "a")) == ("aa", "a")
    assert text.merge_pair((), ("a", "a")) == ()


def as_in_the_paper(counts, merges):
    """Byte pairs on texts, with a regular expression, counted afresh each time: slow and plain."""
    spelled = {" ".join([*word, "</w>"]): count for word, count in counts.items()}
    learned = []
    for _ in range(merges):
        pairs = Counter()
        for spelling, count in spelled.items():
            symbols = spelling.split(" ")
            for i in range(len(symbols) - 1):
                pairs[symbols[i], symbols[i + 1]] += count
        if not pairs:
            break
        best = max(pairs, key=pairs.get)  # of equals, the first that was put in
        learned.append(best)
        together = re.compile(r"(?<!\S)" + re.escape(" ".join(best)) + r"(?!\S)")
        spelled = {together.sub("".join(best), s): count for s, count in spelled.items()}
    return learned, {"".join(s.split(" ")).removesuffix("</w>"): s.split(" ") for s in spelled}


@SEARCH
@given(st.dictionaries(st.text("abcde", min_size=1, max_size=8), st.integers(1, 5), max_size=12))
def test_merges_and_pieces_are_those_of_the_algorithm_in_the_paper(counts):
    learned, pieces = as_in_the_paper(counts, 12)
    pairs = BytePairs.train(counts, 12)
    assert pairs.merges == learned
    for word, expected in pieces.items():
        assert pairs.encode([word]) == expected


@SEARCH
@given(st.lists(any_text, max_size=5), st.lists(st.text("ab </w>é", max_size=6), max_size=8), seeds)
def test_any_words_come_back_from_their_pieces(words, train, seed):
    pairs = BytePairs.train([word for word in train if text.END not in word], seed % 20)
    for some in (words, train):
        pieces = pairs.encode(some)
        assert pairs.decode(pieces) == some
    again = BytePairs.from_plain(json.loads(json.dumps(pairs.to_plain())))
    assert again.merges == pairs.merges and again.encode(words) == pairs.encode(words)


def test_training_ends_when_every_word_is_one_piece():
    pairs = BytePairs.train(["ab", "ab"], 100)
    assert pairs.merges == [("a", "b"), ("ab", "</w>")]
    assert BytePairs.train([], 5).merges == []


def test_wrong_byte_pairs_are_errors():
    with pytest.raises(ValueError, match="'a word' is a text, expected its tokens"):
        BytePairs(MERGES).encode("a word")
    with pytest.raises(ValueError, match="'a word' is a text, expected its tokens"):
        BytePairs.train("a word", 3)
    with pytest.raises(ValueError, match="the word 'x</w>y' contains '</w>'"):
        BytePairs.train(["x</w>y"], 3)
    with pytest.raises(ValueError, match=r"merge 1, \('</w', '>'\), contains '</w>'"):
        BytePairs([("a", "b"), ("</w", ">")])
    for wrong in ("es", ("e",), ("e", "")):
        with pytest.raises(ValueError, match="is not a pair of symbols"):
            BytePairs([wrong])
    with pytest.raises(ValueError, match="last pieces, 'low', do not end in '</w>'"):
        BytePairs(MERGES).decode(["newest</w>", "low"])


# Lengths ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("length", [None, 1, 4, 20])
def test_padding_is_that_of_keras_at_both_ends(padding, truncating, length):
    rng = np.random.default_rng(5)
    for step, value in (((), 0), ((), -1.5), ((3,), 0)):
        lengths = [0, 7, 3, 4, 1, 0]
        sequences = [rng.normal(size=(n, *step)) for n in lengths]
        array, mask = text.pad(sequences, length, padding, truncating, value)
        expected = keras.utils.pad_sequences(
            sequences, length, "float64", padding, truncating, value
        )
        np.testing.assert_array_equal(array, expected)
        real = keras.utils.pad_sequences(
            [np.ones(n) for n in lengths], length, "bool", padding, truncating, False
        )
        np.testing.assert_array_equal(mask, real)


def test_numbers_keep_their_type_where_keras_cuts_them():
    sequences = [[0.9, -0.4, 1.7], [0.5]]
    np.testing.assert_array_equal(keras.utils.pad_sequences(sequences)[0], [0, 0, 1])
    array, _ = text.pad(sequences)
    np.testing.assert_array_equal(array, [[0.9, -0.4, 1.7], [0.5, 0, 0]])
    assert text.pad([[], [1, 2]])[0].dtype == int
    assert text.pad([np.ones(2, "float32")])[0].dtype == np.float32
    assert np.isnan(text.pad([[1], [1, 2]], value=np.nan)[0][0, 1])


def test_nothing_to_pad_is_an_empty_batch():
    array, mask = text.pad([])
    assert array.shape == mask.shape == (0, 0)
    assert text.pad([[1, 2]], 0)[0].shape == (1, 0)


def test_wrong_padding_is_an_error():
    with pytest.raises(ValueError, match='padding is \'left\', expected "pre" or "post"'):
        text.pad([[1]], padding="left")
    with pytest.raises(ValueError, match="truncating is 'right'"):
        text.pad([[1]], truncating="right")
    with pytest.raises(ValueError, match="length is -1, expected 0 or more"):
        text.pad([[1]], -1)
    with pytest.raises(ValueError, match=r"different shapes, \[\(2,\), \(3,\)\]"):
        text.pad([np.ones((4, 3)), np.ones((4, 2))])
    with pytest.raises(ValueError, match=r"sequence 1 is .*expected a list or an array"):
        text.pad([[1], 2])


@SEARCH
@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 9), seeds)
def test_every_example_is_in_one_bucket(lengths, batch, seed):
    for boundaries in (None, [5, 10, 20]):
        batches = text.buckets(lengths, batch, boundaries, np.random.default_rng(seed))
        assert sorted(i for b in batches for i in b) == list(range(len(lengths)))
        assert all(1 <= len(b) <= batch for b in batches)
        assert text.padded_share(lengths, batches) <= text.padded_share(lengths) + 1e-12
        again = text.buckets(lengths, batch, boundaries, np.random.default_rng(seed))
        assert [b.tolist() for b in again] == [b.tolist() for b in batches]


def test_buckets_are_those_of_tf_data():
    rng = np.random.default_rng(3)
    lengths, boundaries = rng.integers(1, 25, 50), [5, 10, 20]
    dataset = tf.data.Dataset.range(50).bucket_by_sequence_length(
        lambda i: tf.gather(tf.constant(lengths, "int32"), i), boundaries, [4] * 4, padded_shapes=[]
    )
    expected = sorted(batch.numpy().tolist() for batch in dataset)
    assert sorted(b.tolist() for b in text.buckets(lengths, 4, boundaries)) == expected


def test_the_generator_shuffles_batches_and_what_is_equal_in_them():
    lengths = np.repeat([3, 8], 40)
    plain = text.buckets(lengths, 10)
    one, other = (text.buckets(lengths, 10, rng=np.random.default_rng(s)) for s in (1, 2))
    assert [b.tolist() for b in plain] == np.arange(80).reshape(8, 10).tolist()
    order = [lengths[b[0]] for b in one]
    assert order != sorted(order)
    assert [sorted(b) for b in one] != [sorted(b) for b in other]
    assert all(len(set(lengths[b])) == 1 for b in one)


def test_the_padded_share_by_hand():
    assert text.padded_share([1, 3]) == pytest.approx(2 / 6)
    assert text.padded_share([1, 3, 1, 3], [[0, 2], [1, 3]]) == 0
    assert text.padded_share([4, 4, 2, 1], [[0, 1], [2, 3]]) == pytest.approx(1 / 12)
    assert text.padded_share([]) == 0


def test_wrong_buckets_are_errors():
    with pytest.raises(ValueError, match="batch is 0, expected at least one"):
        text.buckets([1], 0)
    with pytest.raises(ValueError, match=r"boundaries is \[5, 5\], expected numbers that rise"):
        text.buckets([1], 2, [5, 5])
