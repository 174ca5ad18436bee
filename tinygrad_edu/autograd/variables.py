"""What PyTorch's older code does with tensors under the name of variables."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from tinygrad_edu._checked import check_numbers
from tinygrad_edu._checks import check_flag, check_list
from tinygrad_edu.autograd.gradient import tensors_of
from tinygrad_edu.engine import Node, accumulate_gradients
from tinygrad_edu.tensor.tensor import Tensor, output_gradient
from tinygrad_edu.tensor.values import as_tensor

__all__ = ["Variable", "backward"]


class _OfTensors(type):
    """Tensors are instances of `Variable`, and calling it gives a tensor."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, Tensor)

    def __call__(
        cls, data: Any = (), requires_grad: bool = False, volatile: bool | None = None
    ) -> Any:
        check_flag("Variable", "requires_grad", requires_grad)
        check_numbers("Variable", "data", data)
        if volatile is not None and check_flag("Variable", "volatile", volatile):
            warnings.warn(
                "Variable: volatile has no effect; write `with tg.no_grad():`", stacklevel=2
            )
        if not isinstance(data, Tensor):
            return as_tensor(data).requires_grad_(requires_grad)
        found = data.detach()
        return found.requires_grad_() if requires_grad else found


class Variable(metaclass=_OfTensors):
    """A tensor in the same memory, without history: ``Variable(x)`` is ``x.detach()``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.autograd.Variable(tg.tensor([1.0, 2.0]), requires_grad=True)
    tensor([1., 2.], requires_grad=True)
    """


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    grad_variables: Any = None,
    inputs: Any = None,
) -> None:
    """Add the gradient of the sum of ``tensors`` to ``.grad`` of every leaf.

    `tinygrad_edu.Tensor.backward` of several tensors at once: what they share is passed once.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor(3.0, requires_grad=True)
    >>> tg.autograd.backward([x * x, 2 * x])
    >>> x.grad
    tensor(8.)
    """
    ys = tensors_of("backward", "tensors", tensors)
    given = grad_variables if grad_tensors is None else grad_tensors
    slopes = [given] * len(ys)
    if not (given is None or isinstance(given, Node)):
        name = "grad_variables" if grad_tensors is None else "grad_tensors"
        slopes = check_list("backward", name, given, "tensors")
        for slope in slopes:
            if slope is not None:
                check_numbers("backward", name, slope)
    if len(slopes) != len(ys):
        raise RuntimeError(f"backward: {len(ys)} tensors, but {len(slopes)} gradients")
    check_flag("backward", "create_graph", create_graph)
    chosen = None if inputs is None else tensors_of("backward", "inputs", inputs)
    starts = [output_gradient(y, g, create_graph) for y, g in zip(ys, slopes, strict=True)]
    accumulate_gradients(ys, starts, chosen, create_graph, retain_graph)
