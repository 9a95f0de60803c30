"""Diagrams of networks, drawn for this book: inline SVG that follows the theme of the page.

``diagrams.lstm()`` at the end of a cell shows the picture, in the book and in a notebook. Each one
has a title and a description for who cannot see it, and a caption that says what to see.

Sources: the cells as in Hochreiter and Schmidhuber (1997), with the forget gate of Gers,
Schmidhuber and Cummins (2000), and Cho et al. (2014); weights and letters as on the page of the
course's notation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

from course_utils._svg import (
    ACCENT,
    ACCENT2,
    ACCENT3,
    ACCENT4,
    INK,
    LINE,
    MUTED,
    SURFACE,
    Drawing,
    circle,
    group,
    line,
    polyline,
    rect,
    text,
)

__all__ = [
    "Diagram",
    "Picture",
    "lstm",
    "lstm_and_gru",
    "stacked_and_bidirectional",
    "unfolded",
    "walk_back",
]

Point = tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """One drawing: its name, what is to be seen, its size in pixels and the inside of an SVG."""

    title: str
    description: str
    width: float
    height: float
    body: str

    def svg(self, key: str) -> str:
        """The whole picture; `key` makes its ids unique in the page."""
        style = (
            f"flex:1 1 18rem;min-width:{0.8 * self.width:.0f}px;"
            f"max-width:{self.width / 14:.1f}rem;height:auto;"
            f"font-family:inherit;font-size:14px;fill:{INK};stroke-linecap:round"
        )
        drawing = Drawing(self.width, self.height, self.body)
        return drawing.svg(key, self.title, self.description, style)


@dataclass(frozen=True)
class Diagram:
    """Pictures side by side, with one caption; displays itself where HTML is shown."""

    name: str
    pictures: tuple[Picture, ...]
    caption: str

    def _repr_html_(self) -> str:
        pictures = "".join(
            picture.svg(f"{self.name}-{number}") for number, picture in enumerate(self.pictures, 1)
        )
        return (
            f'<figure class="diagram" id="diagram-{self.name}">'
            '<div class="scroll" style="display:flex;flex-wrap:wrap;gap:1.2rem;'
            f'justify-content:safe center;overflow-x:auto">{pictures}</div>'
            f"<figcaption>{escape(self.caption, quote=False)}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return "\n".join([*(picture.description for picture in self.pictures), self.caption])


# --- strokes ---------------------------------------------------------------------------------


def _way(
    *points: Point, colour: str = INK, width: float = 1.6, head: bool = True, dashes: str = ""
) -> str:
    """A line through points, with an arrow's head at the last one."""
    style = f"stroke:{colour};stroke-width:{width};fill:none;stroke-linejoin:round"
    path = polyline(points, style + (f";stroke-dasharray:{dashes}" if dashes else ""))
    if not head:
        return path
    (x0, y0), (x, y) = points[-2:]
    length = math.hypot(x - x0, y - y0)
    along, wide = 4 + 1.5 * width, 3 + width
    dx, dy = (x - x0) / length, (y - y0) / length
    left = (x - along * dx + wide * dy, y - along * dy - wide * dx)
    right = (x - along * dx - wide * dy, y - along * dy + wide * dx)
    return path + polyline((left, (x, y), right), style)


def _input(*points: Point) -> str:
    """The way of an input, without a head."""
    return _way(*points, colour=MUTED, head=False, dashes="5 4")


def _box(x: float, y: float, words: str, colour: str, function: str) -> str:
    """A box around (x, y), 44 by 40: a block of weights, with its function above its name."""
    frame = f"stroke:{colour};stroke-width:1.8;fill:{SURFACE}"
    lines = [text(x, y + 14, words), text(x, y - 4, function, f"font-size:12px;fill:{MUTED}")]
    return rect(x - 22, y - 20, 44, 40, 6, frame) + group("text-anchor:middle", *lines)


def _pill(x: float, y: float, words: str, colour: str) -> str:
    """A function without weights, around (x, y)."""
    frame = f"stroke:{colour};stroke-width:1.8;fill:{SURFACE}"
    return rect(x - 22, y - 12.5, 44, 25, 12, frame) + text(x, y + 5, words, "text-anchor:middle")


def _knot(x: float, y: float, sign: str) -> str:
    """A product or a sum, entry by entry."""
    frame = f"stroke:{INK};stroke-width:1.6;fill:{SURFACE}"
    return circle(x, y, 11, frame) + text(x, y + 5, sign, "text-anchor:middle")


def _node(x: float, y: float, words: str) -> str:
    """A state, an input, an output or a loss."""
    frame = f"stroke:{INK};stroke-width:1.4;fill:{SURFACE}"
    return rect(x - 20, y - 16, 40, 32, 7, frame) + text(x, y + 5, words, "text-anchor:middle")


