"""Linear-chain conditional random fields: the loss of a sequence of tags, and the best one."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import arrays_of_lists
from tinygrad_edu._checks import check_choice, check_count
from tinygrad_edu.compat.dtypes import get_default_dtype
from tinygrad_edu.engine.precision import rounded_once
from tinygrad_edu.nn._inputs import label_array, refuse_wider
from tinygrad_edu.nn.losses._common import REDUCTIONS, Loss, reduce
from tinygrad_edu.nn.parameter import parameter_of
from tinygrad_edu.ops.losses import check_labels
from tinygrad_edu.tensor import from_numpy

__all__ = ["LinearChainCRFLoss", "linear_chain_crf_loss", "viterbi_decode"]


def _places(owner: str, x: Any, transitions: Any, ends: dict[str, Any], mask: Any) -> Any:
    """The mask as booleans (N, T), or ValueError if anything has another shape than it should."""
    if x.ndim != 3 or 0 in x.shape[1:]:
        raise ValueError(
            f"{owner}: expected input (N, T, C), with at least one place and one tag, got "
            f"{tuple(x.shape)}"
        )
    classes = x.shape[2]
    wanted = {"transitions": (classes, classes)} | dict.fromkeys(ends, (classes,))
    for name, value in {"transitions": transitions, **ends}.items():
        if value is not None and value.shape != wanted[name]:
            raise ValueError(
                f"{owner}: {name} for {classes} tags must have shape {wanted[name]}, "
                f"got {tuple(value.shape)}"
            )
    if mask is None:
        return np.ones(x.shape[:2], dtype=bool)
    kept = label_array(mask)
    if kept.shape != x.shape[:2]:
        places = tuple(x.shape[:2])
        raise ValueError(f"{owner}: mask must have shape {places}, got {tuple(kept.shape)}")
    kept = kept.astype(bool)
    broken = ~kept[:, 0] | (kept[:, 1:] & ~kept[:, :-1]).any(axis=1)
    if broken.any():
        row = int(broken.argmax())
        raise ValueError(
            f"{owner}: the mask must be True from the first place of a sequence to its last, then "
            f"False; row {row} is {kept[row].astype(int).tolist()}"
        )
    return kept


@rounded_once
def linear_chain_crf_loss(
    input: Any,
    target: Any,
    transitions: Any,
    start_transitions: Any = None,
    end_transitions: Any = None,
    mask: Any = None,
    reduction: str = "mean",
) -> Any:
    """Negative log-likelihood of tags among all sequences of tags.  ln Σ_z e^s(z) - s(y).

        s(z) = start[z₁] + Σ_t x[t, z_t] + Σ_t transitions[z_(t-1), z_t] + end[z_T]

    The sum over all C^T sequences takes T steps (the forward algorithm), each a log-sum-exp. The
    gradient of the scores is the probability of a tag at its place less 1 at the right one.
    Lafferty, McCallum & Pereira 2001.

    Parameters
    ----------
    input : Tensor of shape (N, T, C)
        A score for every tag at every place.
    target : integers of shape (N, T)
        Tags in [0, C).
    transitions : Tensor of shape (C, C)
        transitions[i, j] is the score of tag j right after tag i; -∞ forbids it.
    start_transitions, end_transitions : Tensor of shape (C,), optional
        Scores of the first and of the last tag; 0 where they are not given.
    mask : booleans of shape (N, T), optional
        True on the places of each sequence, then False. What the others hold counts for nothing.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of sequences.

    Raises
    ------
    ValueError
        For shapes that do not fit, a mask with a gap or without a place, and a mean over nothing.
    IndexError, TypeError
        For a tag outside [0, C), and for tags that are no integers.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> scores, tags = tg.tensor(np.zeros((1, 3, 2))), tg.tensor([[0, 1, 1]])
    >>> loss = tg.nn.functional.linear_chain_crf_loss(scores, tags, tg.tensor(np.zeros((2, 2))))
    >>> loss  # ln 8: one of eight sequences, all equal
    tensor(2.0794, dtype=torch.float64)
    """
    owner = "linear_chain_crf_loss"
    check_choice(owner, "reduction", reduction, REDUCTIONS)
    ends = {"start_transitions": start_transitions, "end_transitions": end_transitions}
    kept = _places(owner, input, transitions, ends, mask)
    tags = label_array(target)
    if tags.shape != kept.shape:
        raise ValueError(
            f"{owner}: target must hold a tag for each place of the input {tuple(input.shape)}, "
            f"shape {tuple(kept.shape)}; got {tuple(tags.shape)}"
        )
    if not kept.all():  # whatever a place outside holds, NaN too, gets no gradient and gives none
        input = ops.where(kept[:, :, None], input, 0.0)
        tags = np.where(kept, tags, tags.dtype.type(0))
    check_labels(tags, input.shape[2])
    total = _log_partition(input, transitions, start_transitions, end_transitions, kept)
    right = _score(input, tags, transitions, start_transitions, end_transitions, kept)
    return reduce(owner, total - right, reduction)


def _log_partition(x: Any, transitions: Any, start: Any, end: Any, kept: Any) -> Any:
    """Give ln Σ e^s over all sequences: ``reached[n, j]`` sums those that end in tag j."""
    reached = x[:, 0] if start is None else x[:, 0] + start
    for t in range(1, x.shape[1]):
        steps = ops.expand_dims(reached, axis=2) + transitions
        longer = ops.logsumexp(steps, axis=1) + x[:, t]
        going_on = kept[:, t]
        reached = longer if going_on.all() else ops.where(going_on[:, None], longer, reached)
    return ops.logsumexp(reached if end is None else reached + end, axis=1)


def _score(x: Any, tags: Any, transitions: Any, start: Any, end: Any, kept: Any) -> Any:
    """Add up the scores of the sequences ``tags``."""
    rows = np.arange(len(tags))
    score = ops.sum(x[rows[:, None], np.arange(tags.shape[1]), tags], axis=1)
    steps = transitions[tags[:, :-1], tags[:, 1:]]
    score = score + ops.sum(ops.where(kept[:, 1:], steps, 0.0), axis=1)
    if start is not None:
        score = score + start[tags[:, 0]]
    if end is not None:
        score = score + end[tags[rows, kept.sum(axis=1) - 1]]
    return score


def viterbi_decode(
    input: Any,
    transitions: Any,
    start_transitions: Any = None,
    end_transitions: Any = None,
    mask: Any = None,
) -> Any:
    """The sequences of tags with the highest score, as integers (N, T).  Viterbi 1967.

    Arguments and scores as in `linear_chain_crf_loss`. Places outside the mask hold -1; of equal
    sequences it is the one whose last tags are the smallest. There is no gradient.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> scores = tg.tensor([[[3.0, 0.0], [0.0, 1.0], [3.0, 0.0]]])
    >>> tg.nn.functional.viterbi_decode(scores, tg.tensor(np.zeros((2, 2))))
    tensor([[0, 1, 0]])
    >>> tg.nn.functional.viterbi_decode(scores, tg.tensor([[1.0, 0.0], [0.0, 1.0]]))
    tensor([[0, 0, 0]])
    """
    owner = "viterbi_decode"
    ends = {"start_transitions": start_transitions, "end_transitions": end_transitions}
    kept = _places(owner, input, transitions, ends, mask)
    x, transitions = label_array(input), label_array(transitions)
    n, length, classes = x.shape
    best = x[:, 0] if start_transitions is None else x[:, 0] + label_array(start_transitions)
    from_where = []  # the tag before tag j on the best way to it
    for t in range(1, length):
        steps = best[:, :, None] + transitions
        going_on = kept[:, t, None]
        from_where.append(np.where(going_on, steps.argmax(axis=1), np.arange(classes)))
        best = np.where(going_on, steps.max(axis=1) + x[:, t], best)
    if end_transitions is not None:
        best = best + label_array(end_transitions)
    tags = np.full((n, length), -1, dtype=np.int64)
    rows, tag = np.arange(n), best.argmax(axis=1)
    for t in range(length - 1, 0, -1):
        tags[:, t] = tag
        tag = from_where[t - 1][rows, tag]
    tags[:, 0] = tag
    return from_numpy(np.where(kept, tags, -1))


class LinearChainCRFLoss(Loss):
    """Negative log-likelihood of tags among all sequences of tags.  ln Σ_z e^s(z) - s(y).

    The score s adds those of the tags, which a net gives, and those of their order, which are the
    parameters here: train them with the net's. They start at 0, where the loss is the cross
    entropy of the places, added up. See `functional.linear_chain_crf_loss` for the formula, the
    shapes and what is raised. Lafferty, McCallum & Pereira 2001.

    Parameters
    ----------
    num_tags : int
        C.
    reduction : {"mean", "sum", "none"}
        The mean divides by the number of sequences.
    dtype : NumPy dtype, default float32

    Shape
    -----
    Input (N, T, C), target (N, T), mask (N, T) or None; ``transitions`` (C, C), from tag i to
    tag j, ``start_transitions`` and ``end_transitions`` (C,).

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> crf = tg.nn.LinearChainCRFLoss(2)
    >>> scores = tg.tensor(np.zeros((1, 3, 2), np.float32))
    >>> crf(scores, tg.tensor([[0, 1, 1]]))  # 3 ln 2
    tensor(2.0794, grad_fn=<MeanBackward0>)
    >>> crf.decode(scores + tg.tensor([0.0, 1.0]))
    tensor([[1, 1, 1]])
    """

    def __init__(self, num_tags: int, *, reduction: str = "mean", dtype: Any = None) -> None:
        super().__init__(reduction)
        self.num_tags = check_count("LinearChainCRFLoss", "num_tags", num_tags)
        dtype = get_default_dtype().dtype if dtype is None else dtype
        self.transitions = parameter_of(np.zeros((num_tags, num_tags), dtype))
        self.start_transitions = parameter_of(np.zeros(num_tags, dtype))
        self.end_transitions = parameter_of(np.zeros(num_tags, dtype))

    def forward(self, input: Any, target: Any, mask: Any = None) -> Any:
        """Return the loss of scores (N, T, C) for tags (N, T)."""
        names = ("input", "target", "mask")
        given = (input, target, mask)
        input, target, mask = arrays_of_lists("LinearChainCRFLoss", names, given)
        refuse_wider(input, self.transitions)
        return linear_chain_crf_loss(
            input,
            target,
            self.transitions,
            self.start_transitions,
            self.end_transitions,
            mask,
            self.reduction,
        )

    def decode(self, input: Any, mask: Any = None) -> Any:
        """Return the best tags (N, T) for scores (N, T, C), -1 outside the mask."""
        return viterbi_decode(
            input, self.transitions, self.start_transitions, self.end_transitions, mask
        )
