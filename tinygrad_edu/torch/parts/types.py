"""``torch.types``: names for annotations."""

from __future__ import annotations

from typing import Any

__all__ = ["Device", "Number"]

Device = Any
Number = int | float | bool
