"""One record for each way to build a module: constructor, sample inputs, and PyTorch's twin.

Add a layer like this; the tests of layers and the comparison with PyTorch iterate over SPECS:

    spec("Linear", 3, 5, x=[(4, 3)])

A tuple of sizes becomes an array of normal numbers, pairwise different and away from the kinks of
all activations; anything else stands for itself (labels, masks). Sizes differ, so that no
transposed gradient can hide.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any

import numpy as np

from tinygrad_edu import nn, ops
from tinygrad_edu.nn import cells, lazy, recurrent
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing.specs import Domain, away_from, between

# Every knot of a piecewise activation, margin or threshold that occurs below.
KNOTS = away_from(*(k / 2 for k in range(-6, 7)), low=-4.0, high=4.0, gap=0.02)
UNIT = between(0.05, 0.95)
POSITIVE = between(0.2, 3.0)


@dataclass(frozen=True)
class ModuleSpec:
    """How to build a module and what to feed it.

    torch : the name of the class in ``torch.nn``, "" for none, or a function
        ``(torch, module, *tensors) -> tensor`` that computes the same.
    random : whether it draws in training, so that PyTorch's training values differ.
    exempt : laws of ``check_module`` that do not apply, with reasons.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    x: tuple[Any, ...]
    domain: Domain | tuple[Domain, ...] = KNOTS
    torch: Any = None
    torch_kwargs: dict[str, Any] | None = None
    random: bool = False
    independent: bool = True
    exempt: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        shown = [*map(_short, self.args), *(f"{k}={_short(v)}" for k, v in self.kwargs.items())]
        shapes = " ".join(str(a) if isinstance(a, tuple) else "fixed" for a in self.x)
        return f"{self.name}({', '.join(shown)}) {shapes}"

    def build(self) -> Any:
        return getattr(nn, self.name)(*self.args, **self.kwargs)

    def inputs(self, batch: int = 0) -> list[Any]:
        rng = np.random.default_rng(zlib.crc32(f"{self.id}{batch}".encode()))
        drawn = [k for k, a in enumerate(self.x) if isinstance(a, tuple)]
        inputs = list(self.x)
        if not isinstance(self.domain, tuple):  # one draw, so that values differ across inputs
            sizes = [int(np.prod(inputs[k])) for k in drawn]
            pool = np.split(self.domain(rng, sum(sizes)), np.cumsum(sizes)[:-1]) if drawn else []
        else:
            domains = self.domain
            pool = [domains[k](rng, int(np.prod(inputs[k]))) for k in drawn]
        for k, values in zip(drawn, pool, strict=True):
            inputs[k] = values.reshape(self.x[k])
        return inputs


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"array{value.shape}"
    return getattr(value, "__name__", None) or str(value)


def spec(
    name: str,
    *args: Any,
    x: list[Any],
    domain: Domain | tuple[Domain, ...] = KNOTS,
    torch: Any = None,
    torch_kwargs: dict[str, Any] | None = None,
    random: bool = False,
    independent: bool = True,
    exempt: dict[str, str] | None = None,
    **kwargs: Any,
) -> ModuleSpec:
    """A `ModuleSpec`; PyTorch's class has the same name unless ``torch`` says otherwise."""
    torch = name if torch is None else torch
    return ModuleSpec(
        name, args, kwargs, tuple(x), domain, torch, torch_kwargs, random, independent, exempt or {}
    )


def family(name: str, settings: list[dict[str, Any]], **rest: Any) -> list[ModuleSpec]:
    """The same with each of several settings."""
    return [spec(name, **{**rest, **setting}) for setting in settings]


def elementwise(name: str, *args: Any, **rest: Any) -> list[ModuleSpec]:
    """An activation on a matrix and on images."""
    return [spec(name, *args, x=[shape], **rest) for shape in ((4, 3), (2, 3, 5, 4))]


def _beyond(function: Callable[..., Any]) -> dict[str, Any]:
    """A twin written with PyTorch's functions: ``function(F, module, *tensors)``."""
    return {"torch": lambda torch, module, *xs: function(torch, torch.nn.functional, module, *xs)}


# ---- activations

