"""How tensors print: as in PyTorch, with four digits, and the middle left out of large ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count, check_flag, check_number
from tinygrad_edu.compat.dtypes import dtype_of, get_default_dtype
from tinygrad_edu.engine import Array, Node

__all__ = ["backward_name", "set_printoptions", "tensor_text"]


@dataclass(frozen=True)
class _Options:
    precision: int = 4
    threshold: float = 1000  # more elements than this are summarised
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": _Options(),
    "short": _Options(precision=2, edgeitems=2),
    "full": _Options(threshold=math.inf),
}
_options = _Options()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Say how tensors are printed from now on.

    Parameters
    ----------
    precision : int, optional
        Digits after the point (4), at most 100.
    threshold : float, optional
        A tensor of more elements is summarised (1000).
    edgeitems : int, optional
        How many are shown at each end of an axis of a summary (3).
    linewidth : int, optional
        Characters a line (80).
    profile : {"default", "short", "full"}, optional
        All of these at once.
    sci_mode : bool, optional
        Whether to write 1.0000e+00; by default where it is needed.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.set_printoptions(precision=2)
    >>> tg.tensor([1.0, 2.345])
    tensor([1.00, 2.35])
    >>> tg.set_printoptions(profile="default")
    """
    global _options
    owner, chosen = "set_printoptions", _options
    if profile is not None:
        chosen = _PROFILES[check_choice(owner, "profile", profile, tuple(_PROFILES))]
    if threshold is not None:
        threshold = check_number(owner, "threshold", threshold, "[0, inf]")
    given: dict[str, Any] = {"threshold": threshold}
    for name, value in (("precision", precision), ("edgeitems", edgeitems)):
        given[name] = None if value is None else check_count(owner, name, value, 0)
    if precision is not None:
        check_number(owner, "precision", precision, "[0, 100]")
    given["linewidth"] = None if linewidth is None else check_count(owner, "linewidth", linewidth)
    changed = {name: value for name, value in given.items() if value is not None}
    mode = None if sci_mode is None else check_flag(owner, "sci_mode", sci_mode)
    _options = replace(chosen, **changed, sci_mode=mode)


def tensor_text(x: Node) -> str:
    """A tensor as text; its dtype is said unless it is the default, int64 or bool."""
    array = x.value
    silent = (get_default_dtype(), *((np.int64, np.bool_) if array.size else ()))
    suffixes = []
    if array.size == 0 and array.ndim != 1:
        suffixes.append(f"size={tuple(array.shape)}")
    if array.dtype not in silent:
        suffixes.append(f"dtype={dtype_of(array)}")
    if x.name:
        suffixes.append(f"name={x.name!r}")
    if x.requires_grad:
        made_by = None if x.op is None else f"grad_fn=<{backward_name(x)}>"
        suffixes.append(made_by or "requires_grad=True")
    indent = len("tensor(")
    text = "tensor(" + ("[]" if array.size == 0 else _array_text(array, indent))
    length = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if length + len(suffix) + 2 > _options.linewidth:
            text += f",\n{' ' * indent}{suffix}"
            length = indent + len(suffix)
        else:
            text += f", {suffix}"
            length += len(suffix) + 2
    return text + ")"


def _array_text(array: Array, indent: int) -> str:
    summarised = array.size > _options.threshold
    write = _writer(_edges(array) if summarised else array)
    return _block(array, indent, write, summarised)


def _edges(array: Array) -> Array:
    """Only the elements that a summary shows."""
    n = _options.edgeitems
    for axis, size in enumerate(array.shape):
        if size > 2 * n:
            places = [*range(n), *range(size - n, size)]
            array = np.take(array, places, axis)
    return array


def _writer(shown: Array) -> Callable[[Any], str]:
    """How to write one element, so that all have the same width."""
    if shown.dtype.kind != "f":
        width = max((len(str(v)) for v in shown.ravel().tolist()), default=1)
        return lambda v: f"{v!s:>{width}}"
    values = shown.ravel().astype(np.float64)
    values = values[np.isfinite(values) & (values != 0)]
    sizes = np.abs(values)
    low, high = (float(sizes.min()), float(sizes.max())) if values.size else (1.0, 1.0)
    whole = bool((values == np.ceil(values)).all())
    scientific = high / low > 1000 or high > 1e8 or (low < 1e-4 and not whole)
    if _options.sci_mode is not None and values.size:
        scientific = _options.sci_mode
    digits = _options.precision

    def written(v: float) -> str:
        if scientific:
            return f"{v:.{digits}e}"
        if whole:
            return f"{v:.0f}" + ("." if math.isfinite(v) else "")
        return f"{v:.{digits}f}"

    width = max(map(len, map(written, values.tolist())), default=1)
    return lambda v: f"{written(v):>{width}}"


