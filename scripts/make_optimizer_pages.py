"""Write the tables of docs/optimizers.md, docs/schedulers.md and docs/second_order.md.

Tables stand between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the prose around them is
written by hand. Without an argument the pages are written; with ``--check`` the script fails when
one is out of date.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.optim import Optimizer, lr_scheduler, minimize
from tinygrad_edu.optim._entries import EXECUTION_FLAGS
from tinygrad_edu.optim._vector import VectorOptimizer
from tinygrad_edu.optim.functions import FUNCTIONS
from tinygrad_edu.optim.more.wrappers import Wrapper

DOCS = Path(__file__).parents[1] / "docs"

# Where a rule of the same name differs; PyTorch's names, defaults and arithmetic are ours.
ELSEWHERE = {
    "SGD": "Keras: lr 0.01, and lr inside the momentum. optax: lr required.",
    "Adam": "Keras: ε 1e-7. optax: `eps_root` inside the root as well.",
    "AdamW": "Keras: λ 0.004. optax: λ 1e-4.",
    "Adagrad": "Keras: s₀ 0.1, ε 1e-7, lr 1e-3. optax: s₀ 0.1, ε 1e-7.",
    "Adadelta": "Keras: lr 1e-3, ρ 0.95, ε 1e-7.",
    "RMSprop": "Keras: lr 1e-3, α 0.9, ε 1e-7. optax: α 0.9, ε inside the root by default.",
    "Adamax": "Keras: lr 1e-3.",
    "NAdam": "Keras: lr 1e-3. optax: `adam(nesterov=True)`, without the schedule of μ.",
    "Muon": "PyTorch: iterates in bfloat16. Keras: λ 0.004, Adam for other shapes. optax: λ 0.",
    "Adafactor": "Keras: ε₁ 1e-30. optax: ε 1e-30, factors from 128 rows and columns on.",
    "LBFGS": "optax: zoom line search by default.",
    "Lion": "Keras: lr 1e-3. optax: λ 1e-3.",
    "AdaBelief": "optax: the same ε.",
    "Yogi": "optax: the same.",
    "LARS": "optax: the ratio is of g + λw, lr outside of the momentum.",
    "NovoGrad": "optax: β 0.9, 0.25, ε 1e-6.",
    "SophiaH": "optax: λ 1e-4, ε 1e-8.",
}

CONVERGENCE: dict[str, Callable[[Any], Any]] = {
    "SGD(lr=0.001)": lambda p: optim.SGD(p, lr=1e-3),
    "SGD(lr=0.001, momentum=0.9)": lambda p: optim.SGD(p, lr=1e-3, momentum=0.9),
    "SGD(…, nesterov=True)": lambda p: optim.SGD(p, lr=1e-3, momentum=0.9, nesterov=True),
    "Adam(lr=0.05)": lambda p: optim.Adam(p, lr=0.05),
    "NAdam(lr=0.05)": lambda p: optim.NAdam(p, lr=0.05),
    "RMSprop(lr=0.001)": lambda p: optim.RMSprop(p, lr=1e-3),
    "Adagrad(lr=0.5)": lambda p: optim.Adagrad(p, lr=0.5),
    "Rprop()": optim.Rprop,
    "PolyakSGD()": optim.PolyakSGD,
    "ConjugateGradient()": optim.ConjugateGradient,
    "LBFGS(strong Wolfe)": lambda p: optim.LBFGS(
        p, max_iter=1, max_eval=25, line_search_fn="strong_wolfe"
    ),
    "BFGS()": optim.BFGS,
    "Newton(backtracking)": lambda p: optim.Newton(p, line_search="backtracking", damping=1e-9),
    "HessianFree()": optim.HessianFree,
}
CLASSICS = ("booth", "matyas", "rosenbrock", "beale", "himmelblau")
ENOUGH, MOST = 1e-6, 2000


def classes(module: Any, base: type) -> list[type]:
    """The subclasses of ``base`` that a module exports, in the order of the code."""
    found = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, base) and value is not base
    ]
    return sorted(found, key=lambda cls: cls.__name__.lower())


def first_line(cls: type) -> tuple[str, str]:
    """The formula of a docstring's first line, and the paper after the three spaces."""
    line = inspect.cleandoc(cls.__doc__ or "").splitlines()[0].replace("|", "\\|")
    formula, _, paper = line.partition(".   ")
    return formula.rstrip(".").replace("``", "`"), paper.rstrip(".")


