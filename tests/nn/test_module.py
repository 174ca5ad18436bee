"""The Module: what it walks, what it saves, its modes, hooks and repr."""

from __future__ import annotations

import contextlib
import copy
import gc
import pickle
import subprocess
import sys
import timeit
import warnings
import weakref
from typing import Any, NamedTuple

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.interrupts import interrupted_everywhere
from tinygrad_edu import nn
from tinygrad_edu.nn import _hooks


class Net(nn.Module):
    """Parts in every kind of place."""

    def __init__(self, hidden: int = 4, slope: float = 0.1) -> None:
        self.hidden, self.slope = hidden, slope
        self.first = nn.Linear(3, hidden)
        self.scale = nn.Parameter(np.ones(hidden, np.float32))
        self.steps = nn.Buffer(0)
        self.cache = nn.Buffer(np.zeros(2), persistent=False)
        self.blocks = [nn.Linear(hidden, hidden), (nn.BatchNorm1d(hidden),)]
        self.heads = {"a": nn.Linear(hidden, 2), "b": [nn.Parameter([1.0])]}
        self.note = "configuration"

    def forward(self, x: Any) -> Any:
        x = self.blocks[1][0](self.blocks[0](self.first(x) * self.scale))
        return self.heads["a"](x) + self.heads["b"][0]


NAMES = [
    "scale",
    "first.weight",
    "first.bias",
    "blocks.0.weight",
    "blocks.0.bias",
    "blocks.1.0.weight",
    "blocks.1.0.bias",
    "heads.a.weight",
    "heads.a.bias",
    "heads.b.0",
]


def _input(rows: int = 5, columns: int = 3) -> Any:
    values = np.random.default_rng(rows).normal(size=(rows, columns))
    return tg.tensor(values, dtype=np.float32)


# ---- the walk


def test_parameters_are_found_everywhere_in_pytorchs_order() -> None:
    net = Net()
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert [id(p) for p in net.parameters()] == [id(p) for _, p in net.named_parameters()]


def test_pytorchs_registries_are_read() -> None:
    net = Net()
    assert net._parameters["scale"] is net.scale
    assert net._modules["first"] is net.first
    assert "first" not in net._buffers
    with pytest.raises(TypeError, match="does not support item assignment"):
        net._modules["first"] = nn.Linear(1, 1)


def test_names_start_with_the_prefix() -> None:
    assert next(iter(Net().named_parameters("net")))[0] == "net.scale"
    assert next(iter(Net().named_buffers("net")))[0] == "net.steps"
    assert [n for n, _ in Net().named_modules("net")][:2] == ["net", "net.first"]


def test_own_parameters_only() -> None:
    assert [n for n, _ in Net().named_parameters(recurse=False)] == ["scale", "heads.b.0"]
    assert [n for n, _ in Net().named_buffers(recurse=False)] == ["steps", "cache"]


def test_buffers_and_modules() -> None:
    net = Net()
    norm = ["running_mean", "running_var", "num_batches_tracked"]
    expected = ["steps", "cache", *(f"blocks.1.0.{name}" for name in norm)]
    assert [n for n, _ in net.named_buffers()] == expected
    assert len(list(net.buffers())) == 5
    children = ["first", "blocks.0", "blocks.1.0", "heads.a"]
    assert [n for n, _ in net.named_children()] == children
    assert [n for n, _ in net.named_modules()] == ["", *children]
    assert next(net.modules()) is net
    assert len(list(net.children())) == 4


def test_super_init_is_accepted_and_not_needed() -> None:
    class Old(nn.Module):
        def __init__(self) -> None:
            super(Old, self).__init__()  # noqa: UP008 (as old PyTorch code has it)
            self.layer = nn.Linear(2, 3)

    assert len(list(Old().parameters())) == 2


def test_shared_parameter_counts_once() -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            self.encode, self.decode = nn.Linear(3, 3), nn.Linear(3, 3)
            self.decode.weight = self.encode.weight

        def forward(self, x: Any) -> Any:
            return self.decode(self.encode(x))

    net = Tied()
    names = ["encode.weight", "encode.bias", "decode.bias"]
    assert [n for n, _ in net.named_parameters()] == names
    both = [n for n, _ in net.named_parameters(remove_duplicate=False)]
    assert both == ["encode.weight", "encode.bias", "decode.weight", "decode.bias"]
    state = net.state_dict()
    assert set(state) == set(both)
    other = Tied()
    other.load_state_dict(state)
    assert other.encode.weight is other.decode.weight
    state["decode.weight"] = state["decode.weight"] + 1
    with pytest.raises(ValueError, match=r"decode\.weight: shares its values with encode\.weight"):
        other.load_state_dict(state)


