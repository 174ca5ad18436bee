"""Attention: means of values, weighted by how well queries match keys."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_count, check_flag, check_function, check_number
from tinygrad_edu.engine import value_of
from tinygrad_edu.nn import init
from tinygrad_edu.nn.activations import gelu, relu
from tinygrad_edu.nn.container import ModuleList
from tinygrad_edu.nn.dropout import Dropout, dropout
from tinygrad_edu.nn.layer_norm import LayerNorm
from tinygrad_edu.nn.linear import Linear
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import made_dtype, parameter_of
from tinygrad_edu.random import GeneratorLike, get_generator

__all__ = [
    "MultiheadAttention", "TransformerEncoder", "TransformerEncoderLayer",
    "scaled_dot_product_attention",
]  # fmt: skip


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """softmax(q kᵀ / √d) v.  query (..., L, d), key (..., S, d), value (..., S, e); (..., L, e).

    Parameters
    ----------
    attn_mask : Tensor that broadcasts to (..., L, S), optional
        True where a query may look, or numbers that are added to the scores.
    dropout_p : float
        The probability to drop a weight. It is always applied: pass 0 in evaluation.
    is_causal : bool
        Query l sees the keys up to l.
    scale : float, optional
        By default 1 / √d.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> q = tg.zeros(1, 2, 4)
    >>> tg.nn.functional.scaled_dot_product_attention(q, q, tg.tensor([[[1.0], [3.0]]]))
    tensor([[[2.],
             [2.]]])
    """
    if enable_gqa:
        raise ValueError("scaled_dot_product_attention: enable_gqa must be False; repeat the keys")
    if is_causal:
        if attn_mask is not None:
            raise ValueError("scaled_dot_product_attention: give attn_mask or is_causal, not both")
        attn_mask = np.tri(query.shape[-2], key.shape[-2], dtype=bool)
    return _attended(query, key, value, attn_mask, dropout_p, scale)[0]


def _attended(
    query: Any, key: Any, value: Any, mask: Any, p: float, scale: float | None = None
) -> tuple[Any, Any]:
    """The mixed values, and the weights."""
    factor = 1.0 / math.sqrt(query.shape[-1]) if scale is None else scale
    scores = ops.matmul(query * factor, ops.swapaxes(key, axis1=-1, axis2=-2))
    if mask is not None:
        if value_of(mask).dtype.kind == "b":
            scores = ops.where(value_of(mask), scores, -math.inf)
        else:
            scores = scores + mask
    weights = ops.softmax(scores, axis=-1)
    if p:
        weights = dropout(weights, p, True)
    return ops.matmul(weights, value), weights


class MultiheadAttention(Module):
    """Attention in several heads, each on a part of the features, between linear maps.

    Vaswani et al. 2017.

    Parameters
    ----------
    embed_dim : int
        Features of queries, and of the output.
    num_heads : int
        Must divide ``embed_dim``.
    dropout : float
        The probability to drop a weight of attention, in training.
    bias : bool
    kdim, vdim : int, optional
        Features of keys and values, by default ``embed_dim``.
    batch_first : bool
        Inputs are (N, L, E) instead of (L, N, E).
    device, dtype, generator
        As in `Linear`.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> attention = tg.nn.MultiheadAttention(4, 2, batch_first=True)
    >>> x = tg.zeros(3, 5, 4)
    >>> output, weights = attention(x, x, x)
    >>> output.shape, weights.shape
    (torch.Size([3, 5, 4]), torch.Size([3, 5, 5]))
    """

    def __init__(
        self, embed_dim: int, num_heads: int, dropout: float = 0.0, bias: bool = True,
        add_bias_kv: bool = False, add_zero_attn: bool = False, kdim: int | None = None,
        vdim: int | None = None, batch_first: bool = False, device: Any = None, dtype: Any = None,
        *, generator: GeneratorLike = None,
    ) -> None:  # fmt: skip
        owner = "MultiheadAttention"
        self.embed_dim = check_count(owner, "embed_dim", embed_dim)
        self.num_heads = check_count(owner, "num_heads", num_heads)
        if embed_dim % num_heads:
            raise ValueError(
                f"{owner}: num_heads={num_heads} does not divide embed_dim={embed_dim}"
            )
        self.head_dim = embed_dim // num_heads
        self.dropout = check_number(owner, "dropout", dropout, "[0, 1]")
        for name, flag in (("add_bias_kv", add_bias_kv), ("add_zero_attn", add_zero_attn)):
            if check_flag(owner, name, flag):
                raise ValueError(f"{owner}: {name} must be False")
        self.kdim = embed_dim if kdim is None else check_count(owner, "kdim", kdim)
        self.vdim = embed_dim if vdim is None else check_count(owner, "vdim", vdim)
        self.batch_first = check_flag(owner, "batch_first", batch_first)
        check_flag(owner, "bias", bias)
        generator = get_generator(generator, owner)
        dtype, e = made_dtype(owner, device, dtype), embed_dim
        same = self.kdim == self.vdim == e
        self.in_proj_weight = parameter_of(np.empty((3 * e, e), dtype)) if same else None
        for name, size in (("q", e), ("k", self.kdim), ("v", self.vdim)):
            weight = None if same else parameter_of(np.empty((e, size), dtype))
            setattr(self, f"{name}_proj_weight", weight)
        self.in_proj_bias = parameter_of(np.zeros(3 * e, dtype)) if bias else None
        self.out_proj = Linear(e, e, bias, dtype=dtype, generator=generator)
        self._reset_parameters(generator)

    q_proj_weight: Any
    k_proj_weight: Any
    v_proj_weight: Any

    def _reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw the weights of the inputs again, by Glorot's rule; biases are 0."""
        generator = get_generator(generator, "MultiheadAttention")
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight,
                       self.v_proj_weight):  # fmt: skip
            if weight is not None:
                init.xavier_uniform_(weight, generator=generator)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)

    def forward(
        self, query: Any, key: Any, value: Any, key_padding_mask: Any = None,
        need_weights: bool = True, attn_mask: Any = None, average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:  # fmt: skip
        """Return the output and the weights of attention, or None for ``need_weights=False``.

        Masks are True where a query must *not* look, or numbers that are added to the scores:
        ``key_padding_mask`` (N, S), ``attn_mask`` (L, S) or (N · heads, L, S).
        """
        single = query.ndim == 2
        inputs = [x[:, None] if single else x for x in (query, key, value)]
        if not self.batch_first or single:
            inputs = [ops.swapaxes(x, axis1=0, axis2=1) for x in inputs]
        if inputs[0].shape[-1] != self.embed_dim:
            raise ValueError(
                f"expected queries of {self.embed_dim} features, got {tuple(query.shape)}"
            )
        q, k, v = (self._heads(x, part) for part, x in enumerate(inputs))
        if is_causal and attn_mask is None:
            raise ValueError("is_causal is a hint about attn_mask: give the mask too")
        mask = self._mask(attn_mask, key_padding_mask, q, k)
        mixed, weights = _attended(q, k, v, mask, self.dropout if self.training else 0.0)
        n, _, length, _ = mixed.shape
        merged = ops.reshape(ops.swapaxes(mixed, axis1=1, axis2=2), shape=(n, length, -1))
        output = self.out_proj(merged)
        if single:
            output = output[0]
        elif not self.batch_first:
            output = ops.swapaxes(output, axis1=0, axis2=1)
        if not need_weights:
            return output, None
        weights = ops.mean(weights, axis=1) if average_attn_weights else weights
        return output, weights[0] if single else weights

    def _heads(self, x: Any, part: int) -> Any:
        """The queries, keys or values (N, heads, L, E / heads) of an input (N, L, E)."""
        e = self.embed_dim
        rows = slice(part * e, (part + 1) * e)
        if self.in_proj_weight is not None:
            weight = self.in_proj_weight[rows]
        else:
            weight = (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)[part]
        bias = None if self.in_proj_bias is None else self.in_proj_bias[rows]
        y = ops.linear(x, weight, bias)
        y = ops.reshape(y, shape=(*y.shape[:2], self.num_heads, self.head_dim))
        return ops.swapaxes(y, axis1=1, axis2=2)

    def _mask(self, attn_mask: Any, key_padding_mask: Any, q: Any, k: Any) -> Any:
        """Both masks as one to add, (N or 1, heads or 1, L, S), or None."""
        total = None
        for mask in (attn_mask, key_padding_mask):
            if mask is None:
                continue
            added = mask
            if value_of(mask).dtype.kind == "b":
                added = np.where(value_of(mask), -math.inf, 0.0).astype(q.value.dtype)
            if mask is key_padding_mask:
                added = added[None] if added.ndim == 1 else added
                added = added[:, None, None, :]
            elif added.ndim == 3:
                shape = (q.shape[0], self.num_heads, q.shape[2], k.shape[2])
                added = ops.reshape(added, shape=shape)
            total = added if total is None else total + added
        return total


class TransformerEncoderLayer(Module):
    """Self-attention and a small net for each position, each added to its input and normalized.

    Parameters
    ----------
    d_model, nhead : int
        Features, and heads of attention.
    dim_feedforward : int
        Hidden units of the small net.
    dropout : float
    activation : {"relu", "gelu"} or function
    layer_norm_eps : float
    batch_first : bool
    norm_first : bool
        Normalize before attention and net instead of after.
    bias : bool
    """

    def __init__(
        self, d_model: int, nhead: int, dim_feedforward: int = 2048, dropout: float = 0.1,
        activation: Any = relu, layer_norm_eps: float = 1e-5, batch_first: bool = False,
        norm_first: bool = False, bias: bool = True, device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        owner = "TransformerEncoderLayer"
        for name, size in (("d_model", d_model), ("nhead", nhead),
                           ("dim_feedforward", dim_feedforward)):  # fmt: skip
            check_count(owner, name, size)
        check_number(owner, "dropout", dropout, "[0, 1]")
        check_number(owner, "layer_norm_eps", layer_norm_eps, "[0, inf)")
        check_flag(owner, "bias", bias)
        check_flag(owner, "batch_first", batch_first)
        dtype = made_dtype(owner, device, dtype)
        made = {"bias": bias, "dtype": dtype}
        self.self_attn = MultiheadAttention(
            d_model, nhead, dropout, batch_first=batch_first, **made
        )
        self.linear1 = Linear(d_model, dim_feedforward, **made)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, **made)
        self.norm_first = check_flag(owner, "norm_first", norm_first)
        self.norm1 = LayerNorm(d_model, layer_norm_eps, **made)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, **made)
        self.dropout1, self.dropout2 = Dropout(dropout), Dropout(dropout)
        named: dict[Any, Callable[..., Any]] = {"relu": relu, "gelu": gelu}
        self.activation: Callable[..., Any] = (
            named[activation]
            if isinstance(activation, str) and activation in named
            else check_function(owner, "activation", activation)
        )

    def forward(
        self, src: Any, src_mask: Any = None, src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:  # fmt: skip
        """Return the features of ``src`` (L, N, d_model), or (N, L, d_model) with batch_first."""
        masks = {"attn_mask": src_mask, "key_padding_mask": src_key_padding_mask}

        def attended(x: Any) -> Any:
            return self.dropout1(self.self_attn(x, x, x, need_weights=False, **masks)[0])

        def fed(x: Any) -> Any:
            hidden = self.dropout(self.activation(self.linear1(x)))
            return self.dropout2(self.linear2(hidden))

        if self.norm_first:
            x = src + attended(self.norm1(src))
            return x + fed(self.norm2(x))
        x = self.norm1(src + attended(src))
        return self.norm2(x + fed(x))


class TransformerEncoder(Module):
    """Copies of an encoder layer on each other.

    Parameters
    ----------
    encoder_layer : TransformerEncoderLayer
    num_layers : int
    norm : Module, optional
        Applied at the end.
    """

    def __init__(
        self, encoder_layer: Any, num_layers: int, norm: Any = None,
        enable_nested_tensor: bool = True, mask_check: bool = True,
    ) -> None:  # fmt: skip
        if not isinstance(encoder_layer, Module):
            wanted = "TransformerEncoder: encoder_layer must be a module"
            raise TypeError(f"{wanted}, received {encoder_layer!r}")
        self.num_layers = check_count("TransformerEncoder", "num_layers", num_layers)
        self.layers = ModuleList([copy.deepcopy(encoder_layer) for _ in range(num_layers)])
        if not isinstance(norm, Module | None):
            raise TypeError(f"TransformerEncoder: norm must be a module or None, received {norm!r}")
        self.norm = norm
        check_flag("TransformerEncoder", "enable_nested_tensor", enable_nested_tensor)
        check_flag("TransformerEncoder", "mask_check", mask_check)

    def forward(
        self, src: Any, mask: Any = None, src_key_padding_mask: Any = None,
        is_causal: bool | None = None,
    ) -> Any:  # fmt: skip
        """Pass ``src`` through all layers."""
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask)
        return src if self.norm is None else self.norm(src)
