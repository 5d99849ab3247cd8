"""`make bench-same`: how well doubles are known again, on texts that are not part of the project.

`--data` (or `HUB_BENCH_LEGAL`) names the folder of `legal-docs.jsonl.gz`. Doubles are the texts of the file as another
portal would show them: without number, with menus around, marks lost, tones placed otherwise, lines glued together, a
part missing. Pairs that are none: bulletins of one form for two weeks, next year's plan on the old
form, amended texts, texts of a series, a bulletin that quotes. Both halves of the documents are given, as in
`make bench-legal`; thresholds were chosen on the first alone.
"""

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from hub.domain.fingerprints import Fingerprint, fingerprint
from hub.text import clean
from ingest.dedup import verdict
from ingest.dedup.verdict import Similarity, compare_fingerprints
from tests.bench.legal import HALVES, half_of
from tests.bench.legal_rows import legal_rows

NAVIGATION = (
    "Trang chủ Giới thiệu Tin tức Văn bản Công báo Lịch công tác Liên hệ Sơ đồ cổng Đăng nhập Tiếng Việt English "
    "Tin mới nhất Tin đọc nhiều Chia sẻ bài viết In trang Gửi phản hồi Lượt truy cập 12.345.678 Hôm nay 1.204 "
    "Bản quyền thuộc cổng thông tin điện tử Địa chỉ Điện thoại Thư điện tử Giấy phép số 118/GP-TTĐT"
)
MENUS = NAVIGATION.split()
SHORTEST, LONGEST = 600, 40_000
"""Characters of the texts that are used; the longest are cut."""


@dataclass(frozen=True)
class Pair:
    """Two marks, whether they are of one document, and what was done to the text."""

    half: str
    what: str
    same: bool
    one: Fingerprint
    other: Fingerprint
    likeness: Similarity

    @classmethod
    def of(cls, half: str, what: str, same: bool, one: Fingerprint, other: Fingerprint) -> "Pair":
        """With its likeness, which every threshold asks for."""
        return cls(half, what, same, one, other, Similarity.of(one, other))


