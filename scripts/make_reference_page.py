"""Write docs/reference.md and the rows of the tables of layers, activations and losses.

A public name stands on exactly one page: operations, optimizers, schedulers, whatever belongs to
nets and the data sets on pages of their own, all other names on docs/reference.md, by subject.
Where a table has the columns class, function and "what it does", this script fills in its rows, so
a row that holds one name is enough. With ``--check`` nothing is written, and the script fails when
a page is out of date.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import tinygrad_edu as tg
from tinygrad_edu import nn, ops
from tinygrad_edu.compat.later import REFUSED_METHODS

DOCS = Path(__file__).parents[1] / "docs"
COMMAND = "python scripts/make_reference_page.py"

# The public namespaces, and what the reference says above their names.
NAMESPACES = {
    "tg": "The operations are on [a page of their own](operations.md).",
    "tg.linalg": "Linear algebra under NumPy's and PyTorch's names: [operations](operations.md).",
    "tg.autograd": "Derivatives of functions, and operations in PyTorch's form.",
    "tg.random": "The one generator behind everything that draws random numbers.",
    "tg.cuda": "What code written for PyTorch asks before it goes on with the CPU.",
    "tg.nn": "[Layers](layers.md), [convolution](convolution.md), [normalization and dropout]"
    "(normalization.md), [activations](activations.md), [losses](losses.md).",
    "tg.nn.functional": "The functions beside the classes, in the same tables.",
    "tg.nn.init": "[Initialisers](initialisers.md).",
    "tg.nn.utils": "Functions of the parameters of a net.",
    "tg.optim": "[Optimizers](optimizers.md) are on a page of their own.",
    "tg.optim.lr_scheduler": "[Schedules](schedulers.md) are on a page of their own.",
    "tg.optim.functions": "Functions to try optimizers on; `FUNCTIONS` lists them by name.",
    "tg.data": "[Data sets](data.md) are on a page of their own.",
    "tg.train": "The training loop, metrics, saving and loading.",
    "tg.viz": "Pictures; see [their page](pictures.md).",
    "tg.testing": "Checks of derivatives and of parts of your own; see [gradient checks]"
    "(gradient_checks.md).",
}
# The pages that document names in tables, and the namespaces of these names.
NET_PAGES = ("layers", "convolution", "normalization", "activations", "losses", "initialisers")
TABLE_PAGES = {
    **dict.fromkeys(NET_PAGES, ("tg.nn", "tg.nn.functional", "tg.nn.init")),
    "optimizers": ("tg.optim",),
    "schedulers": ("tg.optim.lr_scheduler",),
    "data": ("tg.data",),
}
NAME_COLUMNS = {"class", "function", "layer", "rule", "wrapper", "schedule"}
FILLED = ["class", "function", "what it does"]
# Values have no docstring.
CONSTANTS = {
    "DATASETS": "Every set of images by name.",
    "FUNCTIONS": "The functions by name.",
    "GeneratorLike": "What `generator=` may be.",
    "HOW_TO_GET_PICTURES": "The advice that is given where a package or program is missing.",
    "LAWS": "The laws of operations by name.",
    "Point": "A point, as a tuple of numbers.",
}
ATTRIBUTES = {
    "grad": "The accumulated gradient, a tensor, or None.",
    "name": "What pictures and errors call it, or None.",
    "requires_grad": "Whether operations on it are recorded.",
}
HEAD = f"""\
# Reference