def _said(x: float, y: float, words: str, colour: str, anchor: str = "middle") -> str:
    """A word beside a line."""
    return text(x, y, words, f"fill:{colour};text-anchor:{anchor};font-style:italic")


_BOLD = "font-weight:700;font-size:16px"


# --- the pictures ----------------------------------------------------------------------------


def _lstm(title: str) -> Picture:
    body = [
        _way((14, 70), (336, 70), colour=ACCENT, width=3.2),  # the cell state
        _way((70, 188), (70, 83), colour=ACCENT4),
        _way((130, 188), (130, 130), (148, 130), colour=ACCENT3),
        _way((190, 188), (190, 130), (172, 130)),
        _way((160, 118), (160, 83)),
        _way((285, 72), (285, 104)),
        _way((285, 130), (285, 153)),
        _way((250, 188), (250, 165), (273, 165), colour=ACCENT2),
        _way((297, 165), (336, 165)),
        _way((14, 256), (243, 256), head=False),
        _input((14, 290), (257, 290)),
    ]
    for x in (63, 123, 183, 243):
        body += [
            _way((x, 256), (x, 229), head=False),
            _input((x + 14, 290), (x + 14, 229)),
        ]
    body += [
        _box(70, 208, "fₜ", ACCENT4, "σ"),
        _box(130, 208, "iₜ", ACCENT3, "σ"),
        _box(190, 208, "c̃ₜ", INK, "tanh"),
        _box(250, 208, "oₜ", ACCENT2, "σ"),
        _pill(285, 117, "tanh", MUTED),
        _knot(70, 70, "×"),
        _knot(160, 70, "+"),
        _knot(160, 130, "×"),
        _knot(285, 165, "×"),
        _said(70, 50, "keep", ACCENT4),
        _said(160, 50, "add", INK),
        _said(126, 122, "write", ACCENT3, "end"),
        _said(246, 160, "show", ACCENT2, "end"),
        text(14, 20, title, _BOLD),
        text(14, 60, "cₜ₋₁"),
        text(318, 60, "cₜ"),
        text(318, 155, "hₜ"),
        text(14, 249, "hₜ₋₁"),
        text(14, 308, "xₜ"),
    ]
    return Picture(
        "One step of an LSTM",
        "The LSTM. The cell state runs along the top from left to right, through a multiplication"
        " by the forget gate f and an addition. What is added is the candidate c tilde times the"
        " input gate i. From the cell state a branch goes down through tanh and a multiplication"
        " by the output gate o, and becomes the state h. All four boxes, f, i and o with a sigmoid"
        " and c tilde with a tanh, receive the old state h and the input x from two lines at the"
        " bottom.",
        350,
        318,
        "".join(body),
    )


def _gru(title: str) -> Picture:
    body = [
        _way((14, 70), (336, 70), colour=ACCENT, width=3.2),  # the state
        _way((90, 188), (90, 83), colour=ACCENT4),
        _way((90, 130), (142, 130), head=False, colour=ACCENT3),
        _way((187, 130), (248, 130), colour=ACCENT3),
        _way((260, 188), (260, 143)),
        _way((260, 118), (260, 83)),
        _way((182, 214), (203, 214), colour=ACCENT2),
        _way((227, 214), (237, 214)),
        _way((34, 72), (34, 256), (215, 256), head=False),
        _way((83, 256), (83, 229), head=False),
        _way((153, 256), (153, 229), head=False),
        _way((215, 256), (215, 227)),
        _input((14, 290), (260, 290)),
    ]
    body += [_input((x, 290), (x, 229)) for x in (97, 167, 260)]
    body += [
        circle(34, 70, 3.2),
        circle(90, 130, 3.2),
        _box(90, 208, "zₜ", ACCENT4, "σ"),
        _box(160, 208, "rₜ", ACCENT2, "σ"),
        _box(260, 208, "h̃ₜ", INK, "tanh"),
        _pill(165, 130, "1 −", ACCENT3),
        _knot(90, 70, "×"),
        _knot(260, 70, "+"),
        _knot(260, 130, "×"),
        _knot(215, 214, "×"),
        _said(90, 50, "keep", ACCENT4),
        _said(260, 50, "add", INK),
        _said(218, 122, "write", ACCENT3),
        _said(214, 196, "show", ACCENT2),
        text(14, 20, title, _BOLD),
        text(14, 60, "hₜ₋₁"),
        text(318, 60, "hₜ"),
        text(14, 308, "xₜ"),
    ]
    return Picture(
        "One step of a GRU",
        "The GRU. The state h runs along the top from left to right, through a multiplication by"
        " the update gate z and an addition. What is added is the candidate h tilde times one minus"
        " z. The same old state also runs down on the left to a line at the bottom, which feeds the"
        " boxes z and r directly, and the box h tilde only through a multiplication by the reset"
        " gate r. The input x feeds all three boxes; z and r have a sigmoid, h tilde has a tanh.",
        350,
        318,
        "".join(body),
    )