ACTIVATIONS = [
    *elementwise("Identity"),
    *elementwise("ReLU"),
    *elementwise("ReLU6"),
    *elementwise("LeakyReLU"),
    *elementwise("LeakyReLU", 0.3),
    *elementwise("PReLU"),
    *elementwise("PReLU", 3, 0.1),
    *elementwise("RReLU", random=True),
    *elementwise("Hardtanh"),
    *elementwise("Hardtanh", -0.5, 1.5),
    *elementwise(
        "Hardsigmoid", torch=lambda torch, module, x: torch.nn.functional.relu6(x + 3) / 6
    ),
    *elementwise("Hardswish"),
    *elementwise("Hardshrink"),
    *elementwise("Softshrink", 1.0),
    *elementwise("Threshold", 0.5, -2.0),
    *elementwise("Sigmoid"),
    *elementwise("LogSigmoid"),
    *elementwise("Tanh"),
    *elementwise("Softsign"),
    *elementwise("Tanhshrink"),
    *elementwise("Softplus"),
    *elementwise("Softplus", 2.0, 4.5),
    *elementwise("ELU"),
    *elementwise("ELU", 1.5),
    *elementwise("CELU", 2.0),
    *elementwise("SELU"),
    *elementwise("GELU"),
    *elementwise("GELU", "tanh"),
    *elementwise("SiLU"),
    *elementwise("Mish"),
    spec("Softmax", 1, x=[(4, 3)]),
    spec("Softmax", -1, x=[(2, 3, 4)]),
    spec("Softmin", 1, x=[(4, 3)]),
    spec("LogSoftmax", 1, x=[(2, 3, 4)]),
    spec("Softmax2d", x=[(2, 3, 5, 4)]),
    spec("GLU", x=[(3, 4)]),
    spec("GLU", 1, x=[(2, 6, 5)]),
    *elementwise("Swish", 1.5, **_beyond(lambda t, F, m, x: x * t.sigmoid(1.5 * x))),
    *elementwise("PELU", **_beyond(lambda t, F, m, x: F.elu(x))),
    *elementwise("Snake", 2.0, **_beyond(lambda t, F, m, x: x + t.sin(2 * x) ** 2 / 2)),
    *elementwise("Sine", 2.0, **_beyond(lambda t, F, m, x: t.sin(2 * x))),
    *elementwise("QuickGELU", **_beyond(lambda t, F, m, x: x * t.sigmoid(1.702 * x))),
    *elementwise("ReLUSquared", **_beyond(lambda t, F, m, x: F.relu(x) ** 2)),
    *elementwise("ClippedReLU", 2.0, **_beyond(lambda t, F, m, x: F.hardtanh(x, 0, 2))),
    *elementwise("Squareplus", **_beyond(lambda t, F, m, x: (x + t.sqrt(x * x + 4)) / 2)),
    *elementwise("Exponential", **_beyond(lambda t, F, m, x: t.exp(x))),
    *elementwise(
        "Step",
        torch="",
        exempt=dict.fromkeys(
            ("gradients", "gradients_of_gradients"), "a straight-through estimator"
        ),
    ),
    *elementwise(
        "Sign",
        torch="",
        exempt=dict.fromkeys(
            ("gradients", "gradients_of_gradients"), "a straight-through estimator"
        ),
    ),
    spec("Sparsemax", 1, x=[(4, 3)], torch=""),
    spec("SwiGLU", x=[(3, 4)], **_beyond(lambda t, F, m, x: x[:, :2] * F.silu(x[:, 2:]))),
    spec("GEGLU", x=[(3, 4)], **_beyond(lambda t, F, m, x: x[:, :2] * F.gelu(x[:, 2:]))),
    spec("CReLU", x=[(4, 3)], **_beyond(lambda t, F, m, x: t.cat([F.relu(x), F.relu(-x)], 1))),
    spec("Maxout", 2, x=[(3, 4)], **_beyond(lambda t, F, m, x: x.reshape(3, 2, 2).amax(2))),
]

# ---- layers and containers

