"""The results of reading a file: records in the hub's terms (`ImportItem`), and rejected ones (`Reject`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from hub.content.checked_content import CheckedContent, record_digest
from hub.errors import HubError
from hub.legal.encodings import encoding_doubts
from hub.registry.known_names import RegistryNames
from ingest.encodings import Conversion

if TYPE_CHECKING:
    from ingest.spreadsheets.table_names import TableNames


class RejectionCode(StrEnum):
    """Codes of the reasons for rejecting a record, in addition to the codes of `hub.errors` (lý do từ chối)."""

    broken_file = "broken_file"
    not_a_document = "not_a_document"
    broken_utf8 = "broken_utf8"
    line_too_long = "line_too_long"
    invalid_json = "invalid_json"
    unsure_reading = "unsure_reading"
    duplicate_source_id = "duplicate_source_id"
    owned_by_another = "owned_by_another"
    other_kind = "other_kind"
    other_document = "other_document"
    held_from_elsewhere = "held_from_elsewhere"
    edited_in_hub = "edited_in_hub"
    not_publishable = "not_publishable"
    document_gone = "document_gone"
    internal_error = "internal_error"


@dataclass(frozen=True)
class Reason:
    """The reason for rejecting a record: what happened, the field it is about, and what was expected."""

    code: str
    detail: str
    field: str | None = None
    expected: str | None = None

    @property
    def words(self) -> str:
        """The reason as one sentence or two, for people."""
        return f"{self.detail} Expected: {self.expected}." if self.expected else self.detail

    @classmethod
    def of(cls, problem: HubError) -> "Reason":
        return cls(problem.code, problem.detail, problem.field, problem.expected)


@dataclass(frozen=True)
class RawRecord:
    """A record of a file: its line (from 1) and its value (parsed JSON, or a text), or the failure to read one."""

    line: int
    value: Any
    size: int = 0
    failure: Reason | None = None


MAX_NOTE = 20_000
"""Characters of a note about a record."""


@dataclass(frozen=True)
class ImportItem:
    """A record that is ready for the hub's commands: valid, clean, in its stored form."""

    line: int
    source: str
    source_id: str
    lang: str
    kind: str
    owner: str
    document_id: UUID
    id_is_given: bool
    checked: CheckedContent
    doubts: tuple[str, ...]
    """Doubts about parts that were left out, and about the words, whatever form they came in; with one, nothing is
    published at once."""
    change_note: str | None
    original: Any
    duplicate_of_line: int | None = None
    """An earlier line of this file with the same source id and language."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Parts of the record beside its content, by name: for editors, never published."""

    earlier_digests: tuple[str, ...] = ()
    """Digests of the same record as earlier versions of the hub stored it."""
    conversions: tuple[Conversion, ...] = ()
    """Members that were converted to Unicode where it was sure, which is no doubt."""

    @property
    def digest(self) -> str:
        return record_digest(self.content_sha256, self.change_note)

    @property
    def digests(self) -> tuple[str, ...]:
        """Digests of all forms in which the hub may hold exactly this record."""
        return (self.digest, *self.earlier_digests)

    @property
    def note(self) -> str | None:
        """The private note of the document: doubts, and parts beside the content; None if there is nothing."""
        lines = [*self.doubts, *(f"{name}: {text}" for name, text in self.kept.items())]
        return "\n".join(lines)[:MAX_NOTE] or None

    @property
    def content(self) -> dict[str, Any]:
        """The content in its stored form."""
        return self.checked.stored

    @property
    def content_sha256(self) -> str:
        return self.checked.sha256

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON that the sandbox returns."""
        parts = {"checked": self.checked.to_dict(), "conversions": [vars(each) for each in self.conversions]}
        return {**vars(self), "document_id": str(self.document_id), **parts}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> "ImportItem":
        """Build an item from the parsed JSON of `to_dict`."""
        checked = CheckedContent.from_dict(stored["checked"])
        parts = {
            "document_id": UUID(stored["document_id"]),
            "doubts": tuple(stored["doubts"]),
            "earlier_digests": tuple(stored["earlier_digests"]),
            "checked": checked,
            "conversions": tuple(Conversion(**each) for each in stored["conversions"]),
        }
        return cls(**{**stored, **parts})


@dataclass(frozen=True)
class Reject:
    """A rejected record, with the reason and the record as it was read."""

    line: int
    source_id: str | None
    reason: Reason
    original: Any


BatchEntry = ImportItem | Reject


@dataclass(frozen=True)
class ImportContext:
    """The surroundings of a record that readers need."""

    file_name: str
    agency: str
    """Owner of records that name none."""
    languages: tuple[str, ...]
    names: RegistryNames
    """The registry by name; an empty one in the sandbox, which does not know it."""
    table_names: "TableNames | None" = None
    """The names of the registry, for tables, which name topics, places and agencies in words."""
    table_kind: str | None = None
    """Kind of the records of a table; None: that of which it has most columns."""


def doubts_about_words(lang: str, content: dict[str, Any]) -> tuple[str, ...]:
    """The doubts about the words of a content in its stored form."""
    found = encoding_doubts(content) if lang == "vi" else []
    return tuple(f"{doubt.field}: {doubt.detail}" for doubt in found)


def document_id(source_id: str) -> UUID:
    """Derive the UUID of a document from its source id, for records that give none: the same on every machine."""
    return uuid5(NAMESPACE_URL, f"policy-hub:{source_id}")
