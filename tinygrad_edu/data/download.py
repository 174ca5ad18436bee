"""Where data files live, and how they get there: pinned by SHA-256, from one of several mirrors."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tinygrad_edu._optional import require
from tinygrad_edu.data.arguments import check_path

__all__ = ["data_home"]

TIMEOUT = 30.0  # seconds, to connect and for each read
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_EMBEDDED = "Without a network, tinygrad_edu.data.load_digits() needs no download."


class RemoteFile(NamedTuple):
    """A file on the network: name, size, SHA-256 as downloaded, and the mirrors to try in turn."""

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...]

    def by_hand(self, folder: Path) -> str:
        """Say how to get the file by hand."""
        return (
            f"To do it by hand, save {self.urls[0]} as {folder / self.name} "
            f"(SHA-256 {self.sha256}). {_EMBEDDED}"
        )


def data_home(data_dir: str | Path | None = None) -> Path:
    """Return the folder of all data sets.

    It is ``data_dir`` if given, else the environment variable ``TINYGRAD_EDU_DATA``, else
    ``tinygrad_edu`` in the system's cache folder: ``~/.cache`` (or ``XDG_CACHE_HOME``),
    ``~/Library/Caches`` on macOS, ``LOCALAPPDATA`` on Windows.

    Examples
    --------
    >>> from tinygrad_edu.data.download import data_home
    >>> data_home("/data").as_posix()
    '/data'
    """
    if data_dir is not None:
        check_path("data_home", data_dir, "data_dir")
    chosen = data_dir or os.environ.get("TINYGRAD_EDU_DATA")
    if chosen:
        return Path(chosen).expanduser()
    return _os_cache(sys.platform) / "tinygrad_edu"


def download(file: RemoteFile, folder: Path) -> Path:
    """Fetch ``file`` into ``folder``; it appears there whole and verified, or not at all.

    The mirrors are tried in turn. What arrives is written under a temporary name, given up when it
    is a fifth larger than it should be, and renamed once its SHA-256 is right. A file that is there
    already is kept if its SHA-256 is right.

    Raises
    ------
    ConnectionError
        If no mirror gives the file. The message says why each failed, and how to fetch the file by
        hand.
    ImportError
        If pooch and tqdm are missing (``pip install "tinygrad_edu[data]"``).
    """
    what = f"downloading {file.name} to {folder}"
    try:
        pooch = require("pooch", extra="data", what=what)
        tqdm = require("tqdm", extra="data", what=what).tqdm
    except ImportError as error:
        raise ImportError(f"{error}. {file.by_hand(folder)}", name=error.name) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConnectionError(
            f"{file.name} was not downloaded: the folder {folder} cannot be made "
            f"({error.strerror}); choose another by data_dir or TINYGRAD_EDU_DATA"
        ) from error
    failures = []
    for url in file.urls:
        pooch.get_logger().info("%s: %.1f MB", file.name, file.size / 1e6)
        try:
            check_url(url)
            _retrieve(url, file, folder, pooch, tqdm)
            # The temporary file was private; a folder of data may be shared by a class.
            (folder / file.name).chmod(0o644)
            return folder / file.name
        except (OSError, ValueError) as error:
            failures.append(f"\n  {url}: {error}")
    raise ConnectionError(
        f"{file.name} could not be downloaded:{''.join(failures)}\n{file.by_hand(folder)}"
    )


def _retrieve(url: str, file: RemoteFile, folder: Path, pooch: Any, tqdm: Any) -> None:
    """Fetch a file from one address, with a progress bar."""
    # disable=None: no bar where stderr is no terminal.
    settings = {"total": file.size, "unit": "B", "unit_scale": True, "disable": None}
    with tqdm(desc=file.name, leave=False, **settings) as bar:
        fetch = pooch.HTTPDownloader(
            progressbar=bar,
            chunk_size=1 << 16,
            timeout=TIMEOUT,
            # The checksum is of the file as stored, so nothing may be unpacked on the way.
            headers={"Accept-Encoding": "identity"},
            hooks={"response": _check_redirect},
        )
        pooch.retrieve(
            url,
            known_hash=f"sha256:{file.sha256}",
            fname=file.name,
            path=folder,
            downloader=_Capped(fetch, file.size + file.size // 5),
        )


def check_url(url: str, came_from: str | None = None) -> None:
    """Refuse an address that is not plain https.

    http is accepted on this machine, and elsewhere only where the mirror list itself says http:
    every file is pinned by its SHA-256, so nobody on the way can change it unnoticed. A redirect
    must not leave https.

    Raises
    ------
    ValueError
        If the scheme is another, the address holds a password, or a redirect goes from https to
        http.
    """
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise ValueError(f"refused: only https addresses are fetched, received {url}")
    if parts.username or parts.password:
        raise ValueError(f"refused: the address of {parts.hostname} holds a user name or password")
    if came_from is None or parts.scheme == "https":
        return
    origin = urlsplit(came_from)
    if origin.scheme == "https":
        raise ValueError(f"refused: {came_from} redirects from https to {url}")
    if parts.hostname in _LOOPBACK and origin.hostname not in _LOOPBACK:
        raise ValueError(f"refused: {came_from} redirects to this machine, {url}")


def _check_redirect(response: Any, *args: object, **kwargs: object) -> None:
    """Look at each redirect before it is followed (a hook of requests)."""
    from urllib.parse import urljoin

    if response.is_redirect:
        check_url(urljoin(response.url, response.headers["location"]), came_from=response.url)


class _Capped:
    """A pooch downloader that gives up on a file that is far too large."""

    def __init__(self, fetch: Any, limit: int) -> None:
        self._fetch = fetch
        self._limit = limit

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        with open(output_file, "wb") as self._file:
            self._fetch(url, self, pooch)

    def write(self, chunk: bytes) -> None:
        if self._file.tell() + len(chunk) > self._limit:
            raise ValueError(f"the server sends more than {self._limit} bytes")
        self._file.write(chunk)

    def flush(self) -> None:
        """Leave the writing to the buffer; pooch asks after every chunk."""


def _os_cache(platform: str) -> Path:
    """Return the folder where the system wants caches."""
    home = Path.home()
    if platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if platform == "darwin":
        return home / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
