"""Modules as functions of their parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tinygrad_edu import ops
from tinygrad_edu._checks import check_flag, check_list
from tinygrad_edu._restored import restored

__all__ = ["functional_call", "stack_module_state"]


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with other tensors in the place of its parameters and buffers.

    Gradients flow to these tensors. The module is as before afterwards.

    Parameters
    ----------
    module : Module
    parameter_and_buffer_dicts : dict, or tuple of dicts
        Tensors by the names of ``named_parameters`` and ``named_buffers``.
    args : tuple, or a single argument
    kwargs : dict, optional
    tie_weights : bool
        Parameters that are shared under several names are replaced under all of them.
    strict : bool
        Raise unless every parameter and buffer is given.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> net = tg.nn.Linear(2, 1)
    >>> state = {"weight": tg.tensor([[1.0, 2.0]]), "bias": tg.tensor([3.0])}
    >>> functional_call(net, state, tg.tensor([[1.0, 1.0]]))
    tensor([[6.]])
    """
    check_flag("functional_call", "tie_weights", tie_weights)
    check_flag("functional_call", "strict", strict)
    dicts = parameter_and_buffer_dicts
    given: dict[str, Any] = {}
    for each in [dicts] if isinstance(dicts, Mapping) else check_list(
        "functional_call", "parameter_and_buffer_dicts", dicts, "dicts"
    ):  # fmt: skip
        given.update(each)
    places = _places(module)
    if unknown := [name for name in given if name not in places]:
        raise RuntimeError(f"functional_call: the module has no {', '.join(unknown)}")
    if strict and (missing := [name for name in places if name not in given]):
        raise RuntimeError(f"functional_call: {', '.join(missing)} are not given")
    chosen: list[tuple[dict[str, Any], str, Any]] = []
    for name, new in given.items():
        owner, key = places[name]
        old = owner[key]
        same = [place for place in places.values() if tie_weights and place[0][place[1]] is old]
        chosen += [(where, at, new) for where, at in same or [(owner, key)]]
    before = [(where, at, where[at]) for where, at, _ in chosen]

    def restore() -> None:
        for where, at, old in before:
            where[at] = old

    with restored(restore):
        for where, at, new in chosen:
            where[at] = new
        inputs = args if isinstance(args, tuple) else () if args is None else (args,)
        return module(*inputs, **(kwargs or {}))


def _places(module: Any) -> dict[str, tuple[dict[str, Any], str]]:
    """By name, the attributes that hold each parameter and buffer, and its name there."""
    found = {}
    for prefix, owner in module.named_modules(remove_duplicate=False):
        own = [*owner.named_parameters("", False), *owner.named_buffers("", False)]
        for name, _ in own:
            if name in vars(owner):
                found[f"{prefix}.{name}" if prefix else name] = (vars(owner), name)
    return found


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of equal modules, stacked by name, for `vmap`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> parameters, buffers = stack_module_state([tg.nn.Linear(2, 1) for _ in range(3)])
    >>> parameters["weight"].shape
    torch.Size([3, 1, 2])
    """
    nets = check_list("stack_module_state", "models", models, "modules")
    if not nets:
        raise RuntimeError("stack_module_state: there are no models")
    parameters = [dict(net.named_parameters()) for net in nets]
    buffers = [dict(net.named_buffers()) for net in nets]
    return (
        {name: ops.stack([own[name] for own in parameters]).detach().requires_grad_()
         for name in parameters[0]},
        {name: ops.stack([own[name] for own in buffers]).detach() for name in buffers[0]},
    )  # fmt: skip
