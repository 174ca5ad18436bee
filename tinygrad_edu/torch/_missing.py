"""Why a name of PyTorch is not here, and what to use instead."""

from __future__ import annotations

from tinygrad_edu.compat.missing import MISSING
from tinygrad_edu.torch._table import REFUSED

__all__ = ["why_missing"]

_UNKNOWN = "nothing in this package has this name, and it is not planned"


def why_missing(path: str) -> str:
    """The reason for a name such as ``torch.nn.Transformer``, in one sentence.

    >>> why_missing("torch.fft.rfft")
    'there are no complex numbers; np.fft transforms arrays, without a gradient'
    """
    if path.partition(".")[0] == "torchvision":
        from tinygrad_edu.torchvision import _missing  # not loaded for torch alone

        return _missing.why_missing(path)
    if (known := MISSING.get(path.partition(".")[2])) is not None:
        return known
    parts = path.split(".")
    for end in range(len(parts), 1, -1):
        if (reason := REFUSED.get(".".join(parts[1:end]))) is not None:
            return reason
    return _UNKNOWN
