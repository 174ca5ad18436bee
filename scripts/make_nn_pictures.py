"""Draw the pictures of the pages about nets: activations, losses, initialisers, normalization.

Every curve of a derivative is drawn by the library's own automatic differentiation.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import tinygrad_edu as tg
from tinygrad_edu import nn

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
F = nn.functional
COLOURS = ("#1f77b4", "#d62728", "#2ca02c")

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "ReLU": F.relu,
    "LeakyReLU(0.1)": lambda x: F.leaky_relu(x, 0.1),
    "PReLU(init=0.25)": nn.PReLU().double(),
    "ReLU6": F.relu6,
    "ReLUSquared": F.relu_squared,
    "ELU": F.elu,
    "CELU(2)": lambda x: F.celu(x, 2.0),
    "SELU": F.selu,
    "GELU": F.gelu,
    "QuickGELU": F.quick_gelu,
    "SiLU": F.silu,
    "Swish(2)": lambda x: F.swish(x, 2.0),
    "Mish": F.mish,
    "Softplus": F.softplus,
    "Squareplus": F.squareplus,
    "Exponential": tg.exp,
    "Sigmoid": F.sigmoid,
    "LogSigmoid": F.logsigmoid,
    "Tanh": F.tanh,
    "Softsign": F.softsign,
    "Tanhshrink": F.tanhshrink,
    "Hardtanh": F.hardtanh,
    "Hardsigmoid": F.hardsigmoid,
    "Hardswish": F.hardswish,
    "Hardshrink": F.hardshrink,
    "Softshrink": F.softshrink,
    "Threshold(1, -1)": lambda x: F.threshold(x, 1.0, -1.0),
    "Step": nn.Step(),
    "Sign": nn.Sign(),
    "Snake": F.snake,
    "Sine(2)": lambda x: F.sine(x, 2.0),
    "PELU": nn.PELU().double(),
}

DIFFERENCES: dict[str, Callable[[Any, Any], Any]] = {
    "MSELoss": lambda x, t: F.mse_loss(x, t, "none"),
    "L1Loss": lambda x, t: F.l1_loss(x, t, "none"),
    "HuberLoss": lambda x, t: F.huber_loss(x, t, "none"),
    "LogCoshLoss": lambda x, t: F.log_cosh_loss(x, t, "none"),
    "QuantileLoss(0.9)": lambda x, t: F.quantile_loss(x, t, 0.9, "none"),
}
MARGINS: dict[str, Callable[[Any, Any], Any]] = {
    "HingeLoss": lambda x, t: F.hinge_loss(x, t, reduction="none"),
    "SquaredHingeLoss": lambda x, t: F.squared_hinge_loss(x, t, reduction="none"),
    "PerceptronLoss": lambda x, t: F.perceptron_loss(x, t, "none"),
    "SoftMarginLoss": lambda x, t: F.soft_margin_loss(x, t, "none"),
    "SigmoidFocalLoss": lambda x, t: F.sigmoid_focal_loss(x, t, None, reduction="none"),
}


def derivatives(function: Callable[[Any], Any], values: np.ndarray) -> list[np.ndarray]:
    """f, f' and f'' at each value."""
    x = tg.tensor(values, requires_grad=True)
    y = function(x)
    first = tg.grad(y.sum(), x, create_graph=True, materialize_grads=True)
    second = np.zeros_like(values)
    if first.requires_grad:
        second = tg.grad(first.sum(), x, allow_unused=True, materialize_grads=True).value
    return [y.value, first.value, second]


