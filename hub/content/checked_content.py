"""A content that was validated once, with all that saving it needs from its text. Pure; crosses processes as JSON.

Texts of strangers are checked in the sandbox, and what saves them reads nothing of them again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from hub.content.validation import content_digest, validate_content
from hub.domain.fingerprints import Fingerprint, fingerprint, issue_date, issuer_keys

MARKS = ("derived", "unmapped")
"""Members that say how the hub came to others."""


@dataclass(frozen=True)
class CheckedContent:
    """A valid content in its stored form, with its SHA-256 and its fingerprint."""

    kind: str
    lang: str
    stored: dict[str, Any]
    sha256: str
    fingerprint: Fingerprint

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON that crosses from one process to another."""
        return {**vars(self), "fingerprint": self.fingerprint.to_dict()}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "CheckedContent":
        """Build a checked content from the parsed JSON of `to_dict`."""
        return cls(**{**stored, "fingerprint": Fingerprint.from_dict(stored["fingerprint"])})

    def with_issuer_codes(self, codes: Mapping[str, str | None]) -> "CheckedContent":
        """Set the codes of issuers by their names: the registry is not known where texts are checked."""
        issuers = [one | {"code": codes.get(one["name"])} for one in self.stored["issuers"]]
        stored = self.stored | {"issuers": issuers}
        known = replace(self.fingerprint, issuers=issuer_keys(stored))
        return replace(self, stored=stored, sha256=content_digest(stored), fingerprint=known)

    def with_stored(self, stored: dict[str, Any]) -> "CheckedContent":
        """Set the stored form, with codes of the registry in place of words or the other way round."""
        if stored == self.stored:
            return self
        known = replace(self.fingerprint, issuers=issuer_keys(stored))
        return replace(self, stored=stored, sha256=content_digest(stored), fingerprint=known)

    def without_marks(self) -> "CheckedContent":
        """Leave out what the hub notes about a content: contents saved before it did so have no such members."""
        return self.with_stored({name: value for name, value in self.stored.items() if name not in MARKS})

    @property
    def issued_on(self) -> Any:
        """The first date of issue; None for kinds without one."""
        return issue_date(self.stored)


def check_content(kind: str, lang: str, content: Mapping[str, Any]) -> CheckedContent:
    """Validate a content. Raises `InvalidInput` with all errors."""
    stored, digest = validate_content(kind, content)
    return CheckedContent(kind, lang, stored, digest, fingerprint(kind, lang, stored))


def record_digest(content_sha256: str, change_note: str | None) -> str:
    """Digest of a delivered record's content and change note: equal digests mean an unchanged record."""
    return sha256(f"{content_sha256}\n{change_note or ''}".encode()).hexdigest()
