"""Changes in place: what is changed, what is refused, and what keeps its shape."""

from __future__ import annotations

import numpy as np
import pytest

import tinygrad_edu as tg


def leaf(*values: float) -> tg.Tensor:
    return tg.tensor(np.array(values), requires_grad=True)


def test_augmented_assignment_keeps_the_shape() -> None:
    h = leaf(1.0, 2.0) * 2.0
    with pytest.raises(ValueError, match=r"in-place add: the result has shape \(3, 2\)"):
        h += tg.ones(3, 2)


def test_augmented_assignment_keeps_the_dtype() -> None:
    h = tg.tensor([1.0, 2.0], requires_grad=True) * 2.0
    h += np.ones(2)
    assert h.dtype == np.float32
    assert h.requires_grad


def test_step_by_hand_on_the_data() -> None:
    w = leaf(1.0, 2.0)
    memory = w.value
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    w.data -= 0.1 * w.grad
    assert type(w.value) is np.ndarray
    assert w.value is memory
    np.testing.assert_allclose(w.value, [0.8, 1.6])
    with pytest.raises(RuntimeError, match="changed in place"):
        loss.backward()
    total = np.zeros(2)
    total += w.detach()
    np.multiply(total, w.grad, out=total)
    np.testing.assert_allclose(total, [1.6, 6.4])
    with pytest.raises(TypeError, match="would lose its gradient"):
        total += w
    with pytest.raises(TypeError, match="would lose its gradient"):
        np.exp(w, out=total)


def test_filling_in_place() -> None:
    x = tg.zeros(1000)
    assert x.normal_(1.0, 0.1, generator=0) is x
    assert 0.9 < x.mean().item() < 1.1
    assert x.dtype == np.float32
    assert 2.0 <= x.uniform_(2.0, 3.0, generator=0).min().item() < x.max().item() <= 3.0
    x.masked_fill_(x > 2.5, 0.0)
    assert x.max().item() <= 2.5
    w = leaf(1.0)
    for change in (lambda: w.normal_(), lambda: w.masked_fill_(w > 0, 1.0)):
        with pytest.raises(RuntimeError, match="on a leaf that requires a gradient"):
            change()


def test_repeated_elements_are_not_written_to() -> None:
    """And what failed is not taken for a change."""
    x = leaf(1.0, 2.0)
    wide = tg.broadcast_to(x, shape=(3, 2))
    y = (wide * wide).sum()
    with tg.no_grad(), pytest.raises(ValueError, match=r"add_: the memory .* is read-only"):
        wide.add_(1.0)
    y.backward()
    assert x.grad is not None


def test_a_step_by_hand_on_data() -> None:
    w = leaf(1.0, 2.0)
    (w * w).sum().backward()
    w.data = w.data - 0.5 * w.grad
    assert w.value.tolist() == [0.0, 0.0]
    assert w.requires_grad
    assert w.is_leaf
    w.grad.data.zero_()
    assert w.grad.value.tolist() == [0.0, 0.0]


def test_scalar_assigned_as_data_becomes_an_array_again() -> None:
    """NumPy's arithmetic without axes gives scalars, which nothing can be written into."""
    b = tg.tensor(2.0, requires_grad=True)
    optimizer = tg.optim.SGD([b], lr=0.5)
    for _ in range(2):
        b.data = b.value - 0.5 * np.float32(b.item())
        (b * b).backward()
    assert type(b.value) is np.ndarray
    optimizer.step()
    with tg.no_grad():
        b -= 1.0
