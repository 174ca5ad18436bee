"""Which of PyTorch's names are not here, and why: the functions, and the methods of a tensor.

A name of ``torch`` stands alone, one below it with its path: ``linalg.eig``, ``Tensor.stft``.
"""

from __future__ import annotations

__all__ = ["MISSING"]

_COMPLEX = "there are no complex numbers; keep real and imaginary parts in two tensors"
_SPARSE = "there are no sparse tensors; use dense ones"
_QUANTIZED = "there are no quantized tensors; use float32"
_STORAGE = "a tensor is a NumPy array: x.numpy() is its memory, with .strides, .flags and .ctypes"
_COPIES = "write the function without _copy, then .clone()"
_INTERNAL = "it is internal to PyTorch"
_COMPILER = "nothing is compiled or traced: call the function or the module itself"
_DEVICES = "there is one device, the CPU"
_BESSEL = "not planned; scipy.special has it, for arrays"
_FACTORS = "the factorization itself is not here; torch.linalg.solve, inv, qr and cholesky are"
_DTYPE = "there is no such dtype; use float16, float32, float64, uint8 or int8 to int64"
_NN = "use the layer of torch.nn or the function of torch.nn.functional"
_CELLS = "not planned under this name; torch.nn has the recurrent layers that are here"
_VOLUMES = "there are no layers of three spatial axes"
_FOURIER = "there are no complex numbers, so no Fourier transforms with a gradient"
_DEPLOYED = "it was removed from PyTorch too; {}"

