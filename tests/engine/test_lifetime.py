"""Graphs of any length live and die without recursion, cycles or leftovers."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.engine.chains import DROPS
from tests.lint.rules import ROOT
from tinygrad_edu.engine import Node

SCRIPT = Path(__file__).with_name("chains.py")


def run(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )
    assert done.returncode == 0, f"exit code {done.returncode}\n{done.stderr[-2000:]}"
    assert not done.stderr
    return done.stdout


# ---- length


@pytest.mark.parametrize("how", ["main", "thread"])
@pytest.mark.parametrize("drop", DROPS)
def test_long_chain_is_released(drop: str, how: str) -> None:
    assert run(str(SCRIPT), how, drop, "60000") == "done\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "drop"), [("thread", "before_backward"), ("thread", "after_backward")]
)
def test_chain_of_a_million(how: str, drop: str) -> None:
    assert run(str(SCRIPT), how, drop, "1000000") == "done\n"


def test_dying_nodes_do_not_nest() -> None:
    """A chain of a million dies safely in some Pythons without the bin; its frames tell in all."""
    depths: list[int] = []

    class Probe:
        def __del__(self) -> None:
            frame, depth = sys._getframe(), 0
            while frame.f_back is not None:
                frame, depth = frame.f_back, depth + 1
            depths.append(depth)

    last = Node(np.ones(1))
    for _ in range(30):
        node = Node(np.ones(1))
        node.inputs = (last, Probe())
        last = node
    del last, node
    assert len(depths) == 30
    assert max(depths) - min(depths) <= 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the resource module is Unix's")
def test_a_node_takes_at_most_450_bytes() -> None:
    assert float(run(str(SCRIPT), "main", "memory", "1000000")) <= 450


# ---- cycles


def train(steps: int) -> tg.Tensor:
    rng = np.random.default_rng(0)
    weight = tg.tensor(rng.standard_normal((4, 3)), requires_grad=True)
    x, labels = tg.tensor(rng.standard_normal((5, 3))), np.array([0, 3, 1, 2, 2])
    for _ in range(steps):
        weight.zero_grad()
        loss = tg.cross_entropy(tg.tanh(tg.linear(x, weight)), labels)
        loss.backward()
        with tg.no_grad():
            weight -= 0.1 * weight.grad
    return weight


def test_a_training_step_leaves_no_cycle() -> None:
    train(1)
    gc.collect()
    gc.disable()
    try:
        weight = train(20)
        found = gc.collect()
    finally:
        gc.enable()
    assert found == 0
    assert np.isfinite(weight.value).all()


def test_nodes_alive_do_not_grow() -> None:
    """Training for long keeps no more than training for a step."""
    alive: list[weakref.ref[Any]] = []
    weight = tg.tensor(np.ones(3), requires_grad=True)
    for _ in range(200):
        weight.zero_grad()
        hidden = tg.exp(weight * 0.1)
        loss = hidden.sum()
        alive += [weakref.ref(hidden), weakref.ref(loss)]
        loss.backward()
    del hidden, loss
    assert sum(ref() is not None for ref in alive) == 0


def test_backward_frees_activations_as_it_goes() -> None:
    x = tg.tensor(np.ones(3), requires_grad=True)
    y = tg.exp(x)
    inner = weakref.ref(y)
    z = (y * 2.0).sum()
    del y
    assert inner() is not None
    z.backward()
    assert inner() is None
    assert z.inputs is None
    assert z.cache is None


def test_retained_graph_keeps_activations() -> None:
    x = tg.tensor(np.ones(3), requires_grad=True)
    y = tg.exp(x)
    inner = weakref.ref(y)
    z = y.sum()
    del y
    z.backward(retain_graph=True)
    assert inner() is not None
    del z
    assert inner() is None


def test_create_graph_cycle_ends_with_zero_grad() -> None:
    gc.collect()
    gc.disable()
    try:
        x = tg.tensor(np.ones(3), requires_grad=True)
        (x**3).sum().backward(create_graph=True)
        slope, leaf = weakref.ref(x.grad), weakref.ref(x)
        x.zero_grad()
        assert slope() is None
        del x
        assert leaf() is None
    finally:
        gc.enable()


def test_traceback_releases_the_graph_when_it_goes() -> None:
    def fail() -> None:
        y = tg.exp(tg.tensor(np.ones(3), requires_grad=True))
        alive.append(weakref.ref(y))
        y.backward()

    alive: list[weakref.ref[Any]] = []
    with pytest.raises(RuntimeError) as caught:
        fail()
    assert alive[0]() is not None, "the traceback holds the frame, and the frame the graph"
    caught.value.__traceback__ = None
    del caught
    gc.collect()
    assert alive[0]() is None


def test_failed_constructor_is_collected_in_silence() -> None:
    with pytest.raises(TypeError):
        tg.tensor("text")
    node = object.__new__(tg.Tensor)
    del node


def test_threads_release_their_own_graphs() -> None:
    errors: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(20):
                x = tg.tensor(np.array([1.0]), requires_grad=True)
                y = x
                for _ in range(300):
                    y = y * 1.0 + 0.0
                y.backward()
                assert x.grad.item() == 1.0
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not errors


def test_nested_gradients_in_eight_threads() -> None:
    """Third derivatives of separate graphs, all at once: every one is right."""
    wrong: list[float] = []

    def work(seed: int) -> None:
        rng = np.random.default_rng(seed)
        for _ in range(60):
            x = tg.tensor(rng.uniform(0.5, 2, 3), requires_grad=True)
            y = (x**4).sum()
            for _ in range(2):
                (y,) = tg.grad(y, [x], create_graph=True)
                y = y.sum()
            third = tg.grad(y, x).value
            wrong.extend(np.flatnonzero(abs(third - 24 * x.value) > 1e-9))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not wrong


# ---- the same on every run

PROGRAM = """
import hashlib, numpy as np, tinygrad_edu as tg
rng = np.random.default_rng(0)
weights = {name: tg.tensor(rng.standard_normal((8, 8)).astype(np.float32), requires_grad=True)
           for name in ("first", "second", "third")}
