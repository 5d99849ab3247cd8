"""The whole story over REST: from the announcement of a draft to the policy that came of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import httpx
import pytest

from hub.auth.encryption import SecretCipher
from hub.consultation.campaigns.job import group_comments
from hub.consultation.carryover.job import CarryoverJob
from hub.consultation.clock import turn_due
from hub.consultation.closing_soon import log_closing_soon
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.records import consultation_id
from hub.db import Database
from hub.ops.verify import verify
from hub.settings import Settings
from hub.times import today
from tests.support.comments import Commenter
from tests.support.consultation_desk import Desk
from tests.support.consultations import window
from tests.support.editors import Editor, key
from tests.support.passing_days import pass_days
from tests.support.receiver import Receiver, receiver
from tests.support.served import Served, serving_here, stream
from tests.support.waiting import eventually
from tests.support.webhooks import QUICK, Manager, delivering, verified

HOURS = "Xe tải trên 2,5 tấn bị cấm vào nội thành từ 6 giờ đến 8 giờ và từ 16 giờ đến 19 giờ các ngày trong tuần."
LATER = HOURS.replace("từ 6 giờ", "từ 6 giờ 30 phút")
FEE = "Xe dừng đỗ quá giờ tại bãi đỗ của phường trả 20.000 đồng mỗi lượt, và nhận biên lai có ghi giờ vào."
NEW_FEE = FEE.replace("20.000", "25.000")
HANDCARTS = "Xe ba gác chở vật liệu xây dựng được cấp phù hiệu riêng theo từng công trình, có giá trị trong ba tháng."
LIFE = ["announced", "opened", "closing_soon", "closed", "answered", "adopted"]

MARKET = (
    "Chợ Đông Ba nhận rau từ ba giờ sáng nên cấm từ sáu giờ thì không kịp dỡ hàng. "
    "Xin cho xe chở rau quả vào bãi sau chợ đến bảy giờ."
)
AGREED, LETTER = "Đề nghị cấm từ 6 giờ 30 phút.", "Đề nghị làm rõ ngày lễ có bị cấm hay không."
GONE, TOO_MUCH = "Xe ba gác nên có phù hiệu dùng cả năm.", "Phí 20.000 đồng là quá cao với hộ buôn bán nhỏ."
WHOLE, PRIVATE = "Dự thảo dễ hiểu, tôi đồng ý.", "Ai cần hỏi thêm thì gọi tôi theo số 0905 123 456."


def nodes(*texts: str) -> list[dict[str, Any]]:
    return [
        {"ref": f"dieu-{place}", "parent": None, "type": "article", "label": f"Điều {place}", "text": one}
        for place, one in enumerate(texts, 1)
    ]


class Office:
    """Who writes and who publishes, and the jobs that a worker runs."""

    def __init__(self, database: Database, settings: Settings, client: httpx.AsyncClient, keys: tuple[str, str]):
        self.database, self.settings, self.client = database, settings, client
        self.writer, self.chief = (Editor(client, one) for one in keys)
        self.desk = Desk(client, keys[1])

    async def write(self, kind: str, **content: Any) -> UUID:
        """Write a document that is to be published."""
        answer = await self.writer.create(kind, **content)
        assert answer.status_code == 201, answer.text
        document = answer.json()["id"]
        await self.writer.done(document, "submit")
        await self.chief.done(document, "approve")
        return UUID(document)

    async def publish(self, document: UUID) -> None:
        await self.chief.done(str(document), "publish")

    async def managed(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(f"{self.path}/{path}", params=params, headers=self.desk.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, path: str, body: Any = None, version: int | None = None) -> Any:
        headers = self.desk.headers | ({"if-match": f'"{version}"'} if version else {})
        answer = await self.client.post(f"{self.path}/{path}", json=body or {}, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def attend(self, consultation: UUID) -> None:
        self.path = f"/api/v1/manage/consultations/{consultation}"

    async def work(self) -> None:
        """Do what the worker does every few seconds."""
        await turn_due(self.database)
        await log_closing_soon(self.database)
        await CarryoverJob(self.database).run_once()


@pytest.fixture
async def hub(settings: Settings) -> AsyncIterator[Served]:
    async with serving_here(settings, **QUICK) as served:
        yield served


async def test_a_draft_is_announced_commented_on_revised_answered_and_adopted(
    hub: Served, database: Database, settings: Settings
) -> None:
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=hub.url, timeout=30))
        keys = await key(database, "ubnd-hue", "write", "read:working"), await key(database)
        office = Office(database, settings, client, keys)
        partner = await stack.enter_async_context(receiver())
        hook = await Manager(client, keys[1]).make(partner, filter={"subject": ["consultation"]})
        source = await stack.enter_async_context(stream(hub, "/api/v1/events?subject=consultation"))

        # Announced: the window begins later, and nobody can comment yet.
        first = await office.write("draft", consultation=window(2, 12), nodes=nodes(HOURS, HANDCARTS, FEE))
        await office.publish(first)
        id_ = consultation_id(first)
        office.attend(id_)
        people = Commenter(client, id_)
        assert (await consultation(client, id_))["state"] == "announced"
        refused = await people.post(await people.body(text=AGREED))
        assert (refused.status_code, refused.json()["code"]) == (409, "consultation_not_open")

        # Open: four kinds of authors, two near copies, and a letter of the Front.
        await pass_days(database, id_, 2)
        await office.work()
        codes = await comment_as_people_do(people)
        await enter_letter(office)
        numbers = {item["text"]: item["id"] for item in (await people.listed())["items"]}
        assert set(numbers) == {AGREED, GONE, TOO_MUCH, WHOLE, MARKET, MARKET + " Xin cảm ơn.", LETTER}

        # Moderated: what gives a telephone number away is hidden; what was hidden by mistake is back.
        await moderate(office, people, numbers[WHOLE])
        own = (await people.own(codes[PRIVATE])).json()
        assert (own["state"], own["hidden_reason"]) == ("hidden", "private_data")

        # The end: three days before it is said, and then nobody can comment.
        await pass_days(database, id_, 9)
        await office.work()
        await pass_days(database, id_, 4)
        await office.work()
        late = await people.post(await people.body(text=AGREED))
        assert (late.status_code, late.json()["code"]) == (409, "consultation_not_open")
        proof = (await people.own(codes[AGREED], path="/proof")).json()
        assert proof["root"] == (await logged(client))[-1]["data"]["comments_root"]

        # Revised as a new document, which continues the old one; what nobody is sure of, a person decides.
        second = await office.write(
            "draft", title="Dự thảo lần 3", draft_version=3, consultation=None, nodes=nodes(LATER, NEW_FEE)
        )
        await office.desk.done(id_, "link", {"document": str(second)})
        await office.publish(second)
        await office.work()
        await decide_places(office, numbers)

        # Answered: one answer for the group, and the table of all.
        assert await group_comments(database, CommentKeys(SecretCipher(settings)), id_)
        early = await office.desk.do(id_, "answer", {})
        assert early.json()["code"] == "answers_missing"
        await answer_all(office, numbers)
        await office.desk.done(id_, "answer", {})
        assert (await client.get(f"/api/v1/consultations/{id_}/answers")).json()["counts"]["missing"] == 0

        # Adopted: the policy that came of it.
        policy = await office.write("policy", title="Quyết định về giờ xe tải")
        await office.publish(policy)
        await office.desk.done(id_, "adopt", {"policy": str(policy)})

        found = await consultation(client, id_)
        assert (found["state"], found["without_answers"]) == ("adopted", False)
        assert found["policy"]["title"] == "Quyết định về giờ xe tải"
        assert [draft["id"] for draft in found["drafts"]] == [str(first), str(second)]
        await check_comments(people, numbers)
        await check_table(client, id_)
        assert [entry["event"] for entry in await logged(client)] == LIFE
        assert [event.json()["event"] for event in await source.take(len(LIFE))] == LIFE
        await check_messages(partner, hook["secret"], settings)
    async with database.read() as connection:
        assert [fault async for _, faults in verify(connection) for fault in faults] == []


async def consultation(client: httpx.AsyncClient, id_: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/api/v1/consultations/{id_}")).json()
    return found


async def logged(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/api/v1/changes?subject=consultation&limit=100")).json()["items"]
    return found


async def comment_as_people_do(people: Commenter) -> dict[str, str]:
    """A person about words of an article, an organisation and a business about articles, somebody about the whole."""
    words = {"exact": "từ 6 giờ", "suffix": " đến 8 giờ", "start": 0, "end": 8}
    person = {"kind": "person", "name": "Trần Thị Sông Mây"}
    association = {"kind": "organisation", "organisation": "Hội Xe ba gác"}
    company = {"kind": "business", "organisation": "Công ty Vận tải Hương Giang"}
    said: list[tuple[str, dict[str, Any]]] = [
        (AGREED, {"ref": "dieu-1", "quote": words, "author": person, "shown": "kind"}),
        (GONE, {"ref": "dieu-2", "stance": "against", "author": association, "shown": "name"}),
        (TOO_MUCH, {"ref": "dieu-3", "stance": "against", "author": company, "shown": "name"}),
        (WHOLE, {"stance": "agrees", "author": {"kind": "anonymous"}, "shown": "nothing"}),
        (MARKET, {"author": {"kind": "person", "name": "Lê Văn Chợ"}, "shown": "name"}),
        (MARKET + " Xin cảm ơn.", {"author": {"kind": "person"}, "shown": "kind"}),
    ]
    codes = {}
    for text, members in said:
        receipt = await people.submit(text=text, **members)
        assert receipt["state"] == "public", receipt
        codes[text] = receipt["code"]
    held = await people.submit(text=PRIVATE)
    assert (held["state"], held["held_for"]) == ("waiting", ["private_data"])
    return codes | {PRIVATE: held["code"]}


async def enter_letter(office: Office) -> None:
    """The Front is asked, and its letter becomes an opinion; a department agrees, another one is silent."""
    front = await office.do("bodies", {"kind": "front", "name": "Mặt trận", "asked_on": str(today())})
    opinion = {"draft": 1, "ref": "dieu-1", "stance": "agrees_in_part", "text": LETTER}
    letter = {"answered_on": str(today()), "reply_number": "45/MTTQ-BTT"}
    await office.do(f"bodies/{front['id']}/reply", letter | {"opinions": [opinion]}, front["version"])
    health = await office.do("bodies", {"agency": "so-y-te", "asked_on": str(today())})
    await office.do(f"bodies/{health['id']}/reply", letter | {"agrees_entirely": True}, health["version"])
    await office.do("bodies", {"name": "Hội Luật gia", "kind": "association", "asked_on": str(today())})


async def moderate(office: Office, people: Commenter, mistaken: str) -> None:
    """Hide what gives a number away, and by mistake another comment: its batch is undone."""
    queue = {item["id"]: item for item in (await office.managed("moderation"))["items"]}
    [waiting] = [item for item in queue.values() if item["state"] == "waiting"]
    assert [finding["kind"] for finding in waiting["findings"]] == ["phone"]
    hide = {"decision": "hide", "reason": "private_data", "comments": [versioned(waiting)]}
    assert (await office.do("moderation/decide", hide))["decided"] == 1
    hide = {"decision": "hide", "reason": "off_topic", "comments": [versioned(queue[mistaken])]}
    batch = await office.do("moderation/decide", hide)
    assert WHOLE not in await people.texts()
    await office.do(f"moderation/batches/{batch['batch']}/undo")
    assert WHOLE in await people.texts()
    public = (await office.client.get(f"{people.path}/moderation")).json()
    assert {one["reason"]: one["count"] for one in public["reasons"] if one["count"]} == {"private_data": 1}


def versioned(item: dict[str, Any]) -> dict[str, Any]:
    return {"id": item["id"], "version": item["version"]}


async def decide_places(office: Office, comments: dict[str, str]) -> None:
    """The fee's figure changed, so its comment is uncertain; the handcarts are gone: a person confirms both."""
    places = {item["comment"]: item for item in (await office.managed("places"))["items"]}
    fee, gone = places[comments[TOO_MUCH]], places[comments[GONE]]
    assert (fee["status"], fee["ref"], fee["from_ref"]) == ("uncertain", "dieu-2", "dieu-3")
    assert (gone["status"], gone["ref"], gone["from_ref"]) == ("orphaned", None, "dieu-2")
    for place in places.values():
        await office.do(f"places/{place['comment']}/2/confirm", version=place["version"])
    assert (await office.managed("places"))["items"] == []


