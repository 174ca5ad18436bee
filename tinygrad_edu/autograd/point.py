"""Where a function is differentiated: its inputs as tensors, and results in their form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Any, TypeAlias

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import check_numbers
from tinygrad_edu._restored import restored
from tinygrad_edu.autograd.gradient import grad, is_independent
from tinygrad_edu.autograd.parameters import HasParameters
from tinygrad_edu.engine import Node, enable_grad, inputs_of, is_grad_enabled, tick
from tinygrad_edu.tensor import Tensor, from_numpy, tensor

__all__ = ["Inputs", "Point"]

#: One tensor or array, a tuple of them, or a module.
Inputs: TypeAlias = Any

_VALUES = (Node, np.ndarray, np.generic, int, float, tuple, list)


class Point:
    """A function at its inputs.

    Parameters
    ----------
    name : str
        Who asks, for errors.
    func : callable
        Called with the inputs; without any where ``inputs`` is a module.
    inputs : array, Tensor, tuple of them, or module
        Arrays in, arrays out: results take the form of the inputs. A module's results are
        dictionaries by the names of its parameters.
    create_graph : bool or None
        Whether results are recorded. None records them where they depend on a variable from
        outside of the function, by an argument or by a closure, unless the caller records nothing.
    leaves_count : bool
        Whether a leaf that requires a gradient is such a variable when it is among ``inputs``.
    """

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        inputs: Inputs,
        create_graph: bool | None = None,
        leaves_count: bool = False,
    ) -> None:
        self.name = name
        self.keys: list[str] | None = None
        self.several = isinstance(inputs, (tuple, list))
        self.as_arrays = False
        #: Whether this is evaluated inside of another derivative.
        self.inside = bool(_ACTIVE.get())
        if create_graph is None and not is_grad_enabled():
            create_graph = False
        start = tick()
        with enable_grad():
            arguments = self._variables(inputs, create_graph, leaves_count)
            self._call(func, arguments)
        #: Whether the caller leaves it to what the results depend on.
        self._by_need = create_graph is None
        if create_graph is None:
            create_graph = _depends_on_older(self.outputs, start, self._own - _ACTIVE.get())
        #: Whether what is computed from here on is recorded.
        self.create_graph = create_graph

    def _variables(
        self, inputs: Inputs, create_graph: bool | None, leaves_count: bool
    ) -> Sequence[Tensor]:
        """Make ``tensors``, the variables to differentiate by; return the arguments of the call."""
        if not isinstance(inputs, _VALUES):
            if not isinstance(inputs, HasParameters):
                raise TypeError(
                    f"{self.name}: inputs must be an array, a tensor, a tuple of them or a module, "
                    f"received {type(inputs).__name__}; give the values of a dict as a tuple"
                )
            named = [(key, p) for key, p in inputs.named_parameters() if p.requires_grad]
            self.keys = [key for key, _ in named]
            self.tensors: list[Tensor] = [p for _, p in named]
        else:
            given = list(inputs) if isinstance(inputs, (tuple, list)) else [inputs]
            for k, x in enumerate(given):
                if isinstance(x, (tuple, list)) and any(isinstance(part, Node) for part in x):
                    raise TypeError(
                        f"{self.name}: inputs must be a flat tuple of arrays or tensors, but "
                        f"input {k} is a {type(x).__name__} of tensors itself"
                    )
            self.as_arrays = not any(isinstance(x, Node) for x in given)
            self.tensors = [
                _variable(self.name, k, x, _is_kept(x, create_graph, leaves_count))
                for k, x in enumerate(given)
            ]
        if not self.tensors:
            raise ValueError(f"{self.name}: there is nothing to differentiate with respect to")
        self._own = frozenset(x.index for x in self.tensors)
        return self.tensors if self.keys is None else ()

    def _call(self, func: Callable[..., Any], arguments: Sequence[Tensor]) -> None:
        """Make ``outputs``; derivatives inside of ``func`` know the variables of this one."""
        before = _ACTIVE.get()
        with restored(lambda: _ACTIVE.set(before)):
            _ACTIVE.set(before | self._own)
            outputs = func(*arguments)
        self.several_outputs = isinstance(outputs, (tuple, list))
        found: list[Any] = list(outputs) if self.several_outputs else [outputs]
        self.outputs: list[Tensor] = found
        for k, y in enumerate(found):
            if not isinstance(y, Tensor):
                which = f" {k}" if self.several_outputs else ""
                raise TypeError(
                    f"{self.name}: the function must return a tensor, or a tuple of them, but its "
                    f"output{which} is a {type(y).__name__}"
                )

    def scalar(self) -> Tensor:
        """The output, which must be a single number."""
        if self.several_outputs or self.outputs[0].size != 1:
            shapes = [y.shape for y in self.outputs]
            raise ValueError(f"{self.name}: the result must be one number, not {shapes}")
        return self.outputs[0]

    # ---- derivatives

    def pull(
        self,
        outputs: Sequence[Tensor],
        cotangents: Sequence[Any],
        strict: bool = False,
        create_graph: bool = False,
        retain_graph: bool = True,
    ) -> list[Tensor]:
        """The gradient for each input; zeros, or an error if ``strict``, without a dependence."""
        pairs = [(y, g) for y, g in zip(outputs, cotangents, strict=True) if y.requires_grad]
        found: Sequence[Tensor | None] = [None] * len(self.tensors)
        if pairs:
            ys, gs = zip(*pairs, strict=True)
            found = grad(
                ys, self.tensors, gs, create_graph, retain_graph or create_graph, allow_unused=True
            )
        if strict:
            for k, g in enumerate(found):
                if g is None or (create_graph and is_independent(g)):
                    raise RuntimeError(
                        f"{self.name}: the result does not depend on {self._input(k)}, and "
                        "strict=True was given"
                    )
        return [
            from_numpy(np.zeros_like(x.value)) if g is None else g
            for g, x in zip(found, self.tensors, strict=True)
        ]

    def _input(self, k: int) -> str:
        return f"parameter {self.keys[k]!r}" if self.keys is not None else f"input {k}"

    # ---- forms

    def directions(self, v: Any, what: str = "v") -> list[Any]:
        """A vector in the space of the inputs, a part for each; 1 for None and a single number."""
        given: list[Any]
        if v is None:
            if len(self.tensors) != 1 or self.tensors[0].size != 1:
                raise ValueError(f"{self.name}: {what} may only be left out for a single number")
            given = [np.ones_like(self.tensors[0].value)]
        elif self.keys is not None and isinstance(v, dict):
            if set(v) != set(self.keys):
                raise ValueError(f"{self.name}: {what} has {sorted(v)}, not {sorted(self.keys)}")
            given = [v[key] for key in self.keys]
        else:
            given = list(v) if isinstance(v, (tuple, list)) and self._is_sequence(v) else [v]
        return self._noted(_fitting(self.name, what, given, self.tensors))

    def _noted(self, parts: list[Any]) -> list[Any]:
        """``parts``; a variable from outside among them is one that results depend on."""
        if self._by_need and any(isinstance(v, Node) and v.requires_grad for v in parts):
            self.create_graph = True
        return parts

    def _is_sequence(self, v: Any) -> bool:
        return self.several or self.keys is not None

    def cotangents(self, v: Any, what: str = "v") -> list[Any]:
        """A vector in the space of the outputs."""
        if v is None:
            if any(y.size != 1 for y in self.outputs):
                raise ValueError(f"{self.name}: {what} may only be left out for a single number")
            given = [np.ones_like(y.value) for y in self.outputs]
        else:
            given = list(v) if self.several_outputs else [v]
        return self._noted(_fitting(self.name, what, given, self.outputs))

    def form(self, values: Sequence[Any]) -> Any:
        """One value for each input, in the form of the inputs."""
        if self.keys is not None:
            return dict(zip(self.keys, values, strict=True))
        return tuple(values) if self.several else values[0]

    def output_form(self, values: Sequence[Any]) -> Any:
        """One value for each output, in the form of the outputs."""
        return tuple(values) if self.several_outputs else values[0]

    def give(self, x: Tensor) -> Any:
        """A result for the caller: recorded, or an array where the inputs were, or detached."""
        if self.create_graph:
            return x
        return x.value if self.as_arrays else x.detach()


#: The variables of the derivatives that are being computed around the present one.
_ACTIVE: ContextVar[frozenset[int]] = ContextVar("derivatives", default=frozenset())


def _depends_on_older(outputs: Sequence[Node], start: int, own: frozenset[int]) -> bool:
    """Whether a tensor from before ``start`` that requires a gradient leads to ``outputs``."""
    seen: set[int] = set()
    stack: list[Node] = [y for y in outputs if y.requires_grad]
    while stack:
        node = stack.pop()
        if node.index in seen:
            continue
        if node.index < start and node.index not in own:
            return True
        seen.add(node.index)
        stack += [x for x in inputs_of(node) if isinstance(x, Node) and x.requires_grad]
    return False


def _is_kept(x: Any, create_graph: bool | None, leaves_count: bool) -> bool:
    """Whether the results shall be differentiable with respect to the input ``x`` itself."""
    if not isinstance(x, Tensor) or not x.requires_grad or create_graph is False:
        return False
    return bool(create_graph) or leaves_count or not x.is_leaf or x.index in _ACTIVE.get()


def _variable(name: str, k: int, x: Any, kept: bool) -> Tensor:
    """``x`` as a tensor of its own, connected with ``x`` where that is kept."""
    if isinstance(x, Tensor):
        if kept:
            copy: Tensor = ops.positive(x)
            return copy
        return from_numpy(x.value).requires_grad_()
    try:
        return tensor(x, requires_grad=True)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{name}: input {k}: {error}") from error


def _fitting(name: str, what: str, given: list[Any], like: Sequence[Tensor]) -> list[Any]:
    if len(given) != len(like):
        raise ValueError(f"{name}: {what} needs {len(like)} parts, received {len(given)}")
    fitted: list[Any] = []
    for k, (part, x) in enumerate(zip(given, like, strict=True)):
        check_numbers(name, what, part)
        array = part if isinstance(part, Tensor) else np.asarray(part, x.dtype)
        if array.shape != x.shape:
            raise ValueError(
                f"{name}: part {k} of {what} has shape {tuple(array.shape)}, not {tuple(x.shape)}"
            )
        fitted.append(array)
    return fitted
