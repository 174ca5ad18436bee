"""One file for a model: what it holds, and that it is there whole or not at all."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tinygrad_edu as tg
from tests.interrupts import interrupted_everywhere
from tinygrad_edu import nn
from tinygrad_edu.data.npz import read_npz
from tinygrad_edu.train import files, read_model, save_model


def _model() -> nn.Sequential:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    model(tg.tensor(np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)))
    return model


def test_round_trip(tmp_path: Path) -> None:
    model = _model()
    config = {"sizes": [3, 4, 2], "name": "größe", "deep": {"p": 0.5, "none": None}}
    path = save_model(tmp_path / "model.npz", model, config)
    assert path == tmp_path / "model.npz"
    saved = read_model(path)
    assert saved.config == config
    state = model.state_dict()
    assert list(saved.state) == list(state)
    for name, array in state.items():
        assert saved.state[name].dtype == array.dtype
        np.testing.assert_array_equal(saved.state[name], array)
    other = _model()
    other.load_state_dict(saved.state)
    x = tg.tensor([[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(other.eval()(x).value, model.eval()(x).value)


def test_no_configuration(tmp_path: Path) -> None:
    assert read_model(save_model(str(tmp_path / "model"), nn.Linear(2, 1))).config == {}
    assert os.listdir(tmp_path) == ["model"]


def test_names_of_the_state_cannot_meet_those_of_the_file(tmp_path: Path) -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.config = nn.Parameter(tg.tensor([1.0, 2.0]))

    saved = read_model(save_model(tmp_path / "m.npz", Net(), {"a": 1}))
    assert saved.config == {"a": 1}
    np.testing.assert_array_equal(saved.state["config"], [1.0, 2.0])


def test_failure_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_model(tmp_path / "model.npz", _model(), {"version": 1})
    before = path.read_bytes()

    def half(file: Any, **arrays: Any) -> None:
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", half)
    with pytest.raises(OSError, match="no space left"):
        save_model(path, _model(), {"version": 2})
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


def test_configuration_that_json_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        save_model(tmp_path / "model.npz", _model(), {"x": object()})
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("wrong", [-1, 0, "x", [], np.zeros(2), {1}])
def test_what_is_no_model_and_no_configuration(tmp_path: Path, wrong: Any) -> None:
    with pytest.raises(TypeError, match="save_model: model must be a Module, received"):
        save_model(tmp_path / "x", wrong)
    with pytest.raises(TypeError, match="save_model: config must be a dict, received"):
        save_model(tmp_path / "x", nn.Linear(2, 1), wrong)
    assert not os.listdir(tmp_path)


def test_damaged_files(tmp_path: Path) -> None:
    path = save_model(tmp_path / "model.npz", _model())
    whole = path.read_bytes()
    for wrong in (b"", b"no archive", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"model\.npz is damaged or was not written by save_m"):
            read_model(path)
    np.savez(path, weight=np.zeros(3))
    with pytest.raises(ValueError, match=r"not written by save_model \(it is a plain \.npz file"):
        read_model(path)
    np.savez(path, config=np.array({"a": 1}, dtype=object))
    with pytest.raises(ValueError, match=r"save_model \('config\.npy' holds another kind of array"):
        read_model(path)
    with pytest.raises(FileNotFoundError):
        read_model(tmp_path / "nothing.npz")


# ---- state dicts of anything


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, (np.ndarray, np.generic)):
        return type(a) is type(b) and a.dtype == b.dtype and np.array_equal(a, b)
    return type(a) is type(b) and repr(a) == repr(b)


def test_any_state_comes_back(tmp_path: Path) -> None:
    state = {
        "file": np.arange(6, dtype=np.float32).reshape(2, 3),
        "allow_pickle": np.array(3, np.int8),
        "tree": {0: np.zeros((0, 2)), "größe/a": [1, -2.5, (True, None, ())], "": {}},
        "betas": (0.9, 0.1 + 0.2, float("inf"), float("nan")),
        "scalar": np.float32(0.1),
        "list": ["array", "0"],
    }
    tg.save(state, tmp_path / "state.npz")
    assert _same(state, tg.load(str(tmp_path / "state.npz")))
    tg.save(tg.tensor([1.0, 2.0], requires_grad=True), tmp_path / "one")
    assert tg.load(tmp_path / "one").tolist() == [1.0, 2.0]
    assert sorted(os.listdir(tmp_path)) == ["one", "state.npz"]


def test_training_goes_on_from_a_saved_state(tmp_path: Path) -> None:
    x = tg.tensor(np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32))

    def made() -> Any:
        net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
        optimizer = tg.optim.Adam(net.parameters(), lr=0.1, amsgrad=True)
        return net, optimizer, tg.optim.lr_scheduler.StepLR(optimizer, 2)

    def train(net: Any, optimizer: Any, schedule: Any) -> None:
        for _ in range(3):
            optimizer.zero_grad()
            (net(x) ** 2).mean().backward()
            optimizer.step()
            schedule.step()

    straight, resumed = made(), made()
    train(*straight)
    tg.save([part.state_dict() for part in straight], tmp_path / "checkpoint.npz")
    train(*straight)
    for part, state in zip(resumed, tg.load(tmp_path / "checkpoint.npz"), strict=True):
        part.load_state_dict(state)
    train(*resumed)
    for a, b in zip(straight[0].parameters(), resumed[0].parameters(), strict=True):
        np.testing.assert_array_equal(a.value, b.value)


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ({"a": [0, {1: object()}]}, "the object at /a/1/1"),
        ({"a": {2.5: 1}}, "the dict at /a"),
        (np.array([None]), "the array of object at the top"),
        ({"a": np.longdouble(1)}, f"the array of {np.dtype(np.longdouble)} at /a"),
        ({"f": print}, "the builtin_function_or_method at /f"),
    ],
)
def test_what_cannot_be_saved(tmp_path: Path, state: Any, place: str) -> None:
    with pytest.raises(TypeError, match=f"save: cannot write {place}; a state may hold"):
        tg.save(state, tmp_path / "state.npz")
    assert not os.listdir(tmp_path)


def test_load_refuses_other_files(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    tg.save({"a": np.arange(100)}, path)
    whole = path.read_bytes()
    for wrong in (b"", b"no archive", whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"x\.npz is damaged or was not written by save \("):
            tg.load(path)
    save_model(path, nn.Linear(2, 1))
    with pytest.raises(
        ValueError, match=r"not written by save \(it is a model of train\.save_model"
    ):
        tg.load(path)
    tg.save({}, path)
    with pytest.raises(ValueError, match=r"save_model \(it is a state of tg\.save: tg\.load reads"):
        read_model(path)
    with pytest.raises(FileNotFoundError):
        tg.load(tmp_path / "nothing.npz")


# ---- files of others, and hostile ones


def _zip(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def _npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def _npz(**arrays: Any) -> bytes:
    return _zip(*((f"{name}.npy", _npy(array)) for name, array in arrays.items()))


def _tree(tree: Any, **arrays: Any) -> bytes:
    return _npz(**arrays, tree=np.array(json.dumps(tree)))


SAFETENSORS = struct.pack(
    "<Q", 60
) + b'{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.ljust(64)
FOREIGN = {
    "a PyTorch file; with PyTorch, two lines convert it: state = torch.load": _zip(
        ("archive/data.pkl", b"x"), ("archive/data/0", b"y")
    ),
    "a pickle, which can run code: a PyTorch file": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
    "a pickle, which can run code: if you trust it, pickle.load": pickle.dumps({"w": [1.0]}),
    "one array (.npy): numpy.load reads it": _npy(np.zeros(3)),
    "a plain .npz file: numpy.load reads it": _npz(weight=np.zeros(3)),
    "compressed with gzip: unpack it first": gzip.compress(b"x"),
    "an HDF5 file: h5py": b"\x89HDF\r\n\x1a\n" + bytes(8),
    "empty": b"",
    "a text file": '{"größe": [1, 2]}\n'.encode(),
    "a zip archive of 'readme.md'": _zip(("readme.md", b"x")),
}


@pytest.mark.parametrize("what", FOREIGN)
@pytest.mark.parametrize("read", [tg.load, read_model])
def test_says_what_another_file_is(tmp_path: Path, what: str, read: Any) -> None:
    path = tmp_path / "x"
    path.write_bytes(FOREIGN[what])
    for source in (path, io.BytesIO(FOREIGN[what])):
        with pytest.raises(ValueError, match="written by save") as caught:
            read(source)
        assert f"it is {what}" in str(caught.value)
        assert "allow_pickle" not in str(caught.value)


def test_safetensors_both_ways(tmp_path: Path) -> None:
    library = pytest.importorskip("safetensors.numpy")
    net, path = tg.nn.Linear(3, 2), tmp_path / "net.safetensors"
    tg.save(net.state_dict(), path)
    theirs = library.load_file(path)
    again = tg.nn.Linear(3, 2)
    for source in (path, io.BytesIO(path.read_bytes())):
        again.load_state_dict(tg.load(source))
    for name, tensor in net.state_dict().items():
        np.testing.assert_array_equal(theirs[name], tensor.value)
        np.testing.assert_array_equal(again.state_dict()[name].value, tensor.value)
    library.save_file({"w": np.arange(3.0)}, path)
    assert tg.load(path)["w"].tolist() == [0.0, 1.0, 2.0]
    with pytest.raises(ValueError, match=r"a safetensors file: tg\.load"):
        read_model(path)
    with pytest.raises(TypeError, match="holds one dict of names and tensors"):
        tg.save({"epoch": 3}, path)
    path.write_bytes(SAFETENSORS[:70])
    with pytest.raises(ValueError, match="a damaged safetensors file"):
        tg.load(path)


def _header(text: str) -> bytes:
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text.encode()


def _claims(shape: str, descr: str = "'<f8'") -> bytes:
    header = _header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n")
    return _zip(("0.npy", header + bytes(8)), ("tree.npy", _npy(np.array('["array", "0"]'))))


def _flagged(content: bytes, offset: int, value: int) -> bytes:
    """The archive with a byte of its first central record set."""
    at = content.index(b"PK\x01\x02") + offset
    return content[:at] + bytes([value]) + content[at + 1 :]


GOOD = _tree(["array", "0"], **{"0": np.arange(3.0)})
HOSTILE = {
    "shape of 10**13": _claims("(10000000000000,)"),
    "shape of 10**30": _claims("(1" + 30 * "0" + ",)"),
    "shape of 10**30 and nothing": _claims("(1" + 30 * "0" + ", 0)"),
    "many dimensions": _claims("(" + "1, " * 100 + ")"),
    "brackets": _claims("(" * 3000),
    "no items": _claims("(1000000000,)", "'<U0'"),
    "structured": _claims("(1,)", "[('a', '<f8')]"),
    "objects": _claims("(1,)", "'|O'"),
    "dates": _claims("(1,)", "'<M8[s]'"),
    "void": _claims("(1,)", "'|V8'"),
    "big-endian": _claims("(1,)", "'>f8'"),
    "longdouble": _claims("(1,)", "'<f16'"),
    "compressed": _zip(
        ("tree.npy", _npy(np.array("{}" + " " * (1 << 20)))), method=zipfile.ZIP_DEFLATED
    ),
    "encrypted": _flagged(GOOD, 8, 1),
    "of zip version 10.9": _flagged(GOOD, 6, 109),
    "an unknown compression": _flagged(GOOD, 10, 99),
    "a key twice": _tree(["dict", [["a", 1], ["a", 2]]]),
    "a key of null": _tree(["dict", [[None, 1]]]),
    "a key that is a list": _tree(["dict", [[[], 1]]]),
    "an unknown kind": _tree(["set", [1]]),
    "a list of letters": _tree(["list", "abc"]),
    "one thing too many": _tree(["list", [1], 2]),
    "an array named twice": _tree(["list", 2 * [["array", "0"]]], **{"0": np.zeros(3)}),
    "an array that is missing": _tree(["array", "0"]),
    "an array that nobody names": _tree(["list", []], **{"0": np.zeros(3)}),
    "an array that is no scalar": _tree(["scalar", ["0"]], **{"0": np.zeros(3)}),
    "a tree of numbers": _npz(tree=np.array(5)),
    "a tree that is no JSON": _npz(tree=np.array("{")),
    "a deep tree": _npz(tree=np.array("[" * 100_000)),
    "an entry that is no array": _zip(("tree.npy", _npy(np.array("{}"))), ("run.py", b"x")),
    "pickled objects": _zip(
        ("tree.npy", _npy(np.array("{}"))), ("0.npy", b"cos\nsystem\n(S'x'\ntR.")
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_states_are_refused(tmp_path: Path, what: str) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(HOSTILE[what])
    with pytest.raises(ValueError, match=r"x\.npz is damaged or was not written by save \("):
        tg.load(path)


def test_an_entry_of_another_name_is_not_dropped(tmp_path: Path) -> None:
    path = save_model(tmp_path / "x.npz", nn.Linear(2, 1))
    path.write_bytes(path.read_bytes().replace(b"state/weight", b"staue/weight"))
    with pytest.raises(ValueError, match=r"save_model \(its entry 'staue/weight' is unknown\)"):
        read_model(path)
    path.write_bytes(_npz(config=np.array("[1]")))
    with pytest.raises(ValueError, match=r"save_model \(its config is a list, not a dict\)"):
        read_model(path)


def test_overlapping_members_are_refused() -> None:
    """One block of a file, named by many entries of the directory, would be read for each."""
    content = _tree(["list", []], **{"0": np.zeros(1000)})
    start, end = content.index(b"PK\x01\x02"), content.index(b"PK\x05\x06")
    again = content[start : start + 46 + 5].replace(b"0.npy", b"1.npy")
    tail = bytearray(content[end:])
    tail[8:10] = tail[10:12] = struct.pack("<H", 3)
    tail[12:16] = struct.pack("<I", end - start + len(again))
    hostile = content[:end] + again + bytes(tail)
    with pytest.raises(ValueError, match="its entries do not fill it"):
        tg.load(io.BytesIO(hostile))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_entry_that_is_there_twice() -> None:
    hostile = _zip(("tree.npy", _npy(np.array("[]"))), ("tree.npy", _npy(np.array("{}"))))
    with pytest.raises(ValueError, match=r"\(an entry is there twice\)"):
        tg.load(io.BytesIO(hostile))


def test_an_entry_that_is_shorter_than_it_says() -> None:
    """Compressed, as the embedded digits are: the rest would be whatever was in memory."""
    npy = _npy(np.arange(100, dtype=np.uint8))
    content = bytearray(_zip(("a.npy", npy[:-50]), method=zipfile.ZIP_DEFLATED))
    for place in (22, content.index(b"PK\x01\x02") + 24):
        content[place : place + 4] = struct.pack("<I", len(npy))
    with pytest.raises((ValueError, EOFError), match=r"'a\.npy' ends too early"):
        read_npz(io.BytesIO(content), unpacked=1000)


def test_an_entry_that_the_directory_hides_is_missed() -> None:
    """One wrong byte makes the next record of the directory a comment, and no checksum is wrong."""
    buffer = io.BytesIO()
    save_model(buffer, nn.Linear(2, 1))
    content = buffer.getvalue()
    first = content.index(b"PK\x01\x02")
    length = content.index(b"PK\x01\x02", first + 1) - first
    hidden = content[: first + 32] + bytes([length - 2]) + content[first + 33 :]
    with pytest.raises(ValueError, match="its entries do not fill it"):
        read_model(io.BytesIO(hidden))


def test_disk_trouble_is_not_called_damage(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "bad sector")

    class BrokenLater(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() == 0:  # the first entry, after the directory
                raise OSError(5, "bad sector")
            return super().read(size)

    with pytest.raises(OSError, match="bad sector"):
        tg.load(Broken(GOOD))
    with pytest.raises(OSError, match="bad sector"):
        tg.load(BrokenLater(GOOD))
    with pytest.raises(IsADirectoryError):
        tg.load(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ValueError, match="pipe: is no regular file"):
        tg.load(tmp_path / "pipe")


# ---- how files are written


def test_open_files_and_bytes_in_memory(tmp_path: Path) -> None:
    memory = io.BytesIO()
    tg.save({"a": np.arange(3)}, memory)
    assert tg.load(memory)["a"].tolist() == [0, 1, 2]
    with open(tmp_path / "x", "wb+") as file:
        assert save_model(file, nn.Linear(2, 1)) is file
        assert list(read_model(file).state) == ["weight", "bias"]
        assert not file.closed
    for read in (tg.load, read_model):
        with pytest.raises(TypeError, match="the file must be open in binary mode"):
            read(io.StringIO())
    with pytest.raises(TypeError, match="save: the file must be open in binary mode"):
        tg.save({}, io.StringIO())


@pytest.mark.parametrize("path", [None, -1, 1.5, b"x", ["x"]])
def test_what_is_no_path(path: Any) -> None:
    with pytest.raises(TypeError, match="load: path must be a string or a Path, received"):
        tg.load(path)
    with pytest.raises(TypeError, match="read_model: path must be a string or a Path, received"):
        read_model(path)
    with pytest.raises(TypeError, match="save: path must be a string or a Path, received"):
        tg.save({}, path)


def test_a_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"^there is no folder nodir, so x\.npz cannot be"):
        tg.save({}, "nodir/x.npz")
    Path("file").touch()
    with pytest.raises(NotADirectoryError, match=r"^there is no folder file, so x\.npz cannot be"):
        tg.save({}, "file/x.npz")
    Path("folder").mkdir()
    with pytest.raises(IsADirectoryError, match="'folder'"):
        tg.save({}, "folder")
    with pytest.raises(OSError, match=r"too long: .*/x{300}'$"):
        tg.save({}, tmp_path / (300 * "x"))
    assert sorted(os.listdir()) == ["file", "folder"]


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    before = os.umask(0o027)
    try:
        tg.save({}, path)
        assert path.stat().st_mode & 0o777 == 0o640
        path.chmod(0o604)
        tg.save({}, path)
        assert path.stat().st_mode & 0o777 == 0o604
    finally:
        os.umask(before)


def test_an_error_names_the_file_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(PermissionError, match=r"Permission denied: '.*/x\.npz'$"):
        tg.save({}, tmp_path / "x.npz")


def test_a_symbolic_link_stays(tmp_path: Path) -> None:
    (tmp_path / "target.npz").touch()
    (tmp_path / "link.npz").symlink_to("target.npz")
    tg.save({"a": 1}, tmp_path / "link.npz")
    assert (tmp_path / "link.npz").is_symlink()
    assert tg.load(tmp_path / "target.npz") == {"a": 1}


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="there is no such device")
def test_a_device_is_not_replaced() -> None:
    tg.save({}, "/dev/null")
    assert not os.path.isfile("/dev/null")


def test_an_interrupt_stays_one_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it comes: while writing, right after the renaming, or while tidying up."""
    path = tmp_path / "x.npz"
    tg.save({"version": 1}, path)

    def interrupted(*args: Any, **options: Any) -> None:
        raise KeyboardInterrupt

    replace = os.replace
    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tg.save({"version": 2}, path)
    assert tg.load(path) == {"version": 1}
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "replace", lambda *names: interrupted(replace(*names)))
        with pytest.raises(KeyboardInterrupt):
            tg.save({"version": 3}, path)
    assert tg.load(path) == {"version": 3}
    with monkeypatch.context() as patch:
        unlink, calls = Path.unlink, iter([True])

        def once(self: Path, missing_ok: bool = False) -> None:
            if next(calls, False):
                raise KeyboardInterrupt
            unlink(self, missing_ok)

        patch.setattr(Path, "unlink", once)
        patch.setattr(files.os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tg.save({"version": 4}, path)
    assert os.listdir(tmp_path) == ["x.npz"]


# Between `open` and `with` the file is closed by nobody but its reference count.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_at_any_place_of_ours(tmp_path: Path) -> None:
    """At each bytecode of `save`: the old file or the new one, no other file, and the interrupt."""
    path = tmp_path / "x.npz"
    tg.save({"a": 1}, path)
    rounds = 0
    for was_interrupted in interrupted_everywhere(lambda: tg.save({"a": 2}, path)):
        assert os.listdir(tmp_path) == ["x.npz"]
        saved = tg.load(path)
        assert saved == {"a": 2} or (saved == {"a": 1} and was_interrupted)
        tg.save({"a": 1}, path)
        rounds += 1
    assert rounds > 200


def test_an_interrupt_is_not_hidden_by_what_fails_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_to_close(*args: Any, **options: Any) -> None:
        try:
            try:
                raise KeyboardInterrupt
            finally:
                raise AttributeError("'ZipFile' object has no attribute '_writing'")
        finally:
            raise ValueError("Can't close the ZIP file")

    monkeypatch.setattr(np, "savez", fails_to_close)
    with pytest.raises(KeyboardInterrupt):
        tg.save({}, tmp_path / "x.npz")


def test_big_endian_and_empty_strings_come_back(tmp_path: Path) -> None:
    state = [np.arange(3, dtype=">f4"), np.str_(""), np.zeros((2, 3), order="F")]
    tg.save(state, tmp_path / "x")
    back = tg.load(tmp_path / "x")
    assert back[0].dtype == np.float32
    assert back[0].tolist() == [0, 1, 2]
    assert back[1] == ""
    assert back[2].shape == (2, 3)
    assert back[2].flags.f_contiguous
    assert back[2].flags.writeable


def test_a_state_that_holds_itself(tmp_path: Path) -> None:
    state: list[Any] = []
    state.append(state)
    with pytest.raises(ValueError, match="save: the state is nested too deep, or holds itself"):
        tg.save(state, tmp_path / "x")
    assert not os.listdir(tmp_path)
