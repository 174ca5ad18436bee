"""Measure every workload and print one table.

    python -m benchmarks                 all workloads
    python -m benchmarks mlp operations  those whose names contain one of the words
    python -m benchmarks --rounds 9      more rounds: steadier medians

Each measurement runs in a process of its own, since two BLAS libraries spinning in one process
spoil both timings. The libraries take turns, round by round, so that a machine whose speed drifts
slows all of them alike; what is printed is the median over the rounds, and the median of the
ratios of each round.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.workloads import LIBRARIES, WORKLOADS, Workload

ROOT = Path(__file__).resolve().parents[1]


def measure(workload: str, library: str) -> dict[str, float]:
    """One measurement in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.worker", workload, library]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def available(libraries: list[str]) -> dict[str, str]:
    """The version of each library that is installed."""
    versions = {}
    for library in libraries:
        code = f"import {LIBRARIES[library]} as module; print(module.__version__)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT
        )
        if done.returncode == 0:
            versions[library] = done.stdout.strip()
        else:
            print(f"{library} is not installed and is left out")
    return versions


def compare(workload: Workload, libraries: list[str], rounds: int) -> None:
    """Print the rows of one workload."""
    libraries = [library for library in libraries if library in workload.steps]
    results: dict[str, list[dict[str, float]]] = {library: [] for library in libraries}
    for _ in range(rounds):
        for library in libraries:
            results[library].append(measure(workload.name, library))
    for figure, unit, scale in workload.figures:
        ours = [r[figure] for r in results["tinygrad_edu"]]
        cells = []
        for library in libraries:
            theirs = [r[figure] for r in results[library]]
            cell = f"{library} {statistics.median(theirs) * scale:.4g} {unit}"
            if library != "tinygrad_edu":
                ratio = statistics.median(t / o for t, o in zip(theirs, ours, strict=True))
                cell += f" (ratio {ratio:.2f})"
            cells.append(cell)
        print(f"{workload.name + ' ' + figure:44} " + "  ".join(cells), flush=True)


def main() -> None:
    """Run the workloads named on the command line, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.split("\n")[0]
    )
    parser.add_argument("words", nargs="*", help="measure workloads whose names contain a word")
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often each library takes its turn"
    )
    parser.add_argument("--list", action="store_true", help="list the workloads")
    options = parser.parse_args()
    chosen = [
        w
        for w in WORKLOADS.values()
        if not options.words or any(x in w.name for x in options.words)
    ]
    if options.list:
        print("\n".join(f"{w.name:32} {w.what}" for w in chosen))
        return
    if not chosen:
        parser.error("no workload has such a name; see --list")
    needed = [name for name in LIBRARIES if any(name in w.steps for w in chosen)]
    versions = available(needed)
    system = f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}"
    threads = measure("threads", "tinygrad_edu")
    print(", ".join(f"{name} {version}" for name, version in versions.items()))
    print(
        f"{system}, {int(threads['cores'])} cores; ratio: their figure / ours, above 1 ours is less"
    )
    for workload in chosen:
        if workload.name != "threads":
            compare(workload, list(versions), options.rounds)


if __name__ == "__main__":
    main()
