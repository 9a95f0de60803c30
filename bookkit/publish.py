"""Turn the chapters into clean notebooks: `make notebooks`, or publish.write(folder)

What readers download or open in Colab is generated here from the chapter itself: directives and
roles become plain Markdown, links and pictures point at the published site, and the first code cell
installs `course_utils` where it is missing. A directive or role that this file does not know is an
error, so that none ever shows as raw text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import yaml
from pybtex.database import parse_file
from sphinx.util.nodes import explicit_title_re

from bookkit import ROOT
from bookkit.myst import (
    LITERAL,
    Directive,
    Piece,
    UnknownMarkup,
    blocks,
    directive_of,
    equation_of,
    parser,
)
from course_utils import __version__, claims

BOOK = ROOT / "book"
SITE = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["html"]["baseurl"].rstrip("/")
WHEEL = f"course_utils-{__version__}-py3-none-any.whl"

INSTALL = f'''\
# Installs the course's package where it is missing: in Colab, in Binder, on a new laptop.
import importlib.util
import os
import subprocess
import sys

if importlib.util.find_spec("course_utils") is None:
    site = os.environ.get("COURSE_URL", "{SITE}")
    wheel = site + "/wheels/{WHEEL}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", wheel, "anywidget"]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        hint = "Is there a network? " + done.stderr.strip()[-200:]
        if "No module named pip" in done.stderr:  # as in environments made by uv
            hint = "This Python has no pip. In a terminal: uv pip install anywidget " + wheel
        elif "externally-managed" in done.stderr:
            hint = "This Python is the system's own. Make another: python3 -m venv course"
        sys.exit("The package course_utils could not be installed. " + hint)
'''

METADATA = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python"},
}

# Directives that docutils gives no argument: what stands behind the name begins their text.
UNTITLED = {"note", "tip", "warning", "important", "hint", "seealso"}


def chapters() -> list[Path]:
    """The chapters with code cells that are in the table of contents."""
    contents = (BOOK / "_toc.yml").read_text("utf-8")
    names = re.findall(r"(?:file|root): *([\w/-]+)", contents)
    paths = [BOOK / f"{name}.md" for name in names]
    return [p for p in paths if "{code-cell}" in p.read_text("utf-8")]


@dataclass
class Chapter:
    """What the plain form of a page needs to know of the whole page."""

    page: str  # foundations/feedforward-limits
    equations: dict[str, int] = field(default_factory=dict)
    exercises: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)  # label -> URL
    cited: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{SITE}/{self.page}.html"


# References ---------------------------------------------------------------------------------


def _bibliography() -> dict[str, Any]:
    entries: dict[str, Any] = parse_file(str(BOOK / "references.bib")).entries
    return entries


def _plain(tex: str) -> str:
    """A BibTeX field without braces and escapes."""
    accents = {r"{\"o}": "ö", r"{\"u}": "ü", r"{\"a}": "ä", r"{\'e}": "é", r"\&": "&", "--": "–"}
    for old, new in accents.items():
        tex = tex.replace(old, new)
    return re.sub(r"[{}]|\\[a-z]+ ", "", tex)


def _authors(entry: Any) -> str:
    names = [_plain(" ".join(person.last_names)) for person in entry.persons["author"]]
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)


def _reference(entry: Any) -> str:
    fields = entry.fields
    where = next((fields[k] for k in ("journal", "booktitle", "publisher") if k in fields), "")
    text = f"{_authors(entry)} ({fields['year']}). *{_plain(fields['title'])}*. {_plain(where)}."
    return text + (f" https://doi.org/{fields['doi']}" if "doi" in fields else "")


@cache
def _labels() -> dict[str, str]:
    """Label to URL, over the whole book: `(label)=` targets, equations and what has a name."""
    urls = {}
    for path in BOOK.rglob("*.md"):
        url = f"{SITE}/{path.relative_to(BOOK).with_suffix('.html').as_posix()}"
        for token in blocks(path.read_text("utf-8")):
            if token.type == "myst_target":
                urls[token.content] = f"{url}#{token.content}"
            elif equation := equation_of(token):
                urls[equation] = f"{url}#equation-{equation}"
            elif directive := directive_of(token):
                figure = directive.options.get("mystnb", {}).get("figure", {})  # of a cell's output
                for options in (directive.options, figure):
                    for name in {"name", "label"} & options.keys():
                        urls[options[name]] = f"{url}#{options[name]}"
    return urls


def _title(page: str) -> str:
    tokens = parser().parse((BOOK / f"{page}.md").read_text("utf-8"))
    return next(text for head, text in pairwise(tokens) if head.tag == "h1").content


# Roles ---------------------------------------------------------------------------------


def _role(name: str, text: str, chapter: Chapter, bib: dict[str, Any]) -> str:
    """The plain Markdown of one role."""
    titled = explicit_title_re.match(text)
    title, target = titled.groups() if titled else ("", text)
    if name == "claim":
        return claims.load()[text].text
    if name in {"cite:t", "cite:p", "cite"}:
        keys = [key.strip() for key in text.split(",")]
        chapter.cited += [key for key in keys if key not in chapter.cited]
        if name == "cite:t":
            return ", ".join(f"{_authors(bib[k])} ({bib[k].fields['year']})" for k in keys)
        return "(" + "; ".join(f"{_authors(bib[k])}, {bib[k].fields['year']}" for k in keys) + ")"
    if name == "eq":
        if target in chapter.equations:
            return f"({chapter.equations[target]})"
        return f"[that equation]({chapter.labels[target]})"
    if name == "doc":
        page = (BOOK / chapter.page).parent.joinpath(target).resolve().relative_to(BOOK).as_posix()
        return f"[{title or _title(page)}]({SITE}/{page}.html)"
    if name in {"ref", "numref"}:
        if target in chapter.exercises:
            return title or f"exercise {chapter.exercises[target]}"
        return f"[{title or 'the figure'}]({chapter.labels[target]})"
    if name == "download":
        return f"[{title or Path(target).name}]({chapter.url})"
    if name.startswith("py:") or name in {"code", "kbd"}:
        return f"`{(title or target).lstrip('~')}`"
    raise UnknownMarkup(f"{chapter.page}: no plain form for the role {{{name}}}`{text}`")


# Directives ---------------------------------------------------------------------------------


def _details(summary: str, body: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _quote(title: str, body: str) -> str:
    lines = [f"**{title}**", "", *body.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _quiz(body: str, chapter: Chapter, bib: dict[str, Any]) -> str:
    quiz = yaml.safe_load(body)
    parts = [f"**Quiz.** {plain(quiz['question'].strip(), chapter, bib)}"]
    for option in quiz["options"]:
        verdict = "Right." if option.get("correct") else "Not quite."
        text, why = (plain(option[part].strip(), chapter, bib) for part in ("text", "why"))
        parts.append(_details(text, f"**{verdict}** {why}"))
    return "\n\n".join(parts)


def _directive(directive: Directive, chapter: Chapter, bib: dict[str, Any]) -> str:
    """The plain Markdown of one directive."""
    name, options = directive.name, directive.options
    argument, body = plain(directive.argument, chapter, bib), directive.body
    if name not in LITERAL:
        body = plain(body, chapter, bib)
    if name in UNTITLED:
        return _quote(name.capitalize(), f"{argument}\n{body}".strip("\n"))
    if name == "admonition":
        return _quote(argument, body)
    if name == "solution-start":  # the solution goes on in the cells that follow
        return f"**Solution.** {body}"
    if name == "dropdown" or "dropdown" in options.get("class", ""):
        return _details("Solution" if name == "solution" else argument, body)
    if name in {"exercise", "exercise-start"}:
        return f"**Exercise {chapter.exercises[options['label']]}.** {body}"
    if name in {"exercise-end", "solution-end"}:
        return ""
    if name == "solution":
        return _quote("Solution", body)
    if name == "quiz":
        return _quiz(body, chapter, bib)
    if name == "math":
        number = chapter.equations.get(options.get("label", ""))
        return f"$$\n{body}\n" + (f"\\tag{{{number}}}\n" if number else "") + "$$"
    if name in {"figure", "image"}:
        source = f"{SITE}/_static/{argument.split('assets/')[-1]}"
        return f"![{options.get('alt', '')}]({source})\n\n{body}".rstrip()
    if name in {"div", "container", "grid", "card"}:
        return body
    if name in {"code-block", "code"}:
        return f"```{argument}\n{body}\n```"
    if name == "bibliography":
        entries = _bibliography()
        return "\n".join(f"- {_reference(entries[key])}" for key in chapter.cited)
    raise UnknownMarkup(f"{chapter.page}: no plain form for the directive {{{name}}}")


# Plain Markdown ---------------------------------------------------------------------------------


def plain(text: str, chapter: Chapter, bib: dict[str, Any]) -> str:
    """A piece of MyST Markdown as plain Markdown."""
    piece = Piece(text)
    tokens = parser().parse(text)
    for token, opening in zip(tokens, [None, *tokens], strict=False):
        first, end = token.map or (0, 0)
        if token.type in {"fence", "colon_fence"}:
            closed = end > first + 1 and piece.lines[end - 1].lstrip(" >").startswith(token.markup)
            if not closed:
                raise UnknownMarkup(f"the fence {piece.lines[first]!r} is never closed")
            if directive := directive_of(token):
                piece.replace_block(token, _directive(directive, chapter, bib))
        elif token.type in {"myst_target", "myst_line_comment"}:
            piece.remove(first, end)
        elif label := equation_of(token):
            number = f"\\tag{{{chapter.equations[label]}}}\n"
            piece.replace_block(token, f"$${token.content.rstrip()}\n{number}$$")
        elif token.type == "inline":
            in_cell = opening is not None and opening.type in {"th_open", "td_open"}
            piece.replace_roles(
                token, in_cell, lambda role: _role(role.meta["name"], role.content, chapter, bib)
            )
    return piece.edited()


# Notebooks ---------------------------------------------------------------------------------


def _survey(page: str, text: str) -> Chapter:
    """Number the equations and the exercises of a page in their order."""
    chapter = Chapter(page, labels=_labels())
    for token in blocks(text):
        if label := equation_of(token):
            chapter.equations.setdefault(label, len(chapter.equations) + 1)
        directive = directive_of(token)
        if directive and directive.name in {"exercise", "exercise-start"}:
            chapter.exercises.setdefault(directive.options["label"], len(chapter.exercises) + 1)
    return chapter


def convert(path: Path) -> Any:
    """One chapter as a notebook without outputs."""
    text = path.read_text("utf-8")
    page = path.relative_to(BOOK).with_suffix("").as_posix()
    chapter, bib = _survey(page, text), _bibliography()
    source = jupytext.reads(text, fmt="md:myst")
    cells = []
    for cell in source.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            text = plain(cell.source, chapter, bib)
            if text.strip():  # `exercise-end` leaves nothing
                cells.append(nbformat.v4.new_markdown_cell(text))
        elif "remove-cell" not in tags:
            metadata = {"jupyter": {"source_hidden": True}} if "hide-input" in tags else {}
            cells.append(nbformat.v4.new_code_cell(cell.source, metadata=metadata))
    link = f"This notebook is made from [a chapter of *Networks That Remember*]({chapter.url})."
    first = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    cells.insert(first, nbformat.v4.new_code_cell(INSTALL))
    cells.insert(0, nbformat.v4.new_markdown_cell(link))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # the same chapter gives the same bytes
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def write(folder: Path, report: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Write every chapter into `folder`/part/name.ipynb; returns the paths."""
    written = []
    for path in chapters():
        target = folder / path.relative_to(BOOK).with_suffix(".ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        notebook = convert(path)
        nbformat.validate(notebook)
        nbformat.write(notebook, target)
        report(str(target))
        written.append(target)
    return written


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "notebooks"
    write(out, print)
