"""Enlarging and shrinking images."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice
from tinygrad_edu.nn.conv import also_single
from tinygrad_edu.nn.module import Module

__all__ = ["Upsample", "interpolate"]


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:
    """Enlarge or shrink images to a size, or by a factor. See `tinygrad_edu.nn.Upsample`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([[[[1.0, 2.0]]]])
    >>> tg.nn.functional.interpolate(x, scale_factor=2)
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    >>> tg.nn.functional.interpolate(x, (1, 4), mode="bilinear")
    tensor([[[[1.  , 1.25, 1.75, 2.  ]]]])
    """
    if mode not in ("nearest", "bilinear"):
        raise ValueError(f"interpolate: mode must be 'nearest' or 'bilinear', received {mode!r}")
    if mode == "bilinear":
        corners = bool(align_corners)
        return _bilinear(input, size, scale_factor, align_corners=corners)
    if align_corners is not None:
        raise ValueError("interpolate: align_corners is for mode='bilinear'; leave it out")
    return _nearest(input, size, scale_factor)


_nearest = also_single(ops.interpolate_nearest, 4)


_bilinear = also_single(ops.interpolate_bilinear, 4)


class Upsample(Module):
    """Enlarge images (N, C, H, W) or (C, H, W), by repeating pixels or by mixing neighbours.

    Parameters
    ----------
    size : int or (int, int), optional
        Height and width of the result.
    scale_factor : number or two of them, optional
        Times the size of the input, rounded down; give one of the two.
    mode : {"nearest", "bilinear"}
        Take the pixel before each place, or a mean of the four around it, weighted by nearness.
    align_corners : bool, optional
        For "bilinear": whether the centres of the corner pixels, rather than their outer corners,
        stay where they are. False if left out.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Upsample(scale_factor=2)(tg.tensor(np.ones((1, 3, 4, 5)))).shape
    (1, 3, 8, 10)
    >>> tg.nn.Upsample((1, 3), mode="bilinear", align_corners=True)(tg.tensor([[[1.0, 2.0]]]))
    tensor([[[1. , 1.5, 2. ]]])
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
    ) -> None:
        if (size is None) == (scale_factor is None):
            raise ValueError("Upsample: give either size or scale_factor")
        self.size = size
        self.scale_factor = scale_factor
        self.mode = check_choice("Upsample", "mode", mode, ("nearest", "bilinear"))
        if mode == "nearest" and align_corners is not None:
            raise ValueError("Upsample: align_corners is for mode='bilinear'; leave it out")
        self.align_corners = align_corners

    def forward(self, x: Any) -> Any:
        """Return the larger images."""
        return interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners)
