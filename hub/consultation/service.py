"""Write service of REST and GraphQL for consultations: one transaction, once for each idempotency key."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from hub.auth.principal import Principal
from hub.consultation.commands import ConsultationEditor
from hub.consultation.queries import load_managed
from hub.consultation.views import Adopt, Drop, Extend, LinkDraft
from hub.db import Database
from hub.domain.consultations import ConsultationVerb
from hub.manage.http import EmptyBody
from hub.manage.idempotency import StoredResponse, claim, digest, store_response


class VerbSpec(NamedTuple):
    """A verb on a consultation: the model of its body, the command, and its public description."""

    body: type[BaseModel]
    run: Callable[[ConsultationEditor, Any], Awaitable[None]]
    description: str


VERBS: Mapping[ConsultationVerb, VerbSpec] = {
    ConsultationVerb.extend: VerbSpec(
        Extend,
        ConsultationEditor.extend,
        "Move the end further away (gia hạn), while it is announced or open. An end that is not later than announced "
        "is refused with `consultation_shortened`.",
    ),
    ConsultationVerb.answer: VerbSpec(
        EmptyBody,
        lambda editor, _: editor.answer(),
        "Record that the comments are answered (đã tiếp thu, giải trình): closed → answered. The answers become "
        "public. Refused with `answers_missing` while a public comment has no answer, or a comment waits for a "
        "moderator.",
    ),
    ConsultationVerb.adopt: VerbSpec(
        Adopt,
        ConsultationEditor.adopt,
        "Record the live policy that came of it (ban hành): answered → adopted. From closed only with "
        "`without_answers` and a public reason: a breach on record.",
    ),
    ConsultationVerb.drop: VerbSpec(
        Drop,
        ConsultationEditor.drop,
        "Drop it with a public reason (dừng lấy ý kiến), unless it is adopted; a window that runs ends now.",
    ),
    ConsultationVerb.link: VerbSpec(
        LinkDraft,
        ConsultationEditor.link,
        "Make a draft document its next draft (dự thảo lần sau), before the draft is public or after. A "
        "consultation that the draft began alone and that has no comments is dropped with the reason `linked`.",
    ),
}
"""Verbs of editors; opening and closing are the clock's."""


async def run_verb(
    database: Database,
    by: Principal,
    verb: ConsultationVerb,
    id_: UUID,
    version: int | None,
    body: BaseModel,
    idempotency_key: str | None,
) -> StoredResponse:
    """Run a verb on the version of a consultation that the editor has read, once for the idempotency key."""
    request = digest("consultation", verb.value, id_, version, body.model_dump(mode="json"))
    async with database.write() as session:
        answer = await claim(session, by.id, idempotency_key, request) if idempotency_key else None
        if answer is None:
            others = (body.document,) if isinstance(body, LinkDraft) else ()
            editor = await ConsultationEditor.open(session, by, id_, version, others)
            await VERBS[verb].run(editor, body)
            await session.flush()
            found = await load_managed(session, id_)
            answer = StoredResponse(200, found.model_dump_json().encode(), found.version)
            if idempotency_key:
                await store_response(session, by.id, idempotency_key, answer)
    return answer
