"""From a model of the next token to sequences: greedy, sampled, and by beam search.

The model is a function, ``step(states, tokens) -> (log_probabilities, states)``: it is given the
token that came last in each row, (batch,), and returns the logarithm of the probability of each
token that may come next, (batch, vocabulary), in nats, with the states after it. States are
whatever the model remembers: arrays whose first axis is the batch, alone or nested in tuples,
lists and dictionaries. The rows that go on are picked from every one of them, so ``step`` must
take any number of rows. A recurrent cell is such a model in four lines::

    def step(h, tokens):
        h = GRU.step(embedding[tokens], h, W, U, b)
        logits = h @ V + c
        return logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True), h

Every function takes a batch of examples: ``states`` of each and ``start``, the first token of
each. It returns :class:`Hypothesis` objects, whose tokens are without the first and with the end
token. A row is over when the end token comes, or after ``max_length`` tokens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Candidate", "Hypothesis", "adjust", "beam", "by_length", "greedy", "sample", "wu"]

Array = NDArray[Any]
Step = Callable[[Any, Array], tuple[ArrayLike, Any]]


@dataclass(frozen=True)
class Hypothesis:
    """A sequence that the model may have meant.

    tokens: without the start, with the end token if it came
    log_probability: of all the tokens, by the model, in nats
    score: what hypotheses are ranked by; the log-probability, divided by a penalty where there is
    one
    ended: the end token came; False where the sequence was cut off at the greatest length
    """

    tokens: tuple[int, ...]
    log_probability: float
    score: float
    ended: bool


@dataclass(frozen=True)
class Candidate:
    """One token at one step of a beam search, a node of its tree.

    parent: place of the token before it among the candidates of the step before; −1 for the start
    log_probability: of all tokens from the start to this one, in nats
    kept: it was among the best; ended: it is the end token
    """

    token: int
    parent: int
    log_probability: float
    kept: bool
    ended: bool


# One token after the other ------------------------------------------------------------------------


def greedy(
    step: Step, states: Any, start: ArrayLike, *, end: int | None, max_length: int
) -> list[Hypothesis]:
    """The most probable token, each time: one hypothesis for each example.

    states, start: of each example, the batch first; start is (batch,)
    end: the token that ends a sequence; None if none does.
    Of equally probable tokens the smallest. Raises ValueError when an argument does not fit, or
    step does not return log-probabilities.
    """
    return _one_by_one(step, states, start, end, max_length, lambda log_p: log_p.argmax(axis=-1))


def sample(
    step: Step,
    states: Any,
    start: ArrayLike,
    rng: np.random.Generator,
    *,
    end: int | None,
    max_length: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    nucleus: float | None = None,
) -> list[Hypothesis]:
    """Tokens drawn from the distribution that :func:`adjust` makes: one hypothesis an example.

    Arguments as of :func:`greedy` and :func:`adjust`, and a generator. The log-probabilities of the
    hypotheses are the model's own, before adjusting.
    """

    def draw(log_p: Array) -> Array:
        log_p = adjust(log_p, temperature=temperature, top_k=top_k, nucleus=nucleus)
        return np.argmax(log_p + rng.gumbel(size=log_p.shape), axis=-1)  # is a draw from p

    return _one_by_one(step, states, start, end, max_length, draw)


def adjust(
    log_probabilities: ArrayLike,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    nucleus: float | None = None,
) -> Array:
    """The distribution to draw from: sharpened or flattened, and without its tail.

    log_probabilities: (..., vocabulary), in nats; returns the same shape, −∞ for what was cut.
    temperature: p^(1/temperature), brought back to a sum of 1; below 1 sharpens, above flattens.
    top_k: then only the k most probable are left (Fan, Lewis and Dauphin, 2018).
    nucleus: then only the fewest most probable whose sum is at least this (Holtzman et al., 2020).
    Of equally probable tokens the smaller are kept. Raises ValueError for a setting out of range.
    """
    if not temperature > 0:
        raise ValueError(
            f"temperature is {temperature}, expected a positive number; near 0 it is what greedy "
            "gives"
        )
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is {top_k}, expected at least 1, or None for all tokens")
    if nucleus is not None and not 0 < nucleus <= 1:
        raise ValueError(
            f"nucleus is {nucleus}, expected a probability above 0 and at most 1, or None"
        )
    log_p = _log_normalised(np.asarray(log_probabilities, float) / temperature)
    order = np.argsort(-log_p, axis=-1, kind="stable")  # the most probable first
    if top_k is not None:
        np.put_along_axis(log_p, order[..., top_k:], -np.inf, axis=-1)
        log_p = _log_normalised(log_p)
    if nucleus is not None and nucleus < 1:
        p = np.exp(np.take_along_axis(log_p, order, axis=-1))
        before = np.cumsum(p, axis=-1) - p  # what the more probable ones have together
        ranks = np.argsort(order, axis=-1)
        cut = np.take_along_axis(before >= nucleus, ranks, axis=-1)
        log_p = _log_normalised(np.where(cut, -np.inf, log_p))
    return log_p


def _one_by_one(
    step: Step,
    states: Any,
    start: ArrayLike,
    end: int | None,
    max_length: int,
    choose: Callable[[Array], Array],
) -> list[Hypothesis]:
    """Row by row the token that `choose` takes from (rows, vocabulary), until every row is over."""
    tokens = _first_tokens(start, max_length)
    rows = np.arange(len(tokens))  # the examples that are not over
    chosen: list[list[int]] = [[] for _ in rows]
    total = np.zeros(len(rows))
    for _ in range(max_length):
        if not rows.size:
            break
        log_p, states = _ask(step, states, tokens, end)
        tokens = choose(log_p)
        total[rows] += log_p[np.arange(len(rows)), tokens]
        for row, token in zip(rows, tokens, strict=True):
            chosen[row].append(int(token))
        going = np.flatnonzero(tokens != end)
        rows, tokens, states = rows[going], tokens[going], _pick(states, going, len(tokens))
    return [
        Hypothesis(tuple(t), float(p), float(p), t[-1] == end)
        for t, p in zip(chosen, total, strict=True)
    ]


# Beam search --------------------------------------------------------------------------------------


def by_length(length: int) -> float:
    """The penalty of plain normalisation: the score is the mean log-probability of a token.

    length: the number of tokens, the end token included.
    """
    return length


def wu(alpha: float) -> Callable[[int], float]:
    """The penalty of Wu et al. (2016), ((5 + length) / 6)^alpha: gentler than plain division.

    alpha = 0 is no penalty. Returns a function of the number of tokens, the end token included.
    """
    return lambda length: ((5 + length) / 6) ** alpha


def beam(
    step: Step,
    states: Any,
    start: ArrayLike,
    *,
    end: int | None,
    width: int,
    max_length: int,
    penalty: Callable[[int], float] | None = None,
    trees: list[list[list[Candidate]]] | None = None,
) -> list[list[Hypothesis]]:
    """The best sequences that a search finds which keeps `width` of them at every step.

    Every kept sequence is continued with every token, and the most probable `width` are kept. A
    sequence that ends is put aside and still counts, so fewer go on (Sutskever, Vinyals and Le,
    2014). Width 1 is greedy; a width of vocabulary^max_length misses nothing.

    states, start, end: as of :func:`greedy`
    penalty: a function of the number of tokens, such as :func:`by_length` or :func:`wu`; the score
    is the log-probability divided by it. It ranks what is found, and does not change the search:
    what is compared on the way has one length.
    trees: an empty list, if wanted, to write a tree on for each example: for each step all its
    candidates that are possible, the most probable first.

    Returns for each example its hypotheses, at most `width`, the highest score first. Sequences cut
    off at max_length are among them. Of equals, the continuation of the more probable sequence goes
    first, then the smaller token. Raises ValueError when an argument does not fit, or step does not
    return log-probabilities.
    """
    if width < 1:
        raise ValueError(f"width is {width}, expected at least 1: how many sequences are kept")
    tokens = _first_tokens(start, max_length)
    searches = [_Search(width, end) for _ in tokens]
    for _ in range(max_length):
        if not tokens.size:
            break
        log_p, states = _ask(step, states, tokens, end)
        going: list[int] = []
        row = 0  # the rows are the open paths of the first example, then those of the next, ...
        for search in searches:
            own, row = log_p[row : row + len(search.open)], row + len(search.open)
            going += [row - len(own) + k for k in search.grow(own, trees is not None)]
        states = _pick(states, np.array(going, int), len(tokens))
        tokens = np.array([path.tokens[-1] for search in searches for path in search.open], int)
    if trees is not None:
        trees.extend(search.tree for search in searches)
    return [search.hypotheses(penalty) for search in searches]


@dataclass(frozen=True)
class _Path:
    """A sequence that is kept: its tokens, their log-probability, and the place of the last."""

    tokens: tuple[int, ...]
    log_probability: float
    place: int


class _Search:
    """The beam of one example: the open paths, the most probable first, and those that ended."""

    def __init__(self, width: int, end: int | None) -> None:
        self.width, self.end = width, end
        self.open = [_Path((), 0.0, -1)]
        self.ended: list[_Path] = []
        self.tree: list[list[Candidate]] = []

    def grow(self, log_p: Array, with_tree: bool) -> list[int]:
        """One step: each open path with each token, the best of them kept.

        log_p: (open paths, vocabulary). Returns the row of log_p from which each open path comes.
        """
        if not self.open:
            return []
        before = np.array([path.log_probability for path in self.open])
        total = (before[:, None] + log_p).ravel()
        order = np.argsort(-total, kind="stable")
        order = order[total[order] > -np.inf]
        parents, tokens = np.divmod(order, log_p.shape[1])
        kept = self.width - len(self.ended)
        if with_tree:
            self.tree.append(
                [
                    Candidate(
                        token=int(token),
                        parent=self.open[parent].place,
                        log_probability=float(p),
                        kept=place < kept,
                        ended=int(token) == self.end,
                    )
                    for place, (parent, token, p) in enumerate(
                        zip(parents, tokens, total[order], strict=True)
                    )
                ]
            )

        old, self.open, rows = self.open, [], []
        for place in range(min(kept, len(order))):
            parent, token = int(parents[place]), int(tokens[place])
            path = _Path((*old[parent].tokens, token), float(total[order[place]]), place)
            if token == self.end:
                self.ended.append(path)
            else:
                self.open.append(path)
                rows.append(parent)
        return rows

    def hypotheses(self, penalty: Callable[[int], float] | None) -> list[Hypothesis]:
        """What was found, the highest score first."""
        found = [
            Hypothesis(
                path.tokens,
                path.log_probability,
                path.log_probability / (penalty(len(path.tokens)) if penalty else 1),
                ended,
            )
            for paths, ended in ((self.ended, True), (self.open, False))
            for path in paths
        ]
        return sorted(found, key=lambda hypothesis: -hypothesis.score)


# The model and its states -------------------------------------------------------------------------


def _first_tokens(start: ArrayLike, max_length: int) -> Array:
    """The start token of each example, (batch,)."""
    tokens = np.asarray(start)
    if tokens.ndim != 1 or not np.issubdtype(tokens.dtype, np.integer):
        raise ValueError(
            f"start is {start!r}, expected whole numbers (batch,): the first token of each "
            "example; of a single one, [token]"
        )
    if max_length < 1:
        raise ValueError(f"max_length is {max_length}, expected at least 1 token")
    return tokens


def _ask(step: Step, states: Any, tokens: Array, end: int | None) -> tuple[Array, Any]:
    """Log-probabilities (rows, vocabulary), float64 and checked, and the states after them."""
    log_p, states = step(states, tokens)
    log_p = np.asarray(log_p, float)
    if log_p.ndim != 2 or len(log_p) != len(tokens):
        raise ValueError(
            f"step returned log-probabilities of shape {log_p.shape}, expected ({len(tokens)}, "
            f"vocabulary): a row for each of the {len(tokens)} tokens that it was given"
        )
    with np.errstate(over="ignore"):
        total = np.exp(log_p).sum(axis=-1)
    if not np.all(np.abs(total - 1) < 1e-3):
        worst = total[np.argmax(np.abs(total - 1))]
        raise ValueError(
            f"step returned a row whose probabilities sum to {worst:.6g}, expected 1: it must "
            "return the logarithm of a softmax, neither logits nor probabilities"
        )
    if end is not None and not 0 <= end < log_p.shape[1]:
        raise ValueError(
            f"end is {end}, expected a token of the {log_p.shape[1]} that step knows, 0 to "
            f"{log_p.shape[1] - 1}, or None"
        )
    return log_p, states


def _pick(states: Any, rows: Array, count: int) -> Any:
    """These rows of every array in the states, in the same nest of tuples, lists and dictionaries.

    count: how many rows there are now.
    """
    if states is None:
        return None
    if isinstance(states, dict):
        return {name: _pick(state, rows, count) for name, state in states.items()}
    if isinstance(states, tuple | list):
        parts = [_pick(state, rows, count) for state in states]
        return type(states)(*parts) if hasattr(states, "_fields") else type(states)(parts)
    array = np.asarray(states)
    if array.shape[:1] != (count,):
        raise ValueError(
            f"a state has shape {array.shape}, expected ({count}, ...): the batch comes first, a "
            "row for each token that step was given"
        )
    return array[rows]


def _log_normalised(log_p: Array) -> Array:
    """log p − log Σ p over the last axis."""
    return log_p - np.logaddexp.reduce(log_p, axis=-1, keepdims=True)