LAYERS = [
    spec("Linear", 3, 5, x=[(4, 3)]),
    spec("Linear", 3, 5, bias=False, x=[(2, 4, 3)]),
    spec("Linear", 3, 1, x=[(3,)], independent=False),
    spec(
        "LazyLinear",
        5,
        x=[(4, 3)],
        exempt=dict.fromkeys(
            [
                "gradients",
                "gradients_of_gradients",
                "wrong_state_changes_nothing",
                "evaluation_is_repeatable",
                "state_can_be_loaded",
            ],
            "before the first call it has no shape; then it is a Linear",
        ),
    ),
    spec("Bilinear", 3, 4, 2, x=[(5, 3), (5, 4)]),
    spec("Bilinear", 3, 4, 2, bias=False, x=[(2, 5, 3), (2, 5, 4)]),
    spec("Embedding", 7, 3, x=[np.array([[1, 4], [0, 4], [6, 2]])]),
    spec(
        "Embedding",
        7,
        3,
        padding_idx=4,
        x=[np.array([1, 4, 0, 4])],
        exempt={"gradients": "the padding row is not to be trained"},
    ),
    spec(
        "Embedding",
        7,
        3,
        max_norm=1.0,
        x=[np.array([1, 4, 0])],
        exempt=dict.fromkeys(
            ("gradients", "gradients_of_gradients", "evaluation_is_repeatable"),
            "rows that are read are shortened in the table",
        ),
    ),
    spec("EmbeddingBag", 7, 3, x=[np.array([[1, 4], [0, 4], [6, 2]])]),
    spec("EmbeddingBag", 7, 3, mode="sum", x=[np.array([[1, 4], [0, 4], [6, 2]])]),
    spec("PairwiseDistance", x=[(4, 3), (4, 3)]),
    spec("CosineSimilarity", x=[(4, 3), (4, 3)]),
    spec("Flatten", x=[(2, 3, 4)]),
    spec("Flatten", 0, 1, x=[(2, 3, 4)], independent=False),
    spec("Unflatten", 1, (3, 2), x=[(4, 6)]),
    spec("Unflatten", -1, (2, -1), x=[(3, 1, 4)]),
    spec("Sequential", nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2), x=[(5, 3)], torch=""),
    spec("ActivityRegularization", 0.1, 0.2, x=[(4, 3)], **_beyond(lambda t, F, m, x: 1 * x)),
    spec("Lambda", lambda x: 2 * x, x=[(4, 3)], **_beyond(lambda t, F, m, x: 2 * x)),
]

# ---- normalization and noise

_NORMS = [
    spec("BatchNorm1d", 3, x=[(5, 3)], independent=True),
    spec("BatchNorm1d", 3, x=[(4, 3, 2)]),
    spec("BatchNorm1d", 3, 1e-3, 0.3, x=[(5, 3)]),
    spec("BatchNorm1d", 3, momentum=None, x=[(5, 3)]),
    spec("BatchNorm1d", 3, affine=False, x=[(5, 3)]),
    spec("BatchNorm1d", 3, track_running_stats=False, x=[(5, 3)], independent=False),
    spec("BatchNorm2d", 3, x=[(2, 3, 5, 4)]),
    spec("BatchNorm2d", 3, momentum=None, affine=False, x=[(2, 3, 5, 4)]),
    spec("InstanceNorm1d", 3, x=[(2, 3, 4)]),
    spec("InstanceNorm1d", 3, x=[(3, 4)], independent=False),
    spec("InstanceNorm1d", 3, affine=True, track_running_stats=True, x=[(2, 3, 4)]),
    spec("InstanceNorm2d", 3, affine=True, x=[(2, 3, 5, 4)]),
    # PyTorch takes momentum=None for 0 here, and never moves the statistics.
    spec("InstanceNorm2d", 3, momentum=None, track_running_stats=True, x=[(2, 3, 5, 4)], torch=""),
    spec("InstanceNorm2d", 3, momentum=0.2, track_running_stats=True, x=[(2, 3, 5, 4)]),
    spec("LayerNorm", 3, x=[(4, 3)]),
    spec("LayerNorm", (3, 4), bias=False, x=[(2, 3, 4)]),
    spec("LayerNorm", (3, 4), 1e-3, elementwise_affine=False, x=[(2, 3, 4)]),
    spec("RMSNorm", 3, x=[(4, 3)]),
    spec("RMSNorm", (3, 4), 1e-3, elementwise_affine=False, x=[(2, 3, 4)]),
    spec("GroupNorm", 2, 6, x=[(3, 6)]),
    spec("GroupNorm", 3, 6, x=[(2, 6, 5, 4)]),
    spec("GroupNorm", 1, 6, affine=False, x=[(3, 6, 4)]),
]
NORMS = [
    *_NORMS,
    spec("Dropout", 0.3, x=[(4, 3)], random=True),
    spec("Dropout1d", 0.3, x=[(2, 3, 4)], random=True),
    spec("Dropout3d", 0.3, x=[(2, 3, 2, 5, 4)], random=True),
    spec("Dropout2d", 0.3, x=[(2, 3, 5, 4)], random=True),
    spec("AlphaDropout", 0.3, x=[(4, 3)], random=True),
    spec("FeatureAlphaDropout", 0.3, x=[(2, 3, 4)], random=True),
    spec("GaussianDropout", 0.3, x=[(4, 3)], random=True, torch=""),
    spec("GaussianNoise", 0.3, x=[(4, 3)], random=True, torch=""),
    spec("DropPath", 0.3, x=[(4, 3)], random=True, torch=""),
    spec("DropConnect", 3, 5, 0.3, x=[(4, 3)], random=True, torch=""),
]

