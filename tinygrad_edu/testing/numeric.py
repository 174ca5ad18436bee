"""Numerical derivatives: what a gradient is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu._checked import check_numbers, settings_checked
from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import Array

__all__ = ["numerical_jacobian"]


class Stencil(NamedTuple):
    """A difference formula: ``f'(x) ≈ Σ weight · f(x + offset · h) / h``."""

    step: float  # h that balances truncation, O(h^order), against rounding, O(1e-16 / h)
    order: int
    terms: tuple[tuple[float, float], ...]  # (offset, weight)


#: The difference formulas by name.
STENCILS = {
    "forward": Stencil(1.5e-8, 1, ((0.0, -1.0), (1.0, 1.0))),
    "central": Stencil(1e-6, 2, ((-1.0, -1 / 2), (1.0, 1 / 2))),
    "five-point": Stencil(
        1e-4, 4, ((-2.0, 1 / 12), (-1.0, -8 / 12), (1.0, 8 / 12), (2.0, -1 / 12))
    ),
}
#: Every method of `numerical_jacobian`.
METHODS = (*STENCILS, "richardson", "complex")

_COMPLEX_STEP = 1e-30
_RICHARDSON_STEP, _RICHARDSON_ROWS = 1e-2, 6


@settings_checked
def numerical_jacobian(
    function: Callable[[Array], Any],
    x: Array,
    method: str = "five-point",
    step: float | None = None,
) -> Array:
    """Jacobian of ``function`` at ``x`` without a rule of differentiation, shape (y.size, x.size).

    Parameters
    ----------
    function : callable
        Takes an array like ``x`` and returns an array.
    x : array of floats
        Where; left unchanged.
    method : str
        ``"forward"``, ``"central"`` or ``"five-point"`` differences; ``"richardson"``, which
        extrapolates central differences of shrinking step to step 0 (Ridders, 1982); ``"complex"``,
        ``Im f(x + ih) / h``, exact to the last digits for a function that is analytic and takes
        complex arrays (Squire and Trapp, 1998).
    step : float, optional
        h, relative to max(1, |x|); by default the one that suits the method.

    Raises
    ------
    ValueError
        For an unknown method.

    Examples
    --------
    >>> import numpy as np
    >>> from tinygrad_edu.testing import numerical_jacobian
    >>> numerical_jacobian(lambda x: x**2, np.array([1.0, 3.0])).round(9)
    array([[2., 0.], [0., 6.]])
    """
    check_choice("numerical_jacobian", "method", method, METHODS)
    x = np.asarray(check_numbers("numerical_jacobian", "x", x))
    work = np.array(x, dtype=complex if method == "complex" else x.dtype)
    flat = work.reshape(-1)

    def moved(entry: int, by: float | complex) -> Array:
        """F with one entry of x moved, as a vector of its own memory."""
        kept = flat[entry]
        flat[entry] = kept + by
        y = np.array(function(work)).reshape(-1)
        flat[entry] = kept
        return y

    if flat.size == 0:
        return np.zeros((np.asarray(function(work)).size, 0))
    columns = []
    for entry in range(flat.size):
        size = max(1.0, abs(float(flat[entry].real)))
        if method == "complex":
            h = step or _COMPLEX_STEP
            columns.append(moved(entry, 1j * h).imag / h)
        elif method == "richardson":
            columns.append(_ridders(lambda h, e=entry: moved(e, h), size, step))  # type: ignore[misc]  # a default argument binds the loop variable
        else:
            stencil = STENCILS[method]
            h = _representable(float(flat[entry]), (step or stencil.step) * size)
            parts = [weight * moved(entry, offset * h) for offset, weight in stencil.terms]
            columns.append(np.sum(parts, axis=0) / h)
    return np.stack(columns, axis=-1)


def _representable(x: float, h: float) -> float:
    """A step near h that is the exact difference of two floats, x + h and x."""
    return (x + h) - x


def _ridders(moved: Callable[[float], Array], size: float, step: float | None) -> Array:
    """Extrapolate central differences to step 0; keep, entrywise, the estimate that moved least."""
    h = (step or _RICHARDSON_STEP) * size
    previous: list[Array] = []
    best = error = np.zeros(())
    for row in range(_RICHARDSON_ROWS):
        current = [(moved(h) - moved(-h)) / (2 * h)]
        for k, finer in enumerate(previous, start=1):
            current.append(current[-1] + (current[-1] - finer) / (4.0**k - 1))
        if row == 0:
            best, error = current[0], np.full_like(current[0], np.inf)
        for k in range(1, len(current)):
            change = np.maximum(abs(current[k] - current[k - 1]), abs(current[k] - previous[k - 1]))
            best, error = np.where(change < error, current[k], best), np.minimum(change, error)
        previous, h = current, h / 2
    return best
