"""Weighted means, quantiles and covariances."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from tinygrad_edu.engine import value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.indexing import take_along_axis
from tinygrad_edu.ops.reduction import as_lines, count, mean, reduced_axes

__all__ = [
    "average", "corrcoef", "cov", "nanmedian", "nanpercentile", "nanquantile", "percentile",
    "quantile",
]  # fmt: skip


def _floats(x: Any) -> Any:
    """``x``, a list too, as an array or a tensor of floats."""
    (x,) = arrays_of([x])
    return x if x.dtype.kind == "f" else x.astype(float)


# ---- means


@composite(numpy=np.average)
@rounded_once
def average(
    x: Any, axis: Any = None, weights: Any = None, returned: bool = False, keepdims: bool = False
) -> Any:
    """Weighted mean over axes.  y = Σ w x / Σ w; both x and w have a gradient.

    ``weights`` have the shape of x, or that of the axes alone. With ``returned``, ``(y, Σ w)``.

    Raises
    ------
    ValueError
        For weights of another shape.
    ZeroDivisionError
        Where the weights add up to 0, as in NumPy.

    >>> import tinygrad_edu as tg
    >>> tg.average(tg.tensor([1.0, 2.0, 4.0]), weights=[1, 1, 2])
    tensor(2.75)
    """
    (x,) = arrays_of([x])
    if weights is None:
        y = mean(x, axis=axis, keepdims=keepdims)
        total = np.full(y.shape, count(x, axis), y.dtype)
    else:
        weights = _broadcast_weights(arrays_of([x, weights])[1], x, axis)
        total = np.sum(weights, axis=axis, keepdims=keepdims)
        if not np.all(value_of(total)):
            raise ZeroDivisionError("average: the weights add up to 0")
        y = np.sum(x * weights, axis=axis, keepdims=keepdims) / total
    return (y, np.broadcast_to(total, y.shape).astype(y.dtype)) if returned else y


def _broadcast_weights(weights: Any, x: Any, axis: Any) -> Any:
    """The weights in the shape of ``x``; those of some axes are repeated along the others."""
    if weights.shape == x.shape:
        return weights
    axes = reduced_axes(x, axis)
    if axis is None or weights.shape != tuple(x.shape[a] for a in axes):
        raise ValueError(
            f"average: weights of shape {tuple(weights.shape)} fit neither x of shape "
            f"{tuple(x.shape)} nor its axis {axis}"
        )
    order = tuple(int(k) for k in np.argsort(axes))
    kept = tuple(n if a in axes else 1 for a, n in enumerate(x.shape))
    return np.broadcast_to(np.transpose(weights, order).reshape(kept), x.shape)


# ---- quantiles


def _places(name: str, n: int, q: Any, method: Any) -> Any:
    """Where in n ordered values the quantiles lie: NumPy's quantiles of 0, 1, ..., n - 1."""
    try:
        return np.quantile(np.arange(float(n)), q, method=method)
    except ValueError as error:
        raise ValueError(f"{name}: {error}; received q={q} and method={method!r}") from None


def _quantile(
    name: str, x: Any, q: Any, axis: Any, keepdims: bool, method: str, skip_nan: bool
) -> Any:
    x, q = _floats(x), np.asarray(value_of(q), float)
    lines = as_lines(x, axis)
    values = value_of(lines)
    n = values.shape[-1]
    if n == 0:
        raise ValueError(f"{name}: no values along axis {axis} of shape {tuple(x.shape)}")
    order = np.argsort(values, axis=-1, kind="stable")  # NaN comes last
    numbers = np.sum(~np.isnan(values), axis=-1)
    places = np.full((*numbers.shape, q.size), n - 1.0)  # that of a NaN, if there is one
    for m in np.unique(numbers) if skip_nan else [n]:
        if m:
            places[numbers == m] = _places(name, int(m), q.reshape(-1), method)
    below = np.floor(places)
    part = (places - below).astype(x.dtype)
    low, high = (
        take_along_axis(lines, np.take_along_axis(order, at.astype(int), -1), -1)
        for at in (below, np.ceil(places))
    )
    with np.errstate(all="ignore"):
        step = high - low
        near = np.where(part < 0.5, low + step * part, high - step * (1.0 - part))
    y = np.moveaxis(np.where(part == 0, low, near), -1, 0)
    axes = reduced_axes(x, axis)
    kept = tuple(1 if a in axes else k for a, k in enumerate(x.shape)) if keepdims else y.shape[1:]
    return y.reshape(q.shape + kept)


@composite(numpy=np.quantile)
def quantile(
    x: Any, q: Any, axis: Any = None, keepdims: bool = False, *, method: str = "linear"
) -> Any:
    """The value that a share q of the values over axes lies below, q in [0, 1]; no gradient for q.

    y lies between two neighbours in order, which share the gradient; ``method`` is one of NumPy's.
    For an array q, the axes of q come first. A NaN makes the result NaN. Hyndman & Fan 1996.

    >>> import tinygrad_edu as tg
    >>> tg.quantile(tg.tensor([1.0, 2.0, 4.0]), 0.75)
    tensor(3.)
    """
    return _quantile("quantile", x, q, axis, keepdims, method, skip_nan=False)


