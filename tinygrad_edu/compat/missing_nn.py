"""Which names of ``torch.nn``, ``optim``, ``autograd`` and ``func`` are not here, and why."""

from __future__ import annotations

__all__ = ["MISSING", "UNSUPPORTED"]

_VOLUMES = "there are no layers of three spatial axes"
_OF_ATTENTION = "build it of MultiheadAttention and TransformerEncoder"
#: Why a class is not here.
UNSUPPORTED = {
    **dict.fromkeys(
        ("AdaptiveAvgPool3d", "AdaptiveMaxPool3d", "AvgPool3d", "BatchNorm3d", "CircularPad3d",
         "ConstantPad3d", "Conv3d", "ConvTranspose3d", "FractionalMaxPool3d", "InstanceNorm3d",
         "LPPool3d", "LazyBatchNorm3d", "LazyConv3d", "LazyConvTranspose3d",
         "LazyInstanceNorm3d", "MaxPool3d", "MaxUnpool3d", "ReflectionPad3d", "ReplicationPad3d",
         "ZeroPad3d"),
        _VOLUMES,
    ),
    **dict.fromkeys(
        ("Transformer", "TransformerDecoder", "TransformerDecoderLayer"), _OF_ATTENTION
    ),
    "AdaptiveLogSoftmaxWithLoss": "use Linear and CrossEntropyLoss",
    "CTCLoss": "there is no loss that aligns sequences",
    "CrossMapLRN2d": "use LocalResponseNorm",
    "FractionalMaxPool2d": "use MaxPool2d or AdaptiveMaxPool2d",
    "LPPool1d": "use AvgPool1d of powers",
    "LPPool2d": "use AvgPool2d of powers",
    "MaxUnpool1d": "use MaxUnpool2d with a height of 1",
    "SyncBatchNorm": "there is one process; use BatchNorm2d",
}  # fmt: skip
_INTERNAL = "it is internal to PyTorch"
_PLACES = "only max_pool1d and max_pool2d return places: pass return_indices=True"

