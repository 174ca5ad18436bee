"""Large nets with trained weights, which are not here."""

from typing import Any

from tinygrad_edu.torchvision._missing import no_name

__all__: list[str] = []


def __getattr__(name: str) -> Any:
    raise no_name(__name__, name)
