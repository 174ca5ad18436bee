"""Layers that only change the shape."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count
from tinygrad_edu.nn.module import Module

__all__ = ["Flatten", "Unflatten"]


class Flatten(Module):
    """Merge the axes from ``start_dim`` to ``end_dim`` into one; by default all but the first.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Flatten()(tg.tensor(np.zeros((2, 3, 4)))).shape
    torch.Size([2, 12])
    """

    _shown = "start_dim=, end_dim="

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = check_count("Flatten", "start_dim", start_dim, None)
        self.end_dim = check_count("Flatten", "end_dim", end_dim, None)

    def forward(self, x: Any) -> Any:
        """Return ``x`` with those axes merged."""
        if not (-x.ndim <= self.start_dim < x.ndim and -x.ndim <= self.end_dim < x.ndim):
            raise ValueError(
                f"axes {self.start_dim} to {self.end_dim} do not exist in an input of shape "
                f"{tuple(x.shape)}"
            )
        return ops.flatten(x, self.start_dim, self.end_dim)


class Unflatten(Module):
    """Split axis ``dim`` into several of sizes ``unflattened_size``; one may be -1.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Unflatten(1, (3, -1))(tg.tensor(np.zeros((2, 12)))).shape
    torch.Size([2, 3, 4])
    """

    _shown = "dim=, unflattened_size="

    def __init__(self, dim: int, unflattened_size: tuple[int, ...]) -> None:
        self.dim = check_count("Unflatten", "dim", dim, None)
        wanted = (
            "Unflatten: unflattened_size must be sizes, one of them -1 at most, received "
            f"{unflattened_size!r}"
        )
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(wanted)
        sizes = tuple(
            check_count("Unflatten", "unflattened_size", n, None) for n in unflattened_size
        )
        if not sizes or min(sizes) < -1 or sizes.count(-1) > 1:
            raise ValueError(wanted)
        self.unflattened_size = sizes

    def forward(self, x: Any) -> Any:
        """Return ``x`` with that axis split."""
        if not -x.ndim <= self.dim < x.ndim:
            raise ValueError(
                f"axis {self.dim} does not exist in an input of shape {tuple(x.shape)}"
            )
        dim = self.dim % x.ndim
        sizes, size = self.unflattened_size, x.shape[dim]
        known = math.prod(n for n in sizes if n >= 0)
        if -1 in sizes and known and size % known == 0:
            sizes = tuple(size // known if n == -1 else n for n in sizes)
        if math.prod(sizes) != size or min(sizes) < 0:
            raise ValueError(
                f"axis {self.dim} of an input of shape {tuple(x.shape)} cannot be split into "
                f"{self.unflattened_size}"
            )
        return ops.reshape(x, shape=x.shape[:dim] + sizes + x.shape[dim + 1 :])
