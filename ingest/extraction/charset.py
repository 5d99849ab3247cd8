"""Decode text: by byte order mark, UTF-8, the charset that the server or the page declares, or else a guess."""

import codecs
import re
import unicodedata
from typing import NamedTuple

from charset_normalizer import from_bytes

from hub.legal.doubt import Doubt
from ingest.encodings import Conversion, TextConverter
from ingest.encodings.conversion import describe
from ingest.encodings.tables import Encoding, read_as_western
from ingest.encodings.values import convert_markup

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,30})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,30})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{2,30})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*+<\?xml[^>]*+>")
_GUESSES = ["utf_8", "cp1258", "utf_16", "cp1252"]
_SAMPLE = 100_000
_TAG = re.compile(r"<[^<>]*+>")


class DecodedText(NamedTuple):
    """Decoded bytes; `is_certain` is false where the charset is a guess.

    `conversions` has one if the bytes turned out to be Windows-1258.
    """

    text: str
    is_certain: bool = True
    conversions: tuple[Conversion, ...] = ()


def decode_text(body: bytes, media_type: str | None) -> tuple[str, bool]:
    """Decode bytes, and convert them to Unicode between their tags; False means that the charset is a guess."""
    found = decode(body, media_type)
    return (found.text if found.text.isascii() else convert_markup(found.text)), found.is_certain


def decode(body: bytes, media_type: str | None) -> DecodedText:
    """Decode bytes.

    Bytes of TCVN3 and VNI are returned as a program of their time had them, Windows-1252, whatever is declared: they
    are converted with the text.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return DecodedText(body.decode(name, "replace"))
    try:
        return DecodedText(body.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    western = read_as_western(body)
    encoding = TextConverter(_markup_free(western).split("\n")).of_all
    if encoding is Encoding.windows_1258 and (text := _try_decode(body, "cp1258")) is not None:
        sample = describe("text", encoding, _markup_free(western), unicodedata.normalize("NFC", _markup_free(text)))
        return DecodedText(unicodedata.normalize("NFC", text), conversions=(sample,))
    if encoding in (Encoding.tcvn3, Encoding.vni):
        return DecodedText(western)
    for name in _declared_charsets(body, media_type):
        text = _try_decode(body, name)
        if text is not None:
            return DecodedText(text)
    best = from_bytes(body[:_SAMPLE], cp_isolation=_GUESSES).best()
    name = best.encoding if best is not None else "utf-8"
    text = _try_decode(body, name)
    if text is not None and name == "cp1258":
        return DecodedText(text)
    return DecodedText(text or body.decode("utf-8", "replace"), is_certain=False)


def _markup_free(text: str) -> str:
    return _TAG.sub(" ", text[:_SAMPLE])


def remove_declaration(text: str) -> str:
    """Decoded text for a parser: without NUL, and without the declaration of an encoding that it no longer has."""
    return _DECLARATION.sub("", text.replace("\x00", ""), count=1)


def decoding_doubts(text: str, is_certain: bool) -> list[Doubt]:
    """A doubt when the charset is a guess, or characters were lost."""
    if not is_certain or "\ufffd" in text:
        return [Doubt("text", "The characters of the text are not certain.", "text in UTF-8")]
    return []


def _declared_charsets(body: bytes, media_type: str | None) -> list[str]:
    by_server = _CHARSET.search(media_type or "")
    in_page = _META.search(body[:4_096]) or _XML.match(body[:4_096])
    names = [by_server[1] if by_server else None, in_page[1].decode("ascii") if in_page else None]
    return [name for name in names if name and name.lower().replace("_", "-") not in ("utf-8", "utf8")]


def _try_decode(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except (LookupError, UnicodeDecodeError, ValueError):
        return None
