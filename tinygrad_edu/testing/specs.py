"""What a spec is: sample inputs of an operation and where its values can be looked up.

Add an operation like this, in the file of its subject:

    spec("hypot", sample((2, 3), (3,)), sample((), ()), reference=by_element(math.hypot))

Shapes become random arrays of pairwise distinct values; sizes above 1 in one shape must differ, so
that no transposed or wrongly summed gradient can hide.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import PRIMITIVES, Array, Primitive
from tinygrad_edu.random import get_generator
from tinygrad_edu.testing.laws.case import Case

__all__ = [
    "AXES", "BINARY", "EMPTY", "EMPTY_BUT_REDUCIBLE", "PAIRS", "UNARY", "Domain", "OpSpec",
    "Sample", "along", "away_from", "between", "by_element", "by_name", "by_row", "generic",
    "positive", "sample", "spec",
]  # fmt: skip

# ---- domains: how to draw n values, pairwise apart by far more than a difference quotient moves

Domain = Callable[[np.random.Generator, int], Array]


def between(low: float, high: float) -> Domain:
    """Values inside (low, high), evenly apart but for some jitter, in random order."""

    def draw(rng: np.random.Generator, n: int) -> Array:
        """Return ``n`` values inside the interval."""
        cell = (high - low) / max(n, 1)
        jitter = rng.uniform(0.2, 0.8, size=n)
        return low + cell * (rng.permutation(n) + jitter)

    return draw


def away_from(*kinks: float, low: float = -2.0, high: float = 2.0, gap: float = 0.05) -> Domain:
    """Values inside (low, high), none nearer than ``gap`` to a kink."""

    def draw(rng: np.random.Generator, n: int) -> Array:
        """Return ``n`` values away from the kinks."""
        x = between(low, high)(rng, n)
        for kink in kinks:
            side = np.where(x < kink, -1.0, 1.0)
            x = np.where(np.abs(x - kink) < gap, kink + side * gap * rng.uniform(1, 2, n), x)
        return x

    return draw


generic = away_from(0.0)
positive = between(0.1, 3.0)


@dataclass(frozen=True)
class Sample:
    """One call. A tuple of sizes stands for an array to draw, anything else for itself."""

    inputs: tuple[Any, ...]
    params: dict[str, Any]
    domains: tuple[Domain, ...]
    unlike_torch: str = ""

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of its arrays."""
        return [a if isinstance(a, tuple) else np.shape(a) for a in self.inputs if _is_array(a)]


def _is_array(a: Any) -> bool:
    return isinstance(a, (tuple, np.ndarray))


def sample(
    *inputs: Any,
    domain: Domain | tuple[Domain, ...] = (),
    unlike_torch: str = "",
    **params: Any,
) -> Sample:
    """A call of an operation; ``domain`` for all inputs, or one for each.

    ``unlike_torch`` says why PyTorch gives something else here.
    """
    return Sample(inputs, params, domain if isinstance(domain, tuple) else (domain,), unlike_torch)


@dataclass(frozen=True)
class OpSpec:
    """What the generic tests need to know of one operation.

    name : as in ``tinygrad_edu.ops`` (and ``PRIMITIVES``).
    samples : calls, some without axes and some with axes of size 1 and 0, where that can be.
    reference : the same values from other code: ``(*arrays, **params) -> array``; every operation
        of the package has one.
    domain : where inputs are drawn, for all of them or one for each.
    analytic : whether the NumPy function takes complex arrays, so that the complex step applies.
    no_gradient : inputs without a derivative even though they hold floats.
    keeps_dtype : False where another dtype is the purpose.
    exempt : laws that do not apply, each with the reason.
    call : what to call instead, for an operation that gives several arrays or takes few of them.
    square : whether it takes square matrices, so that sizes cannot all differ.
    """

    name: str
    samples: tuple[Sample, ...]
    reference: Callable[..., Any] | None = None
    domain: Domain | tuple[Domain, ...] = generic
    analytic: bool = False
    no_gradient: tuple[int, ...] = ()
    dtypes: tuple[Any, ...] = (np.float16, np.float32, np.float64)
    keeps_dtype: bool = True
    exempt: dict[str, str] = field(default_factory=dict)
    call: Callable[..., Any] | None = None
    square: bool = False

    @property
    def function(self) -> Callable[..., Any]:
        """What is called."""
        if self.call is not None:
            return self.call
        home = sys.modules[PRIMITIVES[self.name].forward.__module__] if self.record else ops
        found: Any = getattr(home, self.name, None) or getattr(home, self.name + "_", None)
        if found is None:
            raise LookupError(f"{self.name}: there is no operation of that name; give call=")
        return cast(Callable[..., Any], found)

    @property
    def record(self) -> Primitive | None:
        """What the engine knows of it; None for a composite."""
        return PRIMITIVES.get(self.name)

    @property
    def cases(self) -> list[Case]:
        """One call for each sample, with the arrays drawn: the same on every run."""
        return [self._case(k, s) for k, s in enumerate(self.samples)]

    def _case(self, number: int, chosen: Sample) -> Case:
        rng = get_generator(zlib.crc32(f"{self.name}{number}".encode()))
        own = self.domain if isinstance(self.domain, tuple) else (self.domain,)
        domains = chosen.domains or own
        drawn = [k for k, a in enumerate(chosen.inputs) if isinstance(a, tuple)]
        inputs = list(chosen.inputs)
        sizes = [int(np.prod(inputs[k])) for k in drawn]
        if len(domains) == 1:  # one draw for all, so that values differ across the inputs too
            pool = np.split(domains[0](rng, sum(sizes)), np.cumsum(sizes)[:-1]) if drawn else []
        else:
            pool = [domains[k](rng, n) for k, n in zip(drawn, sizes, strict=True)]
        for k, values in zip(drawn, pool, strict=True):
            inputs[k] = values.reshape(chosen.inputs[k])
        return Case(
            self.function,
            tuple(inputs),
            chosen.params,
            tuple(k for k, a in enumerate(inputs) if self._has_gradient(k, a)),
            self.dtypes,
            self.keeps_dtype,
            self.analytic,
        )

    def _has_gradient(self, position: int, a: Any) -> bool:
        if not isinstance(a, np.ndarray) or a.dtype.kind != "f" or position in self.no_gradient:
            return False
        if self.record is None:
            return True
        return self.record.vjps[0 if self.record.variadic else position] is not None


