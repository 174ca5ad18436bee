"""Optimizers, learning-rate schedules and limits on gradients.

A rule is its direction: `optimizer` holds everything that rules share, `sgd`, `momentum`,
`adagrad`, `rmsprop`, `adam` and `adam_variants` the rules of a first course, `minimize` and
`derivative_free` the descent on a function, `functions` functions to try them on. `second_order`
holds the rules that use curvature, `more` the rest, `lr_scheduler` the schedules.
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.autograd.clipping import clip_grad_norm_ as clip_grad_norm_
from tinygrad_edu.autograd.clipping import clip_grad_value_ as clip_grad_value_
from tinygrad_edu.optim import functions as functions
from tinygrad_edu.optim import lr_scheduler as lr_scheduler
from tinygrad_edu.optim import swa_utils as swa_utils
from tinygrad_edu.optim.adagrad import *
from tinygrad_edu.optim.adam import *
from tinygrad_edu.optim.adam_variants import *
from tinygrad_edu.optim.derivative_free import *
from tinygrad_edu.optim.minimize import *
from tinygrad_edu.optim.momentum import *
from tinygrad_edu.optim.more import *
from tinygrad_edu.optim.optimizer import *
from tinygrad_edu.optim.rmsprop import *
from tinygrad_edu.optim.second_order import *
from tinygrad_edu.optim.sgd import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals(), "functions", "lr_scheduler", "swa_utils")
