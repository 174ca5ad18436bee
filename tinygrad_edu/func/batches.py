"""A function of one example, over a batch of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checked import settings_checked
from tinygrad_edu._checks import check_choice
from tinygrad_edu.autograd.transforms import _stacked
from tinygrad_edu.engine import Node
from tinygrad_edu.func._trees import leaves_of, rebuilt
from tinygrad_edu.tensor import as_tensor

__all__ = ["vmap"]


@settings_checked
def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """``func``, written for one example, over a batch: it is called for each, and stacked.

    Parameters
    ----------
    in_dims : int, None or tuple
        Which axis of each argument counts the examples; None for one that all examples share. An
        argument may be tensors in tuples, lists and dicts.
    out_dims : int or tuple
        Which axis of the result counts them.
    randomness, chunk_size
        PyTorch's; each example draws numbers of its own here.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> vmap(tg.dot)(tg.tensor([[1.0, 2.0], [3.0, 4.0]]), tg.tensor([[1.0, 1.0], [0.0, 1.0]]))
    tensor([3., 4.])
    """
    check_choice("vmap", "randomness", randomness, ("error", "different"))

    @functools.wraps(func)
    def batched(*args: Any, **kwargs: Any) -> Any:
        axes = in_dims if isinstance(in_dims, (tuple, list)) else (in_dims,) * len(args)
        if len(axes) != len(args):
            raise ValueError(f"vmap: in_dims names {len(axes)} arguments, received {len(args)}")
        leaves = [
            (leaf if isinstance(leaf, Node) or axis is None else as_tensor(leaf), axis)
            for arg, dims in zip(args, axes, strict=True)
            for leaf, axis in zip(leaves_of(arg), _axis_of_each(arg, dims), strict=True)
        ]
        sizes = {leaf.shape[axis] for leaf, axis in leaves if axis is not None}
        if len(sizes) != 1:
            raise ValueError(
                f"vmap: the arguments must hold equally many examples, not {sorted(sizes)}"
            )
        count = sizes.pop()
        if not count:
            raise ValueError("vmap: there is no example, so the result has no known shape")
        results = []
        for i in range(count):
            one = iter([x if axis is None else ops.select(x, axis, i) for x, axis in leaves])
            results.append(func(*rebuilt(args, one), **kwargs))
        columns = zip(*map(leaves_of, results), strict=True)
        stacked = [
            _stacked(column, axis)
            for column, axis in zip(columns, _axis_of_each(results[0], out_dims), strict=True)
        ]
        return rebuilt(results[0], iter(stacked))

    return batched


def _axis_of_each(tree: Any, axes: Any) -> list[Any]:
    """The axis of each leaf: the same for all, or said for parts of the tree."""
    if axes is None or isinstance(axes, int):
        return [axes] * len(leaves_of(tree))
    parts = list(tree.values()) if isinstance(tree, dict) else list(tree)
    said = [axes[key] for key in tree] if isinstance(axes, dict) else list(axes)
    if len(parts) != len(said):
        raise ValueError(f"vmap: {axes!r} names {len(said)} axes for {len(parts)} parts")
    return [a for part, axis in zip(parts, said, strict=True) for a in _axis_of_each(part, axis)]
