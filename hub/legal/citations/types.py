"""Data types of citations (viện dẫn), shared by parser, resolver and storage."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hub.legal.citations.provisions import CitedProvision
from hub.legal.doubt import Doubt


class CitationKind(StrEnum):
    """The way in which a mention names its document (cách viện dẫn)."""

    number = "number"
    """By number: `Nghị định số 09/2017/NĐ-CP`, `Nghị định 09/2017`."""
    law = "law"
    """By name: `Luật Đất đai năm 2024`, `Hiến pháp`."""
    dated = "dated"
    """By type and date only: `Quyết định ngày 5/2/2020`."""
    here = "self"
    """The document itself: `Nghị định này`, `khoản 2 Điều này`."""


@dataclass(frozen=True)
class Citation:
    """One mention. `start` and `end` are offsets in the NFC text; `text` is its wording, on one line.

    `number` is as printed, corrected where a misprint is certain; `number_key` is `hub.legal.numbers.number_key` of it.
    `name` is the name of a law with its type. `attached` is the text that the cited parts belong to, if it was
    published with the document (`Điều 5 Quy chế ban hành kèm theo Quyết định số …`). `amends` is the index of the
    citation in the same list whose document was amended by this one (`… được sửa đổi bởi Nghị định số …`).
    `confidence` has a value from 0 to 1 for every field that is set; a field below `MIN_CONFIDENCE` has a doubt.
    """

    start: int
    end: int
    text: str
    kind: CitationKind
    type: str | None = None
    number: str | None = None
    number_key: str | None = None
    serial: str | None = None
    year: int | None = None
    symbol: str | None = None
    issuer: str | None = None
    dates: tuple[date, ...] = ()
    name: str | None = None
    nodes: tuple[CitedProvision, ...] = ()
    attached: str | None = None
    amends: int | None = None
    confidence: dict[str, float] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_certain(self) -> bool:
        """True when no field is in doubt."""
        return not self.doubts


@dataclass(frozen=True)
class CitationContext:
    """Context of a text: the type of its document, and the ref of the node that holds it."""

    type: str | None = None
    node: str | None = None


MIN_CONFIDENCE = 0.75
"""Minimum confidence of a field that is not in doubt."""
