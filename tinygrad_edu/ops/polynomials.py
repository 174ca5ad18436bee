"""Polynomials, given by their coefficients, and what multiplies them: convolutions in one axis.

Convolutions of images are in `convolution`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count, check_flag
from tinygrad_edu.engine import primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of

__all__ = ["convolve", "correlate", "polyval", "vander"]


@composite(numpy=np.polyval)
def polyval(p: Any, x: Any) -> Any:
    """Value of a polynomial at x of any shape, by Horner's rule.  y = p_0 xⁿ + … + p_(n-1) x + p_n.

    >>> import tinygrad_edu as tg
    >>> tg.polyval([1.0, 0.0, -2.0], tg.tensor([2.0, 3.0]))
    tensor([2., 7.])
    """
    p, x = arrays_of([p, x])
    if p.ndim != 1:
        raise ValueError(f"polyval: p must have one axis, received shape {p.shape}")
    y = np.where(False, x, x.dtype.type(0))
    for k in range(p.shape[0]):
        y = y * x + p[k]
    return y


@composite(numpy=np.vander)
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """Powers of each element in a row, the highest first.  y_ij = x_i^(N-1-j), (n,) to (n, N).

    N is n by default; ``increasing`` puts the power 0 first.

    >>> import tinygrad_edu as tg
    >>> tg.vander(tg.tensor([2.0, 3.0]), 3)
    tensor([[4., 2., 1.],
            [9., 3., 1.]])
    """
    (x,) = arrays_of([x])
    if x.ndim != 1:
        raise ValueError(f"vander: needs one axis, received shape {tuple(x.shape)}")
    count = x.shape[0] if N is None else check_count("vander", "N", N, at_least=0)
    if x.dtype.kind in "iub":
        x = x.astype(np.promote_types(x.dtype, int))
    powers = np.arange(count) if check_flag("vander", "increasing", increasing) else None
    powers = np.arange(count)[::-1] if powers is None else powers
    return np.expand_dims(x, 1) ** powers.astype(x.dtype)


# ---- convolution


def _middle(g: Any, other: Any, size: int) -> Any:
    """What a factor of ``size`` gets of ȳ through the other one: their correlation."""
    start = other.shape[0] - 1
    return convolve_full(g, np.flip(other, 0))[start : start + size]


@primitive(
    lambda g, y, a, v: _middle(g, v, a.shape[0]),
    lambda g, y, a, v: _middle(g, a, v.shape[0]),
    wide=True,
)
def convolve_full(a, v):
    """All terms of `convolve`, the function to call."""
    return np.convolve(a, v)


@composite(numpy=np.convolve)
def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """Product of two polynomials, or a with each element spread by v.  y_k = Σ_i a_i v_(k-i).

    a (n,), v (m,). ``mode="full"`` gives all n + m - 1 terms, ``"same"`` the max(n, m) in the
    middle, ``"valid"`` those where the shorter one lies inside of the longer one.

    >>> import tinygrad_edu as tg
    >>> tg.convolve(tg.tensor([1.0, 2.0, 3.0]), [1.0, 1.0])
    tensor([1., 3., 5., 3.])
    """
    a, v = _vectors("convolve", a, v)
    short, long = sorted((a.shape[0], v.shape[0]))
    return _cut(convolve_full(a, v), short, long, mode, "convolve", (short - 1) // 2)


@composite(numpy=np.correlate)
def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """Sums of products of a with v, moved along it.  y_k = Σ_i a_(i+k) v_i.

    The modes are those of `convolve`. This is what a layer of a net calls a convolution.

    >>> import tinygrad_edu as tg
    >>> tg.correlate(tg.tensor([1.0, 2.0, 3.0]), [0.0, 1.0])
    tensor([2., 3.])
    """
    a, v = _vectors("correlate", a, v)
    n, m = a.shape[0], v.shape[0]
    short, long = sorted((n, m))
    start = (short - 1) // 2 if n >= m else short // 2
    return _cut(convolve_full(a, np.flip(v, 0)), short, long, mode, "correlate", start)


def _vectors(name: str, a: Any, v: Any) -> list[Any]:
    both = arrays_of([a, v])
    if any(x.ndim != 1 or not x.shape[0] for x in both):
        raise ValueError(
            f"{name}: a and v must have one axis that is not empty, received shapes "
            f"{both[0].shape} and {both[1].shape}"
        )
    return both


def _cut(y: Any, short: int, long: int, mode: str, name: str, start: int) -> Any:
    """The terms that ``mode`` asks for; those of ``"same"`` begin at ``start``."""
    check_choice(name, "mode", mode, ("full", "same", "valid"))
    if mode == "full":
        return y
    return y[start : start + long] if mode == "same" else y[short - 1 : long]
