"""From text to ids in arrays: normalising, tokens, a vocabulary, byte pairs, padding, buckets.

Plain Python and NumPy. A *token* is a text: a word, a character or a piece of a word. An *id* is
the whole number that stands for it. Ids are names, not amounts: id 8 is not twice id 4.

The road from a text to a batch::

    texts = [words(normalise(text)) for text in training]
    vocabulary = Vocabulary.build(texts, size=5000)
    ids, mask = pad([vocabulary.encode(tokens) for tokens in texts])

A :class:`Vocabulary` and a :class:`BytePairs` are made from the training part and saved with the
model (``to_plain``), so that a new text meets the ids that the network was trained on.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "END",
    "PADDING",
    "UNKNOWN",
    "BytePairs",
    "Vocabulary",
    "buckets",
    "characters",
    "merge_pair",
    "normalise",
    "pad",
    "padded_share",
    "pair_counts",
    "words",
]

Array = NDArray[Any]
Pair = tuple[str, str]

PADDING = ""  # the token of id 0
UNKNOWN = "[UNK]"  # the token of id 1
END = "</w>"  # the last symbol of every word, in byte pairs


# Text to tokens -----------------------------------------------------------------------------------


def normalise(text: str, *, unicode: bool = True, case: bool = True, space: bool = True) -> str:
    """The same text, written in one way only.

    unicode: one spelling of each character (NFC): é is one character, not an e and an accent.
    case: lower case, of all scripts; ``TextVectorization`` lowers the letters A to Z only.
    space: each run of spaces, tabs and line ends becomes one space; none stays at the ends.
    """
    if case:
        text = text.lower()
    if unicode:
        text = unicodedata.normalize("NFC", text)
    if space:
        text = " ".join(text.split())
    return text


def characters(text: str) -> list[str]:
    """The characters (code points) of a text; ``"".join`` of them is the text again."""
    return list(text)


def words(text: str, *, spaces: bool = False) -> list[str]:
    """The words, numbers and punctuation marks of a text, in order.

    A word is a run of letters, digits, accents and underscores of any script. An apostrophe inside
    a word belongs to it ("don't"); every other mark is a token of its own, and hyphens part words.
    White space is dropped, and with it the way back: "a b" and "a  b" have the same words.
    spaces=True keeps each run of white space as a token, and ``"".join`` gives the text back.

    It cuts at white space and marks only: not into words where a script writes none of these
    between them, as Chinese and Thai do.
    """
    kinds = "".join(map(_kind, text))
    spans = (match.span() for match in re.finditer(r"w+(?:'w+)*|s+|.", kinds))
    tokens = (text[start:stop] for start, stop in spans)
    return [token for token in tokens if spaces or not token.isspace()]


def _kind(character: str) -> str:
    """w inside words, s white space, ' what joins a word to a word, . everything else."""
    if character.isspace():
        return "s"
    category = unicodedata.category(character)
    if category[0] in "LMN" or character == "_":
        return "w"
    return "'" if character in "'’" or category == "Cf" else "."


# Tokens to ids ------------------------------------------------------------------------------------


