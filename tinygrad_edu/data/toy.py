"""Toy sets in the plane, for pictures of decision boundaries: X float32 (n, 2), y int64 (n,).

Classes differ in size by at most one, rows come in random order, and ``noise`` is the standard
deviation of a Gaussian added to every coordinate.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.data.arguments import as_array
from tinygrad_edu.data.dataset import Array
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["make_blobs", "make_circles", "make_moons", "make_spirals", "make_xor"]

PointsAndLabels = tuple[NDArray[np.float32], NDArray[np.int64]]


def make_moons(
    n: int = 200, noise: float = 0.1, generator: GeneratorLike = None
) -> PointsAndLabels:
    """Two interlocking half circles.

    Class 0 is the upper half of the unit circle around (0, 0), class 1 the lower half of that
    around (1, 0.5).

    Examples
    --------
    >>> x, y = tg.data.make_moons(101, noise=0.0, generator=0)
    >>> x.shape, x.dtype, np.bincount(y)
    ((101, 2), dtype('float32'), array([51, 50]))
    """
    y, along, draw = _start("make_moons", n, 2, noise, generator)
    angle = math.pi * along
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    return _finish(np.where(y[:, None] == 0, upper, lower), y, noise, draw)


def make_circles(
    n: int = 200, noise: float = 0.05, factor: float = 0.5, generator: GeneratorLike = None
) -> PointsAndLabels:
    """Two circles around the origin: class 0 of radius 1, class 1 inside it of radius ``factor``.

    Examples
    --------
    >>> x, y = tg.data.make_circles(6, noise=0.0, factor=0.25, generator=0)
    >>> np.hypot(*x[y == 1].T)
    array([0.25, 0.25, 0.25], dtype=float32)
    """
    check_number("make_circles", "factor", factor, "(0, 1)")
    y, along, draw = _start("make_circles", n, 2, noise, generator)
    radius = np.where(y == 0, 1.0, factor)
    return _finish(_polar(radius, 2 * math.pi * along), y, noise, draw)


def make_blobs(
    n: int = 200,
    noise: float = 1.0,
    centers: int | ArrayLike = 3,
    generator: GeneratorLike = None,
) -> PointsAndLabels:
    """Gaussian clouds, one for each class.

    Parameters
    ----------
    centers : int or array of shape (k, d)
        Where the clouds are; a number puts that many evenly on the circle of radius 5.

    Examples
    --------
    >>> x, y = tg.data.make_blobs(4, noise=0.0, centers=[[0, 1, 2], [3, 4, 5]], generator=0)
    >>> x[y == 1]
    array([[3., 4., 5.],
           [3., 4., 5.]], dtype=float32)
    """
    at = as_array(centers)
    if at.ndim == 0:
        k = check_count("make_blobs", "centers", centers)
        at = _polar(np.full(k, 5.0), 2 * math.pi * np.arange(k) / k)
    if at.ndim != 2 or at.size == 0 or at.dtype.kind not in "biuf" or not np.isfinite(at).all():
        raise ValueError(
            "make_blobs: centers must be a positive number or an array of finite numbers of shape "
            f"(k, d), received {centers!r}"
        )
    y, _, draw = _start("make_blobs", n, len(at), noise, generator)
    return _finish(at[y], y, noise, draw)


def make_spirals(
    n: int = 300,
    noise: float = 0.02,
    classes: int = 3,
    turns: float = 0.75,
    generator: GeneratorLike = None,
) -> PointsAndLabels:
    """Arms of a spiral, one for each class, from the origin to radius 1 in ``turns`` turns.

    Examples
    --------
    >>> x, y = tg.data.make_spirals(10, noise=0.0, classes=2, generator=0)
    >>> float(np.hypot(*x.T).max()), np.bincount(y)
    (1.0, array([5, 5]))
    """
    check_count("make_spirals", "classes", classes)
    check_number("make_spirals", "turns", turns)
    y, along, draw = _start("make_spirals", n, classes, noise, generator)
    angle = 2 * math.pi * (turns * along + y / classes)
    return _finish(_polar(along, angle), y, noise, draw)


def make_xor(n: int = 200, noise: float = 0.2, generator: GeneratorLike = None) -> PointsAndLabels:
    """Clouds at the corners of the square from -1 to 1; the class is 1 where the signs differ.

    Examples
    --------
    >>> x, y = tg.data.make_xor(4, noise=0.0, generator=0)
    >>> bool(np.all(y == (x[:, 0] * x[:, 1] < 0)))
    True
    """
    corner, _, draw = _start("make_xor", n, 4, noise, generator)
    bits = np.column_stack([corner % 2, corner // 2])
    return _finish(2.0 * bits - 1.0, bits[:, 0] ^ bits[:, 1], noise, draw)


def _start(
    who: str, n: int, classes: int, noise: float, generator: GeneratorLike
) -> tuple[NDArray[np.int64], NDArray[np.float64], np.random.Generator]:
    """Labels in turn, how far along its class (0 to 1) each point is, and the generator."""
    n = check_count(who, "n", n)
    check_number(who, "noise", noise, "[0, inf)")
    number = np.arange(n, dtype=np.int64)
    label = number % classes
    size = np.bincount(label, minlength=classes)[label]
    return label, (number // classes) / np.maximum(size - 1, 1), get_generator(generator, who)


def _polar(radius: Array, angle: Array) -> Array:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _finish(
    points: Array, labels: NDArray[np.int64], noise: float, draw: np.random.Generator
) -> PointsAndLabels:
    """Add the noise, mix the rows, and give both arrays their types."""
    order = draw.permutation(len(points))
    noisy = points + noise * draw.standard_normal(points.shape)
    return noisy[order].astype(np.float32), labels[order].astype(np.int64)
