"""Write docs/torch_differences.md from the records that the tests run.

Without an argument it writes the page; with ``--check`` it fails when the page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the records live beside the tests

from tests.specs.behaviours import BEHAVIOURS  # noqa: E402 - the same
from tests.specs.expressions import DIFFERENT  # noqa: E402 - the same
from tests.specs.special_points import SAME, SPECIAL_POINTS, SpecialPoint  # noqa: E402 - the same
from tinygrad_edu.samples import SPECS  # noqa: E402 - needs the line above

PAGE = ROOT / "docs" / "torch_differences.md"
HEAD = """\
# Differences from PyTorch

Names, arguments and results are PyTorch's for networks and NumPy's for arrays; what you know
carries over. This page lists where they differ, and why. It is written by
`scripts/make_torch_differences_page.py` from the records that the tests run against both libraries
(PyTorch 2.13), so every line of it is tested.

Every difference in a gradient is a limit, a valid subgradient or a refusal, never an arbitrary
number.
"""

COMING = """\
## Coming from PyTorch

A net, a loss and a training loop carry over as they are, and
[whole scripts](coming_from_pytorch.md) run unchanged. **The spelling decides** where NumPy and
PyTorch mean two things: `np.f(tensor)` and NumPy's keywords (`axis`, `keepdims`, `ddof`) mean
NumPy's function, `tg.f(tensor)` and `tensor.f()` in PyTorch's spelling mean PyTorch's. What is
left to unlearn:

* **Floats of integers are float32 in PyTorch's spelling, float64 in NumPy's**: float32 in
  `tg.tensor([1, 2]) / 2` and `x.sqrt()`, float64 in `np.sqrt(x)`.
* **A change in place is right where PyTorch refuses it**: `h = x.tanh(); h += 1` keeps the former
  value for the derivative. A leaf that requires a gradient is refused outside of `no_grad`, as
  there.

```python
>>> import numpy as np, tinygrad_edu as tg
>>> x = tg.tensor([1.0, 2.0, 4.0])
>>> x.std(), x.std(axis=0), np.std(x)
(tensor(1.5275), tensor(1.2472), tensor(1.2472))
>>> x.max(0).indices, x.max(axis=0)
(tensor(2), tensor(4.))
>>> (tg.tensor([1, 2]) / 2).dtype, np.divide(tg.tensor([1, 2]), 2).dtype
(torch.float32, torch.float64)
>>> w = tg.tensor([1.0], requires_grad=True)
>>> with tg.no_grad():
...     w -= 0.5
>>> w
tensor([0.5000], requires_grad=True)

```
"""


def _number(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_number, value)) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _column(value: Any, grads: Any, second: Any) -> str:
    if grads is None:
        return "no derivative"
    text = f"{_number(value)}; " + ", ".join(
        "not looked at" if g is None else _number(g) for g in grads
    )
    return text if second is None else f"{text}; second {_number(second)}"


def _theirs(point: SpecialPoint) -> str:
    def given(theirs: Any, ours: Any) -> Any:
        return ours if theirs is SAME else theirs

    return _column(
        given(point.torch_value, point.value),
        given(point.torch_grads, point.grads),
        given(point.torch_second, point.second),
    )


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    yield COMING
    yield "## What is done\n"
    yield "| | here | PyTorch | because |"
    yield "|---|---|---|---|"
    for b in BEHAVIOURS:
        yield f"| {b.what} | {b.ours_gives} | {b.theirs_gives} | {b.why} |"
    yield "\n## Expressions that differ\n"
    yield "Of about a thousand that the tests evaluate in both libraries.\n"
    yield "| expression | because |"
    yield "|---|---|"
    for code, why in DIFFERENT.items():
        yield f"| `{code.replace('|', chr(92) + '|')}` | {why} |"
    yield "\n## Values and gradients at special points\n"
    yield "Value; gradient of each input; second derivative where it differs.\n"
    yield "| point | here | PyTorch | because |"
    yield "|---|---|---|---|"
    for p in SPECIAL_POINTS:
        if p.differs:
            ours = _column(p.value, p.grads, p.second)
            yield f"| {p.point.replace('|', chr(92) + '|')} | {ours} | {_theirs(p)} | {p.why} |"
    notes = [
        f"* `{spec.name}`: {sample.unlike_torch}."
        for spec in SPECS.values()
        for sample in spec.samples
        if sample.unlike_torch
    ]
    if notes:
        yield "\n## Other derivatives\n"
        yield from dict.fromkeys(notes)
    yield "\n## The same at special points\n"
    yield "Tested to agree, and worth knowing. Value; gradient of each input.\n"
    yield "| point | both | |"
    yield "|---|---|---|"
    for p in SPECIAL_POINTS:
        if not p.differs:
            name = p.point.replace("|", "\\|")
            yield f"| {name} | {_column(p.value, p.grads, p.second)} | {p.why} |"


def page() -> str:
    """The text of the page."""
    return "\n".join(lines()) + "\n"


def main() -> None:
    """Write the page, or compare it."""
    text = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
            sys.exit(f"{PAGE.name} is out of date: run python scripts/{Path(__file__).name}")
        return
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
