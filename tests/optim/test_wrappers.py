"""Optimizers around optimizers, averages of weights, transformations, minimize, no gradients."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import optim
from tinygrad_edu.optim import minimize
from tinygrad_edu.optim.functions import rosenbrock, sphere


def _w(*values: float) -> Any:
    return tg.tensor(np.array(values), requires_grad=True)


# ---- wrappers

WRAPPED = {
    "Lookahead": lambda p: optim.Lookahead(optim.Adam(p, lr=0.05), k=3, alpha=0.4),
    "SAM": lambda p: optim.SAM(optim.SGD(p, lr=0.01, momentum=0.9), rho=0.1),
    "ASAM": lambda p: optim.ASAM(optim.Adam(p, lr=0.05)),
    "GradientAccumulation": lambda p: optim.GradientAccumulation(optim.Adam(p, lr=0.05), every=3),
}


def _closure(optimizer: Any, w: Any, t: int) -> Any:
    def closure() -> Any:
        optimizer.zero_grad()
        loss = ((w - math.sin(t)) ** 2).sum()
        loss.backward()
        return loss

    return closure


@pytest.mark.parametrize("name", WRAPPED)
def test_wrappers_resume_bit_for_bit(name: str) -> None:
    w, v = _w(1.0, -2.0), _w(1.0, -2.0)
    optimizer, uninterrupted = WRAPPED[name]([w]), WRAPPED[name]([v])
    for t in range(10):
        optimizer.step(_closure(optimizer, w, t))
        uninterrupted.step(_closure(uninterrupted, v, t))
        saved = copy.deepcopy(optimizer.state_dict())
        w = tg.tensor(w.value, requires_grad=True)
        optimizer = WRAPPED[name]([w])
        optimizer.load_state_dict(saved)
        assert w.value.tobytes() == v.value.tobytes()
    assert not np.array_equal(w.value, [1.0, -2.0])
    with pytest.raises(ValueError, match=f"not that of a {name}"):
        optimizer.load_state_dict(optim.Adam([w]).state_dict())


@pytest.mark.parametrize("name", WRAPPED)
def test_schedulers_work_on_wrappers(name: str) -> None:
    w = _w(1.0)
    optimizer = WRAPPED[name]([w])
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    before = scheduler.get_last_lr()[0]
    optimizer.step(_closure(optimizer, w, 0))
    scheduler.step()
    assert optimizer.optimizer.param_groups[0]["lr"] == before / 2
    optimizer.add_param_group({"params": [_w(2.0)]})
    assert len(optimizer.param_groups) == len(optimizer.optimizer.param_groups) == 2
    assert len(optimizer.members()) == 2


def test_lookahead_by_hand() -> None:
    w = _w(1.0)
    optimizer = optim.Lookahead(optim.SGD([w], lr=0.1), k=2, alpha=0.5)
    path = []
    for _ in range(4):
        w.grad = tg.tensor(np.array([1.0]))
        optimizer.step()
        path.append(w.item())
    assert path == pytest.approx([0.9, 0.9, 0.8, 0.8])


@pytest.mark.parametrize("adaptive", [False, True])
def test_sam_by_hand(adaptive: bool, rng: np.random.Generator) -> None:
    start, h = rng.normal(size=3), np.array([1.0, 3.0, 10.0])
    w = tg.tensor(start, requires_grad=True)
    optimizer = optim.SAM(optim.SGD([w], lr=0.1), rho=0.2, adaptive=adaptive, eta=0.05)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (h * w * w).sum() / 2
        loss.backward()
        return loss

    loss = optimizer.step(closure)
    g = h * start
    scale = np.abs(start) + 0.05 if adaptive else np.ones(3)
    e = 0.2 * scale**2 * g / np.linalg.norm(scale * g)
    assert loss.item() == pytest.approx((h * start * start).sum() / 2)
    assert w.value == pytest.approx(start - 0.1 * h * (start + e), rel=1e-12)


def test_small_batches_accumulate_to_a_large_one(rng: np.random.Generator) -> None:
    x = rng.normal(size=(12, 3))
    whole, parts = _w(1.0, 2.0, 3.0), _w(1.0, 2.0, 3.0)
    one = optim.Adam([whole], lr=0.1)
    many = optim.GradientAccumulation(optim.Adam([parts], lr=0.1), every=4)
    for _ in range(3):
        one.zero_grad()
        ((x @ whole) ** 2).mean().backward()
        one.step()
        for batch in np.split(x, 4):
            many.zero_grad()
            ((batch @ parts) ** 2).mean().backward()
            many.step()
    assert parts.value == pytest.approx(whole.value, rel=1e-12)


def test_wrappers_refuse_what_is_no_optimizer() -> None:
    with pytest.raises(TypeError, match="Lookahead: wraps an optimizer, received list"):
        optim.Lookahead([_w(1.0)])
    with pytest.raises(ValueError, match="alpha must be in"):
        optim.Lookahead(optim.SGD([_w(1.0)]), alpha=2.0)
    with pytest.raises(TypeError, match=r"SAM\.step needs a closure"):
        optim.SAM(optim.SGD([_w(1.0)])).step()


# ---- averages


class _Net:
    """A model in the smallest sense: parameters, buffers, modules, a batch norm to update."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.w = tg.tensor(rng.normal(size=3), requires_grad=True)
        self.running_mean = tg.tensor(np.full(3, 9.0))
        self.running_var = tg.tensor(np.full(3, 9.0))
        self.num_batches_tracked = tg.tensor(7)
        self.momentum: float | None = 0.1
        self.training = False

    def parameters(self) -> list[Any]:
        return [self.w]

    def buffers(self) -> list[Any]:
        return [self.running_mean, self.running_var, self.num_batches_tracked]

    def modules(self) -> list[Any]:
        return [self]

    def train(self) -> None:
        self.training = True

    def __call__(self, x: Any) -> Any:
        assert self.training
        assert self.momentum is None
        count = self.num_batches_tracked.value
        count += 1
        for buffer, new in ((self.running_mean, x.mean(0)), (self.running_var, x.var(0, ddof=1))):
            buffer.data += (new - buffer.value) / count
        return x * self.w.value


