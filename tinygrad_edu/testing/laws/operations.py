"""The laws that every operation keeps, each a function of one `Case`.

`check_op` runs them for anybody's operation; our own tests run them over the whole table.
"""

from __future__ import annotations

import contextlib
import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tinygrad_edu.engine import Array, detect_anomaly, no_grad
from tinygrad_edu.tensor import Tensor
from tinygrad_edu.testing.derivatives import ALLOWED, compare
from tinygrad_edu.testing.laws.case import (
    Case,
    cast,
    gradients_of,
    inner_product,
    random_like,
    recorded,
)
from tinygrad_edu.testing.laws.verdict import ConformanceError, demand, demand_close
from tinygrad_edu.testing.numeric import numerical_jacobian

__all__ = ["LAWS"]

Law = Callable[[Case, np.random.Generator], None]

#: Laws by name, in the order in which they are checked.
LAWS: dict[str, Law] = {}


def law(function: Law) -> Law:
    """Add a law to the table."""
    LAWS[function.__name__] = function
    return function


# ---- values


@law
def tensors_give_what_arrays_give(case: Case, rng: np.random.Generator) -> None:
    """Recorded or not, in anomaly mode or not, the values are the same bits, in an ndarray."""
    expected = case.value(case.xs)
    results = {"recorded": case.call([recorded(x) for x in case.xs])}
    with no_grad():
        results["under no_grad"] = case.call([recorded(x) for x in case.xs])
    if np.isfinite(expected).all():
        with detect_anomaly():
            results["in anomaly mode"] = case.call([recorded(x) for x in case.xs])
    for how, result in results.items():
        if not case.wrt and not isinstance(result, Tensor):
            continue
        demand(isinstance(result, Tensor), f"{how}: the result is a {type(result).__name__}")
        data = result.value
        demand(type(data) is np.ndarray, f"{how}: .data is a {type(data).__name__}")
        demand(data.dtype == expected.dtype, f"{how}: dtype {data.dtype}, not {expected.dtype}")
        same = data.shape == expected.shape and np.array_equal(
            data, expected, equal_nan=expected.dtype.kind == "f"
        )
        demand(same, f"{how}: the values differ from those of plain arrays")


@law
def inputs_stay_unchanged(case: Case, rng: np.random.Generator) -> None:
    """Neither the forward nor the backward pass writes into an input or the cotangent."""
    xs, g = [x.copy() for x in case.xs], case.cotangent(rng)
    constants = [a for a in case.inputs if isinstance(a, np.ndarray)]
    before = [a.tobytes() for a in (*xs, *constants, g)]
    case.gradients(xs, g) if case.wrt else case.value(xs)
    after = [a.tobytes() for a in (*xs, *constants, g)]
    for k, (old, new) in enumerate(zip(before, after, strict=True)):
        name = f"input {k}" if k < len(before) - 1 else "the cotangent"
        demand(old == new, f"{name} was written into")


@law
def nan_is_not_hidden(case: Case, rng: np.random.Generator) -> None:
    """A NaN in an entry that matters, one with a gradient, reaches the result."""
    slopes = case.gradients(case.xs, case.cotangent(rng)) if case.wrt else []
    for k, slope in enumerate(slopes):
        for flat in np.flatnonzero(slope)[:3]:
            xs = [x.copy() for x in case.xs]
            xs[k].reshape(-1)[flat] = np.nan
            y = case.value(xs)
            demand(bool(np.isnan(y).any()), f"a NaN in input {case.wrt[k]} does not reach y")


# ---- derivatives


@law
def first_order(case: Case, rng: np.random.Generator) -> None:
    """The gradient of a random cotangent agrees with five-point differences, to 1e-9."""
    for pair in compare(case, rng):
        demand_close(pair.got, pair.expected, ALLOWED["five-point"], pair.what)


