"""`import torch` and `import torchvision`, answered by this package in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from tinygrad_edu.torch._missing import why_missing

__all__ = ["OURS", "answered"]

OURS = ("torch", "torchvision")


class _Answers(MetaPathFinder, Loader):
    """Finds ``torch.x`` where ``tinygrad_edu.torch.x`` is: one module under both names."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for PyTorch's packages alone."""
        return ModuleSpec(name, self) if name.partition(".")[0] in OURS else None

    def create_module(self, spec: ModuleSpec) -> None:
        """Python makes an empty module, which `exec_module` replaces."""
        return

    def exec_module(self, module: ModuleType) -> None:
        """Put our module in the place of the empty one."""
        name = module.__name__
        try:
            sys.modules[name] = import_module(f"tinygrad_edu.{name}")
        except ModuleNotFoundError as error:
            if error.name is None or not f"tinygrad_edu.{name}.".startswith(f"{error.name}."):
                raise
            message = f"{name} is not here: {why_missing(name)}"
            raise ModuleNotFoundError(message, name=name) from None


@contextmanager
def answered() -> Iterator[None]:
    """A block in which PyTorch's packages are ours; before and after it they are what they were."""
    finder = _Answers()
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_theirs(name)}
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if _is_theirs(name)]:
            del sys.modules[name]
        sys.modules.update(hidden)


def _is_theirs(name: str) -> bool:
    return name.partition(".")[0] in OURS
