"""Write what is not here into docs/coming_from_pytorch.md, from the records of the package."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from tinygrad_edu.compat.missing import MISSING
from tinygrad_edu.torch._table import REFUSED

PAGE = Path(__file__).parents[1] / "docs" / "coming_from_pytorch.md"
COMMAND = "python scripts/make_coming_from_pytorch.py"
SHOWN = 6  # names of a reason; the rest is counted
BLOCK = re.compile(r"(<!-- not here:[^\n]*-->\n).*(<!-- end -->)", re.DOTALL)


def reasons() -> dict[str, list[str]]:
    """The names by the reason for which they are not here."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, reason in REFUSED.items():
        found[reason].append(f"torch.{path}")
    for path, reason in MISSING.items():
        found[reason].append(path if path.startswith("Tensor.") else f"torch.{path}")
    return found


def table() -> str:
    """A row for each reason, with its first names."""
    lines = ["", "| not here | because |", "|---|---|"]
    for reason, names in sorted(reasons().items(), key=lambda item: -len(item[1])):
        shown = ", ".join(f"`{name}`" for name in sorted(names)[:SHOWN])
        rest = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        lines.append(f"| {shown}{rest} | {reason.replace('|', chr(92) + '|')} |")
    return "\n".join([*lines, "", ""])


def page() -> str:
    """The page with the list as it is now."""
    return BLOCK.sub(lambda found: found[1] + table() + found[2], PAGE.read_text("utf-8"))


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
