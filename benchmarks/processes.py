"""What is measured once a process: the time of an import, and a chain of a million operations."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

from benchmarks.worker import peak_memory


def import_time(module: str) -> Callable[[], Callable[[], object]]:
    """Seconds that ``import module`` takes in a fresh interpreter, the best of seven."""
    # As where it was installed: compiled once, and the best of seven has read the compiled files.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"

    def measure() -> dict[str, float]:
        runs = [
            float(
                subprocess.run(
                    [sys.executable, "-c", code], capture_output=True, check=True, env=environment
                ).stdout
            )
            for _ in range(7)
        ]
        return {"time": min(runs)}

    return lambda: measure


IMPORTS = {"tinygrad_edu": import_time("tinygrad_edu"), "numpy": import_time("numpy")}


def chain() -> Callable[[], object]:
    """Build, differentiate and release a chain of a million operations."""
    import tinygrad_edu as tg

    def measure() -> dict[str, float]:
        n = 1_000_000
        x = tg.tensor(1.0, requires_grad=True)
        before = peak_memory()
        start = time.perf_counter()
        y = x
        for _ in range(n):
            y = y * 1.0
        forward = time.perf_counter() - start
        bytes_a_node = (peak_memory() - before) / n
        start = time.perf_counter()
        y.backward()
        backward = time.perf_counter() - start
        y = x
        for _ in range(n):
            y = y * 1.0
        start = time.perf_counter()
        del y
        release = time.perf_counter() - start
        return {"forward": forward, "backward": backward, "release": release, "bytes": bytes_a_node}

    return measure
