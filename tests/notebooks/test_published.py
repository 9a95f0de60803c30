"""The notebooks that readers download or open in Colab are clean, complete and installable."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import nbformat
import pytest

from bookkit import publish

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
CHAPTERS = publish.chapters()


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    return publish.write(tmp_path_factory.mktemp("notebooks"))


def prose(path):
    """The Markdown of a notebook without its code fences and formulas."""
    cells = nbformat.read(path, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    text = re.sub(r"^( *)(```|~~~).*?^\1\2", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", "", text, flags=re.DOTALL)


def test_every_chapter_becomes_a_notebook(notebooks):
    assert [p.stem for p in notebooks] == [p.stem for p in CHAPTERS] and notebooks


def test_no_directive_role_or_label_shows_as_raw_text(notebooks):
    for path in notebooks:
        text = prose(path)
        for raw in (r"\{[a-z][\w:-]*\}`", r"```\{", r":::", r"^\([\w-]+\)=", r"^:\w+:"):
            assert not re.search(raw, text, re.MULTILINE), (path.name, raw)


def test_code_is_the_chapter_s_own(notebooks):
    """Nothing is lost: every code cell of the chapter but those marked to be removed."""
    import jupytext

    for chapter, path in zip(CHAPTERS, notebooks, strict=True):
        cells = [c for c in jupytext.read(chapter).cells if c.cell_type == "code"]
        kept = [c.source for c in cells if "remove-cell" not in c.metadata.get("tags", [])]
        made = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
        assert [c.source for c in made] == [publish.INSTALL, *kept]
        assert not any(c.outputs or c.execution_count for c in made)


def test_links_into_the_site_lead_to_files_that_exist(notebooks):
    assert SITE.is_dir(), "the book is not built: run `make book` first"
    for path in notebooks:
        for url in re.findall(rf"{re.escape(publish.SITE)}/([^)\s#\"']*)", prose(path)):
            assert (SITE / url).exists(), f"{path.name} links to {url}"


def test_two_generations_are_the_same_to_the_byte(notebooks, tmp_path):
    again = publish.write(tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in notebooks]


def test_unknown_markup_is_an_error():
    chapter = publish.Chapter("foundations/x")
    with pytest.raises(publish.UnknownMarkup, match=r"directive \{mystery\}"):
        publish.plain("```{mystery}\n```", chapter, {})
    with pytest.raises(publish.UnknownMarkup, match=r"role \{mystery\}"):
        publish.plain("see {mystery}`this`", chapter, {})
    with pytest.raises(publish.UnknownMarkup, match="never closed"):
        publish.plain("```{note}\nopen", chapter, {})


@pytest.fixture
def plain():
    """Turns a piece of a chapter, which has one equation, exercise and figure, into Markdown."""
    chapter = publish.Chapter("foundations/x", equations={"eq-a": 1}, exercises={"ex-a": 2})
    chapter.labels["fig-a"] = "https://x/y.html#fig-a"
    return lambda text: publish.plain(text, chapter, publish._bibliography())


def test_directives_become_plain_markdown(plain):
    assert plain("$$\na\n$$ (eq-a)") == "$$\na\n\\tag{1}\n$$"
    assert plain("by {eq}`eq-a` and {numref}`fig-a`") == (
        "by (1) and [the figure](https://x/y.html#fig-a)"
    )
    assert plain("````{admonition} T\n:class: predict\nbody\n```{dropdown} D\nin\n```\n````") == (
        "> **T**\n>\n> body\n> <details>\n> <summary>D</summary>\n>\n> in\n>\n> </details>"
    )
    assert plain("```{exercise}\n:label: ex-a\n\nDo it.\n```") == "**Exercise 2.** Do it."
    quiz = "```{quiz} q\nquestion: Q\noptions:\n  - {text: A, why: B, correct: true}\n```"
    assert "**Right.** B" in plain(quiz) and "<summary>A</summary>" in plain(quiz)
    assert plain("```{note} Mind this.\n```") == "> **Note**\n>\n> Mind this."
    assert plain("```{math}\n:label: eq-a\n\na\n```") == "$$\na\n\\tag{1}\n$$"
    assert plain("$$a$$ (eq-a)") == "$$a\n\\tag{1}\n$$"


@pytest.mark.parametrize(
    "options",
    [":alt: A cell: its state\n:name: fig-b", '---\nalt: "A cell: its state"\nname: fig-b\n---'],
)
def test_the_options_of_a_figure_do_not_show(plain, options):
    figure = "```{figure} ../assets/img/cell.svg\n" + options + "\n\nWhat to see.\n```"
    shown = f"![A cell: its state]({publish.SITE}/_static/img/cell.svg)\n\nWhat to see."
    assert plain(figure) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Write ``{eq}`eq-a` `` in the text, and ``` ``{eq}`eq-a` `` ``` to show how.",
        "```python\nx = '{eq}`a`'\n```",
        "- A list:\n\n  ```markdown\n  See {eq}`eq-a`.\n\n  (a-label)=\n  ```\n",
        "$$\n{x}`y`\n$$",
        "<!-- {eq}`eq-a` -->",
        "\\{eq}`eq-a`",
    ],
    ids=[
        "a code span",
        "a fence",
        "a fence in a list",
        "a formula",
        "a remark",
        "an escaped brace",
    ],
)
def test_what_is_no_role_for_the_book_is_none_for_the_notebook(plain, text):
    assert plain(text) == text.rstrip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "# About ROLE",
        "1. One\n2. So ROLE,\n   and ROLE.",
        "> It says\n> ROLE, and ROLE.",
        "| a | `b \\| c` ROLE |\n|---|---|\n| ROLE | ``{eq}`eq-a` `` ROLE |\n|  | ROLE |",
        "- [ ] To do: ROLE",
        "``{eq}`eq-a` ``, but *ROLE* and [a link, ROLE](x.md).",
        "Term ROLE\n: What ROLE is.",
    ],
    ids=["heading", "list", "quotation", "table", "task", "emphasis and link", "definition"],
)
def test_a_role_becomes_plain_wherever_it_stands(plain, text):
    assert plain(text.replace("ROLE", "{eq}`eq-a`")) == text.replace("ROLE", "(1)")


def test_a_directive_stays_in_its_list_or_quotation(plain):
    assert plain("- So:\n\n  ```{div} wide\n  By {eq}`eq-a`.\n\n  On.\n  ```\n- And") == (
        "- So:\n\n  By (1).\n\n  On.\n- And"
    )
    assert plain("> ```{div} wide\n> By {eq}`eq-a`.\n> ```") == "> By (1)."


def test_labels_and_comments_go(plain):
    assert plain("(a-label)=\n\n## On\n\n% to do\n\nText") == "\n## On\n\n\nText"


def test_the_install_cell_installs_from_the_published_site(tmp_path, site_url):
    """A Python without the package runs the cell against the served site, and can use the package.

    The package's dependencies are those of the test environment, made visible without it.
    """
    bare = tmp_path / "bare"
    venv.create(bare, with_pip=True)
    python = bare / "bin" / "python"
    packages = next(p for p in sys.path if p.endswith("site-packages"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "PYTHON"))}
    environment |= {"COURSE_URL": site_url, "PIP_NO_DEPS": "1", "PYTHONPATH": packages}
    use = (
        "from course_utils import records, datasets, explorers\n"
        "assert 'bare' in records.__file__, records.__file__\n"
        "print(len(records.load('mnist-rows').runs) > 0, datasets.load('mnist', 'mini'))\n"
        "figure = explorers.show('digit-reader')\n"
        "assert 'mountExplorer' in figure._esm and len(figure.files['digit-reader']) > 100_000\n"
    )
    done = subprocess.run(
        [python, "-c", publish.INSTALL + use],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True Dataset(mnist")


NOTHING_LISTENS = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("pip", "hint"),
    [
        ("its own", "Is there a network?"),
        ("none", "This Python has no pip. In a terminal: uv pip install"),
        ("raise SystemExit('error: externally-managed-environment')", "is the system's own"),
    ],
    ids=["no network", "no pip", "externally managed"],
)
def test_an_install_cell_that_cannot_install_says_why_and_what_to_do(tmp_path, pip, hint):
    """Run by a bare Python: with pip, without it, and with one that refuses as on Debian."""
    venv.create(tmp_path / "bare", with_pip=pip == "its own")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COURSE_", "PYTHON"))}
    environment |= {"COURSE_URL": NOTHING_LISTENS, "PIP_RETRIES": "0"}
    if pip not in ("its own", "none"):
        package = tmp_path / "packages" / "pip"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(pip)
        environment["PYTHONPATH"] = str(package.parent)
    python = tmp_path / "bare" / "bin" / "python"
    done = subprocess.run(
        [python, "-c", publish.INSTALL],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "The package course_utils could not be installed." in done.stderr
    assert hint in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "path", sorted((ROOT / "exercises").glob("*/*.ipynb")), ids=lambda p: p.stem
)
def test_exercises_install_the_package_in_the_same_way(path):
    cells = nbformat.read(path, as_version=4).cells
    setup = next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "setup")
    assert setup.source.startswith(publish.INSTALL)


def test_binder_is_told_to_install_the_published_wheel():
    line = (SITE / "binder" / "requirements.txt").read_text("utf-8").strip()
    package, _, url = line.partition(" @ ")
    assert package == "course-utils[student]"
    assert (SITE / url.removeprefix(publish.SITE + "/")).is_file()
