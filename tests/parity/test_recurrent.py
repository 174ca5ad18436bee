"""Recurrent layers, attention and packed sequences against PyTorch: values, gradients, reprs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.utils import rnn

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore")

FLAGS = [
    dict(zip(("num_layers", "batch_first", "bidirectional", "bias"), values, strict=True))
    for values in itertools.product((1, 2), (False, True), (False, True), (True, False))
]


def _values(*shape: int) -> Any:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for part in value:
            yield from _leaves(part)
    elif value is not None:
        yield value


def _same(ours: Any, theirs: Any) -> None:
    for a, b in zip(_leaves(ours), _leaves(theirs), strict=True):
        np.testing.assert_allclose(a.value, b.detach().numpy(), 1e-9, 1e-11)


def _pair(name: str, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """The layer here and there, with equal weights, in float64."""
    ours = getattr(nn, name)(*args, **kwargs).double()
    theirs = getattr(torch.nn, name)(*args, **kwargs).double()
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    assert repr(ours) == repr(theirs).replace("NonDynamicallyQuantizableLinear", "Linear")
    return ours, theirs


@pytest.mark.parametrize("kwargs", FLAGS, ids=str)
@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_layers(name: str, kwargs: dict[str, Any]) -> None:
    ours, theirs = _pair(name, 3, 5, **kwargs)
    x = _values(4, 6, 3)
    a, b = tg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    batch = 4 if kwargs["batch_first"] else 6
    h = _values(kwargs["num_layers"] * (2 if kwargs["bidirectional"] else 1), batch, 5)
    start: Any = (tg.tensor(h), torch.tensor(h))
    if name == "LSTM":
        start = tuple((s, s * 2) for s in start)
    ya, yb = ours(a, start[0]), theirs(b, start[1])
    _same(ya, yb)
    sum((y * y).sum() for y in _leaves(ya)).backward()  # type: ignore[union-attr]  # a tensor
    sum((y * y).sum() for y in _leaves(yb)).backward()
    _same(a.grad, b.grad)
    _same(tuple(p.grad for p in ours.parameters()), tuple(p.grad for p in theirs.parameters()))
    _same(ours(a[0]), theirs(b[0]))  # one sequence


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("lengths", [[5, 4, 2, 2], [2, 5, 1, 5]], ids=str)
def test_packed_sequences(name: str, lengths: list[int]) -> None:
    ours, theirs = _pair(name, 3, 5, 2, bidirectional=True)
    x, ordered = _values(4, 5, 3), lengths == sorted(lengths, reverse=True)
    there = torch.nn.utils.rnn
    settings = {"batch_first": True, "enforce_sorted": ordered}
    a = rnn.pack_padded_sequence(tg.tensor(x), lengths, **settings)
    b = there.pack_padded_sequence(torch.tensor(x), lengths, **settings)
    (ya, ha), (yb, hb) = ours(a), theirs(b)
    _same((ya.data, ha), (yb.data, hb))
    padded, sizes = rnn.pad_packed_sequence(ya, batch_first=True, total_length=7)
    wanted, _ = there.pad_packed_sequence(yb, batch_first=True, total_length=7)
    _same(padded, wanted)
    assert sizes.tolist() == lengths


def test_padding() -> None:
    parts = [_values(n, 2) for n in (2, 4, 1)]
    for settings in ({}, {"batch_first": True}, {"padding_value": -1.0, "padding_side": "left"}):
        _same(
            rnn.pad_sequence([tg.tensor(p) for p in parts], **settings),
            torch.nn.utils.rnn.pad_sequence([torch.tensor(p) for p in parts], **settings),
        )
    again = rnn.unpack_sequence(
        rnn.pack_sequence([tg.tensor(p) for p in parts], enforce_sorted=False)
    )
    assert all(np.array_equal(a.value, p) for a, p in zip(again, parts, strict=True))


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
def test_cells(name: str) -> None:
    ours, theirs = _pair(name, 3, 5)
    a, b = tg.tensor(_values(4, 3)), torch.tensor(_values(4, 3))
    ya, yb = ours(a), theirs(b)
    _same((ya, ours(a, ya)), (yb, theirs(b, yb)))


@pytest.mark.parametrize("batch_first", [True, False])
@pytest.mark.parametrize("kdim", [None, 3])
@pytest.mark.parametrize("bias", [True, False])
def test_multihead_attention(batch_first: bool, kdim: int | None, bias: bool) -> None:
    settings = {"batch_first": batch_first, "kdim": kdim, "vdim": kdim, "bias": bias}
    ours, theirs = _pair("MultiheadAttention", 6, 2, **settings)
    q, k = _values(4, 5, 6), _values(4, 7, kdim or 6)
    if not batch_first:
        q, k = (np.ascontiguousarray(x.swapaxes(0, 1)) for x in (q, k))
    a, b = (tg.tensor(q), tg.tensor(k), tg.tensor(k)), tuple(map(torch.tensor, (q, k, k)))
    _same(ours(*a), theirs(*b))
    hidden, padded = np.triu(np.ones((5, 7), bool), 2), np.zeros((4, 7), bool)
    padded[1, 3:] = True
    masks = {"attn_mask": hidden, "key_padding_mask": padded}
    _same(
        ours(*a, average_attn_weights=False, **{n: tg.tensor(m) for n, m in masks.items()}),
        theirs(*b, average_attn_weights=False, **{n: torch.tensor(m) for n, m in masks.items()}),
    )


@pytest.mark.parametrize("settings", [{}, {"is_causal": True}, {"scale": 0.3}], ids=str)
def test_scaled_dot_product_attention(settings: dict[str, Any]) -> None:
    parts = (_values(2, 3, 4, 5), _values(2, 3, 6, 5), _values(2, 3, 6, 7))
    _same(
        F.scaled_dot_product_attention(*map(tg.tensor, parts), **settings),
        torch.nn.functional.scaled_dot_product_attention(*map(torch.tensor, parts), **settings),
    )


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_encoder(norm_first: bool, activation: str) -> None:
    settings = {"norm_first": norm_first, "activation": activation, "batch_first": True}

    def build(m: Any) -> Any:
        layer = m.TransformerEncoderLayer(6, 2, 8, **settings)
        return m.TransformerEncoder(layer, 2, m.LayerNorm(6), False).double().eval()

    ours, theirs = build(nn), build(torch.nn)
    theirs.load_state_dict({k: torch.tensor(v.numpy()) for k, v in ours.state_dict().items()})
    x, mask = _values(4, 5, 6), np.triu(np.full((5, 5), -np.inf), 1)
    _same(ours(tg.tensor(x)), theirs(torch.tensor(x)))
    _same(ours(tg.tensor(x), tg.tensor(mask)), theirs(torch.tensor(x), torch.tensor(mask)))


LAZY = [
    ("LazyConv2d", (3, 2), (2, 4, 5, 5)),
    ("LazyConv1d", (3, 2), (2, 4, 5)),
    ("LazyConvTranspose2d", (3, 2), (2, 4, 5, 5)),
    ("LazyConvTranspose1d", (3, 2), (2, 4, 5)),
    ("LazyBatchNorm2d", (), (2, 4, 5, 5)),
    ("LazyBatchNorm1d", (), (2, 4)),
    ("LazyInstanceNorm2d", (), (2, 4, 5, 5)),
    ("LazyInstanceNorm1d", (), (2, 4, 5)),
]


@pytest.mark.parametrize(("name", "args", "shape"), LAZY, ids=lambda value: str(value))
def test_lazy_layers(name: str, args: tuple[int, ...], shape: tuple[int, ...]) -> None:
    ours, theirs = getattr(nn, name)(*args), getattr(torch.nn, name)(*args)
    assert repr(ours) == repr(theirs)
    before = list(ours.parameters())
    ours(tg.zeros(*shape)), theirs(torch.zeros(*shape))
    assert repr(ours) == repr(theirs)
    assert all(a is b for a, b in zip(ours.parameters(), before, strict=True))
    assert {n: tuple(t.shape) for n, t in ours.state_dict().items()} == {
        n: tuple(t.shape) for n, t in theirs.state_dict().items()
    }
