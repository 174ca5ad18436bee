"""`check_op`: the laws of operations, for an operation of your own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu._checked import settings_checked
from tinygrad_edu._checks import check_list
from tinygrad_edu.engine import PRIMITIVES, Array, Primitive
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.testing.laws.case import Case
from tinygrad_edu.testing.laws.operations import LAWS
from tinygrad_edu.testing.laws.verdict import conform, demand_close

__all__ = ["check_op"]

_FLOATS = (np.float16, np.float32, np.float64)


@settings_checked
def check_op(
    function: Callable[..., Any],
    *inputs: Any,
    reference: Callable[..., Any] | None = None,
    analytic: bool = False,
    dtypes: tuple[Any, ...] = _FLOATS,
    keeps_dtype: bool = True,
    exempt: Mapping[str, str] | None = None,
    generator: GeneratorLike = 0,
    params: Mapping[str, Any] | None = None,
) -> list[str]:
    """Check an operation by every law that those of this package keep.

    First and second order against differences to 1e-9, the dot-product test, linearity in the
    cotangent, the same bits twice, one tensor as two operands, dtypes, memory layouts, inputs left
    alone, gradients in memory of their own, nothing kept alive: see `LAWS`.

    Parameters
    ----------
    function : callable
        An operation made by ``@tg.primitive``, or a function of operations. It takes arrays too.
    *inputs : arrays and constants
        A point away from kinks. Arrays of floats are differentiated where a rule is given. Take
        shapes of pairwise distinct sizes, so that no transposed gradient can hide.
    reference : callable, optional
        The same values from other code.
    analytic : bool
        Whether ``function`` takes complex arrays and is analytic: the complex step then checks it
        to 1e-13.
    dtypes : tuple
        Dtypes that values and gradients must keep.
    keeps_dtype : bool
        False for an operation that is there to change the dtype.
    exempt : mapping, optional
        Laws to leave out, each with the reason.
    generator : Generator or int
        Draws cotangents and directions.
    params : mapping, optional
        Keyword arguments of ``function``.

    Returns
    -------
    list of str
        The laws that were checked.

    Raises
    ------
    ConformanceError
        With every law that is broken, where, and by how much.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import check_op
    >>> x = np.array([[0.5, -1.5, 2.0], [1.0, 0.1, -0.3]])
    >>> "second_order" in check_op(tg.tanh, x, reference=np.tanh, analytic=True)
    True
    """
    __tracebackhide__ = True
    dtypes = tuple(check_list("check_op", "dtypes", dtypes, "dtypes"))
    params = {} if params is None else params
    if not isinstance(params, Mapping):
        raise TypeError(f"check_op: params must be a dict of settings, received {params!r}")
    arguments = tuple(np.asarray(a) if isinstance(a, np.generic) else a for a in inputs)
    record = record_of(function)
    wrt = tuple(k for k, a in enumerate(arguments) if _is_differentiated(record, k, a))
    case = Case(
        function,
        arguments,
        dict(params),
        wrt,
        dtypes,
        keeps_dtype,
        analytic,
    )
    rng = get_generator(generator)
    laws: list[tuple[str, Callable[[], None]]] = [
        (name, lambda law=law: law(case, rng))  # type: ignore[misc]  # binds the loop variable
        for name, law in LAWS.items()
    ]
    if reference is not None:
        laws.append(("values", lambda: _same_values(case, reference)))
    return conform(getattr(function, "__name__", repr(function)), laws, exempt)


def record_of(function: Callable[..., Any]) -> Primitive | None:
    """The record of an operation made by ``@primitive``; None for any other function."""
    forward = getattr(function, "__wrapped__", None)
    return next((op for op in PRIMITIVES.values() if op.forward is forward), None)


def _is_differentiated(record: Primitive | None, position: int, a: Any) -> bool:
    if not isinstance(a, np.ndarray) or a.dtype.kind != "f":
        return False
    return record is None or record.vjps[0 if record.variadic else position] is not None


def _same_values(case: Case, reference: Callable[..., Any]) -> None:
    expected: Array = np.asarray(reference(*case.inputs, **case.params))
    demand_close(case.value(case.xs), expected, 1e-13, "the result")
