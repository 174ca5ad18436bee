"""Thousands of damaged files for every reader: `python -m tests.files.mutate 40000`.

Each file is written, damaged at random (bits, cuts, numbers, blocks, bytes before and after), read,
and the outcome is counted. The process may use 400 MB more than it has at the start, and a reader 8
seconds. What comes out is one JSON object.
"""

from __future__ import annotations

import io
import json
import re
import signal
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import tinygrad_edu as tg
from tests.data.helpers import Tiny, gz, idx_bytes, tiny_cifar, tiny_mnist
from tinygrad_edu import nn
from tinygrad_edu.cli import run
from tinygrad_edu.cli.recipe import Recipe
from tinygrad_edu.data import DataFormatError, TrainTest, UnverifiedDataWarning, digits, read_idx
from tinygrad_edu.train import read_model, save_model

MEMORY = 400 << 20
SECONDS = 8


@dataclass(frozen=True)
class Reader:
    """A reader of one kind of file."""

    content: bytes
    read: Callable[[Path], Any]
    errors: tuple[type[Exception], ...]  # those that its documentation names
    checksum: bool = True  # whether the format notices any change of the content
    path: str = "file"
    beside: tuple[tuple[str, bytes], ...] = ()  # files that are not damaged
    pack: Callable[[bytes], bytes] = bytes  # applied to the damaged content
    damage: Callable[[bytes, np.random.Generator], bytes] = lambda base, rng: damaged(base, rng)


# ---- the readers


