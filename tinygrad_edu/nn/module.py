"""Module: the base of everything that has parameters."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FunctionType, MappingProxyType, MethodType
from typing import Any, Self

from tinygrad_edu._checked import settings_checked
from tinygrad_edu._checks import check_flag
from tinygrad_edu._restored import restored
from tinygrad_edu.engine import RemovableHandle
from tinygrad_edu.nn._conversion import Convertible
from tinygrad_edu.nn._hooks import Hook, Hooks
from tinygrad_edu.nn._state import LoadReport, State, is_state, load, snapshot
from tinygrad_edu.nn._tree import Tree, no_tensor, note_place, outline, walk
from tinygrad_edu.nn.parameter import Buffer, Parameter
from tinygrad_edu.tensor import Tensor

__all__ = ["Module"]


def _set_modes(modes: Iterable[tuple[Module, bool]]) -> None:
    for module, mode in modes:
        module.training = mode


def _no_forward(self: Module, *args: Any, **kwargs: Any) -> Any:
    """Compute the output from the inputs: what every module defines."""
    raise NotImplementedError(f"{type(self).__name__} defines no forward(self, ...)")


class Module(Convertible):
    """A part of a net: parameters, buffers, other modules, and a ``forward`` that uses them.

    Assign them as attributes, also in lists, tuples and dicts: whatever asks for parameters walks
    the attributes in the order of their definition. ``super().__init__()`` is welcome but not
    needed.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu import nn
    >>> class Net(nn.Module):
    ...     def __init__(self, hidden):
    ...         self.hidden = hidden
    ...         self.layers = [nn.Linear(4, hidden), nn.Linear(hidden, 3)]
    ...
    ...     def forward(self, x):
    ...         return self.layers[1](tg.relu(self.layers[0](x)))
    >>> net = Net(5)
    >>> net
    Net(
      (layers.0): Linear(in_features=4, out_features=5, bias=True)
      (layers.1): Linear(in_features=5, out_features=3, bias=True)
    )
    >>> [name for name, _ in net.named_parameters()]
    ['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias']
    >>> net(tg.tensor([[1.0, 2.0, 3.0, 4.0]])).shape
    torch.Size([1, 3])
    """

    #: Whether layers such as dropout behave as in training; `train` and `eval` switch it.
    training: bool = True
    forward: Callable[..., Any] = _no_forward

    _hooks: Hooks | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run ``forward`` and the hooks; an error says in which module it arose."""
        try:
            if self._hooks is None:
                return self.forward(*args, **kwargs)
            return self._hooks.run(self, args, kwargs)
        except Exception as error:
            told = no_tensor(error, self, args)
            note_place(told or error, self)
            if told is not None:
                raise told from error
            raise

    def __setattr__(self, name: str, value: Any) -> None:
        old = vars(self).get(name)
        if isinstance(old, Parameter) and not isinstance(value, (Parameter, type(None))):
            raise TypeError(
                f"{type(self).__name__}.{name} is a parameter and cannot become a "
                f"{type(value).__name__}; assign nn.Parameter(...), or change its values with "
                f"`with tg.no_grad(): {name}.copy_(...)`"
            )
        if name == "training":
            check_flag(type(self).__name__, name, value)
        if name in _METHODS and not isinstance(value, (FunctionType, MethodType)):
            raise AttributeError(
                f"{type(self).__name__}.{name} would hide the method {name}() of nn.Module; "
                "choose another name"
            )
        if type(value) is Tensor:
            if isinstance(old, Buffer):
                # PyTorch code updates a running value by assignment: it stays a buffer.
                value = Buffer(value.value, old.persistent, old.name)
            elif value.requires_grad and value.is_leaf:
                warnings.warn(
                    f"{type(self).__name__}.{name} requires a gradient but is no parameter, so "
                    "parameters() and the state leave it out; assign nn.Parameter(...), or a "
                    "tensor without a gradient",
                    stacklevel=2,
                )
        object.__setattr__(self, name, value)

    def mult_adds(self, x: Any, y: Any) -> int:
        """Multiplications with additions in one call from ``x`` to ``y``, for `nn.summary`.

        Layers with weights to multiply override it; all else is small beside them.
        """
        return 0

    # ---- what it is made of

    @settings_checked
    def named_modules(
        self, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """Yield this module and all below it, parents first, with dotted names."""
        for name, item in walk(self, prefix, not remove_duplicate):
            if isinstance(item, Module):
                yield name, item

    def modules(self) -> Iterator[Module]:
        """Yield this module and all below it, parents first, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules right below this one, those in lists and dicts too."""
        return super().named_children()

    def children(self) -> Iterator[Module]:
        """Yield the modules right below this one, each once."""
        return (module for _, module in self.named_children())

    # PyTorch's registries, to read: what is assigned to the module is its part here.
    _modules = property(lambda self: MappingProxyType(dict(self.named_children())))
    _parameters = property(lambda self: MappingProxyType(dict(self.named_parameters("", False))))
    _buffers = property(lambda self: MappingProxyType(dict(self.named_buffers("", False))))

    @settings_checked
    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Yield all parameters with dotted names: those of a module before those below it."""
        for name, item in walk(self, prefix, not remove_duplicate, recurse):
            if isinstance(item, Parameter):
                yield name, item

    @settings_checked
    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Yield all parameters in the order of `named_parameters`, a shared one once."""
        return (parameter for _, parameter in self.named_parameters("", recurse))

    @settings_checked
    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Buffer]]:
        """Yield all buffers with dotted names, in the order of definition."""
        for name, item in walk(self, prefix, not remove_duplicate, recurse):
            if isinstance(item, Buffer):
                yield name, item

    @settings_checked
    def buffers(self, recurse: bool = True) -> Iterator[Buffer]:
        """Yield all buffers in the order of definition, a shared one once."""
        return (buffer for _, buffer in self.named_buffers("", recurse))

    def get_submodule(self, target: str) -> Module:
        """Return the module with the dotted name ``target``; the empty name is this module."""
        return self._find(target, Module, "module")  # type: ignore[no-any-return]  # checked there

    def get_parameter(self, target: str) -> Parameter:
        """Return the parameter with the dotted name ``target``."""
        return self._find(target, Parameter, "parameter")  # type: ignore[no-any-return]  # checked

    def get_buffer(self, target: str) -> Buffer:
        """Return the buffer with the dotted name ``target``."""
        return self._find(target, Buffer, "buffer")  # type: ignore[no-any-return]  # checked there

    def _find(self, target: str, kind: type, what: str) -> Any:
        known = []
        for name, item in walk(self, shared=True):
            if isinstance(item, kind):
                if name == target:
                    return item
                known.append(name)
        names = ", ".join(name for name in known if name) or "none"
        raise AttributeError(f"{type(self).__name__} has no {what} {target!r}; it has {names}")

    # ---- adding to it by name

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Set the attribute ``name`` to a parameter, or to None."""
        self._register(name, param, Parameter)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Set the attribute ``name`` to a buffer made of ``tensor``, or to None."""
        buffer = None if tensor is None else Buffer(tensor, persistent)
        self._register(name, buffer, Buffer)

    def add_module(self, name: str, module: Module | None) -> None:
        """Set the attribute ``name`` to a module, or to None."""
        self._register(name, module, Module)

    register_module = add_module

    def _register(self, name: str, item: Any, kind: type) -> None:
        what = kind.__name__
        if item is not None and not isinstance(item, kind):
            raise TypeError(f"{name!r} must be a {what} or None, got {type(item).__name__}")
        if not isinstance(name, str) or not name or "." in name:
            raise KeyError(f"a {what} needs a name without dots, got {name!r}")
        if name in vars(self):
            if not isinstance(vars(self)[name], (kind, type(None))):
                raise KeyError(f"{type(self).__name__} already has an attribute {name!r}")
        elif name in dir(type(self)):
            raise KeyError(f"{name!r} is already a part of the class {type(self).__name__}")
        setattr(self, name, item)

    # ---- changing all of it

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all below it to training, or to evaluation; return it."""
        if not isinstance(mode, bool):
            raise TypeError(f"train(mode) needs True or False, got {mode!r}")
        before = [(module, module.training) for module in self.modules()]
        try:
            for module, _ in before:
                module.training = mode
        except BaseException:  # an interrupt: all of them change, or none
            _set_modes(before)
            raise
        return self

    def eval(self) -> Self:
        """Switch this module and all below it to evaluation; return it."""
        return self.train(False)

    @contextmanager
    def evaluating(self) -> Iterator[Self]:
        """Evaluate inside the block; afterwards each module is in the mode it had before."""
        before = [(module, module.training) for module in self.modules()]
        with restored(lambda: _set_modes(before)):
            _set_modes((module, False) for module, _ in before)
            yield self

    @settings_checked
    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call ``fn`` on every module, children before their parents; return this one."""
        for module in reversed([m for _, m in walk(self, mirrored=True) if isinstance(m, Module)]):
            fn(module)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let all parameters be trained, or freeze them; return this module."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    @settings_checked
    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zero."""
        for parameter in self.parameters():
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                parameter.grad = parameter.grad.detach() * 0.0

    # ---- state

    @settings_checked
    def state_dict(self, *, prefix: str = "", keep_vars: bool = False) -> State:
        """All parameters and persistent buffers as tensors, by PyTorch's names.

        Copies, which refuse to be written; with ``keep_vars`` the parameters and buffers.
        """
        return OrderedDict(
            (name, item if keep_vars else snapshot(item))
            for name, item in walk(self, prefix.removesuffix("."), shared=True)
            if isinstance(item, Tensor) and is_state(item)
        )

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> LoadReport:
        """Copy arrays or tensors, also PyTorch's, into the parameters and buffers of these names.

        Everything is checked before anything is written. ``assign`` gives the parameters the dtype
        of the state too.

        Raises
        ------
        ValueError
            Listing every missing or unexpected name (unless ``strict`` is False) and every wrong
            shape or dtype. The module is then unchanged.
        """
        own = (
            (name, item)
            for name, item in walk(self, shared=True)
            if isinstance(item, Tensor) and is_state(item)
        )
        return load(type(self).__name__, own, state_dict, strict, assign)

    # ---- hooks

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args)`` before forward; a result other than None replaces args."""
        return self._own_hooks().add("forward_pre", hook, prepend, with_kwargs)

    def register_forward_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, args, output)`` after forward; a result replaces the output."""
        return self._own_hooks().add("forward", hook, prepend, with_kwargs)

    def register_full_backward_pre_hook(
        self, hook: Hook, *, prepend: bool = False
    ) -> RemovableHandle:
        """Call ``hook(module, grad_output)`` when the gradient arrives; a result replaces it."""
        return self._own_hooks().add("backward_pre", hook, prepend)

    def register_full_backward_hook(self, hook: Hook, *, prepend: bool = False) -> RemovableHandle:
        """Call ``hook(module, grad_input, grad_output)`` when both are known.

        Both are tuples: one entry for each argument and each part of the output, those in lists,
        tuples and dicts too, and None for what has no gradient. A result other than None replaces
        ``grad_input``.
        """
        return self._own_hooks().add("backward", hook, prepend)

    def _own_hooks(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks

    def __repr__(self) -> str:
        return outline(self)


# Names that no attribute may take. A function may: somebody replaces the method for one module.
_METHODS = frozenset(
    name
    for kind in (Module, Convertible, Tree)
    for name, value in vars(kind).items()
    if callable(value) and not name.startswith("_") and name != "forward"
)
