"""Convolution and pooling of 5 × 7 images against PyTorch, all geometries, both orders."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.ops.test_convolution import AXIS, GEOMETRIES, SIZE
from tinygrad_edu.nn import functional as F
from tinygrad_edu.testing.laws.verdict import demand_close

torch = pytest.importorskip("torch")


def compare(
    rng: np.random.Generator, ours: Any, theirs: Any, *arrays: np.ndarray, second: bool = True
) -> None:
    """Values, gradients and the gradient of a random sum of the gradients."""
    mine = [tg.tensor(a, requires_grad=True) for a in arrays]
    other = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, expected = ours(*mine), theirs(*other)
    demand_close(y.value, expected.detach().numpy(), 1e-12, "y")
    g = rng.standard_normal(y.shape)
    first = tg.grad(y, mine, tg.tensor(g), create_graph=True)
    their_first = torch.autograd.grad(expected, other, torch.tensor(g), create_graph=True)
    for a, b in zip(first, their_first, strict=True):
        demand_close(a.value, b.detach().numpy(), 1e-12, "a gradient")
    if not second:
        return
    weights = [rng.standard_normal(a.shape) for a in arrays]
    total = sum((a * tg.tensor(w)).sum() for a, w in zip(first, weights, strict=True))
    their_total = sum(
        (a * torch.tensor(w)).sum() for a, w in zip(their_first, weights, strict=True)
    )
    options = {"allow_unused": True}
    got = tg.grad(total, mine, **options)
    for a, b in zip(got, torch.autograd.grad(their_total, other, **options), strict=True):
        if a is not None and b is not None:
            demand_close(a.value, b.numpy(), 1e-12, "a second-order gradient")


@pytest.mark.parametrize("groups", [1, 2])
def test_conv2d(rng: np.random.Generator, groups: int) -> None:
    for k, geometry in enumerate(GEOMETRIES):
        settings = {n: geometry[n] for n in ("stride", "padding", "dilation")} | {"groups": groups}
        arrays = (
            rng.standard_normal((2, 4, *SIZE)),
            rng.standard_normal((6, 4 // groups, *geometry["kernel"])),
            rng.standard_normal(6),
        )
        compare(
            rng,
            lambda x, w, b, s=settings: F.conv2d(x, w, b, **s),
            lambda x, w, b, s=settings: torch.nn.functional.conv2d(x, w, b, **s),
            *arrays,
            second=k % 3 == 0,
        )


@pytest.mark.parametrize("groups", [1, 2])
def test_conv_transpose2d(rng: np.random.Generator, groups: int) -> None:
    compared = 0
    for k, geometry in enumerate(GEOMETRIES):
        settings = {n: geometry[n] for n in ("stride", "padding", "dilation")} | {"groups": groups}
        most = [max(s, d) for s, d in zip(settings["stride"], settings["dilation"], strict=True)]
        settings["output_padding"] = (k % most[0], (k // 2) % most[1])
        arrays = (
            rng.standard_normal((2, 4, 3, 4)),
            rng.standard_normal((4, 6 // groups, *geometry["kernel"])),
            rng.standard_normal(6),
        )
        try:
            torch.nn.functional.conv_transpose2d(*map(torch.tensor, arrays), **settings)
        except RuntimeError:
            with pytest.raises(ValueError, match="output would be"):
                F.conv_transpose2d(*arrays, **settings)
            continue
        compared += 1
        compare(
            rng,
            lambda x, w, b, s=settings: F.conv_transpose2d(x, w, b, **s),
            lambda x, w, b, s=settings: torch.nn.functional.conv_transpose2d(x, w, b, **s),
            *arrays,
            second=k % 3 == 0,
        )
    assert compared > 150


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pooling(rng: np.random.Generator, ceil_mode: bool) -> None:
    """Where PyTorch accepts a geometry, the same values and gradients; elsewhere an error."""
    compared = 0
    for kernel, stride, padding, dilation in AXIS:
        settings: dict[str, Any] = {"stride": (stride, 2), "padding": padding}
        settings["ceil_mode"] = ceil_mode
        window = (kernel, 3)
        x = rng.permutation(2 * 3 * 35).reshape(2, 3, *SIZE) / 100.0
        calls = [("max_pool2d", {"dilation": (dilation, 1)})]
        if dilation == 1:
            extra = product((True, False), (None, 3))
            calls += [
                ("avg_pool2d", {"count_include_pad": c, "divisor_override": d}) for c, d in extra
            ]
        for name, more in calls:
            ours, theirs = getattr(F, name), getattr(torch.nn.functional, name)
            given = settings | more
            try:
                theirs(torch.tensor(x), window, **given)
            except RuntimeError:
                with pytest.raises(ValueError, match=r"padding must be at most|output would be"):
                    ours(x, window, **given)
                continue
            compared += 1
            compare(
                rng,
                lambda x, f=ours, w=window, s=given: f(x, w, **s),
                lambda x, f=theirs, w=window, s=given: f(x, w, **s),
                x,
                second=False,
            )
    assert compared > 50


@pytest.mark.parametrize("size", [1, 2, (3, 4), (None, 2), (5, 3), (7, 9)])
def test_adaptive_pooling(rng: np.random.Generator, size: Any) -> None:
    x = rng.permutation(2 * 3 * 35).reshape(2, 3, *SIZE) / 100.0
    for name in ("adaptive_avg_pool2d", "adaptive_max_pool2d"):
        ours, theirs = getattr(F, name), getattr(torch.nn.functional, name)
        compare(rng, lambda x, f=ours: f(x, size), lambda x, f=theirs: f(x, size), x, second=False)


@pytest.mark.parametrize("mode", ["constant", "reflect", "replicate", "circular"])
def test_pad(rng: np.random.Generator, mode: str) -> None:
    x = rng.standard_normal((2, 3, *SIZE))
    for widths in [(0, 0, 0, 0), (1, 2, 0, 3), (4, 1, 2, 2), (6, 6, 4, 4), (-1, 2, 1, -2)]:
        if mode != "constant" and min(widths) < 0:
            continue
        compare(
            rng,
            lambda x, w=widths: F.pad(x, w, mode),
            lambda x, w=widths: torch.nn.functional.pad(x, w, mode),
            x,
            second=False,
        )


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("conv2d", ((6, 4, 3, 2), (6,))),
        ("conv_transpose2d", ((4, 6, 3, 2), (6,))),
        ("max_pool2d", (2,)),
        ("avg_pool2d", (2,)),
        ("adaptive_avg_pool2d", (3,)),
        ("adaptive_max_pool2d", (3,)),
        ("unfold", (2,)),
    ],
)
def test_a_single_image(rng: np.random.Generator, name: str, args: Any) -> None:
    arrays = [rng.standard_normal(a) if isinstance(a, tuple) else a for a in args]
    x = rng.standard_normal((4, *SIZE))
    theirs = [torch.tensor(a) if isinstance(a, np.ndarray) else a for a in arrays]
    expected = getattr(torch.nn.functional, name)(torch.tensor(x), *theirs)
    demand_close(getattr(F, name)(x, *arrays), expected.numpy(), 1e-12, name)


RESIZINGS: list[dict[str, Any]] = [
    {"size": size} for size in (1, (5, 7), (10, 14), (3, 4), (6, 1), (2, 20))
]
RESIZINGS += [{"scale_factor": f} for f in (2, 0.55, (1.3, 2.6), (0.2, 1.9), 3.0)]


@pytest.mark.parametrize("resizing", RESIZINGS, ids=str)
def test_interpolate(rng: np.random.Generator, resizing: dict[str, Any]) -> None:
    modes: list[dict[str, Any]] = [{"mode": "nearest"}, {"mode": "bilinear"}]
    modes += [{"mode": "bilinear", "align_corners": corners} for corners in (False, True)]
    for mode in modes:
        compare(
            rng,
            lambda x, s=resizing | mode: F.interpolate(x, **s) ** 3,
            lambda x, s=resizing | mode: torch.nn.functional.interpolate(x, **s) ** 3,
            rng.standard_normal((2, 3, 5, 7)),
        )


@pytest.mark.parametrize("ties", [False, True])
def test_places_of_maxima(rng: np.random.Generator, ties: bool) -> None:
    geometries: list[dict[str, Any]] = [
        {"kernel_size": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 2, "stride": 1, "dilation": 2, "ceil_mode": True},
        {"kernel_size": 3, "stride": 3, "padding": 1, "ceil_mode": True},
    ]
    images: Any = rng.standard_normal((2, 3, 7, 9))
    images = np.round(images) + 0.0 if ties else images
    for geometry in geometries:
        for name, x in (
            ("max_pool2d", images),
            ("max_pool2d", images[0]),
            ("max_pool1d", images[:, :, 0]),
            ("max_pool1d", images[0, :, 0]),
        ):
            given = {"return_indices": True} | geometry
            y, places = getattr(F, name)(tg.tensor(x, requires_grad=True), **given)
            expected = getattr(torch.nn.functional, name)(torch.tensor(x), **given)
            np.testing.assert_array_equal(y.value, expected[0].numpy())
            np.testing.assert_array_equal(places.value, expected[1].numpy())
            assert places.dtype == np.int64
            assert y.requires_grad
            assert not places.requires_grad
