"""Tensors made of nothing: constants, ranges and random numbers.

Names and defaults are PyTorch's: floats are float32 and integers int64 unless ``dtype`` says
otherwise. Sizes are numbers or one tuple. Whatever draws takes ``generator=``: a
``np.random.Generator``, a seed, or None for the generator behind `manual_seed`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers, checked
from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import Array, implements, value_of
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor.conversion import constant
from tinygrad_edu.tensor.tensor import Tensor, as_tensor, from_numpy

__all__ = [
    "arange", "bernoulli", "empty", "empty_like", "eye", "full", "full_like", "linspace",
    "logspace", "multinomial", "normal", "one_hot", "ones", "ones_like", "rand", "rand_like",
    "randint", "randn", "randn_like", "randperm", "zeros", "zeros_like",
]  # fmt: skip


def _sizes(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)):
        sizes = tuple(sizes[0])
    try:
        if any(isinstance(n, bool) for n in sizes):
            raise TypeError
        numbers = tuple(map(operator.index, sizes))
    except TypeError:
        raise TypeError(f"sizes must be integers, received {sizes}") from None
    if any(n < 0 for n in numbers):
        raise ValueError(f"sizes must not be negative, received {sizes}")
    return numbers


def _made(array: Array, dtype: Any, requires_grad: bool) -> Tensor:
    """A tensor around ``array``, in ``dtype``."""
    made = from_numpy(array if dtype is None else array.astype(dtype, copy=False))
    return made.requires_grad_() if requires_grad else made


def _like(x: Any, dtype: Any) -> tuple[tuple[int, ...], Any]:
    array = np.asarray(value_of(x))
    return array.shape, array.dtype if dtype is None else dtype


# ---- constants


@checked
def zeros(*sizes: Any, dtype: Any = np.float32, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros.

    >>> zeros(2, 3).shape
    torch.Size([2, 3])
    """
    return _made(np.zeros(_sizes(sizes), dtype), None, requires_grad)


@checked
def ones(*sizes: Any, dtype: Any = np.float32, requires_grad: bool = False) -> Tensor:
    """A tensor of ones.

    >>> ones(2)
    tensor([1., 1.])
    """
    return _made(np.ones(_sizes(sizes), dtype), None, requires_grad)


