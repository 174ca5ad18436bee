"""How an operation is defined and called: arguments, dtypes, NumPy's protocols, errors."""

from __future__ import annotations

import gc
import inspect
import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.testing.faults import operation
from tinygrad_edu.engine import PRIMITIVES, Node, Primitive, as_array, implements


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


def scaled(a: Any, b: Any = None, *, axis: Any = None, keepdims: bool = False) -> Any:
    """A sum of a, or of a times b."""
    return np.sum(a if b is None else a * b, axis=axis, keepdims=keepdims)


class Subclass(np.ndarray):
    """An array that might mean something else by its operators."""


RULES = (
    lambda g, y, a, b, axis, keepdims: np.broadcast_to(g, a.shape) * (1.0 if b is None else b),
    lambda g, y, a, b, axis, keepdims: np.broadcast_to(g, a.shape) * a,
)


@pytest.fixture
def function() -> Any:
    with operation(scaled, *RULES) as made:
        yield made


# ---- the record


def test_record_knows_the_signature(function: Any) -> None:
    record = PRIMITIVES["scaled"]
    assert repr(record) == "<primitive scaled>"
    assert record.input_names == ("a", "b")
    assert record.input_defaults == {"b": None}
    assert record.param_names == ("axis", "keepdims")
    assert record.param_defaults == {"axis": None, "keepdims": False}
    assert function.__doc__ == "A sum of a, or of a times b."
    assert inspect.signature(function) == inspect.signature(scaled)


def test_rules_are_counted() -> None:
    with pytest.raises(TypeError, match="scaled: 2 inputs need 2 vjps, got 1"):
        Primitive(scaled, (RULES[0],), cached=False)


def test_table_is_left_as_it_was() -> None:
    assert "scaled" not in PRIMITIVES


# ---- calling


def test_arrays_in_array_out_tensors_in_tensor_out(function: Any) -> None:
    a = np.ones((2, 3))
    assert type(function(a, axis=0)) is np.ndarray
    assert isinstance(function(tg.tensor(a), axis=0), tg.Tensor)
    assert isinstance(function(a, tg.tensor(a)), tg.Tensor)


def test_every_way_to_pass_an_argument(function: Any) -> None:
    a, b = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    ways = [
        function(a, b, axis=1, keepdims=True),
        function(a, b, 1, True),
        function(a, b, 1, keepdims=True),
        function(a, b=b, dim=1, keepdim=True),
        function(b=b, a=a, axis=1, keepdim=True),
        function(a, axis=1, keepdims=True),
        function(tg.tensor(a), b, dim=1, keepdims=True).value,
    ]
    for y in ways:
        np.testing.assert_array_equal(y, [[3.0], [12.0]])


@pytest.mark.parametrize(
    ("args", "params", "told"),
    [
        ((), {}, "scaled: missing argument 'a'; the signature is scaled(a"),
        ((1, 2, 3, 4, 5), {}, "scaled: too many arguments; the signature is"),
        ((1, 2, 3), {"axis": 1}, "scaled: 'axis' is given twice; the signature is"),
        ((1,), {"axes": 1}, "scaled: unexpected argument 'axes'; the signature is"),
        ((1, 2), {"axes": 1}, "scaled: unexpected argument 'axes'; the signature is"),
        ((1,), {"axis": 1, "dim": 1}, "scaled: an argument is given twice, as axis and dim"),
    ],
)
def test_wrong_calls_name_operation_and_signature(
    function: Any, args: Any, params: Any, told: str
) -> None:
    arrays = tuple(np.full(2, a) for a in args)
    with pytest.raises(TypeError) as caught:
        function(*arrays, **params)
    assert str(caught.value).startswith(told)


def test_metadata_without_a_default_is_required() -> None:
    with operation(lambda x, *, shape: np.reshape(x, shape), lambda g, y, x, shape: g) as shaped:
        with pytest.raises(TypeError, match="missing argument 'shape'; the signature is"):
            shaped(np.ones(2))
        assert shaped(np.ones(2), (2, 1)).shape == (2, 1)


def test_missing_argument_of_a_plain_operation_names_it() -> None:
    with pytest.raises(TypeError, match=r"exp\(\) missing 1 required positional argument: 'x'"):
        tg.exp()
    with pytest.raises(TypeError, match=r"hypot\(\) missing 1 required positional argument: 'b'"):
        tg.hypot(leaf(1.0))


