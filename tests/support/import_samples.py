"""Small records of our own for import tests, and what a test asks the database about them."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

from sqlalchemy import text

from hub.db import Database
from hub.ops.verify import Fault, verify
from ingest.imports.report import SilentReporter, Summary
from ingest.imports.run import run_import
from ingest.imports.runs import ImportOptions

ARTICLE = {"article": "1", "code": "9.9.TT.1.1", "title": "Phạm vi áp dụng", "text": "Áp dụng cho mọi mẫu thử."}


def policy(name: str, *, title: str = "Trồng cây xanh", **more: Any) -> dict[str, Any]:
    """A record of the hub's own JSONL; records of other names are other documents, for their numbers differ."""
    high, low = divmod(crc32(name.encode()), 1 << 16)
    content = {
        "number": f"{high}.{low}/KH-UBND",
        "type": "Kế hoạch",
        "title": title,
        "issuers": [{"name": "Ủy ban nhân dân thành phố Huế", "code": "ubnd-hue"}],
        "dates": [{"role": "issued", "on": "2026-03-02", "source": "Văn bản gốc"}],
        "nodes": [{"ref": "doan-1", "type": "paragraph", "text": f"Nội dung của {name}."}],
    }
    return {"source_id": name, "kind": "policy", "agency": "ubnd-hue", "content": content, **more}


def legal(number: str = "7/2024/TT-BYT", **changes: Any) -> dict[str, Any]:
    """A record of a codified document."""
    record = {
        "id": f"Thông tư {number}",
        "number": number,
        "type": "Thông tư",
        "title": "Hướng dẫn thử việc nhập",
        "issuer": "Bộ Y tế",
        "issued_date": "2024-02-01",
        "effective_date": "2024-04-01",
        "topics": ["y-te-duoc"],
        "articles": [ARTICLE],
    }
    return record | changes


def write(path: Path, records: Iterable[Any]) -> Path:
    """A JSONL file; texts and bytes stand as they are, and a name in .gz is compressed."""
    lines = [
        record if isinstance(record, bytes) else (record if isinstance(record, str) else json.dumps(record)).encode()
        for record in records
    ]
    data = b"".join(line + b"\n" for line in lines)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


async def imported(database: Database, path: Path, *, publish: bool = True, **options: Any) -> Summary:
    """Import one file with its data folder beside it."""
    wanted = ImportOptions(publish=publish, data=path.parent / "data", **options)
    return await run_import(database, [path], wanted, SilentReporter())


def told(summary: Summary) -> tuple[int, int, int, int, int]:
    """created, changed, unchanged, rejected, published."""
    done = summary.counts
    return done.created, done.changed, done.unchanged, done.rejected, done.published


def set_aside(summary: Summary) -> list[dict[str, Any]]:
    """The lines of the quarantine file."""
    path = summary.files[0].quarantine
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path else []


def codes(summary: Summary) -> list[tuple[int, str]]:
    """Line and reason of each rejected record."""
    return [(found["line"], found["reason"]["code"]) for found in set_aside(summary)]


async def rows(database: Database, query: str, **values: Any) -> list[Any]:
    """What a query gives."""
    async with database.read() as connection:
        return list((await connection.execute(text(query), values)).all())


async def faults(database: Database) -> list[Fault]:
    """What is wrong with the log."""
    async with database.read() as connection:
        return [fault async for _, found in verify(connection) for fault in found]


async def everything(database: Database) -> list[Any]:
    """All that an import may change, to show that it changed nothing."""
    return [
        await rows(database, "SELECT seq, hash FROM log_head"),
        await rows(database, "SELECT id, state, xmin::text FROM document ORDER BY id"),
        await rows(database, "SELECT id, state, content_sha256, changed_at FROM edition ORDER BY id"),
        await rows(database, "SELECT id, seq_from, seq_to, sha256 FROM published_view ORDER BY id"),
        await rows(
            database, "SELECT source, source_id, lang, content_sha256, seen_at FROM provenance ORDER BY 1, 2, 3"
        ),
    ]
