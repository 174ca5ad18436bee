"""Plots: what they draw, that pyplot is left alone, and what they refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import viz

pytest.importorskip("matplotlib")


def test_curves(tmp_path: Path) -> None:
    ax = viz.plot_curves(
        {"train": [3.0, 2.0, 1.0], "valid": [3.5, float("nan"), 2.5]}, ylabel="loss"
    )
    assert [line.get_label() for line in ax.lines] == ["train", "valid"]
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [3.5, np.nan, 2.5])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["train", "valid"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    ax.figure.savefig(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_curves_into_given_axes() -> None:
    left, right = viz.figure().subplots(1, 2)
    assert viz.plot_curves({"loss": [1.0, 2.0]}, [0.5, 1.0], ylabel="loss", ax=right) is right
    np.testing.assert_array_equal(right.lines[0].get_xdata(), [0.5, 1.0])
    assert right.get_legend() is None
    assert not left.lines


def test_many_curves_have_colours() -> None:
    ax = viz.plot_curves({str(k): [0.0, float(k)] for k in range(11)})
    assert len(ax.lines) == 11


def test_refused_curves() -> None:
    with pytest.raises(ValueError, match="no curve to draw"):
        viz.plot_curves({})
    with pytest.raises(ValueError, match=r"must have 3 points each, received \{'a': 3, 'b': 2\}"):
        viz.plot_curves({"a": [1, 2, 3], "b": [1, 2]})


def test_confusion_matrix() -> None:
    matrix = np.array([[30, 10, 0], [0, 5, 5], [0, 0, 0]])
    ax = viz.plot_confusion_matrix(matrix, ["cat", "horse", "ox"])
    assert [t.get_text() for t in ax.texts] == [str(count) for count in matrix.ravel()]
    np.testing.assert_allclose(
        ax.images[0].get_array(), [[0.75, 0.25, 0], [0, 0.5, 0.5], [0, 0, 0]]
    )
    assert [t.get_text() for t in ax.get_yticklabels()] == ["cat", "horse", "ox"]
    percent = viz.plot_confusion_matrix(matrix, normalize=True, ax=viz.figure().subplots())
    assert [t.get_text() for t in percent.texts][:3] == ["75", "25", "0"]
    assert [t.get_text() for t in percent.get_xticklabels()] == ["0", "1", "2"]


def test_confusion_matrix_of_many_classes_has_no_numbers() -> None:
    ax = viz.plot_confusion_matrix(np.eye(100, dtype=int))
    assert not ax.texts
    assert len(ax.get_xticks()) == 10


@pytest.mark.parametrize(
    ("matrix", "names", "message"),
    [
        (np.zeros((2, 3)), None, r"shape \(C, C\), received \(2, 3\)"),
        (np.zeros((0, 0)), None, r"received \(0, 0\)"),
        (np.zeros(4), None, r"received \(4,\)"),
        (np.full((2, 2), -1), None, "negative"),
        (np.eye(3), ["a", "b"], "2 class names for 3 classes"),
    ],
)
def test_refused_confusion_matrix(matrix: Any, names: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        viz.plot_confusion_matrix(matrix, names)


def _regions(ax: Any) -> np.ndarray:
    """The drawn colour, as RGB, of the quadrants of the axes, lower left first."""
    canvas = _agg()(ax.figure)
    canvas.draw()
    image = np.asarray(canvas.buffer_rgba())[..., :3].astype(int)
    corners = []
    for fx, fy in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]:
        px, py = ax.transAxes.transform((fx, fy))
        corners.append(image[image.shape[0] - 1 - int(py), int(px)])
    return np.array(corners)


def _agg() -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    return FigureCanvasAgg


@pytest.mark.parametrize(
    "predict",
    [
        lambda p: p[:, 0] * p[:, 1],  # scores, of either sign
        lambda p: (p[:, 0] * p[:, 1]).reshape((-1, 1)),
        lambda p: tg.stack([-p[:, 0] * p[:, 1], p[:, 0] * p[:, 1]], axis=1),
        lambda p: np.asarray(p)[:, 0] * np.asarray(p)[:, 1],  # an ordinary function of arrays
    ],
)
def test_decision_boundary(predict: Any) -> None:
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]], dtype=np.float32)
    ax = viz.plot_decision_boundary(predict, corners, np.array([1, 0, 0, 1]), resolution=50)
    regions = _regions(ax)
    np.testing.assert_array_equal(regions[0], regions[3])
    np.testing.assert_array_equal(regions[1], regions[2])
    assert np.abs(regions[0] - regions[1]).max() > 20
    offsets = [collection.get_offsets() for collection in ax.collections[-2:]]
    np.testing.assert_array_equal(offsets[0], corners[[1, 2]])
    np.testing.assert_array_equal(offsets[1], corners[[0, 3]])


def test_decision_boundary_records_nothing_and_keeps_the_dtype() -> None:
    weight = tg.tensor([[1.0], [2.0]], requires_grad=True)
    seen = []

    def predict(points: tg.Tensor) -> tg.Tensor:
        seen.append((points @ weight).requires_grad)
        seen.append(points.dtype)
        return points @ weight

    x = tg.tensor([[0.0, 1.0], [2.0, 3.0]])
    ax = viz.figure().subplots()
    assert viz.plot_decision_boundary(predict, x, resolution=7, ax=ax) is ax
    assert seen == [False, np.float32]
    integers = viz.plot_decision_boundary(lambda p: p[:, 0], [[0, 1], [2, 3]], tg.tensor([0, 1]))
    assert len(integers.collections) == 3


def test_refused_decision_boundary() -> None:
    x = np.zeros((5, 2))
    with pytest.raises(ValueError, match=r"x must have shape \(M, 2\), received \(5, 3\)"):
        viz.plot_decision_boundary(lambda p: p, np.zeros((5, 3)))
    with pytest.raises(ValueError, match=r"x has 5 points, y has shape \(4,\)"):
        viz.plot_decision_boundary(lambda p: p, x, np.zeros(4, dtype=int))
    with pytest.raises(ValueError, match=r"each of 9 points, received shape \(3,\)"):
        viz.plot_decision_boundary(lambda p: np.zeros(3), x, resolution=3)


def test_pyplot_stays_away(tmp_path: Path) -> None:
    code = (
        "import sys; from tinygrad_edu import viz\n"
        "assert 'matplotlib' not in sys.modules\n"
        "viz.plot_curves({'a': [1, 2]}).figure.savefig(sys.argv[1])\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "curve.png")], check=True)


def test_missing_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "tinygrad_edu\[viz\]"'):
        viz.plot_curves({"a": [1.0]})
