"""The chain of tags against all sequences of tags, one by one."""

from __future__ import annotations

import copy
import math
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.testing import gradcheck, gradgradcheck

F = nn.functional
N, T, C = 2, 4, 3
MASKS = {
    "full": None,
    "lengths": np.arange(T) < np.array([[3], [1]]),
}
by_mask = pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)


@pytest.fixture
def problem(rng: np.random.Generator) -> list[Any]:
    """Scores, transitions and both ends, all needing a gradient."""
    shapes = [(N, T, C), (C, C), (C,), (C,)]
    return [tg.tensor(rng.normal(size=shape), requires_grad=True) for shape in shapes]


@pytest.fixture
def tags(rng: np.random.Generator) -> Any:
    return rng.integers(0, C, (N, T))


def _score(x: Any, z: Any, transitions: Any, start: Any, end: Any) -> Any:
    """The score of tags ``z`` for one row of scores, term by term."""
    total = start[z[0]] + end[z[-1]]
    for t, tag in enumerate(z):
        total = total + x[t, tag]
    for a, b in pairwise(z):
        total = total + transitions[a, b]
    return total


def _all(x: Any, *scores: Any, length: int) -> tuple[list[Any], list[Any]]:
    every = list(product(range(C), repeat=length))
    return every, [_score(x, z, *scores) for z in every]


def _brute_force(x: Any, tags: Any, *scores: Any, mask: Any = None) -> Any:
    """The loss of every sequence by the sum over all C^T sequences."""
    losses = []
    for n in range(N):
        length = T if mask is None else int(mask[n].sum())
        total = tg.logsumexp(tg.stack(_all(x[n], *scores, length=length)[1]))
        losses.append(total - _score(x[n], tags[n, :length].tolist(), *scores))
    return tg.stack(losses)


@by_mask
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_like_all_sequences(problem: Any, tags: Any, mask: Any, reduction: str) -> None:
    """Value, gradients, and the gradient of a mixture of gradients, of all scores."""
    x, *scores = problem
    ours = F.linear_chain_crf_loss(x, tags, *scores, mask=mask, reduction=reduction)
    theirs = _brute_force(x, tags, *scores, mask=mask)
    theirs = {"mean": theirs.mean(), "sum": theirs.sum(), "none": theirs}[reduction]
    np.testing.assert_allclose(ours.value, theirs.value, rtol=1e-12)
    mixtures = []
    for loss in (ours, theirs):
        slopes = tg.grad((loss * np.arange(1.0, 1.0 + loss.size)).sum(), problem, create_graph=True)
        mixture = sum(
            (slope * np.cos(np.arange(slope.size).reshape(slope.shape))).sum() for slope in slopes
        )
        mixtures.append([*slopes, *tg.grad(mixture, problem)])
    for a, b in zip(*mixtures, strict=True):
        np.testing.assert_allclose(a.value, b.value, rtol=0, atol=1e-12)


@by_mask
def test_gradients(problem: Any, tags: Any, mask: Any) -> None:
    def loss(x: Any, *scores: Any) -> Any:
        return F.linear_chain_crf_loss(x, tags, *scores, mask=mask)

    assert gradcheck(loss, problem)
    assert gradgradcheck(loss, problem)


def test_decoding_finds_the_best_of_all(rng: np.random.Generator) -> None:
    """Sequences of every length, and strong transitions: no greedy walk finds these."""
    lengths = rng.integers(1, T + 1, 40)
    mask = np.arange(T) < lengths[:, None]
    x = rng.normal(size=(40, T, C))
    scores = [2 * rng.normal(size=shape) for shape in ((C, C), (C,), (C,))]
    best = []
    for row, length in zip(x, lengths, strict=True):
        every, values = _all(row, *scores, length=int(length))
        best.append([*every[int(np.argmax(values))], *[-1] * (T - int(length))])
    assert F.viterbi_decode(x, *scores, mask=mask).tolist() == best
    full = F.viterbi_decode(x[lengths == T], *scores)
    assert full.tolist() == [row for row, length in zip(best, lengths, strict=True) if length == T]


def test_probabilities_of_all_sequences_add_up_to_one(problem: Any) -> None:
    x, *scores = problem
    every = np.array(list(product(range(C), repeat=T)))
    row = np.broadcast_to(x.value[:1], (len(every), T, C))
    losses = F.linear_chain_crf_loss(row, every, *(s.value for s in scores), reduction="none")
    assert np.exp(-np.asarray(losses)).sum() == pytest.approx(1, rel=1e-12)