async def answer_all(office: Office, comments: dict[str, str]) -> None:
    changed = {"changed_draft": 2, "changed_ref": "dieu-1"}
    answers: dict[str, dict[str, Any]] = {
        comments[AGREED]: {"outcome": "accepted", "reason": "Đã sửa Điều 1."} | changed,
        comments[TOO_MUCH]: {"outcome": "rejected", "reason": "Mức phí bù chi phí trông giữ."},
        comments[GONE]: {"outcome": "noted", "reason": "Quy định này đã được bỏ."},
        comments[WHOLE]: {"outcome": "noted", "reason": "Xin cảm ơn."},
        comments[LETTER]: {"outcome": "partly", "reason": "Ngày lễ không bị cấm."} | changed,
    }
    subjects = (await office.managed("answers", missing="true"))["items"]
    assert sorted(subject["comments"] for subject in subjects) == [1] * len(answers) + [2]
    for subject in subjects:
        if subject["group"]:
            answer = {"group": subject["group"], "outcome": "partly", "reason": "Xe rau quả được vào đến 6 giờ 30."}
            await office.do("answers", answer)
        else:
            await office.do("answers", {"comment": subject["comment"]} | answers[subject["comment"]])


async def check_comments(people: Commenter, comments: dict[str, str]) -> None:
    """Every public comment has its answer, its place in the last draft, and as much of its author as wanted."""
    items = {item["text"]: item for item in (await people.listed())["items"]}
    assert set(items) == set(comments)
    assert PRIVATE not in items
    agreed, copy = items[AGREED], items[MARKET]
    assert agreed["answer"] == {
        "outcome": "accepted",
        "reason": "Đã sửa Điều 1.",
        "changed_draft": 2,
        "changed_ref": "dieu-1",
    }
    assert agreed["place"]["ref"] == "dieu-1"
    assert (copy["group"]["count"], copy["answer"]["outcome"]) == (2, "partly")
    assert items[MARKET + " Xin cảm ơn."]["answer"] == copy["answer"]
    assert (items[GONE]["place"]["status"], items[GONE]["place"]["confirmed"]) == ("orphaned", True)
    assert (items[TOO_MUCH]["place"]["ref"], items[TOO_MUCH]["place"]["confirmed"]) == ("dieu-2", True)
    kinds = [(items[text]["author"]["kind"], items[text]["author"]["name"]) for text in (AGREED, GONE, WHOLE, LETTER)]
    assert kinds == [("person", None), ("organisation", "Hội Xe ba gác"), (None, None), ("front", "Mặt trận")]


