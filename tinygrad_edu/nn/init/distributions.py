"""Plain distributions and constants."""

from __future__ import annotations

import statistics
from typing import TypeVar

from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import Array, mark_changed
from tinygrad_edu.random import GeneratorLike, fill_normal, fill_uniform, get_generator
from tinygrad_edu.tensor import Tensor

__all__ = ["constant_", "normal_", "ones_", "trunc_normal_", "uniform_", "zeros_"]

T = TypeVar("T", bound=Tensor)


def target_array(name: str, tensor: Tensor) -> Array:
    """The array of a tensor to fill, marked as changed."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name}: expected a tensor, got {type(tensor).__name__}")
    if tensor.value.dtype.kind != "f":
        raise TypeError(f"{name}: expected a floating-point tensor, got {tensor.dtype.name}")
    if not tensor.is_leaf:
        raise RuntimeError(f"{name}: expected a leaf, this tensor was computed; detach it first")
    mark_changed(tensor.value)
    return tensor.value


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: GeneratorLike = None) -> T:
    """Fill with values uniform in [a, b).

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> w = tg.nn.init.uniform_(tg.nn.Parameter([0.0] * 1000), -1, 1)
    >>> bool((w.data >= -1).all() and (w.data < 1).all())
    True
    """
    if not a <= b:
        raise ValueError(f"uniform_: a must not exceed b, received a={a!r}, b={b!r}")
    array = target_array("uniform_", tensor)
    fill_uniform(get_generator(generator, "uniform_"), array, a, b)
    return tensor


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: GeneratorLike = None) -> T:
    """Fill with values of the normal distribution of this mean and standard deviation."""
    check_number("normal_", "std", std, "[0, inf)")
    array = target_array("normal_", tensor)
    fill_normal(get_generator(generator, "normal_"), array, mean, std)
    return tensor


def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: GeneratorLike = None,
) -> T:
    """Fill with values of a normal distribution, those outside [a, b] drawn again.

    Raises
    ------
    ValueError
        If [a, b] holds less than 1 % of the distribution.
    """
    check_number("trunc_normal_", "std", std, "(0, inf)")
    normal = statistics.NormalDist(mean, std)
    share = normal.cdf(b) - normal.cdf(a)
    if share < 0.01:
        raise ValueError(
            f"trunc_normal_: [{a:g}, {b:g}] holds only {share:.2g} of the normal distribution "
            f"with mean {mean:g} and std {std:g}; choose a wider interval"
        )
    generator = get_generator(generator, "trunc_normal_")
    array = target_array("trunc_normal_", normal_(tensor, mean, std, generator))
    while (outside := (array < a) | (array > b)).any():
        array[outside] = mean + std * generator.standard_normal(int(outside.sum()))
    return tensor


def constant_(tensor: T, val: float) -> T:
    """Fill with one value."""
    target_array("constant_", tensor)[...] = val
    return tensor


def zeros_(tensor: T) -> T:
    """Fill with 0. Right for a bias; weights of 0 keep all units of a layer alike for ever."""
    target_array("zeros_", tensor)[...] = 0.0
    return tensor


def ones_(tensor: T) -> T:
    """Fill with 1."""
    target_array("ones_", tensor)[...] = 1.0
    return tensor
