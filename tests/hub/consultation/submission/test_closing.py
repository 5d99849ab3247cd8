"""The end of a consultation: who came in time is taken, who came late is not, and who was counted can prove it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from sqlalchemy import update

from hub.auth.encryption import SecretCipher
from hub.auth.principal import Principal, Scope
from hub.auth.proof_of_work import ProofOfWork, solve
from hub.consultation.clock import CLOSING_DELAY, turn_due
from hub.consultation.comments.commitments import EMPTY_ROOT, InclusionProof, check_inclusion, commit
from hub.consultation.records import CONSULTATION, consultation_id
from hub.consultation.service import run_verb
from hub.consultation.submission.inputs import MAX_BODY
from hub.consultation.views import Extend
from hub.db import Database
from hub.domain.consultations import ConsultationVerb
from hub.settings import Settings
from hub.times import format_rfc3339, now, parse_moment
from hub.web.arrival import ARRIVAL
from hub.web.server.limits import ServerLimits
from tests.support import contents
from tests.support.comments import (
    COMMENT,
    NODES,
    TEXT,
    Commenter,
    change_consultation,
    comment_body,
    comment_rows,
    consultation_row,
    open_consultation,
)
from tests.support.consultation_desk import end_now
from tests.support.consultations import changes, window
from tests.support.editors import key
from tests.support.figures import Figure
from tests.support.raw_client import RawClient, request_head
from tests.support.served import Served, serving
from tests.support.servers import Publish

FUTURE = datetime(2035, 1, 1, tzinfo=UTC)
MARGIN = timedelta(milliseconds=5)
"""Time that may pass between the clock of a process and that of the database."""
EDITOR = Principal("key:x", "Chánh Văn phòng", "ubnd-hue", frozenset({"ubnd-hue"}), frozenset({Scope.publish}))


@pytest.fixture
async def person(client: httpx.AsyncClient, publish_edition: Publish) -> Commenter:
    return Commenter(client, await open_consultation(publish_edition))


def leads_to_root(proof: dict[str, Any]) -> bool:
    """Check a proof as its author can: from the text's hash to the root."""
    commitment = commit(bytes.fromhex(proof["salt"]), UUID(proof["id"]), bytes.fromhex(proof["sha256"]))
    path = InclusionProof(proof["index"], proof["size"], [bytes.fromhex(one) for one in proof["path"]])
    return check_inclusion(commitment, path, bytes.fromhex(proof["root"]))


def test_the_end_is_logged_after_the_longest_time_that_a_body_may_take() -> None:
    longest = ServerLimits().body_seconds + MAX_BODY / ServerLimits().least_rate

    assert timedelta(seconds=longest + 15) < CLOSING_DELAY <= timedelta(minutes=2)


async def test_a_larger_body_is_refused_with_a_key_too(person: Commenter, database: Database) -> None:
    body = await person.body() | {"text": "a" * MAX_BODY}

    answers = [await person.post(body), await person.post(body, authorization=f"Bearer {await key(database)}")]

    assert [answer.status_code for answer in answers] == [413, 413]


async def test_at_its_end_one_entry_counts_the_comments_and_their_authors_can_prove_it(
    person: Commenter, database: Database, client: httpx.AsyncClient
) -> None:
    made = {state: await person.submit(text=f"Ý kiến {state}") for state in ("public", "waiting", "hidden", "erased")}
    made["more"] = await person.submit(text="Ý kiến nữa")
    changes_: dict[str, dict[str, Any]] = {"waiting": {"held_for": ["moderator"]}, "hidden": {"hidden_reason": "spam"}}
    for state, values in changes_.items():
        async with database.write() as session:
            change = update(COMMENT).where(COMMENT.c.id == made[state]["id"])
            await session.execute(change.values(state=state, **values))
    await person.own(made["erased"]["code"], "POST", "/erase")
    early = await person.own(made["public"]["code"], path="/proof")

    assert await turn_due(database, FUTURE) == 1

    assert (early.status_code, early.json()["code"]) == (404, "comment_not_counted")
    entry = (await changes(client))[-1]
    states = {"public": 2, "waiting": 1, "hidden": 1, "withdrawn": 0, "erased": 1}
    assert (entry["event"], entry["data"]["comments"]) == ("closed", states | {"counted": 3})
    for state in ("public", "waiting", "more"):
        proof = (await person.own(made[state]["code"], path="/proof")).json()
        assert proof["root"] == entry["data"]["comments_root"]
        assert proof["sha256"] == made[state]["sha256"]
        assert (proof["size"], leads_to_root(proof)) == (3, True)
        assert not leads_to_root(proof | {"sha256": sha256(b"other").hexdigest()})
    hidden = await person.own(made["hidden"]["code"], path="/proof")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "comment_not_counted")


