"""One hash of all the code that a result hangs on.

A run record, an executed chapter and a grade all ask the same question: is this still the code that
gave the result? :class:`Sources` answers it for some cells and the package beneath them. Counted
are the cells and, of the package, the definitions that they reach, directly or through others, as
syntax trees: comments, docstrings, layout and annotations do not count, nor does the file in which
a definition stands. So a changed batch size in `trials` makes the LSTM's record stale, and a
comment in the grader touches nothing.

What a name means is settled as Python settles it: by scope (`symtable`), then through the imports
to the definition, whatever it is called on the way. Statements of a module that define nothing but
run when it is imported count as soon as anything of the module does. Where a name cannot be
followed (`getattr` with a computed name, `importlib`, `import *`, a module handed on as a value)
the whole module counts, and :attr:`Closure.unresolved` lists it.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import re
import symtable
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
COMPREHENSIONS = {
    ast.ListComp: "listcomp",
    ast.SetComp: "setcomp",
    ast.DictComp: "dictcomp",
    ast.GeneratorExp: "genexpr",
}


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


def train_hashes(chapter: Path, root: Path | None = None) -> dict[str, str]:
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


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement binds where it stands, imports not counted."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    names = set()
    for child in _same_scope(node):
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store | ast.Del):
            names.add(child.id)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(child.name)
    return names


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """A node and what is inside it, but not inside another scope."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Scope) or type(child) in COMPREHENSIONS:
            yield child
        else:
            yield from _same_scope(child)


def _imports(nodes: Iterable[ast.AST], package: str) -> Iterator[tuple[str, Import]]:
    """Name and meaning of each import among the nodes; ``*`` is a name. package: for dots."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or top, Import(top, None)
                if top != alias.name:  # imported, though no name of its own is bound to it
                    yield "", Import(alias.name, None)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*above, node.module or ""]).strip(".") if node.level else node.module
            for alias in node.names:
                yield alias.asname or alias.name, Import(str(module), alias.name)


def _only_defines(node: ast.stmt) -> bool:
    """Does a statement at the top of a module nothing but bind names?"""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return True
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return all(isinstance(t, ast.Name | ast.Tuple | ast.List) for t in targets)
    if isinstance(node, ast.If | ast.Try):
        blocks = [node.body, node.orelse, *(h.body for h in getattr(node, "handlers", []))]
        blocks.append(getattr(node, "finalbody", []))
        return all(_only_defines(child) for block in blocks for child in block)
    return False


@dataclass
class _Module:
    """A module's statements by the names that they bind, its imports and its scopes."""

    name: str
    package: str
    tree: ast.Module
    scopes: symtable.SymbolTable
    statements: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, list[Import]] = field(default_factory=dict)

    @classmethod
    def parse(cls, name: str, package: str, code: str) -> _Module:
        module = cls(name, package, ast.parse(code), symtable.symtable(code, name, "exec"))
        for node in module.tree.body:
            for bound in _bound(node):
                module.statements.setdefault(bound, []).append(node)
            if not _only_defines(node):
                module.statements.setdefault("", []).append(node)
            if not isinstance(node, Scope):
                for bound, meaning in _imports(_same_scope(node), package):
                    module.imports.setdefault(bound, []).append(meaning)
        return module


@dataclass(frozen=True)
class Reading:
    """What some statements say, with a place for each name of the package, and what stands there.

    reached: for each place the definitions that may stand there. imports: what runs on the way.
    strings: the texts between quotes. unresolved: what could not be followed.
    """

    text: str
    reached: list[tuple[Target, ...]]
    imports: list[Import] = field(default_factory=list)
    strings: set[str] = field(default_factory=set)
    unresolved: set[str] = field(default_factory=set)


