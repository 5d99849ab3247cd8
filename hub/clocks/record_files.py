"""Files of rules and calendar days: JSON with the members `rules` and `calendar`; one comes with the hub."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from hub.clocks.difference import ClockRecord
from hub.clocks.entries import CalendarEntry, ClockEntry, ClockRuleEntry
from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.text_files import read_small_file
from hub.web.json_body import parse_json

MAX_BYTES = 5_000_000
_LISTS: dict[str, type[ClockEntry]] = {"rules": ClockRuleEntry, "calendar": CalendarEntry}
_DATA = files("hub.clocks") / "data" / "vietnam.json"


def bundle_records() -> list[ClockRecord]:
    """Read the records of the file that comes with the hub."""
    return parse_records(_DATA.read_bytes())


def read_records(path: Path) -> list[ClockRecord]:
    """Read the records of a file. Raises `InvalidInput`."""
    return parse_records(read_small_file(path, MAX_BYTES))


def parse_records(body: bytes) -> list[ClockRecord]:
    """Read the records of a file's bytes. Raises `InvalidInput`."""
    found = parse_json(body.removeprefix(b"\xef\xbb\xbf"), "file")
    expected = "an object with the lists `rules` and `calendar`"
    if not isinstance(found, dict) or not found or not found.keys() <= _LISTS.keys():
        raise InvalidInput("The file has other members than rules and calendar days.", field="file", expected=expected)
    records = []
    for name, model in _LISTS.items():
        rows: Any = found.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InvalidInput(fill("`{name}` is not a list of objects.", name=name), field=name, expected=expected)
        records += [ClockRecord(model, row, f"{name}[{number}]") for number, row in enumerate(rows)]
    return records
