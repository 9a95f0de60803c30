"""One hash of all the code that a result hangs on.

A run record, an executed chapter and a grade all ask the same question: is this still the code that
gave the result? :class:`Sources` answers it for some cells and the package beneath them. Counted
are the cells and, of the package, the definitions that they reach, directly or through others, as
syntax trees: comments, docstrings, layout and annotations do not count, nor does the file in which
a definition stands. So a changed batch size in `trials` makes the LSTM's record stale, and a
comment in the grader touches nothing.

What a name means is settled as Python settles it: by scope, then through the imports
to the definition, whatever it is called on the way. Statements of a module that define nothing but
run when it is imported count as soon as anything of the module does. Where a name cannot be
followed (`getattr` with a computed name, `importlib`, `import *`, a module handed on as a value)
the whole module counts, and :attr:`Closure.unresolved` lists it.

Not seen are: a value that other cells alter inside what a function returned, a call that alters the
state of the package itself (`training.set_seed(0)` in another cell), the order of a call and of
what it reads, the annotations of arguments, files of data, and classes that register their heirs.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast

__all__ = ["ChapterError", "Closure", "Sources", "code_cells", "train_hashes"]

PACKAGE = "course_utils"
HOME = Path(__file__).resolve().parent.parent


def _underscored(name: str) -> str:
    return name.replace("-", "_")


def _table(name: str) -> str:
    """`05-lstm/step@1` as `tables.a05_lstm.step_1`."""
    return "tables.a" + re.sub("[-@]", "_", name).replace("/", ".")


SOMETHING = "\0"  # behind the beginning of a text that is put together
COMPUTED = {"eval", "exec", "globals", "__import__"}  # builtins that reach what no one can foresee

# Functions that find a module of the package by their first argument: the package in which they
# and their helpers are, and the module that a name stands for. With a name that is written down,
# that module counts; with a computed one, all that the pattern can mean.
LOOKUPS: dict[tuple[str, str], tuple[str, Callable[[str], str]]] = {
    **{
        ("course_utils.explorers", function): ("course_utils.explorers", _underscored)
        for function in ("show", "get", "config")
    },
    **{
        ("course_utils.datasets", function): ("course_utils.datasets", _underscored)
        for function in ("load", "variants")
    },
    ("course_utils.checks.tables", "load"): ("course_utils.checks", _table),
}
HOMES = {home for home, _ in LOOKUPS.values()}

DEEPEST = 100  # nodes within each other, in a cell that can be read

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
HARMLESS = [["print"], ["len"], ["range"], ["zip"], ["enumerate"], ["sum"], ["min"], ["max"]]
NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SURE = (ast.Assign, ast.Import, ast.ImportFrom, *NAMED)  # these bind whatever happens
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class ChapterError(RuntimeError):
    """A chapter cannot be read, or did not run to its end; then `chapter` is its name."""

    def __init__(self, message: str, chapter: str | None = None) -> None:
        super().__init__(message)
        self.chapter = chapter


def code_cells(chapter: Path) -> list[tuple[str, set[str]]]:
    """Source and tags of each code cell. ChapterError when there is none, or no such chapter."""
    try:
        import jupytext
    except ImportError:
        raise ChapterError(
            "reading a chapter needs jupytext: pip install 'course-utils[book]'"
        ) from None
    if not chapter.is_file():
        raise ChapterError(f"there is no chapter {chapter}")
    notebook = jupytext.read(chapter)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not cells:
        raise ChapterError(f"{chapter} has no code cells, so there is nothing to run")
    return [(cell.source, set(cell.metadata.get("tags", []))) for cell in cells]


def train_hashes(chapter: Path, root: Path = HOME) -> dict[str, str]:
    """Experiment name to the hash of all that its runs at full scale hang on.

    The experiments are those named by a tag ``train:NAME`` anywhere in the chapter. The cells of an
    experiment are those tagged ``train`` and its own; what they use of other cells and of the
    package in `root` counts with them. What cannot change a result at full scale does not: the
    values that `training.pick` has for other profiles, the words of an error, `records.sweep`.
    Raises ChapterError for a chapter that cannot be read.
    """
    cells = code_cells(chapter)
    sources = Sources(root)
    names = {tag[6:] for _, tags in cells for tag in tags if tag.startswith("train:")}
    hashes = {}
    for name in sorted(names):
        own = [bool(tags & {"train", f"train:{name}"}) for _, tags in cells]
        closure = sources.closure([source for source, _ in cells], own, full_profile=True)
        hashes[name] = closure.hash
    return hashes


# What stands in a module --------------------------------------------------------------------------


class Import(NamedTuple):
    """A name that an import binds: the module, and what of it (None for the module itself)."""

    module: str
    attribute: str | None

    @property
    def path(self) -> list[str]:
        """What of the module, as a path there."""
        return [self.attribute] if self.attribute else []


class Definition(NamedTuple):
    """All statements at the top of a module that bind one name; '' for those that bind none."""

    module: str
    name: str


class Whole(NamedTuple):
    """A module with all its statements."""

    module: str


Target = Definition | Whole

# `sweep` runs what it is given and writes down what comes out: it is no part of what is computed.
RUNNER = Definition("course_utils.records", "sweep")
PICK = Definition("course_utils.training", "pick")


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is inside it, but not inside another scope."""
    yield node
    if isinstance(node, Comprehension):  # `:=` in there binds a name out here
        yield from (one.target for one in ast.walk(node) if isinstance(one, ast.NamedExpr))
    elif not isinstance(node, Scope):
        for child in ast.iter_child_nodes(node):
            yield from _same_scope(child)


