"""Parser of a whole legal document in official layout (thể thức văn bản, Nghị định 30/2020/NĐ-CP) from plain text."""

from hub.legal.document.parser import LegalDocument, is_official, parse_document

__all__ = ["LegalDocument", "is_official", "parse_document"]
