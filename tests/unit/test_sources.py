"""One hash of all that a result hangs on: what changes it, and what must not."""

import textwrap
from pathlib import Path

import pytest

from course_utils import sources

ROOT = Path(__file__).parents[2]

PACKAGE = {
    "__init__.py": "",
    "training.py": """
        import numpy as np

        RATE = 0.1

        def pick(*, quick, full=None):
            return full

        def train(x: float, rate: float = RATE) -> float:
            '''Train.'''
            def loss(w):
                return np.square(w - x) * SCALE
            return _step(x, rate) + loss(0.0)

        SCALE = 2

        def _step(x, rate):
            return x - rate * _slope(x)

        def _slope(x):
            if x < 0:
                raise ValueError(f"x is {x}, expected a positive number")
            return 2 * x

        def report(x):
            return f"{x:.3f}"
        """,
    "shapes.py": """
        class Base:
            sides = 0

            def area(self):
                return self.sides * unit()

        class Square(Base):
            sides = 4

        def unit():
            return 1
        """,
    "registry.py": """
        KNOWN = {}

        def known(name):
            return KNOWN[name]

        KNOWN["a"] = 1
        """,
    "helper.py": """
        def even(n):
            return n == 0 or odd(n - 1)

        def odd(n):
            return n != 0 and even(n - 1)
        """,
    "computed.py": """
        def by_name(owner, name):
            return getattr(owner, name)

        def apart():
            return 1
        """,
    "grading.py": "def grade():\n    return 1\n",
    "explorers/__init__.py": """
        import importlib

        def get(name):
            return importlib.import_module(f"{__name__}.{name}").EXPLORER

        def show(name):
            return get(name)
        """,
    "explorers/cliff.py": "EXPLORER = 1\n",
    "explorers/walk.py": "EXPLORER = 2\n",
    "records.py": "def sweep(train):\n    return [train()]\n",
}
TRAIN = "from course_utils import training\ntraining.train(3.0)"


@pytest.fixture
def tree(tmp_path):
    """A small package; `tree.hash(cell, …)` with files that are otherwise."""

    class Tree:
        def write(self, files):
            for name, code in files.items():
                path = tmp_path / "course_utils" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(textwrap.dedent(code))

        def change(self, name, old, new):
            path = tmp_path / "course_utils" / name
            code = path.read_text()
            assert old in code
            path.write_text(code.replace(old, new))

        def closure(self, *cells, **options):
            return sources.Sources(tmp_path).closure(list(cells), **options)

        def hash(self, *cells, **options):
            return self.closure(*cells, **options).hash

    tree = Tree()
    tree.write(PACKAGE)
    return tree


def changes(tree, name, old, new, cell, **options):
    """Is the hash of a cell another one when this is changed in the package?"""
    before = tree.hash(cell, **options)
    tree.change(name, old, new)
    return tree.hash(cell, **options) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("training.py", "rate * _slope", "2 * rate * _slope", id="through another"),
        pytest.param("training.py", "RATE = 0.1", "RATE = 0.2", id="a constant, as a default"),
        pytest.param("training.py", "SCALE = 2", "SCALE = 3", id="a constant, in a nested scope"),
        pytest.param("training.py", "np.square", "np.abs", id="what is called outside"),
        pytest.param("training.py", "import numpy as np", "import cupy as np", id="an import"),
    ],
)
def test_what_a_cell_reaches_changes_its_hash(tree, name, old, new):
    assert changes(tree, name, old, new, TRAIN)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("training.py", "'''Train.'''", "'''Train well.'''", id="a docstring"),
        pytest.param(
            "training.py",
            "x - rate * _slope(x)",
            "x -  rate * _slope(x)  # down",
            id="comment and layout",
        ),
        pytest.param("training.py", "rate: float", "rate: object", id="an annotation"),
        pytest.param("training.py", "{x:.3f}", "{x:.4f}", id="a neighbour that is not reached"),
        pytest.param("grading.py", "return 1", "return 2", id="a module that is not reached"),
        pytest.param("training.py", "SCALE = 2", "OTHER = 1\n\nSCALE = 2", id="a new definition"),
    ],
)
def test_what_cannot_change_a_result_does_not(tree, name, old, new):
    assert not changes(tree, name, old, new, TRAIN)


