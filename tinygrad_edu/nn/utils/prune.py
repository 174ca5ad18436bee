"""Pruning: weights that are held at zero by a mask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_number
from tinygrad_edu.engine import value_of
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter
from tinygrad_edu.random import get_generator
from tinygrad_edu.tensor import from_numpy

__all__ = [
    "BasePruningMethod", "CustomFromMask", "Identity", "L1Unstructured", "LnStructured",
    "RandomStructured", "RandomUnstructured", "custom_from_mask", "global_unstructured", "identity",
    "is_pruned", "l1_unstructured", "ln_structured", "random_structured", "random_unstructured",
    "remove",
]  # fmt: skip

M = TypeVar("M", bound=Module)


class BasePruningMethod:
    """A way to choose a mask; a subclass defines `compute_mask`.

    A pruned layer has the parameter ``weight_orig``, the buffer ``weight_mask``, and computes
    ``weight`` as their product before each call.
    """

    PRUNING_TYPE: ClassVar[str] = "unstructured"

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The new mask, of the shape of ``t``: 1 for what is kept."""
        raise NotImplementedError(f"{type(self).__name__} must define compute_mask")

    @classmethod
    def apply(
        cls, module: Module, name: str, *args: Any, importance_scores: Any = None, **kwargs: Any
    ) -> BasePruningMethod:
        """Prune the parameter ``name`` of ``module``; what is pruned already stays so."""
        method = cls(*args, **kwargs)
        original, mask = _parts(module, name)
        scores = original.value * mask if importance_scores is None else importance_scores
        new = _combined(method, value_of(scores), mask)
        if f"{name}_orig" not in vars(module):
            vars(module).pop(name)
            setattr(module, f"{name}_orig", original)
            module.register_buffer(f"{name}_mask", new)
            handle = module.register_forward_pre_hook(lambda m, inputs: _recompute(m, name))
            vars(module).setdefault("_pruned", {})[name] = handle
        else:
            getattr(module, f"{name}_mask").copy_(new)
        _recompute(module, name)
        return method


def _parts(module: Module, name: str) -> tuple[Any, Any]:
    """The parameter, and the mask it has so far."""
    original = vars(module).get(f"{name}_orig", vars(module).get(name))
    if not isinstance(original, Parameter):
        raise ValueError(f"prune: {type(module).__name__} has no parameter {name!r}")
    mask = vars(module).get(f"{name}_mask")
    return original, np.ones_like(original.value) if mask is None else mask.value


def _recompute(module: Any, name: str) -> None:
    mask = getattr(module, f"{name}_mask").value.copy()  # the graph keeps this one
    setattr(module, name, getattr(module, f"{name}_orig") * mask)


def _combined(method: BasePruningMethod, scores: Any, mask: Any) -> Any:
    """The mask that ``method`` makes of what ``mask`` leaves."""
    place: Any = slice(None)
    if method.PRUNING_TYPE == "unstructured":
        place = mask != 0
    elif method.PRUNING_TYPE == "structured" and not mask.all():
        dim = getattr(method, "dim", 0) % mask.ndim
        others = tuple(axis for axis in range(mask.ndim) if axis != dim)
        kept = (mask != 0).any(axis=others)
        place = (slice(None),) * dim + (kept,)
    partial = method.compute_mask(from_numpy(scores[place].copy()), from_numpy(mask[place].copy()))
    combined = mask.copy()
    combined[place] = np.asarray(value_of(partial)).astype(mask.dtype)
    return combined


def _count(owner: str, amount: float, size: int) -> int:
    """How many of ``size``: a number of them, or a fraction."""
    if isinstance(amount, int) and not isinstance(amount, bool):
        count = check_count(owner, "amount", amount, 0)
        if count > size:
            raise ValueError(f"{owner}: amount={amount} is more than the {size} that there are")
        return count
    return round(check_number(owner, "amount", amount, "[0, 1]") * size)


class Identity(BasePruningMethod):
    """A mask of ones."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask so far."""
        return default_mask


class _ByAmount(BasePruningMethod):
    """Prunes a number of weights or slices: those with the lowest scores."""

    def __init__(self, amount: float) -> None:
        self.amount = amount
        _count(type(self).__name__, amount, 2**63)

    def _lowest(self, scores: Any) -> Any:
        """True for the lowest ``amount`` of the scores."""
        lowest = np.zeros(scores.size, bool)
        count = _count(type(self).__name__, self.amount, scores.size)
        lowest[np.argsort(scores.reshape(-1), kind="stable")[:count]] = True
        return lowest.reshape(scores.shape)


