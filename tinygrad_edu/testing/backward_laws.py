"""What holds of backward whatever the derivative is, and what each broken law tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.testing.derivatives import Derivatives
from tinygrad_edu.testing.mismatch import GradcheckError

if TYPE_CHECKING:
    from tinygrad_edu.tensor import Tensor

__all__ = ["check_laws"]


def check_laws(
    run: Derivatives, rng: np.random.Generator, nondet_tol: float, zero: bool, dtypes: bool
) -> None:
    """Inputs left alone, the same values and gradients twice, zero for zero, the same dtype.

    Raises
    ------
    GradcheckError
        With the law that is broken, and what breaks it.
    """
    outputs = _outputs(run)
    again = run.outputs()
    for number, y in enumerate(outputs):
        if not y.requires_grad:
            continue
        if (change := np.max(_apart([y.value], [again[number].value]))) > nondet_tol:
            raise GradcheckError(
                f"gradcheck: func gives output {number} other values when it is called again, by "
                f"{change:.3g}: it is random (dropout in training mode?) or counts its calls; seed "
                "it inside of func"
            )
        v = np.asarray(rng.standard_normal(y.shape))
        first = _vjp(run, y, v)
        for x, k, gradient in zip(run.xs, run.positions, first, strict=True):
            if dtypes and gradient.dtype != x.dtype:
                raise GradcheckError(
                    f"gradcheck: the gradient of input {k} is {gradient.dtype.name}, the input "
                    f"{x.dtype.name}"
                )
        apart = _apart(first, _vjp(run, again[number], v))
        if apart.size and np.max(apart) > nondet_tol:
            raise _not_repeatable(run, y, v, apart)
        _keeps_to_its_graph(run, number, y, v, first, nondet_tol)
        for k, nothing in zip(run.positions, _vjp(run, y, np.zeros(y.shape)), strict=True):
            if zero and np.nan_to_num(nothing).any():  # NaN is for the comparison to explain
                raise GradcheckError(
                    f"gradcheck: a zero gradient of output {number} gives input {k} a gradient "
                    "that is not zero; backward must multiply by g"
                )


def _outputs(run: Derivatives) -> list[Tensor]:
    """The outputs; func must leave its inputs alone."""
    before = [x.value.copy() for x in run.xs]
    outputs = run.outputs()
    for k, x, kept in zip(run.positions, run.xs, before, strict=True):
        if not _same(x.value, kept):
            x.value[...] = kept
            raise GradcheckError(
                f"gradcheck: func changes input {k} in place, so there is no point at which values "
                "and gradients could be compared; let it compute on a copy"
            )
    return outputs


def _vjp(run: Derivatives, y: Tensor, v: Array) -> list[Array]:
    """Jᵀ v; backward must raise nothing, and leave what it is given alone."""
    given = {f"input {k}": x.value for k, x in zip(run.positions, run.xs, strict=True)}
    given |= {"the gradient g that it is given": v, "the output y": y.value}
    before = {what: array.copy() for what, array in given.items()}
    try:
        gradients = run.vjp(y, v)
    except RuntimeError as error:  # such as a gradient whose shape does not fit
        raise GradcheckError(f"gradcheck: backward fails: {error}") from error
    for what, array in given.items():
        if not _same(array, before[what]):
            array[...] = before[what]
            raise GradcheckError(
                f"gradcheck: backward changes {what} in place; a vjp must compute on copies "
                "(g * 2 in place of g *= 2)"
            )
    return gradients


def _not_repeatable(run: Derivatives, y: Tensor, v: Array, apart: Array) -> GradcheckError:
    """The error for gradients that differ, with what was measured to differ too."""
    k = run.positions[int(np.argmax(apart))]
    why = "is something random, or changed by backward?"
    if np.max(_apart(run.vjp(y, v), run.vjp(y, v))) > 0:
        why = "func gives the same values, and backward through one result gives other numbers "
        why += "when it runs again: backward is random, or changes what it keeps"
    return GradcheckError(
        f"gradcheck: two backward passes give input {k} gradients that differ by "
        f"{np.max(apart):.3g}; {why}"
    )


def _keeps_to_its_graph(
    run: Derivatives, number: int, y: Tensor, v: Array, first: Sequence[Array], nondet_tol: float
) -> None:
    """A forward pass at other inputs, between forward and backward, must change nothing."""
    for k, x in enumerate(run.xs):
        with np.errstate(all="ignore"):  # no further away than differences go
            run.values(k, x.value + (run.step or 1e-6) * np.maximum(1.0, np.abs(x.value)))
    apart = _apart(first, run.vjp(y, v))
    if apart.size and np.max(apart) > nondet_tol:
        k = run.positions[int(np.argmax(apart))]
        raise GradcheckError(
            f"gradcheck: a forward pass at other inputs changes the gradient of input {k} by "
            f"{np.max(apart):.3g} that output {number}, computed before, gives: backward reads "
            "a buffer outside of the graph that is stale by then; save it with the result"
        )


def _apart(one: Sequence[Array], two: Sequence[Array]) -> Array:
    """The largest difference of the gradients of each tensor; 0 where one is NaN."""
    with np.errstate(invalid="ignore"):
        found = [
            np.max(np.nan_to_num(np.abs(a - b), nan=0.0, posinf=np.inf), initial=0.0)
            for a, b in zip(one, two, strict=True)
        ]
    return np.array(found)


def _same(a: Array, b: Array) -> bool:
    return bool(np.array_equal(a, b, equal_nan=a.dtype.kind == "f"))
