"""Passages: the parts of a public text that search ranks one by one. A passage is an article with its nodes, or prose.

A whole law is too long to compare with a question, and a single clause is too short. Rows exist for open live views
only and are written in the transaction that opens or closes the view, so a search never reads text that is not public.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hub.content.models import SearchPassage
from hub.db import table

PASSAGE = table(SearchPassage)

MAX_PASSAGE_CHARACTERS = 6_000
"""Most characters of a passage; a longer article is split into several passages with the same ref."""

MAX_PASSAGES = 3_000
"""Most passages of one view; text after them is found by its words, but not ranked on its own."""


@dataclass(frozen=True, slots=True)
class PassageSource:
    """A view whose passages are replaced. If `full` is None, the document is not live and the passages are deleted."""

    document_id: UUID
    lang: str
    full: bytes | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text: its position (`ref` and `label`, None for prose), its heading and its text."""

    ref: str | None
    label: str | None
    heading: str
    text: str


def split_passages(full: Mapping[str, Any], body: str) -> list[Passage]:
    """Split a view into passages, at least one: its summary or prose first, then its articles in reading order.

    `body` is the plain text of the item, used for views without nodes.
    """
    nodes = full.get("nodes") or ()
    lead = "\n".join(part for part in (full.get("summary"), full.get("explanatory_note")) if part)
    prose = lead if nodes else "\n".join(part for part in (lead, body) if part)
    found = [Passage(None, None, "", piece) for piece in split_text(prose)] if prose or not nodes else []
    found += (
        Passage(one.ref, one.label, one.heading, piece) for one in _articles(nodes) for piece in split_text(one.text)
    )
    return found[:MAX_PASSAGES]


def _articles(nodes: Iterable[Mapping[str, Any]]) -> Iterator[Passage]:
    """Yield articles with the nodes below them, and runs of other nodes, in reading order."""
    head: Mapping[str, Any] | None = None
    inside: set[str] = set()
    parts: list[str] = []
    for node in nodes:
        belongs = node.get("parent") in inside
        # The heading of a chapter starts a passage too, so that text before the first article is not lost.
        if not belongs or node["type"] == "article":
            if head is not None:
                yield _passage(head, parts)
            head, inside, parts = node, set(), []
            if node["type"] not in _CONTAINERS:
                inside.add(node["ref"])
        else:
            inside.add(node["ref"])
            parts += [part for part in (node["label"], node["heading"]) if part]
        if node["text"]:
            parts.append(node["text"])
    if head is not None:
        yield _passage(head, parts)


_CONTAINERS = {"annex", "part", "chapter", "section", "subsection"}


def _passage(node: Mapping[str, Any], parts: Sequence[str]) -> Passage:
    return Passage(node["ref"], node["label"], node["heading"] or "", "\n".join(parts))


def split_text(text: str) -> list[str]:
    """Split a text into pieces of at most `MAX_PASSAGE_CHARACTERS`, at the end of a line or word if possible."""
    found = []
    while len(text) > MAX_PASSAGE_CHARACTERS:
        cut = max(text.rfind("\n", MAX_PASSAGE_CHARACTERS // 2, MAX_PASSAGE_CHARACTERS), 0) or max(
            text.rfind(" ", MAX_PASSAGE_CHARACTERS // 2, MAX_PASSAGE_CHARACTERS), 0
        )
        found.append(text[: cut or MAX_PASSAGE_CHARACTERS])
        text = text[cut or MAX_PASSAGE_CHARACTERS :].lstrip()
    return [*found, text] if text or not found else found


# One statement for all rows: most of its time is spent on `hub_words`, and the rest should not grow with the rows.
_INSERT = text(
    """INSERT INTO search_passage (document_id, lang, part, ref, label, heading, text, words)
    SELECT *, hub_words(heading, '', text) FROM unnest(
        CAST(:document_id AS uuid[]), CAST(:lang AS text[]), CAST(:part AS int[]), CAST(:ref AS text[]),
        CAST(:label AS text[]), CAST(:heading AS text[]), CAST(:text AS text[])
    ) AS given (document_id, lang, part, ref, label, heading, text)"""
)
_COLUMNS = ("document_id", "lang", "part", "ref", "label", "heading", "text")


async def replace_passages(session: AsyncSession, views: Sequence[PassageSource]) -> None:
    """Replace the passages of views, in two statements for all of them."""
    if not views:
        return
    await session.execute(
        delete(PASSAGE).where(
            tuple_(PASSAGE.c.document_id, PASSAGE.c.lang).in_([(view.document_id, view.lang) for view in views])
        )
    )
    rows = [
        (view.document_id, view.lang, part, one.ref, one.label, one.heading, one.text)
        for view in views
        if view.full is not None
        for part, one in enumerate(split_passages(orjson.loads(view.full), view.body), start=1)
    ]
    if rows:
        columns = map(list, zip(*rows, strict=True))
        await session.execute(_INSERT, dict(zip(_COLUMNS, columns, strict=True)))


async def delete_passages(session: AsyncSession, documents: Collection[UUID]) -> None:
    """Delete the passages of documents."""
    await session.execute(delete(PASSAGE).where(PASSAGE.c.document_id.in_(documents)))
