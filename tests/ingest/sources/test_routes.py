"""Sources by REST and by command: rights, refusals, and that a refusal changes nothing."""

import json
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.db import Database
from hub.settings import Settings
from tests.support.editors import key
from tests.support.import_samples import rows

SOURCES = "/api/v1/manage/sources"
NEW: dict[str, Any] = {
    "code": "so-y-te-rss",
    "name": "Trang tin Sở Y tế",
    "type": "feed",
    "kind": "bulletin",
    "agency": "so-y-te",
    "schedule": "1h",
    "config": {"url": "https://example.vn/rss.xml"},
}


def bearer(value: str) -> dict[str, str]:
    return {"authorization": f"Bearer {value}"}


async def kept(database: Database) -> list[Any]:
    return await rows(database, "SELECT code, state, trust, schedule FROM source ORDER BY 1")


@pytest.mark.parametrize(
    ("agency", "scopes", "change", "status", "code"),
    [
        ("so-y-te", ["write", "publish", "admin"], {}, 403, "forbidden"),
        ("so-xay-dung", ["sources"], {}, 403, "forbidden"),
        ("so-y-te", ["sources"], {"trust": "publish"}, 403, "forbidden"),
        ("so-y-te", ["sources"], {"lang": "fr"}, 422, "invalid_input"),
        ("so-y-te", ["sources"], {"code": "jsonl"}, 422, "invalid_input"),
        ("so-y-te", ["sources"], {"config": {"url": "http://10.0.0.1/rss"}}, 422, "invalid_input"),
        ("so-y-te", ["sources"], {"type": "folder", "config": {"path": "/"}}, 422, "invalid_input"),
    ],
)
async def test_a_refused_source_leaves_no_trace(
    client: httpx.AsyncClient, database: Database, agency: str, scopes: list[str], change: Any, status: int, code: str
) -> None:
    given = await key(database, agency, *scopes)
    answer = await client.post(SOURCES, json=NEW | change, headers=bearer(given))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await kept(database) == []
    assert await rows(database, "SELECT 1 FROM audit_entry") == []


async def test_a_source_is_added_changed_paused_resumed_and_removed(
    client: httpx.AsyncClient, database: Database
) -> None:
    mine = bearer(await key(database, "so-y-te", "sources"))
    other = bearer(await key(database, "so-xay-dung", "sources", "publish"))
    above = bearer(await key(database, "ubnd-hue", "sources", "publish"))
    one = f"{SOURCES}/{NEW['code']}"

    made = await client.post(SOURCES, json=NEW, headers=mine)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    assert (made.json()["trust"], made.json()["state"], made.json()["dead"]) == ("review", "active", False)
    assert (await client.post(SOURCES, json=NEW, headers=mine)).json()["code"] == "transition_conflict"

    for method, address, body in (
        ("GET", one, None),
        ("PATCH", one, {"name": "Khác"}),
        ("POST", f"{one}/pause", {}),
        ("POST", f"{one}/run", {}),
        ("DELETE", one, None),
        ("GET", f"{one}/items", None),
        ("GET", f"{one}/runs", None),
    ):
        assert (await client.request(method, address, json=body, headers=other)).status_code == 403, address
        assert (await client.request(method, address, json=body)).status_code == 401, address
    assert (await client.get(SOURCES, headers=other)).json()["items"] == []
    assert await kept(database) == [("so-y-te-rss", "active", "review", "1h")]

    refused = await client.patch(one, json={"trust": "publish"}, headers=mine)
    assert refused.status_code == 403
    changed = await client.patch(one, json={"trust": "publish", "schedule": "0 6 * * *"}, headers=above)
    assert (changed.json()["trust"], changed.json()["schedule"]) == ("publish", "0 6 * * *")
    wrong = await client.patch(one, json={"config": {}}, headers=above)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "config.url")

    assert (await client.post(f"{one}/pause", json={}, headers=above)).json()["next_at"] is None
    assert (await client.post(f"{one}/run", json={}, headers=above)).status_code == 409
    assert (await client.post(f"{one}/resume", json={}, headers=above)).json()["state"] == "active"
    listed = (await client.get(SOURCES, params={"agency": "so-y-te", "dead": False}, headers=above)).json()
    assert [source["code"] for source in listed["items"]] == [NEW["code"]]
    assert (await client.get(f"{one}/runs", headers=above)).json() == {"items": [], "next": None}

    assert (await client.delete(one, headers=above)).status_code == 204
    assert (await client.get(one, headers=above)).status_code == 404
    verbs = await rows(database, "SELECT verb FROM audit_entry ORDER BY id")
    assert [verb for (verb,) in verbs] == [
        "source_added", "source_changed", "source_paused", "source_active", "source_removed",
    ]  # fmt: skip


def test_the_operator_adds_and_lists_by_command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", settings.require_database_url())
    monkeypatch.setenv("HUB_DATA", str(settings.data))
    run = CliRunner()
    options = [
        "--type",
        "folder",
        "--kind",
        "policy",
        "--agency",
        "ubnd-hue",
        "--path",
        "van-ban",
        "--trust",
        "publish",
    ]
    made = run.invoke(app, ["source", "add", "thu-muc", *options])
    assert made.exit_code == 0, made.output
    assert "thu-muc is active" in made.output
    listed = json.loads(run.invoke(app, ["source", "list", "--json"]).output)
    assert [(each["code"], each["next_at"]) for each in listed["items"]] == [("thu-muc", None)]
    assert "van-ban" in run.invoke(app, ["source", "show", "thu-muc"]).output
    assert run.invoke(app, ["source", "remove", "thu-muc"]).exit_code == 0