def test_a_module_that_holds_itself_ends_no_program() -> None:
    net = Net()
    net.first.parent = net
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert set(net.state_dict()) >= set(NAMES)
    assert repr(net).count("(parent): Net()") == 1
    net.eval()
    assert not net.first.training


def test_a_set_of_parts_is_refused() -> None:
    net = Net()
    net.loose = {nn.Linear(2, 2)}
    with pytest.raises(TypeError, match="cannot hold its parts in a set"):
        list(net.parameters())
    net.loose = {1, 2}
    assert len(list(net.parameters())) == len(NAMES)


def test_order_does_not_depend_on_the_hash_seed() -> None:
    code = "from tests.nn.test_module import Net; print([n for n, _ in Net().named_parameters()])"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ".", "OPENBLAS_NUM_THREADS": "1"},
        ).stdout
        for seed in ("0", "7")
    }
    assert runs == {f"{NAMES}\n"}


def test_misspelled_attribute_is_an_error() -> None:
    with pytest.raises(AttributeError, match="wieght"):
        _ = nn.Linear(2, 3).wieght


# ---- assignment


def test_parameter_becomes_no_other_thing() -> None:
    layer = nn.Linear(2, 3)
    for value in (tg.tensor(np.zeros((3, 2))), np.zeros((3, 2)), 1.0):
        with pytest.raises(TypeError, match=r"Linear\.weight is a parameter"):
            layer.weight = value  # type: ignore[assignment]  # that is the point
    layer.bias = None
    assert [n for n, _ in layer.named_parameters()] == ["weight"]
    layer.weight = nn.Parameter(np.zeros((3, 2)))
    assert layer.weight.dtype == np.float64


def test_buffer_stays_a_buffer_when_assigned() -> None:
    net = Net()
    net.cache = tg.tensor([3.0])  # type: ignore[assignment]  # as PyTorch code does
    assert isinstance(net.cache, nn.Buffer)
    assert not net.cache.persistent
    net.steps = net.steps + 1
    assert net.state_dict()["steps"] == 1


def test_registering_by_name() -> None:
    net = nn.Module()
    net.register_parameter("w", nn.Parameter([1.0]))
    net.register_parameter("none", None)
    net.register_buffer("b", tg.tensor([2.0]), persistent=False)
    net.register_buffer("empty", None)
    net.add_module("layer", nn.Linear(2, 3))
    net.register_module("nothing", None)
    assert [n for n, _ in net.named_parameters()] == ["w", "layer.weight", "layer.bias"]
    assert [n for n, _ in net.named_buffers()] == ["b"]
    assert set(net.state_dict()) == {"w", "layer.weight", "layer.bias"}


def test_finding_by_name() -> None:
    net = Net()
    assert net.get_submodule("blocks.1.0") is net.blocks[1][0]
    assert net.get_submodule("") is net
    assert net.get_parameter("heads.b.0") is net.heads["b"][0]
    assert net.get_buffer("steps") is net.steps


# ---- modes


def test_modes_reach_everything_and_come_back() -> None:
    net = Net()
    assert net.training
    assert net.train() is net
    net.blocks[0].eval()
    modes = []

    def evaluate() -> None:
        with net.evaluating():
            modes.extend(module.training for module in net.modules())
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        evaluate()
    assert modes
    assert not any(modes)
    assert net.training
    assert not net.blocks[0].training
    assert not any(module.training for module in net.eval().modules())


def test_apply_visits_children_before_parents() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU(), nn.Tanh()))
    seen: list[str] = []
    assert net.apply(lambda module: seen.append(type(module).__name__)) is net
    assert seen == ["Linear", "ReLU", "Tanh", "Sequential", "Sequential"]


