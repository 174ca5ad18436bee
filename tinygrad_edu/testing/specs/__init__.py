"""One record for every operation, in files by subject: sample inputs, and where values are found.

The tests iterate over SPECS, and `tinygrad-edu gradcheck` prints the table. Nothing of the package
imports it on the way in: it is read when it is asked for.
"""

from __future__ import annotations

from tinygrad_edu.testing.specs import (
    activation,
    bitwise,
    classification,
    combining,
    comparison,
    convolution,
    cumulative,
    decomposition,
    diagonals,
    einsum,
    elementwise,
    indexing,
    linalg,
    losses,
    moments,
    normalization,
    norms,
    pooling,
    questions,
    rearranging,
    reduction,
    rounding,
    selecting,
    shaping,
    solving,
    sorting,
    special,
    trigonometry,
)
from tinygrad_edu.testing.specs.base import OpSpec
from tinygrad_edu.testing.specs.base import sample as sample
from tinygrad_edu.testing.specs.base import spec as spec


def by_name(*tables: list[OpSpec]) -> dict[str, OpSpec]:
    """Records by the name of their operation.

    Raises
    ------
    ValueError
        For two records of one operation.
    """
    found: dict[str, OpSpec] = {}
    for record in (record for table in tables for record in table):
        if record.name in found:
            raise ValueError(f"two specs for {record.name}")
        found[record.name] = record
    return found


#: The record of each operation of the package.
SPECS = by_name(
    activation.SPECS,
    bitwise.SPECS,
    classification.SPECS,
    combining.SPECS,
    comparison.SPECS,
    convolution.SPECS,
    cumulative.SPECS,
    decomposition.SPECS,
    diagonals.SPECS,
    einsum.SPECS,
    elementwise.SPECS,
    indexing.SPECS,
    linalg.SPECS,
    losses.SPECS,
    moments.SPECS,
    normalization.SPECS,
    norms.SPECS,
    pooling.SPECS,
    questions.SPECS,
    rearranging.SPECS,
    reduction.SPECS,
    rounding.SPECS,
    selecting.SPECS,
    shaping.SPECS,
    solving.SPECS,
    sorting.SPECS,
    special.SPECS,
    trigonometry.SPECS,
)
