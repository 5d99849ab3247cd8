"""The parts of a public text that search ranks one by one: an article with everything below it, or a stretch of prose.

A whole law is too much to compare with a question, and a clause alone too little. Rows exist for open live views only
and are written in the transaction that opens and closes the view, so a search can never read what is not public.
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
"""Characters of a passage; a longer article becomes several of them with the same ref."""

MAX_PASSAGES = 3_000
"""Passages of one view; what stands behind them is found by its words, not ranked by itself."""


@dataclass(frozen=True, slots=True)
class PassageSource:
    """A view whose passages are to be replaced; `full` is None where nothing is live: then they are deleted."""

    document_id: UUID
    lang: str
    full: bytes | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a text: where it stands (`ref`, `label`; None for prose), its heading and its words."""

    ref: str | None
    label: str | None
    heading: str
    text: str


def split_passages(full: Mapping[str, Any], body: str) -> list[Passage]:
    """The passages of a view, at least one: its summary or prose first, then its articles in reading order.

    `body` is the kind's plain text, for views without nodes.
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
    """Articles with all that belongs to them, and runs of other nodes, each in reading order."""
    held: dict[str, Mapping[str, Any]] = {}
    inside: set[str] = set()
    parts: list[str] = []
    for node in nodes:
        belongs = node.get("parent") in inside
        # A chapter's own heading opens a passage too, so that what stands before the first article is not lost.
        if not belongs or node["type"] == "article":
            if held:
                yield _passage(held["head"], parts)
            held, inside, parts = {"head": node}, set(), []
            if node["type"] not in _CONTAINERS:
                inside.add(node["ref"])
        else:
            inside.add(node["ref"])
            parts += [part for part in (node["label"], node["heading"]) if part]
        if node["text"]:
            parts.append(node["text"])
    if held:
        yield _passage(held["head"], parts)


_CONTAINERS = {"annex", "part", "chapter", "section", "subsection"}


def _passage(node: Mapping[str, Any], parts: Sequence[str]) -> Passage:
    return Passage(node["ref"], node["label"], node["heading"] or "", "\n".join(parts))


def split_text(text: str) -> list[str]:
    """A text in pieces of at most `LONGEST` characters, cut at the end of a line or a word where there is one."""
    found = []
    while len(text) > MAX_PASSAGE_CHARACTERS:
        cut = max(text.rfind("\n", MAX_PASSAGE_CHARACTERS // 2, MAX_PASSAGE_CHARACTERS), 0) or max(
            text.rfind(" ", MAX_PASSAGE_CHARACTERS // 2, MAX_PASSAGE_CHARACTERS), 0
        )
        found.append(text[: cut or MAX_PASSAGE_CHARACTERS])
        text = text[cut or MAX_PASSAGE_CHARACTERS :].lstrip()
    return [*found, text] if text or not found else found


# One statement for all of them: most of its time is making words of texts, and the rest should not be counted in rows.
_INSERT = text(
    """INSERT INTO search_passage (document_id, lang, part, ref, label, heading, text, words)
    SELECT *, hub_words(heading, '', text) FROM unnest(
        CAST(:document_id AS uuid[]), CAST(:lang AS text[]), CAST(:part AS int[]), CAST(:ref AS text[]),
        CAST(:label AS text[]), CAST(:heading AS text[]), CAST(:text AS text[])
    ) AS given (document_id, lang, part, ref, label, heading, text)"""
)
_COLUMNS = ("document_id", "lang", "part", "ref", "label", "heading", "text")


async def replace_passages(session: AsyncSession, views: Sequence[PassageSource]) -> None:
    """Replace the passages of views."""
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
    """Take the passages of documents away."""
    await session.execute(delete(PASSAGE).where(PASSAGE.c.document_id.in_(documents)))
