"""Second-order rules and line searches: what theory promises, and exact resumption."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.optim.cases import VECTOR, case_id, cases
from tinygrad_edu.optim.functions import FUNCTIONS, double_well, powell_singular, rosenbrock
from tinygrad_edu.optim.second_order import line_search as ls


def _quadratic(rng: np.random.Generator, n: int = 6) -> tuple[Any, np.ndarray, np.ndarray]:
    """½ xᵀAx − bᵀx with eigenvalues from 1 to 20; its minimum and A."""
    q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    a = q @ np.diag(np.linspace(1, 20, n)) @ q.T
    b = rng.normal(size=n)
    return (lambda x: ((x @ a) * x).sum() / 2 - (b * x).sum()), np.linalg.solve(a, b), a


def _start(rng: np.random.Generator, n: int = 6) -> Any:
    return tg.tensor(rng.normal(size=n), requires_grad=True)


def test_newton_is_done_in_one_step_on_a_quadratic(rng: np.random.Generator) -> None:
    f, minimum, _ = _quadratic(rng)
    w = _start(rng)
    tg.optim.Newton([w]).step(lambda: f(w))
    assert w.value == pytest.approx(minimum, abs=1e-12)


@pytest.mark.parametrize("variant", ["PR+", "FR", "HS", "DY"])
def test_conjugate_gradients_are_done_in_n_steps(variant: str, rng: np.random.Generator) -> None:
    """With searches that are all but exact."""
    f, minimum, _ = _quadratic(rng)
    w = _start(rng)
    optimizer = tg.optim.ConjugateGradient([w], variant=variant, c2=1e-9)
    for _ in range(6):
        optimizer.step(lambda: f(w))
    assert w.value == pytest.approx(minimum, abs=1e-6)


def test_hessian_free_is_newton_on_a_quadratic(rng: np.random.Generator) -> None:
    f, minimum, _ = _quadratic(rng)
    w = _start(rng)
    tg.optim.HessianFree([w], damping=0.0, cg_tolerance=1e-14).step(lambda: f(w))
    assert w.value == pytest.approx(minimum, abs=1e-9)


def test_bfgs_finds_the_inverse_hessian(rng: np.random.Generator) -> None:
    f, minimum, a = _quadratic(rng)
    w = _start(rng)
    optimizer = tg.optim.BFGS([w])
    for _ in range(30):
        optimizer.step(lambda: f(w))
    assert w.value == pytest.approx(minimum, abs=1e-8)
    assert optimizer.memory["inverse"] == pytest.approx(np.linalg.inv(a), abs=0.05)


def test_gauss_newton_solves_linear_least_squares_at_once(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(9, 4)), rng.normal(size=9)
    w = _start(rng, 4)
    tg.optim.GaussNewton([w]).step(lambda: x @ w - y)
    assert w.value == pytest.approx(np.linalg.lstsq(x, y, rcond=None)[0], abs=1e-12)


def test_levenberg_marquardt_never_climbs(rng: np.random.Generator) -> None:
    x = np.linspace(0, 3, 25)
    y = 2 * np.exp(-1.3 * x) + 0.05 * rng.normal(size=25)
    w = tg.tensor(np.array([-3.0, 2.0]), requires_grad=True)
    optimizer = tg.optim.LevenbergMarquardt([w])

    def residuals() -> Any:
        return w[0] * np.exp(w[1] * x) - y

    found = [optimizer.step(residuals).value for _ in range(60)]
    losses = [float(np.dot(r, r)) for r in found]  # added as the rule does: equal to the last bit
    assert all(b <= a for a, b in pairwise(losses))
    assert w.value == pytest.approx([2, -1.3], abs=0.2)


def test_newton_path_of_the_double_well() -> None:
    w = tg.tensor(np.array([2.0]), requires_grad=True)
    optimizer = tg.optim.Newton([w])
    path = []
    for _ in range(5):
        optimizer.step(lambda: double_well(w))
        path.append(round(w.item(), 4))
    assert path == [1.4545, 1.151, 1.0253, 1.0009, 1.0]


def test_newton_is_only_linear_where_the_hessian_is_singular() -> None:
    w = tg.tensor(np.array(powell_singular.start), requires_grad=True)
    optimizer = tg.optim.Newton([w])
    values = [float(optimizer.step(lambda: powell_singular(w)).item()) for _ in range(8)]
    ratios = [b / a for a, b in pairwise(values[2:])]
    assert ratios == pytest.approx([(2 / 3) ** 4] * len(ratios), rel=1e-6)


CONVERGES = {
    "LBFGS": {"line_search_fn": "strong_wolfe"},
    "BFGS": {},
    "ConjugateGradient": {},
    "Newton": {"line_search": "backtracking", "damping": 1e-6},
    "HessianFree": {},
}


CLASSICS = [
    (name, function)
    for name in CONVERGES
    for function in ("rosenbrock", "beale", "himmelblau", "wood", "booth")
    if (name, function) != ("Newton", "wood")  # see the test of its saddle
]


@pytest.mark.parametrize(("name", "function"), CLASSICS)
def test_converges_on_the_classics(name: str, function: str) -> None:
    f = FUNCTIONS[function]
    w = tg.tensor(np.array(f.start), requires_grad=True)
    optimizer = getattr(tg.optim, name)([w], **CONVERGES[name])
    for _ in range(300):
        optimizer.step(lambda: f(w))
    assert f(w).item() == pytest.approx(f.minimum, abs=1e-8)


def test_newton_is_drawn_to_the_saddle_of_wood() -> None:
    """It looks for a zero of the gradient, whatever the curvature."""
    w = tg.tensor(np.array(FUNCTIONS["wood"].start), requires_grad=True)
    optimizer = tg.optim.Newton([w], line_search="backtracking")
    for _ in range(100):
        loss = optimizer.step(lambda: FUNCTIONS["wood"](w))
    assert loss.item() == pytest.approx(7.8765, abs=1e-3)
    assert np.linalg.eigvalsh(tg.autograd.hessian(FUNCTIONS["wood"], w.detach()).value)[0] < 0


@pytest.mark.parametrize("case", cases(VECTOR), ids=case_id)
def test_resumes_bit_for_bit(case: Any) -> None:
    name, config = case

    def make(data: np.ndarray) -> tuple[Any, Any]:
        w = tg.tensor(data, requires_grad=True)
        return w, getattr(tg.optim, name)([w], **config)

    w, optimizer = make(np.array([-1.2, 1.0]))
    v, uninterrupted = make(np.array([-1.2, 1.0]))
    for t in range(8):
        for x, o in ((w, optimizer), (v, uninterrupted)):
            tg.manual_seed(t)
            o.step(lambda x=x: rosenbrock(x))
        saved = copy.deepcopy(optimizer.state_dict())
        w, optimizer = make(w.value)
        optimizer.load_state_dict(saved)
        assert w.value.tobytes() == v.value.tobytes()


@pytest.mark.parametrize("case", cases(VECTOR), ids=case_id)
def test_climbs_with_maximize_and_keeps_float32(case: Any) -> None:
    name, config = case
    ws = [tg.tensor(np.array([-1.2, 1.0], np.float32), requires_grad=True) for _ in range(2)]
    down = getattr(tg.optim, name)(ws[:1], **config)
    up = getattr(tg.optim, name)(ws[1:], maximize=True, **config)
    for t in range(5):
        tg.manual_seed(t)
        down.step(lambda: (ws[0] ** 4).sum() + (ws[0] ** 2).sum())
        tg.manual_seed(t)
        up.step(lambda: -((ws[1] ** 4).sum() + (ws[1] ** 2).sum()))
    assert ws[0].dtype == np.float32
    assert ws[1].value.tobytes() == ws[0].value.tobytes()


# ---- line searches


@pytest.mark.parametrize("t", [1e-4, 0.1, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("name", ["rosenbrock", "beale", "styblinski_tang", "branin", "ackley"])
def test_strong_wolfe_conditions_hold(name: str, t: float) -> None:
    f = FUNCTIONS[name]
    x0 = np.array(f.start)
    value, d = _value_and_gradient(f, x0)
    d = -d
    at = lambda t: _value_and_gradient(f, x0 + t * d)  # noqa: E731 (a line is what it is)
    start = ls.trial(at, d, 0.0)
    found, _ = ls.strong_wolfe(at, d, start, t, max_evaluations=60)
    assert found.value <= value + 1e-4 * found.t * start.slope
    assert abs(found.slope) <= 0.9 * abs(start.slope)


@pytest.mark.parametrize("t", [0.1, 1.0, 1e4])
def test_armijo_condition_holds(t: float) -> None:
    x0 = np.array(rosenbrock.start)
    value, d = _value_and_gradient(rosenbrock, x0)
    d = -d
    at = lambda t: _value_and_gradient(rosenbrock, x0 + t * d)  # noqa: E731 (as above)
    start = ls.trial(at, d, 0.0)
    found = ls.backtracking(at, d, start, t)
    assert 0 < found.t <= t
    assert found.value <= value + 1e-4 * found.t * start.slope
    assert ls.backtracking(lambda t: (value + t, -d), d, start).t == 0


def _value_and_gradient(f: Any, x: np.ndarray) -> tuple[float, np.ndarray]:
    w = tg.tensor(x, requires_grad=True)
    loss = f(w)
    return loss.item(), tg.grad(loss, w).value


# ---- refusals


def test_refuses_too_many_parameters() -> None:
    w = tg.tensor(np.zeros(2001), requires_grad=True)
    for name in ("Newton", "BFGS", "GaussNewton", "LevenbergMarquardt"):
        with pytest.raises(ValueError, match=rf"{name}: 2001 parameters need .* 2001 × 2001"):
            getattr(tg.optim, name)([w])


def test_refusals(rng: np.random.Generator) -> None:
    w = _start(rng, 3)
    with pytest.raises(ArithmeticError, match="singular after 0 steps"):
        tg.optim.Newton([w]).step(lambda: w.sum())
    with pytest.raises(TypeError, match=r"Newton\.step needs a closure"):
        tg.optim.Newton([w]).step()
    with pytest.raises(TypeError, match="must return the loss"):
        tg.optim.Newton([w]).step(lambda: 3.0)
    with pytest.raises(TypeError, match="must return the loss"):
        tg.optim.LBFGS([w]).step(lambda: 3.0)
    with pytest.raises(TypeError, match="must return the residuals"):
        tg.optim.GaussNewton([w]).step(lambda: 3.0)
    with pytest.raises(ValueError, match="add the penalty to the loss"):
        tg.optim.BFGS([{"params": [w], "weight_decay": 0.1}])
    with pytest.raises(ValueError, match="there is one group"):
        tg.optim.LBFGS([{"params": [w]}, {"params": [_start(rng, 2)]}])
    with pytest.raises(ValueError, match="no maximum"):
        tg.optim.GaussNewton([{"params": [w], "maximize": True}])
    for name, options in {
        "LBFGS": {"line_search_fn": "armijo"},
        "Newton": {"line_search": "x"},
        "ConjugateGradient": {"variant": "PR"},
        "NumericalGradientDescent": {"scheme": "x"},
    }.items():
        with pytest.raises(ValueError, match=rf"{name}: .* must be .*, received"):
            getattr(tg.optim, name)([w], **options)

    def frees() -> Any:
        loss = (w * w).sum()
        loss.backward()
        return loss

    with pytest.raises(RuntimeError, match="the closure called backward"):
        tg.optim.Newton([w]).step(frees)
    saved = tg.optim.LBFGS([w]).state_dict()
    saved["state"] = {0: {"d": np.zeros(7), "x": 1}}
    with pytest.raises(ValueError, match=r"(?s)unknown x.*d is of 7 weights, expected 3"):
        tg.optim.LBFGS([w]).load_state_dict(saved)
