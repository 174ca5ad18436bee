"""Layers of PyTorch that are not here: classes for ``isinstance``, which nothing is made of.

Code that initialises or counts layers asks for many kinds; such a question has the answer no.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

from tinygrad_edu.nn.module import Module

__all__ = ["UNSUPPORTED", "unsupported"]

_VOLUMES = "there are no layers of three spatial axes"
_OF_ATTENTION = "build it of MultiheadAttention and TransformerEncoder"
#: Why a class is not here.
UNSUPPORTED = {
    **dict.fromkeys(
        ("AdaptiveAvgPool3d", "AdaptiveMaxPool3d", "AvgPool3d", "BatchNorm3d", "CircularPad3d",
         "ConstantPad3d", "Conv3d", "ConvTranspose3d", "FractionalMaxPool3d", "InstanceNorm3d",
         "LPPool3d", "LazyBatchNorm3d", "LazyConv3d", "LazyConvTranspose3d",
         "LazyInstanceNorm3d", "MaxPool3d", "MaxUnpool3d", "ReflectionPad3d", "ReplicationPad3d",
         "ZeroPad3d"),
        _VOLUMES,
    ),
    **dict.fromkeys(
        ("Transformer", "TransformerDecoder", "TransformerDecoderLayer"), _OF_ATTENTION
    ),
    "AdaptiveLogSoftmaxWithLoss": "use Linear and CrossEntropyLoss",
    "CTCLoss": "there is no loss that aligns sequences",
    "CrossMapLRN2d": "use LocalResponseNorm",
    "FractionalMaxPool2d": "use MaxPool2d or AdaptiveMaxPool2d",
    "LPPool1d": "use AvgPool1d of powers",
    "LPPool2d": "use AvgPool2d of powers",
    "MaxUnpool1d": "use MaxUnpool2d with a height of 1",
    "SyncBatchNorm": "there is one process; use BatchNorm2d",
}  # fmt: skip


@cache
def unsupported(name: str) -> type[Module]:
    """The class of a layer that is not here.

    >>> unsupported("Conv3d")(1, 2, 3)
    Traceback (most recent call last):
    NotImplementedError: nn.Conv3d is not here: there are no layers of three spatial axes
    """
    reason = UNSUPPORTED[name]

    def refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"nn.{name} is not here: {reason}")

    members = {"__init__": refuse, "__doc__": f"Not here: {reason}.", "__module__": __name__}
    return type(name, (Module,), members)
