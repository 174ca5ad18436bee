"""Derivatives as functions of functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tinygrad_edu._checked import settings_checked
from tinygrad_edu._checks import check_count, check_flag
from tinygrad_edu.autograd import functional
from tinygrad_edu.autograd.point import Point
from tinygrad_edu.func._trees import leaves_of, mapped, rebuilt

__all__ = ["grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp"]


@settings_checked
def grad(func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The gradient of a function that gives one number, as a function.  It nests.

    Parameters
    ----------
    argnums : int or tuple of int
        Which arguments to differentiate by: tensors, or tuples, lists and dicts of them.
    has_aux : bool
        Whether ``func`` returns a pair: the number, and something that is handed on.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> grad(grad(lambda x: x**3))(tg.tensor(2.0))
    tensor(12.)
    """
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        slopes, value = both(*args, **kwargs)
        return (slopes, value[1]) if has_aux else slopes

    return differentiated


@settings_checked
def grad_and_value(
    func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False
) -> Callable[..., Any]:
    """`grad` together with the value: a function that gives ``(gradient, value)``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> grad_and_value(lambda x: x**2)(tg.tensor(3.0))
    (tensor(6.), tensor(9.))
    """
    check_flag("grad", "has_aux", has_aux)

    @functools.wraps(func)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        chosen = _Chosen("grad", func, argnums, has_aux, args, kwargs)
        at = Point("grad", chosen, chosen.leaves)
        y = at.scalar()
        slopes = at.pull([y], [np.ones_like(y.value)], create_graph=at.create_graph)
        value = at.give(y)
        return chosen.form(map(at.give, slopes)), (value, chosen.aux) if has_aux else value

    return differentiated


@settings_checked
def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> tuple[Any, ...]:
    """``(func(*primals), pull)``, where ``pull(v)`` is vᵀ J, a part for each primal.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> y, pull = vjp(lambda x: x**2, tg.tensor([1.0, 2.0]))
    >>> pull(tg.tensor([1.0, 10.0]))
    (tensor([ 2., 40.]),)
    """
    chosen = _Chosen("vjp", func, tuple(range(len(primals))), has_aux, primals, {})
    at = Point("vjp", chosen, chosen.leaves)

    def pull(*cotangents: Any) -> Any:
        parts = [part for v in cotangents for part in leaves_of(v)]
        given = at.cotangents(parts if at.several_outputs else parts[0])
        pulled = at.pull(at.outputs, given, create_graph=at.create_graph)
        return chosen.form(map(at.give, pulled))

    value = chosen.output(map(at.give, at.outputs))
    return (value, pull, chosen.aux) if has_aux else (value, pull)


@settings_checked
def jvp(
    func: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...],
    *, strict: bool = False, has_aux: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """``(func(*primals), J v)`` with v the ``tangents``, one for each primal.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> jvp(lambda x: x**2, (tg.tensor([1.0, 2.0]),), (tg.tensor([1.0, 10.0]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    chosen = _Chosen("jvp", func, tuple(range(len(primals))), has_aux, tuple(primals), {})
    y, pushed = functional.jvp(chosen, chosen.leaves, tuple(leaves_of(tangents)), strict=strict)
    both = tuple(chosen.output(iter(leaves_of(part))) for part in (y, pushed))
    return (*both, chosen.aux) if has_aux else both


@settings_checked
def jacrev(func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The Jacobian as a function, by a reverse pass for each element of the output.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> jacrev(lambda x: x**2)(tg.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    return _jacobian(func, argnums, has_aux, "reverse-mode")


@settings_checked
def jacfwd(
    func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False, *, randomness: str = "error"
) -> Callable[..., Any]:
    """`jacrev` by a pass for each element of the inputs: cheaper where the output is larger."""
    return _jacobian(func, argnums, has_aux, "forward-mode")


@settings_checked
def hessian(func: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    """The Hessian of a function that gives one number, as a function.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> hessian(lambda x: x[0] ** 2 * x[1])(tg.tensor([3.0, 5.0]))
    tensor([[10.,  6.],
            [ 6.,  0.]])
    """
    return jacrev(jacrev(func, argnums), argnums)


def _jacobian(
    func: Callable[..., Any], argnums: Any, has_aux: bool, strategy: str
) -> Callable[..., Any]:
    @functools.wraps(func)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        chosen = _Chosen("jacobian", func, argnums, has_aux, args, kwargs)
        rows = functional.jacobian(chosen, chosen.leaves, strategy=strategy)
        rows = rows if chosen.several else (rows,)
        blocks = chosen.output(chosen.form(iter(row)) for row in rows)
        return (blocks, chosen.aux) if has_aux else blocks

    return differentiated


class _Chosen:
    """A function of the leaves of some arguments; what it returns is taken apart as well."""

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        argnums: Any,
        has_aux: bool,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        numbers = argnums if isinstance(argnums, tuple) else (argnums,)
        for number in numbers:
            if not -len(args) <= check_count(name, "argnums", number, None) < len(args):
                raise TypeError(
                    f"{name}: there is no argument {number} among the {len(args)} given"
                )
        self.numbers = [number % len(args) for number in numbers]
        self.func, self.has_aux, self.args, self.kwargs = func, has_aux, args, kwargs
        tree = tuple(args[k] for k in self.numbers)
        self.tree: Any = tree if isinstance(argnums, tuple) else tree[0]
        self.leaves = tuple(leaves_of(self.tree))
        self.aux: Any = None
        self.several = False
        self._output: Any = None

    def __call__(self, *leaves: Any) -> Any:
        """The function at other leaves; several outputs as a tuple."""
        rest = iter(leaves)
        args = list(self.args)
        for k in self.numbers:
            args[k] = rebuilt(args[k], rest)
        result = self.func(*args, **self.kwargs)
        if self.has_aux:
            result, self.aux = result
        self._output = mapped(lambda leaf: None, result)
        self.several = isinstance(result, (tuple, list, dict))
        return tuple(leaves_of(result)) if self.several else result

    def form(self, values: Iterator[Any]) -> Any:
        """A value for each leaf, in the form of the arguments."""
        return rebuilt(self.tree, iter(values))

    def output(self, values: Iterator[Any]) -> Any:
        """A value for each output, in the form of the output."""
        return rebuilt(self._output, iter(values))
