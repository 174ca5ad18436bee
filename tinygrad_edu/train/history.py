"""What a training run has seen: one record per epoch, as a table, as curves, as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tinygrad_edu._checks import check_choice
from tinygrad_edu.data.arguments import check_path
from tinygrad_edu.train.files import write_whole
from tinygrad_edu.viz.plots import figure, plot_curves

__all__ = ["History"]

VALIDATION = "val_"  # what the names of figures of the validation data begin with
_NOT_A_CURVE = ("epoch", "seconds")
# How the names of figures end whose best value is the least, or the largest.
_BETTER = {
    "min": ("loss", "error", "mae", "mse", "rmse", "mape", "nll", "perplexity"),
    "max": ("acc", "accuracy", "auc", "f1", "precision", "r2", "recall"),
}


class History:
    """Figures of each epoch: ``history["val_loss"]`` is a column, ``history[-1]`` the last epoch.

    A record is a dict from name to number: ``epoch``, ``loss``, each metric, the same with ``val_``
    in front for the validation data, ``lr`` and ``seconds``.

    Examples
    --------
    >>> history = tg.train.History()
    >>> history.append({"epoch": 1, "loss": 0.9, "val_loss": 0.8})
    >>> history.append({"epoch": 2, "loss": 0.5, "val_loss": 0.6})
    >>> history["val_loss"]
    [0.8, 0.6]
    >>> history
    History(2 epochs, loss=0.5, val_loss=0.6)
    >>> history.best("val_loss")["epoch"]
    2
    """

    def __init__(self) -> None:
        self.records: list[dict[str, float]] = []

    def append(self, record: Mapping[str, float]) -> None:
        """Add the figures of one epoch."""
        if not isinstance(record, Mapping):
            raise TypeError(f"History: a record must be a dict, received {type(record).__name__}")
        self.records.append(dict(record))

    @property
    def names(self) -> list[str]:
        """Every name that some record has, in order of appearance."""
        return list(dict.fromkeys(name for record in self.records for name in record))

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[dict[str, float]]:
        return iter(self.records)

    def __getitem__(self, key: str | int) -> Any:
        """Return a column by name (NaN where an epoch lacks it), or a record by position."""
        if isinstance(key, int) and not isinstance(key, bool):
            if not -len(self) <= key < len(self):
                raise IndexError(f"the history has {len(self)} epochs, and no record {key}")
            return self.records[key]
        if not isinstance(key, str) or key not in self.names:
            raise KeyError(f"the history has no {key!r}; it has {', '.join(self.names) or 'none'}")
        return [record.get(key, math.nan) for record in self.records]

    def best(self, name: str, mode: str | None = None) -> dict[str, float]:
        """Return the record of the epoch with the least loss or error, or the largest accuracy.

        Parameters
        ----------
        mode : {"min", "max"}, optional
            Which is better. Known by the last word of the name for losses and errors (``loss``,
            ``error``, ``mae``, ``mse``, ``rmse``, ...) and for ``accuracy``, ``f1``, ``auc``, ...

        Raises
        ------
        KeyError
            If no epoch has this figure.
        ValueError
            If the name does not say which is better, and there is no ``mode``.
        """
        if not isinstance(name, str):
            raise TypeError(f"best: name must be a string, received {name!r}")
        if mode is None:
            word = name.lower().split("_")[-1]
            mode = next((mode for mode, words in _BETTER.items() if word.endswith(words)), None)
            if mode is None and name in self.names:
                raise ValueError(
                    f"best: {name!r} does not say which is better; pass mode='min' or mode='max'"
                )
        else:
            check_choice("best", "mode", mode, tuple(_BETTER))
        sign = -1 if mode == "min" else 1
        defined = [
            (sign * value, record)
            for value, record in zip(self[name], self.records, strict=True)
            if not math.isnan(value)
        ]
        if not defined:
            raise KeyError(f"{name!r} is NaN in every epoch")
        return max(defined, key=lambda pair: pair[0])[1]

    def plot(self, quantity: str = "loss", ax: Any = None) -> Any:
        """Draw one quantity over the epochs, of the training and of the validation data.

        Parameters
        ----------
        quantity : str
            A name without ``val_``: ``"loss"``, a metric, or ``"lr"``.
        ax : matplotlib axes, optional
            Drawn into; otherwise a new figure.

        Returns
        -------
        matplotlib axes

        Examples
        --------
        >>> history = tg.train.History()
        >>> for epoch, loss in enumerate([2.0, 1.0, 0.7], 1):
        ...     history.append({"epoch": epoch, "loss": loss, "val_loss": loss + 0.1})
        >>> history.plot().figure.savefig("loss.png")
        """
        if not isinstance(quantity, str):
            raise TypeError(f"plot: quantity must be a string, received {quantity!r}")
        if ax is not None and not callable(getattr(ax, "plot", None)):
            raise TypeError(f"plot: ax must be axes of matplotlib, received {type(ax).__name__}")
        sources = {"train": quantity, "validation": VALIDATION + quantity}
        curves = {label: self[name] for label, name in sources.items() if name in self.names}
        if not curves:
            self[quantity]  # raises, and says which names there are
        return plot_curves(curves, self["epoch"], ylabel=quantity, ax=ax)

    def figure(self) -> Any:
        """Draw every quantity, one panel each, and return the matplotlib figure.

        Raises
        ------
        ValueError
            If nothing was recorded.
        """
        quantities = list(
            dict.fromkeys(
                name.removeprefix(VALIDATION) for name in self.names if name not in _NOT_A_CURVE
            )
        )
        if "lr" in quantities and len(set(self["lr"])) == 1:
            quantities.remove("lr")  # a constant needs no picture
        if not quantities:
            raise ValueError("the history is empty: there is nothing to draw")
        picture = figure(4.2 * len(quantities), 3.4)
        panels = picture.subplots(1, len(quantities), squeeze=False)[0]
        for quantity, ax in zip(quantities, panels, strict=True):
            self.plot(quantity, ax)
        return picture

    def to_csv(self, path: str | Path) -> Path:
        """Write one line per epoch, under a line of names, whole or not at all; return the path."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self.names, restval="")
        writer.writeheader()
        writer.writerows(self.records)
        content = text.getvalue().encode()
        return write_whole(check_path("to_csv", path), lambda file: file.write(content))

    def __repr__(self) -> str:
        if not self.records:
            return "History(0 epochs)"
        figures = ", ".join(
            f"{name}={value:.4g}"
            for name, value in self.records[-1].items()
            if name not in (*_NOT_A_CURVE, "lr")
        )
        return f"History({len(self)} epoch{'s' * (len(self) > 1)}, {figures})"

    def __str__(self) -> str:
        names = self.names
        rows = [[_cell(record.get(name)) for name in names] for record in self.records]
        widths = [max(map(len, column)) for column in zip(names, *rows, strict=True)]
        return "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in [names, *rows]
        )


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
