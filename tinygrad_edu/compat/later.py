"""What is loaded at first use: the functions and methods of `compat.functions`, by name.

So `import tinygrad_edu` does not pay for what few programs call. A test holds the names equal to
those that the files give.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from tinygrad_edu.engine import Node

__all__ = ["FUNCTIONS", "METHODS", "REFUSED_METHODS", "Later", "Refused", "install"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: The functions, which `tinygrad_edu` shows as its own.
FUNCTIONS = _names("""
    addbmm addmm addmv addr adjoint baddbmm bitwise_left_shift bitwise_right_shift block_diag
    broadcast_shapes broadcast_tensors bucketize can_cast cartesian_prod cdist chain_matmul
    channel_shuffle clamp_max clamp_min combinations conj_physical cummax cummin
    cumulative_trapezoid detach diagflat diagonal_scatter dist fill fix frobenius_norm gcd ger
    get_device histc histogram index_copy index_fill index_put index_reduce inverse is_complex
    is_conj is_floating_point is_inference is_neg is_nonzero is_same_size is_signed isin
    isneginf isposinf isreal lcm logcumsumexp logdet masked_scatter matrix_exp mode msort
    mvlgamma narrow_copy nextafter nuclear_norm pdist pinverse pixel_shuffle pixel_unshuffle
    promote_types put ravel renorm result_type row_stack rsub scatter_reduce searchsorted
    select_scatter sgn slice_scatter split_with_sizes sum_to_size swapdims t take_along_dim
    trapz triangular_solve tril_indices triu_indices unflatten unique_consecutive unravel_index
    unsafe_chunk unsafe_split unsafe_split_with_sizes
""")
#: The methods and attributes of tensors.
METHODS = _names("""
    H addbmm addbmm_ addmm addmm_ addmv addmv_ addr addr_ adjoint angle baddbmm baddbmm_
    bernoulli bincount bitwise_left_shift bitwise_left_shift_ bitwise_right_shift
    bitwise_right_shift_ clamp_max clamp_max_ clamp_min clamp_min_ conj conj_physical corrcoef
    cov cuda cummax cummin data_ptr deg2rad deg2rad_ diagflat diagonal_scatter digamma digamma_
    dist element_size erf erf_ erfc erfc_ erfinv erfinv_ float_power float_power_ fmax fmin
    frexp gcd gcd_ ger get_device greater greater_ greater_equal greater_equal_ hardshrink histc
    histogram index_copy index_copy_ index_fill index_fill_ index_put index_put_ index_reduce
    index_reduce_ is_complex is_conj is_contiguous is_cpu is_cuda is_distributed is_inference
    is_ipu is_maia is_meta is_mkldnn is_mps is_mtia is_neg is_nested is_nonzero is_pinned
    is_quantized is_same_size is_shared is_signed is_sparse is_sparse_csr is_vulkan is_xla
    is_xpu isneginf isposinf isreal lcm lcm_ ldexp ldexp_ less less_ less_equal less_equal_
    lgamma lgamma_ logaddexp2 logcumsumexp logdet logit logit_ mH masked_scatter masked_scatter_
    matrix_exp mode msort multinomial mvlgamma mvlgamma_ narrow_copy ndimension nextafter
    nextafter_ not_equal not_equal_ pin_memory polygamma polygamma_ positive prelu put put_ qr
    rad2deg rad2deg_ real renorm renorm_ retains_grad scatter_reduce scatter_reduce_
    select_scatter sgn sgn_ signbit sinc sinc_ slice_scatter split_with_sizes storage_offset
    stride sum_to_size svd swapdims to_dense triangular_solve true_divide_ unflatten unfold
    unique_consecutive unsafe_chunk unsafe_split unsafe_split_with_sizes
""")
#: Methods that PyTorch's tensors have and ours have not: `compat.missing` says why.
REFUSED_METHODS = _names("""
    as_strided as_strided_ as_strided_scatter as_subclass bfloat16 ccol_indices cdouble
    cfloat chalf cholesky_inverse cholesky_solve coalesce col_indices conj_physical_
    const_data_ptr crow_indices dense_dim dequantize dim_order eig geqrf grad_dtype
    hash_tensor i0 i0_ igamma igamma_ igammac igammac_ imag indices int_repr ipu is_coalesced
    is_set_to istft layout lstsq lu lu_solve map2_ map_ module_load mtia
    new_empty_strided nonzero_static orgqr ormqr output_nr q_per_channel_axis
    q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point qscheme record_stream
    reinforce resize resize_as resize_as_sparse_ resolve_conj resolve_neg row_indices
    set_ share_memory_ slice_inverse smm solve sparse_dim sparse_mask sparse_resize_
    sparse_resize_and_clear_ sspaddmm stft storage storage_type symeig to_mkldnn
    to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc
    to_sparse_csr untyped_storage values volatile xpu
""")


class Later:
    """A method that loads `compat.functions` when it is asked for and is then replaced by it."""

    __slots__ = ("name",)

    # What imports the methods: they need the tensor, which has this in its class.
    load: ClassVar[Callable[[], Any]]

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        type(self).load().install(Node.result_class)
        return getattr(owner if instance is None else instance, self.name)


class Refused:
    """A method that is not there: asking for it says why, and what to use instead."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        from tinygrad_edu.compat.missing import MISSING

        raise AttributeError(f"a tensor has no .{self.name}: {MISSING[f'Tensor.{self.name}']}")


def install(owner: type) -> None:
    """Put what is loaded later, and what is refused, into the class of tensors."""
    for name in METHODS:
        if name not in dir(owner):
            setattr(owner, name, Later(name))
    for name in REFUSED_METHODS:
        setattr(owner, name, Refused(name))
