"""Each law finds the operation that breaks it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.testing.faults import operation, sigmoid
from tinygrad_edu import engine
from tinygrad_edu.testing import LAWS, Case, ConformanceError, check_op

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.1, -0.3]])
ROW = np.array([0.7, -0.2, 1.1])


def right(g: Any, y: Any, x: Any) -> Any:
    return g * y * (1.0 - y)


_calls = [0]


def _counted(x: Any) -> Any:
    _calls[0] += 1
    return x * float(_calls[0])


def _overwriting(x: Any) -> Any:
    x *= 1.5
    return x + 0.0


_alive: list[Any] = []


def _hoarding(g: Any, y: Any, x: Any) -> Any:
    _alive.append(y)
    return right(g, y, x)


def _constant_slope(g: Any, y: Any, x: Any) -> Any:
    return g * _values(y * (1 - y)) if _is_tensor(g) else right(g, y, x)


def _float16_inside(x: Any) -> Any:
    narrow = x.dtype == np.float32
    return sigmoid(np.asarray(x, np.float16)).astype(x.dtype) if narrow else sigmoid(x)


def _masked_slope(g: Any, y: Any, mask: Any, x: Any) -> Any:
    return np.where(mask > 0, g, 0.0)


def _hiding_nan(x: Any) -> Any:
    return sigmoid(np.nan_to_num(x))


def _by_memory(x: Any) -> Any:
    return sigmoid(x) * (1.0 if x.flags.c_contiguous else 2.0)


def _by_mode(x: Any) -> Any:
    return sigmoid(x) * (1.0 if engine.MODE.get().grad else 2.0)


def _borrowed(g: Any, y: Any, x: Any) -> Any:
    return np.broadcast_to(g, x.shape)


# law -> (forward, vjps, inputs)
BROKEN: dict[str, tuple[Any, tuple[Any, ...], tuple[Any, ...]]] = {
    "tensors_give_what_arrays_give": (_by_mode, (right,), (X,)),
    "inputs_stay_unchanged": (_overwriting, (lambda g, y, x: g * 1.5,), (X,)),
    "nan_is_not_hidden": (_hiding_nan, (right,), (X,)),
    "first_order": (sigmoid, (lambda g, y, x: right(g, y, x) * 1.00001,), (X,)),
    "first_order_complex": (sigmoid, (lambda g, y, x: right(g, y, x) * (1 + 1e-11),), (X,)),
    "second_order": (sigmoid, (_constant_slope,), (X,)),
    "dot_product": (
        sigmoid,
        (lambda g, y, x: right(g, y, x) * (1.5 if _is_tensor(g) else 1.0),),
        (X,),
    ),
    "linear_in_the_cotangent": (sigmoid, (lambda g, y, x: right(g, y, x) + y * 1e-3,), (X,)),
    "recording_changes_nothing": (
        sigmoid,
        (lambda g, y, x: right(g, y, x) * ((1 + 1e-9) if _is_tensor(g) else 1.0),),
        (X,),
    ),
    "same_twice": (_counted, (lambda g, y, x: g,), (X,)),
    "same_operand": (
        lambda a, b: a * b,
        (lambda g, y, a, b: g * b * (2.0 if a is b else 1.0), lambda g, y, a, b: g * a),
        (X, X + 0.25),
    ),
    "dtype_is_kept": (lambda x: sigmoid(x) * np.float64(1.0), (right,), (X,)),
    "float32_is_rounded_float64": (_float16_inside, (right,), (X,)),
    "layout_does_not_matter": (_by_memory, (right,), (X,)),
    "nothing_is_kept_alive": (sigmoid, (_hoarding,), (X,)),
}


def _is_tensor(g: Any) -> bool:
    return isinstance(g, engine.Node)


def _values(t: Any) -> Any:
    return t.value


@pytest.mark.parametrize("law", BROKEN)
def test_law_finds_what_breaks_it(law: str) -> None:
    forward, vjps, inputs = BROKEN[law]
    with operation(forward, *vjps) as wrong:
        case = Case(wrong, inputs, wrt=tuple(range(len(inputs))), analytic=True)
        with pytest.raises(ConformanceError):
            LAWS[law](case, np.random.default_rng(0))
    _alive.clear()


def test_laws_hold_for_a_right_operation() -> None:
    with operation(sigmoid, right) as good:
        assert check_op(good, X, analytic=True, reference=lambda x: 1 / (1 + np.exp(-x))) == [
            *LAWS,
            "values",
        ]
        with pytest.raises(ConformanceError, match="values: the result: 6 of 6 entries differ"):
            check_op(good, X, reference=np.tanh)


def test_gradients_that_share_memory_are_found() -> None:
    """The engine itself hands out private gradients; a function that stores its own does not."""

    class Careless(engine.Node.result_class):  # type: ignore[name-defined, misc]
        __slots__ = ()

        def backward(self, gradient: Any = None, **options: Any) -> None:
            for leaf in self.inputs:
                leaf.grad = engine.Node.wrap(gradient)

    def careless(x: Any) -> Any:
        if not _is_tensor(x):
            return x * 1.0
        y = Careless(x.value)
        y.inputs = (x,)
        return y

    with pytest.raises(ConformanceError, match="shares memory with the cotangent"):
        LAWS["gradients_are_private"](Case(careless, (X,), wrt=(0,)), np.random.default_rng(0))


def test_silent_loss_of_the_gradient_is_found() -> None:
    """A function without a derivative must say so."""

    def silent(x: Any) -> Any:
        return x * 2.0 if _is_tensor(x) else np.round(x)

    with pytest.raises(ConformanceError, match="yet its result requires a gradient"):
        LAWS["no_gradient_is_said"](Case(silent, (X,)), np.random.default_rng(0))

    def anonymous(x: Any) -> Any:
        return x.detach()

    with pytest.raises(ConformanceError, match="does not name anonymous"):
        LAWS["no_gradient_is_said"](Case(anonymous, (X,)), np.random.default_rng(0))


def test_backward_that_drops_the_gradient_in_silence_is_found() -> None:
    class Result:
        requires_grad = False
        value = np.ones(2)

        def backward(self, gradient: Any) -> None:
            """Do nothing, and say nothing."""

    def silent(x: Any) -> Any:
        return Result()

    with pytest.raises(ConformanceError, match="backward from silent drops the gradient"):
        LAWS["no_gradient_is_said"](Case(silent, (X,)), np.random.default_rng(0))


def test_inputs_that_are_not_used_have_no_gradient_to_share() -> None:
    with operation(lambda a, b: a * 2.0, lambda g, y, a, b: g * 2.0, None) as first:
        case = Case(first, (X, X.copy()), wrt=(0,))
        LAWS["gradients_are_private"](case, np.random.default_rng(0))
    unused = Case(lambda a, b: a * 2.0, (X, X.copy()), wrt=(0, 1))
    LAWS["gradients_are_private"](unused, np.random.default_rng(0))


def test_every_law_can_fail() -> None:
    elsewhere = {"gradients_are_private", "no_gradient_is_said"}
    assert set(LAWS) == set(BROKEN) | elsewhere


def test_check_op_lists_every_broken_law_and_honours_exemptions() -> None:
    with operation(sigmoid, lambda g, y, x: 2 * right(g, y, x)) as wrong:
        with pytest.raises(ConformanceError) as caught:
            check_op(wrong, X)
        for law in ("first_order", "dot_product"):
            assert f"  {law}: " in str(caught.value)
        wrong_at = ("first_order", "second_order", "dot_product")
        assert "same_twice" in check_op(wrong, X, exempt=dict.fromkeys(wrong_at, "planted"))
        with pytest.raises(ValueError, match="no law is called 'first'"):
            check_op(wrong, X, exempt={"first": "typo"})


def test_check_op_reports_exceptions_as_broken_laws() -> None:
    def only_float64(x: Any) -> Any:
        if x.dtype != np.float64:
            raise TypeError("float64 only")
        return sigmoid(x)

    with operation(only_float64, right) as narrow:
        with pytest.raises(ConformanceError, match=r"dtype_is_kept: TypeError: .*float64 only"):
            check_op(narrow, X)
        assert check_op(narrow, X, dtypes=(np.float64,))


def test_check_op_leaves_inputs_without_a_rule_alone() -> None:
    with operation(lambda m, x: np.where(m > 0, x, 0.0), None, _masked_slope) as masked:
        assert check_op(masked, X, X + 0.25)


def test_check_op_of_functions_with_parameters() -> None:
    import tinygrad_edu as tg

    assert check_op(tg.var, X, params={"axis": 1, "ddof": 1})
    assert check_op(tg.argmax, X)
    assert check_op(tg.add, X, np.float64(2.0))
    assert check_op(tg.where, X > 0, X, X + 0.25)
