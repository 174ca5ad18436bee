"""Full-matrix preconditioning of each axis: Shampoo and SOAP."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu.engine import Array
from tinygrad_edu.optim._averages import blend, blend_square
from tinygrad_edu.optim._jobs import State
from tinygrad_edu.optim.optimizer import Betas, Optimizer

__all__ = ["SOAP", "Shampoo"]


def gram(g: Array, axis: int) -> Array:
    """G Gᵀ with ``axis`` as the rows of G and all others as its columns.

    >>> gram(np.array([[1.0, 2.0], [0.0, 3.0]]), axis=0)
    array([[5., 6.],
           [6., 9.]])
    """
    rows = np.moveaxis(g, axis, 0).reshape(g.shape[axis], -1)
    product: Array = rows @ rows.T
    return product


def along(matrix: Array, g: Array, axis: int) -> Array:
    """``matrix`` times ``g`` along one axis."""
    return np.moveaxis(np.tensordot(matrix, g, axes=(1, axis)), 0, axis)


def inverse_root(matrix: Array, order: int, eps: float) -> Array:
    """matrix^(−1/order) of a symmetric positive matrix, eigenvalues at least ``eps``.

    >>> inverse_root(np.diag([4.0, 16.0]), order=2, eps=0.0)
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    values, vectors = np.linalg.eigh(matrix)
    powers = np.maximum(values, eps) ** (-1.0 / order)
    root: Array = (vectors * powers) @ vectors.T
    return root


class Shampoo(Optimizer):
    """L ← L + GGᵀ;  R ← R + GᵀG;  d = L^(-1/4) G R^(-1/4).   Gupta, Koren & Singer 2018, alg. 1.

    Adagrad with whole matrices in place of the diagonal. For a tensor of k axes, one matrix per
    axis and the power −1/(2k) (algorithm 2).

    Parameters
    ----------
    params, lr, weight_decay, maximize
        As in `SGD`.
    momentum : float
        μ of b ← μb + d, the direction then.
    eps : float
        The matrices start from ε times the identity.
    update_period : int
        Steps between two computations of the roots.
    """

    elementwise: ClassVar[bool] = False
    ranges: ClassVar = {"update_period": "int [1, inf)"}

    lr: float = 1e-1
    momentum: float = 0.0
    eps: float = 1e-4
    weight_decay: float = 0.0
    update_period: int = 1

    def slots_of(self, w: Array, group: Mapping[str, Any]) -> tuple[str, ...]:
        """A statistic and its root for each axis, and the buffer."""
        axes = range(w.ndim)
        buffer = ("momentum_buffer",) if group["momentum"] else ()
        return (*(f"gram_{k}" for k in axes), *(f"root_{k}" for k in axes), *buffer)

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """ε times the identity."""
        if slot == "momentum_buffer":
            return super().new_slot(slot, w, group)
        kind, axis = slot.split("_")
        scale = group["eps"] if kind == "gram" else 1.0
        return scale * np.eye(w.shape[int(axis)], dtype=w.dtype)

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        momentum: float,
        eps: float,
        update_period: int,
    ) -> Array:
        """The preconditioned gradient, or its buffer."""
        d = g
        for axis in range(g.ndim):
            statistic = state[f"gram_{axis}"]
            statistic += gram(g, axis)
            if (t - 1) % update_period == 0:
                state[f"root_{axis}"][...] = inverse_root(statistic, 2 * g.ndim, eps)
            d = along(state[f"root_{axis}"], d, axis)
        if not momentum:
            return d
        buffer: Array = state.setdefault("momentum_buffer", np.zeros_like(w))
        buffer *= momentum
        buffer += d
        return buffer


