"""Channels that become places, and places that become channels."""

from __future__ import annotations

from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count
from tinygrad_edu.nn._function_module import FunctionModule

__all__ = [
    "ChannelShuffle", "PixelShuffle", "PixelUnshuffle", "channel_shuffle", "pixel_shuffle",
    "pixel_unshuffle",
]  # fmt: skip


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """Channels to places: (..., C r², H, W) becomes (..., C, H r, W r).  Shi et al. 2016."""
    r = check_count("pixel_shuffle", "upscale_factor", upscale_factor)
    *lead, channels, height, width = input.shape
    if channels % (r * r):
        raise ValueError(
            f"pixel_shuffle: {channels} channels cannot be divided by upscale_factor² = {r * r}"
        )
    n = len(lead)
    x = ops.reshape(input, shape=(*lead, channels // (r * r), r, r, height, width))
    x = ops.transpose(x, axes=(*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return ops.reshape(x, shape=(*lead, channels // (r * r), height * r, width * r))


class PixelShuffle(FunctionModule, of=pixel_shuffle, upscale_factor=1):
    """Channels to places: (..., C r², H, W) becomes (..., C, H r, W r).  Shi et al. 2016.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.PixelShuffle(2)(tg.zeros(1, 8, 3, 3)).shape
    torch.Size([1, 2, 6, 6])
    """

    upscale_factor: int


def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """Places to channels: (..., C, H r, W r) becomes (..., C r², H, W)."""
    r = check_count("pixel_unshuffle", "downscale_factor", downscale_factor)
    *lead, channels, height, width = input.shape
    if height % r or width % r:
        raise ValueError(
            f"pixel_unshuffle: {height} x {width} cannot be divided by downscale_factor = {r}"
        )
    n = len(lead)
    x = ops.reshape(input, shape=(*lead, channels, height // r, r, width // r, r))
    x = ops.transpose(x, axes=(*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return ops.reshape(x, shape=(*lead, channels * r * r, height // r, width // r))


class PixelUnshuffle(FunctionModule, of=pixel_unshuffle, downscale_factor=1):
    """Places to channels: (..., C, H r, W r) becomes (..., C r², H, W)."""

    downscale_factor: int


def channel_shuffle(input: Any, groups: int) -> Any:
    """Take channels from each group in turn: (N, g · c, ...).  Zhang et al. 2018."""
    check_count("channel_shuffle", "groups", groups)
    channels = input.shape[1]
    if channels % groups:
        raise ValueError(f"channel_shuffle: {channels} channels cannot be cut into {groups} groups")
    x = ops.reshape(input, shape=(input.shape[0], groups, channels // groups, *input.shape[2:]))
    return ops.reshape(ops.swapaxes(x, axis1=1, axis2=2), shape=tuple(input.shape))


class ChannelShuffle(FunctionModule, of=channel_shuffle, groups=1):
    """Take channels from each group in turn: (N, g · c, ...).  Zhang et al. 2018."""

    groups: int
