"""Sequential, lists and dicts of modules and parameters."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

import tinygrad_edu as tg
from tinygrad_edu import nn


def _net() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))


def test_sequential_runs_in_order() -> None:
    net, x = _net(), tg.tensor(np.ones((2, 3), np.float32))
    assert np.array_equal(net(x).value, net[2](net[1](net[0](x))).value)
    assert nn.Sequential()(x) is x


def test_sequential_of_names() -> None:
    net = nn.Sequential(OrderedDict(first=nn.Linear(3, 4), act=nn.Tanh()))
    assert net.first is net[0]
    assert list(net.state_dict()) == ["first.weight", "first.bias"]
    net.append(nn.Linear(4, 2))
    assert [name for name, _ in net.named_children()] == ["first", "act", "2"]


def test_sequential_is_a_list() -> None:
    net = _net()
    assert len(net) == 3
    assert net
    assert nn.Sequential()  # as in PyTorch, an empty one is there all the same
    assert [type(layer).__name__ for layer in net] == ["Linear", "ReLU", "Linear"]
    assert next(reversed(net)) is net[-1]
    assert net[0] in net
    assert nn.Linear(3, 4) not in net
    head = net[:2]
    assert isinstance(head, nn.Sequential)
    assert head[0] is net[0]
    assert list(net[1:].state_dict()) == ["1.weight", "1.bias"]
    net[1] = nn.Tanh()
    net.insert(0, nn.Flatten())
    net.extend([nn.Softmax(1)])
    assert [n for n, _ in net.named_children()] == list("01234")
    kinds = ["Flatten", "Linear", "Tanh", "Linear", "Softmax"]
    assert [type(layer).__name__ for layer in net] == kinds
    assert isinstance(net.pop(), nn.Softmax)
    del net[0]
    assert [type(layer).__name__ for layer in net] == ["Linear", "Tanh", "Linear"]
    del net[:2]
    assert list(net.state_dict()) == ["0.weight", "0.bias"]
    longer = net + nn.Sequential(nn.ReLU())
    assert len(longer) == 2
    net += [nn.ReLU()]
    assert len(net) == 2


def test_an_attribute_of_sequential_is_a_layer_as_in_pytorch() -> None:
    net = nn.Sequential(nn.Linear(3, 4))
    net.add_module("act", nn.ReLU())
    assert len(net) == 2
    assert (net(tg.tensor(np.ones((2, 3), np.float32))).value >= 0).all()


def test_module_list_and_dict() -> None:
    layers = nn.ModuleList([nn.Linear(2, 3)])
    layers.append(nn.Linear(3, 4))
    assert [n for n, _ in layers.named_parameters()][-1] == "1.bias"
    heads = nn.ModuleDict({"a": nn.Linear(2, 3)})
    heads["b"] = nn.ReLU()
    heads.update([("c", nn.Tanh())])
    assert list(heads) == list(heads.keys()) == ["a", "b", "c"]
    assert [type(m).__name__ for m in heads.values()] == ["Linear", "ReLU", "Tanh"]
    assert dict(heads.items())["a"] is heads["a"]
    assert "b" in heads
    assert isinstance(heads.pop("b"), nn.ReLU)
    assert len(heads) == 2
    del heads["c"]
    heads.clear()
    assert not len(heads)


def test_parameter_list_and_dict() -> None:
    weights = nn.ParameterList([tg.tensor([1.0]), np.zeros((2, 3))])
    weights.append([2.0, 3.0])
    assert all(isinstance(w, nn.Parameter) for w in weights)
    assert repr(weights) == "ParameterList((1,), (2, 3), (2,))"
    assert [n for n, _ in weights.named_parameters()] == ["0", "1", "2"]
    slopes = nn.ParameterDict({"a": [0.25]})
    slopes["b"] = nn.Parameter([1.0])
    assert repr(slopes) == "ParameterDict(a: (1,), b: (1,))"
    assert [n for n, _ in slopes.named_parameters()] == ["a", "b"]


def test_training_flags_are_no_members() -> None:
    net = _net().eval()
    assert len(net) == 3
    net.register_forward_hook(lambda m, args, y: None)
    assert len(net) == 3


def test_identity_takes_anything() -> None:
    x = tg.tensor([1.0])
    assert nn.Identity(3, unused=True)(x) is x
