"""Which module of PyTorch is made from which modules of this package."""

from __future__ import annotations

__all__ = ["REFUSED", "SPACES"]

_PARTS = "tinygrad_edu.torch.parts."

# Path below `torch`: the modules that are asked for its names, in order.
SPACES: dict[str, tuple[str, ...]] = {
    "": (
        f"{_PARTS}random", "tinygrad_edu", f"{_PARTS}constructors", f"{_PARTS}settings",
        f"{_PARTS}amp",
        f"{_PARTS}functional", f"{_PARTS}in_place", f"{_PARTS}windows",
    ),
    "accelerator": (f"{_PARTS}accelerator",),
    "amp": (f"{_PARTS}amp",),
    "autograd": ("tinygrad_edu.autograd", "tinygrad_edu", "tinygrad_edu.testing"),
    "autograd.forward_ad": (),
    "autograd.function": ("tinygrad_edu.autograd",),
    "autograd.functional": ("tinygrad_edu.autograd.functional", "tinygrad_edu.autograd"),
    "autograd.profiler": (),
    "autograd.variable": ("tinygrad_edu.autograd",),
    "backends": (f"{_PARTS}backends",),
    "backends.cuda": (f"{_PARTS}backends",),
    "backends.cudnn": (f"{_PARTS}backends",),
    "backends.mkl": (f"{_PARTS}backends",),
    "backends.mkldnn": (f"{_PARTS}backends",),
    "backends.mps": (f"{_PARTS}backends",),
    "backends.openmp": (f"{_PARTS}backends",),
    "cuda": ("tinygrad_edu.compat.cuda", f"{_PARTS}cuda"),
    "cuda.amp": (f"{_PARTS}amp",),
    "cuda.random": (f"{_PARTS}cuda",),
    "distributed": (f"{_PARTS}distributed",),
    "distributions": (
        f"{_PARTS}distributions", f"{_PARTS}discrete", f"{_PARTS}joint_distributions",
        f"{_PARTS}more_distributions", f"{_PARTS}divergence",
    ),
    "distributions.bernoulli": (f"{_PARTS}discrete",),
    "distributions.categorical": (f"{_PARTS}discrete",),
    "distributions.kl": (f"{_PARTS}divergence",),
    "distributions.normal": (f"{_PARTS}distributions",),
    "distributions.uniform": (f"{_PARTS}distributions",),
    "fft": (),
    "func": ("tinygrad_edu.func", "tinygrad_edu.autograd.transforms", "tinygrad_edu.autograd"),
    "fx": (),
    "hub": (),
    "jit": (f"{_PARTS}jit",),
    "linalg": ("tinygrad_edu.linalg",),
    "mps": (f"{_PARTS}mps",),
    "multiprocessing": (),
    "nn": (f"{_PARTS}softmax", "tinygrad_edu.nn", f"{_PARTS}parallel"),
    "nn.functional": (
        f"{_PARTS}softmax", "tinygrad_edu.nn.functional", "tinygrad_edu", f"{_PARTS}in_place",
    ),
    "nn.init": ("tinygrad_edu.nn.init",),
    "nn.modules": (f"{_PARTS}softmax", "tinygrad_edu.nn"),
    **{
        f"nn.modules.{name}": ("tinygrad_edu.nn", f"{_PARTS}internals")
        for name in (
            "activation", "batchnorm", "container", "conv", "distance", "dropout", "flatten",
            "instancenorm", "linear", "loss", "module", "normalization", "padding", "pooling",
            "rnn", "sparse", "transformer", "upsampling", "utils",
        )
    },
    "nn.parallel": (f"{_PARTS}parallel",),
    "nn.parameter": ("tinygrad_edu.nn",),
    "nn.utils": ("tinygrad_edu.nn.utils",),
    "nn.utils.clip_grad": ("tinygrad_edu.nn.utils",),
    "nn.utils.parametrizations": ("tinygrad_edu.nn.utils",),
    "nn.utils.parametrize": ("tinygrad_edu.nn.utils.parametrize", "tinygrad_edu.nn.utils"),
    "nn.utils.prune": ("tinygrad_edu.nn.utils.prune",),
    "nn.utils.rnn": ("tinygrad_edu.nn.utils.rnn",),
    "nn.utils.stateless": ("tinygrad_edu.func",),
    "onnx": (),
    "optim": ("tinygrad_edu.optim",),
    **{
        f"optim.{name}": ("tinygrad_edu.optim", f"{_PARTS}internals")
        for name in ("adadelta", "adagrad", "adam", "adamax", "adamw", "lbfgs", "nadam",
                     "optimizer", "radam", "rmsprop", "rprop", "sgd")
    },
    "optim.lr_scheduler": ("tinygrad_edu.optim.lr_scheduler",),
    "optim.swa_utils": ("tinygrad_edu.optim.swa_utils", "tinygrad_edu.optim"),
    "profiler": (),
    "random": (f"{_PARTS}random", "tinygrad_edu.random"),
    "serialization": ("tinygrad_edu.train",),
    "sparse": (),
    "special": ("tinygrad_edu.special", "tinygrad_edu"),
    "testing": (f"{_PARTS}testing", "tinygrad_edu.testing"),
    "types": (f"{_PARTS}types",),
    "utils": (),
    "utils.checkpoint": (f"{_PARTS}checkpoint",),
    "utils.data": ("tinygrad_edu.data",),
    "utils.data.dataloader": ("tinygrad_edu.data",),
    "utils.data.dataset": ("tinygrad_edu.data",),
    "utils.data.sampler": ("tinygrad_edu.data",),
    "utils.tensorboard": (f"{_PARTS}tensorboard",),
    "xpu": (f"{_PARTS}mps",),
    "version": (f"{_PARTS}version",),
}  # fmt: skip

# Path below `torch`, of a module or a name: why it is not here, and what to use instead.
REFUSED: dict[str, str] = {
    "autograd.forward_ad": "not planned; torch.func.jvp gives the product with a tangent",
    "autograd.profiler": "there is no profiler; python -m cProfile names the slow functions",
    "cuda": "there is one device, the CPU; torch.cuda.is_available() is False",
    "distributed": "there is one process; leave torch.distributed out",
    "fft": "there are no complex numbers; np.fft transforms arrays, without a gradient",
    "fx": "nothing is traced; a module is its Python code",
    "hub": "no weights are downloaded; save those of PyTorch with safetensors and load them here",
    "jit": "nothing is compiled or traced: call the function or the module itself",
    "multiprocessing": "there is one process; DataLoader(num_workers=n) loads ahead in threads",
    "nn.modules": "not planned, or under torch.nn alone",
    "onnx": "not planned under this name; save the state and load it in PyTorch to export it",
    "profiler": "there is no profiler; python -m cProfile names the slow functions",
    "sparse": "there are no sparse tensors; use dense ones",
    "compiler": "nothing is compiled; torch.compile returns the function as it is",
}
