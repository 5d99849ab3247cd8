"""Readers of strangers' bytes, fed with mutated real files: documented refusals only, within the limits."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hub.errors import HubError
from hub.files.images import reencode_image
from hub.files.sniff import IMAGES, FileType, check_bytes
from hub.sandbox.errors import ReadingOverrun
from hub.sandbox.runner import SandboxLimits, call_in_sandbox
from hub.text_files import InputFile
from ingest.extraction.errors import ERRORS_BY_CODE, BrokenFile, UnreadableFile
from ingest.imports.lines import raw_lines
from ingest.sources.http.robots import decode_robots
from tests.support import contents
from tests.support.figures import Figure
from tests.support.import_samples import legal, policy
from tests.support.mutations import mutate, replace_member

MADE = Path(__file__).parents[2] / "support" / "data" / "made"
LIMITS = SandboxLimits(seconds=20, megabytes=1_500)
URL = "https://cong.example.vn/van-ban/1"
_UNFORESEEN = re.compile(r"cannot be read \((\w+)\)")
_RULES: dict[str, Any] = {"id": None, "fields": {}, "defaults": {}}


@dataclass(frozen=True)
class Door:
    """A function of the sandbox with the arguments that production gives it."""

    function: str
    arguments: Mapping[str, Any]
    is_chunk: bool = False

    def read(self, body: bytes) -> Any:
        """Read bytes. Raises documented errors."""
        arguments = dict(self.arguments) | ({"sizes": [len(body)]} if self.is_chunk else {})
        return call_in_sandbox(self.function, body, arguments, LIMITS, ERRORS_BY_CODE)


def _original(name: str, media_type: str | None, kind: str) -> Door:
    arguments: dict[str, Any] = {"name": name, "media_type": media_type, "url": URL, "select": {}, "kind": kind}
    return Door(
        "ingest.extraction.reader.read_original", arguments | {"defaults": {}, "hints": {}, "agency": "ubnd-hue"}
    )


def _records(file_format: str) -> Door:
    arguments = {"file_format": file_format, "file_name": "a", "agency": "ubnd-hue", "languages": ["vi", "en"]}
    return Door("ingest.imports.chunk.read_records", arguments, is_chunk=True)


_LISTS = "ingest.sources.discovery.list_functions"
DOORS: dict[str, Door] = {
    "docx": _original("a.docx", None, "policy"),
    "pdf": _original("a.pdf", "application/pdf", "draft"),
    "page": _original("a.html", "text/html", "policy"),
    "article": _original("a", "text/html; charset=utf-8", "bulletin"),
    "text": _original("a.txt", None, "policy"),
    "feed": Door(f"{_LISTS}.read_feed", {"url": URL, "content_type": "application/xml"}),
    "list": Door(
        f"{_LISTS}.read_list_page", {"url": URL, "content_type": "text/html", "links": "a", "following": "a.sau"}
    ),
    "sitemap": Door(f"{_LISTS}.read_sitemap", {"url": URL}),
    "robots": Door("ingest.sources.http.robots.apply_rules", {"url": URL}),
    "partner": Door(
        "ingest.sources.pipeline.record_checks.read_records",
        {"kind": "policy", "lang": "vi", "rules": _RULES},
        is_chunk=True,
    ),
    "jsonl": _records("jsonl"),
    "legal": _records("legal"),
    "announcement": _records("text"),
}
_TEXT = (
    "ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HUẾ\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
    "Số: 269/KH-UBND\nHuế, ngày 01 tháng 8 năm 2023\nKẾ HOẠCH\nTrồng cây xanh\nĐiều 1. Phạm vi\n1. Một\na) Hai\n"
    "Nơi nhận:\n- Như trên;\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn A\n"
)
_ANNOUNCEMENT = (
    "Kế hoạch trồng cây\nNgày đăng: 01/08/2023\nNgày 01/8/2023, Ủy ban nhân dân thành phố Huế ban hành Kế hoạch số "
    "269/KH-UBND về việc trồng cây xanh.\nNội dung."
)
_FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title><item><title>A &amp; B</title>'
    "<link>https://cong.example.vn/1</link><pubDate>Tue, 01 Aug 2023 08:00:00 +0700</pubDate><guid>1</guid></item>"
    "<item><title>C</title><link>/2</link><description>&lt;p&gt;x&lt;/p&gt;</description></item></channel></rss>"
)
_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title type="html">A</title><id>urn:1</id>'
    '<link href="https://cong.example.vn/3"/><updated>2023-08-01T08:00:00Z</updated></entry></feed>'
)
_SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://cong.example.vn/1</loc>'
    "<lastmod>2023-08-01</lastmod></url><url><loc>/2</loc></url></urlset>"
)
_LIST = (
    '<html><head><base href="/vb/"></head><body><ul><li><a href="1">Một</a> 01/08/2023</li><li><a href="2">Hai</a>'
    '</li></ul><a class="sau" href="?trang=2">Sau</a></body></html>'
)
_ROBOTS = "User-agent: *\nDisallow: /a*b$\nAllow: /van-ban\nCrawl-delay: 2\nSitemap: https://cong.example.vn/s.xml\n"
_PARTNER = {"id": "x-1", "content": contents.policy(), "url": URL}
TEXTS: dict[str, tuple[str, ...]] = {
    "text": (_TEXT,),
    "feed": (_FEED, _ATOM),
    "sitemap": (_SITEMAP,),
    "list": (_LIST,),
    "robots": (_ROBOTS,),
    "partner": (json.dumps(_PARTNER, default=str, ensure_ascii=False),),
    "jsonl": (json.dumps(policy("p-1"), ensure_ascii=False),),
    "legal": (json.dumps(legal(), ensure_ascii=False),),
    "announcement": (_ANNOUNCEMENT,),
}
SEEDS: tuple[tuple[str, bytes], ...] = (
    ("feed", b""),
    ("list", b"<!-- -->"),
    ("page", b"<p>m<sup>2<sup>&#1;</sup>&#x1F;</sup></p>" * 9),
    ("page", b"<p><math><mi>&#1;</mi></math>&#2;</p>" * 9),
    ("page", b"<style>.a{vertical-align:super}</style><p>m<span class=a style='color:&#1;'>2</span></p>" * 9),
    ("text", "Độc lập - Tự do - Hạnh phúc\nKẾ HOẠCH-->\n".encode() * 9),
    ("robots", b"Allow: " + b"*a" * 200 + b"$"),
    ("partner", b'{"id": "a", "content": {"dates": {"role": 1}}}'),
    ("jsonl", b'{"source_id": "a", "kind": "policy", "content": {"nodes": [null]}}'),
    ("legal", b'{"id": "a", "type": "b", "title": "c", "issuer": ";", "issued_date": "2024-02-30"}'),
)
"""Inputs that a reader once stumbled over."""


def test_a_docx_whose_parts_are_other_xml_is_damaged() -> None:
    """python-docx raised `AttributeError` for a list of content types that is none."""
    whole = (MADE / "head.docx").read_bytes()
    for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml", "docProps/core.xml"):
        broken = replace_member(whole, name, b"<Types/>")
        assert fault_of("docx", broken) is None, name


@pytest.mark.parametrize(("offset", "value"), [(6, 99), (8, 0x20), (8, 0x40), (10, 99)])
def test_a_docx_that_is_packed_in_an_unknown_way_is_damaged(offset: int, value: int) -> None:
    """zipfile raised `NotImplementedError` for a newer version, patched data, strong encryption and other packers."""
    whole = bytearray((MADE / "head.docx").read_bytes())
    directory = whole.index(b"PK\x01\x02")
    whole[directory + offset : directory + offset + 2] = value.to_bytes(2, "little")

    assert fault_of("docx", bytes(whole)) is None


def skeletons() -> dict[str, list[bytes]]:
    """Real files by door: made by LibreOffice and Chromium, and texts of our own."""
    made = {
        suffix: [path.read_bytes() for path in sorted(MADE.glob(f"*.{suffix}"))] for suffix in ("docx", "pdf", "html")
    }
    found = {"docx": made["docx"], "pdf": made["pdf"], "page": made["html"], "article": made["html"]}
    return found | {door: [text.encode() for text in texts] for door, texts in TEXTS.items()}


def fault_of(door: str, body: bytes) -> str | None:
    """The fault that reading shows; None for a result, and for a documented refusal."""
    if door == "robots":
        body = decode_robots(body).encode()
    try:
        found = DOORS[door].read(body)
    except BrokenFile as problem:
        words = problem.detail or ""
        unforeseen = _UNFORESEEN.search(words)
        return unforeseen[1] if unforeseen else "crash" if "crashed" in words else None
    except ReadingOverrun:
        return "overrun"
    except UnreadableFile:
        return None
    reasons = [each.get("reason") for each in found] if DOORS[door].is_chunk else []
    return next((reason["detail"] for reason in reasons if reason and reason["code"] == "internal_error"), None)


@pytest.mark.parametrize(("door", "body"), SEEDS)
def test_what_once_failed_is_read_or_refused(door: str, body: bytes) -> None:
    assert fault_of(door, body) is None


@pytest.mark.counts(small=150, full=1_500, soak=50_000)
def test_mutated_files_are_read_or_refused(count: int, figure: Figure, tmp_path: Path) -> None:
    faults: dict[str, tuple[str, bytes]] = {}
    files = skeletons()
    for number in range(count):
        chance = random.Random(20_261_129 + number)  # noqa: S311 - no secret
        door = list(DOORS)[number % len(DOORS)]
        body = mutate(chance.choice(files[door]), chance)
        fault = fault_of(door, body)
        if fault is not None:
            name = f"{door}: {fault}"
            if name not in faults or len(body) < len(faults[name][1]):
                faults[name] = (f"number {number}", body)
                (tmp_path / f"{door}-{number}").write_bytes(body)
    figure("mutated files", count)
    assert {name: (where, body[:300]) for name, (where, body) in faults.items()} == {}, tmp_path


def _pictures() -> Iterator[tuple[FileType, bytes]]:
    picture = Image.effect_mandelbrot((60, 40), (-2, -1.5, 1, 1.5), 20).convert("RGB")
    for kind in sorted(IMAGES):
        written = BytesIO()
        picture.save(written, kind.value.rpartition("/")[2].upper())
        yield kind, written.getvalue()


def _read_upload(kind: FileType, path: Path, folder: Path) -> None:
    check_bytes(path, kind)
    if kind in IMAGES:
        list(reencode_image(path, kind, folder))


@pytest.mark.counts(small=60, full=500, soak=10_000)
def test_mutated_uploads_are_taken_or_refused(count: int, tmp_path: Path) -> None:
    files = [*_pictures(), *((FileType.docx, path.read_bytes()) for path in sorted(MADE.glob("*.docx"))[:3])]
    files += [(FileType.pdf, path.read_bytes()) for path in sorted(MADE.glob("*.pdf"))[:3]]
    readers: tuple[Callable[[FileType, Path], None], ...] = (
        lambda kind, path: _read_upload(kind, path, tmp_path),
        lambda _, path: _read_lines(path),
    )
    faults: dict[str, int] = {}
    for number in range(count):
        chance = random.Random(20_261_130 + number)  # noqa: S311 - no secret
        kind, body = chance.choice(files)
        path = tmp_path / "upload"
        path.write_bytes(mutate(body, chance))
        for reader in readers:
            try:
                reader(kind, path)
            except HubError:
                continue
            except Exception as problem:
                faults[f"{kind}: {type(problem).__name__}: {problem}"] = number
    assert faults == {}


def _read_lines(path: Path) -> None:
    with InputFile(path) as file:
        assert all(record.line for record in raw_lines(file))