class L1Unstructured(_ByAmount):
    """Prunes the weights of the smallest magnitude."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask so far without these."""
        return value_of(default_mask) * ~self._lowest(np.abs(value_of(t)))


class RandomUnstructured(_ByAmount):
    """Prunes weights at random."""

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask so far without these."""
        drawn = get_generator(None, "prune").random(t.shape)
        return value_of(default_mask) * ~self._lowest(drawn)


class RandomStructured(_ByAmount):
    """Prunes slices along ``dim`` at random."""

    PRUNING_TYPE = "structured"

    def __init__(self, amount: float, dim: int = -1) -> None:
        super().__init__(amount)
        self.dim = check_count(type(self).__name__, "dim", dim, None)

    def _scores(self, t: Any) -> Any:
        return get_generator(None, "prune").random(t.shape[self.dim])

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """The mask so far without these slices."""
        shape = [1] * t.ndim
        shape[self.dim] = -1
        return value_of(default_mask) * ~self._lowest(self._scores(t)).reshape(shape)


class LnStructured(RandomStructured):
    """Prunes the slices along ``dim`` with the smallest n-norm."""

    def __init__(self, amount: float, n: Any, dim: int = -1) -> None:
        super().__init__(amount, dim)
        self.n = n

    def _scores(self, t: Any) -> Any:
        rows = np.moveaxis(value_of(t), self.dim, 0)
        return value_of(ops.vector_norm(rows.reshape(len(rows), -1), ord=float(self.n), axis=1))


class CustomFromMask(BasePruningMethod):
    """Prunes what a given mask says."""

    PRUNING_TYPE = "global"

    def __init__(self, mask: Any) -> None:
        self.mask = mask

    def compute_mask(self, t: Any, default_mask: Any) -> Any:
        """What both masks keep."""
        return value_of(default_mask) * value_of(self.mask)


# ---- as functions


def identity(module: M, name: str) -> M:
    """Give the parameter a mask of ones."""
    Identity.apply(module, name)
    return module


def l1_unstructured(module: M, name: str, amount: float, importance_scores: Any = None) -> M:
    """Prune the weights of the smallest magnitude: a number of them, or a fraction.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = l1_unstructured(tg.nn.Linear(4, 1, bias=False), "weight", amount=0.5)
    >>> int(layer.weight_mask.sum())
    2
    """
    L1Unstructured.apply(module, name, amount, importance_scores=importance_scores)
    return module


def random_unstructured(module: M, name: str, amount: float) -> M:
    """Prune weights at random: a number of them, or a fraction."""
    RandomUnstructured.apply(module, name, amount)
    return module


def random_structured(module: M, name: str, amount: float, dim: int) -> M:
    """Prune slices along ``dim`` at random."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(
    module: M, name: str, amount: float, n: Any, dim: int, importance_scores: Any = None
) -> M:
    """Prune the slices along ``dim`` with the smallest n-norm."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: M, name: str, mask: Any) -> M:
    """Prune what ``mask`` has zeros for."""
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(
    parameters: Sequence[tuple[Module, str]],
    pruning_method: type[BasePruningMethod],
    importance_scores: Any = None,
    **kwargs: Any,
) -> None:
    """Prune several parameters as if they were one: ``[(layer, "weight"), ...]``."""
    pairs = list(parameters)
    scores, masks = [], []
    for module, name in pairs:
        original, mask = _parts(module, name)
        given = (importance_scores or {}).get((module, name), original)
        scores.append(value_of(given).reshape(-1))
        masks.append(mask.reshape(-1))
    both = np.concatenate(scores), np.concatenate(masks)
    new, start = _combined(pruning_method(**kwargs), *both), 0
    for (module, name), mask in zip(pairs, masks, strict=True):
        shape = _parts(module, name)[0].shape
        custom_from_mask(module, name, new[start : start + mask.size].reshape(shape))
        start += mask.size


def is_pruned(module: Module) -> bool:
    """Whether the module, or one below it, has a mask."""
    return any(vars(m).get("_pruned") for m in module.modules())


def remove(module: M, name: str) -> M:
    """Make the pruned weight the parameter, with its zeros, and forget the mask."""
    handles = vars(module).get("_pruned", {})
    if name not in handles:
        raise ValueError(
            f"prune.remove: the parameter {name!r} of {type(module).__name__} has no mask"
        )
    handles.pop(name).remove()
    pruned = getattr(module, f"{name}_orig").value * getattr(module, f"{name}_mask").value
    parameter = vars(module).pop(f"{name}_orig")
    for gone in (name, f"{name}_mask"):
        vars(module).pop(gone)
    parameter.data = from_numpy(pruned)
    setattr(module, name, parameter)
    return module
