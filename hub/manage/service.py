"""Write service of REST and GraphQL: runs an action in one transaction, once for each idempotency key.

Both edges pass the principal, the validated body and the version it was made from; both answer with the bytes that
are returned. `ACTION_SPECS` has the body and the command of each action on an existing document.
"""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from hub.auth.principal import Principal
from hub.content.models import Document
from hub.domain.content_warnings import collect_cleanings
from hub.errors import InvalidInput
from hub.manage import commands, views
from hub.manage.actions import EditorAction
from hub.manage.commands import DocumentEditor
from hub.manage.http import EmptyBody
from hub.manage.idempotency import StoredResponse, claim, digest, store_response
from hub.manage.queries import load_managed_unchecked
from hub.manage.views import ManagedDocument
from hub.problem_texts.templates import fill
from hub.state import AppState

WriteFunction = Callable[[AsyncSession], Awaitable[Document]]


class ActionSpec(NamedTuple):
    """An action on an existing document: the model of its body, the command, and its public description."""

    body: type[BaseModel]
    run: Callable[[DocumentEditor, Any, tuple[str, ...]], Awaitable[Document]]
    """Takes the editor, the body and the languages of the hub."""
    description: str


ACTION_SPECS: dict[EditorAction, ActionSpec] = {
    EditorAction.save: ActionSpec(
        views.NewEdition,
        lambda editor, body, languages: editor.save(body, languages),
        "Save the working edition of a language (lưu bản thảo), or create one as a successor of the public edition.",
    ),
    EditorAction.submit: ActionSpec(
        views.EditionStep,
        lambda editor, body, _: editor.submit(body.lang),
        "Submit the working edition for review (trình duyệt): drafting → in_review.",
    ),
    EditorAction.send_back: ActionSpec(
        views.Return,
        lambda editor, body, _: editor.send_back(body),
        "Return the working edition to its authors with a private note (trả lại): in_review, approved or scheduled "
        "→ drafting.",
    ),
    EditorAction.approve: ActionSpec(
        views.EditionStep,
        lambda editor, body, _: editor.approve(body.lang),
        "Approve the working edition (phê duyệt): in_review → approved. High-impact editions require a second person.",
    ),
    EditorAction.schedule: ActionSpec(
        views.Schedule,
        lambda editor, body, _: editor.schedule(body),
        "Schedule the publication (hẹn giờ công bố): approved or scheduled → scheduled.",
    ),
    EditorAction.publish: ActionSpec(
        views.EditionStep,
        lambda editor, body, _: editor.publish(body.lang),
        "Publish the edition now (công bố): approved or scheduled → published; the document becomes live.",
    ),
    EditorAction.discard: ActionSpec(
        views.EditionStep,
        lambda editor, body, _: editor.discard(body.lang),
        "Discard the working edition (hủy bỏ); public editions stay.",
    ),
    EditorAction.correct: ActionSpec(
        views.Correct,
        lambda editor, body, _: editor.correct(body),
        "Start a correction (đính chính) of the public edition with a public note; it then goes through review.",
    ),
    EditorAction.withdraw: ActionSpec(
        views.Withdraw,
        lambda editor, body, _: editor.withdraw(body),
        "Withdraw the document (thu hồi): live → withdrawn. It stays readable, with the reason.",
    ),
    EditorAction.restore: ActionSpec(
        EmptyBody,
        lambda editor, _body, _: editor.restore(),
        "Undo a withdrawal (khôi phục): withdrawn → live.",
    ),
    EditorAction.redirect: ActionSpec(
        views.Redirect,
        lambda editor, body, _: editor.redirect(body),
        "Redirect readers to another live document permanently (chuyển hướng): live or withdrawn → redirected.",
    ),
    EditorAction.gone: ActionSpec(
        views.Gone,
        lambda editor, body, _: editor.remove(body),
        "Remove the document permanently (gỡ bỏ): its text is erased everywhere, readers get 410; log entries and "
        "hashes stay.",
    ),
}


async def create(
    parts: AppState, by: Principal, body: views.NewDocument, idempotency_key: str | None
) -> StoredResponse:
    """Create a document with its first working edition, once for the idempotency key."""

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
    *,
    kind: str | None = None,
) -> StoredResponse:
    """Run an action of `ACTION_SPECS` on the version that the editor has read, once for the idempotency key.

    `kind` is that of the content in the body, where its type says it. Raises `InvalidInput` for another kind.
    """

    async def work(session: AsyncSession) -> Document:
        editor = await DocumentEditor.open(session, by, action, document, version)
        if kind is not None and kind != editor.document.kind:
            raise InvalidInput(
                fill("The document is a {kind}.", kind=editor.document.kind),
                field="content",
                expected=fill("the member `{kind}`", kind=editor.document.kind),
            )
        return await ACTION_SPECS[action].run(editor, body, parts.settings.languages)

    return await run_once(parts, by, idempotency_key, request_digest(action, document, version, body), 200, work)


def request_digest(action: EditorAction, document: UUID | None, version: int | None, body: BaseModel) -> str:
    """Digest of a request, equal over REST and GraphQL. Raises `InvalidInput` if the body is not portable JSON."""
    try:
        return digest(action.value, document, version, body.model_dump(mode="json"))
    except (TypeError, ValueError, RecursionError) as problem:
        # Half a surrogate pair, a number beyond 64 bits, hundreds of levels: Python parses them, other tools do not.
        raise InvalidInput(
            "The request has a text, a number or a nesting that is not portable JSON.",
            field="content" if "content" in type(body).model_fields else None,
            expected="valid Unicode, numbers of at most 64 bits, less nesting",
        ) from problem


async def run_once(
    parts: AppState, by: Principal, idempotency_key: str | None, request: str, status: int, work: WriteFunction
) -> StoredResponse:
    """Run a write in one transaction and return the resulting document, or the stored answer of a used key."""
    async with parts.database.write() as session:
        answer = await claim(session, by.id, idempotency_key, request, ManagedDocument) if idempotency_key else None
        if answer is None:
            with collect_cleanings() as warnings:
                document = await work(session)
            await session.flush()
            found = await load_managed_unchecked(session, document.id)
            found = found.model_copy(update={"warnings": warnings})
            answer = StoredResponse(status, found.model_dump_json().encode(), found.version)
            if idempotency_key:
                await store_response(session, by.id, idempotency_key, answer)
    return answer
