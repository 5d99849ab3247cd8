"""Members that rows of every kind have: topics, places, files and links. Pure."""

import html
from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.domain.incomplete_content import MAX_UNMAPPED, MAX_WORDS
from hub.legal.refs import RefAllocator, ref_part
from hub.urls import parse_web_url
from ingest.spreadsheets.row import Row
from ingest.spreadsheets.table_names import PLACES, TOPICS, TableNames

SOURCE_OF_DATES = "Bảng kê của cơ quan"
"""The source of what a table says, as readers see it."""
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".rtf": "application/rtf",
    ".zip": "application/zip",
    ".rar": "application/vnd.rar",
    ".7z": "application/x-7z-compressed",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
"""Media types by the ends of the names of files that documents are published as."""


def common_members(row: Row, names: TableNames, on: date | None) -> dict[str, Any]:
    """Summary, topics, places, attachments, links and origin of a row."""
    attachments, pages = _addresses(row, "attachments"), _addresses(row, "link")
    files = [address for address in (*attachments, *pages) if _suffix(address) in MEDIA_TYPES]
    pages = [address for address in (*pages, *attachments) if address not in files]
    unmapped = [*_words(row, "topics", TOPICS, names, on), *_words(row, "places", PLACES, names, on)]
    for each in unmapped[MAX_UNMAPPED : MAX_UNMAPPED + 1]:
        row.leave_out(each["field"], f"there are more than {MAX_UNMAPPED} names, from `{each['text'][:60]}` on")
    origin = {"name": SOURCE_OF_DATES} | ({"url": pages[0]} if pages else {})
    for place in range(len(files)):
        row.paths[f"attachments.{place}"] = "attachments"
    row.paths |= {"origin": "link", "links": "link"}
    return {
        "summary": row.text("summary"),
        "unmapped": unmapped[:MAX_UNMAPPED],
        "links": [{"label": address, "url": address} for address in pages[1:]],
        "origin": origin,
        "attachments": [_attachment(address) for address in dict.fromkeys(files)],
    }


def drop_empty(content: dict[str, Any]) -> dict[str, Any]:
    """A content without the members that the row does not have."""
    return {name: value for name, value in content.items() if value not in (None, [], {})}


def paragraphs(text: str | None) -> list[str]:
    """The lines of a text that are not blank."""
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def paragraph_nodes(text: str | None) -> list[dict[str, Any]]:
    """A text as nodes, a paragraph each."""
    refs = RefAllocator()
    return [
        {"ref": refs.allocate(ref_part("doan", str(number))), "type": "paragraph", "text": line}
        for number, line in enumerate(paragraphs(text), start=1)
    ]


def paragraph_html(text: str | None) -> str | None:
    """A text as HTML, a paragraph each; a text that is HTML stays as it is."""
    if text and text.lstrip().startswith("<") and text.rstrip().endswith(">"):
        return text
    return "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in paragraphs(text)) or None


def _words(row: Row, name: str, kind: str, names: TableNames, on: date | None) -> list[dict[str, str]]:
    """The words of a cell, which become codes where all names of the registry are looked up."""
    parts = _whole_or_split(row.parts(name), kind, names, on)
    return [{"field": name, "text": part[:MAX_WORDS]} for part in dict.fromkeys(parts)]


def _whole_or_split(parts: Iterable[str], kind: str, names: TableNames, on: date | None) -> Iterable[str]:
    """Parts as they are; one with commas is several if a piece of it is a name, and it is none itself.

    `Bưu chính, viễn thông` is one topic.
    """
    for part in parts:
        pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
        is_split = not _is_name(part, kind, names, on) and any(_is_name(each, kind, names, on) for each in pieces)
        yield from pieces if is_split else [part]


def _is_name(text: str, kind: str, names: TableNames, on: date | None) -> bool:
    return (names.code(kind, text, on) or names.code(kind, text, None)) is not None


def _addresses(row: Row, name: str) -> list[str]:
    found: list[str] = []
    for part in row.parts(name):
        for address in part.split() if "://" in part else [part]:
            try:
                parse_web_url(address.rstrip(","))
            except ValueError:
                row.leave_out(name, f"`{address[:80]}` is not a web address")
            else:
                found.append(address.rstrip(","))
    return found


def _suffix(address: str) -> str:
    return PurePosixPath(urlsplit(address).path).suffix.lower()


def _attachment(address: str) -> dict[str, Any]:
    name = unquote(PurePosixPath(urlsplit(address).path).name)
    return {"name": name, "media_type": MEDIA_TYPES[_suffix(address)], "url": address}
