"""A trained model, or any state, in one file that holds no code."""

from __future__ import annotations

import errno
import io
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

import numpy as np

from tinygrad_edu._checks import check_flag
from tinygrad_edu.compat.devices import device as require_device
from tinygrad_edu.data.arguments import check_path
from tinygrad_edu.data.npz import is_plain, read_npz
from tinygrad_edu.data.streams import open_file
from tinygrad_edu.engine import Array, Node
from tinygrad_edu.nn import Module
from tinygrad_edu.tensor import from_numpy
from tinygrad_edu.train.exchange import (
    ENDING,
    is_safetensors,
    read_safetensors,
    safetensors_of,
)
from tinygrad_edu.train.files import write_whole
from tinygrad_edu.train.foreign import what_it_is

__all__ = ["SavedModel", "load", "read_model", "save", "save_model"]

_STATE = "state/"
_CONFIG = "config"
_TREE = "tree"
_T = TypeVar("_T")


class SavedModel(NamedTuple):
    """What a file holds: the state dict, and the configuration that was saved with it."""

    state: dict[str, Array]
    config: dict[str, Any]


def save_model(
    path: str | Path | IO[bytes], model: Module, config: Mapping[str, Any] | None = None
) -> Any:
    """Write weights, buffers and a configuration to one ``.npz`` file; return its path.

    The file appears whole or not at all: it is written under another name in the same folder and
    then takes the place of an older one in one step. A symbolic link stays, and its target is
    written; a new file has the permissions that the umask gives.

    Parameters
    ----------
    path : str, Path or binary file
        A file that is open for writing is returned, and stays open.
    config : mapping, optional
        What is needed to build the model again; anything that JSON can hold.

    Raises
    ------
    TypeError
        If JSON cannot hold ``config``. Nothing is written.
    FileNotFoundError
        If the folder is missing.

    Examples
    --------
    >>> model = tg.nn.Linear(3, 2)
    >>> path = tg.train.save_model("model.npz", model, {"sizes": [3, 2]})
    >>> saved = tg.train.read_model(path)
    >>> saved.config
    {'sizes': [3, 2]}
    >>> again = tg.nn.Linear(*saved.config["sizes"])
    >>> again.load_state_dict(saved.state)
    <All keys matched successfully>
    >>> np.array_equal(again.weight.data, model.weight.data)
    True
    """
    if not isinstance(model, Module):
        raise TypeError(f"save_model: model must be a Module, received {type(model).__name__}")
    if not isinstance(config, Mapping | None):
        raise TypeError(f"save_model: config must be a dict, received {type(config).__name__}")
    entries = {
        _STATE + name: _plain("save_model", tensor.value, name)
        for name, tensor in model.state_dict().items()
    }
    entries[_CONFIG] = np.array(json.dumps(dict(config or {})))
    return _write("save_model", path, entries)


def read_model(path: str | Path | IO[bytes]) -> SavedModel:
    """Read a file that `save_model` wrote.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    ValueError
        If it is damaged or something else. The message says what, and what reads it.
    """
    return _read("read_model", "save_model", path, _model)


def save(
    obj: Any,
    f: str | Path | IO[bytes],
    *,
    _use_new_zipfile_serialization: bool = True,
) -> None:
    """Write a state dict, of a net or an optimizer say, to one file, without pickle.

    The file is an ``.npz`` archive under any name; one that ends in ``.safetensors`` has that
    format, for a dict of names and tensors (extra ``io``).

    The file appears whole or not at all, as that of `save_model`, which also keeps a configuration
    for a net that is to be built again from its file.

    Parameters
    ----------
    obj : dict, list, tuple, array, Tensor, number, bool, str or None
        Nested as deep as you like; keys of dicts are strings or integers. A tensor comes back as
        a tensor, an array as an array. A whole net is refused: pass its ``state_dict()``.
    f : str, Path or binary file

    Raises
    ------
    TypeError
        If there is anything else in it; the message says where. Nothing is written.
    FileNotFoundError
        If the folder is missing.

    Examples
    --------
    >>> net = tg.nn.Linear(3, 2)
    >>> optimizer = tg.optim.Adam(net.parameters())
    >>> tg.save({"net": net.state_dict(), "optimizer": optimizer.state_dict()}, "checkpoint.npz")
    >>> saved = tg.load("checkpoint.npz")
    >>> net.load_state_dict(saved["net"])
    <All keys matched successfully>
    >>> optimizer.load_state_dict(saved["optimizer"])
    """
    check_flag("save", "_use_new_zipfile_serialization", _use_new_zipfile_serialization)
    if isinstance(f, (str, os.PathLike)) and str(f).endswith(ENDING):
        packed = safetensors_of(obj)
        write_whole(check_path("save", f), lambda file: file.write(packed))
        return
    arrays: dict[str, Array] = {}
    try:
        tree = json.dumps(_encoded(obj, "", arrays))
    except RecursionError:
        raise ValueError("save: the state is nested too deep, or holds itself") from None
    _write("save", f, {**arrays, _TREE: np.array(tree)})


