"""Reading and writing by index: `getitem`, its adjoint `add_at`, and what is made of the two."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count
from tinygrad_edu.engine import Array, primitive, value_of
from tinygrad_edu.engine.composite import composite

__all__ = [
    "gather", "getitem", "index_add", "index_select", "masked_fill", "masked_select", "narrow",
    "scatter", "scatter_add", "select", "take", "take_along_axis",
]  # fmt: skip


def _is_basic(index: Any) -> bool:
    """Whether an index only slices, so that it names no element twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, (slice, int, np.integer)) and not isinstance(part, bool))
        for part in parts
    )


@primitive(lambda g, y, x, index: add_at(g, index=index, shape=x.shape))
def getitem(x, *, index):
    """Read x[index]: slices, integers, integer arrays with repeats, masks, in any mix as in NumPy.

    x̄ is 0 but at the index, where ȳ is added: once for each time an element was read.
    """
    y = x[index]
    if type(y) is np.ndarray or not isinstance(x, np.ndarray):
        return y
    return x[(*index, ...) if type(index) is tuple else (index, ...)]  # a view, not a number


@primitive(lambda g, y, x, index, shape: g[index], wide=True)
def add_at(x, *, index, shape):
    """Zeros of ``shape`` with x added at ``index``, repeats included.  x̄ = ȳ[index]."""
    y = np.zeros_like(x, shape=shape)
    if _is_basic(index):
        y[index] = x
    else:
        np.add.at(y, index, x)
    return y


def _last_writes(shape: tuple[int, ...], index: Any) -> tuple[Array, Any]:
    """Where an assignment at ``index`` writes, and which of the values written there stay."""
    numbers = np.full(shape, -1)
    places = np.empty(numbers[index].shape, numbers.dtype)
    places[...] = np.arange(places.size).reshape(places.shape)
    numbers[index] = places
    return numbers >= 0, numbers[index] == places


def _set_at_value(g: Any, y: Any, x: Any, value: Any, index: Any) -> Any:
    _, stay = _last_writes(x.shape, index)
    part = np.where(stay, g[index], 0.0)
    # NumPy drops further axes of size 1 in front of a value.
    return part.reshape((1,) * max(value.ndim - part.ndim, 0) + part.shape)


@primitive(
    lambda g, y, x, value, index: np.where(_last_writes(x.shape, index)[0], 0.0, g),
    _set_at_value,
)
def set_at(x, value, *, index):
    """A copy of x with ``y[index] = value``.  x̄ = ȳ but 0 at the index;  v̄ = ȳ[index].

    Where an index names an element twice the last value stays, and only that one has a gradient.
    """
    y = np.array(x)
    y[index] = value
    return y


# ---- along one axis


def _integers(name: str, index: Any) -> Array:
    array = np.asarray(value_of(index))
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name}: indices must be integers, received dtype {array.dtype}")
    return array


def _axis_index(name: str, x: Any, index: Any, axis: int) -> tuple[Any, ...]:
    """The full index of ``x[..., index[..., i, ...], ...]``: open grids on the other axes."""
    index = _integers(name, index)
    if index.ndim != x.ndim:
        raise IndexError(
            f"{name}: the index needs as many axes as x, received {index.shape} for {x.shape}"
        )
    axis = checked_axis(name, x, axis)
    grids = np.ogrid[tuple(slice(n) for n in index.shape)]
    return tuple(index if a == axis else grid for a, grid in enumerate(grids))


@composite(numpy=np.take_along_axis)
def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Any:
    """Read along one axis: y[i, j] = x[i, indices[i, j]] for axis 1; the other axes broadcast.

    It fits `argsort` and `argmax`. With ``axis=None`` x is flattened first.
    """
    if axis is None:
        x, axis = x.reshape((-1,)), 0
    indices = _integers("take_along_axis", indices)
    if indices.ndim != x.ndim:
        raise IndexError(
            f"take_along_axis: needs as many axes as x, received {indices.shape} for {x.shape}"
        )
    axis = checked_axis("take_along_axis", x, axis)
    others = np.broadcast_shapes(
        *(tuple(1 if a == axis else n for a, n in enumerate(s)) for s in (x.shape, indices.shape))
    )
    lines = np.broadcast_to(x, (*others[:axis], x.shape[axis], *others[axis + 1 :]))
    wanted = (*others[:axis], indices.shape[axis], *others[axis + 1 :])
    index = _axis_index("take_along_axis", lines, np.broadcast_to(indices, wanted), axis)
    return getitem(lines, index=index)


@composite()
def gather(x: Any, axis: int, index: Any) -> Any:
    """Read along one axis as in PyTorch: y[i, j] = x[i, index[i, j]] for axis 1.

    ``index`` may be shorter than x along the other axes; there is no broadcasting.
    """
    return getitem(x, index=_axis_index("gather", x, index, axis))


