"""Stepping through the unfolded graph: one recurrent layer, drawn once for each of five steps.

Every step uses the same W, U and b. Two features come in, three units remember, two outputs are
read with V and b_y. The weights are round numbers, so that a reader can follow with a pencil.
"""

from __future__ import annotations

import numpy as np

from course_utils._svg import (
    ACCENT,
    ACCENT2,
    ACCENT3,
    ACCENT4,
    INK,
    LINE,
    MUTED,
    SURFACE,
    fixed,
    group,
    line,
    polyline,
    rect,
    text,
)
from course_utils.explorers._description import Choice, Drawing, Explorer, Slider, Traces, Values

STEPS = 5
X = np.array([[1, 0], [0, 1], [1, 1], [0, 0], [0, -1]], float)  # (time, features)
W = np.array([[0.5, -1.0, 0.0], [1.0, 0.5, -0.5]])  # (features, units)
U = np.array([[0.5, 0.0, 1.0], [0.0, 0.5, -0.5], [-1.0, 0.0, 0.5]])  # (units, units)
B = np.array([0.0, 0.5, 0.0])  # (units,)
V = np.array([[2.0, -1.0], [0.0, 1.0], [-1.0, 1.0]])  # (units, outputs)
B_Y = np.array([0.0, 0.5])  # (outputs,)

MODES = {
    "many-to-many": "many to many: an output at every step",
    "many-to-one": "many to one: one output, at the end",
    "one-to-many": "one to many: one input, then outputs",
}


def compute(step: int, mode: str) -> Traces:
    """The whole forward pass.

    x (5, 2), from_x = x W (5, 3), from_h = h_{t-1} U (5, 3), a (5, 3), h (6, 3) with h_0 = 0 first,
    y (5, 2); which inputs and outputs exist: has_input, has_output (5,), 0 or 1.
    """
    has_input = np.ones(STEPS) if mode != "one-to-many" else np.eye(STEPS)[0]
    has_output = np.ones(STEPS) if mode != "many-to-one" else np.eye(STEPS)[-1]
    x = X * has_input[:, None]
    h = np.zeros((STEPS + 1, 3))
    from_x, from_h, a, y = (np.zeros((STEPS, n)) for n in (3, 3, 3, 2))
    for t in range(STEPS):
        from_x[t] = x[t] @ W
        from_h[t] = h[t] @ U
        a[t] = from_x[t] + from_h[t] + B
        h[t + 1] = np.tanh(a[t])
        scores = np.exp(h[t + 1] @ V + B_Y)
        y[t] = scores / scores.sum()
    return {
        "x": x,
        "from_x": from_x,
        "from_h": from_h,
        "a": a,
        "h": h,
        "y": y,
        "has_input": has_input,
        "has_output": has_output,
    }


def _vector(values: np.ndarray, digits: int = 2) -> str:
    return f"[{', '.join(fixed(value, digits) for value in values)}]"


def _low(t: int) -> str:
    """A step's number as an index."""
    return "₀₁₂₃₄₅"[t]


def summary(values: Values, traces: Traces) -> str:
    """What comes in at this step, the sum, the new state, and whether there is an output."""
    t = int(values["step"])
    i = t - 1
    came = (
        f"x{_low(t)} = {_vector(traces['x'][i], 0)}"
        if traces["has_input"][i]
        else "no input, x = [0, 0],"
    )
    left = (
        f"Output y{_low(t)} = {_vector(traces['y'][i])}."
        if traces["has_output"][i]
        else "No output is read here."
    )
    return (
        f"Step {t} of {STEPS}: {came} and h{_low(i)} = {_vector(traces['h'][i])} come in;"
        f" a{_low(t)} = {_vector(traces['a'][i])}, so h{_low(t)} = {_vector(traces['h'][t])}."
        f" {left} W, U and b are the same at every step."
    )


