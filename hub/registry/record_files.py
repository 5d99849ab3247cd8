"""Files of a registry: JSONL with one entry on each line, and workbooks (XLSX), told apart by their first bytes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill, one_of
from hub.registry.consistency import RegistryState
from hub.registry.difference import RegistryRecord
from hub.registry.entries import SINGULAR, RegistryList, list_of
from hub.registry.workbook import READ_FUNCTION, write_workbook
from hub.sandbox.errors import ReadingOverrun
from hub.sandbox.runner import DEFAULT_LIMITS, call_in_sandbox
from hub.text_files import read_small_file
from hub.web.json_body import parse_json

MAX_BYTES = 20_000_000
_ZIP = b"PK\x03\x04"
_LISTS = {singular: kind for kind, singular in SINGULAR.items()}
KIND = "kind"
"""Member of a JSONL record that names its list: agency, topic, place or spokesperson."""


def read_records(path: Path) -> list[RegistryRecord]:
    """Read the records of a file. Raises `InvalidInput` or `UnreadableFile`, naming the line or cell."""
    return parse_records(read_small_file(path, MAX_BYTES))


def parse_records(body: bytes) -> list[RegistryRecord]:
    """Read the records of a file's bytes."""
    if body.startswith(_ZIP):
        rows = call_in_sandbox(READ_FUNCTION, body, {}, DEFAULT_LIMITS, {ReadingOverrun.code: ReadingOverrun})
        return [RegistryRecord(RegistryList(row["list"]), row["members"], row["where"]) for row in rows]
    lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
    return [_parse_line(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def write_records(path: Path, state: RegistryState) -> int:
    """Write the registry as JSONL or, by the name of the file, as a workbook; return the number of entries."""
    if path.suffix.lower() == ".xlsx":
        path.write_bytes(write_workbook({kind: list(_rows(state, kind)) for kind in RegistryList}))
    elif path.suffix.lower() in (".jsonl", ".ndjson"):
        lines = (
            orjson.dumps({KIND: SINGULAR[kind], **row}, option=orjson.OPT_APPEND_NEWLINE)
            for kind in RegistryList
            for row in _rows(state, kind)
        )
        path.write_bytes(b"".join(lines))
    else:
        raise InvalidInput(
            fill("{name} does not say its format.", name=path.name), expected="a name that ends in .jsonl or .xlsx"
        )
    return len(state)


def _rows(state: RegistryState, kind: RegistryList) -> Iterable[dict[str, Any]]:
    return (entry.model_dump(mode="json") for entry in state.values() if list_of(entry) is kind)


def _parse_line(number: int, line: bytes) -> RegistryRecord:
    try:
        members = parse_json(line, "line")
    except InvalidInput as problem:
        expected = "UTF-8, one JSON object on each line, or an XLSX workbook"
        raise InvalidInput(
            fill("Line {number}: {detail}", number=number, detail=problem.detail),
            field=problem.field,
            expected=expected,
        ) from problem
    named = members.get(KIND) if isinstance(members, dict) else None
    kind = _LISTS.get(named) if isinstance(named, str) else None
    if kind is None:
        raise InvalidInput(
            fill("Line {number} does not name its list.", number=number), field=KIND, expected=one_of(_LISTS)
        )
    return RegistryRecord(kind, {name: value for name, value in members.items() if name != KIND}, f"line {number}")
