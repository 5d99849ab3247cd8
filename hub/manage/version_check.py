"""Check of the version in `If-Match`: a change made from an older version of a document or entry is refused."""

from hub.content.models import Document
from hub.errors import VersionRequired, VersionStale
from hub.problem_texts.templates import FilledText, as_words, fill


def require_current_version(document: Document, version: int | None) -> None:
    """Require the document's current version. Raises `VersionRequired` or `VersionStale`."""
    require_version(document.version, version, as_words("document"))


def require_version(current: int, version: int | None, noun: FilledText) -> None:
    """Require the current version of something, which `noun` names. Raises `VersionRequired` or `VersionStale`."""
    if version is None:
        raise VersionRequired(
            "Send the version that this change was made from.",
            field="If-Match",
            expected=fill('If-Match: "{current}"', current=current),
        )
    if version != current:
        raise VersionStale(
            fill(
                "The {noun} has version {current}; this change was made from version {version}.",
                noun=noun,
                current=current,
                version=version,
            ),
            field="If-Match",
            expected=fill("the current version, after reading the {noun} again", noun=noun),
            version=current,
        )
