"""What can be written with a tensor: Python's operators, NumPy's functions, changes in place."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._devices import device as require_device
from tinygrad_edu._devices import is_device
from tinygrad_edu._methods import Methods
from tinygrad_edu.engine import MODE, NUMPY_FUNCTIONS, Array, Node, implements, mark_changed
from tinygrad_edu.random import GeneratorLike, get_generator

# The methods float and int hide the types of those names inside the class.
Float: TypeAlias = float
Int: TypeAlias = int


def values(array: Any) -> Any:
    """The array of a tensor; anything else as it is."""
    return array.data if isinstance(array, Node) else array


class Operators(Methods):
    """What can be written with a tensor: ``x + y``, ``x[0]``, ``x.exp()``, ``x += 1``."""

    __slots__ = ()

    # ---- NumPy's protocols: functions of tensors are recorded

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method == "__call__" and "out" in options and not _would_lose_gradient(inputs):
            return _write(ufunc, inputs, options)
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if method == "reduce":
            # The method object is made anew at each access; its owner and name identify it.
            function = _REDUCTIONS.get(ufunc, function)
            if function is not ufunc:
                options.setdefault("axis", 0)
        return _dispatch(function, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _dispatch(function, args, kwargs)

    # ---- indexing

    def __getitem__(self, index: Any) -> Any:
        index = tuple(map(_index, index)) if isinstance(index, tuple) else _index(index)
        return ops.getitem(self, index=index)

    def __setitem__(self, index: Any, value: Any) -> None:
        index = tuple(map(_index, index)) if isinstance(index, tuple) else _index(index)
        target = self._in_place("item assignment", value)
        target[index] = values(value)

    # ---- operators

    __add__ = __radd__ = add = ops.add
    __sub__ = sub = subtract = ops.subtract
    __mul__ = __rmul__ = mul = multiply = ops.multiply
    __truediv__ = div = divide = ops.divide
    __pow__ = pow = power = ops.power
    __matmul__ = matmul = mm = bmm = mv = ops.matmul
    __neg__ = neg = negative = ops.negative
    __pos__ = ops.positive
    __abs__ = abs = absolute = ops.absolute
    __lt__ = lt = ops.less
    __le__ = le = ops.less_equal
    __gt__ = gt = ops.greater
    __ge__ = ge = ops.greater_equal
    __mod__ = ops.remainder
    __floordiv__ = ops.floor_divide
    __and__ = __rand__ = bitwise_and = ops.bitwise_and
    __or__ = __ror__ = bitwise_or = ops.bitwise_or
    __xor__ = __rxor__ = bitwise_xor = ops.bitwise_xor
    __invert__ = bitwise_not = ops.bitwise_not
    logical_and = ops.logical_and
    logical_or = ops.logical_or
    logical_xor = ops.logical_xor
    logical_not = ops.logical_not

    def __rsub__(self, other: Any) -> Any:
        return ops.subtract(other, self)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.divide(other, self)

    def __rpow__(self, other: Any) -> Any:
        return ops.power(other, self)

    def __rmatmul__(self, other: Any) -> Any:
        return ops.matmul(other, self)

    def __rmod__(self, other: Any) -> Any:
        return ops.remainder(other, self)

    def __rfloordiv__(self, other: Any) -> Any:
        return ops.floor_divide(other, self)

    def __eq__(self, other: object) -> Any:
        return NotImplemented if other is None else ops.equal(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if other is None else ops.not_equal(self, other)

    # ---- dtypes

    def astype(self, dtype: Any) -> Any:
        """The values in another dtype; the gradient comes back in this one."""
        return ops.astype(self, dtype=np.dtype(dtype))

    type = astype

    def to(self, *where: Any, device: Any = None, dtype: Any = None, **options: Any) -> Any:
        """The values in another dtype, or in that of another tensor; the device is the CPU.

        ``non_blocking`` and ``copy`` are accepted for the sake of PyTorch's code.
        """
        for wanted in (*where, device):
            if is_device(wanted):
                require_device(wanted)
            elif isinstance(wanted, Node):
                dtype = wanted.data.dtype
            elif wanted is not None:
                dtype = wanted
        if options.keys() - {"non_blocking", "copy"}:
            raise TypeError(f"to: unexpected arguments {', '.join(options)}")
        if dtype is None or np.dtype(dtype) == self.data.dtype:
            return self.clone() if options.get("copy") else self
        return self.astype(dtype)

    def type_as(self, other: Node) -> Any:
        """The values in the dtype of another tensor."""
        return self.to(other)

    @property
    def device(self) -> str:
        """Where the values are: always the CPU."""
        return "cpu"

    def float(self) -> Any:
        """The values as float32."""
        return self.astype(np.float32)

    def double(self) -> Any:
        """The values as float64."""
        return self.astype(np.float64)

    def half(self) -> Any:
        """The values as float16."""
        return self.astype(np.float16)

    def long(self) -> Any:
        """The values as int64."""
        return self.astype(np.int64)

    def int(self) -> Any:
        """The values as int32."""
        return self.astype(np.int32)

    def bool(self) -> Any:
        """Whether each value differs from 0."""
        return self.astype(np.bool_)

    def cpu(self) -> Any:
        """Return this tensor: all are on the CPU. For PyTorch code."""
        return self

    # ---- in place: only where nothing is recorded, so that no gradient can go wrong

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
        mark_changed(self.data)
        return self.data

    def _update(self, ufunc: Any, operation: Any, other: Any) -> Any:
        """``x += y``: in place where nothing is recorded, else a new tensor for the name."""
        recorded = MODE.get().grad and (
            (isinstance(other, Node) and other.requires_grad) or not self.is_leaf
        )
        if recorded:
            result = operation(self, other)
            if result.shape != self.shape:
                raise ValueError(
                    f"in-place {operation.__name__}: the result has shape {result.shape}, the "
                    f"tensor {self.shape}; write x = x + y for a new shape"
                )
            return result
        target = self._in_place(f"in-place {operation.__name__}")
        ufunc(target, values(other), out=target, casting="same_kind")
        return self

    def __iadd__(self, other: Any) -> Any:  # type: ignore[misc]  # a new tensor where recorded
        return self._update(np.add, ops.add, other)

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]  # a new tensor where recorded
        return self._update(np.subtract, ops.subtract, other)

    def __imul__(self, other: Any) -> Any:  # type: ignore[misc]  # a new tensor where recorded
        return self._update(np.multiply, ops.multiply, other)

    def __itruediv__(self, other: Any) -> Any:  # type: ignore[misc]  # a new tensor where recorded
        return self._update(np.divide, ops.divide, other)

    def copy_(self, source: Any) -> Any:
        """Replace the values by those of ``source``, broadcast to this shape."""
        self._in_place("copy_", source)[...] = values(source)
        return self

    def fill_(self, value: Float) -> Any:
        """Replace every element by ``value``."""
        self._in_place("fill_")[...] = value
        return self

    def zero_(self) -> Any:
        """Replace every element by 0."""
        return self.fill_(0.0)

    def add_(self, other: Any, *, alpha: Float = 1.0) -> Any:
        """Add ``alpha * other`` in place."""
        target = self._in_place("add_", other)
        np.add(target, alpha * values(other) if alpha != 1 else values(other), out=target)
        return self

    def sub_(self, other: Any, *, alpha: Float = 1.0) -> Any:
        """Subtract ``alpha * other`` in place."""
        return self.add_(other, alpha=-alpha)

    def mul_(self, other: Any) -> Any:
        """Multiply in place."""
        target = self._in_place("mul_", other)
        np.multiply(target, values(other), out=target)
        return self

    def div_(self, other: Any) -> Any:
        """Divide in place."""
        target = self._in_place("div_", other)
        np.divide(target, values(other), out=target)
        return self

    def masked_fill_(self, mask: Any, value: Float) -> Any:
        """Replace the elements where ``mask`` holds by ``value``."""
        target = self._in_place("masked_fill_")
        np.copyto(target, value, where=values(mask), casting="same_kind")
        return self

    def normal_(self, mean: Float = 0.0, std: Float = 1.0, generator: GeneratorLike = None) -> Any:
        """Replace every element by a number drawn from the normal distribution."""
        target = self._in_place("normal_")
        target[...] = get_generator(generator).normal(mean, std, target.shape)
        return self

    def uniform_(self, low: Float = 0.0, high: Float = 1.0, generator: GeneratorLike = None) -> Any:
        """Replace every element by a number drawn evenly from [low, high)."""
        target = self._in_place("uniform_")
        target[...] = get_generator(generator).uniform(low, high, target.shape)
        return self

    def clamp_(self, min: Float | None = None, max: Float | None = None) -> Any:
        """Limit to [min, max] in place."""
        target = self._in_place("clamp_")
        np.clip(target, min, max, out=target)
        return self


_REDUCTIONS = {np.add: np.sum, np.maximum: np.max, np.minimum: np.min, np.multiply: np.prod}


@implements(np.shape)
def _shape(a: Node) -> tuple[int, ...]:
    return a.data.shape


@implements(np.ndim)
def _ndim(a: Node) -> int:
    return a.data.ndim


@implements(np.size)
def _size(a: Node, axis: Any = None) -> int:
    return np.size(a.data, axis)


@implements(np.copy)
def _copy(a: Any, order: str = "K", subok: bool = False) -> Any:
    return a.clone()


def _would_lose_gradient(inputs: Any) -> bool:
    return MODE.get().grad and any(isinstance(x, Node) and x.requires_grad for x in inputs)


def _write(ufunc: Any, inputs: Any, options: dict[str, Any]) -> Any:
    """``array += tensor`` where nothing is recorded: ``w.data -= lr * w.grad`` is such a line."""
    target = options["out"][0]
    if isinstance(target, Operators):
        target = target._in_place(f"np.{ufunc.__name__}(out=...)")
    else:
        mark_changed(target)
    ufunc(*map(values, inputs), **{**options, "out": target})
    return options["out"][0]


def _dispatch(function: Any, args: Any, options: dict[str, Any]) -> Any:
    """Call the operation that stands for a NumPy function, or say why there is none."""
    name = getattr(function, "__name__", str(function))
    if options.pop("out", None) is not None:
        raise TypeError(
            f"np.{name}: writing a result into an array (out=, or `array += tensor`) would lose "
            "its gradient; write y = x + ... instead"
        )
    operation = NUMPY_FUNCTIONS.get(function)
    if operation is None:
        raise TypeError(
            f"np.{name} has no rule for tensors, so its gradient would be lost; define one with "
            "@tg.primitive(..., numpy=np." + name + "), or use .detach().numpy() if none is needed"
        )
    return operation(*args, **options)


def _index(part: Any) -> Any:
    """One part of an index: a tensor or a list as an array."""
    if isinstance(part, Node):
        return part.data
    return np.asarray(part) if isinstance(part, list) else part
