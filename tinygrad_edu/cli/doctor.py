"""`tinygrad-edu doctor`: what is installed, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

import tinygrad_edu
from tinygrad_edu.data import DATASETS
from tinygrad_edu.data.download import data_home

__all__ = ["examine", "report"]

# package, extra that installs it, what it is for
_OPTIONAL = (
    ("graphviz", "viz", "pictures of graphs"),
    ("matplotlib", "viz", "plots"),
    ("pygraphviz", "render", "pictures of graphs without the program dot"),
    ("pooch", "data", "downloading data sets"),
    ("tqdm", "data", "progress bars"),
    ("safetensors", "io", "weights to and from PyTorch"),
    ("onnx", "onnx", "export to ONNX"),
    ("mpi4py", "mpi", "training on several machines"),
)
_THREAD_SETTINGS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def examine(data_dir: str | None = None) -> dict[str, Any]:
    """All that `report` shows, as a dict that JSON can hold."""
    return {
        "tinygrad_edu": tinygrad_edu.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": _cores(),
        "blas": _blas(),
        "threads": {name: os.environ[name] for name in _THREAD_SETTINGS if name in os.environ},
        "optional": {name: _version(name) for name, _, _ in _OPTIONAL},
        "dot": _dot(),
        "data_home": str(data_home(data_dir)),
        "data": {name: dataset.is_complete(data_dir) for name, dataset in DATASETS.items()},
    }


def report(found: dict[str, Any]) -> str:
    """What was found, for people: missing things come with the way to get them."""
    lines = [
        f"tinygrad_edu  {found['tinygrad_edu']}",
        f"Python        {found['python']} on {found['system']}",
        f"NumPy         {found['numpy']} with {found['blas']}",
        f"threads       {_threads(found)}",
        "",
        "optional packages",
    ]
    for name, extra, purpose in _OPTIONAL:
        state = found["optional"][name] or "missing"
        how = "" if found["optional"][name] else f': pip install "tinygrad_edu[{extra}]"'
        lines.append(f"  {name:<12}{state:<9} {purpose}{how}")
    dot = found["dot"] or "missing"
    how = "" if found["dot"] else ": apt, brew or winget install graphviz"
    lines.append(f"  {'dot':<12}{dot:<9} the program that lays out graphs{how}")
    lines += ["", f"data sets in {found['data_home']}"]
    for name, here in found["data"].items():
        how = "here" if here else f"missing: tinygrad-edu data fetch {name}"
        lines.append(f"  {name:<12}{how if DATASETS[name].files else 'in the package'}")
    return "\n".join(lines)


def _threads(found: dict[str, Any]) -> str:
    settings = [f"{name}={value}" for name, value in found["threads"].items()]
    chosen = ", ".join(settings) or f"one per core by default; {_THREAD_SETTINGS[0]}=1 limits them"
    return f"{found['cores']} cores, {chosen}"


def _cores() -> int:
    """The cores this process may use, which can be fewer than the machine has."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _blas() -> str:
    # NumPy's own report, as data; its printed form is meant for reading.
    config: Any = np.show_config(mode="dicts")
    blas = config.get("Build Dependencies", {}).get("blas", {})
    return f"{blas.get('name', 'an unknown BLAS')} {blas.get('version', '')}".strip()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _dot() -> str | None:
    """The version of Graphviz's `dot`, None if it cannot be run."""
    program = shutil.which("dot")
    if program is None:
        return None
    try:
        ran = subprocess.run([program, "-V"], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = (ran.stderr or ran.stdout).split()
    return next((word for word in words if word[0].isdigit()), "unknown") if words else None
