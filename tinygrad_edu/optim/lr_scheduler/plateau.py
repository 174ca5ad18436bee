"""The one schedule that looks at how training goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, ClassVar

from tinygrad_edu._checks import check_choice
from tinygrad_edu.optim._entries import check_count, check_number
from tinygrad_edu.optim.lr_scheduler.base import LRScheduler, per_group, read_entry, write_entry
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(LRScheduler):
    """lr ← max(factor · lr, min_lr) after more than ``patience`` epochs without a better metric.

    Parameters
    ----------
    optimizer, entry
        As in `LRScheduler`.
    mode : {"min", "max"}
        Whether smaller or larger metrics are better.
    factor : float
        In [0, 1).
    patience : int
        How many epochs without a better one are forgiven.
    threshold : float
        How much better counts: by ``threshold · |best|`` or by ``threshold``, as
        ``threshold_mode`` says.
    threshold_mode : {"rel", "abs"}
        See above.
    cooldown : int
        Epochs after a reduction that are not counted.
    min_lr : float or list of float
        The least rate, or one for each group.
    eps : float
        A smaller change of the rate is left out.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> optimizer = tg.optim.SGD([tg.tensor([1.0], requires_grad=True)], lr=1.0)
    >>> scheduler = tg.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> rates = []
    >>> for loss in (3.0, 2.0, 2.0, 2.0, 2.0, 2.0):
    ...     optimizer.step()
    ...     scheduler.step(loss)
    ...     rates += scheduler.get_last_lr()
    >>> rates
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.25]
    """

    follows: ClassVar[bool] = True
    state_names: ClassVar[tuple[str, ...]] = (
        "last_epoch",
        "best",
        "num_bad_epochs",
        "cooldown_counter",
    )

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
        *,
        entry: str = "lr",
    ) -> None:
        if optimizer is None:
            raise TypeError(f"{self._name}: optimizer must be an optimizer, received None")
        check_choice(self._name, "mode", mode, ("min", "max"))
        check_choice(self._name, "threshold_mode", threshold_mode, ("rel", "abs"))
        self.mode, self.threshold_mode = mode, threshold_mode
        self.factor = check_number(self._name, "factor", factor, "[0, 1)")
        self.patience = check_count(self._name, "patience", patience, 0)
        self.threshold = check_number(self._name, "threshold", threshold, "[0, inf)")
        self.cooldown = check_count(self._name, "cooldown", cooldown, 0)
        self.min_lr = min_lr
        per_group(self._name, "min_lr", min_lr, 0)
        self.eps = check_number(self._name, "eps", eps, "[0, inf)")
        self.best: float | None = None
        self.num_bad_epochs = self.cooldown_counter = 0
        super().__init__(optimizer, entry=entry)

    def apply(self) -> None:
        """Nothing: the rate is only ever changed by a reduction."""

    def step(self, metrics: Any, epoch: int | None = None) -> None:  # type: ignore[override]  # it alone needs a metric
        """Take note of an epoch's metric, and reduce the rate if it was the last to be forgiven."""
        current = float(metrics)
        self._is_alone()  # the others go on from what it leaves
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self._is_better(current):
            self.best = current
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0

    def _is_better(self, current: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.best is None:
            return sign * current < math.inf
        # In PyTorch the bar is best · (1 ∓ threshold), on the wrong side of a negative best.
        margin = self.threshold * (abs(self.best) if self.threshold_mode == "rel" else 1.0)
        return sign * current < sign * self.best - margin

    def _reduce(self) -> None:
        for index, group in enumerate(self._groups()):
            old = float(read_entry(group, self.entry))
            new = max(old * self.factor, per_group(self._name, "min_lr", self.min_lr, index))
            if old - new > self.eps:
                write_entry(group, self.entry, new)