def lstm() -> Diagram:
    """One step of an LSTM."""
    return Diagram(
        "lstm",
        (_lstm(""),),
        "One step of an LSTM. The thick line is the belt: on the direct way from cₜ₋₁ to cₜ there"
        " is one product, with the forget gate, and one sum. All four boxes, three gates (σ) and"
        " the candidate (tanh), read the same two things: hₜ₋₁ (solid) and xₜ (dashed).",
    )


def lstm_and_gru() -> Diagram:
    """One step of an LSTM beside one of a GRU."""
    return Diagram(
        "lstm-and-gru",
        (_lstm("LSTM: two states, four blocks"), _gru("GRU: one state, three blocks")),
        "The two cells side by side; the same colour and the same word mark the same job. Solid"
        " lines carry states, dashed lines the input. In both, a state runs along the top and is"
        " only multiplied and added to. The LSTM's second state is gone, and with it the output"
        " gate; the reset gate stands on the way into the candidate. (It is drawn before the"
        " product with the weights, as in the published paper; Keras' default has it after.)",
    )


def unfolded() -> Diagram:
    """A recurrent network as a loop, and the same with the loop written out for three steps."""
    colours = {"W": ACCENT3, "U": ACCENT, "V": ACCENT2}

    def column(x: float, step: str) -> list[str]:
        return [
            _way((x, 174), (x, 137), colour=colours["W"], width=2.2),
            _way((x, 104), (x, 67), colour=colours["V"], width=2.2),
            _said(x + 12, 160, "W", colours["W"]),
            _said(x + 12, 90, "V", colours["V"]),
            _node(x, 190, f"x{step}"),
            _node(x, 120, f"h{step}"),
            _node(x, 50, f"y{step}"),
        ]

    loop = _way((70, 112), (104, 112), (104, 128), (73, 128), colour=colours["U"], width=2.2)
    body = [*column(50, "ₜ"), loop, _said(114, 125, "U", colours["U"])]
    body += [line(158, 30, 158, 206, f"stroke:{LINE};stroke-width:1.4"), _node(206, 120, "h₀")]
    for number, x in enumerate((316, 426, 536)):
        body += [
            *column(x, "₁₂₃"[number]),
            _way((x - 89, 120), (x - 21, 120), colour=colours["U"], width=2.2),
            _said(x - 55, 112, "U", colours["U"]),
        ]
    body += [text(14, 18, "folded", _BOLD), text(186, 18, "unfolded", _BOLD)]
    picture = Picture(
        "A recurrent network, folded and unfolded",
        "Left: one box, the state h, with an arrow W from the input x below, an arrow V to the"
        " output y above, and an arrow U that loops from the box back to itself. Right: the same"
        " network with the loop written out: boxes h 1, h 2, h 3 in a row after h 0, joined by"
        " arrows that all carry the label U; below each an input with an arrow W, above each an"
        " output with an arrow V.",
        570,
        216,
        "".join(body),
    )
    return Diagram(
        "unfolded",
        (picture,),
        "Folded (left) and unfolded (right). Every arrow of one colour carries the same matrix:"
        " there is one W, one U and one V, however long the sequence is.",
    )


