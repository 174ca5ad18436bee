"""The functions that mean one thing in NumPy and another in PyTorch, as `spelling` decides.

Written out is PyTorch's meaning; NumPy's is the operation in the line above it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import check_numbers
from tinygrad_edu._checks import check_flag
from tinygrad_edu.compat.spelling import of_torch, spelled
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.ops._named import named

__all__ = [
    "add", "allclose", "argsort", "bincount", "div", "divide", "equal", "log_softmax", "logit",
    "max", "median", "min", "mul", "multiply", "nanmedian", "norm", "softmax", "sort", "std",
    "std_mean", "sub", "subtract", "true_divide", "var", "var_mean", "vector_norm", "where",
]  # fmt: skip


# ---- values and indices


def picked(name: str, input: Any, indices: Any, dim: int, keepdim: bool) -> Any:
    """The values at ``indices``, which keep the axis ``dim``, and the indices themselves."""
    if input.ndim == 0:
        return named(name, values=ops.positive(input), indices=ops.reshape(indices, shape=()))
    values = ops.take_along_axis(input, indices, axis=dim)
    if not keepdim:
        values, indices = np.squeeze(values, dim), np.squeeze(indices, dim)
    return named(name, values=values, indices=indices)


def _is_array(x: Any) -> bool:
    return isinstance(x, (Node, np.ndarray))


def _extremum(name: str, input: Any, dim: Any, keepdim: bool) -> Any:
    of, place, of_two = {
        "max": (ops.max, ops.argmax, ops.maximum), "min": (ops.min, ops.argmin, ops.minimum),
    }[name]  # fmt: skip
    if dim is None:
        return of(input, keepdims=keepdim)
    if _is_array(dim):
        return of_two(input, dim)
    return picked(name, input, place(input, axis=dim, keepdims=True), dim, keepdim)


@spelled(ops.max, "initial", "where", "dtype")
def max(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """Largest of all elements; with ``dim`` (values, indices); of two tensors the larger ones.

    With ``axis``, as in NumPy, the values alone.

    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[1.0, 3.0], [5.0, 4.0]])
    >>> tg.max(x), tg.max(x, 1).indices, tg.max(x, axis=1), tg.max(x, 2.0 * tg.ones(2))
    (tensor(5.), tensor([1, 0]), tensor([3., 5.]), tensor([[2., 3.],
            [5., 4.]]))
    """
    return _extremum("max", input, dim if other is None else other, keepdim)


@spelled(ops.min, "initial", "where", "dtype")
def min(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """Smallest of all elements; with ``dim`` (values, indices); of two tensors the smaller ones.

    With ``axis``, as in NumPy, the values alone.
    """
    return _extremum("min", input, dim if other is None else other, keepdim)


@spelled(ops.sort)
def sort(input: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    """(values, indices) in order along an axis, NaN as the largest; always stable.

    With ``axis``, as in NumPy, the values alone.

    >>> import tinygrad_edu as tg
    >>> values, indices = tg.sort(tg.tensor([3.0, 1.0, 2.0]))
    >>> values, indices
    (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """
    return ops.sort(input, axis=dim, descending=descending, return_indices=True)


@spelled(ops.argsort)
def argsort(input: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    """Indices that sort along an axis; always stable."""
    return ops.argsort(input, axis=dim, descending=descending)


def _median(name: str, input: Any, dim: Any, keepdim: bool) -> Any:
    """The lower median, of all that is no NaN for ``nanmedian``; NaN wins in ``median``."""
    array = np.asarray(value_of(input))
    if dim is None:
        flat = array.reshape(-1)
        middle = flat[_middle(name, flat, 0)]
        tied = np.isnan(array) if middle != middle else array == middle
        return ops.max(ops.where(tied, input, -np.inf if array.dtype.kind == "f" else middle))
    line = array if array.ndim else array.reshape(1)
    indices = np.expand_dims(_middle(name, line, dim), dim)
    wrapped = input.wrap(indices) if isinstance(input, Node) else indices
    return picked(name, input, wrapped, dim, keepdim)


def _middle(name: str, array: Any, dim: int) -> Any:
    """Where the lower median is along an axis, without the axis."""
    order = np.argsort(array, axis=dim, kind="stable")
    n = array.shape[dim]
    if n == 0:
        raise ValueError(f"{name}: no values along axis {dim} of shape {array.shape}")
    is_nan = np.isnan(array).sum(axis=dim)
    if name == "nanmedian":
        place = np.where(is_nan == n, 0, (n - is_nan - 1) // 2)
    else:
        place = np.where(is_nan > 0, n - is_nan, (n - 1) // 2)
    return np.squeeze(np.take_along_axis(order, np.expand_dims(place, dim), dim), dim)


@spelled(ops.median)
def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Lower of the two middle values; with ``dim`` (values, indices).

    With ``axis``, and in ``np.median``, the mean of the two, as in NumPy.

    >>> import numpy as np, tinygrad_edu as tg
    >>> x = tg.tensor([1.0, 2.0, 3.0, 4.0])
    >>> tg.median(x), np.median(x)
    (tensor(2.), tensor(2.5000))
    """
    return _median("median", input, dim, keepdim)


@spelled(ops.nanmedian)
def nanmedian(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """`median` of what is not NaN."""
    return _median("nanmedian", input, dim, keepdim)


# ---- moments: n - 1


def _degrees(name: str, dim: Any, unbiased: bool | None, correction: Any) -> tuple[Any, float]:
    """The axes and the correction of ``var(False)``, ``var(0, unbiased=False)`` and so on."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise TypeError(f"{name}: give unbiased or correction, not both")
    if correction is None:
        correction = 1 if unbiased is None else int(check_flag(name, "unbiased", unbiased))
    return dim, correction


def _moment(of: Any) -> Any:
    name = of.__name__

    def moment(
        input: Any,
        dim: Any = None,
        unbiased: bool | None = None,
        keepdim: bool = False,
        *,
        correction: Any = None,
    ) -> Any:
        dim, degrees = _degrees(name, dim, unbiased, correction)
        return of(input, axis=_axes(dim), ddof=degrees, keepdims=keepdim)

    moment.__name__ = moment.__qualname__ = name
    moment.__doc__ = (
        f"As `ops.{name}` but divided by n - 1; ``correction=0`` or ``unbiased=False`` give n.\n\n"
        "    With ``axis`` or ``ddof``, as in NumPy, it is divided by n - ddof, ddof 0 by default."
    )
    return spelled(of, "dtype", "where", "mean")(moment)


def _axes(dim: Any) -> Any:
    """PyTorch's empty list of axes means all."""
    return tuple(dim) or None if isinstance(dim, (list, tuple)) else dim


var, std, var_mean, std_mean = map(_moment, (ops.var, ops.std, ops.var_mean, ops.std_mean))


# ---- norms


@spelled(ops.norm)
def norm(
    input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Any:
    """Norm of all elements, or along ``dim``: the length, or of order ``p``; "nuc" of a matrix.

    With ``ord`` or ``axis``, as in NumPy, a norm of a matrix where there are two axes.

    >>> import numpy as np, tinygrad_edu as tg
    >>> w = tg.tensor([[1.0, -2.0], [3.0, 4.0]])
    >>> w.norm(1), np.linalg.norm(w, 1)
    (tensor(10.), tensor(6.))
    """
    if dtype is not None:
        input = ops.astype(input, dtype=np.dtype(dtype))
    dim = _axes(dim)
    if p == "nuc":
        return ops.matrix_norm(input, "nuc", dim or (-2, -1), keepdim)
    order = 2 if p in ("fro", None) else p
    return ops.vector_norm(input, ord=order, axis=dim, keepdims=keepdim)


@spelled(ops.vector_norm)
def vector_norm(
    x: Any, ord: float = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Norm of order ``ord`` of all elements, or along axes: see `ops.vector_norm`."""
    if dtype is not None:
        x = ops.astype(x, dtype=np.dtype(dtype))
    return ops.vector_norm(x, ord=ord, axis=_axes(dim), keepdims=keepdim)


# ---- arithmetic with a factor


def add(input: Any, other: Any, *, alpha: float = 1, out: Any = None) -> Any:
    """Sum.  y = input + alpha other."""
    y = ops.add(input, other if alpha == 1 else ops.multiply(other, alpha))
    return y if out is None else out.copy_(y)


def sub(input: Any, other: Any, *, alpha: float = 1, out: Any = None) -> Any:
    """Difference.  y = input - alpha other."""
    y = ops.subtract(input, other if alpha == 1 else ops.multiply(other, alpha))
    return y if out is None else out.copy_(y)


def mul(input: Any, other: Any, *, out: Any = None) -> Any:
    """Product.  y = input other."""
    y = ops.multiply(input, other)
    return y if out is None else out.copy_(y)


def div(input: Any, other: Any, *, rounding_mode: str | None = None, out: Any = None) -> Any:
    """Quotient, rounded down for ``rounding_mode="floor"`` and towards 0 for ``"trunc"``.

    >>> import tinygrad_edu as tg
    >>> tg.div(tg.tensor([-7, 7]), 2, rounding_mode="trunc")
    tensor([-3, 3])
    """
    if rounding_mode is None:
        y = ops.divide(input, other)
    elif rounding_mode == "floor":
        y = ops.floor_divide(input, other)
    elif rounding_mode == "trunc":
        y = _truncated(input, other)
    else:
        raise ValueError(
            f"div: rounding_mode must be None, 'floor' or 'trunc', received {rounding_mode!r}"
        )
    return y if out is None else out.copy_(y)


def _truncated(input: Any, other: Any) -> Any:
    kinds = {np.asarray(value_of(x)).dtype.kind for x in (input, other)}
    if "f" in kinds:
        return ops.trunc(ops.divide(input, other))
    return ops.floor_divide(input - ops.fmod(input, other), other)


divide = true_divide = div
multiply, subtract = mul, sub


# ---- choice


@spelled(ops.where, "x", "y")
def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """``input`` where the condition holds, else ``other``; of a condition alone, where it holds.

    >>> import tinygrad_edu as tg
    >>> tg.where(tg.tensor([0, 1, 1]) > 0)
    (tensor([1, 2]),)
    """
    if input is None and other is None:
        return ops.nonzero(condition, as_tuple=True)
    return ops.where(condition, input, other)


@of_torch
def equal(input: Any, other: Any) -> bool:
    """Whether two tensors have the same shape and the same values; elementwise it is `eq`.

    >>> import tinygrad_edu as tg
    >>> tg.equal(tg.ones(2), tg.ones(2)), tg.equal(tg.ones(1), tg.ones(1, 1))
    (True, False)
    """
    first, second = (
        np.asarray(value_of(check_numbers("equal", "other", x))) for x in (input, other)
    )
    return np.array_equal(first, second)


@of_torch
def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """How often each number 0, 1, 2, ... occurs, or the sum of its ``weights``, in their dtype."""
    y = ops.bincount(input, weights, minlength)
    if weights is None or np.asarray(value_of(weights)).dtype != np.float32:
        return y
    return ops.astype(y, dtype=np.dtype(np.float32))


@spelled(ops.allclose)
def allclose(
    input: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> bool:
    """Whether all elements of two tensors are near each other."""
    near = ops.allclose(input, other, rtol=rtol, atol=atol, equal_nan=equal_nan)
    return bool(value_of(near))


# ---- with settings that NumPy's meaning lacks


@of_torch
def logit(input: Any, eps: float | None = None) -> Any:
    """Inverse of `sigmoid`.  y = ln(x / (1 - x)), of x limited to [eps, 1 - eps]."""
    return ops.logit(input if eps is None else ops.clip(input, eps, 1.0 - eps))


@spelled(ops.softmax)
def softmax(input: Any, dim: int, dtype: Any = None) -> Any:
    """Exponentials along an axis, divided by their sum."""
    return ops.softmax(_cast(input, dtype), axis=dim)


@spelled(ops.log_softmax)
def log_softmax(input: Any, dim: int, dtype: Any = None) -> Any:
    """Logarithm of `softmax`."""
    return ops.log_softmax(_cast(input, dtype), axis=dim)


def _cast(x: Any, dtype: Any) -> Any:
    return x if dtype is None else ops.astype(x, dtype=np.dtype(dtype))
