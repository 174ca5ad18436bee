"""NumPy's functions that join, cut, edit and compare pieces, with its own keywords, on tensors.

Each call is compared with NumPy itself on plain arrays, value, dtype and shape, and its gradient
with differences, to two orders.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.testing import gradcheck

X = np.array([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
V = np.array([0.5, -1.5, 1.0, 2.5])
COLUMN = np.array([[1.0], [-2.0]])
N = np.array([4, 7, 1])

# A call, and the arrays that it gets: plain ones, then tensors.
CALLS: list[tuple[str, Any, tuple[Any, ...]]] = [
    ("concatenate flat", lambda x: np.concatenate([x, V], axis=None), (X,)),
    ("concatenate dtype", lambda x: np.concatenate([x, N[None]], dtype=np.float64), (X,)),
    ("concatenate narrow", lambda x: np.concatenate([x, x], dtype=np.float32), (X,)),
    ("stack dtype", lambda x: np.stack([x, x], axis=-1, dtype=np.float32), (X,)),
    ("vstack dtype", lambda x: np.vstack([x, N], dtype=np.float64, casting="safe"), (X,)),
    ("hstack dtype", lambda x: np.hstack([x, COLUMN], dtype=np.float32), (X,)),
    ("vstack of rows", lambda x: np.vstack(x), (X,)),
    ("dstack", lambda x: np.dstack([x, x]), (X,)),
    ("column_stack", lambda v: np.column_stack([v, V, [1, 2, 3, 4]]), (V,)),
    ("block", lambda x: np.block([[x, COLUMN], [np.ones((1, 3)), 5.0]]), (X,)),
    ("block alone", lambda x: np.block([x, x]), (X,)),
    ("block array", lambda x: np.block(x), (X,)),
    ("append", lambda x: np.append(x, [[1.0, 2.0, 3.0]], axis=0), (X,)),
    ("append number", lambda v: np.append(v, 1.0), (V,)),
    ("append to array", lambda v: np.append(V, v), (V,)),
    ("atleast_1d several", lambda x: np.atleast_1d(x[0, 0], x)[0], (X,)),
    ("atleast_2d", lambda v: np.atleast_2d(v), (V,)),
    ("atleast_3d", lambda v: np.atleast_3d(v), (V,)),
    ("array_split", lambda v: np.array_split(v, 3)[0], (V,)),
    ("array_split at", lambda v: np.array_split(v, np.array([1, 9]))[1], (V,)),
    ("split count", lambda v: np.split(v, np.int64(2))[1], (V,)),
    ("hsplit", lambda x: np.hsplit(x, [1])[1], (X,)),
    ("vsplit", lambda x: np.vsplit(x, 2)[1], (X,)),
    ("dsplit", lambda x: np.dsplit(x[:, None], 3)[2], (X,)),
    ("delete", lambda x: np.delete(x, [0, -1], axis=1), (X,)),
    ("delete mask", lambda v: np.delete(v, [True, False, False, True]), (V,)),
    ("insert", lambda x: np.insert(x, 1, 9.0, axis=1), (X,)),
    ("insert integers", lambda v: np.insert(v, [1, 3], [2, 3]), (V,)),
    ("insert truncates", lambda n: np.insert(n, 1, 2.7), (N,)),
    ("compress", lambda x: np.compress([True, False, True], x, axis=1), (X,)),
    ("extract", lambda x: np.extract(x > 0, x), (X,)),
    ("resize", lambda v: np.resize(v, (3, 3)), (V,)),
    ("resize empty", lambda v: np.resize(v[:0], (2,)), (V,)),
    ("trim_zeros", lambda v: np.trim_zeros(np.concatenate([[0.0], v, [0.0]]), trim="B"), (V,)),
    ("trim_zeros all", lambda v: np.trim_zeros(0.0 * v, "b"), (V,)),
    ("diff prepend", lambda x: np.diff(x, prepend=0), (X,)),
    ("diff append", lambda x: np.diff(x, axis=0, append=[[1.0, 2.0, 3.0]]), (X,)),
    ("diff bool", lambda x: np.diff(x > 0), (X,)),
    ("ediff1d", lambda x: np.ediff1d(x, to_end=[1, 2], to_begin=-5.0), (X,)),
    ("gradient", lambda x: np.gradient(x, 0.5, axis=1, edge_order=2), (X,)),
    ("gradient places", lambda x: np.gradient(x, [1.0, 3.0], [0.0, 1.0, 4.0])[0], (X,)),
    ("gradient integers", lambda n: np.gradient(n), (N,)),
    ("gradient list of axes", lambda x: np.gradient(x, axis=(1, 0))[1], (X,)),
    ("trapezoid", lambda x: np.trapezoid(x, dx=0.25, axis=0), (X,)),
    ("trapezoid places", lambda x: np.trapezoid(x, x=[0.0, 1.0, 4.0]), (X,)),
    ("trapezoid integers", lambda n: np.trapezoid(n), (N,)),
    ("interp", lambda v: np.interp(v + 0.1, [0, 1, 2], [1.0, 4.0, 2.0], left=-1.0), (V,)),
    ("interp number", lambda v: np.interp(0.25, [0.0, 1.0], v[:2]), (V,)),
    ("interp knots", lambda v: np.interp(v, np.sort(V), V), (V,)),
    (
        "interp period",
        lambda v: np.interp(v + 0.1, [3.0, 1.0, 2.0], [1.0, 4.0, 2.0], period=3),
        (V,),
    ),
    ("select", lambda x: np.select([x > 1, x > 0], [x, x * x], default=-1.0), (X,)),
    ("select integers", lambda n: np.select([n > 3], [n]), (N,)),
    ("choose", lambda x: np.choose([1, 0, 1], [x, 2.0]), (X,)),
    ("piecewise", lambda x: np.piecewise(x, [x < 0], [np.exp, np.sqrt]), (X,)),
    ("piecewise one", lambda x: np.piecewise(x, x < 0, [lambda v, s: s * v], 3.0), (V,)),
    ("piecewise more", lambda v: np.piecewise(v, v > 0, [lambda w, s: w * s], s=2), (V,)),
    ("piecewise table", lambda v: np.piecewise(v, np.array([V < 0, V > 1]), [-1, np.sin]), (V,)),
    ("piecewise number", lambda v: np.piecewise(v[0], [v[0] > 0, v[0] < 0], [np.sin, 2]), (V,)),
    ("piecewise list", lambda v: np.piecewise(v, [True, False, True, False], [np.sin, 2]), (V,)),
    ("apply_along_axis", lambda x: np.apply_along_axis(np.sum, 0, x), (X,)),
    ("apply_along_axis more", lambda x: np.apply_along_axis(lambda v, s: s * v, 1, x, s=2.0), (X,)),
    ("apply_over_axes", lambda x: np.apply_over_axes(np.sum, x, [0, 1]), (X,)),
    ("flipud", lambda x: np.flipud(x), (X,)),
    ("fliplr", lambda x: np.fliplr(x), (X,)),
    ("flip list", lambda x: np.flip(x, axis=[0, 1]), (X,)),
    ("rollaxis", lambda x: np.rollaxis(x[None], 2, 1), (X,)),
    ("reshape order", lambda x: np.reshape(x, (3, -1), order="F"), (X,)),
    ("reshape copy", lambda x: np.reshape(x, 6), (X,)),
    ("ravel order", lambda x: np.ravel(x, "F"), (X,)),
    ("ravel", lambda x: np.ravel(x), (X,)),
    ("meshgrid sparse", lambda v: np.meshgrid(v, [1.0, 2.0], sparse=True)[0], (V,)),
    ("meshgrid", lambda v: np.meshgrid([1, 2], v, copy=False, indexing="ij")[1], (V,)),
    ("broadcast_arrays", lambda v: np.broadcast_arrays(v, [[1.0], [2.0]])[0], (V,)),
    ("windows", lambda v: np.lib.stride_tricks.sliding_window_view(v, 3), (V,)),
    ("take wrap", lambda v: np.take(v, [-9, 5], mode="wrap"), (V,)),
    ("take clip", lambda x: np.take(x, [[-9, 5]], axis=1, mode="clip"), (X,)),
    ("pad", lambda x: np.pad(x, [(1, 0), (2, 3)], constant_values=7), (X,)),
    ("pad symmetric", lambda x: np.pad(x, 4, "symmetric"), (X,)),
    ("pad integers", lambda n: np.pad(n, 2, mode="mean"), (N,)),
    ("polyval", lambda v: np.polyval(v, X), (V,)),
    ("polyval of nothing", lambda v: np.polyval([], v), (V,)),
    ("polyval integers", lambda n: np.polyval(n, 3), (N,)),
    ("vander", lambda v: np.vander(v, N=3, increasing=True), (V,)),
    ("vander integers", lambda n: np.vander(n.astype(np.int32)), (N,)),
    ("convolve", lambda v: np.convolve(v, [1.0, 2.0], mode="same"), (V,)),
    ("correlate", lambda v: np.correlate([1.0, 2.0], v, mode="same"), (V,)),
]

AT_KINKS = {"interp knots", "trim_zeros all"}


@pytest.mark.parametrize(("name", "call", "arrays"), CALLS, ids=[c[0] for c in CALLS])
def test_like_numpy(name: str, call: Any, arrays: tuple[Any, ...]) -> None:
    expected = np.asarray(call(*arrays))
    leaves = [tg.tensor(a, requires_grad=a.dtype.kind == "f") for a in arrays]
    y = call(*leaves)
    assert isinstance(y, tg.Tensor)
    assert (y.shape, y.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(y.value, expected, rtol=1e-14, atol=1e-15)
    assert y.requires_grad == (leaves[0].requires_grad and y.dtype.kind == "f")
    if y.requires_grad and y.dtype == np.float64 and name not in AT_KINKS:
        gradcheck(call, *leaves)
        gradcheck(lambda x: tg.grad(np.sum(call(x) ** 2), x, create_graph=True), *leaves)


# Calls that hold arrays in float64 too.
MIXED = {
    "append to array", "block", "column_stack", "concatenate flat", "interp knots", "polyval",
}  # fmt: skip


@pytest.mark.parametrize(("name", "call", "arrays"), CALLS, ids=[c[0] for c in CALLS])
def test_float32_stays(name: str, call: Any, arrays: tuple[Any, ...]) -> None:
    if arrays[0].dtype.kind == "f" and "dtype" not in name:
        y = call(*[tg.tensor(a, dtype=np.float32) for a in arrays])
        assert y.dtype == (np.float64 if name in MIXED else bool if "bool" in name else np.float32)


def test_a_number_has_an_axis_for_running_products_as_in_numpy() -> None:
    x = tg.tensor(3.0, requires_grad=True)
    for function in (tg.cumprod, tg.cumsum):
        y = function(x, axis=0)
        assert y.shape == np.cumprod(3.0, axis=0).shape == (1,)
        assert tg.grad(y.sum(), x).item() == 1.0


def test_a_number_is_flipped_and_rolled_over_its_axis_as_in_pytorch() -> None:
    x = tg.tensor(3.0, requires_grad=True)
    for y in (tg.flip(x, axis=0), x.flip(-1), tg.roll(x, 1, axis=0), tg.flip(x, axis=(0,))):
        assert y.shape == ()
        assert tg.grad(y, x).item() == 1.0
    with pytest.raises(IndexError, match=r"flip\(\(\), axis=1\): axis 1 is out of bounds"):
        tg.flip(x, axis=1)


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.2.0", reason="NumPy 2.2 has it")
def test_pad_takes_a_dictionary_of_axes() -> None:
    widths = {-1: (1, 2)}
    np.testing.assert_array_equal(np.pad(tg.tensor(X), widths).value, np.pad(X, widths))


def test_a_mask_says_where_to_insert() -> None:
    y = tg.insert(tg.tensor(V), [True, False, False, True], [7.0, 8.0])  # NumPy 2.0 warns
    assert y.tolist() == [7.0, 0.5, -1.5, 1.0, 8.0, 2.5]


def test_a_number_is_sorted_as_in_pytorch() -> None:
    x = tg.tensor(3.0, requires_grad=True)
    values, indices = tg.sort(x, axis=0, return_indices=True)
    assert (values.shape, indices.shape, indices.item()) == ((), (), 0)
    assert tg.grad(values, x).item() == 1.0
    assert tg.sort(x, axis=None).shape == np.sort(np.array(3.0), axis=None).shape
    with pytest.raises((ValueError, IndexError), match=r"sort.*axis 1 is out of"):
        tg.sort(x, axis=1)


@pytest.mark.parametrize("join", [np.r_, np.c_], ids=["r_", "c_"])
def test_what_numpy_cannot_hand_over_names_what_to_write(join: Any) -> None:
    x = tg.tensor(V, requires_grad=True)
    with pytest.raises(TypeError, match=r"tg\.concatenate\(\[a, b\]\)"):
        join[x, x]


MISTAKES: list[tuple[Any, type[Exception], str]] = [
    (lambda x: tg.hstack([]), ValueError, "hstack: needs at least one array"),
    (lambda x: tg.vstack(3), TypeError, "vstack: arrays must be a list of arrays, received 3"),
    (lambda x: tg.block([]), ValueError, "block: received an empty list"),
    (lambda x: tg.block([[x], x]), ValueError, "block: received lists that are not nested equally"),
    (lambda x: tg.block((x, x)), TypeError, "block: takes lists, not tuples"),
    (lambda x: tg.vsplit(x[0], 2), ValueError, r"vsplit: needs two axes or more, .* \(3,\)"),
    (lambda x: tg.hsplit(x, 2), ValueError, "hsplit: axis 1 of size 3 has no 2 equal parts"),
    (lambda x: tg.array_split(x, 0), ValueError, "array_split: indices_or_sections must be an int"),
    (lambda x: tg.array_split(x, [1.5]), TypeError, "array_split: indices_or_sections must be"),
    (lambda x: tg.split(x, split_size=[1, 2]), ValueError, r"the sizes \[1, 2\] add up to 3, not"),
    (lambda x: tg.split(x), TypeError, "split: give either the number or positions"),
    (lambda x: tg.delete(x, [True], axis=0), ValueError, r"delete: a mask must have shape \(2,\)"),
    (lambda x: tg.delete(x, 1.5), TypeError, "delete: obj must be an integer"),
    (lambda x: tg.compress(x > 0, x), ValueError, "compress: the condition must have one axis"),
    (lambda x: tg.resize(x, (-1, 2)), ValueError, "resize: new_shape must be an integer >= 0"),
    (lambda x: tg.trim_zeros(x, "x"), ValueError, "trim_zeros: trim must be one of 'fb', 'bf'"),
    (lambda x: tg.trim_zeros(x, 3), TypeError, "trim_zeros: trim must be a string, received 3"),
    (lambda x: tg.diff(x[0, 0]), ValueError, "diff: axis -1 is out of range"),
    (lambda x: tg.gradient(x, edge_order=3), ValueError, "gradient: edge_order must be 1 or 2"),
    (
        lambda x: np.gradient(x, 1.0, 2.0, 3.0),
        TypeError,
        "gradient: spacing must be one number, or",
    ),
    (lambda x: tg.gradient(x[:1]), ValueError, "gradient: axis 0 of size 1 is too short"),
    (lambda x: tg.gradient(x, [1.0, 2.0], axis=1), ValueError, "the places of axis 1 must have"),
    (lambda x: tg.interp(x, x, x), ValueError, r"interp: xp and fp must have one shape \(n,\)"),
    (lambda x: tg.interp(x, [1, 0], [0, 1]), ValueError, "interp: xp must ascend"),
    (lambda x: tg.interp(x, [1], [0], period=0), ValueError, "interp: period must not be 0"),
    (
        lambda x: np.select([x > 0], []),
        ValueError,
        "numpy_select: needs as many conditions as choices",
    ),
    (lambda x: np.select([x], [x]), TypeError, "numpy_select: conditions must be boolean"),
    (lambda x: tg.piecewise(x, x > 0, [1, 2]), ValueError, "piecewise: give a list of conditions"),
    (
        lambda x: tg.piecewise(x[0], [True] * 5, [1, 2]),
        ValueError,
        "a condition of shape .5,. does not fit x",
    ),
    (lambda x: tg.piecewise(x, [x > 0], []), ValueError, "piecewise: 1 conditions need as many"),
    (
        lambda x: tg.apply_along_axis(tg.sum, 1, x[:0]),
        ValueError,
        r"apply_along_axis: shape \(0, 3\) has no line along axis 1",
    ),
    (
        lambda x: tg.apply_over_axes(lambda a, axis: a.sum(), x, [0]),
        ValueError,
        "apply_over_axes: func must keep the axes or remove one",
    ),
    (lambda x: tg.flipud(x[0, 0]), ValueError, r"flipud: needs an axis, received shape \(\)"),
    (lambda x: tg.fliplr(x[0]), ValueError, r"fliplr: needs two axes or more, .* \(3,\)"),
    (lambda x: np.reshape(x, -1, order="A"), ValueError, "numpy_reshape: order must be one of 'C'"),
    (lambda x: tg.sliding_window_view(x, 2), ValueError, "2 axes need as many sizes, received 2"),
    (lambda x: tg.sliding_window_view(x, (3, 1)), ValueError, "a window of 3 does not fit axis 0"),
    (lambda x: np.take(x, [0], mode="x"), ValueError, "take: mode must be one of 'raise', 'wrap'"),
    (lambda x: np.pad(x, 1.5), ValueError, "pad_width must be one .before, after. for each of 2"),
    (lambda x: np.pad(x, -1), ValueError, "numpy_pad: widths cannot be negative, received -1"),
    (lambda x: np.pad(x, 1, "empty"), ValueError, "numpy_pad: mode must be one of 'constant'"),
    (lambda x: np.pad(x, 1, "edge", stat_length=1), TypeError, "mode 'edge' takes no stat_length"),
    (
        lambda x: np.pad(x, 1, "mean", stat_length=0),
        ValueError,
        "stat_length must be an integer >=",
    ),
    (
        lambda x: np.pad(x, 1, "reflect", reflect_type="x"),
        ValueError,
        "reflect_type must be one of",
    ),
    (lambda x: tg.polyval(x, 1.0), ValueError, "polyval: p must have one axis"),
    (lambda x: tg.vander(x), ValueError, r"vander: needs one axis, received shape \(2, 3\)"),
    (lambda x: tg.convolve(x[0], x), ValueError, "convolve: a and v must have one axis that is"),
    (lambda x: tg.correlate(x[0], [1.0], "all"), ValueError, "correlate: mode must be one of"),
]


@pytest.mark.parametrize(("call", "kind", "message"), MISTAKES, ids=[m[2] for m in MISTAKES])
def test_a_mistake_is_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(tg.tensor(X, requires_grad=True))
