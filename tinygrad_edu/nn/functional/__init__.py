"""Layers and losses as functions: no parameters inside, everything is an argument."""

from tinygrad_edu.nn.functional.activation import celu as celu
from tinygrad_edu.nn.functional.activation import clipped_relu as clipped_relu
from tinygrad_edu.nn.functional.activation import crelu as crelu
from tinygrad_edu.nn.functional.activation import elu as elu
from tinygrad_edu.nn.functional.activation import geglu as geglu
from tinygrad_edu.nn.functional.activation import glu as glu
from tinygrad_edu.nn.functional.activation import gumbel_softmax as gumbel_softmax
from tinygrad_edu.nn.functional.activation import hardsigmoid as hardsigmoid
from tinygrad_edu.nn.functional.activation import hardswish as hardswish
from tinygrad_edu.nn.functional.activation import hardtanh as hardtanh
from tinygrad_edu.nn.functional.activation import leaky_relu as leaky_relu
from tinygrad_edu.nn.functional.activation import maxout as maxout
from tinygrad_edu.nn.functional.activation import mish as mish
from tinygrad_edu.nn.functional.activation import normalize as normalize
from tinygrad_edu.nn.functional.activation import pelu as pelu
from tinygrad_edu.nn.functional.activation import prelu as prelu
from tinygrad_edu.nn.functional.activation import quick_gelu as quick_gelu
from tinygrad_edu.nn.functional.activation import relu as relu
from tinygrad_edu.nn.functional.activation import relu6 as relu6
from tinygrad_edu.nn.functional.activation import relu_squared as relu_squared
from tinygrad_edu.nn.functional.activation import rrelu as rrelu
from tinygrad_edu.nn.functional.activation import selu as selu
from tinygrad_edu.nn.functional.activation import silu as silu
from tinygrad_edu.nn.functional.activation import sine as sine
from tinygrad_edu.nn.functional.activation import snake as snake
from tinygrad_edu.nn.functional.activation import softmin as softmin
from tinygrad_edu.nn.functional.activation import swiglu as swiglu
from tinygrad_edu.nn.functional.activation import swish as swish
from tinygrad_edu.nn.functional.activation import threshold as threshold
from tinygrad_edu.nn.functional.classification import cross_entropy as cross_entropy
from tinygrad_edu.nn.functional.classification import focal_loss as focal_loss
from tinygrad_edu.nn.functional.classification import (
    generalized_cross_entropy as generalized_cross_entropy,
)
from tinygrad_edu.nn.functional.classification import info_nce as info_nce
from tinygrad_edu.nn.functional.classification import nll_loss as nll_loss
from tinygrad_edu.nn.functional.classification import nt_xent as nt_xent
from tinygrad_edu.nn.functional.classification import poly1_cross_entropy as poly1_cross_entropy
from tinygrad_edu.nn.functional.classification import sparsemax_loss as sparsemax_loss
from tinygrad_edu.nn.functional.classification import zero_one_loss as zero_one_loss
from tinygrad_edu.nn.functional.convolution import adaptive_avg_pool1d as adaptive_avg_pool1d
from tinygrad_edu.nn.functional.convolution import adaptive_avg_pool2d as adaptive_avg_pool2d
from tinygrad_edu.nn.functional.convolution import adaptive_max_pool1d as adaptive_max_pool1d
from tinygrad_edu.nn.functional.convolution import adaptive_max_pool2d as adaptive_max_pool2d
from tinygrad_edu.nn.functional.convolution import avg_pool1d as avg_pool1d
from tinygrad_edu.nn.functional.convolution import avg_pool2d as avg_pool2d
from tinygrad_edu.nn.functional.convolution import conv1d as conv1d
from tinygrad_edu.nn.functional.convolution import conv2d as conv2d
from tinygrad_edu.nn.functional.convolution import conv_transpose1d as conv_transpose1d
from tinygrad_edu.nn.functional.convolution import conv_transpose2d as conv_transpose2d
from tinygrad_edu.nn.functional.convolution import fold as fold
from tinygrad_edu.nn.functional.convolution import interpolate as interpolate
from tinygrad_edu.nn.functional.convolution import max_pool1d as max_pool1d
from tinygrad_edu.nn.functional.convolution import max_pool2d as max_pool2d
from tinygrad_edu.nn.functional.convolution import pad as pad
from tinygrad_edu.nn.functional.convolution import unfold as unfold
from tinygrad_edu.nn.functional.crf import linear_chain_crf_loss as linear_chain_crf_loss
from tinygrad_edu.nn.functional.crf import viterbi_decode as viterbi_decode
from tinygrad_edu.nn.functional.dropout import alpha_dropout as alpha_dropout
from tinygrad_edu.nn.functional.dropout import drop_path as drop_path
from tinygrad_edu.nn.functional.dropout import dropout as dropout
from tinygrad_edu.nn.functional.dropout import dropout1d as dropout1d
from tinygrad_edu.nn.functional.dropout import dropout2d as dropout2d
from tinygrad_edu.nn.functional.dropout import feature_alpha_dropout as feature_alpha_dropout
from tinygrad_edu.nn.functional.dropout import gaussian_dropout as gaussian_dropout
from tinygrad_edu.nn.functional.dropout import gaussian_noise as gaussian_noise
from tinygrad_edu.nn.functional.fenchel_young import fenchel_young_loss as fenchel_young_loss
from tinygrad_edu.nn.functional.fenchel_young import sparsemax_conjugate as sparsemax_conjugate
from tinygrad_edu.nn.functional.lookup import bilinear as bilinear
from tinygrad_edu.nn.functional.lookup import embedding as embedding
from tinygrad_edu.nn.functional.lookup import one_hot as one_hot
from tinygrad_edu.nn.functional.margin import categorical_hinge_loss as categorical_hinge_loss
from tinygrad_edu.nn.functional.margin import circle_loss as circle_loss
from tinygrad_edu.nn.functional.margin import contrastive_loss as contrastive_loss
from tinygrad_edu.nn.functional.margin import cosine_embedding_loss as cosine_embedding_loss
from tinygrad_edu.nn.functional.margin import cosine_similarity as cosine_similarity
from tinygrad_edu.nn.functional.margin import hinge_embedding_loss as hinge_embedding_loss
from tinygrad_edu.nn.functional.margin import hinge_loss as hinge_loss
from tinygrad_edu.nn.functional.margin import margin_ranking_loss as margin_ranking_loss
from tinygrad_edu.nn.functional.margin import multi_margin_loss as multi_margin_loss
from tinygrad_edu.nn.functional.margin import multilabel_margin_loss as multilabel_margin_loss
from tinygrad_edu.nn.functional.margin import (
    multilabel_soft_margin_loss as multilabel_soft_margin_loss,
)
from tinygrad_edu.nn.functional.margin import pairwise_distance as pairwise_distance
from tinygrad_edu.nn.functional.margin import perceptron_loss as perceptron_loss
from tinygrad_edu.nn.functional.margin import soft_margin_loss as soft_margin_loss
from tinygrad_edu.nn.functional.margin import squared_hinge_loss as squared_hinge_loss
from tinygrad_edu.nn.functional.margin import triplet_margin_loss as triplet_margin_loss
from tinygrad_edu.nn.functional.margin import (
    triplet_margin_with_distance_loss as triplet_margin_with_distance_loss,
)
from tinygrad_edu.nn.functional.normalization import batch_norm as batch_norm
from tinygrad_edu.nn.functional.normalization import group_norm as group_norm
from tinygrad_edu.nn.functional.normalization import instance_norm as instance_norm
from tinygrad_edu.nn.functional.normalization import layer_norm as layer_norm
from tinygrad_edu.nn.functional.normalization import rms_norm as rms_norm
from tinygrad_edu.nn.functional.probability import binary_cross_entropy as binary_cross_entropy
from tinygrad_edu.nn.functional.probability import (
    binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
)
from tinygrad_edu.nn.functional.probability import dice_loss as dice_loss
from tinygrad_edu.nn.functional.probability import gaussian_kl as gaussian_kl
from tinygrad_edu.nn.functional.probability import kl_div as kl_div
from tinygrad_edu.nn.functional.probability import sigmoid_focal_loss as sigmoid_focal_loss
from tinygrad_edu.nn.functional.probability import tversky_loss as tversky_loss
from tinygrad_edu.nn.functional.regression import gaussian_nll_loss as gaussian_nll_loss
from tinygrad_edu.nn.functional.regression import half_squared_error as half_squared_error
from tinygrad_edu.nn.functional.regression import huber_loss as huber_loss
from tinygrad_edu.nn.functional.regression import l1_loss as l1_loss
from tinygrad_edu.nn.functional.regression import log_cosh_loss as log_cosh_loss
from tinygrad_edu.nn.functional.regression import mape_loss as mape_loss
from tinygrad_edu.nn.functional.regression import mse_loss as mse_loss
from tinygrad_edu.nn.functional.regression import msle_loss as msle_loss
from tinygrad_edu.nn.functional.regression import poisson_nll_loss as poisson_nll_loss
from tinygrad_edu.nn.functional.regression import quantile_loss as quantile_loss
from tinygrad_edu.nn.functional.regression import smooth_l1_loss as smooth_l1_loss
from tinygrad_edu.nn.functional.regularization import activity_penalty as activity_penalty
from tinygrad_edu.nn.functional.regularization import elastic_net_penalty as elastic_net_penalty
from tinygrad_edu.nn.functional.regularization import gradient_penalty as gradient_penalty
from tinygrad_edu.nn.functional.regularization import interpolate_samples as interpolate_samples
from tinygrad_edu.nn.functional.regularization import l1_penalty as l1_penalty
from tinygrad_edu.nn.functional.regularization import l2_penalty as l2_penalty
from tinygrad_edu.nn.functional.regularization import orthogonal_penalty as orthogonal_penalty
from tinygrad_edu.ops import gelu as gelu
from tinygrad_edu.ops import hardshrink as hardshrink
from tinygrad_edu.ops import linear as linear
from tinygrad_edu.ops import log_softmax as log_softmax
from tinygrad_edu.ops import logsigmoid as logsigmoid
from tinygrad_edu.ops import sigmoid as sigmoid
from tinygrad_edu.ops import softmax as softmax
from tinygrad_edu.ops import softplus as softplus
from tinygrad_edu.ops import softshrink as softshrink
from tinygrad_edu.ops import softsign as softsign
from tinygrad_edu.ops import sparsemax as sparsemax
from tinygrad_edu.ops import squareplus as squareplus
from tinygrad_edu.ops import tanh as tanh
from tinygrad_edu.ops import tanhshrink as tanhshrink
