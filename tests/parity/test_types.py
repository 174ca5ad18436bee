"""Creation, dtypes, devices and the methods that ask for them, written once and run in both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
import tinygrad_edu.torch as ours

torch = pytest.importorskip("torch")

#: Expressions whose value, dtype and shape are the same in both; x, i, b are tensors.
SAME = [
    "torch.zeros(2, 3)", "torch.zeros((2, 3))", "torch.zeros([2, 3])", "torch.zeros(size=(2, 3))",
    "torch.zeros(2, dtype=torch.long)", "torch.ones(2, device='cpu')", "torch.zeros(())",
    "torch.ones(2, 3, requires_grad=True)", "torch.ones(torch.Size([2]))",
    "torch.zeros(2, dtype=torch.float64, device=torch.device('cpu'), requires_grad=True)",
    "torch.zeros(2, layout=torch.strided, pin_memory=False)", "torch.empty(2, 3).shape",
    "torch.zeros(2, out=torch.empty(0))", "torch.ones(2, out=torch.zeros(2))",
    "torch.full((2,), 7)", "torch.full((2,), 7.0)", "torch.full((2,), True)",
    "torch.full((2,), 7, dtype=torch.float32)", "torch.full(size=(2,), fill_value=3.5)",
    "torch.eye(2)", "torch.eye(2, 3)", "torch.eye(2, dtype=torch.int64)",
    "torch.arange(3)", "torch.arange(3.0)", "torch.arange(1, 7, 2)", "torch.arange(1, 2, 0.5)",
    "torch.arange(start=1, end=3)", "torch.arange(3, dtype=torch.float32)",
    "torch.arange(5, 0, -2)",
    "torch.arange(0, end=3)", "torch.arange(0, 1, step=0.25)", "torch.arange(end=3)",
    "torch.arange(2, requires_grad=True, dtype=torch.float)",
    "torch.linspace(0, 1, 5)", "torch.linspace(0, 1, steps=5)", "torch.linspace(-1, 1, 3).double()",
    "torch.logspace(0, 2, 3)", "torch.logspace(0, 3, steps=4, base=2)",
    "torch.zeros_like(x)", "torch.ones_like(i)", "torch.zeros_like(i, dtype=torch.float)",
    "torch.full_like(x, 2)", "torch.empty_like(x).shape", "torch.ones_like(input=x)",
    "torch.zeros_like(x, requires_grad=True)", "torch.ones_like(x, device=x.device)",
    "torch.rand(2, 3).shape", "torch.randn(size=(2, 3)).shape", "torch.rand((2,)).dtype",
    "torch.randint(5, (3,)).dtype", "torch.randint(0, 5, (3,)).shape",
    "torch.randint(high=5, size=(3,)).shape", "torch.randint(low=4, high=5, size=(3,))",
    "torch.randint(4, 5, (2, 2))", "torch.randint(3, 4, (2,), dtype=torch.int32)",
    "torch.randperm(5).sort()[0]", "torch.randperm(3).dtype", "torch.randn_like(x).shape",
    "torch.rand_like(i, dtype=torch.float).dtype", "torch.randint_like(x, 1, 2)",
    "torch.normal(0.0, 1.0, (2, 3)).shape", "torch.normal(0.0, 1.0, size=(2,)).dtype",
    "torch.normal(torch.zeros(3), torch.ones(3)).shape", "torch.normal(torch.zeros(3), 0.0)",
    "torch.normal(2.0, torch.zeros(2))", "torch.normal(mean=torch.ones(3), std=torch.zeros(3))",
    "torch.bernoulli(torch.ones(3))", "torch.bernoulli(torch.zeros(2, 2))",
    "torch.poisson(torch.zeros(3))", "torch.multinomial(torch.tensor([0.0, 1.0]), 1)",
    "torch.multinomial(torch.tensor([[0.0, 1.0], [1.0, 0.0]]), 2, replacement=True)",
    "torch.scalar_tensor(2)", "torch.tensor([1, 2])", "torch.tensor([1.0, 2])", "torch.tensor(3)",
    "torch.tensor(3.5)", "torch.tensor(True)", "torch.tensor([True, False])", "torch.tensor([])",
    "torch.tensor(np.zeros(2))", "torch.tensor(np.float32(2))", "torch.tensor([[1, 2], [3, 4.5]])",
    "torch.tensor([torch.tensor(1.0), torch.tensor(2.0)])", "torch.tensor(np.arange(2))",
    "torch.tensor([1, 2], dtype=torch.float)", "torch.tensor([1.5], dtype=torch.int)",
    "torch.tensor([1.0], device='cpu', requires_grad=True)", "torch.tensor(((1, 2), (3, 4)))",
    "torch.tensor([np.zeros(2, np.float32), np.ones(2, np.float32)])",
    "torch.as_tensor([1, 2])", "torch.as_tensor(np.ones(2), dtype=torch.float32)",
    "torch.as_tensor(x) is x", "torch.asarray([1.0, 2.0])", "torch.from_numpy(np.arange(3))",
    "torch.Tensor([1, 2])", "torch.Tensor(2, 3).shape", "torch.Tensor(5).shape", "torch.Tensor()",
    "torch.Tensor(np.zeros(2))", "torch.Tensor([[1, 2], [3, 4]])", "torch.Tensor(torch.ones(2))",
    "torch.Tensor(torch.Size([2, 3])).shape", "isinstance(x, torch.Tensor)", "torch.Tensor([])",
    "torch.FloatTensor([1, 2])", "torch.LongTensor([1.0, 2.0])", "torch.FloatTensor(2, 3).shape",
    "x.new_zeros(2, 3)", "i.new_ones((2,))", "x.new_full((2,), 3)", "x.new_tensor([1, 2])",
    "i.new_tensor([1.5, 2.5])", "x.new_empty(2).shape", "x.new_zeros(2, dtype=torch.long)",
    "x.new_ones(2, requires_grad=True)", "x.new(2, 3).shape", "x.new([1, 2])", "i.new_full((), 2)",
    "torch.tril_indices(3, 3)", "torch.triu_indices(2, 3)",
    # ---- conversions
    "x.float()", "x.double()", "x.half()", "x.long()", "x.int()", "x.short()", "x.char()",
    "i.byte()", "x.bool()", "x.type()", "i.type()", "b.type()", "x.double().type()",
    "x.type(torch.float64)", "x.type('torch.LongTensor')", "x.type(torch.LongTensor)",
    "i.type(torch.FloatTensor)", "x.type(dtype=torch.int32)", "x.type_as(i)", "x.to(torch.float64)",
    "x.to('cpu')", "x.to('cpu', torch.float64)", "x.to(torch.device('cpu'), dtype=torch.long)",
    "x.to(i)", "x.to(device='cpu', non_blocking=True)", "x.to(torch.float64, True)",
    "x.to(dtype=torch.int64)", "x.to('cpu') is x", "x.to(x.dtype) is x",
    "x.to(torch.float, copy=True)",
    "x.cpu() is x", "i.float().dtype", "x.float() is x",
    # ---- questions
    "x.is_cuda", "x.is_sparse", "x.is_cpu", "x.is_quantized", "x.is_meta", "x.device",
    "x.element_size()", "i.element_size()", "x.is_contiguous()", "x.t().is_contiguous()",
    "x.t().contiguous()", "x.t().contiguous().is_contiguous()", "x.contiguous() is x",
    "x.contiguous(memory_format=torch.contiguous_format)", "x.stride()", "x.t().stride()",
    "x.stride(0)", "x[1:].storage_offset()", "x.get_device()", "x.is_pinned()", "x.is_shared()",
    "x.is_floating_point()", "i.is_floating_point()", "x.is_complex()", "i.is_signed()",
    "x.data_ptr() == x.view(-1).data_ptr()", "x.tolist()", "x[0, 0].item()", "x.numel()",
    "x.nelement()", "x.dim()", "x.ndim", "x.size()", "x.size(0)", "x.size(-1)", "x.size(dim=1)",
    "x.shape", "x.nbytes", "x.itemsize", "len(x)", "x.shape[-1]", "tuple(x.shape)",
    "x.numpy().dtype", "x.dtype == torch.float32", "x.dtype is torch.float32",
    "x.dtype in (torch.float32, torch.float64)", "{torch.float32: 1}[x.dtype]", "x.dtype.itemsize",
    "isinstance(x.dtype, torch.dtype)", "isinstance(x.shape, torch.Size)",
    "isinstance(x.device, torch.device)", "x.device.type == 'cpu'", "x.shape == (2, 3)",
    "x.shape == torch.Size([2, 3])", "x.shape + (4,)", "x.shape[1:].numel()",
    "torch.is_tensor(x)", "torch.is_tensor(3)", "torch.is_floating_point(x)", "torch.numel(x)",
    "torch.is_complex(x)", "torch.is_nonzero(torch.tensor([2.0]))", "torch.get_default_dtype()",
    "torch.finfo(torch.float32).eps", "torch.finfo(torch.float64).max", "torch.finfo().tiny",
    "torch.finfo(torch.float16).min", "torch.finfo(torch.float32).bits", "torch.iinfo(torch.int8)",
    "torch.finfo(torch.float32)", "torch.finfo(torch.float64)", "torch.iinfo(torch.int64).max",
    "torch.finfo(x.dtype).resolution", "torch.finfo(torch.float32).dtype",
    "torch.can_cast(torch.double, torch.int)", "torch.can_cast(torch.int, torch.float)",
    "torch.promote_types(torch.int32, torch.float32)",
    "torch.promote_types(torch.uint8, torch.int8)",
    "torch.promote_types(torch.bool, torch.uint8)", "torch.result_type(x, 2)",
    "torch.result_type(i, 2.5)", "torch.result_type(i, torch.tensor(1.0, dtype=torch.float64))",
    "torch.result_type(x, torch.tensor(1.0, dtype=torch.float64))", "torch.result_type(b, 1)",
    "torch.result_type(torch.tensor(1), torch.tensor([1], dtype=torch.int32))",
    "x.is_leaf", "x.requires_grad", "f'{x.mean():.4f}'", "'%d' % i[0]", "float(x[0, 0])",
    "torch.Generator().manual_seed(3).initial_seed()", "torch.Generator().initial_seed()",
    "torch.manual_seed(5) and torch.initial_seed()", "torch.Generator(device='cpu').device",
    "torch.rand(2, generator=torch.Generator().manual_seed(0)).shape",
    "torch.device('cpu') == torch.device('cpu')", "torch.device(type='cpu')",
    "torch.device(torch.device('cpu'))", "hash(torch.device('cpu')) == hash(torch.device('cpu'))",
]  # fmt: skip


def _plain(value: Any) -> Any:
    """What both must have in common."""
    if isinstance(value, (tg.Tensor, torch.Tensor)):
        array = value.detach().numpy()
        return str(value.dtype), tuple(value.shape), value.requires_grad, array.tolist()
    if isinstance(value, (tg.Size, torch.Size)):
        return tuple(value)
    return str(value)


@pytest.mark.filterwarnings("ignore:Creating a tensor from a list")
@pytest.mark.parametrize("expression", SAME)
def test_the_same_in_both(expression: str) -> None:
    results = []
    for module in (ours, torch):
        names = {
            "torch": module,
            "np": np,
            "x": module.tensor([[0.5, 1.5, 2.5], [-1.0, 0.0, 3.0]]),
            "i": module.tensor([1, 2, 3]),
            "b": module.tensor([True, False]),
        }
        results.append(_plain(eval(expression, names)))
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["float32", "float64"])
def test_the_default_dtype_is_honoured(name: str) -> None:
    made: list[list[str]] = []
    for module in (ours, torch):
        module.set_default_dtype(getattr(module, name))
        tensors = [
            module.tensor(1.5), module.zeros(2), module.rand(2), module.arange(1.0),
            module.linspace(0, 1, 2), module.full((1,), 0.5), module.Tensor([1]), module.eye(1),
            module.normal(0.0, 1.0, (2,)), module.nn.Linear(2, 3).weight,
            module.nn.BatchNorm1d(2).running_mean, module.nn.Embedding(2, 2).weight,
            module.tensor(np.zeros(2, np.float32)), module.nn.Conv2d(1, 1, 1).bias,
            module.nn.LayerNorm(2).weight, module.nn.PReLU().weight,
        ]  # fmt: skip
        made.append([repr(t.dtype) for t in tensors])
        module.set_default_dtype(module.float32)
    assert made[0] == made[1]
