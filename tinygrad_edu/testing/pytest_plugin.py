"""Fixtures for pytest: ``gradcheck``, ``gradgradcheck`` and ``generator``.

pytest loads this where tinygrad_edu is installed. Failures end at the line of the test, without the
frames of the checker.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from tinygrad_edu._optional import require
from tinygrad_edu.random import get_generator

__all__ = ["pytest_configure"]


def pytest_configure(config: Any) -> None:
    """Register the fixtures; called by pytest when it starts."""
    # Here and not at the top of the file, so that the package imports without pytest.
    pytest = require("pytest", extra="dev", what="the pytest plugin")

    class Fixtures:
        @pytest.fixture  # type: ignore[untyped-decorator]  # pytest is optional, so untyped here
        def gradcheck(self) -> Callable[..., bool | None]:
            """`tinygrad_edu.testing.gradcheck`, with directions that are the same on every run."""
            from tinygrad_edu.testing.gradcheck import gradcheck

            return _seeded(gradcheck)

        @pytest.fixture  # type: ignore[untyped-decorator]  # as above
        def gradgradcheck(self) -> Callable[..., bool | None]:
            """`tinygrad_edu.testing.gradgradcheck`, the same on every run."""
            from tinygrad_edu.testing.gradcheck import gradgradcheck

            return _seeded(gradgradcheck)

        @pytest.fixture  # type: ignore[untyped-decorator]  # as above
        def generator(self, request: Any) -> np.random.Generator:
            """A generator seeded by the test's name: the same on every run, different per test."""
            return get_generator(zlib.crc32(request.node.nodeid.encode()))

    config.pluginmanager.register(Fixtures(), "tinygrad_edu fixtures")


def _seeded(check: Callable[..., bool | None]) -> Callable[..., bool | None]:
    def seeded(*args: Any, **options: Any) -> bool | None:
        __tracebackhide__ = True
        return check(*args, **{"generator": 0, **options})

    return seeded
