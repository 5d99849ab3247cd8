"""What a reader made of a damaged document: kept, derived, in doubt, set aside with a code; and the written tables."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from ingest.existing import ExistingRecord
from ingest.extraction.errors import UnreadableFile
from ingest.extraction.reader import read_original
from ingest.imports.chunk import read_records
from ingest.plan import IMPORT_POLICY, PlannedAction, plan
from ingest.records import ImportItem, Reason
from ingest.sources.pipeline.delivery import check_delivery
from tests.support.damage import DAMAGES

KEPT, DERIVED, DOUBT = "kept", "derived", "doubt"
ELSEWHERE = "elsewhere"
"""Listed at an address that is not its own: what is fetched from there decides."""
TABLES = Path(__file__).parent / "data" / "damage"


def expectations(name: str) -> dict[tuple[str, str], str]:
    """The written outcome of each field and damage of a reader; `aside:code` is set aside, `a|b` is either.

    A table is a text: the name of a field, and a column for each damage.
    """
    found: dict[tuple[str, str], str] = {}
    for line in (TABLES / f"{name}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            field, *columns = line.split()
            found |= {
                (field.replace("_", " ") if name == "row" else field, damage): column
                for damage, column in zip(DAMAGES, columns, strict=True)
            }
    return found


def disagreements(name: str, outcomes: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """The outcomes that are not as written, in words."""
    written = expectations(name)
    assert written.keys() == outcomes.keys(), written.keys() ^ outcomes.keys()
    for (field, damage), outcome in outcomes.items():
        if outcome not in written[field, damage].split("|"):
            yield f"{field} {damage}: {outcome}, not {written[field, damage]}"


def record_outcome(record: Any, file_format: str) -> str:
    """Read a record in this process and plan it in a hub without documents."""
    body = orjson.dumps(record)
    [found] = read_records(body, [len(body)], file_format, "hu.jsonl", "ubnd-hue", ("vi", "en"))
    return result_outcome(found)


def result_outcome(found: dict[str, Any]) -> str:
    """The outcome of one result of `read_records`."""
    if (reason := found.get("reason")) is not None:
        return f"aside:{reason['code']}"
    item = ImportItem.from_dict(orjson.loads(orjson.dumps(found)))
    action = plan(item, ExistingRecord(item.document_id), IMPORT_POLICY, publish=False)
    if isinstance(action, Reason):
        return f"aside:{action.code}"
    assert action is PlannedAction.create
    return content_outcome(item.content, bool(item.doubts))


def listed_outcome(found: dict[str, Any], url: str) -> str:
    """The outcome of the first of two items of a list: at its address, at another one, or not listed."""
    if (failure := found.get("failure")) is not None:
        return f"aside:{failure['code']}"
    if len(found["items"]) < 2:
        return "aside:unlisted"
    return KEPT if found["items"][0]["url"] == url else ELSEWHERE


def content_outcome(content: Mapping[str, Any], has_doubts: bool) -> str:
    """The outcome of a content that was accepted. What is missing is asked of an editor, as a doubt is."""
    if has_doubts or content.get("missing"):
        return DOUBT
    return DERIVED if content.get("derived") else KEPT


def document_outcome(body: bytes, name: str, media_type: str | None) -> str:
    """Read a page or file as a policy of a source, in this process, and check it as a delivery."""
    arguments: dict[str, Any] = {"url": "https://cong.example.vn/vb", "select": {}, "defaults": {}, "hints": {}}
    try:
        found = read_original(body, name, media_type, kind="policy", agency="ubnd-hue", **arguments)
    except UnreadableFile as problem:
        return f"aside:{problem.code}"
    doubts = [doubt["detail"] for doubt in found["doubts"]]
    checked = check_delivery("policy", "vi", found["content"], found["text"], doubts)
    if (reason := checked.get("reason")) is not None:
        return f"aside:{reason['code']}"
    return content_outcome(checked["checked"]["stored"], bool(checked["doubts"]))
