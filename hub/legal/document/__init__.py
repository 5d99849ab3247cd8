"""A whole legal document in its official layout (thể thức văn bản, Nghị định 30/2020/NĐ-CP), read from plain text."""

from hub.legal.document.parser import LegalDocument, is_official, parse_document

__all__ = ["LegalDocument", "is_official", "parse_document"]
