"""Marks in articles: the link with which every article of the hub ends names its document, language and edition. Pure.

The address of the document's page is the mark by which an article whose id was lost is found again. The fragment
after it, `#ban-3` for edition 3 (bản 3), tells which text Zalo shows, and the links of people from those of the hub.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from hub.channels.port import Work

_LINK = re.compile(r"(/d/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\?lang=[A-Za-z0-9-]+)#ban-([0-9]{1,9})(?![0-9])")


@dataclass(frozen=True)
class ArticleMark:
    """The end of an article, as Zalo has it."""

    document: str
    """Path of the page of the document in a language, such as `/d/0190…?lang=vi`."""
    edition: int


def document_mark(document_id: UUID, lang: str) -> str:
    """Path of the hub's page of a document in a language: the same for all of its editions."""
    return f"/d/{document_id}?lang={lang}"


def edition_link(mark: str, edition: int) -> str:
    """The path with which the article of an edition ends."""
    return f"{mark}#ban-{edition}"


def mark_of(work: Work) -> str | None:
    """The mark of the item's document, also after its text was erased; None for an item without a document."""
    if work.document_id is not None and work.lang is not None:
        return document_mark(work.document_id, work.lang)
    mark = work.payload.get("mark")
    return str(mark) if mark else None


def read_mark(data: Any) -> ArticleMark | None:
    """Read the mark of an article from its details: the last link of the hub in its body. None if it has none."""
    body = data.get("body", data) if isinstance(data, Mapping) else data
    text = orjson.dumps(body).decode().replace("\\/", "/").replace("&amp;", "&")
    links = _LINK.findall(text)
    return ArticleMark(links[-1][0], int(links[-1][1])) if links else None