def test_variadic_operations_take_a_list_or_arguments() -> None:
    a, b = leaf(1.0), leaf(2.0, 3.0)
    for y in (
        tg.concatenate(a, b),
        tg.concatenate([a, b]),
        tg.concatenate((a, b), 0),
        tg.concatenate([a, b], dim=0),
    ):
        np.testing.assert_array_equal(y.value, [1.0, 2.0, 3.0])
        assert [g.shape for g in tg.grad(y.sum(), [a, b])] == [(1,), (2,)]
    with pytest.raises(TypeError, match="concatenate: unexpected argument 'axes'"):
        tg.concatenate([a, b], axes=0)


def test_variadic_rule_receives_the_positions() -> None:
    seen: list[list[int]] = []

    def vjp(g: Any, y: Any, *arrays: Any, positions: Sequence[int]) -> list[Any]:
        seen.append(list(positions))
        return [g * k for k in positions]

    with operation(lambda *arrays: sum(arrays), vjp) as total:
        xs = [leaf(1.0), leaf(2.0), tg.tensor([3.0]), leaf(4.0)]
        total(*xs).sum().backward()
    assert seen == [[0, 1, 3]]
    assert [x.grad.item() for x in xs if x.grad is not None] == [0.0, 1.0, 3.0]


def test_variadic_rule_returns_a_gradient_for_each_position() -> None:
    def vjp(g: Any, y: Any, *arrays: Any, positions: Sequence[int]) -> list[Any]:
        return [g]

    with operation(lambda *arrays: sum(arrays), vjp) as total:
        y = total(leaf(1.0), tg.tensor([3.0]), leaf(2.0))
        with pytest.raises(RuntimeError, match=r"returned 1 gradients .*positions=\[0, 2\]"):
            y.sum().backward()


@pytest.mark.parametrize("join", [tg.concatenate, tg.stack])
def test_time_to_join_is_linear_in_the_number_of_inputs(join: Any) -> None:
    def per_input(count: int) -> float:
        xs = [tg.ones(1, requires_grad=True) for _ in range(count)]
        best = math.inf
        for _ in range(5):
            start = time.process_time()
            join(xs).sum().backward()
            best = min(best, time.process_time() - start)
        assert all(x.grad.item() == 5.0 for x in xs)
        return best / count

    gc.disable()  # its time depends on what else the process holds
    try:
        assert per_input(16_000) < 3 * per_input(1_000)
    finally:
        gc.enable()


def test_variadic_operation_without_a_rule_names_the_position() -> None:
    with operation(lambda *arrays: arrays[0] * 1.0, None) as silent:
        y = silent(leaf(1.0), leaf(2.0))
        assert not y.requires_grad


def test_cached_forward_hands_its_cache_over_once() -> None:
    seen: list[Any] = []

    def vjp(g: Any, y: Any, x: Any, cache: Any) -> Any:
        seen.append(cache)
        return g * (2.0 * x if cache is None else cache)

    with operation(lambda x: (x * x, 2.0 * x), vjp, cached=True) as square:
        x = leaf(1.0, 3.0)
        np.testing.assert_array_equal(square(x.value), [1.0, 9.0])
        plain = tg.grad(square(x).sum(), x)
        (recorded,) = tg.grad(square(x).sum(), [x], create_graph=True)
        np.testing.assert_array_equal(plain.value, recorded.value)
        np.testing.assert_array_equal(tg.grad(recorded.sum(), x).value, [2.0, 2.0])
    assert [cache is None for cache in seen] == [False, True]


# ---- what becomes of constants and dtypes


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_constants_do_not_widen(dtype: Any) -> None:
    x = tg.tensor(np.array([1.0, 2.0]), dtype=dtype, requires_grad=True)
    constants = [2, 2.0, True, np.float64(2.0), np.int64(2), np.float32(2.0), [1, 2], [1.5, 2.0]]
    if dtype == np.float16:
        constants.pop()  # a list of floats is float32, as tg.tensor makes it
    for c in constants:
        for y in (x * c, c * x, x + c, x - c, c / x, x / c):
            assert y.dtype == dtype, c
        assert tg.grad((x * c).sum(), x).dtype == dtype, c