def spec(name: str, *samples: Sample, **settings: Any) -> OpSpec:
    """An `OpSpec` from its name and its samples."""
    return OpSpec(name, samples, **settings)


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


# ---- references: values from code that shares nothing with the operations


def by_element(scalar: Callable[..., Any]) -> Callable[..., Any]:
    """Python's own function of numbers, element by element."""

    def reference(*arrays: Any, **params: Any) -> Any:
        broadcast = np.broadcast_arrays(*arrays)
        flat = [
            scalar(*(v.item() for v in values), **params)
            for values in zip(*(a.reshape(-1) for a in broadcast), strict=True)
        ]
        return np.array(flat).reshape(broadcast[0].shape)

    return reference


def by_row(vector: Callable[[list[float]], Any]) -> Callable[..., Any]:
    """A function of a list of numbers, for every line of x along ``axis``."""

    def reference(x: Any, axis: Any = None, keepdims: bool = False, **params: Any) -> Any:
        given = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = sorted(a % x.ndim for a in given)
        rest = [a for a in range(x.ndim) if a not in axes]
        y = np.empty([x.shape[a] for a in rest])
        for at in np.ndindex(*y.shape):
            where: list[Any] = [slice(None)] * x.ndim
            for a, i in zip(rest, at, strict=True):
                where[a] = i
            y[at] = vector(x[tuple(where)].reshape(-1).tolist(), **params)
        return y.reshape([1 if a in axes else n for a, n in enumerate(x.shape)]) if keepdims else y

    return reference


def along(vector: Callable[[list[float]], list[float]]) -> Callable[..., Any]:
    """A function from a list to a list of as many numbers, for every line of x along ``axis``."""

    def reference(x: Any, axis: int = -1, **params: Any) -> Any:
        y = np.empty_like(x)
        axis %= x.ndim
        for at in np.ndindex(*x.shape[:axis], *x.shape[axis + 1 :]):
            line = (*at[:axis], slice(None), *at[axis:])
            y[line] = vector(x[line].tolist(), **params)
        return y

    return reference


# Shapes for functions of one array: no axes, size 1, zero size, up to four axes.
UNARY = tuple(sample(s) for s in [(2, 3), (), (1,), (4,), (0, 3), (2, 1, 3), (2, 3, 1, 5)])
# Pairs that broadcast in each way: equal, stretched on either side, missing axes, no axes, empty.
PAIRS = [
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((), (4,)),
    ((4,), ()),
    ((), ()),
    ((2, 1, 5), (3, 1)),
    ((1,), (5,)),
    ((0, 3), (3,)),
    ((0, 1), (1, 3)),
    ((2, 3, 1, 5), (3, 4, 1)),
]
BINARY = tuple(sample(a, b) for a, b in PAIRS)
# Every form of axis on a shape of distinct sizes.
AXES = (
    *(sample((2, 3, 4), axis=a) for a in [None, 0, 1, 2, -1, (0, 2), (-1, 0), (0, 1, 2)]),
    *(sample((2, 3, 4), axis=a, keepdims=True) for a in [None, 1, (0, -1)]),
    sample(()),
    sample((1,), axis=0),
    sample((2, 1, 3), axis=1),
    sample((3, 1, 2, 4), axis=(1, 3)),
)
EMPTY = (
    sample((0, 3), axis=0),
    sample((0, 3), axis=1),
    sample((0,)),
    sample((2, 0, 3), axis=(0, 1)),
)
EMPTY_BUT_REDUCIBLE = (sample((0, 3), axis=1), sample((2, 0, 3), axis=(0, 2)))