def test_without_order_it_is_cross_entropy(problem: Any, tags: Any) -> None:
    """Transitions of 0, and ends left out: places know nothing of each other."""
    x = problem[0]
    loss = F.linear_chain_crf_loss(x, tags, np.zeros((C, C)))
    each = F.cross_entropy(x.reshape(N * T, C), tags.reshape(-1), reduction="sum")
    assert loss.item() == pytest.approx(each.item() / N, rel=1e-12)
    assert nn.LinearChainCRFLoss(C).double()(x, tags).item() == pytest.approx(loss.item())
    assert np.array_equal(F.viterbi_decode(x, np.zeros((C, C))).value, x.value.argmax(-1))


def test_what_lies_outside_the_mask_counts_for_nothing(problem: Any, tags: Any) -> None:
    x, *scores = problem
    mask = MASKS["lengths"]
    expected = F.linear_chain_crf_loss(x, tags, *scores, mask=mask)
    padded = tg.tensor(np.where(mask[..., None], x.value, np.nan), requires_grad=True)
    wild = np.where(mask, tags, -100)
    loss = F.linear_chain_crf_loss(padded, wild, *scores, mask=mask.astype(int))
    assert loss.item() == expected.item()
    slopes = tg.grad(loss, [padded, *scores])
    for a, b in zip(slopes, tg.grad(expected, problem), strict=True):
        assert np.array_equal(a.value, b.value)
    assert not slopes[0].value[~mask].any()
    decoded = F.viterbi_decode(padded, *scores, mask=mask)
    assert np.array_equal(decoded.value, F.viterbi_decode(x, *scores, mask=mask).value)


def test_a_forbidden_step_is_never_taken(problem: Any) -> None:
    x, transitions, *ends = (tg.tensor(p.value, requires_grad=True) for p in problem)
    transitions.value[0, 0] = transitions.value[:, 2] = -np.inf
    tags, mask = np.array([[0, 1, 0, 0], [2, 2, 2, 2]]), MASKS["lengths"]
    loss = F.linear_chain_crf_loss(x, tags, transitions, *ends, mask=mask)
    slopes = tg.grad(loss, [x, transitions, *ends])
    assert math.isfinite(loss.item())
    assert all(np.isfinite(slope.value).all() for slope in slopes)
    assert slopes[1].value[0, 0] == 0
    found = F.viterbi_decode(x, transitions, *ends).value
    assert not (found[:, 1:] == 2).any()
    assert not ((found[:, :-1] == 0) & (found[:, 1:] == 0)).any()
    impossible = F.linear_chain_crf_loss(x, np.zeros((N, T), int), transitions, *ends)
    assert impossible.item() == math.inf


def test_large_scores_do_not_overflow(problem: Any, tags: Any) -> None:
    x, *scores = problem
    x.data *= 1e5
    loss = F.linear_chain_crf_loss(x, tags, *scores)
    assert math.isfinite(loss.item())
    assert all(np.isfinite(slope.value).all() for slope in tg.grad(loss, problem))


def test_a_single_place(problem: Any) -> None:
    """Without steps it is the cross entropy of scores and both ends."""
    x, _, start, end = problem
    loss = F.linear_chain_crf_loss(x[:, :1], np.array([[2], [1]]), *problem[1:])
    expected = F.cross_entropy(x[:, 0] + start + end, np.array([2, 1]))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-12)


# ---- the module


def test_state_has_the_names_that_others_use(problem: Any, tags: Any) -> None:
    crf = nn.LinearChainCRFLoss(C, dtype=np.float64)
    shapes = {name: value.shape for name, value in crf.state_dict().items()}
    assert shapes == {"transitions": (C, C), "start_transitions": (C,), "end_transitions": (C,)}
    x, *scores = problem
    crf.load_state_dict(dict(zip(shapes, (s.value for s in scores), strict=True)))
    expected = F.linear_chain_crf_loss(x, tags, *scores)
    assert crf(x, tags).item() == expected.item()
    assert copy.deepcopy(crf)(x, tags).item() == expected.item()
    assert np.array_equal(crf.decode(x).value, F.viterbi_decode(x, *scores).value)
    assert crf(x, tags, MASKS["lengths"]).item() != expected.item()


def test_it_learns_what_follows_what(rng: np.random.Generator) -> None:
    """Tags that go round, scores that say nothing: only the transitions can know it."""
    tags = (np.arange(8) + np.arange(6)[:, None]) % 3
    crf = nn.LinearChainCRFLoss(3, dtype=np.float64)
    scores = np.zeros((6, 8, 3))
    optimizer = tg.optim.SGD(crf.parameters(), lr=0.5)
    for _ in range(40):
        optimizer.zero_grad()
        crf(scores, tags).backward()
        optimizer.step()
    first = np.where(np.arange(8)[:, None] == 0, 5 * np.eye(3)[tags[:, :1]], 0.0)
    assert np.array_equal(crf.decode(first).value, tags)
