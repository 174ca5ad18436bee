"""PyTorch's twin of each operation: what to call there with the same arguments.

Most operations need no entry: the function of the same name is found in ``torch`` or in
``torch.nn.functional``. `NAMES` holds other names, `TWINS` calls that differ in their arguments,
``(torch, *tensors, **params) -> tensor``, and `NONE` the operations that PyTorch has not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# PyTorch's names for NumPy's keywords.
KEYWORDS = {"axis": "dim", "keepdims": "keepdim"}

NAMES = {
    "absolute": "abs",
    "conjugate": "conj",
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "divide": "div",
    "einsum_diagonal": "einsum",
    "equal": "eq",
    "greater": "gt",
    "greater_equal": "ge",
    "less": "lt",
    "less_equal": "le",
    "max": "amax",
    "min": "amin",
    "multiply": "mul",
    "negative": "neg",
    "nonzero": "argwhere",
    "not_equal": "ne",
    "pinv": "pinverse",
    "positive": "clone",
    "power": "pow",
    "rint": "round",
    "subtract": "sub",
}

_PLACE = "PyTorch has no function that puts elements in or takes them out"
_CHOICE = "there is no such function of conditions"
_LINES = "there is no loop over lines; torch.vmap is another thing"

NONE = {
    "apply_along_axis": _LINES,
    "apply_along_axis_square": _LINES,
    "apply_over_axes": _LINES,
    "block": "torch.block_diag is another function",
    "cbrt": "there is no cube root",
    "divmod": "there is no such pair",
    "choose": _CHOICE,
    "compress": _PLACE,
    "convolve": "there are no modes; convolve_full is compared",
    "correlate": "there are no modes; convolve_full is compared",
    "delete": _PLACE,
    "extract": _PLACE,
    "frexp": "its mantissa has no second derivative there",
    "gather_at_maxima": "a helper of max pooling",
    "insert": _PLACE,
    "interp": "there is no interpolation between points",
    "numpy_pad": "most of NumPy's modes are missing; those that there are, pad compares",
    "numpy_ravel": "there is no order of columns",
    "numpy_reshape": "there is no order of columns",
    "numpy_select": _CHOICE,
    "piecewise": _CHOICE,
    "polyval": "there are no polynomials",
    "resize": "there is no cyclic repetition to a shape",
    "imag": "PyTorch refuses real tensors",
    "modf": "there is no such pair",
    **dict.fromkeys(
        [
            *("nancumprod", "nancumsum", "nanmax", "nanmin", "nanpercentile", "nanprod", "nanstd"),
            *("nanvar", "partition", "percentile", "real_if_close", "unwrap"),
        ],
        "NumPy alone has it",
    ),
    **dict.fromkeys(
        ["digamma", "gammaln", "polygamma", "polygamma_of"],
        "PyTorch's trigamma has nine digits; tests/ops/test_gamma.py compares with mpmath",
    ),
    "sign_through": "there is no straight-through estimator",
    "sparsemax": "there is no sparsemax",
    "spread_over_windows": "a helper of sum pooling",
    "spread_to_maxima": "a helper of max pooling",
    "step_through": "there is no straight-through estimator",
    "sum_pool2d": "there is no sum pooling",
    "trim_zeros": _PLACE,
    "unpad": "a helper of padding",
}


def twin(torch: Any, name: str) -> Callable[..., Any] | None:
    """What computes the same as our operation, with our arguments; None where nothing does."""
    if name in NONE:
        return None
    if name in TWINS:
        return lambda *inputs, **params: TWINS[name](torch, *inputs, **params)
    theirs = NAMES.get(name, name)
    for home in (torch, torch.nn.functional):
        if (function := getattr(home, theirs, None)) is not None:
            return lambda *inputs, **params: function(
                *inputs, **{KEYWORDS.get(key, key): value for key, value in params.items()}
            )
    raise LookupError(
        f"torch has no {theirs!r}: add the twin of {name} to TWINS in tests/parity/twins.py, or "
        "the reason why it has none to NONE"
    )


def functional(name: str, **fixed: Any) -> Any:
    """A function of ``torch.nn.functional``, with some arguments fixed."""

    def call(torch: Any, *tensors: Any, **params: Any) -> Any:
        return getattr(torch.nn.functional, name)(*tensors, **params, **fixed)

    return call


def _prelu(torch: Any, x: Any, slope: Any) -> Any:
    return torch.where(x > 0, x, slope * x)


def _torch_add(name: str) -> Any:
    def call(torch: Any, x: Any, a: Any, b: Any, value: float = 1.0) -> Any:
        return getattr(torch, name)(x, a, b, value=value)

    return call


def _torch_weight(torch: Any, x: Any, grad: Any, kernel_size: Any, **params: Any) -> Any:
    """PyTorch's gradient of conv2d with respect to a weight of zeros, itself differentiable."""
    shape = (
        grad.shape[1],
        x.shape[1] // params.get("groups", 1),
        *np.broadcast_to(kernel_size, 2).tolist(),
    )
    weight = torch.zeros(shape, dtype=x.dtype, requires_grad=True)
    y = torch.nn.functional.conv2d(x, weight, **params)
    return torch.autograd.grad(y, weight, grad, create_graph=True)[0]


