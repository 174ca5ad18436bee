"""How good predictions are: accuracies, the confusion matrix, and what follows from it.

Everywhere the prediction comes first and the target second, as in a loss. Both may be arrays or
tensors; what comes back is a float or an array.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinygrad_edu import nn
from tinygrad_edu._checked import explained
from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu._text import visible
from tinygrad_edu.engine import value_of
from tinygrad_edu.nn import functional as F

__all__ = [
    "ClassReport", "accuracy", "binary_accuracy", "class_report", "confusion_matrix",
    "top_k_accuracy",
]  # fmt: skip

Array = NDArray[Any]

# Losses of one score per example, with the score from which on the class is 1.
_THRESHOLDS = {
    **dict.fromkeys((nn.BCELoss, F.binary_cross_entropy), 0.5),
    **dict.fromkeys((nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits), 0.0),
    **dict.fromkeys((nn.SigmoidFocalLoss, F.sigmoid_focal_loss), 0.0),
}
_OF_CLASSES = (
    "CategoricalHingeLoss",
    "MultiMarginLoss",
    "categorical_hinge_loss",
    "multi_margin_loss",
)


@explained
def accuracy(scores: Any, target: Any) -> float:
    """Share of examples whose largest score is that of the target: mean of [argmax_c s_c = t].

    Parameters
    ----------
    scores : array, shape (N, C)
        Logits or probabilities, of two classes at least; the first of several largest counts.
    target : array of int, shape (N,), or rows of probabilities (N, C), such as one-hot ones

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, there is one column (see `binary_accuracy`), a label is no integer of
        0 to C - 1, rows are not probabilities, there is no example, or a score is NaN.

    Examples
    --------
    >>> scores = np.array([[2.0, 1.0, 0.0], [0.1, 0.3, 0.2], [0.0, 0.5, 1.0]])
    >>> round(tg.train.accuracy(scores, np.array([0, 1, 1])), 4)
    0.6667
    """
    s, t = _scores_and_labels("accuracy", scores, target)
    return float(np.mean(s.argmax(axis=1) == t))


@explained
def top_k_accuracy(scores: Any, target: Any, k: int = 5) -> float:
    """Share of examples whose target is among the ``k`` largest scores.

    Of equal scores the first ones count, so that ``k=1`` is `accuracy`. Shapes and errors are those
    of `accuracy`; ``k`` above C or below 1 raises ValueError.

    Examples
    --------
    >>> scores = np.array([[0.1, 0.6, 0.3], [0.5, 0.3, 0.2]])
    >>> tg.train.top_k_accuracy(scores, np.array([2, 2]), k=2)
    0.5
    """
    s, t = _scores_and_labels("top_k_accuracy", scores, target)
    if check_count("top_k_accuracy", "k", k) > s.shape[1]:
        raise ValueError(f"top_k_accuracy: k must be 1 to the {s.shape[1]} classes, received {k}")
    own = np.take_along_axis(s, t[:, None], axis=1)
    earlier = np.arange(s.shape[1]) < t[:, None]
    rank = np.sum((s > own) | ((s == own) & earlier), axis=1)
    return float(np.mean(rank < k))


@explained
def binary_accuracy(scores: Any, target: Any, threshold: float | None = None) -> float:
    """Share of examples on the right side of ``threshold``: mean of [(s > threshold) = t].

    Parameters
    ----------
    scores : array, any shape
        Logits. For probabilities give ``threshold=0.5``.
    target : array of 0 and 1, of the same shape
    threshold : float, optional
        By default 0, that of logits.

    Raises
    ------
    ValueError
        If shapes differ, a target is neither 0 nor 1, there is no example, or a score is NaN; and
        without a threshold if the scores may be probabilities: all lie between 0 and 1, and 0.5
        would decide otherwise.

    Examples
    --------
    >>> tg.train.binary_accuracy(np.array([-1.5, 0.5, 2.0, 0.1]), np.array([0, 1, 1, 0]))
    0.75
    """
    s, t = _plain(scores), _plain(target)
    if s.shape != t.shape or not s.size:
        raise ValueError(
            "binary_accuracy: scores and target must have the same shape and at least one element, "
            f"received {tuple(s.shape)} and {tuple(t.shape)}"
        )
    _refuse_nan("binary_accuracy", s)
    if not np.all((t == 0) | (t == 1)):
        raise ValueError(
            "binary_accuracy: targets must be 0 or 1; for a regression a Trainer takes metrics={}"
        )
    if threshold is None:
        if np.all((s >= 0) & (s <= 1)) and np.any((s > 0) & (s <= 0.5)):
            raise ValueError(
                "binary_accuracy: all scores lie between 0 and 1; pass threshold=0.5 if they are "
                "probabilities, or threshold=0.0 if they are logits"
            )
        threshold = 0.0
    threshold = check_number("binary_accuracy", "threshold", threshold)
    return float(np.mean((s > threshold) == (t == 1)))


def default_metrics(loss: Any) -> dict[str, Callable[[Any, Any], float]]:
    """The accuracy that fits a loss, by name; none for the losses of a regression."""
    of = type(loss) if isinstance(loss, nn.Module) else loss
    for known, threshold in _THRESHOLDS.items():
        if of is known:
            return {"accuracy": partial(binary_accuracy, threshold=threshold)}
    if callable(of):
        of = inspect.unwrap(of)  # nn.functional shows it in a cover that checks its arguments
    place = getattr(of, "__module__", None) or ""
    of_classes = place.endswith(".classification") or getattr(of, "__name__", "") in _OF_CLASSES
    if place.startswith("tinygrad_edu.") and not of_classes:
        return {}
    return {"accuracy": accuracy}


@explained
def confusion_matrix(predicted: Any, target: Any, num_classes: int | None = None) -> Array:
    """Count examples by true class (row) and predicted class (column).

    Parameters
    ----------
    predicted : array of int, shape (N,), or scores, shape (N, C)
        Of scores the largest is the predicted class.
    target : array of int, shape (N,), or one-hot rows (N, C)
    num_classes : int, optional
        By default C of the scores, or one more than the largest label.

    Returns
    -------
    array of int, shape (C, C)
        Its sum is N, its diagonal what is right.

    Raises
    ------
    TypeError, ValueError
        As `accuracy`.

    Examples
    --------
    >>> tg.train.confusion_matrix(np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]))
    array([[2, 1],
           [0, 1]])
    """
    p, t = _plain(predicted), _plain(target)
    if num_classes is not None:
        num_classes = check_count("confusion_matrix", "num_classes", num_classes)
    if p.ndim == 2:
        p, t = _scores_and_labels("confusion_matrix", predicted, target)
        num_classes = p.shape[1] if num_classes is None else num_classes
        p = p.argmax(axis=1)
    elif t.ndim == 2:
        t = _from_one_hot("confusion_matrix", t)
    if p.shape != t.shape or p.ndim != 1 or not p.size:
        raise ValueError(
            "confusion_matrix: predicted and target must both have shape (N,), or predicted "
            f"(N, C), with N at least 1; received {tuple(p.shape)} and {tuple(t.shape)}"
        )
    count = int(max(p.max(), t.max())) + 1 if num_classes is None else num_classes
    for labels in (p, t):
        _check_labels("confusion_matrix", labels, count)
    # In full-size integers: a narrow type of the labels would overflow.
    cells = t.astype(np.intp) * count + p
    return np.bincount(cells, minlength=count * count).reshape(count, count)


@dataclass(frozen=True, eq=False, repr=False)
class ClassReport:
    """Precision, recall and F1 of each class; shown as a table.

    Attributes
    ----------
    precision, recall, f1 : array of float, shape (C,)
        NaN where undefined: the precision of a class never predicted, the recall of one that does
        not occur, the F1 of one that is neither.
    support : array of int, shape (C,)
        How often each class occurs.
    accuracy : float
    names : tuple of str
    """

    precision: Array
    recall: Array
    f1: Array
    support: Array
    accuracy: float
    names: tuple[str, ...]

    def __repr__(self) -> str:
        names = [visible(name) for name in self.names]
        width = max(len(name) for name in (*names, "all classes"))
        lines = [f"{'class':<{width}}  precision  recall      F1  support"]
        rows = zip(names, self.precision, self.recall, self.f1, self.support, strict=True)
        lines += [_row(width, *row) for row in rows]
        means = [_mean(values) for values in (self.precision, self.recall, self.f1)]
        lines.append(_row(width, "all classes", *means, self.support.sum()))
        return "\n".join(lines)


@explained
def class_report(matrix: Any, class_names: Sequence[str] | None = None) -> ClassReport:
    """Precision, recall and F1 of each class of a confusion matrix (row true, column predicted).

    With TP what is right of a class, FP what is wrongly called so, FN what is missed:
    precision = TP / (TP + FP), recall = TP / (TP + FN), F1 = 2 TP / (2 TP + FP + FN). The last line
    of the table is the plain mean over the classes.

    Raises
    ------
    ValueError
        If the matrix is not square or the names do not fit it.

    Examples
    --------
    >>> print(tg.train.class_report([[8, 2], [1, 9]], ["cat", "dog"]))
    class        precision  recall      F1  support
    cat              0.889   0.800   0.842       10
    dog              0.818   0.900   0.857       10
    all classes      0.854   0.850   0.850       20
    """
    counts = _plain(matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or not counts.size:
        raise ValueError(
            f"class_report: the matrix must have shape (C, C), received {tuple(counts.shape)}"
        )
    if counts.dtype.kind not in "iuf" or not np.all(counts >= 0):
        raise ValueError("class_report: the matrix must hold counts, which are at least 0")
    listed = isinstance(class_names, Sequence | np.ndarray | None)
    if not listed or getattr(class_names, "ndim", 1) != 1:
        raise TypeError(f"class_report: class_names must be a list, received {class_names!r}")
    names = tuple(map(str, range(len(counts)) if class_names is None else class_names))
    if len(names) != len(counts):
        raise ValueError(f"class_report: {len(names)} class names for {len(counts)} classes")
    right = np.diag(counts).astype(float)
    predicted, actual = counts.sum(axis=0), counts.sum(axis=1)
    return ClassReport(
        precision=_ratio(right, predicted),
        recall=_ratio(right, actual),
        f1=_ratio(2 * right, predicted + actual),
        support=actual,
        accuracy=float(_ratio(right.sum(), counts.sum())),
        names=names,
    )


def _ratio(part: Any, whole: Any) -> Array:
    """Quotient, NaN where the denominator is 0."""
    safe = np.where(whole > 0, whole, 1)
    return np.asarray(np.where(whole > 0, part / safe, np.nan))


def _mean(values: Array) -> float:
    """Mean of the values that are defined."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if defined.size else float("nan")