def _bound(node: ast.AST) -> set[str]:
    """The names that a node binds where it stands, imports not counted."""
    names: set[str | None] = set()
    for one in _same_scope(node):
        match one:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=name):
                names.add(name)
            case ast.MatchAs(name=name) | ast.MatchStar(name=name) | ast.MatchMapping(rest=name):
                names.add(name)
    return {name for name in names if name}


def _is_constant(node: ast.stmt) -> bool:
    """Does a statement bind what is written down in it, and can never be altered?"""
    fixed = ast.Constant | ast.Tuple | ast.UnaryOp | ast.BinOp | ast.operator | ast.unaryop
    inside = ast.walk(node.value) if isinstance(node, ast.Assign) else [node]
    return all(isinstance(one, fixed | ast.Load) for one in inside)


def _imports(node: ast.AST, package: str) -> Iterator[tuple[str, Import]]:
    """Name and meaning of each import in a node; ``*`` is a name. package: for leading dots."""
    for one in _same_scope(node):
        if isinstance(one, ast.Import):
            for alias in one.names:
                top = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or top, Import(top, None)
                if top != alias.name:  # imported, though no name of its own is bound to it
                    yield "", Import(alias.name, None)
        elif isinstance(one, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - one.level + 1]
            module = ".".join([*above, one.module or ""]).strip(".") if one.level else one.module
            for alias in one.names:
                yield alias.asname or alias.name, Import(str(module), alias.name)


def _dotted(node: ast.AST) -> list[str]:
    """``a.b.c`` as its parts; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return [node.id, *parts] if isinstance(node, ast.Name) else []


def _owner(node: ast.AST) -> str:
    """The variable that an attribute, an item or a method is of; '' for none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@dataclass(frozen=True)
class _Scope:
    """The names of a scope: what those mean that imports alone bind, and the others.

    kind: "module", "class", "function" or "comprehension". globals: what it says is global.
    """

    kind: str
    imports: dict[str, Import]
    variables: set[str]
    globals: set[str]

    @classmethod
    def of(cls, kind: str, nodes: Iterable[ast.AST], package: str) -> _Scope:
        meanings: dict[str, set[Import]] = {}
        variables: set[str] = set()
        declared: dict[type, set[str]] = {ast.Global: set(), ast.Nonlocal: set()}
        for node in nodes:
            variables |= _bound(node)
            for name, meaning in _imports(node, package):
                meanings.setdefault(name, set()).add(meaning)
            for one in _same_scope(node):
                if isinstance(one, ast.Global | ast.Nonlocal):
                    declared[type(one)] |= set(one.names)
        variables |= {name for name, several in meanings.items() if len(several) > 1}
        imports = {n: found.pop() for n, found in meanings.items() if n not in variables}
        elsewhere = declared[ast.Global] | declared[ast.Nonlocal]
        return cls(kind, imports, variables - elsewhere - {"", "*"}, declared[ast.Global])


