"""A chunk of the records of partners and JSONL files, read in `hub.sandbox`: identifiers, contents, all checks."""

from collections.abc import Sequence
from typing import Any

from hub.errors import HubError
from hub.text_files import FileLine
from ingest.chunk_body import cut_records
from ingest.encodings import convert_value
from ingest.imports.lines import parse_line
from ingest.imports.prepare import clean_value
from ingest.reason_texts import dump_reason
from ingest.records import Reason, RejectionCode
from ingest.sources.pipeline.delivery import check_delivery
from ingest.sources.pipeline.record_mapping import (
    NAME_MEMBERS,
    RecordMapping,
    digest_of,
    identify_record,
    map_content,
    record_url,
)


def read_records(
    body: bytes, sizes: Sequence[int], kind: str, lang: str, rules: dict[str, Any], only_names: bool = False
) -> list[dict[str, Any]]:
    """Read the records of a chunk; with `only_names`, without their contents."""
    mapping = RecordMapping(**rules)
    return [_read_record(data, kind, lang, mapping, only_names) for data in cut_records(body, sizes)]


def _read_record(data: bytes, kind: str, lang: str, mapping: RecordMapping, only_names: bool) -> dict[str, Any]:
    raw = parse_line(FileLine(0, data, len(data)))
    record, reason, content = raw.value, raw.failure, None
    digest = digest_of(record)
    name, url = f"sha256:{digest}", record_url(record) if isinstance(record, dict) else None
    try:
        # A record without an identifier can be quarantined like any other, by its own digest.
        if reason is None:
            name, doubts = identify_record(record, mapping)
            if not only_names:
                names = NAME_MEMBERS if mapping.id is None else (mapping.id,)
                converted, conversions = convert_value(record, except_for=names)
                given = map_content(converted, mapping)
                content = check_delivery(kind, lang, given, None, doubts, name=name, conversions=conversions)
    except HubError as problem:
        reason = Reason.of(problem)
    except MemoryError:
        raise
    except Exception as problem:  # a record that no rule foresaw must not stop the others
        reason = Reason(RejectionCode.internal_error, f"{type(problem).__name__}: {problem}"[:1_000])
    return {
        "name": name,
        "url": url,
        "sha256": digest,
        "record": clean_value(record),
        "content": content,
        "reason": None if reason is None else dump_reason(reason),
    }
