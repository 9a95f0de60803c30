"""The build tells the truth: what is wrong fails each time, what changed is seen, the rest is kept.

A tiny book is built with the real tools, configuration and extensions, copied beside it. Its
chapters append to a file when they are executed: so the tests see which ones were.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.built import ROOT

COPIED = (
    "_config.yml",
    "bookkit",
    "course_utils",
    "pyproject.toml",
    "requirements.txt",
    "README.md",
)
HEAD = """---
file_format: mystnb
kernelspec: {{name: python3, display_name: Python 3}}
description: {name} is a chapter of a tiny book, built to see whether the tools tell the truth.
---

# {name}
"""
CELL = """
```{{code-cell}} ipython3
import os
{code}
with open(os.environ["EXECUTED"], "a") as file:
    _ = file.write("{name} ")
```
"""


def chapter(name: str, code: str = "", text: str = "") -> str:
    return HEAD.format(name=name) + text + (CELL.format(name=name, code=code) if code else "")


ONE = chapter("One", "from course_utils import planted\nprint('the number is', planted.NUMBER)")
TWO = chapter("Two", "print('two', 1 + 1)", "\nSee {doc}`One <one>`, where $x_t = 1$.\n")


class Book:
    """A tiny book with the real tools."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name, ignore=ignored)
            else:
                shutil.copy(source, folder / name)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
        shutil.copytree(ROOT / "book" / "assets", folder / "book" / "assets")
        (folder / "book" / "records").mkdir()
        self.write("book/references.bib", "")
        self.write("book/claims.yml", "[]\n")
        self.write(
            "book/_toc.yml",
            "format: jb-book\nroot: index\nchapters:\n  - file: one\n  - file: two\n",
        )
        self.write("book/index.md", chapter("A tiny book"))
        self.write("book/404.md", "# Lost\n")
        self.write("book/one.md", ONE)
        self.write("book/two.md", TWO)
        self.write("course_utils/planted.py", "NUMBER = 41\n")
        self.executed = folder / "executed"

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, "utf-8")

    def page(self, name: str) -> str:
        return (self.folder / "_build" / "html" / f"{name}.html").read_text("utf-8")

    def build(self) -> tuple[int, str, list[str]]:
        """Exit status, all that was said, and the names of the chapters that were executed."""
        self.executed.write_text("")
        finished = subprocess.run(
            [sys.executable, "-m", "bookkit.build"],
            cwd=self.folder,
            env={
                **os.environ,
                "EXECUTED": str(self.executed),
                "PYTHONPATH": str(self.folder),  # its own packages come before the installed
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return finished.returncode, finished.stdout, sorted(self.executed.read_text().split())


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    """The tiny book, built once."""
    made = Book(tmp_path_factory.mktemp("tiny"))
    status, said, executed = made.build()
    assert status == 0, said
    assert executed == ["One", "Two"]
    assert "the number is 41" in made.page("one")
    return made


@pytest.fixture
def changed(book):
    """Write files of the book for one test, and put the old ones back."""
    before = {}

    def write(path: str, text: str) -> None:
        before.setdefault(path, (book.folder / path).read_text("utf-8"))
        book.write(path, text)

    yield write
    for path, text in before.items():
        book.write(path, text)


def test_a_touched_chapter_is_executed_alone(book, changed):
    changed("book/two.md", TWO.replace("1 + 1", "1 + 2"))
    status, said, executed = book.build()
    assert status == 0, said
    assert executed == ["Two"]
    assert "two 3" in book.page("two")
    assert "the number is 41" in book.page("one")


def test_a_changed_module_changes_the_number_on_the_page(book, changed):
    changed("course_utils/planted.py", "NUMBER = 42\n")
    status, said, executed = book.build()
    assert status == 0, said
    assert "One" in executed
    assert "the number is 42" in book.page("one")


def test_a_chapter_that_fails_fails_every_time(book, changed):
    """The second build is no kinder than the first, and a reader does not get the page."""
    changed("book/one.md", chapter("One", "raise ValueError('planted failure')"))
    for attempt in ("first", "second"):
        status, said, _ = book.build()
        assert status != 0, f"the {attempt} build passed:\n{said}"
        last_words = said.rpartition("The book has faults")[2]
        assert "one.md" in last_words and "planted failure" in last_words, f"{attempt}:\n{said}"
        assert not (book.folder / "_build" / "html" / ".nojekyll").exists()


def test_every_fault_of_the_text_is_named_in_one_build(book, changed):
    """A reference and a link to nothing, LaTeX that is none, a quiz that cannot be answered."""
    text = """
See {ref}`no-such-label` and [there](nowhere.md).

This is $\\frac{1}{$ and no more.

```{quiz} quiz-planted
question: Which?
options:
  - {text: This., why: It is not.}
```
"""
    changed("book/two.md", chapter("Two", text=text))
    status, said, _ = book.build()
    assert status != 0, said
    unnamed = [n for n in ("no-such-label", "nowhere", "frac", "quiz-planted") if n not in said]
    assert not unnamed, f"{unnamed} not named in:\n{said}"


def test_a_repaired_book_is_green_again(book):
    status, said, executed = book.build()
    assert status == 0, said
    assert "the number is 41" in book.page("one")
    assert executed == []  # both chapters were executed as they stand now
