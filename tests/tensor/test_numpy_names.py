"""NumPy's names on tensors: each is the operation that NumPy's own words ask for, or is refused.

Values, dtypes and shapes are those of NumPy on plain arrays; derivatives of operations are checked
in tests/generic, those of calls with NumPy's keywords here, both orders.
"""

from __future__ import annotations

import inspect
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.engine import NUMPY_FUNCTIONS
from tinygrad_edu.samples import SPECS
from tinygrad_edu.tensor.numpy_calls import respelled
from tinygrad_edu.tensor.numpy_constants import CONSTANT_FUNCTIONS, ONLY_DETACHED
from tinygrad_edu.tensor.numpy_refusals import REFUSALS
from tinygrad_edu.tensor.scipy_names import SCIPY_FUNCTIONS
from tinygrad_edu.testing.specs import OpSpec

# ---- every public callable is supported, refused, or takes no arrays

#: Functions that NumPy does not hand over, since they take no arrays or only turn lists into some.
NO_ARRAYS = {
    "makes arrays of sizes and numbers": """
        arange bartlett blackman diag_indices empty eye fftfreq from_dlpack frombuffer fromfunction
        fromiter fromstring full hamming hanning identity indices kaiser mask_indices ones rfftfreq
        tri tril_indices triu_indices zeros""",
    "makes an array of one object: a tensor that requires a gradient refuses": """
        array asanyarray asarray asarray_chkfinite ascontiguousarray asfortranarray asmatrix bmat
        require""",
    "reads files": "fromfile fromregex genfromtxt load loadtxt",
    "is about types, shapes and objects": """
        broadcast_shapes datetime_data isdtype isfortran isscalar issubdtype iterable mintypecode
        nested_iters promote_types typename""",
    "writes text": """
        base_repr binary_repr format_float_positional format_float_scientific info show_config
        show_runtime""",
    "is a setting of NumPy": """
        frompyfunc get_include get_printoptions getbufsize geterr geterrcall printoptions
        set_printoptions setbufsize seterr seterrcall test""",
    "is an old name": "in1d row_stack trapz",
}
NAMES_OF_NO_ARRAYS = {name for names in NO_ARRAYS.values() for name in names.split()}
#: What has no rule and no better reason than that nobody wrote one.
NOT_WRITTEN = {"i0", "nextafter", "spacing"}

NAMESPACES = {"np": np, "np.linalg": np.linalg, "np.fft": np.fft}


def _public() -> Iterator[tuple[str, Any]]:
    for path, namespace in NAMESPACES.items():
        for name in sorted(dir(namespace)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = getattr(namespace, name)
            plain = callable(value) and not isinstance(value, (type, types.ModuleType))
            if not name.startswith("_") and plain:
                yield f"{path}.{name}", value


PUBLIC = dict(_public())


@pytest.mark.parametrize("path", PUBLIC)
def test_every_function_of_numpy_is_known(path: str) -> None:
    name = path.rpartition(".")[2]
    homes = [
        PUBLIC[path] in NUMPY_FUNCTIONS,
        name in REFUSALS,
        name in NAMES_OF_NO_ARRAYS,
        name in NOT_WRITTEN,
    ]
    assert any(homes), (
        f"{path} is new: let an operation stand for it (numpy=), or give the reason in REFUSALS of "
        "tensor/numpy_refusals.py"
    )
    assert sum(homes) == 1, f"{path} stands in two tables"


def test_the_tables_name_functions_of_numpy_alone() -> None:
    known = {path.rpartition(".")[2] for path in PUBLIC}
    newer = {"bitwise_left_shift", "bitwise_right_shift", "in1d", "row_stack", "trapz"}
    assert not {*REFUSALS, *NOT_WRITTEN, *CONSTANT_FUNCTIONS, *ONLY_DETACHED} - known - newer
    assert not NAMES_OF_NO_ARRAYS - known - newer


@pytest.mark.parametrize("path", [p for p in PUBLIC if p.rpartition(".")[2] in REFUSALS])
def test_a_refusal_says_why(path: str) -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match="has no rule for tensors") as caught:
        x.__array_function__(PUBLIC[path], (tg.Tensor,), (x,), {})
    assert REFUSALS[path.rpartition(".")[2]] in str(caught.value)


