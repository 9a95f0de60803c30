"""The figure in a live notebook: the page's own module, as a widget (anywidget).

It shows in JupyterLab, Notebook, VS Code and Colab. A widget is nothing without a kernel, so the
figure is displayed twice: as a frame of plain HTML, which the notebook file keeps and which follows
what is seen, and as the widget, which hides the frame as long as it is there.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import anywidget
import traitlets
from IPython.display import HTML, DisplayHandle, display

from course_utils import exporting
from course_utils.explorers import _still
from course_utils.explorers._description import Explorer, Values

# What JupyterLab writes in place of a widget whose kernel is gone: the frame is there instead.
NO_ERROR = (
    "<style>.jp-OutputArea-child:has(#{id}) + .jp-OutputArea-child"
    " .jp-OutputArea-output:not(:has(*)) {{ display: none }}</style>"
)


class LiveFigure(anywidget.AnyWidget):
    """An explorer under the reader's hands. ``values`` follows them, and moves the figure when set:
    ``figure.values = {"u": 0.5}`` changes u and leaves the rest; ValueError outside the ends.
    """

    _esm = _still.STATIC / "explorers.js"
    _css = _still.STATIC / "explorers.css"
    name = traitlets.Unicode().tag(sync=True)
    config = traitlets.Dict().tag(sync=True)
    files = traitlets.Dict().tag(sync=True)  # exported models by name, as bytes
    values = traitlets.Dict().tag(sync=True)

    def __init__(self, explorer: Explorer, values: Values) -> None:
        self.explorer = explorer
        self.frame = _still.frame(explorer, values)
        self._key = f"explorer-{explorer.name}-{uuid4().hex[:8]}"
        self._displayed: list[DisplayHandle] = []
        files = {name: exporting.model_path(name).read_bytes() for name in explorer.models}
        super().__init__(
            name=explorer.name,
            config=_still.config(explorer, values, self._key),
            files=files,
            values=values,
        )
        self.on_msg(self._keep)

    @traitlets.validate("values")
    def _check(self, proposal: Any) -> Values:
        return self.explorer.values(**{**self.values, **proposal["value"]})

    def _html(self) -> HTML:
        id = f"{self._key}-frame"
        return HTML(_still.html(self.explorer.title, self.frame, id) + NO_ERROR.format(id=id))

    def _keep(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """What the reader sees now, sent by the page: it goes into the frames that are saved."""
        self.frame = {name: str(message[name]) for name in ("picture", "summary")}
        for handle in self._displayed:
            handle.update(self._html())

    def _ipython_display_(self) -> None:
        handle = display(self._html(), display_id=True)
        if handle is not None:
            self._displayed.append(handle)
        bundle, metadata = self._repr_mimebundle_()  # type: ignore[misc] # None: no view
        bundle["text/plain"] = ""  # the frame has said it
        display(bundle, metadata=metadata, raw=True)
