"""Gradient mode and anomaly mode: whose they are, and that they always come back."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.engine import modes


def records() -> bool:
    x = tg.tensor(1.0, requires_grad=True)
    recorded = (x * 2.0).requires_grad
    assert recorded == tg.is_grad_enabled()
    return recorded


def test_blocks_nest_and_restore() -> None:
    assert records()
    with tg.no_grad():
        assert not records()
        with tg.enable_grad():
            assert records()
            with tg.set_grad_enabled(False):
                assert not records()
            with tg.set_grad_enabled(True):
                assert records()
            assert records()
        assert not records()
    assert records()


def test_one_context_used_twice_and_inside_itself() -> None:
    context = tg.no_grad()
    for _ in range(2):
        with context:
            with context:
                assert not records()
            assert not records()
        assert records()


def test_exceptions_restore() -> None:
    with pytest.raises(KeyError), tg.no_grad():
        raise KeyError
    assert records()


def test_decorator() -> None:
    @tg.no_grad()
    def inner(n: int) -> bool:
        """Say whether it records."""
        return records() if n == 0 else inner(n - 1)

    assert inner.__name__ == "inner"
    assert inner.__doc__ == "Say whether it records."
    assert not inner(0)
    assert not inner(3)  # re-entrant
    assert records()

    @tg.no_grad()
    def fails() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert records()


def test_decorated_generator_does_not_leak() -> None:
    seen: list[bool] = []

    @tg.no_grad()
    def steps() -> Any:
        received: Any = None
        while True:
            seen.append(tg.is_grad_enabled())
            try:
                received = yield received
            except KeyError:
                seen.append(tg.is_grad_enabled())
                received = "caught"
            if received == "stop":
                return "done"

    generator = steps()
    assert next(generator) is None
    assert records()
    assert generator.send("sent") == "sent"
    assert records()
    assert generator.throw(KeyError()) == "caught"
    assert records()
    with pytest.raises(StopIteration) as stopped:
        generator.send("stop")
    assert stopped.value.value == "done"
    assert seen
    assert not any(seen)
    assert records()


def test_decorated_generator_is_closed_and_its_errors_come_out() -> None:
    closed = []

    @tg.no_grad()
    def steps() -> Any:
        try:
            yield 1
        finally:
            closed.append(tg.is_grad_enabled())

    generator = steps()
    next(generator)
    generator.close()
    assert closed == [False]
    failing = steps()
    next(failing)
    with pytest.raises(ValueError, match="planted"):
        failing.throw(ValueError("planted"))
    assert list(steps()) == [1]
    assert records()


def test_threads_start_enabled() -> None:
    """A new thread starts with recording on, as in PyTorch; `copy_context` hands a mode over."""
    seen: dict[str, bool] = {}
    with tg.no_grad():
        thread = threading.Thread(target=lambda: seen.update(thread=records()))
        thread.start()
        thread.join()
        context = contextvars.copy_context()
        with ThreadPoolExecutor(1) as pool:
            seen["pool"] = pool.submit(records).result()
            seen["copied"] = pool.submit(context.run, records).result()
    assert seen == {"thread": True, "pool": True, "copied": False}


def test_a_thread_does_not_change_another() -> None:
    inside, done = threading.Event(), threading.Event()

    def silent() -> None:
        with tg.no_grad():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=silent)
    thread.start()
    assert inside.wait(10)
    assert records()
    done.set()
    thread.join()


def test_asyncio_tasks_are_isolated() -> None:
    async def silent(turn: asyncio.Event, back: asyncio.Event) -> bool:
        with tg.no_grad():
            turn.set()
            await back.wait()
            return records()

    async def loud(turn: asyncio.Event, back: asyncio.Event) -> bool:
        await turn.wait()
        recorded = records()
        back.set()
        return recorded

    async def main() -> list[bool]:
        turn, back = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(silent(turn, back), loud(turn, back))

    assert asyncio.run(main()) == [False, True]


def test_decorated_coroutine_runs_under_the_mode_to_its_end() -> None:
    @tg.no_grad()
    async def silent() -> tuple[bool, bool]:
        before = records()
        await asyncio.sleep(0)
        return before, records()

    async def main() -> bool:
        assert await silent() == (False, False)
        return records()

    assert asyncio.run(main())


def test_values_are_the_same_bits_in_every_mode() -> None:
    x = tg.tensor(np.linspace(0.1, 2, 7), requires_grad=True)

    def net() -> bytes:
        return tg.softmax(tg.tanh(x * 3.0) + tg.log(x), axis=0).value.tobytes()

    plain = net()
    with tg.no_grad():
        assert net() == plain
    with tg.detect_anomaly():
        assert net() == plain


def test_mode_during_and_after_backward() -> None:
    seen: list[bool] = []
    x = tg.tensor(1.0, requires_grad=True)
    y = x * x
    y.register_hook(lambda g: seen.append(tg.is_grad_enabled()))
    y.backward(retain_graph=True)
    with tg.no_grad():
        y.backward(create_graph=True)
        assert not tg.is_grad_enabled()
    assert seen == [False, True]
    assert records()
    x.grad = None


def test_numpys_error_state_is_left_alone() -> None:
    before = np.geterr()
    x = tg.tensor([0.0, -1.0, 1e30], requires_grad=True)
    for y in (tg.log(x), 1 / x, tg.exp(x), tg.sqrt(x), x**-2.0, tg.logsumexp(x / 0.0)):
        y.sum().backward()
    assert np.geterr() == before


# ---- anomaly mode


def test_anomaly_in_the_forward_pass_names_operation_entry_and_line() -> None:
    x = tg.tensor([[1.0, 2.0], [0.0, 0.0]], requires_grad=True)
    with tg.detect_anomaly(), pytest.raises(FloatingPointError) as caught:
        tg.log(x * 1.0)  # the line that is named
    message = str(caught.value)
    assert "log: first non-finite value of the result is -inf at index (1, 0)" in message
    assert "(2 of 4 values are not finite)" in message
    assert "test_modes.py:" in message
    assert message.endswith("tg.log(x * 1.0)  # the line that is named")


def test_anomaly_in_the_backward_pass_names_the_forward_line() -> None:
    x = tg.tensor([4.0, 0.0], requires_grad=True)
    with tg.detect_anomaly():
        y = tg.sqrt(x)  # finite, its slope is not
        with pytest.raises(FloatingPointError) as caught:
            y.sum().backward()
    message = str(caught.value)
    assert "sqrt: first non-finite value of the gradient of input 0 is inf at index (1,)" in message
    assert message.endswith("y = tg.sqrt(x)  # finite, its slope is not")
    assert x.grad is None


def test_outside_of_anomaly_mode_infinities_are_values() -> None:
    x = tg.tensor([4.0, 0.0], requires_grad=True)
    tg.sqrt(x).sum().backward()
    assert x.grad.value[1] == np.inf


def test_anomaly_without_a_users_line(monkeypatch: pytest.MonkeyPatch) -> None:
    home = sys.modules[tg.engine.Primitive.__module__.replace("primitive", "anomaly")]
    monkeypatch.setattr(home, "_PACKAGE", "")  # every file is ours: nothing is left to name
    with tg.detect_anomaly(), pytest.raises(FloatingPointError, match="made at an unknown line"):
        tg.log(tg.tensor([0.0]))


def test_no_grad_without_parentheses() -> None:
    @tg.no_grad
    def inner(n: int) -> tuple[int, bool]:
        """Say it."""
        return n, tg.is_grad_enabled()

    assert inner(3) == (3, False)
    assert inner.__doc__ == "Say it."
    assert tg.is_grad_enabled()


def test_decorated_coroutine_runs_under_the_mode() -> None:
    @tg.no_grad()
    async def inner() -> bool:
        await asyncio.sleep(0)
        return tg.is_grad_enabled()

    async def outer() -> tuple[bool, bool]:
        return await inner(), tg.is_grad_enabled()

    assert asyncio.run(outer()) == (False, True)


def test_an_interrupt_right_after_the_change_undoes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """There Python looks for signals: after a call."""
    interrupts = [KeyboardInterrupt]

    class Interrupted:
        get = modes.MODE.get

        @staticmethod
        def set(mode: Any, change: Any = modes.MODE.set) -> None:
            change(mode)
            if interrupts:
                raise interrupts.pop()

    with monkeypatch.context() as patch:
        patch.setattr(modes, "MODE", Interrupted)
        with pytest.raises(KeyboardInterrupt):
            tg.no_grad().__enter__()
    assert not interrupts
    assert tg.is_grad_enabled()
