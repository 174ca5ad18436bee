"""Downloads from a server on this machine: whole and verified, or an error and nothing left."""

from __future__ import annotations

import gzip
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.data.helpers import Answer, serving, sha256, tiny_cifar, tiny_mnist, whole
from tinygrad_edu.data import data_home, download
from tinygrad_edu.data.download import RemoteFile, _os_cache, check_url

CONTENT = bytes(range(256)) * 40
FILE = "a.gz"


def remote(*urls: str, content: bytes = CONTENT) -> RemoteFile:
    return RemoteFile(FILE, len(content), sha256(content), urls)


def test_a_file_arrives(tmp_path: Path) -> None:
    with serving({"/a.gz": whole(CONTENT)}) as (url, asked):
        path = download.download(remote(url + FILE), tmp_path / "new" / "folder")
        assert path == tmp_path / "new" / "folder" / FILE
        assert path.read_bytes() == CONTENT
        assert path.stat().st_mode & 0o044 == 0o044  # others may read it
        download.download(remote(url + FILE), path.parent)
        assert asked == ["/a.gz"]


def _stall(handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(CONTENT)))
    handler.end_headers()
    handler.wfile.write(CONTENT[:1000])
    handler.wfile.flush()
    time.sleep(0.6)


def _endless(handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(10_000):
        handler.wfile.write(CONTENT)


def _cut(handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(CONTENT)))
    handler.end_headers()
    handler.wfile.write(CONTENT[:5000])
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def _hang_up(handler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def redirect(target: str) -> Answer:
    return whole(b"", status=302, Location=target)


FAILURES: dict[str, tuple[Answer, str]] = {
    "wrong content": (whole(CONTENT[:-1] + b"?"), "SHA256|hash"),
    "html": (whole(b"<html>please log in</html>", Content_Type="text/html"), "SHA256|hash"),
    "empty": (whole(b""), "SHA256|hash"),
    "not found": (whole(b"gone", status=404), "404"),
    "overloaded": (whole(b"later", status=503), "503"),
    "cut": (_cut, "IncompleteRead|broken"),
    "hang up": (_hang_up, "Connection aborted|Remote"),
    "stall": (_stall, "timed out"),
    "endless": (_endless, "sends more than 12288 bytes"),
    "promises too much": (whole(CONTENT, Content_Length="99999"), "IncompleteRead|timed out"),
    "promises too little": (whole(CONTENT, Content_Length="100"), "SHA256|hash"),
    "promises nonsense": (whole(CONTENT, Content_Length="many"), "many|hash"),
    "packed on the way": (whole(gzip.compress(CONTENT), Content_Encoding="br"), "SHA256|hash"),
    "redirect in a circle": (redirect("/a.gz"), "redirect"),
    "redirect to a file": (redirect("file:///etc/passwd"), "only https addresses"),
    "redirect with password": (redirect("https://me:secret@localhost/"), "user name or password"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAILURES)
def test_failures_leave_nothing(tmp_path: Path, monkeypatch, case: str) -> None:
    if case == "stall":
        monkeypatch.setattr(download, "TIMEOUT", 0.3)
    answer, words = FAILURES[case]
    with (
        serving({"/a.gz": answer}) as (url, _),
        pytest.raises(ConnectionError, match=words) as caught,
    ):
        download.download(remote(url + FILE), tmp_path)
    message = str(caught.value)
    for part in (url + FILE, str(tmp_path / FILE), sha256(CONTENT), "load_digits()"):
        assert part in message
    assert "secret" not in message
    assert list(tmp_path.iterdir()) == []


def test_truncated_at_any_byte(tmp_path: Path) -> None:
    content = CONTENT[:60]
    answers = {f"/{n}": whole(content[:n]) for n in range(60)}
    with serving(answers) as (url, asked):
        with pytest.raises(ConnectionError):
            download.download(remote(*(f"{url}{n}" for n in range(60)), content=content), tmp_path)
        assert len(asked) == 60
    assert list(tmp_path.iterdir()) == []


def test_a_dead_server_and_the_next_mirror(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(ConnectionError, match=f"{dead}a.gz: "):
        download.download(remote(dead + FILE), tmp_path)
    with serving({"/bad": whole(b"?"), "/good": whole(CONTENT)}) as (url, asked):
        mirrors = dead + FILE, "ftp://localhost/a.gz", url + "bad", url + "good", url + "never"
        assert download.download(remote(*mirrors), tmp_path).read_bytes() == CONTENT
        assert asked == ["/bad", "/good"]


def test_nothing_may_be_packed_on_the_way(tmp_path: Path) -> None:
    def eager(handler) -> None:
        packs = "gzip" in handler.headers.get("Accept-Encoding", "")
        headers = {"Content_Encoding": "gzip"} if packs else {}
        whole(CONTENT, **headers)(handler)

    with serving({"/a.gz": eager}) as (url, _):
        assert download.download(remote(url + FILE), tmp_path).read_bytes() == CONTENT


def test_redirects_are_followed(tmp_path: Path) -> None:
    with serving({"/a": redirect("b"), "/b": whole(CONTENT)}) as (url, _):
        assert download.download(remote(url + "a"), tmp_path).read_bytes() == CONTENT


def test_eight_at_once(tmp_path: Path) -> None:
    with serving({"/a.gz": whole(CONTENT)}) as (url, _), ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: download.download(remote(url + FILE), tmp_path), range(8)))
    assert set(paths) == {tmp_path / FILE}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert paths[0].read_bytes() == CONTENT


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        serving({"/a.gz": whole(CONTENT)}) as (url, _),
        pytest.raises(
            ConnectionError,
            match=r"folder .*folder cannot be made \(.*\); choose another by data_di",
        ),
    ):
        download.download(remote(url + FILE), tmp_path / "file" / "folder")


