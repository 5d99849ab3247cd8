"""Check of the version in `If-Match`: a change made from an older version of a document is refused."""

from hub.content.models import Document
from hub.errors import VersionRequired, VersionStale


def require_current_version(document: Document, version: int | None) -> None:
    """Require the document's current version. Raises `VersionRequired` or `VersionStale`."""
    if version is None:
        raise VersionRequired(
            "Send the version that this change was made from.",
            field="If-Match",
            expected=f'If-Match: "{document.version}"',
        )
    if version != document.version:
        raise VersionStale(
            f"The document has version {document.version}; this change was made from version {version}.",
            field="If-Match",
            expected="the current version, after reading the document again",
            version=document.version,
        )
