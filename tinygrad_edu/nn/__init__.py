"""Neural nets: modules, layers, losses, initialisers.

`losses` holds the losses, `more` what a first course does not teach, `init` the initialisers. A
file holds a function and the class that calls it side by side: this face shows the classes,
`functional` the functions.
"""

from typing import TYPE_CHECKING
from typing import Any as _Any

from tinygrad_edu._face import face
from tinygrad_edu.nn import functional as functional
from tinygrad_edu.nn import init as init
from tinygrad_edu.nn import utils as utils
from tinygrad_edu.nn.activations import *
from tinygrad_edu.nn.adaptive import *
from tinygrad_edu.nn.attention import *
from tinygrad_edu.nn.batch_norm import *
from tinygrad_edu.nn.cells import *
from tinygrad_edu.nn.container import *
from tinygrad_edu.nn.conv import *
from tinygrad_edu.nn.distance import *
from tinygrad_edu.nn.dropout import *
from tinygrad_edu.nn.embedding import *
from tinygrad_edu.nn.folding import *
from tinygrad_edu.nn.layer_norm import *
from tinygrad_edu.nn.lazy import *
from tinygrad_edu.nn.linear import *
from tinygrad_edu.nn.losses import *
from tinygrad_edu.nn.module import *
from tinygrad_edu.nn.more import *
from tinygrad_edu.nn.padding import *
from tinygrad_edu.nn.parameter import *
from tinygrad_edu.nn.pooling import *
from tinygrad_edu.nn.recurrent import *
from tinygrad_edu.nn.resizing import *
from tinygrad_edu.nn.shape import *
from tinygrad_edu.nn.shuffling import *
from tinygrad_edu.nn.summarize import *
from tinygrad_edu.nn.unpooling import *

if not TYPE_CHECKING:
    __all__, __dir__ = face(
        globals(),
        "functional",
        "init",
        "utils",
        shows=lambda value: isinstance(value, type) or value is summary,  # noqa: F405 (by star)
    )


def __getattr__(name: str) -> _Any:
    from tinygrad_edu.compat.missing_nn import UNSUPPORTED
    from tinygrad_edu.nn.unsupported import unsupported

    if name in UNSUPPORTED:
        return unsupported(name)
    raise AttributeError(f"module 'tinygrad_edu.nn' has no attribute {name!r}")
