"""NumPy's functions that tensors refuse: one table of reasons, which the errors quote."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["REFUSALS", "refusal"]

_COMPLEX = "its result is complex, and tensors hold real numbers"
_IN_PLACE = "it changes an array in place; np.where(mask, a, b) chooses instead"
_DATES = "it takes dates"
_POLYNOMIALS = "of the functions of coefficients, np.polyval alone has one"
_FILES = "it writes a file; tg.save(tensors, path) writes tensors"

#: Why a function has no rule, by its name; names of numpy.linalg and numpy.fft included.
REFUSALS = {
    **dict.fromkeys(
        [
            *("eig", "eigvals", "roots", "sort_complex"),
            *(f"{i}{kind}fft{n}" for i in ("", "i") for kind in ("", "r") for n in ("", "2", "n")),
            *("hfft", "ihfft"),
        ],
        _COMPLEX,
    ),
    **dict.fromkeys(
        ["copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"], _IN_PLACE
    ),
    **dict.fromkeys(
        ["busday_count", "busday_offset", "datetime_as_string", "is_busday", "isnat"], _DATES
    ),
    **dict.fromkeys(
        ["poly", "polyadd", "polyder", "polydiv", "polyfit", "polyint", "polymul", "polysub"],
        _POLYNOMIALS,
    ),
    **dict.fromkeys(["fftshift", "ifftshift"], "np.roll(x, n // 2, axis) does the same"),
    **dict.fromkeys(["save", "savetxt", "savez", "savez_compressed"], _FILES),
}


def refusal(function: Any) -> TypeError:
    """The error for a function that has no rule: why, or what to write.

    >>> import numpy as np
    >>> from tinygrad_edu.tensor.numpy_refusals import refusal
    >>> print(refusal(np.fft.rfft))
    np.rfft has no rule for tensors, so its gradient would be lost: its result is complex, and
    tensors hold real numbers; use .detach().numpy() if none is needed
    """
    name = getattr(function, "__name__", str(function))
    foreign = isinstance(function, np.ufunc) and getattr(np, name, None) is not function
    path = name if foreign else f"np.{name}"
    why = REFUSALS.get(name, f"define one with @tg.primitive(..., numpy={path})")
    return TypeError(
        f"{path} has no rule for tensors, so its gradient would be lost: {why}; "
        "use .detach().numpy() if none is needed"
    )
