"""Bad input to optimizers: one clear error each, and nothing changed."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.optim.cases import LEAST_SQUARES, VECTOR, WRAPPERS, optimizer_classes
from tinygrad_edu.optim import SGD, Adam, _entries

FIRST_ORDER = [
    cls for cls in optimizer_classes() if cls.__name__ not in {*VECTOR, *LEAST_SQUARES, *WRAPPERS}
]


def _w(*shape: int) -> Any:
    return tg.tensor(np.ones(shape or (2, 2)), requires_grad=True)


@pytest.mark.parametrize("cls", FIRST_ORDER, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("lr", [-0.1, math.nan, math.inf, "0.1", None, True, [0.1]])
def test_learning_rate(cls: Any, lr: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=rf"{cls.__name__}: lr must be .*received"):
        cls([_w()], lr=lr)


NUMBERS = [
    (Adam, {"betas": (0.9, 1.0)}, r"Adam: betas\[1\] must be in \[0, 1\), received 1.0"),
    (Adam, {"betas": (-0.1, 0.9)}, r"betas\[0\] must be"),
    (Adam, {"betas": (math.nan, 0.9)}, r"betas\[0\] must be"),
    (tg.optim.Adan, {"betas": (0.9, 0.9)}, "betas must be 3 numbers"),
    (tg.optim.Adan, {"betas": 0.9}, "betas must be 3 numbers"),
    (Adam, {"eps": -1e-8}, "eps must be in"),
    (Adam, {"weight_decay": math.inf}, "weight_decay must be in"),
    (SGD, {"momentum": -0.9}, "momentum must be in"),
    (SGD, {"dampening": math.nan}, "dampening must be a finite number"),
    (SGD, {"nesterov": True}, "nesterov needs momentum"),
    (SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "nesterov needs momentum"),
    (tg.optim.Rprop, {"etas": (1.1, 1.2)}, r"etas\[0\] must be in \(0, 1\)"),
    (tg.optim.Adadelta, {"rho": 1.5}, "rho must be in"),
    (tg.optim.Adagrad, {"initial_accumulator_value": -1.0}, "initial_accumulator_value must"),
    (tg.optim.Adafactor, {"d": 0.5}, "d must be in"),
    (tg.optim.Muon, {"adjust_lr_fn": "x"}, "adjust_lr_fn must be one of"),
    (tg.optim.ScheduleFreeSGD, {"momentum": 0.0}, "momentum must be in"),
    (Adam, {"lr": np.array([0.1, 0.2])}, "lr must be a number"),
    (Adam, {"speed": 3}, "Adam: there is no argument speed; there are params, lr, betas, eps"),
]


@pytest.mark.parametrize(("cls", "config", "message"), NUMBERS)
def test_hyperparameters(cls: Any, config: dict[str, Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        cls([_w()], **config)
    if "speed" in config:
        return
    good = cls([_w()])
    with pytest.raises((TypeError, ValueError), match=message):
        good.add_param_group({"params": [_w()], **config})
    assert len(good.param_groups) == 1


def _made(name: str) -> Any:
    cls = getattr(tg.optim, name)
    if name not in WRAPPERS:
        return cls([_w()])
    return cls(SGD([_w()], lr=0.1), **({"every": 1} if name == "GradientAccumulation" else {}))


ALL = [cls.__name__ for cls in optimizer_classes()]


@pytest.mark.parametrize("name", ALL)
def test_unknown_arguments_are_told_with_those_there_are(name: str) -> None:
    meant = "" if name in WRAPPERS else r" \(did you mean lr\?\)"
    first = "optimizer" if name in WRAPPERS else "params, lr"
    message = rf"^{name}: there is no argument learning_rate{meant}; there are {first}"
    with pytest.raises(TypeError, match=message):
        getattr(tg.optim, name)([_w()], learning_rate=0.1)


@pytest.mark.parametrize(
    ("cls", "name", "meant"),
    [
        (SGD, "momentun", "momentum"),
        (SGD, "beta", "momentum"),
        (Adam, "beta1", "betas"),
        (Adam, "epsilon", "eps"),
        (Adam, "decay", "weight_decay"),
        (tg.optim.RMSprop, "rho", "alpha"),
        (tg.optim.SAM, "roh", "rho"),
    ],
)
def test_the_argument_that_is_meant_is_suggested(cls: Any, name: str, meant: str) -> None:
    with pytest.raises(TypeError, match=rf"no argument {name} \(did you mean {meant}\?\)"):
        cls([_w()], **{name: 0.5})


@pytest.mark.parametrize("name", ALL)
def test_a_closure_can_be_called(name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name}.step: closure must be callable, received 3$"):
        _made(name).step(3)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lr", ["x", None])
def test_what_is_assigned_to_a_group_is_told_at_the_step(name: str, lr: Any) -> None:
    optimizer = _made(name)
    w = optimizer.param_groups[0]["params"][0]

    def closure() -> Any:
        loss = (w * w).sum()
        if not optimizer.differentiates:
            optimizer.zero_grad()
            loss.backward()
        return loss

    optimizer.param_groups[0]["lr"] = lr
    told = "SGD" if name in WRAPPERS else name
    with pytest.raises(TypeError, match=f"^{told}: lr must be a number in .* received"):
        optimizer.step(closure)


def test_other_entries_that_are_assigned_are_told_too() -> None:
    for cls, entry in [(Adam, "betas"), (SGD, "weight_decay"), (Adam, "eps")]:
        optimizer = cls([_w()], lr=0.1)
        w = optimizer.param_groups[0]["params"][0]
        (w * w).sum().backward()
        optimizer.param_groups[0][entry] = "x"
        with pytest.raises(TypeError, match=f"^{cls.__name__}: {entry} must be"):
            optimizer.step()


def test_parameter_lists() -> None:
    w = _w()
    with pytest.raises(ValueError, match="can be used only once"):
        SGD([])
    with pytest.raises(ValueError, match="comes twice"):
        SGD([w, w])
    with pytest.raises(ValueError, match="comes twice"):
        SGD([{"params": [w]}, {"params": [w]}])
    with pytest.raises(ValueError, match=r"was computed by <primitive multiply>"):
        SGD([w * 2])
    with pytest.raises(ValueError, match="no parameter of the group requires a gradient"):
        SGD([tg.tensor([1.0])])
    with pytest.raises(TypeError, match="parameter 0 is a ndarray"):
        SGD([np.ones(3)])
    with pytest.raises(TypeError, match=r"pass \[tensor\]"):
        SGD(w)
    with pytest.raises(TypeError, match="a set has no order"):
        SGD([{"params": {w}}])
    with pytest.raises(TypeError, match="a group is a dict"):
        SGD([w]).add_param_group([_w()])
    with pytest.raises(TypeError, match=r"all parameters come as \(name, tensor\) pairs or none"):
        SGD([("a", w), _w()])
    with pytest.raises(ValueError, match="the same name"):
        SGD([("a", w), ("a", _w())])
    with pytest.raises(ValueError, match="name the parameters of every group"):
        SGD([("a", w)]).add_param_group({"params": [_w()]})
    with pytest.raises(ValueError, match=r"Muon: a parameter of shape \(3,\) is not a matrix"):
        tg.optim.Muon([_w(3)])


TAKE_PARAMETERS: dict[str, Any] = {
    **{cls.__name__: cls for cls in optimizer_classes() if cls.__name__ not in WRAPPERS},
    "a group": lambda p: SGD([{"params": p}]),
    "add_param_group": lambda p: SGD([_w()]).add_param_group({"params": p}),
    "clip_grad_norm_": lambda p: tg.nn.utils.clip_grad_norm_(p, 1.0),
    "clip_grad_value_": lambda p: tg.optim.clip_grad_value_(p, 1.0),
    "parameters_to_vector": tg.nn.utils.parameters_to_vector,
    "vector_to_parameters": lambda p: tg.nn.utils.vector_to_parameters(np.zeros(4), p),
    "clip_grad_norm_per_layer_": lambda p: tg.optim.clip_grad_norm_per_layer_(p, 1.0),
    "adaptive_grad_clip_": tg.optim.adaptive_grad_clip_,
    "centralize_grad_": tg.optim.centralize_grad_,
    "add_grad_noise_": lambda p: tg.optim.add_grad_noise_(p, 0),
    "max_norm_": tg.optim.max_norm_,
    "non_negative_": tg.optim.non_negative_,
}


@pytest.mark.parametrize("name", TAKE_PARAMETERS)
def test_parameters_without_order_or_used_up(name: str) -> None:
    take = TAKE_PARAMETERS[name]
    owner = "SGD" if name in ("a group", "add_param_group") else name
    used = iter([_w()])
    take(used)
    with pytest.raises(ValueError, match=f"^{owner}: no parameters came.*can be used only once"):
        take(used)
    for unordered in ({_w()}, frozenset([_w()])):
        with pytest.raises(TypeError, match=f"^{owner}: a set has no order"):
            take(unordered)
    with pytest.raises(TypeError, match=f"^{owner}: parameter 0 is a int"):
        take([3])
    for wrong in (None, -1, 1.5):
        with pytest.raises(TypeError, match=f"^{owner}: params must be .*received {wrong}"):
            take(wrong)
    with pytest.raises(TypeError, match=rf"^{owner}: received a Linear; pass .*parameters\(\)"):
        take(tg.nn.Linear(2, 2))


def test_gradient_of_another_shape() -> None:
    w, v = _w(3, 3), _w(2)
    optimizer = SGD([v, w], lr=1.0)
    v.grad = tg.tensor(np.ones(2))
    w.grad = tg.tensor(np.ones((3, 3)))
    w.data = np.ones((3, 1))
    with pytest.raises(ValueError, match=r"has shape \(3, 3\), its parameter has \(3, 1\)"):
        optimizer.step()
    assert (v.value == 1).all()


def test_numpy_numbers_become_pythons() -> None:
    optimizer = Adam([_w()], lr=np.float64(0.1), betas=(np.float32(0.5), 0.9))
    group = optimizer.param_groups[0]
    assert type(group["lr"]) is float
    assert [type(b) for b in group["betas"]] == [float, float]


def test_execution_flags_are_explained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_entries, "_explained", set())
    with pytest.warns(UserWarning, match="fused=True is accepted and changes nothing"):
        Adam([_w()], fused=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Adam([_w()], fused=True, foreach=False, capturable=None)


def test_a_rule_of_ones_own_is_few_lines() -> None:
    class SignDescent(tg.optim.Optimizer):
        lr: float = 0.1

        def direction(self, w, g, state, t, out):
            return np.sign(g, out=out)

    w = _w(3)
    optimizer = SignDescent([{"params": [w], "maximize": True, "weight_decay": 2.0}])
    w.grad = tg.tensor(np.array([1.0, 5.0, 0.0]))
    optimizer.step()
    assert w.value == pytest.approx([0.9, 1.1, 0.9])
    assert "SignDescent" in repr(optimizer)
    assert "lr=0.1" in repr(optimizer)


def test_a_constructor_written_by_hand() -> None:
    """PyTorch's form; a local variable of the constructor is no setting."""

    class Capped(tg.optim.Optimizer):
        def __init__(self, params: Any, lr: float = 0.1, cap: float = 2.0) -> None:
            half = cap / 2
            super().__init__(params, dict(lr=lr, cap=half))

        def direction(self, w: Any, g: Any, state: Any, t: int, out: Any, cap: float) -> Any:
            return np.clip(g, -cap, cap, out=out)

    class Below(Capped):
        """Keeps the constructor of the class above it."""

    w = _w(2)
    optimizer = Below([w], cap=0.5)
    w.grad = tg.tensor(np.array([1.0, -0.125]))
    optimizer.step()
    assert w.value == pytest.approx([0.975, 1.0125])
    assert optimizer.param_groups[0].keys() == {"params", "lr", "cap", "weight_decay", "maximize"}


