"""Metrics against their definitions, written out as loops, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.train import (
    accuracy,
    binary_accuracy,
    class_report,
    confusion_matrix,
    top_k_accuracy,
)


@pytest.fixture
def scores(rng: np.random.Generator) -> Any:
    return rng.normal(size=(57, 5))


@pytest.fixture
def target(rng: np.random.Generator) -> Any:
    return rng.integers(0, 5, size=57)


def test_accuracy(scores: Any, target: Any) -> None:
    right = sum(max(range(5), key=lambda c: s[c]) == t for s, t in zip(scores, target, strict=True))
    assert accuracy(scores, target) == right / 57
    assert 0 < right < 57
    assert accuracy(tg.tensor(scores, requires_grad=True), tg.tensor(target)) == right / 57
    assert accuracy(scores, np.eye(5)[target]) == right / 57
    assert accuracy(scores, target.astype(np.uint8)) == right / 57


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_top_k(scores: Any, target: Any, k: int) -> None:
    right = sum(
        t in sorted(range(5), key=lambda c: -s[c])[:k] for s, t in zip(scores, target, strict=True)
    )
    assert top_k_accuracy(scores, target, k) == right / 57


def test_top_1_is_accuracy_also_with_ties() -> None:
    scores = np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 2.0], [3.0, 3.0, 3.0]])
    for target in ([0, 1, 0], [1, 2, 2]):
        labels = np.array(target)
        assert top_k_accuracy(scores, labels, 1) == accuracy(scores, labels)
    assert top_k_accuracy(scores, np.array([1, 2, 2]), 2) == 2 / 3


def test_binary(rng: np.random.Generator) -> None:
    scores, target = rng.normal(size=(31, 1)), rng.integers(0, 2, size=(31, 1))
    right = sum((s > 0) == (t == 1) for s, t in zip(scores[:, 0], target[:, 0], strict=True))
    assert binary_accuracy(scores, target) == right / 31
    assert binary_accuracy(tg.tensor(scores), target.astype(bool)) == right / 31
    probabilities = 1 / (1 + np.exp(-scores))
    assert binary_accuracy(probabilities, target, threshold=0.5) == right / 31
    assert binary_accuracy(np.zeros(1), np.zeros(1)) == 1.0
    # Where 0 and 0.5 decide alike, nothing is lost by not knowing which is meant.
    assert binary_accuracy(np.array([0.0, 0.75, 1.0]), np.array([0, 1, 1])) == 1.0
    assert binary_accuracy(np.array([0.25, 0.75]), np.array([1, 1]), threshold=0.0) == 1.0


def test_rows_of_probabilities_are_targets() -> None:
    mixed = np.array([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5]], dtype=np.float32)
    assert accuracy(np.eye(3)[:2], mixed) == 0.5


def test_names_of_classes_steer_no_terminal() -> None:
    report = str(class_report(np.eye(2), ["\x1b[31mred", "two\nlines"]))
    assert "\\x1b[31mred" in report
    assert "two\\nlines" in report
    assert len({len(line) for line in report.splitlines()}) == 1


def test_confusion_matrix(scores: Any, target: Any) -> None:
    expected = np.zeros((5, 5), dtype=int)
    for s, t in zip(scores, target, strict=True):
        expected[t, np.argmax(s)] += 1
    np.testing.assert_array_equal(confusion_matrix(scores, target), expected)
    classes = scores.argmax(axis=1)
    np.testing.assert_array_equal(confusion_matrix(classes, target), expected)
    np.testing.assert_array_equal(confusion_matrix(classes, np.eye(5)[target]), expected)
    np.testing.assert_array_equal(confusion_matrix(scores, np.eye(5)[target]), expected)
    wide = confusion_matrix(tg.tensor(classes), tg.tensor(target), num_classes=7)
    np.testing.assert_array_equal(wide[:5, :5], expected)
    assert wide.shape == (7, 7)
    assert not wide[5:].any()


def test_uint8_labels_do_not_overflow() -> None:
    labels = np.arange(200, dtype=np.uint8)
    np.testing.assert_array_equal(confusion_matrix(labels, labels), np.eye(200))


def test_class_report(rng: np.random.Generator) -> None:
    matrix = rng.integers(1, 9, size=(5, 5))
    report = class_report(matrix, "abcde")
    for c in range(5):
        tp = matrix[c, c]
        fp, fn = matrix[:, c].sum() - tp, matrix[c].sum() - tp
        assert report.precision[c] == pytest.approx(tp / (tp + fp))
        assert report.recall[c] == pytest.approx(tp / (tp + fn))
        p, r = report.precision[c], report.recall[c]
        assert report.f1[c] == pytest.approx(2 * p * r / (p + r))
    np.testing.assert_array_equal(report.support, matrix.sum(axis=1))
    assert report.accuracy == np.trace(matrix) / matrix.sum()
    assert report.names == ("a", "b", "c", "d", "e")


def test_undefined_quotients() -> None:
    # Class 1 occurs and is never predicted, class 2 is predicted and never occurs, 3 is neither.
    report = class_report([[3, 0, 1, 0], [2, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(report.precision, [0.6, np.nan, 0.0, np.nan])
    np.testing.assert_array_equal(report.recall, [0.75, 0.0, np.nan, np.nan])
    np.testing.assert_allclose(report.f1, [2 / 3, 0.0, 0.0, np.nan])
    assert str(report).splitlines() == [
        "class        precision  recall      F1  support",
        "0                0.600   0.750   0.667        4",
        "1                    -   0.000   0.000        2",
        "2                0.000       -   0.000        0",
        "3                    -       -       -        0",
        "all classes      0.300   0.375   0.222        6",
    ]


def test_report_of_nothing() -> None:
    report = class_report([[0, 0], [0, 0]])
    assert np.isnan(report.accuracy)
    assert str(report).splitlines()[-1].split() == ["all", "classes", "-", "-", "-", "0"]


NAN = np.array([[0.0, np.nan]])
REFUSED: list[tuple[Any, tuple[Any, ...], type[Exception], str]] = [
    (
        accuracy,
        (np.zeros(3), np.zeros(3, int)),
        ValueError,
        r"\(N, C\), received \(3,\).*bin",
    ),
    (
        accuracy,
        (np.zeros((3, 2)), np.zeros(4, int)),
        ValueError,
        r"target of shape \(3,\), .*\(4,\)",
    ),
    (accuracy, (np.zeros((3, 2)), np.zeros((3, 3))), ValueError, r"received \(3, 3\)"),
    (accuracy, (np.zeros((3, 2)), np.zeros((3, 2))), ValueError, "no single largest value"),
    (accuracy, (np.zeros((0, 2)), np.zeros(0, int)), ValueError, r"no examples.*\(0, 2\)"),
    (accuracy, (np.zeros((2, 2)), np.zeros(2)), TypeError, "must be integers, received float64"),
    (accuracy, (np.zeros((2, 2)), np.array([0, 2])), ValueError, "must be 0 to 1, received 2"),
    (accuracy, (np.zeros((2, 2)), np.array([0, -1])), ValueError, "must be 0 to 1, received -1"),
    (accuracy, (NAN, np.array([0])), ValueError, "1 of 2 scores are NaN"),
    (top_k_accuracy, (np.zeros((1, 2)), np.array([0]), 3), ValueError, "k must be 1 to the 2 .* 3"),
    (
        top_k_accuracy,
        (np.zeros((1, 2)), np.array([0]), 0),
        ValueError,
        "k must be an integer >= 1, .* 0",
    ),
    (top_k_accuracy, (np.zeros((1, 2)), [0], 1.5), TypeError, "k must be an integer >= 1, .* 1.5"),
    (top_k_accuracy, (NAN, np.array([0]), 1), ValueError, "1 of 2 scores are NaN"),
    (binary_accuracy, (np.zeros(3), np.zeros((3, 1))), ValueError, r"\(3,\) and \(3, 1\)"),
    (binary_accuracy, (np.zeros(0), np.zeros(0)), ValueError, "at least one element"),
    (binary_accuracy, (np.zeros(1), np.array([0.5])), ValueError, "targets must be 0 or 1"),
    (binary_accuracy, (np.array([np.nan]), np.array([0])), ValueError, "1 of 1 scores are NaN"),
    # One column is a decision of yes and no, or a regression, and never 100 % right.
    (
        accuracy,
        (np.zeros((3, 1)), np.zeros((3, 1), int)),
        ValueError,
        "one column.*binary_accuracy",
    ),
    (accuracy, (np.zeros((3, 1)), np.zeros((3, 1))), ValueError, "one column.*metrics={}"),
    (accuracy, (np.zeros((3, 1)), np.zeros(3, int)), ValueError, "one column.*binary_accuracy"),
    (top_k_accuracy, (np.zeros((3, 1)), np.zeros((3, 1)), 1), ValueError, "one column.*binary"),
    (confusion_matrix, (np.zeros((3, 1)), np.zeros((3, 1))), ValueError, "one column.*binary"),
    # Several columns of a regression.
    (
        accuracy,
        (np.eye(2), np.array([[0.5, 2.0], [1.0, 0.0]])),
        ValueError,
        "no probabilities.*metr",
    ),
    (accuracy, (np.eye(2), np.array([[-1.0, 2.0], [1.0, 0.0]])), ValueError, "no probabilities"),
    (top_k_accuracy, (np.eye(2), 2 * np.eye(2), 1), ValueError, "no probabilities.*metrics={}"),
    (confusion_matrix, (np.eye(2), 2 * np.eye(2)), ValueError, "no probabilities.*metrics={}"),
    (accuracy, (np.eye(2), np.array([["a", "b"], ["c", "d"]])), TypeError, "targets must be numb"),
    (accuracy, (np.array([["a", "b"]]), np.array([0])), TypeError, "scores must be numbers"),
    (binary_accuracy, (np.array([0.2, 0.9]), [0, 1]), ValueError, "threshold=0.5 if .*=0.0 if"),
    (binary_accuracy, (np.array([2.0]), [1], "x"), TypeError, "threshold must be a number"),
    (
        binary_accuracy,
        (np.array([2.0]), [1], np.nan),
        ValueError,
        "threshold must be a finite",
    ),
    (confusion_matrix, ([0], [0], 1.5), TypeError, "num_classes must be an integer >= 1"),
    (confusion_matrix, ([0], [0], 0), ValueError, "num_classes must be an integer >= 1"),
    (class_report, (np.array([["a"]]),), ValueError, "must hold counts"),
    (class_report, (np.array([[-1]]),), ValueError, "must hold counts"),
    (class_report, (np.eye(2), np.eye(2)), TypeError, "class_names must be a list, received"),
    (class_report, (np.eye(2), 5), TypeError, "class_names must be a list, received 5"),
    (confusion_matrix, (np.zeros(3, int), np.zeros(2, int)), ValueError, r"\(3,\) and \(2,\)"),
    (confusion_matrix, (np.zeros(0, int), np.zeros(0, int)), ValueError, "N at least 1"),
    (confusion_matrix, (np.array([3]), np.array([0]), 3), ValueError, "0 to 2, received 3"),
    (confusion_matrix, (np.array([0]), np.array([3]), 3), ValueError, "0 to 2, received 3"),
    (confusion_matrix, (np.array([0.5]), np.array([0])), TypeError, "received float64"),
    (class_report, (np.zeros((2, 3)),), ValueError, r"\(C, C\), received \(2, 3\)"),
    (class_report, (np.eye(2), ["a"]), ValueError, "1 class names for 2 classes"),
]


@pytest.mark.parametrize(("metric", "args", "kind", "message"), REFUSED)
def test_refused(metric: Any, args: tuple[Any, ...], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=rf"^{metric.__name__}: .*{message}"):
        metric(*args)


def test_a_report_is_shown_as_a_table() -> None:
    report = class_report([[8, 2], [1, 9]], ["cat", "dog"])
    assert repr(report) == str(report)
    assert repr(report).startswith("class        precision  recall")
