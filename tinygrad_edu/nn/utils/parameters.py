"""Helpers around the parameters of a module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import checked
from tinygrad_edu._checks import check_list, check_number
from tinygrad_edu.autograd.parameters import listed_parameters
from tinygrad_edu.engine import mark_changed, value_of
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter

__all__ = [
    "param_groups_weight_decay", "parameters_to_vector", "vector_to_parameters",
]  # fmt: skip


def parameters_to_vector(parameters: Iterable[Any]) -> Any:
    """All parameters one after the other along one axis; gradients flow back to each.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.utils.parameters_to_vector(tg.nn.Linear(3, 2).parameters()).shape
    torch.Size([8])
    """
    given = listed_parameters("parameters_to_vector", parameters)
    if not given:
        raise ValueError("parameters_to_vector: there are no parameters; is the iterator used up?")
    parts = [ops.reshape(parameter, shape=(-1,)) for parameter in given]
    return ops.concatenate(parts, axis=0)


@checked
def vector_to_parameters(vec: Any, parameters: Iterable[Any]) -> None:
    """Copy the values of a vector into the parameters, in the order of `parameters_to_vector`.

    Raises
    ------
    ValueError
        If the vector has more or fewer elements than the parameters; nothing is changed then.
    """
    values = np.asarray(value_of(vec))
    targets = listed_parameters("vector_to_parameters", parameters)
    total = sum(target.size for target in targets)
    if values.shape != (total,):
        raise ValueError(
            f"vector_to_parameters: the parameters hold {total} values, the vector has shape "
            f"{tuple(values.shape)}"
        )
    start = 0
    for target in targets:
        target.value[...] = values[start : start + target.size].reshape(target.shape)
        mark_changed(target.value)
        start += target.size


def param_groups_weight_decay(
    model: Module, weight_decay: float = 1e-2, no_decay: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Two groups for an optimizer: weights decay, biases and scales of normalization do not.

    What has fewer than two axes does not decay, nor what ``no_decay`` names. Groups without
    parameters are left out.

    Parameters
    ----------
    model : Module
    weight_decay : float
    no_decay : iterable of str
        Dotted names of parameters or modules.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> groups = tg.nn.utils.param_groups_weight_decay(tg.nn.Linear(3, 2), 0.1)
    >>> [(len(g["params"]), g["weight_decay"]) for g in groups]
    [(1, 0.1), (1, 0.0)]
    """
    owner = "param_groups_weight_decay"
    if not isinstance(model, Module):
        raise TypeError(f"{owner}: model must be a module, received {model!r}")
    if isinstance(no_decay, str):
        raise TypeError(f"{owner}: no_decay must be names in a list, received {no_decay!r}")
    check_number(owner, "weight_decay", weight_decay, "[0, inf)")
    exempt = tuple(check_list(owner, "no_decay", no_decay, "names"))
    if not all(isinstance(name, str) for name in exempt):
        raise TypeError(f"{owner}: no_decay must be a list of names, received {no_decay!r}")
    decaying: list[Parameter] = []
    others: list[Parameter] = []
    used: set[str] = set()
    for name, parameter in model.named_parameters():
        named = [e for e in exempt if name == e or name.startswith(f"{e}.")]
        used.update(named)
        (others if named or parameter.ndim < 2 else decaying).append(parameter)
    if unknown := [name for name in exempt if name not in used]:
        raise ValueError(
            f"param_groups_weight_decay: {type(model).__name__} has no parameter or module named "
            f"{', '.join(unknown)}"
        )
    groups = [(decaying, weight_decay), (others, 0.0)]
    return [{"params": members, "weight_decay": decay} for members, decay in groups if members]
