"""Linear layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_flag
from tinygrad_edu.nn import init
from tinygrad_edu.nn._inputs import refuse_features, refuse_wider
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import UninitializedParameter, made_dtype, parameter_of
from tinygrad_edu.ops import linear
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["Bilinear", "Identity", "LazyLinear", "Linear", "bilinear", "linear"]


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
    torch.Size([1, 2])
    """

    _shown = "in_features=, out_features=, bias="

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        self.in_features = check_count("Linear", "in_features", in_features)
        self.out_features = check_count("Linear", "out_features", out_features)
        check_flag("Linear", "bias", bias)
        dtype = made_dtype("Linear", device, dtype)
        self.weight = parameter_of(np.empty((out_features, in_features), dtype))
        self.bias = parameter_of(np.empty(out_features, dtype)) if bias else None
        self.reset_parameters(generator)

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw weight and bias again."""
        generator = get_generator(generator, "Linear")
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
        if y.value.dtype is not weight.value.dtype:
            refuse_wider(x, weight)
        return y

    def mult_adds(self, x: Any, y: Any) -> int:
        """One for each weight and each row."""
        return int(y.size) * self.in_features


class LazyLinear(Linear):
    """`Linear` that reads ``in_features`` off its first input, and is a `Linear` from then on.

    Its parameters exist at once, empty, so an optimizer may be made before the first call.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.LazyLinear(2)
    >>> layer(tg.tensor([[1.0, 2.0, 3.0]])).shape
    torch.Size([1, 2])
    >>> layer
    Linear(in_features=3, out_features=2, bias=True)
    """

    def __init__(
        self,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        self.in_features, self.out_features = (
            0,
            check_count("LazyLinear", "out_features", out_features),
        )
        check_flag("LazyLinear", "bias", bias)
        self.generator = None if generator is None else get_generator(generator, "LazyLinear")
        dtype = made_dtype("LazyLinear", device, dtype)
        self.weight = UninitializedParameter(dtype)
        self.bias = UninitializedParameter(dtype) if bias else None

    def forward(self, x: Any) -> Any:
        """Take the number of features from ``x``, then return x Wᵀ + b."""
        loaded = self.weight.value.size > 0
        self.in_features = self.weight.shape[1] if loaded else int(x.shape[-1])
        if not loaded:
            dtype = self.weight.dtype
            self.weight.value = np.empty((self.out_features, self.in_features), dtype)
            if self.bias is not None:
                self.bias.value = np.empty(self.out_features, dtype)
            self.reset_parameters(self.generator)
        del self.generator
        self.__class__ = Linear  # type: ignore[assignment]  # all it was here for is done
        return Linear.forward(self, x)


def bilinear(x1: Any, x2: Any, weight: Any, bias: Any = None) -> Any:
    """One bilinear form for each output.  y_k = x₁ᵀ A_k x₂ + b_k.

    x1 (..., i), x2 (..., j), weight (k, i, j), bias (k,) or None; y (..., k).
    """
    k, i, j = weight.shape
    columns = ops.reshape(ops.transpose(weight, axes=(1, 0, 2)), shape=(i, k * j))
    forms = ops.reshape(ops.matmul(x1, columns), shape=(*x1.shape[:-1], k, j))
    y = ops.sum(forms * ops.expand_dims(x2, axis=-2), axis=-1)
    return y if bias is None else y + bias


class Bilinear(Module):
    """One bilinear form of two inputs for each output.  y_k = x₁ᵀ A_k x₂ + b_k.

    Weights and biases start uniform in ±1/√in1_features.

    Parameters
    ----------
    in1_features, in2_features, out_features : int
        Sizes of the last axes.
    bias : bool
        Whether b exists.

    Shape
    -----
    Inputs (..., in1_features) and (..., in2_features), output (..., out_features); ``weight``
    (out_features, in1_features, in2_features).
    """

    _shown = "in1_features=, in2_features=, out_features=, bias="

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        self.in1_features = check_count("Bilinear", "in1_features", in1_features)
        self.in2_features = check_count("Bilinear", "in2_features", in2_features)
        self.out_features = check_count("Bilinear", "out_features", out_features)
        check_flag("Bilinear", "bias", bias)
        dtype = made_dtype("Bilinear", device, dtype)
        shape = (out_features, in1_features, in2_features)
        self.weight = parameter_of(np.empty(shape, dtype))
        self.bias = parameter_of(np.empty(out_features, dtype)) if bias else None
        self.reset_parameters(generator)

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw weight and bias again."""
        generator = get_generator(generator, "Bilinear")
        bound = 1.0 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound, generator)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, generator)

    def forward(self, x1: Any, x2: Any) -> Any:
        """Return x₁ᵀ A_k x₂ + b_k for each k."""
        wanted = (self.in1_features, self.in2_features)
        if x1.shape[:-1] != x2.shape[:-1] or (x1.shape[-1], x2.shape[-1]) != wanted:
            raise ValueError(
                f"expected inputs of shapes (..., {wanted[0]}) and (..., {wanted[1]}), "
                f"got {tuple(x1.shape)} and {tuple(x2.shape)}"
            )
        refuse_wider(x1, self.weight)
        refuse_wider(x2, self.weight)
        return bilinear(x1, x2, self.weight, self.bias)

    def mult_adds(self, x: Any, y: Any) -> int:
        """One for each weight and each row."""
        return int(y.size) * self.in1_features * self.in2_features


class Identity(Module):
    """Return the input. Takes any arguments and ignores them, to stand in for another layer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, x: Any) -> Any:
        """Return ``x``."""
        return x
