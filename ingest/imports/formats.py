"""The formats of `hub import`, and telling which one a file has."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from hub.errors import SetupProblem
from ingest.imports import read_jsonl, read_legal, read_text
from ingest.imports.lines import Source, json_lines, whole_text
from ingest.records import Context, Item, Raw


class Format(StrEnum):
    """What `--format` takes (định dạng)."""

    auto = "auto"
    jsonl = "jsonl"
    legal = "legal"
    text = "text"


@dataclass(frozen=True)
class Reader:
    """How one format is read: a file to raw records, and a raw record to an item of the hub."""

    source: str
    records: Callable[[Source], Iterator[Raw]]
    key: Callable[[Any], tuple[str, str] | None]
    read: Callable[[Raw, Context], Item]


READERS: dict[Format, Reader] = {
    Format.jsonl: Reader(read_jsonl.SOURCE, json_lines, read_jsonl.key, read_jsonl.read),
    Format.legal: Reader(read_legal.SOURCE, json_lines, read_legal.key, read_legal.read),
    Format.text: Reader(read_text.SOURCE, whole_text, read_text.key, read_text.read),
}

_JSON_ENDINGS = (".jsonl", ".ndjson", ".json")
_PROBED = 20
"""How many records are looked at before the format counts as unknown."""


def detect(path: Path) -> Format:
    """The format of a file by its ending, its first byte and the keys of its first records.

    Raises `SetupProblem` when they do not tell.
    """
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    if ending == ".txt":
        return Format.text
    with Source(path) as source:
        for place, raw in enumerate(islice(json_lines(source), _PROBED)):
            if raw.failure is None and isinstance(raw.value, dict):
                if {"source_id", "content"} & raw.value.keys():
                    return Format.jsonl
                if {"articles", "issued_date"} & raw.value.keys():
                    return Format.legal
            elif place == 0 and ending not in _JSON_ENDINGS and not str(raw.value).lstrip().startswith("{"):
                return Format.text
    if ending in _JSON_ENDINGS:
        return Format.jsonl
    raise SetupProblem(
        f"The format of {path} cannot be told from its first lines; name it with --format jsonl|legal|text."
    )
