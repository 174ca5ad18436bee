"""Enlarging and shrinking images."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice, check_flag, check_number
from tinygrad_edu.nn.conv import also_single
from tinygrad_edu.nn.module import Module

__all__ = [
    "Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d", "interpolate", "upsample",
]  # fmt: skip


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
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
    tensor([[[[1.0000, 1.2500, 1.7500, 2.0000]]]])
    """
    if recompute_scale_factor and scale_factor is not None:
        many = isinstance(scale_factor, (tuple, list))
        factors = scale_factor if many else (scale_factor,) * 2
        size = [int(n * f) for n, f in zip(input.shape[-2:], factors, strict=True)]
        scale_factor = None
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
    recompute_scale_factor : bool, optional
        Resize to the size that the factor gives, as if that had been said.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Upsample(scale_factor=2)(tg.tensor(np.ones((1, 3, 4, 5)))).shape
    torch.Size([1, 3, 8, 10])
    >>> tg.nn.Upsample((1, 3), mode="bilinear", align_corners=True)(tg.tensor([[[1.0, 2.0]]]))
    tensor([[[1.0000, 1.5000, 2.0000]]])
    """

    _shown = "size?, scale_factor?, mode="

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        if (size is None) == (scale_factor is None):
            raise ValueError(f"{type(self).__name__}: give either size or scale_factor")
        self.size = size
        self.scale_factor = scale_factor
        if scale_factor is not None:
            many = isinstance(scale_factor, (tuple, list))
            factors = tuple(
                float(check_number(type(self).__name__, "scale_factor", factor, "(0, inf)"))
                for factor in (scale_factor if many else (scale_factor,))
            )
            self.scale_factor = factors if many else factors[0]
        self.mode = check_choice(type(self).__name__, "mode", mode, ("nearest", "bilinear"))
        if mode == "nearest" and align_corners is not None:
            raise ValueError("Upsample: align_corners is for mode='bilinear'; leave it out")
        self.align_corners = align_corners
        if recompute_scale_factor is not None:
            check_flag("Upsample", "recompute_scale_factor", recompute_scale_factor)
        self.recompute_scale_factor = recompute_scale_factor

    def extra_repr(self) -> str:
        """The size or the factor, and the mode."""
        given = (
            f"size={self.size}" if self.size is not None else f"scale_factor={self.scale_factor}"
        )
        return f"{given}, mode={self.mode!r}"

    def forward(self, x: Any) -> Any:
        """Return the larger images."""
        factors = (self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor)
        return interpolate(x, self.size, *factors)


class UpsamplingNearest2d(Upsample):
    """`Upsample` by repeating pixels."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """`Upsample` by mixing neighbours, with the centres of the corner pixels in their places."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor, "bilinear", align_corners=True)


def upsample(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:
    """`interpolate` under PyTorch's older name."""
    return interpolate(input, size, scale_factor, mode, align_corners)