def test_a_local_name_is_not_the_global_one(tree):
    tree.write({"local.py": "x = 1\ny = 2\n\ndef f(x):\n    return [y for y in x]\n"})
    cell = "from course_utils.local import f\nf([1])"
    assert not changes(tree, "local.py", "x = 1\ny = 2", "x = 8\ny = 9", cell)
    tree.change("local.py", "def f(x)", "def f(z)")  # now `x` is the global one
    assert changes(tree, "local.py", "x = 8", "x = 7", cell)


def test_a_class_counts_in_whole_and_with_its_bases(tree):
    cell = "from course_utils.shapes import Square\nSquare()"
    assert changes(tree, "shapes.py", "sides = 4", "sides = 5", cell)
    assert changes(tree, "shapes.py", "self.sides *", "2 * self.sides *", cell)
    assert changes(tree, "shapes.py", "return 1", "return 2", cell)


def test_statements_that_run_when_a_module_is_imported_count(tree):
    cell = "from course_utils.registry import known\nknown('a')"
    assert changes(tree, "registry.py", 'KNOWN["a"] = 1', 'KNOWN["a"] = 2', cell)
    tree.change("training.py", "RATE = 0.1", "np.seterr(all='raise')\n\nRATE = 0.1")
    assert changes(tree, "training.py", "'raise'", "'warn'", TRAIN)
    # also of a module that is only imported on the way
    tree.change("registry.py", "KNOWN = {}", "from course_utils import training\n\nKNOWN = {}")
    assert changes(tree, "training.py", "'warn'", "'ignore'", cell)


def test_definitions_that_call_each_other_count_together(tree):
    cell = "from course_utils.helper import even\neven(4)"
    assert changes(tree, "helper.py", "n != 0", "n > 0", cell)
    assert changes(tree, "helper.py", "n == 0", "n < 1", cell)


def test_moving_a_definition_changes_nothing(tree):
    before = tree.hash(TRAIN)
    moved = "def _slope(x):\n"
    code = textwrap.dedent(PACKAGE["training.py"])
    start, end = code.index(moved), code.index("def report")
    tree.write({"slopes.py": "\n" + code[start:end]})
    tree.write({"training.py": code[:start] + code[end:]})
    tree.change(
        "training.py", "import numpy as np", "import numpy as np\nfrom .slopes import _slope"
    )
    assert tree.hash(TRAIN) == before
    assert changes(tree, "slopes.py", "2 * x", "3 * x", TRAIN)


@pytest.mark.parametrize(
    "cell",
    [
        "from course_utils.training import train\ntrain(3.0)",
        "import course_utils.training as t\nt.train(3.0)",
        "import course_utils.training\ncourse_utils.training.train(3.0)",
        "from course_utils import training\ngetattr(training, 'train')(3.0)",
    ],
)
def test_a_name_is_what_it_resolves_to_not_how_it_is_spelled(tree, cell):
    assert tree.hash(cell) == tree.hash(TRAIN)


