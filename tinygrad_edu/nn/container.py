"""Modules that hold other modules, or parameters, in order or by name."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Self, TypeVar, overload

from tinygrad_edu._checks import check_count, check_list
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["Lambda", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]

T = TypeVar("T", bound=Module | Parameter)


class _Container(Module, Generic[T]):
    """The members are attributes of their own names, so the walk and ``net.fc1`` find them."""

    def _members(self) -> dict[str, T]:
        kind = self._kind()
        return {name: item for name, item in vars(self).items() if isinstance(item, kind)}

    def _kind(self) -> type[T]:
        return Module  # type: ignore[return-value]  # the containers of parameters override it

    def _checked(self, item: Any) -> T:
        """``item`` if it may be a member, else an error that says what to write instead."""
        if isinstance(item, Module):
            return item  # type: ignore[return-value]  # T is Module here
        got = f"a {type(item).__name__}"
        if isinstance(item, type) and issubclass(item, Module):
            got, advice = f"the class {item.__name__}", f"write {item.__name__}(...)"
        elif isinstance(item, (list, tuple, Iterator)):
            advice = f"unpack it: {type(self).__name__}(*layers)"
        elif callable(item):
            advice = "wrap a function in nn.Lambda(function)"
        else:
            got, advice = repr(item), "pass modules"
        raise TypeError(f"{type(self).__name__} holds modules, got {got}; {advice}")

    def __len__(self) -> int:
        return len(self._members())

    def __bool__(self) -> bool:
        return True  # an empty container is still there, as in PyTorch's `if self.norm:`


class _ListContainer(_Container[T]):
    """Members in order, named by their position."""

    def _assign(self, items: Iterable[tuple[str, T]]) -> None:
        """Replace all members, numbering again those that had a number for a name."""
        for name in self._members():
            delattr(self, name)
        for position, (name, item) in enumerate(items):
            setattr(self, str(position) if not name or name.isdigit() else name, item)

    def _names(self, index: int | slice) -> Any:
        names = list(self._members())
        try:
            return names[index]
        except IndexError:
            raise IndexError(
                f"index {index} is out of range for a {type(self).__name__} of {len(names)}"
            ) from None

    def __iter__(self) -> Iterator[T]:
        return iter(self._members().values())

    def __reversed__(self) -> Iterator[T]:
        return reversed(self._members().values())

    def __contains__(self, item: object) -> bool:
        return any(member is item for member in self)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> T | Self:
        if not isinstance(index, slice):
            return vars(self)[self._names(operator.index(index))]  # type: ignore[no-any-return]  # a member
        part = type(self).__new__(type(self))
        part._assign((name, vars(self)[name]) for name in self._names(index))
        return part

    def __setitem__(self, index: int, item: T) -> None:
        setattr(self, self._names(operator.index(index)), self._checked(item))

    def __delitem__(self, index: int | slice) -> None:
        gone = self._names(index if isinstance(index, slice) else operator.index(index))
        gone = set(gone) if isinstance(gone, list) else {gone}
        self._assign([(n, item) for n, item in self._members().items() if n not in gone])

    def insert(self, index: int, item: T) -> None:
        """Put ``item`` before the member at ``index``; the numbers after it grow by one."""
        members = list(self._members().items())
        members.insert(index, ("", self._checked(item)))
        self._assign(members)

    def append(self, item: T) -> Self:
        """Put ``item`` at the end."""
        self._assign([*self._members().items(), ("", self._checked(item))])
        return self

    def extend(self, items: Iterable[T]) -> Self:
        """Put ``items`` at the end, in order."""
        given = check_list(type(self).__name__, "items", items, "members")
        new = [("", self._checked(item)) for item in given]
        self._assign([*self._members().items(), *new])
        return self

    def pop(self, index: int = -1) -> T:
        """Remove the member at ``index`` and return it."""
        index = check_count(type(self).__name__, "index", index, None)
        item = self[index]
        del self[index]
        return item

    def __add__(self, other: Iterable[T]) -> Self:
        return self[:].extend(other)

    def __iadd__(self, other: Iterable[T]) -> Self:
        return self.extend(other)


class Sequential(_ListContainer[Module]):
    """Modules one after the other: the output of each is the input of the next.

    Parameters
    ----------
    *modules : Module, or one dict of modules by name
        In order.

    Raises
    ------
    TypeError
        For anything that is not a module.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu import nn
    >>> net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))
    >>> net(tg.tensor([[1.0, 2.0, 3.0, 4.0]])).shape
    torch.Size([1, 3])
    >>> net[0], len(net)
    (Linear(in_features=4, out_features=5, bias=True), 3)
    """

    def __init__(self, *modules: Any) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self.add_module(name, self._checked(module))
        else:
            self.extend(modules)

    def forward(self, x: Any) -> Any:
        """Pass ``x`` through all modules in order."""
        for layer in list(vars(self).values()):
            if isinstance(layer, Module):
                x = layer(x)
        return x


class ModuleList(_ListContainer[Module]):
    """A list of modules, for a ``forward`` of your own.

    A plain list as an attribute does as well here; in PyTorch it does not.

    Examples
    --------
    >>> from tinygrad_edu import nn
    >>> layers = nn.ModuleList(nn.Linear(n, n + 1) for n in (2, 3))
    >>> layers.append(nn.ReLU())
    ModuleList(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Linear(in_features=3, out_features=4, bias=True)
      (2): ReLU()
    )
    """

    _counts_equals = True

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        modules = () if modules is None else modules
        self.extend(check_list("ModuleList", "modules", modules, "modules"))


class ParameterList(_ListContainer[Parameter]):
    """A list of parameters; tensors and arrays in it become parameters.

    Examples
    --------
    >>> from tinygrad_edu import nn
    >>> weights = nn.ParameterList([[1.0, 2.0], [3.0]])
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        values = () if values is None else values
        self.extend(check_list("ParameterList", "values", values, "tensors"))

    def _kind(self) -> type[Parameter]:
        return Parameter

    def _checked(self, item: Any) -> Parameter:
        return item if isinstance(item, Parameter) else Parameter(item)

    def extra_repr(self) -> str:
        """The shapes of the parameters."""
        return ", ".join(str(parameter.value.shape) for parameter in self)


