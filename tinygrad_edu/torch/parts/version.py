"""``torch.version``: which PyTorch the names are those of; there is no GPU."""

from __future__ import annotations

__all__ = ["cuda", "debug", "git_version", "hip", "xpu"]

cuda = hip = xpu = None
debug = False
git_version = "none"