@pytest.mark.parametrize("name", sorted(NOT_WRITTEN))
def test_without_a_better_reason_it_says_how_to_write_one(name: str) -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=rf"define one with @tg.primitive\(..., numpy=np.{name}\)"):
        getattr(np, name)(*[x] * (2 if name == "nextafter" else 1))


# ---- values, dtypes and shapes are NumPy's


def _compare(expected: Any, got: Any, what: str) -> None:
    if isinstance(expected, (tuple, list)):
        assert isinstance(got, (tuple, list)), what
        assert len(got) == len(expected), what
        for a, b in zip(expected, got, strict=True):
            _compare(a, b, what)
        return
    if isinstance(expected, (np.ndarray, np.generic)):
        value = np.asarray(got.detach() if isinstance(got, tg.Tensor) else got)
        assert value.shape == np.shape(expected), what
        assert value.dtype == expected.dtype, what
        np.testing.assert_allclose(value, expected, rtol=1e-12, atol=1e-13, err_msg=what)
    else:
        assert got == expected, what


def _as_tensors(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_tensors(item) for item in value]
    return tg.tensor(value) if isinstance(value, np.ndarray) else value


def _own_name(function: Any) -> str:
    return str(inspect.unwrap(function).__name__).rstrip("_")


def _recorded() -> Iterator[tuple[str, OpSpec]]:
    for path, function in PUBLIC.items():
        operation = NUMPY_FUNCTIONS.get(function)
        if operation is not None and path not in CALLS and _own_name(operation) in SPECS:
            yield path, SPECS[_own_name(operation)]


A = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
SQUARE = np.array([[2.0, 0.3, -0.1], [0.3, 1.5, 0.4], [-0.1, 0.4, 3.0]])
INTEGERS = np.array([[6, 1, 4], [3, 3, 0]])

