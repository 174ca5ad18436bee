"""Derivatives inside derivatives, at depth 2 and 3, against ``torch.func``.

A variable of an outer derivative reaches the inner one as an argument or by a closure.
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

Transform = Callable[[Callable[..., Any], Any], Any]


def _pair_of(ours: Transform, theirs: Transform) -> tuple[Transform, Transform]:
    return ours, theirs


# Each applied to a function of one vector at a point; all give a scalar or an array.
ONES = np.array([1.0, -2.0, 0.5])
TRANSFORMS = {
    "value_and_grad": _pair_of(
        lambda f, x: autograd.value_and_grad(lambda y: f(y).sum())(x)[1],
        lambda f, x: func.grad(lambda y: f(y).sum())(x),
    ),
    "elementwise_grad": _pair_of(
        lambda f, x: autograd.elementwise_grad(f)(x),
        lambda f, x: func.grad(lambda y: f(y).sum())(x),
    ),
    "vjp": _pair_of(
        lambda f, x: autograd.vjp(f, x, ONES)[1],
        lambda f, x: func.vjp(f, x)[1](torch.tensor(ONES))[0],
    ),
    "jvp": _pair_of(
        lambda f, x: autograd.jvp(f, x, ONES)[1],
        lambda f, x: func.jvp(f, (x,), (torch.tensor(ONES),))[1],
    ),
    "jacobian": _pair_of(
        lambda f, x: autograd.jacobian(f, x).sum(0), lambda f, x: func.jacrev(f)(x).sum(0)
    ),
    "forward jacobian": _pair_of(
        lambda f, x: autograd.jacobian(f, x, strategy="forward-mode").sum(0),
        lambda f, x: func.jacfwd(f)(x).sum(0),
    ),
    "hessian": _pair_of(
        lambda f, x: autograd.hessian(lambda y: f(y).sum(), x).sum(0),
        lambda f, x: func.hessian(lambda y: f(y).sum())(x).sum(0),
    ),
    "hvp": _pair_of(
        lambda f, x: autograd.hvp(lambda y: f(y).sum(), x, ONES)[1],
        lambda f, x: func.hessian(lambda y: f(y).sum())(x) @ torch.tensor(ONES),
    ),
    "vhp": _pair_of(
        lambda f, x: autograd.vhp(lambda y: f(y).sum(), x, ONES)[1],
        lambda f, x: func.hessian(lambda y: f(y).sum())(x) @ torch.tensor(ONES),
    ),
}


def _constant(x: Any, values: np.ndarray) -> Any:
    return torch.tensor(values) if isinstance(x, torch.Tensor) else values


def _nested(kinds: list[Transform], by_closure: bool, other: Any) -> Callable[[Any], Any]:
    """A function of x with derivatives inside; ``other`` says where the inner ones are."""
    if not kinds:
        return lambda x: x**3 + x.sum() * x
    inner = _nested(kinds[1:], by_closure, other)

    def outer(x: Any) -> Any:
        if by_closure:
            return x * kinds[0](lambda y: x.sum() * inner(y) * y, other(x))
        return x * kinds[0](lambda y: inner(y) * y, x * 1.5)

    return outer


@pytest.mark.parametrize("by_closure", [False, True], ids=["argument", "closure"])
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
def test_nested(names: tuple[str, ...], by_closure: bool) -> None:
    rng = np.random.default_rng(len("".join(names)))
    x, at = rng.normal(size=3), rng.normal(size=3)
    outer, *inner = names
    ours = TRANSFORMS[outer][0](
        _nested([TRANSFORMS[n][0] for n in inner], by_closure, lambda x: at), x
    )
    theirs = TRANSFORMS[outer][1](
        _nested([TRANSFORMS[n][1] for n in inner], by_closure, lambda x: torch.tensor(at)),
        torch.tensor(x),
    )
    np.testing.assert_allclose(np.asarray(ours), theirs.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", TRANSFORMS)
def test_inside_of_vmap_and_around_it(name: str) -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(size=(2, 3))
    ours, theirs = TRANSFORMS[name]

    def inside(apply: Transform) -> Callable[[Any], Any]:
        return lambda row: apply(lambda y: row.sum() * y**3, row * 2.0)

    got = autograd.vmap(inside(ours))(x)
    expected = func.vmap(inside(theirs))(torch.tensor(x))
    np.testing.assert_allclose(np.asarray(got), expected.numpy(), rtol=1e-12)

    def around(vmap: Any) -> Callable[[Any], Any]:
        return lambda z: vmap(lambda row: row.sum() * z)(_constant(z, x)).sum(0) * z

    got = ours(around(autograd.vmap), x[0])
    expected = theirs(around(func.vmap), torch.tensor(x[0]))
    np.testing.assert_allclose(np.asarray(got), expected.numpy(), rtol=1e-12)
