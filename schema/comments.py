"""Comments in GraphQL: `opinions`, and the mutations by which people submit, read, amend, withdraw and erase theirs.

They need no key. What a person writes, and the code of a comment, stands in a variable, never in the text of a query:
texts are logged by clients and kept by tools.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry
from graphql import VariableNode
from pydantic import BaseModel, Field

from hub.auth.encryption import SecretCipher
from hub.auth.http import principal_of
from hub.consultation.comments.keys import CommentKeys
from hub.consultation.submission.commands import Submission
from hub.consultation.submission.inputs import MAX_BODY, CommentAmendment, NewComment
from hub.consultation.submission.own_comments import CommentOwner
from hub.consultation.submission.own_reads import read_own
from hub.consultation.submission.params import CommentListParams
from hub.consultation.submission.queries import count_comments, list_comments
from hub.consultation.submission.views import (
    ErasedOpinionView,
    OpinionCounts,
    OpinionReceiptView,
    OpinionView,
    OwnOpinionView,
)
from hub.domain.types import Content
from hub.errors import HubError
from hub.problem_texts.templates import fill
from hub.web.body_limit import too_large
from hub.web.private_requests import mark_private
from schema.arguments import parse_arguments, query_field
from schema.commands import command_result
from schema.connections import connection_type, to_connection
from schema.context import Context
from schema.derive import view_type
from schema.errors import VariableRequired
from schema.http.request import BODY_BYTES
from schema.inputs import input_type, plain_input
from schema.mutation_results import refusal_result

Info = strawberry.Info[Context, None]

Opinions: Any = connection_type(
    view_type(OpinionView),
    "public comments on a draft, the newest first (góp ý)",
    extra={"counts": (view_type(OpinionCounts), "Numbers of all public comments of the consultation.")},
)


class OpinionsArguments(CommentListParams):
    consultation: UUID = Field(description="UUID of the consultation.")


async def _resolve_opinions(info: Info, params: OpinionsArguments) -> dict[str, Any]:
    parts = info.context.parts
    keys = CommentKeys(SecretCipher(parts.settings))
    async with parts.database.read() as connection:
        page = await list_comments(connection, keys, params.consultation, params)
        counts = await count_comments(connection, params.consultation)
    edges = (
        {"cursor": cursor, "node": item.model_dump(mode="json")}
        for cursor, item in zip(page.cursors, page.items, strict=True)
    )
    found = to_connection(edges, after=params.cursor, next_cursor=page.next)
    return found | {"counts": counts.model_dump(mode="json")}


COMMENT_FIELDS: dict[str, Any] = {
    "opinions": query_field(
        OpinionsArguments,
        Opinions,
        "Public comments on the drafts of a consultation, the newest first, with the numbers of all of them (góp ý).",
        _resolve_opinions,
    )
}
"""Fields of `Query`."""


class OwnComment(Content):
    """A comment, by its code."""

    consultation: UUID = Field(description="UUID of the consultation.")
    code: str = Field(min_length=1, max_length=100, description="Code of the comment.")


class SubmitOpinion(NewComment):
    """A comment on a version of a draft (góp ý), as REST's body, with its consultation."""

    consultation: UUID = Field(description="UUID of the consultation.")


class AmendOpinion(CommentAmendment, OwnComment):
    """Members of a comment that its author changes, with its code. Members that are left out stay."""


INPUT = "The members, as a variable."
Run = Callable[[Context, Any], Awaitable[BaseModel]]


def _comment_mutation(body: type[BaseModel], result: type[BaseModel], summary: str, run: Run) -> Any:
    async def resolver(info: Info, input: Any) -> dict[str, Any]:  # noqa: A002 - the name in the schema
        info.context.private = True
        mark_private()
        try:
            _require_variable(info)
            _require_small_body(info)
            content = parse_arguments(body, plain_input(input))
            return (await run(info.context, content)).model_dump(mode="json")
        except HubError as refusal:
            return refusal_result(refusal, info.context.problem_writer)

    info = inspect.Parameter("info", inspect.Parameter.KEYWORD_ONLY, annotation=strawberry.Info)
    argument = strawberry.argument(description=INPUT)
    given = inspect.Parameter("input", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[input_type(body), argument])
    resolver.__signature__ = inspect.Signature([info, given])  # type: ignore[attr-defined]
    description = f"{summary} No key is needed. `input` must be a variable."
    return strawberry.field(resolver=resolver, graphql_type=command_result(result) | None, description=description)