def _row(width: int, name: str, *values: Any) -> str:
    *shares, support = values
    cells = ["-" if np.isnan(share) else f"{share:.3f}" for share in shares]
    return f"{name:<{width}}  {cells[0]:>9}  {cells[1]:>6}  {cells[2]:>6}  {support:>7}"


_ONE_SCORE = (
    "for one score per example there is binary_accuracy, for a regression a Trainer takes "
    "metrics={}"
)


def _plain(values: Any) -> Array:
    return np.asarray(value_of(values))


def _scores_and_labels(who: str, scores: Any, target: Any) -> tuple[Array, Array]:
    """Scores (N, C) and labels (N,), checked."""
    s, t = _plain(scores), _plain(target)
    if s.ndim != 2:
        hint = f"; {_ONE_SCORE}" if s.ndim == 1 else ""
        raise ValueError(f"{who}: scores must have shape (N, C), received {tuple(s.shape)}{hint}")
    if s.shape[1] == 1:
        raise ValueError(f"{who}: one column of scores names no class; {_ONE_SCORE}")
    if s.dtype.kind not in "biuf":
        raise TypeError(f"{who}: scores must be numbers, received {s.dtype.name}")
    if t.ndim == 2 and t.shape == s.shape:
        t = _from_one_hot(who, t)
    if t.shape != s.shape[:1]:
        raise ValueError(
            f"{who}: scores of shape {tuple(s.shape)} need a target of shape ({len(s)},), "
            f"received {tuple(t.shape)}"
        )
    if not s.size:
        raise ValueError(f"{who}: there are no examples, the scores have shape {tuple(s.shape)}")
    _refuse_nan(who, s)
    _check_labels(who, t, s.shape[1])
    return s, t


def _from_one_hot(who: str, target: Array) -> Array:
    """The class of each row of probabilities, which must have a single largest value."""
    if target.dtype.kind not in "biuf":
        raise TypeError(f"{who}: targets must be numbers, received {target.dtype.name}")
    if np.any(np.sum(target == target.max(axis=1, keepdims=True), axis=1) != 1):
        raise ValueError(f"{who}: a row of the one-hot target has no single largest value")
    if np.any(target < 0) or not np.allclose(target.sum(axis=1), 1, atol=1e-3):
        raise ValueError(
            f"{who}: the rows of the target are no probabilities of classes, which are at least 0 "
            "and sum to 1; for a regression a Trainer takes metrics={}"
        )
    return np.asarray(target.argmax(axis=1))


def _refuse_nan(who: str, scores: Array) -> None:
    if scores.dtype.kind == "f" and np.isnan(scores).any():
        raise ValueError(f"{who}: {int(np.isnan(scores).sum())} of {scores.size} scores are NaN")


def _check_labels(who: str, labels: Array, classes: int) -> None:
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{who}: labels must be integers, received {labels.dtype.name}")
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        raise ValueError(
            f"{who}: labels must be 0 to {classes - 1}, received {labels[outside].flat[0]}"
        )