class Sources:
    """A package's source tree, read once, whatever is asked of it.

    root: the folder that holds the package; None for the one that is running.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or HOME
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
                _Module.parse(name, found[1], found[0].read_text("utf-8"))
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

    def find(self, module: str, path: list[str]) -> tuple[list[Target], int, str]:
        """What ``module.path[0].path[1]…`` means, seen from outside.

        Returns the targets in the package, how many parts of the path led there, and, for what is
        outside the package, its dotted name.
        """
        seen = set()
        used = 0
        while True:
            here = self.module(module)
            if here is None:
                return [], len(path), ".".join([module, *path[used:]])
            if used == len(path) or (module, used) in seen:
                return [Whole(module)], used, ""
            seen.add((module, used))
            name = path[used]
            targets: list[Target] = []
            if name in here.statements:
                targets.append(Definition(module, name))
            itself = Import(module, name)  # `from package import module`, in the package
            meanings = [m for m in here.imports.get(name, []) if m != itself]
            if not targets and len(meanings) == 1:
                module, used, path = self._step(meanings[0], used, path)
                continue
            for meaning in meanings:
                after, _, rest = self._step(meaning, used, path)
                targets += self.find(after, rest[used:] if rest is path else rest)[0]
            if targets or meanings:
                return targets, used + 1, ""
            if self.module(f"{module}.{name}"):
                module, used = f"{module}.{name}", used + 1
                continue
            return [Whole(module)], used, ""  # a module's `__getattr__`, or `import *`

    def _step(self, meaning: Import, used: int, path: list[str]) -> tuple[str, int, list[str]]:
        """Follow an import: the module in which to go on, and the path there."""
        rest = path[used + 1 :]
        if meaning.attribute is None:
            return meaning.module, 0, rest
        return meaning.module, 0, [meaning.attribute, *rest]

    def read(self, target: Target, full_profile: bool) -> Reading:
        """What a definition or a module of the package says; the same object when asked again."""
        if (target, full_profile) not in self._readings:
            module = self.module(target.module)
            assert module is not None, target
            if isinstance(target, Whole):
                names = sorted(module.statements)
                parts: list[tuple[Target, ...]] = [(Definition(module.name, n),) for n in names]
                stars = [one.module for one in module.imports.get("*", [])]
                parts += [(Whole(star),) for star in stars if self.module(star)]
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
        reader, clean = _Reader(self, module), _Normalise(full_profile)
        lines = []
        strings: set[str] = set()
        for statement in statements:
            kept = clean.visit(copy.deepcopy(statement))
            read = reader.visit(kept) if kept is not None else None
            if read is not None and not isinstance(read, ast.Pass):
                strings.update(_strings(read))
                lines.append(ast.unparse(ast.fix_missing_locations(read)))
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

        Of a cell that is no Python nothing is known: it counts for nothing.
        own: which cells count in whole, all by default; of the others only what these use.
        modules: modules of the package that count in whole.
        full_profile: leave out what cannot change a result at full scale (see `train_hashes`).
        """
        return Closure(self, cells, own or [True] * len(cells), modules, full_profile)


# What is reached ----------------------------------------------------------------------------------


class _Normalise(ast.NodeTransformer):
    """Leaves of a syntax tree what can change a result."""

    def __init__(self, full_profile: bool) -> None:
        self.full_profile = full_profile

    def _scope(self, node: Any) -> Any:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
        node.body = node.body or [ast.Pass()]
        if not isinstance(node, ast.ClassDef):
            node.returns = None
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _scope

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        self.generic_visit(node)
        return None if isinstance(node.value, ast.Constant) else node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        self.generic_visit(node)
        if self.full_profile:  # a run that raised has no result
            return ast.Raise(exc=None, cause=None)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if self.full_profile and isinstance(node.func, ast.Attribute) and node.func.attr == "pick":
            full = any(word.arg == "full" for word in node.keywords)
            others = {"quick", "smoke"} if full else {"smoke"}
            node.keywords = [word for word in node.keywords if word.arg not in others]
        return node