class _Module:
    """A module's statements by the variables that they bind; '' has those that do something else.

    imports: all that are made when it runs, by what they bind.
    """

    def __init__(self, name: str, package: str, nodes: list[ast.stmt]) -> None:
        self.name, self.package, self.nodes = name, package, nodes
        self.scope = _Scope.of("module", nodes, package)
        self.imports = [found for node in nodes for found in _imports(node, package)]
        self.statements: dict[str, list[ast.stmt]] = {}
        for node in nodes:
            for bound in self.binds(node):
                self.statements.setdefault(bound, []).append(node)
            if not self.only_defines(node):
                self.statements.setdefault("", []).append(node)

    def binds(self, node: ast.stmt) -> set[str]:
        """The variables that a statement binds."""
        names = _bound(node) | {bound for bound, _ in _imports(node, self.package)}
        return names & self.scope.variables

    def touched(self, node: ast.stmt) -> set[str]:
        """The variables that a statement binds or may alter; '' for what others have in common.

        Altered may be what has an attribute or an item set or a method called, and what is handed
        to a function; with it what it was taken from. In common are libraries and the package.
        """
        if isinstance(node, NAMED):
            return self.binds(node) if self.only_defines(node) else self.binds(node) | {""}
        altered = self._altered(node)
        while more := set().union(*(self.behind.get(name, set()) for name in altered)) - altered:
            altered |= more
        return self.binds(node) | altered

    def _altered(self, node: ast.AST, seen: frozenset[str] = frozenset()) -> set[str]:
        names: set[str] = set()
        alone = [one.value for one in ast.walk(node) if isinstance(one, ast.Expr)]
        for one in ast.walk(node):
            if isinstance(one, ast.Attribute | ast.Subscript) and not isinstance(one.ctx, ast.Load):
                names |= {_owner(one)} & self.scope.variables
                if _owner(one) in self.scope.imports:  # `training.RATE = 3`
                    names.add("")
            elif isinstance(one, ast.Call):
                method = isinstance(one.func, ast.Attribute) and (one in alone or _dotted(one.func))
                if method and _owner(one) in self.scope.variables:
                    names.add(_owner(one))
                elif _dotted(one.func) not in HARMLESS and not seen:
                    given = [*one.args, *(word.value for word in one.keywords)]
                    names |= {arg.id for arg in given if isinstance(arg, ast.Name)} & self.data
            elif isinstance(one, ast.Expr) and isinstance(one.value, ast.Call):
                names |= {""} if self._of_a_library(_dotted(one.value.func)) else set()
            elif isinstance(one, ast.Name) and one.id in self.named and one.id not in seen:
                called = self.named[one.id]
                inside = _Scope.of("function", ast.iter_child_nodes(called), self.package)
                deeper = self._altered(called, seen | {one.id})
                names |= deeper - inside.variables | inside.globals
        return names

    @cached_property
    def data(self) -> set[str]:
        """The variables that can be altered: no function and no number, text or tuple of such."""
        bound = {name for node in self.nodes if not _is_constant(node) for name in self.binds(node)}
        return bound - set(self.named)

    @cached_property
    def named(self) -> dict[str, ast.stmt]:
        """The functions and classes at the top of the module."""
        return {node.name: node for node in self.nodes if isinstance(node, NAMED)}

    @cached_property
    def behind(self) -> dict[str, set[str]]:
        """Of each variable those that it may be a part of: it was taken from them, not made."""
        found: dict[str, set[str]] = {}
        for node in (one for top in self.nodes for one in _same_scope(top)):
            if isinstance(node, ast.Assign):
                parts = [node.value, *getattr(node.value, "elts", [])]
                sources = {_owner(part) for part in parts if not isinstance(part, ast.Call)}
            elif isinstance(node, ast.For):
                sources = {one.id for one in ast.walk(node.iter) if isinstance(one, ast.Name)}
            else:
                continue
            for name in _bound(node if isinstance(node, ast.Assign) else node.target):
                found.setdefault(name, set()).update(sources & self.scope.variables)
        return found

    def _of_a_library(self, function: list[str]) -> bool:
        """Is this a function, and no class, from outside the package: `np.random.seed`?"""
        imported = function[:1] and function[0] in self.scope.imports
        return bool(imported) and self.is_foreign(function[0]) and not function[-1][0].isupper()

    def is_foreign(self, name: str) -> bool:
        """Is a name a builtin's, or one imported from outside the package?"""
        meaning = self.scope.imports.get(name)
        known = meaning is not None and meaning.module.split(".")[0] == PACKAGE
        return not known and name not in self.scope.variables

    def _calls_a_method(self, node: ast.expr | None) -> bool:
        """Is this a call of a method of one of the module's variables, which it may alter?"""
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        return called and _owner(cast(ast.Call, node)) in self.scope.variables

    def only_defines(self, node: ast.stmt) -> bool:
        """Does a statement at the top of the module nothing but bind names?"""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return all(self.is_foreign(_owner(one)) for one in node.decorator_list)
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
            return True
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if _bound(node) == {"_"} or self._calls_a_method(node.value):
                return False
            return all(isinstance(t, ast.Name | ast.Tuple | ast.List) for t in targets)
        if isinstance(node, ast.If | ast.Try):
            blocks = [node.body, node.orelse, *(h.body for h in getattr(node, "handlers", []))]
            blocks.append(getattr(node, "finalbody", []))
            return all(self.only_defines(child) for block in blocks for child in block)
        return False


