"""The two Jacobians that a diagnosis compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from tinygrad_edu.engine import Array

__all__ = ["Pair"]


class Pair(NamedTuple):
    """A Jacobian twice, (y.size, x.size): as backward has it and as differences have it.

    ``x`` and ``y`` are the values of the input and of the output.
    """

    analytical: Array
    numerical: Array
    y_shape: tuple[int, ...]
    x: Array
    rtol: float
    atol: float
    y: Array = np.zeros(0)
    others: Mapping[str, Array] = {}  # the other inputs, by name
    swapped: Mapping[str, Callable[[], Array]] = {}  # differences by other inputs of this shape

    def agree(self, a: Array, b: Array) -> bool:
        """Whether two arrays are equal but for the noise of differences."""
        return a.shape == b.shape and bool(self.entries_agree(a, b).all())

    def entries_agree(self, a: Array, b: Array) -> Array:
        """Where they are."""
        with np.errstate(invalid="ignore", over="ignore"):
            near: Array = np.abs(a - b) <= self.atol + self.rtol * np.abs(b)
        same: Array = near | (np.isnan(a) & np.isnan(b)) | (a == b)
        return same

    @property
    def elementwise(self) -> bool:
        """Whether each output depends on its own entry of the input alone."""
        rows, columns = self.numerical.shape
        off = ~np.eye(rows, columns, dtype=bool)
        zero = np.zeros_like(self.numerical)
        return (
            rows == columns
            and bool(self.entries_agree(self.numerical, zero)[off].all())
            and not self.analytical[off].any()
        )
