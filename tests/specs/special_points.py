"""What operations give at special points: ties, kinks, zeros, infinities, empty arrays.

Plain records. The tests check ours and PyTorch's columns; the page of differences from PyTorch is
written from them. A record in which PyTorch's column differs says why ours is what it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

INF, NAN = math.inf, math.nan
SAME: Any = object()


@dataclass(frozen=True)
class SpecialPoint:
    """One point.

    point : what it is called.
    call : the same function for both libraries, ``(library, *tensors) -> tensor``.
    inputs : nested lists of numbers, float64 tensors in the call.
    value, grads : the result, and the gradient of its sum for each input (None: not looked at).
    second : the gradient of the sum of ``grads[0]`` for the first input; None: not looked at.
    torch_value, torch_grads, torch_second : PyTorch's, where they differ.
    theirs : how PyTorch spells it, where it is spelled otherwise.
    why : why ours differ, or what is worth knowing.
    warns : the warning that is given.
    """

    point: str
    call: Callable[..., Any]
    inputs: tuple[Any, ...]
    value: Any
    grads: tuple[Any, ...]
    second: Any = None
    torch_value: Any = SAME
    torch_grads: Any = SAME
    torch_second: Any = SAME
    theirs: Callable[..., Any] | None = None
    why: str = ""
    warns: str = ""

    @property
    def differs(self) -> bool:
        """Whether PyTorch gives something else."""
        return any(v is not SAME for v in (self.torch_value, self.torch_grads, self.torch_second))


def _f(torch: Any) -> Any:
    return torch.nn.functional


_KINKS = [
    SpecialPoint("relu(0)", lambda m, x: m.relu(x), (0.0,), 0.0, (0.0,)),
    SpecialPoint("abs(0)", lambda m, x: abs(x), (0.0,), 0.0, (0.0,), second=0.0),
    SpecialPoint("sign(0)", lambda m, x: m.sign(x), (0.0,), 0.0, (0.0,)),
    SpecialPoint(
        "leaky_relu(0)",
        lambda m, x: m.leaky_relu(x),
        (0.0,),
        0.0,
        (0.01,),
        theirs=lambda m, x: _f(m).leaky_relu(x),
    ),
    SpecialPoint(
        "elu(0)", lambda m, x: m.elu(x), (0.0,), 0.0, (1.0,), theirs=lambda m, x: _f(m).elu(x)
    ),
    SpecialPoint(
        "relu6 at 0 and 6",
        lambda m, x: m.relu6(x),
        ([0.0, 6.0],),
        [0.0, 6.0],
        ([0.0, 0.0],),
        theirs=lambda m, x: _f(m).relu6(x),
    ),
    SpecialPoint(
        "hardtanh at -1 and 1",
        lambda m, x: m.hardtanh(x),
        ([-1.0, 1.0],),
        [-1.0, 1.0],
        ([0.0, 0.0],),
        theirs=lambda m, x: _f(m).hardtanh(x),
    ),
    SpecialPoint(
        "clamp at its bounds",
        lambda m, x: m.clip(x, -1.0, 1.0),
        ([-1.0, 1.0, 2.0],),
        [-1.0, 1.0, 1.0],
        ([1.0, 1.0, 0.0],),
    ),
    SpecialPoint(
        "floor, ceil, round, trunc at integers and halves",
        lambda m, x: m.floor(x) + 10 * m.ceil(x) + 100 * m.round(x) + 1000 * m.trunc(x),
        ([2.5, -2.5, 3.0],),
        [2232.0, -2223.0, 3333.0],
        ([0.0, 0.0, 0.0],),
    ),
    SpecialPoint(
        "heaviside(0, v)",
        lambda m, x, v: m.heaviside(x, v),
        (0.0, 0.3),
        0.3,
        (0.0, 1.0),
        torch_grads=None,
        why="PyTorch has no derivative of heaviside",
    ),
    SpecialPoint(
        "copysign(0, -1)",
        lambda m, a, b: m.copysign(a, b),
        (0.0, -1.0),
        -0.0,
        (0.0, 0.0),
    ),
    SpecialPoint(
        "nan_to_num",
        lambda m, x: m.nan_to_num(x, nan=3.0, posinf=4.0, neginf=-5.0),
        ([NAN, INF, -INF, 2.0],),
        [3.0, 4.0, -5.0, 2.0],
        ([0.0, 0.0, 0.0, 1.0],),
    ),
]

_TIES = [
    SpecialPoint(
        "max of all, tied",
        lambda m, x: m.max(x),
        ([3.0, 1.0, 3.0],),
        3.0,
        ([0.5, 0.0, 0.5],),
    ),
    SpecialPoint(
        "min of all, tied", lambda m, x: m.min(x), ([1.0, 1.0, 3.0],), 1.0, ([0.5, 0.5, 0.0],)
    ),
    SpecialPoint(
        "max along an axis, tied",
        lambda m, x: m.max(x, axis=0),
        ([3.0, 1.0, 3.0],),
        3.0,
        ([0.5, 0.0, 0.5],),
        torch_grads=([1.0, 0.0, 0.0],),
        theirs=lambda m, x: m.max(x, dim=0)[0],
        why="ours is torch.amax: values alone, and every tied element has its share",
    ),
    SpecialPoint("maximum, tied", lambda m, a, b: m.maximum(a, b), (2.0, 2.0), 2.0, (0.5, 0.5)),
    SpecialPoint("minimum, tied", lambda m, a, b: m.minimum(a, b), (2.0, 2.0), 2.0, (0.5, 0.5)),
    SpecialPoint("maximum(NaN, 1)", lambda m, a, b: m.maximum(a, b), (NAN, 1.0), NAN, (None, None)),
    SpecialPoint(
        "sort, tied: the first stays first",
        lambda m, x, w: m.sort(x, stable=True)[0] * w,
        ([2.0, 1.0, 1.0], [1.0, 10.0, 100.0]),
        [1.0, 10.0, 200.0],
        ([100.0, 1.0, 10.0], [1.0, 1.0, 2.0]),
    ),
    SpecialPoint(
        "topk, tied: the first is taken",
        lambda m, x: m.topk(x, 1)[0],
        ([2.0, 3.0, 3.0],),
        [3.0],
        ([0.0, 1.0, 0.0],),
    ),
    SpecialPoint(
        "norm of order ∞, tied",
        lambda m, x: m.vector_norm(x, ord=INF),
        ([-3.0, 1.0, 3.0],),
        3.0,
        ([-0.5, 0.0, 0.5],),
        theirs=lambda m, x: m.linalg.vector_norm(x, INF),
    ),
]

_ROOTS_AND_NORMS = [
    SpecialPoint("sqrt(0)", lambda m, x: m.sqrt(x), (0.0,), 0.0, (INF,)),
    SpecialPoint(
        "cbrt(0)",
        lambda m, x: m.cbrt(x),
        (0.0,),
        0.0,
        (INF,),
        theirs=lambda m, x: x ** (1 / 3),
    ),
    SpecialPoint("rsqrt(0)", lambda m, x: m.rsqrt(x), (0.0,), INF, (-INF,)),
    SpecialPoint(
        "norm of a zero vector",
        lambda m, x: x.norm(),
        ([0.0, 0.0],),
        0.0,
        ([0.0, 0.0],),
        second=[NAN, NAN],
        why="the second derivative does not exist; its limit would be +inf",
    ),
    SpecialPoint(
        "norm of order 3 of a zero vector",
        lambda m, x: m.vector_norm(x, ord=3),
        ([0.0, 0.0],),
        0.0,
        ([0.0, 0.0],),
        theirs=lambda m, x: m.linalg.vector_norm(x, 3),
    ),
    SpecialPoint(
        "norm of order 0",
        lambda m, x: m.vector_norm(x, ord=0),
        ([0.0, 2.0],),
        1.0,
        ([0.0, 0.0],),
        theirs=lambda m, x: m.linalg.vector_norm(x, 0),
    ),
    SpecialPoint(
        "sqrt(sum x²) of a zero vector",
        lambda m, x: m.sqrt((x * x).sum()),
        ([0.0, 0.0],),
        0.0,
        ([NAN, NAN],),
        why="0 · ∞ in the chain rule: use norm",
    ),
    SpecialPoint(
        "norm where squares overflow and vanish",
        lambda m, x: m.stack([x[:2].norm(), x[2:].norm()]),
        ([3e200, 4e200, 3e-200, 4e-200],),
        [5e200, 5e-200],
        ([0.6, 0.8, 0.6, 0.8],),
        torch_value=[INF, 0.0],
        torch_grads=([0.0, 0.0, 0.0, 0.0],),
        why="scaled before it is squared, where that is needed",
    ),
    SpecialPoint(
        "hypot(0, 0)",
        lambda m, a, b: m.hypot(a, b),
        (0.0, 0.0),
        0.0,
        (0.0, 0.0),
        second=NAN,
        torch_grads=(NAN, NAN),
        why="a subgradient, as that of the norm",
    ),
    SpecialPoint(
        "atan2(0, 0)", lambda m, a, b: m.atan2(a, b), (0.0, 0.0), 0.0, (0.0, -0.0), second=NAN
    ),
    SpecialPoint(
        "std of constants",
        lambda m, x: m.std(x, correction=1),
        ([2.0, 2.0, 2.0],),
        0.0,
        ([0.0, 0.0, 0.0],),
    ),
    SpecialPoint(
        "var of one value, n - 1",
        lambda m, x: m.var(x, correction=1),
        ([2.0],),
        NAN,
        ([NAN],),
        theirs=lambda m, x: m.var(x, correction=1),
        warns="leave nothing to divide by",
    ),
    SpecialPoint(
        "std of one value, n - 1",
        lambda m, x: m.std(x, correction=1),
        ([2.0],),
        NAN,
        ([NAN],),
        warns="leave nothing to divide by",
    ),
]

_POWERS_AND_LOGARITHMS = [
    SpecialPoint(
        "0 ** 0, both tensors",
        lambda m, a, b: a**b,
        (0.0, 0.0),
        1.0,
        (0.0, 0.0),
        second=NAN,
    ),
    SpecialPoint("x ** 0 at 0", lambda m, x: x**0, (0.0,), 1.0, (0.0,)),
    SpecialPoint("x ** 1 at 0", lambda m, x: x**1, (0.0,), 0.0, (1.0,), second=0.0),
    SpecialPoint("x ** 2 at 0", lambda m, x: x**2, (0.0,), 0.0, (0.0,), second=2.0),
    SpecialPoint("0 ** 2, both tensors", lambda m, a, b: a**b, (0.0, 2.0), 0.0, (0.0, 0.0), 2.0),
    SpecialPoint("0 ** 0.5", lambda m, x: x**0.5, (0.0,), 0.0, (INF,)),
    SpecialPoint("0 ** -1", lambda m, x: x**-1, (0.0,), INF, (-INF,)),
    SpecialPoint("(-2) ** 2.0, both tensors", lambda m, a, b: a**b, (-2.0, 2.0), 4.0, (-4.0, NAN)),
    SpecialPoint("log(0)", lambda m, x: m.log(x), (0.0,), -INF, (INF,)),
    SpecialPoint(
        "log(-1)",
        lambda m, x: m.log(x),
        (-1.0,),
        NAN,
        (NAN,),
        torch_grads=(-1.0,),
        why="a function without a value has no derivative there",
    ),
    SpecialPoint(
        "log2(-1), log10(-1), log1p(-2)",
        lambda m, x: m.log2(x) + m.log10(x) + m.log1p(2 * x),
        (-1.0,),
        NAN,
        (NAN,),
        torch_grads=(-1 / math.log(2) - 1 / math.log(10) - 2,),
        why="a function without a value has no derivative there",
    ),
    SpecialPoint("1 / 0", lambda m, a, b: a / b, (1.0, 0.0), INF, (INF, -INF)),
    SpecialPoint("0 / 0", lambda m, a, b: a / b, (0.0, 0.0), NAN, (INF, NAN)),
    SpecialPoint(
        "xlogy(0, 0)",
        lambda m, x, y: m.xlogy(x, y),
        (0.0, 0.0),
        0.0,
        (0.0, 0.0),
        torch_grads=(0.0, NAN),
        why="x ln y is 0 all along x = 0",
    ),
    SpecialPoint(
        "asin, acos at 1",
        lambda m, x: m.asin(x) - m.acos(x),
        (1.0,),
        math.pi / 2,
        (INF,),
    ),
    SpecialPoint(
        "acosh(0.5), atanh(2), asin(2)",
        lambda m, x: m.stack([m.acosh(x[0]), m.atanh(x[1]), m.asin(x[2])]),
        ([0.5, 2.0, 2.0],),
        [NAN, NAN, NAN],
        ([NAN, NAN, NAN],),
        torch_grads=([NAN, -1 / 3, NAN],),
        why="a function without a value has no derivative there",
    ),
]

_SATURATION = [
    SpecialPoint(
        "logsumexp(-inf, -inf)",
        lambda m, x: m.logsumexp(x, axis=0),
        ([-INF, -INF],),
        -INF,
        ([0.0, 0.0],),
        torch_grads=([NAN, NAN],),
        theirs=lambda m, x: m.logsumexp(x, 0),
        why="the derivative along logsumexp(-inf, -inf + x)",
    ),
    SpecialPoint(
        "logsumexp(+inf, 0)",
        lambda m, x: m.logsumexp(x, axis=0),
        ([INF, 0.0],),
        INF,
        ([1.0, 0.0],),
        torch_grads=([NAN, 0.0],),
        theirs=lambda m, x: m.logsumexp(x, 0),
        why="the limit",
    ),
    SpecialPoint(
        "logaddexp(-inf, -inf)",
        lambda m, a, b: m.logaddexp(a, b),
        (-INF, -INF),
        -INF,
        (0.0, 0.0),
        torch_grads=(NAN, NAN),
        why="as logsumexp",
    ),
    SpecialPoint(
        "logaddexp(+inf, 0)",
        lambda m, a, b: m.logaddexp(a, b),
        (INF, 0.0),
        INF,
        (1.0, 0.0),
        why="as logsumexp",
    ),
    SpecialPoint(
        "softmax of -inf alone",
        lambda m, x: m.softmax(x, axis=0),
        ([-INF, -INF],),
        [NAN, NAN],
        ([NAN, NAN],),
        theirs=lambda m, x: m.softmax(x, 0),
    ),
    SpecialPoint(
        "softmax(±1e4)",
        lambda m, x: m.softmax(x, axis=0),
        ([1e4, -1e4],),
        [1.0, 0.0],
        ([0.0, 0.0],),
        theirs=lambda m, x: m.softmax(x, 0),
    ),
    SpecialPoint(
        "log_softmax(±1e4)",
        lambda m, x: m.log_softmax(x, axis=0),
        ([1e4, -1e4],),
        [0.0, -2e4],
        ([-1.0, 1.0],),
        theirs=lambda m, x: m.log_softmax(x, 0),
    ),
    SpecialPoint(
        "sigmoid(±800)", lambda m, x: m.sigmoid(x), ([800.0, -800.0],), [1.0, 0.0], ([0.0, 0.0],)
    ),
    SpecialPoint(
        "logsigmoid(±800)",
        lambda m, x: m.logsigmoid(x),
        ([800.0, -800.0],),
        [0.0, -800.0],
        ([0.0, 1.0],),
        theirs=lambda m, x: _f(m).logsigmoid(x),
    ),
    SpecialPoint(
        "softplus(±800)",
        lambda m, x: m.softplus(x),
        ([800.0, -800.0],),
        [800.0, 0.0],
        ([1.0, 0.0],),
        theirs=lambda m, x: _f(m).softplus(x),
    ),
    SpecialPoint(
        "tanh(±800)", lambda m, x: m.tanh(x), ([800.0, -800.0],), [1.0, -1.0], ([0.0, 0.0],)
    ),
]

_PRODUCTS_AND_REDUCTIONS = [
    SpecialPoint(
        "prod with one zero",
        lambda m, x: m.prod(x),
        ([0.0, 2.0, 3.0],),
        0.0,
        ([6.0, 0.0, 0.0],),
        second=[5.0, 3.0, 2.0],
    ),
    SpecialPoint(
        "prod with two zeros",
        lambda m, x: m.prod(x),
        ([0.0, 2.0, 0.0],),
        0.0,
        ([0.0, 0.0, 0.0],),
        second=[2.0, 0.0, 2.0],
    ),
    SpecialPoint(
        "cumprod with a zero",
        lambda m, x: m.cumprod(x, 0),
        ([2.0, 0.0, 3.0],),
        [2.0, 0.0, 0.0],
        ([1.0, 8.0, 0.0],),
        second=[4.0, 6.0, 2.0],
    ),
    SpecialPoint(
        "det of a singular matrix",
        lambda m, x: m.det(x),
        ([[1.0, 2.0], [2.0, 4.0]],),
        0.0,
        ([[4.0, -2.0], [-2.0, 1.0]],),
        second=[[1.0, -1.0], [-1.0, 1.0]],
        theirs=lambda m, x: m.linalg.det(x),
        why="from the cofactors, which are polynomials",
    ),
    SpecialPoint("sum of nothing", lambda m, x: m.sum(x), ([],), 0.0, ([],)),
    SpecialPoint("prod of nothing", lambda m, x: m.prod(x), ([],), 1.0, ([],)),
    SpecialPoint("mean of nothing", lambda m, x: m.mean(x), ([],), NAN, ([],)),
    SpecialPoint(
        "median of an even number",
        lambda m, x: m.median(x),
        ([4.0, 1.0, 2.0, 3.0],),
        2.0,
        ([0.0, 0.0, 1.0, 0.0],),
        why="the lower one; `np.median(x)` is the mean of the two",
    ),
    SpecialPoint(
        "scatter to one place twice",
        lambda m, x, src: m.scatter(x, 0, m.tensor([1, 1]), src),
        ([0.0, 0.0, 0.0], [5.0, 7.0]),
        [0.0, 7.0, 0.0],
        ([1.0, 0.0, 1.0], [0.0, 1.0]),
        torch_grads=([1.0, 0.0, 1.0], [1.0, 1.0]),
        why="only the value that stayed has a gradient",
    ),
]

SPECIAL_POINTS = [
    *_KINKS,
    *_TIES,
    *_ROOTS_AND_NORMS,
    *_POWERS_AND_LOGARITHMS,
    *_SATURATION,
    *_PRODUCTS_AND_REDUCTIONS,
]