x = tg.tensor(rng.standard_normal((16, 8)).astype(np.float32))
for _ in range(30):
    y = x
    for w in weights.values():
        w.zero_grad()
        y = tg.tanh(y @ w) + y * 0.5 + y * w.mean()
    (y * y).mean().backward()
    with tg.no_grad():
        for w in weights.values():
            w -= 0.01 * w.grad
print(hashlib.sha256(b"".join(w.value.tobytes() for w in weights.values())).hexdigest())
"""


def test_hash_seeds_agree() -> None:
    """Nothing iterates over a set of nodes: sums are taken in the same order in every process."""
    seen = {run("-c", PROGRAM, PYTHONHASHSEED=seed, OPENBLAS_NUM_THREADS="1") for seed in "0137"}
    assert len(seen) == 1


# ---- copies


def test_leaves_are_copied_with_their_gradient() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True, name="x")
    (x * x).sum().backward()
    y = copy.deepcopy(x)
    assert (y.name, y.requires_grad, y.grad.tolist()) == ("x", True, [2.0, 4.0])
    y.value[0] = 9.0
    y.grad.value[0] = 9.0
    assert x.tolist() == [1.0, 2.0]
    assert x.grad.tolist() == [2.0, 4.0]
    twice = copy.deepcopy([x, x])
    assert twice[0] is twice[1]


def test_leaves_are_pickled() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True, name="x")
    y = pickle.loads(pickle.dumps(x))
    assert (y.tolist(), y.name, y.requires_grad) == ([1.0, 2.0], "x", True)
    assert type(y) is tg.Tensor


@pytest.mark.parametrize("how", [copy.deepcopy, copy.copy, pickle.dumps])
def test_computed_tensors_are_not_copied(how: Any) -> None:
    y = tg.exp(tg.tensor([1.0], requires_grad=True))
    with pytest.raises(RuntimeError, match=r"of a computed tensor would .* use \.detach\(\) first"):
        how(y)
    assert how(y.detach()) is not None


def test_an_interrupt_leaves_no_bin_in_use() -> None:
    """Else all that dies later would be put into it, and stay."""

    class Bin(list[object]):
        def append(self, item: object) -> None:
            super().append(item)
            raise KeyboardInterrupt

    x = tg.tensor([1.0], requires_grad=True)
    y, trash = x * 2.0, SimpleNamespace(bin=Bin())
    with pytest.raises(KeyboardInterrupt):
        Node.__del__(y, trash)  # type: ignore[arg-type]  # a bin that fails
    assert trash.bin == []
