"""The forms in which Word writes the count of an automatic number (`w:numFmt`)."""

from collections.abc import Callable

_VIETNAMESE = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ENGLISH_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"} | {
    "nine": "ninth", "twelve": "twelfth"
}  # fmt: skip
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_CHICAGO = "*†‡§"
_MAX_LETTERS = 30
_MAX_ROMAN = 32_767


def format_count(count: int, form: str) -> str:
    """Write a count in a form; in figures when the form is not known."""
    if count < 0 or form not in _FORMS:
        return str(count)
    return _FORMS[form](count)


def _letters(count: int) -> str:
    """`a` to `z`, then `aa`, `bb`."""
    if not 0 < count <= _MAX_LETTERS * 26:
        return ""
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


def _roman(count: int) -> str:
    if count > _MAX_ROMAN:
        return str(count)
    roman = ""
    for value, letters in _ROMAN:
        times, count = divmod(count, value)
        roman += letters * times
    return roman


def _english_ordinal(count: int) -> str:
    teen = count % 100 in (11, 12, 13)
    return f"{count}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(count % 10, 'th')}"


def _english_words(count: int) -> str:
    if count < 20:
        return _ENGLISH[count]
    if count > 99:
        return str(count)
    tens, ones = divmod(count, 10)
    return _ENGLISH_TENS[tens - 2] + (f"-{_ENGLISH[ones]}" if ones else "")


def _english_ordinal_words(count: int) -> str:
    if count > 99:
        return _english_ordinal(count)
    before, dash, last = _english_words(count).rpartition("-")
    ordinal = _ENGLISH_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return before + dash + ordinal


def _vietnamese_words(count: int) -> str:
    if count <= 10:
        return _VIETNAMESE[count]
    if count > 99:
        return str(count)
    tens, ones = divmod(count, 10)
    last = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(ones, _VIETNAMESE[ones])
    return f"{'mười' if tens == 1 else f'{_VIETNAMESE[tens]} mươi'} {last}".strip()


def _sign_of_count(first: int, most: int) -> Callable[[int], str]:
    """One sign for each count from 1 up to `most`."""
    return lambda count: chr(first + count - 1) if 0 < count <= most else str(count)


_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02}",
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "ordinal": _english_ordinal,
    "cardinalText": lambda count: _english_words(count).capitalize(),
    "ordinalText": lambda count: _english_ordinal_words(count).capitalize(),
    "vietnameseCounting": _vietnamese_words,
    "numberInDash": lambda count: f"- {count} -",
    "decimalEnclosedCircle": _sign_of_count(0x2460, 20),
    "decimalEnclosedCircleChinese": _sign_of_count(0x2460, 20),
    "decimalEnclosedParen": _sign_of_count(0x2474, 20),
    "decimalEnclosedFullstop": _sign_of_count(0x2488, 20),
    "decimalFullWidth": lambda count: "".join(chr(ord(figure) + 0xFEE0) for figure in str(count)),
    "decimalFullWidth2": lambda count: "".join(chr(ord(figure) + 0xFEE0) for figure in str(count)),
    "hex": lambda count: f"{count:X}",
    "chicago": lambda count: _CHICAGO[(count - 1) % 4] * min((count - 1) // 4 + 1, _MAX_LETTERS) if count else "",
}


def format_custom(count: int, pattern: str) -> str:
    """Write a count by a custom pattern such as `001, 002, 003, ...`, of which Word uses the width alone."""
    return f"{count:0{min(len(pattern.partition(',')[0].strip()), _MAX_LETTERS)}}"