def test_freezing_and_forgetting_gradients() -> None:
    net = Net()
    net(_input()).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all(not p.grad.value.any() for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    assert net.requires_grad_(False) is net
    assert not net(_input()).requires_grad


# ---- conversion


def test_conversion_keeps_the_parameters_and_converts_gradients() -> None:
    net = Net()
    net(_input()).sum().backward()
    before = [id(p) for p in net.parameters()]
    assert net.double() is net
    assert {p.dtype for p in net.parameters()} == {np.dtype(np.float64)}
    assert {p.grad.dtype for p in net.parameters()} == {np.dtype(np.float64)}
    assert [id(p) for p in net.parameters()] == before
    assert net.get_buffer("blocks.1.0.running_mean").dtype == np.float64
    assert net.get_buffer("blocks.1.0.num_batches_tracked").dtype == np.int64
    assert net.half().scale.dtype == np.float16
    assert net.float().scale.dtype == np.float32
    assert net.to("float64").scale.dtype == np.float64
    assert net.to("cpu", dtype=np.float32).scale.dtype == np.float32
    assert net.to(device="cpu").cpu() is net


# ---- state


def test_state_is_plain_and_a_copy() -> None:
    net = Net()
    state = net.state_dict()
    assert all(type(a) is tg.Tensor for a in state.values())
    assert "cache" not in state
    with pytest.raises(ValueError, match="load_state_dict"):
        state["scale"][...] = 7
    writable = copy.deepcopy(state)
    writable["scale"].fill_(7)
    assert net.load_state_dict(writable).missing_keys == []
    assert (net.scale.value == 7).all()
    assert net.state_dict(keep_vars=True)["scale"] is net.scale
    assert set(net.state_dict(prefix="net.")) == {f"net.{name}" for name in state}


def test_loading_what_fits_changes_values_in_place() -> None:
    a, b = Net(), Net()
    arrays = [p.value for p in b.parameters()]
    report = b.load_state_dict(a.state_dict())
    assert report.missing_keys == report.unexpected_keys == []
    assert all(p.value is array for p, array in zip(b.parameters(), arrays, strict=True))
    a.eval(), b.eval()
    assert np.array_equal(a(_input()).value, b(_input()).value)


def test_loading_lists_every_problem_and_changes_nothing() -> None:
    net = Net()
    before = net.state_dict()
    state = net.state_dict()
    del state["scale"]
    state["first.bias"] = np.zeros(9)
    state["steps"] = np.array(1.5)
    state["blocks.0.weight"] = [["text"]]
    state["extra"] = np.zeros(1)
    with pytest.raises(ValueError, match="nothing was loaded") as caught:
        net.load_state_dict(state)
    for line in (
        "missing: scale (4,)",
        "unexpected: extra",
        "first.bias: shape (9,) in the state, (4,) in the module",
        "steps: dtype float64 in the state, int64 in the module",
    ):
        assert line in str(caught.value)
    assert "blocks.0.weight: " in str(caught.value)
    after = net.state_dict()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_loading_leniently() -> None:
    net = Net()
    report = net.load_state_dict({"scale": np.full(4, 2.0), "extra": 1}, strict=False)
    assert report.unexpected_keys == ["extra"]
    assert "first.weight" in report.missing_keys
    assert (net.scale.value == 2).all()
    with pytest.raises(ValueError, match="shape"):
        net.load_state_dict({"scale": np.zeros(5)}, strict=False)


def test_loading_after_forward_is_noticed_in_backward() -> None:
    layer = nn.Linear(3, 2)
    y = layer(tg.tensor(np.ones((2, 3), np.float32), requires_grad=True)).sum()
    layer.load_state_dict(layer.state_dict())
    with pytest.raises(RuntimeError, match="changed in place"):
        y.backward()


def test_lazy_layer_takes_its_shape_from_a_state() -> None:
    lazy, layer = nn.LazyLinear(2), nn.Linear(3, 2)
    lazy.load_state_dict(layer.state_dict())
    x = _input()
    assert np.array_equal(lazy(x).value, layer(x).value)
    assert type(lazy) is nn.Linear


def test_deepcopy_and_pickle() -> None:
    net = Net()
    net.scale.grad = tg.tensor(np.ones(4, np.float32))
    twin = copy.deepcopy(net)
    assert [n for n, _ in twin.named_parameters()] == NAMES
    assert twin.cache.persistent is False
    assert all(
        np.array_equal(a.value, b.value) and a is not b
        for a, b in zip(net.parameters(), twin.parameters(), strict=True)
    )
    assert twin.scale.grad.value is not net.scale.grad.value
    again = pickle.loads(pickle.dumps(net))
    assert isinstance(again.first.weight, nn.Parameter)
    assert not again.cache.persistent
    assert np.array_equal(again.first.weight.value, net.first.weight.value)


# ---- repr


def test_repr_of_own_layers_and_of_a_users() -> None:
    assert repr(Net()).startswith(
        "Net(\n  (first): Linear(in_features=3, out_features=4, bias=True)"
    )
    assert repr(nn.Swish(2.0)) == "Swish()"
    assert repr(nn.TripletMarginWithDistanceLoss()) == "TripletMarginWithDistanceLoss()"
    assert repr(nn.Sequential(nn.Sequential(nn.ReLU()))) == (
        "Sequential(\n  (0): Sequential(\n    (0): ReLU()\n  )\n)"
    )


def test_repr_counts_equal_members_of_a_list() -> None:
    assert repr(nn.ModuleList([*(nn.ReLU() for _ in range(3)), nn.Tanh()])) == (
        "ModuleList(\n  (0-2): 3 x ReLU()\n  (3): Tanh()\n)"
    )


def test_repr_honours_what_a_user_says() -> None:
    class Told(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.ReLU()

        def extra_repr(self) -> str:
            return "one\ntwo"

    class Own(nn.Module):
        def __repr__(self) -> str:
            return "my\nown"

    assert repr(Told()) == "Told(\n  one\n  two\n  (layer): ReLU()\n)"
    assert repr(nn.Sequential(Own())) == "Sequential(\n  (0): my\n  own\n)"


def test_lists_give_a_name_only_to_what_has_no_other() -> None:
    """The names of PyTorch's states for layers that are in a list and attributes too."""

    class Named(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fcs, self.extra = [], [nn.Linear(2, 2)]
            for i in range(2):
                layer = nn.Linear(3, 3)
                if i:
                    self.add_module(f"fc{i}", layer)
                else:
                    setattr(self, f"fc{i}", layer)
                self.fcs.append(layer)

    names = [name for name, _ in Named().named_modules()]
    assert names == ["", "extra.0", "fc0", "fc1"]
    assert list(Named().state_dict()) == [
        f"{name}.{kind}" for name in names[1:] for kind in ("weight", "bias")
    ]


# ---- where an error happened


def test_error_names_the_path_once() -> None:
    net = Net()
    with pytest.raises(ValueError, match="expected input") as caught:
        net(_input(columns=7))
    assert caught.value.__notes__ == [
        "in Net.first Linear(in_features=3, out_features=4, bias=True)"
    ]
    outer = nn.Sequential(nn.Flatten(), nn.Sequential(net))
    with pytest.raises(ValueError, match="expected input") as caught:
        outer(_input(columns=7))
    assert caught.value.__notes__ == [
        "in Sequential.1.0.first Linear(in_features=3, out_features=4, bias=True)"
    ]


def test_error_of_a_module_that_is_not_a_part() -> None:
    stranger = nn.Linear(3, 4)

    class Caller(nn.Module):
        def forward(self, x: Any) -> Any:
            return stranger(x)

    with pytest.raises(ValueError, match="expected input") as caught:
        Caller()(_input(columns=7))
    assert caught.value.__notes__ == ["in Linear(in_features=3, out_features=4, bias=True)"]


def test_a_caught_error_keeps_nothing_alive() -> None:
    net = Net()
    dead = weakref.ref(net)
    with contextlib.suppress(ValueError):
        net(_input(columns=7))
    del net
    gc.collect()
    assert dead() is None


# ---- hooks


def test_forward_hooks_see_and_replace() -> None:
    layer = nn.Linear(3, 2)
    calls: list[Any] = []
    pre = layer.register_forward_pre_hook(lambda m, args: calls.append(("pre", m, len(args))))
    post = layer.register_forward_hook(lambda m, args, y: calls.append(("post", m, y.shape)))
    layer(_input())
    assert calls == [("pre", layer, 1), ("post", layer, (5, 2))]
    pre.remove()
    pre.remove()
    with post:
        layer(_input())
    layer(_input())
    assert len(calls) == 3
    with layer.register_forward_pre_hook(lambda m, args: args[0] * 0.0):
        assert np.allclose(layer(_input()).value, layer.bias.value)
    with layer.register_forward_hook(lambda m, args, y: y * 0.0):
        assert not layer(_input()).value.any()


def test_hooks_with_keywords_and_order() -> None:
    class Scaled(nn.Module):
        def forward(self, x: Any, scale: float = 1.0) -> Any:
            return x * scale

    module, order = Scaled(), []
    module.register_forward_hook(lambda m, args, y: order.append("second"))
    module.register_forward_hook(lambda m, args, y: order.append("first"), prepend=True)
    module.register_forward_pre_hook(
        lambda m, args, kwargs: (args, {**kwargs, "scale": 3.0}), with_kwargs=True
    )
    module.register_forward_hook(
        lambda m, args, kwargs, y: order.append(kwargs["scale"]), with_kwargs=True
    )
    assert module(_input(), scale=2.0).value.sum() == pytest.approx(3 * _input().value.sum())
    assert order == ["first", "second", 3.0]


def test_backward_hooks_see_the_gradients_of_this_module_alone() -> None:
    layer, seen = nn.Linear(3, 2), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi[0].value, go[0].value)))
    x = tg.tensor(_input().value, requires_grad=True)
    g = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    (layer(x) + 0.0).backward(g)
    x.sum().backward()  # another use of x: not the layer's business
    assert np.allclose(seen[0][0], g @ layer.weight.value)
    assert np.allclose(seen[0][1], g)
    assert len(seen) == 1