@checked
def full(size: Any, fill_value: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor with the same value everywhere; a Python float makes it float32.

    >>> full((2,), 7.0), full((2,), 7)
    (tensor([7., 7.]), tensor([7, 7]))
    """
    check_numbers("full", "fill_value", fill_value)
    value = as_tensor(constant("full", "fill_value", fill_value), dtype).value
    return _made(np.full(_sizes((size,)), value, value.dtype), None, requires_grad)


@checked
def empty(*sizes: Any, dtype: Any = np.float32, requires_grad: bool = False) -> Tensor:
    """A tensor whose values are whatever is in memory, to be overwritten.

    >>> empty(2, 3).shape
    torch.Size([2, 3])
    """
    return _made(np.empty(_sizes(sizes), dtype), None, requires_grad)


@implements(np.zeros_like)
@checked
def zeros_like(x: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and dtype of ``x``.

    >>> zeros_like(ones(2, dtype=np.float64)).dtype
    torch.float64
    """
    shape, dtype = _like(x, dtype)
    return zeros(shape, dtype=dtype, requires_grad=requires_grad)


@implements(np.ones_like)
@checked
def ones_like(x: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and dtype of ``x``.

    >>> ones_like(zeros(2))
    tensor([1., 1.])
    """
    shape, dtype = _like(x, dtype)
    return ones(shape, dtype=dtype, requires_grad=requires_grad)


@implements(np.full_like)
@checked
def full_like(x: Any, fill_value: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """One value everywhere, in the shape and dtype of ``x``.

    >>> full_like(zeros(2), 3)
    tensor([3., 3.])
    """
    shape, dtype = _like(x, dtype)
    return full(shape, fill_value, dtype, requires_grad)


@implements(np.empty_like)
@checked
def empty_like(x: Any, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor to be overwritten, in the shape and dtype of ``x``.

    >>> empty_like(zeros(2)).shape
    torch.Size([2])
    """
    shape, dtype = _like(x, dtype)
    return empty(shape, dtype=dtype, requires_grad=requires_grad)


@checked
def eye(n: int, m: int | None = None, dtype: Any = np.float32) -> Tensor:
    """Ones on the diagonal of an (n, m) matrix, zeros elsewhere; m is n by default.

    >>> eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return _made(np.eye(n, m, dtype=dtype), None, False)


# ---- ranges


@checked
def arange(*bounds: float, dtype: Any = None, requires_grad: bool = False) -> Tensor:
    """Numbers from ``start`` (0) to before ``end`` in steps of ``step`` (1); integers stay int64.

    >>> arange(3), arange(1.0, 2.0, 0.5)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    bounds = tuple(check_number("arange", "bounds", constant("arange", "x", b)) for b in bounds)
    if not 1 <= len(bounds) <= 3:
        raise TypeError(f"arange takes end, or start, end and maybe step, received {len(bounds)}")
    if len(bounds) == 3 and bounds[2] == 0:
        raise ValueError("arange: step must not be 0")
    if dtype is None and any(isinstance(b, float) for b in bounds):
        dtype = np.float32
    return _made(np.arange(*bounds), dtype, requires_grad)


@checked
def linspace(
    start: Any, end: Any, steps: int, dtype: Any = np.float32, requires_grad: bool = False
) -> Tensor:
    """``steps`` numbers evenly apart, from ``start`` to ``end``, both included.

    >>> linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    start, end = constant("linspace", "start", start), constant("linspace", "end", end)
    return _made(np.linspace(start, end, steps), dtype, requires_grad)


@checked
def logspace(start: Any, end: Any, steps: int, base: Any = 10.0, dtype: Any = np.float32) -> Tensor:
    """``steps`` numbers evenly apart on a logarithmic scale, from base^start to base^end.

    >>> logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    start, end = constant("logspace", "start", start), constant("logspace", "end", end)
    base = constant("logspace", "base", base)
    return _made(np.logspace(start, end, steps, base=base), dtype, False)


@checked
def one_hot(labels: Any, num_classes: int | None = None, dtype: Any = np.int64) -> Tensor:
    """Rows that are 0 but for a 1 at their label: (..., num_classes); int64 as in PyTorch.

    >>> one_hot([2, 0])
    tensor([[0, 0, 1],
            [1, 0, 0]])
    """
    index = as_tensor(labels).value
    if index.dtype.kind not in "iu":
        raise TypeError(f"one_hot: labels must be integers, received dtype {index.dtype.name}")
    largest = int(index.max(initial=-1))
    n = largest + 1 if num_classes is None else num_classes
    if largest >= n or int(index.min(initial=0)) < 0:
        wrong = largest if largest >= n else int(index.min())
        raise IndexError(f"one_hot: label {wrong} is not in 0 to {n - 1}")
    return _made((index[..., None] == np.arange(n)).astype(dtype), None, False)


# ---- random numbers


def _drawn(
    draw: Callable[[np.random.Generator, tuple[int, ...], Any], Array],
    shape: tuple[int, ...],
    dtype: Any,
    generator: GeneratorLike,
) -> Array:
    """Float32 and float64 are drawn as such, float16 as float32."""
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise TypeError(f"random floats have a floating-point dtype, received {kind}")
    native = kind if kind != np.float16 else np.dtype(np.float32)
    return np.asarray(draw(get_generator(generator), shape, native))


@checked
def rand(
    *sizes: Any,
    dtype: Any = np.float32,
    requires_grad: bool = False,
    generator: GeneratorLike = None,
) -> Tensor:
    """Uniform numbers in [0, 1).

    >>> bool((rand(1000, generator=0) < 1).all())
    True
    """
    if np.dtype(dtype) == np.float16:  # rounding from float32 could reach 1
        eleven_bits = get_generator(generator).integers(0, 2048, _sizes(sizes))
        return _made(eleven_bits / 2048, dtype, requires_grad)
    drawn = _drawn(lambda g, n, kind: g.random(n, kind), _sizes(sizes), dtype, generator)
    return _made(drawn, dtype, requires_grad)


@checked
def randn(
    *sizes: Any,
    dtype: Any = np.float32,
    requires_grad: bool = False,
    generator: GeneratorLike = None,
) -> Tensor:
    """Normal numbers with mean 0 and variance 1.

    >>> randn(2, 3, generator=0).shape
    torch.Size([2, 3])
    """
    drawn = _drawn(lambda g, n, kind: g.standard_normal(n, kind), _sizes(sizes), dtype, generator)
    return _made(drawn, dtype, requires_grad)


@checked
def rand_like(x: Any, dtype: Any = None, generator: GeneratorLike = None) -> Tensor:
    """Uniform numbers in [0, 1) in the shape and dtype of ``x``.

    >>> rand_like(zeros(2)).dtype
    torch.float32
    """
    shape, dtype = _like(x, dtype)
    return rand(shape, dtype=dtype, generator=generator)


@checked
def randn_like(x: Any, dtype: Any = None, generator: GeneratorLike = None) -> Tensor:
    """Normal numbers in the shape and dtype of ``x``.

    >>> randn_like(zeros(2)).dtype
    torch.float32
    """
    shape, dtype = _like(x, dtype)
    return randn(shape, dtype=dtype, generator=generator)


@checked
def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    dtype: Any = np.float32,
    generator: GeneratorLike = None,
) -> Tensor:
    """Normal numbers; ``mean`` and ``std`` are numbers, with ``size``, or arrays that broadcast.

    >>> normal(5.0, 0.1, (2,), generator=0).shape
    torch.Size([2])
    """
    centre = as_tensor(constant("normal", "mean", mean)).value
    spread = as_tensor(constant("normal", "std", std)).value
    if (spread < 0).any():
        raise ValueError(f"normal: std must not be negative, received {spread.min()}")
    shape = np.broadcast_shapes(centre.shape, spread.shape) if size is None else _sizes((size,))
    drawn = _drawn(lambda g, n, kind: g.standard_normal(n, kind), shape, dtype, generator)
    return _made(drawn * spread + centre, dtype, False)


@checked
def randint(
    low: int,
    high: int | None = None,
    size: Any = (),
    dtype: Any = np.int64,
    generator: GeneratorLike = None,
) -> Tensor:
    """Integers from ``low`` to before ``high``, or from 0 to before ``low``.

    >>> bool((randint(5, size=(100,)) < 5).all())
    True
    """
    low, high = (0, low) if high is None else (low, high)
    if low >= high:
        raise ValueError(f"randint: there is no integer from {low} to before {high}")
    return _made(
        np.asarray(get_generator(generator).integers(low, high, _sizes((size,)))), dtype, False
    )


@checked
def randperm(n: int, generator: GeneratorLike = None) -> Tensor:
    """The integers from 0 to before ``n`` in random order.

    >>> sorted(randperm(4).tolist())
    [0, 1, 2, 3]
    """
    return _made(get_generator(generator).permutation(n), None, False)


@checked
def bernoulli(p: Any, generator: GeneratorLike = None) -> Tensor:
    """1 with probability ``p`` and else 0, for every element of p, in its dtype.

    >>> bernoulli([0.0, 1.0])
    tensor([0., 1.])
    """
    chance = as_tensor(constant("bernoulli", "p", p)).value
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("bernoulli: probabilities must be in [0, 1]")
    dtype = chance.dtype if chance.dtype.kind == "f" else np.float32
    return _made(np.asarray(get_generator(generator).random(chance.shape) < chance), dtype, False)


@checked
def multinomial(
    weights: Any, num_samples: int, replacement: bool = False, generator: GeneratorLike = None
) -> Tensor:
    """Draw ``num_samples`` indices from each row of ``weights``, in proportion to them.

    >>> multinomial([0.0, 3.0], 2, replacement=True)
    tensor([1, 1])
    """
    rows = as_tensor(constant("multinomial", "weights", weights)).value.astype(np.float64)
    if rows.ndim not in (1, 2):
        raise ValueError(f"multinomial: weights must have one or two axes, not {tuple(rows.shape)}")
    if not (np.isfinite(rows).all() and (rows >= 0).all() and (rows.sum(-1) > 0).all()):
        raise ValueError("multinomial: weights must be finite, >= 0, and not all 0 in a row")
    available = int((rows > 0).sum(-1).min()) if rows.size else 0
    if not replacement and num_samples > available:
        raise ValueError(
            f"multinomial: {num_samples} different indices asked for, a row has {available} with a "
            "weight; pass replacement=True"
        )
    source = get_generator(generator)
    drawn = [
        source.choice(len(row), num_samples, replacement, row / row.sum())
        for row in np.atleast_2d(rows)
    ]
    found = np.array(drawn, np.int64).reshape((len(drawn), num_samples))
    return _made(found[0] if rows.ndim == 1 else found, None, False)
