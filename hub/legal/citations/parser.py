"""Parser of citations (viện dẫn): every mention of a document in a text, with its span and its facts.

One pass over the text from left to right with bounded lookahead, so the time is linear in the length of the text. Facts
that the text does not state are None; ambiguous ones give a `Doubt`.
"""

import re
from dataclasses import replace

from hub.legal import dates
from hub.legal.aligned_text import AlignedText
from hub.legal.citations import patterns, types
from hub.legal.citations.document import DocumentMention, DocumentParser
from hub.legal.citations.provisions import ProvisionMatch, match_provisions
from hub.legal.citations.types import Citation, CitationContext, CitationKind
from hub.legal.doubt import Doubt
from hub.legal.issuers import match_issuer

__all__ = ["Citation", "CitationContext", "CitationKind", "find_citations"]


def find_citations(text: str, context: CitationContext | None = None) -> list[Citation]:
    """Find every citation of a text in reading order, without overlap. Offsets are in the NFC form of the text."""
    return list(_Parser(AlignedText(text), context or CitationContext()).parse())


class _Parser:
    def __init__(self, aligned: AlignedText, context: CitationContext) -> None:
        self.aligned, self.documents = aligned, DocumentParser(aligned, context)
        self.found: list[Citation] = []

    def parse(self) -> list[Citation]:
        bare, at = self.aligned.bare, 0
        while (anchor := patterns.ANCHOR.search(bare, at)) is not None:
            end = self._parse_provisions(anchor.start()) if anchor["node"] else self._parse_document(anchor)
            at = end if end is not None and end > anchor.start() else anchor.end()
        return self.found

    def _parse_document(self, anchor: re.Match[str]) -> int | None:
        document = self.documents.parse(anchor)
        return self._append_document(document, None) if document else None

    def _parse_provisions(self, at: int) -> int | None:
        nodes = match_provisions(self.aligned, at)
        if nodes is None:
            return None
        if nodes.is_heading and not nodes.ends_in_this:
            return nodes.end
        if nodes.ends_in_this:
            self._append(self.documents.self_citation(nodes.start, nodes.end, None, nodes))
            return nodes.end
        gap = patterns.TO_DOCUMENT.match(self.aligned.small, nodes.end)
        attached = None
        anchor = patterns.ANCHOR.match(self.aligned.bare, gap.end() if gap else nodes.end)
        document = self.documents.parse(anchor) if anchor and not anchor["node"] else None
        if document is None and (attached := patterns.ATTACHMENT.match(self.aligned.small, nodes.end)) is not None:
            anchor = patterns.ANCHOR.match(self.aligned.bare, attached.end())
            document = self.documents.parse(anchor) if anchor and not anchor["node"] else None
        if document is None:
            return nodes.end
        what = self.aligned.excerpt(*attached.span("what")) if attached else None
        return self._append_document(document, nodes, what)

    def _append_document(
        self, document: DocumentMention, nodes: ProvisionMatch | None, attached: str | None = None
    ) -> int:
        first = document.citation
        if nodes is not None:
            first = self.documents.with_span(
                replace(
                    first,
                    nodes=nodes.nodes,
                    attached=attached,
                    confidence=first.confidence | {"nodes": nodes.confidence},
                ),
                nodes.start,
                first.end,
            )
        self._append(first)
        for one in document.more:
            self._append(one)
        return document.end

    def _append(self, citation: Citation) -> None:
        if citation.kind is CitationKind.number and not citation.nodes and not (citation.dates and citation.issuer):
            citation = self._with_preceding_issuer(citation)
        amends = self._amended_index(citation.start)
        start, end = self.aligned.nfc_span(citation.start, citation.end)
        doubts = citation.doubts + tuple(
            Doubt(name, f"The {name} was parsed with {sure:.0%} confidence.", "the usual way to write it")
            for name, sure in citation.confidence.items()
            if sure < types.MIN_CONFIDENCE and name not in {doubt.field for doubt in citation.doubts}
        )
        self.found.append(replace(citation, start=start, end=end, amends=amends, doubts=doubts))
        self._last_end = citation.end

    _last_end = 0

    def _amended_index(self, start: int) -> int | None:
        if not self.found or start - self._last_end > 400:
            return None
        between = self.aligned.small[self._last_end : start]
        if "\n" in between.strip() or patterns.AMENDMENT.search(between[-200:]) is None:
            return None
        place = len(self.found) - 1
        return place if self.found[place].kind is not CitationKind.here else None

    def _with_preceding_issuer(self, citation: Citation) -> Citation:
        """Add issuer and date before it: `ngày 01 tháng 8 năm 2023, Ủy ban nhân dân tỉnh ban hành Kế hoạch số …`."""
        window = max(0, citation.start - 240, self._last_end)
        before = self.aligned.small[window : citation.start]
        verb = patterns.ISSUES.search(before)
        if verb is None:
            return citation
        for clause in reversed(list(patterns.CLAUSE.finditer(before, 0, verb.start()))[-6:]):
            issuer = match_issuer(self.aligned, window + clause.end())
            if issuer is None or issuer.end != window + verb.start():
                continue
            confidence = citation.confidence | {"issuer": issuer.confidence}
            preceding = dates.find_dates(before[: clause.start()])
            on = citation.dates
            if not on and preceding and preceding[-1].end == clause.start():
                on, confidence = (preceding[-1].on,), confidence | {"dates": 0.9}
            return replace(citation, issuer=citation.issuer or issuer.name, dates=on, confidence=confidence)
        return citation