class Vocabulary:
    """A number for each token: 0 for padding, 1 for every unknown token, then the known ones.

    Ids are those of ``keras.layers.TextVectorization``. The most frequent token comes first; of
    equally frequent ones, that which comes later in the alphabet, as there (``IndexLookup`` in
    ``keras/src/layers/preprocessing/index_lookup.py``).

    tokens: all of them by id, PADDING and UNKNOWN included; what ``get_vocabulary()`` gives.
    """

    def __init__(self, known: Iterable[str]) -> None:
        """A vocabulary of these tokens, whose ids are 2, 3, … in this order.

        Raises ValueError for a token that comes twice, PADDING or UNKNOWN.
        """
        self.tokens = [PADDING, UNKNOWN, *known]
        self._ids = {token: i for i, token in enumerate(self.tokens)}
        if len(self._ids) < len(self.tokens):
            twice = next(t for t, count in Counter(self.tokens).items() if count > 1)
            raise ValueError(
                f"the token {twice!r} comes twice. Give each known token once; "
                f"{PADDING!r} (padding) and {UNKNOWN!r} (unknown) are there already."
            )

    @classmethod
    def build(
        cls, texts: Iterable[Iterable[str]], *, size: int | None = None, min_count: int = 1
    ) -> Vocabulary:
        """The vocabulary of the training part.

        texts: the tokens of each training text, and of no other: a token that only the test part
        has is unknown, in an honest score as in life.
        size: ids in all, padding and unknown included, as Keras' ``max_tokens``; None for no limit.
        min_count: leave out the tokens that come less often.
        Raises ValueError for a size below 3, and for a text that was not cut into tokens.
        """
        if size is not None and size < 3:
            raise ValueError(
                f"size is {size}, expected 3 or more: padding and the unknown token take two ids"
            )
        counts = Counter(token for text in texts for token in _tokens(text))
        known = sorted(counts.keys() - {PADDING, UNKNOWN}, reverse=True)
        known.sort(key=lambda token: -counts[token])  # a stable sort: Z to A among equals
        known = [token for token in known if counts[token] >= min_count]
        return cls(known if size is None else known[: size - 2])

    def __len__(self) -> int:
        """How many ids there are: the ``input_dim`` of an embedding."""
        return len(self.tokens)

    def __contains__(self, token: object) -> bool:
        return isinstance(token, str) and self._ids.get(token, 0) > 1

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The id of each token of one text; 1 where it is unknown."""
        return [self._ids.get(token, 1) for token in _tokens(tokens)]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The token of each id; padding is left out, and what was unknown stays ``[UNK]``.

        Raises ValueError for a number that is no id.
        """
        tokens = []
        for i in ids:
            if not 0 <= i < len(self):
                raise ValueError(
                    f"{i} is no id of this vocabulary, whose ids are 0 to {len(self) - 1}"
                )
            if i:
                tokens.append(self.tokens[i])
        return tokens

    def coverage(self, texts: Iterable[Iterable[str]]) -> float:
        """The share of the tokens in these texts that are known; 1 − coverage is out of vocabulary.

        Raises ValueError when there are no tokens.
        """
        known = [token in self for text in texts for token in _tokens(text)]
        if not known:
            raise ValueError("there are no tokens in these texts, so there is no share of them")
        return sum(known) / len(known)

    def to_plain(self) -> dict[str, Any]:
        """The vocabulary as plain data, for ``json.dump`` beside the model."""
        return {"known": self.tokens[2:]}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Vocabulary:
        """The vocabulary that ``to_plain`` wrote."""
        return cls(plain["known"])


def _tokens(text: Iterable[str]) -> Iterable[str]:
    """The tokens of one text, unless it is still a text: that would fall into characters."""
    if isinstance(text, str):
        raise ValueError(
            f"{text[:40]!r} is a text, expected its tokens. Cut it first, with words(text) or "
            "characters(text)."
        )
    return text


# Byte pairs ---------------------------------------------------------------------------------------


def pair_counts(words: Mapping[tuple[str, ...], int]) -> Counter[Pair]:
    """How often each pair of neighbouring symbols occurs, in the order in which they are met.

    words: the symbols of each word, and how often the word occurs.
    """
    counts: Counter[Pair] = Counter()
    for symbols, count in words.items():
        for pair in pairwise(symbols):
            counts[pair] += count
    return counts


def merge_pair(symbols: Sequence[str], pair: Pair) -> tuple[str, ...]:
    """One merge: wherever the two symbols of the pair are neighbours, they become one symbol.

    From left to right: of "a a a", the first two become "aa".
    """
    merged: list[str] = []
    i = 0
    while i < len(symbols):
        width = 2 if tuple(symbols[i : i + 2]) == pair else 1
        merged.append("".join(symbols[i : i + width]))
        i += width
    return tuple(merged)


