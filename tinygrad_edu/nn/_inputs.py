"""What layers and losses check of their inputs, each with one wording."""

from __future__ import annotations

import math
from typing import Any, NoReturn

import numpy as np

from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.engine import Node, value_of
from tinygrad_edu.tensor import Tensor

__all__ = ["float_dtype", "label_array", "matching", "refuse_features", "refuse_wider"]


def refuse_features(x: Any, features: int) -> NoReturn:
    """Say why an input cannot enter a layer that takes ``features`` values on the last axis."""
    shape = tuple(np.shape(value_of(x)))
    advice = ""
    if len(shape) > 2 and math.prod(shape[1:]) == features:
        advice = "; put nn.Flatten() before this layer"
    elif len(shape) == 2 and shape[0] == features:
        advice = "; is the input transposed?"
    raise ValueError(f"expected input of shape (..., {features}), got {shape}{advice}")


def refuse_wider(x: Any, weight: Tensor) -> None:
    """Raise TypeError if ``x`` is wider than the weights: the net would follow, at half speed."""
    if np.promote_types(x.dtype, weight.dtype) != weight.dtype:
        raise TypeError(
            f"the input is {x.dtype.name} and the weights are {weight.dtype.name}; convert the "
            f"input, x.astype(np.{weight.dtype.name}), or the model, model.to(np.{x.dtype.name})"
        )


def matching(owner: str, input: Any, target: Any, name: str = "target") -> Any:
    """``target`` in the dtype of ``input``, or ValueError if their shapes differ.

    NumPy would broadcast (N,) against (N, 1) to (N, N), and the net would learn the mean.
    """
    if not isinstance(target, (Node, np.ndarray)):
        target = np.asarray(target)
    if target.shape != input.shape:
        advice = ""
        if target.size == input.size:
            advice = f"; use {name}.reshape({', '.join(map(str, input.shape))})"
        raise ValueError(
            f"{owner}: input has shape {tuple(input.shape)} and {name} {tuple(target.shape)}; "
            f"a loss never broadcasts{advice}"
        )
    if target.dtype == input.dtype or (isinstance(target, Node) and target.requires_grad):
        return target
    if input.dtype.kind != "f" and target.dtype.kind == "f":  # it would be cut to integers
        return target
    return target.astype(input.dtype)


def float_dtype(values: Any) -> np.dtype[Any]:
    """The dtype for weights, slopes or noise beside ``values``: theirs, unless they are integers.

    In the dtype of integers, 0.5 would be cut to 0.
    """
    dtype: np.dtype[Any] = value_of(values).dtype
    return dtype if dtype.kind == "f" else get_default_dtype().dtype


def label_array(value: Any) -> Any:
    """Labels, or other constants, as a plain array."""
    return np.asarray(value_of(value))
