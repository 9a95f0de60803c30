"""The book's own Sphinx extensions, each by what it promises to a reader or an author."""

import asyncio
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from docutils import nodes

from bookkit.sphinx import body, coursemap, execution, katex, quiz, stylesheet


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The part of a repository that what chapters print depends on."""
    package, models = tmp_path / "course_utils", tmp_path / "book/assets/models"
    for folder in (package / "grading", tmp_path / "book/records", models):
        folder.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "trials.py").write_text("BATCH = 8\n\ndef trial():\n    return BATCH\n")
    (package / "story.py").write_text("FILE = 'tale.txt'\n")
    (package / "tale.txt").write_text("once")
    (package / "grading" / "grader.py").write_text("STRICT = True\n")
    for name in ("records/lstm", "records/gru", "assets/models/blank-left", "assets/models/dates"):
        (tmp_path / "book" / f"{name}.json").write_text("{}")
    (tmp_path / "book/claims.yml").write_text(
        "- {id: mine, source: 'cell:chapter', value: 1, tolerance: 0, statement: one}\n"
        "- {id: used, source: 'cell:other', value: 1, tolerance: 0, statement: two}\n"
        "- {id: not-mine, source: 'cell:other', value: 1, tolerance: 0, statement: three}\n"
    )
    (tmp_path / "requirements.txt").write_text("numpy==2.4.6")
    return tmp_path


CHAPTER = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# A chapter

Some prose.

```{code-cell} ipython3
:tags: [hide-input]

print(1)
```
"""


def kept_as(book: Path, text: str | None = None) -> str:
    """The name of the file that a chapter's execution is kept in."""
    path = book / "chapter.md"
    path.write_text(text or CHAPTER.replace("print(1)", CELL))
    sources = execution.Sources(book)
    return execution.executed_file(book, path, execution.read(path), sources).name


CELL = """from course_utils import story, trials
trials.trial(), story.FILE, open("lstm"), f"blank-{1}", "used\""""


def test_a_chapter_has_a_key_of_its_own(book):
    """Its cells and their tags count; its prose does not."""
    name = kept_as(book, CHAPTER)
    assert kept_as(book, CHAPTER.replace("Some prose", "Other prose")) == name
    others = [
        kept_as(book, CHAPTER.replace("print(1)", "print(2)")),
        kept_as(book, CHAPTER.replace("print(1)", "print(1)  # one")),
        kept_as(book, CHAPTER.replace("hide-input", "remove-cell")),
    ]
    assert len({name, *others}) == 4


@pytest.mark.parametrize(
    ("changed", "old", "new"),
    [
        pytest.param("course_utils/trials.py", "BATCH = 8", "BATCH = 32", id="what a cell reaches"),
        pytest.param("course_utils/tale.txt", "once", "twice", id="a text that it names"),
        pytest.param("book/records/lstm.json", "{}", "{ }", id="a record that a cell names"),
        pytest.param("book/assets/models/blank-left.json", "{}", "{ }", id="a network, in part"),
        pytest.param("book/claims.yml", "mine, source: 'cell:chapter', value: 1", "mine, "
                     "source: 'cell:chapter', value: 2", id="a claim of the chapter"),
        pytest.param("book/claims.yml", "used, source: 'cell:other', value: 1", "used, "
                     "source: 'cell:other', value: 2", id="a claim that a cell names"),
        pytest.param("requirements.txt", "2.4.6", "2.4.7", id="a pinned package"),
    ],
)  # fmt: skip
def test_what_a_chapter_hangs_on_changes_its_key(book, changed, old, new):
    before = kept_as(book)
    path = book / changed
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    assert kept_as(book) != before


@pytest.mark.parametrize(
    ("changed", "content"),
    [
        ("course_utils/grading/grader.py", "STRICT = False\n"),
        ("course_utils/trials.py", "# a comment\nBATCH = 8\n\ndef trial():\n    return BATCH\n"),
        ("course_utils/new.py", "x = 1\n"),
        ("course_utils/__pycache__/trials.pyc", "compiled"),
        ("course_utils/explorers/static/frames.json", "{}"),
        ("course_utils/explorers/widget.js", "export const widget = 0;"),
        ("book/records/gru.json", "{ }"),
        ("book/assets/models/dates.json", "{ }"),
        ("book/other.md", "# Another chapter"),
    ],
)
def test_what_changes_no_result_of_a_chapter_keeps_its_key(book, changed, content):
    before = kept_as(book)
    (book / changed).parent.mkdir(parents=True, exist_ok=True)
    (book / changed).write_text(content)
    assert kept_as(book) == before


