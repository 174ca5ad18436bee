"""One record for every operation, in files by subject; the generic tests iterate over SPECS."""

from __future__ import annotations

import importlib
import pkgutil

from tests.specs.base import OpSpec

SPECS: dict[str, OpSpec] = {}
for _module in pkgutil.iter_modules(__path__):
    for _spec in getattr(importlib.import_module(f"{__name__}.{_module.name}"), "SPECS", []):
        if _spec.name in SPECS:
            raise ValueError(f"two specs for {_spec.name}")
        SPECS[_spec.name] = _spec
