"""Plots with matplotlib: each draws into the axes it is given, or a new figure, and returns them.

Nothing here touches ``pyplot``, so no window opens and no global state changes; save with
``ax.figure.savefig("plot.png")``, or let a notebook show ``ax.figure``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygrad_edu._checked import check_numbers, checked, settings_checked
from tinygrad_edu._checks import check_count
from tinygrad_edu._optional import require
from tinygrad_edu.engine import no_grad, value_of
from tinygrad_edu.tensor import from_numpy

__all__ = ["figure", "plot_confusion_matrix", "plot_curves", "plot_decision_boundary"]

# Colours that people with any kind of colour vision can tell apart (Okabe & Ito, 2008).
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#000000")
_MOST_NUMBERS = 20  # classes of a confusion matrix, beyond which numbers in its cells are too small


@checked
def figure(width: float = 5.0, height: float = 3.6) -> Any:
    """Make an empty matplotlib figure, in inches, that no window and no global state knows of.

    Examples
    --------
    >>> [round(float(inches)) for inches in tg.viz.figure(4, 3).get_size_inches()]
    [4, 3]
    """
    matplotlib = require("matplotlib.figure", extra="viz", what="plotting")
    return matplotlib.Figure(figsize=(width, height), layout="constrained")


@checked
def plot_curves(
    curves: Mapping[str, Sequence[float]],
    x: Sequence[float] | None = None,
    *,
    xlabel: str = "epoch",
    ylabel: str = "",
    ax: Any = None,
) -> Any:
    """Draw curves over a common axis, by name; values that are not finite leave gaps.

    Parameters
    ----------
    curves : mapping of str to sequence of float
    x : sequence of float, optional
        Counts from 1 if not given.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes

    Raises
    ------
    ValueError
        If there is nothing to draw, or the lengths differ.

    Examples
    --------
    >>> ax = tg.viz.plot_curves({"train": [2.3, 1.1, 0.7], "validation": [2.2, 1.2, 0.9]})
    >>> ax.figure.savefig("curves.png")
    """
    if not isinstance(curves, Mapping):
        raise TypeError(f"plot_curves: curves must be a dict of values, received {curves!r}")
    if not curves:
        raise ValueError("plot_curves: there is no curve to draw")
    lengths = {name: len(values) for name, values in curves.items()}
    points = list(x) if x is not None else list(range(1, max(lengths.values()) + 1))
    if set(lengths.values()) != {len(points)}:
        raise ValueError(
            f"plot_curves: the curves must have {len(points)} points each, received {lengths}"
        )
    ax = figure().subplots() if ax is None else ax
    few = len(points) <= 30  # single points count, and one alone would not be seen as a line
    for (name, values), color in zip(curves.items(), _cycle(len(curves)), strict=True):
        ax.plot(points, list(values), color=color, label=name, marker="." if few else "")
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.grid(alpha=0.3)
    if all(float(point).is_integer() for point in points):
        ticker = require("matplotlib.ticker", extra="viz", what="plotting")
        ax.xaxis.set_major_locator(ticker.MaxNLocator(integer=True))
    if len(curves) > 1 or not ylabel:
        ax.legend(frameon=False)
    return ax


@checked
def plot_confusion_matrix(
    matrix: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    normalize: bool = False,
    ax: Any = None,
) -> Any:
    """Draw a confusion matrix as a heat map: a row is a true class, a column a predicted one.

    Colour is the share within the row, so small classes are seen as well as large ones.

    Parameters
    ----------
    matrix : array of int, shape (C, C)
    class_names : sequence of C str, optional
    normalize : bool
        Write shares in percent instead of counts.
    ax : matplotlib axes, optional

    Raises
    ------
    ValueError
        If the matrix is not square, has negative entries, or the names do not fit it.

    Examples
    --------
    >>> ax = tg.viz.plot_confusion_matrix([[48, 2], [5, 45]], ["cat", "dog"])
    >>> [text.get_text() for text in ax.texts]
    ['48', '2', '5', '45']
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(
            f"plot_confusion_matrix: the matrix must have shape (C, C), received {counts.shape}"
        )
    if np.any(counts < 0):
        raise ValueError("plot_confusion_matrix: a count is negative")
    size = len(counts)
    names = [str(k) for k in range(size)] if class_names is None else [str(n) for n in class_names]
    if len(names) != size:
        raise ValueError(
            f"plot_confusion_matrix: {len(names)} class names for {size} classes of the matrix"
        )
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    if ax is None:
        side = min(max(3.2, 1.2 + 0.45 * size), 14.0)
        ax = figure(side, side).subplots()
    ax.imshow(shares, cmap="Blues", vmin=0.0, vmax=1.0)
    if size <= _MOST_NUMBERS:
        for (row, column), share in np.ndenumerate(shares):
            count = counts[row, column]
            text = f"{100 * share:.0f}" if normalize else f"{count}"
            color = "white" if share > 0.5 else "#333333" if count else "#bbbbbb"
            ax.text(column, row, text, ha="center", va="center", color=color, fontsize=8)
    longest = max(len(name) for name in names)
    long = longest > 3 and longest * size > 30  # names that would run into each other
    ticks = range(size) if size <= 50 else range(0, size, 10)
    ax.set_xticks(ticks, [names[k] for k in ticks], rotation=90 if long else 0)
    ax.set_yticks(ticks, [names[k] for k in ticks])
    ax.set_xlabel("predicted (%)" if normalize else "predicted")
    ax.set_ylabel("true")
    return ax


