"""Vietnamese as fonts before Unicode wrote it (TCVN3, VNI), decoded as Western European: the mojibake of old files."""

import unicodedata

_TONES = {"\u0300": 0, "\u0309": 1, "\u0303": 2, "\u0301": 3, "\u0323": 4}
_TCVN3 = {
    "a": "aµ¶·¸¹", "ă": "¨»¼½¾Æ", "â": "©ÇÈÉÊË", "e": "eÌÎÏÐÑ", "ê": "ªÒÓÔÕÖ", "i": "i×ØÜÝÞ", "o": "oßáâãä",
    "ô": "«åæçèé", "ơ": "¬êëìíî", "u": "uïñòóô", "ư": "\u00adõö÷øù", "y": "yúûüýþ", "đ": "®",
}  # fmt: skip
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
    return "".join(_letter(char, _TCVN3, is_capital_kept=False) for char in unicodedata.normalize("NFC", text))


def as_vni(text: str) -> str:
    """Write a text as VNI has it: a letter, and its marks as a letter of their own."""
    return "".join(_letter(char, _VNI, is_capital_kept=True) for char in unicodedata.normalize("NFC", text))


def _letter(char: str, table: dict[str, str] | dict[str, tuple[str, ...]], *, is_capital_kept: bool) -> str:
    parts = unicodedata.normalize("NFD", char.lower())
    tone = next((_TONES[part] + 1 for part in parts if part in _TONES), 0)
    base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    if char.isascii() or base not in table:
        return char
    found = table[base][tone]
    return found.upper() if is_capital_kept and char.isupper() else found
