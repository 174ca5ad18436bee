"""tinygrad_edu: reverse-mode autodiff and small neural nets on NumPy, made to be read."""

__version__ = "0.1.0"

from tinygrad_edu import autograd as autograd
from tinygrad_edu.autograd import grad as grad
from tinygrad_edu.engine import detect_anomaly as detect_anomaly
from tinygrad_edu.engine import enable_grad as enable_grad
from tinygrad_edu.engine import is_grad_enabled as is_grad_enabled
from tinygrad_edu.engine import no_grad as no_grad
from tinygrad_edu.engine import primitive as primitive
from tinygrad_edu.engine import set_grad_enabled as set_grad_enabled
from tinygrad_edu.ops import *  # noqa: F403
from tinygrad_edu.tensor import Tensor as Tensor
from tinygrad_edu.tensor import as_tensor as as_tensor
from tinygrad_edu.tensor import from_numpy as from_numpy
from tinygrad_edu.tensor import tensor as tensor
