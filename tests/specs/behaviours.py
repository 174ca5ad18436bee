"""Where this package deliberately behaves unlike PyTorch: one record each, run by the tests.

The page of differences is written from these records and from the table of special points, so it
cannot say what the tests do not hold.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Behaviour:
    """``ours(tinygrad_edu)`` and ``theirs(torch)`` do the same; what each gives, and why."""

    what: str
    ours: Callable[[Any], Any]
    ours_gives: str
    theirs: Callable[[Any], Any]
    theirs_gives: str
    why: str


def outcome(call: Callable[[Any], Any], library: Any) -> str:
    """What a call gives, in words: the error's type, or the value, and whether it warns."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call(library)
        except Exception as error:
            return type(error).__name__
    if not isinstance(result, (bool, str, int, float, tuple)):
        array = np.asarray(result.detach())
        result = np.round(array.astype(np.float64), 4).tolist()
    text = result if isinstance(result, str) else repr(result)
    return f"{text}, with a warning" if caught else text


def _loss(name: str, *arrays: Any, **options: Any) -> Callable[[Any], Any]:
    def call(library: Any) -> Any:
        tensors = [library.tensor(a) for a in arrays]
        return getattr(library.nn.functional, name)(*tensors, **options)

    return call


def _half_loaded(library: Any) -> Any:
    """Whether a state that does not fit has changed the module."""
    net = library.nn.Linear(2, 1)
    before = net.weight.detach().numpy().copy()
    try:
        bias = library.tensor([0.0, 0.0])
        net.load_state_dict({"weight": library.tensor([[7.0, 7.0]]), "bias": bias})
    except (RuntimeError, ValueError):
        same = np.array_equal(net.weight.detach().numpy(), before)
        return "unchanged" if same else "half loaded"
    return "loaded"


def _after_metrics(*metrics: float) -> Callable[[Any], Any]:
    """The rate after metrics that only ever get worse, with a patience of none."""

    def run(m: Any) -> Any:
        optimizer = m.optim.SGD([m.tensor([1.0], requires_grad=True)], lr=1.0)
        plateau = m.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0)
        for metric in metrics:
            optimizer.step()
            plateau.step(metric)
        return round(optimizer.param_groups[0]["lr"], 4)

    return run


def _counted_by_instance_norm(m: Any) -> int:
    norm = m.nn.InstanceNorm1d(3, track_running_stats=True)
    norm(m.zeros(2, 3, 4))
    return int(norm.num_batches_tracked)


def _array_as_gradient(m: Any) -> Any:
    w = m.zeros(2)
    w.grad = np.ones(2, np.float32)
    return w.grad