class _DictContainer(_Container[T]):
    """Members by name."""

    def __getitem__(self, key: str) -> T:
        members = self._members()
        if key not in members:
            names = ", ".join(members) or "none"
            raise KeyError(f"this {type(self).__name__} has no member {key!r}; it has {names}")
        return members[key]

    def __setitem__(self, key: str, item: Any) -> None:
        self._register(key, self._checked(item), self._kind())

    def __delitem__(self, key: str) -> None:
        self[key]
        delattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members())

    def __contains__(self, key: object) -> bool:
        return key in self._members()

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._members().keys()

    def values(self) -> Iterable[T]:
        """The members."""
        return self._members().values()

    def items(self) -> Iterable[tuple[str, T]]:
        """Names and members."""
        return self._members().items()

    def update(self, members: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> None:
        """Add or replace members."""
        pairs = members.items() if isinstance(members, Mapping) else members
        for key, item in pairs:
            self[key] = item

    def pop(self, key: str) -> T:
        """Remove a member and return it."""
        item = self[key]
        del self[key]
        return item

    def clear(self) -> None:
        """Remove all members."""
        for key in self._members():
            del self[key]


class ModuleDict(_DictContainer[Module]):
    """Modules by name.

    Examples
    --------
    >>> from tinygrad_edu import nn
    >>> heads = nn.ModuleDict({"digit": nn.Linear(8, 10), "parity": nn.Linear(8, 2)})
    >>> heads["parity"]
    Linear(in_features=8, out_features=2, bias=True)
    """

    def __init__(
        self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None
    ) -> None:
        self.update(_named("ModuleDict", "modules", {} if modules is None else modules))


def _named(owner: str, name: str, given: Any) -> Any:
    """A mapping, or pairs of a name and an item, which may be an iterator."""
    if isinstance(given, Mapping):
        return given
    pairs = check_list(owner, name, given, "pairs")
    if not all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in pairs):
        raise TypeError(f"{owner}: {name} must be a dict or a list of pairs, received {given!r}")
    return pairs


class ParameterDict(_DictContainer[Parameter]):
    """Parameters by name; tensors and arrays in it become parameters.

    Examples
    --------
    >>> from tinygrad_edu import nn
    >>> nn.ParameterDict({"slope": [0.25]})["slope"]
    Parameter containing:
    tensor([0.2500], requires_grad=True)
    """

    def __init__(
        self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None
    ) -> None:
        self.update(_named("ParameterDict", "parameters", {} if parameters is None else parameters))

    def _kind(self) -> type[Parameter]:
        return Parameter

    def _checked(self, item: Any) -> Parameter:
        return item if isinstance(item, Parameter) else Parameter(item)

    def extra_repr(self) -> str:
        """The names and shapes of the parameters."""
        return ", ".join(f"{name}: {tuple(parameter.shape)}" for name, parameter in self.items())


class Lambda(Module):
    """A function as a module, for use in `Sequential`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu import nn
    >>> double = nn.Lambda(lambda x: 2 * x)
    >>> double(tg.tensor([1.0]))
    tensor([2.])
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise TypeError(f"Lambda: function must be callable, got {type(function).__name__}")
        self.function = function

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Apply the function."""
        return self.function(*args, **kwargs)