@law
def first_order_complex(case: Case, rng: np.random.Generator) -> None:
    """The gradient of an analytic function agrees with the complex step, to 1e-13."""
    if case.analytic:
        for pair in compare(case, rng, method="complex"):
            demand_close(pair.got, pair.expected, ALLOWED["complex"], pair.what)


@law
def second_order(case: Case, rng: np.random.Generator) -> None:
    """The gradient of the gradient, jointly in inputs and cotangent, agrees with differences."""
    for pair in compare(case, rng, order=2):
        demand_close(pair.got, pair.expected, ALLOWED["five-point"], pair.what)


@law
def dot_product(case: Case, rng: np.random.Generator) -> None:
    """⟨v, J u⟩ = ⟨Jᵀ v, u⟩ to 1e-12, with J u by two reverse passes, equal to differences."""
    if not case.wrt:
        return
    xs, v = case.xs, case.cotangent(rng)
    us = [random_like(rng, x) for x in xs]
    tensors, start = [recorded(x) for x in xs], recorded(np.zeros_like(v))
    transposed = gradients_of(case.call(tensors), tensors, start, create_graph=True)
    total = inner_product(transposed, us)
    ju = gradients_of(total, [start], None)[0].value if total.requires_grad else np.zeros_like(v)

    def along(t: Array) -> Array:
        return case.value([np.asarray(x + t[0] * u) for x, u in zip(xs, us, strict=True)])

    if np.isfinite(case.value(xs)).all():
        expected = numerical_jacobian(along, np.zeros(1), step=1e-4).reshape(v.shape)
        demand_close(ju, expected, 1e-8, "J u")
    left = float(np.sum(v * ju))
    parts = [float(np.sum(a * u)) for a, u in zip(case.gradients(xs, v), us, strict=True)]
    size = float(np.linalg.norm(v) * np.linalg.norm(ju)) + sum(map(abs, parts)) + 1e-300
    demand(
        abs(left - sum(parts)) <= 1e-12 * size, f"<v, J u> is {left!r}, <J'v, u> is {sum(parts)!r}"
    )


@law
def linear_in_the_cotangent(case: Case, rng: np.random.Generator) -> None:
    """Jᵀ(2v + w) = 2 Jᵀv + Jᵀw, and the gradient for a zero cotangent is exactly zero."""
    v, w = case.cotangent(rng), case.cotangent(rng)
    if not case.wrt:
        return
    both = case.gradients(case.xs, 2 * v + w)
    apart = zip(case.gradients(case.xs, v), case.gradients(case.xs, w), strict=True)
    for got, (a, b) in zip(both, apart, strict=True):
        demand_close(got, 2 * a + b, 1e-13, "the gradient of 2v + w")
    for got, x in zip(case.gradients(case.xs, np.zeros_like(v)), case.xs, strict=True):
        demand(got.shape == x.shape, f"a zero cotangent gives shape {got.shape}, not {x.shape}")
        demand(not got.any(), "a zero cotangent gives a gradient that is not zero")


@law
def recording_changes_nothing(case: Case, rng: np.random.Generator) -> None:
    """Gradients are the same with and without create_graph: what is cached equals what is not."""
    if not case.wrt:
        return
    g = case.cotangent(rng)
    plain = case.gradients(case.xs, g)
    for got, expected in zip(case.gradients(case.xs, g, create_graph=True), plain, strict=True):
        demand_close(got, expected, 1e-14, "the gradient under create_graph")


@law
def same_twice(case: Case, rng: np.random.Generator) -> None:
    """Forward and backward run twice give the same bits."""
    g = case.cotangent(rng)
    first, second = case.value(case.xs), case.value(case.xs)
    demand(first.tobytes() == second.tobytes(), "two forward passes differ")
    if case.wrt:
        pairs = zip(case.gradients(case.xs, g), case.gradients(case.xs, g), strict=True)
        for a, b in pairs:
            demand(a.tobytes() == b.tobytes(), "two backward passes differ")


