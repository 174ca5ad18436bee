"""``python -m tinygrad_edu.torch SCRIPT.py [ARGS]`` is ``tinygrad-edu run SCRIPT.py [ARGS]``."""

import sys

from tinygrad_edu.torch._report import report
from tinygrad_edu.torch._script import run_script

_USAGE = "usage: python -m tinygrad_edu.torch [--report] SCRIPT.py [ARGS]"


def _main(words: list[str]) -> int:
    if words[:1] == ["--report"] and len(words) == 2:
        return report(words[1])
    if not words or words[0].startswith("-"):
        sys.stderr.write(f"{_USAGE}\n")
        return 2
    return run_script(words[0], words[1:])


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
