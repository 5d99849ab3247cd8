"""Readers of codified documents and of copied pages."""

from pathlib import Path
from typing import Any

import pytest

from hub.db import Database
from hub.errors import SetupProblem
from ingest.imports.formats import ImportFormat, detect
from tests.support.import_samples import ARTICLE, imported, legal, policy, rows, set_aside, told, write

BODY = (
    "Kế hoạch nêu rõ các sở, ban, ngành phối hợp trồng cây trên những tuyến đường mới của tỉnh và lấy ý kiến người "
    "dân trước khi làm, để mỗi khu phố có thêm bóng mát."
)
PAGE = f"""Liên kết website
Truy cập hiện tại 12
Trồng cây xanh trên địa bàn tỉnh Thừa Thiên Huế năm 2024
Ngày cập nhật 05/02/2024
Ngày 30 tháng 01 năm 2024, UBND tỉnh ban hành Kế hoạch số 41/KH-UBND về trồng cây xanh. {BODY}
Các tin khác
Một tin khác hẳn
"""


async def _content(database: Database, source_id: str) -> dict[str, Any]:
    query = """SELECT e.content FROM provenance p JOIN edition e USING (document_id)
               WHERE p.source_id = :source_id AND e.state IN ('published', 'drafting')"""
    content: dict[str, Any] = (await rows(database, query, source_id=source_id))[0][0]
    return content


async def test_a_codified_document_becomes_a_policy(database: Database, tmp_path: Path) -> None:
    record = legal(issuer="Bộ y tế và Toà án nhân dân tối cao", related_docs=["Luật 1/2020/QH14"])
    summary = await imported(database, write(tmp_path / "laws.jsonl.gz", [record]))
    assert told(summary) == (1, 0, 0, 0, 1)
    content = await _content(database, "Thông tư 7/2024/TT-BYT")
    assert content["issuers"] == [
        {"name": "Bộ y tế", "code": "bo-y-te"},
        {"name": "Toà án nhân dân tối cao", "code": None},
    ]
    assert [(d["role"], d["on"], d["source"], d["note"]) for d in content["dates"]] == [
        ("issued", "2024-02-01", "Bộ pháp điển", None),
        ("effective", "2024-04-01", "Bộ pháp điển", None),
    ]
    assert content["topics"] == ["y-te-duoc"]
    assert content["nodes"][0] | {"ref": "dieu-1", "label": "Điều 1"} == content["nodes"][0]
    assert await rows(database, "SELECT owner, kind FROM document") == [("ubnd-hue", "policy")]


async def test_a_number_that_is_split_into_the_title_is_joined(database: Database, tmp_path: Path) -> None:
    record = legal("64/2020/TT-", title="BCA Quy định mẫu thử")
    await imported(database, write(tmp_path / "laws.jsonl", [record]))
    content = await _content(database, "Thông tư 64/2020/TT-")
    assert (content["number"], content["title"]) == ("64/2020/TT-BCA", "Quy định mẫu thử")
    assert await rows(database, "SELECT number_key FROM published_view") == [("64.2020.ttbca",)]


async def test_a_date_of_effect_before_the_issue_is_kept_with_a_note(database: Database, tmp_path: Path) -> None:
    record = legal(effective_date="2024-01-01")
    assert told(await imported(database, write(tmp_path / "laws.jsonl", [record]))) == (1, 0, 0, 0, 1)
    dates = (await _content(database, "Thông tư 7/2024/TT-BYT"))["dates"]
    assert dates[1]["on"] == "2024-01-01"
    assert "khác thường" in dates[1]["note"]


async def test_articles_have_refs_of_their_own(database: Database, tmp_path: Path) -> None:
    numbers = ["1", "2", "2", "2a", "2đ", "2d", "3"]
    articles = [ARTICLE | {"article": number} for number in numbers] + [{"article": "4", "title": "", "text": ""}]
    await imported(database, write(tmp_path / "laws.jsonl", [legal(articles=articles)]))
    nodes = (await _content(database, "Thông tư 7/2024/TT-BYT"))["nodes"]
    assert [node["ref"] for node in nodes] == [
        "dieu-1",
        "dieu-2",
        "dieu-2-2",
        "dieu-2a",
        "dieu-2dd",
        "dieu-2d",
        "dieu-3",
        "dieu-4",
    ]
    assert (nodes[-1]["heading"], nodes[-1]["text"]) == (None, None)