def test_integer_arrays_and_tensors_do_not_widen() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    for integers in (np.array([3, 4]), tg.tensor([3, 4]), np.array([True, False])):
        for y in (
            x * integers,
            integers * x,
            x / tg.tensor([1, 2]),
            tg.where(integers > 3, x, integers),
        ):
            assert y.dtype == np.float32
            assert tg.grad(y.sum(), x).dtype == np.float32
    assert (tg.tensor([1.0], dtype=np.float16) * np.array([2])).dtype == np.float16


def test_float64_arrays_do_widen_and_gradients_come_back() -> None:
    x = tg.tensor([1.0, 2.0], requires_grad=True)
    w = tg.tensor(np.array([3.0, 4.0]), requires_grad=True)
    y = x * w
    assert y.dtype == np.float64
    gx, gw = tg.grad(y.sum(), [x, w])
    assert (gx.dtype, gw.dtype) == (np.float32, np.float64)
    (gx,) = tg.grad((x * w * w).sum(), [x], create_graph=True)
    assert gx.dtype == np.float32
    assert tg.grad(gx.sum(), w).dtype == np.float64


def test_integer_division_gives_floats() -> None:
    a, b = tg.tensor([7, 8]), tg.tensor([2, 3])
    for y in (a / b, a / 2, a * 0.5, a.sqrt(), 1 / a, tg.where(a > 7, a, 0.5)):
        assert y.dtype == np.float32
    for y in (np.divide(a, b), np.sqrt(a), np.mean(a), a * np.ones(2)):
        assert y.dtype == np.float64
    assert (tg.tensor([1, 2]) + 1).dtype == np.int64


def test_a_float_without_axes_does_not_widen() -> None:
    x = tg.tensor(np.ones(2, np.float32), requires_grad=True)
    number = tg.tensor(2.5, dtype=np.float64, requires_grad=True)
    y = x * number
    assert y.dtype == np.float32
    y.sum().backward()
    assert (x.grad.dtype, number.grad.dtype) == (np.float32, np.float64)
    assert (x.grad.tolist(), number.grad.item()) == ([2.5, 2.5], 2.0)
    assert (x[0] * number).dtype == np.float64
    small = tg.tensor([2], dtype=np.int32)
    assert (small * tg.tensor(3)).dtype == np.int32
    assert (small * tg.tensor([3])).dtype == np.int64
    assert (small * tg.tensor(2.5)).dtype == np.float32


def test_every_result_is_an_ndarray() -> None:
    x = leaf(1.0, 2.0)
    for y in (
        x.sum(),
        x[0],
        x @ x,
        tg.max(x),
        x.mean(),
        (x > 1).any(),
        tg.argmax(x),
        x.sum() * 2.0,
    ):
        assert type(y.value) is np.ndarray
        assert y.value.shape == ()


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (np.ones(2).view(Subclass), "a Subclass cannot meet a tensor"),
        (np.ma.array([1.0, 2.0]), "a MaskedArray cannot meet a tensor"),
        ("text", "(multiply|add): [ab] must be a tensor or an array, received 'text'"),
        ({1: 2}, "(multiply|add): [ab] must be a tensor or an array, received {1: 2}"),
        (1j, "cannot compute with a complex and a tensor"),
        (object(), "(multiply|add): [ab] must be a tensor or an array, received <object"),
    ],
)
def test_things_that_are_no_numbers_are_refused(other: Any, told: str) -> None:
    x = leaf(1.0, 2.0)
    for attempt in (
        lambda: tg.multiply(x, other),
        lambda: tg.multiply(other, x),
        lambda: x + other,
    ):
        with pytest.raises(TypeError, match=told):
            attempt()


def test_complex_results_are_refused() -> None:
    with pytest.raises(TypeError, match="multiply: the result would have dtype complex128"):
        tg.multiply(leaf(1.0), np.array([1j]))


# ---- errors say what, where and which


