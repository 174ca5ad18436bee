"""dtypes, shapes and devices: PyTorch's objects, equal to NumPy's and taken by NumPy."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg

DTYPES = [
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16",
    "uint32", "uint64", "bool",
]  # fmt: skip
A = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize("name", DTYPES)
def test_a_dtype_is_numpys_by_another_print(name: str) -> None:
    ours, numpys = getattr(tg, name), np.dtype(name)
    assert isinstance(ours, tg.dtype)
    assert (repr(ours), str(ours), f"{ours}") == (f"torch.{name}",) * 3
    for same in (numpys, numpys.type, name, tg.dtype(name)):
        assert ours == same
        assert same == ours
    assert ours != "float" + "x"
    assert ours is not None
    assert ours != np.complex64
    assert hash(ours) == hash(numpys)
    assert {numpys: 1}[ours] == {ours: 1}[numpys] == 1
    assert tg.zeros(2, dtype=ours).dtype is ours
    assert tg.tensor(np.zeros(2, numpys)).dtype is ours
    assert ours.is_floating_point == (numpys.kind == "f")
    assert ours.is_signed == (numpys.kind in "if")
    assert (ours.itemsize, ours.kind, ours.char) == (numpys.itemsize, numpys.kind, numpys.char)
    assert copy.copy(ours) is copy.deepcopy(ours) is pickle.loads(pickle.dumps(ours)) is ours


def test_names_of_dtypes_are_one_object() -> None:
    assert tg.float is tg.float32
    assert tg.double is tg.float64
    assert tg.half is tg.float16
    assert tg.long is tg.int64
    assert tg.int is tg.int32
    assert tg.short is tg.int16


@pytest.mark.parametrize("wrong", ["complex64", "S3", object, None, np.longdouble, "x"])
def test_there_is_no_other_dtype(wrong: Any) -> None:
    with pytest.raises(TypeError, match="dtype"):
        tg.dtype(wrong)


#: What NumPy does with a dtype.
TAKEN: dict[str, Callable[[Any], Any]] = {
    "np.dtype": np.dtype,
    "np.zeros": lambda d: np.zeros(2, d).dtype,
    "np.empty_like": lambda d: np.empty_like(A, dtype=d).dtype,
    "np.full": lambda d: np.full(2, 1, d).dtype,
    "np.asarray": lambda d: np.asarray([1, 2], dtype=d).dtype,
    "np.array of a tensor": lambda d: np.array(tg.tensor(A), dtype=d).dtype,
    "astype": lambda d: A.astype(d).dtype,
    "view": lambda d: A.view(d).shape,
    "np.sum": lambda d: np.sum(A, dtype=d).dtype,
    "np.add": lambda d: np.add(A, A, dtype=d, casting="unsafe").dtype,
    "np.arange": lambda d: np.arange(2, dtype=d).dtype,
    "np.frombuffer": lambda d: np.frombuffer(bytes(8), d).tolist(),
    "np.issubdtype": lambda d: np.issubdtype(d, np.floating),
    "np.promote_types": lambda d: np.promote_types(d, np.float16),
    "np.result_type": lambda d: np.result_type(d, np.int8),
    "np.result_type of an array": lambda d: np.result_type(A, d),
    "np.can_cast": lambda d: (np.can_cast(d, np.float64), np.can_cast(np.int8, d)),
    "a structure": lambda d: np.dtype([("a", d), ("b", np.int8)]),
}


@pytest.mark.parametrize("name", ["float16", "float32", "float64", "int64", "uint8"])
@pytest.mark.parametrize("use", TAKEN.values(), ids=TAKEN)
def test_numpy_takes_a_dtype(use: Callable[[Any], Any], name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert use(getattr(tg, name)) == use(np.dtype(name))


def test_numpys_limits_take_a_dtype() -> None:
    assert np.finfo(tg.float32).eps == np.finfo(np.float32).eps == tg.finfo(tg.float32).eps
    assert np.finfo(tg.tensor(1.0).dtype).max == tg.finfo().max
    assert np.iinfo(tg.int8).max == tg.iinfo(tg.int8).max == 127
    for function, wrong in ((tg.finfo, tg.int8), (tg.iinfo, tg.float32)):
        with pytest.raises(TypeError, match="type must be a"):
            function(wrong)


def test_a_shape_is_a_tuple_that_counts() -> None:
    x = tg.zeros(2, 3, 4)
    assert isinstance(x.shape, tg.Size)
    assert x.shape == (2, 3, 4) == x.size()
    assert repr(x.shape) == "torch.Size([2, 3, 4])"
    assert (x.shape.numel(), x.size, x.size(0), x.size(-1)) == (24, 24, 2, 4)
    longer = (1,) + x.shape  # noqa: RUF005 (this is the case)
    for shape in (x.shape[1:], x.shape + x.shape, longer, x.shape * 2, tg.Size([1, 2])):
        assert type(shape) is tg.Size
    assert type(x.shape[0]) is int
    assert hash(x.shape) == hash((2, 3, 4))
    assert type(copy.deepcopy(x.shape)) is type(pickle.loads(pickle.dumps(x.shape))) is tg.Size
    assert np.zeros(x.shape).shape == x.shape
    a, b, c = x.shape
    assert (a, b, c) == (2, 3, 4)
    with pytest.raises(TypeError, match="Size: sizes must be integers"):
        tg.Size([1.5])


def test_the_only_device_is_the_cpu() -> None:
    cpu = tg.device("cpu")
    assert cpu == "cpu" == cpu == tg.zeros(1).device == tg.device(cpu) == tg.device(type="cpu")
    assert (repr(cpu), str(cpu), cpu.type, cpu.index) == ("device(type='cpu')", "cpu", "cpu", None)
    assert repr(tg.device("cpu:0")) == repr(tg.device("cpu", 0)) == "device(type='cpu', index=0)"
    assert {cpu: 1}["cpu"] == 1
    with cpu:
        pass
    for other in ("cuda", "cuda:0", "mps", 0):
        with pytest.raises(
            ValueError, match=r"there is no device .* here: everything is on the CPU"
        ):
            tg.device(other)
        with pytest.raises(ValueError, match="everything is on the CPU"):
            tg.zeros(2, device=other)
        with pytest.raises(ValueError, match="everything is on the CPU"):
            tg.zeros(2).to(other)


PRINTED = [
    (tg.tensor([0.5, 1.0]), "tensor([0.5000, 1.0000])"),
    (tg.tensor([1.0, -20.0]), "tensor([  1., -20.])"),
    (tg.tensor([1e-5, 1.0]), "tensor([1.0000e-05, 1.0000e+00])"),
    (tg.tensor([np.nan, 1.0, np.inf]), "tensor([nan, 1., inf])"),
    (tg.tensor([[1], [20]]), "tensor([[ 1],\n        [20]])"),
    (tg.ones(1, 2, 1), "tensor([[[1.],\n         [1.]]])"),
    (tg.ones(2, 1, 1), "tensor([[[1.]],\n\n        [[1.]]])"),
    (tg.arange(1001), "tensor([   0,    1,    2,  ...,  998,  999, 1000])"),
    (tg.zeros(2, 0, dtype=tg.float64), "tensor([], size=(2, 0), dtype=torch.float64)"),
    (tg.zeros(0, dtype=tg.int64), "tensor([], dtype=torch.int64)"),
    (tg.tensor([1, 2], dtype=tg.uint8), "tensor([1, 2], dtype=torch.uint8)"),
    (tg.ones(1, requires_grad=True), "tensor([1.], requires_grad=True)"),
    (tg.nn.Parameter([1.0]), "Parameter containing:\ntensor([1.], requires_grad=True)"),
    (tg.tensor(1.0, name="w"), "tensor(1., name='w')"),
]


@pytest.mark.parametrize(("tensor", "text"), PRINTED, ids=[text for _, text in PRINTED])
def test_a_tensor_prints_as_in_pytorch(tensor: tg.Tensor, text: str) -> None:
    assert repr(tensor) == text


def test_print_options_hold_until_they_are_changed() -> None:
    x = tg.tensor([0.123456, 2.0])
    tg.set_printoptions(precision=2)
    try:
        assert repr(x) == "tensor([0.12, 2.00])"
        tg.set_printoptions(sci_mode=True)
        assert repr(x) == "tensor([1.23e-01, 2.00e+00])"
        tg.set_printoptions(profile="full", linewidth=30)
        assert "..." not in repr(tg.arange(2000))
        assert max(map(len, repr(tg.arange(2000)).split("\n"))) <= 32
    finally:
        tg.set_printoptions(profile="default")
    for wrong in ({"profile": "long"}, {"precision": -1}, {"linewidth": 0}, {"sci_mode": 1}):
        with pytest.raises((TypeError, ValueError), match=f"set_printoptions: {next(iter(wrong))}"):
            tg.set_printoptions(**wrong)
    assert repr(x) == "tensor([0.1235, 2.0000])"


def test_a_number_is_formatted_as_a_number() -> None:
    loss = tg.tensor([0.5], requires_grad=True).sum()
    assert (f"{loss:.4f}", f"{loss}", str(loss)) == (
        "0.5000", "0.5", "tensor(0.5000, grad_fn=<SumBackward0>)",
    )  # fmt: skip
    assert f"{tg.ones(2)}" == "tensor([1., 1.])"


def test_the_default_dtype_is_that_of_floats() -> None:
    tg.set_default_dtype(tg.float64)
    try:
        made = [
            tg.tensor(0.5), tg.zeros(2), tg.rand(2), tg.arange(1.0), tg.linspace(0, 1, 2),
            tg.Tensor([1]), tg.nn.Linear(2, 3).weight, tg.nn.BatchNorm1d(2).running_mean,
        ]  # fmt: skip
        assert {t.dtype for t in made if t is not None} == {tg.float64}
        assert repr(tg.tensor(0.5)) == "tensor(0.5000)"
        assert repr(tg.tensor(np.float32(0.5))) == "tensor(0.5000, dtype=torch.float32)"
        assert tg.tensor(1).dtype == tg.int64
    finally:
        tg.set_default_dtype(tg.float32)
    with pytest.raises(TypeError, match="d must be a floating-point dtype"):
        tg.set_default_dtype(tg.int64)


CASTS = {
    "half": "float16", "float": "float32", "double": "float64", "byte": "uint8", "char": "int8",
    "short": "int16", "int": "int32", "long": "int64", "bool": "bool",
}  # fmt: skip


@pytest.mark.parametrize("name", CASTS)
def test_types_by_their_old_names(name: str) -> None:
    x = tg.tensor([0.0, 3.0], dtype=tg.float64 if name != "double" else tg.float32)
    made = getattr(x, name)()
    assert made.dtype == CASTS[name]
    assert made.type() == f"torch.{name.capitalize()}Tensor"
    for wanted in (made.type(), made.dtype, np.dtype(CASTS[name])):
        assert x.type(wanted).tolist() == made.tolist()
    assert getattr(made, name)() is made


def test_to_takes_all_spellings() -> None:
    x = tg.tensor([1, 2])
    other = tg.tensor(1.0, dtype=tg.float64)
    for made in (
        x.to(tg.float64), x.to("cpu", tg.float64), x.to(other), x.to(dtype=tg.float64),
        x.to(tg.device("cpu"), tg.float64, True), x.to(device="cpu", dtype=tg.float64),
    ):  # fmt: skip
        assert made.dtype is tg.float64
    assert x.to("cpu") is x.to(tg.int64) is x.to("cpu", non_blocking=True) is x
    assert x.to("cpu", copy=True) is not x
    with pytest.raises(ValueError, match="everything is on the CPU"):
        x.type("torch.cuda.FloatTensor")
    with pytest.raises(TypeError, match="type"):
        x.type("torch.StringTensor")


def test_contiguous_puts_rows_behind_each_other_and_is_recorded() -> None:
    x = tg.tensor(A, requires_grad=True)
    y = x.T.contiguous()
    assert y.value.flags.c_contiguous
    assert x.contiguous() is x
    (y * tg.arange(6).reshape(3, 2)).sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.value, np.arange(6).reshape(3, 2).T)
