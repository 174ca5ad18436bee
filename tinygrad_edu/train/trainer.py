"""The training loop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from tinygrad_edu._checks import check_choice, check_count, check_flag, check_number
from tinygrad_edu.engine import Array, detect_anomaly, no_grad, value_of
from tinygrad_edu.nn import Module
from tinygrad_edu.optim import Optimizer, clip_grad_norm_
from tinygrad_edu.optim.lr_scheduler import LRScheduler
from tinygrad_edu.random import fork_rng
from tinygrad_edu.tensor import Tensor, as_tensor
from tinygrad_edu.train.batches import (
    check_batches,
    inputs_and_targets,
    is_rows,
    is_tuple_of_numbers,
    rows_of,
)
from tinygrad_edu.train.history import VALIDATION, History
from tinygrad_edu.train.metrics import default_metrics
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
        By default the accuracy that fits the loss: `binary_accuracy` for the binary cross
        entropies, none for the losses of a regression, `accuracy` otherwise; ``{}`` for none.
    clip_grad_norm : float, optional
        Largest norm of all gradients together, by which they are scaled down before each step.
    schedule_per : {"epoch", "batch"}

    Raises
    ------
    TypeError
        If an argument is of the wrong kind, such as model, loss and optimizer in another order.
    ValueError
        If the optimizer holds none of the model's parameters, so that nothing would be trained.

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
        _check_parts(model, loss, optimizer, scheduler, metrics)
        if clip_grad_norm is not None:
            clip_grad_norm = check_number("Trainer", "clip_grad_norm", clip_grad_norm, "(0, inf]")
        check_choice("Trainer", "schedule_per", schedule_per, ("epoch", "batch"))
        self.model = model
        self.loss = loss
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.metrics = default_metrics(loss) if metrics is None else dict(metrics)
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
        check_count("fit", "epochs", epochs, at_least=0)
        check_flag("fit", "verbose", verbose)
        check_batches("fit", "train", train)
        if validation is not None:
            check_batches("fit", "validation", validation)
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

        Each batch counts by its number of examples. A loss whose mean counts otherwise, as one
        with weights of the classes or ignored labels, then depends a little on the batches.

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
        check_batches("evaluate", "batches", batches)
        means = _Means("evaluate")
        with self.model.evaluating(), no_grad():
            for number, batch in enumerate(batches, 1):
                x, y = inputs_and_targets(batch)
                output, loss = self._forward(x, y, f"evaluation, batch {number}")
                means.add(len(y), self._figures(output, y, loss))
        return means.result()

    def predict(self, inputs: Any) -> Array:
        """Return the model's outputs, in evaluation mode, as one array.

        Parameters
        ----------
        inputs : array, Tensor or list of rows, shape (N, ...), or iterable of batches
            A list is one of rows if it holds numbers, lists of them, or arrays of one dimension.
            A batch is an array or a list of rows, or a tuple or list of arrays (inputs, ...) of
            which only the first is used.

        Returns
        -------
        array, shape (N, ...)

        Raises
        ------
        TypeError
            If it is nothing of this kind.
        ValueError
            If there is no batch, or the outputs of a batch are not one for each row.
        """
        if is_rows(inputs):
            rows = rows_of(inputs)
            starts = range(0, len(rows), _PREDICTED_AT_ONCE)
            inputs = [rows[start : start + _PREDICTED_AT_ONCE] for start in starts]
        elif not isinstance(inputs, Iterable) or isinstance(inputs, str | bytes | Mapping):
            raise TypeError(
                "predict: inputs must be an array, a list of rows or an iterable of batches, "
                f"received {type(inputs).__name__}"
            )
        elif inputs and isinstance(inputs, tuple | list) and all(map(is_tuple_of_numbers, inputs)):
            raise TypeError(
                "predict: rows come in a list, and each row is one: pass "
                "[list(row) for row in rows]; received tuples of numbers"
            )
        with self.model.evaluating(), no_grad():
            parts = [self._predicted(batch) for batch in inputs]
        if not parts:
            raise ValueError("predict: there is no batch to predict")
        return np.concatenate(parts)

    def _predicted(self, batch: Any) -> Array:
        pair = isinstance(batch, tuple) or (isinstance(batch, list) and not is_rows(batch))
        rows = rows_of(batch[0] if pair and batch else batch)
        output = value_of(self.model(as_tensor(rows)))
        if np.shape(output)[:1] != rows.shape[:1]:
            raise ValueError(
                f"predict: a batch of shape {tuple(rows.shape)} gave an output of shape "
                f"{np.shape(output)}, which is not one for each row"
            )
        return np.asarray(output)

    # ---- one epoch, one step

    def _train_epoch(self, batches: Batches, epoch: int) -> dict[str, float]:
        means = _Means(f"fit, epoch {epoch}")
        self.model.train()
        for number, batch in enumerate(batches, 1):
            where = f"epoch {epoch}, batch {number}"
            x, y = inputs_and_targets(batch)
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
                f"Trainer: the loss must be a single number, received shape {tuple(loss.shape)}; "
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
    """The mean over all examples, computed from the means of batches of several sizes."""

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


def _check_parts(model: Any, loss: Any, optimizer: Any, scheduler: Any, metrics: Any) -> None:
    """Refuse parts of a trainer that are of the wrong kind, or do not belong together."""
    wanted = {
        "model": (model, isinstance(model, Module), "a Module"),
        "loss": (loss, callable(loss), "a function of output and target"),
        "optimizer": (optimizer, isinstance(optimizer, Optimizer), "an Optimizer"),
        "scheduler": (scheduler, isinstance(scheduler, LRScheduler | None), "an LRScheduler"),
        "metrics": (metrics, _is_metrics(metrics), "a dict of functions by their names"),
    }
    for name, (value, fits, what) in wanted.items():
        if not fits:
            raise TypeError(
                f"Trainer: {name} must be {what}, received {type(value).__name__}; "
                "it is Trainer(model, loss, optimizer)"
            )
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if held.isdisjoint(map(id, model.parameters())):
        raise ValueError(
            "Trainer: the optimizer holds none of the model's parameters, and would train another "
            "model; make it of model.parameters()"
        )


def _is_metrics(metrics: Any) -> bool:
    return metrics is None or (
        isinstance(metrics, Mapping)
        and all(isinstance(name, str) and callable(metrics[name]) for name in metrics)
    )
