"""The operations that random programs are made of, ours and PyTorch's side by side."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import tinygrad_edu as tg

Array = np.ndarray
Random = np.random.Generator
# Values nearer than this to a kink, or to the edge of a domain, are not given to an operation.
APART = 1e-3


@dataclass(frozen=True)
class Move:
    """One kind of step.

    ``choose(rng, *values)`` gives the parameters of a call, or None where the values do not admit
    one; ``ours(*xs, **params)`` and ``theirs(torch, *xs, **params)`` are the two spellings. What is
    ``delicate`` is no move of narrow programs: rounding leads to the other side of a kink, or its
    slope loses digits to cancellation.
    """

    name: str
    arity: int
    choose: Callable[..., dict[str, Any] | None]
    ours: Callable[..., Any]
    theirs: Callable[..., Any]
    weight: float = 1.0
    delicate: bool = False


MOVES: dict[str, Move] = {}


def move(
    name: str,
    arity: int,
    choose: Any,
    ours: Any = None,
    theirs: Any = None,
    weight: float = 1.0,
    delicate: bool = False,
) -> None:
    ours = ours or getattr(tg, name)
    if theirs is None or isinstance(theirs, str):
        spelling = theirs or name

        def theirs(torch: Any, *xs: Any, **params: Any) -> Any:
            home = torch if hasattr(torch, spelling) else torch.nn.functional
            return getattr(home, spelling)(*xs, **params)

    MOVES[name] = Move(name, arity, choose, ours, theirs, weight, delicate)


# ---- elementwise


def inside(low: float, high: float) -> Any:
    """No parameters, for values in an interval."""
    return lambda rng, x: {} if x.size == 0 or (low < x.min() and x.max() < high) else None


def off(*kinks: float) -> Any:
    """No parameters, for values away from kinks."""

    def choose(rng: Random, x: Array) -> dict[str, Any] | None:
        near = any(x.size and np.min(np.abs(x - kink)) < APART for kink in kinks)
        return None if near else {}

    return choose


anywhere = inside(-math.inf, math.inf)
for _name in ("sin", "cos", "arctan", "negative", "erf", "square", "softplus"):
    move(_name, 1, anywhere)
# Beyond, both libraries lose the digits of the slope to the cancellation in 1 - y.
move("tanh", 1, inside(-6, 6), delicate=True)
move("sigmoid", 1, inside(-12, 12))
for _name in ("silu", "gelu", "mish"):
    move(_name, 1, inside(-30, 4), weight=0.6)
# PyTorch's second derivative has 3e-13 of relative error at 8, and 4 % at 36.
move("logsigmoid", 1, inside(-30, 3), weight=0.6)
for _name in ("exp", "expm1", "exp2", "sinh", "cosh"):
    move(_name, 1, inside(-20, 4))
for _name in ("log", "sqrt", "log2", "log10", "rsqrt"):
    move(_name, 1, inside(0.05, 1e6))
move("log1p", 1, inside(-0.9, 1e6))
move("arcsin", 1, inside(-0.95, 0.95))
move("arctanh", 1, inside(-0.95, 0.95))
for _name in ("relu", "leaky_relu", "absolute", "elu", "selu"):
    move(_name, 1, off(0.0), delicate=True)
move("reciprocal", 1, lambda rng, x: {} if np.min(np.abs(x), initial=1.0) > 0.1 else None)
move(
    "clip",
    1,
    lambda rng, x: {"low": -0.7, "high": 1.1} if off(-0.7, 1.1)(rng, x) is not None else None,
    lambda x, low, high: tg.clip(x, low, high),
    lambda torch, x, low, high: torch.clamp(x, low, high),
    delicate=True,
)
move(
    "scaled",
    1,
    lambda rng, x: {"a": float(rng.normal()), "b": float(rng.normal())},
    lambda x, a, b: a * x - b / 2 + x * 3,
    lambda torch, x, a, b: a * x - b / 2 + x * 3,
)
move(
    "powered",
    1,
    lambda rng, x: {"n": int(rng.integers(2, 4))} if np.max(np.abs(x), initial=0) < 6 else None,
    lambda x, n: x**n,
    lambda torch, x, n: x**n,
)


# Put in by the generator itself, after a step whose values are too large.
move("shrunk", 1, lambda rng, x: None, lambda x, a: x * a, lambda torch, x, a: x * a, weight=1e-9)


# ---- two operands


def between(x: Array, low: float, high: float) -> bool:
    return bool(low < x.min() and x.max() < high)


def fit(a: Array, b: Array) -> bool:
    try:
        return math.prod(np.broadcast_shapes(a.shape, b.shape)) <= 200
    except ValueError:
        return False


def both(holds: Any) -> Any:
    def choose(rng: Random, a: Array, b: Array) -> dict[str, Any] | None:
        return {} if fit(a, b) and (a.size == 0 or b.size == 0 or holds(a, b)) else None

    return choose


for _name in ("add", "subtract", "multiply"):
    move(_name, 2, both(lambda a, b: True), weight=3.0)
move("divide", 2, both(lambda a, b: np.min(np.abs(b)) > 0.1), weight=2.0)
for _name in ("maximum", "minimum"):
    move(_name, 2, both(lambda a, b: np.min(np.abs(a - b)) > APART), delicate=True)
move(
    "power",
    2,
    # At the exponent 0, PyTorch's second derivatives by base and exponent depend on their order.
    both(lambda a, b: between(a, 0.1, 8) and between(np.abs(b), 1e-6, 3)),
    theirs="pow",
)
move("arctan2", 2, both(lambda a, b: np.min(a * a + b * b) > 0.05))
move("hypot", 2, both(lambda a, b: np.min(a * a + b * b) > 0.05))
move("logaddexp", 2, both(lambda a, b: True))
move(
    "where",
    2,
    lambda rng, a, b: (
        {"mask": rng.random(np.broadcast_shapes(a.shape, b.shape)) < 0.5} if fit(a, b) else None
    ),
    lambda a, b, mask: tg.where(mask, a, b),
    lambda torch, a, b, mask: torch.where(torch.tensor(mask), a, b),
)


def product_of(rng: Random, a: Array, b: Array) -> dict[str, Any] | None:
    try:
        return {} if a.ndim and b.ndim and np.matmul(a, b).size <= 200 else None
    except ValueError:
        return None


move("matmul", 2, product_of, weight=3.0)
move("outer", 2, lambda rng, a, b: {} if a.ndim == b.ndim == 1 and a.size * b.size < 200 else None)


def contraction(rng: Random, a: Array, b: Array) -> dict[str, Any] | None:
    if a.ndim == 2 and b.ndim == 2 and a.shape[0] == b.shape[0]:
        return {"form": "ij,ik->kj"}
    if a.ndim == 1 and b.ndim == 2 and a.shape[0] == b.shape[1]:
        return {"form": "j,ij->i"}
    return None


move(
    "einsum",
    2,
    contraction,
    lambda a, b, form: tg.einsum(form, a, b),
    lambda torch, a, b, form: torch.einsum(form, a, b),
)


# ---- reductions and lines


def axes_of(rng: Random, x: Array, several: bool = True) -> Any:
    """Some axis of x, negative half of the time; several, or all."""
    if several and rng.random() < 0.3:
        return None
    axes = rng.permutation(x.ndim)[: 1 + (several and x.ndim > 1 and rng.random() < 0.3)]
    named = tuple(int(a - x.ndim if rng.random() < 0.5 else a) for a in axes)
    return named if len(named) > 1 else named[0]


def reduction(
    holds: Any = lambda x, axis: True, several: bool = True, over_nothing: bool = False
) -> Any:
    def choose(rng: Random, x: Array) -> dict[str, Any] | None:
        if x.ndim == 0 or (x.size == 0 and not over_nothing):
            return None
        axis = axes_of(rng, x, several)
        return {"axis": axis, "keepdims": bool(rng.random() < 0.4)} if holds(x, axis) else None

    return choose


def renamed(name: str) -> Any:
    def theirs(torch: Any, x: Any, axis: Any, keepdims: bool, **more: Any) -> Any:
        axis = tuple(range(x.ndim)) if axis is None else axis
        return getattr(torch, name)(x, dim=axis, keepdim=keepdims, **more)

    return theirs


def distinct(x: Array, axis: Any = None) -> bool:
    return bool(np.diff(np.sort(x, axis=None)).min(initial=1.0) > APART)


def varied(x: Array, axis: Any) -> bool:
    return bool(np.var(x, axis=axis).min() > 0.05)


for _name in ("sum", "mean", "logsumexp"):
    move(_name, 1, reduction(over_nothing=_name == "sum"), theirs=renamed(_name), weight=1.5)
move("max", 1, reduction(distinct), theirs=renamed("amax"), delicate=True)
move("min", 1, reduction(distinct), theirs=renamed("amin"), delicate=True)
move(
    "var",
    1,
    reduction(varied),
    theirs=lambda torch, x, axis, keepdims: torch.var(x, dim=axis, correction=0, keepdim=keepdims),
)
move(
    "std",
    1,
    reduction(varied),
    theirs=lambda torch, x, axis, keepdims: torch.std(x, dim=axis, correction=0, keepdim=keepdims),
)
move(
    "norm",
    1,
    reduction(lambda x, axis: np.min(np.sum(x * x, axis=axis)) > 0.05, several=False),
    lambda x, axis, keepdims: tg.vector_norm(x, axis=axis, keepdims=keepdims),
    lambda torch, x, axis, keepdims: torch.linalg.vector_norm(x, dim=axis, keepdim=keepdims),
)


def line(holds: Any = lambda x: True) -> Any:
    def choose(rng: Random, x: Array) -> dict[str, Any] | None:
        return {"axis": axes_of(rng, x, False)} if x.ndim and holds(x) else None

    return choose


for _name in ("softmax", "log_softmax", "cumsum"):
    move(_name, 1, line(), theirs=lambda torch, x, axis, _n=_name: getattr(torch, _n)(x, dim=axis))
move(
    "cumprod",
    1,
    line(lambda x: np.max(np.abs(x), initial=0.0) < 3),
    theirs=lambda torch, x, axis: torch.cumprod(x, dim=axis),
)
move(
    "sort",
    1,
    line(distinct),
    lambda x, axis: tg.sort(x, axis=axis),
    lambda torch, x, axis: torch.sort(x, dim=axis).values,
    delicate=True,
)
move(
    "normalize",
    1,
    lambda rng, x: {"axis": int(rng.integers(x.ndim))} if x.ndim and x.size else None,
    lambda x, axis: tg.normalize(x, axis=axis, eps=0.1),
    lambda torch, x, axis: (
        (x - x.mean(axis, keepdim=True)) / torch.sqrt(x.var(axis, correction=0, keepdim=True) + 0.1)
    ),
)
move(
    "cross_entropy",
    1,
    lambda rng, x: (
        {"labels": rng.integers(0, x.shape[1], x.shape[0])} if x.ndim == 2 and x.size else None
    ),
    lambda x, labels: tg.cross_entropy(x, labels),
    lambda torch, x, labels: torch.nn.functional.cross_entropy(x, torch.tensor(labels)),
)


# ---- values moved, not changed


def new_shape(rng: Random, x: Array) -> dict[str, Any]:
    sizes = [n for n in x.shape if n != 1]
    rng.shuffle(sizes)
    return {"shape": tuple(int(n) for n in sizes) + (1,) * int(rng.integers(0, 2))}


move("reshape", 1, new_shape, theirs=lambda torch, x, shape: x.reshape(shape), weight=0.5)
move(
    "transpose",
    1,
    lambda rng, x: {"axes": tuple(int(a) for a in rng.permutation(x.ndim))},
    lambda x, axes: tg.transpose(x, axes=axes),
    lambda torch, x, axes: x.permute(axes),
    weight=0.5,
)
move(
    "expand_dims",
    1,
    lambda rng, x: {"axis": int(rng.integers(-1, x.ndim + 1))} if x.ndim < 3 else None,
    theirs=lambda torch, x, axis: x.unsqueeze(axis),
    weight=0.5,
)
move("flip", 1, line(), theirs=lambda torch, x, axis: torch.flip(x, (axis,)), weight=0.5)
move(
    "stretched",
    1,
    lambda rng, x: {"n": int(rng.integers(1, 4))} if x.ndim < 3 and x.size < 60 else None,
    lambda x, n: tg.broadcast_to(x, shape=(n, *x.shape)),
    lambda torch, x, n: x.expand(n, *x.shape),
    weight=0.5,
)


def indices(rng: Random, x: Array) -> dict[str, Any] | None:
    if x.ndim == 0 or x.shape[0] == 0:
        return None
    n = x.shape[0]
    choices = [
        int(rng.integers(-n, n)),
        rng.integers(0, n, int(rng.integers(1, 5))),  # repeats are likely
        rng.random(n) < 0.7,
        (Ellipsis, int(rng.integers(0, x.shape[-1]))) if x.shape[-1] else Ellipsis,
        (slice(0, n, 2),),
        (None, slice(1, None)) if n > 1 else None,
    ]
    chosen = choices[int(rng.integers(len(choices)))]
    return None if chosen is None else {"index": chosen}


def torch_index(torch: Any, x: Any, index: Any) -> Any:
    return x[torch.tensor(index) if isinstance(index, np.ndarray) else index]


move("getitem", 1, indices, lambda x, index: x[index], torch_index, weight=2.0)


def joint(rng: Random, a: Array, b: Array) -> dict[str, Any] | None:
    if a.ndim != b.ndim or a.ndim == 0 or a.size + b.size > 200:
        return None
    axis = int(rng.integers(a.ndim))
    same = all(m == n for k, (m, n) in enumerate(zip(a.shape, b.shape, strict=True)) if k != axis)
    return {"axis": axis} if same else None


move(
    "concatenate",
    2,
    joint,
    lambda a, b, axis: tg.concatenate([a, b], axis=axis),
    lambda torch, a, b, axis: torch.cat([a, b], dim=axis),
)
move(
    "stack",
    2,
    lambda rng, a, b: {} if a.shape == b.shape and a.ndim < 3 and a.size < 60 else None,
    lambda a, b: tg.stack([a, b], axis=-1),
    lambda torch, a, b: torch.stack([a, b], dim=-1),
)

# ---- outside of the graph


def _without_recording(x: Any) -> Any:
    with tg.no_grad():
        return tg.exp(-tg.square(x)) if isinstance(x, tg.Tensor) else np.exp(-np.square(x))


def _their_island(torch: Any, x: Any) -> Any:
    with torch.no_grad():
        return torch.exp(-torch.square(x))


move(
    "detach",
    1,
    anywhere,
    lambda x: x.detach() if isinstance(x, tg.Tensor) else x,
    lambda torch, x: x.detach(),
    weight=1.0,
)
move("island", 1, anywhere, _without_recording, _their_island, weight=0.6)

# ---- changed in place, and watched by hooks


def _fits_into(rng: Random, a: Array, b: Array) -> dict[str, Any] | None:
    """Two operands whose result has the shape of the first."""
    return {} if fit(a, b) and np.broadcast_shapes(a.shape, b.shape) == a.shape else None


def _writable(x: Any) -> Any:
    """NumPy gives a scalar where a result has no axes, and cannot write into it."""
    return np.asarray(x) if isinstance(x, np.generic) else x


for _change in (operator.iadd, operator.isub, operator.imul):
    # ``y = x; y += b``, on a result of its own, as PyTorch refuses it on a leaf
    move(
        _change.__name__,
        2,
        _fits_into,
        lambda a, b, _change=_change: _change(_writable(a * 1.0), b),
        lambda torch, a, b, _change=_change: _change(a * 1.0, b),
        weight=0.6,
    )


def _watched(x: Any, factor: float) -> Any:
    y = x * 1.0
    if getattr(y, "requires_grad", False):
        y.register_hook(lambda g: g * factor)
    return y


move(
    "hooked",
    1,
    lambda rng, x: {"factor": float(rng.choice([-1.0, 0.5, 2.0]))},
    _watched,
    lambda torch, x, factor: _watched(x, factor),
)


def _written(x: Any, value: float) -> Any:
    """A constant that is changed before it is used: nothing refers to what it was."""
    if not isinstance(x, tg.Tensor):
        mask = np.exp(-np.square(x))
        mask[...] = mask + value
        return x * mask
    with tg.no_grad():
        mask = tg.exp(-tg.square(x))
        mask.add_(value)
    return x * mask


def _their_written(torch: Any, x: Any, value: float) -> Any:
    with torch.no_grad():
        mask = torch.exp(-torch.square(x))
        mask.add_(value)
    return x * mask


move(
    "written",
    1,
    lambda rng, x: {"value": float(rng.normal())} if x.ndim else None,
    _written,
    _their_written,
    weight=0.6,
)