def _block(array: Array, indent: int, write: Callable[[Any], str], summarised: bool) -> str:
    """An array in brackets; rows below each other, and blank lines between blocks of more axes."""
    if array.ndim == 0:
        return write(array.item())
    n = _options.edgeitems
    cut = summarised and len(array) > 2 * n
    ends = [array[:n], array[len(array) - n :]] if cut else [array]
    if array.ndim == 1:
        parts = [[write(v) for v in end.tolist()] for end in ends]
        items = [*parts[0], " ...", *parts[1]] if cut else parts[0]
        width = max(map(len, parts[0]), default=1) + 2
        each = max(1, (_options.linewidth - indent) // width)
        lines = [", ".join(items[k : k + each]) for k in range(0, len(items), each)]
        return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
    rows = [[_block(row, indent + 1, write, summarised) for row in end] for end in ends]
    blocks = [*rows[0], "...", *rows[1]] if cut else rows[0]
    between = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
    return "[" + between.join(blocks) + "]"


# PyTorch's names of what we call otherwise; the others are ours in capitals.
_BACKWARD = {
    "absolute": "Abs", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "power": "Pow",
    "negative": "Neg", "concatenate": "Cat", "clip": "Clamp", "positive": "Clone",
    "astype": "ToCopy", "expand_dims": "Unsqueeze", "take_along_axis": "Gather",
    "arcsin": "Asin", "arccos": "Acos", "arctan": "Atan", "arctan2": "Atan2", "maximum": "Maximum",
    "minimum": "Minimum", "broadcast_to": "Expand", "leaky_relu": "LeakyRelu",
    "cross_entropy": "NllLoss", "linear": "Addmm", "conv2d": "Convolution", "square": "Pow",
    "max_pool2d": "MaxPool2DWithIndices", "arccosh": "Acosh", "arcsinh": "Asinh",
    "arctanh": "Atanh", "vector_norm": "LinalgVectorNorm", "moveaxis": "Movedim",
    "reshape": "View", "transpose": "Permute", "swapaxes": "Transpose",
}  # fmt: skip
_BY_AXES = {"sum": ("Sum", 0), "mean": ("Mean", 0), "max": ("Max", 1), "min": ("Min", 1)}


def backward_name(x: Node) -> str:
    """What PyTorch calls the derivative of the operation that made a tensor.

    >>> import tinygrad_edu as tg
    >>> tg.ones(2, requires_grad=True) * 2
    tensor([2., 2.], grad_fn=<MulBackward0>)
    """
    name = x.op.name.rstrip("_") if x.op is not None else ""
    if name == "set_at":
        return "CopySlices"
    if name in _BY_AXES:
        word, overall = _BY_AXES[name]
        number = overall if x.params.get("axis") is None else 1 - overall
        return f"{word}Backward{number}"
    if name == "getitem":
        return f"{_reading(x.params['index'])}Backward0"
    if name == "matmul":
        name = {0: "dot", 1: "mv", 2: "mm"}.get(x.value.ndim, "bmm")
    word = _BACKWARD.get(name) or "".join(part.capitalize() for part in name.split("_"))
    suffix = "" if name[:1].isupper() else "1" if name == "clip" else "0"  # a user's has none
    return f"{word}Backward{suffix}"


def _reading(index: Any) -> str:
    """What PyTorch calls the last step of an index: a number, a part, a new axis or a list."""
    parts = index if isinstance(index, tuple) else (index,)
    if any(np.ndim(part) for part in parts if not isinstance(part, slice)):
        return "Index"
    word = "Alias"
    for part in parts:
        if isinstance(part, slice):
            word = word if part == slice(None) else "Slice"
        elif part is not Ellipsis:
            word = "Unsqueeze" if part is None else "Select"
    return word
