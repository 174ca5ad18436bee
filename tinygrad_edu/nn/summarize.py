"""A table of what a model is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count, check_dtype, check_list
from tinygrad_edu.engine import no_grad
from tinygrad_edu.nn._hooks import watched
from tinygrad_edu.nn._tree import headline, in_one_line
from tinygrad_edu.nn.module import Module
from tinygrad_edu.tensor import Tensor, from_numpy

__all__ = ["Summary", "summary"]


@dataclass(frozen=True)
class SummaryRow:
    """One layer: its dotted name, what it is, what came out of it, and what that took."""

    name: str
    layer: str
    output_shape: Any
    parameters: int
    mult_adds: int


@dataclass(frozen=True)
class Summary:
    """The rows of a table, and totals; ``print`` it."""

    rows: tuple[SummaryRow, ...]
    parameters: int
    trainable: int
    mult_adds: int

    def __str__(self) -> str:
        head = ("layer", "", "output shape", "parameters", "mult-adds")
        body = [
            (
                in_one_line(r.name),
                in_one_line(r.layer),
                str(r.output_shape),
                f"{r.parameters:,}",
                f"{r.mult_adds:,}",
            )
            for r in self.rows
        ]
        widths = [max(map(len, column)) for column in zip(head, *body, strict=True)]
        lines = [
            "  ".join(
                cell.ljust(width) if k < 3 else cell.rjust(width)
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in (head, *body)
        ]
        rule = "-" * max(map(len, lines))
        frozen = self.parameters - self.trainable
        total = f"{self.parameters:,} parameters"
        total += f" ({frozen:,} frozen)" if frozen else ""
        total += f", {self.mult_adds:,} multiply-adds"
        return "\n".join([lines[0], rule, *lines[1:], rule, total])

    def __repr__(self) -> str:
        return str(self)


def summary(
    model: Module, input_size: Sequence[Any], dtype: Any = None, depth: int | None = None
) -> Summary:
    """Run zeros through a model and note each layer's output shape, parameters and multiply-adds.

    Nothing is changed: the pass is in evaluation mode and records nothing.

    Parameters
    ----------
    model : Module
    input_size : tuple of int, or a list of them for several inputs
        With the batch: ``(1, 784)``.
    dtype : NumPy dtype, optional
        By default that of the first parameter.
    depth : int, optional
        Show layers down to this many dots below the model; by default those without parts.

    Examples
    --------
    >>> from tinygrad_edu import nn
    >>> nn.summary(nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), (1, 28, 28))
    layer                                                       output shape  parameters  mult-adds
    -----------------------------------------------------------------------------------------------
    0      Flatten(start_dim=1, end_dim=-1)                     (1, 784)               0          0
    1      Linear(in_features=784, out_features=10, bias=True)  (1, 10)            7,850      7,840
    -----------------------------------------------------------------------------------------------
    7,850 parameters, 7,840 multiply-adds
    """
    if not isinstance(model, Module):
        raise TypeError(f"summary: model must be a module, received {model!r}")
    if not check_list("summary", "input_size", input_size, "sizes"):
        raise ValueError("summary: input_size must be a shape, received ()")
    if depth is not None:
        check_count("summary", "depth", depth, 0)
    if dtype is not None:
        check_dtype("summary", "dtype", dtype)
    sizes = input_size if isinstance(input_size[0], (tuple, list)) else [input_size]
    for size in sizes:
        for n in check_list("summary", "input_size", size, "integers"):
            check_count("summary", "input_size", n, 0)
    if dtype is None:
        dtype = next((p.dtype for p in model.parameters()), np.dtype(np.float32))
    calls: list[tuple[Module, Any, int]] = []
    totals = [0]  # multiply-adds inside each call under way, innermost last

    def enter(module: Module, args: tuple[Any, ...]) -> None:
        totals.append(0)

    def leave(module: Module, args: tuple[Any, ...], output: Any) -> None:
        total = totals.pop() + module.mult_adds(args[0] if args else None, output)
        totals[-1] += total
        calls.append((module, _shape(output), total))

    names = {id(module): name for name, module in model.named_modules()}
    with watched(model.modules(), before=enter, after=leave), model.evaluating(), no_grad():
        model(*(from_numpy(np.zeros(tuple(size), dtype)) for size in sizes))
    rows: list[SummaryRow] = []
    counted: set[int] = set()
    for module, shape, mult_adds in calls:
        name = names[id(module)]
        leaf = next(iter(module.children()), None) is None
        level = name.count(".") + 1 if name else 0
        if not leaf if depth is None else not (level == depth or (leaf and level < depth)):
            continue
        new = [p for p in module.parameters() if id(p) not in counted]
        counted.update(id(p) for p in new)
        label = headline(module)
        rows.append(SummaryRow(name, label, shape, sum(p.size for p in new), mult_adds))
    parameters = list(model.parameters())
    return Summary(
        tuple(rows),
        sum(p.size for p in parameters),
        sum(p.size for p in parameters if p.requires_grad),
        totals[0],
    )


def _shape(output: Any) -> Any:
    """The shape of what came out, of each part if it is several."""
    if isinstance(output, (tuple, list)):
        return tuple(_shape(part) for part in output)
    known = isinstance(output, (Tensor, np.ndarray))
    return tuple(output.shape) if known else type(output).__name__
