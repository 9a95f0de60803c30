"""The figure in a live kernel: one generic ipywidgets front end for all explorers."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets as widgets

from course_utils.explorers._description import Choice, Explorer, Pulses, Slider, Values

WIDTH = 640  # pixels


def _control(parameter: Slider | Choice | Pulses, value: Any) -> Any:
    wide: dict[str, Any] = {
        "style": {"description_width": "12em"},
        "layout": widgets.Layout(width="36em", max_width="100%"),
    }
    if isinstance(parameter, Choice):
        options = [(label, option) for option, label in parameter.options]
        return widgets.Dropdown(options=options, value=value, description=parameter.label, **wide)
    if isinstance(parameter, Pulses):
        return widgets.Text(
            value=value, description=parameter.label, tooltip=parameter.hint, **wide
        )
    unit = f" ({parameter.unit})" if parameter.unit else ""
    make = widgets.IntSlider if parameter.integer else widgets.FloatSlider
    return make(
        value=value,
        min=parameter.minimum,
        max=parameter.maximum,
        step=parameter.step,
        description=parameter.label + unit,
        readout_format="d" if parameter.integer else f".{parameter.digits}f",
        continuous_update=True,
        **wide,
    )


def live_figure(explorer: Explorer, values: Values) -> Any:
    """An ipywidgets box: a control for each parameter, the picture, the summary.

    Its ``controls`` (by name), preset ``buttons``, ``picture`` and ``summary`` are attributes.
    """
    controls = {p.name: _control(p, values[p.name]) for p in explorer.parameters}
    picture = widgets.HTML()
    summary = widgets.HTML()

    def update(_change: Any = None) -> None:
        now = explorer.values(**{name: control.value for name, control in controls.items()})
        traces = explorer.compute(**now)
        drawing = explorer.draw(now, traces, WIDTH)
        picture.value = drawing.svg(
            f"explorer-{explorer.name}", explorer.title, explorer.description
        )
        summary.value = f"<p>{escape(explorer.summary(now, traces), quote=False)}</p>"

    for control in controls.values():
        control.observe(update, names="value")

    def press(start: Values) -> Any:
        def apply(_button: Any) -> None:
            for name, value in start.items():
                controls[name].value = value

        return apply

    buttons = []
    for label, preset in explorer.presets:
        buttons.append(widgets.Button(description=label))
        buttons[-1].on_click(press(explorer.values(**preset)))
    update()
    title = widgets.HTML(f"<strong>{escape(explorer.title)}</strong>")
    hints = [
        widgets.HTML(f"<p><small>{escape(p.label)}: {escape(p.hint)}</small></p>")
        for p in explorer.parameters
        if isinstance(p, Pulses)
    ]
    above = [title, *controls.values(), *hints]
    box = widgets.VBox([*above, widgets.HBox(buttons), picture, summary])
    box.controls, box.buttons, box.picture, box.summary = controls, buttons, picture, summary
    return box
