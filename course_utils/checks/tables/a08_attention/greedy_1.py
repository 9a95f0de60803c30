"""08-attention, the most probable token each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils import checks
from course_utils.checks.tables.a08_attention import _common_1 as common
from course_utils.checks.tables.a08_attention._common_1 import decoder

__all__ = ["BY_HAND", "CALLS", "check", "compare", "decoder", "example", "mistakes"]

BY_HAND = common.DECODING
CALLS: dict[str, str] = {}

START, END, LONGEST = 1, 2, 12


def example() -> tuple[common.Step, np.ndarray, int, int, int]:
    """step, state (4,), start 1, end 2, max_length 12: a decoder of 6 tokens with 4 units.

    The state makes the difference: other first states lead to other answers.
    """
    return common.model(), common.STATES[0], START, END, LONGEST


def check(greedy: Any) -> None:
    """The tests that students see."""
    step, *_ = example()
    for state in common.STATES:
        inputs = (step, state, START, END, LONGEST)
        compare(greedy, inputs, _right(*inputs))
    for longest in (3, 1):
        inputs = (step, common.STATES[0], START, END, longest)
        compare(greedy, inputs, _right(*inputs), f" with max_length {longest}")
    inputs = (step, common.STATES[0], 4, 0, LONGEST)
    compare(greedy, inputs, _right(*inputs), " with start token 4 and end token 0")


def compare(greedy: Any, inputs: Any, expected: Any, case: str = "") -> None:
    """The tokens for inputs (step, state, start, end, max_length).

    A short answer may look like many mistakes, so a mistake is told only where it explains what is
    returned from other first states, too.
    """
    got = checks.call(greedy, *inputs, hints=common.STEP_HINTS)
    if isinstance(got, tuple) and any(np.ndim(part) for part in got):
        checks.fail(f"Return the list of tokens alone. You returned {len(got)} things.")
    what, told = f"the list of tokens{case}", mistakes(*inputs)
    if not np.array_equal(got, expected):
        others = [(example()[0], state, START, END, LONGEST) for state in common.STATES]
        answers = [_answer(greedy, other) for other in others]
        outcomes = [mistakes(*other) for other in others]
        told = {
            mistake: outcome
            for mistake, outcome in told.items()
            if all(
                answer is None or np.array_equal(answer, outcome_there[mistake]())
                for answer, outcome_there in zip(answers, outcomes, strict=True)
            )
        }
    checks.equal(got, expected, what, told)


def _answer(greedy: Any, inputs: Any) -> Any:
    """What it returns, or None where it stops with an error."""
    try:
        return checks.call(greedy, *inputs)
    except checks.CheckError:
        return None


def _right(step: Any, state: Any, start: int, end: int, max_length: int) -> list[int]:
    return _written(step, state, start, end, max_length)


def mistakes(
    step: Any, state: Any, start: int, end: int, max_length: int
) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""
    right = _written(step, state, start, end, max_length)

    def slip(**slips: Any) -> Callable[[], Any]:
        return lambda: _written(step, state, start, end, max_length, **slips)

    return {
        "the end token is missing at the end; when it comes it is part of the answer": lambda: [
            token for token in right if token != end
        ],
        "the start token is part of the answer; it is only what the decoder is given "
        "first": lambda: [start, *right],
        "the start token is there and the end token is not; it should be the other way "
        "round": lambda: [start, *[token for token in right if token != end]],
        "it goes on after the end token": slip(stops=False),
        "where max_length came first an end token is put at the end; nobody wrote it": lambda: (
            right if right[-1] == end else [*right, end]
        ),
        "it is one token longer than max_length": lambda: _written(
            step, state, start, end, max_length + 1
        ),
        "it is one token shorter than max_length": lambda: _written(
            step, state, start, end, max_length - 1
        ),
        "the start token is part of the answer, and counts for max_length; only what is written is "
        "part of it, and counts": lambda: [
            start,
            *_written(step, state, start, end, max_length - 1),
        ],
        "the state is not handed on: every step begins with the first state": slip(carried=False),
        "the decoder is given the start token at every step; it is given the token that it wrote "
        "last": slip(fed=lambda tokens: start),
        "the token of the step before is not handed on; the decoder is given the number of the "
        "step": slip(fed=lambda tokens: len(tokens) or start),
        "the least probable token is taken; log-probabilities are negative, so the largest is the "
        "one nearest to 0": slip(choose=np.argmin),
        "the second most probable token is taken": slip(choose=lambda p: np.argsort(-p)[1]),
        "the end token is never taken; where it is the most probable, the answer is over": slip(
            choose=lambda p: np.argmax(np.where(np.arange(len(p)) == end, -np.inf, p))
        ),
        "only the last token is returned; all of them are wanted": lambda: right[-1],
        "only the first token is there: does the function return inside the loop?": lambda: right[
            :1
        ],
        "the order is turned round": lambda: right[::-1],
        "step is called once before the loop, and what it said is lost": slip(lost=True),
        "the decoder is given the start token twice: step is called with it before the loop, and "
        "what it said is lost": slip(lost=True, fed=lambda tokens: tokens[-1] if tokens else start),
        "the decoder is given the start token twice; after the first token it is given that "
        "token": slip(fed=lambda tokens: tokens[-1] if tokens[1:] else start),
        "the decoder is given each token one step too late, and the start token twice": slip(
            fed=lambda tokens: tokens[-2] if tokens[1:] else start
        ),
        "the largest is looked for without the first entry, so that every number is one too small; "
        "look through all entries": slip(choose=lambda p: np.argmax(p[1:])),
        "max_length is not used": lambda: _written(step, state, start, end, 8 * max_length),
    }


def _written(
    step: Any,
    state: Any,
    start: int,
    end: int,
    max_length: int,
    *,
    stops: bool = True,
    carried: bool = True,
    fed: Callable[[list[int]], int] | None = None,
    choose: Callable[[Any], Any] = np.argmax,
    lost: bool = False,
) -> list[int]:
    """What is written, with slips.

    stops: at the end token   carried: the state goes on   fed: what the decoder is given after
    these tokens, in place of the last   choose: which token is taken   lost: a first call whose
    token is not written
    """
    tokens: list[int] = []
    first, token = state, start
    if lost:
        log_p, state = step(state, start)
        token = int(np.argmax(log_p))
    while len(tokens) < max_length:
        log_p, after = step(state if carried else first, fed(tokens) if fed else token)
        state, token = after, int(choose(log_p))
        tokens.append(token)
        if token == end and stops:
            break
    return tokens