def test_without_the_extra(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError) as caught:
        download.download(remote("https://localhost/a.gz"), tmp_path)
    message = str(caught.value)
    for part in ('pip install "tinygrad_edu[data]"', "https://localhost/a.gz", "load_digits()"):
        assert part in message


# ---- addresses


@pytest.mark.parametrize(
    ("url", "came_from"),
    [
        ("https://example.org/a", None),
        ("http://example.org/a", None),
        ("https://example.org/a", "http://example.org/a"),
        ("https://example.org/a", "https://other.org/a"),
        ("http://example.org/b", "http://example.org/a"),
        ("http://127.0.0.1:8/b", "http://127.0.0.1:8/a"),
    ],
)
def test_addresses_that_are_fetched(url: str, came_from: str | None) -> None:
    check_url(url, came_from)


@pytest.mark.parametrize(
    ("url", "came_from", "words"),
    [
        ("ftp://example.org/a", None, "only https"),
        ("file:///etc/passwd", None, "only https"),
        ("example.org/a", None, "only https"),
        ("https:///a", None, "only https"),
        ("https://me:word@example.org/a", None, "user name or password"),
        ("https://me@example.org/a", None, "user name or password"),
        ("http://example.org/a", "https://example.org/a", "redirects from https"),
        ("http://127.0.0.1/a", "http://example.org/a", "redirects to this machine"),
    ],
)
def test_addresses_that_are_refused(url: str, came_from: str | None, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        check_url(url, came_from)
    assert "word@" not in str(caught.value)


# ---- data sets


@pytest.mark.parametrize("make", [tiny_mnist, tiny_cifar])
def test_a_data_set_downloads_itself_once(tmp_path: Path, rng, make) -> None:
    tiny = make(rng)
    with serving({f"/{name}": whole(content) for name, content in tiny.files.items()}) as (
        url,
        asked,
    ):
        tiny.kind.files = tuple(
            file._replace(urls=(url + "nothing", url + file.name)) for file in tiny.kind.files
        )
        dataset = tiny.kind()
        first = len(asked)
        assert tiny.kind().images.tobytes() == dataset.images.tobytes()
        assert len(asked) == first
        got = tiny.kind.arrays()
        assert tiny.kind.is_complete()
        done = len(asked)
        assert tiny.kind.fetch() == tiny.kind.path() == data_home() / tiny.kind.name
        assert len(asked) == done == 2 * len(tiny.files)
    assert np.array_equal(dataset.targets, tiny.labels[True])
    assert np.array_equal(got.y_test, tiny.labels[False])


def test_fetch_gets_what_is_missing_and_touches_nothing_else(tmp_path: Path, rng) -> None:
    tiny = tiny_mnist(rng)
    own = tmp_path / "train-labels-idx1-ubyte"
    own.write_bytes(b"my own")
    with serving({f"/{name}": whole(content) for name, content in tiny.files.items()}) as (
        url,
        asked,
    ):
        tiny.kind.files = tuple(file._replace(urls=(url + file.name,)) for file in tiny.kind.files)
        assert not tiny.kind.is_complete(tmp_path)
        tiny.kind.fetch(tmp_path)
    assert own.read_bytes() == b"my own"
    assert len(asked) == 3
    assert not (tmp_path / "tiny" / "train-labels-idx1-ubyte.gz").exists()


def test_offline_the_error_tells_all(tmp_path: Path, rng) -> None:
    tiny = tiny_mnist(rng)  # its address answers nobody
    with pytest.raises(ConnectionError) as caught:
        tiny.kind(tmp_path)
    file = tiny.kind.files[0]
    for part in (file.urls[0], str(tmp_path / "tiny" / file.name), file.sha256, "load_digits()"):
        assert part in str(caught.value)


# ---- the folder


def test_data_home(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TINYGRAD_EDU_DATA", "/from/environment")
    assert data_home("/given") == Path("/given")
    assert data_home("~/x") == Path.home() / "x"
    assert data_home() == Path("/from/environment")
    monkeypatch.setenv("TINYGRAD_EDU_DATA", "")
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    monkeypatch.setattr(sys, "platform", "linux")
    assert data_home() == Path("/xdg/tinygrad_edu")


def test_cache_folder_of_each_system(monkeypatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    assert _os_cache("linux") == Path.home() / ".cache"
    assert _os_cache("darwin") == Path.home() / "Library" / "Caches"
    assert _os_cache("win32") == Path.home() / "AppData" / "Local"
    monkeypatch.setenv("LOCALAPPDATA", "/local")
    assert _os_cache("win32") == Path("/local")
