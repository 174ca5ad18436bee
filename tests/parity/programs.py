"""Random programs: lists of steps with operand numbers, run by us and by PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.parity.moves import MOVES

Array = np.ndarray
LEAVES = [(), (2,), (3,), (4,), (5,), (2, 3), (3, 4), (4, 5), (2, 1), (3, 1), (1, 4), (2, 3, 4)]
SMALL = [(), (0,), (1,), (2,), (3,), (1, 1), (3, 0), (0, 2), (2, 3), (1, 3), (2, 1), (1, 0, 2)]
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
    dtypes: list[Any]
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
        outputs = [place[o] for o in self.outputs]
        return Program(self.seed, self.leaves, self.dtypes, steps, outputs, self.weights)

    def typed_leaves(self, dtype: Any = None) -> list[Array]:
        """The leaves as arrays of the dtypes of the program, or all of one."""
        dtypes = [dtype] * len(self.leaves) if dtype else self.dtypes
        return [x.astype(each) for x, each in zip(self.leaves, dtypes, strict=True)]

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Random numbers which the narrowest dtype of the program holds."""
        drawn = np.asarray(rng.normal(0, 1, shape))
        return drawn.astype(min(self.dtypes, key=lambda d: np.dtype(d).itemsize)).astype(float)


def our_call(step: Step, operands: list[Any]) -> Any:
    return MOVES[step.name].ours(*operands, **step.params)


def kind_of(seed: int) -> str:
    """Most programs are in float64; others have narrower numbers too, or few of them or none."""
    return {6: "mixed", 7: "half", 8: "small", 9: "small"}.get(seed % 10, "double")


_DTYPES = {
    "double": [np.float64],
    "small": [np.float64],
    "mixed": [np.float32, np.float64],
    "half": [np.float16, np.float16, np.float32],
}


def generate(seed: int) -> Program:
    """A program of 3 to 30 steps whose values stay in a range where results mean something."""
    rng = np.random.default_rng(seed)
    kind = kind_of(seed)
    table = SMALL if kind == "small" else LEAVES
    shapes = [table[k] for k in rng.choice(len(table), int(rng.integers(1, 5)), replace=False)]
    dtypes = [_DTYPES[kind][k] for k in rng.integers(0, len(_DTYPES[kind]), len(shapes))]
    program = Program(seed, [], dtypes, [], [], [])
    program.leaves = [program.draw(rng, shape) for shape in shapes]
    values = list(program.leaves)
    wanted = int(rng.integers(3, 13 if kind == "half" else 31))
    while len(program.steps) < wanted and program.tries < 40 * wanted:
        program.tries += 1
        name = _NAMES[int(rng.choice(len(_NAMES), p=_WEIGHTS))]
        if not (kind in ("mixed", "half") and MOVES[name].delicate):
            _try(program, name, values, rng)
    candidates = range(len(program.leaves), len(values))
    some = rng.choice(candidates, min(len(candidates), int(rng.integers(1, 4))), replace=False)
    program.outputs = sorted({len(values) - 1, *map(int, some)} & set(candidates))
    program.weights = [program.draw(rng, values[k].shape) for k in program.outputs]
    program.values = values
    return program


def _try(program: Program, name: str, values: list[Array], rng: np.random.Generator) -> None:
    """Append one step, if the values drawn for it admit it."""
    chosen = MOVES[name]
    # The newest values are drawn most often, so that programs grow deep and not only wide. Large
    # ones are not: the cosine of a million says how it was rounded.
    odds = (1.0 + np.arange(len(values))) * [
        np.max(np.abs(v), initial=0) <= TOO_LARGE for v in values
    ]
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
        step = Step("arctan", shrink.operands, {}) if rng.random() < 0.5 else shrink
        program.steps.append(step)
        values.append(np.asarray(our_call(step, [values[-1]])))
