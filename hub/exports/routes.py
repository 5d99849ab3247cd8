"""REST routes of exports: the signed log head, the snapshot for a copy, and every list as CSV."""

import asyncio
from base64 import b64encode
from typing import Annotated, Any

import orjson
from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hub.changes.position import Position
from hub.changes.reader import read_log_head
from hub.errors import NotFound, RangeNotSatisfiable, ServiceUnavailable
from hub.exports.builder import FILE_NAMES, SNAPSHOT
from hub.exports.job import NAME as EXPORT_JOB
from hub.exports.selection import SnapshotParams, write_selection
from hub.exports.storage import is_complete, read_servable_files, refresh_exports
from hub.exports.views import DumpFileView, DumpsView, EpochsView, EpochView, SnapshotView
from hub.files.models import ExportFile
from hub.files.responses import blob_response
from hub.heartbeats.queries import read_worker_health
from hub.log.epochs import read_epochs
from hub.log.signing import SignedHeadView
from hub.problem_texts.templates import fill, list_names
from hub.state import AppState, Parts
from hub.web.language import require_languages
from hub.web.parameters import NoParams
from hub.web.problems import Problem, problem_response
from hub.web.responses import REVALIDATE, content_digest, json_bytes_response, not_modified_response
from hub.web.router import HubRouter

WAITS, WAIT_SECONDS = 20, 0.25
"""Looks for the files that the worker is writing, and seconds between them."""
MAX_ATTEMPTS = 3
"""Attempts to write the files: an erasure during one attempt makes its files unservable."""

routes = HubRouter(prefix="/api/v1", tags=["Following"])


@routes.get("/log/head", operation_id="get_log_head", response_model=SignedHeadView)
async def get_log_head(request: Request, parts: Parts, _: Annotated[NoParams, Query()]) -> Response:
    """Return the signed head of the publication log (đầu nhật ký).

    Store heads from time to time: they prove that no earlier entry was changed since.
    """
    async with parts.database.read() as connection:
        head = await read_log_head(connection)
    return json_bytes_response(request, parts.signer.sign(*head).model_dump_json().encode())


@routes.get("/log/epochs", operation_id="list_log_epochs", response_model=EpochsView)
async def list_log_epochs(request: Request, parts: Parts, _: Annotated[NoParams, Query()]) -> Response:
    """List the epochs of the publication log, from the first to the current one (các kỳ của nhật ký).

    A new epoch begins after a restore from a backup. The chain of hashes leads through all of them; see docs/log.md.
    """
    async with parts.database.read() as connection:
        stored = await read_epochs(connection)
    views = [EpochView.model_validate(epoch, from_attributes=True) for epoch in stored]
    return json_bytes_response(request, EpochsView(items=views).model_dump_json().encode())


@routes.get("/snapshot", operation_id="get_snapshot", response_model=SnapshotView)
async def get_snapshot(request: Request, parts: Parts, _: Annotated[NoParams, Query()]) -> Response:
    """Return position, checksum and size of the snapshot (bản sao).

    It is created every night, and again when an item in it is gone.
    """
    file = (await _ensure_files(parts))[SNAPSHOT]
    position = Position.from_hash(file.epoch, file.seq, file.hash)
    view = SnapshotView(**_file_members(file), next=str(position), head=_signed_head(parts, file))
    return json_bytes_response(request, view.model_dump_json().encode())


@routes.get("/dumps", operation_id="list_dumps", response_model=DumpsView)
async def list_dumps(request: Request, parts: Parts, _: Annotated[NoParams, Query()]) -> Response:
    """List the export files: every list as CSV for spreadsheets, and the snapshot. They are created every night."""
    found = await _ensure_files(parts)
    views = [DumpFileView(**_file_members(found[name])) for name in FILE_NAMES]
    return json_bytes_response(
        request, DumpsView(items=views, head=_signed_head(parts, found[SNAPSHOT])).model_dump_json().encode()
    )


_FILE_RESPONSES: dict[int | str, dict[str, Any]] = {
    206: {"description": "The requested range of the file."},
    304: {"description": "The ETag of the client is still valid."},
    416: {"model": Problem, "description": "The requested range is outside the file."},
    422: {"model": Problem, "description": "A parameter is unknown or not valid."},
}


