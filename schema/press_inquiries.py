"""Inquiries of the press in GraphQL: lists below `manage`, and mutations."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry
from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from hub.auth.principal import Principal
from hub.domain.types import Content
from hub.manage.idempotency import StoredResponse
from hub.press_inquiries.commands import InquiryEditor
from hub.press_inquiries.queries import inquiries_digest, inquiry_cursor, list_inquiries, read_inquiry
from hub.press_inquiries.routes import run_inquiry_command
from hub.press_inquiries.views import (
    InquiryAnswer,
    InquiryClosing,
    NewPressInquiry,
    PressInquiryParams,
    PressInquiryView,
)
from hub.web.parameters import NoParams
from schema.arguments import query_field
from schema.commands import command_field
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type

Info = strawberry.Info[Context, None]

Inquiries: Any = connection_type(
    view_type(PressInquiryView), "inquiries of the press, asked last first (câu hỏi của báo chí)"
)


class OneInquiryArguments(NoParams):
    id: UUID = Field(description="UUID of the inquiry.")


async def _resolve_inquiries(info: Info, params: PressInquiryParams) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        page = await list_inquiries(connection, by, params)
    name = inquiries_digest(params)
    edges = ({"cursor": inquiry_cursor(name, item), "node": item.model_dump(mode="json")} for item in page.items)
    return to_connection(edges, after=params.cursor, next_cursor=page.next)


async def _resolve_inquiry(info: Info, params: OneInquiryArguments) -> dict[str, Any]:
    by = await info.context.require_editor()
    async with info.context.parts.database.read() as connection:
        return (await read_inquiry(connection, by, params.id)).model_dump(mode="json")


PRESS_INQUIRY_FIELDS: dict[str, Any] = {
    "press_inquiries": query_field(
        PressInquiryParams,
        Inquiries,
        "Inquiries of the press to your agencies with their terms, asked last first (câu hỏi của báo chí). Requires "
        "the scope `read:working`.",
        _resolve_inquiries,
    ),
    "press_inquiry": query_field(
        OneInquiryArguments,
        view_type(PressInquiryView),
        "An inquiry of the press to one of your agencies (một câu hỏi). Requires the scope `read:working`.",
        _resolve_inquiry,
    ),
}
"""Fields of `Manage`."""

InquiryVersion = Annotated[
    int | None, Field(description="Version of the inquiry that the change was made from, as `If-Match` in REST.")
]


class AnswerArguments(InquiryAnswer):
    version: InquiryVersion = None


class ClosingArguments(InquiryClosing):
    version: InquiryVersion = None


class ErasureArguments(Content):
    version: InquiryVersion = None


Run = Callable[[InquiryEditor, UUID, int | None, Any], Awaitable[PressInquiryView]]


def _change(verb: str, arguments: type[BaseModel], body: type[BaseModel] | None, summary: str, run: Run) -> Any:
    """Build a mutation of an inquiry; apart from `version`, its arguments are the body of REST."""

    async def write(context: Context, by: Principal, inquiry: Any, given: Any, key: str | None) -> StoredResponse:
        members = given.model_dump(exclude={"version"}, exclude_unset=True)
        content = body.model_validate(members) if body is not None else None
        return await run_inquiry_command(
            context.parts,
            by,
            verb,
            (inquiry, given.version),
            content,
            key,
            lambda editor: run(editor, inquiry, given.version, content),
        )

    return command_field(arguments, PressInquiryView, summary, write, target=_INQUIRY)


async def _create(context: Context, by: Principal, _: Any, body: Any, key: str | None) -> StoredResponse:
    return await run_inquiry_command(
        context.parts, by, "create", None, body, key, lambda editor: editor.create(body), status=201
    )


_INQUIRY = FieldInfo.from_annotated_attribute(UUID, Field(description="UUID of the inquiry."))

PRESS_INQUIRY_MUTATIONS: dict[str, Any] = {
    "create_press_inquiry": command_field(
        NewPressInquiry,
        PressInquiryView,
        "Record an inquiry of the press; its terms start (ghi nhận câu hỏi). Requires the scope `write`.",
        _create,
    ),
    "answer_press_inquiry": _change(
        "answer",
        AnswerArguments,
        InquiryAnswer,
        "Answer an inquiry of the press by a public statement or bulletin (trả lời). Requires the scope `write`.",
        lambda editor, inquiry, version, body: editor.answer(inquiry, version, body),
    ),
    "close_press_inquiry": _change(
        "close",
        ClosingArguments,
        InquiryClosing,
        "Close an inquiry of the press without an answer (kết thúc). Requires the scope `publish`.",
        lambda editor, inquiry, version, body: editor.close(inquiry, version, body),
    ),
    "erase_press_inquiry": _change(
        "erase",
        ErasureArguments,
        None,
        "Erase outlet, question and reason of an inquiry that has ended (xóa nội dung). Requires the scope `admin`.",
        lambda editor, inquiry, version, _: editor.erase(inquiry, version),
    ),
}
"""Fields of `Mutation`."""
