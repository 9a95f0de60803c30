"""The directive `{course-map}`: the parts and chapters of the course, linked as far as they exist.

```{course-map}
- part: Foundations
  about: From a network without memory to the first one with it.
  from: 1   # the number of its first chapter; without it, chapters have none
  chapters:
    - page: foundations/feedforward-limits
      title: What a network without memory cannot do
      about: Order, and who can see it.
```

A chapter that is not in the table of contents yet is named as a step of the route, without a link.
"""

from html import escape
from typing import Any

import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class course_map(nodes.General, nodes.Element):
    """The map; `parts` holds its description."""


class CourseMap(SphinxDirective):
    has_content = True

    def run(self) -> list[nodes.Node]:
        node = course_map("", parts=yaml.safe_load("\n".join(self.content)))
        self.set_source_info(node)
        return [node]


def chapter_html(chapter: dict[str, str], href: str | None, number: int | None) -> str:
    title = escape(chapter["title"])
    if number:
        title = f'<span class="number">{number}</span> {title}'
    name = f'<a href="{escape(href)}">{title}</a>' if href else f"<b>{title}</b>"
    state = "open" if href else "ahead"
    about = escape(chapter["about"])
    return f'<li class="{state}">{name} <span>{about}</span></li>'


def visit_course_map(self: Any, node: course_map) -> None:
    builder = self.builder
    self.body.append('<ol class="course-map">\n')
    for part in node["parts"]:
        rows = []
        for place, chapter in enumerate(part["chapters"]):
            page = chapter["page"]
            known = page in builder.env.found_docs
            href = builder.get_relative_uri(builder.current_docname, page) if known else None
            number = part["from"] + place if "from" in part else None
            rows.append(chapter_html(chapter, href, number))
        self.body.append(
            f"<li><h3>{escape(part['part'])}</h3><p>{escape(part['about'])}</p>"
            f"<ul>{''.join(rows)}</ul></li>\n"
        )
    self.body.append("</ol>\n")
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    app.add_node(course_map, html=(visit_course_map, None))
    app.add_directive("course-map", CourseMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