class BytePairs:
    """Pieces of words that occur often, by byte-pair encoding (Sennrich, Haddow and Birch, 2016).

    A word starts as its characters and an END. Then come the merges, in order: each makes one
    symbol of two neighbours, wherever they meet. What remains are the pieces. No word is unknown:
    one that no merge fits stays in characters. (The pieces are made of characters, as in the paper,
    and not of the bytes that gave the method its name.)

    merges: the pairs, in the order in which they were learned.
    """

    def __init__(self, merges: Iterable[Sequence[str]]) -> None:
        """Pieces by these merges.

        Raises ValueError for a merge that is no pair, and for one of ordinary characters whose
        result reads like the end of a word.
        """
        self.merges: list[Pair] = []
        self._ranks: dict[Pair, list[int]] = {}
        ends = {END}
        for rank, (left, right) in enumerate(map(_pair, merges)):
            if right in ends:
                ends.add(left + right)
            elif END in left + right:
                raise ValueError(
                    f"merge {rank}, {(left, right)!r}, contains {END!r}, which marks the end of a "
                    "word and nothing else. Remove it from the text before training."
                )
            self.merges.append((left, right))
            self._ranks.setdefault((left, right), []).append(rank)
        self._known: dict[str, tuple[str, ...]] = {}

    @classmethod
    def train(cls, words: Iterable[str] | Mapping[str, int], merges: int) -> BytePairs:
        """Learn this many merges: each time of the pair that is most frequent just then.

        words: those of the training part, or how often each occurs. Of equally frequent pairs, the
        one that is met first: in the earlier word (as the words first came), then further left.
        Fewer merges are learned when every word has become one piece.
        Raises ValueError when a word contains END, and for a single text in place of its words.
        """
        counts = Counter(words if isinstance(words, Mapping) else _tokens(words))
        for word in counts:
            if END in word:
                raise ValueError(
                    f"the word {word!r} contains {END!r}, which marks the end of a word. "
                    "Remove it from the text before training."
                )
        pieces = [(*word, END) for word in counts]
        often = list(counts.values())

        # The counts are kept up to date: a merge changes only those words that have the pair.
        totals: Counter[Pair] = Counter()
        where: defaultdict[Pair, set[int]] = defaultdict(set)

        def count(i: int, sign: int) -> None:
            for pair in pairwise(pieces[i]):
                totals[pair] += sign * often[i]
                (where[pair].add if sign > 0 else where[pair].discard)(i)

        def met(pair: Pair) -> tuple[int, int]:
            first = min(where[pair])
            return first, list(pairwise(pieces[first])).index(pair)

        for i in range(len(pieces)):
            count(i, +1)
        learned: list[Pair] = []
        while len(learned) < merges:
            most = max(totals.values(), default=0)
            if most <= 0:
                break
            pair = min((p for p, total in totals.items() if total == most), key=met)
            learned.append(pair)
            for i in list(where[pair]):
                count(i, -1)
                pieces[i] = merge_pair(pieces[i], pair)
                count(i, +1)
        return cls(learned)

    def encode(self, words: Iterable[str]) -> list[str]:
        """The pieces of these words, one after the other; the last piece of each ends in END.

        The merges are made in the order in which they were learned. Raises ValueError for a single
        text in place of its words.
        """
        return [piece for word in _tokens(words) for piece in self._pieces(word)]

    def decode(self, pieces: Iterable[str]) -> list[str]:
        """The words again: ``decode(encode(words)) == words``, whatever the words are.

        Raises ValueError when the last word has no end.
        """
        words, word = [], ""
        for piece in pieces:
            word += piece
            if piece.endswith(END):
                words.append(word.removesuffix(END))
                word = ""
        if word:
            raise ValueError(
                f"the last pieces, {word!r}, do not end in {END!r}: the word is cut short, or the "
                "pieces were made by other merges"
            )
        return words

    def _pieces(self, word: str) -> tuple[str, ...]:
        if word not in self._known:
            symbols: tuple[str, ...] = (*word, END)
            done = -1
            while True:  # the next merge that finds its pair; those between would change nothing
                ranks = (r for pair in pairwise(symbols) for r in self._ranks.get(pair, ()))
                done = min((r for r in ranks if r > done), default=len(self.merges))
                if done == len(self.merges):
                    break
                symbols = merge_pair(symbols, self.merges[done])
            self._known[word] = symbols
        return self._known[word]

    def to_plain(self) -> dict[str, Any]:
        """The merges as plain data, for ``json.dump`` beside the model."""
        return {"merges": [list(pair) for pair in self.merges]}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> BytePairs:
        """The merges that ``to_plain`` wrote."""
        return cls(plain["merges"])


def _pair(merge: Sequence[str]) -> Pair:
    if isinstance(merge, str) or len(merge) != 2 or not all(merge):
        raise ValueError(f"the merge {merge!r} is not a pair of symbols, such as ('e', 's')")
    left, right = merge
    return left, right


# Lengths ------------------------------------------------------------------------------------------


