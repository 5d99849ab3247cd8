"""Static files of the hub's pages: its own, and vendored ones from npm packages. Nothing is loaded from another host.

The URL of a file contains the start of its SHA-256, so it can be cached forever and a new file has a new URL.
`make assets` runs this module and fetches missing files.
"""

import gzip
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import brotli
import zstandard
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub import npm
from hub.errors import SetupProblem
from hub.web.accept import parse_accept
from hub.web.responses import not_modified_response

STATIC = Path(__file__).parent / "static"
VENDOR = Path(__file__).parent / "vendor"
PREFIX = "/static"

IMMUTABLE = "public, max-age=31536000, immutable"
_REVALIDATE = "no-cache"
# Only these are served: the examples in the same folder are parts of a page.
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=9),
    "zstd": lambda body: zstandard.ZstdCompressor(level=12).compress(body),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}
"""Best first. Each file is compressed once per process, so slow settings are fine."""
_HASHED_NAME = re.compile(r"(?P<stem>.+)\.(?P<stamp>[0-9a-f]{8})(?P<suffix>\.[a-z0-9]+)")


@dataclass(frozen=True)
class Package:
    """An npm package at an exact version and the files used from it: ``{path inside: (local name, SHA-256)}``."""

    spec: str
    files: dict[str, tuple[str, str]]


# React 18 and GraphiQL 3 are the last versions with UMD builds, which need no bundler. Production builds of React;
# GraphiQL and Swagger UI publish only one build.
PACKAGES = (
    Package(
        "react@18.2.0",
        {
            "umd/react.production.min.js": (
                "vendor/react.js",
                "4b4969fa4ef3594324da2c6d78ce8766fbbc2fd121fff395aedf997db0a99a06",
            ),
        },
    ),
    Package(
        "react-dom@18.2.0",
        {
            "umd/react-dom.production.min.js": (
                "vendor/react-dom.js",
                "21758ed084cd0e37e735722ee4f3957ea960628a29dfa6c3ce1a1d47a2d6e4f7",
            ),
        },
    ),
    Package(
        "graphiql@3.8.3",
        {
            "graphiql.min.js": (
                "vendor/graphiql.js",
                "22faab94067b695e5f7959619fbe686ebcc8955002a0c97d986bcbba4ad4bc2c",
            ),
            "graphiql.min.css": (
                "vendor/graphiql.css",
                "b1868247f8e0502cd869e581f5f3cb55b334862e7f51b1d6cbace11059b9adc2",
            ),
        },
    ),
    Package(
        "@graphiql/plugin-explorer@1.0.2",
        {
            "dist/index.umd.js": (
                "vendor/graphiql-explorer.js",
                "083e37e501d3e3920a60e627b82191af056009124dce82a332e8ac74db6ca38b",
            ),
            "dist/style.css": (
                "vendor/graphiql-explorer.css",
                "762850cb69873400d0ab1737c6158aee91f5c38195bc4a30ee02a3c5d5af4e01",
            ),
        },
    ),
    Package(
        "swagger-ui-dist@5.35.0",
        {
            "swagger-ui-bundle.js": (
                "vendor/swagger-ui.js",
                "e6a898692f2d768e807c3ba4626068a69a2c5dd960dd6c76f3e4d3a3de180af2",
            ),
            "swagger-ui.css": (
                "vendor/swagger-ui.css",
                "5ed08757e53da3e026d6cbecc61fe5d43585c9560b302d534ad56692519a273d",
            ),
        },
    ),
    # The serif of headings, drawn for Vietnamese, too. Without it, browsers use a serif of the system.
    Package(
        "@fontsource-variable/source-serif-4@5.3.1",
        {
            "files/source-serif-4-latin-wght-normal.woff2": (
                "vendor/serif-latin.woff2",
                "382475f38242c52d42a3e5ff8dc69b5d73f10d0d21e4550b5fe232984688779a",
            ),
            "files/source-serif-4-vietnamese-wght-normal.woff2": (
                "vendor/serif-vietnamese.woff2",
                "c3de01b5144e1a2d7e70eeaf66ab92afdedcc4424ed1d7ffc1993a657d1c762a",
            ),
        },
    ),
)
_DIGESTS = {name: digest for package in PACKAGES for name, digest in package.files.values()}


@dataclass(frozen=True)
class Asset:
    """A file in memory, with its SHA-256."""

    body: bytes
    digest: str
    media_type: str

    @lru_cache(maxsize=128)  # noqa: B019 - files are few and live as long as the process
    def compress(self, coding: str) -> bytes:
        """Compress the file. Cached: computed at the first request that accepts this coding."""
        return _COMPRESSORS[coding](self.body)


