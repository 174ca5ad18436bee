"""`check_optimizer`: what every rule must do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu._checked import settings_checked
from tinygrad_edu._checks import check_count
from tinygrad_edu.engine import Array
from tinygrad_edu.random import get_generator
from tinygrad_edu.tensor import Tensor, tensor
from tinygrad_edu.testing.laws.verdict import conform, demand

__all__ = ["check_optimizer"]

_SHAPES = ((3, 2), (4,), ())


@settings_checked
def check_optimizer(
    make: Callable[[list[Tensor]], Any],
    *,
    steps: int = 60,
    exempt: Mapping[str, str] | None = None,
) -> list[str]:
    """Check an optimizer: it descends, keeps dtypes and memory, saves and resumes exactly.

    Parameters
    ----------
    make : callable
        Makes the optimizer for a list of parameters: ``lambda params: tg.optim.Adam(params)``.
    steps : int
        How many it may take to lower a quadratic.
    exempt : mapping, optional
        Laws to leave out, each with the reason.

    Returns
    -------
    list of str
        The laws that were checked.

    Raises
    ------
    ConformanceError
        With every law that is broken.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import check_optimizer
    >>> "resumes_exactly" in check_optimizer(lambda params: tg.optim.Adam(params, lr=0.05))
    True
    """
    __tracebackhide__ = True
    check_count("check_optimizer", "steps", steps)
    checks = _OptimizerLaws(make, steps)
    laws: list[tuple[str, Callable[[], None]]] = [
        (law.__name__, law)
        for law in (
            checks.descends,
            checks.memory_is_kept,
            checks.float32_is_kept,
            checks.gradients_stay_unchanged,
            checks.without_gradient_nothing_moves,
            checks.zero_gradients_are_harmless,
            checks.same_twice,
            checks.resumes_exactly,
            checks.state_is_a_copy,
            checks.parameters_are_checked,
            checks.learning_rate_is_read,
        )
    ]
    return conform(type(make(_parameters())).__name__, laws, exempt)


def _parameters(dtype: Any = np.float64) -> list[Tensor]:
    rng = get_generator(0)
    return [
        tensor(np.asarray(rng.uniform(0.5, 1.5, s)).astype(dtype), requires_grad=True)
        for s in _SHAPES
    ]


def _loss(params: list[Tensor]) -> Tensor:
    """A bowl with axes of different steepness, around 0."""
    total: Tensor = (params[0] * params[0]).sum()
    for k, p in enumerate(params[1:], start=2):
        total = total + k * (p * p).sum()
    return total


class _OptimizerLaws:
    def __init__(self, make: Callable[[list[Tensor]], Any], steps: int) -> None:
        self.make, self.steps = make, steps

    def advance(self, optimizer: Any, params: list[Tensor], steps: int) -> None:
        def closure() -> Tensor:
            optimizer.zero_grad()
            loss = _loss(params)
            loss.backward()
            return loss

        for _ in range(steps):
            optimizer.step(closure)

    # ---- the laws

    def descends(self) -> None:
        """The loss of a quadratic falls."""
        params = _parameters()
        before = _loss(params).item()
        self.advance(self.make(params), params, self.steps)
        after = _loss(params).item()
        demand(after < before, f"after {self.steps} steps the loss went from {before} to {after}")

    def memory_is_kept(self) -> None:
        """Weights are changed where they are: ``.data`` stays the same array."""
        params = _parameters()
        arrays = [p.value for p in params]
        self.advance(self.make(params), params, 3)
        for k, (p, array) in enumerate(zip(params, arrays, strict=True)):
            demand(p.value is array, f"parameter {k} was given another array")

    def float32_is_kept(self) -> None:
        """float32 weights stay float32, and so does every array of the state."""
        params = _parameters(np.float32)
        optimizer = self.make(params)
        self.advance(optimizer, params, 5)
        for k, p in enumerate(params):
            demand(p.dtype == np.float32, f"parameter {k} became {p.dtype.name}")
        for where, array in _arrays(optimizer.state_dict()):
            if array.dtype.kind == "f":
                demand(array.dtype == np.float32, f"{where} of the state is {array.dtype}")

    def gradients_stay_unchanged(self) -> None:
        """A step reads gradients and writes none."""
        params = _parameters()
        optimizer = self.make(params)
        for _ in range(3):
            optimizer.zero_grad()
            loss = _loss(params)
            loss.backward()
            before = [p.grad.value.tobytes() for p in params if p.grad is not None]
            optimizer.step(lambda loss=loss: loss)
            after = [p.grad.value.tobytes() for p in params if p.grad is not None]
            demand(before == after, "a step changed a gradient")

    def without_gradient_nothing_moves(self) -> None:
        """A parameter whose gradient is None stays as it is, decay or not."""
        params = _parameters()
        optimizer = self.make(params)
        for _ in range(3):
            optimizer.zero_grad()
            loss = _loss([*params[:1], params[1].detach(), params[2]])
            loss.backward()
            before = params[1].value.copy()
            optimizer.step(lambda loss=loss: loss)
            demand(np.array_equal(params[1].value, before), "a parameter without gradient moved")

    def zero_gradients_are_harmless(self) -> None:
        """Gradients of zero give no NaN."""
        params = _parameters()
        optimizer = self.make(params)
        for _ in range(3):
            optimizer.zero_grad()
            loss = _loss(params) * 0.0
            loss.backward()
            optimizer.step(lambda loss=loss: loss)
        for k, p in enumerate(params):
            finite = bool(np.isfinite(p.value).all())
            demand(finite, f"gradients of zero made parameter {k} {p.value}")

    def same_twice(self) -> None:
        """Two runs from the same start give the same bits."""
        runs = []
        for _ in range(2):
            params = _parameters()
            self.advance(self.make(params), params, 7)
            runs.append([p.value.tobytes() for p in params])
        demand(runs[0] == runs[1], "two runs from the same start differ")

    def resumes_exactly(self) -> None:
        """Saved after any step and loaded into a new one, it goes on bit for bit."""
        straight = _parameters()
        optimizer = self.make(straight)
        saved = []
        for _ in range(6):
            weights = [p.value.copy() for p in straight]
            saved.append((weights, optimizer.state_dict()))
            self.advance(optimizer, straight, 1)
        for done, (weights, state) in enumerate(saved):
            params = [tensor(w, requires_grad=True) for w in weights]
            resumed = self.make(params)
            resumed.load_state_dict(state)
            self.advance(resumed, params, 6 - done)
            for k, (p, q) in enumerate(zip(params, straight, strict=True)):
                same = p.value.tobytes() == q.value.tobytes()
                demand(same, f"resumed after {done} steps, parameter {k} ends elsewhere")

    def state_is_a_copy(self) -> None:
        """Steps do not change a saved state."""
        params = _parameters()
        optimizer = self.make(params)
        self.advance(optimizer, params, 2)
        saved = optimizer.state_dict()
        before = [(where, array.copy()) for where, array in _arrays(saved)]
        self.advance(optimizer, params, 2)
        for (where, old), (_, now) in zip(before, _arrays(saved), strict=True):
            demand(np.array_equal(old, now), f"{where} of a saved state changed with a later step")

    def parameters_are_checked(self) -> None:
        """No parameters, one that comes twice, or a computed one are refused."""
        twice = _parameters()[:1] * 2
        computed = [_parameters()[0] * 2.0]
        for what, params in [("none", []), ("one twice", twice), ("a computed one", computed)]:
            try:
                self.make(params)
            except (ValueError, TypeError):
                continue
            demand(False, f"parameters were accepted: {what}")

    def learning_rate_is_read(self) -> None:
        """With the learning rate of the groups at 0, nothing moves."""
        params = _parameters()
        optimizer = self.make(params)
        for group in optimizer.param_groups:
            group["lr"] = 0.0
        before = [p.value.copy() for p in params]
        self.advance(optimizer, params, 2)
        for k, (p, old) in enumerate(zip(params, before, strict=True)):
            demand(np.array_equal(p.value, old), f"parameter {k} moved with a learning rate of 0")


def _arrays(state: Any, where: str = "") -> list[tuple[str, Array]]:
    """Every array inside nested dicts and lists, with its path."""
    if isinstance(state, np.ndarray):
        return [(where, state)]
    if isinstance(state, Tensor):
        return [(where, state.value)]
    if isinstance(state, Mapping):
        return [found for key, part in state.items() for found in _arrays(part, f"{where}.{key}")]
    if isinstance(state, (list, tuple)):
        return [found for k, part in enumerate(state) for found in _arrays(part, f"{where}[{k}]")]
    return []
