"""Optimizers, learning-rate schedules and limits on gradients."""

from tinygrad_edu.optim import lr_scheduler as lr_scheduler
from tinygrad_edu.optim.adaptive import Adam as Adam
from tinygrad_edu.optim.adaptive import AdamW as AdamW
from tinygrad_edu.optim.clip import clip_grad_norm_ as clip_grad_norm_
from tinygrad_edu.optim.clip import clip_grad_value_ as clip_grad_value_
from tinygrad_edu.optim.optimizer import Optimizer as Optimizer
from tinygrad_edu.optim.sgd import SGD as SGD
