"""Citations (viện dẫn): every mention of a document in a text, with its place and what is known of it.

The text is read once from the left; each step looks a bounded way ahead, so the time grows with the length of the text.
What the words do not say stays None, and what they leave open is a `Doubt`.
"""

import re
from dataclasses import replace

from hub.legal import dates
from hub.legal.aligned_text import Letters
from hub.legal.citations import patterns, types
from hub.legal.citations.document import DocumentReader, NamedDocument
from hub.legal.citations.provisions import NodesRead, read_nodes
from hub.legal.citations.types import Citation, CitationKind, Here
from hub.legal.doubt import Doubt
from hub.legal.issuers import read_issuer

__all__ = ["Citation", "CitationKind", "Here", "find_citations"]


def find_citations(text: str, here: Here | None = None) -> list[Citation]:
    """Every citation of a text in reading order, none overlapping; places are in the NFC form of the text."""
    return list(_Reader(Letters(text), here or Here()).read())


class _Reader:
    def __init__(self, letters: Letters, here: Here) -> None:
        self.letters, self.documents = letters, DocumentReader(letters, here)
        self.found: list[Citation] = []

    def read(self) -> list[Citation]:
        bare, at = self.letters.bare, 0
        while (anchor := patterns.ANCHOR.search(bare, at)) is not None:
            end = self._nodes(anchor.start()) if anchor["node"] else self._plain(anchor)
            at = end if end is not None and end > anchor.start() else anchor.end()
        return self.found

    def _plain(self, anchor: re.Match[str]) -> int | None:
        document = self.documents.document(anchor)
        return self._keep(document, None) if document else None

    def _nodes(self, at: int) -> int | None:
        nodes = read_nodes(self.letters, at)
        if nodes is None:
            return None
        if nodes.heading and not nodes.this:
            return nodes.end
        if nodes.this:
            self._add(self.documents.own(nodes.start, nodes.end, None, nodes))
            return nodes.end
        gap = patterns.TO_DOCUMENT.match(self.letters.small, nodes.end)
        attached = None
        anchor = patterns.ANCHOR.match(self.letters.bare, gap.end() if gap else nodes.end)
        document = self.documents.document(anchor) if anchor and not anchor["node"] else None
        if document is None and (attached := patterns.ATTACHED.match(self.letters.small, nodes.end)) is not None:
            anchor = patterns.ANCHOR.match(self.letters.bare, attached.end())
            document = self.documents.document(anchor) if anchor and not anchor["node"] else None
        if document is None:
            return nodes.end
        what = self.letters.line(*attached.span("what")) if attached else None
        return self._keep(document, nodes, what)

    def _keep(self, document: NamedDocument, nodes: NodesRead | None, attached: str | None = None) -> int:
        first = document.citation
        if nodes is not None:
            first = self.documents.spanned(
                replace(
                    first, nodes=nodes.nodes, attached=attached, confidence=first.confidence | {"nodes": nodes.sure}
                ),
                nodes.start,
                first.end,
            )
        self._add(first)
        for one in document.more:
            self._add(one)
        return document.end

    def _add(self, citation: Citation) -> None:
        if citation.kind is CitationKind.number and not citation.nodes and not (citation.dates and citation.issuer):
            citation = self._announced(citation)
        amends = self._amended(citation.start)
        start, end = self.letters.span(citation.start, citation.end)
        doubts = citation.doubts + tuple(
            Doubt(name, f"The {name} is read with {sure:.0%} confidence.", "the usual way to write it")
            for name, sure in citation.confidence.items()
            if sure < types.SURE and name not in {doubt.field for doubt in citation.doubts}
        )
        self.found.append(replace(citation, start=start, end=end, amends=amends, doubts=doubts))
        self._last_end = citation.end

    _last_end = 0

    def _amended(self, start: int) -> int | None:
        if not self.found or start - self._last_end > 400:
            return None
        between = self.letters.small[self._last_end : start]
        if "\n" in between.strip() or patterns.AMENDED.search(between[-200:]) is None:
            return None
        place = len(self.found) - 1
        return place if self.found[place].kind is not CitationKind.here else None

    def _announced(self, citation: Citation) -> Citation:
        """Date and issuer before it: `ngày 01 tháng 8 năm 2023, Ủy ban nhân dân tỉnh ban hành Kế hoạch số …`."""
        window = max(0, citation.start - 240, self._last_end)
        before = self.letters.small[window : citation.start]
        verb = patterns.ISSUES.search(before)
        if verb is None:
            return citation
        for clause in reversed(list(patterns.CLAUSE.finditer(before, 0, verb.start()))[-6:]):
            issuer = read_issuer(self.letters, window + clause.end())
            if issuer is None or issuer.end != window + verb.start():
                continue
            confidence = citation.confidence | {"issuer": issuer.sure}
            said = dates.find_dates(before[: clause.start()])
            on = citation.dates
            if not on and said and said[-1].end == clause.start():
                on, confidence = (said[-1].on,), confidence | {"dates": 0.9}
            return replace(citation, issuer=citation.issuer or issuer.name, dates=on, confidence=confidence)
        return citation
