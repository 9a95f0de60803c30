"""`course pack` and `course merge`: what goes to an accelerator host, and what comes back.

That an archive runs there is tried in tests/notebooks/test_packed.py.
"""

import json
import shutil
import subprocess
import sys
import time
import zipfile

import pytest
from typer.testing import CliRunner

from course_utils import cli, datasets, packing, records, running, sources
from course_utils.datasets import shakespeare

CELL = "```{{code-cell}} ipython3\n:tags: [{tags}]\n\n{code}\n```\n\n"
SHARED = "from course_utils import datasets, records\n\nfactor = 2"
TRAIN = (
    '{name} = records.sweep("{named}", {settings}, lambda seed, by: {{"metrics": {{"score": by}}}})'
)


def chapter_of(book, name, **sweeps):
    """A chapter in which each experiment sweeps the settings that are given as code."""
    cells = [CELL.format(tags="train", code=SHARED)]
    for variable, settings in sweeps.items():
        named = variable.replace("_", "-")
        code = TRAIN.format(name=variable, named=named, settings=settings)
        cells.append(CELL.format(tags=f'"train:{named}"', code=code))
    path = book / f"{name}.md"
    path.write_text("---\nfile_format: mystnb\n---\n\n" + "".join(cells), "utf-8")
    return path


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two chapters: one chooses before it scores, twice."""
    book = tmp_path / "book"
    for folder in ("records", "assets/models"):
        (book / folder).mkdir(parents=True)
    (book / "claims.yml").write_text("[]\n")
    monkeypatch.setattr(records, "home", lambda: book)
    monkeypatch.delenv("COURSE_PROFILE", raising=False)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path / "mirror"))
    (tmp_path / "mirror").mkdir()
    chosen = '{"best": {"by": max((run["metrics"]["score"] for run in %s), default=0)}}'
    a = '{"a": {"by": 1}, "b": {"by": 2}}'
    chapter_of(
        book,
        "two",
        ladder_choose=a,
        ladder=chosen % "ladder_choose",
        lists_choose=a,
        lists=chosen % "lists_choose",
    )
    chapter_of(book, "other", lists='{"c": {"by": 3}}')
    return book


def both(book):
    return [book / "two.md", book / "other.md"]


def names(archive):
    with zipfile.ZipFile(archive) as file:
        return set(file.namelist())


def plan(archive):
    with zipfile.ZipFile(archive) as file:
        return json.loads(file.read("plan.json"))


def test_an_archive_has_programs_package_and_what_it_reads_of_the_book(book, tmp_path):
    packed = packing.pack(both(book), tmp_path / "a.zip")
    there = names(packed.path)
    assert {"run.py", "plan.json", "programs/two.py", "programs/other.py"} <= there
    assert {
        "course_utils/__init__.py",
        "course_utils/datasets/story.txt",
        "book/claims.yml",
    } <= there
    assert not any("__pycache__" in name or name.startswith(("data/", "wheels/")) for name in there)
    assert packed.size == packed.path.stat().st_size < 2e6
    assert sum(packed.contents.values()) <= packed.size


def test_the_same_sources_give_the_same_bytes(book, tmp_path):
    archives = [packing.pack(both(book), tmp_path / name).path for name in ("a.zip", "b.zip")]
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with zipfile.ZipFile(archives[0]) as file:  # nor do they say when
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_named_comes_first_with_what_it_chooses_from(book, tmp_path):
    archive = packing.pack(both(book), tmp_path / "a.zip", first=["lists"]).path
    steps = [(step["chapter"], step["orders"]["only"]) for step in plan(archive)["steps"]]
    assert steps == [
        ("two", ["lists-choose", "lists"]),
        ("other", ["lists"]),
        ("two", None),
        ("other", None),
    ]
    with pytest.raises(packing.PackError, match="no chapter has the experiment list; they have"):
        packing.pack(both(book), tmp_path / "a.zip", first=["list"])


def test_parts_that_are_made_go_along_and_those_of_other_cells_do_not(book, tmp_path):
    outcome = running.run(book / "two.md", seeds=[0], only=["ladder"])
    assert outcome.parts == 3
    two = (book / "two.md").read_text("utf-8")
    (book / "two.md").write_text(two.replace('"a": {"by": 1}', '"a": {"by": 0}', 1), "utf-8")
    there = names(packing.pack(both(book), tmp_path / "a.zip").path)
    assert {name for name in there if name.startswith("parts/")} == {
        "parts/two/ladder--best--0.json"
    }


def load(book, call):
    path = book / "two.md"
    path.write_text(path.read_text("utf-8").replace("factor = 2", call), "utf-8")


def test_the_data_that_a_chapter_loads_goes_along(book, tmp_path):
    load(
        book, 'datasets.load("shakespeare"); datasets.load("imdb", "mini"); datasets.load("story")'
    )
    text = tmp_path / "mirror" / "shakespeare.txt"
    text.write_text("a" * shakespeare.LENGTH)
    archive = packing.pack(both(book), tmp_path / "a.zip").path
    assert {name for name in names(archive) if name.startswith("data/")} == {"data/shakespeare.txt"}


def test_data_that_is_not_to_be_had_is_told(book, tmp_path):
    load(book, 'datasets.load("spoken-digits", None)')
    with pytest.raises(datasets.DatasetError, match="spoken-digits is in no mirror"):
        packing.pack(both(book), tmp_path / "a.zip")
    two = book / "two.md"
    two.write_text(two.read_text("utf-8").replace('"spoken-digits"', "factor"), "utf-8")
    with pytest.raises(sources.ChapterError, match=r"two has datasets.load\(factor, None\): name"):
        packing.pack(both(book), tmp_path / "a.zip")


def test_an_archive_that_is_too_large_is_not_made_and_says_what_is_large(book, tmp_path):
    with pytest.raises(packing.PackError, match=r"more than 0.1: course_utils [\d.]+ MB, "):
        packing.pack(both(book), tmp_path / "a.zip", most_mb=0.1)
    assert not list(tmp_path.glob("a.zip*"))


@pytest.mark.parametrize(
    "told",
    [
        '[{"name": "jax", "version": "1"}, {"name": "Typing_Extensions", "version": "4"}]',
        "jax==1\n-e git+https://example.org/x\ntyping_extensions @ file:///x\n# pooch\n",
        "Package    Version\n---------- -------\njax        1\ntyping.extensions 4\n",
    ],
    ids=["json", "freeze", "columns"],
)
def test_what_a_host_has_is_read_as_pip_tells_it(told, tmp_path):
    have = tmp_path / "have"
    have.write_text(told)
    installed = packing._installed(have)
    assert {"jax", "typing-extensions"} <= installed and "pooch" not in installed
    program = "import jax, tensorflow as tf\nimport scipy.stats\nfrom course_utils import cells"
    missing = {one.partition("==")[0] for one in packing._missing([program], installed)}
    assert {"pooch", "keras", "optree", "numpy", "scipy"} <= missing  # optree: through keras
    assert not {"course-utils", "typing-extensions", "jax", "tensorflow"} & missing
    have.write_text("numpy==2\n")
    with pytest.raises(packing.PackError, match="does not name jax"):
        packing._installed(have)


def run_there(archive, there, *words):
    """What `python run.py` does with an archive: exit status, and what it says."""
    with zipfile.ZipFile(archive) as file:
        file.extractall(there)
    command = [sys.executable, "run.py", *words]
    done = subprocess.run(command, cwd=there, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_an_error_in_one_chapter_does_not_keep_the_others(book, tmp_path):
    load(book, "factor = 1 / 0")
    archive = packing.pack(both(book), tmp_path / "a.zip", first=["ladder"]).path
    status, said, error = run_there(archive, tmp_path / "there", "--out", tmp_path / "parts")
    assert status == 1 and said.startswith(f"3 parts are in {tmp_path / 'parts'}.")
    assert "ZeroDivisionError" in error and "two stopped with an error (exit status 1)" in error
    assert len(list((tmp_path / "parts" / "other").glob(records.PARTS))) == 3


def test_the_time_limit_is_kept_whatever_is_being_made(book, tmp_path):
    load(book, "import time; time.sleep(60)")
    archive = packing.pack([book / "two.md"], tmp_path / "a.zip").path
    began = time.monotonic()
    status, said, _ = run_there(archive, tmp_path / "there", "--limit-minutes", "0.02")
    assert time.monotonic() - began < 30
    assert status == 75 and "The time limit was reached" in said


def test_parts_that_went_along_are_not_made_again(book, tmp_path):
    running.run(book / "two.md", seeds=[0])
    archive = packing.pack([book / "two.md"], tmp_path / "a.zip", seeds=[0, 1]).path
    _, said, error = run_there(archive, tmp_path / "there", "--out", tmp_path / "parts")
    assert said.startswith("12 parts") and error.count(" in 0 s") == 6


def test_wheels_for_another_python_are_told_before_anything_runs(tmp_path):
    for name in ("pooch-1.9.0-py3-none-any.whl", "optree-0.20.0-cp310-cp310-linux.whl"):
        (tmp_path / name).touch()
    packing._fits(sys.version_info[:2], tmp_path)
    with pytest.raises(SystemExit, match=r"these wheels are for 3\.10: optree-0.20.0-cp310"):
        packing._fits([3, 10], tmp_path)


@pytest.fixture
def came_back(book, tmp_path):
    """The parts of both chapters, made elsewhere: in folders with the chapters' names."""
    for path in both(book):
        running.run(path, seeds=[0, 1], out=tmp_path / "back" / path.stem)
        (book / "records" / f"{path.stem}.json").unlink()
    return tmp_path / "back"


