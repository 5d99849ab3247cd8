"""What everybody reads of the clocks, by REST and GraphQL; what the operator is told; and what a migration brings."""

from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, insert, text, update

from hub.cli.run import _load_missing_clocks
from hub.clocks.load import load_records
from hub.clocks.queries import DAY, RULE
from hub.clocks.record_files import bundle_records
from hub.db import Database
from hub.ops.checks import check_clocks
from hub.settings import Settings
from tests.support.clock_rows import day_row, rule_row


def whole_year(year: int) -> list[dict[str, Any]]:
    """Rows of the holidays without which a year is not covered."""
    return [day_row(f"{year}-{day}") for day in ("01-01", "02-08", "04-30", "05-01", "09-02")]


@pytest.mark.parametrize(
    "query",
    ["calendar=999", "calendar=10000", "calendar=x", "on=2026-02-30", "calender=2026", "calendar=2026&calendar=2027"],
)
async def test_a_parameter_that_is_not_valid_is_refused(client: httpx.AsyncClient, query: str) -> None:
    assert (await client.get(f"/api/v1/clocks?{query}")).status_code == 422


@pytest.mark.usefixtures("rules")
async def test_rules_and_calendar_are_public_by_day_and_year(client: httpx.AsyncClient) -> None:
    whole = (await client.get("/api/v1/clocks")).json()
    found = await client.get("/api/v1/clocks?on=2026-09-01&calendar=2026")
    other = (await client.get("/api/v1/clocks?calendar=2031")).json()
    again = await client.get(
        "/api/v1/clocks?on=2026-09-01&calendar=2026", headers={"if-none-match": found.headers["etag"]}
    )

    keys = [(rule["rule"], rule["valid_from"]) for rule in whole["rules"]]
    assert keys == sorted(keys)
    assert (len(keys), whole["years"], whole["calendar"]) == (4, [2026], None)
    [rule] = [rule for rule in found.json()["rules"] if rule["rule"] == "thu.tra-loi"]
    assert (rule["amount"], rule["unit"], rule["certainty"], rule["valid_to"]) == (9, "days", "assumed", None)
    assert [(day["day"], day["kind"]) for day in found.json()["calendar"]] == [
        ("2026-01-01", "holiday"),
        ("2026-02-17", "holiday"),
        ("2026-04-30", "holiday"),
        ("2026-05-01", "holiday"),
        ("2026-08-22", "working"),
        ("2026-09-01", "holiday"),
        ("2026-09-02", "holiday"),
    ]
    assert (other["calendar"], other["years"], again.status_code) == ([], [2026], 304)


@pytest.mark.usefixtures("rules")
async def test_graphql_says_the_same_as_rest(client: httpx.AsyncClient) -> None:
    query = """{ clocks(on: "2026-09-01", calendar: 2026) {
        years calendar { day kind name nameEn source sourceUrl certainty }
        rules { rule name nameEn trigger amount unit effect basis basisUrl certainty validFrom validTo note noteEn }
    } }"""
    found = (await client.post("/graphql", json={"query": query})).json()["data"]["clocks"]
    rest = (await client.get("/api/v1/clocks?on=2026-09-01&calendar=2026")).json()

    def folded(value: object) -> object:
        if isinstance(value, dict):
            return {name.replace("_", "").lower(): folded(one) for name, one in value.items()}
        return [folded(one) for one in value] if isinstance(value, list) else value

    assert folded(found) == folded(rest)


async def test_the_doctor_misses_rules_and_next_years_calendar(database: Database, settings: Settings) -> None:
    [empty] = await check_clocks(database, settings)
    async with database.write() as session:
        await load_records(session, bundle_records(), apply=True)
        year = (await session.execute(text("SELECT extract(year from now() + interval '186 days')::int"))).scalar_one()
        await session.execute(delete(DAY))
        await session.execute(insert(DAY), whole_year(year - 1))
        await session.execute(insert(DAY).values(day_row(f"{year}-01-03")))
    counts, ends = await check_clocks(database, settings)
    async with database.write() as session:
        await session.execute(insert(DAY), whole_year(year))
    [well] = await check_clocks(database, settings)

    assert (empty.is_problem, "hub clocks load --apply" in empty.text) == (True, True)
    assert (counts.is_problem, ends.is_problem, f"days off of {year}" in ends.text) == (False, True, True)
    assert (well.is_problem, well.text) == (False, "20 rows of rules, 0 running, 0 breached and not met")


async def test_the_doctor_misses_a_row_of_today_only_for_rules_that_the_hub_starts(
    database: Database, settings: Settings
) -> None:
    async with database.write() as session:
        await load_records(session, bundle_records(), apply=True)
        ended = ["press.first_word", "press.authorisation"]
        until = update(RULE).where(RULE.c.valid_to.is_(None), RULE.c.rule.in_(ended))
        await session.execute(until.values(valid_to=date(2026, 11, 20)))
        await session.execute(delete(RULE).where(RULE.c.rule == "press.answer"))
        await session.execute(insert(RULE).values(rule_row("thu.nam-sau", "2099-01-01", None, 3, "days")))
        await session.execute(insert(DAY), [row for year in range(2028, 2031) for row in whole_year(year)])
    counts, gap, others = await check_clocks(database, settings)

    assert [one.is_problem for one in (counts, gap, others)] == [False, True, False]
    assert "no clock starts: press.answer, press.first_word (" in gap.text
    assert others.text.endswith("no row that is valid today: press.authorisation, thu.nam-sau")


async def test_a_rule_that_the_hub_does_not_start_may_end_for_good(database: Database, settings: Settings) -> None:
    async with database.write() as session:
        await load_records(session, bundle_records(), apply=True)
        await session.execute(insert(RULE).values(rule_row("thu.cu", "2019-01-01", "2020-01-01", 3, "days")))
    found = await check_clocks(database, settings)

    assert [one.text for one in found if "thu.cu" in one.text] == [
        "the hub starts no clock under these rules, which have no row that is valid today: thu.cu"
    ]
    assert not any(one.is_problem for one in found if one.part == "legal clocks")


async def test_a_migration_brings_the_rules_of_the_hub_once(database: Database) -> None:
    first = await _load_missing_clocks(database)
    async with database.write() as session:
        await session.execute(delete(RULE).where(RULE.c.rule == "press.answer"))

    assert first > 50
    assert [await _load_missing_clocks(database), await _load_missing_clocks(database)] == [2, 0]
