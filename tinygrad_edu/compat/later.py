"""What is loaded at first use: the functions and methods of `compat.functions`, by name.

So `import tinygrad_edu` does not pay for what few programs call. A test holds the names equal to
those that the files give.
"""

from __future__ import annotations

from typing import Any

from tinygrad_edu.engine import Node

__all__ = ["FUNCTIONS", "METHODS", "REFUSED_METHODS", "Later", "Refused", "install"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: The functions, which `tinygrad_edu` shows as its own.
FUNCTIONS = _names("""
    addbmm addmm addmv addr adjoint baddbmm bitwise_left_shift bitwise_right_shift block_diag
    broadcast_shapes broadcast_tensors bucketize can_cast cartesian_prod cdist chain_matmul
    channel_shuffle clamp_max clamp_min combinations cummax cummin cumulative_trapezoid detach
    diagflat diagonal_scatter dist fix frobenius_norm gcd ger histc histogram index_copy
    index_fill index_put index_reduce inverse is_complex is_conj is_floating_point is_inference
    is_neg is_nonzero is_same_size is_signed isin isneginf isposinf isreal lcm logcumsumexp
    logdet masked_scatter matrix_exp mode msort mvlgamma narrow_copy nextafter nuclear_norm
    pinverse promote_types put ravel renorm result_type row_stack rsub scatter_reduce
    searchsorted select_scatter sgn slice_scatter split_with_sizes sum_to_size swapdims t
    take_along_dim trapz triangular_solve tril_indices triu_indices unflatten unique_consecutive
    unravel_index unsafe_chunk unsafe_split unsafe_split_with_sizes
""")
#: The methods and attributes of tensors.
METHODS = _names("""
    H addbmm addmm addmv addr adjoint angle baddbmm bincount bitwise_left_shift
    bitwise_right_shift clamp_max clamp_min conj conj_physical corrcoef cov cuda
    cummax cummin data_ptr deg2rad diagflat diagonal_scatter digamma dist element_size erf erfc
    erfinv float_power fmax fmin frexp gcd ger get_device greater greater_equal hardshrink histc
    histogram index_copy index_fill index_put index_reduce is_complex is_conj is_contiguous
    is_cpu is_cuda is_distributed is_inference is_ipu is_maia is_meta is_mkldnn is_mps is_mtia
    is_neg is_nested is_nonzero is_pinned is_quantized is_same_size is_shared is_signed
    is_sparse is_sparse_csr is_vulkan is_xla is_xpu isneginf isposinf isreal lcm ldexp less
    less_equal lgamma logaddexp2 logcumsumexp logdet logit mH masked_scatter matrix_exp mode
    msort mvlgamma narrow_copy ndimension nextafter not_equal pin_memory polygamma positive
    prelu put qr rad2deg real renorm retains_grad scatter_reduce select_scatter sgn
    signbit sinc slice_scatter split_with_sizes storage_offset stride sum_to_size svd swapdims
    to_dense triangular_solve unflatten unfold unique_consecutive unsafe_chunk unsafe_split
    unsafe_split_with_sizes
""")
#: Methods that PyTorch's tensors have and ours have not: `compat.missing` says why.
REFUSED_METHODS = _names("""
    as_strided as_strided_ as_strided_scatter as_subclass bfloat16 ccol_indices cdouble cfloat
    chalf cholesky_inverse cholesky_solve coalesce col_indices conj_physical_ const_data_ptr
    crow_indices dense_dim dequantize dim_order eig geqrf grad_dtype hash_tensor i0 i0_ igamma
    igamma_ igammac igammac_ indices int_repr ipu is_coalesced is_set_to istft lstsq lu lu_solve
    map2_ map_ module_load mtia new_empty_strided nonzero_static orgqr ormqr output_nr
    q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point
    qscheme record_stream reinforce resize_as_sparse_ resolve_conj resolve_neg row_indices set_
    share_memory_ slice_inverse smm solve sparse_dim sparse_mask sparse_resize_
    sparse_resize_and_clear_ sspaddmm stft storage storage_type symeig to_mkldnn
    to_padded_tensor to_sparse to_sparse_bsc to_sparse_bsr to_sparse_coo to_sparse_csc
    to_sparse_csr untyped_storage values volatile xpu
""")


class Later:
    """A method that loads `compat.functions` when it is asked for and is then replaced by it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        from tinygrad_edu.compat.functions.methods import install

        install(Node.result_class)
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
