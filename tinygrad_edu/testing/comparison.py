"""`Check`: the derivatives of a function by backward and by differences, entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.testing.backward_laws import check_laws
from tinygrad_edu.testing.derivatives import Derivatives
from tinygrad_edu.testing.diagnosis import diagnose
from tinygrad_edu.testing.graph_causes import cut_path
from tinygrad_edu.testing.mismatch import GradcheckError, Mismatch, UndecidedError, listed
from tinygrad_edu.testing.numeric import numerical_jacobian
from tinygrad_edu.testing.pair import Pair
from tinygrad_edu.testing.settle import Slope, settled_slope
from tinygrad_edu.testing.undecided import kinked_entries, shared_wrongly, tied, why_undecided

__all__ = ["Check", "Settings"]

# Jacobians with more entries are compared along random directions.
_LARGEST_JACOBIAN = 2000
_DIRECTIONS = 8
# After so many columns in a row that no other step makes right, the others are taken for the same.
_PATIENCE = 32
# So many wrong columns are looked at with small steps too, where a function may be rough.
_THOROUGH = 2


@dataclass(frozen=True)
class Settings:
    """The arguments of `gradcheck`."""

    eps: float
    atol: float
    rtol: float
    nondet_tol: float
    method: str
    fast_mode: bool
    forward_mode: bool
    rng: np.random.Generator
    asked_step: bool = False

    @property
    def other_steps(self) -> bool:
        """Whether steps other than the first may be tried."""
        return not self.asked_step and self.method != "complex"

    def allowed(self, slope: Array | float) -> Array:
        """How far a gradient may be from a slope."""
        return np.asarray(self.atol + self.rtol * np.abs(slope))


@dataclass
class Verdicts:
    """What is known of the Jacobian of output ``number`` by tensor ``k``, entry by entry."""

    number: int
    k: int
    analytical: Array
    numerical: Array
    wrong: Array
    open: Array
    slopes: dict[int, Slope] = field(default_factory=dict)  # by column
    kinks: dict[int, str] = field(default_factory=dict)  # words, by column
    ties: dict[int, tuple[float, float]] = field(default_factory=dict)  # slope, sum; by row


class Check(Derivatives):
    """One check: the derivatives, the settings, and the verdict."""

    def __init__(self, func: Callable[..., Any], arguments: list[Any], settings: Settings) -> None:
        super().__init__(func, arguments, settings.method, settings.eps or None)
        self.settings = settings
        self.undecided: list[UndecidedError] = []

    def check_laws(self, zero: bool, dtypes: bool) -> None:
        """What holds whatever the derivative is: see `check_laws`."""
        check_laws(self, self.settings.rng, self.settings.nondet_tol, zero, dtypes)

    def check_jacobians(self) -> None:
        """Each output against each input; what is undecided is told where nothing is wrong."""
        for number, y in enumerate(self.outputs()):
            for k, x in enumerate(self.xs):
                large = y.size * x.size > _LARGEST_JACOBIAN
                if self.settings.fast_mode or large:
                    self.compare_directions(number, k)
                else:
                    self.compare_entries(number, k)
        if self.undecided:
            raise self.undecided[0]

    # -- whole Jacobians

    def compare_entries(self, number: int, k: int) -> None:
        """Each entry."""
        y = self.outputs()[number]
        numerical = self.numerical(number, k)
        self.judge(self.verdicts(number, k, self.rows(y, k), numerical), y.shape, "")
        if self.settings.forward_mode:
            found = self.verdicts(number, k, self.columns(number, k), numerical)
            self.judge(found, y.shape, " (forward mode)")

    def verdicts(self, number: int, k: int, analytical: Array, numerical: Array) -> Verdicts:
        """Right, wrong or open; entries that differ at the first step are tried at others."""
        with np.errstate(invalid="ignore", over="ignore"):
            near = np.abs(analytical - numerical) <= self.settings.allowed(numerical)
        wrong = ~(near & np.isfinite(numerical))
        found = Verdicts(number, k, analytical, numerical, wrong, np.zeros_like(wrong))
        if wrong.any():
            if self.settings.other_steps:
                self.try_other_steps(found)
            kinked_entries(self, found)
        return found

    def try_other_steps(self, found: Verdicts) -> None:
        """Replace the verdict on entries that differ by that of steps at which estimates agree.

        The estimates are chosen without a look at backward, and held to the same tolerance.
        """
        suspects, analytical = found.wrong.copy(), found.analytical
        with np.errstate(invalid="ignore"):
            off = np.nan_to_num(np.abs(analytical - found.numerical), nan=np.inf)
        worst = np.where(suspects, off, 0.0).max(axis=0)
        patience, thorough = _PATIENCE, _THOROUGH
        for column in np.argsort(-worst, kind="stable").tolist():
            wanted = suspects[:, column]
            if patience == 0 or not wanted.any():
                return
            entry = float(self.xs[found.k].value.reshape(-1)[column])
            moved = partial(self.moved, found.number, found.k, column)
            slope = settled_slope(moved, entry, self.settings.allowed, wanted)
            if thorough and (wanted & slope.wrong(analytical[:, column])).any():
                slope = settled_slope(moved, entry, self.settings.allowed, wanted, True)
                thorough -= bool((wanted & slope.wrong(analytical[:, column])).any())
            right = slope.right(analytical[:, column])
            wrong = slope.wrong(analytical[:, column])
            found.wrong[:, column] = wanted & wrong
            found.open[:, column] = wanted & ~wrong & ~right
            known = wanted & np.isfinite(slope.apart)
            found.numerical[:, column] = np.where(known, slope.value, found.numerical[:, column])
            found.slopes[column] = slope
            patience = _PATIENCE if (right & wanted).any() else patience - 1

    def moved(self, number: int, k: int, column: int, h: float) -> Array:
        """An output, as a vector, with one entry of tensor k moved by h."""
        values = self.xs[k].value.copy()
        values.reshape(-1)[column] += h
        return self.values(k, values)[number].reshape(-1)

    def judge(self, found: Verdicts, y_shape: tuple[int, ...], how: str) -> None:
        """Raise with everything known where entries are wrong; keep in mind those that are open."""
        if found.open.any():
            shared_wrongly(self, found)
        if found.wrong.any():
            cause = self.cause(found, y_shape)
            entries = self.mismatches(found, found.wrong, y_shape)
            lines = [f"gradcheck: {self.place(found, found.wrong, y_shape, how)} are wrong; "
                     "the worst first:", *listed(entries)]  # fmt: skip
            if cause:
                what = "Causes that fit" if "; or " in cause else "Likely cause"
                lines.append(f"{what}: {cause}")
            raise GradcheckError("\n".join(lines), entries, cause)
        if found.open.any():
            why = why_undecided(self, found)
            entries = self.mismatches(found, found.open, y_shape)
            lines = [f"gradcheck: undecided: {self.place(found, found.open, y_shape, how)} cannot "
                     "be told from the values of func, so backward may be right or wrong:",
                     *listed(entries), f"Why: {why}"]  # fmt: skip
            self.undecided.append(UndecidedError("\n".join(lines), entries, why))

    def cause(self, found: Verdicts, y_shape: tuple[int, ...]) -> str | None:
        """The likely cause of wrong entries: a path that the graph lacks, or a wrong rule."""
        if found.ties:
            return tied(found)
        if (cut := cut_path(self, found.number, found.k, found.analytical)) is not None:
            return cut
        x = self.xs[found.k]
        y = self.outputs()[found.number].value
        others = {
            f"input {self.positions[j]}": other.value
            for j, other in enumerate(self.xs)
            if j != found.k
        }
        swapped = {
            f"input {self.positions[j]}": partial(self.numerical, found.number, j)
            for j, other in enumerate(self.xs)
            if j != found.k and other.shape == x.shape
        }
        pair = Pair(
            found.analytical, found.numerical, y_shape, x.value, self.settings.rtol,
            self.settings.atol, y, others, swapped,
        )  # fmt: skip
        return diagnose(pair)

    def place(self, found: Verdicts, chosen: Array, y_shape: tuple[int, ...], how: str) -> str:
        """Which derivatives, in words."""
        x, position = self.xs[found.k], self.positions[found.k]
        called = f" {x.name!r}" if x.name else ""
        return (
            f"{np.count_nonzero(chosen)} of {chosen.size} derivatives{how} of output "
            f"{found.number}, shape {tuple(y_shape)}, by input {position}{called}, shape "
            f"{x.value.shape},"
        )

    def mismatches(
        self, found: Verdicts, chosen: Array, y_shape: tuple[int, ...]
    ) -> list[Mismatch]:
        """The chosen entries, the worst first."""
        entries = []
        for row, column in np.argwhere(chosen):
            slope = found.slopes.get(int(column))
            estimates: tuple[tuple[float, float], ...] = ()
            if slope is not None and found.open[row, column]:
                pairs = zip(slope.steps, slope.estimates, strict=True)
                estimates = tuple((h, float(estimate[row])) for h, estimate in pairs)
            entries.append(
                Mismatch(
                    found.number,
                    tuple(int(i) for i in np.unravel_index(row, y_shape)),
                    self.positions[found.k],
                    tuple(int(i) for i in np.unravel_index(column, self.xs[found.k].shape)),
                    float(found.numerical[row, column]),
                    float(found.analytical[row, column]),
                    estimates,
                )
            )
        return sorted(entries, key=lambda m: -m.error)

    # -- along directions

    def compare_directions(self, number: int, k: int) -> None:
        """vᵀ J u for random u and v: two numbers a direction instead of a matrix."""
        x, rng = self.xs[k], self.settings.rng
        y = self.outputs()[number]
        for _ in range(_DIRECTIONS):
            v, u = rng.standard_normal(y.shape), rng.standard_normal(x.shape)
            u = np.asarray(u / np.sqrt(max(u.size, 1)))
            analytical = float(np.sum(self.vjp(y, np.asarray(v))[k] * u)) if y.requires_grad else 0

            def along(t: Array, u: Array = u, v: Any = v) -> Array:
                moved = self.values(k, np.asarray(x.value + t[0] * u))[number]
                return np.asarray(np.sum(v * moved))

            numerical = float(numerical_jacobian(along, np.zeros(1), self.method, self.step)[0, 0])
            noise = 1e-9 * float(np.sum(np.abs(v * y.value)))  # of the sum that stands for a row
            if abs(analytical - numerical) <= float(self.settings.allowed(numerical)) + noise:
                continue
            self.judge_direction(number, k, along, analytical, numerical, noise)

    def judge_direction(
        self,
        number: int,
        k: int,
        along: Callable[[Array], Array],
        analytical: float,
        numerical: float,
        noise: float,
    ) -> None:
        """A direction whose slopes differ at the first step: try others."""
        place = f"along a random direction of input {self.positions[k]}, output {number} has slope"
        hint = "take a smaller input, of at most 2000 Jacobian entries, to see which"
        if self.settings.other_steps:
            slope = settled_slope(
                lambda h: along(np.array([h])).reshape(1),
                float(np.max(np.abs(self.xs[k].value))),
                lambda value: self.settings.allowed(value) + noise,
                np.ones(1, dtype=bool),
            )
            by_backward = np.array([analytical])
            if slope.right(by_backward).all():
                return
            if not slope.wrong(by_backward).all():
                message = (
                    f"gradcheck: undecided: {place} {analytical:.9g} by backward, and no "
                    f"differences that agree with each other; {hint}"
                )
                self.undecided.append(UndecidedError(message))
                return
            numerical = float(slope.value[0])
        raise GradcheckError(
            f"gradcheck: {place} {numerical:.9g} by differences, {analytical:.9g} by backward; "
            f"{hint}"
        )
