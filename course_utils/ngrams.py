"""n-grams: guess a token from its neighbours by counting. The baseline of every text.

An n-gram model of order n sees the n − 1 tokens before a token (or after it) and remembers what
stood there. Where it has seen little, it falls back on fewer neighbours. Any hashable tokens will
do: characters, words, numbers.

* :class:`NGrams`: from one side;
* :class:`Blank`: from both, for what stands in a gap.

**Smoothing** is interpolated modified Kneser-Ney (Chen and Goodman, 1999). Each count c of a token
after a context gives up a discount D(c). What was given up is shared out by the probabilities of
the context that is one token shorter::

    p(w | context) = (c(w) − D(c(w)) + (Σ D) p(w | shorter context)) / Σ c

The full context counts how often a token came; a shorter one, in *how many* longer contexts it was
seen ("Francisco" is common, but only after "San"). Below the shortest, all tokens are equally
likely. The three discounts of each length, for counts of 1, 2 and above, follow from how many
counts are 1, 2, 3 and 4. On tiny Shakespeare this beats Witten-Bell for every order above 2, by 0.1
nats a character for order 5; discounts tuned on held-out text would gain 0.001 more.

**Unknown tokens.** The vocabulary is what ``fit`` was given, or else met. Of these, none ever has
probability 0. Any other token ends a context, and cannot be scored: ``nats`` raises ValueError.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["Blank", "NGrams"]

Array = NDArray[Any]
Tokens = Iterable[Hashable]
UNKNOWN = -1
PART = 2**22  # probabilities in a table: 32 MB


class _Model:
    """What both models share: an order, a vocabulary, and tokens as their places in it."""

    def __init__(self, order: int) -> None:
        if order < 1:
            raise ValueError(f"order is {order}, expected 1 or more: the token and its neighbours")
        self.order = order
        self.vocabulary: list[Hashable] = []
        self._ids: dict[Hashable, int] = {}

    def fit(self, tokens: Tokens, vocabulary: Tokens | None = None) -> Self:
        """Count a text, forgetting any before; returns the model itself.

        vocabulary: all tokens that may come; those of the text when it is left out.
        Raises ValueError for a text that is empty or has a token that the vocabulary lacks.
        """
        tokens = list(tokens)
        if not tokens:
            raise ValueError("there are no tokens to count")
        self.vocabulary = list(dict.fromkeys(tokens if vocabulary is None else vocabulary))
        self._ids = {token: i for i, token in enumerate(self.vocabulary)}
        self._count(self._known(tokens))
        return self

    def _count(self, ids: Array) -> None:
        raise NotImplementedError

    def _encode(self, tokens: Tokens) -> Array:
        if not self.vocabulary:
            raise ValueError("nothing has been counted yet: call fit(tokens) first")
        return np.array([self._ids.get(token, UNKNOWN) for token in tokens], np.int64)

    def _known(self, tokens: Tokens) -> Array:
        tokens = list(tokens)
        ids = self._encode(tokens)
        if UNKNOWN in ids:
            place = int(np.argmin(ids))
            raise ValueError(
                f"token {tokens[place]!r} at place {place} is not among the "
                f"{len(self.vocabulary)} of the vocabulary. Leave such tokens out, or tell "
                "fit(tokens, vocabulary) of all that may come."
            )
        return ids


class NGrams(_Model):
    """A token from the order − 1 tokens before it, or after it.

    order: how many tokens belong together, 1 or more; with 1 it only knows how often each comes.
    direction: "left", from the tokens before; "right", from those after.
    ``vocabulary`` lists the tokens in the order of all probabilities.
    Raises ValueError for any other order or direction.
    """

    def __init__(self, order: int, direction: str = "left") -> None:
        super().__init__(order)
        if direction not in ("left", "right"):
            raise ValueError(f"direction is {direction!r}, expected 'left' or 'right'")
        self.direction = direction
        self._counts = _Counts([-k for k in range(1, order)])

    def _turned(self, array: Array) -> Array:
        """From the order of the text to that of reading, and back."""
        return array if self.direction == "left" else array[::-1]

    def _count(self, ids: Array) -> None:
        self._counts.fit(self._turned(ids), len(self.vocabulary))

    def probabilities(self, context: Tokens) -> Array:
        """How likely each token of the vocabulary is beside a context, (vocabulary,).

        context: the tokens before for "left", those after for "right", both as they stand in the
        text; any number, of which the nearest order − 1 count.
        """
        ids = self._turned(self._encode(context))
        place = slice(len(ids), len(ids) + 1)
        return self._counts.distributions(np.append(ids, UNKNOWN), place)[0]

    def nats(self, tokens: Tokens) -> Array:
        """−ln of the probability of each token given the true tokens beside it, (tokens,).

        The text stands by itself: its first token (or last, for "right") has no context.
        Raises ValueError for a token that is not in the vocabulary.
        """
        ids = self._turned(self._known(tokens))
        return self._turned(-np.log(self._counts.probabilities(ids)))

    def adaptive_nats(self, tokens: Tokens) -> Array:
        """As ``nats``, by a reader who goes on counting: each token is scored, and then learned.

        "left" reads from the first token to the last, "right" from the last to the first. The
        discounts stay those of ``fit``, and so does the model: the next call starts afresh.
        """
        ids = self._turned(self._known(tokens))
        return self._turned(-np.log(self._counts.growing(ids)))


class Blank(_Model):
    """What stands in a gap, from the order − 1 tokens on each side of it.

    way:

    * ``"sides"``: p(w | before) p(w | after) / p(w), normalised: both n-grams, as if the sides had
      nothing to do with each other once w is known;
    * ``"pattern"``: counts of what stood between exactly these tokens. Neighbours are given up from
      the outside in, first the one after;
    * ``"pooled"``: √(sides · pattern), normalised, an equal vote of both (a logarithmic opinion
      pool). The sides know longer contexts, the pattern knows which two go together. From order 4
      on the best by far: on tiny Shakespeare with order 5, sides have 0.71 nats a character,
      pattern 0.63, pooled 0.49, and weights tuned on held-out text would gain less than 0.01. Of
      orders 2 and 3, the pattern alone is better by 0.03.

    ``vocabulary`` lists the tokens in the order of all probabilities.
    Raises ValueError for an order below 1 or any other way.
    """

    def __init__(self, order: int, way: str = "pooled") -> None:
        super().__init__(order)
        if way not in ("sides", "pattern", "pooled"):
            raise ValueError(f"way is {way!r}, expected 'sides', 'pattern' or 'pooled'")
        self.way = way
        steps = range(1, order)
        self._alone = _Counts([])
        self._before, self._after = _Counts([-k for k in steps]), _Counts(list(steps))
        self._between = _Counts([place for k in steps for place in (-k, k)])

    def _count(self, ids: Array) -> None:
        used = [self._alone, self._before, self._after] if self.way != "pattern" else []
        for counts in [*used, *([self._between] if self.way != "sides" else [])]:
            counts.fit(ids, len(self.vocabulary))

    def probabilities(self, before: Tokens, after: Tokens) -> Array:
        """How likely each token of the vocabulary is in the gap between two texts, (vocabulary,).

        before, after: any number of tokens, as one reads them, of which the nearest count.
        """
        left, right = self._encode(before), self._encode(after)
        place = slice(len(left), len(left) + 1)
        return self._distributions(np.concatenate([left, [UNKNOWN], right]), place)[0]

    def nats(self, tokens: Tokens) -> Array:
        """−ln of the probability of each token, struck out by itself, all others given, (tokens,).

        Raises ValueError for a token that is not in the vocabulary.
        """
        ids = self._known(tokens)
        p = np.empty(len(ids))
        for part in _parts(len(ids), len(self.vocabulary)):
            p[part] = self._distributions(ids, part)[np.arange(part.stop - part.start), ids[part]]
        return -np.log(p)

    def _distributions(self, ids: Array, part: slice) -> Array:
        """What is likely at the places of a part, (places, vocabulary)."""
        votes = []
        if self.way != "pattern":
            before, after, alone = (
                np.log(counts.distributions(ids, part))
                for counts in (self._before, self._after, self._alone)
            )
            votes.append(_log_normalised(before + after - alone))
        if self.way != "sides":
            votes.append(np.log(self._between.distributions(ids, part)))
        return np.exp(_log_normalised(np.mean(votes, axis=0)))


def _parts(length: int, width: int) -> Iterator[slice]:
    """A text in parts, each with a table of probabilities, (part, width), that fits in memory."""
    size = max(1, PART // width)
    return (slice(i, min(i + size, length)) for i in range(0, length, size))


def _log_normalised(logits: Array) -> Array:
    logits = logits - logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


# Counting -----------------------------------------------------------------------------------------


class _Counts:
    """Smoothed counts of tokens (as ids from 0) in contexts of 0, 1, 2, … of their neighbours.

    neighbours: where these stand, as distances from the token, in the order in which contexts grow.

    A context of length k has a number: its place among the sorted codes of all contexts of that
    length. A code is (number of the context without its last neighbour) · vocabulary + (that
    neighbour). A pair, a token in a context, has a code likewise. So each length is a few sorted
    arrays, and a whole text is looked up at once.
    """

    def __init__(self, neighbours: Sequence[int]) -> None:
        self.neighbours = neighbours
        self.reach = max(map(abs, neighbours), default=0)

    def fit(self, ids: Array, vocabulary: int) -> None:
        self.vocabulary, self.ids = vocabulary, ids
        self.pairs, self.shares, self.rests, self.discounts = [], [], [], []
        numbers, self.codes = self._number(ids)
        for number, counts in zip(numbers, self._what_counts(numbers, ids), strict=True):
            pairs, c = np.unique(self._pair(number, ids)[counts], return_counts=True)
            context = pairs // vocabulary
            discounts = _discounts(c)
            d = discounts[np.minimum(c, 3)]
            total = np.bincount(context, c)
            self.pairs.append(pairs)
            self.shares.append((c - d) / total[context])  # what each pair keeps
            self.rests.append(np.bincount(context, d) / total)  # what each context hands down
            self.discounts.append(discounts)

    def probabilities(self, ids: Array) -> Array:
        """The probability of each token given its neighbours, (tokens,)."""
        p = np.full(len(ids), 1 / self.vocabulary)
        for k, number in enumerate(self._find(ids)):
            pair = _place(self.pairs[k], self._pair(number, ids))
            share = np.where(pair >= 0, self.shares[k][pair], 0)
            p = np.where(number >= 0, share + self.rests[k][number] * p, p)
        return p

    def distributions(self, ids: Array, part: slice) -> Array:
        """The probabilities of all tokens at the places of a part, (places, vocabulary)."""
        p = np.full((part.stop - part.start, self.vocabulary), 1 / self.vocabulary)
        start = max(0, part.start - self.reach)
        ids = ids[start : part.stop + self.reach]  # whatever is farther away does not matter
        part = slice(part.start - start, part.stop - start)
        for k, numbers in enumerate(self._find(ids)):
            known = np.flatnonzero(numbers[part] >= 0)
            number = numbers[part][known]
            p[known] *= self.rests[k][number, None]
            ends = np.array([number, number + 1]) * self.vocabulary
            first, last = np.searchsorted(self.pairs[k], ends)  # a context's pairs are neighbours
            place, pair = np.repeat(known, last - first), _ranges(first, last)
            p[place, self.pairs[k][pair] % self.vocabulary] += self.shares[k][pair]
        return p

    def growing(self, ids: Array) -> Array:
        """As ``probabilities``, when each token is counted after it was scored."""
        new = slice(len(self.ids), None)
        numbers, _ = self._number(self.ids, ids)
        ids = np.concatenate([self.ids, ids])
        p = np.full(len(ids[new]), 1 / self.vocabulary)
        for k, counts in enumerate(self._what_counts(numbers, ids)):
            number, discounts = numbers[k], self.discounts[k]
            c = _sum_before(counts, self._pair(number, ids))
            d = discounts[np.minimum(c, 3)]
            more = counts * (discounts[np.minimum(c + 1, 3)] - d)  # a count that grows gives more
            total, rest = _sum_before(counts, number), _sum_before(more, number)
            known = (number[new] >= 0) & (total[new] > 0)
            mixed = (c - d)[new] + rest[new] * p
            p[known] = mixed[known] / total[new][known]
        return p

    def _number(self, *texts: Array) -> tuple[list[Array], list[Array]]:
        """For each length of context, its number at every place of the texts, and all codes."""
        numbers, codes = [np.zeros(sum(map(len, texts)), np.int64)], []
        for beside in self._beside(*texts):
            code = np.where(beside >= 0, self._pair(numbers[-1], beside), UNKNOWN)
            codes.append(np.unique(code[code >= 0]))
            numbers.append(_place(codes[-1], code))
        return numbers, codes

    def _find(self, ids: Array) -> Iterator[Array]:
        """For each length of context that was counted, its number at every place of a text."""
        number = np.zeros(len(ids), np.int64)
        yield number
        for beside, codes in zip(self._beside(ids), self.codes, strict=True):
            number = _place(codes, np.where(beside >= 0, self._pair(number, beside), UNKNOWN))
            if (number == UNKNOWN).all():
                return
            yield number

    def _beside(self, *texts: Array) -> Iterator[Array]:
        """For each neighbour, who it is at every place; UNKNOWN beyond the ends of a text."""
        for distance in self.neighbours:
            edge = np.full(abs(distance), UNKNOWN)
            padded = [np.concatenate([edge, ids, edge]) for ids in texts]
            yield np.concatenate(
                [p[len(edge) + distance :][: len(p) - 2 * len(edge)] for p in padded]
            )

    def _pair(self, number: Array, ids: Array) -> Array:
        """The codes of tokens in contexts, UNKNOWN where there is no such context."""
        return np.where(number >= 0, number * self.vocabulary + ids, UNKNOWN)

    def _what_counts(self, numbers: list[Array], ids: Array) -> list[Array]:
        """For each length of context, the places at which its count of the token goes up.

        In the longest context at hand everywhere; in a shorter one where the token is new to the
        longer.
        """
        counts = [numbers[-1] >= 0]
        for number, longer in zip(numbers[-2::-1], numbers[:0:-1], strict=True):
            new = np.zeros(len(ids), bool)
            places = np.flatnonzero(counts[-1])
            new[places[np.unique(self._pair(longer, ids)[places], return_index=True)[1]]] = True
            counts.append((number >= 0) & (new | (longer == UNKNOWN)))
        return counts[::-1]


def _discounts(counts: Array) -> Array:
    """What counts of 0, 1, 2 and 3 or more give up, (4,): D(c) of Chen and Goodman (1999).

    D(c) = c − (c + 1) Y n_{c+1} / n_c, where n_c is how many counts are c and Y = n₁/(n₁ + 2 n₂);
    1/2 where one of the three is 0. At least 0.1, and at most 0.1 less than the count.
    """
    n = np.bincount(np.minimum(counts, 5), minlength=6).astype(float)
    discounts = np.array([0, 0.5, 0.5, 0.5])
    for c in (1, 2, 3):
        if n[1] and n[c] and n[c + 1]:
            wanted = c - (c + 1) * n[1] / (n[1] + 2 * n[2]) * n[c + 1] / n[c]
            discounts[c] = np.clip(wanted, 0.1, c - 0.1)
    return discounts


def _place(codes: Array, wanted: Array) -> Array:
    """Where among the sorted codes each wanted one is; UNKNOWN where it is not."""
    if not len(codes):
        return np.full(len(wanted), UNKNOWN)
    place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where(codes[place] == wanted, place, UNKNOWN)


def _ranges(first: Array, last: Array) -> Array:
    """All numbers from each first up to its last, the last left out, one range after the other."""
    length = last - first
    behind = np.cumsum(length) - length
    return np.arange(length.sum()) + np.repeat(first - behind, length)


def _sum_before(values: Array, groups: Array) -> Array:
    """For each place, the sum of the values before it in the same group."""
    order = np.argsort(groups, kind="stable")
    values, groups = values[order], groups[order]
    before = np.cumsum(values) - values
    starts = np.flatnonzero(np.diff(groups, prepend=groups[0] - 1))
    before -= np.repeat(before[starts], np.diff(starts, append=len(groups)))
    result = np.empty_like(before)
    result[order] = before
    return result