@settings_checked
def plot_decision_boundary(
    predict: Callable[[Any], Any],
    x: ArrayLike,
    y: ArrayLike | None = None,
    *,
    resolution: int = 200,
    ax: Any = None,
) -> Any:
    """Colour the plane by what a classifier says there, with the points it learned from.

    Parameters
    ----------
    predict : callable
        From a tensor of points (N, 2), of the dtype of ``x``, to scores: (N, C), of which the
        largest is the class, or (N,) or (N, 1), positive for class 1. A module goes as it is; put
        it into eval mode first if it has dropout or batch normalization.
    x : array, shape (M, 2)
        The points; the picture covers them with a margin.
    y : array of int, shape (M,), optional
        Their classes.
    resolution : int
        Cells along each side.
    ax : matplotlib axes, optional

    Raises
    ------
    ValueError
        If the shapes of points, labels or scores do not fit.

    Examples
    --------
    >>> x, y = tg.data.make_xor(100, generator=0)
    >>> ax = tg.viz.plot_decision_boundary(lambda points: -points[:, 0] * points[:, 1], x, y)
    >>> ax.figure.savefig("xor.png")
    """
    check_count("plot_decision_boundary", "resolution", resolution, 2)
    _check_axes("plot_decision_boundary", ax)
    points = np.asarray(value_of(check_numbers("plot_decision_boundary", "x", x)))
    labels = None if y is None else np.asarray(value_of(y))
    if points.ndim != 2 or points.shape[1] != 2 or not len(points):
        raise ValueError(
            f"plot_decision_boundary: x must have shape (M, 2), received {points.shape}"
        )
    if labels is not None and labels.shape != points.shape[:1]:
        raise ValueError(
            f"plot_decision_boundary: x has {len(points)} points, y has shape {labels.shape}"
        )
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.1 * np.maximum(high - low, 1e-3)
    sides = [
        np.linspace(a, b, resolution) for a, b in zip(low - margin, high + margin, strict=True)
    ]
    grid = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    if points.dtype.kind == "f":
        grid = grid.astype(points.dtype)
    classes = _classes(predict, grid).reshape(resolution, resolution)
    count = int(max(classes.max(), 1, -1 if labels is None else labels.max())) + 1
    colors = _cycle(count)
    ax = figure(4.2, 4.0).subplots() if ax is None else ax
    ax.contourf(
        *sides, classes, levels=np.arange(count + 1) - 0.5, colors=colors, alpha=0.25, zorder=0
    )
    for label in range(count if labels is not None else 0):
        chosen = points[labels == label]
        ax.scatter(*chosen.T, s=14, color=colors[label], edgecolors="white", linewidths=0.4)
    ax.set_xlim(sides[0][[0, -1]])
    ax.set_ylim(sides[1][[0, -1]])
    return ax


def _check_axes(owner: str, ax: Any) -> None:
    if ax is not None and not callable(getattr(ax, "plot", None)):
        raise TypeError(f"{owner}: ax must be matplotlib axes or None, received {ax!r}")


def _classes(predict: Callable[[Any], Any], grid: NDArray[Any]) -> NDArray[Any]:
    """The class of every point of the grid."""
    with no_grad():
        output = predict(from_numpy(grid))
    scores = np.asarray(value_of(output))
    if scores.ndim == 2 and scores.shape[1] == 1:
        scores = scores[:, 0]
    if scores.shape[:1] != grid.shape[:1] or scores.ndim > 2:
        raise ValueError(
            "plot_decision_boundary: predict must give one row of scores for each of "
            f"{len(grid)} points, received shape {scores.shape}"
        )
    return scores > 0 if scores.ndim == 1 else scores.argmax(axis=1)


def _cycle(count: int) -> list[str]:
    return [COLORS[k % len(COLORS)] for k in range(count)]
