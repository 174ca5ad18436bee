"""What people read when they make a mistake: the messages of nn, word by word.

`messages.txt` holds a mistake and its message in each paragraph. After a change of wording, write
it anew with ``python -m tests.nn.test_messages`` and read the difference.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tinygrad_edu import nn
from tinygrad_edu.nn import functional, init

PAGE = Path(__file__).with_name("messages.txt")


def _ramp(*shape: int) -> Any:
    """A tensor of values between 0.1 and 1.1."""
    size = int(np.prod(shape))
    return tg.tensor(0.1 + np.arange(size).reshape(shape) / max(size, 1), dtype=np.float32)


NAMES = {"np": np, "tg": tg, "nn": nn, "init": init, "F": functional, "x": _ramp}


def message(mistake: str) -> str:
    """The error and its notes as Python shows them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(mistake, dict(NAMES))
        except Exception as error:
            notes = getattr(error, "__notes__", [])
            return "\n".join([f"{type(error).__name__}: {error}", *notes])
    return "no error"


def paragraphs(page: Path) -> dict[str, str]:
    """The expected message of each mistake."""
    pairs = {}
    for paragraph in page.read_text(encoding="utf-8").strip().split("\n\n"):
        mistake, _, message = paragraph.removeprefix(">>> ").partition("\n")
        pairs[mistake] = message
    return pairs


@pytest.mark.parametrize("mistake", paragraphs(PAGE))
def test_message(mistake: str) -> None:
    assert message(mistake) == paragraphs(PAGE)[mistake]


def test_there_are_many_and_all_are_errors() -> None:
    messages = list(paragraphs(PAGE).values())
    assert len(messages) >= 60
    assert "no error" not in messages


def write(page: Path) -> None:
    """Write a page from its mistakes."""
    lines = page.read_text(encoding="utf-8").split("\n")
    mistakes = [line.removeprefix(">>> ") for line in lines if line.startswith(">>> ")]
    text = "\n\n".join(f">>> {mistake}\n{message(mistake)}" for mistake in mistakes)
    page.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(PAGE)