class SOAP(Optimizer):
    """Adam in the eigenbasis of Shampoo: d = Q_L Adam(Q_Lᵀ G Q_R) Q_Rᵀ.   Vyas et al. 2024, alg. 3.

    L ← β₃L + (1-β₃)GGᵀ and R alike; their eigenvectors Q follow by one step of a power iteration
    and a QR decomposition every ``precondition_frequency`` steps. The first gradient makes the
    first basis and moves nothing. Parameters of one axis are moved by Adam.

    Parameters
    ----------
    params, lr, betas, eps, maximize
        As in `Adam`.
    shampoo_beta : float, optional
        β₃, by default β₂.
    weight_decay : float
        Decoupled, as in `AdamW`.
    precondition_frequency : int
        Steps between two changes of the basis.
    """

    takes_over: ClassVar[tuple[str, ...]] = ("lr", "weight_decay")
    slots: ClassVar[tuple[str, ...]] = ("exp_avg", "exp_avg_sq")
    elementwise: ClassVar[bool] = False
    ranges: ClassVar = {"shampoo_beta": "None or [0, 1)", "precondition_frequency": "int [1, inf)"}

    lr: float = 3e-3
    betas: Betas = (0.95, 0.95)
    shampoo_beta: float | None = None
    eps: float = 1e-8
    weight_decay: float = 0.0
    precondition_frequency: int = 10

    def slots_of(self, w: Array, group: Mapping[str, Any]) -> tuple[str, ...]:
        """Adam's two, and a statistic and a basis for each axis of a matrix."""
        axes = range(w.ndim if w.ndim > 1 else 0)
        return (*self.slots, *(f"gram_{k}" for k in axes), *(f"basis_{k}" for k in axes))

    def new_slot(self, slot: str, w: Array, group: Mapping[str, Any]) -> Array:
        """Zeros: of the shape of the weights for Adam's two, else a square matrix for an axis."""
        if slot in self.slots:
            return super().new_slot(slot, w, group)
        size = w.shape[int(slot.rpartition("_")[2])]
        return np.zeros((size, size), w.dtype)

    def direction(
        self,
        w: Array,
        g: Array,
        state: State,
        t: int,
        out: Array,
        lr: float,
        betas: Betas,
        shampoo_beta: float | None,
        eps: float,
        weight_decay: float,
        precondition_frequency: int,
    ) -> Array:
        """Adam's step in the basis, turned back, with the decay; then the basis follows."""
        beta1, beta2 = betas
        beta3 = beta2 if shampoo_beta is None else shampoo_beta
        axes = range(g.ndim if g.ndim > 1 else 0)
        if axes and t == 1:
            self._first_basis(state, g, beta3)
            return np.multiply(g, 0.0, out=out)
        # Adam's count of steps leaves out the one that made the basis.
        k = t - 1 if axes else t
        m = blend(state["exp_avg"], g, beta1, out)
        rotated_g, rotated_m = g, m
        for axis in axes:
            rotated_g = along(state[f"basis_{axis}"].T, rotated_g, axis)
            rotated_m = along(state[f"basis_{axis}"].T, rotated_m, axis)
        v = blend_square(state["exp_avg_sq"], rotated_g, beta2, out)
        np.sqrt(v, out=out)
        out += eps
        d = rotated_m / out
        for axis in axes:
            d = along(state[f"basis_{axis}"], d, axis)
        d *= lr * math.sqrt(1 - beta2**k) / (1 - beta1**k)
        for axis in axes:
            statistic = state[f"gram_{axis}"]
            statistic *= beta3
            statistic += (1 - beta3) * gram(g, axis)
            if k % precondition_frequency == 0:
                self._turn(state, axis)
        if weight_decay:
            d += lr * weight_decay * w
        return d

    def _first_basis(self, state: State, g: Array, beta3: float) -> None:
        """The eigenvectors of the first statistics, the largest eigenvalue first."""
        for axis in range(g.ndim):
            state[f"gram_{axis}"][...] = (1 - beta3) * gram(g, axis)
            vectors = np.linalg.eigh(state[f"gram_{axis}"])[1]
            state[f"basis_{axis}"][...] = vectors[:, ::-1]

    def _turn(self, state: State, axis: int) -> None:
        """One power iteration of the basis, sorted by how much each direction has, as v is."""
        statistic, basis = state[f"gram_{axis}"], state[f"basis_{axis}"]
        order = np.argsort(-np.einsum("ij,ik,kj->j", basis, statistic, basis))
        state["exp_avg_sq"][...] = np.take(state["exp_avg_sq"], order, axis=axis)
        basis[...] = np.linalg.qr(statistic @ basis[:, order])[0]
