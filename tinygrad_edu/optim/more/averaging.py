"""Averages of weights: SWA and EMA, and the batch statistics that go with them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_function
from tinygrad_edu._restored import restored
from tinygrad_edu.engine import Array, mark_changed, no_grad
from tinygrad_edu.optim._entries import check_flag, check_number

__all__ = [
    "AveragedModel", "get_ema_avg_fn", "get_ema_multi_avg_fn", "get_swa_avg_fn",
    "get_swa_multi_avg_fn", "update_bn",
]  # fmt: skip

Average = Callable[[Array, Array, int], Array]
ManyAverages = Callable[[Sequence[Any], Sequence[Any], int], None]


def get_swa_avg_fn() -> Average:
    """The mean of all: average + (new − average) / (n + 1).   Izmailov et al. 2018."""
    return lambda average, new, n: average + (new - average) / (n + 1)


def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """The exponential moving average: decay · average + (1 − decay) · new."""
    check_number("get_ema_avg_fn", "decay", decay, "[0, 1]")
    return lambda average, new, n: decay * average + (1 - decay) * new


def get_swa_multi_avg_fn() -> ManyAverages:
    """`get_swa_avg_fn` of all weights at once, in place."""
    return _in_place(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> ManyAverages:
    """`get_ema_avg_fn` of all weights at once, in place."""
    check_number("get_ema_multi_avg_fn", "decay", decay, "[0, 1]")
    return _in_place(get_ema_avg_fn(decay))


def _in_place(average: Average) -> ManyAverages:
    def update(averages: Sequence[Any], news: Sequence[Any], n: int) -> None:
        for old, new in zip(averages, news, strict=True):
            np.copyto(old.value, average(old.value, new.value, n))
            mark_changed(old.value)

    return update


class AveragedModel:
    """A copy of a model whose weights are an average of those the model had.

    Parameters
    ----------
    model : Module
        Anything with ``parameters()`` and ``buffers()`` that can be copied and called.
    avg_fn : callable, optional
        Of the average, the new weights and how many are in the average; by default their mean.
    multi_avg_fn : callable, optional
        Of the list of averages, which it changes, the list of new weights, and how many.
    use_buffers : bool
        Average buffers too; otherwise they are copied. With batch normalization and plain
        averages, call `update_bn` before using the average.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> model = tg.nn.Linear(2, 1)
    >>> average = tg.optim.AveragedModel(model, avg_fn=tg.optim.get_ema_avg_fn(0.9))
    >>> average.update_parameters(model)
    >>> average.n_averaged
    1
    """

    def __init__(
        self,
        model: Any,
        device: Any = None,
        avg_fn: Average | None = None,
        multi_avg_fn: ManyAverages | None = None,
        use_buffers: bool = False,
    ) -> None:
        if device is not None:
            check_choice("AveragedModel", "device", str(device), ("cpu",))
        if getattr(model, "buffers", None) is None:
            raise TypeError(f"AveragedModel: model must be a module, received {model!r}")
        if avg_fn is not None and not callable(avg_fn):
            raise TypeError(f"AveragedModel: avg_fn must be a function, received {avg_fn!r}")
        check_function("AveragedModel", "multi_avg_fn", multi_avg_fn, optional=True)
        check_flag("AveragedModel", "use_buffers", use_buffers)
        self.module = copy.deepcopy(model)
        self.avg_fn, self.multi_avg_fn = avg_fn or get_swa_avg_fn(), multi_avg_fn
        self.use_buffers = use_buffers
        self.n_averaged = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The averaged model's output."""
        return self.module(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """What the averaged model has: ``parameters``, ``eval``, ..."""
        if name == "module":  # before it is there, in copies
            raise AttributeError(name)
        return getattr(self.module, name)

    def update_parameters(self, model: Any) -> None:
        """Take the present weights of ``model`` into the average."""
        pairs = list(zip(self.module.parameters(), model.parameters(), strict=True))
        buffers = list(zip(self.module.buffers(), model.buffers(), strict=True))
        averaged: list[tuple[Any, Any]] = []
        copied: list[tuple[Any, Any]] = []
        groups = [(pairs, True), (buffers, self.use_buffers)]
        for average, new, wanted in ((*pair, wanted) for group, wanted in groups for pair in group):
            chosen = averaged if wanted and new.value.dtype.kind == "f" else copied
            chosen.append((average.detach(), new.detach()))
        with no_grad():
            if not self.n_averaged:
                copied += averaged
            elif self.multi_avg_fn is not None:
                averages, news = ([pair[k] for pair in averaged] for k in (0, 1))
                self.multi_avg_fn(averages, news, self.n_averaged)
            else:
                for average, new in averaged:
                    average.copy_(self.avg_fn(average, new, self.n_averaged))
            for average, new in copied:
                average.copy_(new)
        self.n_averaged += 1

    def state_dict(self) -> dict[str, Any]:
        """The averages and their number."""
        return {"module": self.module.state_dict(), "n_averaged": self.n_averaged}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.module.load_state_dict(state_dict["module"])
        self.n_averaged = int(state_dict["n_averaged"])


def update_bn(loader: Iterable[Any], model: Any, device: Any = None) -> None:
    """Compute the running statistics of batch normalization anew, with the present weights.

    Averaged weights have activations that no training step has seen. One pass over ``loader``;
    its batches are inputs, or tuples that begin with them.
    """
    if device is not None:
        check_choice("update_bn", "device", str(device), ("cpu",))
    root = model.module if isinstance(model, AveragedModel) else model
    if getattr(root, "modules", None) is None:
        raise TypeError(f"update_bn: model must be a module, received {model!r}")
    if not getattr(loader, "__iter__", getattr(loader, "__getitem__", None)):
        raise TypeError(f"update_bn: loader must give batches, received {loader!r}")
    norms = [m for m in root.modules() if getattr(m, "running_mean", None) is not None]
    if not norms:
        return
    modes = [(m, m.training) for m in root.modules()]
    momenta = [(m, m.momentum) for m in norms]

    def restore() -> None:
        for m, momentum in momenta:
            m.momentum = momentum
        for m, training in modes:
            m.training = training

    with restored(restore), no_grad():
        root.train()
        for m in norms:
            m.running_mean.value[...] = 0
            m.running_var.value[...] = 1
            m.num_batches_tracked.value[...] = 0
            m.momentum = None  # a plain mean over the batches
        for batch in loader:
            root(batch[0] if isinstance(batch, (tuple, list)) else batch)
