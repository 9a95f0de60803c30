"""What the API page shows of a docstring stands in the lines in which its author wrote it."""

import importlib
import inspect
import re
from pathlib import Path

import pytest
from docutils import nodes
from docutils.core import publish_doctree

PAGE = Path(__file__).parents[2] / "book" / "handbook" / "api.md"
MODULES = re.findall(r"automodule:: (\S+)", PAGE.read_text("utf-8"))
EQUATION = re.compile(r"\S+ [=≈∝] ")


def docstrings(module):
    """Name and docstring of the module and of what is public in it, methods included."""
    yield module.__name__, module.__doc__
    for name in module.__all__:
        public = getattr(module, name)
        if inspect.isfunction(public) or inspect.isclass(public):
            yield name, public.__doc__
        for method, member in inspect.getmembers(public) if inspect.isclass(public) else ():
            if not method.startswith("_"):
                yield f"{name}.{method}", getattr(member, "__doc__", None)


def run_together(docstring):
    """The paragraphs, in which lines are filled up, that hold equations or an indented block."""
    page = publish_doctree(inspect.cleandoc(docstring), settings_overrides={"report_level": 5})
    for paragraph in page.findall(nodes.paragraph):
        lines = paragraph.astext().splitlines()
        equations = sum(bool(EQUATION.match(line)) for line in lines)
        indented = isinstance(paragraph.parent, nodes.block_quote) and len(lines) > 1
        if equations > 1 or indented:
            yield paragraph.astext()


@pytest.mark.parametrize("name", MODULES)
def test_equations_and_listings_keep_their_lines(name):
    module = importlib.import_module(name)
    found = {
        what: list(run_together(text)) for what, text in docstrings(module) if text is not None
    }
    assert not {what: lines for what, lines in found.items() if lines}


def test_equations_without_a_literal_block_would_run_together():
    assert list(run_together("A cell.\n\nz_t = σ(x_t)\nh_t = z_t ⊙ h_{t-1}\n\nSo.\n"))
    assert list(run_together("Used so:\n\n    a = check()\n    a.show()\n\nNo more.\n"))
    assert not list(run_together("A cell::\n\n    z_t = σ(x_t)\n    h_t = z_t ⊙ h_{t-1}\n\nSo.\n"))
