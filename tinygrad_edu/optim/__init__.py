"""Optimizers, learning-rate schedules and limits on gradients."""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.autograd.clipping import clip_grad_norm_ as clip_grad_norm_
from tinygrad_edu.autograd.clipping import clip_grad_value_ as clip_grad_value_
from tinygrad_edu.optim import functions as functions
from tinygrad_edu.optim import lr_scheduler as lr_scheduler
from tinygrad_edu.optim.adagrad import *
from tinygrad_edu.optim.adam_variants import *
from tinygrad_edu.optim.adaptive import *
from tinygrad_edu.optim.averaged_sgd import *
from tinygrad_edu.optim.averaging import *
from tinygrad_edu.optim.belief import *
from tinygrad_edu.optim.conjugate_gradient import *
from tinygrad_edu.optim.derivative_free import *
from tinygrad_edu.optim.hessian_free import *
from tinygrad_edu.optim.hutchinson import *
from tinygrad_edu.optim.layerwise import *
from tinygrad_edu.optim.lbfgs import *
from tinygrad_edu.optim.learning_rate_free import *
from tinygrad_edu.optim.least_squares import *
from tinygrad_edu.optim.matrix import *
from tinygrad_edu.optim.minimize import *
from tinygrad_edu.optim.momentum import *
from tinygrad_edu.optim.newton import *
from tinygrad_edu.optim.optimizer import *
from tinygrad_edu.optim.quasi_newton import *
from tinygrad_edu.optim.rprop import *
from tinygrad_edu.optim.schedule_free import *
from tinygrad_edu.optim.sgd import *
from tinygrad_edu.optim.shampoo import *
from tinygrad_edu.optim.sign import *
from tinygrad_edu.optim.transforms import *
from tinygrad_edu.optim.wrappers import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals(), "functions", "lr_scheduler")
