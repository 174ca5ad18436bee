"""`tinygrad-edu train` and `eval`: a recipe trained into a folder, and a folder evaluated."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinygrad_edu.cli.console import UsageError
from tinygrad_edu.cli.folder import MODEL_FILE, RESULT_FILE, publish
from tinygrad_edu.cli.recipe import Recipe
from tinygrad_edu.data import DATASETS, DataLoader, TensorDataset, TrainTest, load
from tinygrad_edu.random import fork_rng, manual_seed
from tinygrad_edu.tensor import tensor
from tinygrad_edu.train import (
    ClassReport,
    Trainer,
    accuracy,
    class_report,
    confusion_matrix,
    read_model,
    save_model,
)
from tinygrad_edu.viz import draw, plot_confusion_matrix

__all__ = ["Result", "evaluate", "save", "train"]

_BATCH = 1000  # examples evaluated together
_SAMPLE = 8  # examples in the pass whose graph is drawn; more would draw the same graph


@dataclass
class Result:
    """The settings of a run, the trainer with its model, and the figures of the test images."""

    recipe: Recipe
    trainer: Trainer
    test: dict[str, float]
    matrix: Any
    sample: tuple[Any, Any]
    seconds: float

    @property
    def report(self) -> ClassReport:
        """Precision, recall and F1 of each class of the test images."""
        return class_report(self.matrix, DATASETS[self.recipe.data].classes)

    def verdict(self) -> str:
        """Return the accuracy on the test images as text."""
        right, count = int(self.matrix.trace()), int(self.matrix.sum())
        return f"test accuracy {100 * right / count:.2f} % ({right:,} of {count:,})"

    def to_json(self) -> dict[str, Any]:
        """The run as a dict that JSON can hold."""
        return {
            "recipe": self.recipe.to_json(),
            "test": self.test,
            "history": self.trainer.history.records,
            "confusion_matrix": self.matrix.tolist(),
            "seconds": self.seconds,
        }


def train(
    recipe: Recipe,
    data_dir: str | None = None,
    verbose: bool = True,
    say: Callable[[str], None] = print,
) -> Result:
    """Train what the recipe says, and evaluate it on the test images."""
    started = time.perf_counter()
    arrays = recipe.prepare(load(recipe.data, data_dir, flatten=False, normalize=True))
    manual_seed(recipe.seed)
    model = recipe.build_model()
    count = len(arrays.x_train)
    # A last batch of one example has no variance to normalize by.
    drop_last = recipe.batchnorm and count % recipe.batch_size == 1
    train_set = TensorDataset(arrays.x_train, arrays.y_train)
    batches = DataLoader(train_set, recipe.batch_size, shuffle=True, drop_last=drop_last)
    optimizer = recipe.build_optimizer(model)
    trainer = Trainer(
        model,
        recipe.build_loss(),
        optimizer,
        recipe.build_scheduler(optimizer, recipe.epochs * len(batches)),
        metrics={"accuracy": accuracy},
        schedule_per="batch",
    )
    weights = sum(parameter.value.size for parameter in model.parameters())
    say(f"{DATASETS[recipe.data].title}: {count:,} images to train, {len(arrays.x_test):,} to test")
    say(f"model: {recipe.describe()} ({weights:,} weights)")
    trainer.fit(batches, _test_batches(arrays), recipe.epochs, verbose)
    return _result(recipe, trainer, arrays, started)


def evaluate(folder: str, data_dir: str | None = None) -> Result:
    """Evaluate the model that a run has left in a folder on its test images."""
    started = time.perf_counter()
    path = Path(folder) / MODEL_FILE if Path(folder).is_dir() else Path(folder)
    if not path.exists():
        raise UsageError(
            f"there is no {path}",
            "give the folder of a run, as tinygrad-edu train makes it",
        )
    saved = read_model(path)
    recipe = Recipe.from_json(saved.config)
    recipe.check_state(saved.state)
    model = recipe.build_model()
    model.load_state_dict(saved.state)
    arrays = recipe.prepare(load(recipe.data, data_dir, flatten=False, normalize=True))
    trainer = Trainer(
        model, recipe.build_loss(), recipe.build_optimizer(model), metrics={"accuracy": accuracy}
    )
    return _result(recipe, trainer, arrays, started)


def _test_batches(arrays: TrainTest) -> DataLoader:
    return DataLoader(TensorDataset(arrays.x_test, arrays.y_test), _BATCH)


def _result(recipe: Recipe, trainer: Trainer, arrays: TrainTest, started: float) -> Result:
    test = trainer.evaluate(_test_batches(arrays))
    matrix = confusion_matrix(trainer.predict(arrays.x_test), arrays.y_test)
    sample = arrays.x_test[:_SAMPLE], arrays.y_test[:_SAMPLE]
    return Result(recipe, trainer, test, matrix, sample, time.perf_counter() - started)


# ---- the files of a run


def save(result: Result, folder: Path) -> dict[str, str]:
    """Write model, figures and pictures; return the path of each, or why it was not drawn."""
    files: dict[str, Any] = {}
    publish(folder, lambda work: files.update(_write(result, work)))
    return {
        title: str(folder / file.name) if isinstance(file, Path) else file
        for title, file in files.items()
    }


def _write(result: Result, folder: Path) -> dict[str, Any]:
    """Write all files of a run into a folder; the path of each, or why it was not drawn."""
    trainer, recipe = result.trainer, result.recipe
    result_file = folder / RESULT_FILE
    result_file.write_text(json.dumps(result.to_json(), indent=1) + "\n", encoding="utf-8")
    files: dict[str, Any] = {
        "model": save_model(folder / MODEL_FILE, trainer.model, recipe.to_json()),
        "result": result_file,
        "history": trainer.history.to_csv(folder / "history.csv"),
    }
    names = DATASETS[recipe.data].classes
    pictures: dict[str, Callable[[], Path]] = {
        "training curve": lambda: _save_figure(trainer.history.figure(), folder / "curve.png"),
        "confusion matrix": lambda: _save_figure(
            plot_confusion_matrix(result.matrix, names).figure, folder / "confusion.png"
        ),
        "graph": lambda: _save_graph(result, folder / "graph.svg"),
    }
    for title, make in pictures.items():
        try:
            files[title] = make()
        except ImportError as error:
            files[title] = f"not drawn: {error}"
    return files


def _save_figure(figure: Any, path: Path) -> Path:
    figure.savefig(path, dpi=120)
    return path


def _save_graph(result: Result, path: Path) -> Path:
    """The graph of the loss of a few examples, as it is in training."""
    # A model like the trained one: the pass moves the statistics of batch normalization.
    with fork_rng():
        model = result.recipe.build_model()
    model.load_state_dict(result.trainer.model.state_dict())
    images, labels = (tensor(array) for array in result.sample)
    images.name, labels.name = "images", "labels"
    loss = result.recipe.build_loss()(model(images), labels)
    loss.name = "loss"
    return draw(loss, dict(model.named_parameters())).save(path)
