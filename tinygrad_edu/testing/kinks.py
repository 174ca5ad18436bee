"""Points without a derivative: how to recognise one from values alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tinygrad_edu.engine import Array, Node, inputs_of

__all__ = ["Kink", "find_kink", "kinked_operations"]


class Kink(NamedTuple):
    """Entries of a result that have a kink, a jump or an edge nearby, and words for the worst."""

    entries: Array
    text: str


def find_kink(along: Callable[[float], Array], step: float, operations: str = "") -> Kink | None:
    """A kink or jump of ``along`` within a step of 0; None where it is smooth.

    ``operations`` names those that may be to blame.

    On both sides of a kink the function is nearly straight, with two slopes; the two lines meet at
    the kink. Curvature turns a slope too, but by four times as much over four times the distance.
    """
    of = f" of {operations}" if operations else ""
    with np.errstate(invalid="ignore"):
        left, right, rise, value = _sides(along, step)
        turned = np.abs(right - left)
        wide_left, wide_right, _, _ = _sides(along, 4 * step)
        wide_turned = np.abs(wide_right - wide_left)
    edge = ~(np.isfinite(turned) & np.isfinite(wide_turned))
    if edge.any():
        return Kink(edge, "next to a point where the function is not finite")
    steepest = np.maximum(np.abs(left), np.abs(right))
    jump = rise > 20 * steepest * step + 1e-9 * np.abs(value)
    if jump.any():
        return Kink(jump, f"at a jump{of}")
    rounding = 1e-13 * np.abs(value) / step
    kinks = (turned > 1e-2 * steepest + rounding) & (wide_turned < 2 * turned)
    if not kinks.any():
        return None
    entry = int(np.argmax(np.where(kinks, turned, -1.0)))
    before, after = along(-step).reshape(-1)[entry], along(step).reshape(-1)[entry]
    meet = after - before - step * (left[entry] + right[entry])
    distance = abs(float(meet / (left[entry] - right[entry])))
    return Kink(
        kinks,
        f"{distance:.1e} from a kink{of}, where the slope turns from {left[entry]:.6g} to "
        f"{right[entry]:.6g}: there is no derivative to compare with; move the input away from it",
    )


def _sides(along: Callable[[float], Array], step: float) -> tuple[Array, Array, Array, Array]:
    """Slopes left and right of 0, outside of one step; the rise between; the values at 0."""
    at = {k: along(k * step).reshape(-1) for k in (-3, -1, 0, 1, 3)}
    left, right = (at[-1] - at[-3]) / (2 * step), (at[3] - at[1]) / (2 * step)
    return left, right, np.abs(at[1] - at[-1]), at[0]


def kinked_operations(result: Node) -> str:
    """The operations behind a result that have kinks, by name, separated by commas."""
    names, seen, stack = set(), {result.index}, [result]
    while stack:
        node = stack.pop()
        if node.op is not None and node.op.kinks:
            names.add(node.op.name)
        for arg in inputs_of(node):
            if isinstance(arg, Node) and arg.index not in seen:
                seen.add(arg.index)
                stack.append(arg)
    return ", ".join(sorted(names))
