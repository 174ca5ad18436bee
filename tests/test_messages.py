"""What people read when they make a mistake outside of nn: the messages, word by word.

After a change of wording, write the page anew with ``python -m tests.test_messages``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nn.test_messages import message, paragraphs, write

PAGE = Path(__file__).with_name("messages.txt")


@pytest.mark.parametrize("mistake", paragraphs(PAGE))
def test_message(mistake: str) -> None:
    assert message(mistake) == paragraphs(PAGE)[mistake]


def test_there_are_many_and_all_are_errors() -> None:
    messages = list(paragraphs(PAGE).values())
    assert len(messages) >= 100
    assert "no error" not in messages


if __name__ == "__main__":
    write(PAGE)
