"""The functions of axes and matrices that mean one thing in NumPy and another in PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.compat.spelling import spelled
from tinygrad_edu.engine import value_of
from tinygrad_edu.ops._named import named

__all__ = [
    "cross", "flip", "gradient", "meshgrid", "nanquantile", "permute", "qr", "quantile", "roll",
    "rot90", "split", "squeeze", "svd", "tensordot", "tile", "transpose",
]  # fmt: skip


# ---- parts and places


@spelled(ops.split)
def split(
    tensor: Any, split_size_or_sections: Any = None, dim: int = 0, *, split_size: Any = None
) -> Any:
    """Parts of a size, the last one maybe smaller, or of several sizes, along an axis.

    With ``indices_or_sections`` or ``axis``, as in NumPy, so many equal parts.

    >>> import numpy as np, tinygrad_edu as tg
    >>> x = tg.arange(6)
    >>> tg.split(x, 4), np.split(x, 2)
    ((tensor([0, 1, 2, 3]), tensor([4, 5])), (tensor([0, 1, 2]), tensor([3, 4, 5])))
    """
    size = split_size_or_sections if split_size is None else split_size
    return ops.split(tensor, split_size=size, axis=dim)


@spelled(ops.meshgrid)
def meshgrid(*tensors: Any, indexing: str = "ij") -> Any:
    """Grids of coordinates, each along an axis of its own; ``indexing="xy"`` is NumPy's default.

    >>> import numpy as np, tinygrad_edu as tg
    >>> tuple(tg.meshgrid(tg.zeros(2), tg.zeros(3))[0].shape)
    (2, 3)
    """
    return ops.meshgrid(*tensors, indexing=indexing)


@spelled(ops.squeeze)
def squeeze(input: Any, dim: Any = None) -> Any:
    """Without the axes of size 1, or without those of ``dim`` that have size 1; others stay.

    With ``axis``, as in NumPy, an axis of another size is an error.
    """
    if dim is None:
        return ops.squeeze(input)
    dims = tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    if input.ndim == 0 and set(dims) <= {0, -1}:
        return ops.squeeze(input)
    return ops.squeeze(input, axis=tuple(d for d in dims if input.shape[d] == 1))


@spelled(ops.transpose)
def transpose(input: Any, dim0: Any = None, dim1: int | None = None) -> Any:
    """Exchange two axes; with one list of all axes, or none, as in NumPy."""
    if dim1 is None:
        return ops.transpose(input, axes=dim0)
    return ops.swapaxes(input, axis1=dim0, axis2=dim1)


@spelled(ops.transpose)
def permute(input: Any, dims: Any) -> Any:
    """Reorder the axes."""
    return ops.transpose(input, axes=tuple(dims))


@spelled(ops.flip)
def flip(input: Any, dims: Any = None) -> Any:
    """Reverse the order along axes, all by default."""
    return ops.flip(input, axis=tuple(dims) if isinstance(dims, list) else dims)


@spelled(ops.roll)
def roll(input: Any, shifts: Any, dims: Any = None) -> Any:
    """Shift along axes, end around."""
    return ops.roll(input, shift=shifts, axis=dims)


@spelled(ops.rot90)
def rot90(input: Any, k: int = 1, dims: Any = (0, 1)) -> Any:
    """Turn by 90 degrees ``k`` times, from the first of ``dims`` towards the second."""
    return ops.rot90(input, k, tuple(dims))


@spelled(ops.tile)
def tile(input: Any, dims: Any) -> Any:
    """Lay copies side by side, ``dims`` of them along each of the last axes."""
    return ops.tile(input, dims)


@spelled(ops.gradient)
def gradient(
    input: Any, *, spacing: Any = 1, dim: Any = None, edge_order: int = 1
) -> tuple[Any, ...]:
    """Slopes along axes from neighbouring values, always as a tuple.

    With ``axis``, as in NumPy, one array for one axis.
    """
    dims = range(input.ndim) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    places = spacing if isinstance(spacing, (tuple, list)) else (spacing,)
    found = ops.gradient(input, *places, axis=tuple(dims), edge_order=edge_order)
    return tuple(found) if isinstance(found, (tuple, list)) else (found,)


def _interpolating(of: Any) -> Any:
    def quantile(
        input: Any, q: Any, dim: int | None = None, keepdim: bool = False, *,
        interpolation: str = "linear",
    ) -> Any:  # fmt: skip
        return of(input, q, axis=dim, keepdims=keepdim, method=interpolation)

    quantile.__name__ = quantile.__qualname__ = of.__name__
    quantile.__doc__ = f"As `ops.{of.__name__}`; ``interpolation`` is NumPy's ``method``."
    return spelled(of)(quantile)


quantile, nanquantile = map(_interpolating, (ops.quantile, ops.nanquantile))


# ---- matrices


@spelled(ops.tensordot)
def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Sum of products over ``dims`` axes, or over these pairs of them."""
    return ops.tensordot(a, b, dims)


@spelled(ops.cross, "axisa", "axisb", "axisc")
def cross(input: Any, other: Any, dim: int | None = None) -> Any:
    """Vector product along ``dim``, by default the first axis of size 3."""
    if dim is None:
        shape = np.broadcast_shapes(np.shape(value_of(input)), np.shape(value_of(other)))
        if 3 not in shape:
            raise ValueError(f"cross: no axis has size 3, the shapes give {shape}")
        dim = shape.index(3) - len(shape)
    return ops.cross(input, other, axis=dim)


@spelled(ops.svd)
def svd(input: Any, some: bool = True, compute_uv: bool = True) -> Any:
    """(U, S, V) of x = U S Vᵀ; `linalg.svd` and NumPy's give Vᵀ."""
    if not some and input.shape[-1] != input.shape[-2]:
        raise ValueError("svd: the vectors that fill up a full matrix have no derivative")
    u, s, vh = ops.svd(input, full_matrices=False)
    return named("svd", U=u, S=s, V=np.swapaxes(vh, -1, -2))


@spelled(ops.qr)
def qr(input: Any, some: bool = True) -> Any:
    """(Q, R) of x = Q R, Q with as many columns as x has, or rows where these are fewer."""
    if not some:
        raise ValueError("qr: the columns that complete Q have no derivative; leave some=True")
    q, r = ops.qr(input)
    return named("qr", Q=q, R=r)