def test_backward_hooks_replace_gradients() -> None:
    layer = nn.Linear(3, 2)
    x = tg.tensor(_input().value, requires_grad=True)
    with layer.register_full_backward_pre_hook(lambda m, go: (go[0] * 2.0,)):
        layer(x).sum().backward()
    doubled = x.grad.value.copy()
    x.grad = None
    with layer.register_full_backward_hook(lambda m, gi, go: (gi[0] * 2.0,)):
        layer(x).sum().backward()
    assert np.allclose(x.grad.value, doubled)
    x.grad = None
    layer(x).sum().backward()
    assert np.allclose(2 * x.grad.value, doubled)


def test_backward_hook_without_a_gradient_for_the_input() -> None:
    layer, seen = nn.Linear(3, 2), []
    layer.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go[0].shape)))
    layer(_input()).sum().backward()
    assert seen == [((None,), (5, 2))]
    with tg.no_grad():
        layer(_input())
    assert len(seen) == 1


def test_backward_hook_of_several_inputs() -> None:
    form, seen = nn.Bilinear(3, 4, 2), []
    handle = form.register_full_backward_hook(lambda m, gi, go: seen.append(gi))
    a = tg.tensor(_input(5, 3).value, requires_grad=True)
    b = tg.tensor(_input(5, 4).value, requires_grad=True)
    form(a, b).sum().backward()
    assert [g.shape for g in seen[0]] == [(5, 3), (5, 4)]
    handle.remove()
    plain = [g.value for g in tg.autograd.grad(form(a, b).sum(), [a, b])]
    with form.register_full_backward_hook(lambda m, gi, go: (gi[0] * 2.0, gi[1] * 3.0)):
        changed = tg.autograd.grad(form(a, b).sum(), [a, b])
    np.testing.assert_allclose(changed[0].value, 2.0 * plain[0])
    np.testing.assert_allclose(changed[1].value, 3.0 * plain[1])
    form.register_full_backward_hook(lambda m, gi, go: gi[0])
    with pytest.raises(RuntimeError, match="of Bilinear returned 1 gradients, 0 of them None"):
        form(a, b).sum().backward()