def test_two_that_are_spelled_alike_are_told_apart(tree):
    tree.write({"one.py": "def f():\n    return 1\n", "two.py": "def f():\n    return 2\n"})
    both = "from course_utils.one import f as a\nfrom course_utils.two import f as b\n"
    assert tree.hash(both + "a() - b()") != tree.hash(both + "b() - a()")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("from course_utils import computed\ncomputed.by_name(1, 'real')", "getattr"),
        ("from course_utils.loads import load\nload('x')", "importlib"),
        ("from course_utils.stars import far\nfar()", "import *"),
        ("from course_utils.evaluates import value\nvalue()", "eval"),
    ],
)
def test_what_cannot_be_followed_counts_in_whole_and_is_listed(tree, code, why):
    far = "def far():\n    return 1\n"
    tree.write(
        {
            "far.py": far,
            "stars.py": f"from course_utils.far import *\n\n{far.replace('far', 'near')}",
            "evaluates.py": f"def value():\n    return eval('1')\n\n{far}",
            "loads.py": "import importlib\n\ndef load(name):\n"
            "    return importlib.import_module(f'course_utils.{name}')\n",
        }
    )
    closure = tree.closure(code)
    assert any(why in one for one in closure.unresolved), closure.unresolved
    name = {"getattr": "computed.py", "eval": "evaluates.py"}.get(why, "far.py")
    assert changes(tree, name, "return 1", "return 2", code)


def test_a_module_that_is_handed_on_counts_in_whole(tree):
    cell = "from course_utils import training\nprint(training)"
    assert tree.closure(cell).unresolved == {"course_utils.training (as a value in the cells)"}
    assert changes(tree, "training.py", "{x:.3f}", "{x:.4f}", cell)


def test_an_explorer_that_is_named_counts_alone(tree):
    cell = "from course_utils import explorers\nexplorers.show('cliff')"
    assert not tree.closure(cell).unresolved
    assert not changes(tree, "explorers/walk.py", "2", "3", cell)
    assert changes(tree, "explorers/cliff.py", "1", "3", cell)


def test_with_a_computed_name_all_explorers_count(tree):
    cell = "from course_utils import explorers\nfor name in ['cliff']:\n    explorers.show(name)"
    assert tree.closure(cell).unresolved
    assert changes(tree, "explorers/walk.py", "2", "3", cell)


def test_of_other_cells_what_is_used_counts(tree):
    cells = ["batch = 8\nshown = 1", "print(shown)", "size = 2 * batch"]
    own = [False, False, True]
    before = tree.hash(*cells, own=own)
    assert tree.hash("batch = 8\nshown = 2", *cells[1:], own=own) == before
    assert tree.hash("batch = 9\nshown = 1", *cells[1:], own=own) != before
    assert tree.hash(*cells[:2], "size = 3 * batch", own=own) != before


def test_a_run_at_full_scale_hangs_on_nothing_that_only_others_see(tree):
    cell = (
        "from course_utils import records, training\n"
        "n = training.pick(quick=3, full=100)\nrecords.sweep(lambda: training.train(n))"
    )
    full = {"full_profile": True}
    assert tree.hash(cell.replace("quick=3", "quick=4"), **full) == tree.hash(cell, **full)
    assert tree.hash(cell.replace("quick=3", "quick=4")) != tree.hash(cell)
    assert tree.hash(cell.replace("full=100", "full=99"), **full) != tree.hash(cell, **full)
    assert not changes(tree, "training.py", "a positive number", "x > 0", cell, **full)
    assert not changes(tree, "records.py", "[train()]", "[train(), 1]", cell, **full)
    assert changes(tree, "training.py", "RATE = 0.1", "RATE = 0.3", cell, **full)


def test_how_the_options_of_a_run_were_chosen_changes_no_result(tree):
    """The options themselves are compared run by run."""
    cells = [
        "from course_utils import records, training",
        "tried = records.sweep(lambda: training.train(1.0))",
        "records.sweep(lambda rate: rate, max(tried))",
    ]
    own = [False, False, True]
    before = tree.hash(*cells, own=own)
    assert tree.hash(cells[0], cells[1].replace("1.0", "2.0"), cells[2], own=own) == before
    kept = cells[1].replace("records.sweep(lambda: training.train(1.0))", "training.train({})")
    once, twice = (tree.hash(cells[0], kept.format(n), cells[2], own=own) for n in (1, 2))
    assert once != twice  # what was no sweep counts