# ---- convolution, pooling, padding: geometry has tests of its own, here is one of each

_MAXIMA = np.array([0, 3, 8, 15, 1, 2, 9, 14]).reshape(2, 1, 2, 2)  # in images of 4 x 4
IMAGES = [
    spec("Conv1d", 2, 3, 2, x=[(3, 2, 5)]),
    spec("Conv2d", 2, 4, 3, padding=1, stride=2, groups=2, x=[(3, 2, 5, 4)]),
    spec("Conv2d", 2, 3, 2, padding="same", padding_mode="reflect", x=[(3, 2, 5, 4)]),
    spec("ConvTranspose1d", 2, 3, 2, x=[(3, 2, 5)]),
    spec("ConvTranspose2d", 2, 3, 3, stride=2, output_padding=1, x=[(3, 2, 4, 5)]),
    spec("MaxPool1d", 2, x=[(2, 3, 5)]),
    spec("MaxPool2d", 2, x=[(2, 3, 5, 4)]),
    spec("AvgPool1d", 2, x=[(2, 3, 5)]),
    spec("AvgPool2d", 2, x=[(2, 3, 5, 4)]),
    spec("AdaptiveAvgPool1d", 2, x=[(2, 3, 5)]),
    spec("AdaptiveAvgPool2d", (2, 3), x=[(2, 3, 5, 4)]),
    spec("AdaptiveMaxPool1d", 2, x=[(2, 3, 5)]),
    spec("AdaptiveMaxPool2d", (2, 3), x=[(2, 3, 5, 4)]),
    spec("GlobalAvgPool2d", x=[(2, 3, 5, 4)], **_beyond(lambda t, F, m, x: x.mean((2, 3)))),
    spec("Upsample", scale_factor=2, x=[(2, 3, 5, 4)]),
    spec("Upsample", (7, 3), mode="bilinear", x=[(2, 3, 5, 4)]),
    spec("Upsample", scale_factor=1.7, mode="bilinear", align_corners=True, x=[(2, 3, 5, 4)]),
    spec("ZeroPad2d", (1, 2, 0, 1), x=[(2, 3, 5, 4)]),
    spec("ConstantPad2d", 1, 0.7, x=[(2, 3, 5, 4)]),
    spec("ReflectionPad2d", (1, 2, 0, 1), x=[(2, 3, 5, 4)]),
    spec("ReplicationPad2d", (1, 2, 0, 1), x=[(2, 3, 5, 4)]),
    spec("CircularPad2d", (1, 2, 0, 1), x=[(2, 3, 5, 4)]),
    spec("ZeroPad1d", (1, 2), x=[(2, 3, 5)]),
    spec("ConstantPad1d", 1, 0.7, x=[(2, 3, 5)]),
    spec("ReflectionPad1d", (1, 2), x=[(2, 3, 5)]),
    spec("ReplicationPad1d", (1, 2), x=[(2, 3, 5)]),
    spec("CircularPad1d", (1, 2), x=[(2, 3, 5)]),
    spec("UpsamplingNearest2d", scale_factor=2, x=[(2, 3, 5, 4)]),
    spec("UpsamplingBilinear2d", (7, 3), x=[(2, 3, 5, 4)]),
    spec("PixelShuffle", 2, x=[(2, 8, 3, 4)]),
    spec("PixelUnshuffle", 2, x=[(2, 3, 4, 6)]),
    spec("ChannelShuffle", 2, x=[(2, 6, 3, 4)]),
    spec("LocalResponseNorm", 3, x=[(2, 5, 3, 4)]),
    spec("LocalResponseNorm", 2, 0.1, 0.5, 2.0, x=[(2, 5, 3)]),
    spec("MaxUnpool2d", 2, x=[(2, 1, 2, 2), _MAXIMA]),
    spec("Unfold", 2, x=[(2, 3, 5, 4)]),
    spec("Fold", (3, 4), 2, x=[(2, 8, 6)]),
]

# ---- losses

