"""Codes of the fields of Word whose result has no words: the words that Word shows, or a sign that they are missing."""

import re
import sys
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from hub.text import LOST
from ingest.extraction.docx_elements import number, switch, value

_COMPUTED = frozenset(("EQ", "LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT"))
"""Fields whose result Word computes whenever it shows them, and never stores."""
_SILENT = frozenset(
    ("", "TC", "XE", "TA", "RD", "ADVANCE", "PRIVATE", "SET", "ASK", "NEXT", "NEXTIF", "SKIPIF", "PRINT", "DATA",
     "HYPERLINK", "TOC", "TOA", "INDEX", "BIDIOUTLINE", "PAGE", "PAGEREF", "NUMPAGES", "SECTION", "SECTIONPAGES",
     "INCLUDEPICTURE", "EMBED", "LINK", "SHAPE", "CONTROL", "BARCODE", "DISPLAYBARCODE", "FORMTEXT", "FORMCHECKBOX",
     "FORMDROPDOWN")
)  # fmt: skip
"""Fields that show no words when they have no result, or only words about pages."""
_SYMBOL = re.compile(
    r"SYMBOL\s+(?:0x(?P<hex>[0-9a-f]{1,8})|(?P<code>[0-9]{1,10}))(?![^\W_])(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_FONT = re.compile(r"\\f\s*\"?(?P<font>[^\"\\]{1,60})\"?")
_BUTTON = re.compile(r"(?:MACROBUTTON|GOTOBUTTON) \S+ (?P<words>.+)", re.IGNORECASE)
_NAME = re.compile(r"=|[^\s\\\"]*")


@dataclass(frozen=True)
class FieldCode:
    """The code of a field, and the data of its part of a form; `has_result` is true for a result without words."""

    written: str
    form: Any = None
    has_result: bool = False

    @property
    def text(self) -> str:
        """The code on one line."""
        return " ".join(self.written.split())

    @property
    def lacks_words(self) -> bool:
        """True when Word shows words that the file does not have."""
        found = _NAME.match(self.text)
        name = found[0].upper() if found is not None else ""
        if name in _COMPUTED:
            return True
        return not self.has_result and name not in _SILENT and self.symbol is None and not self.words

    @property
    def symbol(self) -> tuple[str, str | None] | None:
        """The sign of a `SYMBOL` field and its font."""
        found = _SYMBOL.fullmatch(self.text)
        if found is None:
            return None
        font = _FONT.search(found["rest"])
        code = int(found["hex"], 16) if found["hex"] else int(found["code"])
        return chr(code) if code <= sys.maxunicode else LOST, font["font"].strip() if font else None

    @property
    def words(self) -> str:
        """The words of a button, or of a box, list or text of a form."""
        if (button := _BUTTON.fullmatch(self.text)) is not None:
            return button["words"]
        if self.form is None:
            return ""
        if (box := self.form.find(qn("w:checkBox"))) is not None:
            checked = switch(box, "w:checked")
            return "☒" if (switch(box, "w:default") if checked is None else checked) else "☐"
        if (options := self.form.find(qn("w:ddList"))) is not None:
            entries = [entry.get(qn("w:val")) or "" for entry in options.findall(qn("w:listEntry"))]
            chosen = number(options, "w:result", number(options, "w:default", 0))
            return entries[chosen] if 0 <= chosen < len(entries) else ""
        return "" if self.has_result else value(self.form.find(qn("w:textInput")), "w:default") or ""