# Reason: the names, separated by spaces.
_FUNCTIONS: dict[str, str] = {
    _COMPLEX: """
        complex complex32 complex64 complex128 cfloat cdouble chalf polar view_as_complex
        view_as_complex_copy view_as_real view_as_real_copy resolve_conj resolve_neg
        conj_physical_ ComplexType linalg.eig linalg.eigvals Tensor.cfloat Tensor.cdouble
        Tensor.chalf Tensor.resolve_conj Tensor.resolve_neg Tensor.conj_physical_""",
    _FOURIER: "stft istft Tensor.stft Tensor.istft has_spectral",
    _SPARSE: """
        sparse_bsc sparse_bsc_tensor sparse_bsr sparse_bsr_tensor sparse_compressed_tensor
        sparse_coo sparse_coo_tensor sparse_csc sparse_csc_tensor sparse_csr sparse_csr_tensor
        dsmm hsmm hspmm saddmm smm spmm sspaddmm resize_as_sparse_ indices_copy values_copy
        ccol_indices_copy col_indices_copy crow_indices_copy row_indices_copy jagged nested masked
        Tensor.ccol_indices Tensor.coalesce Tensor.col_indices Tensor.crow_indices
        Tensor.dense_dim Tensor.indices Tensor.is_coalesced Tensor.resize_as_sparse_
        Tensor.row_indices Tensor.smm Tensor.sparse_dim Tensor.sparse_mask Tensor.sparse_resize_
        Tensor.sparse_resize_and_clear_ Tensor.sspaddmm Tensor.to_padded_tensor
        Tensor.to_sparse Tensor.to_sparse_bsc Tensor.to_sparse_bsr Tensor.to_sparse_coo
        Tensor.to_sparse_csc Tensor.to_sparse_csr Tensor.values""",
    _QUANTIZED: """
        qint32 qint8 qscheme quantization quantize_per_channel quantize_per_tensor
        quantize_per_tensor_dynamic quantized_batch_norm quantized_gru quantized_gru_cell
        quantized_lstm quantized_lstm_cell quantized_max_pool1d quantized_max_pool2d
        quantized_max_pool3d quantized_rnn_relu_cell quantized_rnn_tanh_cell quint2x4 quint4x2
        quint8 q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale
        q_zero_point int_repr dequantize empty_quantized fake_quantize_per_channel_affine
        fake_quantize_per_tensor_affine fused_moving_avg_obs_fake_quant choose_qparams_optimized
        per_channel_affine per_channel_affine_float_qparams per_channel_symmetric
        per_tensor_affine per_tensor_symmetric ao fbgemm_linear_fp16_weight
        fbgemm_linear_fp16_weight_fp32_activation fbgemm_linear_int8_weight
        fbgemm_linear_int8_weight_fp32_activation fbgemm_linear_quantize_weight
        fbgemm_pack_gemm_matrix_fp16 fbgemm_pack_quantized_matrix QInt32Storage QInt8Storage
        QUInt2x4Storage QUInt4x2Storage QUInt8Storage Tensor.dequantize Tensor.int_repr
        Tensor.q_per_channel_axis Tensor.q_per_channel_scales Tensor.q_per_channel_zero_points
        Tensor.q_scale Tensor.q_zero_point Tensor.qscheme""",
    _STORAGE: """
        as_strided as_strided_ as_strided_copy as_strided_scatter empty_strided empty_permuted
        Storage StorageBase TypedStorage UntypedStorage BFloat16Storage BoolStorage ByteStorage
        CharStorage ComplexDoubleStorage ComplexFloatStorage DoubleStorage FloatStorage
        HalfStorage IntStorage LongStorage ShortStorage storage from_file to_dlpack from_dlpack
        slice_inverse Tensor.as_strided Tensor.as_strided_ Tensor.as_strided_scatter
        Tensor.const_data_ptr Tensor.is_set_to Tensor.set_ Tensor.slice_inverse Tensor.storage
        Tensor.storage_type Tensor.untyped_storage Tensor.new_empty_strided Tensor.dim_order""",
    _COPIES: """
        alias_copy detach_copy diagonal_copy expand_copy permute_copy select_copy slice_copy
        split_copy split_with_sizes_copy squeeze_copy t_copy transpose_copy unbind_copy
        unfold_copy unsqueeze_copy view_copy""",
    _DEVICES: """
        mtia cpu cpp Stream Event StreamObjType DeviceObjType get_device_module
        OutOfMemoryError AcceleratorError is_vulkan_available Tensor.ipu Tensor.mtia Tensor.xpu
        Tensor.record_stream Tensor.to_mkldnn Tensor.share_memory_""",
    _DTYPE: """
        bfloat16 BFloat16Tensor Tensor.bfloat16 uint1 uint2 uint3 uint4
        uint5 uint6 uint7 int1 int2 int3 int4 int5 int6 int7 bit bits16 bits1x8 bits2x4 bits4x2
        bits8 float4_e2m1fn_x2 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz
        float8_e8m0fnu""",
    _FACTORS: """
        geqrf lu lu_solve lu_unpack orgqr ormqr cholesky_solve cholesky_inverse lobpcg
        pca_lowrank svd_lowrank linalg.cholesky_ex linalg.householder_product linalg.inv_ex
        linalg.ldl_factor linalg.ldl_factor_ex linalg.ldl_solve linalg.lu linalg.lu_factor
        linalg.lu_factor_ex linalg.lu_solve linalg.solve_ex Tensor.cholesky_inverse
        Tensor.cholesky_solve Tensor.geqrf Tensor.lu Tensor.lu_solve Tensor.orgqr
        Tensor.ormqr""",
    _DEPLOYED.format("use torch.linalg.eigh or torch.linalg.eigvalsh"): """
        eig symeig Tensor.eig Tensor.symeig""",
    _DEPLOYED.format("use torch.linalg.solve"): "Tensor.solve",
    _DEPLOYED.format("use torch.linalg.lstsq"): "Tensor.lstsq",
    _DEPLOYED.format("wrap the code in torch.no_grad()"): "Tensor.volatile",
    _DEPLOYED.format("use loss = -log_prob * reward"): "Tensor.reinforce",
    _BESSEL: """
        i0 i0_ igamma igammac special.airy_ai special.bessel_j0 special.bessel_j1
        special.bessel_y0 special.bessel_y1 special.chebyshev_polynomial_t
        special.chebyshev_polynomial_u special.chebyshev_polynomial_v
        special.chebyshev_polynomial_w special.erfcx special.gammainc special.gammaincc
        special.hermite_polynomial_h special.hermite_polynomial_he special.i0 special.i0e
        special.i1 special.i1e special.laguerre_polynomial_l special.legendre_polynomial_p
        special.modified_bessel_i0 special.modified_bessel_i1 special.modified_bessel_k0
        special.modified_bessel_k1 special.scaled_modified_bessel_k0
        special.scaled_modified_bessel_k1 special.shifted_chebyshev_polynomial_t
        special.shifted_chebyshev_polynomial_u special.shifted_chebyshev_polynomial_v
        special.shifted_chebyshev_polynomial_w special.spherical_bessel_j0 special.zeta
        Tensor.i0 Tensor.i0_ Tensor.igamma Tensor.igamma_ Tensor.igammac Tensor.igammac_""",
    _NN: """
        affine_grid_generator batch_norm_backward_elemt batch_norm_backward_reduce
        batch_norm_elemt batch_norm_gather_stats batch_norm_gather_stats_with_counts
        batch_norm_stats batch_norm_update_stats conv_tbc convolution ctc_loss embedding_bag
        embedding_renorm_ feature_alpha_dropout feature_alpha_dropout_ feature_dropout
        feature_dropout_ grid_sampler grid_sampler_2d native_batch_norm native_channel_shuffle
        native_dropout native_group_norm native_layer_norm native_norm norm_except_dim
        max_pool1d_with_indices constant_pad_nd alpha_dropout_ dropout_ threshold_ selu_ rrelu_
        celu_""",
    "use torch.erfinv(2 * p - 1) * 2**0.5": "special.ndtri",
    "not planned; torch.empty(n).uniform_() and a formula give such numbers": """
        binomial""",
    "memory is not reused: make a tensor of the new shape": """
        Tensor.resize Tensor.resize_as""",
    "all numbers are real; x * 0 is the imaginary part": "Tensor.imag",
    "every tensor is dense and strided": "layout memory_format Tensor.layout",
    "use torch.histogram of each axis, or np.histogramdd": "histogramdd",
    "use torch.from_numpy(np.frombuffer(...))": "frombuffer",
    "the windows are torch.hann_window and its like": "signal",
    _CELLS: """
        gru gru_cell lstm lstm_cell rnn_relu rnn_relu_cell rnn_tanh rnn_tanh_cell""",
    _VOLUMES: "conv3d conv_transpose3d max_pool3d grid_sampler_3d channels_last_3d",
    _COMPILER: """
        AnyType Argument ArgumentSpec AwaitType Block BoolType CallStack Capsule ClassType Code
        CompilationUnit CompleteArgumentSpec ConcreteModuleType ConcreteModuleTypeBuilder
        DictType EnumType ErrorReport ExecutionPlan FileCheck FloatType FunctionSchema FutureType
        Gradient Graph GraphExecutorState IODescriptor InferredType IntType InterfaceType
        JITException ListType LiteScriptModule NoneType NumberType OperatorInfo OptionalType
        PyObjectType RRefType ScriptClass ScriptClassFunction ScriptDict ScriptDictIterator
        ScriptDictKeyIterator ScriptFunction ScriptList ScriptListIterator ScriptMethod
        ScriptModule ScriptModuleSerializer ScriptObject ScriptObjectProperty StaticModule
        StringType SymBoolType SymIntType TensorType TracingState TupleType Type UnionType
        import_ir_module import_ir_module_from_buffer merge_type_from_type_comment parse_ir
        parse_schema parse_type_comment unify_type_list fork wait while_loop export""",
    _INTERNAL: """
        AVG AggregationType AliasDb BenchmarkConfig BenchmarkExecutionStats BufferDict
        DeepCopyMemoTable DeserializationStorageContext DisableTorchFunction
        DisableTorchFunctionSubclass DispatchKey DispatchKeySet ExcludeDispatchKeyGuard FatalError
        Future LockingLogger LoggerBase ModuleDict NoopLogger PRIVATE_OPS ParameterDict
        PyTorchFileReader PyTorchFileWriter SUM SerializationStorageContext SymBool SymFloat
        SymInt TYPE_CHECKING Tag ThroughputBenchmark USE_GLOBAL_DEPS USE_RTLD_GLOBAL_WITH_LIBTORCH
        Use Value autocast_decrement_nesting autocast_increment_nesting builtins classes
        classproperty clear_autocast_cache compiled_with_cxx11_abi ctypes
        cudnn_affine_grid_generator cudnn_batch_norm cudnn_convolution
        cudnn_convolution_add_relu cudnn_convolution_relu cudnn_convolution_transpose
        cudnn_grid_sampler cudnn_is_acceptable functools futures functional ops
        return_types compiler is_anomaly_enabled
        is_inference_mode_enabled
        get_autocast_cpu_dtype get_autocast_dtype get_autocast_gpu_dtype get_autocast_ipu_dtype
        get_autocast_xla_dtype get_deterministic_debug_mode get_file_path glob
        hash_tensor importlib init_num_threads inspect is_anomaly_check_nan_enabled
        is_autocast_cache_enabled is_autocast_cpu_enabled is_autocast_ipu_enabled
        is_autocast_xla_enabled is_deterministic_algorithms_warn_only_enabled is_distributed
        is_warn_always_enabled legacy_contiguous_format library math mkldnn_adaptive_avg_pool2d
        mkldnn_convolution mkldnn_linear_backward_weights mkldnn_max_pool2d mkldnn_max_pool3d
        mkldnn_rnn_layer miopen_batch_norm miopen_convolution miopen_convolution_add_relu
        miopen_convolution_relu miopen_convolution_transpose miopen_ctc_loss
        miopen_depthwise_convolution miopen_rnn monitor os overrides package platform
        prepare_multiprocessing_environment profiler_allow_cudagraph_cupti_lazy_reinit_cuda12
        quasirandom segment_reduce set_anomaly_enabled set_autocast_cache_enabled
        set_autocast_cpu_dtype set_autocast_cpu_enabled set_autocast_dtype set_autocast_enabled
        set_autocast_gpu_dtype set_autocast_ipu_dtype set_autocast_ipu_enabled
        set_autocast_xla_dtype set_autocast_xla_enabled sym_constrain_range
        sym_constrain_range_for_size sym_float sym_fresh_size sym_int sym_ite sym_max sym_min
        sym_not sym_sqrt sym_sum sys textwrap thread_safe_generator threading torch
        torch_version warnings windows nonzero_static has_lapack has_mkl has_openmp
        special.torch linalg.common_notes special.common_args special.multi_dim_common
        Tensor.as_subclass Tensor.grad_dtype Tensor.hash_tensor Tensor.module_load
        Tensor.nonzero_static Tensor.output_nr Tensor.map_ Tensor.map2_""",
}

#: Name: why it is not here, and what to use instead.
MISSING: dict[str, str] = {
    name: reason for reason, names in _FUNCTIONS.items() for name in names.split()
}
