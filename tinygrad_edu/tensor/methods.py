"""The operations as methods and operators of a tensor: one table from names to operations."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_dtype
from tinygrad_edu.compat import spelled, spelled_axes
from tinygrad_edu.compat.shapes import Size
from tinygrad_edu.engine import Node, value_of

Method = TypeVar("Method", bound=Callable[..., Any])

__all__ = ["Methods", "plain_index"]


def _sizes(sizes: tuple[Any, ...]) -> tuple[Any, ...]:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    return tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else sizes


def _by_name(*words: str) -> Callable[[Method], Method]:
    """Let a method of ``*numbers`` take them as PyTorch's keyword too: ``x.flip(dims=(0, 1))``."""

    def define(method: Method) -> Method:
        @functools.wraps(method)
        def call(self: Any, *numbers: Any, **named: Any) -> Any:
            if named:
                numbers += tuple([named.pop(word) for word in words if word in named])
            return method(self, *numbers, **named)

        return call  # type: ignore[return-value]  # it takes the same, and by name

    return define


def plain_index(index: Any) -> Any:
    """An index with the tensors and lists in it as arrays."""
    if isinstance(index, tuple):
        return tuple(map(plain_index, index))
    if not isinstance(index, list):
        return value_of(index)
    array = np.asarray(index)
    return array if array.size else array.astype(np.int64)  # NumPy takes an empty list for floats


