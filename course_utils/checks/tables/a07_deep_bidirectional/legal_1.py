"""07-deep-bidirectional, who may read from both ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from course_utils import checks

BY_HAND: tuple[str, ...] = ()
CALLS: dict[str, str] = {}

STEPS = 6
PRINCIPLE = (
    "For every answer both must hold: the last step that the layer is given has happened when the "
    "answer is due, struck out or not, and what is wanted is not among the steps that it reads."
)
NONE = "`wanted` may be None: ask for that first, `wanted is None or …`."
EMPTY = (
    "All steps of a use may be struck out: then the layer reads nothing. Whether it is time hangs "
    "on the steps that it is given, struck out or not."
)
LENGTHS = (
    "`due` and `wanted` have one entry for each answer, not for each step; `struck_out` may be "
    "empty, or hold every step."
)
HINTS = {
    "'NoneType' and 'int'": NONE,
    "'int' and 'NoneType'": NONE,
    "empty sequence": EMPTY,
    "zero-size array": EMPTY,
    "list index out of range": LENGTHS,
    "with size 0": LENGTHS,
}


def example() -> dict[str, dict[str, Any]]:
    """Six uses of a layer that is given 6 steps, and eleven small ones, made to be tricky."""
    return {name: use for name, (use, _) in _uses().items()}


def check(legal: Any) -> None:
    """The tests that students see."""
    compare(legal, example(), {name: may for name, (_, may) in _uses().items()})


def compare(
    legal: Any, uses: Mapping[str, Mapping[str, Any]], expected: Mapping[str, bool]
) -> None:
    """What legal says of these uses."""
    got = checks.call(legal, dict(uses), hints=HINTS)
    if not isinstance(got, dict):
        checks.fail("Return a dictionary: for the name of each use True or False.")
    if set(got) != set(uses) or not all(isinstance(v, (bool, np.bool_)) for v in got.values()):
        checks.equal(got, expected, "the dictionary")
    said = {name: bool(may) for name, may in got.items()}
    wrong = [name for name in uses if said[name] != expected[name]]
    if not wrong:
        return
    looks = (text for text, outcome in mistakes(uses).items() if outcome() == said)
    mistake = next(looks, "")
    like = f"It looks like this mistake: {mistake}." if mistake else PRINCIPLE
    checks.fail(
        f"{len(uses) - len(wrong)} of {len(uses)} uses are right. {like} "
        f"For {wrong[0]!r} you say {said[wrong[0]]}. It is {uses[wrong[0]]}."
    )


def _uses() -> dict[str, tuple[dict[str, Any], bool]]:
    """Uses, and whether they are legal."""
    done, now = [STEPS - 1] * STEPS, list(range(STEPS))
    following = list(range(1, STEPS + 1))

    def use(
        due: list[int], wanted: list[int | None], struck_out: Sequence[int] = (), steps: int = STEPS
    ) -> dict[str, Any]:
        return {"steps": steps, "struck_out": [*struck_out], "due": due, "wanted": wanted}

    return {
        "tag each word of a sentence that you have": (use(done, [None] * STEPS), True),
        "write captions while somebody speaks": (use(now, [None] * STEPS), False),
        "give the next word at every place of a text": (use(done, [*following]), False),
        "fill in the word that is struck out": (use([5], [3], [3]), True),
        "forecast tomorrow from six days that are over": (use([5], [6]), True),
        "forecast day 11, days 4 and 5 still to come": (use([3], [11]), False),
        "give back step 0": (use([2], [0], steps=3), False),
        "give back step 0, which is struck out": (use([2], [0], [0], steps=3), True),
        "give back the last step": (use([3], [3], steps=4), False),
        "strike out step 1, ask for step 2": (use([3], [2], [1], steps=4), False),
        "one answer in time, one too early": (use([3, 2], [None, 4], steps=4), False),
        "one answer too early, one in time": (use([2, 3], [4, None], steps=4), False),
        "two answers long afterwards": (use([9, 9], [6, 12], steps=4), True),
        "too early, and for a step that is read": (use([1], [2], steps=4), False),
        "give back the last step, struck out, when it is there": (use([3], [3], [3], 4), True),
        "give back the last step, struck out, before it is there": (use([2], [3], [3], 4), False),
        "give back both steps, both struck out": (use([1, 1], [0, 1], [0, 1], 2), True),
    }


def mistakes(uses: Mapping[str, Mapping[str, Any]]) -> dict[str, Callable[[], Any]]:
    """Mistake → what it leads to."""

    def there(use: Any, due: int) -> bool:
        """Has every step that the layer is given happened when the answer is due?"""
        return bool(due >= use["steps"] - 1)

    def unread(use: Any, wanted: Any) -> bool:
        return wanted is None or wanted >= use["steps"] or wanted in use["struck_out"]

    def last_read(use: Any) -> int:
        return max((s for s in range(use["steps"]) if s not in use["struck_out"]), default=-1)

    def holds(use: Any, due: int, wanted: Any) -> bool:
        return there(use, due) and unread(use, wanted)

    def rule(
        holds: Callable[[Any, int, Any], bool] = holds, of: Callable[[list[bool]], bool] = all
    ) -> Callable[[], Any]:
        """holds: for one answer   of: from all answers to the use."""
        return lambda: {
            name: of([holds(use, *one) for one in zip(use["due"], use["wanted"], strict=True)])
            for name, use in uses.items()
        }

    def only_unread(inside: Callable[[Any, Any], bool]) -> Callable[[], Any]:
        """inside: does the layer read what is wanted?"""
        return rule(lambda use, due, wanted: there(use, due) and not inside(use, wanted))

    def among(use: Any, wanted: Any) -> bool:
        return wanted is not None and wanted < use["steps"] and wanted not in use["struck_out"]

    return {
        "True and False are exchanged: True means that it may read from both ends": lambda: {
            name: not may for name, may in rule()().items()
        },
        "only the time is looked at; a layer that reads its own answer cheats even when all of it "
        "has happened": rule(lambda use, due, wanted: there(use, due)),
        "only what is wanted is looked at; a layer cannot read steps that have not happened when "
        "the answer is due": rule(lambda use, due, wanted: unread(use, wanted)),
        "what is struck out counts as read; the layer does not see it": only_unread(
            lambda use, wanted: wanted is not None and wanted < use["steps"]
        ),
        "where anything is struck out, everything is allowed; only the step that is struck out is "
        "hidden": only_unread(lambda use, wanted: among(use, wanted) and not use["struck_out"]),
        "one answer that holds is enough; a use is legal when all its answers are": rule(of=any),
        "only the first answer is looked at; a use is legal when all its answers are": rule(
            of=lambda found: found[0]
        ),
        "only the last answer is looked at; a use is legal when all its answers are": rule(
            of=lambda found: found[-1]
        ),
        "the last step that is given is steps - 1, since they count from 0; due may be equal to "
        "it": rule(lambda use, due, wanted: due >= use["steps"] and unread(use, wanted)),
        "a struck-out step at the end is left out of the reckoning; a blank stands for a step that "
        "is there, so the layer waits for it, too": rule(
            lambda use, due, wanted: due >= last_read(use) and unread(use, wanted)
        ),
        "a use whose steps are all struck out is taken for cheating; of what is wanted the layer "
        "reads nothing": only_unread(
            lambda use, wanted: among(use, wanted) or len(use["struck_out"]) == use["steps"]
        ),
        "a step is missing when the answer is due: the layer is given steps up to steps - 1": rule(
            lambda use, due, wanted: due >= use["steps"] - 2 and unread(use, wanted)
        ),
        "the wanted step `steps` counts as read; the layer reads the steps before it": only_unread(
            lambda use, wanted: (
                wanted is not None and wanted <= use["steps"] and wanted not in use["struck_out"]
            )
        ),
        "the wanted step `steps - 1` does not count as read; it is the last that the layer "
        "reads": only_unread(lambda use, wanted: among(use, wanted) and wanted < use["steps"] - 1),
        "an answer of None counts as cheating; it asks for no step of the sequence": only_unread(
            lambda use, wanted: wanted is None or among(use, wanted)
        ),
        "the wanted step 0 counts as none at all: `if wanted` is False for 0 as well as for None; "
        "ask whether it `is None`": only_unread(
            lambda use, wanted: bool(wanted) and among(use, wanted)
        ),
        "a wanted step before the answer is due counts as read; read is what lies among the steps "
        "of the layer": rule(
            lambda use, due, wanted: (
                there(use, due) and (wanted is None or wanted > due or wanted in use["struck_out"])
            )
        ),
        "anything wanted from the sequence counts as cheating, a step that is still to come as "
        "well": only_unread(
            lambda use, wanted: wanted is not None and wanted not in use["struck_out"]
        ),
        "one of the two conditions is enough for you; both must hold": rule(
            lambda use, due, wanted: there(use, due) or unread(use, wanted)
        ),
        f"every use is allowed. {PRINCIPLE[:-1]}": lambda: dict.fromkeys(uses, True),
        f"no use is allowed. {PRINCIPLE[:-1]}": lambda: dict.fromkeys(uses, False),
        "it is a forward layer's rule: no answer is due before the step it reads; a backward layer "
        "reads all steps for every answer": rule(
            lambda use, due, wanted: wanted is None or wanted > due or wanted in use["struck_out"]
        ),
    }
