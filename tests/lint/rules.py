"""The rules of the code base: what may import what, and what nobody writes.

Each rule is a function of one parsed file that yields what it objects to, so a test can plant a
violation in a string and see it found.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

PACKAGE = "tinygrad_edu"
ROOT = Path(__file__).parents[2]
MAX_LINES = 400
MAX_FUNCTION = 55  # lines of code, without docstring, comments and blank lines

# A file imports only from lower floors, or from its own folder. The public surface, "", stands
# right under the command line.
FLOORS = {
    "_optional": -1,
    "_checks": -1,
    "_checked": -1,
    "_face": -1,
    "_text": -1,
    "_restored": -1,
    "engine": 0,
    "random": 0,
    "ops": 1,
    "compat": 2,
    "linalg": 2,
    "special": 2.2,
    "tensor": 2,
    "autograd": 2,
    "data": 2.5,
    "func": 2.5,
    "nn": 3,
    "optim": 3,
    "viz": 3,
    "testing": 3,
    "samples": 3.5,
    "train": 4,
    "": 4.5,
    "torch": 4.7,
    "torchvision": 3.5,
    "cli": 5,
    "__main__": 6,
}
# Neighbours on one floor that may meet all the same, each with its reason.
NEIGHBOURS = {
    ("autograd", "tensor"): "derivatives are tensors; it is a folder for its size alone",
    ("autograd", "compat"): "PyTorch has `Function` in its autograd",
    ("linalg", "compat"): "the spelling of PyTorch decides there too",
    ("compat", "tensor"): "`Function` takes and gives tensors",
    ("tensor", "compat"): "a tensor has PyTorch's methods",
}

FORBIDDEN_MODULES = {
    "pickle": "runs code when it loads",
    "_pickle": "runs code when it loads",
    "marshal": "runs code when it loads",
    "shelve": "is pickle underneath",
    "dill": "runs code when it loads",
    "cloudpickle": "runs code when it loads",
    "joblib": "is pickle underneath",
    "random": "all randomness comes from tinygrad_edu.random",
}
FORBIDDEN_BUILTINS = {"eval", "exec", "compile", "__import__", "hasattr"}
FORBIDDEN_METHODS = {"extractall", "extract"}
FORBIDDEN_OS = {"system", "popen"}
# What is left of np.random is its global state.
NUMPY_RANDOM_TYPES = {"Generator", "BitGenerator", "SeedSequence", "PCG64", "MT19937"}


class Import(NamedTuple):
    """`import target` at a line; `runtime` is False under TYPE_CHECKING."""

    target: str
    line: int
    runtime: bool


@dataclass(frozen=True)
class Source:
    """One parsed file of the package; `name` is its dotted module name."""

    name: str
    text: str
    is_package: bool = False

    @classmethod
    def read(cls, path: Path) -> Source:
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        return cls(name, path.read_text(encoding="utf-8"), is_package)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def unit(self) -> str:
        """The folder or file right under the package; "" for the public surface itself."""
        return self.name.partition(".")[2].partition(".")[0]

    @cached_property
    def imports(self) -> list[Import]:
        return list(_imports(self, self.tree, runtime=True))


class Objection(NamedTuple):
    module: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.what}"


Rule = Callable[[Source], Iterator[Objection]]


def package_sources() -> list[Source]:
    return [Source.read(path) for path in sorted((ROOT / PACKAGE).rglob("*.py"))]


# ---- imports


def _imports(source: Source, node: ast.AST, runtime: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(a.name, child.lineno, runtime) for a in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _absolute(source, child)
            yield from (Import(f"{base}.{a.name}", child.lineno, runtime) for a in child.names)
        elif isinstance(child, ast.If) and _is_type_checking(child.test):
            yield from _imports(source, ast.Module(child.body, []), runtime=False)
            yield from _imports(source, ast.Module(child.orelse, []), runtime)
        else:
            yield from _imports(source, child, runtime)


def _absolute(source: Source, statement: ast.ImportFrom) -> str:
    if not statement.level:
        return statement.module or ""
    parts = source.name.split(".")
    drop = statement.level - source.is_package
    base = parts[: len(parts) - drop] if drop else parts
    return ".".join([*base, statement.module] if statement.module else base)


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _unit_of(target: str) -> str | None:
    """The unit of our package that an import reaches; None for other packages."""
    head, *rest = target.split(".")
    if head != PACKAGE:
        return None
    # `from tinygrad_edu import Tensor` takes a name off the surface, `import nn` reaches a folder.
    return rest[0] if rest and rest[0] in FLOORS else ""


def floors(source: Source) -> Iterator[Objection]:
    """Imports go down, or stay in the own folder."""
    here = source.unit
    if here not in FLOORS:
        yield Objection(
            source.name, 1, f"'{here}' has no floor; give it one in tests/lint/rules.py"
        )
        return
    for imported in source.imports:
        there = _unit_of(imported.target)
        if there is None or there == here or FLOORS[there] < FLOORS[here]:
            continue
        same_folder = _is_file(here) and _is_file(there) and FLOORS[there] == FLOORS[here]
        if not same_folder and (here, there) not in NEIGHBOURS:
            yield Objection(
                source.name,
                imported.line,
                f"imports {imported.target} (floor {FLOORS[there]}) from floor {FLOORS[here]}",
            )


def _is_file(unit: str) -> bool:
    return (ROOT / PACKAGE / f"{unit}.py").exists()


def engine_stands_alone(source: Source) -> Iterator[Objection]:
    """The engine imports NumPy, the standard library, itself, `face` and checks of arguments."""
    if source.unit != "engine":
        return
    allowed = {"numpy", *sys.stdlib_module_names}
    for imported in source.imports:
        known = (f"{PACKAGE}.engine", f"{PACKAGE}._face", f"{PACKAGE}._check")
        own = imported.target.startswith(known)
        if not own and imported.target.partition(".")[0] not in allowed:
            yield Objection(source.name, imported.line, f"the engine imports {imported.target}")


def optional_packages_through_require(source: Source) -> Iterator[Objection]:
    """Only NumPy is imported by statement; others come through `require`, inside a function."""
    known = {"numpy", PACKAGE, *sys.stdlib_module_names}
    for imported in source.imports:
        if imported.runtime and imported.target.partition(".")[0] not in known:
            what = f"imports {imported.target} by statement; use require() inside the function"
            yield Objection(source.name, imported.line, what)
    at_import_time = {id(node) for node in _outside_functions(source.tree)}
    for call in _calls(source.tree):
        name = _called(call)
        if name.endswith("import_module") and source.unit not in {"_optional", "", "torch"}:
            yield Objection(source.name, call.lineno, f"{name}() hides an import; use require()")
        if name.split(".")[-1] == "require":
            if id(call) in at_import_time:
                yield Objection(
                    source.name, call.lineno, "require() runs when the file is imported"
                )
            if not (call.args and isinstance(call.args[0], ast.Constant)):
                yield Objection(
                    source.name, call.lineno, "require() takes the package as a literal"
                )


def required_packages(source: Source) -> Iterator[tuple[str, str, int]]:
    """(package, extra, line) of every `require` call."""
    for call in _calls(source.tree):
        if _called(call).split(".")[-1] == "require" and call.args:
            extras = [k.value for k in call.keywords if k.arg == "extra"] or call.args[1:2]
            literal = [n.value for n in [call.args[0], *extras] if isinstance(n, ast.Constant)]
            if len(literal) == 2:
                yield str(literal[0]).partition(".")[0], str(literal[1]), call.lineno


def import_graph(sources: list[Source]) -> dict[str, set[str]]:
    """Who imports whom: every import that runs, those inside functions too."""
    names = {source.name for source in sources}
    graph: dict[str, set[str]] = {source.name: set() for source in sources}
    for source in sources:
        for imported in source.imports:
            if imported.runtime:
                parent = imported.target.rpartition(".")[0]
                found = imported.target if imported.target in names else parent
                if found in names and found != source.name:
                    graph[source.name].add(found)
    return graph


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Every cycle that a depth-first walk closes, as the list of its modules."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        stack = [(start, iter(sorted(graph[start])))] if start not in done else []
        path += [start] if stack else []
        while stack:
            module, targets = stack[-1]
            for target in targets:
                if target in path:
                    found.append([*path[path.index(target) :], target])
                elif target not in done:
                    stack.append((target, iter(sorted(graph[target]))))
                    path.append(target)
                    break
            else:
                done.add(module)
                path.pop()
                stack.pop()
    return found


# ---- what nobody writes


def forbidden_modules(source: Source) -> Iterator[Objection]:
    for imported in source.imports:
        reason = FORBIDDEN_MODULES.get(imported.target.partition(".")[0])
        if reason:
            yield Objection(
                source.name, imported.line, f"imports {imported.target}, which {reason}"
            )


def forbidden_calls(source: Source) -> Iterator[Objection]:
    """Nothing that runs text as code, unpacks an archive, or asks an object what it is."""
    for call in _calls(source.tree):
        name = _called(call)
        owner, _, method = name.rpartition(".")
        if not owner and method in FORBIDDEN_BUILTINS:
            yield Objection(source.name, call.lineno, f"calls {name}()")
        if owner and method in FORBIDDEN_METHODS:
            yield Objection(source.name, call.lineno, f"calls {name}()")
        if owner == "os" and (method in FORBIDDEN_OS or method.startswith(("spawn", "exec"))):
            yield Objection(source.name, call.lineno, f"calls {name}()")
        for keyword in call.keywords:
            refused = keyword.arg in {"shell", "allow_pickle"}
            if refused and ast.unparse(keyword.value) != "False":
                what = f"passes {keyword.arg}={ast.unparse(keyword.value)}"
                yield Objection(source.name, call.lineno, what)


def no_assert_statement(source: Source) -> Iterator[Objection]:
    """`python -O` drops an assert, and its message helps nobody."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assert):
            yield Objection(source.name, node.lineno, "assert statement; raise an error that helps")


