"""Ctrl-C at any bytecode of the package: afterwards everything works, and nothing is left behind.

TINYGRAD_EDU_INTERRUPTS says how many are tried; `make interrupts` tries 20,000. Optimizers are
interrupted one by one in tests/optim/test_damage.py.
"""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.interrupts import interrupted
from tinygrad_edu import nn
from tinygrad_edu.autograd import functional, point, transforms
from tinygrad_edu.engine import MODE

INTERRUPTS = int(os.environ.get("TINYGRAD_EDU_INTERRUPTS", "1500"))
X = np.linspace(-1.0, 1.0, 12).reshape(4, 3)
LABELS = np.array([0, 1, 1, 0])


class Lesson:
    """A net, its optimizer and a folder: what a notebook holds when somebody presses Ctrl-C."""

    def __init__(self, folder: Path) -> None:
        self.net = nn.Sequential(
            nn.Linear(3, 4, generator=0),
            nn.BatchNorm1d(4),
            nn.Tanh(),
            nn.Dropout(0.5),
            nn.Linear(4, 2, generator=1),
        ).double()
        self.net[3].eval()
        self.modes = [module.training for module in self.net.modules()]
        self.optimizer = tg.optim.Adam(self.net.parameters(), lr=0.01)
        self.scheduler = tg.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, T_max=9)
        self.trainer = tg.train.Trainer(self.net, nn.CrossEntropyLoss(), self.optimizer)
        self.loader = tg.data.DataLoader(tg.data.TensorDataset(X, LABELS), batch_size=2)
        self.folder = folder
        self.path = folder / "state.npz"
        tg.save(self.net.state_dict(), self.path)
        self.x = tg.tensor(X, requires_grad=True)
        self.loss().backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.graph = self.loss()

    def loss(self) -> Any:
        return nn.functional.cross_entropy(self.net(self.x), LABELS)

    def check(self) -> None:
        """The modes are what they were, and the next line of every kind works."""
        assert MODE.get() == (True, False)
        assert not point._ACTIVE.get()
        assert [module.training for module in self.net.modules()] == self.modes
        y = self.x * 2.0
        z, dead = y * 3.0, weakref.ref(y)
        del y, z
        assert dead() is None
        assert self.net[1].momentum == 0.1
        assert np.abs(self.net[0].weight.value).max() < 5.0
        assert self.x.requires_grad
        assert sorted(os.listdir(self.folder)) == ["state.npz"]
        self.net.load_state_dict(tg.load(self.path))
        self.optimizer.zero_grad()
        self.x.grad = None
        self.loss().backward()
        assert all(p.grad is not None for p in self.net.parameters())
        got, (expected,) = self.x.grad.value, tg.grad(self.loss(), [self.x])
        np.testing.assert_allclose(got, expected.value, 1e-12)
        self.optimizer.step()
        self.optimizer.load_state_dict(self.optimizer.state_dict())
        self.scheduler.step()
        self.trainer.fit(self.loader, epochs=1, verbose=False)
        tg.save(self.net.state_dict(), self.path)


def _cube(x: Any) -> Any:
    return (x * x * x).sum()


def _recorded_inside(lesson: Lesson) -> None:
    with tg.no_grad(), tg.enable_grad():
        lesson.loss()


def _watched(lesson: Lesson) -> None:
    with tg.detect_anomaly():
        lesson.loss().backward()


def _decorated(lesson: Lesson) -> None:
    tg.no_grad()(lesson.loss)()


def _generator(lesson: Lesson) -> None:
    @tg.no_grad()
    def steps() -> Any:
        yield lesson.loss()
        yield lesson.loss()

    list(steps())


def _coroutine(lesson: Lesson) -> None:
    @tg.no_grad()
    async def task() -> Any:
        return lesson.loss()

    asyncio.run(task())


def _twice(lesson: Lesson) -> None:
    (g,) = tg.grad(lesson.loss(), [lesson.x], create_graph=True)
    (g * g).sum().backward()


def _nested(lesson: Lesson) -> None:
    slope = transforms.value_and_grad(lambda x: transforms.value_and_grad(_cube)(x)[1].sum())
    slope(lesson.x)


