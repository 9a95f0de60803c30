"""A gradient walks back through time: one unit, six steps, the chain rule one step at a time.

h_t = tanh(w x_t + u h_{t-1}), and a loss ½ (h_t − 1)² at the last step or at every step. The reader
walks back from the loss; each step hands its part to w, u and b, and the rest on to the step
before. The parts are summed, because every step used the same three weights.
"""

from __future__ import annotations

import math

import numpy as np

from course_utils._svg import (
    ACCENT,
    ACCENT2,
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

STEPS = 6
X = np.array([1.0, 0.0, -0.5, 0.0, 0.5, 0.0])  # the input at steps 1 to 6
TARGET = 1.0  # what the state should be, where a loss sits

LOSSES = {"last": "at the last step only", "every": "at every step"}


def compute(back: int, u: float, w: float, losses: str) -> Traces:
    """The whole walk; entry i of an array of STEPS belongs to step i + 1.

    h (STEPS + 1,) with h_0 = 0 first; loss; own: ∂L_t/∂h_t; later: what the step after sends;
    dh = own + later; slope; da = dh · slope; to_w, to_u, to_b; the three sums over the `back` steps
    that are walked (so_far) and over all (total), in the order w, u, b.
    """
    h = np.zeros(STEPS + 1)
    for t in range(STEPS):
        h[t + 1] = math.tanh(w * X[t] + u * h[t])
    has_loss = np.ones(STEPS) if losses == "every" else np.eye(STEPS)[-1]
    own = has_loss * (h[1:] - TARGET)
    later, dh, da = np.zeros(STEPS), np.zeros(STEPS), np.zeros(STEPS)
    slope = 1 - h[1:] ** 2
    for t in reversed(range(STEPS)):
        later[t] = da[t + 1] * u if t + 1 < STEPS else 0.0
        dh[t] = own[t] + later[t]
        da[t] = dh[t] * slope[t]
    parts = np.stack([X * da, h[:-1] * da, da])
    walked = np.arange(STEPS) >= STEPS - back
    return {
        "h": h,
        "loss": float(np.sum(has_loss * (h[1:] - TARGET) ** 2) / 2),
        "has_loss": has_loss,
        "own": own,
        "later": later,
        "dh": dh,
        "slope": slope,
        "da": da,
        "to_w": parts[0],
        "to_u": parts[1],
        "to_b": parts[2],
        "so_far": np.sum(parts * walked, axis=1),
        "total": np.sum(parts, axis=1),
    }


def _low(t: int) -> str:
    """A step's number as an index."""
    return "₀₁₂₃₄₅₆"[t]


def summary(values: Values, traces: Traces) -> str:
    """What arrives at the present step, what it gives to the weights, and the sums so far."""
    back = int(values["back"])
    if back == 0:
        return (
            f"The forward pass is done, and the loss is {fixed(traces['loss'], 3)}."
            " Nothing has been walked back yet."
        )
    t = STEPS + 1 - back
    i = t - 1
    own = fixed(traces["own"][i], 3) if traces["has_loss"][i] else "nothing"
    later = (
        f"{fixed(traces['later'][i], 3)} from step {t + 1}" if back > 1 else "nothing from later"
    )
    parts = ", ".join(f"{fixed(traces[f'to_{k}'][i], 3)} to {k}" for k in "wub")
    sums = ", ".join(fixed(value, 3) for value in traces["so_far"])
    words = (
        f"h{_low(t)} gets {own} from its own loss and {later}: {fixed(traces['dh'][i], 3)} in all."
        f" Times the slope {fixed(traces['slope'][i], 3)} that is δ{_low(t)} ="
        f" {fixed(traces['da'][i], 3)}, which gives {parts}. Sums so far, for w, u and b: {sums}."
    )
    if back == STEPS:
        words += (
            " That is the whole gradient; step 6 alone would have given u"
            f" {fixed(traces['to_u'][-1], 3)}."
        )
    return words


def _arrow(x1: float, y1: float, x2: float, y2: float, colour: str, width: float) -> str:
    """An upright or level arrow."""
    style = f"stroke:{colour};stroke-width:{fixed(width, 1)};fill:none;stroke-linecap:round"
    if y1 == y2:
        back = 5 if x1 < x2 else -5
        head = [(x2 - back, y2 - 4), (x2, y2), (x2 - back, y2 + 4)]
    else:
        back = 5 if y1 < y2 else -5
        head = [(x2 - 4, y2 - back), (x2, y2), (x2 + 4, y2 - back)]
    return group(style, line(x1, y1, x2, y2), polyline(head))


def _node(x: float, y: float, name: str, colour: str, now: bool) -> str:
    """A box around the name of a state or a loss; filled at the present step."""
    fill, ink = (colour, SURFACE) if now else ("none", INK)
    return rect(x - 14, y - 13, 28, 26, 7, f"fill:{fill};stroke:{colour};stroke-width:1.5") + text(
        x, y + 5, name, f"fill:{ink};text-anchor:middle;font-weight:600"
    )


def _across(t: int, width: int) -> float:
    """Where step t stands."""
    return 24 + (width - 52) * t / STEPS


def _graph(back: int, traces: Traces, width: int) -> str:
    """Losses above, states in the middle, inputs below; thin arrows forward, thick ones back."""
    first = STEPS + 1 - back  # the present step; all from here on are walked
    up, middle, down = 20, 82, 140
    parts = [_node(_across(0, width), middle, "h₀", MUTED, False)]
    for t in range(1, STEPS + 1):
        x, before, walked = _across(t, width), _across(t - 1, width), t >= first
        parts.append(_arrow(before + 16, middle - 5, x - 17, middle - 5, MUTED, 1.2))
        parts.append(_arrow(x - 5, down - 12, x - 5, middle + 15, MUTED, 1.2))
        if walked:
            parts.append(_arrow(x - 16, middle + 6, before + 17, middle + 6, ACCENT, 2.5))
            parts.append(_arrow(x + 5, middle + 15, x + 5, down - 12, ACCENT2, 2.5))
        if traces["has_loss"][t - 1]:
            parts.append(_arrow(x - 5, middle - 15, x - 5, up + 15, MUTED, 1.2))
            if walked:
                parts.append(_arrow(x + 5, up + 15, x + 5, middle - 15, ACCENT, 2.5))
            parts.append(_node(x, up, f"L{_low(t)}", ACCENT4, False))
        colour = ACCENT if walked else MUTED
        parts.append(_node(x, middle, f"h{_low(t)}", colour, t == first))
        parts.append(text(x, down + 4, f"x{_low(t)}", f"fill:{INK};text-anchor:middle"))
    return "".join(parts)


def _bars(top: float, title: str, heights: np.ndarray, back: int, colour: str, width: int) -> str:
    """One bar for each step that is walked; all on the scale of the largest."""
    zero = top + 54
    scale = 34 / max(1e-12, float(np.max(np.abs(heights))))
    parts = [
        text(8, top + 8, title),
        line(8, zero, width - 4, zero, f"stroke:{LINE}"),
    ]
    for t in range(STEPS + 1 - back, STEPS + 1):
        x, height = _across(t, width), float(heights[t - 1])
        end = zero - scale * height
        parts.append(line(x, zero, x, end, f"stroke:{colour};stroke-width:14"))
        where = end - 5 if height >= 0 else end + 14
        parts.append(text(x, where, fixed(height, 3), "text-anchor:middle;font-size:12px"))
    return "".join(parts)


def _row(y: float, label: str, value: str, left: float, right: float, style: str = "") -> str:
    """A label, and a number at the right."""
    return text(left, y, label, style) + text(right, y, value, f"text-anchor:end;{style}")


def _sum(back: int, traces: Traces, left: float, top: float, right: float) -> str:
    """The gradient that arrives at the present state, as a sum, and what is made of it."""
    if back == 0:
        return text(left, top, f"loss L = {fixed(traces['loss'], 3)}", "font-weight:600")
    t = STEPS + 1 - back
    i = t - 1
    n = _low(t)
    own = fixed(traces["own"][i], 3) if traces["has_loss"][i] else "no loss here"
    after = f"from step {t + 1}: δ{_low(t + 1)} u" if back > 1 else "from later steps"
    later = fixed(traces["later"][i], 3) if back > 1 else "nothing"
    bold = "font-weight:700"
    return "".join(
        [
            _row(top, f"own loss: h{n} − 1", own, left, right, f"fill:{ACCENT4}"),
            _row(top + 22, after, later, left, right, f"fill:{ACCENT}"),
            line(left, top + 30, right, top + 30, f"stroke:{MUTED}"),
            _row(top + 48, f"∂L/∂h{n}", fixed(traces["dh"][i], 3), left, right, bold),
            _row(top + 70, f"slope 1 − h{n}²", fixed(traces["slope"][i], 3), left, right),
            _row(top + 92, f"δ{n}, their product", fixed(traces["da"][i], 3), left, right, bold),
        ]
    )


def _parts(back: int, traces: Traces, left: float, top: float, right: float) -> str:
    """What this step gives to each weight, and the sums."""
    columns = [right - 124, right - 62, right]
    end = "text-anchor:end"
    t = STEPS + 1 - back
    n, before = _low(min(t, STEPS)), _low(t - 1)
    factors = [f"x{n}δ{n}", f"h{before}δ{n}", f"δ{n}"] if back else ["", "", ""]
    here = [fixed(traces[f"to_{k}"][t - 1], 3) if back else "" for k in "wub"]
    sums = [fixed(value, 3) for value in traces["so_far"]]
    words = []
    for x, name, factor, part, total in zip(columns, "wub", factors, here, sums, strict=True):
        words.append(text(x, top, name, f"{end};font-weight:700"))
        words.append(text(x, top + 22, factor, f"{end};fill:{MUTED}"))
        words.append(text(x, top + 44, part, f"{end};fill:{ACCENT2}"))
        words.append(text(x, top + 74, total, f"{end};font-weight:700"))
    return "".join(
        [
            text(left, top, "part for"),
            text(left, top + 44, "this step", f"fill:{ACCENT2}"),
            line(left, top + 54, right, top + 54, f"stroke:{MUTED}"),
            text(left, top + 74, "sum so far", "font-weight:700"),
            *words,
        ]
    )


def draw(values: Values, traces: Traces, width: int) -> Drawing:
    """The graph with the walk; what arrives and what goes to u, as bars; the present step."""
    back = int(values["back"])
    wide = width >= 560
    half = width / 2
    parts = [
        _graph(back, traces, width),
        _bars(160, "∂L/∂hₜ: what arrives at each state", traces["dh"], back, ACCENT, width),
        _bars(268, "hₜ₋₁ δₜ: what each step gives to u", traces["to_u"], back, ACCENT2, width),
        line(0, 376, width, 376, f"stroke:{LINE}"),
        _sum(back, traces, 8, 402, half - 30 if wide else width - 8),
        _parts(back, traces, half + 10 if wide else 8, 402 if wide else 528, width - 8),
    ]
    style = f"font-size:14px;fill:{INK};font-variant-numeric:tabular-nums"
    return Drawing(width, 508 if wide else 618, group(style, *parts))


EXPLORER = Explorer(
    name="gradient-walk",
    title="A gradient walks back through time",
    description=(
        "One unit over six steps: states in a row, losses above, inputs below. Thin arrows run"
        " forward; thick ones show how far the gradient has been walked back. Under them two rows"
        " of bars: the gradient that arrives at each state, and the part that each step gives to"
        " the recurrent weight u. Below, the present step as a sum, and the sums so far for w, u"
        " and b."
    ),
    parameters=(
        Slider("back", "Steps walked back", 0, STEPS, 1, 1, stepper=True),
        Slider("u", "Recurrent weight u", -2, 2, 0.1, 0.9),
        Slider("w", "Input weight w", -2, 2, 0.1, 1.0),
        Choice("losses", "Where losses sit", tuple(LOSSES.items()), "last"),
    ),
    compute=compute,
    summary=summary,
    draw=draw,
    presets=(
        ("It fades", {"back": STEPS, "u": 0.4}),
        ("It arrives", {"back": STEPS, "u": 1.3, "w": 0.4}),
        ("Saturated", {"back": STEPS, "u": 2.0, "w": 2.0}),
        ("A loss at every step", {"back": STEPS, "losses": "every"}),
    ),
)
