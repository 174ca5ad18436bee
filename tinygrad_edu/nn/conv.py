"""Convolution layers."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice, check_count, check_flag
from tinygrad_edu.nn import init
from tinygrad_edu.nn._inputs import refuse_wider
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter, made_dtype, parameter_of
from tinygrad_edu.ops.windows import paddings, slides
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d", "conv1d", "conv2d",
    "conv_transpose1d", "conv_transpose2d",
]  # fmt: skip


def also_single(operation: Callable[..., Any], axes: int) -> Callable[..., Any]:
    """Let an operation on batches with ``axes`` axes take one example without a batch axis."""

    @functools.wraps(operation)
    def function(input: Any, *args: Any, **params: Any) -> Any:
        if input.ndim == axes - 1:
            return operation(input[None], *args, **params)[0]
        return operation(input, *args, **params)

    return function


conv1d = also_single(ops.conv1d, 3)


conv2d = also_single(ops.conv2d, 4)


conv_transpose1d = also_single(ops.conv_transpose1d, 3)


conv_transpose2d = also_single(ops.conv_transpose2d, 4)


# The layers' names for the modes of `ops.pad`.
_PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


def _tuple(owner: str, name: str, value: Any, axes: int, at_least: int) -> tuple[int, ...]:
    """One number for all axes or one for each, as a tuple."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,) * axes
    if len(values) != axes:
        what = "one number" if axes == 1 else "one number or two"
        raise ValueError(f"{owner}: {name} must be {what}, received {value!r}")
    return tuple(check_count(owner, name, v, at_least) for v in values)


