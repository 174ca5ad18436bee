"""One file for a model: what it holds, and that it is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.train import read_model, save_model


def _model() -> nn.Sequential:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    model(tg.tensor(np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)))
    return model


def test_round_trip(tmp_path: Path) -> None:
    model = _model()
    config = {"sizes": [3, 4, 2], "name": "größe", "deep": {"p": 0.5, "none": None}}
    path = save_model(tmp_path / "model.npz", model, config)
    assert path == tmp_path / "model.npz"
    saved = read_model(path)
    assert saved.config == config
    state = model.state_dict()
    assert list(saved.state) == list(state)
    for name, array in state.items():
        assert saved.state[name].dtype == array.dtype
        np.testing.assert_array_equal(saved.state[name], array)
    other = _model()
    other.load_state_dict(saved.state)
    x = tg.tensor([[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(other.eval()(x).data, model.eval()(x).data)


def test_no_configuration(tmp_path: Path) -> None:
    assert read_model(save_model(str(tmp_path / "model"), nn.Linear(2, 1))).config == {}
    assert os.listdir(tmp_path) == ["model"]


def test_names_of_the_state_cannot_meet_those_of_the_file(tmp_path: Path) -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.config = nn.Parameter(tg.tensor([1.0, 2.0]))

    saved = read_model(save_model(tmp_path / "m.npz", Net(), {"a": 1}))
    assert saved.config == {"a": 1}
    np.testing.assert_array_equal(saved.state["config"], [1.0, 2.0])


def test_failure_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_model(tmp_path / "model.npz", _model(), {"version": 1})
    before = path.read_bytes()

    def half(file: Any, **arrays: Any) -> None:
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(OSError, match="no space left"):
        save_model(path, _model(), {"version": 2})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


def test_configuration_that_json_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        save_model(tmp_path / "model.npz", _model(), {"x": object()})
    assert not os.listdir(tmp_path)


def test_damaged_files(tmp_path: Path) -> None:
    path = save_model(tmp_path / "model.npz", _model())
    whole = path.read_bytes()
    for wrong in (b"", b"no archive", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"model\.npz is damaged or was not written by save_m"):
            read_model(path)
    np.savez(path, weight=np.zeros(3))
    with pytest.raises(ValueError, match=r"not written by save_model \(KeyError: .*config"):
        read_model(path)
    np.savez(path, config=np.array({"a": 1}, dtype=object))
    with pytest.raises(ValueError, match=r"not written by save_model .*allow_pickle"):
        read_model(path)
    with pytest.raises(FileNotFoundError):
        read_model(tmp_path / "nothing.npz")


# ---- state dicts of anything


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, (np.ndarray, np.generic)):
        return type(a) is type(b) and a.dtype == b.dtype and np.array_equal(a, b)
    return type(a) is type(b) and repr(a) == repr(b)


def test_any_state_comes_back(tmp_path: Path) -> None:
    state = {
        "file": np.arange(6, dtype=np.float32).reshape(2, 3),
        "allow_pickle": np.array(3, np.int8),
        "tree": {0: np.zeros((0, 2)), "größe/a": [1, -2.5, (True, None, ())], "": {}},
        "betas": (0.9, 0.1 + 0.2, float("inf"), float("nan")),
        "scalar": np.float32(0.1),
        "list": ["array", "0"],
    }
    tg.save(state, tmp_path / "state.npz")
    assert _same(state, tg.load(str(tmp_path / "state.npz")))
    tg.save(tg.tensor([1.0, 2.0], requires_grad=True), tmp_path / "one")
    assert tg.load(tmp_path / "one").tolist() == [1.0, 2.0]
    assert sorted(os.listdir(tmp_path)) == ["one", "state.npz"]


def test_training_goes_on_from_a_saved_state(tmp_path: Path) -> None:
    x = tg.tensor(np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32))

    def made() -> Any:
        net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
        optimizer = tg.optim.Adam(net.parameters(), lr=0.1, amsgrad=True)
        return net, optimizer, tg.optim.lr_scheduler.StepLR(optimizer, 2)

    def train(net: Any, optimizer: Any, schedule: Any) -> None:
        for _ in range(3):
            optimizer.zero_grad()
            (net(x) ** 2).mean().backward()
            optimizer.step()
            schedule.step()

    straight, resumed = made(), made()
    train(*straight)
    tg.save([part.state_dict() for part in straight], tmp_path / "checkpoint.npz")
    train(*straight)
    for part, state in zip(resumed, tg.load(tmp_path / "checkpoint.npz"), strict=True):
        part.load_state_dict(state)
    train(*resumed)
    for a, b in zip(straight[0].parameters(), resumed[0].parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ({"a": [0, {1: object()}]}, "the object at /a/1/1"),
        ({"a": {2.5: 1}}, "the dict at /a"),
        (np.array([None]), "the ndarray at the top"),
        ({"f": print}, "the builtin_function_or_method at /f"),
    ],
)
def test_what_cannot_be_saved(tmp_path: Path, state: Any, place: str) -> None:
    with pytest.raises(TypeError, match=f"save: cannot write {place}; a state may hold"):
        tg.save(state, tmp_path / "state.npz")
    assert not os.listdir(tmp_path)


def test_load_refuses_other_files(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    tg.save({"a": np.arange(100)}, path)
    whole = path.read_bytes()
    for wrong in (b"", b"no archive", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"x\.npz is damaged or was not written by save \("):
            tg.load(path)
    save_model(path, nn.Linear(2, 1))
    with pytest.raises(ValueError, match=r"not written by save \(KeyError"):
        tg.load(path)
    with pytest.raises(FileNotFoundError):
        tg.load(tmp_path / "nothing.npz")