_LABELS = np.array([2, 0, 1, 2, 1])
_IGNORED = np.array([2, -100, 1, 0, -100])
_WEIGHT = np.array([0.5, 2.0, 1.5])
_SIGNS = np.array([1.0, -1.0, -1.0, 1.0, -1.0])
_ROWS = np.array([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2], [0.0, 1.0, 0.0], [0.1, 0.1, 0.8]])
_BITS = (np.arange(15) % 4 == 1).astype(np.float64).reshape(5, 3)
_REDUCTIONS = [{"reduction": "mean"}, {"reduction": "sum"}, {"reduction": "none"}]
_PLACES = np.arange(24).reshape(2, 3, 4) % 3  # labels for scores (2, 3, 3, 4)
_LISTS = np.array([[2, 0, -1, 1], [1, -1, 0, 2], [-1, 1, 2, 3], [0, 1, 2, 3], [3, 2, 1, -1]])
_PAIR = {"x": [(5, 3), (5, 3)]}
_VECTORS = {"x": [(5, 3), (5, 3), (5, 3)]}
_LOSS = {"independent": False}


def _losses(name: str, settings: list[dict[str, Any]], **rest: Any) -> list[ModuleSpec]:
    """Every reduction, and the mean with every setting."""
    return family(name, _REDUCTIONS, **_LOSS, **rest) + family(name, settings, **_LOSS, **rest)


def _log_rows(rows: Domain = UNIT) -> Domain:
    """Logarithms of numbers in (0, 1)."""
    return lambda rng, n: np.log(rows(rng, n))