# Functions of which the samples of the operation do not show how NumPy calls them, and those that
# have no operation of their own: a call of ``x``, an array or a tensor.
CALLS: dict[str, tuple[Callable[[Any], Any], np.ndarray]] = {
    "np.apply_along_axis": (lambda x: np.apply_along_axis(lambda row: row * row, 1, x), A),
    "np.apply_over_axes": (lambda x: np.apply_over_axes(np.sum, x, [0]), A),
    "np.argpartition": (lambda x: np.argpartition(x, 1, axis=1), A),
    "np.array2string": (lambda x: np.array2string(x), A),
    "np.array_equal": (lambda x: np.array_equal(x, A), A),
    "np.array_equiv": (lambda x: np.array_equiv(x, A[:1]), A),
    "np.array_repr": (lambda x: np.array_repr(x), A),
    "np.array_str": (lambda x: np.array_str(x), A),
    "np.astype": (lambda x: np.astype(x, np.float32), A),
    "np.bitwise_count": (lambda x: np.bitwise_count(x), INTEGERS),
    "np.bitwise_left_shift": (lambda x: np.left_shift(x, 2), INTEGERS),
    "np.bitwise_right_shift": (lambda x: np.right_shift(x, 1), INTEGERS),
    "np.block": (lambda x: np.block([[x, A], [A, x]]), A),
    "np.can_cast": (lambda x: np.can_cast(x, np.float32), A),
    "np.choose": (lambda x: np.choose([1, 0, 1], [x[0], x[1]]), A),
    "np.column_stack": (lambda x: np.column_stack([x[0], A[1]]), A),
    "np.common_type": (lambda x: np.common_type(x, A), A),
    "np.concat": (lambda x: np.concat([x, A, x], 1), A),
    "np.concatenate": (lambda x: np.concatenate([x, A], axis=None), A),
    "np.copy": (lambda x: np.copy(x), A),
    "np.cumulative_prod": (lambda x: np.cumulative_prod(x, axis=1, include_initial=True), A),
    "np.cumulative_sum": (lambda x: np.cumulative_sum(x, axis=0, dtype=np.float32), A),
    "np.diag_indices_from": (lambda x: np.diag_indices_from(x), SQUARE),
    "np.diagflat": (lambda x: np.diagflat(x, -1), A),
    "np.digitize": (lambda x: np.digitize(x, [-1.0, 0.0, 1.0], right=True), A),
    "np.dstack": (lambda x: np.dstack([x, A]), A),
    "np.einsum": (lambda x: np.einsum(x, [0, 1], A, [2, 1], [0, 2]), A),
    "np.einsum_path": (lambda x: np.einsum_path("ij,kj->ik", x, A), A),
    "np.empty_like": (lambda x: np.empty_like(x[:0]), A),
    "np.flatnonzero": (lambda x: np.flatnonzero(x), INTEGERS),
    "np.full_like": (lambda x: np.full_like(x, 2.0), A),
    "np.gcd": (lambda x: np.gcd(x, 12), INTEGERS),
    "np.geomspace": (lambda x: np.geomspace(x, 8.0 * A, 4, axis=1), A),
    "np.histogram": (lambda x: np.histogram(x, 4, range=(-2.0, 2.0)), A),
    "np.histogram2d": (lambda x: np.histogram2d(x[0], x[1], 3), A),
    "np.histogram_bin_edges": (lambda x: np.histogram_bin_edges(x, 3), A),
    "np.histogramdd": (lambda x: np.histogramdd(x, 2), A),
    "np.hstack": (lambda x: np.hstack([x, A]), A),
    "np.intersect1d": (lambda x: np.intersect1d(x, A[0]), A),
    "np.iscomplex": (lambda x: np.iscomplex(x), A),
    "np.iscomplexobj": (lambda x: np.iscomplexobj(x), A),
    "np.isin": (lambda x: np.isin(x, A[0], invert=True), A),
    "np.isneginf": (lambda x: np.isneginf(x), A),
    "np.isposinf": (lambda x: np.isposinf(x), A),
    "np.isreal": (lambda x: np.isreal(x), A),
    "np.isrealobj": (lambda x: np.isrealobj(x), A),
    "np.ix_": (lambda x: np.ix_(x[0], x[1]), INTEGERS),
    "np.lcm": (lambda x: np.lcm(x, 4), INTEGERS),
    "np.left_shift": (lambda x: np.left_shift(x, 2), INTEGERS),
    "np.lexsort": (lambda x: np.lexsort((x[0], x[1])), A),
    "np.linspace": (lambda x: np.linspace(x, 2.0, 4, axis=-1), A),
    "np.logspace": (lambda x: np.logspace(0.0, x, 3, base=2.0), A),
    "np.may_share_memory": (lambda x: np.may_share_memory(x, A[:0]), A),
    "np.min_scalar_type": (lambda x: np.min_scalar_type(x), A),
    "np.nanargmax": (lambda x: np.nanargmax(x, axis=1), A),
    "np.nanargmin": (lambda x: np.nanargmin(x, axis=0, keepdims=True), A),
    "np.ndim": (lambda x: np.ndim(x), A),
    "np.nonzero": (lambda x: np.nonzero(x), INTEGERS),
    "np.ones_like": (lambda x: np.ones_like(x), A),
    "np.packbits": (lambda x: np.packbits(x, axis=1), A > 0),
    "np.piecewise": (lambda x: np.piecewise(x, [A > 0], [lambda v: v * v, 2.0]), A),
    "np.ravel_multi_index": (lambda x: np.ravel_multi_index((x[0], x[1]), (7, 5)), INTEGERS),
    "np.reshape": (lambda x: np.reshape(x, (3, -1)), A),
    "np.result_type": (lambda x: np.result_type(x, np.float32), A),
    "np.right_shift": (lambda x: np.right_shift(x, 1), INTEGERS),
    "np.searchsorted": (lambda x: np.searchsorted([-1.0, 0.1, 0.5], x, side="right"), A),
    "np.select": (lambda x: np.select([A > 1, A > 0], [x, x * x], default=3.0), A),
    "np.setdiff1d": (lambda x: np.setdiff1d(x, A[0]), A),
    "np.setxor1d": (lambda x: np.setxor1d(x, A[0]), A),
    "np.shape": (lambda x: np.shape(x), A),
    "np.shares_memory": (lambda x: np.shares_memory(x, A[:0]), A),
    "np.size": (lambda x: np.size(x, 1), A),
    "np.tril_indices_from": (lambda x: np.tril_indices_from(x), A),
    "np.triu_indices_from": (lambda x: np.triu_indices_from(x, 1), A),
    "np.union1d": (lambda x: np.union1d(x, [0.3, 5.0]), A),
    "np.unique": (lambda x: np.unique(x, return_index=True, return_counts=True), INTEGERS),
    "np.unique_all": (lambda x: np.unique_all(x), INTEGERS),
    "np.unique_counts": (lambda x: np.unique_counts(x), INTEGERS),
    "np.unique_inverse": (lambda x: np.unique_inverse(x), INTEGERS),
    "np.unique_values": (lambda x: np.unique_values(x), INTEGERS),
    "np.unpackbits": (lambda x: np.unpackbits(x), INTEGERS.astype(np.uint8)),
    "np.unravel_index": (lambda x: np.unravel_index(x, (2, 5)), INTEGERS),
    "np.vstack": (lambda x: np.vstack([x, A]), A),
    "np.zeros_like": (lambda x: np.zeros_like(x, dtype=np.int64), A),
    "np.linalg.diagonal": (lambda x: np.linalg.diagonal(x, offset=1), SQUARE),
    "np.linalg.eigh": (lambda x: np.linalg.eigh(x, "U")[0], SQUARE),
    "np.linalg.eigvalsh": (lambda x: np.linalg.eigvalsh(x), SQUARE),
    "np.linalg.lstsq": (lambda x: np.linalg.lstsq(x.T, A[0] @ A.T @ A)[0], A),
    "np.linalg.multi_dot": (lambda x: np.linalg.multi_dot([x, A.T, A]), A),
    "np.linalg.svd": (lambda x: np.linalg.svd(x, compute_uv=False), A),
    "np.linalg.trace": (lambda x: np.linalg.trace(x), SQUARE),
}
RECORDED = dict(_recorded())


