"""What a citation (viện dẫn) says: the types that reading, resolving and storing share."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from hub.legal.citations.provisions import CitedProvision
from hub.legal.doubt import Doubt


class CitationKind(StrEnum):
    """How a mention names its document."""

    number = "number"
    """By number: `Nghị định số 09/2017/NĐ-CP`, `Nghị định 09/2017`."""
    law = "law"
    """By name: `Luật Đất đai năm 2024`, `Hiến pháp`."""
    dated = "dated"
    """By type and date alone: `Quyết định ngày 5/2/2020`."""
    here = "self"
    """The text's own document: `Nghị định này`, `khoản 2 Điều này`."""


@dataclass(frozen=True)
class Citation:
    """One mention. `start` and `end` are places in the NFC text; `text` is what stands there, on one line.

    `number` is as printed, mended where a slip is certain; `number_key` is `hub.legal.numbers.number_key` of it.
    `name` is a law's name with its type. `attached` is what the cited parts belong to when it is published with the
    document (`Điều 5 Quy chế ban hành kèm theo Quyết định số …`). `amends` is the place in the list of the citation
    that this one is said to have changed (`… được sửa đổi bởi Nghị định số …`). `confidence` has a value from 0 to 1
    for every field that is set; a field below `SURE` has a doubt.
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
        """Whether no field is in doubt."""
        return not self.doubts


@dataclass(frozen=True)
class CitationContext:
    """Where a text stands: the type of its document, and the ref of the node that it is the text of."""

    type: str | None = None
    node: str | None = None


MIN_CONFIDENCE = 0.75
"""A field with less confidence than this is in doubt."""
