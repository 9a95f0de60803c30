"""One letter, one thing: every formula of the book against the tables of the notation page.

A letter has a subscript of a kind that the tables give it, and where they give it an equation, it
is set equal to nothing that begins otherwise. What this cannot see: formulas in captions and in
code, letters in a sentence, a letter that stands in no table (it is local), and one that is used
for another thing of the same form, such as a gate of some other layer that is called z.
"""

import re
from functools import cache

import pytest
import yaml

from bookkit import ROOT
from bookkit.myst import blocks, directive_of

BOOK = ROOT / "book"
PAGES = sorted(BOOK.rglob("*.md"))

GREEK = "alpha|beta|gamma|delta|(?:var)?epsilon|eta|theta|kappa|lambda|mu|xi|rho|sigma|tau|varphi"
ACCENT = r"\\(?:bar|hat|tilde|over[a-z]+|mathcal|mathbf)\s*\{?\s*"  # makes another letter
WORDS = re.compile(r"\\(?:text|mathrm|operatorname|mathtt|begin|end)\{[^{}]*\}")
SYMBOL = (
    rf"(?P<accent>{ACCENT})?(?P<letter>\\(?:{GREEK})(?![A-Za-z])|(?<!\\)[A-Za-z])(?P<prime>'?)"
    r"(?P<above>\^(?:\{[^{}]*\}|\\[a-z]+|\S))?(?:_(?P<under>\{[^{}]*\}|\\[a-z]+|\w))?"
)
OPENINGS = re.compile(r"\\(?:[dt]?frac|[bB]ig+l?|left|underbrace|partial|[;,])(?![a-z])|[{(\s]")

STEPS, INDICES, GATES = set("tuT"), set("ijknl"), set("ifcozrh")
GATED = {"W", "U", "b", "a", "\\delta"}  # the rule: a gate's letter as a subscript


def formulas(text):
    """The formulas of a page and of its quizzes, as they are written."""
    for token in blocks(text):
        directive = directive_of(token)
        if directive and directive.name == "quiz":
            quiz = yaml.safe_load(directive.body)
            words = [quiz["question"], *(o[part] for o in quiz["options"] for part in o)]
            yield from formulas("\n\n".join(map(str, words)))
        elif directive and directive.name == "math":
            yield directive.body
        elif token.type in {"math_block", "math_block_label", "amsmath"}:
            yield token.content
        yield from (c.content for c in token.children or [] if c.type.startswith("math_inline"))


def symbols(formula):
    """Each letter without an accent, and the kind of its subscript."""
    for found in re.finditer(rf"{SYMBOL}|\\[A-Za-z]+", WORDS.sub(" ", formula)):
        if found["letter"] and not found["accent"]:
            yield found["letter"], kind(re.sub(r"[{}\\ ]|ast", "", found["under"] or ""))


def kind(under):
    """Of a subscript: "" if there is none, "step", "index", or the name that it is."""
    for name in re.findall("[A-Za-z]+", under):
        if not set(name) <= STEPS | INDICES:
            return name
    if STEPS & set(under) or re.search(r"\d", under):
        return "step"
    return "index" if under else ""


def equations(formula):
    """Of each letter that is set equal to something, how the other sides begin."""
    plain = WORDS.sub(r"\\word", formula).replace("&", " ")
    for part in re.split(r"\\\\|\\q?quad|,\s|[;:]", plain):
        sides = part.split("=")
        for n, left in enumerate(sides[:-1], 1):
            name = re.fullmatch(rf"{SYMBOL}(?:\([a-z]\))?", left.strip())
            if name and not (name["accent"] or name["prime"]):
                yield name, {beginning(side) for side in sides[n:]}


def beginning(side):
    """The first letter or function of a side of an equation, or "a number"."""
    first = re.match(r"\\?[A-Za-z]+|.|$", OPENINGS.sub(" ", side).strip())[0]
    if first.isalpha():
        return first[0]
    return first if first.startswith("\\") and first != "\\dots" else "a number"


@cache
def notation():
    """What the tables allow: the kinds of subscript of each letter, and how its equations begin."""
    kinds, begins, column = {}, {}, 0
    for token in blocks((BOOK / "handbook" / "notation.md").read_text("utf-8")):
        if token.type in {"tr_open", "table_close"}:
            column = 0
        column += token.type == "td_open"
        for child in token.children or []:
            if column and child.type == "math_inline":
                for letter, under in symbols(child.content) if column == 1 else ():
                    kinds.setdefault(letter, {"", "index"}).add(under)
                for name, sides in equations(child.content):
                    if not name["above"]:  # the state of a layer 0 is none of the others
                        begins.setdefault(name["letter"], {"a number"}).update(sides)
    for letter in GATED:
        kinds[letter] |= GATES
    return kinds, begins


def against_the_notation(formula):
    """What is wrong with a formula, one line for each thing."""
    kinds, begins = notation()
    for letter, under in symbols(formula):
        if letter in kinds and under not in kinds[letter]:
            yield f"{letter} has no {under} as its subscript: {formula}"
    for name, sides in equations(formula):
        letter = name["letter"]
        if letter in begins and not sides & (begins[letter] | {letter} | INDICES | STEPS):
            yield f"{letter} does not begin with {' or '.join(sides)}: {formula}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_letter_means_what_the_notation_says(page):
    found = [
        line
        for formula in formulas(page.read_text("utf-8"))
        for line in against_the_notation(formula)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "formula", ["z = h V", r"y = \sigma(s), \; s = \tanh(a)", "h_t = a_t h_{t-1} + b_t", "x_s"]
)
def test_a_letter_that_means_another_thing_is_found(formula):
    assert list(against_the_notation(formula))
