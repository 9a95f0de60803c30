"""The MyST Markdown of the book, read with the parser that its build uses, down to each role.

The parser says in which lines a block stands; here it also says where in the text a role does, so
that a piece of a chapter can be written anew with nothing changed but what has to be.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from docutils.parsers.rst.directives.misc import TestDirective
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.myst_role.index import myst_role
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import parse_directive_text
from myst_parser.parsers.mdit import create_md_parser

from bookkit import ROOT
from bookkit.text import Text

LITERAL = {"code-cell", "math", "code-block", "code", "quiz"}  # their text is no Markdown


class UnknownMarkup(ValueError):
    """A chapter uses a directive or a role that has no plain form yet."""


def _role_in_place(state: StateInline, silent: bool) -> bool:
    """MyST's rule for roles; its token also says where it stands: in what text, from, to."""
    start = state.pos
    found = myst_role(state, silent)
    if found and not silent:
        state.tokens[-1].meta |= {"text": state.src, "span": (start, state.pos)}
    return found


@cache
def settings() -> MdParserConfig:
    """How the book's build reads Markdown, as `_config.yml` has it."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["parse"]
    return MdParserConfig(enable_extensions=set(config["myst_enable_extensions"]))


@cache
def parser() -> MarkdownIt:
    """The parser of the book's build."""
    md = create_md_parser(settings(), RendererHTML)
    md.inline.ruler.at("myst_role", _role_in_place)
    return md


@dataclass(frozen=True)
class Directive:
    """A directive as it stands in a page."""

    name: str
    argument: str
    options: dict[str, Any]
    body: str


def directive_of(token: Token) -> Directive | None:
    """The directive that a fence is; None for another token, and for a fence that shows code."""
    if token.type not in {"fence", "colon_fence"} or not token.info.strip().startswith("{"):
        return None
    name, _, first = token.info.strip().removeprefix("{").partition("}")
    as_written = name != "code-cell"  # whose options are YAML of any depth
    text = token.content
    if text.startswith(":::"):  # a fence in this one, not an option
        text = f"\n{text}"
    read = parse_directive_text(TestDirective, first, text, validate_options=as_written)
    if read.warnings:
        raise UnknownMarkup(f"the directive {{{name}}}: {read.warnings[0].msg}\n{token.content}")
    argument, body = "".join(read.arguments), "\n".join(read.body).strip("\n")
    return Directive(name, argument.strip(), read.options, body)


def equation_of(token: Token) -> str | None:
    """The label of a numbered equation; None for any other token."""
    if token.type == "math_block_label":
        return token.info
    directive = directive_of(token)
    return directive.options.get("label") if directive and directive.name == "math" else None


def blocks(text: str) -> Iterator[Token]:
    """The block tokens of a page, and of the text in its directives, in their order."""
    for token in parser().parse(text):
        yield token
        directive = directive_of(token)
        if directive and directive.name not in LITERAL:
            yield from blocks(directive.body)


class Piece(Text):
    """A piece of MyST Markdown, whose blocks and roles can be written anew."""

    def __init__(self, text: str) -> None:
        super().__init__(text.removesuffix("\n"))
        self.cells: dict[int, int] = {}  # line -> where the last cell read in it ends

    def replace_lines(self, first: int, end: int, text: str) -> None:
        """Write `text` instead of the lines from `first` to before `end`."""
        self.replace(self.starts[first], self.starts[end] - 1, text)

    def remove(self, first: int, end: int) -> None:
        """Leave out these lines and the blank ones below them."""
        while end < len(self.lines) and not self.lines[end].strip():
            end += 1
        self.replace_lines(first, end, "")

    def replace_block(self, token: Token, text: str) -> None:
        """Write `text` instead of a block, in the block's list or quotation."""
        first, end = token.map or (0, 0)
        margin = self.lines[first].partition(token.markup)[0]
        below = re.sub(r"[^\s>]", " ", margin)
        lines = [margin + line for line in text.splitlines()[:1]]
        lines += [below + line if line else below.rstrip() for line in text.splitlines()[1:]]
        self.replace_lines(first, end, "\n".join(lines))

    def replace_roles(self, inline: Token, in_cell: bool, new: Callable[[Token], str]) -> None:
        """Write something else for each role of a paragraph, a heading or the cell of a table."""
        roles = [token for token in inline.children or [] if token.type == "myst_role"]
        if not (roles or in_cell):
            return
        text = roles[0].meta["text"] if roles else inline.content
        begins = self.begins(text, (inline.map or [0])[0], in_cell)
        for role in roles:
            ends = []
            for place in role.meta["span"]:
                *above, line = text[:place].split("\n")
                ends.append(begins[len(above)] + len(in_source(line, in_cell)))
            start, end = ends
            assert self.text[start:end].startswith("{" + role.meta["name"] + "}`"), role
            self.replace(start, end, new(role))

    def begins(self, text: str, first: int, in_cell: bool) -> list[int]:
        """Where each line of a paragraph or of a cell begins; its text starts in the line `first`.

        The parser gives the text without the margin of its block and without outer spaces. Of a
        row, every cell has to be asked for, from left to right.
        """
        found = []
        for number, line in enumerate(text.split("\n"), first):
            source, part = self.lines[number], in_source(line, in_cell)
            if not in_cell and source.endswith(part):
                place = len(source) - len(part)
            else:
                place = source.index(part, self.cells.get(number, 0))
            if in_cell:
                self.cells[number] = place + len(part)
            found.append(self.starts[number] + place)
        return found


def in_source(text: str, in_cell: bool) -> str:
    """A line of text as it stands in the page: in a table's cell, bars are escaped."""
    return text.replace("|", r"\|") if in_cell else text