@routes.get(
    "/snapshot.ndjson.gz",
    operation_id="download_snapshot",
    response_class=Response,
    responses={
        200: {
            "description": "NDJSON, compressed with gzip: a first line `{snapshot: {epoch, seq, hash, next}}`, then a "
            "line `{seq, sha256, item}` for each item, in the order of publication. `sha256` is the hash of the "
            "bytes of the full item, as in the log. With `kind`, `lang` or `cards` the first line repeats them.",
            "content": {"application/gzip": {}},
        },
        **_FILE_RESPONSES,
    },
)
async def download_snapshot(request: Request, parts: Parts, params: Annotated[SnapshotParams, Query()]) -> Response:
    """Download all public items, live and withdrawn, to start a copy; or some kinds, languages, or cards only.

    Everything is a file, which supports range requests. A selection is written while it is sent, as of that moment.
    """
    if not params.is_selection:
        return await _serve_file(request, parts, SNAPSHOT)
    require_languages(params.lang, parts.settings.languages)
    async with parts.database.read() as connection:
        head = await read_log_head(connection)
    etag = content_digest(orjson.dumps([*map(str, head), params.model_dump(mode="json")]))
    headers = {
        "etag": f'"{etag}"',
        "cache-control": REVALIDATE,
        "content-disposition": f'attachment; filename="{SNAPSHOT}"',
    }
    if (unchanged := not_modified_response(request, headers)) is not None:
        return unchanged
    selection = write_selection(parts.database, parts.export_pages, params, *head)
    return StreamingResponse(selection, 200, headers, "application/gzip")


@routes.get(
    "/dumps/{name}",
    operation_id="download_dump",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"text/csv": {}, "application/gzip": {}}},
        404: {"model": Problem, "description": "There is no file with this name."},
        **_FILE_RESPONSES,
    },
)
async def download_dump(
    request: Request,
    parts: Parts,
    name: Annotated[str, Path(description="Name of a file that `/dumps` lists.", examples=["policies.csv"])],
    _: Annotated[NoParams, Query()],
) -> Response:
    """Download an export file.

    CSV is UTF-8 with a byte order mark. A text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    if name not in FILE_NAMES:
        raise NotFound(
            fill("There is no file `{name}`.", name=name[:80]), field="name", expected=list_names(FILE_NAMES)
        )
    return await _serve_file(request, parts, name)


async def _serve_file(request: Request, parts: AppState, name: str) -> Response:
    file = (await _ensure_files(parts))[name]
    digest = b64encode(bytes.fromhex(file.sha256)).decode()
    headers = {"repr-digest": f"sha-256=:{digest}:", "content-disposition": f'attachment; filename="{name}"'}
    media_type = f"{file.media_type}; charset=utf-8" if file.media_type == "text/csv" else file.media_type
    try:
        return await blob_response(
            request, parts.files.store, sha256=file.sha256, size=file.size, media_type=media_type, headers=headers
        )
    except RangeNotSatisfiable as refused:
        refusal = problem_response(refused)
        refusal.headers["content-range"] = f"bytes */{file.size}"
        return refusal


async def _ensure_files(parts: AppState) -> dict[str, ExportFile]:
    """Return the servable files. The worker writes them after a removal; without a worker they are written now.

    The work grows with the log, so a request does not do it while a worker will: it waits for a moment, then gives up
    with `Retry-After`.
    """
    async with parts.database.read() as connection:
        found = await read_servable_files(connection)
        if is_complete(found):
            return found
        has_worker = (await read_worker_health(connection)).is_working(EXPORT_JOB)
    for _ in range(WAITS if has_worker else 0):
        await asyncio.sleep(WAIT_SECONDS)
        async with parts.database.read() as connection:
            found = await read_servable_files(connection)
        if is_complete(found):
            return found
    if has_worker:
        raise ServiceUnavailable("The files are being created.", expected="the same request a little later")
    async with parts.export_lock:
        for _ in range(MAX_ATTEMPTS):
            async with parts.database.read() as connection:
                found = await read_servable_files(connection)
            if is_complete(found):
                return found
            await refresh_exports(parts.database, parts.files.store, parts.settings)
    raise ServiceUnavailable("The files are being created.", expected="the same request a little later")


def _file_members(file: ExportFile) -> dict[str, Any]:
    path = "/api/v1/snapshot.ndjson.gz" if file.name == SNAPSHOT else f"/api/v1/dumps/{file.name}"
    names = ("name", "media_type", "size", "sha256", "rows", "made_at")
    return {name: getattr(file, name) for name in names} | {"path": path}


def _signed_head(parts: AppState, file: ExportFile) -> SignedHeadView:
    return parts.signer.sign(file.epoch, file.seq, file.hash)
