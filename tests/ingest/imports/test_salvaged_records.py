"""A record of a file loses an invalid optional part, not itself; it then waits for a person, whatever the options."""

from pathlib import Path
from typing import Any

import pytest

from hub.db import Database
from tests.support.import_samples import codes, imported, policy, rows, set_aside, told, write

LINKS = [{"label": "Trang góp ý", "url": "http://[x"}, {"label": "Cổng", "url": "https://example.vn/gop-y"}]
ISSUED = {"role": "issued", "on": "2026-03-02", "source": "Văn bản gốc"}


def with_content(name: str, **members: Any) -> dict[str, Any]:
    record = policy(name)
    return record | {"content": record["content"] | members}


async def test_one_bad_link_is_left_out_and_told_and_the_record_waits(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [policy("a"), with_content("b", links=LINKS), policy("c")])
    summary = await imported(database, path)

    assert told(summary) == (3, 0, 0, 0, 2)
    stored = """SELECT e.state, e.content->'links' FROM provenance p JOIN edition e USING (document_id)
        WHERE p.source_id = 'b'"""
    [(state, links)] = await rows(database, stored)
    assert (state, [link["url"] for link in links]) == ("drafting", ["https://example.vn/gop-y"])
    [line] = [line for line in summary.lines() if "links.0.url" in line]
    assert line.startswith("a.jsonl, line 2: ")
    assert "left out" in line
    assert "1 with doubts" in summary.lines()[0]
    assert told(await imported(database, path)) == (0, 0, 3, 0, 0), "again: nothing changes, and nothing is published"

    mended = write(tmp_path / "b.jsonl", [with_content("b", links=LINKS[1:], summary="Bản đã sửa")])
    assert told(await imported(database, mended)) == (0, 1, 0, 0, 1)


@pytest.mark.parametrize(
    ("members", "left"),
    [
        ({"origin": {"name": "Cổng", "url": "http://a b"}}, "origin"),
        ({"attachments": [{"name": "a.pdf", "media_type": "application/pdf", "url": "ftp://x"}]}, "attachments"),
        ({"dates": [ISSUED, ISSUED | {"role": "expiry", "on": "31/12/2027"}]}, "dates"),
    ],
)
async def test_every_optional_part_is_left_out_as_in_sources(
    database: Database, tmp_path: Path, members: dict[str, Any], left: str
) -> None:
    summary = await imported(database, write(tmp_path / "a.jsonl", [with_content("a", **members)]))
    assert told(summary) == (1, 0, 0, 0, 0), set_aside(summary)
    assert any(f": {left}" in line for line in summary.lines())


async def test_a_required_part_is_derived_and_an_unknown_member_is_left_out(database: Database, tmp_path: Path) -> None:
    records = [with_content("a", links=LINKS, title=""), with_content("b", links=LINKS, la="gì")]
    summary = await imported(database, write(tmp_path / "a.jsonl", records))
    assert (told(summary), codes(summary)) == ((2, 0, 0, 0, 0), [])
    titles = await rows(
        database, "SELECT content->>'title', content->>'derived', content ? 'la' FROM edition ORDER BY 1"
    )
    assert [row[1:] for row in titles] == [('["title"]', False), (None, False)]
