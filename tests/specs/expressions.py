"""Expressions of PyTorch that give something else here, or nothing, each with the reason."""

from __future__ import annotations

__all__ = ["DIFFERENT"]

_GRADS = "the gradient is a value; write tg.grad(..., create_graph=True) to differentiate it again"

DIFFERENT: dict[str, str] = {
    "byte.sum()": "uint64, as in NumPy; PyTorch gives int64",
    "x.scatter(0, places, y)": "at repeats, only the value that stayed has a gradient",
    "torch.exp(input=x)": "refused: elementwise functions take their tensors by position",
    "torch.matmul(input=x, other=m)": "refused: it takes its tensors by position",
    "torch.func.grad(lambda a: (a ** 2).sum())(v)": _GRADS,
    "torch.func.jacrev(lambda a: a ** 2)(v)": _GRADS,
    "torch.func.hessian(lambda a: (a ** 3).sum())(v)": _GRADS,
}
