"""gradcheck accepts what is right, refuses what is wrong, and says what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.testing.faults import FAULTS, operation, sigmoid
from tinygrad_edu.testing import GradcheckError, UndecidedError, gradcheck, gradgradcheck
from tinygrad_edu.testing.comparison import Check as Comparison


def leaf(values: Any, name: str | None = None) -> tg.Tensor:
    return tg.tensor(np.array(values, dtype=np.float64), requires_grad=True, name=name)


def draw(rng: np.random.Generator, *shapes: tuple[int, ...]) -> list[tg.Tensor]:
    return [leaf(np.abs(rng.standard_normal(s)) + 0.3) for s in shapes]


# ---- what is right


@pytest.mark.parametrize("method", ["central", "five-point", "richardson"])
def test_right_gradients_pass(rng: np.random.Generator, method: str) -> None:
    x, w = draw(rng, (2, 3), (3, 4))
    assert gradcheck(lambda x, w: tg.tanh(x @ w), (x, w), method=method, check_forward_ad=True)
    assert gradgradcheck(lambda x, w: tg.tanh(x @ w), (x, w), method=method)


def test_complex_step_holds_gradients_to_the_last_digits(rng: np.random.Generator) -> None:
    (x,) = draw(rng, (2, 3))
    assert gradcheck(lambda x: np.exp(x) * x, x, method="complex", rtol=1e-14, atol=1e-15)
    wrong = {"rtol": 1e-14, "atol": 1e-15, "method": "complex", "raise_exception": False}
    with operation(sigmoid, lambda g, y, x: g * y * (1 - y) * (1 + 1e-12)) as off_by_little:
        assert not gradcheck(off_by_little, x, **wrong)


def test_several_outputs_constants_and_unused_inputs(rng: np.random.Generator) -> None:
    x, unused = draw(rng, (3,), (2,))

    def several(x: tg.Tensor, k: int, unused: tg.Tensor) -> tuple[tg.Tensor, ...]:
        return x * k, tg.argmax(x), x.sum()

    assert gradcheck(several, (x, 3, unused))
    assert gradgradcheck(lambda x: (x * x, x.sum()), x)


def test_parameters_that_the_function_reads_by_itself(rng: np.random.Generator) -> None:
    """As with a module: the tensors of `inputs` are moved in place, and restored."""
    x, w = draw(rng, (2, 3), (3,))
    before = w.value.copy()
    assert gradcheck(lambda _: (x @ w).exp(), (w,))
    np.testing.assert_array_equal(w.value, before)


def test_large_jacobians_are_compared_along_directions(rng: np.random.Generator) -> None:
    (x,) = draw(rng, (40, 60))
    assert gradcheck(lambda x: tg.exp(x).sum(axis=1), x)
    with operation(sigmoid, lambda g, y, x: g * y * (1 - y) * 1.001) as wrong:
        with pytest.raises(GradcheckError, match="random direction of input 0"):
            gradcheck(wrong, x)
        with pytest.raises(GradcheckError, match="random direction"):
            gradcheck(wrong, draw(rng, (3,))[0], fast_mode=True)


def test_empty_inputs_and_outputs() -> None:
    assert gradcheck(lambda x: x * 2, leaf(np.zeros((0, 3))))
    assert gradcheck(lambda x: x[:0], leaf([1.0, 2.0]))


def test_gradgradcheck_takes_cotangents(rng: np.random.Generator) -> None:
    x, g = draw(rng, (3,), (3,))
    assert gradgradcheck(lambda x: x**3, x, g)
    assert gradgradcheck(lambda x: x**3, x, [g], check_fwd_over_rev=True)
    assert gradgradcheck(lambda x: x**3, x, gen_non_contig_grad_outputs=True)
    with pytest.raises(ValueError, match="1 outputs need 1 grad_outputs"):
        gradgradcheck(lambda x: x**3, x, [g, g])


# ---- what is wrong


@pytest.mark.parametrize(("name", "forward", "vjps", "shapes", "told"), FAULTS)
def test_fault_is_caught_and_named(
    name: str, forward: Any, vjps: Any, shapes: Any, told: str, rng: np.random.Generator
) -> None:
    values = [leaf(rng.permutation(np.prod(s)).reshape(s) / 3 - 0.6) for s in shapes]
    if name == "division":
        values = draw(rng, *shapes)
    with operation(forward, *vjps) as wrong:
        with pytest.raises(GradcheckError, match=told) as caught:
            gradcheck(wrong, values)
        assert not gradcheck(wrong, values, raise_exception=False)
    errors = [mismatch.error for mismatch in caught.value.mismatches]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 0


def test_unknown_patterns_have_no_diagnosis(rng: np.random.Generator) -> None:
    x = leaf(rng.standard_normal((2, 3)))
    noise = rng.standard_normal((2, 3))
    with (
        operation(sigmoid, lambda g, y, x: g * y * noise) as wrong,
        pytest.raises(GradcheckError) as caught,
    ):
        gradcheck(wrong, x)
    assert caught.value.diagnosis is None
    assert "Likely cause" not in str(caught.value)


def test_message_names_input_entry_and_values() -> None:
    x = leaf([[0.5, 1.0, 2.0]], name="weight")
    with (
        operation(sigmoid, lambda g, y, x: 3 * g * y * (1 - y)) as wrong,
        pytest.raises(GradcheckError) as caught,
    ):
        gradcheck(lambda c, x: wrong(x) * c, (2.0, x))
    text = str(caught.value)
    assert "3 of 9 derivatives of output 0, shape (1, 3), by input 1 'weight', shape (1, 3)" in text
    assert "d output 0[0, 0] / d input 1[0, 0]: numerical 0.47000742" in text
    assert ", ratio 3" in text
    worst = caught.value.mismatches[0]
    assert (worst.input, worst.input_index, worst.output_index) == (1, (0, 0), (0, 0))
    assert worst.analytical == pytest.approx(3 * worst.numerical)


def test_long_lists_are_cut_but_kept() -> None:
    x = leaf(np.linspace(-1, 1, 12))
    with (
        operation(sigmoid, lambda g, y, x: -g) as wrong,
        pytest.raises(GradcheckError, match=r"and 4 more, in \.mismatches") as caught,
    ):
        gradcheck(wrong, x)
    assert len(caught.value.mismatches) == 12


def test_second_order_that_is_lost(rng: np.random.Generator) -> None:
    """A rule that reads .data passes at first order and is found at second."""
    (x,) = draw(rng, (3,))
    values = x.value

    with operation(sigmoid, lambda g, y, x: g * sigmoid(values) * (1 - sigmoid(values))) as wrong:
        assert gradcheck(wrong, x, fast_mode=True, atol=1.0)
        with pytest.raises(GradcheckError, match="graph cut"):
            gradgradcheck(wrong, x)


def test_forward_mode_is_checked_apart(rng: np.random.Generator) -> None:
    (x,) = draw(rng, (3,))

    def rule(g: Any, y: Any, x: Any) -> Any:
        return g * y * (1 - y) if isinstance(g, np.ndarray) else 2 * g * y * (1 - y)

    with operation(sigmoid, rule) as wrong:
        assert gradcheck(wrong, x)
        with pytest.raises(GradcheckError, match=r"derivatives \(forward mode\)"):
            gradcheck(wrong, x, check_forward_ad=True)


# ---- the laws beside the values


def test_random_backward_is_found(rng: np.random.Generator) -> None:
    with operation(sigmoid, lambda g, y, x: g * y * (1 - y) * (1 + 1e-9 * rng.random())) as wrong:
        with pytest.raises(GradcheckError, match="two backward passes"):
            gradcheck(wrong, leaf([1.0, 2.0]))
        assert gradcheck(wrong, leaf([1.0, 2.0]), nondet_tol=1e-6)


def test_backward_that_forgets_g_is_found() -> None:
    with operation(sigmoid, lambda g, y, x: y * (1 - y)) as wrong:
        with pytest.raises(GradcheckError, match="must multiply by g"):
            gradcheck(wrong, leaf([1.0]))
        with pytest.raises(GradcheckError, match="are wrong"):
            gradcheck(wrong, leaf([1.0, 2.0]), check_undefined_grad=False)


def test_dtype_of_gradients_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine keeps dtypes, whatever a rule returns; the check does not rely on it."""

    def narrow(self: Any, y: tg.Tensor, v: Any) -> Any:
        return [np.asarray(v * 2.0, np.float32)]

    monkeypatch.setattr(Comparison, "vjp", narrow)
    with pytest.raises(GradcheckError, match="gradient of input 0 is float32, the input float64"):
        gradcheck(lambda x: x * 2.0, leaf([1.0]))
    assert gradcheck(lambda x: x * 2.0, leaf([1.0]), check_grad_dtypes=False)


