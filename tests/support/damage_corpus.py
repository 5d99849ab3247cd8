"""Legal records to damage: the documents at hand, or made-up ones."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.import_samples import ARTICLE, legal

DATA = Path(os.environ.get("HUB_BENCH_LEGAL", "../shared/data")) / "legal-docs.jsonl.gz"
FIELDS = (
    "id",
    "number",
    "type",
    "title",
    "issuer",
    "issued_date",
    "effective_date",
    "topics",
    "articles",
    "articles.0.article",
    "articles.0.title",
    "articles.0.text",
)
_TYPES = (("Thông tư", "TT-BYT"), ("Nghị định", "NĐ-CP"), ("Quyết định", "QĐ-TTg"), ("Luật", "QH15"))
_MADE = 20


def records(articles: int, made: int = _MADE) -> Iterator[dict[str, Any]]:
    """Real legal records, each with its first articles; where there are none, so many made-up ones."""
    if not DATA.is_file():
        yield from map(made_record, range(made))
        return
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            known = {name: record[name] for name in record if name in FIELDS}
            yield known | {"articles": known["articles"][:articles]}


def made_record(position: int) -> dict[str, Any]:
    """A made-up record; no two have the same number."""
    doc_type, symbol = _TYPES[position % len(_TYPES)]
    number = f"{position + 3}/2024/{symbol}"
    article = ARTICLE | {
        "title": f"Phạm vi điều chỉnh {position}",
        "text": f"Văn bản này quy định việc thứ {position}.",
    }
    return legal(number, id=f"{doc_type} {number}", type=doc_type, articles=[article, ARTICLE | {"article": "2"}])