class _Reader(ast.NodeTransformer):
    """Writes for every name of the package a place, and gathers what stands there.

    Names that a scope has of its own stay as they are.
    """

    def __init__(self, sources: Sources, module: _Module) -> None:
        self.sources = sources
        self.module = module
        self.scopes: list[symtable.SymbolTable] = [module.scopes]
        self.taken: set[int] = set()
        self.local_imports: list[dict[str, list[Import]]] = [{}]
        self.reached: list[tuple[Target, ...]] = []
        self.imports: list[Import] = []
        self.unresolved: set[str] = set()
        self.where = module.name or "the cells"

    # Scopes

    def _child(self, name: str, line: int) -> symtable.SymbolTable:
        """The scope that begins at a node: the next of this name in this line."""
        for table in self.scopes[-1].get_children():
            inner = [table, *table.get_children()]  # type parameters have a scope around it
            for one in inner:
                there = one.get_name() == name and one.get_lineno() == line
                if there and one.get_id() not in self.taken:
                    self.taken.add(one.get_id())
                    return one
        raise LookupError(f"no scope {name!r} in line {line} of {self.module.name}")

    def _inside(self, name: str, node: Any, nodes: list[ast.AST]) -> None:
        self.scopes.append(self._child(name, node.lineno))
        local: dict[str, list[Import]] = {}
        for one in nodes:
            for bound, meaning in _imports(_same_scope(one), self.module.package):
                local.setdefault(bound, []).append(meaning)
        self.local_imports.append(local)

    def _out(self) -> None:
        self.scopes.pop()
        self.local_imports.pop()

    def _visit_all(self, nodes: list[Any]) -> list[Any]:
        done = (self.visit(node) for node in nodes)
        return [node for node in done if node is not None]

    def _visit_scope(self, node: Any) -> Any:
        node.decorator_list = self._visit_all(node.decorator_list)
        if isinstance(node, ast.ClassDef):
            node.bases = self._visit_all(node.bases)
            node.keywords = self._visit_all(node.keywords)
        else:
            self._visit_defaults(node.args)
        self._inside(node.name, node, node.body)
        node.body = self._visit_all(node.body) or [ast.Pass()]
        self._out()
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _visit_scope

    def _visit_defaults(self, arguments: ast.arguments) -> None:
        arguments.defaults = self._visit_all(arguments.defaults)
        arguments.kw_defaults = [d and self.visit(d) for d in arguments.kw_defaults]

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self._visit_defaults(node.args)
        self._inside("lambda", node, [])
        node.body = self.visit(node.body)
        self._out()
        return node

    def _visit_comprehension(self, node: Any) -> Any:
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        self._inside(COMPREHENSIONS[type(node)], node, [])
        for generator in node.generators:
            generator.target = self.visit(generator.target)
            if generator is not first:
                generator.iter = self.visit(generator.iter)
            generator.ifs = self._visit_all(generator.ifs)
        for part in ("elt", "key", "value"):
            if hasattr(node, part):
                setattr(node, part, self.visit(getattr(node, part)))
        self._out()
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _visit_comprehension

    # Names

    def _meanings(self, name: str) -> list[Import] | None:
        """What a name means here: imports, [] for a global one, None for one of the scope's own."""
        for depth in range(len(self.scopes) - 1, 0, -1):
            table = self.scopes[depth]
            try:
                symbol = table.lookup(name)
            except KeyError:
                continue
            if symbol.is_global():
                return []
            if symbol.is_local() and (depth == len(self.scopes) - 1 or table.get_type() != "class"):
                return self.local_imports[depth].get(name)
        return []

    def resolve(self, name: str, attributes: list[str]) -> tuple[tuple[Target, ...], int, str]:
        """Targets of a dotted name, how many of its attributes led there, what is outside."""
        meanings = self._meanings(name)
        if meanings is None:
            return (), 0, ""
        own = [Definition(self.module.name, name)] if self.module.statements.get(name) else []
        meanings = meanings or self.module.imports.get(name, [])
        found: list[Target] = list(own)
        used, outside = 0, ""
        for meaning in meanings:
            path = [*([meaning.attribute] if meaning.attribute else []), *attributes]
            targets, count, outside = self.sources.find(meaning.module, path)
            found += targets
            used = max(0, count - (meaning.attribute is not None))
        if own and not meanings:
            used = 0
        return tuple(dict.fromkeys(found)), used, outside

    def _place(self, node: ast.expr, name: str, attributes: list[str]) -> ast.expr | None:
        """A node that stands for the target of a dotted name; None for a name that has none."""
        targets, used, outside = self.resolve(name, attributes)
        if outside and not targets:
            return ast.Name(id=f"={outside}", ctx=ast.Load())
        if not targets:
            return None
        for target in targets:
            if isinstance(target, Whole) and self.module.name != target.module:
                self.unresolved.add(f"{target.module} (as a value in {self.where})")
        self.reached.append(targets)
        place: ast.expr = ast.Name(id=f"@{len(self.reached)}", ctx=ast.Load())
        for attribute in attributes[used:]:
            place = ast.Attribute(value=place, attr=attribute, ctx=ast.Load())
        return place

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node
        if node.id in COMPUTED and self._meanings(node.id) == []:
            self._whole(node.id)
        return self._place(node, node.id, []) or node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        attributes: list[str] = []
        base: ast.expr = node
        while isinstance(base, ast.Attribute):
            attributes.insert(0, base.attr)
            base = base.value
        if isinstance(base, ast.Name) and isinstance(base.ctx, ast.Load):
            place = self._place(node, base.id, attributes)
            if place is not None:
                if isinstance(node.ctx, ast.Load):
                    return place
                return ast.Attribute(value=place, attr=attributes[-1], ctx=node.ctx)
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = ast.unparse(node.func)
        self._look_up(node, function)
        if function in {"importlib.import_module", "import_module"} and node.args:
            if not any(self._is_part_of(f"{home}.") for home in HOMES):
                self._whole(function, self._prefix(node.args[0]))
        elif function == "getattr" and len(node.args) > 1:
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

    def _look_up(self, node: ast.Call, function: str) -> None:
        """A module that is found by its name counts in whole; with a computed name, all of them."""
        name, *attributes = function.split(".")
        targets = (
            self.resolve(name, attributes)[0] if function.replace(".", "").isidentifier() else ()
        )
        for target in targets:
            if tuple(target) in LOOKUPS and node.args:
                home, module = LOOKUPS[tuple(target)]  # type: ignore[index]
                if isinstance(node.args[0], ast.Constant):
                    found = f"{home}.{module(str(node.args[0].value))}"
                    if self.sources.below(found):
                        self.reached.append((Whole(found),))
                elif not self._is_part_of(f"{home}."):
                    self._whole(function, f"{home}.")

    def _computed_attribute(self, owner: ast.expr) -> None:
        """`getattr` with a computed name: of a module outside it means that module's, else ours."""
        dotted = ast.unparse(owner).split(".")
        if all(part.isidentifier() for part in dotted):
            targets, _, outside = self.resolve(dotted[0], dotted[1:])
            if outside and not targets:
                return
        self._whole("getattr")

    def _prefix(self, name: ast.expr) -> str:
        """As much of a computed module name as is written down."""
        if isinstance(name, ast.Constant):
            return str(name.value)
        text = ""
        for part in name.values if isinstance(name, ast.JoinedStr) else []:
            if isinstance(part, ast.Constant):
                text += str(part.value)
            elif ast.unparse(part).strip("'\"f") == "{__name__}":
                text += self.module.name
            else:
                return text
        return text

    def _whole(self, why: str, prefix: str | None = None) -> None:
        """Something that cannot be followed: this module counts in whole, or all below a prefix."""
        if prefix is None and not self.module.name:
            self.unresolved.add(f"the cells ({why})")
            return
        if prefix and prefix.split(".")[0] != PACKAGE:
            return
        modules = [self.module.name]
        if prefix is not None:
            known = self.sources.below(PACKAGE)
            modules = [name for name in known if name.startswith(prefix)] or known
        self.unresolved |= {f"{module} ({why} in {self.where})" for module in modules}
        self.reached += [(Whole(module),) for module in modules]

    def _visit_import(self, node: Any) -> None:
        for bound, meaning in _imports([node], self.module.package):
            self.imports.append(meaning)
            if bound == "*":
                self._whole("import *", meaning.module)

    visit_Import = visit_ImportFrom = _visit_import

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try):
            node.body = node.body or [ast.Pass()]
        return node


