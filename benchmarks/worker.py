"""One measurement of one workload with one library; prints its figures as JSON."""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable


def timed(step: Callable[[], object], seconds: float = 1.0) -> float:
    """Median seconds of one step, over about ``seconds`` of steps after a warm-up."""
    for _ in range(3):
        step()
    start = time.perf_counter()
    step()
    once = max(time.perf_counter() - start, 1e-7)
    # Short steps are timed in groups, so that reading the clock costs nothing.
    group = max(1, int(2e-4 / once))
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 5:
        start = time.perf_counter()
        for _ in range(group):
            step()
        times.append((time.perf_counter() - start) / group)
    return statistics.median(times)


def peak_memory() -> float:
    """Largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def main() -> None:
    """Measure ``sys.argv[1]`` with ``sys.argv[2]``."""
    from benchmarks.workloads import WORKLOADS

    workload = WORKLOADS[sys.argv[1]]
    print(json.dumps(workload.measure(workload.steps[sys.argv[2]])))


if __name__ == "__main__":
    main()