async def check_table(client: httpx.AsyncClient, id_: UUID) -> None:
    answer = await client.get(f"/api/v1/consultations/{id_}/table.json")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    counts = found["counts"]
    assert {name: counts[name] for name in ("asked", "bodies_answered", "received", "agreeing_bodies", "groups")} == {
        "asked": 3,
        "bodies_answered": 2,
        "received": 8,
        "agreeing_bodies": 1,
        "groups": 1,
    }
    outcomes = ("accepted", "partly", "rejected", "noted", "unanswered")
    assert [counts[name] for name in outcomes] == [1, 3, 1, 2, 0]
    groups = [group for part in found["parts"] for group in part["groups"]]
    rows = [(group["label"], [row["comment"] for row in group["rows"]]) for group in groups]
    assert rows[:2] == [("Điều 1", [AGREED, LETTER]), ("Điều 2", [TOO_MUCH])]
    assert WHOLE in rows[-1][1]
    # The provision that it was about is named: the last draft has none.
    assert any(text.endswith(GONE) and "Điều 2" in text for text in rows[-1][1])
    assert "0905" not in answer.text
    docx = await client.get(f"/api/v1/consultations/{id_}/table.docx")
    assert (docx.status_code, docx.content[:2]) == (200, b"PK")
    silent = (await client.get(f"/api/v1/consultations/{id_}/bodies")).json()["items"]
    assert [body["name"] for body in silent if body["unanswered"]] == ["Hội Luật gia"]


def partner_heard(partner: Receiver) -> Callable[[], Awaitable[bool]]:
    async def heard() -> bool:
        return len(partner.got) >= len(LIFE)

    return heard


async def check_messages(partner: Receiver, secret: str, settings: Settings) -> None:
    async with delivering(settings.model_copy(update=QUICK)):
        await eventually(partner_heard(partner))
    messages = [verified(got, secret) for got in partner.got]
    assert [message["type"] for message in messages] == [f"consultation.{event}" for event in LIFE]
