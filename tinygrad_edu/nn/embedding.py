"""A table of vectors, read by number."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from tinygrad_edu.nn import functional as F
from tinygrad_edu.nn import init
from tinygrad_edu.nn.checks import check_size
from tinygrad_edu.nn.module import Module
from tinygrad_edu.nn.parameter import Parameter, parameter_of
from tinygrad_edu.random import GeneratorLike

__all__ = ["Embedding"]


class Embedding(Module):
    """One vector to learn for each of ``num_embeddings`` things.  y = weight[i].

    The table starts normal with mean 0 and variance 1.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
        Rows and columns of the table.
    padding_idx : int, optional
        This row starts at 0 and is never trained.

    Shape
    -----
    Input (...) of integers, output (..., embedding_dim).

    Examples
    --------
    >>> import tinygrad_edu as tg
    >>> tg.nn.Embedding(10, 3)(tg.tensor([[1, 4]])).shape
    (1, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        dtype: Any = None,
        generator: GeneratorLike = None,
    ) -> None:
        self.num_embeddings = check_size("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = check_size("Embedding", "embedding_dim", embedding_dim)
        if padding_idx is not None:
            if not -num_embeddings <= padding_idx < num_embeddings:
                raise ValueError(
                    f"Embedding: padding_idx must be a row of the table, {-num_embeddings} to "
                    f"{num_embeddings - 1}, received {padding_idx}"
                )
            padding_idx %= num_embeddings
        self.padding_idx = padding_idx
        dtype = np.float32 if dtype is None else dtype
        self.weight = parameter_of(np.empty((num_embeddings, embedding_dim), dtype))
        self.reset_parameters(generator)

    def reset_parameters(self, generator: GeneratorLike = None) -> None:
        """Draw the table again."""
        init.normal_(self.weight, generator=generator)
        if self.padding_idx is not None:
            self.weight.value[self.padding_idx] = 0.0

    @classmethod
    def from_pretrained(
        cls, embeddings: Any, freeze: bool = True, padding_idx: int | None = None
    ) -> Self:
        """Make a layer around a table (rows, columns), not to be trained if ``freeze``."""
        table = Parameter(embeddings, requires_grad=not freeze)
        if table.ndim != 2:
            raise ValueError(f"Embedding: expected a table of two axes, got shape {table.shape}")
        layer = cls(table.shape[0], table.shape[1], padding_idx)
        layer.weight = table
        return layer

    def forward(self, x: Any) -> Any:
        """Return the rows that ``x`` names."""
        return F.embedding(x, self.weight, self.padding_idx)