def walk_back() -> Diagram:
    """The unfolded graph of three steps, with the way back drawn over it."""
    body = []
    for t in range(4):
        x = 40 + 170 * t
        if t:
            body += [
                _way((x - 150, 128), (x - 21, 128)),
                _way((x - 6, 202), (x - 6, 151)),
                _way((x - 6, 118), (x - 6, 67)),
                _way((x - 20, 142), (x - 149, 142), colour=ACCENT, width=3),
                _way((x + 6, 66), (x + 6, 117), colour=ACCENT, width=3),
                _said(x - 85, 162, f"δ{'₀₁₂₃'[t]} Uᵀ", ACCENT),
                _way(
                    (x + 15, 152),
                    (x + 34, 180),
                    (x + 34, 261),
                    colour=ACCENT3,
                    width=2.4,
                    dashes="1 5",
                ),
                _said(x + 26, 250, f"x{'₀₁₂₃'[t]}ᵀ δ{'₀₁₂₃'[t]}", ACCENT3, "end"),
                _node(x, 50, f"L{'₀₁₂₃'[t]}"),
                _node(x, 218, f"x{'₀₁₂₃'[t]}"),
            ]
        body.append(_node(x, 135, f"h{'₀₁₂₃'[t]}"))
    frame = f"stroke:{ACCENT3};stroke-width:1.6;fill:{SURFACE}"
    body += [
        rect(170, 264, 430, 32, 7, frame),
        text(385, 285, "Σ : one W, one U, one b, and the sum of all parts", "text-anchor:middle"),
    ]
    picture = Picture(
        "The way back through the unfolded graph",
        "The unfolded graph for three steps. States h 0 to h 3 in a row, inputs x below, losses L"
        " above. Thin arrows run forward: from each input up to its state, from each state right to"
        " the next, from each state up to its loss. Thick arrows run backward: from each loss down"
        " to its state, and from each state left to the one before, labelled delta t times U"
        " transposed. Dotted arrows lead down from each state to one wide box at the bottom with"
        " the one W, U and b, where a sum sign collects the parts, such as x t transposed times"
        " delta t.",
        620,
        304,
        "".join(body),
    )
    return Diagram(
        "walk-back",
        (picture,),
        "The unfolded graph, forwards (thin) and backwards (thick). At each state two thick arrows"
        " meet: from its own loss, and from the next step. Each step hands its part down to the"
        " weights (dotted), of which there is only one set, so that the parts are summed.",
    )


def stacked_and_bidirectional() -> Diagram:
    """Three steps of two layers on top of each other, and of two layers in opposite directions."""
    return Diagram(
        "stacked-and-bidirectional",
        (_stacked(), _bidirectional()),
        "On top of each other (left):"
        " the upper layer reads the states of the lower one, both go the same way. From both ends"
        " (right): two layers read the same input and never look at each other; only their states"
        " are merged, step by step.",
    )


_STEPS = tuple(enumerate((50, 150, 250), start=1))


def _stacked() -> Picture:
    body = []
    for t, x in _STEPS:
        step = "₀₁₂₃"[t]
        for y, colour in ((150, ACCENT), (80, ACCENT2)):
            body.append(_way((x, y + 54), (x, y + 17), colour=MUTED))
            end = (x + 79, y) if t < 3 else (x + 40, y)
            body.append(_way((x + 20, y), end, colour=colour, width=2.2))
        body.append(_way((x, 64), (x, 33), colour=MUTED))
        body += [_node(x, 220, f"x{step}"), _node(x, 150, f"h{step}"), _node(x, 80, f"h{step}")]
    body += [
        _said(296, 155, "layer 1", ACCENT, "start"),
        _said(296, 85, "layer 2", ACCENT2, "start"),
    ]
    return Picture(
        "Two layers on top of each other",
        "Three steps from left to right. At the bottom the inputs x 1 to x 3; above each a state of"
        " layer 1, with an arrow from its input and an arrow to the state on its right; above each"
        " of those a state of layer 2, with an arrow from the state below it and an arrow to the"
        " right. Arrows lead up from the states of layer 2 to the outputs.",
        364,
        244,
        "".join(body),
    )


def _bidirectional() -> Picture:
    body = []
    for t, x in _STEPS:
        step = "₀₁₂₃"[t]
        forth, back = (x - 14, 150), (x + 14, 90)
        body += [
            _way((x - 14, 204), (x - 14, 167), colour=MUTED),
            _way((x + 14, 204), (x + 14, 107), colour=MUTED),
            _way((x - 14, 134), (x - 14, 48), colour=MUTED),
            _way((x + 14, 74), (x + 14, 48), colour=MUTED),
            _way((x + 6, 150), (x + (65 if t < 3 else 34), 150), colour=ACCENT, width=2.2),
            _way((x - 6, 90), (x - (65 if t > 1 else 34), 90), colour=ACCENT2, width=2.2),
            rect(x - 32, 22, 64, 26, 7, f"stroke:{INK};stroke-width:1.4;fill:{SURFACE}"),
            text(x, 39, f"output{step}", "text-anchor:middle;font-size:13px"),
            _node(x, 220, f"x{step}"),
            _node(*forth, f"h{step}"),
            _node(*back, f"h{step}"),
        ]
    body += [
        _said(296, 155, "forward", ACCENT, "start"),
        _said(296, 95, "backward", ACCENT2, "start"),
    ]
    return Picture(
        "Two layers that read from both ends",
        "Three steps. At the bottom the inputs x 1 to x 3. Above them a row of states with arrows"
        " from left to right, the forward layer; above it a row of states with arrows from right to"
        " left, the backward layer. Each input has an arrow to the state of both layers at its"
        " step; each output at the top has an arrow from both.",
        364,
        244,
        "".join(body),
    )
