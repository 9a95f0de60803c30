"""Random settings of an explorer, for tests of what Python and of what JavaScript computes."""

from collections.abc import Iterator

import numpy as np

from course_utils.explorers import Choice, Explorer, Pulses, Values


def random_settings(explorer: Explorer, rng: np.random.Generator, count: int) -> Iterator[Values]:
    """`count` of them, continuous where the slider is."""
    for _ in range(count):
        yield {
            p.name: str(rng.choice([value for value, _ in p.options]))
            if isinstance(p, Choice)
            else "".join(rng.choice(list("+-.1 −x"), rng.integers(p.steps + 3)))
            if isinstance(p, Pulses)
            else int(rng.integers(int(p.minimum), int(p.maximum) + 1))
            if p.integer
            else float(rng.uniform(p.minimum, p.maximum))
            for p in explorer.parameters
        }