def test_every_supported_function_is_compared() -> None:
    supported = {path for path, function in PUBLIC.items() if function in NUMPY_FUNCTIONS}
    assert not supported - {*RECORDED, *CALLS}, "add a call of each to CALLS"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", RECORDED)
def test_samples_give_what_numpy_gives(path: str) -> None:
    function, record = PUBLIC[path], RECORDED[path]
    compared = 0
    for case in record.cases:
        many = record.record is not None and record.record.variadic
        args = [list(case.inputs)] if many else list(case.inputs)
        try:
            expected = function(*args, **case.params)
        except (TypeError, ValueError, IndexError):
            continue  # a spelling of ours, or of PyTorch's
        compared += 1
        got = function(*[_as_tensors(a) for a in args], **case.params)
        _compare(expected, got, f"{path}, {[np.shape(a) for a in args]}, {case.params}")
    assert compared, f"no sample of {record.name} can be given to {path}: add a call to CALLS"


@pytest.mark.parametrize("path", [path for path in CALLS if path in PUBLIC])
def test_calls_give_what_numpy_gives(path: str) -> None:
    call, x = CALLS[path]
    _compare(call(x), call(tg.tensor(x)), path)


def test_what_has_no_derivative_says_so() -> None:
    x = tg.tensor(A, requires_grad=True)
    y = np.digitize(x, [-1.0, 0.0, 1.0])
    assert not y.requires_grad
    with pytest.raises(RuntimeError, match=r"^digitize has no gradient, nor has what is computed"):
        y.float().sum().backward()
    for name in ONLY_DETACHED:
        with pytest.raises(TypeError, match=f"np.{name} has no rule for tensors, so its gradient"):
            CALLS[f"np.{name}"][0](x)


# ---- NumPy's own keywords, its order of arguments, and the methods of its ufuncs

MASK = np.array([[True, False, True], [False, True, True]])
Y = np.array([[0.5, 1.5, -0.2], [1.1, -0.3, 0.9]])


def _holed(x: Any) -> Any:
    return np.where(MASK, x, np.nan)


_REDUCTIONS: list[tuple[Any, dict[str, Any]]] = [
    (np.sum, {"dtype": np.float32}),
    (np.sum, {"initial": 2.5}),
    (np.prod, {"initial": 2.5}),
    (np.max, {"initial": 0.2, "where": MASK}),
    (np.min, {"initial": 0.2, "where": MASK}),
    (np.amax, {"initial": -0.3}),
    (np.amin, {}),
    *((f, {"where": MASK}) for f in (np.sum, np.prod, np.mean, np.var, np.std)),
    (np.mean, {"dtype": np.float32}),
    (np.var, {"ddof": 1}),
    (np.var, {"mean": np.array([[0.1], [0.2]])}),
    (np.std, {"mean": np.array([[0.1], [0.2]]), "where": MASK, "ddof": 0.5}),
    (np.nansum, {"where": MASK, "initial": 1.5}),
    (np.nanmax, {"where": MASK, "initial": 0.15}),
    (np.nanmean, {"where": MASK}),
    (np.nanvar, {"where": MASK, "ddof": 1}),
    (np.nanstd, {"where": MASK, "dtype": np.float64}),
]


