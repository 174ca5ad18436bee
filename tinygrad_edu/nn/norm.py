"""Normalization layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu.engine import mark_changed
from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn.checks import check_number, check_size
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Buffer, parameter_of


class _BatchNorm(Module):
    """Batch normalization for any number of axes; a subclass says which inputs it takes."""

    _axes: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: Any = None,
    ) -> None:
        name = type(self).__name__
        self.num_features = check_size(name, "num_features", num_features)
        self.eps = check_number(name, "eps", eps, 0.0)
        self.momentum = (
            None if momentum is None else check_number(name, "momentum", momentum, 0.0, 1.0)
        )
        self.affine = affine
        self.track_running_stats = track_running_stats
        dtype = np.float32 if dtype is None else dtype
        self.weight = parameter_of(np.ones(num_features, dtype)) if affine else None
        self.bias = parameter_of(np.zeros(num_features, dtype)) if affine else None
        tracked = track_running_stats
        self.running_mean = Buffer(np.zeros(num_features, dtype)) if tracked else None
        self.running_var = Buffer(np.ones(num_features, dtype)) if tracked else None
        self.num_batches_tracked = Buffer(np.array(0)) if tracked else None

    def reset_running_stats(self) -> None:
        """Forget the running statistics: mean 0, variance 1, no batches."""
        for buffer, value in (
            (self.running_mean, 0),
            (self.running_var, 1),
            (self.num_batches_tracked, 0),
        ):
            if buffer is not None:
                buffer.fill_(value)

    def reset_parameters(self) -> None:
        """Forget the running statistics and set weight 1 and bias 0."""
        self.reset_running_stats()
        if self.weight is not None and self.bias is not None:
            self.weight.data[...] = 1.0
            self.bias.data[...] = 0.0
            mark_changed(self.weight.data)
            mark_changed(self.bias.data)

    def forward(self, x: Any) -> Any:
        """Return the standardized ``x``."""
        shape = x.shape
        if len(shape) not in self._axes or shape[1] != self.num_features:
            wanted = " or ".join(
                "(" + ", ".join(["N", str(self.num_features), "H", "W", "D"][:n]) + ")"
                for n in self._axes
            )
            raise ValueError(f"expected input of shape {wanted}, got {shape}")
        count = self.num_batches_tracked
        momentum = self.momentum
        if momentum is None:  # the mean of all batches so far
            momentum = 0.0 if count is None else 1.0 / (int(count.data) + 1)
        y = F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training,
            momentum,
            self.eps,
        )
        if self.training and count is not None:
            count.data += 1
        return y


class BatchNorm1d(_BatchNorm):
    """Batch normalization of features (N, C) or sequences (N, C, L).

    Each channel is standardized over the batch; evaluation uses running statistics. See
    `functional.batch_norm` for the formula.

    Parameters
    ----------
    num_features : int
        C.
    eps : float
        Added to the variance.
    momentum : float or None
        The share of the new batch in the running statistics; None averages over all batches.
    affine : bool
        Whether to scale and shift by parameters ``weight`` and ``bias``.
    track_running_stats : bool
        False uses the batch's statistics in evaluation too.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.BatchNorm1d(2)
    >>> layer(tg.tensor([[1.0, 10.0], [3.0, 30.0]])).tolist()
    [[-0.99999..., -0.99999...], [0.99999..., 0.99999...]]
    """

    _axes = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Batch normalization of images (N, C, H, W), each channel over batch and positions.

    Parameters as in `BatchNorm1d`.
    """

    _axes = (4,)
