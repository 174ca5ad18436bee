"""``torch.testing``: the comparison of numbers that tests of PyTorch's code use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tinygrad_edu.engine import Node

__all__ = ["assert_close"]

# Relative and absolute tolerance of each dtype, as PyTorch has them; others are compared exactly.
_TOLERANCES = {"float16": (1e-3, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_dtype: bool = True,
    msg: Any = None,
    **options: Any,
) -> None:
    """Raise if two tensors, numbers, lists or dicts of them differ: ``|a - e| > atol + rtol |e|``.

    The tolerances are those of the dtype; shape and dtype must be equal.

    Raises
    ------
    AssertionError
        If they differ.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> assert_close(tg.tensor([1.0, 2.0]), tg.tensor([1.0, 2.0 + 1e-7]))
    >>> assert_close(tg.tensor([1.0]), tg.tensor([1.1]))
    Traceback (most recent call last):
    AssertionError: Tensor-likes are not close: 1 of 1 elements differ, by at most 0.1
    """
    if (rtol is None) != (atol is None):
        raise ValueError("assert_close: give both rtol and atol, or neither")
    settings = dict(
        rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=check_dtype, msg=msg, **options
    )
    if isinstance(expected, Mapping):
        _require(set(actual) == set(expected), "the keys differ", msg)
        for key in expected:
            assert_close(actual[key], expected[key], **settings)
    elif isinstance(expected, (list, tuple)):
        _require(len(actual) == len(expected), "the lengths differ", msg)
        for one, other in zip(actual, expected, strict=True):
            assert_close(one, other, **settings)
    else:
        _compare(actual, expected, rtol, atol, equal_nan, check_dtype, msg)


def _compare(
    actual: Any,
    expected: Any,
    rtol: float | None,
    atol: float | None,
    equal_nan: bool,
    check_dtype: bool,
    msg: Any,
) -> None:
    a, e = (np.asarray(x.value if isinstance(x, Node) else x) for x in (actual, expected))
    _require(a.shape == e.shape, f"the shapes {a.shape} and {e.shape} differ", msg)
    is_typed = isinstance(actual, Node | np.ndarray) and isinstance(expected, Node | np.ndarray)
    if check_dtype and is_typed:
        _require(a.dtype == e.dtype, f"the dtypes {a.dtype} and {e.dtype} differ", msg)
    if rtol is None or atol is None:
        known = [_TOLERANCES.get(x.dtype.name, (0.0, 0.0)) for x in (a, e)]
        rtol, atol = max(k[0] for k in known), max(k[1] for k in known)
    with np.errstate(all="ignore"):
        near = np.isclose(a, e, rtol=rtol, atol=atol, equal_nan=equal_nan)
        gap = np.max(np.abs(a - e), initial=0, where=~near) if a.dtype.kind != "b" else 1
    differ = int((~near).sum())
    _require(not differ, f"{differ} of {near.size} elements differ, by at most {gap:.6g}", msg)


def _require(holds: bool, what: str, msg: Any) -> None:
    if not holds:
        told = f"Tensor-likes are not close: {what}"
        raise AssertionError(told if msg is None else msg(told) if callable(msg) else msg)
