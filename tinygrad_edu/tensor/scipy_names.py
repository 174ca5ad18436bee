"""The functions of ``scipy.special`` that become operations on tensors, found by their names.

SciPy is not imported: a ufunc that is not NumPy's own and has one of these names is taken for
SciPy's. What SciPy writes in Python, such as softmax and logsumexp, cannot be handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu import ops

__all__ = ["SCIPY_FUNCTIONS", "of_scipy"]

#: By the name of SciPy's ufunc, which for an alias is that of the original.
SCIPY_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "cbrt": ops.cbrt,
    "entr": ops.entr,
    "erf": ops.erf,
    "erfc": ops.erfc,
    "erfinv": ops.erfinv,
    "exp2": ops.exp2,
    "expit": ops.sigmoid,
    "expm1": ops.expm1,
    "log1p": ops.log1p,
    "gammaln": ops.gammaln,
    "log_expit": ops.logsigmoid,
    "logit": ops.logit,
    "ndtr": ops.ndtr,
    "psi": ops.digamma,
    "xlog1py": ops.xlog1py,
    "xlogy": ops.xlogy,
}


def of_scipy(function: Any) -> Callable[..., Any] | None:
    """The operation that stands for a ufunc of SciPy, or None."""
    if not isinstance(function, np.ufunc) or getattr(np, function.__name__, None) is function:
        return None
    return SCIPY_FUNCTIONS.get(function.__name__)
