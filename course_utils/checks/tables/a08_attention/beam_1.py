"""08-attention, several answers followed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common
from course_utils.checks.tables.a08_attention._common_1 import decoder

__all__ = ["BY_HAND", "CALLS", "check", "compare", "decoder", "example", "mistakes"]

BY_HAND = common.DECODING
CALLS: dict[str, str] = {}

START, END, LONGEST = 1, 2, 8
WIDTHS = (1, 2, 3, 5, 20)
# First states from which greedy misses the best answer, and widths differ.
STATES = (
    [0.4, 0.9, 1.0, 0.6],
    [-0.1, -0.7, -1.0, -0.8],
    [0.3, 0.9, 1.0, 0.6],
    [0.7, -0.4, -1.0, -0.1],
)
HINTS = {
    **common.STEP_HINTS,
    "could not be broadcast": common.PAIR,
    "ambiguous": "Where hypotheses with arrays in them are sorted or compared, say by what: "
    "`sorted(candidates, key=lambda one: one[1], reverse=True)`.",
}

Hypothesis = tuple[list[int], float, bool]


def example() -> tuple[common.Step, np.ndarray, int, int, int, int]:
    """step, state (4,), start 1, end 2, width 2, max_length 8: a decoder of 6 tokens."""
    return common.model(), np.array(STATES[0]), START, END, 2, LONGEST


def check(beam: Any) -> None:
    """The tests that students see."""
    step = common.model()
    cases: list[tuple[Any, ...]] = [
        (step, np.array(state), START, END, width, longest, normalised)
        for longest in (LONGEST, 4)
        for state in STATES
        for width in WIDTHS
        for normalised in (False, True)
    ]
    cases.append((step, np.array(STATES[0]), START, END, 5, LONGEST))
    cases.append((step, np.array(STATES[0]), 4, 0, 3, LONGEST))
    compare(beam, cases, [_best(_search(*one[:6]), one[6:] == (True,)) for one in cases])


def compare(beam: Any, cases: Sequence[Any], expected: Sequence[Any]) -> None:
    """What it returns for these cases, each (step, state, start, end, width, max_length[, …]).

    expected: for each case tokens and log-probability. One search that goes wrong may look like
    many mistakes, so a mistake is told only where it explains what was returned in all cases.
    """
    got = [_parts(checks.call(beam, _limited(*one), *one[1:], hints=HINTS)) for one in cases]
    wrong = [k for k, parts in enumerate(got) if not _same(parts, expected[k])]
    if wrong:
        order = [*wrong, *(k for k in range(len(cases)) if k not in wrong)]
        names = mistakes(*cases[0]) | mistakes(*cases[1])
        told = next((one for one in names if _explains(one, cases, got, order)), "")
        if told:
            k = wrong[0]
            checks.fail(
                f"{len(cases) - len(wrong)} of {len(cases)} searches are right. The others look "
                f"like this mistake: {told}. W{_said(cases[k])[2:]} you return {got[k][0]} with "
                f"{got[k][1]:.5g}, expected {expected[k][0]} with {expected[k][1]:.5g}."
            )
    for one, (tokens, log_p), right in zip(cases, got, expected, strict=True):
        checks.equal(tokens, right[0], f"the list of tokens{_said(one)}")
        checks.close(log_p, right[1], f"the log-probability{_said(one)}")


def _limited(step: Any, _: Any, *case: Any) -> common.Step:
    """`step`, for far more calls than a search needs that begins anew for each token."""
    width, longest = case[2:4]
    needed = 1 + (longest - 1) * width
    most, calls = 4 * width * longest**2, 0

    def limited(state: Any, token: Any) -> tuple[Any, Any]:
        nonlocal calls
        calls += 1
        if calls > most:
            checks.fail(
                f"With width {width} and max_length {longest} `step` has been called more than "
                f"{most} times; {needed} calls are enough, one for each open hypothesis in each "
                "round. If each hypothesis keeps its own best continuations, their number "
                "multiplies from round to round: are all continuations together cut to the places "
                "that are left? And is the search over after max_length rounds?"
            )
        got: tuple[Any, Any] = step(state, token)
        return got

    return limited


def _parts(got: Any) -> tuple[Any, Any]:
    """Tokens and log-probability, as far as they are such."""
    tokens, log_p = checks.unpack(got, "the list of tokens", "their log-probability")
    if np.ndim(tokens) == 0 and np.ndim(log_p) == 1:
        checks.fail("Return the list of tokens first, then their log-probability.")
    if np.ndim(tokens) == 0:
        checks.fail("Return 2 things: the list of tokens, their log-probability.")
    checks.shape(log_p, (), "the log-probability")
    return np.asarray(tokens).tolist(), log_p


def _same(parts: Any, others: Any) -> bool:
    return bool(parts[0] == others[0] and np.isclose(parts[1], others[1], rtol=1e-5, atol=1e-5))


def _said(case: Sequence[Any]) -> str:
    """The case in words."""
    _, _, start, end, width, longest, *given = case
    normalised = f", normalised={given[0]}" if given else ""
    return f" with start {start}, end {end}, width {width}, max_length {longest}{normalised}"


def _explains(mistake: str, cases: Sequence[Any], got: Sequence[Any], order: Sequence[int]) -> bool:
    """Does the mistake lead to what was returned, in all cases?"""
    for k in order:
        outcome = mistakes(*cases[k]).get(mistake)
        if outcome is None:  # it makes no difference here
            continue
        try:
            if not _same(got[k], outcome()):
                return False
        except (ValueError, StopIteration):
            return False
    return True


def mistakes(
    step: Any,
    state: Any,
    start: int,
    end: int,
    width: int,
    max_length: int,
    normalised: bool = False,
) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""

    def search(width: int = width, max_length: int = max_length, **slips: Any) -> list[Hypothesis]:
        return _search(step, state, start, end, width, max_length, **slips)

    def slip(**slips: Any) -> Callable[[], Any]:
        return lambda: _best(search(**slips), normalised)

    def ranked(score: Callable[[list[int], float], float]) -> Callable[[], Any]:
        return lambda: max(((t, p) for t, p, _ in search()), key=lambda one: score(*one))

    def of(change: Callable[[list[int], float], Any]) -> Callable[[], Any]:
        return lambda: change(*_best(search(), normalised))

    def some(wanted: bool) -> Callable[[], Any]:
        """The best of those that are finished, or not; of all where there are none."""
        return lambda: _best([one for one in search() if one[2] == wanted] or search(), normalised)

    told = {
        "the width is not used: it is what greedy gives": slip(width=1),
        "one hypothesis more than width is kept": slip(width=width + 1),
        "one hypothesis fewer than width is kept": slip(width=max(width - 1, 1)),
        "each hypothesis keeps its own best continuation; the best of all continuations together "
        "are kept": slip(apart=True),
        "a finished hypothesis gives its place back, so that width open ones are kept until the "
        "end; it keeps its place, and fewer go on": slip(places="fixed"),
        "a finished hypothesis takes no place at all: every end token is put aside, and the best "
        "width open ones go on; it has to be among the best, and keeps its place": slip(
            places="aside"
        ),
        "a finished hypothesis may be pushed out by open ones later; it keeps its place": slip(
            places="compete"
        ),
        "the first hypothesis that is finished is taken, or the search stops with it; it goes on "
        "until no open one is left, or max_length is reached, and the best is taken": lambda: _best(
            search(until="first"), normalised
        ),
        "the search stops when the best hypothesis is finished; it goes on until no open one is "
        "left, or max_length is reached": lambda: _best(search(until="best"), normalised),
        "the search stops when a hypothesis is finished; it goes on until no open one is left, or "
        "max_length is reached": slip(until="any"),
        "the search stops when the best hypothesis is finished, and that one is taken; it goes on "
        "until no open one is left, or max_length is reached, and the best of all is taken": slip(
            until="best alone"
        ),
        "only the best hypothesis of a round can be finished; each one that is kept and ends with "
        "the end token is": slip(first_alone=True),
        "hypotheses go on after the end token": slip(stops=False),
        "all continuations of a hypothesis are the same list: `tokens.append(token)` changes it "
        "for all of them; `tokens + [token]` makes a new one": lambda: _best(
            search(lists="shared"), normalised
        ),
        "the hypotheses that are cut off at max_length are left out; they count like the "
        "finished": some(True),
        "the finished hypotheses are forgotten: only those that are cut off at max_length "
        "count": some(False),
        "the hypotheses share one state: each goes on with the state of its own": slip(
            states="shared"
        ),
        "the state is not handed on: every step begins with the first state": slip(states="first"),
        "the decoder is given the start token at every step; it is given the last token of the "
        "hypothesis": slip(fed=start),
        "only the last token's log-probability is looked at; those of all tokens are added": slip(
            added=lambda old, new: new
        ),
        "the log-probabilities are multiplied; logarithms are added": slip(
            added=lambda old, new: (old or -1.0) * -new
        ),
        "probabilities are added; they are multiplied, and their logarithms are added": slip(
            added=lambda old, new: old + np.exp(new)
        ),
        "the smallest log-probabilities are kept; the largest is the one nearest to 0": slip(
            sign=-1
        ),
        "the hypotheses are sorted by their tokens, not by their log-probability": slip(
            by_tokens=True
        ),
        "the answer is one token longer than max_length": slip(max_length=max_length + 1),
        "the answer is one token shorter than max_length": slip(max_length=max_length - 1),
        "max_length is not used; after so many rounds the search is over, and the open hypotheses "
        "are cut off": slip(max_length=4 * max_length**2),
        "the end token is missing at the end; when it comes it is part of the answer": of(
            lambda t, p: (t[:-1] if t[-1] == end else t, p)
        ),
        "the start token is part of the answer; it is only what the decoder is given first": of(
            lambda t, p: ([start, *t], p)
        ),
        "the worst of the hypotheses is returned": ranked(
            lambda t, p: -p / (len(t) if normalised else 1)
        ),
        "it is the probability; its logarithm is wanted": of(lambda t, p: (t, np.exp(p))),
        "it is the mean for each token; the log-probability of the whole is wanted, also when it "
        "was chosen by the mean": of(lambda t, p: (t, p / len(t))),
        "the end token is not counted in the log-probability": of(
            lambda t, p: (t, _without_end(step, state, start, t))
        ),
        "the sign is wrong": of(lambda t, p: (t, -p)),
    }
    if not normalised:
        return told | {
            "the length is taken into account although normalised is False": ranked(
                lambda t, p: p / len(t)
            ),
            "the shortest answer is taken": ranked(lambda t, p: -len(t)),
        }
    return told | {
        "the value that was divided by the length is returned; it is for the choice alone, and the "
        "log-probability of the whole is returned": of(lambda t, p: (t, p / len(t))),
        "the length is not taken into account although normalised is True": ranked(lambda t, p: p),
        "the end token does not count in the length; it is a token like the others": ranked(
            lambda t, p: p / max(len(t) - (t[-1] == end), 1)
        ),
        "the start token counts in the length; it was not written": ranked(
            lambda t, p: p / (len(t) + 1)
        ),
        "it is divided by the root of the length; divide by the length": ranked(
            lambda t, p: p / np.sqrt(len(t))
        ),
        "it is multiplied by the length; divide": ranked(lambda t, p: p * len(t)),
        "the longest answer is taken; it is the one with the best mean": ranked(
            lambda t, p: len(t)
        ),
    }


def _best(found: list[Hypothesis], normalised: bool) -> tuple[list[int], float]:
    """The most probable of them, or the one with the best mean for a token."""
    tokens, log_p, _ = max(found, key=lambda one: one[1] / (len(one[0]) if normalised else 1))
    return tokens, log_p


def _without_end(step: Any, state: Any, start: int, tokens: list[int]) -> float:
    total = 0.0
    for token, given in zip(tokens[:-1], [start, *tokens], strict=False):
        log_p, state = step(state, given)
        total += log_p[token]
    return total


def _search(
    step: Any,
    state: Any,
    start: int,
    end: int,
    width: int,
    max_length: int,
    *,
    places: str = "kept",
    until: str = "all",
    apart: bool = False,
    stops: bool = True,
    states: str = "own",
    fed: int | None = None,
    added: Callable[[float, float], float] = lambda old, new: old + new,
    sign: int = 1,
    by_tokens: bool = False,
    first_alone: bool = False,
    lists: str = "own",
) -> list[Hypothesis]:
    """All that is found: tokens, log-probability, and whether it is finished; with slips.

    places: of what is finished: "kept", "fixed" (given back), "aside" (never taken), "compete"
    until: "all", or the "first" is finished, or the "best", which are what counts, or "best alone",
    or "any", when open ones count too   apart: each keeps its own best
    first_alone: only the best of a round can be finished   lists: of tokens, "own" or "shared"
    stops: at the end token   states: "own", "shared", "first"   fed: in place of the last token
    added: how log-probabilities come together   sign: −1 for the smallest   by_tokens: the order
    """
    first = state
    going: list[tuple[list[int], float, Any]] = [([], 0.0, state)]
    ended: list[tuple[list[int], float, Any]] = []

    def order(one: tuple[list[int], float, Any]) -> Any:
        return one[0] if by_tokens else sign * one[1]

    def over(one: tuple[list[int], float, Any]) -> bool:
        return stops and bool(one[0]) and one[0][-1] == end

    for _ in range(max_length):
        if not going:
            break
        grown: list[tuple[list[int], float, Any]] = []
        for tokens, total, own in going:
            given = (tokens[-1] if tokens else start) if fed is None else fed
            used = {"own": own, "shared": state, "first": first}[states]
            log_p, state = step(used, given)
            new = []
            for k, p in enumerate(log_p):
                longer = [*tokens, k]
                if lists == "shared":
                    tokens.append(k)
                    longer = tokens
                new.append((longer, added(total, float(p)), state))
            grown += [max(new, key=order)] if apart and tokens else new
        if places == "compete":
            grown += ended
            ended = []
        if places == "aside":
            ended += [one for one in grown if over(one)]
            grown = [one for one in grown if not over(one)]
        count = width - len(ended) if places == "kept" else width
        kept = sorted(grown, key=order, reverse=True)[:count]
        ended += [one for one in (kept[:1] if first_alone else kept) if over(one)]
        going = [one for k, one in enumerate(kept) if not over(one) or (first_alone and k)]
        if until == "best alone" and kept and over(kept[0]):
            return [(kept[0][0], kept[0][1], True)]
        if until == "any" and ended:
            break
        if (until == "first" and ended) or (until == "best" and kept and over(kept[0])):
            return [(t, p, True) for t, p, _ in ended]
    return [(t, p, True) for t, p, _ in ended] + [(t, p, False) for t, p, _ in going]
