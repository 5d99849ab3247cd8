"""One document as a sentence names it: by type and number, by a law's name, by type and date, as `… này`."""

import re
from dataclasses import dataclass, replace
from datetime import date

from hub.legal import dates
from hub.legal.aligned_text import Letters
from hub.legal.citations import patterns
from hub.legal.citations.provisions import NodesRead
from hub.legal.citations.types import Citation, CitationKind, Here
from hub.legal.doubt import Doubt
from hub.legal.issuers import read_issuer
from hub.legal.laws import read_law_name
from hub.legal.numbers_in_text import FoundNumber, Shape, read_number, type_of_symbol

_OTHER_NUMBER = re.compile(r"\d/(?:19|20)\d\d/")


@dataclass(frozen=True)
class NamedDocument:
    """A document that a mention names, before its cited parts are put to it; `more` are further ones of its list."""

    citation: Citation
    more: tuple[Citation, ...]
    end: int


class DocumentReader:
    """Reads the documents that a text names; every place is one of its `Letters`."""

    def __init__(self, letters: Letters, here: Here) -> None:
        self.letters, self.here = letters, here

    def document(self, anchor: re.Match[str]) -> NamedDocument | None:
        """The document whose mention begins with an anchor of `wording.ANCHOR`; None where the words name none."""
        if anchor["law"]:
            return self._law(anchor)
        if anchor["number"]:
            return self._bare_number(anchor.start())
        if anchor["code"]:
            return self._code(anchor)
        if anchor["untyped"]:
            return self._untyped(anchor)
        if anchor["short"]:
            written = self.letters.plain[anchor.start() : anchor.end()].replace("Ð", "Đ")
            named = patterns.ABBREVIATED.get(written) or patterns.ABBREVIATED.get(written.replace("D", "Đ"))
            return self._typed(anchor, named, 0.8, short=True) if named else None
        words = " ".join(anchor["type"].split())
        return self._typed(anchor, patterns.BY_BARE[words], self._spelt(anchor, patterns.BY_BARE[words]))

    def spanned(self, citation: Citation, start: int, end: int) -> Citation:
        """The same citation with another span."""
        return replace(citation, start=start, end=end, text=self.letters.line(start, end))

    def own(self, start: int, end: int, named: str | None, nodes: NodesRead | None) -> Citation:
        """A citation of the text's own document or node."""
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

    def _spelt(self, anchor: re.Match[str], name: str) -> float:
        """How surely the words are those of the type: marks may be lost, a wrong mark is a slip."""
        written = " ".join(self.letters.small[anchor.start() : anchor.end()].split())
        return 1.0 if written == name.lower() else 0.9 if written.isascii() else 0.8

    def _typed(self, anchor: re.Match[str], name: str, sure: float, short: bool = False) -> NamedDocument | None:
        start, at = anchor.start(), anchor.end()
        if (own := self._this(anchor)) is not None:
            if (
                name not in patterns.SELF_IN_ANY_CASE
                and not (name in patterns.SELF_WITH_CAPITAL and self.letters.plain[start].isupper())
                and name != self.here.type
            ):
                return None
            return NamedDocument(self.own(start, own, name, None), (), own)
        issuer, issuer_end, issuer_sure = self._issuers(at)
        number, labelled = self._number(issuer_end if issuer else at)
        if number is None and issuer is None and (number := self._qualified(at, name)) is not None:
            labelled = True
        if number is not None and number.shape is Shape.serial and (shared := self._sharing(start, number, name, sure)):
            return shared
        if number is None or (issuer and number.shape is Shape.serial):
            return self._dated(start, at, name, sure, issuer, issuer_end, issuer_sure)
        if number.shape is Shape.serial and not (
            name in patterns.BY_SERIAL
            and self.letters.plain[start].isupper()
            and not short
            and (labelled or name != "Quyết định" or self._date(number.end) is not None)
        ):
            return None
        if (short and number.shape is Shape.serial) or (
            name in patterns.COMMON_WORDS
            and number.shape is not Shape.whole
            and not labelled
            and not (number.symbol and type_of_symbol(number.symbol))
        ):
            return None
        first = self._numbered(start, number, name, sure)
        if issuer:
            first = replace(first, issuer=issuer, confidence=first.confidence | {"issuer": issuer_sure})
        return self._listed(*self._tail(first, number.end), name)

    def _this(self, anchor: re.Match[str]) -> int | None:
        found = patterns.THIS.match(self.letters.small, anchor.end())
        if found is None and self.letters.plain[anchor.start() : anchor.end()].isascii():
            found = patterns.THIS_UNMARKED.match(self.letters.small, anchor.end())
        return found.end() if found else None

    def _number(self, at: int) -> tuple[FoundNumber | None, bool]:
        gap = patterns.LABEL.match(self.letters.small, at)
        if gap is None:
            return None, False
        labelled = bool(gap["label"])
        return read_number(self.letters, gap.end(), typed=True, labelled=labelled), labelled

    def _qualified(self, at: int, name: str) -> FoundNumber | None:
        """A number behind a word or three that belong to its type, where its letters say no other type."""
        found = patterns.QUALIFIED.match(self.letters.small, at)
        if found is None or patterns.NO_QUALIFIER.search(found["words"]):
            return None
        if any(char.isupper() for char in self.letters.plain[at : found.end()]):
            return None
        number, _ = self._number(found.end())
        if number is None or number.symbol is None:
            return None
        told = type_of_symbol(number.symbol)
        return number if told is None or told[0] == name else None

    def _sharing(self, start: int, first: FoundNumber, name: str, sure: float) -> NamedDocument | None:
        """Serials that share the year and the letters of the last: `Thông tư số 01, 02 và 03/2023/TT-BNV`."""
        serials, end = [first], first.end
        while len(serials) < 50 and (gap := patterns.AND.match(self.letters.small, end)) is not None:
            number = read_number(self.letters, gap.end(), typed=True)
            if number is None:
                return None
            if number.shape is not Shape.serial:
                break
            serials.append(number)
            end = number.end
        else:
            return None
        told = type_of_symbol(number.symbol) if number.symbol else None
        if told is not None and told[0] != name:
            return None
        shown = self._shown(number)[len(number.serial) :]
        shared = [
            replace(
                self._numbered(place, replace(number, start=one.start, end=one.end, serial=one.serial), name, sure),
                number=one.serial + shown,
            )
            for place, one in zip([start, *(one.start for one in serials[1:])], serials, strict=True)
        ]
        last, end = self._tail(self._numbered(number.start, number, name, sure), number.end)
        listed = self._listed(last, end, name)
        return NamedDocument(shared[0], (*shared[1:], last, *listed.more), listed.end)

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
        elif name and by_symbol and by_symbol[0] != name and (name, by_symbol[0]) not in patterns.ALIKE:
            detail = f"The text says {name}, the letters of {shown} say {by_symbol[0]}."
            doubts, sure = (Doubt("type", detail, "a type that agrees with the number"),), 0.5
        if name:
            confidence["type"] = sure
        citation = Citation(
            start, number.end, "", CitationKind.number, name, shown, number.key, number.plain_serial, number.year,
            number.symbol, confidence=confidence, doubts=doubts,
        )  # fmt: skip
        return self.spanned(citation, start, number.end)

    def _shown(self, number: FoundNumber) -> str:
        if number.symbol is None or number.shape is Shape.yearless:
            return self.letters.line(number.start, number.end).replace(" ", "")
        return f"{number.serial}/{number.year}/{number.symbol}"

    def _issuers(self, at: int) -> tuple[str | None, int, float]:
        """The issuers behind `của`, and where their names end."""
        small = self.letters.small
        of = patterns.OF.match(small, at)
        first = read_issuer(self.letters, of.end()) if of else None
        if of is None or first is None:
            return None, at, 0.0
        end, sure = first.end, first.sure
        for _ in range(8):
            gap = patterns.AND_OF.match(small, end)
            further = read_issuer(self.letters, gap.end()) if gap else None
            if further is None:
                break
            end, sure = further.end, min(sure, further.sure)
        return self.letters.line(of.end(), end), end, sure

    def _date(self, at: int) -> tuple[date, int] | None:
        gap = patterns.ON.match(self.letters.small, at)
        found = patterns.DATE.match(self.letters.small, gap.end()) if gap else None
        read = dates.find_dates(found.group()) if found else []
        return (read[0].on, found.end()) if found and read else None

    def _tail(self, citation: Citation, at: int) -> tuple[Citation, int]:
        """Date and issuer behind a number or name, in either order. The span ends with the number or the date."""
        end, known = citation.end, citation
        if (link := patterns.LINK.match(self.letters.plain, at)) is not None:
            end = at = link.end()
        if known.number_key and known.year is None and (said := patterns.YEAR_OF_NUMBER.match(self.letters.small, at)):
            known = replace(known, year=int(said["year"]), confidence=known.confidence | {"year": 1.0})
            end = at = said.end()
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
            known = self._in_next_cell(known, at) or self._behind_title(known, at)
        return self.spanned(known, citation.start, end), at

    def _in_next_cell(self, citation: Citation, at: int) -> Citation | None:
        gap = patterns.CELL.match(self.letters.small, at)
        found = patterns.DATE.match(self.letters.small, gap.end()) if gap else None
        said = dates.find_dates(found.group()) if found else []
        if not said:
            return None
        return replace(citation, dates=(said[0].on,), confidence=citation.confidence | {"dates": 0.8})

    def _behind_title(self, citation: Citation, at: int) -> Citation:
        """The date behind a title that begins with a capital; another number before it would be its owner."""
        small, plain = self.letters.small, self.letters.plain
        if not plain[at + 1 : at + 2].isupper():
            return citation
        issued, dated = (pattern.match(small, at, at + 460) for pattern in patterns.BEHIND_TITLE)
        if issued is None and dated is not None and _OTHER_NUMBER.search(small, at, dated.start("on")):
            return citation
        found = issued or dated
        said = dates.find_dates(found["on"]) if found else []
        if not said:
            return citation
        return replace(citation, dates=(said[0].on,), confidence=citation.confidence | {"dates": 0.8})

    def _dated(
        self, start: int, at: int, name: str, sure: float, issuer: str | None, issuer_end: int, issuer_sure: float
    ) -> NamedDocument | None:
        on = self._date(issuer_end if issuer else at)
        if on is None or not self.letters.plain[start].isupper() or name not in patterns.BY_SERIAL:
            return None
        confidence = {"type": sure, "dates": 1.0} | ({"issuer": issuer_sure} if issuer else {})
        citation = Citation(
            start, on[1], "", CitationKind.dated, name, issuer=issuer, dates=(on[0],), confidence=confidence
        )
        known, end = self._tail(self.spanned(citation, start, on[1]), on[1])
        return NamedDocument(known, (), end)

    def _listed(self, first: Citation, end: int, name: str | None) -> NamedDocument:
        """Further numbers of the same type: `các Nghị định số 1/2020/NĐ-CP, số 2/2021/NĐ-CP`."""
        more: list[Citation] = []
        while len(more) < 200 and (gap := patterns.AND.match(self.letters.small, end)) is not None:
            number = read_number(self.letters, gap.end(), typed=bool(gap["label"] and name))
            if number is None or number.shape not in (Shape.whole, Shape.yearless):
                break
            citation = self._numbered(number.start, number, None, 0.0)
            if citation.type is None and name:
                citation = replace(citation, type=name, confidence=citation.confidence | {"type": 0.8})
            citation, end = self._tail(citation, number.end)
            more.append(citation)
        return NamedDocument(first, tuple(more), end)

    def _bare_number(self, at: int) -> NamedDocument | None:
        number = read_number(self.letters, at)
        if number is None:
            return None
        if number.shape is Shape.yearless and patterns.NOT_A_DOCUMENT.search(self.letters.small[max(0, at - 24) : at]):
            return None
        citation = self._numbered(at, number, None, 0.0)
        if citation.type is None and citation.doubts == ():
            doubt = Doubt("type", f"The letters of {citation.number} name no type.", "the type before the number")
            citation = replace(citation, doubts=(doubt,))
        return self._listed(*self._tail(citation, number.end), None)

    def _untyped(self, anchor: re.Match[str]) -> NamedDocument | None:
        """`Văn bản số 3312/BNV-CCVC`: a number whose type no word says."""
        number, _ = self._number(anchor.end())
        if number is None or number.shape not in (Shape.whole, Shape.yearless):
            return None
        return self._listed(*self._tail(self._numbered(number.start, number, None, 0.0), number.end), None)

    def _code(self, anchor: re.Match[str]) -> NamedDocument | None:
        """`BLDS 2015`: an abbreviated code of law."""
        start, end = anchor.span()
        if not self.letters.plain[start:end].isupper():
            return None
        name = f"Bộ luật {patterns.CODES[anchor['code']]}"
        confidence = {"type": 0.9, "name": 0.9}
        citation = Citation(start, end, "", CitationKind.law, "Bộ luật", name=name, confidence=confidence)
        citation, end = self._law_year(citation, end)
        return self._listed(*self._tail(self.spanned(citation, start, end), end), None)

    def _law(self, anchor: re.Match[str]) -> NamedDocument | None:
        start, at = anchor.start(), anchor.end()
        word = " ".join(anchor["law"].split())
        name = patterns.BY_BARE[word]
        if word == "luat" and patterns.NO_LAW.search(self.letters.small[max(0, start - 80) : start]):
            return None
        if (own := self._this(anchor)) is not None:
            return NamedDocument(self.own(start, own, name, None), (), own)
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
        elif (state := patterns.OF_THE_STATE.match(self.letters.small, end)) is not None:
            end = state.end()
        confidence = {"type": sure, "name": name_sure}
        citation = Citation(start, end, "", CitationKind.law, name, name=title, confidence=confidence)
        citation, end = self._law_year(citation, end)
        number, _ = self._number(end)
        if number is not None and number.shape is Shape.whole:
            numbered = self._numbered(start, number, name, sure)
            citation = replace(numbered, name=title, confidence=numbered.confidence | confidence)
            end = number.end
        return self._listed(*self._tail(self.spanned(citation, start, end), end), name)

    def _law_year(self, citation: Citation, at: int) -> tuple[Citation, int]:
        found = patterns.YEAR.match(self.letters.small, at)
        if found is None:
            return citation, at
        year = int(found["year"] or found["bare"])
        return replace(citation, year=year, confidence=citation.confidence | {"year": 1.0}), found.end()
