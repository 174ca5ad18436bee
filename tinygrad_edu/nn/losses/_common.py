"""What all losses share: the reduction, and the refusal to broadcast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice
from tinygrad_edu.engine import Node
from tinygrad_edu.nn._function_module import FunctionModule
from tinygrad_edu.nn._inputs import label_array
from tinygrad_edu.nn._old_reduction import old_reduction
from tinygrad_edu.nn.parameter import Buffer

__all__ = ["REDUCTIONS", "Loss", "class_weight", "constant_buffer", "reduce"]


REDUCTIONS = ("none", "mean", "sum")


@dataclass(eq=False, repr=False)  # so that `reduction` is a field of every subclass
class Loss(FunctionModule):
    """Base of all losses: it checks ``reduction``, once.

    A loss never broadcasts its input against its target. A loss of your own is a function of input,
    target and settings, with a `reduction` among them, and a class as those beside it:

    >>> import tinygrad_edu as tg
    >>> def cubic_loss(input, target, reduction="mean"):
    ...     return tg.mean(abs(input - target) ** 3)
    >>> class CubicLoss(tg.nn.Loss, of=cubic_loss):
    ...     "The third power of the absolute error."
    >>> CubicLoss()(tg.tensor([3.0]), tg.tensor([1.0]))
    tensor(8.)
    """

    reductions: ClassVar[tuple[str, ...]] = REDUCTIONS
    learned_weights: ClassVar[bool] = True
    """Whether the function of the loss takes weights that require a gradient."""
    reduction: str = "mean"

    def __init__(self, reduction: str = "mean") -> None:
        self.reduction = check_choice(type(self).__name__, "reduction", reduction, self.reductions)

    def __init_subclass__(cls, of: Any = None, **ranges: Any) -> None:
        super().__init_subclass__(of=of, **ranges)
        if "__init__" in vars(cls):
            cls.__init__ = old_reduction(cls.__init__)  # type: ignore[method-assign]  # it takes more

    def extra_repr(self) -> str:
        """Nothing: the repr of a loss is its name."""
        return ""

    def __post_init__(self) -> None:
        Loss.__init__(self, self.reduction)
        super().__post_init__()
        for name in ("weight", "pos_weight"):
            if name in vars(self):
                given, owner = getattr(self, name), type(self).__name__
                setattr(self, name, constant_buffer(owner, name, given, self.learned_weights))


def constant_buffer(owner: str, name: str, values: Any, learned: bool = True) -> Buffer | None:
    """Weights given to a loss as a buffer, so that they convert and travel with it.

    ``learned`` says whether the function of the loss takes weights that require a gradient.
    """
    if values is None:
        return None
    if isinstance(values, Node) and values.requires_grad:
        raise ValueError(
            f"{owner}: {name} requires a gradient, but a loss keeps it as a constant; pass "
            f"{name}.detach(){', or call the function of nn.functional' if learned else ''}"
        )
    try:
        buffer = Buffer(values)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{owner}: {name} must be numbers in an array or a list, received {values!r}"
        ) from error
    return buffer if buffer.dtype.kind == "f" else Buffer(buffer.value.astype(np.float32))


def reduce(owner: str, losses: Any, reduction: str) -> Any:
    """The losses of the elements, their mean or their sum."""
    if reduction == "mean":
        if losses.size == 0:
            raise ValueError(f"{owner}: the mean over nothing is undefined: the batch is empty")
        return ops.mean(losses)
    if reduction == "sum":
        return ops.sum(losses)
    check_choice(owner, "reduction", reduction, REDUCTIONS)
    return losses


def class_weight(owner: str, weight: Any, classes: int, dtype: Any, learned: bool = False) -> Any:
    """The weights of the classes in ``dtype``, or None.

    Where the loss has no derivative for them, weights that require a gradient are refused; with
    ``learned``, they stay a tensor.
    """
    if weight is None:
        return None
    if isinstance(weight, Node) and weight.requires_grad:
        if not learned:
            raise ValueError(
                f"{owner}: weight requires a gradient, but the loss has none for its weights; "
                "pass weight.detach()"
            )
    else:
        weight = label_array(weight).astype(dtype, copy=False)
    if weight.shape != (classes,):
        raise ValueError(
            f"{owner}: weight must hold one number for each of the {classes} classes, "
            f"got shape {tuple(weight.shape)}"
        )
    return weight if weight.dtype == dtype else weight.astype(dtype)
