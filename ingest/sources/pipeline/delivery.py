"""A delivery of a source, whose content was checked in the sandbox: what saves it reads nothing of it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from hub.content.checked_content import CheckedContent, check_content
from hub.content.validation import salvage_content
from hub.domain.fingerprints import Fingerprint, fingerprint
from hub.domain.kinds import KINDS
from hub.errors import InvalidInput
from ingest.chunk_body import cut_records
from ingest.encodings import Conversion
from ingest.records import Reason, doubts_about_words
from ingest.sources.pipeline.gaps import explain_gap


@dataclass(frozen=True)
class DeliveredContent:
    """A valid content, the fingerprint of all its source says, and the doubts for an editor."""

    checked: CheckedContent
    fingerprint: Fingerprint
    doubts: tuple[str, ...]
    conversions: tuple[Conversion, ...] = ()

    @classmethod
    def from_dict(cls, found: Mapping[str, Any]) -> "DeliveredContent":
        """Build it from the parsed JSON of `check_delivery`. Raises `InvalidInput` for a content that is not valid."""
        if (reason := found.get("reason")) is not None:
            raise InvalidInput(reason["detail"], field=reason["field"], expected=reason["expected"])
        checked = CheckedContent.from_dict(found["checked"])
        conversions = tuple(Conversion(**each) for each in found["conversions"])
        return cls(checked, Fingerprint.from_dict(found["fingerprint"]), tuple(found["doubts"]), conversions)


@dataclass(frozen=True)
class Delivery:
    """A delivery of a source: its identifier there, and the content."""

    external_id: str
    url: str | None
    content: DeliveredContent
    sha256: str
    """SHA-256 of the bytes or the record as delivered."""
    fetched_at: datetime
    pushed_by: str | None = None
    """Key that pushed it."""

    @property
    def doubts(self) -> tuple[str, ...]:
        return self.content.doubts


def check_delivery(
    kind: str,
    lang: str,
    content: Mapping[str, Any],
    text: str | None,
    doubts: Sequence[str],
    *,
    name: str | None = None,
    conversions: Sequence[Conversion] = (),
) -> dict[str, Any]:
    """Check a content, completed and without its invalid optional parts; doubts say so. It runs in `hub.sandbox`.

    `name` is the identifier of a record at its source.

    `text` is the extracted text; None: that of the content. Returns the JSON of `DeliveredContent`, or the `reason` for
    which the content is not valid.
    """
    kept, found = salvage_content(kind, content, name)
    if text is not None and _is_no_document(kind, kept):
        kept, found = dict(content), ()
    doubts = [*doubts, *found]
    try:
        checked = check_content(kind, lang, kept)
    except InvalidInput as problem:
        return {"reason": vars(Reason.of(explain_gap(problem, kept, text, doubts)))}
    text = text or f"{checked.stored['title']}\n{KINDS[kind].plain_text(checked.stored)}"
    own = [doubt for doubt in doubts_about_words(lang, checked.stored) if doubt not in doubts]
    return {
        "checked": checked.to_dict(),
        "fingerprint": fingerprint(kind, lang, checked.stored, text).to_dict(),
        "doubts": [*doubts, *own],
        "conversions": [vars(each) for each in conversions],
    }


def _is_no_document(kind: str, content: Mapping[str, Any]) -> bool:
    """True for a page that tells neither who issued it under which number nor when, or when it was said."""
    missing = content.get("missing") or ()
    if kind == "statement":
        return "said_at" in missing
    return kind == "policy" and ("dates" in missing and not (content.get("number") and content.get("issuers")))


def check_deliveries(body: bytes, sizes: Sequence[int], kind: str, lang: str) -> list[dict[str, Any]]:
    """Check contents that were put together from pages and their files. It runs in `hub.sandbox`."""
    given = [orjson.loads(part) for part in cut_records(body, sizes)]
    return [
        check_delivery(
            kind,
            lang,
            each["content"],
            each["text"],
            each["doubts"],
            conversions=[Conversion(**one) for one in each["conversions"]],
        )
        for each in given
    ]
