"""Rules that use the curvature of the loss, exactly or nearly, and searches along a line.

Most see all parameters as one vector and evaluate the loss themselves, so ``step`` needs a closure.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.optim.second_order.conjugate_gradient import *
from tinygrad_edu.optim.second_order.hessian_free import *
from tinygrad_edu.optim.second_order.hutchinson import *
from tinygrad_edu.optim.second_order.lbfgs import *
from tinygrad_edu.optim.second_order.least_squares import *
from tinygrad_edu.optim.second_order.newton import *
from tinygrad_edu.optim.second_order.quasi_newton import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