async def test_whoever_withdraws_or_erases_later_takes_nothing_from_the_others(
    person: Commenter, database: Database
) -> None:
    stays, withdraws, erases = [await person.submit(text=f"Ý kiến {number}") for number in range(3)]
    await turn_due(database, FUTURE)
    before = (await person.own(stays["code"], path="/proof")).json()
    await person.own(withdraws["code"], "POST", "/withdraw")
    await person.own(erases["code"], "POST", "/erase")

    assert (await person.own(stays["code"], path="/proof")).json() == before
    withdrawn = (await person.own(withdraws["code"], path="/proof")).json()
    assert leads_to_root(withdrawn)
    row = await consultation_row(database, person.consultation)
    assert row.comments_root.hex() == before["root"]


async def test_an_end_without_comments_has_the_root_of_none(
    person: Commenter, database: Database, client: httpx.AsyncClient
) -> None:
    assert [entry["data"]["comments"] for entry in await changes(client)] == [None, None]

    await turn_due(database, FUTURE)

    data = (await changes(client))[-1]["data"]
    assert (data["comments"]["counted"], data["comments_root"]) == (0, EMPTY_ROOT.hex())


async def test_a_consultation_that_opens_again_counts_again(
    client: httpx.AsyncClient, database: Database, publish_edition: Publish
) -> None:
    document = await publish_edition("draft", contents.draft(consultation=window(-4, 2), nodes=NODES))
    person = Commenter(client, consultation_id(document))
    first = await person.submit(text="Đợt đầu")
    await turn_due(database, FUTURE)
    later = contents.draft(consultation=window(-4, 12), nodes=NODES, title="Dự thảo sửa")
    await publish_edition("draft", later, document_id=document)
    again = (await changes(client))[-1]
    second = await person.submit(text="Đợt sau")
    between = await person.own(first["code"], path="/proof")
    await turn_due(database, FUTURE)

    assert (again["event"], again["data"]["comments"], again["data"]["comments_root"]) == ("extended", None, None)
    assert between.status_code == 404
    proofs = [(await person.own(one["code"], path="/proof")).json() for one in (first, second)]
    assert [(proof["index"], proof["size"], leads_to_root(proof)) for proof in proofs] == [(0, 2, True), (1, 2, True)]


async def test_a_consultation_that_is_dropped_while_it_is_open_counts_what_it_had(
    person: Commenter, database: Database, client: httpx.AsyncClient
) -> None:
    made = await person.submit()
    path = f"/api/v1/manage/consultations/{person.consultation}"
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}", "if-match": '"1"'}
    dropped = await client.post(f"{path}/drop", json={"reason": "Không còn cần"}, headers=headers)

    assert dropped.status_code == 200, dropped.text
    data = (await changes(client))[-1]["data"]
    assert (data["state"], data["comments"]["counted"]) == ("dropped", 1)
    assert leads_to_root((await person.own(made["code"], path="/proof")).json())