def _reduced(function: Any, **how: Any) -> Callable[[Any], Any]:
    return lambda x: function(x, **how)


KEYWORDS: dict[str, Callable[[Any], Any]] = {
    f"{f.__name__} {' '.join(how)} {axis} {k}": _reduced(f, axis=axis, keepdims=k, **how)
    for f, how in _REDUCTIONS
    for axis, k in ((1, False), (None, False), (-1, True))
    if axis is not None or "mean" not in how
}
KEYWORDS |= {
    "sum in order": lambda x: np.sum(x, 1, None, None, True, 2.0, MASK),
    "var in order": lambda x: np.var(x, 0, None, None, 1, True),
    "median in order": lambda x: np.median(x, 1, None, False, True),
    "median of two axes": lambda x: np.median(x, (1, 0), keepdims=True),
    "average in order": lambda x: np.average(x, 1, Y[0] ** 2),
    "quantile in order": lambda x: np.quantile(x, 0.3, 0, None, False, "hazen", True),
    "names": lambda x: np.sum(a=x, axis=0) + np.clip(a=x, a_min=-0.5, a_max=1)[0],
    "clip, min alone": lambda x: np.clip(x, 0.2, None),
    "add.reduce": lambda x: np.add.reduce(x),
    "add.reduce, all": lambda x: np.add.reduce(x, axis=None, initial=1.0, where=MASK),
    "maximum.reduce": lambda x: np.maximum.reduce(x, axis=1, keepdims=True, initial=0.0),
    "multiply.reduce": lambda x: np.multiply.reduce(x, 1, np.float64),
    "logaddexp.reduce": lambda x: np.logaddexp.reduce(x, axis=1),
    "add.accumulate": lambda x: np.add.accumulate(x),
    "multiply.accumulate": lambda x: np.multiply.accumulate(x, axis=1),
    "cumsum": lambda x: np.cumsum(x, 1, np.float64),
    "nan": lambda x: np.nansum(_holed(x), axis=1) + np.nanprod(_holed(x), axis=1),
    "nanmax": lambda x: np.nanmax(_holed(x), axis=1) - np.nanmin(_holed(x), axis=0)[:2],
    "nanmean": lambda x: np.nanmean(_holed(x), axis=1) + np.nanmedian(_holed(x), axis=1),
    "nanvar": lambda x: np.nanvar(_holed(x), axis=1) + np.nanstd(_holed(x), axis=1, ddof=0.5),
    "nancumsum": lambda x: np.nancumsum(_holed(x), axis=1) + np.nancumprod(_holed(x), axis=1),
    "nanquantile": lambda x: np.nanquantile(_holed(x), [0.2, 0.9], axis=1, method="weibull"),
    "cov": lambda x: np.cov(x, Y, rowvar=False, aweights=[1.0, 2.0]),
    "bincount": lambda x: np.bincount([0, 2, 2], x[0], 4),
    "linspace": lambda x: np.linspace(x, 2.0, 4) + np.linspace(0.0, x, 4, endpoint=False),
    "logspace": lambda x: np.logspace(x, 1.0, 3),
    "geomspace": lambda x: np.geomspace(x * x, 9.0, 4),
    "diagflat": lambda x: np.diagflat(x),
    "divmod": lambda x: np.divmod(x, 0.37)[1] + np.modf(0.9 * x)[0],
    "nan_to_num": lambda x: np.nan_to_num(x, copy=False),
    "sort": lambda x: np.sort(x, axis=1, kind="stable") + np.partition(x, 1, kind="introselect"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", KEYWORDS)
def test_numpys_keywords_give_what_numpy_gives(name: str) -> None:
    call = KEYWORDS[name]
    x = tg.tensor(A, requires_grad=True)
    y = call(x)
    assert y.requires_grad
    _compare(call(A), y, name)
    if y.dtype == np.float64:
        assert tg.testing.gradcheck(call, (x,))
        assert tg.testing.gradgradcheck(call, (x,))


@pytest.mark.parametrize("name", ["any", "all"])
@pytest.mark.parametrize("axis", [None, 0, (0, 1)])
def test_truth_takes_a_mask(name: str, axis: Any) -> None:
    x = np.array([[0.0, 2.0, 1.0], [0.0, 0.0, 3.0]])
    for function, how in (
        (getattr(np, name), {"where": MASK}),
        ((np.logical_or if name == "any" else np.logical_and).reduce, {"where": MASK}),
    ):
        expected = function(x, axis=axis, **how)
        _compare(expected, function(tg.tensor(x), axis=axis, **how), name)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
def test_the_initial_value_has_a_gradient(name: str) -> None:
    def call(x: Any, initial: Any) -> Any:
        return getattr(np, name)(x, axis=1, initial=initial, where=MASK)

    x = tg.tensor(A, requires_grad=True)
    initial = tg.tensor(0.35, dtype=np.float64, requires_grad=True)
    _compare(call(A, 0.35), call(x, initial), name)
    assert tg.testing.gradcheck(call, (x, initial))
    assert tg.testing.gradgradcheck(call, (x, initial))


def test_nothing_is_reduced_to_the_initial_value() -> None:
    for function in (np.max, np.min, np.sum):
        expected = function(np.ones((0, 3)), axis=0, initial=1.5)
        _compare(expected, function(tg.zeros(0, 3, dtype=np.float64), axis=0, initial=1.5), "")
    for dtype in (np.int64, np.uint8, np.bool_):
        x = (A > 0).astype(dtype)
        for function in (np.max, np.min):
            expected = function(x, axis=1, initial=1, where=~MASK)
            _compare(expected, function(tg.tensor(x), axis=1, initial=1, where=~MASK), str(dtype))


def test_a_mask_needs_an_initial_value_where_nothing_may_be_left() -> None:
    with pytest.raises(ValueError, match=r"max: with where= nothing may be left, so pass initial="):
        np.max(tg.tensor(A), axis=1, where=MASK)


def test_a_mask_is_kept_as_it_was() -> None:
    mask = MASK.copy()
    x = tg.tensor(A, requires_grad=True)
    y = np.mean(x, axis=1, where=mask) + np.std(x, axis=1, where=mask)
    expected = tg.grad(y, x, np.ones(2), retain_graph=True)
    mask[...] = False
    np.testing.assert_array_equal(tg.grad(y, x, np.ones(2)).value, expected.value)


def test_too_few_for_the_degrees_of_freedom() -> None:
    x = np.array([[1.0, np.nan, np.nan], [1.0, 2.0, np.nan]])
    for function, mask in ((np.var, ~np.isnan(x)), (np.nanvar, True), (np.nanstd, True)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = function(x, axis=1, ddof=2, where=mask)
        with pytest.warns(RuntimeWarning, match="ddof=2 leaves nothing to divide by somewhere"):
            _compare(expected, function(tg.tensor(x), axis=1, ddof=2, where=mask), "")


def test_integers_and_lists() -> None:
    x = tg.tensor(INTEGERS)
    for function in (np.nanmax, np.nanmin, np.nansum, np.nancumsum, np.nanmedian, np.cov):
        _compare(function(INTEGERS), function(x), function.__name__)
    _compare(np.nanmax(INTEGERS, where=MASK, initial=2), np.nanmax(x, where=MASK, initial=2), "")
    _compare(np.linspace(INTEGERS, 9, 3), np.linspace(x, 9, 3), "linspace")
    for m in (tg, np):
        assert m.average([1.0, 2.0, 4.0], weights=[1, 1, 2]) == 2.75
        assert m.nanmax([1, 2]) == 2
        assert m.sum([1, 2], dtype=float) == 3.0


def test_nothing_is_left() -> None:
    x = np.where([[True, True], [False, False]], np.array([[1.0, 2.0]]), np.nan)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for function in (np.nanmax, np.nanmin, np.nanmean, np.nansum, np.nanmedian, np.nanprod):
            _compare(function(x, axis=1), function(tg.tensor(x), axis=1), function.__name__)
        _compare(np.corrcoef(A[0]), np.corrcoef(tg.tensor(A[0])), "corrcoef")
        ends = np.array([-np.inf, 1.0, 2.0, np.inf, np.inf, np.inf])
        for q in (0.1, 0.17, 0.5, 0.7):  # at 1, NumPy has ∞ - ∞
            _compare(np.quantile(ends, q), np.quantile(tg.tensor(ends), q), f"{q}")
        _compare(np.cov(A, ddof=3), tg.cov(A, ddof=3), "cov")


def test_the_statistics_say_what_is_wrong() -> None:
    x = tg.tensor(A)
    with pytest.raises(ZeroDivisionError, match="average: the weights add up to 0"):
        np.average(x, axis=0, weights=[1.0, -1.0])
    with pytest.raises(
        ValueError, match=r"weights of shape \(3,\) fit neither x of shape \(2, 3\)"
    ):
        np.average(x, axis=0, weights=Y[0])
    with pytest.raises(ValueError, match=r"quantile: .*in the range \[0, 1\].* received q=\[2"):
        np.quantile(x, 2)
    with pytest.raises(ValueError, match=r"nanquantile: .*is not a valid method"):
        np.nanquantile(x, 0.5, method="middle")
    with pytest.raises(ValueError, match=r"quantile: no values along axis 1 of shape \(2, 0\)"):
        np.quantile(x[:, :0], 0.5, axis=1)
    for function in (lambda x, **how: np.quantile(x, 0.5, **how), np.median, np.average, np.nanvar):
        with pytest.raises(
            (IndexError, ValueError), match="axis 5 is out of bounds for array of dimension 2"
        ):
            function(x, axis=5)
    with pytest.raises(ValueError, match=r"cov: aweights must be 3 numbers >= 0, received shape"):
        np.cov(x, aweights=[1.0, 2.0])
    with pytest.raises(TypeError, match="cov: fweights must be integers, received float64"):
        np.cov(x, fweights=Y[0] ** 2)
    with pytest.raises(ValueError, match=r"cov: an array has at most two axes, received shape"):
        np.cov(x[None])


@pytest.mark.skipif(not hasattr(np, "cumulative_sum"), reason="NumPy 2.1 added it")
def test_a_cumulative_sum_of_a_matrix_needs_its_axis() -> None:
    with pytest.raises(ValueError, match="give axis=, along which the elements are taken"):
        np.cumulative_sum(tg.tensor(A))
    _compare(np.cumulative_sum(A[0]), np.cumulative_sum(tg.tensor(A[0])), "cumulative_sum")


def test_a_function_without_a_signature_keeps_its_arguments() -> None:
    assert respelled(min, tg.sum, (1, 2), {"key": 3}) == ((1, 2), {"key": 3})


def test_an_unknown_keyword_is_named() -> None:
    with pytest.raises(TypeError, match="quantile: unexpected argument 'weights'"):
        np.quantile(tg.tensor(A), 0.5, axis=1, method="inverted_cdf", weights=Y[0])
    with pytest.raises(TypeError, match="an argument is given twice, as axis and dim and where"):
        tg.sum(tg.tensor(A), axis=1, dim=1, where=MASK)


# ---- what NumPy cannot hand over


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.mean([x[0], x[1]]),
        lambda x: np.var([x[0], x[1]]),
        lambda x: np.array([x[0, 0], x[0, 1]]),
        lambda x: np.array([x[0], x[1]]),
    ],
)
def test_a_list_of_tensors_names_stack_and_item(call: Any) -> None:
    with pytest.raises(TypeError, match=r"\.item\(\) if none is needed; tg\.stack\(\[a, b\]\)"):
        call(tg.tensor(A, requires_grad=True))


# ---- SciPy's


def test_scipys_functions_are_found_by_name() -> None:
    special = pytest.importorskip("scipy.special")
    for name, operation in SCIPY_FUNCTIONS.items():
        ufunc = getattr(special, name)
        assert ufunc.__name__ == name
        arguments = [np.array([0.2, 0.7])] * ufunc.nin
        got = ufunc(*map(tg.tensor, arguments))
        _compare(ufunc(*arguments), got, name)
        np.testing.assert_array_equal(got.value, operation(*arguments))
    with pytest.raises(TypeError, match=r"^jv has no rule for tensors, so its gradient would be"):
        special.jv(1, tg.tensor(A, requires_grad=True))
