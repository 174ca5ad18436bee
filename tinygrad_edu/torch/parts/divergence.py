"""``torch.distributions.kl_divergence``: the formulas that are known."""

from __future__ import annotations

from typing import Any

import tinygrad_edu as tg
from tinygrad_edu.torch.parts.discrete import Bernoulli, Categorical
from tinygrad_edu.torch.parts.distributions import Normal, Uniform
from tinygrad_edu.torch.parts.joint_distributions import Independent

__all__ = ["kl_divergence"]


def kl_divergence(p: Any, q: Any) -> Any:
    """``Σ p log(p / q)``, or the integral, of two distributions of one kind.

    Raises
    ------
    NotImplementedError
        Where there is no formula here.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> kl_divergence(Normal(tg.tensor(1.0), tg.tensor(1.0)), Normal(0.0, 1.0))
    tensor(0.5000)
    """
    if isinstance(p, Independent) and isinstance(q, Independent) and p._ndims == q._ndims:
        return p._summed(kl_divergence(p.base_dist, q.base_dist))
    for kind, formula in _FORMULAS:
        if isinstance(p, kind) and isinstance(q, kind):
            return formula(p, q)
    raise NotImplementedError(
        f"kl_divergence: no formula for {type(p).__name__} and {type(q).__name__}; estimate it by "
        "the mean of p.log_prob(x) - q.log_prob(x) over x from p"
    )


def _normal(p: Normal, q: Normal) -> Any:
    ratio = (p.scale / q.scale) ** 2
    shift = ((p.loc - q.loc) / q.scale) ** 2
    return 0.5 * (ratio + shift - 1 - tg.log(ratio))


def _bernoulli(p: Bernoulli, q: Bernoulli) -> Any:
    gain = p.probs * (p.logits - q.logits)
    return gain - tg.softplus(p.logits) + tg.softplus(q.logits)


def _categorical(p: Categorical, q: Categorical) -> Any:
    return (p.probs * (p.logits - q.logits)).sum(dim=-1)


def _uniform(p: Uniform, q: Uniform) -> Any:
    inside = (q.low.detach() <= p.low.detach()) & (p.high.detach() <= q.high.detach())
    gain = tg.log(q.high - q.low) - tg.log(p.high - p.low)
    return tg.where(inside, gain, float("inf"))


_FORMULAS: tuple[tuple[Any, Any], ...] = (
    (Normal, _normal),
    (Bernoulli, _bernoulli),
    (Categorical, _categorical),
    (Uniform, _uniform),
)
