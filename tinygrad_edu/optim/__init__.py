"""Optimizers, learning-rate schedules and limits on gradients."""

from tinygrad_edu.optim import lr_scheduler as lr_scheduler
from tinygrad_edu.optim.adagrad import Adadelta as Adadelta
from tinygrad_edu.optim.adagrad import Adagrad as Adagrad
from tinygrad_edu.optim.adagrad import RMSprop as RMSprop
from tinygrad_edu.optim.adam_variants import Adamax as Adamax
from tinygrad_edu.optim.adam_variants import NAdam as NAdam
from tinygrad_edu.optim.adam_variants import RAdam as RAdam
from tinygrad_edu.optim.adaptive import Adam as Adam
from tinygrad_edu.optim.adaptive import AdamW as AdamW
from tinygrad_edu.optim.averaged_sgd import ASGD as ASGD
from tinygrad_edu.optim.clip import clip_grad_norm_ as clip_grad_norm_
from tinygrad_edu.optim.clip import clip_grad_value_ as clip_grad_value_
from tinygrad_edu.optim.matrix import Adafactor as Adafactor
from tinygrad_edu.optim.matrix import Muon as Muon
from tinygrad_edu.optim.optimizer import Optimizer as Optimizer
from tinygrad_edu.optim.rprop import Rprop as Rprop
from tinygrad_edu.optim.sgd import SGD as SGD