def test_backward_hook_needs_a_tensor() -> None:
    word = nn.Lambda(lambda x: "word")
    word.register_full_backward_hook(lambda m, gi, go: None)
    with pytest.raises(TypeError, match="Lambda returned a str"):
        word(tg.tensor([1.0], requires_grad=True))


class Pair(NamedTuple):
    """Two tensors by name."""

    first: Any
    second: Any


@pytest.mark.parametrize(
    "output",
    [
        lambda x, y: (x * 2.0, y * 3.0),
        lambda x, y: [x * 2.0, y * 3.0],
        lambda x, y: {"a": x * 2.0, "b": y * 3.0},
        lambda x, y: Pair(x * 2.0, y * 3.0),
        lambda x, y: (x * 2.0, {"deep": [y * 3.0]}),
    ],
)
def test_backward_hooks_of_parts(output: Any) -> None:
    """Several outputs and inputs, in tuples, lists and dicts, of two dtypes."""
    module = nn.Lambda(lambda pair: output(pair["x"], pair["y"]))
    seen: list[Any] = []
    module.register_full_backward_pre_hook(lambda m, go: tuple(g * 10.0 for g in go))
    module.register_full_backward_hook(lambda m, gi, go: seen.append((gi, go)))
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    y = tg.tensor(np.ones((2, 3)), dtype=np.float64, requires_grad=True)
    got = module({"x": x, "y": y})
    plain = output(x, y)
    assert type(got) is type(plain)
    parts = list(_hooks._leaves(got))
    assert [p.dtype for p in parts] == [np.float32, np.float64]
    for p, q in zip(parts, _hooks._leaves(plain), strict=True):
        np.testing.assert_array_equal(p.value, q.value)
    (parts[0].sum() + parts[1].sum()).backward()
    ((gi, go),) = seen
    assert [g.value.flat[0] for g in go] == [10.0, 10.0]
    assert [g.value.flat[0] for g in gi] == [20.0, 30.0]
    assert x.grad.tolist() == [20.0, 20.0]
    assert y.grad.value.tolist() == [[30.0] * 3] * 2
    parts = list(_hooks._leaves(module({"x": x, "y": y})))
    parts[0].sum().backward()  # the other part is not used: its gradient is 0
    assert seen[1][1][1].value.tolist() == [[0.0] * 3] * 2


