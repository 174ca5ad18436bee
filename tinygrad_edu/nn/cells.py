"""Recurrent cells: one step of a state along a sequence."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice, check_count, check_flag
from tinygrad_edu.nn import init
from tinygrad_edu.nn._inputs import refuse_wider
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import made_dtype, parameter_of
from tinygrad_edu.random import GeneratorLike, get_generator
from tinygrad_edu.tensor import from_numpy

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]

#: The states of one step: the hidden state, and where there is one the cell state.
States = tuple[Any, ...]


def _tanh_step(x: Any, h: Any, states: States) -> States:
    return (ops.tanh(x + h),)


def _relu_step(x: Any, h: Any, states: States) -> States:
    return (ops.relu(x + h),)


def lstm_step(x: Any, h: Any, states: States) -> States:
    """The next (h, c), from the parts of the gates that input and state make."""
    i, f, g, o = _parts(x + h, 4)
    c = ops.sigmoid(f) * states[1] + ops.sigmoid(i) * ops.tanh(g)
    return ops.sigmoid(o) * ops.tanh(c), c


def gru_step(x: Any, h: Any, states: States) -> States:
    """The next (h,), from the parts of the gates that input and state make."""
    (x_r, x_z, x_n), (h_r, h_z, h_n) = _parts(x, 3), _parts(h, 3)
    z = ops.sigmoid(x_z + h_z)
    new = ops.tanh(x_n + ops.sigmoid(x_r + h_r) * h_n)
    return (new + z * (states[0] - new),)


def _parts(gates: Any, count: int) -> list[Any]:
    """The gates, which stand one after the other on the last axis."""
    size = gates.shape[-1] // count
    return [gates[..., k * size : (k + 1) * size] for k in range(count)]


class Recurrent(Module):
    """What cells and layers share: how many gates there are, and what a step does with them."""

    _gates: ClassVar[int] = 1
    _states: ClassVar[int] = 1
    nonlinearity = ""

    def _step(self) -> Callable[[Any, Any, States], States]:
        return _relu_step if self.nonlinearity == "relu" else _tanh_step

    def _make_weights(self, suffix: str, size: int, bias: bool, dtype: Any) -> None:
        """Four parameters: of the input and of the state, weight and bias."""
        rows = self._gates * self.hidden_size
        shapes = {"weight_ih": (rows, size), "weight_hh": (rows, self.hidden_size)}
        for name, shape in shapes.items():
            setattr(self, name + suffix, parameter_of(np.empty(shape, dtype)))
        for name in ("bias_ih", "bias_hh"):
            made = parameter_of(np.empty(rows, dtype)) if bias else None
            setattr(self, name + suffix, made)

    hidden_size: int

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw all parameters again, uniform in ±1/√hidden_size."""
        generator = get_generator(generator, type(self).__name__)
        bound = 1.0 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            init.uniform_(parameter, -bound, bound, generator)

    def _given_states(self, hx: Any, shape: tuple[int, ...], dtype: Any) -> States:
        """The states to begin with, zeros if there are none."""
        if hx is None:
            return tuple(from_numpy(np.zeros(shape, dtype)) for _ in range(self._states))
        states = tuple(hx) if self._states > 1 else (hx,)
        for state in states:
            if tuple(state.shape) != shape:
                raise ValueError(
                    f"{type(self).__name__}: expected a state of shape {shape}, "
                    f"got {tuple(state.shape)}"
                )
        return states


class _Cell(Recurrent):
    """One step of a recurrent layer."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        owner = type(self).__name__
        self.input_size = check_count(owner, "input_size", input_size)
        self.hidden_size = check_count(owner, "hidden_size", hidden_size)
        self.bias = check_flag(owner, "bias", bias)
        self._make_weights("", input_size, bias, made_dtype(owner, device, dtype))
        self.reset_parameters(generator)

    weight_ih: Any
    weight_hh: Any
    bias_ih: Any
    bias_hh: Any

    def extra_repr(self) -> str:
        """The sizes, and what differs from the defaults."""
        shown = f"{self.input_size}, {self.hidden_size}"
        shown += "" if self.bias else ", bias=False"
        return shown + (", nonlinearity=relu" if self.nonlinearity == "relu" else "")

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the next state of ``input`` (N, input_size) or (input_size,)."""
        if input.shape[-1] != self.input_size or input.ndim not in (1, 2):
            raise ValueError(
                f"expected input of shape (N, {self.input_size}) or ({self.input_size},), "
                f"got {tuple(input.shape)}"
            )
        refuse_wider(input, self.weight_ih)
        shape = (*input.shape[:-1], self.hidden_size)
        states = self._given_states(hx, shape, self.weight_hh.value.dtype)
        x = ops.linear(input, self.weight_ih, self.bias_ih)
        h = ops.linear(states[0], self.weight_hh, self.bias_hh)
        after = self._step()(x, h, states)
        return after if len(after) > 1 else after[0]


class RNNCell(_Cell):
    """One step of `RNN`.  h' = tanh(W_ih x + b_ih + W_hh h + b_hh).

    Parameters
    ----------
    input_size, hidden_size : int
    bias : bool
    nonlinearity : {"tanh", "relu"}
    device, dtype, generator
        As in `Linear`; all parameters start uniform in ±1/√hidden_size.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        check_choice("RNNCell", "nonlinearity", nonlinearity, ("tanh", "relu"))
        self.nonlinearity = nonlinearity
        super().__init__(input_size, hidden_size, bias, device, dtype, generator=generator)


class LSTMCell(_Cell):
    """One step of `LSTM`: ``(h', c')`` of the input and ``(h, c)``. Parameters as in `RNNCell`."""

    _gates, _states = 4, 2

    def _step(self) -> Callable[[Any, Any, States], States]:
        return lstm_step


class GRUCell(_Cell):
    """One step of `GRU`. Parameters as in `RNNCell`."""

    _gates = 3

    def _step(self) -> Callable[[Any, Any, States], States]:
        return gru_step
