"""The samples of every operation, in files by subject.

A record (`testing.specs.OpSpec`) holds sample inputs and where values can be looked up. The tests
iterate over SPECS and `tinygrad-edu gradcheck` prints the table; nothing else imports it.
"""

from __future__ import annotations

from tinygrad_edu.samples import (
    activation,
    calculus,
    choosing,
    comparison,
    convolution,
    cumulative,
    decomposition,
    diagonals,
    editing,
    einsum,
    elementwise,
    gamma,
    indexing,
    joining,
    logic,
    losses,
    nans,
    normalization,
    norms,
    polynomials,
    pooling,
    products,
    real,
    rearranging,
    reduction,
    rounding,
    shaping,
    solving,
    sorting,
    special,
    statistics,
    trigonometry,
)
from tinygrad_edu.testing.specs import by_name

__all__ = ["SPECS"]

#: The record of each operation of the package.
SPECS = by_name(
    activation.SPECS,
    joining.SPECS,
    logic.SPECS,
    calculus.SPECS,
    choosing.SPECS,
    comparison.SPECS,
    convolution.SPECS,
    cumulative.SPECS,
    decomposition.SPECS,
    diagonals.SPECS,
    editing.SPECS,
    einsum.SPECS,
    elementwise.SPECS,
    gamma.SPECS,
    indexing.SPECS,
    products.SPECS,
    losses.SPECS,
    nans.SPECS,
    normalization.SPECS,
    norms.SPECS,
    polynomials.SPECS,
    pooling.SPECS,
    real.SPECS,
    rearranging.SPECS,
    reduction.SPECS,
    rounding.SPECS,
    shaping.SPECS,
    solving.SPECS,
    sorting.SPECS,
    special.SPECS,
    statistics.SPECS,
    trigonometry.SPECS,
)
