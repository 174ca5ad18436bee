"""Layers that read the size of their input off their first input."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from tinygrad_edu.nn.batch_norm import BatchNorm1d, BatchNorm2d, InstanceNorm1d, InstanceNorm2d
from tinygrad_edu.nn.conv import Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Buffer, Parameter, UninitializedParameter
from tinygrad_edu.random import fork_rng

__all__ = [
    "LazyBatchNorm1d", "LazyBatchNorm2d", "LazyConv1d", "LazyConv2d", "LazyConvTranspose1d",
    "LazyConvTranspose2d", "LazyInstanceNorm1d", "LazyInstanceNorm2d",
]  # fmt: skip


class _Lazy(Module):
    """Waits for the first input, and becomes the layer of that size.

    The parameters exist at once, empty, so an optimizer may be made before the first call.
    """

    _full: ClassVar[type[Module]]
    _size: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Made with the smallest size, it checks the other arguments and says what there will be.
        with fork_rng():
            groups = kwargs.get("groups")
            one = self._made(groups if type(groups) is int and groups > 0 else 1, args, kwargs)
        for name, value in vars(one).items():
            empty = isinstance(value, Parameter)
            setattr(self, name, UninitializedParameter(value.value.dtype) if empty else value)
        setattr(self, self._size, 0)
        self._given = (args, kwargs)

    def _made(self, size: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            return self._full(size, *args, **kwargs)  # type: ignore[call-arg]  # its size
        except (TypeError, ValueError) as error:
            message = str(error).replace(self._full.__name__, type(self).__name__)
            raise type(error)(message) from None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if len(cls.__bases__) < 2:
            return
        cls._full = cls.__bases__[1]
        signature = inspect.signature(cls._full.__init__)
        _, (cls._size, _), *rest = signature.parameters.items()
        cls.__signature__ = signature.replace(parameters=[p for _, p in rest])  # type: ignore[attr-defined]  # for help

    def forward(self, x: Any, output_size: Any = None) -> Any:
        """Take the size from ``x``, become the layer, and apply it."""
        args, kwargs = self._given
        made = self._made(int(x.shape[1]), args, kwargs)
        for name, value in vars(made).items():
            own = vars(self).get(name)
            if isinstance(value, (Parameter, Buffer)) and isinstance(own, (Parameter, Buffer)):
                if not own.value.size or isinstance(value, Buffer):  # else a state was loaded
                    own.value = value.value.astype(own.value.dtype, copy=False)
            else:
                object.__setattr__(self, name, value)
        del self._given
        self.__class__ = self._full  # type: ignore[assignment]  # all it was here for is done
        return self(x) if output_size is None else self(x, output_size)


class LazyConv2d(_Lazy, Conv2d):
    """`Conv2d` that reads ``in_channels`` off its first input, and is a `Conv2d` from then on.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> layer = tg.nn.LazyConv2d(8, kernel_size=3)
    >>> layer(tg.zeros(2, 3, 6, 6)).shape
    torch.Size([2, 8, 4, 4])
    """


class LazyConv1d(_Lazy, Conv1d):
    """`Conv1d` that reads ``in_channels`` off its first input."""


class LazyConvTranspose2d(_Lazy, ConvTranspose2d):
    """`ConvTranspose2d` that reads ``in_channels`` off its first input."""


class LazyConvTranspose1d(_Lazy, ConvTranspose1d):
    """`ConvTranspose1d` that reads ``in_channels`` off its first input."""


class LazyBatchNorm2d(_Lazy, BatchNorm2d):
    """`BatchNorm2d` that reads ``num_features`` off its first input."""


class LazyBatchNorm1d(_Lazy, BatchNorm1d):
    """`BatchNorm1d` that reads ``num_features`` off its first input."""


class _LazyInstanceNorm(_Lazy):
    """With parameters and running statistics unless told otherwise, as in PyTorch."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        settings = (eps, momentum, affine, track_running_stats, device, dtype)
        super().__init__(*settings, bias=bias)


class LazyInstanceNorm2d(_LazyInstanceNorm, InstanceNorm2d):
    """`InstanceNorm2d` that reads ``num_features`` off its first input.

    Unlike `InstanceNorm2d`, it scales, shifts and tracks statistics by default.
    """


class LazyInstanceNorm1d(_LazyInstanceNorm, InstanceNorm1d):
    """`InstanceNorm1d` that reads ``num_features`` off its first input.

    Unlike `InstanceNorm1d`, it scales, shifts and tracks statistics by default.
    """
