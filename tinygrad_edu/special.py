"""Special functions under the names of ``torch.special``.

>>> import tinygrad_edu as tg
>>> tg.special.expit(tg.tensor(0.0))
tensor(0.5000)
"""

from typing import TYPE_CHECKING

from tinygrad_edu._face import face
from tinygrad_edu.compat.functions import log_ndtr as log_ndtr
from tinygrad_edu.compat.functions import multigammaln as multigammaln
from tinygrad_edu.compat.spelled import log_softmax as log_softmax
from tinygrad_edu.compat.spelled import logit as logit
from tinygrad_edu.compat.spelled import softmax as softmax
from tinygrad_edu.ops import digamma as digamma
from tinygrad_edu.ops import entr as entr
from tinygrad_edu.ops import erf as erf
from tinygrad_edu.ops import erfc as erfc
from tinygrad_edu.ops import erfinv as erfinv
from tinygrad_edu.ops import exp2 as exp2
from tinygrad_edu.ops import expm1 as expm1
from tinygrad_edu.ops import gammaln as gammaln
from tinygrad_edu.ops import log1p as log1p
from tinygrad_edu.ops import logsumexp as logsumexp
from tinygrad_edu.ops import ndtr as ndtr
from tinygrad_edu.ops import polygamma as polygamma
from tinygrad_edu.ops import round as round
from tinygrad_edu.ops import sigmoid as _sigmoid
from tinygrad_edu.ops import sinc as sinc
from tinygrad_edu.ops import xlog1py as xlog1py
from tinygrad_edu.ops import xlogy as xlogy

expit, psi = _sigmoid, digamma

if not TYPE_CHECKING:
    __all__, __dir__ = face(globals())
