"""A value changed between forward and backward is an error that names the operation."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu.engine import mark_changed
from tinygrad_edu.engine.changes import COPIED_BYTES
from tinygrad_edu.engine.guards import unread
from tinygrad_edu.engine.primitive import PRIMITIVES
from tinygrad_edu.samples import SPECS
from tinygrad_edu.testing.laws.case import recorded
from tinygrad_edu.testing.specs import OpSpec


def leaf(*values: float, name: str | None = None) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True, name=name)


CHANGES: dict[str, Callable[[tg.Tensor], Any]] = {
    "iadd": lambda x: x.__iadd__(1.0),
    "isub": lambda x: x.__isub__(1.0),
    "imul": lambda x: x.__imul__(2.0),
    "itruediv": lambda x: x.__itruediv__(2.0),
    "setitem": lambda x: x.__setitem__(0, 5.0),
    "copy_": lambda x: x.copy_(np.ones(2)),
    "fill_": lambda x: x.fill_(3.0),
    "zero_": lambda x: x.zero_(),
    "add_": lambda x: x.add_(1.0, alpha=2.0),
    "sub_": lambda x: x.sub_(1.0),
    "mul_": lambda x: x.mul_(2.0),
    "div_": lambda x: x.div_(2.0),
    "clamp_": lambda x: x.clamp_(0.0, 1.0),
    "mark_changed": lambda x: mark_changed(x.value),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_in_place_is_noticed(change: str) -> None:
    x = leaf(1.0, 2.0, name="weight")
    y = tg.exp(x * x).sum()
    with tg.no_grad():
        CHANGES[change](x)
    with pytest.raises(
        RuntimeError,
        match=r"multiply: its input 0 'weight' of shape \(2,\) was changed in place after the "
        r"forward pass.*run the forward pass again",
    ):
        y.backward()
    assert x.grad is None


@pytest.mark.parametrize("spec", list(SPECS.values()), ids=list(SPECS))
def test_a_changed_input_is_refused_or_was_not_read(spec: OpSpec) -> None:
    """Where the vjps do not look at it, the gradient is the one without the change."""
    for case in spec.cases[:4]:
        if not case.wrt:
            continue
        for k in range(len(case.wrt)):
            tensors = [recorded(x.copy()) for x in case.xs]
            y = case.call(tensors)
            if y is tensors[k]:  # a turn by zero is the tensor itself
                continue
            ones = np.ones_like(y.value)
            wanted = tg.grad(y, tensors, ones, retain_graph=True, allow_unused=True)
            with tg.no_grad():
                tensors[k].fill_(np.nan)
            refused = ""
            try:
                y.backward(ones)
            except RuntimeError as error:
                refused = str(error)
            if refused:
                assert "changed in place after the forward pass" in refused
                assert all(t.grad is None for t in tensors)
                continue
            for t, g in zip(tensors, wanted, strict=True):
                np.testing.assert_array_equal(t.grad.value, 0.0 if g is None else g.value)


def test_what_vjps_read() -> None:
    """Products read what they multiply, sums do not; a shape is no value."""

    def never(name: str, *wanted: bool) -> set[str]:
        return {what.split()[-1] for what in unread(PRIMITIVES[name], wanted)}

    assert never("multiply", True, True) == {"result"}
    assert never("multiply", True, False) == {"result", "0"}
    assert never("add", True, True) == {"result", "0", "1"}
    assert never("getitem", True) == {"result", "0"}
    assert never("exp", True) == never("tanh", True) == {"0"}
    assert never("where", False, True, True) == {"result", "1", "2"}
    assert never("concatenate", True, True) == set()


def test_step_between_forward_and_backward() -> None:
    w = leaf(1.0, 2.0)
    optimizer = tg.optim.SGD([w], lr=0.1)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError, match="by an optimizer step, say"):
        loss.backward()
    (w * w).sum().backward()  # a new forward pass is fine


def test_a_changed_result_is_noticed() -> None:
    x = leaf(1.0, 2.0)
    y = tg.exp(x)
    with tg.no_grad():
        y.mul_(2.0)
    with pytest.raises(RuntimeError, match="exp: its result of shape"):
        y.sum().backward()


def test_views_and_detached_tensors_share_the_note() -> None:
    for alias in (
        lambda x: x.detach(),
        lambda x: x.detach().reshape((2, 1)),
        lambda x: x.detach()[::-1],
    ):
        x = leaf(1.0, 2.0)
        y = (x * x).sum()
        alias(x).fill_(0.0)
        with pytest.raises(RuntimeError, match="changed in place"):
            y.backward()


def test_changes_before_the_forward_pass_are_fine() -> None:
    x = leaf(1.0, 2.0)
    with tg.no_grad():
        x += 1.0
    (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad.value, [4.0, 6.0])


def test_changes_of_other_memory_are_fine() -> None:
    x, other = leaf(1.0, 2.0), tg.tensor(np.ones(2))
    y = (x * x).sum()
    other += 1.0
    half = tg.tensor(np.arange(4.0))
    z = (x * half[:2].clone()).sum()
    half.zero_()
    (y + z).backward()
    np.testing.assert_array_equal(x.grad.value, [2.0, 5.0])


def test_recorded_gradients_are_guarded_too() -> None:
    x = leaf(2.0)
    (slope,) = tg.grad((x * x * x).sum(), [x], create_graph=True)
    with tg.no_grad():
        x.fill_(9.0)
    with pytest.raises(RuntimeError, match="changed in place"):
        tg.grad(slope.sum(), x)


# ---- in place only where nothing is recorded


def test_change_of_a_leaf_that_requires_a_gradient_is_refused() -> None:
    x = leaf(1.0, 2.0)
    y = x * 2.0
    with pytest.raises(RuntimeError, match=r"add_ on a leaf.*with tg\.no_grad\(\)"):
        x += 1.0
    for method in (lambda t: t.add_(1.0), lambda t: t.fill_(0.0), lambda t: t.__setitem__(0, 1.0)):
        for t, kind in ((x, "a leaf"), (x[:], "a view of a leaf")):
            with pytest.raises(RuntimeError, match=f"on {kind} that requires a gradient"):
                method(t)
    np.testing.assert_array_equal(x.value, [1.0, 2.0])
    y.sum().backward()


def test_augmented_assignment_of_a_computed_tensor_is_seen_under_its_other_name() -> None:
    x = leaf(1.0, 2.0)
    total = x * 1.0
    first = total
    total += x
    total -= 2 * x
    total *= x
    total /= 2.0
    assert first is total
    total.sum().backward()
    np.testing.assert_array_equal(x.grad.value, [0.0, 0.0])


def test_accumulating_a_loss_into_a_constant() -> None:
    x, total = leaf(1.0, 2.0), tg.tensor(0.0, dtype=np.float64)
    for _ in range(3):
        total += (x * x).sum()
    total.backward()
    np.testing.assert_array_equal(x.grad.value, 6 * x.value)


def test_in_place_keeps_memory_and_dtype() -> None:
    x = tg.tensor([1.0, 2.0])
    memory = x.value
    x += np.float64(1.0)
    x *= tg.tensor([2.0, 2.0])
    assert x.value is memory
    assert x.dtype == np.float32
    counts = tg.tensor([1, 2])
    with pytest.raises(TypeError):
        counts += 0.5
    np.testing.assert_array_equal(counts.value, [1, 2])


def _overwritten(array: Any) -> None:
    """Put other numbers of the same dtype into an array, or into each array of a tuple."""
    for part in array if isinstance(array, (tuple, list)) else (array,):
        if isinstance(part, np.ndarray) and part.flags.writeable:
            part[...] = np.logical_not(part) if part.dtype.kind == "b" else 0 * part


@pytest.mark.parametrize("spec", list(SPECS.values()), ids=list(SPECS))
def test_constants_and_metadata_may_be_filled_again_before_backward(spec: OpSpec) -> None:
    """Labels, indices, masks, small buffers: the gradient is that of the values of the forward."""
    for case in spec.cases:
        if not case.wrt:
            continue
        expected: list[Any] = []
        for overwrite in (False, True):
            inputs, params = copy.deepcopy((list(case.inputs), case.params))
            k = case.wrt[0]
            leaf_k = recorded(inputs.pop(k))
            y = case.function(*inputs[:k], leaf_k, *inputs[k:], **params)
            if overwrite:
                for value in (*inputs, *params.values()):
                    _overwritten(value)
            y.backward(np.ones_like(y.value))
            expected.append(leaf_k.grad.value)
        np.testing.assert_array_equal(*expected)


def test_a_tensor_as_index_may_be_changed() -> None:
    x, index = leaf(1.0, 2.0, 3.0), tg.tensor([0, 1])
    y = x[index].sum() + x[index, None].sum()
    index += 1
    y.backward()
    np.testing.assert_array_equal(x.grad.value, [2.0, 2.0, 0.0])


def test_a_buffer_may_be_filled_again() -> None:
    w, buffer, total = leaf(1.0, 1.0), np.zeros(2), 0.0
    for k in (1, 2):
        buffer[:] = k
        total = total + (w * buffer).sum()
    total.backward()
    np.testing.assert_array_equal(w.grad.value, [3.0, 3.0])


@pytest.mark.parametrize("size", [4, COPIED_BYTES // 8, COPIED_BYTES // 8 + 1])
def test_only_small_floats_are_copied_and_only_when_recorded(size: int) -> None:
    w, buffer = recorded(np.ones(size)), np.ones(size)
    mask = np.ones(size, bool)
    assert ((w * buffer).inputs[1] is buffer) == (buffer.nbytes > COPIED_BYTES)
    assert tg.where(mask, w, 0.0).inputs[0] is not mask
    with tg.no_grad():
        assert (w * buffer).inputs == ()


@pytest.mark.parametrize("assign", ["other", "same"])
def test_an_assignment_to_data_is_noticed(assign: str) -> None:
    w = leaf(1.0, 2.0)
    y = (w * w).sum()
    if assign == "other":
        w.data = np.array([5.0, 5.0])
    else:
        w.data += np.array([1.0, 1.0])
    with pytest.raises(RuntimeError, match="multiply: its input 0 of shape"):
        y.backward()


@pytest.mark.parametrize("value", [None, [1.0, 2.0], "x", 1.0])
def test_data_takes_tensors_and_arrays_only(value: Any) -> None:
    w = leaf(1.0, 2.0)
    with pytest.raises(TypeError, match=r"\.data must be a tensor or an array, received"):
        w.data = value


def test_data_of_a_leaf_may_get_another_shape_and_of_a_result_not() -> None:
    w = leaf(1.0, 2.0)
    y = w * w
    w.data = tg.zeros(3, dtype=w.value.dtype)
    assert w.shape == (3,)
    assert w.requires_grad
    assert w.is_leaf
    with pytest.raises(RuntimeError, match="cannot have another shape"):
        y.data = np.zeros(3)
    with pytest.raises(TypeError, match="must hold floats"):
        w.data = np.zeros(2, np.int64)
    with pytest.raises(RuntimeError, match="multiply: its input 0 of shape"):
        y.sum().backward()


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.data.add_(1.0),
        lambda w: w.data.mul_(w.grad),
        lambda w: w.data.__setitem__(0, 5.0),
        lambda w: w.data.normal_(0, 0.02),
        lambda w: w.data.view(2, 1).fill_(3.0),
        lambda w: w.detach().zero_(),
    ],
)
def test_a_change_through_data_reaches_the_tensor_and_is_noticed(change: Any) -> None:
    w = leaf(1.0, 2.0)
    (3.0 * w).sum().backward()
    before, y = w.value.copy(), (w * w).sum()
    assert not w.data.requires_grad
    assert np.shares_memory(w.data.value, w.value)
    change(w)
    assert (w.value != before).any()
    with pytest.raises(RuntimeError, match="multiply: its input 0 of shape"):
        y.backward()


def test_gradient_that_grew_after_its_use_is_noticed() -> None:
    w, z = leaf(1.0, 2.0), leaf(1.0, 1.0)
    (w * w).sum().backward()
    y = (w.grad * z).sum()
    (w * w).sum().backward()
    with pytest.raises(RuntimeError, match="multiply: its input 0 of shape"):
        y.backward()