def test_averages(rng: np.random.Generator) -> None:
    net = _Net(rng)
    mean = optim.AveragedModel(net)
    many = optim.AveragedModel(net, multi_avg_fn=optim.get_ema_multi_avg_fn(0.9), use_buffers=True)
    ema = optim.AveragedModel(net, avg_fn=optim.get_ema_avg_fn(0.9), use_buffers=True)
    seen = []
    for k in range(4):
        net.w.value[...] = rng.normal(size=3)
        net.running_mean.value[...] = k
        seen.append(net.w.value.copy())
        mean.update_parameters(net)
        ema.update_parameters(net)
        many.update_parameters(net)
    assert mean.module.w.value == pytest.approx(np.mean(seen, axis=0))
    assert mean.module.running_mean.value == pytest.approx(3)
    expected, buffer = seen[0], 0.0
    for k in range(1, 4):
        expected = 0.9 * expected + 0.1 * seen[k]
        buffer = 0.9 * buffer + 0.1 * k
    assert ema.module.w.value == pytest.approx(expected)
    assert ema.module.running_mean.value == pytest.approx(buffer)
    assert many.module.w.value == pytest.approx(expected)
    assert many.module.running_mean.value == pytest.approx(buffer)
    assert ema.n_averaged == 4
    assert next(iter(ema.parameters())) is ema.module.w


def test_update_bn(rng: np.random.Generator) -> None:
    net = _Net(rng)
    batches = [rng.normal(size=(5, 3)) for _ in range(4)]
    optim.update_bn([(batch, "label") for batch in batches], net)
    assert net.running_mean.value == pytest.approx(np.mean([b.mean(0) for b in batches], axis=0))
    assert net.num_batches_tracked.item() == 4
    assert net.momentum == 0.1
    assert net.training is False


# ---- transformations


