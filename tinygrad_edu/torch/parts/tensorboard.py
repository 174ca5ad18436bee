"""``torch.utils.tensorboard``: the writer of tensorboardX, given arrays."""

from __future__ import annotations

from typing import Any

from tinygrad_edu._optional import require
from tinygrad_edu.engine import Node

__all__ = ["SummaryWriter"]


class SummaryWriter:
    """A writer of curves, images and histograms for TensorBoard, if tensorboardX is installed.

    Raises
    ------
    ImportError
        If tensorboardX is not installed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        writer = require("tensorboardX", extra="tensorboard", what="SummaryWriter")
        self._writer = writer.SummaryWriter(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """The method of the writer, called with arrays instead of tensors."""
        method = getattr(self._writer, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            return method(*map(_plain, args), **{k: _plain(v) for k, v in kwargs.items()})

        return call if callable(method) else method

    def add_graph(self, *args: Any, **kwargs: Any) -> None:
        """Refused: a graph of PyTorch cannot be drawn here; `tinygrad_edu.viz.draw` draws ours."""
        raise NotImplementedError("add_graph: use tinygrad_edu.viz.draw(loss) for a picture")

    def __enter__(self) -> SummaryWriter:
        """The writer itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the files."""
        self._writer.close()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value.value if isinstance(value, Node) else value
