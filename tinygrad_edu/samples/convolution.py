"""Convolutions, columns and padding, against sums written out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from tinygrad_edu.testing.specs import sample, spec

__all__ = ["SPECS", "both", "output", "places"]


def both(value: Any) -> tuple[int, int]:
    """A setting for both axes, given once or for each."""
    return value if isinstance(value, tuple) else (value, value)


def places(
    kernel: Any, stride: Any, padding: Any, dilation: Any, size: Any, shape: Any
) -> Iterator[tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]:
    """(window, element of the window, pixel) for each pixel that each window covers."""
    kernel, stride, padding, dilation = map(both, (kernel, stride, padding, dilation))
    for window in np.ndindex(*size):
        for element in np.ndindex(*kernel):
            pixel = tuple(
                window[a] * stride[a] + element[a] * dilation[a] - padding[a] for a in (0, 1)
            )
            if all(0 <= pixel[a] < shape[a] for a in (0, 1)):
                yield window, element, pixel


def output(shape: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> tuple[int, ...]:
    """How many windows fit along each axis."""
    kernel, stride, padding, dilation = map(both, (kernel, stride, padding, dilation))
    return tuple(
        (shape[a] + 2 * padding[a] - dilation[a] * (kernel[a] - 1) - 1) // stride[a] + 1
        for a in (0, 1)
    )


def _pairs(taken: int, made: int, groups: int) -> Iterator[tuple[int, int, int, int]]:
    """(input channel, output channel, each within its group) for all that are connected."""
    c, o = taken // groups, made // groups
    for group, i, k in itertools.product(range(groups), range(c), range(o)):
        yield group * c + i, group * o + k, i, k


def _conv2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    kernel = weight.shape[2:]
    if padding == "same":
        total = [d * (k - 1) for d, k in zip(both(dilation), kernel, strict=True)]
        x = np.pad(x, ((0, 0), (0, 0), *((t // 2, t - t // 2) for t in total)))
    padding = 0 if isinstance(padding, str) else padding
    size = output(x.shape[2:], kernel, stride, padding, dilation)
    y = np.zeros((len(x), len(weight), *size))
    for h, k, p in places(kernel, stride, padding, dilation, size, x.shape[2:]):
        for c, o, within, _ in _pairs(x.shape[1], len(weight), groups):
            y[:, o, *h] += weight[o, within, *k] * x[:, c, *p]
    return y if bias is None else y + bias[:, None, None]


def _conv_transpose2d(
    x: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Any:
    kernel, made = weight.shape[2:], weight.shape[1] * groups
    size = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + 1 + e
        for n, s, p, d, k, e in zip(
            x.shape[2:],
            *map(both, (stride, padding, dilation, kernel, output_padding)),
            strict=True,
        )
    )
    y = np.zeros((len(x), made, *size))
    for h, k, p in places(kernel, stride, padding, dilation, x.shape[2:], size):
        for c, o, _, within in _pairs(x.shape[1], made, groups):
            y[:, o, *p] += weight[c, within, *k] * x[:, c, *h]
    return y if bias is None else y + bias[:, None, None]


def _conv2d_weight(
    x: Any,
    grad: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    kernel, made = both(kernel_size), grad.shape[1]
    y = np.zeros((made, x.shape[1] // groups, *kernel))
    for h, k, p in places(kernel, stride, padding, dilation, grad.shape[2:], x.shape[2:]):
        for c, o, within, _ in _pairs(x.shape[1], made, groups):
            y[o, within, *k] += np.sum(grad[:, o, *h] * x[:, c, *p])
    return y


def _unfold(x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Any:
    kernel = both(kernel_size)
    size = output(x.shape[2:], kernel, stride, padding, dilation)
    y = np.zeros((*x.shape[:2], *kernel, *size))
    for h, k, p in places(kernel, stride, padding, dilation, size, x.shape[2:]):
        y[:, :, *k, *h] = x[:, :, *p]
    return y.reshape(len(x), x.shape[1] * kernel[0] * kernel[1], size[0] * size[1])


def _fold(
    x: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Any:
    kernel, shape = both(kernel_size), both(output_size)
    size = output(shape, kernel, stride, padding, dilation)
    x = x.reshape(len(x), x.shape[1] // (kernel[0] * kernel[1]), *kernel, *size)
    y = np.zeros((*x.shape[:2], *shape))
    for h, k, p in places(kernel, stride, padding, dilation, size, shape):
        y[:, :, *p] += x[:, :, *k, *h]
    return y


def _pad(x: Any, pad_width: Any, mode: str = "constant", value: float = 0.0) -> Any:
    """NumPy's own pad, and its slices where a width is negative."""
    if x.ndim == 0:
        return x
    cut = tuple(
        slice(max(-a, 0), n + min(b, 0)) for n, (a, b) in zip(x.shape, pad_width, strict=True)
    )
    widths = [(max(a, 0), max(b, 0)) for a, b in pad_width]
    numpy_mode: Any = {"replicate": "edge", "circular": "wrap"}.get(mode, mode)
    settings: dict[str, Any] = {"constant_values": value} if mode == "constant" else {}
    return np.pad(x[cut], widths, numpy_mode, **settings)


