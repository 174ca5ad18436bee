"""Write docs/operations.md, the table of all operations, from their docstrings.

Without an argument it writes the page; with ``--check`` it fails when the page is out of date.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tinygrad_edu import Tensor, ops
from tinygrad_edu.engine import NUMPY_FUNCTIONS, PRIMITIVES

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
# Functions of tinygrad_edu.ops that serve operations and are none.
HELPERS = {"check_labels", "sample_weights"}
HEAD = """\
# Operations

Every operation of `tinygrad_edu`, written by `scripts/make_operations_page.py` from the
docstrings. y is the result, ȳ its gradient, and x̄ the gradient of the input x.

Arrays in, array out; a tensor in, a tensor out. PyTorch's `dim` and `keepdim` are accepted wherever
`axis` and `keepdims` are, and reductions take NumPy's `dtype`, `initial`, `where` and `mean` where
NumPy's do. NumPy's functions keep NumPy's names and order of arguments: see
[NumPy's functions on tensors](numpy.md). Each derivative is checked at first and second order: see
[gradient checks](gradient_checks.md).
"""


def operations() -> dict[str, Callable[..., Any]]:
    """The operations by name: what `ops` exports, and primitives that only serve others."""
    found = {
        name: value
        for name, value in vars(ops).items()
        if inspect.isfunction(value) and not name.startswith("_") and name not in HELPERS
    }
    for name, record in PRIMITIVES.items():
        home = record.forward.__module__  # that of a user's own operation may be gone
        if home.startswith(ops.__name__) and not {name, name + "_"} & found.keys():
            found[name] = getattr(sys.modules[home], name)
    return dict(sorted(found.items()))


def _numpy_names(function: Callable[..., Any]) -> list[str]:
    """The NumPy functions that become this operation on tensors."""
    names = []
    for key, registered in NUMPY_FUNCTIONS.items():
        name = key.__name__
        if inspect.unwrap(registered) is not inspect.unwrap(function):
            continue
        if getattr(np, name, None) is key:
            names.append(f"`np.{name}`")
        elif getattr(np.linalg, name, None) is key:
            names.append(f"`np.linalg.{name}`")
    return names


def _methods(function: Callable[..., Any]) -> list[str]:
    """The methods of a tensor that are this operation."""
    return [
        f"`.{name}`"
        for name in sorted(dir(Tensor))
        if not name.startswith("_") and getattr(Tensor, name, None) is function
    ]


def _prose(doc: str) -> str:
    """A docstring up to its first section or example."""
    text = re.split(r"^(?:\w[\w ]*\n-{3,}$|>>> )", inspect.cleandoc(doc), flags=re.MULTILINE)[0]
    return text.replace("``", "`").strip()


def _entry(name: str, function: Callable[..., Any]) -> Iterator[str]:
    signature = re.sub(r": [^,)=]+(?= =|[,)])| -> .*$", "", str(inspect.signature(function)))
    signature = re.sub(r" = ", "=", signature)
    record = PRIMITIVES.get(name.rstrip("_"))
    yield f"### {name}\n"
    yield f"`{name}{signature}`\n"
    yield f"{_prose(function.__doc__ or '')}\n"
    facts = []
    if record is None:
        facts.append("Made of other operations.")
    elif not record.differentiable:
        facts.append("No gradient.")
    if names := _numpy_names(function):
        facts.append(f"On tensors, {' and '.join(names)} is this.")
    if methods := _methods(function):
        facts.append(f"Methods: {', '.join(methods)}.")
    if facts:
        yield " ".join(facts) + "\n"


def page() -> str:
    """The text of the page."""
    known = operations()
    lines = [HEAD]
    for module in sorted({function.__module__ for function in known.values()}):
        here = {k: f for k, f in known.items() if f.__module__ == module}
        source = sys.modules[module]
        summary = inspect.cleandoc(source.__doc__ or "").partition("\n")[0]
        lines += [f"## {module.rpartition('.')[2].capitalize()}\n", f"{summary}\n"]
        for name, function in here.items():
            lines += _entry(name, function)
    return "\n".join(lines)


def main() -> None:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit(f"{PAGE.name} is out of date: run python {Path(__file__).name}")
        return
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE}: {text.count(chr(10) + '### ')} operations")


if __name__ == "__main__":
    main()
