"""Derivatives inside derivatives, at depth 2 and 3, against ``torch.func``.

A variable of an outer derivative reaches the inner one as an argument, by a closure or in the
direction v.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from tinygrad_edu import autograd

torch = pytest.importorskip("torch")
func = torch.func

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # PyTorch's own

Transform = Callable[[Callable[..., Any], Any, Any], Any]


def _pair_of(ours: Transform, theirs: Transform) -> tuple[Transform, Transform]:
    return ours, theirs


V = np.array([1.0, -2.0, 0.5])
# Each applied to a function of one vector, a point and a direction, which is v or is not used.
TRANSFORMS = {
    "value_and_grad": _pair_of(
        lambda f, x, v: autograd.value_and_grad(lambda y: f(y).sum())(x)[1],
        lambda f, x, v: func.grad(lambda y: f(y).sum())(x),
    ),
    "elementwise_grad": _pair_of(
        lambda f, x, v: autograd.elementwise_grad(f)(x),
        lambda f, x, v: func.grad(lambda y: f(y).sum())(x),
    ),
    "vjp": _pair_of(
        lambda f, x, v: autograd.vjp(f, x, v)[1],
        lambda f, x, v: func.vjp(f, x)[1](v)[0],
    ),
    "jvp": _pair_of(
        lambda f, x, v: autograd.jvp(f, x, v)[1],
        lambda f, x, v: func.jvp(f, (x,), (v,))[1],
    ),
    "jacobian": _pair_of(
        lambda f, x, v: autograd.jacobian(f, x).sum(0), lambda f, x, v: func.jacrev(f)(x).sum(0)
    ),
    "forward jacobian": _pair_of(
        lambda f, x, v: autograd.jacobian(f, x, strategy="forward-mode").sum(0),
        lambda f, x, v: func.jacfwd(f)(x).sum(0),
    ),
    "hessian": _pair_of(
        lambda f, x, v: autograd.hessian(lambda y: f(y).sum(), x).sum(0),
        lambda f, x, v: func.hessian(lambda y: f(y).sum())(x).sum(0),
    ),
    "hvp": _pair_of(
        lambda f, x, v: autograd.hvp(lambda y: f(y).sum(), x, v)[1],
        lambda f, x, v: func.hessian(lambda y: f(y).sum())(x) @ v,
    ),
    "vhp": _pair_of(
        lambda f, x, v: autograd.vhp(lambda y: f(y).sum(), x, v)[1],
        lambda f, x, v: func.hessian(lambda y: f(y).sum())(x) @ v,
    ),
}


def _constant(x: Any, values: np.ndarray) -> Any:
    return torch.tensor(values) if isinstance(x, torch.Tensor) else values


def _nested(kinds: list[Transform], way: str, at: Any, v: Any) -> Callable[[Any], Any]:
    """A function of x with derivatives inside, at another point and along another direction."""
    if not kinds:
        return lambda x: x**3 + x.sum() * x
    inner = _nested(kinds[1:], way, at, v)

    def outer(x: Any) -> Any:
        if way == "closure":
            return x * kinds[0](lambda y: x.sum() * inner(y) * y, at, v)
        if way == "direction":
            return x * kinds[0](lambda y: inner(y) * y, at, x * 0.7)
        return x * kinds[0](lambda y: inner(y) * y, x * 1.5, v)

    return outer


@pytest.mark.parametrize("way", ["argument", "closure", "direction"])
@pytest.mark.parametrize(
    "names",
    [
        *product(TRANSFORMS, repeat=2),
        ("value_and_grad", "jvp", "hessian"),
        ("hessian", "value_and_grad", "vjp"),
        ("jvp", "jvp", "jvp"),
        ("jacobian", "elementwise_grad", "value_and_grad"),
        ("forward jacobian", "hvp", "jvp"),
    ],
    ids="-".join,
)
def test_nested(names: tuple[str, ...], way: str) -> None:
    rng = np.random.default_rng(len("".join(names)))
    x, at = rng.normal(size=3), rng.normal(size=3)
    outer, *inner = names
    ours = TRANSFORMS[outer][0](_nested([TRANSFORMS[n][0] for n in inner], way, at, V), x, V)
    x, at, v = map(torch.tensor, (x, at, V))
    theirs = TRANSFORMS[outer][1](_nested([TRANSFORMS[n][1] for n in inner], way, at, v), x, v)
    np.testing.assert_allclose(np.asarray(ours), theirs.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_inside_of_vmap_and_around_it(name: str) -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(2, 3))
    ours, theirs = TRANSFORMS[name]

    def inside(apply: Transform, v: Any) -> Callable[[Any], Any]:
        return lambda row: apply(lambda y: row.sum() * y**3, row * 2.0, v)

    got = autograd.vmap(inside(ours, V))(x)
    expected = func.vmap(inside(theirs, torch.tensor(V)))(torch.tensor(x))
    np.testing.assert_allclose(np.asarray(got), expected.numpy(), rtol=1e-12)

    def around(vmap: Any) -> Callable[[Any], Any]:
        return lambda z: vmap(lambda row: row.sum() * z)(_constant(z, x)).sum(0) * z

    got = ours(around(autograd.vmap), x[0], V)
    expected = theirs(around(func.vmap), torch.tensor(x[0]), torch.tensor(V))
    np.testing.assert_allclose(np.asarray(got), expected.numpy(), rtol=1e-12)
