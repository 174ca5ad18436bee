"""Plain implementations of the rules beyond PyTorch, written from the papers' algorithms.

Each takes the weights and gradients of all parameters as lists, a dict ``s`` to keep anything in,
the count of steps from 1, and the hyperparameters; it returns the new weights. Nothing is in place
and nothing is shared with the package. Gradients come with ``maximize`` and L2 decay applied.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Arrays = list[np.ndarray]


def each(rule: Callable[..., Any]) -> Callable[..., Arrays]:
    """A rule of one parameter as a rule of all of them."""

    def apply(ws: Arrays, gs: Arrays, s: dict[str, Any], t: int, **hyper: Any) -> Arrays:
        return [
            rule(w, g, s.setdefault(k, {}), t, **hyper)
            for k, (w, g) in enumerate(zip(ws, gs, strict=True))
        ]

    return apply


@each
def sgdw(w, g, s, t, lr, momentum, dampening, nesterov, weight_decay):
    s["m"] = momentum * s["m"] + (1 - dampening) * g if "m" in s else g
    d = g if not momentum else g + momentum * s["m"] if nesterov else s["m"]
    return w - lr * d - lr * weight_decay * w


@each
def heavy_ball(w, g, s, t, lr, momentum):
    before = s.get("w", w)
    s["w"] = w
    return w - lr * g + momentum * (w - before)


@each
def sign_sgd(w, g, s, t, lr):
    return w - lr * np.sign(g)


@each
def signum(w, g, s, t, lr, momentum):
    s["m"] = momentum * s.get("m", 0) + (1 - momentum) * g
    return w - lr * np.sign(s["m"])


@each
def lion(w, g, s, t, lr, betas, weight_decay):
    m = s.get("m", 0)
    update = np.sign(betas[0] * m + (1 - betas[0]) * g)
    s["m"] = betas[1] * m + (1 - betas[1]) * g
    return w - lr * (update + weight_decay * w)


@each
def adabelief(w, g, s, t, lr, betas, eps):
    b1, b2 = betas
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["s"] = b2 * s.get("s", 0) + (1 - b2) * (g - s["m"]) ** 2 + eps
    m, v = s["m"] / (1 - b1**t), s["s"] / (1 - b2**t)
    return w - lr * m / (np.sqrt(v) + eps)


@each
def yogi(w, g, s, t, lr, betas, eps, initial_accumulator_value):
    b1, b2 = betas
    m, v = s.get("m", initial_accumulator_value), s.get("v", initial_accumulator_value)
    s["m"] = b1 * m + (1 - b1) * g
    s["v"] = v - (1 - b2) * np.sign(v - g**2) * g**2
    return w - lr * (s["m"] / (1 - b1**t)) / (np.sqrt(s["v"] / (1 - b2**t)) + eps)


@each
def adabound(w, g, s, t, lr, betas, eps, final_lr, gamma, amsbound, base_lr):
    b1, b2 = betas
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * g**2
    s["max"] = np.maximum(s.get("max", 0), s["v"])
    v = s["max"] if amsbound else s["v"]
    alpha = lr * math.sqrt(1 - b2**t) / (1 - b1**t)
    final_lr = final_lr * lr / base_lr
    low, high = final_lr * (1 - 1 / (gamma * t + 1)), final_lr * (1 + 1 / (gamma * t))
    return w - np.clip(alpha / (np.sqrt(v) + eps), low, high) * s["m"]


@each
def adan(w, g, s, t, lr, betas, eps, weight_decay):
    b1, b2, b3 = betas
    delta = g - s.get("g", g)
    s["g"] = g
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * delta
    s["n"] = b3 * s.get("n", 0) + (1 - b3) * (g + b2 * delta) ** 2
    m, v, n = s["m"] / (1 - b1**t), s["v"] / (1 - b2**t), s["n"] / (1 - b3**t)
    return (w - lr * (m + b2 * v) / (np.sqrt(n) + eps)) / (1 + lr * weight_decay)


@each
def lars(w, g, s, t, lr, momentum, weight_decay, trust_coefficient, eps):
    a, b = np.linalg.norm(w), np.linalg.norm(g)
    local = trust_coefficient * a / (b + weight_decay * a + eps) if a and b else 1.0
    s["v"] = momentum * s.get("v", 0) + lr * local * (g + weight_decay * w)
    return w - s["v"]


@each
def lamb(w, g, s, t, lr, betas, eps, weight_decay):
    b1, b2 = betas
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * g**2
    r = s["m"] / (1 - b1**t) / (np.sqrt(s["v"] / (1 - b2**t)) + eps) + weight_decay * w
    a, b = np.linalg.norm(w), np.linalg.norm(r)
    return w - lr * (a / b if a and b else 1.0) * r


@each
def novograd(w, g, s, t, lr, betas, eps, weight_decay):
    b1, b2 = betas
    square = (g**2).sum()
    s["v"] = square if t == 1 else b2 * s["v"] + (1 - b2) * square
    s["m"] = b1 * s.get("m", 0) + g / (np.sqrt(s["v"]) + eps) + weight_decay * w
    return w - lr * s["m"]


def _schedule_free(y, s, t, d, beta, lr, warmup_steps, r, weight_lr_power):
    """x and z are kept; y is made of them."""
    rate = lr * min(1, t / warmup_steps) if warmup_steps else lr
    s["top"] = max(s.get("top", 0), rate)
    weight = t**r * s["top"] ** weight_lr_power
    s["sum"] = s.get("sum", 0) + weight
    c = weight / s["sum"]
    s["z"] = s.get("z", y) - rate * d
    s["x"] = (1 - c) * s.get("x", y) + c * s["z"]
    return (1 - beta) * s["z"] + beta * s["x"]


@each
def schedule_free_sgd(w, g, s, t, lr, momentum, **rest):
    return _schedule_free(w, s, t, g, momentum, lr, **rest)


@each
def schedule_free_adamw(w, g, s, t, lr, betas, eps, weight_decay, **rest):
    s["v"] = betas[1] * s.get("v", 0) + (1 - betas[1]) * g**2
    d = g / (np.sqrt(s["v"] / (1 - betas[1] ** t)) + eps) + weight_decay * w
    return _schedule_free(w, s, t, d, betas[0], lr, **rest)


def _norm(arrays: Arrays) -> float:
    return float(np.linalg.norm(np.concatenate([a.ravel() for a in arrays])))


def dog(ws, gs, s, t, lr, reps_rel, eps, raw):
    start = s.setdefault("start", ws)
    moved = _norm([w - w0 for w, w0 in zip(ws, start, strict=True)])
    s["r"] = max(s.get("r", reps_rel * (1 + _norm(start))), moved)
    s["G"] = s.get("G", 0) + _norm(raw) ** 2
    return [w - lr * s["r"] / math.sqrt(s["G"] + eps) * g for w, g in zip(ws, gs, strict=True)]


def prodigy(
    ws, gs, s, t, lr, betas, beta3, eps, weight_decay, use_bias_correction, d0, d_coef, growth_rate
):
    b1, b2 = betas
    b3 = math.sqrt(b2) if beta3 is None else beta3
    start = s.setdefault("start", ws)
    d = s.setdefault("d", d0)
    n = range(len(ws))
    correction = math.sqrt(1 - b2**t) / (1 - b1**t) if use_bias_correction else 1.0
    rate = d * lr * correction
    s["r"] = b3 * s.get("r", 0) + d / d0 * rate * sum(((start[k] - ws[k]) * gs[k]).sum() for k in n)
    s["s"] = [b3 * s.get("s", [0] * len(ws))[k] + d / d0 * rate * gs[k] for k in n]
    s["m"] = [b1 * s.get("m", [0] * len(ws))[k] + (1 - b1) * d * gs[k] for k in n]
    s["v"] = [b2 * s.get("v", [0] * len(ws))[k] + (1 - b2) * (d * gs[k]) ** 2 for k in n]
    estimate = d_coef * s["r"] / sum(np.abs(a).sum() for a in s["s"])
    grown = max(d, estimate) if d == d0 else d
    s["top"] = max(s.get("top", d0), estimate)
    s["d"] = min(s["top"], grown * growth_rate)
    return [
        ws[k] - weight_decay * rate * ws[k] - rate * s["m"][k] / (np.sqrt(s["v"][k]) + s["d"] * eps)
        for k in n
    ]


def _power(matrix: np.ndarray, p: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(values**p) @ vectors.T


@each
def shampoo(w, g, s, t, lr, momentum, eps, update_period):
    """Matrices by the two-sided formula, vectors by the full-matrix one, scalars as 1-vectors."""
    axes = "abcdef"[: g.ndim]
    d = g
    for k in range(g.ndim):
        rows = np.moveaxis(g, k, 0).reshape(g.shape[k], -1)
        s[k] = s.get(k, eps * np.eye(g.shape[k])) + rows @ rows.T
        if (t - 1) % update_period == 0:
            s["root", k] = _power(s[k], -1 / (2 * g.ndim))
        d = np.einsum(f"{axes[k]}z,{axes}->{axes.replace(axes[k], 'z')}", s["root", k], d)
    s["m"] = momentum * s.get("m", 0) + d
    return w - lr * s["m"]


@each
def soap(w, g, s, t, lr, betas, shampoo_beta, eps, weight_decay, precondition_frequency):
    """Algorithm 3, for matrices and vectors."""
    b1, b2 = betas
    b3 = b2 if shampoo_beta is None else shampoo_beta
    k = t - 1
    if g.ndim != 2:
        s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
        s["v"] = b2 * s.get("v", 0) + (1 - b2) * g**2
        step = s["m"] / (np.sqrt(s["v"]) + eps) * math.sqrt(1 - b2**t) / (1 - b1**t)
        return w - lr * step - lr * weight_decay * w
    if t == 1:
        # Rank-deficient: which basis eigh gives of the null space is up to the last bit.
        columns = np.ascontiguousarray(g.T)
        s["L"], s["R"] = (1 - b3) * (g @ g.T), (1 - b3) * (columns @ columns.T)
        s["QL"] = np.linalg.eigh(s["L"])[1][:, ::-1]
        s["QR"] = np.linalg.eigh(s["R"])[1][:, ::-1]
        return w
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * (s["QL"].T @ g @ s["QR"]) ** 2
    n = s["QL"].T @ s["m"] @ s["QR"] / (np.sqrt(s["v"]) + eps)
    step = s["QL"] @ n @ s["QR"].T * math.sqrt(1 - b2**k) / (1 - b1**k)
    s["L"] = b3 * s["L"] + (1 - b3) * (g @ g.T)
    s["R"] = b3 * s["R"] + (1 - b3) * (g.T @ g)
    if k % precondition_frequency == 0:
        left = np.argsort(-np.diag(s["QL"].T @ s["L"] @ s["QL"]))
        right = np.argsort(-np.diag(s["QR"].T @ s["R"] @ s["QR"]))
        s["v"] = s["v"][left][:, right]
        s["QL"] = np.linalg.qr(s["L"] @ s["QL"][:, left])[0]
        s["QR"] = np.linalg.qr(s["R"] @ s["QR"][:, right])[0]
    return w - lr * step - lr * weight_decay * w


REFERENCES: dict[str, Callable[..., Arrays]] = {
    "SGDW": sgdw,
    "HeavyBall": heavy_ball,
    "SignSGD": sign_sgd,
    "Signum": signum,
    "Lion": lion,
    "AdaBelief": adabelief,
    "Yogi": yogi,
    "AdaBound": adabound,
    "Adan": adan,
    "LARS": lars,
    "LAMB": lamb,
    "NovoGrad": novograd,
    "ScheduleFreeSGD": schedule_free_sgd,
    "ScheduleFreeAdamW": schedule_free_adamw,
    "DoG": dog,
    "Prodigy": prodigy,
    "Shampoo": shampoo,
    "SOAP": soap,
}