class _Conv(Module):
    """What convolutions of any number of axes share; a subclass says how many and which way."""

    _axes: int
    _transposed = False

    bias: Parameter | None

    def _set_up(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        groups: int,
        bias: bool,
        dtype: Any,
        generator: GeneratorLike,
    ) -> None:
        name, axes = type(self).__name__, self._axes
        self.in_channels = check_count(name, "in_channels", in_channels)
        self.out_channels = check_count(name, "out_channels", out_channels)
        self.groups = check_count(name, "groups", groups)
        check_flag(name, "bias", bias)
        for channels in ("in_channels", "out_channels"):
            if getattr(self, channels) % groups:
                raise ValueError(
                    f"{name}: {channels} must be divisible by groups, "
                    f"received {getattr(self, channels)} and {groups}"
                )
        self.kernel_size = _tuple(name, "kernel_size", kernel_size, axes, 1)
        self.stride = _tuple(name, "stride", stride, axes, 1)
        self.dilation = _tuple(name, "dilation", dilation, axes, 1)
        if isinstance(padding, str) and not self._transposed:
            self.padding: Any = check_choice(name, "padding", padding, ("same", "valid"))
            if padding == "same" and self.stride != (1,) * axes:
                raise ValueError(f"{name}: padding='same' needs stride 1, received {stride!r}")
        else:
            self.padding = _tuple(name, "padding", padding, axes, 0)
        first, second = in_channels, out_channels
        if not self._transposed:
            first, second = second, first
        shape = (first, second // groups, *self.kernel_size)
        self.weight = parameter_of(np.empty(shape, dtype))
        self.bias = parameter_of(np.empty(out_channels, dtype)) if bias else None
        self.reset_parameters(generator)

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw weight and bias again."""
        generator = get_generator(generator, type(self).__name__)
        bound = 1.0 / math.sqrt(math.prod(self.weight.shape[1:]))
        init.uniform_(self.weight, -bound, bound, generator)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, generator)

    def mult_adds(self, x: Any, y: Any) -> int:
        """One for each weight at each position where it is used."""
        positions = x if self._transposed else y
        return int(positions.size) * math.prod(self.weight.value.shape[1:])

    def extra_repr(self) -> str:
        """The arguments as PyTorch writes them."""
        shown = [str(self.in_channels), str(self.out_channels)]
        shown += [f"kernel_size={self.kernel_size}", f"stride={self.stride}"]
        for key, default in self._defaults().items():
            value = getattr(self, key)
            if value != default:
                shown.append(f"{key}={value}")
        if self.bias is None:
            shown.append("bias=False")
        return ", ".join(shown)

    def _defaults(self) -> dict[str, Any]:
        zeros, ones = (0,) * self._axes, (1,) * self._axes
        return {"padding": zeros, "output_padding": zeros, "dilation": ones, "groups": 1}


class _Convolution(_Conv):
    """Convolution of any number of axes."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        name = type(self).__name__
        self.padding_mode = check_choice(name, "padding_mode", padding_mode, _PADDING_MODES)
        dtype = made_dtype(name, device, dtype)
        settings = (kernel_size, stride, padding, dilation, groups, bias, dtype, generator)
        self._set_up(in_channels, out_channels, *settings)

    def forward(self, x: Any) -> Any:
        """Return the convolution of ``x``."""
        padding = self.padding
        if self.padding_mode != "zeros":
            x, padding = self._padded(x), 0
        function = conv2d if self._axes == 2 else conv1d
        settings = (self.stride, padding, self.dilation, self.groups)
        y = function(x, self.weight, self.bias, *settings)
        if y.value.dtype is not self.weight.value.dtype:
            refuse_wider(x, self.weight)
        return y

    def _padded(self, x: Any) -> Any:
        """``x`` with a border that is not zero, which a convolution cannot make itself."""
        ends: Any = self.padding
        if isinstance(ends, str):
            ones = (1,) * (2 - self._axes)
            ends = paddings(*slides(ones + self.kernel_size, 1, ends, ones + self.dilation))
            ends = ends[2 - self._axes :]
        else:
            ends = [(p, p) for p in ends]
        widths = [(0, 0)] * (x.ndim - self._axes) + list(ends)
        return ops.pad(x, tuple(widths), self.padding_mode)

    def _defaults(self) -> dict[str, Any]:
        defaults = super()._defaults() | {"padding_mode": "zeros"}
        del defaults["output_padding"]
        return defaults


class Conv2d(_Convolution):
    """Convolution of images.  y[o] = b[o] + Σ_c w[o, c] ⋆ x[c], with ⋆ the cross-correlation.

    Weight and bias start uniform in ±1/√fan_in, as in PyTorch.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of input and output.
    kernel_size : int or (int, int)
        Height and width of the window.
    stride, dilation : int or (int, int)
        Steps between windows, and between the elements of one.
    padding : int, (int, int), "same" or "valid"
        Border on each side; ``"same"`` gives as many pixels as there were.
    groups : int
        Each of so many groups of channels makes its own outputs; ``in_channels`` of them is a
        depthwise convolution.
    bias : bool
        Whether b exists.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the border holds.
    dtype : NumPy dtype, default float32
    generator : np.random.Generator or int, optional
        Draws the initial values.

    Shape
    -----
    Input (N, C, H, W) or (C, H, W); output (N, O, H', W') with
    H' = floor((H + 2·padding − dilation·(kernel − 1) − 1) / stride) + 1.
    ``weight`` (O, C / groups, kh, kw), ``bias`` (O,) or None.

    Raises
    ------
    ValueError
        If the input has other channels, or nothing would be left of it.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.Conv2d(3, 8, kernel_size=3, padding=1)
    >>> layer
    Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    >>> layer(tg.tensor(np.zeros((2, 3, 32, 32), np.float32))).shape
    torch.Size([2, 8, 32, 32])
    """

    _axes = 2


class Conv1d(_Convolution):
    """Convolution of sequences (N, C, L) or (C, L). Parameters as in `Conv2d`, one number each.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Conv1d(3, 8, 5, stride=2)(tg.tensor(np.zeros((2, 3, 20), np.float32))).shape
    torch.Size([2, 8, 8])
    """

    _axes = 1


class _TransposedConvolution(_Conv):
    """Transposed convolution of any number of axes."""

    _transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        name = type(self).__name__
        self.padding_mode = check_choice(name, "padding_mode", padding_mode, ("zeros",))
        self.output_padding = _tuple(name, "output_padding", output_padding, self._axes, 0)
        dtype = made_dtype(name, device, dtype)
        settings = (kernel_size, stride, padding, dilation, groups, bias, dtype, generator)
        self._set_up(in_channels, out_channels, *settings)

    def forward(self, x: Any, output_size: Any = None) -> Any:
        """Return the transposed convolution of ``x``, of ``output_size`` if that is given."""
        extra = self.output_padding if output_size is None else self._extra(x, output_size)
        function = conv_transpose2d if self._axes == 2 else conv_transpose1d
        settings = (self.stride, self.padding, extra, self.groups, self.dilation)
        y = function(x, self.weight, self.bias, *settings)
        if y.value.dtype is not self.weight.value.dtype:
            refuse_wider(x, self.weight)
        return y

    def _extra(self, x: Any, output_size: Any) -> tuple[int, ...]:
        """The output padding that leads to ``output_size``: a stride hides which size it was."""
        wanted = tuple(output_size)[-self._axes :]
        axes = zip(self.kernel_size, self.stride, self.padding, self.dilation, strict=True)
        shortest = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, (k, s, p, d) in zip(x.shape[-self._axes :], axes, strict=True)
        )
        longest = tuple(n + s - 1 for n, s in zip(shortest, self.stride, strict=True))
        if len(wanted) != self._axes or not all(
            a <= n <= b for a, n, b in zip(shortest, wanted, longest, strict=True)
        ):
            raise ValueError(
                f"output_size must be from {shortest} to {longest} for an input of shape "
                f"{tuple(x.shape)}, received {output_size!r}"
            )
        return tuple(n - a for n, a in zip(wanted, shortest, strict=True))


class ConvTranspose2d(_TransposedConvolution):
    """Transposed convolution of images: the adjoint of `Conv2d`, which enlarges by its stride.

    Parameters
    ----------
    in_channels, out_channels, kernel_size, stride, padding, groups, bias, dilation
        Those of the convolution whose adjoint it is; ``padding`` crops.
    output_padding : int or (int, int)
        Rows and columns added at the end, fewer than the stride or the dilation.
    dtype, generator
        As in `Conv2d`.

    Shape
    -----
    Input (N, C, H, W) or (C, H, W); output (N, O, H', W') with
    H' = (H − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + output_padding.
    ``weight`` (C, O / groups, kh, kw), ``bias`` (O,) or None.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.ConvTranspose2d(3, 8, kernel_size=2, stride=2)
    >>> layer(tg.tensor(np.zeros((1, 3, 5, 7), np.float32))).shape
    torch.Size([1, 8, 10, 14])
    """

    _axes = 2


class ConvTranspose1d(_TransposedConvolution):
    """Transposed convolution of sequences. Parameters as in `ConvTranspose2d`, one number each.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.ConvTranspose1d(3, 8, kernel_size=4, stride=2, padding=1)
    >>> layer(tg.tensor(np.zeros((1, 3, 5), np.float32))).shape
    torch.Size([1, 8, 10])
    """

    _axes = 1