@dataclass(frozen=True)
class Reading:
    """What some statements say, with a place for each name of the package, and what stands there.

    reached: what stands at each place, and what else is reached. imports: what runs on the way.
    strings: the texts between quotes. unresolved: what could not be followed.
    """

    text: str
    reached: list[Target]
    imports: list[Import] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)
    unresolved: set[str] = field(default_factory=set)


class Sources:
    """A package's source tree, read once, whatever is asked of it.

    root: the folder that holds the package.
    """

    def __init__(self, root: Path = HOME) -> None:
        self.root = root
        self._modules: dict[str, _Module | None] = {}
        self._readings: dict[tuple[Target, bool], Reading] = {}

    def module(self, name: str) -> _Module | None:
        """A module of the package; None when the package has no such module."""
        if name not in self._modules:
            path = self.root.joinpath(*name.split("."))
            files = [
                (path / "__init__.py", name),
                (path.with_suffix(".py"), name.rpartition(".")[0]),
            ]
            found = next(((f, package) for f, package in files if f.is_file()), None)
            own = name.split(".")[0] == PACKAGE and found
            self._modules[name] = (
                _Module(name, found[1], ast.parse(found[0].read_text("utf-8")).body)
                if own and found
                else None
            )
        return self._modules[name]

    def below(self, package: str) -> list[str]:
        """The names of all modules of a package, its own among them; of a module, its name."""
        path = self.root.joinpath(*package.split("."))
        files = [path.with_suffix(".py")] * path.with_suffix(".py").is_file()
        files += sorted(path.rglob("*.py"))
        dotted = [".".join(f.relative_to(self.root).with_suffix("").parts) for f in files]
        return [name.removesuffix(".__init__") for name in dotted]

    def find(self, module: str, path: list[str]) -> tuple[Target | None, list[str], str]:
        """What ``module.path[0].path[1]…`` means, seen from outside.

        Returns the target in the package and the parts of the path that lead on from there, or,
        for what is outside the package, its dotted name.
        """
        seen = set()
        while True:
            here = self.module(module)
            if here is None:
                return None, [], ".".join([module, *path])
            if not path or (module, *path) in seen:
                return Whole(module), path, ""
            seen.add((module, *path))
            name, *rest = path
            meaning = here.scope.imports.get(name)
            if name in here.statements:
                return Definition(module, name), rest, ""
            if meaning and meaning != Import(module, name):  # not `from package import module`
                module, path = meaning.module, [*meaning.path, *rest]
            elif self.module(f"{module}.{name}"):
                module, path = f"{module}.{name}", rest
            else:
                return Whole(module), path, ""  # a module's `__getattr__`, or `import *`

    def read(self, target: Target, full_profile: bool) -> Reading:
        """What a definition or a module of the package says; the same object when asked again."""
        if (target, full_profile) not in self._readings:
            module = self.module(target.module)
            assert module is not None, target
            if isinstance(target, Whole):
                names = sorted(module.statements)
                parts: list[Target] = [Definition(module.name, name) for name in names]
                stars = [one.module for bound, one in module.imports if bound == "*"]
                parts += [Whole(star) for star in stars if self.module(star)]
                listed = {f"{star} (import * in {module.name})" for star in stars}
                reading = Reading("\n".join(names), parts, unresolved=listed)
            elif target == RUNNER:
                reading = Reading(target.name, [])
            else:
                statements = module.statements.get(target.name, [])
                reading = self.read_statements(module, statements, full_profile)
            self._readings[target, full_profile] = reading
        return self._readings[target, full_profile]

    def read_statements(
        self, module: _Module, statements: list[ast.stmt], full_profile: bool
    ) -> Reading:
        own = not module.name and statements is module.statements[""]
        reader, clean = _Reader(self, module, full_profile, own), _Normalise(full_profile)
        lines = []
        strings: set[str] = set()
        for statement in statements:
            kept = clean.visit(copy.deepcopy(statement))
            for read in reader.statement(kept, module.nodes.index(statement)) if kept else []:
                strings.update(_strings(read))
                lines.append(_dump(read))
        return Reading("\n".join(lines), reader.reached, reader.imports, strings, reader.unresolved)

    def closure(
        self,
        cells: list[str],
        own: list[bool] | None = None,
        *,
        modules: Iterable[str] = (),
        full_profile: bool = False,
    ) -> Closure:
        """All that some cells of a notebook reach.

        own: which cells count in whole, all by default; of the others, as far as the last of these,
        what these use and what may have altered it. One that is no Python counts as its text.
        modules: modules of the package that count in whole.
        full_profile: leave out what cannot change a result at full scale (see `train_hashes`).
        """
        return Closure(self, cells, own or [True] * len(cells), modules, full_profile)