def defaults(cls: type) -> str:
    """The hyperparameters of a constructor with their defaults."""
    leave_out = {"self", "params", "optimizer", "maximize", "generator", "last_epoch", "entry"}
    leave_out |= set(EXECUTION_FLAGS)
    shown = []
    for name, parameter in inspect.signature(cls).parameters.items():
        if name in leave_out or name == "generator":
            continue
        given = parameter.default
        value = (
            ""
            if given is parameter.empty
            else f"={given:g}"
            if type(given) is float
            else f"={given}"
        )
        shown.append(f"{name}{value}")
    return f"`{', '.join(shown)}`" if shown else ""


def state(cls: type) -> str:
    """The arrays and numbers kept for each parameter."""
    if issubclass(cls, VectorOptimizer):
        return ", ".join(cls.remembers)
    optional = [f"{slot} (if {entry})" for slot, entry in cls.optional_slots.items()]
    return ", ".join([*cls.slots, *optional, *cls.numbers])


def rules() -> str:
    """One row for each optimizer."""
    rows = [
        "| rule | formula | state | defaults | paper | elsewhere |",
        "|---|---|---|---|---|---|",
    ]
    for cls in classes(optim, Optimizer):
        if issubclass(cls, Wrapper):
            continue
        formula, paper = first_line(cls)
        known = ELSEWHERE.get(cls.__name__, "")
        cells = (f"`{cls.__name__}`", formula, state(cls), defaults(cls), paper, known)
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def wrappers() -> str:
    """One row for each optimizer around an optimizer."""
    rows = ["| wrapper | what it does | arguments | paper |", "|---|---|---|---|"]
    for cls in classes(optim, Wrapper) or []:
        formula, paper = first_line(cls)
        rows.append(f"| `{cls.__name__}` | {formula} | {defaults(cls)} | {paper} |")
    return "\n".join(rows)


def schedules() -> str:
    """One row for each schedule."""
    rows = ["| schedule | formula | arguments | paper |", "|---|---|---|---|"]
    for cls in classes(lr_scheduler, lr_scheduler.LRScheduler):
        formula, paper = first_line(cls)
        rows.append(f"| `{cls.__name__}` | {formula} | {defaults(cls)} | {paper} |")
    return "\n".join(rows)


def convergence() -> str:
    """Steps from the usual start until f is within 1e-6 of its minimum."""
    rows = ["| rule | " + " | ".join(CLASSICS) + " |", "|---|" + "---:|" * len(CLASSICS)]
    for name, make in CONVERGENCE.items():
        counts = [steps_until(FUNCTIONS[function], make) for function in CLASSICS]
        rows.append(f"| `{name}` | " + " | ".join(counts) + " |")
    return "\n".join(rows)


class _Reached(optim.Stopping):
    def __init__(self, goal: float) -> None:
        self.goal = goal

    def __call__(self, progress: Any) -> str | None:
        return "reached" if progress.value <= self.goal else None


def steps_until(f: Any, make: Callable[[Any], Any]) -> str:
    """How many steps, or a dash where there were not enough or none led down."""
    try:
        result = minimize(f, f.start, make, steps=MOST, stop=_Reached(f.minimum + ENOUGH))
    except (FloatingPointError, ArithmeticError):
        return "diverges"
    return str(result.steps) if result.message == "reached" else f"> {MOST}"


TABLES: dict[str, dict[str, Callable[[], str]]] = {
    "optimizers.md": {"rules": rules, "wrappers": wrappers},
    "schedulers.md": {"schedules": schedules},
    "second_order.md": {"convergence": convergence},
}


def page(name: str) -> str:
    """A page with its tables made anew."""
    text = (DOCS / name).read_text(encoding="utf-8")
    for table, make in TABLES[name].items():
        begin, end = f"<!-- begin {table} -->\n", f"\n<!-- end {table} -->"
        pattern = re.escape(begin) + ".*?" + re.escape(end)
        body = make()
        text, found = re.subn(
            pattern, lambda _, b=begin, t=body, e=end: b + t + e, text, flags=re.S
        )
        if found != 1:
            raise SystemExit(f"{name} has no place for the table {table!r}")
    return text


def main() -> None:
    """Write the pages, or check them."""
    tg.manual_seed(0)
    np.seterr(all="ignore")
    stale = []
    for name in TABLES:
        fresh = page(name)
        if fresh != (DOCS / name).read_text(encoding="utf-8"):
            stale.append(name)
            if "--check" not in sys.argv:
                (DOCS / name).write_text(fresh, encoding="utf-8")
    if stale and "--check" in sys.argv:
        raise SystemExit(f"out of date: {', '.join(stale)}; run python {Path(__file__).name}")


if __name__ == "__main__":
    main()
