"""``torch.func`` and ``torch.autograd`` as scripts call them: the same expression in both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu.torch as ours

torch = pytest.importorskip("torch")

# PyTorch compiles a part of its forward mode at first use, and warns of that.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def _x(t: Any, *shape: int, requires_grad: bool = False) -> Any:
    values = np.linspace(0.2, 1.7, int(np.prod(shape))).reshape(shape)
    return t.tensor(values.tolist(), dtype=t.float64, requires_grad=requires_grad)


def _net(t: Any) -> Any:
    net = t.nn.Sequential(t.nn.Linear(3, 4), t.nn.Tanh(), t.nn.Linear(4, 1)).double()
    for k, p in enumerate(net.parameters()):
        p.data = _x(t, *p.shape) - 0.3 * k
    return net


def _loss(t: Any, net: Any) -> Callable[..., Any]:
    def loss(parameters: Any, x: Any, y: Any) -> Any:
        out = t.func.functional_call(net, parameters, (x.unsqueeze(0),))
        return ((out - y) ** 2).mean()

    return loss


def _per_sample(t: Any) -> Any:
    net = _net(t)
    parameters = {name: p.detach() for name, p in net.named_parameters()}
    each = t.func.vmap(t.func.grad(_loss(t, net)), in_dims=(None, 0, 0))
    return each(parameters, _x(t, 5, 3), _x(t, 5))


def _ensemble(t: Any) -> Any:
    nets = [_net(t) for _ in range(3)]
    parameters, buffers = t.func.stack_module_state(nets)
    call = lambda p, b, x: t.func.functional_call(nets[0], (p, b), (x,))  # noqa: E731
    return t.func.vmap(call, in_dims=(0, 0, None))(parameters, buffers, _x(t, 2, 3))


def _maml(t: Any) -> Any:
    net = _net(t)
    loss = _loss(t, net)
    weights = dict(net.named_parameters())
    grads = t.autograd.grad(loss(weights, _x(t, 3), 0.5), weights.values(), create_graph=True)
    fast = {name: w - 0.1 * g for (name, w), g in zip(weights.items(), grads, strict=True)}
    loss(fast, _x(t, 3), 0.7).backward()
    return [p.grad for p in net.parameters()]


def _backward(t: Any) -> Any:
    x = _x(t, 3, requires_grad=True)
    t.autograd.backward([x * x, x.exp()], [t.ones_like(x), 2 * t.ones_like(x)])
    return x.grad


def _variable(t: Any) -> Any:
    x = t.autograd.Variable(_x(t, 3), requires_grad=True)
    (x * x).sum().backward()
    return x.grad, t.autograd.Variable(x).requires_grad, isinstance(x, t.autograd.Variable)


def _switched(t: Any) -> Any:
    x = _x(t, 2, requires_grad=True)
    t.set_grad_enabled(False)
    try:
        off = (x * 2).requires_grad, t.is_grad_enabled()
    finally:
        t.set_grad_enabled(True)
    with t.set_grad_enabled(False):
        inside = (x * 2).requires_grad

    @t.set_grad_enabled(False)
    def decorated() -> Any:
        return (x * 2).requires_grad

    with t.inference_mode(mode=False):
        kept = (x * 2).requires_grad
    return off, inside, decorated(), (x * 2).requires_grad, kept, t.is_grad_enabled()


def _cubes(t: Any) -> Callable[..., Any]:
    return lambda x: (x**3).sum()


EXPRESSIONS: dict[str, Callable[[Any], Any]] = {
    "grad": lambda t: t.func.grad(_cubes(t))(_x(t, 3)),
    "grad of grad": lambda t: t.func.grad(t.func.grad(t.sin))(_x(t, 1)[0]),
    "grad by two": lambda t: t.func.grad(lambda x, y: (x * y).sum(), (0, 1))(_x(t, 3), _x(t, 3)),
    "grad of a dict": lambda t: t.func.grad(lambda p: (p["a"] * p["b"]).sum())(
        {"a": _x(t, 2), "b": _x(t, 2)}
    ),
    "grad with aux": lambda t: t.func.grad(lambda x: (x.sum(), x * 2), has_aux=True)(_x(t, 2)),
    "grad_and_value": lambda t: t.func.grad_and_value(_cubes(t))(_x(t, 3)),
    "vmap": lambda t: t.func.vmap(t.dot)(_x(t, 4, 3), _x(t, 4, 3)),
    "vmap along columns": lambda t: t.vmap(lambda a, b: a * b, in_dims=(1, None), out_dims=1)(
        _x(t, 2, 3), _x(t, 2)
    ),
    "vmap of several results": lambda t: t.func.vmap(lambda x: (x.sum(), {"y": x}))(_x(t, 2, 3)),
    "vmap of grad": lambda t: t.func.vmap(t.func.grad(t.sin))(_x(t, 4)),
    "jacrev": lambda t: t.func.jacrev(lambda x: x.exp() * x.sum())(_x(t, 3)),
    "jacrev of two": lambda t: t.func.jacrev(lambda x, y: x * y, argnums=(0, 1))(
        _x(t, 2), _x(t, 2)
    ),
    "jacfwd": lambda t: t.func.jacfwd(lambda x: t.stack([x.sum(), x.prod()]))(_x(t, 3)),
    "hessian": lambda t: t.func.hessian(_cubes(t))(_x(t, 3)),
    "batch of Jacobians": lambda t: t.func.vmap(t.func.jacrev(t.sin))(_x(t, 2, 3)),
    "vjp": lambda t: (lambda y, pull: (y, pull(_x(t, 3))))(*t.func.vjp(t.exp, _x(t, 3))),
    "jvp": lambda t: t.func.jvp(t.exp, (_x(t, 3),), (_x(t, 3),)),
    "per-sample gradients": _per_sample,
    "ensemble": _ensemble,
    "MAML": _maml,
    "backward": _backward,
    "Variable": _variable,
    "switches": _switched,
    "autograd.functional": lambda t: t.autograd.functional.hvp(_cubes(t), _x(t, 3), _x(t, 3)),
}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return np.asarray(value.detach().numpy()) if hasattr(value, "detach") else value


def _equal(a: Any, b: Any) -> None:
    if isinstance(a, dict):
        assert list(a) == list(b)
        a, b = list(a.values()), list(b.values())
    if isinstance(a, list):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            _equal(one, other)
    elif isinstance(a, np.ndarray):
        np.testing.assert_allclose(a, b, 1e-12, 1e-13)
        assert a.shape == b.shape
    else:
        assert a == b


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_like_pytorch(name: str) -> None:
    _equal(_plain(EXPRESSIONS[name](ours)), _plain(EXPRESSIONS[name](torch)))
