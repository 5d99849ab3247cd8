"""The reader of codified legal documents (Bộ pháp điển): facts and articles, without preamble, signer or recipients.

`{"id", "number", "type", "title", "issuer", "issued_date", "effective_date", "topics", "articles": [{"article",
"title", "text"}]}`; other members are not read. No member has to be there, as long as the document can be identified.
"""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from hub.domain.loose_values import match_members, read_day, read_list, read_text, show_value
from hub.errors import InvalidInput
from hub.legal.agency_names import split_issuers
from hub.legal.derivation import derive_number, has_words, read_number
from hub.legal.numbers import rejoin_number
from hub.legal.refs import RefAllocator, ref_part
from hub.text import one_line
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord

SOURCE_NAME = "legal"
DATE_SOURCE = "Bộ pháp điển"
EFFECT_FIRST = "Theo nguồn, ngày có hiệu lực trước ngày ban hành; điều này khác thường và được giữ nguyên như nguồn."
"""The note on an unusual date, which is kept as the source has it, not corrected."""
_MEMBERS = frozenset(("id", "number", "type", "title", "issuer", "issued_date", "effective_date", "topics", "articles"))
_ARTICLE_MEMBERS = frozenset(("article", "title", "text"))
_MAX_NAME = 500


def key(value: Any) -> tuple[str, str] | None:
    """Source id and language of a parsed line, without validation of the rest."""
    if not isinstance(value, dict):
        return None
    record, _, _ = match_members(value, _MEMBERS)
    name = _identify(record)
    return (name, "vi") if name else None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the policy of a record. Raises `InvalidInput` for one that says nothing by which it can be identified."""
    if not isinstance(raw.value, dict):
        raise InvalidInput("The line is not an object.", expected="one JSON object on the line")
    record, _, read_as = match_members(raw.value, _MEMBERS)
    source_id = _identify(record)
    if source_id is None:
        raise InvalidInput(
            "The record has no id, number, title or text.", field="id", expected="anything that identifies the document"
        )
    doubts = [f"{name}: It was read from the member `{written}`." for name, written in read_as.items()]
    doubts += [
        f"{name}: The value cannot be read; it was left out: {show_value(record[name])}"
        for name in ("id", "number", "type", "title", "issuer")
        if _says_something(record.get(name)) and _text(record, name) is None
    ]
    if not _text(record, "id"):
        doubts.append(f"id: The record has none; it is known as `{source_id}`.")
    content = {
        "type": _text(record, "type"),
        "title": _text(record, "title"),
        "issuers": [{"name": name, "code": None} for name in _issuers(record)],
        "dates": _dates(record, doubts),
        "topics": record.get("topics") or [],
        "nodes": _nodes(record, doubts),
        "origin": {"name": DATE_SOURCE},
    }
    content |= _number_and_title(record, source_id)
    return prepare_item(
        raw, context, source=SOURCE_NAME, source_id=source_id, kind="policy", content=content, doubts=doubts
    )


def _identify(record: Mapping[str, Any]) -> str | None:
    """The name of a record: its id, else type and number, else its title, else the digest of its text."""
    if name := _text(record, "id"):
        return name if len(name) <= _MAX_NAME else f"sha256:{sha256(name.encode()).hexdigest()}"
    number = _text(record, "number")
    parts = (_text(record, "type"), number) if number and has_words(number) else (_text(record, "title"),)
    if name := " ".join(part for part in parts if part):
        return name[:_MAX_NAME]
    if any(has_words(text) for text in _texts(record.get("articles"))):
        digest = sha256(orjson.dumps(record.get("articles"), option=orjson.OPT_SORT_KEYS, default=str))
        return f"sha256:{digest.hexdigest()}"
    return None


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _number_and_title(record: Mapping[str, Any], source_id: str) -> dict[str, Any]:
    """The number, put together with its rest in the title, or found in the id; a derived one is marked."""
    doc_type, number, title = (_text(record, name) for name in ("type", "number", "title"))
    if number:
        number, title = rejoin_number(number, title or "")
        return {"number": number, "title": title or None}
    named = read_number(source_id.removeprefix(doc_type or "").strip()) or derive_number(source_id, title)
    if named is None:
        return {"number": None}
    number, title = rejoin_number(named, title or "")
    return {"number": number, "title": title or None, "derived": ["number"]}


def _issuers(record: Mapping[str, Any]) -> list[str]:
    given = read_list(record.get("issuer")) or []
    texts = [one_line(read_text(each) or "") for each in given]
    return list(dict.fromkeys(name for text in texts if has_words(text) for name in split_issuers(text)))


def _dates(record: Mapping[str, Any], doubts: list[str]) -> list[dict[str, Any]]:
    issued, effective = (_day(record, name, doubts) for name in ("issued_date", "effective_date"))
    dates: list[dict[str, Any]] = []
    if issued is not None:
        dates.append({"role": "issued", "on": issued.isoformat(), "source": DATE_SOURCE})
    if effective is not None:
        note = {"note": EFFECT_FIRST} if issued is not None and effective < issued else {}
        dates.append({"role": "effective", "on": effective.isoformat(), "source": DATE_SOURCE, **note})
    return dates


def _day(record: Mapping[str, Any], name: str, doubts: list[str]) -> date | None:
    value = record.get(name)
    if value in (None, "", [], {}):
        return None
    day, is_certain = read_day(value)
    if day is None:
        doubts.append(f"{name}: It is not a date; it was left out: {show_value(value)}")
    elif not is_certain:
        doubts.append(f"{name}: {show_value(value)} was read as {day.isoformat()}.")
    return day


def _nodes(record: Mapping[str, Any], doubts: list[str]) -> list[Any]:
    """The articles as nodes. What is no article is left as it is, and becomes a paragraph in its place."""
    refs, nodes = RefAllocator(), list[Any]()
    given = read_list(record.get("articles"))
    if given is None and _says_something(record.get("articles")):
        doubts.append(f"articles: The value is not a list; it was left out: {show_value(record['articles'])}")
    for position, each in enumerate(given or []):
        article = match_members(each, _ARTICLE_MEMBERS)[0] if isinstance(each, Mapping) else {}
        if not article:
            nodes.append(each)
            continue
        number = one_line(read_text(article.get("article")) or "") or str(position + 1)
        heading, text = ((_words(article.get(part)) or "").strip() or None for part in ("title", "text"))
        nodes.append(
            {
                "ref": refs.allocate(ref_part("dieu", number)),
                "type": "article",
                "label": f"Điều {number}",
                "heading": one_line(heading) if heading else None,
                "text": text,
            }
        )
    return nodes


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return any(map(str.isalnum, value)) and (has_words(value) or any(map(str.isdigit, value)))
    return value not in (None, [], {}) and value is not False


def _words(value: Any) -> str | None:
    """The text of a part of an article, whatever type it has."""
    if value is None or isinstance(value, str):
        return value
    return read_text(value) or show_value(value)


def _text(record: Mapping[str, Any], name: str) -> str | None:
    text = one_line(read_text(record.get(name)) or "")
    return text if has_words(text) or (name == "number" and any(map(str.isdigit, text))) else None
