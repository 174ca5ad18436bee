"""The one way to import an optional package: where it is used, with an error that helps."""

from __future__ import annotations

import importlib
from types import ModuleType

__all__ = ["require"]


def require(module: str, *, extra: str, what: str) -> ModuleType:
    """Import ``module``, or say which extra of this package brings it.

    Parameters
    ----------
    module : str
        Name as it is imported, such as ``"matplotlib.pyplot"``.
    extra : str
        The extra of ``tinygrad_edu`` that installs it, such as ``"viz"``.
    what : str
        What needs it: the subject of the message, such as ``"History.plot()"``.

    Raises
    ------
    ImportError
        If the package is missing, or present but broken.

    Examples
    --------
    >>> from tinygrad_edu._optional import require
    >>> require("json", extra="viz", what="this example").dumps([1])
    '[1]'
    >>> require("no_such_package", extra="viz", what="History.plot()")
    Traceback (most recent call last):
    ImportError: History.plot() needs no_such_package. Install it with: pip install ...
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        install = f'pip install "tinygrad_edu[{extra}]"'
        if isinstance(error, ModuleNotFoundError) and error.name == package:
            message = f"{what} needs {package}. Install it with: {install}"
        else:
            message = (
                f"{what} needs {package}, which is installed but cannot be imported ({error}). "
                f"Reinstall it with: {install} --force-reinstall"
            )
        raise ImportError(message, name=module) from error