BEHAVIOURS = [
    Behaviour(
        "`ReduceLROnPlateau` of the metrics -1 and -0.99995, a worse one: the rate of 1 after them",
        _after_metrics(-1.0, -0.99995),
        "0.1",
        _after_metrics(-1.0, -0.99995),
        "1.0",
        "better means better by `threshold * abs(best)`; `best * (1 - threshold)` lies on the "
        "wrong side of a negative best, and the rate never falls",
    ),
    Behaviour(
        "`mse_loss` of shapes (2,) and (2, 1)",
        _loss("mse_loss", [1.0, 2.0], [[1.0], [2.0]]),
        "ValueError",
        _loss("mse_loss", [1.0, 2.0], [[1.0], [2.0]]),
        "0.5, with a warning",
        "a loss never broadcasts: such a net trains towards the mean of the targets",
    ),
    Behaviour(
        "`cross_entropy` of an empty batch, mean",
        _loss("cross_entropy", np.zeros((0, 3)), np.zeros(0, np.int64)),
        "ValueError",
        _loss("cross_entropy", np.zeros((0, 3)), np.zeros(0, np.int64)),
        "nan",
        "the mean over nothing is undefined, and a NaN is found much later",
    ),
    Behaviour(
        "`cross_entropy` where every label is ignored, mean",
        _loss("cross_entropy", np.zeros((2, 3)), np.array([-100, -100])),
        "ValueError",
        _loss("cross_entropy", np.zeros((2, 3)), np.array([-100, -100])),
        "nan",
        "the same",
    ),
    Behaviour(
        "`cross_entropy` with labels that are floats",
        _loss("cross_entropy", np.zeros((2, 3)), np.array([0.0, 1.0])),
        "TypeError",
        _loss("cross_entropy", np.zeros((2, 3)), np.array([0.0, 1.0])),
        "RuntimeError",
        "it is a wrong type; the message names the forms that are right",
    ),
    Behaviour(
        "`binary_cross_entropy` of a probability of 1.5",
        _loss("binary_cross_entropy", [1.5], [1.0]),
        "ValueError",
        _loss("binary_cross_entropy", [1.5], [1.0]),
        "RuntimeError",
        "it is a wrong value",
    ),
    Behaviour(
        "an integer tensor that requires a gradient",
        lambda m: m.tensor([1, 2], requires_grad=True),
        "TypeError",
        lambda m: m.tensor([1, 2], requires_grad=True),
        "RuntimeError",
        "it is a wrong type",
    ),
    Behaviour(
        "an optimizer with a learning rate of NaN",
        lambda m: bool(m.optim.SGD([m.tensor([1.0], requires_grad=True)], lr=float("nan"))),
        "ValueError",
        lambda m: bool(m.optim.SGD([m.tensor([1.0], requires_grad=True)], lr=float("nan"))),
        "True",
        "it would make every weight NaN at the first step",
    ),
    Behaviour(
        "`load_state_dict` of a state of which one part does not fit",
        _half_loaded,
        "unchanged",
        _half_loaded,
        "half loaded",
        "everything is checked before anything is changed",
    ),
    Behaviour(
        "`x.std(axis=0)` of 1, 2, 4",
        lambda m: m.tensor([1.0, 2.0, 4.0]).std(axis=0),
        "1.2472",
        lambda m: m.tensor([1.0, 2.0, 4.0]).std(axis=0),
        "1.5275",
        "`axis` is NumPy's keyword, so it is NumPy's function; `dim=0`, or 0 alone, is PyTorch's",
    ),
    Behaviour(
        "`x.max(axis=0)`",
        lambda m: "values and indices" if isinstance(m.zeros(2).max(axis=0), tuple) else "values",
        "values",
        lambda m: "values and indices" if isinstance(m.zeros(2).max(axis=0), tuple) else "values",
        "values and indices",
        "the same",
    ),
    Behaviour(
        "`x.size`",
        lambda m: m.tensor([[1.0, 2.0]]).size,
        "2",
        lambda m: tuple(m.tensor([[1.0, 2.0]]).size()),
        "(1, 2)",
        "the number of elements, as in NumPy; `x.shape` is the shape in both",
    ),
    Behaviour(
        "`np.exp(x)` of a tensor that requires a gradient",
        lambda m: bool(np.exp(m.tensor([0.0], requires_grad=True)).requires_grad),
        "True",
        lambda m: bool(np.exp(m.tensor([0.0], requires_grad=True)).requires_grad),
        "RuntimeError",
        "NumPy's functions are recorded",
    ),
    Behaviour(
        "batches that `InstanceNorm1d(3, track_running_stats=True)` has counted after one",
        _counted_by_instance_norm,
        "1",
        _counted_by_instance_norm,
        "0",
        "counted as in batch norm; so `momentum=None` averages, and in PyTorch it never updates",
    ),
    Behaviour(
        "`w.grad = array`",
        _array_as_gradient,
        "[1.0, 1.0]",
        _array_as_gradient,
        "TypeError",
        "an array is a gradient where its shape and kind are right",
    ),
    Behaviour(
        "`linalg.eigvalsh([[1, 9], [0, 2]])`, which is not symmetric",
        lambda m: m.linalg.eigvalsh(m.tensor([[1.0, 9.0], [0.0, 2.0]])),
        "[-3.0277, 6.0277]",
        lambda m: m.linalg.eigvalsh(m.tensor([[1.0, 9.0], [0.0, 2.0]])),
        "[1.0, 2.0]",
        'the symmetric part counts, so that the gradient is symmetric; `UPLO="L"` reads a triangle',
    ),
]
