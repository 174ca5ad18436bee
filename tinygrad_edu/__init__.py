"""tinygrad_edu: reverse-mode autodiff and small neural nets on NumPy, made to be read."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING
from typing import Any as _Any

from tinygrad_edu import autograd as autograd
from tinygrad_edu import linalg as linalg
from tinygrad_edu._face import face
from tinygrad_edu.autograd.gradient import grad as grad
from tinygrad_edu.compat import cuda as cuda
from tinygrad_edu.compat.later import FUNCTIONS as _LATER
from tinygrad_edu.compat.later import Later as _Later
from tinygrad_edu.compat.torch_names import *
from tinygrad_edu.compat.type_info import *
from tinygrad_edu.engine import detect_anomaly as detect_anomaly
from tinygrad_edu.engine import enable_grad as enable_grad
from tinygrad_edu.engine import is_grad_enabled as is_grad_enabled
from tinygrad_edu.engine import no_grad as no_grad
from tinygrad_edu.engine import primitive as primitive
from tinygrad_edu.engine import set_grad_enabled as set_grad_enabled
from tinygrad_edu.ops import *
from tinygrad_edu.random import manual_seed as manual_seed
from tinygrad_edu.tensor import *

# After the operations: the names whose meaning the spelling decides.
from tinygrad_edu.compat.spelled import *  # isort: skip
from tinygrad_edu.compat.spelled_axes import *  # isort: skip

if TYPE_CHECKING:
    from tinygrad_edu import data as data
    from tinygrad_edu import func as func
    from tinygrad_edu import nn as nn
    from tinygrad_edu import optim as optim
    from tinygrad_edu import special as special
    from tinygrad_edu import testing as testing
    from tinygrad_edu import train as train
    from tinygrad_edu import viz as viz
    from tinygrad_edu.compat.generators import *
    from tinygrad_edu.train import load as load
    from tinygrad_edu.train import save as save

__version__ = "0.1.0"

# Loaded at first use, so that `import tinygrad_edu` costs little more than `import numpy`.
_SUBMODULES = ("data", "func", "nn", "optim", "special", "testing", "train", "viz")
_OF_TRAIN = ("load", "save")
_GENERATORS = (
    "Generator", "default_generator", "get_rng_state", "initial_seed", "seed", "set_rng_state",
)  # fmt: skip

_Later.load = staticmethod(lambda: _import_module("tinygrad_edu.compat.functions.methods"))

if not TYPE_CHECKING:
    _LOADED = ("autograd", "cuda", "engine", "linalg", "ops", "random")
    _AT_FIRST_USE = (*_SUBMODULES, *_OF_TRAIN, *_GENERATORS, *_LATER)
    __all__, __dir__ = face(globals(), *_LOADED, *_AT_FIRST_USE)


def __getattr__(name: str) -> _Any:
    if name in _SUBMODULES:
        return _import_module(f"tinygrad_edu.{name}")
    if name in _GENERATORS:
        return getattr(_import_module("tinygrad_edu.compat.generators"), name)
    if name in _LATER:
        return getattr(_import_module("tinygrad_edu.compat.functions"), name)
    if name in _OF_TRAIN:
        return getattr(_import_module("tinygrad_edu.train"), name)
    raise AttributeError(f"module 'tinygrad_edu' has no attribute {name!r}")