def test_locals_are_no_settings() -> None:
    class Old(tg.optim.Optimizer):
        def __init__(self, params: Any, lr: float = 0.1) -> None:
            super().__init__(params, locals())

    with pytest.raises(TypeError, match=r"Old: pass the settings alone, dict\(lr=lr, ...\)"):
        Old([_w()])


def test_an_entry_that_no_group_has_is_named_at_construction() -> None:
    class Typo(tg.optim.Optimizer):
        lr: float = 0.1
        gamma: float = 0.5

        def direction(self, w: Any, g: Any, state: Any, t: int, out: Any, gama: float) -> Any:
            return g * gama

    with pytest.raises(TypeError, match=r"Typo.direction needs an entry 'gama'.*lr, gamma"):
        Typo([_w()])


def test_what_is_taken_over_is_declared() -> None:
    told = r"Whole.direction takes \['lr'\] over from the base, but takes_over says nothing"
    with pytest.raises(TypeError, match=told):

        class Whole(tg.optim.Optimizer):
            lr: float = 0.1

            def direction(self, w: Any, g: Any, state: Any, t: int, out: Any, lr: float) -> Any:
                return g * lr


def test_settings_are_in_the_groups_alone() -> None:
    optimizer = Adam([_w()], lr=0.5)
    assert "lr" not in vars(optimizer)
    assert getattr(optimizer, "lr", None) is None


