"""``torch.nn.DataParallel``: one device, so the module is called as it is."""

from __future__ import annotations

from typing import Any

from tinygrad_edu.nn import Module

__all__ = ["DataParallel", "data_parallel"]


class DataParallel(Module):
    """A module around another, which it calls: there is one device.

    The names of parameters begin with ``module.``, as in PyTorch.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> list(DataParallel(tg.nn.Linear(2, 1)).state_dict())
    ['module.weight', 'module.bias']
    """

    def __init__(
        self, module: Module, device_ids: Any = None, output_device: Any = None, dim: int = 0
    ) -> None:
        super().__init__()
        self.module = module

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """What the module gives."""
        return self.module(*inputs, **kwargs)


def data_parallel(
    module: Module,
    inputs: Any,
    device_ids: Any = None,
    output_device: Any = None,
    dim: int = 0,
    module_kwargs: Any = None,
) -> Any:
    """``module(inputs)``: there is one device.

    >>> import tinygrad_edu as tg
    >>> data_parallel(tg.nn.ReLU(), tg.tensor([-1.0, 1.0]))
    tensor([0., 1.])
    """
    args = inputs if isinstance(inputs, tuple) else (inputs,)
    return module(*args, **(module_kwargs or {}))
