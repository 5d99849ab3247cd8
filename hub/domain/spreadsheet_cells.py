"""Texts in cells of spreadsheets, safe from formula injection: pure."""

import re

BOM = "\ufeff"
"""Byte order mark, which Excel needs to read Vietnamese from CSV."""

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def escape_formula(text: str) -> str:
    """Prefix a text with an apostrophe if a spreadsheet would evaluate it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text
