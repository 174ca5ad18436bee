"""Large nets with trained weights, which are not here."""

from typing import Any

from tinygrad_edu.torchvision._missing import no_name as _no_name

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    raise _no_name(__name__, name)
