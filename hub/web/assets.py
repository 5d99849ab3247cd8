"""Scripts and styles of the hub's pages: our own, and other people's out of npm packages. No other host serves any.

A file is asked for under an address that carries the start of its SHA-256, so it can be kept for ever and a new one
is a new address. `make assets` runs this module and fetches what is missing.
"""

import gzip
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
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
# Only these leave the folder: the examples beside our files are parts of a page, not files of their own.
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=9),
    "zstd": lambda body: zstandard.ZstdCompressor(level=12).compress(body),
    "gzip": lambda body: gzip.compress(body, 9, mtime=0),
}
"""Best first. Packed once for all readers, so it may take its time."""
_HASHED_NAME = re.compile(r"(?P<stem>.+)\.(?P<stamp>[0-9a-f]{8})(?P<suffix>\.[a-z0-9]+)")


@dataclass(frozen=True)
class Package:
    """An exact npm package and the files the hub takes from it: ``{path inside: (our name, SHA-256)}``."""

    spec: str
    files: dict[str, tuple[str, str]]


# React 18 and GraphiQL 3 are the last ones with UMD builds, which need no bundler of ours. Of React, the production
# builds; GraphiQL and Swagger UI publish one build each.
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
    # Headings of the hub's own pages: a serif that was drawn for Vietnamese, too. Without it a serif of the machine's.
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
    """One file as it is served."""

    body: bytes
    digest: str
    media_type: str

    @lru_cache(maxsize=128)  # noqa: B019 - files are few and live as long as the process
    def compress(self, coding: str) -> bytes:
        """The same bytes, packed: made once, at the first request that takes them so."""
        return _COMPRESSORS[coding](self.body)


def fetch_all() -> list[str]:
    """Fetch every package that is not here yet, and say so in one line each. Raises `SetupProblem`."""
    return [_fetch_package(package) for package in PACKAGES]


def list_missing(names: Iterable[str] = tuple(_DIGESTS)) -> list[str]:
    """Those of the fetched files (all, or the given) that are not here or are not what they should be."""
    return [name for name in names if _find_asset(name) is None]


def asset_url(name: str) -> str:
    """Where browsers find a file: ``address("docs.css")`` is ``/static/docs.<hash>.css``.

    Raises `KeyError` for a name that is no file of ours.
    """
    if (digest := _DIGESTS.get(name)) is None:
        asset = _find_asset(name)
        if asset is None:
            raise KeyError(name)
        digest = asset.digest
    stem, dot, suffix = name.rpartition(".")
    return f"{PREFIX}/{stem}.{digest[:8]}{dot}{suffix}"


def load_asset(name: str) -> Asset:
    """A file of ours. Raises `KeyError` for a name that is none."""
    found = _find_asset(name)
    if found is None:
        raise KeyError(name)
    return found


async def serve(request: Request) -> Response:
    """Answer ``/static/{name}``: for ever under the address with a hash, asked again under the plain one."""
    name, stamp = request.path_params["name"], None
    if parts := _HASHED_NAME.fullmatch(name):
        name, stamp = f"{parts['stem']}{parts['suffix']}", parts["stamp"]
    asset = await run_in_threadpool(_find_asset, name)
    # Another hash is another file: today's bytes under yesterday's address would be kept for ever.
    if asset is None or stamp not in (None, asset.digest[:8]):
        raise HTTPException(404)
    return await respond(request, asset, IMMUTABLE if stamp else _REVALIDATE)


async def respond(request: Request, asset: Asset, cache_control: str) -> Response:
    """A file, packed as the reader takes it, or 304 when the reader has it."""
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
        # GraphiQL takes a good part of a second to compress, once: not on the event loop.
        body = await run_in_threadpool(asset.compress, coding)
    else:
        body = asset.body
    return Response(body, media_type=asset.media_type, headers=headers)


def _fetch_package(package: Package) -> str:
    """Fetch one package if need be; the line about it."""
    targets = {
        inner: (VENDOR / name.removeprefix("vendor/"), digest) for inner, (name, digest) in package.files.items()
    }
    here = not list_missing(name for name, _ in package.files.values())
    if not here:
        npm.fetch_files(package.spec, targets)
    files = f"{len(targets)} file{'s' if len(targets) > 1 else ''}"
    return f"{package.spec}: {files} {'already here' if here else 'fetched and checked'}"


def _find_asset(name: str) -> Asset | None:
    """A file by its name, or None. Names are looked up, never joined to a folder, so none leads out of it."""
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
    """A file's bytes, kept in memory until the file changes: `make assets` beside a running hub is seen at once."""
    return Asset(path.read_bytes(), npm.file_sha256(path), _MEDIA_TYPES[path.suffix])


def _negotiate_encoding(accepted: str, asset: Asset) -> str | None:
    """The best coding a reader takes; None for the bytes as they are."""
    if asset.media_type.startswith("font/"):
        return None  # packed by nature
    weights = dict(parse_accept(accepted))
    return next((coding for coding in _COMPRESSORS if weights.get(coding, weights.get("*", 0.0)) > 0), None)


def main() -> int:
    """What `make assets` runs: one line per package, or one line that says what to do."""
    try:
        for package in PACKAGES:
            print(_fetch_package(package), flush=True)
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
