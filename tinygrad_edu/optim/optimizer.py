"""The base of every optimizer: ``w ← w − lr · d``, where a rule is its direction d."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, fields
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu._checks import check_choice, check_flag
from tinygrad_edu.autograd.parameters import listed
from tinygrad_edu.engine import Array, Node, enable_grad, mark_changed
from tinygrad_edu.optim._closures import check_closure
from tinygrad_edu.optim._constructor import Constructed
from tinygrad_edu.optim._entries import EXECUTION_FLAGS, check_entries, check_groups, explain_flags
from tinygrad_edu.optim._hooks import StepHooks
from tinygrad_edu.optim._jobs import Job, Settings, State, pieces
from tinygrad_edu.optim._parameters import StateTable, named_parameters
from tinygrad_edu.optim._state import checked_state, make_state, saved_state, slot_problems
from tinygrad_edu.optim._workspace import LARGE, Workspace, aligned, run_in_two_threads
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = ["Optimizer"]

Betas = tuple[float, float]

# What a rule may take over from the base, if it says so.
_OF_THE_BASE = frozenset({"lr", "weight_decay"})


class Optimizer(Constructed, StepHooks):
    """Moves parameters along a direction: ``w ← w − lr · d(w, g)``.

    A rule is a subclass with a method ``direction`` that returns d. Groups, weight decay,
    ``maximize``, checks, state and its saving are the same for all rules and live here.

    ``direction(self, w, g, state, t, out)`` receives the arrays of a parameter and its gradient,
    the state, the count of steps and a scratch array like ``w``, so that it need not allocate. It
    must leave ``w`` and ``g`` alone. After ``out`` it names what else it needs: ``tmp``, another
    scratch array, and entries of the group.

    The settings of a rule are annotated attributes, as in a `dataclass`: they are arguments of its
    constructor and entries of every group. A constructor written by hand calls
    ``super().__init__(params, dict(lr=lr, ...))``, as in PyTorch.

    Parameters
    ----------
    params : iterable
        Tensors, ``(name, tensor)`` pairs, or dicts ``{"params": ..., "lr": ...}``, one per group.
    defaults : dict
        The entries of a group that does not say otherwise: ``lr`` and whatever the rule takes.
    maximize : bool
        Climb instead.
    foreach, fused, capturable, differentiable : bool
        PyTorch's choices of how a step is executed: accepted, and explained once.

    Raises
    ------
    ValueError, TypeError
        For no parameters, one that comes twice or was computed, numbers out of their range, and a
        ``direction`` that names an entry which no group has.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.optim import Optimizer
    >>> class SignDescent(Optimizer):
    ...     lr: float = 0.1
    ...
    ...     def direction(self, w, g, state, t, out):
    ...         return np.sign(g, out=out)
    >>> w = tg.tensor([1.0, -2.0], requires_grad=True)
    >>> optimizer = SignDescent([w])
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([ 0.9, -1.9], requires_grad=True)
    """

    slots: ClassVar[tuple[str, ...]] = ()
    """Names of the arrays kept for each parameter, zeros at first."""
    optional_slots: ClassVar[dict[str, str]] = {}
    """Arrays kept only where an entry of the group is on: ``{slot: entry}``."""
    numbers: ClassVar[dict[str, Any]] = {}
    """Numbers kept for each parameter, beside ``step``, and their first values."""
    transient: ClassVar[tuple[str, ...]] = ()
    """What a step keeps in the state until it ends, and an interrupt may leave there."""
    ranges: ClassVar[dict[str, str | tuple[str, ...]]] = {}
    """Intervals of entries that the common table lacks or that differ here; counts are
    ``"int [1, inf)"``, and what may be None begins with ``"None or "``."""
    choices: ClassVar[dict[str, tuple[Any, ...]]] = {}
    """The values of entries that are words."""
    takes_over: ClassVar[tuple[str, ...]] = ()
    """What the rule does itself: "lr" if d is the whole step, "weight_decay" if d holds it."""
    elementwise: ClassVar[bool] = True
    """Whether each weight moves by itself: large parameters are then cut into pieces."""
    decoupled: ClassVar[bool] = False
    """Whether weight decay shrinks the weight (Loshchilov & Hutter 2019) or joins the gradient."""

    differentiates: ClassVar[bool] = False
    """Whether ``step`` takes the gradients itself: the closure then only returns the loss."""

    # direction(self, w, g, state, t, out, [tmp,] **entries) -> d
    direction: ClassVar[Callable[..., Array]]
    _entries: ClassVar[tuple[str, ...]] = ()
    _wants_tmp: ClassVar[bool] = False
    _flags: ClassVar[frozenset[str]] = frozenset()
    _made: ClassVar[bool] = True

    params: Any
    _: KW_ONLY
    maximize: bool = False
    foreach: bool | None = None
    fused: bool | None = None
    capturable: bool | None = None
    differentiable: bool | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._flags = frozenset(f.name for f in fields(cls) if f.type in ("bool", bool))
        if cls.numbers:  # a piece of a parameter could not keep them
            cls.elementwise = False
        if "direction" in vars(cls):
            named = list(inspect.signature(cls.direction).parameters)[6:]
            cls._wants_tmp = "tmp" in named
            cls._entries = tuple(name for name in named if name != "tmp")
            if (taken := _OF_THE_BASE.intersection(named)) != set(cls.takes_over):
                raise TypeError(
                    f"{cls.__name__}.direction takes {sorted(taken) or 'nothing'} over from the "
                    f"base, but takes_over says {sorted(cls.takes_over) or 'nothing'}; the two "
                    "must agree"
                )

    def __init__(self, params: Any, defaults: dict[str, Any]) -> None:
        self._start(params, defaults)

    def __post_init__(self) -> None:
        """Move the settings that a made constructor has stored into the groups."""
        given = {each.name: vars(self).pop(each.name, each.default) for each in fields(self)}
        explain_flags(self._name, {flag: given.pop(flag) for flag in EXECUTION_FLAGS})
        if "generator" in given:
            self.generator: GeneratorLike = given.pop("generator")
            if self.generator is not None:
                self.generator = get_generator(self.generator, self._name)
        self._start(given.pop("params"), given)

    def _start(self, params: Any, defaults: dict[str, Any]) -> None:
        if not isinstance(defaults, Mapping):
            raise TypeError(f"{self._name}: defaults must be a dict, received {defaults!r}")
        if "self" in defaults or "params" in defaults:
            raise TypeError(
                f"{self._name}: pass the settings alone, dict(lr=lr, ...), not locals()"
            )
        self.defaults = {"weight_decay": 0.0, "maximize": False, **defaults}
        self.param_groups: list[dict[str, Any]] = []
        self.state = StateTable()
        self.steps = 0
        self._hooks = {}
        # By entry, the turn and the name of the scheduler that was built last.
        self.scheduled: dict[str, tuple[int, str, bool]] = {}
        self._workspaces = (Workspace(), Workspace())
        if isinstance(params, Node):
            raise TypeError(f"{self._name}: parameters come in a list; pass [tensor]")
        items = listed(self._name, params)
        groups: Any = items if items and isinstance(items[0], Mapping) else [{"params": items}]
        for group in groups:
            self.add_param_group(group)

    # ---- groups

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with entries of their own: ``{"params": tensors, "lr": 0.01, ...}``."""
        if not isinstance(group, Mapping) or "params" not in group:
            raise TypeError(f'{self._name}: a group is a dict with "params", received {group!r}')
        known = [p for each in self.param_groups for p in each["params"]]
        named = bool(self.param_groups) and "param_names" in self.param_groups[0]
        params, names = named_parameters(self._name, group["params"], known)
        if self.param_groups and named != bool(names):
            raise ValueError(f"{self._name}: name the parameters of every group, or of none")
        entries = {**self.defaults, **{key: v for key, v in group.items() if key != "params"}}
        if isinstance(lr := entries.get("lr"), Node) and lr.value.size == 1:
            entries["lr"] = lr.value.item()
        full = self.check_group(entries)
        for name in self._entries:
            if name not in full:
                raise TypeError(
                    f"{self._name}.direction needs an entry {name!r}, and no group has one; the "
                    f"entries are {', '.join(full)}. Add {name!r} to the settings, or correct its "
                    "name"
                )
        for p in params:
            self.check_parameter(p.value)
        self.param_groups.append({"params": params, **full})
        if names:
            self.param_groups[-1]["param_names"] = names
        self.state.extend_for(params)

    def check_group(self, entries: dict[str, Any]) -> dict[str, Any]:
        """The entries of a group, every number checked; a rule may add checks of its own."""
        for name, allowed in self.choices.items():
            check_choice(self._name, name, entries[name], allowed)
        for flag in self._flags & entries.keys():
            check_flag(self._name, flag, entries[flag])
        return check_entries(self._name, entries, self.ranges)

    def members(self) -> list[tuple[Any, State, dict[str, Any]]]:
        """Every parameter with its state and its group, by position."""
        states = iter(self.state)
        return [(p, next(states), group) for group in self.param_groups for p in group["params"]]

    def check_parameter(self, w: Array) -> None:
        """Raise if the rule cannot move a parameter such as ``w``."""

    @property
    def _name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        lines = []
        for k, group in enumerate(self.param_groups):
            sizes = ", ".join(str(p.shape) for p in group["params"])
            entries = ", ".join(
                f"{key}={value!r}" for key, value in group.items() if not key.startswith("param")
            )
            lines.append(f"  group {k}: {entries}\n    parameters {sizes}\n")
        return f"{self._name}(\n{''.join(lines)})"

    # ---- the step

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients; with ``set_to_none=False``, fill them with zeros instead."""
        check_flag(self._name, "set_to_none", set_to_none)
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none or p.grad is None:
                    p.grad = None
                else:
                    p.grad = p.wrap(np.zeros_like(p.grad.value))

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; the others, and their state, stay as they are.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss and its gradients anew, and returns the loss, which step returns too.

        Raises
        ------
        ValueError
            If a gradient has another shape than its parameter; nothing has then been moved.

        Notes
        -----
        An interrupt (Ctrl-C) can fall between two parameters, or within the update of one: some are
        then moved and others not. The state is complete, and training can go on; to have what was
        before the step, load a state that was saved.
        """
        self.run_hooks("step_pre")
        loss = None if closure is None else self.evaluate(check_closure(self._name, closure))
        try:
            self.update()
        except (TypeError, ValueError):
            check_groups(self)
            raise
        self.steps += 1
        self.run_hooks("step_post")
        return loss

    def evaluate(self, closure: Callable[[], Any]) -> Any:
        """What ``closure`` returns, with gradients recorded even inside ``no_grad``."""
        with enable_grad():
            return closure()

    def update(self) -> None:
        """Apply the rule to every parameter with a gradient, checked before any of them moves."""
        due, weights = self._due(), 0
        for w, _, state, settings in due:
            if settings.optional or "step" not in state:
                make_state(self, w, state, settings)
            weights += w.size
        large = self.elementwise and weights >= LARGE
        with np.errstate(all="ignore"):  # a NaN or an infinity is for the reader of the loss
            for job in due:
                job[2]["step"] += 1
                # Graphs that saw the old weights must not be run backward any more.
                mark_changed(job[0])
                if not large:
                    self._move(job, self._workspaces[0])
            if large:
                run_in_two_threads(self._move, list(pieces(due)), self._workspaces)

    def _due(self) -> list[Job]:
        due = []
        first = self.slots[0] if self.slots else ""  # its dtype stands for that of the others
        states = iter(self.state)
        for group in self.param_groups:
            settings = self._settings(group)
            for p in group["params"]:
                state = next(states)
                if p.gradient is None or p.value.size == 0:
                    continue
                w, g = p.value, p.gradient.value
                if g.shape != w.shape:
                    called = f" of {p.name!r}" if p.name else ""
                    raise ValueError(
                        f"{self._name}: the gradient{called} has shape {tuple(g.shape)}, its "
                        f"parameter has {tuple(w.shape)}; nothing was changed"
                    )
                kept = state.get(first)
                if kept is not None and kept.dtype is not w.dtype and kept.dtype != w.dtype:
                    raise TypeError(
                        f"{self._name}: a parameter is {w.dtype.name} and its {first} "
                        f"{kept.dtype.name}; convert the module before the first step, or make a "
                        "new optimizer"
                    )
                if g.dtype is not w.dtype:
                    g = g.astype(w.dtype, copy=False)
                due.append((w, g, state, settings))
        return due

    def _settings(self, group: dict[str, Any]) -> Settings:
        return Settings(
            lr=(lr := float(group["lr"])),  # a NumPy number or a tensor may have been assigned
            weight_decay=0.0 if "weight_decay" in self.takes_over else float(group["weight_decay"]),
            decoupled=group.get("decoupled_weight_decay", self.decoupled),
            maximize=group["maximize"],
            optional=tuple(slot for slot, entry in self.optional_slots.items() if group[entry]),
            entries={name: lr if name == "lr" else group[name] for name in self._entries},
            group=group,
        )

    def _move(self, job: Job, workspace: Workspace) -> None:
        """``w ← w − lr · d`` for one parameter, or a piece of one, in scratch arrays."""
        w, g, state, settings = job
        lr, weight_decay, decoupled, maximize, _, entries, _ = settings
        out, tmp, changed = workspace.arrays_like(w)
        if maximize:
            g = np.negative(g, out=changed)
        if weight_decay:
            if decoupled:
                np.multiply(w, 1 - lr * weight_decay, out=w)
            else:
                np.multiply(w, weight_decay, out=tmp)
                g = np.add(g, tmp, out=changed)
        if self._wants_tmp:
            entries = {**entries, "tmp": tmp}
        d = self.direction(w, g, state, state["step"], out, **entries)
        if "lr" not in self.takes_over:
            d = np.multiply(d, lr, out=out)
        np.subtract(w, d, out=w)

    # ---- state

    def slots_of(self, w: Array, group: Mapping[str, Any]) -> tuple[str, ...]:
        """The names of the arrays kept for the parameter ``w``."""
        optional = [slot for slot, entry in self.optional_slots.items() if group[entry]]
        return (*self.slots, *optional)

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """The first value of the array ``slot`` of the parameter ``w``: zeros."""
        array = aligned(w.shape, w.dtype)
        array.fill(0)
        return array

    def state_problems(self, state: State, w: Array, group: Mapping[str, Any]) -> list[str]:
        """What keeps a saved ``state`` from being that of the parameter ``w``, if anything."""
        return slot_problems(self, state, w, group)

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next steps depend on, copied: state by position, and the groups.

        Returns ``{"state": {position: {...}}, "param_groups": [...], "steps": int}``; parameters
        are their positions, counted through all groups.
        """
        self.run_hooks("state_dict_pre")
        saved = saved_state(self)
        self.run_hooks("state_dict_post", saved)
        return saved

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned, bit for bit.

        Parameters are matched by name where both sides have names, else by position.

        Raises
        ------
        ValueError
            With every problem found, if it does not fit; nothing has then been changed.
        """
        self.run_hooks("load_state_dict_pre", state_dict)
        states, groups, steps = checked_state(self, state_dict)
        for group, entries in zip(self.param_groups, groups, strict=True):
            group.update(entries)
        self.state[:] = states
        self.steps = steps
        self.run_hooks("load_state_dict_post")