def activations() -> Figure:
    """A panel for each activation: the function, its slope, its curvature."""
    columns, values = 4, np.linspace(-4, 4, 801) + 1e-9
    rows = -(-len(ACTIVATIONS) // columns)
    figure = Figure(figsize=(2.4 * columns, 1.7 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharex=True, squeeze=False)
    for ax, (name, function) in zip(axes.flat, ACTIVATIONS.items(), strict=False):
        for curve, colour, width in zip(
            derivatives(function, values), COLOURS, (2.0, 1.2, 1.0), strict=True
        ):
            jumps = np.abs(np.diff(curve, append=curve[-1])) > 0.2
            ax.plot(values, np.where(jumps, np.nan, curve), color=colour, linewidth=width)
        ax.set_title(name, fontsize=9)
        ax.set_ylim(-2.2, 3.2)
        ax.axhline(0, color="0.8", linewidth=0.6, zorder=0)
        ax.axvline(0, color="0.8", linewidth=0.6, zorder=0)
        ax.tick_params(labelsize=7)
    figure.legend(axes[0, 0].lines[:3], ["f", "f '", "f ''"], loc="outside upper right", ncols=3)
    return figure


def losses() -> Figure:
    """Losses of a difference and of a margin, and their slopes."""
    figure = Figure(figsize=(9.6, 5.6), layout="constrained")
    axes = figure.subplots(2, 2, sharex="row")
    for row, (table, label, target) in enumerate(
        ((DIFFERENCES, "x - t", 0.0), (MARGINS, "score x of a positive sample", 1.0))
    ):
        values = np.linspace(-3, 3, 601) + 1e-9
        targets = np.full_like(values, target)
        for name, loss in table.items():
            y, slope, _ = derivatives(lambda x, loss=loss, t=targets: loss(x, t), values)
            axes[row, 0].plot(values, y, label=name)
            axes[row, 1].plot(values, slope, label=name)
        axes[row, 0].set_ylim(-0.1, 4)
        axes[row, 0].legend(fontsize=8)
        axes[row, 1].set_ylim(-3.2, 3.2 if row == 0 else 0.5)
        for ax, what in zip(axes[row], ("loss", "slope"), strict=True):
            ax.set_xlabel(label)
            ax.set_title(what, fontsize=10)
    return figure


def initialisers() -> Figure:
    """How the spread of activations and gradients changes from layer to layer."""
    fills = {
        "too_large_": lambda w: nn.init.too_large_(w, 3.0, 0),
        "kaiming_normal_": lambda w: nn.init.kaiming_normal_(w, nonlinearity="relu", generator=0),
        "xavier_normal_": lambda w: nn.init.xavier_normal_(w, generator=0),
        "PyTorch's default": lambda w: nn.init.kaiming_uniform_(w, 5**0.5, generator=0),
        "normal_(std=0.01)": lambda w: nn.init.normal_(w, 0.0, 0.01, 0),
    }
    x = np.random.default_rng(0).normal(size=(200, 100))
    figure = Figure(figsize=(9.6, 3.4), layout="constrained")
    axes = figure.subplots(1, 2)
    for ax, (title, act) in zip(axes, {"ReLU": F.relu, "tanh": F.tanh}.items(), strict=True):
        for name, fill in fills.items():
            h, spreads = tg.tensor(x), [1.0]
            for _ in range(10):
                h = act(F.linear(h, fill(nn.Parameter(np.zeros((100, 100))))))
                spreads.append(float(h.value.std()))
            ax.semilogy(spreads, marker=".", label=name)
        ax.set_title(f"10 layers of 100 units with {title}", fontsize=10)
        ax.set_xlabel("layer")
        ax.set_ylabel("standard deviation of the output")
    axes[1].legend(fontsize=8)
    return figure


def normalization() -> Figure:
    """Which values share a mean and a variance: the same colour, in images (N, C, H·W)."""
    n, c, p = 3, 4, 5
    groups = {
        "BatchNorm": lambda i, j: j,
        "LayerNorm((C, H, W))": lambda i, j: i,
        "InstanceNorm": lambda i, j: i * c + j,
        "GroupNorm(2, C)": lambda i, j: i * 2 + j // 2,
    }
    figure = Figure(figsize=(9.6, 2.6), layout="constrained")
    for ax, (name, group) in zip(figure.subplots(1, 4), groups.items(), strict=True):
        table = np.array([[group(i, j) for j in range(c)] for i in range(n)])
        ax.imshow(np.repeat(table, p, axis=1), cmap="tab20", interpolation="nearest", aspect="auto")
        ax.set_xticks([p * j - 0.5 for j in range(c + 1)], labels=[])
        ax.set_yticks([i - 0.5 for i in range(n + 1)], labels=[])
        ax.grid(color="white", linewidth=2)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("channels (H · W each)", fontsize=8)
        ax.set_ylabel("samples")
    return figure


def main() -> None:
    """Write all four pictures."""
    for draw in (activations, losses, initialisers, normalization):
        path = PICTURES / f"{draw.__name__}.png"
        draw().savefig(path, dpi=90, metadata={"Software": None})
        print(path)


if __name__ == "__main__":
    main()
