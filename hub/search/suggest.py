"""Search suggestions (autocomplete): titles and numbers of live items, topics and agencies.

Titles come from one statement over an index of folded titles; topics and agencies from the registry that each process
caches. Nothing is learnt from queries, so nobody can plant a suggestion; and a deny list excludes text that may be in a
public title but not in a search box: names of private persons, and offensive words.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from uuid import UUID

from sqlalchemy import text

from hub.content.stored_views import parse_view
from hub.db import Database
from hub.registry.hierarchy import get_registry
from hub.text import compact, fold, one_line

MAX_CANDIDATES = 60
"""Matching titles that are read."""

NEWEST = 300
"""Newest titles that are read before others."""

TITLE_START = 60
"""Characters of a title that the index of beginnings holds."""

MIN_QUERY_LETTERS = 2
"""Letters of the shortest query with suggestions."""

MAX_QUERY_CHARACTERS = 100


class SuggestionType(StrEnum):
    """Type of a suggestion."""

    number = "number"
    title = "title"  # type: ignore[assignment]
    topic = "topic"
    agency = "agency"


@dataclass(frozen=True)
class Suggestion:
    """One suggestion; `id` for an item, `code` for a topic or agency."""

    type: SuggestionType
    text: str
    item_kind: str | None = None
    id: UUID | None = None
    code: str | None = None


_BEGINNING = f"left(hub_title(card), {TITLE_START})"

# Titles that begin with the words are the next ones in the index of beginnings. They come first, then those of the
# newest documents, and others only where these are few: the index of letters reads every title with frequent words.
_STATEMENT = text(
    f"""
    WITH beginning AS MATERIALIZED (
        SELECT id FROM (SELECT id, {_BEGINNING} AS title FROM published_view
            WHERE seq_to IS NULL AND state = 'live' AND {_BEGINNING} ~>=~ :from
            ORDER BY {_BEGINNING} USING ~<~ LIMIT :candidates) AS next WHERE title LIKE :start
    ), newest AS MATERIALIZED (
        SELECT id FROM (SELECT id, card FROM published_view WHERE seq_to IS NULL AND state = 'live'
            AND (SELECT count(*) < :candidates FROM beginning) ORDER BY id DESC LIMIT {NEWEST}) AS recent
        WHERE hub_title(card) LIKE :title LIMIT :candidates
    )
    SELECT found.what, v.document_id, v.kind, v.card FROM (
        (SELECT 'number' AS what, id FROM published_view
            WHERE seq_to IS NULL AND state = 'live' AND number_key >= :number AND number_key < :beyond
            ORDER BY number_key, issued_on DESC LIMIT :limit)
        UNION ALL SELECT 'title', id FROM (SELECT id FROM beginning UNION SELECT id FROM newest) AS first
        UNION ALL
        (SELECT 'title', id FROM published_view
            WHERE seq_to IS NULL AND state = 'live' AND hub_title(card) LIKE :title
                AND (SELECT count(*) FROM beginning) + (SELECT count(*) FROM newest) < :candidates LIMIT :candidates)
    ) AS found JOIN published_view v USING (id)
    """  # noqa: S608 - our own numbers
)


async def suggest(database: Database, query_text: str, *, limit: int) -> list[Suggestion]:
    """Suggest completions for the beginning of a query, with or without diacritics: one statement."""
    query_text = one_line(query_text)[:MAX_QUERY_CHARACTERS]
    words = fold(query_text)
    if len(compact(query_text)) < MIN_QUERY_LETTERS or is_denied(query_text):
        return []
    number = _number_prefix(words)
    values = {
        "number": number or "",
        "beyond": f"{number}\U0010ffff" if number else "",
        "from": f" {words}",
        "start": f" {_escape_like(words)}%" if len(words) < TITLE_START else "",
        "title": f"% {_escape_like(words)}%",
        "limit": limit,
        "candidates": MAX_CANDIDATES,
    }
    async with database.read() as connection:
        rows = (await connection.execute(_STATEMENT, values)).all()
    found = []
    for row in rows:
        card = parse_view(row.card, UUID(str(row.document_id)), "suggest")
        label = card and (card["number"] if row.what == "number" else card["title"])
        if not label:
            continue
        found.append(Suggestion(SuggestionType(row.what), one_line(label), row.kind, UUID(str(row.document_id))))
    registry = await get_registry(database)
    for kind, names in ((SuggestionType.topic, registry.topics), (SuggestionType.agency, registry.agencies)):
        found += [Suggestion(kind, name, code=code) for code, name in names.items() if f" {words}" in f" {fold(name)}"]
    once = {(one.type, fold(one.text)): one for one in found if not is_denied(one.text)}
    return sorted(once.values(), key=lambda one: _sort_key(one, words))[:limit]


def _sort_key(one: Suggestion, words: str) -> tuple[bool, bool, int, str]:
    """Sort numbers first, then texts that begin with the query, then shorter ones."""
    return one.type is not SuggestionType.number, not fold(one.text).startswith(words), len(one.text), one.text


def _number_prefix(words: str) -> str | None:
    """Return the prefix of number keys that these folded words may mean; None if they do not begin with a number."""
    parts = words.split()
    if not parts or not parts[0][0].isdigit():
        return None
    key = parts[0].lstrip("0") or "0"
    letters = ""
    for part in parts[1:]:
        if part.isdigit() and not letters:
            key += f".{part}"
        else:
            letters += compact(part)
    return f"{key}.{letters}" if letters else key


def _escape_like(words: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", words)


@cache
def _load_deny_list() -> tuple[Sequence[str], re.Pattern[str]]:
    found = json.loads((files("hub.search") / "data" / "deny.json").read_text("utf-8"))
    return found["words"], re.compile("|".join(found["patterns"]))


def is_denied(text: str) -> bool:
    """Return True if the deny list has a word or pattern in a text."""
    words, patterns = _load_deny_list()
    padded = f" {' '.join(re.findall(r'[0-9a-z]+', fold(text)))} "
    return any(f" {word} " in padded for word in words) or patterns.search(text) is not None
