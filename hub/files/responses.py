"""File responses: ranges, ETag, and headers that keep browsers from executing a file that they should only show."""

import re

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hub.domain.file_names import content_disposition
from hub.errors import RangeNotSatisfiable
from hub.files.queries import ServableFile
from hub.files.sniff import INLINE, FileType
from hub.files.store import FileStore
from hub.problem_texts.templates import fill
from hub.web.content_security import FILE_SANDBOX_CSP
from hub.web.head import is_head_only
from hub.web.responses import REVALIDATE, not_modified_response

_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Parse the single range of a request to start and end (exclusive); None for the whole file.

    Anything but one well-formed range of bytes is ignored, as RFC 9110 allows. Raises `RangeNotSatisfiable`.
    """
    found = _RANGE.fullmatch(re.sub(r"\s", "", header.lower())) if header else None
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix is not None:
        start, end = max(0, size - int(suffix)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise RangeNotSatisfiable(
            fill("The file has {size} bytes.", size=size), field="Range", expected=fill("bytes=0-{size}", size=size - 1)
        )
    return start, end


def file_headers(file: ServableFile) -> dict[str, str]:
    """Build the headers of every response for a file."""
    kind = FileType(file.media_type)
    found = {
        "cache-control": REVALIDATE if file.public else "private, no-store",
        "content-disposition": content_disposition("inline" if kind in INLINE else "attachment", file.name),
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin",
    }
    return found if kind is FileType.pdf else found | {"content-security-policy": FILE_SANDBOX_CSP}


async def file_response(request: Request, file: ServableFile, store: FileStore) -> Response:
    """Respond with a file of a document: `blob_response` with the headers of the file."""
    return await blob_response(
        request, store, sha256=file.sha256, size=file.size, media_type=file.media_type, headers=file_headers(file)
    )


async def blob_response(
    request: Request, store: FileStore, *, sha256: str, size: int, media_type: str, headers: dict[str, str]
) -> Response:
    """Respond with 200 and the bytes, 206 and a range of them, or 304. HEAD does not open the store.

    Raises `RangeNotSatisfiable` or `StorageUnavailable`.
    """
    etag = f'"{sha256}"'
    headers = {"etag": etag, "accept-ranges": "bytes", "cache-control": REVALIDATE} | headers
    if (unchanged := not_modified_response(request, headers)) is not None:
        return unchanged
    if is_head_only(request):
        return Response(headers=headers | {"content-length": str(size)}, media_type=media_type)
    header = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        header = None
    found = parse_range(header, size)
    start, end = found or (0, size)
    headers["content-length"] = str(end - start)
    if found:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    body = await store.read(sha256, start, end)
    return StreamingResponse(body, 206 if found else 200, headers, media_type)