async def test_a_drop_after_the_end_and_before_its_entry_counts_and_logs_the_end(
    person: Commenter, database: Database, client: httpx.AsyncClient
) -> None:
    made = await person.submit()
    await end_now(database)
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}", "if-match": '"1"'}
    path = f"/api/v1/manage/consultations/{person.consultation}"

    dropped = await client.post(f"{path}/drop", json={"reason": "Không còn cần"}, headers=headers)

    assert dropped.status_code == 200, dropped.text
    found = await changes(client, "document", "consultation")
    assert [one["event"] for one in found[-2:]] == ["consultation_closed", "dropped"]
    end = parse_moment(dropped.json()["closes_at"])
    assert parse_moment(found[-2]["due"]) == end
    assert found[-1]["data"]["comments"]["counted"] == 1
    assert leads_to_root((await person.own(made["code"], path="/proof")).json())


async def test_a_drop_after_the_logged_end_logs_it_once(
    person: Commenter, database: Database, client: httpx.AsyncClient
) -> None:
    await person.submit()
    assert await turn_due(database, FUTURE) == 1
    root = (await consultation_row(database, person.consultation)).comments_root
    headers = {"authorization": f"Bearer {await key(database, 'ubnd-hue')}", "if-match": '"2"'}
    path = f"/api/v1/manage/consultations/{person.consultation}"

    dropped = await client.post(f"{path}/drop", json={"reason": "Không còn cần"}, headers=headers)

    assert dropped.status_code == 200, dropped.text
    events = [one["event"] for one in await changes(client, "document", "consultation")]
    assert events.count("consultation_closed") == 1
    assert (await consultation_row(database, person.consultation)).comments_root == root


async def delayed(person: Commenter, seconds: float, body: dict[str, Any]) -> httpx.Response:
    """Post a comment whose headers came so many seconds before its body."""
    app = person.client._transport.app  # type: ignore[attr-defined]

    async def late(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, ARRIVAL: time.monotonic() - seconds}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(late), base_url="http://hub.test") as slow:
        return await Commenter(slow, person.consultation).post(body)


async def test_the_arrival_of_the_headers_decides_not_that_of_the_body(person: Commenter, database: Database) -> None:
    bodies = [await person.body(text=f"Ý kiến {number}") for number in range(3)]
    end = now() - timedelta(seconds=5)
    await change_consultation(database, person.consultation, closes_at=end)

    answers = [await delayed(person, seconds, body) for seconds, body in zip((6, 4, 6), bodies, strict=True)]
    code = answers[0].json()["code"]
    await turn_due(database, FUTURE)
    counted = await delayed(person, 60, await person.body(text="Sau khi đã đếm"))

    assert [answer.status_code for answer in answers] == [201, 409, 201]
    assert parse_moment(answers[0].json()["received_at"]) < end <= parse_moment(answers[1].json()["received_at"])
    assert (counted.status_code, counted.json()["state"]) == (409, "closed")
    assert (await person.own(code, path="/proof")).json()["size"] == 2


async def test_an_extension_is_waited_for_and_counts_for_whoever_came_before_its_end(
    person: Commenter, database: Database
) -> None:
    """The judgement waits for whoever changes the window: what is committed when it judges holds."""
    end = now() + timedelta(seconds=30)
    await change_consultation(database, person.consultation, closes_at=end)
    body = await person.body()
    async with database.write() as session:
        await session.execute(update(CONSULTATION).values(closes_at=now() - timedelta(seconds=1)))
        posting = asyncio.create_task(person.post(body))
        await asyncio.sleep(0.3)
        assert not posting.done()
    answer = await posting

    assert (answer.status_code, answer.json()["closes_at"] < format_rfc3339(end)) == (409, True)
    assert await comment_rows(database) == []