def test_jacobians_can_be_left_out() -> None:
    with operation(sigmoid, lambda g, y, x: 5 * g) as wrong:
        assert gradcheck(wrong, leaf([1.0]), check_backward_ad=False)


# ---- points without a derivative


@pytest.mark.parametrize("method", ["central", "five-point"])
@pytest.mark.parametrize(
    ("function", "at", "name"),
    [
        (tg.relu, 3e-7, "relu"),
        (tg.absolute, 2e-7, "absolute"),
        (lambda x: tg.max(x), 1 + 1e-7, "max"),
    ],
)
def test_kinks_are_recognised(function: Any, at: float, name: str, method: str) -> None:
    x = leaf([-1.0, at, 1.0])
    with pytest.raises(UndecidedError, match=f"from a kink of {name}, where the slope turns"):
        gradcheck(function, x, method=method, eps=1e-6)
    assert gradcheck(function, x, method=method), "smaller steps do not reach the kink"


@pytest.mark.parametrize("function", [tg.relu, lambda x: tg.where(x > 0, 2.0 * x, x)])
def test_points_at_a_kink_are_undecided(function: Any) -> None:
    with pytest.raises(UndecidedError, match=r"from a kink of \w+, where the slope turns"):
        gradcheck(function, leaf([-1.0, 0.0, 1.0]))


