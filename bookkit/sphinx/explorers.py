"""The figures that move: each is put where a chapter calls `explorers.show`, drawn by Node.

The kernel leaves a mark with the figure's name and the values to start from. Here it becomes the
figure as it looks at first, made by the same JavaScript that moves it in the page: the picture, for
narrow and for wide places, the sentence, and the controls, still inert, so that nothing changes its
place when the page brings them to life. A change in JavaScript is in the next build, and no chapter
is executed for it.
"""

import html
import json
from functools import cache
from typing import Any

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from bookkit import node
from course_utils.explorers import config


def mark(output: str) -> tuple[str, dict[str, Any]] | None:
    """Name and start values of the figure whose mark a cell has put out; None if it has not."""
    if "data-explorer" not in output:
        return None
    found = BeautifulSoup(output, "html.parser").find("div", class_="explorer")
    return (str(found["data-explorer"]), json.loads(str(found["data-start"]))) if found else None


@cache
def drawn(request: str) -> list[dict[str, str]]:
    """For each figure in the request, JSON of [{name, config}, …]: html, picture and summary."""
    done = node.run(node.SCRIPTS / "explorers.mjs", request, timeout=120)
    if done.returncode:
        raise RuntimeError(f"Node could not draw the explorers (`make setup` done?): {done.stderr}")
    answer: Any = json.loads(done.stdout)
    if "error" in answer:
        raise RuntimeError(f"{answer['error']}\n{answer['stack']}")
    drawings: list[dict[str, str]] = answer
    return drawings


def figures(starts: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Figures by name and start values: their config, and what `drawn` says of them."""
    asked = [{"name": name, "config": config(name, **start)} for name, start in starts]
    request = json.dumps(asked, ensure_ascii=False)
    return [one | {"drawn": two} for one, two in zip(asked, drawn(request), strict=True)]


def element(figure: dict[str, Any]) -> str:
    """The figure as it stands in a page until `loader.js` brings it to life."""
    config = json.dumps(figure["config"], ensure_ascii=False, separators=(",", ":"))
    quoted = html.escape(config, quote=False).replace("'", "&#39;")  # it is full of double quotes
    return (
        f'<div class="explorer" id="{figure["config"]["key"]}"'
        f" data-explorer=\"{figure['name']}\" data-config='{quoted}'>"
        f"{figure['drawn']['html']}</div>"
    )


class Draw(SphinxPostTransform):
    """Puts the figures of a page in the place of their marks, all drawn by one run of Node."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        found = [(node, mark(node.astext())) for node in self.document.findall(nodes.raw)]
        marks = [(node, start) for node, start in found if start]
        if marks:
            drawings = figures([start for _, start in marks])
            for (node, _), figure in zip(marks, drawings, strict=True):
                node.children = [nodes.Text(element(figure))]


def setup(app: Any) -> dict[str, bool]:
    app.add_post_transform(Draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
