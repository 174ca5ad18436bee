"""`gradcheck`: whether a gradient is right, and if it is not, what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checked import check_numbers, settings_checked
from tinygrad_edu._checks import check_choice, check_list
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import Tensor, tensor
from tinygrad_edu.testing.comparison import Check, Settings
from tinygrad_edu.testing.derivatives import (
    CutGraphError,
    gradient_function,
    is_checked,
    outputs_of,
)
from tinygrad_edu.testing.mismatch import GradcheckError, Mismatch, UndecidedError
from tinygrad_edu.testing.numeric import METHODS, STENCILS

__all__ = ["GradcheckError", "Mismatch", "UndecidedError", "gradcheck", "gradgradcheck"]


@settings_checked
def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float | None = None,
    atol: float = 1e-8,
    rtol: float = 1e-6,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = True,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    method: str = "central",
    generator: GeneratorLike = None,
) -> bool | None:
    """Compare the gradients of ``func`` at ``inputs`` with differences of its values.

    Beyond the comparison, ``func`` must leave its inputs alone, and backward must give the same
    bits twice, exactly zero for a zero gradient of the output, and gradients of the dtype of the
    inputs.

    Where an entry differs at the first step, differences are taken at steps of all sizes that
    suit the input, and an estimate counts where three in a row agree and the slopes on both sides
    approach each other. Where none do, the entry is undecided: not wrong, and not right either.

    Parameters
    ----------
    func : callable
        Takes the inputs, returns a tensor or several. It may also read the inputs from elsewhere
        (a module that holds them as parameters): their values are changed in place, and restored.
    inputs : Tensor or sequence
        Those that require a gradient are checked, and must be float64.
    eps : float, optional
        Step of the differences, relative to the larger of 1 and the entry, and no other; by
        default the one that suits ``method``, and where an entry differs, those that follow.
    atol, rtol : float
        An entry is wrong when ``|analytical - numerical| > atol + rtol * |numerical|``. PyTorch's
        1e-5 and 1e-3 let an error of one per mille pass; differences are good to 1e-9.
    raise_exception : bool
        Raise GradcheckError, or return False; UndecidedError, or return None.
    nondet_tol : float
        How much two backward passes may differ.
    check_undefined_grad : bool
        Check that a zero gradient of the output gives exactly zero.
    check_grad_dtypes : bool
        Check that a gradient has the dtype of its input.
    check_forward_ad : bool
        Check ``J u`` too, from two reverse passes.
    check_backward_ad : bool
        Check ``Jᵀ v``.
    fast_mode : bool
        Compare ``vᵀ J u`` for random u and v only. Jacobians of more than 2000 entries are
        compared like this in any case.
    method : str
        ``"central"``, ``"five-point"``, ``"forward"``, ``"richardson"``, or ``"complex"``, for
        which ``func`` is called with complex arrays in place of tensors. See `numerical_jacobian`.
    generator : Generator or int, optional
        Draws the directions.

    Returns
    -------
    bool or None
        Whether everything agrees; None where nothing is wrong and something is undecided.

    Raises
    ------
    GradcheckError
        With each wrong entry, the worst first, and the likely cause, or those that fit.
    UndecidedError
        Where nothing is wrong, but something undecided: with each such entry, its estimates, and
        what to do. It is a GradcheckError.
    TypeError, ValueError
        When there is nothing to check, an input is not float64, or shares memory with itself.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import gradcheck
    >>> x = tg.tensor(np.array([0.5, -1.5]), requires_grad=True)
    >>> gradcheck(tg.tanh, x)
    True
    >>> @tg.primitive(lambda g, y, x: g * (1 - y))
    ... def careless_tanh(x):
    ...     return np.tanh(x)
    >>> gradcheck(careless_tanh, x, raise_exception=False)
    False
    >>> kink = tg.tensor(np.array([0.0]), requires_grad=True)
    >>> print(gradcheck(tg.relu, kink, raise_exception=False))
    None
    >>> from tinygrad_edu.engine import PRIMITIVES
    >>> del PRIMITIVES["careless_tanh"]
    """
    __tracebackhide__ = True  # pytest then shows the caller's line
    arguments = _checked_inputs("gradcheck", inputs)
    check_choice("gradcheck", "method", method, METHODS)
    settings = Settings(
        eps if eps is not None else STENCILS[method].step if method in STENCILS else 0.0,
        atol,
        rtol,
        nondet_tol,
        method,
        fast_mode,
        check_forward_ad,
        get_generator(generator),
        eps is not None,
    )
    run = Check(func, arguments, settings)
    try:
        run.check_laws(check_undefined_grad, check_grad_dtypes)
        if check_backward_ad or check_forward_ad:
            run.check_jacobians()
    except (GradcheckError, CutGraphError) as error:
        if raise_exception:  # the message tells more than our frames
            raise GradcheckError.of(error) from None
        return None if isinstance(error, UndecidedError) else False
    return True


@settings_checked
def gradgradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float | None = None,
    atol: float = 1e-8,
    rtol: float = 1e-6,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = True,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    method: str = "central",
    generator: GeneratorLike = None,
) -> bool | None:
    """Check the second order: `gradcheck` of the gradients, as functions of inputs and cotangents.

    Parameters are those of `gradcheck`, and:

    grad_outputs : Tensor or sequence of Tensor, optional
        Gradients of the outputs, float64 and requiring a gradient; random normal by default.
    gen_non_contig_grad_outputs : bool
        Make the random ones non-contiguous.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import gradgradcheck
    >>> gradgradcheck(tg.tanh, tg.tensor(np.array([0.5, -1.5]), requires_grad=True))
    True
    """
    __tracebackhide__ = True
    arguments = _checked_inputs("gradgradcheck", inputs)
    check_choice("gradgradcheck", "method", method, METHODS)
    rng = get_generator(generator)
    outputs = outputs_of(func(*arguments))
    if grad_outputs is None:
        starts = [_random_cotangent(y, rng, gen_non_contig_grad_outputs) for y in outputs]
    else:
        given = [grad_outputs] if isinstance(grad_outputs, Tensor) else grad_outputs
        starts = check_list("gradgradcheck", "grad_outputs", given, "tensors")
        for start in starts:
            check_numbers("gradgradcheck", "grad_outputs", start)
    if len(starts) != len(outputs):
        raise ValueError(
            f"gradgradcheck: {len(outputs)} outputs need {len(outputs)} grad_outputs, "
            f"received {len(starts)}"
        )
    return gradcheck(
        gradient_function(func, len(arguments)),
        [*arguments, *starts],
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_forward_ad=check_fwd_over_rev,
        check_backward_ad=check_rev_over_rev,
        fast_mode=fast_mode,
        method=method,
        generator=rng,
    )


# ---- inputs and outputs


def _checked_inputs(owner: str, inputs: Any) -> list[Any]:
    """The inputs as a list; refuses what differences cannot judge."""
    given = [inputs] if isinstance(inputs, Tensor) else inputs
    arguments = check_list(owner, "inputs", given, "tensors and other arguments")
    if not any(is_checked(a) for a in arguments):
        raise ValueError(f"{owner}: no input requires a gradient, so there is nothing to check")
    for k, a in enumerate(arguments):
        if not is_checked(a):
            continue
        if a.dtype != np.float64:
            raise TypeError(
                f"{owner}: input {k} is {a.dtype.name}, in which differences are good to three "
                "digits at best and would accept wrong gradients; pass it as float64, with "
                ".double()"
            )
        if not a.is_leaf:
            raise ValueError(
                f"{owner}: input {k} is a computed tensor; pass .detach().requires_grad_()"
            )
        strides = zip(a.value.strides, a.shape, strict=True)
        if a.size and any(stride == 0 and n > 1 for stride, n in strides):
            raise ValueError(
                f"{owner}: input {k} of shape {tuple(a.shape)} repeats its values in memory, so "
                "one entry cannot be moved alone; pass a copy"
            )
        if not a.value.flags.writeable:
            raise ValueError(f"{owner}: input {k} is read-only; pass a copy")
    return arguments


def _random_cotangent(y: Tensor, rng: np.random.Generator, strided: bool) -> Tensor:
    values = rng.standard_normal((*y.shape, 2))[..., 0] if strided else rng.standard_normal(y.shape)
    g = tensor(np.asarray(values), requires_grad=True)
    if strided:
        g.value = np.repeat(np.asarray(values)[..., None], 2, axis=-1)[..., 0]
    return g
