"""`compare_derivatives`: all ways to a derivative side by side, and what each step size costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers, settings_checked
from tinygrad_edu._optional import require
from tinygrad_edu.engine import Array
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import Tensor, tensor
from tinygrad_edu.testing.derivatives import CutGraphError, Derivatives
from tinygrad_edu.testing.numeric import STENCILS

__all__ = ["DerivativeComparison", "compare_derivatives"]


@dataclass(frozen=True)
class Way:
    """One way to the derivative: its value, its error, and how often it ran the function."""

    name: str
    value: float
    error: float
    runs: str


@dataclass(frozen=True, repr=False)
class DerivativeComparison:
    """The result of `compare_derivatives`; it shows itself as a table, `plot` it for the picture.

    Attributes
    ----------
    ways : list of Way
        The methods at their best step.
    steps : array
        Step sizes of the curves.
    errors : dict
        Relative error of each difference formula at each step.
    """

    ways: list[Way]
    steps: Array
    errors: dict[str, Array]

    def __repr__(self) -> str:
        lines = [f"{'method':<22}{'derivative':>24}{'relative error':>18}  runs of the function"]
        lines += [f"{w.name:<22}{w.value:>24.16g}{w.error:>18.1e}  {w.runs}" for w in self.ways]
        return "\n".join(lines)

    def plot(self, path: str | PathLike[str] | None = None) -> Any:
        """Draw error against step size, both logarithmic; save it to ``path`` if given.

        From the right, errors fall with the order of the formula (truncation); from the left they
        fall with the step (rounding). Needs matplotlib, from the extra ``viz``.
        """
        figures = require("matplotlib.figure", extra="viz", what="DerivativeComparison.plot()")
        figure = figures.Figure(figsize=(7, 4.5), layout="constrained")
        axes = figure.subplots()
        for name, error in self.errors.items():
            axes.loglog(self.steps, np.maximum(error, 1e-17), label=name)
        reverse = next(way for way in self.ways if way.name == "reverse mode")
        axes.axhline(max(reverse.error, 1e-17), color="black", linestyle=":", label="reverse mode")
        axes.set_xlabel("step size")
        axes.set_ylabel("relative error of the derivative")
        axes.legend()
        if path is not None:
            figure.savefig(path)
        return figure


@settings_checked
def compare_derivatives(
    f: Callable[[Any], Any],
    x: Any,
    direction: Any = None,
    generator: GeneratorLike = 0,
) -> DerivativeComparison:
    """The derivative of ``f`` at ``x`` along a direction, by every method.

    Forward and central differences, five points, Richardson's extrapolation, the complex step,
    forward mode (two reverse passes) and reverse mode. Errors are relative to reverse mode, except
    its own, which is relative to the complex step, or to Richardson's where ``f`` takes no complex
    numbers.

    Parameters
    ----------
    f : callable
        Takes a tensor or an array, returns a single number (a tensor or an array of one element).
    x : array-like
        Where, in float64.
    direction : array-like, optional
        Of the shape of x; a random one of length 1 by default, 1 for a number.
    generator : Generator or int
        Draws the direction.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import compare_derivatives
    >>> result = compare_derivatives(lambda x: np.exp(x) / (1 + np.square(x)), 1.5)
    >>> {way.name: way.error < 1e-9 for way in result.ways}["reverse mode"]
    True
    """
    point = np.array(check_numbers("compare_derivatives", "x", x), dtype=np.float64)
    rng = get_generator(generator)
    if direction is None:
        drawn = np.asarray(rng.standard_normal(point.shape)) if point.ndim else np.ones(())
        u = drawn / np.linalg.norm(drawn)
    else:
        check_numbers("compare_derivatives", "direction", direction)
        u = np.array(direction, dtype=np.float64)
    if u.shape != point.shape:
        raise ValueError(
            f"compare_derivatives: the direction has shape {u.shape}, x has {point.shape}"
        )

    def line(t: Any) -> Any:
        return f(point + t * u)

    def at(method: str, step: float | None = None) -> Derivatives:
        return Derivatives(line, [tensor(np.zeros(()), requires_grad=True)], method, step)

    start = at("central")
    y = _one_number(start)
    reverse = float(start.rows(y, 0)[0, 0])
    # A step is relative to the size of x, as it is for differences along an axis.
    scale = max(1.0, float(np.max(np.abs(point), initial=0.0)))
    values: list[tuple[str, float, str]] = []
    runs = {"forward": "2", "central": "2", "five-point": "4"}
    for name, stencil in STENCILS.items():
        slope = at(name, stencil.step * scale).numerical(0, 0)[0, 0]
        values.append((f"{name} difference", float(slope), runs[name]))
    richardson = float(at("richardson").numerical(0, 0)[0, 0])
    values.append(("Richardson", richardson, "12"))
    judge = richardson
    complex_step = _complex(at("complex"))
    if complex_step is not None:
        values.append(("complex step", complex_step, "1"))
        judge = complex_step
    values.append(("forward mode", float(start.columns(0, 0)[0, 0]), "1, and 2 backward"))
    ways = [Way(name, value, _relative(value, reverse), count) for name, value, count in values]
    ways.append(Way("reverse mode", reverse, _relative(reverse, judge), "1, and 1 backward"))

    steps = np.logspace(-15, 0, 61)
    errors = {}
    for name in STENCILS:
        slopes = [at(name, h).numerical(0, 0)[0, 0] for h in steps.tolist()]
        errors[f"{name} difference"] = np.array([_relative(float(s), reverse) for s in slopes])
    return DerivativeComparison(ways, steps, errors)


def _one_number(start: Derivatives) -> Tensor:
    """The result of f, checked."""
    try:
        outputs = start.outputs()
    except CutGraphError:
        outputs = []
    if not outputs or not outputs[0].requires_grad:
        raise ValueError("compare_derivatives: the result of f does not depend on x as a tensor")
    if len(outputs) > 1 or outputs[0].size != 1:
        shape = outputs[0].value.shape
        raise ValueError(f"compare_derivatives: f must return one number, not shape {shape}")
    return outputs[0]


def _complex(at: Derivatives) -> float | None:
    """The complex step, or None where f is not made for complex numbers."""
    try:
        found = float(at.numerical(0, 0)[0, 0])
    except (TypeError, ValueError, IndexError):
        return None
    return found if math.isfinite(found) and found != 0.0 else None


def _relative(value: float, exact: float) -> float:
    return abs(value - exact) / abs(exact) if exact else abs(value - exact)
