"""The IDX reader gives the array that was written, or a DataFormatError, and nothing else."""

from __future__ import annotations

import errno
import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tests.data.helpers import gz, idx_bytes, mutations
from tinygrad_edu.data import DataFormatError, read_idx
from tinygrad_edu.data.idx import parse_idx
from tinygrad_edu.data.streams import unzipped

pack = pytest.mark.parametrize("pack", [bytes, gz], ids=["raw", "gzipped"])


@pack
@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i4", "f4", "f8"])
@pytest.mark.parametrize("shape", [(7,), (2, 3), (4, 3, 2), (0, 5)])
def test_reads_what_was_written(tmp_path: Path, rng, pack, dtype, shape) -> None:
    array = (100 * rng.standard_normal(shape)).astype(dtype)
    (tmp_path / "a").write_bytes(pack(idx_bytes(array)))
    got = read_idx(tmp_path / "a")
    assert got.dtype == np.dtype(dtype)
    assert got.dtype.isnative
    assert np.array_equal(got, array)
    assert got.flags.writeable


PATH = Path("some/file")


def _parse(content: bytes) -> object:
    """What `read_idx` does, without a disk."""
    try:
        return parse_idx(unzipped(io.BytesIO(content), PATH), PATH)[0]
    except DataFormatError as error:
        return None if str(error).startswith("some/file: ") else error


def test_damaged_gzipped_files_give_the_original_or_the_error(rng) -> None:
    array = rng.integers(0, 256, (5, 4, 3), np.uint8)
    tried = refused = 0
    for content in mutations(gz(idx_bytes(array)), rng, random_ones=1500):
        got = _parse(content)
        assert got is None or (np.array_equal(got, array) and got.dtype == array.dtype)
        tried += 1
        refused += got is None
    assert tried > 10_000
    assert refused > 0.9 * tried  # what is left are names and dates in gzip's header


def test_damaged_raw_files_give_what_their_header_says_or_the_error(rng) -> None:
    base = idx_bytes(rng.integers(0, 256, (5, 4, 3), np.uint8))
    for content in mutations(base, rng, random_ones=1500):
        got = _parse(content)
        # Only a checksum can notice other elements; a length that fits the header, the reader must.
        assert got is None or idx_bytes(got) == content


@pack
@pytest.mark.parametrize(
    ("content", "problem", "offset"),
    [
        (b"", "truncated header", 0),
        (b"\0\0\x08", "truncated header", 3),
        (b"\0\0\x08\x02\0\0\0\x01", "truncated header", 8),
        (b"\0\1\x08\x01\0\0\0\x01a", "wrong magic number", 0),
        (b"\0\0\x07\x01\0\0\0\x01a", "wrong magic number", 0),
        (b"\0\0\x08\x00a", "wrong magic number", 0),
        (b"<html><body>404</body></html>", "wrong magic number", 0),
        (b"\0\0\x08\x01\0\0\0\x05abcd", "wrong length", 12),
        (b"\0\0\x08\x01\0\0\0\x03abcd", "wrong length", 11),
        (b"\0\0\x08\x03" + b"\xff" * 12, "more than is accepted", 4),
        (b"\0\0\x08\x04" + b"\0" * 4 + b"\xff" * 12, "more than is accepted", 4),
        (b"\0\0\x08\xff" + b"\0\0\0\1" * 255 + b"a", "more than is accepted", 4),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, pack, content, problem, offset) -> None:
    (tmp_path / "a").write_bytes(pack(content))
    with pytest.raises(DataFormatError, match=problem) as caught:
        read_idx(tmp_path / "a")
    assert caught.value.offset == offset
    assert f"at byte {offset}: expected" in str(caught.value)
    assert caught.value.expected is not None


@pytest.mark.parametrize("dims", [(10, 10), (1 << 15, 1 << 14)])
def test_takes_no_more_memory_than_the_content_is_worth(tmp_path: Path, dims) -> None:
    """A bomb that unpacks to 64 MB, and a file that announces half a gigabyte and has nothing."""
    header = b"\0\0\x08\x02" + np.array(dims, ">u4").tobytes()
    elements = bytes(64 << 20) if dims == (10, 10) else b"abc"
    (tmp_path / "a").write_bytes(gz(header + elements))
    del elements
    tracemalloc.start()
    try:
        with pytest.raises(DataFormatError, match="wrong length"):
            read_idx(tmp_path / "a")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


def test_a_small_file_does_not_unpack_to_much(tmp_path: Path) -> None:
    """Zeros shrink a thousand times; 100 times is more than any images do."""
    header = b"\0\0\x08\x01" + np.array(64 << 20, ">u4").tobytes()
    (tmp_path / "a").write_bytes(gz(header + bytes(64 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(
            DataFormatError, match="a: the content is too large: expected at most 16"
        ):
            read_idx(tmp_path / "a")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 24 << 20


@pytest.mark.parametrize("dtype", ["u1", "f8"])
def test_a_large_file_is_held_once(tmp_path: Path, dtype: str) -> None:
    array = np.arange(16 << 20, dtype=np.uint8).view(dtype)
    (tmp_path / "a").write_bytes(idx_bytes(array))
    tracemalloc.start()
    try:
        got = read_idx(tmp_path / "a")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert got.nbytes == 16 << 20
    assert peak < 20 << 20


@pytest.mark.parametrize(
    ("path", "max_bytes", "message"),
    [
        (None, 1, "path must be a string or a Path, received None"),
        (-1, 1, "path must be a string or a Path, received -1"),
        ("a", 1.5, "max_bytes must be an integer >= 0, received 1.5"),
        ("a", None, "max_bytes must be an integer >= 0, received None"),
    ],
)
def test_arguments_of_the_wrong_kind(path, max_bytes, message: str) -> None:
    with pytest.raises(TypeError, match=f"^read_idx: {message}"):
        read_idx(path, max_bytes)


def test_max_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(idx_bytes(np.arange(9, dtype="i4")))
    assert len(read_idx(tmp_path / "a", max_bytes=36)) == 9
    with pytest.raises(DataFormatError, match="at most 35 bytes"):
        read_idx(tmp_path / "a", max_bytes=35)


def test_trouble_of_the_disk_is_not_called_a_damaged_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_idx(tmp_path / "nothing")
    with pytest.raises(IsADirectoryError):
        read_idx(tmp_path)

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, "bad sector")

    with pytest.raises(OSError, match="bad sector"):
        parse_idx(Broken(), PATH)
