"""What a training run shows: a bar while an epoch runs, a line when it is over."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

from tinygrad_edu._optional import require
from tinygrad_edu._text import print_line

__all__ = ["progress_bar", "report_epoch"]


def progress_bar(batches: Iterable[Any], title: str, show: bool = True) -> Iterable[Any]:
    """``batches`` with a bar on the terminal; without tqdm, or elsewhere, as they are.

    The bar goes to stderr and vanishes with the last batch, so that what is left on the screen,
    and all there is in a file, are the lines of `report_epoch`.
    """
    if not show or sys.stderr is None or not sys.stderr.isatty():
        return batches
    try:
        tqdm = require("tqdm", extra="data", what="the progress bar").tqdm
    except ImportError:
        return batches
    bar: Iterable[Any] = tqdm(batches, desc=title, leave=False, unit="batch", dynamic_ncols=True)
    return bar


def report_epoch(record: Mapping[str, float], last: int) -> None:
    """Print the figures of one epoch on one line; training goes on if that is not possible.

    Examples
    --------
    >>> from tinygrad_edu.train.progress import report_epoch
    >>> report_epoch({"epoch": 3, "loss": 0.25, "val_accuracy": 0.97, "seconds": 1.25}, last=20)
    epoch  3/20  loss 0.2500  val_accuracy 0.9700  1.2 s
    """
    width = len(str(last))
    figures = [
        f"{name} {value:.4f}"
        for name, value in record.items()
        if name not in ("epoch", "lr", "seconds")
    ]
    epoch = f"epoch {record['epoch']:>{width}}/{last}"
    print_line("  ".join([epoch, *figures, f"{record['seconds']:.1f} s"]), sys.stdout)
