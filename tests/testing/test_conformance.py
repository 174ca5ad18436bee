"""The suites for modules, optimizers, schedulers and datasets: ours pass, faulty ones are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn, optim
from tinygrad_edu.data import Dataset, TensorDataset
from tinygrad_edu.testing import (
    ConformanceError,
    check_dataset,
    check_module,
    check_optimizer,
    check_scheduler,
)
from tinygrad_edu.testing.laws.optimizers import _arrays

# ---- modules


def batch(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).uniform(0.2, 1.5, shape)


def test_good_modules_pass() -> None:
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    kept = check_module(net, batch(5, 3))
    assert len(kept) == 12
    assert check_module(nn.BatchNorm1d(3), batch(5, 3))
    assert check_module(nn.Dropout(0.4), batch(5, 3))
    assert check_module(nn.ReLU(), batch(5, 3))
    loss = check_module(
        nn.CrossEntropyLoss(), batch(5, 3), np.array([0, 2, 1, 1, 0]), independent=False
    )
    assert "samples_are_independent" not in loss


class Twins(nn.Module):
    """Several results, one of them integers."""

    def __init__(self) -> None:
        self.weight = nn.Parameter(np.full(3, 0.5, np.float32))

    def forward(self, x: Any) -> Any:
        return x * self.weight, tg.argmax(x, axis=1), tg.tanh(x)


class OneHot(nn.Module):
    """Nothing to differentiate at all."""

    def forward(self, ids: Any) -> Any:
        return tg.tensor(np.eye(3, dtype=np.float32)[ids.value])


def test_modules_of_unusual_results_pass() -> None:
    assert check_module(Twins(), batch(4, 3), exempt={"every_parameter_learns": "integers too"})
    assert check_module(OneHot(), np.array([0, 2, 1]))


class Base(nn.Module):
    def __init__(self) -> None:
        self.weight = nn.Parameter(np.full(3, 0.5, np.float32))

    def forward(self, x: Any) -> Any:
        return x * self.weight


class ReturnsArray(Base):
    def forward(self, x: Any) -> Any:
        return super().forward(x).detach().numpy()


class CutsGraph(Base):
    def forward(self, x: Any) -> Any:
        return super().forward(x) * tg.exp(x.detach())


class CutsSecondOrder(Base):
    def forward(self, x: Any) -> Any:
        y = super().forward(x)
        if x.requires_grad:  # a slope that is a constant for the second order
            y.register_hook(lambda g: g.detach())
        return y * y


class Forgets(Base):
    def __init__(self) -> None:
        super().__init__()
        self.unused = nn.Parameter(np.ones(2, np.float32))


class Widens(Base):
    def forward(self, x: Any) -> Any:
        return super().forward(x).double()


class HidesParts(Base):
    def train(self, mode: bool = True) -> Any:
        self.training = True
        return self


class RandomInEval(Base):
    def forward(self, x: Any) -> Any:
        return super().forward(x) + tg.random.default_generator().normal()


class CountsInEval(Base):
    def __init__(self) -> None:
        super().__init__()
        self.seen = nn.Buffer(np.zeros((), np.float32))

    def forward(self, x: Any) -> Any:
        self.seen.data += 1
        return super().forward(x)


class LoadsNothing(Base):
    def load_state_dict(self, *args: Any, **options: Any) -> Any:
        return None


class LendsState(Base):
    def state_dict(self, prefix: str = "") -> Any:
        return {"weight": self.weight.value}


class LoadsHalf(Base):
    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(np.zeros(3, np.float32))

    def forward(self, x: Any) -> Any:
        return super().forward(x) + self.bias

    def load_state_dict(self, state: Any, strict: bool = True) -> Any:
        for name, p in self.named_parameters():
            p.value[...] = state[name].reshape(p.shape)


class WritesInput(Base):
    def forward(self, x: Any) -> Any:
        y = super().forward(x)
        x.value[0] = 7.0
        return y


class MixesSamples(Base):
    def forward(self, x: Any) -> Any:
        return super().forward(x) + x[:1]


MODULES = [
    (ReturnsArray, "result_is_a_tensor"),
    (CutsGraph, "gradients"),
    (CutsSecondOrder, "gradients_of_gradients"),
    (Forgets, "every_parameter_learns: no gradient reaches unused"),
    (Widens, "float32_is_kept: the result is float64"),
    (HidesParts, "modes_reach_every_part"),
    (RandomInEval, "evaluation_is_repeatable: two passes in eval mode differ"),
    (CountsInEval, "evaluation_is_repeatable: a pass in eval mode changes the state"),
    (LoadsNothing, "state_can_be_loaded"),
    (LendsState, "state_is_a_copy: weight is not a copy"),
    (LoadsHalf, "wrong_state_changes_nothing"),
    (WritesInput, "inputs_stay_unchanged"),
    (MixesSamples, "samples_are_independent"),
]


@pytest.mark.parametrize(("module", "told"), MODULES)
def test_faulty_module_is_told(module: Any, told: str) -> None:
    with pytest.raises(ConformanceError, match=f"  {told}"):
        check_module(module(), batch(4, 3))


def test_module_is_left_as_it_was() -> None:
    net = nn.Linear(3, 2)
    before = {name: np.array(a) for name, a in net.state_dict().items()}
    check_module(net, batch(4, 3))
    for name, a in net.state_dict().items():
        np.testing.assert_array_equal(a, before[name])
    assert net.weight.dtype == np.float32


# ---- optimizers


@pytest.mark.parametrize(
    "make",
    [
        lambda params: optim.SGD(params, lr=0.05),
        lambda params: optim.SGD(params, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.01),
        lambda params: optim.Adam(params, lr=0.05, amsgrad=True),
        lambda params: optim.AdamW(params, lr=0.05),
    ],
)
def test_good_optimizers_pass(make: Any) -> None:
    assert len(check_optimizer(make)) == 11


class Faulty(optim.SGD):
    def __init__(self, params: Any) -> None:
        super().__init__(params, lr=0.05, momentum=0.9)


class Ascends(Faulty):
    def update(self) -> None:
        for p in self.param_groups[0]["params"]:
            p.data += 0.05 * (p.grad.value if p.grad else 0.0)


class Rebinds(Faulty):
    def update(self) -> None:
        super().update()
        for p in self.param_groups[0]["params"]:
            p.data = p.value.copy()


class WidensWeights(Faulty):
    def update(self) -> None:
        super().update()
        for p in self.param_groups[0]["params"]:
            p.data = p.value.astype(np.float64)


class WidensState(Faulty):
    def new_slot(self, slot: str, w: Any, group: Any) -> Any:
        return np.zeros(w.shape, np.float64)


class EditsGradients(Faulty):
    def update(self) -> None:
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                p.grad.data += 0.1 * p.value
        super().update()


class DecaysAlways(Faulty):
    def update(self) -> None:
        super().update()
        for p in self.param_groups[0]["params"]:
            p.data *= 0.99


class DividesByNorm(Faulty):
    def update(self) -> None:
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                with np.errstate(invalid="ignore"):
                    p.data -= 0.01 * p.grad.value / np.linalg.norm(p.grad.value)


class Noisy(Faulty):
    def update(self) -> None:
        super().update()
        for p in self.param_groups[0]["params"]:
            p.data += 1e-9 * np.random.default_rng().random()


class ForgetsMomentum(Faulty):
    def state_dict(self) -> Any:
        saved = super().state_dict()
        for state in saved["state"].values():
            for slot in [k for k, v in state.items() if isinstance(v, np.ndarray)]:
                state[slot] = np.zeros_like(state[slot])
        return saved


class LendsMomentum(Faulty):
    def state_dict(self) -> Any:
        saved = super().state_dict()
        return {**saved, "state": dict(enumerate(self.state))}


class TakesAnything(Faulty):
    def __init__(self, params: Any) -> None:
        super().__init__(params or [tg.tensor(1.0, requires_grad=True)])


class FixedRate(Faulty):
    def update(self) -> None:
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                p.data -= 0.05 * p.grad.value


OPTIMIZERS = [
    (Ascends, "descends"),
    (Rebinds, "memory_is_kept: parameter 0 was given another array"),
    (WidensWeights, "float32_is_kept: parameter 0 became float64"),
    (WidensState, "float32_is_kept: .state"),
    (EditsGradients, "gradients_stay_unchanged"),
    (DecaysAlways, "without_gradient_nothing_moves"),
    (DividesByNorm, "zero_gradients_are_harmless"),
    (Noisy, "same_twice"),
    (ForgetsMomentum, "resumes_exactly: resumed after 1 steps"),
    (LendsMomentum, "state_is_a_copy"),
    (TakesAnything, "parameters_are_checked: parameters were accepted: none"),
    (FixedRate, "learning_rate_is_read"),
]


@pytest.mark.parametrize(("rule", "told"), OPTIMIZERS)
def test_faulty_optimizer_is_told(rule: Any, told: str) -> None:
    with pytest.raises(ConformanceError, match=f"  {told}"):
        check_optimizer(rule)


def test_arrays_of_a_state_are_found_at_any_depth() -> None:
    state = {"a": [np.ones(1), {"b": tg.tensor([2.0])}], "lr": 0.1}
    found = [(where, float(a[0])) for where, a in _arrays(state)]
    assert found == [(".a[0]", 1.0), (".a[1].b", 2.0)]


# ---- schedulers


def schedule(make: Any) -> Any:
    def fresh() -> Any:
        optimizer = optim.SGD([tg.tensor(1.0, requires_grad=True)], lr=0.1)
        return make(optimizer)

    return fresh


@pytest.mark.parametrize(
    "make",
    [
        lambda optimizer: optim.lr_scheduler.StepLR(optimizer, step_size=7, gamma=0.3),
        lambda optimizer: optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=25, eta_min=0.01),
    ],
)
def test_good_schedulers_pass(make: Any) -> None:
    assert len(check_scheduler(schedule(make))) == 4


class Cosine(optim.lr_scheduler.CosineAnnealingLR):
    def __init__(self, optimizer: Any) -> None:
        super().__init__(optimizer, T_max=30)


class NumPyRates(Cosine):
    def apply(self) -> None:
        super().apply()
        for group in self.optimizer.param_groups:
            group["lr"] = np.float64(group["lr"])


class Negative(Cosine):
    def lr_at(self, base_lr: float, t: float) -> float:
        return super().lr_at(base_lr, t) - 0.05


class TellsBase(Cosine):
    def get_last_lr(self) -> list[float]:
        return self.base_lrs


class Drifts(Cosine):
    def apply(self) -> None:
        super().apply()
        for group in self.optimizer.param_groups:
            group["lr"] *= 1.001


class StartsAnew(Cosine):
    def load_state_dict(self, state: Any) -> None:
        return None


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (NumPyRates, "rates_are_numbers: at step 0 the learning rate is a float64"),
        (Negative, "rates_are_numbers: at step"),
        (TellsBase, "last_rate_is_told"),
        (Drifts, "closed_form"),
        (StartsAnew, "resumes_exactly: resumed at step 1"),
    ],
)
def test_faulty_scheduler_is_told(rule: Any, told: str) -> None:
    with pytest.raises(ConformanceError, match=f"  {told}"):
        check_scheduler(schedule(rule))


# ---- datasets


class Rows(Dataset):
    takes_arrays = True

    def __init__(self) -> None:
        self.x, self.y = np.arange(12.0).reshape(6, 2), np.arange(6)

    def __len__(self) -> int:
        return 6

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, int) and not -6 <= index < 6:
            raise IndexError(index)
        return np.array(self.x[index]), np.array(self.y[index])


class Ragged(Rows):
    takes_arrays = True

    def __getitem__(self, index: Any) -> Any:
        x, y = super().__getitem__(index)
        return (x[:1], y) if isinstance(index, int) and index == 3 else (x, y)


class Restless(Rows):
    takes_arrays = True

    def __getitem__(self, index: Any) -> Any:
        self.x = self.x + 1.0
        return super().__getitem__(index)


class Sorted(Rows):
    takes_arrays = True

    def __getitem__(self, index: Any) -> Any:
        return super().__getitem__(np.sort(index) if isinstance(index, np.ndarray) else index)


class Unbounded(Rows):
    takes_arrays = True

    def __getitem__(self, index: Any) -> Any:
        return super().__getitem__(index % 6 if isinstance(index, int) else index)


class Single(Rows):
    takes_arrays = False

    def __getitem__(self, index: Any) -> Any:
        assert isinstance(index, int)
        return super().__getitem__(index)


def test_good_datasets_pass() -> None:
    assert len(check_dataset(Rows())) == 4
    assert "many_at_once" not in check_dataset(Single())
    assert check_dataset(TensorDataset(np.eye(4), np.arange(4)))
    assert check_dataset(TensorDataset(*tg.data.make_moons(20, generator=0)))


@pytest.mark.parametrize(
    ("dataset", "told"),
    [
        (Ragged, "examples_are_alike"),
        (Restless, "same_twice"),
        (Sorted, "many_at_once"),
        (Unbounded, "bounds: index 6 of 6 examples was accepted"),
    ],
)
def test_faulty_dataset_is_told(dataset: Any, told: str) -> None:
    with pytest.raises(ConformanceError, match=f"  {told}"):
        check_dataset(dataset())
