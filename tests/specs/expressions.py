"""Expressions of PyTorch that give something else here, or nothing, each with the reason."""

from __future__ import annotations

__all__ = ["DIFFERENT"]

DIFFERENT: dict[str, str] = {}
