"""The fields of Word: their results are text that is shown, their codes are not."""

from typing import Any

from docx.oxml.ns import qn

from ingest.extraction.docx_elements import REMOVED
from ingest.extraction.docx_field_codes import FieldCode

_FIELD = qn("w:fldChar")
_CODE = qn("w:instrText")
_TYPE = qn("w:fldCharType")
_SIMPLE = qn("w:fldSimple")
_WORDS = tuple(map(qn, ("w:t", "w:sym", "w:drawing", "w:pict", "w:object", "w:tbl")))
"""Elements that a result consists of."""


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

    def code(self, mark: Any) -> FieldCode | None:
        """The code of a field without words in its result, at its begin."""
        return self._codes.get(mark)

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


def simple_code(field: Any) -> FieldCode | None:
    """The code of a field in one element (`w:fldSimple`), when it has no words."""
    if any(_has_words(element) for element in field.iter(*_WORDS)):
        return None
    return FieldCode(field.get(qn("w:instr")) or "", field.find(qn("w:ffData")), has_result=len(field) > 0)


def _paired_marks(body: Any) -> tuple[set[Any], dict[Any, FieldCode]]:
    """The marks of the fields that begin and end, each text box by itself; the codes of those without words."""
    paired: set[Any] = set()
    codes: dict[Any, FieldCode] = {}
    open_fields: dict[Any, list[_OpenField]] = {}
    for element in body.iter(_FIELD, _CODE, *_WORDS):
        if element.tag in _WORDS and not any(open_fields.values()):
            continue
        if next(element.iterancestors(*REMOVED), None) is not None:
            continue
        story = next(element.iterancestors(qn("w:txbxContent")), None)
        fields = open_fields.setdefault(story, [])
        kind = element.get(_TYPE)
        if kind == "begin":
            fields.append(_OpenField(element))
        elif not fields:
            continue
        elif element.tag in _WORDS:
            if fields[-1].has_result and _has_words(element):
                fields[-1].has_words = True
        elif element.tag == _CODE:
            fields[-1].code += element.text or ""
        else:
            fields[-1].marks.append(element)
            fields[-1].has_result |= kind == "separate"
            if kind == "end":
                field = fields.pop()
                paired.update(field.marks)
                if not field.has_words:
                    form = field.marks[0].find(qn("w:ffData"))
                    codes[field.marks[0]] = FieldCode(field.code, form, has_result=field.has_result)
                elif fields and fields[-1].has_result:
                    fields[-1].has_words = True
    return paired, codes


class _OpenField:
    """A field whose end is not reached yet."""

    def __init__(self, begin: Any) -> None:
        self.marks = [begin]
        self.code = ""
        self.has_result = self.has_words = False


def _has_words(element: Any) -> bool:
    return element.tag != qn("w:t") or bool((element.text or "").strip())
