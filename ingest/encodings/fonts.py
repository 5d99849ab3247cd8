"""Fonts from before Unicode, whose names tell the encoding of the text in them (.VnTime, VNI-Times)."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ingest.encodings.conversion import Conversion, TextConverter, decode, describe
from ingest.encodings.evidence import Evidence, is_unicode, may_be_old, weigh
from ingest.encodings.tables import Encoding

_FONT = re.compile(
    r"[\"'\s]{0,3}(?:(?P<tcvn3>\.[Vv][Nn][A-Za-z0-9 ]{2,40}?(?P<capitals>H)?)|(?P<vni>VNI[- ]\S.{1,40}))[\"'\s]{0,3}"
)


@dataclass(frozen=True)
class OldFont:
    """The encoding of a font; `.VnTimeH` shows small letters as capitals."""

    encoding: Encoding
    is_of_capitals: bool = False


@dataclass
class Piece:
    """A part of a line in one font; `write` replaces it."""

    text: str
    font: OldFont | None
    write: Callable[[str], None]


def old_font(name: str | None) -> OldFont | None:
    """The old font of a name; None for a font of Unicode."""
    found = _FONT.fullmatch(name or "")
    if found is None:
        return None
    return OldFont(Encoding.vni) if found["vni"] else OldFont(Encoding.tcvn3, found["capitals"] is not None)


def convert_pieces(lines: Iterable[Sequence[Piece]]) -> list[Conversion]:
    """Convert the lines of a document, each in its pieces: by their fonts, or else by the evidence of the words.

    Programs keep the name of a font when the text is converted to Unicode. So a font counts where its line becomes no
    worse, and has letters of Unicode nowhere; if other lines of such fonts have some, it has to become better.
    """
    lines = [pieces for pieces in lines if any(not piece.text.isascii() for piece in pieces)]
    converter = TextConverter("".join(piece.text for piece in pieces) for pieces in lines)
    labelled = [(pieces, _text_in(pieces)) for pieces in lines if any(piece.font for piece in pieces)]
    is_mixed = any(is_unicode(text) for _, text in labelled)
    found: dict[Encoding, Conversion] = {}
    for pieces in lines:
        before = "".join(piece.text for piece in pieces)
        own = converter.encoding_of(before)
        changed = None
        for font in {piece.font.encoding: piece.font for piece in pieces if piece.font}.values():
            if _is_in(
                font.encoding, "".join(p.text for p in pieces if p.font and p.font.encoding is font.encoding), is_mixed
            ):
                changed = font.encoding
                _convert([piece for piece in pieces if piece.font and piece.font.encoding is changed], changed)
        if changed is None and own is not None:
            changed = own
            _convert(pieces, own)
        if changed is not None and changed not in found:
            found[changed] = describe("text", changed, before, "".join(piece.text for piece in pieces))
    return list(found.values())


def _text_in(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.font)


def _is_in(encoding: Encoding, text: str, is_mixed: bool) -> bool:
    if not may_be_old(text):
        return False
    evidence = weigh(text).get(encoding, Evidence())
    return evidence.gain > 0 if is_mixed else evidence.gain >= 0


def _convert(pieces: Iterable[Piece], encoding: Encoding) -> None:
    for piece in pieces:
        converted = decode(piece.text, encoding)
        piece.text = converted.upper() if piece.font and piece.font.is_of_capitals else converted
        piece.write(piece.text)
