"""The warning for a gradient that is lost where a tensor becomes a Python number."""

from __future__ import annotations

import opcode
import os
import sys
import warnings
from types import FrameType

from tinygrad_edu.engine import MODE, Node

__all__ = ["warn_if_lost"]

_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep
_BINARY_OP = opcode.opmap["BINARY_OP"]
#: The arguments of BINARY_OP for ``%`` and ``%=``.
_REMAINDERS = (6, 19)


def warn_if_lost(x: Node, kind: str) -> None:
    """Warn that ``float(x)`` or ``int(x)`` drops the gradient, once for each place in user code.

    ``math.sin(x)``, ``complex(x)`` and ``array[i] = x`` come here too. Formatting is no
    computation: ``"%.3f" % x`` stays silent, as ``f"{x:.3f}"`` does.
    """
    if not (x.requires_grad and MODE.get().grad):
        return
    frame: FrameType | None = sys._getframe(2)
    if frame is not None and _formats(frame):
        return
    level = 3
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    warnings.warn(
        f"a tensor that requires a gradient became a Python {kind}, so what is computed from it "
        "gets no gradient; write tg.sin(x) or np.sin(x), not math.sin(x), and tg.stack in place "
        "of filling an array; x.item() says that no gradient is needed",
        UserWarning,
        stacklevel=level,
    )


def _formats(frame: FrameType) -> bool:
    """Whether the frame is at a ``%``: of a tensor's number, only a text asks there."""
    at, code = frame.f_lasti, frame.f_code.co_code
    return code[at] == _BINARY_OP and code[at + 1] in _REMAINDERS