async def test_a_missing_number_is_read_from_the_id(database: Database, tmp_path: Path) -> None:
    await imported(database, write(tmp_path / "laws.jsonl", [legal(number="") | {"id": "Thông tư 31/2024/TT-BYT"}]))
    assert (await _content(database, "Thông tư 31/2024/TT-BYT"))["number"] == "31/2024/TT-BYT"


async def test_a_copied_page_becomes_the_plan_it_announces(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, "utf-8")
    assert told(await imported(database, path)) == (1, 0, 0, 0, 1)
    content = await _content(database, "page.txt")
    assert (content["number"], content["type"]) == ("41/KH-UBND", "Kế hoạch")
    assert content["issuers"] == [{"name": "Ủy ban nhân dân tỉnh Thừa Thiên Huế", "code": "ubnd-tth"}]
    assert content["dates"][0]["on"] == "2024-01-30"
    assert content["title"] == "Trồng cây xanh trên địa bàn tỉnh Thừa Thiên Huế năm 2024"
    ((body,),) = await rows(database, "SELECT body FROM published_view")
    assert BODY in body
    for menu in ("Liên kết", "Truy cập", "tin khác"):
        assert menu not in body
    assert told(await imported(database, path)) == (0, 0, 1, 0, 0)


async def test_two_pages_on_one_plan_are_one_document(database: Database, tmp_path: Path) -> None:
    for name, text in (("one.txt", PAGE), ("same.txt", PAGE), ("other.txt", PAGE + "\n")):
        (tmp_path / name).write_text(text, "utf-8")
    other = PAGE.replace("Một tin khác hẳn", "Tin nữa").replace(BODY, BODY + " Việc này làm trong quý II.")
    (tmp_path / "retold.txt").write_text(other, "utf-8")
    assert told(await imported(database, tmp_path / "one.txt")) == (1, 0, 0, 0, 1)
    assert told(await imported(database, tmp_path / "same.txt")) == (0, 0, 1, 0, 0)
    assert told(await imported(database, tmp_path / "other.txt")) == (0, 0, 1, 0, 0)
    assert (await imported(database, tmp_path / "retold.txt")).counts.joined == 1
    assert await rows(database, "SELECT count(*) FROM document") == [(1,)]
    assert await rows(database, "SELECT count(*) FROM edition") == [(1,)]


async def test_a_text_with_doubts_is_left_to_a_person(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text(f"Một bài viết\n{BODY}\n", "utf-8")
    summary = await imported(database, path)
    assert told(summary) == (0, 0, 0, 1, 0)
    (line,) = set_aside(summary)
    assert (line["reason"]["code"], line["reason"]["field"]) == ("unsure_reading", "number")
    assert BODY in line["record"]


@pytest.mark.parametrize(
    ("name", "first", "expected"),
    [
        ("a.jsonl", policy("p"), ImportFormat.jsonl),
        ("a.dat", policy("p"), ImportFormat.jsonl),
        ("a.jsonl.gz", legal(), ImportFormat.legal),
        ("a.json", legal(), ImportFormat.legal),
        ("a.txt", policy("p"), ImportFormat.text),
        ("page", "Một tiêu đề", ImportFormat.text),
        ("a.jsonl", "{broken", ImportFormat.jsonl),
    ],
)
def test_the_format_is_detected_by_name_and_content(
    tmp_path: Path, name: str, first: Any, expected: ImportFormat
) -> None:
    assert detect(write(tmp_path / name, [first])) is expected


def test_a_format_that_cannot_be_detected_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match="--format"):
        detect(write(tmp_path / "a.dat", [{"what": 1}]))