def test_parts_are_taken_into_the_records_beside_what_is_there(book, came_back):
    there = running.run(book / "two.md", seeds=[5], only=["ladder"])
    merged = packing.merge(came_back)
    assert merged.refused == {}
    assert {path.stem: count for path, count in merged.taken.items()} == {"two": 12, "other": 2}
    record = records.load("two")
    assert [run["seed"] for run in record.select("ladder")] == [0, 1, 5]
    assert record.train_hashes == sources.train_hashes(book / "two.md")
    assert running.run(book / "two.md", seeds=[0, 1, 5], only=["ladder"]).parts == there.parts + 12


def test_parts_that_the_chapter_would_not_have_made_are_refused_by_name(book, came_back):
    def change(name, **how):
        path = came_back / "two" / name
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | how), "utf-8")
        return path

    refused = {
        change("ladder--best--0.json", train_hash="0"): "it was made by other code",
        change("ladder--best--1.json", profile="quick"): "it was made in the profile quick",
        change("lists--best--1.json", seed=3): "it holds lists / best / seed 3",
    }
    shutil.copyfile(came_back / "two" / "lists--best--0.json", came_back / "two" / "x--y--0.json")
    elsewhere = change("x--y--0.json", experiment="x", setting="y")
    refused[elsewhere] = "the chapter has no experiment x"
    broken = came_back / "two" / "ladder-choose--a--0.json"
    broken.write_text("{}")
    refused[broken] = "it is no part"
    strange = came_back / "stranger" / "lists--best--0.json"
    strange.parent.mkdir()
    shutil.copyfile(came_back / "two" / "lists--best--0.json", strange)
    refused[strange] = "no chapter is called stranger"
    merged = packing.merge(came_back)
    assert merged.refused.keys() == refused.keys()
    for path, why in refused.items():
        assert why in merged.refused[path]
    record = records.load("two")
    kept = {f"{r['experiment']}--{r['setting']}--{r['seed']}.json" for r in record.runs}
    assert kept == {p.name for p in (came_back / "two").glob("*.json")} - {
        p.name for p in refused
    } | {"lists--best--0.json"}


def test_a_folder_without_parts_is_told(tmp_path):
    with pytest.raises(packing.PackError, match="has no parts in it"):
        packing.merge(tmp_path)


def course(*words):
    """Exit status of the command, and all that it says."""
    done = CliRunner().invoke(cli.app, [str(word) for word in words])
    return done.exit_code, done.output


def test_the_command_line_tells_sizes_counts_and_what_is_refused(book, came_back, tmp_path):
    status, said = course("pack", *both(book), "-o", tmp_path / "a.zip", "--first", "lists,ladder")
    assert status == 0 and "MB course_utils" in said and "MB programs" in said
    size = (tmp_path / "a.zip").stat().st_size
    assert f"{size / 1e6:.2f} MB {tmp_path / 'a.zip'}" in said.replace("\n", "")
    assert course("pack", book / "two.md", "-o", tmp_path / "b.zip", "--first", "x")[0] == 2
    (came_back / "two" / "lists--best--0.json").write_text("{}")
    status, said = course("merge", came_back)
    assert status == 2 and "refused: " in said and "lists--best--0.json: it is no part" in said
    assert "11 parts are in " in said and "2 parts are in " in said
    assert course("merge", tmp_path / "mirror")[0] == 2
