"""Mathematics is typeset while the book is built, so that no page needs a script for it.

The formulas of all chapters are collected while they are read and typeset by one run of Node
with KaTeX; what was typeset before is kept in `_build/.katex.json`. Each formula is HTML for the
eye and MathML for screen readers. A formula that KaTeX does not understand is a warning with its
place, which fails the build.
"""

import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from bookkit import ROOT, node

SCRIPT = node.SCRIPTS / "katex.mjs"
PACKAGE = ROOT / "node_modules" / "katex"
log = logging.getLogger(__name__)

Formula = tuple[str, bool]  # LaTeX, and whether it stands on its own line


def formula(node: nodes.Element) -> Formula:
    """The formula of a math node, as KaTeX reads it."""
    tex = node.astext().strip()
    display = isinstance(node, nodes.math_block)
    if display:
        # Sphinx numbers equations; without the star KaTeX would number the rows once more.
        tex = re.sub(r"\\(begin|end)\{(align|gather|equation|alignat)\}", r"\\\1{\2*}", tex)
        if "\\\\" in tex and "\\begin{" not in tex:
            rows = "split" if "&" in tex else "gathered"
            tex = f"\\begin{{{rows}}}{tex}\\end{{{rows}}}"
    return tex, display


def typeset(formulas: list[Formula]) -> list[dict[str, str]]:
    """Run Node once: for each formula `{"html": …}` or `{"error": …}`."""
    request = json.dumps([{"tex": tex, "display": display} for tex, display in formulas])
    done = node.run(SCRIPT, request, timeout=300)
    if done.returncode:
        raise RuntimeError(
            f"Node could not typeset the formulas (`make setup` done?): {done.stderr}"
        )
    answer: list[dict[str, str]] = json.loads(done.stdout)
    return answer


class Typesetter:
    """The formulas typeset so far, on disk between builds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        recipe = SCRIPT.read_bytes() + (PACKAGE / "package.json").read_bytes()
        self.recipe = hashlib.sha256(recipe).hexdigest()
        self.done: dict[str, dict[str, str]] = {}
        if path.exists():
            stored = json.loads(path.read_text("utf-8"))
            if stored.get("recipe") == self.recipe:
                self.done = stored["done"]

    def prepare(self, formulas: list[Formula]) -> None:
        """Typeset those that are not known yet, and remember them."""
        new = [item for item in dict.fromkeys(formulas) if self._key(item) not in self.done]
        if not new:
            return
        for item, result in zip(new, typeset(new), strict=True):
            self.done[self._key(item)] = result
        self.path.parent.mkdir(parents=True, exist_ok=True)
        stored = {"recipe": self.recipe, "done": self.done}
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
        partial.replace(self.path)

    def html(self, node: nodes.Element) -> str:
        item = formula(node)
        self.prepare([item])
        result = self.done[self._key(item)]
        if "error" in result:
            log.warning("%s", result["error"], location=node, type="katex")
            return f"<code>{html.escape(item[0])}</code>"
        return result["html"]

    @staticmethod
    def _key(item: Formula) -> str:
        return f"{'display' if item[1] else 'inline'} {item[0]}"


def typesetter(app: Any) -> Typesetter:
    if not hasattr(app, "course_typesetter"):
        app.course_typesetter = Typesetter(Path(app.outdir).parent / ".katex.json")
    kept: Typesetter = app.course_typesetter
    return kept


def collect(app: Any, doctree: nodes.document) -> None:
    found = [formula(node) for node in doctree.findall(nodes.math)]
    found += [formula(node) for node in doctree.findall(nodes.math_block)]
    app.course_formulas = getattr(app, "course_formulas", []) + found


def prepare(app: Any, env: Any) -> None:
    typesetter(app).prepare(getattr(app, "course_formulas", []))


def visit_inline(self: Any, node: nodes.math) -> None:
    self.body.append(f'<span class="math">{typesetter(self.builder.app).html(node)}</span>')
    raise nodes.SkipNode


def visit_block(self: Any, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math-block"))
    self.body.append(f'<div class="scroll">{typesetter(self.builder.app).html(node)}</div>')
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})</span>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_block, None))
    app.connect("doctree-read", collect)
    app.connect("env-updated", prepare)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
