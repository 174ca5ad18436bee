"""Affine maps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.nn import init
from tinygrad_edu.nn.checks import check_size, refuse_features, refuse_wider
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import parameter_of
from tinygrad_edu.random import GeneratorLike, get_generator


class Linear(Module):
    """Affine map of the last axis.  y = x Wᵀ + b.

    Weight and bias start uniform in ±1/√in_features, as in PyTorch.

    Parameters
    ----------
    in_features, out_features : int
        Sizes of the last axis of input and output.
    bias : bool
        Whether b exists.
    dtype : NumPy dtype, default float32
    generator : np.random.Generator or int, optional
        Draws the initial values.

    Shape
    -----
    Input (..., in_features), output (..., out_features); ``weight`` (out_features, in_features),
    ``bias`` (out_features,) or None.

    Raises
    ------
    ValueError
        If the input's last axis has another size.
    TypeError
        If the input is float64 and the layer is float32.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.Linear(3, 2)
    >>> layer(tg.tensor([[1.0, 2.0, 3.0]])).shape
    (1, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        dtype: Any = None,
        generator: GeneratorLike = None,
    ) -> None:
        self.in_features = check_size("Linear", "in_features", in_features)
        self.out_features = check_size("Linear", "out_features", out_features)
        dtype = np.float32 if dtype is None else dtype
        self.weight = parameter_of(np.empty((out_features, in_features), dtype))
        self.bias = parameter_of(np.empty(out_features, dtype)) if bias else None
        self.reset_parameters(generator)

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw weight and bias again."""
        generator = get_generator(generator)
        bound = 1.0 / math.sqrt(self.in_features)
        init.uniform_(self.weight, -bound, bound, generator)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, generator)

    def forward(self, x: Any) -> Any:
        """Return x Wᵀ + b."""
        weight = self.weight
        try:
            y = ops.linear(x, weight, self.bias)
        except ValueError:
            refuse_features(x, self.in_features)
        if y.data.dtype is not weight.data.dtype:
            refuse_wider(x, weight)
        return y
