"""Where a function is differentiated: its inputs as tensors, and results in their form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu.autograd.gradient import grad
from tinygrad_edu.engine import Node
from tinygrad_edu.tensor import Tensor, from_numpy, tensor

__all__ = ["Inputs", "Point"]

#: One tensor or array, a tuple of them, or a module: anything with ``named_parameters``.
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
    connected : bool
        Whether results shall be differentiable with respect to ``inputs`` themselves.
    """

    def __init__(
        self, name: str, func: Callable[..., Any], inputs: Inputs, connected: bool = False
    ) -> None:
        self.name = name
        self.keys: list[str] | None = None
        self.several = isinstance(inputs, (tuple, list))
        self.as_arrays = False
        arguments: list[Tensor] = []
        if not isinstance(inputs, _VALUES):
            named = [(key, p) for key, p in inputs.named_parameters() if p.requires_grad]
            self.keys = [key for key, _ in named]
            self.tensors = [p for _, p in named]
        else:
            given = list(inputs) if isinstance(inputs, (tuple, list)) else [inputs]
            self.as_arrays = not any(isinstance(x, Node) for x in given)
            self.tensors = [_variable(x, connected) for x in given]
            arguments = self.tensors
        if not self.tensors:
            raise ValueError(f"{name}: there is nothing to differentiate with respect to")
        outputs = func(*arguments)
        self.several_outputs = isinstance(outputs, (tuple, list))
        self.outputs: list[Tensor] = list(outputs) if self.several_outputs else [outputs]
        for k, y in enumerate(self.outputs):
            if not isinstance(y, Tensor):
                raise TypeError(
                    f"{name}: the function must return a tensor, or a tuple of them, but its output"
                    f"{f' {k}' if self.several_outputs else ''} is a {type(y).__name__}"
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
                if g is None or (create_graph and not g.requires_grad):
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
        return _fitting(self.name, what, given, self.tensors)

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
        return _fitting(self.name, what, given, self.outputs)

    def form(self, values: Sequence[Any]) -> Any:
        """One value for each input, in the form of the inputs."""
        if self.keys is not None:
            return dict(zip(self.keys, values, strict=True))
        return tuple(values) if self.several else values[0]

    def output_form(self, values: Sequence[Any]) -> Any:
        """One value for each output, in the form of the outputs."""
        return tuple(values) if self.several_outputs else values[0]

    def give(self, x: Tensor, create_graph: bool) -> Any:
        """A result for the caller: an array where the inputs were, else without its graph."""
        if self.as_arrays and not create_graph:
            return x.value
        return x if create_graph else x.detach()


def _variable(x: Any, connected: bool) -> Tensor:
    """``x`` as a tensor of its own to differentiate with respect to."""
    if isinstance(x, Tensor):
        if connected and x.requires_grad:
            copy: Tensor = ops.positive(x)
            return copy
        return from_numpy(x.value).requires_grad_()
    return tensor(x, requires_grad=True)


def _fitting(name: str, what: str, given: list[Any], like: Sequence[Tensor]) -> list[Any]:
    if len(given) != len(like):
        raise ValueError(f"{name}: {what} needs {len(like)} parts, received {len(given)}")
    fitted: list[Any] = []
    for k, (part, x) in enumerate(zip(given, like, strict=True)):
        array = part if isinstance(part, Tensor) else np.asarray(part, x.dtype)
        if array.shape != x.shape:
            raise ValueError(f"{name}: part {k} of {what} has shape {array.shape}, not {x.shape}")
        fitted.append(array)
    return fitted
