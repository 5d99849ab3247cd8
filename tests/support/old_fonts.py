"""Vietnamese as it was written before Unicode (TCVN3, VNI, Windows-1258), decoded as Western European: old files."""

import unicodedata

_TONES = {"\u0300": 0, "\u0309": 1, "\u0303": 2, "\u0301": 3, "\u0323": 4}
_TCVN3 = {
    "a": "aµ¶·¸¹", "ă": "¨»¼½¾Æ", "â": "©ÇÈÉÊË", "e": "eÌÎÏÐÑ", "ê": "ªÒÓÔÕÖ", "i": "i×ØÜÝÞ", "o": "oßáâãä",
    "ô": "«åæçèé", "ơ": "¬êëìíî", "u": "uïñòóô", "ư": "\u00adõö÷øù", "y": "yúûüýþ", "đ": "®",
}  # fmt: skip
_TCVN3_CAPITALS = dict(zip("ĂÂĐÊÔƠƯ", "¡¢§£¤¥¦", strict=True))
_VNI_TONES, _VNI_CIRCUMFLEX, _VNI_BREVE = ("", *"øûõùï"), tuple("âàåãáä"), tuple("êèúüéë")
_VNI = {
    **{base: tuple(f"{base}{mark}" for mark in _VNI_TONES) for base in "aeouy"},
    **{base: tuple(f"{plain}{mark}" for mark in _VNI_CIRCUMFLEX) for base, plain in zip("âêô", "aeo", strict=True)},
    "ă": tuple(f"a{mark}" for mark in _VNI_BREVE),
    "ơ": tuple(f"ô{mark}" for mark in _VNI_TONES),
    "ư": tuple(f"ö{mark}" for mark in _VNI_TONES),
    "i": ("i", *"ìæóíò"),
    "đ": ("ñ",),
}


def as_tcvn3(text: str) -> str:
    """Write a text as TCVN3 has it. Capitals with a tone are small letters in a font of capitals."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(_TCVN3_CAPITALS.get(char) or _letter(char, _TCVN3, is_capital_kept=False) for char in normal)


def as_vni(text: str) -> str:
    """Write a text as VNI has it: a letter, and its marks as a letter of their own."""
    return "".join(_letter(char, _VNI, is_capital_kept=True) for char in unicodedata.normalize("NFC", text))


def as_windows_1258(text: str) -> str:
    """Write a text as Windows-1258 has it, read as Windows-1252: tones follow their letters."""
    return "".join(map(_in_1258, unicodedata.normalize("NFC", text)))


def as_utf_8(text: str) -> str:
    """UTF-8 that was read as Windows-1252."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


def _in_1258(char: str) -> str:
    parts = unicodedata.normalize("NFD", char)
    tones = "".join(part for part in parts if part in _TONES)
    base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    for form in (char, base + tones):
        try:
            return form.encode("cp1258").decode("cp1252")
        except UnicodeError:
            continue
    return char


def _letter(char: str, table: dict[str, str] | dict[str, tuple[str, ...]], *, is_capital_kept: bool) -> str:
    parts = unicodedata.normalize("NFD", char.lower())
    tone = next((_TONES[part] + 1 for part in parts if part in _TONES), 0)
    base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    if char.isascii() or base not in table:
        return char
    found = table[base][tone]
    return found.upper() if is_capital_kept and char.isupper() else found
