"""Codified records of a file as the import takes them in: no member has to be there, and none is null."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.errors import InvalidInput
from hub.registry.known_names import RegistryNames
from ingest.imports import read_legal
from ingest.records import ImportContext, RawRecord


def legal_rows(file: Path) -> Iterator[dict[str, Any]]:
    """The records with texts in every member, derived ones too; those without a date of issue are left out."""
    context = ImportContext(file.name, "bench", ("vi",), RegistryNames(()))
    packed = file.suffix == ".gz"
    with gzip.open(file, "rt", encoding="utf-8") if packed else file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                item = read_legal.read(RawRecord(number, json.loads(line)), context)
            except InvalidInput:
                continue
            if (row := _row(item.source_id, item.content)) is not None:
                yield row


def _row(name: str, content: dict[str, Any]) -> dict[str, Any] | None:
    issued = next((each["on"] for each in content["dates"] if each["role"] == "issued"), None)
    if issued is None:
        return None
    return {
        "id": name,
        "number": content["number"] or "",
        "type": content["type"],
        "title": content["title"],
        "issuer": ", ".join(each["name"] for each in content["issuers"]),
        "issued_date": issued,
        "articles": [
            {
                "article": (node["label"] or "").removeprefix("Điều ") or str(place),
                "title": node["heading"] or "",
                "text": node["text"] or "",
            }
            for place, node in enumerate(content["nodes"], start=1)
        ],
    }