def marks_lost(text: str, _: random.Random) -> str:
    """As a text without marks."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in bare if not unicodedata.combining(c))


def some_marks_lost(text: str, chance: random.Random) -> str:
    """As a bad scan: one syllable of twelve is damaged."""
    return " ".join(word[:-1] if len(word) > 2 and chance.random() < 1 / 12 else word for word in text.split(" "))


def tones_moved(text: str, _: random.Random) -> str:
    """The other placement of tones."""
    for old, new in (("òa", "oà"), ("óa", "oá"), ("ủy", "uỷ"), ("úy", "uý"), ("òe", "oè"), ("ùy", "uỳ"), ("ũy", "uỹ")):
        text = text.replace(old, new)
    return text


def menus(text: str, chance: random.Random) -> str:
    """Inside a page: navigation before, other headlines behind."""
    before, behind = (" ".join(chance.choices(MENUS, k=chance.randint(40, 160))) for _ in range(2))
    return f"{before}\n{text}\n{behind}"


def part_missing(text: str, chance: random.Random) -> str:
    """A fifth to two fifths are missing at one place."""
    length = round(len(text) * chance.uniform(0.2, 0.4))
    start = chance.randint(0, len(text) - length)
    return text[:start] + text[start + length :]


def lines_joined(text: str, chance: random.Random) -> str:
    """Every tenth space, and each line break, is lost."""
    return re.sub(r"\s", lambda found: "" if found[0] == "\n" or chance.random() < 0.1 else found[0], text)


def everything(text: str, chance: random.Random) -> str:
    """Menus, a missing part, other tones and lost marks together."""
    return marks_lost(menus(part_missing(tones_moved(text, chance), chance), chance), chance)


NOISE: dict[str, Callable[[str, random.Random], str]] = {
    "marks lost": marks_lost,
    "damaged syllables": some_marks_lost,
    "tones moved": tones_moved,
    "menus around": menus,
    "a part missing": part_missing,
    "lines joined": lines_joined,
    "all together": everything,
}


def next_year(text: str) -> str:
    """The same form a year later: years and the figures of targets move."""
    return re.sub(r"\d+", lambda found: str(int(found[0]) + (1 if len(found[0]) == 4 else 3)), text)


def amended(text: str, chance: random.Random, words: list[str]) -> str:
    """A text in which every second paragraph was written anew."""
    paragraphs = text.split("\n")
    return "\n".join(
        " ".join(chance.choices(words, k=len(one.split()))) if place % 2 else one
        for place, one in enumerate(paragraphs)
    )


def bulletin(title: str, text: str) -> Fingerprint:
    """The mark of a bulletin as a portal shows it."""
    return fingerprint("bulletin", "vi", {"title": title}, text)


def weekly(chance: random.Random, week: int, count: int) -> tuple[str, str]:
    """A weekly bulletin of one form: title and text. The title may say no week."""
    goods = ("gạo", "thịt lợn", "cá nục", "trứng", "rau muống", "xăng", "dầu", "thép", "xi măng", "đường", "sữa", "cam")
    lines = [
        f"Giá {name} tại các chợ trên địa bàn thành phố dao động từ {chance.randint(9, 99)}.000 đến "
        f"{chance.randint(100, 199)}.000 đồng một đơn vị, so với tuần trước tăng {chance.randint(1, 9)},"
        f"{chance.randint(0, 9)} phần trăm, nguồn cung ổn định, không có hiện tượng găm hàng."
        for name in goods[:count]
    ]
    head = (
        f"Theo báo cáo của Sở Công Thương về tình hình giá cả thị trường tuần {week}, hàng hóa lưu thông bình thường."
    )
    return "Bản tin giá cả thị trường", "\n".join([head, *lines])


def pairs(rows: list[dict[str, Any]]) -> Iterator[Pair]:
    """Every pair of the measure, the same in each run."""
    texts = [(half_of(row["id"]), row, clean("\n".join(a["text"] for a in row["articles"]))[:LONGEST]) for row in rows]
    texts = [one for one in texts if len(one[2]) >= SHORTEST]
    for half, row, text in texts:
        chance = random.Random(row["id"])  # noqa: S311 - no secret
        title = re.sub(r"\d+/\d+/\S+", "", row["title"])
        plain = bulletin(title, text)
        for what, noise in NOISE.items():
            yield Pair.of(half, what, True, plain, bulletin(title, noise(text, chance)))
        short = text[: chance.randint(500, 1_500)]
        yield Pair.of(half, "a short text, menus", True, bulletin(title, short), bulletin(title, menus(short, chance)))
        yield Pair.of(half, "next year's form", False, plain, bulletin(title, next_year(text)))
        yield Pair.of(half, "amended", False, plain, bulletin(title, amended(text, chance, text.split())))
        around = chance.choice([one for one in texts if one[1] is not row and len(one[2]) > 4 * len(short)])[2]
        quoting = around[: 4 * len(short)] + short
        yield Pair.of(half, "a quotation", False, bulletin(title, short), bulletin(title, quoting))
        for count in (4, 8, 12):
            week = chance.randint(1, 51)
            first, second = weekly(chance, week, count), weekly(chance, week + 1, count)
            yield Pair.of(half, f"weekly form, {count} goods", False, bulletin(*first), bulletin(*second))
    for half in HALVES:
        listed = [bulletin("", text) for of, _, text in texts if of == half]
        for one, other in combinations(listed, 2):
            yield Pair.of(half, "two documents", False, one, other)


def series(rows: list[dict[str, Any]]) -> tuple[int, int]:
    """How many pairs of documents of the file, with all their facts, are taken for one; and how many there are."""
    marks = []
    for row in rows:
        content = {
            "title": row["title"],
            "type": row["type"],
            "number": row["number"],
            "issuers": [{"name": row["issuer"]}],
            "dates": [{"role": "issued", "on": row["issued_date"]}],
        }
        marks.append(fingerprint("policy", "vi", content, "\n".join(a["text"] for a in row["articles"])))
    found = sum(compare_fingerprints(one, other) is not None for one, other in combinations(marks, 2))
    return found, len(marks) * (len(marks) - 1) // 2


def told(pair: Pair, contained: float, figures: float) -> bool:
    """Whether a pair counts as one document by these thresholds."""
    likeness = pair.likeness
    if pair.one.figures != pair.other.figures or likeness.figures < figures:
        return False
    if likeness.is_short:
        return likeness.jaccard >= verdict.SHORT_JACCARD
    return likeness.containment >= contained and likeness.jaccard >= verdict.MIN_JACCARD


def main(
    data: Annotated[Path | None, typer.Option(envvar="HUB_BENCH_LEGAL", help="Folder of legal-docs.jsonl.gz.")] = None,
    most: Annotated[int, typer.Option(help="How many documents are read at most.")] = 600,
) -> None:
    """Measure."""
    console = Console(width=120)
    file = data / "legal-docs.jsonl.gz" if data else None
    if file is None or not file.is_file():
        raise SystemExit("There is no data: name the folder of legal-docs.jsonl.gz by --data or HUB_BENCH_LEGAL.")
    rows = list(islice(legal_rows(file), most))
    made = list(pairs(rows))
    for half in HALVES:
        mine = [pair for pair in made if pair.half == half]
        table = Table("contained ≥", "figures ≥", "precision", "recall", title=f"{half}: by threshold")
        for contained in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            for figures in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9):
                table.add_row(str(contained), str(figures), *_scores(mine, contained, figures))
        console.print(table)
        kinds = Table("pair", "one document", "taken for one", "of", title=f"{half}: by kind, as the hub judges")
        count = Counter((pair.what, pair.same) for pair in mine)
        hits = Counter(pair.what for pair in mine if compare_fingerprints(pair.one, pair.other) is not None)
        for (what, same), of in count.items():
            kinds.add_row(what, "yes" if same else "no", f"{hits[what]:,}", f"{of:,}")
        console.print(kinds)
    shared = [set(p.one.stored_hashes()) & set(p.other.lookup_hashes()) != set() for p in made if p.same]
    console.print(f"Doubles among the candidates of the index: {sum(shared)} of {len(shared)}")
    found, of = series(rows)
    console.print(f"Documents of the file taken for another of them, by all facts: {found} pairs of {of:,}")


def _scores(made: list[Pair], contained: float, figures: float) -> tuple[str, str]:
    right = wrong = all_same = 0
    for pair in made:
        all_same += pair.same
        if told(pair, contained, figures):
            right, wrong = right + pair.same, wrong + (not pair.same)
    return f"{right / max(1, right + wrong):.4f}", f"{right / all_same:.4f}"


if __name__ == "__main__":
    typer.run(main)
