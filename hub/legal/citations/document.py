"""Parser of one mentioned document: by type and number, by the name of a law, by type and date, or as `… này`."""

import re
from dataclasses import dataclass, replace
from datetime import date

from hub.legal import dates
from hub.legal.aligned_text import AlignedText
from hub.legal.citations import patterns
from hub.legal.citations.provisions import ProvisionMatch
from hub.legal.citations.types import Citation, CitationContext, CitationKind
from hub.legal.doubt import Doubt
from hub.legal.issuers import match_issuer
from hub.legal.laws import match_law_name
from hub.legal.numbers import canonical_number
from hub.legal.numbers_in_text import NumberMatch, Shape, match_number, type_of_symbol

_OTHER_NUMBER = re.compile(r"\d/(?:19|20)\d\d/")


@dataclass(frozen=True)
class DocumentMention:
    """A mentioned document without its cited parts; `more` are the other documents of the same list."""

    citation: Citation
    more: tuple[Citation, ...]
    end: int


class DocumentParser:
    """Parser of the documents that a text mentions. All offsets are offsets in its `AlignedText`."""

    def __init__(self, aligned: AlignedText, context: CitationContext) -> None:
        self.aligned, self.context = aligned, context

    def parse(self, anchor: re.Match[str]) -> DocumentMention | None:
        """Parse the mention that begins with a match of `patterns.ANCHOR`; None when it names no document."""
        if anchor["law"]:
            return self._parse_law(anchor)
        if anchor["number"]:
            return self._parse_bare_number(anchor.start())
        if anchor["code"]:
            return self._parse_code(anchor)
        if anchor["untyped"]:
            return self._parse_untyped(anchor)
        if anchor["short"]:
            written = self.aligned.plain[anchor.start() : anchor.end()].replace("Ð", "Đ")
            by_abbreviation = patterns.TYPE_BY_ABBREVIATION
            abbreviated = by_abbreviation.get(written) or by_abbreviation.get(written.replace("D", "Đ"))
            return self._parse_typed(anchor, abbreviated, 0.8, short=True) if abbreviated else None
        name = patterns.TYPE_BY_BARE_NAME[" ".join(anchor["type"].split())]
        return self._parse_typed(anchor, name, self._type_confidence(anchor, name))

    def with_span(self, citation: Citation, start: int, end: int) -> Citation:
        """Return the citation with another span."""
        return replace(citation, start=start, end=end, text=self.aligned.excerpt(start, end))

    def self_citation(self, start: int, end: int, name: str | None, nodes: ProvisionMatch | None) -> Citation:
        """Build a citation of the document itself, or of a node of it."""
        doubts: tuple[Doubt, ...] = ()
        if name and self.context.type and name != self.context.type:
            doubts = (
                Doubt(
                    "type", f"The text says {name}, but its document is a {self.context.type}.", "the type of the text"
                ),
            )
        parts, confidence = (nodes.nodes, {"nodes": nodes.confidence}) if nodes else ((), {})
        text = self.aligned.excerpt(start, end)
        return Citation(
            start, end, text, CitationKind.here, type=name, nodes=parts, confidence=confidence, doubts=doubts
        )

    def _type_confidence(self, anchor: re.Match[str], name: str) -> float:
        """Confidence that the words are the type: diacritics may be missing; a wrong one is a misprint."""
        written = " ".join(self.aligned.small[anchor.start() : anchor.end()].split())
        return 1.0 if written == name.lower() else 0.9 if written.isascii() else 0.8

    def _parse_typed(
        self, anchor: re.Match[str], name: str, sure: float, short: bool = False
    ) -> DocumentMention | None:
        start, at = anchor.start(), anchor.end()
        if (own := self._match_this(anchor)) is not None:
            if (
                name not in patterns.SELF_IN_ANY_CASE
                and not (name in patterns.SELF_WITH_CAPITAL and self.aligned.plain[start].isupper())
                and name != self.context.type
            ):
                return None
            return DocumentMention(self.self_citation(start, own, name, None), (), own)
        issuer, issuer_end, issuer_sure = self._match_issuers(at)
        number, labelled = self._match_number(issuer_end if issuer else at)
        if number is None and issuer is None and (number := self._match_qualified_number(at, name)) is not None:
            labelled = True
        if (
            number is not None
            and number.shape is Shape.serial
            and (shared := self._parse_shared_number(start, number, name, sure))
        ):
            return shared
        if number is None or (issuer and number.shape is Shape.serial):
            return self._parse_dated(start, at, name, sure, issuer, issuer_end, issuer_sure)
        if number.shape is Shape.serial and not (
            name in patterns.CITED_BY_SERIAL
            and self.aligned.plain[start].isupper()
            and not short
            and (labelled or name != "Quyết định" or self._match_date(number.end) is not None)
        ):
            return None
        if (short and number.shape is Shape.serial) or (
            name in patterns.COMMON_WORDS
            and number.shape is not Shape.whole
            and not labelled
            and not (number.symbol and type_of_symbol(number.symbol))
        ):
            return None
        first = self._build_citation(start, number, name, sure)
        if issuer:
            first = replace(first, issuer=issuer, confidence=first.confidence | {"issuer": issuer_sure})
        return self._parse_list(*self._parse_tail(first, number.end), name)

    def _match_this(self, anchor: re.Match[str]) -> int | None:
        found = patterns.THIS.match(self.aligned.small, anchor.end())
        if found is None and self.aligned.plain[anchor.start() : anchor.end()].isascii():
            found = patterns.THIS_UNMARKED.match(self.aligned.small, anchor.end())
        return found.end() if found else None

    def _match_number(self, at: int) -> tuple[NumberMatch | None, bool]:
        gap = patterns.LABEL.match(self.aligned.small, at)
        if gap is None:
            return None, False
        labelled = bool(gap["label"])
        return match_number(self.aligned, gap.end(), typed=True, labelled=labelled), labelled

    def _match_qualified_number(self, at: int, name: str) -> NumberMatch | None:
        """Match a number after one to three words that belong to its type, unless its letters mean another type."""
        found = patterns.QUALIFIER.match(self.aligned.small, at)
        if found is None or patterns.NO_QUALIFIER.search(found["words"]):
            return None
        if any(char.isupper() for char in self.aligned.plain[at : found.end()]):
            return None
        number, _ = self._match_number(found.end())
        if number is None or number.symbol is None:
            return None
        by_symbol = type_of_symbol(number.symbol)
        return number if by_symbol is None or by_symbol[0] == name else None

    def _parse_shared_number(self, start: int, first: NumberMatch, name: str, sure: float) -> DocumentMention | None:
        """Parse serials that share the year and the letters of the last one: `Thông tư số 01, 02 và 03/2023/TT-BNV`."""
        serials, end = [first], first.end
        while len(serials) < 50 and (gap := patterns.AND.match(self.aligned.small, end)) is not None:
            number = match_number(self.aligned, gap.end(), typed=True)
            if number is None:
                return None
            if number.shape is not Shape.serial:
                break
            serials.append(number)
            end = number.end
        else:
            return None
        by_symbol = type_of_symbol(number.symbol) if number.symbol else None
        if by_symbol is not None and by_symbol[0] != name:
            return None
        suffix = self._display_number(number)[len(number.serial) :]
        shared = [
            replace(
                self._build_citation(
                    place, replace(number, start=one.start, end=one.end, serial=one.serial), name, sure
                ),
                number=one.serial + suffix,
            )
            for place, one in zip([start, *(one.start for one in serials[1:])], serials, strict=True)
        ]
        last, end = self._parse_tail(self._build_citation(number.start, number, name, sure), number.end)
        listed = self._parse_list(last, end, name)
        return DocumentMention(shared[0], (*shared[1:], last, *listed.more), listed.end)

    def _build_citation(self, start: int, number: NumberMatch, name: str | None, sure: float) -> Citation:
        shown = self._display_number(number)
        confidence = {"number": 0.9 if number.corrected else 1.0}
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
        elif name and by_symbol and by_symbol[0] != name and (name, by_symbol[0]) not in patterns.COMPATIBLE_TYPES:
            detail = f"The text says {name}, but the letters of {shown} mean {by_symbol[0]}."
            doubts, sure = (Doubt("type", detail, "a type that agrees with the number"),), 0.5
        if name:
            confidence["type"] = sure
        citation = Citation(
            start, number.end, "", CitationKind.number, name, shown, number.key, number.plain_serial, number.year,
            number.symbol, confidence=confidence, doubts=doubts,
        )  # fmt: skip
        return self.with_span(citation, start, number.end)

    def _display_number(self, number: NumberMatch) -> str:
        if number.symbol is None or number.shape is Shape.yearless:
            return canonical_number(self.aligned.signs[number.start : number.end]).replace(" ", "")
        return f"{number.serial}/{number.year}/{number.symbol}"

    def _match_issuers(self, at: int) -> tuple[str | None, int, float]:
        """Match the issuers after `của`: their names, the end of these, and the confidence."""
        small = self.aligned.small
        of = patterns.OF.match(small, at)
        first = match_issuer(self.aligned, of.end()) if of else None
        if of is None or first is None:
            return None, at, 0.0
        end, sure = first.end, first.confidence
        for _ in range(8):
            gap = patterns.AND_OF.match(small, end)
            further = match_issuer(self.aligned, gap.end()) if gap else None
            if further is None:
                break
            end, sure = further.end, min(sure, further.confidence)
        return self.aligned.excerpt(of.end(), end), end, sure

    def _match_date(self, at: int) -> tuple[date, int] | None:
        gap = patterns.ON.match(self.aligned.small, at)
        found = patterns.DATE.match(self.aligned.small, gap.end()) if gap else None
        parsed = dates.find_dates(found.group()) if found else []
        return (parsed[0].on, found.end()) if found and parsed else None

    def _parse_tail(self, citation: Citation, at: int) -> tuple[Citation, int]:
        """Parse date and issuer after a number or name, in either order. The span ends with the number or the date."""
        end, known = citation.end, citation
        if (link := patterns.LINK.match(self.aligned.plain, at)) is not None:
            end = at = link.end()
        if known.number_key and known.year is None and (year := patterns.YEAR_OF_NUMBER.match(self.aligned.small, at)):
            known = replace(known, year=int(year["year"]), confidence=known.confidence | {"year": 1.0})
            end = at = year.end()
        for _ in range(2):
            if not known.dates and (on := self._match_date(at)) is not None:
                known = replace(known, dates=(on[0],), confidence=known.confidence | {"dates": 1.0})
                end = at = on[1]
                continue
            issuer, issuer_end, sure = self._match_issuers(at)
            if issuer and known.issuer is None:
                known = replace(known, issuer=issuer, confidence=known.confidence | {"issuer": sure})
                at = issuer_end
        if known.issuer and not known.dates and (on := self._match_date(at)) is not None:
            known = replace(known, dates=(on[0],), confidence=known.confidence | {"dates": 1.0})
            end = at = on[1]
        if not known.dates and known.kind is CitationKind.number and at == citation.end:
            known = self._with_next_cell_date(known, at) or self._with_date_after_title(known, at)
        return self.with_span(known, citation.start, end), at

    def _with_next_cell_date(self, citation: Citation, at: int) -> Citation | None:
        gap = patterns.CELL.match(self.aligned.small, at)
        found = patterns.DATE.match(self.aligned.small, gap.end()) if gap else None
        parsed = dates.find_dates(found.group()) if found else []
        if not parsed:
            return None
        return replace(citation, dates=(parsed[0].on,), confidence=citation.confidence | {"dates": 0.8})

    def _with_date_after_title(self, citation: Citation, at: int) -> Citation:
        """Add the date after a title that begins with a capital, unless it belongs to another number before it."""
        small, plain = self.aligned.small, self.aligned.plain
        if not plain[at + 1 : at + 2].isupper():
            return citation
        issued, dated = (pattern.match(small, at, at + 460) for pattern in patterns.DATE_AFTER_TITLE)
        if issued is None and dated is not None and _OTHER_NUMBER.search(small, at, dated.start("on")):
            return citation
        found = issued or dated
        parsed = dates.find_dates(found["on"]) if found else []
        if not parsed:
            return citation
        return replace(citation, dates=(parsed[0].on,), confidence=citation.confidence | {"dates": 0.8})

    def _parse_dated(
        self, start: int, at: int, name: str, sure: float, issuer: str | None, issuer_end: int, issuer_sure: float
    ) -> DocumentMention | None:
        on = self._match_date(issuer_end if issuer else at)
        if on is None or not self.aligned.plain[start].isupper() or name not in patterns.CITED_BY_SERIAL:
            return None
        confidence = {"type": sure, "dates": 1.0} | ({"issuer": issuer_sure} if issuer else {})
        citation = Citation(
            start, on[1], "", CitationKind.dated, name, issuer=issuer, dates=(on[0],), confidence=confidence
        )
        known, end = self._parse_tail(self.with_span(citation, start, on[1]), on[1])
        return DocumentMention(known, (), end)

    def _parse_list(self, first: Citation, end: int, name: str | None) -> DocumentMention:
        """Parse further numbers of the same type: `các Nghị định số 1/2020/NĐ-CP, số 2/2021/NĐ-CP`."""
        more: list[Citation] = []
        while len(more) < 200 and (gap := patterns.AND.match(self.aligned.small, end)) is not None:
            number = match_number(self.aligned, gap.end(), typed=bool(gap["label"] and name))
            if number is None or number.shape not in (Shape.whole, Shape.yearless):
                break
            citation = self._build_citation(number.start, number, None, 0.0)
            if citation.type is None and name:
                citation = replace(citation, type=name, confidence=citation.confidence | {"type": 0.8})
            citation, end = self._parse_tail(citation, number.end)
            more.append(citation)
        return DocumentMention(first, tuple(more), end)

    def _parse_bare_number(self, at: int) -> DocumentMention | None:
        number = match_number(self.aligned, at)
        if number is None:
            return None
        if number.shape is Shape.yearless and patterns.NOT_A_DOCUMENT.search(self.aligned.small[max(0, at - 24) : at]):
            return None
        citation = self._build_citation(at, number, None, 0.0)
        if citation.type is None and citation.doubts == ():
            doubt = Doubt("type", f"The letters of {citation.number} mean no known type.", "the type before the number")
            citation = replace(citation, doubts=(doubt,))
        return self._parse_list(*self._parse_tail(citation, number.end), None)

    def _parse_untyped(self, anchor: re.Match[str]) -> DocumentMention | None:
        """Parse `Văn bản số 3312/BNV-CCVC`, a number without the name of its type."""
        number, _ = self._match_number(anchor.end())
        if number is None or number.shape not in (Shape.whole, Shape.yearless):
            return None
        return self._parse_list(
            *self._parse_tail(self._build_citation(number.start, number, None, 0.0), number.end), None
        )

    def _parse_code(self, anchor: re.Match[str]) -> DocumentMention | None:
        """Parse `BLDS 2015`, an abbreviated code of law."""
        start, end = anchor.span()
        if not self.aligned.plain[start:end].isupper():
            return None
        name = f"Bộ luật {patterns.CODE_ABBREVIATIONS[anchor['code']]}"
        confidence = {"type": 0.9, "name": 0.9}
        citation = Citation(start, end, "", CitationKind.law, "Bộ luật", name=name, confidence=confidence)
        citation, end = self._with_law_year(citation, end)
        return self._parse_list(*self._parse_tail(self.with_span(citation, start, end), end), None)

    def _parse_law(self, anchor: re.Match[str]) -> DocumentMention | None:
        start, at = anchor.start(), anchor.end()
        word = " ".join(anchor["law"].split())
        name = patterns.TYPE_BY_BARE_NAME[word]
        if word == "luat" and patterns.NOT_A_LAW.search(self.aligned.small[max(0, start - 80) : start]):
            return None
        if (own := self._match_this(anchor)) is not None:
            return DocumentMention(self.self_citation(start, own, name, None), (), own)
        sure = self._type_confidence(anchor, name)
        number, _ = self._match_number(at)
        if number is not None and number.shape in (Shape.whole, Shape.yearless):
            return self._parse_list(
                *self._parse_tail(self._build_citation(start, number, name, sure), number.end), name
            )
        end, title, name_sure = at, name, sure
        if word != "hien phap":
            law = match_law_name(self.aligned, word, at)
            if law is None:
                return None
            end, title, name_sure = law.end, f"{name} {law.name}", min(sure, law.confidence)
        elif not self.aligned.plain[start].isupper():
            return None
        elif (state := patterns.OF_THE_STATE.match(self.aligned.small, end)) is not None:
            end = state.end()
        confidence = {"type": sure, "name": name_sure}
        citation = Citation(start, end, "", CitationKind.law, name, name=title, confidence=confidence)
        citation, end = self._with_law_year(citation, end)
        number, _ = self._match_number(end)
        if number is not None and number.shape is Shape.whole:
            numbered = self._build_citation(start, number, name, sure)
            citation = replace(numbered, name=title, confidence=numbered.confidence | confidence)
            end = number.end
        return self._parse_list(*self._parse_tail(self.with_span(citation, start, end), end), name)

    def _with_law_year(self, citation: Citation, at: int) -> tuple[Citation, int]:
        found = patterns.YEAR.match(self.aligned.small, at)
        if found is None:
            return citation, at
        year = int(found["year"] or found["bare"])
        return replace(citation, year=year, confidence=citation.confidence | {"year": 1.0}), found.end()