def _hooked(lesson: Lesson) -> None:
    handles = [
        lesson.x.register_hook(lambda g: g),
        lesson.net.register_forward_hook(lambda module, args, output: None),
        lesson.net.register_full_backward_hook(lambda module, before, after: None),
    ]
    try:
        lesson.loss().backward()
    finally:
        for handle in handles:
            handle.remove()


def _changed(lesson: Lesson) -> None:
    with tg.no_grad():
        lesson.x += 1.0
        lesson.x[0] = 2.0
        lesson.x.clamp_(-1.0, 1.0)


def _climbed(lesson: Lesson) -> None:
    """The weights go far away for a moment."""
    optimizer = tg.optim.SAM(tg.optim.SGD(lesson.net.parameters(), lr=0.1), rho=1000.0)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = lesson.loss()
        loss.backward()
        return loss

    optimizer.step(closure)


def _noise(lesson: Lesson) -> None:
    with tg.random.fork_rng(seed=1):
        tg.randn(3)


def _optimized(lesson: Lesson) -> None:
    tg.nn.utils.clip_grad_norm_(lesson.net.parameters(), 1.0)
    lesson.optimizer.step(lambda: lesson.loss())
    lesson.scheduler.step()


ACTIONS: dict[str, Callable[[Lesson], Any]] = {
    "forward": lambda lesson: lesson.loss(),
    "backward": lambda lesson: lesson.loss().backward(),
    "backward, graph kept": lambda lesson: lesson.graph.backward(retain_graph=True),
    "second order": _twice,
    "a block": _recorded_inside,
    "anomaly mode": _watched,
    "a decorated function": _decorated,
    "a decorated generator": _generator,
    "a decorated coroutine": _coroutine,
    "hooks": _hooked,
    "in place": _changed,
    "vjp": lambda lesson: functional.vjp(_cube, lesson.x, tg.tensor(1.0, dtype=np.float64)),
    "jvp": lambda lesson: functional.jvp(_cube, lesson.x, lesson.x.detach()),
    "hvp": lambda lesson: functional.hvp(_cube, lesson.x, lesson.x.detach()),
    "hessian": lambda lesson: functional.hessian(_cube, tg.tensor(X[0])),
    "nested": _nested,
    "step": _optimized,
    "SAM": _climbed,
    "update_bn": lambda lesson: tg.optim.update_bn(lesson.loader, lesson.net),
    "fork_rng": _noise,
    "fit": lambda lesson: lesson.trainer.fit(lesson.loader, epochs=1, verbose=False),
    "evaluate": lambda lesson: lesson.trainer.evaluate(lesson.loader),
    "predict": lambda lesson: lesson.trainer.predict(X),
    "save": lambda lesson: tg.save(lesson.net.state_dict(), lesson.path),
    "load": lambda lesson: lesson.net.load_state_dict(tg.load(lesson.path)),
    "state of the optimizer": lambda lesson: lesson.optimizer.load_state_dict(
        lesson.optimizer.state_dict()
    ),
    "summary": lambda lesson: nn.summary(lesson.net, X.shape),
    "LSUV": lambda lesson: nn.init.lsuv_(lesson.net, X),
    "gradcheck": lambda lesson: tg.testing.gradcheck(_cube, (lesson.x,)),
    "zero_grad": lambda lesson: lesson.net.zero_grad(),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_interrupt_does_no_lasting_damage(
    name: str, tmp_path: Path, rng: np.random.Generator
) -> None:
    action = ACTIONS[name]
    lesson = Lesson(tmp_path)
    total = interrupted(lambda: action(lesson), 0)
    lesson.check()
    for at in rng.integers(1, total + 1, size=-(-INTERRUPTS // len(ACTIONS))):
        lesson = Lesson(tmp_path)
        settings, generator = np.geterr(), tg.random.default_generator().bit_generator.state
        interrupted(lambda: action(lesson), int(at))  # noqa: B023 (called at once)
        assert np.geterr() == settings
        assert name == "in place" or np.array_equal(lesson.x.value, X)
        if name == "fork_rng":
            assert tg.random.default_generator().bit_generator.state == generator
        try:
            lesson.check()
        except BaseException as error:
            error.add_note(f"after an interrupt before bytecode {at} of {total}")
            raise
