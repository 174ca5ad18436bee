"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu.engine import Array, Node, detect_anomaly, no_grad, value_of
from tinygrad_edu.nn import Module
from tinygrad_edu.optim import Optimizer, clip_grad_norm_
from tinygrad_edu.optim.lr_scheduler import LRScheduler
from tinygrad_edu.random import fork_rng
from tinygrad_edu.tensor import Tensor, as_tensor
from tinygrad_edu.train.history import VALIDATION, History
from tinygrad_edu.train.metrics import accuracy
from tinygrad_edu.train.progress import progress_bar, report_epoch

__all__ = ["Trainer"]

Batches = Iterable[Any]
Metric = Callable[[Any, Any], float]
_PREDICTED_AT_ONCE = 1024  # rows of a plain array that go through the model together


class Trainer:
    """Trains a model: batches forward and backward, steps, figures of each epoch.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(output, target)``, a single number; a mean over the batch.
    optimizer : Optimizer
        Of the model's parameters.
    scheduler : LRScheduler, optional
        Stepped after every epoch, or every batch.
    metrics : mapping of str to callable, optional
        ``metric(output, target)``, a mean over examples, by the name it gets in the history.
        By default the accuracy; ``{}`` for none, as in a regression.
    clip_grad_norm : float, optional
        Largest norm of all gradients together, by which they are scaled down before each step.
    schedule_per : {"epoch", "batch"}

    Attributes
    ----------
    history : History
        Grows with every `fit`.
    steps : int
        Steps of the optimizer so far.

    Examples
    --------
    >>> from tinygrad_edu import data, nn, optim, train
    >>> x_train, y_train, x_test, y_test = data.load_digits()
    >>> model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    >>> trainer = train.Trainer(model, nn.CrossEntropyLoss(), optim.Adam(model.parameters(), 0.01))
    >>> batches = data.DataLoader(data.TensorDataset(x_train, y_train), 64, shuffle=True)
    >>> history = trainer.fit(batches, epochs=3, verbose=False)
    >>> history["loss"][-1] < history["loss"][0]
    True
    >>> train.accuracy(trainer.predict(x_test), y_test) > 0.8
    True
    """

    def __init__(
        self,
        model: Module,
        loss: Callable[[Tensor, Tensor], Tensor],
        optimizer: Optimizer,
        scheduler: LRScheduler | None = None,
        metrics: Mapping[str, Metric] | None = None,
        clip_grad_norm: float | None = None,
        schedule_per: str = "epoch",
    ) -> None:
        if schedule_per not in ("epoch", "batch"):
            raise ValueError(
                f"Trainer: schedule_per must be 'epoch' or 'batch', received {schedule_per!r}"
            )
        if clip_grad_norm is not None and not clip_grad_norm > 0:
            raise ValueError(f"Trainer: clip_grad_norm must be > 0, received {clip_grad_norm}")
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.metrics = {"accuracy": accuracy} if metrics is None else dict(metrics)
        self.clip_grad_norm = clip_grad_norm
        self.schedule_per = schedule_per
        self.history = History()
        self.steps = 0

    def fit(
        self,
        train: Batches,
        validation: Batches | None = None,
        epochs: int = 1,
        verbose: bool = True,
    ) -> History:
        """Train for some epochs, and return the history, which goes on from earlier calls.

        Afterwards every module is in the mode, training or evaluation, it was in before, also
        after an exception.

        Parameters
        ----------
        train : iterable of (inputs, targets)
            Read anew for every epoch; usually a `DataLoader` with ``shuffle=True``.
        validation : iterable of (inputs, targets), optional
            Evaluated after every epoch.
        epochs : int
        verbose : bool
            Print a line after each epoch; on a terminal also show a bar (if tqdm is installed).

        Raises
        ------
        FloatingPointError
            If a loss is NaN or infinite. It says at which step, and which value, parameter or
            operation was the first that was not finite.
        ValueError
            If the data gives no batch.
        """
        if epochs < 0:
            raise ValueError(f"fit: epochs must be >= 0, received {epochs}")
        first = len(self.history) + 1
        last = len(self.history) + epochs
        with self.model.evaluating():  # for what it restores in the end
            for epoch in range(first, last + 1):
                started = time.perf_counter()
                lr = float(self.optimizer.param_groups[0]["lr"])
                batches = progress_bar(train, f"epoch {epoch}/{last}", verbose)
                record = {"epoch": epoch, **self._train_epoch(batches, epoch)}
                if validation is not None:
                    figures = self.evaluate(validation)
                    record |= {VALIDATION + name: value for name, value in figures.items()}
                record |= {"lr": lr, "seconds": time.perf_counter() - started}
                self.history.append(record)
                if verbose:
                    report_epoch(record, last)
                if self.scheduler is not None and self.schedule_per == "epoch":
                    self.scheduler.step()
        return self.history

    def evaluate(self, batches: Batches) -> dict[str, float]:
        """Return the mean loss and metrics over the examples, in evaluation mode.

        Parameters
        ----------
        batches : iterable of (inputs, targets)

        Raises
        ------
        FloatingPointError
            If the loss is NaN or infinite.
        ValueError
            If there is no batch.
        """
        means = _Means("evaluate")
        with self.model.evaluating(), no_grad():
            for number, batch in enumerate(batches, 1):
                x, y = _inputs_and_targets(batch)
                output, loss = self._forward(x, y, f"evaluation, batch {number}")
                means.add(len(y), self._figures(output, y, loss))
        return means.result()

    def predict(self, inputs: Any) -> Array:
        """Return the model's outputs, in evaluation mode, as one array.

        Parameters
        ----------
        inputs : array or Tensor, shape (N, ...), or iterable of batches
            Of a batch that is a tuple, only the first part is used.

        Returns
        -------
        array, shape (N, ...)
        """
        if isinstance(inputs, Node | np.ndarray):
            rows = value_of(inputs)
            starts = range(0, len(rows), _PREDICTED_AT_ONCE)
            inputs = [rows[start : start + _PREDICTED_AT_ONCE] for start in starts]
        with self.model.evaluating(), no_grad():
            parts = [
                self.model(as_tensor(batch[0] if isinstance(batch, tuple) else batch)).value
                for batch in inputs
            ]
        if not parts:
            raise ValueError("predict: there is no batch to predict")
        return np.concatenate(parts)

    # ---- one epoch, one step

    def _train_epoch(self, batches: Batches, epoch: int) -> dict[str, float]:
        means = _Means(f"fit, epoch {epoch}")
        self.model.train()
        for number, batch in enumerate(batches, 1):
            where = f"epoch {epoch}, batch {number}"
            x, y = _inputs_and_targets(batch)
            output, loss = self._forward(x, y, where)
            means.add(len(y), self._figures(output, y, loss))
            self.optimizer.zero_grad()
            loss.backward()
            if self.clip_grad_norm is not None:
                self._clip(self.clip_grad_norm, where)
            self.optimizer.step()
            self.steps += 1
            if self.scheduler is not None and self.schedule_per == "batch":
                self.scheduler.step()
        return means.result()

    def _forward(self, x: Tensor, y: Tensor, where: str) -> tuple[Tensor, Tensor]:
        """The output and a loss that is one finite number."""
        output, loss = self._loss(x, y)
        if loss.value.size != 1:
            raise ValueError(
                f"Trainer: the loss must be a single number, received shape {loss.shape}; "
                "use reduction='mean'"
            )
        if not math.isfinite(loss.value.item()):
            raise self._not_finite(x, y, loss.value.item(), where)
        return output, loss

    def _loss(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        with np.errstate(over="ignore", invalid="ignore"):  # the result is checked, not each step
            output = self.model(x)
            return output, self.loss(output, y)

    def _clip(self, limit: float, where: str) -> None:
        norm = clip_grad_norm_(self.model.parameters(), limit).item()
        if not math.isfinite(norm):
            raise FloatingPointError(
                f"the norm of the gradients is {norm} in step {self.steps + 1} ({where}), and no "
                "factor can clip it; no parameter was changed"
            )

    def _figures(self, output: Tensor, y: Tensor, loss: Tensor) -> dict[str, float]:
        figures = {"loss": loss.value.item()}
        for name, metric in self.metrics.items():
            figures[name] = float(metric(output.value, y.value))
        return figures

    def _not_finite(self, x: Tensor, y: Tensor, value: float, where: str) -> FloatingPointError:
        """Find what was not finite first: an input, a parameter, or the result of an operation."""
        message = f"the loss is {value} in step {self.steps + 1} ({where}): "
        named = [("the inputs of this batch", x), ("the targets of this batch", y)]
        named += [(f"parameter {name}", p) for name, p in self.model.named_parameters()]
        for name, tensor in named:
            wrong = tensor.value[~np.isfinite(tensor.value)]
            if wrong.size:
                cause = (
                    f"{name} held {wrong[0]} already ({wrong.size} of {tensor.value.size} values)"
                )
                break
        else:
            cause = "the same batch gave finite values when it was run again"
            try:  # with other draws of dropout, but the default generator goes on as if nothing was
                with fork_rng(), detect_anomaly():
                    self._loss(x, y)
            except FloatingPointError as error:
                cause = str(error)
        advice = "a smaller learning rate or clip_grad_norm may help"
        return FloatingPointError(f"{message}{cause}; {advice}")


class _Means:
    """Means over examples, from means over batches."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.count = 0
        self.sums: dict[str, float] = {}

    def add(self, count: int, figures: Mapping[str, float]) -> None:
        self.count += count
        for name, value in figures.items():
            self.sums[name] = self.sums.get(name, 0.0) + count * value

    def result(self) -> dict[str, float]:
        if not self.count:
            raise ValueError(
                f"{self.where}: the data gave no batch; it is empty, or a generator that was used "
                "up (pass a DataLoader, which can be read for every epoch)"
            )
        return {name: total / self.count for name, total in self.sums.items()}


def _inputs_and_targets(batch: Any) -> tuple[Tensor, Tensor]:
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        what = f"{type(batch).__name__}" + (f" of {len(batch)}" if _is_sequence(batch) else "")
        raise TypeError(
            f"a batch must be a pair (inputs, targets), received a {what}; for arrays x and y pass "
            "DataLoader(TensorDataset(x, y), batch_size=64, shuffle=True)"
        )
    return as_tensor(batch[0]), as_tensor(batch[1])


def _is_sequence(batch: Any) -> bool:
    return isinstance(batch, tuple | list | dict | np.ndarray | Node)
