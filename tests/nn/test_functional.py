"""The functions: PyTorch's spellings, and the same values as the modules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.nn.specs import LOSSES, ModuleSpec
from tinygrad_edu import nn
from tinygrad_edu.engine import value_of

F = nn.functional
INPLACE = {
    "relu": nn.ReLU,
    "relu6": nn.ReLU6,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "celu": nn.CELU,
    "selu": nn.SELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "hardtanh": nn.Hardtanh,
    "hardsigmoid": nn.Hardsigmoid,
    "hardswish": nn.Hardswish,
}


@pytest.mark.parametrize("name", INPLACE)
def test_inplace_is_accepted_and_ignored(name: str, rng: np.random.Generator) -> None:
    x = tg.tensor(rng.normal(size=(4, 3)), requires_grad=True)
    before = x.value.copy()
    y = getattr(F, name)(x, inplace=True)
    assert np.array_equal(x.value, before)
    assert np.array_equal(y.value, INPLACE[name](inplace=True)(x).value)
    y.sum().backward()


def test_threshold_and_dropout_inplace() -> None:
    x = tg.tensor([0.0, 2.0])
    assert F.threshold(x, 1.0, -1.0, inplace=True).tolist() == [-1.0, 2.0]
    assert F.dropout(x, 0.0, True, True) is x


def test_extremes_stay_finite() -> None:
    """No activation overflows, or makes a NaN, at ±1000; nor do their slopes."""
    names = [*INPLACE, "gelu", "softplus", "logsigmoid", "sigmoid", "tanh", "softsign"]
    for name in [*names, "tanhshrink", "squareplus", "quick_gelu", "hardshrink", "softshrink"]:
        x = tg.tensor([-1000.0, -50.0, 50.0, 1000.0], requires_grad=True)
        y = getattr(F, name)(x)
        slope = tg.grad(y.sum(), x, create_graph=True)
        assert np.isfinite(y.value).all(), name
        assert np.isfinite(slope.value).all(), name


def test_pretrained_embedding(rng: np.random.Generator) -> None:
    table = rng.normal(size=(5, 3))
    frozen = nn.Embedding.from_pretrained(table)
    assert np.array_equal(frozen(np.array([4])).value, table[[4]])
    assert not frozen.weight.requires_grad
    assert nn.Embedding.from_pretrained(table, freeze=False, padding_idx=-1).padding_idx == 4


def test_counting_labels() -> None:
    assert F.one_hot(np.array([1, 3])).shape == (2, 4)
    with pytest.raises(ValueError, match="say num_classes"):
        F.one_hot(np.array([], dtype=int))


def _refused(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_functions_check_what_the_modules_check() -> None:
    x = tg.tensor(np.ones((3, 4), np.float32))
    _refused(lambda: F.gaussian_dropout(x, 1.0), "below 1")
    _refused(lambda: F.rrelu(x, 0.5, 0.1), "must not exceed")
    _refused(lambda: F.multi_margin_loss(x, np.zeros(3, int), p=3), "p must be one of 1, 2")
    _refused(lambda: F.cross_entropy(x, np.zeros(3, int), label_smoothing=2.0), "in \\[0, 1\\]")
    _refused(lambda: F.cross_entropy(tg.tensor(1.0), np.array(0)), "class axis")
    _refused(lambda: F.group_norm(x, 3), "3 groups")
    _refused(lambda: F.kl_div(-x[0, 0], tg.tensor(0.5), "batchmean"), "needs a batch")
    _refused(lambda: F.binary_cross_entropy(x, x, weight=np.ones((2, 3, 4))), "does not fit")
    _refused(lambda: F.feature_alpha_dropout(x[0], training=True), "expected input")
    _refused(lambda: nn.Embedding.from_pretrained(np.ones(3)), "two axes")


def test_one_variance_for_all() -> None:
    x, t = np.array([1.0, 2.0]), np.array([0.0, 0.0])
    assert float(F.gaussian_nll_loss(x, t, 1.0)) == pytest.approx(1.25)


def test_positive_weight_as_a_number() -> None:
    x, t = np.array([0.0]), np.array([1.0])
    loss = F.binary_cross_entropy_with_logits(x, t, pos_weight=3.0)
    assert float(loss) == pytest.approx(3 * np.log(2))


# ---- lists, and integers


def _lists(inputs: list[Any]) -> list[Any]:
    return [a.tolist() if isinstance(a, np.ndarray) else a for a in inputs]


def _same(got: Any, expected: Any) -> None:
    np.testing.assert_allclose(value_of(got), value_of(expected), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("spec", LOSSES, ids=lambda spec: spec.id)
def test_losses_take_lists(spec: ModuleSpec) -> None:
    loss, inputs = spec.build(), spec.inputs()
    if isinstance(loss, nn.LinearChainCRFLoss):
        loss.to(np.float64)
    _same(loss(*_lists(inputs)), loss(*inputs))
    made = getattr(type(loss), "_function", None)
    if (function := getattr(F, getattr(made, "__name__", ""), None)) is not None:
        settings = {parameter: getattr(loss, name) for parameter, name in loss._passed}
        _same(function(*_lists(inputs), **settings), function(*inputs, **settings))


@pytest.mark.parametrize("spec", LOSSES, ids=lambda spec: spec.id)
@pytest.mark.filterwarnings("ignore")
def test_integer_scores_mean_what_they_are(spec: ModuleSpec) -> None:
    loss, (first, *others) = spec.build(), spec.inputs()
    if isinstance(loss, nn.LinearChainCRFLoss):
        loss.to(np.float64)
    whole = np.rint(2.0 * first)
    try:
        expected = loss(whole, *others)
    except ValueError:  # out of the domain
        return
    _same(loss(whole.astype(np.int64), *others), expected)
    _same(loss(tg.tensor(whole.astype(np.int64)), *others), expected)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: F.cross_entropy([[1, float("-inf"), 2]], [[0.5, 0, 0.5]]), 0.8132617),
        (lambda: F.mse_loss([1.0], [2.0]), 1.0),
        (lambda: F.mse_loss((1.0,), target=(3.0,)), 4.0),
        (lambda: F.mse_loss([1, 2], [1.5, 2]), 0.125),
        (lambda: F.relu([1.0, -1.0]), [1.0, 0.0]),
        (lambda: F.prelu([1.0, -1.0], [0.5]), [1.0, -0.5]),
        (lambda: F.max_pool2d([[[[1.0, 2.0], [3.0, 4.0]]]], [2, 2]), [[[[4.0]]]]),
        (lambda: F.linear([[1.0, 2.0]], [[1.0, 1.0]], [0.5]), [[3.5]]),
        (lambda: F.pad([[1.0]], [1, 1]), [[0.0, 1.0, 0.0]]),
        (lambda: F.cross_entropy([[1, 1]], [0], weight=[0.5, 1.5], reduction="sum"), 0.3465736),
        (lambda: F.rrelu([-3, -3], 0.5, 0.5), [-1.5, -1.5]),
        (lambda: F.binary_cross_entropy_with_logits([0], [1], pos_weight=[0.5]), 0.3465736),
        (lambda: F.gaussian_nll_loss([1, 2], [1, 2], 0.5), -0.3465736),
    ],
)
def test_functions_take_lists(call: Any, expected: Any) -> None:
    _same(call(), expected)


def test_lists_take_the_dtype_of_the_tensors() -> None:
    assert F.mse_loss([1.0], tg.tensor([2.0])).dtype == np.float32
    assert F.mse_loss(tg.tensor([2.0]), target=[1.0]).dtype == np.float32
    with pytest.raises(TypeError, match=r"^mse_loss: input must be a tensor or an array, received"):
        F.mse_loss([[1.0], [1.0, 2.0]], [1.0])


def test_a_learnt_slope_is_that_of_prelu() -> None:
    for call in (F.leaky_relu, nn.LeakyReLU()._function):
        with pytest.raises(TypeError, match=r"negative_slope must be a number.*F\.prelu"):
            call(tg.tensor([1.0]), tg.tensor(0.1))
