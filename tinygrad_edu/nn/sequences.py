"""Sequences of different lengths in one batch: padded, or packed without the padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checked import checked
from tinygrad_edu._checks import check_list
from tinygrad_edu.engine import value_of
from tinygrad_edu.tensor import as_tensor, from_numpy

__all__ = [
    "PackedSequence", "pack_padded_sequence", "pack_sequence", "pad_packed_sequence",
    "pad_sequence", "unpack_sequence", "unpad_sequence",
]  # fmt: skip


class PackedSequence(NamedTuple):
    """Sequences, the longest first, time by time without padding.

    ``data`` holds the elements of time 0, then those of time 1, ...; ``batch_sizes`` how many
    sequences there still are at each time.
    """

    data: Any
    batch_sizes: Any
    sorted_indices: Any = None
    unsorted_indices: Any = None

    def to(self, *args: Any, **kwargs: Any) -> PackedSequence:
        """The same with ``data`` converted."""
        return self._replace(data=self.data.to(*args, **kwargs))

    def cpu(self) -> PackedSequence:
        """Itself: everything is on the CPU."""
        return self


@checked
def pad_sequence(
    sequences: Sequence[Any], batch_first: bool = False, padding_value: float = 0.0,
    padding_side: str = "right",
) -> Any:  # fmt: skip
    """Sequences (L_k, ...) as one tensor (L, N, ...), or (N, L, ...) with ``batch_first``.

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> pad_sequence([tg.tensor([1.0, 2.0]), tg.tensor([3.0])], batch_first=True)
    tensor([[1., 2.],
            [3., 0.]])
    """
    given = [as_tensor(s) for s in check_list("pad_sequence", "sequences", sequences, "tensors")]
    if not given:
        raise ValueError("pad_sequence: there are no sequences")
    if padding_side not in ("left", "right"):
        raise ValueError(
            f"pad_sequence: padding_side must be 'left' or 'right', received {padding_side!r}"
        )
    longest = max(s.shape[0] for s in given)
    rows = []
    for s in given:
        missing = longest - s.shape[0]
        ends = (missing, 0) if padding_side == "left" else (0, missing)
        widths = (ends, *[(0, 0)] * (s.ndim - 1))
        rows.append(ops.pad(s, widths, "constant", padding_value) if missing else s)
    return ops.stack(rows, axis=0 if batch_first else 1)


@checked
def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """What `pad_sequence` took, from its result."""
    x = padded_sequences if batch_first else ops.swapaxes(padded_sequences, axis1=0, axis2=1)
    return [x[k, : int(n)] for k, n in enumerate(np.asarray(value_of(lengths)))]


@checked
def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Padded sequences (L, N, ...) and their lengths as a `PackedSequence`.

    Raises
    ------
    ValueError
        If the lengths do not fall and ``enforce_sorted`` is not False.
    """
    x = ops.swapaxes(input, axis1=0, axis2=1) if batch_first else input
    sizes = np.asarray(value_of(lengths)).astype(np.int64)
    if sizes.shape != (x.shape[1],) or sizes.min() < 1 or sizes.max() > x.shape[0]:
        raise ValueError(
            f"pack_padded_sequence: lengths must be {x.shape[1]} numbers from 1 to {x.shape[0]}, "
            f"received {sizes.tolist()}"
        )
    order = back = None
    if not enforce_sorted:
        places = np.argsort(-sizes, kind="stable")
        order, back = from_numpy(places), from_numpy(np.argsort(places, kind="stable"))
        x, sizes = x[:, places], sizes[places]
    elif (np.diff(sizes) > 0).any():
        raise ValueError(
            "pack_padded_sequence: the lengths must fall; sort the sequences, or pass "
            "enforce_sorted=False"
        )
    counts = [int((sizes > t).sum()) for t in range(int(sizes.max()))]
    data = ops.concatenate([x[t, :n] for t, n in enumerate(counts)], axis=0)
    return PackedSequence(data, from_numpy(np.array(counts)), order, back)


@checked
def pad_packed_sequence(
    sequence: Any, batch_first: bool = False, padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Any, Any]:  # fmt: skip
    """The padded sequences and their lengths, in the order that they had before packing."""
    counts = [int(n) for n in np.asarray(value_of(sequence.batch_sizes))]
    steps, start = [], 0
    for n in counts:
        part = sequence.data[start : start + n]
        missing = counts[0] - n
        widths = ((0, missing), *[(0, 0)] * (part.ndim - 1))
        steps.append(ops.pad(part, widths, "constant", padding_value) if missing else part)
        start += n
    if total_length is not None:
        if total_length < len(steps):
            raise ValueError(
                f"pad_packed_sequence: total_length must be at least {len(steps)}, "
                f"received {total_length}"
            )
        blank = from_numpy(np.full(steps[0].shape, padding_value, steps[0].value.dtype))
        steps += [blank] * (total_length - len(steps))
    x, lengths = ops.stack(steps), np.array([sum(n > k for n in counts) for k in range(counts[0])])
    if sequence.unsorted_indices is not None:
        places = np.asarray(value_of(sequence.unsorted_indices))
        x, lengths = x[:, places], lengths[places]
    return ops.swapaxes(x, axis1=0, axis2=1) if batch_first else x, from_numpy(lengths)


@checked
def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences of different lengths as a `PackedSequence`."""
    lengths = [len(s) for s in check_list("pack_sequence", "sequences", sequences, "tensors")]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


@checked
def unpack_sequence(packed_sequences: Any) -> list[Any]:
    """What `pack_sequence` took, from its result."""
    return unpad_sequence(*pad_packed_sequence(packed_sequences))