LOSSES = [
    *_losses("MSELoss", [], **_PAIR),
    *_losses(
        "HalfSquaredErrorLoss",
        [],
        **_PAIR,
        torch=lambda torch, module, x, t: _reduced(((x - t) ** 2).sum(1) / 2, module),
    ),
    *_losses("L1Loss", [], **_PAIR),
    *_losses("HuberLoss", [{"delta": 0.3}], **_PAIR),
    *_losses("SmoothL1Loss", [{"beta": 0.3}, {"beta": 0.0}], **_PAIR),
    *_losses(
        "LogCoshLoss",
        [],
        **_PAIR,
        torch=lambda torch, module, x, t: _reduced(torch.log(torch.cosh(x - t)), module),
    ),
    *_losses(
        "QuantileLoss",
        [{"q": 0.9}],
        **_PAIR,
        torch=lambda torch, module, x, t: _reduced(
            torch.maximum(module.q * (t - x), (module.q - 1) * (t - x)), module
        ),
    ),
    *_losses(
        "MAPELoss",
        [],
        **_PAIR,
        torch=lambda torch, module, x, t: _reduced(100 * (x - t).abs() / t.abs(), module),
    ),
    *_losses(
        "MSLELoss",
        [],
        **_PAIR,
        domain=POSITIVE,
        torch=lambda torch, module, x, t: _reduced((torch.log1p(x) - torch.log1p(t)) ** 2, module),
    ),
    *_losses(
        "PoissonNLLLoss",
        [{"full": True}, {"log_input": False}, {"log_input": False, "full": True, "eps": 1e-3}],
        **_PAIR,
        domain=POSITIVE,
    ),
    *_losses("GaussianNLLLoss", [{"full": True}], **_VECTORS, domain=POSITIVE),
    spec("GaussianNLLLoss", x=[(5, 3), (5, 3), (5, 1)], domain=POSITIVE, **_LOSS),
    spec("GaussianNLLLoss", x=[(5, 3), (5, 3), (5,)], domain=POSITIVE, **_LOSS),
    *_losses(
        "CrossEntropyLoss",
        [{"weight": _WEIGHT}, {"label_smoothing": 0.2}, {"ignore_index": 1}],
        x=[(5, 3), _LABELS],
    ),
    *family(
        "CrossEntropyLoss",
        [{**r, "weight": _WEIGHT, "label_smoothing": 0.2} for r in _REDUCTIONS],
        x=[(5, 3), _IGNORED],
        **_LOSS,
    ),
    *family("CrossEntropyLoss", _REDUCTIONS, x=[(2, 3, 3, 4), _PLACES], **_LOSS),
    spec("CrossEntropyLoss", x=[(3,), np.array(1)], **_LOSS),
    *_losses(
        "CrossEntropyLoss",
        [{"weight": _WEIGHT}, {"weight": _WEIGHT, "label_smoothing": 0.2}],
        x=[(4, 3), _ROWS],
    ),
    *_losses(
        "NLLLoss",
        [{"weight": _WEIGHT}, {"ignore_index": 1}],
        x=[(5, 3), _LABELS],
        domain=_log_rows(),
    ),
    *family(
        "NLLLoss",
        [*_REDUCTIONS, {"weight": _WEIGHT}],
        x=[(5, 3), _IGNORED],
        domain=_log_rows(),
        **_LOSS,
    ),
    spec("NLLLoss", x=[(2, 3, 3, 4), _PLACES], domain=_log_rows(), **_LOSS),
    # PyTorch's second derivative adds 1e-12 to its divisor.
    *_losses(
        "BCELoss",
        [{"weight": _WEIGHT}],
        **_PAIR,
        domain=UNIT,
        torch=lambda torch, module, p, t: _bce(torch, module, p, t),
    ),
    *_losses(
        "BCEWithLogitsLoss",
        [{"weight": _WEIGHT}, {"pos_weight": _WEIGHT}],
        **_PAIR,
        domain=(KNOTS, UNIT),
    ),
    *_losses("KLDivLoss", [{"reduction": "batchmean"}], **_PAIR, domain=(_log_rows(), UNIT)),
    *family(
        "KLDivLoss",
        [{**r, "log_target": True} for r in _REDUCTIONS],
        **_PAIR,
        domain=_log_rows(),
        **_LOSS,
    ),
    spec("KLDivLoss", x=[(4, 3), _ROWS], domain=_log_rows(), **_LOSS),
    *_losses(
        "FocalLoss",
        [{"gamma": 1.5, "weight": _WEIGHT}],
        x=[(5, 3), _LABELS],
        torch=lambda torch, module, x, t: _reduced(_focal(torch, module, x, t), module),
    ),
    *_losses(
        "SigmoidFocalLoss",
        [{"alpha": None, "gamma": 1.5}],
        x=[(5, 3), _BITS],
        torch=lambda torch, module, x, t: _reduced(_sigmoid_focal(torch, module, x, t), module),
    ),
    *_losses(
        "GeneralizedCrossEntropyLoss",
        [{"q": 0.4}],
        x=[(5, 3), _LABELS],
        torch=lambda torch, module, x, t: _reduced(
            (1 - _p_right(torch, x, t) ** module.q) / module.q, module
        ),
    ),
    *_losses(
        "Poly1CrossEntropyLoss",
        [{"epsilon": -0.5}],
        x=[(5, 3), _LABELS],
        torch=lambda torch, module, x, t: _reduced(
            -_p_right(torch, x, t).log() + module.epsilon * (1 - _p_right(torch, x, t)), module
        ),
    ),
    *_losses("SparsemaxLoss", [], x=[(5, 3), _LABELS], torch=""),
    *_losses(
        "InfoNCELoss",
        [{"temperature": 0.5}],
        **_PAIR,
        torch=lambda torch, module, q, k: torch.nn.functional.cross_entropy(
            torch.cosine_similarity(q[:, None], k[None], dim=2) / module.temperature,
            torch.arange(5),
            reduction=module.reduction,
        ),
    ),
    *_losses(
        "NTXentLoss",
        [{"temperature": 0.2}],
        **_PAIR,
        torch=lambda torch, module, a, b: _nt_xent(torch, module, a, b),
    ),
    *_losses(
        "DiceLoss",
        [{"smooth": 0.5}],
        x=[(5, 3), _BITS],
        domain=UNIT,
        torch=lambda torch, module, p, t: _reduced(
            1
            - (2 * (p * t).sum(1) + 2 * module.smooth) / (p.sum(1) + t.sum(1) + 2 * module.smooth),
            module,
        ),
    ),
    *_losses(
        "TverskyLoss", [{"alpha": 0.3, "beta": 0.7}], x=[(5, 3), _BITS], domain=UNIT, torch=""
    ),
    *_losses(
        "GaussianKLLoss",
        [],
        **_PAIR,
        torch=lambda torch, module, m, v: _reduced(0.5 * (v.exp() + m**2 - 1 - v).sum(1), module),
    ),
    # ---- margins
    *_losses(
        "HingeLoss",
        [{"margin": 0.3}],
        x=[(5,), _SIGNS],
        torch=lambda torch, module, x, t: _reduced(torch.relu(module.margin - t * x), module),
    ),
    *_losses(
        "SquaredHingeLoss",
        [{"margin": 0.3}],
        x=[(5,), _SIGNS],
        torch=lambda torch, module, x, t: _reduced(torch.relu(module.margin - t * x) ** 2, module),
    ),
    *_losses(
        "PerceptronLoss",
        [],
        x=[(5,), _SIGNS],
        torch=lambda torch, module, x, t: _reduced(torch.relu(-t * x), module),
    ),
    *_losses("SoftMarginLoss", [], x=[(5,), _SIGNS]),
    *_losses("HingeEmbeddingLoss", [{"margin": 0.3}], x=[(5,), _SIGNS]),
    *_losses("MarginRankingLoss", [{"margin": 0.3}], x=[(5,), (5,), _SIGNS]),
    *_losses(
        "MultiMarginLoss",
        [{"p": 2}, {"margin": 0.3, "weight": _WEIGHT}],
        x=[(5, 3), _LABELS],
    ),
    spec("MultiMarginLoss", x=[(3,), np.array(1)], **_LOSS),
    *_losses(
        "CategoricalHingeLoss",
        [{"margin": 0.3}],
        x=[(5, 3), _LABELS],
        torch=lambda torch, module, x, t: _reduced(_crammer(torch, module, x, t), module),
    ),
    *_losses("MultiLabelMarginLoss", [], x=[(5, 4), _LISTS]),
    *_losses("MultiLabelSoftMarginLoss", [{"weight": _WEIGHT}], x=[(5, 3), _BITS]),
    *_losses("CosineEmbeddingLoss", [{"margin": 0.3}], x=[(5, 3), (5, 3), _SIGNS]),
    *_losses("TripletMarginLoss", [{"margin": 5.0, "swap": True}, {"p": 3.0}], **_VECTORS),
    *_losses("TripletMarginWithDistanceLoss", [{"margin": 5.0, "swap": True}], **_VECTORS),
    *_losses(
        "ContrastiveLoss",
        [{"margin": 5.0}],
        x=[(5, 3), (5, 3), np.array([1, 0, 0, 1, 0])],
        torch=lambda torch, module, a, b, t: _reduced(_contrastive(torch, module, a, b, t), module),
    ),
    *_losses(
        "FenchelYoungLoss",
        [{"max_function": F.sparsemax_conjugate}, {"max_function": ops.max}],
        x=[(4, 3), _ROWS],
        torch=lambda torch, module, x, t: _reduced(_fenchel_young(torch, module, x, t), module),
    ),
    *_losses(
        "LinearChainCRFLoss",
        [],
        num_tags=3,
        x=[(2, 4, 3), np.array([[2, 0, 1, 1], [1, 2, 2, 0]])],
        torch=lambda torch, module, x, t: _reduced(_crf(torch, module, x, t), module),
    ),
    spec(
        "LinearChainCRFLoss",
        3,
        x=[(2, 4, 3), np.array([[2, 0, 1, -1], [1, -100, 7, 0]]), np.arange(4) < [[3], [1]]],
        torch=lambda torch, module, x, t, mask: _crf(torch, module, x, t, mask).mean(),
        **_LOSS,
    ),
    *_losses(
        "CircleLoss",
        [{"gamma": 8.0, "margin": 0.25, "remove_diagonal": False}],
        x=[(5, 3), _LABELS],
        torch=lambda torch, module, x, t: _circle(torch, module, x, t),
    ),
    spec(
        "CircleLoss",
        8.0,
        detach_weights=True,
        x=[(5, 3), _LABELS],
        torch=lambda torch, module, x, t: _circle(torch, module, x, t),
        exempt=dict.fromkeys(("gradients", "gradients_of_gradients"), "weights held constant"),
        **_LOSS,
    ),
]


