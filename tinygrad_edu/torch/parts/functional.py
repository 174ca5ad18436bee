"""The functions of ``nn.functional`` that PyTorch shows under ``torch`` too."""

from __future__ import annotations

from tinygrad_edu.nn import functional

__all__: list[str] = []

_NAMES = (
    "alpha_dropout", "bilinear", "cosine_embedding_loss", "cosine_similarity", "dropout",
    "embedding", "group_norm", "hinge_embedding_loss", "instance_norm", "kl_div", "layer_norm",
    "margin_ranking_loss", "pairwise_distance", "pdist", "pixel_shuffle", "pixel_unshuffle",
    "poisson_nll_loss", "rms_norm", "rrelu", "triplet_margin_loss",
)  # fmt: skip


def __getattr__(name: str) -> object:
    if name in _NAMES:
        return getattr(functional, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [name for name in _NAMES if name in dir(functional)]