def test_clip_grad_norm(rng: np.random.Generator) -> None:
    ws = [_w(0.0, 0.0, 0.0), _w(0.0, 0.0), _w(0.0)]
    grads = [np.array([3.0, -4.0, 12.0]), np.array([84.0, 0.0])]
    for w, g in zip(ws, grads, strict=False):
        w.grad = tg.tensor(g)
    assert optim.clip_grad_norm_(ws, 1.0).item() == pytest.approx(85)
    assert optim.clip_grad_norm_(iter(ws), math.inf).item() == pytest.approx(1, abs=1e-6)
    assert ws[0].grad.value == pytest.approx(grads[0] / 85)
    assert optim.clip_grad_norm_(ws, 10.0, norm_type=math.inf).item() == pytest.approx(84 / 85)
    assert optim.clip_grad_norm_(ws, 10.0, norm_type=1).item() == pytest.approx(103 / 85)
    assert optim.clip_grad_norm_([ws[2]], 1.0).item() == 0
    huge = tg.tensor(np.zeros(2, np.float32), requires_grad=True)
    huge.grad = tg.tensor(np.array([3e30, 4e30], np.float32))
    assert optim.clip_grad_norm_(huge, 1.0).item() == pytest.approx(5e30, rel=1e-6)
    assert huge.grad.value == pytest.approx([0.6, 0.8])
    huge.grad = tg.tensor(np.array([np.nan, 1], np.float32))
    with pytest.raises(RuntimeError, match="norm of the gradients is nan"):
        optim.clip_grad_norm_(huge, 1.0, error_if_nonfinite=True)
    assert huge.grad.value[1] == 1
    with pytest.raises(ValueError, match="max_norm must be in"):
        optim.clip_grad_norm_(huge, -1.0)


def test_other_transformations(rng: np.random.Generator) -> None:
    w, b = tg.tensor(rng.normal(size=(4, 6)), requires_grad=True), _w(3.0, 4.0)
    g = rng.normal(size=(4, 6))

    def give() -> None:
        w.grad, b.grad = tg.tensor(g), tg.tensor(np.array([30.0, 40.0]))

    give()
    optim.clip_grad_value_([w, b], 0.5)
    assert w.grad.value == pytest.approx(np.clip(g, -0.5, 0.5))
    give()
    optim.clip_grad_norm_per_layer_([w, b], 5.0)
    assert b.grad.value == pytest.approx([3, 4], abs=1e-5)
    assert np.linalg.norm(w.grad.value) == pytest.approx(min(5, np.linalg.norm(g)), abs=1e-5)
    give()
    optim.adaptive_grad_clip_([w, b], clipping=0.1)
    assert b.grad.value == pytest.approx([0.3, 0.4])
    most = 0.1 * np.linalg.norm(w.value, axis=1)
    norms = np.linalg.norm(g, axis=1)
    assert np.linalg.norm(w.grad.value, axis=1) == pytest.approx(np.minimum(norms, most))
    give()
    optim.centralize_grad_([w, b])
    assert w.grad.value == pytest.approx(g - g.mean(1, keepdims=True))
    assert b.grad.tolist() == [30, 40]
    noisy = tg.tensor(np.zeros(20000, np.float32), requires_grad=True)
    noisy.grad = tg.tensor(np.zeros(20000, np.float32))
    optim.add_grad_noise_(noisy, t=3, eta=0.5, generator=0)
    assert noisy.grad.value.var() == pytest.approx(0.5 / 4**0.55, rel=0.05)
    assert noisy.grad.dtype == np.float32
    before = w.value.copy()
    optim.max_norm_(w, 1.5)
    lengths = np.linalg.norm(before, axis=1)
    assert np.linalg.norm(w.value, axis=1) == pytest.approx(np.minimum(lengths, 1.5))
    optim.non_negative_([w])
    assert w.value.min() == 0


# ---- without gradients


@pytest.mark.parametrize(
    ("make", "steps", "below"),
    [
        (lambda p: optim.RandomSearch(p, lr=2.0, generator=0), 500, 2.0),
        (lambda p: optim.HillClimbing(p, lr=0.3, generator=0), 500, 0.05),
        (lambda p: optim.SPSA(p, lr=0.5, generator=0), 300, 1e-2),
        (lambda p: optim.NumericalGradientDescent(p, lr=0.1), 100, 1e-12),
    ],
)
def test_derivative_free_rules_descend(make: Any, steps: int, below: float) -> None:
    result = minimize(sphere, [2.0, -1.5], make, steps=steps)
    assert result.value < below


def test_searches_never_get_worse() -> None:
    for make in (
        lambda p: optim.RandomSearch(p, generator=1),
        lambda p: optim.HillClimbing(p, lr=0.2, generator=1),
    ):
        values = minimize(rosenbrock, [-1.2, 1.0], make, steps=100).values
        assert (np.diff(values) <= 0).all()


def test_numerical_gradient_is_the_gradient(rng: np.random.Generator) -> None:
    w = tg.tensor(rng.normal(size=2), requires_grad=True)
    slope = tg.grad(rosenbrock(w), w).value
    before = w.value.copy()
    optim.NumericalGradientDescent([w], lr=1.0, h=1e-6).step(lambda: rosenbrock(w))
    assert before - w.value == pytest.approx(slope, rel=1e-6)


