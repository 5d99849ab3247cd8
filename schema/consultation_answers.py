"""Official answers in GraphQL: the public list, what needs an answer for editors, and their mutations."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field, create_model
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.consultation.answers.commands import AnswerEditor
from hub.consultation.answers.queries import list_answers, list_subjects
from hub.consultation.answers.routes import run_answer_command
from hub.consultation.answers.views import (
    AnswerCountsView,
    AnswerListParams,
    AnswerSubjectParams,
    AnswerSubjectView,
    AnswerText,
    ManagedAnswerView,
    NewAnswer,
    OfficialAnswerView,
)
from hub.domain.types import Content
from hub.errors import NotFound
from hub.manage.idempotency import StoredResponse
from hub.web.private_requests import mark_private
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

_Counts: Any = view_type(AnswerCountsView)
OfficialAnswers: Any = connection_type(
    view_type(OfficialAnswerView),
    "official answers, by article (tiếp thu, giải trình)",
    extra={"counts": (_Counts | None, "Counts; null until the answers are public.")},
)
AnswerSubjects: Any = connection_type(
    view_type(AnswerSubjectView),
    "public comments and groups with their answers, by article",
    extra={"counts": (_Counts, "Counts of the whole consultation.")},
)


class ConsultationAnswersArguments(AnswerListParams):
    id: UUID = Field(description="UUID of the consultation.")


class AnswerSubjectsArguments(AnswerSubjectParams):
    id: UUID = Field(description="UUID of the consultation.")


async def _resolve_answers(info: Info, params: ConsultationAnswersArguments) -> dict[str, Any] | None:
    async with info.context.parts.database.read() as connection:
        try:
            found = await list_answers(connection, params.id, _params(AnswerListParams, params))
        except NotFound:
            return None
    return _connection(found, params.cursor)


async def _resolve_subjects(info: Info, params: AnswerSubjectsArguments) -> dict[str, Any]:
    mark_private()
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        found = await list_subjects(connection, by, params.id, _params(AnswerSubjectParams, params))
    return _connection(found, params.cursor)


def _params(model: type[Any], params: BaseModel) -> Any:
    """Return the parameters of REST, whose cursors are valid here too."""
    return model.model_construct(**params.model_dump(exclude={"id"}))


def _connection(found: Any, after: str | None) -> dict[str, Any]:
    edges = (
        {"cursor": cursor, "node": item.model_dump(mode="json")}
        for cursor, item in zip(found.cursors, found.page.items, strict=True)
    )
    counts = found.page.counts and found.page.counts.model_dump()
    return to_connection(edges, after=after, next_cursor=found.page.next) | {"counts": counts}


ANSWER_FIELDS: dict[str, Any] = {
    "consultation_answers": query_field(
        ConsultationAnswersArguments,
        OfficialAnswers,
        "Official answers to the comments of a consultation, by article (tiếp thu, giải trình); none before it is "
        "answered or adopted. Null if no draft of it is public.",
        _resolve_answers,
    ),
}
"""Fields of `Query`."""

MANAGED_ANSWER_FIELDS: dict[str, Any] = {
    "answer_subjects": query_field(
        AnswerSubjectsArguments,
        AnswerSubjects,
        "Public comments and groups of near copies with their answers; `missing: true` for those without (ý kiến cần "
        "giải trình). Requires the scope `read:working`.",
        _resolve_subjects,
    ),
}
"""Fields of `Manage`."""

_CONSULTATION = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the consultation."))
_ANSWER = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the answer."))
_VERSION: Any = (int | None, Field(None, description="`version` of the answer that this change is based on."))


async def _create(context: Context, by: Principal, id_: Any, body: Any, key: str | None) -> StoredResponse:
    return await run_answer_command(
        context.parts, by, "create", (id_,), body, key, lambda editor: editor.create(id_, body), status=201
    )


def _change(
    verb: str,
    body: type[BaseModel],
    summary: str,
    run: Callable[[AnswerEditor, UUID, int | None, Any], Awaitable[ManagedAnswerView]],
) -> Any:
    """Build a mutation of an answer; apart from `version`, its arguments are the body of REST."""
    arguments = create_model(f"{verb.capitalize()}AnswerArguments", __base__=body, version=_VERSION)
    has_body = bool(body.model_fields)

    async def write(context: Context, by: Principal, answer: Any, given: Any, key: str | None) -> StoredResponse:
        members = given.model_dump(exclude={"version"}, exclude_unset=True)
        content = body.model_validate(members) if has_body else None
        return await run_answer_command(
            context.parts,
            by,
            verb,
            (answer, given.version),
            content,
            key,
            lambda editor: run(editor, answer, given.version, content),
        )

    return command_field(
        arguments, ManagedAnswerView, f"{summary} Requires the scope `publish`.", write, target=_ANSWER, private=True
    )


ANSWER_MUTATIONS: dict[str, Any] = {
    "create_answer": command_field(
        NewAnswer,
        ManagedAnswerView,
        "Answer a public comment, or a group of near copies together (tiếp thu, giải trình). Requires the scope "
        "`publish`.",
        _create,
        target=_CONSULTATION,
        private=True,
    ),
    "change_answer": _change(
        "change",
        AnswerText,
        "Change an official answer, also one that is public (sửa nội dung giải trình).",
        lambda editor, answer, version, text: editor.change(answer, version, text),
    ),
    "delete_answer": _change(
        "delete",
        Content,
        "Delete an official answer that is not public yet (xóa nội dung giải trình).",
        lambda editor, answer, version, _: editor.delete(answer, version),
    ),
}
"""Fields of `Mutation`."""