class Crowd:
    """People who comment around an end, on two processes, each with a body that comes later than its head."""

    def __init__(self, served: list[Served], consultation: UUID, settings: Settings):
        self.served = served
        self.consultation = consultation
        self.proofs = ProofOfWork(SecretCipher(settings))
        self.sent: list[tuple[datetime, datetime, int, dict[str, Any]]] = []
        """When the head was sent, when the server said that it has it, status and answer."""

    def prepare(self, number: int) -> tuple[bytes, bytes]:
        """Head and body of a comment, with its proof: whoever comes at an end has them ready."""
        text = f"Ý kiến {number}"
        challenge = self.proofs.issue(self.consultation, 0, now())
        proof = {"challenge": challenge.challenge, "counter": solve(challenge, text)}
        body = orjson.dumps(comment_body(text=text, proof=proof))
        head = request_head(
            f"/api/v1/consultations/{self.consultation}/comments",
            "content-type: application/json",
            f"content-length: {len(body)}",
            "expect: 100-continue",
            method="POST",
        )
        return head, body

    async def post(self, number: int, seconds: float, head: bytes, body: bytes) -> None:
        await asyncio.sleep(seconds)
        raw = await RawClient.connect(self.served[number % 2])
        began = datetime.now(UTC)
        await raw.send(head)
        told = await raw.answer()
        arrived = datetime.now(UTC)
        assert told is not None
        assert told.status == 100
        await asyncio.sleep(0.3)
        await raw.send(body)
        answer = await raw.answer()
        raw.close()
        assert answer is not None
        self.sent.append((began, arrived, answer.status, answer.json()))


@pytest.mark.counts(small=50, soak=1_000)
async def test_around_an_end_that_is_extended_a_second_before_none_is_late_in_and_none_in_time_is_out(
    settings: Settings, database: Database, publish_edition: Publish, tmp_path: Path, count: int, figure: Figure
) -> None:
    span = max(1.0, (count - 50) / 45)
    keys = {"secrets_key": "mot-khoa-cho-hai-tien-trinh-0123456789"}
    free = dict.fromkeys(("comment_quota_network", "comment_quota_consultation", "comment_quota_all"), 1_000_000)
    consultation = await open_consultation(publish_edition)
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    with serving(settings, folders[0], **keys, **free) as one, serving(settings, folders[1], **keys, **free) as two:
        crowd = Crowd([one, two], consultation, Settings(**settings.model_dump(exclude_unset=True) | keys))
        prepared = [crowd.prepare(number) for number in range(count)]
        await asyncio.gather(*(crowd.post(one, 0, *crowd.prepare(one)) for one in (-2, -1)))  # the keys are ready then
        end = datetime.now(UTC) + timedelta(seconds=1.5)
        last = end.replace(microsecond=0) + timedelta(seconds=1 + span)
        await change_consultation(database, consultation, closes_at=end, announced_closes_at=end)
        times = [number * (3.5 + span) / count for number in range(count)]
        crowding = asyncio.gather(*(crowd.post(number, times[number], *ready) for number, ready in enumerate(prepared)))
        await asyncio.sleep((end - datetime.now(UTC)).total_seconds() - 1)
        verb, later = ConsultationVerb.extend, Extend(closes_at=last)
        await run_verb(database, EDITOR, verb, consultation, 1, later, None)
        while not crowding.done():
            await turn_due(database)
            await asyncio.sleep(0.1)
        await crowding
    rows = await comment_rows(database)

    statuses = [status for _, _, status, _ in crowd.sent]
    late = [one for one in crowd.sent if one[0] >= last]
    in_time = [one for one in crowd.sent if one[1] + MARGIN < last]
    figures = {"late": late, "in time": in_time}
    figures |= {"late in": [one for one in late if one[2] != 409]}
    figures |= {"in time refused": [one for one in in_time if one[2] != 201]}
    for name, found in figures.items():
        figure(name, len(found))
    assert set(statuses) == {201, 409}
    assert figures["late in"] == figures["in time refused"] == []
    assert any(end <= began and arrived < last for began, arrived, _, _ in crowd.sent)
    for began, _, status, answer in crowd.sent:
        received = parse_moment(answer["received_at"])
        assert began - timedelta(milliseconds=1) <= received
        assert (received < last) == (status == 201)
    assert len(rows) == statuses.count(201)
    await turn_due(database, last + CLOSING_DELAY)
    row = await consultation_row(database, consultation)
    assert (row.state, row.closing_counts["counted"]) == ("closed", len(rows))
    assert row.comment_changes == len(rows)
    assert TEXT not in str(row)
