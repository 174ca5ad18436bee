"""tinygrad_edu: reverse-mode autodiff and small neural nets on NumPy, made to be read."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

from tinygrad_edu import autograd as autograd
from tinygrad_edu.autograd import grad as grad
from tinygrad_edu.engine import detect_anomaly as detect_anomaly
from tinygrad_edu.engine import enable_grad as enable_grad
from tinygrad_edu.engine import is_grad_enabled as is_grad_enabled
from tinygrad_edu.engine import no_grad as no_grad
from tinygrad_edu.engine import primitive as primitive
from tinygrad_edu.engine import set_grad_enabled as set_grad_enabled
from tinygrad_edu.ops import *  # noqa: F403 (ops names each operation explicitly)
from tinygrad_edu.random import manual_seed as manual_seed
from tinygrad_edu.tensor import Tensor as Tensor
from tinygrad_edu.tensor import as_tensor as as_tensor
from tinygrad_edu.tensor import from_numpy as from_numpy
from tinygrad_edu.tensor import tensor as tensor

if TYPE_CHECKING:
    from tinygrad_edu import data as data
    from tinygrad_edu import nn as nn
    from tinygrad_edu import optim as optim
    from tinygrad_edu import testing as testing
    from tinygrad_edu import train as train
    from tinygrad_edu import viz as viz

# Loaded at first use, so that `import tinygrad_edu` costs little more than `import numpy`.
_SUBMODULES = ("data", "nn", "optim", "testing", "train", "viz")


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"tinygrad_edu.{name}")
    raise AttributeError(f"module 'tinygrad_edu' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES})