ONE = "from course_utils import one\none.f()"


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        pytest.param("A, B = 1, 2\n\ndef f():\n    return A - B", "A - B", "B - A", id="a pair"),
        pytest.param(
            "K = {}\n\ndef keep(g):\n    K['g'] = g\n    return g\n\n"
            "@keep\ndef g():\n    return 1\n\ndef f():\n    return K['g']()",
            "return 1",
            "return 2",
            id="a registry",
        ),
        pytest.param(
            "K = {}\n_ = K.update(a=1)\n\ndef f():\n    return K",
            "a=1",
            "a=2",
            id="a call whose result is not wanted",
        ),
        pytest.param(
            "seen = [top := i for i in range(3)]\n\ndef f():\n    return top",
            "range(3)",
            "range(4)",
            id="a name that a comprehension binds",
        ),
        pytest.param(
            "rate = 1\n\nclass A:\n    rate = rate\n\ndef f():\n    return A.rate",
            "rate = 1",
            "rate = 2",
            id="a class that reads what it then binds",
        ),
        pytest.param("n = 1\n\ndef f():\n    global n\n    n += 1", "n = 1", "n = 2", id="n += 1"),
        pytest.param(
            "def near():\n    raise KeyError\n\ndef f():\n    try:\n        near()\n"
            "    except KeyError:\n        return 1",
            "raise KeyError",
            "raise ValueError",
            id="an exception that is caught",
        ),
        pytest.param(
            "def near():\n    raise StopIteration(1)\n\ndef f():\n    try:\n        near()\n"
            "    except StopIteration as end:\n        return end.value",
            "(1)",
            "(2)",
            id="what an exception carries",
        ),
        pytest.param(
            "from dataclasses import dataclass\n\n@dataclass\nclass A:\n    a: int\n    b: int\n\n"
            "def f():\n    return A(1, 2)",
            "a: int\n    b: int",
            "b: int\n    a: int",
            id="the fields of a dataclass",
        ),
        pytest.param(
            "from course_utils import training\n\ni = 2\n\ndef f():\n"
            "    return training.pick(quick=[i for i in 'ab'], full=[j * i for j in 'ab'])",
            "i = 2",
            "i = 3",
            id="two comprehensions in a line",
        ),
        pytest.param(
            "a = 1\n\ndef f():\n    return {(lambda a: a): (lambda b: a + b) for _ in 'x'}",
            "a = 1",
            "a = 2",
            id="two lambdas in a line",
        ),
        pytest.param(
            "from course_utils.shapes import unit as g\n"
            "from course_utils.grading import grade as g\n\ndef f():\n    return g()",
            "shapes import unit as g\nfrom course_utils.grading import grade",
            "grading import grade as g\nfrom course_utils.shapes import unit",
            id="the later of two imports",
        ),
        pytest.param(
            "def f():\n    from course_utils.shapes import unit as g\n    g = g() + 1\n"
            "    return g",
            "g = g",
            "h = g",
            id="an import that is bound anew",
        ),
        pytest.param(
            "def f():\n    match [1, 2]:\n        case [a, *rest]:\n            return a",
            "return a",
            "return rest",
            id="what a pattern binds",
        ),
        pytest.param(
            "import importlib as loader\n\ndef f():\n"
            "    return loader.import_module('course_utils.grading').grade()\n# return 1",
            "loader.import_module('course_utils.grading').grade",
            "loader.import_module('course_utils.computed').apart",
            id="a module that is imported by its name",
        ),
    ],
)
def test_no_way_of_writing_hides_a_change(tree, code, old, new):
    tree.write({"one.py": code + "\n"})
    assert changes(tree, "one.py", old, new, ONE, full_profile=True)