def _reduced(losses: Any, module: Any) -> Any:
    return {"mean": losses.mean, "sum": losses.sum, "none": lambda: losses}[module.reduction]()


def _bce(torch: Any, module: Any, p: Any, t: Any) -> Any:
    losses = -t * torch.log(p) - (1 - t) * torch.log(1 - p)
    weight = 1.0 if module.weight is None else torch.tensor(module.weight.value)
    return _reduced(losses * weight, module)


def _p_right(torch: Any, x: Any, t: Any) -> Any:
    return torch.softmax(x, 1).gather(1, t[:, None])[:, 0]


def _focal(torch: Any, module: Any, x: Any, t: Any) -> Any:
    p = _p_right(torch, x, t)
    losses = -((1 - p) ** module.gamma) * p.log()
    return losses if module.weight is None else losses * torch.tensor(module.weight.value)[t]


def _sigmoid_focal(torch: Any, module: Any, x: Any, t: Any) -> Any:
    p = torch.sigmoid(x)
    p_t = p * t + (1 - p) * (1 - t)
    losses = -((1 - p_t) ** module.gamma) * p_t.log()
    if module.alpha is not None:
        losses = losses * (module.alpha * t + (1 - module.alpha) * (1 - t))
    return losses


def _nt_xent(torch: Any, module: Any, a: Any, b: Any) -> Any:
    z = torch.nn.functional.normalize(torch.cat([a, b]), dim=1)
    n = len(a)
    losses = []
    for i in range(2 * n):
        others = [k for k in range(2 * n) if k != i]
        scores = z[others] @ z[i] / module.temperature
        losses.append(torch.logsumexp(scores, 0) - z[(i + n) % (2 * n)] @ z[i] / module.temperature)
    return _reduced(torch.stack(losses), module)


