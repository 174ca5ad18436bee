"""tinygrad_edu: reverse-mode autodiff and small neural nets on NumPy, made to be read."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

from tinygrad_edu import autograd as autograd
from tinygrad_edu import cuda as cuda
from tinygrad_edu._torch_names import *  # noqa: F403 (the file is a list of names)
from tinygrad_edu.autograd.gradient import grad as grad
from tinygrad_edu.creation import arange as arange
from tinygrad_edu.creation import bernoulli as bernoulli
from tinygrad_edu.creation import empty as empty
from tinygrad_edu.creation import empty_like as empty_like
from tinygrad_edu.creation import eye as eye
from tinygrad_edu.creation import full as full
from tinygrad_edu.creation import full_like as full_like
from tinygrad_edu.creation import linspace as linspace
from tinygrad_edu.creation import logspace as logspace
from tinygrad_edu.creation import multinomial as multinomial
from tinygrad_edu.creation import normal as normal
from tinygrad_edu.creation import one_hot as one_hot
from tinygrad_edu.creation import ones as ones
from tinygrad_edu.creation import ones_like as ones_like
from tinygrad_edu.creation import rand as rand
from tinygrad_edu.creation import rand_like as rand_like
from tinygrad_edu.creation import randint as randint
from tinygrad_edu.creation import randn as randn
from tinygrad_edu.creation import randn_like as randn_like
from tinygrad_edu.creation import randperm as randperm
from tinygrad_edu.creation import zeros as zeros
from tinygrad_edu.creation import zeros_like as zeros_like
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
    from tinygrad_edu.train import load as load
    from tinygrad_edu.train import save as save

# Loaded at first use, so that `import tinygrad_edu` costs little more than `import numpy`.
_SUBMODULES = ("data", "nn", "optim", "testing", "train", "viz")
_OF_TRAIN = ("load", "save")


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"tinygrad_edu.{name}")
    if name in _OF_TRAIN:
        return getattr(importlib.import_module("tinygrad_edu.train"), name)
    raise AttributeError(f"module 'tinygrad_edu' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES, *_OF_TRAIN})
