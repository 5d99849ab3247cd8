"""A mention: a citation with its place in a view."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub.legal.citations.parser import Citation
from hub.legal.citations.provisions import CitedProvision
from hub.legal.citations.types import CitationKind
from hub.legal.doubt import Doubt


@dataclass(frozen=True)
class Mention:
    """A citation and the text of the view that holds it. Offsets count the characters of that text in NFC."""

    place: int
    field: str
    ref: str | None
    citation: Citation


def unpack_mention(packed: Mapping[str, Any]) -> Mention:
    """Rebuild a mention from the JSON that the sandbox returned."""
    citation = packed["citation"]
    return Mention(
        **{
            **packed,
            "citation": Citation(
                **{
                    **citation,
                    "kind": CitationKind(citation["kind"]),
                    "dates": tuple(map(date.fromisoformat, citation["dates"])),
                    "nodes": tuple(CitedProvision(**node) for node in citation["nodes"]),
                    "doubts": tuple(Doubt(**doubt) for doubt in citation["doubts"]),
                }
            ),
        }
    )