# ---- minimize


def test_minimize_stops() -> None:
    make = lambda p: optim.SGD(p, lr=0.1)  # noqa: E731 (one for all)
    settled = minimize(sphere, [1.0, 1.0], make, stop=optim.ParametersSettled(1e-4))
    assert settled.message.startswith("the parameters settled")
    assert np.linalg.norm(settled.path[-1] - settled.path[-2]) < 1e-4
    assert np.linalg.norm(settled.path[-2] - settled.path[-3]) >= 1e-4
    small = minimize(sphere, [1.0, 1.0], make, stop=[optim.GradientSmall(1e-3)])
    assert small.message.startswith("the gradient is small")
    assert 2 * np.linalg.norm(small.path[-1]) < 1e-3 <= 2 * np.linalg.norm(small.path[-2])
    assert small.message.endswith(f"{2 * np.linalg.norm(small.x):.3g}")
    stuck = minimize(
        sphere, [1.0, 1.0], lambda p: optim.SGD(p, lr=1.0), stop=optim.NoImprovement(5)
    )
    assert stuck.message == "no improvement on 2 for 5 steps"
    assert stuck.steps == 6
    validation = optim.NoImprovement(3, value=lambda x: float(((x - 0.5) ** 2).sum()))
    early = minimize(sphere, [1.0, 1.0], make, stop=validation)
    assert 0.2 < early.x[0] < 0.5
    everything = minimize(sphere, [1.0, 1.0], make, steps=7)
    assert everything.message == "made all 7 steps"
    assert everything.path.shape == (8, 2)
    assert everything.values[0] == 2
    assert repr(everything).startswith("Result('made all 7 steps', steps=7, x=[0.2097")
    assert "path" not in repr(everything)


def _counted(points: list[float]) -> Any:
    def f(x: Any) -> Any:
        points.append(x.item())
        return (x**2).sum()

    return f


@pytest.mark.parametrize("stop", [(), optim.GradientSmall(1e-9)])
def test_minimize_evaluates_f_once_at_each_point(stop: Any) -> None:
    points: list[float] = []
    path = minimize(_counted(points), [1.0], lambda p: optim.SGD(p, lr=0.1), steps=5, stop=stop)
    assert points == path.path.ravel().tolist()
    # A rule that looks around evaluates where it looks.
    points.clear()
    minimize(_counted(points), [1.0], lambda p: optim.SPSA(p, generator=0), steps=1)
    assert len(points) == 4


@pytest.mark.parametrize("rule", [optim.Newton, optim.BFGS, optim.LBFGS, optim.NesterovLookAhead])
def test_gradient_small_looks_where_the_result_is(rule: Any) -> None:
    result = minimize(rosenbrock, [0.8, 0.6], rule, stop=optim.GradientSmall(20.0), steps=50)
    x = tg.tensor(result.x, requires_grad=True)
    rosenbrock(x).backward()
    norm = float(np.linalg.norm(x.grad.value))
    assert result.message == f"the gradient is small: its norm is {norm:.3g}"


def test_minimize_with_a_scheduler_and_second_order() -> None:
    decayed = minimize(
        sphere,
        [1.0],
        lambda p: optim.SGD(p, lr=0.25),
        scheduler=lambda o: optim.lr_scheduler.StepLR(o, 1, gamma=0.5),
        steps=2,
    )
    assert decayed.path.ravel() == pytest.approx([1.0, 0.5, 0.375])
    assert minimize(sphere, [3.0], optim.Newton, steps=1).value == pytest.approx(0, abs=1e-20)


def test_minimize_refuses() -> None:
    with pytest.raises(FloatingPointError, match=r"after \d+ steps; take a smaller learning rate"):
        minimize(rosenbrock, [-1.2, 1.0], lambda p: optim.SGD(p, lr=1.0))
    with pytest.raises(TypeError, match="tensor of one element"):
        minimize(lambda x: x * 2, [1.0, 2.0], optim.SGD)
    with pytest.raises(TypeError, match="was not computed from its argument"):
        minimize(lambda x: tg.tensor(1.0), [1.0, 2.0], optim.SGD)
    for criterion, wrong in (
        (optim.ParametersSettled, 0.0),
        (optim.GradientSmall, -1.0),
        (optim.NoImprovement, 0),
    ):
        with pytest.raises(ValueError, match=criterion.__name__):
            criterion(wrong)