def _unpad(x: Any, pad_width: Any, mode: str = "constant") -> Any:
    """Each place of the padded array added to the one that it repeats."""
    shape = tuple(n - a - b for n, (a, b) in zip(x.shape, pad_width, strict=True))
    numbers = np.arange(1, np.prod(shape) + 1).reshape(shape)
    source = _pad(numbers, pad_width, mode, 0)
    return np.array([x[source == n].sum() for n in numbers.flat]).reshape(shape)


def _conv1d(x: Any, weight: Any, bias: Any = None, **params: Any) -> Any:
    """The same on images of height 1."""
    neutral = {"stride": 1, "padding": 0, "dilation": 1}
    settings: dict[str, Any] = {
        k: (neutral[k], v) if k in neutral and not isinstance(v, str) else v
        for k, v in params.items()
    }
    return _conv2d(x[:, :, None], weight[:, :, None], bias, **settings)[:, :, 0]


def _conv_transpose1d(x: Any, weight: Any, bias: Any = None, **params: Any) -> Any:
    neutral = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
    settings: dict[str, Any] = {
        k: (neutral[k], v) if k in neutral else v for k, v in params.items()
    }
    return _conv_transpose2d(x[:, :, None], weight[:, :, None], bias, **settings)[:, :, 0]


SPECS = [
    spec(
        "conv1d",
        sample((2, 3, 5), (4, 3, 2), (4,)),
        sample((2, 3, 7), (4, 3, 2), None, stride=2, padding=1, dilation=3),
        sample((1, 4, 5), (6, 2, 3), (6,), groups=2, padding="same"),
        reference=_conv1d,
        analytic=True,
    ),
    spec(
        "conv_transpose1d",
        sample((2, 3, 5), (3, 4, 2), (4,)),
        sample((2, 3, 4), (3, 5, 2), None, stride=3, padding=1, output_padding=2, dilation=2),
        sample((1, 4, 5), (4, 2, 3), (4,), groups=2),
        reference=_conv_transpose1d,
        analytic=True,
    ),
    spec(
        "conv2d",
        sample((2, 3, 4, 5), (4, 3, 1, 2), (4,)),
        sample((2, 3, 4, 5), (4, 3, 1, 1), None),
        sample((2, 1, 5, 4), (3, 1, 2, 1), (3,), stride=(2, 1), padding=(1, 0)),
        sample((1, 2, 5, 6), (4, 2, 3, 1), stride=2, padding=1, dilation=(2, 1)),
        sample((1, 2, 6, 5), (3, 2, 1, 4), padding=(0, 2), stride=(1, 3)),
        sample((1, 4, 3, 5), (6, 2, 3, 1), (6,), groups=2, padding=(1, 0)),
        sample((1, 2, 5, 4), (4, 1, 2, 3), groups=2, stride=2, dilation=(2, 1), padding=1),
        sample((1, 2, 4, 5), (3, 2, 1, 4), (3,), padding="same"),
        sample((1, 2, 4, 5), (3, 2, 4, 1), (3,), padding="valid", dilation=1),
        sample((0, 2, 4, 5), (3, 2, 4, 1), (3,)),
        reference=_conv2d,
        analytic=True,
    ),
    spec(
        "conv_transpose2d",
        sample((2, 3, 4, 5), (3, 4, 1, 2), (4,)),
        sample((2, 3, 4, 5), (3, 2, 1, 1), None),
        sample((1, 3, 5, 4), (3, 2, 1, 4), padding=(0, 2)),
        sample((2, 1, 3, 4), (1, 3, 2, 1), (3,), stride=(2, 1), padding=(1, 0)),
        sample((1, 2, 3, 4), (2, 4, 3, 1), stride=2, padding=1, output_padding=1, dilation=(2, 1)),
        sample((1, 2, 3, 4), (2, 4, 3, 1), stride=(1, 2), output_padding=(2, 0), dilation=(3, 1)),
        sample((1, 4, 3, 2), (4, 3, 2, 1), (6,), groups=2),
        sample((1, 4, 3, 5), (4, 2, 1, 3), groups=2, padding=(0, 1), stride=(1, 2)),
        sample((0, 2, 4, 5), (2, 3, 4, 1), (3,)),
        reference=_conv_transpose2d,
        analytic=True,
    ),
    spec(
        "conv2d_weight",
        sample((2, 3, 5, 7), (2, 4, 5, 6), kernel_size=(1, 2)),
        sample((2, 1, 5, 4), (2, 1, 3, 4), kernel_size=(2, 1), stride=(2, 1), padding=(1, 0)),
        sample((1, 2, 5, 6), (1, 4, 2, 3), kernel_size=(3, 1), stride=2),
        sample((1, 2, 6, 5), (1, 3, 4, 5), kernel_size=(2, 1), dilation=(2, 1)),
        sample((1, 4, 3, 5), (1, 6, 3, 5), kernel_size=(3, 1), groups=2, padding=(1, 0)),
        sample((0, 2, 4, 5), (0, 3, 1, 5), kernel_size=(4, 1)),
        reference=_conv2d_weight,
        analytic=True,
    ),
    spec(
        "unfold",
        sample((2, 3, 4, 5), kernel_size=(2, 3)),
        sample((1, 2, 5, 4), kernel_size=2, dilation=(2, 1), padding=(1, 0), stride=(1, 2)),
        sample((1, 2, 1, 3), kernel_size=(1, 3), padding=(2, 1)),
        sample((0, 2, 4, 3), kernel_size=2),
        reference=_unfold,
        analytic=True,
    ),
    spec(
        "fold",
        sample((2, 18, 6), output_size=(3, 5), kernel_size=(2, 3)),
        sample(
            (1, 8, 10),
            output_size=(5, 4),
            kernel_size=2,
            dilation=(2, 1),
            padding=(1, 0),
            stride=(1, 2),
        ),
        sample((1, 4, 9), output_size=4, kernel_size=(2, 1), stride=2, padding=(1, 1)),
        sample((0, 8, 6), output_size=(4, 3), kernel_size=2),
        reference=_fold,
        analytic=True,
    ),
    spec(
        "pad",
        sample((2, 3), pad_width=((1, 2), (0, 3)), value=1.5),
        sample((4, 3), pad_width=((-1, 2), (1, -2))),
        sample((), pad_width=()),
        sample((4, 5), pad_width=((1, 3), (2, 0)), mode="reflect"),
        sample((1, 3), pad_width=((0, 0), (2, 2)), mode="reflect"),
        sample((4, 3), pad_width=((4, 1), (0, 2)), mode="circular"),
        sample((2, 3), pad_width=((3, 1), (0, 4)), mode="replicate"),
        sample((2, 3), pad_width=((0, 0), (0, 0)), mode="replicate"),
        reference=_pad,
        analytic=True,
    ),
    spec(
        "unpad",
        sample((5, 6), pad_width=((1, 2), (0, 3))),
        sample((4, 3), pad_width=((-1, 2), (1, -2))),
        sample((), pad_width=()),
        sample((8, 7), pad_width=((1, 3), (2, 0)), mode="reflect"),
        sample((1, 7), pad_width=((0, 0), (2, 2)), mode="reflect"),
        sample((9, 5), pad_width=((4, 1), (0, 2)), mode="circular"),
        sample((6, 7), pad_width=((3, 1), (0, 4)), mode="replicate"),
        sample((2, 3), pad_width=((0, 0), (0, 0)), mode="replicate"),
        reference=_unpad,
        analytic=True,
    ),
]
