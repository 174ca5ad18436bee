"""How callables are called rightly, for the sweep of `tests/test_arguments.py`."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import tinygrad_edu as tg

HOME = Path(tempfile.gettempdir())
X = np.linspace(0.1, 0.9, 6).reshape(2, 3)
SCORES, LABELS = np.eye(3)[[0, 1, 2, 0]] + 0.1, np.array([0, 1, 2, 1])


def _x() -> Any:
    return tg.tensor(X, requires_grad=True)


def _squares(x: Any) -> Any:
    return (x * x).sum()


def _loader() -> Any:
    return tg.data.DataLoader(tg.data.TensorDataset(X.astype("float32"), np.array([0, 1])))


def _file() -> Any:
    file = io.BytesIO()
    tg.save({"a": X}, file)
    file.seek(0)
    return file


def _trainer() -> dict[str, Any]:
    model = tg.nn.Linear(3, 2)
    return {
        "model": model,
        "loss": tg.nn.CrossEntropyLoss(),
        "optimizer": tg.optim.SGD(model.parameters(), lr=0.1),
    }


def _product() -> tuple[Any, Any]:
    x = _x()
    return x * x, x


IMAGES, SEQUENCES = (
    np.linspace(0.1, 0.9, 144).reshape(2, 2, 6, 6),
    np.linspace(0.1, 0.9, 24).reshape(2, 2, 6),
)
# What the sweep of nn does not call.
NN: dict[str, Callable[[], tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "tg.nn.Buffer": lambda: ((X,), {}),
    **{
        f"tg.nn.{name}": lambda: ((3, 2), {})
        for name in ("GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNCell")
    },
    "tg.nn.MultiheadAttention": lambda: ((4, 2), {}),
    "tg.nn.TransformerEncoder": lambda: ((tg.nn.TransformerEncoderLayer(4, 2, 3), 1), {}),
    "tg.nn.TransformerEncoderLayer": lambda: ((4, 2, 3), {}),
    "tg.nn.functional.dropout3d": lambda: ((X[None, None, None], 0.5), {}),
    "tg.nn.functional.embedding_bag": lambda: ((np.array([[0, 1]]), X.copy()), {}),
    "tg.nn.functional.max_unpool2d": lambda: (
        (IMAGES[:, :, ::2, ::2], np.arange(36).reshape(2, 2, 3, 3) % 9, 2),
        {},
    ),
    "tg.nn.functional.scaled_dot_product_attention": lambda: ((X, X, X), {}),
    "tg.nn.functional.upsample": lambda: ((IMAGES, 4), {}),
    "tg.nn.utils.remove_spectral_norm": lambda: (
        (tg.nn.utils.spectral_norm(tg.nn.Linear(3, 2)),),
        {},
    ),
    "tg.nn.utils.remove_weight_norm": lambda: ((tg.nn.utils.weight_norm(tg.nn.Linear(3, 2)),), {}),
    "tg.nn.utils.spectral_norm": lambda: ((tg.nn.Linear(3, 2),), {}),
    "tg.nn.utils.weight_norm": lambda: ((tg.nn.Linear(3, 2),), {}),
    "tg.nn.ElasticNet": lambda: ((), {}),
    "tg.nn.L1Regularization": lambda: ((), {}),
    "tg.nn.L2Regularization": lambda: ((), {}),
    "tg.nn.OrthogonalRegularization": lambda: ((), {}),
    "tg.nn.ModuleDict": lambda: (({"a": tg.nn.ReLU()},), {}),
    "tg.nn.ModuleList": lambda: (([tg.nn.ReLU()],), {}),
    "tg.nn.Parameter": lambda: ((X,), {}),
    "tg.nn.ParameterDict": lambda: (({"a": tg.nn.Parameter(X)},), {}),
    "tg.nn.ParameterList": lambda: (([tg.nn.Parameter(X)],), {}),
    "tg.nn.UninitializedParameter": lambda: ((), {}),
    "tg.nn.summary": lambda: ((tg.nn.Linear(3, 2), (1, 3)), {}),
    "tg.nn.init.calculate_gain": lambda: (("relu",), {}),
    "tg.nn.init.fans": lambda: (((3, 2),), {}),
    "tg.nn.init.lsuv_": lambda: ((tg.nn.Linear(3, 2), tg.tensor(X.astype("float32"))), {}),
    **{
        f"tg.nn.functional.{name}": lambda args=args, kwargs=kwargs: (args, kwargs)  # type: ignore[misc]
        for name, args, kwargs in (
            ("activity_penalty", (tg.tensor(X),), {}),
            ("adaptive_avg_pool1d", (SEQUENCES, 3), {}),
            ("adaptive_max_pool2d", (IMAGES, 3), {}),
            ("conv1d", (SEQUENCES, np.ones((4, 2, 3))), {}),
            ("conv2d", (IMAGES, np.ones((4, 2, 3, 3))), {}),
            ("conv_transpose1d", (SEQUENCES, np.ones((2, 4, 3))), {}),
            ("conv_transpose2d", (IMAGES, np.ones((2, 4, 3, 3))), {}),
            ("drop_path", (tg.tensor(X),), {}),
            ("dropout1d", (tg.tensor(SEQUENCES),), {}),
            ("elastic_net_penalty", ([tg.tensor(X)], 0.1, 0.1), {}),
            ("feature_alpha_dropout", (tg.tensor(IMAGES),), {}),
            ("fold", (np.ones((2, 8, 25)),), {"output_size": (6, 6), "kernel_size": 2}),
            ("gaussian_dropout", (tg.tensor(X),), {}),
            ("gaussian_noise", (tg.tensor(X),), {}),
            ("gradient_penalty", (lambda x: (x * x).sum(axis=1), tg.tensor(X)), {}),
            ("gumbel_softmax", (tg.tensor(X),), {}),
            ("interpolate", (tg.tensor(IMAGES), 3), {}),
            ("interpolate_samples", (X, X), {}),
            ("l1_penalty", ([tg.tensor(X)],), {}),
            ("l2_penalty", ([tg.tensor(X)],), {}),
            ("linear", (tg.tensor(X), np.ones((4, 3))), {}),
            (
                "linear_chain_crf_loss",
                (tg.tensor(np.ones((2, 4, 3))), np.zeros((2, 4), int), np.ones((3, 3))),
                {},
            ),
            ("multi_margin_loss", (tg.tensor(X), np.array([0, 2])), {}),
            ("orthogonal_penalty", (tg.tensor(X),), {}),
            ("pad", (tg.tensor(X), (1, 1)), {}),
            ("pelu", (tg.tensor(X), 1.0, 1.0), {}),
            ("prelu", (tg.tensor(X), tg.tensor([0.25])), {}),
            ("rrelu", (tg.tensor(X),), {}),
            ("snake", (tg.tensor(X),), {}),
            ("sparsemax_conjugate", (tg.tensor(X),), {}),
            ("swish", (tg.tensor(X),), {}),
            ("unfold", (IMAGES,), {"kernel_size": 2}),
            ("viterbi_decode", (tg.tensor(np.ones((2, 4, 3))), np.ones((3, 3))), {}),
            ("zero_one_loss", (tg.tensor(X), np.array([0, 2])), {}),
        )
    },
}

# How each is called rightly, with fresh arguments for each call; by position where that is usual.
RIGHT: dict[str, Callable[[], tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "tg.Tensor": lambda: ((X,), {}),
    "tg.arange": lambda: ((3,), {}),
    "tg.as_tensor": lambda: ((X,), {}),
    "tg.asarray": lambda: ((X,), {}),
    "tg.bernoulli": lambda: ((X,), {}),
    "tg.poisson": lambda: ((X,), {}),
    "tg.randint_like": lambda: ((X, 5), {}),
    "tg.scalar_tensor": lambda: ((2.0,), {}),
    "tg.detect_anomaly": lambda: ((), {}),
    "tg.device": lambda: (("cpu",), {}),
    "tg.dtype": lambda: (("float32",), {}),
    "tg.set_default_dtype": lambda: (("float32",), {}),
    "tg.set_printoptions": lambda: ((4, 1000, 3, 80), {}),
    "tg.Generator": lambda: ((), {}),
    "tg.set_rng_state": lambda: ((tg.get_rng_state(),), {}),
    "tg.finfo": lambda: (("float32",), {}),
    "tg.iinfo": lambda: (("int32",), {}),
    "tg.Size": lambda: (((2, 3),), {}),
    "tg.empty": lambda: ((2, 3), {}),
    "tg.empty_like": lambda: ((X,), {}),
    "tg.eye": lambda: ((3,), {}),
    "tg.from_numpy": lambda: ((X,), {}),
    "tg.full": lambda: ((3, 1.0), {}),
    "tg.full_like": lambda: ((X, 1.0), {}),
    "tg.grad": lambda: (_product(), {"grad_outputs": X}),
    "tg.inference_mode": lambda: ((), {}),
    "tg.is_tensor": lambda: ((X,), {}),
    "tg.linspace": lambda: ((0.0, 1.0, 3), {}),
    "tg.load": lambda: ((_file(),), {}),
    "tg.logspace": lambda: ((0.0, 1.0, 3), {}),
    "tg.manual_seed": lambda: ((0,), {}),
    "tg.multinomial": lambda: ((X, 2), {}),
    "tg.no_grad": lambda: ((), {}),
    "tg.normal": lambda: ((0.0, 1.0, (3,)), {}),
    "tg.numel": lambda: ((X,), {}),
    "tg.one_hot": lambda: ((LABELS,), {}),
    "tg.ones": lambda: ((2, 3), {}),
    "tg.ones_like": lambda: ((X,), {}),
    "tg.primitive": lambda: ((None,), {}),
    "tg.rand": lambda: ((2, 3), {}),
    "tg.rand_like": lambda: ((X,), {}),
    "tg.randint": lambda: ((5,), {}),
    "tg.randn": lambda: ((2, 3), {}),
    "tg.randn_like": lambda: ((X,), {}),
    "tg.randperm": lambda: ((3,), {}),
    "tg.save": lambda: (({"a": X}, io.BytesIO()), {}),
    "tg.set_grad_enabled": lambda: ((True,), {}),
    "tg.tensor": lambda: ((X,), {}),
    "tg.zeros": lambda: ((2, 3), {}),
    "tg.zeros_like": lambda: ((X,), {}),
    "tg.autograd.elementwise_grad": lambda: ((np.sin,), {}),
    "tg.autograd.ggnvp": lambda: ((lambda x: x * x, _squares, X, X), {}),
    "tg.autograd.grad": lambda: (_product(), {"grad_outputs": X}),
    "tg.autograd.grads": lambda: (_product(), {"grad_outputs": X}),
    **{
        f"tg.autograd.{name}": lambda: ((_squares, X), {})
        for name in ("hessian", "jacobian", "vjp")
    },
    **{f"tg.autograd.{name}": lambda: ((_squares, X, X), {}) for name in ("hvp", "jvp", "vhp")},
    "tg.autograd.once_differentiable": lambda: ((_squares,), {}),
    "tg.autograd.value_and_grad": lambda: ((_squares,), {}),
    "tg.autograd.vmap": lambda: ((_squares,), {}),
    "tg.autograd.Variable": lambda: ((_x(),), {}),
    "tg.autograd.backward": lambda: ((_squares(_x()),), {}),
    "tg.autograd.set_detect_anomaly": lambda: ((False,), {}),
    "tg.random.fork_rng": lambda: ((), {}),
    "tg.random.get_generator": lambda: ((), {}),
    "tg.random.get_state": lambda: ((), {}),
    "tg.random.manual_seed": lambda: ((0,), {}),
    "tg.random.set_state": lambda: ((tg.random.get_state(),), {}),
    "tg.nn.utils.clip_grad_norm_": lambda: (([_x()], 1.0), {}),
    "tg.nn.utils.clip_grad_value_": lambda: (([_x()], 1.0), {}),
    "tg.nn.utils.param_groups_weight_decay": lambda: ((tg.nn.Linear(3, 2),), {}),
    "tg.nn.utils.parameters_to_vector": lambda: (([_x()],), {}),
    "tg.nn.utils.vector_to_parameters": lambda: ((np.ones(6), [_x()]), {}),
    "tg.data.BatchSampler": lambda: (([0, 1], 2, False), {}),
    "tg.data.ChainDataset": lambda: (([tg.data.IterableDataset()],), {}),
    "tg.data.Compose": lambda: (([tg.data.ToFloat()],), {}),
    "tg.data.ConcatDataset": lambda: (([tg.data.TensorDataset(X)],), {}),
    "tg.data.DataLoader": lambda: ((tg.data.TensorDataset(X),), {}),
    "tg.data.Digits": lambda: ((), {}),
    "tg.data.Normalize": lambda: ((0.5, 0.5), {}),
    "tg.data.OneHot": lambda: ((3,), {}),
    "tg.data.RandomCrop": lambda: ((3,), {}),
    "tg.data.RandomHorizontalFlip": lambda: ((), {}),
    "tg.data.RandomSampler": lambda: (([1, 2],), {}),
    "tg.data.SequentialSampler": lambda: (([1, 2],), {}),
    "tg.data.StackDataset": lambda: (([1, 2],), {}),
    "tg.data.Subset": lambda: ((tg.data.TensorDataset(X), [0]), {}),
    "tg.data.SubsetRandomSampler": lambda: (([0, 1],), {}),
    "tg.data.TensorDataset": lambda: ((X,), {}),
    "tg.data.ToFloat": lambda: ((), {}),
    "tg.data.WeightedRandomSampler": lambda: (([1.0, 2.0], 3), {}),
    "tg.data.data_home": lambda: ((HOME,), {}),
    "tg.data.default_collate": lambda: (([(X, 1)],), {}),
    "tg.data.load": lambda: (("digits",), {}),
    "tg.data.load_digits": lambda: ((), {}),
    "tg.data.make_blobs": lambda: ((9,), {}),
    "tg.data.make_circles": lambda: ((9,), {}),
    "tg.data.make_moons": lambda: ((9,), {}),
    "tg.data.make_spirals": lambda: ((9,), {}),
    "tg.data.make_xor": lambda: ((9,), {}),
    "tg.data.random_split": lambda: ((tg.data.TensorDataset(X), [1, 1]), {}),
    "tg.train.Trainer": lambda: ((), _trainer()),
    "tg.train.accuracy": lambda: ((SCORES, LABELS), {}),
    "tg.train.binary_accuracy": lambda: ((np.array([0.5, -1.0]), np.array([0, 1])), {}),
    "tg.train.class_report": lambda: ((np.eye(3, dtype=int),), {}),
    "tg.train.confusion_matrix": lambda: ((LABELS, LABELS), {}),
    "tg.train.load": lambda: ((_file(),), {}),
    "tg.train.save": lambda: (({"a": X}, io.BytesIO()), {}),
    "tg.train.save_model": lambda: ((io.BytesIO(), tg.nn.Linear(3, 2)), {}),
    "tg.train.top_k_accuracy": lambda: ((SCORES, LABELS, 2), {}),
    "tg.viz.draw": lambda: ((_squares(_x()),), {}),
    "tg.viz.figure": lambda: ((), {}),
    "tg.viz.plot_confusion_matrix": lambda: ((np.eye(3, dtype=int),), {}),
    "tg.viz.plot_curves": lambda: (({"loss": [1.0, 0.5]},), {}),
    "tg.viz.plot_decision_boundary": lambda: (
        (lambda points: points[:, :1], np.ones((3, 2))),
        {"resolution": 5},
    ),
    "tg.testing.check_dataset": lambda: ((tg.data.TensorDataset(X),), {}),
    "tg.testing.check_module": lambda: ((tg.nn.Linear(3, 2), X), {}),
    "tg.testing.check_op": lambda: ((tg.tanh, X), {}),
    "tg.testing.check_optimizer": lambda: ((lambda params: tg.optim.SGD(params, lr=0.1),), {}),
    "tg.testing.check_scheduler": lambda: (
        (lambda: tg.optim.lr_scheduler.ExponentialLR(tg.optim.SGD([_x()], lr=0.1), 0.9),),
        {},
    ),
    "tg.testing.compare_derivatives": lambda: ((_squares, X), {}),
    "tg.testing.gradcheck": lambda: ((_squares, (_x(),)), {}),
    "tg.testing.gradgradcheck": lambda: ((_squares, (_x(),)), {}),
    "tg.testing.numerical_jacobian": lambda: ((lambda x: x * x, X), {}),
    **NN,
}
