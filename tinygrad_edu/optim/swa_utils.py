"""Averages of weights under PyTorch's path, ``optim.swa_utils``."""

from tinygrad_edu.optim.lr_scheduler.cosine import SWALR
from tinygrad_edu.optim.more.averaging import (
    AveragedModel,
    get_ema_avg_fn,
    get_ema_multi_avg_fn,
    get_swa_avg_fn,
    get_swa_multi_avg_fn,
    update_bn,
)

__all__ = [
    "SWALR", "AveragedModel", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn",
    "get_swa_multi_avg_fn", "update_bn",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__
