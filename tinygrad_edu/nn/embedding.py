"""Tables of vectors that are read by number."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from tinygrad_edu import ops
from tinygrad_edu._checks import check_choice, check_count, check_flag, check_number
from tinygrad_edu.engine import mark_changed, value_of
from tinygrad_edu.nn import init
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter, made_dtype, parameter_of
from tinygrad_edu.ops.losses import check_labels
from tinygrad_edu.random import GeneratorLike

__all__ = ["Embedding", "EmbeddingBag", "embedding", "embedding_bag", "one_hot"]


def one_hot(target: Any, num_classes: int = -1, dtype: Any = np.int64) -> Any:
    """A row for each label, 1 at the label and 0 elsewhere; as many columns as labels by default.

    Examples
    --------
    >>> import numpy as np
    >>> import tinygrad_edu as tg
    >>> tg.nn.functional.one_hot(np.array([2, 0]))
    tensor([[0, 0, 1],
            [1, 0, 0]])
    """
    from tinygrad_edu.tensor import from_numpy

    labels = np.asarray(value_of(target))
    if num_classes == -1:
        if not labels.size:
            raise ValueError("one_hot: say num_classes, there are no labels to count")
        num_classes = int(labels.max()) + 1
    check_labels(labels, num_classes)
    rows = (np.expand_dims(labels, -1) == np.arange(num_classes)).astype(dtype)
    return from_numpy(rows)


def refuse_counting(owner: str, scale_grad_by_freq: bool) -> None:
    """Raise ValueError for a gradient that is divided by how often a row was read."""
    if check_flag(owner, "scale_grad_by_freq", scale_grad_by_freq):
        raise ValueError(f"{owner}: scale_grad_by_freq is not here; leave it False")


def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """Rows of a table by their numbers.  y = weight[input].

    Rows read as ``padding_idx`` receive no gradient. With ``max_norm``, rows that are read and are
    longer are scaled to that length in the table itself, before they are read. ``sparse`` changes
    nothing: gradients are dense.

    Raises
    ------
    TypeError
        If ``input`` does not hold integers.
    IndexError
        For a number outside [0, rows).
    """
    ids = np.asarray(value_of(input))
    rows = weight.shape[0]
    if ids.dtype.kind not in "iu":
        raise TypeError(f"embedding: row numbers must be integers, got dtype {ids.dtype.name}")
    if ids.size and (ids.min() < 0 or ids.max() >= rows):
        wrong = (ids < 0) | (ids >= rows)
        at = tuple(int(n) for n in np.argwhere(wrong)[0])
        raise IndexError(f"embedding: row {ids[at]} at index {at}; expected 0 to {rows - 1}")
    refuse_counting("embedding", scale_grad_by_freq)
    if max_norm is not None:
        _shorten(value_of(weight), np.unique(ids), max_norm, norm_type)
    y = ops.getitem(weight, index=ids)
    if padding_idx is None:
        return y
    table = value_of(weight)
    return ops.where(np.expand_dims(ids == padding_idx, -1), table[padding_idx].copy(), y)


def _shorten(table: Any, rows: Any, max_norm: float, norm_type: float) -> None:
    """Scale the rows that are longer than ``max_norm`` to that length, in place."""
    lengths = np.linalg.norm(table[rows], ord=norm_type, axis=1, keepdims=True)
    long = lengths[:, 0] > max_norm
    table[rows[long]] *= (max_norm / (lengths[long] + 1e-7)).astype(table.dtype)
    mark_changed(table)


class Embedding(Module):
    """One vector to learn for each of ``num_embeddings`` things.  y = weight[i].

    The table starts normal with mean 0 and variance 1.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
        Rows and columns of the table.
    padding_idx : int, optional
        This row starts at 0 and is never trained.
    max_norm, norm_type : float, optional
        Rows that are read and are longer in this norm are scaled to ``max_norm``, in the table.
    sparse : bool
        Changes nothing: gradients are dense.

    Shape
    -----
    Input (...) of integers, output (..., embedding_dim).

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Embedding(10, 3)(tg.tensor([[1, 4]])).shape
    torch.Size([1, 2, 3])
    """

    _shown = "num_embeddings, embedding_dim, padding_idx?, max_norm?"

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        self.num_embeddings = check_count("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = check_count("Embedding", "embedding_dim", embedding_dim)
        if padding_idx is not None:
            check_count("Embedding", "padding_idx", padding_idx, None)
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(
                    f"Embedding: padding_idx must be a row of the table, {-num_embeddings} to "
                    f"{num_embeddings - 1}, received {padding_idx}"
                )
            padding_idx %= num_embeddings
        self.padding_idx = padding_idx
        if max_norm is not None:
            check_number("Embedding", "max_norm", max_norm, "(0, inf)")
        self.max_norm, self.norm_type = max_norm, check_number("Embedding", "norm_type", norm_type)
        refuse_counting("Embedding", scale_grad_by_freq)
        self.sparse = check_flag("Embedding", "sparse", sparse)
        dtype = made_dtype("Embedding", device, dtype)
        self.weight = parameter_of(np.empty((num_embeddings, embedding_dim), dtype))
        self.reset_parameters(generator)

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw the table again."""
        init.normal_(self.weight, generator=generator)
        if self.padding_idx is not None:
            self.weight.value[self.padding_idx] = 0.0

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Self:
        """Make a layer around a table (rows, columns), not to be trained if ``freeze``."""
        table = Parameter(embeddings, requires_grad=not freeze)
        if table.ndim != 2:
            raise ValueError(
                f"Embedding: expected a table of two axes, got shape {tuple(table.shape)}"
            )
        settings = (padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse)
        layer = cls(table.shape[0], table.shape[1], *settings)
        layer.weight = table
        return layer

    def forward(self, x: Any) -> Any:
        """Return the rows that ``x`` names."""
        return embedding(x, self.weight, self.padding_idx, self.max_norm, self.norm_type)


