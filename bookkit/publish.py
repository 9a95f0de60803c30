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
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import yaml
from pybtex.database import parse_file

from bookkit import ROOT
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

FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|:{3,}|~{3,})(?P<rest>.*)$")
OPTION = re.compile(r"^:(?P<key>[\w-]+):\s*(?P<value>.*)$")
ROLE = re.compile(r"\{(?P<name>[a-z][\w:-]*)\}`(?P<text>[^`]+)`")
TITLED = re.compile(r"^(?P<title>.+?)\s*<(?P<target>[^>]+)>$", re.DOTALL)
EQUATION = re.compile(r"\$\$ *\(([\w-]+)\)")
LABEL = re.compile(r"^\((?P<label>[\w-]+)\)=\s*$", re.MULTILINE)


class UnknownMarkup(ValueError):
    """A chapter uses a directive or a role that has no plain form yet."""


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
    return parse_file(str(BOOK / "references.bib")).entries


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


# Roles ---------------------------------------------------------------------------------


def _labels() -> dict[str, str]:
    """Label to URL, over the whole book: `(label)=` targets, equations and named figures."""
    urls = {}
    for path in BOOK.rglob("*.md"):
        url = f"{SITE}/{path.relative_to(BOOK).with_suffix('.html').as_posix()}"
        text = path.read_text("utf-8")
        for label in LABEL.findall(text):
            urls[label] = f"{url}#{label}"
        for label in EQUATION.findall(text):
            urls[label] = f"{url}#equation-{label}"
        for name in re.findall(r"(?:\bname|:label|:name): *([\w-]+)", text):
            urls[name] = f"{url}#{name}"
    return urls


def _title(page: str) -> str:
    text = (BOOK / f"{page}.md").read_text("utf-8")
    return re.search(r"^# (.+)$", text, re.MULTILINE).group(1)  # type: ignore[union-attr]


def _role(name: str, text: str, chapter: Chapter, bib: dict[str, Any]) -> str:
    """The plain Markdown of one role."""
    titled = TITLED.match(text)
    title, target = (titled["title"], titled["target"]) if titled else ("", text)
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


def _roles(text: str, chapter: Chapter, bib: dict[str, Any]) -> str:
    return ROLE.sub(lambda m: _role(m["name"], m["text"], chapter, bib), text)


# Directives ---------------------------------------------------------------------------------


def _details(summary: str, body: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _quote(title: str, body: str) -> str:
    lines = [f"**{title}**", "", *body.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _quiz(body: str) -> str:
    quiz = yaml.safe_load(body)
    parts = [f"**Quiz.** {quiz['question'].strip()}"]
    for option in quiz["options"]:
        verdict = "Right." if option.get("correct") else "Not quite."
        parts.append(_details(option["text"].strip(), f"**{verdict}** {option['why'].strip()}"))
    return "\n\n".join(parts)


def _directive(
    name: str, argument: str, options: dict[str, str], body: str, chapter: Chapter
) -> str:
    """The plain Markdown of one directive whose body is already plain."""
    if name in {"admonition", "note", "tip", "warning", "important", "hint", "seealso"}:
        return _quote(argument or name.capitalize(), body)
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
        return _quiz(body)
    if name == "math":
        return f"$$\n{body}\n$$"
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


def _block(lines: list[str], start: int, fence: str) -> int:
    """Index of the line that closes the fence opened at `start`."""
    for i in range(start + 1, len(lines)):
        match = FENCE.match(lines[i])
        closing = match and match["fence"].startswith(fence) and not match["rest"].strip()
        if closing:
            return i
    raise UnknownMarkup(f"the fence {lines[start]!r} is never closed")


def plain(text: str, chapter: Chapter, bib: dict[str, Any]) -> str:
    """A piece of MyST Markdown as plain Markdown."""
    lines, out, i = text.splitlines(), [], 0
    prose: list[str] = []

    def flush() -> None:
        if prose:
            joined = LABEL.sub("", "\n".join(prose))
            joined = re.sub(r"^\$\$ *\(([\w-]+)\) *$", _number, joined, flags=re.MULTILINE)
            out.append(_roles(joined, chapter, bib))
            prose.clear()

    def _number(match: re.Match[str]) -> str:
        return f"\\tag{{{chapter.equations[match[1]]}}}\n$$"

    while i < len(lines):
        opened = FENCE.match(lines[i])
        if not opened:
            prose.append(lines[i])
            i += 1
            continue
        flush()
        end = _block(lines, i, opened["fence"])
        inside = lines[i + 1 : end]
        called = re.match(r"\{([\w:-]+)\} *(.*)$", opened["rest"].strip())
        if called:
            options: dict[str, str] = {}
            while inside and (option := OPTION.match(inside[0].strip())):
                options[option["key"]] = option["value"]
                inside = inside[1:]
            name, argument = called[1], _roles(called[2], chapter, bib)
            body = "\n".join(inside).strip("\n")
            if name not in {"quiz", "math", "code-block", "code"}:
                body = plain(body, chapter, bib)
            elif name == "quiz":
                body = _roles(body, chapter, bib)
            block = _directive(name, argument, options, body, chapter)
        else:
            block = "\n".join(lines[i : end + 1])
        out.append("\n".join(opened["indent"] + line for line in block.splitlines()))
        i = end + 1
    flush()
    return "\n".join(out)


# Notebooks ---------------------------------------------------------------------------------


def _survey(page: str, text: str) -> Chapter:
    """Number the equations and the exercises of a page in their order."""
    chapter = Chapter(page, labels=_labels())
    for label in EQUATION.findall(text):
        chapter.equations.setdefault(label, len(chapter.equations) + 1)
    pattern = r"\{exercise(?:-start)?\}[^\n]*\n(?::\w+:[^\n]*\n)*?:label: *([\w-]+)"
    for label in re.findall(pattern, text):
        chapter.exercises.setdefault(label, len(chapter.exercises) + 1)
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
