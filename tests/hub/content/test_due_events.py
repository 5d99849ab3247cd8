"""Events that time alone causes: entry into force and expiry, each once."""

from datetime import UTC, datetime

from hub.content.scheduler import append_due_events
from hub.db import Database
from hub.times import format_rfc3339, midnight
from tests.support import contents
from tests.support.editors import Editor
from tests.support.hub_agreement import read_changes
from tests.support.schedules import DATES, SECOND, SOON
from tests.support.servers import Publish


async def test_a_bulletin_is_withdrawn_when_its_validity_has_passed(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    until = datetime(2030, 5, 6, 7, 8, tzinfo=UTC)
    document = await publish_edition("bulletin", contents.bulletin(valid_until=until.isoformat()))

    assert await append_due_events(database, until - SECOND) == 0
    assert await append_due_events(database, until) == 1
    assert await append_due_events(database, until + SOON) == 0

    view = (await chief.client.get(f"/api/v1/bulletins/{document}")).json()
    assert view["state"] == "withdrawn"
    assert view["withdrawal"]["reason"] == "Hết thời hạn có giá trị đã công bố."
    assert (await chief.client.get("/api/v1/bulletins")).json()["items"] == []
    assert [(e["event"], e["due"]) for e in await read_changes(chief.client)] == [
        ("published", None),
        ("expired", format_rfc3339(until)),
    ]


async def test_legal_force_follows_the_dates_with_an_event_each(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    dates = [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in DATES]
    document = await publish_edition("policy", contents.policy(dates=dates))

    async def force() -> str:
        found: str = (await chief.client.get(f"/api/v1/policies/{document}")).json()["legal_force"]
        return found

    effective, expiry = (midnight(datetime.fromisoformat(on).date()) for _, on in DATES[1:])
    assert await force() == "not_yet"
    assert await append_due_events(database, effective - SECOND) == 0
    assert await force() == "not_yet"
    assert await append_due_events(database, effective) == 1
    assert await force() == "in_force"
    assert await append_due_events(database, expiry - SECOND) == 0
    assert await append_due_events(database, expiry) == 1
    assert await force() == "expired"
    listed = (await chief.client.get("/api/v1/policies")).json()["items"]
    assert [item["legal_force"] for item in listed] == ["expired"]
    view = (await chief.client.get(f"/api/v1/policies/{document}")).json()
    assert view["modified_at"] == view["published_at"]


async def test_events_that_became_due_during_a_pause_get_an_entry_each_in_their_order(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    dates = [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in DATES]
    policy = await publish_edition("policy", contents.policy(dates=dates))
    await publish_edition("policy", contents.policy(dates=dates), document_id=policy, lang="en")

    assert await append_due_events(database, datetime(2035, 1, 1, tzinfo=UTC)) == 4

    entries = (await read_changes(chief.client))[2:]
    assert [(e["event"], e["id"], e["lang"]) for e in entries] == [
        ("in_force", str(policy), "vi"),
        ("in_force", str(policy), "en"),
        ("expired", str(policy), "vi"),
        ("expired", str(policy), "en"),
    ]
    assert [e["due"] for e in entries] == sorted(e["due"] for e in entries)


async def test_a_law_already_in_force_when_published_gives_no_entry_for_the_past(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    await publish_edition("policy", contents.policy())

    assert await append_due_events(database, datetime(2035, 1, 1, tzinfo=UTC)) == 0
    assert [e["event"] for e in await read_changes(chief.client)] == ["published"]


async def test_events_that_became_due_while_a_document_was_withdrawn_count_once_it_is_restored(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    dates = [{"role": role, "on": on, "source": "Văn bản gốc"} for role, on in DATES]
    document = str(await publish_edition("policy", contents.policy(dates=dates)))
    await chief.done(document, "withdraw", {"reason": "Rà soát"})

    assert await append_due_events(database, datetime(2028, 1, 1, tzinfo=UTC)) == 0
    await chief.done(document, "restore")
    assert await append_due_events(database, datetime(2028, 1, 1, tzinfo=UTC)) == 1
    assert [e["event"] for e in await read_changes(chief.client)] == ["published", "withdrawn", "restored", "in_force"]
