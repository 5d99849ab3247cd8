"""`make bench-legal`: how well citations are found and resolved, on texts that are not part of the project.

`--data` (or `HUB_BENCH_LEGAL`) names the folder with `legal-docs.jsonl.gz`; article texts alone are read. The marks
beside this file hold places, hashes and normal forms, no text. Every figure is given for two halves of the documents:
those that were looked at while the grammar was written, and those that were kept apart. See docs/legal.md.
"""

import hashlib
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hub.legal.agency_names import split_issuers
from hub.legal.citations.parser import Citation, CitationKind, find_citations
from hub.legal.citations.resolver import CatalogueEntry, InMemoryCatalogue, resolve
from hub.legal.numbers import number_key
from hub.text import clean, strip_diacritics
from tests.bench.legal_rows import legal_rows

MARKS = Path(__file__).with_name("legal-marks.jsonl")
SENTENCES = Path(__file__).with_name("legal-sentences.jsonl")
"""Sentences of other kinds of text, written for this: news, plans, decisions, party documents, tables, slips."""
HALVES = ("seen", "apart")
PLAIN = re.compile(r"(?<![\w/.%])\d{1,4}[a-z]?/(?:19|20)\d\d/[A-ZĐÐ]\w*(?:&\w+)?(?:[-/]\w+(?:&\w+)?)*")
"""The plain scan: n/yyyy/SYMBOL, written without any of the hub's grammar."""
PLAIN_TYPE = re.compile(
    r"(nghị định|thông tư liên tịch|thông tư|quyết định|nghị quyết|luật|pháp lệnh|chỉ thị)\s+số:?\s*$"
)
PLAIN_DATE = re.compile(r"^ ngày (\d{1,2})(?: tháng |[/-])(\d{1,2})(?: năm |[/-])(\d{4})\b")


@dataclass(frozen=True)
class Document:
    """A document of the file: its half, its facts, and its article texts (NFC)."""

    half: str
    known: CatalogueEntry
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """One article with the citations that were found in it."""

    document: Document
    text: str
    citations: list[Citation]


def half_of(name: str) -> str:
    """Half of a document: by a hash of its id, so that no one chooses."""
    return HALVES[int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2]


def read(file: Path) -> Iterator[Document]:
    """The documents of the file, without their lists of related documents."""
    for row in legal_rows(file):
        number, title = row["number"], clean(row["title"])
        known = CatalogueEntry(
            row["id"],
            number,
            row["type"],
            title,
            split_issuers(row["issuer"]),
            date.fromisoformat(row["issued_date"]),
        )
        texts = tuple(unicodedata.normalize("NFC", article["text"]) for article in row["articles"])
        yield Document(half_of(row["id"]), known, texts)


def plain_numbers(found: list[Text]) -> dict[str, Counter[str]]:
    """Numbers of the plain scan: how many are citations, and whose type and date are those that the words name."""
    count = {half: Counter[str]() for half in HALVES}
    for text in found:
        tally = count[text.document.half]
        for match in PLAIN.finditer(text.text):
            tally["all"] += 1
            hit = next((c for c in text.citations if c.start <= match.start() and match.end() <= c.end), None)
            # A symbol that a space tears apart is longer in the citation than in the scan.
            tally["found"] += hit is not None and (hit.number_key or "").startswith(number_key(match.group()))
            before = PLAIN_TYPE.search(text.text[max(0, match.start() - 40) : match.start()].lower())
            if before is not None:
                tally["typed"] += 1
                said = before[1] if "TTLT" not in match.group() else "thông tư liên tịch"
                tally["type right"] += hit is not None and (hit.type or "").lower() == said
            after = PLAIN_DATE.match(text.text[match.end() : match.end() + 40])
            if after is not None and (on := _day(after)) is not None:
                tally["dated"] += 1
                tally["date right"] += hit is not None and hit.dates == (on,)
    return count


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def normal(citation: Citation) -> tuple[str, str | None, str | None, tuple[str, ...]]:
    """What a mark holds of a citation: what it names, type, date, parts."""
    if citation.kind is CitationKind.here:
        named = "self"
    elif citation.number_key:
        named = citation.number_key
    elif citation.serial:
        named = f"s:{citation.serial}" + (f".{citation.year}" if citation.year else "")
    elif citation.name:
        named = f"law:{citation.name}" + (f":{citation.year}" if citation.year else "")
    else:
        named = "dated"
    nodes = tuple(
        (f"{node.below}^" if node.below else "") + node.ref + (f"..{node.to}" if node.to else "")
        for node in citation.nodes
    )
    return named, citation.type, ",".join(map(str, citation.dates)) or None, nodes


