"""Tensor: an array that remembers how it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.engine import MODE, NUMPY_FUNCTIONS, Array, Node, accumulate_gradients, tick

_DTYPES = "fbiu"


def _real_array(data: Any, dtype: Any) -> Array:
    """``data`` as an array of real numbers or booleans: lists of floats become float32."""
    if isinstance(data, Node):
        data = data.data
    if isinstance(data, np.ndarray) and type(data) is not np.ndarray:
        raise TypeError(
            f"a {type(data).__name__} follows rules of its own; pass np.asarray(data) instead"
        )
    if isinstance(data, (np.ndarray, np.generic)):
        array = np.asarray(data)
    else:
        try:
            array = np.asarray(_unwrap(data))
        except ValueError as error:
            raise ValueError(f"tensor: cannot make one array of the data: {error}") from None
        if dtype is None and array.dtype == np.float64:
            dtype = np.float32
    if dtype is not None:
        array = array.astype(dtype, copy=False)
    if array.dtype.kind not in _DTYPES or array.dtype == np.longdouble:
        raise TypeError(
            f"tensor: dtype {array.dtype} is not supported; "
            "use float16, float32, float64, an integer type or bool"
        )
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return array


def _unwrap(data: Any) -> Any:
    """Nested lists with the tensors inside them as arrays."""
    if isinstance(data, Node):
        return data.data
    if isinstance(data, (list, tuple)):
        return [_unwrap(item) for item in data]
    return data


def _same(array: Any) -> Any:
    return array.data if isinstance(array, Node) else array


class Tensor(Node):
    """An array that records the operations on it, so that gradients can flow back.

    Parameters
    ----------
    data : array-like
        Copied. Python floats become float32, integers int64; arrays keep their dtype.
    requires_grad : bool
        Whether operations on it are recorded. Only floating-point tensors can.
    dtype : NumPy dtype, optional
    name : str, optional
        What pictures and error messages call it.

    Raises
    ------
    TypeError
        For complex, object or text data, and for an integer tensor with ``requires_grad``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        requires_grad: bool = False,
        dtype: Any = None,
        name: str | None = None,
    ) -> None:
        self.inputs = ()  # before anything can fail: the finalizer reads it
        super().__init__(np.array(_real_array(data, dtype)), False, name)
        if requires_grad:
            self.requires_grad_()

    # ---- attributes

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the axes."""
        return self.data.shape

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.data.ndim

    @property
    def size(self) -> int:
        """Number of elements, as in NumPy. (In PyTorch, ``size()`` is the shape.)"""
        return self.data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy dtype of the elements."""
        return self.data.dtype

    @property
    def nbytes(self) -> int:
        """Bytes of the elements."""
        return self.data.nbytes

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.data.itemsize

    @property
    def T(self) -> Tensor:
        """The axes reversed."""
        return ops.transpose(self)  # type: ignore[no-any-return]  # operations are untyped

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged."""
        return ops.swapaxes(self, -1, -2)  # type: ignore[no-any-return]  # operations are untyped

    @property
    def grad_fn(self) -> Any:
        """The operation that made it, or None for a leaf."""
        return self.op if self.requires_grad else None

    def numel(self) -> int:
        """Number of elements."""
        return self.data.size

    def dim(self) -> int:
        """Number of axes."""
        return self.data.ndim

    # ---- gradients

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Sequence[Tensor] | None = None,
    ) -> None:
        """Add the gradient of this tensor to ``.grad`` of every leaf it was computed from.

        Parameters
        ----------
        gradient : array-like, optional
            Gradient of this tensor, of its shape. May be left out for a single element.
        retain_graph : bool, optional
            Keep the graph for another backward; by default as ``create_graph``.
        create_graph : bool
            Record the gradients themselves. `tinygrad_edu.grad` is the better road to a second
            order: here graph and leaf refer to each other until ``.grad`` is set to None.
        inputs : sequence of Tensor, optional
            Only these receive a gradient.

        Raises
        ------
        RuntimeError
            When nothing was recorded, the graph was freed, or the shape is not scalar.
        """
        g = output_gradient(self, gradient, create_graph)
        accumulate_gradients([self], [g], inputs, create_graph, retain_graph)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Record, or stop recording, operations on this leaf; return it."""
        if requires_grad and self.data.dtype.kind != "f":
            raise TypeError(
                f"only floating-point tensors can require a gradient, this one is {self.dtype}; "
                "use .float() or dtype=np.float32"
            )
        if not requires_grad and not self.is_leaf:
            raise RuntimeError(
                "requires_grad can only be switched off on a leaf; use .detach() for a copy of "
                "the value without its history"
            )
        self.requires_grad = requires_grad
        return self

    def retain_grad(self) -> None:
        """Keep the gradient of this intermediate result in ``.grad`` too."""
        if not self.is_leaf:
            kept = _Retained(self)
            self.hooks = [*(self.hooks or ()), kept]

    def register_hook(self, hook: Callable[[Tensor], Any]) -> Callable[[], None]:
        """Call ``hook(grad)`` when the gradient arrives; what it returns, if not None, replaces it.

        Returns a function that removes the hook.
        """
        if not self.requires_grad:
            raise RuntimeError("a hook needs a tensor that requires a gradient")
        self.hooks = [*(self.hooks or ()), hook]

        def remove() -> None:
            self.hooks = [h for h in self.hooks or () if h is not hook] or None

        return remove

    def detach(self) -> Tensor:
        """The same values, sharing memory, without history."""
        return from_numpy(self.data)

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = None

    # ---- leaving the graph

    def numpy(self) -> Array:
        """The array itself, not a copy; only without a gradient to lose."""
        if self.requires_grad:
            raise RuntimeError(
                "a tensor that requires a gradient cannot become an array without losing it; "
                "use .detach().numpy()"
            )
        return self.data

    def item(self) -> Any:
        """The single element as a Python number."""
        if self.data.size != 1:
            raise ValueError(f"item() needs exactly one element, the shape is {self.shape}")
        return self.data.item()

    def tolist(self) -> Any:
        """The values as nested Python lists."""
        return self.data.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if self.requires_grad:
            raise TypeError(
                "np.asarray of a tensor that requires a gradient would lose the gradient; "
                "use .detach().numpy()"
            )
        return np.array(self.data, dtype=dtype, copy=copy)

    def __dlpack__(self, **options: Any) -> Any:
        return self.numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.data.__dlpack_device__()

    # ---- NumPy's protocols: functions of tensors are recorded

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if method == "reduce":
            # The method object is made anew at each access; its owner and name identify it.
            function = _REDUCTIONS.get(ufunc, function)
            if function is not ufunc:
                options.setdefault("axis", 0)
        return _dispatch(function, inputs, options)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return _dispatch(function, args, kwargs)

    # ---- Python's protocols

    def __repr__(self) -> str:
        body = np.array2string(self.data, separator=", ", prefix="tensor(", threshold=100)
        extra = "" if self.dtype in _SILENT_DTYPES else f", dtype={self.dtype}"
        if self.data.size == 0:
            extra = f", shape={self.shape}" + extra
        if self.name:
            extra += f", name={self.name!r}"
        if self.grad_fn is not None:
            extra += f", grad_fn={self.grad_fn.name}"
        elif self.requires_grad:
            extra += ", requires_grad=True"
        return f"tensor({body}{extra})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __len__(self) -> int:
        if self.data.ndim == 0:
            raise TypeError("a tensor without axes has no length")
        return len(self.data)

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.data)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __index__(self) -> int:
        return self.data.__index__()

    def __contains__(self, value: Any) -> bool:
        return bool((self.data == _same(value)).any())

    __hash__ = object.__hash__

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        self._refuse_history("deepcopy")
        copy = self._copy_of(self.data.copy(), self.requires_grad, self.name)
        copy.grad = None if self.grad is None else self.grad.detach().clone()
        memo[id(self)] = copy
        return copy

    def __reduce__(self) -> Any:
        self._refuse_history("pickle")
        return type(self)._copy_of, (self.data, self.requires_grad, self.name)

    @classmethod
    def _copy_of(cls, data: Array, requires_grad: bool, name: str | None) -> Tensor:
        copy = cls.__new__(cls)
        Node.__init__(copy, data, requires_grad, name)
        return copy

    def _refuse_history(self, what: str) -> None:
        if not self.is_leaf:
            raise RuntimeError(
                f"{what} of a computed tensor would drop or copy its whole history; "
                "use .detach() first"
            )

    # ---- indexing

    def __getitem__(self, index: Any) -> Tensor:
        index = tuple(map(_index, index)) if isinstance(index, tuple) else _index(index)
        return ops.getitem(self, index=index)  # type: ignore[no-any-return]  # untyped

    def __setitem__(self, index: Any, value: Any) -> None:
        index = tuple(map(_index, index)) if isinstance(index, tuple) else _index(index)
        target = self._in_place("item assignment", value)
        target[index] = _same(value)

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
    __and__ = __rand__ = logical_and = ops.logical_and
    __or__ = __ror__ = logical_or = ops.logical_or
    __invert__ = logical_not = ops.logical_not

    def __rsub__(self, other: Any) -> Any:
        return ops.subtract(other, self)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.divide(other, self)

    def __rpow__(self, other: Any) -> Any:
        return ops.power(other, self)

    def __rmatmul__(self, other: Any) -> Any:
        return ops.matmul(other, self)

    def __eq__(self, other: object) -> Any:
        return NotImplemented if other is None else ops.equal(self, other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if other is None else ops.not_equal(self, other)

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
        self.modified = tick()
        return self.data

    def _update(self, ufunc: Any, operation: Any, other: Any) -> Any:
        """``x += y``: in place where nothing is recorded, else a new tensor for the name."""
        recorded = MODE.get().grad and (
            (isinstance(other, Node) and other.requires_grad) or not self.is_leaf
        )
        if recorded:
            return operation(self, other)
        target = self._in_place(f"in-place {operation.name}")
        ufunc(target, _same(other), out=target, casting="same_kind")
        return self

    def __iadd__(self, other: Any) -> Any:
        return self._update(np.add, ops.add, other)

    def __isub__(self, other: Any) -> Any:
        return self._update(np.subtract, ops.subtract, other)

    def __imul__(self, other: Any) -> Any:
        return self._update(np.multiply, ops.multiply, other)

    def __itruediv__(self, other: Any) -> Any:
        return self._update(np.divide, ops.divide, other)

    def copy_(self, source: Any) -> Tensor:
        """Replace the values by those of ``source``, broadcast to this shape."""
        self._in_place("copy_", source)[...] = _same(source)
        return self

    def fill_(self, value: float) -> Tensor:
        """Replace every element by ``value``."""
        self._in_place("fill_")[...] = value
        return self

    def zero_(self) -> Tensor:
        """Replace every element by 0."""
        return self.fill_(0.0)

    def add_(self, other: Any, *, alpha: float = 1.0) -> Tensor:
        """Add ``alpha * other`` in place."""
        target = self._in_place("add_", other)
        np.add(target, alpha * _same(other) if alpha != 1 else _same(other), out=target)
        return self

    def sub_(self, other: Any, *, alpha: float = 1.0) -> Tensor:
        """Subtract ``alpha * other`` in place."""
        return self.add_(other, alpha=-alpha)

    def mul_(self, other: Any) -> Tensor:
        """Multiply in place."""
        target = self._in_place("mul_", other)
        np.multiply(target, _same(other), out=target)
        return self

    def div_(self, other: Any) -> Tensor:
        """Divide in place."""
        target = self._in_place("div_", other)
        np.divide(target, _same(other), out=target)
        return self

    def clamp_(self, min: float | None = None, max: float | None = None) -> Tensor:
        """Limit to [min, max] in place."""
        target = self._in_place("clamp_")
        np.clip(target, min, max, out=target)
        return self

    # ---- the operations as methods, under NumPy's names and PyTorch's

    exp = ops.exp
    exp2 = ops.exp2
    expm1 = ops.expm1
    log = ops.log
    log2 = ops.log2
    log10 = ops.log10
    log1p = ops.log1p
    sqrt = ops.sqrt
    square = ops.square
    reciprocal = ops.reciprocal
    sign = ops.sign
    clip = clamp = ops.clip
    maximum = ops.maximum
    minimum = ops.minimum
    relu = ops.relu
    sigmoid = ops.sigmoid
    tanh = ops.tanh
    softmax = ops.softmax
    log_softmax = ops.log_softmax
    sum = ops.sum
    mean = ops.mean
    max = amax = ops.max
    min = amin = ops.min
    var = ops.var
    std = ops.std
    logsumexp = ops.logsumexp
    argmax = ops.argmax
    argmin = ops.argmin
    argsort = ops.argsort
    any = ops.any
    all = ops.all
    isnan = ops.isnan
    isinf = ops.isinf
    isfinite = ops.isfinite
    eq = ops.equal
    ne = ops.not_equal
    broadcast_to = ops.broadcast_to
    squeeze = ops.squeeze
    unsqueeze = ops.expand_dims
    swapaxes = ops.swapaxes
    moveaxis = movedim = ops.moveaxis
    flatten = ops.flatten
    clone = ops.positive

    def ravel(self) -> Tensor:
        """All elements along one axis."""
        return ops.flatten(self)  # type: ignore[no-any-return]  # untyped

    def reshape(self, *shape: Any) -> Tensor:
        """The same values in another shape, given as one tuple or as numbers."""
        return ops.reshape(self, shape=_sizes(shape))  # type: ignore[no-any-return]  # untyped

    view = reshape

    def expand(self, *shape: Any) -> Tensor:
        """Repeat to ``shape`` without a copy; -1 keeps a size."""
        sizes = _sizes(shape)
        lead = len(sizes) - self.ndim
        kept = [self.shape[i - lead] if n == -1 and i >= lead else n for i, n in enumerate(sizes)]
        return ops.broadcast_to(self, shape=tuple(kept))  # type: ignore[no-any-return]  # untyped

    def permute(self, *axes: Any) -> Tensor:
        """Reorder the axes."""
        return ops.transpose(self, axes=_sizes(axes))  # type: ignore[no-any-return]  # untyped

    def transpose(self, *axes: Any) -> Tensor:
        """Exchange two axes, as in PyTorch, or reorder all, as in NumPy; reverse them by default."""
        axes = _sizes(axes)
        if len(axes) == 2 and self.ndim != 2:
            return ops.swapaxes(self, *axes)  # type: ignore[no-any-return]  # untyped
        if len(axes) == 2:  # (0, 1) exchanges in PyTorch and keeps in NumPy
            return ops.swapaxes(self, *axes)  # type: ignore[no-any-return]  # untyped
        return ops.transpose(self, axes=axes or None)  # type: ignore[no-any-return]  # untyped

    def dot(self, other: Any) -> Any:
        """Matrix product."""
        return ops.matmul(self, other)

    # ---- dtypes

    def astype(self, dtype: Any) -> Tensor:
        """The values in another dtype; the gradient comes back in this one."""
        return ops.astype(self, dtype=np.dtype(dtype))  # type: ignore[no-any-return]  # untyped

    to = type = astype

    def float(self) -> Tensor:
        """The values as float32."""
        return self.astype(np.float32)

    def double(self) -> Tensor:
        """The values as float64."""
        return self.astype(np.float64)

    def half(self) -> Tensor:
        """The values as float16."""
        return self.astype(np.float16)

    def long(self) -> Tensor:
        """The values as int64."""
        return self.astype(np.int64)

    def int(self) -> Tensor:
        """The values as int32."""
        return self.astype(np.int32)

    def bool(self) -> Tensor:
        """Whether each value differs from 0."""
        return self.astype(np.bool_)

    def cpu(self) -> Tensor:
        """This tensor: all are on the CPU. For PyTorch code."""
        return self


Node.result_class = Tensor

_SILENT_DTYPES = (np.float32, np.int64, np.bool_)
_REDUCTIONS = {np.add: np.sum, np.maximum: np.max, np.minimum: np.min, np.multiply: np.prod}


class _Retained:
    """The hook of `Tensor.retain_grad`: it puts the gradient where a leaf would have it."""

    def __init__(self, tensor: Tensor) -> None:
        import weakref

        self.tensor = weakref.ref(tensor)  # a hook that held its tensor would be a cycle

    def __call__(self, grad: Tensor) -> None:
        tensor = self.tensor()
        if tensor is None:
            return
        grad = grad if grad.requires_grad else grad.clone()
        tensor.grad = grad if tensor.grad is None else tensor.grad + grad


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
    return (
        part.data
        if isinstance(part, Node)
        else np.asarray(part)
        if isinstance(part, list)
        else part
    )


def _sizes(sizes: tuple[Any, ...]) -> tuple[Any, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    return tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes


def output_gradient(output: Tensor, gradient: Any, create_graph: bool) -> Any:
    """The gradient to start from: the one given, or 1 for a single element."""
    if not output.requires_grad:
        raise RuntimeError(_why_no_gradient(output))
    if gradient is None:
        if output.data.size != 1:
            raise RuntimeError(
                f"backward of a tensor of shape {output.shape} needs the gradient of each element; "
                "reduce it first, with .sum() or .mean(), or pass gradient="
            )
        gradient = np.ones_like(output.data)
    raw = gradient.data if isinstance(gradient, Node) else np.asarray(gradient)
    if raw.shape != output.shape:
        raise RuntimeError(
            f"the gradient has shape {raw.shape}, the tensor {output.shape}; they must be equal"
        )
    if not create_graph:
        return raw.astype(output.dtype, copy=False)
    return gradient if isinstance(gradient, Node) else from_numpy(raw.astype(output.dtype))


def _why_no_gradient(output: Tensor) -> str:
    if output.op is not None:
        return f"{output.op.name} has no gradient"
    return (
        "this tensor does not depend on any tensor with requires_grad=True, or it was computed "
        "under no_grad, so there is nothing to differentiate"
    )


def tensor(
    data: Any, requires_grad: bool = False, dtype: Any = None, name: str | None = None
) -> Tensor:
    """Make a tensor from numbers, lists or an array, which is copied.

    >>> import tinygrad_edu as tg
    >>> tg.tensor([[1, 2], [3, 4]]).dtype
    dtype('int64')
    >>> tg.tensor(0.5, requires_grad=True)
    tensor(0.5, requires_grad=True)
    """
    return Tensor(data, requires_grad, dtype, name)


def from_numpy(array: Array) -> Tensor:
    """Make a tensor that shares the memory of ``array``.

    >>> import numpy as np, tinygrad_edu as tg
    >>> a = np.zeros(2, np.float32)
    >>> t = tg.from_numpy(a)
    >>> a[0] = 1
    >>> t
    tensor([1., 0.])
    """
    return Tensor._copy_of(_real_array(array, None), False, None)


def as_tensor(data: Any, dtype: Any = None) -> Tensor:
    """``data`` as a tensor, without a copy where possible; a tensor is returned as it is."""
    if isinstance(data, Tensor):
        return data if dtype is None else data.astype(dtype)
    return from_numpy(_real_array(data, dtype))


__all__ = ["NoReturn", "Tensor", "as_tensor", "from_numpy", "tensor"]