def _saved(write: Callable[[io.BytesIO], Any]) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _rezip(content: bytes, member: str) -> Callable[[bytes], bytes]:
    """Put damaged bytes in the place of a member, with a checksum that fits."""
    members = _members(content)

    def pack(damaged: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, whole in members.items():
                archive.writestr(name, damaged if name == member else whole)
        return buffer.getvalue()

    return pack


def _rezipped_text(
    content: bytes, member: str, text: str
) -> tuple[bytes, Callable[[bytes], bytes]]:
    pack = _rezip(content, member)

    def packed(damaged: bytes) -> bytes:
        array = np.array(damaged.decode("latin-1"))
        return pack(_saved(lambda file: np.save(file, array)))

    return text.encode(), packed


def _evaluate(path: Path) -> Any:
    result = run.evaluate(str(path))
    return [result.test, result.matrix, *result.trainer.model.state_dict().values()]


def _tiny(tiny: Tiny) -> Callable[[Path], Any]:
    def read(path: Path) -> Any:
        dataset = tiny.kind(path.parent)
        return [dataset.images, dataset.targets]

    return read


def _digits(path: Path) -> Any:
    digits._FILE = path
    images, labels, _ = digits.Digits._read(path, train=True)
    return [images, labels]


def readers() -> dict[str, Reader]:
    """Every reader of files in the package, with a small file for it."""
    rng = np.random.default_rng(0)
    tg.manual_seed(0)
    net = nn.Linear(3, 2)
    optimizer = tg.optim.Adam(net.parameters())
    states = {"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": (3, None, "x")}
    state = _saved(lambda file: tg.save(states, file))
    tree, packed_tree = _rezipped_text(state, "tree.npy", str(np.load(io.BytesIO(state))["tree"]))
    recipe = Recipe(model=(2,), dropout=0.5, lr=0.1)
    model = _saved(lambda file: save_model(file, recipe.build_model(), recipe.to_json()))
    config, packed_config = _rezipped_text(model, "config.npy", json.dumps(recipe.to_json()))
    mnist, cifar = tiny_mnist(rng), tiny_cifar(rng)
    bytes_idx = idx_bytes(rng.integers(0, 256, (5, 4, 3), np.uint8))
    images, labels, *_ = mnist.files.items()
    ((archive, content),) = cifar.files.items()
    saved, data = (ValueError,), (DataFormatError,)
    return {
        "load": Reader(state, tg.load, saved),
        "load, an array with a right checksum": Reader(
            _members(state)["0/net/weight.npy"],
            tg.load,
            saved,
            checksum=False,
            pack=_rezip(state, "0/net/weight.npy"),
        ),
        "load, the tree with a right checksum": Reader(
            tree, tg.load, saved, checksum=False, pack=packed_tree, damage=other_words
        ),
        "read_model": Reader(model, read_model, saved),
        "eval": Reader(model, _evaluate, saved),
        "eval, the recipe with a right checksum": Reader(
            config,
            _evaluate,
            saved,
            checksum=False,
            pack=packed_config,
            damage=other_words,
        ),
        "read_idx": Reader(bytes_idx, read_idx, data, checksum=False),
        "read_idx of floats": Reader(
            idx_bytes(rng.normal(size=(3, 2))), read_idx, data, checksum=False
        ),
        "read_idx of gzip": Reader(gz(bytes_idx), read_idx, data),
        "MNIST, images": Reader(images[1], _tiny(mnist), data, path=images[0], beside=(labels,)),
        "MNIST, labels": Reader(labels[1], _tiny(mnist), data, path=labels[0], beside=(images,)),
        "CIFAR, .tar.gz": Reader(content, _tiny(cifar), data, path=archive),
        "CIFAR, .bin": Reader(
            cifar.bins["batch_1.bin"],
            _tiny(cifar),
            data,
            path="batch_1.bin",
            beside=tuple(list(cifar.bins.items())[1:]),
        ),
        "the embedded digits": Reader(digits._FILE.read_bytes(), _digits, data),
    }


# ---- damage


def damaged(base: bytes, rng: np.random.Generator) -> bytes:
    """One of many ways to damage a file."""
    n = len(base)
    a, b, c = (int(k) for k in sorted(rng.integers(0, n + 1, size=3)))
    noise = rng.bytes(int(rng.integers(1, 9)))
    at = int(rng.integers(n))
    match int(rng.integers(12)):
        case 0 | 1 | 2 | 3 | 4:  # a bit
            return base[:at] + bytes([base[at] ^ (1 << int(rng.integers(8)))]) + base[at + 1 :]
        case 5 | 6:
            return base[:at]
        case 7:  # a telling number, in one of both orders
            width = 1 << int(rng.integers(4))
            top = 1 << (8 * width)
            number = (0, 1, top // 2 - 1, top // 2, top - 1)[int(rng.integers(5))]
            return _over(base, at, number.to_bytes(width, ["big", "little"][int(rng.integers(2))]))
        case 8:
            return _over(base, at, noise)
        case 9:
            return base[:a] + base[b:] if rng.integers(2) else base[:a] + noise + base[a:]
        case 10:
            return base[:a] + base[b:c] + base[a:b] + base[c:]
        case _:
            return noise + base if rng.integers(2) else base + noise


TOKENS = (
    *("0", "1", "-1", "2", "1.5", "1e999", "NaN", "null", "true", "false", '""', '"x"', '"none"'),
    *("[]", "[1]", "{}", "[[]]", "1" + 30 * "0", "1" + 5000 * "0", 2000 * "[", '"digits"', '"sgd"'),
    *('"list"', '"dict"', '"array"', '"scalar"', '"tuple"', '"0/net/weight"'),
)


def other_words(base: bytes, rng: np.random.Generator) -> bytes:
    """JSON in which one or two words or numbers are others, or which is damaged."""
    words = re.findall(r'"[^"]*"|[\w.+-]+|\W', base.decode())
    places = [k for k, word in enumerate(words) if word[0] == '"' or word[0].isalnum()]
    if rng.integers(5) == 0:
        return damaged(base, rng)
    for _ in range(int(rng.integers(1, 3))):
        words[places[int(rng.integers(len(places)))]] = TOKENS[int(rng.integers(len(TOKENS)))]
    return "".join(words).encode()


def _over(base: bytes, at: int, content: bytes) -> bytes:
    return base[:at] + content + base[at + len(content) :]


# ---- the outcome


class SlowError(BaseException):
    """A reader takes longer than it may."""


def outcome(reader: Reader, path: Path, original: Any) -> str:
    """Read a file and say in a word what came of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            signal.alarm(SECONDS)
            value = reader.read(path)
        except UnverifiedDataWarning:
            return "warned"
        except reader.errors:
            return "refused"
        except SlowError:
            return "slow"
        except Exception as error:
            return f"undocumented {type(error).__name__}"
        finally:
            signal.alarm(0)
    return "equal" if _same(value, original) else "changed"


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, np.ndarray | np.generic):
        return type(a) is type(b) and a.dtype == b.dtype and np.array_equal(a, b)
    return type(a) is type(b) and repr(a) == repr(b)


def examine(reader: Reader, count: int, seed: int, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Damage the file of a reader many times; yield each outcome and the content."""
    rng = np.random.default_rng(seed)
    path = folder / reader.path
    for name, content in reader.beside:
        (folder / name).write_bytes(content)
    path.write_bytes(reader.pack(reader.content))
    original = reader.read(path)
    for _ in range(count):
        content = reader.pack(reader.damage(reader.content, rng))
        path.write_bytes(content)
        yield outcome(reader, path, original), content


def limit_memory() -> None:
    """Leave this process no more than MEMORY above what it has, where the system can."""
    import resource

    pages = Path("/proc/self/statm")
    if pages.exists():
        used = int(pages.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))


def main(count: int, seed: int = 0) -> dict[str, Any]:
    """Examine ``count`` damaged files, shared out among the readers."""

    def slow(*arguments: object) -> None:
        raise SlowError

    signal.signal(signal.SIGALRM, slow)
    few = np.random.default_rng(0)
    x, y = few.normal(size=(4, 1, 8, 8)).astype(np.float32), np.arange(4)
    run.load = lambda *arguments, **options: TrainTest(x, y, x, y)  # the data are not the subject
    table = readers()
    limit_memory()
    report: dict[str, Any] = {"outcomes": {}, "wrong": [], "seconds": {}}
    for k, (name, reader) in enumerate(table.items()):
        share = count // len(table) + (k < count % len(table))
        found: Counter[str] = Counter()
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            for word, content in examine(reader, share, seed + k, Path(folder)):
                found[word] += 1
                silent = word == "changed" and reader.checksum
                if (silent or word.startswith(("undoc", "slow"))) and len(report["wrong"]) < 20:
                    report["wrong"].append([name, word, content[:200].hex()])
        report["outcomes"][name] = dict(found)
        report["seconds"][name] = round(time.perf_counter() - started, 1)
    return report


if __name__ == "__main__":
    try:
        print(json.dumps(main(*map(int, sys.argv[1:]))))
    except Exception:
        traceback.print_exc()
        raise SystemExit(1) from None