def test_a_claim_of_another_chapter_keeps_the_key(book):
    before = kept_as(book)
    claims = (book / "book/claims.yml").read_text()
    changed = claims.replace("not-mine, source: 'cell:other', value: 1", "not-mine, source: "
                             "'cell:other', value: 2")  # fmt: skip
    assert changed != claims
    (book / "book/claims.yml").write_text(changed)
    assert kept_as(book) == before


def test_the_profile_changes_every_key(book, monkeypatch):
    monkeypatch.setenv("COURSE_PROFILE", "quick")
    before = kept_as(book)
    monkeypatch.setenv("COURSE_PROFILE", "full")
    assert kept_as(book) != before


def test_a_cell_that_does_not_parse_is_no_fault_of_the_key(book):
    """A chapter may show an error of syntax; its words count as every cell's do."""
    one, two = (kept_as(book, CHAPTER.replace("print(1)", f"x = = {n}")) for n in (1, 2))
    assert one != two


def test_a_page_without_code_is_not_executed(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("# A page\n")
    assert execution.read(path) is None


def test_old_executions_of_a_chapter_are_pruned(tmp_path):
    """The current one stays, some others with it; another chapter loses nothing."""
    for number in range(5):
        (tmp_path / f"gru-{number}.ipynb").touch()
    (tmp_path / "gru-deep-1.ipynb").touch()
    os.utime(tmp_path / "gru-deep-1.ipynb", (0, 0))  # the oldest of all
    execution.prune(tmp_path, tmp_path / "gru-0.ipynb")
    left = {path.name for path in tmp_path.iterdir()}
    assert {"gru-0.ipynb", "gru-deep-1.ipynb"} <= left
    assert len(left) == 2 + execution.KEPT


def chapter_of(folder: Path, name: str, code: str) -> Any:
    path = folder / f"{name}.md"
    path.write_text(CHAPTER.replace("print(1)", code))
    kept = folder / "executed" / f"{name}-1.ipynb"
    return execution.Chapter(path, execution.read(path), kept)


def test_chapters_are_executed_two_at_a_time_and_a_failure_is_told(tmp_path):
    """Each waits for the other's sign, and would wait in vain for one after it; a third fails."""
    wait = """
# wait for the other
import pathlib, time
pathlib.Path("{mine}").touch()
until = time.time() + 30
while not pathlib.Path("{other}").exists() and time.time() < until:
    time.sleep(0.05)
print("met" if pathlib.Path("{other}").exists() else "alone")
"""
    (tmp_path / "executed").mkdir()
    chapters = [
        chapter_of(tmp_path, "one", wait.format(mine="a", other="b")),
        chapter_of(tmp_path, "two", wait.format(mine="b", other="a")),
        chapter_of(tmp_path, "three", "raise ValueError('planted failure')"),
    ]
    failed = asyncio.run(execution.execute_all(chapters, timeout=100))
    assert len(failed) == 1 and "three.md" in failed[0] and "planted failure" in failed[0]
    for chapter, kept in zip(chapters, (True, True, False), strict=True):
        assert chapter.executed.exists() == kept
        if kept:
            (cell,) = [c for c in nbformat.read(chapter.executed, 4).cells if "wait" in c.source]
            assert cell.outputs[0].text == "met\n"


def test_formulas_become_text_and_mathml_and_mistakes_are_named():
    good, wrong = katex.typeset([("h_t = \\tanh(x_t W)", False), ("\\frac{1}{", True)])
    assert "<math" in good["html"] and 'class="katex"' in good["html"]
    assert "frac" in wrong["error"]


def test_formulas_are_typeset_once(tmp_path, monkeypatch):
    path = tmp_path / "formulas.json"
    katex.Typesetter(path).prepare([("x", False)])
    monkeypatch.setattr(katex, "typeset", lambda formulas: pytest.fail(f"again: {formulas}"))
    node = nodes.math("", "x")
    assert "<math" in katex.Typesetter(path).html(node)


def test_a_build_that_stops_while_it_writes_leaves_what_was_typeset(tmp_path, monkeypatch):
    path, write = tmp_path / "formulas.json", Path.write_text
    typesetter = katex.Typesetter(path)
    typesetter.prepare([("x", False)])

    def stop_half_way(path: Path, text: str, encoding: str) -> None:
        write(path, text[: len(text) // 2], encoding)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", stop_half_way)
    with pytest.raises(KeyboardInterrupt):
        typesetter.prepare([("y", False)])
    assert set(katex.Typesetter(path).done) == {"inline x"}


@pytest.mark.parametrize(
    ("tex", "read"),
    [
        ("a = b", "a = b"),
        ("a &= b \\\\ c &= d", "\\begin{split}a &= b \\\\ c &= d\\end{split}"),
        ("a \\\\ b", "\\begin{gathered}a \\\\ b\\end{gathered}"),
        ("\\begin{align}a\\end{align}", "\\begin{align*}a\\end{align*}"),
    ],
)
def test_rows_are_numbered_by_the_book_alone(tex, read):
    assert katex.formula(nodes.math_block("", tex)) == (read, True)


def test_a_quiz_says_what_it_lacks():
    option = {"text": "a", "why": "b"}
    right = {"text": "a", "why": "b", "correct": True}
    assert quiz.complaint({"question": "Which?", "options": [option, right]}) == ""
    assert "correct" in quiz.complaint({"question": "Which?", "options": [option, option]})
    assert "without text or why" in quiz.complaint({"question": "?", "options": [right, {}]})
    assert "two options" in quiz.complaint({"question": "?", "options": [right]})
    assert "exactly the keys" in quiz.complaint({"question": "Which?"})


def test_a_chapter_that_is_not_written_has_no_link():
    chapter = {"title": "The LSTM & more", "about": "Gates."}
    assert "<a" not in coursemap.chapter_html(chapter, None, 5)
    linked = coursemap.chapter_html(chapter, "gates/lstm.html", 5)
    assert '<a href="gates/lstm.html">' in linked and "LSTM &amp; more" in linked


def test_the_style_sheet_keeps_what_can_match_and_no_more():
    css = (
        ".sd-card{a:b} .sd-card .gone{a:b} p,.gone{a:b} @media print{.gone{a:b}} h1:not(.gone){a:b}"
    )
    kept = stylesheet.purged(css, {"sd-card"})
    assert ".sd-card{" in kept and "p{" in kept and "h1:not(.gone)" in kept
    assert ".sd-card .gone" not in kept and "@media" not in kept


def test_fonts_of_formulas_are_woff2_alone():
    css = stylesheet.katex_styles()
    assert ".woff2" in css and ".ttf" not in css and ".woff)" not in css


@pytest.mark.parametrize(
    ("length", "pixels"), [("120", 120), ("72pt", 96), ("2.54cm", 96), ("1in", 96)]
)
def test_sizes_of_pictures_are_read_in_every_unit(length, pixels):
    assert body.pixels(length) == pytest.approx(pixels)


def test_pictures_get_their_size_and_later_ones_load_later(tmp_path):
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt"/>'
    (tmp_path / "a.svg").write_text(picture)
    page = '<img alt="A" src="a.svg" /><img alt="B" src="a.svg" />'
    first, second = body.repaired(page, lambda source: tmp_path / source).split("<img")[1:]
    assert 'width="96" height="48"' in first and "lazy" not in first
    assert 'loading="lazy"' in second


def repaired(page):
    return body.repaired(page, lambda source: None)


def test_tables_scroll_in_a_box_and_have_no_empty_headers():
    table = '<table><thead><tr><th class="a"> </th><th>x</th></tr></thead></table>'
    assert repaired(f"<p>A</p>\n{table}<p>B</p>") == (
        '<p>A</p>\n<div class="scroll table-box">'
        '<table><thead><tr><td class="a"></td><th>x</th></tr></thead></table></div><p>B</p>'
    )
    within = f"<table><tr><td>{table}</td></tr></table>"
    assert repaired(within).count("<div") == 1 and repaired(within).endswith("</table></div>")


def test_what_extensions_write_amiss_is_mended():
    assert repaired('<summary aria-label="Toggle hidden content">Cell</summary>') == (
        "<summary>Cell</summary>"
    )
    assert repaired('<section id="exercise-content" class="a">') == '<section class="a">'
    assert repaired('<div role="doc-biblioentry">') == '<div role="listitem">'
    assert repaired('<pre><span style="color: #0087ff">x</span></pre>') == (
        "<pre><span>x</span></pre>"
    )


def test_all_else_of_a_page_stays_as_it_is_to_the_byte():
    page = """<p class='a' ID=b data-x="<img src='a.svg'>">1 &lt; 2 &amp 3&nbsp;<br/></p >
    <!-- <table> --><svg viewBox="0 0 1 1"><path d="M0 0"/></svg>
    <span class="mord" style="color: #123456">x</span><th></th>
    <script>"<table></table>"</script><code>&lt;table&gt;</code>"""
    assert repaired(page) == page
