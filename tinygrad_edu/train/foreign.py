"""Files of other programs: what they are, and what reads them."""

from __future__ import annotations

from typing import IO

__all__ = ["what_it_is"]

_PYTORCH = (
    "a PyTorch file; with PyTorch, two lines convert it: state = torch.load(path, "
    "weights_only=True) and safetensors.torch.save_file(state, 'weights.safetensors'), which "
    "tg.load reads"
)
_MAGIC = (0x1950A86A20F9469CFC6C).to_bytes(10, "little")
_PICKLE = (
    "a pickle, which can run code: if you trust it, pickle.load(open(path, 'rb')) reads it, and "
    "tg.save writes what it holds"
)
_BEGINNINGS = {
    b"\x93NUMPY": "one array (.npy): numpy.load reads it",
    b"\x89HDF": "an HDF5 file: h5py or Keras reads it",
    b"\x1f\x8b": "compressed with gzip: unpack it first",
}


def what_it_is(file: IO[bytes], writer: str) -> str:
    """Say what another kind of file a file is; "" if it may be a damaged one of ``writer``.

    ``writer`` is ``"save"`` or ``"save_model"``, whose files are archives of ``.npy`` files.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(512)
    for beginning, what in _BEGINNINGS.items():
        if head.startswith(beginning):
            return what
    if head[:1] == b"\x80" and head[1:2] in (b"\2", b"\3", b"\4", b"\5"):
        # PyTorch wrote such files before 1.6; the first number in them is its own.
        return f"a pickle, which can run code: {_PYTORCH}" if _MAGIC in head else _PICKLE
    if head.startswith(b"PK"):
        return _archive(file, writer)
    if head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= size - 8:
        return "a safetensors file: tg.load(path) reads it"
    if not head:
        return "empty"
    text = head.decode("utf-8", "replace").replace("\r", "").replace("\n", "").replace("\t", "")
    return "a text file" if text.isprintable() and "\ufffd" not in text[:-1] else ""


def _archive(file: IO[bytes], writer: str) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except Exception:  # damaged, in one of many ways
        return ""
    own = {"save": "tree.npy", "save_model": "config.npy"}
    if own[writer] in names:
        return ""
    if any(name.endswith("data.pkl") for name in names):
        return _PYTORCH
    if "tree.npy" in names:
        return "a state of tg.save: tg.load reads it"
    if "config.npy" in names and any(name.startswith("state/") for name in names):
        return "a model of train.save_model: train.read_model reads it"
    if names and all(name.endswith(".npy") for name in names):
        return "a plain .npz file: numpy.load reads it, and tg.save writes what it holds"
    return (
        f"a zip archive of {', '.join(repr(name[:60]) for name in sorted(names)[:3]) or 'nothing'}"
    )