@pytest.mark.parametrize(
    "cell",
    [
        "explorers.show(name='cliff')",
        "show = explorers.show\nshow('cliff')",
        "map(explorers.get, a)",
    ],
)
def test_an_explorer_counts_however_it_is_looked_up(tree, cell):
    cell = f"from course_utils import explorers\n{cell}"
    assert changes(tree, "explorers/cliff.py", "EXPLORER = 1", "EXPLORER = 3", cell)


def test_a_module_counts_however_it_is_imported_by_its_name(tree):
    cell = "from importlib import import_module as get\nget('course_utils.grading').grade()"
    assert changes(tree, "grading.py", "return 1", "return 2", cell)


@pytest.mark.parametrize(
    ("before", "own", "old", "new"),
    [
        pytest.param("n = 8", "n = 2 * n", "8", "9", id="a variable that is bound anew"),
        pytest.param("n = 8", "n += 1", "8", "9", id="a variable that is added to"),
        pytest.param("n = 8", "for n in range(n): print(n)", "8", "9", id="one that counts"),
        pytest.param(
            "n = 8\nm = 2 * n", "n = 1\nprint(m)", "8", "9", id="one that was used before"
        ),
        pytest.param("n = 8", "if n > 3:\n    n = 1\nprint(n)", "8", "9", id="one bound perhaps"),
        pytest.param("n = 8\nm = n\nn = 1", "m", "m = n\nn = 1", "n = 1\nm = n", id="in order"),
        pytest.param("a = {}\na['b'] = 1", "print(a)", "1", "2", id="an item"),
        pytest.param("a = {}\nfor i in 'xy':\n    a[i] = 1", "a", "1", "2", id="items in a loop"),
        pytest.param("a = []\na.append(1)", "print(a)", "1", "2", id="a method"),
        pytest.param("a = [1, 2]\nb = a.pop(0)", "a", "0", "1", id="a method that gives something"),
        pytest.param(
            "a = r(1)\nb = [a.normal() for _ in '12']", "a", "12", "1", id="random numbers"
        ),
        pytest.param("a = r(1)\nb = next(a)", "a", "next", "len", id="a function that does"),
        pytest.param("a = [[]]\nfor b in a:\n    b.append(1)", "a", "1", "2", id="what is in it"),
        pytest.param("a = []\nb = a\nb.append(1)", "a", "1", "2", id="by another name"),
        pytest.param("class A: x = 0\nA.x = 1", "A.x", "1", "2", id="a class"),
        pytest.param(
            "a = 0\ndef f(n):\n    global a\n    a = n\ndef g():\n    f(1)\ng()",
            "print(a)",
            "f(1)",
            "f(2)",
            id="a function that sets it",
        ),
        pytest.param(
            "a = []\ndef f(n):\n    a.append(n)\nf(1)", "a", "(1)", "(2)", id="one that alters it"
        ),
        pytest.param(
            "a = []\ndef f(x, n):\n    x.append(n)\nf(a, 1)", "a", "1", "2", id="the chapter's own"
        ),
        pytest.param("a = [1]\nshuffle(a)", "print(a)", "shuffle", "sort", id="a function"),
        pytest.param("import x\nx.RATE = 1", "x.f()", "1", "2", id="a constant of a library"),
        pytest.param("import x\nx.seed(1)", "x.f()", "1", "2", id="a library's seed"),
        pytest.param(
            "from course_utils import training as t\nt.RATE = 1",
            "from course_utils.training import train\ntrain(1)",
            "1",
            "2",
            id="a constant of the package",
        ),
        pytest.param("n = 8", "eval('n')", "8", "9", id="eval"),
        pytest.param("n = 8", "globals()['n']", "8", "9", id="globals"),
    ],
)
def test_what_other_cells_did_to_a_variable_counts(tree, before, own, old, new):
    hashes = {tree.hash(one, own, own=[False, True]) for one in (before, before.replace(old, new))}
    assert len(hashes) == 2


def test_what_another_cell_does_between_two_of_an_experiment_counts(tree):
    own = [True, False, True]
    assert len({tree.hash("n = 1", f"n += {i}", "print(n)", own=own) for i in (1, 2)}) == 2


