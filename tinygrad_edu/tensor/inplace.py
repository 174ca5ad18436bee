"""Changes in place: ``x[0] = 1``, ``x += y``, ``x.fill_(0)``.

Where nothing requires a gradient, the memory is overwritten and the change is noted (see
`engine.changes`), so that backward refuses a graph whose values are no longer those of the forward
pass. Else the change is recorded: the tensor becomes the result (see `engine.inplace`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import checked, shown
from tinygrad_edu._checks import check_number
from tinygrad_edu.engine import MODE, Array, Node, mark_changed, tick, value_of
from tinygrad_edu.engine.inplace import alone, former_of, take_over
from tinygrad_edu.ops.indexing import getitem, set_at
from tinygrad_edu.tensor.hooks import is_kept
from tinygrad_edu.tensor.methods import plain_index
from tinygrad_edu.tensor.views import index_within, root_of, same_elements

__all__ = ["InPlace"]

_EVERYWHERE = np.True_
_UFUNCS = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide}


def _form(name: str) -> Any:
    """The method ``name_``: `Tensor.name` with its result in the place of the tensor."""

    def method(self: InPlace, *args: Any, **params: Any) -> Any:
        return self._become(name, args, params)

    method.__name__ = method.__qualname__ = f"{name}_"
    method.form_of = name  # type: ignore[attr-defined]  # what it is called with is checked there
    method.__doc__ = f"Replace the values by those of `{name}`, in place."
    return method


class InPlace(Node):
    """The methods that change a tensor: each is an operation, or `_put` of values."""

    __slots__ = ()

    # ---- the two ways, each recorded or not

    def _become(self, name: str, args: tuple[Any, ...], params: dict[str, Any]) -> Any:
        """Become the result of the method ``name``."""
        method = getattr(type(self), name)
        if self._is_recorded(*args, *params.values()):

            def compute(former: Node) -> Any:
                others = _instead(self, former, args)
                return method(former, *others, **_instead(self, former, params))

            return self._record(f"{name}_", compute)
        ufunc = _UFUNCS.get(name)
        if ufunc is not None and len(args) == 1 and not params:
            target = self._memory(f"{name}_")
            ufunc(target, value_of(args[0]), out=target, casting="same_kind")
            return self
        values = value_of(method(self, *args, **params))
        return self._write(f"{name}_", values)

    def _become_by(self, what: str, compute: Callable[[Any], Any]) -> Any:
        """Become the result of ``compute`` of this tensor, or of its former value."""
        if self._is_recorded():
            return self._record(what, compute)
        return self._write(what, value_of(compute(self)))

    def _put(self, what: str, values: Any, index: Any = Ellipsis) -> Any:
        """Put ``values`` at an index, broadcast to it."""
        if self._is_recorded(values):

            def compute(former: Node) -> Any:
                source = former if values is self else values
                if index is Ellipsis:
                    return ops.where(_EVERYWHERE, source, former)
                return set_at(former, source, index=index)

            return self._record(what, compute)
        self._memory(what)[index] = value_of(values)
        return self

    def _is_recorded(self, *others: Any) -> bool:
        return MODE.get().grad and (self.requires_grad or any(map(_wants, others)))

    def _memory(self, what: str) -> Array:
        """The array to change, marked as changed."""
        self._check_writeable(what)
        mark_changed(self.value)
        return self.value

    def _check_writeable(self, what: str) -> None:
        if not self.value.flags.writeable:
            raise ValueError(
                f"{what}: the memory of this tensor is read-only, as in a state_dict() or where a "
                "broadcast repeats its elements; change a copy, x.clone(), and load_state_dict it"
            )

    def _write(self, what: str, values: Any) -> Any:
        """Overwrite all values, where nothing is recorded."""
        array = np.asarray(values)
        _check_fits(what, self, array)
        self._memory(what)[...] = array
        return self

    def _record(self, what: str, compute: Callable[[Any], Any]) -> Any:
        """Become the result of ``compute`` of the former value, which stays in the graph."""
        root = root_of(what, self)
        if root.requires_grad and root.is_leaf:
            kind = "a leaf" if root is self else "a view of a leaf"
            raise RuntimeError(
                f"{what} on {kind} that requires a gradient cannot be recorded: it would be a leaf "
                "no longer; use `with tg.no_grad():` to change the value, or write x = x + ..."
            )
        self._check_writeable(what)
        if root is not self:
            return self._record_through(what, root, compute)
        only = alone(self)
        former = former_of(self, self.value if only else self.value.copy(), is_kept)
        result = _fitted(what, self, former, compute)
        values = None
        if only:
            values = result.value if result.value.base is None else result.value.copy()
        take_over(self, former, result, is_kept, values)
        return self

    def _record_through(self, what: str, root: Node, compute: Callable[[Any], Any]) -> Any:
        """Change a view: its root gets the new elements, and the view is taken from it again."""
        index = index_within(self.value, root.value)
        before = former_of(root, root.value.copy(), is_kept)
        former = former_of(self, self.value.copy(), is_kept)
        shape = self.value.shape
        current = ops.reshape(getitem(before, index=index), shape=shape)
        result = _fitted(what, self, current, compute)
        take_over(root, before, set_at(before, result, index=index), is_kept)
        self._take_again(root, former, index)
        return self

    def _renew(self, what: str) -> None:
        """Take this view again from its base, which a recorded change has changed."""
        root = root_of(what, self)
        self._take_again(
            root, former_of(self, self.value, is_kept), index_within(self.value, root.value)
        )

    def _take_again(self, root: Node, former: Node, index: Any) -> None:
        again = ops.reshape(getitem(root, index=index), shape=self.value.shape)
        take_over(self, former, again, is_kept, self.value)

    # ---- Python's spelling

    def __setitem__(self, index: Any, value: Any) -> None:
        index = plain_index(index)
        if isinstance(value, Node) and same_elements(value.value, self.value[index]):
            return  # x[i] += y has changed the elements already, through the view x[i]
        self._put("item assignment", value, index)

    def __iadd__(self, other: Any) -> Any:
        return self._become("add", (other,), {})

    def __isub__(self, other: Any) -> Any:
        return self._become("sub", (other,), {})

    def __imul__(self, other: Any) -> Any:
        return self._become("mul", (other,), {})

    def __itruediv__(self, other: Any) -> Any:
        return self._become("div", (other,), {})

    def __ipow__(self, other: Any) -> Any:
        return self._become("pow", (other,), {})

    # ---- the operations, in place: ``x.exp_()`` becomes ``x.exp()``

    @checked
    def add_(self, other: Any, *, alpha: float = 1.0) -> Any:
        """Add ``alpha * other`` in place."""
        check_number("add_", "alpha", alpha)
        return self._become("add", (other if alpha == 1 else ops.multiply(other, alpha),), {})

    @checked
    def sub_(self, other: Any, *, alpha: float = 1.0) -> Any:
        """Subtract ``alpha * other`` in place."""
        check_number("sub_", "alpha", alpha)
        return self._become("sub", (other if alpha == 1 else ops.multiply(other, alpha),), {})

    @checked
    def mul_(self, other: Any) -> Any:
        """Multiply in place."""
        return self._become("mul", (other,), {})

    @checked
    def div_(self, other: Any, *, rounding_mode: str | None = None) -> Any:
        """Divide in place; ``rounding_mode`` is "floor", "trunc" or None."""
        params = {} if rounding_mode is None else {"rounding_mode": rounding_mode}
        return self._become("div", (other,), params)

    @checked
    def masked_fill_(self, mask: Any, value: Any) -> Any:
        """Replace the elements where ``mask`` holds by ``value``."""
        if np.asarray(value_of(mask)).dtype.kind != "b":
            raise TypeError(f"masked_fill_: mask must be True and False, received {shown(mask)}")
        if self._is_recorded(value):
            return self._record("masked_fill_", lambda x: ops.where(mask, value, x))
        target = self._memory("masked_fill_")
        np.copyto(target, value_of(value), where=value_of(mask), casting="same_kind")
        return self

    @checked
    def clamp_(self, min: Any = None, max: Any = None) -> Any:
        """Limit to [min, max] in place."""
        return self._become("clamp", (min, max), {})

    clip_ = clamp_

    abs_ = _form("abs")
    absolute_ = _form("absolute")
    acos_ = _form("acos")
    acosh_ = _form("acosh")
    addbmm_ = _form("addbmm")
    addcdiv_ = _form("addcdiv")
    addcmul_ = _form("addcmul")
    addmm_ = _form("addmm")
    addmv_ = _form("addmv")
    addr_ = _form("addr")
    arccos_ = _form("arccos")
    arccosh_ = _form("arccosh")
    arcsin_ = _form("arcsin")
    arcsinh_ = _form("arcsinh")
    arctan2_ = _form("arctan2")
    arctan_ = _form("arctan")
    arctanh_ = _form("arctanh")
    asin_ = _form("asin")
    asinh_ = _form("asinh")
    atan2_ = _form("atan2")
    atan_ = _form("atan")
    atanh_ = _form("atanh")
    baddbmm_ = _form("baddbmm")
    bitwise_and_ = _form("bitwise_and")
    bitwise_left_shift_ = _form("bitwise_left_shift")
    bitwise_not_ = _form("bitwise_not")
    bitwise_or_ = _form("bitwise_or")
    bitwise_right_shift_ = _form("bitwise_right_shift")
    bitwise_xor_ = _form("bitwise_xor")
    ceil_ = _form("ceil")
    clamp_max_ = _form("clamp_max")
    clamp_min_ = _form("clamp_min")
    copysign_ = _form("copysign")
    cos_ = _form("cos")
    cosh_ = _form("cosh")
    cumprod_ = _form("cumprod")
    cumsum_ = _form("cumsum")
    deg2rad_ = _form("deg2rad")
    digamma_ = _form("digamma")
    divide_ = div_
    eq_ = _form("eq")
    erf_ = _form("erf")
    erfc_ = _form("erfc")
    erfinv_ = _form("erfinv")
    exp2_ = _form("exp2")
    exp_ = _form("exp")
    expm1_ = _form("expm1")
    fix_ = _form("fix")
    float_power_ = _form("float_power")
    floor_ = _form("floor")
    floor_divide_ = _form("floor_divide")
    fmod_ = _form("fmod")
    frac_ = _form("frac")
    gcd_ = _form("gcd")
    ge_ = _form("ge")
    greater_ = _form("greater")
    greater_equal_ = _form("greater_equal")
    gt_ = _form("gt")
    heaviside_ = _form("heaviside")
    hypot_ = _form("hypot")
    index_add_ = _form("index_add")
    index_copy_ = _form("index_copy")
    index_fill_ = _form("index_fill")
    index_put_ = _form("index_put")
    index_reduce_ = _form("index_reduce")
    lcm_ = _form("lcm")
    ldexp_ = _form("ldexp")
    le_ = _form("le")
    lerp_ = _form("lerp")
    less_ = _form("less")
    less_equal_ = _form("less_equal")
    lgamma_ = _form("lgamma")
    log10_ = _form("log10")
    log1p_ = _form("log1p")
    log2_ = _form("log2")
    log_ = _form("log")
    logical_and_ = _form("logical_and")
    logical_not_ = _form("logical_not")
    logical_or_ = _form("logical_or")
    logical_xor_ = _form("logical_xor")
    logit_ = _form("logit")
    lt_ = _form("lt")
    masked_scatter_ = _form("masked_scatter")
    multiply_ = mul_
    mvlgamma_ = _form("mvlgamma")
    nan_to_num_ = _form("nan_to_num")
    ne_ = _form("ne")
    neg_ = _form("neg")
    negative_ = _form("negative")
    nextafter_ = _form("nextafter")
    not_equal_ = _form("not_equal")
    polygamma_ = _form("polygamma")
    pow_ = _form("pow")
    put_ = _form("put")
    rad2deg_ = _form("rad2deg")
    reciprocal_ = _form("reciprocal")
    relu_ = _form("relu")
    remainder_ = _form("remainder")
    renorm_ = _form("renorm")
    round_ = _form("round")
    rsqrt_ = _form("rsqrt")
    scatter_ = _form("scatter")
    scatter_add_ = _form("scatter_add")
    scatter_reduce_ = _form("scatter_reduce")
    sgn_ = _form("sgn")
    sigmoid_ = _form("sigmoid")
    sign_ = _form("sign")
    sin_ = _form("sin")
    sinc_ = _form("sinc")
    sinh_ = _form("sinh")
    sqrt_ = _form("sqrt")
    square_ = _form("square")
    subtract_ = sub_
    tan_ = _form("tan")
    tanh_ = _form("tanh")
    tril_ = _form("tril")
    triu_ = _form("triu")
    true_divide_ = div_
    trunc_ = _form("trunc")
    xlogy_ = _form("xlogy")


def _instead(old: Node, new: Node, x: Any) -> Any:
    """``x``, a tensor or a nest of them, with ``new`` in place of ``old``."""
    if x is old:
        return new
    if isinstance(x, dict):
        return {key: _instead(old, new, value) for key, value in x.items()}
    return type(x)(_instead(old, new, y) for y in x) if type(x) in (tuple, list) else x


def _wants(x: Any) -> bool:
    if isinstance(x, (tuple, list)):
        return any(map(_wants, x))
    return isinstance(x, Node) and x.requires_grad


def _fitted(what: str, x: Node, former: Node, compute: Callable[[Any], Any]) -> Any:
    """The result that ``x`` shall become: a node of its own, in its shape and dtype."""
    start = tick()
    result = compute(former)
    _check_fits(what, x, result.value)
    if result.value.dtype != x.value.dtype:
        return ops.astype(result, dtype=x.value.dtype)
    return result if result.index > start else ops.positive(result)


def _check_fits(what: str, x: Node, values: Array) -> None:
    if values.shape != x.value.shape:
        raise ValueError(
            f"{what}: the result has shape {values.shape}, the tensor {x.value.shape}; "
            "write x = ... for a new shape"
        )
    if not np.can_cast(values.dtype, x.value.dtype, "same_kind"):
        raise TypeError(
            f"{what}: the result has dtype {values.dtype}, which a tensor of dtype "
            f"{x.value.dtype} cannot hold; convert the tensor first, x.float()"
        )