def marked(found: dict[tuple[str, int], Text]) -> tuple[dict[str, Counter[str]], int, list[str]]:
    """Right, wrong and missed mentions of the marked sentences; how many marks fit no text; and what differs."""
    count, lost, differing = {half: Counter[str]() for half in HALVES}, 0, list[str]()
    for line in MARKS.read_text("utf-8").splitlines():
        mark: dict[str, Any] = json.loads(line)
        text = found.get((mark["id"], mark["article"]))
        start, end = mark["at"]
        if text is None or hashlib.sha256(text.text[start:end].encode()).hexdigest()[:16] != mark["sha256"]:
            lost += 1
            continue
        tally = count[mark["set"]]
        tally["sentences"] += 1
        expected = [((*c["at"],), (c["is"], c["type"], c["on"], tuple(c["nodes"]))) for c in mark["cites"]]
        for citation in text.citations:
            if not (citation.start < end and start < citation.end):
                continue
            fitting = (
                e for e in expected if e[1] == normal(citation) and e[0][0] < citation.end and citation.start < e[0][1]
            )
            hit = next(fitting, None)
            if hit is None:
                tally["wrong"] += 1
                differing.append(f"wrong: {citation.text} {normal(citation)}")
                continue
            expected.remove(hit)
            tally["right"] += 1
            tally["exact"] += hit[0] == (citation.start, citation.end)
        tally["missed"] += len(expected)
        differing += [f"missed: {text.text[slice(*e[0])]} {e[1]}" for e in expected]
    return count, lost, differing


def written() -> tuple[Counter[str], list[str]]:
    """Right, wrong and missed mentions of the sentences of other kinds, and what differs."""
    tally, differing = Counter[str](), list[str]()
    for line in SENTENCES.read_text("utf-8").splitlines():
        sentence = json.loads(line)
        tally["sentences"] += 1
        expected = Counter((each, type_, on, tuple(nodes)) for each, type_, on, nodes in sentence["cites"])
        found = Counter(normal(citation) for citation in find_citations(sentence["text"]))
        tally["right"] += (expected & found).total()
        tally["wrong"] += (found - expected).total()
        tally["missed"] += (expected - found).total()
        differing += [f"wrong: {each}" for each in found - expected]
        differing += [f"missed: {each}" for each in expected - found]
    return tally, differing


def resolved(found: list[Text], documents: list[Document]) -> dict[str, Counter[str]]:
    """Mentions whose document is in the file by number or by name, as plain scans tell; and how many come to it."""
    catalogue = InMemoryCatalogue(document.known for document in documents)
    by_number: dict[str, list[CatalogueEntry]] = {}
    for document in documents:
        by_number.setdefault(number_key(document.known.number or ""), []).append(document.known)
    names = _law_names(documents)
    count = {half: Counter[str]() for half in HALVES}
    for text in found:
        tally, on = count[text.document.half], text.document.known.issued_on
        for match in PLAIN.finditer(text.text):
            targets = by_number.get(number_key(match.group()), [])
            if len(targets) == 1:
                tally["by number"] += 1
                tally["number right"] += _comes_to(text, match.start(), targets[0], catalogue, on)
        folded = strip_diacritics(text.text)
        if len(folded) != len(text.text):
            continue
        for pattern, law in names:
            for match in pattern.finditer(folded):
                if law.issued_on <= on and law.id != text.document.known.id:
                    tally["by name"] += 1
                    tally["name right"] += _comes_to(text, match.start(1), law, catalogue, on)
    return count


