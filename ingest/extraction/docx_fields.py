"""The fields of Word: their results are text that is shown, their codes are not."""

from typing import Any

from docx.oxml.ns import qn

from ingest.extraction.docx_elements import REMOVED

_FIELD = qn("w:fldChar")
_TYPE = qn("w:fldCharType")


class FieldState:
    """The fields that are open at a place of the text, over paragraphs and tables.

    The marks of a field whose end is missing are ignored, so that they hide nothing.
    """

    def __init__(self, body: Any) -> None:
        self._marks = _paired_marks(body)
        self._in_result: list[bool] = []

    @property
    def is_shown(self) -> bool:
        """False inside the code of a field."""
        return all(self._in_result)

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


def _paired_marks(body: Any) -> set[Any]:
    """The marks of the fields that begin and end, each text box by itself."""
    paired: set[Any] = set()
    open_fields: dict[Any, list[list[Any]]] = {}
    for mark in body.iter(_FIELD):
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
                paired.update(fields.pop())
    return paired
