"""Changes in place: ``x[0] = 1``, ``x += y``, ``x.fill_(0)``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import check_numbers, checked, shown
from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import MODE, Array, Node, mark_changed, value_of
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor.methods import plain_index

__all__ = ["InPlace"]


class InPlace(Node):
    """The methods that change the values; they refuse where a gradient would be lost.

    Each change is noted (see `engine.changes`), so that backward refuses a graph whose values are
    no longer those of the forward pass.
    """

    __slots__ = ()

    def __setitem__(self, index: Any, value: Any) -> None:
        target = self._in_place("item assignment", value)
        target[plain_index(index)] = value_of(value)

    def _in_place(self, what: str, *others: Any) -> Array:
        """The array to change, marked as changed; refuses where a gradient would be lost."""
        if MODE.get().grad:
            if self.requires_grad:
                kind = "a leaf" if self.is_leaf else "a computed tensor"
                raise RuntimeError(
                    f"{what} on {kind} that requires a gradient cannot be recorded; use "
                    "`with tg.no_grad():` to change the value, or write x = x + ... or tg.where"
                )
            if any(isinstance(other, Node) and other.requires_grad for other in others):
                raise RuntimeError(
                    f"{what} with a value that requires a gradient cannot be recorded; use "
                    "tg.where, tg.concatenate or tg.stack, or detach the value"
                )
        if not self.value.flags.writeable:
            raise ValueError(
                f"{what}: the memory of this tensor is read-only, as in a state_dict() or where a "
                "broadcast repeats its elements; change a copy, x.clone(), and load_state_dict it"
            )
        mark_changed(self.value)
        return self.value

    def _update(self, ufunc: Any, operation: Any, other: Any) -> Any:
        """``x += y``: in place where nothing is recorded, else a new tensor for the name."""
        recorded = MODE.get().grad and (
            (isinstance(other, Node) and other.requires_grad) or not self.is_leaf
        )
        if recorded:
            result = operation(self, other)
            if result.shape != self.value.shape:
                raise ValueError(
                    f"in-place {operation.__name__}: the result has shape {tuple(result.shape)}, "
                    f"the tensor {self.value.shape}; write x = x + y for a new shape"
                )
            # The target keeps its dtype, as in NumPy and PyTorch.
            same = result.value.dtype == self.value.dtype
            return result if same else result.astype(self.value.dtype)
        target = self._in_place(f"in-place {operation.__name__}")
        ufunc(target, value_of(other), out=target, casting="same_kind")
        return self

    def __iadd__(self, other: Any) -> Any:
        return self._update(np.add, ops.add, other)

    def __isub__(self, other: Any) -> Any:
        return self._update(np.subtract, ops.subtract, other)

    def __imul__(self, other: Any) -> Any:
        return self._update(np.multiply, ops.multiply, other)

    def __itruediv__(self, other: Any) -> Any:
        return self._update(np.divide, ops.divide, other)

    @checked
    def copy_(self, source: Any) -> Any:
        """Replace the values by those of ``source``, broadcast to this shape."""
        check_numbers("copy_", "source", source)
        self._in_place("copy_", source)[...] = value_of(source)
        return self

    @checked
    def fill_(self, value: float) -> Any:
        """Replace every element by ``value``."""
        self._in_place("fill_")[...] = value
        return self

    @checked
    def zero_(self) -> Any:
        """Replace every element by 0."""
        return self.fill_(0.0)

    @checked
    def add_(self, other: Any, *, alpha: float = 1.0) -> Any:
        """Add ``alpha * other`` in place."""
        check_number("add_", "alpha", alpha)
        target = self._in_place("add_", other)
        np.add(target, alpha * value_of(other) if alpha != 1 else value_of(other), out=target)
        return self

    @checked
    def sub_(self, other: Any, *, alpha: float = 1.0) -> Any:
        """Subtract ``alpha * other`` in place."""
        return self.add_(other, alpha=-alpha)

    @checked
    def mul_(self, other: Any) -> Any:
        """Multiply in place."""
        target = self._in_place("mul_", other)
        np.multiply(target, value_of(other), out=target)
        return self

    @checked
    def div_(self, other: Any) -> Any:
        """Divide in place."""
        target = self._in_place("div_", other)
        np.divide(target, value_of(other), out=target)
        return self

    @checked
    def masked_fill_(self, mask: Any, value: float) -> Any:
        """Replace the elements where ``mask`` holds by ``value``."""
        if np.asarray(value_of(mask)).dtype.kind != "b":
            raise TypeError(f"masked_fill_: mask must be True and False, received {shown(mask)}")
        target = self._in_place("masked_fill_")
        np.copyto(target, value, where=value_of(mask), casting="same_kind")
        return self

    @checked
    def normal_(self, mean: float = 0.0, std: float = 1.0, generator: GeneratorLike = None) -> Any:
        """Replace every element by a number drawn from the normal distribution."""
        target = self._in_place("normal_")
        target[...] = get_generator(generator).normal(mean, std, target.shape)
        return self

    @checked
    def uniform_(self, low: float = 0.0, high: float = 1.0, generator: GeneratorLike = None) -> Any:
        """Replace every element by a number drawn evenly from [low, high)."""
        target = self._in_place("uniform_")
        target[...] = get_generator(generator).uniform(low, high, target.shape)
        return self

    @checked
    def clamp_(self, min: float | None = None, max: float | None = None) -> Any:
        """Limit to [min, max] in place."""
        target = self._in_place("clamp_")
        np.clip(target, min, max, out=target)
        return self