def _law_names(documents: list[Document]) -> list[tuple[re.Pattern[str], CatalogueEntry]]:
    """Patterns of laws by name, where the file has one law of that name; another year or number means another law."""
    laws = [document.known for document in documents if document.known.type in ("Luật", "Pháp lệnh")]
    titles = {law.id: re.sub(r"^(?:luat|phap lenh) ", "", strip_diacritics(law.title)) for law in laws}
    alone = Counter(titles.values())
    patterns = []
    for law in laws:
        title = titles[law.id]
        if alone[title] > 1 or title.startswith("sua doi"):
            continue
        words = r"[ ,]{1,2}".join(map(re.escape, re.findall(r"\w+", title)))
        other = rf"(?!(?:[ ,(]*(?:nam|ngay|so)[^.;\n]{{0,22}}(?!{law.issued_on.year})(?:19|20)\d\d))"
        pattern = rf"(?<!cua )(?<!phap )(?<!ky )\b({strip_diacritics(law.type)} {words})\b{other}(?! (?:va|viet|sua)\b)"
        patterns.append((re.compile(pattern), law))
    return patterns


def _comes_to(text: Text, place: int, known: CatalogueEntry, catalogue: InMemoryCatalogue, on: date) -> bool:
    hit = next((c for c in text.citations if c.start <= place < c.end), None)
    document = resolve(hit, catalogue, on).document if hit else None
    return document is not None and document.id == known.id


def main(
    data: Annotated[Path | None, typer.Option(envvar="HUB_BENCH_LEGAL", help="Folder of legal-docs.jsonl.gz.")] = None,
    show: Annotated[bool, typer.Option(help="List the marked mentions that differ.")] = False,
) -> None:
    """Measure."""
    console = Console(width=110)
    file = data / "legal-docs.jsonl.gz" if data else None
    if data is None or file is None or not file.is_file():
        raise SystemExit("There is no data: name the folder of legal-docs.jsonl.gz by --data or HUB_BENCH_LEGAL.")
    documents = list(read(file))
    found: dict[tuple[str, int], Text] = {}
    started = time.perf_counter()
    for document in documents:
        for place, text in enumerate(document.texts):
            found[document.known.id, place] = Text(document, text, find_citations(text))
    seconds = time.perf_counter() - started
    letters = sum(len(text.text) for text in found.values())
    kinds = Counter(citation.kind.value for text in found.values() for citation in text.citations)
    console.print(
        f"{len(documents)} documents, {letters:,} characters, {letters / seconds:,.0f} characters/s; {dict(kinds)}"
    )
    _table(console, "numbers n/yyyy/SYMBOL of a plain scan", plain_numbers(list(found.values())), _SCANNED)
    count, lost, differing = marked(found)
    _table(console, "marked sentences", count, _MARKED)
    if lost:
        console.print(f"{lost} marks fit no text of the file.")
    others, also_differing = written()
    _table(console, f"{others['sentences']} sentences of other kinds of text", {"written": others}, _MARKED[:2])
    for line in [*differing, *also_differing] if show else ():
        console.print(line, markup=False)
    _table(console, "mentions whose document is in the file", resolved(list(found.values()), documents), _RESOLVED)
    _seed(console, data)


_SCANNED = (("citations", "found", "all"), ("type", "type right", "typed"), ("date", "date right", "dated"))
_MARKED = (
    ("precision", "right", "right+wrong"),
    ("recall", "right", "right+missed"),
    ("exact places", "exact", "right"),
)
_RESOLVED = (("by number", "number right", "by number"), ("by name", "name right", "by name"))


def _table(
    console: Console, title: str, count: dict[str, Counter[str]], rows: tuple[tuple[str, str, str], ...]
) -> None:
    table = Table("", *count, title=title)
    for name, part, whole in rows:
        cells = []
        for tally in count.values():
            total = sum(tally[one] for one in whole.split("+"))
            cells.append(f"{tally[part] / total:.4f} ({tally[part]} of {total})" if total else "–")
        table.add_row(name, *cells)
    console.print(table)


def _seed(console: Console, folder: Path) -> None:
    seed = folder / "seed-plan-269.txt"
    if not seed.is_file():
        return
    table = Table("type", "number or name", "date", "issuer", title="the seed page alone")
    for citation in find_citations(seed.read_text("utf-8")):
        table.add_row(citation.type, citation.number or citation.name, normal(citation)[2] or "", citation.issuer or "")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
