"""First-order rules against theory, each other, and the tables of lectures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.optim import minimize
from tinygrad_edu.optim.functions import FUNCTIONS, bowl_lecture, quartic_lecture, valley_lecture

CURVATURES = np.array([1.0, 4.0, 25.0])  # μ = 1, L = 25


def _quadratic(x: Any) -> Any:
    return (CURVATURES * x * x).sum() / 2


def _errors(optimizer: Any, steps: int) -> np.ndarray:
    result = minimize(_quadratic, [1.0, 1.0, 1.0], optimizer, steps=steps)
    return np.linalg.norm(result.path, axis=1)


def test_gradient_descent_converges_below_two_over_l_and_diverges_above() -> None:
    assert _errors(lambda p: tg.optim.SGD(p, lr=1.99 / 25), 2000)[-1] < 1e-3
    assert _errors(lambda p: tg.optim.SGD(p, lr=2.01 / 25), 2000)[-1] > 1e3


def test_best_rate_of_gradient_descent() -> None:
    errors = _errors(lambda p: tg.optim.SGD(p, lr=2 / 26), 100)
    assert errors[-1] / errors[-2] == pytest.approx(24 / 26, rel=1e-6)


def test_best_rate_of_heavy_ball() -> None:
    """(√κ − 1)/(√κ + 1) with lr = 4/(√L + √μ)² and its square as momentum."""
    q = (5 - 1) / (5 + 1)
    errors = _errors(lambda p: tg.optim.HeavyBall(p, lr=4 / 36, momentum=q * q), 120)
    # A double eigenvalue: the error falls as n qⁿ, so its n-th root slowly tends to q.
    assert (errors[-1] / errors[-41]) ** (1 / 40) == pytest.approx(q, abs=0.01)


def test_two_forms_of_heavy_ball_are_one(rng: np.random.Generator) -> None:
    paths = [
        minimize(_quadratic, [1.0, 2.0, 3.0], make, steps=100).path
        for make in (
            lambda p: tg.optim.HeavyBall(p, lr=0.02, momentum=0.8),
            lambda p: tg.optim.SGD(p, lr=0.02, momentum=0.8),
        )
    ]
    assert paths[0] == pytest.approx(paths[1], rel=1e-10, abs=1e-14)


def test_two_forms_of_nesterov_are_one() -> None:
    """SGD keeps θ = w + μv, the look-ahead form keeps w."""
    ahead = tg.tensor(np.array([1.0, 2.0, 3.0]), requires_grad=True)
    plain = tg.tensor(ahead.value, requires_grad=True)
    look, sgd = (
        tg.optim.NesterovLookAhead([ahead], lr=0.02),
        tg.optim.SGD([plain], lr=0.02, momentum=0.9, nesterov=True),
    )
    for _ in range(100):

        def closure() -> Any:
            look.zero_grad()
            loss = _quadratic(ahead)
            loss.backward()
            return loss

        look.step(closure)
        sgd.zero_grad()
        _quadratic(plain).backward()
        sgd.step()
        theta = ahead.value + 0.9 * look.state[0]["velocity"]
        assert plain.value == pytest.approx(theta, rel=1e-10, abs=1e-14)


def test_l2_and_decay_are_equal_in_sgd_but_not_in_adam(rng: np.random.Generator) -> None:
    start = rng.normal(size=4)

    def run(cls: Any, **options: Any) -> np.ndarray:
        w = tg.tensor(start, requires_grad=True)
        optimizer = cls([w], lr=0.05, weight_decay=0.3, **options)
        for t in range(20):
            w.grad = tg.tensor(np.cos(t + np.arange(4.0)) * [1, 10, 100, 1000])
            optimizer.step()
        return w.value

    assert run(tg.optim.SGD) == pytest.approx(run(tg.optim.SGDW), rel=1e-12)
    assert np.abs(run(tg.optim.Adam) - run(tg.optim.AdamW)).max() > 0.01


def test_polyaks_step_needs_no_rate() -> None:
    """On a convex function no step leads away from the minimum."""
    errors = _errors(lambda p: tg.optim.PolyakSGD(p, lr=1e9), 200)
    assert (np.diff(errors) <= 0).all()
    assert errors[-1] < 1e-8


def test_polyak_step_by_hand() -> None:
    w = tg.tensor(np.array([3.0]), requires_grad=True)
    optimizer = tg.optim.PolyakSGD([w], lr=10.0, f_min=1.0, scaling=2.0)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (w * w).sum() + 1
        loss.backward()
        return loss

    optimizer.step(closure)  # (10 − 1) / (2 · 36) · 6
    assert w.item() == pytest.approx(3 - 9 / 72 * 6)


@pytest.mark.parametrize("name", ["SophiaH", "AdaHessian"])
def test_hutchinson_rules_follow_their_papers(name: str, rng: np.random.Generator) -> None:
    """On a quadratic of a diagonal Hessian the estimate is exact, whatever the signs."""
    h = np.array([0.5, 2.0, 8.0])
    w = tg.tensor(rng.normal(size=3), requires_grad=True)
    config = {"lr": 0.01, "update_interval": 3, "weight_decay": 0.1}
    optimizer = getattr(tg.optim, name)([w], **config)
    x, m, e, count = w.value.copy(), np.zeros(3), np.zeros(3), 0
    for t in range(1, 51):
        optimizer.step(lambda: (h * w * w).sum() / 2)
        g, due = h * x, (t - 1) % 3 == 0
        x = x * (1 - 0.01 * 0.1)
        if name == "SophiaH":
            m = 0.965 * m + 0.035 * g
            e = 0.99 * e + 0.01 * h if due else e
            x = x - 0.01 * np.clip(m / np.maximum(0.01 * e, 1e-12), -1, 1)
        else:
            m = 0.9 * m + 0.1 * g
            if due:
                e, count = 0.999 * e + 0.001 * h**2, count + 1
            x = x - 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(e / (1 - 0.999**count)) + 1e-4)
        assert w.value == pytest.approx(x, rel=1e-11)


# ---- the lectures' tables


def test_quartic_with_the_numerical_gradient() -> None:
    """x⁴ + x + 2 from 1 with step 0.2, forward differences of 1/1000."""
    numerical = lambda p: tg.optim.NumericalGradientDescent(  # noqa: E731 (two of a kind)
        p, lr=0.2, h=1e-3, scheme="forward"
    )
    path = minimize(quartic_lecture, [1.0], numerical, steps=7).path.ravel()
    table = ["1.000", "-0.001", "-0.201", "-0.395", "-0.546", "-0.616", "-0.629", "-0.630"]
    assert [f"{x:.3f}" for x in path] == table


def test_quartic_with_the_gradient() -> None:
    path = minimize(quartic_lecture, [1.0], lambda p: tg.optim.SGD(p, lr=0.2), steps=7).path
    table = [1.0, -0.001, -0.201, -0.395, -0.546, -0.616, -0.629, -0.630]
    assert path.ravel() == pytest.approx(table, abs=1.5e-3)
    assert path[-1, 0] == pytest.approx(quartic_lecture.minima[0][0], abs=1e-3)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: tg.optim.SGD(p, lr=0.5),
        lambda p: tg.optim.NumericalGradientDescent(p, lr=0.5, h=1e-4),
    ],
)
def test_valley(make: Any) -> None:
    """0.0625x² + 0.25y² − 0.04xy from (−5, −7.5) with step 0.5, against powers of I − lr H."""
    path = minimize(valley_lecture, valley_lecture.start, make, steps=41).path
    once = np.eye(2) - 0.5 * np.array([[0.125, -0.04], [-0.04, 0.5]])
    for t in (1, 2, 40, 41):
        exact = np.linalg.matrix_power(once, t) @ valley_lecture.start
        assert path[t] == pytest.approx(exact, abs=1e-6)
    assert valley_lecture.note == "with lr 0.5, (−0.45, −0.05) after 41 steps"


def test_the_lectures_table_of_the_valley() -> None:
    """Its rows, digit by digit, by its forward differences of 1/1000.

    It cuts the numbers of row 0 after two digits and rounds those of row 1. The row that it calls
    40 is the point after 41 steps, beside the gradient that led there.
    """
    make = lambda p: tg.optim.NumericalGradientDescent(  # noqa: E731 (a constructor with settings)
        p, lr=0.5, h=1e-3, scheme="forward"
    )
    result = minimize(valley_lecture, valley_lecture.start, make, steps=41)
    slopes = -np.diff(result.path, axis=0) / 0.5
    rows = np.column_stack([result.path, result.values])
    cut = np.trunc(100 * np.append(rows[0], slopes[0])) / 100
    assert [f"{x:.2f}" for x in cut] == ["-5.00", "-7.50", "14.12", "-0.32", "-3.54"]
    row = ["-4.84", "-5.73", "8.55", "-0.38", "-2.67"]
    assert [f"{x:.2f}" for x in (*rows[1], *slopes[1])] == row
    row = ["-0.45", "-0.05", "0.01", "-0.06", "-0.01"]
    assert [f"{x:.2f}" for x in (*rows[41], *slopes[40])] == row


def test_bowl() -> None:
    result = minimize(bowl_lecture, bowl_lecture.start, lambda p: tg.optim.SGD(p, lr=0.2))
    assert result.x == pytest.approx([5, 5])
    assert result.value == pytest.approx(0, abs=1e-12)


# ---- convergence of every rule

RATES: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 0.05},
    "SGDW": {"lr": 0.05},
    "HeavyBall": {"lr": 0.02},
    "Adam": {"lr": 0.05},
    "AdamW": {"lr": 0.05, "weight_decay": 0.0},
    "Adamax": {"lr": 0.05},
    "NAdam": {"lr": 0.05},
    "RAdam": {"lr": 0.05},
    "Adagrad": {"lr": 0.5},
    "Adadelta": {"lr": 0.1},
    "RMSprop": {"lr": 0.001},
    "Rprop": {"lr": 0.01},
    "ASGD": {"lr": 0.05, "lambd": 0.0},
    "AdaBelief": {"lr": 0.02, "eps": 1e-8},
    "Yogi": {"lr": 0.05},
    "AdaBound": {"lr": 0.05, "final_lr": 0.01},
    "Adan": {"lr": 0.02},
    "NovoGrad": {"lr": 0.002},
    "ScheduleFreeSGD": {"lr": 0.05},
    "ScheduleFreeAdamW": {"lr": 0.05},
    "PolyakSGD": {"lr": 1e9},
    "DoG": {"reps_rel": 0.01},
    "Prodigy": {"d0": 1e-3},
    "Shampoo": {"lr": 0.5},
    "SOAP": {"lr": 0.02},
    "SophiaH": {"lr": 0.01, "gamma": 1.0},
    "AdaHessian": {"lr": 0.1},
    "NesterovLookAhead": {"lr": 0.02},
}


@pytest.mark.parametrize("name", RATES)
def test_converges_on_a_quadratic(name: str) -> None:
    holder: list[Any] = []

    def make(params: Any) -> Any:
        holder.append(getattr(tg.optim, name)(params, **RATES[name]))
        return holder[0]

    result = minimize(_quadratic, [1.0, -1.0, 0.5], make, steps=3000)
    assert result.value < 1e-3 * result.values[0]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_minima_they_claim(name: str) -> None:
    f = FUNCTIONS[name]
    assert f.__doc__
    assert len(f.start) == len(f.domain)
    for minimum in f.minima:
        x = tg.tensor(np.array(minimum), requires_grad=True)
        value = f(x)
        assert value.item() == pytest.approx(f.minimum, abs=1e-8)
        if name != "ackley":  # a cone
            assert np.abs(tg.grad(value, x).value).max() < 1e-4
        for k in range(len(minimum)):
            for h in (-1e-3, 1e-3):
                near = np.array(minimum)
                near[k] += h
                assert float(f(near)) > f.minimum
