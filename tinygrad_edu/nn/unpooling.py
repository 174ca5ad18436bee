"""The way back from the maxima of windows."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import Node
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.pooling import check_windows
from tinygrad_edu.ops.indexing import set_at
from tinygrad_edu.ops.windows import slides
from tinygrad_edu.tensor import from_numpy

__all__ = ["MaxUnpool2d", "max_unpool2d"]


def max_unpool2d(
    input: Any, indices: Any, kernel_size: Any, stride: Any = None, padding: Any = 0,
    output_size: Any = None,
) -> Any:  # fmt: skip
    """Put elements back to the places that `max_pool2d` found them at; zeros elsewhere."""
    places = np.asarray(indices.value if isinstance(indices, Node) else indices)
    both = slides(kernel_size, kernel_size if stride is None else stride, padding, 1)
    sizes = zip(input.shape[-2:], both, strict=True)
    usual = tuple((n - 1) * s.stride - 2 * s.before + s.kernel for n, s in sizes)
    height, width = usual if output_size is None else tuple(output_size)[-2:]
    lead = tuple(input.shape[:-2])
    count = int(np.prod(lead, dtype=int))
    start = np.arange(count).reshape(*lead, 1, 1) * (height * width)
    blank = from_numpy(np.zeros(count * height * width, input.dtype))
    filled = set_at(blank, ops.reshape(input, shape=(-1,)), index=(places + start).reshape(-1))
    return ops.reshape(filled, shape=(*lead, height, width))


class MaxUnpool2d(Module):
    """Put elements back to the places that ``MaxPool2d(return_indices=True)`` found them at.

    Parameters
    ----------
    kernel_size, stride, padding
        Those of the pooling.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> pool, back = tg.nn.MaxPool2d(2, return_indices=True), tg.nn.MaxUnpool2d(2)
    >>> back(*pool(tg.tensor([[[1.0, 2.0], [4.0, 3.0]]])))
    tensor([[[0., 0.],
             [4., 0.]]])
    """

    _shown = "kernel_size=, stride=, padding="

    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        check_windows("MaxUnpool2d", kernel_size, stride, padding, 1)
        self.kernel_size, self.padding = _two(kernel_size), _two(padding)
        self.stride = self.kernel_size if stride is None else _two(stride)

    def forward(self, x: Any, indices: Any, output_size: Any = None) -> Any:
        """Return the larger images."""
        settings = (self.kernel_size, self.stride, self.padding)
        return max_unpool2d(x, indices, *settings, output_size)


def _two(value: Any) -> tuple[Any, ...]:
    """One number for each axis."""
    return tuple(value) if isinstance(value, (tuple, list)) else (value, value)