def test_backward_hooks_in_every_pass_over_a_kept_graph() -> None:
    form, seen = nn.Bilinear(3, 4, 2), []
    form.register_full_backward_hook(lambda m, gi, go: seen.append([g.value for g in (*gi, *go)]))
    a = tg.tensor(_input(5, 3).value, requires_grad=True)
    b = tg.tensor(_input(5, 4).value, requires_grad=True)
    y = form(a, b)
    for factor in (1.0, 2.0, 4.0):
        tg.autograd.grad((y * factor).sum(), [a, b], retain_graph=True)
        for now, first in zip(seen[-1], seen[0], strict=True):
            np.testing.assert_array_equal(now, factor * first)
    tg.autograd.grad(y.sum(), [a], retain_graph=True)  # one of two inputs, and yet both are told
    assert len(seen) == 4


def test_a_graph_with_backward_hooks_dies_with_its_result() -> None:
    form = nn.Bilinear(3, 4, 2)
    form.register_full_backward_hook(lambda m, gi, go: None)
    y = form(_input(5, 3), tg.tensor(_input(5, 4).value, requires_grad=True))
    inside = weakref.ref(y.inputs[0])
    gc.disable()
    try:
        del y
        assert inside() is None
    finally:
        gc.enable()


def test_backward_hooks_in_a_derivative_of_a_derivative() -> None:
    """As in PyTorch: what reaches the inputs without passing the output is not the module's."""
    square, seen = nn.Lambda(tg.square), []
    square.register_full_backward_hook(lambda m, gi, go: seen.append(gi[0].value.copy()))
    x = tg.tensor([3.0], requires_grad=True)
    slope = tg.grad(square(x).sum(), x, create_graph=True)
    assert tg.grad(slope.sum(), x).tolist() == [2.0]
    assert len(seen) == 1
    assert seen[0].tolist() == [6.0]


def test_a_module_without_hooks_costs_little() -> None:
    class Through(nn.Module):
        def forward(self, x: Any) -> Any:
            return x

    module = Through()
    direct = module.forward
    call = min(timeit.repeat(lambda: module(1), number=20000, repeat=7))
    plain = min(timeit.repeat(lambda: direct(1), number=20000, repeat=7))
    slowed = 20 if sys.gettrace() else 1  # by a debugger or a measurement of coverage
    assert (call - plain) / 20000 < 2e-6 * slowed  # about 0.3 µs; the rest is for a busy machine