Every public name, written by `{COMMAND}` from the docstrings. Operations, optimizers,
schedules, whatever belongs to nets and the data sets stand on the pages that are linked;
all other names stand here. `help(name)` shows the whole docstring.
"""


def namespace(path: str) -> Any:
    """The module behind a path such as ``tg.nn.init``."""
    value: Any = tg
    for part in path.split(".")[1:]:
        value = getattr(value, part)
    return value


def public_names(path: str) -> list[str]:
    """The public names of a namespace; the test functions count as one, `FUNCTIONS` lists them."""
    names = [name for name in dir(namespace(path)) if not name.startswith("_")]
    listed = tg.optim.functions.FUNCTIONS if path == "tg.optim.functions" else ()
    return [name for name in names if name not in listed]


# ---- where a name is documented


def tables(text: str) -> Iterator[tuple[list[str], int, list[list[str]]]]:
    """Each table of a page: its head, the line of its first row, and the cells of all rows."""
    lines = text.split("\n")
    for k, line in enumerate(lines):
        if re.fullmatch(r"\|[-:|]+\|", line):
            end = next(j for j in range(k, len(lines)) if not lines[j].startswith("|"))
            yield _cells(lines[k - 1]), k + 1, [_cells(row) for row in lines[k + 1 : end]]


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def names_in_tables(text: str) -> list[str]:
    """The names that the tables of a page document, each as often as it occurs."""
    found = []
    for head, _, rows in tables(text):
        columns = [k for k, title in enumerate(head) if title in NAME_COLUMNS]
        for row in rows:
            found += [name for k in columns for name in re.findall(r"`(\w+)", row[k])]
    return found


def page_of(path: str, name: str) -> str:
    """The page that must document a name."""
    value = getattr(namespace(path), name)
    if isinstance(value, ModuleType):
        return "reference"
    if path in ("tg", "tg.linalg") and name in dir(ops):
        return "operations"
    home = home_of(path, name).removeprefix("tinygrad_edu.")
    if path in TABLE_PAGES["layers"]:
        return _net_page(home)
    if path in ("tg.optim", "tg.optim.lr_scheduler") and inspect.isclass(value):
        base = tg.optim.Optimizer if path == "tg.optim" else tg.optim.lr_scheduler.LRScheduler
        if issubclass(value, base) and value is not base:
            return "optimizers" if path == "tg.optim" else "schedulers"
    sets = (*tg.data.DATASETS.values(),)
    is_set = value in sets or name.startswith(("make_", "load_"))
    return "data" if path == "tg.data" and is_set else "reference"


def _net_page(home: str) -> str:
    """The page of what a file of ``nn`` holds."""
    for part, page in (
        ("activations", "activations"),
        ("init", "initialisers"),
        ("_norm", "normalization"),
        ("dropout", "normalization"),
        ("losses", "losses"),
        ("more", "losses"),
    ):
        if part in home:
            return page
    windows = ("conv", "pooling", "padding", "folding", "resizing")
    return "convolution" if home.rpartition(".")[2].startswith(windows) else "layers"


def home_of(path: str, name: str) -> str:
    """The file that lists a name in ``__all__``, that of its definition if there are several."""
    value = _unwrapped(getattr(namespace(path), name))
    files = [
        key
        for key, module in sorted(sys.modules.items())
        if key.startswith("tinygrad_edu.")
        and not key.startswith("tinygrad_edu.torch.")  # which shows the names of others
        and not getattr(module, "__path__", None)
        and name in getattr(module, "__all__", ())
        and _unwrapped(getattr(module, name, None)) is value
    ]
    defined = getattr(value, "__module__", None)
    return defined if defined in files or not files else files[0]


def _unwrapped(value: Any) -> Any:
    """What a public function was before a namespace checked its arguments."""
    return inspect.unwrap(value) if callable(value) else value


# ---- the reference


def first_line(value: Any) -> str:
    """The first line of a docstring, as text of a table."""
    line = (inspect.getdoc(value) or "").partition("\n")[0]
    return line.replace("|", "\\|").replace("``", "`")


def _meaning(path: str, name: str) -> str:
    value = getattr(namespace(path), name)
    if isinstance(value, ModuleType):
        listed = f"{path}.{name}" in NAMESPACES
        return (
            f"Namespace: see [below](#{path.replace('.', '')}{name})."
            if listed
            else first_line(value)
        )
    own = getattr(value, "__name__", name)
    if getattr(ops, own, None) is value:
        return f"The operation [`{own}`](operations.md#{own})."
    if name in CONSTANTS or not callable(value):
        return CONSTANTS.get(name) or f"`{value!r}`"
    return first_line(value) if own == name else f"The same as `{own}`.  {first_line(value)}"


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| name | what it is |", "|---|---|", *(f"| `{n}` | {m} |" for n, m in rows)])


def _section(path: str) -> Iterator[str]:
    """The names of a namespace that have no other page, by the files that hold them."""
    yield f"## {path}\n\n{NAMESPACES[path]}\n"
    by_subject: dict[str, list[tuple[str, str]]] = {}
    for name in public_names(path):
        if page_of(path, name) == "reference":
            by_subject.setdefault(_subject(path, name), []).append((name, _meaning(path, name)))
    few = {subject for subject, rows in by_subject.items() if len(rows) < 3}
    if rest := sorted(row for subject in few for row in by_subject[subject]):
        yield f"{_table(rest)}\n"
    for subject in sorted(by_subject.keys() - few):
        yield f"### {subject}\n\n{_table(by_subject[subject])}\n"


def _subject(path: str, name: str) -> str:
    """What the file of a name is about."""
    if isinstance(getattr(namespace(path), name), ModuleType):
        return "Namespaces"
    return first_line(sys.modules[home_of(path, name)]).rstrip(".")


def _methods() -> str:
    """The methods and attributes of a tensor that are no operation under its own name."""
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    elsewhere = set(re.findall(r"`\.(\w+)`", page))
    rows, slots = [], []
    for name in dir(tg.Tensor):
        if name.startswith("_") or name in elsewhere or name in REFUSED_METHODS:
            continue
        value = inspect.getattr_static(tg.Tensor, name)
        meaning = ATTRIBUTES.get(name)
        if inspect.isclass(value) or (inspect.ismemberdescriptor(value) and meaning is None):
            slots.append(f"`{name}`")
        else:
            rows.append((name, meaning or first_line(getattr(tg.Tensor, name))))
    return (
        "## Methods and attributes of a tensor\n\n[The page of operations](operations.md) says "
        f"which of them are methods too. These are the others.\n\n{_table(rows)}\n\nAs a node of "
        f"the graph it has {', '.join(slots)}: see [the engine](engine.md).\n"
    )


def reference() -> str:
    """The text of docs/reference.md."""
    sections = [text for path in NAMESPACES for text in _section(path)]
    return "\n".join([HEAD, *sections, _methods()])


# ---- the rows of other pages


def pair(name: str) -> tuple[str, str]:
    """The class and the function that belong together; "" for one that is not there."""
    functions = set(dir(nn.functional))
    if not inspect.isclass(getattr(nn, name, None)):
        return "", name if name in functions or name in dir(nn) else ""
    function = vars(getattr(nn, name)).get("_function")
    own = function.__func__.__name__ if function else ""
    short = name.lower().removesuffix("loss")
    guesses = [f for f in functions if f.replace("_", "") in (name.lower(), short)]
    return name, own if own in functions else guesses[0] if guesses else ""


def filled(text: str) -> str:
    """A page with the rows of its tables filled in."""
    lines = text.split("\n")
    for head, start, rows in tables(text):
        if head != FILLED:
            continue
        for k, row in enumerate(rows):
            names = re.findall(r"`(\w+)", row[0] + row[1])
            if not names or not any(pair(names[0])):
                raise SystemExit(f"this row names nothing of tg.nn: {lines[start + k]}")
            cls, function = pair(names[0])
            doc = first_line(getattr(nn, cls or function, None) or getattr(nn.functional, function))
            cells = [f"`{cls}`" if cls else "", f"`{function}`" if function else "", doc]
            lines[start + k] = f"| {' | '.join(cells)} |"
    return "\n".join(lines)


def page(name: str) -> str:
    """A page as it should be."""
    if name == "reference":
        return reference()
    return filled((DOCS / f"{name}.md").read_text(encoding="utf-8"))


def main() -> None:
    """Write the pages, or check them."""
    stale = []
    for name in ("reference", *NET_PAGES):
        file, text = DOCS / f"{name}.md", page(name)
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(file.name)
            if "--check" not in sys.argv[1:]:
                file.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv[1:]:
        raise SystemExit(f"out of date: {', '.join(stale)}; run {COMMAND}")


if __name__ == "__main__":
    main()
