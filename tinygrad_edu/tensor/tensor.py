"""Tensor: an array that remembers how it was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_flag, check_list
from tinygrad_edu.compat.devices import check_device
from tinygrad_edu.compat.dtypes import dtype_of
from tinygrad_edu.compat.later import install
from tinygrad_edu.compat.methods import TorchMethods
from tinygrad_edu.compat.shapes import ElementCount, Size
from tinygrad_edu.engine import (
    Array,
    Node,
    RemovableHandle,
    accumulate_gradients,
    as_array,
    mark_changed,
    up_to_date,
    value_of,
)
from tinygrad_edu.tensor.conversion import real_array
from tinygrad_edu.tensor.filling import Filling
from tinygrad_edu.tensor.grad_function import GradFunction, grad_function
from tinygrad_edu.tensor.hooks import (
    register,
    register_post_accumulate_grad_hook,
    retain,
    warn_if_not_kept,
)
from tinygrad_edu.tensor.making import real_dtype
from tinygrad_edu.tensor.methods import Methods
from tinygrad_edu.tensor.new import NewMethods
from tinygrad_edu.tensor.numpy_protocol import NumPyProtocol
from tinygrad_edu.tensor.python_protocol import PythonProtocol

__all__ = ["Tensor", "from_numpy"]


class Tensor(Methods, Filling, NumPyProtocol, PythonProtocol, TorchMethods, NewMethods):
    """An array that records the operations on it, so that gradients can flow back.

    `tensor` makes one of numbers. The class itself is PyTorch's old constructor, whose tensors
    always have the default dtype: ``Tensor([1, 2])`` holds two floats, ``Tensor(2, 3)`` is a
    tensor of that shape whose values are whatever is in memory.

    Parameters
    ----------
    *data : array-like, or integers
        The values, which are copied, or the sizes of the axes.
    requires_grad : bool
        Whether operations on it are recorded.
    device : optional
        The CPU.

    Raises
    ------
    TypeError
        For complex, object or text data.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> x = tg.tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    tensor([2., 4.])
    """

    __slots__ = ()

    def __init__(self, *data: Any, requires_grad: bool = False, device: Any = None) -> None:
        self.inputs = ()  # before anything can fail: the finalizer reads it
        check_device(device)
        form = data[0] if len(data) == 1 and isinstance(data[0], Size) else data
        if all(isinstance(n, (int, np.integer)) and not isinstance(n, bool) for n in form):
            if any(n < 0 for n in form):
                raise ValueError(f"Tensor: sizes must not be negative, received {form}")
            values: Any = np.empty(form if data else (0,), real_dtype(None))
        elif len(data) == 1 and (isinstance(data[0], (list, tuple)) or np.ndim(value_of(data[0]))):
            values = data[0]
        else:
            given = ", ".join(map(repr, data))
            raise TypeError(
                f"Tensor: takes one list or array, or the sizes of the axes, received {given}; "
                "tg.tensor(...) makes a tensor of a number"
            )
        self._start(values, real_dtype(None), requires_grad, None)

    def _start(self, data: Any, dtype: Any, requires_grad: bool, name: str | None) -> None:
        """Make a leaf of a copy of ``data``."""
        self.inputs = ()
        if not isinstance(requires_grad, (bool, np.bool_)):
            raise TypeError(
                f"tensor: requires_grad must be True or False, received {requires_grad!r}"
            )
        if name is not None and not isinstance(name, str):
            raise TypeError(f"tensor: name must be a string or None, received {name!r}")
        Node.__init__(self, np.array(real_array(data, dtype)), False, name)
        if requires_grad:
            self.requires_grad_()

    # ---- attributes

    @property
    def data(self) -> Tensor:
        """The values without history, in the same memory: what changes one changes the other.

        A tensor or an array may be assigned; a leaf takes one of another shape. However it is
        changed, backward refuses graphs that read what was there before.

        Raises
        ------
        TypeError, RuntimeError
            If what is assigned is neither, holds no floats where this tensor requires a gradient,
            or has another shape and this tensor is no leaf.
        """
        return from_numpy(self.value)

    @data.setter
    def data(self, values: Any) -> None:
        array = as_array(value_of(values))
        if not isinstance(array, np.ndarray):
            raise TypeError(
                f".data must be a tensor or an array, received {type(values).__name__}; "
                "tg.tensor(...) makes one"
            )
        if self.requires_grad and array.dtype.kind != "f":
            raise TypeError(
                ".data of a tensor that requires a gradient must hold floats, received "
                f"{array.dtype.name}"
            )
        if not self.is_leaf and array.shape != self.value.shape:
            raise RuntimeError(
                f".data of a computed tensor of shape {self.value.shape} cannot have another "
                f"shape, received {tuple(array.shape)}"
            )
        self.value = array
        # Also for `x.data += array`, which changes the old memory and assigns it again.
        mark_changed(self.value)

    @property
    def size(self) -> ElementCount:
        """Number of elements, as in NumPy; ``size()`` and ``size(0)`` work as in PyTorch."""
        return ElementCount(self.value.shape)

    @property
    def dtype(self) -> Any:
        """Kind of the elements, such as ``tg.float32``; it equals NumPy's dtype."""
        return dtype_of(self.value)

    @property
    def nbytes(self) -> int:
        """Bytes of the elements."""
        return self.value.nbytes

    @property
    def itemsize(self) -> int:
        """Bytes of one element."""
        return self.value.itemsize

    @property
    def T(self) -> Tensor:
        """The axes reversed."""
        return self.permute(tuple(range(self.ndim))[::-1])  # type: ignore[no-any-return]  # untyped

    @property
    def mT(self) -> Tensor:
        """The last two axes exchanged."""
        return self.swapaxes(-1, -2)  # type: ignore[no-any-return]  # operations are untyped

    @property
    def grad_fn(self) -> GradFunction | None:
        """The step of backward that belongs to it, or None for a leaf."""
        return grad_function(self)

    # ---- gradients

    @property
    def grad(self) -> Tensor | None:
        """The gradient that `backward` has added up, in the shape of this tensor; None before.

        A tensor or an array may be assigned. A tensor that is no leaf has a gradient only after
        `retain_grad`; reading it without one warns, as in PyTorch.

        Raises
        ------
        TypeError, ValueError
            If what is assigned is no gradient of this tensor.
        """
        if self.gradient is None and self.op is not None:
            warn_if_not_kept(self)
        return self.gradient  # type: ignore[no-any-return]  # of the engine

    @grad.setter
    def grad(self, gradient: Any) -> None:
        if gradient is not None:
            if isinstance(gradient, (np.ndarray, np.generic)):
                gradient = from_numpy(as_array(gradient))
            if not isinstance(gradient, Tensor) or gradient.value.dtype.kind != "f":
                what = gradient.dtype if isinstance(gradient, Tensor) else type(gradient).__name__
                raise TypeError(
                    f".grad must be a tensor or an array of floats, or None; received {what}"
                )
            if gradient.value.shape != self.value.shape:
                raise ValueError(
                    f".grad must have the shape of its tensor, {self.value.shape}; received "
                    f"{gradient.value.shape}"
                )
        self.gradient = gradient

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Tensor | Sequence[Tensor] | None = None,
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
        inputs : Tensor or sequence of Tensor, optional
            Only these receive a gradient.

        Raises
        ------
        RuntimeError
            When nothing was recorded, the graph was freed, or the shape is not scalar.
        """
        if create_graph is not False:
            create_graph = check_flag("backward", "create_graph", create_graph)
        g = output_gradient(self, gradient, create_graph)
        chosen = None
        if inputs is not None:
            chosen = [inputs] if isinstance(inputs, Tensor) else inputs
            chosen = check_list("backward", "inputs", chosen, "tensors")
            if not all(isinstance(x, Tensor) for x in chosen):
                raise TypeError(f"backward: inputs must be a list of tensors, received {inputs!r}")
            if not chosen:
                raise ValueError(
                    "backward: inputs is empty, so nothing would receive a gradient; leave it out "
                    "for all leaves (a generator of parameters may have been used up)"
                )
            if not all(x.requires_grad for x in chosen):
                raise RuntimeError("backward: each of inputs must require a gradient")
        accumulate_gradients([self], [g], chosen, create_graph, retain_graph)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Record, or stop recording, operations on this leaf; return it."""
        requires_grad = check_flag("requires_grad_", "requires_grad", requires_grad)
        if requires_grad and self.value.dtype.kind != "f":
            raise TypeError(
                "only floating-point tensors can require a gradient, this one is "
                f"{self.dtype.name}; use .float() or dtype=np.float32"
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
        if not self.requires_grad:
            raise RuntimeError("only a tensor that requires a gradient can retain it")
        if not self.is_leaf:
            retain(self)

    def register_hook(self, hook: Callable[[Tensor], Any]) -> RemovableHandle:
        """Call ``hook(grad)`` when the gradient arrives; what it returns, if not None, replaces it.

        ``.remove()`` of the handle that is returned removes the hook.
        """
        if not self.requires_grad:
            raise RuntimeError("a hook needs a tensor that requires a gradient")
        return register(self, hook)

    register_post_accumulate_grad_hook = register_post_accumulate_grad_hook

    def detach(self) -> Tensor:
        """The same values, sharing memory, without history."""
        return from_numpy(self.value)

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = None

    # ---- copies

    __hash__ = object.__hash__  # equality is that of the elements

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        self._refuse_history("deepcopy")
        copy = self._copy_of(self.value.copy(), self.requires_grad, self.name)
        copy.grad = None if self.grad is None else self.grad.detach().clone()
        memo[id(self)] = copy
        return copy

    def __reduce__(self) -> Any:
        self._refuse_history("pickle")
        return type(self)._copy_of, (self.value, self.requires_grad, self.name)

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


Node.result_class = Tensor
install(Tensor)


def output_gradient(output: Tensor, gradient: Any, create_graph: bool) -> Any:
    """The gradient to start from: the one given, or 1 for a single element."""
    up_to_date("backward", output)
    if not output.requires_grad:
        raise RuntimeError(_why_no_gradient(output))
    if gradient is None:
        data = output.value
        if data.size != 1:
            raise RuntimeError(
                f"backward of a tensor of shape {tuple(output.shape)} needs the gradient of each "
                "element; reduce it first, with .sum() or .mean(), or pass gradient="
            )
        gradient = np.array(1.0, data.dtype, ndmin=data.ndim)
        if not create_graph:
            return gradient
    raw = np.asarray(value_of(gradient))
    if raw.shape != output.shape:
        raise RuntimeError(
            f"the gradient has shape {tuple(raw.shape)}, the tensor {tuple(output.shape)}; they "
            "must be equal"
        )
    if not create_graph:
        return raw.astype(output.dtype, copy=False)
    return gradient if isinstance(gradient, Node) else from_numpy(raw.astype(output.dtype))


def _why_no_gradient(output: Tensor) -> str:
    if output.op is not None:
        to = " to integers or booleans" if output.op.differentiable else ""
        return (
            f"{output.op.name}{to} has no gradient, nor has what is computed from its result, so "
            "there is nothing to differentiate"
        )
    return (
        "this tensor does not depend on any tensor with requires_grad=True, or it was computed "
        "under no_grad, so there is nothing to differentiate"
    )


def from_numpy(array: Array) -> Tensor:
    """Make a tensor that shares the memory of ``array``.

    >>> import numpy as np, tinygrad_edu as tg
    >>> a = np.zeros(2, np.float32)
    >>> t = tg.from_numpy(a)
    >>> a[0] = 1
    >>> t
    tensor([1., 0.])
    """
    return Tensor._copy_of(real_array(array, None), False, None)