def _require_variable(info: Info) -> None:
    """Raise `VariableRequired` if the input, or a part of it, or a default of it, is written into the query's text."""
    definitions = info._raw_info.operation.variable_definitions or ()
    with_default = {one.variable.name.value for one in definitions if one.default_value is not None}
    for node in info._raw_info.field_nodes:
        values = [argument.value for argument in node.arguments or ()]
        if not all(isinstance(one, VariableNode) and one.name.value not in with_default for one in values):
            raise VariableRequired(
                "The input stands in the text of the query.",
                field="input",
                expected=fill(
                    "mutation ($input: {type})",
                    type=info._raw_info.parent_type.fields[node.name.value].args["input"].type,
                ),
            )


def _require_small_body(info: Info) -> None:
    """Raise `BodyTooLarge` as REST does: for so long as its end waits, a consultation waits for bodies of that size."""
    if info.context.request.scope.get(BODY_BYTES, 0) > MAX_BODY:
        raise too_large(MAX_BODY)


async def _submit(context: Context, given: SubmitOpinion) -> BaseModel:
    principal = await principal_of(context.request, context.parts)
    body = NewComment.model_validate(given.model_dump(exclude={"consultation"}, exclude_unset=True))
    submission = Submission(
        context.parts, context.request.scope, given.consultation, body, has_key=principal is not None
    )
    return await submission.run()


async def _amend(context: Context, given: AmendOpinion) -> BaseModel:
    owner = _owner(context, given)
    members = given.model_dump(exclude={"consultation", "code"}, exclude_unset=True)
    await owner.amend(parse_arguments(CommentAmendment, members))
    return await _read(context, owner)


async def _withdraw(context: Context, given: OwnComment) -> BaseModel:
    owner = _owner(context, given)
    await owner.withdraw()
    return await _read(context, owner)


async def _erase(context: Context, given: OwnComment) -> BaseModel:
    await _owner(context, given).erase()
    return ErasedOpinionView(consultation=given.consultation)


def _owner(context: Context, given: OwnComment) -> CommentOwner:
    return CommentOwner(context.parts, context.request.scope, given.consultation, given.code)


async def _read(context: Context, owner: CommentOwner) -> BaseModel:
    async with context.parts.database.read() as connection:
        return await read_own(connection, owner)


async def _read_own(context: Context, given: OwnComment) -> BaseModel:
    return await _read(context, _owner(context, given))


COMMENT_MUTATIONS: dict[str, Any] = {
    "read_own_opinion": _comment_mutation(
        OwnComment,
        OwnOpinionView,
        "Read one's own comment with its files, the moderator's reason and the official answer (xem góp ý của mình). "
        "It changes nothing; as a mutation, its text is never stored and its code never stands in an address.",
        _read_own,
    ),
    "submit_opinion": _comment_mutation(
        SubmitOpinion,
        OpinionReceiptView,
        "Submit a comment on a draft with its proof of work (gửi góp ý). The code in the result is shown only here.",
        _submit,
    ),
    "amend_opinion": _comment_mutation(
        AmendOpinion,
        OwnOpinionView,
        "Amend one's own comment until the end of the consultation (sửa góp ý).",
        _amend,
    ),
    "withdraw_opinion": _comment_mutation(
        OwnComment, OwnOpinionView, "Withdraw one's own comment, at any time (rút góp ý).", _withdraw
    ),
    "erase_opinion": _comment_mutation(
        OwnComment,
        ErasedOpinionView,
        "Erase one's own comment and all personal data in it, at any time and for good (xóa dữ liệu).",
        _erase,
    ),
}
"""Fields of `Mutation`."""