def load(
    f: str | Path | IO[bytes],
    map_location: Any = None,
    *,
    weights_only: bool | None = None,
) -> Any:
    """Read a file that `save` wrote, or one of safetensors; nothing in it can run code.

    Everything is on the CPU, so ``map_location`` may say that, or be a function or a dict, which
    change nothing; nor does ``weights_only``.

    Raises
    ------
    FileNotFoundError
        If there is no file.
    ValueError
        If it is damaged or something else. The message says what, and what reads it.
    """
    if not (callable(map_location) or isinstance(map_location, Mapping | None)):
        try:
            require_device(map_location)
        except (TypeError, ValueError):
            wanted = "load: map_location must be the CPU, the only device, or None, received"
            raise ValueError(f"{wanted} {map_location!r}") from None
    check_flag("load", "weights_only", bool(weights_only) if weights_only is None else weights_only)
    if isinstance(f, (str, os.PathLike)):
        with open_file(check_path("load", f)) as file:
            return _loaded(file)
    return _loaded(f)


def _loaded(file: Any) -> Any:
    seeks = getattr(file, "seekable", None)
    is_binary = seeks is not None and seeks() and not isinstance(file, io.TextIOBase)
    if is_binary and is_safetensors(file):
        return read_safetensors(file)
    return _read("load", "save", file, _state)


# ---- files


def _write(owner: str, path: Any, entries: dict[str, Array]) -> Any:
    """Write arrays to a path or to a file that is open; return which."""

    def write(file: Any) -> None:
        # `_plain` let no object in, so nothing is pickled; NumPy 2.0 cannot be told so.
        np.savez(file, **entries)  # type: ignore[arg-type]  # of other options, which it lacks

    if not getattr(path, "write", None) or isinstance(path, os.PathLike):
        return write_whole(check_path(owner, path), write)
    if isinstance(path, io.TextIOBase):
        raise TypeError(f"{owner}: the file must be open in binary mode, as open(path, 'wb')")
    write(memory := io.BytesIO())  # archives seek, and not every file can
    path.write(memory.getvalue())
    return path


def _read(owner: str, writer: str, path: Any, parse: Callable[[dict[str, Array]], _T]) -> _T:
    """What ``parse`` makes of the arrays of a file; a ValueError, whatever is wrong with it."""
    is_file = getattr(path, "read", None) and not isinstance(path, os.PathLike)
    if isinstance(path, io.TextIOBase):
        raise TypeError(f"{owner}: the file must be open in binary mode, as open(path, 'rb')")
    file = path if is_file else open_file(check_path(owner, path))
    name = getattr(file, "name", "the file")
    try:
        return parse(read_npz(file))
    except Exception as error:  # zipfile raises errors of ten kinds for damaged files
        # Offsets of a damaged file may point outside of it, which the system reports as an OSError.
        of_the_disk = isinstance(error, OSError) and error.errno not in (None, errno.EINVAL)
        if of_the_disk or isinstance(error, MemoryError):
            raise
        other = what_it_is(file, writer)
        kind = f"{type(error).__name__}: " * (type(error) is not ValueError)
        reason = f"it is {other}" if other else f"{kind}{error}"
        raise ValueError(f"{name} is damaged or was not written by {writer} ({reason})") from error
    finally:
        if not is_file:
            file.close()


