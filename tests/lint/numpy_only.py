"""Where NumPy is the only other package, import every module of the wheel and train the demo's net.

Run by `make numpy-only`; what imports but cannot train without an extra would be no better.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import pkgutil
import sys
import tempfile
from pathlib import Path

# What a virtual environment itself brings.
EXPECTED = {"numpy", "tinygrad_edu", "pip", "setuptools", "wheel"}


def main() -> None:
    installed = {
        d.metadata["Name"].lower().replace("-", "_") for d in importlib.metadata.distributions()
    }
    if extra := installed - EXPECTED:
        sys.exit(f"this environment holds more than NumPy: {sorted(extra)}")

    import tinygrad_edu as tg

    folder = Path(tg.__file__).parent
    if "site-packages" not in folder.parts:
        sys.exit(f"{folder} is a checkout; the built wheel is what this script checks")
    modules = [m.name for m in pkgutil.walk_packages([str(folder)], "tinygrad_edu.")]
    for name in modules:
        if not name.endswith(".__main__"):
            importlib.import_module(name)
    for wanted in ["py.typed", "data/digits.npz"]:
        if not (folder / wanted).is_file():
            sys.exit(f"the wheel lacks {wanted}")

    with tempfile.TemporaryDirectory() as scratch:
        if importlib.import_module("tinygrad_edu.cli").main(["demo", "--quiet", "--out", scratch]):
            sys.exit("the demo does not run with NumPy alone")
    print(f"{len(modules)} modules of tinygrad_edu {tg.__version__} import with NumPy alone")


if __name__ == "__main__":
    main()
