"""The main job over real HTTP: `hub up`, `hub import`, search by REST and GraphQL, a killed worker, a dead engine."""

import json
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.figures import Figure
from tests.support.whole_hub import Hub, start, stop

ARTICLE = """Liên kết website
Các Sở
Tổng truy cập 1.234
Kế hoạch chăm sóc cây xanh đường phố đến năm 2027
Ngày cập nhật 05/03/2026

Ngày 02 tháng 3 năm 2026, Ủy ban nhân dân thành phố Huế ban hành Kế hoạch số 7311/KH-UBND \
về chăm sóc cây xanh đường phố trên địa bàn thành phố đến năm 2027.

1. Tỉa cành trước mùa mưa bão

Đơn vị quản lý kiểm tra và tỉa cành những cây có nguy cơ gãy đổ.

Các tin khác
Xem tin theo ngày
"""


def records(path: Path, count: int, note: str = "") -> Path:
    """The hub's own JSONL with this many bulletins."""
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            content = {"title": f"Bản tin số {n} {note}", "lead": "Tin thử.", "body": f"<p>Nội dung thứ {n}</p>"}
            record = {"source_id": f"{note}:{n}", "kind": "bulletin", "agency": "hueioc", "content": content}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def test_a_second_start_on_a_folder_in_use_is_one_clear_line(hub: Hub) -> None:
    refused = hub.command("up", "--data", hub.data, "--port", "1")

    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1
    assert str(hub.process.pid) in refused.stderr


def test_an_imported_article_is_found_by_words_without_marks_and_first_by_its_number(hub: Hub, tmp_path: Path) -> None:
    page = tmp_path / "article.txt"
    page.write_text(ARTICLE, "utf-8")
    assert hub.command("import", "--publish", page).returncode == 0
    hub.wait(hub.caught_up)

    found = hub.get("/api/v1/search", q="cham soc cay xanh duong pho")
    assert found["engine"] == "meilisearch"
    assert found["items"][0]["document"]["number"] == "7311/KH-UBND"
    assert "<mark>" in found["items"][0]["highlight"]
    document = hub.get(found["items"][0]["document"]["path"])
    assert document["issued_on"] == "2026-03-02"
    assert [issuer["code"] for issuer in document["issuers"]] == ["ubnd-hue"]
    assert "Tổng truy cập" not in json.dumps(document, ensure_ascii=False)
    for number in ("7311/KH-UBND", "7311/kh-ubnd", "7311 KH UBND"):
        assert hub.get("/api/v1/search", q=number)["items"][0]["id"] == document["id"], number
    query = "query Q($q: String!) { search(query: $q, first: 1) { engine edges { node { id title } } } }"
    by_graphql = hub.graphql(query, q="7311/KH-UBND")["search"]
    assert by_graphql["edges"][0]["node"]["id"] == document["id"]


@pytest.mark.full
def test_importing_a_file_again_moves_the_log_by_nothing(hub: Hub, tmp_path: Path) -> None:
    file = records(tmp_path / "again.jsonl", 30, "lặp lại")
    assert hub.command("import", "--publish", file).returncode == 0
    head = hub.get("/api/v1/changes", limit=1)["head"]

    again = hub.command("import", "--publish", file)

    assert "30 unchanged" in again.stderr
    assert hub.get("/api/v1/changes", limit=1)["head"] == head


def agree(hub: Hub) -> None:
    """Index, live views and log say the same."""
    assert hub.command("verify-log").returncode == 0
    changes: dict[tuple[str, str], dict[str, Any]] = {}
    after = 0
    while items := hub.get("/api/v1/changes", after=after, limit=1000)["items"]:
        changes |= {(item["id"], item["lang"]): item for item in items}
        after = items[-1]["seq"]
    live = hub.get("/api/v1/bulletins", limit=100)
    cursor, seen = live["next"], live["items"]
    while cursor:
        live = hub.get("/api/v1/bulletins", limit=100, cursor=cursor)
        cursor, seen = live["next"], seen + live["items"]
    # Two bulletins of the sample content have expired since their day, and those of the tutorial are withdrawn.
    ended = {"expired", "withdrawn"}
    logged = {id_ for (id_, _), item in changes.items() if item["kind"] == "bulletin" and item["event"] not in ended}
    assert {item["id"] for item in seen} == logged
    total = hub.get("/api/v1/search", q="bản tin số", kind="bulletin", limit=100)
    assert total["engine"] == "meilisearch"


def killed_while_importing(hub: Hub, tmp_path: Path, count: int, kills: int) -> None:
    file = records(tmp_path / "kills.jsonl", count, "giữa chừng")
    for n in range(kills):
        worker = hub.child("worker")
        if n == 0:
            assert hub.command("import", "--publish", file).returncode == 0
        worker.send_signal(signal.SIGKILL)
        hub.wait(partial(_has_ended, worker))
        hub.wait(partial(hub.has_child, "worker"))
    hub.wait(hub.caught_up)
    agree(hub)
    found = hub.get("/api/v1/search", q=f"bản tin số {count - 1} giữa chừng", limit=5)
    assert f"số {count - 1} giữa" in found["items"][0]["document"]["title"]


def _has_ended(process: psutil.Process) -> bool:
    return not process.is_running()


@pytest.mark.counts(small=(200, 1), full=(1_000, 4), soak=(10_000, 40))
def test_a_worker_killed_in_the_middle_loses_nothing_and_everything_agrees(
    hub: Hub, tmp_path: Path, count: tuple[int, int], figure: Figure
) -> None:
    documents, kills = count
    killed_while_importing(hub, tmp_path, documents, kills)
    figure("documents", documents)
    figure("kills of the worker", kills)


def test_search_answers_while_meilisearch_is_dead_and_catches_up_by_itself(hub: Hub, tmp_path: Path) -> None:
    engine = hub.meilisearch()
    engine.send_signal(signal.SIGKILL)

    began = time.monotonic()
    found = hub.get("/api/v1/search", q="truyen thong chinh sach")
    assert found["engine"] == "postgres"
    assert found["items"]
    assert time.monotonic() - began < 10
    assert hub.command("import", "--publish", records(tmp_path / "dark.jsonl", 10, "trong bóng tối")).returncode == 0
    assert hub.get("/api/v1/search", q="trong bong toi")["items"]

    hub.wait(hub.caught_up)
    found = hub.get("/api/v1/search", q="trong bong toi")
    assert found["engine"] == "meilisearch"
    assert all("trong bóng tối" in item["document"]["title"] for item in found["items"][:10])


def test_ctrl_c_ends_everything_and_the_next_start_keeps_the_data(hub: Hub) -> None:
    before = hub.get("/api/v1/changes", limit=1)
    assert before["head"] > 0
    policies = hub.get("/api/v1/policies")["items"]
    stop(hub, signal.SIGINT)

    again = start(hub.data, "--no-demo", restarts_quickly=True)
    hub.process, hub.client = again.process, again.client
    assert hub.get("/api/v1/changes", limit=1) == before
    assert hub.get("/api/v1/policies")["items"] == policies
