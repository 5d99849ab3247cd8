"""One way to write for REST and GraphQL: a verb in one transaction, answered once for each idempotency key.

Both edges hand over who acts, the body they validated and the version it was made from; both answer with the bytes
that come back. `STEPS` says for each verb of an existing document what it takes and does.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.content.models import Document
from hub.errors import InvalidInput
from hub.manage import commands, views
from hub.manage.commands import DocumentEditor, EditorAction
from hub.manage.http import EmptyBody
from hub.manage.idempotency import StoredResponse, claim, digest, store_response
from hub.manage.queries import load_managed_unchecked
from hub.state import AppState

WriteFunction = Callable[[AsyncSession], Awaitable[Document]]


class ActionSpec(NamedTuple):
    """A verb of an existing document: the model of its body, what it does, and what it is in words."""

    body: type[BaseModel]
    run: Callable[[DocumentEditor, Any, tuple[str, ...]], Awaitable[Document]]
    """From the desk, the body and the languages of the hub."""
    description: str


ACTION_SPECS: dict[EditorAction, ActionSpec] = {
    EditorAction.save: ActionSpec(
        views.NewEdition,
        lambda desk, body, languages: desk.save(body, languages),
        "Write the working edition of a language (lưu bản thảo), or begin one behind the public edition.",
    ),
    EditorAction.submit: ActionSpec(
        views.EditionStep,
        lambda desk, body, _: desk.submit(body.lang),
        "Give the working edition to review (trình duyệt): drafting → in_review.",
    ),
    EditorAction.send_back: ActionSpec(
        views.Return,
        lambda desk, body, _: desk.send_back(body),
        "Send it back to its writers with a private note (trả lại): in_review, approved or scheduled → drafting.",
    ),
    EditorAction.approve: ActionSpec(
        views.EditionStep,
        lambda desk, body, _: desk.approve(body.lang),
        "Approve it (phê duyệt): in_review → approved. High-impact editions need a second person.",
    ),
    EditorAction.schedule: ActionSpec(
        views.Schedule,
        lambda desk, body, _: desk.schedule(body),
        "Set when it becomes public (hẹn giờ công bố): approved or scheduled → scheduled.",
    ),
    EditorAction.publish: ActionSpec(
        views.EditionStep,
        lambda desk, body, _: desk.publish(body.lang),
        "Make it public now (công bố): approved or scheduled → published; the document is live.",
    ),
    EditorAction.discard: ActionSpec(
        views.EditionStep,
        lambda desk, body, _: desk.discard(body.lang),
        "Give the working edition up (hủy bỏ); what is public stays.",
    ),
    EditorAction.correct: ActionSpec(
        views.Correct,
        lambda desk, body, _: desk.correct(body),
        "Begin a correction (đính chính) of the public edition, with a public note; it then goes through review.",
    ),
    EditorAction.withdraw: ActionSpec(
        views.Withdraw,
        lambda desk, body, _: desk.withdraw(body),
        "Take the document back (thu hồi): live → withdrawn. It stays readable, with the reason.",
    ),
    EditorAction.restore: ActionSpec(
        EmptyBody,
        lambda desk, _body, _: desk.restore(),
        "Undo a withdrawal (khôi phục): withdrawn → live.",
    ),
    EditorAction.redirect: ActionSpec(
        views.Redirect,
        lambda desk, body, _: desk.redirect(body),
        "Send readers to another live document for good (chuyển hướng): live or withdrawn → redirected.",
    ),
    EditorAction.gone: ActionSpec(
        views.Gone,
        lambda desk, body, _: desk.remove(body),
        "Remove it for good (gỡ bỏ): the text is erased everywhere, readers get 410; log entries and hashes stay.",
    ),
}


async def create(
    parts: AppState, by: Principal, body: views.NewDocument, idempotency_key: str | None
) -> StoredResponse:
    """Create a document with its first working edition."""

    async def work(session: AsyncSession) -> Document:
        return await commands.create(session, by, body, parts.settings.languages)

    return await run_once(parts, by, idempotency_key, request_digest(EditorAction.create, None, None, body), 201, work)


async def execute(
    parts: AppState,
    by: Principal,
    action: EditorAction,
    document: UUID,
    version: int | None,
    body: BaseModel,
    idempotency_key: str | None,
) -> StoredResponse:
    """Take a step of `STEPS` with a document, from the version its editor had read."""

    async def work(session: AsyncSession) -> Document:
        desk = await DocumentEditor.open(session, by, action, document, version)
        return await ACTION_SPECS[action].run(desk, body, parts.settings.languages)

    return await run_once(parts, by, idempotency_key, request_digest(action, document, version, body), 200, work)


def request_digest(action: EditorAction, document: UUID | None, version: int | None, body: BaseModel) -> str:
    """What makes two requests the same, over REST or GraphQL. Raises `InvalidInput` for what is no JSON."""
    try:
        return digest(action.value, document, version, body.model_dump(mode="json"))
    except (TypeError, ValueError, RecursionError) as problem:
        # Half a surrogate pair, a number beyond 64 bits, hundreds of levels: Python reads them, JSON tools do not.
        raise InvalidInput(
            "The request holds a text, a number or a nesting that is not portable JSON.",
            field="content" if "content" in type(body).model_fields else None,
            expected="valid Unicode, numbers of at most 64 bits, few levels",
        ) from problem


async def run_once(
    parts: AppState, by: Principal, idempotency_key: str | None, request: str, status: int, work: WriteFunction
) -> StoredResponse:
    """Do a write in one transaction and give the document as it then is; a repeated one gives its first answer."""
    async with parts.database.write() as session:
        answer = await claim(session, by.id, idempotency_key, request) if idempotency_key else None
        if answer is None:
            document = await work(session)
            await session.flush()
            found = await load_managed_unchecked(session, document.id)
            answer = StoredResponse(status, found.model_dump_json().encode(), found.version)
            if idempotency_key:
                await store_response(session, by.id, idempotency_key, answer)
    return answer
