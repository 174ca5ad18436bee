"""Rules that see a weight matrix as a matrix: Adafactor and Muon."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["Adafactor", "Muon"]


class Adafactor(Optimizer):
    """RMSprop with v of a matrix ≈ r c / mean(r), row and column means.   Shazeer & Stern 2018.

    β₂ₜ = 1 − t^γ;  u = g / √v;  d = max(ε₂, RMS(w)) min(lr, 1/√t) u / max(1, RMS(u)/d).  Memory for
    n + m numbers instead of n m; parameters of one axis keep v itself.

    Parameters
    ----------
    params, lr, maximize
        As in `SGD`; ``lr`` is the largest relative step.
    beta2_decay : float
        γ < 0.
    eps : tuple
        ε₁, the least √v, by default the machine epsilon; and ε₂, the least size of w assumed.
    d : float
        The largest root mean square of u.
    weight_decay : float
        Decoupled, as in `AdamW`.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr", "weight_decay")
    elementwise: ClassVar[bool] = False
    ranges: ClassVar = {
        "beta2_decay": "(-inf, 0]",
        "eps": ("None or [0, inf)", "[0, inf)"),
        "d": "[1, inf)",
    }

    lr: float = 1e-2
    beta2_decay: float = -0.8
    eps: tuple[float | None, float] = (None, 1e-3)
    d: float = 1.0
    weight_decay: float = 0.0

    def slots_of(self, w: Array, group: Mapping[str, Any]) -> tuple[str, ...]:
        """Rows and columns of a matrix, one array of anything smaller."""
        return ("row_var", "col_var") if w.ndim > 1 else ("variance",)

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """Zeros of the shape that the means have."""
        if slot == "row_var":
            return np.zeros((*w.shape[:-1], 1), w.dtype)
        if slot == "col_var":
            return np.zeros((*w.shape[:-2], 1, w.shape[-1]), w.dtype)
        return super().new_slot(slot, w, group)

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        lr: float,
        beta2_decay: float,
        eps: tuple[float | None, float],
        d: float,
        weight_decay: float,
    ) -> Array:
        """The whole step, decay included: the size of w is that before it."""
        fresh = t**beta2_decay
        least = float(np.finfo(w.dtype).eps) if eps[0] is None else eps[0]
        square = np.multiply(g, g, out=out)
        if w.ndim > 1:
            rows, columns = state["row_var"], state["col_var"]
            rows += fresh * (square.mean(axis=-1, keepdims=True) - rows)
            columns += fresh * (square.mean(axis=-2, keepdims=True) - columns)
            scale = np.maximum(rows.mean(axis=-2, keepdims=True), least)
            v = np.multiply(rows / scale, columns, out=out)
        else:
            state["variance"] += fresh * (square - state["variance"])
            v = state["variance"]
        np.maximum(v, least * least, out=out)
        np.sqrt(out, out=out)
        u = np.divide(g, out, out=out)
        rate = max(eps[1], _rms(w)) * min(lr, 1 / math.sqrt(t))
        u *= rate / max(1.0, _rms(u) / d)
        if weight_decay:
            u += lr * weight_decay * w
        return u


class Muon(Optimizer):
    """b ← μb + (1-μ)g;  d = the nearest orthogonal matrix to b, nearly.   Jordan et al. 2024.

    Newton-Schulz iterations X ← aX + (bXXᵀ + c(XXᵀ)²)X bring every singular value near 1, so that
    rare directions move as far as common ones. For matrices; train the rest with `AdamW`.

    Parameters
    ----------
    params, lr
        As in `SGD`.
    weight_decay : float
        Decoupled, as in `AdamW`.
    momentum : float
        μ.
    nesterov : bool
        Use (1-μ)g + μb.
    ns_coefficients : tuple of float
        a, b, c.
    eps : float
        The least norm divided by.
    ns_steps : int
        Iterations.
    adjust_lr_fn : {None, "original", "match_rms_adamw", "spectral_unclamped"}
        Factor of lr for a matrix (n, m): √max(1, n/m); 0.2 √max(n, m); or √(n/m).

    Raises
    ------
    ValueError
        For a parameter that is not a matrix.

    Notes
    -----
    PyTorch iterates in bfloat16; here the iterations have the dtype of the parameter.
    """

    slots: ClassVar[tuple[str, ...]] = ("momentum_buffer",)
    elementwise: ClassVar[bool] = False
    decoupled: ClassVar[bool] = True
    ranges: ClassVar = {"ns_coefficients": ("(-inf, inf)",) * 3, "ns_steps": "int [1, 100)"}
    choices: ClassVar[dict[str, tuple[Any, ...]]] = {
        "adjust_lr_fn": (None, "original", "match_rms_adamw", "spectral_unclamped")
    }
    factors: ClassVar[dict[str | None, Any]] = {
        None: lambda n, m: math.sqrt(max(1.0, n / m)),
        "original": lambda n, m: math.sqrt(max(1.0, n / m)),
        "match_rms_adamw": lambda n, m: 0.2 * math.sqrt(max(n, m)),
        "spectral_unclamped": lambda n, m: math.sqrt(n / m),
    }

    lr: float = 1e-3
    weight_decay: float = 0.1
    momentum: float = 0.95
    nesterov: bool = True
    ns_coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315)
    eps: float = 1e-7
    ns_steps: int = 5
    adjust_lr_fn: str | None = None

    def check_parameter(self, w: Array) -> None:
        """Only matrices can be orthogonal."""
        if w.ndim != 2:
            raise ValueError(
                f"Muon: a parameter of shape {tuple(w.shape)} is not a matrix; give biases, "
                "embeddings and the last layer to another optimizer, AdamW say"
            )

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        momentum: float,
        nesterov: bool,
        ns_coefficients: tuple[float, float, float],
        eps: float,
        ns_steps: int,
        adjust_lr_fn: str | None,
    ) -> Array:
        """The orthogonal factor, scaled."""
        update = blend(state["momentum_buffer"], g, momentum, out)
        if nesterov:
            update = np.multiply(update, momentum, out=out)
            update += (1 - momentum) * g
        d = orthogonalize(update, ns_coefficients, ns_steps, eps)
        d *= self.factors[adjust_lr_fn](*w.shape)
        return d


def orthogonalize(
    matrix: Array,
    coefficients: tuple[float, float, float] = (3.4445, -4.7750, 2.0315),
    steps: int = 5,
    eps: float = 1e-7,
) -> Array:
    """Bring the singular values of ``matrix`` near 1: UΣVᵀ → about UVᵀ, by Newton-Schulz.

    >>> values = np.linalg.svd(orthogonalize(np.diag([3.0, 1.0, 0.1])), compute_uv=False)
    >>> bool((0.6 < values).all() and (values < 1.3).all())
    True
    """
    a, b, c = coefficients
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / max(float(np.linalg.norm(x)), eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return x.T.copy() if tall else x


def _rms(array: Array) -> float:
    return float(np.linalg.norm(array)) / math.sqrt(max(array.size, 1))
