"""The fields of Word: their results are text that is shown, their codes are not."""

import re
import sys
from typing import Any

from docx.oxml.ns import qn

from hub.text import LOST
from ingest.extraction.docx_elements import REMOVED, number

_FIELD = qn("w:fldChar")
_CODE = qn("w:instrText")
_TYPE = qn("w:fldCharType")
_COMPUTED = ("EQ", "LISTNUM", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT")
"""Fields whose result Word computes whenever it shows them, and never stores."""
_SYMBOL = re.compile(
    r"SYMBOL\s+(?:0x(?P<hex>[0-9a-f]{1,8})|(?P<code>[0-9]{1,10}))(?![^\W_])(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
_FONT = re.compile(r"\\f\s*\"?(?P<font>[^\"\\]{1,60})\"?")


class FieldState:
    """The fields that are open at a place of the text, over paragraphs and tables.

    The marks of a field whose end is missing are ignored, so that they hide nothing.
    """

    def __init__(self, body: Any) -> None:
        self._marks, self._codes = _paired_marks(body)
        self._in_result: list[bool] = []

    @property
    def is_shown(self) -> bool:
        """False inside the code of a field."""
        return all(self._in_result)

    def is_computed(self, mark: Any) -> bool:
        """True for the begin of a field whose words Word computes and the file does not have."""
        return self._codes.get(mark, "").upper().partition(" ")[0] in _COMPUTED

    def symbol(self, mark: Any) -> tuple[str, str | None] | None:
        """The sign and the font of a `SYMBOL` field without a result."""
        found = _SYMBOL.fullmatch(self._codes.get(mark, ""))
        if found is None:
            return None
        font = _FONT.search(found["rest"])
        code = int(found["hex"], 16) if found["hex"] else int(found["code"])
        return chr(code) if code <= sys.maxunicode else LOST, font["font"].strip() if font else None

    def choice(self, mark: Any) -> str:
        """The chosen entry of a list of a form, at the begin of its field without a result."""
        options = mark.find(f"{qn('w:ffData')}/{qn('w:ddList')}") if mark in self._codes else None
        if options is None:
            return ""
        entries = [entry.get(qn("w:val")) or "" for entry in options.findall(qn("w:listEntry"))]
        chosen = number(options, "w:result", number(options, "w:default", 0))
        return entries[chosen] if 0 <= chosen < len(entries) else ""

    def advance(self, mark: Any) -> None:
        """Go past a mark: the begin, the separator or the end of a field."""
        kind = mark.get(_TYPE)
        if mark not in self._marks:
            return
        if kind == "begin":
            self._in_result.append(False)
        elif self._in_result and kind == "separate":
            self._in_result[-1] = True
        elif self._in_result:
            self._in_result.pop()


def _paired_marks(body: Any) -> tuple[set[Any], dict[Any, str]]:
    """The marks of the fields that begin and end, each text box by itself; the codes of those without a result."""
    paired: set[Any] = set()
    codes: dict[Any, str] = {}
    open_fields: dict[Any, list[list[Any]]] = {}
    for mark in body.iter(_FIELD, _CODE):
        if next(mark.iterancestors(*REMOVED), None) is not None:
            continue
        story = next(mark.iterancestors(qn("w:txbxContent")), None)
        fields = open_fields.setdefault(story, [])
        kind = mark.get(_TYPE)
        if kind == "begin":
            fields.append([mark])
        elif fields:
            fields[-1].append(mark)
            if kind == "end":
                field = fields.pop()
                paired.update(field)
                if all(each.get(_TYPE) != "separate" for each in field):
                    code = "".join(each.text or "" for each in field if each.tag == _CODE)
                    codes[field[0]] = " ".join(code.split())
    return paired, codes
