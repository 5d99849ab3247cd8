"""Names of files: safe to store, to link, and to offer in a download."""

import re
import unicodedata
from urllib.parse import quote
from uuid import UUID

from hub.errors import InvalidInput
from hub.text import one_line

MAX_NAME_LENGTH = 180

_RESERVED = re.compile(r'[<>:"|?*]')
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NOT_ASCII = re.compile(r"[^A-Za-z0-9._() -]")
_FILE_URL = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[^/?#]+")


def safe_name(given: str) -> str:
    """The name as it is kept: NFC, one line, nothing hidden, nothing that a file system reads as more than a name.

    Raises `InvalidInput` for a path and for a name without a stem.
    """
    if "/" in given or "\\" in given:
        raise InvalidInput("A file's name may not hold a path.", field="name", expected="a name like ke-hoach.pdf")
    name = one_line("".join(char for char in given if unicodedata.category(char) not in _HIDDEN or char.isspace()))
    name = _RESERVED.sub("-", name).rstrip(". ")
    if not name or name.startswith("."):
        raise InvalidInput("The file needs a name.", field="name", expected="a name like ke-hoach.pdf")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput(
            f"The file's name has {len(name)} characters.", field="name", expected=f"at most {MAX_NAME_LENGTH}"
        )
    return name


def suffix(name: str) -> str:
    """The extension with its dot, in lower case; empty when there is none."""
    stem, dot, end = name.rpartition(".")
    return f".{end.lower()}" if dot and stem else ""


def file_url(file_id: UUID, name: str) -> str:
    """Where the hub serves a file."""
    return f"/files/{file_id}/{quote(name, safe='')}"


def parse_file_url(url: str) -> UUID | None:
    """The file that one of the hub's own addresses names; None for any other address."""
    found = _FILE_URL.fullmatch(url)
    return UUID(found[1]) if found else None


def content_disposition(kind: str, name: str) -> str:
    """`Content-Disposition` with the name in ASCII and, where that loses something, in UTF-8 (RFC 6266, RFC 8187)."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    bare = _NOT_ASCII.sub("_", "".join(char for char in bare if not unicodedata.combining(char)))
    said = f'{kind}; filename="{bare}"'
    return said if bare == name else f"{said}; filename*=UTF-8''{quote(name, safe='')}"
