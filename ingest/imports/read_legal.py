"""The reader of codified legal documents (Bộ pháp điển): facts and articles, without preamble, signer or recipients.

`{"id", "number", "type", "title", "issuer", "issued_date", "effective_date", "topics", "articles": [{"article",
"title", "text"}]}`; other members are not read.
"""

from datetime import date
from typing import Any

from hub.errors import InvalidInput
from hub.legal.agency_names import split_issuers
from hub.legal.numbers import rejoin_number
from hub.legal.refs import RefAllocator, ref_part
from hub.text import one_line
from ingest.imports.prepare import prepare_item
from ingest.records import ImportContext, ImportItem, RawRecord

SOURCE_NAME = "legal"
DATE_SOURCE = "Bộ pháp điển"
EFFECT_FIRST = "Theo nguồn, ngày có hiệu lực trước ngày ban hành; điều này khác thường và được giữ nguyên như nguồn."
"""The note on an unusual date, which is kept as the source has it, not corrected."""


def key(value: Any) -> tuple[str, str] | None:
    """Source id and language of a parsed line, without validation of the rest."""
    found = value.get("id") if isinstance(value, dict) else None
    return (one_line(found), "vi") if isinstance(found, str) else None


def read(raw: RawRecord, context: ImportContext) -> ImportItem:
    """Read the policy of a record. Raises `InvalidInput` with the member that is missing or wrong."""
    record = raw.value
    if not isinstance(record, dict):
        raise InvalidInput("The line is not an object.", expected="one JSON object on the line")
    source_id = _required_text(record, "id")
    doc_type = _required_text(record, "type")
    number = _optional_text(record, "number") or source_id.removeprefix(doc_type).strip() or None
    title = _required_text(record, "title")
    if number:
        number, title = rejoin_number(number, title)
    issued = _date(record, "issued_date")
    if issued is None:
        raise InvalidInput("The record has no date of issue.", field="issued_date", expected="YYYY-MM-DD")
    content = {
        "number": number,
        "type": doc_type,
        "title": title,
        "issuers": [{"name": name, "code": None} for name in split_issuers(_required_text(record, "issuer"))],
        "dates": _dates(issued, _date(record, "effective_date")),
        "topics": _list(record, "topics"),
        "nodes": _nodes(_list(record, "articles")),
        "origin": {"name": DATE_SOURCE},
    }
    return prepare_item(raw, context, source=SOURCE_NAME, source_id=source_id, kind="policy", content=content)


def _dates(issued: date, effective: date | None) -> list[dict[str, Any]]:
    dates: list[dict[str, Any]] = [{"role": "issued", "on": issued, "source": DATE_SOURCE}]
    if effective is not None:
        note = {"note": EFFECT_FIRST} if effective < issued else {}
        dates.append({"role": "effective", "on": effective, "source": DATE_SOURCE, **note})
    return dates


def _nodes(articles: list[Any]) -> list[dict[str, Any]]:
    refs, nodes = RefAllocator(), []
    for position, article in enumerate(articles):
        if not isinstance(article, dict):
            raise InvalidInput("An article is not an object.", field=f"articles.{position}", expected="an object")
        number = one_line(str(article.get("article") or "")) or str(position + 1)
        heading, text = (str(article.get(part) or "").strip() or None for part in ("title", "text"))
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


def _optional_text(record: dict[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidInput(f"{name} is not a text.", field=name, expected="a text")
    return one_line(value or "") or None


def _required_text(record: dict[str, Any], name: str) -> str:
    value = _optional_text(record, name)
    if value is None:
        raise InvalidInput(f"The record has no {name}.", field=name, expected="a text")
    return value


def _list(record: dict[str, Any], name: str) -> list[Any]:
    value = record.get(name) or []
    if not isinstance(value, list):
        raise InvalidInput(f"{name} is not a list.", field=name, expected="a list")
    return value


def _date(record: dict[str, Any], name: str) -> date | None:
    value = _optional_text(record, name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidInput(f"{name} `{value}` is not a date.", field=name, expected="YYYY-MM-DD") from None
