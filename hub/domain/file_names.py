"""File names: cleaned for storage, used in file URLs and in `Content-Disposition`."""

import re
import unicodedata
from urllib.parse import quote
from uuid import UUID

from hub.errors import InvalidInput
from hub.problem_texts.templates import fill
from hub.text import one_line

MAX_NAME_LENGTH = 180

_RESERVED = re.compile(r'[<>:"|?*]')
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NOT_ASCII = re.compile(r"[^A-Za-z0-9._() -]")
_FILE_URL = re.compile(r"/files/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[^/?#]+")


def safe_name(given: str) -> str:
    """Return the name as it is stored: NFC, one line, no invisible characters, none that file systems reserve.

    Raises `InvalidInput` for a path, for a name without a stem, and for a name that is too long.
    """
    if "/" in given or "\\" in given:
        raise InvalidInput("A file name may not contain a path.", field="name", expected="a name like ke-hoach.pdf")
    name = one_line("".join(char for char in given if unicodedata.category(char) not in _HIDDEN or char.isspace()))
    name = _RESERVED.sub("-", name).rstrip(". ")
    if not name or name.startswith("."):
        raise InvalidInput("The file must have a name.", field="name", expected="a name like ke-hoach.pdf")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput(
            fill("The file name has {count} characters.", count=len(name)),
            field="name",
            expected=fill("at most {max_name_length}", max_name_length=MAX_NAME_LENGTH),
        )
    return name


def suffix(name: str) -> str:
    """Return the extension with its dot, in lower case; empty if there is none."""
    stem, dot, end = name.rpartition(".")
    return f".{end.lower()}" if dot and stem else ""


def file_url(file_id: UUID, name: str) -> str:
    """Return the path at which the hub serves a file."""
    return f"/files/{file_id}/{quote(name, safe='')}"


def parse_file_url(url: str) -> UUID | None:
    """Return the id of the file in one of the hub's own file URLs; None for any other URL."""
    found = _FILE_URL.fullmatch(url)
    return UUID(found[1]) if found else None


def content_disposition(kind: str, name: str) -> str:
    """Format `Content-Disposition` with an ASCII name and, if that loses something, a UTF-8 one (RFC 6266, 8187)."""
    bare = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    bare = _NOT_ASCII.sub("_", "".join(char for char in bare if not unicodedata.combining(char)))
    header = f'{kind}; filename="{bare}"'
    return header if bare == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