# What is reached ----------------------------------------------------------------------------------


class _Normalise(ast.NodeTransformer):
    """Leaves of a syntax tree what can change a result."""

    def __init__(self, full_profile: bool) -> None:
        self.full_profile = full_profile

    def visit_FunctionDef(self, node: Any) -> Any:
        self.generic_visit(node)
        node.returns = None
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
        annotations = [one.annotation for one in fields]
        self.generic_visit(node)
        for one, annotation in zip(fields, annotations, strict=True):
            one.annotation = annotation  # that of a dataclass makes a field
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        self.generic_visit(node)
        return None if isinstance(node.value, ast.Constant) else node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        self.generic_visit(node)
        if self.full_profile and isinstance(node.exc, ast.Call):
            node.exc.args = [one for one in node.exc.args if not _is_text(one)]
        return node


def _is_text(node: ast.expr) -> bool:
    """Is this a text that is written down, or put together of such?"""
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


class _Reader(ast.NodeTransformer):
    """Writes for every name of the package a place, and gathers what stands there.

    Names that a scope has of its own stay as they are.
    """

    def __init__(
        self, sources: Sources, module: _Module, full_profile: bool = False, own: bool = False
    ) -> None:
        self.sources = sources
        self.module = module
        self.full_profile = full_profile
        self.scopes: list[_Scope] = [module.scope]
        self.own = own  # are these the cells that count in whole?
        self.hidden: dict[str, int] = {}  # variables that these bind anew, and where
        self.at = 0  # the number of the statement in the module
        self.looked_up: set[ast.expr] = set()  # functions of LOOKUPS that are called with a name
        self.reached: list[Target] = []
        self.imports: list[Import] = []
        self.unresolved: set[str] = set()
        self.where = module.name or "the cells"

    def statement(self, node: ast.stmt, at: int) -> list[ast.AST]:
        """A statement, read. at: the number of the one at the top of the module that it is in."""
        self.at = at
        read = self.visit(node)
        if self.own and len(self.scopes) == 1 and isinstance(node, SURE):
            self.hidden = self.hidden | dict.fromkeys(self.module.binds(node), self.at)
        return [one for one in (read if isinstance(read, list) else [read]) if one is not None]

    # Scopes

    def _visit_scope(self, node: Any) -> Any:
        body, node.body = node.body, []
        self.generic_visit(node)  # decorators, defaults and bases are read outside
        if isinstance(node, ast.ClassDef):
            scope = _Scope.of("class", body, self.module.package)
        else:
            inside = body if isinstance(body, list) else [body]
            scope = _Scope.of("function", [node.args, *inside], self.module.package)
        self.scopes.append(scope)
        node.body = self._block(body if isinstance(body, list) else [ast.Expr(body)])
        self.scopes.pop()
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _visit_scope

    def _block(self, body: list[ast.stmt], bound: Iterable[str] = ()) -> list[ast.AST]:
        """The statements of a block; the names that are bound for it are its own."""
        before = self.hidden
        if self.own and len(self.scopes) == 1:
            self.hidden = before | dict.fromkeys(bound, self.at)
        read = [one for node in body for one in self.statement(node, self.at)]
        self.hidden = before
        return read

    def visit_For(self, node: ast.For) -> Any:
        return self._visit_block(node, _bound(node.target))

    def visit_With(self, node: ast.With) -> Any:
        names = [item.optional_vars for item in node.items if item.optional_vars]
        return self._visit_block(node, set().union(*map(_bound, names)))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        return self._visit_block(node, {node.name} if node.name else set())

    def _visit_block(self, node: Any, bound: set[str]) -> Any:
        body, node.body = node.body, []
        self.generic_visit(node)
        node.body = self._block(body, bound)
        return node

    def _visit_comprehension(self, node: Any) -> Any:
        first = node.generators[0]
        outside, first.iter = self.visit(first.iter), ast.Constant(None)
        targets = [generator.target for generator in node.generators]
        self.scopes.append(_Scope.of("comprehension", targets, self.module.package))
        self.generic_visit(node)
        self.scopes.pop()
        first.iter = outside
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    # Names

    def _scope_of(self, name: str) -> _Scope:
        """The scope whose name this is, here."""
        for scope in reversed(self.scopes[1:]):
            if name in scope.globals:
                break
            if scope.kind == "class":  # its variable may be read before it is bound: `x = x`
                if name in scope.imports and scope is self.scopes[-1]:
                    return scope
            elif name in scope.imports or name in scope.variables:
                return scope
        return self.module.scope

    def resolve(self, parts: list[str]) -> tuple[Target | None, list[str], str]:
        """What a dotted name means here; as `Sources.find` says it."""
        if parts:
            name, *attributes = parts
            scope = self._scope_of(name)
            if name in scope.imports:
                meaning = scope.imports[name]
                return self.sources.find(meaning.module, [*meaning.path, *attributes])
            if scope is self.module.scope and self._is_of_others(name):
                return Definition(self.module.name, name), attributes, ""
        return None, parts, ""

    def _is_of_others(self, name: str) -> bool:
        """Was a variable bound by what is not read here, and is it not bound anew here since?"""
        places = [self.module.nodes.index(one) for one in self.module.statements.get(name, [])]
        later = any(scope.kind == "function" for scope in self.scopes)  # it is called at any time
        return any(
            place > self.hidden.get(name, -1) and (later or place < self.at) for place in places
        )

    def _place(self, node: ast.expr) -> ast.expr | None:
        """A node that stands for the target of a dotted name; None for a name that has none."""
        target, rest, outside = self.resolve(_dotted(node))
        if outside:
            return ast.Name(id=f"={outside}", ctx=ast.Load())
        if not target:
            return None
        if isinstance(target, Whole) and self.module.name != target.module:
            self.unresolved.add(f"{target.module} (as a value in {self.where})")
        if tuple(target) in LOOKUPS and node not in self.looked_up:
            home = f"{LOOKUPS[tuple(target)][0]}."  # type: ignore[index]
            if not self._is_part_of(home):
                self._whole(target[-1], home)
        self.reached.append(target)
        place: ast.expr = ast.Name(
            id=f"@{len(self.reached)}{self._binding(target)}", ctx=ast.Load()
        )
        for attribute in rest:
            place = ast.Attribute(value=place, attr=attribute, ctx=ast.Load())
        return place

    def _binding(self, target: Target) -> str:
        """Which of several bindings a name has at the top of a module; where it is called, any."""
        if target[0] != self.module.name or any(one.kind == "function" for one in self.scopes):
            return ""
        bindings = self.module.statements.get(target[-1], [])
        if len(bindings) < 2:
            return ""
        return f"#{sum(self.module.nodes.index(one) < self.at for one in bindings)}"

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        if node.id in COMPUTED and self._is_builtin(node.id):
            self._whole(node.id)
        return self._place(node) or node

    def _is_builtin(self, name: str) -> bool:
        scope = self._scope_of(name)
        return name not in scope.imports and name not in scope.variables

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.ctx, ast.Load):
            place = self._place(node)
            if place is not None:
                return place
        self.generic_visit(node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if isinstance(node.target, ast.Name):
            self.visit(ast.Name(id=node.target.id, ctx=ast.Load()))  # it is read, too
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        target, rest, outside = self.resolve(_dotted(node.func))
        if target == PICK and self.full_profile:
            full = any(word.arg == "full" for word in node.keywords)
            others = {"quick", "smoke"} if full else {"smoke"}
            node.keywords = [word for word in node.keywords if word.arg not in others]
        elif target and tuple(target) in LOOKUPS and not rest:
            self._look_up(node, *LOOKUPS[tuple(target)])  # type: ignore[index]
        elif outside == "importlib.import_module" and node.args:
            if not any(self._is_part_of(f"{home}.") for home in HOMES):
                self._whole(outside, self._prefix(node.args[0]))
        elif ast.unparse(node.func) == "getattr" and len(node.args) > 1:
            owner, name, *default = node.args
            if not isinstance(name, ast.Constant):
                self._computed_attribute(owner)
            else:
                attribute = ast.Attribute(value=owner, attr=str(name.value), ctx=ast.Load())
                node.args = [attribute, *default]
                if not default:
                    return cast(ast.AST, self.visit(attribute))
        self.generic_visit(node)
        return node

    def _is_part_of(self, package: str) -> bool:
        return f"{self.module.name}.".startswith(package)

    def _look_up(self, node: ast.Call, home: str, module: Callable[[str], str]) -> None:
        """A module that is found by a name that is written down counts in whole, and alone."""
        named = [*node.args, *(word.value for word in node.keywords if word.arg == "name")][:1]
        if named and isinstance(named[0], ast.Constant):
            self.looked_up.add(node.func)
            found = f"{home}.{module(str(named[0].value))}"
            if self.sources.below(found):
                self.reached.append(Whole(found))

    def _computed_attribute(self, owner: ast.expr) -> None:
        """`getattr` with a computed name: of a module outside it means that module's, else ours."""
        if not self.resolve(_dotted(owner))[2]:
            self._whole("getattr")

    def _prefix(self, name: ast.expr) -> str:
        """As much of a computed module name as is written down."""
        if isinstance(name, ast.Constant):
            return str(name.value)
        text = ""
        for part in name.values if isinstance(name, ast.JoinedStr) else []:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            elif isinstance(part, ast.FormattedValue) and _dotted(part.value) == ["__name__"]:
                text += self.module.name
            else:
                return text
        return text

    def _whole(self, why: str, prefix: str | None = None) -> None:
        """Something that cannot be followed: this module counts in whole, or all below a prefix."""
        if prefix is None and not self.module.name:
            self.unresolved.add(f"the cells ({why})")
            self.reached += [Definition("", name) for name in sorted(self.module.statements)]
            return
        if prefix and prefix.split(".")[0] != PACKAGE:
            return
        modules = [self.module.name]
        if prefix is not None:
            known = self.sources.below(PACKAGE)
            modules = [name for name in known if name.startswith(prefix)] or known
        self.unresolved |= {f"{module} ({why} in {self.where})" for module in modules}
        self.reached += [Whole(module) for module in modules]

    def _visit_import(self, node: Any) -> list[ast.AST]:
        """Nothing is left of an import, but where its name is bound in other ways, too."""
        kept: list[ast.AST] = []
        for bound, meaning in _imports(node, self.module.package):
            self.imports.append(meaning)
            if bound == "*":
                self._whole("import *", meaning.module)
            elif bound in self.scopes[-1].variables or bound in self.scopes[-1].globals:
                target, rest, outside = self.sources.find(meaning.module, meaning.path)
                if target:
                    self.reached.append(target)
                words = [bound, outside or f"@{len(self.reached)}", *rest]
                kept.append(ast.Import([ast.alias(name) for name in words]))
        return kept

    visit_Import = visit_ImportFrom = _visit_import


class Closure:
    """All the code that some cells reach, and one hash of it."""

    def __init__(
        self,
        sources: Sources,
        cells: list[str],
        own: list[bool],
        modules: Iterable[str],
        full_profile: bool,
    ) -> None:
        self.sources = sources
        self.unresolved: set[str] = set()
        self._full_profile = full_profile
        self._readings: dict[Target, Reading] = {}
        self._ran: dict[str, None] = {}  # modules that are imported on the way, in order
        self._waiting: list[Target] = []
        self._cells = self._notebook(cells, own)
        first: list[Target] = [Definition("", ""), *(Whole(module) for module in modules)]
        self._walk(first)
        ran: list[Target] = [Definition(name, "") for name in self._ran]
        parts = [
            self._digest(first),
            *sorted(self._digest([one]) for one in ran if one in self._readings),
        ]
        self.hash = hashlib.sha256("".join(parts).encode()).hexdigest()

    # The notebook is a module without a name, whose own cells are its statements that bind nothing.

    def _notebook(self, cells: list[str], own: list[bool]) -> _Module:
        last = max((i for i, mine in enumerate(own) if mine), default=-1)  # later ones change none
        read = [_parsed(cell) for cell in cells[: last + 1]]
        notebook = _Module("", "", [node for nodes in read for node in nodes])
        notebook.statements = {"": []}
        for nodes, mine in zip(read, own, strict=False):
            for node in nodes:
                sweep = self._is_sweep(notebook, node)
                touched = notebook.binds(node) if sweep else notebook.touched(node)
                for name in {""} if mine else touched:
                    notebook.statements.setdefault(name, []).append(node)
        return notebook

    @property
    def definitions_reached(self) -> set[str]:
        """The dotted names of the definitions and whole modules of the package that count."""
        return {".".join(filter(None, node)) for node in self._readings if node[0]}

    def names_file(self, name: str) -> bool:
        """Does what was reached name a file, by its name with or without ending, or how it begins?

        A name that is put together (an f-string) is known by its beginning.
        """
        return self._is_among(
            name, set().union(*(reading.strings for reading in self._readings.values()))
        )

    def cells_name(self, name: str) -> bool:
        """Do the cells themselves name a file, or anything else that has a name?"""
        return self._is_among(name, self._readings[Definition("", "")].strings)

    def _is_among(self, name: str, texts: set[str]) -> bool:
        stem = name.partition(".")[0]
        beginnings = tuple(
            text[:-1] for text in texts if text.endswith(SOMETHING) and len(text) > 1
        )
        return bool({name, stem} & texts) or stem.startswith(beginnings)

    def _imported(self, meaning: Import) -> None:
        """Importing a module runs it, and every package above it, and what they import."""
        paths = [meaning.module]
        if meaning.attribute:
            paths.append(f"{meaning.module}.{meaning.attribute}")
        for path in paths:
            parts = path.split(".")
            for end in range(1, len(parts) + 1):
                name = ".".join(parts[:end])
                module = self.sources.module(name)
                if module and name not in self._ran:
                    self._ran[name] = None
                    for _, one in module.imports:
                        self._imported(one)
                    if "" in module.statements:
                        self._waiting.append(Definition(name, ""))

    def _walk(self, first: list[Target]) -> None:
        self._waiting += first
        while self._waiting:
            node = self._waiting.pop()
            if node in self._readings:
                continue
            if node[0] == "":
                statements = self._cells.statements.get(Definition(*node).name, [])
                if node != Definition("", ""):
                    statements = [one for one in statements if not self._is_sweep(self._cells, one)]
                reading = self.sources.read_statements(self._cells, statements, self._full_profile)
            else:
                reading = self.sources.read(node, self._full_profile)
                self._imported(Import(node.module, None))
            self._readings[node] = reading
            self.unresolved |= reading.unresolved
            for meaning in reading.imports:
                self._imported(meaning)
            self._waiting += reading.reached

    def _is_sweep(self, notebook: _Module, node: ast.stmt) -> bool:
        """Does a statement of another cell hold the runs of a sweep, for others to choose from?

        What is chosen goes into the options of a run, which its part carries: how it was chosen
        changes no result.
        """
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            return False
        return _Reader(self.sources, notebook).resolve(_dotted(node.value.func))[0] == RUNNER

    # What is met on the way from some nodes, each once and in the order in which it is met: so it
    # does not matter where a definition stands, and definitions may call each other.

    def _digest(self, roots: list[Target]) -> str:
        numbers = {node: number for number, node in enumerate(dict.fromkeys(roots))}
        met, told = list(numbers), []
        for node in met:
            reading = self._readings[node]
            for target in reading.reached:
                if target not in numbers:
                    numbers[target] = len(numbers)
                    met.append(target)
            name = node.name if isinstance(node, Definition) else ""  # of `a, b = 1, 2`, which
            told.append(repr((name, reading.text, [numbers[target] for target in reading.reached])))
        return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _parsed(cell: str) -> list[ast.stmt]:
    """The statements of a cell; one that cannot be read is a name that nothing has, its text."""
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    else:
        nodes: list[ast.AST] = [tree]
        for _ in range(DEEPEST):
            nodes = [child for node in nodes for child in ast.iter_child_nodes(node)]
        if not nodes:
            return tree.body
    return [ast.Expr(ast.Name(id=cell, ctx=ast.Load()))]


def _dump(node: Any) -> str:
    """A syntax tree as text, the same in every version of Python that has no other tree for it."""
    if isinstance(node, ast.AST):
        fields = ((name, getattr(node, name, None)) for name in node._fields if name != "kind")
        inside = (f"{name}={_dump(value)}" for name, value in fields if value not in (None, []))
        return f"{type(node).__name__}({', '.join(inside)})"
    return f"[{', '.join(map(_dump, node))}]" if isinstance(node, list) else repr(node)


def _strings(tree: ast.AST) -> Iterator[str]:
    """The texts in a piece of code; of one that is put together, its beginning."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
                yield text + SOMETHING
