"""Sums of products over axes that labels name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers
from tinygrad_edu._checks import check_choice, check_count, check_list
from tinygrad_edu.engine import Node, primitive
from tinygrad_edu.engine.composite import composite
from tinygrad_edu.ops._inputs import arrays_of
from tinygrad_edu.ops.diagonals import diagonal

__all__ = ["einsum", "tensordot"]

_LABELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# ---- the primitive: each operand names each of its axes once


def _einsum_vjp(
    g: Any, y: Any, *operands: Any, positions: Sequence[int], subscripts: str
) -> list[Any]:
    return [_operand_gradient(g, operands, k, subscripts) for k in positions]


def _operand_gradient(g: Any, operands: Sequence[Any], index: int, subscripts: str) -> Any:
    # Σ over all labels but those of one operand, with ȳ in its place, is the derivative for it.
    inputs, output = subscripts.split("->")
    labels = inputs.split(",")
    own = labels[index]
    others = [a for k, a in enumerate(operands) if k != index]
    rest = [text for k, text in enumerate(labels) if k != index]
    known = "".join(c for c in own if any(c in text for text in (output, *rest)))
    x_bar = einsum_([g, *others], subscripts=f"{','.join([output, *rest])}->{known}")
    # A label that stands nowhere else was summed by itself: its gradient is repeated.
    shape = operands[index].shape
    kept = [known.index(c) if c in known else None for c in own]
    sizes = [1 if k is None else x_bar.shape[k] for k in kept]
    grown = [n if m == 1 else m for n, m in zip(sizes, shape, strict=True)]
    return np.broadcast_to(x_bar.reshape(tuple(sizes)), tuple(grown))


@primitive(_einsum_vjp, wide=True)
def einsum_(*operands, subscripts):
    """Sum of products over labelled axes; `einsum` is the function to call."""
    return np.einsum(subscripts, *operands, optimize=len(operands) > 1)


# ---- labels


def _operand_labels(text: str, ndim: int, free: str) -> str:
    """The labels of one operand, with letters of ``free`` for the axes of an ellipsis."""
    if "..." not in text:
        if len(text) != ndim:
            raise ValueError(f"einsum: {text!r} names {len(text)} axes, the operand has {ndim}")
        return text
    left, right = text.split("...")
    n = ndim - len(left) - len(right)
    if n < 0:
        raise ValueError(f"einsum: {text!r} needs at least {len(left + right)} axes, got {ndim}")
    return left + free[len(free) - n :] + right


def _labels(subscripts: str, operands: Sequence[Any]) -> tuple[list[str], str]:
    """The labels of each operand and of the result, with every axis named."""
    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    parts = inputs.split(",")
    if not set(text) <= set(_LABELS + ",.->"):
        raise ValueError(f"einsum: only letters, commas, '...' and '->' may be in {subscripts!r}")
    if len(parts) != len(operands):
        raise ValueError(f"einsum: {subscripts!r} names {len(parts)} operands, not {len(operands)}")
    free = "".join(c for c in _LABELS if c not in text)
    named = [_operand_labels(p, a.ndim, free) for p, a in zip(parts, operands, strict=True)]
    batch = "".join(c for c in free if any(c in labels for labels in named))
    if arrow:
        output = output.replace("...", batch)
    else:
        together = "".join(named)
        output = batch + "".join(sorted(c for c in set(text) - set(",.") if together.count(c) == 1))
    unknown = [c for c in output if all(c not in labels for labels in named)]
    if unknown or len(set(output)) < len(output):
        raise ValueError(f"einsum: labels of the result must occur on the left, once: {output!r}")
    return named, output


def _without_repeats(x: Any, labels: str) -> tuple[Any, str]:
    """Take the diagonal of two axes with one label, until there are none."""
    for label in labels:
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            if x.shape[first] != x.shape[second]:
                raise ValueError(f"einsum: {label!r} names axes of sizes {tuple(x.shape)}")
            x = diagonal(x, 0, first, second)
            labels = "".join(c for k, c in enumerate(labels) if k not in (first, second)) + label
    return x, labels


def _sublists(given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """``einsum(x, [0, 1], y, [1, 2], [0, 2])`` with letters in place of the numbers."""
    pairs, result = len(given) // 2, given[-1:] if len(given) % 2 else ()
    inputs = ",".join(map(_letters, given[1 : 2 * pairs : 2]))
    return "->".join([inputs, *map(_letters, result)]), given[: 2 * pairs : 2]


def _letters(labels: Any) -> str:
    given = check_list("einsum", "labels", labels, "integers or ...")
    numbers = [c if c is Ellipsis else check_count("einsum", "labels", c, 0) for c in given]
    if any(c is not Ellipsis and c >= len(_LABELS) for c in numbers):
        raise ValueError(f"einsum: labels must be below {len(_LABELS)}, received {given}")
    return "".join("..." if c is Ellipsis else _LABELS[c] for c in numbers)


def _cast(x: Any, dtype: Any, casting: Any) -> Any:
    if dtype is None:
        return x
    if not np.can_cast(x.dtype, dtype, casting):
        raise TypeError(f"einsum: {x.dtype.name} cannot become {np.dtype(dtype)} with {casting=}")
    return x.astype(dtype)


@composite(numpy=np.einsum)
def einsum(
    subscripts: object,
    *operands: Any,
    optimize: Any = True,
    dtype: Any = None,
    order: str = "K",
    casting: str = "safe",
) -> Any:
    """Sum of products, in Einstein's notation: labels that the result lacks are summed over.

    ``"ij,jk->ik"`` is a matrix product, ``"ii"`` a trace, ``"...ij->...ji"`` a transpose. Axes of
    size 1 broadcast. NumPy's other form is ``einsum(x, [0, 1], y, [1, 2], [0, 2])``, with numbers
    for labels. ``optimize`` and ``order`` are accepted as in NumPy; a good order is chosen in any
    case. ``dtype`` is that of the sums, and ``casting`` what may become it.

    >>> import tinygrad_edu as tg
    >>> tg.einsum("ij,j->i", tg.ones(2, 3), tg.tensor([1.0, 2.0, 3.0]))
    tensor([6., 6.])
    """
    if not isinstance(subscripts, str):
        subscripts, operands = _sublists((subscripts, *operands))
    elif len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = tuple(operands[0])
    for k, a in enumerate(operands):
        if not isinstance(a, Node):
            check_numbers("einsum", f"operand {k}", a)
    path = isinstance(optimize, (list, tuple)) and list(optimize[:1]) == ["einsum_path"]
    if not (path or isinstance(optimize, (bool, str))):
        raise TypeError(
            f"einsum: optimize must be True, False, 'greedy', 'optimal' or a path, "
            f"received {optimize!r}"
        )
    if order != "K" or casting != "safe":
        check_choice("einsum", "order", order, ("C", "F", "A", "K"))
        check_choice("einsum", "casting", casting, ("no", "equiv", "safe", "same_kind", "unsafe"))
    arrays = [_cast(a, dtype, casting) for a in arrays_of(operands)]
    labels, output = _labels(subscripts, arrays)
    plain = [_without_repeats(a, text) for a, text in zip(arrays, labels, strict=True)]
    names = ",".join(text for _, text in plain)
    return einsum_([a for a, _ in plain], subscripts=f"{names}->{output}")


# ---- pairs of axes


@composite(numpy=(np.tensordot, np.linalg.tensordot))
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum of products over pairs of axes: the last of a and first of b, or two lists of them."""
    a, b = arrays_of([a, b])
    if isinstance(axes, int):
        if isinstance(axes, bool) or not 0 <= axes <= min(a.ndim, b.ndim):
            raise ValueError(
                f"tensordot: axes must be an integer from 0 to {min(a.ndim, b.ndim)} or two lists, "
                f"received {axes!r}"
            )
        left, right = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        left, right = ([k] if isinstance(k, int) else list(k) for k in axes)
    if len(left) != len(right):
        raise ValueError(f"tensordot: {len(left)} axes of a cannot meet {len(right)} of b")
    if any(a.shape[i] != b.shape[j] for i, j in zip(left, right, strict=True)):
        raise ValueError(
            f"tensordot: shapes {tuple(a.shape)}, {tuple(b.shape)} do not fit over axes {axes}"
        )
    names = iter(_LABELS)
    of_a = [next(names) for _ in range(a.ndim)]
    of_b = [next(names) for _ in range(b.ndim)]
    for i, j in zip(left, right, strict=True):
        of_b[j] = of_a[i]
    output = [c for c in of_a if c not in of_b] + [c for c in of_b if c not in of_a]
    return einsum_([a, b], subscripts=f"{''.join(of_a)},{''.join(of_b)}->{''.join(output)}")