# ---- what is in them


def _model(arrays: dict[str, Array]) -> SavedModel:
    config = json.loads(_text(arrays, _CONFIG))
    if not isinstance(config, dict):
        raise ValueError(f"its {_CONFIG} is a {type(config).__name__}, not a dict")
    for name in arrays:
        if not name.startswith(_STATE):
            raise ValueError(f"its entry {name!r} is unknown")
    return SavedModel({name.removeprefix(_STATE): arrays[name] for name in arrays}, config)


def _state(arrays: dict[str, Array]) -> Any:
    state = _decoded(json.loads(_text(arrays, _TREE)), arrays)
    if arrays:
        raise ValueError(f"its entry {next(iter(arrays))!r} is unknown")
    return state


def _text(arrays: dict[str, Array], name: str) -> str:
    text = arrays.pop(name)
    if text.dtype.kind != "U" or text.ndim:
        raise ValueError(f"its entry {name!r} is no string")
    return str(text)


def _encoded(value: Any, place: str, arrays: dict[str, Array]) -> Any:
    """Return what JSON can hold: ``[kind, content]`` for a container, a name for an array."""
    if isinstance(value, Node):
        name = f"{len(arrays)}{place}"
        arrays[name] = _plain("save", value.value, place)
        return ["leaf" if value.requires_grad and value.is_leaf else "tensor", name]
    if isinstance(value, (np.ndarray, np.generic)):
        name = f"{len(arrays)}{place}"
        arrays[name] = _plain("save", np.asarray(value), place)
        return ["array" if isinstance(value, np.ndarray) else "scalar", name]
    if isinstance(value, Mapping) and all(type(key) in (str, int) for key in value):
        items = [[key, _encoded(item, f"{place}/{key}", arrays)] for key, item in value.items()]
        return ["dict", items]
    if isinstance(value, (list, tuple)):
        items = [_encoded(item, f"{place}/{k}", arrays) for k, item in enumerate(value)]
        return ["tuple" if isinstance(value, tuple) else "list", items]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if callable(getattr(value, "state_dict", None)):  # a model, an optimizer
        raise TypeError(
            f"save: cannot write the {type(value).__name__} at {place or 'the top'}, only what it "
            "holds: pass its .state_dict()"
        )
    raise _cannot_write("save", type(value).__name__, place)


# What becomes of an array: itself, a number, a tensor, one that requires a gradient.
_LEAVES: dict[str, Callable[[Array], Any]] = {
    "array": lambda array: array,
    "scalar": lambda array: array[()],
    "tensor": from_numpy,
    "leaf": lambda array: from_numpy(array).requires_grad_(),
}


def _decoded(tree: Any, arrays: dict[str, Array]) -> Any:
    """Undo `_encoded`; each array belongs to one place, and is taken out of ``arrays``."""
    if not isinstance(tree, list):
        return tree
    kind, content = tree
    if kind in _LEAVES:
        return _LEAVES[kind](arrays.pop(content))
    if kind not in ("dict", "list", "tuple") or not isinstance(content, list):
        raise ValueError(f"a container of the unknown kind {kind!r}")
    if kind != "dict":
        items = [_decoded(item, arrays) for item in content]
        return items if kind == "list" else tuple(items)
    decoded = {key: _decoded(item, arrays) for key, item in content}
    if len(decoded) < len(content) or any(type(key) not in (str, int) for key in decoded):
        raise ValueError("a dict has a key twice, or one that is no string or integer")
    return decoded


def _plain(owner: str, array: Array, place: str) -> Array:
    """Return the array as it is written, little-endian."""
    if not is_plain(array.dtype):
        raise _cannot_write(owner, f"array of {array.dtype.name}", place)
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def _cannot_write(owner: str, what: str, place: str) -> TypeError:
    return TypeError(
        f"{owner}: cannot write the {what} at {place or 'the top'}; a state may hold dicts with "
        "keys that are strings or integers, lists, tuples, arrays of numbers (of 64 bits at most) "
        "or strings, numbers, strings and None"
    )