@composite()
def scatter(x: Any, axis: int, index: Any, src: Any = None, value: float | None = None) -> Any:
    """A copy of x with y[i, index[i, j]] = src[i, j] for axis 1; the last one stays at repeats.

    ``value`` is a number in the place of all of ``src``.
    """
    if (src is None) == (value is None):
        raise TypeError("scatter: pass either src or value")
    index = _axis_index("scatter", x, np.atleast_1d(_integers("scatter", index)), axis)
    src = value if src is None else src
    return set_at(x, _fitting(src, index[axis % x.ndim].shape), index=index)


@composite()
def scatter_add(x: Any, axis: int, index: Any, src: Any) -> Any:
    """A copy of x with src[i, j] added at [i, index[i, j]] for axis 1, repeats included."""
    index = _axis_index("scatter_add", x, index, axis)
    src = _fitting(src, index[axis % x.ndim].shape)
    return x + add_at(src, index=index, shape=x.shape)


def _fitting(src: Any, shape: tuple[int, ...]) -> Any:
    """The part of ``src`` that an index of ``shape`` reads, as in PyTorch; a number for all."""
    if isinstance(src, (int, float)):
        return np.full(shape, src)
    src = src.reshape((1,)) if src.ndim == 0 else src
    return src if src.shape == shape else getitem(src, index=tuple(slice(n) for n in shape))


def _along(x: Any, axis: int, index: Any, name: str) -> tuple[Any, ...]:
    return (*(slice(None),) * checked_axis(name, x, axis), _integers(name, index))


@composite()
def index_select(x: Any, axis: int, index: Any) -> Any:
    """The slices of x along an axis whose numbers ``index`` lists, in that order."""
    return getitem(x, index=_along(x, axis, index, "index_select"))


@composite(numpy=np.take)
def take(x: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """Elements by their number in C order, or slices along ``axis``.

    ``mode`` says what a number outside of the axis is: an error, ``"wrap"`` or ``"clip"``.
    """
    if axis is None:
        x, axis = x.reshape((-1,)), 0
    *before, places = _along(x, axis, indices, "take")
    if mode != "raise":
        check_choice("take", "mode", mode, ("raise", "wrap", "clip"))
        n = x.shape[axis]
        places = places % n if mode == "wrap" else np.clip(places, 0, n - 1)
    return getitem(x, index=(*before, places))


def checked_axis(name: str, x: Any, axis: int) -> int:
    """``axis`` counted from 0; ValueError, with the operation's name, where x has no such axis."""
    ndim, axis = len(x.shape), check_count(name, "axis", axis, None)
    if not -ndim <= axis < ndim:
        raise ValueError(f"{name}: axis {axis} is out of range for shape {tuple(x.shape)}")
    return axis % ndim


@composite()
def narrow(x: Any, axis: int, start: int, length: int) -> Any:
    """``length`` slices along an axis, from ``start`` on."""
    axis = checked_axis("narrow", x, axis)
    start += x.shape[axis] if start < 0 else 0
    if start < 0 or length < 0 or start + length > x.shape[axis]:
        raise ValueError(
            f"narrow: {length} from {start} on is not inside axis {axis} of shape {x.shape}"
        )
    return getitem(x, index=(*(slice(None),) * axis, slice(start, start + length)))


@composite()
def select(x: Any, axis: int, index: int) -> Any:
    """The slice number ``index`` along an axis, without that axis."""
    axis = checked_axis("select", x, axis)
    return getitem(x, index=(*(slice(None),) * axis, index))


@composite()
def index_add(x: Any, axis: int, index: Any, source: Any, alpha: float = 1.0) -> Any:
    """A copy of x; the slices of ``alpha source`` are added to those that ``index`` lists."""
    index = _along(x, axis, index, "index_add")
    return x + add_at(source * alpha, index=index, shape=x.shape)


# ---- by mask


@composite()
def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """``value`` where the mask holds, else x; its gradient is 0 where it was replaced."""
    return np.where(_mask("masked_fill", mask), value, x)


@composite()
def masked_select(x: Any, mask: Any) -> Any:
    """The elements where the mask holds, along one axis, in C order; the two broadcast."""
    mask = _mask("masked_select", mask)
    shape = np.broadcast_shapes(x.shape, mask.shape)
    return getitem(np.broadcast_to(x, shape), index=np.broadcast_to(mask, shape))


def _mask(name: str, mask: Any) -> Array:
    array = np.asarray(value_of(mask))
    if array.dtype.kind != "b":
        raise TypeError(f"{name}: the mask must be boolean, received dtype {array.dtype}")
    return array
