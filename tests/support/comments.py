"""Comments for the tests: an open consultation with nodes, and a person who comments on it with a proof of work."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select, update

from hub.auth.proof_of_work import ChallengeView, solve
from hub.consultation.comments.models import Comment
from hub.consultation.records import CONSULTATION, consultation_id
from hub.db import Database, table
from tests.support import contents
from tests.support.consultations import window
from tests.support.servers import Publish

COMMENT = table(Comment)
TEXT = "Giờ cấm nên bắt đầu từ 6 giờ rưỡi để chợ đầu mối kịp dỡ hàng."
NODES = [
    {"ref": "dieu-1", "type": "article", "label": "Điều 1", "heading": "Giờ cấm", "text": "Xe tải bị cấm từ 7 giờ."},
    {
        "ref": "dieu-2",
        "type": "article",
        "label": "Điều 2",
        "heading": "Ngoại lệ",
        "text": "Xe cứu hộ được vào. Xe chở rác được vào sau 22 giờ.",
    },
]


async def open_consultation(publish_edition: Publish, opens: int = -2, closes: int = 9, **content: Any) -> UUID:
    """Publish a draft with two articles, on which people may comment by default; returns the consultation's id."""
    made = contents.draft(**({"consultation": window(opens, closes), "nodes": NODES} | content))
    return consultation_id(await publish_edition("draft", made))


def comment_body(**other: Any) -> dict[str, Any]:
    """Return a comment of a person who is shown by kind only, on the whole of the first draft, without a proof."""
    return {
        "draft": 1,
        "stance": "suggests",
        "text": TEXT,
        "author": {"kind": "person", "name": "Trần Thị Sông Mây"},
        "shown": "kind",
        "consent": {"wording": "comment", "version": 2, "lang": "vi"},
    } | other


class Commenter:
    """A person who comments on one consultation."""

    def __init__(self, client: httpx.AsyncClient, consultation: UUID | str):
        self.client = client
        self.consultation = consultation
        self.path = f"/api/v1/consultations/{consultation}"

    async def prove(self, text: str) -> dict[str, Any]:
        """Get a challenge and solve it for a text."""
        answer = await self.client.get(f"{self.path}/challenge")
        assert answer.status_code == 200, answer.text
        challenge = ChallengeView.model_validate(answer.json())
        return {"challenge": challenge.challenge, "counter": solve(challenge, text)}

    async def body(self, **other: Any) -> dict[str, Any]:
        """Return a comment with its proof."""
        body = comment_body(**other)
        return {"proof": await self.prove(body["text"])} | body

    async def post(self, body: dict[str, Any], **headers: str) -> httpx.Response:
        """Send a comment as it is."""
        return await self.client.post(f"{self.path}/comments", json=body, headers=headers)

    async def submit(self, **other: Any) -> dict[str, Any]:
        """Submit a comment, which must be accepted."""
        answer = await self.post(await self.body(**other))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def own(self, code: str, method: str = "GET", path: str = "", body: Any = None) -> httpx.Response:
        """Ask for one's own comment, or change it."""
        address = f"{self.path}/comments/mine{path}"
        return await self.client.request(method, address, json=body, headers={"comment-code": code})

    async def amend(self, code: str, **members: Any) -> httpx.Response:
        return await self.own(code, "PATCH", body=members)

    async def listed(self, **params: Any) -> dict[str, Any]:
        """Return the page of public comments."""
        answer = await self.client.get(f"{self.path}/comments", params=params)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def texts(self, **params: Any) -> list[str]:
        return [item["text"] for item in (await self.listed(**params))["items"]]


async def comment_rows(database: Database) -> list[Any]:
    """The rows of all comments, in the order of arrival."""
    async with database.read() as connection:
        return list((await connection.execute(select(COMMENT).order_by(COMMENT.c.number))).all())


async def consultation_row(database: Database, id_: UUID | str) -> Any:
    async with database.read() as connection:
        query = select(CONSULTATION).where(CONSULTATION.c.id == UUID(str(id_)))
        return (await connection.execute(query)).one()


async def change_consultation(database: Database, id_: UUID | str, **values: Any) -> None:
    """Write columns of a consultation past its rules, such as an end that is near."""
    async with database.write() as session:
        await session.execute(update(CONSULTATION).where(CONSULTATION.c.id == UUID(str(id_))).values(**values))
