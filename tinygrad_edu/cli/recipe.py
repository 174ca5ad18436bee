"""What the command line can train: names and numbers, made into a model, a loss, an optimizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any

from tinygrad_edu import nn, optim
from tinygrad_edu._checks import check_choice, check_count, check_flag, check_number
from tinygrad_edu.cli.console import UsageError
from tinygrad_edu.data import DATASETS, OneHot, TrainTest
from tinygrad_edu.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, StepLR
from tinygrad_edu.optim.optimizer import Optimizer

__all__ = ["CHOICES", "Recipe"]

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}
OPTIMIZERS = {"sgd": 0.1, "adam": 1e-3, "adamw": 1e-3}  # with their learning rates by default
SCHEDULERS = ("none", "step", "cosine")
LOSSES = ("cross_entropy", "mse")
CHOICES: dict[str, Iterable[str]] = {
    "data": DATASETS, "activation": ACTIVATIONS, "optim": OPTIMIZERS, "scheduler": SCHEDULERS,
    "loss": LOSSES,
}  # fmt: skip
_INTERVALS = {
    "dropout": "[0, 1)", "lr": "(0, inf)", "momentum": "[0, 1)", "weight_decay": "[0, inf)",
}  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run, as they are saved beside its result."""

    data: str = "digits"
    model: tuple[int, ...] = (300, 100)
    activation: str = "relu"
    dropout: float = 0.0
    batchnorm: bool = False
    optim: str = "adam"
    lr: float | None = None
    momentum: float | None = None
    weight_decay: float = 0.0
    scheduler: str = "none"
    epochs: int = 20
    batch_size: int = 64
    loss: str = "cross_entropy"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            check_choice("recipe", name, getattr(self, name), tuple(known))
        for name, interval in _INTERVALS.items():
            value = getattr(self, name)
            if value is not None or name in ("dropout", "weight_decay"):
                check_number("recipe", name, value, interval)
        for name, least in {"epochs": 1, "batch_size": 1, "seed": 0}.items():
            check_count("recipe", name, getattr(self, name), least)
        check_flag("recipe", "batchnorm", self.batchnorm)
        if not isinstance(self.model, tuple):
            raise TypeError(f"recipe: model must be a list of sizes, received {self.model!r}")
        for k, units in enumerate(self.model):
            check_count("recipe", f"model[{k}]", units)
        if self.momentum is not None and self.optim != "sgd":
            raise UsageError(
                f"--momentum belongs to --optim sgd, and {self.optim} has none",
                "leave --momentum out, or choose --optim sgd",
            )

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Recipe:
        """Make a recipe from the dict that `to_json` returned.

        Raises
        ------
        ValueError
            If a key is unknown or missing, or a value is of another kind or out of its range.
        """
        known = [field.name for field in fields(cls)]
        if set(saved) != set(known):
            raise ValueError(
                "the saved recipe does not fit this version: it holds "
                f"{', '.join(map(str, saved)) or 'nothing'}; a recipe holds {', '.join(known)}"
            )
        model = saved["model"]
        try:
            return cls(**{**saved, "model": tuple(model) if isinstance(model, list) else model})
        except (TypeError, ValueError, UsageError) as error:
            raise ValueError(f"the saved recipe is damaged: {error}") from error

    def to_json(self) -> dict[str, Any]:
        """Return the recipe as a dict that JSON can hold."""
        return {**asdict(self), "model": list(self.model)}

    @property
    def sizes(self) -> list[int]:
        """Units of each layer, from the pixels to the classes."""
        dataset = DATASETS[self.data]
        channels, height, width = dataset.shape
        return [channels * height * width, *self.model, len(dataset.classes)]

    def check_state(self, state: Mapping[str, Any]) -> None:
        """Refuse a state that is too small for the model, before that is built.

        Raises
        ------
        ValueError
            If the model would be larger than the file that it comes from.
        """
        layers = list(pairwise(self.sizes))
        weights = sum((inputs + 1) * outputs for inputs, outputs in layers)
        held = sum(array.size for array in state.values())
        if held < weights or len(state) < 2 * len(layers):
            raise ValueError(
                f"the saved recipe is of {len(layers)} layers with {weights} weights, and the file "
                f"holds {len(state)} arrays of {held} numbers"
            )

    def build_model(self) -> nn.Sequential:
        """A multilayer perceptron: linear, batch normalization, activation, dropout, and again."""
        sizes = self.sizes
        layers: list[nn.Module] = [nn.Flatten()]
        for inputs, outputs in pairwise(sizes[:-1]):
            layers.append(nn.Linear(inputs, outputs))
            if self.batchnorm:
                layers.append(nn.BatchNorm1d(outputs))
            layers.append(ACTIVATIONS[self.activation]())
            if self.dropout:
                layers.append(nn.Dropout(self.dropout))
        return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))

    def build_loss(self) -> nn.Module:
        """The loss of scores and targets."""
        return nn.MSELoss() if self.loss == "mse" else nn.CrossEntropyLoss()

    def build_optimizer(self, model: nn.Module) -> Optimizer:
        """The optimizer of a model's parameters."""
        lr = OPTIMIZERS[self.optim] if self.lr is None else self.lr
        settings: dict[str, Any] = {"lr": lr, "weight_decay": self.weight_decay}
        if self.optim == "sgd":
            momentum = 0.9 if self.momentum is None else self.momentum
            return optim.SGD(model.parameters(), momentum=momentum, **settings)
        rules: dict[str, type[optim.Adam]] = {"adam": optim.Adam, "adamw": optim.AdamW}
        return rules[self.optim](model.parameters(), **settings)

    def build_scheduler(self, optimizer: Optimizer, steps: int) -> LRScheduler | None:
        """The schedule of the learning rate over all steps of the run, or None."""
        if self.scheduler == "cosine":
            return CosineAnnealingLR(optimizer, T_max=max(steps, 1))
        if self.scheduler == "step":  # a tenth after each third of the run
            return StepLR(optimizer, step_size=max(-(-steps // 3), 1))
        return None

    def prepare(self, arrays: TrainTest) -> TrainTest:
        """Return the arrays, with the targets in the form that the loss takes."""
        if self.loss != "mse":
            return arrays
        one_hot = OneHot(len(DATASETS[self.data].classes))
        return arrays._replace(y_train=one_hot(arrays.y_train), y_test=one_hot(arrays.y_test))

    def describe(self) -> str:
        """Describe the model in a few words."""
        words = ["-".join(map(str, self.sizes))]
        words += [self.activation] if self.model else ["softmax regression"]
        words += ["batch normalization"] if self.batchnorm and self.model else []
        words += [f"dropout {self.dropout:g}"] if self.dropout and self.model else []
        return ", ".join(words)