def test_hooks_zero_grad_and_closure() -> None:
    w, seen = _w(2), []
    optimizer = SGD([w], lr=0.5)
    removes = [
        optimizer.register_step_pre_hook(lambda o: seen.append("before")),
        optimizer.register_step_post_hook(lambda o: seen.append("after")),
        optimizer.register_state_dict_pre_hook(lambda o: seen.append("save")),
        optimizer.register_state_dict_post_hook(lambda o, s: s.update(note=1)),
        optimizer.register_load_state_dict_pre_hook(lambda o, s: seen.append("load")),
        optimizer.register_load_state_dict_post_hook(lambda o: seen.append("loaded")),
    ]

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        seen.append("closure")
        return loss

    with tg.no_grad():
        assert optimizer.step(closure).item() == 2
    saved = optimizer.state_dict()
    assert saved["note"] == 1
    optimizer.load_state_dict(saved)
    assert seen == ["before", "closure", "after", "save", "load", "loaded"]
    for remove in removes:
        remove()
    optimizer.step()
    assert len(seen) == 6
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0, 0]
    optimizer.zero_grad()
    assert w.grad is None
    with pytest.raises(KeyError, match="not a parameter"):
        optimizer.state[_w()]
    assert optimizer.state[w] is optimizer.state[0]


