"""What is missing is named, together with the command that brings it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinygrad_edu._optional import require


def test_imports_what_is_there() -> None:
    assert require("os.path", extra="viz", what="this").join("a", "b")


def test_names_the_extra() -> None:
    with pytest.raises(ImportError) as caught:
        require("not_there.sub", extra="io", what="save('x.safetensors')")
    assert str(caught.value) == (
        "save('x.safetensors') needs not_there. Install it with: pip install \"tinygrad_edu[io]\""
    )
    assert caught.value.name == "not_there.sub"


@pytest.mark.parametrize("line", ["import not_there_either", "raise ImportError('no libfoo.so')"])
def test_a_broken_package_is_not_called_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    (tmp_path / "broken_package.py").write_text(line)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ImportError, match=r"cannot be imported \(.*(not_there_either|libfoo)"):
        require("broken_package", extra="viz", what="draw()")
