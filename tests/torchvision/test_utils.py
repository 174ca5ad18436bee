"""Grids of images and their files."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import tinygrad_edu as tg
from tinygrad_edu.torchvision.io import read_image
from tinygrad_edu.torchvision.utils import make_grid, save_image


def test_grid() -> None:
    x = tg.arange(5 * 4.0).reshape(5, 1, 2, 2)
    grid = make_grid(x, nrow=3, padding=1, pad_value=-1.0)
    assert tuple(grid.value.shape) == (3, 7, 10)
    assert grid[0].tolist() == [
        [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1],
        [-1, 0, 1, -1, 4, 5, -1, 8, 9, -1],
        [-1, 2, 3, -1, 6, 7, -1, 10, 11, -1],
        [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1],
        [-1, 12, 13, -1, 16, 17, -1, -1, -1, -1],
        [-1, 14, 15, -1, 18, 19, -1, -1, -1, -1],
        [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1],
    ]
    assert np.array_equal(grid.value[0], grid.value[2])
    assert make_grid([tg.zeros(3, 2, 2)] * 4, nrow=2).value.shape == (3, 10, 10)
    assert make_grid(tg.zeros(2, 2)).value.shape == (3, 2, 2)


def test_normalized() -> None:
    x = tg.tensor([0.0, 4.0, 6.0, 8.0]).reshape(2, 1, 1, 2)
    parts = {"padding": 0, "normalize": True}
    assert make_grid(x, **parts)[0].tolist() == [[0, 0.5, 0.75, 1]]
    assert make_grid(x, scale_each=True, **parts)[0].tolist() == [[0, 1, 0, 1]]
    assert make_grid(x, value_range=(2.0, 6.0), **parts)[0].tolist() == [[0, 0.5, 1, 1]]
    assert x.tolist() == [[[[0, 4]]], [[[6, 8]]]]


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    x = tg.rand(6, 3, 5, 7, generator=0)
    expected = np.clip(make_grid(x, nrow=3).value * 255 + 0.5, 0, 255).astype(np.uint8)
    save_image(x, tmp_path / "a.png", nrow=3)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), expected.transpose(1, 2, 0))
    assert np.array_equal(read_image(tmp_path / "a.png").value, expected)
    assert read_image(tmp_path / "a.png", "GRAY").value.shape == (1, 16, 29)
    buffer = io.BytesIO()
    save_image(x, buffer, format="png", nrow=3)
    assert buffer.getvalue() == (tmp_path / "a.png").read_bytes()
    save_image(x, str(tmp_path / "a.bmp"), nrow=3)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.bmp")), expected.transpose(1, 2, 0))
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    save_image(x, tmp_path / "b.png", nrow=3)
    assert (tmp_path / "b.png").read_bytes() == buffer.getvalue()
    with pytest.raises(ImportError, match="save_image needs PIL"):
        save_image(x, tmp_path / "b.jpg")


def test_refuses() -> None:
    with pytest.raises(TypeError, match=r"make_grid: tensor must be .* received ndarray"):
        make_grid(np.zeros((2, 1, 3, 3)))
    with pytest.raises(TypeError, match=r"make_grid: tensor must be .* Tensor of shape"):
        make_grid(tg.zeros(3))
    with pytest.raises(ValueError, match="make_grid: nrow must be an integer >= 1"):
        make_grid(tg.zeros(3, 1, 2, 2), nrow=0)