def no_global_randomness(source: Source) -> Iterator[Objection]:
    """NumPy's global random state is never touched, and generators are made in one place."""
    allowed = NUMPY_RANDOM_TYPES | ({"default_rng"} if source.unit == "random" else set())
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute) or node.attr in allowed:
            continue
        if ast.unparse(node.value) in {"np.random", "numpy.random"}:
            yield Objection(source.name, node.lineno, f"uses np.random.{node.attr}")
    for imported in source.imports:
        if imported.target.startswith("numpy.random"):
            what = f"imports {imported.target}; spell it np.random.Generator"
            yield Objection(source.name, imported.line, what)


def code_lines(source: Source) -> set[int]:
    """The numbers of the lines that hold code: no docstring, no comment, not blank."""
    prose: set[int] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, _WITH_DOCSTRING) and ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            prose |= set(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type not in _NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return lines - prose


_WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_NO_CODE = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip


def functions_are_short(source: Source) -> Iterator[Objection]:
    """A reader holds a function in the head as a whole."""
    lines = code_lines(source)
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            count = sum(node.lineno <= line <= (node.end_lineno or 0) for line in lines)
            if count > MAX_FUNCTION:
                what = f"{node.name} has {count} lines of code; {MAX_FUNCTION} is the limit"
                yield Objection(source.name, node.lineno, what)


def says_what_it_gives(source: Source) -> Iterator[Objection]:
    """Each file lists its public names in ``__all__``; faces re-export by star."""
    if source.is_package or source.name.endswith(".__main__"):
        return
    targets = [
        ast.unparse(target)
        for node in source.tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
    ]
    defines = any(
        isinstance(node, _WITH_DOCSTRING) and not node.name.startswith("_")
        for node in source.tree.body
        if not isinstance(node, ast.Module)
    )
    if defines and "__all__" not in targets:
        yield Objection(source.name, 1, "no __all__; list the names that others may import")


def short_enough(source: Source) -> Iterator[Objection]:
    lines = len(source.text.splitlines())
    if lines > MAX_LINES:
        yield Objection(source.name, lines, f"{lines} lines; {MAX_LINES} is the limit")


def nothing_left_open(source: Source) -> Iterator[Objection]:
    """No TODO, and a silenced check says which one and why."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"#.*\b(TODO|FIXME|XXX|HACK)\b", line):
            yield Objection(source.name, number, "left open")
        if re.search(r"#\s*type:\s*ignore(?!\[[\w, -]+\]\s*#\s*\w)", line):
            yield Objection(source.name, number, "type: ignore wants [code]  # and a reason")
        if re.search(r"#\s*noqa(?!:\s*[A-Z]+\d+(, ?[A-Z]+\d+)* \W*\w)", line):
            yield Objection(source.name, number, "noqa wants a code and a reason")


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _called(call: ast.Call) -> str:
    """The dotted name of what is called; `?.method` when its owner is an expression."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    if isinstance(call.func, ast.Attribute):
        owner = ast.unparse(call.func.value)
        is_name = all(part.isidentifier() for part in owner.split("."))
        return f"{owner if is_name else '?'}.{call.func.attr}"
    return "?"


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _outside_functions(child)


RULES: tuple[Rule, ...] = (
    floors,
    engine_stands_alone,
    optional_packages_through_require,
    forbidden_modules,
    forbidden_calls,
    no_assert_statement,
    no_global_randomness,
    short_enough,
    functions_are_short,
    says_what_it_gives,
    nothing_left_open,
)