class Methods(Node):
    """``x + y`` is ``ops.add(x, y)``, ``x.exp()`` is ``ops.exp(x)``: the table, then the rest.

    An operation is a plain function, so it binds as a method when it stands in the body of a class.
    Written out below the table are the methods that take their arguments in another way.
    """

    __slots__ = ()

    @property
    def shape(self) -> Size:
        """Sizes of the axes."""
        return tuple.__new__(Size, self.value.shape)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return self.value.ndim

    # ---- operators

    __add__ = __radd__ = ops.add
    __sub__ = ops.subtract
    __mul__ = __rmul__ = ops.multiply
    __truediv__ = ops.divide
    add = spelled.add
    sub = subtract = spelled.sub
    mul = multiply = spelled.mul
    div = divide = true_divide = spelled.div
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

    # ---- elementwise

    exp = ops.exp
    exp2 = ops.exp2
    expm1 = ops.expm1
    log = ops.log
    log2 = ops.log2
    log10 = ops.log10
    log1p = ops.log1p
    logaddexp = ops.logaddexp
    xlogy = ops.xlogy
    sqrt = ops.sqrt
    rsqrt = ops.rsqrt
    cbrt = ops.cbrt
    square = ops.square
    reciprocal = ops.reciprocal
    sin = ops.sin
    cos = ops.cos
    tan = ops.tan
    arcsin = asin = ops.arcsin
    arccos = acos = ops.arccos
    arctan = atan = ops.arctan
    arctan2 = atan2 = ops.arctan2
    sinh = ops.sinh
    cosh = ops.cosh
    tanh = ops.tanh
    arcsinh = asinh = ops.arcsinh
    arccosh = acosh = ops.arccosh
    arctanh = atanh = ops.arctanh
    hypot = ops.hypot
    relu = ops.relu
    sigmoid = ops.sigmoid
    softmax = spelled.softmax
    log_softmax = spelled.log_softmax
    sign = ops.sign
    copysign = ops.copysign
    heaviside = ops.heaviside
    floor = ops.floor
    ceil = ops.ceil
    trunc = fix = ops.trunc
    round = ops.round
    frac = ops.frac
    remainder = ops.remainder
    fmod = ops.fmod
    floor_divide = ops.floor_divide
    nan_to_num = ops.nan_to_num
    clip = clamp = ops.clip
    maximum = ops.maximum
    minimum = ops.minimum
    lerp = ops.lerp
    addcmul = ops.addcmul
    addcdiv = ops.addcdiv

    # ---- reductions and running sums

    sum = ops.sum
    mean = ops.mean
    prod = ops.prod
    var = spelled.var
    std = spelled.std
    max = spelled.max
    min = spelled.min
    amax = ops.amax
    amin = ops.amin
    aminmax = ops.aminmax
    ptp = ops.ptp
    median = spelled.median
    nanmedian = spelled.nanmedian
    quantile = spelled_axes.quantile
    nanquantile = spelled_axes.nanquantile
    nansum = ops.nansum
    nanmean = ops.nanmean
    norm = spelled.norm
    logsumexp = ops.logsumexp
    cumsum = ops.cumsum
    cumprod = ops.cumprod
    diff = ops.diff
    count_nonzero = ops.count_nonzero
    nonzero = ops.nonzero
    argwhere = ops.argwhere
    unique = ops.unique
    argmax = ops.argmax
    argmin = ops.argmin
    any = ops.any
    all = ops.all

    # ---- order, choice and place

    sort = spelled.sort
    argsort = spelled.argsort
    topk = ops.topk
    kthvalue = ops.kthvalue
    take = ops.take
    take_along_axis = take_along_dim = ops.take_along_axis
    gather = ops.gather
    scatter = ops.scatter
    scatter_add = ops.scatter_add
    index_select = ops.index_select
    index_add = ops.index_add
    masked_fill = ops.masked_fill
    masked_select = ops.masked_select
    isnan = ops.isnan
    isinf = ops.isinf
    isfinite = ops.isfinite
    isclose = ops.isclose
    allclose = spelled.allclose
    eq = ops.equal
    equal = spelled.equal
    ne = ops.not_equal

    # ---- matrices

    dot = ops.dot
    vdot = ops.vdot
    inner = ops.inner
    outer = ops.outer
    kron = ops.kron
    cross = spelled_axes.cross
    inv = inverse = ops.inv
    pinv = pinverse = ops.pinv
    det = ops.det
    slogdet = ops.slogdet
    matrix_power = ops.matrix_power
    cholesky = ops.cholesky
    diag = ops.diag
    diagonal = ops.diagonal
    trace = ops.trace
    diag_embed = ops.diag_embed
    tril = ops.tril
    triu = ops.triu

    # ---- shape

    broadcast_to = ops.broadcast_to
    squeeze = spelled_axes.squeeze
    unsqueeze = ops.expand_dims
    swapaxes = ops.swapaxes
    moveaxis = movedim = ops.moveaxis
    flatten = ops.flatten
    repeat_interleave = ops.repeat
    split = spelled_axes.split
    chunk = ops.chunk
    tensor_split = ops.array_split
    hsplit = ops.hsplit
    vsplit = ops.vsplit
    dsplit = ops.dsplit
    unbind = ops.unbind
    narrow = ops.narrow
    select = ops.select
    rot90 = spelled_axes.rot90
    flipud = ops.flipud
    fliplr = ops.fliplr

    # ---- operators whose arguments come the other way round, or are not tensors

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

    def __getitem__(self, index: Any) -> Any:
        return ops.getitem(self, index=plain_index(index))

    def __lshift__(self, other: Any) -> Any:
        return ops.multiply(self, np.left_shift(1, value_of(other)))

    def __rshift__(self, other: Any) -> Any:
        return ops.floor_divide(self, np.left_shift(1, value_of(other)))

    # ---- methods with arguments of their own

    def astype(self, dtype: Any) -> Any:
        """The values in another dtype; the gradient comes back in this one."""
        return ops.astype(self, dtype=np.dtype(check_dtype("astype", "dtype", dtype)))

    def clone(self) -> Any:
        """A copy in memory of its own; the gradient flows through it."""
        if self.value.dtype.kind == "b":  # NumPy's + takes no booleans
            return Node.wrap(self.value.copy())
        return ops.positive(self)

    copy = clone

    def t(self) -> Any:
        """A matrix with its axes exchanged; a vector as it is."""
        if self.ndim > 2:
            raise ValueError(
                f"t() takes a matrix, the shape is {tuple(self.shape)}; use .mT or .permute"
            )
        return ops.transpose(self)

    def where(self, condition: Any, other: Any) -> Any:
        """These values where the condition holds, ``other`` elsewhere."""
        return ops.where(condition, self, other)

    def ravel(self) -> Any:
        """All elements along one axis."""
        return ops.flatten(self)

    def reshape(self, *shape: Any) -> Any:
        """The same values in another shape, given as one tuple or as numbers."""
        return ops.reshape(self, shape=_sizes(shape))

    view = reshape

    @_by_name("size")
    def expand(self, *shape: Any) -> Any:
        """Repeat to ``shape`` without a copy; -1 keeps a size."""
        sizes = [check_count("expand", "shape", n, None) for n in _sizes(shape)]
        lead = len(sizes) - self.ndim
        kept = [self.shape[i - lead] if n == -1 and i >= lead else n for i, n in enumerate(sizes)]
        return ops.broadcast_to(self, shape=tuple(kept))

    @_by_name("dims")
    def permute(self, *axes: Any) -> Any:
        """Reorder the axes."""
        return ops.transpose(self, axes=_sizes(axes))

    @_by_name("dim0", "dim1")
    def transpose(self, *axes: Any) -> Any:
        """Exchange two axes as in PyTorch, or reorder all as in NumPy; by default reverse them."""
        axes = _sizes(axes)
        if len(axes) == 2:  # in NumPy, transpose(0, 1) would change nothing
            return ops.swapaxes(self, *axes)
        return ops.transpose(self, axes=axes or None)

    @_by_name("dims")
    def flip(self, *axes: Any) -> Any:
        """Reverse the order along axes, all by default."""
        given = tuple(check_count("flip", "axes", axis, None) for axis in _sizes(axes))
        return ops.flip(self, axis=given if axes else None)

    def roll(self, shifts: Any, axis: Any = None, dims: Any = None) -> Any:
        """Shift along axes, end around."""
        return ops.roll(self, shift=shifts, axis=axis if dims is None else dims)

    @_by_name("dims")
    def tile(self, *reps: Any) -> Any:
        """Lay copies side by side."""
        return ops.tile(self, _sizes(reps))

    @_by_name("repeats")
    def repeat(self, *sizes: Any) -> Any:
        """Lay copies side by side, as in PyTorch; for NumPy's ``repeat``, `repeat_interleave`."""
        if len(_sizes(sizes)) < self.ndim:
            raise ValueError(
                f"repeat needs a number for each of the {self.ndim} axes, as in PyTorch, received "
                f"{_sizes(sizes)}; repeat_interleave repeats each element, as NumPy's repeat does"
            )
        return ops.tile(self, _sizes(sizes))
