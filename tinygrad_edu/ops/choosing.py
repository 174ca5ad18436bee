"""Functions that NumPy applies to pieces of an array: by condition, line by line, over axes.

Those that call a user's function leave its errors as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers, shown
from tinygrad_edu._checks import check_choice, check_function, check_list
from tinygrad_edu.engine import implements, value_of
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.indexing import checked_axis, getitem, set_at
from tinygrad_edu.ops.joining import stack

__all__ = ["apply_along_axis", "apply_over_axes", "choose", "piecewise"]


def _condition(name: str, value: Any) -> Any:
    mask = np.asarray(value_of(value))
    if mask.dtype.kind != "b":
        raise TypeError(
            f"{name}: conditions must be boolean, received {shown(value)} of dtype {mask.dtype}"
        )
    return mask


def _spread(name: str, mask: Any, shape: tuple[int, ...]) -> Any:
    """A condition in the shape of what it chooses from."""
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(
            f"{name}: a condition of shape {mask.shape} does not fit x of shape {shape}"
        ) from None


@composite(numpy=np.select)
def numpy_select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """``np.select`` on tensors: of each place, the choice whose condition holds first there.

    `select` is PyTorch's function of that name, a slice along an axis.
    """
    if len(condlist) != len(choicelist) or not len(condlist):
        raise ValueError(
            "numpy_select: needs as many conditions as choices, at least one, received "
            f"{len(condlist)} and {len(choicelist)}"
        )
    *choices, y = arrays_of([*choicelist, default])
    masks = [_condition("numpy_select", mask) for mask in condlist]
    for mask, choice in reversed(list(zip(masks, choices, strict=True))):
        y = np.where(mask, choice, y)
    return y


@composite(numpy=np.choose)
def choose(choice: Any, choices: Sequence[Any], mode: Any = "raise") -> Any:
    """Of each place, the one of ``choices`` whose number ``choice`` holds there; all broadcast.

    ``mode`` says what a number outside of them is: an error, ``"wrap"`` or ``"clip"``.
    """
    check_choice("choose", "mode", mode, ("raise", "wrap", "clip"))
    numbers = np.asarray(value_of(choice))
    options = arrays_of(choices)
    shape = np.broadcast_shapes(numbers.shape, *(a.shape for a in options))
    every = stack([np.broadcast_to(a, shape) for a in options])
    chosen = np.choose(numbers, list(range(len(options))), mode=mode)
    grids = np.ogrid[tuple(slice(n) for n in shape)]
    return getitem(every, index=(np.broadcast_to(chosen, shape), *grids))


@implements(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    """Where a condition holds, its function of x; each function sees its part of x alone.

    ``funclist`` has a function or a number for each condition, and maybe one more for the rest,
    which is 0 else. Where several conditions hold, the last one counts. Further arguments go to
    the functions. The result has the dtype of x.

    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([-4.0, 0.0, 4.0], requires_grad=True)
    >>> tg.piecewise(x, [x <= 0, x > 0], [lambda v: -v, tg.sqrt]).sum().backward()
    >>> x.grad
    tensor([-1.0000, -1.0000,  0.2500])
    """
    (x,) = arrays_of([check_numbers("piecewise", "x", x)])
    check_numbers("piecewise", "condlist", condlist)
    funclist = check_list("piecewise", "funclist", funclist, "functions and numbers")
    masks = [_condition("piecewise", mask) for mask in _several(condlist, x.ndim)]
    if len(funclist) == len(masks) + 1:
        masks.append(~np.logical_or.reduce(masks))
    if len(funclist) != len(masks):
        raise ValueError(
            f"piecewise: {len(masks)} conditions need as many functions, or one more for the rest; "
            f"received {shown(funclist)}"
        )
    for k, function in enumerate(funclist):
        if not callable(function):
            check_numbers("piecewise", f"funclist[{k}]", function)
    y = np.where(False, x, x.dtype.type(0))  # recorded even where no function is called
    for mask, function in zip(masks, funclist, strict=True):
        here = _spread("piecewise", mask, x.shape)
        if here.any():
            if callable(function):
                function = function(getitem(x, index=here), *args, **kw)
            y = set_at(y, arrays_of([x, function])[1], index=here)
    return y


def _several(condlist: Any, ndim: int) -> Any:
    """The conditions; one alone need not stand in a list where x has one axis."""
    listed = isinstance(condlist, (list, tuple))
    alone = np.ndim(condlist[0]) < ndim if listed else np.ndim(condlist) <= ndim
    if alone and ndim > 1:  # whose rows NumPy takes for conditions
        raise ValueError("piecewise: give a list of conditions, [x < 0], of the shape of x")
    return [condlist] if alone else condlist


# ---- along axes


@implements(np.apply_along_axis)
def apply_along_axis(
    func1d: Callable[..., Any], axis: int, x: Any, *args: Any, **kwargs: Any
) -> Any:
    """A function of vectors on every line of x along an axis; its result takes the line's place.

    It is a loop in Python: a function that takes ``axis`` itself is quicker. Further arguments go
    to the function.

    >>> import tinygrad_edu as tg
    >>> tg.apply_along_axis(lambda v: v / v.sum(), 0, tg.tensor([[1.0, 2.0], [3.0, 2.0]]))
    tensor([[0.2500, 0.5000],
            [0.7500, 0.5000]])
    """
    check_function("apply_along_axis", "func1d", func1d)
    (x,) = arrays_of([check_numbers("apply_along_axis", "x", x)])
    axis = checked_axis("apply_along_axis", x, axis)
    lines = np.moveaxis(x, axis, -1)
    lead = lines.shape[:-1]
    if 0 in lead:
        raise ValueError(f"apply_along_axis: shape {tuple(x.shape)} has no line along axis {axis}")
    found = [func1d(lines[at], *args, **kwargs) for at in np.ndindex(*lead)]
    y = stack(arrays_of(found))
    y = y.reshape((*lead, *y.shape[1:]))
    new = range(len(lead), y.ndim)
    return np.moveaxis(y, list(new), [axis + k for k in range(len(new))])


@implements(np.apply_over_axes)
def apply_over_axes(func: Callable[..., Any], x: Any, axes: Any) -> Any:
    """``func(x, axis)`` for one axis after the other; the axes that it removes are kept, of size 1.

    >>> import tinygrad_edu as tg
    >>> tg.apply_over_axes(tg.sum, tg.ones(2, 3, 4), [0, 2])
    tensor([[[8.],
             [8.],
             [8.]]])
    """
    check_function("apply_over_axes", "func", func)
    (x,) = arrays_of([check_numbers("apply_over_axes", "x", x)])
    ndim = x.ndim
    each = axes if isinstance(axes, (list, tuple)) else [axes]
    for axis in [checked_axis("apply_over_axes", x, a) for a in each]:
        y = func(x, axis)
        x = y if y.ndim == ndim else np.expand_dims(y, axis)
        if x.ndim != ndim:
            raise ValueError(
                f"apply_over_axes: func must keep the axes or remove one, it made {y.shape} of "
                f"{ndim} axes"
            )
    return x