# Reason: the names with their paths, separated by spaces.
_NAMES: dict[str, str] = {
    _VOLUMES: """
        nn.functional.adaptive_avg_pool3d nn.functional.adaptive_max_pool3d
        nn.functional.adaptive_max_pool3d_with_indices nn.functional.avg_pool3d
        nn.functional.conv3d nn.functional.conv_transpose3d nn.functional.fractional_max_pool3d
        nn.functional.fractional_max_pool3d_with_indices nn.functional.lp_pool3d
        nn.functional.max_pool3d nn.functional.max_pool3d_with_indices
        nn.functional.max_unpool3d nn.utils.convert_conv3d_weight_memory_format""",
    _PLACES: """
        nn.functional.adaptive_max_pool1d_with_indices
        nn.functional.adaptive_max_pool2d_with_indices nn.functional.max_pool1d_with_indices
        nn.functional.max_pool2d_with_indices""",
    "write the name with an underscore at the end: it changes the tensor in place": """
        nn.init.constant nn.init.dirac nn.init.eye nn.init.kaiming_normal
        nn.init.kaiming_uniform nn.init.normal nn.init.orthogonal nn.init.sparse nn.init.uniform
        nn.init.xavier_normal nn.init.xavier_uniform""",
    "use F.interpolate": "nn.functional.upsample_bilinear nn.functional.upsample_nearest",
    "there is no sampling along a grid; F.interpolate resizes": """
        nn.functional.affine_grid nn.functional.grid_sample
        nn.functional.GRID_SAMPLE_INTERPOLATION_MODES nn.functional.GRID_SAMPLE_PADDING_MODES""",
    "there is no loss that aligns sequences": "nn.functional.ctc_loss",
    "use powers and avg_pool2d": "nn.functional.lp_pool1d nn.functional.lp_pool2d",
    "use max_pool2d or adaptive_max_pool2d": """
        nn.functional.fractional_max_pool2d nn.functional.fractional_max_pool2d_with_indices""",
    "use max_unpool2d with a height of 1": "nn.functional.max_unpool1d",
    "use CrossEntropyLoss on the scores of a Linear layer": """
        nn.LinearCrossEntropyLoss nn.LinearCrossEntropyOptions
        nn.functional.linear_cross_entropy""",
    "use NLLLoss": "nn.NLLLoss2d",
    "use Sequential": "nn.Container",
    "use nn.MultiheadAttention": "nn.functional.multi_head_attention_forward",
    "use UninitializedParameter": "nn.UninitializedBuffer nn.parameter.UninitializedBuffer",
    "use RNNCell, LSTMCell or GRUCell in isinstance": "nn.RNNCellBase",
    "it is not planned; fold the normalization into the weights by hand": """
        nn.utils.fuse_conv_bn_eval nn.utils.fuse_conv_bn_weights nn.utils.fuse_linear_bn_eval
        nn.utils.fuse_linear_bn_weights""",
    "use clip_grad_norm_": "nn.utils.clip_grads_with_norm_ nn.utils.get_total_norm",
    "it is not planned; initialise the layer again": "nn.utils.skip_init",
    "a mask is applied to what earlier masks left; no container is needed":
        "nn.utils.prune.PruningContainer",
    "use init.orthogonal_, or a parametrization of your own":
        "nn.utils.parametrizations.orthogonal",
    "gradients are dense; use Adam": "optim.SparseAdam",
    "there is one process, and no profiler": """
        autograd.ProfilerActivity autograd.ProfilerConfig autograd.ProfilerEvent
        autograd.ProfilerState autograd.kineto_available autograd.is_multithreading_enabled
        autograd.set_multithreading_enabled""",
    "nothing is traced; call the function": "func.functionalize func.linearize func.debug_unwrap",
    "use torch.einsum or reshape": "func.rearrange",
    "use track_running_stats=False": "func.replace_all_batch_norm_modules_",
    _INTERNAL: """
        nn.factory_kwargs nn.functional.BroadcastingList1 nn.functional.BroadcastingList2
        nn.functional.BroadcastingList3 nn.functional.ScalingType nn.functional.SwizzleType
        nn.functional.TYPE_CHECKING nn.functional.assert_int_or_pair
        nn.functional.boolean_dispatch nn.functional.conv_tbc nn.functional.grouped_mm
        nn.functional.handle_torch_function nn.functional.has_torch_function
        nn.functional.has_torch_function_unary nn.functional.has_torch_function_variadic
        nn.functional.native_channel_shuffle nn.functional.reproducibility_notes
        nn.functional.scaled_grouped_mm nn.functional.scaled_mm
        nn.functional.sparse_support_notes nn.functional.tf32_notes nn.init.Tensor
        nn.utils.convert_conv2d_weight_memory_format nn.utils.rnn.PackedSequence_
        nn.utils.rnn.Tensor nn.utils.rnn.bind nn.utils.rnn.copy_method_params
        nn.utils.rnn.invert_permutation nn.utils.parametrize.OpaqueBase
        nn.utils.parametrize.Tensor nn.utils.parametrize.cached
        nn.utils.parametrize.get_swap_module_params_on_conversion
        nn.utils.parametrize.is_opaque_reference_type
        nn.utils.parametrize.is_traceable_wrapper_subclass
        nn.utils.parametrize.transfer_parametrizations_and_params
        nn.utils.parametrize.type_before_parametrizations nn.utils.parametrizations.Module
        nn.utils.parametrizations.Tensor nn.parameter.UninitializedTensorMixin
        nn.parameter.is_lazy optim.swap_in_optimizer_params_and_state
        optim.lr_scheduler.EPOCH_DEPRECATION_WARNING optim.lr_scheduler.Optimizer
        optim.lr_scheduler.TYPE_CHECKING optim.lr_scheduler.Tensor optim.lr_scheduler.inf
        optim.swa_utils.LRScheduler optim.swa_utils.Module optim.swa_utils.TYPE_CHECKING
        optim.swa_utils.Tensor autograd.DeviceType autograd.NestedIOFunction
        autograd.SavedTensor autograd.enforce_grad_layout_policy autograd.handle_torch_function
        autograd.has_torch_function autograd.is_tensor_like autograd.is_view_replay_enabled""",
}  # fmt: skip

#: Name with its path: why it is not here, and what to use instead.
MISSING: dict[str, str] = {
    **{f"nn.{name}": reason for name, reason in UNSUPPORTED.items()},
    **{name: reason for reason, names in _NAMES.items() for name in names.split()},
}
