"""Every public callable that no other sweep calls, with a senseless value in each argument."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from scripts import make_reference_page as maker
from tests.nn.test_arguments import CALLS, FIRST, INITS
from tests.ops.test_arguments import OPERATIONS
from tests.optim.test_arguments import RIGHT as OPTIM
from tests.right_calls import RIGHT
from tests.sweep import WRONG_TENSORS, Call, fitting, problems
from tests.torch_calls import CALLS as TORCH_CALLS
from tests.torch_calls import OTHERS as TORCH_OTHERS
from tinygrad_edu.nn.lazy import __all__ as LAZY

# Sizes of arrays: what is right about 10**9 is that memory ends.
SIZES = frozenset({
    "bounds", "centers", "classes", "d_model", "dilation", "dim_feedforward", "embed_dim",
    "hidden_size", "input_size", "kdim", "kernel_size", "labels", "m", "max_nodes", "n",
    "n_power_iterations", "nhead", "num_classes", "num_heads", "num_layers", "num_samples",
    "out_channels", "output_padding", "output_size", "pad", "padding", "resolution",
    "scale_factor", "size", "sizes", "steps", "stride", "vdim",
})  # fmt: skip
# The same for arguments that are a size in one function and a value in others.
SIZES_OF = frozenset({("Tensor", "data"), ("arange", "end"), ("arange", "bounds")})
# What an argument without a telling annotation may be.
ARRAY = "int | float | bool | list | Tensor"
NUMBER = "int | float | bool"
KINDS: dict[str, dict[str, str]] = {
    "tg.Size": {"sizes": "list"},
    "tg.Tensor": {"data": ARRAY},
    "tg.arange": {"bounds": "float", "start": "float", "end": "float", "step": "float"},
    "tg.as_tensor": {"data": ARRAY},
    "tg.asarray": {"obj": ARRAY},
    "tg.bernoulli": {"input": ARRAY},
    "tg.poisson": {"input": ARRAY},
    **{f"tg.{name}_like": {"input": ARRAY} for name in ("empty", "ones", "rand", "randn", "zeros")},
    "tg.from_numpy": {"array": ARRAY},
    "tg.full": {"size": "int | list", "fill_value": NUMBER},
    "tg.full_like": {"input": ARRAY, "fill_value": NUMBER},
    "tg.tensor": {"data": ARRAY},
    "tg.linspace": {"start": ARRAY, "end": ARRAY},
    "tg.logspace": {"start": ARRAY, "end": ARRAY, "base": ARRAY},
    "tg.multinomial": {"input": "Tensor"},
    "tg.normal": {"mean": NUMBER, "std": NUMBER, "size": "int | list"},
    "tg.numel": {"x": ARRAY},
    "tg.randint": {"bounds": "int", "size": "int | list", "dtype": "None"},
    "tg.randperm": {"dtype": "None"},
    "tg.scalar_tensor": {"s": "float"},
    "tg.randint_like": {"input": ARRAY},
    "tg.autograd.Variable": {"data": ARRAY},
    "tg.autograd.vjp": {"inputs": "float | Tensor", "v": NUMBER},
    "tg.testing.numerical_jacobian": {"x": ARRAY},
    "tg.autograd.hessian": {"inputs": "float | Tensor"},
    "tg.autograd.jacobian": {"inputs": "float | Tensor"},
    "tg.data.BatchSampler": {"sampler": "list | texts | Tensor"},
    "tg.data.DataLoader": {
        "dataset": "list | texts | Tensor",
        "sampler": "list | texts | Tensor",
        "batch_sampler": "list | texts | Tensor",
        "multiprocessing_context": "None",
    },
    "tg.data.RandomSampler": {"data_source": "list | texts | Tensor"},
    "tg.data.SequentialSampler": {"data_source": "list | texts | Tensor"},
    "tg.data.StackDataset": {"datasets": "list | texts | Tensor"},
    "tg.data.TensorDataset": {"arrays": "list | Tensor"},
    "tg.data.Subset": {"dataset": "list | texts | Tensor"},
    "tg.data.ConcatDataset": {"datasets": "Tensor"},
    "tg.data.default_collate": {"batch": "texts | Tensor"},
    "tg.testing.check_dataset": {"dataset": "list | texts | Tensor"},
    "tg.random.fork_rng": {"seed": "GeneratorLike"},
    "tg.data.make_blobs": {"centers": "Tensor"},
    "tg.nn.utils.parameters_to_vector": {"parameters": "Tensor"},
    "tg.nn.utils.vector_to_parameters": {"parameters": "Tensor"},
    "tg.testing.check_op": {"inputs": ARRAY},
    "tg.testing.compare_derivatives": {"x": ARRAY},
    "tg.viz.draw": {"outputs": "Tensor"},
    "tg.one_hot": {"labels": "int", "dtype": "None"},
    "tg.nn.Buffer": {"data": ARRAY},
    "tg.nn.Parameter": {"data": ARRAY},
    "tg.nn.ParameterList": {"values": "list | Tensor"},
    "tg.nn.UninitializedParameter": {"dtype": "None | Tensor"},
    "tg.nn.init.fans": {"shape": "Tensor"},
    "tg.nn.functional.adaptive_avg_pool1d": {"output_size": "None"},
    "tg.nn.functional.adaptive_max_pool2d": {"output_size": "None"},
    "tg.viz.plot_confusion_matrix": {"class_names": "None | Tensor"},
    "tg.viz.plot_decision_boundary": {"x": "Tensor"},
    **{
        f"tg.{name}": {"sizes": "int", "dtype": "None | Tensor"}
        for name in ("empty", "ones", "rand", "randn", "zeros")
    },
    "tg.eye": {"dtype": "None | Tensor"},
}
# Who may speak instead: a part that is called with the argument as it is.
OWNERS: dict[str, tuple[str, ...]] = {
    "tg.Generator": ("Generator", "device"),
    "tg.set_rng_state": ("set_state",),
    "tg.Tensor": ("tensor", "Tensor", "device"),
    "tg.as_tensor": ("tensor", "device"),
    "tg.tensor": ("tensor", "device"),
    "tg.from_numpy": ("tensor",),
    "tg.autograd.grads": ("grad",),
    "tg.nn.Buffer": ("Buffer", "tensor"),
    "tg.nn.Parameter": ("Parameter", "tensor"),
    "tg.nn.ParameterDict": ("ParameterDict", "tensor"),
    "tg.nn.ParameterList": ("ParameterList", "tensor"),
    "tg.data.load": ("load", "data_home"),
    "tg.testing.check_dataset": ("check_dataset", "TensorDataset"),
    "tg.testing.check_module": ("check_module", "Linear"),
    "tg.testing.check_op": ("check_op", "tanh"),
    "tg.testing.check_optimizer": ("check_optimizer", "SGD"),
    "tg.testing.check_scheduler": ("check_scheduler", "ExponentialLR"),
}
# Arguments that take anything, and files and words, for which 'x' is right.
ANYTHING = {
    ("DataLoader", "pin_memory_device"),
    ("is_tensor", "x"),
    ("tensor", "pin_memory"),
    ("save", "obj"),
    ("get_generator", "owner"),
}
WORDS = {"class_names", "data_dir", "f", "name", "path", "root", "xlabel", "ylabel"}
# A derivative or a law that does not hold is no wrong argument, and has an error of its own.
OTHER_ERRORS = (RuntimeError, OSError, tg.testing.ConformanceError)


def function_of(path: str) -> Callable[..., Any]:
    """The callable of a path such as tg.data.Subset; a context manager is entered."""
    if path == "tg.random.fork_rng":
        return lambda seed=None: tg.random.fork_rng(seed).__enter__()
    space, _, name = path.rpartition(".")
    return getattr(maker.namespace(space), name)  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", RIGHT)
def test_a_wrong_argument_is_named(
    path: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    name, found = path.rpartition(".")[2], []
    args, kwargs = RIGHT[path]()
    owners = OWNERS.get(path, name)
    first = Call(function_of(path), args, kwargs)
    first.function(*args, **kwargs)
    for p in first.parameters:
        args, kwargs = RIGHT[path]()
        call = Call(first.function, args, kwargs)
        is_array = isinstance(call.bound.get(p.name), np.ndarray)
        kinds = KINDS.get(path, {})
        told = str(p.annotation) if p.annotation is not p.empty else "Any"
        if path.startswith("tg.nn.functional.") and told == "Any":
            told = ARRAY  # operations take any numbers
        allowed = set(fitting(kinds.get(p.name, told)))
        allowed |= {"None"} if p.default is None else set()
        allowed |= {"'x'"} if p.name in WORDS else set()
        if (name, p.name) in ANYTHING:
            continue
        is_size = p.name in SIZES or (name, p.name) in SIZES_OF
        skipped = frozenset({"10**9"} if is_size else ())
        found += problems(call, owners, p, frozenset(allowed), skipped, others=OTHER_ERRORS)
        if is_array:
            shape = frozenset({"a wrong shape"})
            several = frozenset({"a ragged list"} if p.name == "inputs" else ())  # two inputs
            found += problems(call, owners, p, shape, several, WRONG_TENSORS, others=OTHER_ERRORS)
    assert not found, "\n".join(found)


# ---- nothing is left out

# What other sweeps call, by namespace.
SWEPT = {
    "tg": {*TORCH_CALLS, *TORCH_OTHERS},
    "tg.linalg": {*TORCH_CALLS, *TORCH_OTHERS, "diagonal", "solve_triangular", "vander"},
    "tg.special": {*TORCH_CALLS, *TORCH_OTHERS, "log_ndtr", "multigammaln"},
    "tg.nn": set(FIRST),
    "tg.nn.functional": set(CALLS),
    "tg.nn.init": set(INITS),
    "tg.optim": set(OPTIM),
    "tg.optim.lr_scheduler": set(OPTIM),
}
# What nobody calls, or what takes no arguments that could be wrong.
NOT_JUDGED = {
    **{f"tg.nn.{name}": "its arguments are those of the layer that it becomes" for name in LAZY},
    "tg.data.ImageDataset": "a base class",
    "tg.data.Sampler": "a base class",
    "tg.data.default_convert": "takes anything",
    "tg.linalg.LinAlgError": "an error",
    "tg.nn.Loss": "a base class",
    **dict.fromkeys(
        (
            "tg.data.DataFormatError", "tg.data.UnverifiedDataWarning",
            "tg.testing.ConformanceError", "tg.testing.GradcheckError",
            "tg.testing.UndecidedError",
        ),
        "an error",
    ),
    **dict.fromkeys(
        (
            "tg.data.TrainTest", "tg.nn.Summary", "tg.optim.Result",
            "tg.optim.functions.TestFunction", "tg.testing.Case",
            "tg.testing.DerivativeComparison", "tg.testing.Mismatch", "tg.train.ClassReport",
            "tg.train.SavedModel", "tg.viz.GraphPicture",
        ),
        "a record that is returned",
    ),
    **dict.fromkeys(
        (
            "tg.data.CIFAR10", "tg.data.CIFAR100", "tg.data.FashionMNIST", "tg.data.MNIST",
            "tg.data.fetch", "tg.data.load_cifar10", "tg.data.load_cifar100",
            "tg.data.load_fashion_mnist", "tg.data.load_mnist", "tg.data.path", "tg.data.read_idx",
            "tg.train.read_model",
        ),
        "reads files: as tg.data.Digits and tg.data.load do, and in tests/files",
    ),
}  # fmt: skip


def _callables() -> list[str]:
    """The public callables with a parameter, by path."""
    found = []
    for space in maker.NAMESPACES:
        for name in maker.public_names(space):
            value = getattr(maker.namespace(space), name)
            if not callable(value) or getattr(value, "__module__", "") == "builtins":
                continue
            try:
                parameters = inspect.signature(value).parameters
            except ValueError:
                parameters = {"unknown": None}  # type: ignore[assignment]
            if parameters:
                found.append(f"{space}.{name}")
    return found


def test_every_public_callable_is_judged_by_a_sweep() -> None:
    operations = {id(function) for function in OPERATIONS.values()}
    judged = {id(function_of(path)) for path in RIGHT}
    left = [
        path
        for path in _callables()
        if path not in {*RIGHT, *NOT_JUDGED}
        and path.rpartition(".")[2] not in SWEPT.get(path.rpartition(".")[0], ())
        and id(function_of(path)) not in operations | judged
    ]
    assert not left, f"say in RIGHT of this file how {left} are called rightly"


def test_what_is_not_judged_exists() -> None:
    assert set(NOT_JUDGED) <= set(_callables())
