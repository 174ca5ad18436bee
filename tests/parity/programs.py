"""Random programs: lists of steps with operand numbers, run by us and by PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.parity.moves import MOVES
from tinygrad_edu.testing.laws.case import recorded

Array = np.ndarray
LEAVES = [(), (2,), (3,), (4,), (5,), (2, 3), (3, 4), (4, 5), (2, 1), (3, 1), (1, 4), (2, 3, 4)]
LARGEST, TOO_LARGE = 200, 50.0
_NAMES = list(MOVES)
_WEIGHTS = np.array([MOVES[name].weight for name in _NAMES])
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Step:
    name: str
    operands: tuple[int, ...]
    params: dict[str, Any]

    def __str__(self) -> str:
        more = "".join(f", {k}={v!r}" for k, v in self.params.items())
        return f"{self.name}({', '.join(f'v{k}' for k in self.operands)}{more})"


@dataclass
class Program:
    """Leaves are values 0, 1, ...; step k makes the value after those before it."""

    seed: int
    leaves: list[Array]
    steps: list[Step]
    outputs: list[int]
    weights: list[Array]
    tries: int = 0
    refused: int = 0
    values: list[Array] = field(default_factory=list, repr=False)

    def __str__(self) -> str:
        lines = [f"seed {self.seed}"]
        lines += [f"v{k} = leaf{x.shape} {x.tolist()}" for k, x in enumerate(self.leaves)]
        n = len(self.leaves)
        lines += [f"v{n + k} = {step}" for k, step in enumerate(self.steps)]
        return "\n".join([*lines, f"outputs {self.outputs}"])

    def run(self, call: Callable[[Step, list[Any]], Any], leaves: Sequence[Any]) -> list[Any]:
        """Every value, by one library."""
        values = list(leaves)
        for step in self.steps:
            values.append(call(step, [values[k] for k in step.operands]))
        return values

    def shuffled(self, rng: np.random.Generator) -> Program:
        """The same program with its steps in another order that respects who needs whom."""
        first = len(self.leaves)
        waiting = list(range(len(self.steps)))
        place = {k: k for k in range(first)}
        steps: list[Step] = []
        while waiting:
            ready = [k for k in waiting if all(o in place for o in self.steps[k].operands)]
            k = ready[int(rng.integers(len(ready)))]
            waiting.remove(k)
            place[first + k] = first + len(steps)
            step = self.steps[k]
            steps.append(Step(step.name, tuple(place[o] for o in step.operands), step.params))
        return Program(
            self.seed, self.leaves, steps, [place[o] for o in self.outputs], self.weights
        )


def our_call(step: Step, operands: list[Any]) -> Any:
    return MOVES[step.name].ours(*operands, **step.params)


def generate(seed: int) -> Program:
    """A program of 3 to 30 steps whose values stay in a range where results mean something."""
    rng = np.random.default_rng(seed)
    shapes = [LEAVES[k] for k in rng.choice(len(LEAVES), int(rng.integers(1, 5)), replace=False)]
    values = [np.asarray(rng.normal(0, 1, s)) for s in shapes]
    program = Program(seed, list(values), [], [], [])
    wanted = int(rng.integers(3, 31))
    while len(program.steps) < wanted and program.tries < 40 * wanted:
        program.tries += 1
        name = _NAMES[int(rng.choice(len(_NAMES), p=_WEIGHTS))]
        _try(program, name, values, rng)
    candidates = [k for k in range(len(program.leaves), len(values)) if values[k].size]
    some = rng.choice(candidates, min(len(candidates), int(rng.integers(1, 4))), replace=False)
    program.outputs = sorted({len(values) - 1, *map(int, some)} & set(candidates))
    program.weights = [np.asarray(rng.normal(0, 1, values[k].shape)) for k in program.outputs]
    program.values = values
    return program


def _try(program: Program, name: str, values: list[Array], rng: np.random.Generator) -> None:
    """Append one step, if the values drawn for it admit it."""
    chosen = MOVES[name]
    # The newest values are drawn most often, so that programs grow deep and not only wide.
    odds = 1.0 + np.arange(len(values))
    operands = rng.choice(len(values), chosen.arity, p=odds / odds.sum()).tolist()
    if chosen.arity == 2 and rng.random() < 0.05:
        operands[1] = operands[0]
    inputs = [values[k] for k in operands]
    params = chosen.choose(rng, *inputs)
    if params is None:
        return
    with np.errstate(all="ignore"):
        value = np.asarray(chosen.ours(*inputs, **params))
    if value.size > LARGEST or not np.isfinite(value).all():
        program.refused += 1
        return
    program.steps.append(Step(name, tuple(operands), params))
    values.append(value)
    if value.size and np.abs(value).max() > TOO_LARGE:
        shrink = Step("shrunk", (len(values) - 1,), {"a": 1.0 / float(np.abs(value).max())})
        step = Step("tanh", shrink.operands, {}) if rng.random() < 0.5 else shrink
        program.steps.append(step)
        values.append(np.asarray(our_call(step, [values[-1]])))


def our_leaves(leaves: Sequence[Array], dtype: Any = np.float64) -> list[Any]:
    return [recorded(x.astype(dtype)) for x in leaves]
