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
