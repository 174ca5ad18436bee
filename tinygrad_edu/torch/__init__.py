"""The namespace as a PyTorch script writes it: ``import tinygrad_edu.torch as torch``.

It is made from the package's own names: ``torch.nn.Linear is tinygrad_edu.nn.Linear``. Which
module is made from what stands in `_table`; what only PyTorch's scripts need is in `parts`.

>>> import tinygrad_edu.torch as torch
>>> import tinygrad_edu.torch.nn.functional as F
>>> F.relu(torch.FloatTensor([-1.0, 2.0]))
tensor([0., 2.])
>>> torch.cuda.is_available()
False
"""

import sys as _sys

from tinygrad_edu.torch._namespace import install as _install
from tinygrad_edu.torch._table import SPACES as _SPACES

# The version of PyTorch whose names these are, and after the plus whose work they are.
__version__ = "2.13.0+tinygrad.edu"

_install(_sys.modules[__name__], _SPACES)
