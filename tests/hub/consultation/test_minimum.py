"""The legal minimum of a window: a confirmed one needs a public reason, any other warns, and no import is refused."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update

from hub.clocks.queries import RULE
from hub.consultation.records import CONSULTATION
from hub.db import Database
from hub.ops.checks import check_consultations
from hub.settings import Settings
from hub.times import format_rfc3339, midnight, today
from tests.support import contents
from tests.support.clock_rows import rule_row
from tests.support.consultation_desk import Desk
from tests.support.consultations import changes, consultation_of, entries, window
from tests.support.editors import Editor, key
from tests.support.servers import Publish

REASON = "Bão đến gần, phải ban hành trước ngày 30."
SHORT, LONG = window(1, 5), window(1, 40)
"""The minimum of these tests is 13 days."""


@pytest.fixture
async def chief(client: httpx.AsyncClient, database: Database) -> Editor:
    return Editor(client, await key(database, "ubnd-hue"))


async def set_rule(database: Database, certainty: str, effect: str = "reason_required") -> None:
    row = rule_row("consultation.window", "2020-01-01", None, 13, "days", certainty=certainty, effect=effect)
    async with database.write() as session:
        await session.execute(insert(RULE), [row])


async def create(chief: Editor, consultation: dict[str, Any] | None, *, lang: str = "vi") -> tuple[str, list[Any]]:
    answer = await chief.create("draft", high_impact=False, consultation=consultation)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], answer.json()["warnings"]


async def publish(chief: Editor, document: str) -> dict[str, Any]:
    for verb in ("submit", "approve"):
        await chief.done(document, verb)
    return await chief.done(document, "publish")


async def shown(client: httpx.AsyncClient, document: str) -> dict[str, Any]:
    of = (await client.get(f"/api/v1/drafts/{document}")).json()["now"]["consultation"]["id"]
    found: dict[str, Any] = (await client.get(f"/api/v1/consultations/{of}")).json()
    return found


async def test_below_a_confirmed_minimum_nothing_goes_on_without_a_public_reason(
    chief: Editor, database: Database
) -> None:
    await set_rule(database, "confirmed")
    document, warnings = await create(chief, SHORT)
    assert [warning["code"] for warning in warnings] == ["window_too_short"]
    before = await chief.read(document)

    refused = await chief.do(document, "submit", before["version"])

    assert (refused.status_code, refused.json()["code"]) == (422, "consultation_too_short")
    assert refused.json()["field"] == "content.consultation.short_reason"
    assert "or later" in refused.json()["expected"]
    assert await chief.read(document) == before
    assert await entries(chief.client) == []

    content = contents.draft(high_impact=False, consultation=SHORT | {"short_reason": REASON})
    saved = await chief.done(document, "edition", {"content": content})
    assert saved["warnings"] == []
    await publish(chief, document)
    found = await shown(chief.client, document)
    assert (found["short_reason"], found["minimum"]["is_kept"]) == (REASON, False)
    assert found["minimum"]["effect"] == "reason_required"
    card = (await chief.client.get(f"/api/v1/drafts/{document}")).json()
    assert card["consultation"]["short_reason"] == REASON
    [announced] = await changes(chief.client)
    assert (announced["event"], announced["data"]["reason"]) == ("announced", None), "no entry holds a draft's text"
    await chief.done(document, "gone", {"reason": "Đăng nhầm"})
    assert (await consultation_of(database, document)).short_reason is None


@pytest.mark.parametrize(("certainty", "effect"), [("assumed", "reason_required"), ("confirmed", "warn")])
async def test_a_minimum_that_is_not_confirmed_or_only_warns_blocks_nothing(
    chief: Editor, database: Database, certainty: str, effect: str
) -> None:
    await set_rule(database, certainty, effect)
    document, warnings = await create(chief, SHORT)
    assert [(warning["field"], warning["code"]) for warning in warnings] == [
        ("consultation.closes_on", "window_too_short")
    ]

    done = await publish(chief, document)

    assert [warning["code"] for warning in done["warnings"]] == ["window_too_short"]
    found = await shown(chief.client, document)
    assert (found["short_reason"], found["minimum"]["is_kept"]) == (None, False)
    assert (found["minimum"]["effect"], found["minimum"]["certainty"]) == ("warn", certainty)


async def test_a_window_that_keeps_the_minimum_or_has_no_rule_passes_without_a_word(
    chief: Editor, database: Database
) -> None:
    document, warnings = await create(chief, SHORT)
    assert warnings == [], "no row of the rule"
    await publish(chief, document)
    assert (await shown(chief.client, document))["minimum"] is None

    await set_rule(database, "confirmed")
    other, warnings = await create(chief, LONG)
    assert warnings == []
    await publish(chief, other)
    found = await shown(chief.client, other)
    assert (found["minimum"]["amount"], found["minimum"]["is_kept"]) == (13, True)
    card = (await chief.client.get(f"/api/v1/drafts/{other}")).json()
    assert "short_reason" not in card["consultation"], "stored bytes stay as they were without a reason"


async def test_a_window_is_measured_by_the_row_that_is_valid_when_it_starts(chief: Editor, database: Database) -> None:
    """Sixteen days keep the minimum of 13 days before a change of the rule, and not that of 19 after it."""
    change = today() + timedelta(5)
    old = rule_row("consultation.window", "2020-01-01", str(change), 13, "days")
    new = rule_row("consultation.window", str(change), None, 19, "days")
    async with database.write() as session:
        await session.execute(insert(RULE), [old | {"effect": "reason_required"}, new | {"effect": "reason_required"}])
    before, warnings = await create(chief, window(4, 19))
    assert warnings == []
    await publish(chief, before)
    after, warnings = await create(chief, window(5, 20))
    assert [warning["code"] for warning in warnings] == ["window_too_short"]
    refused = await chief.do(after, "submit", (await chief.read(after))["version"])
    assert refused.json()["code"] == "consultation_too_short"
    longer = {"content": contents.draft(high_impact=False, consultation=window(5, 24))}
    await chief.done(after, "edition", longer)
    await publish(chief, after)

    found = [(await shown(chief.client, document))["minimum"] for document in (before, after)]

    assert [(one["amount"], one["is_kept"]) for one in found] == [(13, True), (19, True)]
    assert [one["basis"] for one in found] == [old["basis"], new["basis"]]
    starts = [midnight(today() + timedelta(days)) for days in (4, 5)]
    ends = [start + timedelta(days + 1) for start, days in zip(starts, (13, 19), strict=True)]
    assert [datetime.fromisoformat(one["ends_at"]) for one in found] == ends


async def test_days_before_the_publication_do_not_count_but_a_window_that_is_over_is_measured_as_it_is(
    chief: Editor, database: Database
) -> None:
    await set_rule(database, "confirmed")
    late, warnings = await create(chief, window(-30, 5))
    assert [warning["code"] for warning in warnings] == ["window_too_short"]
    refused = await chief.do(late, "submit", (await chief.read(late))["version"])
    assert refused.json()["code"] == "consultation_too_short"

    over, warnings = await create(chief, window(-60, -30))
    assert warnings == []
    await publish(chief, over)


async def test_an_import_with_a_short_window_is_public_and_the_operator_is_told(
    client: httpx.AsyncClient, database: Database, settings: Settings, publish_edition: Publish
) -> None:
    await set_rule(database, "confirmed")
    document = await publish_edition("draft", contents.draft(consultation=SHORT))
    assert (await shown(client, str(document)))["minimum"]["is_kept"] is False

    [finding] = await check_consultations(database, settings)
    assert (finding.is_problem, "1 windows" in finding.text, "ubnd-hue" in finding.text) == (True, True, True)

    content = contents.draft(consultation=SHORT | {"short_reason": REASON})
    await publish_edition("draft", content, document_id=document)
    assert (await shown(client, str(document)))["short_reason"] == REASON
    [finding] = await check_consultations(database, settings)
    assert not finding.is_problem


async def test_the_reason_of_a_translation_counts_only_where_the_original_gives_none(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    in_english = contents.draft(consultation=SHORT | {"short_reason": "A storm is near."})
    document = await publish_edition("draft", in_english, lang="en")
    assert (await shown(client, str(document)))["short_reason"] == "A storm is near."
    in_vietnamese = contents.draft(consultation=SHORT | {"short_reason": REASON})
    await publish_edition("draft", in_vietnamese, document_id=document)
    assert (await shown(client, str(document)))["short_reason"] == REASON

    again = contents.draft(title="The title changes", consultation=SHORT | {"short_reason": "A storm is nearer."})
    await publish_edition("draft", again, document_id=document, lang="en")

    assert (await shown(client, str(document)))["short_reason"] == REASON


async def test_a_window_that_stands_is_not_judged_again_and_an_extension_may_give_the_reason(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    document = str(await publish_edition("draft", contents.draft(high_impact=False, consultation=window(-2, 3))))
    await set_rule(database, "confirmed")
    body = {"note": "Sửa lỗi chính tả", "content": contents.draft(high_impact=False, consultation=window(-2, 3))}
    await chief.done(document, "correct", body)
    await publish(chief, document)

    desk = Desk(chief.client, chief.key)
    id_ = (await consultation_of(database, document)).id
    earlier = {"closes_at": format_rfc3339(midnight(today())), "short_reason": REASON}
    assert (await desk.do(id_, "extend", earlier)).json()["code"] == "consultation_shortened"
    assert (await consultation_of(database, document)).short_reason is None

    done = await desk.done(id_, "extend", {"closes_on": window(0, 6)["closes_on"], "short_reason": REASON})
    assert (done["short_reason"], done["minimum"]["is_kept"]) == (REASON, False)
    done = await desk.done(id_, "extend", {"closes_on": window(0, 60)["closes_on"]})
    assert (done["short_reason"], done["minimum"]["is_kept"]) == (REASON, True)


async def test_before_its_start_another_first_day_is_judged(
    chief: Editor, database: Database, publish_edition: Publish
) -> None:
    document = str(await publish_edition("draft", contents.draft(high_impact=False, consultation=window(2, 30))))
    await set_rule(database, "confirmed")
    body = {"note": "Mở sau", "content": contents.draft(high_impact=False, consultation=window(25, 30))}
    corrected = await chief.done(document, "correct", body)
    assert [warning["code"] for warning in corrected["warnings"]] == ["window_too_short"]

    refused = await chief.do(document, "submit", corrected["version"])

    assert refused.json()["code"] == "consultation_too_short"
    async with database.write() as session:
        has_reason = update(CONSULTATION).where(CONSULTATION.c.id == (await consultation_of(database, document)).id)
        await session.execute(has_reason.values(short_reason=REASON))
    await chief.done(document, "submit")