def _arrow(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    """An upright or level arrow."""
    style = f"stroke:{colour};stroke-width:{fixed(width, 1)};fill:none;stroke-linecap:round"
    if y1 == y2:
        head = [(x2 - 6, y2 - 4), (x2, y2), (x2 - 6, y2 + 4)]
    else:
        head = [(x2 - 4, y2 + 6), (x2, y2), (x2 + 4, y2 + 6)]
    return group(style, line(x1, y1, x2, y2), polyline(head))


def _node(x: float, y: float, name: str, colour: str, now: bool) -> str:
    """A box around the name of an array; filled when it is part of the present step."""
    fill, ink = (colour, SURFACE) if now else ("none", INK)
    return rect(x - 19, y - 15, 38, 30, 8, f"fill:{fill};stroke:{colour};stroke-width:1.5") + text(
        x, y + 5, name, f"fill:{ink};text-anchor:middle;font-weight:600"
    )


def _graph(step: int, traces: Traces, width: int) -> str:
    """Inputs below, states in the middle, outputs above; the present step in colour."""
    gap = (width - (112 if width > 510 else 60)) / STEPS
    up, middle, down = 30, 112, 194
    parts = [_node(27, middle, "h₀", ACCENT2 if step == 1 else MUTED, False)]
    for t in range(1, STEPS + 1):
        x, now = 27 + gap * t, t == step
        thick = 2.5 if now else 1.2
        parts.append(_arrow(x - gap + 21, middle, x - 21, middle, ACCENT2 if now else MUTED, thick))
        if traces["has_input"][t - 1]:
            colour = ACCENT if now else MUTED
            parts.append(_arrow(x, down - 17, x, middle + 17, colour, thick))
            parts.append(_node(x, down, f"x{_low(t)}", colour, now))
        if traces["has_output"][t - 1]:
            colour = ACCENT4 if now else MUTED
            parts.append(_arrow(x, middle - 17, x, up + 17, colour, thick))
            parts.append(_node(x, up, f"y{_low(t)}", colour, now))
        parts.append(_node(x, middle, f"h{_low(t)}", INK if t <= step else MUTED, now))
        weight = "font-weight:700" if now else "opacity:.75"
        shapes = now and gap > 90
        label = "U (3, 3)" if shapes else "U"
        style = f"fill:{ACCENT2};text-anchor:middle;{weight}"
        parts.append(text(x - gap / 2 - 1, middle - 8, label, style))
        if traces["has_input"][t - 1]:
            label = "W (2, 3)" if shapes else "W"
            parts.append(text(x + 6, 159, label, f"fill:{ACCENT};{weight}"))
        if traces["has_output"][t - 1]:
            label = "V (3, 2)" if shapes else "V"
            parts.append(text(x + 6, 75, label, f"fill:{ACCENT4};{weight}"))
    return "".join(parts)


def _row(y: float, label: str, values: np.ndarray, colour: str, columns: list[int]) -> str:
    """A label and its numbers, one below the other's."""
    numbers = [
        text(column, y, fixed(value, 2)) for column, value in zip(columns, values, strict=False)
    ]
    return text(12, y, label, f"fill:{colour}") + group("text-anchor:end", *numbers)


def _sum(step: int, traces: Traces, width: int) -> str:
    """The step as a column sum."""
    i = step - 1
    first = 150 if width < 560 else 190
    columns = [first + (62 if width < 560 else 90) * k for k in range(3)]
    t, before = _low(step), _low(i)
    x = _vector(traces["x"][i], 0)
    parts = [
        text(12, 246, f"x{t} = {x}" if traces["has_input"][i] else "no input", f"fill:{ACCENT}"),
        _row(272, f"x{t} W", traces["from_x"][i], ACCENT, columns),
        _row(294, f"h{before} U", traces["from_h"][i], ACCENT2, columns),
        _row(316, "b", B, ACCENT3, columns),
        line(12, 324, columns[2], 324, f"stroke:{MUTED}"),
        _row(344, f"a{t}, their sum", traces["a"][i], INK, columns),
        group("font-weight:700", _row(370, f"h{t} = tanh a{t}", traces["h"][step], INK, columns)),
    ]
    if traces["has_output"][i]:
        parts.append(_row(396, f"y{t} = softmax", traces["y"][i], ACCENT4, columns))
    else:
        parts.append(text(12, 396, "no output is read at this step", f"fill:{MUTED}"))
    return "".join(parts)


def _matrix(x: float, y: float, name: str, values: np.ndarray, colour: str) -> str:
    """A weight with its shape, in a frame."""
    rows = np.atleast_2d(values)
    shape = ", ".join(str(n) for n in values.shape) + ("," if values.ndim == 1 else "")
    numbers = [
        text(x + 38 * k + 34, y + 26 + 18 * i, fixed(value, 1))
        for i, row in enumerate(rows)
        for k, value in enumerate(row)
    ]
    frame = rect(
        x, y + 9, 38 * len(rows[0]) + 6, 18 * len(rows) + 8, 5, f"fill:none;stroke:{colour}"
    )
    title = text(x, y, f"{name} ({shape})", f"fill:{colour};font-weight:600")
    return title + frame + group("text-anchor:end;font-size:12px", *numbers)


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """The graph; the present step as a sum; the weights, which never change."""
    step = int(values["step"])
    wide = width >= 560
    left, top = (width - 268, 240) if wide else (12, 432)
    parts = [
        _graph(step, traces, width),
        line(0, 222, width, 222, f"stroke:{LINE}"),
        _sum(step, traces, width),
        _matrix(left, top + 6, "W", W, ACCENT),
        _matrix(left, top + 82, "U", U, ACCENT2),
        _matrix(left + 140, top + 6, "b", B, ACCENT3),
        _matrix(left + 140, top + 82, "V", V, ACCENT4),
        text(left + 140, top + 172, f"b_y {_vector(B_Y, 1)}", f"fill:{ACCENT4}"),
        text(left, top + 196, "the same at every step", f"fill:{MUTED}"),
    ]
    style = f"font-size:14px;fill:{INK};font-variant-numeric:tabular-nums"
    return Drawing(width, 446 if wide else 640, group(style, *parts))


EXPLORER = Explorer(
    name="unfolded-graph",
    title="One layer, five steps",
    description=(
        "The unfolded graph: inputs below, states in a row, outputs above, joined by arrows W, U"
        " and V; the present step is in colour. Under it, the numbers of this step as a sum: x"
        " times W, the old state times U, and b; then tanh. Beside them the weights"
        " with their shapes."
    ),
    parameters=(
        Slider("step", "Time step", 1, STEPS, 1, 1, stepper=True),
        Choice("mode", "Inputs and outputs", tuple(MODES.items()), "many-to-many"),
    ),
    compute=compute,
    summary=summary,
    draw=draw,
)