def _torch_pad(
    torch: Any, x: Any, pad_width: Any, mode: str = "constant", value: float = 0.0
) -> Any:
    widths = [n for pair in reversed(pad_width) for n in pair]
    if mode == "constant":
        return torch.nn.functional.pad(x, widths, mode, value)
    return torch.nn.functional.pad(x[None, None], widths, mode)[0, 0]


def _torch_running(name: str) -> Any:
    def call(torch: Any, x: Any, axis: Any = None) -> Any:
        return getattr(torch, name)(x.reshape(-1) if axis is None else x, dim=axis or 0)

    return call


def _torch_prod(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    for a in sorted((a % x.ndim for a in axes), reverse=True):
        x = torch.prod(x, dim=a, keepdim=keepdims)
    return x


def _torch_eigh(torch: Any, x: Any) -> Any:
    values, vectors = torch.linalg.eigh((x + x.mT) / 2)
    return torch.cat([values, (vectors**2).flatten(-2)], dim=-1)


def _torch_svd(torch: Any, x: Any) -> Any:
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    weights = torch.arange(1.0, s.shape[-1] + 1).to(s)
    parts = [u * u, vh * vh, (u * weights) @ vh]
    return torch.cat([s, *(p.flatten(-2) for p in parts)], dim=-1)


def _torch_qr(torch: Any, x: Any) -> Any:
    q, r = torch.linalg.qr(x)
    sign = torch.sign(torch.diagonal(r, 0, -2, -1)).detach()
    return torch.cat([(q * sign[..., None, :]).flatten(-2), (r * sign[..., None]).flatten(-2)], -1)


def _torch_clamp(torch: Any, x: Any, *bounds: Any) -> Any:
    # PyTorch takes two tensors or two numbers.
    mixed = any(isinstance(b, torch.Tensor) for b in bounds)
    given = [torch.tensor(b) if mixed and isinstance(b, float) else b for b in bounds]
    return torch.clamp(x, *given)


def _torch_added(torch: Any, x: Any, index: Any, shape: Any) -> Any:
    places = torch.tensor(np.array(np.arange(int(np.prod(shape))).reshape(shape)[index]))
    flat = torch.zeros(int(np.prod(shape)), dtype=x.dtype)
    return flat.index_add(0, places.reshape(-1), x.reshape(-1)).reshape(shape)


def _torch_read(torch: Any, x: Any, index: Any) -> Any:
    places = torch.tensor(np.array(np.arange(x.numel()).reshape(x.shape)[index]))
    return x.reshape(-1)[places.reshape(-1)].reshape(tuple(places.shape))


def _torch_logits(torch: Any, x: Any, t: Any, pos_weight: Any = None) -> Any:
    if pos_weight is None:
        pos_weight = torch.ones((), dtype=x.dtype)
    F = torch.nn.functional
    return -pos_weight * t * F.logsigmoid(x) - (1 - t) * F.logsigmoid(-x)


def _torch_moments(name: str) -> Any:
    def call(torch: Any, x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        return getattr(torch, name)(x, dim=axis, correction=ddof, keepdim=keepdims)

    return torch_joined(call)


def _torch_standardized(torch: Any, x: Any, axis: Any, eps: float = 1e-5) -> Any:
    var, mean = torch.var_mean(x, dim=axis, correction=0, keepdim=True)
    return (x - mean) / torch.sqrt(var + eps)


def _torch_norm(torch: Any, x: Any, **params: Any) -> Any:
    axis = params.pop("axis", None)
    order = params.pop("ord", None)
    return torch.linalg.norm(x, order, dim=axis, keepdim=params.pop("keepdims", False))


def torch_joined(function: Any) -> Any:
    """The same of a function ``(torch, *tensors, **params)``."""

    def call(torch: Any, *tensors: Any, **params: Any) -> Any:
        return torch.cat([p.reshape(-1) for p in function(torch, *tensors, **params)])

    return call


def _torch_flip(torch: Any, x: Any, axis: Any = None) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return torch.flip(x, axes)


def _torch_roll(torch: Any, x: Any, shift: Any, axis: Any = None) -> Any:
    return torch.roll(x, shift, axis)


def _torch_repeat(torch: Any, x: Any, repeats: Any, axis: Any = None) -> Any:
    counts = repeats if isinstance(repeats, int) else torch.as_tensor(repeats)
    return torch.repeat_interleave(x, counts, dim=axis)


def _torch_split(torch: Any, x: Any, **how: Any) -> Any:
    axis = how.pop("axis", 0)
    if "split_size" in how:
        return torch.split(x, how["split_size"], dim=axis)
    cut = how["indices_or_sections"]
    return torch.tensor_split(x, cut, dim=axis)


def _torch_diff(
    torch: Any, x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None
) -> Any:
    shape = [1 if a == axis % x.ndim else size for a, size in enumerate(x.shape)]
    ends = [
        end if end is None or getattr(end, "ndim", 0) else torch.as_tensor(end).expand(shape).to(x)
        for end in (prepend, append)
    ]
    return torch.diff(x, n=n, dim=axis, prepend=ends[0], append=ends[1])


def _torch_ediff1d(torch: Any, x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    parts = [to_begin, torch.diff(x.reshape(-1)), to_end]
    return torch.cat([p.reshape(-1) for p in parts if p is not None])


def _torch_gradient(
    torch: Any, x: Any, *spacing: Any, axis: Any = None, edge_order: int = 1
) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    steps = spacing * len(axes) if len(spacing) == 1 else spacing or (1.0,) * len(axes)
    places = [
        s if np.ndim(s) else s * torch.arange(x.shape[a], dtype=x.dtype)
        for a, s in zip(axes, steps, strict=True)
    ]
    return torch.gradient(x, spacing=places, dim=axes, edge_order=edge_order)


def _torch_trapezoid(torch: Any, y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    if x is None:
        return torch.trapezoid(y, dim=axis) * dx
    if x.ndim == 1:
        x = x.reshape(-1, *(1,) * (y.ndim - axis % y.ndim - 1))
    return torch.trapezoid(y, x.expand(y.shape), dim=axis)


def _torch_convolve(torch: Any, a: Any, v: Any) -> Any:
    return torch.nn.functional.conv1d(a[None, None], v.flip(0)[None, None], padding=v.shape[0] - 1)[
        0, 0
    ]


def _torch_var(name: str) -> Any:
    def call(torch: Any, x: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        return getattr(torch, name)(x, dim=axis, correction=ddof, keepdim=keepdims)

    return call


def _torch_logsumexp(torch: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    return torch.logsumexp(x, dim=axes, keepdim=keepdims) if x.ndim else x


def _torch_set(torch: Any, x: Any, value: Any, index: Any) -> Any:
    # The last of repeated writes stays: give PyTorch only those.
    places = np.asarray(np.arange(x.numel()).reshape(x.shape)[index])
    last = {int(p): k for k, p in enumerate(places.flat)}
    value = value.reshape(tuple(value.shape)[max(value.ndim - places.ndim, 0) :])
    values = torch.broadcast_to(value, tuple(places.shape)).reshape(-1)
    flat = x.reshape(-1).clone()
    flat[list(last)] = values[list(last.values())]
    return flat.reshape(x.shape)


def _torch_by_axis(name: str) -> Any:
    def call(torch: Any, x: Any, axis: int, *rest: Any, **params: Any) -> Any:
        return getattr(torch, name)(x, axis, *rest, **params)

    return call


def _torch_take(torch: Any, x: Any, indices: Any, axis: Any = None) -> Any:
    places = np.take(np.arange(x.numel()).reshape(x.shape), np.asarray(indices), axis)
    return x.reshape(-1)[torch.as_tensor(places.reshape(-1))].reshape(places.shape)


def _torch_along(torch: Any, x: Any, indices: Any, axis: Any = -1) -> Any:
    return torch.take_along_dim(x, indices, axis)


def _torch_well_placed(torch: Any, a: Any, ind: int) -> Any:
    n = int(np.prod(a.shape[:ind]))
    return a + 3.0 * torch.eye(n, dtype=a.dtype).reshape(a.shape)


def _torch_lstsq(torch: Any, a: Any, b: Any) -> Any:
    y = torch.linalg.pinv(a) @ b
    rest = ((a @ y - b) ** 2).reshape(len(b), -1).sum(0)
    parts = [y.reshape(-1), rest, torch.linalg.svdvals(a)]
    return torch.cat(parts if a.shape[0] > a.shape[1] else parts[::2])


def _torch_windows(torch: Any, x: Any, window_shape: Any, axis: Any = None) -> Any:
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis).tolist()
    for a, size in zip(axes, np.atleast_1d(window_shape).tolist(), strict=True):
        x = x.unfold(a, size, 1)
    return x


def _torch_quantile(name: str) -> Any:
    def call(
        torch: Any, x: Any, q: Any, axis: Any = None, keepdims: bool = False, **how: Any
    ) -> Any:
        shares = torch.as_tensor(q, dtype=x.dtype)
        axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
        axes = [a % x.ndim for a in axes]
        kept = [a for a in range(x.ndim) if a not in axes]
        lines = x.permute((*kept, *axes)).reshape([*(x.shape[a] for a in kept), -1])
        y = getattr(torch, name)(
            lines, shares.reshape(-1), dim=-1, interpolation=how.get("method", "linear")
        )
        shape = [1 if a in axes else n for a, n in enumerate(x.shape)] if keepdims else y.shape[1:]
        return y.reshape([*shares.shape, *shape])

    return call


def _torch_average(torch: Any, x: Any, *weights: Any, axis: Any = None, **how: Any) -> Any:
    axes = tuple(range(x.ndim)) if axis is None else axis
    w = torch.ones_like(x)
    if weights and weights[0].shape == x.shape:
        w = weights[0]
    elif weights:
        given = axis if isinstance(axis, tuple) else (axis,)
        w = weights[0].permute(*np.argsort(given).tolist())
        w = w.reshape([n if a in given else 1 for a, n in enumerate(x.shape)]).expand(x.shape)
    options = {"dim": axes, "keepdim": how.get("keepdims", False)}
    total = w.sum(**options)
    y = (x * w).sum(**options) / total
    return torch.cat([y.reshape(-1), total.reshape(-1)]) if how.get("returned") else y


def _torch_cov(name: str) -> Any:
    def call(torch: Any, x: Any, *rest: Any, rowvar: bool = True, **how: Any) -> Any:
        y, rowvar, bias, ddof, fweights, aweights = (
            *rest,
            *(None, rowvar, how.get("bias", False), how.get("ddof"), None, None)[len(rest) :],
        )
        rows = [a if rowvar or a.ndim < 2 else a.T for a in (x, y) if a is not None]
        joined = torch.cat([torch.atleast_2d(a) for a in rows]) if len(rows) > 1 else rows[0]
        if name == "corrcoef":
            return torch.corrcoef(joined).squeeze()
        ddof = (0 if bias else 1) if ddof is None else ddof
        weights = {"fweights": fweights, "aweights": aweights}
        return torch.cov(joined, correction=ddof, **weights).squeeze()

    return call


TWINS = {
    **{
        name: (lambda torch, *inputs, _name=name: getattr(torch.special, _name)(*inputs))
        for name in ("entr", "ndtr", "xlog1py")
    },
    "angle": lambda torch, x, deg=False: torch.angle(x) * (180 / np.pi if deg else 1.0),
    "average": _torch_average,
    "corrcoef": _torch_cov("corrcoef"),
    "cov": _torch_cov("cov"),
    "ldexp": lambda torch, x, n: x * torch.pow(2.0, torch.as_tensor(n).to(x.dtype)),
    "nanmedian": lambda torch, x, axis=None, keepdims=False: _torch_quantile("nanquantile")(
        torch, x, 0.5, axis, keepdims
    ),
    "nanquantile": _torch_quantile("nanquantile"),
    "nansum": lambda torch, x, axis=None, keepdims=False, initial=0.0: (
        torch.nansum(x, dim=axis, keepdim=keepdims) + initial
    ),
    "quantile": _torch_quantile("quantile"),
    "rollaxis": lambda torch, x, axis, start=0: x.movedim(
        axis, (start % x.ndim if start < x.ndim else start) - (axis % x.ndim < start % (x.ndim + 1))
    ),
    "broadcast_arrays": torch_joined(lambda torch, *arrays: torch.broadcast_tensors(*arrays)),
    "sliding_window_view": _torch_windows,
    "cross": lambda torch, a, b, axisb=-1, axisc=-1, axis=-1: torch.linalg.cross(
        *torch.broadcast_tensors(a, b.movedim(axisb, -1)), dim=axis
    ).movedim(-1, axisc),
    "vecdot": lambda torch, a, b, axis=-1: torch.linalg.vecdot(a, b, dim=axis),
    "matvec": lambda torch, a, v: (a @ v[..., None])[..., 0],
    "vecmat": lambda torch, v, a: (v[..., None, :] @ a)[..., 0, :],
    "multi_dot": lambda torch, *factors: torch.linalg.multi_dot(factors),
    "matrix_transpose": lambda torch, x: x.mT,
    "tensorinv": lambda torch, a, ind=2: torch.linalg.tensorinv(
        _torch_well_placed(torch, a, ind), ind
    ),
    "tensorsolve": lambda torch, a, b: torch.linalg.tensorsolve(
        _torch_well_placed(torch, a, b.ndim), b
    ),
    "lstsq": _torch_lstsq,
    "cond": lambda torch, x, p=None: (
        torch.linalg.matrix_norm(x, p) * torch.linalg.matrix_norm(torch.linalg.inv(x), p)
        if p not in (None, 2, -2)
        else (torch.linalg.svdvals(x)[..., 0] / torch.linalg.svdvals(x)[..., -1])
        ** (-1 if p == -2 else 1)
    ),
    "matrix_rank": lambda torch, x, tol=None: torch.linalg.matrix_rank(x, atol=tol),
    "append": lambda torch, a, b, axis=None: (
        torch.cat([a.reshape(-1), b.reshape(-1)]) if axis is None else torch.cat([a, b], axis)
    ),
    "column_stack": lambda torch, *arrays: torch.column_stack(arrays),
    "dstack": lambda torch, *arrays: torch.dstack(arrays),
    "array_split": torch_joined(
        lambda torch, x, indices_or_sections, axis=0: torch.tensor_split(
            x, indices_or_sections, axis
        )
    ),
    **{
        name: torch_joined(
            lambda torch, x, indices_or_sections, name=name: getattr(torch, name)(
                x, indices_or_sections
            )
        )
        for name in ("hsplit", "vsplit", "dsplit")
    },
    "ediff1d": _torch_ediff1d,
    "gradient": torch_joined(_torch_gradient),
    "trapezoid": _torch_trapezoid,
    # PyTorch's own has no second derivative.
    "vander": lambda torch, x, N=None, increasing=False: (
        x[:, None]
        ** torch.tensor(np.vander([2.0], len(x) if N is None else N, increasing)[0]).log2()
    ),
    "convolve_full": _torch_convolve,
    "squareplus": lambda torch, x, b=4.0: (x + torch.sqrt(x * x + b)) / 2,
    # PyTorch has no second derivative of it; ReLU6 of the same thing has.
    "hardsigmoid": lambda torch, x: torch.nn.functional.relu6(x + 3) / 6,
    "prelu": _prelu,
    "cross_entropy": lambda torch, *tensors, **params: torch.nn.functional.cross_entropy(
        *tensors, **params
    ),
    "addcmul": _torch_add("addcmul"),
    "addcdiv": _torch_add("addcdiv"),
    "argsort": lambda torch, x, axis=-1: torch.argsort(x, dim=axis, stable=True),
    "conv2d_weight": _torch_weight,
    "pad": _torch_pad,
    "prod": _torch_prod,
    "cumsum": _torch_running("cumsum"),
    "cumprod": _torch_running("cumprod"),
    "diff": _torch_diff,
    "cholesky": lambda torch, x: torch.linalg.cholesky(
        x @ x.mT + torch.eye(x.shape[-1], dtype=x.dtype)
    ),
    "eigh": _torch_eigh,
    "eigvalsh": lambda torch, x: torch.linalg.eigvalsh((x + x.mT) / 2),
    "svd": _torch_svd,
    "svdvals": lambda torch, x: torch.linalg.svdvals(x),
    "qr": _torch_qr,
    "diagonal": lambda torch, x, offset=0, axis1=0, axis2=1: torch.diagonal(
        x, offset, axis1, axis2
    ),
    "diag_embed": lambda torch, x, offset=0: torch.diag_embed(x, offset),
    "diag": lambda torch, x, k=0: torch.diag(x, k),
    "trace": lambda torch, x, offset=0, axis1=0, axis2=1: torch.diagonal(
        x, offset, axis1, axis2
    ).sum(-1),
    "tril": lambda torch, x, k=0: torch.tril(x, k),
    "triu": lambda torch, x, k=0: torch.triu(x, k),
    "tensordot": lambda torch, a, b, axes=2: torch.tensordot(a, b, axes),
    "outer": lambda torch, a, b: torch.outer(a.reshape(-1), b.reshape(-1)),
    "dot": lambda torch, a, b: (
        a * b
        if not a.ndim or not b.ndim
        else torch.tensordot(a, b, ([a.ndim - 1], [max(b.ndim - 2, 0)]))
    ),
    "vdot": lambda torch, a, b: (a * b).sum(),
    "clip": _torch_clamp,
    "getitem": _torch_read,
    "add_at": _torch_added,
    "linear": lambda torch, *tensors: torch.nn.functional.linear(*tensors),
    "huber": lambda torch, x, delta=1.0: torch.nn.functional.huber_loss(
        x, torch.zeros_like(x), reduction="none", delta=delta
    ),
    "log_cosh": lambda torch, x: torch.log(torch.cosh(x)),
    "binary_cross_entropy": lambda torch, p, t: -t * torch.log(p) - (1 - t) * torch.log(1 - p),
    "binary_cross_entropy_with_logits": _torch_logits,
    "var_mean": _torch_moments("var_mean"),
    "std_mean": _torch_moments("std_mean"),
    "aminmax": torch_joined(
        lambda torch, x, axis=None, keepdims=False: (
            torch.amin(x, () if axis is None else axis, keepdims),
            torch.amax(x, () if axis is None else axis, keepdims),
        )
    ),
    "ptp": lambda torch, x, axis=None, keepdims=False: (
        torch.amax(x, () if axis is None else axis, keepdims)
        - torch.amin(x, () if axis is None else axis, keepdims)
    ),
    "batch_norm": lambda torch, x, weight, bias, eps=1e-5: torch.nn.functional.batch_norm(
        x, None, None, weight, bias, True, 0.0, eps
    ),
    "normalize": _torch_standardized,
    "vector_norm": lambda torch, x, axis=None, ord=2, keepdims=False: torch.linalg.vector_norm(
        x, ord, dim=axis, keepdim=keepdims
    ),
    "matrix_norm": lambda torch, x, ord="fro", axis=(-2, -1), keepdims=False: (
        torch.linalg.matrix_norm(x, ord, axis, keepdims)
    ),
    "norm": _torch_norm,
    "interpolate_nearest": functional("interpolate", mode="nearest"),
    "interpolate_bilinear": functional("interpolate", mode="bilinear"),
    "adaptive_max_pool1d": functional("adaptive_max_pool1d"),
    "adaptive_max_pool2d": functional("adaptive_max_pool2d"),
    "allclose": lambda torch, a, b, **how: torch.tensor(
        torch.allclose(*torch.broadcast_tensors(a, b), **how)
    ),
    "count_nonzero": lambda torch, x, axis=None, keepdims=False: torch.as_tensor(
        np.count_nonzero(x.numpy(), axis=axis, keepdims=keepdims)
    ),
    "bincount": lambda torch, x, minlength=0: torch.bincount(x, minlength=minlength),
    "flip": _torch_flip,
    "roll": _torch_roll,
    "rot90": lambda torch, x, k=1, axes=(0, 1): torch.rot90(x, k, axes),
    "repeat": _torch_repeat,
    "repeat_interleave": _torch_repeat,
    "tile": lambda torch, x, reps: torch.tile(x, reps if isinstance(reps, tuple) else (reps,)),
    "split": torch_joined(_torch_split),
    "chunk": torch_joined(lambda torch, x, chunks, axis=0: torch.chunk(x, chunks, axis)),
    "unbind": torch_joined(lambda torch, x, axis=0: torch.unbind(x, axis)),
    "narrow": lambda torch, x, axis, start, length: torch.narrow(x, axis, start, length),
    "select": lambda torch, x, axis, index: torch.select(x, axis, index),
    "hstack": lambda torch, *tensors: torch.hstack(tensors),
    "vstack": lambda torch, *tensors: torch.vstack(tensors),
    "meshgrid": torch_joined(
        lambda torch, *lines, indexing="xy", sparse=False: (
            lines
            if sparse
            else torch.meshgrid(*[line.reshape(-1) for line in lines], indexing=indexing)
        )
    ),
    "logsumexp": _torch_logsumexp,
    "var": _torch_var("var"),
    "std": _torch_var("std"),
    "floor_divide": lambda torch, a, b: torch.div(a, b, rounding_mode="floor"),
    "heaviside": lambda torch, x, v: torch.where(x == 0, v, (x > 0).to(v.dtype)) + 0 * x,
    "take_along_axis": _torch_along,
    "scatter": lambda torch, x, axis, index, src: _torch_set(
        torch,
        x,
        src[tuple(slice(n) for n in index.shape)]
        if isinstance(src, torch.Tensor)
        else torch.tensor(src, dtype=x.dtype),
        tuple(
            index.numpy() if a == axis % x.ndim else grid
            for a, grid in enumerate(np.ogrid[tuple(slice(n) for n in index.shape)])
        ),
    ),
    "scatter_add": _torch_by_axis("scatter_add"),
    "index_select": _torch_by_axis("index_select"),
    "take": _torch_take,
    "index_add": _torch_by_axis("index_add"),
    "set_at": _torch_set,
    "reshape": lambda torch, x, shape: x.reshape(shape),
    "transpose": lambda torch, x, axes=None: x.permute(axes or tuple(range(x.ndim))[::-1]),
    "broadcast_to": lambda torch, x, shape: torch.broadcast_to(x, shape),
    "expand_dims": lambda torch, x, axis: x.reshape(np.expand_dims(np.empty(x.shape), axis).shape),
    "squeeze": lambda torch, x, axis=None: x.squeeze() if axis is None else x.squeeze(axis),
    "swapaxes": lambda torch, x, axis1, axis2: torch.swapaxes(x, axis1, axis2),
    "moveaxis": lambda torch, x, source, destination: torch.moveaxis(x, source, destination),
    "concatenate": lambda torch, *arrays, axis=0: (
        torch.cat([a.reshape(-1) for a in arrays]) if axis is None else torch.cat(arrays, dim=axis)
    ),
    "stack": lambda torch, *arrays, axis=0: torch.stack(arrays, dim=axis),
    "astype": lambda torch, x, dtype: x.to(torch.float64),
    "inv": lambda torch, x: torch.linalg.inv(x + 3.0 * torch.eye(x.shape[-1]).to(x)),
    "solve": lambda torch, a, b: (torch.linalg.inv(a + 3.0 * torch.eye(a.shape[-1]).to(a))) @ b,
    "matrix_power": lambda torch, x, n: torch.linalg.matrix_power(
        x + 3.0 * torch.eye(x.shape[-1]).to(x), n
    ),
    "sign_det": lambda torch, x: torch.linalg.slogdet(x)[0],
    "logabsdet": lambda torch, x: torch.linalg.slogdet(x)[1],
    "slogdet": lambda torch, x: sum(torch.linalg.slogdet(x)),
    "sort": lambda torch, x, axis=-1, descending=False: torch.sort(
        x.reshape(-1) if axis is None else x,
        dim=0 if axis is None else axis,
        descending=descending,
    )[0],
    "topk": lambda torch, x, k, axis=-1, largest=True: torch.topk(x, k, axis, largest)[0],
    "kthvalue": lambda torch, x, k, axis=-1, keepdims=False: torch.kthvalue(
        x, k, axis, keepdim=keepdims
    )[0],
    "median": lambda torch, x, axis=None, keepdims=False: torch.quantile(
        x, 0.5, dim=axis, keepdim=keepdims
    ),
    "unique": lambda torch, x, axis=None: torch.unique(x, dim=axis),
    "unique_values": lambda torch, x, axis=None: torch.unique(x, dim=axis),
}
