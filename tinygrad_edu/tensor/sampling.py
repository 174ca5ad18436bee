"""Tensors of random numbers.

Whatever draws takes ``generator=``: a `Generator`, a ``np.random.Generator``, a seed, or None for
the generator behind `manual_seed`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_count
from tinygrad_edu.engine import Array, value_of
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor.conversion import constant
from tinygrad_edu.tensor.making import creates, form_of, real_dtype, sizes_of
from tinygrad_edu.tensor.tensor import Tensor
from tinygrad_edu.tensor.values import as_tensor, made_of

__all__ = [
    "bernoulli", "multinomial", "normal", "poisson", "rand", "rand_like", "randint",
    "randint_like", "randn", "randn_like", "randperm",
]  # fmt: skip


def _drawn(
    draw: Callable[[np.random.Generator, tuple[int, ...], Any], Array],
    shape: tuple[int, ...],
    dtype: Any,
    generator: GeneratorLike,
) -> Array:
    """Float32 and float64 are drawn as such, float16 as float32."""
    kind = real_dtype(dtype)
    if kind.kind != "f":
        raise TypeError(f"random floats have a floating-point dtype, received {kind}")
    native = kind if kind != np.float16 else np.dtype(np.float32)
    return np.asarray(draw(get_generator(generator), shape, native))


@creates
def rand(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    generator: GeneratorLike = None,
) -> Tensor:
    """Uniform numbers in [0, 1).

    >>> bool((rand(1000, generator=0) < 1).all())
    True
    """
    if real_dtype(dtype) == np.float16:  # rounding from float32 could reach 1
        eleven_bits = get_generator(generator).integers(0, 2048, sizes_of(sizes, size))
        return made_of(eleven_bits / 2048, dtype)
    drawn = _drawn(lambda g, n, kind: g.random(n, kind), sizes_of(sizes, size), dtype, generator)
    return made_of(drawn, real_dtype(dtype))


@creates
def randn(
    *sizes: Any,
    size: Any = None,
    dtype: Any = None,
    generator: GeneratorLike = None,
) -> Tensor:
    """Normal numbers with mean 0 and variance 1.

    >>> randn(2, 3, generator=0).shape
    torch.Size([2, 3])
    """
    drawn = _drawn(
        lambda g, n, kind: g.standard_normal(n, kind), sizes_of(sizes, size), dtype, generator
    )
    return made_of(drawn, real_dtype(dtype))


@creates
def rand_like(input: Any, dtype: Any = None, generator: GeneratorLike = None) -> Tensor:
    """Uniform numbers in [0, 1) in the shape and dtype of ``input``.

    >>> rand_like(tg.zeros(2)).dtype
    torch.float32
    """
    shape, dtype = form_of(input, dtype)
    return rand(size=shape, dtype=dtype, generator=generator)


@creates
def randn_like(input: Any, dtype: Any = None, generator: GeneratorLike = None) -> Tensor:
    """Normal numbers in the shape and dtype of ``input``.

    >>> randn_like(tg.zeros(2)).dtype
    torch.float32
    """
    shape, dtype = form_of(input, dtype)
    return randn(size=shape, dtype=dtype, generator=generator)


@creates
def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    dtype: Any = None,
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
    shape = np.broadcast_shapes(centre.shape, spread.shape) if size is None else sizes_of((size,))
    drawn = _drawn(lambda g, n, kind: g.standard_normal(n, kind), shape, dtype, generator)
    return made_of(drawn * spread + centre, real_dtype(dtype))


@creates
def randint(
    *bounds: Any,
    low: int = 0,
    high: int | None = None,
    size: Any = None,
    dtype: Any = np.int64,
    generator: GeneratorLike = None,
) -> Tensor:
    """Integers from ``low`` (0) to before ``high``.

    ``randint(high, size)`` and ``randint(low, high, size)`` are the same by position; no size is
    one number.

    >>> bool((randint(5, (100,)) < 5).all()), randint(2, 3, (2,)), randint(high=1, size=(2,))
    (True, tensor([2, 2]), tensor([0, 0]))
    """
    given = list(bounds)
    if given and isinstance(given[-1], (tuple, list)):
        if size is not None:
            raise TypeError(f"randint: size is given twice: {given[-1]} and {size}")
        size = given.pop()
    if len(given) == 1 and high is None:
        high = given[0]
    elif len(given) + (high is not None) == 2:
        low, high = [*given, high][:2]
    elif given or high is None:
        raise TypeError("randint takes high, or low and high, and a size such as (2, 3)")
    low, high = check_count("randint", "low", low, None), check_count("randint", "high", high, None)
    if low >= high:
        raise ValueError(f"randint: there is no integer from {low} to before {high}")
    shape = sizes_of(() if size is None else (size,))
    drawn = get_generator(generator).integers(low, high, shape)
    return made_of(np.asarray(drawn), dtype or np.int64)


@creates
def randint_like(
    input: Any,
    low: int,
    high: int | None = None,
    dtype: Any = None,
    generator: GeneratorLike = None,
) -> Tensor:
    """Integers as those of `randint`, in the shape and dtype of ``input``.

    ``randint_like(input, high)`` begins at 0.

    >>> randint_like(tg.zeros(2), 1, 2)
    tensor([1., 1.])
    """
    shape, dtype = form_of(input, dtype)
    low, high = (0, low) if high is None else (low, high)
    return randint(low, high, shape, dtype=dtype, generator=generator)


@creates
def randperm(n: int, dtype: Any = np.int64, generator: GeneratorLike = None) -> Tensor:
    """The integers from 0 to before ``n`` in random order.

    >>> sorted(randperm(4).tolist())
    [0, 1, 2, 3]
    """
    return made_of(get_generator(generator).permutation(n), dtype or np.int64)


@creates
def bernoulli(input: Any, p: float | None = None, generator: GeneratorLike = None) -> Tensor:
    """1 with probability ``input`` and else 0, for every element of it, in its dtype.

    With ``p``, that is the probability, and ``input`` only says shape and dtype. The result has
    no gradient, as it jumps.

    >>> bernoulli([0.0, 1.0]), bernoulli(tg.zeros(2), 1.0)
    (tensor([0., 1.]), tensor([1., 1.]))
    """
    chance = as_tensor(value_of(input)).value
    if p is not None:
        chance = np.full(chance.shape, p, chance.dtype)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise ValueError("bernoulli: probabilities must be in [0, 1]")
    dtype = chance.dtype if chance.dtype.kind == "f" else real_dtype(None)
    drawn = get_generator(generator).random(chance.shape, real_dtype(dtype))
    return made_of(np.asarray(drawn < chance), dtype)


@creates
def poisson(input: Any, generator: GeneratorLike = None) -> Tensor:
    """Numbers of events whose means are the elements of ``input``, in its dtype.

    >>> poisson([0.0, 0.0])
    tensor([0., 0.])
    """
    rates = as_tensor(value_of(input)).value
    if rates.dtype.kind != "f" or not (rates >= 0).all():
        raise ValueError("poisson: input must hold floats >= 0")
    return made_of(np.asarray(get_generator(generator).poisson(rates)), rates.dtype)


@creates
def multinomial(
    input: Any, num_samples: int, replacement: bool = False, generator: GeneratorLike = None
) -> Tensor:
    """Draw ``num_samples`` indices from each row of ``input``, in proportion to them.

    >>> multinomial([0.0, 3.0], 2, replacement=True)
    tensor([1, 1])
    """
    rows = as_tensor(value_of(input)).value.astype(np.float64)
    if rows.ndim not in (1, 2):
        raise ValueError(f"multinomial: weights must have one or two axes, not {tuple(rows.shape)}")
    if not (np.isfinite(rows).all() and (rows >= 0).all() and (rows.sum(-1) > 0).all()):
        raise ValueError(
            f"multinomial: weights must be finite, >= 0, and not all 0 in a row; received {rows}"
        )
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
    return made_of(found[0] if rows.ndim == 1 else found)
