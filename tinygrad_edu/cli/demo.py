"""`tinygrad-edu demo`: a net trained on the embedded digits, in a few seconds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinygrad_edu.cli.recipe import Recipe
from tinygrad_edu.cli.run import Result, save, train

__all__ = ["FOLDER", "NEXT", "demo"]

RECIPE = Recipe(data="digits", model=(128, 64), optim="adam", scheduler="cosine", epochs=20)
FOLDER = "runs/demo"


def demo(
    folder: str = FOLDER, verbose: bool = True, say: Callable[[str], None] = print
) -> tuple[Result, dict[str, str]]:
    """Train, save, and say what to try next; the folder of an earlier demo is written over."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    result = train(RECIPE, verbose=verbose, say=say)
    return result, save(result, Path(folder))


NEXT = """\
what next:
  tinygrad-edu eval {folder}
  tinygrad-edu train --data digits --model 32 --activation tanh --optim sgd
  tinygrad-edu doctor"""
