"""Citations (viện dẫn): every mention of a document in a text, with its place and what is known of it.

The text is read once from the left; each step looks a bounded way ahead, so the time grows with the length of the text.
What the words do not say stays None, and what they leave open is a `Doubt`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from hub.legal import cited, dates, wording
from hub.legal.cited import Citation, CitationKind, Here
from hub.legal.cited_nodes import NodesRead, read_nodes
from hub.legal.doubt import Doubt
from hub.legal.issuers import read_issuer
from hub.legal.laws import read_law_name
from hub.legal.letters import Letters
from hub.legal.numbers_in_text import FoundNumber, Shape, read_number, type_of_symbol

__all__ = ["Citation", "CitationKind", "Here", "find_citations"]


def find_citations(text: str, here: Here | None = None) -> list[Citation]:
    """Every citation of a text in reading order, none overlapping; places are in the NFC form of the text."""
    return list(_Reader(Letters(text), here or Here()).read())


@dataclass(frozen=True)
class _Document:
    """A document that a mention names, before its cited parts are put to it."""

    citation: Citation
    more: tuple[Citation, ...]
    end: int


_OTHER_NUMBER = re.compile(r"\d/(?:19|20)\d\d/")


class _Reader:
    def __init__(self, letters: Letters, here: Here) -> None:
        self.letters, self.here = letters, here
        self.found: list[Citation] = []

    def read(self) -> list[Citation]:
        bare, at = self.letters.bare, 0
        while (anchor := wording.ANCHOR.search(bare, at)) is not None:
            end = self._nodes(anchor.start()) if anchor["node"] else self._plain(anchor)
            at = end if end is not None and end > anchor.start() else anchor.end()
        return self.found

    def _plain(self, anchor: re.Match[str]) -> int | None:
        document = self._document(anchor)
        return self._keep(document, None) if document else None

    def _nodes(self, at: int) -> int | None:
        nodes = read_nodes(self.letters, at)
        if nodes is None:
            return None
        if nodes.heading and not nodes.this:
            return nodes.end
        if nodes.this:
            self._add(self._own(nodes.start, nodes.end, None, nodes))
            return nodes.end
        gap = wording.TO_DOCUMENT.match(self.letters.small, nodes.end)
        attached = None
        anchor = wording.ANCHOR.match(self.letters.bare, gap.end() if gap else nodes.end)
        document = self._document(anchor) if anchor and not anchor["node"] else None
        if document is None and (attached := wording.ATTACHED.match(self.letters.small, nodes.end)) is not None:
            anchor = wording.ANCHOR.match(self.letters.bare, attached.end())
            document = self._document(anchor) if anchor and not anchor["node"] else None
        if document is None:
            return nodes.end
        what = self.letters.line(*attached.span("what")) if attached else None
        return self._keep(document, nodes, what)

    def _keep(self, document: _Document, nodes: NodesRead | None, attached: str | None = None) -> int:
        first = document.citation
        if nodes is not None:
            first = self._spanned(
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
            if sure < cited.SURE and name not in {doubt.field for doubt in citation.doubts}
        )
        self.found.append(replace(citation, start=start, end=end, amends=amends, doubts=doubts))
        self._last_end = citation.end

    _last_end = 0

    def _amended(self, start: int) -> int | None:
        if not self.found or start - self._last_end > 400:
            return None
        between = self.letters.small[self._last_end : start]
        if "\n" in between.strip() or wording.AMENDED.search(between[-200:]) is None:
            return None
        place = len(self.found) - 1
        return place if self.found[place].kind is not CitationKind.here else None

    def _announced(self, citation: Citation) -> Citation:
        """Date and issuer before it: `ngày 01 tháng 8 năm 2023, Ủy ban nhân dân tỉnh ban hành Kế hoạch số …`."""
        window = max(0, citation.start - 240, self._last_end)
        before = self.letters.small[window : citation.start]
        verb = wording.ISSUES.search(before)
        if verb is None:
            return citation
        for clause in reversed(list(wording.CLAUSE.finditer(before, 0, verb.start()))[-6:]):
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

    def _spanned(self, citation: Citation, start: int, end: int) -> Citation:
        return replace(citation, start=start, end=end, text=self.letters.line(start, end))

    def _own(self, start: int, end: int, named: str | None, nodes: NodesRead | None) -> Citation:
        doubts: tuple[Doubt, ...] = ()
        if named and self.here.type and named != self.here.type:
            doubts = (
                Doubt("type", f"The text says {named}, its document is a {self.here.type}.", "the text's own type"),
            )
        parts, confidence = (nodes.nodes, {"nodes": nodes.sure}) if nodes else ((), {})
        text = self.letters.line(start, end)
        return Citation(
            start, end, text, CitationKind.here, type=named, nodes=parts, confidence=confidence, doubts=doubts
        )

    def _document(self, anchor: re.Match[str]) -> _Document | None:
        if anchor["law"]:
            return self._law(anchor)
        if anchor["number"]:
            return self._bare_number(anchor.start())
        if anchor["short"]:
            written = self.letters.plain[anchor.start() : anchor.end()].replace("Ð", "Đ")
            named = wording.ABBREVIATED.get(written) or wording.ABBREVIATED.get(written.replace("D", "Đ"))
            return self._typed(anchor, named, 0.8, short=True) if named else None
        words = " ".join(anchor["type"].split())
        return self._typed(anchor, wording.BY_BARE[words], self._spelt(anchor, wording.BY_BARE[words]))

    def _spelt(self, anchor: re.Match[str], name: str) -> float:
        """How surely the words are those of the type: marks may be lost, a wrong mark is a slip."""
        written = " ".join(self.letters.small[anchor.start() : anchor.end()].split())
        return 1.0 if written == name.lower() else 0.9 if written.isascii() else 0.8

    def _typed(self, anchor: re.Match[str], name: str, sure: float, short: bool = False) -> _Document | None:
        start, at = anchor.start(), anchor.end()
        if (own := self._this(anchor)) is not None:
            if (
                name not in wording.SELF_IN_ANY_CASE
                and not (name in wording.SELF_WITH_CAPITAL and self.letters.plain[start].isupper())
                and name != self.here.type
            ):
                return None
            return _Document(self._own(start, own, name, None), (), own)
        issuer, issuer_end, issuer_sure = self._issuers(at)
        number, labelled = self._number(issuer_end if issuer else at)
        if number is None or (issuer and number.shape is Shape.serial):
            return self._dated(start, at, name, sure, issuer, issuer_end, issuer_sure)
        if number.shape is Shape.serial and not (
            name in wording.BY_SERIAL
            and self.letters.plain[start].isupper()
            and not short
            and (labelled or name != "Quyết định")
        ):
            return None
        if (short and number.shape is Shape.serial) or (
            name in wording.COMMON_WORDS and number.shape is not Shape.whole and not labelled
        ):
            return None
        first = self._numbered(start, number, name, sure)
        if issuer:
            first = replace(first, issuer=issuer, confidence=first.confidence | {"issuer": issuer_sure})
        return self._listed(*self._tail(first, number.end), name)

    def _this(self, anchor: re.Match[str]) -> int | None:
        found = wording.THIS.match(self.letters.small, anchor.end())
        if found is None and self.letters.plain[anchor.start() : anchor.end()].isascii():
            found = wording.THIS_UNMARKED.match(self.letters.small, anchor.end())
        return found.end() if found else None

    def _number(self, at: int) -> tuple[FoundNumber | None, bool]:
        gap = wording.LABEL.match(self.letters.small, at)
        if gap is None:
            return None, False
        labelled = bool(gap["label"])
        return read_number(self.letters, gap.end(), typed=True, labelled=labelled), labelled

    def _numbered(self, start: int, number: FoundNumber, name: str | None, sure: float) -> Citation:
        shown = self._shown(number)
        confidence = {"number": 0.9 if number.mended else 1.0}
        if number.shape is Shape.serial:
            confidence["number"] = 0.5
        if number.shape is Shape.short:
            confidence["number"] = 0.8
        doubts: tuple[Doubt, ...] = ()
        by_symbol = type_of_symbol(number.symbol) if number.symbol else None
        if name is None and by_symbol is not None:
            name, sure = by_symbol
        elif name and by_symbol and by_symbol[0].startswith(f"{name} "):
            name, sure = by_symbol[0], 0.9  # `Thông tư số …/TTLT-…`
        elif name and by_symbol and by_symbol[0] != name and (name, by_symbol[0]) not in wording.ALIKE:
            detail = f"The text says {name}, the letters of {shown} say {by_symbol[0]}."
            doubts, sure = (Doubt("type", detail, "a type that agrees with the number"),), 0.5
        if name:
            confidence["type"] = sure
        citation = Citation(
            start, number.end, "", CitationKind.number, name, shown, number.key, number.plain_serial, number.year,
            number.symbol, confidence=confidence, doubts=doubts,
        )  # fmt: skip
        return self._spanned(citation, start, number.end)

    def _shown(self, number: FoundNumber) -> str:
        if number.symbol is None or number.shape is Shape.yearless:
            return self.letters.line(number.start, number.end).replace(" ", "")
        return f"{number.serial}/{number.year}/{number.symbol}"

    def _issuers(self, at: int) -> tuple[str | None, int, float]:
        """The issuers behind `của`, and where their names end."""
        small = self.letters.small
        of = wording.OF.match(small, at)
        first = read_issuer(self.letters, of.end()) if of else None
        if of is None or first is None:
            return None, at, 0.0
        end, sure = first.end, first.sure
        for _ in range(8):
            gap = wording.AND_OF.match(small, end)
            further = read_issuer(self.letters, gap.end()) if gap else None
            if further is None:
                break
            end, sure = further.end, min(sure, further.sure)
        return self.letters.line(of.end(), end), end, sure

    def _date(self, at: int) -> tuple[date, int] | None:
        gap = wording.ON.match(self.letters.small, at)
        found = wording.DATE.match(self.letters.small, gap.end()) if gap else None
        read = dates.find_dates(found.group()) if found else []
        return (read[0].on, found.end()) if found and read else None

    def _tail(self, citation: Citation, at: int) -> tuple[Citation, int]:
        """Date and issuer behind a number or name, in either order. The span ends with the number or the date."""
        end, known = citation.end, citation
        if (link := wording.LINK.match(self.letters.plain, at)) is not None:
            end = at = link.end()
        for _ in range(2):
            if not known.dates and (on := self._date(at)) is not None:
                known = replace(known, dates=(on[0],), confidence=known.confidence | {"dates": 1.0})
                end = at = on[1]
                continue
            issuer, issuer_end, sure = self._issuers(at)
            if issuer and known.issuer is None:
                known = replace(known, issuer=issuer, confidence=known.confidence | {"issuer": sure})
                at = issuer_end
        if known.issuer and not known.dates and (on := self._date(at)) is not None:
            known = replace(known, dates=(on[0],), confidence=known.confidence | {"dates": 1.0})
            end = at = on[1]
        if not known.dates and known.kind is CitationKind.number and at == citation.end:
            known = self._behind_title(known, at)
        return self._spanned(known, citation.start, end), at

    def _behind_title(self, citation: Citation, at: int) -> Citation:
        """The date behind a title that begins with a capital; another number before it would be its owner."""
        small, plain = self.letters.small, self.letters.plain
        if not plain[at + 1 : at + 2].isupper():
            return citation
        issued, dated = (pattern.match(small, at, at + 460) for pattern in wording.BEHIND_TITLE)
        if issued is None and dated is not None and _OTHER_NUMBER.search(small, at, dated.start("on")):
            return citation
        found = issued or dated
        said = dates.find_dates(found["on"]) if found else []
        if not said:
            return citation
        return replace(citation, dates=(said[0].on,), confidence=citation.confidence | {"dates": 0.8})

    def _dated(
        self, start: int, at: int, name: str, sure: float, issuer: str | None, issuer_end: int, issuer_sure: float
    ) -> _Document | None:
        on = self._date(issuer_end if issuer else at)
        if on is None or not self.letters.plain[start].isupper() or name not in wording.BY_SERIAL:
            return None
        confidence = {"type": sure, "dates": 1.0} | ({"issuer": issuer_sure} if issuer else {})
        citation = Citation(
            start, on[1], "", CitationKind.dated, name, issuer=issuer, dates=(on[0],), confidence=confidence
        )
        known, end = self._tail(self._spanned(citation, start, on[1]), on[1])
        return _Document(known, (), end)

    def _listed(self, first: Citation, end: int, name: str | None) -> _Document:
        """Further numbers of the same type: `các Nghị định số 1/2020/NĐ-CP, số 2/2021/NĐ-CP`."""
        more: list[Citation] = []
        while len(more) < 200 and (gap := wording.AND.match(self.letters.small, end)) is not None:
            number = read_number(self.letters, gap.end())
            if number is None:
                break
            citation = self._numbered(number.start, number, None, 0.0)
            if citation.type is None and name:
                citation = replace(citation, type=name, confidence=citation.confidence | {"type": 0.8})
            citation, end = self._tail(citation, number.end)
            more.append(citation)
        return _Document(first, tuple(more), end)

    def _bare_number(self, at: int) -> _Document | None:
        number = read_number(self.letters, at)
        if number is None:
            return None
        if number.shape is Shape.yearless and wording.NOT_A_DOCUMENT.search(self.letters.small[max(0, at - 24) : at]):
            return None
        citation = self._numbered(at, number, None, 0.0)
        if citation.type is None and citation.doubts == ():
            doubt = Doubt("type", f"The letters of {citation.number} name no type.", "the type before the number")
            citation = replace(citation, doubts=(doubt,))
        return self._listed(*self._tail(citation, number.end), None)

    def _law(self, anchor: re.Match[str]) -> _Document | None:
        start, at = anchor.start(), anchor.end()
        word = " ".join(anchor["law"].split())
        name = wording.BY_BARE[word]
        if word == "luat" and wording.NO_LAW.search(self.letters.small[max(0, start - 80) : start]):
            return None
        if (own := self._this(anchor)) is not None:
            return _Document(self._own(start, own, name, None), (), own)
        sure = self._spelt(anchor, name)
        number, _ = self._number(at)
        if number is not None and number.shape in (Shape.whole, Shape.yearless):
            return self._listed(*self._tail(self._numbered(start, number, name, sure), number.end), name)
        end, title, name_sure = at, name, sure
        if word != "hien phap":
            read = read_law_name(self.letters, word, at)
            if read is None:
                return None
            end, title, name_sure = read.end, f"{name} {read.name}", min(sure, read.sure)
        elif not self.letters.plain[start].isupper():
            return None
        confidence = {"type": sure, "name": name_sure}
        citation = Citation(start, end, "", CitationKind.law, name, name=title, confidence=confidence)
        citation, end = self._law_year(citation, end)
        number, _ = self._number(end)
        if number is not None and number.shape is Shape.whole:
            numbered = self._numbered(start, number, name, sure)
            citation = replace(numbered, name=title, confidence=numbered.confidence | confidence)
            end = number.end
        return self._listed(*self._tail(self._spanned(citation, start, end), end), name)

    def _law_year(self, citation: Citation, at: int) -> tuple[Citation, int]:
        found = wording.YEAR.match(self.letters.small, at)
        if found is None:
            return citation, at
        year = int(found["year"] or found["bare"])
        return replace(citation, year=year, confidence=citation.confidence | {"year": 1.0}), found.end()
