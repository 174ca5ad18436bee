"""Parameters that are computed by modules: a symmetric weight, a positive one, ..."""

from __future__ import annotations

from typing import Any, TypeVar

from tinygrad_edu.engine import no_grad
from tinygrad_edu.nn.container import ModuleDict, ModuleList
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter
from tinygrad_edu.tensor import as_tensor

__all__ = [
    "ParametrizationList", "is_parametrized", "register_parametrization", "remove_parametrizations",
]  # fmt: skip

M = TypeVar("M", bound=Module)


class ParametrizationList(ModuleList):
    """The modules that compute a parameter, one after the other, from ``original``."""

    def __init__(self, modules: Any, original: Any) -> None:
        super().__init__(modules)
        self.original = original

    def forward(self) -> Any:
        """The parameter."""
        value = self.original
        for module in self:
            value = module(value)
        return value

    def right_inverse(self, value: Any) -> Any:
        """The original that gives ``value``, by the ``right_inverse`` of each module."""
        for module in reversed(self):
            inverse = getattr(module, "right_inverse", None)
            if inverse is None:
                raise RuntimeError(
                    f"{type(module).__name__} has no right_inverse, so the parameter cannot be "
                    "assigned; change parametrizations.<name>.original"
                )
            value = inverse(value)
        return value


def register_parametrization(
    module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> M:
    """Let a module compute a parameter from what is trained instead, its ``original``.

    The parameter is computed at each access.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> class Symmetric(tg.nn.Module):
    ...     def forward(self, x):
    ...         return x.triu() + x.triu(1).T
    >>> layer = register_parametrization(tg.nn.Linear(3, 3), "weight", Symmetric())
    >>> bool((layer.weight == layer.weight.T).all())
    True
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'parametrizations.weight.original']
    """
    if is_parametrized(module, tensor_name):
        vars(module)["parametrizations"][tensor_name].append(parametrization)
        return module
    original = vars(module).get(tensor_name)
    if not isinstance(original, Parameter):
        raise ValueError(
            f"register_parametrization: {type(module).__name__} has no parameter {tensor_name!r}"
        )
    inverse = getattr(parametrization, "right_inverse", None)
    if inverse is not None:
        with no_grad():
            original.data = as_tensor(inverse(original)).detach()
    if not is_parametrized(module):
        kind = type(module)
        name = f"Parametrized{kind.__name__}"
        module.__class__ = type(name, (kind,), {"__module__": kind.__module__})
        module.parametrizations = ModuleDict()
    del vars(module)[tensor_name]
    steps = ParametrizationList([parametrization], original)
    vars(module)["parametrizations"][tensor_name] = steps

    def read(self: Any) -> Any:
        return self.parametrizations[tensor_name]()

    def write(self: Any, value: Any) -> None:
        steps = self.parametrizations[tensor_name]
        with no_grad():
            steps.original.copy_(steps.right_inverse(as_tensor(value)))

    setattr(type(module), tensor_name, property(read, write))
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether the module computes a parameter, or this one."""
    found = vars(module).get("parametrizations")
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """Make the computed value a parameter again, or the original with leave_parametrized=False."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(
            f"remove_parametrizations: {tensor_name!r} of {type(module).__name__} is not computed"
        )
    with no_grad():
        value = getattr(module, tensor_name).detach()
    found: Any = vars(module)["parametrizations"]
    original = found[tensor_name].original
    if leave_parametrized:
        original.data = value.clone()
    delattr(type(module), tensor_name)
    del found[tensor_name]
    if not len(found):
        del vars(module)["parametrizations"]
        module.__class__ = type(module).__bases__[0]
    setattr(module, tensor_name, original)
    return module
