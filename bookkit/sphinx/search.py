"""The search: an index of the book's sections, `searchindex.json`, for the search page alone.

Each section stands in it with its own words: prose, captions and formulas (`h_t = tanh(…)`, from
their MathML), and its code; without outputs, solutions and the answers of quizzes. The script
`assets/js/search.js` finds the best sections and quotes them. Sphinx' own index, which knows whole
pages only, is not made.

    [{"page": "gates/lstm.html", "title": "5. The LSTM",
      "sections": [[id, title, text, code], …]}, …]
"""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx import addnodes

from bookkit.sphinx.katex import typesetter
from bookkit.sphinx.quiz import quiz_option

MATHML = re.compile(r"<math.*?</math>", re.DOTALL)
ACCENTS = {"~": "\u0303", "ˉ": "\u0304", "‾": "\u0304", "^": "\u0302"}
APPLIED = "\u2061"  # stands between a function and what it is applied to, unseen
UNSAID = (nodes.raw, nodes.image, nodes.Invisible, addnodes.toctree, quiz_option)
UNSAID_CLASSES = {"cell_output", "solution"}


def readable(element: ElementTree.Element) -> str:
    """A formula's MathML as a line of text: h_{t−1} U, c̃_t, (a + b)/c, √(x), x^2, ln 2."""
    kind = element.tag.rpartition("}")[2]
    own = element.text or ""
    parts = [readable(child) for child in element]
    if kind == "semantics":  # the formula, then its LaTeX
        return line(parts[0])
    if kind in ("msub", "msup", "msubsup", "munderover", "mover", "munder"):
        base, *scripts = (part for part in parts if part != APPLIED)
        base = base.rstrip(APPLIED)
        if kind == "mover":
            return base + ACCENTS.get(scripts[0].strip(), "")
        if kind == "munder" and ("⏟" in scripts[0] or element[0].tag == element.tag):
            return base  # a brace, and the remark below it
        signs = {"msub": "_", "munder": "_", "msup": "^"}.get(kind, "_^")
        said = zip(signs, scripts, strict=True)
        return base + "".join(script(sign, text.replace(" ", "")) for sign, text in said)
    if kind == "mfrac":
        return "/".join(grouped(part, "()") for part in parts)
    if kind == "msqrt":
        return f"√({line(''.join(parts))})"
    if kind == "mroot":
        return f"{grouped(parts[0], '()')}^(1/{parts[1]})"
    if kind == "mtable":
        return "; ".join(parts)
    if kind == "mo":
        return f" {own} " if re.fullmatch("[=+−≈≤≥<>≠∼⊙⋅×±⊕→←↦∈⟹⟸]", own) else own
    return own.strip("\n") + "".join(apart(parts)) + " " * (kind in ("mspace", "mtd"))


def script(sign: str, text: str) -> str:
    """What stands above or below, behind its sign. Primes need none: φ′, φ′^2."""
    rest = text.lstrip("′")
    primes = "′" * (len(text) - len(rest))
    return primes + (sign + grouped(rest, "{}") if rest else "")


def apart(parts: list[str]) -> Iterator[str]:
    """The parts of a row, spaced where two would read as one name: `x_t W`, `u h_5`, `δ′ U`."""
    for before, text in pairwise(["", *parts]):
        named = re.search(r"\w\Z", before) or re.search(r"[_^′]\S*\Z", before)
        if named and re.match(r"\w", text) and ("_" in text or re.search("[_^′]", before)):
            yield " "
        yield text


def grouped(text: str, brackets: str) -> str:
    """`text`, in brackets if it is more than one thing."""
    text = line(text)
    return text if re.fullmatch(r"[\w∂⊤∗′]*", text) else brackets[0] + text + brackets[1]


def line(text: str) -> str:
    """`text` on one line; functions and signs stand close to what they belong to."""
    text = text.replace(f"{APPLIED}(", "(").replace(APPLIED, " ")
    return re.sub(r"(^|[=,] |[(/^{]) ?− ", r"\1−", " ".join(text.split()))


def said(node: nodes.Node, app: Any, code: list[str]) -> Iterator[str]:
    """The words of a section itself, not of those below it. Its listings go into `code`."""
    if isinstance(node, nodes.Text):
        yield node.astext()
    elif isinstance(node, nodes.math | nodes.math_block):
        mathml = MATHML.search(typesetter(app).html(node))
        formula = readable(ElementTree.fromstring(mathml[0])) if mathml else "…"
        yield f" {formula} " if isinstance(node, nodes.math_block) else formula
    elif isinstance(node, nodes.literal_block):
        code.append(node.astext())
    elif isinstance(node, addnodes.desc_parameterlist):
        yield f"({', '.join(child.astext() for child in node)}) "
    elif isinstance(node, nodes.Element) and not hidden(node):
        for child in node.children:
            if isinstance(child, nodes.title):
                heading = line("".join(said(child, app, code)))
                yield f"{heading} " if heading.endswith((".", "?", "!")) else f"{heading}: "
            elif not own(child):
                yield from said(child, app, code)
        if not isinstance(node, nodes.Inline):
            yield " · " if isinstance(node, nodes.entry) else " "


def hidden(node: nodes.Element) -> bool:
    """Whether it has no words of the book, or some that readers should find out for themselves."""
    return isinstance(node, UNSAID) or bool(UNSAID_CLASSES & set(node.get("classes", [])))


def own(node: nodes.Node) -> bool:
    """Whether a search can lead to it: a section with a title, or what autodoc describes."""
    if isinstance(node, addnodes.desc):
        return bool(node[0]["ids"])
    return isinstance(node, nodes.section) and isinstance(node[0], nodes.title)


def entry(node: nodes.Element, app: Any) -> list[str]:
    """Id, title, text and code of what a search can lead to; the page itself has no id."""
    code: list[str] = []
    if isinstance(node, addnodes.desc):
        heading = [node[0]["ids"][0], node[0]["fullname"]]
        children = node.children
    else:
        title, *children = node.children
        heading = [node["ids"][0], line("".join(said(title, app, code)))]
        if isinstance(node.parent, nodes.document):
            heading = ["", ""]
    text = "".join(word for child in children if not own(child) for word in said(child, app, code))
    return [*heading, line(text), line(" ".join(code))]


def collect(app: Any, doctree: nodes.document, docname: str) -> None:
    """Note the sections of a page, each with its own words."""
    if app.builder.name != "html":
        return
    number = app.env.toc_secnumbers.get(docname, {}).get("", ())
    title = line("".join(said(app.env.titles[docname], app, [])))
    app.course_sections = getattr(app, "course_sections", {})
    app.course_sections[docname] = {
        "page": app.builder.get_target_uri(docname),
        "title": f"{'.'.join(map(str, number))}. {title}" if number else title,
        "sections": [entry(node, app) for node in doctree.findall(own)],
    }


def write(app: Any, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    pages = [page for _, page in sorted(app.course_sections.items())]
    text = json.dumps(pages, ensure_ascii=False, separators=(",", ":"))
    (Path(app.outdir) / "searchindex.json").write_text(text, "utf-8")


def leave_out_sphinx_search(app: Any) -> None:
    app.builder.search = False


def search_page(app: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield "search", {}, "search.html"


def setup(app: Any) -> dict[str, bool]:
    app.connect("builder-inited", leave_out_sphinx_search)
    app.connect("doctree-resolved", collect)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
