"""The logarithm of the gamma function and its derivatives."""

from __future__ import annotations

import math
from typing import Any

from tinygrad_edu.testing.specs import UNARY, between, by_element, positive, sample, spec

__all__ = ["SPECS"]

_NEGATIVE = between(-2.9, -2.1)


def _polygamma(x: float, n: int = 0) -> float:
    """The sum Σ 1 / (x + k)ⁿ⁺¹ over many terms, and the midpoint rule for the rest."""
    many = 20_000
    if n == 0:
        terms = (1.0 / (k + 1) - 1.0 / (x + k) for k in range(many))
        return math.fsum(terms) - 0.577215664901532860 + _rest(x, many)
    total = math.fsum((x + k) ** -(n + 1.0) for k in range(many))
    end = x + many
    total += end**-n / n + 0.5 * end ** -(n + 1) + (n + 1) / 12.0 * end ** -(n + 2)
    return (-1.0) ** (n + 1) * math.factorial(n) * total


def _rest(x: float, many: int) -> float:
    """Σ 1 / (k + 1) - 1 / (x + k) for all k from ``many`` on."""
    a, b = many + 1.0, x + many
    return math.log(b / a) + 0.5 * (1 / a - 1 / b) + (1 / a**2 - 1 / b**2) / 12.0


def _of_first(n: int, x: Any) -> Any:
    return by_element(_polygamma)(x, n=n)


SPECS = [
    spec(
        "gammaln",
        *UNARY,
        sample((5,), domain=between(0.1, 200.0)),
        sample((5,), domain=_NEGATIVE),
        reference=by_element(math.lgamma),
        domain=positive,
    ),
    spec(
        "polygamma_of",
        *(sample((2, 3), n=n) for n in range(4)),
        sample((), n=1),
        sample((0, 3), n=0),
        sample((5,), n=2, domain=_NEGATIVE),
        reference=by_element(_polygamma),
        domain=positive,
    ),
    spec(
        "digamma",
        *UNARY,
        sample((5,), domain=between(9.0, 30.0)),
        sample((5,), domain=_NEGATIVE),
        reference=by_element(_polygamma),
        domain=positive,
    ),
    spec(
        "polygamma",
        *(sample(n, (2, 3)) for n in range(4)),
        sample(1, ()),
        sample(0, (0, 3)),
        reference=_of_first,
        domain=positive,
    ),
]