class Closure:
    """All the code that some cells reach.

    hash: one of it all   unresolved: what could not be followed, with where that stands
    """

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
        self.hash = self._digest(first)

    # The notebook is a module without a name, whose own cells are its statements that bind nothing.

    def _notebook(self, cells: list[str], own: list[bool]) -> _Module:
        cells = [cell if _parses(cell) else "\n" * cell.count("\n") for cell in cells]
        code = "\n".join(cells)
        notebook = _Module.parse("", "", code)
        last, ends = 0, []
        for cell in cells:
            last += cell.count("\n") + 1
            ends.append(last)
        mine: list[ast.stmt] = []
        names: set[str] = set()
        for node in notebook.tree.body:
            if own[next(i for i, end in enumerate(ends) if node.lineno <= end)]:
                mine.append(node)
                names |= _bound(node)
        others = {
            name: [node for node in nodes if node not in mine]
            for name, nodes in notebook.statements.items()
            if name not in names
        }
        notebook.statements = {"": mine, **{n: nodes for n, nodes in others.items() if n}}
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
                    for meanings in module.imports.values():
                        for one in meanings:
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
                    statements = [one for one in statements if not self._is_sweep(one)]
                reading = self.sources.read_statements(self._cells, statements, self._full_profile)
            else:
                reading = self.sources.read(node, self._full_profile)
                self._imported(Import(node.module, None))
            self._readings[node] = reading
            self.unresolved |= reading.unresolved
            for meaning in reading.imports:
                self._imported(meaning)
            self._waiting += [target for targets in reading.reached for target in targets]

    def _is_sweep(self, node: ast.stmt) -> bool:
        """Does a statement of another cell hold the runs of a sweep, for others to choose from?

        What is chosen goes into the options of a run, which its part carries: how it was chosen
        changes no result.
        """
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            return False
        name, *attributes = ast.unparse(node.value.func).split(".")
        return RUNNER in _Reader(self.sources, self._cells).resolve(name, attributes)[0]

    # The hash of a node is that of its text and of the nodes that stand at its places. Definitions
    # that call each other are hashed together, as many rounds as there are of them.

    def _digest(self, first: list[Target]) -> str:
        digests: dict[Target, str] = {}
        for group in _groups({node: reading.reached for node, reading in self._readings.items()}):
            names = {node: "" for node in group}
            rounds = len(group) if len(group) > 1 else 1
            for _ in range(rounds):
                names = {
                    node: _sha(
                        self._readings[node].text,
                        *(
                            "|".join(sorted(names.get(t, digests.get(t, "")) for t in targets))
                            for targets in self._readings[node].reached
                        ),
                    )
                    for node in group
                }
            digests |= names
        ran = sorted(
            digests[node]
            for node in self._readings
            if isinstance(node, Definition) and node.name == "" and node.module
        )
        return _sha(*(digests[node] for node in first), *ran)


def _parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _strings(tree: ast.AST) -> Iterator[str]:
    """The texts in a piece of code; of one that is put together, its beginning."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            yield str(node.values[0].value) + SOMETHING


def _sha(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _groups(
    reached: dict[Target, list[tuple[Target, ...]]],
) -> Iterator[list[Target]]:
    """The strongly connected components, what is reached before what reaches it (Tarjan 1972)."""
    index: dict[Target, int] = {}
    low: dict[Target, int] = {}
    stack: list[Target] = []
    on_stack: set[Target] = set()
    for start in reached:
        if start in index:
            continue
        work = [(start, iter([t for targets in reached[start] for t in targets]))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter([t for ts in reached[target] for t in ts])))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        one = stack.pop()
                        on_stack.discard(one)
                        group.append(one)
                        if one == node:
                            break
                    yield group
