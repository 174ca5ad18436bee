"""Ways to break a derivative, applied to the table of operations, and who notices."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_edu.engine import Node, Primitive
from tinygrad_edu.testing import LAWS
from tinygrad_edu.testing.specs import OpSpec

Rule = Callable[..., Any]
# kind -> (rule, the rules of all inputs, its position) -> broken rule
Mutator = Callable[[Rule, tuple[Rule | None, ...], int], Rule]

MUTATORS: dict[str, Mutator] = {}


def mutator(make: Mutator) -> Mutator:
    MUTATORS[make.__name__] = make
    return make


def after(change: Callable[[Any, Any, Any], Any]) -> Mutator:
    """Break what the rule returns: ``change(part, g, input)``."""

    def make(rule: Rule, rules: tuple[Rule | None, ...], position: int) -> Rule:
        def broken(g: Any, y: Any, *inputs: Any, **params: Any) -> Any:
            at = params.get("position", position)  # of a variadic operation
            part = rule(g, y, *inputs, **params)
            return change(part, g, inputs[at])

        return broken

    return make


def constant(part: Any) -> Any:
    """The same values without their history."""
    return Node.wrap(part.value.copy()) if isinstance(part, Node) else part


def slice_of(part: Any, x: Any) -> Any:
    """One copy where the sum over broadcast copies is meant."""
    if part.shape == x.shape:
        return part
    part = part[(0,) * (part.ndim - x.ndim)]
    first = tuple(slice(0, 1) if n == 1 else slice(None) for n in x.shape)
    return part[first]


def without_an_entry(part: Any) -> Any:
    """The largest entry lost."""
    mask = np.ones(part.shape)
    if mask.size:
        mask.reshape(-1)[int(np.argmax(np.abs(_values(part))))] = 0.0
    return part * mask


MUTATORS["scaled"] = after(lambda part, g, x: part * (1 + 1e-4))
MUTATORS["negated"] = after(lambda part, g, x: -part)
MUTATORS["zero"] = after(lambda part, g, x: part * 0.0)
MUTATORS["reversed"] = after(lambda part, g, x: part[..., ::-1] if part.ndim else part)
MUTATORS["not_summed"] = after(lambda part, g, x: slice_of(part, x))
MUTATORS["entry_lost"] = after(lambda part, g, x: without_an_entry(part))
MUTATORS["offset"] = after(lambda part, g, x: part + 1e-6)
MUTATORS["single_precision"] = after(lambda part, g, x: part.astype(np.float32))
MUTATORS["graph_cut"] = after(lambda part, g, x: constant(part))
MUTATORS["second_order_scaled"] = after(
    lambda part, g, x: part * (1 + 1e-4) if isinstance(g, Node) else part
)


@mutator
def ones_for_cotangent(rule: Rule, rules: tuple[Rule | None, ...], position: int) -> Rule:
    """As if the result were always summed."""

    def broken(g: Any, y: Any, *inputs: Any, **params: Any) -> Any:
        return rule(g * 0.0 + 1.0, y, *inputs, **params)

    return broken


@mutator
def stale_values(rule: Rule, rules: tuple[Rule | None, ...], position: int) -> Rule:
    """As if inputs and result had changed since the forward pass."""

    def moved(a: Any, k: int) -> Any:
        array = a.value if isinstance(a, Node) else a
        floats = isinstance(array, np.ndarray) and array.dtype.kind == "f"
        # Each by another factor: x / y would not notice a common one.
        return a * (1 + 1e-4 * (k + 1)) if floats else a

    def broken(g: Any, y: Any, *inputs: Any, **params: Any) -> Any:
        params = {k: None if k == "cache" else v for k, v in params.items()}
        stale = [moved(a, k + 1) for k, a in enumerate(inputs)]
        return rule(g, moved(y, 0), *stale, **params)

    return broken


@mutator
def rules_swapped(rule: Rule, rules: tuple[Rule | None, ...], position: int) -> Rule:
    """The rule of another input."""
    others = [r for k, r in enumerate(rules) if k != position and r is not None]
    return others[0] if others else rule


@mutator
def cotangent_overwritten(rule: Rule, rules: tuple[Rule | None, ...], position: int) -> Rule:
    """A rule that works in place on the gradient it was given."""

    def broken(g: Any, y: Any, *inputs: Any, **params: Any) -> Any:
        part = rule(g, y, *inputs, **params)
        part = part if isinstance(part, Node) else np.array(part)
        if isinstance(g, np.ndarray):
            g *= 1.5
        return part

    return broken


@mutator
def one_buffer(rule: Rule, rules: tuple[Rule | None, ...], position: int) -> Rule:
    """A rule that hands out the same array each time."""
    buffers: dict[Any, Any] = {}

    def broken(g: Any, y: Any, *inputs: Any, **params: Any) -> Any:
        part = rule(g, y, *inputs, **params)
        if isinstance(part, Node):
            return part
        part = np.asarray(part)
        buffer = buffers.setdefault((part.shape, part.dtype), np.empty_like(part, order="C"))
        buffer[...] = part
        return buffer

    return broken


def for_one(rule: Rule) -> Rule:
    """The rule of a variadic operation as one for a single input, at ``position``."""

    def single(g: Any, y: Any, *inputs: Any, position: int, **params: Any) -> Any:
        return rule(g, y, *inputs, positions=[position], **params)[0]

    return single


def for_all(rule: Rule) -> Rule:
    """The inverse of `for_one`."""

    def together(g: Any, y: Any, *inputs: Any, positions: Any, **params: Any) -> Any:
        return [rule(g, y, *inputs, position=k, **params) for k in positions]

    return together


@dataclass(frozen=True)
class Mutant:
    """One rule of one operation, broken in one way."""

    spec: OpSpec
    position: int
    kind: str

    def __str__(self) -> str:
        return f"{self.spec.name}[{self.position}] {self.kind}"

    @property
    def record(self) -> Primitive:
        found = self.spec.record
        if found is None:
            raise LookupError(f"{self.spec.name} is no primitive")
        return found


def mutants_of(spec: OpSpec) -> Iterator[Mutant]:
    """Every mutant of a primitive; none of a composite, which has no rules of its own."""
    if spec.record is not None:
        for position, rule in enumerate(spec.record.vjps):
            for kind in MUTATORS if rule is not None else ():
                yield Mutant(spec, position, kind)


@contextmanager
def planted(mutant: Mutant) -> Iterator[list[bool]]:
    """Put a mutant into the table; yields a list that is filled where it changed anything."""
    record = mutant.record
    rules = record.vjps
    rule = rules[mutant.position]
    if rule is None:
        raise LookupError(f"{mutant} has no rule to break")
    if record.variadic:
        broken = for_all(MUTATORS[mutant.kind](for_one(rule), rules, mutant.position))
    else:
        broken = MUTATORS[mutant.kind](rule, rules, mutant.position)
    acted: list[bool] = []

    def compare(right: Any, wrong: Any) -> None:
        lost = isinstance(right, Node) and right.requires_grad and not wrong.requires_grad
        kept_alive = mutant.kind == "one_buffer"
        if np.any(_values(right)) and (lost or kept_alive):
            acted.append(True)
        if _differ(_values(right), _values(wrong)):
            acted.append(True)

    def watched(g: Any, y: Any, *inputs: Any, **params: Any) -> Any:
        kept = np.array(_values(g))
        right = rule(g, y, *inputs, **params)
        wrong = broken(g, y, *inputs, **params)
        if _differ(kept, _values(g)):
            acted.append(True)
        several = record.variadic
        for one, other in zip(right, wrong, strict=True) if several else [(right, wrong)]:
            compare(one, other)
        return wrong

    try:
        record.vjps = (*rules[: mutant.position], watched, *rules[mutant.position + 1 :])
        yield acted
    finally:
        record.vjps = rules


def _values(a: Any) -> Any:
    return np.asarray(a.value if isinstance(a, Node) else a)


def _differ(a: Any, b: Any) -> bool:
    """Whether two arrays differ in a value; zeros of another shape sum to the same."""
    return bool(a.any() or b.any()) and not np.array_equal(a, b, equal_nan=True)


# The laws that can notice a broken rule, the quick ones first.
_ORDER = [
    "linear_in_the_cotangent",
    "first_order",
    "inputs_stay_unchanged",
    "recording_changes_nothing",
    "dot_product",
    "gradients_are_private",
    "same_operand",
    "second_order",
    "first_order_complex",
    "dtype_is_kept",
    "same_twice",
    "layout_does_not_matter",
    "float32_is_rounded_float64",
    "nothing_is_kept_alive",
]


def killer(mutant: Mutant) -> tuple[str | None, bool]:
    """The first law that notices a mutant, and whether the mutant changed anything at all."""
    # Small calls first: they are quick, and notice most.
    cases = sorted(mutant.spec.cases, key=lambda case: sum(x.size for x in case.xs) or 1000)
    laws = [name for name in _ORDER if name not in mutant.spec.exempt]
    with planted(mutant) as acted:
        for case in cases:
            for law in laws:
                rng = np.random.default_rng(zlib.crc32(f"{mutant}{law}".encode()))
                try:
                    with np.errstate(all="ignore"):
                        LAWS[law](case, rng)
                except Exception:
                    return law, True
        return None, bool(acted)
