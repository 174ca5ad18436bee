"""`tinygrad-edu demo`: a net trained on the embedded digits, in a few seconds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tinygrad_edu.cli.folder import RESULT_FILE, run_folder
from tinygrad_edu.cli.recipe import Recipe
from tinygrad_edu.cli.run import Result, save, train

__all__ = ["FOLDER", "NEXT", "demo"]

RECIPE = Recipe(data="digits", model=(128, 64), optim="adam", scheduler="cosine", epochs=20)
FOLDER = "runs/demo"


def demo(
    folder: str = FOLDER, verbose: bool = True, say: Callable[[str], None] = print
) -> tuple[Result, dict[str, str]]:
    """Train and save; the folder of an earlier demo is written over, and no other one."""
    with run_folder(folder, "demo", may_replace=_is_demo) as reserved:
        result = train(RECIPE, verbose=verbose, say=say)
        return result, save(result, reserved)


def _is_demo(folder: Path) -> bool:
    try:
        saved = json.loads((folder / RESULT_FILE).read_text(encoding="utf-8"))
        return bool(saved["recipe"] == RECIPE.to_json())
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return False


NEXT = """\
what next:
  tinygrad-edu eval {folder}
  tinygrad-edu train --data digits --model 32 --activation tanh --optim sgd
  tinygrad-edu doctor"""