@law
def same_operand(case: Case, rng: np.random.Generator) -> None:
    """f(x, x) with one tensor has the sum of the gradients of f(x, x') at x' = x."""
    for i in range(len(case.wrt)):
        for j in range(i):
            if case.xs[i].shape != case.xs[j].shape:
                continue
            xs = list(case.xs)
            xs[i] = xs[j].copy()
            g = random_like(rng, case.value(xs))
            apart = case.gradients(xs, g)
            tensors = [recorded(x) for x in xs]
            tensors[i] = tensors[j]
            got = gradients_of(case.call(tensors), [tensors[j]], g)[0].value
            what = f"the gradient of one tensor as inputs {case.wrt[j]} and {case.wrt[i]}"
            demand_close(got, apart[i] + apart[j], 1e-13, what)


# ---- dtypes


@law
def dtype_is_kept(case: Case, rng: np.random.Generator) -> None:
    """float16, float32 and float64 stay what they are: values and gradients of both orders."""
    if not case.wrt:
        return
    for dtype in case.dtypes:
        narrow = cast(case, dtype)
        y = narrow.value(narrow.xs)
        if case.keeps_dtype:
            demand(y.dtype == dtype, f"{np.dtype(dtype)} in, {y.dtype} out")
        tensors, g = [recorded(x) for x in narrow.xs], recorded(random_like(rng, y))
        first = gradients_of(narrow.call(tensors), tensors, g, create_graph=True)
        total = inner_product(first, [random_like(rng, x) for x in narrow.xs])
        second = gradients_of(total, [*tensors, g], None) if total.requires_grad else []
        plain = narrow.gradients(narrow.xs, g.value)
        for order, parts in (("first", first), ("second", second), ("first", plain)):
            for part, x in zip(parts, [*tensors, g], strict=False):
                demand(
                    part.dtype == x.dtype,
                    f"{x.dtype} has a {order}-order gradient of dtype {part.dtype}",
                )


@law
def float32_is_rounded_float64(case: Case, rng: np.random.Generator) -> None:
    """In float32, values and gradients are those of float64 up to rounding."""
    if not case.wrt or np.float32 not in case.dtypes:
        return
    narrow, g = cast(case, np.float32), case.cotangent(rng).astype(np.float32)
    wide = cast(narrow, np.float64)
    tolerance = 64 * float(np.finfo(np.float32).eps)
    demand_close(narrow.value(narrow.xs), wide.value(wide.xs), tolerance, "y in float32")
    exact = wide.gradients(wide.xs, g.astype(np.float64))
    for k, got in enumerate(narrow.gradients(narrow.xs, g)):
        demand_close(got, exact[k], tolerance, f"the gradient of input {case.wrt[k]} in float32")


# ---- memory


def layouts(x: Array) -> Iterator[tuple[str, Array]]:
    """The values of ``x`` in every arrangement of memory that NumPy knows."""
    yield "contiguous", np.array(x, order="C")
    yield "Fortran order", np.array(x, order="F")
    backwards = np.array(x[(slice(None, None, -1),) * x.ndim])
    yield "negative strides", backwards[(slice(None, None, -1),) * x.ndim]
    wide = np.zeros(tuple(2 * n for n in x.shape), x.dtype)
    wide[(slice(None, None, 2),) * x.ndim] = x
    yield "every second element", wide[(slice(None, None, 2),) * x.ndim]
    frozen = np.array(x)
    frozen.flags.writeable = False
    yield "read-only", frozen
    buffer = np.zeros(x.nbytes + 1, np.uint8)[1:].view(x.dtype).reshape(x.shape)
    buffer[...] = x
    yield "unaligned", buffer