def pad(
    sequences: Sequence[Any],
    length: int | None = None,
    padding: str = "post",
    truncating: str = "post",
    value: Any = 0,
) -> tuple[Array, Array]:
    """Sequences of different lengths as one array, and the mask that says which steps are real.

    sequences: one of (time, …) for each example, their times different, the rest of the shape not.
    length: steps of the result; None for the longest sequence.
    padding, truncating: "pre" or "post": where steps are added to a short sequence, and where they
    are cut from a long one.

    Returns the array (batch, length, …) and the mask (batch, length), True where a step is real.
    The array is that of ``keras.utils.pad_sequences``, with three differences: both places are
    "post" unless said otherwise, numbers keep their type (Keras cuts 0.9 to 0 unless ``dtype`` says
    otherwise), and there is a mask.
    Raises ValueError for another word than "pre" and "post", a negative length, and for steps of
    different shapes.
    """
    for name, place in {"padding": padding, "truncating": truncating}.items():
        if place not in ("pre", "post"):
            raise ValueError(f'{name} is {place!r}, expected "pre" or "post"')
    arrays = [np.asarray(s) for s in sequences]
    for i, a in enumerate(arrays):
        if a.ndim == 0:
            raise ValueError(f"sequence {i} is {a!r}, expected a list or an array of steps")
    filled = [a for a in arrays if len(a)]  # an empty list has no type and no shape to keep
    steps = {a.shape[1:] for a in filled} or {()}
    if len(steps) > 1:
        raise ValueError(f"the steps have different shapes, {sorted(steps)}; expected one shape")
    if length is None:
        length = max(map(len, arrays), default=0)
    if length < 0:
        raise ValueError(f"length is {length}, expected 0 or more steps")

    dtype = np.result_type(*(filled or [np.array(0)]), np.min_scalar_type(value))
    array = np.full((len(arrays), length, *steps.pop()), value, dtype=dtype)
    mask = np.zeros((len(arrays), length), bool)
    for i, a in enumerate(arrays):
        kept = a[max(len(a) - length, 0) :] if truncating == "pre" else a[:length]
        if len(kept):
            at = slice(length - len(kept), None) if padding == "pre" else slice(len(kept))
            array[i, at] = kept
            mask[i, at] = True
    return array, mask


def buckets(
    lengths: ArrayLike,
    batch: int,
    boundaries: Sequence[int] | None = None,
    rng: np.random.Generator | None = None,
) -> list[Array]:
    """Batches of examples of similar length, so that little of each is padding.

    lengths: (n,) steps of each example   batch: examples in a batch; the last may have fewer.
    boundaries: examples meet only those between the same two boundaries; one of length L is in the
    first bucket whose boundary is above L, as in ``tf.data``'s ``bucket_by_sequence_length``.
    None: all are put in order of length, and cut.
    rng: the order of the batches, and of what is equal within them, is shuffled; None: as given.

    Returns the indices of the examples in each batch, every example once.
    Raises ValueError for a batch below 1 and for boundaries that do not rise.
    """
    lengths = np.asarray(lengths)
    if batch < 1:
        raise ValueError(f"batch is {batch}, expected at least one example")
    if boundaries is not None and not all(a < b for a, b in pairwise(boundaries)):
        raise ValueError(f"boundaries is {list(boundaries)}, expected numbers that rise")
    order = np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))
    key = lengths if boundaries is None else np.searchsorted(boundaries, lengths, side="right")
    order = order[np.argsort(key[order], kind="stable")]
    if boundaries is None:
        groups = [order]
    else:
        groups = np.split(order, np.flatnonzero(np.diff(key[order])) + 1)
    batches = [g[i : i + batch] for g in groups for i in range(0, len(g), batch)]
    if rng is not None:
        batches = [batches[i] for i in rng.permutation(len(batches))]
    return batches


def padded_share(lengths: ArrayLike, batches: Iterable[ArrayLike] | None = None) -> float:
    """The share of all steps that is padding, when each batch is as long as its longest example.

    lengths: (n,) steps of each example   batches: indices, as from :func:`buckets`; None: one
    batch of all. 0 when there is no step at all.
    """
    lengths = np.asarray(lengths)
    parts = [lengths] if batches is None else [lengths[np.asarray(b, int)] for b in batches]
    steps = sum(len(p) * int(p.max()) for p in parts if len(p))
    real = sum(int(p.sum()) for p in parts)
    return 1 - real / steps if steps else 0.0
