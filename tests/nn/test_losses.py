"""Losses at their edges: shapes, labels, special points, warnings."""

from __future__ import annotations

import inspect
import math
import warnings
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.nn.specs import LOSSES
from tinygrad_edu import nn
from tinygrad_edu.testing import gradcheck

F = nn.functional


def _leaf(values: Any) -> Any:
    return tg.tensor(values, dtype=np.float64, requires_grad=True)


def _slope(loss: Any, x: Any) -> Any:
    return tg.grad(loss, x).value


# ---- none broadcasts

_PAIRED = sorted(
    {
        spec.name
        for spec in LOSSES
        if len(spec.x) == 2 and all(isinstance(a, tuple) and a == (5, 3) for a in spec.x)
    }
)


@pytest.mark.parametrize("name", _PAIRED)
@pytest.mark.parametrize(
    ("a", "b"),
    [((4, 1), (4,)), ((4,), (4, 1)), ((4, 3), (3,)), ((4, 3), (4, 1)), ((4, 3), ()), ((3,), (1,))],
)
def test_no_loss_broadcasts(name: str, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    """All pairs that NumPy would stretch to fit."""
    loss = getattr(nn, name)()
    with pytest.raises(ValueError, match="never broadcasts"):
        loss(tg.tensor(np.full(a, 0.5)), tg.tensor(np.full(b, 0.5)))


def test_paired_losses_are_those() -> None:
    assert {"MSELoss", "L1Loss", "BCELoss", "KLDivLoss", "GaussianKLLoss"} <= set(_PAIRED)


def test_every_loss_checks_its_reduction() -> None:
    specs = {spec.name: spec for spec in LOSSES}
    assert len(specs) > 30
    for name, spec in specs.items():
        cls = getattr(nn, name)
        assert "reduction" in inspect.signature(cls).parameters
        with pytest.raises(ValueError, match="reduction must be one of"):
            cls(*spec.args, **{**spec.kwargs, "reduction": "average"})


def test_the_target_takes_the_dtype_of_the_input() -> None:
    x = tg.tensor([0.5, 1.5], requires_grad=True)
    for target in (np.array([1.0, 2.0]), np.array([1, 2]), tg.tensor([1, 2]), [1.0, 2.0]):
        loss = F.mse_loss(x, target)
        assert loss.dtype == np.float32
        assert loss.item() == 0.25


def test_losses_of_plain_arrays_are_plain() -> None:
    x, t = np.array([[0.5, 1.5]]), np.array([1])
    assert float(F.cross_entropy(x, t)) == pytest.approx(math.log(1 + math.exp(-1)))
    assert float(F.mse_loss(x, x + 2)) == 4


def test_gradient_of_the_half_squared_error_is_the_difference() -> None:
    x, t = _leaf([[1.0, 2.0], [3.0, 5.0]]), np.array([[0.0, 1.0], [1.0, 2.0]])
    assert np.array_equal(_slope(F.half_squared_error(x, t, "sum"), x), x.value - t)
    loss = F.half_squared_error(x, t)
    assert loss.item() == pytest.approx(0.5 * ((x.value - t) ** 2).sum() / 2)
    assert F.half_squared_error(_leaf([3.0]), np.array([1.0]), "none").tolist() == [2.0]


# ---- cross entropy


def test_stable_at_any_size() -> None:
    x = _leaf([[1e4, -1e4, 0.0]])
    assert F.cross_entropy(x, np.array([0])).item() == 0
    assert F.cross_entropy(x, np.array([1])).item() == 2e4
    assert np.array_equal(_slope(F.cross_entropy(x, np.array([1])), x), [[1, -1, 0]])


def test_forms_of_targets() -> None:
    """Integers are labels, floats are probabilities, each with one shape that fits."""
    x = _leaf(np.random.default_rng(0).normal(size=(4, 3)))
    labels = np.array([0, 2, 1, 2])
    expected = F.cross_entropy(x, labels).item()
    one_hot = np.eye(3)[labels]
    assert F.cross_entropy(x, one_hot).item() == pytest.approx(expected)
    assert F.cross_entropy(x, one_hot.astype(np.float32)).item() == pytest.approx(expected)
    assert F.cross_entropy(x, labels.tolist()).item() == pytest.approx(expected)
    for kind in (np.uint8, np.int8, np.int16, np.int64):
        assert F.cross_entropy(x, labels.astype(kind)).item() == pytest.approx(expected)
    for wrong in (one_hot.astype(int), labels[:, None], labels[:3], one_hot[:, :2], 1):
        with pytest.raises((ValueError, TypeError)):
            F.cross_entropy(x, wrong)
    with pytest.raises(TypeError, match="integers"):
        F.cross_entropy(x, labels.astype(float))
    with pytest.raises(TypeError, match="integers"):
        F.cross_entropy(x, labels > 1)


@pytest.mark.parametrize("label", [-1, 3, -101, 2**31])
@pytest.mark.parametrize("loss", [F.cross_entropy, F.nll_loss, F.multi_margin_loss, F.focal_loss])
def test_labels_out_of_range(loss: Any, label: int) -> None:
    with pytest.raises(IndexError, match=f"label {label} at position 1; expected 0 to 2"):
        loss(-np.ones((3, 3)), np.array([0, label, 1]))


def test_probabilities_get_a_gradient() -> None:
    """As in distillation, where the target is a net too."""
    x, z = _leaf([[0.3, -0.2, 1.0]]), _leaf([[0.1, 0.2, 0.9]])
    loss = F.cross_entropy(x, F.softmax(z, dim=1))
    assert np.isfinite(_slope(loss, z)).all()


def test_smoothing_is_the_mixture_of_targets() -> None:
    x = _leaf(np.random.default_rng(0).normal(size=(4, 3)))
    labels = np.array([0, 2, 1, 2])
    mixed = 0.8 * np.eye(3)[labels] + 0.2 / 3
    smooth = F.cross_entropy(x, labels, label_smoothing=0.2).item()
    assert smooth == pytest.approx(F.cross_entropy(x, mixed).item(), rel=1e-12)


def test_ignored_samples_count_for_nothing() -> None:
    x = np.random.default_rng(0).normal(size=(4, 3))
    labels = np.array([0, -100, 1, -100])
    kept = F.cross_entropy(x[[0, 2]], labels[[0, 2]])
    assert float(F.cross_entropy(x, labels)) == pytest.approx(float(kept))
    x[1] = np.inf  # whatever the net said of it
    log_p = _leaf(np.full((4, 3), -1.0))
    log_p.value[1] = -np.inf
    loss = F.nll_loss(log_p, labels)
    assert loss.item() == 1
    assert np.isfinite(_slope(loss, log_p)).all()


def test_a_softmax_before_cross_entropy_is_noticed() -> None:
    x = tg.tensor(np.zeros((2, 3), np.float32), requires_grad=True)
    p = nn.Sequential(nn.Linear(3, 3), nn.Softmax(dim=1))(x)
    with pytest.warns(UserWarning, match="drop the softmax layer"):
        nn.CrossEntropyLoss()(p, np.array([0, 1]))


def test_scores_where_log_probabilities_belong_are_noticed() -> None:
    with pytest.warns(UserWarning, match="log_softmax first"):
        F.nll_loss(_leaf([[2.0, 1.0]]), np.array([0]))
    with pytest.warns(UserWarning, match="log_softmax first"):
        F.kl_div(_leaf([[2.0, 1.0]]), np.array([[0.5, 0.5]]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        F.nll_loss(F.log_softmax(_leaf([[2.0, 1.0]]), dim=1), np.array([0]))


# ---- special points


def test_bce_at_the_ends() -> None:
    """As in PyTorch: logarithms end at -100, the slope at 1e12."""
    p = _leaf([0.0, 1.0, 0.0, 1.0])
    losses = F.binary_cross_entropy(p, np.array([1.0, 0.0, 0.0, 1.0]), reduction="none")
    assert losses.tolist() == [100, 100, 0, 0]
    assert _slope(losses.sum(), p).tolist() == [-1e12, 1e12, 0, 0]


def test_bce_of_large_scores() -> None:
    x = _leaf([1000.0, -1000.0, 1000.0, -1000.0, np.inf, -np.inf])
    t = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.0])
    losses = F.binary_cross_entropy_with_logits(x, t, reduction="none")
    assert losses.tolist() == [0, 0, 1000, 1000, 0, 0]
    assert _slope(losses.sum(), x).tolist() == [0, 0, 1, -1, 0, 0]


def test_slopes_at_kinks() -> None:
    for loss, expected in (
        (F.l1_loss, 0),
        (F.smooth_l1_loss, 0),
        (F.huber_loss, 0),
        (F.log_cosh_loss, 0),
    ):
        x = _leaf([0.0])
        assert _slope(loss(x, np.zeros(1)), x) == expected
    x = _leaf([2.0, -2.0])
    assert _slope(F.huber_loss(x, np.zeros(2), "sum", delta=2.0), x).tolist() == [2, -2]
    assert _slope(F.smooth_l1_loss(x, np.zeros(2), "sum", beta=2.0), x).tolist() == [1, -1]


def test_log_cosh_neither_overflows_nor_cancels() -> None:
    x = np.array([1000.0, -1000.0, 1e-8, 1e-3])
    got = F.log_cosh_loss(x, np.zeros(4), "none")
    expected = [1000 - math.log(2), 1000 - math.log(2), 5e-17, 4.99999916666691e-07]
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_kl_divergence_of_equal_distributions_is_zero() -> None:
    p = np.array([[0.2, 0.8, 0.0], [1.0, 0.0, 0.0]])
    with np.errstate(divide="ignore"):
        log_p = _leaf(np.log(p))
    loss = F.kl_div(log_p, p, reduction="batchmean")
    assert loss.item() == 0
    assert np.isfinite(_slope(loss, log_p)).all()


def test_quantile_loss_is_least_at_the_quantile() -> None:
    values = np.random.default_rng(0).normal(size=2001)
    grid = np.linspace(-3, 3, 601)
    losses = [F.quantile_loss(np.full(2001, v), values, q=0.9) for v in grid]
    assert grid[np.argmin(losses)] == pytest.approx(np.quantile(values, 0.9), abs=0.02)


def test_sparsemax_loss_has_the_gradient_of_its_definition() -> None:
    x = _leaf([[2.0, 1.5, -1.0], [0.1, 0.0, 0.2]])
    t = np.array([1, 0])
    slope = _slope(F.sparsemax_loss(x, t, "sum"), x)
    p = tg.ops.sparsemax(x.value, axis=1)
    np.testing.assert_allclose(slope, p - np.eye(3)[t], atol=1e-14)
    assert F.sparsemax_loss(_leaf([[9.0, 0.0]]), np.array([0])).item() == 0


def test_zero_one_loss() -> None:
    x = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    assert float(F.zero_one_loss(x, np.array([0, 0, 1]))) == pytest.approx(1 / 3)


def test_generalized_cross_entropy_tends_to_cross_entropy() -> None:
    x = np.random.default_rng(0).normal(size=(5, 3))
    t = np.array([0, 1, 2, 0, 1])
    almost = float(F.generalized_cross_entropy(x, t, q=1e-7))
    assert almost == pytest.approx(float(F.cross_entropy(x, t)), rel=1e-6)


def test_contrast_is_least_for_equal_views() -> None:
    rng = np.random.default_rng(0)
    z = rng.normal(size=(6, 4))
    for loss in (F.info_nce, F.nt_xent):
        assert float(loss(z, z)) < float(loss(z, rng.normal(size=(6, 4))))


def _weighted_losses() -> list[tuple[str, str]]:
    """Every loss of `functional` with the name of an argument that weighs."""
    functions = {name: f for name, f in vars(F).items() if callable(f) and "loss" in _home(f)}
    return [
        (name, argument)
        for name, function in sorted(functions.items())
        for argument in inspect.signature(function).parameters
        if argument.endswith("weight")
    ]


def _home(function: Any) -> str:
    name: str = getattr(function, "__name__", "")
    return "loss" if name.endswith(("loss", "entropy", "logits")) else ""


@pytest.mark.parametrize(("name", "argument"), _weighted_losses())
def test_weights_get_their_gradient_or_are_refused(name: str, argument: str) -> None:
    function = getattr(F, name)
    rng = np.random.default_rng(0)
    x = tg.tensor(rng.uniform(0.1, 0.9, (4, 3)), requires_grad=True)
    labels: Any = np.array([0, 2, 1, 0])
    if name.startswith(("binary", "multilabel")):
        labels = rng.integers(0, 2, (4, 3)).astype(float)
    if name == "nll_loss":
        x = -x
    w = tg.tensor([1.0, 2.0, 3.0], dtype=np.float64, requires_grad=True)
    if name in ("cross_entropy", "nll_loss"):  # as PyTorch
        with pytest.raises(ValueError, match=f"{name}: {argument} requires a gradient"):
            function(x, labels, **{argument: w})
        assert function(x, labels, **{argument: w.detach()}).requires_grad
        return
    assert gradcheck(lambda w: function(x.detach(), labels, **{argument: w}), w)


def test_a_loss_does_not_turn_what_is_learned_into_a_constant() -> None:
    w = nn.Parameter([1.0, 2.0])
    for loss in (nn.CrossEntropyLoss, nn.BCELoss, nn.MultiMarginLoss):
        with pytest.raises(ValueError, match="weight requires a gradient"):
            loss(weight=w)
    with pytest.raises(ValueError, match="pos_weight requires a gradient"):
        nn.BCEWithLogitsLoss(pos_weight=w)


@pytest.mark.parametrize(("name", "argument"), _weighted_losses())
def test_a_loss_names_its_function_only_where_that_learns_weights(name: str, argument: str) -> None:
    function = inspect.unwrap(getattr(F, name))
    made = [cls for cls in vars(nn).values() if isinstance(cls, type) and issubclass(cls, nn.Loss)]
    classes = [cls for cls in made if inspect.unwrap(getattr(cls, "_function", cls)) is function]
    for cls in classes:
        with pytest.raises(ValueError, match="requires a gradient") as caught:
            cls(**{argument: nn.Parameter([1.0, 2.0])})
        learned = name not in ("cross_entropy", "nll_loss")
        assert ("nn.functional" in str(caught.value)) == learned
    assert classes or name == "multi_margin_loss"


def test_a_class_that_cannot_be_has_no_part_in_cross_entropy() -> None:
    scores = _leaf([[1.0, -np.inf, 2.0]])
    target = np.array([[0.5, 0.0, 0.5]])
    loss = F.cross_entropy(scores, target)
    assert loss.item() == pytest.approx(math.log(math.exp(-0.5) + math.exp(0.5)))
    right = _slope(F.cross_entropy(two := _leaf([[1.0, 2.0]]), target[:, [0, 2]]), two)
    np.testing.assert_allclose(_slope(loss, scores), [[right[0, 0], 0.0, right[0, 1]]])
    assert F.cross_entropy(scores, np.array([[0.0, 1.0, 0.0]])).item() == np.inf


def test_a_variance_below_eps_has_the_gradient_of_eps() -> None:
    var = _leaf([0.1, 2.0, 0.0])
    loss = F.gaussian_nll_loss(_leaf([1.0, 2.0, 0.0]), np.zeros(3), var, eps=0.5, reduction="sum")
    np.testing.assert_allclose(_slope(loss, var), [-1.0, -0.25, 1.0])