@pytest.mark.parametrize(
    "own",
    [
        "n = 1\nprint(n)",
        "for n in range(3):\n    print(n)",
        "print([n for n in range(3)])",
        "def f(n):\n    return n\nf(1)",
        "def n():\n    return 1\nn()",
        "print((lambda n: n)(1))",
        "with open('x') as n:\n    m = n\n    print(n)",
        "try:\n    print()\nexcept ValueError as error:\n    print(error)",
    ],
)
def test_a_variable_that_only_has_the_same_name_does_not(tree, own):
    own_cell = [False, True, False]
    before = tree.hash("n = 1\nerror = 1", own, "n = 1", own=own_cell)
    assert tree.hash("n = 2\nerror = 2", own, "n = 2", own=own_cell) == before


@pytest.mark.parametrize(
    "cell",
    [
        "x = f''",
        "x = 1\nfrom __future__ import annotations",
        "nonlocal x",
        "def f(a, a): pass",
        "return 1",
        "x = '\0'",
        "x = '\ud800'",
        "x = f'\\ud800{1}'",
        "x = " + "1 + " * 2000 + "1",
        "x = " + "[" * 90 + "]" * 90,
        "x = " + "-" * 50_000 + "1",
        "def f(x: Annotated[int, [i for i in y]], z=lambda: 1): return [i for i in z]",
        "x: Annotated[int, [i for i in y]] = [i for i in y]",
        "from . import x\nfrom ... import y\nx(y)",
        "from course_utils import nothing\nnothing.f()",
        "async def f():\n    return [x async for x in y]",
        "class A:\n    if 1:\n        'text'\n    else:\n        'text'",
        "try:\n    'text'\nfinally:\n    'text'",
        "del x",
        "%%time\nx = 1",
        "x = !ls",
    ],
)
def test_no_cell_stops_the_reading_and_each_counts(tree, cell):
    cells = ["y = z = 1", cell]
    assert tree.hash(*cells) not in {tree.hash(cells[0]), tree.hash(*cells, "w = 1")}


CHAPTER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# A chapter

```{code-cell} ipython3
:tags: [train]

from course_utils import records, training
```

```{code-cell} ipython3
:tags: [train:one]

records.sweep(lambda: training.train(1.0))
```

```{code-cell} ipython3
:tags: [train:two]

records.sweep(lambda: 2.0)
```
"""


def test_each_experiment_of_a_chapter_has_its_own_hash(tree, tmp_path):
    chapter, renamed = tmp_path / "chapter.md", tmp_path / "other-name.md"
    chapter.write_text(CHAPTER)
    renamed.write_text(CHAPTER.replace("# A chapter", "# Another title"))
    before = sources.train_hashes(chapter, tmp_path)
    assert set(before) == {"one", "two"} and before["one"] != before["two"]
    assert sources.train_hashes(renamed, tmp_path) == before
    tree.change("training.py", "RATE = 0.1", "RATE = 0.2")
    after = sources.train_hashes(chapter, tmp_path)
    assert after["one"] != before["one"] and after["two"] == before["two"]


def test_the_batch_size_of_the_trials_is_part_of_the_evidence_for_the_lstm():
    closure = sources.Sources().closure([(ROOT / "course_utils/trials.py").read_text()])
    assert {"course_utils.tasks.adding", "course_utils.training.until_solved"} <= (
        closure.definitions_reached
    )


def test_every_chapter_can_be_read_and_what_cannot_be_followed_is_little():
    package = sources.Sources()
    for chapter in sorted((ROOT / "book").glob("*/*.md")):
        if "{code-cell}" in chapter.read_text("utf-8") and chapter.parent.name != "handbook":
            cells = [source for source, _ in sources.code_cells(chapter)]
            assert len(package.closure(cells).unresolved) <= 3, chapter
