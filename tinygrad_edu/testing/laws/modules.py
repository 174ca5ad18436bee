"""`check_module`: is somebody's layer or net one that trains, saves and loads as it should."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu._checked import settings_checked
from tinygrad_edu.engine import Array, no_grad, value_of
from tinygrad_edu.random import manual_seed
from tinygrad_edu.tensor import Tensor, tensor
from tinygrad_edu.testing.gradcheck import gradcheck, gradgradcheck
from tinygrad_edu.testing.laws.verdict import conform, demand, demand_close

__all__ = ["check_module"]


@settings_checked
def check_module(
    module: Any,
    *inputs: Any,
    exempt: Mapping[str, str] | None = None,
    independent: bool = True,
    seed: int = 0,
) -> list[str]:
    """Check a module: gradients of inputs and parameters, dtypes, modes, saving and loading.

    Parameters
    ----------
    module : Module
        Left as it is: copies are checked.
    *inputs : arrays
        A batch, of at least two samples, away from kinks. Integer arrays (labels, indices) are
        passed on as they are.
    exempt : mapping, optional
        Laws to leave out, each with the reason.
    independent : bool
        Whether in eval mode each sample's output depends on that sample alone.
    seed : int
        Restarts the random numbers before every forward pass, so that dropout can be checked.

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
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> from tinygrad_edu.testing import check_module
    >>> x = tg.random.default_generator().normal(size=(2, 3))
    >>> "gradients" in check_module(tg.nn.Linear(3, 4), x)
    True
    """
    __tracebackhide__ = True
    arrays = [np.asarray(value_of(a)) for a in inputs]
    checks = _ModuleLaws(module, arrays, seed)
    laws: list[tuple[str, Callable[[], None]]] = [
        (law.__name__, law)
        for law in (
            checks.result_is_a_tensor,
            checks.gradients,
            checks.gradients_of_gradients,
            checks.every_parameter_learns,
            checks.float32_is_kept,
            checks.modes_reach_every_part,
            checks.evaluation_is_repeatable,
            checks.state_can_be_loaded,
            checks.state_is_a_copy,
            checks.wrong_state_changes_nothing,
            checks.inputs_stay_unchanged,
        )
    ]
    if independent:
        laws.append(("samples_are_independent", checks.samples_are_independent))
    return conform(type(module).__name__, laws, exempt)


class _ModuleLaws:
    def __init__(self, module: Any, arrays: list[Array], seed: int) -> None:
        self.module, self.arrays, self.seed = module, arrays, seed

    def fresh(self, dtype: Any = np.float64) -> Any:
        """A copy with parameters, buffers and all in another dtype."""
        return copy.deepcopy(self.module).to(dtype=dtype)

    def tensors(self, dtype: Any = np.float64) -> list[Tensor]:
        """The inputs as tensors; floats require a gradient."""
        return [
            tensor(a.astype(dtype), requires_grad=True) if a.dtype.kind == "f" else tensor(a)
            for a in self.arrays
        ]

    def run(self, module: Any, inputs: list[Any]) -> Any:
        manual_seed(self.seed)
        return module(*inputs)

    def parameters(self, module: Any) -> dict[str, Tensor]:
        return {name: p for name, p in module.named_parameters() if p.requires_grad}

    # ---- the laws

    def result_is_a_tensor(self) -> None:
        """A forward pass gives one tensor (or a tuple of them)."""
        y = self.run(self.fresh(), self.tensors())
        for part in y if isinstance(y, tuple) else (y,):
            demand(isinstance(part, Tensor), f"the result is a {type(part).__name__}")

    def check_gradients(self, check: Callable[..., bool | None]) -> None:
        module, inputs = self.fresh(), self.tensors()
        parameters = self.parameters(module)
        for name, p in parameters.items():
            p.name = name
        count = len(inputs)
        options = {"rtol": 1e-5, "atol": 1e-7} if check is gradgradcheck else {}
        if not parameters and not any(x.requires_grad for x in inputs):
            return
        # The parameters are read by the module itself; gradcheck moves them where they are.
        check(
            lambda *both: self.run(module, list(both[:count])),
            [*inputs, *parameters.values()],
            generator=self.seed,
            **options,
        )

    def gradients(self) -> None:
        """Gradients of inputs and parameters agree with differences."""
        self.check_gradients(gradcheck)

    def gradients_of_gradients(self) -> None:
        """So do those of second order."""
        self.check_gradients(gradgradcheck)

    def every_parameter_learns(self) -> None:
        """Backward reaches every parameter."""
        module = self.fresh()
        y = self.run(module, self.tensors())
        total = sum((part * part).sum() for part in (y if isinstance(y, tuple) else (y,)))
        parameters = self.parameters(module)
        if parameters:
            total.backward()
        lost = [name for name, p in parameters.items() if p.grad is None]
        demand(not lost, f"no gradient reaches {', '.join(lost)}")

    def float32_is_kept(self) -> None:
        """float32 in, float32 out, for values and gradients."""
        module, inputs = self.fresh(np.float32), self.tensors(np.float32)
        y = self.run(module, list(inputs))
        parts = [part for part in (y if isinstance(y, tuple) else (y,)) if part.dtype.kind == "f"]
        total = parts[0].sum()
        for part in parts[1:]:
            total = total + part.sum()
        named = {"the result": parts[0].dtype}
        if total.requires_grad:
            total.backward()
        for name, p in [*self.parameters(module).items(), *zip("abcdef", inputs, strict=False)]:
            if p.grad is not None:
                named[f"the gradient of {name}"] = p.grad.dtype
        for what, dtype in named.items():
            demand(dtype == np.float32, f"{what} is {dtype.name}")

    def modes_reach_every_part(self) -> None:
        """``train()`` and ``eval()`` reach every module inside."""
        module = self.fresh()
        for mode in (False, True):
            module.train(mode)
            stuck = [name for name, part in module.named_modules() if part.training is not mode]
            demand(not stuck, f"train({mode}) does not reach {', '.join(stuck) or 'the module'}")

    def evaluation_is_repeatable(self) -> None:
        """In eval mode two passes give the same bits, whatever the random numbers, and no state."""
        module = self.fresh().eval()
        before = _bytes(module)
        with no_grad():
            first = module(*self.tensors())
            second = module(*self.tensors())
        demand(_bytes(module) == before, "a pass in eval mode changes the state")
        for a, b in zip(_parts(first), _parts(second), strict=True):
            demand(a.tobytes() == b.tobytes(), "two passes in eval mode differ")

    def state_can_be_loaded(self) -> None:
        """A saved state makes another copy the same."""
        module = self.fresh().eval()
        other = self.fresh().eval()
        for name, p in self.parameters(other).items():
            p.value[...] = p.value * 0.5 + 0.1
            demand(bool(name), "a parameter has no name")
        other.load_state_dict(module.state_dict())
        with no_grad():
            pairs = zip(
                _parts(module(*self.tensors())), _parts(other(*self.tensors())), strict=True
            )
        for a, b in pairs:
            demand_close(b, a, 0.0, "the result after load_state_dict")

    def state_is_a_copy(self) -> None:
        """Training on does not change a saved state."""
        module = self.fresh()
        saved = module.state_dict()
        before = {name: np.array(a) for name, a in saved.items()}
        for p in self.parameters(module).values():
            p.value += 1.0
        for name, a in saved.items():
            demand(np.array_equal(np.asarray(a), before[name]), f"{name} is not a copy")

    def wrong_state_changes_nothing(self) -> None:
        """A state that does not fit raises, and changes no part of the module."""
        module = self.fresh()
        saved = {name: np.array(a) for name, a in module.state_dict().items()}
        if not saved:
            return
        last = list(saved)[-1]
        wrong = {name: a + 1 for name, a in saved.items()}
        wrong[last] = np.zeros((*saved[last].shape, 2))
        before = _bytes(module)
        try:
            module.load_state_dict(wrong)
        except Exception as error:
            demand(last in str(error), f"the error does not name {last}: {error}")
        else:
            demand(False, f"{last} was loaded in another shape")
        demand(_bytes(module) == before, "a state that was refused changed the module")

    def inputs_stay_unchanged(self) -> None:
        """Forward and backward leave the inputs alone."""
        inputs = self.tensors()
        before = [x.value.tobytes() for x in inputs]
        y = self.run(self.fresh(), inputs)
        first = y[0] if isinstance(y, tuple) else y
        if first.requires_grad:
            first.sum().backward()
        demand(before == [x.value.tobytes() for x in inputs], "an input was written into")

    def samples_are_independent(self) -> None:
        """In eval mode, reordering the samples of a batch reorders the results."""
        module = self.fresh().eval()
        order = np.arange(len(self.arrays[0]))[::-1]
        with no_grad():
            straight = _parts(module(*self.tensors()))
            turned = _parts(module(*(tensor(a[order]) for a in self.arrays)))
        for a, b in zip(straight, turned, strict=True):
            demand_close(b, a[order], 1e-12, "the result of a reordered batch")


def _parts(y: Any) -> list[Array]:
    return [part.value for part in (y if isinstance(y, tuple) else (y,))]


def _bytes(module: Any) -> dict[str, bytes]:
    return {name: np.asarray(a).tobytes() for name, a in module.state_dict().items()}
