"""Causes that explain a whole Jacobian: a scale, an order of its entries, a missing sum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.testing.causes_places import wrong_at_zero
from tinygrad_edu.testing.causes_terms import eps
from tinygrad_edu.testing.pair import Pair

__all__ = ["NOTHING", "WHOLE"]


def _not_finite(p: Pair) -> str | None:
    if np.isfinite(p.analytical).all() or not np.isfinite(p.numerical).all():
        return None
    bad = ~np.isfinite(p.analytical).all(axis=0)
    where = ", exactly where the input is 0," if (bad == (p.x.reshape(-1) == 0)).all() else ""
    return (
        f"the gradient is NaN or infinite{where} where the function is smooth: 0 · ∞ or 0 / 0 in "
        "backward (tg.detect_anomaly names the operation)"
    )


def _zero(p: Pair) -> str | None:
    if p.analytical.any():
        return None
    return (
        "the gradient is zero: was the graph cut, by .data, .detach(), .numpy(), no_grad, or a "
        "backward that returns zeros?"
    )


def _scaled(p: Pair) -> str | None:
    largest = np.unravel_index(int(np.argmax(np.abs(p.numerical))), p.numerical.shape)
    if p.numerical[largest] == 0:
        return None
    ratio = float(p.analytical[largest] / p.numerical[largest])
    if ratio == 0 or not np.isfinite(ratio):
        return None
    if not p.agree(p.analytical / ratio, p.numerical):
        return None
    for ratios in (_named_ratios, _ratios_of_sizes):
        near = [words for n, words in ratios(p) if abs(ratio / n - 1) < max(10 * p.rtol, 1e-5)]
        if near:
            return "; or ".join(dict.fromkeys(near))
    times = f"{ratio:.6g}" if abs(ratio - 1) > 5e-6 else f"1 {ratio - 1:+.1e}"
    words = (
        f"the gradient is {times} times too large everywhere: a factor is wrong or missing, as the "
        "inner derivative of a chain rule"
    )
    added = eps(p)
    return f"{added}; or {words}" if added else words


def _named_ratios(p: Pair) -> Iterator[tuple[float, str]]:
    yield -1.0, "the sign is wrong everywhere"
    yield 2.0, "the gradient is twice too large: a factor 2, or added twice"
    yield (
        0.5,
        "the gradient is half of what it should be: a factor 2 or one of two paths is missing",
    )
    for n, what in _sizes(p).items():
        mean = f"(n = {n}, {what}): mean and sum are confused"
        yield float(n), f"the gradient is n times too large {mean}"
        yield 1.0 / n, f"the gradient is n times too small {mean}"


def _ratios_of_sizes(p: Pair) -> Iterator[tuple[float, str]]:
    sizes = _sizes(p)
    for n, what in sizes.items():
        for m, instead in sizes.items():
            if n != m:
                yield m / n, f"the gradient is divided by {n} ({what}) in place of {m} ({instead})"


def _sizes(p: Pair) -> dict[int, str]:
    """The sizes that a sum can be divided by, with their names."""
    sizes = {n: f"axis {k} of the input" for k, n in reversed(list(enumerate(p.x.shape)))}
    sizes |= {n: f"axis {k} of the output" for k, n in reversed(list(enumerate(p.y_shape)))}
    sizes |= {p.numerical.shape[0]: "the output's size", p.x.size: "the input's size"}
    return {n: what for n, what in sizes.items() if n > 1}


def _transposed(p: Pair) -> str | None:
    rows, columns = p.numerical.shape
    if rows == columns and p.agree(p.analytical.T, p.numerical):
        return "the Jacobian is transposed: forgot .T in backward (g @ W where g @ W.T is meant?)"
    if p.x.ndim >= 2:
        shape = (rows, *p.x.shape)
        swapped = np.swapaxes(p.analytical.reshape(shape), -1, -2)
        if swapped.shape == shape and p.agree(swapped, p.numerical.reshape(shape)):
            return (
                "the gradient is transposed: its last two axes are exchanged, forgot .T, or "
                "took the wrong axis?"
            )
    return None


def _reversed(p: Pair) -> str | None:
    shape = (p.numerical.shape[0], *p.x.shape)
    for axis in range(p.x.ndim):
        if p.agree(np.flip(p.analytical.reshape(shape), axis + 1), p.numerical.reshape(shape)):
            return f"the gradient is reversed along axis {axis}"
    return None


def _diagonal_only(p: Pair) -> str | None:
    rows, columns = p.numerical.shape
    if rows != columns or rows == 1:
        return None
    off = ~np.eye(rows, dtype=bool)
    if p.analytical[off].any() or not p.agree(np.diag(p.analytical), np.diag(p.numerical)):
        return None
    return (
        "only the diagonal of the Jacobian is there: each output depends on the other inputs too "
        "(through a sum, a mean or a maximum)"
    )


def _not_summed(p: Pair) -> str | None:
    """Right for one slice of the output, zero for the others: one of the copies was read."""
    shape = (*p.y_shape, p.x.size)
    analytical, numerical = p.analytical.reshape(shape), p.numerical.reshape(shape)
    for axis, n in enumerate(p.y_shape):
        if n < 2:
            continue
        for place in (0, n - 1):
            rest = np.delete(analytical, place, axis)
            kept = np.take(analytical, place, axis)
            if not rest.any() and p.agree(kept, np.take(numerical, place, axis)):
                return f"not summed over broadcast axis {axis} of the output: one slice is used"
    return None


def _shifted(p: Pair) -> str | None:
    """Right where the gradient is moved by one place along an axis of the input or the output."""
    shape = (*p.y_shape, *p.x.shape)
    analytical, numerical = p.analytical.reshape(shape), p.numerical.reshape(shape)
    names = [f"axis {k} of the output" for k in range(len(p.y_shape))]
    names += [f"axis {k} of the input" for k in range(p.x.ndim)]
    for axis, n in enumerate(shape):
        early = np.arange(n - 1)
        for by, here, there in ((1, early + 1, early), (-1, early, early + 1)):
            got, expected = np.take(analytical, here, axis), np.take(numerical, there, axis)
            if n > 2 and got.any() and p.agree(got, expected):
                return (
                    f"the gradient is moved by {by:+d} along {names[axis]}: an index is off by one"
                )
    return None


def _swapped(p: Pair) -> str | None:
    for name, numerical in p.swapped.items():
        if p.agree(p.analytical, numerical()):
            return f"this is the gradient by {name}: the gradients of two inputs are swapped"
    return None


def _wrong_axis(p: Pair) -> str | None:
    """Outputs depend on inputs along one axis, and backward's gradients run along another."""
    if p.x.ndim < 2 or p.x.shape != p.y_shape:
        return None
    along, got = _coupled_axes(p, p.numerical), _coupled_axes(p, p.analytical)
    if along == got or not along or not got:
        return None
    return (
        f"outputs depend on inputs along axis {_axes(along)}, and backward's gradients run along "
        f"axis {_axes(got)}: the axis is wrong"
    )


def _coupled_axes(p: Pair, jacobian: Array) -> tuple[int, ...]:
    """The axes along which entries of the output depend on other entries of the input."""
    used = ~p.entries_agree(jacobian, np.zeros_like(jacobian))
    rows, columns = (np.array(np.unravel_index(at, p.x.shape)) for at in np.nonzero(used))
    return tuple(int(axis) for axis in np.flatnonzero((rows != columns).any(axis=1)))


def _axes(axes: tuple[int, ...]) -> str:
    return " and ".join(map(str, axes))


#: Without numbers that could be compared, nothing else is looked at.
NOTHING = (_not_finite, wrong_at_zero, _zero)
WHOLE = (
    _scaled, _swapped, _transposed, _reversed, _shifted, _wrong_axis, _diagonal_only, _not_summed,
)  # fmt: skip
