"""Provenance is shown to editors of the document's agency, and to nobody else."""

from typing import Any
from uuid import UUID

import httpx

from hub.db import Database
from ingest.dedup import record_provenance
from tests.support.dedup_samples import facts, plan, words
from tests.support.editors import key
from tests.support.graphql_editors import Writer, snake
from tests.support.servers import Publish

TEXT = words("sông")
CONFLICTS = "/api/v1/manage/conflicts"
LINE = "{ node { documentId lang source sourceId leads url claims conflicts { field claimed held } } }"
QUESTION = f"""query Sources($id: ID!, $after: String) {{ manage {{
  provenance(id: $id, first: 1, after: $after) {{ edges {LINE} pageInfo {{ hasNextPage endCursor }} }}
  conflicts {{ edges {LINE} }}
}} }}"""


async def bring(database: Database, document: UUID, source: str, **changes: Any) -> None:
    """A source delivers a document in its own words."""
    given, name = facts(plan(TEXT, **changes)), f"{document}/{source}"
    async with database.write() as session:
        await record_provenance(
            session,
            document,
            given,
            source=source,
            source_id=name,
            url=f"https://{source}.test/7",
            sha256="ab" * 32,
            fetched_at=None,
        )


async def test_editors_see_sources_and_conflicts_of_their_own_agencies_only(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    ours = await publish_edition("policy", plan(TEXT))
    theirs = await publish_edition("policy", plan(TEXT, number="9/KH-SYT"), owner="so-y-te")
    late = [{"role": "issued", "on": "2026-04-01", "source": "Báo"}]
    await bring(database, ours, "cong-tp")
    for document in (ours, theirs):
        await bring(database, document, "cong-so", dates=late, title="Trồng cây", number=None)
    chief, clerk, writer = [
        {"authorization": f"Bearer {await key(database, agency, *scopes)}"}
        for agency, scopes in (("ubnd-hue", ()), ("so-y-te", ("read:working",)), ("so-y-te", ("write",)))
    ]
    path = f"/api/v1/manage/documents/{ours}/provenance"
    for address in (path, CONFLICTS):
        assert (await client.get(address)).status_code == 401
        assert (await client.get(address, headers=writer)).status_code == 403
    assert (await client.get(path, headers=clerk)).status_code == 403
    assert (await client.get(CONFLICTS, params={"agency": "ubnd-hue"}, headers=clerk)).status_code == 403
    unknown = path.replace(str(ours), "00000000-0000-4000-8000-000000000000")
    assert (await client.get(unknown, headers=chief)).status_code == 404
    damaged = await client.get(CONFLICTS, params={"cursor": "xyz"}, headers=chief)
    assert (damaged.status_code, damaged.json()["code"]) == (422, "invalid_cursor")

    answer = await client.get(path, headers=chief)
    assert answer.headers["cache-control"] == "no-store"
    so, tp = answer.json()["items"]
    assert (tp["source"], tp["leads"], tp["conflicts"], tp["url"]) == ("cong-tp", True, [], "https://cong-tp.test/7")
    assert (so["source"], so["leads"], so["claims"]["issued"]) == ("cong-so", False, "2026-04-01")
    held = {one["field"]: (one["claimed"], one["held"]) for one in so["conflicts"]}
    assert held == {
        "title": ("Trồng cây", "Kế hoạch trồng cây xanh đường phố"),
        "issued": ("2026-04-01", "2026-03-02"),
    }

    seen = (await client.get(CONFLICTS, headers=clerk)).json()["items"]
    assert [one["document_id"] for one in seen] == [str(theirs)]
    first = (await client.get(CONFLICTS, params={"limit": 1}, headers=chief)).json()
    second = (await client.get(CONFLICTS, params={"limit": 1, "cursor": first["next"]}, headers=chief)).json()
    assert {page["items"][0]["document_id"] for page in (first, second)} == {str(ours), str(theirs)}
    assert second["next"] is None

    asked = (await Writer(client, chief).ask(QUESTION, id=str(ours)))["data"]["manage"]
    page = asked["provenance"]["pageInfo"]
    behind = (await Writer(client, chief).ask(QUESTION, id=str(ours), after=page["endCursor"]))["data"]["manage"]
    told = [snake(edge["node"]) for found in (asked, behind) for edge in found["provenance"]["edges"]]
    assert told == [{name: one[name] for name in told[0]} for one in (so, tp)]
    assert len(asked["conflicts"]["edges"]) == 2
    assert (await Writer(client, clerk).ask(QUESTION, id=str(ours)))["errors"][0]["extensions"]["code"] == "forbidden"