@law
def layout_does_not_matter(case: Case, rng: np.random.Generator) -> None:
    """Strides, order and alignment of inputs and cotangent change nothing but rounding."""
    xs, g = [np.array(x, order="C") for x in case.xs], case.cotangent(rng)
    y = case.value(xs)
    _layouts_agree(case, [dict(layouts(x)) for x in xs], dict(layouts(g)), y, xs, g)
    # Repeated without a copy: the same values in one place, so compare with a copy of them.
    repeated = [np.broadcast_to(x[:1], x.shape) if x.ndim else x for x in xs]
    if xs and all(x.size for x in xs):
        copies = [np.array(x) for x in repeated]
        with np.errstate(all="ignore"), contextlib.suppress(np.linalg.LinAlgError):
            y = case.value(copies)
            if y.shape == g.shape and np.isfinite(y).all():
                views = [{"repeated": x} for x in repeated]
                _layouts_agree(case, views, {"repeated": g}, y, copies, g)


def _layouts_agree(
    case: Case,
    arranged: list[dict[str, Array]],
    cotangents: dict[str, Array],
    y: Array,
    xs: list[Array],
    g: Array,
) -> None:
    expected = case.gradients(xs, g) if case.wrt else []
    for how, cotangent in cotangents.items():
        moved = [a[how] for a in arranged]
        demand_close(case.value(moved), y, 1e-13, f"y of {how} inputs")
        if case.wrt:
            for got, exact in zip(case.gradients(moved, cotangent), expected, strict=True):
                demand_close(got, exact, 1e-13, f"the gradient of {how} inputs")


@law
def gradients_are_private(case: Case, rng: np.random.Generator) -> None:
    """A leaf's gradient is a writable array that no other array shares."""
    if not case.wrt:
        return
    g = case.cotangent(rng)
    tensors = [recorded(x) for x in case.xs]
    y = case.call(tensors)
    y.backward(g, retain_graph=True)
    others = {"the cotangent": g, "the result": y.value}
    others |= {f"input {k}": a for k, a in enumerate(case.inputs) if isinstance(a, np.ndarray)}
    for k, t in enumerate(tensors):
        if t.grad is None:
            continue
        array = t.grad.value
        demand(array.flags.writeable, f"the gradient of input {case.wrt[k]} is read-only")
        for name, other in others.items():
            shared = np.shares_memory(array, other)
            demand(not shared, f"the gradient of input {case.wrt[k]} shares memory with {name}")
        others[f"the gradient of input {case.wrt[k]}"] = array


@law
def nothing_is_kept_alive(case: Case, rng: np.random.Generator) -> None:
    """Without the garbage collector, graph, inputs and gradients die with the last reference."""
    if not case.wrt:
        return
    g = case.cotangent(rng)
    enabled = gc.isenabled()
    gc.disable()
    try:
        tensors = [recorded(x.copy()) for x in case.xs]
        y = case.call(tensors)
        first = gradients_of(y, tensors, g, create_graph=True)
        dead = [weakref.ref(t) for t in (y, *tensors, *first)]
        del y, tensors, first
        alive = sum(ref() is not None for ref in dead)
        demand(alive == 0, f"{alive} of {len(dead)} tensors outlive their last reference")
    finally:
        if enabled:
            gc.enable()


# ---- refusals


@law
def no_gradient_is_said(case: Case, rng: np.random.Generator) -> None:
    """An operation without a derivative raises and names itself where a gradient is asked for."""
    floats = [k for k, a in enumerate(case.inputs) if _is_float(a)]
    if case.wrt or not floats:
        return
    arguments = list(case.inputs)
    for k in floats:
        arguments[k] = recorded(arguments[k])
    y = case.function(*arguments, **case.params)
    name = getattr(case.function, "__name__", "").rstrip("_")
    demand(not y.requires_grad, f"{name} has no derivative, yet its result requires a gradient")
    try:
        y.backward(np.ones_like(y.value))
    except RuntimeError as error:
        demand(f"{name} has no gradient" in str(error), f"the error does not name {name}: {error}")
    else:
        raise ConformanceError(f"backward from {name} drops the gradient without a word")


def _is_float(a: Any) -> bool:
    return isinstance(a, np.ndarray) and a.dtype.kind == "f"