@composite(numpy=np.percentile)
def percentile(
    x: Any, q: Any, axis: Any = None, keepdims: bool = False, *, method: str = "linear"
) -> Any:
    """`quantile` for q in percent, in [0, 100]."""
    return _quantile("percentile", x, _share(q), axis, keepdims, method, skip_nan=False)


@composite(numpy=np.nanquantile)
def nanquantile(
    x: Any, q: Any, axis: Any = None, keepdims: bool = False, *, method: str = "linear"
) -> Any:
    """`quantile` of the numbers alone; NaN where there is none."""
    return _quantile("nanquantile", x, q, axis, keepdims, method, skip_nan=True)


@composite(numpy=np.nanpercentile)
def nanpercentile(
    x: Any, q: Any, axis: Any = None, keepdims: bool = False, *, method: str = "linear"
) -> Any:
    """`nanquantile` for q in percent, in [0, 100]."""
    return _quantile("nanpercentile", x, _share(q), axis, keepdims, method, skip_nan=True)


def _share(q: Any) -> Any:
    return np.true_divide(value_of(q), 100.0)


@composite(numpy=np.nanmedian)
def nanmedian(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """`median` of the numbers alone, as in NumPy; NaN where there is none.

    PyTorch takes the lower of two middle values.
    """
    return _quantile("nanmedian", x, 0.5, axis, keepdims, "linear", skip_nan=True)


# ---- covariances


def _rows(m: Any, rowvar: bool) -> Any:
    """One row for each variable, one column for each observation."""
    m = _floats(m)
    if m.ndim > 2:
        raise ValueError(f"cov: an array has at most two axes, received shape {m.shape}")
    if m.ndim == 2 and not rowvar and m.shape[0] != 1:
        m = m.T
    return m if m.ndim == 2 else m.reshape((1, -1))


@composite(numpy=np.cov)
@rounded_once
def cov(
    x: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: float | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    """Covariance matrix of the rows of x.  C = Σ (x - mean)(x - mean)ᵀ / (n - ddof).

    x is (variables, observations), or transposed without ``rowvar``; ``y`` holds further variables.
    ``ddof`` is 1, or 0 with ``bias``. An observation counts ``fweights`` times and has the weight
    ``aweights``. PyTorch's ``correction`` is ``ddof``.

    >>> import tinygrad_edu as tg
    >>> tg.cov(tg.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]))
    tensor([[1., 2.],
            [2., 4.]])
    """
    x = _rows(x, rowvar) if y is None else np.concatenate([_rows(x, rowvar), _rows(y, rowvar)])
    x = x if dtype is None else x.astype(dtype)
    ddof = (0 if bias else 1) if ddof is None else ddof
    weights = _weights_of_observations(fweights, aweights, x)
    if weights is None:
        n = x.shape[1] - ddof
        centered = weighted = x - mean(x, axis=1, keepdims=True)
    else:
        total = np.sum(weights)
        n = total - (ddof if aweights is None else ddof * np.sum(weights * aweights) / total)
        centered = x - np.sum(x * weights, axis=1, keepdims=True) / total
        weighted = centered * weights
    if value_of(n) <= 0:
        text = f"cov: {x.shape[1]} observations and ddof={ddof:g} leave nothing to divide by"
        warnings.warn(text, RuntimeWarning, stacklevel=4)
        n = 0.0
    with np.errstate(all="ignore"):
        return np.squeeze((weighted @ centered.T) / n)


def _weights_of_observations(fweights: Any, aweights: Any, x: Any) -> Any:
    """How much each observation counts, in the dtype of ``x``; None where each counts once."""
    weights = None
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is None:
            continue
        (given,) = arrays_of([given])
        if given.shape != (x.shape[1],) or (value_of(given) < 0).any():
            raise ValueError(
                f"cov: {name} must be {x.shape[1]} numbers >= 0, received shape {given.shape}"
            )
        if name == "fweights" and given.dtype.kind not in "iu":
            raise TypeError(f"cov: fweights must be integers, received {given.dtype}")
        given = given if given.dtype == x.dtype else given.astype(x.dtype)
        weights = given if weights is None else weights * given
    return weights


@composite(numpy=np.corrcoef)
@rounded_once
def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    """Correlation coefficients of the rows of x.  R_ij = C_ij / √(C_ii C_jj), C from `cov`.

    x is (variables, observations), or transposed without ``rowvar``; ``y`` holds further variables.
    """
    c = cov(x, y, rowvar, dtype=dtype)
    with np.errstate(all="ignore"):
        if c.ndim == 0:
            return c / c
        s = np.sqrt(np.diagonal(c))
        return np.clip(c / s[:, None] / s[None, :], -1.0, 1.0)
