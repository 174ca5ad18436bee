"""Initial values for weights: presets of one formula, and a few of their own.

A layer of n inputs with weights of variance 1/n keeps the variance of what passes through it; which
n to take, and what to make up for the nonlinearity, is all that the well-known initialisers differ
in. `variance_scaling_` is that formula.

All functions change a tensor in place, return it, and take ``generator=``.
"""

from tinygrad_edu.nn.init.distributions import constant_ as constant_
from tinygrad_edu.nn.init.distributions import normal_ as normal_
from tinygrad_edu.nn.init.distributions import ones_ as ones_
from tinygrad_edu.nn.init.distributions import trunc_normal_ as trunc_normal_
from tinygrad_edu.nn.init.distributions import uniform_ as uniform_
from tinygrad_edu.nn.init.distributions import zeros_ as zeros_
from tinygrad_edu.nn.init.matrices import dirac_ as dirac_
from tinygrad_edu.nn.init.matrices import eye_ as eye_
from tinygrad_edu.nn.init.matrices import orthogonal_ as orthogonal_
from tinygrad_edu.nn.init.matrices import sparse_ as sparse_
from tinygrad_edu.nn.init.scaling import calculate_gain as calculate_gain
from tinygrad_edu.nn.init.scaling import fans as fans
from tinygrad_edu.nn.init.scaling import glorot_normal_ as glorot_normal_
from tinygrad_edu.nn.init.scaling import glorot_uniform_ as glorot_uniform_
from tinygrad_edu.nn.init.scaling import he_normal_ as he_normal_
from tinygrad_edu.nn.init.scaling import he_uniform_ as he_uniform_
from tinygrad_edu.nn.init.scaling import kaiming_normal_ as kaiming_normal_
from tinygrad_edu.nn.init.scaling import kaiming_uniform_ as kaiming_uniform_
from tinygrad_edu.nn.init.scaling import lecun_normal_ as lecun_normal_
from tinygrad_edu.nn.init.scaling import lecun_uniform_ as lecun_uniform_
from tinygrad_edu.nn.init.scaling import too_large_ as too_large_
from tinygrad_edu.nn.init.scaling import variance_scaling_ as variance_scaling_
from tinygrad_edu.nn.init.scaling import xavier_normal_ as xavier_normal_
from tinygrad_edu.nn.init.scaling import xavier_uniform_ as xavier_uniform_
from tinygrad_edu.nn.init.sequential import lsuv_ as lsuv_
