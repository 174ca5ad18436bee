"""Matrices with a purpose: copies, orthonormal rows, few connections."""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np

from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.nn.init.distributions import normal_, target_array
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import Tensor

__all__ = ["dirac_", "eye_", "orthogonal_", "sparse_"]

T = TypeVar("T", bound=Tensor)


def eye_(tensor: T, gain: float = 1.0) -> T:
    """Fill a matrix with ``gain`` on the diagonal and 0 elsewhere: the layer starts as a copy."""
    array = target_array("eye_", tensor)
    if array.ndim != 2:
        raise ValueError(f"eye_: expected a tensor of 2 axes, got shape {tuple(tensor.shape)}")
    array[...] = 0.0
    np.fill_diagonal(array, gain)
    return tensor


def dirac_(tensor: T, groups: int = 1) -> T:
    """Fill the kernel of a convolution so that it starts as a copy of its input, in each group.

    tensor (out, in / groups, *kernel), with 1 to 3 kernel axes.
    """
    array = target_array("dirac_", tensor)
    if array.ndim not in (3, 4, 5):
        raise ValueError(
            f"dirac_: expected a kernel of 3 to 5 axes, got shape {tuple(tensor.shape)}"
        )
    if array.shape[0] % check_count("dirac_", "groups", groups):
        raise ValueError(f"dirac_: {array.shape[0]} outputs cannot be cut into {groups} groups")
    array[...] = 0.0
    per_group = array.shape[0] // groups
    middle = tuple(size // 2 for size in array.shape[2:])
    for group in range(groups):
        for channel in range(min(per_group, array.shape[1])):
            array[(group * per_group + channel, channel, *middle)] = 1.0
    return tensor


def orthogonal_(tensor: T, gain: float = 1.0, generator: GeneratorLike = None) -> T:
    """Fill with a random matrix of orthonormal rows or columns, times ``gain``.

    Axes after the first count as one. Saxe, McClelland & Ganguli 2014.
    """
    array = target_array("orthogonal_", tensor)
    if array.ndim < 2:
        raise ValueError(f"orthogonal_: expected at least 2 axes, got shape {tuple(tensor.shape)}")
    rows, columns = array.shape[0], math.prod(array.shape[1:])
    if rows and columns:
        normal = get_generator(generator, "orthogonal_").standard_normal(
            (max(rows, columns), min(rows, columns))
        )
        q, r = np.linalg.qr(normal)
        q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)  # else the signs of r would not be random
        array[...] = (gain * (q if rows >= columns else q.T)).reshape(array.shape)
    return tensor


def sparse_(tensor: T, sparsity: float, std: float = 0.01, generator: GeneratorLike = None) -> T:
    """Fill a matrix with normal values, and a share ``sparsity`` of each column with 0.

    Martens 2010.
    """
    check_number("sparse_", "sparsity", sparsity, "[0, 1]")
    array = target_array("sparse_", tensor)
    if array.ndim != 2:
        raise ValueError(f"sparse_: expected a tensor of 2 axes, got shape {tuple(tensor.shape)}")
    generator = get_generator(generator, "sparse_")
    normal_(tensor, 0.0, std, generator)
    zeros = math.ceil(sparsity * array.shape[0])
    for column in range(array.shape[1]):
        array[generator.permutation(array.shape[0])[:zeros], column] = 0.0
    return tensor
