"""Which inputs output t may see, through layers and directions: its receptive field.

Twelve steps. A layer is known here by who reads whom: a cell its neighbours in the same layer,
which hand it their states, and the layer below. The rest follows, one layer after the other, down
to the inputs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_utils.explorers._description import Choice, Explorer, Slider, Traces

STEPS = 12
KINDS = {
    "stacked": "recurrent, one direction",
    "bidirectional": "recurrent, both directions",
    "causal": "convolution, causal",
    "centred": "convolution, centred",
    "windows": "recurrent, state reset every k steps",
}

Links = NDArray[np.bool_]  # (time of the reader, time of what is read)


def links(kind: str, size: int) -> tuple[Links, Links]:
    """Who reads whom in one layer: across it through states, and in the layer below.

    A causal convolution reads the present step and size − 1 before it. A centred one reads as
    ``padding="same"`` of Keras does: when `size` is even, one step more ahead than back.
    """
    s = np.arange(STEPS)
    back = s[:, None] - s
    same = back == 0
    match kind:
        case "stacked":
            return back >= 0, same
        case "bidirectional":
            return np.full_like(same, True), same
        case "windows":
            return (back >= 0) & (s[:, None] // size == s // size), same
        case "causal":
            return same, (back >= 0) & (back < size)
        case _:
            return same, (back >= -(size // 2)) & (back <= (size - 1) // 2)


def compute(kind: str, layers: int, size: int, step: int) -> Traces:
    """What reaches output `step` (1 to 12) of a stack of equal layers.

    reach (layers + 1, 12), True where a node does; row 0 are the inputs, the last row is the top
    layer. Of the inputs: how many are seen (inputs), of these before the step (past) and after it
    (future), and how many before it are out of sight (lost); ahead: how many steps an output of
    this network looks ahead at most.
    """
    across, below = links(kind, size)
    sees = [across]  # from the outputs down, (outputs, nodes of one layer)
    for _ in range(layers - 1):
        sees.append(sees[-1] @ below @ across)
    sees.append(sees[-1] @ below)
    reach = np.array([rows[step - 1] for rows in reversed(sees)])
    seen = np.flatnonzero(reach[0]) + 1
    outputs, inputs = np.nonzero(sees[-1])
    counts: dict[str, Any] = {
        "inputs": len(seen),
        "past": np.count_nonzero(seen < step),
        "future": np.count_nonzero(seen > step),
        "lost": step - 1 - np.count_nonzero(seen < step),
        "ahead": np.max(inputs - outputs),
    }
    return {"reach": reach} | {name: int(count) for name, count in counts.items()}


EXPLORER = Explorer(
    name="cone-of-sight",
    title="What may output t see?",
    description=(
        "Time runs to the right, twelve steps; the inputs lie below, the layers above them. One"
        " output of the top layer is marked. The nodes and the lines through which an input reaches"
        " it are in colour, all others pale. Inputs that it sees are filled, round up to its own"
        " step and square after it, and their number stands below."
    ),
    parameters=(
        Choice("kind", "Kind of layer", tuple(KINDS.items()), "causal"),
        Slider("layers", "Layers", 1, 4, 1, 2),
        Slider("size", "Kernel width or reset k", 2, 6, 1, 3),
        Slider("step", "Output t", 1, STEPS, 1, 7, stepper=True),
    ),
    compute=compute,
    presets=(
        ("One direction", {"kind": "stacked"}),
        ("Both directions", {"kind": "bidirectional"}),
        ("Centred convolutions", {"kind": "centred"}),
        ("Reset every 4 steps", {"kind": "windows", "size": 4}),
    ),
)
