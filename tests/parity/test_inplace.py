"""Random programs of changes in place, views and aliases, beside PyTorch: right, or refused.

Each line is run in both libraries. Where PyTorch gives values and gradients, so does the engine, or
it refuses with an error; it never gives others. Where PyTorch refuses, nothing is compared.
"""

from __future__ import annotations

import random
import warnings
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

import tinygrad_edu as tg  # noqa: E402
from tinygrad_edu.compat.missing import MISSING  # noqa: E402

PROGRAMS = 3000
#: Of the programs that PyTorch runs, at least so many run here.
RUN_HERE = 0.9

VIEWS = [
    "{x}[0]", "{x}[:, 1]", "{x}[1:]", "{x}.t()", "{x}.view(-1)[2:5]", "{x}[:, :2]",
    "{x}.reshape(3, 3)",
]  # fmt: skip
CHANGES = [
    "{x}.add_({y})", "{x} += {y}", "{x}.mul_(2)", "{x}[0] += {y}[1]", "{x}[1] = {y}[0]",
    "{x}[:, 0].copy_({y}[2])", "{x}.sub_({y}.sum())", "{x} *= 3", "{x}[1:] -= 1",
    "{x}.t()[0].add_({y}[1])", "{x}.mul_({y})", "{x}.sub_({y}, alpha=0.5)",
    "{x}.div_({y} * {y} + 1)", "{x}.sigmoid_()", "{x}.tanh_()", "{x}.relu_()", "{x}.exp_()",
    "{x}.clamp_(-1, 1)", "{x}.fill_(0.5)", "{x}.zero_()", "{x}.copy_({y})",
    "{x}.masked_fill_({x} > 0.5, 0.25)", "{x}.neg_()", "{x} *= {y}", "{x}[0] = {y}[0]",
    "{x}[{x} > 0] = 0.5", "{x}[:, 1] *= {y}[:, 0]", "{x}[..., 0].mul_(2)", "{x}.mul_({x})",
    "{x}.add_({x}[0].clone())",
]  # fmt: skip
RESULTS = [
    "{x} + {y}", "{x} - {y}.sum()", "2 * {x}", "{x}.sum(0)[:, None] + {y}", "{x} * {y}",
    "{x} + 2 * {y}", "{x}.tanh()", "{x}.sigmoid()", "{x}.sum() * {y}", "{x} @ {y}", "{x}",
]  # fmt: skip


def program(seed: int, copies: bool = False) -> list[str]:
    """The lines of a program over the matrices a to d, of which a and b need a gradient.

    With ``copies``, a change never reads the memory that it writes into.
    """
    draw = random.Random(seed)
    names, lines = ["c", "d"], ["c = a * 1.0"] if seed % 2 else ["c = zeros(3, 3)"]
    lines.append("d = 2 * b")
    for k in range(draw.randint(3, 8)):
        x, y = draw.choice(names), draw.choice([*names, "a", "b"])
        kind = draw.random()
        if kind < 0.55:
            y = f"{y}.clone()" if copies else y
            lines.append(draw.choice(CHANGES).format(x=x, y=y))
        elif kind < 0.75:
            names.append(f"v{k}")
            lines.append(f"v{k} = " + draw.choice(VIEWS).format(x=x))
        else:
            names.append(f"r{k}")
            lines.append(f"r{k} = " + draw.choice(RESULTS).format(x=x, y=y))
    lines.append("loss = " + " + ".join(f"{k + 1} * {name}.sum()" for k, name in enumerate(names)))
    return lines


def run(library: Any, lines: list[str]) -> Any:
    """The value of each name and the gradients of a and b, or the error."""
    start = np.random.default_rng(0).uniform(-1, 1, (2, 3, 3))
    scope: dict[str, Any] = {"zeros": lambda *n: library.zeros(*n, dtype=library.float64)}
    for name, array in zip("ab", start, strict=True):
        scope[name] = library.tensor(array, requires_grad=True)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for line in lines:
                exec(line, scope)
            scope["loss"].backward()
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        return error
    return [
        np.asarray(x.detach().numpy())
        for x in (scope["loss"], scope["a"].grad, scope["b"].grad)
        if x is not None
    ]


def test_changes_in_place_are_right_or_refused() -> None:
    ran = refused = 0
    for seed in range(PROGRAMS):
        lines = program(seed)
        wanted, copied = run(torch, lines), run(torch, program(seed, copies=True))
        if isinstance(wanted, Exception) or isinstance(copied, Exception):
            continue
        if wanted[0] != copied[0]:  # PyTorch reads what it has just written
            continue
        got = run(tg, lines)
        if isinstance(got, Exception):
            assert not isinstance(got, (TypeError, IndexError)), ("\n".join(lines), got)
            refused += 1
            continue
        ran += 1
        assert len(got) == len(wanted), "\n".join(lines)
        for ours, theirs in zip(got, wanted, strict=True):
            np.testing.assert_allclose(
                ours, theirs, rtol=1e-10, atol=1e-12, err_msg="\n".join(lines)
            )
    assert ran >= RUN_HERE * (ran + refused), (ran, refused)


def test_every_change_in_place_is_here_or_refused() -> None:
    """Each method of PyTorch that ends with an underscore exists, or says why it does not."""
    names = [name for name in dir(torch.Tensor) if name.endswith("_") and name[0] != "_"]
    silent = [n for n in names if not hasattr(tg.Tensor, n) and f"Tensor.{n}" not in MISSING]
    assert not silent
    for name in names:
        if not hasattr(tg.Tensor, name):
            with pytest.raises(AttributeError, match=f"a tensor has no .{name}: "):
                getattr(tg.tensor([1.0]), name)
