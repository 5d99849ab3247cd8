"""`python -m tests.bench.structure --data FOLDER`: whole documents assembled from real articles, and read again.

`--data` (or `HUB_BENCH_LEGAL`) names the folder with `legal-docs.jsonl.gz`. Articles are put into the official layout
with a head, legal bases, recipients and a signature. Counted is what comes back otherwise: facts, articles, text that
is lost or moved, and lines that a plain scan takes for a clause or a point and the reading does not.
See docs/reading.md.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hub.legal.announcement import read_announcement
from hub.legal.citations.parser import find_citations
from hub.legal.document import LegalDocument, parse_document
from hub.legal.numbers import number_key, parse_number
from hub.text import clean, compact, fold, one_line
from tests.bench.legal_rows import legal_rows

PLAIN_CLAUSE = re.compile(r"^(\d{1,3})\.(?!\d) ?\S")
PLAIN_POINT = re.compile(r"^([a-zđ])\) ?\S")
SIGNED = re.compile(r"Nơi nhận|^(?:TM|KT|TL)\. ", re.MULTILINE)
"""Articles that hold a signature of their own would make two ends."""
SEED = {
    ("Chỉ thị", "07/CT-TTg", "2023-03-21"),
    ("Kế hoạch", "269/KH-UBND", "2023-08-01"),
    ("Nghị định", "09/2017/NĐ-CP", "2017-02-09"),
    ("Quyết định", "407/QĐ-TTg", "2022-03-30"),
}
"""What the seed page cites: type, number, date."""
SIGNER = "Nguyễn Văn Mẫu"


@dataclass(frozen=True)
class Whole:
    """A document as it is put together, and what it is made of."""

    row: dict[str, Any]
    text: str
    number: str
    title: str
    articles: tuple[tuple[str, str, str], ...]
    """Number, title and text of each article."""


def assembled(file: Path) -> Iterator[Whole]:
    """The documents of the file in official layout; those without a number or with a signature are left out."""
    for row in legal_rows(file):
        number, title = row["number"], clean(row["title"])
        ends = any(SIGNED.search(part["text"] or "") for part in row["articles"])
        if parse_number(number) is None or not row["articles"] or ends:
            continue
        issued = date.fromisoformat(row["issued_date"])
        articles = tuple(
            (one_line(str(part["article"])), one_line(part["title"] or ""), clean(part["text"] or "").strip())
            for part in row["articles"]
        )
        issuer = one_line(re.split(r"[;,]", row["issuer"])[0]).upper()
        printed = [
            f"{issuer}          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "                         Độc lập - Tự do - Hạnh phúc",
            f"Số: {number}          Hà Nội, ngày {issued.day:02} tháng {issued.month:02} năm {issued.year}",
            row["type"].upper(),
            one_line(title),
            "Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;",
            "Theo đề nghị của Vụ trưởng Vụ Pháp chế,",
            *(f"Điều {n}. {head}\n{text}" if head else f"Điều {n}. {text}" for n, head, text in articles),
            "Nơi nhận:          KT. BỘ TRƯỞNG",
            "- Như trên;          THỨ TRƯỞNG",
            f"- Lưu: VT.          {SIGNER}",
        ]
        yield Whole(row, "\n".join(printed), number, one_line(title), articles)


def differences(whole: Whole, read: LegalDocument) -> Iterator[tuple[str, str]]:
    """What was read otherwise than it was put together, by kind."""
    facts: tuple[tuple[str, object, object], ...] = (
        ("number", number_key(whole.number), number_key(read.number or "")),
        ("type", whole.row["type"], read.type),
        ("title", fold(re.sub(r"^(?:về việc|v/v) ", "", whole.title, flags=re.IGNORECASE)), fold(read.title or "")),
        ("issued on", whole.row["issued_date"], str(read.issued_on)),
        ("signer", [SIGNER], [signer.name for signer in read.signers]),
        ("recipients", ["Như trên", "Lưu: VT"], list(read.recipients)),
        ("bases", 2, len(read.bases)),
    )
    for name, expected, found in facts:
        if expected != found:
            yield name, f"{expected} ≠ {found}"
    numbers = [f"dieu-{fold(n)}" for n, _, _ in whole.articles]
    found_articles = [node["label"].split(" ", 1)[1] for node in read.nodes if node["type"] == "article"]
    if found_articles != [n for n, _, _ in whole.articles]:
        yield "articles", f"{len(numbers)} ≠ {len(found_articles)}"
    if len({node["ref"] for node in read.nodes}) != len(read.nodes):
        yield "refs", "not unique"
    yield from lost(whole, read)


def lost(whole: Whole, read: LegalDocument) -> Iterator[tuple[str, str]]:
    """Articles whose nodes together do not hold exactly the text that was put in."""
    said: dict[str, list[str]] = {}
    current = ""
    for node in read.nodes:
        if node["type"] == "article":
            current = node["label"].split(" ", 1)[1]
        label = "" if node["type"] == "article" else node.get("label", "")
        said.setdefault(current, []).append(" ".join([label, node.get("heading", ""), node.get("text", "")]))
    for place, (number, head, text) in enumerate(whole.articles):
        expected = compact(f"{head} {text}")
        found = compact(" ".join(said.get(number, [])))
        if expected != found and not (place == len(whole.articles) - 1 and found.startswith(expected)):
            yield "text", f"Điều {number}: {len(expected)} ≠ {len(found)} letters"


def scanned(whole: Whole, read: LegalDocument) -> Counter[str]:
    """Clauses and points of a plain scan, and how many nodes there are."""
    count = Counter[str]()
    for _, _, text in whole.articles:
        for line in text.split("\n"):
            count["clauses of a scan"] += PLAIN_CLAUSE.match(line.strip()) is not None
            count["points of a scan"] += PLAIN_POINT.match(line.strip()) is not None
    count["clauses read"] = sum(node["type"] == "clause" for node in read.nodes)
    count["points read"] = sum(node["type"] == "point" for node in read.nodes)
    return count


def _seed(console: Console, folder: Path) -> None:
    """The seed page, a copied article on a plan: the document that it announces, and what it cites with dates."""
    seed = folder / "seed-plan-269.txt"
    if not seed.is_file():
        return
    text = seed.read_text("utf-8")
    read = read_announcement(text)
    cited = {(one.type, one.number, *map(str, one.dates)) for one in find_citations(clean(text)) if one.number}
    console.print(f"seed page: {read.type} {read.number}, {read.issued_on}, {read.issuer}; doubts: {len(read.doubts)}")
    console.print("as it should be" if cited == SEED else f"differs: {sorted(cited ^ SEED)}", markup=False)


def main(
    data: Annotated[Path | None, typer.Option(envvar="HUB_BENCH_LEGAL", help="Folder of the texts.")] = None,
    show: Annotated[int, typer.Option(help="How many differences to print.")] = 20,
) -> None:
    """Read every document again and count what differs."""
    file = data / "legal-docs.jsonl.gz" if data else None
    if file is None or not file.is_file():
        raise SystemExit("There is no data: name the folder of legal-docs.jsonl.gz by --data or HUB_BENCH_LEGAL.")
    console = Console()
    kinds, counts, doubted, examples = Counter[str](), Counter[str](), 0, []
    letters, seconds, documents = 0, 0.0, 0
    for whole in assembled(file):
        started = time.perf_counter()
        read = parse_document(whole.text)
        seconds += time.perf_counter() - started
        letters += len(whole.text)
        documents += 1
        doubted += bool(read.doubts)
        counts += scanned(whole, read)
        found = list(differences(whole, read))
        kinds.update({kind for kind, _ in found})
        examples += [f"{whole.number}: {kind}: {detail}" for kind, detail in found]
    console.print(f"{documents} documents, {letters:,} characters, {letters / seconds:,.0f} characters/s")
    table = Table("what", "documents that differ")
    for kind, count in kinds.most_common():
        table.add_row(kind, str(count))
    table.add_row("with a doubt", str(doubted))
    console.print(table)
    console.print(dict(counts))
    for line in examples[:show]:
        console.print(line, markup=False)
    if data is not None:
        _seed(console, data)


if __name__ == "__main__":
    typer.run(main)