def _crammer(torch: Any, module: Any, x: Any, t: Any) -> Any:
    right = torch.nn.functional.one_hot(t, x.shape[1]).bool()
    rival = x.masked_fill(right, -torch.inf).amax(1)
    return torch.relu(module.margin - x[right] + rival)


def _contrastive(torch: Any, module: Any, a: Any, b: Any, t: Any) -> Any:
    d = (a - b).norm(dim=1)
    return 0.5 * (t * d**2 + (1 - t) * torch.relu(module.margin - d) ** 2)


def _fenchel_young(torch: Any, module: Any, x: Any, y: Any) -> Any:
    if module.max_function is ops.logsumexp:
        return (torch.special.xlogy(y, y) - y * torch.log_softmax(x, 1)).sum(1)
    if module.max_function is ops.max:
        return x.amax(1) - (x * y).sum(1)
    # The threshold of sparsemax: the mean of the largest k scores less 1/k, for the best k.
    sums = x.sort(dim=1, descending=True).values.cumsum(1) - 1
    tau = (sums / torch.arange(1, x.shape[1] + 1)).amax(1, keepdim=True)
    p = torch.relu(x - tau)
    return (p * (x - p / 2)).sum(1) + (y * (y / 2 - x)).sum(1)


def _crf(torch: Any, module: Any, x: Any, y: Any, mask: Any = None) -> Any:
    """Every sequence of tags, one by one."""
    start, end = (torch.tensor(a.value) for a in (module.start_transitions, module.end_transitions))
    transitions, losses = torch.tensor(module.transitions.value), []
    for n, tags in enumerate(y.tolist()):
        length = len(tags) if mask is None else int(mask[n].sum())

        def score(z: Any, row: Any = x[n]) -> Any:
            steps = sum(transitions[a, b] for a, b in pairwise(z))
            return start[z[0]] + end[z[-1]] + steps + sum(row[t, tag] for t, tag in enumerate(z))

        every = [score(z) for z in product(range(module.num_tags), repeat=length)]
        losses.append(torch.logsumexp(torch.stack(every), 0) - score(tags[:length]))
    return torch.stack(losses)


def _circle(torch: Any, module: Any, x: Any, t: Any) -> Any:
    """Row by row over lists of pairs, without a mask."""
    z = torch.nn.functional.normalize(x, dim=1)
    m, losses, counted = module.margin, [], 0
    for i, row in enumerate(z @ z.T):
        fixed = row.detach() if module.detach_weights else row
        others = [j for j in range(len(t)) if j != i or not module.remove_diagonal]
        like = [j for j in others if t[j] == t[i]]
        unlike = [j for j in others if t[j] != t[i]]
        if not like or not unlike:
            losses.append(0 * row.sum())
            continue
        counted += 1
        far = module.gamma * torch.relu(fixed + m) * (row - m)
        near = -module.gamma * torch.relu(1 + m - fixed) * (row - (1 - m))
        total = torch.logsumexp(far[unlike], 0) + torch.logsumexp(near[like], 0)
        losses.append(torch.logaddexp(torch.zeros_like(total), total))
    rows = torch.stack(losses)
    return rows.sum() / counted if module.reduction == "mean" else _reduced(rows, module)


SPECS = [*ACTIVATIONS, *LAYERS, *NORMS, *IMAGES, *LOSSES]
# Made of other modules, or acting on them: tests of their own.
ELSEWHERE = {
    *lazy.__all__,
    *cells.__all__,
    *recurrent.__all__,
    "MultiheadAttention",
    "TransformerEncoder",
    "TransformerEncoderLayer",
    "Module",
    "Loss",
    "ModuleList",
    "ModuleDict",
    "ParameterList",
    "ParameterDict",
    "L1Regularization",
    "L2Regularization",
    "OrthogonalRegularization",
    "ElasticNet",
}
