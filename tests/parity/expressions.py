"""Expressions of PyTorch, by subject: `test_expressions` calls each in both libraries.

They are written with the names `torch`, `F`, `nn`, and with the operands below. What stands before
the last semicolon is done first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["EXPRESSIONS", "operands"]


def operands(torch: Any) -> dict[str, Any]:
    """The tensors that expressions are written with; the floats of one letter are leaves."""
    rng = np.random.default_rng(12)

    def leaf(array: Any) -> Any:
        return torch.tensor(np.asarray(array, np.float32)).requires_grad_(True)

    square = rng.normal(size=(4, 4)) + 3.0 * np.eye(4)
    return {
        "x": leaf(rng.normal(size=(3, 4))),
        "y": leaf(rng.normal(size=(3, 4))),
        "p": leaf(rng.uniform(0.2, 2.0, (3, 4))),
        "u": leaf(rng.uniform(-0.9, 0.9, (3, 4))),
        "v": leaf(rng.normal(size=4)),
        "w": leaf(rng.normal(size=4)),
        "r": leaf(rng.normal(size=(3, 1))),
        "m": leaf(rng.normal(size=(4, 5))),
        "q": leaf(square),
        "s": leaf(square @ square.T / 4.0 + np.eye(4)),
        "b": leaf(rng.normal(size=(2, 3, 4))),
        "c": leaf(rng.normal(size=(2, 4, 5))),
        "z": leaf(1.5),
        "images": leaf(rng.normal(size=(2, 3, 6, 6))),
        "signal": leaf(rng.normal(size=(2, 3, 8))),
        "kernel": leaf(0.3 * rng.normal(size=(4, 3, 3, 3))),
        "filter": leaf(0.3 * rng.normal(size=(4, 3, 3))),
        "k": torch.tensor(rng.integers(-4, 9, (3, 4))),
        "i": torch.tensor([2, 0, 1]),
        "places": torch.tensor(rng.integers(0, 3, (3, 4))),
        "labels": torch.tensor([1, 0, 3]),
        "counts": torch.tensor([1, 2, 2, 5, 1, 1]),
        "mask": torch.tensor(rng.random((3, 4)) > 0.5),
        "d": torch.tensor(rng.normal(size=(3, 4))),
        "short": torch.tensor(np.array([3, 1, 2], np.int32)),
        "byte": torch.tensor(np.array([3, 1, 255], np.uint8)),
        "number": torch.tensor(2.5, dtype=torch.float64),
        "holes": torch.tensor([[1.0, float("nan"), 3.0], [float("inf"), 5.0, -2.0]]),
        "t": torch.tensor([[1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0]]),
    }


EXPRESSIONS: dict[str, str] = {
    "largest, order": """
        x.max()
        x.min()
        x.max(1)
        x.max(1)[1]
        x.max(dim=1, keepdim=True)
        x.max(1, keepdim=True)[1]
        torch.max(x, 1)
        torch.max(x, dim=-1).values
        torch.max(x, y)
        torch.min(x, y)
        torch.min(x, 0)
        x.min(dim=0).indices
        torch.max(k)
        k.max(1)
        z.max(0)
        torch.amax(x, dim=1)
        x.amin(dim=(0, 1))
        x.amax(1, keepdim=True)
        torch.aminmax(x)
        torch.aminmax(x, dim=1).max
        x.argmax()
        x.argmax(dim=1)
        x.argmin(1, keepdim=True)
        torch.argmax(x, dim=-1)
        torch.maximum(x, y)
        torch.minimum(x, y)
        torch.fmax(x, y)
        torch.sort(x)
        x.sort()
        x.sort(dim=0)
        x.sort(descending=True)
        torch.sort(x, 1, True)
        torch.sort(x, dim=0, stable=True)
        torch.argsort(x)
        x.argsort(dim=0, descending=True)
        torch.argsort(x, dim=-1, stable=True)
        torch.msort(x)
        x.topk(2)
        torch.topk(x, 2, dim=0)
        torch.topk(x, 3, largest=False)
        x.topk(1, dim=1, largest=True, sorted=True)[1]
        torch.kthvalue(x, 2)
        x.kthvalue(2, dim=0, keepdim=True)
        x.median()
        x.median(1)
        torch.median(x, dim=0, keepdim=True)
        holes.nanmedian()
        torch.nanmedian(holes, dim=1).values
        torch.mode(counts)
        k.mode(dim=1).values
        torch.cummax(x, dim=1)
        torch.cummin(x, 0)
        x.cummax(dim=0).values
        torch.unique(counts)
        torch.unique(counts, return_inverse=True)
        counts.unique(return_counts=True)
        torch.unique(counts, sorted=True, return_inverse=True, return_counts=True)
        torch.unique(places, dim=0)
        torch.unique_consecutive(counts)
        counts.unique_consecutive(return_inverse=True, return_counts=True)
        torch.searchsorted(torch.tensor([1., 3., 5.]), torch.tensor([0., 3., 6.]))
        torch.searchsorted(torch.tensor([1., 3., 5.]), torch.tensor([0., 3., 6.]), right=True)
        torch.bucketize(x, torch.tensor([-1., 0., 1.]))
        torch.isin(counts, torch.tensor([1, 5]))
        torch.quantile(x, 0.3)
        torch.quantile(x, torch.tensor([0.1, 0.5]), dim=1)
        x.quantile(0.5, dim=0, keepdim=True)
        torch.quantile(x, 0.3, interpolation="nearest")
        torch.nanquantile(holes[0], 0.5)
        torch.histc(p, bins=4, min=0, max=2)
        torch.histogram(p.detach().flatten(), bins=3, range=(0., 2.))
        torch.bincount(counts)
        torch.bincount(counts, minlength=8)
        counts.bincount(weights=torch.ones(6))
    """,
    "sums and moments": """
        x.sum()
        x.sum(0)
        x.sum(dim=1, keepdim=True)
        x.sum((0, 1))
        x.sum(dim=[0, 1])
        torch.sum(x, 1)
        torch.sum(x, dim=-1, dtype=torch.float64)
        mask.sum()
        mask.sum(dim=1)
        short.sum()
        k.sum(1)
        byte.sum()
        x.mean()
        x.mean(1)
        x.mean([0, 1], keepdim=True)
        torch.mean(x, dim=0)
        k.float().mean()
        mask.float().mean()
        k.mean(dtype=torch.float32)
        x.prod()
        x.prod(1)
        torch.prod(x, 0, keepdim=True)
        short.prod()
        x.var()
        x.var(0)
        x.var(dim=1, unbiased=False)
        x.var(False)
        x.var(1, keepdim=True)
        x.var(dim=0, correction=0)
        x.std()
        x.std(1)
        x.std(dim=(0, 1))
        torch.std(x, dim=0, unbiased=True)
        torch.std(x, 0, keepdim=True)
        torch.var_mean(x)
        torch.var_mean(x, dim=1, correction=0)
        torch.std_mean(x, dim=0)
        x.norm()
        x.norm(1)
        x.norm(2)
        x.norm(p=2, dim=1)
        x.norm(2, 1, True)
        x.norm(dim=0, keepdim=True)
        x.norm("fro")
        q.norm("nuc")
        x.norm(float("inf"))
        torch.norm(x, 3)
        torch.norm(x, p=1, dim=0)
        torch.norm(b)
        b.norm(2, dim=(1, 2))
        torch.dist(x, y)
        torch.dist(x, y, 1)
        x.logsumexp(1)
        torch.logsumexp(x, dim=(0, 1))
        torch.logsumexp(x, 0, keepdim=True)
        x.cumsum(0)
        torch.cumsum(x, dim=1)
        torch.cumsum(mask, dim=1)
        x.cumprod(1)
        torch.cumprod(x, 0)
        torch.logcumsumexp(x, dim=1)
        x.diff()
        torch.diff(x, dim=0)
        torch.diff(x, n=2)
        torch.nansum(holes[0])
        torch.nanmean(holes[0])
        holes.nansum(dim=1)
        mask.all()
        mask.any(dim=1)
        mask.all(1, keepdim=True)
        torch.any(mask)
        torch.all(mask, dim=0)
        (x > 0).any()
        torch.count_nonzero(k)
        k.count_nonzero(dim=1)
        torch.trapezoid(x)
        torch.trapezoid(x, dx=0.5, dim=0)
        torch.cumulative_trapezoid(x)
        torch.cov(x)
        x.cov(correction=0)
        torch.corrcoef(x)
        torch.gradient(v)
        torch.gradient(x, dim=1)
        torch.renorm(x, 2, 0, 1.0)
        torch.trace(q)
        q.trace()
    """,
    "arithmetic": """
        x + y
        x - 1
        2 - x
        x * r
        x / p
        1 / p
        x ** 2
        p ** 0.5
        p ** y
        2 ** x
        x.detach() // 0.3
        x % 0.7
        -x
        abs(x)
        x @ m
        x.add(y)
        torch.add(x, y, alpha=2)
        x.add(1.5)
        torch.sub(x, y, alpha=0.5)
        x.sub(2)
        x.mul(y)
        torch.mul(x, 3)
        torch.multiply(x, y)
        x.div(p)
        torch.div(x, p, rounding_mode="floor")
        torch.div(k, 3, rounding_mode="trunc")
        torch.div(k, 3, rounding_mode="floor")
        torch.true_divide(x, p)
        torch.floor_divide(k, 3)
        torch.remainder(k, 3)
        torch.fmod(k, 3)
        x.fmod(0.7)
        torch.rsub(x, 2)
        torch.neg(x)
        x.negative()
        x.abs()
        torch.square(x)
        x.pow(3)
        torch.pow(p, 1.5)
        torch.pow(2, x)
        torch.float_power(p, 2)
        p.sqrt()
        torch.rsqrt(p)
        p.reciprocal()
        x.exp()
        torch.exp2(x)
        x.expm1()
        p.log()
        torch.log2(p)
        p.log10()
        p.log1p()
        torch.logaddexp(x, y)
        torch.logaddexp2(x, y)
        torch.xlogy(p, p)
        x.sin()
        torch.cos(x)
        u.tan()
        u.asin()
        u.acos()
        torch.arctan(x)
        torch.atan2(x, y)
        x.arctan2(y)
        x.sinh()
        x.cosh()
        x.tanh()
        x.asinh()
        torch.acosh(p + 1)
        u.atanh()
        torch.hypot(x, y)
        torch.sinc(x)
        torch.deg2rad(x)
        x.rad2deg()
        x.sigmoid()
        torch.relu(x)
        torch.logit(p / 3)
        torch.logit(p / 3, eps=0.1)
        torch.erf(x)
        x.erfc()
        torch.erfinv(u)
        torch.lgamma(p)
        torch.digamma(p)
        torch.polygamma(1, p)
        torch.mvlgamma(p + 2, 2)
        x.sign()
        torch.sgn(x.detach())
        torch.signbit(x)
        x.floor()
        x.ceil()
        x.trunc()
        x.round()
        torch.round(x, decimals=2)
        x.frac()
        torch.fix(x)
        x.clamp(-0.5, 0.5)
        torch.clamp(x, min=0)
        x.clamp(max=0.3)
        x.clamp_min(0.1)
        torch.clamp_max(x, 0.2)
        torch.clip(x, -1, 1)
        torch.clamp(x, min=y)
        torch.clamp(x, torch.tensor(-0.5), torch.tensor(0.5))
        torch.lerp(x, y, 0.3)
        x.lerp(y, u)
        torch.addcmul(x, y, p, value=0.5)
        torch.addcdiv(x, y, p, value=0.5)
        x.addcmul(y, p)
        torch.copysign(x, y)
        torch.heaviside(x.detach(), torch.tensor(0.5))
        torch.nan_to_num(holes)
        holes.nan_to_num(0.0, posinf=9.0)
        torch.ldexp(x, i[:1])
        torch.frexp(x.detach())
        torch.gcd(k, torch.tensor(6))
        torch.lcm(k, torch.tensor(6))
        torch.nextafter(x.detach(), y.detach())
        torch.real(x)
        torch.positive(x)
        x.softmax(1)
        torch.softmax(x, dim=0)
        x.softmax(-1, dtype=torch.float64)
        torch.log_softmax(x, 1)
        torch.special.expit(x)
        torch.special.erf(x)
        torch.special.logit(p / 3)
        torch.special.gammaln(p)
        torch.special.psi(p)
        torch.special.xlog1py(p, p)
        torch.special.entr(p)
        torch.special.ndtr(x)
        torch.special.log_ndtr(x)
        torch.special.multigammaln(p + 2, 2)
        torch.special.log_softmax(x, 1)
        torch.special.softmax(x, 1)
        torch.special.logsumexp(x, 1)
        torch.special.round(x)
        torch.special.sinc(x)
        torch.special.expm1(x)
        torch.special.exp2(x)
    """,
    "dtypes": """
        torch.tensor([1, 2])
        torch.tensor([1.0, 2])
        torch.tensor([True, False])
        torch.tensor(3)
        k / 2
        k / 2.0
        k * 0.5
        k + 1
        k + 1.5
        k * True
        k // 2
        k ** 2
        2 ** k.abs()
        1 / (k.abs() + 1)
        k / k.abs().add(1)
        k + x
        k * d
        x * d
        x * number
        x + 1e40
        k * number
        z * d
        short + 1
        short + i
        short / 2
        short + 1.5
        byte + 1
        byte * byte
        byte - 4
        mask + 1
        mask * 2.5
        mask + mask
        mask * x
        k.sqrt()
        k.abs().add(1).log()
        torch.exp(short)
        torch.sin(k)
        k.sigmoid()
        k.abs().float().rsqrt()
        torch.atan2(k, k)
        k.reciprocal()
        x > 0
        k == 3
        x.eq(y)
        (x > 0).dtype
        (x > 0).long()
        (x > 0).float()
        (x > 0) & (y > 0)
        ~mask
        mask | (x > 1)
        mask ^ (x > 1)
        k & 3
        k << 1
        k >> 1
        torch.bitwise_left_shift(k, 2)
        ~k
        x.double()
        x.half()
        x.int()
        x.long()
        x.bool()
        x.to(torch.float64)
        x.type(torch.int32)
        x.to(d)
        k.float()
        k.byte()
        k.short()
        k.char()
        x.type_as(d)
        x.dtype
        k.dtype
        torch.result_type(x, d)
        torch.promote_types(torch.int32, torch.float32)
        torch.can_cast(torch.float32, torch.int64)
        torch.is_floating_point(x)
        k.is_floating_point()
        k.is_signed()
        torch.is_complex(x)
        torch.finfo(torch.float32).eps
        torch.iinfo(torch.int32).max
        torch.get_default_dtype()
        torch.where(mask, k, 0)
        torch.where(mask, x, 0.0)
        torch.where(mask, x, d)
        torch.cat([k, x])
        torch.stack([x, d])
        torch.true_divide(k, 2)
        torch.arange(3) * 0.1
        torch.arange(3) / 3
        (x > 0).sum() / 12
        (labels == i).sum().item() / 3
        k.max() / 2
        torch.sqrt(torch.tensor(2))
        torch.sqrt(torch.tensor(2.0))
    """,
    "comparison": """
        torch.equal(x, x)
        x.equal(y)
        torch.equal(torch.ones(1), torch.ones(1, 1))
        torch.eq(k, 3)
        k.ne(3)
        x.lt(0)
        torch.ge(x, y)
        x.gt(y)
        torch.le(x, 0)
        torch.greater(x, y)
        x.less_equal(y)
        torch.not_equal(k, 1)
        torch.isclose(x, x + 1e-9)
        torch.allclose(x, y)
        torch.isnan(holes)
        holes.isinf()
        torch.isfinite(holes)
        torch.isposinf(holes)
        torch.isneginf(holes)
        torch.isreal(x)
        torch.logical_and(mask, x > 0)
        mask.logical_or(x > 0)
        torch.logical_not(mask)
        torch.logical_xor(mask, x > 0)
        x.is_same_size(y)
        torch.is_nonzero(z)
        torch.is_tensor(x)
        torch.numel(x)
        x.nelement()
        bool(z > 1)
        float(z)
        int(torch.tensor(3.7))
        len(x)
        x.tolist()
        z.item()
        x.ndim
        x.dim()
        x.shape
        x.size()
        x.size(0)
        x.size(-1)
        x.numel()
        tuple(x.shape)
        x.stride()
        x.is_contiguous()
        x.is_leaf
        x.requires_grad
        (x * 2).is_leaf
        x.device.type
        x.is_cuda
        x.element_size()
        x.ndimension()
        x.storage_offset()
        x.get_device()
    """,
    "shape": """
        x.reshape(4, 3)
        x.reshape(-1)
        x.reshape((2, 6))
        x.view(2, 6)
        x.view(-1, 2)
        x.view(x.size(0), -1)
        x.view_as(y.reshape(3, 4))
        torch.reshape(x, (6, 2))
        x.flatten()
        b.flatten(1)
        torch.flatten(b, start_dim=1)
        torch.flatten(b, 0, 1)
        x.ravel()
        torch.ravel(x)
        x.unflatten(1, (2, 2))
        torch.unflatten(x, 1, (2, -1))
        x.T
        x.t()
        torch.t(x)
        b.mT
        q.H
        x.transpose(0, 1)
        torch.transpose(b, 1, 2)
        b.transpose(-1, -2)
        b.permute(2, 0, 1)
        b.permute((1, 2, 0))
        torch.permute(b, (2, 1, 0))
        torch.permute(b, dims=(2, 1, 0))
        b.movedim(0, 2)
        torch.movedim(b, (0, 1), (1, 0))
        torch.moveaxis(b, 0, 1)
        torch.swapaxes(b, 0, 1)
        b.swapdims(0, 2)
        torch.swapdims(b, 1, 2)
        r.squeeze()
        r.squeeze(1)
        x.squeeze(1)
        torch.squeeze(r, dim=0)
        torch.squeeze(r.unsqueeze(0), (0, 2))
        v.unsqueeze(0)
        v.unsqueeze(-1)
        torch.unsqueeze(v, dim=1)
        v.expand(3, 4)
        r.expand(-1, 4)
        r.expand(3, 4)
        r.expand_as(x)
        torch.broadcast_to(v, (3, 4))
        torch.broadcast_tensors(v, r)
        torch.broadcast_shapes((3, 1), (4,))
        x.repeat(2, 1)
        v.repeat(2, 3)
        v.repeat(2)
        torch.tile(v, (2, 2))
        x.tile((2,))
        v.repeat_interleave(2)
        torch.repeat_interleave(x, 2, dim=0)
        x.repeat_interleave(torch.tensor([1, 0, 2]), dim=0)
        torch.cat((x, y))
        torch.cat([x, y], dim=1)
        torch.cat((x, y), -1)
        torch.concat([x, y], dim=0)
        torch.concatenate([x, y], dim=1)
        torch.stack([v, w])
        torch.stack((v, w), dim=1)
        torch.stack([x, y], -1)
        torch.hstack([x, y])
        torch.vstack([v, w])
        torch.dstack([x, y])
        torch.column_stack([v, w])
        torch.row_stack([v, w])
        x.split(2)
        x.split(2, dim=1)
        torch.split(x, [1, 3], dim=1)
        x.split([1, 2])
        x.chunk(2)
        torch.chunk(x, 3, dim=1)
        torch.tensor_split(x, 3, dim=1)
        torch.tensor_split(x, [1, 2], dim=1)
        torch.hsplit(x, 2)
        torch.vsplit(x, 3)
        x.unbind()
        torch.unbind(x, dim=1)
        x.unfold(1, 2, 1)
        v.unfold(0, 2, 2)
        torch.atleast_1d(z)
        torch.atleast_2d(v)
        torch.atleast_3d(x)
        x.flip(0)
        x.flip([0, 1])
        torch.flip(x, dims=(1,))
        torch.fliplr(x)
        torch.flipud(x)
        x.roll(1)
        x.roll(1, 0)
        torch.roll(x, shifts=(1, 2), dims=(0, 1))
        x.roll(shifts=2, dims=1)
        torch.rot90(x, 1, [0, 1])
        x.rot90()
        torch.meshgrid(v, w)
        torch.meshgrid(v, w, indexing="xy")
        torch.meshgrid([v, w], indexing="ij")
        torch.cartesian_prod(v, w)
        torch.combinations(v)
        torch.block_diag(x, r)
        torch.tril(q)
        q.triu()
        torch.triu(q, diagonal=1)
        q.tril(-1)
        torch.tril_indices(3, 3)
        torch.triu_indices(3, 4, offset=1)
        torch.diag(v)
        q.diag()
        torch.diag(q, 1)
        torch.diagonal(b, offset=0, dim1=1, dim2=2)
        q.diagonal()
        torch.diag_embed(x)
        torch.diagflat(v)
        torch.vander(v.detach())
        x.contiguous()
        x.clone()
        x.detach()
        x.narrow(1, 1, 2)
        torch.narrow(x, 0, 0, 2)
        x.select(1, 2)
        torch.select(x, 0, 1)
        x.sum_to_size(3, 1)
        torch.channel_shuffle(images[:, :2], 2)
    """,
    "indexing": """
        x[0]
        x[-1]
        x[:, 1]
        x[1, 2]
        x[:2]
        x[..., 0]
        x[:, ::2]
        x[None]
        x[:, None, :]
        x[i]
        x[[0, 2]]
        x[i, labels]
        x[range(3), labels]
        x[torch.arange(3), labels]
        x[mask]
        x[x > 0]
        x[:, i]
        x[i][:, :2]
        b[0, i]
        b[:, 0, :]
        b[..., -1]
        k[k > 2]
        x[torch.tensor(1)]
        x[0].unsqueeze(0)
        torch.gather(x, 1, labels.unsqueeze(1))
        x.gather(1, labels.view(-1, 1)).squeeze(1)
        torch.gather(x, 0, places)
        x.gather(dim=0, index=places)
        torch.take(x, i)
        x.take(torch.tensor([[0, 5]]))
        torch.take_along_dim(x, places, dim=0)
        torch.index_select(x, 0, i)
        x.index_select(1, i)
        torch.masked_select(x, mask)
        x.masked_fill(mask, 0.0)
        x.masked_fill(mask, float("-inf"))
        torch.masked_fill(x, x > 0, -1)
        torch.where(mask, x, y)
        torch.where(x > 0, x, torch.zeros_like(x))
        torch.where(mask)
        x.where(mask, y)
        torch.nonzero(mask)
        mask.nonzero()
        torch.nonzero(mask, as_tuple=True)
        k.nonzero(as_tuple=False)
        torch.argwhere(mask)
        torch.zeros(3, 4).scatter(1, labels.unsqueeze(1), 1.0)
        torch.zeros(10).scatter_(0, torch.tensor(3), value=1)
        torch.zeros(3, 4).scatter_(dim=1, index=labels.view(-1, 1), value=1)
        torch.zeros(3, 4).scatter(1, labels.unsqueeze(1), r)
        x.scatter(0, places, y)
        torch.scatter(x, 1, labels.view(-1, 1), 2.0)
        torch.zeros(3, 4).scatter_add(0, places, x)
        x.scatter_reduce(0, places, y, reduce="sum")
        x.scatter_reduce(0, places, y, reduce="mean", include_self=False)
        x.scatter_reduce(0, places, y, reduce="amax")
        x.index_add(0, i, y)
        torch.index_add(x, 0, i, y, alpha=2)
        x.index_fill(1, i, 7.0)
        x.index_copy(0, i, y)
        x.index_put((i, labels), torch.ones(3))
        x.index_put((i, labels), torch.ones(3), accumulate=True)
        torch.masked_scatter(x, mask, y)
        torch.select_scatter(x, v, 0, 1)
        torch.slice_scatter(x, y[:2], 0, 0, 2)
        torch.diagonal_scatter(q, v)
        torch.put(x.detach(), i, torch.ones(3))
        torch.index_reduce(x.detach(), 0, i, y.detach(), "prod")
    """,
    "in place": """
        a = torch.zeros(3, 4); a[0] = 1; a
        a = torch.zeros(3, 4); a[:, 1] = 2.5; a
        a = torch.zeros(3, 4); a[mask] = 1; a
        a = torch.zeros(3, 4); a[i, labels] = 1.0; a
        a = torch.zeros(3, 4); a += 1; a
        a = torch.ones(3, 4); a *= 3; a
        a = torch.zeros(3, 4); a.add_(1); a
        a = torch.zeros(3, 4); a.add_(torch.ones(3, 4), alpha=2); a
        a = torch.ones(3, 4); a.sub_(0.5); a
        a = torch.ones(3, 4); a.mul_(3); a
        a = torch.ones(3, 4); a.div_(4); a
        a = torch.zeros(3, 4); a.fill_(2); a
        a = torch.ones(3, 4); a.zero_(); a
        a = torch.zeros(3, 4); a.copy_(t); a
        a = t.clone(); a.masked_fill_(mask, 5.0); a
        a = t.clone(); a.clamp_(0.2, 0.8); a
        a = t.clone(); a.clamp_(min=0.5); a
        a = t.clone(); a.exp_(); a
        a = t.clone(); a.neg_(); a
        a = (t + 1).clone(); a.sqrt_(); a
        a = (t + 1).clone(); a.log_(); a
        a = (t - 1).clone(); a.abs_(); a
        a = (t - 0.5).clone(); a.relu_(); a
        a = t.clone(); a.sigmoid_(); a
        a = t.clone(); a.tanh_(); a
        a = t.clone(); a.pow_(2); a
        a = torch.zeros(3, 4); a.scatter_(1, labels.unsqueeze(1), 1); a
        a = torch.zeros(3, 4); a.scatter_add_(0, places, t); a
        a = torch.zeros(3, 4); a.index_add_(0, i, t); a
        a = torch.zeros(3, 4); a.index_fill_(1, i, 2.0); a
        a = torch.zeros(3, 4); a.index_copy_(0, i, t); a
        a = torch.zeros(3, 3); a.fill_diagonal_(1.0); a
        a = t.clone(); a.unsqueeze_(0); a
        a = t.clone(); a.squeeze_(); a
        a = t.clone(); a.t_(); a
        a = t.clone(); a.lerp_(torch.ones(3, 4), 0.5); a
        a = t.clone(); a.addcmul_(t, t, value=2); a
        a = torch.ones(3, 4); a.addcdiv_(t, t + 1, value=-0.1); a
        a = t.clone(); a.round_(); a
        a = t.clone(); a.floor_(); a
        a = q.detach().clone(); a.triu_(); a
        a = torch.zeros(2); torch.add(torch.ones(2), 1, out=a); a
        a = torch.zeros(3, 5); torch.matmul(x.detach(), m.detach(), out=a); a
        a = torch.zeros(2); b = a; b += 1; a
        a = x * 1.0; a[0] = v; a
        a = x * 1.0; a.mul_(y); a
        a = x * 1.0; a += y; a
        a = torch.zeros(3, 4); a[1] = v; a
        a = x * 1.0; a[mask] = 0.0; a
        a = x * 1.0; a.relu_(); a
        a = x.clone(); a.clamp_(-0.5, 0.5); a
        a = x.clone(); a.masked_fill_(mask, 0.0); a
        a = x.detach().clone(); a.data.add_(1); a
        a = torch.zeros(3); a.data = torch.ones(3); a
    """,
    "matrices": """
        torch.matmul(x, m)
        x.matmul(v)
        torch.mm(x, m)
        x.mm(m)
        torch.mv(x, v)
        torch.bmm(b, c)
        b.bmm(c)
        b @ m
        torch.dot(v, w)
        v.dot(w)
        v @ w
        torch.inner(v, w)
        torch.outer(v, w)
        v.outer(w)
        torch.ger(v, w)
        torch.vdot(v, w)
        torch.addmm(torch.ones(3, 5), x, m)
        torch.addmm(torch.ones(3, 5), x, m, beta=0.5, alpha=2.0)
        torch.addmv(torch.ones(3), x, v)
        torch.addr(q, v, w)
        torch.baddbmm(torch.ones(2, 3, 5), b, c)
        torch.addbmm(torch.ones(3, 5), b, c)
        torch.chain_matmul(x, m)
        torch.linalg.multi_dot([x, q, m])
        torch.kron(x, r)
        torch.tensordot(x, m, dims=1)
        torch.tensordot(x, y, dims=([0, 1], [0, 1]))
        torch.einsum("ij,jk->ik", x, m)
        torch.einsum("bij,bjk->bik", b, c)
        torch.einsum("ij->ji", x)
        torch.einsum("i,i->", v, w)
        torch.einsum("ii->i", q)
        torch.cdist(x, y)
        torch.cdist(x, y, p=1)
        torch.cross(x[:, :3], y[:, :3], dim=1)
        torch.cosine_similarity(x, y, dim=1)
        torch.inverse(q)
        q.inverse()
        torch.det(q)
        torch.slogdet(q)
        torch.logdet(s)
        torch.matrix_power(q, 3)
        torch.matrix_exp(q * 0.1)
        torch.pinverse(m)
        torch.cholesky(s)
        torch.triangular_solve(m, q.triu())[0]
        torch.linalg.norm(x)
        torch.linalg.norm(q, 2)
        torch.linalg.norm(x, ord=1)
        torch.linalg.norm(x, dim=1)
        torch.linalg.norm(x, ord=2, dim=1, keepdim=True)
        torch.linalg.vector_norm(x)
        torch.linalg.vector_norm(x, 1, dim=1)
        torch.linalg.vector_norm(x, ord=3)
        torch.linalg.matrix_norm(q)
        torch.linalg.matrix_norm(b, ord="fro")
        torch.linalg.matrix_norm(q, "nuc")
        torch.linalg.inv(q)
        torch.linalg.solve(q, m)
        torch.linalg.solve(q, v)
        torch.linalg.det(q)
        torch.linalg.slogdet(q)
        torch.linalg.eigvalsh(s)
        torch.linalg.eigh(s).eigenvalues
        torch.linalg.svdvals(x)
        torch.linalg.svd(x, full_matrices=False)[1]
        torch.linalg.svd(x, full_matrices=False).S
        torch.svd(x)[1]
        torch.linalg.qr(q).R.abs()
        torch.linalg.cholesky(s)
        torch.linalg.pinv(m)
        torch.linalg.lstsq(q, m).solution
        torch.linalg.matrix_rank(q)
        torch.linalg.cond(q)
        torch.linalg.cross(x[:, :3], y[:, :3])
        torch.linalg.vecdot(x, y)
        torch.linalg.matrix_power(q, 2)
        torch.linalg.matrix_exp(q * 0.1)
        torch.linalg.solve_triangular(q.triu(), m, upper=True)
        torch.linalg.diagonal(b)
        torch.linalg.vander(v.detach())
        torch.linalg.matmul(x, m)
        torch.linalg.tensorinv(q.reshape(4, 2, 2), ind=1)
    """,
    "creation": """
        torch.zeros(2, 3)
        torch.zeros((2, 3))
        torch.zeros(size=(2, 3))
        torch.ones(3, dtype=torch.int64)
        torch.full((2, 2), 7)
        torch.full((2, 2), 7.0)
        torch.full((2,), True)
        torch.empty(2, 3).shape
        torch.arange(5)
        torch.arange(1, 4)
        torch.arange(0, 1, 0.25)
        torch.arange(5.0)
        torch.arange(0, 10, step=3, dtype=torch.float32)
        torch.range(0, 3)
        torch.linspace(0, 1, 5)
        torch.linspace(-1, 1, steps=3)
        torch.logspace(0, 2, 3)
        torch.eye(3)
        torch.eye(2, 3)
        torch.zeros_like(x)
        torch.ones_like(k)
        torch.full_like(x, 2.0)
        torch.empty_like(x).shape
        torch.rand_like(x).shape
        torch.randn(2, 3).shape
        torch.randint(0, 5, (3,)).dtype
        torch.randint(5, (3,)).shape
        torch.randperm(5).sort().values
        torch.zeros(2, requires_grad=True).requires_grad
        torch.tensor([1.0], requires_grad=True)
        torch.tensor([[1, 2], [3, 4]], dtype=torch.float32)
        torch.tensor(5.0).dim()
        torch.tensor([1, 2], device="cpu")
        torch.Tensor([1, 2])
        torch.Tensor(2, 3).shape
        torch.FloatTensor([1, 2])
        torch.LongTensor([1, 2])
        torch.as_tensor([1.0, 2.0])
        torch.asarray([1, 2])
        torch.scalar_tensor(2.5)
        torch.from_numpy(x.detach().numpy())
        x.new_zeros(2)
        x.new_ones(2, 3)
        k.new_full((2,), 5)
        x.new_tensor([1, 2])
        x.new_empty(2).shape
        torch.Size([2, 3])
        torch.pi
        torch.inf
        torch.e
        F.one_hot(labels)
        F.one_hot(labels, num_classes=5)
        torch.normal(0.0, 1.0, (2, 3)).shape
        torch.bernoulli(torch.ones(3))
        torch.multinomial(torch.tensor([0.0, 1.0]), 1)
        torch.empty(2, 2).uniform_(0, 1).shape
        torch.empty(2, 2).normal_().shape
    """,
    "functional": """
        F.relu(x)
        F.leaky_relu(x, 0.2)
        F.elu(x)
        F.selu(x)
        F.celu(x)
        F.gelu(x)
        F.gelu(x, approximate="tanh")
        F.silu(x)
        F.mish(x)
        F.softplus(x)
        F.softsign(x)
        F.tanh(x)
        F.sigmoid(x)
        F.logsigmoid(x)
        F.hardtanh(x)
        F.hardsigmoid(x)
        F.hardswish(x)
        F.relu6(x)
        F.tanhshrink(x)
        F.softshrink(x)
        F.hardshrink(x)
        F.threshold(x, 0.1, 20)
        F.prelu(x, torch.tensor([0.25]))
        F.glu(x, dim=1)
        F.softmax(x, dim=1)
        F.softmax(x, 1)
        F.softmin(x, dim=1)
        F.log_softmax(x, dim=1)
        F.log_softmax(x, -1)
        F.normalize(x)
        F.normalize(x, dim=0)
        F.normalize(x, p=1, dim=1)
        F.linear(x, m.t())
        F.linear(x, m.t(), torch.ones(5))
        F.bilinear(x, y, q.unsqueeze(0))
        F.dropout(x, 0.0)
        F.dropout(x, p=0.5, training=False)
        F.embedding(labels, q)
        F.conv2d(images, kernel)
        F.conv2d(images, kernel, stride=2, padding=1)
        F.conv2d(images, kernel, bias=torch.ones(4), padding="same")
        F.conv1d(signal, filter)
        F.conv1d(signal, filter, padding=1, dilation=2)
        F.conv_transpose2d(images, kernel.transpose(0, 1))
        F.max_pool2d(images, 2)
        F.max_pool2d(images, kernel_size=3, stride=2, padding=1)
        F.avg_pool2d(images, 2)
        F.max_pool1d(signal, 2)
        F.avg_pool1d(signal, 2)
        F.adaptive_avg_pool2d(images, (1, 1))
        F.adaptive_avg_pool2d(images, 2)
        F.adaptive_max_pool2d(images, 2)
        F.interpolate(images, scale_factor=2)
        F.interpolate(images, size=(3, 3), mode="bilinear")
        F.pad(x, (1, 1))
        F.pad(x, (1, 0, 0, 2), value=3.0)
        F.pad(images, (1, 1, 1, 1), mode="reflect")
        F.unfold(images, 3)
        F.pixel_shuffle(torch.ones(1, 4, 2, 2), 2)
        F.layer_norm(x, (4,))
        F.layer_norm(x, [4], v, w)
        F.batch_norm(x, torch.zeros(4), torch.ones(4))
        F.batch_norm(x, torch.zeros(4), torch.ones(4), training=True)
        F.group_norm(images, 3)
        F.instance_norm(images)
        F.cosine_similarity(x, y)
        F.pairwise_distance(x, y)
        F.scaled_dot_product_attention(b, b, b)
        F.pdist(x)
        nn.Linear(4, 2)(x).shape
        nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1))(x).shape
        nn.Flatten()(images)
        nn.ReLU()(x)
        nn.Softmax(dim=1)(x)
        nn.Identity()(x)
        nn.LayerNorm(4)(x)
        nn.BatchNorm1d(4)(x)
        nn.Dropout(0.5).eval()(x)
        nn.MaxPool2d(2)(images)
        nn.Tanh()(x)
    """,
    "losses": """
        F.mse_loss(x, y)
        F.mse_loss(x, y, reduction="sum")
        F.mse_loss(x, y, reduction="none")
        F.l1_loss(x, y)
        F.smooth_l1_loss(x, y)
        F.huber_loss(x, y, delta=0.5)
        F.cross_entropy(x, labels)
        F.cross_entropy(x, labels, reduction="sum")
        F.cross_entropy(x, labels, weight=torch.tensor([1.0, 2.0, 0.5, 1.0]))
        F.cross_entropy(x, labels, label_smoothing=0.1)
        F.cross_entropy(x, labels, ignore_index=0)
        F.cross_entropy(x, t / 2)
        F.nll_loss(F.log_softmax(x, 1), labels)
        F.binary_cross_entropy(torch.sigmoid(x), t)
        F.binary_cross_entropy_with_logits(x, t)
        F.binary_cross_entropy_with_logits(x, t, pos_weight=torch.tensor(2.0))
        F.kl_div(F.log_softmax(x, 1), F.softmax(y, 1), reduction="batchmean")
        F.kl_div(F.log_softmax(x, 1), F.log_softmax(y, 1), log_target=True, reduction="sum")
        F.poisson_nll_loss(x, p)
        F.gaussian_nll_loss(x, y, p)
        F.hinge_embedding_loss(x, 2 * t - 1)
        F.margin_ranking_loss(x, y, 2 * t - 1)
        F.cosine_embedding_loss(x, y, torch.tensor([1, -1, 1]))
        F.triplet_margin_loss(x, y, u)
        F.soft_margin_loss(x, 2 * t - 1)
        F.multi_margin_loss(x, labels)
        F.multilabel_soft_margin_loss(x, t)
        nn.MSELoss()(x, y)
        nn.CrossEntropyLoss()(x, labels)
        nn.BCELoss()(torch.sigmoid(x), t)
        nn.BCEWithLogitsLoss()(x, t)
        nn.NLLLoss()(F.log_softmax(x, dim=1), labels)
        nn.L1Loss(reduction="sum")(x, y)
        nn.SmoothL1Loss()(x, y)
        nn.KLDivLoss(reduction="batchmean")(F.log_softmax(x, 1), F.softmax(y, 1))
    """,
    "gradients": """
        (x * y).sum().backward(); x.grad
        x.sum().backward(); x.sum().backward(); x.grad
        (x ** 2).sum().backward(); g = x.grad.clone(); x.grad.zero_(); (g, x.grad)
        x.prod().backward(retain_graph=True); x.grad
        (x * 2).backward(torch.ones(3, 4)); x.grad
        (x * 2).backward(gradient=t); x.grad
        torch.autograd.grad((x * y).sum(), x)
        torch.autograd.grad((x * y).sum(), [x, y])
        torch.autograd.grad(x * 2, x, grad_outputs=torch.ones_like(x))
        g, = torch.autograd.grad((x ** 3).sum(), x, create_graph=True); (g * g).sum()
        torch.autograd.grad((x * 2).sum(), [x, y], allow_unused=True)
        torch.autograd.functional.jacobian(lambda a: a ** 2, v)
        torch.autograd.functional.hessian(lambda a: (a ** 3).sum(), v)
        x.detach().requires_grad
        x.detach().clone().requires_grad_(True).requires_grad
        x.data
        (x * 2).data.requires_grad
        torch.is_grad_enabled()
        h = x * 2; h.retain_grad(); h.sum().backward(); h.grad
        h = x * 2; (h.detach() * x).sum().backward(); x.grad
        x.grad is None
        (x * 2).requires_grad
        x.mean().backward(); x.grad.norm()
        x.register_hook(lambda g: g * 2); x.sum().backward(); x.grad
        torch.func.grad(lambda a: (a ** 2).sum())(v)
        torch.func.vmap(lambda a: a * 2)(x)
        torch.func.jacrev(lambda a: a ** 2)(v)
        torch.func.hessian(lambda a: (a ** 3).sum())(v)
        torch.vmap(torch.dot)(x, y)
        x.abs().max().backward(); x.grad
        x.max().backward(); x.grad
        x.sort().values[0].sum().backward(); x.grad
        torch.nn.utils.clip_grad_norm_([x], 1.0)
        (x.sum() * 3).backward(); torch.nn.utils.clip_grad_norm_([x], 1.0); x.grad
        (x.sum() * 3).backward(); torch.nn.utils.clip_grad_value_([x], 0.5); x.grad
    """,
    "as scripts write it": """
        torch.sum(x, axis=1)
        x.mean(axis=0)
        torch.cat([x, y], axis=1)
        torch.stack([x, y], axis=0)
        torch.argmax(x, axis=1)
        x.argmax(-1)
        torch.topk(x, k=3)
        torch.where(mask, 1, 0)
        torch.where(mask, 1.0, 0.0)
        torch.where(x > 0, 1., x)
        x.type(torch.LongTensor)
        x.type(torch.FloatTensor)
        x.type('torch.DoubleTensor')
        x.view(3, 2, 2)
        x.view(torch.Size([4, 3]))
        x.reshape(x.shape[0], -1)
        x.flatten(start_dim=0)
        torch.flatten(x, 0)
        x.sum(-1, keepdim=True)
        x.softmax(dim=-1)
        x.norm(dim=-1)
        x / x.norm(dim=-1, keepdim=True)
        x - x.max(dim=1, keepdim=True).values
        x.exp() / x.exp().sum(1, keepdim=True)
        (x.argmax(1) == labels).float().mean()
        (x.argmax(1) == labels).sum().item()
        torch.sum(x.argmax(1) == labels)
        torch.max(x.data, 1)
        x.max(1)[1].eq(labels).sum()
        x.data.max(1, keepdim=True)[1].eq(labels.view_as(x.data.max(1, keepdim=True)[1])).sum()
        labels.view(-1, 1)
        torch.zeros(3, 4).scatter_(1, labels.unsqueeze(1), 1)
        torch.ones_like(x) * 0.5
        torch.eye(4)[labels]
        torch.arange(12).view(3, 4)
        torch.arange(12).reshape(3, 4).float()
        torch.arange(0, 4, 2).float() * (-0.5)
        torch.exp(torch.arange(0, 4, 2).float() * (-9.2 / 4))
        torch.linspace(0, 1, 5).view(-1, 1)
        torch.tensor([1, 2, 3]).unsqueeze(0).repeat(2, 1)
        torch.tril(torch.ones(3, 3)) == 0
        torch.ones(3, 3).tril().masked_fill(torch.tril(torch.ones(3, 3)) == 0, float('-inf'))
        torch.triu(torch.ones(3, 3), diagonal=1).bool()
        x.transpose(-2, -1)
        x.unsqueeze(1).expand(-1, 2, -1)
        b.transpose(1, 2).contiguous().view(2, -1)
        torch.bmm(b, b.transpose(1, 2))
        torch.einsum('bij,bkj->bik', b, b)
        torch.sqrt(torch.mean((x - y) ** 2))
        torch.mean((x - y).pow(2), dim=1)
        torch.abs(x - y).sum()
        torch.clamp(x, 0, 1)
        torch.sign(x)
        x.sign().mul(0.1)
        torch.cumsum(torch.ones(3), 0)
        torch.cos(torch.tensor(3.0))
        torch.pow(x, 2).sum(1)
        torch.log(torch.tensor([1., 2.]))
        torch.log(p + 1e-8)
        torch.rand(2, 3).ge(0).all()
        x.clamp(min=1e-6)
        x.chunk(2, 1)[0]
        x.split([1, 3], 1)[1]
        torch.cat(x.chunk(2, dim=1), dim=0)
        torch.nn.functional.one_hot(labels, 4).float()
        torch.isnan(x).any()
        sum(t_.numel() for t_ in [x, y])
        x.size()[0]
        list(x.size())
        x.shape[-1]
        x.std(0, keepdim=True)
        x.mean(0, keepdim=True)
        x.var(0, unbiased=False, keepdim=True)
        torch.var(x, dim=1, unbiased=False)
        x.float()
        torch.from_numpy(x.detach().numpy()).float()
        x.detach().cpu().numpy().shape
        torch.as_tensor(x.detach().numpy())
        torch.LongTensor([1, 2]).dtype
        torch.FloatTensor(2, 3).shape
        torch.tensor(labels.tolist())
        torch.stack(list(x))
        [r_.sum().item() for r_ in x.detach()]
        x.t() @ y
        x.mm(y.t())
        v.view(1, -1)
        v[None, :] - v[:, None]
        torch.cdist(x.unsqueeze(0), y.unsqueeze(0))
        torch.outer(torch.arange(3), torch.arange(2))
        x.addmm(x[:, :3], y)
        torch.max(torch.zeros(3), torch.tensor([1., -1., 0.]))
        torch.min(torch.tensor([1., -1., 0.]))
        torch.maximum(torch.tensor(0.0), x)
        torch.relu(-x)
        x.lt(0).sum(1)
        torch.multinomial(torch.softmax(torch.tensor([0., 100.]), 0), num_samples=1).item()
        torch.sum(x ** 2, dim=1, keepdim=True)
        torch.sum(x, (0, 1))
        torch.prod(torch.tensor([2, 3]))
        torch.tensor([[1, 2], [3, 4]]).sum(dim=0)
        torch.tensor([1, 2, 3]) / torch.tensor([2, 2, 2])
        torch.tensor([1., 2.]) // 2
        torch.tensor([5, 7]) % 3
        torch.tensor(5) // 2
        3 - torch.tensor([1, 2])
        2 ** torch.tensor([1., 2.])
        torch.tensor([1, 2]) ** 2
        torch.tensor([True, False]).float()
        ~torch.tensor([True, False])
        torch.tensor([1, 2]) == torch.tensor([1, 3])
        torch.rot90(x, k=2, dims=(0, 1))
        x.index_select(dim=1, index=i)
        x.gather(1, i.unsqueeze(1))
        torch.gather(x, dim=1, index=labels.unsqueeze(-1)).squeeze(-1)
        torch.unique(labels).numel()
        torch.linalg.norm(x - y, dim=1)
        torch.dist(x, y).item() > 0
        F.softmax(x / 0.5, dim=-1).max(-1)
        F.cosine_similarity(x, y, dim=-1)
        F.normalize(x, dim=-1) @ F.normalize(y, dim=-1).T
        F.pad(images, [1, 1, 1, 1], "constant", 0)
        F.interpolate(images, size=(12, 12), mode="bilinear", align_corners=False)
        F.interpolate(images, size=12, mode="nearest")
        F.avg_pool2d(images, kernel_size=2, stride=2)
        F.max_pool2d(F.relu(F.conv2d(images, kernel)), (2, 2))
        F.cross_entropy(x, labels.long())
        F.nll_loss(F.log_softmax(x, dim=1), labels, reduction='sum').item()
        F.binary_cross_entropy(torch.sigmoid(x), t, reduction='sum')
        F.mse_loss(x, y, reduction='none').mean(1)
        torch.nn.MSELoss(reduction='sum')(x, y)
        torch.autograd.grad(x.pow(2).sum(), x, create_graph=True)[0]
        x.clone().detach().requires_grad_(True).sum()
        torch.no_grad().__class__.__name__
        torch.manual_seed(0) is not None
        torch.is_tensor(1)
        isinstance(x, torch.Tensor)
        x.dtype == torch.float32
        x.dtype in (torch.float32, torch.float64)
        x.device == torch.device('cpu')
        str(x.device)
        str(x.dtype)
        str(x.shape)
        repr(torch.tensor([1., 2.]))
        repr(torch.tensor(1))
        repr(torch.tensor([1., 2.]).max(0))
        str(torch.arange(3))
        f"{torch.tensor(1.5):.2f}"
        round(torch.tensor(1.234).item(), 2)
        torch.tensor([3, 1, 2]).argsort().tolist()
        torch.tensor([1., 2., 3.])[[0, 2]]
        x[..., None].shape
        x[:, -1:]
        x[::2, 1::2]
        x[x[:, 0] > 0]
        x[torch.randperm(3).sort()[0]]
        x[labels > 0]
        torch.bincount(labels, minlength=5)
        torch.histc(torch.tensor([1., 2., 1.]), bins=4, min=0, max=3)
        (x * mask).sum()
        x * mask.float()
        mask.float() @ torch.ones(4)
        torch.full_like(x, 0.1)
        torch.empty_like(x).fill_(1.)
        x.new_tensor([1., 2.])
        torch.einsum('i,j->ij', v, w)
        torch.tensordot(v, w, dims=1)
        v.dot(w) / (v.norm() * w.norm())
        torch.lerp(x, y, 0.5)
        torch.nn.Parameter(torch.ones(2)).requires_grad
        torch.Tensor([[1, 2]]).T
        torch.mean(torch.stack([z, z * 2]))
        torch.tensor([z.item(), 1.0])
        x.square().sum(-1).sqrt()
        x.abs().mean(dim=(0, 1))
        x.flip(-1)
        x.flip(dims=[0])
        torch.cumprod(x, dim=-1)
        torch.diff(torch.tensor([1, 4, 9]))
        torch.logical_and(x > 0, y > 0).any()
        torch.masked_select(x, x.ge(0.5))
        x.nonzero()
        torch.count_nonzero(x > 0)
        torch.sigmoid(x).round()
        (torch.sigmoid(x) > 0.5).int()
        torch.clamp(x, min=-1.0, max=1.0)
        torch.nn.utils.parameters_to_vector([x, y])
        torch.allclose(x, x.clone())
        x.unfold(0, 2, 1).shape
        b.reshape(2, 3, 2, 2).permute(0, 2, 1, 3)
        b.view(2, -1, 2, 2).transpose(1, 2)
        b.sum(dim=(-2, -1))
        b.amax((1, 2))
        b.std(dim=(1, 2))
        b.flatten(-2)
        b[:, [0, 2]]
        b[0][1][2]
        b[:, :, None].expand(2, 3, 5, 4).shape
        b.mean([1, 2])
        b.max(-1)[0].max(-1)[0]
        torch.cov(x.T)
        torch.trapz(v)
        torch.logsumexp(x, -1)
        torch.quantile(v, 0.5)
        torch.std_mean(b, dim=[1, 2])
        torch.var_mean(x, 0)
        torch.repeat_interleave(torch.tensor([1, 2]), torch.tensor([2, 3]))
        torch.broadcast_to(z, (2, 2))
        torch.vstack((x, y))
        torch.square(x - y).mean()
        torch.tensor(1.0).exp().item()
        torch.kron(torch.eye(2), torch.ones(1, 2))
        torch.tensor([1., float('nan')]).isnan()
        torch.max(x, 0, keepdim=True)
        torch.aminmax(x, dim=0)
        x.bool().all()
        torch.nan_to_num(holes, nan=0.0, posinf=1.0, neginf=-1.0)
        torch.matmul(b, b.mT)
        torch.baddbmm(torch.zeros(2, 3, 3), b, b.mT, beta=0)
        torch.movedim(images, 1, -1).shape
        images.mean(dim=[0, 2, 3])
        images.view(images.size(0), -1).sum(1)
        images[:, :, 1:-1, 1:-1]
        images.permute(0, 2, 3, 1)
        images.flatten(2).transpose(1, 2)
        torch.roll(images, 1, -1)
        torch.nn.Flatten(1)(images)
        b.permute(dims=(2, 0, 1))
        x.transpose(dim0=0, dim1=1)
        x.flip(dims=(0, 1))
        r.expand(size=(3, 4))
        torch.add(input=x, other=y)
        torch.sum(input=x, dim=1)
        torch.cat(tensors=(x, y))
        torch.sub(x, other=y)
        x.repeat(repeats=(2, 1))
        torch.exp(input=x)
        torch.matmul(input=x, other=m)
        torch.max(input=x, dim=1)
        torch.stack(tensors=[x, y])
        torch.reshape(input=x, shape=(4, 3))
        torch.unsqueeze(input=x, dim=0)
        torch.clamp(input=x, min=0)
        torch.gather(input=x, dim=0, index=places)
        torch.masked_fill(input=x, mask=mask, value=0.0)
        torch.where(mask, input=x, other=y)
    """,
    "small tensors": """
        torch.tensor([1,2,3]).float().mean()
        torch.ones(3).mul_(2).add_(1)
        torch.sum(torch.tensor([[1, 2], [3, 4]]), dim=0)
        torch.tensor([0.1, 0.9]).max(0)[1].item()
        torch.tensor([3.0, 1.0]).sort()[0]
        torch.mean(torch.tensor([1., 2.]), dim=0, keepdim=True)
        torch.arange(10)[2:5]
        torch.arange(10).view(2, 5)[:, 1]
        torch.arange(6).view(2, 3).t()
        torch.stack([torch.arange(3), torch.arange(3)]).sum(0)
        torch.tensor([1, 2]).to(torch.float32) / 3
        torch.tensor(7) / 2
        torch.tensor(7) // 2
        torch.tensor(7.5).int()
        torch.tensor([1.5, -1.5]).round()
        torch.tensor([1.5, -1.5]).trunc()
        torch.tensor([1, 2]).pow(2)
        torch.tensor([1, 2]).pow(0.5)
        torch.tensor([1, 2]).clamp(1.5)
        torch.tensor([1, 2, 3]).clamp(max=2)
        torch.tensor([1, 2, 3]).float().norm()
        torch.cat([torch.tensor([1]), torch.tensor([2.5])])
        torch.tensor([1, 2]) @ torch.tensor([3, 4])
        torch.ones(2, 3) @ torch.ones(3)
        torch.tensor([1, 2]).eq(torch.tensor([1, 0])).sum()
        torch.tensor([1., 2.]).ge(1.5)
        torch.all(torch.tensor([True, True]))
        torch.any(torch.tensor([0, 1]))
        torch.tensor([0, 1]).all()
        torch.tensor([[1, 0], [0, 1]]).bool()
        torch.tensor([1, 2]).type(torch.float64)
        torch.tensor([5, 6])[torch.tensor([True, False])]
        torch.tensor([1, 2]).repeat(3)
        torch.tensor([1, 2]).expand(2, 2)
        torch.tensor([1., 2.]).unsqueeze(1) * torch.tensor([3., 4.])
        torch.tensor([2., 3.]).prod()
        torch.tensor([1., 2.]).cumsum(0)
        torch.tensor([1, 2]).cumsum(0)
        torch.tensor([True, True]).cumsum(0)
        torch.tensor([1, 2, 3]).median()
        torch.tensor([1., 2., 3., 4.]).median()
        torch.tensor([1, 1, 2]).mode()
        torch.tensor([1, 2, 3]).topk(2)
        torch.tensor([1, 2, 3]).flip(0)
        torch.tensor([1, 2, 3]).roll(1)
        torch.tensor([1., 2.]).lerp(torch.tensor([3., 4.]), 0.5)
        torch.tensor([1., 2.]).dist(torch.tensor([3., 4.]))
        torch.tensor([1., 2.]).atan2(torch.tensor([3., 4.]))
        torch.tensor([1, 2]).bitwise_and(torch.tensor(1))
        torch.tensor([1, 2]) & 1
        torch.tensor([1, 2]) | 4
        torch.tensor([1, 2]) ^ 3
        torch.tensor([6, 7]) >> 1
        torch.tensor([-7]) // 2
        torch.tensor([-7]) % 3
        torch.tensor([-7]).fmod(3)
        torch.remainder(torch.tensor([-7.]), 3)
        torch.tensor([1.]).reciprocal()
        torch.tensor([2]).reciprocal()
        torch.tensor([4]).rsqrt()
        torch.tensor([1, 2]).exp()
        torch.tensor([1, 2]).sigmoid()
        torch.tensor([1, 2]).tanh()
        torch.tensor([-1, 2]).abs()
        torch.tensor([-1, 2]).sign()
        torch.tensor([-1, 2]).neg()
        torch.tensor([True]).logical_not()
        torch.tensor([1., 2.]).log_softmax(0)
        torch.tensor([[1., 2.]]).softmax(1)
        torch.tensor(2.0) ** 3
        3 ** torch.tensor(2)
        2.0 ** torch.tensor(2)
        torch.tensor(2) ** 2.0
        torch.tensor([2], dtype=torch.int32) * 2
        torch.tensor([2], dtype=torch.int32) * torch.tensor(3)
        torch.tensor([2], dtype=torch.int32) * torch.tensor([3])
        torch.tensor([2.], dtype=torch.float16) * 2
        torch.tensor([2.], dtype=torch.float16) * torch.tensor(3.0)
        torch.tensor([2.], dtype=torch.float16) * torch.tensor([3.0])
        torch.tensor(2) * torch.tensor(2.5)
        torch.tensor([2]) * torch.tensor(2.5)
        torch.tensor(2.5) * torch.tensor([1, 2])
        torch.tensor([True]) * 3
        torch.tensor([True]) + 1.5
        torch.tensor([1], dtype=torch.uint8) - torch.tensor([2], dtype=torch.uint8)
        torch.tensor([250], dtype=torch.uint8).float() / 255
        torch.tensor([250], dtype=torch.uint8) / 255
        torch.tensor([1, 2]).sum() / 2
        torch.tensor([1, 2]).sum().item() / 2
        torch.tensor([1, 2]).float().sum() / 2
        (torch.tensor([1, 2]) == torch.tensor([1, 1])).sum() / 2
        torch.tensor([1, 2]).numpy().dtype.name
        torch.zeros(2).double().dtype
        torch.zeros(2, dtype=torch.long) + 1.0
        torch.zeros(2).long() + torch.ones(2).long()
        torch.max(torch.tensor([1, 2]))
        torch.max(torch.tensor([[1, 5], [7, 2]]), dim=1).indices
        torch.min(torch.tensor([[1, 5], [7, 2]]), 1)[0]
        torch.argmax(torch.tensor([[1, 5], [7, 2]]))
        torch.where(torch.tensor([True, False]), torch.tensor([1, 2]), torch.tensor([0.5, 0.5]))
        torch.where(torch.tensor([1, 2]) > 1, torch.tensor(1.0), torch.tensor(0.0))
        torch.linspace(0, 1, 3, dtype=torch.float64)
        torch.logspace(0, 1, 2)
        torch.full((2,), 3)
        torch.full((2,), 3, dtype=torch.float32)
        torch.ones(2, dtype=torch.bool)
        torch.arange(3, dtype=torch.float)
        torch.arange(0.5, 2)
        torch.outer(torch.tensor([1., 2.]), torch.tensor([3., 4.]))
        torch.tensor([[1., 2.], [3., 4.]]).inverse()
        torch.tensor([[1., 2.], [3., 4.]]).det()
        torch.tensor([[2., 0.], [0., 3.]]).logdet()
        torch.tensor([[1., 2.], [3., 4.]]).trace()
        torch.tensor([[1, 2], [3, 4]]).trace()
        torch.tensor([[1., 2.], [3., 4.]]).diag()
        torch.diag(torch.tensor([1., 2.]))
        torch.tensor([[1., 2.], [3., 4.]]).mm(torch.eye(2))
        torch.tensor([[1, 2], [3, 4]]).T
        torch.mean(torch.arange(4.).view(2, 2), 1)
        torch.tensor([1., 2., 3.]).var()
        torch.tensor([1., 2., 3.]).std(unbiased=False)
        torch.tensor([[1., 2.], [3., 4.]]).std(0)
        torch.tensor([[1., 2.], [3., 4.]]).norm(p=2, dim=1, keepdim=True)
        torch.tensor([1, 2]).tolist()
        torch.tensor([1.0]).item()
        torch.tensor([[1, 2]]).squeeze()
        torch.tensor([[1, 2]]).squeeze(0).shape
        torch.tensor([1., 2.]).exp().sum().log()
        torch.histc(torch.tensor([0.1, 0.5, 0.9]), 2)
        torch.bucketize(torch.tensor([1.5]), torch.tensor([1., 2.]))
        torch.tensor([1, 2]).ne(1)
        torch.tensor([float('inf')]).isinf()
        torch.tensor([1.0, 2.0]).masked_fill(torch.tensor([True, False]), -1e9)
        torch.tensor([1, 2]).masked_fill(torch.tensor([True, False]), 0)
        torch.tensor([1., 2.]).view(2, 1).expand_as(torch.zeros(2, 3))
        torch.ones(2, 2).fill_diagonal_(0)
        torch.zeros(3).index_add(0, torch.tensor([0, 0, 1]), torch.ones(3))
        torch.zeros(3).index_add_(0, torch.tensor([0, 0, 1]), torch.ones(3))
        torch.zeros(2, 3).scatter_add(1, torch.tensor([[0, 0]]), torch.ones(1, 2))
        torch.tensor([[1., 2.], [3., 4.]]).gather(1, torch.tensor([[0], [1]]))
        torch.tensor([3, 4]).unbind()
        torch.tensor([[1, 2], [3, 4]]).unbind(1)
        torch.tensor([1, 2, 3, 4]).chunk(2)
        torch.tensor([1, 2, 3, 4]).split([1, 3])
        torch.tensor([1, 2, 3, 4]).unfold(0, 2, 2)
        torch.tensor([1, 2, 2]).unique()
        torch.tensor([1, 2, 2]).unique(return_counts=True)
        torch.combinations(torch.tensor([1, 2, 3]))
        torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4]))
        torch.tensor([1., 2.]).sub(torch.tensor([1., 1.]), alpha=2)
        torch.tensor([1., 2.]).add(1, alpha=2)
        torch.tensor([4.]).sqrt().item()
        torch.tensor([1., 2.]).dot(torch.tensor([3., 4.]))
        torch.tensor([1., 2.]).tanh().pow(2).mul(-1).add(1)
        torch.abs(torch.tensor([-1.5]))
        torch.floor(torch.tensor([1.7])).long()
        torch.tensor([1.7]).ceil()
        torch.tensor([1.234]).round(decimals=1)
        torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))
        torch.tensor([1, 2]).equal(torch.tensor([1, 3]))
        torch.isclose(torch.tensor([1.0]), torch.tensor([1.0 + 1e-7]))
        torch.tensor([1, 2]).shape == (2,)
        torch.tensor([[1, 2]]).shape[0]
        torch.tensor([1, 2]).size() == torch.Size([2])
        len(torch.zeros(3, 2))
        torch.zeros(3, 2).numel()
        torch.zeros(2, 3).ndim
        bool(torch.tensor(True))
        int(torch.tensor(3))
        float(torch.tensor(3))
        torch.tensor([1, 2])[0] == 1
        1 in torch.tensor([1, 2])
        torch.tensor([1, 2]).data
        torch.tensor([1., 2.]).detach().numpy().tolist()
        torch.zeros(2).copy_(torch.ones(2))
        torch.empty(2).zero_()
        torch.zeros(2).add_(torch.ones(2), alpha=0.5)
        torch.ones(2).addcmul_(torch.ones(2), torch.ones(2), value=2)
        torch.ones(2).lerp_(torch.zeros(2), 0.1)
        torch.ones(2).clamp_(0, 0.5)
        torch.ones(2).sub_(1).abs_()
        torch.zeros(3).scatter_(0, torch.tensor([1]), 5.0)
        torch.tensor([-1.0, 2.0]).relu()
    """,
}
