"""Values from elsewhere, random numbers and other shapes, put into a tensor in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers, checked, shown
from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import Array, Node, mark_changed, value_of
from tinygrad_edu.engine.inplace import former_of, take_over
from tinygrad_edu.random import GeneratorLike, fill_normal, fill_uniform, get_generator
from tinygrad_edu.tensor.hooks import is_kept
from tinygrad_edu.tensor.inplace import InPlace

__all__ = ["Filling"]


class Filling(InPlace):
    """The methods that change a tensor and are no operations in place."""

    __slots__ = ()

    # ---- values from elsewhere

    @checked
    def copy_(self, source: Any, non_blocking: bool = False) -> Any:
        """Replace the values by those of ``source``, broadcast to this shape."""
        return self._put("copy_", check_numbers("copy_", "source", source))

    @checked
    def fill_(self, value: Any) -> Any:
        """Replace every element by ``value``, a number or a tensor without axes."""
        check_numbers("fill_", "value", value)
        if np.ndim(value_of(value)):
            raise ValueError(
                f"fill_: value must be a number, received {shown(value)}; copy_ takes an array"
            )
        return self._put("fill_", value)

    @checked
    def zero_(self) -> Any:
        """Replace every element by 0."""
        return self._put("zero_", 0)

    @checked
    def fill_diagonal_(self, fill_value: float) -> Any:
        """Replace the elements whose indices are all equal by ``fill_value``."""
        shortest = min(self.value.shape, default=0)
        index = (np.arange(shortest),) * self.value.ndim
        return self._put("fill_diagonal_", fill_value, index)

    @checked
    def apply_(self, function: Callable[[Any], Any]) -> Any:
        """Replace every element by the number that ``function`` gives for it."""
        numbers = [function(x) for x in self.value.reshape(-1).tolist()]
        return self._put("apply_", np.array(numbers).reshape(self.value.shape))

    # ---- random numbers

    def _draw(self, what: str, draw: Callable[[Any, Any], Array], generator: GeneratorLike) -> Any:
        drawn = np.asarray(draw(get_generator(generator), self.value.shape))
        return self._put(what, drawn.astype(self.value.dtype))

    def _fill(self, what: str, fill: Any, a: float, b: float, generator: GeneratorLike) -> Any:
        dtype = self.value.dtype
        drawn = np.empty(self.value.shape, dtype if dtype.kind == "f" else np.float32)
        fill(get_generator(generator), drawn, a, b)
        return self._put(what, drawn.astype(dtype, copy=False))

    @checked
    def normal_(self, mean: float = 0.0, std: float = 1.0, generator: GeneratorLike = None) -> Any:
        """Replace every element by a number drawn from the normal distribution."""
        check_number("normal_", "std", std, "[0, inf)")
        return self._fill("normal_", fill_normal, mean, std, generator)

    @checked
    def uniform_(self, low: float = 0.0, high: float = 1.0, generator: GeneratorLike = None) -> Any:
        """Replace every element by a number drawn evenly from [low, high)."""
        return self._fill("uniform_", fill_uniform, low, high, generator)

    @checked
    def bernoulli_(self, p: Any = 0.5, generator: GeneratorLike = None) -> Any:
        """Replace every element by 1 with probability ``p``, else by 0."""
        chance = value_of(check_numbers("bernoulli_", "p", p))
        if not np.all((np.asarray(chance) >= 0) & (np.asarray(chance) <= 1)):
            raise ValueError(f"bernoulli_: p must be in [0, 1], received {shown(p)}")
        kind = chance.dtype if isinstance(p, Node) and chance.dtype == np.float32 else np.float64
        return self._draw("bernoulli_", lambda g, shape: g.random(shape, kind) < chance, generator)

    @checked
    def exponential_(self, lambd: float = 1.0, generator: GeneratorLike = None) -> Any:
        """Replace every element by a number of density λ e^(-λx)."""
        check_number("exponential_", "lambd", lambd, "(0, inf)")
        return self._draw(
            "exponential_", lambda g, shape: g.exponential(1 / lambd, shape), generator
        )

    @checked
    def cauchy_(
        self, median: float = 0.0, sigma: float = 1.0, generator: GeneratorLike = None
    ) -> Any:
        """Replace every element by a number of the Cauchy distribution."""
        check_number("cauchy_", "sigma", sigma, "(0, inf)")
        return self._draw(
            "cauchy_",
            lambda g, shape: median + sigma * np.tan(np.pi * (g.random(shape) - 0.5)),
            generator,
        )

    @checked
    def geometric_(self, p: float, generator: GeneratorLike = None) -> Any:
        """Replace every element by the number of trials up to the first success, of chance p."""
        check_number("geometric_", "p", p, "(0, 1)")
        return self._draw(
            "geometric_",
            lambda g, shape: np.ceil(g.exponential(1.0, shape) / -np.log1p(-p)),
            generator,
        )

    @checked
    def log_normal_(
        self, mean: float = 1.0, std: float = 2.0, generator: GeneratorLike = None
    ) -> Any:
        """Replace every element by e to the power of one of the normal distribution."""
        check_number("log_normal_", "std", std, "(0, inf)")
        return self._draw(
            "log_normal_", lambda g, shape: np.exp(g.normal(mean, std, shape)), generator
        )

    @checked
    def random_(
        self, low: int = 0, high: int | None = None, generator: GeneratorLike = None
    ) -> Any:
        """Replace every element by an integer from ``low`` to before ``high``.

        ``random_(n)`` draws from 0 to before n; without bounds the dtype is the bound, for floats
        the integers from 0 that they hold exactly.
        """
        dtype = self.value.dtype
        if high is None and low:
            low, high = 0, low
        elif high is None:
            bits = np.finfo(dtype).nmant + 1 if dtype.kind == "f" else np.iinfo(dtype).bits - 1
            high = 2**bits + (dtype.kind == "f")
        return self._draw("random_", lambda g, shape: g.integers(low, high, shape), generator)

    # ---- shape and history

    @checked
    def detach_(self) -> Any:
        """Forget the history: the tensor is a leaf that requires no gradient."""
        self.op, self.inputs, self.cache, self.params = None, (), None, {}
        self.requires_grad, self.hooks, self.gradient = False, None, None
        return self

    @checked
    def resize_(self, *sizes: Any) -> Any:
        """Take another size in place; further elements are 0. Only where nothing is recorded."""
        if self._is_recorded():
            raise RuntimeError("resize_: a tensor that requires a gradient cannot change its size")
        shape = sizes[0] if len(sizes) == 1 and not isinstance(sizes[0], int) else sizes
        mark_changed(self.value)
        flat = np.zeros(shape, self.value.dtype)
        n = min(flat.size, self.value.size)
        flat.reshape(-1)[:n] = self.value.reshape(-1)[:n]
        self.value = flat
        return self

    @checked
    def resize_as_(self, other: Any) -> Any:
        """Take the size of another tensor in place, as `resize_` does."""
        return self.resize_(tuple(np.shape(value_of(check_numbers("resize_as_", "other", other)))))

    def _reshape(self, name: str, *args: Any) -> Any:
        """Become the view of the same memory that the method ``name`` gives."""
        method = getattr(type(self), name)
        if not self._is_recorded():
            view = method(self, *args).value
            mark_changed(self.value)
            self.value = view
            return self
        if self.is_leaf:
            raise RuntimeError(f"{name}_ on a leaf that requires a gradient cannot be recorded")
        former = former_of(self, self.value, is_kept)
        result = method(former, *args)
        take_over(self, former, result, is_kept, result.value)
        return self

    @checked
    def t_(self) -> Any:
        """Exchange the axes of a matrix, in place."""
        return self._reshape("t")

    @checked
    def transpose_(self, dim0: int, dim1: int) -> Any:
        """Exchange two axes, in place."""
        return self._reshape("transpose", dim0, dim1)

    swapaxes_ = swapdims_ = transpose_

    @checked
    def squeeze_(self, *dim: Any) -> Any:
        """Drop axes of size 1, in place."""
        return self._reshape("squeeze", *dim)

    @checked
    def unsqueeze_(self, dim: int) -> Any:
        """Put in an axis of size 1, in place."""
        return self._reshape("unsqueeze", dim)
