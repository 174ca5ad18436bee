"""The methods of a tensor that few programs of PyTorch call: one table from names to functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import checked
from tinygrad_edu.compat import spelled, spelled_axes
from tinygrad_edu.compat.functions import elementwise, matrices, order, places, queries, shapes
from tinygrad_edu.engine import Node
from tinygrad_edu.random import GeneratorLike
from tinygrad_edu.tensor import bernoulli as draw_bernoulli
from tinygrad_edu.tensor import multinomial as draw_multinomial
from tinygrad_edu.tensor.inplace import _form

__all__ = ["METHODS", "install"]


def _answer(value: Any, what: str) -> property:
    return property(lambda self: value, doc=what)


@checked
def stride(self: Any, dim: int | None = None) -> Any:
    """By how many elements of memory one step along each axis moves."""
    strides = tuple(n // self.value.itemsize for n in self.value.strides)
    return strides if dim is None else strides[dim]


@checked
def is_contiguous(self: Any, memory_format: Any = None) -> bool:
    """Whether the elements lie in memory in C order."""
    return bool(self.value.flags.c_contiguous)


@checked
def element_size(self: Any) -> int:
    """Bytes of one element."""
    return int(self.value.itemsize)


@checked
def ndimension(self: Any) -> int:
    """Number of axes."""
    return int(self.value.ndim)


@checked
def storage_offset(self: Any) -> int:
    """By how many elements the first one stands behind the start of the memory."""
    base = self.value if self.value.base is None else self.value.base
    if not isinstance(base, np.ndarray):
        return 0
    start = self.value.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return int(start // self.value.itemsize)


@checked
def data_ptr(self: Any) -> int:
    """The address of the first element."""
    return int(self.value.__array_interface__["data"][0])


@checked
def get_device(self: Any) -> int:
    """The number of the accelerator: -1 on the CPU."""
    return -1


@checked
def itself(self: Any, *args: Any, **params: Any) -> Any:
    """The tensor itself: nothing is to be done on the CPU."""
    return self


@checked
def cuda(self: Any, *args: Any, **params: Any) -> Any:
    """Refused: there is one device, the CPU."""
    raise ValueError("cuda: there is one device here, the CPU; leave .cuda() out")


@checked
def polygamma(self: Any, n: int) -> Any:
    """The n-th derivative of the digamma function."""
    return ops.polygamma(n, self)


@checked
def no(self: Any) -> bool:
    """False: there are no such tensors here."""
    return False


@checked
def bernoulli(self: Any, p: float | None = None, *, generator: GeneratorLike = None) -> Any:
    """Draws of 0 and 1 in the shape of x, 1 with the probability ``p``, or that of each element."""
    odds = self.detach() if p is None else Node.wrap(np.full(self.value.shape, p))
    return ops.astype(draw_bernoulli(odds, generator=generator), dtype=self.value.dtype)


@checked
def multinomial(
    self: Any, num_samples: int, replacement: bool = False, *, generator: GeneratorLike = None
) -> Any:
    """Draws of indices, each as often as its weight in x says."""
    return draw_multinomial(self, num_samples, replacement, generator=generator)


def _retains_grad(self: Any) -> bool:
    return bool(self.requires_grad and not self.is_leaf and self.watcher is not None)


_ALWAYS_NO = (
    "is_cuda", "is_ipu", "is_maia", "is_meta", "is_mkldnn", "is_mps", "is_mtia", "is_nested",
    "is_quantized", "is_sparse", "is_sparse_csr", "is_vulkan", "is_xla", "is_xpu",
)  # fmt: skip

# Methods of this table that have a form in place.
_IN_PLACE = (
    "addbmm",
    "addmm",
    "addmv",
    "addr",
    "baddbmm",
    "bitwise_left_shift",
    "bitwise_right_shift",
    "clamp_max",
    "clamp_min",
    "deg2rad",
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "float_power",
    "gcd",
    "greater",
    "greater_equal",
    "index_copy",
    "index_fill",
    "index_put",
    "index_reduce",
    "lcm",
    "ldexp",
    "less",
    "less_equal",
    "lgamma",
    "logit",
    "masked_scatter",
    "mvlgamma",
    "nextafter",
    "not_equal",
    "polygamma",
    "put",
    "rad2deg",
    "renorm",
    "scatter_reduce",
    "sgn",
    "sinc",
    "true_divide",
)

#: Name of a method or an attribute of a tensor: what it is.
METHODS: dict[str, Any] = {
    **{
        name: getattr(module, name)
        for module, names in (
            (elementwise, "bitwise_left_shift bitwise_right_shift clamp_max clamp_min gcd isneginf "
             "isposinf isreal lcm logcumsumexp mvlgamma nextafter sgn"),
            (matrices, "addbmm addmm addmv addr adjoint baddbmm dist ger logdet matrix_exp renorm "
             "triangular_solve"),
            (order, "cummax cummin histc histogram mode msort unique_consecutive"),
            (places, "diagonal_scatter index_copy index_fill index_put index_reduce masked_scatter "
             "put scatter_reduce select_scatter slice_scatter"),
            (queries, "is_complex is_conj is_inference is_neg is_nonzero is_same_size is_signed"),
            (shapes, "diagflat narrow_copy split_with_sizes sum_to_size swapdims unflatten "
             "unsafe_chunk unsafe_split unsafe_split_with_sizes"),
        )
        for name in names.split()
    },
    **{
        name: getattr(ops, name)
        for name in (
            "angle", "conj", "corrcoef", "cov", "deg2rad", "digamma", "erf", "erfc",
            "erfinv", "float_power", "fmax", "fmin", "frexp", "greater", "greater_equal",
            "hardshrink", "ldexp", "less", "less_equal", "lgamma", "logaddexp2",
            "not_equal", "positive", "prelu", "rad2deg", "signbit", "sinc",
        )
    },
    "H": property(lambda self: self.T, doc="A matrix with its axes exchanged."),
    "mH": property(lambda self: self.mT, doc="The last two axes exchanged."),
    "real": property(lambda self: self, doc="The tensor itself: all numbers are real."),
    "bincount": spelled.bincount, "bernoulli": bernoulli, "conj_physical": ops.conj,
    "multinomial": multinomial,
    "logit": spelled.logit, "polygamma": polygamma,
    "qr": spelled_axes.qr, "svd": spelled_axes.svd, "unfold": shapes.unfold_axis,
    "cuda": cuda, "data_ptr": data_ptr, "element_size": element_size, "get_device": get_device,
    "is_contiguous": is_contiguous, "ndimension": ndimension, "pin_memory": itself,
    "storage_offset": storage_offset, "stride": stride, "to_dense": itself,
    "is_distributed": no, "is_pinned": no, "is_shared": no,
    "is_cpu": _answer(True, "Whether it is on the CPU: always."),
    "retains_grad": property(_retains_grad, doc="Whether `retain_grad` was called on it."),
    **{f"{name}_": _form(name) for name in _IN_PLACE},
    **{name: _answer(False, "False: there are no such tensors here.") for name in _ALWAYS_NO},
}  # fmt: skip


def install(owner: type[Node]) -> None:
    """Put the methods into the class of tensors, in the place of those that loaded this file."""
    for name, method in METHODS.items():
        setattr(owner, name, method)