def test_schedule_free_asks_for_train_mode() -> None:
    w = _w(2)
    optimizer = tg.optim.ScheduleFreeSGD([w], lr=0.5)
    for _ in range(5):
        w.grad = tg.tensor(w.value.copy())
        optimizer.step()
    y = w.value.copy()
    optimizer.eval()
    x = w.value.copy()
    optimizer.eval()
    assert (w.value == x).all()
    assert np.abs(x - y).max() > 0.01
    with pytest.raises(RuntimeError, match="call train"):
        optimizer.step()
    optimizer.train()
    assert w.value == pytest.approx(y)


def test_closure_rules_need_closures() -> None:
    for name in ("NesterovLookAhead", "PolyakSGD", "SophiaH", "AdaHessian"):
        with pytest.raises(TypeError, match=rf"{name}\.step needs a closure"):
            getattr(tg.optim, name)([_w()]).step()


@pytest.mark.parametrize("name", [*VECTOR, *LEAST_SQUARES, "PolyakSGD", "SophiaH", "AdaHessian"])
def test_a_closure_that_returns_nothing(name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name}: the closure must return"):
        getattr(tg.optim, name)([_w()]).step(lambda: None)


def test_asgd_gives_the_average() -> None:
    w = tg.tensor(np.array([1.0]), requires_grad=True)
    optimizer = tg.optim.ASGD([w], lr=0.1, t0=0, lambd=0.0)
    assert optimizer.averaged_parameters() == [1.0]
    path = []
    for g in (1.0, -2.0, 3.0):
        w.grad = tg.tensor(np.array([g]))
        optimizer.step()
        path.append(w.item())
    # The first weights are the average until the second step replaces them (μ = 1 twice).
    assert optimizer.averaged_parameters()[0][0] == pytest.approx((path[1] + path[2]) / 2)
