"""Names of files of comments: the one its author gave, cleaned, and the one for the public, which tells nothing."""

import re
from urllib.parse import unquote_to_bytes

from hub.domain.file_names import MAX_NAME_LENGTH, safe_name, suffix
from hub.errors import InvalidInput
from hub.files.sniff import EXTENSIONS, FileType
from hub.problem_texts.templates import fill

MAX_HEADER = 2_000
UNNAMED = "tep"
_EXTENDED = re.compile(r";\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)", re.IGNORECASE)
_QUOTED = re.compile(r';\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_PLAIN = re.compile(r";\s*filename\s*=\s*([^;\s\"]+)", re.IGNORECASE)
_PATH = re.compile(r"[/\\]")
_FOREIGN = re.compile(r"[\x00-\x1f\x7f]")


def name_in_header(header: str | None) -> str:
    """Return the name in `Content-Disposition` (RFC 6266, 8187), as it was sent; empty without one.

    Raises `InvalidInput` for a header that is too long or not UTF-8.
    """
    if header is None:
        return ""
    if len(header) > MAX_HEADER:
        raise _invalid(fill("The header has {count} characters.", count=len(header)))
    if (found := _EXTENDED.search(header)) is not None:
        try:
            return unquote_to_bytes(found[1]).decode("utf-8")
        except UnicodeDecodeError as problem:
            raise _invalid("The name is not UTF-8.") from problem
    if (found := _QUOTED.search(header)) is not None:
        return re.sub(r"\\(.)", r"\1", found[1])
    found = _PLAIN.search(header)
    return found[1] if found else ""


def clean_name(given: str, kind: FileType) -> str:
    """Return a name in NFC, without path and invisible characters, with the extension of the type of the bytes."""
    last = _PATH.split(_FOREIGN.sub("", given))[-1]
    extensions = EXTENSIONS[kind]
    stem = last[: -len(suffix(last))] if suffix(last) in extensions else last
    stem = stem[: MAX_NAME_LENGTH - len(extensions[0])]
    try:
        return safe_name(stem.strip(". ") + extensions[0])
    except InvalidInput:
        return UNNAMED + extensions[0]


def public_file_name(number: int, position: int, kind: FileType) -> str:
    """Return the name of a file for all but its author: names of files often name people."""
    return f"gop-y-{number}-{position}{EXTENSIONS[kind][0]}"


def _invalid(detail: str) -> InvalidInput:
    return InvalidInput(
        detail, field="Content-Disposition", expected="attachment; filename*=UTF-8''ke-hoach.pdf, or no header"
    )
