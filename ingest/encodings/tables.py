"""The letters of encodings from before Unicode, as a program shows them that takes their bytes for Windows-1252.

TCVN3 (TCVN 5712:1993 VN3, fonts of the ABC set such as .VnTime) has a byte for each small letter and a font of its
own for capitals with tones. VNI (VNI-Windows, fonts VNI-Times) writes a letter and its marks as two. Windows-1258
writes the tone after its letter. UTF-8 that was read as Windows-1252 has two or three characters for a letter.
"""

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum


class Encoding(StrEnum):
    """An encoding from which texts are converted (bảng mã)."""

    tcvn3 = "TCVN3"
    vni = "VNI"
    windows_1258 = "Windows-1258"
    utf_8 = "UTF-8"


_TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_TCVN3_LETTERS = {
    "a": "aµ¶·¸¹", "ă": "¨»¼½¾Æ", "â": "©ÇÈÉÊË", "e": "eÌÎÏÐÑ", "ê": "ªÒÓÔÕÖ", "i": "i×ØÜÝÞ", "o": "oßáâãä",
    "ô": "«åæçèé", "ơ": "¬êëìíî", "u": "uïñòóô", "ư": "\u00adõö÷øù", "y": "yúûüýþ",
}  # fmt: skip
_TCVN3_CAPITALS = "¡¢§£¤¥¦"
_TCVN3_PLAIN = dict(zip(f"®{_TCVN3_CAPITALS}", "đĂÂĐÊÔƠƯ", strict=True))
_VNI_TONES = dict(zip("øûõùï", _TONES[1:], strict=True))
_VNI_CIRCUMFLEX = dict(zip("âàåãáä", _TONES, strict=True))
_VNI_BREVE = dict(zip("êèúüéë", _TONES, strict=True))
_VNI_SINGLE = dict(zip("ìæóíòñôöî", "ìỉĩíịđơưỵ", strict=True))
_1258_LETTERS = dict(zip("ÌÒÞìò", "\u0300\u0309\u0303\u0301\u0323", strict=True)) | dict(
    zip("ÃãÐðÕõÝýþ", "ĂăĐđƠơƯư₫", strict=True)
)


def _compose(base: str, mark: str) -> str:
    return unicodedata.normalize("NFC", base + mark)


def _with_capitals(table: dict[str, str]) -> dict[str, str]:
    return table | {key.upper(): letter.upper() for key, letter in table.items()}


_TCVN3 = {
    key: _compose(base, tone)
    for base, keys in _TCVN3_LETTERS.items()
    for key, tone in zip(keys, _TONES, strict=True)
    if not key.isascii()
} | _TCVN3_PLAIN
_TCVN3_TABLE = str.maketrans(_TCVN3)
_VNI_PAIRS = {
    **{base + mark: _compose(base, tone) for base in "aeouyôö" for mark, tone in _VNI_TONES.items()},
    **{
        base + mark: _compose(_compose(base, "\u0302"), tone)
        for base in "aeo"
        for mark, tone in _VNI_CIRCUMFLEX.items()
    },
    **{"a" + mark: _compose(_compose("a", "\u0306"), tone) for mark, tone in _VNI_BREVE.items()},
}
_VNI_PAIRS |= {
    pair: _compose({"ô": "ơ", "ö": "ư"}[pair[0]], _VNI_TONES[pair[1]]) for pair in _VNI_PAIRS if pair[0] in "ôö"
}
_VNI = _with_capitals(_VNI_PAIRS | _VNI_SINGLE) | {
    # A capital with its mark typed small, and the other way round.
    pair[0].upper() + pair[1]: letter.upper()
    for pair, letter in _VNI_PAIRS.items()
}
_VNI_SIGN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_WORD = re.compile(r"\S+")
_1258_TABLE = str.maketrans(_1258_LETTERS)
_WINDOWS_1252 = {byte: char for byte in range(0x80, 0xA0) if (char := bytes([byte]).decode("cp1252", "ignore"))}
_WESTERN = {byte: _WINDOWS_1252.get(byte, chr(byte)) for byte in range(0x80, 0xA0)}
_BYTES = {ord(char): byte for byte, char in _WINDOWS_1252.items()}
_LATIN_1 = str.maketrans({char: chr(byte) for char, byte in _BYTES.items()})


def read_as_western(body: bytes) -> str:
    """Bytes as Windows-1252 has them; those that it lacks become control characters."""
    return body.decode("latin-1").translate(_WESTERN)


def _decode_tcvn3(text: str) -> str:
    """Decode TCVN3. Where all letters that have a case are capitals, the others were meant for a font of capitals."""
    decoded = text.translate(_TCVN3_TABLE)
    if _is_in_capitals(text, 4):
        return decoded.upper()
    words = zip(_WORD.findall(text), _WORD.findall(decoded), strict=True)
    shown = iter([after.upper() if _is_in_capitals(before, 2) else after for before, after in words])
    return _WORD.sub(lambda _: next(shown), decoded)


def _is_in_capitals(text: str, least: int) -> bool:
    letters = [char for char in text if (char.isascii() and char.isalpha()) or char in _TCVN3_CAPITALS]
    return len(letters) >= least and not any(map(str.islower, letters))


def _decode_vni(text: str) -> str:
    return _VNI_SIGN.sub(lambda found: _VNI[found[0]], text)


def _decode_1258(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_1258_TABLE))


def _decode_utf_8(text: str) -> str:
    try:
        return unicodedata.normalize("NFC", text.translate(_LATIN_1).encode("latin-1").decode("utf-8"))
    except UnicodeError:
        return text


DECODERS: dict[Encoding, Callable[[str], str]] = {
    Encoding.tcvn3: _decode_tcvn3,
    Encoding.vni: _decode_vni,
    Encoding.windows_1258: _decode_1258,
    Encoding.utf_8: _decode_utf_8,
}
