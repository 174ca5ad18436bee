"""Derivatives of tensors, of functions and of modules; operations with a backward of their own."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.autograd.functional import *
from tinygrad_edu.autograd.gradient import *

# PyTorch's name and contract; `tinygrad_edu.grad` gives one tensor for one input.
from tinygrad_edu.autograd.gradient import grads as grad
from tinygrad_edu.autograd.transforms import *
from tinygrad_edu.autograd.variables import *
from tinygrad_edu.compat.function import Function as Function
from tinygrad_edu.compat.function import once_differentiable as once_differentiable
from tinygrad_edu.engine import set_detect_anomaly as set_detect_anomaly

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
