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
@pytest.mark.parametrize("recorded", [True, False])
def test_inplace_changes_the_input(name: str, recorded: bool, rng: np.random.Generator) -> None:
    start = rng.normal(size=(4, 3))
    expected = getattr(F, name)(tg.tensor(start, requires_grad=True))
    for change in (lambda x: getattr(F, name)(x, inplace=True), INPLACE[name](inplace=True)):
        leaf = tg.tensor(start, requires_grad=recorded)
        x = leaf.clone()
        assert change(x) is x
        assert np.array_equal(x.value, expected.value)
        assert np.array_equal(leaf.value, start)
        if recorded:
            plain = tg.tensor(start, requires_grad=True)
            wanted = tg.grad(getattr(F, name)(plain).sum(), plain)
            assert np.array_equal(tg.grad(x.sum(), leaf).value, wanted.value)


DROPS = ["dropout", "dropout1d", "dropout2d", "alpha_dropout", "feature_alpha_dropout"]
DROPPING = [
    nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.AlphaDropout, nn.FeatureAlphaDropout,
    nn.DropPath, nn.GaussianDropout,
]  # fmt: skip


@pytest.mark.parametrize("drop", [*DROPS, *DROPPING], ids=str)
def test_dropout_inplace(drop: Any) -> None:
    shape = (2, 3, 4) if "1d" in str(drop) else (2, 3, 4, 5)
    call = getattr(F, drop) if isinstance(drop, str) else None
    x, y = tg.ones(shape), tg.ones(shape)
    if call:
        assert call(x, 0.5, True, True, generator=1) is x
        y = call(y, 0.5, True, generator=1)
        assert call(y, 0.5, False, True) is y
    else:
        assert drop(0.5, inplace=True, generator=1)(x) is x
        y = drop(0.5, generator=1)(y)
        assert drop(0.5, inplace=True).eval()(y) is y
    assert x.tolist() == y.tolist()
    assert x.tolist() != tg.ones(shape).tolist()


def test_inplace_of_others() -> None:
    x = tg.tensor([0.0, 2.0])
    assert F.threshold(x, 1.0, -1.0, inplace=True) is x
    assert x.tolist() == [-1.0, 2.0]
    assert nn.RReLU(0.5, 0.5, inplace=True).eval()(x) is x
    assert x.tolist() == [-0.5, 2.0]
    with pytest.raises(TypeError, match="inplace=True changes a tensor"):
        F.relu(np.ones(2), inplace=True)
    with pytest.raises(RuntimeError, match="leaf"):
        nn.ReLU(inplace=True)(tg.tensor([1.0], requires_grad=True))


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