def fetch_all(report: Callable[[str], None] = lambda line: None) -> None:
    """Fetch all packages with missing files, and report one line about each package. Raises `SetupProblem`."""
    for package in PACKAGES:
        report(_fetch_package(package))


def list_missing(names: Iterable[str] = tuple(_DIGESTS)) -> list[str]:
    """The vendored files (all, or the given ones) that are missing or have another hash than expected."""
    return [name for name in names if _find_asset(name) is None]


def asset_url(name: str) -> str:
    """The URL path of a file: ``asset_url("docs.css")`` is ``/static/docs.<hash>.css``.

    Raises `KeyError` for an unknown file.
    """
    if (digest := _DIGESTS.get(name)) is None:
        asset = _find_asset(name)
        if asset is None:
            raise KeyError(name)
        digest = asset.digest
    stem, dot, suffix = name.rpartition(".")
    return f"{PREFIX}/{stem}.{digest[:8]}{dot}{suffix}"


def load_asset(name: str) -> Asset:
    """Load a file. Raises `KeyError` for an unknown one."""
    found = _find_asset(name)
    if found is None:
        raise KeyError(name)
    return found


async def serve(request: Request) -> Response:
    """Answer ``/static/{name}``: cached forever for a name with the hash, revalidated each time for the plain name."""
    name, stamp = request.path_params["name"], None
    if parts := _HASHED_NAME.fullmatch(name):
        name, stamp = f"{parts['stem']}{parts['suffix']}", parts["stamp"]
    asset = await run_in_threadpool(_find_asset, name)
    # Another hash is another file: new bytes under an old URL would be cached forever.
    if asset is None or stamp not in (None, asset.digest[:8]):
        raise HTTPException(404)
    return await respond(request, asset, IMMUTABLE if stamp else _REVALIDATE)


async def respond(request: Request, asset: Asset, cache_control: str) -> Response:
    """Send a file, compressed as Accept-Encoding allows, or 304 if the client has it."""
    coding = _negotiate_encoding(request.headers.get("accept-encoding", ""), asset)
    headers = {
        "cache-control": cache_control,
        "etag": f'"{asset.digest[:16]}{f"-{coding}" if coding else ""}"',
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
    }
    if (unchanged := not_modified_response(request, headers)) is not None:
        return unchanged
    if coding:
        headers["content-encoding"] = coding
        # Compressing GraphiQL takes a good part of a second, once: not on the event loop.
        body = await run_in_threadpool(asset.compress, coding)
    else:
        body = asset.body
    return Response(body, media_type=asset.media_type, headers=headers)


def _fetch_package(package: Package) -> str:
    """Fetch a package if files of it are missing; returns the line about it."""
    targets = {
        inner: (VENDOR / name.removeprefix("vendor/"), digest) for inner, (name, digest) in package.files.items()
    }
    here = not list_missing(name for name, _ in package.files.values())
    if not here:
        npm.fetch_files(package.spec, targets)
    files = f"{len(targets)} file{'s' if len(targets) > 1 else ''}"
    return f"{package.spec}: {files} {'already here' if here else 'fetched and checked'}"


def _find_asset(name: str) -> Asset | None:
    """A file by its name, or None. Names are looked up, never joined to a path, so traversal is impossible."""
    digest = _DIGESTS.get(name)
    path = VENDOR / name.removeprefix("vendor/") if digest else _own_files().get(name)
    if path is None:
        return None
    try:
        facts = path.stat()
    except OSError:
        return None
    asset = _read(path, facts.st_mtime_ns, facts.st_size)
    return None if digest and asset.digest != digest else asset


@lru_cache(maxsize=1)
def _own_files() -> dict[str, Path]:
    return {
        path.relative_to(STATIC).as_posix(): path
        for path in STATIC.rglob("*")
        if path.suffix in _MEDIA_TYPES and path.is_file()
    }


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> Asset:
    """Read a file. Cached until it changes, so `make assets` takes effect in a running hub."""
    return Asset(path.read_bytes(), npm.file_sha256(path), _MEDIA_TYPES[path.suffix])


def _negotiate_encoding(accepted: str, asset: Asset) -> str | None:
    """The best content coding that the client accepts; None for uncompressed."""
    if asset.media_type.startswith(("font/", _MEDIA_TYPES[".ico"])):
        return None  # compressed already
    weights = dict(parse_accept(accepted))
    return next((coding for coding in _COMPRESSORS if weights.get(coding, weights.get("*", 0.0)) > 0), None)


def main() -> int:
    """Fetch missing files and print a line per package (`make assets`); exit code 1 with the problem if one fails."""
    try:
        fetch_all(partial(print, flush=True))
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
