"""Boxes of class `dropdown` are native disclosure elements: they fold without any script.

An admonition, and a solution of sphinx-exercise, with `:class: dropdown` becomes
`<details><summary>title</summary>…</details>`.
"""

from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


class folded(nodes.General, nodes.Element):
    """The whole box."""


class folded_title(nodes.Part, nodes.TextElement):
    """What stays visible when the box is folded."""


class Fold(SphinxPostTransform):
    default_priority = 999  # when sphinx-exercise has resolved its titles
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for box in list(self.document.findall(nodes.Admonition)):
            if "dropdown" not in box.get("classes", []) or not box.children:
                continue
            title, *body = box.children
            if not isinstance(title, nodes.title):
                continue
            for link in list(title.findall(nodes.reference)):
                link.parent.replace(link, link.children)  # a summary folds; it leads nowhere
            summary = folded_title("", "", *title.children)
            details = folded("", summary, *body, ids=box["ids"], names=box["names"])
            kinds = [name for name in box["classes"] if name != "dropdown"]
            if "solution" in type(box).__name__:
                kinds.append("solution")
            details["classes"] = list(dict.fromkeys(["admonition", "folded", *kinds]))
            box.replace_self(details)


def visit_folded(self: Any, node: folded) -> None:
    self.body.append(self.starttag(node, "details"))


def depart_folded(self: Any, node: folded) -> None:
    self.body.append("</details>\n")


def visit_title(self: Any, node: folded_title) -> None:
    self.body.append('<summary class="admonition-title">')


def depart_title(self: Any, node: folded_title) -> None:
    self.body.append("</summary>\n")


def setup(app: Any) -> dict[str, bool]:
    app.add_node(folded, html=(visit_folded, depart_folded))
    app.add_node(folded_title, html=(visit_title, depart_title))
    app.add_post_transform(Fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
