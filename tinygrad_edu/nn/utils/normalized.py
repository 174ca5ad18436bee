"""Weights that are computed from other parameters before each call of their layer."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.engine import no_grad
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter
from tinygrad_edu.random import get_generator

__all__ = ["remove_spectral_norm", "remove_weight_norm", "spectral_norm", "weight_norm"]

M = TypeVar("M", bound=Module)


def _check(owner: str, module: Any, name: Any) -> None:
    """Raise TypeError unless these are a module and a string."""
    if not isinstance(module, Module):
        raise TypeError(f"{owner}: module must be a module, received {module!r}")
    if not isinstance(name, str):
        raise TypeError(f"{owner}: name must be a string, received {name!r}")


class _Recomputed:
    """A hook before forward that computes the attribute ``name`` anew."""

    def __init__(self, owner: str, module: Module, name: str) -> None:
        _check(owner, module, name)
        if not isinstance(vars(module).get(name), Parameter):
            raise ValueError(
                f"{owner}: name must be that of a parameter of {type(module).__name__}, "
                f"received {name!r}"
            )
        self.owner, self.name = owner, name
        self.original: Any = vars(module).pop(name)

    def start(self, module: Module) -> None:
        """Compute it a first time, and before each call."""
        vars(module).setdefault("_recomputed", []).append(
            (self, module.register_forward_pre_hook(self))
        )
        setattr(module, self.name, self.value(module))

    def __call__(self, module: Module, args: Any) -> None:
        setattr(module, self.name, self.value(module))

    def value(self, module: Any) -> Any:
        """The tensor to compute with."""
        raise NotImplementedError

    def stop(self, module: Module, *gone: str) -> None:
        """Make the present value a parameter again, and drop the attributes ``gone``."""
        with no_grad():
            value = self.value(module)
        for name in (self.name, *gone):
            vars(module).pop(name, None)
        setattr(module, self.name, Parameter(value.detach()))


def _removed(owner: str, module: Any, kind: type[_Recomputed], name: str) -> _Recomputed:
    _check(owner, module, name)
    for entry in vars(module).get("_recomputed", []):
        if isinstance(entry[0], kind) and entry[0].name == name:
            entry[1].remove()
            vars(module)["_recomputed"].remove(entry)
            return entry[0]
    raise ValueError(
        f"{owner}: name must be that of a weight that is normalized, received {name!r}"
    )


class _WeightNorm(_Recomputed):
    """w = g v / ‖v‖, the norm of each slice along ``dim``, or of all for None."""

    def __init__(self, module: Module, name: str, dim: int | None) -> None:
        super().__init__("weight_norm", module, name)
        weight = self.original
        self.axes = None if dim is None else tuple(
            axis for axis in range(weight.ndim) if axis != dim % weight.ndim
        )  # fmt: skip
        with no_grad():
            length = self._length(weight)
        setattr(module, f"{name}_g", Parameter(length.detach()))
        setattr(module, f"{name}_v", Parameter(weight.detach()))
        self.start(module)

    def _length(self, v: Any) -> Any:
        return ops.sqrt(ops.sum(ops.square(v), axis=self.axes, keepdims=self.axes is not None))

    def value(self, module: Any) -> Any:
        v = getattr(module, f"{self.name}_v")
        return v * (getattr(module, f"{self.name}_g") / self._length(v))


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Split a weight into length and direction, w = g v / ‖v‖.  Salimans & Kingma 2016.

    The layer gets the parameters ``weight_g`` and ``weight_v`` in the place of ``weight``.

    Parameters
    ----------
    dim : int or None
        Each slice along this axis has a length of its own; None for one length.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.utils.weight_norm(tg.nn.Linear(3, 2))
    >>> [name for name, _ in layer.named_parameters()]
    ['bias', 'weight_g', 'weight_v']
    """
    _check("weight_norm", module, name)
    if dim is not None:
        check_count("weight_norm", "dim", dim, None)
    _WeightNorm(module, name, dim)
    return module


def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make the present weight a parameter again."""
    _removed("remove_weight_norm", module, _WeightNorm, name).stop(module, f"{name}_g", f"{name}_v")
    return module


class _SpectralNorm(_Recomputed):
    """w / σ, with σ the largest singular value, found by power iteration."""

    def __init__(self, module: Module, name: str, steps: int, eps: float, dim: int) -> None:
        super().__init__("spectral_norm", module, name)
        self.steps, self.eps, self.dim = steps, eps, dim
        matrix = self._matrix(self.original).value
        generator = get_generator(None, "spectral_norm")
        setattr(module, f"{name}_orig", self.original)
        for end, size in zip("uv", matrix.shape, strict=True):
            drawn = generator.standard_normal(size).astype(matrix.dtype)
            module.register_buffer(f"{name}_{end}", self._unit(drawn))
        self.start(module)

    def _unit(self, x: Any) -> Any:
        return x / max(float(np.linalg.norm(x)), self.eps)

    def _matrix(self, weight: Any) -> Any:
        moved = ops.moveaxis(weight, source=self.dim, destination=0)
        return ops.reshape(moved, shape=(moved.shape[0], -1))

    def value(self, module: Any) -> Any:
        weight = getattr(module, f"{self.name}_orig")
        matrix = self._matrix(weight)
        u, v = getattr(module, f"{self.name}_u"), getattr(module, f"{self.name}_v")
        if module.training:
            for _ in range(self.steps):
                v.copy_(self._unit(matrix.value.T @ u.value))
                u.copy_(self._unit(matrix.value @ v.value))
        # The graph keeps its own copies: the next call moves u and v in place.
        sigma = ops.sum(u.value.copy() * ops.matmul(matrix, v.value.copy()))
        return weight / sigma


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """Divide a weight by its largest singular value.  Miyato et al. 2018.

    The layer gets the parameter ``weight_orig`` and the buffers ``weight_u`` and ``weight_v``, the
    singular vectors, which each call in training improves by power iteration.

    Parameters
    ----------
    dim : int, optional
        The axis of the outputs: 1 for transposed convolutions, else 0.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.utils.spectral_norm(tg.nn.Linear(3, 2), n_power_iterations=50)
    >>> layer(tg.zeros(1, 3)).shape
    torch.Size([1, 2])
    >>> round(float(np.linalg.norm(layer.weight.detach().numpy(), 2)), 4)
    1.0
    """
    steps = check_count("spectral_norm", "n_power_iterations", n_power_iterations)
    check_number("spectral_norm", "eps", eps, "(0, inf)")
    _check("spectral_norm", module, name)
    if dim is not None:
        check_count("spectral_norm", "dim", dim, None)
    else:
        dim = 1 if type(module).__name__.startswith("ConvTranspose") else 0
    _SpectralNorm(module, name, steps, eps, dim)
    return module


def remove_spectral_norm(module: M, name: str = "weight") -> M:
    """Make the present weight a parameter again."""
    ends = (f"{name}_{end}" for end in ("orig", "u", "v"))
    _removed("remove_spectral_norm", module, _SpectralNorm, name).stop(module, *ends)
    return module
