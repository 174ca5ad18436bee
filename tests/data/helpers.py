"""Tiny data files, ways to damage them, and a server here that hands them out, or misbehaves."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import IO, ClassVar

import numpy as np
import pytest

from tinygrad_edu.data import DataFormatError, UnverifiedDataWarning
from tinygrad_edu.data.cifar import CifarImages
from tinygrad_edu.data.download import RemoteFile
from tinygrad_edu.data.mnist import IdxImages
from tinygrad_edu.data.streams import unzipped

# ---- files

IDX_CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def idx_bytes(array: np.ndarray) -> bytes:
    header = bytes([0, 0, IDX_CODES[array.dtype.str[1:]], array.ndim])
    sizes = np.array(array.shape, dtype=">u4").tobytes()
    return header + sizes + array.astype(array.dtype.newbyteorder(">")).tobytes()


def gz(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def tar_gz(members: dict[str, bytes]) -> bytes:
    return gz(tar_of([(tarfile.TarInfo(name), content) for name, content in members.items()]))


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]], format: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


class Tiny:
    """A set of the same format as a real one, a few images large: its arrays, files, and class."""

    images: dict[bool, np.ndarray]
    labels: dict[bool, np.ndarray]
    files: dict[str, bytes]  # as downloaded
    kind: type


def tiny_mnist(rng: np.random.Generator, url: str = "http://localhost:1/") -> Tiny:
    """Seven images to train, three to test."""
    tiny = Tiny()
    tiny.images = {
        t: rng.integers(0, 256, (n, 28, 28), np.uint8) for t, n in ((True, 7), (False, 3))
    }
    tiny.labels = {t: rng.integers(0, 10, n, np.uint8) for t, n in ((True, 7), (False, 3))}
    raw = {
        "train-images-idx3-ubyte.gz": idx_bytes(tiny.images[True]),
        "train-labels-idx1-ubyte.gz": idx_bytes(tiny.labels[True]),
        "t10k-images-idx3-ubyte.gz": idx_bytes(tiny.images[False]),
        "t10k-labels-idx1-ubyte.gz": idx_bytes(tiny.labels[False]),
    }
    tiny.files = {name: gz(content) for name, content in raw.items()}

    class TinyMNIST(IdxImages):
        name = "tiny"
        title = "Tiny-MNIST"
        folder = "TinyMNIST"
        shape = (1, 28, 28)
        classes = tuple("0123456789")
        train_size = 7
        test_size = 3
        mean = (0.5,)
        std = (0.25,)
        files = remote_files(tiny.files, url)
        contents = tuple(sha256(content) for content in raw.values())

    tiny.kind = TinyMNIST
    return tiny


def tiny_cifar(
    rng: np.random.Generator, url: str = "http://localhost:1/", label_bytes: tuple[int, ...] = (10,)
) -> Tiny:
    """Two training files of two records and a test file of three."""
    tiny = Tiny()
    tiny.images = {
        t: rng.integers(0, 256, (n, 3, 32, 32), np.uint8) for t, n in ((True, 4), (False, 3))
    }
    labels = {
        t: np.stack([rng.integers(0, k, n) for k in label_bytes], axis=1).astype(np.uint8)
        for t, n in ((True, 4), (False, 3))
    }
    tiny.labels = {t: label[:, -1] for t, label in labels.items()}
    rows = {t: np.hstack([labels[t], tiny.images[t].reshape(len(labels[t]), -1)]) for t in labels}
    bins = {
        "batch_1.bin": rows[True][:2].tobytes(),
        "batch_2.bin": rows[True][2:].tobytes(),
        "test.bin": rows[False].tobytes(),
    }
    members = {f"tiny-bin/{name}": content for name, content in bins.items()}
    tiny.files = {"tiny-binary.tar.gz": tar_gz({"tiny-bin/readme.html": b"hello", **members})}

    class TinyCIFAR(CifarImages):
        name = "tinycifar"
        title = "Tiny-CIFAR"
        folder = "tiny-bin"
        classes = tuple("0123456789")
        train_size = 4
        test_size = 3
        mean = (0.5, 0.25, 0.75)
        std = (0.25, 0.5, 0.125)
        test_files = ("test.bin",)
        contents: ClassVar[dict[str, str]] = {n: sha256(content) for n, content in bins.items()}
        files = remote_files(tiny.files, url)

    TinyCIFAR.label_bytes = label_bytes
    tiny.kind = TinyCIFAR
    tiny.bins = bins
    return tiny


def remote_files(files: dict[str, bytes], url: str) -> tuple[RemoteFile, ...]:
    return tuple(
        RemoteFile(name, len(content), sha256(content), (url + name,))
        for name, content in files.items()
    )


# ---- damage


def mutations(base: bytes, rng: np.random.Generator, random_ones: int) -> Iterator[bytes]:
    """Damage of every usual kind: cuts, flipped bits, telling numbers, moved blocks, noise."""
    yield from (base[:n] for n in range(len(base)))
    for position in range(len(base)):
        for bit in range(8):
            yield _overwrite(base, position, bytes([base[position] ^ (1 << bit)]))
    for width in (1, 2, 4, 8):
        top = 1 << (8 * width)
        for position in range(min(len(base), 32)):
            for number in (0, 1, 2, top // 2 - 1, top // 2, top - 1):
                yield _overwrite(base, position, number.to_bytes(width, "big"))
    for _ in range(random_ones):
        a, b, c = sorted(rng.integers(0, len(base) + 1, size=3))
        noise = rng.bytes(int(rng.integers(1, 9)))
        yield base[:a] + base[b:]
        yield base[:b] + base[a:]
        yield base[:a] + base[b:c] + base[a:b] + base[c:]
        yield _overwrite(base, int(a), noise)
        yield base[:a] + noise + base[a:]
        yield base + noise


def _overwrite(base: bytes, position: int, content: bytes) -> bytes:
    return base[:position] + content + base[position + len(content) :]


# ---- a server

Answer = Callable[[BaseHTTPRequestHandler], None]


def whole(content: bytes, status: int = 200, **headers: str) -> Answer:
    """Answer with this content; `Content_Length` among the headers replaces the true one."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(content))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


@contextmanager
def serving(answers: dict[str, Answer]) -> Iterator[tuple[str, list[str]]]:
    """Serve on the loopback; yields the address and the list of paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer = answers.get(self.path, whole(b"no such file", status=404))
            try:
                answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client gave up, as it should

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class InMemory:
    """Stands in for `open_content` and `sha256_of_file`: thousands of damaged files, no disk."""

    def __init__(self, contents: dict[str, bytes]) -> None:
        self.contents = contents

    @contextmanager
    def open_content(self, path: Path) -> Iterator[IO[bytes]]:
        yield unzipped(io.BytesIO(self.contents[path.name]), path)

    def sha256_of_file(self, path: Path) -> str:
        return sha256(self.contents[path.name])

    def install(self, monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
        monkeypatch.setattr(module, "open_content", self.open_content)
        monkeypatch.setattr(module, "sha256_of_file", self.sha256_of_file)


def outcome(kind: type, root: Path, labels: np.ndarray) -> str:
    """Read the training part: refused, warned about, or, if silent, certainly the original."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            dataset = kind(root)
        except DataFormatError:
            return "refused"
        except UnverifiedDataWarning:
            return "warned"
    return "original" if np.array_equal(dataset.targets, labels) else "silently wrong"
