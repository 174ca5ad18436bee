"""Why a name of PyTorch is not here, and what to use instead."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tinygrad_edu.torch._table import REFUSED

__all__ = ["why_missing"]

# Files that say of names whether they are planned, and what to use instead.
_RECORDS = ("tinygrad_edu.compat.missing", "tinygrad_edu.compat.missing_nn")
_UNKNOWN = "nothing in this package has this name, and it is not planned"


def why_missing(path: str) -> str:
    """The reason for a name such as ``torch.nn.Transformer``, in one sentence.

    >>> why_missing("torch.fft.rfft")
    'there are no complex numbers; np.fft transforms arrays, without a gradient'
    """
    if path.partition(".")[0] == "torchvision":
        from tinygrad_edu.torchvision import _missing  # not loaded for torch alone

        return _missing.why_missing(path)
    parts = path.split(".")
    for name in (path, path.partition(".")[2]):
        for record in _records():
            if name in record:
                return str(record[name])
    for end in range(len(parts), 1, -1):
        if (reason := REFUSED.get(".".join(parts[1:end]))) is not None:
            return reason
    return _UNKNOWN


def _records() -> list[dict[str, Any]]:
    found = []
    for name in _RECORDS:
        try:
            found.append(vars(import_module(name))["MISSING"])
        except (ModuleNotFoundError, KeyError):
            continue
    return found