# ---- never half changed, never silent


def test_an_interrupt_leaves_the_modes_as_they_were() -> None:
    net = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Dropout(0.5), nn.ReLU()))
    net[0].eval()
    before = [module.training for module in net.modules()]

    def evaluate() -> None:
        with net.evaluating():
            assert not any(module.training for module in net.modules())

    rounds = 0
    for _ in interrupted_everywhere(evaluate):
        assert before == [module.training for module in net.modules()]
        rounds += 1
    assert rounds > 99
    for was_interrupted in interrupted_everywhere(net.eval):
        modes = [module.training for module in net.modules()]
        assert modes in (before, [False] * 5)
        assert not was_interrupted or net.train() is net
        net[0].eval()


def test_an_attribute_cannot_hide_a_method() -> None:
    for name in ("train", "parameters", "float", "apply", "named_children", "extra_repr"):
        with pytest.raises(AttributeError, match=rf"{name} would hide the method {name}\("):
            setattr(nn.Module(), name, [1])
    with pytest.raises(TypeError, match="Module: training must be True or False, received 'x'"):
        nn.Module().training = "x"  # type: ignore[assignment]  # the mistake
    module = nn.Module()
    module.train = lambda mode=True: module
    assert module.eval() is module


def test_a_tensor_that_would_never_be_trained_is_told() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.w = tg.ones(3, requires_grad=True)

    with pytest.warns(UserWarning, match=r"Net.w requires a gradient but is no parameter"):
        Net()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        module = nn.Module()
        module.w = nn.Parameter([1.0])
        module.constant = tg.ones(3)
        module.last = module.w * 2.0  # a result, kept to look at


def test_control_characters_are_written_out() -> None:
    net = nn.Sequential(nn.Linear(2, 2))
    net.add_module("a\x1b[31m\0\nb", nn.ReLU())
    for text in (repr(net), str(nn.summary(net, (1, 2)))):
        assert r"a\x1b[31m\x00\nb" in text
        assert "\x1b" not in text
        assert "\0" not in text


def test_a_state_must_fit_into_the_dtype() -> None:
    layer = nn.Linear(2, 1)
    before = layer.state_dict()
    with pytest.raises(ValueError, match=r"weight: 1e\+300 is too large for float32"):
        layer.load_state_dict({"weight": np.array([[1e300, 1.0]]), "bias": np.zeros(1)})
    for dtype in (np.float16, np.float32):
        layer.to(dtype)
        with pytest.raises(ValueError, match=r"weight: .* is too large"):
            layer.load_state_dict({"weight": np.array([[1.0, 10.0**39]]), "bias": np.zeros(1)})
    layer.float()
    layer.load_state_dict({"weight": np.array([[np.inf, np.nan]]), "bias": np.zeros(1)})
    layer.load_state_dict(before)
    counter = nn.BatchNorm1d(1)
    counter.num_batches_tracked = nn.Buffer(np.array(0, np.int16))
    with pytest.raises(ValueError, match="num_batches_tracked: 100000 is too large for int16"):
        counter.load_state_dict({**nn.BatchNorm1d(1).state_dict(), "num_batches_tracked": 100_000})


def test_a_state_of_another_net_is_no_partial_state() -> None:
    layer = nn.Linear(2, 1)
    state = {f"module.{name}": array for name, array in layer.state_dict().items()}
    with pytest.raises(ValueError, match=r"no name of .* has 'module.weight', the module"):
        layer.load_state_dict(state, strict=False)
    layer.load_state_dict({}, strict=False)
    layer.load_state_dict({"bias": np.zeros(1), "other": np.zeros(1)}, strict=False)


def test_converted_after_the_first_step() -> None:
    layer = nn.Linear(2, 1)
    optimizer = tg.optim.Adam(layer.parameters())
    for convert in (False, True):
        if convert:
            layer.double()
        layer(tg.ones((1, 2), dtype=layer.weight.dtype)).sum().backward()
        if not convert:
            optimizer.step()
    before = layer.state_dict()
    with pytest.raises(TypeError, match="a parameter is float64 and its exp_avg float32; convert"):
        optimizer.step()
    np.testing.assert_array_equal(layer.weight.value, before["weight"])
