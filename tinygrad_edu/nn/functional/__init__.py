"""Layers and losses as functions: no parameters inside, everything is an argument."""

from tinygrad_edu.nn.functional.classification import cross_entropy as cross_entropy
from tinygrad_edu.nn.functional.classification import nll_loss as nll_loss
from tinygrad_edu.nn.functional.dropout import dropout as dropout
from tinygrad_edu.nn.functional.normalization import batch_norm as batch_norm
from tinygrad_edu.nn.functional.regression import mse_loss as mse_loss
from tinygrad_edu.ops import leaky_relu as leaky_relu
from tinygrad_edu.ops import linear as linear
from tinygrad_edu.ops import log_softmax as log_softmax
from tinygrad_edu.ops import relu as relu
from tinygrad_edu.ops import sigmoid as sigmoid
from tinygrad_edu.ops import softmax as softmax
from tinygrad_edu.ops import softplus as softplus
from tinygrad_edu.ops import tanh as tanh
