"""What `gradcheck` finds: the entries that are wrong, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.testing.derivatives import Derivatives
from tinygrad_edu.testing.diagnosis import Pair, diagnose
from tinygrad_edu.testing.kinks import describe_kink, kinked_operations
from tinygrad_edu.testing.numeric import numerical_jacobian, settled_slope

__all__ = ["Check", "GradcheckError", "Mismatch", "Settings"]

# Jacobians with more entries are compared along random directions.
_LARGEST_JACOBIAN = 2000
_DIRECTIONS = 8
_SHOWN = 8


@dataclass(frozen=True)
class Mismatch:
    """One entry of a Jacobian that backward and differences disagree about."""

    output: int
    output_index: tuple[int, ...]
    input: int
    input_index: tuple[int, ...]
    numerical: float
    analytical: float

    @property
    def error(self) -> float:
        """How far apart they are; NaN counts as infinitely far."""
        apart = abs(self.analytical - self.numerical)
        return apart if apart == apart else float("inf")

    def __str__(self) -> str:
        y = f"output {self.output}{list(self.output_index) or ''}"
        x = f"input {self.input}{list(self.input_index) or ''}"
        ratio = f", ratio {self.analytical / self.numerical:.6g}" if self.numerical else ""
        values = f"numerical {self.numerical:.9g}, analytical {self.analytical:.9g}"
        return f"d {y} / d {x}: {values}{ratio}"


class GradcheckError(RuntimeError):
    """A gradient that is wrong.

    Attributes
    ----------
    mismatches : list of Mismatch
        Every wrong entry, the worst first; empty where another law is broken.
    diagnosis : str or None
        The likely cause.
    """

    def __init__(
        self, message: str, mismatches: Sequence[Mismatch] = (), diagnosis: str | None = None
    ) -> None:
        super().__init__(message)
        self.mismatches = list(mismatches)
        self.diagnosis = diagnosis

    @classmethod
    def of(cls, error: Exception) -> GradcheckError:
        """The error without our frames; any other kind with the name of the check in front."""
        if isinstance(error, cls):
            return error.with_traceback(None)
        return cls(f"gradcheck: {error}")


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


class Check(Derivatives):
    """One check: the derivatives, the settings, and the verdict."""

    def __init__(self, func: Callable[..., Any], arguments: list[Any], settings: Settings) -> None:
        super().__init__(func, arguments, settings.method, settings.eps or None)
        self.settings = settings

    def check_laws(self, zero: bool, dtypes: bool) -> None:
        """What holds whatever the derivative is: repeatable, zero for zero, of the same dtype."""
        for number, y in enumerate(self.outputs()):
            if not y.requires_grad:
                continue
            v = np.asarray(self.settings.rng.standard_normal(y.shape))
            first, second = self.vjp(y, v), self.vjp(self.outputs()[number], v)
            nothing = self.vjp(y, np.zeros(y.shape))
            for x, k, a, b, n in zip(self.xs, self.positions, first, second, nothing, strict=True):
                if dtypes and a.dtype != x.dtype:
                    raise GradcheckError(
                        f"gradcheck: the gradient of input {k} is {a.dtype}, the input {x.dtype}"
                    )
                with np.errstate(invalid="ignore"):
                    apart = np.abs(a - b)
                if not (np.isnan(apart) | (apart <= self.settings.nondet_tol)).all():
                    raise GradcheckError(
                        f"gradcheck: two backward passes give input {k} gradients that differ by "
                        f"{np.nanmax(apart):.3g}; is something random, or changed by backward?"
                    )
                if zero and np.nan_to_num(n).any():  # NaN is for the comparison to explain
                    raise GradcheckError(
                        f"gradcheck: a zero gradient of output {number} gives input {k} a gradient "
                        "that is not zero; backward must multiply by g"
                    )

    def check_jacobians(self) -> None:
        """Each output against each input."""
        for number, y in enumerate(self.outputs()):
            for k, x in enumerate(self.xs):
                large = y.size * x.size > _LARGEST_JACOBIAN
                if self.settings.fast_mode or large:
                    self.compare_directions(number, k)
                else:
                    self.compare_entries(number, k)

    # -- verdicts

    def compare_entries(self, number: int, k: int) -> None:
        """Whole Jacobians."""
        y = self.outputs()[number]
        analytical = self.rows(y, k)
        numerical = self.numerical(number, k)
        self.judge(number, k, analytical, numerical, y.shape, "")
        if self.settings.forward_mode:
            self.judge(number, k, self.columns(number, k), numerical, y.shape, " (forward mode)")

    def judge(
        self,
        number: int,
        k: int,
        analytical: Array,
        numerical: Array,
        y_shape: tuple[int, ...],
        how: str,
    ) -> None:
        """Raise with everything known when two Jacobians differ."""
        settings, x = self.settings, self.xs[k]
        pair = Pair(analytical, numerical, y_shape, x.value, settings.rtol, settings.atol)
        wrong = ~pair.entries_agree(analytical, numerical)
        if wrong.any():
            wrong &= ~self.right_at_other_steps(number, k, analytical, wrong)
        if not wrong.any():
            return
        found = sorted(
            self.mismatches(number, k, analytical, numerical, wrong, y_shape),
            key=lambda m: -m.error,
        )
        kink = self.kink(number, k, found)
        cause = kink or diagnose(pair)
        called = f" {x.name!r}" if x.name else ""
        lines = [
            f"gradcheck: {len(found)} of {wrong.size} derivatives{how} of output {number}, shape "
            f"{y_shape}, by input {self.positions[k]}{called}, shape {x.shape}, are wrong; "
            "the worst first:",
            *(f"  {mismatch}" for mismatch in found[:_SHOWN]),
        ]
        if len(found) > _SHOWN:
            lines.append(f"  ... and {len(found) - _SHOWN} more, in .mismatches")
        if cause:
            lines.append(f"Likely cause: {cause}")
        raise GradcheckError("\n".join(lines), found, cause)

    def right_at_other_steps(self, number: int, k: int, analytical: Array, wrong: Array) -> Array:
        """Entries that only the step made look wrong: right where estimates of three steps agree.

        The estimate is chosen without a look at backward, and held to the same tolerance. A step
        that was asked for is kept, and so is the word on kinks of operations that have some.
        """
        right = np.zeros_like(wrong)
        if self.settings.asked_step or self.settings.method == "complex":
            return right
        if kinked_operations(self.outputs()[number]):
            return right
        values = self.xs[k].value
        for column in np.flatnonzero(wrong.any(axis=0)):

            def moved(h: float, at: int = int(column)) -> Array:
                other = values.copy()
                other.reshape(-1)[at] += h
                return self.values(k, other)[number].reshape(-1)

            slope, apart = settled_slope(moved, float(values.reshape(-1)[column]))
            allowed = self.settings.atol + self.settings.rtol * np.abs(slope)
            near = np.abs(analytical[:, column] - slope) <= allowed
            right[:, column] = near & (apart <= allowed)
        return right

    def mismatches(
        self,
        number: int,
        k: int,
        analytical: Array,
        numerical: Array,
        wrong: Array,
        y_shape: tuple[int, ...],
    ) -> Iterator[Mismatch]:
        """The wrong entries."""
        for row, column in np.argwhere(wrong):
            yield Mismatch(
                number,
                tuple(int(i) for i in np.unravel_index(row, y_shape)),
                self.positions[k],
                tuple(int(i) for i in np.unravel_index(column, self.xs[k].shape)),
                float(numerical[row, column]),
                float(analytical[row, column]),
            )

    def kink(self, number: int, k: int, found: list[Mismatch]) -> str | None:
        """Whether every wrong entry belongs to a point without a derivative; where it lies."""
        told: dict[tuple[int, ...], str] = {}
        names = kinked_operations(self.outputs()[number])
        for mismatch in found:
            at = mismatch.input_index
            if at in told:
                continue
            x = self.xs[k].value

            def along(t: float, at: tuple[int, ...] = at, x: Array = x) -> Array:
                moved = x.copy()
                moved[at] += t
                return self.values(k, moved)[number].reshape(-1)

            if self.settings.method == "complex":
                return None
            size = max(1.0, abs(float(x[at])))
            text = describe_kink(along, (self.settings.eps or 1e-4) * size, names)
            if text is None:
                return None
            told[at] = f"input {self.positions[k]}{list(at) or ''} = {float(x[at]):.6g} is {text}"
        return "; ".join(list(told.values())[:_SHOWN])

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
            allowed = self.settings.atol + self.settings.rtol * abs(numerical) + noise
            if not abs(analytical - numerical) <= allowed:
                raise GradcheckError(
                    f"gradcheck: along a random direction of input {self.positions[k]}, output "
                    f"{number} has slope {numerical:.9g} by differences, {analytical:.9g} by "
                    "backward; take a smaller input, of at most 2000 Jacobian entries, to see which"
                )
