"""Content streams of a PDF: written again from their operators, so that nothing is left between them."""

import re
from typing import Any

import pikepdf

from hub.consultation.comment_files.errors import FileBroken
from hub.consultation.comment_files.pdf_keys import OPERATORS

_COMMENT = re.compile(rb"%[^\r\n]*")


def clean_content(content: Any) -> bytes:
    """Return the operators of a page or stream without comments, unknown operators and properties of marked content.

    A property that hides a layer (`/OC`) stays. Raises `FileBroken`.
    """
    try:
        kept = [kept for found in pikepdf.parse_content_stream(content) if (kept := _clean_instruction(found))]
        return pikepdf.unparse_content_stream(kept)
    except MemoryError:
        raise
    except (pikepdf.PikepdfError, ValueError, TypeError, RuntimeError) as problem:
        raise FileBroken("A page of the PDF is damaged.", expected="a whole PDF") from problem


def _clean_instruction(found: Any) -> Any | None:
    if isinstance(found, pikepdf.ContentStreamInlineImage):
        # Of pages, they became pictures before; a JPEG in a letter or pattern would keep its metadata.
        return None if {"/DCTDecode", "/JPXDecode"} & set(found.iimage.filters) else found
    operator = str(found.operator)
    if operator == "BDC":
        tag = found.operands[0] if len(found.operands) else pikepdf.Name.Span
        if tag == pikepdf.Name.OC and isinstance(found.operands[1], pikepdf.Name):
            return found
        return pikepdf.ContentStreamInstruction([pikepdf.Name.Span], pikepdf.Operator("BMC"))
    return found if operator in OPERATORS else None


def drop_comments(program: bytes) -> bytes:
    """Return a map of characters or a function in PostScript without its comments."""
    return _COMMENT.sub(b"", program)