def test_shape_errors_name_operation_shapes_and_parameters() -> None:
    for attempt, told in [
        (lambda: leaf(1.0, 2.0) + leaf(1.0, 2.0, 3.0), "add((2,), (3,)): operands could not be"),
        (
            lambda: tg.tensor(np.ones((64, 784))) @ np.ones((300, 10)),
            "matmul((64, 784), (300, 10)):",
        ),
        (lambda: leaf(1.0, 2.0).reshape(3), "reshape((2,), shape=(3,)): cannot reshape"),
        (lambda: leaf(1.0).sum(axis=3), "sum((1,), axis=3, keepdims=False): axis 3 is out of"),
        (
            lambda: tg.concatenate([leaf(1.0), np.ones((2, 2))]),
            "concatenate((1,), (2, 2), axis=0):",
        ),
        (
            lambda: tg.exp(np.array(["a"])),
            "exp: x must be a tensor or an array, received array(['a']",
        ),
    ]:
        with pytest.raises((ValueError, TypeError, IndexError)) as caught:
            attempt()
        assert str(caught.value).startswith(told)
        assert caught.value.__cause__ is not None


def test_errors_of_operations_of_one_array_name_them() -> None:
    def picky(x: Any) -> Any:
        raise ValueError("planted")

    with operation(picky, lambda g, y, x: g) as refusing:
        for x in (leaf(1.0, 2.0), np.ones(2)):
            with pytest.raises(ValueError, match=r"^picky\(\(2,\)\): planted"):
                refusing(x)


def test_index_errors_stay_index_errors() -> None:
    with pytest.raises(IndexError, match=r"getitem\(\(2,\), index=5\): index 5 is out of bounds"):
        leaf(1.0, 2.0)[5]


def test_scalars_are_shown_by_value() -> None:
    with (
        operation(lambda a, b: np.reshape(a, (5, 5)) * b, *(lambda g, y, a, b: g,) * 2) as odd,
        pytest.raises(ValueError, match=r"\(\(2,\), 3\.5\): cannot reshape"),
    ):
        odd(leaf(1.0, 2.0), 3.5)


# ---- NumPy's functions


def test_numpy_functions_become_operations() -> None:
    x = leaf(0.5, 2.0)
    a = np.array([1.0, 3.0])
    for y, expected in [
        (np.exp(x), np.exp(x.value)),
        (np.add(a, x), a + x.value),
        (np.where(np.array([True, False]), x, 0.0), np.array([0.5, 0.0])),
        (np.concatenate([a, x]), np.concatenate([a, x.value])),
        (np.sum(x), x.value.sum()),
        (np.mean(x, axis=0), x.value.mean()),
        (np.add.reduce(x), x.value.sum()),
        (np.maximum.reduce(x), 2.0),
        (np.minimum.reduce(x), 0.5),
        (np.matmul(x, a), x.value @ a),
        (np.clip(x, 0.6, 1.0), np.clip(x.value, 0.6, 1.0)),
        (np.reshape(x, (2, 1)), x.value.reshape(2, 1)),
        (np.var(x), np.var(x.value)),
        (np.float32(2) * x, 2 * x.value),
        (np.float64(2) ** x, 2**x.value),
        (a @ x, a @ x.value),
    ]:
        assert isinstance(y, tg.Tensor)
        assert y.requires_grad
        np.testing.assert_allclose(y.value, expected)