def test_distance_to_a_kink_is_told() -> None:
    with pytest.raises(GradcheckError, match=r"0\[1\] = 3e-07 is 3.0e-07 from a kink of relu"):
        gradcheck(tg.relu, leaf([1.0, 3e-7]), eps=1e-6)


def test_jumps_and_edges_of_the_domain_are_recognised() -> None:
    with pytest.raises(GradcheckError, match="at a jump of sign"):
        gradcheck(tg.sign, leaf([1.0, 1e-7]), eps=1e-6)
    with pytest.raises(UndecidedError, match="at a jump of sign"):
        gradcheck(tg.sign, leaf([1.0, 0.0]))
    with pytest.raises(UndecidedError, match="the function is not finite"):
        gradcheck(tg.sqrt, leaf([1.0, 0.0]))


def test_a_bend_is_no_kink() -> None:
    """Where x² turns, slopes have two signs, yet the derivative exists: the rule is to blame."""
    with (
        operation(np_square := (lambda x: x * x), lambda g, y, x: g * (2 * x + 1)) as wrong,
        pytest.raises(GradcheckError) as caught,
    ):
        gradcheck(wrong, leaf([0.0]))
    assert np_square(3) == 9
    assert "kink" not in str(caught.value)


def test_a_wrong_rule_beside_a_kink_is_still_wrong() -> None:
    with (
        operation(lambda x: np.maximum(x, 0.0), lambda g, y, x: 2 * g * (x > 0)) as wrong,
        pytest.raises(GradcheckError) as caught,
    ):
        gradcheck(wrong, leaf([1.0, 1e-7]))
    assert caught.value.diagnosis is None or "kink" not in caught.value.diagnosis


# ---- what cannot be checked


def test_float32_is_refused_with_a_sentence() -> None:
    with pytest.raises(TypeError, match=r"input 0 is float32, .* pass it as float64, with .double"):
        gradcheck(tg.exp, tg.tensor([1.0], requires_grad=True))


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ([tg.tensor(np.ones(2))], "nothing to check"),
        ([leaf([1.0]) * 2], "computed tensor"),
        ([tg.from_numpy(np.broadcast_to(1.5, (3,))).requires_grad_()], "repeats its values"),
    ],
)
def test_inputs_that_cannot_be_moved(inputs: list[Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        gradcheck(lambda x: x * 1.5, inputs)


def test_read_only_inputs_are_refused() -> None:
    values = np.ones(3)
    values.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        gradcheck(tg.exp, tg.from_numpy(values).requires_grad_())


def test_results_that_cannot_be_checked() -> None:
    with pytest.raises(GradcheckError, match="returned a ndarray, not a Tensor"):
        gradcheck(lambda x: x.value * 2, leaf([1.0]))
    with pytest.raises(ValueError, match="no output is a tensor of floats"):
        gradcheck(tg.argmax, leaf([1.0, 2.0]))
    with pytest.raises(GradcheckError, match="graph cut"):
        gradcheck(lambda x: x.detach(), leaf([1.0, 2.0]))
    with pytest.raises(ValueError, match="gradcheck: method must be one of 'forward'"):
        gradcheck(tg.exp, leaf([1.0]), method="exact")
