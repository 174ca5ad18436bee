"""Recurrent layers: a state that is carried along a sequence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice, check_count, check_flag, check_number
from tinygrad_edu.nn._inputs import refuse_wider
from tinygrad_edu.nn.cells import Recurrent, States, gru_step, lstm_step
from tinygrad_edu.nn.dropout import dropout
from tinygrad_edu.nn.parameter import made_dtype
from tinygrad_edu.nn.sequences import PackedSequence, pack_padded_sequence, pad_packed_sequence
from tinygrad_edu.random import GeneratorLike

__all__ = ["GRU", "LSTM", "RNN", "RNNBase"]


class RNNBase(Recurrent):
    """A recurrent layer of any kind: layers on each other, each in one direction or in two."""

    def _set_up(
        self, sizes: tuple[int, int, int], bias: bool, batch_first: bool, dropout: float,
        bidirectional: bool, dtype: Any, generator: GeneratorLike,
    ) -> None:  # fmt: skip
        owner = type(self).__name__
        names = ("input_size", "hidden_size", "num_layers")
        for name, size in zip(names, sizes, strict=True):
            setattr(self, name, check_count(owner, name, size))
        self.bias = check_flag(owner, "bias", bias)
        self.batch_first = check_flag(owner, "batch_first", batch_first)
        self.dropout = check_number(owner, "dropout", dropout, "[0, 1]")
        self.bidirectional = check_flag(owner, "bidirectional", bidirectional)
        for layer in range(self.num_layers):
            size = self.input_size if layer == 0 else self.hidden_size * len(self._directions())
            for direction in self._directions():
                self._make_weights(f"_l{layer}{direction}", size, bias, dtype)
        self.reset_parameters(generator)

    input_size: int
    num_layers: int
    weight_ih_l0: Any
    weight_hh_l0: Any

    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def extra_repr(self) -> str:
        """The sizes, and what differs from the defaults."""
        shown = [str(self.input_size), str(self.hidden_size)]
        for name, usual in (("num_layers", 1), ("bias", True), ("batch_first", False),
                            ("dropout", 0), ("bidirectional", False)):  # fmt: skip
            if getattr(self, name) != usual:
                shown.append(f"{name}={getattr(self, name)}")
        return ", ".join(shown)

    def flatten_parameters(self) -> None:
        """Do nothing: for PyTorch code, which packs weights for GPUs."""

    @property
    def all_weights(self) -> list[list[Any]]:
        """The parameters of each layer and direction."""
        kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")[: 4 if self.bias else 2]
        return [
            [getattr(self, f"{kind}_l{layer}{direction}") for kind in kinds]
            for layer in range(self.num_layers)
            for direction in self._directions()
        ]

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        """Return the hidden states of the last layer at all times, and the last states of all.

        ``input`` is (L, N, input_size), or (N, L, input_size) with ``batch_first``, or one sequence
        (L, input_size), or a `PackedSequence`. A state is (layers · directions, N, hidden_size).
        """
        if isinstance(input, PackedSequence):
            return self._packed(input, hx)
        if input.ndim not in (2, 3) or input.shape[-1] != self.input_size:
            raise ValueError(
                f"expected input of shape (L, N, {self.input_size}) or (L, {self.input_size}), "
                f"got {tuple(input.shape)}"
            )
        refuse_wider(input, self.weight_ih_l0)
        x = input[:, None] if input.ndim == 2 else input
        if self.batch_first and input.ndim == 3:
            x = ops.swapaxes(x, axis1=0, axis2=1)
        if input.ndim == 2 and hx is not None:
            hx = tuple(s[:, None] for s in hx) if self._states > 1 else hx[:, None]
        output, last = self._run(x, hx, None)
        if input.ndim == 2:
            output, last = output[:, 0], tuple(state[:, 0] for state in last)
        elif self.batch_first:
            output = ops.swapaxes(output, axis1=0, axis2=1)
        return output, last if self._states > 1 else last[0]

    def _packed(self, packed: Any, hx: Any) -> tuple[Any, Any]:
        x, lengths = pad_packed_sequence(packed)
        back, order = packed.unsorted_indices, packed.sorted_indices
        output, last = self._run(x, hx, np.asarray(lengths.value))
        again = pack_padded_sequence(output, lengths, enforce_sorted=order is None)
        again = again._replace(sorted_indices=order, unsorted_indices=back)
        return again, last if self._states > 1 else last[0]

    def _run(self, x: Any, hx: Any, lengths: Any) -> tuple[Any, States]:
        """All layers over (L, N, ·); beyond the ``lengths``, states stay as they were."""
        steps, batch = x.shape[:2]
        directions = self._directions()
        shape = (self.num_layers * len(directions), batch, self.hidden_size)
        first = self._given_states(hx, shape, self.weight_hh_l0.value.dtype)
        masks = None
        if lengths is not None:
            masks = [(lengths > t)[:, None] for t in range(steps)]
        last: list[States] = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = dropout(x, self.dropout, self.training)
            outputs = []
            for direction in directions:
                states = tuple(state[len(last)] for state in first)
                output, states = self._sweep(x, states, f"_l{layer}{direction}", masks)
                outputs.append(output)
                last.append(states)
            x = outputs[0] if len(outputs) == 1 else ops.concatenate(outputs, axis=-1)
        stacked = (ops.stack([states[k] for states in last]) for k in range(self._states))
        return x, tuple(stacked)

    def _sweep(
        self, x: Any, states: States, suffix: str, masks: Sequence[Any] | None
    ) -> tuple[Any, States]:
        """One layer in one direction."""
        w_ih, w_hh = getattr(self, f"weight_ih{suffix}"), getattr(self, f"weight_hh{suffix}")
        b_ih, b_hh = getattr(self, f"bias_ih{suffix}"), getattr(self, f"bias_hh{suffix}")
        step, gates = self._step(), ops.linear(x, w_ih, b_ih)
        outputs: list[Any] = [None] * x.shape[0]
        times = range(x.shape[0])
        for t in reversed(times) if suffix.endswith("_reverse") else times:
            after = step(gates[t], ops.linear(states[0], w_hh, b_hh), states)
            if masks is not None:
                after = tuple(
                    ops.where(masks[t], new, old) for new, old in zip(after, states, strict=True)
                )
            states, outputs[t] = after, after[0]
        return ops.stack(outputs), states


class RNN(RNNBase):
    """Elman's recurrent layer.  h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh).

    Parameters
    ----------
    input_size, hidden_size : int
    num_layers : int
        Layers on each other; each reads the hidden states of the one below.
    nonlinearity : {"tanh", "relu"}
    bias : bool
    batch_first : bool
        Inputs and outputs are (N, L, ·) instead of (L, N, ·); states are not changed by it.
    dropout : float
        The probability to drop a hidden state between two layers, in training.
    bidirectional : bool
        A second set of weights reads the sequence from its end; outputs are concatenated.
    device, dtype, generator
        As in `Linear`; all parameters start uniform in ±1/√hidden_size.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> rnn = tg.nn.RNN(3, 5, batch_first=True)
    >>> output, h = rnn(tg.zeros(2, 7, 3))
    >>> output.shape, h.shape
    (torch.Size([2, 7, 5]), torch.Size([1, 2, 5]))
    """

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
        bias: bool = True, batch_first: bool = False, dropout: float = 0.0,
        bidirectional: bool = False, device: Any = None, dtype: Any = None, *,
        generator: GeneratorLike = None,
    ) -> None:  # fmt: skip
        check_choice("RNN", "nonlinearity", nonlinearity, ("tanh", "relu"))
        self.nonlinearity = nonlinearity
        dtype = made_dtype("RNN", device, dtype)
        sizes = (input_size, hidden_size, num_layers)
        self._set_up(sizes, bias, batch_first, dropout, bidirectional, dtype, generator)


class _Gated(RNNBase):
    """A recurrent layer with gates."""

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        device: Any = None, dtype: Any = None, *, generator: GeneratorLike = None,
    ) -> None:  # fmt: skip
        dtype = made_dtype(type(self).__name__, device, dtype)
        sizes = (input_size, hidden_size, num_layers)
        self._set_up(sizes, bias, batch_first, dropout, bidirectional, dtype, generator)


class LSTM(_Gated):
    """Long short-term memory: a cell state c that gates write, keep and read.

    With gates i, f, o = σ(...) and g = tanh(...) of input and hidden state: c' = f c + i g and
    h' = o tanh(c'). Returns ``(output, (h, c))``. Hochreiter & Schmidhuber 1997.

    Parameters as in `RNN`, without ``nonlinearity``. Gates stand in the order i, f, g, o.
    """

    _gates, _states = 4, 2

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        proj_size: int = 0, device: Any = None, dtype: Any = None, *,
        generator: GeneratorLike = None,
    ) -> None:  # fmt: skip
        if check_count("LSTM", "proj_size", proj_size, 0):
            raise ValueError("LSTM: proj_size must be 0; put a Linear layer behind instead")
        settings = (num_layers, bias, batch_first, dropout, bidirectional, device, dtype)
        super().__init__(input_size, hidden_size, *settings, generator=generator)

    def _step(self) -> Callable[[Any, Any, States], States]:
        return lstm_step


class GRU(_Gated):
    """Gated recurrent unit.  n = tanh(x_n + r h_n) and h' = (1 − z) n + z h, with gates r and z.

    Cho et al. 2014. Parameters as in `RNN`, without ``nonlinearity``. Gates in the order r, z, n.
    """

    _gates = 3

    def _step(self) -> Callable[[Any, Any, States], States]:
        return gru_step