def test_reduce_of_a_ufunc_is_along_the_first_axis_as_in_numpy() -> None:
    x = tg.tensor(np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(np.add.reduce(x).value, np.add.reduce(x.value))
    np.testing.assert_array_equal(np.add.reduce(x, axis=1).value, [3.0, 12.0])
    np.testing.assert_array_equal(np.sum(x).value, 15.0)


REFLECTED = [
    np.array([2.0, 3.0]),
    np.array(2.0),
    np.float64(2.0),
    np.float32(2.0),
    np.int64(2),
    [2.0, 3.0],
    True,
    2,
    2.5,
]
OPERATORS: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
    "%": lambda a, b: a % b,
    "//": lambda a, b: a // b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


@pytest.mark.parametrize("symbol", OPERATORS)
@pytest.mark.parametrize("left", REFLECTED, ids=lambda v: type(v).__name__ + str(np.ndim(v)))
def test_reflected_operators(symbol: str, left: Any) -> None:
    """What stands on the left never takes the tensor for an object."""
    x = leaf(0.5, 2.0)
    apply = OPERATORS[symbol]
    for y, expected in (
        (apply(left, x), apply(np.asarray(left), x.value)),
        (apply(x, left), apply(x.value, np.asarray(left))),
    ):
        assert isinstance(y, tg.Tensor)
        np.testing.assert_allclose(y.value, expected)
        assert y.requires_grad == (y.dtype.kind == "f")
        if y.requires_grad:
            assert tg.grad(y.sum(), x).shape == x.shape


def test_reflected_matmul() -> None:
    x = tg.tensor(np.ones((3, 2)), requires_grad=True)
    for left in (np.ones((4, 3)), [[1.0, 2.0, 3.0]], np.ones(3)):
        y = left @ x
        assert isinstance(y, tg.Tensor)
        assert y.requires_grad


def test_writing_into_an_array_is_refused() -> None:
    x, a = leaf(1.0, 2.0), np.ones(2)
    with pytest.raises(TypeError, match=r"np\.add: writing a result into an array \(out=, or"):
        a += x
    with pytest.raises(TypeError, match=r"np\.exp: writing.*write y = x \+ \.\.\. instead"):
        np.exp(x, out=a)
    with pytest.raises(TypeError, match=r"np\.sum: writing a result"):
        np.sum(x, out=a[:1].reshape(()))
    np.testing.assert_array_equal(a, [1.0, 1.0])


@pytest.mark.parametrize(
    ("attempt", "name"),
    [
        (lambda x: np.spacing(x), "spacing"),
        (lambda x: np.fft.fft(x), "fft"),
        (lambda x: np.histogram(x), "histogram"),
        (lambda x: np.subtract.outer(x, x), "outer"),
        (lambda x: np.multiply.at(x, [0], 1.0), "at"),
    ],
)
def test_numpy_functions_without_a_rule_are_named(attempt: Any, name: str) -> None:
    with pytest.raises(TypeError, match=rf"np\.{name} has no rule for tensors, so its gradient"):
        attempt(leaf(1.0, 2.0))


def test_leaving_the_graph_must_be_said() -> None:
    x = leaf(1.0, 2.0)
    with pytest.raises(TypeError, match=r"np\.asarray of a tensor that requires a gradient would"):
        np.asarray(x)
    with pytest.raises(RuntimeError, match=r"use \.detach\(\)\.numpy\(\)"):
        x.numpy()
    assert np.shares_memory(x.detach().numpy(), x.value)
    assert np.asarray(x.detach()).tolist() == [1.0, 2.0]
    assert np.array(tg.tensor([1.0]), dtype=np.float64).dtype == np.float64


def test_composites_stand_for_numpy_functions() -> None:
    from tinygrad_edu.engine import NUMPY_FUNCTIONS

    def twice(x: Any) -> Any:
        return x * 2.0

    try:
        assert implements(np.spacing)(twice) is twice
        assert np.spacing(leaf(1.0, 2.0)).tolist() == [2.0, 4.0]
    finally:
        del NUMPY_FUNCTIONS[np.spacing]


def test_composites_translate_keywords_and_refuse_others() -> None:
    from tinygrad_edu.engine.composite import composite

    @composite()
    def span(x: Any, axis: Any = None) -> Any:
        return tg.max(x, axis=axis) - tg.min(x, axis=axis)

    x = tg.tensor([[1.0, 5.0], [2.0, 3.0]])
    assert span(x, dim=1).tolist() == span(x, axis=1).tolist() == [4.0, 1.0]
    with pytest.raises(TypeError, match="span: unexpected argument 'axes'; it takes x, axis"):
        span(x, axes=1)
    with pytest.raises(TypeError, match="span: an argument is given twice, as axis and dim"):
        span(x, axis=1, dim=1)


def test_nodes_alone() -> None:
    """The engine works without Tensor: a node is a value and how it was made."""
    node = Node(np.ones(2), requires_grad=True, name="x")
    assert node.is_leaf
    assert (node.name, node.op, node.inputs, node.gradient) == ("x", None, (), None)
    assert as_array(np.float64(2.0)).shape == ()
    assert isinstance(Node.wrap(np.ones(2)), tg.Tensor)
    with pytest.raises(AttributeError):
        node.misspelled = 1  # type: ignore[attr-defined]  # no such slot


def test_integer_leaf_gets_no_rounded_gradient() -> None:
    w = tg.tensor([1, 2])
    w.requires_grad = True  # what the constructor and requires_grad_() refuse
    with pytest.raises(TypeError, match="dtype int64 cannot require a gradient"):
        (w * 0.3).sum().backward()


def test_list_meets_a_tensor_in_its_precision() -> None:
    assert (leaf(1.0, 2.0) * [0.1, 0.2]).tolist() == [0.1, 0.4]
    assert (tg.tensor([1.0, 2.0]) * [0.1, 0.2]).dtype == np.float32
    assert (tg.tensor([1, 2]) * [0.1, 0.2]).dtype == np.float32
    assert tg.maximum(leaf(0.0, 9.0), [0.1, 0.2]).tolist() == [0.1, 9.0]


@pytest.mark.parametrize("join", [tg.concatenate, tg.stack, np.concatenate, np.stack])
def test_one_array_is_not_a_list_of_one(join: Any) -> None:
    """NumPy would join its rows, and the tensor came back as it was."""
    with pytest.raises(TypeError, match=r"give a list, as in .*\(\[a, b\]\).*of shape \(2, 3\)"):
        join(tg.ones(2, 3))


def test_joining_what_an_iterator_yields() -> None:
    x = leaf(1.0, 2.0, 3.0)
    rows = tg.stack(part * 2 for part in x)
    assert rows.tolist() == [2.0, 4.0, 6.0]
    assert tg.concatenate(map(tg.exp, [x, x])).shape == (6,)


def test_axes_in_a_list() -> None:
    x = tg.ones(2, 3, 4, 5)
    assert x.mean([2, 3]).shape == (2, 3)
    assert x.sum(dim=[0, -1], keepdim=True).shape == (1, 3, 4, 1)


def test_lists_alone_are_arrays() -> None:
    assert tg.mean([1.0, 2.0]) == 1.5
    assert tg.softmax([[1.0, 1.0]], dim=1).tolist() == [[0.5, 0.5]]
    with pytest.raises(TypeError, match="would lose the gradient"):
        tg.mean([leaf(1.0).sum(), leaf(2.0).sum()])


def test_operators_work_on_the_bits_of_integers() -> None:
    """They were logic, so that 5 & 3 was True."""
    a, b = tg.tensor([5, 6]), tg.tensor([3, 1])
    assert ((a & b).tolist(), (a | b).tolist(), (a ^ b).tolist()) == ([1, 0], [7, 7], [6, 7])
    assert ((~a).tolist(), (3 & a).tolist()) == ([-6, -7], [1, 2])
    mask = tg.tensor([True, False])
    assert ((~mask).tolist(), (mask & True).tolist()) == ([False, True], [True, False])
    assert (~mask).dtype == np.bool_
    with pytest.raises(TypeError, match="bitwise_and"):
        leaf(1.0) & leaf(2.0)


def test_result_that_is_no_array_is_refused() -> None:
    refused = pytest.raises(TypeError, match="the result must be an array, received list")
    with operation(lambda x: x.tolist(), lambda g, y, x: g) as listing, refused:
        listing(leaf(1.0, 2.0))


def test_a_decorator_without_a_vjp_says_how_it_is_written() -> None:
    @tg.primitive
    def double(x: Any) -> Any:
        return x * 2.0

    with pytest.raises(TypeError, match=r"received Tensor; write @tg\.primitive\(vjp\) above it"):
        double(tg.tensor(1.0))


def test_inputs_by_the_names_of_pytorch() -> None:
    a, b = tg.tensor([1.0, 2.0]), tg.tensor([3.0, 4.0])
    assert tg.stack(tensors=[a, b]).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert tg.concatenate(tensors=[a, b]).tolist() == [1.0, 2.0, 3.0, 4.0]
    assert tg.logsumexp(input=a, dim=0).item() == tg.logsumexp(a, axis=0).item()
    assert tg.diff(input=b).tolist() == [1.0]


@pytest.mark.parametrize("number", [np.float64(0.5), 2, True])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_tensor_without_axes_widens_none_of_its_kind(number: Any, dtype: Any) -> None:
    x = tg.tensor(np.array([1.0, 2.0], dtype), requires_grad=True)
    c = tg.tensor(np.asarray(number))
    for y in (x * c, c * x, tg.where(c > 0, x, c), x + tg.tensor(np.arange(2))):
        assert y.dtype == dtype
        assert y.requires_grad


def test_a_switch_is_entered_again() -> None:
    switch = tg.set_grad_enabled(False)
    for _ in range(2):
        with switch:
            assert not tg.is_grad_enabled()
        assert tg.is_grad_enabled()