def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
) -> Any:
    """Sums, means or maxima of rows of a table: one for each bag of numbers.

    ``input`` is (bags, numbers), or all numbers in a row, with the start of each bag in
    ``offsets``. Empty bags give zeros.
    """
    check_choice("embedding_bag", "mode", mode, ("sum", "mean", "max"))
    ids = np.asarray(value_of(input))
    if ids.ndim == 2:
        if offsets is not None:
            raise ValueError("embedding_bag: offsets must be None where the bags are rows")
        starts = np.arange(ids.shape[0]) * ids.shape[1]
    elif offsets is None:
        raise ValueError("embedding_bag: numbers in a row need offsets, the start of each bag")
    else:
        starts = np.asarray(value_of(offsets))
    if not starts.size:
        return weight[:0]
    ends = [*starts[1:].tolist(), ids.size]
    rows = embedding(ids.reshape(-1), weight, None, max_norm, norm_type, scale_grad_by_freq)
    if per_sample_weights is not None:
        if mode != "sum":
            raise ValueError("embedding_bag: per_sample_weights are for mode='sum'")
        rows = rows * ops.reshape(per_sample_weights, shape=(-1, 1))
    reduce = {"sum": ops.sum, "mean": ops.mean, "max": ops.max}[mode]
    bags = []
    for start, end in zip(starts.tolist(), ends, strict=True):
        bag = rows[start:end]
        bags.append(reduce(bag, axis=0) if end > start else ops.sum(bag, axis=0))
    return ops.stack(bags)


class EmbeddingBag(Module):
    """Sums, means or maxima of vectors: one for each bag of numbers.

    Parameters
    ----------
    num_embeddings, embedding_dim, max_norm, norm_type, sparse
        As in `Embedding`.
    mode : {"mean", "sum", "max"}

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> bags = tg.nn.EmbeddingBag(5, 3)
    >>> bags(tg.tensor([0, 1, 4, 2]), tg.tensor([0, 3])).shape
    torch.Size([2, 3])
    """

    _shown = "num_embeddings, embedding_dim"

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
        *,
        generator: GeneratorLike = None,
    ) -> None:
        owner = "EmbeddingBag"
        self.num_embeddings = check_count(owner, "num_embeddings", num_embeddings)
        self.embedding_dim = check_count(owner, "embedding_dim", embedding_dim)
        if max_norm is not None:
            check_number(owner, "max_norm", max_norm, "(0, inf)")
        self.max_norm, self.norm_type = max_norm, check_number(owner, "norm_type", norm_type)
        refuse_counting(owner, scale_grad_by_freq)
        self.mode = check_choice(owner, "mode", mode, ("sum", "mean", "max"))
        self.sparse = check_flag(owner, "sparse", sparse)
        if check_flag(owner, "include_last_offset", include_last_offset):
            raise ValueError(f"{owner}: include_last_offset must be False")
        if padding_idx is not None:
            raise ValueError(f"{owner}: padding_idx must be None")
        dtype = made_dtype(owner, device, dtype)
        self.weight = parameter_of(np.empty((num_embeddings, embedding_dim), dtype))
        self.reset_parameters(generator)

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw the table again."""
        init.normal_(self.weight, generator=generator)

    def extra_repr(self) -> str:
        """The sizes and the mode."""
        return f"{super().extra_repr()}, mode={self.mode!r}"

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        """Return the vector of each bag."""
        settings = (self.max_norm, self.norm_type, False, self.mode)
        return embedding_bag(
            input, self.weight, offsets, *settings, per_sample_weights=per_sample_weights
        )
